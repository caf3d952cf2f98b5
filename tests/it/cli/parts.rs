//! Questions that read parts of a run answer as those that read the whole, byte for byte.

use crate::support::TestEnv;
use samehand::case::explain::explain;
use samehand::case::explain_ring::explain_ring;
use samehand::case::file::{RunNamed, file};
use samehand::case::find::{Thing, find, personas};
use samehand::case::show::show;
use samehand::case::timeline::timeline;
use samehand::case::waterfall::{people, strongest_stored};
use samehand::case::{Case, view};
use samehand::store::key::Key;
use samehand::store::run::RunFolder;
use std::collections::BTreeSet;

const LOOKUP: &str = "output/latest/lookup.bin";

/// A run of which each large table has several pages.
fn run() -> TestEnv {
    let env = TestEnv::new();
    env.generate(2500, 20, 3).run_company(&[]);
    env
}

/// Everything that can be said about a thing alone.
fn said(case: &Case, thing: &Thing) -> Vec<String> {
    let named = RunNamed { day: "2026-03-01".into(), product_version: "1".into() };
    let mut said = vec![
        format!("{:?}", show(case, thing)),
        format!("{:?}", timeline(case, thing)),
        format!("{:?}", personas(case, thing)),
        format!("{:?}", view::ring_of(case, thing)),
        format!("{:?}", view::site(case, thing)),
        format!("{:?}", file(case, thing, &named)),
    ];
    said.extend((0..=2).map(|hops| format!("{:?}", view::neighborhood(case, thing, hops))));
    if let Thing::Ring(id) = thing {
        said.push(format!("{:?}", explain_ring(case, id)));
        said.push(format!("{:?}", view::view(case, id)));
    }
    said
}

/// Everything that can be said about two things but for what is computed again.
fn said_of_two(case: &Case, a: &Thing, b: &Thing) -> Vec<String> {
    let stored = strongest_stored(case, &people(case, a), &people(case, b)).expect("pairs can be read");
    vec![format!("{:?}", explain(case, a, b)), format!("{:?}", view::path(case, a, b)), format!("{stored:?}")]
}

/// Something of each sort that can be typed, and what is not in the run.
fn typed(case: &Case) -> Vec<String> {
    let mut typed: Vec<String> =
        ["1", "7", "999", "no such thing", "", ":", "applicants:nobody", "P-0000000000", "Salem"]
            .map(str::to_string)
            .into();
    typed.extend(case.rings.iter().map(|ring| ring.id.clone()));
    typed.extend(case.cases.iter().map(|of_one| of_one.case_id.clone()));
    typed.extend(case.set_aside.iter().take(6).map(|group| group.id.to_lowercase()));
    let operators: BTreeSet<&str> = case.records.iter().map(|record| record.operator.as_str()).collect();
    typed.extend(operators.iter().take(12).map(|operator| operator.to_lowercase()));
    let in_rings = case.records.iter().filter(|record| !record.ring.is_empty());
    let outside = case.records.iter().filter(|record| record.ring.is_empty()).step_by(97);
    let records: Vec<_> = in_rings.step_by(11).chain(outside).collect();
    for record in &records {
        typed.extend([record.key.clone(), record.label(), record.persona.to_lowercase()]);
    }
    let mut kinds: BTreeSet<(&str, usize)> = BTreeSet::new();
    for (at, claim) in case.claims().enumerate().step_by(13) {
        // A few of each kind, from all over the table.
        if kinds.insert((claim.kind, at / 4000)) {
            typed.extend([claim.raw.to_uppercase(), claim.value.to_string()]);
        }
    }
    typed.extend(case.hubs.iter().step_by(9).map(|hub| hub.shown.clone()));
    typed.sort();
    typed.dedup();
    typed
}

#[test]
fn a_part_of_a_run_says_what_the_whole_says() {
    let env = run();
    let folder = RunFolder::open(&env.path("output"), None).expect("a run");
    let (key, _) = Key::open(Some(crate::support::KEY), &env.path("output")).expect("a key").expect("there");
    let whole = Case::open(folder.run_id(), folder.paths()).expect("the whole");
    let part = || Case::part(folder.run_id(), folder.paths()).expect("a part");
    assert!(part().is_part() && !whole.is_part());
    let (mut found, mut found_nothing) = (BTreeSet::new(), 0);
    for typed in typed(&whole) {
        // A part of its own for each, so that nothing is there that it did not ask for.
        let part = part();
        let things = find(&whole, &typed, "US", Some(&key));
        assert_eq!(find(&part, &typed, "US", Some(&key)), things, "{typed:?}");
        assert_eq!(view::operator_id(&part, &typed), view::operator_id(&whole, &typed), "{typed:?}");
        if let Some(operator) = view::operator_id(&whole, &typed) {
            assert_eq!(
                format!("{:?}", view::operator(&part, operator)),
                format!("{:?}", view::operator(&whole, operator))
            );
        }
        for thing in &things {
            for (part, whole) in said(&part, thing).iter().zip(said(&whole, thing)) {
                assert!(*part == whole, "{typed:?} is {thing:?}\npart:  {part}\nwhole: {whole}");
            }
        }
        part.check().expect("all pages can be read");
        found_nothing += usize::from(things.is_empty());
        found.extend(things);
    }
    assert!(found.len() > 100 && found_nothing > 4, "{} found, {found_nothing} not", found.len());

    let mut connected = 0;
    let things: Vec<Thing> = found.into_iter().collect();
    for (at, a) in things.iter().enumerate() {
        for step in [1, 2, 40] {
            let Some(b) = things.get(at + step) else { continue };
            let part = part();
            let (one, other) = (said_of_two(&part, a, b), said_of_two(&whole, a, b));
            assert!(one == other, "{a:?} and {b:?}\npart:  {one:?}\nwhole: {other:?}");
            part.check().expect("all pages can be read");
            connected += usize::from(other[0].contains("connected: true"));
        }
    }
    assert!(connected > 20, "{connected} connected");
}

/// What commands print of the run about things that are in it, and how they refuse what is not.
fn printed(env: &TestEnv) -> Vec<String> {
    let members = env.members("output");
    let in_ring = members.keys("applicants", |member| !member.ring.is_empty());
    let outside = members.keys("applicants", |member| member.ring.is_empty());
    let member = members.get("applicants", in_ring[0]);
    let applicants = env.sheet("company/applicants.csv");
    let phone = applicants.cell("Application ID", in_ring[0], "Phone");
    let address = applicants.cell("Application ID", in_ring[0], "Address");
    let asked: Vec<Vec<&str>> = vec![
        vec!["show", &member.ring],
        vec!["show", "1", "--json"],
        vec!["show", &member.operator],
        vec!["show", &member.persona, "--timeline"],
        vec!["show", &member.persona, "--json"],
        vec!["show", in_ring[0]],
        vec!["show", phone],
        vec!["show", "nobody has this"],
        vec!["explain", &member.ring],
        vec!["explain", in_ring[0], in_ring[1]],
        vec!["explain", in_ring[0], in_ring[1], "--json"],
        vec!["explain", in_ring[0], outside[0]],
        vec!["explain", phone, in_ring[1]],
        vec!["explain", phone, "nobody has this"],
        vec!["explain", &member.persona],
        vec!["diagram", &member.ring],
        vec!["diagram", &member.ring, "--redact", "external", "-f", "dot"],
        vec!["diagram", &member.operator],
        vec!["diagram", address, "--redact", "full"],
        vec!["diagram", outside[0]],
        vec!["diagram", in_ring[0], "--hops", "3"],
        vec!["diagram", in_ring[0], &member.persona],
        vec!["diagram", in_ring[0], outside[0]],
        vec!["diagram", "nobody has this"],
    ];
    asked.iter().map(|args| env.samehand(args).to_string()).collect()
}

#[test]
fn commands_print_the_same_without_the_lookup() {
    let env = TestEnv::with_run();
    let with = printed(&env);
    assert!(with.iter().any(|answer| answer.contains("nothing in this run is \"nobody has this\"")));
    let whole = std::fs::read(env.path(LOOKUP)).expect("there");
    std::fs::remove_file(env.path(LOOKUP)).expect("removed");
    assert_eq!(with, printed(&env), "a folder of before there was one");
    std::fs::write(env.path(LOOKUP), &whole[..whole.len() / 2]).expect("written");
    assert_eq!(with, printed(&env), "cut off");
    std::fs::write(env.path(LOOKUP), "something else").expect("written");
    assert_eq!(with[..8], printed(&env)[..8]);
}

#[test]
fn damage_is_told_and_never_a_fault_of_the_program() {
    let env = TestEnv::with_run();
    env.samehand(&["verify"]).exits(0);
    let whole = std::fs::read(env.path(LOOKUP)).expect("there");
    for at in (0..whole.len()).step_by(whole.len() / 23) {
        let mut damaged = whole.clone();
        damaged[at..].iter_mut().take(64).for_each(|byte| *byte ^= 0xa5);
        std::fs::write(env.path(LOOKUP), damaged).expect("written");
        for args in [&["show", "1"][..], &["explain", "1"], &["diagram", "2"]] {
            let answer = env.samehand(args);
            assert!(!answer.stderr.contains("internal error"), "{answer}");
        }
    }
    env.samehand(&["verify"]).exits(1);
    std::fs::write(env.path(LOOKUP), &whole).expect("written");
    env.samehand(&["verify"]).exits(0);

    // A page that cannot be read: the answer would lack what stands in it.
    let path = env.path("output/latest/claims.parquet");
    let mut claims = std::fs::read(&path).expect("there");
    let end = claims.len() / 2;
    claims[4..end].iter_mut().for_each(|byte| *byte ^= 0xa5);
    std::fs::write(&path, claims).expect("written");
    for args in [&["explain", "1"][..], &["diagram", "1"], &["show", "1", "--timeline"], &["report"], &["report", "1"]]
    {
        let answer = env.samehand(args).refuses("claims.parquet");
        assert!(!answer.stderr.contains("internal error") && answer.stdout.is_empty(), "{answer}");
    }
}
