//! `samehand diagram RING`: one ring as DOT or SVG, on stdout or into a file.

use super::error::CliError;
use super::show::not_found;
use super::{Global, ui};
use crate::case::find::{Thing, find};
use crate::case::view::view;
use crate::config::Settings;
use crate::report::redact::{Redaction, redact};
use crate::report::summary::summarise;
use crate::report::{EXPORTERS, exporter};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args, Debug)]
pub struct Diagram {
    /// A ring, its rank, or anything in it.
    ring: String,
    /// dot or svg.
    #[arg(short, long, value_name = "FORMAT", default_value = "svg")]
    format: String,
    /// What is shown: full, internal, external or structure.
    #[arg(long, value_name = "MODE", default_value = "full")]
    redact: String,
    /// Write to this file instead of stdout.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

impl Diagram {
    pub fn run(&self, global: &Global) -> Result<ExitCode, CliError> {
        let names: Vec<&str> = EXPORTERS.iter().map(|exporter| exporter.name()).collect();
        let Some(exporter) = exporter(&self.format) else {
            return Err(CliError::message(
                format!("{:?} is no diagram format", self.format),
                format!("one of: {}", names.join(", ")),
            ));
        };
        let Some(mode) = Redaction::from_name(&self.redact) else {
            return Err(CliError::message(
                format!("{:?} is no redaction mode", self.redact),
                "one of: full, internal, external, structure",
            ));
        };
        let (case, key) = global.open_case()?;
        let things = find(&case, &self.ring, &global.region(), key.as_ref());
        let ring = things.iter().find_map(|thing| match thing {
            Thing::Ring(id) => Some(id.clone()),
            Thing::Persona(persona) => ring_of(&case, case.personas.get(persona)?.first().copied()?),
            Thing::Record(record) => ring_of(&case, *record),
            Thing::Value { kind, value } => case
                .claims()
                .filter(|claim| claim.kind == *kind && claim.value == *value)
                .find_map(|claim| ring_of(&case, claim.record)),
        });
        let Some(view) = ring.and_then(|ring| view(&case, &ring)) else { return Err(not_found(&self.ring)) };
        let (view, _) = redact(&view, mode);
        let bound = match global.load_config() {
            Ok((config, _)) => config.settings.bounds.diagram_vertices,
            Err(_) => Settings::default().bounds.diagram_vertices,
        };
        let text = exporter.render(&summarise(&view, bound));
        match &self.to {
            Some(path) => {
                std::fs::write(path, text).map_err(|error| {
                    CliError::message(format!("cannot write {}: {error}", path.display()), "choose another file with --to")
                })?;
                ui::say(&format!("{}", path.display()));
            }
            None => ui::print(&text)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn ring_of(case: &crate::case::Case, record: u32) -> Option<String> {
    Some(case.records[record as usize].ring.clone()).filter(|ring| !ring.is_empty())
}
