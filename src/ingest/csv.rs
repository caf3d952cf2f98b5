//! Delimited text (CSV, TSV and their relatives).
//!
//! Two steps. A scan of ours finds record boundaries, tells faulty rows from good ones and rejects them with a reason;
//! then polars' CSV reader parses the good rows, block by block so that its frame stays small, with every column as text.
//! A block without a faulty row is handed over as it stands in the file; otherwise a cleaned copy is, in which rows that
//! readers disagree about (a quote character inside an unquoted cell, spaces after a closing quote) are quoted anew.
//!
//! Both steps count: rows, and bytes of content per column. Where polars comes to other figures, the scan's own cells are
//! taken. That happens: polars drops a CR at the end of an unquoted cell in mid-row, and refuses text whose first bytes
//! look like a packed file (`x^`).
//!
//! What costs a row: another number of cells than the header (an empty cell after a trailing delimiter does not count, when
//! the file's rows have one as a rule), a quote that is not closed, text after a closing quote, a NUL, a cell over
//! one MiB, and in a file that is otherwise UTF-8 a sequence that is not. Lines without content are no rows.
//!
//! Invariant: cells come out as they went in, but for the quoting. Nothing is trimmed, no number is read.

mod dialect;
mod scan;

use super::{Fault, Input, Rows, TableReader, Wanted, encoding, header};
use crate::config::Format;
use crate::model::diagnostic::Diagnostic;
use crate::model::table::TextColumn;
use polars::prelude::{CsvReadOptions, DataFrame, DataType, Field, PolarsResult, Schema, SerReader};
use rayon::prelude::*;
use scan::{Broken, CELL_MAX, Cell, Dialect, Scanner, Step, unquote, unquoted_len};
use std::io::Cursor;
use std::sync::Arc;

/// Bytes handed to polars at once: enough for all its threads, little beside the file.
const BLOCK_BYTES: usize = 16 << 20;

/// The reader for delimited text; `tab` prefers tabs.
pub(super) struct Delimited {
    pub tab: bool,
}

impl TableReader for Delimited {
    fn format(&self) -> Format {
        if self.tab { Format::Tsv } else { Format::Csv }
    }

    fn extensions(&self) -> &'static [&'static str] {
        if self.tab { &["tsv", "tab"] } else { &["csv", "txt"] }
    }

    fn recognizes(&self, _head: &[u8]) -> bool {
        false
    }

    fn reads_beginnings(&self) -> bool {
        true
    }

    fn read(&self, input: &Input, wanted: &Wanted) -> Result<Rows, Diagnostic> {
        let decoded = encoding::decode(input.bytes, input.whole, input.shown)?;
        let bytes = &decoded.bytes[..];
        let found = dialect::detect(bytes, self.tab);
        let dialect = found.dialect;
        let (head, body) = read_header(bytes, found, input.shown)?;
        let shape = Shape::of(bytes, dialect, body, &head);
        let (names, mut diagnostics) = header::tidy(&head[..shape.width], input.shown);
        diagnostics.splice(0..0, decoded.warning);
        if names.len() == 1 {
            diagnostics.extend(other_delimiter(&names[0], input.shown));
        }

        let kept: Vec<usize> = (0..names.len()).filter(|index| wanted.keeps(&names[*index])).collect();
        let mut text = Text {
            bytes,
            check_utf_8: !decoded.valid,
            check_nul: memchr::memchr(0, bytes).is_some(),
            dialect,
            shape,
            block: Block::new(&kept, shape, body, dialect),
            numbers: Vec::new(),
            found: 0,
            faults: Vec::new(),
        };
        text.read(body, wanted);
        let mut rows = Rows {
            names: kept.iter().map(|index| names[*index].clone()).collect(),
            columns: text.block.columns,
            numbers: text.numbers,
            found: text.found,
            faults: text.faults,
            diagnostics,
            read_as: described(dialect, self.format(), decoded.name),
            header: names,
        };
        rows.numbers.shrink_to_fit();
        Ok(rows)
    }
}

/// The cells of the header, and where the first row begins.
fn read_header(bytes: &[u8], found: dialect::Found, shown: &str) -> Result<(Vec<String>, usize), Diagnostic> {
    let mut scanner = Scanner::new(bytes, found.dialect, found.start);
    let mut cells = Vec::new();
    loop {
        match scanner.next(&mut cells) {
            Some(Step::Blank) => {}
            Some(Step::Record { .. }) => {
                let text = |cell: &Cell| {
                    let mut text = Vec::new();
                    unquote(bytes, *cell, found.dialect.quote, &mut text);
                    String::from_utf8_lossy(&text).into_owned()
                };
                return Ok((cells.iter().map(text).collect(), scanner.at.min(bytes.len())));
            }
            Some(Step::Broken { what, .. }) => {
                let message = format!("the header cannot be read: {}", reason(what));
                let error = Diagnostic::error("broken-header", format!("{shown}:1"), message);
                return Err(error.hint("mend the file's first line"));
            }
            None => return Err(super::empty_file(shown)),
        }
    }
}

/// How many cells rows have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shape {
    /// Columns of the table.
    width: usize,
    /// Cells of a row that ends in a trailing delimiter, where the header or most rows do. Further cells must be empty.
    trailing: [usize; 2],
}

impl Shape {
    /// Empty names at the end of a header are trailing delimiters, unless a row of the sample has a value there.
    fn of(bytes: &[u8], dialect: Dialect, body: usize, head: &[String]) -> Shape {
        let named =
            head.iter().rposition(|name| !header::tidy_name(name).is_empty()).map_or(head.len(), |last| last + 1);
        let sample_end = bytes.len().min(body + dialect::SAMPLE_BYTES);
        let sample = &bytes[..sample_end];
        let mut scanner = Scanner::new(sample, dialect, body);
        let (mut cells, mut rows, mut trailing, mut is_filled) = (Vec::new(), 0usize, 0usize, false);
        while let Some(step) = scanner.next(&mut cells) {
            if let Step::Record { .. } = step {
                let beyond = cells.get(named..).unwrap_or_default();
                let filled = beyond.iter().any(|cell| cell.start < cell.end);
                rows += 1;
                trailing += usize::from(beyond.len() == 1 && !filled);
                is_filled |= filled && cells.len() == head.len();
            }
        }
        let width = if is_filled { head.len() } else { named };
        let most_trail = trailing * 2 > rows;
        Shape { width, trailing: [head.len(), if most_trail { named + 1 } else { width }] }
    }

    fn accepts(&self, cells: &[Cell]) -> bool {
        let count = cells.len();
        count == self.width
            || (count > self.width
                && self.trailing.contains(&count)
                && cells[self.width..].iter().all(|cell| cell.start == cell.end))
    }

    /// Cells that a row has at most.
    fn widest(&self) -> usize {
        self.trailing[0].max(self.trailing[1]).max(self.width)
    }
}

/// A file in the course of being read.
struct Text<'a> {
    bytes: &'a [u8],
    check_utf_8: bool,
    check_nul: bool,
    dialect: Dialect,
    shape: Shape,
    block: Block<'a>,
    numbers: Vec<u64>,
    found: u64,
    faults: Vec<Fault>,
}

impl<'a> Text<'a> {
    fn read(&mut self, body: usize, wanted: &Wanted) {
        let bytes = self.bytes;
        let mut scanner = Scanner::new(bytes, self.dialect, body);
        let (mut cells, mut suspect) = (Vec::new(), 0);
        while !wanted.is_enough(self.found as usize)
            && let Some(step) = scanner.next(&mut cells)
        {
            match step {
                Step::Blank => self.block.skip(bytes, scanner.at),
                Step::Broken { start, end, suspect: until, what } => {
                    self.reject(start, end, reason(what));
                    self.block.skip(bytes, scanner.at);
                    suspect = suspect.max(until);
                }
                // A stray quote so soon after a broken row closes a cell that the broken row opened.
                Step::Record { start, end, plain: false } if start < suspect => {
                    self.reject(start, end, "follows a row with broken quoting");
                    self.block.skip(bytes, scanner.at);
                }
                Step::Record { start, end, plain } => match self.fault(&cells, start, end) {
                    None => {
                        self.found += 1;
                        self.numbers.push(self.found);
                        self.block.add(bytes, &cells, scanner.at, plain);
                    }
                    Some(_) if let Some(resume) = self.swallowed(&cells, start, end) => {
                        self.reject(start, resume, reason(Broken::Unclosed));
                        scanner.at = resume;
                        self.block.skip(bytes, resume);
                    }
                    Some(reason) => {
                        self.reject(start, end, reason);
                        self.block.skip(bytes, scanner.at);
                    }
                },
            }
            if self.block.len() >= BLOCK_BYTES {
                self.block.flush(bytes);
            }
        }
        self.block.flush(bytes);
    }

    fn reject(&mut self, start: usize, end: usize, reason: impl Into<String>) {
        self.found += 1;
        let line = &self.bytes[start..end];
        self.faults.push(Fault::row(self.found, line.trim_ascii_end(), reason));
    }

    /// What is wrong with a record that could be split into cells.
    fn fault(&self, cells: &[Cell], start: usize, end: usize) -> Option<String> {
        if !self.shape.accepts(cells) {
            let (count, width) = (cells.len(), self.shape.width);
            let noun = if count == 1 { "cell" } else { "cells" };
            return Some(format!("{count} {noun} where the header has {width}"));
        }
        let record = &self.bytes[start..end];
        if self.check_nul && memchr::memchr(0, record).is_some() {
            let has_nul = |cell: &Cell| memchr::memchr(0, &self.bytes[cell.start..cell.end]).is_some();
            let place = cells.iter().position(has_nul).map_or(1, |index| index + 1);
            return Some(format!("a NUL character in cell {place}"));
        }
        if self.check_utf_8 && std::str::from_utf8(record).is_err() {
            return Some("not valid UTF-8".to_string());
        }
        None
    }

    /// Whether a faulty record of several lines begins with a quote that nobody closed, so that it swallowed good rows:
    /// then every line between its first and its last is a row of the right width, which the lines of a text are not.
    /// Returns where the second line begins.
    fn swallowed(&self, cells: &[Cell], start: usize, end: usize) -> Option<usize> {
        if self.shape.width == 1 || !cells.iter().any(|cell| cell.quoted) {
            return None;
        }
        let lines = Scanner::new(self.bytes, self.dialect, start);
        let (_, second) = lines.line(start, end)?;
        let (mut at, mut inner, mut between) = (second, Vec::new(), 0);
        while let Some((line_end, next)) = lines.line(at, end) {
            let mut line = Scanner::new(&self.bytes[..line_end], self.dialect, at);
            let step = line.next(&mut inner)?;
            if !matches!(step, Step::Record { plain: true, .. }) || line.at < line_end || !self.shape.accepts(&inner) {
                return None;
            }
            (at, between) = (next, between + 1);
        }
        (between > 0).then_some(second)
    }
}

/// Good rows on their way to polars.
struct Block<'a> {
    /// Indexes of the columns to keep.
    kept: &'a [usize],
    columns: Vec<TextColumn>,
    shape: Shape,
    dialect: Dialect,
    /// Good rows that stand one after the other in the file, not copied yet.
    run: std::ops::Range<usize>,
    /// Good rows before the run, when something stood between.
    clean: Vec<u8>,
    rows: usize,
    /// Bytes of content in each kept column.
    lengths: Vec<u64>,
}

impl<'a> Block<'a> {
    fn new(kept: &'a [usize], shape: Shape, start: usize, dialect: Dialect) -> Self {
        let columns = kept.iter().map(|_| TextColumn::default()).collect();
        let (run, lengths) = (start..start, vec![0; kept.len()]);
        Block { kept, columns, shape, dialect, run, clean: Vec::new(), rows: 0, lengths }
    }

    fn len(&self) -> usize {
        self.clean.len() + self.run.len()
    }

    /// Takes in a row that ends at `next`.
    fn add(&mut self, bytes: &[u8], cells: &[Cell], next: usize, plain: bool) {
        let quote = self.dialect.quote;
        self.rows += 1;
        for (length, index) in self.lengths.iter_mut().zip(self.kept) {
            *length += unquoted_len(bytes, cells[*index], quote) as u64;
        }
        if plain {
            self.run.end = next.min(bytes.len());
            return;
        }
        self.skip(bytes, next);
        for (place, cell) in cells.iter().enumerate() {
            let content = &bytes[cell.start..cell.end];
            if place > 0 {
                self.clean.push(self.dialect.delimiter);
            }
            self.clean.push(quote);
            if cell.quoted {
                self.clean.extend_from_slice(content);
            } else {
                for byte in content {
                    self.clean.push(*byte);
                    if *byte == quote {
                        self.clean.push(quote);
                    }
                }
            }
            self.clean.push(quote);
        }
        self.clean.push(b'\n');
    }

    /// Goes past something in the file that is no good row as it stands.
    fn skip(&mut self, bytes: &[u8], next: usize) {
        if !self.run.is_empty() {
            self.clean.extend_from_slice(&bytes[self.run.clone()]);
            // Only the file's last row may lack its line end.
            if self.clean.last() != Some(&b'\n') {
                self.clean.push(b'\n');
            }
        }
        let next = next.min(bytes.len());
        self.run = next..next;
    }

    /// Moves the rows into the columns.
    fn flush(&mut self, bytes: &[u8]) {
        let end = self.run.end;
        if !self.clean.is_empty() {
            self.skip(bytes, end);
        }
        let rows = if self.clean.is_empty() { &bytes[self.run.clone()] } else { &self.clean[..] };
        // All columns refused or unused: there is nothing to parse.
        if !rows.is_empty() && !self.kept.is_empty() {
            match by_polars(rows, self.dialect, self.shape, self.kept, self.rows, &self.lengths) {
                Some(frame) => copy(&frame, &mut self.columns),
                None => split(rows, self.dialect, self.kept, &mut self.columns),
            }
        }
        self.clean.clear();
        self.run = end..end;
        self.rows = 0;
        self.lengths.fill(0);
    }
}

/// Good rows as polars reads them, if it comes to the same number of rows and bytes as the scan.
fn by_polars(
    bytes: &[u8],
    dialect: Dialect,
    shape: Shape,
    kept: &[usize],
    rows: usize,
    lengths: &[u64],
) -> Option<DataFrame> {
    let frame = super::guarded(|| parse(bytes, dialect, shape.widest(), kept))?.ok()?;
    let length = |index: usize| {
        let texts = frame.columns().get(index)?.as_materialized_series().str().ok()?;
        Some(texts.downcast_iter().map(|chunk| chunk.iter().flatten().map(|cell| cell.len() as u64).sum::<u64>()).sum())
    };
    let is_same = frame.height() == rows
        && frame.width() == kept.len()
        && lengths.iter().enumerate().all(|(index, expected)| length(index) == Some(*expected));
    is_same.then_some(frame)
}

/// Calls polars' reader: every column as text, no header, only the kept columns.
fn parse(bytes: &[u8], dialect: Dialect, width: usize, kept: &[usize]) -> PolarsResult<DataFrame> {
    let fields = (0..width).map(|index| Field::new(format!("column_{index}").into(), DataType::String));
    CsvReadOptions::default()
        .with_has_header(false)
        .with_schema(Some(Arc::new(Schema::from_iter(fields))))
        .with_projection(Some(Arc::new(kept.to_vec())))
        .with_infer_schema_length(Some(0))
        .map_parse_options(|options| {
            options
                .with_separator(dialect.delimiter)
                .with_quote_char(Some(dialect.quote))
                .with_eol_char(b'\n')
                .with_truncate_ragged_lines(true)
        })
        .into_reader_with_file_handle(Cursor::new(bytes))
        .finish()
}

/// Copies a frame's text columns to the ends of ours.
fn copy(frame: &DataFrame, columns: &mut [TextColumn]) {
    columns.par_iter_mut().zip(frame.columns()).for_each(|(column, from)| {
        if let Ok(texts) = from.as_materialized_series().str() {
            texts.downcast_iter().flat_map(|chunk| chunk.iter()).for_each(|cell| column.push(cell.unwrap_or_default()));
        }
    });
}

/// Splits good rows by our own scan.
fn split(bytes: &[u8], dialect: Dialect, kept: &[usize], columns: &mut [TextColumn]) {
    let mut scanner = Scanner::new(bytes, Dialect { line_end: b'\n', ..dialect }, 0);
    let (mut cells, mut text) = (Vec::new(), Vec::new());
    while let Some(step) = scanner.next(&mut cells) {
        if let Step::Record { .. } = step {
            for (column, index) in columns.iter_mut().zip(kept) {
                text.clear();
                unquote(bytes, cells[*index], dialect.quote, &mut text);
                column.push(&String::from_utf8_lossy(&text));
            }
        }
    }
}

fn reason(what: Broken) -> String {
    match what {
        Broken::Unclosed => "a quote that is not closed".to_string(),
        Broken::AfterQuote => "text after a closing quote, or a quote that is not closed".to_string(),
        Broken::TooLong => format!("a cell over {} MiB, or a quote that is not closed", CELL_MAX >> 20),
    }
}

/// A table of one column is legal; one whose only name holds a delimiter is more likely misread.
fn other_delimiter(name: &str, shown: &str) -> Option<Diagnostic> {
    let other = name.chars().find(|c| matches!(c, ',' | ';' | '\t' | '|' | ':' | '^' | '~' | '\u{1}' | '\u{1f}'))?;
    let message = format!("read as one column, though its name \"{name}\" contains {other:?}");
    let warning = Diagnostic::warning("one-column", shown, message);
    Some(
        warning
            .hint("if that is the delimiter, export with a comma, semicolon, tab or | and without quoting whole lines"),
    )
}

fn described(dialect: Dialect, format: Format, encoding: &str) -> String {
    let delimiter = match dialect.delimiter {
        b'\t' => "tab".to_string(),
        other => format!("'{}'", other as char),
    };
    let quote = if dialect.quote == b'"' { "" } else { ", quote '" };
    format!("{}, {delimiter}{quote}, {encoding}", format.name())
}

#[cfg(test)]
mod tests;
