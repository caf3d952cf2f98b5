//! Where in the large tables of a run an id, a key or a value stands, so that a question about one thing reads a few pages.
//!
//! A page is a row group of a table. `lookup.bin` maps a hash of each text that can be asked for to the pages in which it
//! stands, so an answer is a superset: whoever asks reads the pages and looks for the text itself. Leaves to others what the
//! columns mean. The file is made from the tables alone; a folder without it, or with one of other tables, is read whole.
//!
//! Layout: mark, length of the header, header in JSON, and for each table a list of where buckets start followed by the
//! entries of all buckets. The first bits of a hash name its bucket, the next 16 stand in the entry beside the page. All
//! numbers are little-endian.

use super::table::OutTable;
use super::{Error, Result, io_error};
use crate::model::hash::stable_hash;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::sync::{Mutex, PoisonError};

/// Name of the file in a run folder.
pub const FILE: &str = "lookup.bin";

const MARK: &[u8; 8] = b"samelook";
const VERSION: u32 = 1;
/// Entries that share a bucket on average.
const PER_BUCKET: usize = 16;
const BUCKET_BITS_MAX: u32 = 24;
/// A page is named by 16 bits; larger tables have larger pages.
const PAGES_MAX: usize = 60_000;
/// Bytes of an entry, and of a place in the list of buckets.
const WIDTH: u64 = 4;

#[derive(Debug, Default, Serialize, Deserialize)]
struct Header {
    version: u32,
    tables: Vec<Listed>,
}

/// One table of the file.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Listed {
    name: String,
    /// Of the Parquet file; one of another length is another table.
    bytes: u64,
    /// The first row of each page, and the number of rows.
    starts: Vec<u64>,
    /// The number that each page starts with, where its rows are kept together by one.
    firsts: Vec<u32>,
    bucket_bits: u32,
    entries: u64,
    /// Where its buckets start, counted from the end of the header.
    offset: u64,
}

/// A column, and which of its texts nobody asks for.
pub type LeftOut<'a> = (&'a str, fn(&str) -> bool);

/// How a table is cut into pages, and what can be asked of it.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// Rows of a page.
    pub page_rows: usize,
    /// Columns of text in which what is asked for may stand.
    pub asked: &'a [&'a str],
    /// A column of ascending numbers of which no page parts equal ones.
    pub together: Option<&'a str>,
    /// A column, and of which of its cells the rows are not to be found.
    pub left_out: Option<LeftOut<'a>>,
}

/// Writes tables in pages and notes what stands where.
#[derive(Debug)]
pub struct LookupWriter<'a> {
    folder: &'a Path,
    header: Header,
    body: Vec<u8>,
}

impl<'a> LookupWriter<'a> {
    /// For the tables of that folder.
    pub fn new(folder: &'a Path) -> Self {
        LookupWriter { folder, header: Header { version: VERSION, tables: Vec::new() }, body: Vec::new() }
    }

    /// Writes a table as `<name>.parquet`. Time: linear in its cells.
    pub fn table(&mut self, table: OutTable, plan: Plan) -> Result<()> {
        let numbers = plan.together.map(|column| table.numbers(column)).unwrap_or_default();
        let (name, rows) = (table.name().to_string(), table.rows().unwrap_or_default());
        self.table_in_parts(&name, rows, &numbers, plan, |rows| table.part(rows))
    }

    /// The same for a table of `rows` rows that `part` makes part by part, parts beside each other, so that no more than a few
    /// of them are in memory. `numbers` are those of the column that is kept together, if there is one.
    pub fn table_in_parts(
        &mut self,
        name: &str,
        rows: usize,
        numbers: &[u32],
        plan: Plan,
        part: impl Fn(Range<usize>) -> OutTable + Sync,
    ) -> Result<()> {
        let path = self.folder.join(format!("{name}.parquet"));
        let ends = page_ends(rows, plan.page_rows, numbers);
        let starts: Vec<usize> = std::iter::once(0).chain(ends.iter().copied()).collect();
        let bucket_bits = (rows * plan.asked.len() / PER_BUCKET).max(1).ilog2().min(BUCKET_BITS_MAX);
        let parts = parts_of(&starts);
        let made = |pages: &Range<usize>| {
            let first = starts[pages.start];
            let table = part(first..starts[pages.end]);
            let mut entries = Vec::new();
            for page in pages.clone() {
                let rows = starts[page] - first..starts[page + 1] - first;
                entries.extend(entries_of(&table, page, rows, plan, bucket_bits));
            }
            let ends: Vec<usize> = pages.clone().map(|page| starts[page + 1] - first).collect();
            (table, ends, entries)
        };
        // Room for all that there can be: what is not filled is never touched, and what is there is never copied.
        let mut entries: Vec<u64> = Vec::with_capacity(rows * plan.asked.len());
        let at_once = rayon::current_num_threads().max(1);
        // Written while the next ones are made: on a thread of its own, so that no worker of the common pool waits for another.
        std::thread::scope(|scope| {
            let (to_write, written) = sync_channel(at_once);
            let path = &path;
            let writer = scope.spawn(move || OutTable::write_parts(path, written.into_iter()));
            'all: for parts in parts.chunks(at_once) {
                for (table, ends, of_part) in parts.par_iter().map(made).collect::<Vec<_>>() {
                    entries.extend(of_part);
                    if to_write.send((table, ends)).is_err() {
                        // Writing has failed; why is what it returns.
                        break 'all;
                    }
                }
            }
            drop(to_write);
            writer.join().unwrap_or_else(|panic| resume_unwind(panic))
        })?;
        entries.par_sort_unstable();
        let mut listed = Listed {
            name: name.to_string(),
            starts: starts.iter().map(|&start| start as u64).collect(),
            firsts: starts.iter().filter_map(|&start| numbers.get(start).copied()).collect(),
            bucket_bits,
            entries: entries.len() as u64,
            offset: self.body.len() as u64,
            ..Listed::default()
        };
        listed.bytes = path.metadata().map_err(io_error("read", &path))?.len();
        self.header.tables.push(listed);
        self.body.reserve_exact(((1 << bucket_bits) + 1 + entries.len()) * WIDTH as usize);
        // A bucket starts where the entries of smaller ones end.
        let mut at = 0;
        for bucket in 0..=1u64 << bucket_bits {
            at += entries[at..].iter().take_while(|entry| **entry >> 32 < bucket).count();
            self.body.extend_from_slice(&(at as u32).to_le_bytes());
        }
        for entry in entries {
            self.body.extend_from_slice(&(entry as u32).to_le_bytes());
        }
        Ok(())
    }

    /// Writes the file.
    pub fn finish(self) -> Result<()> {
        let path = self.folder.join(FILE);
        let header = serde_json::to_vec(&self.header).map_err(|error| Error::Table {
            action: "write",
            path: path.clone(),
            message: error.to_string(),
        })?;
        let length = (header.len() as u32).to_le_bytes();
        let write = || {
            let mut file = File::create(&path)?;
            [MARK.as_slice(), &length, &header, &self.body].into_iter().try_for_each(|part| file.write_all(part))
        };
        write().map_err(io_error("write", &path))
    }
}

/// Rows of a part of a table that is in memory as a whole; few in tests, so that they are in many parts.
const ROWS_PER_PART: usize = if cfg!(test) { 1000 } else { 1 << 16 };

/// Pages in runs of about [`ROWS_PER_PART`] rows; one run of none where there are no pages.
fn parts_of(starts: &[usize]) -> Vec<Range<usize>> {
    let (pages, mut parts, mut first) = (starts.len() - 1, Vec::new(), 0);
    for page in 0..pages {
        if starts[page + 1] - starts[first] >= ROWS_PER_PART || page + 1 == pages {
            parts.push(first..page + 1);
            first = page + 1;
        }
    }
    if parts.is_empty() {
        parts.push(0..0);
    }
    parts
}

/// What stands in a page that can be asked for, in any order; `rows` are its rows in this part of the table.
fn entries_of(table: &OutTable, page: usize, rows: Range<usize>, plan: Plan, bucket_bits: u32) -> Vec<u64> {
    let (mut entries, mut left_out) = (Vec::new(), Vec::new());
    if let Some((column, is_left_out)) = plan.left_out {
        table.cells(column, rows.clone(), |cell| left_out.push(is_left_out(cell)));
    }
    for column in plan.asked {
        let mut row = 0;
        // Lines of one text stand below each other, with all of it as delivered.
        let mut last: Option<String> = None;
        table.cells(column, rows.clone(), |cell| {
            let is_left_out = left_out.get(row).copied().unwrap_or_default();
            row += 1;
            if !is_left_out && last.as_deref() != Some(cell) {
                let last = last.get_or_insert_default();
                last.clear();
                last.push_str(cell);
                entries.push(place(hash(cell), bucket_bits) << 16 | page as u64);
            }
        });
    }
    entries.sort_unstable();
    entries.dedup();
    entries
}

/// Where pages end.
fn page_ends(rows: usize, page_rows: usize, numbers: &[u32]) -> Vec<usize> {
    let mut page_rows = page_rows.max(1);
    while rows / page_rows > PAGES_MAX {
        page_rows *= 2;
    }
    let mut ends = Vec::new();
    let mut end = 0;
    while end < rows {
        end = (end + page_rows).min(rows);
        while end < numbers.len() && numbers[end] == numbers[end - 1] {
            end += 1;
        }
        ends.push(end);
    }
    ends
}

/// Bucket and rest of a hash: as many bits as name a bucket, and 16 more.
fn place(hash: u64, bucket_bits: u32) -> u64 {
    hash >> (48 - bucket_bits)
}

/// The same for texts that differ in the case of ASCII letters alone.
fn hash(text: &str) -> u64 {
    stable_hash(text.bytes().map(|byte| byte.to_ascii_lowercase()))
}

/// The file, opened for questions.
#[derive(Debug)]
pub struct Lookup {
    path: PathBuf,
    file: Mutex<File>,
    tables: Vec<Listed>,
    /// Where the header ends.
    body: u64,
}

impl Lookup {
    /// Opens the file of a run folder. `None` where there is none, or none that belongs to the tables beside it: such a
    /// folder is read whole.
    pub fn open(folder: &Path) -> Option<Lookup> {
        let path = folder.join(FILE);
        let mut file = File::open(&path).ok()?;
        let length = file.metadata().ok()?.len();
        let mut start = [0; 12];
        file.read_exact(&mut start).ok()?;
        let (mark, header_length) = start.split_at(8);
        let header_length = u64::from(u32::from_le_bytes(header_length.try_into().ok()?));
        let body = 12 + header_length;
        if mark != MARK || body > length {
            return None;
        }
        let mut header = vec![0; header_length as usize];
        file.read_exact(&mut header).ok()?;
        let header: Header = serde_json::from_slice(&header).ok()?;
        let fits = |table: &Listed| {
            let of_table = std::fs::metadata(folder.join(format!("{}.parquet", table.name)));
            let buckets = (1u64 << table.bucket_bits.min(BUCKET_BITS_MAX)) + 1;
            let bytes = buckets.saturating_add(table.entries).saturating_mul(WIDTH);
            table.bucket_bits <= BUCKET_BITS_MAX
                && of_table.is_ok_and(|of_table| of_table.len() == table.bytes)
                && table.offset.saturating_add(bytes).saturating_add(body) <= length
                && !table.starts.is_empty()
                && table.starts.is_sorted()
                && (table.firsts.is_empty() || table.firsts.len() == table.starts.len() - 1)
                && table.firsts.is_sorted()
        };
        let usable = header.version == VERSION && header.tables.iter().all(fits);
        usable.then(|| Lookup { path, file: Mutex::new(file), tables: header.tables, body })
    }

    /// The first row of each page of a table, and the number of rows; `None` for one that is not listed.
    pub fn starts(&self, table: &str) -> Option<Vec<usize>> {
        Some(self.listed(table)?.starts.iter().map(|&start| start as usize).collect())
    }

    /// The number that each page of a table starts with.
    pub fn firsts(&self, table: &str) -> &[u32] {
        self.listed(table).map_or(&[], |listed| &listed.firsts)
    }

    fn listed(&self, table: &str) -> Option<&Listed> {
        self.tables.iter().find(|listed| listed.name == table)
    }

    /// Pages of a table that may have a cell with this text, in whatever case of ASCII letters; ascending. All that do are
    /// among them.
    pub fn pages(&self, table: &str, text: &str) -> Result<Vec<usize>> {
        let damaged =
            || Error::Table { action: "read", path: self.path.clone(), message: "the file is damaged".to_string() };
        let listed = self.listed(table).ok_or_else(damaged)?;
        let place = place(hash(text), listed.bucket_bits);
        let (bucket, rest) = (place >> 16, (place & 0xffff) as u32);
        let at = self.body + listed.offset;
        let bounds = self.read(at + bucket * WIDTH, 2)?;
        let (&[from, to], true) = (bounds.as_slice(), bounds.is_sorted()) else { return Err(damaged()) };
        if u64::from(to) > listed.entries {
            return Err(damaged());
        }
        let entries = at + ((1u64 << listed.bucket_bits) + 1 + u64::from(from)) * WIDTH;
        let entries = self.read(entries, (to - from) as usize)?;
        let pages: Vec<usize> =
            entries.iter().filter(|entry| *entry >> 16 == rest).map(|entry| (entry & 0xffff) as usize).collect();
        let whole = pages.is_sorted() && pages.last().is_none_or(|last| *last + 1 < listed.starts.len());
        if whole { Ok(pages) } else { Err(damaged()) }
    }

    /// Numbers of 32 bits from there on.
    fn read(&self, at: u64, count: usize) -> Result<Vec<u32>> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = vec![0; count * WIDTH as usize];
        file.seek(SeekFrom::Start(at))
            .and_then(|_| file.read_exact(&mut bytes))
            .map_err(io_error("read", &self.path))?;
        Ok(bytes
            .chunks_exact(WIDTH as usize)
            .map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::table::PagedTable;

    const ROWS: u32 = 5_000;

    /// Three rows of a number, a word that repeats and one that does not.
    fn table() -> OutTable {
        OutTable::new("words")
            .u32("number", (0..ROWS).map(|row| row / 3).collect())
            .text("word", (0..ROWS).map(|row| format!("Word {}", row % 700)))
            .opt_text("key", (0..ROWS).map(|row| (row % 2 == 0).then(|| format!("k{row}"))))
    }

    fn written(folder: &Path) -> Lookup {
        let mut writer = LookupWriter::new(folder);
        let plan = Plan { page_rows: 64, asked: &["word", "key"], together: Some("number"), left_out: None };
        writer.table(table(), plan).expect("written");
        writer.finish().expect("written");
        Lookup::open(folder).expect("there")
    }

    #[test]
    fn every_text_is_found_in_all_its_pages_and_in_few_others() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let lookup = written(dir.path());
        let paged = PagedTable::open(&dir.path().join("words.parquet")).expect("opened");
        let starts = paged.starts();
        assert_eq!(lookup.starts("words").as_deref(), Some(starts));
        assert_eq!(lookup.firsts("words").len(), starts.len() - 1);
        let page_of = |row: usize| starts.partition_point(|start| *start <= row) - 1;
        let mut more = 0;
        for word in 0..700usize {
            let mut expected: Vec<usize> = (word..ROWS as usize).step_by(700).map(page_of).collect();
            expected.dedup();
            let found = lookup.pages("words", &format!("wORD {word}")).expect("read");
            assert!(expected.iter().all(|page| found.contains(page)), "{word}: {found:?} lacks of {expected:?}");
            more += found.len() - expected.len();
        }
        assert!(more < 7, "{more} pages too many");
        assert_eq!(lookup.pages("words", "k40").expect("read"), [page_of(40)]);
        assert_eq!(lookup.pages("words", "").expect("read").len(), starts.len() - 1, "gaps are empty texts");
        let strangers = (0..1000).filter(|at| !lookup.pages("words", &format!("no {at}")).expect("read").is_empty());
        assert!(strangers.count() < 3);
        // No page parts the rows of a number.
        #[allow(clippy::needless_range_loop)]
        for page in 1..starts.len() - 1 {
            assert_eq!(starts[page] % 3, 0);
            assert_eq!(lookup.firsts("words")[page] as usize, starts[page] / 3);
        }
    }

    #[test]
    fn parts_make_the_bytes_of_the_whole() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let starts = written(dir.path()).starts("words").expect("listed");
        let whole = dir.path().join("whole.parquet");
        OutTable::write_parts(&whole, std::iter::once((table(), starts[1..].to_vec()))).expect("written");
        let read = |path: &Path| std::fs::read(path).expect("readable");
        assert!(parts_of(&starts).len() > 3);
        assert!(read(&whole) == read(&dir.path().join("words.parquet")), "the tables differ");
    }

    #[test]
    fn a_table_without_rows_has_no_pages() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let mut writer = LookupWriter::new(dir.path());
        let none: [&str; 0] = [];
        let plan = Plan { page_rows: 64, asked: &["word"], together: None, left_out: None };
        writer.table(OutTable::new("empty").text("word", none), plan).expect("written");
        writer.finish().expect("written");
        let lookup = Lookup::open(dir.path()).expect("there");
        assert_eq!(lookup.starts("empty"), Some(vec![0]));
        assert_eq!(lookup.pages("empty", "a").expect("read"), [0usize; 0]);
        assert!(lookup.pages("other", "a").is_err());
    }

    #[test]
    fn rows_that_are_left_out_are_not_found() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let mut writer = LookupWriter::new(dir.path());
        let left_out: Option<LeftOut> = Some(("word", |word| word.ends_with('8')));
        writer.table(table(), Plan { page_rows: 64, asked: &["key"], together: None, left_out }).expect("written");
        writer.finish().expect("written");
        let lookup = Lookup::open(dir.path()).expect("there");
        let found = |row: usize| !lookup.pages("words", &format!("k{row}")).expect("read").is_empty();
        let even = || (0..ROWS as usize).step_by(2);
        assert!(even().filter(|row| row % 10 != 8).all(found));
        assert!(even().filter(|row| row % 10 == 8 && found(*row)).count() < 3);
    }

    #[test]
    fn a_file_that_is_missing_cut_or_of_other_tables_is_none() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        written(dir.path());
        let path = dir.path().join(FILE);
        let whole = std::fs::read(&path).expect("readable");
        for damaged in [&b""[..], b"samelook", &whole[..40], &whole[..whole.len() - 1], &whole[1..]] {
            std::fs::write(&path, damaged).expect("written");
            assert!(Lookup::open(dir.path()).is_none(), "{} bytes", damaged.len());
        }
        std::fs::write(&path, &whole).expect("written");
        assert!(Lookup::open(dir.path()).is_some());
        OutTable::new("words")
            .text("word", ["another"])
            .write_parquet(&dir.path().join("words.parquet"))
            .expect("written");
        assert!(Lookup::open(dir.path()).is_none(), "another table");
        std::fs::remove_file(&path).expect("removed");
        assert!(Lookup::open(dir.path()).is_none());
    }

    #[test]
    fn damage_inside_is_an_error_or_a_superset_and_never_a_panic() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        written(dir.path());
        let path = dir.path().join(FILE);
        let whole = std::fs::read(&path).expect("readable");
        for at in (0..whole.len()).step_by(whole.len() / 199) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x81;
            std::fs::write(&path, damaged).expect("written");
            if let Some(lookup) = Lookup::open(dir.path()) {
                for word in 0..50 {
                    let _ = lookup.pages("words", &format!("word {word}"));
                }
            }
        }
    }

    #[test]
    fn the_hash_is_the_one_that_folders_have() {
        assert_eq!(hash("abc"), hash("ABC"));
        assert_ne!(hash("é"), hash("É"));
        assert_eq!(hash(""), 0xefd0_1f60_ba99_2926);
    }
}
