//! The fields of IC3's complaint form in the order of its sections, each ready to paste and counted.
//!
//! What is not known stays empty; nothing is guessed. The order is that of the form's sections as IC3 publishes them; names of
//! single fields differ a little between versions of the form.

use super::Packet;
use super::facts::{Fact, SECTIONS};
use super::narrative::{Narrative, characters};
use super::transactions::{Transaction, shown, with_zone};
use crate::model::record::RecordKind;
use crate::report::case_file::SourceCell;
use crate::report::look::FOOTER;
use crate::report::redact::Redaction;
use crate::report::text::clean;
use serde::Serialize;
use std::fmt::Write;

/// One field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Field {
    pub label: String,
    /// Ready to paste; empty where nothing is known.
    pub value: String,
    /// In characters as browsers count them.
    pub characters: usize,
    /// The limit that was held, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// Cells of the input, or `facts file`.
    pub from: Vec<String>,
}

/// Fields that belong together: one transaction, one subject.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Block {
    pub title: String,
    pub fields: Vec<Field>,
}

/// One section of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Section {
    /// From 1, in the form's order.
    pub number: usize,
    /// As the form calls it.
    pub heading: &'static str,
    /// What to know before filling it in.
    pub note: String,
    pub blocks: Vec<Block>,
}

/// Subjects and transactions that get a block of their own; the tables have all.
pub const BLOCKS_MAX: usize = 50;

/// The sections in the form's order.
pub const HEADINGS: [&str; 8] = [
    "Victim Information",
    "Financial Transaction(s)",
    "Description of Incident",
    "Which of the following were used in this incident",
    "Information About The Subject(s) Who Victimized You",
    "Other Information",
    "Who Filed the Complaint",
    "Privacy Act Statement",
];

impl Field {
    fn new(label: impl Into<String>, value: &str, from: Vec<String>) -> Field {
        let value: Vec<String> = value.lines().map(clean).collect();
        let value = value.join("\n").trim().to_string();
        let from = if value.is_empty() { Vec::new() } else { from };
        Field { label: label.into(), characters: characters(&value), value, limit: None, from }
    }
}

/// The whole form of a packet.
pub fn sections(packet: &Packet, narrative: &Narrative) -> Vec<Section> {
    let blocks = [
        vec![told(packet, "victim", 0, String::new())],
        transactions(packet),
        vec![description(packet, narrative)],
        vec![used(packet)],
        subjects(packet),
        vec![told(packet, "other", 0, String::new())],
        vec![told(packet, "filer", 0, String::new())],
        Vec::new(),
    ];
    let mut all: Vec<Section> = HEADINGS
        .into_iter()
        .zip(blocks)
        .enumerate()
        .map(|(at, (heading, blocks))| Section { number: at + 1, heading, note: String::new(), blocks })
        .collect();
    let notes = [
        (0, "From the facts file alone."),
        (1, "From the facts file, then from the run. An amount stands only where a row holds one."),
        (2, "Paste the short one where the form limits the field, else the long one."),
        (3, "Ticked only where a row of the case holds such a value. An empty field is unknown, not \"no\"."),
        (
            4,
            "The form's word is subject; here it is a persona, an identity as it was presented. The named identity may be that of a victim of identity theft; say so when you file.",
        ),
        (7, "To be read and signed on the form by the person who files. Nothing can be filled in here."),
    ];
    for (at, note) in notes {
        if let Some(section) = all.get_mut(at) {
            section.note = note.to_string();
        }
    }
    for (at, listed) in [
        (1, Transaction::of_case(packet.file).len() + packet.facts.count("transaction")),
        (4, packet.file.members.len()),
    ] {
        if let (Some(section), true) = (all.get_mut(at), listed > BLOCKS_MAX) {
            section.note.push_str(&format!(" The first {BLOCKS_MAX} of {listed} are here; all are in the tables."));
        }
    }
    all
}

/// The form as text.
pub fn text(packet: &Packet, sections: &[Section]) -> String {
    let file = packet.file;
    let mut out = format!(
        "IC3 COMPLAINT, PREPARED FIELD BY FIELD\n{}\nFile it at https://www.ic3.gov. The form takes no attachments: paste the fields, keep the packet.\n\
         Counts are in characters, a line break counted as two. A field without text is unknown.\n",
        clean(&format!(
            "{} {} of run {} ({}), redaction: {}",
            file.kind.words(),
            file.id,
            file.run_id,
            file.run_day,
            packet.mode()
        ))
    );
    for section in sections {
        let _ = write!(out, "\n{}\n{}. {}\n{}\n", "=".repeat(78), section.number, section.heading, "=".repeat(78));
        if !section.note.is_empty() {
            let _ = writeln!(out, "({})", section.note);
        }
        for block in &section.blocks {
            if !block.title.is_empty() {
                let _ = write!(out, "\n--- {}\n", clean(&block.title));
            }
            for field in &block.fields {
                let limit = field.limit.map(|limit| format!(" of {limit}")).unwrap_or_default();
                let _ = write!(out, "\n{} [{}{limit}]\n", field.label, field.characters);
                if !field.value.is_empty() {
                    let _ = writeln!(out, "{}", field.value);
                }
                for from in &field.from {
                    let _ = writeln!(out, "    from: {}", clean(from));
                }
            }
        }
    }
    let _ = write!(out, "\n{FOOTER}\n");
    out
}

/// The fields of one table of the facts file.
fn told(packet: &Packet, section: &str, at: usize, title: String) -> Block {
    let facts: &[Fact] = SECTIONS.iter().find(|known| known.name == section).map_or(&[], |known| known.facts);
    let field =
        |fact: &Fact| Field::new(fact.label, packet.facts.get(section, at, fact.key), vec!["facts file".to_string()]);
    Block { title, fields: facts.iter().map(field).collect() }
}

fn transactions(packet: &Packet) -> Vec<Block> {
    let told_by_filer = packet.facts.count("transaction");
    let mut blocks: Vec<Block> = (0..told_by_filer.min(BLOCKS_MAX))
        .map(|at| told(packet, "transaction", at, format!("Transaction {}: told by the person who files", at + 1)))
        .collect();
    for (at, one) in Transaction::of_case(packet.file).iter().enumerate().take(BLOCKS_MAX.saturating_sub(blocks.len()))
    {
        let from = || vec![packet.row_named(one.row)];
        let full = packet.full_number(one);
        let amount = if one.amount.is_empty() { String::new() } else { one.amount.clone() };
        let mut fields = vec![
            Field::new("Transaction type", &format!("{} (as recorded)", one.what), from()),
            Field::new("Amount", &amount, from()),
            Field::new("Currency", &one.currency, from()),
            Field::new("Date (UTC)", &with_zone(&one.date), from()),
            Field::new("Until (UTC)", &one.until, from()),
            Field::new("Originating account number", &one.originating_account, from()),
            Field::new("Recipient name on account", &one.recipient_name, from()),
            Field::new("Recipient routing number", &one.recipient_routing, from()),
            Field::new("Recipient account number or wallet", &one.recipient_account, from()),
        ];
        if !full.is_empty() {
            fields.push(Field::new("Full number", &format!("full number: {full}"), Vec::new()));
        }
        let title = format!("Transaction {}: {}, {}", told_by_filer + at + 1, one.what, packet.file.called(one.member));
        blocks.push(Block { title, fields });
    }
    blocks
}

fn description(packet: &Packet, narrative: &Narrative) -> Block {
    let short = narrative.short(packet.narrative_limit);
    let mut field = Field { limit: Some(packet.narrative_limit), ..Field::default() };
    (field.label, field.characters, field.value) = ("Description, short".to_string(), characters(&short), short);
    let long = narrative.long();
    let long = Field {
        label: "Description, long".to_string(),
        characters: characters(&long),
        value: long,
        ..Field::default()
    };
    let headings = told(packet, "incident", 0, String::new());
    Block { title: String::new(), fields: [vec![field, long], headings.fields].concat() }
}

/// What was used, with the kinds of values that show it.
const USED: &[(&str, &[&str])] = &[
    ("Email", &["email"]),
    ("Phone", &["phone"]),
    ("Web site or social network", &["profile_url", "handle"]),
    ("Bank account", &["account"]),
    ("Cryptocurrency or wallet", &["wallet"]),
    ("Payment platform", &["payment_handle"]),
    ("Mail, parcel or delivery", &["tracking_number"]),
    ("Identity document or number", &["government_id", "document_number"]),
    ("Internet connection (IP address)", &["ip"]),
];

/// The indicator whose findings name remote-control software.
const REMOTE_CONTROL: &str = "B13";

fn used(packet: &Packet) -> Block {
    let mut fields: Vec<Field> = USED
        .iter()
        .map(|(label, kinds)| {
            let places = packet.file.rows.iter().enumerate().filter_map(|(at, row)| {
                let cell =
                    row.cells.iter().find(|cell| kinds.contains(&cell.kind.as_str()) && !cell.value.is_empty())?;
                Some(packet.cell_named(at, cell))
            });
            let from: Vec<String> = places.take(3).collect();
            Field::new(*label, if from.is_empty() { "" } else { "yes" }, from)
        })
        .collect();
    let remote =
        packet.file.findings.iter().enumerate().find(|(_, f)| f.indicator == REMOTE_CONTROL && f.guard.is_empty());
    let from =
        remote.and_then(|(at, _)| packet.exhibits.findings.get(at)).map(|numbers| super::exhibits::cited(numbers, 6));
    fields.push(Field::new(
        "Remote access software",
        if remote.is_some() { "yes" } else { "" },
        from.into_iter().collect(),
    ));
    Block { title: String::new(), fields }
}

/// A field of a subject, and the kinds and roles of values that fill it.
const SUBJECT: &[(&str, &[&str])] = &[
    ("Address", &["address"]),
    ("City", &["city"]),
    ("State", &["region"]),
    ("Country", &["country"]),
    ("ZIP code", &["postal_code"]),
    ("Phone number", &["phone"]),
    ("Email address", &["email"]),
    ("Web site or social network", &["profile_url", "handle"]),
    ("IP address", &["ip"]),
];

fn subjects(packet: &Packet) -> Vec<Block> {
    let members = packet.file.members.iter().enumerate().take(BLOCKS_MAX);
    members
        .map(|(at, member)| {
            let names = std::iter::once(&member.name).chain(&member.other_names);
            let names: Vec<&str> = names.map(|name| name.text.as_str()).filter(|name| !name.is_empty()).collect();
            let mut fields = vec![
                Field::new("Name as presented", &names.join("; "), Vec::new()),
                Field::new("Business name", "", Vec::new()),
            ];
            for (label, kinds) in SUBJECT {
                let (values, from) = packet.values_of(at, kinds);
                fields.push(Field::new(*label, &values.join("; "), from));
            }
            fields.push(Field::new("Note", &packet.identity_note(at), Vec::new()));
            Block { title: format!("Subject {}: persona {}", at + 1, packet.file.called(at)), fields }
        })
        .collect()
}

impl Packet<'_> {
    /// Distinct values of a member's own, with the cells they stand in (the first of each): persons first, then the rest.
    pub(super) fn values_of(&self, member: usize, kinds: &[&str]) -> (Vec<String>, Vec<String>) {
        /// Values that fill one field.
        const VALUES_MAX: usize = 12;
        let (mut values, mut from): (Vec<String>, Vec<String>) = Default::default();
        let rows = self.file.members.get(member).map_or(&[][..], |member| &member.rows);
        let is_person = |row: &&usize| {
            self.file
                .rows
                .get(**row)
                .and_then(|row| RecordKind::from_name(&row.kind))
                .is_some_and(RecordKind::is_person)
        };
        let (persons, others): (Vec<&usize>, Vec<&usize>) = rows.iter().partition(is_person);
        for &row in persons.into_iter().chain(others) {
            let cells = self.file.rows.get(row).map_or(&[][..], |row| &row.cells);
            let own = |cell: &&SourceCell| {
                kinds.contains(&cell.kind.as_str())
                    && matches!(cell.role.as_str(), "own" | "home")
                    && !cell.value.is_empty()
            };
            for cell in cells.iter().filter(own) {
                let value = match cell.kind.as_str() {
                    "address" | "city" | "region" | "country" => shown(&cell.raw.text, &cell.value.text),
                    _ => cell.value.text.clone(),
                };
                if !values.contains(&value) && values.len() < VALUES_MAX {
                    values.push(value);
                    from.push(self.cell_named(row, cell));
                }
            }
        }
        (values, from)
    }

    /// What is to be said of a named identity, from the roles.
    pub(super) fn identity_note(&self, member: usize) -> String {
        let persona = self.file.members.get(member).map_or("", |member| member.persona.text.as_str());
        let of_roles = self.file.roles.iter().filter(|role| {
            role.kind == "persona"
                && !persona.is_empty()
                && role.who.text.split(' ').next() == Some(persona)
                && self.file.redaction != Some(Redaction::Structure)
        });
        let said: Vec<String> = of_roles
            .map(|role| match role.role.as_str() {
                "victim of identity theft" => {
                    "hypothesis: the named identity is that of a victim of identity theft".to_string()
                }
                other => format!("hypothesis: {other}"),
            })
            .collect();
        if said.is_empty() { "whose identity it is, is not known".to_string() } else { said.join("; ") }
    }
}
