//! `samehand check`: everything that is wrong with config and sources, before any work.

use super::error::CliError;
use super::{Global, ui};
use crate::ingest;
use clap::Args;
use serde_json::json;
use std::process::ExitCode;

#[derive(Args, Debug)]
pub struct Check {}

impl Check {
    pub fn run(&self, global: &Global) -> Result<ExitCode, CliError> {
        let (config, diagnostics) = match global.load_config() {
            Ok(checked) => checked,
            Err(CliError::Diagnostics(faults)) if global.json => {
                ui::print_json(&json!({ "ok": false, "diagnostics": faults.iter().map(entry).collect::<Vec<_>>() }))?;
                return Ok(ExitCode::from(2));
            }
            Err(error) => return Err(error),
        };
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
        if global.json {
            let diagnostics: Vec<_> = diagnostics.iter().map(entry).collect();
            ui::print_json(&json!({ "ok": true, "sources": sources, "diagnostics": diagnostics }))?;
        } else {
            ui::print(&lines)?;
            for diagnostic in &diagnostics {
                ui::diagnostic(diagnostic);
            }
            ui::say("the config is sound; `samehand run` would start");
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn entry(diagnostic: &crate::model::diagnostic::Diagnostic) -> serde_json::Value {
    json!({
        "severity": diagnostic.severity.name(), "code": diagnostic.code, "location": diagnostic.location,
        "message": diagnostic.message, "hint": diagnostic.hint,
    })
}
