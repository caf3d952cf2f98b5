//! Typed tables in Parquet and CSV.
//!
//! Leaves to others which tables there are and what their columns mean. The bytes depend on the values alone: row
//! groups have a size that the rows decide, and neither time nor number of threads is in them.

use super::{Error, Result, io_error};
use polars::error::{PolarsError, PolarsResult};
use polars::prelude::{
    BooleanChunked, CsvWriter, Float64Chunked, Int32Chunked, StringChunked, UInt32Chunked, UInt64Chunked,
};
use polars::prelude::{
    ChunkedArray, Column, DataFrame, DataType, FileMetadataRef, IntoColumn, NewChunkedArray, ParallelStrategy,
    ParquetCompression, ParquetReader, ParquetWriter, PolarsNumericType, SerReader, SerWriter, StatisticsOptions,
};
use rustc_hash::FxHashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Rows of a row group. A fixed number, so that the bytes do not depend on the machine.
const ROW_GROUP_ROWS: usize = 1 << 18;

/// A table to write, built column by column.
///
/// Columns of different length or of one name are found when it is written. A copy shares the columns.
#[derive(Clone, Debug)]
pub struct OutTable {
    name: String,
    columns: Vec<Column>,
}

impl OutTable {
    /// A table without columns. The name is for messages.
    pub fn new(name: &str) -> OutTable {
        OutTable { name: name.to_string(), columns: Vec::new() }
    }

    /// A column of text without gaps. An empty text stays an empty text.
    pub fn text<S: AsRef<str>>(self, name: &str, values: impl IntoIterator<Item = S>) -> OutTable {
        self.with(StringChunked::from_iter_values(name.into(), values.into_iter()))
    }

    /// A column of text with gaps.
    pub fn opt_text<S: AsRef<str>>(self, name: &str, values: impl IntoIterator<Item = Option<S>>) -> OutTable {
        self.with(StringChunked::from_iter_options(name.into(), values.into_iter()))
    }

    /// A column of whole numbers of 32 bits.
    pub fn u32(self, name: &str, values: Vec<u32>) -> OutTable {
        self.with(UInt32Chunked::from_vec(name.into(), values))
    }

    /// The same with gaps.
    pub fn opt_u32(self, name: &str, values: impl IntoIterator<Item = Option<u32>>) -> OutTable {
        self.with(UInt32Chunked::from_iter_options(name.into(), values.into_iter()))
    }

    /// A column of whole numbers of 64 bits.
    pub fn u64(self, name: &str, values: Vec<u64>) -> OutTable {
        self.with(UInt64Chunked::from_vec(name.into(), values))
    }

    /// The same with gaps.
    pub fn opt_u64(self, name: &str, values: impl IntoIterator<Item = Option<u64>>) -> OutTable {
        self.with(UInt64Chunked::from_iter_options(name.into(), values.into_iter()))
    }

    /// A column of numbers.
    pub fn f64(self, name: &str, values: Vec<f64>) -> OutTable {
        self.with(Float64Chunked::from_vec(name.into(), values))
    }

    /// The same with gaps.
    pub fn opt_f64(self, name: &str, values: impl IntoIterator<Item = Option<f64>>) -> OutTable {
        self.with(Float64Chunked::from_iter_options(name.into(), values.into_iter()))
    }

    /// A column of yes and no.
    pub fn bool(self, name: &str, values: Vec<bool>) -> OutTable {
        self.with(BooleanChunked::from_slice(name.into(), &values))
    }

    /// A column of dates with gaps, in days since 1970-01-01.
    pub fn opt_date(self, name: &str, values: impl IntoIterator<Item = Option<i32>>) -> OutTable {
        self.with(Int32Chunked::from_iter_options(name.into(), values.into_iter()).into_date())
    }

    fn with(mut self, column: impl IntoColumn) -> OutTable {
        self.columns.push(column.into_column());
        self
    }

    /// Rows, when all columns agree.
    pub fn rows(&self) -> Option<usize> {
        let rows = self.columns.first().map_or(0, Column::len);
        self.columns.iter().all(|column| column.len() == rows).then_some(rows)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Cells of a text column in these rows, a gap as empty text; none for a column that is none of text.
    pub(super) fn cells(&self, name: &str, rows: Range<usize>, mut see: impl FnMut(&str)) {
        let column = self.columns.iter().find(|column| column.name() == name);
        let part = column.map(|column| column.slice(rows.start as i64, rows.len()));
        if let Some(text) = part.as_ref().and_then(|part| part.str().ok()) {
            text.iter().for_each(|cell| see(cell.unwrap_or_default()));
        }
    }

    /// A column of whole numbers of 32 bits, a gap as 0; empty for a column that is none of these.
    pub(super) fn numbers(&self, name: &str) -> Vec<u32> {
        let column = self.columns.iter().find(|column| column.name() == name);
        let numbers = column.and_then(|column| column.u32().ok());
        numbers.map(|numbers| numbers.iter().map(Option::unwrap_or_default).collect()).unwrap_or_default()
    }

    /// Writes Parquet: zstd, statistics, row groups of 262,144 rows. Replaces a file that is there.
    pub fn write_parquet(self, path: &Path) -> Result<()> {
        let rows = self.rows().unwrap_or_default();
        let mut ends: Vec<usize> = (ROW_GROUP_ROWS..rows).step_by(ROW_GROUP_ROWS).collect();
        ends.push(rows);
        self.write_pages(path, &ends)
    }

    /// The same bytes for a table of `rows` rows that is made row group by row group: one of them is in memory at a time.
    pub fn write_parquet_in_parts(path: &Path, rows: usize, part: impl Fn(Range<usize>) -> OutTable) -> Result<()> {
        let parts = groups(rows).map(|rows| (part(rows.clone()), vec![rows.len()]));
        OutTable::write_as(path, ParquetCompression::Zstd(None), parts)
    }

    /// The same with row groups that end before these rows, ascending; the last end is the number of rows. Small ones let
    /// [`PagedTable`] read little.
    fn write_pages(self, path: &Path, ends: &[usize]) -> Result<()> {
        OutTable::write_as(path, ParquetCompression::Zstd(None), std::iter::once((self, ends.to_vec())))
    }

    /// The same for a table that is made part by part, each with the ends of its own pages: no more than a part of it is in
    /// memory. A table without rows is one part. Packed by a codec that small pages do not wait for.
    pub(super) fn write_parts(path: &Path, parts: impl Iterator<Item = (OutTable, Vec<usize>)>) -> Result<()> {
        OutTable::write_as(path, ParquetCompression::Lz4Raw, parts)
    }

    fn write_as(
        path: &Path,
        compression: ParquetCompression,
        parts: impl Iterator<Item = (OutTable, Vec<usize>)>,
    ) -> Result<()> {
        let mut parts = parts.map(|(table, ends)| Ok((table.frame()?, ends)));
        let Some(first) = parts.next().transpose()? else { return Ok(()) };
        let schema = first.0.schema().clone();
        let mut failed = None;
        let written = Sink::write(path, |sink| {
            let mut writer = ParquetWriter::new(sink)
                .with_compression(compression)
                .with_statistics(StatisticsOptions::default())
                .batched(&schema)?;
            for part in std::iter::once(Ok(first)).chain(parts) {
                let (frame, ends) = match part {
                    Ok(part) => part,
                    Err(error) => {
                        failed = Some(error);
                        break;
                    }
                };
                let mut start = 0;
                for end in ends.into_iter().filter(|end| *end > 0) {
                    writer.write_batch(&frame.slice(start as i64, end - start))?;
                    start = end;
                }
            }
            writer.finish().map(|_| ())
        });
        failed.map_or(written, Err)
    }

    /// Some of its rows.
    pub(super) fn part(&self, rows: Range<usize>) -> OutTable {
        let slice = |column: &Column| column.slice(rows.start as i64, rows.len());
        OutTable { name: self.name.clone(), columns: self.columns.iter().map(slice).collect() }
    }

    /// Writes CSV in UTF-8: a header, comma, quotes where RFC 4180 asks for them, lines that end in a line feed.
    /// A gap is an empty cell, an empty text is `""`. Replaces a file that is there.
    pub fn write_csv(self, path: &Path) -> Result<()> {
        OutTable::write_csv_of(path, std::iter::once(self))
    }

    /// The same bytes for a table of `rows` rows that is made part by part: one of them is in memory at a time.
    pub fn write_csv_in_parts(path: &Path, rows: usize, part: impl Fn(Range<usize>) -> OutTable) -> Result<()> {
        OutTable::write_csv_of(path, groups(rows).map(part))
    }

    fn write_csv_of(path: &Path, parts: impl Iterator<Item = OutTable>) -> Result<()> {
        let mut parts = parts.map(OutTable::frame);
        let Some(first) = parts.next().transpose()? else { return Ok(()) };
        let schema = first.schema().clone();
        let mut failed = None;
        let written = Sink::write(path, |sink| {
            let mut writer = CsvWriter::new(sink).batched(&schema)?;
            for frame in std::iter::once(Ok(first)).chain(parts) {
                match frame {
                    Ok(frame) => writer.write_batch(&frame)?,
                    Err(error) => {
                        failed = Some(error);
                        break;
                    }
                }
            }
            writer.finish()
        });
        failed.map_or(written, Err)
    }

    fn frame(self) -> Result<DataFrame> {
        let shape = |message: String| Error::Shape { table: self.name.clone(), message };
        let rows = self.columns.first().map_or(0, Column::len);
        if let Some(odd) = self.columns.iter().find(|column| column.len() != rows) {
            let first = self.columns[0].name();
            return Err(shape(format!("{first:?} has {rows} rows, {:?} has {}", odd.name(), odd.len())));
        }
        for (i, column) in self.columns.iter().enumerate() {
            if self.columns[..i].iter().any(|earlier| earlier.name() == column.name()) {
                return Err(shape(format!("there are two columns {:?}", column.name())));
            }
        }
        DataFrame::new(rows, self.columns)
            .map_err(|error| Error::Shape { table: self.name, message: error.to_string() })
    }
}

/// The rows of each row group; one group of none where there are no rows.
fn groups(rows: usize) -> impl Iterator<Item = Range<usize>> {
    (0..rows.max(1)).step_by(ROW_GROUP_ROWS).map(move |start| start..rows.min(start + ROW_GROUP_ROWS))
}

/// A table that was read.
#[derive(Debug)]
pub struct InTable {
    path: PathBuf,
    frame: DataFrame,
}

impl InTable {
    /// Reads a Parquet file, or only the named columns of it.
    ///
    /// The reader takes some damaged files for a fault of its own and panics; that is an error here like any other.
    /// What cannot be caught is a damaged length for which no memory is to be had: there the process ends. A file of
    /// unknown origin should be held against its manifest first ([`super::manifest::verify`]).
    pub fn read_parquet(path: &Path, columns: Option<&[&str]>) -> Result<InTable> {
        guarded(path, || InTable::read(path, columns))
    }

    fn read(path: &Path, columns: Option<&[&str]>) -> Result<InTable> {
        let failed = |error| read_error(path, error);
        let file = File::open(path).map_err(io_error("open", path))?;
        let mut reader = ParquetReader::new(file);
        if let Some(columns) = columns {
            let schema = reader.schema().map_err(failed)?;
            if let Some(missing) = columns.iter().find(|name| !schema.contains(name)) {
                let there = schema.iter_names().map(|name| name.as_str());
                return Err(missing_column(path, missing, there));
            }
        }
        let columns = columns.map(|columns| columns.iter().map(|name| name.to_string()).collect());
        let frame = reader.with_columns(columns).finish().map_err(failed)?;
        Ok(InTable { path: path.to_path_buf(), frame })
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.frame.height()
    }

    /// The columns that were read, in the file's order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.frame.columns().iter().map(|column| column.name().as_str())
    }

    /// Whether it has that column.
    pub fn has(&self, name: &str) -> bool {
        self.names().any(|n| n == name)
    }

    /// A column of text; `None` for a gap.
    pub fn text(&self, name: &str) -> Result<Vec<Option<String>>> {
        Ok(self.text_iter(name)?.map(|cell| cell.map(str::to_string)).collect())
    }

    /// The same without copying.
    pub fn text_iter(&self, name: &str) -> Result<impl Iterator<Item = Option<&str>>> {
        let column = self.column(name)?;
        let text = column.str().map_err(|_| self.wrong_type(column, "text"))?;
        Ok(text.iter())
    }

    /// A column of few different texts: of each row the number of its text, and the texts; a gap is an empty one.
    pub fn coded(&self, name: &str) -> Result<(Vec<u32>, Vec<&str>)> {
        let column = self.column(name)?;
        let text = column.str().map_err(|_| self.wrong_type(column, "text"))?;
        let (mut codes, mut words) = (Vec::with_capacity(text.len()), vec![""]);
        let mut by_text: FxHashMap<&str, u32> = FxHashMap::from_iter([("", 0)]);
        for chunk in text.downcast_iter() {
            // What points to the same place is the same text: most rows are settled without a look at letters.
            let mut by_view: FxHashMap<u128, u32> = FxHashMap::default();
            for (view, cell) in chunk.views().iter().zip(chunk.iter()) {
                codes.push(match cell {
                    None => 0,
                    Some(cell) => *by_view.entry(view.as_u128()).or_insert_with(|| {
                        *by_text.entry(cell).or_insert_with(|| {
                            words.push(cell);
                            words.len() as u32 - 1
                        })
                    }),
                });
            }
        }
        Ok((codes, words))
    }

    /// A column of numbers without gaps.
    pub fn f64(&self, name: &str) -> Result<Vec<f64>> {
        self.without_gaps(name, self.opt_f64(name)?)
    }

    /// A column of numbers; `None` for a gap.
    pub fn opt_f64(&self, name: &str) -> Result<Vec<Option<f64>>> {
        let column = self.column(name)?;
        Ok(cells(column.f64().map_err(|_| self.wrong_type(column, "numbers"))?))
    }

    /// A column of whole numbers without gaps; 32 bits are widened.
    pub fn u64(&self, name: &str) -> Result<Vec<u64>> {
        self.without_gaps(name, self.opt_u64(name)?)
    }

    /// A column of whole numbers; `None` for a gap. 32 bits are widened.
    pub fn opt_u64(&self, name: &str) -> Result<Vec<Option<u64>>> {
        let column = self.column(name)?;
        if let Ok(narrow) = column.u32() {
            return Ok(narrow.iter().map(|cell| cell.map(u64::from)).collect());
        }
        Ok(cells(column.u64().map_err(|_| self.wrong_type(column, "whole numbers"))?))
    }

    /// A column of yes and no without gaps.
    pub fn bool(&self, name: &str) -> Result<Vec<bool>> {
        let column = self.column(name)?;
        let cells = column.bool().map_err(|_| self.wrong_type(column, "yes and no"))?;
        self.without_gaps(name, cells.iter().collect())
    }

    /// A column of dates in days since 1970-01-01; `None` for a gap.
    pub fn opt_date(&self, name: &str) -> Result<Vec<Option<i32>>> {
        let column = self.column(name)?;
        Ok(cells(column.date().map_err(|_| self.wrong_type(column, "dates"))?.physical()))
    }

    fn column(&self, name: &str) -> Result<&Column> {
        self.frame.column(name).map_err(|_| missing_column(&self.path, name, self.names()))
    }

    fn without_gaps<T>(&self, name: &str, cells: Vec<Option<T>>) -> Result<Vec<T>> {
        let gap = |row: usize| Error::Column {
            path: self.path.clone(),
            column: name.to_string(),
            problem: format!("has no value in row {}", row + 1),
        };
        cells.into_iter().enumerate().map(|(row, cell)| cell.ok_or_else(|| gap(row))).collect()
    }

    fn wrong_type(&self, column: &Column, wanted: &str) -> Error {
        let found: &DataType = column.dtype();
        Error::Column {
            path: self.path.clone(),
            column: column.name().to_string(),
            problem: format!("is of type {found}, not {wanted}"),
        }
    }
}

/// A Parquet file of which row groups are read one by one, as they are asked for.
#[derive(Debug)]
pub struct PagedTable {
    path: PathBuf,
    metadata: FileMetadataRef,
    /// First row of each row group, and the number of rows.
    starts: Vec<usize>,
}

impl PagedTable {
    /// Reads what the file says about its row groups, and no row of it.
    pub fn open(path: &Path) -> Result<PagedTable> {
        guarded(path, || {
            let file = File::open(path).map_err(io_error("open", path))?;
            let mut reader = ParquetReader::new(file);
            let metadata = reader.get_metadata().map_err(|error| read_error(path, error))?.clone();
            let mut starts = vec![0];
            for group in &metadata.row_groups {
                starts.push(starts[starts.len() - 1] + group.num_rows());
            }
            Ok(PagedTable { path: path.to_path_buf(), metadata, starts })
        })
    }

    /// The first row of each row group, and the number of rows.
    pub fn starts(&self) -> &[usize] {
        &self.starts
    }

    /// Reads one row group; an empty table where there is no such.
    pub fn read(&self, page: usize) -> Result<InTable> {
        let path = &self.path;
        let start = self.starts.get(page).copied().unwrap_or_default();
        let end = self.starts.get(page + 1).copied().unwrap_or(start);
        guarded(path, || {
            let mut reader = ParquetReader::new(File::open(path).map_err(io_error("open", path))?);
            reader.set_metadata(self.metadata.clone());
            // Any other strategy would look at the whole file.
            let reader = reader.read_parallel(ParallelStrategy::RowGroups).with_slice(Some((start, end - start)));
            let frame = reader.finish().map_err(|error| read_error(path, error))?;
            Ok(InTable { path: path.clone(), frame })
        })
    }
}

/// What the reader of tables says of a file; a panic of it is an error like any other.
fn guarded<T>(path: &Path, read: impl FnOnce() -> Result<T>) -> Result<T> {
    // Nothing is shared with the closure but what it only reads, so a panic leaves nothing half-changed.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).unwrap_or_else(|_| {
        Err(Error::Table { action: "read", path: path.to_path_buf(), message: "the file is damaged".into() })
    })
}

fn cells<T: PolarsNumericType>(column: &ChunkedArray<T>) -> Vec<Option<T::Native>> {
    column.iter().collect()
}

fn missing_column<'a>(path: &Path, name: &str, there: impl Iterator<Item = &'a str>) -> Error {
    let there: Vec<&str> = there.collect();
    Error::Column {
        path: path.to_path_buf(),
        column: name.to_string(),
        problem: format!("is missing; there are {}", there.join(", ")),
    }
}

fn read_error(path: &Path, error: PolarsError) -> Error {
    Error::Table { action: "read", path: path.to_path_buf(), message: error.to_string() }
}

/// A file to write to that remembers what the system said. A writer of tables wraps it in its own words, in which a
/// full disk could not be told from a table that cannot be written.
struct Sink {
    file: BufWriter<File>,
    failed: Option<io::Error>,
}

impl Sink {
    /// Creates the file, lets `fill` write to it, and sees to it that everything has left the buffer.
    fn write(path: &Path, fill: impl FnOnce(&mut Sink) -> PolarsResult<()>) -> Result<()> {
        let file = File::create(path).map_err(io_error("write", path))?;
        let mut sink = Sink { file: BufWriter::new(file), failed: None };
        let filled = fill(&mut sink);
        let flushed = sink.file.flush();
        if let Some(error) = sink.failed {
            return Err(io_error("write", path)(error));
        }
        filled.map_err(|error| Error::Table {
            action: "write",
            path: path.to_path_buf(),
            message: error.to_string(),
        })?;
        flushed.map_err(io_error("write", path))
    }

    fn remember<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        result.map_err(|error| {
            let kind = error.kind();
            if kind != io::ErrorKind::Interrupted {
                self.failed.get_or_insert(error);
            }
            kind.into()
        })
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.file.write(bytes);
        self.remember(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.file.flush();
        self.remember(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_texts_are_those_of_their_rows() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("rows.parquet");
        let words =
            ["short", "", "longer than what stands in a view", "same beginning, other end", "same beginning, no end"];
        // Several row groups, so that one text stands in several places.
        let rows = 2 * ROW_GROUP_ROWS + 5;
        let of = |row: usize| (row % 7 < 5).then(|| words[row % 7]);
        OutTable::new("rows").opt_text("word", (0..rows).map(of)).write_parquet(&path).expect("written");
        let table = InTable::read_parquet(&path, None).expect("read");
        let (codes, texts) = table.coded("word").expect("text");
        let found: Vec<&str> = codes.iter().map(|&code| texts[code as usize]).collect();
        assert!(found == (0..rows).map(|row| of(row).unwrap_or_default()).collect::<Vec<_>>());
        assert_eq!(texts.len(), words.len(), "{texts:?}");
        assert!(table.coded("none").is_err());
    }

    #[test]
    fn row_groups_made_one_by_one_are_those_of_the_whole() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (whole, parts) = (dir.path().join("whole.parquet"), dir.path().join("parts.parquet"));
        for rows in [0, 7, ROW_GROUP_ROWS, 2 * ROW_GROUP_ROWS + 5] {
            let part = |rows: Range<usize>| {
                OutTable::new("rows")
                    .u32("row", rows.clone().map(|row| row as u32).collect())
                    .text("words", rows.map(|row| if row % 3 == 0 { "a" } else { "" }))
            };
            part(0..rows).write_parquet(&whole).expect("written");
            OutTable::write_parquet_in_parts(&parts, rows, part).expect("written");
            assert!(std::fs::read(&whole).ok() == std::fs::read(&parts).ok(), "{rows} rows");
        }
        // Columns that do not agree in one part are found before anything stands there.
        let odd = |_: Range<usize>| OutTable::new("rows").u32("a", vec![1, 2]).u32("b", vec![1]);
        assert!(OutTable::write_parquet_in_parts(&parts, 2, odd).is_err());
    }

    /// Every type, gaps, scripts, quotes.
    fn sample() -> OutTable {
        OutTable::new("sample")
            .text("key", ["a", "", "c"])
            .opt_text("name", [Some("Łukasz 李 🧵"), None, Some("O'Neil, \"Bob\"")])
            .u32("df", vec![1, 2, u32::MAX])
            .opt_u32("file", [Some(7), None, Some(0)])
            .u64("row", vec![1, 2, u64::MAX])
            .opt_u64("bytes", [None, Some(u64::MAX), None])
            .f64("bits", vec![-1.5, 0.1, 1e300])
            .opt_f64("probability", [Some(0.5), None, Some(1.0)])
            .bool("near", vec![true, false, true])
            .opt_date("from", [Some(-1), None, Some(20_000)])
    }

    fn file(name: &str) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join(name);
        (dir, path)
    }

    #[test]
    fn parquet_gives_back_what_it_was_given() {
        let (_dir, path) = file("sample.parquet");
        sample().write_parquet(&path).expect("written");
        let table = InTable::read_parquet(&path, None).expect("read");
        assert_eq!(table.rows(), 3);
        assert_eq!(table.text("key").unwrap(), [Some("a".into()), Some(String::new()), Some("c".into())]);
        let names: Vec<Option<&str>> = table.text_iter("name").unwrap().collect();
        assert_eq!(names, [Some("Łukasz 李 🧵"), None, Some("O'Neil, \"Bob\"")]);
        assert_eq!(table.u64("df").unwrap(), [1, 2, u64::from(u32::MAX)]);
        assert_eq!(table.opt_u64("file").unwrap(), [Some(7), None, Some(0)]);
        assert_eq!(table.u64("row").unwrap(), [1, 2, u64::MAX]);
        assert_eq!(table.opt_u64("bytes").unwrap(), [None, Some(u64::MAX), None]);
        assert_eq!(table.f64("bits").unwrap(), [-1.5, 0.1, 1e300]);
        assert_eq!(table.opt_f64("probability").unwrap(), [Some(0.5), None, Some(1.0)]);
        assert_eq!(table.bool("near").unwrap(), [true, false, true]);
        assert_eq!(table.opt_date("from").unwrap(), [Some(-1), None, Some(20_000)]);
    }

    #[test]
    fn only_the_columns_asked_for_are_read() {
        let (_dir, path) = file("sample.parquet");
        sample().write_parquet(&path).expect("written");
        let table = InTable::read_parquet(&path, Some(&["bits", "key"])).expect("read");
        let mut names: Vec<&str> = table.names().collect();
        names.sort_unstable();
        assert_eq!(names, ["bits", "key"]);
        assert_eq!(table.f64("bits").unwrap(), [-1.5, 0.1, 1e300]);
        assert!(table.has("key") && !table.has("row"));
        assert!(matches!(table.u64("row"), Err(Error::Column { .. })));
    }

    #[test]
    fn row_groups_are_read_one_by_one() {
        let (_dir, path) = file("paged.parquet");
        let words: Vec<String> = (0..1000).map(|row| format!("word {}", row % 7)).collect();
        let table = OutTable::new("paged").u32("row", (0..1000).collect()).text("word", &words);
        table.write_pages(&path, &[300, 301, 1000]).expect("written");
        let paged = PagedTable::open(&path).expect("opened");
        assert_eq!(paged.starts(), [0, 300, 301, 1000]);
        for page in 0..3 {
            let (start, end) = (paged.starts()[page], paged.starts()[page + 1]);
            let read = paged.read(page).expect("read");
            assert_eq!(read.u64("row").unwrap(), (start as u64..end as u64).collect::<Vec<u64>>());
            let cells: Vec<&str> = read.text_iter("word").unwrap().flatten().collect();
            assert_eq!(cells, words[start..end]);
        }
        assert_eq!(paged.read(3).expect("no such").rows(), 0);
        assert_eq!(InTable::read_parquet(&path, None).expect("read").rows(), 1000);
        let whole = std::fs::read(&path).expect("readable");
        std::fs::write(&path, &whole[..whole.len() / 2]).expect("written");
        assert!(matches!(PagedTable::open(&path), Err(Error::Table { action: "read", .. })));
        assert!(paged.read(2).is_err(), "cut off in the meantime");
    }

    #[test]
    fn an_empty_table_keeps_its_columns() {
        let (_dir, path) = file("empty.parquet");
        let none: [&str; 0] = [];
        OutTable::new("empty").text("key", none).f64("bits", vec![]).write_parquet(&path).expect("written");
        let table = InTable::read_parquet(&path, None).expect("read");
        assert_eq!((table.rows(), table.names().collect::<Vec<_>>()), (0, vec!["key", "bits"]));
        assert_eq!(table.f64("bits").unwrap(), [0.0; 0]);
    }

    #[test]
    fn csv_quotes_what_needs_it_and_tells_a_gap_from_an_empty_text() {
        let (_dir, path) = file("sample.csv");
        OutTable::new("sample")
            .opt_text(
                "text, \"raw\"",
                [Some("plain"), None, Some(""), Some("a,b"), Some("say \"hi\""), Some("x\ny"), Some("x\ry"), Some("é")],
            )
            .opt_f64("bits", [Some(0.1), None, Some(-2.0), None, None, None, None, Some(12.5)])
            .bool("near", vec![true; 8])
            .write_csv(&path)
            .expect("written");
        let expected = "\"text, \"\"raw\"\"\",bits,near\nplain,0.1,true\n,,true\n\"\",-2.0,true\n\"a,b\",,true\n\
                        \"say \"\"hi\"\"\",,true\n\"x\ny\",,true\n\"x\ry\",,true\né,12.5,true\n";
        assert_eq!(std::fs::read_to_string(&path).expect("readable"), expected);
    }

    #[test]
    fn columns_that_do_not_fit_are_an_error_and_write_nothing() {
        let (_dir, path) = file("odd.parquet");
        let odd = || OutTable::new("odd").u32("a", vec![1, 2]).u32("b", vec![1]);
        assert_eq!((odd().rows(), sample().rows()), (None, Some(3)));
        let error = odd().write_parquet(&path).expect_err("odd");
        assert_eq!(
            error.to_string(),
            "the columns of table \"odd\" do not fit together: \"a\" has 2 rows, \"b\" has 1"
        );
        let twice = OutTable::new("twice").u32("a", vec![1]).f64("a", vec![1.0]);
        assert!(matches!(twice.write_csv(&path), Err(Error::Shape { .. })));
        assert!(!path.exists());
    }

    #[test]
    fn what_cannot_be_read_says_which_file_and_column() {
        let (dir, path) = file("sample.parquet");
        sample().write_parquet(&path).expect("written");
        let error = InTable::read_parquet(&path, Some(&["key", "weight"])).expect_err("no such column").to_string();
        assert!(error.contains("\"weight\"") && error.contains("sample.parquet") && error.contains("bits"), "{error}");

        let table = InTable::read_parquet(&path, None).expect("read");
        assert!(table.f64("key").expect_err("text").to_string().contains("not numbers"));
        assert!(table.text("bits").is_err() && table.bool("key").is_err() && table.u64("bits").is_err());
        let gap = table.f64("probability").expect_err("a gap").to_string();
        assert!(gap.contains("no value in row 2"), "{gap}");

        let missing = InTable::read_parquet(&dir.path().join("none.parquet"), None).expect_err("no file");
        assert!(matches!(missing, Error::Io { .. }));
        let whole = std::fs::read(&path).expect("readable");
        for damaged in [&b""[..], b"not a table at all", &whole[..whole.len() / 2], &whole[whole.len() / 2..]] {
            let path = dir.path().join("damaged.parquet");
            std::fs::write(&path, damaged).expect("written");
            let error = InTable::read_parquet(&path, None).expect_err("damaged");
            assert!(matches!(error, Error::Table { action: "read", .. }) && error.hint().is_some(), "{error}");
        }
    }

    #[test]
    fn one_wrong_bit_in_the_footer_is_an_error_or_a_table_and_never_a_panic() {
        let (dir, path) = file("sample.parquet");
        OutTable::new("one").text("key", ["a", "b"]).f64("bits", vec![0.5, 1.5]).write_parquet(&path).expect("written");
        let whole = std::fs::read(&path).expect("readable");
        // The last eight bytes are the footer's length and the file's mark.
        let length: [u8; 4] = whole[whole.len() - 8..whole.len() - 4].try_into().expect("four bytes");
        let footer = whole.len() - 8 - u32::from_le_bytes(length) as usize;
        let mut refused = 0;
        for bit in footer * 8..whole.len() * 8 {
            let mut damaged = whole.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let path = dir.path().join("damaged.parquet");
            std::fs::write(&path, damaged).expect("written");
            if let Err(error) = InTable::read_parquet(&path, None) {
                assert!(matches!(error, Error::Table { action: "read", .. }), "{error}");
                refused += 1;
            }
        }
        assert!(refused > 0);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_told_as_one() {
        let full = Path::new("/dev/full");
        for error in [sample().write_parquet(full), sample().write_csv(full)] {
            let error = error.expect_err("full");
            assert!(error.hint().is_some_and(|hint| hint.contains("disk is full")), "{error:?}");
        }
    }

    /// polars fixes its number of threads once a process, so the test starts itself again, once for each number.
    #[test]
    fn the_bytes_do_not_depend_on_the_number_of_threads() {
        const FOLDER: &str = "SAMEHAND_TEST_TABLE_FOLDER";
        let rows = ROW_GROUP_ROWS + 1000;
        let big = || {
            OutTable::new("big")
                .text("key", (0..rows).map(|i| format!("key {}", i % 7919)))
                .opt_f64("bits", (0..rows).map(|i| (i % 3 != 0).then_some(i as f64 / 7.0)))
                .u64("row", (0..rows as u64).collect())
        };
        if let Some(folder) = std::env::var_os(FOLDER) {
            big().write_parquet(&Path::new(&folder).join("big.parquet")).expect("written");
            big().write_csv(&Path::new(&folder).join("big.csv")).expect("written");
            return;
        }
        let written = |threads: &str| {
            let dir = tempfile::tempdir().expect("a temporary folder");
            let status = std::process::Command::new(std::env::current_exe().expect("this test"))
                .args(["--exact", "store::table::tests::the_bytes_do_not_depend_on_the_number_of_threads"])
                .env(FOLDER, dir.path())
                .env("POLARS_MAX_THREADS", threads)
                .env("RAYON_NUM_THREADS", threads)
                .stdout(std::process::Stdio::null())
                .status()
                .expect("started");
            assert!(status.success());
            ["big.parquet", "big.csv"].map(|name| {
                let path = dir.path().join(name);
                if name.ends_with("parquet") {
                    assert_eq!(InTable::read_parquet(&path, None).expect("read").rows(), rows);
                }
                crate::store::sha256_file(&path).expect("hashed")
            })
        };
        let one = written("1");
        assert_eq!(one, written("2"));
        assert_eq!(one, written("5"));
    }
}
