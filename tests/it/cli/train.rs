//! `train`: the model file, who uses it, what the manifest says of the model, and data that carry none.

use crate::support::{TestEnv, files, names};
use serde_json::Value;

const CONFIG: &str = "[[source]]\nname = \"people\"\nkind = \"person\"\npath = \"people.csv\"\nkey = \"id\"\n\
                      [source.columns]\nfull_name = \"name\"\nphone = \"phone\"\n";

fn is_digest(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[test]
fn a_trained_model_is_reviewed_kept_and_used() {
    let env = TestEnv::new();
    env.generate(600, 9, 1);
    let config = ["-c", "company/samehand.toml"];
    let train = |more: &[&str]| env.samehand(&[&["train"][..], &config, more].concat());
    let answer = train(&[]).exits(0).prints("company/samehand-model.json").says("model = \"samehand-model.json\"");
    for words in ["comparison", "matches seen", "given_name", "birth_date", "rival household", "rounds, converged"] {
        assert!(answer.stdout.contains(words), "{words}\n{answer}");
    }
    let text = env.read("company/samehand-model.json");
    let model: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&model["format"], &model["origin"]), (&"samehand-model 1".into(), &"trained".into()));
    let training = &model["training"];
    assert!(is_digest(&training["data_sha256"]) && training["converged"] == true, "{training}");
    assert!(training["trace"].as_array().is_some_and(|trace| trace.len() > 1), "{training}");
    assert!(training["expected_matches"].as_f64().is_some_and(|matches| matches > 30.0), "{training}");
    assert!(!names(&env.path("company")).iter().any(|name| name.starts_with('.')), "no temporary file is left");
    assert!(!env.path("output").exists(), "training publishes nothing");

    // A file that is there is kept unless asked, and the same data give the same file on any number of threads.
    train(&[]).refuses("is there already").says("--force");
    train(&["--model", "other.json", "--threads", "1", "--quiet"]).exits(0);
    assert_eq!(env.read("other.json"), text);
    env.write("other.json", "something else");
    train(&["--model", "other.json"]).refuses("is there already");
    assert_eq!(env.read("other.json"), "something else");
    let printed = train(&["--model", "other.json", "--force", "--json"]).exits(0);
    assert_eq!((printed.stdout.as_str(), env.read("other.json").as_str()), (text.as_str(), text.as_str()));

    // Learned on the fly and read from the file: one model, the same personas, another run.
    let first = env.run_company(&["--json"]).json();
    let on_the_fly = env.manifest("output")["model"].clone();
    assert_eq!((&on_the_fly["which"], &on_the_fly["converged"]), (&"trained".into(), &true.into()));
    assert!(on_the_fly["because"].as_str().is_some_and(|why| why.contains("matches are expected")), "{on_the_fly}");
    let before = env.members("output");
    let toml = env.read("company/samehand.toml");
    env.write("company/samehand.toml", format!("model = \"samehand-model.json\"\n{toml}"));
    let second = env.run_company(&["--json"]).json();
    let named = env.manifest("output")["model"].clone();
    assert_eq!(named["which"], "named");
    assert!(named["because"].as_str().is_some_and(|why| why.contains("samehand-model.json")), "{named}");
    assert!(is_digest(&named["digest"]) && named["digest"] == on_the_fly["digest"], "{named} {on_the_fly}");
    assert_eq!((&named["rounds"], &named["converged"]), (&on_the_fly["rounds"], &on_the_fly["converged"]));
    before.assert_same(&env.members("output"));
    assert_eq!(first["rings"], second["rings"]);

    // What somebody changed in it by hand counts, and makes another run; the same text again is the same run.
    let mut changed = model.clone();
    changed["matches_per_record"] = 0.25.into();
    env.write("company/samehand-model.json", changed.to_string());
    let third = env.run_company(&["--json"]).json();
    assert!(third["run_id"] != second["run_id"] && third["existed"] == false, "{third}");
    env.write("company/samehand-model.json", &text);
    let again = env.run_company(&["--json"]).json();
    assert_eq!((&again["run_id"], &again["existed"]), (&second["run_id"], &true.into()));

    // A file that is no model stops the run before it starts; training anew mends it.
    env.write("company/samehand-model.json", "{\"format\": 1}");
    let runs = files(&env.path("output/runs"), &[]).len();
    let run = ["run", "-c", "company/samehand.toml"];
    let answer = env.samehand(&run).refuses("samehand-model.json").says("not a model file").says("samehand train");
    assert!(!answer.stderr.contains("ingest"), "{answer}");
    assert_eq!(files(&env.path("output/runs"), &[]).len(), runs);
    train(&["--force"]).exits(0);
    assert_eq!(env.read("company/samehand-model.json"), text);
}

#[test]
fn the_order_of_rows_changes_nothing_that_is_learned() {
    let env = TestEnv::new();
    env.generate(600, 9, 1);
    let learned = |file: &str| {
        env.samehand(&["train", "-c", "company/samehand.toml", "--model", file]).exits(0);
        let mut model: Value = serde_json::from_str(&env.read(file)).expect("JSON");
        let digest = model["training"].as_object_mut().expect("an object").remove("data_sha256");
        (model, digest)
    };
    let before = learned("before.json");
    for (seed, name) in ["applicants", "employees"].into_iter().enumerate() {
        let name = format!("company/{name}.csv");
        env.write(&name, env.sheet(&name).shuffled(seed as u64 + 1).delimited(','));
    }
    let after = learned("after.json");
    assert_eq!(before.0, after.0);
    assert_ne!(before.1, after.1, "the digest is of the files as they are");
}

#[test]
fn data_that_carry_no_model_get_the_built_in_one_and_a_reason() {
    let many = |row: &dyn Fn(usize) -> String| {
        format!("id,name,phone\n{}", (0..150).map(|at| format!("{at},{}\n", row(at))).collect::<String>())
    };
    let check = |people: String, reason: &str| {
        let env = TestEnv::new();
        env.write("samehand.toml", CONFIG);
        env.write("people.csv", people);
        env.samehand(&["train"]).refuses(reason).says("the built-in model");
        assert!(!env.path("samehand-model.json").exists());
        env.samehand(&["run"]).exits(0).says("built-in model").says(reason);
        let manifest = env.manifest("output");
        let model = &manifest["model"];
        assert_eq!((&model["which"], &model["converged"]), (&"built-in".into(), &Value::Null));
        assert!(model["because"].as_str().is_some_and(|why| why.contains(reason)), "{model}");
        let codes = manifest["diagnostics"].as_array().expect("diagnostics").iter().map(|one| one["code"].as_str());
        assert_eq!(codes.filter(|code| *code == Some("built-in-model")).count(), 1);
    };
    check("id,name,phone\n1,Ada Example,(202) 555-0100\n2,Bob Example,(202) 555-0177\n".into(), "2 records");
    check(many(&|_| ",".into()), "0 of the comparisons");
    check(many(&|at| format!(",(202) 555-01{:02}", at % 100)), "1 of the comparisons");
    check(many(&|at| format!("Ann{at} Sample{at},")), "comparisons can be observed");
}
