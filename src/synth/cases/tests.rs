//! Every case in both forms: its files are there, and what is expected of it names records that exist.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

/// The record keys of every source of a company whose config lies in that folder, by name of the source.
fn records(company: &Company, folder: &str) -> BTreeMap<String, BTreeSet<String>> {
    let text = |path: &str| {
        let file = company.files.iter().find(|file| file.path == format!("{folder}{path}"));
        &file.unwrap_or_else(|| panic!("no {folder}{path}")).text
    };
    let config: toml::Table = text("samehand.toml").parse().unwrap();
    let mut all = BTreeMap::new();
    for source in config["source"].as_array().unwrap() {
        let path = source["path"].as_str().unwrap();
        let paths: Vec<String> = match path.split_once('*') {
            None => vec![path.to_string()],
            Some((front, back)) => (1..=3).map(|client| format!("{front}{client}{back}")).collect(),
        };
        let keys: &mut BTreeSet<String> = all.entry(source["name"].as_str().unwrap().to_string()).or_default();
        for path in paths {
            let rows = crate::synth::tests::parse(text(&path));
            let columns: Vec<&String> = rows[0].iter().collect();
            for table in ["columns", "references"] {
                for (field, column) in source.get(table).and_then(|table| table.as_table()).into_iter().flatten() {
                    assert!(columns.contains(&&column.as_str().unwrap().to_string()), "{path}: {field} = {column}");
                }
            }
            assert_eq!(rows[0][0], source["key"].as_str().unwrap(), "the key stands first");
            for row in &rows[1..] {
                assert_eq!(row.len(), rows[0].len(), "{path}: {row:?}");
                assert!(keys.insert(row[0].clone()), "{path}: {} twice", row[0]);
            }
        }
    }
    all
}

fn folders(name: &str) -> &'static [&'static str] {
    if name == nightly::NAME { &["night1/", "night2/", "night3/"] } else { &[""] }
}

fn table(company: &Company, path: &str) -> Vec<Vec<String>> {
    let file = company.files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("no {path}"));
    crate::synth::tests::parse(&file.text)
}

#[test]
fn every_case_in_both_forms_expects_something_of_records_that_exist() {
    for case in CASES {
        for innocent in [false, true] {
            let company = generate_case(case.name, innocent, 7).unwrap();
            assert_eq!(company, generate_case(case.name, innocent, 7).unwrap(), "{} is not the same twice", case.name);
            for folder in folders(case.name) {
                let records = records(&company, folder);
                let expected = table(&company, &format!("{folder}truth/expected.csv"));
                assert_eq!(expected[0].join(",") + "\n", stage::EXPECTED);
                assert!(expected.len() > 1, "{} expects nothing", case.name);
                let mut words = BTreeSet::new();
                for row in &expected[1..] {
                    assert!(records[&row[3]].contains(&row[4]), "{} {innocent}: {row:?}", case.name);
                    assert!(matches!(row[1].as_str(), "" | "review" | "priority" | "facilitator" | "household"));
                    assert_eq!(
                        row[5].strip_suffix("/innocent").map_or((&*row[5], false), |name| (name, true)),
                        (case.name, innocent)
                    );
                    words.insert(row[0].clone());
                }
                let accuses = ["ring", "case", "finding", "role"].iter().any(|word| words.contains(*word));
                assert_eq!(accuses, !innocent, "{} {innocent}: {words:?}", case.name);
                let rings = table(&company, &format!("{folder}truth/rings.csv"));
                assert_eq!(rings.len() > 1, words.contains("ring"), "{} {innocent}", case.name);
                let alone = table(&company, &format!("{folder}truth/cases.csv"));
                assert_eq!(alone.len() > 1, words.contains("case"), "{} {innocent}", case.name);
            }
        }
    }
}

#[test]
fn cases_are_as_large_as_they_say() {
    for case in CASES {
        for innocent in [false, true] {
            let company = generate_case(case.name, innocent, 3).unwrap();
            let personas: BTreeSet<String> = table(&company, &format!("{}truth/personas.csv", folders(case.name)[0]))
                [1..]
                .iter()
                .map(|row| row[2].clone())
                .collect();
            assert_eq!(personas.len(), case.people, "{} {innocent}", case.name);
        }
    }
    assert!(generate_case("no such case", false, 1).is_none());
}

#[test]
fn the_edge_is_there_on_the_second_night_only() {
    for innocent in [false, true] {
        let company = generate_case(nightly::NAME, innocent, 5).unwrap();
        let nights = ["night1/", "night2/", "night3/"].map(|folder| records(&company, folder));
        assert_eq!(nights[0], nights[2]);
        let rows = |path: &str, night: usize| table(&company, &format!("night{night}/{path}")).len();
        assert_eq!(rows("applicants.csv", 2), rows("applicants.csv", 1) + 1);
        assert_eq!(rows("payment_accounts.csv", 2), rows("payment_accounts.csv", 1) + usize::from(!innocent));
        for file in company.files.iter().filter(|file| file.path.starts_with("night1/")) {
            let third = file.path.replace("night1/", "night3/");
            assert!(company.files.iter().any(|other| other.path == third && other.text == file.text), "{third}");
        }
    }
}

#[test]
fn a_flood_is_of_62_applications_in_30_days_by_22_personas() {
    let company = generate_case("applicant-flood", false, 2).unwrap();
    let ring = table(&company, "truth/rings.csv");
    let keys: BTreeSet<&String> = ring[1..].iter().map(|row| &row[1]).collect();
    let applications = table(&company, "applicants.csv");
    let days: BTreeSet<&String> = applications.iter().filter(|row| keys.contains(&row[0])).map(|row| &row[1]).collect();
    assert_eq!(keys.len(), 62);
    let (first, last) = (days.first().unwrap(), days.last().unwrap());
    let span = last.parse::<jiff::civil::Date>().unwrap() - first.parse::<jiff::civil::Date>().unwrap();
    assert!(span.get_days() <= 30, "{first} to {last}");
}
