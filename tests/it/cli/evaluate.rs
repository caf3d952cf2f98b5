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

/// A small table of people with its truth, and a config that `init` wrote.
fn people() -> TestEnv {
    let env = TestEnv::new();
    let (mut rows, mut truth) = ("id,first_name,surname,dob,email\n".to_string(), "record_id,cluster_id\n".to_string());
    let given = ["Mara", "Theo", "Ines", "Odell", "Priya", "Lars", "Yuki", "Cedric"];
    let family = ["Quill", "Brandt", "Osei", "Vance", "Ibarra", "Lindqvist", "Tanaka", "Moreau", "Petrov"];
    for person in 0..72 {
        let (given, family) = (given[person % 8], family[person % 9]);
        let (year, day) = (1950 + person % 40, 1 + person % 28);
        for copy in 0..2 {
            // Of every third person the second record has a slip in the name and no address.
            let slip = copy == 1 && person % 3 == 0;
            let family = if slip { format!("{family}e") } else { family.to_string() };
            let email =
                if slip { String::new() } else { format!("{given}.{family}{person}@mail.example.com").to_lowercase() };
            rows.push_str(&format!("r{person}-{copy},{given},{family},{year}-03-{day:02},{email}\n"));
            truth.push_str(&format!("r{person}-{copy},{person}\n"));
        }
    }
    env.write("people.csv", rows);
    env.write("truth.csv", truth);
    env.samehand(&["init", "people.csv"]).exits(0);
    env
}

#[test]
fn a_sweep_lays_thresholds_side_by_side_and_draws_them() {
    let env = people();
    let sweep = ["evaluate", "--truth", "truth.csv", "--sweep"];
    let table = env.samehand(&sweep).exits(0).prints("expected precision").prints("configured").prints("best F1");
    assert!(table.stderr.contains("--plot FILE.svg"), "\n{table}");
    assert!(!env.path("output").exists(), "nothing is published");

    let json = env.samehand(&[&sweep[..], &["--json"]].concat()).exits(0).json();
    let points = json["thresholds"].as_array().expect("a list");
    assert_eq!((points.len(), json["configured"].as_f64()), (14, Some(0.8)));
    let number = |point: &Value, name: &str| point[name].as_f64().unwrap_or_else(|| panic!("{name} in {point}"));
    let recall = |point: &Value| number(&point["figures"]["pairwise"], "recall");
    for two in points.windows(2) {
        assert!(number(&two[0], "probability") < number(&two[1], "probability"));
        assert!(number(&two[0], "personas") <= number(&two[1], "personas"), "a higher threshold joins less: {two:?}");
        assert!(recall(&two[0]) >= recall(&two[1]), "{two:?}");
    }
    let marked = |name: &str| points.iter().filter(|point| point[name] == true).count();
    assert_eq!((marked("configured"), marked("best")), (1, 1));

    // A run at the configured threshold gives the same figures.
    env.samehand(&["run", "-q"]).exits(0);
    let run = env.evaluate("output", "persona", "truth.csv");
    let configured = points.iter().find(|point| point["configured"] == true).expect("one");
    assert_eq!(configured["figures"], run.0);

    env.samehand(&[&sweep[..], &["--thresholds", "0.5,0.9", "--plot", "plot.svg"]].concat()).exits(0).says("plot.svg");
    let plot = env.read("plot.svg");
    for words in ["precision", "recall", "F1", "expected precision", "configured", "0.5", "0.8", "0.9", "truth.csv"] {
        assert!(plot.contains(words), "{words}");
    }
    assert!(!plot.contains(">0.95<"), "only what was asked");
}

#[test]
fn a_sweep_that_cannot_be_is_refused() {
    let env = people();
    let sweep = ["evaluate", "--truth", "truth.csv", "--sweep"];
    let refused = |more: &[&str], words: &str| {
        env.samehand(&[&sweep[..], more].concat()).exits(2).says(words);
    };
    refused(&["--thresholds", "0.5,2"], "between 0 and 1");
    refused(&["--thresholds", "half"], "not a number");
    refused(&["--tier", "ring"], "cannot be used with");
    refused(&["--run", "latest"], "cannot be used with");
    refused(&["--plot", "no/such/folder/plot.svg"], "cannot write no/such/folder/plot.svg");
    refused(&["-c", "missing.toml"], "missing.toml");
    env.samehand(&["evaluate", "--truth", "truth.csv", "--plot", "plot.svg"]).exits(2).says("--sweep");
    assert!(!env.path("plot.svg").exists());
}

#[test]
fn a_run_says_what_it_expects_of_itself() {
    let env = people();
    env.samehand(&["run"]).exits(0).prints("expected precision at 0.8: ").prints("expected recall of blocking: ");
    let expected = env.manifest("output")["expected"].clone();
    let precision = expected["precision"].as_f64().expect("enough links");
    assert!((0.8..=1.0).contains(&precision), "{expected}");
    assert_eq!(expected["blocking_recall"].as_f64(), Some(1.0), "144 records all meet all: {expected}");
    // Three people: nothing to tell from.
    let few = TestEnv::new();
    few.write(
        "people.csv",
        "id,first_name,surname,dob\n1,Mara,Quill,1970-01-02\n2,Theo,Brandt,1980-03-04\n3,Ines,Osei,1990-05-06\n",
    );
    few.samehand(&["init", "people.csv"]).exits(0);
    few.samehand(&["run"]).exits(0).prints("expected precision at 0.8: too few links to tell");
    assert!(few.manifest("output")["expected"]["precision"].is_null());
}
