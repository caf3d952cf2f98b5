//! How much blocking loses on public sets whose truth is known. The sets are no part of the repository:
//! `SAMEHAND_DATA` names the folder that holds `<set>.csv` and `<set>.truth.csv` (`record_id,cluster_id`).

use crate::support::TestEnv;
use crate::support::csv::Sheet;
use samehand::block::{Blocking, Bounds, block_within};
use samehand::model::ids::RecordId;
use samehand::model::pair::ALL_WITH_ALL_RECORDS;
use samehand::model::value::IdentifierKind;
use samehand::{config, ingest, near, normalize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A set: its columns as the config maps them, the share of true pairs that the rules must find with and without *all
/// with all*, and the pairs per record that they may take for it without.
///
/// The floors are what was measured, rounded down. Without *all with all* two sets stay under what is wanted (0.98 and
/// 0.99): in `fake_1000` a record often has one name and a birth date that is wrong in two parts; many pairs of
/// `childcare` that are missed share a house number and nothing else.
struct Set {
    name: &'static str,
    columns: &'static str,
    completeness_min: f64,
    with_all_min: f64,
    pairs_per_record_max: f64,
}

const SETS: [Set; 4] = [
    Set {
        name: "fake_1000",
        columns: r#"given_name = "first_name"
            family_name = "surname"
            birth_date = "dob"
            city = "city"
            email = "email""#,
        completeness_min: 0.91,
        with_all_min: 0.98,
        pairs_per_record_max: 60.0,
    },
    Set {
        name: "febrl3",
        columns: r#"given_name = "given_name"
            family_name = "surname"
            street_number = "street_number"
            street = "address_1"
            city = "suburb"
            postal_code = "postcode"
            region = "state"
            birth_date = "date_of_birth"
            government_id = "soc_sec_id""#,
        completeness_min: 0.999,
        with_all_min: 0.999,
        pairs_per_record_max: 60.0,
    },
    Set {
        name: "childcare",
        columns: r#"full_name = "site_name"
            address = "address"
            postal_code = "zip"
            phone = "phone"
            email = "email""#,
        completeness_min: 0.986,
        with_all_min: 0.986,
        pairs_per_record_max: 60.0,
    },
    Set {
        name: "restaurants",
        columns: r#"full_name = "name"
            street = "addr"
            city = "city"
            phone = "phone""#,
        completeness_min: 0.99,
        with_all_min: 0.99,
        pairs_per_record_max: 60.0,
    },
];

struct Measured {
    keys: BTreeMap<String, RecordId>,
    rules: Blocking,
    all: Blocking,
}

fn measure(folder: &Path, set: &Set) -> Measured {
    let env = TestEnv::new();
    std::fs::copy(folder.join(format!("{}.csv", set.name)), env.path("people.csv")).expect("the set can be read");
    let config = format!(
        "[[source]]\nname = \"people\"\nkind = \"person\"\npath = \"people.csv\"\nkey = \"record_id\"\n\n[source.columns]\n{}\n",
        set.columns
    );
    let path = env.write("samehand.toml", config);
    let (config, _) = config::load(&path, &ingest::header).unwrap_or_else(|faults| panic!("{}: {faults:?}", set.name));
    let tables = vec![ingest::load(&config.sources[0]).unwrap_or_else(|faults| panic!("{faults:?}")).table];
    let claims = normalize::normalize(&config, &tables).claims;
    let near: Vec<_> = near::neighbours(&claims.dictionary)
        .pairs
        .iter()
        .filter(|pair| !matches!(claims.dictionary.kind(pair.left), IdentifierKind::ResumeLine | IdentifierKind::Ip))
        .map(|pair| (pair.left, pair.right))
        .collect();
    let block =
        |all_with_all| block_within(&claims, &near, &[], Bounds { pairs_max: usize::MAX, all_with_all, worth: None });
    Measured {
        keys: (0..claims.records.len()).map(RecordId::from).map(|id| (claims.key(id).to_string(), id)).collect(),
        rules: block(0),
        all: block(ALL_WITH_ALL_RECORDS),
    }
}

/// Two records of one cluster, by key.
fn true_pairs(truth: &Sheet) -> Vec<(String, String)> {
    let (key, cluster) = (truth.at("record_id"), truth.at("cluster_id"));
    let mut clusters: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in &truth.rows {
        clusters.entry(&row[cluster]).or_default().push(&row[key]);
    }
    let pairs = |members: &Vec<&str>| {
        let mut pairs = Vec::new();
        for (index, a) in members.iter().enumerate() {
            pairs.extend(members[index + 1..].iter().map(|b| (a.to_string(), b.to_string())));
        }
        pairs
    };
    clusters.values().flat_map(pairs).collect()
}

#[test]
fn blocking_finds_nearly_all_true_pairs_of_public_sets() {
    let Some(folder) = std::env::var_os("SAMEHAND_DATA") else {
        eprintln!("skipped: needs SAMEHAND_DATA");
        return;
    };
    let folder = Path::new(&folder);
    let mut failed = Vec::new();
    for set in &SETS {
        let measured = measure(folder, set);
        let truth = std::fs::read_to_string(folder.join(format!("{}.truth.csv", set.name))).expect("a truth file");
        let truth = true_pairs(&Sheet::parse(&truth));
        let missed = |blocking: &Blocking| -> Vec<&(String, String)> {
            let found: BTreeSet<_> = blocking.pairs.iter().map(|pair| (pair.left(), pair.right())).collect();
            let is_found = |pair: &&(String, String)| match (measured.keys.get(&pair.0), measured.keys.get(&pair.1)) {
                (Some(a), Some(b)) => found.contains(&(*a.min(b), *a.max(b))),
                _ => false,
            };
            truth.iter().filter(|pair| !is_found(pair)).collect()
        };
        let records = measured.keys.len() as f64;
        let (rules, all) = (missed(&measured.rules), missed(&measured.all));
        let completeness = |missed: &[&(String, String)]| 1.0 - missed.len() as f64 / truth.len() as f64;
        let per_record = measured.rules.pairs.len() as f64 / records;
        eprintln!(
            "{:<12} {:>5} records {:>5} true pairs; rules: {:.4} of them among {:>7} pairs ({per_record:.1} a record); \
             with all with all: {:.4} among {}",
            set.name,
            records,
            truth.len(),
            completeness(&rules),
            measured.rules.pairs.len(),
            completeness(&all),
            measured.all.pairs.len(),
        );
        if std::env::var_os("SAMEHAND_DATA_MISSED").is_some() {
            rules.iter().for_each(|(a, b)| eprintln!("    missed {a} {b}"));
            measured.rules.statistics.iter().for_each(|rule| eprintln!("    {rule:?}"));
        }
        let complete = completeness(&rules) >= set.completeness_min && completeness(&all) >= set.with_all_min;
        if !complete || per_record > set.pairs_per_record_max {
            failed.push(set.name);
        }
    }
    assert!(failed.is_empty(), "too many pairs lost, or too many made: {failed:?}");
}
