//! `explain`: hops with evidence, bits that add up and cells that are really there; or why not.

use crate::support::{TestEnv, csv::Sheet};
use serde_json::Value;
use std::collections::BTreeMap;

fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

/// The tables of the company by file name.
fn tables(env: &TestEnv) -> BTreeMap<String, Sheet> {
    ["applicants", "employees", "payment_accounts", "devices", "shipments"]
        .map(|name| (format!("{name}.csv"), env.sheet(&format!("company/{name}.csv"))))
        .into()
}

/// The cells that `devices.csv row 12 [Last IP + Note]` names.
#[track_caller]
fn cells<'a>(tables: &'a BTreeMap<String, Sheet>, cell: &str) -> Vec<&'a str> {
    let (file, rest) = cell.split_once(" row ").expect("file and row");
    let (row, columns) = rest.split_once(" [").expect("row and columns");
    let sheet = &tables[file];
    let row = &sheet.rows[row.parse::<usize>().expect("a number") - 1];
    columns.trim_end_matches(']').split(" + ").map(|column| row[sheet.at(column)].as_str()).collect()
}

#[test]
fn two_records_of_a_ring_are_connected_by_evidence_that_adds_up() {
    let env = TestEnv::with_run();
    let (members, tables) = (env.members("output"), tables(&env));
    let (mut shared, mut cited) = (0, 0);
    for ring in members.rings() {
        let keys = members.keys("applicants", |member| member.ring == ring);
        let Some(other) = keys
            .iter()
            .find(|key| members.get("applicants", key).persona != members.get("applicants", keys[0]).persona)
        else {
            continue;
        };
        let answer = env.samehand(&["explain", keys[0], other, "--json"]).exits(0);
        let why = answer.json();
        assert_eq!(why["connected"], true, "{answer}");
        assert_eq!(why["from"], format!("applicants:{}", keys[0]));
        for path in array(&why["paths"]) {
            let hops = array(path);
            assert_eq!(hops[0]["from"], why["from"]);
            assert_eq!(hops[hops.len() - 1]["to"], why["to"]);
            assert!(hops.windows(2).all(|pair| pair[0]["to"] == pair[1]["from"]), "hops follow each other: {path}");
            assert!(hops.iter().any(|hop| hop["rule"] == "shared evidence"), "{path}");
            for hop in hops.iter().filter(|hop| hop["rule"] == "shared evidence") {
                shared += 1;
                let sum: f64 = array(&hop["terms"]).iter().filter_map(|term| term["bits"].as_f64()).sum();
                let bits = hop["bits"].as_f64().expect("bits");
                assert!((sum - bits).abs() < 0.06, "terms sum to {sum}, the hop has {bits}: {hop}");
                for term in array(&hop["terms"]) {
                    let what = text(&term["what"]);
                    if matches!(what, "prior") || what.starts_with("innocent explanation") {
                        continue;
                    }
                    let sides = [array(&term["left_cells"]), array(&term["right_cells"])];
                    assert!(sides.iter().all(|side| !side.is_empty()), "evidence cites cells: {term}");
                    for cell in sides.concat() {
                        cited += 1;
                        let found = cells(&tables, text(&cell));
                        assert!(found.iter().any(|cell| !cell.is_empty()), "{cell} is empty");
                        // A cited cell says what the term says, where the value reads as it was delivered.
                        if let Some((local, domain)) =
                            what.strip_prefix("same email ").and_then(|email| email.split_once('@'))
                        {
                            let said = |cell: &&str| {
                                cell.to_lowercase().contains(local) && cell.to_lowercase().contains(domain)
                            };
                            assert!(found.iter().any(said), "{cell}: {found:?}");
                        }
                        if let Some(phone) = what.strip_prefix("same phone +1") {
                            let digits: String = found.concat().chars().filter(char::is_ascii_digit).collect();
                            assert!(digits.contains(phone), "{cell}: {found:?}");
                        }
                    }
                }
            }
        }
        let told = env.samehand(&["explain", keys[0], other]).exits(0);
        assert!(
            told.stdout.contains("path 1 (") && told.stdout.contains("bits") && told.stdout.contains(".csv row "),
            "{told}"
        );
    }
    assert!(shared >= 5 && cited >= 20, "{shared} hops, {cited} cells");
}

#[test]
fn records_of_one_persona_are_explained_by_their_own_links() {
    let env = TestEnv::with_run();
    let members = env.members("output");
    let mut of_persona: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for key in members.keys("applicants", |_| true) {
        of_persona.entry(&members.get("applicants", key).persona).or_default().push(key);
    }
    let pair = of_persona.values().find(|keys| keys.len() == 2).expect("someone applied twice");
    let why = env.samehand(&["explain", pair[0], pair[1], "--json"]).exits(0).json();
    let hop = &why["paths"][0][0];
    assert_eq!(hop["rule"], "same person", "{why}");
    let sum: f64 = array(&hop["terms"]).iter().filter_map(|term| term["bits"].as_f64()).sum();
    assert!((sum - hop["bits"].as_f64().expect("bits")).abs() < 0.06, "{hop}");
    assert!(array(&hop["terms"]).iter().any(|term| text(&term["what"]).starts_with("email")), "{hop}");

    let employee = env
        .sheet("company/employees.csv")
        .rows
        .iter()
        .find(|row| !row[1].is_empty() && members.0.contains_key(&("applicants".into(), row[1].clone())))
        .map(|row| (row[0].clone(), row[1].clone()))
        .expect("an employee who names an application");
    let stated = env.samehand(&["explain", &employee.0, &employee.1, "--json"]).exits(0).json();
    let hops: Vec<&Value> = array(&stated["paths"]).iter().flat_map(array).collect();
    let hop = hops.iter().find(|hop| hop["rule"] == "stated").unwrap_or_else(|| panic!("{stated}"));
    assert!(hop["bits"].is_null(), "a statement is not weighed: {hop}");
    let tables = tables(&env);
    let cited = cells(&tables, text(&hop["terms"][0]["left_cells"][0]));
    assert_eq!(cited, [employee.1.as_str()], "the cell that states it");
}

#[test]
fn two_strangers_are_not_connected_and_it_says_why() {
    let env = TestEnv::with_run();
    let members = env.members("output");
    let strangers = members.keys("applicants", |member| member.ring.is_empty());
    let mut silent = 0;
    for other in strangers[1..]
        .iter()
        .filter(|key| members.get("applicants", key).persona != members.get("applicants", strangers[0]).persona)
        .take(3)
    {
        let why = env.samehand(&["explain", strangers[0], other, "--json"]).exits(0).json();
        assert_eq!((&why["connected"], array(&why["paths"]).len()), (&Value::Bool(false), 0), "{why}");
        assert!(!array(&why["notes"]).is_empty(), "{why}");
        silent += usize::from(text(&why["notes"][0]).contains("share no value"));
        env.samehand(&["explain", strangers[0], other]).exits(0).prints("are not connected:");
    }
    assert!(silent > 0, "three in a row who share nothing");
}

#[test]
fn people_who_share_a_hub_are_told_that_it_is_one() {
    let env = TestEnv::with_run();
    let (members, decoys) = (env.members("output"), env.sheet("company/truth/decoys.csv"));
    // People whom the company's own network exit joins, and nothing else.
    let group: Vec<(&str, &str)> = decoys
        .rows
        .iter()
        .filter(|row| row[1] == "own_egress" && row[2] == "devices" && members.get("devices", &row[3]).ring.is_empty())
        .map(|row| (row[0].as_str(), row[3].as_str()))
        .collect();
    let told = group.iter().zip(&group[1..]).take(30).any(|(a, b)| {
        let why = env.samehand(&["explain", a.1, b.1, "--json"]).exits(0).json();
        why["connected"] == false
            && array(&why["notes"]).iter().any(|note| text(note).contains("a hub (") && text(note).contains("ip"))
    });
    assert!(told, "none of {} pairs behind one exit is explained by it", group.len());
}

#[test]
fn a_value_and_a_record_are_joined_by_the_cell() {
    let env = TestEnv::with_run();
    let applicants = env.sheet("company/applicants.csv");
    let row = applicants
        .rows
        .iter()
        .find(|row| row[applicants.at("Email")].contains('@') && !row[applicants.at("Email")].contains(';'));
    let (key, email) = row.map(|row| (row[0].as_str(), row[applicants.at("Email")].as_str())).expect("an email");
    let why = env.samehand(&["explain", email, key, "--json"]).exits(0).json();
    assert_eq!(
        (&why["connected"], &why["paths"][0][0]["rule"]),
        (&Value::Bool(true), &Value::from("carries")),
        "{why}"
    );
    env.samehand(&["explain", email, "nobody@example.org"]).refuses("nothing in this run is \"nobody@example.org\"");
}
