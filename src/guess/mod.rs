//! A first config from the files themselves, for `samehand init`: what each table's rows are, which column names a
//! row, feeds which field and refers to which other table, and what was not clear. It is given previews and opens no
//! file; reading them is `ingest`'s business, and judging the result the user's.
//!
//! Invariant: the text that it writes loads without an error, and whatever rests on less than header and values
//! together is said in [`Guess::unsure`].

mod aliases;
mod columns;
mod compared;
mod keys;
mod kind;
mod values;
mod write;

use crate::config::HubList;
use crate::config::header::{refused, words};
use crate::model::field::Field;
use crate::model::record::RecordKind;
use crate::model::table::{Table, TextColumn};
use columns::Mapping;
pub use compared::GuessedComparison;
use values::Seen;

/// Rows of a preview: enough to know values by, few enough to read at once.
pub const PREVIEW_ROWS: usize = 2000;

/// The head of one file.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The path as it shall stand in the config.
    pub path: String,
    /// The file's name without ending; becomes the source's name.
    pub name: String,
    /// Header and the first rows, at most [`PREVIEW_ROWS`].
    pub table: Table,
}

/// A config to start with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// The commented text of a `samehand.toml`.
    pub toml: String,
    /// What the user should look at, one sentence each.
    pub unsure: Vec<String>,
    /// The sources in the order of the files.
    pub sources: Vec<GuessedSource>,
    /// Columns of plain tables that no field holds, compared by type.
    pub comparisons: Vec<GuessedComparison>,
    /// Allow lists found among the files: list and path.
    pub hubs: Vec<(HubList, String)>,
}

/// One `[[source]]` of a guess.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuessedSource {
    /// Unique among the sources; lower-case letters, digits and `_`.
    pub name: String,
    /// As the preview gave it.
    pub path: String,
    /// What its rows are.
    pub kind: RecordKind,
    /// Headers that spoke for the kind.
    pub because: Vec<String>,
    /// The key column; empty when no column names a row.
    pub key: Vec<String>,
    /// Field to columns, in the order of the fields.
    pub columns: Vec<(Field, Vec<String>)>,
    /// Kind to the column that refers to it.
    pub references: Vec<(RecordKind, Vec<String>)>,
    /// Columns that name a refused attribute.
    pub refused: Vec<String>,
    /// Columns that feed nothing.
    pub unmapped: Vec<String>,
    /// Those of a plain table that are not compared either, each with the reason: `says where a row came from`.
    pub left_out: Vec<(String, &'static str)>,
    /// What of this source was not clear.
    pub unsure: Vec<String>,
}

/// A column of a preview and what was seen of it.
struct Column<'a> {
    name: &'a str,
    words: Vec<String>,
    seen: Seen,
    cells: &'a TextColumn,
    /// Refused, without a name, or a name that an earlier column has.
    unusable: bool,
}

impl<'a> Column<'a> {
    fn of(table: &'a Table) -> Vec<Column<'a>> {
        let columns = table.names.iter().zip(&table.columns).enumerate();
        columns
            .map(|(i, (name, cells))| Column {
                name,
                words: words(name),
                seen: Seen::new(cells),
                cells,
                unusable: name.trim().is_empty() || table.names[..i].contains(name) || refused(name).is_some(),
            })
            .collect()
    }

    fn is_usable(&self) -> bool {
        !self.unusable
    }

    /// Whether every row has a value of its own; a table without rows cannot deny it.
    fn may_be_key(&self) -> bool {
        self.seen.is_unique()
    }

    /// Whether its header has these words in a row, or is made of them without separators.
    fn says(&self, phrase: &str) -> bool {
        let parts: Vec<&str> = phrase.split(' ').collect();
        self.words.windows(parts.len()).any(|window| window == parts) || self.words.concat() == parts.concat()
    }

    /// Whether it is mostly filled where another column is not.
    fn stands_in_for(&self, other: &Column<'_>) -> bool {
        let filled =
            |column: &Column<'_>, row: usize| column.cells.get(row).is_some_and(|cell| !cell.trim().is_empty());
        let both = (0..self.seen.rows).filter(|&row| filled(self, row) && filled(other, row)).count();
        both * 2 < self.seen.filled.min(other.seen.filled)
    }

    fn values(&self) -> impl Iterator<Item = &'a str> {
        let cells: &'a TextColumn = self.cells;
        (0..cells.len()).filter_map(|row| cells.get(row)).map(str::trim).filter(|cell| !cell.is_empty())
    }
}

/// A table on its way to becoming a source.
struct Draft<'a> {
    preview: &'a Preview,
    columns: Vec<Column<'a>>,
    kind: RecordKind,
    because: Vec<String>,
    mapping: Mapping,
    rows: usize,
}

/// Looks at the heads of all files together and writes a first config. Every preview becomes a source or an allow list,
/// except one in which nothing was recognized; that is said.
pub fn guess(files: &[Preview]) -> Guess {
    let mut unsure = Vec::new();
    let mut hubs: Vec<(HubList, String)> = Vec::new();
    let mut drafts = Vec::new();
    for preview in files {
        let columns = Column::of(&preview.table);
        match kind::hub_list(&preview.name, &columns) {
            Some(Ok(list)) if hubs.iter().any(|(known, _)| *known == list) => {
                unsure.push(format!("{}: a second list of {}; only the first was taken", preview.path, list.name()));
                continue;
            }
            Some(Ok(list)) => {
                hubs.push((list, preview.path.clone()));
                continue;
            }
            Some(Err(list)) => {
                unsure.push(format!("{}: could be the allow list {list}; if so, add it below [hubs]", preview.path));
                continue;
            }
            None => {}
        }
        let found = kind::kind(&preview.name, &columns);
        let mut mapping = columns::map(&columns, found.kind);
        if mapping.fields.is_empty() {
            let names = crate::config::header::one_of(&preview.table.names, 12);
            unsure.push(format!("{}: no column was recognized ({names}); it is left out", preview.path));
            continue;
        }
        if let Some(rival) = found.rival {
            let (kind, rival) = (found.kind.name(), rival.name());
            mapping.unsure.push(format!("its rows were taken for kind {kind}; {rival} was close"));
        }
        let rows = columns.iter().map(|column| column.seen.rows).max().unwrap_or(0);
        drafts.push(Draft { preview, columns, kind: found.kind, because: found.because, mapping, rows });
    }
    hubs.sort();
    let keys = keys::keys(&drafts);
    let mut names: Vec<String> = Vec::new();
    let mut sources: Vec<GuessedSource> = (0..drafts.len())
        .map(|i| {
            let name = unique_name(&drafts[i].preview.name, &names);
            names.push(name.clone());
            source(&drafts, &keys, i, name)
        })
        .collect();
    let comparisons = compared::choose(&drafts, &mut sources);
    for source in &mut sources {
        // In a plain table every column may matter; a company's exports are full of columns that do not.
        if source.kind == RecordKind::Person && !source.unmapped.is_empty() {
            source.unsure.push(format!("mapped to nothing: {}", crate::config::header::one_of(&source.unmapped, 30)));
        }
        unsure.extend(source.unsure.iter().map(|sentence| format!("{}: {sentence}", source.path)));
    }
    if sources.is_empty() {
        unsure.push("no file became a source; add a [[source]] by hand".to_owned());
    }
    let toml = write::toml(&sources, &comparisons, &hubs, &unsure);
    Guess { toml, unsure, sources, comparisons, hubs }
}

fn source(drafts: &[Draft<'_>], keys: &[Option<usize>], at: usize, name: String) -> GuessedSource {
    let draft = &drafts[at];
    let names = |columns: &[usize]| columns.iter().map(|&i| draft.columns[i].name.to_owned()).collect::<Vec<_>>();
    let mut unsure = draft.mapping.unsure.clone();
    let key = keys[at].map(|i| vec![draft.columns[i].name.to_owned()]).unwrap_or_default();
    if key.is_empty() {
        unsure.push("no column names every row, so the row number serves as key".to_owned());
    }
    let mut references = Vec::new();
    for found in keys::references(drafts, keys, at) {
        unsure.extend(found.unsure);
        references.push((found.kind, names(&[found.column])));
    }
    let columns: Vec<(Field, Vec<String>)> =
        draft.mapping.fields.iter().map(|(field, at)| (*field, names(at))).collect();
    let used = |name: &str| {
        let mapped = columns.iter().flat_map(|(_, columns)| columns);
        let referred = references.iter().flat_map(|(_, columns): &(RecordKind, Vec<String>)| columns);
        mapped.chain(referred).chain(&key).any(|column| column == name)
    };
    let mut refused_columns = Vec::new();
    let mut unmapped = Vec::new();
    for name in &draft.preview.table.names {
        if refused(name).is_some() {
            refused_columns.push(name.clone());
        } else if !name.trim().is_empty() && !used(name) && !unmapped.contains(name) {
            unmapped.push(name.clone());
        }
    }
    GuessedSource {
        name,
        path: draft.preview.path.clone(),
        kind: draft.kind,
        because: draft.because.clone(),
        key,
        columns,
        references,
        refused: refused_columns,
        unmapped,
        left_out: Vec::new(),
        unsure,
    }
}

/// A file's name as a source's name that no earlier source has.
fn unique_name(stem: &str, taken: &[String]) -> String {
    let mut name = String::new();
    for c in any_ascii::any_ascii(stem).chars() {
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
    }
    let name = match name.trim_end_matches('_') {
        "" => "source",
        name => name,
    };
    let numbered = (2..).map(|n| format!("{name}_{n}"));
    let mut candidates = std::iter::once(name.to_owned()).chain(numbered);
    candidates.find(|name| !taken.contains(name)).unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests;
