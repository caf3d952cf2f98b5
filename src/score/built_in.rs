//! The model that holds until something is learned: from general knowledge of data about people and organisations, and
//! from no set. m falls with the grade of agreement, u is what strangers reach.

use super::model::{ComparisonParameters, LevelParameters, Rival};
use crate::compare::Comparison;
use crate::model::value::AttributeType;

/// Expected further records of its person that a record has in the data.
pub const MATCHES_PER_RECORD: f64 = 1.0;

/// Relations through one added column that compete.
const RIVALS_OF_COLUMNS_MAX: usize = 8;

const NAME: &[(f64, f64)] =
    &[(0.74, 0.01), (0.05, 0.004), (0.09, 0.005), (0.02, 0.002), (0.02, 0.02), (0.03, 0.015), (0.05, 0.944)];
const FAMILY: &[(f64, f64)] =
    &[(0.79, 0.004), (0.03, 0.003), (0.08, 0.002), (0.01, 0.001), (0.01, 0.015), (0.03, 0.015), (0.05, 0.96)];
const WORDS: &[(f64, f64)] = &[(0.50, 0.001), (0.18, 0.001), (0.11, 0.003), (0.08, 0.01), (0.08, 0.06), (0.05, 0.925)];
const DOCUMENT: &[(f64, f64)] = &[(0.84, 0.00001), (0.06, 0.0001), (0.10, 0.99989)];
const EXACT_OR_NEAR: &[(f64, f64)] = &[(0.55, 0.0002), (0.08, 0.0008), (0.37, 0.999)];

const TABLE: &[(&str, &[(f64, f64)])] = &[
    ("given_name", NAME),
    ("family_name", FAMILY),
    ("full_name", WORDS),
    ("birth_date", &[(0.78, 0.0001), (0.08, 0.002), (0.04, 0.004), (0.03, 0.004), (0.03, 0.015), (0.04, 0.9749)]),
    ("email", &[(0.50, 0.0002), (0.06, 0.0005), (0.08, 0.0005), (0.03, 0.001), (0.08, 0.03), (0.25, 0.9678)]),
    ("phone", &[(0.55, 0.0002), (0.05, 0.001), (0.40, 0.9988)]),
    (
        "place",
        &[
            (0.42, 0.0003),
            (0.06, 0.001),
            (0.10, 0.002),
            (0.06, 0.003),
            (0.08, 0.01),
            (0.12, 0.03),
            (0.02, 0.005),
            (0.14, 0.9487),
        ],
    ),
    ("government_id", DOCUMENT),
    ("document_number", DOCUMENT),
    ("account", EXACT_OR_NEAR),
    ("handle", EXACT_OR_NEAR),
    ("photo_hash", EXACT_OR_NEAR),
    ("resume", &[(0.50, 0.0005), (0.20, 0.003), (0.30, 0.9965)]),
];

fn added(kind: AttributeType) -> &'static [(f64, f64)] {
    match kind {
        AttributeType::Category => &[(0.75, 0.2), (0.25, 0.8)],
        AttributeType::Text | AttributeType::LongText => WORDS,
        AttributeType::Number => &[(0.6, 0.02), (0.1, 0.02), (0.1, 0.06), (0.08, 0.15), (0.12, 0.75)],
        AttributeType::Date => &[(0.6, 0.003), (0.08, 0.006), (0.06, 0.01), (0.06, 0.04), (0.06, 0.06), (0.14, 0.881)],
        AttributeType::Code => &[(0.6, 0.001), (0.1, 0.002), (0.08, 0.01), (0.22, 0.987)],
    }
}

/// The parameters of one comparison. A comparison without a row of its own says nothing: m and u are equal.
pub fn parameters(comparison: &Comparison) -> ComparisonParameters {
    let levels = &comparison.levels[1..];
    let row = match comparison.added {
        Some(kind) => Some(added(kind)),
        None => TABLE.iter().find(|(name, _)| *name == comparison.name).map(|(_, row)| *row),
    };
    let even = 1.0 / levels.len().max(1) as f64;
    let of = |at: usize| row.and_then(|row| row.get(at).copied()).unwrap_or((even, even));
    ComparisonParameters {
        name: comparison.name.clone(),
        compared_as: comparison.added.map(|kind| kind.name().to_owned()),
        levels: levels
            .iter()
            .enumerate()
            .map(|(at, name)| {
                let (m, u) = of(at);
                LevelParameters { name: (*name).to_owned(), m, u, matches: 0.0, random: 0 }
            })
            .collect(),
    }
}

/// The innocent relations that compete with "one person".
///
/// A table with columns of its own (papers, discs, products) has relations of its own: works by one author, editions in
/// one series. Each added text or code may be what two different things have in common, and so may all columns but the
/// name.
pub fn rivals(comparisons: &[Comparison]) -> Vec<Rival> {
    let rival = |name: &str, shares: &[&str], per_record: f64| Rival {
        name: name.to_owned(),
        shares: shares.iter().map(|share| (*share).to_owned()).collect(),
        per_record,
    };
    let added: Vec<&Comparison> = comparisons.iter().filter(|comparison| comparison.added.is_some()).collect();
    let told_apart = |kind: Option<AttributeType>| {
        matches!(kind, Some(AttributeType::Text | AttributeType::LongText | AttributeType::Code))
    };
    let mut rivals = vec![
        // Spouses, parents and children, brothers and sisters.
        rival("household", &["family_name", "place", "phone", "account"], 0.6),
        rival("household with one mailbox", &["family_name", "place", "phone", "account", "email"], 0.06),
        rival("twins", &["family_name", "place", "phone", "account", "birth_date"], 0.01),
        rival("father and son", &["given_name", "family_name", "place", "phone", "account"], 0.01),
        // Organisations: one name at several places, several names at one place.
        rival("branch", &["full_name", "phone", "account", "handle"], 0.1),
        rival("neighbour", &["place", "phone"], 0.2),
    ];
    for comparison in added.iter().filter(|comparison| told_apart(comparison.added)).take(RIVALS_OF_COLUMNS_MAX) {
        rivals.push(rival(&format!("same {}", comparison.name), &[&comparison.name], 0.5));
    }
    if !added.is_empty() {
        let all: Vec<&str> = added.iter().map(|comparison| comparison.name.as_str()).collect();
        rivals.push(rival("all but the name", &all, 0.5));
    }
    rivals
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::comparisons;

    #[test]
    fn every_level_of_every_comparison_has_parameters_that_are_probabilities() {
        let types: Vec<_> = AttributeType::ALL.iter().map(|kind| (kind.name().to_owned(), *kind)).collect();
        for comparison in comparisons(&types) {
            let row = match comparison.added {
                Some(kind) => added(kind),
                None => TABLE.iter().find(|(name, _)| *name == comparison.name).map_or(&[][..], |(_, row)| row),
            };
            assert_eq!(row.len() + 1, comparison.levels.len(), "{}", comparison.name);
            let (m, u) = row.iter().fold((0.0, 0.0), |(m, u), level| (m + level.0, u + level.1));
            assert!((m - 1.0).abs() < 1e-6 && (u - 1.0).abs() < 1e-2, "{}: {m} {u}", comparison.name);
        }
    }

    #[test]
    fn rivals_share_comparisons_that_exist() {
        let known = comparisons(&[]);
        for rival in rivals(&known) {
            for share in &rival.shares {
                assert!(known.iter().any(|comparison| comparison.name == *share), "{} {share}", rival.name);
            }
        }
    }
}
