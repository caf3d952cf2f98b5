//! `samehand diagram RING`: one ring as DOT or SVG, on stdout or into a file.

use super::documents::{Redact, Typeset};
use super::error::CliError;
use super::show::not_found;
use super::{Global, ui};
use crate::case::find::{Thing, find};
use crate::config::Settings;
use crate::report::drawing;
use crate::report::summary::summarise;
use crate::store::text_file;
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

#[derive(Args, Debug)]
pub struct Diagram {
    /// A ring, its rank, or anything in it.
    ring: String,
    /// Format of the drawing.
    #[arg(short, long, value_enum, default_value_t = Format::Svg)]
    format: Format,
    /// How much is shown.
    #[arg(long, value_enum, default_value_t = Redact::Internal)]
    redact: Redact,
    #[command(flatten)]
    typeset: Typeset,
    /// Write to this file instead of stdout.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

impl Diagram {
    pub fn run(&self, global: &Global) -> Result<ExitCode, CliError> {
        let drawing = drawing(self.format.name()).ok_or_else(|| CliError::message("no such format", "dot or svg"))?;
        let sheet = self.typeset.sheet()?;
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
        let run = global.run_named()?;
        let mode = self.redact.mode();
        let file = match ring {
            Some(ring) => global.case_file(&case, &Thing::Ring(ring), mode, &run)?,
            None => None,
        };
        let Some((file, _)) = file else {
            return Err(CliError::message(
                format!("{:?} is in this run, but in no ring", self.ring),
                "`samehand show` says what is known of it",
            ));
        };
        let bound = match global.load_config() {
            Ok((config, _)) => config.settings.bounds.diagram_vertices,
            Err(_) => Settings::default().bounds.diagram_vertices,
        };
        let view = summarise(&file.graph, bound);
        let picture = drawing.draw(&view, &sheet).map_err(|fault| CliError::message(fault, "try another --format"))?;
        match &self.to {
            Some(path) => {
                text_file::write(path, picture, true)?;
                ui::say(&format!("{}", path.display()));
            }
            None if global.json => {
                let text = String::from_utf8_lossy(&picture);
                ui::print_json(&json!({ "ring_id": view.id, "format": self.format.name(), "text": text }))?;
            }
            None => ui::print(&String::from_utf8_lossy(&picture))?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn ring_of(case: &crate::case::Case, record: u32) -> Option<String> {
    Some(case.records[record as usize].ring.clone()).filter(|ring| !ring.is_empty())
}
