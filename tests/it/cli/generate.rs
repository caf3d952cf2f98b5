//! `generate`: the same seed gives the same bytes, and nobody's files are written over.

use crate::support::{TestEnv, files};

#[test]
fn a_seed_decides_every_byte() {
    let (one, two, other) = (TestEnv::new(), TestEnv::new(), TestEnv::new());
    one.generate(300, 6, 7);
    two.generate(300, 6, 7);
    other.generate(300, 6, 8);
    let read = |env: &TestEnv| files(&env.path("company"), &[]);
    assert!(read(&one) == read(&two), "the same seed, other bytes");
    assert_eq!(read(&one).keys().collect::<Vec<_>>(), read(&other).keys().collect::<Vec<_>>());
    assert!(read(&one)["applicants.csv"] != read(&other)["applicants.csv"], "another seed, the same bytes");
    let answer =
        one.samehand(&["generate", "company", "--people", "300", "--rings", "6", "--seed", "7", "--threads", "1"]);
    assert_eq!(answer.exits(0).stdout, "company/samehand.toml\n");
    assert!(read(&one) == read(&two), "again into its own folder, on one thread");
}

#[test]
fn rings_and_people_are_as_many_as_asked() {
    let env = TestEnv::new();
    env.generate(500, 8, 3);
    let count = |file: &str| {
        let mut clusters: Vec<String> =
            env.sheet(&format!("company/truth/{file}")).column("cluster_id").into_iter().map(str::to_string).collect();
        clusters.sort();
        clusters.dedup();
        clusters.len()
    };
    assert_eq!(count("rings.csv"), 8);
    assert_eq!(count("personas.csv"), 500);
    env.samehand(&["generate", "none", "--people", "200", "--rings", "0"]).exits(0);
    assert!(env.sheet("none/truth/rings.csv").rows.is_empty());
    env.samehand(&["check", "-c", "none/samehand.toml"]).exits(0);
}

#[test]
fn a_folder_with_other_files_is_left_alone() {
    let env = TestEnv::new();
    env.write("mine/applicants.csv", "precious");
    env.samehand(&["generate", "mine", "--people", "100", "--rings", "2"])
        .refuses("mine holds files that were not generated");
    assert_eq!(env.read("mine/applicants.csv"), "precious");
    env.samehand(&["generate", "mine", "--people", "100", "--rings", "2", "--force"]).exits(0);
    env.write("file", "");
    env.samehand(&["generate", "file"]).refuses("cannot write to file");
}

#[test]
fn odd_numbers_do_no_harm() {
    let env = TestEnv::new();
    for (at, (people, rings)) in [("0", "0"), ("1", "0"), ("3", "50"), ("0", "1")].into_iter().enumerate() {
        let folder = format!("odd{at}");
        let answer = env.samehand(&["generate", &folder, "--people", people, "--rings", rings]);
        assert!(matches!(answer.code, Some(0 | 2)), "{answer}");
        if answer.code == Some(0) {
            env.samehand(&["run", "-c", &format!("{folder}/samehand.toml"), "-o", &format!("out{at}")]).exits(0);
        }
    }
}

#[test]
fn every_case_is_listed_and_written_in_both_forms() {
    let env = TestEnv::new();
    let listed = env.samehand(&["generate", "--case", "list"]).exits(0).stdout;
    let names: Vec<&str> = listed.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names.len(), 12, "{listed}");
    for name in names {
        for form in ["true", "innocent"] {
            let folder = format!("{name}-{form}");
            let innocent = &["--innocent"][..usize::from(form == "innocent")];
            let asked = [&["generate", "--case", name, "--seed", "3", &folder], innocent].concat();
            let answer = env.samehand(&asked).exits(0);
            let first = answer.stdout.lines().next().unwrap_or_default().trim_end_matches("samehand.toml").to_string();
            assert!(!env.sheet(&format!("{first}truth/expected.csv")).rows.is_empty(), "{first}");
            assert!(env.sheet(&format!("{first}sign_ins.csv")).rows.len() > 20, "{first}");
        }
    }
    env.samehand(&["generate", "--case", "no-such-case", "none"]).refuses("no case is called no-such-case");
    env.samehand(&["generate", "--case", "dorm"]).refuses("no folder to write into");
}

#[test]
fn a_mixed_company_is_the_plain_one_with_events_and_cases() {
    let (one, two) = (TestEnv::new(), TestEnv::new());
    for env in [&one, &two] {
        env.samehand(&["generate", "company", "--mix", "--people", "1500", "--rings", "9", "--seed", "2"]).exits(0);
    }
    assert!(files(&one.path("company"), &[]) == files(&two.path("company"), &[]), "the same seed, other bytes");
    let expected = one.sheet("company/truth/expected.csv");
    let mut cases: Vec<&str> =
        expected.column("case").into_iter().filter(|case| !case.ends_with("/innocent")).collect();
    cases.sort_unstable();
    cases.dedup();
    assert_eq!(cases.len(), 12, "{cases:?}");
    assert!(
        !one.sheet("company/truth/farms.csv").rows.is_empty() && !one.sheet("company/truth/cases.csv").rows.is_empty()
    );
}
