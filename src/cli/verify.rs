//! `samehand verify [WHAT]`: computes every hash of a run folder or a packet again and names what differs.

use super::error::CliError;
use super::{Global, ui};
use crate::model::words::numbered;
use crate::report::text::clean;
use crate::store::manifest::verify;
use crate::store::packet::{self, Bounds, Checked};
use crate::store::run::RunFolder;
use clap::Args;
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

#[derive(Args, Debug)]
#[command(after_help = "Exit codes: 0 it holds, 1 something differs, 2 it cannot be checked.")]
pub struct Verify {
    /// A packet (folder or ZIP), a run folder or a run id [default: the latest run in the output folder].
    what: Option<String>,
}

impl Verify {
    pub fn run(&self, global: &Global) -> Result<ExitCode, CliError> {
        match self.what.as_deref().map(Path::new).filter(|path| packet::is_packet(path)) {
            Some(path) => verify_packet(global, path),
            None => self.verify_run(global),
        }
    }

    fn verify_run(&self, global: &Global) -> Result<ExitCode, CliError> {
        let wanted = self.what.as_deref().or(global.run.as_deref());
        if let Some(path) = wanted.map(Path::new)
            && packet::is_zip(path)
        {
            return Err(CliError::message(
                format!("there is no file {}", clean(&path.display().to_string())),
                "name a packet, a run folder or a run id",
            ));
        }
        let folder = RunFolder::open(&global.output, wanted)?;
        let faults: Vec<String> = verify(&folder)?.iter().map(ToString::to_string).collect();
        if global.json {
            ui::print_json(&json!({
                "kind": "run", "run_id": folder.run_id(), "holds": faults.is_empty(), "differs": faults
            }))?;
        } else if faults.is_empty() {
            ui::print(&format!("run {}: every file is as it was published\n", folder.run_id()))?;
        } else {
            ui::print(&format!("run {}: {}\n{}", folder.run_id(), differ(faults.len()), lines(&faults)))?;
        }
        Ok(exit(faults.is_empty()))
    }
}

/// What became of the run that a packet was made from.
enum Origin {
    /// It is here and its manifest is the one that the packet states.
    Agrees,
    /// It is here with another manifest.
    Differs,
    /// It is not in the output folder, or the packet names none.
    NotHere,
}

impl Origin {
    fn of(global: &Global, checked: &Checked) -> Result<Origin, CliError> {
        let about = &checked.about;
        if about.run_id.is_empty() {
            return Ok(Origin::NotHere);
        }
        match RunFolder::open(&global.output, Some(&about.run_id)) {
            Ok(run) if packet::run_digest(&run)?.0 == about.run_digest => Ok(Origin::Agrees),
            Ok(_) => Ok(Origin::Differs),
            Err(crate::store::Error::NoRun { .. }) => Ok(Origin::NotHere),
            Err(error) => Err(error.into()),
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Origin::Agrees => "agrees",
            Origin::Differs => "differs",
            Origin::NotHere => "not here",
        }
    }
}

fn verify_packet(global: &Global, path: &Path) -> Result<ExitCode, CliError> {
    let checked = packet::verify(path, Bounds::default())?;
    let origin = Origin::of(global, &checked)?;
    // Names in a packet are somebody else's words.
    let faults: Vec<String> = checked.faults.iter().map(|fault| clean(&fault.to_string())).collect();
    let holds = faults.is_empty() && !matches!(origin, Origin::Differs);
    let (case, run) = (clean(&checked.about.case), &checked.about.run_id);
    if global.json {
        ui::print_json(&json!({
            "kind": "packet",
            "packet": path.display().to_string(),
            "case": case,
            "run_id": run,
            "redaction": clean(&checked.about.redaction),
            "files": checked.files,
            "holds": holds,
            "differs": faults,
            "run": origin.word(),
        }))?;
        return Ok(exit(holds));
    }
    let named =
        format!("packet {}{}", path.display(), if case.is_empty() { String::new() } else { format!(" about {case}") });
    let mut text = match faults.is_empty() {
        true => format!("{named}: every one of {} is as it was made\n", numbered(checked.files, "file")),
        false => format!("{named}: {}\n{}", differ(faults.len()), lines(&faults)),
    };
    text.push_str(&match origin {
        Origin::Agrees => format!("run {run}: is here, and its manifest is the one that the packet states\n"),
        Origin::Differs => format!("run {run}: is here, but its manifest is not the one that the packet states\n"),
        Origin::NotHere if run.is_empty() => "run: the packet names none\n".to_string(),
        Origin::NotHere => format!("run {run}: not in {}, so not compared\n", global.output.display()),
    });
    ui::print(&text)?;
    Ok(exit(holds))
}

fn differ(count: usize) -> String {
    format!("{} {}", numbered(count, "file"), if count == 1 { "differs" } else { "differ" })
}

fn lines(faults: &[String]) -> String {
    faults.iter().map(|fault| format!("  {fault}\n")).collect()
}

fn exit(holds: bool) -> ExitCode {
    ExitCode::from(if holds { 0 } else { 1 })
}
