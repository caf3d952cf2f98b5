//! `samehand run`: the whole pipeline, ending with ranked rings and the path of the run folder.

use super::error::CliError;
use super::{Global, ui};
use crate::config::Config;
use crate::model::cluster::Level;
use crate::model::diagnostic::Diagnostic;
use crate::model::value::EvidenceFamily;
use crate::pipeline::expected::Expected;
use crate::pipeline::progress::{Progress, Stage};
use crate::pipeline::publish::{self, Published, Stopped};
use crate::pipeline::publish_personas;
use crate::report::text::{RingRow, Table, bits, ring_table};
use crate::store::folder::{OutputRoot, Staging};
use crate::store::key::Key;
use crate::store::run::RunFolder;
use crate::store::table::InTable;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::mem::ManuallyDrop;
use std::process::ExitCode;

#[derive(Args, Debug)]
pub struct Run {
    /// Rings to print; the run folder has all.
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,
    /// Also exit 3 when a ring is new since the latest run, else 1 when rows or cells were rejected.
    #[arg(long)]
    exit_code: bool,
    /// Stop after this tier. `personas`: who is one person, in members.parquet and links.parquet, and nothing above.
    #[arg(long, value_name = "TIER")]
    only: Option<Tier>,
    /// Memory that the run may hold, such as 800MB or 4GB: cells wait on disk for the writing of the tables, and what cannot be
    /// done within it all the same is refused before it begins.
    #[arg(long, value_name = "SIZE", env = "SAMEHAND_MEMORY_LIMIT", value_parser = size)]
    memory_limit: Option<u64>,
}

/// A tier after which a run can stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Tier {
    Personas,
}

/// Bytes as people write them: a number with KB, MB, GB or TB, or KiB and so on.
fn size(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = (text[..split].parse::<f64>(), text[split..].trim().to_ascii_lowercase());
    let power = |letters: &str| match letters.strip_suffix("ib") {
        Some(letter) => ("kmgt".find(letter), 1024f64),
        None => ("kmgt".find(letters.strip_suffix('b').unwrap_or(letters)), 1000.0),
    };
    let factor = match (unit.as_str(), power(&unit)) {
        ("" | "b", _) => Some(1.0),
        (_, (Some(at), base)) => Some(base.powi(at as i32 + 1)),
        _ => None,
    };
    match (number, factor) {
        (Ok(number), Some(factor)) if number > 0.0 && (number * factor).is_finite() => Ok((number * factor) as u64),
        _ => Err(String::from("write a number and a unit, such as 800MB or 4GB")),
    }
}

impl Run {
    pub fn run(&self, global: &Global) -> Result<ExitCode, CliError> {
        let (mut config, noted) = global.load_config()?;
        config.memory_limit = self.memory_limit;
        let root = OutputRoot::open(&global.output)?;
        config.spill_folder = Some(root.path().to_path_buf());
        abandon_on_interrupt();
        if let Some(Tier::Personas) = self.only {
            return self.run_personas(global, &config, noted, &root);
        }
        let given = std::env::var("SAMEHAND_KEY").ok();
        let (key, key_notes) = Key::open_or_create(given.as_deref(), root.path())?;
        let before = ring_ids(RunFolder::open(root.path(), None).ok().as_ref());
        let noted = noted.into_iter().chain(root.diagnostics().iter().cloned()).chain(key_notes).collect();
        let stages = ui::Stages::new(global.quiet || global.json);
        let mut progress = Progress::new(&stages);
        // The process ends with the answer: what was found is not taken apart piece by piece before.
        let published = ManuallyDrop::new(publish::run(&config, noted, &root, &key, &mut progress).map_err(why)?);
        let summary = progress.stages().to_vec();
        drop(stages);
        ui::diagnostics(&published.found.diagnostics, global.quiet || global.json);
        if global.json {
            self.print_json(&published, &summary)?;
        } else {
            self.print_table(&published, config.settings.thresholds.persona_probability, global.quiet)?;
        }
        if !self.exit_code {
            return Ok(ExitCode::SUCCESS);
        }
        let new = ring_ids(Some(&published.folder)).difference(&before).next().is_some();
        Ok(ExitCode::from(if new {
            3
        } else if published.found.rejects.is_empty() {
            0
        } else {
            1
        }))
    }

    /// The run that stops after personas.
    fn run_personas(
        &self,
        global: &Global,
        config: &Config,
        noted: Vec<Diagnostic>,
        root: &OutputRoot,
    ) -> Result<ExitCode, CliError> {
        let noted = noted.into_iter().chain(root.diagnostics().iter().cloned()).collect();
        let stages = ui::Stages::new(global.quiet || global.json);
        let mut progress = Progress::new(&stages);
        // See `run`.
        let published = ManuallyDrop::new(publish_personas::run(config, noted, root, &mut progress).map_err(why)?);
        let summary = progress.stages().to_vec();
        drop(stages);
        let found = &published.found;
        ui::diagnostics(&found.diagnostics, global.quiet || global.json);
        let records: usize = found.personas.personas.iter().map(|persona| persona.records.len()).sum();
        if global.json {
            ui::print_json(&json!({
                "run_id": published.folder.run_id(),
                "folder": published.folder.paths().folder(),
                "existed": published.folder.existed(),
                "only": publish_personas::ONLY,
                "stages": stages_json(&summary),
                "expected": {
                    "precision": published.expected.precision,
                    "blocking_recall": published.expected.blocking_recall,
                },
                "records": records,
                "personas": found.personas.personas.len(),
                "links": found.personas.links.len(),
                "rejects": found.rejects.len(),
                "diagnostics": diagnostics_json(&found.diagnostics),
            }))?;
        } else {
            let mut line = format!(
                "{records} records are {} personas by {} links",
                found.personas.personas.len(),
                found.personas.links.len()
            );
            if !found.rejects.is_empty() {
                line.push_str(&format!(", {} rows or cells rejected (rejects.csv)", found.rejects.len()));
            }
            let expected = expected_lines(published.expected, config.settings.thresholds.persona_probability);
            ui::print(&format!("{expected}{line}\n{}\n", published.folder.paths().folder().display()))?;
        }
        Ok(ExitCode::from(u8::from(self.exit_code && !found.rejects.is_empty())))
    }

    fn print_table(&self, published: &Published, threshold: f64, quiet: bool) -> Result<(), CliError> {
        let rows = rows(published);
        let shown = &rows[..rows.len().min(self.top)];
        ui::print(&ring_table(shown, ui::width()))?;
        let clusters = &published.found.clusters;
        let cases = case_lines(published, self.top);
        if !cases.is_empty() {
            ui::print(&cases)?;
        }
        let mut summary = format!("{} rings to review", rows.len());
        if shown.len() < rows.len() {
            summary.push_str(&format!(" ({} shown)", shown.len()));
        }
        let opened = published.found.assessment.cases.iter().filter(|case| case.level != Level::Note).count();
        if opened > 0 {
            summary.push_str(&format!(", {opened} {} of one persona", if opened == 1 { "case" } else { "cases" }));
        }
        summary.push_str(&format!(", {} groups set aside", clusters.set_aside.len()));
        if !published.found.rejects.is_empty() {
            summary.push_str(&format!(", {} rows or cells rejected (rejects.csv)", published.found.rejects.len()));
        }
        let expected = expected_lines(published.expected, threshold);
        ui::print(&format!("{expected}{summary}\n{}\n", published.folder.paths().folder().display()))?;
        if !quiet && published.folder.existed() {
            ui::say("the same inputs and settings gave this run before; its folder was kept");
        }
        let report = published.folder.paths().report();
        if !quiet && report.is_file() {
            ui::say(&format!("report: {}   (opens in a browser)", report.display()));
        }
        if !quiet && let Some(ring) = rows.first() {
            ui::say(&format!(
                "next: samehand show {}   (who, through what), or: samehand diagram {}",
                ring.ring_id, ring.ring_id
            ));
        }
        Ok(())
    }

    fn print_json(&self, published: &Published, stages: &[Stage]) -> Result<(), CliError> {
        let rings: Vec<_> = rows(published)
            .into_iter()
            .map(|row| {
                json!({
                    "ring_id": row.ring_id, "rank": row.rank, "level": row.level, "weight_bits": row.bits,
                    "families": row.families.iter().map(|family| family.name()).collect::<Vec<_>>(),
                    "personas": row.personas, "operators": row.operators, "sites": row.sites,
                    "records": row.records, "reason": row.reason,
                })
            })
            .collect();
        let found = &published.found;
        ui::print_json(&json!({
            "run_id": published.folder.run_id(),
            "folder": published.folder.paths().folder(),
            "report": published.folder.paths().report(),
            "existed": published.folder.existed(),
            "stages": stages_json(stages),
            "expected": {
                "precision": published.expected.precision,
                "blocking_recall": published.expected.blocking_recall,
            },
            "cases": found.assessment.cases.iter().map(|case| json!({
                "case_id": case.name, "rank": case.rank, "level": case.level.name(), "weight_bits": case.weight_bits,
                "families": case.families.iter().map(|family| family.name()).collect::<Vec<_>>(),
                "persona_id": found.personas.personas[case.persona.index()].name, "reason": case.reason,
            })).collect::<Vec<_>>(),
            "findings": found.assessment.findings.len(),
            "indicators_not_run": found.assessment.not_run.iter().map(|not_run| json!({
                "indicator": not_run.indicator, "name": not_run.name, "needs": not_run.needs,
            })).collect::<Vec<_>>(),
            "rejects": found.rejects.len(),
            "set_aside": found.clusters.set_aside.len(),
            "diagnostics": diagnostics_json(&found.diagnostics),
            "rings": rings,
        }))?;
        Ok(())
    }
}

fn why(stopped: Stopped) -> CliError {
    match stopped {
        Stopped::Inputs(diagnostics) => CliError::Diagnostics(diagnostics),
        Stopped::Store(error) => CliError::Store(error),
    }
}

fn stages_json(stages: &[Stage]) -> Vec<Value> {
    let counts = |stage: &Stage| -> serde_json::Map<String, Value> {
        stage.counts.iter().map(|(what, count)| (what.clone(), json!(count))).collect()
    };
    stages
        .iter()
        .map(|stage| json!({ "name": stage.name, "seconds": stage.seconds, "counts": counts(stage) }))
        .collect()
}

fn diagnostics_json(diagnostics: &[Diagnostic]) -> Vec<Value> {
    let entry = |diagnostic: &Diagnostic| {
        json!({
            "severity": diagnostic.severity.name(), "code": diagnostic.code, "location": diagnostic.location,
            "message": diagnostic.message, "hint": diagnostic.hint,
        })
    };
    diagnostics.iter().map(entry).collect()
}

/// Cases of one persona that are to be reviewed: a line of figures each, and what was found, wrapped to three lines.
fn case_lines(published: &Published, top: usize) -> String {
    let found = &published.found;
    let opened: Vec<_> = found.assessment.cases.iter().filter(|case| case.level != Level::Note).take(top).collect();
    if opened.is_empty() {
        return String::new();
    }
    let mut table = Table::new(["rank", "case", "level", "bits", "persona"]).right_align(&[0, 3]);
    for case in opened {
        let families: Vec<&str> = case.families.iter().map(|family| family.name()).collect();
        table = table
            .row([
                case.rank.to_string(),
                case.name.clone(),
                case.level.name().to_string(),
                bits(case.weight_bits),
                found.personas.personas[case.persona.index()].name.clone(),
            ])
            .note(format!("{}: {}", families.join(" + "), case.reason), 3);
    }
    format!("{}\n", table.render(ui::width().clamp(60, 200)))
}

/// What the run expects of itself, one line for each figure. Shares are cut, not rounded: 0.9999 is not 1.
fn expected_lines(expected: Expected, threshold: f64) -> String {
    let digits = |share: f64| format!("{:.3}", (share * 1000.0).floor() / 1000.0);
    let precision = expected.precision.map_or("too few links to tell".to_string(), |share| {
        format!("{} (by the model's own probabilities)", digits(share))
    });
    let recall = match expected.blocking_recall {
        Some(_) if expected.all_met => "1.000 (every two records met)".to_string(),
        Some(share) => format!("at most {} (capture and recapture between blocking rules)", digits(share)),
        None => "too few links, or too few blocking rules that found them, to tell".to_string(),
    };
    format!("expected precision at {threshold}: {precision}\nexpected recall of blocking: {recall}\n")
}

/// Removes what is half written when the user interrupts; nothing is left that looks like a run.
fn abandon_on_interrupt() {
    let set = ctrlc::set_handler(|| {
        Staging::abandon_all();
        ui::error("interrupted; nothing was published", None);
        std::process::exit(130);
    });
    if set.is_err() {
        ui::say("note: an interrupt cannot be caught here; the next run removes what this one may leave");
    }
}

fn ring_ids(folder: Option<&RunFolder>) -> BTreeSet<String> {
    let Some(folder) = folder else { return BTreeSet::new() };
    InTable::read_parquet(&folder.paths().folder().join("rings.parquet"), Some(&["ring_id"]))
        .and_then(|table| table.text("ring_id"))
        .map(|ids| ids.into_iter().flatten().collect())
        .unwrap_or_default()
}

fn rows(published: &Published) -> Vec<RingRow> {
    let found = &published.found;
    let records = |ring: &crate::model::cluster::Ring| {
        ring.personas
            .iter()
            .map(|persona| &found.personas.personas[persona.index()])
            .map(|persona| persona.records.len() + persona.assets.len())
            .sum()
    };
    let families = |families: &[EvidenceFamily]| families.to_vec();
    found
        .clusters
        .rings
        .iter()
        .map(|ring| RingRow {
            rank: ring.rank,
            ring_id: ring.name.clone(),
            level: ring.level.name().to_string(),
            bits: ring.weight_bits,
            families: families(&ring.families),
            personas: ring.personas.len(),
            operators: ring.operators.len(),
            sites: ring.sites.len(),
            records: records(ring),
            reason: ring.reason.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_read_as_people_write_them_and_nothing_else_is() {
        for (text, bytes) in
            [("800MB", 800_000_000), ("4gb", 4_000_000_000), ("1.5 GiB", 1_610_612_736), ("2k", 2_000), ("5000", 5_000)]
        {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["", "MB", "4 apples", "-1GB", "0GB", "4XB"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
