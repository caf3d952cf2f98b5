//! Blocks to pairs: all with all in a small block, by a second, third and fourth key in a large one, and in sorted
//! order with the nearest where no key parts it any further.
//!
//! Time is near-linear in the members of blocks plus the pairs that result: no member meets more than
//! [`SPLIT_BLOCK_SIZE`] others in one block, beside its neighbors.

use super::RuleStatistics;
use super::context::{Context, SPLITS};
use crate::model::ids::RecordId;
use rayon::prelude::*;

/// Records of one block that are compared all with all; a larger block is split first.
pub(super) const BLOCK_SIZE: usize = 60;
/// Records of one split block that are still compared all with all.
pub(super) const SPLIT_BLOCK_SIZE: usize = 120;
/// Neighbors in sorted order that a record of a block over both bounds still meets.
pub(super) const WINDOW: usize = 10;

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
    pub fn new(key: u64, record: RecordId) -> Self {
        Keyed { key, record, side: Side::Any }
    }

    fn meets(&self, other: &Keyed) -> bool {
        self.record != other.record && (self.side != other.side || self.side == Side::Any)
    }
}

/// Two records as one number: the smaller in the upper half.
pub(super) fn pack(a: RecordId, b: RecordId) -> u64 {
    let (left, right) = if a < b { (a, b) } else { (b, a) };
    (u64::from(left.0) << 32) | u64::from(right.0)
}

/// All pairs inside each block, not sorted and not yet each once.
pub(super) fn of_blocks(context: &Context, mut keyed: Vec<Keyed>, statistics: &mut RuleStatistics) -> Vec<u64> {
    keyed.par_sort_unstable();
    let blocks: Vec<&[Keyed]> = keyed.chunk_by(|a, b| a.key == b.key).filter(|block| can_meet(block)).collect();
    let made: Vec<Made> = blocks
        .par_chunks(1024)
        .map(|blocks| {
            let mut made = Made::default();
            blocks.iter().for_each(|block| made.block(context, block));
            made
        })
        .collect();
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

#[derive(Default)]
struct Made {
    pairs: Vec<u64>,
    blocks: u64,
    largest: u64,
    bounded: u64,
}

impl Made {
    fn block(&mut self, context: &Context, block: &[Keyed]) {
        self.blocks += 1;
        self.largest = self.largest.max(block.len() as u64);
        if block.len() <= BLOCK_SIZE {
            self.all(block);
            return;
        }
        let mut members: Vec<(u64, u32, Keyed)> =
            block.iter().map(|&keyed| (0, context.name_rank(keyed.record), keyed)).collect();
        // Neighbors across the parts meet as well, so that one wrong key does not part two records for good.
        members.sort_unstable();
        self.window(&members);
        self.split(context, &mut members, 0);
    }

    fn split(&mut self, context: &Context, members: &mut [(u64, u32, Keyed)], split: usize) {
        if split > 0 && members.len() <= SPLIT_BLOCK_SIZE {
            let part: Vec<Keyed> = members.iter().map(|&(.., keyed)| keyed).collect();
            self.all(&part);
        } else if split == SPLITS {
            self.bounded += 1;
            self.window(members);
        } else {
            members.iter_mut().for_each(|(part, _, keyed)| *part = context.split_key(keyed.record, split));
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
    fn window(&mut self, members: &[(u64, u32, Keyed)]) {
        for (index, (.., left)) in members.iter().enumerate() {
            let others = members[index + 1..].iter().take(WINDOW).filter(|(.., right)| left.meets(right));
            self.pairs.extend(others.map(|(.., right)| pack(left.record, right.record)));
        }
    }
}

/// Pairs that were found so far, sorted, each once, with the mask of the rules that found them.
#[derive(Default)]
pub(super) struct Collected {
    pub pairs: Vec<(u64, u16)>,
    /// Pairs that there was no room for; one that several rules found counts for each of them.
    pub refused: u64,
}

impl Collected {
    /// Adds what one rule found (sorted, each once) and returns how many pairs are new. New pairs are taken in order
    /// while there are fewer than `pairs_max`; pairs that are there already get the rule's bit in any case.
    ///
    /// Time: linear in both. Memory: the vector grows by the new pairs and nothing else.
    pub fn add(&mut self, found: &[u64], bit: u16, pairs_max: usize) -> u64 {
        let room = pairs_max.saturating_sub(self.pairs.len());
        let (mut at, mut new, mut end) = (0, 0, found.len());
        for (index, &pair) in found.iter().enumerate() {
            while at < self.pairs.len() && self.pairs[at].0 < pair {
                at += 1;
            }
            match self.pairs.get_mut(at).filter(|known| known.0 == pair) {
                Some(known) => known.1 |= bit,
                None => {
                    new += 1;
                    if new == room + 1 {
                        end = index;
                    }
                }
            }
        }
        let kept = new.min(room);
        self.refused += (new - kept) as u64;
        // From the back, each pair goes straight to its place.
        let (mut old, mut rest) = (self.pairs.len(), &found[..end]);
        self.pairs.resize(old + kept, (0, 0));
        let mut to = self.pairs.len();
        while to > old {
            match rest.split_last() {
                Some((&pair, before)) if old == 0 || self.pairs[old - 1].0 < pair => {
                    to -= 1;
                    self.pairs[to] = (pair, bit);
                    rest = before;
                }
                Some((&pair, before)) if self.pairs[old - 1].0 == pair => rest = before,
                _ => {
                    to -= 1;
                    old -= 1;
                    self.pairs[to] = self.pairs[old];
                }
            }
        }
        kept as u64
    }
}
