//! Records to candidate pairs: which records of persons may meet at all.
//!
//! Every rule turns a record into blocking keys; records with one key meet. A block over the bound is split by a
//! second key (birth year, then name) and, where that does not help, bounded and reported; it is never dropped
//! silently. Near values (see `near`) bring their holders together as well. What is compared is up to `compare`.
//!
//! Invariant: each pair appears once, tagged with the first rule that found it, in sorted order, on any thread count.

mod keys;

use crate::model::claim::Claims;
use crate::model::diagnostic::Diagnostic;
use crate::model::ids::{RecordId, ValueId};
use crate::model::pair::CandidatePair;
use keys::{Keyed, RULES};
use rayon::prelude::*;

/// Records of one block that are compared all with all; a larger block is split by a second key first.
const BLOCK_SIZE: usize = 60;
/// Records of one split block that are still compared all with all.
const SPLIT_BLOCK_SIZE: usize = 120;
/// Neighbours in sorted order that a record of a block over both bounds still meets.
const WINDOW: usize = 10;

/// What one rule brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleStatistics {
    /// Name of the rule.
    pub rule: &'static str,
    /// Blocks of two and more records.
    pub blocks: u64,
    /// Pairs that the rule makes, those that an earlier rule found included.
    pub pairs: u64,
    /// Pairs that no earlier rule had found.
    pub new_pairs: u64,
    /// Records of the largest block.
    pub largest: u64,
    /// Blocks that stayed over the bound after the split, where records meet their neighbours only.
    pub bounded: u64,
}

/// Candidate pairs with what there is to say about them.
#[derive(Clone, Debug, Default)]
pub struct Blocking {
    /// Sorted by left, then right.
    pub pairs: Vec<CandidatePair>,
    pub statistics: Vec<RuleStatistics>,
    pub diagnostics: Vec<Diagnostic>,
}

/// The name of the rule that a candidate pair is tagged with.
pub fn rule_name(rule: u8) -> &'static str {
    RULES.get(rule as usize).map_or("?", |rule| rule.name)
}

/// All candidate pairs among the records of persons. `near` are pairs of near values.
///
/// Time and memory grow with records and with the pairs that result; at most `pairs_max` pairs are kept, and
/// reaching that bound is a diagnostic.
pub fn block(claims: &Claims, near: &[(ValueId, ValueId)], pairs_max: usize) -> Blocking {
    let people: Vec<RecordId> =
        (0..claims.records.len()).map(RecordId::from).filter(|&id| claims.record(id).kind.is_person()).collect();
    let context = keys::Context::new(claims, &people);
    let mut blocking = Blocking::default();
    let mut pairs: Vec<(u64, u8)> = Vec::new();
    for (index, rule) in RULES.iter().enumerate() {
        let mut statistics = RuleStatistics { rule: rule.name, ..Default::default() };
        let mut found = match rule.keys {
            keys::Source::Keys(keys) => {
                let keyed = people
                    .par_iter()
                    .flat_map_iter(|&record| {
                        let mut out = Vec::new();
                        keys(&context, record, &mut out);
                        out.sort_unstable();
                        out.dedup();
                        out.into_iter().map(move |key| Keyed { key, record })
                    })
                    .collect();
                pairs_of_blocks(&context, keyed, &mut statistics)
            }
            keys::Source::NearValues => pairs_of_near_values(&context, near, &mut statistics),
        };
        found.par_sort_unstable();
        found.dedup();
        statistics.pairs = found.len() as u64;
        pairs.extend(found.into_iter().map(|pair| (pair, index as u8)));
        blocking.statistics.push(statistics);
        if pairs.len() > pairs_max.saturating_mul(2) {
            deduplicate(&mut pairs);
        }
    }
    deduplicate(&mut pairs);
    for &(_, rule) in &pairs {
        blocking.statistics[rule as usize].new_pairs += 1;
    }
    if pairs.len() > pairs_max {
        blocking.diagnostics.push(
            Diagnostic::warning(
                "candidate-pairs-bound",
                "",
                format!(
                    "{} candidate pairs; only {pairs_max} are scored, those of the most specific rules",
                    pairs.len()
                ),
            )
            .hint("raise bounds.candidate_pairs_millions if there is memory for it (about 100 bytes a pair)"),
        );
        pairs.sort_unstable_by_key(|&(pair, rule)| (rule, pair));
        pairs.truncate(pairs_max);
        pairs.sort_unstable();
    }
    let bounded: u64 = blocking.statistics.iter().map(|statistics| statistics.bounded).sum();
    if bounded > 0 {
        let names: Vec<&str> = blocking.statistics.iter().filter(|s| s.bounded > 0).map(|s| s.rule).collect();
        blocking.diagnostics.push(Diagnostic::note(
            "block-bound",
            "",
            format!(
                "{bounded} blocks stayed over {SPLIT_BLOCK_SIZE} records after the split (rules: {}); \
                 there a record meets its {WINDOW} nearest neighbours by name and whatever other rules bring",
                names.join(", ")
            ),
        ));
    }
    blocking.pairs = pairs
        .into_iter()
        .filter_map(|(pair, rule)| CandidatePair::new(RecordId((pair >> 32) as u32), RecordId(pair as u32), 1 << rule))
        .collect();
    blocking
}

/// Keeps each pair once, with its first rule.
fn deduplicate(pairs: &mut Vec<(u64, u8)>) {
    pairs.par_sort_unstable();
    pairs.dedup_by_key(|&mut (pair, _)| pair);
}

fn pack(a: RecordId, b: RecordId) -> u64 {
    let (left, right) = if a < b { (a, b) } else { (b, a) };
    (u64::from(left.0) << 32) | u64::from(right.0)
}

/// All pairs inside each block; over-large blocks are split, then bounded.
fn pairs_of_blocks(context: &keys::Context, mut keyed: Vec<Keyed>, statistics: &mut RuleStatistics) -> Vec<u64> {
    keyed.par_sort_unstable();
    let mut pairs = Vec::new();
    for block in keyed.chunk_by(|a, b| a.key == b.key).filter(|block| block.len() > 1) {
        statistics.blocks += 1;
        statistics.largest = statistics.largest.max(block.len() as u64);
        if block.len() <= BLOCK_SIZE {
            all_pairs(block, &mut pairs);
            continue;
        }
        let mut split: Vec<(u64, Keyed)> =
            block.iter().map(|&keyed| (context.second_key(keyed.record), keyed)).collect();
        split.sort_unstable();
        for part in split.chunk_by(|a, b| a.0 == b.0) {
            let part: Vec<Keyed> = part.iter().map(|&(_, keyed)| keyed).collect();
            if part.len() <= SPLIT_BLOCK_SIZE {
                all_pairs(&part, &mut pairs);
            } else {
                statistics.bounded += 1;
                window_pairs(context, part, &mut pairs);
            }
        }
        // Neighbours across the parts still meet, so that one wrong second key does not part two records for good.
        window_pairs(context, block.to_vec(), &mut pairs);
    }
    pairs
}

fn all_pairs(block: &[Keyed], pairs: &mut Vec<u64>) {
    for (index, left) in block.iter().enumerate() {
        pairs.extend(block[index + 1..].iter().map(|right| pack(left.record, right.record)));
    }
}

/// Sorted neighbourhood by name inside one block.
fn window_pairs(context: &keys::Context, mut block: Vec<Keyed>, pairs: &mut Vec<u64>) {
    block.sort_by_cached_key(|keyed| (context.name_key(keyed.record), keyed.record));
    for (index, left) in block.iter().enumerate() {
        pairs.extend(block[index + 1..].iter().take(WINDOW).map(|right| pack(left.record, right.record)));
    }
}

/// Holders of near values meet. A value of many holders meets through its other rules.
fn pairs_of_near_values(
    context: &keys::Context,
    near: &[(ValueId, ValueId)],
    statistics: &mut RuleStatistics,
) -> Vec<u64> {
    let mut pairs = Vec::new();
    for &(left, right) in near {
        let (left, right) = (context.holders(left), context.holders(right));
        if left.is_empty() || right.is_empty() {
            continue;
        }
        statistics.blocks += 1;
        statistics.largest = statistics.largest.max((left.len() + right.len()) as u64);
        if left.len() * right.len() > BLOCK_SIZE * BLOCK_SIZE {
            statistics.bounded += 1;
            continue;
        }
        for &a in left {
            pairs.extend(right.iter().filter(|&&b| b != a).map(|&b| pack(a, b)));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::testing::Builder;
    use crate::model::value::IdentifierKind;
    use std::collections::BTreeSet;

    fn pairs(claims: &Claims, near: &[(ValueId, ValueId)]) -> BTreeSet<(u32, u32)> {
        block(claims, near, 1_000_000).pairs.iter().map(|pair| (pair.left().0, pair.right().0)).collect()
    }

    fn meet(left: &[(IdentifierKind, &str)], right: &[(IdentifierKind, &str)]) -> bool {
        let mut builder = Builder::new();
        for values in [left, right] {
            let record = builder.record(crate::model::record::RecordKind::Person);
            for (kind, text) in values {
                builder.claim(record, *kind, text);
            }
        }
        let claims = builder.build();
        let near: Vec<_> =
            crate::near::neighbours(&claims.dictionary).pairs.iter().map(|pair| (pair.left, pair.right)).collect();
        !pairs(&claims, &near).is_empty()
    }

    #[test]
    fn records_meet_through_identifiers_near_ones_names_and_dates() {
        use IdentifierKind::*;
        assert!(meet(&[(Email, "kite@example.com")], &[(Email, "kite@example.com")]));
        assert!(meet(&[(Phone, "+12025550141")], &[(Phone, "+12025550147")]));
        assert!(meet(&[(Name, "ann / smith")], &[(Name, "anne / smyth")]));
        assert!(meet(
            &[(Name, "robert / smith"), (BirthDate, "1971-06-24")],
            &[(Name, "bob / smyth"), (BirthDate, "1971-06-24")]
        ));
        assert!(meet(&[(Name, "golden spoon cafe")], &[(Name, "cafe the golden spoon")]));
    }

    #[test]
    fn strangers_and_placeholders_do_not_meet() {
        use IdentifierKind::*;
        assert!(!meet(&[(Name, "ann / archer"), (City, "salem")], &[(Name, "ben / baker"), (City, "salem")]));
        let mut builder = Builder::new();
        for _ in 0..2 {
            builder.record(crate::model::record::RecordKind::Person);
        }
        assert!(pairs(&builder.build(), &[]).is_empty());
    }

    #[test]
    fn a_block_over_the_bound_is_split_and_reported_but_neighbours_still_meet() {
        let mut builder = Builder::new();
        for index in 0..400 {
            let record = builder.record(crate::model::record::RecordKind::Person);
            builder.claim(record, IdentifierKind::Phone, "+12025550100");
            // Two records of each name; all carry one phone.
            builder.claim(record, IdentifierKind::Name, &format!("given{:03} / family{:03}", index / 2, index / 2));
        }
        let claims = builder.build();
        let blocking = block(&claims, &[], 1_000_000);
        let found: BTreeSet<(u32, u32)> = blocking.pairs.iter().map(|pair| (pair.left().0, pair.right().0)).collect();
        assert!(found.len() < 400 * 399 / 2, "not all with all");
        assert!((0..200).all(|index| found.contains(&(index * 2, index * 2 + 1))), "each name meets itself");
        assert_eq!(blocking.pairs.len(), found.len(), "each pair once");
        assert!(blocking.statistics.iter().map(|rule| rule.new_pairs).sum::<u64>() as usize == found.len());
    }

    #[test]
    fn the_bound_on_pairs_is_said() {
        let mut builder = Builder::new();
        for _ in 0..30 {
            let record = builder.record(crate::model::record::RecordKind::Person);
            builder.claim(record, IdentifierKind::Email, "kite@example.com");
        }
        let blocking = block(&builder.build(), &[], 100);
        assert_eq!(blocking.pairs.len(), 100);
        assert_eq!(blocking.diagnostics[0].code, "candidate-pairs-bound");
    }
}
