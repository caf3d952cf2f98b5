//! The `[[comparison]]` tables of a config: columns that the vocabulary does not know, each with the type that it is
//! compared by. A column is meant in every source of persons that has it, or in the one source named before it.
//!
//! Invariant: no column that is refused or sensitive becomes a comparison, whose values stand in the output as they are.

use super::AddedComparison;
use super::files::Headers;
use super::header::{hint_for, nearest, one_of, refused};
use super::raw::{Faults, Located, Raw, RawComparison, RawSource};
use super::resolve::listed;
use crate::model::diagnostic::Diagnostic;
use crate::model::field::Field;
use crate::model::record::RecordKind;
use crate::model::value::AttributeType;
use std::collections::{BTreeMap, BTreeSet};

/// Names of the comparisons that are always there; a config cannot give them to its own.
pub const BUILT_IN_COMPARISONS: [&str; 14] = [
    "given_name",
    "family_name",
    "full_name",
    "birth_date",
    "email",
    "phone",
    "place",
    "government_id",
    "document_number",
    "account",
    "handle",
    "photo_hash",
    "resume",
    "prior",
];

/// Every comparison, and what each source has of them.
pub(super) struct Compared {
    pub(super) comparisons: Vec<AddedComparison>,
    /// In the order of the sources: index of the comparison to its columns there.
    pub(super) of_sources: Vec<Vec<(usize, Vec<String>)>>,
}

/// Checks every comparison against the headers of the sources, `None` where these could not be read.
pub(super) fn resolve(raw: &Raw, headers: &[Option<Headers>], faults: &mut Faults) -> Compared {
    let mut out = Compared { comparisons: Vec::new(), of_sources: vec![Vec::new(); raw.sources.len()] };
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for comparison in &raw.comparisons {
        if let Some(name) = &comparison.name {
            check_name(name, &mut names, faults);
        }
        let compared_as = compared_as(comparison, faults);
        missing(comparison, faults);
        let what = match &comparison.name {
            Some(name) => format!("comparison {}", name.value),
            None => format!("comparison on line {}", comparison.line),
        };
        let columns = Columns { sources: &raw.sources, headers, what: &what };
        let mut found: Vec<Vec<String>> = vec![Vec::new(); raw.sources.len()];
        listed(&comparison.columns, &what, faults, |column, faults| {
            columns.find(column, faults, &mut found);
            false
        });
        let (Some(name), Some(compared_as)) = (&comparison.name, compared_as) else { continue };
        let index = out.comparisons.len();
        out.comparisons.push(AddedComparison { name: name.value.clone(), compared_as });
        for (of_source, columns) in out.of_sources.iter_mut().zip(found) {
            if !columns.is_empty() {
                of_source.push((index, columns));
            }
        }
    }
    out
}

fn check_name<'a>(name: &'a Located<String>, names: &mut BTreeMap<&'a str, usize>, faults: &mut Faults) {
    let text = name.value.as_str();
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
        let message = format!("`{text}` cannot be the name of a comparison");
        faults.error(name.line, "bad-name", message, "use lower-case letters a to z, digits and `_`");
    } else if BUILT_IN_COMPARISONS.contains(&text) {
        let message = format!("there is a comparison `{text}` already");
        let hint = if Field::from_name(text).is_some() {
            "map the column to that field in `[source.columns]`, or choose another name"
        } else {
            "choose another name"
        };
        faults.error(name.line, "built-in-comparison", message, hint);
    }
    match names.get(text) {
        Some(first) => {
            let message = format!("two comparisons are called `{text}`; the first is on line {first}");
            faults.error(name.line, "duplicate-comparison", message, "give each its own name, or list all its columns");
        }
        None => drop(names.insert(text, name.line)),
    }
}

fn compared_as(raw: &RawComparison, faults: &mut Faults) -> Option<AttributeType> {
    let typed = raw.compared_as.as_ref()?;
    let known = AttributeType::from_name(&typed.value);
    if known.is_none() {
        let message = format!("unknown type `{}`", typed.value);
        let names = AttributeType::ALL.map(AttributeType::name);
        faults.error(typed.line, "unknown-type", message, hint_for(&typed.value, &names));
    }
    known
}

fn missing(raw: &RawComparison, faults: &mut Faults) {
    let types = one_of(&AttributeType::ALL.map(AttributeType::name), 9);
    for (key, hint) in [
        ("name", "for example name = \"category\"".to_owned()),
        ("as", format!("one of {types}")),
        ("columns", "for example columns = \"Type\"".to_owned()),
    ] {
        if !raw.given.iter().any(|given| given == key) {
            faults.error(raw.line, "missing-key", format!("a comparison has no `{key}`"), hint);
        }
    }
}

/// Where the columns of one comparison are looked for.
struct Columns<'a> {
    sources: &'a [RawSource],
    headers: &'a [Option<Headers>],
    what: &'a str,
}

impl Columns<'_> {
    /// Adds a column to the sources that it is meant in; a fault where there is none.
    fn find(&self, typed: &Located<String>, faults: &mut Faults, found: &mut [Vec<String>]) {
        if let Some(at) = self.source_before(&typed.value) {
            let name = self.sources[at].name.as_ref().map_or("", |name| name.value.as_str());
            // The name and its colon stand before the column.
            let column = Located { value: typed.value[name.len() + 1..].to_owned(), line: typed.line };
            if let Some(kind) = self.kind(at).filter(|kind| !kind.is_person()) {
                let message = format!("{}: source `{name}` is of kind `{}`", self.what, kind.name());
                let hint = "only records of persons are compared: applicant, employee, person";
                faults.error(typed.line, "no-persons", message, hint);
            } else if !self.is_refused(&column, faults) {
                let is_there = self.headers[at].as_ref().is_none_or(|h| h.check(&column, self.what, false, faults));
                if is_there {
                    self.add(at, &column, faults, found);
                }
            }
            return;
        }
        if self.is_refused(typed, faults) {
            return;
        }
        let persons = |at: &usize| self.kind(*at).is_none_or(RecordKind::is_person);
        let having: Vec<usize> = (0..self.sources.len())
            .filter(persons)
            .filter(|&at| self.headers[at].as_ref().is_some_and(|headers| headers.has(&typed.value)))
            .collect();
        for &at in &having {
            if self.headers[at].as_ref().is_some_and(|headers| headers.check(typed, self.what, false, faults)) {
                self.add(at, typed, faults, found);
            }
        }
        // A source that could not be read may have it; its own fault is told.
        let unread = (0..self.sources.len()).filter(persons).any(|at| self.headers[at].is_none());
        if having.is_empty() && !unread {
            let message = format!("{}: column `{}` is in no source of persons", self.what, typed.value);
            faults.error(typed.line, "missing-column", message, self.hint(&typed.value));
        }
    }

    fn kind(&self, at: usize) -> Option<RecordKind> {
        self.sources[at].kind.as_ref().and_then(|kind| RecordKind::from_name(&kind.value))
    }

    /// The source whose name and a colon stand before the column; the longest name where several do.
    fn source_before(&self, typed: &str) -> Option<usize> {
        let length = |at: usize| {
            let name = &self.sources[at].name.as_ref()?.value;
            typed.strip_prefix(name.as_str())?.strip_prefix(':').map(|_| name.len())
        };
        (0..self.sources.len())
            .filter_map(|at| Some((length(at)?, at)))
            .max_by_key(|&(n, at)| (n, usize::MAX - at))
            .map(|(_, at)| at)
    }

    fn is_refused(&self, column: &Located<String>, faults: &mut Faults) -> bool {
        let Some(attribute) = refused(&column.value) else { return false };
        let message = format!("{}: column `{}` names {attribute}, which is never loaded", self.what, column.value);
        faults.error(column.line, "refused-attribute", message, "take the column out of the comparison");
        true
    }

    fn add(&self, at: usize, column: &Located<String>, faults: &mut Faults, found: &mut [Vec<String>]) {
        let feeds = |(field, columns): &&(Located<String>, Vec<Located<String>>)| {
            Field::from_name(&field.value).is_some() && columns.iter().any(|fed| fed.value == column.value)
        };
        let fields: Vec<Field> = self.sources[at]
            .columns
            .iter()
            .filter(feeds)
            .filter_map(|(field, _)| Field::from_name(&field.value))
            .collect();
        let source = self.sources[at].name.as_ref().map_or("", |name| name.value.as_str());
        if let Some(field) = fields.iter().find(|field| field.is_sensitive()) {
            let message = format!(
                "{}: column `{}` of source `{source}` is `{}`, which is stored as a hash only",
                self.what,
                column.value,
                field.name()
            );
            let hint = "its field compares it already; take the column out of the comparison";
            faults.error(column.line, "sensitive-comparison", message, hint);
            return;
        }
        if let Some(field) = fields.first() {
            let message =
                format!("{}: column `{}` of source `{source}` feeds `{}` too", self.what, column.value, field.name());
            let hint = "it counts twice where that field is compared";
            faults.push(column.line, Diagnostic::note("compared-twice", faults.at(column.line), message).hint(hint));
        }
        if !found[at].contains(&column.value) {
            found[at].push(column.value.clone());
        }
    }

    /// What a column that no source of persons has was meant to be.
    fn hint(&self, column: &str) -> String {
        if let Some((before, rest)) = column.split_once(':')
            && self.headers.iter().flatten().any(|headers| headers.has(rest))
        {
            let names: Vec<&str> =
                self.sources.iter().filter_map(|source| source.name.as_ref()).map(|name| name.value.as_str()).collect();
            return match nearest(before, names.iter().copied()) {
                Some(near) => format!("did you mean source `{near}`?"),
                None => format!("before the colon stands the name of a source: {}", one_of(&names, 12)),
            };
        }
        let at = (0..self.sources.len()).filter(|&at| self.kind(at).is_none_or(RecordKind::is_person));
        let headers: Vec<&Headers> = at.filter_map(|at| self.headers[at].as_ref()).collect();
        if let [only] = headers[..] {
            return only.hint(column);
        }
        let mut seen = BTreeSet::new();
        let all: Vec<&str> =
            headers.iter().flat_map(|h| &h.all).map(String::as_str).filter(|n| seen.insert(*n)).collect();
        hint_for(column, &all)
    }
}
