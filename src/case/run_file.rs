//! A finished run with everything that its page shows: the lists of all cases, the first of them in full, and what went
//! into the run and was left out of it.

use super::Case;
use super::file::{RunNamed, file};
use super::find::Thing;
use super::{CaseLink, CaseRecord, families};
use crate::model::value::IdentifierKind;
use crate::report::case_file::CaseKind;
use crate::report::run_file::{
    BoundRow, Bounded, CaseRow, ColumnRow, Detail, DiagnosticRow, InputRow, ListRow, NotRun, RejectRow, RunFile, RunHub,
};
use crate::report::shown::{Shown, What};
use crate::store::manifest::Manifest;
use crate::store::run::RejectEntry;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Hubs, rejects and diagnostics on the page; the tables of the run folder have all.
const HUBS: usize = 200;
const REJECTS: usize = 500;
const DIAGNOSTICS: usize = 500;

/// The file of a run: all cases as rows, and of each kind of case the first `detailed` in full. In the manifest, outputs
/// and clock are not looked at.
pub fn run_file(
    case: &Case,
    manifest: &Manifest,
    rejects: Vec<RejectEntry>,
    run: &RunNamed,
    detailed: usize,
) -> RunFile {
    let rows = rows(case);
    let mut taken: BTreeMap<CaseKind, usize> = BTreeMap::new();
    let things: Vec<Thing> = rows
        .iter()
        .filter(|row| {
            let count = taken.entry(row.kind).or_default();
            *count += 1;
            *count <= detailed
        })
        .map(thing)
        .collect();
    let mut hubs: Vec<&super::CaseHub> = case.hubs.iter().collect();
    hubs.sort_by(|a, b| b.holders.cmp(&a.holders).then_with(|| (&a.kind, &a.shown).cmp(&(&b.kind, &b.shown))));
    let sources: BTreeSet<&str> = manifest.inputs.iter().map(|input| input.source.as_str()).collect();
    let count_name = |name: &String| match sources.contains(name.as_str()) {
        true => Shown::source(name),
        false => Shown::own(name),
    };
    let columns = |columns: &[crate::store::manifest::SourceColumn], refused: bool| -> Vec<ColumnRow> {
        let row = |column: &crate::store::manifest::SourceColumn| ColumnRow {
            source: Shown::source(&column.source),
            column: Shown::source(&column.column),
            refused,
        };
        columns.iter().map(row).collect()
    };
    RunFile {
        run_id: case.run_id.clone(),
        run_day: run.day.clone(),
        product_version: run.product_version.clone(),
        single: false,
        cases: things.par_iter().filter_map(|thing| file(case, thing, run)).map(Detail::new).collect(),
        rows,
        records: case.records.len() as u64,
        personas: manifest.count("resolve personas", "personas").unwrap_or_else(|| case.personas.len() as u64),
        hubs: Bounded::of(hubs.into_iter().map(hub), HUBS),
        rejects: Bounded::of(rejects.into_iter().map(reject), REJECTS),
        diagnostics: Bounded::of(
            manifest.diagnostics.iter().map(|entry| DiagnosticRow {
                severity: entry.severity.clone(),
                code: entry.code.clone(),
                location: Shown::source(&entry.location),
                message: Shown::prose(&entry.message),
                hint: Shown::prose(entry.hint.clone().unwrap_or_default()),
            }),
            DIAGNOSTICS,
        ),
        not_run: manifest
            .indicators_not_run
            .iter()
            .map(|entry| NotRun {
                indicator: entry.indicator.clone(),
                name: entry.name.clone(),
                needs: entry.needs.clone(),
            })
            .collect(),
        bounds: manifest
            .bounds_reached
            .iter()
            .map(|entry| BoundRow { bound: entry.bound.clone(), effect: Shown::prose(&entry.effect) })
            .collect(),
        inputs: manifest
            .inputs
            .iter()
            .map(|input| InputRow {
                source: Shown::source(&input.source),
                file: Shown::source(&input.file),
                rows: input.rows,
                rejected: input.rejected,
                bytes: input.bytes,
                sha256: input.sha256.clone(),
                read_as: Shown::prose(&input.read_as),
            })
            .collect(),
        lists: lists(manifest),
        columns: [columns(&manifest.refused_columns, true), columns(&manifest.unmapped_columns, false)].concat(),
        settings: settings(&manifest.settings),
        stages: manifest
            .stages
            .iter()
            .map(|stage| {
                (stage.name.clone(), stage.counts.iter().map(|(name, count)| (count_name(name), *count)).collect())
            })
            .collect(),
        config: Shown::source(&manifest.config.file),
        config_digest: manifest.config.digest.clone(),
        model: manifest.model.which.clone(),
        model_digest: manifest.model.digest.clone(),
        model_because: Shown::prose(&manifest.model.because),
        expected_precision: manifest.expected.precision,
        expected_blocking_recall: manifest.expected.blocking_recall,
        redaction: None,
    }
}

/// The file of one case's own page; `None` for what is no case of the run.
pub fn case_alone(case: &Case, thing: &Thing, run: &RunNamed) -> Option<RunFile> {
    let detail = Detail::new(file(case, thing, run)?);
    let row = rows(case).into_iter().find(|row| row.id == detail.file.id)?;
    Some(RunFile::of_case(row, detail))
}

fn thing(row: &CaseRow) -> Thing {
    match row.kind {
        CaseKind::Ring => Thing::Ring(row.id.clone()),
        CaseKind::OnePersona => Thing::Case(row.id.clone()),
        CaseKind::SetAside => Thing::SetAside(row.id.clone()),
    }
}

/// All cases: rings, cases of one persona, groups set aside.
fn rows(case: &Case) -> Vec<CaseRow> {
    let mut rows = Vec::new();
    for ring in &case.rings {
        let personas: Vec<&str> = case.personas_of_ring(&ring.id).iter().map(String::as_str).collect();
        let mut row = CaseRow {
            kind: CaseKind::Ring,
            id: ring.id.clone(),
            rank: ring.rank,
            level: ring.level.clone(),
            weight_bits: Some(ring.weight_bits),
            families: families(&ring.families),
            personas: ring.personas,
            operators: ring.operators,
            sites: ring.sites,
            records: ring.records,
            reason: Shown::prose(&ring.reason),
            ..CaseRow::default()
        };
        who(case, &mut row, &personas);
        values(&mut row, case.links_of_ring(&ring.id));
        rows.push(row);
    }
    for of_one in &case.cases {
        let personas = [of_one.persona_id.as_str()];
        let mut row = CaseRow {
            kind: CaseKind::OnePersona,
            id: of_one.case_id.clone(),
            rank: of_one.rank,
            level: of_one.level.clone(),
            weight_bits: Some(of_one.weight_bits),
            families: families(&of_one.families),
            personas: 1,
            records: records(case, &personas).count() as u64,
            reason: Shown::prose(&of_one.reason),
            ..CaseRow::default()
        };
        who(case, &mut row, &personas);
        rows.push(row);
    }
    for group in &case.set_aside {
        let personas: Vec<&str> = group.personas.iter().map(String::as_str).collect();
        let mut row = CaseRow {
            kind: CaseKind::SetAside,
            id: group.id.clone(),
            level: "note".to_string(),
            personas: personas.len() as u32,
            records: records(case, &personas).count() as u64,
            guard: group.guard.clone(),
            reason: Shown::prose(&group.reason),
            overrides: Shown::prose(&group.overrides),
            ..CaseRow::default()
        };
        who(case, &mut row, &personas);
        rows.push(row);
    }
    rows
}

fn records<'a>(case: &'a Case, personas: &[&str]) -> impl Iterator<Item = &'a CaseRecord> {
    let indexes: Vec<u32> =
        personas.iter().flat_map(|persona| case.personas.get(persona).into_iter().flatten().copied()).collect();
    indexes.into_iter().filter_map(|index| case.records.get(index as usize))
}

/// One name of each persona, and what else it is found by: further names, its id and its records.
fn who(case: &Case, row: &mut CaseRow, personas: &[&str]) {
    for persona in personas {
        let mut names = case.names(persona).into_iter().map(|name| Shown::persona(persona, name));
        row.names.push(names.next().unwrap_or_else(|| Shown::persona(persona, *persona)));
        row.search.extend(names);
        row.search.push(Shown::persona(persona, *persona));
        row.search.extend(records(case, &[persona]).map(|record| Shown::record(record.label())));
    }
}

/// The values by which its links hold, each once.
fn values<'a>(row: &mut CaseRow, links: impl Iterator<Item = &'a CaseLink>) {
    let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
    for term in links.flat_map(|link| &link.terms) {
        for text in [&term.left, &term.right] {
            if !text.is_empty() && seen.insert((&term.kind, text)) {
                row.search.push(of_kind(&term.kind, text));
            }
        }
    }
}

fn of_kind(kind: &str, text: &str) -> Shown {
    match IdentifierKind::from_name(kind) {
        Some(kind) => Shown::value(kind, text),
        None => Shown::new(What::Raw, text),
    }
}

fn hub(hub: &super::CaseHub) -> RunHub {
    RunHub {
        kind: hub.kind.clone(),
        value: of_kind(&hub.kind, &hub.shown),
        holders: hub.holders,
        reason: Shown::prose(&hub.reason),
    }
}

fn reject(entry: RejectEntry) -> RejectRow {
    RejectRow {
        source: Shown::source(entry.source),
        file: Shown::source(entry.file),
        row: entry.row,
        column: Shown::source(entry.column),
        value: Shown::new(What::Raw, entry.value),
        left_out: if entry.whole_row { "row" } else { "cell" }.to_string(),
        reason: Shown::prose(entry.reason),
    }
}

fn lists(manifest: &Manifest) -> Vec<ListRow> {
    let named = manifest.hub_lists.iter().map(|list| ListRow {
        name: list.name.clone(),
        file: Shown::source(&list.file),
        rows: Some(list.rows),
        sha256: list.sha256.clone(),
    });
    let built_in = manifest.built_in_lists.iter().map(|list| ListRow {
        name: list.name.clone(),
        file: Shown::own(format!("comes with the program, version {}", list.version)),
        rows: None,
        sha256: list.sha256.clone(),
    });
    named.chain(built_in).collect()
}

/// Numbers by their dotted names; the manifest has nothing else there.
fn settings(settings: &serde_json::Value) -> Vec<(String, String)> {
    let leaves = settings.as_object().into_iter().flatten();
    leaves.filter(|(_, value)| value.is_number()).map(|(name, value)| (name.clone(), value.to_string())).collect()
}
