//! The acceptance cases, each in its true and in its innocent form: what must come out, and above all what must not.

use crate::support::TestEnv;
use samehand::case::{Case, CaseFinding, CaseLink, CaseRecord};
use samehand::eval::expected::{Outcome, parse};
use samehand::model::ids::RecordId;
use samehand::model::pair::{CandidatePair, ScoredPair, Term};
use samehand::pipeline;
use samehand::pipeline::progress::{Progress, Quiet};
use samehand::pipeline::recompare::{Asked, Recompare};
use samehand::score;
use samehand::store::run::RunFolder;
use std::collections::BTreeMap;
use std::path::Path;

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
    // Rings, cases of one persona, groups set aside, all others; each by its number.
    let block = |persona: &String| {
        let of_ring = || case.rings.iter().position(|ring| case.personas_of_ring(&ring.id).contains(persona));
        let alone = || case.cases.iter().position(|of_one| of_one.persona_id == *persona);
        let group = || case.set_aside.iter().position(|group| group.personas.contains(persona));
        let found = of_ring().map(|at| (0, at)).or_else(|| alone().map(|at| (1, at)));
        found.or_else(|| group().map(|at| (2, at))).unwrap_or((3, 0))
    };
    let mut blocks: BTreeMap<&String, (usize, usize)> = BTreeMap::new();
    let placed: Vec<((usize, usize), u32)> = case
        .records
        .iter()
        .map(|record| (*blocks.entry(&record.persona).or_insert_with(|| block(&record.persona)), record.number))
        .collect();
    assert!(placed.is_sorted() && [0, 2, 3].iter().all(|kind| placed.iter().any(|((own, _), _)| own == kind)));
    let mut numbers: Vec<u32> = placed.iter().map(|(_, number)| *number).collect();
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(0..case.records.len() as u32), "every number once");
    // The same order with links between personas, links inside of them, and findings.
    let of_either = |link: &&CaseLink| block(&link.left).min(block(&link.right));
    assert!(case.links.iter().filter(|link| link.tier == "persona").map(|link| of_either(&link)).is_sorted());
    let persona_of: BTreeMap<String, &String> =
        case.records.iter().map(|record| (record.label(), &record.persona)).collect();
    let inside = case.links.iter().filter(|link| link.tier == "record");
    assert!(inside.map(|link| blocks[persona_of[&link.left]]).is_sorted());
    let ring_of = |finding: &CaseFinding| ranked.iter().position(|ring| *ring == finding.ring_id);
    let with_ring: Vec<usize> = case.findings.iter().map_while(ring_of).collect();
    assert!(with_ring.len() > 20 && with_ring.is_sorted());
    assert!(case.findings.iter().skip(with_ring.len()).all(|finding| finding.ring_id.is_empty()));
    // What the report says without counting is what there is.
    let stages = env.manifest("output")["stages"].clone();
    let resolved = stages.as_array().and_then(|stages| stages.iter().find(|stage| stage["name"] == "resolve personas"));
    assert_eq!(resolved.map(|stage| &stage["counts"]["personas"]), Some(&case.personas.len().into()));
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

/// Pairs are compared again as the run compared them, the record of the smaller number first, wherever the rows stand: how
/// common a home is that one writes with its unit and the other without is asked of the first one's address.
#[test]
fn pairs_are_compared_again_as_the_run_compared_them() {
    let env = TestEnv::new();
    env.generate(1500, 20, 3).run_company(&["--quiet"]);
    let open = || {
        let folder = RunFolder::open(&env.path("output"), None).expect("a run is there");
        let case = Case::open(folder.run_id(), folder.paths()).expect("the run opens");
        (folder, case)
    };
    let (_, case) = open();
    let mut sheet = env.sheet("company/applicants.csv");
    let [key, name, address] = ["Application ID", "Candidate Name", "Address"].map(|column| sheet.at(column));
    // Many who live where somebody of a ring lives in a unit, and who come first by their keys.
    let (member, street) = (0..)
        .zip(case.records.iter())
        .filter(|(_, record)| record.kind == "applicant" && !record.ring.is_empty())
        .find_map(|(at, record)| {
            let home = case.claims_of(at).find(|claim| claim.kind == "address" && claim.links)?;
            let parts: Vec<&str> = home.value.split('|').collect();
            (!parts[2].is_empty()).then(|| (record.row as usize - 1, format!("{} {}", parts[0], parts[1])))
        })
        .expect("somebody of a ring who lives in a unit");
    for neighbor in 0..20 {
        let mut row = sheet.rows[member].clone();
        row[key] = format!("0-{neighbor:02}");
        // A name that disagrees in both parts is compared no further.
        let given = sheet.rows[sheet.rows.len() - 1 - 7 * neighbor][name].split(' ').next().unwrap_or_default();
        row[name] = format!("{given} {}", row[name].rsplit(' ').next().unwrap_or_default());
        row[address] = street.clone();
        for column in ["Email", "Phone", "Client IP", "Profile URL", "Code Handle", "Photo pHash", "Resume"] {
            row[sheet.at(column)] = String::new();
        }
        for column in ["Referee Name", "Referee Email", "Referee Phone", "Agency"] {
            row[sheet.at(column)] = String::new();
        }
        sheet.rows.push(row);
    }
    env.write("company/applicants.csv", sheet.delimited(','));
    env.run_company(&["--quiet"]);
    let (folder, case) = open();
    let (config, _) = samehand::config::load(&env.path("company/samehand.toml"), &|path: &Path, format| {
        samehand::ingest::header(path, format)
    })
    .expect("a config");
    let place: BTreeMap<u32, u32> = (0..).zip(case.records.iter()).map(|(at, record)| (record.number, at)).collect();
    let numbers = |pass: &dyn Fn(&CaseRecord) -> bool| -> Vec<RecordId> {
        case.records.iter().filter(|record| pass(record)).map(|record| RecordId(record.number)).collect()
    };
    let first = numbers(&|record| record.key.starts_with("0-"));
    let in_rings = numbers(&|record| !record.ring.is_empty() && record.kind == "applicant");
    let (turned, _) = pipeline::resolution(&config, &mut Progress::new(&Quiet), 0.0, |resolution, _| {
        let of_level = |term: &Term| {
            let comparison = &resolution.context.comparisons()[usize::from(term.comparison)];
            comparison.levels[usize::from(term.level)]
        };
        // Whether two sensitive values are near is not to be seen from their hashes.
        let is_judged =
            |scored: &&ScoredPair| !scored.terms.iter().any(|term| ["one edit", "near"].contains(&of_level(term)));
        let at = |scored: &ScoredPair| {
            let shared = scored.terms.iter().map(of_level).find(|level| *level == "same address");
            (place[&scored.pair.left().0], place[&scored.pair.right().0], scored.bits, shared.unwrap_or_default())
        };
        let pairs = first.iter().flat_map(|&a| in_rings.iter().filter_map(move |&b| CandidatePair::new(a, b, 1)));
        let pairs: Vec<CandidatePair> = pairs.collect();
        let scored = score::score(&resolution.context, &resolution.scorer, &pairs, -100.0);
        scored.iter().filter(is_judged).map(at).filter(|(left, right, ..)| left > right).collect::<Vec<_>>()
    })
    .unwrap_or_else(|faults| panic!("{faults:?}"));
    let homes = turned.iter().filter(|(.., level)| *level == "same address").count();
    assert!(turned.len() > 100 && homes >= 10, "{} the other way round, {homes} of one home", turned.len());
    let model = std::fs::read_to_string(folder.paths().model()).expect("a model");
    let part = Case::part(folder.run_id(), folder.paths()).expect("the run opens");
    let again = Recompare::new(&part, Asked::Pairs, &model).expect("a model of this program");
    let pairs: Vec<(u32, u32)> = turned.iter().map(|&(left, right, ..)| (left, right)).collect();
    for (scored, &(left, right, bits, _)) in again.score(&pairs).iter().zip(&turned) {
        let labels = [left, right].map(|at| case.records[at as usize].label());
        assert!((scored.bits - bits).abs() < 0.001, "{labels:?}: {bits} in the run, {} again", scored.bits);
    }
    part.check().expect("no page is at fault");
}
