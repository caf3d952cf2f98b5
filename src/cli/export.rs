//! `samehand export FORMAT [CASE…]`: cases for the tools of others, on stdout or into a file or folder.

use super::documents::Redact;
use super::error::CliError;
use super::show::not_found;
use super::{Global, ui};
use crate::case::Case;
use crate::case::find::{Thing, find};
use crate::report::export::stix;
use crate::report::{EXPORTERS, Exporter, Part, exporter};
use crate::store::text_file;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// With whom a STIX bundle may be shared (Traffic Light Protocol 2.0).
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Tlp {
    /// With everyone.
    Clear,
    /// In the community.
    Green,
    /// In the recipient's organisation and with its clients, who need to know.
    Amber,
    /// In the recipient's organisation only.
    #[value(name = "amber+strict", alias = "amber-strict")]
    AmberStrict,
    /// With the recipients only.
    Red,
}

impl Tlp {
    fn marking(self) -> stix::Tlp {
        match self {
            Tlp::Clear => stix::Tlp::Clear,
            Tlp::Green => stix::Tlp::Green,
            Tlp::Amber => stix::Tlp::Amber,
            Tlp::AmberStrict => stix::Tlp::AmberStrict,
            Tlp::Red => stix::Tlp::Red,
        }
    }
}

#[derive(Args, Debug)]
pub struct Export {
    /// Format to write.
    #[arg(value_parser = formats())]
    format: String,
    /// Rings by id or rank, cases of one persona, or anything in one [default: all rings and cases of one persona].
    #[arg(value_name = "CASE")]
    cases: Vec<String>,
    /// How much is shown.
    #[arg(long, value_enum, default_value_t = Redact::Internal)]
    redact: Redact,
    /// Marking of a STIX bundle.
    #[arg(long, value_enum, default_value_t = Tlp::AmberStrict)]
    tlp: Tlp,
    /// Write to this file, or, where a format has several, into this folder [default: stdout, for one file].
    #[arg(long, value_name = "PATH")]
    to: Option<PathBuf>,
    /// Replace files that are there.
    #[arg(long)]
    overwrite: bool,
}

fn formats() -> PossibleValuesParser {
    PossibleValuesParser::new(EXPORTERS.iter().map(|export| PossibleValue::new(export.name()).help(export.doc())))
}

impl Export {
    pub fn run(&self, global: &Global) -> Result<ExitCode, CliError> {
        let stix = stix::Stix { tlp: self.tlp.marking() };
        let export: &dyn Exporter = match exporter(&self.format) {
            Some(export) if export.name() == stix.name() => &stix,
            Some(export) => export,
            None => return Err(CliError::message("no such format", "`samehand export --help` lists them")),
        };
        let (case, key) = global.open_case()?;
        let mut wanted: Vec<Thing> = Vec::new();
        if self.cases.is_empty() {
            wanted.extend(case.rings.iter().map(|ring| Thing::Ring(ring.id.clone())));
            wanted.extend(case.cases.iter().map(|of_one| Thing::Case(of_one.case_id.clone())));
        }
        for typed in &self.cases {
            let things = find(&case, typed, &global.region(), key.as_ref());
            if things.is_empty() {
                return Err(not_found(typed));
            }
            let Some(found) = things.iter().find_map(|thing| case_with(&case, thing)) else {
                return Err(CliError::message(
                    format!("{typed:?} is in this run, but in no ring and no case"),
                    "`samehand show` says what is known of it",
                ));
            };
            if !wanted.contains(&found) {
                wanted.push(found);
            }
        }
        let run = global.run_named()?;
        let mut files = Vec::new();
        for thing in &wanted {
            files.extend(global.case_file(&case, thing, self.redact.mode(), &run)?.map(|(file, _)| file));
        }
        if files.is_empty() && !global.quiet {
            ui::say("this run has no ring and no case of one persona: the export is empty");
        }
        let parts = export.export(&files).map_err(|fault| CliError::message(fault, "try another format"))?;
        let ids: Vec<&str> = files.iter().map(|file| file.id.as_str()).collect();
        match (&self.to, parts.as_slice()) {
            (Some(path), [part]) => {
                text_file::write(path, &part.bytes, self.overwrite)?;
                self.told(global, &ids, std::slice::from_ref(path))?;
            }
            (Some(folder), parts) => {
                let written = write_all(folder, parts, self.overwrite)?;
                self.told(global, &ids, &written)?;
            }
            (None, [part]) => match std::str::from_utf8(&part.bytes) {
                Ok(text) if global.json => {
                    ui::print_json(&json!({ "format": self.format, "cases": ids, "text": text }))?;
                }
                Ok(text) => ui::print(text)?,
                Err(_) => return Err(CliError::message("this format is no text", "name a file with --to")),
            },
            (None, _) => {
                return Err(CliError::message(
                    format!("{} has several files", self.format),
                    "name a folder for them with --to",
                ));
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Says what was written.
    fn told(&self, global: &Global, cases: &[&str], written: &[PathBuf]) -> Result<(), CliError> {
        if global.json {
            let files: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
            ui::print_json(&json!({ "format": self.format, "cases": cases, "files": files }))?;
        } else if !global.quiet {
            written.iter().for_each(|path| ui::say(&path.display().to_string()));
        }
        Ok(())
    }
}

/// The ring, case of one persona or group set aside that something is or belongs to.
fn case_with(case: &Case, thing: &Thing) -> Option<Thing> {
    let of_persona = |persona: &str| {
        let record = *case.personas.get(persona)?.first()?;
        let ring = &case.records.get(record as usize)?.ring;
        if !ring.is_empty() {
            return Some(Thing::Ring(ring.clone()));
        }
        let of_one = case.cases.iter().find(|of_one| of_one.persona_id == persona)?;
        Some(Thing::Case(of_one.case_id.clone()))
    };
    let of_record = |record: u32| of_persona(&case.records.get(record as usize)?.persona);
    match thing {
        Thing::Ring(_) | Thing::Case(_) | Thing::SetAside(_) => Some(thing.clone()),
        Thing::Persona(persona) => of_persona(persona),
        Thing::Record(record) => of_record(*record),
        Thing::Value { kind, value } => case
            .claims()
            .filter(|claim| claim.kind == *kind && claim.value == *value)
            .find_map(|claim| of_record(claim.record)),
    }
}

/// Writes the files into a folder that is new or empty, or that may be written over.
fn write_all(folder: &Path, parts: &[Part], overwrite: bool) -> Result<Vec<PathBuf>, CliError> {
    let cannot = |error: std::io::Error| {
        CliError::message(format!("cannot write to {}: {error}", folder.display()), "name another folder with --to")
    };
    if folder.exists() && !folder.is_dir() {
        return Err(CliError::message(
            format!("{} is no folder, and this format has several files", folder.display()),
            "name a folder with --to",
        ));
    }
    if folder.exists() && !overwrite && std::fs::read_dir(folder).map_err(cannot)?.next().is_some() {
        return Err(CliError::message(
            format!("{} is not empty", folder.display()),
            "name a new folder, or write over what is there with --overwrite",
        ));
    }
    std::fs::create_dir_all(folder).map_err(cannot)?;
    let mut written = Vec::new();
    for part in parts {
        let path = folder.join(&part.name);
        text_file::write(&path, &part.bytes, overwrite)?;
        written.push(path);
    }
    Ok(written)
}
