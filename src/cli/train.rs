//! `samehand train`: a model learned from the sources, as a file for review and reuse.

use super::error::CliError;
use super::{Global, ui};
use crate::pipeline::{self, Model, progress::Progress};
use crate::report::text::Table;
use crate::store::{self, text_file};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The model file's name where none is given.
const FILE_NAME: &str = "samehand-model.json";

#[derive(Args, Debug)]
pub struct Train {
    /// The model file to write [default: samehand-model.json beside the config].
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Overwrite a model file that is there.
    #[arg(long)]
    force: bool,
}

impl Train {
    pub fn run(&self, global: &Global) -> Result<ExitCode, CliError> {
        let (config, noted) = global.load_config()?;
        let path = self.model.clone().unwrap_or_else(|| config.path.with_file_name(FILE_NAME));
        let in_the_way = || {
            CliError::message(
                format!("{} is there already", path.display()),
                "--force overwrites it; --model FILE writes another",
            )
        };
        if path.symlink_metadata().is_ok() && !self.force {
            return Err(in_the_way());
        }
        let stages = ui::Stages::new(global.quiet || global.json);
        let (learned, more) = pipeline::train(&config, &mut Progress::new(&stages)).map_err(CliError::Diagnostics)?;
        drop(stages);
        let noted: Vec<_> = noted.into_iter().chain(more).collect();
        ui::diagnostics(&noted, global.quiet || global.json);
        let model = learned.map_err(|reason| {
            CliError::message(
                format!("the data cannot carry a model of their own: {reason}"),
                "nothing was written; `samehand run` uses the built-in model for them",
            )
        })?;
        text_file::write(&path, model.to_json(), self.force).map_err(|error| match error {
            store::Error::InTheWay { .. } => in_the_way(),
            error => error.into(),
        })?;
        if global.json {
            ui::print(&model.to_json())?;
        } else {
            ui::print(&table(&model))?;
            ui::print(&summary(&model))?;
            ui::print(&format!("{}\n", path.display()))?;
        }
        if !global.quiet && !global.json {
            let named = shown_beside(&path, &config.path);
            ui::say(&format!("next: look through it, then put this at the top of the config: model = \"{named}\""));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The file as the config should name it: relative to the config's folder where it lies below it, else absolute.
fn shown_beside(file: &Path, config: &Path) -> String {
    let folder = config.parent().unwrap_or(Path::new(""));
    let shown = match file.strip_prefix(folder) {
        Ok(below) if below.is_relative() => below.to_path_buf(),
        _ => std::path::absolute(file).unwrap_or_else(|_| file.to_path_buf()),
    };
    shown.to_string_lossy().replace('\\', "/")
}

/// Levels that were seen, comparison by comparison.
fn table(model: &Model) -> String {
    let heads = ["comparison", "level", "m", "u", "bits", "matches seen"];
    let mut table = Table::new(heads).right_align(&[2, 3, 4, 5]);
    for comparison in &model.comparisons {
        let mut name = comparison.name.as_str();
        if comparison.levels.iter().all(|level| level.matches == 0.0 && level.random == 0) {
            continue;
        }
        for level in &comparison.levels {
            table = table.row([
                std::mem::take(&mut name).to_owned(),
                level.name.clone(),
                format!("{:.4}", level.m),
                format!("{:.6}", level.u),
                format!("{:+.1}", (level.m / level.u).log2()),
                format!("{:.0}", level.matches),
            ]);
        }
    }
    table.render(ui::width())
}

/// Prior, rivals and how learning went.
fn summary(model: &Model) -> String {
    let mut text = format!("a record has {:.3} further records of its person\n", model.matches_per_record);
    for rival in &model.rivals {
        text.push_str(&format!("rival {}: {:.3} records\n", rival.name, rival.per_record));
    }
    if let Some(training) = &model.training {
        let unseen = model
            .comparisons
            .iter()
            .filter(|known| known.levels.iter().all(|level| level.matches == 0.0 && level.random == 0));
        let unseen: Vec<&str> = unseen.map(|known| known.name.as_str()).collect();
        if !unseen.is_empty() {
            text.push_str(&format!("never observed, built-in values: {}\n", unseen.join(", ")));
        }
        text.push_str(&format!(
            "about {:.0} matches among {} candidate pairs of {} records; {} rounds, {}\n",
            training.expected_matches,
            training.candidate_pairs,
            training.records,
            training.trace.len(),
            if training.converged { "converged" } else { "not converged" },
        ));
        for note in &training.notes {
            text.push_str(&format!("note: {note}\n"));
        }
    }
    text
}
