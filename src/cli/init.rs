//! `samehand init FILES…`: a first config from looking at the files.

use super::error::CliError;
use super::{Global, ui};
use crate::guess::{self, Preview};
use crate::ingest;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args, Debug)]
pub struct Init {
    /// Files to load: CSV, TSV, XLSX, Parquet, NDJSON, also gzipped.
    #[arg(required = true, value_name = "FILES")]
    files: Vec<PathBuf>,
    /// Overwrite a samehand.toml that is there.
    #[arg(long)]
    force: bool,
}

impl Init {
    pub fn run(&self, global: &Global) -> Result<ExitCode, CliError> {
        if global.config.exists() && !self.force {
            return Err(CliError::message(
                format!("{} is there already", global.config.display()),
                "--force overwrites it; --config FILE writes another",
            ));
        }
        let (mut previews, mut faults) = (Vec::new(), Vec::new());
        for file in &self.files {
            match ingest::peek(file, None) {
                Ok(preview) => {
                    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                    let stem = name.split('.').next().unwrap_or_default().to_string();
                    previews.push(Preview { path: relative(file, &global.config), name: stem, table: preview.table });
                }
                Err(fault) => faults.push(fault),
            }
        }
        if !faults.is_empty() {
            return Err(CliError::Diagnostics(faults));
        }
        let guess = guess::guess(&previews);
        std::fs::write(&global.config, &guess.toml).map_err(|error| {
            CliError::message(
                format!("cannot write {}: {error}", global.config.display()),
                "choose another with --config",
            )
        })?;
        if global.json {
            ui::print_json(&json!({ "config": global.config, "unsure": guess.unsure }))?;
        } else {
            for sentence in &guess.unsure {
                ui::say(&format!("unsure: {sentence}"));
            }
            ui::print(&format!("{}\n", global.config.display()))?;
            ui::say("next: look through it, then: samehand check, and samehand run");
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The file as the config should name it: relative to the config's folder where it lies below it, else absolute.
fn relative(file: &std::path::Path, config: &std::path::Path) -> String {
    let folder = config.parent().filter(|folder| !folder.as_os_str().is_empty());
    let below = match folder {
        None if file.is_relative() => Some(file.to_path_buf()),
        None => None,
        Some(folder) => file.strip_prefix(folder).ok().map(PathBuf::from),
    };
    let path = below.or_else(|| std::path::absolute(file).ok()).unwrap_or_else(|| file.to_path_buf());
    // A backslash would be an escape in a glob and in TOML.
    path.to_string_lossy().replace('\\', "/")
}
