//! Scored pairs as a run folder keeps them: the parts of a weight, what became of the pair, and the table of all pairs.

use super::Found;
use crate::block;
use crate::compare::Comparison;
use crate::model::cluster::{Apart, RecordLink};
use crate::model::ids::RecordId;
use crate::model::pair::{CandidatePair, ScoredPair};
use crate::model::weight::MatchWeight;
use crate::score::Model;
use crate::store::table::OutTable;
use serde::Serialize;
use std::ops::Range;

/// Smaller parts of a weight are not told.
const BITS_MIN: f64 = 0.0005;

/// One part of the weight of a pair, as it is written.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part<'a> {
    comparison: &'a str,
    level: &'a str,
    bits: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency_bits: Option<f64>,
}

/// The parts that add up to the weight of a pair, as they stand in `contributions`: prior, one row for each comparison
/// that was observed, rival. Rounded to a thousandth of a bit each.
pub fn contributions<'a>(scored: &ScoredPair, comparisons: &'a [Comparison], model: &'a Model) -> Vec<Part<'a>> {
    fn row<'r>(comparison: &'r str, level: &'r str, bits: f32) -> Part<'r> {
        Part { comparison, level, bits: rounded(bits), frequency_bits: None }
    }
    let mut rows = vec![row("prior", "", scored.prior_bits())];
    for term in &scored.terms {
        let Some(comparison) = comparisons.get(usize::from(term.comparison)) else { continue };
        let level = comparison.levels.get(usize::from(term.level)).copied().unwrap_or_default();
        let is_told = f64::from(term.frequency_bits).abs() >= BITS_MIN;
        let frequency_bits = is_told.then(|| rounded(term.frequency_bits));
        rows.push(Part { frequency_bits, ..row(&comparison.name, level, term.bits) });
    }
    if f64::from(scored.rival_bits) < -BITS_MIN {
        let rival = model.rivals.get(usize::from(scored.rival)).map_or("", |rival| rival.name.as_str());
        rows.push(row("rival", rival, scored.rival_bits));
    }
    rows
}

/// [`contributions`] as the cell of a table.
pub fn contributions_cell(scored: &ScoredPair, comparisons: &[Comparison], model: &Model) -> String {
    // Texts and numbers that are numbers: nothing in them that JSON could not say.
    serde_json::to_string(&contributions(scored, comparisons, model)).unwrap_or_default()
}

fn rounded(bits: f32) -> f64 {
    super::publish::round(f64::from(bits), 3)
}

/// All blocking rules that found a pair, the most specific first.
pub fn rules(pair: &CandidatePair) -> String {
    rule_names(pair.rules).join("|")
}

/// The names of blocking rules, given as bits.
pub fn rule_names(rules: u16) -> Vec<&'static str> {
    (0..16).filter(|rule| rules >> rule & 1 == 1).map(block::rule_name).collect()
}

/// What became of each scored pair, in their order.
pub fn outcomes(found: &Found, threshold_bits: f64) -> Vec<&'static str> {
    let personas = &found.personas;
    let together = |pair: &CandidatePair| {
        let persona = |record: RecordId| personas.of_record[record.index()];
        persona(pair.left()).is_some() && persona(pair.left()) == persona(pair.right())
    };
    let mut outcomes: Vec<&'static str> = found
        .scored
        .iter()
        .map(|scored| match scored {
            _ if together(&scored.pair) => "within",
            _ if scored.names_disagree => "names disagree",
            _ if f64::from(scored.bits) < threshold_bits => "below threshold",
            _ => "cut",
        })
        .collect();
    for &(index, apart) in personas.apart.iter().filter(|&&(index, _)| !together(&found.scored[index].pair)) {
        outcomes[index] = match apart {
            Apart::CannotLink => "cannot link",
            Apart::Cut => "cut",
        };
    }
    for link in &personas.links {
        if let RecordLink::Scored(index) = *link {
            outcomes[index] = "linked";
        }
    }
    outcomes
}

/// Some of the scored pairs that were kept, in their order; `label` names a record, `outcomes` are those of all pairs.
pub fn table(found: &Found, rows: Range<usize>, outcomes: &[&str], label: impl Fn(RecordId) -> String) -> OutTable {
    let pairs = || found.scored[rows.clone()].iter();
    let bits: Vec<f64> = pairs().map(|scored| rounded(scored.bits)).collect();
    let probability = bits.iter().map(|&bits| super::publish::round(MatchWeight(bits).probability(), 6)).collect();
    OutTable::new("pairs")
        .text("left", pairs().map(|scored| label(scored.pair.left())))
        .text("right", pairs().map(|scored| label(scored.pair.right())))
        .f64("bits", bits)
        .f64("probability", probability)
        .text("found_by", pairs().map(|scored| rules(&scored.pair)))
        .text("outcome", &outcomes[rows.clone()])
        .text("contributions", pairs().map(|scored| contributions_cell(scored, &found.comparisons, &found.model)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare;
    use crate::model::pair::Term;

    fn scored() -> ScoredPair {
        let pair = CandidatePair::new(RecordId(3), RecordId(1), 0b101).expect("two records");
        let term = |comparison, level, bits, frequency_bits| Term { comparison, level, bits, frequency_bits };
        let terms = vec![term(1, 1, 9.1234, 2.5), term(3, 6, -7.0, 0.0)];
        ScoredPair { pair, bits: -13.3766, terms, rival_bits: -3.25, rival: 0, names_disagree: false }
    }

    #[test]
    fn the_parts_of_a_weight_add_up_to_it() {
        let comparisons = compare::comparisons(&[]);
        let model = Model::built_in(&comparisons);
        let rows = contributions(&scored(), &comparisons, &model);
        let names: Vec<&str> = rows.iter().map(|row| row.comparison).collect();
        assert_eq!(names, ["prior", "family_name", "birth_date", "rival"]);
        let sum: f64 = rows.iter().map(|row| row.bits).sum();
        assert!((sum - -13.3766).abs() < 0.003, "{sum}");
        assert_eq!((rows[1].level, rows[1].frequency_bits), ("same", Some(2.5)));
        assert_eq!(rows[3].level, model.rivals[0].name);
        // No part of a term is due to frequency: nothing is told.
        let written = serde_json::to_string(&rows[2]).expect("written");
        assert_eq!(written, r#"{"comparison":"birth_date","level":"different","bits":-7.0}"#);
        // No rival that takes anything: no row.
        let alone = ScoredPair { rival_bits: 0.0, ..scored() };
        assert_eq!(contributions(&alone, &comparisons, &model).len(), 3);
    }

    #[test]
    fn all_rules_of_a_pair_are_named() {
        assert_eq!(rules(&scored().pair), format!("{}|{}", block::rule_name(0), block::rule_name(2)));
        assert!(rule_names(0).is_empty());
    }
}
