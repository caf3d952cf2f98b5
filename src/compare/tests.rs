//! Comparison vectors of small cases made by hand, each agreement beside the look-alike that must not count as one.

use super::*;
use crate::model::testing::Builder;
use crate::model::value::IdentifierKind;
use IdentifierKind::*;
use proptest::prelude::*;

fn know() -> NameKnowledge {
    NameKnowledge {
        nicknames: |name| if matches!(name, "robert" | "bob") { &[1] } else { &[] },
        romanizations: |_| &[],
        organisation_token: |token| Some(token),
    }
}

type Carried<'t> = &'t [(IdentifierKind, &'t str)];

/// Records of that kind with those values, compared as they stand.
fn with_records<T>(kind: RecordKind, records: &[Carried], ask: impl FnOnce(&Context, &[RecordId]) -> T) -> T {
    let mut builder = Builder::new();
    let ids: Vec<RecordId> = records
        .iter()
        .map(|values| {
            let record = builder.record(kind);
            values.iter().for_each(|(kind, text)| builder.claim(record, *kind, text));
            record
        })
        .collect();
    let claims = builder.build();
    let added = [("venue".to_owned(), AttributeType::Category)];
    ask(&Context::new(&claims, &[], know(), &added), &ids)
}

/// The name of the level that two records reach in a comparison.
fn level(comparison: &str, left: Carried, right: Carried) -> &'static str {
    with_records(RecordKind::Applicant, &[left, right], |context, ids| {
        let at = context.comparisons().iter().position(|known| known.name == comparison).expect("a comparison");
        let (one, other) = (context.compare(ids[0], ids[1]), context.compare(ids[1], ids[0]));
        assert_eq!(one[at].level, other[at].level, "the same from both sides");
        assert_eq!(one.len(), context.comparisons().len());
        context.comparisons()[at].levels[one[at].level as usize]
    })
}

#[test]
fn what_a_record_lacks_is_not_observed() {
    for comparison in BUILT_IN.iter().map(|(name, _)| *name).chain(["venue"]) {
        assert_eq!(level(comparison, &[], &[(Name, "ann / smith")]), "not observed", "{comparison}");
    }
}

#[test]
fn an_email_made_of_the_name_says_nothing_beyond_it() {
    let name = (Name, "robert / smith");
    let compare = |a, b| level("email", &[name, (Email, a)], &[name, (Email, b)]);
    assert_eq!(compare("robert.smith@example.com", "robert.smith@other.example.net"), "not observed");
    assert_eq!(compare("robert.smith77@example.com", "robert.smith78@example.com"), "same domain");
    assert_eq!(compare("paperkite77@example.com", "paperkite78@example.com"), "near");
    assert_eq!(compare("paperkite77@example.com", "paperkite77@other.example.net"), "same local part");
    assert_eq!(compare("robert.smith@example.com", "robert.smith@example.com"), "same");
}

#[test]
fn a_place_is_one_decision_from_the_address_to_the_city() {
    let home = "12|oak st||springfield|il|62704|";
    let carried = |address, city, postal| [(Address, address), (City, city), (PostalCode, postal)];
    let here = carried(home, "springfield", "62704");
    let compare = |other: [(IdentifierKind, &str); 3]| level("place", &here, &other);
    assert_eq!(compare(here), "same address");
    assert_eq!(compare(carried("99|elm st||springfield|il|62704|", "springfield", "62704")), "same postal code");
    assert_eq!(compare(carried("99|elm st||springfield|il|62709|", "springfield", "62709")), "same city");
    assert_eq!(compare(carried("99|elm st||sprnigfeld|il|62709|", "sprnigfeld", "62709")), "similar city");
    assert_eq!(compare(carried("99|elm st||portland|or|97201|", "portland", "97201")), "different");
}

#[test]
fn the_rarer_the_value_the_rarer_the_agreement() {
    let common: Carried = &[(Name, "ann / smith")];
    let other: Carried = &[(Name, "anna / smith")];
    let rare: Carried = &[(Name, "ann / quillfeather")];
    let mut records = vec![rare, rare, common, common];
    records.extend(std::iter::repeat_n(other, 1));
    let many: Vec<Vec<(IdentifierKind, String)>> =
        (0..40).map(|at| vec![(Name, "beth / smith".to_owned()), (Phone, format!("+1202555{at:04}"))]).collect();
    let borrowed: Vec<Vec<(IdentifierKind, &str)>> =
        many.iter().map(|values| values.iter().map(|(kind, text)| (*kind, text.as_str())).collect()).collect();
    records.extend(borrowed.iter().map(Vec::as_slice));
    with_records(RecordKind::Applicant, &records, |context, ids| {
        let share = |a: usize, b: usize| match context.compare(ids[a], ids[b])[FAMILY_NAME].rarity {
            Rarity::Value(share) => share,
            other => panic!("{other:?}"),
        };
        assert!(share(2, 3) > 10.0 * share(0, 1), "{} {}", share(2, 3), share(0, 1));
        let slip = context.compare(ids[2], ids[4])[GIVEN_NAME];
        assert!(matches!(slip.rarity, Rarity::Near(_)), "{slip:?}");
    });
}

#[test]
fn groups_contradict_when_no_birth_date_of_one_fits_one_of_the_other() {
    let contradict = |kind, left: &[Carried], right: &[Carried]| {
        let all: Vec<Carried> = left.iter().chain(right).copied().collect();
        with_records(kind, &all, |context, ids| context.contradict(&ids[..left.len()], &ids[left.len()..]))
    };
    let applicant = RecordKind::Applicant;
    let born: Carried = &[(Name, "ann / smith"), (BirthDate, "1971-06-24")];
    let slip: Carried = &[(Name, "ann / smith"), (BirthDate, "1971-06-25")];
    let other: Carried = &[(Name, "ann / smith"), (BirthDate, "1988-11-03")];
    let unknown: Carried = &[(Name, "ann / smith")];
    assert!(contradict(applicant, &[born], &[other]));
    assert!(!contradict(applicant, &[born], &[slip]));
    assert!(!contradict(applicant, &[born], &[unknown]));
    assert!(contradict(applicant, &[born, unknown], &[other]), "one that says nothing does not mend it");
    assert!(!contradict(applicant, &[born, other], &[other]), "a slip in one record of the group");
    let mail: Carried = &[(Name, "ann / smith"), (BirthDate, "1971-06-24"), (Email, "kite@example.com")];
    let same_mail: Carried = &[(Name, "ann / smith"), (BirthDate, "1988-11-03"), (Email, "kite@example.com")];
    assert!(!contradict(applicant, &[mail], &[same_mail]), "an address that one person holds");
}

#[test]
fn two_numbers_of_government_are_two_people_unless_date_and_name_agree() {
    let contradict = |kind, left: Carried, right: Carried| {
        with_records(kind, &[left, right], |context, ids| context.contradict(&ids[..1], &ids[1..]))
    };
    let person = |name, id| [(Name, name), (BirthDate, "1971-06-24"), (GovernmentId, id)];
    let (ann, again) = (person("ann / smith", "123456789"), person("ann / smith", "987650000"));
    let twin = person("beth / smith", "987650000");
    assert!(!contradict(RecordKind::Applicant, &ann, &again), "the number was typed wrong");
    assert!(contradict(RecordKind::Applicant, &ann, &twin), "twins share name and date");
    assert!(!contradict(RecordKind::Person, &ann, &twin), "in a plain table the weights know twins");
    let undated = |name, id| [(Name, name), (GovernmentId, id)];
    let (one, other) = (undated("ann / smith", "123456789"), undated("beth / jones", "987650000"));
    assert!(contradict(RecordKind::Person, &one, &other), "nothing excuses another number");
}

#[test]
fn names_that_disagree_bar_a_pair_except_where_a_plain_table_shows_one_document() {
    let disagree = |kind, left: Carried, right: Carried| {
        with_records(kind, &[left, right], |context, ids| {
            let glance = context.glance(ids[0], ids[1]);
            let disagree = context.names_disagree(&context.compare(ids[0], ids[1]));
            assert!(disagree || !context.names_surely_disagree(&glance));
            disagree
        })
    };
    let one: Carried = &[(Name, "ann / smith"), (BirthDate, "1971-06-24"), (GovernmentId, "123456789")];
    let two: Carried = &[(Name, "lucia / moreau"), (BirthDate, "1971-06-24"), (GovernmentId, "123456789")];
    let renamed: Carried = &[(Name, "ann / moreau"), (BirthDate, "1971-06-24"), (GovernmentId, "123456789")];
    let stranger: Carried = &[(Name, "lucia / moreau"), (BirthDate, "1971-06-24")];
    assert!(disagree(RecordKind::Applicant, one, two), "two names on one document are evidence of a ring");
    assert!(!disagree(RecordKind::Applicant, one, renamed));
    assert!(!disagree(RecordKind::Person, one, two));
    assert!(disagree(RecordKind::Person, one, stranger), "a birth date alone is no document");
}

#[test]
fn the_config_knows_the_names_of_the_built_in_comparisons() {
    let names: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).chain(["prior"]).collect();
    assert_eq!(names, crate::config::BUILT_IN_COMPARISONS);
}

/// Values of each kind that are the same, near, alike and other, as records of persons carry them.
fn carried_values() -> impl Strategy<Value = Vec<(IdentifierKind, String)>> {
    let name = "(robert|bob|rob|r|ann|anna|mary ann|smith|park|barbara|barbra|aaaaaab) / (smith|smyth|park|pak|jones|robert|smith jr|barbara|bananas)";
    let values = (
        prop::option::of(name),
        prop::option::of("197[12]-0[1-3]-(12|21|03|30)|1971"),
        prop::collection::vec(
            "(bob|robsmith|smithrob|kite12|kyte12|aaab|bananas.barbara|banana.barbara|aaaaaab)@(example.com|exampel.com|a.example)|b@@x|joe@sales[.]example[.]com|joe[.]sales@example[.]com",
            0..3,
        ),
        prop::option::of("(12|21)[|](oak st|oak ave|elm st|)[|](4|)[|](springfield|portland|)[|][|](62704|97201|)[|]"),
        prop::option::of("springfield|sprnigfield|portland"),
        prop::option::of("62704|97201"),
        prop::collection::vec("[+]1202555010[0-3]", 0..3),
        prop::option::of("a[12]"),
        (
            prop::option::of("12345678[789]"),
            prop::collection::vec("(kite|kyte|otter)[12]", 0..3),
            prop::option::of("people.example.com/in/(kite|otter)"),
            prop::collection::vec("wrote (3|4|5) tests", 0..4),
        ),
    );
    values.prop_map(|(name, date, emails, address, city, postal, phones, account, others)| {
        let (number, handles, profile, lines) = others;
        let one = |kind, value: Option<String>| value.map(|value| (kind, value));
        let many = |kind, values: Vec<String>| values.into_iter().map(move |value| (kind, value));
        let mut all: Vec<(IdentifierKind, String)> = [
            one(Name, name),
            one(BirthDate, date),
            one(Address, address),
            one(City, city),
            one(PostalCode, postal),
            one(Account, account),
            one(GovernmentId, number),
            one(ProfileUrl, profile),
        ]
        .into_iter()
        .flatten()
        .collect();
        all.extend(many(Email, emails).chain(many(Phone, phones)));
        all.extend(many(Handle, handles).chain(many(ResumeLine, lines)));
        all
    })
}

proptest! {
    /// What a glance settles is what comparing finds, and what it leaves open is bounded by what it says.
    #[test]
    fn a_glance_settles_nothing_wrongly(records in prop::collection::vec(carried_values(), 2..8)) {
        let mut builder = Builder::new();
        for values in &records {
            let record = builder.record(RecordKind::Person);
            values.iter().for_each(|(kind, text)| builder.claim(record, *kind, text));
        }
        let claims = builder.build();
        let all: Vec<ValueId> = claims.dictionary.values().collect();
        let near: Vec<(ValueId, ValueId)> = all
            .windows(2)
            .filter(|two| two[0].0 % 3 == 0 && claims.dictionary.kind(two[0]) == claims.dictionary.kind(two[1]))
            .map(|two| (two[0], two[1]))
            .collect();
        let context = Context::new(&claims, &near, know(), &[]);
        let people = context.people().to_vec();
        for (index, &a) in people.iter().enumerate() {
            for &b in &people[index + 1..] {
                let glance = context.glance(a, b);
                let (mut settled, mut looked) = (ComparisonVector::new(), ComparisonVector::new());
                context.compare_rest(a, b, &glance, &mut settled);
                context.compare_rest(a, b, &Glance::of_nothing(), &mut looked);
                prop_assert_eq!(&settled, &looked, "{:?} {:?}", records[index], glance);
                for (comparison, observed) in looked.iter().enumerate().take(BUILT_IN.len()) {
                    let strongest = glance.levels[comparison];
                    let crossed = comparison == GIVEN_NAME && strongest == glance::CROSSED && observed.level > 1;
                    prop_assert!(
                        !glance.is_open(comparison) || observed.level == 0 || observed.level >= strongest || crossed,
                        "{} {:?} {:?}", comparison, observed, glance
                    );
                }
            }
        }
    }
}
