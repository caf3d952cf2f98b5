//! The config as the user typed it: TOML read into plain values that know their line. It reports what TOML itself can
//! tell (syntax, unknown keys, wrong types); whether names mean anything and files exist is `resolve`'s business.
//!
//! Invariant: reading goes on after a fault, so that all faults are found in one go; only a syntax error stops it.

use super::header::{hint_for, one_of};
use super::settings::{Number, defaults, names_below};
use crate::model::diagnostic::Diagnostic;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and the line of the config that it stands on, counted from 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Its line, from 1.
    pub line: usize,
}

/// A `[[source]]` as typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawSource {
    /// Line of its `[[source]]`, from 1.
    pub line: usize,
    /// `name`.
    pub name: Option<Located<String>>,
    /// `kind`.
    pub kind: Option<Located<String>>,
    /// `path`, one or several.
    pub paths: Vec<Located<String>>,
    /// `format`.
    pub format: Option<Located<String>>,
    /// `key`, one or several columns.
    pub key: Vec<Located<String>>,
    /// `[source.columns]`: field to columns.
    pub columns: Vec<(Located<String>, Vec<Located<String>>)>,
    /// `[source.references]`: kind to columns.
    pub references: Vec<(Located<String>, Vec<Located<String>>)>,
    /// `distinct`.
    pub distinct: Option<Located<bool>>,
    /// Whether `columns` is there but no table, so that the source is not said to map nothing as well.
    pub columns_unread: bool,
    /// Keys that are there although their value had the wrong type, so that they are not called missing as well.
    pub given: Vec<String>,
}

/// A `[[comparison]]` as typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawComparison {
    /// Line of its `[[comparison]]`, from 1.
    pub line: usize,
    /// `name`.
    pub name: Option<Located<String>>,
    /// `as`.
    pub compared_as: Option<Located<String>>,
    /// `columns`, one or several, each with or without a source's name before it.
    pub columns: Vec<Located<String>>,
    /// Keys that are there although their value had the wrong type, so that they are not called missing as well.
    pub given: Vec<String>,
}

/// A whole config as typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Raw {
    /// `default_region`.
    pub default_region: Option<Located<String>>,
    /// Every `[[source]]`, in order.
    pub sources: Vec<RawSource>,
    /// Whether `source` names anything, in whatever shape.
    pub names_a_source: bool,
    /// Every `[[comparison]]`, in order.
    pub comparisons: Vec<RawComparison>,
    /// `model`: a file.
    pub model: Option<Located<String>>,
    /// `[known]`: `records`, `personas` or `values`, each with what is typed there.
    pub known: Vec<(Located<String>, Vec<Located<String>>)>,
    /// `[hubs]`: list name to file.
    pub hubs: Vec<(Located<String>, Located<String>)>,
    /// Overrides of defaults.toml: dotted name (`weights.kinds.phone.m`) to number.
    pub overrides: Vec<(Located<String>, Number)>,
}

/// The faults found so far, each at a line of one config file.
#[derive(Debug)]
pub(super) struct Faults {
    shown: String,
    found: Vec<(usize, Diagnostic)>,
}

impl Faults {
    pub(super) fn new(shown: String) -> Self {
        Self { shown, found: Vec::new() }
    }

    /// `samehand.toml:12`.
    pub(super) fn at(&self, line: usize) -> String {
        format!("{}:{line}", self.shown)
    }

    pub(super) fn error(&mut self, line: usize, code: &'static str, message: String, hint: impl Into<String>) {
        self.push(line, Diagnostic::error(code, self.at(line), message).hint(hint));
    }

    pub(super) fn warning(&mut self, line: usize, code: &'static str, message: String, hint: impl Into<String>) {
        self.push(line, Diagnostic::warning(code, self.at(line), message).hint(hint));
    }

    pub(super) fn push(&mut self, line: usize, diagnostic: Diagnostic) {
        self.found.push((line, diagnostic));
    }

    /// All of them in the order of the file; what stands on one line keeps the order in which it was found.
    pub(super) fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|&(line, _)| line);
        self.found.into_iter().map(|(_, diagnostic)| diagnostic).collect()
    }
}

/// Byte offsets to lines.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        Self(std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }

    fn of(&self, span: Range<usize>) -> usize {
        self.0.partition_point(|&start| start <= span.start).max(1)
    }
}

const SOURCE_KEYS: [&str; 8] = ["name", "kind", "path", "format", "key", "columns", "references", "distinct"];
const COMPARISON_KEYS: [&str; 3] = ["name", "as", "columns"];

/// Reads a config's text. `None` after a syntax error, which is then the only fault.
pub(super) fn read(text: &str, faults: &mut Faults) -> Option<Raw> {
    let lines = Lines::new(text);
    let document = match DeTable::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let line = error.span().map_or(1, |span| lines.of(span));
            let message = format!("not valid TOML: {}", error.message().trim().replace('\n', "; "));
            let hint = if error.message().contains("duplicate key") {
                "a name stands once in a table; give several columns as a list: phone = [\"Home\", \"Mobile\"]"
            } else {
                "strings stand in quotes, lists in square brackets; everything else was not looked at yet"
            };
            faults.error(line, "toml-syntax", message, hint);
            return None;
        }
    };
    let mut reader = Reader { lines, faults };
    let mut raw = Raw::default();
    let mut tops = vec!["default_region", "model", "source", "comparison", "hubs", "known"];
    for (name, _) in defaults() {
        let top = name.split('.').next().unwrap_or_default();
        if !tops.contains(&top) {
            tops.push(top);
        }
    }
    for (key, value) in document.get_ref().iter() {
        let line = reader.lines.of(key.span());
        match key.get_ref().as_ref() {
            "default_region" => raw.default_region = reader.string("default_region", value),
            "source" => {
                raw.names_a_source = !matches!(value.get_ref(), DeValue::Array(items) if items.is_empty());
                raw.sources = reader.tables("source", line, value, Reader::source);
            }
            "comparison" => raw.comparisons = reader.tables("comparison", line, value, Reader::comparison),
            "model" => raw.model = reader.string("model", value),
            "known" => raw.known = reader.columns("known", key, value),
            "hubs" => {
                if let Some(table) = reader.table("hubs", line, value) {
                    for (list, file) in table.iter() {
                        let name = reader.located(list);
                        if let Some(file) = reader.string(&format!("hubs.{}", name.value), file) {
                            raw.hubs.push((name, file));
                        }
                    }
                }
            }
            other if tops.contains(&other) => reader.setting(other.to_owned(), line, value, &mut raw.overrides),
            other => {
                // A source's key before any `[[source]]` is a line in the wrong place rather than a misspelling.
                let hint = if SOURCE_KEYS.contains(&other) {
                    format!("`{other}` belongs below a `[[source]]` line")
                } else if COMPARISON_KEYS.contains(&other) {
                    format!("`{other}` belongs below a `[[comparison]]` line")
                } else {
                    hint_for(other, &tops)
                };
                reader.unknown(line, other, &hint);
            }
        }
    }
    Some(raw)
}

struct Reader<'a> {
    lines: Lines,
    faults: &'a mut Faults,
}

impl Reader<'_> {
    fn located<T: AsRef<str>>(&self, text: &Spanned<T>) -> Located<String> {
        Located { value: text.get_ref().as_ref().to_owned(), line: self.lines.of(text.span()) }
    }

    fn unknown(&mut self, line: usize, name: &str, hint: &str) {
        self.faults.error(line, "unknown-key", format!("unknown key `{name}`"), hint);
    }

    fn wrong_type(&mut self, line: usize, name: &str, wanted: &str, value: &DeValue<'_>) {
        let message = format!("`{name}` must be {wanted}, but it is {}", with_article(value.type_str()));
        self.faults.error(line, "wrong-type", message, example(name, wanted));
    }

    fn string(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> Option<Located<String>> {
        let line = self.lines.of(value.span());
        match value.get_ref() {
            DeValue::String(text) => Some(Located { value: text.as_ref().to_owned(), line }),
            other => {
                self.wrong_type(line, name, "a string", other);
                None
            }
        }
    }

    fn boolean(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> Option<Located<bool>> {
        let line = self.lines.of(value.span());
        match value.get_ref() {
            DeValue::Boolean(value) => Some(Located { value: *value, line }),
            other => {
                self.wrong_type(line, name, "true or false", other);
                None
            }
        }
    }

    /// One string or a list of strings.
    fn strings(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> Vec<Located<String>> {
        let line = self.lines.of(value.span());
        match value.get_ref() {
            DeValue::String(text) => vec![Located { value: text.as_ref().to_owned(), line }],
            DeValue::Array(items) if items.is_empty() => {
                let message = format!("`{name}` is an empty list");
                self.faults.error(line, "empty-list", message, "name at least one, or leave the line out");
                Vec::new()
            }
            DeValue::Array(items) => items.iter().filter_map(|item| self.string(name, item)).collect(),
            other => {
                self.wrong_type(line, name, "a string or a list of strings", other);
                Vec::new()
            }
        }
    }

    fn table<'t, 'i>(&mut self, name: &str, line: usize, value: &'t Spanned<DeValue<'i>>) -> Option<&'t DeTable<'i>> {
        match value.get_ref() {
            DeValue::Table(table) => Some(table),
            other => {
                self.wrong_type(line, name, "a table", other);
                None
            }
        }
    }

    /// The tables of a list such as `[[source]]`, each read by `read`.
    fn tables<T>(
        &mut self,
        name: &str,
        line: usize,
        value: &Spanned<DeValue<'_>>,
        read: fn(&mut Self, usize, &DeTable<'_>) -> T,
    ) -> Vec<T> {
        let mut tables = Vec::new();
        match value.get_ref() {
            DeValue::Array(items) => {
                for item in items.iter() {
                    let line = self.lines.of(item.span());
                    match item.get_ref() {
                        DeValue::Table(table) => tables.push(read(self, line, table)),
                        other => self.wrong_type(line, name, "a table", other),
                    }
                }
            }
            DeValue::Table(table) => {
                let hint = format!("write `[[{name}]]` with two brackets: there may be several");
                self.faults.error(line, "wrong-type", format!("`{name}` must be a list of tables"), hint);
                // Read all the same, so that its other faults are told in the same go.
                tables.push(read(self, line, table));
            }
            other => self.wrong_type(line, name, "a list of tables", other),
        }
        tables
    }

    fn source(&mut self, line: usize, table: &DeTable<'_>) -> RawSource {
        let mut source = RawSource { line, ..RawSource::default() };
        for (key, value) in table.iter() {
            let name = key.get_ref().as_ref();
            source.given.push(name.to_owned());
            match name {
                "name" => source.name = self.string("name", value),
                "kind" => source.kind = self.string("kind", value),
                "path" => source.paths = self.strings("path", value),
                "format" => source.format = self.string("format", value),
                "key" => source.key = self.strings("key", value),
                "columns" => {
                    source.columns_unread = !value.get_ref().is_table();
                    source.columns = self.columns("columns", key, value);
                }
                "references" => source.references = self.columns("references", key, value),
                "distinct" => source.distinct = self.boolean("distinct", value),
                other => {
                    let hint = if crate::model::field::Field::from_name(other).is_some() {
                        format!("`{other}` is a field: it belongs below `[source.columns]`")
                    } else {
                        hint_for(other, &SOURCE_KEYS)
                    };
                    let line = self.lines.of(key.span());
                    self.unknown(line, other, &hint);
                }
            }
        }
        source
    }

    fn comparison(&mut self, line: usize, table: &DeTable<'_>) -> RawComparison {
        let mut comparison = RawComparison { line, ..RawComparison::default() };
        for (key, value) in table.iter() {
            let name = key.get_ref().as_ref();
            comparison.given.push(name.to_owned());
            match name {
                "name" => comparison.name = self.string("name", value),
                "as" => comparison.compared_as = self.string("as", value),
                "columns" => comparison.columns = self.strings("columns", value),
                other => {
                    let hint = hint_for(other, &COMPARISON_KEYS);
                    let line = self.lines.of(key.span());
                    self.unknown(line, other, &hint);
                }
            }
        }
        comparison
    }

    fn columns<T>(
        &mut self,
        name: &str,
        key: &Spanned<T>,
        value: &Spanned<DeValue<'_>>,
    ) -> Vec<(Located<String>, Vec<Located<String>>)> {
        let line = self.lines.of(key.span());
        let Some(table) = self.table(name, line, value) else { return Vec::new() };
        table
            .iter()
            .map(|(field, columns)| {
                let field = self.located(field);
                let columns = self.strings(&field.value, columns);
                (field, columns)
            })
            .collect()
    }

    /// An override of one setting, or of a table of them. The names are those of defaults.toml.
    fn setting(
        &mut self,
        path: String,
        line: usize,
        value: &Spanned<DeValue<'_>>,
        overrides: &mut Vec<(Located<String>, Number)>,
    ) {
        let is_leaf = defaults().iter().any(|(name, _)| *name == path);
        match value.get_ref() {
            DeValue::Table(table) if !is_leaf => {
                for (key, value) in table.iter() {
                    let name = key.get_ref().as_ref();
                    let line = self.lines.of(key.span());
                    let below = names_below(&path);
                    if below.contains(&name) {
                        self.setting(format!("{path}.{name}"), line, value, overrides);
                    } else {
                        let hint = hint_for(name, &below);
                        self.unknown(line, &format!("{path}.{name}"), &hint);
                    }
                }
            }
            value if !is_leaf => self.wrong_type(line, &path, "a table", value),
            value => match Number::of(value) {
                Some(number) => overrides.push((Located { value: path, line }, number)),
                None => self.wrong_type(line, &path, "a number", value),
            },
        }
    }
}

fn with_article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {kind}")
}

fn example(name: &str, wanted: &str) -> String {
    let last = name.rsplit('.').next().unwrap_or(name);
    match wanted {
        "a number" => format!("for example {last} = 0.5, without quotes"),
        "a table" => format!("write a line `[{name}]` and the names below it"),
        "a list of tables" => format!("write a line `[[{name}]]` and its keys below it"),
        "true or false" => format!("for example {last} = true, without quotes"),
        "a string" => format!("for example {last} = \"…\", in quotes"),
        _ => format!(
            "for example {last} = \"…\" or {last} = [\"…\", \"…\"]; known keys of a source: {}",
            one_of(&SOURCE_KEYS, 9)
        ),
    }
}
