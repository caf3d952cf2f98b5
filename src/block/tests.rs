//! Blocking against a slow obvious version: every rule as a question about two records, asked of all pairs.

use super::context::name_tokens;
use super::keys::RULES;
use super::sound::sound;
use super::*;
use crate::model::record::RecordKind;
use crate::model::testing::Builder;
use crate::model::value::IdentifierKind::{self, *};
use proptest::prelude::*;
use std::collections::BTreeSet;

const RULES_ONLY: Bounds<'static> = Bounds { pairs_max: 1_000_000, all_with_all: 0, worth: None };

type Values = Vec<(IdentifierKind, String)>;

fn claims_of(people: &[Values]) -> Claims {
    let mut builder = Builder::new();
    for values in people {
        let record = builder.record(RecordKind::Person);
        values.iter().for_each(|(kind, text)| builder.claim(record, *kind, text));
    }
    builder.build()
}

fn near_values(claims: &Claims) -> Vec<(ValueId, ValueId)> {
    crate::near::neighbours(&claims.dictionary).pairs.iter().map(|pair| (pair.left, pair.right)).collect()
}

fn attributes() -> Vec<(String, AttributeType)> {
    let kinds = [("sku", AttributeType::Code), ("title", AttributeType::Text), ("color", AttributeType::Category)];
    let kinds = kinds.into_iter().chain([("year", AttributeType::Number), ("about", AttributeType::LongText)]);
    kinds.map(|(name, kind)| (name.to_string(), kind)).collect()
}

/// The names of the rules that bring two records together, *all with all* left out.
fn rules(left: &[(IdentifierKind, &str)], right: &[(IdentifierKind, &str)]) -> Vec<&'static str> {
    let people: Vec<Values> =
        [left, right].map(|values| values.iter().map(|&(kind, text)| (kind, text.to_string())).collect()).to_vec();
    let claims = claims_of(&people);
    let found = block_within(&claims, &near_values(&claims), &attributes(), RULES_ONLY);
    let mask = found.pairs.first().map_or(0, |pair| pair.rules);
    RULES.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1).map(|(_, rule)| rule.name).collect()
}

#[test]
fn records_meet_through_identifiers_near_ones_names_and_dates() {
    let check = |left: &[_], right: &[_], rule| {
        let found = rules(left, right);
        assert!(found.contains(&rule), "{left:?} {right:?}: {found:?}, not {rule}");
    };
    check(&[(Email, "kite@example.com")], &[(Email, "kite@example.com")], "same identifier");
    check(&[(Phone, "+12025550141")], &[(Phone, "+12025550147")], "near identifier");
    check(&[(Email, "kit@example.com")], &[(Email, "kit@example.org")], "local part of email");
    check(&[(Name, "grace / kelly")], &[(Email, "grace.kelly52@example.com")], "local part of email");
    check(&[(Name, "ann / smith")], &[(Name, "anne / smyth")], "name sounds");
    check(&[(Name, "mary ann / smith")], &[(Name, "maryann / smith")], "same whole name");
    check(&[(Name, "jordan / taylor")], &[(Name, "taylor / jordan")], "same whole name");
    check(&[(Name, "ann / smith"), (City, "salem")], &[(Name, "rob / amith"), (City, "salem")], "name one letter off");
    check(&[(Name, "ann / jones")], &[(Name, "ann / jonws")], "name one letter off");
    let born = |name| [(Name, name), (BirthDate, "1971-06-24")];
    check(&born("robert / smith"), &born("bob / smyth"), "birth date and name sound");
    check(&[(Name, "golden spoon cafe")], &[(Name, "cafe the golden spoon")], "two name tokens");
    let (long, changed) = ("kite and falcon house of north salem", "kite or falcon house at north salem");
    check(&[(Name, long)], &[(Name, changed)], "many words in common");
    check(&[(Attribute, "sku=ab12")], &[(Attribute, "sku=ab12")], "attributes");
    check(&[(Attribute, "title=blue kite two")], &[(Attribute, "title=two blue")], "attributes");
    let (a, b) = ([(Attribute, "color=red"), (Name, "smith")], [(Attribute, "color=red"), (Name, "smyth")]);
    check(&a, &b, "attributes");
}

#[test]
fn strangers_and_look_alikes_do_not_meet() {
    let check = |left: &[_], right: &[_]| assert_eq!(rules(left, right), [""; 0], "{left:?} {right:?}");
    check(&[(Name, "ann / archer"), (City, "salem")], &[(Name, "ben / baker"), (City, "salem")]);
    check(&[(Name, "ann / smith"), (City, "salem")], &[(Name, "rob / amith"), (City, "dover")]);
    check(&[(Name, "ann / smith"), (City, "salem")], &[(Name, "rob / amitt"), (City, "salem")]);
    check(&[(Email, "jo@example.com")], &[(Email, "jo@example.org")]);
    check(&[(Attribute, "color=red"), (Name, "ann")], &[(Attribute, "color=red"), (Name, "rob")]);
    check(&[(Attribute, "year=1999")], &[(Attribute, "year=1999")]);
    check(&[(Attribute, "other=ab12")], &[(Attribute, "other=ab12")]);
    check(&[], &[]);
}

#[test]
fn a_small_table_is_compared_all_with_all_and_a_larger_one_is_not() {
    let check = |records, expected| {
        let claims = claims_of(&vec![Vec::new(); records]);
        let found = block(&claims, &[], &[], usize::MAX, None);
        assert_eq!(found.pairs.len(), expected);
        assert!(found.pairs.iter().all(|pair| rule_name(pair.rule()) == "all with all"));
    };
    check(ALL_WITH_ALL_RECORDS, ALL_WITH_ALL_RECORDS * (ALL_WITH_ALL_RECORDS - 1) / 2);
    check(ALL_WITH_ALL_RECORDS + 1, 0);
}

#[test]
fn a_block_over_the_bound_is_split_and_reported_but_neighbors_still_meet() {
    // Two records of each name; all carry one phone.
    let person = |index| vec![(Phone, "+12025550100".into()), (Name, format!("given{0:03} / family{0:03}", index / 2))];
    let claims = claims_of(&(0..400).map(person).collect::<Vec<_>>());
    let found = block_within(&claims, &[], &[], RULES_ONLY);
    let pairs: BTreeSet<(u32, u32)> = found.pairs.iter().map(|pair| (pair.left().0, pair.right().0)).collect();
    assert!(pairs.len() < 400 * 399 / 2, "not all with all");
    assert!((0..200).all(|index| pairs.contains(&(index * 2, index * 2 + 1))), "each name meets itself");
    assert_eq!(found.pairs.len(), pairs.len(), "each pair once");
    assert_eq!(found.statistics.iter().map(|rule| rule.new_pairs).sum::<u64>() as usize, pairs.len());
    assert_eq!(found.statistics[0].bounded, 1);
}

/// Records that all share everything a rule may ask for but one of twenty names.
#[test]
fn records_that_share_everything_do_not_meet_all_with_all() {
    let records = if cfg!(debug_assertions) { 5_000 } else { 100_000 };
    let names = ["ann", "anne", "anna", "hanna", "rob", "bob", "roy", "ray", "kay", "may"];
    let person = |index: usize| {
        let family = ["smith", "amith"][index / 10 % 2];
        vec![
            (Name, format!("{} / {family}", names[index % 10])),
            (BirthDate, "1971-06-24".into()),
            (City, "salem".into()),
            (Phone, ["+12025550100", "+12025550101"][index / 20 % 2].into()),
        ]
    };
    let claims = claims_of(&(0..records).map(person).collect::<Vec<_>>());
    let found = block(&claims, &near_values(&claims), &[], 1_000_000_000, None);
    assert!(found.pairs.len() < records * 400, "{} pairs", found.pairs.len());
    assert!(found.statistics.iter().map(|rule| rule.bounded).sum::<u64>() > 0);
    assert!(found.diagnostics.iter().any(|diagnostic| diagnostic.code == "block-bound"));
}

#[test]
fn the_bound_on_pairs_is_said_and_keeps_those_of_the_most_specific_rules() {
    let email = vec![(Email, "kite@example.com".to_string())];
    let claims = claims_of(&vec![email; 30]);
    let within = |pairs_max| block_within(&claims, &[], &[], Bounds { pairs_max, all_with_all: 0, worth: None });
    let found = within(100);
    assert_eq!((found.pairs.len(), found.bound_reached), (100, true));
    assert_eq!(found.diagnostics[0].code, "candidate-pairs-bound");
    // The rule on local parts finds the same pairs again and marks those that were kept.
    let local = RULES.iter().position(|rule| rule.name == "local part of email").expect("the rule");
    assert!(found.pairs.iter().all(|pair| pair.rules == 1 | 1 << local));
    let all = within(435);
    assert_eq!((all.pairs.len(), all.bound_reached), (435, false));
    assert!(all.pairs.starts_with(&found.pairs));
}

/// Two thousand twins, who share a family name with two hundred others and a city with another pair of twins.
fn twins(name: fn(usize) -> String) -> Claims {
    let families = ["archer", "baker", "cooper", "dyer", "fisher", "glover", "hunter", "mason", "porter", "turner"];
    let person = |index: usize| {
        let twins = index / 2;
        let name = format!("{} / {}", name(index), families[twins % families.len()]);
        vec![(Name, name), (City, format!("city{}", twins % 1_000))]
    };
    claims_of(&(0..4_000).map(person).collect::<Vec<_>>())
}

#[test]
fn a_loose_rule_runs_among_many_where_it_alone_brings_links_and_is_left_out_where_others_bring_them() {
    let kept = |pairs: &[CandidatePair]| {
        let are_twins = |pair: &&CandidatePair| pair.left().0 / 2 == pair.right().0 / 2;
        pairs.iter().filter(are_twins).copied().collect()
    };
    let worth = Worth { pairs_per_link: 10, records_per_sample: 250, kept: &kept };
    let left_out = |claims: &Claims| {
        let found = block(claims, &[], &[], usize::MAX, Some(&worth));
        assert_eq!(kept(&found.pairs).len(), 2_000, "no link is lost");
        let left_out = |rule: &&RuleStatistics| rule.left_out.is_some();
        let rules: Vec<&str> = found.statistics.iter().filter(left_out).map(|rule| rule.rule).collect();
        let told = found.diagnostics.iter().find(|diagnostic| diagnostic.code == "rules-left-out");
        let is_told = |rule: &&str| told.is_some_and(|told| told.message.contains(rule));
        assert!(rules.iter().all(is_told), "{told:?}");
        let bit = RULES.iter().position(|rule| rule.name == "name and locality").expect("the rule");
        let brought = found.pairs.iter().filter(|pair| pair.rules >> bit & 1 == 1).count();
        (rules.contains(&"name and locality"), brought)
    };
    // Twins of one name: the whole name brings them.
    assert_eq!(left_out(&twins(|index| format!("given{}", index / 2))), (true, 0));
    // Twins of two names: nothing but family name and city does.
    assert_eq!(left_out(&twins(|index| format!("given{index}"))), (false, 6_000));
    // Among few nobody is asked.
    let worth = Worth { pairs_per_link: 10, records_per_sample: 501, kept: &kept };
    let found = block(&twins(|index| format!("given{}", index / 2)), &[], &[], usize::MAX, Some(&worth));
    assert!(found.statistics.iter().all(|rule| rule.left_out.is_none()));
}

fn texts(values: &Values, kind: IdentifierKind) -> Vec<&str> {
    let of_kind: BTreeSet<&str> = values.iter().filter(|value| value.0 == kind).map(|value| value.1.as_str()).collect();
    of_kind.into_iter().collect()
}

fn tokens(values: &Values) -> BTreeSet<&str> {
    texts(values, Name).into_iter().flat_map(name_tokens).collect()
}

fn share(a: &[&str], b: &[&str]) -> bool {
    a.iter().any(|text| b.contains(text))
}

fn any_two(a: &BTreeSet<&str>, b: &BTreeSet<&str>, holds: impl Fn(&str, &str) -> bool) -> bool {
    a.iter().any(|x| b.iter().any(|y| holds(x, y)))
}

/// Whether a rule brings two records together, as it would be explained to somebody.
fn holds(rule: &str, a: &Values, b: &Values, near: &BTreeSet<(String, String)>) -> bool {
    let (names_a, names_b) = (tokens(a), tokens(b));
    let same_sound = any_two(&names_a, &names_b, |x, y| sound(x) == sound(y));
    let shared = |kind| share(&texts(a, kind), &texts(b, kind));
    let parts =
        |values| texts(values, Address).into_iter().map(|text| text.split('|').collect()).collect::<Vec<Vec<_>>>();
    let addresses =
        |holds: &dyn Fn(&[&str], &[&str]) -> bool| parts(a).iter().any(|x| parts(b).iter().any(|y| holds(x, y)));
    let dates = |holds: &dyn Fn(&str, &str) -> bool| {
        texts(a, BirthDate).iter().any(|x| texts(b, BirthDate).iter().any(|y| holds(x, y)))
    };
    let street = || addresses(&|x, y| x[1] == y[1]);
    match rule {
        "same identifier" => [Email, Phone, Address].into_iter().any(shared),
        "near identifier" => a.iter().any(|x| {
            b.iter().any(|y| near.contains(&(x.1.clone(), y.1.clone())) || near.contains(&(y.1.clone(), x.1.clone())))
        }),
        "same name and birth date" => shared(BirthDate) && any_two(&names_a, &names_b, |x, y| x == y),
        "same whole name" => {
            let letters = |text: &str| {
                let mut letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
                letters.sort_unstable();
                letters
            };
            let same = texts(a, Name)
                .iter()
                .any(|x| texts(b, Name).iter().any(|y| letters(x) == letters(y) && letters(x).len() > 5));
            same || names_a == names_b && names_a.len() > 1
        }
        "birth date and name sound" => {
            same_sound && dates(&|x, y| (0..3).filter(|&i| x.split('-').nth(i) == y.split('-').nth(i)).count() > 1)
        }
        "name one letter off" => any_two(&names_a, &names_b, |x, y| {
            let other = |names: &BTreeSet<&str>, own: &str| {
                names.iter().filter(|&&name| name != own).map(|name| sound(name)).collect::<BTreeSet<_>>()
            };
            x.len().min(y.len()) > 2
                && strsim::osa_distance(x, y) == 1
                && (!other(&names_a, x).is_disjoint(&other(&names_b, y))
                    || shared(City)
                    || shared(PostalCode)
                    || street()
                    || dates(&|x, y| x[..4] == y[..4] || x[4..] == y[4..]))
        }),
        "name sounds" => {
            let sounds = |names: &BTreeSet<&str>| names.iter().map(|name| sound(name)).collect::<BTreeSet<_>>();
            sounds(&names_a).intersection(&sounds(&names_b)).count() > 1
        }
        "name and locality" => same_sound && (shared(City) || shared(PostalCode)),
        "street and name token" => {
            addresses(&|x, y| x[..2] == y[..2]) || same_sound && addresses(&|x, y| x[0] == y[0] || x[1] == y[1])
        }
        "birth date" => shared(BirthDate),
        "all with all" => true,
        // Rules with counts and hashes have tests of their own.
        _ => unreachable!("{rule}"),
    }
}

/// A record of a small world in which much is shared and much is one slip away.
fn person() -> impl Strategy<Value = Values> {
    let one_of = |kind: IdentifierKind, texts: &'static [&'static str]| {
        prop::collection::vec(prop::sample::select(texts).prop_map(move |text| (kind, text.to_string())), 0..2)
    };
    let given = prop::sample::select(&["ann", "anne", "mary ann", "maryann", "rob", "bob", "smith", "ray"][..]);
    let family = prop::sample::select(&["smith", "smyth", "amith", "jones", "jonws", "ann", "maryann", "b"][..]);
    let name = (given, family).prop_map(|(given, family)| (Name, format!("{given} / {family}")));
    (
        prop::collection::vec(name, 0..3),
        one_of(BirthDate, &["1971-06-24", "1971-05-24", "1972-06-24", "1971-06-25", "1980-01-01"]),
        one_of(City, &["salem", "dover"]),
        one_of(PostalCode, &["60601", "60602"]),
        one_of(Phone, &["+12025550141", "+12025550147", "+12025550199"]),
        one_of(
            Address,
            &[
                "12|oak st||salem|il|60601|us",
                "12|oak st||dover|il||us",
                "14|oak st||||60601|us",
                "12|elm st||||60602|us",
            ],
        ),
    )
        .prop_map(|(a, b, c, d, e, f)| [a, b, c, d, e, f].concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn every_rule_finds_what_a_slow_search_finds(people in prop::collection::vec(person(), 0..14)) {
        let claims = claims_of(&people);
        let near = near_values(&claims);
        let near_texts: BTreeSet<(String, String)> = near
            .iter()
            .map(|&(a, b)| (claims.dictionary.text(a).to_string(), claims.dictionary.text(b).to_string()))
            .collect();
        let found = block(&claims, &near, &[], usize::MAX, None);
        let pairs: Vec<(u32, u32)> = found.pairs.iter().map(|pair| (pair.left().0, pair.right().0)).collect();
        prop_assert!(pairs.is_sorted() && pairs.windows(2).all(|two| two[0] != two[1]), "sorted, each once");
        let untested = ["local part of email", "attributes", "many words in common", "two name tokens"];
        for (bit, rule) in RULES.iter().enumerate().filter(|(_, rule)| !untested.contains(&rule.name)) {
            let brought: BTreeSet<(u32, u32)> = found.pairs.iter().filter(|pair| pair.rules >> bit & 1 == 1)
                .map(|pair| (pair.left().0, pair.right().0)).collect();
            let mut expected = BTreeSet::new();
            for a in 0..people.len() {
                expected.extend((a + 1..people.len()).filter(|&b| holds(rule.name, &people[a], &people[b], &near_texts))
                    .map(|b| (a as u32, b as u32)));
            }
            // A block over the reach of its rule is split, and brings part of its pairs.
            let is_within_reach = people.len() <= rule.reach.all;
            prop_assert!(brought.is_subset(&expected) && (!is_within_reach || brought == expected), "{}", rule.name);
            prop_assert_eq!(found.statistics[bit].pairs as usize, brought.len());
        }
    }

    /// What is left out is whole rules, and the others find what they find when all run.
    #[test]
    fn rules_that_are_left_out_change_nothing_for_the_others(
        people in prop::collection::vec(person(), 64..120), kept in 0u64..8, pairs_per_link in 1u64..20,
    ) {
        let claims = claims_of(&people);
        let near = near_values(&claims);
        let kept = |pairs: &[CandidatePair]| {
            pairs.iter().filter(|pair| context::mix(pack(pair.left(), pair.right())) % 8 < kept).copied().collect()
        };
        let worth = Worth { pairs_per_link, records_per_sample: 8, kept: &kept };
        let all = block_within(&claims, &near, &[], RULES_ONLY);
        let some = block_within(&claims, &near, &[], Bounds { worth: Some(&worth), ..RULES_ONLY });
        let ran = (0..RULES.len()).filter(|&rule| some.statistics[rule].left_out.is_none());
        let ran = ran.fold(0u16, |mask, rule| mask | 1 << rule);
        let by_those = |pair: &CandidatePair| CandidatePair::new(pair.left(), pair.right(), pair.rules & ran);
        let expected: Vec<CandidatePair> = all.pairs.iter().filter_map(by_those).filter(|pair| pair.rules != 0).collect();
        prop_assert_eq!(some.pairs, expected);
    }

    #[test]
    fn what_is_found_is_merged_as_a_map_would(
        found in prop::collection::vec(prop::collection::btree_set(0u64..40, 0..20), 0..6), pairs_max in 0usize..50,
    ) {
        // Of records 0 to 39 against 100: any number is a pair.
        let pairs: Vec<Vec<u64>> =
            found.iter().map(|found| found.iter().map(|left| left << 32 | 100).collect()).collect();
        let mut expected = std::collections::BTreeMap::<u64, u16>::new();
        let mut all = expected.clone();
        for (index, pairs) in pairs.iter().enumerate() {
            for &pair in pairs {
                *all.entry(pair).or_default() |= 1 << index;
                if expected.contains_key(&pair) || expected.len() < pairs_max {
                    *expected.entry(pair).or_default() |= 1 << index;
                }
            }
        }
        let refused = all.len() - expected.len();
        let counts: Vec<u64> = found.iter().map(|found| found.len() as u64).collect();
        let collected = pairs::collect(pairs, pairs_max);
        let kept: Vec<(u64, u16)> = collected.pairs.iter().map(|pair| (pack(pair.left(), pair.right()), pair.rules)).collect();
        prop_assert_eq!(kept, Vec::from_iter(expected));
        prop_assert_eq!((collected.refused as usize, collected.found), (refused, counts));
        prop_assert_eq!(collected.new.iter().sum::<u64>() as usize, collected.pairs.len());
    }

    /// Where all meet all, what is put in its place is what sorting finds.
    #[test]
    fn everybody_met_at_once_is_everybody_found_pair_by_pair(
        people in prop::collection::btree_set(0u32..60, 0..12),
        found in prop::collection::vec(prop::collection::vec((0usize..12, 0usize..12), 0..20), 0..6),
        pairs_max in 0usize..80,
    ) {
        let people: Vec<RecordId> = people.into_iter().map(RecordId).collect();
        let two = |&(a, b): &(usize, usize)| {
            let (a, b) = (people.get(a)?, people.get(b)?);
            (a != b).then(|| pack(*a, *b))
        };
        let mut pairs: Vec<Vec<u64>> = found.iter().map(|found| found.iter().filter_map(two).collect()).collect();
        let at_once = pairs::collect_everybody(&pairs, &people, pairs_max);
        let others = |(index, &left): (usize, &RecordId)| {
            people[index + 1..].iter().map(move |&right| pack(left, right)).collect::<Vec<u64>>()
        };
        pairs.push(people.iter().enumerate().flat_map(others).collect());
        let one_by_one = pairs::collect(pairs, pairs_max);
        prop_assert_eq!(at_once.pairs, one_by_one.pairs);
        prop_assert_eq!(
            (at_once.found, at_once.new, at_once.refused),
            (one_by_one.found, one_by_one.new, one_by_one.refused)
        );
    }
}

#[test]
fn any_number_of_threads_finds_the_same() {
    let person = |index: usize| {
        let name = |seed: usize| {
            ["smith", "amith", "jones", "jonws", "baker"][context::mix((index * 7 + seed) as u64) as usize % 5]
        };
        vec![
            (Name, format!("{} / {}", name(1), name(2))),
            (City, format!("city{}", index % 9)),
            (Attribute, format!("title=the {} of {}{}", name(3), name(4), index % 50)),
        ]
    };
    let claims = claims_of(&(0..2_500).map(person).collect::<Vec<_>>());
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        let found = pool.install(|| block(&claims, &[], &attributes(), 150_000, None));
        (found.pairs, found.statistics)
    };
    let one = on(1);
    assert!(one.0.len() > 10_000);
    assert!(one == on(2) && one == on(5));
}

#[test]
fn rules_are_known_by_their_names() {
    for index in 0..RULES.len() as u8 {
        assert_eq!(rules_named(&[rule_name(index).to_string()]), 1 << index);
    }
    assert_eq!(rules_named(&["same identifier", "birth date", "no rule"].map(String::from)), 1 | 1 << 13);
}
