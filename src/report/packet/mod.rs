//! What is handed over with a complaint to IC3: form, tables, diagrams, case report, the cited rows, and hashes over all.
//!
//! Made from one redacted [`CaseFile`], the facts that the filer adds, and what the run's manifest says of its inputs. The parts
//! are bytes with names of the program's own; writing and checking them is `store::packet`. The same packet gives
//! the same bytes: no clock is read and every list has an order.

mod case_report;
pub mod exhibits;
pub mod facts;
pub mod form;
mod indicators;
mod narrative;
mod readme;
mod tables;
mod transactions;

use super::case_file::CaseFile;
use super::redact::Redaction;
use super::shown::Shown;
use super::summary::summarise;
use super::view::GraphView;
use super::{DRAWINGS, Part, Sheet, VERTICES_DRAWN_MAX};
use crate::report::case_file::SourceCell;
use crate::report::text::clean;
use exhibits::Exhibits;
use facts::Facts;
use narrative::Narrative;
use serde_json::json;
use sha2::{Digest, Sha256};
use transactions::Transaction;

/// Name of the file of hashes.
pub const MANIFEST: &str = "MANIFEST.sha256";
/// Name of the file that says what the packet is, for programs.
pub const ABOUT: &str = "packet.json";
/// Characters of the short narrative where nobody says otherwise. IC3 does not publish its limit; older guides speak of a
/// few thousand.
pub const NARRATIVE_LIMIT: usize = 3500;
/// Below this even the sentences that must stand would be cut.
pub const NARRATIVE_LIMIT_MIN: usize = 1000;

/// An input file of the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InputPart {
    pub source: Shown,
    pub file: Shown,
    pub sha256: String,
    pub bytes: u64,
    pub rows: u64,
    pub rejected: u64,
    pub read_as: Shown,
    /// Index of its `[[export]]` in the facts file.
    pub export: Option<usize>,
}

/// What the manifest of the run says, redacted like the case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunPart {
    pub inputs: Vec<InputPart>,
    pub config_digest: String,
    pub model_digest: String,
    /// SHA-256 of the run's manifest without its clock.
    pub digest: String,
    /// That manifest, as far as it may be shown.
    pub manifest: Vec<u8>,
}

/// Everything that a packet is made of. All of it is redacted.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    pub file: &'a CaseFile,
    pub exhibits: &'a Exhibits,
    pub facts: &'a Facts,
    pub run: &'a RunPart,
    pub sheet: &'a Sheet,
    /// Characters of the short narrative.
    pub narrative_limit: usize,
    /// Vertices that the diagram draws.
    pub vertices_max: usize,
}

/// Whether that mode shows others the case without data.
pub fn hides(mode: Option<Redaction>) -> bool {
    matches!(mode, Some(Redaction::External | Redaction::Structure))
}

impl Packet<'_> {
    /// Every file of the packet, the hashes last.
    pub fn parts(&self) -> Result<Vec<Part>, String> {
        let narrative = Narrative::of(self.file, self.facts, self.exhibits);
        let sections = form::sections(self, &narrative);
        let digest = graph_digest(&self.file.graph);
        let view = self.drawn(&digest);
        let mut parts = Vec::new();
        let mut add = |name: &str, bytes: Vec<u8>| parts.push(Part { name: name.to_string(), bytes });
        add("ic3-form.txt", form::text(self, &sections).into_bytes());
        add("ic3-form.json", self.form_json(&sections)?);
        add("subjects.csv", tables::subjects(self).into_bytes());
        add("transactions.csv", tables::transactions(self).into_bytes());
        add("indicators.csv", tables::indicators(self).into_bytes());
        add("timeline.csv", tables::timeline(self).into_bytes());
        add("evidence/sources.csv", tables::sources(self).into_bytes());
        add("evidence/rows.csv", tables::rows(self).into_bytes());
        if !self.run.manifest.is_empty() {
            add("evidence/run-manifest.json", self.run.manifest.clone());
        }
        for drawing in DRAWINGS {
            add(&format!("diagram.{}", drawing.name()), drawing.draw(&view, self.sheet)?);
        }
        add("case-report.pdf", case_report::pdf(self, &narrative, &view, &digest)?);
        add(ABOUT, self.about(&digest)?);
        let mut names: Vec<String> = parts.iter().map(|part| part.name.clone()).collect();
        parts
            .push(Part { name: "README.txt".to_string(), bytes: readme::text(self, &digest, &mut names).into_bytes() });
        parts.sort_by(|a, b| a.name.cmp(&b.name));
        let hashes: String = parts.iter().map(|part| format!("{}  {}\n", sha256(&part.bytes), part.name)).collect();
        parts.push(Part { name: MANIFEST.to_string(), bytes: hashes.into_bytes() });
        Ok(parts)
    }

    /// The view that is drawn, with its digest on the sheet.
    fn drawn(&self, digest: &str) -> GraphView {
        let mut view = summarise(&self.file.graph, self.vertices_max.min(VERTICES_DRAWN_MAX));
        view.reason = format!("Graph digest (SHA-256) {digest}. {}", view.reason);
        view
    }

    fn form_json(&self, sections: &[form::Section]) -> Result<Vec<u8>, String> {
        pretty(&json!({
            "form": "IC3 complaint",
            "case": self.file.id,
            "run_id": self.file.run_id,
            "run_day": self.file.run_day,
            "redaction": self.mode(),
            "counted": "UTF-16 units, a line break as two",
            "sections": sections,
        }))
    }

    fn about(&self, digest: &str) -> Result<Vec<u8>, String> {
        pretty(&json!({
            "format": "samehand packet",
            "format_version": 1,
            "product_version": self.file.product_version,
            "case": self.file.id,
            "case_kind": self.file.kind,
            "redaction": self.mode(),
            "run_id": self.file.run_id,
            "run_day": self.file.run_day,
            "run_manifest_sha256": self.run.digest,
            "run_manifest_note": "of the run's manifest.json without its entry clock",
            "config_digest": self.run.config_digest,
            "model_digest": self.run.model_digest,
            "graph_sha256": digest,
            "narrative_limit": self.narrative_limit,
        }))
    }

    /// The mode by name; `none` for a case that nobody redacted.
    fn mode(&self) -> &'static str {
        self.file.redaction.map_or("none", Redaction::name)
    }

    /// How a row is named: file and row, or its exhibit where these are hidden.
    fn row_named(&self, row: usize) -> String {
        match self.file.rows.get(row) {
            Some(own) if !hides(self.file.redaction) => format!("{} row {}", own.file, own.row),
            _ => self.exhibits.of_row(row).map(|number| format!("exhibit {number}")).unwrap_or_default(),
        }
    }

    /// How a cell is named.
    fn cell_named(&self, row: usize, cell: &SourceCell) -> String {
        let row = self.row_named(row);
        if hides(self.file.redaction) { row } else { format!("{row} [{}]", cell.columns) }
    }

    /// Where the number of an account stands in full, of which a run keeps the last four characters.
    fn full_number(&self, one: &Transaction) -> String {
        if one.full_number_columns.is_empty() || hides(self.file.redaction) {
            return String::new();
        }
        format!("{} [{}]", self.row_named(one.row), one.full_number_columns)
    }
}

/// SHA-256 over vertices and edges of the view as it is shown, each text with its length before it.
fn graph_digest(view: &GraphView) -> String {
    let mut digest = Sha256::new();
    let mut text = |text: &str| {
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text.as_bytes());
    };
    for vertex in &view.vertices {
        text(&vertex.shape.words());
        text(&vertex.label);
        text(&vertex.group.map(|group| group.to_string()).unwrap_or_default());
        vertex.detail.iter().for_each(|line| text(line));
    }
    for (_, edge) in view.links() {
        text(&format!("{} {} {:?} {}", edge.from, edge.to, edge.style, edge.bits));
        text(&edge.label);
        edge.detail.iter().for_each(|line| text(line));
    }
    hex(&digest.finalize())
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn pretty(value: &serde_json::Value) -> Result<Vec<u8>, String> {
    let mut text = serde_json::to_string_pretty(value).map_err(|fault| fault.to_string())?;
    text.push('\n');
    Ok(text.into_bytes())
}

/// Every string of a JSON value made safe to show.
fn cleaned(value: &mut serde_json::Value, each: &mut dyn FnMut(&str)) {
    match value {
        serde_json::Value::String(text) => {
            *text = clean(text);
            each(text);
        }
        serde_json::Value::Array(all) => all.iter_mut().for_each(|value| cleaned(value, each)),
        serde_json::Value::Object(all) => all.values_mut().for_each(|value| cleaned(value, each)),
        _ => {}
    }
}

/// The case that the tests of the packet are made from: two invented people, one phone, one account, one booked payment.
#[cfg(test)]
pub(crate) mod testing {
    use crate::model::value::{EvidenceFamily, IdentifierKind};
    use crate::report::case_file::*;
    use crate::report::shown::{Shown, What};
    use crate::report::view::standard_view;

    fn cell(columns: &str, kind: &str, role: &str, raw: &str, value: &str) -> SourceCell {
        let (raw, value) = match IdentifierKind::from_name(kind) {
            Some(kind) => (Shown::spelled(kind, value, raw), Shown::value(kind, value)),
            None => (Shown::new(What::Raw, raw), Shown::new(What::Raw, value)),
        };
        SourceCell {
            columns: Shown::source(columns),
            kind: kind.into(),
            role: role.into(),
            raw,
            value,
            ..SourceCell::default()
        }
    }

    fn row(
        record: &str,
        kind: &str,
        file: &str,
        row: u64,
        member: usize,
        day: &str,
        cells: Vec<SourceCell>,
    ) -> SourceRow {
        let cells = cells.into_iter().map(|cell| SourceCell { valid_from: Shown::day(day), ..cell }).collect();
        SourceRow { record: Shown::record(record), kind: kind.into(), file: Shown::source(file), row, member, cells }
    }

    pub(crate) fn case() -> CaseFile {
        let member = |id: &str, name: &str, rows: Vec<usize>| Member {
            persona: Shown::persona(id, id),
            name: Shown::persona(id, name),
            rows,
            ..Member::default()
        };
        let phone = "+12025550147";
        let shared = LinkTerm {
            kind: "phone".into(),
            family: "contact".into(),
            side: "control".into(),
            how: "same".into(),
            left: Shown::value(IdentifierKind::Phone, phone),
            right: Shown::value(IdentifierKind::Phone, phone),
            holders: 2,
            bits: 12.3,
            counted: 12.3,
            left_cells: vec![Shown::cell("applicants.csv row 4 [Phone]")],
            right_cells: vec![Shown::cell("employees.csv row 9 [Home Phone]")],
            ..LinkTerm::default()
        };
        CaseFile {
            run_id: "3f9a1c20b7de".into(),
            run_day: "2026-03-02".into(),
            product_version: "0.1.0".into(),
            id: "R-0123456789".into(),
            rank: 1,
            level: "priority".into(),
            weight_bits: 31.4,
            families: vec![EvidenceFamily::Contact, EvidenceFamily::Payment],
            reason: Shown::prose("Two personas share a phone and a payment account."),
            graph: standard_view(),
            members: vec![
                member("P-1a2b3c4d5e", "Dana Whitfield", vec![0]),
                member("P-2b3c4d5e6f", "Owen Pratt", vec![1, 2, 3]),
            ],
            links: vec![PersonaLink {
                left: 0,
                right: 1,
                rule: "shared evidence".into(),
                bits: Some(9.1),
                spanning: true,
                terms: vec![LinkTerm { kind: "prior".into(), counted: -3.2, ..LinkTerm::default() }, shared],
                ..PersonaLink::default()
            }],
            findings: vec![FindingRow {
                indicator: "B13".into(),
                name: "remote-control software".into(),
                strength: "medium".into(),
                family: "device/network".into(),
                members: vec![0],
                finding: Shown::prose("two laptops show a program for remote control"),
                first: Shown::day("2025-01-02"),
                last: Shown::day("2025-01-02"),
                also_consider: "A help desk uses it.".into(),
                source: "Example advisory, 2 January 2025".into(),
                cells: vec![Shown::cell("applicants.csv row 4 [Phone]"), Shown::cell("devices.csv row 90 [Serial]")],
                ..FindingRow::default()
            }],
            roles: vec![RoleRow {
                role: "victim of identity theft".into(),
                kind: "persona".into(),
                who: Shown::persona("P-1a2b3c4d5e", "P-1a2b3c4d5e (Dana Whitfield)"),
                evidence: Shown::prose("its document number is held by another persona"),
                also_consider: "A relative lends it.".into(),
                cells: Vec::new(),
            }],
            against: vec![Shown::prose("Their birth dates differ.")],
            timeline: vec![Event {
                when: Shown::day("2025-02-01T08:15:00Z"),
                member: 1,
                kind: "payment".into(),
                what: Shown::prose("paid to ***1207"),
                record: Shown::record("payments:1"),
                cell: Shown::cell("payments.csv row 1 [Paid On]"),
                times: 1,
            }],
            rows: vec![
                row(
                    "applicants:A-101",
                    "applicant",
                    "applicants.csv",
                    4,
                    0,
                    "2024-11-05",
                    vec![
                        cell("Name", "name", "own", "Dana Whitfield", "dana / whitfield"),
                        cell("Phone", "phone", "own", "(202) 555-0147", phone),
                        cell("Email", "email", "own", "=cmd|dana@example.com", "dana@example.com"),
                    ],
                ),
                row(
                    "employees:E-207",
                    "employee",
                    "employees.csv",
                    9,
                    1,
                    "2024-12-01",
                    vec![
                        cell("First + Last", "name", "own", "Owen | Pratt", "owen / pratt"),
                        cell("Home Phone", "phone", "own", "202-555-0147", phone),
                    ],
                ),
                row(
                    "payroll:P-9",
                    "payment_account",
                    "payroll.csv",
                    31,
                    1,
                    "2025-01-02",
                    vec![cell("Routing + Account", "account", "own", "***", "***1207")],
                ),
                row(
                    "payments:1",
                    "payment",
                    "payments.csv",
                    1,
                    1,
                    "2025-02-01",
                    vec![
                        cell("Paid On", "time", "own", "2025-02-01", "2025-02-01"),
                        cell("Amount", "amount", "own", "4,200.00", "4200.00"),
                        cell("Currency", "currency", "own", "USD", "usd"),
                        cell("To", "account", "own", "***1207", "***1207"),
                    ],
                ),
            ],
            ..CaseFile::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::case;
    use super::*;
    use crate::report::redact::{Pseudonyms, redact_case};

    fn made(mode: Redaction, facts: &Facts) -> Vec<Part> {
        let full = case();
        let mut pseudonyms = Pseudonyms::default();
        let shown = redact_case(&full, mode, &mut pseudonyms);
        let run = RunPart { digest: "aa".into(), ..RunPart::default() };
        let packet = Packet {
            file: &shown,
            exhibits: &Exhibits::of(&full, &shown),
            facts: &facts.redacted(mode),
            run: &run,
            sheet: &Sheet::default(),
            narrative_limit: NARRATIVE_LIMIT,
            vertices_max: VERTICES_DRAWN_MAX,
        };
        packet.parts().expect("made")
    }

    fn text(parts: &[Part], name: &str) -> String {
        let part = parts.iter().find(|part| part.name == name).unwrap_or_else(|| panic!("no {name}"));
        String::from_utf8(part.bytes.clone()).expect("text")
    }

    #[test]
    fn the_same_packet_gives_the_same_bytes_and_hashes_every_file() {
        let parts = made(Redaction::Full, &Facts::default());
        assert_eq!(parts, made(Redaction::Full, &Facts::default()));
        let hashes = text(&parts, MANIFEST);
        assert_eq!(hashes.lines().count(), parts.len() - 1);
        for part in parts.iter().filter(|part| part.name != MANIFEST) {
            assert!(hashes.contains(&format!("{}  {}\n", sha256(&part.bytes), part.name)), "{}", part.name);
        }
    }

    #[test]
    fn amounts_are_those_of_rows_and_full_numbers_are_pointed_to() {
        let parts = made(Redaction::Full, &Facts::default());
        let form = text(&parts, "ic3-form.txt");
        assert!(form.contains("full number: payroll.csv row 31 [Routing + Account]"), "{form}");
        let transactions = text(&parts, "transactions.csv");
        let lines: Vec<&str> = transactions.lines().collect();
        assert!(lines[1].contains("account on file") && lines[1].contains("2025-01-02"), "{transactions}");
        assert!(lines[2].contains("\"4,200.00\"") && lines[2].contains("payments.csv row 1"), "{transactions}");
        // A cell that is a formula in the input is none in the tables.
        let rows = text(&parts, "evidence/rows.csv");
        assert!(rows.contains(",'=cmd|dana@example.com,"), "{rows}");
    }

    #[test]
    fn what_is_hidden_is_in_no_file() {
        let facts = Facts::read("[victim]\nbusiness = \"Harbor Example LLC\"\n").expect("sound");
        for mode in [Redaction::External, Redaction::Structure] {
            for part in made(mode, &facts) {
                let content = String::from_utf8_lossy(&part.bytes);
                for secret in [
                    "Dana",
                    "Whitfield",
                    "whitfield",
                    "Pratt",
                    "5550147",
                    "555-0147",
                    "1207",
                    "A-101",
                    "E-207",
                    "P-9",
                    "applicants",
                    "employees.csv",
                    "Home Phone",
                    "P-1a2b",
                    "Harbor",
                    "row 31",
                    "example.com",
                ] {
                    assert!(!content.contains(secret), "{secret} in {} of {}", part.name, mode.name());
                }
            }
        }
        // The look-alike that shows the search is a search.
        let open = made(Redaction::Full, &facts);
        assert!(text(&open, "ic3-form.txt").contains("Harbor") && text(&open, "evidence/rows.csv").contains("A-101"));
    }

    #[test]
    fn the_digest_is_that_of_what_is_drawn() {
        let full = case();
        let digest = graph_digest(&full.graph);
        let mut other = full.graph.clone();
        other.title.push('x');
        assert_eq!(graph_digest(&other), digest);
        other.edges[0].label.push('x');
        assert_ne!(graph_digest(&other), digest);
        let parts = made(Redaction::Full, &Facts::default());
        for name in ["diagram.dot", "README.txt", ABOUT] {
            assert!(text(&parts, name).replace("\\n", " ").contains(&digest), "{name}");
        }
    }
}
