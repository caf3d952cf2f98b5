//! The same input gives the same run: on any number of threads, in any order of rows, tomorrow again.

use crate::support::{TestEnv, files, names};
use serde_json::Value;

/// The manifest without its clock, as text, so that order counts too.
fn without_clock(manifest: &[u8]) -> String {
    let mut manifest: Value = serde_json::from_slice(manifest).expect("the manifest is JSON");
    let clock = manifest.as_object_mut().expect("an object").remove("clock");
    assert!(clock.is_some_and(|clock| clock["started_utc"].is_string()), "the clock stands in the manifest");
    serde_json::to_string_pretty(&manifest).expect("JSON")
}

#[test]
fn one_thread_two_and_sixteen_make_the_same_bytes() {
    let env = TestEnv::new();
    env.generate(1500, 24, 3);
    env.run_company(&["-o", "one", "--threads", "1"]);
    env.run_company(&["-o", "two", "--threads", "2"]);
    env.run_company(&["-o", "sixteen", "--threads", "16"]);
    let one = files(&env.path("one"), &[]);
    assert!(
        one.keys().any(|name| name.ends_with("diagram.svg")) && one.keys().any(|name| name.ends_with("links.parquet"))
    );
    for other in ["two", "sixteen"] {
        let other = files(&env.path(other), &[]);
        assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
        for (name, content) in &one {
            if name.ends_with("manifest.json") {
                assert_eq!(without_clock(content), without_clock(&other[name]));
            } else {
                assert!(*content == other[name], "{name} depends on threads");
            }
        }
    }
}

#[test]
fn personas_alone_have_the_same_bytes_on_any_number_of_threads() {
    let env = TestEnv::new();
    env.generate(1500, 24, 3);
    for threads in ["1", "2", "16"] {
        env.run_company(&["-o", threads, "--threads", threads, "--only", "personas"]);
    }
    let one = files(&env.path("1"), &[]);
    assert!(one.keys().any(|name| name.ends_with("members.parquet")));
    for other in ["2", "16"] {
        let other = files(&env.path(other), &[]);
        assert!(one.keys().eq(other.keys()));
        let differ = |name: &&String| !name.ends_with("manifest.json") && one[*name] != other[*name];
        assert_eq!(one.keys().filter(differ).collect::<Vec<_>>(), Vec::<&String>::new());
    }
}

#[test]
fn the_order_of_rows_changes_no_cluster_and_no_id() {
    let env = TestEnv::new();
    env.generate(1500, 24, 3);
    env.run_company(&["-o", "before"]);
    let tables: Vec<String> = names(&env.path("company")).into_iter().filter(|name| name.ends_with(".csv")).collect();
    let before = env.members("before");
    assert!(before.rings().len() >= 12, "{:?}", before.rings());
    for seed in [1, 2] {
        for (at, name) in tables.iter().enumerate() {
            let sheet = env.sheet(&format!("company/{name}"));
            let shuffled = sheet.clone().shuffled(seed * 100 + at as u64);
            assert!(sheet.rows.len() < 10 || sheet != shuffled, "{name} is in another order");
            env.write(&format!("company/{name}"), shuffled.delimited(','));
        }
        let output = format!("after{seed}");
        env.run_company(&["-o", &output]);
        before.assert_same(&env.members(&output));
    }
}

#[test]
fn a_rerun_keeps_the_run_that_is_there() {
    let env = TestEnv::new();
    env.generate(600, 9, 1);
    let first = env.run_company(&["--json"]).json();
    let before = files(&env.path("output"), &[]);
    let again = env.run_company(&["--json"]).json();
    assert_eq!((&first["existed"], &again["existed"]), (&Value::Bool(false), &Value::Bool(true)));
    for same in ["run_id", "folder", "rings", "rejects", "set_aside"] {
        assert_eq!(first[same], again[same], "{same}");
    }
    let after = files(&env.path("output"), &[]);
    assert!(before == after, "not one byte of the folder changed, the clock of the manifest included");
    assert_eq!(names(&env.path("output/runs")).len(), 1);
    env.run_company(&[]).says("its folder was kept");

    // The look-alikes: one more row, or another setting, is another run beside it.
    let applicants = env.read("company/applicants.csv");
    let last = applicants.trim_end().rsplit('\n').next().expect("a row").len();
    env.write("company/applicants.csv", &applicants[..applicants.trim_end().len() - last]);
    let fewer = env.run_company(&["--json"]).json();
    let config = env.read("company/samehand.toml");
    env.write("company/samehand.toml", format!("{config}\n[thresholds]\nring_bits = 3.5\n"));
    let stricter = env.run_company(&["--json"]).json();
    assert_eq!((&fewer["existed"], &stricter["existed"]), (&Value::Bool(false), &Value::Bool(false)));
    assert_eq!(names(&env.path("output/runs")).len(), 3);
}

#[test]
fn the_run_id_knows_nothing_of_place_and_key() {
    let env = TestEnv::new();
    env.generate(600, 9, 1);
    let here = env.run_company(&["--json"]).json();
    let other = TestEnv::new();
    other.generate(600, 9, 1);
    let mut command = other.command(&["run", "-c", "company/samehand.toml", "-o", "elsewhere", "--json"]);
    command.env("SAMEHAND_KEY", "another-key-another-key-another-key");
    let there = other.answer(command).exits(0).json();
    assert_eq!(here["run_id"], there["run_id"]);
    env.members("output").assert_same(&other.members("elsewhere"));
}
