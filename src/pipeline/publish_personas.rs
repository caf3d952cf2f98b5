//! A run that stops after personas, as its folder: who is one person with whom, and through what. Nothing above is there.

use super::expected::{Expected, expected};
use super::progress::Progress;
use super::publish::{Stopped, Told, clock, manifest, round, run_id, stage_counts, write_rejects};
use super::{FoundPersonas, pairs};
use crate::block;
use crate::config::Config;
use crate::model::cluster::{RecordLink, link_rule};
use crate::model::diagnostic::Diagnostic;
use crate::model::ids::{PersonaId, RecordId};
use crate::model::weight::MatchWeight;
use crate::store::folder::OutputRoot;
use crate::store::run::RunFolder;
use crate::store::table::OutTable;
use crate::store::{self, Error};
use rayon::prelude::*;
use serde_json::json;
use std::ops::Range;
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
        blocking: &found.blocking,
        not_run: &[],
        diagnostics: &found.diagnostics,
    };
    let mut manifest = manifest(&told, config);
    manifest.only = Some(ONLY.to_string());
    let expected = expected(&found.personas, &found.scored, &found.blocking);
    manifest.expected = expected.figures();
    let run_id = run_id(&manifest, config);
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
        || {
            let people = people(found);
            let part = |rows: Range<usize>| members(found, config, &people[rows]);
            OutTable::write_parquet_in_parts(&folder.join("members.parquet"), people.len(), part)
        },
        || {
            rayon::join(
                || {
                    let links = joined(found);
                    let part = |rows: Range<usize>| links_table(found, config, &links[rows]);
                    OutTable::write_parquet_in_parts(&folder.join("links.parquet"), links.len(), part)
                },
                || {
                    let path = folder.join("model.json");
                    let write = std::fs::write(&path, found.model.to_json());
                    write.map_err(|source| Error::Io { action: "write", path, source })?;
                    write_rejects(&found.rejects, folder)
                },
            )
        },
    );
    members.and(links).and(rest)
}

/// The records that belong to a persona, in the order of source and key.
fn people(found: &FoundPersonas) -> Vec<(RecordId, PersonaId)> {
    let personas = found.personas.of_record.iter().enumerate();
    personas.filter_map(|(record, persona)| Some((RecordId::from(record), (*persona)?))).collect()
}

/// One row for each of these records.
fn members(found: &FoundPersonas, config: &Config, people: &[(RecordId, PersonaId)]) -> OutTable {
    let records = || people.iter().map(|(record, _)| found.claims.record(*record));
    OutTable::new("members")
        .text("source", records().map(|record| &config.sources[record.source.index()].name))
        .text("record_key", people.iter().map(|(record, _)| found.claims.key(*record)))
        .text("persona_id", people.iter().map(|(_, persona)| &found.personas.personas[persona.index()].name))
}

/// Two records that are joined, and the scored pair that joins them; `None` where a source states it.
type Joined = (RecordId, RecordId, Option<usize>);

/// Every link that holds two records together, as in the links of a whole run; sorted.
fn joined(found: &FoundPersonas) -> Vec<Joined> {
    let mut links: Vec<Joined> = found
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
    links
}

/// One row for each of these links.
fn links_table(found: &FoundPersonas, config: &Config, links: &[Joined]) -> OutTable {
    let label = |record: RecordId| {
        let source = &config.sources[found.claims.record(record).source.index()];
        format!("{}:{}", source.name, found.claims.key(record))
    };
    let scored = |index: Option<usize>| index.map(|index| &found.scored[index]);
    let contributions: Vec<String> = links
        .par_iter()
        .map(|&(.., index)| match scored(index) {
            Some(scored) => pairs::contributions_cell(scored, &found.comparisons, &found.model),
            None => json!([{ "how": "stated reference" }]).to_string(),
        })
        .collect();
    let bits = |&(.., index): &Joined| scored(index).map(|scored| round(f64::from(scored.bits), 3));
    OutTable::new("links")
        .text(
            "rule",
            links.iter().map(|link| if link.2.is_some() { link_rule::SAME_PERSON } else { link_rule::STATED }),
        )
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
