//! The manifest of a run: what went in, with what settings, what came of it, and the hashes that prove it.
//!
//! It is written last and makes the run exist. Its types are a file format of their own: the model may change without
//! it. Apart from [`Clock`], the last entry, it depends on inputs, settings and version alone.

use super::run::{MANIFEST, RunFolder, files_below};
use super::{Error, Result, hex, io_error, sha256_file};
use crate::model::diagnostic::Diagnostic;
use crate::model::table::InputFile;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write;
use std::path::{Component, Path};

/// Version of the run folder's format. It grows when an older program could no longer read a run rightly.
pub const FORMAT_VERSION: u32 = 1;

/// `manifest.json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT_VERSION`] of the program that wrote it.
    pub format_version: u32,
    /// See [`RunParts::run_id`].
    pub run_id: String,
    /// Version of samehand that made the run.
    pub product_version: String,
    /// The tier after which the run was told to stop; none of a whole run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<String>,
    /// Files of all sources, in the config's order.
    pub inputs: Vec<Input>,
    /// The config.
    pub config: ConfigFile,
    /// Allow lists, in the config's order.
    pub hub_lists: Vec<HubListFile>,
    /// Lists that come with the program.
    #[serde(default)]
    pub built_in_lists: Vec<BuiltInList>,
    /// Indicators whose inputs no source of this run delivers.
    #[serde(default)]
    pub indicators_not_run: Vec<IndicatorNotRun>,
    /// The model that scored records.
    pub model: ModelUsed,
    /// Every setting as it was in force, as an object.
    pub settings: serde_json::Value,
    /// Columns that name an attribute the product refuses; dropped at load.
    pub refused_columns: Vec<SourceColumn>,
    /// Columns that are mapped to nothing.
    pub unmapped_columns: Vec<SourceColumn>,
    /// What each stage counted, in the order of the stages.
    pub stages: Vec<StageCounts>,
    /// Blocking rules that were left out because they would have brought next to nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules_left_out: Vec<String>,
    /// Bounds that protect memory and were reached.
    pub bounds_reached: Vec<BoundReached>,
    /// Diagnostics by severity: `error`, `warning`, `note`.
    pub diagnostic_counts: BTreeMap<String, u64>,
    /// All diagnostics, sorted.
    pub diagnostics: Vec<DiagnosticEntry>,
    /// Files of the run folder, sorted by name; the manifest itself is not among them.
    pub outputs: Vec<Output>,
    /// What the run expects of its own result.
    #[serde(default)]
    pub expected: ExpectedFigures,
    /// The only entry that depends on time and machine.
    pub clock: Clock,
}

/// One input file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Name of the source.
    pub source: String,
    /// The file as output shows it.
    pub file: String,
    /// Lower-case hex SHA-256 of the bytes as delivered.
    pub sha256: String,
    /// Size as delivered.
    pub bytes: u64,
    /// Data rows found, rejected ones included.
    pub rows: u64,
    /// Rows that could not be used.
    pub rejected: u64,
    /// How it was read, for people.
    pub read_as: String,
}

impl Input {
    /// The entry of a file that ingest read.
    pub fn of(source: &str, file: &InputFile) -> Input {
        Input {
            source: source.to_string(),
            file: file.shown.clone(),
            sha256: file.sha256.clone(),
            bytes: file.bytes,
            rows: file.rows,
            rejected: file.rejected,
            read_as: file.read_as.clone(),
        }
    }
}

/// The config file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigFile {
    /// The file as the user named it.
    pub file: String,
    /// Digest of the settings that decide a result.
    pub digest: String,
}

/// An allow list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubListFile {
    /// Name of the list in the config.
    pub name: String,
    /// The file as output shows it.
    pub file: String,
    /// Lower-case hex SHA-256.
    pub sha256: String,
    /// Data rows.
    pub rows: u64,
}

/// A list that comes with the program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuiltInList {
    /// Name of the list.
    pub name: String,
    /// Date of its last change.
    pub version: String,
    /// Lower-case hex SHA-256.
    pub sha256: String,
}

/// An indicator that did not run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndicatorNotRun {
    /// Id: `B10`.
    pub indicator: String,
    /// Its name.
    pub name: String,
    /// Kinds and fields that it would need.
    pub needs: String,
}

/// The model that scored records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelUsed {
    /// Where it came from: `named` by the config, `trained` on this run's records, or `built-in`.
    pub which: String,
    /// Lower-case hex SHA-256 of the model in force as a model file holds it.
    pub digest: String,
    /// For people: which file, from how many matches, or why nothing could be learned.
    #[serde(default)]
    pub because: String,
    /// Whether learning settled; none where nothing was learned.
    #[serde(default)]
    pub converged: Option<bool>,
    /// Rounds of learning; none where nothing was learned.
    #[serde(default)]
    pub rounds: Option<u64>,
}

impl ModelUsed {
    /// What the run id takes from it: the parameters, and how they came about, because the manifest shows both.
    pub fn part(&self) -> String {
        format!("{}\n{}\n{}", self.which, self.because, self.digest)
    }
}

/// A column of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceColumn {
    /// Name of the source.
    pub source: String,
    /// The column as the header spells it.
    pub column: String,
}

/// What a stage counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageCounts {
    /// Name of the stage.
    pub name: String,
    /// What was counted, by name.
    pub counts: BTreeMap<String, u64>,
}

/// A bound that was reached.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BoundReached {
    /// The code of the diagnostic that tells it.
    pub bound: String,
    /// What the run left out because of it, with the figures, for people.
    pub effect: String,
}

/// A diagnostic.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiagnosticEntry {
    /// `error`, `warning` or `note`.
    pub severity: String,
    /// Short and stable, for programs.
    pub code: String,
    /// File or source; empty when it is about the whole run.
    pub location: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// One file of the run folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// Path inside the run folder, with `/` on every system.
    pub file: String,
    /// Size.
    pub bytes: u64,
    /// Lower-case hex SHA-256.
    pub sha256: String,
}

/// What a run expects of its own result, by the probabilities of its model and without any truth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExpectedFigures {
    /// Share of the pairs of records in one persona that are one person; null where too few links tell.
    #[serde(default)]
    pub precision: Option<f64>,
    /// Share of the matches that blocking brought together, an upper bound; null where too few links tell, or too
    /// few blocking rules that found them.
    #[serde(default)]
    pub blocking_recall: Option<f64>,
}

/// When, how long, on what: for operation, never for results.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Clock {
    /// UTC, to the second.
    pub started_utc: String,
    /// UTC, to the second.
    pub finished_utc: String,
    /// In the order of the stages.
    pub seconds_per_stage: Vec<StageSeconds>,
    /// Most memory held, in MB of 1,000,000 bytes, where the system tells it.
    pub peak_memory_mb: Option<u64>,
    /// Threads that worked.
    pub threads: u64,
}

/// How long a stage took.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StageSeconds {
    /// Name of the stage.
    pub name: String,
    /// Wall clock.
    pub seconds: f64,
}

impl Manifest {
    /// A manifest of today's format with nothing in it but its run.
    pub fn new(run_id: &str, product_version: &str) -> Manifest {
        Manifest {
            format_version: FORMAT_VERSION,
            run_id: run_id.to_string(),
            product_version: product_version.to_string(),
            settings: serde_json::Value::Object(serde_json::Map::new()),
            ..Manifest::default()
        }
    }

    /// What a stage counted under that name; `None` where it says nothing of it.
    pub fn count(&self, stage: &str, what: &str) -> Option<u64> {
        self.stages.iter().find(|counts| counts.name == stage)?.counts.get(what).copied()
    }

    /// Enters the diagnostics, sorted, and their counts.
    pub fn set_diagnostics(&mut self, diagnostics: &[Diagnostic]) {
        let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
        sorted.sort();
        self.diagnostic_counts = ["error", "note", "warning"].map(|name| (name.to_string(), 0)).into();
        for diagnostic in &sorted {
            *self.diagnostic_counts.entry(diagnostic.severity.name().to_string()).or_default() += 1;
        }
        self.diagnostics = sorted
            .into_iter()
            .map(|diagnostic| DiagnosticEntry {
                severity: diagnostic.severity.name().to_string(),
                code: diagnostic.code.to_string(),
                location: diagnostic.location.clone(),
                message: diagnostic.message.clone(),
                hint: diagnostic.hint.clone(),
            })
            .collect();
    }

    /// Writes it as indented JSON with a line feed at the end, and waits until it is on the disk.
    pub fn write(&self, path: &Path) -> Result<()> {
        let mut text = serde_json::to_string_pretty(self)
            .map_err(|error| Error::Manifest { path: path.to_path_buf(), message: error.to_string() })?;
        text.push('\n');
        let mut file = File::create(path).map_err(io_error("write", path))?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(io_error("write", path))
    }

    /// Reads a manifest. The version is looked at first, so that another version is told as one.
    pub fn read(path: &Path) -> Result<Manifest> {
        #[derive(Deserialize)]
        struct Version {
            format_version: u64,
        }
        let text = std::fs::read(path).map_err(io_error("read", path))?;
        let failed =
            |error: serde_json::Error| Error::Manifest { path: path.to_path_buf(), message: error.to_string() };
        let version: Version = serde_json::from_slice(&text).map_err(failed)?;
        if version.format_version != u64::from(FORMAT_VERSION) {
            return Err(Error::FormatVersion {
                path: path.to_path_buf(),
                found: version.format_version,
                expected: u64::from(FORMAT_VERSION),
            });
        }
        serde_json::from_slice(&text).map_err(failed)
    }
}

/// Everything that decides the result of a run, by digest.
#[derive(Clone, Copy, Debug)]
pub struct RunParts<'a> {
    /// Input files in the config's order. Their names count too, because results show them.
    pub inputs: &'a [Input],
    /// Digest of the config.
    pub config: &'a str,
    /// See [`Manifest::only`].
    pub only: Option<&'a str>,
    /// Allow lists in the config's order.
    pub hub_lists: &'a [HubListFile],
    /// See [`ModelUsed::part`].
    pub model: &'a str,
    /// Version of samehand.
    pub version: &'a str,
}

impl RunParts<'_> {
    /// The id of the run: the first 12 hex digits of a SHA-256 over all parts. The same parts give the same id on
    /// every machine; each text enters with its length before it, so no two lists of parts read alike.
    pub fn run_id(&self) -> String {
        let mut digest = Sha256::new();
        let mut part = |text: &str| {
            digest.update((text.len() as u64).to_le_bytes());
            digest.update(text.as_bytes());
        };
        part(self.version);
        part(self.config);
        part(self.model);
        self.only.into_iter().for_each(&mut part);
        part(&self.inputs.len().to_string());
        for input in self.inputs {
            part(&input.source);
            part(&input.file);
            part(&input.sha256);
        }
        for list in self.hub_lists {
            part(&list.name);
            part(&list.file);
            part(&list.sha256);
        }
        hex(&digest.finalize()[..6])
    }
}

/// How a run folder differs from its manifest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The manifest names it, the folder has no such regular file.
    Missing(String),
    /// Size or hash differ.
    Changed(String),
    /// The folder has it, the manifest does not name it.
    Unlisted(String),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Fault::Missing(file) => write!(f, "{file}: missing"),
            Fault::Changed(file) => write!(f, "{file}: changed since the run"),
            Fault::Unlisted(file) => write!(f, "{file}: not in the manifest"),
        }
    }
}

/// Computes the hashes of a run folder again. Returns what differs, sorted; nothing when the run is as it was published.
///
/// It proves the outputs against the manifest. Who could change both could hide it: keep the manifest's own hash
/// elsewhere where that matters.
pub fn verify(run: &RunFolder) -> Result<Vec<Fault>> {
    let manifest = run.manifest()?;
    let mut faults = Vec::new();
    let mut listed = BTreeSet::new();
    for output in &manifest.outputs {
        listed.insert(output.file.as_str());
        let relative = Path::new(&output.file);
        let path = run.paths().folder().join(relative);
        // A manifest from elsewhere must not lead out of its folder, nor to a pipe that never ends.
        let inside = relative.components().all(|part| matches!(part, Component::Normal(_)));
        if !inside || !path.symlink_metadata().is_ok_and(|found| found.is_file()) {
            faults.push(Fault::Missing(output.file.clone()));
        } else if sha256_file(&path)? != (output.sha256.clone(), output.bytes) {
            faults.push(Fault::Changed(output.file.clone()));
        }
    }
    let there = files_below(run.paths().folder())?;
    let unlisted = there.into_iter().filter(|file| file != MANIFEST && !listed.contains(file.as_str()));
    faults.extend(unlisted.map(Fault::Unlisted));
    faults.sort();
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(source: &str, file: &str, sha256: &str) -> Input {
        Input { source: source.into(), file: file.into(), sha256: sha256.into(), ..Input::default() }
    }

    fn list(name: &str, file: &str, sha256: &str) -> HubListFile {
        HubListFile { name: name.into(), file: file.into(), sha256: sha256.into(), rows: 1 }
    }

    #[test]
    fn the_run_id_changes_with_each_part_and_with_nothing_else() {
        let inputs = [input("hr", "hr.csv", "aa"), input("pay", "pay.csv", "bb")];
        let lists = [list("agencies", "agencies.csv", "cc")];
        let parts =
            RunParts { inputs: &inputs, config: "dd", only: None, hub_lists: &lists, model: "ee", version: "1.0.0" };
        let id = parts.run_id();
        assert_eq!(id.len(), 12);
        assert!(id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')), "{id}");

        // Rows and size follow from the hash; they are no part of it.
        let mut counted = inputs.clone();
        counted[0].rows = 7;
        counted[0].read_as = "csv".into();
        assert_eq!(RunParts { inputs: &counted, ..parts }.run_id(), id);

        let mut ids = BTreeSet::from([id]);
        let mut check = |parts: RunParts<'_>, what: &str| assert!(ids.insert(parts.run_id()), "{what}");
        check(RunParts { version: "1.0.1", ..parts }, "version");
        check(RunParts { config: "d", ..parts }, "config");
        check(RunParts { only: Some("personas"), ..parts }, "tier");
        check(RunParts { model: "eee", ..parts }, "model");
        check(RunParts { config: "d", model: "dee", ..parts }, "a letter that moves from one part to the next");
        check(RunParts { hub_lists: &[], ..parts }, "no list");
        check(RunParts { hub_lists: &[list("agencies", "agencies.csv", "c1")], ..parts }, "list's hash");
        check(RunParts { hub_lists: &[list("own_offices", "agencies.csv", "cc")], ..parts }, "list's name");
        check(RunParts { inputs: &inputs[..1], ..parts }, "an input less");
        check(RunParts { inputs: &[inputs[1].clone(), inputs[0].clone()], ..parts }, "order");
        for (i, changed) in [input("hx", "hr.csv", "aa"), input("hr", "hr2.csv", "aa"), input("hr", "hr.csv", "ab")]
            .into_iter()
            .enumerate()
        {
            check(RunParts { inputs: &[changed, inputs[1].clone()], ..parts }, &format!("input, field {i}"));
        }
    }

    #[test]
    fn a_manifest_reads_back_and_ends_with_the_clock() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join(MANIFEST);
        let mut manifest = Manifest::new("0123456789ab", "1.0.0");
        manifest.inputs.push(input("hr", "hr–1.csv", "aa"));
        manifest.stages.push(StageCounts {
            name: "ingest".into(),
            counts: [("rows".to_string(), 3), ("files".to_string(), 1)].into(),
        });
        manifest.settings = serde_json::json!({"thresholds": {"ring_bits": 3.0}, "default_region": "US"});
        manifest.clock.peak_memory_mb = Some(12);
        manifest.set_diagnostics(&[
            Diagnostic::note("b", "", "second"),
            Diagnostic::warning("a", "hr.csv", "first").hint("look"),
        ]);
        assert_eq!(manifest.diagnostics[0].message, "first");
        assert_eq!(manifest.diagnostic_counts.values().copied().collect::<Vec<_>>(), [0, 1, 1]);

        manifest.write(&path).expect("written");
        assert_eq!(Manifest::read(&path).expect("read"), manifest);
        let text = std::fs::read_to_string(&path).expect("readable");
        let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let names: Vec<&String> = json.as_object().expect("an object").keys().collect();
        assert_eq!((names[0].as_str(), names[names.len() - 1].as_str()), ("format_version", "clock"));
        assert!(text.ends_with("}\n"));
        // Two manifests that differ in the clock alone differ after it alone.
        manifest.clock.started_utc = "2026-03-01T02:00:00Z".into();
        manifest.write(&path).expect("written");
        let later = std::fs::read_to_string(&path).expect("readable");
        assert_eq!(text.split("\"clock\"").next(), later.split("\"clock\"").next());
        assert_ne!(text, later);
    }

    #[test]
    fn another_version_and_a_damaged_file_are_told_apart() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join(MANIFEST);
        let read = |text: &str| {
            std::fs::write(&path, text).expect("written");
            Manifest::read(&path).expect_err("not a manifest")
        };
        let newer = read("{\"format_version\": 99, \"something\": \"new\"}");
        assert!(matches!(newer, Error::FormatVersion { found: 99, .. }), "{newer}");
        assert!(newer.hint().is_some_and(|hint| hint.contains("newer")));
        for text in ["", "{", "[]", "{}", "{\"format_version\": 1}", "{\"format_version\": \"1\"}", "\u{0}"] {
            let error = read(text);
            assert!(matches!(error, Error::Manifest { .. }) && error.hint().is_some(), "{text}: {error}");
        }
    }
}
