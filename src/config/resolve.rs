//! From the config as typed to a checked [`Config`]: names are known, files exist, columns are in their headers,
//! settings are possible. It opens the config file and lists globs; headers come from the caller's `peek`.
//!
//! Invariant: checking goes on after a fault, and a [`Config`] is only made when there was no error at all.

use super::compared;
use super::files::{Files, Headers, headers};
use super::header::{hint_for, one_of, refused};
use super::raw::{Faults, Located, Raw, RawSource, read};
use super::{AddedComparison, Config, Format, HubFile, HubList, KnownBad, Settings, Source, settings};
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::field::Field;
use crate::model::record::RecordKind;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

/// Gives the header of a file, or what is wrong with it. The format is the config's, if it names one.
pub type Peek<'a> = dyn Fn(&Path, Option<Format>) -> Result<Vec<String>, Diagnostic> + 'a;

/// A checked config with its warnings and notes, or everything that is wrong with it (at least one error), in the
/// order of the file.
pub type Outcome = Result<(Config, Vec<Diagnostic>), Vec<Diagnostic>>;

/// Reads and checks a config file. See [`Outcome`].
pub fn load(path: &Path, peek: &Peek<'_>) -> Outcome {
    let shown = path.display().to_string();
    let fault = |code, message: String, hint: &str| Err(vec![Diagnostic::error(code, &shown, message).hint(hint)]);
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let hint = "`samehand init FILES…` writes one; `--config FILE` names another";
            return fault("missing-config", "there is no such config file".to_owned(), hint);
        }
        Err(error) => {
            let hint = "a config is a readable text file";
            return fault("unreadable-config", format!("cannot be read: {error}"), hint);
        }
    };
    match String::from_utf8(bytes) {
        Ok(text) => parse(&text, path, peek),
        Err(error) => {
            let before = error.utf8_error().valid_up_to();
            let line = 1 + error.as_bytes()[..before].iter().filter(|&&byte| byte == b'\n').count();
            let location = format!("{shown}:{line}");
            let diagnostic = Diagnostic::error("config-encoding", location, "the config is not UTF-8 text");
            Err(vec![diagnostic.hint("save it as UTF-8")])
        }
    }
}

/// The settings of a config file alone, for questions about a finished run: no source is looked at. What the product comes
/// with where there is no such file, or something is wrong with it.
pub fn settings_alone(path: &Path) -> Settings {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let mut faults = Faults::new(path.display().to_string());
    let settings = read(text.strip_prefix('\u{feff}').unwrap_or(&text), &mut faults)
        .map(|raw| settings::resolve(&raw.overrides, raw.default_region.as_ref(), &mut faults));
    let is_sound = faults.into_sorted().iter().all(|diagnostic| diagnostic.severity != Severity::Error);
    settings.filter(|_| is_sound).unwrap_or_default()
}

/// Checks the text of a config that stands (or would stand) at `path`: relative paths start in its folder.
pub fn parse(text: &str, path: &Path, peek: &Peek<'_>) -> Outcome {
    let mut faults = Faults::new(path.display().to_string());
    let Some(raw) = read(text.strip_prefix('\u{feff}').unwrap_or(text), &mut faults) else {
        return Err(faults.into_sorted());
    };
    let files = Files { base: base_of(path), peek };
    let (sources, comparisons) = sources(&raw, &files, &mut faults);
    let model = raw.model.as_ref().and_then(|typed| files.existing(typed, "model", &mut faults));
    let hubs = hubs(&raw, &files, &mut faults);
    let known = known(&raw, &mut faults);
    let settings = settings::resolve(&raw.overrides, raw.default_region.as_ref(), &mut faults);
    let mut diagnostics = faults.into_sorted();
    if diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        // What is mapped to nothing is only known once the faults are mended.
        diagnostics.retain(|diagnostic| diagnostic.severity != Severity::Note);
        return Err(diagnostics);
    }
    let digest = digest(&sources, &hubs, &comparisons, &known, &settings);
    Ok((
        Config {
            path: path.to_owned(),
            digest,
            sources,
            hubs,
            comparisons,
            model,
            known,
            settings,
            memory_limit: None,
            spill_folder: None,
        },
        diagnostics,
    ))
}

/// The folder of the config, without `.` parts.
fn base_of(path: &Path) -> PathBuf {
    let folder = path.parent().unwrap_or(Path::new(""));
    folder.components().filter(|part| *part != Component::CurDir).collect()
}

/// The sources, and the comparisons that take columns from them.
fn sources(raw: &Raw, files: &Files<'_>, faults: &mut Faults) -> (Vec<Source>, Vec<AddedComparison>) {
    if !raw.names_a_source {
        let hint = "add a `[[source]]` with name, kind, path and columns; `samehand init FILES…` writes them";
        faults.error(1, "no-source", "the config names no source".to_owned(), hint);
    }
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for source in &raw.sources {
        let Some(name) = &source.name else { continue };
        match names.get(name.value.as_str()) {
            Some(first) => {
                let message = format!("two sources are called `{}`; the first is on line {first}", name.value);
                faults.error(name.line, "duplicate-source", message, "give each source its own name");
            }
            None => drop(names.insert(&name.value, name.line)),
        }
    }
    let kinds: BTreeSet<RecordKind> =
        raw.sources.iter().filter_map(|source| RecordKind::from_name(&source.kind.as_ref()?.value)).collect();
    let headers: Vec<Option<Headers>> =
        raw.sources.iter().map(|source| headers(source, format_of(source), files, faults)).collect();
    let compared = compared::resolve(raw, &headers, faults);
    let sources = raw.sources.iter().zip(headers).zip(compared.of_sources);
    let sources = sources.filter_map(|((raw, headers), of)| source(raw, &kinds, headers, of, faults)).collect();
    (sources, compared.comparisons)
}

/// The format that a source names, if there is such a one.
fn format_of(raw: &RawSource) -> Option<Format> {
    raw.format.as_ref().and_then(|format| Format::from_name(&format.value))
}

/// One source, checked. `None` when something of it that the rest needs is at fault; the fault is reported.
fn source(
    raw: &RawSource,
    kinds: &BTreeSet<RecordKind>,
    headers: Option<Headers>,
    compared: Vec<(usize, Vec<String>)>,
    faults: &mut Faults,
) -> Option<Source> {
    let missing = |key: &str, hint: String, faults: &mut Faults| {
        if !raw.given.iter().any(|given| given == key) {
            faults.error(raw.line, "missing-key", format!("a source has no `{key}`"), hint);
        }
    };
    let name = raw.name.as_ref();
    match name {
        None => missing("name", "for example name = \"applicants\"".to_owned(), faults),
        Some(name) if name.value.trim().is_empty() || name.value.chars().any(char::is_control) => {
            let message = "a source's name must be visible text".to_owned();
            faults.error(name.line, "bad-name", message, "for example name = \"applicants\"");
        }
        Some(_) => {}
    }
    let kind_names = RecordKind::ALL.map(RecordKind::name);
    let kind = raw.kind.as_ref().and_then(|kind| {
        let known = RecordKind::from_name(&kind.value);
        if known.is_none() {
            let message = format!("unknown kind `{}`", kind.value);
            faults.error(kind.line, "unknown-kind", message, hint_for(&kind.value, &kind_names));
        }
        known
    });
    if raw.kind.is_none() {
        missing("kind", format!("one of {}", one_of(&kind_names, 9)), faults);
    }
    let format = format_of(raw);
    if let (Some(typed), None) = (&raw.format, format) {
        let names = Format::ALL.map(Format::name);
        let message = format!("unknown format `{}`", typed.value);
        faults.error(typed.line, "unknown-format", message, hint_for(&typed.value, &names));
    }
    if raw.paths.is_empty() {
        missing("path", "for example path = \"applicants.csv\"".to_owned(), faults);
    }
    let label = name.map_or_else(|| format!("on line {}", raw.line), |name| format!("\"{}\"", name.value));
    let columns = columns(raw, &label, headers.as_ref(), faults);
    let key = key(raw, &columns, headers.as_ref(), faults);
    let references = references(raw, kinds, headers.as_ref(), faults);
    let headers = headers?;
    let used: BTreeSet<&str> = columns
        .iter()
        .flat_map(|(_, columns)| columns)
        .chain(references.iter().flat_map(|(_, columns)| columns))
        .chain(compared.iter().flat_map(|(_, columns)| columns))
        .chain(&key)
        .map(String::as_str)
        .collect();
    let rest = headers.all.iter().filter(|name| !name.trim().is_empty() && !used.contains(name.as_str()));
    let (refused, unmapped): (Vec<String>, Vec<String>) = rest.cloned().partition(|name| refused(name).is_some());
    if !unmapped.is_empty() {
        let message =
            format!("source {label}: {} mapped to nothing: {}", columns_are(unmapped.len()), one_of(&unmapped, 40));
        let hint = "they are not used; map what identifies someone, leave the rest";
        faults.push(raw.line, Diagnostic::note("unmapped-columns", faults.at(raw.line), message).hint(hint));
    }
    let unasked: Vec<&String> = refused
        .iter()
        .filter(|name| !raw.columns.iter().flat_map(|(_, columns)| columns).any(|c| c.value == **name))
        .collect();
    if !unasked.is_empty() {
        let message = format!("source {label}: dropped at load: {}", one_of(&unasked, 40));
        let hint = "they name attributes that are never loaded";
        faults.push(raw.line, Diagnostic::note("refused-columns", faults.at(raw.line), message).hint(hint));
    }
    let distinct = distinct(raw, kind, faults);
    Some(Source {
        name: name?.value.clone(),
        kind: kind?,
        files: headers.files,
        format,
        key,
        columns,
        compared,
        distinct,
        references,
        refused,
        unmapped,
        line: raw.line,
    })
}

/// Whether the source is stated to hold each person once. Other kinds are not resolved, so that it says nothing there.
fn distinct(raw: &RawSource, kind: Option<RecordKind>, faults: &mut Faults) -> bool {
    let Some(stated) = raw.distinct.as_ref().filter(|stated| stated.value) else { return false };
    let is_person = kind.is_none_or(RecordKind::is_person);
    if let (Some(kind), false) = (kind, is_person) {
        let message = format!("`distinct` has no meaning for kind `{}`", kind.name());
        let hint = "only records of persons are resolved; take the line out";
        faults.warning(stated.line, "distinct-without-persons", message, hint);
    }
    is_person
}

fn columns_are(count: usize) -> String {
    if count == 1 { "1 column is".to_owned() } else { format!("{count} columns are") }
}

fn columns(raw: &RawSource, label: &str, headers: Option<&Headers>, faults: &mut Faults) -> Vec<(Field, Vec<String>)> {
    let names: Vec<&str> = Field::ALL.iter().map(|field| field.name()).collect();
    let mut mapped: Vec<(Field, Vec<String>)> = Vec::new();
    for (name, columns) in &raw.columns {
        let field = Field::from_name(&name.value);
        if field.is_none() {
            let message = format!("unknown field `{}`", name.value);
            faults.error(name.line, "unknown-field", message, hint_for(&name.value, &names));
        }
        // The columns of an unknown field are checked all the same: all faults in one go.
        let kept = listed(columns, &name.value, faults, |column, faults| {
            if let Some(attribute) = refused(&column.value) {
                let message = format!("{}: column `{}` names {attribute} and is dropped", name.value, column.value);
                let hint = "this attribute is never loaded; take the column out of the config";
                faults.warning(column.line, "refused-attribute", message, hint);
                return false;
            }
            headers.is_none_or(|headers| headers.check(column, &name.value, false, faults))
        });
        if let (Some(field), false) = (field, kept.is_empty()) {
            mapped.push((field, kept));
        }
    }
    // Where a mapping is at fault, that is what to mend; the source only seems to map nothing.
    let none_at_fault = raw.columns.iter().all(|(name, columns)| {
        let dropped = !columns.is_empty() && columns.iter().all(|column| refused(&column.value).is_some());
        Field::from_name(&name.value).is_some() && dropped
    });
    if mapped.is_empty() && none_at_fault && !raw.columns_unread {
        let message = format!("source {label} maps no column");
        let hint = "add `[source.columns]` with lines like phone = \"Home Phone\"; `samehand init` guesses them";
        faults.error(raw.line, "no-columns", message, hint);
    }
    mapped
}

/// The columns of one list that `keep` accepts, each once; one that is listed twice is an error.
pub(super) fn listed(
    columns: &[Located<String>],
    what: &str,
    faults: &mut Faults,
    mut keep: impl FnMut(&Located<String>, &mut Faults) -> bool,
) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut kept = Vec::new();
    for column in columns {
        if !seen.insert(&column.value) {
            let message = format!("{what}: column `{}` is listed twice", column.value);
            faults.error(column.line, "duplicate-column", message, "list each column once");
        } else if keep(column, faults) {
            kept.push(column.value.clone());
        }
    }
    kept
}

fn key(
    raw: &RawSource,
    columns: &[(Field, Vec<String>)],
    headers: Option<&Headers>,
    faults: &mut Faults,
) -> Vec<String> {
    listed(&raw.key, "key", faults, |column, faults| {
        if let Some(attribute) = refused(&column.value) {
            let message = format!("key: column `{}` names {attribute}, which is never loaded", column.value);
            faults.error(
                column.line,
                "refused-attribute",
                message,
                "choose another key, or none: then the row number serves",
            );
            return false;
        }
        let sensitive = columns.iter().find(|(field, names)| field.is_sensitive() && names.contains(&column.value));
        if let Some((field, _)) = sensitive {
            let message =
                format!("key: column `{}` is also `{}`; keys are stored as they are", column.value, field.name());
            let hint = "such a value would stand in every output; choose another key if there is one";
            faults.warning(column.line, "sensitive-key", message, hint);
        }
        headers.is_none_or(|headers| headers.check(column, "key", true, faults))
    })
}

fn references(
    raw: &RawSource,
    kinds: &BTreeSet<RecordKind>,
    headers: Option<&Headers>,
    faults: &mut Faults,
) -> Vec<(RecordKind, Vec<String>)> {
    let names = RecordKind::ALL.map(RecordKind::name);
    let mut references = Vec::new();
    for (name, columns) in &raw.references {
        let kind = RecordKind::from_name(&name.value);
        match kind {
            None => {
                let message = format!("reference to unknown kind `{}`", name.value);
                faults.error(name.line, "unknown-kind", message, hint_for(&name.value, &names));
            }
            Some(kind) if !kinds.contains(&kind) => {
                let message = format!("a reference to kind `{}`, of which there is no source", kind.name());
                let hint = "nothing can be joined through it; add that source or take the line out";
                faults.warning(name.line, "dangling-reference-kind", message, hint);
            }
            Some(_) => {}
        }
        let what = format!("reference {}", name.value);
        let count = columns.len();
        let kept = listed(columns, &what, faults, |column, faults| {
            if let Some(attribute) = refused(&column.value) {
                let message = format!("{what}: column `{}` names {attribute}, which is never loaded", column.value);
                faults.error(column.line, "refused-attribute", message, "take the reference out");
                return false;
            }
            headers.is_none_or(|headers| headers.check(column, &what, false, faults))
        });
        // Part of a composite key is no key.
        if let (Some(kind), true) = (kind, !kept.is_empty() && kept.len() == count) {
            references.push((kind, kept));
        }
    }
    references
}

fn hubs(raw: &Raw, files: &Files<'_>, faults: &mut Faults) -> Vec<HubFile> {
    let names = HubList::ALL.map(HubList::name);
    let mut hubs = Vec::new();
    for (name, path) in &raw.hubs {
        let list = HubList::ALL.into_iter().find(|list| list.name() == name.value);
        if list.is_none() {
            let message = format!("unknown allow list `{}`", name.value);
            faults.error(name.line, "unknown-key", message, hint_for(&name.value, &names));
        }
        let file = files.literal(&path.value);
        let Some(header) = files.header(&file, Some(Format::Csv), path.line, faults) else { continue };
        let Some(list) = list else { continue };
        let has = |column: &str| header.iter().any(|name| name.trim().eq_ignore_ascii_case(column));
        let mut lacking: Vec<String> =
            list.required_columns().iter().filter(|column| !has(column)).map(|column| format!("`{column}`")).collect();
        if settings::is_address_list(list) && !has("city") && !has("postal_code") {
            lacking.push("`city` or `postal_code`".to_owned());
        }
        if lacking.is_empty() {
            hubs.push(HubFile { list, file });
        } else {
            let message = format!("{}: `{}` has no column {}", list.name(), file.shown, lacking.join(" and no "));
            let hint = format!("its columns are {}", one_of(&header, 25));
            faults.error(path.line, "missing-column", message, hint);
        }
    }
    hubs.sort_by_key(|hub| hub.list);
    hubs
}

/// What is known to be bad. What each entry means is told once the records are there.
fn known(raw: &Raw, faults: &mut Faults) -> KnownBad {
    const LISTS: [&str; 3] = ["records", "personas", "values"];
    let mut known = KnownBad::default();
    for (name, typed) in &raw.known {
        let entries = typed.iter().map(|entry| entry.value.trim().to_owned()).filter(|entry| !entry.is_empty());
        match name.value.as_str() {
            "records" => known.records = entries.collect(),
            "personas" => known.personas = entries.collect(),
            "values" => known.values = entries.collect(),
            other => {
                let message = format!("unknown key `known.{other}`");
                faults.error(name.line, "unknown-key", message, hint_for(other, &LISTS));
            }
        }
    }
    known
}

/// SHA-256 over a canonical text: sources in order with name, kind, format, key, columns, references and file names;
/// names of the allow lists; comparisons and what is stated of a source beyond that, where there are any; every setting.
/// The model's content is digested where it is read. A relative path counts as typed, an absolute one by its file name only.
fn digest(
    sources: &[Source],
    hubs: &[HubFile],
    comparisons: &[AddedComparison],
    known: &KnownBad,
    settings: &Settings,
) -> String {
    let mut text = String::from("samehand config 1\n");
    // Every item carries its length, so that no two configs have the same text.
    let mut item = |tag: &str, parts: &[&str]| {
        text.push_str(tag);
        for part in parts {
            text.push_str(&format!(" {}:{part}", part.len()));
        }
        text.push('\n');
    };
    let strs = |first: &str, rest: &[String]| -> Vec<String> {
        std::iter::once(first.to_owned()).chain(rest.iter().cloned()).collect()
    };
    for source in sources {
        item("source", &[&source.name, source.kind.name(), source.format.map_or("", Format::name)]);
        for file in &source.files {
            item("file", &[&portable(&file.shown)]);
        }
        item("key", &source.key.iter().map(String::as_str).collect::<Vec<_>>());
        for (field, columns) in &source.columns {
            item("column", &strs(field.name(), columns).iter().map(String::as_str).collect::<Vec<_>>());
        }
        for (kind, columns) in &source.references {
            item("reference", &strs(kind.name(), columns).iter().map(String::as_str).collect::<Vec<_>>());
        }
        for (comparison, columns) in &source.compared {
            let name = comparisons.get(*comparison).map_or("", |comparison| comparison.name.as_str());
            item("compared", &strs(name, columns).iter().map(String::as_str).collect::<Vec<_>>());
        }
        if source.distinct {
            item("distinct", &[]);
        }
    }
    for comparison in comparisons {
        item("comparison", &[&comparison.name, comparison.compared_as.name()]);
    }
    for hub in hubs {
        item("hub", &[hub.list.name()]);
    }
    for (list, entries) in [("records", &known.records), ("personas", &known.personas), ("values", &known.values)] {
        if !entries.is_empty() {
            item("known", &strs(list, entries).iter().map(String::as_str).collect::<Vec<_>>());
        }
    }
    item("default_region", &[&settings.default_region]);
    for (name, number) in settings.leaves() {
        item("setting", &[&name, &number.to_string()]);
    }
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn portable(shown: &str) -> String {
    let path = Path::new(shown);
    match path.file_name() {
        Some(name) if path.is_absolute() => name.to_string_lossy().into_owned(),
        _ => shown.to_owned(),
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
