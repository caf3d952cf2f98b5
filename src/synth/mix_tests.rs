//! The mixed company against what it promises.

use super::cases::CASES;
use super::tests::parse;
use super::*;
use std::collections::{BTreeMap, BTreeSet};

const PLAN: Plan = Plan { people: 3_000, rings: 45, seed: 4 };

fn mixed() -> &'static Company {
    static MIXED: std::sync::OnceLock<Company> = std::sync::OnceLock::new();
    MIXED.get_or_init(|| generate_mix(&PLAN))
}

fn table(company: &Company, path: &str) -> Vec<BTreeMap<String, String>> {
    let file = company.files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("no {path}"));
    let mut rows = parse(&file.text).into_iter();
    let header = rows.next().unwrap();
    rows.map(|row| header.iter().cloned().zip(row).collect()).collect()
}

/// Values of a column of the rows that a filter keeps.
fn column(rows: &[BTreeMap<String, String>], name: &str) -> BTreeSet<String> {
    rows.iter().map(|row| row[name].clone()).collect()
}

#[test]
fn one_plan_gives_one_mixed_company_of_as_many_people() {
    assert_eq!(&generate_mix(&PLAN), mixed());
    assert_ne!(&generate_mix(&Plan { seed: 5, ..PLAN }), mixed());
    let personas = column(&table(mixed(), "truth/personas.csv"), "cluster_id");
    assert_eq!(personas.len(), PLAN.people);
    for (people, rings) in [(0, 0), (1, 3), (300, 5)] {
        generate_mix(&Plan { people, rings, seed: 1 });
    }
}

#[test]
fn every_case_is_planted_and_what_it_expects_exists() {
    let company = mixed();
    let expected = table(company, "truth/expected.csv");
    let forms = |case: &cases::Case| [case.name.to_string(), format!("{}/innocent", case.name)];
    let names: BTreeSet<String> = CASES.iter().flat_map(forms).collect();
    assert_eq!(column(&expected, "case"), names);
    let known: BTreeSet<(String, String)> = table(company, "truth/personas.csv")
        .iter()
        .map(|row| (row["source"].clone(), row["record_id"].clone()))
        .collect();
    let rings: BTreeSet<String> = column(&table(company, "truth/rings.csv"), "record_id");
    for row in &expected {
        assert!(known.contains(&(row["source"].clone(), row["record_id"].clone())), "{row:?}");
        match row["expect"].as_str() {
            "ring" => assert!(rings.contains(&row["record_id"]), "{row:?}"),
            "no_ring" | "case" => assert!(!rings.contains(&row["record_id"]), "{row:?}"),
            _ => {}
        }
    }
    let alone = table(company, "truth/cases.csv");
    let kinds = column(&alone, "kind");
    for kind in ["knoot", "own_name_facilitator", "lone_farm_laptop"] {
        assert!(kinds.contains(kind), "{kinds:?}");
    }
    assert!(alone.iter().all(|row| !rings.contains(&row["record_id"])));
}

#[test]
fn honest_people_do_what_a_farm_does_and_are_in_no_ring() {
    let company = mixed();
    let decoys = table(company, "truth/decoys.csv");
    let kinds = column(&decoys, "kind");
    for kind in mix::LOOKS.iter().chain(&[decoys::HEADQUARTERS, decoys::EGRESS, decoys::PAYCARD]) {
        assert!(kinds.contains(*kind), "no {kind} in {kinds:?}");
    }
    let rings = column(&table(company, "truth/rings.csv"), "record_id");
    assert!(decoys.iter().all(|row| !rings.contains(&row["record_id"])));
    let by_kind = |kind: &str, source: &str| -> BTreeSet<String> {
        let rows = decoys.iter().filter(|row| row["kind"] == kind && row["source"] == source);
        rows.map(|row| row["record_id"].clone()).collect()
    };
    let abroad: BTreeSet<String> = table(company, "sign_ins.csv")
        .iter()
        .filter(|row| row["Client Country"] != "US")
        .map(|row| row["Actor Employee Number"].clone())
        .collect();
    assert!(by_kind("traveller", "employees").iter().all(|employee| abroad.contains(employee)));
    let moved = column(&table(company, "address_changes.csv"), "Worker ID");
    assert!(by_kind("moved_before_delivery", "employees").iter().all(|employee| moved.contains(employee)));
}

#[test]
fn farms_leave_their_traces() {
    let company = mixed();
    let farms = table(company, "truth/farms.csv");
    let devices = column(&farms, "record_id");
    let mut visible: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &farms {
        *visible.entry(&row["visible"]).or_default() += 1;
        assert_eq!(row["visible"] == "1", row["ring_id"].is_empty(), "{row:?}");
    }
    assert!(visible.keys().all(|count| ["1", "2", "3"].contains(count)) && visible.len() >= 2, "{visible:?}");
    let tools = [
        "anydesk",
        "teamviewer",
        "chrome remote",
        "rustdesk",
        "splashtop",
        "screenconnect",
        "connectwise",
        "ultraviewer",
        "parsec",
        "remotepc",
        "dwagent",
        "dwservice",
    ];
    let mut of_device: BTreeMap<String, usize> = BTreeMap::new();
    let mut elsewhere = 0;
    for row in table(company, "software.csv") {
        let name = row["Application Name"].to_lowercase();
        if tools.iter().any(|tool| name.contains(tool)) {
            *of_device.entry(row["Device ID"].clone()).or_default() += 1;
            elsewhere += usize::from(!devices.contains(&row["Device ID"]));
        }
    }
    let two = devices.iter().filter(|device| of_device.get(*device).is_some_and(|count| *count >= 2)).count();
    assert!(two * 2 > devices.len(), "{two} of {}", devices.len());
    assert!(elsewhere > 0);
}

#[test]
fn events_are_of_people_who_are_there() {
    let company = mixed();
    let keys = |path: &str, column_name: &str| column(&table(company, path), column_name);
    let employees = keys("employees.csv", "Employee Number");
    let applicants = keys("applicants.csv", "Application ID");
    for (path, reference, there) in [
        ("sign_ins.csv", "Actor Employee Number", &employees),
        ("software.csv", "Device ID", &keys("devices.csv", "Device ID")),
        ("peripherals.csv", "Last User", &employees),
        ("carrier_events.csv", "Tracking No", &keys("shipments.csv", "Tracking Number")),
        ("interviews.csv", "Candidate", &applicants),
        ("background_checks.csv", "Candidate Ref", &applicants),
        ("address_changes.csv", "Worker ID", &employees),
        ("terminations.csv", "Worker ID", &employees),
        ("referrals.csv", "Referred Application", &applicants),
        ("referrals.csv", "Referring Employee", &employees),
        ("scm_events.csv", "Actor ID", &employees),
    ] {
        let named = keys(path, reference);
        assert!(named.len() > 5, "{path}");
        assert!(named.iter().all(|name| name.is_empty() || there.contains(name)), "{path}: {reference}");
    }
    // Who is known by the mailbox only has that mailbox in the employee file.
    let mailboxes: BTreeSet<String> =
        keys("employees.csv", "Personal Email").iter().map(|email| email.to_lowercase()).collect();
    let by_login: Vec<_> = table(company, "sign_ins.csv")
        .into_iter()
        .filter(|row| row["Actor Employee Number"].is_empty())
        .map(|row| row["Actor Login"].to_lowercase())
        .collect();
    assert!(!by_login.is_empty() && by_login.iter().all(|login| mailboxes.contains(login)));
}

#[test]
fn an_address_of_a_sign_in_is_shared_only_where_it_was_planted() {
    let company = mixed();
    let mut people: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in table(company, "sign_ins.csv") {
        assert!(super::tests::reserved(&row["Client IP"]), "{}", row["Client IP"]);
        people.entry(row["Client IP"].clone()).or_default().insert(row["Actor Employee Number"].clone());
    }
    let group: BTreeSet<String> = ["truth/decoys.csv", "truth/rings.csv", "truth/cases.csv"]
        .iter()
        .flat_map(|path| column(&table(company, path), "record_id"))
        .collect();
    let exits = ["192.0.2.", "198.51.100.", "203.0.113."];
    for (address, people) in people.iter().filter(|(_, people)| people.len() > 1) {
        let crowd = exits.iter().any(|front| address.starts_with(front));
        assert!(crowd || people.iter().all(|key| group.contains(key)), "{address} {people:?}");
    }
}
