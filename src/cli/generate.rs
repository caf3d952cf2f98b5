//! `samehand generate DIR`: a synthetic company with planted rings, innocent groups and the truth beside them; with
//! `--mix` also the events around its people, and with `--case` a small one that holds one acceptance case.

use super::error::CliError;
use super::{Global, ui};
use crate::synth::{self, Company, Plan};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Args, Debug)]
pub struct Generate {
    /// Folder to write into.
    #[arg(required_unless_present = "case")]
    dir: Option<PathBuf>,
    /// People, personas of rings included.
    #[arg(long, value_name = "N", default_value_t = 4000)]
    people: usize,
    /// Rings to plant.
    #[arg(long, value_name = "K", default_value_t = 60)]
    rings: usize,
    /// The same seed gives the same files.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// With sign-ins, inventories, interviews and other events, and every acceptance case planted among the people.
    #[arg(long, conflicts_with = "case")]
    mix: bool,
    /// A small company that holds one acceptance case; `list` prints their names.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["people", "rings"])]
    case: Option<String>,
    /// The case in its innocent form: data of the same structure, an ordinary reason behind it.
    #[arg(long, requires = "case")]
    innocent: bool,
    /// Write even if the folder holds files that were not generated.
    #[arg(long)]
    force: bool,
}

/// What asks for the list of cases in place of one.
const LIST: &str = "list";

/// Files by which a folder is known to be generated.
const OURS: &[&str] = &["truth/rings.csv", "night1/truth/rings.csv"];

impl Generate {
    pub fn run(&self, global: &Global) -> Result<ExitCode, CliError> {
        if self.case.as_deref() == Some(LIST) {
            return list(global);
        }
        let Some(dir) = &self.dir else {
            return Err(CliError::message("no folder to write into", "samehand generate --case NAME DIR"));
        };
        let company = self.company()?;
        let holds_files = std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some());
        if holds_files && !self.force && !OURS.iter().any(|file| dir.join(file).exists()) {
            return Err(CliError::message(
                format!("{} holds files that were not generated", dir.display()),
                "choose an empty folder, or --force",
            ));
        }
        synth::write(&company, dir).map_err(|error| {
            CliError::message(format!("cannot write to {}: {error}", dir.display()), "choose another folder")
        })?;
        tell(global, &company, dir)
    }

    fn company(&self) -> Result<Company, CliError> {
        let plan = Plan { people: self.people, rings: self.rings, seed: self.seed };
        match &self.case {
            Some(name) => synth::generate_case(name, self.innocent, self.seed).ok_or_else(|| {
                let names: Vec<&str> = synth::cases().map(|(name, _)| name).collect();
                CliError::message(format!("no case is called {name}"), format!("cases are {}", names.join(", ")))
            }),
            None if self.mix => Ok(synth::generate_mix(&plan)),
            None => Ok(synth::generate(&plan)),
        }
    }
}

/// Prints the cases with a line about each.
fn list(global: &Global) -> Result<ExitCode, CliError> {
    if global.json {
        let cases: Vec<_> =
            synth::cases().map(|(name, about)| serde_json::json!({ "case": name, "about": about })).collect();
        ui::print_json(&serde_json::json!({ "cases": cases }))?;
    } else {
        let lines: String = synth::cases().map(|(name, about)| format!("{name:<22}{about}\n")).collect();
        ui::print(&lines)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints where the configs are: one, or one for each night.
fn tell(global: &Global, company: &Company, dir: &Path) -> Result<ExitCode, CliError> {
    let configs: Vec<PathBuf> = company
        .files
        .iter()
        .filter(|file| file.path.ends_with("samehand.toml"))
        .map(|file| dir.join(&file.path))
        .collect();
    let first = configs.first().cloned().unwrap_or_else(|| dir.join("samehand.toml"));
    if global.json {
        let value = if configs.len() > 1 {
            serde_json::json!({ "config": first, "configs": configs })
        } else {
            serde_json::json!({ "config": first })
        };
        ui::print_json(&value)?;
        return Ok(ExitCode::SUCCESS);
    }
    for config in &configs {
        ui::print(&format!("{}\n", config.display()))?;
    }
    ui::say(&format!("next: samehand run -c {}", first.display()));
    Ok(ExitCode::SUCCESS)
}
