//! The output folder, and how a run comes to be in it.
//!
//! ```text
//! output/
//!   runs/<run-id>/       one finished run, never changed afterwards
//!   runs/.tmp-…          a run in the making
//!   latest               relative symbolic link to the run that was published last
//!   key                  see the module `key`
//!   .lock                see the module `lock`
//! ```
//!
//! A run is made in a temporary folder, synced, and renamed into place: whoever looks sees a whole run or none. Leaves
//! reading a finished run to `run`, and what is in the tables to others. Where the system has no symbolic links,
//! `latest` is a file that holds the link's text.

use super::lock::RunLock;
use super::manifest::{Manifest, Output};
use super::run::{LATEST, MANIFEST, RUNS, RunFolder, RunPaths, check_run_id, files_below};
use super::{Error, Result, io_error, sha256_file};
use crate::model::diagnostic::Diagnostic;
use rayon::prelude::*;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const TEMPORARY: &str = ".tmp-";

/// Written and removed when the output folder is opened, so that a full disk shows before the long work starts.
const PROBE_BYTES: usize = 1 << 20;

/// A temporary folder whose process cannot be asked after is left alone until it is this old.
const STALE_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// Temporary folders of this process that are in the making, for [`Staging::abandon_all`]. The guard is held while a
/// folder gets its final name, so that a folder is either removed or published, never both.
static LIVE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn live() -> MutexGuard<'static, Vec<PathBuf>> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The output folder, opened for writing and locked as long as this lives.
#[derive(Debug)]
pub struct OutputRoot {
    path: PathBuf,
    diagnostics: Vec<Diagnostic>,
    _lock: Option<RunLock>,
}

impl OutputRoot {
    /// Makes the folder if need be, tries whether it can be written to, takes its lock, and removes what killed runs
    /// left behind. Errors: it cannot be made or written to, something else stands there, another run holds it.
    pub fn open(path: &Path) -> Result<OutputRoot> {
        let mut diagnostics = Vec::new();
        make_folder(path)?;
        let lock = RunLock::take(path)?;
        if lock.is_none() {
            let message = "the file system knows no locks: nothing keeps two runs apart";
            diagnostics.push(
                Diagnostic::warning("no-lock", path.display().to_string(), message)
                    .hint("start no second run with the same output folder"),
            );
        }
        let runs = path.join(RUNS);
        make_folder(&runs)?;
        let latest = path.join(LATEST);
        if latest.symlink_metadata().is_ok_and(|found| found.is_dir()) {
            return Err(Error::InTheWay { path: latest, expected: "a link to the latest run" });
        }
        probe(&runs)?;
        diagnostics.extend(remove_stale(&runs)?);
        Ok(OutputRoot { path: path.to_path_buf(), diagnostics, _lock: lock })
    }

    /// What was noticed on opening: a file system without locks, leftovers that were removed.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The folder, as it was given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The finished run with that id, if there is one. A folder without a manifest, or with one that is damaged, of
    /// another format or another run's, is none.
    pub fn finished(&self, run_id: &str) -> Result<Option<RunFolder>> {
        check_run_id(run_id)?;
        match RunFolder::at(&self.path.join(RUNS).join(run_id)) {
            Ok(found) => Ok(found.filter(|run| run.run_id() == run_id)),
            Err(Error::Manifest { .. } | Error::FormatVersion { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Begins a run: makes its temporary folder.
    pub fn begin(&self, run_id: &str) -> Result<Staging<'_>> {
        check_run_id(run_id)?;
        let name = format!("{TEMPORARY}{run_id}-{}", std::process::id());
        let path = self.path.join(RUNS).join(name);
        // Registered before it is made: an interrupt in between then finds it. A run of this process in the same
        // folder is kept away by the lock, so what is there is a leftover of a process that had this one's number.
        live().push(path.clone());
        let staging = Staging { root: self, run_id: run_id.to_string(), paths: RunPaths::new(&path) };
        remove(&path).map_err(io_error("remove", &path))?;
        fs::create_dir(&path).map_err(io_error("create the folder", &path))?;
        Ok(staging)
    }

    /// Points `latest` to that run, in one step.
    fn point_latest(&self, run_id: &str) -> Result<()> {
        let latest = self.path.join(LATEST);
        let temporary = self.path.join(format!("{TEMPORARY}{LATEST}-{}", std::process::id()));
        let target = format!("{RUNS}/{run_id}");
        remove(&temporary).map_err(io_error("remove", &temporary))?;
        link(&target, &temporary).map_err(io_error("write", &temporary))?;
        fs::rename(&temporary, &latest).map_err(io_error("replace", &latest))?;
        sync_folder(&self.path)
    }
}

#[cfg(unix)]
fn link(target: &str, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, at)
}

#[cfg(not(unix))]
fn link(target: &str, at: &Path) -> io::Result<()> {
    fs::write(at, target)
}

/// A run in the making. Dropped before it is published, it leaves nothing behind.
#[derive(Debug)]
#[must_use]
pub struct Staging<'a> {
    root: &'a OutputRoot,
    run_id: String,
    paths: RunPaths,
}

impl Staging<'_> {
    /// The temporary folder.
    pub fn path(&self) -> &Path {
        self.paths.folder()
    }

    /// Where in it each file belongs.
    pub fn paths(&self) -> &RunPaths {
        &self.paths
    }

    /// Makes the run exist: enters run id and hashes of all files into the manifest, syncs, renames, points `latest`.
    ///
    /// When a finished run of that id is there already, it is kept (same inputs, same result), [`RunFolder::existed`]
    /// is true, and what was made now is dropped. A folder of that id that is no finished run is replaced.
    pub fn publish(self, mut manifest: Manifest) -> Result<RunFolder> {
        if let Some(existing) = self.root.finished(&self.run_id)? {
            self.root.point_latest(&self.run_id)?;
            return Ok(existing);
        }
        manifest.run_id.clone_from(&self.run_id);
        manifest.outputs = seal(self.path())?;
        manifest.write(&self.paths.manifest())?;
        sync_folder(self.path())?;

        let runs = self.root.path.join(RUNS);
        let target = runs.join(&self.run_id);
        let mut live = live();
        remove(&target).map_err(io_error("remove", &target))?;
        fs::rename(self.path(), &target).map_err(io_error("publish", &target))?;
        live.retain(|path| path != self.path());
        drop(live);
        sync_folder(&runs)?;
        self.root.point_latest(&self.run_id)?;
        Ok(RunFolder::published(&target, &self.run_id))
    }

    /// Removes the temporary folders of all runs of this process that are in the making: for an interrupt, right
    /// before the process ends. Runs that are published stay.
    pub fn abandon_all() {
        for path in live().drain(..) {
            // Another thread may be adding a file at this moment, which makes the removal fail: once more, then.
            for _ in 0..5 {
                if remove(&path).is_ok() {
                    break;
                }
            }
        }
    }
}

impl Drop for Staging<'_> {
    fn drop(&mut self) {
        let mut live = live();
        // Published or abandoned ones are not in the list any more, and their folder is not ours to remove.
        if let Some(at) = live.iter().position(|path| path == self.path()) {
            live.swap_remove(at);
            let _ = remove(self.path());
        }
    }
}

/// Brings everything below the folder to the disk and returns files with size and hash, sorted by name. Several files
/// at a time, because a disk takes many small syncs much faster together.
fn seal(folder: &Path) -> Result<Vec<Output>> {
    let files = files_below(folder)?;
    let outputs = files.into_par_iter().filter(|file| file != MANIFEST).map(|file| {
        let path = folder.join(&file);
        let (sha256, bytes) = sha256_file(&path)?;
        File::open(&path).and_then(|file| file.sync_all()).map_err(io_error("sync", &path))?;
        Ok(Output { file, bytes, sha256 })
    });
    let outputs: Vec<Output> = outputs.collect::<Result<_>>()?;
    let mut folders: Vec<&Path> =
        outputs.iter().flat_map(|output| Path::new(&output.file).ancestors().skip(1)).collect();
    folders.sort();
    folders.dedup();
    folders.into_par_iter().try_for_each(|relative| sync_folder(&folder.join(relative)))?;
    Ok(outputs)
}

/// Brings a folder's entries to the disk. Other systems than Unix cannot open a folder and order renames themselves.
fn sync_folder(path: &Path) -> Result<()> {
    if cfg!(unix) {
        File::open(path).and_then(|folder| folder.sync_all()).map_err(io_error("sync", path))?;
    }
    Ok(())
}

fn make_folder(path: &Path) -> Result<()> {
    if path.exists() && !path.is_dir() {
        return Err(Error::InTheWay { path: path.to_path_buf(), expected: "a folder" });
    }
    fs::create_dir_all(path).map_err(io_error("create the folder", path))
}

fn probe(folder: &Path) -> Result<()> {
    let failed = || io_error("write to", folder);
    // It has no name or is removed at once, so that a kill leaves nothing.
    let mut file = tempfile::tempfile_in(folder).map_err(failed())?;
    file.write_all(&vec![0x55; PROBE_BYTES]).and_then(|()| file.sync_all()).map_err(failed())
}

/// Removes a file, a link or a whole folder. That nothing is there is fine.
fn remove(path: &Path) -> io::Result<()> {
    let removed = match path.symlink_metadata() {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    removed.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

/// Removes temporary folders that no living process works on, and says so.
fn remove_stale(runs: &Path) -> Result<Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    for entry in fs::read_dir(runs).map_err(io_error("read", runs))? {
        let entry = entry.map_err(io_error("read", runs))?;
        let (path, name) = (entry.path(), entry.file_name());
        let Some(name) = name.to_str().filter(|name| name.starts_with(TEMPORARY)) else { continue };
        let pid = name.rsplit('-').next().and_then(|pid| pid.parse().ok());
        let age = entry.metadata().and_then(|found| found.modified()).ok().and_then(|then| then.elapsed().ok());
        if live().contains(&path) || is_alive(pid, age.unwrap_or_default()) {
            continue;
        }
        let location = path.display().to_string();
        diagnostics.push(match remove(&path) {
            Ok(()) => Diagnostic::note("unfinished-run", location, "removed what an earlier run left unfinished"),
            Err(error) => Diagnostic::warning(
                "unfinished-run",
                location,
                format!("cannot remove what an earlier run left unfinished: {error}"),
            )
            .hint("remove it by hand"),
        });
    }
    diagnostics.sort();
    Ok(diagnostics)
}

/// Whether a process may still work on a temporary folder of that age. The system is asked where it can tell; this
/// process's own number can only have come back, for its own folders are in the list of live ones.
fn is_alive(pid: Option<u32>, age: Duration) -> bool {
    let young = age < STALE_AFTER;
    match pid {
        Some(pid) if pid == std::process::id() => false,
        Some(pid) if Path::new("/proc/self").exists() => young && Path::new("/proc").join(pid.to_string()).exists(),
        _ => young,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::OutTable;
    use crate::store::manifest::{Fault, verify};

    const ID: &str = "0123456789ab";

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a temporary folder")
    }

    fn open(dir: &tempfile::TempDir) -> OutputRoot {
        OutputRoot::open(dir.path()).expect("opened")
    }

    fn manifest() -> Manifest {
        Manifest::new("", "1.0.0")
    }

    /// Begins a run with a table and a diagram in it.
    fn filled<'a>(root: &'a OutputRoot, id: &str, value: &str) -> Staging<'a> {
        let staging = root.begin(id).expect("begun");
        OutTable::new("rejects").text("value", [value]).write_csv(&staging.paths().rejects()).expect("written");
        let diagram = staging.paths().diagram_dot("R-0000000001");
        fs::create_dir_all(staging.paths().ring("R-0000000001")).expect("made");
        fs::write(diagram, "graph {}").expect("written");
        staging
    }

    /// Everything in the output folder but the lock.
    fn tree(dir: &tempfile::TempDir) -> Vec<String> {
        files_below(dir.path()).expect("listed").into_iter().filter(|file| file != ".lock").collect()
    }

    #[test]
    fn a_run_is_published_whole_with_its_hashes() {
        let dir = folder();
        let root = open(&dir);
        let staging = filled(&root, ID, "x");
        assert!(tree(&dir).iter().all(|file| file.starts_with("runs/.tmp-")), "{:?}", tree(&dir));
        let run = staging.publish(manifest()).expect("published");
        assert!(!run.existed());
        let files = ["manifest.json", "rejects.csv", "rings/R-0000000001/diagram.dot"];
        let expected: Vec<String> =
            ["latest".into()].into_iter().chain(files.map(|file| format!("runs/{ID}/{file}"))).collect();
        assert_eq!(tree(&dir), expected);

        let manifest = run.manifest().expect("read");
        assert_eq!(manifest.run_id, ID);
        assert_eq!(
            manifest.outputs.iter().map(|o| (o.file.as_str(), o.bytes)).collect::<Vec<_>>(),
            [(files[1], 8), (files[2], 8)]
        );
        assert_eq!(manifest.outputs[0].sha256, sha256_file(&run.paths().rejects()).expect("hashed").0);
    }

    #[cfg(unix)]
    #[test]
    fn latest_is_a_relative_link_that_follows_the_newest_run() {
        let dir = folder();
        let root = open(&dir);
        let latest = || fs::read_link(dir.path().join(LATEST)).expect("a link");
        for id in ["aaaaaaaaaaaa", "bbbbbbbbbbbb", "aaaaaaaaaaaa"] {
            filled(&root, id, "x").publish(manifest()).expect("published");
            assert_eq!(latest(), Path::new(RUNS).join(id));
        }
        // A run that is not published does not move it.
        drop(filled(&root, "cccccccccccc", "x"));
        assert_eq!(latest(), Path::new("runs/aaaaaaaaaaaa"));
    }

    #[test]
    fn a_rerun_keeps_the_folder_that_is_there() {
        let dir = folder();
        let root = open(&dir);
        assert!(root.finished(ID).expect("looked").is_none());
        filled(&root, ID, "first").publish(manifest()).expect("published");
        let run = filled(&root, ID, "second").publish(manifest()).expect("published");
        assert!(run.existed());
        assert_eq!(fs::read_to_string(run.paths().rejects()).expect("readable"), "value\nfirst\n");
        assert!(root.finished(ID).expect("looked").is_some());
        assert!(tree(&dir).iter().all(|file| !file.contains(TEMPORARY)));
    }

    #[test]
    fn a_folder_that_is_no_finished_run_is_replaced() {
        for left in [None, Some(""), Some("{\"format_version\": 1"), Some("{\"format_version\": 0}")] {
            let dir = folder();
            let root = open(&dir);
            let place = RunPaths::new(&dir.path().join(RUNS).join(ID));
            fs::create_dir_all(place.folder()).expect("made");
            fs::write(place.records(), "half a table").expect("written");
            if let Some(text) = left {
                fs::write(place.manifest(), text).expect("written");
            }
            let run = filled(&root, ID, "x").publish(manifest()).expect("published");
            assert!(!run.existed() && !run.paths().records().exists(), "{left:?}");
            assert!(run.paths().rejects().exists());
        }
    }

    #[test]
    fn a_run_that_fails_midway_leaves_nothing() {
        let dir = folder();
        let root = open(&dir);
        drop(filled(&root, ID, "x"));
        assert_eq!(tree(&dir), [""; 0]);
        assert!(RunFolder::open(dir.path(), None).is_err());
        // Publishing itself fails, because the folder was taken away under it.
        let staging = filled(&root, ID, "x");
        fs::remove_dir_all(staging.path()).expect("removed");
        assert!(staging.publish(manifest()).is_err());
        assert_eq!(tree(&dir), [""; 0]);
        // And the same id can be begun again.
        assert!(filled(&root, ID, "x").publish(manifest()).is_ok());
    }

    /// The list of live folders belongs to the process, so the test has one of its own.
    #[test]
    fn an_interrupt_removes_what_is_in_the_making_and_keeps_what_is_published() {
        const FOLDER: &str = "SAMEHAND_TEST_ABANDON_FOLDER";
        if let Some(folder) = std::env::var_os(FOLDER) {
            let root = OutputRoot::open(Path::new(&folder)).expect("opened");
            filled(&root, "aaaaaaaaaaaa", "x").publish(manifest()).expect("published");
            let staging = filled(&root, ID, "x");
            Staging::abandon_all();
            assert!(!staging.path().exists());
            assert!(staging.publish(manifest()).is_err(), "it was given up");
            // Ended as by an interrupt: nothing is dropped.
            std::mem::forget(filled(&root, "bbbbbbbbbbbb", "x"));
            Staging::abandon_all();
            std::process::exit(77);
        }
        let dir = folder();
        let status = std::process::Command::new(std::env::current_exe().expect("this test"))
            .args([
                "--exact",
                "store::folder::tests::an_interrupt_removes_what_is_in_the_making_and_keeps_what_is_published",
            ])
            .env(FOLDER, dir.path())
            .stdout(std::process::Stdio::null())
            .status()
            .expect("started");
        assert_eq!(status.code(), Some(77));
        let files = tree(&dir);
        assert!(files.iter().all(|file| file == LATEST || file.starts_with("runs/aaaaaaaaaaaa/")), "{files:?}");
        assert_eq!(RunFolder::open(dir.path(), None).expect("found").run_id(), "aaaaaaaaaaaa");
    }

    #[test]
    fn what_a_killed_run_left_is_removed_at_the_next_opening() {
        let dir = folder();
        drop(open(&dir));
        let place = |name: &str| dir.path().join(RUNS).join(name);
        // No process has a number that large, and this process's own can only have come back.
        let dead = [place(&format!(".tmp-{ID}-4294967294")), place(&format!(".tmp-{ID}-{}", std::process::id()))];
        let kept = [place("aaaaaaaaaaaa"), place(&format!(".tmp-{ID}-1"))];
        for path in dead.iter().chain(&kept) {
            fs::create_dir_all(path.join("rings")).expect("made");
        }
        let root = open(&dir);
        if cfg!(target_os = "linux") {
            assert!(dead.iter().all(|path| !path.exists()));
            assert_eq!(root.diagnostics().len(), 2);
            assert_eq!(root.diagnostics()[0].code, "unfinished-run");
        }
        // Process 1 lives on, and a folder without the temporary name is none of this.
        assert!(kept.iter().all(|path| path.exists()));
    }

    #[test]
    fn age_decides_where_the_process_cannot_be_asked_after() {
        let (young, old) = (Duration::from_secs(60), STALE_AFTER + Duration::from_secs(1));
        assert!(is_alive(None, young));
        assert!(!is_alive(None, old));
        assert!(is_alive(Some(1), young));
        // A number that has gone to another process in the meantime.
        assert!(!is_alive(Some(1), old));
        assert!(!is_alive(Some(std::process::id()), young));
    }

    #[test]
    fn two_runs_keep_apart_and_a_reader_is_not_kept_out() {
        let dir = folder();
        let root = open(&dir);
        filled(&root, ID, "x").publish(manifest()).expect("published");
        assert!(matches!(OutputRoot::open(dir.path()), Err(Error::Locked { .. })));
        assert!(RunFolder::open(dir.path(), None).is_ok());
        drop(root);
        assert!(OutputRoot::open(dir.path()).is_ok());
    }

    #[test]
    fn an_unusable_output_folder_is_told_before_any_work() {
        let dir = folder();
        let check = |path: &Path, expected: &str| {
            let error = OutputRoot::open(path).expect_err("unusable");
            let text = format!("{error}\nhint: {}", error.hint().unwrap_or_default());
            assert!(text.contains(expected), "{text}");
            assert!(error.hint().is_some(), "{text}");
        };
        let file = dir.path().join("file");
        fs::write(&file, "mine").expect("written");
        check(&file, "a folder belongs there");
        check(&file.join("below"), "choose another folder with -o");
        assert_eq!(fs::read_to_string(&file).expect("readable"), "mine");

        let taken = dir.path().join("taken");
        fs::create_dir_all(taken.join(LATEST)).expect("made");
        check(&taken, "a link to the latest run belongs there");
        fs::remove_dir(taken.join(LATEST)).expect("removed");
        fs::remove_dir(taken.join(RUNS)).expect("removed");
        fs::write(taken.join(RUNS), "").expect("written");
        check(&taken, "a folder belongs there");
    }

    /// For root no mode is a hindrance, so the test asks first whether it is one here.
    #[cfg(unix)]
    #[test]
    fn a_folder_without_the_right_to_write_is_told_as_one() {
        use std::os::unix::fs::PermissionsExt;
        let dir = folder();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o555)).expect("changed");
        let hindered = File::create(dir.path().join("probe")).is_err();
        match OutputRoot::open(dir.path()) {
            Ok(_) => assert!(!hindered),
            Err(error) => {
                assert!(hindered, "{error}");
                assert!(error.hint().is_some_and(|hint| hint.contains("permissions")), "{error}");
            }
        }
    }

    #[test]
    fn a_run_that_was_changed_afterwards_does_not_verify() {
        let dir = folder();
        let root = open(&dir);
        let run = filled(&root, ID, "x").publish(manifest()).expect("published");
        assert_eq!(verify(&run).expect("verified"), []);
        fs::write(run.paths().rejects(), "value\ny\n").expect("written");
        fs::remove_file(run.paths().diagram_dot("R-0000000001")).expect("removed");
        fs::write(run.paths().records(), "new").expect("written");
        let faults = verify(&run).expect("verified");
        let diagram = "rings/R-0000000001/diagram.dot".to_string();
        let expected =
            [Fault::Missing(diagram), Fault::Changed("rejects.csv".into()), Fault::Unlisted("records.parquet".into())];
        assert_eq!(faults, expected);

        // A manifest from elsewhere does not lead out of its folder.
        let mut manifest = run.manifest().expect("read");
        let outside = dir.path().join("outside");
        fs::write(&outside, "").expect("written");
        let (sha256, bytes) = sha256_file(&outside).expect("hashed");
        for file in ["../../outside".to_string(), outside.display().to_string()] {
            manifest.outputs = vec![Output { file: file.clone(), bytes, sha256: sha256.clone() }];
            manifest.write(&run.paths().manifest()).expect("written");
            assert!(verify(&run).expect("verified").contains(&Fault::Missing(file)));
        }
    }
}
