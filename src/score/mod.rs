//! Comparison vectors to weights: log2(m/u) per comparison, summed, plus the prior (Fellegi and Sunter 1969).
//!
//! The model says what a level is worth. Here it is the built-in one; a trained model takes the same place
//! ([`Model`] is all that scoring knows). Agreement on a value is weighed by how common the value is
//! (term-frequency adjustment).

pub mod model;

use crate::compare::{COMPARISONS, ComparisonVector, Context, FAMILY_NAME, GIVEN_NAME, SHARED_BY_HOUSEHOLDS};
use crate::model::pair::{CandidatePair, ScoredPair, Term};
pub use model::Model;
use rayon::prelude::*;

/// Levels of both name parts that count as disagreement; see [`COMPARISONS`].
const DIFFERENT: u8 = 5;

/// Scores candidate pairs and keeps those of at least `keep_bits` whose names do not disagree in both parts. Sorted as the candidates are; the same on any
/// number of threads.
pub fn score(context: &Context, model: &Model, pairs: &[CandidatePair], keep_bits: f64) -> Vec<ScoredPair> {
    let prior = model.prior_bits(context.people());
    pairs
        .par_iter()
        .filter_map(|&pair| {
            let vector = context.compare_unless_names_disagree(pair.left(), pair.right())?;
            let scored = score_vector(model, prior, pair, &vector);
            (f64::from(scored.bits) >= keep_bits).then_some(scored)
        })
        .collect()
}

/// The weight of one comparison vector with its terms.
///
/// Where given names differ, the rival of "one person" is not two strangers but two people of one household: what these
/// agree in anyway (family name, phone, home, account) then speaks for neither and counts nothing.
pub fn score_vector(model: &Model, prior: f64, pair: CandidatePair, vector: &ComparisonVector) -> ScoredPair {
    let mut bits = prior;
    let mut terms = Vec::with_capacity(COMPARISONS.len());
    for (index, observed) in vector.iter().enumerate().filter(|(_, observed)| observed.level != 0) {
        let mut term = model.bits(index, *observed);
        if vector[GIVEN_NAME].level == DIFFERENT && SHARED_BY_HOUSEHOLDS.contains(&COMPARISONS[index].name) {
            term = term.min(0.0);
        }
        bits += term;
        terms.push(Term { comparison: index as u8, level: observed.level, bits: term as f32 });
    }
    let names_disagree = vector[GIVEN_NAME].level == DIFFERENT && vector[FAMILY_NAME].level == DIFFERENT;
    ScoredPair { pair, bits: bits as f32, terms, names_disagree }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::RecordId;
    use crate::model::pair::Observed;

    fn vector(levels: &[(usize, u8, Option<f32>)]) -> ComparisonVector {
        let mut vector = ComparisonVector::default();
        for &(comparison, level, frequency) in levels {
            vector[comparison] = Observed { level, frequency };
        }
        vector
    }

    fn bits(levels: &[(usize, u8, Option<f32>)]) -> f32 {
        let pair = CandidatePair::new(RecordId(0), RecordId(1), 0).unwrap();
        let model = Model::built_in();
        let scored = score_vector(&model, model.prior_bits(4000), pair, &vector(levels));
        let sum: f32 = scored.terms.iter().map(|term| term.bits).sum();
        assert!((scored.bits - sum - model.prior_bits(4000) as f32).abs() < 1e-3, "terms add up to the weight");
        scored.bits
    }

    #[test]
    fn a_rare_name_says_more_than_a_common_one() {
        let rare = bits(&[(GIVEN_NAME, 1, Some(0.0003)), (FAMILY_NAME, 1, Some(0.0003))]);
        let common = bits(&[(GIVEN_NAME, 1, Some(0.03)), (FAMILY_NAME, 1, Some(0.02))]);
        assert!(rare > common + 8.0, "{rare} {common}");
    }

    #[test]
    fn the_same_person_links_and_a_spouse_does_not() {
        let same = bits(&[(0, 1, Some(0.01)), (1, 1, Some(0.01)), (5, 1, Some(0.0001))]);
        let spouse = bits(&[(0, 5, None), (1, 1, Some(0.001)), (5, 1, Some(0.0003)), (6, 1, Some(0.0003))]);
        let renamed = bits(&[(0, 5, None), (1, 1, Some(0.001)), (3, 1, Some(0.0002)), (7, 1, Some(0.00001))]);
        assert!(same > 3.2, "{same}");
        assert!(spouse < 0.0, "{spouse}");
        assert!(renamed > 3.2, "a birth date and a government id are no household's: {renamed}");
    }

    #[test]
    fn what_is_not_observed_costs_nothing() {
        assert_eq!(bits(&[]), Model::built_in().prior_bits(4000) as f32);
    }
}
