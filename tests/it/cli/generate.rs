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
