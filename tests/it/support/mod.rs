//! What every test uses: a folder of its own, the binary in a cleared environment, its answer with paths rewritten.
//!
//! Invariant: nothing of the machine reaches the program but the files that a test made, and nobody's output but the
//! test's own folder is written to.

pub mod csv;
pub mod tools;
pub mod xml;

use csv::Sheet;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// The key for sensitive values that every test runs with.
pub const KEY: &str = "only-for-tests-only-for-tests-only-for-tests";

/// Stands in outputs for the folder of the test.
pub const HERE: &str = "$TEST";

/// A folder of its own and the binary in it.
pub struct TestEnv {
    dir: TempDir,
}

impl TestEnv {
    pub fn new() -> TestEnv {
        let dir = tempfile::Builder::new().prefix("samehand-it-").tempdir().expect("a temporary folder can be made");
        TestEnv { dir }
    }

    /// A path in the folder.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.dir.path().join(relative)
    }

    /// Writes a file, with the folders above it.
    pub fn write(&self, relative: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(relative);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).expect("the folder can be made");
        }
        fs::write(&path, content).expect("the file can be written");
        path
    }

    pub fn read(&self, relative: &str) -> String {
        let path = self.path(relative);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub fn sheet(&self, relative: &str) -> Sheet {
        Sheet::parse(&self.read(relative))
    }

    /// The binary with arguments, in a cleared environment and in the folder of the test.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_samehand"));
        command
            .args(args)
            .current_dir(self.dir.path())
            .env_clear()
            .env("SAMEHAND_KEY", KEY)
            .env("HOME", self.dir.path())
            .env("TMPDIR", self.dir.path())
            .env("COLUMNS", "100")
            .stdin(Stdio::null());
        command
    }

    /// Runs the binary to its end.
    #[must_use]
    pub fn samehand(&self, args: &[&str]) -> Answer {
        self.answer(self.command(args))
    }

    /// Runs a prepared command to its end.
    #[must_use]
    pub fn answer(&self, mut command: Command) -> Answer {
        let output = command.output().expect("the binary starts");
        let args: Vec<String> = command.get_args().map(|arg| arg.to_string_lossy().into_owned()).collect();
        self.rewritten(args.join(" "), output)
    }

    /// An ended process as an answer.
    pub fn rewritten(&self, asked: String, output: std::process::Output) -> Answer {
        let real = fs::canonicalize(self.dir.path()).expect("the folder is there");
        let rewrite = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).expect("output is UTF-8");
            text.replace(&*self.dir.path().to_string_lossy(), HERE).replace(&*real.to_string_lossy(), HERE)
        };
        let answer = Answer {
            asked,
            code: output.status.code(),
            stdout: rewrite(output.stdout),
            stderr: rewrite(output.stderr),
        };
        assert!(!answer.stderr.contains("panicked"), "a panic\n{answer}");
        assert!(answer.code.is_some(), "ended by a signal\n{answer}");
        assert!(!answer.stdout.contains('\u{1b}') && !answer.stderr.contains('\u{1b}'), "color in a pipe\n{answer}");
        answer
    }

    /// Generates a company in the folder `company`.
    pub fn generate(&self, people: usize, rings: usize, seed: u64) -> &TestEnv {
        let (people, rings, seed) = (people.to_string(), rings.to_string(), seed.to_string());
        let asked = ["generate", "company", "--people", &people, "--rings", &rings, "--seed", &seed];
        self.samehand(&asked).exits(0);
        self
    }

    /// A company with nine rings and a finished run of it in `output`.
    pub fn with_run() -> TestEnv {
        let env = TestEnv::new();
        env.generate(600, 9, 1).run_company(&[]);
        env
    }

    /// Runs the company of [`TestEnv::generate`].
    pub fn run_company(&self, more: &[&str]) -> Answer {
        self.samehand(&[&["run", "-c", "company/samehand.toml"], more].concat()).exits(0)
    }

    /// The members of the latest run in an output folder.
    pub fn members(&self, output: &str) -> Members {
        Members::of(&self.sheet(&format!("{output}/latest/members.csv")))
    }

    /// The manifest of the latest run in an output folder.
    pub fn manifest(&self, output: &str) -> Value {
        serde_json::from_str(&self.read(&format!("{output}/latest/manifest.json"))).expect("the manifest is JSON")
    }

    /// What `show … --json` says, one answer per thing.
    pub fn show(&self, thing: &str) -> Vec<Value> {
        let shown = self.samehand(&["show", thing, "--json"]).exits(0).json();
        shown.as_array().expect("a list of answers").clone()
    }

    /// The figures of the latest run against a truth file.
    pub fn evaluate(&self, output: &str, tier: &str, truth: &str) -> Figures {
        let asked = ["evaluate", "-o", output, "--tier", tier, "--truth", truth, "--json"];
        Figures(self.samehand(&asked).exits(0).json())
    }
}

/// What the binary said.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The arguments, for messages.
    pub asked: String,
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Answer { asked, code, stdout, stderr } = self;
        write!(f, "samehand {asked}\nexit {code:?}\n--- stdout\n{stdout}--- stderr\n{stderr}---")
    }
}

impl Answer {
    /// Asserts the exit code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Answer {
        assert_eq!(self.code, Some(code), "\n{self}");
        self
    }

    /// Asserts that stderr has these words.
    #[track_caller]
    pub fn says(self, words: &str) -> Answer {
        assert!(self.stderr.contains(words), "stderr lacks {words:?}\n{self}");
        self
    }

    /// Asserts that stdout has these words.
    #[track_caller]
    pub fn prints(self, words: &str) -> Answer {
        assert!(self.stdout.contains(words), "stdout lacks {words:?}\n{self}");
        self
    }

    /// Asserts that the command refused: exit 2, nothing on stdout, an error with a hint on stderr.
    #[track_caller]
    pub fn refuses(self, words: &str) -> Answer {
        let answer = self.exits(2).says("error: ").says("hint: ").says(words);
        assert_eq!(answer.stdout, "", "\n{answer}");
        answer
    }

    /// Stdout as one JSON value.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("stdout is not one JSON value: {error}\n{self}"))
    }
}

/// What `evaluate --json` printed.
#[derive(Clone, Debug)]
pub struct Figures(pub Value);

impl Figures {
    fn number(&self, measure: &str, figure: &str) -> f64 {
        self.0[measure][figure].as_f64().unwrap_or_else(|| panic!("{measure}.{figure} in {}", self.0))
    }

    pub fn precision(&self) -> f64 {
        self.number("pairwise", "precision")
    }

    pub fn recall(&self) -> f64 {
        self.number("pairwise", "recall")
    }

    pub fn f1(&self) -> f64 {
        self.number("pairwise", "f1")
    }

    pub fn bcubed_f1(&self) -> f64 {
        self.number("bcubed", "f1")
    }
}

/// One row of members.csv but for its record: persona, operator cluster and ring; empty where there is none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    pub persona: String,
    pub operator: String,
    pub ring: String,
}

/// members.csv by source and record key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Members(pub BTreeMap<(String, String), Member>);

impl Members {
    fn of(sheet: &Sheet) -> Members {
        assert_eq!(sheet.header, ["source", "record_key", "persona_id", "operator_id", "ring_id"]);
        let members: BTreeMap<_, _> = sheet
            .rows
            .iter()
            .map(|row| {
                let [source, key, persona, operator, ring] = row.clone().try_into().expect("five cells");
                ((source, key), Member { persona, operator, ring })
            })
            .collect();
        assert_eq!(members.len(), sheet.rows.len(), "no record is listed twice");
        Members(members)
    }

    /// Keys of one source whose records pass.
    pub fn keys(&self, source: &str, pass: impl Fn(&Member) -> bool) -> Vec<&str> {
        self.0.iter().filter(|((s, _), member)| s == source && pass(member)).map(|((_, key), _)| key.as_str()).collect()
    }

    pub fn get(&self, source: &str, key: &str) -> &Member {
        &self.0[&(source.to_string(), key.to_string())]
    }

    /// Ring ids, each once.
    pub fn rings(&self) -> Vec<&str> {
        let mut rings: Vec<&str> = self.0.values().map(|m| m.ring.as_str()).filter(|ring| !ring.is_empty()).collect();
        rings.sort_unstable();
        rings.dedup();
        rings
    }

    /// Asserts that two runs put every record into the same clusters, ids included.
    #[track_caller]
    pub fn assert_same(&self, other: &Members) {
        let differ: Vec<_> = self.0.iter().filter(|&(key, member)| other.0.get(key) != Some(member)).take(5).collect();
        assert!(
            differ.is_empty(),
            "{differ:?} are {:?}",
            differ.iter().map(|(key, _)| other.0.get(*key)).collect::<Vec<_>>()
        );
        assert_eq!(self.0.len(), other.0.len());
    }
}

/// A file of the crate.
pub fn crate_path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

/// Tells something past the capture of the test runner: measured figures, and what was skipped.
pub fn tell(text: &str) {
    let mut stderr = std::io::stderr().lock();
    // Nobody reads it any more: then nobody misses it.
    let _ = writeln!(stderr, "{text}");
}

/// All files below a folder by relative path, except what `skip` names. Links are not followed.
pub fn files(folder: &Path, skip: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![(folder.to_path_buf(), String::new())];
    while let Some((path, prefix)) = open.pop() {
        for entry in fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())) {
            let entry = entry.expect("an entry");
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type().expect("a type");
            if skip.contains(&name.as_str()) || kind.is_symlink() {
                continue;
            }
            if kind.is_dir() {
                open.push((entry.path(), format!("{name}/")));
            } else {
                found.insert(name, fs::read(entry.path()).expect("the file can be read"));
            }
        }
    }
    found
}

/// Names in a folder, sorted; empty when there is no such folder.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<String> =
        entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
