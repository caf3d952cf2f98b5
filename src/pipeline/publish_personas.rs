//! A run that stops after personas, as its folder: who is one person with whom, and through what. Nothing above is there.

use super::expected::{Expected, expected};
use super::progress::Progress;
use super::publish::{Stopped, Told, clock, manifest, rejects_table, round, stage_counts};
use super::{FoundPersonas, pairs};
use crate::block;
use crate::config::Config;
use crate::model::cluster::RecordLink;
use crate::model::diagnostic::Diagnostic;
use crate::model::ids::RecordId;
use crate::model::weight::MatchWeight;
use crate::store::folder::OutputRoot;
use crate::store::manifest::{ExpectedFigures, RunParts};
use crate::store::run::RunFolder;
use crate::store::table::OutTable;
use crate::store::{self, Error};
use rayon::prelude::*;
use serde_json::json;
use std::path::Path;

/// What the manifest and the run id say of such a run.
pub const ONLY: &str = "personas";

/// A finished run of personas and what it found.
pub struct PublishedPersonas {
    pub found: FoundPersonas,
    pub folder: RunFolder,
    pub expected: Expected,
}

/// Finds personas, writes `members.parquet`, `links.parquet`, `rejects.csv` and the model into a temporary folder, and
/// publishes it in one step. `noted` are diagnostics of the config. The clock is read for the manifest alone.
pub fn run(
    config: &Config,
    noted: Vec<Diagnostic>,
    root: &OutputRoot,
    progress: &mut Progress,
) -> Result<PublishedPersonas, Stopped> {
    let started = store::now_utc();
    let mut found = super::find_personas(config, progress).map_err(Stopped::Inputs)?;
    found.diagnostics.splice(0..0, noted);
    progress.stage("write tables");
    let told = Told {
        tables: &found.tables,
        hub_tables: &[],
        rejects: &found.rejects,
        model: &found.model,
        chosen: &found.chosen,
        not_run: &[],
        diagnostics: &found.diagnostics,
    };
    let mut manifest = manifest(&told, config);
    manifest.only = Some(ONLY.to_string());
    let expected = expected(&found.personas, &found.scored, &found.blocking);
    manifest.expected = ExpectedFigures {
        precision: expected.precision.map(|share| round(share, 6)),
        blocking_recall: expected.blocking_recall.map(|share| round(share, 6)),
    };
    let run_id = RunParts {
        inputs: &manifest.inputs,
        config: &config.digest,
        only: manifest.only.as_deref(),
        hub_lists: &manifest.hub_lists,
        model: &manifest.model.part(),
        version: concat!(env!("CARGO_PKG_VERSION"), "+", env!("SAMEHAND_SOURCE_DIGEST")),
    }
    .run_id();
    let staging = root.begin(&run_id)?;
    if root.finished(&run_id)?.is_some() {
        progress.count("kept as it is", 1);
    } else {
        write_tables(&found, config, staging.path())?;
    }
    progress.end();
    manifest.stages = stage_counts(progress);
    manifest.clock = clock(started, progress);
    let folder = staging.publish(manifest)?;
    Ok(PublishedPersonas { found, folder, expected })
}

fn write_tables(found: &FoundPersonas, config: &Config, folder: &Path) -> Result<(), Error> {
    // Tables are made and written beside each other: each is a file of its own.
    let (members, (links, rest)) = rayon::join(
        || members(found, config).write_parquet(&folder.join("members.parquet")),
        || {
            rayon::join(
                || links(found, config).write_parquet(&folder.join("links.parquet")),
                || {
                    let path = folder.join("model.json");
                    let write = std::fs::write(&path, found.model.to_json());
                    write.map_err(|source| Error::Io { action: "write", path, source })?;
                    rejects_table(&found.rejects).write_csv(&folder.join("rejects.csv"))
                },
            )
        },
    );
    members.and(links).and(rest)
}

/// One row for each record that belongs to a persona, in the order of source and key.
fn members(found: &FoundPersonas, config: &Config) -> OutTable {
    let people = || {
        let personas = found.claims.records.iter().zip(&found.personas.of_record);
        personas.filter_map(|(record, persona)| Some((record, (*persona)?)))
    };
    OutTable::new("members")
        .text("source", people().map(|(record, _)| &config.sources[record.source.index()].name))
        .text("record_key", people().map(|(record, _)| &record.key))
        .text("persona_id", people().map(|(_, persona)| &found.personas.personas[persona.index()].name))
}

/// Every link that holds two records together, as in the links of a whole run.
fn links(found: &FoundPersonas, config: &Config) -> OutTable {
    let label = |record: RecordId| {
        let record = found.claims.record(record);
        format!("{}:{}", config.sources[record.source.index()].name, record.key)
    };
    let mut links: Vec<(RecordId, RecordId, Option<usize>)> = found
        .personas
        .links
        .iter()
        .filter_map(|link| match link {
            RecordLink::Stated { from, to, .. } => Some((*from, *to, None)),
            RecordLink::Scored(index) => {
                let pair = &found.scored[*index].pair;
                Some((pair.left(), pair.right(), Some(*index)))
            }
            RecordLink::ByContact { .. } => None,
        })
        // What assets state of each other is no link of persons.
        .filter(|(from, to, _)| [from, to].iter().all(|record| found.claims.record(**record).kind.is_person()))
        .collect();
    links.par_sort_unstable();
    links.dedup();
    let scored = |index: Option<usize>| index.map(|index| &found.scored[index]);
    let contributions: Vec<String> = links
        .par_iter()
        .map(|&(.., index)| match scored(index) {
            Some(scored) => json!(pairs::contributions(scored, &found.comparisons, &found.model)).to_string(),
            None => json!([{ "how": "stated reference" }]).to_string(),
        })
        .collect();
    let bits = |&(.., index): &(RecordId, RecordId, Option<usize>)| {
        scored(index).map(|scored| round(f64::from(scored.bits), 3))
    };
    OutTable::new("links")
        .text("rule", links.iter().map(|link| if link.2.is_some() { "same person" } else { "stated" }))
        .text("left", links.iter().map(|link| label(link.0)))
        .text("right", links.iter().map(|link| label(link.1)))
        .opt_f64("bits", links.iter().map(bits))
        .opt_f64(
            "probability",
            links.iter().map(|link| bits(link).map(|bits| round(MatchWeight(bits).probability(), 6))),
        )
        .opt_text(
            "found_by",
            links.iter().map(|link| scored(link.2).map(|scored| block::rule_name(scored.pair.rule()))),
        )
        .text("contributions", contributions)
}
