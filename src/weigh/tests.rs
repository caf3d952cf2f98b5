//! What links two personas, and the look-alike beside each that must not.

use super::*;
use crate::model::ids::RecordId;
use crate::model::record::RecordKind;
use crate::model::testing::Builder;
use crate::near;
use IdentifierKind::*;
use proptest::prelude::*;

/// Every person is a persona of its own.
fn weigh_all(claims: &Claims, settings: &Settings) -> Weighing {
    let of_record: Vec<Option<PersonaId>> =
        (0..claims.records.len()).map(|index| Some(PersonaId::from(index))).collect();
    let near: Vec<NearValue> = near::neighbours(&claims.dictionary)
        .pairs
        .into_iter()
        .map(|pair| NearValue { left: pair.left, right: pair.right, rule: pair.rule.name() })
        .collect();
    let personas = claims.records.len();
    let facts = Facts::new(claims, &of_record, personas, near.iter().map(|pair| (pair.left, pair.right)));
    weigh(claims, &of_record, personas, &near, Explained::default(), &facts, settings)
}

const ANN: &str = "ann / archer";
const BEN: &str = "ben / baker";
const HOME: &str = "12|oak st|4|springfield|il|62704|us";
const OTHER: &str = "90|elm st||salem|or|97301|us";

/// The bits between two people who carry these values, in a population; `None` when there is no evidence over chance.
fn bits_of(
    population: usize,
    names: (&str, &str),
    left: &[(IdentifierKind, &str)],
    right: &[(IdentifierKind, &str)],
) -> Option<f64> {
    let mut builder = Builder::new();
    let (a, b) = (builder.person(names.0), builder.person(names.1));
    for (record, values) in [(a, left), (b, right)] {
        for (kind, text) in values {
            builder.claim(record, *kind, text);
        }
    }
    builder.crowd(population);
    let weighing = weigh_all(&builder.build(), &Settings::default());
    weighing.evidence.first().map(|evidence| evidence.total_bits)
}

fn links(population: usize, values: &[(IdentifierKind, &str)]) -> bool {
    bits_of(population, (ANN, BEN), values, values).is_some_and(|bits| bits >= Settings::default().thresholds.ring_bits)
}

#[test]
fn two_families_link_in_a_company_of_any_size_and_one_never_does() {
    for population in [300, 3_000, 30_000] {
        assert!(links(population, &[(Phone, "+12025550100"), (Account, "021000021:1234567")]), "{population}");
        assert!(!links(population, &[(Phone, "+12025550100")]), "{population}");
        let one_family = [(Phone, "+12025550100"), (Phone, "+13035550111"), (Email, "dana.kite@example.com")];
        assert!(!links(population, &one_family), "{population}: three values of one family");
    }
}

#[test]
fn context_never_links() {
    assert!(!links(
        1_000,
        &[(Agency, "north staffing"), (City, "salem"), (RoutingNumber, "021000021"), (Hostname, "pc1")]
    ));
}

#[test]
fn near_values_of_two_families_link_and_one_near_value_does_not() {
    let pair = |left: &[(IdentifierKind, &str)], right: &[(IdentifierKind, &str)]| {
        bits_of(3_000, (ANN, BEN), left, right).is_some_and(|bits| bits >= 3.0)
    };
    let left = [(Phone, "+12025550141"), (Account, "021000021:1234567")];
    assert!(pair(&left, &[(Phone, "+12025550147"), (Account, "021000021:1234568")]));
    assert!(!pair(&left, &[(Phone, "+12025550147"), (Account, "021000021:9876501")]));
    assert!(!pair(&left, &[(Phone, "+12025550147"), (Email, "kite.runner@example.com")]));
}

#[test]
fn near_emails_made_from_similar_names_say_nothing() {
    let left = [(Account, "021000021:1234567"), (Email, "dana.archer1@example.com")];
    let right = [(Account, "021000021:1234568"), (Email, "dana.archer2@example.com")];
    let bits = |names| bits_of(3_000, names, &left, &right).unwrap_or(f64::MIN);
    assert!(bits(("ann / hill", "ben / baker")) > 3.0);
    assert!(bits(("dana / archer", "dana / archer")) < 3.0);
}

#[test]
fn a_household_explains_home_phone_and_account_but_not_a_document() {
    let mut values = vec![(Address, HOME), (Phone, "+12025550100"), (Account, "021000021:1234567")];
    let bits = |values: &[(IdentifierKind, &str)], names| bits_of(3_000, names, values, values).unwrap_or(f64::MIN);
    assert!(bits(&values, ("ann / archer", "ben / archer")) < 0.0, "a married couple");
    assert!(bits(&values, (ANN, BEN)) < 3.0, "a couple with two names");
    values.push((DocumentNumber, "X1234567"));
    values.push((ResumeLine, "kept the night ledger of the harbor office"));
    assert!(bits(&values, (ANN, BEN)) > 3.0, "no household shares these");
}

#[test]
fn one_door_and_one_network_of_people_who_live_apart_link() {
    let farm = |homes: [&str; 2], names: [&str; 2]| {
        let mut builder = Builder::new();
        for at in 0..2 {
            let person = builder.person(names[at]);
            builder.claim(person, Address, homes[at]);
            builder.claim_in(person, Address, "7|pier rd||camden|nj|08101|us", Role::Delivery, Period::ALWAYS);
            builder.claim(person, Ip, "203.0.113.7");
        }
        builder.crowd(3_000);
        let evidence = weigh_all(&builder.build(), &Settings::default()).evidence;
        evidence.first().map_or(f64::MIN, |evidence| evidence.total_bits)
    };
    assert!(farm([HOME, OTHER], [ANN, BEN]) > 3.0);
    assert!(farm([HOME, HOME], ["ann / archer", "ben / archer"]) < 3.0, "a couple with parcels");
}

#[test]
fn a_place_or_device_at_different_times_is_not_shared() {
    let at = |second: Period| {
        let mut builder = Builder::new();
        for (name, period) in [(ANN, Period { from: 0, to: 100 }), (BEN, second)] {
            let person = builder.person(name);
            builder.claim_in(person, Address, HOME, Role::Delivery, period);
            builder.claim_in(person, Serial, "PF0ABC12", Role::Own, period);
            builder.claim_in(person, Phone, "+12025550100", Role::Own, period);
        }
        builder.crowd(3_000);
        let weighing = weigh_all(&builder.build(), &Settings::default());
        weighing.evidence.first().map_or(f64::MIN, |evidence| evidence.against_chance)
    };
    assert!(at(Period { from: 50, to: 200 }) > 3.0);
    assert!(at(Period { from: 101, to: 200 }) < 3.0, "a former tenant with the laptop that was handed on");
}

#[test]
fn a_value_of_many_holders_says_little_even_with_another() {
    let hub = |holders: usize| {
        let mut builder = Builder::new();
        for at in 0..holders {
            let person = builder.person(&format!("given{at} / family{at}"));
            builder.claim(person, Phone, "+12025550100");
            if at < 2 {
                builder.claim(person, RefereeEmail, "lee@example.org");
            }
        }
        builder.crowd(3_000);
        weigh_all(&builder.build(), &Settings::default())
            .evidence
            .first()
            .map_or(f64::MIN, |evidence| evidence.total_bits)
    };
    assert!(hub(2) > hub(20));
    assert!(hub(40) < 3.0);
}

#[test]
fn what_an_allow_list_explains_has_no_power() {
    let mut builder = Builder::new();
    for name in [ANN, BEN] {
        let person = builder.person(name);
        builder.claim(person, Ip, "203.0.113.7");
        builder.claim(person, Phone, "+12025550100");
    }
    builder.crowd(1_000);
    let claims = builder.build();
    let of_record: Vec<_> = (0..claims.records.len()).map(|index| Some(PersonaId::from(index))).collect();
    let facts = Facts::new(&claims, &of_record, claims.records.len(), []);
    let with = |explained: Explained| {
        weigh(&claims, &of_record, claims.records.len(), &[], explained, &facts, &Settings::default()).evidence.len()
    };
    assert_eq!(with(Explained::default()), 1);
    let mut explained = Explained::default();
    explained.insert(claims.dictionary.get(Ip, "203.0.113.7").unwrap(), "own_egress");
    assert_eq!(with(explained), 0);
}

#[test]
fn contributions_and_prior_add_up_to_the_total() {
    let mut builder = Builder::new();
    for name in [ANN, BEN] {
        let person = builder.person(name);
        for (kind, text) in
            [(Phone, "+12025550100"), (Email, "kite@example.com"), (DocumentNumber, "X1234567"), (Address, HOME)]
        {
            builder.claim(person, kind, text);
        }
    }
    builder.crowd(1_000);
    let weighing = weigh_all(&builder.build(), &Settings::default());
    let evidence = &weighing.evidence[0];
    let prior = (Settings::default().weights.partners / 1_002f64).log2();
    let counted: f64 = evidence.contributions.iter().map(|c| c.counted).sum();
    assert!((prior + counted - evidence.against_chance).abs() < 1e-9);
    let explained = evidence.innocence.as_ref().map_or(0.0, |innocence| innocence.bits.max(0.0));
    assert!((evidence.against_chance - explained - evidence.total_bits).abs() < 1e-9);
    assert!(evidence.contributions.windows(2).all(|pair| pair[0].counted >= pair[1].counted));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Held against all pairs: a pair is a candidate exactly when it shares values of two families.
    #[test]
    fn candidates_are_complete(held in prop::collection::vec((0usize..12, 0usize..4, 0usize..5), 0..60)) {
        let mut builder = Builder::new();
        let people: Vec<RecordId> = (0..12).map(|_| builder.record(RecordKind::Applicant)).collect();
        let kinds = [Phone, Account, Serial, DocumentNumber];
        for &(person, kind, value) in &held {
            // Values of one kind lie far apart, so that none are near.
            let text = format!("{}{value}{}", ["+1202555", "021000021:77", "SN", "X"][kind], "0369".repeat(value + 1));
            builder.claim(people[person], kinds[kind], &text);
        }
        let claims = builder.build();
        let of_record: Vec<_> = people.iter().map(|person| Some(PersonaId(person.0))).collect();
        let facts = Facts::new(&claims, &of_record, people.len(), []);
        let weighing = weigh(&claims, &of_record, people.len(), &[], Explained::default(), &facts, &Settings::default());
        let mut expected = 0;
        for a in 0..12usize {
            for b in a + 1..12 {
                let shares = |kind: usize| held.iter().any(|&(p, k, v)| p == a && k == kind && held.contains(&(b, k, v)));
                if (0..4).filter(|&kind| shares(kind)).count() >= 2 {
                    expected += 1;
                }
            }
        }
        prop_assert_eq!(weighing.candidates, expected);
    }
}
