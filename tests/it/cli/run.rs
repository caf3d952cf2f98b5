//! `run`: the table, the JSON, the exit codes, and what a run folder never holds.

use crate::support::{TestEnv, files};
use samehand::store::table::InTable;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;

const STAGES: [&str; 11] = [
    "ingest",
    "normalize",
    "near values",
    "block",
    "resolve personas",
    "weigh shared values",
    "cluster",
    "assess",
    "write tables",
    "draw",
    "report",
];

#[test]
fn json_is_one_object_with_run_stages_and_rings() {
    let env = TestEnv::new();
    env.generate(600, 9, 1);
    let answer = env.run_company(&["--json"]);
    let run = answer.json();
    let id = run["run_id"].as_str().expect("an id");
    assert!(id.len() == 12 && id.bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
    assert_eq!(run["folder"], format!("output/runs/{id}"));
    assert_eq!(run["existed"], false);

    let stages = run["stages"].as_array().expect("stages");
    assert_eq!(stages.iter().map(|stage| stage["name"].as_str().expect("a name")).collect::<Vec<_>>(), STAGES);
    for stage in stages {
        assert!(stage["seconds"].as_f64().is_some_and(|seconds| (0.0..100.0).contains(&seconds)), "{stage}");
        assert!(stage["counts"].as_object().is_some_and(|counts| counts.values().all(Value::is_u64)), "{stage}");
    }
    assert_eq!(stages[0]["counts"]["applicants"].as_u64(), Some(env.sheet("company/applicants.csv").rows.len() as u64));
    let members = env.members("output");
    assert_eq!(stages[1]["counts"]["records"].as_u64(), Some(members.0.len() as u64));

    let rings = run["rings"].as_array().expect("rings");
    assert_eq!(stages[7]["counts"]["rings"].as_u64(), Some(rings.len() as u64));
    let ids: Vec<&str> = rings.iter().map(|ring| ring["ring_id"].as_str().expect("an id")).collect();
    let mut sorted = ids.clone();
    sorted.sort();
    assert_eq!(sorted, members.rings(), "the rings of members.csv");
    for (at, ring) in rings.iter().enumerate() {
        assert_eq!(ring["rank"].as_u64(), Some(at as u64 + 1));
        let number = |name: &str| ring[name].as_u64().unwrap_or_else(|| panic!("{name} in {ring}"));
        assert!(number("personas") >= 2 && number("records") >= number("personas"), "{ring}");
        assert!(ring["weight_bits"].as_f64().is_some() && ring["sites"].is_u64() && ring["operators"].is_u64());
        assert!(ring["families"].as_array().is_some_and(|families| !families.is_empty()), "{ring}");
        assert!(ring["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{ring}");
        let of_ring = members.0.values().filter(|member| member.ring == ids[at]);
        assert_eq!(of_ring.count() as u64, number("records"));
    }
    assert_eq!(run["rejects"].as_u64(), Some(env.sheet("output/latest/rejects.csv").rows.len() as u64));
}

#[test]
fn the_table_is_data_and_the_rest_is_talk() {
    let env = TestEnv::new();
    env.generate(600, 9, 1);
    let answer = env.run_company(&["--top", "2"]);
    let lines: Vec<&str> = answer.stdout.lines().collect();
    assert!(lines[0].starts_with("rank  ring"), "{answer}");
    assert!(lines.iter().all(|line| line.chars().count() <= 100), "COLUMNS is 100\n{answer}");
    assert!(lines[lines.len() - 2].contains("rings to review (2 shown)"), "{answer}");
    assert!(lines[lines.len() - 1].starts_with("output/runs/"), "{answer}");
    for stage in STAGES {
        assert!(answer.stderr.lines().any(|line| line.starts_with(stage)), "{stage}\n{answer}");
    }
    assert!(answer.stderr.contains("next: samehand show R-"), "{answer}");
    for word in ["reject them", "fraudster", "guilty", "criminal"] {
        assert!(!answer.stdout.contains(word), "neutral words only\n{answer}");
    }
    let quiet = env.run_company(&["--top", "2", "--quiet"]);
    assert_eq!(quiet.stdout, answer.stdout);
    assert!(!quiet.stderr.contains("note: ") && !quiet.stderr.contains("ingest"), "{quiet}");
}

#[test]
fn exit_codes_tell_a_scheduler_what_there_is_to_do() {
    let env = TestEnv::new();
    env.generate(600, 9, 1);
    // New rings, the same rings, and without the flag always 0.
    let args = ["run", "-c", "company/samehand.toml", "--quiet", "--exit-code"];
    env.samehand(&args).exits(3);
    let rejects = env.sheet("output/latest/rejects.csv").rows.len();
    env.samehand(&args).exits(i32::from(rejects > 0));
    env.samehand(&args[..4]).exits(0);

    // Nothing new and a rejected row; nothing new and no rejected row; no run at all.
    let config = "[[source]]\nname = \"people\"\nkind = \"person\"\npath = \"people.csv\"\nkey = \"id\"\n\
                  [source.columns]\nfull_name = \"name\"\nphone = \"phone\"\n";
    let check = |people: &str, code: i32| {
        let env = TestEnv::new();
        env.write("samehand.toml", config);
        env.write("people.csv", people);
        env.samehand(&["run", "--exit-code"]).exits(code);
        assert_eq!(env.path("output/latest").exists(), code != 2);
    };
    check("id,name,phone\n1,Ada Example,(202) 555-0100\n2,Bob Example\n", 1);
    check("id,name,phone\n1,Ada Example,(202) 555-0100\n2,Bob Example,(202) 555-0177\n", 0);
    check("", 2);
}

#[test]
fn numbers_of_documents_and_accounts_are_nowhere_in_full() {
    let env = TestEnv::with_run();
    let mut secrets: Vec<String> = Vec::new();
    for (table, column) in
        [("employees", "SSN"), ("employees", "ID Document Number"), ("payment_accounts", "Account Number")]
    {
        let sheet = env.sheet(&format!("company/{table}.csv"));
        secrets.extend(
            sheet.column(column).into_iter().filter(|cell| cell.len() >= 8 && !cell.contains('X')).map(str::to_string),
        );
    }
    assert!(secrets.len() > 300, "{}", secrets.len());
    let digits = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let check = |place: &str, text: &str| {
        if let Some(secret) =
            secrets.iter().find(|secret| text.contains(secret.as_str()) || text.contains(&digits(secret)))
        {
            panic!("{place} holds {secret}");
        }
    };
    // In every text file, and in every column of every table.
    for (name, content) in files(&env.path("output"), &[]) {
        if !name.ends_with(".parquet") {
            check(&name, &String::from_utf8_lossy(&content));
            continue;
        }
        let table = InTable::read_parquet(&env.path(&format!("output/{name}")), None).expect("a table");
        for column in table.names() {
            for cell in table.text(column).into_iter().flatten().flatten() {
                check(&format!("{name} {column}"), &cell);
            }
        }
    }
    // They are there all the same, as keyed hash and last four.
    let claims = InTable::read_parquet(&env.path("output/latest/claims.parquet"), None).expect("claims can be read");
    let (kinds, values) = (claims.text("kind").expect("text"), claims.text("value").expect("text"));
    for kind in ["government_id", "document_number", "account"] {
        let of_kind: Vec<&str> = kinds
            .iter()
            .zip(&values)
            .filter(|(found, _)| found.as_deref() == Some(kind))
            .filter_map(|(_, value)| value.as_deref())
            .collect();
        assert!(of_kind.len() > 50, "{kind}");
        assert!(of_kind.iter().all(|value| value.starts_with("hmac:")), "{kind}");
    }
}

#[test]
fn the_key_file_is_private_and_made_once() {
    let env = TestEnv::new();
    env.generate(600, 9, 1);
    let run = |output: &str| {
        let mut command = env.command(&["run", "-c", "company/samehand.toml", "-o", output, "--quiet"]);
        command.env_remove("SAMEHAND_KEY");
        env.answer(command).exits(0)
    };
    run("output");
    let key = env.read("output/key");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(env.path("output/key")).expect("a key file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    run("output");
    assert_eq!(env.read("output/key"), key);
    run("other");
    assert_ne!(env.read("other/key"), key);
    let run_folder = std::fs::canonicalize(env.path("output/latest")).expect("a run");
    for (name, content) in files(&run_folder, &[]) {
        assert!(!String::from_utf8_lossy(&content).contains(key.trim()), "{name} holds the key");
    }
}

/// Who is one person in a whole run is who is one person in a run that stops there, through the same links.
#[test]
fn a_run_of_personas_alone_finds_what_a_whole_run_finds_and_shows_nothing_above() {
    let env = TestEnv::new();
    env.generate(600, 9, 1);
    let whole = env.run_company(&["--json", "-o", "whole"]).json();
    let only = env.run_company(&["--json", "-o", "only", "--only", "personas"]).json();
    assert_ne!(whole["run_id"], only["run_id"], "one cannot stand for the other");
    assert_eq!(only["only"], "personas");
    let table = |run: &Value, name: &str, columns: &[&str]| -> Vec<Vec<Option<String>>> {
        let path = env.path(run["folder"].as_str().expect("a folder")).join(name);
        let table = InTable::read_parquet(&path, Some(columns)).expect("a table");
        let columns: Vec<_> = columns.iter().map(|column| table.text(column).expect("text")).collect();
        let mut rows: Vec<Vec<_>> =
            (0..table.rows()).map(|row| columns.iter().map(|column| column[row].clone()).collect()).collect();
        rows.sort();
        rows
    };
    let people = table(&only, "members.parquet", &["source", "record_key", "persona_id"]);
    let mut of_whole = table(&whole, "members.parquet", &["source", "record_key", "persona_id"]);
    of_whole.retain(|row| row[2].as_deref() != Some(""));
    assert!(people.len() > 300);
    assert_eq!(people, of_whole);
    let scored = |run: &Value| {
        let mut rows = table(run, "links.parquet", &["rule", "left", "right", "found_by", "contributions"]);
        rows.retain(|row| row[0].as_deref() == Some("same person"));
        rows
    };
    assert!(!scored(&only).is_empty());
    assert_eq!(scored(&only), scored(&whole));
    let names: Vec<String> = crate::support::names(&env.path(only["folder"].as_str().expect("a folder")));
    assert_eq!(names, ["links.parquet", "manifest.json", "members.parquet", "model.json", "rejects.csv"]);
    let refused = env.samehand(&["-o", "only", "show", "whatever"]).exits(2);
    assert!(
        refused.stderr.contains("stopped after personas") && refused.stderr.contains("--only"),
        "{}",
        refused.stderr
    );
    env.samehand(&["-o", "only", "verify"]).exits(0);
}

#[test]
fn a_run_that_needs_more_memory_than_it_may_hold_says_so_and_writes_nothing() {
    let env = TestEnv::new();
    env.generate(600, 9, 1);
    let company = |limit: &str| {
        env.samehand(&["-c", "company/samehand.toml", "run", "--only", "personas", "--memory-limit", limit])
    };
    let refused = company("20MB").exits(2);
    assert!(
        refused.stderr.contains("memory-limit") || refused.stderr.contains("the limit is 20 MB"),
        "{}",
        refused.stderr
    );
    assert!(!env.path("output/latest").exists());
    company("4GB").exits(0);
    let unread = company("lots").exits(2);
    assert!(unread.stderr.contains("800MB"), "{}", unread.stderr);
}

/// So many people that loose blocking rules have to show their worth: names and birth dates of strangers meet by chance, and
/// every tenth person is there twice, half of these with one email and half with one name and a slip in the birth date, so that
/// no rule brings them together but such as can be left out.
fn many_people(env: &TestEnv) -> usize {
    let mut table = String::from("Key,Given,Family,Born,Mail\n");
    let word = |number: usize| -> String {
        let letters = "bcdfghklmnprstvw".as_bytes();
        let syllable = |at: usize| [letters[number >> (4 * at) & 15], b"aeiou"[(number >> (2 * at)) % 5]];
        (0..3).flat_map(syllable).map(char::from).collect()
    };
    let people = 260_000usize;
    for at in 0..people {
        let mixed = at.wrapping_mul(2_654_435_761) >> 7;
        let (given, family) = (word(mixed % 1_009), word(mixed / 1_009 % 4_001));
        let day = 1 + mixed / 600 % 28;
        let born = |day: usize| format!("{}-{:02}-{day:02}", 1950 + mixed % 50, 1 + mixed / 50 % 12);
        writeln!(table, "A{at},{given},{family},{},box{at}@example.com", born(day)).expect("written");
        if at % 10 == 0 {
            let slip = if day % 2 == 1 { day + 1 } else { day - 1 };
            let (born, mail) = match at % 20 {
                0 => (String::new(), format!("box{at}@example.com")),
                _ => (born(slip), String::new()),
            };
            writeln!(table, "B{at},{given},{family},{born},{mail}").expect("written");
        }
    }
    env.write("people.csv", table);
    people / 10
}

#[test]
fn among_many_people_a_rule_that_brings_nothing_is_left_out_and_told_and_a_setting_runs_it() {
    let env = TestEnv::new();
    let twice = many_people(&env);
    let config = |bounds: &str| {
        let source = "[[source]]\nname = \"people\"\nkind = \"person\"\npath = \"people.csv\"\nkey = \"Key\"\n";
        let columns = "given_name = \"Given\"\nfamily_name = \"Family\"\nbirth_date = \"Born\"\nemail = \"Mail\"\n";
        env.write("samehand.toml", format!("{bounds}\n{source}\n[source.columns]\n{columns}"));
    };
    let run = |output: &str| {
        let told = env.samehand(&["-o", output, "run", "--only", "personas", "--json"]).exits(0).json();
        let noted = told["diagnostics"].as_array().expect("diagnostics").iter().find(|d| d["code"] == "rules-left-out");
        let noted = noted.map(|noted| noted["message"].as_str().expect("words").to_string());
        let left_out = env.manifest(output)["rules_left_out"].clone();
        let table = InTable::read_parquet(&env.path(output).join("latest/members.parquet"), None).expect("members");
        let (keys, personas) = (table.text("record_key").expect("keys"), table.text("persona_id").expect("personas"));
        let persona: BTreeMap<String, String> =
            keys.into_iter().flatten().zip(personas.into_iter().flatten()).collect();
        let found =
            (0..twice).filter(|at| persona[&format!("A{}", 10 * at)] == persona[&format!("B{}", 10 * at)]).count();
        let stages = told["stages"].as_array().expect("stages");
        let compared = stages.iter().find(|stage| stage["name"] == "block").expect("blocking")["counts"].clone();
        (noted, left_out, found, compared)
    };
    config("");
    let (noted, left_out, found, compared) = run("output");
    let (noted, left_out) = (noted.expect("it is told"), left_out.as_array().expect("it is kept").clone());
    assert!(!left_out.is_empty() && !left_out.contains(&"same identifier".into()), "{left_out:?}");
    assert!(left_out.iter().all(|rule| noted.contains(rule.as_str().expect("a name"))), "{noted}");
    let check = env.samehand(&["check", "--blocking"]).exits(0);
    assert_eq!(check.stdout.matches("left out: about").count(), left_out.len(), "{check}");

    config("[bounds]\npairs_per_link = 0\n");
    let (noted, left_out, of_all, compared_by_all) = run("all");
    assert_eq!((noted, left_out), (None, Value::Null));
    // Other pairs are compared, and hardly a twin is lost by it.
    assert_ne!(compared, compared_by_all);
    assert!(of_all > twice * 9 / 10 && found + twice / 1_000 >= of_all, "{found} and {of_all} of {twice}");
}
