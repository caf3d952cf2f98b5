//! STIX 2.1 (OASIS Standard, 10 June 2021): one bundle, marked by TLP 2.0 through the extension that OASIS publishes for it.
//!
//! A persona is an `identity`, what its records carry are observables, what ties two personas is a `related-to`
//! relationship with a confidence, and a case is a `grouping` of context *suspicious-activity*. There is never a
//! threat-actor, an intrusion-set or an attribution: shared attributes do not show who stands behind them.
//!
//! Observables have the ids that the specification derives from their content, so that other tools merge them. All other
//! ids are made from run, case and number, never from data. Every time is the day of the run, so the bytes are the same
//! each time. Without values (*external*, *structure*) there are no observables.

use super::gexf::is_day;
use super::graphml::title;
use super::{cell_of, shows_values};
use crate::model::value::IdentifierKind;
use crate::report::case_file::{CaseFile, CaseKind, PersonaLink, SourceCell, SourceRow};
use crate::report::look::FOOTER;
use crate::report::redact::Redaction;
use crate::report::{Exporter, Part};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The namespace of observables' ids, from the specification (2.9).
const OBSERVABLES: Uuid = Uuid::from_u128(0x00abedb4_aa42_466c_9c01_fed23315a9b7);
/// The namespace of all other ids of ours.
const OURS: Uuid = Uuid::from_u128(0x5b0f5c1e_7d0a_4c3e_9b53_2f6a1d94c7e8);
/// `bank-account`, as published in github.com/muchdogesec/stix2extensions.
const BANK_ACCOUNT: &str = "extension-definition--f19f3291-6a84-5674-b311-d75a925d5bd9";
/// TLP 2.0, as published by OASIS.
const TLP_2: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

/// With whom the bundle may be shared: FIRST's Traffic Light Protocol 2.0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tlp {
    Clear,
    Green,
    Amber,
    #[default]
    AmberStrict,
    Red,
}

impl Tlp {
    /// Its name in the marking, and the id that OASIS gave the marking.
    fn marking(self) -> (&'static str, &'static str) {
        match self {
            Tlp::Clear => ("clear", "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"),
            Tlp::Green => ("green", "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"),
            Tlp::Amber => ("amber", "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"),
            Tlp::AmberStrict => ("amber+strict", "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"),
            Tlp::Red => ("red", "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"),
        }
    }
}

/// The export.
pub struct Stix {
    pub tlp: Tlp,
}

impl Exporter for Stix {
    fn name(&self) -> &'static str {
        "stix"
    }

    fn doc(&self) -> &'static str {
        "A STIX 2.1 bundle with a TLP 2.0 marking, for OpenCTI, MISP and others."
    }

    fn export(&self, cases: &[CaseFile]) -> Result<Vec<Part>, String> {
        let mut bundle = Bundle { marking: self.tlp.marking().1, objects: Vec::new(), seen: BTreeSet::new() };
        bundle.marking(self.tlp);
        let product = bundle.product(cases);
        for case in cases {
            InCase::new(&mut bundle, case, &product).add();
        }
        let of = format!("bundle {} {}", title(cases), cases.iter().map(key).collect::<Vec<_>>().join(" "));
        let all = json!({ "type": "bundle", "id": id("bundle", &of), "objects": bundle.objects });
        let mut bytes = serde_json::to_vec_pretty(&all).map_err(|error| error.to_string())?;
        bytes.push(b'\n');
        Ok(vec![Part { name: "bundle.json".to_string(), bytes }])
    }
}

/// By what a case is one and the same, without data.
fn key(case: &CaseFile) -> String {
    format!("{} {} {}", case.run_id, case.id, case.redaction.map_or("", Redaction::name))
}

/// An id of ours.
fn id(kind: &str, of: &str) -> String {
    format!("{kind}--{}", Uuid::new_v5(&OURS, format!("{kind} {of}").as_bytes()))
}

/// The run's day as a time.
fn time(case: &CaseFile) -> String {
    let day = if is_day(&case.run_day) { case.run_day.as_str() } else { "1970-01-01" };
    format!("{day}T00:00:00.000Z")
}

struct Bundle {
    marking: &'static str,
    objects: Vec<Value>,
    seen: BTreeSet<String>,
}

impl Bundle {
    fn marking(&mut self, tlp: Tlp) {
        let (name, id) = tlp.marking();
        self.objects.push(json!({
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": id,
            "created": "2022-10-01T00:00:00.000Z",
            "name": format!("TLP:{}", name.to_uppercase()),
            "extensions": { TLP_2: { "extension_type": "property-extension", "tlp_2_0": name } },
        }));
    }

    /// samehand itself, which made the objects.
    fn product(&mut self, cases: &[CaseFile]) -> String {
        let time = cases.first().map_or_else(|| "1970-01-01T00:00:00.000Z".to_string(), time);
        let id = id("identity", "samehand");
        self.objects.push(json!({
            "type": "identity",
            "spec_version": "2.1",
            "id": id,
            "created": time,
            "modified": time,
            "name": "samehand",
            "identity_class": "system",
            "object_marking_refs": [self.marking],
        }));
        id
    }

    /// An observable with the id that its content gives it.
    fn observable(&mut self, kind: &str, contributes: &[(&str, Value)], more: Value) -> String {
        let sorted: BTreeMap<&str, &Value> = contributes.iter().map(|(name, value)| (*name, value)).collect();
        // Sorted keys, no spaces, the escapes of RFC 8785: of texts and whole numbers, serde_json writes just that.
        let canonical = serde_json::to_string(&sorted).unwrap_or_default();
        let id = format!("{kind}--{}", Uuid::new_v5(&OBSERVABLES, canonical.as_bytes()));
        if self.seen.insert(id.clone()) {
            let mut object = Map::new();
            object.insert("type".into(), json!(kind));
            object.insert("spec_version".into(), json!("2.1"));
            object.insert("id".into(), json!(id));
            object.extend(contributes.iter().map(|(name, value)| (name.to_string(), value.clone())));
            if let Value::Object(more) = more {
                object.extend(more);
            }
            object.insert("object_marking_refs".into(), json!([self.marking]));
            self.objects.push(Value::Object(object));
        }
        id
    }
}

struct InCase<'a> {
    bundle: &'a mut Bundle,
    case: &'a CaseFile,
    key: String,
    time: String,
    product: &'a str,
    members: Vec<String>,
    refs: Vec<String>,
}

impl<'a> InCase<'a> {
    fn new(bundle: &'a mut Bundle, case: &'a CaseFile, product: &'a str) -> Self {
        InCase { bundle, case, key: key(case), time: time(case), product, members: Vec::new(), refs: Vec::new() }
    }

    /// One object of the case, with what all of them bear.
    fn object(&mut self, kind: &str, of: &str, own: Value) -> String {
        let id = id(kind, &format!("{} {of}", self.key));
        let mut object = Map::new();
        object.insert("type".into(), json!(kind));
        object.insert("spec_version".into(), json!("2.1"));
        object.insert("id".into(), json!(id));
        object.insert("created_by_ref".into(), json!(self.product));
        object.insert("created".into(), json!(self.time));
        object.insert("modified".into(), json!(self.time));
        if let Value::Object(own) = own {
            object.extend(own);
        }
        object.insert("object_marking_refs".into(), json!([self.bundle.marking]));
        self.bundle.objects.push(Value::Object(object));
        self.refs.push(id.clone());
        id
    }

    fn add(mut self) {
        self.identities();
        if shows_values(self.case) {
            for member in 0..self.case.members.len() {
                self.values(member);
            }
        }
        for (at, link) in self.case.links.iter().enumerate() {
            self.tie(at, link);
        }
        self.findings();
        self.case_itself();
    }

    fn identities(&mut self) {
        let case = self.case;
        for (at, member) in case.members.iter().enumerate() {
            let name = [&member.name.text, &member.persona.text].into_iter().find(|text| !text.is_empty());
            let mut own = json!({
                "name": name.map_or_else(|| format!("m{at}"), |name| name.clone()),
                "description": format!("A persona as records present it, not a person who was identified. {FOOTER}."),
                "identity_class": "individual",
            });
            let others: Vec<&str> = member.other_names.iter().map(|name| name.text.as_str()).collect();
            if !others.is_empty() {
                own["description"] = json!(format!(
                    "A persona as records present it, not a person who was identified. Also named: {}. {FOOTER}.",
                    others.join("; ")
                ));
            }
            let mut contact: Vec<&str> = Vec::new();
            for row in case.rows.iter().filter(|row| row.member == at && shows_values(case)) {
                for cell in row.cells.iter().filter(|cell| matches!(cell.kind.as_str(), "phone" | "address")) {
                    if !cell.value.is_empty() && !contact.contains(&cell.value.text.as_str()) {
                        contact.push(&cell.value.text);
                    }
                }
            }
            if !contact.is_empty() {
                own["contact_information"] = json!(contact.join("; "));
            }
            let id = self.object("identity", &format!("m{at}"), own);
            self.members.push(id);
        }
    }

    /// What the records of one member carry.
    fn values(&mut self, member: usize) {
        let case = self.case;
        let person = self.members[member].clone();
        let mut cells: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut order: Vec<String> = Vec::new();
        let mut rest: Vec<String> = Vec::new();
        let mut days: Vec<&str> = Vec::new();
        let mut records = 0;
        for row in case.rows.iter().filter(|row| row.member == member) {
            records += 1;
            for cell in &row.cells {
                days.extend(
                    [cell.valid_from.text.as_str(), cell.valid_to.text.as_str()].into_iter().filter(|day| is_day(day)),
                );
                let Some(kind) = IdentifierKind::from_name(&cell.kind) else { continue };
                let at = cell_of(case, row, Some(cell));
                match self.value(&person, kind, row, cell) {
                    Some(id) => {
                        if !cells.contains_key(&id) {
                            order.push(id.clone());
                        }
                        let known = cells.entry(id).or_default();
                        if !known.contains(&at) {
                            known.push(at);
                        }
                    }
                    None if kind.links() && !cell.value.is_empty() => {
                        let line = format!("{}: {} ({at})", kind.name().replace('_', " "), cell.value);
                        if !rest.contains(&line) {
                            rest.push(line);
                        }
                    }
                    None => {}
                }
            }
        }
        let mut observed = Vec::new();
        for (at, id) in order.iter().enumerate() {
            let kind = if id.starts_with("location--") { "located-at" } else { "related-to" };
            self.object(
                "relationship",
                &format!("m{member} value {at}"),
                json!({
                    "relationship_type": kind,
                    "description": "A record of this persona carries it.",
                    "source_ref": person,
                    "target_ref": id,
                    "external_references": references(&cells[id]),
                }),
            );
            if !id.starts_with("location--") {
                observed.push(id.clone());
                if !self.refs.contains(id) {
                    self.refs.push(id.clone());
                }
            }
        }
        if !observed.is_empty() {
            let run_day = self.time[..10].to_string();
            let first = days.iter().min().map_or(run_day.as_str(), |day| day);
            let last = days.iter().max().map_or(run_day.as_str(), |day| day);
            self.object(
                "observed-data",
                &format!("m{member}"),
                json!({
                    "first_observed": format!("{first}T00:00:00.000Z"),
                    "last_observed": format!("{last}T00:00:00.000Z"),
                    "number_observed": records.clamp(1, 999_999_999),
                    "object_refs": observed,
                }),
            );
        }
        if !rest.is_empty() {
            self.object(
                "note",
                &format!("m{member} values"),
                json!({
                    "abstract": "Further values of this persona's records, for which STIX has no object",
                    "content": rest.join("\n"),
                    "object_refs": [person],
                }),
            );
        }
    }

    /// The object for a value, where STIX has one that may hold it in this spelling.
    fn value(&mut self, person: &str, kind: IdentifierKind, row: &SourceRow, cell: &SourceCell) -> Option<String> {
        let text = cell.value.text.as_str();
        if text.is_empty() {
            return None;
        }
        let none = || json!({});
        match kind {
            IdentifierKind::Email if is_email(text) => {
                Some(self.bundle.observable("email-addr", &[("value", json!(text))], none()))
            }
            IdentifierKind::Ip => {
                let (kind, value) = network(text)?;
                Some(self.bundle.observable(kind, &[("value", json!(value))], none()))
            }
            IdentifierKind::HardwareAddress => {
                Some(self.bundle.observable("mac-addr", &[("value", json!(hardware_address(text)?))], none()))
            }
            IdentifierKind::ProfileUrl => Some(self.bundle.observable("url", &[("value", json!(url(text)?))], none())),
            IdentifierKind::Handle | IdentifierKind::PaymentHandle | IdentifierKind::Wallet => {
                let words = kind.name().replace('_', " ");
                Some(self.bundle.observable(
                    "user-account",
                    &[("user_id", json!(text))],
                    json!({ "display_name": words }),
                ))
            }
            IdentifierKind::Account => {
                // Many may end in the same four characters: the id is of this holder's account, not of the number.
                let number = [("account_number", json!(text)), ("holder_ref", json!(person))];
                let extension = json!({ "extensions": { BANK_ACCOUNT: { "extension_type": "new-sco" } } });
                Some(self.bundle.observable("bank-account", &number, extension))
            }
            IdentifierKind::Asn => {
                let number: u32 = text.trim_start_matches(['A', 'S', 'a', 's']).parse().ok()?;
                Some(self.bundle.observable("autonomous-system", &[("number", json!(number))], none()))
            }
            IdentifierKind::Application => {
                let version = row.cells.iter().find(|cell| cell.kind == "version" && !cell.value.is_empty());
                let mut own = vec![("name", json!(text))];
                own.extend(version.map(|version| ("version", json!(version.value.text))));
                Some(self.bundle.observable("software", &own, none()))
            }
            IdentifierKind::Address => self.location(text),
            _ => None,
        }
    }

    /// An address whose country is known.
    fn location(&mut self, text: &str) -> Option<String> {
        let country =
            text.rsplit(", ").next().filter(|last| last.len() == 2 && last.bytes().all(|b| b.is_ascii_uppercase()))?;
        let id = id("location", &format!("{} {text}", self.key));
        if self.bundle.seen.insert(id.clone()) {
            self.object("location", text, json!({ "name": text, "country": country, "street_address": text }));
        }
        Some(id)
    }

    /// The evidence between two members.
    fn tie(&mut self, at: usize, link: &PersonaLink) {
        let (Some(left), Some(right)) = (self.members.get(link.left), self.members.get(link.right)) else { return };
        let mut reasons: Vec<String> = Vec::new();
        let mut cells: Vec<String> = Vec::new();
        for term in link.terms.iter().filter(|term| term.kind != "prior") {
            let kind = term.kind.replace('_', " ");
            let value = match (term.left.is_empty(), term.left == term.right) {
                (true, _) => String::new(),
                (_, true) => format!(" {}", term.left),
                _ => format!(" {} ~ {}", term.left, term.right),
            };
            reasons.push(format!("{kind} ({}){value}", term.how));
            for cell in term.left_cells.iter().chain(&term.right_cells) {
                let structure = self.case.redaction == Some(Redaction::Structure);
                if !structure && !cell.is_empty() && !cells.contains(&cell.text) {
                    cells.push(cell.text.clone());
                }
            }
        }
        let (left, right) = (left.clone(), right.clone());
        let mut own = json!({
            "relationship_type": "related-to",
            "description": format!("Shared evidence: {}. {FOOTER}.", reasons.join("; ")),
            "source_ref": left,
            "target_ref": right,
        });
        if let Some(bits) = link.bits.filter(|bits| bits.is_finite()) {
            // Never certain: shared attributes are not proof.
            own["confidence"] = json!((100.0 / (1.0 + (-bits).exp2())).floor().clamp(0.0, 99.0) as u8);
        }
        if !cells.is_empty() {
            own["external_references"] = references(&cells);
        }
        self.object("relationship", &format!("link {at}"), own);
    }

    fn findings(&mut self) {
        let case = self.case;
        for (at, finding) in case.findings.iter().enumerate() {
            let refs: Vec<String> = finding.members.iter().filter_map(|&at| self.members.get(at).cloned()).collect();
            if refs.is_empty() {
                continue;
            }
            let mut content = vec![finding.finding.text.clone()];
            if !finding.guard.is_empty() {
                content.push(format!("Does not count: {} {}", finding.guard, finding.guard_reason));
            }
            content.push(format!("Also consider: {}", finding.also_consider));
            content.push(format!("Source: {}", finding.source));
            content.retain(|line| !line.trim().is_empty());
            let cells: Vec<String> =
                finding.cells.iter().map(|cell| cell.text.clone()).filter(|cell| !cell.is_empty()).collect();
            let mut own = json!({
                "abstract": format!("{} {} ({})", finding.indicator, finding.name, finding.strength),
                "content": content.join("\n"),
                "object_refs": refs,
            });
            if !cells.is_empty() && case.redaction != Some(Redaction::Structure) {
                own["external_references"] = references(&cells);
            }
            self.object("note", &format!("finding {at}"), own);
        }
    }

    /// The case, and what is to be known when it is read.
    fn case_itself(&mut self) {
        let case = self.case;
        if self.refs.is_empty() {
            return;
        }
        let refs = self.refs.clone();
        let mode = case.redaction.map_or("", Redaction::name);
        let grouping = self.object("grouping", "case", json!({
            "name": format!("{} {}", case.kind.words(), case.id),
            "description": format!("{}\nRun {}; redaction: {mode}; level: {}.", case.reason, case.run_id, case.level),
            "context": "suspicious-activity",
            "object_refs": refs,
        }));
        let mut content = vec![format!("For review by a person: {FOOTER}.")];
        content.extend(case.against.iter().filter(|line| !line.is_empty()).map(|line| format!("Against it: {line}")));
        self.object(
            "note",
            "reading",
            json!({
                "abstract": "How to read it",
                "content": content.join("\n"),
                "object_refs": [grouping],
            }),
        );
        if case.kind == CaseKind::SetAside {
            self.object(
                "opinion",
                "set aside",
                json!({
                    "opinion": "disagree",
                    "explanation": format!("Set aside by the guard \"{}\". {}", case.guard, case.overrides),
                    "object_refs": [grouping],
                }),
            );
        }
    }
}

/// Source cells as references.
fn references(cells: &[String]) -> Value {
    Value::Array(cells.iter().map(|cell| json!({ "source_name": "source cell", "description": cell })).collect())
}

fn is_email(text: &str) -> bool {
    let plain = |part: &str| part.chars().all(|c| c.is_ascii_alphanumeric() || "._+-".contains(c));
    match text.split_once('@') {
        Some((local, domain)) => {
            !local.is_empty()
                && plain(local)
                && plain(domain)
                && domain.contains('.')
                && !domain.starts_with(['.', '-'])
        }
        None => false,
    }
}

/// The kind of observable and its value; a network of which the first half is shown is written in CIDR notation.
fn network(text: &str) -> Option<(&'static str, String)> {
    if let Ok(address) = text.parse::<std::net::IpAddr>() {
        return Some((if address.is_ipv4() { "ipv4-addr" } else { "ipv6-addr" }, address.to_string()));
    }
    let (separator, groups, bits) = if text.contains(':') { (':', 8, 16) } else { ('.', 4, 8) };
    let parts: Vec<&str> = text.split(separator).collect();
    let shown = parts.iter().take_while(|part| **part != "*").count();
    if parts.len() != groups || parts.iter().skip(shown).any(|part| *part != "*") {
        return None;
    }
    let filled: Vec<&str> = parts.iter().map(|part| if *part == "*" { "0" } else { part }).collect();
    let address: std::net::IpAddr = filled.join(&separator.to_string()).parse().ok()?;
    let kind = if address.is_ipv4() { "ipv4-addr" } else { "ipv6-addr" };
    Some((kind, format!("{address}/{}", shown * bits)))
}

/// Twelve hex digits as six pairs.
fn hardware_address(text: &str) -> Option<String> {
    let is_whole = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let pairs = || (0..6).filter_map(|at| text.get(at * 2..at * 2 + 2)).collect::<Vec<_>>();
    is_whole.then(|| pairs().join(":").to_ascii_lowercase())
}

/// A profile link as a URL, if nothing in it would have to be escaped.
fn url(text: &str) -> Option<String> {
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "-._~/:@!$&()+,;=%?#".contains(c));
    let host = text.split('/').next()?;
    (plain && host.contains('.') && !host.contains(':')).then(|| format!("https://{text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_observables_only_in_a_spelling_that_the_specification_allows() {
        assert_eq!(network("203.0.113.4"), Some(("ipv4-addr", "203.0.113.4".into())));
        assert_eq!(network("203.0.*.*"), Some(("ipv4-addr", "203.0.0.0/16".into())));
        assert_eq!(network("2001:db8:0:1:*:*:*:*"), Some(("ipv6-addr", "2001:db8:0:1::/64".into())));
        assert_eq!(network("203.*.113.*"), None);
        assert_eq!(network("<script>"), None);
        assert_eq!(hardware_address("1673280E981D"), Some("16:73:28:0e:98:1d".into()));
        assert_eq!(hardware_address("****981d"), None);
        assert!(is_email("dana@example.com") && !is_email("=cmd|'@example.com") && !is_email("dana@localhost"));
        assert_eq!(url("people.example.com/in/dana"), Some("https://people.example.com/in/dana".into()));
        assert_eq!(url("people.example.com/<script>"), None);
    }

    #[test]
    fn an_observable_has_the_id_that_the_specification_gives_it() {
        let mut bundle = Bundle { marking: Tlp::default().marking().1, objects: Vec::new(), seen: BTreeSet::new() };
        // As the stix2 package computes it.
        let id = bundle.observable("email-addr", &[("value", json!("a@example.com"))], json!({}));
        assert_eq!(id, "email-addr--8f5f7fba-cc24-5e3f-aca4-f7194112e042");
    }
}
