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
//! Nothing joins records that no chain of pairs and stated links connects, so each such component is joined by itself, and
//! components beside each other.
//!
//! Refused pairs are tried again with the groups as they have become, since a later record may say what the first ones
//! lacked, until nothing joins. So every reason in [`Joined::apart`] holds for the groups as they are in the end. Links
//! that a source states are no part of this; they hold whatever speaks against them.

use super::personas::Judge;
use super::union_find::UnionFind;
use crate::model::claim::Claims;
use crate::model::cluster::Apart;
use crate::model::ids::{RecordId, SourceId};
use crate::model::pair::{CandidatePair, ScoredPair};
use crate::model::value::IdentifierKind;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::borrow::Cow;

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

/// The groups of one component. Members have numbers in the order of their records.
struct Groups<'a> {
    claims: &'a Claims,
    judge: &'a Judge<'a>,
    members: Vec<RecordId>,
    sets: UnionFind,
    /// By root; a record that nothing has joined yet is in none.
    of_root: Vec<Option<Group>>,
    /// The weights that were asked for, by roots, with the sizes by then.
    weighed: FxHashMap<(u32, u32), (Between, f64)>,
}

/// A pair that did not join.
struct Refused {
    /// Its place, the strongest first.
    place: usize,
    why: Apart,
    between: Between,
}

/// Joins into `sets`, which holds what sources state, what `scored` may join. `scored` in any order. The same on any number
/// of threads.
///
/// Each pair costs a look at no more than 24 records of either group; weights between two groups are computed once.
pub(super) fn join(
    claims: &Claims,
    scored: &[ScoredPair],
    threshold_bits: f64,
    judge: &Judge,
    sets: &mut UnionFind,
) -> Joined {
    let over = scored.iter().enumerate().filter(|(_, scored)| f64::from(scored.bits) >= threshold_bits);
    let mut strongest: Vec<(f32, CandidatePair, usize)> =
        over.map(|(index, scored)| (scored.bits, scored.pair, index)).collect();
    strongest.par_sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut order: Vec<usize> = strongest.into_iter().map(|(.., index)| index).collect();
    let components = components(scored, &order, sets);
    let stated = Stated::new(claims, sets);
    let joined: Vec<JoinedComponent> = components
        .par_iter()
        .with_min_len(COMPONENTS_PER_TASK)
        .map(|places| {
            let pair = |place: usize| &scored[order[place]];
            let places = places.iter().map(|&place| place as usize);
            join_component(Groups::new(claims, judge, &stated, places.clone().map(pair)), places, pair)
        })
        .collect();
    let mut refused: Vec<Refused> = Vec::new();
    for component in joined {
        for (a, b) in component.unions {
            sets.union(a, b);
        }
        refused.extend(component.refused);
    }
    refused.sort_unstable_by_key(|refused| refused.place);
    let apart = refused.iter().map(|refused| (order[refused.place], refused.why)).collect();
    let mut together = |index: usize| {
        let pair = scored[index].pair;
        sets.find(pair.left().0) == sets.find(pair.right().0)
    };
    order.retain(|&index| together(index) && !scored[index].names_disagree);
    Joined { links: order, apart }
}

/// What joining one component came to.
struct JoinedComponent {
    /// Each record that is not the first of its group, with the first.
    unions: Vec<(u32, u32)>,
    refused: Vec<Refused>,
}

/// Joins what the pairs at these places may join, the strongest first.
fn join_component<'s>(
    mut groups: Groups,
    places: impl Iterator<Item = usize>,
    pair: impl Fn(usize) -> &'s ScoredPair,
) -> JoinedComponent {
    let mut refused: Vec<Refused> = places.filter_map(|place| groups.try_join(place, pair(place))).collect();
    loop {
        let mut joined = false;
        refused = refused
            .into_iter()
            .filter_map(|before| {
                if groups.between(pair(before.place)) == before.between {
                    return Some(before);
                }
                let still = groups.try_join(before.place, pair(before.place));
                joined |= still.is_none();
                still
            })
            .collect();
        if !joined {
            return JoinedComponent { unions: groups.into_unions(), refused };
        }
    }
}

/// The records of persons that sources have joined, by the first of each set.
struct Stated {
    sets: UnionFind,
    of_root: Vec<(u32, RecordId)>,
}

impl Stated {
    fn new(claims: &Claims, sets: &UnionFind) -> Stated {
        let is_person = |record: &RecordId| claims.record(*record).kind.is_person();
        let ends = claims.references.iter().flat_map(|reference| [reference.from, reference.to]);
        let mut of_root: Vec<(u32, RecordId)> =
            ends.filter(is_person).map(|record| (sets.root(record.0), record)).collect();
        of_root.sort_unstable();
        of_root.dedup();
        Stated { sets: sets.clone(), of_root }
    }

    fn root(&self, record: RecordId) -> RecordId {
        RecordId(self.sets.root(record.0))
    }

    /// The records that stand in references of a set, sorted.
    fn with(&self, root: RecordId) -> impl Iterator<Item = RecordId> {
        let start = self.of_root.partition_point(|&(of, _)| of < root.0);
        self.of_root[start..].iter().take_while(move |&&(of, _)| of == root.0).map(|&(_, record)| record)
    }
}

/// Components that one task joins at least: most are two records.
const COMPONENTS_PER_TASK: usize = 256;

/// The places of the pairs in `order`, by component, the strongest first in each. `sets` are joined already.
fn components(scored: &[ScoredPair], order: &[usize], sets: &UnionFind) -> Vec<Vec<u32>> {
    let mut connected = sets.clone();
    for &index in order {
        connected.union(scored[index].pair.left().0, scored[index].pair.right().0);
    }
    let mut components: Vec<Vec<u32>> = Vec::new();
    let mut of_root: FxHashMap<u32, u32> = FxHashMap::default();
    for (place, &index) in order.iter().enumerate() {
        let root = connected.find(scored[index].pair.left().0);
        let component = *of_root.entry(root).or_insert_with(|| {
            components.push(Vec::new());
            components.len() as u32 - 1
        });
        components[component as usize].push(place as u32);
    }
    components
}

impl<'a> Groups<'a> {
    /// Everything that the pairs may join, joined by what sources state alone.
    fn new<'s>(
        claims: &'a Claims,
        judge: &'a Judge<'a>,
        stated: &Stated,
        pairs: impl Iterator<Item = &'s ScoredPair>,
    ) -> Self {
        let mut members: Vec<RecordId> = Vec::new();
        for record in pairs.flat_map(|scored| [scored.pair.left(), scored.pair.right()]) {
            let root = stated.root(record);
            members.extend([record, root]);
            members.extend(stated.with(root));
        }
        members.sort_unstable();
        members.dedup();
        let count = members.len();
        let sets = UnionFind::new(count);
        let mut groups =
            Self { claims, judge, members, sets, of_root: vec![None; count], weighed: FxHashMap::default() };
        for member in 0..count {
            let record = groups.members[member];
            let root = stated.root(record);
            groups.sets.union(groups.number(root), member as u32);
            if root == record {
                let mut group: Option<Group> = None;
                for record in stated.with(root) {
                    group.get_or_insert_default().take(alone(claims, judge, record));
                }
                groups.of_root[member] = group;
            }
        }
        groups
    }

    /// The number of a member.
    fn number(&self, record: RecordId) -> u32 {
        self.members.partition_point(|&member| member < record) as u32
    }

    /// The members that are joined, each with the root of its group, as records.
    fn into_unions(mut self) -> Vec<(u32, u32)> {
        let joined = (0..self.members.len()).filter_map(|member| {
            let root = self.sets.find(member as u32) as usize;
            (root != member).then(|| (self.members[root].0, self.members[member].0))
        });
        joined.collect()
    }

    /// The group of a root: that of its record alone where nothing has joined it.
    fn group(&self, root: u32) -> Cow<'_, Group> {
        match &self.of_root[root as usize] {
            Some(group) => Cow::Borrowed(group),
            None => Cow::Owned(alone(self.claims, self.judge, self.members[root as usize])),
        }
    }

    fn size(&self, root: u32) -> u32 {
        self.of_root[root as usize].as_ref().map_or(1, |group| group.size)
    }

    fn between(&mut self, scored: &ScoredPair) -> Between {
        let (a, b) = (self.number(scored.pair.left()), self.number(scored.pair.right()));
        let (a, b) = (self.sets.find(a), self.sets.find(b));
        [a.min(b), a.max(b)].map(|root| (root, self.size(root)))
    }

    /// Joins the groups of a pair, or says why not. `None` also where they are one already.
    fn try_join(&mut self, place: usize, scored: &ScoredPair) -> Option<Refused> {
        let between = self.between(scored);
        let [(a, _), (b, _)] = between;
        if a == b {
            return None;
        }
        if scored.names_disagree || self.cannot_link(a, b, scored) {
            return Some(Refused { place, why: Apart::CannotLink, between });
        }
        if self.weight(between, scored) < self.judge.bound {
            return Some(Refused { place, why: Apart::Cut, between });
        }
        self.sets.union(a, b);
        let take = |groups: &mut Self, root: u32| {
            let group = groups.of_root[root as usize].take();
            group.unwrap_or_else(|| alone(groups.claims, groups.judge, groups.members[root as usize]))
        };
        let (mut parent, child) = (take(self, a), take(self, b));
        parent.take(child);
        self.of_root[a as usize] = Some(parent);
        None
    }

    fn cannot_link(&mut self, a: u32, b: u32, scored: &ScoredPair) -> bool {
        let (left, right) = (scored.pair.left(), scored.pair.right());
        let of_left = self.number(left);
        let (of_x, of_y) = if self.sets.find(of_left) == a { (left, right) } else { (right, left) };
        let (x, y) = (self.group(a), self.group(b));
        if x.distinct.iter().any(|source| y.distinct.binary_search(source).is_ok()) {
            return true;
        }
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
