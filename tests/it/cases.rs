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
