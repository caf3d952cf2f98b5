//! `evaluate`: the figures, their names and order, and truth files that do not fit.

use crate::support::TestEnv;
use serde_json::Value;

#[test]
fn json_begins_with_the_promised_fields() {
    let env = TestEnv::with_run();
    for tier in ["persona", "operator", "ring"] {
        let truth = format!("company/truth/{tier}s.csv");
        let figures = env.evaluate("output", tier, &truth).0;
        let names: Vec<&str> = figures.as_object().expect("an object").keys().map(String::as_str).collect();
        let promised = ["tier", "records", "pairwise", "bcubed", "true_clusters", "predicted_clusters"];
        assert_eq!(names[..promised.len()], promised);
        assert_eq!(figures["tier"], tier);
        for measure in ["pairwise", "bcubed"] {
            let scores = figures[measure].as_object().expect("an object");
            assert_eq!(scores.keys().collect::<Vec<_>>(), ["precision", "recall", "f1"]);
            assert!(scores.values().all(|score| score.as_f64().is_some_and(|score| (0.0..=1.0).contains(&score))));
            let [p, r, f1] = ["precision", "recall", "f1"].map(|name| scores[name].as_f64().expect("a number"));
            assert!((f1 - 2.0 * p * r / (p + r)).abs() < 1e-9, "{figures}");
        }
        assert_eq!(figures["records"].as_u64(), Some(env.members("output").0.len() as u64));
    }
    let persona: Value = env.samehand(&["evaluate", "--truth", "company/truth/personas.csv", "--json"]).exits(0).json();
    assert_eq!(persona["tier"], "persona", "the default");
    env.samehand(&["evaluate", "--truth", "company/truth/rings.csv", "--tier", "ring"])
        .exits(0)
        .prints("pairwise")
        .prints("B-cubed");
}

#[test]
fn a_run_agrees_with_itself_and_not_with_nonsense() {
    let env = TestEnv::with_run();
    let members = env.members("output");
    let truth = |cluster: &dyn Fn(&str, &str) -> String| {
        let rows = members.0.iter().map(|((source, key), _)| format!("{source},{key},{}\n", cluster(source, key)));
        format!("source,record_id,cluster_id\n{}", rows.collect::<String>())
    };
    env.write("same.csv", truth(&|source, key| members.get(source, key).persona.clone()));
    let same = env.evaluate("output", "persona", "same.csv");
    assert_eq!((same.precision(), same.recall(), same.f1(), same.bcubed_f1()), (1.0, 1.0, 1.0, 1.0));
    env.write("alone.csv", truth(&|_, _| String::new()));
    let alone = env.evaluate("output", "persona", "alone.csv");
    assert_eq!((alone.precision(), alone.recall()), (0.0, 1.0));
    env.write("one.csv", truth(&|_, _| "everybody".into()));
    let one = env.evaluate("output", "persona", "one.csv");
    assert!(one.precision() == 1.0 && one.recall() < 0.1, "{one:?}");
}

#[test]
fn a_truth_that_does_not_fit_is_told() {
    let env = TestEnv::with_run();
    let check = |truth: &str, words: &str| {
        env.write("truth.csv", truth);
        env.samehand(&["evaluate", "--truth", "truth.csv"]).refuses(words);
    };
    check("id,cluster\n1,1\n", "there is no column \"record_id\"");
    check("", "empty file");
    env.samehand(&["evaluate", "--truth", "missing.csv"]).refuses("missing.csv");
    env.samehand(&["evaluate", "--truth", "company/truth/rings.csv", "--tier", "planet"]).exits(2);
    env.write("truth.csv", "record_id,cluster_id\nA,1\nA,2\n");
    env.samehand(&["evaluate", "--truth", "truth.csv"]).exits(2).says("record \"A\" is in \"2\" here and in \"1\"");
    env.write("truth.csv", "record_id,cluster_id\nnobody,1\n");
    env.samehand(&["evaluate", "--truth", "truth.csv"]).exits(0).says("1 of 1 records are not in the run");
}
