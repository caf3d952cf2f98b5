//! `explain` on two records of persons: the waterfall of a pair, linked or not, and the verdict with its reason.

use crate::support::TestEnv;
use samehand::block::rules_named;
use samehand::case::Case;
use samehand::case::waterfall::Waterfall;
use samehand::model::pair::ScoredPair;
use samehand::model::record::RecordKind;
use samehand::pipeline::recompare::{Asked, Recompare};
use samehand::store::run::RunFolder;
use samehand::store::table::InTable;
use serde_json::Value;
use std::fmt::Write;

const CONFIG: &str = r#"
[[source]]
name = "people"
kind = "person"
path = "people.csv"
key = "Key"

[source.columns]
given_name = "Given"
family_name = "Family"
birth_date = "Born"
email = "Mail"
phone = "Phone"
government_id = "Number"
handle = "Handle"
"#;

const GIVEN: [&str; 12] =
    ["Ann", "Bert", "Carla", "Dora", "Emil", "Fred", "Gina", "Hugo", "Ines", "Jonas", "Karl", "Lena"];
const FAMILY: [&str; 12] = [
    "Abbott", "Barlow", "Castle", "Dunning", "Eastman", "Forsyth", "Gallow", "Harding", "Ingram", "Jessop", "Kimble",
    "Lorimer",
];

/// The records that are asked about.
const ASKED: &str = "\
L1,Zelda,Quillfeather,1980-03-04,zelda.q@example.org,,,
L2,Zelda,Quillfeather,1980-03-04,zelda.q@example.org,,,
D1,Wanda,Thistlewood,1971-01-02,shared.box@example.org,,,
D2,Igor,Marchbanks,1971-01-02,shared.box@example.org,,,
C1,Yorick,Umberfield,1960-05-06,,(202) 555-0199,,larkspurmill
C2,Yorick,Umberfield,1991-11-23,,(202) 555-0199,,larkspurmill
B1,Petra,Wolverton,1962-07-09,,(202) 555-0198,,
B2,Petra,Wolverton,1989-12-27,,,,
S1,Odette,Inchbald,1975-08-08,odette@example.com,,132-45-9874,
S2,Odette,Inchbald,1975-08-08,,,132-45-9874,
N1,Ann,Quillon,,,,,
N2,Ann,Zubrowka,,,,,
";

/// A run over so many people who are nothing to each other, and the records that are asked about.
fn run(people: usize) -> TestEnv {
    let env = TestEnv::new();
    let mut table = "Key,Given,Family,Born,Mail,Phone,Number,Handle\n".to_string();
    for at in 0..people {
        let (given, family) = (GIVEN[at % 12], FAMILY[at / 12 % 12]);
        let (year, month, day) = (1940 + at % 61, 1 + at % 12, 1 + at % 28);
        // So many telephones make one that two have in common a rare thing.
        let phone = if at < 98 { format!("(202) 555-01{at:02}") } else { String::new() };
        writeln!(
            table,
            "P{at:04},{given},{family},{year}-{month:02}-{day:02},box{at}x@example.com,{phone},,quiet{at}otter"
        )
        .expect("written");
    }
    env.write("people.csv", table + ASKED);
    env.write("samehand.toml", CONFIG);
    env.samehand(&["run"]).exits(0);
    env
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// The waterfall of two records; its parts add up to its total.
#[track_caller]
fn waterfall(env: &TestEnv, a: &str, b: &str) -> Value {
    let why = env.samehand(&["explain", a, b, "--json"]).exits(0).json();
    let fall = why["waterfall"].clone();
    assert_eq!((&fall["left"], &fall["right"]), (&why["from"], &why["to"]), "{why}");
    let terms: f64 = fall["terms"].as_array().expect("terms").iter().map(|term| number(&term["bits"])).sum();
    let rival = fall["rival"]["bits"].as_f64().unwrap_or(0.0);
    let (sum, total) = (number(&fall["prior_bits"]) + terms + rival, number(&fall["total_bits"]));
    assert!((sum - total).abs() < 0.01, "the parts sum to {sum}, the total is {total}: {fall}");
    let probability = 1.0 / (1.0 + (-total).exp2());
    assert!((number(&fall["probability"]) - probability).abs() < 1e-4, "{fall}");
    fall
}

#[test]
fn a_linked_pair_shows_its_weight_with_the_cells() {
    let env = run(144);
    let fall = waterfall(&env, "L1", "L2");
    assert_eq!((&fall["verdict"], &fall["stored"]), (&"linked".into(), &true.into()), "{fall}");
    assert!(number(&fall["total_bits"]) >= number(&fall["threshold_bits"]), "{fall}");
    assert!(fall["found_by"].as_array().expect("rules").contains(&"same identifier".into()), "{fall}");
    let email = fall["terms"].as_array().expect("terms").iter().find(|term| term["comparison"] == "email");
    let email = email.unwrap_or_else(|| panic!("{fall}"));
    assert_eq!(email["left"][0]["value"], "zelda.q@example.org");
    assert_eq!(email["left"][0]["cell"], "people.csv row 145 [Mail]");

    // The same numbers stand in the table of links.
    let links = InTable::read_parquet(&env.path("output/latest/links.parquet"), None).expect("links");
    let (left, right) = (links.text("left").expect("left"), links.text("right").expect("right"));
    let row = (0..links.rows())
        .find(|&row| left[row].as_deref() == Some("people:L1") && right[row].as_deref() == Some("people:L2"))
        .expect("the link");
    assert_eq!(links.opt_f64("bits").expect("bits")[row], fall["total_bits"].as_f64());
    let parts: Value =
        serde_json::from_str(links.text("contributions").expect("contributions")[row].as_deref().expect("text"))
            .expect("JSON");
    let sum: f64 = parts.as_array().expect("parts").iter().map(|part| number(&part["bits"])).sum();
    assert!((sum - number(&fall["total_bits"])).abs() < 0.01, "{parts}");
    assert!(parts.as_array().expect("parts").iter().any(|part| part["frequency_bits"].is_f64()), "{parts}");

    let told = env.samehand(&["explain", "L1", "L2"]).exits(0);
    for words in ["of that term frequency", "running total", "prior", "total ", "linked as the same person", "path 1 ("]
    {
        assert!(told.stdout.contains(words), "{words}\n{told}");
    }
    // Two records of other kinds of things have no weight.
    let why = env.samehand(&["explain", "zelda.q@example.org", "L2", "--json"]).exits(0).json();
    assert!(why.get("waterfall").is_none(), "{why}");
}

#[test]
fn a_pair_that_is_not_linked_says_why() {
    let env = run(144);
    for (a, b, verdict, words) in [
        ("D1", "D2", "names disagree", "given and family name both disagree"),
        ("C1", "C2", "cannot link", "birth date 1960-05-06 (people.csv row 149 [Born]) and 1991-11-23"),
        ("B1", "B2", "below threshold", "bits below the threshold of 2.0"),
        // In a small run all meet all: that two have nothing in common is no reason for not being compared.
        ("N1", "N2", "below threshold", "bits below the threshold of 2.0"),
    ] {
        let fall = waterfall(&env, a, b);
        assert_eq!(fall["verdict"], verdict, "{a} {b}: {fall}");
        assert!(fall["reason"].as_str().is_some_and(|reason| reason.contains(words)), "{a} {b}: {fall}");
        env.samehand(&["explain", a, b]).exits(0).prints("not linked: ").prints("are not connected:");
    }
}

#[test]
fn a_pair_that_no_rule_brings_was_never_compared_and_learns_what_would_bring_it() {
    let env = run(2_100);
    let fall = waterfall(&env, "N1", "N2");
    assert_eq!((&fall["verdict"], &fall["stored"]), (&"never compared".into(), &false.into()), "{fall}");
    let rules = fall["would_be_found_by"].as_array().expect("rules");
    assert!(rules.iter().any(|rule| rule["rule"] == "name and locality") && rules.len() > 10, "{fall}");
    env.samehand(&["explain", "N1", "N2"]).exits(0).prints("any of these would bring them together");
    // One with a rule beside it.
    let fall = waterfall(&env, "C1", "C2");
    assert_eq!(fall["would_be_found_by"].as_array().map(Vec::len), Some(0), "{fall}");
    assert!(fall["found_by"].as_array().expect("rules").contains(&"same identifier".into()), "{fall}");
}

#[test]
fn a_pair_that_only_rules_bring_that_were_left_out_says_which() {
    let env = run(2_100);
    // One name, and nothing else in common.
    let fall = waterfall(&env, "P0000", "P0144");
    assert_eq!((&fall["verdict"], &fall["stored"]), (&"below threshold".into(), &false.into()), "{fall}");
    let found_by: Vec<Value> = fall["found_by"].as_array().expect("rules").clone();
    assert!(found_by.len() > 1, "{fall}");
    // As a run among very many people would say.
    let left_out = |rules: &[Value]| {
        let mut manifest = env.manifest("output");
        manifest["rules_left_out"] = rules.into();
        env.write("output/latest/manifest.json", manifest.to_string());
        waterfall(&env, "P0000", "P0144")
    };
    let fall = left_out(&found_by);
    assert_eq!((&fall["verdict"], &fall["found_by"]), (&"never compared".into(), &Value::Array(Vec::new())), "{fall}");
    assert!(fall["reason"].as_str().is_some_and(|reason| reason.contains("were left out among so many")), "{fall}");
    let told: Vec<&Value> = fall["would_be_found_by"].as_array().expect("rules").iter().map(|by| &by["rule"]).collect();
    assert_eq!(told, found_by.iter().collect::<Vec<_>>());
    env.samehand(&["explain", "P0000", "P0144"]).exits(0).prints("not linked: ").prints("bounds.pairs_per_link");
    // One rule that ran is enough to be compared.
    let fall = left_out(&found_by[1..]);
    assert_eq!((&fall["verdict"], &fall["found_by"]), (&"below threshold".into(), &found_by[..1].into()), "{fall}");
}

#[test]
fn two_personas_are_explained_by_their_strongest_pair() {
    let env = run(144);
    let members = env.members("output");
    let persona = |key: &str| members.get("people", key).persona.clone();
    let why = env.samehand(&["explain", &persona("L1"), &persona("C1"), "--json"]).exits(0).json();
    assert_eq!(why["waterfall"]["verdict"], "names disagree", "{why}");
    let why = env.samehand(&["explain", &persona("C2"), "C1", "--json"]).exits(0).json();
    assert_eq!((&why["waterfall"]["left"], &why["waterfall"]["verdict"]), (&"people:C2".into(), &"cannot link".into()));
    let of_one = env.samehand(&["explain", &persona("L1"), &persona("L1"), "--json"]).exits(0).json();
    assert!(of_one.get("waterfall").is_none(), "{of_one}");
}

#[test]
fn sensitive_values_are_masked_and_their_equality_still_counts() {
    let env = run(144);
    let told = env.samehand(&["explain", "S1", "S2"]).exits(0).prints("government id").prints("***9874");
    assert!(!told.stdout.contains("132-45") && !told.stdout.contains("132459874"), "{told}");
}

/// The latest run, read whole, with the text of its model.
fn opened(env: &TestEnv) -> (RunFolder, Case, String) {
    let folder = RunFolder::open(&env.path("output"), None).expect("a run");
    let case = Case::open(folder.run_id(), folder.paths()).expect("a case");
    let model = std::fs::read_to_string(folder.paths().model()).expect("a model");
    (folder, case, model)
}

/// What is computed again from a run folder is what the run computed.
#[track_caller]
fn recomputed_is_stored(env: &TestEnv, pairs_max: usize) -> usize {
    let (folder, case, model) = opened(env);
    let again = Recompare::new(&case, Asked::All, &model).expect("a model of this program");
    let table = InTable::read_parquet(&folder.paths().pairs(), None).expect("pairs");
    let text = |name| -> Vec<String> { table.text(name).expect(name).into_iter().flatten().collect() };
    let (left, right, parts) = (text("left"), text("right"), text("contributions"));
    let bits = table.f64("bits").expect("bits");
    let find = |label: &str| case.records.iter().position(|record| record.label() == label).expect(label) as u32;
    let number = |label: &String| case.records[find(label) as usize].number;
    let numbers: Vec<(u32, u32)> = left.iter().zip(&right).map(|(left, right)| (number(left), number(right))).collect();
    assert!(numbers.is_sorted() && numbers.iter().all(|(left, right)| left < right), "rows stand in a fixed order");
    // Whether two sensitive values are near is not to be seen from their hashes.
    let judged = |row: &usize| !["one edit", "\"near\""].iter().any(|level| parts[*row].contains(level));
    let rows: Vec<usize> = (0..table.rows()).filter(judged).take(pairs_max).collect();
    let pairs: Vec<(u32, u32)> = rows.iter().map(|&row| (find(&left[row]), find(&right[row]))).collect();
    for (scored, &row) in again.score(&pairs).iter().zip(&rows) {
        let computed = Waterfall::of_terms(&again.terms(scored));
        let names: Vec<(&str, &str)> =
            computed.terms.iter().map(|term| (term.comparison.as_str(), term.level.as_str())).collect();
        let difference = (f64::from(scored.bits) - bits[row]).abs();
        assert!(difference < 0.01, "{} {}: {} {names:?}, stored {}", left[row], right[row], scored.bits, parts[row]);
    }
    rows.len()
}

#[test]
fn numbers_computed_again_are_those_of_the_run() {
    assert!(recomputed_is_stored(&run(144), 100) >= 4);
    assert!(recomputed_is_stored(&TestEnv::with_run(), 60) >= 30);
}

/// A few records of a run are compared as if all were there: the numbers are the same to the last bit, and so are the rules
/// that bring two together. Returns how many pairs were brought together by what they have in common.
#[track_caller]
fn some_are_compared_as_among_all(env: &TestEnv, pairs: usize) -> usize {
    let (folder, whole, model) = opened(env);
    let all = Recompare::new(&whole, Asked::All, &model).expect("all");
    let is_person =
        |record: &u32| RecordKind::from_name(&whole.records[*record as usize].kind).is_some_and(RecordKind::is_person);
    let people: Vec<u32> = (0..whole.records.len() as u32).filter(is_person).collect();
    // Neighbors in the table and others, and pairs that the run kept.
    let strided =
        (0..pairs).map(|at| (people[at * 7 % people.len()], people[(at * 7 + 1 + at % 5 * at) % people.len()]));
    let table = InTable::read_parquet(&folder.paths().pairs(), None).expect("pairs");
    let text = |name| -> Vec<String> { table.text(name).expect(name).into_iter().flatten().collect() };
    let find = |label: &String| whole.records.labelled(label).expect("a record");
    let kept: Vec<(u32, u32)> =
        text("left").iter().zip(&text("right")).take(pairs).map(|(a, b)| (find(a), find(b))).collect();
    let mut brought = 0;
    for (a, b) in strided.chain(kept).filter(|(a, b)| a != b) {
        let case = Case::part(folder.run_id(), folder.paths()).expect("a part");
        let some = Recompare::new(&case, Asked::Pairs, &model).expect("some");
        let (few, many) = (some.score(&[(a, b)]), all.score(&[(a, b)]));
        let told = |scored: &ScoredPair| (scored.bits.to_bits(), scored.terms.clone(), scored.names_disagree);
        assert_eq!(few.iter().map(told).collect::<Vec<_>>(), many.iter().map(told).collect::<Vec<_>>(), "{a} {b}");
        assert_eq!(some.rules((a, b)), all.rules((a, b)), "{a} {b}");
        // In a small run all meet all.
        brought += usize::from(some.rules((a, b)) & !rules_named(&["all with all".to_string()]) != 0);
        case.check().expect("no fault");
    }
    brought
}

#[test]
fn a_few_records_are_compared_as_if_all_were_there() {
    assert!(some_are_compared_as_among_all(&run(144), 60) > 0);
    assert!(some_are_compared_as_among_all(&TestEnv::with_run(), 120) > 10);
    // Names that are not split, and comparisons that the config adds, count words of their own.
    let env = TestEnv::new();
    let mut table = "Key,Name,Title,Story,Code,Town,Mail,Other mail\n".to_string();
    let words = ["kite", "otter", "maple", "harbor", "quartz", "lantern", "meadow"];
    for at in 0..90 {
        let word = |step: usize| words[(at * step + at / 7) % 7];
        let name = if at % 3 == 0 { format!("{} {} works", word(1), word(2)) } else { format!("Ann {}", word(3)) };
        writeln!(
            table,
            "K{at},{name},{} {} {},\"{} and {} near the {} of {}\",C{},{}ville,{}@example.com,{}@example.org",
            word(2),
            word(4),
            word(5),
            word(1),
            word(2),
            word(3),
            word(6),
            at / 2,
            word(5),
            word(4),
            word(3)
        )
        .expect("written");
    }
    env.write("things.csv", table);
    env.write(
        "samehand.toml",
        r#"
[[source]]
name = "things"
kind = "person"
path = "things.csv"
key = "Key"

[source.columns]
full_name = "Name"
city = "Town"
email = ["Mail", "Other mail"]

[[comparison]]
name = "names"
as = "text"
columns = "Title"

[[comparison]]
name = "story"
as = "long_text"
columns = "Story"

[[comparison]]
name = "postal_code"
as = "code"
columns = "Code"
"#,
    );
    env.samehand(&["run"]).exits(0);
    assert!(some_are_compared_as_among_all(&env, 120) > 10);
}

#[test]
fn counts_that_lack_what_every_run_writes_are_told_and_not_used() {
    let env = run(144);
    let path = env.path("output/latest/counts.bin");
    let whole = std::fs::read(&path).expect("there");
    // Keys of another run: the mark and the length are right.
    let mut other = whole.clone();
    other[16..].iter_mut().for_each(|byte| *byte ^= 0x5a);
    std::fs::write(&path, other).expect("written");
    let answer = env.samehand(&["explain", "N1", "N2"]).refuses("counts.bin");
    assert!(answer.stdout.is_empty(), "{answer}");
    std::fs::write(&path, whole).expect("written");
    env.samehand(&["explain", "N1", "N2"]).exits(0);
}

#[test]
fn a_folder_without_counts_is_read_whole_and_says_the_same() {
    let env = run(144);
    let before = env.samehand(&["explain", "N1", "N2", "--json"]).exits(0).json();
    std::fs::remove_file(env.path("output/latest/counts.bin")).expect("it was there");
    assert_eq!(env.samehand(&["explain", "N1", "N2", "--json"]).exits(0).json(), before);
}
