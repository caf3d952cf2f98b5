//! `samehand packet RING`: what is handed over with a complaint to IC3, as a folder or a ZIP.

use super::documents::{Redact, Typeset};
use super::error::CliError;
use super::show::not_found;
use super::{Global, ui};
use crate::case::Case;
use crate::case::file::file;
use crate::case::find::{Thing, find};
use crate::model::diagnostic::Diagnostic;
use crate::report::case_file::CaseFile;
use crate::report::packet::exhibits::Exhibits;
use crate::report::packet::facts::{Facts, template};
use crate::report::packet::{self, InputPart, NARRATIVE_LIMIT, NARRATIVE_LIMIT_MIN, RunPart, hides};
use crate::report::redact::{Pseudonyms, Redaction, hide};
use crate::report::shown::Shown;
use crate::store::manifest::Manifest;
use crate::store::{self, mapping, text_file};
use clap::Args;
use clap::builder::RangedU64ValueParser;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Bytes of a facts file.
const FACTS_MAX: u64 = 1 << 20;

#[derive(Args, Debug)]
#[command(after_help = "Fill in what only you know (who files, who was harmed, what was paid):\n  \
                        samehand packet --facts-template > facts.toml\n  \
                        samehand packet 1 --facts facts.toml --to packet.zip\n  \
                        samehand verify packet.zip\n\n\
                        The packet shows everything unless --redact says otherwise. Ask counsel before it leaves the house.")]
pub struct Packet {
    /// A ring, its rank, a case of one persona, or anything in one.
    #[arg(required_unless_present = "facts_template")]
    ring: Option<String>,
    /// Write here; a name that ends in .zip becomes a ZIP [default: packet-<id>/ in the working directory].
    #[arg(long, value_name = "DIR|FILE.zip")]
    to: Option<PathBuf>,
    /// Replace an older packet of that name.
    #[arg(long)]
    overwrite: bool,
    /// A TOML file with what only you know; see --facts-template.
    #[arg(long, value_name = "FILE")]
    facts: Option<PathBuf>,
    /// Print an empty facts file with comments, and nothing else.
    #[arg(long)]
    facts_template: bool,
    /// Characters of the short description of the incident; IC3 does not publish its limit.
    #[arg(
        long,
        value_name = "N",
        default_value_t = NARRATIVE_LIMIT as u64,
        value_parser = RangedU64ValueParser::<u64>::new().range(NARRATIVE_LIMIT_MIN as u64..=1_000_000)
    )]
    narrative_limit: u64,
    /// How much is shown; in external and structure the facts file is left out as well.
    #[arg(long, value_enum, default_value_t = Redact::Full)]
    redact: Redact,
    #[command(flatten)]
    typeset: Typeset,
}

impl Packet {
    pub fn run(&self, global: &Global) -> Result<ExitCode, CliError> {
        if self.facts_template {
            ui::print(&template())?;
            return Ok(ExitCode::SUCCESS);
        }
        let wanted = self.ring.as_deref().unwrap_or_default();
        let sheet = self.typeset.sheet()?;
        let mode = self.redact.mode();
        let facts = self.facts.as_deref().map(read_facts).transpose()?.unwrap_or_default();
        let (case, key) = global.open_case()?;
        let things = find(&case, wanted, &global.region(), key.as_ref());
        if things.is_empty() {
            return Err(not_found(wanted));
        }
        let named = global.run_named()?;
        let Some(thing) = things.iter().find_map(|thing| case_of(&case, thing)) else {
            return Err(CliError::message(
                format!("{wanted:?} is in this run, but in no ring and no case"),
                "`samehand show` says what is known of it; a packet is made of a ring or a case of one persona",
            ));
        };
        let (Some((shown, mut pseudonyms)), Some(full)) =
            (global.case_file(&case, &thing, mode, &named)?, file(&case, &thing, &named))
        else {
            return Err(not_found(wanted));
        };
        let run = run_part(global, &facts, &full, mode, &mut pseudonyms)?;
        let vertices_max = global.settings().bounds.diagram_vertices;
        let packet = packet::Packet {
            file: &shown,
            exhibits: &Exhibits::of(&full, &shown),
            facts: &facts.redacted(mode),
            run: &run,
            sheet: &sheet,
            narrative_limit: usize::try_from(self.narrative_limit).unwrap_or(NARRATIVE_LIMIT),
            vertices_max,
        };
        let parts = packet
            .parts()
            .map_err(|fault| CliError::message(fault, "this is a fault of samehand; please report it"))?;
        let files: Vec<(String, Vec<u8>)> = parts.into_iter().map(|part| (part.name, part.bytes)).collect();
        let to = self.to.clone().unwrap_or_else(|| PathBuf::from(format!("packet-{}", shown.id)));
        store::packet::write(&to, &files, self.overwrite).map_err(|error| in_the_way(error, self.overwrite))?;
        if global.json {
            let listed: Vec<_> =
                files.iter().map(|(name, bytes)| json!({ "file": name, "bytes": bytes.len() })).collect();
            ui::print_json(&json!({
                "packet": to.display().to_string(),
                "case": shown.id,
                "redaction": mode.name(),
                "exhibits": packet.exhibits.list.len(),
                "files": listed,
            }))?;
        } else {
            ui::print(&format!("{}\n", to.display()))?;
        }
        if !global.quiet {
            let shows = if mode == Redaction::Full {
                "; it shows everything: ask counsel before it leaves the house"
            } else {
                ""
            };
            ui::say(&format!("{} files about {}, redaction {}{shows}", files.len(), shown.id, mode.name()));
            if facts.is_empty() {
                ui::say("the form's fields about filer, victim and payments are empty; see packet --facts-template");
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The ring or case that a thing is or lies in.
fn case_of(case: &Case, thing: &Thing) -> Option<Thing> {
    let of_persona = |persona: &str| {
        let of_one = case.cases.iter().find(|of_one| of_one.persona_id == persona && !persona.is_empty());
        of_one.map(|of_one| Thing::Case(of_one.case_id.clone()))
    };
    let of_record = |record: u32| {
        let own = case.records.get(record as usize)?;
        if own.ring.is_empty() { of_persona(&own.persona) } else { Some(Thing::Ring(own.ring.clone())) }
    };
    match thing {
        Thing::Ring(_) | Thing::Case(_) => Some(thing.clone()),
        Thing::SetAside(_) => None,
        Thing::Persona(persona) => case.personas.get(persona)?.first().and_then(|&record| of_record(record)),
        Thing::Record(record) => of_record(*record),
        Thing::Value { kind, value } => case
            .claims()
            .filter(|claim| claim.kind == *kind && claim.value == *value)
            .find_map(|claim| of_record(claim.record)),
    }
}

fn read_facts(path: &Path) -> Result<Facts, CliError> {
    let text = text_file::read(path, FACTS_MAX)?;
    Facts::read(&text).map_err(|faults| {
        let told = |fault: String| {
            Diagnostic::error("facts", path.display().to_string(), fault)
                .hint("`samehand packet --facts-template` prints every key")
        };
        CliError::Diagnostics(faults.into_iter().map(told).collect())
    })
}

/// What the manifest says of the run, as that mode shows it.
fn run_part(
    global: &Global,
    facts: &Facts,
    full: &CaseFile,
    mode: Redaction,
    pseudonyms: &mut Pseudonyms,
) -> Result<RunPart, CliError> {
    let folder = global.run_folder()?;
    let manifest = folder.manifest()?;
    let (digest, mut whole) = store::packet::run_digest(&folder)?;
    let mut inputs: Vec<InputPart> = manifest
        .inputs
        .iter()
        .map(|input| InputPart {
            source: Shown::source(&input.source),
            file: Shown::source(&input.file),
            sha256: input.sha256.clone(),
            bytes: input.bytes,
            rows: input.rows,
            rejected: input.rejected,
            read_as: Shown::prose(&input.read_as),
            export: (0..facts.count("export")).find(|&at| facts.get("export", at, "source") == input.source),
        })
        .collect();
    if hides(Some(mode)) {
        for input in &mut inputs {
            for text in [&mut input.source, &mut input.file, &mut input.read_as] {
                hide(text, (mode == Redaction::External).then_some(&mut *pseudonyms));
            }
            input.export = None;
        }
        whole = shown_manifest(&manifest);
    }
    if mode == Redaction::Internal
        && let Some(entries) = whole.as_object_mut()
    {
        // Messages about cells may hold what is in them.
        entries.shift_remove("diagnostics");
    }
    if mode == Redaction::External {
        // Files that the case itself does not cite have pseudonyms now, too.
        let rows = pseudonyms.list().iter().map(|each| (each.shown.as_str(), each.original.as_str()));
        mapping::write(&global.output, folder.run_id(), &full.id, rows)?;
    }
    Ok(RunPart {
        inputs,
        config_digest: manifest.config.digest.clone(),
        model_digest: manifest.model.digest.clone(),
        digest,
        manifest: store::packet::manifest_text(&whole),
    })
}

/// What a manifest says without a name of a file, a source or a column. Stages count by source, and so are left out.
fn shown_manifest(manifest: &Manifest) -> serde_json::Value {
    let inputs: Vec<_> = manifest
        .inputs
        .iter()
        .map(|input| json!({ "sha256": input.sha256, "bytes": input.bytes, "rows": input.rows }))
        .collect();
    json!({
        "format_version": manifest.format_version,
        "run_id": manifest.run_id,
        "product_version": manifest.product_version,
        "inputs": inputs,
        "config_digest": manifest.config.digest,
        "model": { "which": manifest.model.which, "digest": manifest.model.digest },
        "built_in_lists": manifest.built_in_lists,
    })
}

/// Says what to do about what stands where the packet belongs.
fn in_the_way(error: store::Error, overwrite: bool) -> CliError {
    match error {
        store::Error::InTheWay { .. } if overwrite => {
            CliError::message(error.to_string(), "only an older packet is replaced; choose another place with --to")
        }
        store::Error::InTheWay { .. } => CliError::message(
            error.to_string(),
            "choose another place with --to, or replace an older packet with --overwrite",
        ),
        other => CliError::Store(other),
    }
}
