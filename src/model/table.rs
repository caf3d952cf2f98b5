//! Tables of text, as the sources delivered them. Plain columns: no engine, no frame, no file behind them.

use super::interner::Texts;
use std::cmp::Ordering;
use std::path::PathBuf;
use std::sync::Arc;

/// A column of optional text in one arena. An empty cell and a missing cell are both `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextColumn {
    /// One text for each cell; an empty one is absent.
    cells: Texts,
}

impl TextColumn {
    /// An empty column with room for `rows` cells.
    pub fn with_capacity(rows: usize) -> Self {
        let mut column = TextColumn::default();
        column.cells.reserve(rows, 0);
        column
    }

    /// An empty column with room for `rows` cells of `bytes` together.
    pub fn with_bytes(rows: usize, bytes: usize) -> Self {
        let mut column = TextColumn::default();
        column.cells.reserve(rows, bytes);
        column
    }

    /// Adds one cell; the empty string is an absent cell.
    pub fn push(&mut self, cell: &str) {
        self.cells.push(cell);
    }

    /// The cell at `row`, or `None` when it is empty or out of range.
    pub fn get(&self, row: usize) -> Option<&str> {
        let row = u32::try_from(row).ok().filter(|&row| (row as usize) < self.cells.len())?;
        Some(self.cells.get(row)).filter(|cell| !cell.is_empty())
    }

    /// All cells, one after the other.
    pub fn text(&self) -> &str {
        self.cells.text()
    }

    /// Puts another text in the place of that of all cells and returns the one that was there. Only with a text of the same
    /// cells may a cell be asked for.
    pub fn replace_text(&mut self, text: String) -> String {
        self.cells.replace_text(text)
    }

    pub fn len(&self) -> usize {
        self.cells.len()
    }

    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// All cells in order.
    pub fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        (0..self.len()).map(|row| self.get(row))
    }

    /// How many cells hold something.
    pub fn filled(&self) -> usize {
        self.iter().flatten().count()
    }
}

/// One input file of a source, with what the manifest says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// As the config's path (or glob) gave it, relative paths kept relative: this is what output shows.
    pub shown: String,
    pub path: PathBuf,
    /// Lower-case hex SHA-256 of the bytes as delivered.
    pub sha256: String,
    pub bytes: u64,
    /// Data rows found, rejected rows included.
    pub rows: u64,
    pub rejected: u64,
    /// How it was read, for people: for example `csv, ';', UTF-16LE, gzip`.
    pub read_as: String,
}

/// Where a table's row stands in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowOrigin {
    /// Index into [`Table::files`].
    pub file: u32,
    /// Row in that file, counted from 1 without the header.
    pub row: u64,
}

/// One source as delivered: columns of text with provenance. All columns have the same length.
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub names: Vec<String>,
    pub columns: Vec<TextColumn>,
    pub origins: Vec<RowOrigin>,
    pub files: Vec<InputFile>,
}

impl Table {
    pub fn rows(&self) -> usize {
        self.origins.len()
    }

    /// The index of the column with that name, exactly as the header spells it.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|n| n == name)
    }

    pub fn cell(&self, row: usize, column: usize) -> Option<&str> {
        self.columns.get(column)?.get(row)
    }

    /// Lets go of the cells of every column but these; names, files and places in them stay.
    pub fn keep_cells_of(&mut self, is_kept: impl Fn(usize) -> bool) {
        let others = self.columns.iter_mut().enumerate().filter(|(column, _)| !is_kept(*column));
        others.for_each(|(_, cells)| *cells = TextColumn::default());
    }
}

/// A row (or one cell of it) that could not be used. The run goes on without it, and says so. There may be millions, of
/// which most say the same of a column: what they have in common is shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    pub place: Arc<RejectPlace>,
    /// Row in the file, counted from 1 without the header.
    pub row: u64,
    /// The value at fault, cut to 200 characters; masked when the column is sensitive.
    pub value: Box<str>,
    pub reason: Arc<str>,
}

/// Where rejects stand, but for the row.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RejectPlace {
    pub source: String,
    pub file: String,
    /// Column name, empty when the whole row is at fault.
    pub column: String,
    /// True when the whole row was left out, false when only this cell was.
    pub whole_row: bool,
}

/// By source, file and row, then by column.
impl Ord for Reject {
    fn cmp(&self, other: &Self) -> Ordering {
        let file = |place: &RejectPlace, other: &RejectPlace| {
            (place.source.as_str(), place.file.as_str()).cmp(&(other.source.as_str(), other.file.as_str()))
        };
        let is_same_place = Arc::ptr_eq(&self.place, &other.place);
        let by_file = if is_same_place { Ordering::Equal } else { file(&self.place, &other.place) };
        let by_place = || if is_same_place { Ordering::Equal } else { self.place.cmp(&other.place) };
        by_file
            .then(self.row.cmp(&other.row))
            .then_with(by_place)
            .then_with(|| (&self.value, &self.reason).cmp(&(&other.value, &other.reason)))
    }
}

impl PartialOrd for Reject {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Rejects stand by source, file, row, column, value and reason, whether or not they share a place.
        #[test]
        fn rejects_stand_in_the_order_of_what_they_say(
            said in prop::collection::vec(([0u8..2, 0u8..2, 0u8..3, 0u8..2], [0u64..3, 0u64..2, 0u64..2]), 2..12),
        ) {
            let shared: Vec<Arc<RejectPlace>> = said.iter().map(|([source, file, column, whole], _)| {
                let (source, file, column) = (source.to_string(), file.to_string(), column.to_string());
                Arc::new(RejectPlace { source, file, column, whole_row: *whole == 1 })
            }).collect();
            let mut rejects: Vec<Reject> = said.iter().zip(&shared).enumerate().map(|(at, (([.., whole], [row, value, reason]), place))| {
                // The first equal place stands for every second.
                let first = shared.iter().find(|shared| shared == &place).filter(|_| at % 2 == usize::from(*whole));
                let place = first.unwrap_or(place).clone();
                Reject { place, row: *row, value: value.to_string().into(), reason: reason.to_string().into() }
            }).collect();
            rejects.sort();
            let told = |reject: &Reject| {
                let Reject { place, row, value, reason } = reject.clone();
                (place.source.clone(), place.file.clone(), row, place.column.clone(), place.whole_row, value, reason)
            };
            prop_assert!(rejects.iter().map(told).collect::<Vec<_>>().is_sorted());
        }
    }
}
