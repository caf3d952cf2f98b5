//! `packet`: the form's order and counts, each line traced to a cell of the input, neutral words, the same bytes twice.

use crate::support::csv::Sheet;
use crate::support::tools::program;
use crate::support::{TestEnv, files};
use std::collections::BTreeMap;
use std::process::Command;

/// Words that no packet may use of anyone.
const NEVER: &[&str] = &[
    "fraudster",
    "criminal",
    "guilty",
    "north korea",
    "reject",
    "is a dprk",
    "perpetrator",
    "suspect",
    "culprit",
    "offender",
];

/// A run with a packet about its first ring in the folder `packet`.
fn with_packet() -> TestEnv {
    let env = TestEnv::with_run();
    env.samehand(&["packet", "1", "--to", "packet"]).exits(0).says("it shows everything");
    env
}

/// The input files of the company by name.
fn inputs(env: &TestEnv) -> BTreeMap<String, Sheet> {
    let all = files(&env.path("company"), &[]);
    let tables = all.into_iter().filter(|(name, _)| name.ends_with(".csv") && !name.contains('/'));
    tables.map(|(name, bytes)| (name, Sheet::parse(&String::from_utf8(bytes).expect("UTF-8")))).collect()
}

/// The cells that a text like `applicants.csv row 4 [City + State]` names.
fn cells<'a>(inputs: &'a BTreeMap<String, Sheet>, place: &str) -> Vec<&'a str> {
    let (file, rest) = place.split_once(" row ").unwrap_or_else(|| panic!("no place: {place}"));
    let (row, columns) = rest.split_once(" [").unwrap_or_else(|| panic!("no columns: {place}"));
    let sheet = inputs.get(file).unwrap_or_else(|| panic!("no file {file}: {place}"));
    let row: usize = row.parse().unwrap_or_else(|_| panic!("no row: {place}"));
    let row = sheet.rows.get(row - 1).unwrap_or_else(|| panic!("no such row: {place}"));
    columns.trim_end_matches(']').split(" + ").map(|column| row[sheet.at(column)].as_str()).collect()
}

/// As a table shows a cell: without the sign that keeps a spreadsheet from reading a formula.
fn plain(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(cell)
}

fn digits(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_lowercase()
}

#[test]
fn every_row_is_in_the_input_and_holds_what_is_said() {
    let env = with_packet();
    let inputs = inputs(&env);
    let rows = env.sheet("packet/evidence/rows.csv");
    let at = |name: &str| rows.at(name);
    let (mut open, mut masked) = (0, 0);
    for row in &rows.rows {
        let place = format!("{} row {} [{}]", row[at("file")], row[at("row")], row[at("columns")]);
        let there = cells(&inputs, &place);
        let said: Vec<&str> = plain(&row[at("as_delivered")]).split(" | ").collect();
        assert_eq!(there.len(), said.len(), "{place}: {there:?} {said:?}");
        for (there, said) in there.into_iter().zip(said) {
            match said.strip_prefix("***") {
                Some(last) => {
                    // Of a sensitive number the last four characters stand here, and where it stands in full.
                    assert!(digits(there).ends_with(&digits(last)) && last.len() <= 4, "{place}: {there} {said}");
                    assert_eq!(row[at("full_number_at")], place);
                    masked += 1;
                }
                None => {
                    let start: String = there.trim().chars().take(said.chars().count()).collect();
                    assert_eq!(start, said, "{place}");
                    open += 1;
                }
            }
        }
    }
    assert!(open > 50 && masked > 3, "{open} open and {masked} masked cells");
}

#[test]
fn every_cited_cell_exists_and_every_exhibit_is_listed() {
    let env = with_packet();
    let inputs = inputs(&env);
    let exhibits: Vec<String> =
        env.sheet("packet/evidence/rows.csv").column("exhibit").into_iter().map(str::to_string).collect();
    let mut cited = 0;
    for (table, column) in
        [("indicators", "source_cells"), ("subjects", "source_cells"), ("transactions", "full_number_at")]
    {
        let sheet = env.sheet(&format!("packet/{table}.csv"));
        for (place, row) in sheet.column(column).into_iter().zip(&sheet.rows) {
            for place in place.split("; ").filter(|place| !place.is_empty() && !place.starts_with("and ")) {
                assert!(cells(&inputs, place).iter().any(|cell| !cell.is_empty()), "{table}: {place} is empty");
                cited += 1;
            }
            for number in row[sheet.at("exhibits")].split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()) {
                let more = row[sheet.at("exhibits")].contains(&format!("and {number} more"));
                assert!(more || exhibits.iter().any(|exhibit| exhibit == number), "{table}: no exhibit {number}");
            }
        }
    }
    assert!(cited > 40, "{cited}");
    // A phone that two members carry stands in the cells of both.
    let indicators = env.sheet("packet/indicators.csv");
    let phones = indicators.rows.iter().filter(|row| row[indicators.at("kind")] == "phone");
    for phone in phones {
        for place in phone[indicators.at("source_cells")].split("; ").filter(|place| !place.starts_with("and ")) {
            let number = digits(&phone[indicators.at("value")]);
            let found = cells(&inputs, place).iter().any(|cell| digits(cell).ends_with(&number[number.len() - 7..]));
            assert!(found, "{number} in {place}");
        }
    }
}

#[test]
fn the_form_has_the_order_of_the_form_and_counts_its_fields() {
    let env = with_packet();
    let form: serde_json::Value = serde_json::from_str(&env.read("packet/ic3-form.json")).expect("JSON");
    let sections = form["sections"].as_array().expect("sections");
    let headings: Vec<&str> = sections.iter().map(|section| section["heading"].as_str().expect("a heading")).collect();
    assert_eq!(
        headings,
        [
            "Victim Information",
            "Financial Transaction(s)",
            "Description of Incident",
            "Which of the following were used in this incident",
            "Information About The Subject(s) Who Victimized You",
            "Other Information",
            "Who Filed the Complaint",
            "Privacy Act Statement",
        ]
    );
    let text = env.read("packet/ic3-form.txt");
    let mut after = 0;
    for (at, heading) in headings.iter().enumerate() {
        let found =
            text[after..].find(&format!("\n{}. {heading}\n", at + 1)).unwrap_or_else(|| panic!("{heading} in order"));
        after += found;
    }
    let blocks = sections.iter().flat_map(|section| section["blocks"].as_array().expect("blocks"));
    let fields: Vec<&serde_json::Value> =
        blocks.flat_map(|block| block["fields"].as_array().expect("fields")).collect();
    for field in &fields {
        let value = field["value"].as_str().expect("a text");
        let count = value.encode_utf16().count() + value.matches('\n').count();
        assert_eq!(field["characters"].as_u64(), Some(count as u64), "{field}");
        if let Some(limit) = field["limit"].as_u64() {
            assert!(count as u64 <= limit, "{field}");
        }
        assert!(text.contains(&format!("\n{} [{count}", field["label"].as_str().expect("a label"))), "{field}");
    }
    // Nobody told who files: these fields are empty and not guessed.
    for section in [0, 5, 6] {
        let fields = sections[section]["blocks"][0]["fields"].as_array().expect("fields");
        assert!(!fields.is_empty() && fields.iter().all(|field| field["value"] == ""), "{fields:?}");
    }
    let subjects = sections[4]["blocks"].as_array().expect("subjects");
    assert_eq!(subjects.len(), env.sheet("packet/subjects.csv").rows.len());
}

#[test]
fn the_narrative_is_as_long_as_it_may_be_and_facts_stand_apart() {
    let env = with_packet();
    let ring = env.members("output").rings()[0].to_string();
    for limit in [1000usize, 1500, 3500] {
        let to = format!("packet-{limit}");
        let limit_text = limit.to_string();
        env.samehand(&["packet", &ring, "--to", &to, "--narrative-limit", &limit_text]).exits(0);
        let form: serde_json::Value = serde_json::from_str(&env.read(&format!("{to}/ic3-form.json"))).expect("JSON");
        let fields = &form["sections"][2]["blocks"][0]["fields"];
        let (short, long) = (fields[0]["value"].as_str().expect("short"), fields[1]["value"].as_str().expect("long"));
        assert!(short.encode_utf16().count() + short.matches('\n').count() <= limit, "{short}");
        assert!(long.contains("FACTS THAT THE RECORDS HOLD") && long.contains("WHAT IS INFERRED"), "{long}");
        if short != long {
            assert!(short.contains("in the long version only"), "{short}");
        }
        assert!(long.ends_with("links are shared attributes, not proof of identity."), "{long}");
    }
    env.samehand(&["packet", "1", "--to", "x", "--narrative-limit", "20"]).exits(2).says("20");
}

#[test]
fn words_are_neutral_in_every_file() {
    let env = with_packet();
    for (name, bytes) in files(&env.path("packet"), &[]) {
        // The run's manifest is a copy, and its entry "rejected" counts rows. Of a PDF the text is read below: the format
        // itself has a key `/Suspects`.
        if name == "evidence/run-manifest.json" || name.ends_with(".pdf") {
            continue;
        }
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        // What the input itself says is evidence and stays as it is.
        let own = if name == "evidence/rows.csv" { String::new() } else { text };
        let used: Vec<&&str> = NEVER.iter().filter(|word| own.contains(**word)).collect();
        assert!(used.is_empty(), "{name}: {used:?}");
    }
    let Some(pdftotext) = program(&["pdftotext"], "words_are_neutral_in_every_file (PDF)", "pdftotext (poppler-utils)")
    else {
        return;
    };
    let output = Command::new(pdftotext).arg(env.path("packet/case-report.pdf")).arg("-").output().expect("runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let lower = text.to_lowercase();
    let used: Vec<&&str> = NEVER.iter().filter(|word| lower.contains(**word)).collect();
    assert!(used.is_empty(), "{used:?} in\n{text}");
    // The pages have what they must have, and every page its number.
    for words in [
        "Findings",
        "Innocent reading",
        "What speaks against it",
        "Roles as hypotheses",
        "Exhibit 1",
        "Timeline",
        "redaction: full",
    ] {
        assert!(text.contains(words), "{words}");
    }
    let pages = text.matches('\u{c}').count();
    assert!(pages >= 4, "{pages} pages");
    for page in 1..=pages {
        assert!(text.contains(&format!("page {page} of {pages}")), "page {page} of {pages}");
    }
    let persona = env.sheet("packet/subjects.csv").column("persona")[0].to_string();
    assert!(text.replace('\u{200b}', "").contains(&persona), "{persona}");
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let env = with_packet();
    env.samehand(&["packet", "1", "--to", "one-thread", "--threads", "1"]).exits(0);
    let (first, second) = (files(&env.path("packet"), &[]), files(&env.path("one-thread"), &[]));
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    for (name, bytes) in &first {
        assert!(second.get(name) == Some(bytes), "{name} differs");
    }
    for to in ["a.zip", "b.zip"] {
        let threads = if to == "a.zip" { "1" } else { "2" };
        env.samehand(&["packet", "1", "--to", to, "--threads", threads]).exits(0);
    }
    assert!(std::fs::read(env.path("a.zip")).expect("read") == std::fs::read(env.path("b.zip")).expect("read"));
    if let Some(sha256sum) = program(&["sha256sum"], "the_same_inputs_give_the_same_bytes (sha256sum)", "sha256sum") {
        let status =
            Command::new(sha256sum).args(["-c", "--quiet", "MANIFEST.sha256"]).current_dir(env.path("packet")).status();
        assert!(status.expect("runs").success());
    }
}

#[test]
fn facts_are_printed_as_they_are_told_and_wrong_ones_are_all_named() {
    let env = TestEnv::with_run();
    let template = env.samehand(&["packet", "--facts-template"]).exits(0).stdout;
    assert!(template.contains("[[transaction]]") && template.contains("[victim]"));
    env.write("empty.toml", &template);
    env.samehand(&["packet", "1", "--facts", "empty.toml", "--to", "empty"]).exits(0).says("are empty");
    env.write(
        "facts.toml",
        "[victim]\nbusiness = \"Harbor Example LLC\"\nphone = \"202-555-0199\"\n\
         [[transaction]]\namount = \"4200.00\"\ndate = 2026-01-31\nrecipient_account = \"000123456789\"\n\
         [[export]]\nsource = \"applicants\"\nsystem = \"Example ATS\"\n",
    );
    env.samehand(&["packet", "1", "--facts", "facts.toml", "--to", "told"]).exits(0);
    let form = env.read("told/ic3-form.txt");
    for told in [
        "\nHarbor Example LLC\n",
        "\n4200.00\n",
        "\n000123456789\n",
        "\n2026-01-31\n",
        "Records of Harbor Example LLC hold",
    ] {
        assert!(form.contains(told), "{told}");
    }
    let sources = env.sheet("told/evidence/sources.csv");
    assert_eq!(sources.cell("source", "applicants", "exported_from"), "Example ATS");
    assert_eq!(sources.cell("source", "employees", "exported_from"), "");
    // Others see none of it.
    env.samehand(&["packet", "1", "--facts", "facts.toml", "--to", "others", "--redact", "external"]).exits(0);
    for (name, bytes) in files(&env.path("others"), &[]) {
        assert!(!String::from_utf8_lossy(&bytes).contains("Harbor"), "{name}");
    }

    env.write("wrong.toml", "[victim]\nbusines = \"x\"\n[[transaction]]\namout = 1\n[who]\n");
    let answer = env.samehand(&["packet", "1", "--facts", "wrong.toml"]).exits(2);
    answer.says("\"busines\"").says("\"amout\"").says("\"who\"").says("--facts-template");
    assert!(!env.path("packet-").exists());
}

#[test]
fn nothing_is_written_over_and_what_is_no_case_is_told() {
    let env = TestEnv::with_run();
    let members = env.members("output");
    let ring = members.rings()[0].to_string();
    env.samehand(&["packet", &ring]).exits(0).prints(&format!("packet-{ring}"));
    env.samehand(&["packet", &ring]).refuses("is in the way").says("--overwrite");
    env.samehand(&["packet", &ring, "--overwrite"]).exits(0);
    env.write(&format!("packet-{ring}/mine.txt"), "mine");
    env.samehand(&["packet", &ring, "--overwrite"]).refuses("mine.txt");
    assert_eq!(env.read(&format!("packet-{ring}/mine.txt")), "mine");
    env.samehand(&["packet", &ring, "--to", "company", "--overwrite"]).refuses("is in the way");

    // Anything in the ring is the ring; somebody in none is told.
    let key = members.keys("applicants", |member| member.ring == ring)[0];
    env.samehand(&["packet", key, "--to", "by-key"]).exits(0);
    assert_eq!(env.read("by-key/packet.json"), env.read(&format!("packet-{ring}/packet.json")));
    let background = members.keys("applicants", |member| member.ring.is_empty())[0];
    env.samehand(&["packet", background]).refuses("in no ring and no case");
    env.samehand(&["packet", "R-0000000000"]).refuses("nothing in this run");
}

#[test]
fn a_packet_for_others_names_nobody() {
    let env = TestEnv::with_run();
    let members = env.members("output");
    let ring = members.rings()[0].to_string();
    let applicants = env.sheet("company/applicants.csv");
    let keys = members.keys("applicants", |member| member.ring == ring);
    let mut secrets: Vec<String> = keys.iter().map(|key| key.to_string()).collect();
    for key in &keys {
        for column in ["Candidate Name", "Email", "Phone", "Client IP"] {
            secrets.push(applicants.cell("Application ID", key, column).to_string());
        }
        secrets.push(members.get("applicants", key).persona.clone());
    }
    secrets.extend(["applicants.csv", "employees.csv", "Candidate Name", "Home Phone"].map(str::to_string));
    secrets.retain(|secret| secret.len() > 4);
    let leaked = |folder: &str| {
        let all = files(&env.path(folder), &[]);
        let mut texts: Vec<(String, String)> =
            all.into_iter().map(|(name, bytes)| (name, String::from_utf8_lossy(&bytes).into_owned())).collect();
        if let Some(pdftotext) =
            program(&["pdftotext"], "a_packet_for_others_names_nobody (PDF)", "pdftotext (poppler-utils)")
        {
            let output = Command::new(pdftotext).arg(env.path(&format!("{folder}/case-report.pdf"))).arg("-").output();
            let text = String::from_utf8_lossy(&output.expect("runs").stdout).replace(['\u{200b}', '\n'], "");
            texts.push(("text of case-report.pdf".to_string(), text));
        }
        let found = texts.iter().flat_map(|(name, text)| {
            secrets
                .iter()
                .filter(|secret| text.contains(secret.as_str()))
                .map(move |secret| format!("{secret} in {name}"))
        });
        found.collect::<Vec<String>>()
    };
    for mode in ["external", "structure"] {
        env.samehand(&["packet", &ring, "--redact", mode, "--to", mode]).exits(0);
        assert_eq!(leaked(mode), Vec::<String>::new());
        env.samehand(&["verify", mode]).exits(0);
    }
    // The look-alike that shows the search is a search.
    env.samehand(&["packet", &ring, "--to", "full"]).exits(0);
    assert!(leaked("full").len() > 20);
}

#[test]
fn what_was_paid_stands_among_the_transactions_with_amount_day_and_row() {
    let env = TestEnv::new();
    env.generate(600, 9, 1);
    // Pay as a payroll service exports it: to the account of an election, on a day, in its own spelling of money.
    let elections = env.sheet("company/payment_accounts.csv");
    let mut payments = String::from("Payment ID,Election,Pay Date,Net Pay,Currency\n");
    for (at, row) in elections.rows.iter().enumerate() {
        payments.push_str(&format!(
            "W{at:05},{},2025-02-03,\"$4,{:03}.50\",usd\n",
            row[elections.at("Election ID")],
            at % 1000
        ));
    }
    payments.push_str("W99999,,2025-02-03,a lot,USD\n");
    env.write("company/payments.csv", payments);
    let config = env.read("company/samehand.toml");
    env.write(
        "company/samehand.toml",
        format!(
            "{config}\n[[source]]\nname = \"payments\"\nkind = \"payment\"\npath = \"payments.csv\"\nkey = \"Payment ID\"\n\
             columns = {{ amount = \"Net Pay\", currency = \"Currency\", time = \"Pay Date\" }}\n\
             references = {{ payment_account = \"Election\" }}\n"
        ),
    );
    env.run_company(&[]);
    assert!(env.read("output/latest/rejects.csv").contains("is no amount"), "what is no amount is told");
    env.samehand(&["packet", "1", "--to", "packet"]).exits(0);
    let transactions = env.sheet("packet/transactions.csv");
    let at = |name: &str| transactions.at(name);
    let paid: Vec<_> = transactions.rows.iter().filter(|row| row[at("what")] == "payment").collect();
    assert!(!paid.is_empty());
    for row in paid {
        assert_eq!((row[at("date")].as_str(), row[at("currency")].as_str()), ("2025-02-03", "usd"));
        assert!(row[at("amount")].starts_with("$4,") && row[at("amount")].ends_with(".50"), "{row:?}");
    }
    // It belongs to the persona of the account, and to its story.
    env.samehand(&["show", "1", "--timeline"]).exits(0).prints("paid $4,");
}
