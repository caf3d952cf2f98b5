//! Tools of others that some tests need: where one is missing the test says so and passes, as the README promises.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The first of these programs that is installed; where none is, says which test was skipped for want of what.
pub fn program(names: &[&str], test: &str, needs: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    let found = found.into_iter().find(|candidate| candidate.is_file());
    if found.is_none() {
        skipped(test, needs);
    }
    found
}

/// A Python that has these modules: the one that `SAMEHAND_PYTHON` names (`.ci/run` makes it from `tests/requirements.txt`),
/// else `python3`.
pub fn python(modules: &[&str], test: &str) -> Option<PathBuf> {
    let named = std::env::var_os("SAMEHAND_PYTHON").map(PathBuf::from);
    let asked = format!("import {}", modules.join(", "));
    let works = |python: &Path| {
        let mut command = Command::new(python);
        let command = command.args(["-c", &asked]).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let found = named.into_iter().chain([PathBuf::from("python3")]).find(|python| works(python));
    if found.is_none() {
        skipped(test, &format!("Python with {} (tests/requirements.txt)", modules.join(", ")));
    }
    found
}

/// Says that a test was not run, and why.
pub fn skipped(test: &str, needs: &str) {
    // Straight to the process's stderr: the test harness keeps the output of tests that pass to itself.
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{test}: skipped: needs {needs}");
}
