//! From clusters to cases, on whole runs: what raises a ring, what never does, and that every word of it has its cell.

use crate::support::TestEnv;
use serde_json::Value;

fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Adds columns to a file of the company, by row number.
fn add_columns(env: &TestEnv, file: &str, headers: &[&str], cell: impl Fn(usize, usize) -> String) {
    let sheet = env.sheet(file);
    let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let mut text = String::new();
    let header: Vec<String> =
        sheet.header.iter().map(String::as_str).chain(headers.iter().copied()).map(quoted).collect();
    text.push_str(&header.join(","));
    text.push('\n');
    for (row, cells) in sheet.rows.iter().enumerate() {
        let mut cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        cells.extend((0..headers.len()).map(|column| quoted(&cell(row, column))));
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    env.write(file, text);
}

/// What decides who is looked at and in which order, as bytes.
fn ranking(env: &TestEnv) -> Vec<Vec<u8>> {
    ["members.csv", "rings.parquet", "set_aside.parquet", "findings.parquet", "cases.parquet", "roles.parquet"]
        .map(|name| std::fs::read(env.path(&format!("output/latest/{name}"))).expect("the table is there"))
        .into()
}

#[test]
fn refused_attributes_change_no_byte_of_the_ranking() {
    let plain = TestEnv::with_run();
    let expected = ranking(&plain);
    let values = ["A", "B", "C", "D", "E"];
    // Added, added under other names, and with their values exchanged between people.
    let variants: [(&[&str], usize); 3] = [
        (&["Gender", "Nationality", "Ethnicity"], 1),
        (&["Sex", "Country of Citizenship", "University"], 1),
        (&["Gender", "Nationality", "Ethnicity"], 3),
    ];
    for (headers, step) in variants {
        let env = TestEnv::new();
        env.generate(600, 9, 1);
        for file in ["company/applicants.csv", "company/employees.csv"] {
            add_columns(&env, file, headers, |row, column| values[(row * step + column) % values.len()].to_string());
        }
        env.run_company(&[]);
        let dropped = env.manifest("output")["refused_columns"].as_array().map_or(0, Vec::len);
        assert_eq!(dropped, 2 * headers.len(), "{headers:?} are refused");
        assert!(ranking(&env) == expected, "{headers:?} (step {step}) changed the ranking");
    }
}

#[test]
fn what_touches_the_known_is_raised_with_the_reason() {
    let env = TestEnv::with_run();
    let members = env.members("output");
    let lone = members.keys("applicants", |member| member.ring.is_empty());
    let config = env.read("company/samehand.toml");
    env.write(
        "company/samehand.toml",
        format!("{config}\n[known]\nrecords = [\"applicants:{}\", \"applicants:nobody\"]\n", lone[0]),
    );
    let answer = env.run_company(&["--json"]);
    let run = answer.json();
    let persona = members.get("applicants", lone[0]).persona.clone();
    let raised = array(&run["cases"]).iter().find(|case| case["persona_id"] == persona.as_str());
    let raised = raised.unwrap_or_else(|| panic!("the known persona is a case\n{answer}"));
    assert_eq!(raised["level"], "review");
    assert!(raised["reason"].as_str().is_some_and(|reason| reason.contains("[known]")), "{raised}");
    let told = array(&run["diagnostics"]).iter().any(|told| told["code"] == "known-not-found");
    assert!(told, "an entry that is not there is told\n{answer}");
    // Nobody else of the lone ones is raised for it.
    let other = members.get("applicants", lone[1]).persona.clone();
    let innocent = other != persona && array(&run["cases"]).iter().any(|case| case["persona_id"] == other.as_str());
    assert!(!innocent, "{other} has nothing to do with it\n{answer}");
}

#[test]
fn what_is_known_raises_its_ring_to_priority_and_is_marked() {
    let env = TestEnv::with_run();
    let plain = env.read("company/samehand.toml");
    let shown = env.show("9");
    let persona = shown[0]["personas"][0]["persona_id"].as_str().expect("a persona").to_string();
    let members = env.members("output");
    let key = members.keys("applicants", |member| member.persona == persona)[0].to_string();
    let email = env.sheet("company/applicants.csv").cell("Application ID", &key, "Email").to_string();
    let email = email.split(';').next().unwrap_or_default().trim();
    for (entry, words) in [
        (format!("personas = [\"{persona}\"]"), "raised because it touches the known persona"),
        (format!("values = [\"{email}\"]"), "raised because it touches the known email"),
    ] {
        env.write("company/samehand.toml", format!("{plain}\n[known]\n{entry}\n"));
        env.run_company(&[]);
        let after = env.show(&persona);
        let ring = after[0]["personas"][0]["ring_id"].as_str().expect("a ring").to_string();
        let facts = env.show(&ring)[0]["facts"].to_string();
        assert!(facts.contains("priority") && facts.contains(words), "{entry}: {facts}");
        let drawn = env.samehand(&["diagram", &ring, "--format", "dot"]).exits(0);
        let is_drawn = entry.starts_with("personas");
        assert!(!is_drawn || drawn.stdout.contains("known bad"), "a known persona is marked\n{drawn}");
    }
    assert!(env.show(email)[0]["facts"].to_string().contains("known bad"), "a known value is marked");
    // Without the entry nothing is raised.
    env.write("company/samehand.toml", plain);
    env.run_company(&[]);
    let facts = env.show(&persona)[0]["facts"].to_string();
    assert!(!facts.contains("known"), "{facts}");
}

#[test]
fn a_ring_is_explained_by_its_smallest_set_of_links() {
    let env = TestEnv::with_run();
    for rank in ["1", "5", "9"] {
        let answer = env.samehand(&["explain", rank, "--json"]).exits(0);
        let why = answer.json();
        let personas = array(&env.show(rank)[0]["personas"]).len();
        let held = array(&why["held_by"]);
        assert_eq!(held.len() + 1, personas, "a tree connects all personas\n{answer}");
        for link in held {
            let cells = array(&link["terms"]).iter().filter(|term| !array(&term["left_cells"]).is_empty());
            assert!(cells.count() > 0, "every link cites cells: {link}");
        }
        if why["further_links"] == 0 {
            let apart = held.iter().all(|link| !array(&link["falls_apart"]).is_empty());
            assert!(apart, "without further links every link is needed\n{answer}");
        }
        for finding in array(&why["findings"]) {
            assert!(!array(&finding["cells"]).is_empty() && finding["source"] != "", "{finding}");
        }
    }
    let persona = env.show("1")[0]["personas"][0]["persona_id"].as_str().expect("a persona").to_string();
    env.samehand(&["explain", &persona]).refuses("is no ring");
}

#[test]
fn a_timeline_runs_forward_and_names_cells() {
    let env = TestEnv::with_run();
    let entries = env.samehand(&["show", "1", "--timeline", "--json"]).exits(0).json();
    let entries = array(&entries);
    let days: Vec<&str> = entries.iter().filter_map(|entry| entry["when"].as_str()).collect();
    assert!(days.len() > 4 && days.is_sorted(), "{days:?}");
    assert!(entries.iter().any(|entry| entry["what"] == "applied"));
    assert!(entries.iter().all(|entry| entry["cell"].as_str().is_some_and(|cell| cell.contains(".csv row "))));
    env.samehand(&["show", "1", "--timeline"]).exits(0).prints("applied");
}

/// Programs seen on the devices of the company, one row each: (device, program, day).
fn with_software(env: &TestEnv, rows: &[(String, &str, &str)]) {
    let mut text = String::from("Inventory ID,Device,Program,Version,Seen\n");
    for (at, (device, program, seen)) in rows.iter().enumerate() {
        text.push_str(&format!("S{at},{device},{program},7.1,{seen}\n"));
    }
    env.write("company/software.csv", text);
    let config = env.read("company/samehand.toml");
    env.write(
        "company/samehand.toml",
        format!(
            "{config}\n[[source]]\nname = \"software\"\nkind = \"software\"\npath = \"software.csv\"\n\
             key = \"Inventory ID\"\n[source.columns]\napplication = \"Program\"\nversion = \"Version\"\n\
             time = \"Seen\"\n[source.references]\ndevice = \"Device\"\n"
        ),
    );
}

#[test]
fn an_indicator_without_inputs_says_what_it_needs_and_runs_when_they_are_there() {
    let env = TestEnv::with_run();
    let needs = |env: &TestEnv| -> Vec<String> {
        array(&env.manifest("output")["indicators_not_run"])
            .iter()
            .map(|entry| format!("{} {}", entry["indicator"], entry["needs"]))
            .collect()
    };
    assert!(needs(&env).iter().any(|line| line.contains("B13") && line.contains("software with application")));
    let devices = env.sheet("company/devices.csv");
    let id = devices.at("Device ID");
    let device = |at: usize| devices.rows[at][id].clone();
    with_software(
        &env,
        &[
            (device(0), "AnyDesk", "2024-05-06T10:00:00Z"),
            (device(0), "TeamViewer 15 Host", "2024-05-07T10:00:00Z"),
            (device(1), "Example Remote Support", "2024-05-06T10:00:00Z"),
            (device(2), "Text Editor", "2024-05-06T10:00:00Z"),
        ],
    );
    env.run_company(&[]);
    assert!(!needs(&env).iter().any(|line| line.contains("B13")));
    let persona = |at: usize| {
        let members = env.members("output");
        members.get("devices", &device(at)).persona.clone()
    };
    let said = |at: usize| env.show(&persona(at))[0]["facts"].to_string();
    assert!(
        said(0).contains("B13") && said(0).contains("AnyDesk, TeamViewer") && said(0).contains("software.csv row 1")
    );
    assert!(!said(1).contains("B13"), "an approved tool is none: {}", said(1));
    assert!(!said(2).contains("B13"));
}
