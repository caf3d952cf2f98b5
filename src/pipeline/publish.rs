//! What was found, as the tables of a run folder. Rows are in a fixed order; nothing here depends on threads or clock.

use super::Blocking;
use super::expected::{Expected, expected};
use super::order::{LinkOf, Order};
use super::progress::{Progress, Stage};
use super::recompare::marks_text;
use super::resolve::Chosen;
use super::{Found, Model, pairs, shown};
use crate::assess::NotRun;
use crate::assess::lists;
use crate::block;
use crate::case::file::RunNamed;
use crate::case::{self, Case, run_file, view};
use crate::config::Config;
use crate::model::claim::{Claim, Period};
use crate::model::cluster::{RecordLink, SiteMember, link_rule};
use crate::model::counts::key as counts_key;
use crate::model::diagnostic::Diagnostic;
use crate::model::evidence::{Contribution, Evidence};
use crate::model::ids::{PersonaId, RecordId, ValueId};
use crate::model::table::{Reject, Table};
use crate::model::value::IdentifierKind;
use crate::model::weight::MatchWeight;
use crate::normalize;
use crate::normalize::display::{mask, shown_text};
use crate::report::dot::Dot;
use crate::report::redact::{Pseudonyms, Redaction};
use crate::report::run_file::redact_run;
use crate::report::svg::Svg;
use crate::report::{html, prepare};
use crate::store::counts;
use crate::store::folder::OutputRoot;
use crate::store::key::Key;
use crate::store::lookup::LookupWriter;
use crate::store::manifest::{
    BoundReached, BuiltInList, Clock, ConfigFile, HubListFile, IndicatorNotRun, Input, Manifest, ModelUsed, RunParts,
    SourceColumn, StageCounts, StageSeconds,
};
use crate::store::run::{RunFolder, RunPaths};
use crate::store::table::OutTable;
use crate::store::{self, Error};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde_json::json;
use std::borrow::Cow;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Characters of a cell that stand in the table of claims.
const RAW_CHARS_MAX: usize = 200;

/// The first [`RAW_CHARS_MAX`] characters.
fn beginning(cell: &str) -> &str {
    let longer = (cell.len() > RAW_CHARS_MAX).then(|| cell.char_indices().nth(RAW_CHARS_MAX)).flatten();
    longer.map_or(cell, |(end, _)| &cell[..end])
}

/// Ids of the clusters that a persona is in.
#[derive(Default)]
pub(super) struct Membership<'a> {
    pub(super) ring: FxHashMap<PersonaId, &'a str>,
    operator: FxHashMap<PersonaId, &'a str>,
    /// By index of a link between personas: the ring that it holds together, and whether the ring falls apart without it.
    links: FxHashMap<usize, (&'a str, bool)>,
}

/// Writes every table of the run into `folder`. Cells as delivered are let go once they stand in the table of claims.
pub fn write_tables(found: &mut Found, config: &Config, key: &Key, folder: &Path) -> Result<(), Error> {
    found.give_back_cells()?;
    let mut lookup = LookupWriter::new(folder);
    let writer = Writer::new(found, config, key);
    // The large tables and the others are made and written beside each other: each is a file of its own.
    let (large, others) =
        rayon::join(|| write_what_was_read(&writer, &mut lookup), || write_other_tables(&writer, folder));
    large.and(others)?;
    drop(writer);
    found.let_go_of_cells();
    write_what_was_found(&Writer::new(found, config, key), lookup)
}

/// The tables of which a question reads a few pages, and what tells it which: records and claims, then what was made of
/// them.
fn write_what_was_read(writer: &Writer, lookup: &mut LookupWriter) -> Result<(), Error> {
    let claims = &writer.found.claims;
    lookup.table_in_parts("records", claims.records.len(), &[], case::plan("records"), |rows| writer.records(rows))?;
    let records = writer.order.rows_of_claims();
    lookup.table_in_parts("claims", records.len(), &records, case::plan("claims"), |rows| writer.claims(rows))
}

fn write_what_was_found(writer: &Writer, mut lookup: LookupWriter) -> Result<(), Error> {
    let links = writer.order.links(writer.found);
    lookup.table_in_parts("links", links.len(), &[], case::plan("links"), |rows| writer.links(&links[rows]))?;
    drop(links);
    let outcomes = pairs::outcomes(writer.found, writer.threshold_bits());
    lookup.table_in_parts("pairs", outcomes.len(), &[], case::plan("pairs"), |rows| writer.pairs(rows, &outcomes))?;
    lookup.table(writer.findings(), case::plan("findings"))?;
    lookup.finish()
}

fn write_other_tables(writer: &Writer, folder: &Path) -> Result<(), Error> {
    let path = folder.join("model.json");
    std::fs::write(&path, writer.found.model.to_json()).map_err(|source| Error::Io {
        action: "write",
        path,
        source,
    })?;
    counts::write(folder, writer.counts())?;
    let records = writer.found.claims.records.len();
    OutTable::write_parquet_in_parts(&folder.join("members.parquet"), records, |rows| writer.members(rows))?;
    OutTable::write_csv_in_parts(&folder.join("members.csv"), records, |rows| writer.members(rows))?;
    writer.hubs().write_parquet(&folder.join("hubs.parquet"))?;
    writer.rings().write_parquet(&folder.join("rings.parquet"))?;
    writer.set_aside().write_parquet(&folder.join("set_aside.parquet"))?;
    writer.cases().write_parquet(&folder.join("cases.parquet"))?;
    writer.roles().write_parquet(&folder.join("roles.parquet"))?;
    writer.known().write_parquet(&folder.join("known.parquet"))?;
    write_rejects(&writer.found.rejects, folder)
}

pub(super) struct Writer<'a> {
    pub(super) found: &'a Found,
    config: &'a Config,
    key: &'a Key,
    pub(super) membership: Membership<'a>,
    pub(super) order: Order,
}

impl<'a> Writer<'a> {
    fn new(found: &'a Found, config: &'a Config, key: &'a Key) -> Self {
        let mut membership = Membership::default();
        for ring in &found.clusters.rings {
            for &link in &ring.links {
                membership.links.insert(link, (&ring.name, ring.bridges.binary_search(&link).is_ok()));
            }
            for &persona in &ring.personas {
                membership.ring.insert(persona, &ring.name);
            }
            for operator in &ring.operators {
                for &persona in &operator.personas {
                    membership.operator.insert(persona, &operator.name);
                }
            }
        }
        Self { found, config, key, membership, order: Order::new(found) }
    }

    fn source(&self, record: RecordId) -> &'a str {
        &self.config.sources[self.found.claims.record(record).source.index()].name
    }

    pub(super) fn persona_name(&self, persona: PersonaId) -> &'a str {
        &self.found.personas.personas[persona.index()].name
    }

    fn persona_of(&self, record: RecordId) -> Option<PersonaId> {
        self.found.personas.of_record[record.index()]
    }

    /// How often things occur, by key: values in the form in which they are stored.
    fn counts(&self) -> Vec<(u64, u32)> {
        let (counts, dictionary) = (&self.found.counts, &self.found.claims.dictionary);
        let keyed =
            |&(value, count): &(ValueId, u32)| (counts_key(dictionary.kind(value).name(), &self.stored(value)), count);
        counts.values.par_iter().map(keyed).chain(counts.texts.par_iter().copied()).collect()
    }

    /// A value as it is stored: sensitive ones as keyed hash and last four.
    pub(super) fn stored(&self, value: ValueId) -> Cow<'a, str> {
        let dictionary = &self.found.claims.dictionary;
        let (kind, text) = (dictionary.kind(value), dictionary.text(value));
        if kind.is_sensitive() { self.key.protect(kind, text).into() } else { text.into() }
    }

    /// The columns that a claim was read from, and their cells as delivered; sensitive ones masked.
    fn raw(&self, claim: &Claim) -> (Cow<'a, str>, Cow<'a, str>) {
        let claims = &self.found.claims;
        let record = claims.record(claim.record);
        let table = &self.found.tables[record.source.index()];
        let sensitive = claims.dictionary.kind(claim.value).is_sensitive();
        let delivered = claims.cells[claim.cells() as usize].columns.iter().filter_map(|&column| {
            let cell = table.cell(record.table_row as usize, column as usize)?;
            let cell = if sensitive { Cow::Owned(mask(cell)) } else { Cow::Borrowed(beginning(cell)) };
            Some((table.names[column as usize].as_str(), cell))
        });
        // Most claims were read from one cell.
        let add = |all: &mut Cow<str>, between: &str, next: &str| {
            let all = all.to_mut();
            all.push_str(between);
            all.push_str(next);
        };
        let joined = delivered.map(|(name, cell)| (Cow::Borrowed(name), cell)).reduce(|mut all, (name, cell)| {
            add(&mut all.0, " + ", &name);
            add(&mut all.1, " | ", &cell);
            all
        });
        joined.unwrap_or_default()
    }

    /// `devices.csv row 12 [Last IP]`: where those cells of a record stand in the input.
    pub(super) fn cell(&self, record: RecordId, cells: u32) -> String {
        let claims = &self.found.claims;
        let record = claims.record(record);
        let table = &self.found.tables[record.source.index()];
        let columns: Vec<&str> = claims.cells[cells as usize]
            .columns
            .iter()
            .filter_map(|&column| table.names.get(column as usize).map(String::as_str))
            .collect();
        let file = table.files.get(record.file as usize).map_or("", |file| file.shown.as_str());
        format!("{file} row {} [{}]", record.row, columns.join(" + "))
    }

    /// Some rows of the table of records.
    fn records(&self, rows: Range<usize>) -> OutTable {
        let claims = &self.found.claims;
        let name_of = |record: RecordId| {
            claims
                .of(record)
                .iter()
                .find(|claim| {
                    matches!(claims.dictionary.kind(claim.value), IdentifierKind::Name | IdentifierKind::PayeeName)
                })
                .map(|claim| self.raw(claim).1.replace(" | ", " "))
        };
        let file = |record: RecordId| {
            let record = claims.record(record);
            self.found.tables[record.source.index()]
                .files
                .get(record.file as usize)
                .map_or("", |file| file.shown.as_str())
        };
        let ids = || self.order.records(rows.clone()).iter().copied();
        OutTable::new("records")
            .text("source", ids().map(|record| self.source(record)))
            .text("record_key", ids().map(|record| claims.key(record)))
            .text("kind", ids().map(|record| claims.record(record).kind.name()))
            .text("file", ids().map(file))
            .u64("row", ids().map(|record| claims.record(record).row).collect())
            .opt_text("name", ids().map(name_of))
            .opt_text(
                "persona_id",
                ids().map(|record| self.persona_of(record).map(|persona| self.persona_name(persona))),
            )
            .opt_text("operator_id", ids().map(|record| self.operator(record)))
            .opt_text("ring_id", ids().map(|record| self.ring(record)))
            .u32("number", ids().map(|record| record.0).collect())
    }

    fn operator(&self, record: RecordId) -> Option<&'a str> {
        self.membership.operator.get(&self.persona_of(record)?).copied()
    }

    fn ring(&self, record: RecordId) -> Option<&'a str> {
        self.membership.ring.get(&self.persona_of(record)?).copied()
    }

    /// Some rows of the table of claims.
    fn claims(&self, rows: Range<usize>) -> OutTable {
        let dictionary = &self.found.claims.dictionary;
        let of_record = |(record, range): (RecordId, Range<usize>)| &self.found.claims.of(record)[range];
        let claims: Vec<&Claim> = self.order.claims(rows).flat_map(of_record).collect();
        let raw: Vec<_> = claims.iter().map(|claim| self.raw(claim)).collect();
        let day = |day: i32| (day != i32::MIN && day != i32::MAX).then_some(day);
        let all = || claims.iter().copied();
        let period = |pick: fn(Period) -> i32| all().map(move |claim| day(pick(claim.valid())));
        OutTable::new("claims")
            .u32("record", all().map(|claim| self.order.row(claim.record)).collect())
            .text("kind", all().map(|claim| dictionary.kind(claim.value).name()))
            .text("role", all().map(|claim| claim.role().name()))
            .text("value", all().map(|claim| self.stored(claim.value)))
            .text("raw", raw.iter().map(|(_, cells)| cells))
            .text("columns", raw.iter().map(|(names, _)| names))
            .bool(
                "links",
                all()
                    .map(|claim| dictionary.kind(claim.value).links() && dictionary.marks(claim.value).can_link())
                    .collect(),
            )
            .text("marks", all().map(|claim| marks_text(dictionary.marks(claim.value))))
            .opt_date("valid_from", period(|period| period.from))
            .opt_date("valid_to", period(|period| period.to))
    }

    /// Accepted links: records that are one persona, assets of a persona, and evidence between personas.
    fn links(&self, links: &[LinkOf]) -> OutTable {
        let clusters = &self.found.clusters;
        let row = |link: &LinkOf| match *link {
            LinkOf::Personas(index) => {
                let (ring, bridge) = self.membership.links.get(&index).copied().unwrap_or_default();
                self.persona_link(&clusters.links[index], ring, bridge)
            }
            LinkOf::Site(index) => self.site_link(&clusters.site_members[index]),
            LinkOf::Records(index) => self.record_link(&self.found.personas.links[index]),
        };
        let rows: Vec<LinkRow> = links.iter().map(row).collect();
        OutTable::new("links")
            .text("tier", rows.iter().map(|row| row.tier))
            .text("rule", rows.iter().map(|row| row.rule))
            .text("left", rows.iter().map(|row| &row.left))
            .text("right", rows.iter().map(|row| &row.right))
            .opt_f64("bits", rows.iter().map(|row| row.bits))
            .opt_f64("control_bits", rows.iter().map(|row| row.control_bits))
            .opt_f64(
                "probability",
                rows.iter().map(|row| row.bits.map(|bits| round(MatchWeight(bits).probability(), 6))),
            )
            .opt_text("found_by", rows.iter().map(|row| row.found_by))
            .text("ring_id", rows.iter().map(|row| &row.ring))
            .bool("bridge", rows.iter().map(|row| row.bridge).collect())
            .text("contributions", rows.iter().map(|row| &row.contributions))
    }

    /// The weight from which two records are one person.
    fn threshold_bits(&self) -> f64 {
        MatchWeight::of_probability(self.config.settings.thresholds.persona_probability).0
    }

    /// Some of the scored pairs, linked or not; `outcomes` are those of all.
    fn pairs(&self, rows: Range<usize>, outcomes: &[&str]) -> OutTable {
        pairs::table(self.found, rows, outcomes, |record| self.record_label(record))
    }

    /// `source:key`, the name of a record in links.
    fn record_label(&self, record: RecordId) -> String {
        format!("{}:{}", self.source(record), self.found.claims.key(record))
    }

    fn record_link(&self, link: &RecordLink) -> LinkRow {
        let claims = &self.found.claims;
        let plain = |rule, from: RecordId, to: RecordId, contributions: serde_json::Value| LinkRow {
            tier: "record",
            rule,
            left: self.record_label(from),
            right: self.record_label(to),
            bits: None,
            control_bits: None,
            found_by: None,
            ring: String::new(),
            bridge: false,
            contributions: contributions.to_string(),
        };
        match link {
            RecordLink::Stated { from, to, cells } => plain(
                link_rule::STATED,
                *from,
                *to,
                json!([{ "how": "stated reference", "left_cell": self.cell(*from, *cells) }]),
            ),
            RecordLink::ByContact { asset, to, values } => {
                let shared: Vec<_> = values
                    .iter()
                    .map(|&value| json!({ "kind": claims.dictionary.kind(value).name(), "how": "same", "left": shown(claims, value) }))
                    .collect();
                plain(link_rule::NAME_AND_CONTACT, *asset, *to, json!(shared))
            }
            RecordLink::Scored(index) => {
                let scored = &self.found.scored[*index];
                LinkRow {
                    bits: Some(round(f64::from(scored.bits), 3)),
                    found_by: Some(block::rule_name(scored.pair.rule())),
                    contributions: pairs::contributions_cell(scored, &self.found.comparisons, &self.found.model),
                    ..plain(link_rule::SAME_PERSON, scored.pair.left(), scored.pair.right(), json!([]))
                }
            }
        }
    }

    /// Claims through which a persona holds a value, as cells.
    fn cells_of(&self, persona: PersonaId, value: ValueId) -> Vec<String> {
        let own = &self.found.personas.personas[persona.index()];
        let mut cells: Vec<String> = own
            .records
            .iter()
            .chain(&own.assets)
            .flat_map(|&record| self.found.claims.of(record).iter().filter(|claim| claim.value == value))
            .map(|claim| self.cell(claim.record, claim.cells()))
            .collect();
        cells.sort();
        cells.dedup();
        // Three cells name the source well enough; all of them are in the claims table.
        cells.truncate(3);
        cells
    }

    fn persona_link(&self, evidence: &Evidence, ring: &str, bridge: bool) -> LinkRow {
        let claims = &self.found.claims;
        let contribution = |c: &Contribution| {
            json!({
                "kind": c.kind.name(),
                "family": c.family.name(),
                "side": c.side().name(),
                "how": c.how,
                "left": shown(claims, c.left),
                "right": shown(claims, c.right),
                "holders": c.holders,
                "bits": round(c.bits, 2),
                "counted": round(c.counted, 2),
                "note": c.note,
                "left_cells": self.cells_of(evidence.left, c.left),
                "right_cells": self.cells_of(evidence.right, c.right),
            })
        };
        let counted: f64 = evidence.contributions.iter().map(|c| c.counted).sum();
        let mut terms: Vec<_> = evidence.contributions.iter().map(contribution).collect();
        terms.insert(0, json!({ "kind": "prior", "how": "", "counted": round(evidence.against_chance - counted, 2) }));
        if let Some(innocence) = evidence.innocence.as_ref().filter(|innocence| innocence.bits > 0.0) {
            terms.push(json!({
                "kind": "innocent explanation",
                "how": innocence.relation.replace('_', " "),
                "counted": round(-innocence.bits, 2),
            }));
        }
        LinkRow {
            tier: "persona",
            rule: link_rule::SHARED_EVIDENCE,
            left: self.persona_name(evidence.left).to_string(),
            right: self.persona_name(evidence.right).to_string(),
            bits: Some(round(evidence.total_bits, 3)),
            control_bits: Some(round(evidence.control_bits, 3)),
            found_by: None,
            ring: ring.to_string(),
            bridge,
            contributions: json!(terms).to_string(),
        }
    }

    /// A persona that a site took in: no bits of its own, but the cells through which it holds the place.
    fn site_link(&self, member: &SiteMember) -> LinkRow {
        let (left, right) = (member.persona.min(member.with), member.persona.max(member.with));
        let place = shown(&self.found.claims, member.value);
        let kind = self.found.claims.dictionary.kind(member.value);
        let term = json!({
            "kind": kind.name(), "family": kind.family().name(), "side": kind.side().name(), "how": "same",
            "left": place, "right": place, "holders": member.holders,
            "counted": 0.0, "note": "most holders of this place are in the ring",
            "left_cells": self.cells_of(left, member.value), "right_cells": self.cells_of(right, member.value),
        });
        LinkRow {
            tier: "persona",
            rule: link_rule::SITE,
            left: self.persona_name(left).to_string(),
            right: self.persona_name(right).to_string(),
            bits: None,
            control_bits: None,
            found_by: None,
            ring: self.membership.ring.get(&member.persona).copied().unwrap_or("").to_string(),
            bridge: false,
            contributions: json!([term]).to_string(),
        }
    }

    /// Some rows of the table of members.
    fn members(&self, rows: Range<usize>) -> OutTable {
        let ids = || rows.clone().map(RecordId::from);
        let persona = |record| self.persona_of(record).map_or("", |persona| self.persona_name(persona));
        OutTable::new("members")
            .text("source", ids().map(|record| self.source(record)))
            .text("record_key", ids().map(|record| self.found.claims.key(record)))
            .text("persona_id", ids().map(persona))
            .text("operator_id", ids().map(|record| self.operator(record).unwrap_or("")))
            .text("ring_id", ids().map(|record| self.ring(record).unwrap_or("")))
    }

    fn hubs(&self) -> OutTable {
        let dictionary = &self.found.claims.dictionary;
        let hubs = &self.found.hubs;
        OutTable::new("hubs")
            .text("kind", hubs.iter().map(|hub| dictionary.kind(hub.value).name()))
            .text("value", hubs.iter().map(|hub| self.stored(hub.value)))
            .text("shown", hubs.iter().map(|hub| shown_text(dictionary.kind(hub.value), dictionary.text(hub.value))))
            .u32("holders", hubs.iter().map(|hub| hub.holders).collect())
            .u32("rings", hubs.iter().map(|hub| hub.rings).collect())
            .text("reason", hubs.iter().map(|hub| &hub.reason))
    }

    fn record_count(&self, personas: &[PersonaId]) -> u64 {
        personas
            .iter()
            .map(|persona| &self.found.personas.personas[persona.index()])
            .map(|persona| (persona.records.len() + persona.assets.len()) as u64)
            .sum()
    }

    fn rings(&self) -> OutTable {
        let rings = &self.found.clusters.rings;
        OutTable::new("rings")
            .text("ring_id", rings.iter().map(|ring| &ring.name))
            .u32("rank", rings.iter().map(|ring| ring.rank as u32).collect())
            .text("level", rings.iter().map(|ring| ring.level.name()))
            .f64("weight_bits", rings.iter().map(|ring| round(ring.weight_bits, 3)).collect())
            .text("families", rings.iter().map(|ring| family_names(&ring.families)))
            .u32("personas", rings.iter().map(|ring| ring.personas.len() as u32).collect())
            .u32("operators", rings.iter().map(|ring| ring.operators.len() as u32).collect())
            .u32("sites", rings.iter().map(|ring| ring.sites.len() as u32).collect())
            .u64("records", rings.iter().map(|ring| self.record_count(&ring.personas)).collect())
            .text("reason", rings.iter().map(|ring| &ring.reason))
    }

    fn set_aside(&self) -> OutTable {
        let groups = &self.found.clusters.set_aside;
        let names = |personas: &[PersonaId]| {
            personas.iter().map(|&persona| self.persona_name(persona)).collect::<Vec<_>>().join(";")
        };
        OutTable::new("set_aside")
            .text("group_id", groups.iter().map(|group| &group.name))
            .text("guard", groups.iter().map(|group| &group.guard))
            .text("level", groups.iter().map(|_| "note"))
            .f64("weight_bits", groups.iter().map(|group| round(group.weight_bits, 3)).collect())
            .text("families", groups.iter().map(|group| family_names(&group.families)))
            .text("personas", groups.iter().map(|group| names(&group.personas)))
            .u64("records", groups.iter().map(|group| self.record_count(&group.personas)).collect())
            .text("reason", groups.iter().map(|group| &group.reason))
            .text("overrides", groups.iter().map(|group| &group.overrides))
    }
}

/// Writes the rows and cells that could not be used.
pub(super) fn write_rejects(rejects: &[Reject], folder: &Path) -> Result<(), Error> {
    OutTable::write_csv_in_parts(&folder.join("rejects.csv"), rejects.len(), |rows| rejects_table(&rejects[rows]))
}

fn rejects_table(rejects: &[Reject]) -> OutTable {
    OutTable::new("rejects")
        .text("source", rejects.iter().map(|reject| &reject.place.source))
        .text("file", rejects.iter().map(|reject| &reject.place.file))
        .u64("row", rejects.iter().map(|reject| reject.row).collect())
        .text("column", rejects.iter().map(|reject| &reject.place.column))
        .text("value", rejects.iter().map(|reject| &reject.value))
        .text("left_out", rejects.iter().map(|reject| if reject.place.whole_row { "row" } else { "cell" }))
        .text("reason", rejects.iter().map(|reject| &reject.reason))
}

struct LinkRow {
    tier: &'static str,
    rule: &'static str,
    left: String,
    right: String,
    bits: Option<f64>,
    control_bits: Option<f64>,
    found_by: Option<&'static str>,
    ring: String,
    bridge: bool,
    contributions: String,
}

pub(super) fn family_names(families: &[crate::model::value::EvidenceFamily]) -> String {
    families.iter().map(|family| family.name()).collect::<Vec<_>>().join("; ")
}

/// A number with that many decimals.
pub(super) fn round(value: f64, digits: i32) -> f64 {
    let scale = 10f64.powi(digits);
    (value * scale).round() / scale
}

/// A finished run and what it found.
pub struct Published {
    /// Without claims and scored pairs, which stand in the tables.
    pub found: Found,
    pub folder: RunFolder,
    pub expected: Expected,
}

/// What can stop a run: its inputs, or the output folder.
pub enum Stopped {
    /// Everything that is wrong with the inputs; nothing was written.
    Inputs(Vec<Diagnostic>),
    /// The output folder would not take the result; nothing that looks like a run is left.
    Store(Error),
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Stopped::Store(error)
    }
}

/// The whole job: finds, writes into a temporary folder, and publishes it in one step. `noted` are diagnostics of the
/// config. The clock is read for the manifest alone.
pub fn run(
    config: &Config,
    noted: Vec<Diagnostic>,
    root: &OutputRoot,
    key: &Key,
    progress: &mut Progress,
) -> Result<Published, Stopped> {
    let started = store::now_utc();
    let mut found = super::find(config, progress).map_err(Stopped::Inputs)?;
    found.diagnostics.splice(0..0, noted);
    found.rejects.sort();
    progress.stage("write tables");
    let told = Told {
        tables: &found.tables,
        hub_tables: &found.hub_tables,
        rejects: &found.rejects,
        model: &found.model,
        chosen: &found.chosen,
        blocking: &found.blocking,
        not_run: &found.assessment.not_run,
        diagnostics: &found.diagnostics,
    };
    let mut manifest = manifest(&told, config);
    let expected = expected(&found.personas, &found.scored, &found.blocking);
    manifest.expected = expected.figures();
    let run_id = run_id(&manifest, config);
    if root.finished(&run_id)?.is_some() {
        progress.count("kept as it is", 1);
        progress.end();
        // The same inputs, settings and program gave this folder before; publishing keeps it and points `latest` at it.
        let folder = root.begin(&run_id)?.publish(manifest)?;
        found.let_go_of_records();
        return Ok(Published { found, folder, expected });
    }
    let staging = root.begin(&run_id)?;
    write_tables(&mut found, config, key, staging.path())?;
    found.let_go_of_records();
    progress.stage("draw");
    let case = Case::part(&run_id, staging.paths())?;
    let drawn = draw(&case, config, staging.paths())?;
    progress.count("diagrams", drawn as u64);
    progress.stage("report");
    manifest.stages = stage_counts(progress);
    let cases = write_report(&case, &manifest, staging.paths())?;
    case.check()?;
    progress.count("cases in full", cases as u64);
    progress.end();
    manifest.stages = stage_counts(progress);
    manifest.clock = clock(started, progress);
    let folder = staging.publish(manifest)?;
    Ok(Published { found, folder, expected })
}

/// The name of a run: equal for equal inputs, settings and program.
pub(super) fn run_id(manifest: &Manifest, config: &Config) -> String {
    RunParts {
        inputs: &manifest.inputs,
        config: &config.digest,
        only: manifest.only.as_deref(),
        hub_lists: &manifest.hub_lists,
        model: &manifest.model.part(),
        version: concat!(env!("CARGO_PKG_VERSION"), "+", env!("SAMEHAND_SOURCE_DIGEST")),
    }
    .run_id()
}

/// Rings that get a diagram of their own at once; any other is drawn on demand.
const DIAGRAMS: usize = 50;

/// Cases of each kind that the page of a run has in full, as far as they fit; any other has a page on demand.
pub const CASES_IN_FULL: usize = 100;

/// Writes the page of the run, as it is shown inside the house, and says how many cases it was given in full. No clock is
/// in it, and of the manifest what is known before publishing.
fn write_report(case: &Case, manifest: &Manifest, paths: &RunPaths) -> Result<usize, Error> {
    let named = RunNamed { day: String::new(), product_version: manifest.product_version.clone() };
    let run = run_file::run_file(case, manifest, paths.read_rejects()?, &named, CASES_IN_FULL);
    let (shown, _) = redact_run(&run, Redaction::Internal);
    let path = paths.report();
    std::fs::write(&path, html::page(&shown)).map_err(|source| Error::Io { action: "write", path, source })?;
    Ok(shown.cases.len())
}

/// Draws the top rings from the tables just written, as every later question reads them.
fn draw(case: &Case, config: &Config, paths: &RunPaths) -> Result<usize, Error> {
    let top: Vec<&str> = case.rings.iter().take(DIAGRAMS).map(|ring| ring.id.as_str()).collect();
    top.par_iter().try_for_each(|ring| {
        let Some(view) = view::view(case, ring) else { return Ok(()) };
        let view = prepare(&view, Redaction::Full, config.settings.bounds.diagram_vertices, &mut Pseudonyms::default());
        let write =
            |path: PathBuf, text: String| {
                let folder = paths.ring(ring);
                std::fs::create_dir_all(&folder)
                    .and_then(|()| std::fs::write(&path, text))
                    .map_err(|source| Error::Io { action: "write", path, source })
            };
        write(paths.diagram_dot(ring), Dot.render(&view))?;
        write(paths.diagram_svg(ring), Svg.render(&view))
    })?;
    Ok(top.len())
}

/// When the run began and ended, and what it took.
pub(super) fn clock(started: String, progress: &Progress) -> Clock {
    let seconds = |stage: &Stage| StageSeconds { name: stage.name.clone(), seconds: round(stage.seconds, 3) };
    Clock {
        started_utc: started,
        finished_utc: store::now_utc(),
        seconds_per_stage: progress.stages().iter().map(seconds).collect(),
        peak_memory_mb: store::peak_memory_mb(),
        threads: rayon::current_num_threads() as u64,
    }
}

pub(super) fn stage_counts(progress: &Progress) -> Vec<StageCounts> {
    progress
        .stages()
        .iter()
        .map(|stage| StageCounts { name: stage.name.clone(), counts: stage.counts.iter().cloned().collect() })
        .collect()
}

/// Codes of the diagnostics that tell of a bound that was reached.
const BOUNDS: &[&str] = &[
    "candidate-pairs-bound",
    "block-bound",
    "rules-left-out",
    "value-holders-bound",
    "near-holders-bound",
    "near-group-too-large",
    "near-pairs-bounded",
    "resume-lines-dropped",
];

/// What a manifest tells of what was found.
pub(super) struct Told<'a> {
    pub(super) tables: &'a [Table],
    pub(super) hub_tables: &'a [Table],
    pub(super) rejects: &'a [Reject],
    pub(super) model: &'a Model,
    pub(super) chosen: &'a Chosen,
    pub(super) blocking: &'a Blocking,
    pub(super) not_run: &'a [NotRun],
    pub(super) diagnostics: &'a [Diagnostic],
}

/// The manifest but for stages, outputs and clock.
pub(super) fn manifest(found: &Told, config: &Config) -> Manifest {
    let mut manifest = Manifest::new("", env!("CARGO_PKG_VERSION"));
    for (source, table) in config.sources.iter().zip(found.tables) {
        manifest.inputs.extend(table.files.iter().map(|file| Input::of(&source.name, file)));
        let columns = |names: &[String]| -> Vec<SourceColumn> {
            names.iter().map(|column| SourceColumn { source: source.name.clone(), column: column.clone() }).collect()
        };
        manifest.refused_columns.extend(columns(&source.refused));
        manifest.unmapped_columns.extend(columns(&source.unmapped));
    }
    // Cells that normalizing refused are rejects as well as the rows that reading refused.
    for input in &mut manifest.inputs {
        let of_file = |reject: &&Reject| reject.place.source == input.source && reject.place.file == input.file;
        input.rejected = found.rejects.iter().filter(of_file).count() as u64;
    }
    for (hub, table) in config.hubs.iter().zip(found.hub_tables) {
        manifest.hub_lists.extend(table.files.iter().map(|file| HubListFile {
            name: hub.list.name().to_string(),
            file: file.shown.clone(),
            sha256: file.sha256.clone(),
            rows: file.rows,
        }));
    }
    manifest.config = ConfigFile {
        file: config.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        digest: config.digest.clone(),
    };
    let training = found.model.training.as_ref();
    manifest.model = ModelUsed {
        which: found.chosen.origin.name().to_string(),
        digest: found.model.digest(),
        because: found.chosen.because.clone(),
        converged: training.map(|training| training.converged),
        rounds: training.map(|training| training.trace.len() as u64),
    };
    manifest.settings = json!(config.settings.leaves());
    let of_mail = normalize::email::LISTS.map(|(name, text)| lists::List::new(name, text));
    manifest.built_in_lists = lists::built_in()
        .iter()
        .chain(&of_mail)
        .map(|list| BuiltInList {
            name: list.name.to_string(),
            version: list.version.to_string(),
            sha256: list.sha256.clone(),
        })
        .collect();
    manifest.indicators_not_run = found
        .not_run
        .iter()
        .map(|not_run| IndicatorNotRun {
            indicator: not_run.indicator.to_string(),
            name: not_run.name.to_string(),
            needs: not_run.needs.clone(),
        })
        .collect();
    let left_out = found.blocking.statistics.iter().filter(|rule| rule.left_out.is_some());
    manifest.rules_left_out = left_out.map(|rule| rule.rule.to_string()).collect();
    manifest.set_diagnostics(found.diagnostics);
    manifest.bounds_reached = found
        .diagnostics
        .iter()
        .filter(|diagnostic| BOUNDS.contains(&diagnostic.code))
        .map(|diagnostic| BoundReached { bound: diagnostic.code.to_string(), effect: diagnostic.message.clone() })
        .collect();
    manifest
}
