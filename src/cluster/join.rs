//! Scored pairs to groups of records: which pairs may join, in which order, and why others stay apart.
//!
//! The rule. Pairs at or over the threshold come strongest first, ties by record. A pair joins the two groups that its
//! records are in by then, unless
//!
//! 1. something says that they cannot be one person ([`Apart::CannotLink`]): given and family name of the pair both
//!    disagree; the groups contradict each other in a fact that a person has once; or both hold a record of one source
//!    that is stated to hold each person once;
//! 2. the groups as wholes do not reach the threshold ([`Apart::Cut`]): of every comparison the mean of what the pairs
//!    between them say, not the strongest pair alone.
//!
//! The second is the cut of weak bridges, made before the bridge is there: a link is refused where the records behind its
//! two ends speak against it, so a chain of strangers of whom each resembles the next stops at its second link. To cut
//! bridges once more in what is joined costs more true links than it removes false ones; `benches/personas.rs` holds
//! both against each other, and against other ways.
//!
//! Refused pairs are tried again with the groups as they have become, since a later record may say what the first ones
//! lacked, until nothing joins. So every reason in [`Joined::apart`] holds for the groups as they are in the end. Links
//! that a source states are no part of this; they hold whatever speaks against them.

use super::personas::Judge;
use super::union_find::UnionFind;
use crate::model::claim::Claims;
use crate::model::cluster::Apart;
use crate::model::ids::{RecordId, SourceId};
use crate::model::pair::ScoredPair;
use crate::model::value::IdentifierKind;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Members of a group, the smallest, that stand for it when two groups are held against each other.
const REPRESENTATIVES: usize = 8;
/// Members with a birth date or government id, the smallest, that join them when contradictions are looked for.
const WITH_FACTS: usize = 16;

/// What joining found, as indexes into the scored pairs, strongest first.
#[derive(Debug)]
pub(super) struct Joined {
    /// Pairs at or over the threshold within one group.
    pub links: Vec<usize>,
    /// Those between two groups, with what keeps the groups apart.
    pub apart: Vec<(usize, Apart)>,
}

/// What is known of a group of records.
#[derive(Clone, Debug, Default)]
struct Group {
    /// At most [`REPRESENTATIVES`], sorted.
    representatives: Vec<RecordId>,
    /// At most [`WITH_FACTS`], sorted.
    with_facts: Vec<RecordId>,
    /// The distinct sources of all members, sorted.
    distinct: Vec<SourceId>,
    size: u32,
}

impl Group {
    /// Takes in the members of another.
    fn take(&mut self, other: Group) {
        fn smallest<T: Ord>(list: &mut Vec<T>, more: Vec<T>, keep: usize) {
            list.extend(more);
            list.sort_unstable();
            list.dedup();
            list.truncate(keep);
        }
        smallest(&mut self.representatives, other.representatives, REPRESENTATIVES);
        smallest(&mut self.with_facts, other.with_facts, WITH_FACTS);
        smallest(&mut self.distinct, other.distinct, usize::MAX);
        self.size += other.size;
    }
}

/// The group of a record that nothing has joined.
fn alone(claims: &Claims, judge: &Judge, record: RecordId) -> Group {
    let has = |kind| claims.of_kind(record, kind).next().is_some();
    let facts = has(IdentifierKind::BirthDate) || has(IdentifierKind::GovernmentId);
    let source = claims.record(record).source;
    Group {
        representatives: vec![record],
        with_facts: facts.then_some(record).into_iter().collect(),
        distinct: (judge.distinct)(source).then_some(source).into_iter().collect(),
        size: 1,
    }
}

/// The two groups of a pair as they were: root and size of each. A group of the same root and size is the same group.
type Between = [(u32, u32); 2];

struct Groups<'a> {
    claims: &'a Claims,
    judge: &'a Judge<'a>,
    /// By root; a record that nothing has joined yet is in none.
    of_root: FxHashMap<u32, Group>,
    /// The weights that were asked for, by roots, with the sizes by then.
    weighed: FxHashMap<(u32, u32), (Between, f64)>,
}

/// A pair that did not join.
struct Refused {
    index: usize,
    why: Apart,
    between: Between,
}

/// Joins into `sets`, which holds what sources state, what `scored` may join. `scored` in any order.
///
/// Each pair costs a look at no more than 24 records of either group; weights between two groups are computed once.
pub(super) fn join(
    claims: &Claims,
    scored: &[ScoredPair],
    threshold_bits: f64,
    judge: &Judge,
    sets: &mut UnionFind,
) -> Joined {
    let mut order: Vec<usize> =
        (0..scored.len()).filter(|&index| f64::from(scored[index].bits) >= threshold_bits).collect();
    order.sort_by(|&a, &b| scored[b].bits.total_cmp(&scored[a].bits).then_with(|| scored[a].pair.cmp(&scored[b].pair)));
    let mut groups = Groups::new(claims, judge, sets);
    let mut refused: Vec<Refused> =
        order.iter().filter_map(|&index| groups.try_join(index, &scored[index], sets)).collect();
    loop {
        let mut joined = false;
        refused = refused
            .into_iter()
            .filter_map(|before| {
                let pair = &scored[before.index];
                if groups.between(pair, sets) == before.between {
                    return Some(before);
                }
                let still = groups.try_join(before.index, pair, sets);
                joined |= still.is_none();
                still
            })
            .collect();
        if !joined {
            break;
        }
    }
    let mut together = |index: usize| {
        let pair = scored[index].pair;
        sets.find(pair.left().0) == sets.find(pair.right().0)
    };
    order.retain(|&index| together(index) && !scored[index].names_disagree);
    Joined { links: order, apart: refused.into_iter().map(|refused| (refused.index, refused.why)).collect() }
}

impl<'a> Groups<'a> {
    fn new(claims: &'a Claims, judge: &'a Judge<'a>, sets: &mut UnionFind) -> Self {
        let mut groups = Self { claims, judge, of_root: FxHashMap::default(), weighed: FxHashMap::default() };
        // What sources state has joined some already.
        let is_person = |record: &RecordId| claims.record(*record).kind.is_person();
        let named = claims.references.iter().flat_map(|reference| [reference.from, reference.to]).filter(is_person);
        for record in named.collect::<BTreeSet<RecordId>>() {
            let group = groups.of_root.entry(sets.find(record.0)).or_default();
            group.take(alone(claims, judge, record));
        }
        groups
    }

    /// The group of a root: that of its record alone where nothing has joined it.
    fn group(&self, root: u32) -> Cow<'_, Group> {
        match self.of_root.get(&root) {
            Some(group) => Cow::Borrowed(group),
            None => Cow::Owned(alone(self.claims, self.judge, RecordId(root))),
        }
    }

    fn size(&self, root: u32) -> u32 {
        self.of_root.get(&root).map_or(1, |group| group.size)
    }

    fn between(&self, scored: &ScoredPair, sets: &mut UnionFind) -> Between {
        let (a, b) = (sets.find(scored.pair.left().0), sets.find(scored.pair.right().0));
        [a.min(b), a.max(b)].map(|root| (root, self.size(root)))
    }

    /// Joins the groups of a pair, or says why not. `None` also where they are one already.
    fn try_join(&mut self, index: usize, scored: &ScoredPair, sets: &mut UnionFind) -> Option<Refused> {
        let between = self.between(scored, sets);
        let [(a, _), (b, _)] = between;
        if a == b {
            return None;
        }
        if scored.names_disagree || self.cannot_link(a, b, scored, sets) {
            return Some(Refused { index, why: Apart::CannotLink, between });
        }
        if self.weight(between, scored) < self.judge.bound {
            return Some(Refused { index, why: Apart::Cut, between });
        }
        sets.union(a, b);
        let take = |groups: &mut Self, root| {
            groups.of_root.remove(&root).unwrap_or_else(|| alone(groups.claims, groups.judge, RecordId(root)))
        };
        let (mut parent, child) = (take(self, a), take(self, b));
        parent.take(child);
        self.of_root.insert(a, parent);
        None
    }

    fn cannot_link(&self, a: u32, b: u32, scored: &ScoredPair, sets: &mut UnionFind) -> bool {
        let (x, y) = (self.group(a), self.group(b));
        if x.distinct.iter().any(|source| y.distinct.binary_search(source).is_ok()) {
            return true;
        }
        let (left, right) = (scored.pair.left(), scored.pair.right());
        let (of_x, of_y) = if sets.find(left.0) == a { (left, right) } else { (right, left) };
        let standing = |group: &Group, record: RecordId| {
            let mut members = [group.representatives.as_slice(), &group.with_facts, &[record]].concat();
            members.sort_unstable();
            members.dedup();
            members
        };
        (self.judge.contradict)(&standing(&x, of_x), &standing(&y, of_y))
    }

    /// The weight of the groups being one person, in bits. Of two single records the pair itself is the whole evidence.
    fn weight(&mut self, between: Between, scored: &ScoredPair) -> f64 {
        let [(a, left), (b, right)] = between;
        if left == 1 && right == 1 {
            return f64::from(scored.bits);
        }
        if let Some(&(then, bits)) = self.weighed.get(&(a, b))
            && then == between
        {
            return bits;
        }
        let (x, y) = (self.group(a), self.group(b));
        let bits = (self.judge.group_bits)(&x.representatives, &y.representatives);
        self.weighed.insert((a, b), (between, bits));
        bits
    }
}
