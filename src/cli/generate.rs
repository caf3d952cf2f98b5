//! `samehand generate DIR`: a synthetic company with planted rings, innocent groups and the truth beside them.

use super::error::CliError;
use super::{Global, ui};
use crate::synth::{self, Plan};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args, Debug)]
pub struct Generate {
    /// Folder to write into.
    dir: PathBuf,
    /// People, personas of rings included.
    #[arg(long, value_name = "N", default_value_t = 4000)]
    people: usize,
    /// Rings to plant.
    #[arg(long, value_name = "K", default_value_t = 60)]
    rings: usize,
    /// The same seed gives the same files.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Write even if the folder holds files that were not generated.
    #[arg(long)]
    force: bool,
}

impl Generate {
    pub fn run(&self, global: &Global) -> Result<ExitCode, CliError> {
        let holds_files = std::fs::read_dir(&self.dir).is_ok_and(|mut entries| entries.next().is_some());
        if holds_files && !self.force && !self.dir.join("truth").join("rings.csv").exists() {
            return Err(CliError::message(
                format!("{} holds files that were not generated", self.dir.display()),
                "choose an empty folder, or --force",
            ));
        }
        let company = synth::generate(&Plan { people: self.people, rings: self.rings, seed: self.seed });
        synth::write(&company, &self.dir).map_err(|error| {
            CliError::message(format!("cannot write to {}: {error}", self.dir.display()), "choose another folder")
        })?;
        let config = self.dir.join("samehand.toml");
        if global.json {
            ui::print_json(&serde_json::json!({ "config": config }))?;
            return Ok(ExitCode::SUCCESS);
        }
        ui::print(&format!("{}\n", config.display()))?;
        ui::say(&format!("next: samehand run -c {}", self.dir.join("samehand.toml").display()));
        Ok(ExitCode::SUCCESS)
    }
}
