//! What assessing left in a run folder, read back: findings, cases of one persona, roles. A folder of before these existed
//! has none.

use super::pages::Pages;
use super::text;
use crate::model::moment::iso_day;
use crate::store::Error;
use crate::store::run::RunPaths;
use crate::store::table::InTable;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::OnceLock;

/// What an indicator said.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CaseFinding {
    pub indicator: String,
    pub name: String,
    pub strength: String,
    pub family: String,
    pub ring_id: String,
    pub personas: Vec<String>,
    pub finding: String,
    /// First and last day as ISO dates; empty where it has none.
    pub first: String,
    pub last: String,
    /// The guard that explains it, empty for none.
    pub guard: String,
    pub guard_reason: String,
    pub also_consider: String,
    pub source: String,
    pub cells: Vec<String>,
}

/// A case of one persona.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CaseOfOne {
    pub case_id: String,
    pub rank: u32,
    pub level: String,
    pub weight_bits: f64,
    pub families: String,
    pub persona_id: String,
    pub reason: String,
}

/// A role as a hypothesis.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CaseRole {
    pub ring_id: String,
    pub role: String,
    /// `persona`, `operator`, or the kind of a value.
    pub kind: String,
    pub who: String,
    pub evidence: String,
    pub also_consider: String,
    pub cells: Vec<String>,
}

/// A persona or value that the config says is known to be bad.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseKnown {
    /// `persona`, or the kind of a value.
    pub kind: String,
    /// Persona id, or the value as claims have it.
    pub value: String,
    /// For people.
    pub shown: String,
}

/// Cells as the run wrote them; a folder that somebody changed shows none.
fn cells(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_default()
}

/// What indicators said, in the order of its table.
#[derive(Debug)]
pub struct Findings {
    pages: Pages<Vec<CaseFinding>>,
    table: PathBuf,
    /// Ring and personas of each; for a table that is read page by page.
    about: OnceLock<Vec<(String, String)>>,
}

impl Findings {
    pub(super) fn new(pages: Pages<Vec<CaseFinding>>, paths: &RunPaths) -> Findings {
        Findings { pages, table: paths.folder().join("findings.parquet"), about: OnceLock::new() }
    }

    /// All of them; reads what was not read yet.
    pub fn iter(&self) -> impl Iterator<Item = &CaseFinding> {
        self.pages.load_all();
        (0..self.pages.count()).flat_map(|page| self.pages.page(page)).flatten()
    }

    /// Those of a ring.
    pub fn of_ring<'a>(&'a self, ring: &str) -> impl Iterator<Item = &'a CaseFinding> + use<'a> {
        let rows: Vec<usize> = match self.pages.is_part() {
            true => self.rows(|of_ring, _| of_ring == ring),
            false => self.places(|finding| finding.ring_id == ring),
        };
        rows.into_iter().filter_map(|row| self.get(row))
    }

    /// Those about one of these personas.
    pub fn about<'a>(&'a self, personas: &[&str]) -> impl Iterator<Item = &'a CaseFinding> + use<'a> {
        let rows: Vec<usize> = match self.pages.is_part() {
            true => self.rows(|_, about| about.split(';').any(|persona| personas.contains(&persona))),
            false => self.places(|finding| finding.personas.iter().any(|own| personas.contains(&own.as_str()))),
        };
        rows.into_iter().filter_map(|row| self.get(row))
    }

    fn get(&self, row: usize) -> Option<&CaseFinding> {
        let (page, row) = self.pages.place(row)?;
        self.pages.page(page)?.get(row)
    }

    fn places(&self, asked: impl Fn(&CaseFinding) -> bool) -> Vec<usize> {
        self.iter().enumerate().filter(|(_, finding)| asked(finding)).map(|(row, _)| row).collect()
    }

    fn rows(&self, asked: impl Fn(&str, &str) -> bool) -> Vec<usize> {
        if self.about.get().is_none() {
            let read = || -> Result<Vec<(String, String)>, Error> {
                let table = InTable::read_parquet(&self.table, Some(&["ring_id", "personas"]))?;
                Ok(text(&table, "ring_id")?.into_iter().zip(text(&table, "personas")?).collect())
            };
            let _ = self.about.set(self.pages.unless_failed(read()));
        }
        let about = self.about.get().into_iter().flatten().enumerate();
        about.filter(|(_, (ring, personas))| asked(ring, personas)).map(|(row, _)| row).collect()
    }
}

impl<'a> IntoIterator for &'a Findings {
    type Item = &'a CaseFinding;
    type IntoIter = Box<dyn Iterator<Item = &'a CaseFinding> + 'a>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.iter())
    }
}

pub(super) fn findings(table: &InTable) -> Result<Vec<CaseFinding>, Error> {
    let column = |name| text(table, name).map(Vec::into_iter);
    let (mut name, mut strength, mut family, mut ring) =
        (column("name")?, column("strength")?, column("family")?, column("ring_id")?);
    let (mut personas, mut finding, mut guard, mut guard_reason) =
        (column("personas")?, column("finding")?, column("guard")?, column("guard_reason")?);
    let (mut also, mut source, mut cited) = (column("also_consider")?, column("source")?, column("cells")?);
    let (mut first, mut last) = (table.opt_date("first")?.into_iter(), table.opt_date("last")?.into_iter());
    let day = |day: Option<i32>| day.map(iso_day).unwrap_or_default();
    let mut next = move |indicator: String| {
        Some(CaseFinding {
            indicator,
            name: name.next()?,
            strength: strength.next()?,
            family: family.next()?,
            ring_id: ring.next()?,
            personas: personas.next()?.split(';').map(str::to_string).collect(),
            finding: finding.next()?,
            first: day(first.next()?),
            last: day(last.next()?),
            guard: guard.next()?,
            guard_reason: guard_reason.next()?,
            also_consider: also.next()?,
            source: source.next()?,
            cells: cells(&cited.next()?),
        })
    };
    Ok(text(table, "indicator")?.into_iter().map_while(&mut next).collect())
}

pub(super) fn cases(table: &InTable) -> Result<Vec<CaseOfOne>, Error> {
    let column = |name| text(table, name).map(Vec::into_iter);
    let (mut level, mut families, mut persona, mut reason) =
        (column("level")?, column("families")?, column("persona_id")?, column("reason")?);
    let (mut rank, mut bits) = (table.u64("rank")?.into_iter(), table.f64("weight_bits")?.into_iter());
    let mut next = move |case_id: String| {
        Some(CaseOfOne {
            case_id,
            rank: rank.next()? as u32,
            level: level.next()?,
            weight_bits: bits.next()?,
            families: families.next()?,
            persona_id: persona.next()?,
            reason: reason.next()?,
        })
    };
    Ok(text(table, "case_id")?.into_iter().map_while(&mut next).collect())
}

pub(super) fn roles(table: &InTable) -> Result<Vec<CaseRole>, Error> {
    let column = |name| text(table, name).map(Vec::into_iter);
    let (mut role, mut kind, mut who) = (column("role")?, column("kind")?, column("who")?);
    let (mut evidence, mut also, mut cited) = (column("evidence")?, column("also_consider")?, column("cells")?);
    let mut next = move |ring_id: String| {
        Some(CaseRole {
            ring_id,
            role: role.next()?,
            kind: kind.next()?,
            who: who.next()?,
            evidence: evidence.next()?,
            also_consider: also.next()?,
            cells: cells(&cited.next()?),
        })
    };
    Ok(text(table, "ring_id")?.into_iter().map_while(&mut next).collect())
}

pub(super) fn known(table: &InTable) -> Result<Vec<CaseKnown>, Error> {
    let (mut value, mut shown) = (text(table, "value")?.into_iter(), text(table, "shown")?.into_iter());
    let mut next = move |kind: String| Some(CaseKnown { kind, value: value.next()?, shown: shown.next()? });
    Ok(text(table, "kind")?.into_iter().map_while(&mut next).collect())
}
