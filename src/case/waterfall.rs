//! The weight of a pair of records, part by part: prior, comparisons, rival, total, and what became of the pair.
//!
//! Reads what the run stored; a pair that it did not keep is compared again by the pipeline, which fills the same form.

use super::find::Thing;
use super::{Case, CaseClaim, Term};
use crate::model::cluster::link_rule;
use crate::model::record::RecordKind;
use crate::model::value::attribute_parts;
use crate::store::Error;
use crate::store::table::InTable;
use serde::Serialize;
use std::collections::BTreeSet;

/// Values of one side that a step shows.
const SEEN_MAX: usize = 3;

/// A value as delivered, masked where sensitive, and its cell.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Seen {
    pub value: String,
    pub cell: String,
}

/// What one comparison adds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    pub comparison: String,
    pub level: String,
    pub bits: f64,
    /// The part of them that is due to how common the agreed value is.
    pub frequency_bits: f64,
    pub left: Vec<Seen>,
    pub right: Vec<Seen>,
}

/// The innocent relation that competes, and what it takes away.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rival {
    pub name: String,
    pub bits: f64,
}

/// A blocking rule and what two records must have in common for it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Brings {
    pub rule: String,
    pub needs: String,
}

/// The weight of a pair in its parts, and the verdict. Bits are log2 of odds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Waterfall {
    /// Labels of the two records.
    pub left: String,
    pub right: String,
    /// Whether the numbers are those of the run; else they were computed again from its tables.
    pub stored: bool,
    pub prior_bits: f64,
    pub terms: Vec<Step>,
    pub rival: Option<Rival>,
    pub total_bits: f64,
    pub probability: f64,
    pub threshold_bits: f64,
    /// `stated`, `linked`, `within`, `names disagree`, `cannot link`, `cut`, `below threshold`, `never compared`.
    pub verdict: String,
    /// The verdict in a sentence.
    pub reason: String,
    /// What else there is to know of it.
    pub notes: Vec<String>,
    /// Blocking rules that bring the two together.
    pub found_by: Vec<String>,
    /// Where none does: what each rule needs.
    pub would_be_found_by: Vec<Brings>,
}

impl Waterfall {
    /// The parts of a weight, taken from the terms of a link or pair.
    pub fn of_terms(terms: &[Term]) -> Waterfall {
        let mut waterfall = Waterfall::default();
        for term in terms {
            match term.comparison.as_str() {
                "prior" => waterfall.prior_bits = term.bits,
                "rival" => waterfall.rival = Some(Rival { name: term.level.clone(), bits: term.bits }),
                _ => waterfall.terms.push(Step {
                    comparison: term.comparison.clone(),
                    level: term.level.clone(),
                    bits: term.bits,
                    frequency_bits: term.frequency_bits,
                    left: Vec::new(),
                    right: Vec::new(),
                }),
            }
        }
        waterfall
    }

    /// Gives each step the values that were compared, with their cells.
    pub fn show_values(&mut self, case: &Case, left: u32, right: u32) {
        let mut names_shown = false;
        for step in &mut self.terms {
            let is_name = matches!(step.comparison.as_str(), "given_name" | "family_name" | "full_name");
            // Given and family name are parts of one value.
            if is_name && std::mem::replace(&mut names_shown, true) {
                continue;
            }
            let values = |record| -> Vec<CaseClaim> {
                case.claims_of(record).filter(|claim| is_compared(claim, &step.comparison)).collect()
            };
            let (ours, theirs) = (values(left), values(right));
            let common: BTreeSet<(&str, &str)> = ours
                .iter()
                .map(|claim| (claim.kind, claim.value))
                .filter(|known| theirs.iter().any(|claim| (claim.kind, claim.value) == *known))
                .collect();
            let seen = |claims: &[CaseClaim]| -> Vec<Seen> {
                claims
                    .iter()
                    .filter(|claim| common.is_empty() || common.contains(&(claim.kind, claim.value)))
                    .take(SEEN_MAX)
                    .map(|claim| Seen { value: claim.raw.to_string(), cell: case.cell(claim) })
                    .collect()
            };
            (step.left, step.right) = (seen(&ours), seen(&theirs));
        }
    }
}

/// Whether a claim takes part in a comparison.
fn is_compared(claim: &CaseClaim, comparison: &str) -> bool {
    let kinds: &[&str] = match comparison {
        "given_name" | "family_name" | "full_name" => &["name"],
        "place" => &["address", "postal_code", "city"],
        "handle" => &["handle", "profile_url"],
        "resume" => &["resume_line"],
        other if claim.kind == "attribute" => {
            return attribute_parts(claim.value).is_some_and(|(name, _)| name == other);
        }
        other => return claim.kind == other && claim.role != "referee",
    };
    kinds.contains(&claim.kind) && claim.role != "referee"
}

/// A pair as it stands in the table of pairs.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredPair {
    pub left: u32,
    pub right: u32,
    pub bits: f64,
    pub probability: f64,
    pub found_by: Vec<String>,
    pub outcome: String,
    pub terms: Vec<Term>,
}

/// The strongest stored pair between two groups of records, with `left` of the first.
pub fn strongest_stored(case: &Case, left: &[u32], right: &[u32]) -> Result<Option<StoredPair>, Error> {
    let labels = |records: &[u32]| -> Vec<(String, u32)> {
        records.iter().map(|&record| (case.records[record as usize].label(), record)).collect()
    };
    let (ours, theirs) = (labels(left), labels(right));
    let of =
        |labels: &[(String, u32)], label: &str| labels.iter().find(|(known, _)| known == label).map(|known| known.1);
    let tables = case.pairs(&names(&ours), &names(&theirs))?;
    let mut best: Option<(f64, &InTable, usize, u32, u32)> = None;
    for table in &tables {
        let bits = table.f64("bits")?;
        for (row, (a, b)) in table.text_iter("left")?.zip(table.text_iter("right")?).enumerate() {
            let (a, b) = (a.unwrap_or_default(), b.unwrap_or_default());
            let straight = of(&ours, a).and_then(|a| Some((a, of(&theirs, b)?)));
            let Some((a, b)) = straight.or_else(|| of(&ours, b).and_then(|b| Some((b, of(&theirs, a)?)))) else {
                continue;
            };
            if best.is_none_or(|(most, ..)| bits[row] > most) {
                best = Some((bits[row], table, row, a, b));
            }
        }
    }
    let Some((bits, table, row, left, right)) = best else { return Ok(None) };
    let cell = |name: &str| -> Result<String, Error> {
        Ok(table.text_iter(name)?.nth(row).flatten().unwrap_or_default().to_string())
    };
    Ok(Some(StoredPair {
        left,
        right,
        bits,
        probability: table.f64("probability")?[row],
        found_by: cell("found_by")?.split('|').filter(|rule| !rule.is_empty()).map(str::to_string).collect(),
        outcome: cell("outcome")?,
        // The run wrote this text itself; a folder that somebody changed shows pairs without terms.
        terms: serde_json::from_str(&cell("contributions")?).unwrap_or_default(),
    }))
}

fn names(labels: &[(String, u32)]) -> Vec<&str> {
    labels.iter().map(|(label, _)| label.as_str()).collect()
}

/// The records of persons that a thing stands for: a record, or a persona's. Empty for anything else.
pub fn people(case: &Case, thing: &Thing) -> Vec<u32> {
    let is_person =
        |record: &u32| RecordKind::from_name(&case.records[*record as usize].kind).is_some_and(RecordKind::is_person);
    match thing {
        Thing::Record(record) => Some(*record).into_iter().filter(is_person).collect(),
        Thing::Persona(persona) => {
            case.personas.get(persona).into_iter().flatten().copied().filter(is_person).collect()
        }
        Thing::Ring(_) | Thing::Case(_) | Thing::SetAside(_) | Thing::Value { .. } => Vec::new(),
    }
}

/// Where a source states that two records are one: the cell, if it does.
pub fn stated(case: &Case, left: u32, right: u32) -> Option<String> {
    let (a, b) = (case.records[left as usize].label(), case.records[right as usize].label());
    let mut links = case.links.having(&[&a]).map(|(_, link)| link);
    let link = links.find(|link| {
        link.rule == link_rule::STATED && (link.left == a && link.right == b || link.left == b && link.right == a)
    })?;
    Some(link.terms.first().map(|term| term.left_cell.clone()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim<'a>(kind: &'a str, role: &'a str, value: &'a str) -> CaseClaim<'a> {
        CaseClaim {
            record: 0,
            kind,
            role,
            value,
            raw: value,
            columns: "c",
            links: true,
            marks: "",
            valid_from: None,
            valid_to: None,
        }
    }

    #[test]
    fn a_step_shows_the_values_of_its_comparison_and_no_others() {
        for (kind, role, value, comparison) in [
            ("name", "own", "ann / lee", "family_name"),
            ("city", "home", "salem", "place"),
            ("profile_url", "own", "example.com/ann", "handle"),
            ("phone", "own", "+12025550100", "phone"),
            ("attribute", "own", "trade=baker", "trade"),
        ] {
            assert!(is_compared(&claim(kind, role, value), comparison), "{comparison}");
        }
        for (kind, role, value, comparison) in [
            ("referee_name", "referee", "ann / lee", "family_name"),
            ("phone", "referee", "+12025550100", "phone"),
            ("email", "own", "ann@example.com", "phone"),
            ("attribute", "own", "trade=baker", "size"),
        ] {
            assert!(!is_compared(&claim(kind, role, value), comparison), "{comparison}");
        }
    }

    #[test]
    fn terms_are_told_apart_from_prior_and_rival() {
        let terms: Vec<Term> = serde_json::from_str(
            r#"[{"comparison": "prior", "level": "", "bits": -12.0},
                {"comparison": "phone", "level": "same", "bits": 9.5, "frequency_bits": 1.5},
                {"comparison": "rival", "level": "household", "bits": -2.0}]"#,
        )
        .expect("terms");
        let waterfall = Waterfall::of_terms(&terms);
        assert_eq!((waterfall.prior_bits, waterfall.terms.len()), (-12.0, 1));
        assert_eq!(waterfall.terms[0].frequency_bits, 1.5);
        assert_eq!(waterfall.rival, Some(Rival { name: "household".into(), bits: -2.0 }));
    }
}
