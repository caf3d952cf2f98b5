//! Nothing that should not leave the house is in anything that is handed over: every document in every mode, rendered from data
//! whose every cell is known, and every byte of it looked through, with names of files, tooltips, comments, metadata, archives
//! and compressed streams.

use crate::support::{TestEnv, crate_path, files, tools};
use flate2::read::ZlibDecoder;
use samehand::report::{DRAWINGS, EXPORTERS};
use samehand::store::table::InTable;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::ops::Range;
use std::path::Path;
use std::process::Command;

/// What must not be shown: texts anywhere, and words between other letters.
#[derive(Default)]
struct Secrets {
    texts: BTreeSet<String>,
    words: BTreeSet<String>,
    /// Runs of digits that no mode but *full* may show: phones, personal and account numbers.
    numbers: BTreeSet<String>,
}

/// A company with events, whose sources, files and columns bear marked names, and a finished run of it.
fn company() -> TestEnv {
    let env = TestEnv::new();
    env.samehand(&["generate", "company", "--people", "1200", "--rings", "12", "--seed", "5", "--mix"]).exits(0);
    let mut config = env.read("company/samehand.toml");
    for source in ["applicants", "employees", "payment_accounts", "devices", "shipments", "sign_ins", "software"] {
        let text = env.read(&format!("company/{source}.csv"));
        let (header, rows) = text.split_once('\n').expect("a header");
        env.write(
            &format!("company/zqfile-{source}.csv"),
            format!("{}\n{rows}", header.replace("Phone", "Zqcolumn Phone")),
        );
        std::fs::remove_file(env.path(&format!("company/{source}.csv"))).expect("removed");
        config = config.replace(&format!("path = \"{source}.csv\""), &format!("path = \"zqfile-{source}.csv\""));
        config = config.replace(&format!("name = \"{source}\""), &format!("name = \"zqsource_{source}\""));
    }
    let phones = ["Phone", "Home Phone", "Recipient Phone", "Referee Phone"];
    for column in phones {
        config =
            config.replace(&format!("\"{column}\""), &format!("\"{}\"", column.replace("Phone", "Zqcolumn Phone")));
    }
    env.write("company/samehand.toml", config);
    env.run_company(&[]);
    env
}

/// The program's own words: whatever stands in its source is no secret when a document says it.
fn own_words() -> String {
    let mut words = String::new();
    for folder in ["src/report", "src/assess", "src/model", "src/case", "src/cli"] {
        for (name, content) in files(&crate_path(folder), &[]) {
            if !name.contains("lists/") {
                words.push_str(&String::from_utf8_lossy(&content).to_lowercase());
            }
        }
    }
    words
}

/// Every cell of the rows of these records.
fn secrets(env: &TestEnv, is_of_case: &dyn Fn(&str, &str) -> bool) -> Secrets {
    let own = own_words();
    let own_words: BTreeSet<&str> = own.split(|c: char| !c.is_alphabetic()).collect();
    let members = env.members("output");
    let mut secrets = Secrets::default();
    let text = |text: &str, secrets: &mut Secrets| {
        let lower = text.trim().to_lowercase();
        if lower.chars().count() >= 6 && !own.contains(&lower) {
            secrets.texts.insert(lower);
        }
    };
    for marked in ["zqfile", "zqsource", "zqcolumn"] {
        text(marked, &mut secrets);
    }
    for (name, content) in files(&env.path("company"), &[]) {
        let Some(stem) = name.strip_suffix(".csv").filter(|name| !name.starts_with("truth/")) else { continue };
        let source = stem.replace("zqfile-", "zqsource_");
        let sheet = crate::support::csv::Sheet::parse(&String::from_utf8_lossy(&content));
        let keys: BTreeSet<&str> = members.keys(&source, |_| true).into_iter().collect();
        // The key's column is the one whose cells are keys.
        let Some(first) = sheet.rows.first() else { continue };
        let Some(at) = first.iter().position(|cell| keys.contains(cell.as_str())) else { continue };
        for row in sheet.rows.iter().filter(|row| is_of_case(&source, &row[at])) {
            for (column, cell) in sheet.header.iter().zip(row) {
                for part in cell.split([';', '\n', '|']) {
                    text(part, &mut secrets);
                }
                let is_name =
                    column.ends_with("Name") && !column.contains("Computer") && !column.contains("Application")
                        || column == "Account Holder";
                if is_name {
                    let words = cell.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase);
                    secrets
                        .words
                        .extend(words.filter(|word| word.chars().count() > 3 && !own_words.contains(word.as_str())));
                }
                let digits: String = cell.chars().filter(char::is_ascii_digit).collect();
                let is_number =
                    ["Phone", "SSN", "Account Number", "ID Document Number"].iter().any(|part| column.contains(part));
                if is_number && digits.len() >= 9 && cell.chars().all(|c| !c.is_alphabetic()) && !cell.contains(';') {
                    secrets.numbers.insert(digits[digits.len() - 9..].to_string());
                }
            }
        }
    }
    secrets
}

/// A file as the texts that can be read out of it: its name, its bytes, what is packed in it. Packed bytes themselves are left
/// out: in some hundred kilobytes of them four letters between other bytes come up by chance.
fn readable(name: &str, bytes: &[u8], work: &Path) -> Vec<String> {
    let mut texts = vec![name.to_lowercase()];
    let mut packed: Vec<Range<usize>> = Vec::new();
    if bytes.starts_with(b"PK\x03\x04") {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
        for at in 0..archive.len() {
            let mut entry = archive.by_index(at).expect("an entry");
            let (inside, mut content) = (entry.name().to_string(), Vec::new());
            let start = entry.data_start() as usize;
            packed.push(start..start + entry.compressed_size() as usize);
            entry.read_to_end(&mut content).expect("unpacked");
            texts.extend(readable(&inside, &content, work));
        }
    } else if bytes.starts_with(b"%PDF") {
        // Every stream, whatever it is for.
        let position = |from: usize, what: &[u8]| {
            bytes[from..].windows(what.len()).position(|window| window == what).map(|at| from + at)
        };
        let mut from = 0;
        while let Some(at) = position(from, b"stream\n").into_iter().chain(position(from, b"stream\r")).min() {
            let end = position(at + 7, b"endstream").unwrap_or(bytes.len());
            let stream = &bytes[at + 7..end];
            let mut content = Vec::new();
            let deflated = stream.strip_prefix(b"\n").unwrap_or(stream);
            if ZlibDecoder::new(deflated).read_to_end(&mut content).is_ok() || !content.is_empty() {
                texts.push(String::from_utf8_lossy(&content).to_lowercase());
                packed.push(at + 7..end);
            }
            from = (end + 10).min(bytes.len());
        }
        // Letters stand there by the number of their glyph; a reader turns them back.
        if let Some(reader) =
            tools::program(&["pdftotext"], "redaction", "pdftotext (poppler-utils) for the words of PDFs")
        {
            let (from, to) = (work.join("looked-at.pdf"), work.join("looked-at.txt"));
            std::fs::write(&from, bytes).expect("written");
            let read = Command::new(reader).arg("-raw").arg(&from).arg(&to).status();
            assert!(read.is_ok_and(|status| status.success()), "{name} cannot be read");
            texts.push(std::fs::read_to_string(&to).expect("read").to_lowercase());
        }
    } else if bytes.starts_with(b"\x89PNG") {
        // Chunks of a length, a name, content and a checksum; the picture itself is in those named IDAT.
        let mut from = 8;
        while let Some(length) =
            bytes.get(from..from + 4).map(|length| u32::from_be_bytes(length.try_into().expect("four bytes")) as usize)
        {
            if bytes[from + 4..].starts_with(b"IDAT") {
                packed.push(from + 8..from + 12 + length);
            }
            from += 12 + length;
        }
    } else if bytes.starts_with(b"PAR1") {
        let from = work.join("looked-at.parquet");
        std::fs::write(&from, bytes).expect("written");
        let table = InTable::read_parquet(&from, None).expect("a table");
        let columns: Vec<String> = table.names().map(str::to_string).collect();
        for column in columns {
            if let Ok(cells) = table.text(&column) {
                texts.push(cells.into_iter().flatten().collect::<Vec<_>>().join("\n").to_lowercase());
            }
        }
        // What says how to read the pages stands behind them, and the length of it before the closing mark.
        let end = bytes.len() - 8;
        let length = u32::from_le_bytes(bytes[end..end + 4].try_into().expect("four bytes")) as usize;
        packed.push(4..end - length);
    }
    let mut from = 0;
    for part in packed {
        texts.push(String::from_utf8_lossy(&bytes[from..part.start]).to_lowercase());
        from = part.end;
    }
    texts.push(String::from_utf8_lossy(&bytes[from..]).to_lowercase());
    texts
}

/// Which secrets these texts hold.
fn found(texts: &[String], secrets: &Secrets) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in texts {
        found.extend(secrets.texts.iter().filter(|secret| text.contains(secret.as_str())).cloned());
        let words: BTreeSet<&str> = text.split(|c: char| !c.is_alphabetic()).collect();
        found.extend(secrets.words.iter().filter(|word| words.contains(word.as_str())).cloned());
    }
    found
}

/// Every document about these cases in that mode, by file name.
fn documents(env: &TestEnv, cases: &[String], mode: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = format!("documents-{mode}");
    std::fs::create_dir_all(env.path(&folder)).expect("made");
    let mut made = BTreeMap::new();
    let mut make = |args: &[&str], to: &str| {
        let answer = env.samehand(&[args, &["--redact", mode, "--to", to]].concat()).exits(0);
        made.insert(format!("stdout of {to}"), answer.stdout.into_bytes());
    };
    for case in cases {
        for drawing in DRAWINGS {
            make(&["diagram", case, "-f", drawing.name()], &format!("{folder}/{case}.{}", drawing.name()));
        }
        for export in EXPORTERS {
            let name = format!("{folder}/{case}-{}", export.name());
            make(&["export", export.name(), case], &name);
        }
        make(&["packet", case], &format!("{folder}/{case}-packet"));
        make(&["packet", case], &format!("{folder}/{case}-packet.zip"));
        make(&["report", case], &format!("{folder}/{case}.html"));
    }
    make(&["report"], &format!("{folder}/run.html"));
    made.extend(files(&env.path(&folder), &[]));
    made
}

#[test]
fn no_document_shows_more_than_its_mode_allows() {
    let env = company();
    let members = env.members("output");
    let rings: Vec<String> = members.rings().into_iter().map(str::to_string).take(2).collect();
    // And a case of one persona, which is not in any ring.
    let ones = InTable::read_parquet(&env.path("output/latest/cases.parquet"), None).expect("a table");
    let first = |column: &str| ones.text(column).ok().and_then(|cells| cells.into_iter().flatten().next());
    let (one, alone) = (first("case_id").expect("a case of one persona"), first("persona_id").expect("its persona"));
    let cases: Vec<String> = rings.iter().cloned().chain([one]).collect();
    assert_eq!(cases.len(), 3, "the company has rings");
    let is_of_case = |source: &str, key: &str| {
        let member = members.0.get(&(source.to_string(), key.to_string()));
        member.is_some_and(|member| rings.contains(&member.ring) || member.persona == alone)
    };
    let secrets = secrets(&env, &is_of_case);
    assert!(
        secrets.texts.len() > 200 && secrets.words.len() > 10 && secrets.numbers.len() > 10,
        "there is something to find"
    );
    let work = env.path("looked-at");
    std::fs::create_dir_all(&work).expect("made");
    for mode in ["full", "internal", "external", "structure"] {
        let mut by_sort: BTreeMap<String, usize> = BTreeMap::new();
        for (name, bytes) in documents(&env, &cases, mode) {
            let texts = readable(&name, &bytes, &work);
            if mode != "full" {
                let joined: String = texts.join("\n");
                // Digits with nothing but the marks between them that phones and accounts are written with.
                let digits: String = joined.chars().filter(|c| !matches!(c, '-' | '(' | ')' | ' ')).collect();
                let shown: Vec<&String> =
                    secrets.numbers.iter().filter(|number| digits.contains(number.as_str())).collect();
                assert!(shown.is_empty(), "{mode}: {name} shows {shown:?}");
            }
            let found = found(&texts, &secrets);
            if matches!(mode, "external" | "structure") {
                assert!(found.is_empty(), "{mode}: {name} shows {found:?}");
            }
            let sort = name.rsplit_once('.').map_or("no ending", |(_, sort)| sort).to_string();
            *by_sort.entry(sort).or_default() += found.len();
        }
        // The look-alike that shows the search is a search: unredacted documents of each sort hold secrets.
        if mode == "full" {
            for sort in ["dot", "svg", "html", "csv", "zip"] {
                assert!(by_sort.get(sort).is_some_and(|&count| count > 3), "{sort}: {by_sort:?}");
            }
        }
    }
    // What stands behind the pseudonyms is kept, apart from everything that is handed on.
    let kept = files(&env.path("output/mappings"), &[]);
    assert!(
        cases.iter().all(|case| kept.keys().any(|name| name.ends_with(&format!("{case}.csv")))),
        "{:?}",
        kept.keys()
    );
}
