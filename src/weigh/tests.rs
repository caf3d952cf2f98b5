//! What links two personas, and the look-alike beside each that must not.

use super::*;
use crate::model::ids::RecordId;
use crate::model::record::RecordKind;
use crate::model::testing::Builder;
use crate::near;
use IdentifierKind::*;
use proptest::prelude::*;

/// Every person is a persona of its own; an asset belongs to the record that it names.
fn weigh_all(claims: &Claims, settings: &Settings) -> Weighing {
    let mut of_record: Vec<Option<PersonaId>> =
        (0..claims.records.len()).map(|index| Some(PersonaId::from(index))).collect();
    for reference in &claims.references {
        of_record[reference.from.index()] = of_record[reference.to.index()];
    }
    let near = near::neighbours(&claims.dictionary).pairs;
    let personas = claims.records.len();
    let facts = Facts::new(claims, &of_record, personas, &near);
    weigh(claims, &of_record, personas, near, Explained::default(), &facts, settings)
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
    let facts = Facts::new(&claims, &of_record, claims.records.len(), &[]);
    let with = |explained: Explained| {
        weigh(&claims, &of_record, claims.records.len(), Vec::new(), explained, &facts, &Settings::default())
            .evidence
            .len()
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

/// The evidence between the first two records, over chance.
fn between_first(claims: &Claims) -> Option<Evidence> {
    let weighing = weigh_all(claims, &Settings::default());
    weighing.evidence.into_iter().find(|evidence| (evidence.left, evidence.right) == (PersonaId(0), PersonaId(1)))
}

fn total(claims: &Claims) -> f64 {
    between_first(claims).map_or(f64::MIN, |evidence| evidence.total_bits)
}

/// A payment account of somebody's.
fn account(builder: &mut Builder, owner: RecordId, number: &str, payee: &str) {
    let asset = builder.record(RecordKind::PaymentAccount);
    builder.claim(asset, Account, number);
    builder.claim_in(asset, PayeeName, payee, Role::Payee, Period::ALWAYS);
    builder.reference(asset, owner);
}

#[test]
fn an_account_that_pays_both_by_name_is_a_couples() {
    let paid = |payees: [&str; 2]| {
        let mut builder = Builder::new();
        let people = [builder.person(ANN), builder.person(BEN)];
        for (person, payee) in people.into_iter().zip(payees) {
            builder.claim(person, Phone, "+12025550100");
            account(&mut builder, person, "021000021:1234567", payee);
        }
        builder.crowd(3_000);
        total(&builder.build())
    };
    assert!(paid(["ann archer and ben / baker"; 2]) < 2.5, "nobody says where they live, the account does");
    assert!(paid([ANN, BEN]) > 2.5, "one account under two names");
    assert!(paid([ANN, ANN]) > 2.5, "paid to one of them");
}

#[test]
fn a_house_of_strangers_is_no_household() {
    let neighbours = |count: usize, accounts: [&str; 2]| {
        let mut builder = Builder::new();
        for at in 0..count {
            let person = builder.person(&format!("given{at} / family{at}"));
            builder.claim(person, Address, HOME);
            if let Some(account) = accounts.get(at) {
                builder.claim(person, Phone, "+12025550100");
                builder.claim(person, Account, account);
            }
        }
        builder.crowd(3_000);
        total(&builder.build())
    };
    assert!(neighbours(12, ["021000021:1234567", "021000021:1234568"]) > 2.5, "one hand in a dorm");
    assert!(neighbours(2, ["021000021:1234567"; 2]) < 2.5, "a couple with one account");
}

#[test]
fn a_door_where_neither_lives_makes_no_household_of_two_in_one_house() {
    let sent = |to: &str, tenants: usize| {
        let mut builder = Builder::new();
        for at in 0..tenants {
            let person = builder.person(&format!("given{at} / family{at}"));
            builder.claim(person, Address, HOME);
            if at < 2 {
                builder.claim_in(person, Address, to, Role::Delivery, Period::ALWAYS);
                builder.claim(person, Ip, "203.0.113.7");
            }
        }
        builder.crowd(20_000);
        total(&builder.build())
    };
    assert!(sent(OTHER, 12) > 2.5, "laptops of two tenants of a dorm go to one other door and are on there");
    assert!(sent(HOME, 2) < 2.5, "a couple's laptops come home");
}

#[test]
fn one_laptop_that_two_of_a_household_use_at_one_time_still_counts() {
    let used = |second: Period| {
        let mut builder = Builder::new();
        for (name, period) in [(ANN, Period { from: 0, to: 100 }), (BEN, second)] {
            let person = builder.person(name);
            builder.claim(person, Address, HOME);
            builder.claim(person, Phone, "+12025550100");
            builder.claim_in(person, Serial, "PF0ABC12", Role::Own, period);
        }
        builder.crowd(3_000);
        total(&builder.build())
    };
    assert!(used(Period { from: 50, to: 200 }) > 2.5);
    assert!(used(Period { from: 101, to: 200 }) < 2.5, "handed on within the family");
}

#[test]
fn an_agency_gives_out_its_mailbox_and_its_account_however_few_show_it() {
    let agency = |payee: &str, document: bool| {
        let mut builder = Builder::new();
        let people: Vec<RecordId> = (0..12).map(|at| builder.person(&format!("given{at} / family{at}"))).collect();
        for (at, &person) in people.iter().enumerate() {
            builder.claim(person, Agency, "north talent");
            builder.claim(person, Phone, "+12025550100");
            if at < 2 {
                account(&mut builder, person, "021000021:1234567", payee);
                if document {
                    builder.claim(person, DocumentNumber, "X1234567");
                }
            }
        }
        builder.crowd(3_000);
        between_first(&builder.build()).map_or((f64::MIN, 0), |e| (e.total_bits, e.families_left().len()))
    };
    assert!(agency("north / talent", false).1 < 2, "paid through the agency");
    assert!(agency(ANN, false).1 < 2, "one account is one family");
    let (bits, left) = agency(ANN, true);
    assert!(bits > 2.5 && left >= 2, "a ring inside the agency: {bits} bits, {left} families");
}

#[test]
fn an_office_that_nobody_names_is_known_by_its_crowd() {
    let office = |own: bool| {
        let mut builder = Builder::new();
        for at in 0..14 {
            let person = builder.person(&format!("given{at} / family{at}"));
            builder.claim(person, Phone, "+12025550100");
            builder.claim(person, RefereeEmail, "placements@example.org");
            if own && at < 2 {
                builder.claim(person, Account, "021000021:1234567");
                builder.claim(person, DocumentNumber, "X1234567");
            }
        }
        builder.crowd(60_000);
        between_first(&builder.build()).expect("two families over chance")
    };
    let clients = office(false);
    assert!(clients.total_bits < 2.5, "{}", clients.total_bits);
    assert_eq!(clients.innocence.map(|innocence| innocence.relation).as_deref(), Some("agency"));
    assert!(office(true).total_bits > 2.5, "two of its clients share what no office gives out");
}

#[test]
fn a_crowd_at_one_recruiters_desk_is_none_and_four_laptops_there_with_one_account_are() {
    let fair = |own: bool| {
        let mut builder = Builder::new();
        for at in 0..40 {
            let person = builder.person(&format!("given{at} / family{at}"));
            builder.claim(person, Phone, "+12025550100");
            builder.claim(person, Ip, "203.0.113.7");
            if own && at < 4 {
                builder.claim(person, Account, "021000021:1234567");
                builder.claim(person, DocumentNumber, "X1234567");
            }
        }
        builder.crowd(200_000);
        between_first(&builder.build()).expect("two families over chance")
    };
    let visitors = fair(false);
    assert!(visitors.total_bits < 2.5, "{}", visitors.total_bits);
    assert_eq!(visitors.innocence.map(|innocence| innocence.relation).as_deref(), Some("agency"));
    assert!(fair(true).total_bits > 2.5);
}

#[test]
fn former_colleagues_share_a_line_or_two_and_not_a_text() {
    let lines = [
        "ran the night ledger of the harbor office in 2019",
        "moved forty tables of freight data to a new store",
        "wrote the tests that caught the tide errors",
    ];
    let colleagues = |count: usize, vouches: bool| {
        let mut builder = Builder::new();
        let people = [builder.person(ANN), builder.person(BEN)];
        for person in people {
            builder.claim(person, RefereeEmail, "lee@example.org");
            builder.claim(person, RefereePhone, "+13035550177");
            for line in &lines[..count] {
                builder.claim(person, ResumeLine, line);
            }
        }
        if vouches {
            builder.claim(people[0], RefereeEmail, "ben@example.com");
            builder.claim(people[1], Email, "ben@example.com");
        }
        builder.crowd(3_000);
        total(&builder.build())
    };
    assert!(colleagues(2, false) < 2.5, "one team, one manager");
    assert!(colleagues(3, false) < 2.5 && colleagues(2, true) < 2.5, "one odd thing happens");
    assert!(colleagues(3, true) > 2.5, "one text, and one vouches for the other");
}

#[test]
fn a_reworded_text_is_several_lines_and_a_list_of_skills_is_one() {
    let lines = [
        ("skills rust kotlin docker redis", "skills rust kotlin docker kafka"),
        ("moved forty tables of freight data to a new store", "moved forty tables of freight data to a cheap store"),
    ];
    let phones_and = |count: usize| {
        let of = |right: bool| {
            let line = |&(one, other)| (ResumeLine, if right { other } else { one });
            let phone = (Phone, if right { "+12025550147" } else { "+12025550141" });
            lines[..count].iter().map(line).chain([phone]).collect::<Vec<(IdentifierKind, &str)>>()
        };
        bits_of(3_000, (ANN, BEN), &of(false), &of(true)).unwrap_or(f64::MIN)
    };
    assert!(phones_and(2) > phones_and(1) + 2.3, "{} and {}", phones_and(2), phones_and(1));
}

#[test]
fn ones_own_phone_names_nobody_as_referee() {
    let named = |own: bool| {
        let mut builder = Builder::new();
        let people = [builder.person(ANN), builder.person(BEN)];
        for person in people {
            builder.claim(person, Account, "021000021:1234567");
        }
        builder.claim(people[0], RefereePhone, "+12025550100");
        builder.claim(people[1], Phone, "+12025550100");
        if own {
            builder.claim(people[0], Phone, "+12025550100");
        }
        builder.crowd(3_000);
        let evidence = between_first(&builder.build()).expect("two families over chance");
        evidence.contributions.iter().any(|c| c.how == NAMES_THE_OTHER)
    };
    assert!(named(false));
    assert!(!named(true), "an agency's number as one's own and as the referee's");
}

#[test]
fn what_is_explained_of_contributions_is_no_more_than_they_count() {
    let mut builder = Builder::new();
    for name in [ANN, BEN] {
        let person = builder.person(name);
        for (kind, text) in [(Phone, "+12025550100"), (Address, HOME), (DocumentNumber, "X1234567")] {
            builder.claim(person, kind, text);
        }
    }
    builder.crowd(1_000);
    let evidence = between_first(&builder.build()).expect("three families");
    assert!(evidence.contributions.iter().all(|c| (0.0..=c.counted).contains(&c.explained)));
    assert_eq!(evidence.families_left(), [EvidenceFamily::DocumentText], "home and phone are a household's");
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
        let facts = Facts::new(&claims, &of_record, people.len(), &[]);
        let weighing = weigh(&claims, &of_record, people.len(), Vec::new(), Explained::default(), &facts, &Settings::default());
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

    /// With one place for all pairs every one of them is looked at in full; with many, hardly one in vain.
    #[test]
    fn candidates_do_not_depend_on_the_places_of_pairs(
        held in prop::collection::vec((0usize..12, 0usize..6, 0usize..4), 0..80),
        near in prop::collection::vec((0usize..24, 0usize..24), 0..20),
    ) {
        let mut builder = Builder::new();
        let people: Vec<RecordId> = (0..12).map(|_| builder.record(RecordKind::Applicant)).collect();
        let kinds = [Phone, Account, Serial, DocumentNumber, Email, RefereePhone];
        for &(person, kind, value) in &held {
            let text = format!("{}{}", ["+1202555010", "021000021:770", "SN", "X123", "n@example.com", "+1202555010"][kind], value);
            builder.claim(people[person], kinds[kind], &text);
        }
        let claims = builder.build();
        let values: Vec<ValueId> = claims.dictionary.values().collect();
        let pair = |&(a, b): &(usize, usize)| {
            let (left, right) = (*values.get(a.min(b))?, *values.get(a.max(b))?);
            (left < right && claims.dictionary.kind(left) == claims.dictionary.kind(right))
                .then_some(NearPair { left, right, rule: NearRule::PhoneOneDigit })
        };
        let near: Vec<NearPair> = near.iter().filter_map(pair).collect();
        let of_record: Vec<_> = people.iter().map(|person| Some(PersonaId(person.0))).collect();
        let facts = Facts::new(&claims, &of_record, people.len(), &[]);
        let settings = Settings::default();
        let holdings = Holdings::new(&claims, &of_record, people.len());
        let weigher = Weigher::new(&claims, holdings, near, Explained::default(), &facts, &settings);
        let found = |places: usize| {
            let mut diagnostics = Vec::new();
            let candidates = weigher.candidates(places, &mut diagnostics);
            (candidates, diagnostics.len())
        };
        let all = found(1);
        prop_assert!([2, 7, 1 << 16].into_iter().all(|places| found(places) == all));
    }

    /// A further value that both share never lowers what speaks against chance, and lowers the total only by an innocent
    /// relation that explains more than before.
    #[test]
    fn more_evidence_lowers_nothing_but_by_innocence(held in 0u32..4096, more in 0usize..12) {
        let values = [
            (Phone, "+12025550100"), (Email, "kite@example.com"), (Account, "021000021:1234567"), (Wallet, "w1"),
            (Address, HOME), (Ip, "203.0.113.7"), (Serial, "PF0ABC12"), (DocumentNumber, "X1234567"),
            (ResumeLine, "kept the night ledger of the harbor office"), (PhotoHash, "00ff00ff00ff00ff"),
            (RefereeEmail, "lee@example.org"), (RefereePhone, "+13035550177"),
        ];
        let of = |held: u32| {
            let chosen: Vec<(IdentifierKind, &str)> =
                values.iter().enumerate().filter(|(at, _)| held & 1 << at != 0).map(|(_, &value)| value).collect();
            let mut builder = Builder::new();
            for name in [ANN, BEN] {
                let person = builder.person(name);
                chosen.iter().for_each(|&(kind, text)| builder.claim(person, kind, text));
            }
            builder.crowd(2_000);
            between_first(&builder.build())
        };
        if let (Some(before), Some(after)) = (of(held & !(1 << more)), of(held | 1 << more)) {
            prop_assert!(after.against_chance >= before.against_chance - 1e-9);
            prop_assert!(before.families.iter().all(|family| after.families.contains(family)));
            let explained = |e: &Evidence| e.innocence.as_ref().map_or(0.0, |innocence| innocence.bits.max(0.0));
            prop_assert!(
                after.total_bits >= before.total_bits - 1e-9 || explained(&after) > explained(&before),
                "{} to {}", before.total_bits, after.total_bits
            );
        }
    }
}
