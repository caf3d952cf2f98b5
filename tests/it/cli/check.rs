//! `check`: everything that is wrong, in one go, and nothing is run.

use crate::support::TestEnv;
use samehand::store::table::OutTable;

const BROKEN: &str = r#"colour = "red"

[[source]]
name = "people"
kind = "persn"
path = "people.csv"

[source.columns]
full_name = "Name"
emial = "Mail"
phone = "Fone"

[thresholds]
ring_bits = "three"
"#;

#[test]
fn a_broken_config_is_told_fault_by_fault() {
    let env = TestEnv::new();
    env.write("people.csv", "Name,Mail,Phone\nAda Example,ada@example.org,(202) 555-0100\n");
    env.write("samehand.toml", BROKEN);
    let answer = env.samehand(&["check"]).refuses("samehand.toml");
    let faults: Vec<&str> = answer.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
    let expected = [(1, "colour"), (5, "persn"), (10, "emial"), (11, "Fone"), (14, "ring_bits")];
    assert_eq!(faults.len(), expected.len(), "{answer}");
    for (fault, (line, word)) in faults.iter().zip(expected) {
        assert!(fault.starts_with(&format!("error: samehand.toml:{line}: ")) && fault.contains(word), "{fault}");
    }
    assert_eq!(answer.stderr.matches("  hint: ").count(), expected.len(), "each says what to do\n{answer}");

    let answer = env.samehand(&["check", "--json"]).exits(2);
    let told = answer.json();
    assert_eq!(told["ok"], false);
    let places: Vec<&str> =
        told["diagnostics"].as_array().expect("a list").iter().filter_map(|one| one["location"].as_str()).collect();
    assert_eq!(places, expected.map(|(line, _)| format!("samehand.toml:{line}")));
    assert!(!env.path("output").exists(), "nothing was run");
}

#[test]
fn a_sound_config_is_shown_as_it_is_understood() {
    let env = TestEnv::new();
    env.generate(600, 9, 1);
    let answer = env.samehand(&["check", "-c", "company/samehand.toml"]).exits(0);
    for words in
        ["applicants (applicant): 1 file(s), key Application ID", "full_name          Candidate Name", "-> employee"]
    {
        assert!(answer.stdout.contains(words), "{words}\n{answer}");
    }
    assert!(answer.stderr.contains("`samehand run` would start"), "{answer}");
    let told = env.samehand(&["check", "-c", "company/samehand.toml", "--json"]).exits(0).json();
    assert_eq!(told["ok"], true);
    let names: Vec<&str> =
        told["sources"].as_array().expect("sources").iter().filter_map(|source| source["name"].as_str()).collect();
    assert_eq!(names, ["applicants", "employees", "payment_accounts", "devices", "shipments"]);
    assert!(!env.path("output").exists(), "nothing was run");
}

/// The index of a Parquet file may be whole where its rows are not.
#[test]
fn a_parquet_file_with_damaged_rows_is_told_before_work_begins() {
    let env = TestEnv::new();
    let path = env.path("people.parquet");
    let column = |start: &str| (0..500).map(|row| format!("{start}{row}")).collect::<Vec<_>>();
    OutTable::new("people").text("Name", column("Ada ")).text("Key", column("")).write_parquet(&path).expect("written");
    let source = "[[source]]\nname = \"people\"\nkind = \"person\"\npath = \"people.parquet\"\nkey = \"Key\"\n";
    env.write("samehand.toml", format!("{source}\n[source.columns]\nfull_name = \"Name\"\n"));
    env.samehand(&["check"]).exits(0);
    let mut bytes = std::fs::read(&path).expect("written");
    bytes[4..60].fill(0xff);
    std::fs::write(&path, bytes).expect("it can be damaged");
    env.samehand(&["check"]).refuses("people.parquet").says("cannot be read");
    env.samehand(&["run"]).refuses("people.parquet").says("cannot be read");
    assert!(!env.path("output/latest").exists());
}
