//! The search that all kinds share: values that emit the same signature form a group, and every pair of a group is
//! held against the rule. What is near, and which signatures near values are bound to share, is each kind's own.
//!
//! Invariant: as long as near values share a signature, every near pair is found, except pairs of the groups that are
//! returned in [`Outcome::skipped`] or told of in [`Outcome::left_out`]. The result does not depend on the number of
//! threads nor on how the signatures were split into parts.

use super::signatures::Layout;
use rayon::prelude::*;
use std::collections::BTreeMap;

pub(super) use super::signatures::{Side, Signatures, key, mix, with};

/// Signatures held at a time, about, of eight bytes each: an eighth of a gigabyte, or [`ENTRIES_PER_VALUE`] where values
/// are many. What does not fit is signed again for each part.
const ENTRIES_MAX: usize = 1 << 24;
const ENTRIES_PER_VALUE: usize = 16;

/// Buckets that are searched beside each other before what they found is gathered.
const BUCKETS_AT_ONCE: usize = 64;

/// Pairs found beyond the budget before the result is looked at again.
const PAIRS_SLACK: usize = 1 << 23;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

/// What was left out because there were more pairs than the budget allows: all pairs of weaker rules, and of this one
/// those whose sparsest group has so many candidate pairs per value or more. In order, so that the least is left out first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LeftOut<R> {
    pub rule: R,
    pub density: u16,
}

/// What a search found, and what it did not look at.
pub(super) struct Outcome<R> {
    /// Sorted, each pair once.
    pub pairs: Vec<Found<R>>,
    /// Sorted, each group once.
    pub skipped: Vec<Skipped>,
    pub left_out: Option<LeftOut<R>>,
}

/// All pairs of values that share a signature and that `near` accepts, as long as there are no more than `budget`; rules
/// are in order, the strongest first.
///
/// Time: linear in the signatures, one sort of those that several values give, plus one call of `near` for each group that
/// both values of a candidate pair are in, also where its pair will be left out. Memory: [`ENTRIES_MAX`] signatures or
/// [`ENTRIES_PER_VALUE`], `budget` pairs, [`PAIRS_SLACK`] and what [`BUCKETS_AT_ONCE`] buckets hold.
pub(super) fn search<T: Sync, R: Copy + Ord + Send + Sync>(
    values: &[T],
    meetings: &[Meeting<T>],
    near: impl Fn(&T, &T) -> Option<R> + Sync,
    budget: usize,
) -> Outcome<R> {
    search_in_parts(values, meetings, near, budget, entries_max(values.len()), PAIRS_SLACK)
}

fn entries_max(values: usize) -> usize {
    ENTRIES_MAX.max(ENTRIES_PER_VALUE.saturating_mul(values))
}

/// For each value the gates that it has in common with another, as bits.
pub(super) fn shared_gates<T: Sync>(values: &[T], gates: &[fn(&T, &mut Signatures)]) -> Vec<u32> {
    let mut shared = vec![0; values.len()];
    let layout = Layout::new(values, gates, entries_max(values.len()));
    for part in 0..layout.parts() {
        let dealt = layout.deal(values, gates, part);
        let buckets: Vec<Vec<u64>> = layout.buckets().into_par_iter().map(|bucket| dealt.sift(bucket)).collect();
        drop(dealt);
        for entries in buckets.iter().flat_map(|entries| layout.groups(entries)).filter(|entries| entries.len() > 1) {
            let gate = 1 << layout.meeting(entries[0]);
            entries.iter().for_each(|&entry| shared[layout.index(entry) as usize] |= gate);
        }
    }
    shared
}

fn search_in_parts<T: Sync, R: Copy + Ord + Send + Sync>(
    values: &[T],
    meetings: &[Meeting<T>],
    near: impl Fn(&T, &T) -> Option<R> + Sync,
    budget: usize,
    entries_max: usize,
    slack: usize,
) -> Outcome<R> {
    let mut gathering = Gathering::new(budget, slack);
    let signatures: Vec<fn(&T, &mut Signatures)> = meetings.iter().map(|meeting| meeting.signatures).collect();
    let layout = Layout::new(values, &signatures, entries_max);
    let mut skipped = Vec::new();
    for part in 0..layout.parts() {
        let dealt = layout.deal(values, &signatures, part);
        let buckets: Vec<usize> = layout.buckets().collect();
        for buckets in buckets.chunks(BUCKETS_AT_ONCE) {
            let left_out = gathering.left_out;
            let search = |&bucket: &usize| {
                let (mut found, mut skipped) = (Vec::new(), Vec::new());
                for entries in layout.groups(&dealt.sift(bucket)) {
                    let meeting = &meetings[layout.meeting(entries[0])];
                    let group = Group::new(entries, &layout);
                    if group.candidates() > meeting.candidates_max() {
                        skipped.push(Skipped { shared: meeting.shared, members: group.members(&layout) });
                        continue;
                    }
                    let density = group.density();
                    group.for_each_candidate(&layout, |left, right| {
                        let rule = near(&values[left as usize], &values[right as usize]);
                        let pair = rule.map(|rule| Found { left, right, density, rule });
                        found.extend(pair.filter(|pair| pair.is_kept(left_out)));
                    });
                }
                (found, skipped)
            };
            let searched: Vec<_> = buckets.par_iter().map(search).collect();
            for (found, too_large) in searched {
                gathering.add(found);
                skipped.extend(too_large);
            }
        }
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

/// Pairs found so far, kept within the budget. Which pairs stay depends on all groups and not on their order: those of
/// the strongest rules, and of one rule those of the sparsest groups, as long as all that are alike in both fit.
struct Gathering<R> {
    pairs: Vec<Found<R>>,
    budget: usize,
    /// Pairs beyond the budget before they are looked at again: some are the same, found in several groups.
    slack: usize,
    /// The least that is left out for sure: counts only grow.
    left_out: Option<LeftOut<R>>,
}

impl<R: Copy + Ord + Send + Sync> Gathering<R> {
    fn new(budget: usize, slack: usize) -> Self {
        Self { pairs: Vec::new(), budget, slack, left_out: None }
    }

    /// Takes what a task has found.
    fn add(&mut self, found: Vec<Found<R>>) {
        let left_out = self.left_out;
        self.pairs.extend(found.into_iter().filter(|pair| pair.is_kept(left_out)));
        if self.pairs.len() > self.budget.saturating_add(self.slack) {
            self.settle();
        }
    }

    fn settle(&mut self) {
        self.pairs.par_sort_unstable_by_key(|pair| (pair.left, pair.right, pair.density));
        self.pairs.dedup_by_key(|pair| (pair.left, pair.right));
        if self.pairs.len() <= self.budget {
            return;
        }
        let mut alike: BTreeMap<LeftOut<R>, usize> = BTreeMap::new();
        self.pairs.iter().for_each(|pair| *alike.entry(pair.strength()).or_default() += 1);
        let mut kept = 0;
        let over = alike.into_iter().find(|(_, pairs)| {
            kept += pairs;
            kept > self.budget
        });
        self.left_out = over.map(|(strength, _)| strength).or(self.left_out);
        let left_out = self.left_out;
        self.pairs.retain(|pair| pair.is_kept(left_out));
    }

    fn finish(mut self) -> (Vec<Found<R>>, Option<LeftOut<R>>) {
        self.settle();
        self.pairs.shrink_to_fit();
        (self.pairs, self.left_out)
    }
}

impl<R: Copy + Ord> Found<R> {
    fn strength(&self) -> LeftOut<R> {
        LeftOut { rule: self.rule, density: self.density }
    }

    fn is_kept(&self, left_out: Option<LeftOut<R>>) -> bool {
        left_out.is_none_or(|left_out| self.strength() < left_out)
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
            let outcome = search_in_parts(&values, &[tens(1_000)], near, usize::MAX, entries_max, 0);
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
    fn beyond_the_budget_the_weakest_rule_goes_first_and_then_the_densest_groups() {
        // Groups of two, three and five values: 1, 3 and 10 pairs, of one candidate pair, one and two per value.
        let values: Vec<u64> = vec![1, 2, 11, 12, 13, 21, 22, 23, 24, 25];
        let kept = |budget, near: fn(&u64, &u64) -> Option<u8>| {
            let outcome = search_in_parts(&values, &[tens(100)], near, budget, 3, 1);
            (outcome.pairs.len(), outcome.left_out.map(|left_out| (left_out.rule, left_out.density)))
        };
        let one_rule = |a: &u64, b: &u64| near(a, b).map(|()| 0);
        assert_eq!(kept(14, one_rule), (14, None));
        assert_eq!(kept(13, one_rule), (4, Some((0, 2))));
        assert_eq!(kept(3, one_rule), (0, Some((0, 1))));
        // The pairs with an odd sum are weaker: three of the four in sparse groups, six of the ten in the dense one.
        let weaker = |a: &u64, b: &u64| near(a, b).map(|()| ((a + b) % 2) as u8);
        assert_eq!(kept(14, weaker), (14, None));
        assert_eq!(kept(13, weaker), (8, Some((1, 2))));
        assert_eq!(kept(7, weaker), (5, Some((1, 1))));
        assert_eq!(kept(4, weaker), (1, Some((0, 2))));
    }

    proptest! {
        /// What is kept against the slow obvious version, however often the bound is looked at on the way.
        #[test]
        fn what_is_kept_does_not_depend_on_the_order(
            pairs in proptest::collection::vec((0u32..9, 1u32..9, 1u16..4), 0..120),
            budget in 0usize..40,
            slack in 0usize..6,
            tasks in 1usize..30,
        ) {
            let pairs: Vec<Found<u32>> = pairs
                .into_iter()
                .map(|(left, more, density)| Found { left, right: left + more, density, rule: more % 3 })
                .collect();
            let mut gathering = Gathering::new(budget, slack);
            pairs.chunks(tasks).for_each(|pairs| gathering.add(pairs.to_vec()));
            let (kept, left_out) = gathering.finish();

            let mut each: BTreeMap<(u32, u32), Found<u32>> = BTreeMap::new();
            for pair in pairs {
                let known = each.entry((pair.left, pair.right)).or_insert(pair);
                known.density = known.density.min(pair.density);
            }
            let up_to = |strength| each.values().filter(|pair| pair.strength() <= strength).count();
            let over = each.values().map(Found::strength).filter(|&strength| up_to(strength) > budget).min();
            let expected: Vec<Found<u32>> = each.values().copied().filter(|pair| pair.is_kept(over)).collect();
            prop_assert_eq!(kept, expected);
            prop_assert_eq!(left_out, over);
        }
    }

    #[test]
    fn neither_threads_nor_parts_nor_when_the_bound_is_looked_at_change_anything() {
        let values: Vec<u64> = (0..30_000).map(|i| mix(i) % 100_000).collect();
        let run = |threads, entries_max, slack| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool for a test");
            let near = |a: &u64, b: &u64| near(a, b).map(|()| (a + b) % 2);
            let outcome = pool.install(|| search_in_parts(&values, &[tens(9)], near, 50_000, entries_max, slack));
            (outcome.pairs, outcome.skipped, outcome.left_out)
        };
        let first = run(1, 10_000, usize::MAX);
        assert!(first.0.len() > 10_000 && !first.1.is_empty() && first.2.is_some());
        for (threads, entries_max, slack) in
            [(4, 10_000, usize::MAX), (4, 10_000, 0), (3, 1 << 24, 1_000), (1, 30_000, 5_000)]
        {
            assert_eq!(run(threads, entries_max, slack), first, "{threads} {entries_max} {slack}");
        }
    }

    #[test]
    fn keys_keep_their_parts_apart() {
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert_ne!(key(&["", "a"]), key(&["a", ""]));
        assert_eq!(key(&["ab", "c"]), key(&["ab", "c"]));
    }
}
