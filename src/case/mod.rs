//! A finished run, opened for questions: who else, why, show me. Reads tables of a run folder and changes nothing.
//!
//! `show` answers "one of them is known bad: who else?", `explain` gives the paths between two things with the source
//! cells and bits of every hop, `view` draws a ring. All three see the run as it was published.

mod assessed;
pub mod explain;
pub mod explain_ring;
pub mod file;
pub mod find;
pub mod run_file;
pub mod show;
pub mod timeline;
pub mod view;
pub mod waterfall;

pub use assessed::{CaseFinding, CaseKnown, CaseOfOne, CaseRole};

use crate::model::table::TextColumn;
use crate::model::value::EvidenceFamily;
use crate::store::Error;
use crate::store::run::RunPaths;
use crate::store::table::InTable;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A record of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseRecord {
    pub source: String,
    pub key: String,
    /// Record kind by name.
    pub kind: String,
    pub file: String,
    pub row: u64,
    /// A name as delivered, where the record bears one.
    pub name: String,
    /// Empty for an asset without owner.
    pub persona: String,
    pub operator: String,
    pub ring: String,
}

impl CaseRecord {
    /// `source:key`, the record's name in links and output.
    pub fn label(&self) -> String {
        format!("{}:{}", self.source, self.key)
    }
}

/// A claim of the run; sensitive values are keyed hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseClaim<'a> {
    pub record: u32,
    /// Identifier kind by name.
    pub kind: &'a str,
    pub role: &'a str,
    pub value: &'a str,
    /// As delivered; sensitive cells masked.
    pub raw: &'a str,
    pub columns: &'a str,
    /// Whether the value may link.
    pub links: bool,
    /// What else is known of the value, in words.
    pub marks: &'a str,
    /// First and last day on which it holds, counted from 1970-01-01; absent where it is open.
    pub valid_from: Option<i32>,
    pub valid_to: Option<i32>,
}

/// All claims of a run in arenas: a run has millions, and most questions look at a few.
#[derive(Debug, Default)]
struct ClaimTable {
    records: Vec<u32>,
    /// Indexes into `words`, for the columns that repeat.
    kinds: Vec<u32>,
    roles: Vec<u32>,
    columns: Vec<u32>,
    marks: Vec<u32>,
    words: Vec<String>,
    values: TextColumn,
    raws: TextColumn,
    links: Vec<bool>,
    valid_from: Vec<Option<i32>>,
    valid_to: Vec<Option<i32>>,
    /// Where each record's claims start; one more entry than records.
    starts: Vec<u32>,
}

/// One term of a link, as the run wrote it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Term {
    pub kind: String,
    pub comparison: String,
    pub level: String,
    pub family: String,
    pub side: String,
    pub how: String,
    pub left: String,
    pub right: String,
    pub holders: u32,
    pub bits: f64,
    /// The part of them that is due to how common the agreed value is.
    pub frequency_bits: f64,
    /// What it adds; terms of record links have `bits` only.
    pub counted: Option<f64>,
    pub note: String,
    pub left_cell: String,
    pub left_cells: Vec<String>,
    pub right_cells: Vec<String>,
}

impl Term {
    /// The bits that the term adds to its link.
    pub fn adds(&self) -> f64 {
        self.counted.unwrap_or(self.bits)
    }

    /// What the term says, in words.
    pub fn words(&self) -> String {
        let kind = self.kind.replace('_', " ");
        match (self.comparison.as_str(), self.how.as_str()) {
            ("", "") => kind,
            ("", how) if self.kind.is_empty() => how.to_string(),
            ("", "same") => format!("same {kind} {}", self.left),
            ("", how) if self.left.is_empty() => format!("{kind}: {how}"),
            ("", how) => format!("{kind}: {how}, {} ~ {}", self.left, self.right),
            (comparison, _) if self.level.is_empty() => comparison.replace('_', " "),
            (comparison, _) => format!("{}: {}", comparison.replace('_', " "), self.level),
        }
    }
}

/// An accepted link of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseLink {
    /// `record` or `persona`: what the two ends are.
    pub tier: String,
    pub rule: String,
    pub left: String,
    pub right: String,
    pub bits: Option<f64>,
    pub ring: String,
    pub bridge: bool,
    pub terms: Vec<Term>,
}

/// A ring of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseRing {
    pub id: String,
    pub rank: u32,
    pub level: String,
    pub weight_bits: f64,
    pub families: String,
    pub personas: u32,
    pub operators: u32,
    pub sites: u32,
    pub records: u64,
    pub reason: String,
}

/// A hub of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseHub {
    pub kind: String,
    pub value: String,
    pub shown: String,
    pub holders: u32,
    pub reason: String,
}

/// A group that a guard set aside.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseGroup {
    pub id: String,
    pub guard: String,
    pub personas: Vec<String>,
    pub reason: String,
    /// What evidence would override the guard; empty in folders of before it was written.
    pub overrides: String,
}

/// What belongs to a ring. Found once for all of them: there are many, and each would look through all records and links.
#[derive(Debug, Default)]
struct RingParts {
    /// Sorted.
    personas: Vec<String>,
    /// Between personas, as indexes.
    links: Vec<u32>,
}

/// A finished run in memory.
#[derive(Debug)]
pub struct Case {
    pub run_id: String,
    pub records: Vec<CaseRecord>,
    /// Records of each persona, assets included.
    pub personas: BTreeMap<String, Vec<u32>>,
    claims: ClaimTable,
    ring_parts: BTreeMap<String, RingParts>,
    pub links: Vec<CaseLink>,
    pub rings: Vec<CaseRing>,
    pub hubs: Vec<CaseHub>,
    pub set_aside: Vec<CaseGroup>,
    /// What indicators said, explained findings included.
    pub findings: Vec<CaseFinding>,
    /// Cases of one persona, in rank order.
    pub cases: Vec<CaseOfOne>,
    pub roles: Vec<CaseRole>,
    pub known: Vec<CaseKnown>,
}

impl Case {
    /// Reads the tables of a run folder.
    pub fn open(run_id: &str, paths: &RunPaths) -> Result<Case, Error> {
        let table = |name: &str| InTable::read_parquet(&paths.folder().join(format!("{name}.parquet")), None);
        // Tables that folders of earlier versions lack.
        fn later<T>(
            paths: &RunPaths,
            name: &str,
            read: fn(&InTable) -> Result<Vec<T>, Error>,
        ) -> Result<Vec<T>, Error> {
            let path = paths.folder().join(format!("{name}.parquet"));
            if path.exists() { read(&InTable::read_parquet(&path, None)?) } else { Ok(Vec::new()) }
        }
        let records = read_records(&table("records")?)?;
        let claims = ClaimTable::read(&table("claims")?, records.len())?;
        let mut personas: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (index, record) in records.iter().enumerate().filter(|(_, record)| !record.persona.is_empty()) {
            personas.entry(record.persona.clone()).or_default().push(index as u32);
        }
        let links = read_links(&table("links")?)?;
        Ok(Case {
            run_id: run_id.to_string(),
            ring_parts: ring_parts(&records, &links),
            records,
            personas,
            claims,
            links,
            rings: read_rings(&table("rings")?)?,
            hubs: read_hubs(&table("hubs")?)?,
            set_aside: read_set_aside(&table("set_aside")?)?,
            findings: later(paths, "findings", assessed::findings)?,
            cases: later(paths, "cases", assessed::cases)?,
            roles: later(paths, "roles", assessed::roles)?,
            known: later(paths, "known", assessed::known)?,
        })
    }

    /// The claims of one record.
    pub fn claims_of(&self, record: u32) -> impl Iterator<Item = CaseClaim<'_>> {
        let at = |record: usize| self.claims.starts.get(record).copied().unwrap_or(0) as usize;
        (at(record as usize)..at(record as usize + 1)).map(|index| self.claims.get(index))
    }

    /// All claims, in the order of their records.
    pub fn claims(&self) -> impl Iterator<Item = CaseClaim<'_>> {
        (0..self.claims.records.len()).map(|index| self.claims.get(index))
    }

    /// The cell that a claim stands in: `devices.csv row 12 [Last IP]`.
    pub fn cell(&self, claim: &CaseClaim) -> String {
        let record = &self.records[claim.record as usize];
        format!("{} row {} [{}]", record.file, record.row, claim.columns)
    }

    /// Names that a persona's records of persons bear, most frequent first, each once.
    pub fn names(&self, persona: &str) -> Vec<&str> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for &index in self.personas.get(persona).into_iter().flatten() {
            let record = &self.records[index as usize];
            if matches!(record.kind.as_str(), "applicant" | "employee" | "person") && !record.name.is_empty() {
                *counts.entry(&record.name).or_default() += 1;
            }
        }
        let mut names: Vec<(&str, usize)> = counts.into_iter().collect();
        names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        names.into_iter().map(|(name, _)| name).collect()
    }

    /// A persona's id with its first name: `P-1a2b3c4d5e (Ann Lee)`.
    pub fn persona_label(&self, persona: &str) -> String {
        match self.names(persona).first() {
            Some(name) => format!("{persona} ({name})"),
            None => persona.to_string(),
        }
    }

    /// Whether the config says that this is known to be bad: a persona by its id, or a value by its kind, as claims have it
    /// or as it is shown.
    pub fn is_known(&self, kind: &str, value: &str) -> bool {
        self.known.iter().any(|known| known.kind == kind && (known.value == value || known.shown == value))
    }

    /// The personas of a ring, sorted; none for a ring that the run does not have.
    pub fn personas_of_ring(&self, ring: &str) -> &[String] {
        self.ring_parts.get(ring).map_or(&[], |parts| &parts.personas)
    }

    /// The links between the personas of a ring, in the order of the table.
    pub fn links_of_ring(&self, ring: &str) -> impl Iterator<Item = &CaseLink> {
        let links = self.ring_parts.get(ring).map_or(&[][..], |parts| &parts.links);
        links.iter().filter_map(|&link| self.links.get(link as usize))
    }

    /// Links between personas that touch this one.
    pub fn persona_links<'a>(&'a self, persona: &'a str) -> impl Iterator<Item = &'a CaseLink> {
        self.links.iter().filter(move |link| link.tier == "persona" && (link.left == persona || link.right == persona))
    }
}

fn ring_parts(records: &[CaseRecord], links: &[CaseLink]) -> BTreeMap<String, RingParts> {
    let mut parts: BTreeMap<String, RingParts> = BTreeMap::new();
    for record in records.iter().filter(|record| !record.ring.is_empty() && !record.persona.is_empty()) {
        parts.entry(record.ring.clone()).or_default().personas.push(record.persona.clone());
    }
    for (index, link) in links.iter().enumerate().filter(|(_, link)| link.tier == "persona" && !link.ring.is_empty()) {
        parts.entry(link.ring.clone()).or_default().links.push(index as u32);
    }
    for ring in parts.values_mut() {
        ring.personas.sort_unstable();
        ring.personas.dedup();
    }
    parts
}

/// The families that a table names, in their own order.
fn families(joined: &str) -> Vec<EvidenceFamily> {
    EvidenceFamily::ALL.into_iter().filter(|family| joined.split("; ").any(|name| name == family.name())).collect()
}

/// A text column with absent cells as empty text.
fn text(table: &InTable, name: &str) -> Result<Vec<String>, Error> {
    Ok(table.text(name)?.into_iter().map(Option::unwrap_or_default).collect())
}

fn read_records(table: &InTable) -> Result<Vec<CaseRecord>, Error> {
    let column = |name| text(table, name).map(Vec::into_iter);
    let (mut source, mut key, mut kind, mut file) =
        (column("source")?, column("record_key")?, column("kind")?, column("file")?);
    let (mut name, mut persona, mut operator, mut ring) =
        (column("name")?, column("persona_id")?, column("operator_id")?, column("ring_id")?);
    let mut next = move |row: u64| {
        Some(CaseRecord {
            source: source.next()?,
            key: key.next()?,
            kind: kind.next()?,
            file: file.next()?,
            row,
            name: name.next()?,
            persona: persona.next()?,
            operator: operator.next()?,
            ring: ring.next()?,
        })
    };
    Ok(table.u64("row")?.into_iter().map_while(&mut next).collect())
}

impl ClaimTable {
    fn get(&self, index: usize) -> CaseClaim<'_> {
        let word = |words: &[u32]| self.words[words[index] as usize].as_str();
        CaseClaim {
            record: self.records[index],
            kind: word(&self.kinds),
            role: word(&self.roles),
            value: self.values.get(index).unwrap_or_default(),
            raw: self.raws.get(index).unwrap_or_default(),
            columns: word(&self.columns),
            links: self.links[index],
            marks: word(&self.marks),
            valid_from: self.valid_from.get(index).copied().flatten(),
            valid_to: self.valid_to.get(index).copied().flatten(),
        }
    }

    fn read(table: &InTable, records: usize) -> Result<ClaimTable, Error> {
        let mut known: FxHashMap<String, u32> = FxHashMap::default();
        let mut words = Vec::new();
        let mut coded = |name: &str| -> Result<Vec<u32>, Error> {
            let mut codes = Vec::with_capacity(table.rows());
            for cell in table.text_iter(name)? {
                let cell = cell.unwrap_or_default();
                codes.push(match known.get(cell) {
                    Some(&code) => code,
                    None => {
                        let code = words.len() as u32;
                        words.push(cell.to_string());
                        known.insert(cell.to_string(), code);
                        code
                    }
                });
            }
            Ok(codes)
        };
        let (kinds, roles, columns, marks) = (coded("kind")?, coded("role")?, coded("columns")?, coded("marks")?);
        let arena = |name: &str| -> Result<TextColumn, Error> {
            let mut column = TextColumn::with_capacity(table.rows());
            table.text_iter(name)?.for_each(|cell| column.push(cell.unwrap_or_default()));
            Ok(column)
        };
        let (values, raws, links) = (arena("value")?, arena("raw")?, table.bool("links")?);
        // A table that somebody changed may name records that are not there; their claims are passed over.
        let owners: Vec<u32> =
            table.u64("record")?.into_iter().map(|record| record.min(records as u64) as u32).collect();
        let mut starts = vec![0u32; records + 2];
        for &record in &owners {
            starts[record as usize + 1] += 1;
        }
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        let known_claims = starts[records] as usize;
        let keep = |mut codes: Vec<u32>| {
            codes.truncate(known_claims);
            codes
        };
        Ok(ClaimTable {
            records: keep(owners),
            kinds: keep(kinds),
            roles: keep(roles),
            columns: keep(columns),
            marks: keep(marks),
            words,
            values,
            raws,
            links,
            valid_from: table.opt_date("valid_from")?,
            valid_to: table.opt_date("valid_to")?,
            starts,
        })
    }
}

fn read_links(table: &InTable) -> Result<Vec<CaseLink>, Error> {
    let column = |name| text(table, name).map(Vec::into_iter);
    let (mut rule, mut left, mut right) = (column("rule")?, column("left")?, column("right")?);
    let (mut bits, mut ring) = (table.opt_f64("bits")?.into_iter(), column("ring_id")?);
    let (mut bridge, mut terms) = (table.bool("bridge")?.into_iter(), column("contributions")?);
    let mut next = move |tier: String| {
        Some(CaseLink {
            tier,
            rule: rule.next()?,
            left: left.next()?,
            right: right.next()?,
            bits: bits.next()?,
            ring: ring.next()?,
            bridge: bridge.next()?,
            // The run wrote this text itself; a folder that somebody changed shows links without terms.
            terms: serde_json::from_str(&terms.next()?).unwrap_or_default(),
        })
    };
    Ok(text(table, "tier")?.into_iter().map_while(&mut next).collect())
}

fn read_rings(table: &InTable) -> Result<Vec<CaseRing>, Error> {
    let numbers = |name| table.u64(name).map(Vec::into_iter);
    let column = |name| text(table, name).map(Vec::into_iter);
    let (mut rank, mut level, mut bits) = (numbers("rank")?, column("level")?, table.f64("weight_bits")?.into_iter());
    let (mut families, mut personas, mut operators) =
        (column("families")?, numbers("personas")?, numbers("operators")?);
    let (mut sites, mut records, mut reason) = (numbers("sites")?, numbers("records")?, column("reason")?);
    let mut next = move |id: String| {
        Some(CaseRing {
            id,
            rank: rank.next()? as u32,
            level: level.next()?,
            weight_bits: bits.next()?,
            families: families.next()?,
            personas: personas.next()? as u32,
            operators: operators.next()? as u32,
            sites: sites.next()? as u32,
            records: records.next()?,
            reason: reason.next()?,
        })
    };
    Ok(text(table, "ring_id")?.into_iter().map_while(&mut next).collect())
}

fn read_hubs(table: &InTable) -> Result<Vec<CaseHub>, Error> {
    let column = |name| text(table, name).map(Vec::into_iter);
    let (mut value, mut shown, mut reason) = (column("value")?, column("shown")?, column("reason")?);
    let mut holders = table.u64("holders")?.into_iter();
    let mut next = move |kind: String| {
        Some(CaseHub {
            kind,
            value: value.next()?,
            shown: shown.next()?,
            holders: holders.next()? as u32,
            reason: reason.next()?,
        })
    };
    Ok(text(table, "kind")?.into_iter().map_while(&mut next).collect())
}

fn read_set_aside(table: &InTable) -> Result<Vec<CaseGroup>, Error> {
    let column = |name| text(table, name).map(Vec::into_iter);
    let (mut guard, mut personas, mut reason) = (column("guard")?, column("personas")?, column("reason")?);
    let mut overrides = if table.has("overrides") { column("overrides")? } else { Vec::new().into_iter() };
    let mut next = move |id: String| {
        Some(CaseGroup {
            id,
            guard: guard.next()?,
            personas: personas.next()?.split(';').map(str::to_string).collect(),
            reason: reason.next()?,
            overrides: overrides.next().unwrap_or_default(),
        })
    };
    Ok(text(table, "group_id")?.into_iter().map_while(&mut next).collect())
}
