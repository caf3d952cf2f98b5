//! What an error of the library means for a person: message, hint, exit code.

use super::ui;
use crate::model::diagnostic::Diagnostic;
use crate::store;
use crate::store::manifest::Manifest;
use crate::store::run::RunFolder;
use std::process::ExitCode;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub enum CliError {
    /// Faults of config or inputs, all of them.
    Diagnostics(Vec<Diagnostic>),
    /// The output folder or a run in it.
    Store(store::Error),
    /// Anything else, with what to do about it.
    Message { message: String, hint: String },
    /// Whoever read our output has gone; that is a quiet end.
    BrokenPipe,
}

impl CliError {
    /// A message with a hint.
    pub fn message(message: impl Into<String>, hint: impl Into<String>) -> Self {
        CliError::Message { message: message.into(), hint: hint.into() }
    }

    /// Tells the person and gives the exit code.
    pub fn report(self) -> ExitCode {
        match self {
            CliError::Diagnostics(diagnostics) => {
                for diagnostic in &diagnostics {
                    ui::diagnostic(diagnostic);
                }
            }
            CliError::Store(error) => ui::error(&error.to_string(), error.hint().as_deref()),
            CliError::Message { message, hint } => ui::error(&message, Some(&hint)),
            CliError::BrokenPipe => return ExitCode::SUCCESS,
        }
        ExitCode::from(2)
    }
}

/// Refuses a run that stopped after a tier: nothing above it can be shown.
pub fn whole(folder: &RunFolder) -> Result<(), CliError> {
    match Manifest::read(&folder.paths().manifest())?.only {
        None => Ok(()),
        Some(tier) => Err(CliError::message(
            format!("{} stopped after {tier}: it has members.parquet and links.parquet, and no rings", folder.run_id()),
            "run `samehand run` without --only, or name another run with --run",
        )),
    }
}

impl From<store::Error> for CliError {
    fn from(error: store::Error) -> Self {
        CliError::Store(error)
    }
}

impl From<std::io::Error> for CliError {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return CliError::BrokenPipe;
        }
        CliError::message(format!("cannot write the answer: {error}"), "check where stdout goes")
    }
}
