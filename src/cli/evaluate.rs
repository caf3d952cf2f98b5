//! `samehand evaluate`: precision and recall of a finished run, or of many thresholds, against a truth file.

use super::error::CliError;
use super::{Global, ui};
use crate::config::Config;
use crate::eval::rings::{self, PredictedRing, RingFigures, RingTruth};
use crate::eval::sweep::{self, Point};
use crate::eval::{self, Assignment, Truth};
use crate::ingest;
use crate::model::claim::Claims;
use crate::model::diagnostic::Diagnostic;
use crate::model::weight::MatchWeight;
use crate::pipeline::progress::Progress;
use crate::pipeline::resolve::Resolution;
use crate::pipeline::{self, expected};
use crate::report::plot::{self, Line, Plot};
use crate::report::text::Table;
use crate::store::run::RunFolder;
use crate::store::table::InTable;
use clap::{Args, ValueEnum};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
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
    /// Resolve the config's sources anew, in memory, and measure personas at many thresholds; no run is needed.
    #[arg(long, conflicts_with_all = ["tier", "run"])]
    sweep: bool,
    /// Thresholds to try, as probabilities; the configured one is always among them.
    #[arg(long, value_name = "P,P,…", value_delimiter = ',', value_parser = probability, requires = "sweep")]
    thresholds: Vec<f64>,
    /// Draw the figures of the sweep into this file.
    #[arg(long, value_name = "FILE.svg", requires = "sweep")]
    plot: Option<PathBuf>,
}

/// A probability between 0 and 1, both left out: no weight stands for those.
fn probability(text: &str) -> Result<f64, String> {
    let value: f64 =
        text.trim().parse().map_err(|_| "not a number; write probabilities such as 0.5,0.8".to_string())?;
    // Further out than this a probability has no weight of its own.
    if (1e-9..=1.0 - 1e-9).contains(&value) { Ok(value) } else { Err("it must lie between 0 and 1".to_string()) }
}

impl Evaluate {
    pub fn run(&self, global: &Global) -> Result<ExitCode, CliError> {
        if self.sweep { self.sweep(global) } else { self.finished(global) }
    }

    fn truth(&self) -> Result<Truth, CliError> {
        let shown = self.truth.display().to_string();
        let truth = ingest::load_file(&self.truth, &shown, None, "truth").map_err(|diagnostic| {
            let diagnostic = diagnostic.hint("check the path; it is relative to the working directory");
            CliError::Diagnostics(vec![diagnostic])
        })?;
        eval::read_truth(&truth.table).map_err(CliError::Diagnostics)
    }

    /// Figures of a finished run.
    fn finished(&self, global: &Global) -> Result<ExitCode, CliError> {
        let folder = RunFolder::open(&global.output, global.run.as_deref())?;
        let truth = self.truth()?;
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
        let (figures, noted) = eval::evaluate(tier, &assigned, &truth).map_err(CliError::Diagnostics)?;
        ui::diagnostics(&noted, global.quiet);
        let rings = match self.tier {
            Tier::Ring => Some(ring_figures(&folder, &assigned, &text("persona_id")?, &truth)?),
            Tier::Persona | Tier::Operator => None,
        };
        if global.json {
            let mut document = serde_json::to_value(&figures).unwrap_or_default();
            if let (Some(document), Some(rings)) = (document.as_object_mut(), &rings) {
                document.insert("rings".to_string(), ring_json(rings));
            }
            ui::print_json(&document)?;
        } else {
            let mut table = Table::new(["tier", "figure", "precision", "recall", "F1"]).right_align(&[2, 3, 4]);
            for (name, scores) in [("pairwise", figures.pairwise), ("B-cubed", figures.bcubed)] {
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
            if let Some(rings) = &rings {
                ui::print(&format!(
                    "{} of {} known rings found (recall {}); {} of {} predicted ones are real (precision {})\n",
                    rings.found,
                    rings.planted,
                    digits(rings.recall),
                    rings.real,
                    rings.predicted,
                    digits(rings.precision)
                ))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Figures of personas at many thresholds.
    fn sweep(&self, global: &Global) -> Result<ExitCode, CliError> {
        let truth = self.truth()?;
        let (config, noted) = global.load_config()?;
        let configured = config.settings.thresholds.persona_probability;
        let thresholds = sweep::thresholds(&self.thresholds, configured);
        let keep_bits = thresholds.first().map_or(0.0, |&least| MatchWeight::of_probability(least).0);
        let stages = ui::Stages::new(global.quiet || global.json);
        let mut progress = Progress::new(&stages);
        let asked = pipeline::resolution(&config, &mut progress, keep_bits, |resolution, claims| {
            measure(resolution, claims, &config, &truth, &thresholds)
        });
        let (measured, more) = asked.map_err(CliError::Diagnostics)?;
        drop(stages);
        let (points, unknown) = measured.map_err(CliError::Diagnostics)?;
        let told: Vec<Diagnostic> = noted.into_iter().chain(more).chain(unknown).collect();
        ui::diagnostics(&told, global.quiet || global.json);
        if let Some(path) = &self.plot {
            write_plot(path, &self.truth, &points)?;
        }
        if global.json {
            ui::print_json(&json!({ "tier": "persona", "configured": configured, "thresholds": points }))?;
            return Ok(ExitCode::SUCCESS);
        }
        ui::print(&table(&points).render(ui::width()))?;
        if global.quiet {
            return Ok(ExitCode::SUCCESS);
        }
        match &self.plot {
            Some(path) => ui::say(&format!("plot: {}", path.display())),
            None => {
                ui::say("next: --plot FILE.svg draws these lines; thresholds.persona_probability sets the threshold")
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Rings as wholes. Persons are the personas of the run here, because a truth file of rings names no others; a persona is in
/// the known ring that most of its records are in, ties to the first by name.
fn ring_figures(
    folder: &RunFolder,
    assigned: &[Assignment],
    personas: &[String],
    truth: &Truth,
) -> Result<RingFigures, CliError> {
    let (known, _) = truth.of_records(assigned).map_err(CliError::Diagnostics)?;
    let mut votes: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    let mut ring_of: BTreeMap<&str, &str> = BTreeMap::new();
    for ((record, persona), known) in assigned.iter().zip(personas).zip(known).filter(|((_, p), _)| !p.is_empty()) {
        *votes.entry(persona).or_default().entry(known.unwrap_or("")).or_default() += 1;
        if let Some(ring) = record.cluster {
            ring_of.insert(persona, ring);
        }
    }
    let (mut planted, mut found) = (BTreeMap::<&str, Vec<u32>>::new(), BTreeMap::<&str, Vec<u32>>::new());
    for (number, (persona, votes)) in (0u32..).zip(&votes) {
        let most = votes.iter().max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0)));
        if let Some((ring, _)) = most.filter(|(ring, _)| !ring.is_empty()) {
            planted.entry(ring).or_default().push(number);
        }
        if let Some(ring) = ring_of.get(persona) {
            found.entry(ring).or_default().push(number);
        }
    }
    let table = InTable::read_parquet(&folder.paths().rings(), None)?;
    let (names, levels) = (table.text("ring_id")?, table.text("level")?);
    let predicted: Vec<PredictedRing> = names
        .into_iter()
        .zip(levels)
        .map(|(name, level)| PredictedRing {
            asks: matches!(level.as_deref(), Some("priority" | "review")),
            persons: name.and_then(|name| found.get(name.as_str()).cloned()).unwrap_or_default(),
            ..PredictedRing::default()
        })
        .collect();
    let truth = RingTruth { planted: planted.into_values().collect(), decoys: Vec::new() };
    Ok(rings::measure(&predicted, &truth).figures)
}

/// What the JSON says of rings as wholes. Decoys and false order need a truth that names innocent groups.
fn ring_json(rings: &RingFigures) -> serde_json::Value {
    json!({
        "known": rings.planted,
        "found": rings.found,
        "recall": rings.recall,
        "predicted": rings.predicted,
        "real": rings.real,
        "precision": rings.precision,
        "auc": rings.auc,
    })
}

fn digits(share: f64) -> String {
    format!("{share:.4}")
}

/// Clusters at every threshold and measures the personas of all records, assets included, as a finished run would have
/// them.
fn measure(
    resolution: &Resolution,
    claims: &Claims,
    config: &Config,
    truth: &Truth,
    thresholds: &[f64],
) -> Result<(Vec<Point>, Vec<Diagnostic>), Vec<Diagnostic>> {
    let records = eval::records(claims, |source| &config.sources[source.index()].name);
    let (known, noted) = truth.of_records(&records)?;
    let mut points: Vec<Point> = thresholds
        .iter()
        .map(|&probability| {
            let bits = MatchWeight::of_probability(probability).0;
            let personas = resolution.personas(bits);
            let name = |persona: &Option<crate::model::ids::PersonaId>| {
                persona.map(|persona| personas.personas[persona.index()].name.as_str())
            };
            let predicted: Vec<Option<&str>> = personas.of_record.iter().map(name).collect();
            Point {
                probability,
                bits,
                figures: eval::figures("persona", &predicted, &known),
                personas: personas.personas.len() as u64,
                expected_precision: expected::precision(&personas, &resolution.scored),
                configured: probability == config.settings.thresholds.persona_probability,
                best: false,
            }
        })
        .collect();
    sweep::mark_best(&mut points);
    Ok((points, noted))
}

fn table(points: &[Point]) -> Table {
    let heads =
        ["probability", "bits", "precision", "recall", "F1", "B-cubed F1", "personas", "expected precision", ""];
    let mut table = Table::new(heads).right_align(&[0, 1, 2, 3, 4, 5, 6, 7]);
    for point in points {
        let marks: Vec<&str> = [(point.configured, "configured"), (point.best, "best F1")]
            .into_iter()
            .filter_map(|(is_so, words)| is_so.then_some(words))
            .collect();
        table = table.row([
            point.probability.to_string(),
            format!("{:+.1}", point.bits),
            digits(point.figures.pairwise.precision),
            digits(point.figures.pairwise.recall),
            digits(point.figures.pairwise.f1),
            digits(point.figures.bcubed.f1),
            point.personas.to_string(),
            point.expected_precision.map_or("?".to_string(), digits),
            marks.join(", "),
        ]);
    }
    table
}

fn write_plot(path: &Path, truth: &Path, points: &[Point]) -> Result<(), CliError> {
    let line = |name: &str, share: &dyn Fn(&Point) -> Option<f64>| Line {
        name: name.to_string(),
        points: points.iter().filter_map(|point| share(point).map(|share| (point.bits, share))).collect(),
    };
    let truth = truth.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let plot = Plot {
        title: format!("Pairs of records in one persona, against {truth}"),
        axis: "threshold, as a probability".to_string(),
        ticks: points.iter().map(|point| (point.bits, point.probability.to_string())).collect(),
        lines: vec![
            line("precision", &|point| Some(point.figures.pairwise.precision)),
            line("recall", &|point| Some(point.figures.pairwise.recall)),
            line("F1", &|point| Some(point.figures.pairwise.f1)),
            line("expected precision", &|point| point.expected_precision),
        ],
        marks: points.iter().filter(|p| p.configured).map(|point| (point.bits, "configured".to_string())).collect(),
    };
    std::fs::write(path, plot::render(&plot)).map_err(|error| {
        CliError::message(format!("cannot write {}: {error}", path.display()), "choose another file with --plot")
    })
}
