//! `samehand check`: everything that is wrong with config and sources, before any work; and, when asked for, what
//! blocking would bring together. Nothing is written.

use super::error::CliError;
use super::{Global, ui};
use crate::config::Config;
use crate::ingest;
use crate::model::diagnostic::Diagnostic;
use crate::pipeline::{self, Blocking, progress::Progress};
use clap::Args;
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

#[derive(Args, Debug)]
pub struct Check {
    /// Also read and normalize the sources and show which pairs of records each blocking rule brings.
    #[arg(long)]
    blocking: bool,
}

impl Check {
    pub fn run(&self, global: &Global) -> Result<ExitCode, CliError> {
        // The first rows are read, too: a file that cannot be read is told here, and not when work has begun.
        let peek = |path: &Path, format| ingest::peek(path, format).map(|preview| preview.names);
        let (config, diagnostics) = match global.load_config_by(&peek) {
            Ok(checked) => checked,
            Err(CliError::Diagnostics(faults)) if global.json => {
                ui::print_json(&json!({ "ok": false, "diagnostics": faults.iter().map(entry).collect::<Vec<_>>() }))?;
                return Ok(ExitCode::from(2));
            }
            Err(error) => return Err(error),
        };
        if let Err(faults) = pipeline::resolve::named_model(&config) {
            if global.json {
                let faults: Vec<_> = diagnostics.iter().chain(&faults).map(entry).collect();
                ui::print_json(&json!({ "ok": false, "diagnostics": faults }))?;
                return Ok(ExitCode::from(2));
            }
            return Err(CliError::Diagnostics(faults));
        }
        let mut lines = String::new();
        let mut sources = Vec::new();
        for source in &config.sources {
            let files: Vec<_> = source
                .files
                .iter()
                .filter_map(|file| {
                    let preview = ingest::peek(&file.path, source.format).ok()?;
                    Some(json!({ "file": file.shown, "read_as": preview.read_as }))
                })
                .collect();
            lines.push_str(&format!("{} ({}): {} file(s)", source.name, source.kind.name(), source.files.len()));
            let key = if source.key.is_empty() { "row number".to_string() } else { source.key.join(" | ") };
            lines.push_str(&format!(", key {key}\n"));
            for (field, columns) in &source.columns {
                lines.push_str(&format!("  {:<18} {}\n", field.name(), columns.join(", ")));
            }
            for (kind, columns) in &source.references {
                lines.push_str(&format!("  -> {:<15} {}\n", kind.name(), columns.join(", ")));
            }
            sources.push(json!({ "name": source.name, "kind": source.kind.name(), "files": files }));
        }
        let mut noted = diagnostics;
        let blocking = if self.blocking {
            match look_at_blocking(&config, global) {
                Ok((blocking, more)) => {
                    noted.extend(more);
                    Some(blocking)
                }
                Err(faults) if global.json => {
                    let faults: Vec<_> = noted.iter().chain(&faults).map(entry).collect();
                    ui::print_json(&json!({ "ok": false, "diagnostics": faults }))?;
                    return Ok(ExitCode::from(2));
                }
                Err(faults) => return Err(CliError::Diagnostics(faults)),
            }
        } else {
            None
        };
        let bound_millions = config.settings.bounds.candidate_pairs_millions;
        if global.json {
            let diagnostics: Vec<_> = noted.iter().map(entry).collect();
            let mut value = json!({ "ok": true, "sources": sources, "diagnostics": diagnostics });
            if let Some(blocking) = &blocking {
                value["blocking"] = blocking_json(blocking, bound_millions);
            }
            ui::print_json(&value)?;
        } else {
            if let Some(blocking) = &blocking {
                lines.push('\n');
                lines.push_str(&blocking_table(blocking, bound_millions));
            }
            ui::print(&lines)?;
            for diagnostic in &noted {
                ui::diagnostic(diagnostic);
            }
            ui::say("the config is sound; `samehand run` would start");
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn look_at_blocking(config: &Config, global: &Global) -> Result<(Blocking, Vec<Diagnostic>), Vec<Diagnostic>> {
    let stages = ui::Stages::new(global.quiet || global.json);
    pipeline::blocking(config, &mut Progress::new(&stages))
}

/// Rules in their order, one line each, then what they come to.
fn blocking_table(blocking: &Blocking, bound_millions: f64) -> String {
    let mut table = format!(
        "{:<26} {:>10} {:>12} {:>12} {:>10} {:>8}\n",
        "blocking rule", "blocks", "pairs", "new pairs", "largest", "bounded"
    );
    for rule in &blocking.statistics {
        if let Some(sample) = rule.left_out {
            let (pairs, links) = (sample.all_pairs(), sample.all_links());
            table.push_str(&format!("{:<26} left out: about {pairs} pairs for {links} links\n", rule.rule));
            continue;
        }
        table.push_str(&format!(
            "{:<26} {:>10} {:>12} {:>12} {:>10} {:>8}\n",
            rule.rule, rule.blocks, rule.pairs, rule.new_pairs, rule.largest, rule.bounded
        ));
    }
    let reached = if blocking.bound_reached { "reached: pairs were left out" } else { "not reached" };
    table.push_str(&format!(
        "{} candidate pairs of {} records of persons, {:.1} a record; bound: {bound_millions} million, {reached}\n",
        blocking.candidates,
        blocking.people,
        pairs_per_record(blocking),
    ));
    table
}

fn blocking_json(blocking: &Blocking, bound_millions: f64) -> serde_json::Value {
    let rules: Vec<_> = blocking
        .statistics
        .iter()
        .map(|rule| {
            json!({
                "rule": rule.rule, "blocks": rule.blocks, "pairs": rule.pairs, "new_pairs": rule.new_pairs,
                "largest": rule.largest, "bounded": rule.bounded,
                "left_out": rule.left_out.map(|sample| {
                    json!({ "one_in": sample.one_in, "pairs": sample.pairs, "links": sample.links })
                }),
            })
        })
        .collect();
    json!({
        "rules": rules, "pairs": blocking.candidates, "records": blocking.people,
        "pairs_per_record": pairs_per_record(blocking), "bound_millions": bound_millions,
        "bound_reached": blocking.bound_reached,
    })
}

fn pairs_per_record(blocking: &Blocking) -> f64 {
    blocking.candidates as f64 / blocking.people.max(1) as f64
}

fn entry(diagnostic: &Diagnostic) -> serde_json::Value {
    json!({
        "severity": diagnostic.severity.name(), "code": diagnostic.code, "location": diagnostic.location,
        "message": diagnostic.message, "hint": diagnostic.hint,
    })
}
