//! A guess as the text of a `samehand.toml` that teaches: what each part is, what was not clear, what else there is.
//!
//! Invariant: whatever headers and paths contain, the text is valid TOML and names them exactly.

use super::{GuessedComparison, GuessedSource};
use crate::config::header::one_of;
use crate::config::{Format, HubList};
use crate::model::field::Field;
use crate::model::record::RecordKind;
use crate::model::value::AttributeType;

/// The whole text.
pub(super) fn toml(
    sources: &[GuessedSource],
    comparisons: &[GuessedComparison],
    hubs: &[(HubList, String)],
    unsure: &[String],
) -> String {
    let mut out = Text(String::new());
    out.comment(
        "What samehand reads, and which column holds what. `samehand init` wrote this from the files: headers and",
    );
    out.comment("values were looked at, nothing was changed. `samehand check` tells everything that is wrong with it.");
    if !unsure.is_empty() {
        out.line("");
        out.comment("Please look at:");
        unsure.iter().for_each(|sentence| out.comment(&format!("- {sentence}")));
    }
    out.line("");
    out.comment(
        "Region that a phone number without country code is read in, and whose postal rules restore eaten zeros.",
    );
    out.line("default_region = \"US\"");
    for source in sources {
        out.line("");
        source_text(source, &mut out);
    }
    comparisons_text(comparisons, &mut out);
    out.line("");
    hubs_text(hubs, &mut out);
    out.line("");
    out.comment("Any number of the defaults may be set here under its name, for example:");
    out.comment("[thresholds]");
    out.comment("ring_bits = 3.0  # evidence that ties two personas into one ring, in bits");
    out.line("");
    fields_text(sources, &mut out);
    out.0
}

fn source_text(source: &GuessedSource, out: &mut Text) {
    if source.kind == RecordKind::Person {
        out.comment(&format!("{}: a plain table of persons or organizations.", source.path));
    } else {
        let because = match source.because.len() {
            0 => "the sum of its headers".to_owned(),
            _ => one_of(&source.because, 6),
        };
        out.comment(&format!("{}: kind {}, because of {because}.", source.path, source.kind.name()));
    }
    out.line("[[source]]");
    out.line(&format!("name = {}", quote(&source.name)));
    out.line(&format!(
        "kind = {:18} # {}",
        quote(source.kind.name()),
        RecordKind::ALL.map(RecordKind::name).join(", ")
    ));
    out.comment("A file, a glob (\"in/*.csv\"), or a list of them; relative to this file.");
    out.line(&format!("path = {}", quote(&source.path)));
    out.comment(&format!("format = \"csv\"  # detected; {}", Format::ALL.map(Format::name).join(", ")));
    if source.key.is_empty() {
        out.comment("key = \"…\"  # a column that names every row; without one the row number serves");
    } else {
        out.comment("The column that names a row in its own system; a list of columns for a key of several parts.");
        out.line(&format!("key = {}", list(&source.key)));
    }
    out.line("");
    out.comment("Field = column, or a list of columns.");
    out.line("[source.columns]");
    for (field, columns) in &source.columns {
        out.line(&format!("{} = {}", field.name(), list(columns)));
    }
    if !source.unmapped.is_empty() {
        let with_reason = |name: &String| match source.left_out.iter().find(|(known, _)| known == name) {
            Some((_, reason)) => format!("`{name}` ({reason})"),
            None => format!("`{name}`"),
        };
        let names: Vec<String> = source.unmapped.iter().take(60).map(with_reason).collect();
        let more = source.unmapped.len().saturating_sub(names.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        out.comment(&format!("Mapped to nothing: {}{more}", names.join(", ")));
    }
    if !source.refused.is_empty() {
        out.comment(&format!("Never loaded, because they name refused attributes: {}", one_of(&source.refused, 60)));
    }
    if !source.references.is_empty() {
        out.line("");
        out.comment("Columns that hold the key of a record of another kind: both then belong to one persona.");
        out.line("[source.references]");
        for (kind, columns) in &source.references {
            out.line(&format!("{} = {}", kind.name(), list(columns)));
        }
    }
}

fn comparisons_text(comparisons: &[GuessedComparison], out: &mut Text) {
    if comparisons.is_empty() {
        return;
    }
    out.line("");
    out.comment(
        "Columns that no field holds, compared by type; the types were inferred from the values. Take out what says",
    );
    out.comment("nothing about who or what a row is.");
    for (i, comparison) in comparisons.iter().enumerate() {
        if i > 0 {
            out.line("");
        }
        out.line("[[comparison]]");
        out.line(&format!("name = {}", quote(&comparison.name)));
        let types = if i == 0 { format!("; or {}", other_types(comparison.compared_as)) } else { String::new() };
        out.line(&format!("as = {:11} # {}{types}", quote(comparison.compared_as.name()), comparison.because));
        out.line(&format!("columns = {}", list(&comparison.columns)));
    }
}

fn other_types(compared_as: AttributeType) -> String {
    let others = AttributeType::ALL.into_iter().filter(|other| *other != compared_as);
    others.map(AttributeType::name).collect::<Vec<_>>().join(", ")
}

fn hubs_text(hubs: &[(HubList, String)], out: &mut Text) {
    out.comment("Allow lists of places, networks and firms that many people share for a known reason; CSV, relative to this file.");
    if hubs.is_empty() {
        out.comment("[hubs]");
    } else {
        out.line("[hubs]");
    }
    for list in HubList::ALL {
        match hubs.iter().find(|(known, _)| *known == list) {
            Some((_, path)) => out.line(&format!("{} = {}", list.name(), quote(path))),
            None => {
                let columns = list.required_columns().join(", ");
                out.comment(&format!("{} = \"{}.csv\"  # column {columns}", list.name(), list.name()));
            }
        }
    }
}

fn fields_text(sources: &[GuessedSource], out: &mut Text) {
    let used = |field: Field| sources.iter().any(|source| source.columns.iter().any(|(known, _)| *known == field));
    out.comment("Fields that no source uses yet:");
    for &field in Field::ALL.iter().filter(|field| !used(**field)) {
        out.comment(&format!("  {:18} {}", field.name(), field.doc()));
    }
}

struct Text(String);

impl Text {
    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    /// One comment line; control characters, which a comment must not have, become spaces.
    fn comment(&mut self, text: &str) {
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        self.line(&format!("# {text}"));
    }
}

fn list(names: &[String]) -> String {
    match names {
        [one] => quote(one),
        _ => format!("[{}]", names.iter().map(|name| quote(name)).collect::<Vec<_>>().join(", ")),
    }
}

/// A TOML basic string.
fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_reads_back() {
        use proptest::prelude::*;
        proptest!(ProptestConfig::with_cases(200), |(text in "\\PC{0,12}|[\\x00-\\x7f]{0,12}|[\"\\\\\n\t\u{80}-\u{9f}]{0,6}")| {
            let document = format!("a = {}\n", quote(&text));
            let table: toml::Table = document.parse().map_err(|error| TestCaseError::fail(format!("{error}")))?;
            prop_assert_eq!(table["a"].as_str(), Some(text.as_str()));
        });
    }

    #[test]
    fn comments_stay_on_one_line() {
        let mut out = Text(String::new());
        out.comment("a\nb\u{0}c");
        assert_eq!(out.0, "# a b c\n");
    }
}
