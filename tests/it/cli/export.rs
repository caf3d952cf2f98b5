//! `export`: every format read back by a consumer of others, hostile values, redaction, files and folders.

use crate::support::{TestEnv, crate_path, csv::Sheet, files, names, tools};
use polars::prelude::{DataType, ParquetReader, SerReader};
use samehand::model::value::{EvidenceFamily, IdentifierKind};
use samehand::report::case_file::{
    CaseFile, Event, FindingRow, HubRow, LinkTerm, Member, PersonaLink, RoleRow, SourceCell, SourceRow,
};
use samehand::report::redact::{Pseudonyms, Redaction, redact_case};
use samehand::report::shown::{Shown, What};
use samehand::report::view::{Edge, EdgeStyle, GraphView, Vertex, VertexShape, value_key};
use samehand::report::{EXPORTERS, exporter};
use serde_json::{Value, json};
use std::process::Command;

/// What cells of an input may hold, one persona each.
fn hostile() -> Vec<String> {
    [
        "<script>alert(1)</script>",
        "]]>",
        "--> <!-- & &amp; %PDF",
        "control \u{1}\u{0}\u{b}\u{fffe} end",
        "=cmd|' /C calc'!A0",
        "@SUM(A1)",
        "\u{202e}gnirts LTR",
        "one\ntwo\r\nthree\tfour",
        "\"quoted\" 'single' back\\slash, comma; semicolon",
        "김하나 🧵",
        "'=already quoted",
    ]
    .into_iter()
    .map(str::to_string)
    .chain([format!("long {}", "x".repeat(10_000))])
    .collect()
}

/// A ring in which every text is made by `text` from a number: `count` personas in a row, each tied to the next by a phone
/// and an account.
fn case_of(count: usize, text: &dyn Fn(usize) -> String) -> CaseFile {
    let mut next = 0;
    let mut fresh = || {
        next += 1;
        text(count + next)
    };
    let mut case = CaseFile {
        run_id: "3f9a1c20b7de".into(),
        run_day: "2026-11-20".into(),
        id: "R-0123456789".into(),
        rank: 1,
        level: "review".into(),
        weight_bits: 12.5,
        families: vec![EvidenceFamily::Contact],
        reason: Shown::prose(fresh()),
        against: vec![Shown::prose(fresh())],
        ..CaseFile::default()
    };
    let mut graph = GraphView { id: case.id.clone(), title: fresh(), reason: fresh(), ..GraphView::default() };
    for at in 0..count {
        let persona = format!("P-{at:010}");
        let mut vertex = Vertex::new(VertexShape::Person, text(at)).key(&persona).group(at % 2);
        vertex = vertex.detail(fresh());
        graph.vertices.push(vertex);
        case.members.push(Member {
            persona: Shown::persona(&persona, fresh()),
            name: Shown::persona(&persona, text(at)),
            operator: Some(at % 2),
            rows: vec![at],
            ..Member::default()
        });
        let cell = |kind: IdentifierKind, value: String, raw: String, column: String| SourceCell {
            columns: Shown::source(column),
            kind: kind.name().into(),
            role: "own".into(),
            raw: Shown::spelled(kind, &value, raw),
            value: Shown::value(kind, value),
            valid_from: Shown::day("2024-03-05"),
            valid_to: Shown::day("2024-09-30"),
        };
        let kinds = [IdentifierKind::Email, IdentifierKind::Ip, IdentifierKind::Handle, IdentifierKind::Serial];
        let mut cells: Vec<SourceCell> = kinds.into_iter().map(|kind| cell(kind, fresh(), fresh(), fresh())).collect();
        // The last four characters are the same, the accounts are not: the run says nothing of them.
        cells.push(cell(IdentifierKind::Account, "***1207".into(), "***1207".into(), fresh()));
        case.rows.push(SourceRow {
            record: Shown::record(fresh()),
            kind: "applicant".into(),
            file: Shown::source(fresh()),
            row: at as u64 + 1,
            member: at,
            cells,
        });
        case.timeline.push(Event {
            when: Shown::day("2024-03-05"),
            member: at,
            kind: "sign_in".into(),
            what: Shown::prose(fresh()),
            record: Shown::record(fresh()),
            cell: Shown::cell(fresh()),
            times: 1,
        });
    }
    for at in 1..count {
        let (phone, left, right) = (fresh(), fresh(), fresh());
        let value = graph.vertices.len();
        let shape = VertexShape::Value(IdentifierKind::Phone);
        graph.vertices.push(Vertex::new(shape, phone.clone()).key(value_key(IdentifierKind::Phone, &phone)));
        for (persona, detail) in [(at - 1, &left), (at, &right)] {
            let edge = Edge::new(persona, value, EdgeStyle::Shared, "same phone", 9.0).detail(detail.clone());
            graph.edges.push(edge);
        }
        case.links.push(PersonaLink {
            left: at - 1,
            right: at,
            rule: "shared evidence".into(),
            bits: Some(9.25),
            bridge: true,
            spanning: true,
            terms: vec![LinkTerm {
                kind: "phone".into(),
                family: "contact".into(),
                side: "control".into(),
                how: "same".into(),
                left: Shown::value(IdentifierKind::Phone, &phone),
                right: Shown::value(IdentifierKind::Phone, &phone),
                holders: 2,
                bits: 9.25,
                counted: 9.25,
                note: Shown::prose(fresh()),
                left_cells: vec![Shown::cell(left)],
                right_cells: vec![Shown::cell(right)],
            }],
            ..PersonaLink::default()
        });
    }
    case.findings.push(FindingRow {
        indicator: "B13".into(),
        name: "one network".into(),
        members: vec![0, 1],
        finding: Shown::prose(fresh()),
        first: Shown::day("2024-03-05"),
        also_consider: "a household".into(),
        source: "an advisory".into(),
        cells: vec![Shown::cell(fresh())],
        ..FindingRow::default()
    });
    case.roles.push(RoleRow {
        role: "facilitator".into(),
        kind: "phone".into(),
        who: Shown::value(IdentifierKind::Phone, fresh()),
        evidence: Shown::prose(fresh()),
        also_consider: "a relative".into(),
        cells: vec![Shown::cell(fresh())],
    });
    case.hubs.push(HubRow {
        kind: "agency".into(),
        value: Shown::new(What::Raw, fresh()),
        holders: 40,
        members: 2,
        reason: Shown::prose(fresh()),
    });
    case.graph = graph;
    case
}

/// What an export holds, as text: the bytes, and of Parquet its cells.
fn texts(name: &str, bytes: &[u8]) -> String {
    if !name.ends_with(".parquet") {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let frame = ParquetReader::new(std::io::Cursor::new(bytes)).finish().expect("Parquet can be read");
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    for column in frame.columns() {
        let column = column.cast(&DataType::String).expect("every column has a text");
        let cells = column.str().expect("text").iter().map(|cell| cell.unwrap_or_default().to_string());
        text.push_str(&cells.collect::<Vec<_>>().join("\n"));
        text.push('\n');
    }
    text
}

/// Writes one format of the cases into the folder of the test; the path of its file, or of its folder.
fn written(env: &TestEnv, format: &str, cases: &[CaseFile], name: &str) -> String {
    let parts = exporter(format).expect("a format").export(cases).expect("exported");
    let several = parts.len() > 1;
    let mut path = env.path(&format!("{name}/{format}"));
    for part in &parts {
        path = env.write(&format!("{name}/{format}/{}", part.name), &part.bytes);
    }
    if several { path.parent().expect("a folder").display().to_string() } else { path.display().to_string() }
}

/// Runs a consumer; false where Python or a module of it is missing.
fn consumed(script: &str, modules: &[&str], args: &[&str]) -> bool {
    let Some(python) = tools::python(modules, &format!("export: {script}")) else { return false };
    let script = crate_path(&format!("tests/consumers/{script}"));
    let output = Command::new(python).arg(&script).args(args).output().expect("python starts");
    assert!(
        output.status.success(),
        "{} {args:?}\n{}{}",
        script.display(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    true
}

/// As XML 1.0 can hold it.
fn in_xml(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => c,
            _ => '\u{fffd}',
        })
        .collect()
}

/// Every consumer on these cases. The numbers are what the construction of the cases gives.
fn read_back(env: &TestEnv, cases: &[CaseFile], name: &str, vertices: usize, links: usize, more: Value) {
    let people: Vec<String> =
        cases.iter().flat_map(|case| &case.members).map(|member| member.name.text.clone()).collect();
    let expected = |labels: Vec<String>| {
        let mut expected = json!({
            "vertices": vertices,
            "links": links,
            "labels": labels,
            "names": people,
            "cases": cases.len(),
            "marking": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
            "rows": {
                "cases": cases.len(),
                "members": cases.iter().map(|case| case.members.len()).sum::<usize>(),
                "links": cases.iter().map(|case| case.links.len()).sum::<usize>(),
                "rows": cases.iter().flat_map(|case| &case.rows).map(|row| row.cells.len()).sum::<usize>(),
            },
        });
        for (key, value) in more.as_object().expect("an object") {
            expected[key] = value.clone();
        }
        expected
    };
    let drawn: Vec<String> =
        cases.iter().flat_map(|case| &case.graph.vertices).map(|vertex| vertex.label.clone()).collect();
    let plain = env.write(&format!("{name}/expected.json"), expected(drawn.clone()).to_string()).display().to_string();
    let xml = expected(drawn.iter().map(|text| in_xml(text)).collect()).to_string();
    let xml = env.write(&format!("{name}/expected-xml.json"), xml).display().to_string();
    for format in ["graphml", "gexf"] {
        consumed("graphs.py", &["networkx"], &[&written(env, format, cases, name), &xml]);
    }
    consumed("stix.py", &["stix2"], &[&written(env, "stix", cases, name), &plain]);
    consumed("ftm.py", &["followthemoney"], &[&written(env, "ftm", cases, name), &plain]);
    consumed("flat.py", &["csv"], &[&written(env, "neo4j", cases, name), &written(env, "i2", cases, name), &plain]);
    let tables = [written(env, "csv", cases, name), written(env, "parquet", cases, name)];
    consumed("tables.py", &["polars"], &[&tables[0], &tables[1], &plain]);
}

#[test]
fn hostile_values_come_back_as_they_were() {
    let env = TestEnv::new();
    let hostile = hostile();
    let count = hostile.len();
    // Names are hostile, and so is every other text, each with a number so that it is one of its own.
    let case = case_of(count, &|at| match hostile.get(at) {
        Some(text) => text.clone(),
        None => format!("{} {at}", hostile[at % (count - 1)]),
    });
    let case = redact_case(&case, Redaction::Full, &mut Pseudonyms::default());
    // Personas, phones between them, and per persona an email, an IP, a handle, a serial number and an account.
    let vertices = count + (count - 1) + count * 5;
    let links = (count - 1) * 2 + count * 5 + (count - 1);
    read_back(&env, &[case], "hostile", vertices, links, json!({ "dated": count * 5 }));
}

#[test]
fn two_accounts_that_end_alike_stay_two() {
    let case = case_of(3, &|at| format!("text {at}"));
    let case = redact_case(&case, Redaction::Internal, &mut Pseudonyms::default());
    let graph = samehand::report::export::graph::graph(&[case]);
    let accounts = graph.vertices.iter().filter(|vertex| vertex.kind() == "account");
    assert_eq!(accounts.map(|vertex| vertex.holders).collect::<Vec<_>>(), [1, 1, 1]);
    // The look-alike: a phone of which the run says that two hold it is one.
    let phones = graph.vertices.iter().filter(|vertex| vertex.kind() == "phone");
    assert_eq!(phones.map(|vertex| vertex.holders).collect::<Vec<_>>(), [2, 2]);
    assert!(graph.links.iter().all(|link| !link.source().is_empty()), "every link has its source cells");
}

#[test]
fn redacted_exports_hold_nothing_of_the_data() {
    let marked = |at: usize| format!("Zq{at}x secret {at}q");
    let case = case_of(6, &marked);
    for mode in [Redaction::External, Redaction::Structure] {
        let shown = redact_case(&case, mode, &mut Pseudonyms::default());
        for format in EXPORTERS {
            for part in format.export(std::slice::from_ref(&shown)).expect("exported") {
                let text = texts(&part.name, &part.bytes);
                let found = (0..400).find(|at| text.contains(&format!("Zq{at}x")));
                assert_eq!(found, None, "{} of {} in {}", part.name, format.name(), mode.name());
                for word in ["secret", "1207", "P-000000000", "2024-03-05"] {
                    assert!(!text.contains(word), "{word} in {} of {} in {}", part.name, format.name(), mode.name());
                }
            }
        }
    }
    // The look-alike that shows the search is a search.
    let full = redact_case(&case, Redaction::Full, &mut Pseudonyms::default());
    for format in EXPORTERS {
        let parts = format.export(std::slice::from_ref(&full)).expect("exported");
        assert!(parts.iter().any(|part| texts(&part.name, &part.bytes).contains("Zq0x secret")), "{}", format.name());
    }
}

#[test]
fn every_format_takes_no_case_at_all_and_gives_the_same_bytes_twice() {
    let case = redact_case(&case_of(4, &|at| format!("text {at}")), Redaction::Full, &mut Pseudonyms::default());
    for format in EXPORTERS {
        let empty = format.export(&[]).expect("exported");
        assert!(!empty.is_empty(), "{}", format.name());
        let cases = [case.clone(), CaseFile::default()];
        let once = format.export(&cases).expect("exported");
        assert_eq!(once, format.export(&cases).expect("exported"), "{}", format.name());
        let mut names: Vec<&str> = once.iter().map(|part| part.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), once.len(), "{}", format.name());
    }
}

#[test]
fn rings_of_a_run_are_read_back_in_every_mode() {
    let env = TestEnv::with_run();
    for mode in ["full", "internal", "external", "structure"] {
        let export = |format: &str, to: &str| {
            let asked = ["export", format, "--redact", mode, "--to", to];
            env.samehand(&asked).exits(0);
            env.path(to).display().to_string()
        };
        let tables = export("csv", &format!("{mode}-csv"));
        let members = env.sheet(&format!("{mode}-csv/members.csv"));
        let rings = env.members("output").rings().len();
        assert_eq!(env.sheet(&format!("{mode}-csv/cases.csv")).rows.len(), rings, "all rings are exported");
        let flat = export("neo4j", &format!("{mode}-neo4j"));
        let vertices = env.sheet(&format!("{mode}-neo4j/nodes.csv")).rows.len();
        let links = env.sheet(&format!("{mode}-neo4j/relationships.csv")).rows.len();
        assert!(vertices > members.rows.len() && links > vertices / 2, "{mode}: {vertices} vertices, {links} links");
        let count = |table: &str| env.sheet(&format!("{mode}-csv/{table}.csv")).rows.len();
        let names: Vec<&String> = members.rows.iter().map(|row| &row[3]).collect();
        let expected = json!({
            "vertices": vertices,
            "links": links,
            "labels": [],
            "names": names,
            "cases": rings,
            "kinds": { "grouping": rings, "identity": members.rows.len() + 1 },
            "marking": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
            "rows": { "members": count("members"), "links": count("links"), "evidence": count("evidence") },
        });
        let expected = env.write(&format!("{mode}.json"), expected.to_string()).display().to_string();
        consumed("graphs.py", &["networkx"], &[&export("graphml", &format!("{mode}.graphml")), &expected]);
        consumed("graphs.py", &["networkx"], &[&export("gexf", &format!("{mode}.gexf")), &expected]);
        consumed("stix.py", &["stix2"], &[&export("stix", &format!("{mode}.stix.json")), &expected]);
        consumed("ftm.py", &["followthemoney"], &[&export("ftm", &format!("{mode}.ftm.json")), &expected]);
        consumed("flat.py", &["csv"], &[&flat, &export("i2", &format!("{mode}-i2.csv")), &expected]);
        consumed("tables.py", &["polars"], &[&tables, &export("parquet", &format!("{mode}-parquet")), &expected]);
    }
    gives_nobody_away(&env);
}

/// What the open tables show of records is in no byte of what is for others.
fn gives_nobody_away(env: &TestEnv) {
    let rows: Sheet = env.sheet("full-csv/rows.csv");
    let column = |name: &str| rows.header.iter().position(|header| header == name).expect("a column");
    let (kind, raw, value, record) = (column("kind"), column("raw"), column("value"), column("record"));
    let strong = ["email", "phone", "address", "ip", "serial_number", "handle", "hardware_address", "resume_line"];
    let mut secrets: Vec<&str> = Vec::new();
    for row in rows.rows.iter().filter(|row| strong.contains(&row[kind].as_str())) {
        secrets.extend([&row[raw], &row[value], &row[record]].into_iter().map(|text| text.trim_start_matches('\'')));
    }
    secrets.retain(|secret| secret.len() >= 7);
    secrets.sort_unstable();
    secrets.dedup();
    assert!(secrets.len() > 100, "{}", secrets.len());
    let finder = aho_corasick::AhoCorasick::new(&secrets).expect("a search");
    for mode in ["external", "structure"] {
        let mut read = 0;
        for (name, bytes) in files(&env.path(""), &["company", "output"]) {
            if !name.starts_with(mode) {
                continue;
            }
            read += 1;
            let text = texts(&name, &bytes);
            let found = finder.find(&text).map(|found| secrets[found.pattern().as_usize()]);
            assert_eq!(found, None, "{name}");
        }
        assert!(read >= 25, "{read} files of {mode}");
    }
    assert!(finder.is_match(&env.read("full.graphml")) && finder.is_match(&env.read("full.stix.json")));
    assert!(!names(&env.path("output/mappings")).is_empty(), "what stands behind the pseudonyms is kept apart");
}

#[test]
fn files_and_folders_are_written_as_asked_and_never_over_others() {
    let env = TestEnv::with_run();
    let graph = env.samehand(&["export", "graphml", "1"]).exits(0);
    assert!(graph.stdout.starts_with("<?xml") && graph.stdout.ends_with("</graphml>\n"), "{graph}");
    assert_eq!(graph.stdout, env.samehand(&["export", "graphml", "1", "--threads", "1"]).exits(0).stdout);
    env.samehand(&["export", "csv"]).refuses("several files");
    env.samehand(&["export", "csv", "1", "--to", "tables"]).exits(0).says("members.csv");
    env.samehand(&["export", "csv", "1", "--to", "tables"]).refuses("not empty");
    env.samehand(&["export", "csv", "1", "--to", "tables", "--overwrite"]).exits(0);
    env.samehand(&["export", "i2", "1", "--to", "one.csv"]).exits(0);
    env.samehand(&["export", "i2", "1", "--to", "one.csv"]).exits(2);
    env.samehand(&["export", "parquet", "1", "--to", "one.csv"]).refuses("no folder");
    let told = env.samehand(&["export", "neo4j", "1", "--to", "flat", "--json"]).exits(0).json();
    assert_eq!(told["files"].as_array().map(Vec::len), Some(2), "{told}");
    env.samehand(&["export", "stix", "1", "--tlp", "green"]).exits(0).prints("TLP:GREEN");
    // By anything in the ring, it is the same ring.
    let ring = told["cases"][0].as_str().expect("an id").to_string();
    let member = env.sheet("tables/members.csv").rows[0][2].clone();
    let by_member = env.samehand(&["export", "graphml", &member, &ring]).exits(0);
    assert_eq!(by_member.stdout, graph.stdout, "a ring named twice is exported once");
    env.samehand(&["export", "graphml", "nobody@nowhere.example"]).refuses("nothing in this run");
    env.samehand(&["export", "nonsense"]).exits(2).says("graphml");
    let help = env.samehand(&["export", "--help"]).exits(0).stdout;
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for format in EXPORTERS {
        let line = format!("- {}: {}", format.name(), format.doc().trim_end_matches('.'));
        assert!(help.contains(&line), "{line}\n{help}");
    }
}
