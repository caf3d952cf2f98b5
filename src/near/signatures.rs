//! Signatures: the hashes by which near values meet, packed with the values that give them, and the search for those
//! that more than one value gives.
//!
//! Nearly all signatures are given by one value alone. Entries are therefore dealt into buckets by the first bits of
//! their hash, and a table of two bits a place, small enough for a core's own cache, tells which hashes of a bucket can
//! make a pair at all. Only what is left is sorted.
//!
//! Invariant: an entry is dropped only when no pair of values can meet through its signature. An entry that is kept
//! without need costs a little work and changes nothing.

use rayon::prelude::*;
use std::hash::Hasher;

/// Values signed by one task: their entries fit a core's own cache while they are dealt into buckets.
const VALUES_PER_TASK: usize = 1 << 12;

/// Entries of a bucket, about: its table of places fits a core's own cache.
const ENTRIES_PER_BUCKET: usize = 1 << 16;

/// More buckets would leave each task only a few entries to deal into one.
const BUCKET_BITS_MAX: u32 = 11;

/// Places of a bucket's table for each of its entries, at least.
const PLACES_PER_ENTRY: usize = 8;

/// A bucket's table has no more places, as a power of two, however many values share one signature. Together with the
/// bits of the bucket this is less than a tag has, so that entries of one signature have one place.
const PLACE_BITS_MAX: u32 = 20;

/// Bits of an entry but for the side.
const TAG_AND_INDEX_BITS: u32 = 62;

/// Values whose signatures are counted to know how many there will be.
const SAMPLE: usize = 1 << 12;

/// Which values of a group are held against which: a left one against right ones, one that is both against all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Left = 0,
    Right = 1,
    Both = 2,
}

/// Collects the signatures of one value after the other.
pub(super) struct Signatures {
    layout: Layout,
    part: u64,
    /// The bits of an entry that are not its hash, but for the side.
    low: u64,
    entries: Vec<u64>,
}

impl Signatures {
    fn new(layout: Layout, part: u64) -> Self {
        Self { layout, part, low: 0, entries: Vec::new() }
    }

    /// Adds the signatures of one value by all meetings.
    fn sign<T>(&mut self, index: usize, value: &T, meetings: &[fn(&T, &mut Signatures)]) {
        for (meeting, signatures) in meetings.iter().enumerate() {
            self.low = self.layout.low(meeting, index);
            signatures(value, self);
        }
    }

    /// The value meets every value with this signature.
    pub fn both(&mut self, hash: u64) {
        self.add(hash, Side::Both);
    }

    /// The value meets those that give this signature as [`Signatures::right`] or [`Signatures::both`].
    pub fn left(&mut self, hash: u64) {
        self.add(hash, Side::Left);
    }

    /// The value meets those that give this signature as [`Signatures::left`] or [`Signatures::both`].
    pub fn right(&mut self, hash: u64) {
        self.add(hash, Side::Right);
    }

    fn add(&mut self, hash: u64, side: Side) {
        if self.layout.part(hash) == self.part {
            self.entries.push(self.layout.high(hash) | (side as u64) << self.layout.index_bits | self.low);
        }
    }
}

/// A hash of several parts; moving a character from one part to the next changes it.
#[inline]
pub(super) fn key<const N: usize>(parts: &[&str; N]) -> u64 {
    let mut hasher = rustc_hash::FxHasher::default();
    for part in parts {
        hasher.write(part.as_bytes());
        hasher.write_u8(0xff);
    }
    mix(hasher.finish())
}

/// The hash of a key with a number added.
pub(super) fn with(key: u64, number: u64) -> u64 {
    mix(key.rotate_left(23) ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// Spreads a hash over all 64 bits: the finalizer of SplitMix64 (Steele, Lea and Flood 2014).
pub(super) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// How a signature and its value are packed into 64 bits: as much of the hash as fits, the meeting, the side, the
/// value's index. Where there are parts, what does not fit decides the part. Of ten million values 36 bits of the hash and more are
/// compared; a collision costs calls of the rule and makes a group look denser than it is.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    part_bits: u32,
    meeting_bits: u32,
    index_bits: u32,
    bucket_bits: u32,
}

impl Layout {
    /// A layout with so many parts that each has about `entries_max` entries.
    pub fn new<T>(values: &[T], meetings: &[fn(&T, &mut Signatures)], entries_max: usize) -> Layout {
        let index_bits = usize::BITS - values.len().leading_zeros();
        let meeting_bits = meetings.len().max(1).next_power_of_two().ilog2();
        let whole = Layout { part_bits: 0, meeting_bits, index_bits, bucket_bits: 1 };
        let total = whole.estimate(values, meetings);
        let parts = total.div_ceil(entries_max.max(1)).max(1);
        let part_bits = parts.next_power_of_two().ilog2().min(16);
        let buckets = (total >> part_bits).div_ceil(ENTRIES_PER_BUCKET).max(2);
        // Of a tag there are always more bits than those of bucket and place.
        let bucket_bits_max =
            BUCKET_BITS_MAX.min(TAG_AND_INDEX_BITS.saturating_sub(index_bits + PLACE_BITS_MAX + 1)).max(1);
        Layout { part_bits, bucket_bits: buckets.next_power_of_two().ilog2().min(bucket_bits_max), ..whole }
    }

    /// How many signatures there are, counted on some of the values.
    fn estimate<T>(self, values: &[T], meetings: &[fn(&T, &mut Signatures)]) -> usize {
        let step = values.len().div_ceil(SAMPLE).max(1);
        let mut signatures = Signatures::new(self, 0);
        values.iter().step_by(step).for_each(|value| signatures.sign(0, value, meetings));
        signatures.entries.len().saturating_mul(step)
    }

    pub fn parts(self) -> u64 {
        1 << self.part_bits
    }

    /// The entries of one part, dealt into buckets.
    pub fn deal<T: Sync>(self, values: &[T], meetings: &[fn(&T, &mut Signatures)], part: u64) -> Dealt {
        let deal = |signatures: &mut Signatures, (task, values): (usize, &[T])| {
            signatures.entries.clear();
            for (index, value) in (task * VALUES_PER_TASK..).zip(values) {
                signatures.sign(index, value, meetings);
            }
            TaskEntries::new(&signatures.entries, self.bucket_bits)
        };
        let tasks = values.par_chunks(VALUES_PER_TASK).enumerate().map_init(|| Signatures::new(self, part), deal);
        Dealt { layout: self, tasks: tasks.collect() }
    }

    /// Entries of one signature are in one bucket.
    pub fn buckets(self) -> std::ops::Range<usize> {
        0..1 << self.bucket_bits
    }

    /// The entries of each signature, of sorted ones.
    pub fn groups(self, entries: &[u64]) -> impl Iterator<Item = &[u64]> {
        entries.chunk_by(move |&a, &b| self.tag(a) == self.tag(b))
    }

    fn part(self, hash: u64) -> u64 {
        hash >> 1 >> (63 - self.part_bits)
    }

    fn high(self, hash: u64) -> u64 {
        let low = self.index_bits + 2 + self.meeting_bits;
        hash << self.part_bits >> low << low
    }

    fn low(self, meeting: usize, index: usize) -> u64 {
        (meeting as u64) << (self.index_bits + 2) | index as u64
    }

    /// What entries of one signature have in common.
    pub fn tag(self, entry: u64) -> u64 {
        entry >> (self.index_bits + 2)
    }

    /// The meeting that gave the signature.
    pub fn meeting(self, entry: u64) -> usize {
        (self.tag(entry) & ((1 << self.meeting_bits) - 1)) as usize
    }

    /// The side as a number.
    pub fn side(self, entry: u64) -> u64 {
        entry >> self.index_bits & 3
    }

    /// The index of the value.
    pub fn index(self, entry: u64) -> u32 {
        (entry & ((1 << self.index_bits) - 1)) as u32
    }
}

/// The entries of one part, bucket by bucket.
pub(super) struct Dealt {
    layout: Layout,
    tasks: Vec<TaskEntries>,
}

impl Dealt {
    /// The entries of one bucket through which values may meet, sorted, each once.
    pub fn sift(&self, bucket: usize) -> Vec<u64> {
        let layout = self.layout;
        let total = self.tasks.iter().map(|task| task.bucket(bucket).len()).sum();
        let mut first = Places::new(total, layout.bucket_bits);
        for task in &self.tasks {
            task.bucket(bucket).iter().for_each(|&entry| first.note(entry, layout.side(entry)));
        }
        let mut entries = Vec::new();
        for task in &self.tasks {
            entries.extend(task.bucket(bucket).iter().copied().filter(|&entry| first.may_meet(entry)));
        }
        entries.sort_unstable();
        entries.dedup();
        entries
    }
}

/// The entries of one task, bucket by bucket.
struct TaskEntries {
    entries: Vec<u64>,
    /// Where each bucket ends.
    ends: Vec<u32>,
}

impl TaskEntries {
    fn new(entries: &[u64], bucket_bits: u32) -> TaskEntries {
        let bucket = |entry: u64| (entry >> (64 - bucket_bits)) as usize;
        let mut sizes = vec![0u32; 1 << bucket_bits];
        entries.iter().for_each(|&entry| sizes[bucket(entry)] += 1);
        let mut next = sizes;
        let mut start = 0;
        for size in &mut next {
            start += std::mem::replace(size, start);
        }
        let mut dealt = vec![0; entries.len()];
        for &entry in entries {
            let at = &mut next[bucket(entry)];
            dealt[*at as usize] = entry;
            *at += 1;
        }
        TaskEntries { entries: dealt, ends: next }
    }

    fn bucket(&self, bucket: usize) -> &[u64] {
        let start = if bucket == 0 { 0 } else { self.ends[bucket - 1] };
        &self.entries[start as usize..self.ends[bucket] as usize]
    }
}

/// What was seen at the place of each hash, in two bits: nothing; right ones only; one that is not right; two of which
/// one is not right, which can be a pair.
struct Places {
    bytes: Vec<u8>,
    /// Bits before those that choose the place.
    skip: u32,
    shift: u32,
}

impl Places {
    fn new(entries: usize, skip: u32) -> Places {
        let places = entries.saturating_mul(PLACES_PER_ENTRY).clamp(64, 1 << PLACE_BITS_MAX).next_power_of_two();
        Places { bytes: vec![0; places / 4], skip, shift: 64 - places.ilog2() }
    }

    fn place(&self, entry: u64) -> (usize, u32) {
        let place = entry << self.skip >> self.shift;
        ((place >> 2) as usize, (place & 3) as u32 * 2)
    }

    fn note(&mut self, entry: u64, side: u64) {
        let (byte, bits) = self.place(entry);
        let byte = &mut self.bytes[byte];
        let state = *byte >> bits & 3;
        let more = if side == Side::Right as u64 { 1 } else { 2 | state >> 1 };
        *byte |= more << bits;
    }

    fn may_meet(&self, entry: u64) -> bool {
        let (byte, bits) = self.place(entry);
        self.bytes[byte] >> bits & 3 == 3
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// One value's signatures: hashes of a small alphabet, each with a side.
    type Value = Vec<(u64, u8)>;

    fn give(value: &Value, out: &mut Signatures) {
        for &(hash, side) in value {
            match side {
                0 => out.left(mix(hash)),
                1 => out.right(mix(hash)),
                _ => out.both(mix(hash)),
            }
        }
    }

    /// The values of each signature through which a pair can meet, the slow way.
    fn groups(values: &[Value]) -> Vec<Vec<(u64, u32)>> {
        let mut groups: BTreeMap<u64, Vec<(u64, u32)>> = BTreeMap::new();
        for (index, value) in values.iter().enumerate() {
            value.iter().for_each(|&(hash, side)| groups.entry(hash).or_default().push((side.into(), index as u32)));
        }
        let mut groups: Vec<Vec<(u64, u32)>> = groups.into_values().collect();
        groups.iter_mut().for_each(|group| group.sort_unstable());
        groups.iter_mut().for_each(Vec::dedup);
        groups.retain(|group| group.len() > 1 && group.iter().any(|&(side, _)| side != Side::Right as u64));
        groups.sort_unstable();
        groups
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn every_group_that_can_be_a_pair_is_kept_whole(
            values in proptest::collection::vec(proptest::collection::vec((0u64..90, 0u8..3), 0..6), 1..60),
            entries_max in 1usize..300,
        ) {
            let layout = Layout::new(&values, &[give as fn(&Value, &mut Signatures)], entries_max);
            let mut kept = Vec::new();
            for part in 0..layout.parts() {
                let dealt = layout.deal(&values, &[give as fn(&Value, &mut Signatures)], part);
                let buckets: Vec<Vec<u64>> = layout.buckets().map(|bucket| dealt.sift(bucket)).collect();
                prop_assert!(buckets.iter().all(|entries| entries.is_sorted()));
                for group in buckets.iter().flat_map(|entries| layout.groups(entries)) {
                    let mut group: Vec<(u64, u32)> = group.iter().map(|&e| (layout.side(e), layout.index(e))).collect();
                    group.sort_unstable();
                    if group.len() > 1 && group.iter().any(|&(side, _)| side != Side::Right as u64) {
                        kept.push(group);
                    }
                }
            }
            kept.sort_unstable();
            prop_assert_eq!(kept, groups(&values));
        }
    }

    #[test]
    fn a_place_tells_pairs_from_what_is_alone() {
        let may_meet = |sides: &[Side]| {
            let mut places = Places::new(4, 1);
            sides.iter().for_each(|&side| places.note(7 << 40, side as u64));
            places.may_meet(7 << 40)
        };
        assert!(!may_meet(&[]) && !may_meet(&[Side::Both]) && !may_meet(&[Side::Left]));
        assert!(!may_meet(&[Side::Right, Side::Right, Side::Right]));
        assert!(may_meet(&[Side::Right, Side::Left]) && may_meet(&[Side::Left, Side::Right]));
        assert!(may_meet(&[Side::Both, Side::Both]) && may_meet(&[Side::Right, Side::Right, Side::Both]));
    }
}
