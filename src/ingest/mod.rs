//! Files to tables of text with provenance: delimited text, spreadsheets, Parquet, JSON.
//!
//! What it promises: values stay text exactly as delivered (leading zeros, spaces and spelling survive); a bad row costs
//! that row and is returned as a [`Reject`] with its reason; a file that cannot be read is an error [`Diagnostic`] that
//! says what, where and what to do. The SHA-256 is that of the bytes as delivered, before any unpacking or decoding.
//! The same table delivered as CSV, Parquet, NDJSON or XLSX gives the same names and cells.
//!
//! What it leaves to others: which files and columns (`config`), what a value means (`normalize`).
//!
//! Invariant: a column that the config does not use, and above all one that it refuses, is never in a [`Table`] that
//! [`load`] returns. To add a format: one file with a `TableReader`, one line in `FORMATS`.

mod compress;
mod csv;
mod encoding;
mod header;
mod ndjson;
mod parquet;
mod text;
mod xlsx;

use crate::config::{Format, Source};
use crate::model::diagnostic::Diagnostic;
use crate::model::table::{InputFile, Reject, RejectPlace, RowOrigin, Table, TextColumn};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

pub use header::tidy_name;

/// Rows that [`peek`] returns at most.
pub const PEEK_ROWS: usize = 2_000;
/// Bytes that [`peek`] reads of a text file at first; more only when they hold too few rows.
const PEEK_BYTES: u64 = 1 << 20;
/// Columns a table may have: the model counts them in 16 bits.
const COLUMNS_MAX: usize = u16::MAX as usize;
/// Rows a source may have: the model counts records in 32 bits.
const ROWS_MAX: usize = u32::MAX as usize - 1;
/// Characters of a value at fault that a reject shows.
const REJECT_CHARS: usize = 200;

/// One source (or file) as delivered, and what was wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The rows that could be used.
    pub table: Table,
    /// The rows and cells that could not, in file and row order.
    pub rejects: Vec<Reject>,
    /// Warnings and notes; never errors.
    pub diagnostics: Vec<Diagnostic>,
}

/// The beginning of a file, for `init` and `check`.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Names of all columns, as a config should spell them.
    pub names: Vec<String>,
    /// The format it was read as.
    pub format: Format,
    /// How it was read, for people: `csv, ';', UTF-16LE, gzip`.
    pub read_as: String,
    /// The first rows, at most [`PEEK_ROWS`]. Its one input file has an empty digest: the file was not read to its end.
    pub table: Table,
    /// Rows and cells among these that could not be used.
    pub rejects: Vec<Reject>,
    /// Warnings and notes on this part of the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// Bytes by which formats are told from each other.
const HEAD_BYTES: u64 = 512;

/// What a reader is given.
pub(crate) struct Input<'a> {
    /// Unpacked bytes. Of a text file that is only looked at, the beginning.
    bytes: &'a [u8],
    /// Whether `bytes` is all of the file.
    whole: bool,
    /// The path as people should see it.
    shown: &'a str,
}

/// What a reader should bring.
#[derive(Clone, Copy, Default)]
pub(crate) struct Wanted<'a> {
    /// Rows to stop after, rejected ones included.
    limit: Option<usize>,
    /// The columns to keep; `None` keeps all.
    only: Option<&'a [String]>,
}

impl Wanted<'_> {
    fn keeps(&self, name: &str) -> bool {
        self.only.is_none_or(|only| only.iter().any(|wanted| wanted == name))
    }

    fn is_enough(&self, rows: usize) -> bool {
        self.limit.is_some_and(|limit| rows >= limit)
    }
}

/// A row or cell at fault, before it is known which source it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    row: u64,
    /// Empty when the whole row is at fault.
    column: String,
    value: String,
    reason: String,
    whole_row: bool,
}

impl Fault {
    fn row(row: u64, value: &[u8], reason: impl Into<String>) -> Fault {
        Fault { row, column: String::new(), value: cut(value), reason: reason.into(), whole_row: true }
    }
}

/// What a reader brings.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    /// Every column of the file, kept or not.
    header: Vec<String>,
    /// The kept columns.
    names: Vec<String>,
    columns: Vec<TextColumn>,
    /// Row in the file of each kept row, from 1.
    numbers: Vec<u64>,
    /// Data rows seen, rejected ones included.
    found: u64,
    faults: Vec<Fault>,
    diagnostics: Vec<Diagnostic>,
    /// How it was read, without compression.
    read_as: String,
}

/// One file format.
pub(crate) trait TableReader: Sync {
    fn format(&self) -> Format;
    /// File name endings in lower case, without dot and without `.gz`.
    fn extensions(&self) -> &'static [&'static str];
    /// Whether the first bytes of a file (unpacked) can be nothing else.
    fn recognizes(&self, head: &[u8]) -> bool;
    /// Whether the beginning of a file can be read without the rest.
    fn reads_beginnings(&self) -> bool;
    /// The columns of a file that is recognized, by what its index says, which is less to read than the beginning; `None`
    /// where there is no such index, or something is odd about it.
    fn indexed(&self, _file: File, _shown: &str) -> Option<Vec<String>> {
        None
    }
    /// Reads a table. Errors when nothing of it can be used.
    fn read(&self, input: &Input, wanted: &Wanted) -> Result<Rows, Diagnostic>;
}

/// Every format that is read, in the order of detection.
pub(crate) const FORMATS: &[&dyn TableReader] =
    &[&parquet::Parquet, &xlsx::Xlsx, &ndjson::Ndjson, &csv::Delimited { tab: true }, &csv::Delimited { tab: false }];

/// Looks at a file: header, format and the first rows, reading no more of it than that takes.
///
/// `format` overrules detection. Spreadsheets and Parquet are read whole, since their index stands at the end.
pub fn peek(path: &Path, format: Option<Format>) -> Result<Preview, Diagnostic> {
    let shown = path.display().to_string();
    let mut bytes = PEEK_BYTES;
    loop {
        let (raw, mut whole) = read_head(path, &shown, bytes)?;
        let (head, packed) = compress::unpack_head(&raw, whole, bytes, &shown)?;
        let reader = choose(path, &head, format);
        if !whole && !reader.reads_beginnings() {
            bytes = u64::MAX;
            continue;
        }
        // A short packed beginning may unpack to more than is wanted, but never to a whole file.
        whole &= !packed.is_some_and(|packed| packed.cut);
        let input = Input { bytes: &head, whole, shown: &shown };
        let rows = match reader.read(&input, &Wanted { limit: Some(PEEK_ROWS), only: None }) {
            // What looks broken may only have been cut off.
            Ok(rows) if !whole && rows.found < PEEK_ROWS as u64 => {
                bytes = bytes.saturating_mul(4);
                drop(rows);
                continue;
            }
            Err(error) if !whole && error.code != "binary-file" => {
                bytes = bytes.saturating_mul(4);
                continue;
            }
            other => other?,
        };
        let read_as = read_as(&rows.read_as, packed.is_some());
        let file = InputFile {
            shown: shown.clone(),
            path: path.to_path_buf(),
            sha256: String::new(),
            bytes: raw.len() as u64,
            rows: rows.found,
            rejected: rejected(&rows.faults),
            read_as: read_as.clone(),
        };
        let names = rows.header.clone();
        let loaded = assemble(rows, file, "", true);
        return Ok(Preview {
            names,
            format: reader.format(),
            read_as,
            table: loaded.table,
            rejects: loaded.rejects,
            diagnostics: loaded.diagnostics,
        });
    }
}

/// The columns of a file as [`peek`] names them, reading as little as that takes.
pub fn header(path: &Path, format: Option<Format>) -> Result<Vec<String>, Diagnostic> {
    let shown = path.display().to_string();
    let indexed = || {
        let (head, _) = read_head(path, &shown, HEAD_BYTES).ok()?;
        let reader = Some(choose(path, &head, format)).filter(|reader| reader.recognizes(&head));
        reader?.indexed(File::open(path).ok()?, &shown)
    };
    indexed().map_or_else(|| peek(path, format).map(|preview| preview.names), Ok)
}

/// Loads one file with all its columns. `shown` is the path as people should see it.
pub fn load_file(path: &Path, shown: &str, format: Option<Format>, source_name: &str) -> Result<Loaded, Diagnostic> {
    load_one(path, shown, format, source_name, None, true).map(|(loaded, _)| loaded)
}

/// Loads all files of a source into one table.
///
/// Only columns that the source uses (fields, key, references, comparisons) are kept: what is mapped to nothing would cost memory,
/// and what is refused must not be here. Columns stand in the order in which the files first name them. A file that
/// lacks a used column gets absent cells and a warning; one that no file has is an error. A rejected row's raw text is
/// shown only when the source has no sensitive, refused or unmapped column, since nobody can say which cell it is in.
///
/// Errors are those of all files at once.
pub fn load(source: &Source) -> Result<Loaded, Vec<Diagnostic>> {
    let used = used_columns(source);
    let sensitive = source.columns.iter().any(|(field, _)| field.is_sensitive());
    let shows_rows = !sensitive && source.refused.is_empty() && source.unmapped.is_empty();
    let mut all = Loaded::default();
    let mut errors = Vec::new();
    let mut headers = Vec::new();
    for file in &source.files {
        match load_one(&file.path, &file.shown, source.format, &source.name, Some(&used), shows_rows) {
            Ok((loaded, header)) => {
                if all.table.rows() + loaded.table.rows() > ROWS_MAX {
                    let message = format!("source \"{}\" has more than {ROWS_MAX} rows", source.name);
                    let error = Diagnostic::error("too-many-rows", &file.shown, message);
                    errors.push(error.hint("split the source, for example by year"));
                    break;
                }
                append(&mut all, loaded);
                headers.push((file.shown.as_str(), header));
            }
            Err(error) => errors.push(error),
        }
    }
    for column in &used {
        let lacking: Vec<&str> =
            headers.iter().filter(|(_, header)| !header.contains(column)).map(|(shown, _)| *shown).collect();
        if lacking.is_empty() {
            continue;
        }
        if lacking.len() == headers.len() {
            if errors.is_empty() {
                let location = format!("source \"{}\"", source.name);
                let message = format!("column \"{column}\" is in none of its files");
                let error = Diagnostic::error("missing-column", location, message);
                errors.push(error.hint("correct the column's name in the config, or take it out"));
            }
            continue;
        }
        for shown in lacking {
            let message = format!("column \"{column}\" is missing in this file; its cells count as empty");
            let warning = Diagnostic::warning("missing-column", shown, message);
            all.diagnostics.push(warning.hint("other files of the source have it; check the export"));
        }
    }
    if errors.is_empty() { Ok(all) } else { Err(errors) }
}

/// Columns that the config uses for anything, and does not refuse; each once.
fn used_columns(source: &Source) -> Vec<String> {
    let fields = source.columns.iter().flat_map(|(_, columns)| columns);
    let references = source.references.iter().flat_map(|(_, columns)| columns);
    let compared = source.compared.iter().flat_map(|(_, columns)| columns);
    let mut used: Vec<String> = Vec::new();
    for column in fields.chain(&source.key).chain(references).chain(compared) {
        if !source.refused.contains(column) && !used.contains(column) {
            used.push(column.clone());
        }
    }
    used
}

/// Loads one file; returns its whole header too.
fn load_one(
    path: &Path,
    shown: &str,
    format: Option<Format>,
    source_name: &str,
    only: Option<&[String]>,
    shows_rows: bool,
) -> Result<(Loaded, Vec<String>), Diagnostic> {
    let raw = std::fs::read(path).map_err(|error| unreadable(shown, &error))?;
    let (sha256, rows) = rayon::join(
        || hex(&Sha256::digest(&raw)),
        || {
            let (bytes, packed) = compress::unpack(&raw, shown)?;
            let reader = choose(path, &bytes, format);
            let rows = reader.read(&Input { bytes: &bytes, whole: true, shown }, &Wanted { limit: None, only })?;
            Ok((rows, packed))
        },
    );
    let (rows, packed) = rows?;
    if rows.header.len() > COLUMNS_MAX {
        let message = format!("{} columns; at most {COLUMNS_MAX} can be read", rows.header.len());
        let error = Diagnostic::error("too-many-columns", shown, message);
        return Err(error.hint("is this a table with one row per record?"));
    }
    if rows.numbers.len() > ROWS_MAX {
        let error = Diagnostic::error("too-many-rows", shown, format!("more than {ROWS_MAX} rows"));
        return Err(error.hint("split the file and make each part a source"));
    }
    let file = InputFile {
        shown: shown.to_string(),
        path: path.to_path_buf(),
        sha256,
        bytes: raw.len() as u64,
        rows: rows.found,
        rejected: rejected(&rows.faults),
        read_as: read_as(&rows.read_as, packed),
    };
    let header = rows.header.clone();
    Ok((assemble(rows, file, source_name, shows_rows), header))
}

/// Makes a table of one file, and says when it is strangely empty or strangely faulty.
fn assemble(rows: Rows, file: InputFile, source_name: &str, shows_rows: bool) -> Loaded {
    let mut diagnostics = rows.diagnostics;
    if rows.found == 0 {
        let warning = Diagnostic::warning("no-rows", &file.shown, "a header but no rows");
        diagnostics.push(warning.hint("check that the export is complete"));
    } else if file.rejected * 2 > file.rows {
        let message = format!("{} of {} rows could not be used", file.rejected, file.rows);
        let warning = Diagnostic::warning("many-rejects", &file.shown, message);
        diagnostics.push(warning.hint(format!("it was read as {}; check delimiter and quoting", file.read_as)));
    }
    let mut last: Option<Arc<RejectPlace>> = None;
    let reject = |Fault { row, column, value, reason, whole_row }: Fault| {
        // Faults of one column come one after the other.
        let known = last.take().filter(|last| (&last.column, last.whole_row) == (&column, whole_row));
        let place = known.unwrap_or_else(|| {
            let (source, file) = (source_name.to_owned(), file.shown.clone());
            RejectPlace { source, file, column, whole_row }.into()
        });
        last = Some(place.clone());
        let value = if whole_row && !shows_rows { "".into() } else { value.into_boxed_str() };
        Reject { place, row, value, reason: reason.into() }
    };
    let rejects = rows.faults.into_iter().map(reject).collect();
    let origins = rows.numbers.into_iter().map(|row| RowOrigin { file: 0, row }).collect();
    let table = Table { names: rows.names, columns: rows.columns, origins, files: vec![file] };
    Loaded { table, rejects, diagnostics }
}

/// Adds the rows of one more file to a source. Columns that either side lacks get absent cells.
fn append(all: &mut Loaded, mut next: Loaded) {
    all.rejects.append(&mut next.rejects);
    all.diagnostics.append(&mut next.diagnostics);
    if all.table.files.is_empty() {
        all.table = next.table;
        return;
    }
    let (before, added) = (all.table.rows(), next.table.rows());
    let file = all.table.files.len() as u32;
    for name in &next.table.names {
        if all.table.column(name).is_none() {
            let mut column = TextColumn::with_capacity(before + added);
            (0..before).for_each(|_| column.push(""));
            all.table.names.push(name.clone());
            all.table.columns.push(column);
        }
    }
    for (name, column) in all.table.names.iter().zip(&mut all.table.columns) {
        match next.table.column(name) {
            Some(index) => {
                // Taken, so that each column's memory is free again once it is copied.
                let from = std::mem::take(&mut next.table.columns[index]);
                from.iter().for_each(|cell| column.push(cell.unwrap_or_default()));
            }
            None => (0..added).for_each(|_| column.push("")),
        }
    }
    all.table.origins.extend(next.table.origins.iter().map(|origin| RowOrigin { file, row: origin.row }));
    all.table.files.append(&mut next.table.files);
}

/// The reader for a file: as told, else by name, else by content. Magic bytes overrule a name that they contradict.
fn choose(path: &Path, head: &[u8], format: Option<Format>) -> &'static dyn TableReader {
    let named = || {
        let name = path.file_name()?.to_string_lossy().to_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name).to_string();
        let (_, extension) = name.rsplit_once('.')?;
        FORMATS.iter().find(|reader| reader.extensions().contains(&extension))
    };
    let of = |format: Format| FORMATS.iter().find(|reader| reader.format() == format);
    let recognized = || FORMATS.iter().find(|reader| reader.recognizes(head));
    let found = match format {
        Some(format) => of(format),
        None => match (named(), recognized()) {
            // A delimited file may begin with a bracket; a binary one is what it is.
            (Some(named), Some(seen)) if !seen.reads_beginnings() || !named.reads_beginnings() => Some(seen),
            (Some(named), _) => Some(named),
            (None, seen) => seen,
        },
    };
    *found.unwrap_or(&FORMATS[FORMATS.len() - 1])
}

/// The first `bytes` of a file, and whether that is all of it.
fn read_head(path: &Path, shown: &str, bytes: u64) -> Result<(Vec<u8>, bool), Diagnostic> {
    let mut file = File::open(path).map_err(|error| unreadable(shown, &error))?;
    let length = file.metadata().map_or(0, |data| data.len());
    let mut raw = Vec::new();
    // One byte more, in which the end shows. Where there is no such room, reading says so.
    let _ = raw.try_reserve_exact(usize::try_from(length.min(bytes)).unwrap_or(0).saturating_add(1));
    file.by_ref().take(bytes).read_to_end(&mut raw).map_err(|error| unreadable(shown, &error))?;
    let whole = (raw.len() as u64) < bytes;
    Ok((raw, whole))
}

fn unreadable(shown: &str, error: &std::io::Error) -> Diagnostic {
    let hint = match error.kind() {
        std::io::ErrorKind::NotFound => "check the path in the config; it is relative to the config file",
        std::io::ErrorKind::PermissionDenied => "give the account that runs samehand read access",
        std::io::ErrorKind::IsADirectory => "name a file, or a glob such as exports/*.csv",
        _ => "check that the disk is there and the file is not being written",
    };
    Diagnostic::error("unreadable-file", shown, format!("cannot be read: {error}")).hint(hint)
}

/// The diagnostic of a file without a byte in it.
fn empty_file(shown: &str) -> Diagnostic {
    Diagnostic::error("empty-file", shown, "empty file").hint("check that the export is complete, or take the file out")
}

/// Runs a decoder that is not ours over bytes that are not ours: a panic inside becomes `None`.
fn guarded<T>(decode: impl FnOnce() -> T) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(decode)).ok()
}

fn read_as(how: &str, packed: bool) -> String {
    if packed { format!("{how}, gzip") } else { how.to_string() }
}

fn rejected(faults: &[Fault]) -> u64 {
    faults.iter().filter(|fault| fault.whole_row).count() as u64
}

/// The first characters of a value at fault, for people. Bytes that are not text show as replacement characters, and so
/// does NUL, or the list of rejects would be what it warns of.
fn cut(value: &[u8]) -> String {
    // Four bytes is the longest character.
    let start = &value[..value.len().min(REJECT_CHARS * 4)];
    let text = String::from_utf8_lossy(start);
    text.chars().take(REJECT_CHARS).map(|c| if c == '\0' { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
