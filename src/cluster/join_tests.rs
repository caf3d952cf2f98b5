//! Which pairs join: each case that must not beside one that must, and the rule against a slow version of itself.

use super::personas::{Judge, Personas, personas};
use crate::model::claim::Claims;
use crate::model::cluster::{Apart, RecordLink};
use crate::model::ids::{RecordId, SourceId};
use crate::model::pair::{CandidatePair, ScoredPair};
use crate::model::record::RecordKind;
use crate::model::testing::Builder;
use crate::model::value::IdentifierKind;
use proptest::prelude::*;
use std::collections::BTreeSet;

const BOUND: f64 = 2.0;

/// Weights of pairs that the tests state; what is not stated weighs -9 bits.
#[derive(Clone, Debug, Default)]
struct Weights(Vec<(u32, u32, f64)>);

impl Weights {
    fn of(&self, a: RecordId, b: RecordId) -> f64 {
        let key = (a.0.min(b.0), a.0.max(b.0));
        self.0.iter().find(|&&(left, right, _)| (left, right) == key).map_or(-9.0, |&(_, _, bits)| bits)
    }

    /// The mean between two groups.
    fn between(&self, left: &[RecordId], right: &[RecordId]) -> f64 {
        let pairs = left.iter().flat_map(|&a| right.iter().map(move |&b| self.of(a, b)));
        pairs.sum::<f64>() / (left.len() * right.len()) as f64
    }

    fn scored(&self) -> Vec<ScoredPair> {
        self.0.iter().map(|&(a, b, bits)| scored(RecordId(a), RecordId(b), bits as f32)).collect()
    }
}

fn scored(a: RecordId, b: RecordId, bits: f32) -> ScoredPair {
    let pair = CandidatePair::new(a, b, 0).unwrap();
    ScoredPair { pair, bits, terms: Vec::new(), rival_bits: 0.0, rival: 0, names_disagree: false }
}

/// Whether each birth date of one side differs from each of the other, or each government id.
fn contradict(claims: &Claims, left: &[RecordId], right: &[RecordId]) -> bool {
    [IdentifierKind::BirthDate, IdentifierKind::GovernmentId].into_iter().any(|kind| {
        let of = |records: &[RecordId]| -> BTreeSet<_> {
            records.iter().flat_map(|&record| claims.of_kind(record, kind)).map(|claim| claim.value).collect()
        };
        let (x, y) = (of(left), of(right));
        !x.is_empty() && !y.is_empty() && x.is_disjoint(&y)
    })
}

fn resolve(
    claims: &Claims,
    weights: &Weights,
    scored: &[ScoredPair],
    distinct: &[u16],
    records_max: usize,
) -> Personas {
    let judge = Judge {
        contradict: &|left, right| contradict(claims, left, right),
        group_bits: &|left, right| weights.between(left, right),
        bound: BOUND,
        distinct: &|source| distinct.iter().any(|&stated| SourceId::from(usize::from(stated)) == source),
        records_max,
        names_agree: &|a, b| a == b,
    };
    personas(claims, &["first", "second", "third"], scored, BOUND, &judge)
}

fn plain(claims: &Claims, weights: &Weights) -> Personas {
    resolve(claims, weights, &weights.scored(), &[], 100)
}

fn groups(found: &Personas) -> Vec<Vec<u32>> {
    found.personas.iter().map(|persona| persona.records.iter().map(|record| record.0).collect()).collect()
}

/// Persons with these birth dates and government ids; empty where there is none.
fn people(facts: &[(&str, &str)]) -> Claims {
    let mut builder = Builder::new();
    for (birth_date, government_id) in facts {
        let person = builder.record(RecordKind::Applicant);
        for (kind, text) in [(IdentifierKind::BirthDate, birth_date), (IdentifierKind::GovernmentId, government_id)] {
            if !text.is_empty() {
                builder.claim(person, kind, text);
            }
        }
    }
    builder.build()
}

fn crowd(count: usize) -> Claims {
    people(&vec![("", ""); count])
}

#[test]
fn a_chain_of_strangers_stays_apart_and_a_chain_of_one_person_does_not() {
    // Each resembles the next in one thing, and nobody else.
    let strangers = Weights((0..25).map(|a| (a, a + 1, 3.0)).collect());
    let found = plain(&crowd(26), &strangers);
    assert!(found.personas.iter().all(|persona| persona.records.len() <= 2), "{:?}", groups(&found));
    assert!(found.apart.len() >= 12 && found.apart.iter().all(|&(_, why)| why == Apart::Cut));
    assert_eq!(found.kept_apart, found.apart.len());
    // Records of one person have the same links, and those further apart speak for it too, if less.
    let mut one = strangers;
    one.0.extend((0..26).flat_map(|a| (a + 2..26).map(move |b| (a, b, 2.5))));
    one.0.iter_mut().filter(|pair| pair.1 == pair.0 + 1).for_each(|pair| pair.2 = 12.0);
    assert_eq!(plain(&crowd(26), &one).personas.len(), 1);
}

#[test]
fn father_and_son_or_twins_do_not_join_and_the_same_person_twice_does() {
    let alike = Weights(vec![(0, 1, 9.0)]);
    let refused = [(0, Apart::CannotLink)];
    for (why, other) in [("son", ("1990-02-01", "")), ("twin", ("1960-02-01", "612"))] {
        let found = plain(&people(&[("1960-02-01", "611"), other]), &alike);
        assert_eq!((found.personas.len(), found.apart.as_slice()), (2, refused.as_slice()), "{why}");
    }
    for same in [("1960-02-01", "611"), ("1960-02-01", ""), ("", "")] {
        let found = plain(&people(&[("1960-02-01", "611"), same]), &alike);
        assert_eq!((found.personas.len(), found.apart.len(), found.kept_apart), (1, 0, 0), "{same:?}");
    }
}

#[test]
fn a_record_without_birth_date_between_two_namesakes_goes_to_one_of_them() {
    let between = Weights(vec![(0, 1, 6.0), (1, 2, 5.0)]);
    let found = plain(&people(&[("1960-02-01", ""), ("", ""), ("1971-07-09", "")]), &between);
    assert_eq!(groups(&found), [vec![0, 1], vec![2]]);
    assert_eq!(found.apart, [(1, Apart::CannotLink)]);
    // One person of whom the record between knows as little, and who says nothing against herself.
    let one = Weights(vec![(0, 1, 6.0), (1, 2, 5.0), (0, 2, 1.0)]);
    let found = plain(&people(&[("1960-02-01", ""), ("", ""), ("1960-02-01", "")]), &one);
    assert_eq!(groups(&found), [vec![0, 1, 2]]);
}

#[test]
fn a_contradiction_counts_however_many_records_stand_before_it() {
    // Forty records without a birth date on either side, and one with.
    let mut facts = vec![("", ""); 82];
    (facts[40], facts[81]) = (("1960-02-01", ""), ("1971-07-09", ""));
    let inside = |a: u32, b: u32| (a < 41) == (b < 41);
    let weights = Weights(
        (0..82u32).flat_map(|a| (a + 1..82).map(move |b| (a, b, if inside(a, b) { 9.0 } else { 5.0 }))).collect(),
    );
    assert_eq!(plain(&people(&facts), &weights).personas.len(), 2);
    facts[81] = facts[40];
    assert_eq!(plain(&people(&facts), &weights).personas.len(), 1);
}

/// Four records, the first two of one source, the others of another.
fn two_sources() -> Claims {
    let mut claims = crowd(4);
    claims.records[2].source = SourceId::from(1);
    claims.records[3].source = SourceId::from(1);
    claims
}

#[test]
fn two_records_of_a_distinct_source_never_join_and_those_of_another_do() {
    let pairs = Weights(vec![(0, 1, 9.0), (2, 3, 9.0)]);
    let found = resolve(&two_sources(), &pairs, &pairs.scored(), &[0], 100);
    assert_eq!(groups(&found), [vec![0], vec![1], vec![2, 3]]);
    assert_eq!(found.apart, [(0, Apart::CannotLink)]);
    // Not by way of a third record either: the stronger link holds.
    let third = Weights(vec![(0, 2, 9.0), (1, 2, 8.0), (0, 1, 7.0)]);
    let found = resolve(&two_sources(), &third, &third.scored(), &[0], 100);
    assert_eq!(groups(&found), [vec![0, 2], vec![1], vec![3]]);
    assert_eq!(found.apart, [(1, Apart::CannotLink), (2, Apart::CannotLink)]);
    assert_eq!(groups(&resolve(&two_sources(), &third, &third.scored(), &[1], 100)), [vec![0, 1, 2], vec![3]]);
}

#[test]
fn a_distinct_record_counts_however_large_its_group_is() {
    // Records 20 and 41 are of the distinct source, behind twenty others each.
    let mut claims = crowd(42);
    for (index, record) in claims.records.iter_mut().enumerate() {
        record.source = SourceId::from(usize::from(index == 20 || index == 41));
    }
    let inside = |a: u32, b: u32| (a < 21) == (b < 21);
    let weights = Weights(
        (0..42u32).flat_map(|a| (a + 1..42).map(move |b| (a, b, if inside(a, b) { 9.0 } else { 5.0 }))).collect(),
    );
    assert_eq!(resolve(&claims, &weights, &weights.scored(), &[1], 100).personas.len(), 2);
    assert_eq!(resolve(&claims, &weights, &weights.scored(), &[], 100).personas.len(), 1);
}

#[test]
fn a_stated_reference_joins_what_nothing_else_may() {
    let stated = |facts: &[(&str, &str)], reference: bool| {
        let mut claims = people(facts);
        if reference {
            claims.references.push(crate::model::claim::Reference { from: RecordId(1), to: RecordId(0), cells: 0 });
        }
        let pairs = [ScoredPair { names_disagree: true, ..scored(RecordId(0), RecordId(1), 40.0) }];
        resolve(&claims, &Weights::default(), &pairs, &[0], 100)
    };
    let facts = [("1960-02-01", ""), ("1971-07-09", "")];
    let (found, alone) = (stated(&facts, true), stated(&facts, false));
    assert_eq!((found.personas.len(), found.apart.len()), (1, 0));
    assert_eq!((alone.personas.len(), alone.apart.as_slice()), (2, [(0, Apart::CannotLink)].as_slice()));
}

#[test]
fn names_that_disagree_never_join_however_much_else_agrees() {
    let pair = scored(RecordId(0), RecordId(1), 40.0);
    let other_names = ScoredPair { names_disagree: true, ..pair.clone() };
    let found = |pair| resolve(&crowd(2), &Weights::default(), &[pair], &[], 100);
    assert_eq!(found(other_names).apart, [(0, Apart::CannotLink)]);
    assert_eq!(found(pair).personas.len(), 1);
}

#[test]
fn a_pair_that_was_refused_joins_when_a_later_record_speaks_for_it() {
    // 2 does not fit 0 and 1, until 3 has joined them, whom it fits well.
    let late = Weights(vec![(0, 1, 9.0), (1, 2, 6.0), (0, 2, -3.0), (1, 3, 5.5), (0, 3, 5.5), (2, 3, 4.0)]);
    let found = plain(&crowd(4), &late);
    assert_eq!((groups(&found), found.apart.len()), (vec![vec![0, 1, 2, 3]], 0));
    assert_eq!(found.links.len(), 5, "the pair below the threshold is no link");
    let never =
        Weights(late.0.iter().map(|&(a, b, bits)| (a, b, if (a, b) == (2, 3) { -4.0 } else { bits })).collect());
    assert_eq!(groups(&plain(&crowd(4), &never)), [vec![0, 1, 3], vec![2]]);
}

#[test]
fn a_persona_over_the_bound_is_reported_and_stays_whole() {
    let all = Weights((0..5u32).flat_map(|a| (a + 1..5).map(move |b| (a, b, 9.0))).collect());
    let large = resolve(&crowd(5), &all, &all.scored(), &[], 4);
    assert_eq!(large.personas.len(), 1);
    assert_eq!(large.diagnostics.len(), 1);
    let said = large.diagnostics[0].to_string();
    assert!(said.contains(&format!("more than 4 records: {} (5 records)", large.personas[0].name)), "{said}");
    assert!(resolve(&crowd(5), &all, &all.scored(), &[], 5).diagnostics.is_empty());
}

/// A random case: weights of all pairs, birth dates (0 is none), sources, stated references, who disagrees in names.
#[derive(Clone, Debug)]
struct Case {
    weights: Weights,
    claims: Claims,
    scored: Vec<ScoredPair>,
}

fn case(stated: usize) -> impl Strategy<Value = Case> {
    let people = prop::collection::vec((0usize..3, 0usize..2), 2..8);
    people.prop_flat_map(move |people| {
        let n = people.len() as u32;
        let bits = prop::collection::vec((-8i32..12, prop::bool::weighted(0.1)), (n * (n - 1) / 2) as usize);
        let references = prop::collection::vec((0..n, 0..n), 0..=stated);
        (Just(people), bits, references).prop_map(|(people, bits, references)| {
            let facts: Vec<_> = people.iter().map(|&(date, _)| (["", "1960-02-01", "1971-07-09"][date], "")).collect();
            let mut claims = self::people(&facts);
            for (record, &(_, source)) in claims.records.iter_mut().zip(&people) {
                record.source = SourceId::from(source);
            }
            for (from, to) in references.into_iter().filter(|(from, to)| from != to) {
                let (from, to) = (RecordId(from), RecordId(to));
                claims.references.push(crate::model::claim::Reference { from, to, cells: 0 });
            }
            let n = people.len() as u32;
            let pairs = (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b)));
            let both: Vec<_> = pairs.zip(bits).collect();
            let weights = Weights(both.iter().map(|&((a, b), (bits, _))| (a, b, f64::from(bits))).collect());
            let scored = weights.scored().into_iter().zip(&both);
            let scored = scored.map(|(pair, &(_, (_, names)))| ScoredPair { names_disagree: names, ..pair }).collect();
            Case { weights, claims, scored }
        })
    })
}

/// Why two groups may not join by a pair; `None` when they may.
fn refusal(case: &Case, pair: &ScoredPair, left: &BTreeSet<u32>, right: &BTreeSet<u32>) -> Option<Apart> {
    let records = |group: &BTreeSet<u32>| group.iter().map(|&record| RecordId(record)).collect::<Vec<_>>();
    let (left, right) = (records(left), records(right));
    let distinct = |records: &[RecordId]| records.iter().any(|&id| case.claims.record(id).source == SourceId::from(0));
    let both_distinct = distinct(&left) && distinct(&right);
    if pair.names_disagree || both_distinct || contradict(&case.claims, &left, &right) {
        return Some(Apart::CannotLink);
    }
    (case.weights.between(&left, &right) < BOUND).then_some(Apart::Cut)
}

/// The rule as its words say, on plain sets: after every round all pairs from the start.
fn slowly(case: &Case) -> Vec<Vec<u32>> {
    let mut groups: Vec<BTreeSet<u32>> = (0..case.claims.records.len() as u32).map(|id| BTreeSet::from([id])).collect();
    let at = |groups: &[BTreeSet<u32>], id: RecordId| groups.iter().position(|group| group.contains(&id.0)).unwrap();
    let unite = |groups: &mut Vec<BTreeSet<u32>>, x: usize, y: usize| {
        let moved = groups.remove(x.max(y));
        groups[x.min(y)].extend(moved);
    };
    for reference in &case.claims.references {
        let (x, y) = (at(&groups, reference.from), at(&groups, reference.to));
        if x != y {
            unite(&mut groups, x, y);
        }
    }
    let mut order: Vec<&ScoredPair> = case.scored.iter().filter(|pair| f64::from(pair.bits) >= BOUND).collect();
    order.sort_by(|a, b| b.bits.total_cmp(&a.bits).then(a.pair.cmp(&b.pair)));
    loop {
        let before = groups.len();
        for pair in &order {
            let (x, y) = (at(&groups, pair.pair.left()), at(&groups, pair.pair.right()));
            if x != y && refusal(case, pair, &groups[x], &groups[y]).is_none() {
                unite(&mut groups, x, y);
            }
        }
        if groups.len() == before {
            let mut groups: Vec<Vec<u32>> = groups.into_iter().map(|group| group.into_iter().collect()).collect();
            groups.sort();
            return groups;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_rule_finds_what_a_slow_version_finds_and_gives_reasons_that_hold(case in case(2)) {
        let found = resolve(&case.claims, &case.weights, &case.scored, &[0], 100);
        let groups = groups(&found);
        prop_assert_eq!(&groups, &slowly(&case));
        let mut all: Vec<u32> = groups.iter().flatten().copied().collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..case.claims.records.len() as u32).collect::<Vec<_>>(), "each record in one persona");
        let persona = |id: RecordId| groups.iter().position(|group| group.contains(&id.0)).unwrap();
        let members = |id: RecordId| groups[persona(id)].iter().copied().collect::<BTreeSet<u32>>();
        for &(index, why) in &found.apart {
            let pair = &case.scored[index];
            let (left, right) = (members(pair.pair.left()), members(pair.pair.right()));
            prop_assert_ne!(&left, &right);
            prop_assert_eq!(refusal(&case, pair, &left, &right), Some(why));
        }
        let mut seen: Vec<usize> = found.apart.iter().map(|&(index, _)| index).collect();
        for link in &found.links {
            if let &RecordLink::Scored(index) = link {
                let pair = case.scored[index].pair;
                prop_assert_eq!(persona(pair.left()), persona(pair.right()));
                seen.push(index);
            }
        }
        seen.sort_unstable();
        let over = |index: &usize| {
            let pair = &case.scored[*index];
            let together = persona(pair.pair.left()) == persona(pair.pair.right());
            f64::from(pair.bits) >= BOUND && !(pair.names_disagree && together)
        };
        prop_assert_eq!(seen, (0..case.scored.len()).filter(over).collect::<Vec<_>>(), "a link or apart, each once");
    }

    #[test]
    fn without_stated_references_no_persona_holds_what_cannot_be_one_person(case in case(0)) {
        let found = resolve(&case.claims, &case.weights, &case.scored, &[0], 100);
        for persona in &found.personas {
            let distinct = persona.records.iter().filter(|&&id| case.claims.record(id).source == SourceId::from(0));
            prop_assert!(distinct.count() <= 1);
            for &a in &persona.records {
                prop_assert!(persona.records.iter().all(|&b| !contradict(&case.claims, &[a], &[b])));
            }
        }
    }

    #[test]
    fn the_order_of_the_pairs_does_not_matter(case in case(1), by in any::<u64>()) {
        let mut shuffled = case.scored.clone();
        shuffled.sort_by_key(|pair| (u64::from(pair.pair.left().0) * 31 + u64::from(pair.pair.right().0)).wrapping_mul(by | 1));
        let (one, other) = (
            resolve(&case.claims, &case.weights, &case.scored, &[0], 100),
            resolve(&case.claims, &case.weights, &shuffled, &[0], 100),
        );
        prop_assert_eq!(&one.personas, &other.personas);
        let pairs = |found: &Personas, scored: &[ScoredPair]| -> Vec<(CandidatePair, Apart)> {
            found.apart.iter().map(|&(index, why)| (scored[index].pair, why)).collect()
        };
        prop_assert_eq!(pairs(&one, &case.scored), pairs(&other, &shuffled));
    }
}
