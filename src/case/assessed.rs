//! What assessing left in a run folder, read back: findings, cases of one persona, roles. A folder of before these existed
//! has none.

use super::text;
use crate::model::moment::iso_day;
use crate::store::Error;
use crate::store::table::InTable;
use serde::Serialize;

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
