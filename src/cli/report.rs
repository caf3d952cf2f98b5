//! `samehand report`: a finished run as one HTML file, or `samehand report CASE`: the page of one case.

use super::documents::Redact;
use super::error::CliError;
use super::show::not_found;
use super::{Global, ui};
use crate::case::Case;
use crate::case::find::{Thing, find};
use crate::case::run_file::{case_alone, run_file};
use crate::report::html;
use crate::report::redact::Redaction;
use crate::report::run_file::{RunFile, redact_run};
use crate::store::{mapping, text_file};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args, Debug)]
pub struct Report {
    /// A ring, a case of one persona, a group set aside, or anything in one [default: the whole run].
    case: Option<String>,
    /// Write to this file [default: report-RUN.html in the output folder].
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// How much is shown.
    #[arg(long, value_enum, default_value_t = Redact::Internal)]
    redact: Redact,
    /// Rings, and of the other lists cases, that the page of a run has in full, as far as they fit.
    #[arg(long, value_name = "N", default_value_t = crate::pipeline::publish::CASES_IN_FULL)]
    rings: usize,
}

impl Report {
    pub fn run(&self, global: &Global) -> Result<ExitCode, CliError> {
        let (case, key) = global.open_part()?;
        let named = global.run_named()?;
        let full = match &self.case {
            Some(asked) => {
                let things = find(&case, asked, &global.region(), key.as_ref());
                case.check()?;
                if things.is_empty() {
                    return Err(not_found(asked));
                }
                things
                    .iter()
                    .find_map(|thing| case_of(&case, thing))
                    .and_then(|thing| case_alone(&case, &thing, &named))
                    .map_or_else(|| case.check().map(|()| None), |file| Ok(Some(file)))?
                    .ok_or_else(|| {
                        CliError::message(
                            format!("{asked:?} is in this run, but in no case of it"),
                            "`samehand show` says what is known of it",
                        )
                    })?
            }
            None => {
                let folder = global.run_folder()?;
                let rejects = folder.paths().read_rejects()?;
                run_file(&case, &folder.manifest()?, rejects, &named, self.rings)
            }
        };
        case.check()?;
        let mode = self.redact.mode();
        let (shown, given) = redact_run(&full, mode);
        for (case_id, pseudonyms) in &given {
            let rows = pseudonyms.list().iter().map(|each| (each.shown.as_str(), each.original.as_str()));
            mapping::write(&global.output, &case.run_id, case_id, rows)?;
        }
        let path = self.to.clone().unwrap_or_else(|| global.output.join(file_name(&shown, mode)));
        text_file::write(&path, html::page(&shown), true)?;
        if global.json {
            ui::print_json(&json!({
                "run_id": shown.run_id, "file": path, "redaction": mode.name(), "cases": shown.cases.len(),
            }))?;
        } else {
            ui::print(&format!("{}\n", path.display()))?;
        }
        if !global.quiet && !given.is_empty() {
            let folder = global.output.join(mapping::FOLDER);
            ui::say(&format!(
                "what stands behind the pseudonyms: {}, one file a case (not to be handed on)",
                folder.display()
            ));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The case that a thing is or lies in.
fn case_of(case: &Case, thing: &Thing) -> Option<Thing> {
    match thing {
        Thing::Ring(_) | Thing::Case(_) | Thing::SetAside(_) => Some(thing.clone()),
        Thing::Persona(persona) => of_persona(case, persona),
        Thing::Record(record) => of_persona(case, &case.records.get(*record as usize)?.persona),
        Thing::Value { kind, value } => case
            .claims()
            .filter(|claim| claim.kind == *kind && claim.value == *value)
            .find_map(|claim| of_persona(case, &case.records.get(claim.record as usize)?.persona)),
    }
}

/// Its ring; else the case about it alone; else the first group set aside that it is in.
fn of_persona(case: &Case, persona: &str) -> Option<Thing> {
    let first = case.personas.get(persona)?.first()?;
    let ring = &case.records.get(*first as usize)?.ring;
    if !ring.is_empty() {
        return Some(Thing::Ring(ring.clone()));
    }
    let of_one = case.cases.iter().find(|of_one| of_one.persona_id == persona);
    let group = || case.set_aside.iter().find(|group| group.personas.iter().any(|other| other == persona));
    of_one
        .map(|of_one| Thing::Case(of_one.case_id.clone()))
        .or_else(|| group().map(|group| Thing::SetAside(group.id.clone())))
}

/// Names the run, the case and, where it is not the usual one, the mode; made by the program alone.
fn file_name(run: &RunFile, mode: Redaction) -> String {
    let case = run.rows.first().filter(|_| run.single).map(|row| format!("-{}", row.id)).unwrap_or_default();
    let mode = if mode == Redaction::Internal { String::new() } else { format!("-{}", mode.name()) };
    format!("report-{}{case}{mode}.html", run.run_id)
}
