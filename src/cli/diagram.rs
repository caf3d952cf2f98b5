//! `samehand diagram RING`: one ring as DOT or SVG, on stdout or into a file.

use super::error::CliError;
use super::show::not_found;
use super::{Global, ui};
use crate::case::find::{Thing, find};
use crate::case::view::view;
use crate::config::Settings;
use crate::report::exporter;
use crate::report::prepare;
use crate::report::redact::Redaction;
use clap::{Args, ValueEnum};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// Formats that a ring can be drawn in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A picture that needs no program.
    Svg,
    /// For Graphviz.
    Dot,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Format::Svg => "svg",
            Format::Dot => "dot",
        }
    }
}

/// How much of a ring is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Redact {
    /// Everything.
    Full,
    /// Names kept, numbers masked.
    Internal,
    /// Pseudonyms and kinds, dates to the month.
    External,
    /// Kinds and counts only.
    Structure,
}

impl Redact {
    fn mode(self) -> Redaction {
        match self {
            Redact::Full => Redaction::Full,
            Redact::Internal => Redaction::Internal,
            Redact::External => Redaction::External,
            Redact::Structure => Redaction::Structure,
        }
    }
}

#[derive(Args, Debug)]
pub struct Diagram {
    /// A ring, its rank, or anything in it.
    ring: String,
    /// Format of the drawing.
    #[arg(short, long, value_enum, default_value_t = Format::Svg)]
    format: Format,
    /// How much is shown; unredacted unless asked.
    #[arg(long, value_enum, default_value_t = Redact::Full)]
    redact: Redact,
    /// Write to this file instead of stdout.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

impl Diagram {
    pub fn run(&self, global: &Global) -> Result<ExitCode, CliError> {
        let exporter = exporter(self.format.name()).ok_or_else(|| CliError::message("no such format", "dot or svg"))?;
        let mode = self.redact.mode();
        let (case, key) = global.open_case()?;
        let things = find(&case, &self.ring, &global.region(), key.as_ref());
        if things.is_empty() {
            return Err(not_found(&self.ring));
        }
        let ring = things.iter().find_map(|thing| match thing {
            Thing::SetAside(_) | Thing::Case(_) => None,
            Thing::Ring(id) => Some(id.clone()),
            Thing::Persona(persona) => ring_of(&case, case.personas.get(persona)?.first().copied()?),
            Thing::Record(record) => ring_of(&case, *record),
            Thing::Value { kind, value } => case
                .claims()
                .filter(|claim| claim.kind == *kind && claim.value == *value)
                .find_map(|claim| ring_of(&case, claim.record)),
        });
        let Some(view) = ring.and_then(|ring| view(&case, &ring)) else {
            return Err(CliError::message(
                format!("{:?} is in this run, but in no ring", self.ring),
                "`samehand show` says what is known of it",
            ));
        };
        let bound = match global.load_config() {
            Ok((config, _)) => config.settings.bounds.diagram_vertices,
            Err(_) => Settings::default().bounds.diagram_vertices,
        };
        let (view, _) = prepare(&view, mode, bound);
        let text = exporter.render(&view);
        match &self.to {
            Some(path) => {
                std::fs::write(path, text).map_err(|error| {
                    CliError::message(
                        format!("cannot write {}: {error}", path.display()),
                        "choose another file with --to",
                    )
                })?;
                ui::say(&format!("{}", path.display()));
            }
            None if global.json => {
                ui::print_json(&json!({ "ring_id": view.ring_id, "format": self.format.name(), "text": text }))?;
            }
            None => ui::print(&text)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn ring_of(case: &crate::case::Case, record: u32) -> Option<String> {
    Some(case.records[record as usize].ring.clone()).filter(|ring| !ring.is_empty())
}
