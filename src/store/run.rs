//! Finished runs: how one is found, and where its files are.
//!
//! Leaves making them to `folder`. A run folder is never written to; what is found in it is what was published.

use super::manifest::Manifest;
use super::{Error, Result, io_error};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Name of the manifest in a run folder.
pub const MANIFEST: &str = "manifest.json";

pub(super) const RUNS: &str = "runs";
pub(super) const LATEST: &str = "latest";

/// A finished run.
#[derive(Clone, Debug)]
pub struct RunFolder {
    paths: RunPaths,
    run_id: String,
    existed: bool,
}

impl RunFolder {
    /// Finds a finished run: without `wanted` the latest of the output folder; else a run id of that folder, the word
    /// `latest`, a run folder, or another output folder, of which the latest is meant.
    pub fn open(output_root: &Path, wanted: Option<&str>) -> Result<RunFolder> {
        let none = || Error::NoRun { path: output_root.to_path_buf(), wanted: wanted.map(str::to_string) };
        let Some(wanted) = wanted.filter(|wanted| *wanted != LATEST) else {
            return RunFolder::at(&latest(output_root)).transpose().unwrap_or_else(|| Err(none()));
        };
        if check_run_id(wanted).is_ok()
            && let Some(run) = RunFolder::at(&output_root.join(RUNS).join(wanted))?
        {
            return Ok(run);
        }
        let path = Path::new(wanted);
        let found = match RunFolder::at(path)? {
            None => RunFolder::at(&latest(path))?,
            found => found,
        };
        found.ok_or_else(none)
    }

    /// The run that was made just now in that folder.
    pub(super) fn published(folder: &Path, run_id: &str) -> RunFolder {
        RunFolder { paths: RunPaths::new(folder), run_id: run_id.to_string(), existed: false }
    }

    /// The run in that folder; `None` when there is no manifest.
    pub(super) fn at(path: &Path) -> Result<Option<RunFolder>> {
        let paths = RunPaths(path.to_path_buf());
        match Manifest::read(&paths.manifest()) {
            Ok(manifest) => Ok(Some(RunFolder { paths, run_id: manifest.run_id, existed: true })),
            Err(Error::Io { source, .. })
                if matches!(source.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Its id.
    pub fn run_id(&self) -> &str {
        &self.run_id
    }

    /// Whether it was there before: true for every run that was opened, and for a publication that found the same
    /// run finished already.
    pub fn existed(&self) -> bool {
        self.existed
    }

    /// Where in it each file is.
    pub fn paths(&self) -> &RunPaths {
        &self.paths
    }

    /// Reads its manifest.
    pub fn manifest(&self) -> Result<Manifest> {
        Manifest::read(&self.paths.manifest())
    }
}

/// The run that `latest` points to, resolved here so that messages and later reads name one run, even when `latest`
/// moves on in the meantime.
fn latest(output_root: &Path) -> PathBuf {
    let link = output_root.join(LATEST);
    let target = fs::read_link(&link).or_else(|_| fs::read_to_string(&link).map(|text| PathBuf::from(text.trim())));
    output_root.join(target.unwrap_or_else(|_| PathBuf::from(LATEST)))
}

macro_rules! files {
    ($($name:ident $file:literal $doc:literal;)*) => {
        impl RunPaths {
            $(#[doc = $doc] pub fn $name(&self) -> PathBuf { self.0.join($file) })*
        }
    };
}

/// Where each file of a run folder is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunPaths(PathBuf);

files! {
    manifest "manifest.json" "What went in and what came of it; written last.";
    rejects "rejects.csv" "Rows and cells that could not be used.";
    records "records.parquet" "All records.";
    claims "claims.parquet" "What the records assert.";
    links "links.parquet" "Accepted links with their evidence.";
    pairs "pairs.parquet" "Scored pairs of records with their evidence and what became of them.";
    model "model.json" "The model that held.";
    members "members.parquet" "Which record belongs to which persona, operator cluster and ring.";
    members_csv "members.csv" "The same for people.";
    hubs "hubs.parquet" "Values of many holders.";
    rings "rings.parquet" "The rings in rank order.";
    set_aside "set_aside.parquet" "What an innocent explanation demoted.";
    lookup "lookup.bin" "Where in the large tables an id, key or value stands.";
    report "report.html" "The page of the run.";
}

impl RunPaths {
    /// The paths of a run folder at that place.
    pub fn new(folder: &Path) -> RunPaths {
        RunPaths(folder.to_path_buf())
    }

    /// The folder itself.
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// The folder of one ring. Whatever the id, it stays below `rings`: a character that no ring id has becomes `_`.
    pub fn ring(&self, ring_id: &str) -> PathBuf {
        let allowed = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
        let name: String = ring_id.chars().map(allowed).collect();
        self.0.join("rings").join(if name.is_empty() { "_" } else { &name })
    }

    /// A ring's diagram for Graphviz.
    pub fn diagram_dot(&self, ring_id: &str) -> PathBuf {
        self.ring(ring_id).join("diagram.dot")
    }

    /// A ring's diagram for the browser.
    pub fn diagram_svg(&self, ring_id: &str) -> PathBuf {
        self.ring(ring_id).join("diagram.svg")
    }
}

/// One row of `rejects.csv`: a row or cell of the input that could not be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RejectEntry {
    pub source: String,
    pub file: String,
    /// From 1 without the header; 0 where there is none.
    pub row: u64,
    /// Empty for a row.
    pub column: String,
    pub value: String,
    /// Whether the whole row was left out.
    pub whole_row: bool,
    pub reason: String,
}

impl RunPaths {
    /// Reads the rejects. A line with another number of cells than the header, as a folder that somebody changed may have
    /// it, is passed over.
    pub fn read_rejects(&self) -> Result<Vec<RejectEntry>> {
        let path = self.rejects();
        let bytes = fs::read(&path).map_err(io_error("read", &path))?;
        let rows = csv_rows(&String::from_utf8_lossy(&bytes)).into_iter().skip(1);
        let entry = |row: Vec<String>| {
            let [source, file, number, column, value, left_out, reason] = <[String; 7]>::try_from(row).ok()?;
            let row = number.parse().unwrap_or(0);
            Some(RejectEntry { source, file, row, column, value, whole_row: left_out == "row", reason })
        };
        Ok(rows.filter_map(entry).collect())
    }
}

/// The cells of a CSV text as RFC 4180 has them, header included.
fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let (mut row, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(ch) = chars.next() {
        match ch {
            '"' if quoted && chars.peek() == Some(&'"') => {
                cell.push('"');
                chars.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            _ => cell.push(ch),
        }
    }
    if !row.is_empty() || !cell.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

/// All files below a folder, relative with `/`, sorted. Symbolic links are listed and not followed.
pub(super) fn files_below(folder: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    let mut open = vec![(folder.to_path_buf(), String::new())];
    while let Some((path, prefix)) = open.pop() {
        for entry in fs::read_dir(&path).map_err(io_error("read", &path))? {
            let entry = entry.map_err(io_error("read", &path))?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type().map_err(io_error("read", &path))?.is_dir() {
                open.push((entry.path(), format!("{name}/")));
            } else {
                files.push(name);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Letters and digits only, so that an id never leads out of its folder.
pub(super) fn check_run_id(run_id: &str) -> Result<()> {
    let fine = (1..=64).contains(&run_id.len()) && run_id.bytes().all(|b| b.is_ascii_alphanumeric());
    if fine { Ok(()) } else { Err(Error::RunId(run_id.to_string())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::OutputRoot;

    /// An output folder with two runs, of which the second is the latest.
    fn output() -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let root = OutputRoot::open(dir.path()).expect("opened");
        for id in ["aaaaaaaaaaaa", "bbbbbbbbbbbb"] {
            root.begin(id).expect("begun").publish(Manifest::new(id, "1.0.0")).expect("published");
        }
        dir
    }

    #[test]
    fn a_run_is_found_by_latest_by_id_and_by_folder() {
        let dir = output();
        let check = |wanted: Option<&str>, expected: &str| {
            let run = RunFolder::open(dir.path(), wanted).expect("found");
            assert_eq!(run.run_id(), expected, "{wanted:?}");
            assert!(run.existed() && run.paths().folder().ends_with(format!("runs/{expected}")), "{run:?}");
            assert_eq!(run.manifest().expect("read").run_id, expected);
        };
        check(None, "bbbbbbbbbbbb");
        check(Some("latest"), "bbbbbbbbbbbb");
        check(Some("aaaaaaaaaaaa"), "aaaaaaaaaaaa");
        let at = |tail: &str| dir.path().join(tail).display().to_string();
        check(Some(&at("runs/aaaaaaaaaaaa")), "aaaaaaaaaaaa");
        check(Some(&at("")), "bbbbbbbbbbbb");
        // An output folder that was moved or copied still knows its latest run.
        let moved = tempfile::tempdir().expect("a temporary folder");
        let to = moved.path().join("elsewhere");
        fs::rename(dir.path(), &to).expect("moved");
        assert_eq!(RunFolder::open(&to, None).expect("found").run_id(), "bbbbbbbbbbbb");
    }

    #[test]
    fn no_run_yet_says_how_to_make_one() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        for folder in [dir.path().to_path_buf(), dir.path().join("not/there")] {
            let error = RunFolder::open(&folder, None).expect_err("none");
            assert!(matches!(error, Error::NoRun { wanted: None, .. }), "{error}");
            assert!(error.hint().is_some_and(|hint| hint.contains("samehand run")));
        }
        let output = output();
        for wanted in ["cccccccccccc", "../aaaaaaaaaaaa", "runs", "", "no/such/folder", "."] {
            let error = RunFolder::open(output.path(), Some(wanted)).expect_err(wanted);
            assert!(matches!(error, Error::NoRun { wanted: Some(_), .. }), "{wanted}: {error}");
        }
        // A run that is gone leaves `latest` pointing nowhere; the other one can still be opened.
        fs::remove_dir_all(output.path().join("runs/bbbbbbbbbbbb")).expect("removed");
        assert!(matches!(RunFolder::open(output.path(), None), Err(Error::NoRun { .. })));
        assert!(RunFolder::open(output.path(), Some("aaaaaaaaaaaa")).is_ok());
    }

    #[test]
    fn a_damaged_manifest_is_told_and_not_taken_for_no_run() {
        let dir = output();
        fs::write(dir.path().join("latest").join(MANIFEST), "{").expect("written");
        assert!(matches!(RunFolder::open(dir.path(), None), Err(Error::Manifest { .. })));
    }

    #[test]
    fn files_are_where_the_manual_says_and_a_ring_stays_below_rings() {
        let paths = RunPaths::new(Path::new("r"));
        assert_eq!(paths.rejects(), Path::new("r/rejects.csv"));
        assert_eq!(paths.set_aside(), Path::new("r/set_aside.parquet"));
        assert_eq!(paths.diagram_svg("R-0123456789"), Path::new("r/rings/R-0123456789/diagram.svg"));
        assert_eq!(paths.diagram_dot("../../etc"), Path::new("r/rings/______etc/diagram.dot"));
        assert_eq!(paths.ring(".."), Path::new("r/rings/__"));
        assert_eq!(paths.ring(""), Path::new("r/rings/_"));
    }

    #[test]
    fn rejects_read_back_and_a_line_that_is_none_is_passed_over() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let paths = RunPaths::new(dir.path());
        assert!(paths.read_rejects().is_err());
        let text = "source,file,row,column,value,left_out,reason\nhr,hr.csv,3,Phone,\"a, \"\"b\"\"\nc\",cell,no phone\n\
                    hr,hr.csv,x\nhr,hr.csv,4,\"\",,row,too few cells\n";
        fs::write(paths.rejects(), text).expect("written");
        let rejects = paths.read_rejects().expect("read");
        assert_eq!(rejects.len(), 2);
        assert_eq!((rejects[0].value.as_str(), rejects[0].row, rejects[0].whole_row), ("a, \"b\"\nc", 3, false));
        assert!(rejects[1].whole_row && rejects[1].column.is_empty());
    }

    #[test]
    fn run_ids_are_letters_and_digits() {
        for good in ["0123456789ab", "a"] {
            assert!(check_run_id(good).is_ok(), "{good}");
        }
        for bad in ["", ".", "..", "a/b", "a-b", "ä", &"a".repeat(65)] {
            assert!(matches!(check_run_id(bad), Err(Error::RunId(_))), "{bad}");
        }
    }
}
