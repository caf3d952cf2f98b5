//! Blocks to pairs: all with all in a small block, by a second, third and fourth key in a large one, and in sorted
//! order with the nearest where no key parts it any further.
//!
//! Time is near-linear in the members of blocks plus the pairs that result: no member meets more than
//! [`Reach`] others in one block, beside its neighbors.

use super::RuleStatistics;
use super::context::{Context, SPLITS};
use crate::model::ids::RecordId;
use crate::model::pair::CandidatePair;
use rayon::prelude::*;

/// How large a block of a rule may be, and what becomes of one that is larger. What many share says little, and the
/// more records there are, the more share it: a rule that rests on one weak thing brings few others to a record however
/// large the table is, so that pairs grow with records and not with their square.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reach {
    /// Records of a block that are compared all with all; a larger one is split first.
    pub all: usize,
    /// Records of a part of a split block that are still compared all with all.
    pub part: usize,
    /// Neighbors in sorted order that a record of a larger block meets as well.
    pub window: usize,
}

impl Reach {
    /// Of rules whose key is enough for two records to be one person.
    pub const WIDE: Reach = Reach { all: 60, part: 120, window: 10 };
    /// Of rules whose key needs something else beside it.
    pub const NARROW: Reach = Reach { all: 16, part: 32, window: 2 };
    /// Of rules whose key many strangers share.
    pub const NARROWEST: Reach = Reach { all: 4, part: 8, window: 1 };
}

/// A record under one of its blocking keys. Records of two different sides meet, those of one side do not; where all
/// meet all, every side is [`Side::Any`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Keyed {
    pub key: u64,
    pub record: RecordId,
    pub side: Side,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Any,
    Left,
    Right,
}

impl Keyed {
    fn meets(&self, other: &Keyed) -> bool {
        self.record != other.record && (self.side != other.side || self.side == Side::Any)
    }
}

/// Two records as one number: the smaller in the upper half.
pub(super) fn pack(a: RecordId, b: RecordId) -> u64 {
    let (left, right) = if a < b { (a, b) } else { (b, a) };
    (u64::from(left.0) << 32) | u64::from(right.0)
}

/// Which of the keys of a rule are looked at: all of them, or those that a hash picks, one in so many. All members of a
/// block are looked at or none, so that pairs of the sample stand for all pairs of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sampling {
    mask: u64,
}

impl Sampling {
    pub const ALL: Sampling = Sampling { mask: 0 };

    /// One key in `count`, or in the next power of two.
    pub fn one_in(count: u64) -> Sampling {
        Sampling { mask: count.max(1).next_power_of_two() - 1 }
    }

    /// So many keys does one stand for.
    pub fn share(self) -> u64 {
        self.mask + 1
    }

    /// Keys are dealt by their upper bits and sifted by no more than thirty lower ones; these are between them.
    pub fn takes(self, key: u64) -> bool {
        key >> 32 & self.mask == 0
    }
}

/// Records whose keys one task makes.
pub(super) const RECORDS_PER_TASK: usize = 1 << 14;
/// Keys are dealt out by their upper bits, so that each part is sorted where the processor has it at hand.
const PART_BITS: u32 = 8;

/// A way to keys: appends those of a record.
pub(super) type Keys = fn(&Context, RecordId, &mut Vec<u64>);

/// Records under their keys, dealt by the upper bits of the key: by task, then by part.
pub(super) type Dealt = Vec<[Vec<Keyed>; 1 << PART_BITS]>;

/// The records of persons under the keys of a rule that `takes`, each key of a record once. `keys` appends those of one
/// record; it is given what the task has used before.
pub(super) fn deal<S: Default>(
    context: &Context,
    side: Side,
    keys: impl Fn(&mut S, RecordId, &mut Vec<u64>) + Sync,
    takes: impl Fn(u64) -> bool + Sync,
) -> Dealt {
    let of_task = |people: &[RecordId]| {
        let mut parts = std::array::from_fn(|_| Vec::new());
        let (mut scratch, mut own) = (S::default(), Vec::new());
        for &record in people {
            own.clear();
            keys(&mut scratch, record, &mut own);
            own.retain(|&key| takes(key));
            own.sort_unstable();
            own.dedup();
            own.iter().for_each(|&key| parts[(key >> (64 - PART_BITS)) as usize].push(Keyed { key, record, side }));
        }
        parts
    };
    context.people.par_chunks(RECORDS_PER_TASK).map(of_task).collect()
}

/// All pairs inside the blocks of a rule, not sorted and not yet each once.
pub(super) fn of_keys(
    context: &Context,
    keys: Keys,
    reach: Reach,
    sampling: Sampling,
    statistics: &mut RuleStatistics,
) -> Vec<u64> {
    let keys = |(): &mut (), record, own: &mut Vec<u64>| keys(context, record, own);
    let dealt = deal(context, Side::Any, keys, |key| sampling.takes(key));
    of_dealt(context, &dealt, reach, statistics)
}

/// All pairs inside the blocks of records that were dealt by their keys, not sorted and not yet each once.
pub(super) fn of_dealt(context: &Context, dealt: &Dealt, reach: Reach, statistics: &mut RuleStatistics) -> Vec<u64> {
    // A record may stand on both sides of a block.
    if 2 * context.people.len() > reach.all {
        context.places();
    }
    let made: Vec<Made> = (0..1usize << PART_BITS)
        .into_par_iter()
        .map(|part| {
            let mut keyed: Vec<Keyed> = Vec::with_capacity(dealt.iter().map(|parts| parts[part].len()).sum());
            dealt.iter().for_each(|parts| keyed.extend_from_slice(&parts[part]));
            keep_shared(&mut keyed);
            keyed.sort_unstable();
            let mut made = Made::within(reach);
            let blocks = keyed.chunk_by(|a, b| a.key == b.key).filter(|block| can_meet(block));
            blocks.for_each(|block| made.block(context, block));
            made
        })
        .collect();
    gather(made, statistics)
}

/// Leaves out keys that only one record has; most have none beside them. Some such may stay.
fn keep_shared(keyed: &mut Vec<Keyed>) {
    let bits = (keyed.len() * 8).next_power_of_two().max(64);
    let (mut once, mut twice) = (vec![0u64; bits / 64], vec![0u64; bits / 64]);
    // The upper bits are those of the part.
    let place = |key: u64| ((key as usize & (bits - 1)) / 64, 1u64 << (key & 63));
    for keyed in keyed.iter() {
        let (word, bit) = place(keyed.key);
        twice[word] |= once[word] & bit;
        once[word] |= bit;
    }
    keyed.retain(|keyed| {
        let (word, bit) = place(keyed.key);
        twice[word] & bit != 0
    });
}

/// All pairs inside each block of records under their keys, not sorted and not yet each once.
pub(super) fn of_blocks(
    context: &Context,
    mut keyed: Vec<Keyed>,
    reach: Reach,
    statistics: &mut RuleStatistics,
) -> Vec<u64> {
    keyed.par_sort_unstable();
    let blocks: Vec<&[Keyed]> = keyed.chunk_by(|a, b| a.key == b.key).filter(|block| can_meet(block)).collect();
    if blocks.iter().any(|block| block.len() > reach.all) {
        context.places();
    }
    let made: Vec<Made> = blocks
        .par_chunks(1024)
        .map(|blocks| {
            let mut made = Made::within(reach);
            blocks.iter().for_each(|block| made.block(context, block));
            made
        })
        .collect();
    gather(made, statistics)
}

fn gather(made: Vec<Made>, statistics: &mut RuleStatistics) -> Vec<u64> {
    let mut pairs = Vec::with_capacity(made.iter().map(|made| made.pairs.len()).sum());
    for made in made {
        statistics.blocks += made.blocks;
        statistics.largest = statistics.largest.max(made.largest);
        statistics.bounded += made.bounded;
        pairs.extend(made.pairs);
    }
    pairs
}

fn can_meet(block: &[Keyed]) -> bool {
    block.len() > 1 && (block[0].side == Side::Any || block.iter().any(|keyed| keyed.side != block[0].side))
}

struct Made {
    reach: Reach,
    pairs: Vec<u64>,
    blocks: u64,
    largest: u64,
    bounded: u64,
}

impl Made {
    fn within(reach: Reach) -> Made {
        Made { reach, pairs: Vec::new(), blocks: 0, largest: 0, bounded: 0 }
    }

    fn block(&mut self, context: &Context, block: &[Keyed]) {
        self.blocks += 1;
        self.largest = self.largest.max(block.len() as u64);
        if block.len() <= self.reach.all {
            self.all(block);
            return;
        }
        let mut members: Vec<(u32, u32, Keyed)> =
            block.iter().map(|&keyed| (0, context.places()[keyed.record.index()].rank, keyed)).collect();
        // Neighbors across the parts meet as well, so that one wrong key does not part two records for good.
        members.sort_unstable();
        self.window(&members);
        self.split(context, &mut members, 0);
    }

    fn split(&mut self, context: &Context, members: &mut [(u32, u32, Keyed)], split: usize) {
        if split > 0 && members.len() <= self.reach.part {
            let part: Vec<Keyed> = members.iter().map(|&(.., keyed)| keyed).collect();
            self.all(&part);
        } else if split == SPLITS {
            self.bounded += 1;
            self.window(members);
        } else {
            let places = context.places();
            members.iter_mut().for_each(|(part, _, keyed)| *part = places[keyed.record.index()].splits[split]);
            members.sort_unstable();
            for part in members.chunk_by_mut(|a, b| a.0 == b.0) {
                self.split(context, part, split + 1);
            }
        }
    }

    fn all(&mut self, block: &[Keyed]) {
        for (index, left) in block.iter().enumerate() {
            let others = block[index + 1..].iter().filter(|right| left.meets(right));
            self.pairs.extend(others.map(|right| pack(left.record, right.record)));
        }
    }

    /// Sorted neighborhood by name.
    fn window(&mut self, members: &[(u32, u32, Keyed)]) {
        for (index, (.., left)) in members.iter().enumerate() {
            let others = members[index + 1..].iter().take(self.reach.window).filter(|(.., right)| left.meets(right));
            self.pairs.extend(others.map(|(.., right)| pack(left.record, right.record)));
        }
    }
}

/// What each rule found, put together.
pub(super) struct Collected {
    /// Sorted, each once.
    pub pairs: Vec<CandidatePair>,
    /// By rule: the pairs that it found, and those among the candidates that no earlier rule had found.
    pub found: Vec<u64>,
    pub new: Vec<u64>,
    /// Pairs that there was no room for.
    pub refused: u64,
}

/// Parts into which pairs are dealt by their left record.
const RANGES: usize = 256;
/// Pairs that one task deals.
const PAIRS_PER_TASK: usize = 1 << 18;

/// Puts together what each rule found, rule by rule in their order: each pair once, with the mask of the rules that found
/// it. At most `pairs_max` are kept: those of the earlier rules, and of one rule the first in order.
///
/// Time: one sort of all pairs, in parts. Memory: eight bytes for each pair that a rule found, and twelve for each kept.
pub(super) fn collect(found: Vec<Vec<u64>>, pairs_max: usize) -> Collected {
    let rules = found.len();
    let last = found.par_iter().map(|pairs| pairs.iter().max().map_or(0, |pair| pair >> 32)).max().unwrap_or(0);
    let range_of = |pair: u64| ((pair >> 32) * RANGES as u64 / (last + 1)) as usize;
    // Left record within its range, right record, rule: a range holds a 256th of all records.
    let first_of = |range: usize| (range as u64 * (last + 1)).div_ceil(RANGES as u64);
    let deal = |rule: usize, pairs: &[u64]| {
        let mut ranges = vec![Vec::new(); RANGES];
        for &pair in pairs {
            let range = range_of(pair);
            let left = (pair >> 32) - first_of(range);
            ranges[range].push(left << 36 | (pair & u64::from(u32::MAX)) << 4 | rule as u64);
        }
        ranges
    };
    // By range what each task dealt to it. What a rule found is let go before the next is dealt, and what was dealt to a range
    // as soon as it is put together.
    let mut dealt: Vec<Vec<Vec<u64>>> = vec![Vec::new(); RANGES];
    for (rule, pairs) in found.into_iter().enumerate() {
        let of_tasks: Vec<_> = pairs.par_chunks(PAIRS_PER_TASK).map(|pairs| deal(rule, pairs)).collect();
        of_tasks
            .into_iter()
            .for_each(|of_task| dealt.iter_mut().zip(of_task).for_each(|(range, pairs)| range.push(pairs)));
    }
    let merged: Vec<(Vec<CandidatePair>, Vec<u64>)> = dealt
        .into_par_iter()
        .enumerate()
        .map(|(range, dealt)| {
            let mut entries: Vec<u64> = dealt.concat();
            drop(dealt);
            entries.sort_unstable();
            entries.dedup();
            let mut found = vec![0u64; rules];
            let pair = |of_pair: &[u64]| {
                of_pair.iter().for_each(|entry| found[(entry & 15) as usize] += 1);
                let mask = of_pair.iter().fold(0u16, |mask, entry| mask | 1 << (entry & 15));
                let left = RecordId((first_of(range) + (of_pair[0] >> 36)) as u32);
                CandidatePair::new(left, RecordId((of_pair[0] >> 4) as u32), mask)
            };
            let pairs = entries.chunk_by(|a, b| a >> 4 == b >> 4).filter_map(pair).collect();
            (pairs, found)
        })
        .collect();
    let mut collected = Collected { pairs: Vec::new(), found: vec![0; rules], new: Vec::new(), refused: 0 };
    collected.pairs.reserve_exact(merged.iter().map(|(pairs, _)| pairs.len()).sum());
    for (pairs, found) in merged {
        collected.found.iter_mut().zip(&found).for_each(|(sum, count)| *sum += count);
        collected.pairs.extend(pairs);
    }
    collected.count_new(rules);
    collected.keep_within(pairs_max);
    collected
}

/// The same where every two of `people` meet by the rule that comes after those of `found`: each pair has its place, and
/// nothing has to be sorted. Time and memory: one step and fourteen bytes for every two people.
pub(super) fn collect_everybody(found: &[Vec<u64>], people: &[RecordId], pairs_max: usize) -> Collected {
    let mut places = vec![0; people.last().map_or(0, |last| last.index() + 1)];
    people.iter().enumerate().for_each(|(place, record)| places[record.index()] = place);
    let count = people.len();
    // Pairs of the first come first.
    let place_of = |pair: u64| {
        let (left, right) = (places[(pair >> 32) as usize], places[pair as u32 as usize]);
        left * (2 * count - left - 1) / 2 + right - left - 1
    };
    let all = count * count.saturating_sub(1) / 2;
    let mut masks = vec![1u16 << found.len(); all];
    let mut collected =
        Collected { pairs: Vec::with_capacity(all), found: vec![0; found.len() + 1], new: Vec::new(), refused: 0 };
    for (rule, pairs) in found.iter().enumerate() {
        for &pair in pairs {
            let mask = &mut masks[place_of(pair)];
            collected.found[rule] += u64::from(*mask >> rule & 1 == 0);
            *mask |= 1 << rule;
        }
    }
    collected.found[found.len()] = all as u64;
    let mut masks = masks.into_iter();
    for (index, &left) in people.iter().enumerate() {
        let others = people[index + 1..].iter().zip(&mut masks);
        collected.pairs.extend(others.filter_map(|(&right, mask)| CandidatePair::new(left, right, mask)));
    }
    collected.count_new(found.len() + 1);
    collected.keep_within(pairs_max);
    collected
}

impl Collected {
    /// Counts the pairs that each rule was the first to find.
    fn count_new(&mut self, rules: usize) {
        self.new = vec![0; rules];
        self.pairs.iter().for_each(|pair| self.new[usize::from(pair.rule())] += 1);
    }

    /// Leaves out what goes beyond the bound: the later rules first.
    fn keep_within(&mut self, pairs_max: usize) {
        let total = self.pairs.len();
        if total <= pairs_max {
            return;
        }
        let mut room = pairs_max as u64;
        let mut rooms: Vec<u64> = self
            .new
            .iter()
            .map(|&new| {
                let kept = new.min(room);
                room -= kept;
                kept
            })
            .collect();
        self.new.clone_from(&rooms);
        self.pairs.retain(|pair| {
            let room = &mut rooms[usize::from(pair.rule())];
            let is_kept = *room > 0;
            *room -= u64::from(is_kept);
            is_kept
        });
        self.refused = (total - self.pairs.len()) as u64;
    }
}
