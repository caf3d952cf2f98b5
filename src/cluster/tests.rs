//! Personas and rings on small cases made by hand, each with its look-alike.

use super::personas::{Judge, Personas, personas};
use super::rings::{Questions, rings};
use crate::config::Settings;
use crate::model::claim::Claims;
use crate::model::cluster::{Clusters, Level, RecordLink};
use crate::model::evidence::{Contribution, Evidence, Innocence};
use crate::model::ids::{PersonaId, RecordId, ValueId};
use crate::model::pair::{CandidatePair, ScoredPair};
use crate::model::record::RecordKind;
use crate::model::testing::Builder;
use crate::model::value::{EvidenceFamily, IdentifierKind};
use proptest::prelude::*;

fn scored(a: RecordId, b: RecordId, bits: f32) -> ScoredPair {
    ScoredPair {
        pair: CandidatePair::new(a, b, 0).unwrap(),
        bits,
        terms: Vec::new(),
        rival_bits: 0.0,
        rival: 0,
        names_disagree: false,
    }
}

fn resolve(claims: &Claims, scored: &[ScoredPair], contradict: &[(u32, u32)], against: &[(u32, u32)]) -> Personas {
    let among = |list: &[(u32, u32)], a: RecordId, b: RecordId| list.contains(&(a.0.min(b.0), a.0.max(b.0)));
    let judge = Judge {
        contradict: &|left, right| left.iter().any(|&a| right.iter().any(|&b| among(contradict, a, b))),
        group_bits: &|left, right| {
            let pairs = left.iter().flat_map(|&a| right.iter().map(move |&b| (a, b)));
            pairs.map(|(a, b)| if among(against, a, b) { -20.0 } else { 5.0 }).sum()
        },
        bound: 3.0,
        distinct: &|_| false,
        records_max: 100,
        names_agree: &|a, b| a == b,
    };
    personas(claims, &["people"], scored, 3.0, &judge)
}

fn together(personas: &Personas, a: RecordId, b: RecordId) -> bool {
    personas.of_record[a.index()].is_some() && personas.of_record[a.index()] == personas.of_record[b.index()]
}

#[test]
fn scored_pairs_join_unless_something_speaks_against_it() {
    let mut builder = Builder::new();
    let [a, b, c] = [(); 3].map(|()| builder.record(RecordKind::Applicant));
    let claims = builder.build();
    let pairs = [scored(a, b, 9.0), scored(b, c, 5.0)];
    let all = resolve(&claims, &pairs, &[], &[]);
    assert!(together(&all, a, b) && together(&all, b, c));
    let contradicted = resolve(&claims, &pairs, &[(a.0, c.0)], &[]);
    assert!(together(&contradicted, a, b) && !together(&contradicted, b, c), "c contradicts a, with whom b is already");
    let chained = resolve(&claims, &pairs, &[], &[(a.0, c.0)]);
    assert!(together(&chained, a, b) && !together(&chained, b, c), "b fits both, who do not fit each other");
    assert_eq!(chained.kept_apart, 1);
}

#[test]
fn a_pair_below_the_threshold_or_with_other_names_never_joins() {
    let mut builder = Builder::new();
    let [a, b] = [(); 2].map(|()| builder.record(RecordKind::Applicant));
    let claims = builder.build();
    assert!(!together(&resolve(&claims, &[scored(a, b, 2.9)], &[], &[]), a, b));
    let other_names = ScoredPair { names_disagree: true, ..scored(a, b, 40.0) };
    assert!(!together(&resolve(&claims, &[other_names], &[], &[]), a, b));
}

#[test]
fn a_stated_reference_joins_even_what_contradicts() {
    let mut builder = Builder::new();
    let (applicant, employee) = (builder.record(RecordKind::Applicant), builder.record(RecordKind::Employee));
    builder.reference(employee, applicant);
    assert!(together(&resolve(&builder.build(), &[], &[(0, 1)], &[]), applicant, employee));
}

#[test]
fn assets_follow_references_also_through_another_asset() {
    let mut builder = Builder::new();
    let employee = builder.record(RecordKind::Employee);
    let (device, shipment, orphan) =
        (builder.record(RecordKind::Device), builder.record(RecordKind::Shipment), builder.record(RecordKind::Device));
    builder.reference(shipment, device);
    builder.reference(device, employee);
    let found = resolve(&builder.build(), &[], &[], &[]);
    assert!(together(&found, employee, device) && together(&found, employee, shipment));
    assert_eq!(found.of_record[orphan.index()], None);
    assert_eq!(found.personas[0].records, [employee], "assets are never merged with a person");
    assert_eq!(found.personas[0].assets, [device, shipment]);
}

#[test]
fn an_asset_without_reference_needs_name_and_contact_of_one_persona() {
    let owner = |names: [&str; 2], asset_name: &str| {
        let mut builder = Builder::new();
        for name in names {
            let person = builder.person(name);
            builder.claim(person, IdentifierKind::Phone, "+12025550100");
        }
        let asset = builder.record(RecordKind::Shipment);
        builder.claim(asset, IdentifierKind::Phone, "+12025550100");
        builder.claim(asset, IdentifierKind::Name, asset_name);
        let found = resolve(&builder.build(), &[], &[], &[]);
        found
            .links
            .iter()
            .any(|link| matches!(link, RecordLink::ByContact { .. }))
            .then(|| found.of_record[asset.index()])
    };
    assert_eq!(owner(["ann / archer", "ben / baker"], "ben / baker"), Some(Some(PersonaId(1))));
    assert_eq!(owner(["ann / archer", "ben / baker"], "cleo / carter"), None);
    assert_eq!(owner(["ann / archer", "ann / archer"], "ann / archer"), None, "two personas fit");
}

fn contribution(kind: IdentifierKind, value: u32, bits: f64) -> Contribution {
    Contribution {
        kind,
        family: kind.family(),
        left: ValueId(value),
        right: ValueId(value),
        left_names_right: false,
        how: "same",
        holders: 2,
        bits,
        counted: bits,
        explained: 0.0,
        note: "",
    }
}

fn evidence(left: u32, right: u32, total: f64, kinds: &[(IdentifierKind, u32)]) -> Evidence {
    let contributions: Vec<Contribution> = kinds.iter().map(|&(kind, value)| contribution(kind, value, 9.0)).collect();
    let mut families: Vec<EvidenceFamily> = contributions.iter().map(|c| c.family).collect();
    families.sort_unstable();
    families.dedup();
    let control: Vec<_> = kinds.iter().filter(|(kind, _)| kind.side() == crate::model::value::Side::Control).collect();
    Evidence {
        left: PersonaId(left),
        right: PersonaId(right),
        contributions,
        against_chance: total,
        control_against_chance: total,
        innocence: None,
        total_bits: total,
        control_bits: if control.len() >= 2 { total } else { 0.0 },
        families,
        control_families: control.len(),
    }
}

const PHONE: (IdentifierKind, u32) = (IdentifierKind::Phone, 1);
const ACCOUNT: (IdentifierKind, u32) = (IdentifierKind::Account, 2);
const DOCUMENT: (IdentifierKind, u32) = (IdentifierKind::DocumentNumber, 3);
const ADDRESS: (IdentifierKind, u32) = (IdentifierKind::Address, 4);
const NETWORK: (IdentifierKind, u32) = (IdentifierKind::Ip, 5);

fn cluster(evidence: Vec<Evidence>, holders: &[u32], same_name: &[(u32, u32)]) -> Clusters {
    let names: Vec<String> = (0..20).map(|index| format!("P-{index:02}")).collect();
    let holders: Vec<PersonaId> = holders.iter().map(|&holder| PersonaId(holder)).collect();
    let questions = Questions {
        persona_name: &|persona| names[persona.index()].as_str(),
        same_name: &|a, b| same_name.contains(&(a.0, b.0)),
        holders: &|value| if value == ValueId(ADDRESS.1) { holders.clone() } else { Vec::new() },
        together: &|_, _, _| true,
        shown: &|value| format!("value {}", value.0),
    };
    rings(evidence, 20, &Settings::default(), &questions)
}

fn members(clusters: &Clusters) -> Vec<Vec<u32>> {
    clusters.rings.iter().map(|ring| ring.personas.iter().map(|persona| persona.0).collect()).collect()
}

#[test]
fn links_over_the_threshold_make_rings_and_others_do_not() {
    let found = cluster(
        vec![
            evidence(1, 2, 6.0, &[PHONE, ACCOUNT]),
            evidence(2, 3, 5.0, &[ADDRESS, NETWORK]),
            evidence(4, 5, 2.4, &[PHONE, ACCOUNT]),
            evidence(6, 7, 9.0, &[PHONE]),
        ],
        &[],
        &[],
    );
    assert_eq!(members(&found), [vec![1, 2, 3]], "2.4 bits and a single family are no link");
    let ring = &found.rings[0];
    assert_eq!(ring.operators.len(), 2, "control ties 1 and 2, the place ties 3 to them as another operator");
    assert_eq!(ring.sites.len(), 1);
    assert_eq!(ring.bridges.len(), 2);
    assert_eq!(ring.articulation_points, [PersonaId(2)]);
}

#[test]
fn a_triangle_has_no_bridge() {
    let link = |a, b| evidence(a, b, 6.0, &[PHONE, ACCOUNT]);
    let found = cluster(vec![link(1, 2), link(1, 3), link(2, 3)], &[], &[]);
    assert!(found.rings[0].bridges.is_empty() && found.rings[0].articulation_points.is_empty());
}

#[test]
fn rank_follows_evidence_and_never_size() {
    let large: Vec<Evidence> = (1..8).map(|a| evidence(a, a + 1, 6.0, &[PHONE, ACCOUNT])).collect();
    let strong = evidence(10, 11, 20.0, &[PHONE, ACCOUNT, DOCUMENT]);
    let found = cluster(large.into_iter().chain([strong]).collect(), &[], &[]);
    assert_eq!(members(&found)[0], [10, 11]);
    assert_eq!(found.rings[0].level, Level::Priority);
    // Three families of 9 bits, and a prior that brings the link to 20 bits.
    assert!((found.rings[0].weight_bits - 20.0).abs() < 1e-9);
    assert_eq!(found.rings[1].level, Level::Review);
}

#[test]
fn a_site_takes_in_a_further_holder_only_where_most_holders_are_tied() {
    let tied = || vec![evidence(1, 2, 6.0, &[ADDRESS, NETWORK])];
    assert_eq!(members(&cluster(tied(), &[1, 2, 3], &[])), [vec![1, 2, 3]]);
    let member = cluster(tied(), &[1, 2, 3], &[]).site_members[0];
    assert_eq!((member.persona, member.with, member.value), (PersonaId(3), PersonaId(1), ValueId(ADDRESS.1)));
    let dorm: Vec<u32> = (1..12).collect();
    assert_eq!(members(&cluster(tied(), &dorm, &[])), [vec![1, 2]], "two of eleven tenants are not the house");
}

#[test]
fn what_innocence_explains_is_set_aside_with_its_name() {
    let mut explained = evidence(1, 2, 6.0, &[PHONE, ADDRESS]);
    explained.total_bits = -2.0;
    explained.innocence = Some(Innocence { relation: "household".to_string(), bits: 8.0 });
    let found = cluster(vec![explained], &[], &[]);
    assert!(found.rings.is_empty());
    assert_eq!(found.set_aside[0].guard, "household");
    let split = cluster(vec![evidence(1, 2, 30.0, &[PHONE, ACCOUNT])], &[], &[(1, 2)]);
    assert!(split.rings.is_empty(), "one name twice is a person in two records, not a ring");
    assert_eq!(split.set_aside[0].guard, "one person in two personas");
}

#[test]
fn one_weak_link_alone_is_a_coincidence_and_two_are_a_ring() {
    let alone = cluster(vec![evidence(1, 2, 4.0, &[PHONE, NETWORK])], &[], &[]);
    assert!(alone.rings.is_empty());
    assert_eq!(alone.set_aside[0].guard, "coincidence");
    let two = vec![evidence(1, 2, 4.0, &[PHONE, NETWORK]), evidence(2, 3, 4.0, &[PHONE, NETWORK])];
    assert_eq!(members(&cluster(two, &[], &[])), [vec![1, 2, 3]]);
    let mut couple = evidence(1, 2, 22.0, &[PHONE, ACCOUNT, ADDRESS]);
    couple.total_bits = 4.0;
    assert_eq!(members(&cluster(vec![couple], &[], &[])), [vec![1, 2]], "far over chance, a little over innocence");
}

/// Evidence of which a relation explains all but the first so many contributions.
fn explained_but(mut link: Evidence, relation: &str, left: usize) -> Evidence {
    for contribution in link.contributions.iter_mut().skip(left) {
        contribution.explained = contribution.counted;
    }
    link.innocence = Some(Innocence { relation: relation.to_string(), bits: 5.0 });
    link
}

#[test]
fn what_an_agency_leaves_over_must_link_strangers() {
    let link = |left| explained_but(evidence(1, 2, 6.0, &[ACCOUNT, DOCUMENT, PHONE]), "agency", left);
    let one = cluster(vec![link(1)], &[], &[]);
    assert!(one.rings.is_empty(), "one account beside the agency's telephone");
    assert_eq!(one.set_aside[0].guard, "agency");
    assert_eq!(members(&cluster(vec![link(2)], &[], &[])), [vec![1, 2]], "an account and a document beside it");
}

#[test]
fn what_innocence_explains_lifts_no_ring() {
    let agency = explained_but(evidence(1, 2, 30.0, &[ACCOUNT, DOCUMENT, PHONE, ADDRESS]), "household", 1);
    let plain = evidence(3, 4, 9.0, &[ACCOUNT, DOCUMENT]);
    let found = cluster(vec![agency, plain], &[], &[]);
    assert_eq!(members(&found), [vec![3, 4], vec![1, 2]]);
    assert_eq!(found.rings[1].level, Level::Review, "of four families one is left");
}

const KINDS: [(IdentifierKind, u32); 5] = [PHONE, ACCOUNT, DOCUMENT, ADDRESS, NETWORK];

/// Links between ten personas: ends, and which kinds they share, two at least. All pay one prior, as in a run.
fn link() -> impl Strategy<Value = Evidence> {
    (0u32..10, 1u32..10, prop::sample::subsequence(KINDS.to_vec(), 2..=5)).prop_map(|(left, step, kinds)| {
        let right = (left + step) % 10;
        evidence(left.min(right), left.max(right), 9.0 * kinds.len() as f64 - 13.0, &kinds)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Of a ring that gets one more link, nothing that it ranks by falls.
    #[test]
    fn a_further_link_never_lowers_a_ring(links in prop::collection::vec(link(), 1..8), more in link()) {
        let before = cluster(links.clone(), &[], &[]);
        let after = cluster(links.into_iter().chain([more]).collect(), &[], &[]);
        for old in &before.rings {
            let new = after.rings.iter().find(|ring| ring.personas.contains(&old.personas[0])).expect("still in a ring");
            prop_assert!(old.personas.iter().all(|persona| new.personas.contains(persona)));
            prop_assert!(old.families.iter().all(|family| new.families.contains(family)));
            prop_assert!(new.level <= old.level);
            prop_assert!(new.weight_bits >= old.weight_bits - 1e-9, "{} to {}", old.weight_bits, new.weight_bits);
        }
    }
}
