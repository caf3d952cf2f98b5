//! Learning against known rates, data that carry nothing, and weights in their parts.

use super::model::{ComparisonParameters, LevelParameters};
use super::train::{mix, train, train_within};
use super::*;
use crate::compare::name::NameKnowledge;
use crate::compare::{FAMILY_NAME, FULL_NAME, GIVEN_NAME, comparisons};
use crate::model::claim::Claims;
use crate::model::ids::{RecordId, ValueId};
use crate::model::record::RecordKind;
use crate::model::testing::Builder;
use crate::model::value::AttributeType;
use crate::model::value::IdentifierKind::{self, *};
use std::collections::{BTreeMap, BTreeSet};

const KINDS: [IdentifierKind; 4] = [Name, BirthDate, Email, Phone];

fn whole(token: &str) -> Option<&str> {
    Some(token)
}

fn know() -> NameKnowledge {
    NameKnowledge { nicknames: |_| &[], romanizations: |_| &[], organisation_token: whole }
}

fn context(claims: &Claims) -> Context<'_> {
    Context::new(claims, &[], know(), &[])
}

fn built_in() -> Model {
    Model::built_in(&comparisons(&[]))
}

fn at(name: &str) -> usize {
    comparisons(&[]).iter().position(|comparison| comparison.name == name).expect("a comparison")
}

/// A reproducible sequence.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 += 1;
        mix(self.0) % n
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// The few first of `n` names are common, the many last are rare.
    fn skewed(&mut self, n: u64) -> u64 {
        self.below(n).min(self.below(n))
    }

    fn letters(&mut self, n: usize) -> String {
        (0..n).map(|_| char::from(b'a' + self.below(26) as u8)).collect()
    }

    fn date(&mut self) -> String {
        format!("{}-{:02}-{:02}", 1950 + self.below(50), 1 + self.below(12), 1 + self.below(28))
    }

    fn phone(&mut self) -> String {
        format!("+1{}55501{:02}", 200 + self.below(800), self.below(100))
    }
}

/// `persons` with two records each: the second has its own given name in 10 of 100 cases, its own family name in 15, a
/// slip in the birth date in 6, no email in 20 and another one in 25, another phone in 40.
fn simulated(persons: u64, seed: u64) -> (Claims, Vec<CandidatePair>) {
    let mut dice = Dice(seed << 32);
    let pool = |n: usize, dice: &mut Dice| (0..n).map(|_| dice.letters(7)).collect::<Vec<_>>();
    let (givens, families) = (pool(300, &mut dice), pool(900, &mut dice));
    let mut rows: Vec<[String; 5]> = Vec::new();
    for _ in 0..persons {
        let given = |dice: &mut Dice| givens[dice.skewed(300) as usize].clone();
        let family = |dice: &mut Dice| families[dice.skewed(900) as usize].clone();
        let email = |dice: &mut Dice| format!("{}@example.com", dice.letters(9));
        let first = [given(&mut dice), family(&mut dice), dice.date(), email(&mut dice), dice.phone()];
        let mut second = first.clone();
        if dice.chance(10) {
            second[0] = given(&mut dice);
        }
        if dice.chance(15) {
            second[1] = family(&mut dice);
        }
        if dice.chance(6) {
            second[2].replace_range(8.., &format!("{:02}", 1 + dice.below(28)));
        }
        match dice.below(100) {
            0..20 => second[3].clear(),
            20..45 => second[3] = email(&mut dice),
            _ => {}
        }
        if dice.chance(40) {
            second[4] = dice.phone();
        }
        rows.extend([first, second]);
    }
    let mut builder = Builder::new();
    let mut blocks: BTreeMap<String, Vec<RecordId>> = BTreeMap::new();
    for [given, family, date, email, phone] in &rows {
        let record = builder.record(crate::model::record::RecordKind::Applicant);
        for (kind, text) in KINDS.into_iter().zip([&format!("{given} / {family}"), date, email, phone]) {
            if !text.is_empty() {
                builder.claim(record, kind, text);
                blocks.entry(text.clone()).or_default().push(record);
            }
        }
        blocks.entry(format!("{} {family}", &given[..1])).or_default().push(record);
    }
    let pairs = blocks.values().flat_map(|block| {
        block
            .iter()
            .enumerate()
            .flat_map(|(at, &a)| block[at + 1..].iter().filter_map(move |&b| CandidatePair::new(a, b, 1)))
    });
    let pairs: BTreeSet<CandidatePair> = pairs.collect();
    (builder.build(), pairs.into_iter().collect())
}

/// Every number can be one, every weight is finite, and the model file can be read again.
fn assert_usable(model: &Model) {
    for level in model.comparisons.iter().flat_map(|known| &known.levels) {
        for value in [level.m, level.u] {
            assert!(value > 0.0 && value <= 1.0, "{level:?}");
        }
    }
    let known = comparisons(&[]);
    let scorer = Scorer::new(model, &known, 100, Options::default());
    for (at, comparison) in model.comparisons.iter().enumerate() {
        for level in 1..=comparison.levels.len() {
            let mut vector = vec![Observed::default(); known.len()];
            vector[at].level = level as u8;
            assert!(scorer.weigh(&vector).bits.is_finite(), "{} {level}", comparison.name);
        }
    }
    let (again, notes) = Model::from_json(&model.to_json(), &known).expect("a model file");
    assert_eq!((&again, notes), (model, Vec::new()));
    assert_eq!(again.digest(), model.digest());
}

#[test]
fn learning_finds_the_rates_that_the_records_were_made_with() {
    let (claims, pairs) = simulated(2000, 1);
    let context = context(&claims);
    let model = train(&context, &pairs, &built_in()).expect("the data carry a model");
    assert_usable(&model);
    let training = model.training.as_ref().expect("how it was learned");
    assert!(training.converged && training.trace.len() > 1 && training.records == 4000, "{training:?}");
    assert!((0.9..1.1).contains(&model.matches_per_record), "{}", model.matches_per_record);
    // Of what the pairs that are one person reached, level by level.
    for name in ["given_name", "family_name", "birth_date", "email", "phone"] {
        let mut counts = vec![0.0; model.comparisons[at(name)].levels.len() + 1];
        for person in 0..2000u32 {
            let vector = context.compare(RecordId(2 * person), RecordId(2 * person + 1));
            counts[vector[at(name)].level as usize] += 1.0;
        }
        let all: f64 = counts[1..].iter().sum();
        for (level, count) in model.comparisons[at(name)].levels.iter().zip(&counts[1..]) {
            assert!((level.m - count / all).abs() < 0.05, "{name}, {}: {} for {}", level.name, level.m, count / all);
        }
    }
    let first = |name: &str| model.comparisons[at(name)].levels[0].m;
    for (name, m) in [("given_name", 0.90), ("family_name", 0.85), ("phone", 0.60), ("email", 0.55 / 0.80)] {
        assert!((first(name) - m).abs() < 0.05, "{name}: {}", first(name));
    }
    // What no column holds keeps its built-in values.
    assert_eq!(model.comparisons[at("account")], built_in().comparisons[at("account")]);
    // The same again, to the last digit, on one thread.
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
    assert_eq!(one.install(|| train(&context, &pairs, &built_in())), Ok(model.clone()));
    // Another sample of the same people, nearly the same model.
    let (claims, pairs) = simulated(2000, 2);
    let other = train(&self::context(&claims), &pairs, &built_in()).expect("the data carry a model");
    assert!((other.comparisons[at("phone")].levels[0].m - first("phone")).abs() < 0.05 && other != model);
}

#[test]
fn a_level_that_is_never_seen_keeps_its_built_in_weight() {
    let (claims, pairs) = simulated(500, 3);
    let model = train(&context(&claims), &pairs, &built_in()).expect("the data carry a model");
    // Nobody handed in near values, so no pair of phones is near.
    let ratio = |model: &Model| {
        let level: &LevelParameters = &model.comparisons[at("phone")].levels[1];
        assert_eq!((level.name.as_str(), level.matches, level.random), ("one digit off", 0.0, 0));
        (level.m / level.u).log2()
    };
    assert!((ratio(&model) - ratio(&built_in())).abs() < 0.01, "{} {}", ratio(&model), ratio(&built_in()));
    // The look-alike: a level that is seen learns its own.
    let same = |model: &Model| model.comparisons[at("phone")].levels[0].m;
    assert!((same(&model) - same(&built_in())).abs() > 0.01);
}

#[test]
fn learning_that_is_stopped_early_ends_in_a_usable_model_that_says_so() {
    let (claims, pairs) = simulated(500, 4);
    let context = context(&claims);
    for rounds in [0, 1, 2] {
        let model = train_within(&context, &pairs, &built_in(), rounds).expect("the data carry a model");
        assert_usable(&model);
        let training = model.training.expect("how it was learned");
        assert_eq!((training.converged, training.trace.len()), (false, rounds));
        assert!(training.notes.iter().any(|note| note.contains("before it settled")), "{:?}", training.notes);
    }
    let model = train(&context, &pairs, &built_in()).expect("the data carry a model");
    assert!(model.training.is_some_and(|training| training.converged && training.notes.is_empty()));
}

/// What a record says.
type Said = Vec<(IdentifierKind, String)>;

/// All pairs of records.
fn all_pairs(claims: &Claims) -> Vec<CandidatePair> {
    let n = claims.records.len() as u32;
    (0..n).flat_map(|a| (a + 1..n).filter_map(move |b| CandidatePair::new(RecordId(a), RecordId(b), 1))).collect()
}

#[test]
fn data_that_carry_no_model_say_why() {
    let check = |claims: Claims, pairs: &[CandidatePair], words: &str| {
        let reason = train(&context(&claims), pairs, &built_in()).expect_err(words);
        assert!(reason.contains(words), "{reason}");
    };
    let records = |n: usize, values: &dyn Fn(usize, &mut Dice) -> Said| {
        let (mut builder, mut dice) = (Builder::new(), Dice(7));
        for at in 0..n {
            let record = builder.record(crate::model::record::RecordKind::Applicant);
            values(at, &mut dice).into_iter().for_each(|(kind, text)| builder.claim(record, kind, &text));
        }
        builder.build()
    };
    let nothing = records(0, &|_, _| Vec::new());
    check(nothing, &[], "0 records");
    let two = records(2, &|_, _| vec![(Name, "ada / example".into()), (BirthDate, "1980-01-02".into())]);
    let pairs = all_pairs(&two);
    check(two, &pairs, "2 records of persons are fewer than the 100");
    let null = records(150, &|_, _| Vec::new());
    let pairs = all_pairs(&null);
    check(null, &pairs, "0 of the comparisons can be observed");
    let one_column = records(150, &|at, _| vec![(Email, format!("mail{}@example.com", at / 2))]);
    let pairs = all_pairs(&one_column);
    check(one_column, &pairs, "1 of the comparisons can be observed");
    let (claims, _) = simulated(500, 5);
    check(claims, &[], "about 0 matches are expected among 0 candidate pairs");
    // The bounds themselves: 99 records and 100, few matches and enough.
    let (claims, pairs) = simulated(50, 6);
    let reduced = {
        let mut claims = claims.clone();
        claims.records[99].kind = crate::model::record::RecordKind::Shipment;
        claims
    };
    check(reduced, &pairs, "99 records");
    assert_usable(&train(&context(&claims), &pairs, &built_in()).expect("100 records and 50 matches carry a model"));
    check(claims, &pairs[..pairs.len() / 4], "matches are expected among");
}

#[test]
fn pairs_whose_emails_never_agree_are_not_taken_for_one_person() {
    // People of a few names in a few streets, more often together than chance has it, and every email another one.
    let learned = |emails_agree: bool| {
        let mut builder = Builder::new();
        let mut dice = Dice(3);
        for index in 0..600u64 {
            let record = builder.record(crate::model::record::RecordKind::Person);
            let group = index / 3;
            builder.claim(record, Name, &format!("given{} family{}", group % 20, group % 30));
            builder.claim(record, Address, &format!("{}|street{}||springfield|il|62704|", 1 + group, group % 60));
            let mailbox = if emails_agree { Dice(1000 * group).letters(10) } else { dice.letters(10) };
            builder.claim(record, Email, &format!("{mailbox}@example.com"));
        }
        let claims = builder.build();
        train(&context(&claims), &all_pairs(&claims), &built_in())
    };
    let reason = learned(false).expect_err("no model");
    assert!(reason.contains("email"), "{reason}");
    let model = learned(true).expect("the same people with emails that agree carry a model");
    let same = model.comparisons[at("email")].levels[0].m;
    assert!(same > 0.1, "{same}");
}

#[test]
fn records_that_are_all_equal_end_in_a_usable_model() {
    let mut builder = Builder::new();
    for _ in 0..150 {
        let record = builder.person("ada / example");
        builder.claim(record, BirthDate, "1980-01-02");
        builder.claim(record, Phone, "+12025550100");
    }
    let claims = builder.build();
    match train(&context(&claims), &all_pairs(&claims), &built_in()) {
        Ok(model) => assert_usable(&model),
        Err(reason) => assert!(!reason.is_empty()),
    }
}

fn scorer(options: Options) -> Scorer {
    Scorer::new(&built_in(), &comparisons(&[]), 10_000, options)
}

/// A vector of these observations: comparison, level, rarity.
fn vector(observed: &[(&str, u8, Rarity)]) -> ComparisonVector {
    let mut vector = vec![Observed::default(); comparisons(&[]).len()];
    observed.iter().for_each(|&(name, level, rarity)| vector[at(name)] = Observed { level, rarity });
    vector.into_iter().collect()
}

#[test]
fn a_rare_name_says_more_than_a_common_one() {
    let bits = |share: f32, options| scorer(options).weigh(&vector(&[("family_name", 1, Rarity::Value(share))])).bits;
    let on = Options { rivals: false, ..Options::default() };
    assert!(bits(0.0001, on) > bits(0.01, on) + 6.0);
    // A slip in a rare name says more than one in a common name, but not without bound.
    let near = |share: f32| scorer(on).weigh(&vector(&[("family_name", 3, Rarity::Near(share))])).bits;
    assert!(near(0.0005) > near(0.02) && near(1e-9) - near(0.0005) < 10.0);
    // The look-alike: without term frequency all names are alike.
    let off = Options { term_frequency: false, ..on };
    assert_eq!(bits(0.0001, off), bits(0.01, off));
}

#[test]
fn what_only_a_household_shares_does_not_make_one_person() {
    let household = vector(&[
        ("given_name", 7, Rarity::None),
        ("family_name", 1, Rarity::Value(0.001)),
        ("phone", 1, Rarity::Value(0.0001)),
        ("place", 1, Rarity::Value(0.0001)),
    ]);
    let mut person = household.clone();
    person[GIVEN_NAME] = Observed { level: 1, rarity: Rarity::Value(0.01) };
    person[at("birth_date")].level = 1;
    let (on, off) = (scorer(Options::default()), scorer(Options { rivals: false, ..Options::default() }));
    let lowered = |vector: &ComparisonVector| off.weigh(vector).bits - on.weigh(vector).bits;
    assert!(lowered(&household) > 15.0 && on.weigh(&household).bits < 0.0, "{:?}", on.weigh(&household));
    assert!(on.weigh(&person).bits > 5.0, "{:?}", on.weigh(&person));
    let rival = &built_in().rivals[on.weigh(&household).rival];
    assert_eq!(rival.name, "household");
    // A pair that shares nothing of a household's loses next to nothing.
    let apart = vector(&[("given_name", 1, Rarity::Value(0.01)), ("email", 1, Rarity::Value(0.0001))]);
    assert!(lowered(&apart) < 0.1 && off.weigh(&household).rival_bits == 0.0);
}

#[test]
fn prior_terms_and_rival_add_up_to_the_weight() {
    let scorer = scorer(Options::default());
    let vector = vector(&[
        ("given_name", 1, Rarity::Value(0.02)),
        ("family_name", 3, Rarity::Near(0.001)),
        ("birth_date", 6, Rarity::None),
        ("place", 1, Rarity::Value(0.0002)),
    ]);
    let pair = CandidatePair::new(RecordId(0), RecordId(1), 1).expect("two records");
    let scored = scorer.score(pair, &vector);
    let terms: f64 = scored.terms.iter().map(|term| f64::from(term.bits)).sum();
    let sum = scorer.prior_bits() + terms + f64::from(scored.rival_bits);
    assert!((sum - f64::from(scored.bits)).abs() < 1e-4, "{scored:?}");
    assert!((f64::from(scored.prior_bits()) - scorer.prior_bits()).abs() < 1e-4);
    assert_eq!(scored.terms.len(), 4);
    assert!(scored.terms.iter().all(|term| (term.frequency_bits == 0.0) == (term.level == 6)), "{scored:?}");
    // One pair is a group of its own; of two, what both say is their mean.
    let weight = scorer.weigh(&vector).bits;
    assert_eq!(scorer.weigh_groups([vector.clone()].into_iter()), weight);
    assert!((scorer.weigh_groups([vector.clone(), vector.clone()].into_iter()) - weight).abs() < 1e-9);
    let mut other = vector.clone();
    other[GIVEN_NAME] = Observed { level: 7, rarity: Rarity::None };
    let mean = scorer.weigh_groups([vector.clone(), other.clone()].into_iter());
    assert!(mean < weight && mean > scorer.weigh(&other).bits);
}

#[test]
fn no_model_and_no_vector_make_a_weight_that_is_no_number() {
    let known = comparisons(&[]);
    let all: ComparisonVector = known.iter().map(|_| Observed { level: 1, rarity: Rarity::Value(0.0) }).collect();
    for (m, u) in [(1.0, f64::MIN_POSITIVE), (f64::MIN_POSITIVE, 1.0), (1.0, 1.0)] {
        let mut model = built_in();
        let levels = |known: &mut ComparisonParameters| {
            known.levels.iter_mut().for_each(|level| (level.m, level.u) = (m, u));
        };
        model.comparisons.iter_mut().for_each(levels);
        model.rivals.iter_mut().for_each(|rival| rival.per_record = 1e6);
        let (model, _) = Model::from_json(&model.to_json(), &known).expect("extreme, but sound");
        for people in [0, 1, 2, 1_000_000] {
            for rivals in [true, false] {
                let scorer = Scorer::new(&model, &known, people, Options { rivals, term_frequency: true });
                let weight = scorer.weigh(&all);
                assert!(weight.bits.is_finite() && weight.rival_bits <= 0.0, "{m} {u} {people}: {weight:?}");
            }
        }
    }
    // A level that the model does not know says nothing.
    let odd = vector(&[("phone", 200, Rarity::None)]);
    let scorer = scorer(Options::default());
    assert_eq!(scorer.weigh(&odd).bits, scorer.weigh(&vector(&[])).bits);
}

#[test]
fn a_model_file_is_fitted_to_the_run_or_refused() {
    let known = comparisons(&[("venue".to_owned(), AttributeType::Text)]);
    let model = Model::built_in(&known);
    let refused = |text: &str, words: &str| {
        let error = Model::from_json(text, &known).expect_err(words);
        assert!(error.contains(words), "{error}");
    };
    let changed = |change: &dyn Fn(&mut Model)| {
        let mut model = model.clone();
        change(&mut model);
        model.to_json()
    };
    refused("", "not a model file");
    refused("{}", "not a model file");
    refused(&model.to_json().replace("\"rivals\"", "\"reivals\""), "not a model file");
    refused(&changed(&|model| model.format = "samehand-model 2".into()), "this program reads `samehand-model 1`");
    refused(&changed(&|model| model.comparisons[FAMILY_NAME].levels[2].m = 0.0), "`family_name`, level `typo`");
    refused(&changed(&|model| model.comparisons[FULL_NAME].levels[0].u = 1.5), "must lie above 0 and not above 1");
    refused(&changed(&|model| model.matches_per_record = -1.0), "matches_per_record");
    refused(&changed(&|model| model.rivals[0].per_record = 1e300), "rival `household`");
    refused(&changed(&|model| model.rivals = vec![model.rivals[0].clone(); 17]), "17 rivals");
    refused(&changed(&|model| model.comparisons[0].levels.truncate(3)), "levels of `given_name`");
    refused(&changed(&|model| model.comparisons[known.len() - 1].compared_as = None), "levels of `venue`");
    // The look-alikes: a comparison more than the run has is left out, one less gets built-in values and a note.
    let (fitted, notes) = Model::from_json(&model.to_json(), &comparisons(&[])).expect("a model");
    assert!(fitted.comparisons.len() == known.len() - 1 && notes.iter().any(|note| note.contains("same venue")));
    let (fitted, notes) = Model::from_json(&built_in().to_json(), &known).expect("a model");
    assert_eq!(fitted.comparisons, model.comparisons);
    assert!(notes == ["the model does not know `venue`; built-in values are used"], "{notes:?}");
    // Whatever changes in it changes its digest.
    for change in [
        &(|model: &mut Model| model.rivals[0].per_record += 0.1) as &dyn Fn(&mut Model),
        &|model| model.comparisons[0].levels[0].m -= 0.01,
        &|model| model.matches_per_record = 0.5,
        &|model| model.training = Some(model::Training::default()),
    ] {
        let (changed, _) = Model::from_json(&changed(change), &known).expect("sound");
        assert_ne!(changed.digest(), model.digest());
    }
}

/// The slow obvious version of scoring: every pair compared in full.
fn scored_slowly(context: &Context, scorer: &Scorer, pairs: &[CandidatePair], keep_bits: f64) -> Vec<ScoredPair> {
    let scored = |pair: &CandidatePair| {
        let vector = context.compare(pair.left(), pair.right());
        let is_kept = !context.names_disagree(&vector) && scorer.weigh(&vector).bits >= keep_bits;
        is_kept.then(|| scorer.score(*pair, &vector))
    };
    pairs.iter().filter_map(scored).collect()
}

proptest::proptest! {
    /// Pairs that are let go early would not have been kept.
    #[test]
    fn what_is_let_go_early_is_nothing_that_would_be_kept(
        people in proptest::collection::vec(
            (
                "(robert|bob|ann|r|barbara|ababaaa) / (smith|smyth|jones|robert|bananas)",
                proptest::option::of("19[78][12]-(0[12]|1[012])-([12][12])"),
                proptest::collection::vec("(bob|smithrob|kite12|kyte12|banana.barbara)@(example.com|a.example)", 0..3),
                proptest::collection::vec("[+]1202555010[0-2]", 0..2),
                proptest::option::of("(springfield|sprnigfield|portland|eugene)"),
                (
                    proptest::option::of("12345678[789]"),
                    proptest::collection::vec("(kite|kyte)[12]", 0..3),
                    proptest::collection::vec("wrote [34] tests", 0..3),
                    proptest::option::of("a[123]"),
                ),
            ),
            2..10,
        ),
        // So many that they stand in several blocks, too.
        copies in proptest::sample::select(vec![1usize, 9]),
        is_person in proptest::bool::ANY,
        keep_bits in -30.0f64..12.0,
    ) {
        let mut builder = Builder::new();
        let people = people.iter().cycle().take(people.len() * copies);
        for (name, date, emails, phones, city, (number, handles, lines, account)) in people {
            let record = builder.record(if is_person { RecordKind::Person } else { RecordKind::Applicant });
            builder.claim(record, IdentifierKind::Name, name);
            date.iter().for_each(|date| builder.claim(record, IdentifierKind::BirthDate, date));
            emails.iter().for_each(|email| builder.claim(record, IdentifierKind::Email, email));
            phones.iter().for_each(|phone| builder.claim(record, IdentifierKind::Phone, phone));
            city.iter().for_each(|city| builder.claim(record, IdentifierKind::City, city));
            number.iter().for_each(|number| builder.claim(record, IdentifierKind::GovernmentId, number));
            handles.iter().for_each(|handle| builder.claim(record, IdentifierKind::Handle, handle));
            lines.iter().for_each(|line| builder.claim(record, IdentifierKind::ResumeLine, line));
            account.iter().for_each(|account| builder.claim(record, IdentifierKind::Account, account));
        }
        let claims = builder.build();
        let all: Vec<ValueId> = claims.dictionary.values().collect();
        let of_one_kind = |two: &&[ValueId]| claims.dictionary.kind(two[0]) == claims.dictionary.kind(two[1]);
        let near: Vec<(ValueId, ValueId)> = all.windows(2).filter(of_one_kind).map(|two| (two[0], two[1])).collect();
        let know = NameKnowledge { nicknames: |name| if name.len() == 3 { &[1] } else { &[] }, ..know() };
        let mut context = Context::new(&claims, &near, know, &[]);
        let model = Model::built_in(context.comparisons());
        let scorer = Scorer::of(&context, &model, Options::default());
        let ids = context.people();
        let pairs: Vec<CandidatePair> = ids
            .iter()
            .flat_map(|&a| ids.iter().filter_map(move |&b| CandidatePair::new(a, b, 1).filter(|_| a < b)))
            .collect();
        let expected = scored_slowly(&context, &scorer, &pairs, keep_bits);
        proptest::prop_assert_eq!(&score(&context, &scorer, &pairs, keep_bits), &expected);
        context.forget_blocks();
        proptest::prop_assert_eq!(&score(&context, &scorer, &pairs, keep_bits), &expected);
    }
}
