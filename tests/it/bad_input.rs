//! What people really hand in: broken files, broken configs, a folder that is not writable, an impatient Ctrl-C.
//!
//! Each gets an answer that says what, where and what to do; a bad row costs that row; nothing ever panics (the harness
//! looks for that in every answer).

use crate::support::csv::Sheet;
use crate::support::{Answer, TestEnv, crate_path, files, names};
use samehand::store::table::InTable;

const HEADER: &str = "id,name,email,phone,address\n";

const CONFIG: &str = r#"[[source]]
name = "people"
kind = "person"
path = "people.csv"
key = "id"

[source.columns]
full_name = "name"
email = "email"
phone = "phone"
address = "address"
"#;

const GIVEN: [&str; 12] =
    ["Ada", "Bob", "Cleo", "Dora", "Emil", "Flora", "Gus", "Hilda", "Igor", "June", "Karl", "Lena"];
const FAMILY: [&str; 10] =
    ["Ashford", "Birchley", "Cedarham", "Dunmore", "Elmwood", "Fernby", "Grovestead", "Hazelton", "Ivybrook", "Larkin"];

/// A person whom nobody resembles in phone, email and home.
fn person(i: usize) -> String {
    person_with_phone(i, &format!("({}) 555-{:04}", 201 + i % 700, (i * 7) % 10_000))
}

fn person_with_phone(i: usize, phone: &str) -> String {
    // Numbers that share no digit pattern with their neighbours, so that no two values are near each other.
    let mixed = (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    let (given, family) = (GIVEN[i % 12], FAMILY[(i / 12) % 10]);
    let home = format!("{} {} Street, Springfield, IL 62704", 1 + mixed % 9973, FAMILY[(mixed % 10) as usize]);
    format!("{i},{given} {family},u{mixed:07x}q{i}@example.org,{phone},\"{home}\"\n")
}

fn with_people(table: impl AsRef<[u8]>) -> TestEnv {
    let env = TestEnv::new();
    env.write("people.csv", table);
    env.write("samehand.toml", CONFIG);
    env
}

/// Asserts that a table is refused by `run`, `check` and `init` alike, and that nothing looks like a run.
#[track_caller]
fn check_refused(table: impl AsRef<[u8]>, words: &[&str]) {
    let env = with_people(table);
    for args in [&["check"][..], &["run"], &["init", "people.csv", "-c", "new.toml"]] {
        let answer = env.samehand(args).refuses("people.csv");
        for words in words {
            assert!(answer.stderr.contains(words), "stderr lacks {words:?}\n{answer}");
        }
    }
    assert!(!env.path("new.toml").exists());
    assert_no_run(&env);
}

#[track_caller]
fn assert_no_run(env: &TestEnv) {
    assert_eq!(names(&env.path("output/runs")), [""; 0]);
    assert!(env.path("output/latest").symlink_metadata().is_err());
    env.samehand(&["show", "1"]).refuses("no finished run");
}

/// Runs a table and gives the rows of rejects.csv: row, column, what was left out, reason.
#[track_caller]
fn rejects(table: impl AsRef<[u8]>) -> (TestEnv, Vec<[String; 4]>) {
    let env = with_people(table);
    env.samehand(&["run"]).exits(0);
    let sheet = env.sheet("output/latest/rejects.csv");
    assert_eq!(sheet.header, ["source", "file", "row", "column", "value", "left_out", "reason"]);
    assert!(sheet.column("source").iter().all(|source| *source == "people"));
    assert!(sheet.column("file").iter().all(|file| *file == "people.csv"));
    let rejects = sheet.rows.iter().map(|row| [&row[2], &row[3], &row[5], &row[6]].map(String::clone)).collect();
    (env, rejects)
}

#[test]
fn an_empty_file_is_refused() {
    check_refused("", &["empty file", "check that the export is complete"]);
}

#[test]
fn a_picture_is_no_table() {
    let png: Vec<u8> = b"\x89PNG\r\n\x1a\n".iter().copied().chain((0..=255).cycle().take(5000)).collect();
    check_refused(png, &["PNG", "export the table as CSV"]);
    check_refused([0u8, 159, 146, 150, 0, 1, 2, 3].repeat(500), &["export"]);
}

#[test]
fn a_parquet_file_that_was_cut_off_is_told() {
    let whole = std::fs::read(crate_path("tests/data/ingest/kinds.parquet")).expect("the fixture is there");
    let env = TestEnv::new();
    for length in [4, 12, whole.len() / 2, whole.len() - 1] {
        env.write("people.parquet", &whole[..length]);
        env.samehand(&["init", "people.parquet"]).refuses("people.parquet");
    }
    env.write("people.parquet", &whole);
    env.samehand(&["init", "people.parquet"]).exits(0);
}

#[test]
fn a_header_without_rows_is_an_empty_run_with_a_warning() {
    let (env, rejects) = rejects(HEADER);
    assert!(rejects.is_empty());
    assert!(env.members("output").0.is_empty());
    env.samehand(&["run"]).exits(0).says("warning: people.csv: a header but no rows").prints("0 rings");
    env.samehand(&["show", "1"]).refuses("nothing in this run");
}

#[test]
fn an_unknown_delimiter_is_told_by_the_columns_that_are_there() {
    let table = format!("{HEADER}{}{}", person(1), person(2)).replace(',', "~");
    let env = with_people(table);
    env.samehand(&["run"])
        .refuses("column `id` is not in `people.csv`")
        .says("its columns are `id~name~email~phone~address`");
    assert_no_run(&env);
    // The look-alike: delimiters that exports use are found without being told.
    for delimiter in [';', '\t', '|'] {
        let sheet = Sheet::parse(&format!("{HEADER}{}{}", person(1), person(2)));
        let (env, rejects) = rejects(sheet.delimited(delimiter));
        assert_eq!((env.members("output").0.len(), rejects.len()), (2, 0), "{delimiter:?}");
    }
}

#[test]
fn ragged_rows_cost_those_rows() {
    let table = format!("{HEADER}{}2,short\n3,a,b,c,d,e,f,g\n{}", person(1), person(4));
    let (env, rejects) = rejects(table);
    let expected = [("2", "2 cells where the header has 5"), ("3", "8 cells where the header has 5")];
    assert_eq!(rejects, expected.map(|(row, reason)| [row, "", "row", reason].map(String::from)));
    assert_eq!(env.members("output").keys("people", |_| true), ["1", "4"]);
    assert_eq!(env.manifest("output")["inputs"][0]["rejected"], 2);
    env.samehand(&["run"]).exits(0).prints("2 rows or cells rejected (rejects.csv)");
}

#[test]
fn a_cell_of_three_megabytes_costs_its_row() {
    let giant = format!("2,Bob {},bob@example.org,202 555 0123,1 Main St\n", "x".repeat(3_000_000));
    let (env, rejects) = rejects(format!("{HEADER}{}{giant}{}", person(1), person(3)));
    assert_eq!(rejects.len(), 1);
    assert!(rejects[0][0] == "2" && rejects[0][3].contains("over 1 MiB"), "{rejects:?}");
    assert_eq!(env.members("output").keys("people", |_| true), ["1", "3"]);
    assert!(env.read("output/latest/rejects.csv").len() < 2_000, "a reject shows the beginning of a value only");
}

#[test]
fn a_quote_that_is_never_closed_costs_what_follows_and_says_so() {
    let (env, rejects) = rejects(format!("{HEADER}{}2,\"Bob,b@example.org,1,2\n{}", person(1), person(3)));
    assert!(
        rejects.iter().any(|[row, _, left_out, reason]| row == "2" && left_out == "row" && !reason.is_empty()),
        "{rejects:?}"
    );
    assert!(env.members("output").keys("people", |_| true).contains(&"1"));
}

#[test]
fn nul_bytes_cost_their_row() {
    let (env, rejects) =
        rejects(format!("{HEADER}{}2,Bo\0b Ray,b\0b@example.org,202 555 0123,1 Main St\n{}", person(1), person(3)));
    assert_eq!(rejects, [["2", "", "row", "a NUL character in cell 2"].map(String::from)]);
    assert_eq!(env.members("output").keys("people", |_| true), ["1", "3"]);
    assert!(!env.read("output/latest/rejects.csv").contains('\0'));
}

#[test]
fn a_key_that_comes_twice_counts_once() {
    let (env, rejects) = rejects(format!("{HEADER}{}{}{}", person(1), person(2), person(1)));
    assert_eq!(rejects, [["3", "", "row", "the key was seen before, in people.csv row 1"].map(String::from)]);
    assert_eq!(env.members("output").keys("people", |_| true), ["1", "2"]);
    env.samehand(&["run"]).exits(0).says("an earlier row has the same key").says("name them all: key =");
}

#[test]
fn a_reference_that_leads_nowhere_is_rejected_and_the_row_stays() {
    let env = TestEnv::new();
    env.write("people.csv", format!("{HEADER}{}{}", person(1), person(2)));
    env.write("devices.csv", "tag,serial,holder\nD1,SN-88231-A,1\nD2,SN-51177-B,999\n");
    let devices = "[[source]]\nname = \"devices\"\nkind = \"device\"\npath = \"devices.csv\"\nkey = \"tag\"\n\
                   [source.columns]\nserial_number = \"serial\"\n[source.references]\nperson = \"holder\"\n";
    env.write("samehand.toml", format!("{CONFIG}\n{devices}"));
    env.samehand(&["run"]).exits(0).says("warning: source \"devices\": column \"holder\"").says("\"999\"");
    let rejects = env.sheet("output/latest/rejects.csv");
    assert_eq!(rejects.rows.len(), 1);
    assert_eq!(rejects.rows[0][2..], ["2", "holder", "999", "cell", "no person has the key \"999\""]);
    let members = env.members("output");
    assert_eq!(members.get("devices", "D1").persona, members.get("people", "1").persona);
    assert_eq!(members.get("devices", "D2").persona, "", "an asset without owner belongs to nobody");
}

#[test]
fn a_phone_that_everybody_has_is_a_hub_and_no_ring() {
    let phone = "(202) 555-0100";
    let table: String = (0..50_000).map(|i| person_with_phone(i, phone)).collect();
    let env = with_people(format!("{HEADER}{table}"));
    let run = env.samehand(&["run", "--json"]).exits(0).json();
    assert_eq!(run["rings"].as_array().map(Vec::len), Some(0), "nobody is tied to anybody by a switchboard");
    let hubs = InTable::read_parquet(&env.path("output/latest/hubs.parquet"), None).expect("hubs can be read");
    let (values, holders) = (hubs.text("value").expect("text"), hubs.u64("holders").expect("numbers"));
    let of_phone =
        values.iter().position(|value| value.as_deref() == Some("+12025550100")).expect("the phone is a hub");
    assert!(holders[of_phone] > 40_000, "{}", holders[of_phone]);
    // What was bounded is said.
    let codes: Vec<&str> =
        run["diagnostics"].as_array().expect("a list").iter().filter_map(|note| note["code"].as_str()).collect();
    assert!(codes.contains(&"value-holders-bound"), "{codes:?}");
}

#[test]
fn rows_that_are_all_the_same_are_one_person() {
    let same: String = (0..300).map(|i| person(7).replacen("7,", &format!("k{i},"), 1)).collect();
    let env = with_people(format!("{HEADER}{same}"));
    env.samehand(&["run"]).exits(0).prints("0 rings");
    let members = env.members("output");
    assert_eq!(members.0.len(), 300);
    let personas: std::collections::BTreeSet<_> = members.0.values().map(|member| &member.persona).collect();
    assert_eq!(personas.len(), 1, "name, email, phone and home agree in every row");
}

#[test]
fn someone_who_applies_again_and_again_stays_one_person() {
    let others: String = (0..2_000).map(person).collect();
    let again: String = (0..300)
        .map(|i| {
            format!("again{i},Zoe Quillfeather,zoe@example.org,(303) 555-0123,\"77 Odd Street, Boulder, CO 80301\"\n")
        })
        .collect();
    let env = with_people(format!("{HEADER}{others}{again}"));
    env.samehand(&["run"]).exits(0);
    let members = env.members("output");
    let personas: std::collections::BTreeSet<_> =
        members.0.iter().filter(|((_, key), _)| key.starts_with("again")).map(|(_, member)| &member.persona).collect();
    assert_eq!(personas.len(), 1, "300 applications with one name, email, phone and home");
}

#[test]
fn a_file_that_is_not_there_is_told_with_its_neighbour() {
    let env = with_people(HEADER);
    env.write("samehand.toml", CONFIG.replace("people.csv", "peple.csv"));
    for command in ["run", "check"] {
        env.samehand(&[command]).refuses("there is no file `peple.csv`").says("did you mean `people.csv`?");
    }
    env.samehand(&["init", "peple.csv", "-c", "new.toml"]).refuses("peple.csv");
    env.samehand(&["run", "-c", "nowhere.toml"])
        .refuses("nowhere.toml: there is no such config file")
        .says("samehand init");
    assert_no_run(&env);
}

#[test]
fn an_output_folder_that_cannot_be_written_to_is_told_before_the_work() {
    let env = with_people(format!("{HEADER}{}", person(1)));
    env.write("file", "in the way");
    env.write("half/runs", "in the way");
    env.write("link/latest/x", "in the way");
    for output in ["file", "half", "link"] {
        env.samehand(&["run", "-o", output]).refuses("in the way").says("choose another output folder with -o");
    }
    env.samehand(&["run", "-o", "file/deeper"]).refuses("Not a directory");
    assert_eq!(env.read("file"), "in the way");
}

#[test]
fn a_config_with_one_wrong_word_is_told_with_the_right_one() {
    let check = |from: &str, to: &str, line: &str, message: &str, hint: &str| {
        let env = with_people(format!("{HEADER}{}", person(1)));
        env.write("samehand.toml", CONFIG.replacen(from, to, 1));
        let answer = env.samehand(&["run"]).refuses(&format!("samehand.toml:{line}: {message}")).says(hint);
        assert_eq!(answer.stderr.matches("error: ").count(), 1, "one fault, one error\n{answer}");
        assert_no_run(&env);
    };
    check("key =", "kee =", "5", "unknown key `kee`", "did you mean `key`?");
    check("\"person\"", "\"persn\"", "3", "unknown kind `persn`", "did you mean `person`?");
    check("email = ", "emial = ", "9", "unknown field `emial`", "did you mean `email`?");
    check("= \"phone\"", "= \"fone\"", "10", "phone: column `fone` is not in `people.csv`", "did you mean `phone`?");
    check("name = \"people\"", "name = \"people", "2", "not valid TOML", "quotes");
    check(
        "[[source]]",
        "[thresholds]\nring_bitz = 1\n\n[[source]]",
        "2",
        "unknown key `thresholds.ring_bitz`",
        "ring_bits",
    );
}

#[test]
fn two_sources_of_one_name_are_refused() {
    let env = with_people(format!("{HEADER}{}", person(1)));
    env.write("samehand.toml", format!("{CONFIG}\n{CONFIG}"));
    env.samehand(&["run"]).refuses("samehand.toml:14: two sources are called `people`; the first is on line 2");
}

#[test]
fn several_faults_are_all_told_at_once() {
    let env = with_people(format!("{HEADER}{}", person(1)));
    let config = CONFIG
        .replace("\"person\"", "\"persn\"")
        .replace("email = \"email\"", "emial = \"email\"")
        .replace("= \"phone\"", "= \"fone\"");
    env.write(
        "samehand.toml",
        format!(
            "{config}\n[hubs]\nown_offices = \"missing.csv\"\n\n[thresholds]\nring_bitz = 1\npersona_probability = 7\n"
        ),
    );
    let answer = env.samehand(&["run"]).refuses("persn");
    let faults = ["`persn`", "`emial`", "`fone`", "missing.csv", "ring_bitz", "persona_probability"];
    let places: Vec<Option<usize>> = faults.iter().map(|fault| answer.stderr.find(fault)).collect();
    assert!(places.iter().all(Option::is_some), "{places:?}\n{answer}");
    assert!(places.is_sorted(), "in the order of the file\n{answer}");
}

#[test]
fn broken_files_of_several_sources_are_all_told_at_once() {
    let env = TestEnv::new();
    let source =
        |name: &str| CONFIG.replace("\"people\"", &format!("\"{name}\"")).replace("people.csv", &format!("{name}.csv"));
    env.write("one.csv", "");
    env.write("three.csv", b"\x89PNG\r\n\x1a\n0000000000000000");
    env.write("samehand.toml", ["one", "two", "three"].map(source).join("\n"));
    let answer = env.samehand(&["run"]).refuses("one.csv: empty file").says("there is no file `two.csv`").says("PNG");
    assert_eq!(answer.stderr.matches("error: ").count(), 3, "{answer}");
}

#[test]
fn refused_attributes_are_dropped_and_named() {
    let env = TestEnv::new();
    let secret = ["Qzvlandish", "Wxfemale"];
    let row = person(1);
    env.write(
        "people.csv",
        format!("id,name,email,phone,address,Nationality,Gender\n{},{},{}\n", row.trim_end(), secret[0], secret[1]),
    );
    env.write("samehand.toml", format!("{CONFIG}country = \"Nationality\"\n"));
    env.samehand(&["run"])
        .exits(0)
        .says("country: column `Nationality` names nationality and is dropped")
        .says("dropped at load: `Gender`");
    let refused = env.manifest("output")["refused_columns"].clone();
    let columns: Vec<&str> =
        refused.as_array().expect("a list").iter().filter_map(|one| one["column"].as_str()).collect();
    assert_eq!(columns, ["Nationality", "Gender"], "{refused}");
    // Not a word of them is anywhere in the run; what stands beside them is.
    let claims = InTable::read_parquet(&env.path("output/latest/claims.parquet"), None).expect("claims can be read");
    let raw: Vec<String> = claims.text("raw").expect("text").into_iter().flatten().collect();
    assert!(raw.iter().any(|cell| cell.contains("@example.org")), "{raw:?}");
    assert!(!raw.iter().any(|cell| secret.iter().any(|secret| cell.contains(secret))), "{raw:?}");
    for (name, content) in files(&env.path("output"), &[]) {
        let text = String::from_utf8_lossy(&content).into_owned();
        assert!(!secret.iter().any(|secret| text.contains(secret)), "{name}");
    }
}

#[test]
fn a_damaged_run_folder_is_told() {
    let env = TestEnv::with_run();
    let run = std::fs::canonicalize(env.path("output/latest")).expect("a run");
    std::fs::write(run.join("claims.parquet"), b"PAR1 not really PAR1").expect("it can be damaged");
    env.samehand(&["show", "1"]).refuses("claims.parquet");
    std::fs::write(run.join("manifest.json"), "{").expect("it can be damaged");
    env.samehand(&["show", "1"]).refuses("manifest.json");
    // A damaged run is no finished one: the next run makes it anew.
    let again = env.run_company(&["--json"]).json();
    assert_eq!(again["existed"], false);
    env.samehand(&["show", "1"]).exits(0).prints("ring R-");
}

#[cfg(unix)]
mod killed {
    use super::*;
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Child, Command, Stdio};
    use std::time::{Duration, Instant};

    /// A run of a larger company that was started and not awaited.
    fn started(env: &TestEnv, more: &[&str]) -> Child {
        let mut command = env.command(&[&["run", "-c", "company/samehand.toml"], more].concat());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts")
    }

    fn signal(child: &Child, signal: &str) {
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill can be called");
        assert!(sent.success(), "the run had ended before it was interrupted: make the company larger");
    }

    fn ended(env: &TestEnv, child: Child) -> Answer {
        env.rewritten("run (interrupted)".into(), child.wait_with_output().expect("it ends"))
    }

    /// Waits until the run writes its temporary folder.
    fn await_writing(env: &TestEnv) {
        let start = Instant::now();
        while !names(&env.path("output/runs")).iter().any(|name| name.starts_with(".tmp-")) {
            assert!(start.elapsed() < Duration::from_secs(100), "the run never began to write");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn an_interrupted_run_leaves_nothing_that_looks_like_one() {
        let env = TestEnv::new();
        env.generate(12_000, 100, 5);

        // In the middle of the work: the first stage has told its line, the others have not.
        let mut child = started(&env, &[]);
        let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut told = String::new();
        while !told.contains("ingest") {
            assert!(stderr.read_line(&mut told).expect("text") > 0, "{told}");
        }
        signal(&child, "-INT");
        stderr.read_to_string(&mut told).expect("text");
        let answer = ended(&env, child).exits(130);
        assert_eq!(answer.stdout, "");
        assert!(told.contains("interrupted; nothing was published") && !told.contains("panicked"), "{told}");
        assert!(!told.contains("write tables"), "it was interrupted before: {told}");
        assert_no_run(&env);

        // While the run folder is written.
        for name in ["-INT", "-TERM"] {
            let child = started(&env, &["--quiet"]);
            await_writing(&env);
            signal(&child, name);
            let answer = ended(&env, child).exits(130).says("interrupted; nothing was published");
            assert_eq!(answer.stdout, "");
            assert_no_run(&env);
        }

        // Killed outright: what is left is not taken for a run, and the next run cleans up.
        let child = started(&env, &["--quiet"]);
        await_writing(&env);
        signal(&child, "-KILL");
        child.wait_with_output().expect("it ends");
        assert!(names(&env.path("output/runs")).iter().all(|name| name.starts_with(".tmp-")));
        env.samehand(&["show", "1"]).refuses("no finished run");
        let run = env.run_company(&["--json"]).json();
        let notes = run["diagnostics"].as_array().expect("a list");
        assert!(notes.iter().any(|note| note["code"] == "unfinished-run"), "{notes:?}");
        assert_eq!(names(&env.path("output/runs")), [run["run_id"].as_str().expect("an id")]);
    }

    #[test]
    fn two_runs_into_one_folder_are_kept_apart() {
        let env = TestEnv::new();
        env.generate(12_000, 100, 6);
        let mut child = started(&env, &[]);
        let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut told = String::new();
        while !told.contains("ingest") {
            assert!(stderr.read_line(&mut told).expect("text") > 0, "{told}");
        }
        env.samehand(&["run", "-c", "company/samehand.toml"])
            .refuses("another run")
            .says("choose another output folder");
        signal(&child, "-INT");
        drop(stderr);
        ended(&env, child).exits(130);
    }
}
