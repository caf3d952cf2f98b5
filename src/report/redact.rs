//! Takes out of a view what its reader must not see, before any exporter draws it.
//!
//! | mode | persons | values | free text | dates |
//! |---|---|---|---|---|
//! | full | as they are | as they are | as it is | as they are |
//! | internal | names | numbers masked, street without number | numbers masked | as they are |
//! | external | `P01` | kind and ordinal: `phone 2`, `A03` | replaced by counts | months |
//! | structure | `persona` | kind only | replaced by counts | none |
//!
//! In *internal* free text is masked by pattern, which is a courtesy inside the house and no promise: a number written in
//! words stays. *external* and *structure* let no text from the data through at all: what is shown is composed anew from
//! shapes, styles and counts, and a label of an edge passes only when every word of it stands in [`NEUTRAL_WORDS`].
//! The run's and the ring's id and the level are made by the program and stay. What stands behind each pseudonym is
//! returned apart, for a mapping file that is not handed on.

use super::case_file::CaseFile;
use super::shown::{Shown, What};
use super::view::{EdgeStyle, GraphView, Vertex, VertexShape, kind_words, value_key};
use crate::model::value::IdentifierKind;
use crate::model::words::numbered;
use aho_corasick::{AhoCorasick, MatchKind};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How much of the data a document shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Redaction {
    /// Everything; for law enforcement.
    Full,
    /// Names, but numbers masked and streets without number; inside the house.
    Internal,
    /// Pseudonyms and kinds; for other companies.
    External,
    /// Kinds and counts only.
    Structure,
}

impl Redaction {
    /// Every mode, from most to least shown.
    pub const ALL: [Redaction; 4] = [Redaction::Full, Redaction::Internal, Redaction::External, Redaction::Structure];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Redaction::Full => "full",
            Redaction::Internal => "internal",
            Redaction::External => "external",
            Redaction::Structure => "structure",
        }
    }

    /// One line for the reference.
    pub fn doc(self) -> &'static str {
        match self {
            Redaction::Full => "Everything as it is; for law enforcement.",
            Redaction::Internal => "Names stay, numbers are masked, streets lose their number; inside the house.",
            Redaction::External => "Pseudonyms, kinds with ordinals, months; for others.",
            Redaction::Structure => "Kinds and counts only.",
        }
    }

    /// The mode with that name.
    pub fn from_name(name: &str) -> Option<Redaction> {
        Redaction::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

/// What stands behind one pseudonym. Not for the reader of the document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pseudonym {
    /// As shown: `P01`.
    pub shown: String,
    /// The label it replaces.
    pub original: String,
}

/// Words that an edge's label may be made of to be shown to others: ours, never the data's.
pub const NEUTRAL_WORDS: &[&str] = &[
    "a",
    "account",
    "address",
    "adjacent",
    "agency",
    "an",
    "and",
    "apart",
    "asset",
    "assets",
    "as",
    "at",
    "away",
    "are",
    "belongs",
    "birth",
    "bits",
    "block",
    "by",
    "carried",
    "changed",
    "character",
    "city",
    "cluster",
    "clusters",
    "country",
    "date",
    "decided",
    "delivered",
    "delivery",
    "device",
    "differs",
    "digit",
    "digits",
    "document",
    "domain",
    "drawn",
    "edge",
    "edges",
    "edit",
    "email",
    "employee",
    "evidence",
    "few",
    "four",
    "further",
    "government",
    "handle",
    "hardware",
    "hash",
    "holder",
    "home",
    "host",
    "hostname",
    "hub",
    "id",
    "image",
    "in",
    "ip",
    "is",
    "known",
    "last",
    "least",
    "left",
    "letter",
    "letters",
    "license",
    "line",
    "local",
    "more",
    "name",
    "near",
    "nearly",
    "network",
    "number",
    "of",
    "off",
    "on",
    "one",
    "only",
    "operator",
    "or",
    "other",
    "others",
    "out",
    "paid",
    "part",
    "payee",
    "payment",
    "person",
    "persona",
    "personas",
    "phone",
    "photo",
    "postal",
    "profile",
    "range",
    "record",
    "referee",
    "references",
    "referred",
    "region",
    "resume",
    "routing",
    "same",
    "sent",
    "serial",
    "share",
    "shared",
    "shipment",
    "site",
    "source",
    "stated",
    "street",
    "that",
    "the",
    "their",
    "time",
    "to",
    "touches",
    "touch",
    "tracking",
    "two",
    "unit",
    "url",
    "used",
    "value",
    "values",
    "vertex",
    "wallet",
    "with",
    "word",
    "words",
    "code",
    "its",
    "analyst",
    "what",
    "than",
    "has",
    "brackets",
    "links",
    "not",
    "instead",
    "lines",
];

/// The pseudonyms of one case. Every document about it is given the same, and names first what the case's own diagram
/// draws, in its order: so `P03` is the same persona in all of them.
#[derive(Clone, Debug, Default)]
pub struct Pseudonyms {
    ordinals: BTreeMap<String, usize>,
    given: BTreeMap<(String, String), String>,
    list: Vec<Pseudonym>,
}

impl Pseudonyms {
    /// What stands behind each, in the order in which they were given.
    pub fn list(&self) -> &[Pseudonym] {
        &self.list
    }

    /// The pseudonym of what that key stands for: `P03` or `phone 2`. A key that is empty never had one before.
    fn of(&mut self, noun: &str, key: &str, original: &str) -> String {
        let known = (noun.to_string(), key.to_string());
        if let (Some(given), false) = (self.given.get(&known), key.is_empty()) {
            return given.clone();
        }
        let ordinal = self.ordinals.entry(noun.to_string()).or_default();
        *ordinal += 1;
        let shown = if noun.chars().count() == 1 { format!("{noun}{ordinal:02}") } else { format!("{noun} {ordinal}") };
        self.list.push(Pseudonym { shown: shown.clone(), original: original.to_string() });
        if !key.is_empty() {
            self.given.insert(known, shown.clone());
        }
        shown
    }
}

/// The view as that mode shows it; in *external* under these pseudonyms.
pub fn redact(view: &GraphView, mode: Redaction, pseudonyms: &mut Pseudonyms) -> GraphView {
    redact_knowing(view, mode, pseudonyms, BTreeMap::new())
}

/// The same; inside the house with values that the view writes out and has no vertex for, each with what is shown of it.
fn redact_knowing(
    view: &GraphView,
    mode: Redaction,
    pseudonyms: &mut Pseudonyms,
    known: BTreeMap<String, String>,
) -> GraphView {
    let shown = match mode {
        Redaction::Full => view.clone(),
        Redaction::Internal => internal(view, known),
        Redaction::External => external(view, pseudonyms),
        Redaction::Structure => structure(view),
    };
    GraphView { redaction: Some(mode), ..shown }
}

/// The case file as that mode shows it; in *external* under these pseudonyms.
pub fn redact_case(file: &CaseFile, mode: Redaction, pseudonyms: &mut Pseudonyms) -> CaseFile {
    let mut out = file.clone();
    let known = match mode {
        Redaction::Internal => Masks::known(|each| out.texts(each)),
        _ => BTreeMap::new(),
    };
    out.graph = redact_knowing(&file.graph, mode, pseudonyms, known.clone());
    out.redaction = Some(mode);
    match mode {
        Redaction::Full => {}
        Redaction::Internal => {
            let masks = Masks::new(known);
            out.texts(&mut |text| masks.mask(text));
        }
        Redaction::External => out.texts(&mut |text| hide(text, Some(pseudonyms))),
        Redaction::Structure => {
            // Bits to the last digit would tell a case apart as surely as a name.
            let whole = |bits: &mut f64| *bits = if bits.is_finite() { bits.round() } else { 0.0 };
            whole(&mut out.weight_bits);
            for link in &mut out.links {
                link.bits.iter_mut().for_each(whole);
                link.terms.iter_mut().flat_map(|term| [&mut term.bits, &mut term.counted]).for_each(whole);
            }
            out.texts(&mut |text| hide(text, None));
        }
    }
    if matches!(mode, Redaction::External | Redaction::Structure) {
        out.reason = Shown::own(out.graph.reason.clone());
    }
    out
}

/// The text without data: as pseudonym, or in *structure* as its sort alone.
pub fn hide(text: &mut Shown, pseudonyms: Option<&mut Pseudonyms>) {
    if text.is_empty() {
        return;
    }
    let original = std::mem::take(&mut text.text);
    let (noun, key) = match std::mem::replace(&mut text.what, What::Own) {
        What::Own => {
            text.text = original;
            return;
        }
        What::Prose | What::Raw => return,
        What::Day => {
            if pseudonyms.is_some() {
                text.text = months(&[original.get(..10).unwrap_or_default().to_string()]).unwrap_or_default();
            }
            return;
        }
        What::Record => {
            // A record that is drawn is known by the name it has there.
            let drawn = pseudonyms.as_deref().and_then(|known| {
                ["A", "D", "S"].into_iter().find(|noun| known.given.contains_key(&(noun.to_string(), original.clone())))
            });
            (drawn.unwrap_or("record").to_string(), original.clone())
        }
        What::Source => ("source".to_string(), original.clone()),
        What::Cell => ("cell".to_string(), original.clone()),
        What::Persona(id) => ("P".to_string(), id),
        What::Value(kind, as_linked) => (kind_words(kind), value_key(kind, &as_linked)),
    };
    text.text = match pseudonyms {
        Some(pseudonyms) => pseudonyms.of(&noun, &key, &original),
        None if noun == "P" => "persona".to_string(),
        None => noun,
    };
}

/// Masking inside the house: each value by its kind's own rule, and wherever else it is written out.
pub(super) struct Masks {
    finder: Option<AhoCorasick>,
    masked: Vec<String>,
}

impl Masks {
    /// The masks of all values that a document's texts name.
    pub(super) fn of(texts: impl FnOnce(&mut dyn FnMut(&mut Shown))) -> Masks {
        Masks::new(Masks::known(texts))
    }

    /// Each spelling of the values that texts name, and what is shown of it.
    fn known(texts: impl FnOnce(&mut dyn FnMut(&mut Shown))) -> BTreeMap<String, String> {
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        texts(&mut |text| {
            if let What::Value(kind, as_linked) = &text.what {
                for spelling in [as_linked, &text.text] {
                    let masked = mask_value(*kind, spelling);
                    if masked != *spelling && spelling.chars().count() >= 4 {
                        known.insert(spelling.clone(), masked);
                    }
                }
            }
        });
        known
    }

    fn new(known: BTreeMap<String, String>) -> Masks {
        let known = known.into_iter().filter(|(spelling, _)| !spelling.is_empty());
        let (patterns, masked): (Vec<String>, Vec<String>) = known.unzip();
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&patterns).ok();
        Masks { finder, masked }
    }

    /// Free text with what is known masked by its own rule, and numbers in what lies between.
    fn prose(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for found in self.finder.iter().flat_map(|finder| finder.find_iter(text)) {
            out.push_str(&mask_numbers(&text[at..found.start()], 7));
            out.push_str(&self.masked[found.pattern().as_usize()]);
            at = found.end();
        }
        out.push_str(&mask_numbers(&text[at..], 7));
        out
    }

    /// The text as it is shown inside the house.
    pub(super) fn mask(&self, text: &mut Shown) {
        text.text = match &text.what {
            What::Own | What::Persona(_) | What::Record | What::Source | What::Cell | What::Day => return,
            What::Value(kind, _) => mask_value(*kind, &text.text),
            What::Prose | What::Raw => self.prose(&text.text),
        };
    }
}

// Internal: masking.

fn internal(view: &GraphView, mut known: BTreeMap<String, String>) -> GraphView {
    let mut out = view.clone();
    // A value that has a vertex is masked wherever else it is written out, by its kind's own rule.
    for vertex in out.vertices.iter_mut().filter(|vertex| vertex.folded == 0) {
        let masked = match vertex.shape {
            VertexShape::Person => {
                // A persona's id is the program's own, however many digits it has.
                if !vertex.key.contains(':') {
                    known.insert(vertex.key.clone(), vertex.key.clone());
                }
                continue;
            }
            VertexShape::Value(kind) | VertexShape::Hub(kind) => mask_value(kind, &vertex.label),
            VertexShape::Site => mask_place(&vertex.label),
            VertexShape::Account | VertexShape::Device | VertexShape::Shipment => mask_numbers(&vertex.label, 5),
        };
        if masked != vertex.label && vertex.label.chars().count() >= 4 {
            known.insert(vertex.label.clone(), masked.clone());
        }
        vertex.label = masked;
    }
    known.insert(out.id.clone(), out.id.clone());
    let masks = Masks::new(known);
    let mask = |text: &mut String| *text = masks.prose(text);
    mask(&mut out.title);
    mask(&mut out.reason);
    for vertex in &mut out.vertices {
        if vertex.shape.is_person() || vertex.folded > 0 {
            mask(&mut vertex.label);
        }
        vertex.detail.iter_mut().for_each(mask);
    }
    for edge in &mut out.edges {
        mask(&mut edge.label);
        edge.detail.iter_mut().for_each(mask);
    }
    out
}

/// A value as it is shown inside the house: phones as `***-***-4321`, accounts, documents and serials by their last
/// four characters, addresses without number and unit, networks by their first half, birth dates by year. Emails,
/// handles, names and places stay.
pub fn mask_value(kind: IdentifierKind, text: &str) -> String {
    use IdentifierKind::*;
    match kind {
        Phone | RefereePhone => format!("***-***-{}", last_four(text)),
        GovernmentId => format!("***-**-{}", last_four(text)),
        DocumentNumber | RoutingNumber | Account | Wallet | Serial | HardwareAddress | TrackingNumber | PhotoHash => {
            format!("****{}", last_four(text))
        }
        PaymentHandle if !text.contains('@') => mask_numbers(text, 4),
        Address => mask_address(text),
        Ip => mask_ip(text),
        BirthDate => format!("{}-**-**", text.chars().take_while(char::is_ascii_digit).take(4).collect::<String>()),
        ResumeLine => mask_numbers(text, 5),
        Name | Email | City | Region | PostalCode | Country | PaymentHandle | PayeeName | Hostname | ProfileUrl
        | Handle | RefereeName | RefereeEmail | Agency | Attribute | Time | Start | End | Rescheduled | Ordered
        | Completed | Result | Status | Reason | Event | Application | Version | Product | Managed | UserAgent
        | Asn | AsOrg | Repository | Destination | Count | Amount | Currency => text.to_string(),
        Device => format!("****{}", last_four(text)),
    }
}

/// The last four letters or digits; fewer when the text is so short that four would be most of it.
fn last_four(text: &str) -> String {
    let text = text.split(";ext=").next().unwrap_or_default();
    let kept: Vec<char> = text.chars().filter(|ch| ch.is_alphanumeric()).collect();
    let show = 4.min(kept.len() / 2);
    kept[kept.len() - show..].iter().collect()
}

fn mask_ip(text: &str) -> String {
    let separator = if text.contains(':') { ':' } else { '.' };
    let groups: Vec<&str> = text.split(separator).collect();
    let kept = groups.len() / 2;
    let shown: Vec<&str> = groups.iter().enumerate().map(|(at, group)| if at < kept { group } else { "*" }).collect();
    shown.join(&separator.to_string())
}

/// A site's label names an address or a network.
fn mask_place(text: &str) -> String {
    let network = !text.is_empty() && text.chars().all(|ch| ch.is_ascii_hexdigit() || ".:/".contains(ch));
    if network { mask_ip(text) } else { mask_address(text) }
}

/// An address without house number and unit, in the form of parts joined by `|` or on one line with commas.
fn mask_address(text: &str) -> String {
    if text.matches('|').count() == 6 {
        let parts: Vec<&str> = text.split('|').collect();
        let shown = [parts[1], parts[3], parts[4], parts[5], parts[6]];
        return shown.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    }
    let units = ["apt", "apartment", "unit", "suite", "ste", "flat", "room", "rm", "floor", "fl"];
    let mut shown = Vec::new();
    for (at, segment) in text.split(',').enumerate() {
        let mut words: Vec<&str> = Vec::new();
        let mut in_unit = false;
        for word in segment.split_whitespace() {
            let bare: String = word.chars().filter(|ch| ch.is_alphanumeric()).collect::<String>().to_lowercase();
            let has_digit = bare.chars().any(|ch| ch.is_ascii_digit());
            let ordinal = ["st", "nd", "rd", "th"].iter().any(|end| {
                bare.strip_suffix(end)
                    .is_some_and(|number| !number.is_empty() && number.chars().all(|ch| ch.is_ascii_digit()))
            });
            if units.contains(&bare.as_str()) || word.starts_with('#') {
                in_unit = true;
            } else if in_unit {
                in_unit = false;
            } else if at > 0 || !has_digit || ordinal {
                words.push(word);
            }
        }
        if !words.is_empty() {
            shown.push(words.join(" "));
        }
    }
    shown.join(", ")
}

/// Masks runs of digits, together with the spaces, dots, dashes and brackets inside them, that have at least `digits_min`
/// digits: all digits but the last four become `*`. Dates written `2024-03-05` and times stay.
fn mask_numbers(text: &str, digits_min: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        if !chars[at].is_numeric() {
            out.push(chars[at]);
            at += 1;
            continue;
        }
        if date_at(&chars, at).is_some() {
            out.extend(&chars[at..at + 10]);
            at += 10;
            continue;
        }
        let mut end = at;
        let mut next = at;
        while next < chars.len() {
            match chars[next] {
                ch if ch.is_numeric() => end = next + 1,
                ' ' | '-' | '.' | '(' | ')' | '/' | ':' | '\u{a0}' if next - end < 2 => {}
                _ => break,
            }
            if next > at && date_at(&chars, next).is_some() && !chars[next - 1].is_numeric() {
                end = end.min(next);
                break;
            }
            next += 1;
        }
        let run = &chars[at..end.max(at + 1)];
        let digits = run.iter().filter(|ch| ch.is_numeric()).count();
        let mut left = digits;
        for &ch in run {
            if ch.is_numeric() {
                out.push(if digits >= digits_min && left > 4 { '*' } else { ch });
                left -= 1;
            } else {
                out.push(ch);
            }
        }
        at += run.len();
    }
    out
}

/// Year and month of an ISO date that begins at that place and is not part of a longer number.
fn date_at(chars: &[char], at: usize) -> Option<(u32, u32)> {
    let part = chars.get(at..at + 10)?;
    let number =
        |from: usize, to: usize| part[from..to].iter().try_fold(0u32, |value, ch| Some(value * 10 + ch.to_digit(10)?));
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let bounded = !chars.get(at + 10).is_some_and(|ch| ch.is_alphanumeric())
        && !at.checked_sub(1).is_some_and(|before| chars[before].is_alphanumeric() || "-._".contains(chars[before]));
    (part[4] == '-'
        && part[7] == '-'
        && bounded
        && (1990..2100).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day))
    .then_some((year, month))
}

// External and structure: composing anew.

fn external(view: &GraphView, pseudonyms: &mut Pseudonyms) -> GraphView {
    let mut out = composed(view);
    for (vertex, original) in out.vertices.iter_mut().zip(&view.vertices) {
        if let Some(words) = summary_words(original) {
            vertex.label = words;
            continue;
        }
        // A site is a value of its place's or network's kind, and goes by that name in tables too.
        let noun = match original.shape {
            VertexShape::Person => "P".to_string(),
            VertexShape::Account => "A".to_string(),
            VertexShape::Device => "D".to_string(),
            VertexShape::Shipment => "S".to_string(),
            VertexShape::Site => site_kind(&original.key).map_or("site".to_string(), kind_words),
            VertexShape::Value(kind) | VertexShape::Hub(kind) => kind_words(kind),
        };
        vertex.label = pseudonyms.of(&noun, &original.key, &original.label);
    }
    for (edge, original) in out.edges.iter_mut().zip(&view.edges) {
        let birth = [original.from, original.to].iter().any(|&end| {
            view.vertices
                .get(end)
                .is_some_and(|vertex| matches!(vertex.shape, VertexShape::Value(IdentifierKind::BirthDate)))
        });
        edge.detail = counted(&original.detail);
        if !birth {
            edge.detail.extend(months(&original.detail));
        }
    }
    for (vertex, original) in out.vertices.iter_mut().zip(&view.vertices) {
        vertex.detail = Vec::new();
        if original.shape == VertexShape::Shipment {
            vertex.detail.extend(months(&original.detail));
        }
    }
    out
}

/// The kind of a site's value, from its key.
fn site_kind(key: &str) -> Option<IdentifierKind> {
    IdentifierKind::from_name(key.split_once(' ')?.0)
}

fn structure(view: &GraphView) -> GraphView {
    let mut out = composed(view);
    out.weight_bits = if view.weight_bits.is_finite() { view.weight_bits.round() } else { 0.0 };
    for (vertex, original) in out.vertices.iter_mut().zip(&view.vertices) {
        vertex.label = summary_words(original).unwrap_or_else(|| original.shape.words());
        vertex.detail = Vec::new();
    }
    for (edge, original) in out.edges.iter_mut().zip(&view.edges) {
        edge.bits = 0.0;
        edge.detail = counted(&original.detail);
    }
    out
}

/// The view with every text replaced but those of vertices, which are emptied, and details of both, likewise.
fn composed(view: &GraphView) -> GraphView {
    let counts = view.counts();
    let persons: usize = counts.iter().filter(|(shape, _)| shape.is_person()).map(|(_, count)| count).sum();
    let shared: Vec<String> = counts
        .iter()
        .filter(|(shape, _)| !shape.is_person())
        .map(|(shape, count)| format!("{} × {}", count, shape.words()))
        .collect();
    let operators: BTreeSet<usize> = view.vertices.iter().filter_map(|vertex| vertex.group).collect();
    let mut reason =
        vec![format!("{} in {}.", numbered(persons, "persona"), numbered(operators.len(), "operator cluster"))];
    if !shared.is_empty() {
        reason.push(format!("Beside them: {}.", shared.join(", ")));
    }
    if !view.families.is_empty() {
        let families: Vec<&str> = view.families.iter().map(|family| family.name()).collect();
        reason.push(format!(
            "Evidence of {}: {}.",
            if families.len() == 1 { "one family" } else { "several families" },
            families.join(", ")
        ));
    }
    let mut out = view.clone();
    // The subject is one of the program's own words.
    let mut subject = view.subject.clone();
    if let Some(first) = subject.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    out.title = match subject.as_str() {
        "" => format!("Ring of {}", numbered(persons, "persona")),
        subject => format!("{subject}: {}", numbered(persons, "persona")),
    };
    out.reason = reason.join(" ");
    out.left_out = view.left_out.as_ref().map(|said| match is_neutral(said, true) {
        true => said.clone(),
        false => "some vertices are left out.".to_string(),
    });
    for vertex in &mut out.vertices {
        vertex.label = String::new();
        vertex.key = String::new();
        vertex.detail = Vec::new();
    }
    for edge in &mut out.edges {
        if !is_neutral(&edge.label, false) {
            edge.label = match edge.style {
                EdgeStyle::SamePerson => "same person",
                EdgeStyle::Shared => "shared",
                EdgeStyle::Near => "near",
                EdgeStyle::Stated => "stated",
                EdgeStyle::Hub => "hub",
            }
            .to_string();
        }
        edge.detail = Vec::new();
    }
    out
}

/// The label of a vertex that a summary made, if it holds nothing but the summary's words.
fn summary_words(vertex: &Vertex) -> Option<String> {
    (vertex.folded > 0 && is_neutral(vertex.label.trim_start_matches("… "), true)).then(|| vertex.label.clone())
}

/// Whether a text is made of neutral words and small counts only. A count stands before a word; in a label it has three
/// digits at most, in the words of a summary any number.
fn is_neutral(text: &str, summary: bool) -> bool {
    let mut count_before = false;
    for word in text.split_whitespace() {
        let word = word.trim_matches([',', ':', ';', '.', '×']);
        let lower = word.to_lowercase();
        let word = if summary { lower.as_str() } else { word };
        if word.is_empty() {
            continue;
        }
        let is_count = word.chars().all(|ch| ch.is_ascii_digit());
        let neutral = if is_count {
            !count_before && (summary || word.len() <= 3)
        } else {
            word.split(['-', '/']).all(|part| NEUTRAL_WORDS.contains(&part))
        };
        if !neutral {
            return false;
        }
        count_before = is_count;
    }
    // A number at the end counts nothing.
    !count_before
}

fn counted(detail: &[String]) -> Vec<String> {
    match detail.len() {
        0 => Vec::new(),
        1 => vec!["1 source cell".to_string()],
        count => vec![format!("{count} source cells")],
    }
}

/// First and last month of the dates in these lines; lines about a birth are passed over.
fn months(detail: &[String]) -> Option<String> {
    let mut months: BTreeSet<(u32, u32)> = BTreeSet::new();
    for line in detail {
        let lower = line.to_lowercase();
        if ["birth", "born", "dob"].iter().any(|word| lower.contains(word)) {
            continue;
        }
        let chars: Vec<char> = line.chars().collect();
        months.extend((0..chars.len()).filter_map(|at| date_at(&chars, at)));
    }
    let (first, last) = (months.first()?, months.last()?);
    let month = |(year, month): &(u32, u32)| format!("{year}-{month:02}");
    Some(if first == last { month(first) } else { format!("{} to {}", month(first), month(last)) })
}

#[cfg(test)]
mod tests {
    use super::super::summary::{farm, summarise};
    use super::super::view::{Edge, standard_view};
    use super::super::{DRAWINGS, Sheet};
    use super::*;
    use proptest::prelude::*;

    fn labels(view: &GraphView) -> Vec<&str> {
        view.vertices.iter().map(|vertex| vertex.label.as_str()).collect()
    }

    #[test]
    fn full_changes_nothing() {
        let full = redact(&standard_view(), Redaction::Full, &mut Pseudonyms::default());
        assert_eq!(full, GraphView { redaction: Some(Redaction::Full), ..standard_view() });
        for mode in Redaction::ALL {
            assert_eq!(Redaction::from_name(mode.name()), Some(mode));
        }
    }

    #[test]
    fn internal_keeps_names_and_masks_numbers() {
        let mut view = standard_view();
        view.reason =
            "Both gave +1 202 555 0147 and live at 48 Larch Street, Springfield; 5 laptops since 2024-03-05.".into();
        let shown = redact(&view, Redaction::Internal, &mut Pseudonyms::default());
        assert_eq!(
            labels(&shown)[..9],
            [
                "Dana Whitfield",
                "Owen Pratt",
                "Marta Lindqvist",
                "김하나",
                "Theo Abara",
                "***-***-0147",
                "account ending 1207",
                "Larch Street, Springfield",
                "laptop LT-5521"
            ]
        );
        assert_eq!(shown.vertices[9].label, "parcel **** **** 0000");
        assert_eq!(
            shown.reason,
            "Both gave ***-***-0147 and live at Larch Street, Springfield; 5 laptops since 2024-03-05."
        );
        assert_eq!(shown.vertices[0].detail, ["applicants A-101"], "record keys stay");
    }

    #[test]
    fn masks_by_kind() {
        use IdentifierKind::*;
        for (kind, text, expected) in [
            (Phone, "+12025550147", "***-***-0147"),
            (Phone, "+12025550147;ext=12", "***-***-0147"),
            (Account, "021000021:*1207", "****1207"),
            (Account, "12", "****2"),
            (GovernmentId, "900-12-3456", "***-**-3456"),
            (Address, "48|larch street|4b|springfield|il|62701|us", "larch street, springfield, il, 62701, us"),
            (Address, "48 W 5th Street Apt 4B, Springfield, IL 62701", "W 5th Street, Springfield, IL 62701"),
            (Address, "Hauptstr. 5, Berlin", "Hauptstr., Berlin"),
            (Ip, "203.0.113.47", "203.0.*.*"),
            (Ip, "2001:db8:0:1:0:0:0:5", "2001:db8:0:1:*:*:*:*"),
            (BirthDate, "1990-04-12", "1990-**-**"),
            (Email, "dana@example.com", "dana@example.com"),
            (ResumeLine, "saved 3 teams 1234567 dollars", "saved 3 teams ***4567 dollars"),
        ] {
            assert_eq!(mask_value(kind, text), expected, "{kind:?} {text}");
        }
    }

    #[test]
    fn numbers_in_free_text() {
        for (text, expected) in [
            ("call (202) 555-0147 now", "call (***) ***-0147 now"),
            ("row 31 of payroll.csv", "row 31 of payroll.csv"),
            ("on 2024-03-05 at 10:20", "on 2024-03-05 at 10:20"),
            ("since 2024-03-05, 2025550147", "since 2024-03-05, ******0147"),
            ("9400 1000 0000 1234", "**** **** **** 1234"),
            ("E-207", "E-207"),
            ("", ""),
        ] {
            assert_eq!(mask_numbers(text, 7), expected, "{text}");
        }
    }

    #[test]
    fn external_shows_pseudonyms_and_months() {
        let mut view = standard_view();
        view.edges[0].detail = vec!["seen 2024-03-05 in applicants.csv".into(), "again 2024-05-30".into()];
        view.edges[1].label = "same phone +1 202 555 0147".into();
        view.edges[3].detail = vec!["born 1990-04-12".into()];
        let mut pseudonyms = Pseudonyms::default();
        let shown = redact(&view, Redaction::External, &mut pseudonyms);
        assert_eq!(
            labels(&shown),
            [
                "P01", "P02", "P03", "P04", "P05", "phone 1", "A01", "site 1", "D01", "S01", "phone 2", "email 1",
                "email 2"
            ]
        );
        assert_eq!(shown.edges[0].detail, ["2 source cells", "2024-03 to 2024-05"]);
        assert_eq!((shown.edges[0].label.as_str(), shown.edges[1].label.as_str()), ("same phone", "shared"));
        assert_eq!(shown.edges[3].detail, ["1 source cell"], "a birth date gives no month");
        assert_eq!(shown.edges[14].label, "one letter off");
        assert_eq!(pseudonyms.list()[0], Pseudonym { shown: "P01".into(), original: "Dana Whitfield".into() });
        assert_eq!(
            shown.reason,
            "5 personas in 1 operator cluster. Beside them: 1 × payment account, 1 × device, 1 × shipment, 1 × site, 2 × email, 1 × phone, 1 × phone hub. Evidence of several families: contact, payment, place."
        );
    }

    #[test]
    fn structure_shows_kinds_only() {
        let mut pseudonyms = Pseudonyms::default();
        let shown = redact(&standard_view(), Redaction::Structure, &mut pseudonyms);
        assert_eq!(labels(&shown)[4..8], ["persona", "phone", "payment account", "site"]);
        assert!(pseudonyms.list().is_empty() && shown.edges.iter().all(|edge| edge.bits == 0.0));
    }

    #[test]
    fn a_summary_stays_readable() {
        for mode in [Redaction::External, Redaction::Structure] {
            let shown = redact(&summarise(&farm(200, 20), 40), mode, &mut Pseudonyms::default());
            assert!(labels(&shown).iter().any(|label| label.starts_with("… and ")), "{:?}", labels(&shown));
            assert!(shown.left_out.is_some_and(|said| said.contains("are drawn with others")));
        }
        // Data that pretends to be a summary's words does not pass.
        let mut view = standard_view();
        view.vertices[0].label = "… and 2025550147 more".into();
        assert_eq!(redact(&view, Redaction::External, &mut Pseudonyms::default()).vertices[0].label, "P01");
        view.vertices[0].folded = 3;
        view.vertices[0].label = "… and Dana more".into();
        assert_eq!(redact(&view, Redaction::External, &mut Pseudonyms::default()).vertices[0].label, "P01");
    }

    #[test]
    fn only_neutral_labels_pass() {
        for (label, expected) in [
            ("same phone", true),
            ("one digit off", true),
            ("3 shared: phone, account, address", true),
            ("2 shared: phone, email; near handle", true),
            ("", true),
            ("same phone 0147", false),
            ("12", false),
            ("Dana", false),
            ("4 5 shared", false),
            ("same phone (202)", false),
        ] {
            assert_eq!(is_neutral(label, false), expected, "{label:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Every text of the view is a secret of its own; none of them may be found in any document.
        #[test]
        fn no_raw_value_survives(secrets in proptest::collection::vec("[A-Za-z0-9@.|+]{2,9}", 40), joiner in "[ #:&<\"-]") {
            let mut next = secrets.iter().enumerate().map(|(at, secret)| format!("Zq{at}x{secret}{joiner}7{at:03}{secret}"));
            let mut all = Vec::new();
            let mut secret = || {
                let text = next.next().unwrap_or_default();
                all.push(text.clone());
                text
            };
            let mut view = standard_view();
            view.title = secret();
            view.reason = secret();
            view.left_out = Some(secret());
            for vertex in &mut view.vertices {
                vertex.label = secret();
                vertex.detail = vec![secret()];
            }
            view.edges.truncate(4);
            for edge in &mut view.edges {
                edge.label = secret();
                edge.detail = vec![secret()];
            }
            view.edges.push(Edge::new(0, 77, EdgeStyle::Near, secret(), 1.0));
            for mode in [Redaction::External, Redaction::Structure] {
                let shown = redact(&view, mode, &mut Pseudonyms::default());
                for format in DRAWINGS {
                    let document = format.draw(&shown, &Sheet::default()).expect("drawn");
                    let document = String::from_utf8_lossy(&document);
                    for text in all.iter().filter(|text| !text.is_empty()) {
                        let head: String = text.chars().take_while(|ch| ch.is_ascii_alphanumeric()).collect();
                        prop_assert!(!document.contains(text.as_str()), "{text} in {} of {}", format.name(), mode.name());
                        prop_assert!(!document.contains(&head), "{head} in {} of {}", format.name(), mode.name());
                    }
                }
            }
        }

        #[test]
        fn masking_takes_any_text(text in any::<String>()) {
            for &kind in IdentifierKind::ALL {
                mask_value(kind, &text);
            }
            prop_assert_eq!(mask_numbers(&text, 7).chars().count(), text.chars().count());
        }
    }
}
