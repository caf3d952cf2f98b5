//! `samehand evaluate`: precision and recall of a finished run against a truth file.

use super::error::CliError;
use super::{Global, ui};
use crate::eval::{self, Assignment};
use crate::ingest;
use crate::report::text::Table;
use crate::store::run::RunFolder;
use crate::store::table::InTable;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;

/// Whose clusters are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Tier {
    Persona,
    Operator,
    Ring,
}

#[derive(Args, Debug)]
pub struct Evaluate {
    /// CSV with the columns record_id and cluster_id, and source where two sources have the same keys.
    #[arg(long, value_name = "FILE")]
    truth: PathBuf,
    /// Clusters to measure.
    #[arg(long, value_enum, default_value_t = Tier::Persona)]
    tier: Tier,
}

impl Evaluate {
    pub fn run(&self, global: &Global) -> Result<ExitCode, CliError> {
        let folder = RunFolder::open(&global.output, global.run.as_deref())?;
        let shown = self.truth.display().to_string();
        let truth = ingest::load_file(&self.truth, &shown, None, "truth").map_err(|diagnostic| {
            let diagnostic = diagnostic.hint("check the path; it is relative to the working directory");
            CliError::Diagnostics(vec![diagnostic])
        })?;
        let members = InTable::read_parquet(&folder.paths().folder().join("members.parquet"), None)?;
        let (tier, column) = match self.tier {
            Tier::Persona => ("persona", "persona_id"),
            Tier::Operator => ("operator", "operator_id"),
            Tier::Ring => ("ring", "ring_id"),
        };
        let text = |name: &str| -> Result<Vec<String>, CliError> {
            Ok(members.text(name)?.into_iter().map(Option::unwrap_or_default).collect())
        };
        let (sources, keys, clusters) = (text("source")?, text("record_key")?, text(column)?);
        let assigned: Vec<Assignment> = sources
            .iter()
            .zip(&keys)
            .zip(&clusters)
            .map(|((source, key), cluster)| Assignment {
                source,
                record_id: key,
                cluster: Some(cluster.as_str()).filter(|cluster| !cluster.is_empty()),
            })
            .collect();
        let truth = eval::read_truth(&truth.table).map_err(CliError::Diagnostics)?;
        let (figures, noted) = eval::evaluate(tier, &assigned, &truth).map_err(CliError::Diagnostics)?;
        ui::diagnostics(&noted, global.quiet);
        if global.json {
            ui::print_json(&figures)?;
        } else {
            let mut table = Table::new(["tier", "figure", "precision", "recall", "F1"]).right_align(&[2, 3, 4]);
            for (name, scores) in [("pairwise", figures.pairwise), ("B-cubed", figures.bcubed)] {
                let digits = |value: f64| format!("{value:.4}");
                let (precision, recall) = (digits(scores.precision), digits(scores.recall));
                table = table.row([tier.to_string(), name.to_string(), precision, recall, digits(scores.f1)]);
            }
            ui::print(&table.render(ui::width()))?;
            ui::print(&format!(
                "{} records; {} clusters predicted (largest {}), {} true (largest {})\n",
                figures.records,
                figures.predicted_clusters,
                figures.largest_predicted,
                figures.true_clusters,
                figures.largest_true
            ))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
