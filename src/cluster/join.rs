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

/// The two groups of a pair as they were: root and size of each. A group of the same root and size is the same group.
type Between = [(u32, u32); 2];

struct Groups<'a> {
    judge: &'a Judge<'a>,
    /// By root; empty where the record is none.
    of_root: Vec<Group>,
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
    fn new(claims: &Claims, judge: &'a Judge<'a>, sets: &mut UnionFind) -> Self {
        let of_root = vec![Group::default(); claims.records.len()];
        let mut groups = Self { judge, of_root, weighed: FxHashMap::default() };
        for (index, record) in claims.records.iter().enumerate().filter(|(_, record)| record.kind.is_person()) {
            let id = RecordId::from(index);
            let has = |kind| claims.of_kind(id, kind).next().is_some();
            let facts = has(IdentifierKind::BirthDate) || has(IdentifierKind::GovernmentId);
            let alone = Group {
                representatives: vec![id],
                with_facts: facts.then_some(id).into_iter().collect(),
                distinct: (judge.distinct)(record.source).then_some(record.source).into_iter().collect(),
                size: 1,
            };
            groups.merge(sets.find(index as u32), alone);
        }
        groups
    }

    fn merge(&mut self, root: u32, other: Group) {
        fn smallest<T: Ord>(list: &mut Vec<T>, more: Vec<T>, keep: usize) {
            list.extend(more);
            list.sort_unstable();
            list.dedup();
            list.truncate(keep);
        }
        let group = &mut self.of_root[root as usize];
        smallest(&mut group.representatives, other.representatives, REPRESENTATIVES);
        smallest(&mut group.with_facts, other.with_facts, WITH_FACTS);
        smallest(&mut group.distinct, other.distinct, usize::MAX);
        group.size += other.size;
    }

    fn between(&self, scored: &ScoredPair, sets: &mut UnionFind) -> Between {
        let (a, b) = (sets.find(scored.pair.left().0), sets.find(scored.pair.right().0));
        [a.min(b), a.max(b)].map(|root| (root, self.of_root[root as usize].size))
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
        let child = std::mem::take(&mut self.of_root[b as usize]);
        self.merge(a, child);
        None
    }

    fn cannot_link(&self, a: u32, b: u32, scored: &ScoredPair, sets: &mut UnionFind) -> bool {
        let (x, y) = (&self.of_root[a as usize], &self.of_root[b as usize]);
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
        (self.judge.contradict)(&standing(x, of_x), &standing(y, of_y))
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
        let (x, y) = (&self.of_root[a as usize], &self.of_root[b as usize]);
        let bits = (self.judge.group_bits)(&x.representatives, &y.representatives);
        self.weighed.insert((a, b), (between, bits));
        bits
    }
}
