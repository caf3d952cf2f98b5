//! Near values: who holds one meets who holds the other.

use super::RuleStatistics;
use super::context::{Context, mix};
use super::pairs::{Keyed, RECORDS_PER_TASK, Reach, Sampling, Side, of_blocks};
use crate::model::ids::{RecordId, ValueId};
use rayon::prelude::*;

/// Pairs of records through pairs of near values. Time: linear in claims, and sorting what holds a near value.
pub(super) fn pairs(
    context: &Context,
    near: &[(ValueId, ValueId)],
    reach: Reach,
    sampling: Sampling,
    statistics: &mut RuleStatistics,
) -> Vec<u64> {
    let sampled = near.par_iter().enumerate().filter(|&(index, _)| sampling.takes(mix(index as u64)));
    // Each value with the pair that asks for it.
    let mut asked: Vec<(ValueId, u64, Side)> = sampled
        .flat_map_iter(|(index, &(left, right))| [(left, index as u64, Side::Left), (right, index as u64, Side::Right)])
        .collect();
    asked.par_sort_unstable();
    let held = held(context, &asked);
    let mut holders = &held[..];
    let mut keyed = Vec::with_capacity(held.len());
    for asked in asked.chunk_by(|a, b| a.0 == b.0) {
        let (value, ..) = asked[0];
        let own = holders.iter().take_while(|(held, _)| *held == value).count();
        for &(_, key, side) in asked {
            keyed.extend(holders[..own].iter().map(|&(_, record)| Keyed { key, record, side }));
        }
        holders = &holders[own..];
    }
    of_blocks(context, keyed, reach, statistics)
}

/// Which records of persons carry a value that is asked for; sorted by value, each once.
fn held(context: &Context, asked: &[(ValueId, u64, Side)]) -> Vec<(ValueId, RecordId)> {
    let mut is_asked = vec![false; context.claims.dictionary.len()];
    asked.iter().for_each(|(value, ..)| is_asked[value.index()] = true);
    let of_some = |people: &[RecordId]| -> Vec<(ValueId, RecordId)> {
        let claims = people.iter().flat_map(|&record| context.claims.of(record));
        claims.filter(|claim| is_asked[claim.value.index()]).map(|claim| (claim.value, claim.record)).collect()
    };
    let mut held: Vec<_> = context.people.par_chunks(RECORDS_PER_TASK).flat_map_iter(of_some).collect();
    held.par_sort_unstable();
    held.dedup();
    held
}
