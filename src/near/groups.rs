//! The search that all kinds share: values that emit the same signature form a group, and every pair of a group is
//! held against the rule. What is near, and which signatures near values are bound to share, is each kind's own.
//!
//! Invariant: as long as near values share a signature, every near pair is found, except pairs of the groups that are
//! returned in [`Outcome::skipped`] or counted in [`Outcome::left_out`]. The result does not depend on the number of
//! threads nor on how the signatures were split into parts.

use super::signatures::Layout;
use rayon::prelude::*;

pub(super) use super::signatures::{Side, Signatures, key, mix, with};

/// Signatures held at a time, about. Eight bytes each, and as many again for those that more than one value gives: a
/// quarter of a gigabyte at most.
const ENTRIES_MAX: usize = 1 << 24;

/// Candidate pairs held against the rule at a time.
const BATCH_CANDIDATES: usize = 1 << 20;

/// Pairs found beyond the budget before the result is looked at again.
const PAIRS_SLACK: usize = 1 << 23;

/// Candidates verified by one task.
const CANDIDATES_PER_TASK: usize = 1 << 11;

/// Candidates remembered, as a power of two.
const KNOWN_BITS: u32 = 16;

/// One way in which near values meet.
pub(super) struct Meeting<T> {
    /// What the values of a group have in common, for people.
    pub shared: &'static str,
    /// A group with more candidate pairs than this many values have among themselves is skipped.
    pub group_max: u64,
    pub signatures: fn(&T, &mut Signatures),
}

impl<T> Meeting<T> {
    /// The candidate pairs above which a group is skipped.
    fn candidates_max(&self) -> u64 {
        self.group_max.saturating_mul(self.group_max.saturating_sub(1)) / 2
    }
}

/// Two near values, as indexes into the values searched; `left < right`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found<R> {
    pub left: u32,
    pub right: u32,
    /// Candidate pairs per value of the sparsest group that holds both.
    density: u16,
    pub rule: R,
}

/// A group that was not enumerated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Skipped {
    pub shared: &'static str,
    /// Sorted indexes into the values searched.
    pub members: Vec<u32>,
}

/// The densest groups, left out because there were more pairs than the budget allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LeftOut {
    /// Groups with more candidate pairs per value than this are left out.
    pub density_max: u16,
    pub groups: u64,
}

/// What a search found, and what it did not look at.
pub(super) struct Outcome<R> {
    /// Sorted, each pair once.
    pub pairs: Vec<Found<R>>,
    /// Sorted, each group once.
    pub skipped: Vec<Skipped>,
    pub left_out: Option<LeftOut>,
}

/// All pairs of values that share a signature and that `near` accepts, as long as there are no more than `budget`.
///
/// Time: linear in the signatures, one sort of those that several values give, plus about one call of `near` per
/// candidate pair. Memory: about [`ENTRIES_MAX`] signatures and a little more than `budget` pairs at a time.
pub(super) fn search<T: Sync, R: Copy + Send + Sync>(
    values: &[T],
    meetings: &[Meeting<T>],
    near: impl Fn(&T, &T) -> Option<R> + Sync,
    budget: usize,
) -> Outcome<R> {
    search_in_parts(values, meetings, near, budget, ENTRIES_MAX)
}

/// For each value the gates that it has in common with another, as bits.
pub(super) fn shared_gates<T: Sync>(values: &[T], gates: &[fn(&T, &mut Signatures)]) -> Vec<u32> {
    let mut shared = vec![0; values.len()];
    let layout = Layout::new(values, gates, ENTRIES_MAX);
    for part in 0..layout.parts() {
        let entries = layout.collect(values, gates, part);
        for entries in entries.chunk_by(|&a, &b| layout.tag(a) == layout.tag(b)).filter(|entries| entries.len() > 1) {
            let gate = 1 << layout.meeting(entries[0]);
            entries.iter().for_each(|&entry| shared[layout.index(entry) as usize] |= gate);
        }
    }
    shared
}

fn search_in_parts<T: Sync, R: Copy + Send + Sync>(
    values: &[T],
    meetings: &[Meeting<T>],
    near: impl Fn(&T, &T) -> Option<R> + Sync,
    budget: usize,
    entries_max: usize,
) -> Outcome<R> {
    let mut gathering = Gathering::new(budget);
    let (mut batch, mut skipped) = (Batch::default(), Vec::new());
    let signatures: Vec<fn(&T, &mut Signatures)> = meetings.iter().map(|meeting| meeting.signatures).collect();
    let layout = Layout::new(values, &signatures, entries_max);
    for part in 0..layout.parts() {
        let entries = layout.collect(values, &signatures, part);
        for entries in entries.chunk_by(|&a, &b| layout.tag(a) == layout.tag(b)) {
            let meeting = &meetings[layout.meeting(entries[0])];
            let group = Group::new(entries, &layout);
            let candidates = group.candidates();
            if candidates > meeting.candidates_max() {
                skipped.push(Skipped { shared: meeting.shared, members: group.members(&layout) });
            } else if candidates > 0 && gathering.admits(group.density()) {
                batch.add(&group, &layout);
                if batch.candidates.len() >= BATCH_CANDIDATES {
                    gathering.add(batch.verify(values, &near));
                }
            }
        }
        gathering.add(batch.verify(values, &near));
    }
    skipped.sort_unstable();
    skipped.dedup();
    let (pairs, left_out) = gathering.finish();
    Outcome { pairs, skipped, left_out }
}

/// The entries of one signature, by side.
struct Group<'a> {
    left: &'a [u64],
    right: &'a [u64],
    both: &'a [u64],
}

impl<'a> Group<'a> {
    fn new(entries: &'a [u64], layout: &Layout) -> Group<'a> {
        let (left, rest) = entries.split_at(entries.partition_point(|&e| layout.side(e) < Side::Right as u64));
        let (right, both) = rest.split_at(rest.partition_point(|&e| layout.side(e) < Side::Both as u64));
        Group { left, right, both }
    }

    fn candidates(&self) -> u64 {
        let [left, right, both] = [self.left.len() as u64, self.right.len() as u64, self.both.len() as u64];
        left * right + (left + right) * both + both * both.saturating_sub(1) / 2
    }

    /// Candidate pairs per value, rounded up.
    fn density(&self) -> u16 {
        let values = (self.left.len() + self.right.len() + self.both.len()) as u64;
        u16::try_from(self.candidates().div_ceil(values.max(1))).unwrap_or(u16::MAX)
    }

    fn members(&self, layout: &Layout) -> Vec<u32> {
        let mut members: Vec<u32> =
            [self.left, self.right, self.both].concat().iter().map(|&e| layout.index(e)).collect();
        members.sort_unstable();
        members.dedup();
        members
    }

    fn for_each_candidate(&self, layout: &Layout, mut visit: impl FnMut(u32, u32)) {
        let mut meet = |a: u64, b: u64| {
            let (a, b) = (layout.index(a), layout.index(b));
            if a != b {
                visit(a.min(b), a.max(b));
            }
        };
        for &a in self.left {
            self.right.iter().chain(self.both).for_each(|&b| meet(a, b));
        }
        for (position, &a) in self.both.iter().enumerate() {
            self.right.iter().chain(&self.both[position + 1..]).for_each(|&b| meet(a, b));
        }
    }
}

/// Two values of one group, to be held against the rule.
#[derive(Clone, Copy)]
struct Candidate {
    left: u32,
    right: u32,
    density: u16,
}

impl Candidate {
    fn pair(&self) -> u64 {
        u64::from(self.left) << 32 | u64::from(self.right)
    }
}

/// Candidates that wait to be held against the rule, and those that did last. Two values that are alike meet in many
/// groups, one for each character that may be left out: all but the sparsest of these are passed over.
#[derive(Default)]
struct Batch {
    candidates: Vec<Candidate>,
    /// By a hash of the pair: a candidate that was added.
    known: Vec<Candidate>,
}

impl Batch {
    fn add(&mut self, group: &Group<'_>, layout: &Layout) {
        if self.known.is_empty() {
            self.known = vec![Candidate { left: 0, right: 0, density: 0 }; 1 << KNOWN_BITS];
        }
        let density = group.density();
        group.for_each_candidate(layout, |left, right| {
            let candidate = Candidate { left, right, density };
            let place = candidate.pair().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - KNOWN_BITS);
            let known = &mut self.known[place as usize];
            if known.pair() != candidate.pair() || known.density > density {
                *known = candidate;
                self.candidates.push(candidate);
            }
        });
    }

    /// The near pairs among the candidates, sorted, each with the least density; the batch is empty afterwards.
    fn verify<T: Sync, R: Copy + Send + Sync>(
        &mut self,
        values: &[T],
        near: &(impl Fn(&T, &T) -> Option<R> + Sync),
    ) -> Vec<Vec<Found<R>>> {
        let judge = |&Candidate { left, right, density }: &Candidate| {
            let rule = near(&values[left as usize], &values[right as usize])?;
            Some(Found { left, right, density, rule })
        };
        self.candidates.par_sort_unstable_by_key(|candidate| (candidate.pair(), candidate.density));
        self.candidates.dedup_by_key(|candidate| candidate.pair());
        let found = self
            .candidates
            .par_chunks(CANDIDATES_PER_TASK)
            .map(|candidates| candidates.iter().filter_map(judge).collect())
            .collect();
        self.candidates.clear();
        found
    }
}

/// Pairs found so far, kept within the budget. Which pairs stay depends on all groups and not on their order: those of
/// the sparsest groups, up to the greatest density whose pairs still fit.
struct Gathering<R> {
    pairs: Vec<Found<R>>,
    budget: usize,
    density_max: u16,
    /// Groups seen of each density.
    groups: Vec<u64>,
}

impl<R: Copy + Send + Sync> Gathering<R> {
    fn new(budget: usize) -> Self {
        Self { pairs: Vec::new(), budget, density_max: u16::MAX, groups: vec![0; usize::from(u16::MAX) + 1] }
    }

    fn admits(&mut self, density: u16) -> bool {
        self.groups[usize::from(density)] += 1;
        density <= self.density_max
    }

    fn add(&mut self, batches: Vec<Vec<Found<R>>>) {
        for batch in batches {
            self.pairs.extend_from_slice(&batch);
        }
        // A pair may have been found in several batches, so there is slack before it is worth sorting.
        if self.pairs.len() > self.budget.saturating_add(PAIRS_SLACK) {
            self.settle();
        }
    }

    fn settle(&mut self) {
        self.pairs.par_sort_unstable_by_key(|pair| (pair.left, pair.right, pair.density));
        self.pairs.dedup_by_key(|pair| (pair.left, pair.right));
        if self.pairs.len() <= self.budget {
            return;
        }
        let mut pairs_of_density = vec![0usize; usize::from(u16::MAX) + 1];
        for pair in &self.pairs {
            pairs_of_density[usize::from(pair.density)] += 1;
        }
        let mut kept = 0;
        for (density, &pairs) in (0..=u16::MAX).zip(&pairs_of_density) {
            kept += pairs;
            if kept > self.budget {
                self.density_max = density.saturating_sub(1);
                break;
            }
        }
        let density_max = self.density_max;
        self.pairs.retain(|pair| pair.density <= density_max);
    }

    fn finish(mut self) -> (Vec<Found<R>>, Option<LeftOut>) {
        self.settle();
        self.pairs.shrink_to_fit();
        let left_out = (self.density_max < u16::MAX).then(|| LeftOut {
            density_max: self.density_max,
            groups: self.groups[usize::from(self.density_max) + 1..].iter().sum(),
        });
        (self.pairs, left_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Values are numbers that meet in their tens, and a number ending in 0 meets those of the ten before.
    fn tens(group_max: u64) -> Meeting<u64> {
        Meeting {
            shared: "ten",
            group_max,
            signatures: |&value, out| {
                out.both(with(1, value / 10));
                if value % 10 == 0 && value > 0 {
                    out.left(with(2, value / 10 - 1));
                }
                out.right(with(2, value / 10));
            },
        }
    }

    fn near(a: &u64, b: &u64) -> Option<()> {
        (a / 10 == b / 10 || (a.max(b).is_multiple_of(10) && a.max(b) / 10 == a.min(b) / 10 + 1)).then_some(())
    }

    fn all_pairs(values: &[u64]) -> Vec<(u32, u32)> {
        let mut pairs = Vec::new();
        for i in 0..values.len() {
            for j in i + 1..values.len() {
                if near(&values[i], &values[j]).is_some() {
                    pairs.push((i as u32, j as u32));
                }
            }
        }
        pairs
    }

    fn found(outcome: &Outcome<()>) -> Vec<(u32, u32)> {
        outcome.pairs.iter().map(|pair| (pair.left, pair.right)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn finds_all_pairs_however_the_signatures_are_split(
            values in proptest::collection::btree_set(0u64..400, 0..80),
            entries_max in 1usize..200,
        ) {
            let values: Vec<u64> = values.into_iter().collect();
            let outcome = search_in_parts(&values, &[tens(1_000)], near, usize::MAX, entries_max);
            prop_assert_eq!(found(&outcome), all_pairs(&values));
            prop_assert!(outcome.skipped.is_empty());
            prop_assert_eq!(outcome.left_out, None);
        }
    }

    #[test]
    fn over_large_groups_are_skipped_and_handed_out() {
        let values: Vec<u64> = vec![3, 11, 12, 13, 14, 25, 26];
        let outcome = search(&values, &[tens(3)], near, usize::MAX);
        assert_eq!(found(&outcome), [(5, 6)]);
        assert_eq!(outcome.skipped, [Skipped { shared: "ten", members: vec![1, 2, 3, 4] }]);
    }

    #[test]
    fn a_star_counts_by_its_pairs_and_not_by_its_values() {
        // 20 meets each of 11 to 16, which is six pairs: as many as four values have among themselves.
        let values: Vec<u64> = vec![11, 12, 13, 14, 15, 16, 20];
        let outcome = search(&values, &[tens(4)], near, usize::MAX);
        assert_eq!(found(&outcome), (0..6).map(|left| (left, 6)).collect::<Vec<_>>());
        assert_eq!(outcome.skipped.len(), 1, "the six among themselves are one group too many");
    }

    #[test]
    fn beyond_the_budget_the_densest_groups_go_first() {
        // Groups of two, three and five values: 1, 3 and 10 pairs.
        let values: Vec<u64> = vec![1, 2, 11, 12, 13, 21, 22, 23, 24, 25];
        let kept = |budget| {
            let outcome = search_in_parts(&values, &[tens(100)], near, budget, 3);
            (outcome.pairs.len(), outcome.left_out.map(|left_out| (left_out.density_max, left_out.groups)))
        };
        assert_eq!(kept(14), (14, None));
        assert_eq!(kept(13), (4, Some((1, 1))));
        assert_eq!(kept(3), (0, Some((0, 3))));
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let values: Vec<u64> = (0..30_000).map(|i| mix(i) % 100_000).collect();
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool for a test");
            pool.install(|| search_in_parts(&values, &[tens(9)], near, 50_000, 10_000))
        };
        let (one, four) = (run(1), run(4));
        assert!(!one.skipped.is_empty() && one.left_out.is_some());
        assert_eq!(one.pairs, four.pairs);
        assert_eq!(one.skipped, four.skipped);
        assert_eq!(one.left_out, four.left_out);
    }

    #[test]
    fn keys_keep_their_parts_apart() {
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert_ne!(key(&["", "a"]), key(&["a", ""]));
        assert_eq!(key(&["ab", "c"]), key(&["ab", "c"]));
    }
}
