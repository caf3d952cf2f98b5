//! The model: m and u of every level of every comparison, and the prior.

use crate::compare::COMPARISONS;
use crate::model::pair::Observed;
use crate::model::weight::MatchWeight;

/// m and u of one comparison level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LevelParameters {
    /// P(level given the records match).
    pub m: f64,
    /// P(level given they do not); the observed frequency of the agreed value takes its place where there is one.
    pub u: f64,
}

/// A complete model.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Where it comes from, for the manifest: `built-in`.
    pub origin: String,
    /// Expected further records of its person that a record has in the data.
    pub matches_per_record: f64,
    /// For each comparison, for each level after *not observed*.
    pub levels: Vec<Vec<LevelParameters>>,
}

impl Model {
    /// Sensible values for data about people and organisations, made from general knowledge of such data and not from
    /// any set: m falls with the grade of agreement, u is what strangers reach.
    pub fn built_in() -> Model {
        let table: &[&[(f64, f64)]] = &[
            // given_name: same, variant, typo, initial, different
            &[(0.76, 0.01), (0.06, 0.004), (0.10, 0.005), (0.03, 0.03), (0.05, 0.95)],
            // family_name
            &[(0.83, 0.003), (0.03, 0.003), (0.08, 0.002), (0.01, 0.03), (0.05, 0.99)],
            // full_name: same, strong, good, weak, different
            &[(0.55, 0.001), (0.20, 0.001), (0.13, 0.004), (0.07, 0.03), (0.05, 0.96)],
            // birth_date: same, one digit or swapped, two of three parts, similar, different
            &[(0.80, 0.0001), (0.08, 0.002), (0.04, 0.004), (0.04, 0.003), (0.04, 0.98)],
            // email: same, same local part, near, different
            &[(0.50, 0.0002), (0.08, 0.0005), (0.10, 0.002), (0.32, 0.99)],
            // phone: same, one digit off, different
            &[(0.55, 0.0002), (0.05, 0.001), (0.40, 0.99)],
            // place: same address, same building, near address, same postal code, same city, different
            &[(0.45, 0.0003), (0.08, 0.002), (0.10, 0.003), (0.10, 0.01), (0.12, 0.03), (0.15, 0.93)],
            // government_id: same, one edit, different
            &[(0.88, 0.00001), (0.07, 0.0001), (0.05, 1.0)],
            // document_number
            &[(0.80, 0.00001), (0.06, 0.0001), (0.14, 1.0)],
            // account
            &[(0.50, 0.0002), (0.05, 0.0005), (0.45, 1.0)],
            // handle
            &[(0.60, 0.0002), (0.08, 0.001), (0.32, 1.0)],
            // photo_hash
            &[(0.55, 0.0002), (0.20, 0.0003), (0.25, 1.0)],
            // resume: three rare lines, one rare line, different
            &[(0.50, 0.0005), (0.20, 0.003), (0.30, 1.0)],
        ];
        let levels =
            table.iter().map(|levels| levels.iter().map(|&(m, u)| LevelParameters { m, u }).collect()).collect();
        Model { origin: "built-in".to_string(), matches_per_record: 1.0, levels }
    }

    /// Lower-case hex SHA-256 over everything that decides a weight.
    pub fn digest(&self) -> String {
        use sha2::{Digest, Sha256};
        let mut hasher = Sha256::new();
        hasher.update(self.matches_per_record.to_le_bytes());
        for level in self.levels.iter().flatten() {
            hasher.update(level.m.to_le_bytes());
            hasher.update(level.u.to_le_bytes());
        }
        hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// log2 odds that two records drawn at random from `people` are one person.
    pub fn prior_bits(&self, people: u32) -> f64 {
        let others = f64::from(people.max(2)) - 1.0;
        MatchWeight::of_probability((self.matches_per_record / others).min(0.5)).0
    }

    /// The bits of one observation: log2(m/u), with the value's own frequency for u where it is known.
    pub fn bits(&self, comparison: usize, observed: Observed) -> f64 {
        let Some(parameters) =
            (observed.level as usize).checked_sub(1).and_then(|level| self.levels.get(comparison)?.get(level))
        else {
            return 0.0;
        };
        let u = observed.frequency.map_or(parameters.u, f64::from);
        MatchWeight::of_ratio(parameters.m, u).0
    }
}

/// The name of a level, for people.
pub fn level_name(comparison: usize, level: u8) -> &'static str {
    COMPARISONS.get(comparison).and_then(|comparison| comparison.levels.get(level as usize)).unwrap_or(&"?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_of_every_comparison_has_parameters_that_are_probabilities() {
        let model = Model::built_in();
        assert_eq!(model.levels.len(), COMPARISONS.len());
        for (comparison, levels) in COMPARISONS.iter().zip(&model.levels) {
            assert_eq!(levels.len() + 1, comparison.levels.len(), "{}", comparison.name);
            let sum: f64 = levels.iter().map(|level| level.m).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{}: m sums to {sum}", comparison.name);
            assert!(levels.iter().all(|level| level.u > 0.0 && level.u <= 1.0), "{}", comparison.name);
        }
    }
}
