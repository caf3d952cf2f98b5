//! `samehand verify [RUN]`: computes every hash of a run folder again and names what differs.

use super::error::CliError;
use super::{Global, ui};
use crate::store::manifest::verify;
use clap::Args;
use serde_json::json;
use std::process::ExitCode;

#[derive(Args, Debug)]
pub struct Verify {
    /// A run folder or run id [default: the latest in the output folder].
    what: Option<String>,
}

impl Verify {
    pub fn run(&self, global: &Global) -> Result<ExitCode, CliError> {
        let wanted = self.what.as_deref().or(global.run.as_deref());
        let folder = crate::store::run::RunFolder::open(&global.output, wanted)?;
        let faults: Vec<String> = verify(&folder)?.iter().map(ToString::to_string).collect();
        if global.json {
            ui::print_json(&json!({ "run_id": folder.run_id(), "holds": faults.is_empty(), "differs": faults }))?;
        } else if faults.is_empty() {
            ui::print(&format!("run {}: every file is as it was published\n", folder.run_id()))?;
        } else {
            ui::print(&format!("run {}: {} files differ\n  {}\n", folder.run_id(), faults.len(), faults.join("\n  ")))?;
        }
        Ok(ExitCode::from(if faults.is_empty() { 0 } else { 1 }))
    }
}
