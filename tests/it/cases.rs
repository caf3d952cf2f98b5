//! The acceptance cases, each in its true and in its innocent form: what must come out, and above all what must not.

use crate::support::TestEnv;
use samehand::case::Case;
use samehand::eval::expected::{Outcome, parse};
use samehand::store::run::RunFolder;

/// What of a case's expectations a run does not meet, over all its nights.
fn unmet(case: &str, innocent: bool, seed: &str) -> Vec<String> {
    let env = TestEnv::new();
    let mut asked = vec!["generate", "company", "--case", case, "--seed", seed];
    if innocent {
        asked.push("--innocent");
    }
    env.samehand(&asked).exits(0);
    let nights: Vec<&str> = match env.path("company/night1").exists() {
        true => vec!["company/night1", "company/night2", "company/night3"],
        false => vec!["company"],
    };
    let mut faults = Vec::new();
    for night in nights {
        let config = format!("{night}/samehand.toml");
        env.samehand(&["run", "-c", &config, "-o", "output", "--quiet"]).exits(0);
        let folder = RunFolder::open(&env.path("output"), None).expect("a run is there");
        let case = Case::open(folder.run_id(), folder.paths()).expect("the run opens");
        let expected = parse(&env.read(&format!("{night}/truth/expected.csv"))).expect("an expectation file");
        assert!(expected.len() >= 2, "{night} expects something");
        faults.extend(outcome(&case).unmet(&expected));
    }
    faults
}

/// What the run says, in the words of an expectation file.
fn outcome(case: &Case) -> Outcome {
    let mut outcome = Outcome::default();
    for record in case.records.iter().filter(|record| !record.persona.is_empty()) {
        outcome.persona_of.insert((record.source.clone(), record.key.clone()), record.persona.clone());
        if !record.ring.is_empty() {
            outcome.ring_of.insert(record.persona.clone(), record.ring.clone());
        }
    }
    outcome.ring_levels = case.rings.iter().map(|ring| (ring.id.clone(), ring.level.clone())).collect();
    outcome.case_levels = case.cases.iter().map(|of_one| (of_one.persona_id.clone(), of_one.level.clone())).collect();
    for finding in &case.findings {
        for persona in &finding.personas {
            if finding.guard.is_empty() {
                outcome.findings.insert((persona.clone(), finding.indicator.clone()));
            }
        }
    }
    outcome.roles = case.roles.iter().map(|role| (role.ring_id.clone(), role.role.clone())).collect();
    for group in &case.set_aside {
        for persona in &group.personas {
            outcome.guards.entry(persona.clone()).or_default().insert(group.guard.clone());
        }
    }
    outcome
}

#[track_caller]
fn holds(case: &str) {
    for innocent in [false, true] {
        let faults = unmet(case, innocent, "1");
        let form = if innocent { "innocent" } else { "true" };
        assert!(faults.is_empty(), "{case}, {form} form:\n  {}", faults.join("\n  "));
    }
}

macro_rules! cases {
    ($($test:ident $name:literal;)*) => {
        $(
            #[test]
            fn $test() {
                holds($name);
            }
        )*

        #[test]
        fn every_case_of_the_generator_is_here() {
            let listed = [$($name),*];
            for (name, about) in samehand::synth::cases() {
                assert!(listed.contains(&name), "{name} ({about}) has no test");
            }
        }
    };
}

cases! {
    chapman "chapman";
    knoot "knoot";
    dorm "dorm";
    staffing_front "staffing-front";
    pay_card "pay-card";
    household "household";
    own_name_facilitator "own-name-facilitator";
    mutual_references "mutual-references";
    replacement_persona "replacement-persona";
    applicant_flood "applicant-flood";
    look_alikes "look-alikes";
    nightly "nightly";
}

/// Questions about a case read pages that lie together: its records and claims stand together, cases before all others.
/// Every claim is still that of the row that it was read from.
#[test]
fn large_tables_stand_case_by_case() {
    let env = TestEnv::new();
    env.generate(1500, 20, 3).run_company(&["--quiet"]);
    let folder = RunFolder::open(&env.path("output"), None).expect("a run is there");
    let case = Case::open(folder.run_id(), folder.paths()).expect("the run opens");
    let mut rings: Vec<&str> = case.records.iter().map(|record| record.ring.as_str()).collect();
    rings.dedup();
    let ranked: Vec<&str> = case.rings.iter().map(|ring| ring.id.as_str()).collect();
    assert!(ranked.len() > 5 && rings[..ranked.len()] == ranked && rings[ranked.len()..] == [""], "{rings:?}");
    let set_aside: Vec<bool> = case
        .records
        .iter()
        .filter(|record| record.ring.is_empty())
        .map(|record| case.set_aside.iter().any(|group| group.personas.contains(&record.persona)))
        .collect();
    assert!(set_aside.is_sorted_by(|a, b| a >= b) && set_aside.contains(&true) && set_aside.contains(&false));
    // The same order with the links between personas.
    let mut of_links: Vec<&str> =
        case.links.iter().filter(|link| link.tier == "persona").map(|link| link.ring.as_str()).collect();
    of_links.dedup();
    let in_rings: Vec<&str> = of_links.iter().copied().filter(|ring| !ring.is_empty()).collect();
    assert!(in_rings.len() > 5 && in_rings.is_sorted_by_key(|ring| ranked.iter().position(|ranked| ranked == ring)));
    let sheet = env.sheet("company/applicants.csv");
    let (emails, keys) = (sheet.column("Email"), sheet.column("Application ID"));
    let mut seen = 0;
    for (at, record) in case.records.iter().enumerate().filter(|(_, record)| record.kind == "applicant") {
        let row = record.row as usize - 1;
        assert_eq!(record.key, keys[row]);
        for claim in case.claims_of(at as u32).filter(|claim| claim.kind == "email") {
            assert_eq!((claim.record as usize, claim.raw), (at, emails[row]), "{}", record.label());
            seen += 1;
        }
    }
    assert!(seen > 1000, "{seen} emails");
}
