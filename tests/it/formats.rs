//! One table in many dresses: format, compression, delimiter and encoding change nothing of what is found.

use crate::support::csv::Sheet;
use crate::support::{TestEnv, crate_path, names};
use samehand::store::table::OutTable;
use std::io::Write;
use std::path::Path;

/// Writes a table in one format.
type Writing = fn(&Sheet, &Path);

fn parquet(sheet: &Sheet, path: &Path) {
    let mut table = OutTable::new("table");
    for name in &sheet.header {
        table =
            table.opt_text(name, sheet.column(name).into_iter().map(|cell| Some(cell).filter(|cell| !cell.is_empty())));
    }
    table.write_parquet(path).expect("Parquet can be written");
}

/// One object a line; an empty cell is `null`, now and then the key is left out.
fn ndjson(sheet: &Sheet, path: &Path) {
    let mut text = String::new();
    for (at, row) in sheet.rows.iter().enumerate() {
        let mut object = serde_json::Map::new();
        for (name, cell) in sheet.header.iter().zip(row) {
            // The first rows name every column, as an export would.
            if !cell.is_empty() || at % 3 == 0 {
                object
                    .insert(name.clone(), if cell.is_empty() { serde_json::Value::Null } else { cell.as_str().into() });
            }
        }
        text.push_str(&format!("{}\n", serde_json::Value::Object(object)));
    }
    std::fs::write(path, text).expect("NDJSON can be written");
}

fn gzip(sheet: &Sheet, path: &Path) {
    let file = std::fs::File::create(path).expect("a file can be made");
    let mut packed = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    packed.write_all(sheet.delimited(',').as_bytes()).expect("it can be written");
    packed.finish().expect("it can be ended");
}

fn tsv(sheet: &Sheet, path: &Path) {
    std::fs::write(path, sheet.delimited('\t')).expect("TSV can be written");
}

/// As a spreadsheet program of continental Europe writes it.
fn semicolons_in_utf16(sheet: &Sheet, path: &Path) {
    let text = format!("\u{feff}{}", sheet.delimited(';'));
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(path, bytes).expect("CSV can be written");
}

const FORMATS: [(&str, &str, Writing); 5] = [
    ("Parquet", "parquet", parquet),
    ("NDJSON", "ndjson", ndjson),
    ("gzip", "csv.gz", gzip),
    ("TSV", "tsv", tsv),
    ("semicolons in UTF-16", "txt", semicolons_in_utf16),
];

const SOURCES: [&str; 5] = ["applicants", "employees", "payment_accounts", "devices", "shipments"];

#[test]
fn every_format_gives_the_same_members() {
    let env = TestEnv::new();
    env.generate(900, 12, 4).run_company(&[]);
    let expected = env.read("output/latest/members.csv");
    assert!(env.members("output").rings().len() >= 6);
    let config = env.read("company/samehand.toml");
    for (name, ending, write) in FORMATS {
        let mut changed = config.clone();
        for source in SOURCES {
            write(&env.sheet(&format!("company/{source}.csv")), &env.path(&format!("company/{source}.{ending}")));
            changed = changed.replace(&format!("\"{source}.csv\""), &format!("\"{source}.{ending}\""));
        }
        assert_ne!(changed, config);
        env.write("company/other.toml", changed);
        env.samehand(&["run", "-c", "company/other.toml", "-o", ending]).exits(0);
        let found = env.read(&format!("{ending}/latest/members.csv"));
        assert!(found == expected, "{name} gives other members");
        let inputs = env.manifest(ending)["inputs"].clone();
        assert!(inputs[0]["file"].as_str().is_some_and(|file| file.ends_with(ending)), "{inputs}");
    }
}

#[test]
fn a_spreadsheet_gives_the_same_members_as_its_text() {
    let env = TestEnv::new();
    env.write("people.xlsx", std::fs::read(crate_path("tests/data/ingest/people.xlsx")).expect("the fixture is there"));
    env.write(
        "people.csv",
        "Employee ID,name,phone,zip,hired\n1001,Ada Example,12025550100,02139,2024-02-29\n\
         1002,Bob Example,(202) 555-0101,2139,2024-03-01\n1003,Zoë Example,12025550102,,1999-12-31\n",
    );
    for ending in ["xlsx", "csv"] {
        let config = format!(
            "[[source]]\nname = \"people\"\nkind = \"employee\"\npath = \"people.{ending}\"\nkey = \"Employee ID\"\n\
             [source.columns]\nfull_name = \"name\"\nphone = \"phone\"\npostal_code = \"zip\"\nvalid_from = \"hired\"\n"
        );
        env.write(&format!("{ending}.toml"), config);
        env.samehand(&["run", "-c", &format!("{ending}.toml"), "-o", ending]).exits(0);
    }
    assert_eq!(env.members("xlsx").0.len(), 3);
    assert_eq!(env.read("xlsx/latest/members.csv"), env.read("csv/latest/members.csv"));
    // Typed cells arrive as the text that one sees: the claims are the same too.
    let claims = |output: &str| {
        let path = env.path(&format!("{output}/latest/claims.parquet"));
        let table = samehand::store::table::InTable::read_parquet(&path, None).expect("claims can be read");
        ["kind", "value", "raw"].map(|name| table.text(name).expect("a column of text"))
    };
    assert_eq!(claims("xlsx"), claims("csv"));
}

#[test]
fn several_files_of_one_source_are_one_table() {
    let env = TestEnv::new();
    env.generate(600, 9, 1).run_company(&[]);
    let sheet = env.sheet("company/applicants.csv");
    let half = sheet.rows.len() / 2;
    for (name, rows) in [("part1.csv", &sheet.rows[..half]), ("part2.csv", &sheet.rows[half..])] {
        let part = Sheet { header: sheet.header.clone(), rows: rows.to_vec() };
        env.write(&format!("company/in/{name}"), part.delimited(','));
    }
    let config = env.read("company/samehand.toml").replace("\"applicants.csv\"", "\"in/part*.csv\"");
    env.write("company/parts.toml", config);
    env.samehand(&["run", "-c", "company/parts.toml", "-o", "parts"]).exits(0);
    assert_eq!(env.read("output/latest/members.csv"), env.read("parts/latest/members.csv"));
    assert_eq!(names(&env.path("company/in")), ["part1.csv", "part2.csv"]);
    assert_eq!(env.manifest("parts")["inputs"].as_array().map(Vec::len), Some(6));
}
