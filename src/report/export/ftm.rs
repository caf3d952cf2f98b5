//! FollowTheMoney (followthemoney.tech), one entity per line as JSON: what Aleph, OpenAleph and yente load.
//!
//! A persona is a `Person`, an account a `BankAccount`, a wallet a `CryptoWallet`, an address an `Address`, a handle a
//! `UserAccount`. Every link is an entity of its own with the source cells as `recordId`: `UnknownLink`, and `Ownership` of
//! accounts. Payments are not loaded by samehand, so there is no `Payment`. A value that its property would not take
//! (masked, damaged) stands in `notes`, because a reader drops what it finds invalid without a word.

use super::graph::{Graph, LinkKind, graph};
use crate::model::value::IdentifierKind;
use crate::report::case_file::CaseFile;
use crate::report::look::FOOTER;
use crate::report::view::VertexShape;
use crate::report::{Exporter, Part};
use serde_json::{Map, Value, json};

/// The export.
pub struct Ftm;

impl Exporter for Ftm {
    fn name(&self) -> &'static str {
        "ftm"
    }

    fn doc(&self) -> &'static str {
        "FollowTheMoney entities, for Aleph and OpenSanctions' tools."
    }

    fn export(&self, cases: &[CaseFile]) -> Result<Vec<Part>, String> {
        let graph = graph(cases);
        let mut text = String::new();
        for entity in entities(cases, &graph) {
            text.push_str(&entity.to_string());
            text.push('\n');
        }
        Ok(vec![Part { name: "entities.ftm.json".to_string(), bytes: text.into_bytes() }])
    }
}

/// An entity that grows property by property.
struct Entity {
    id: String,
    schema: &'static str,
    properties: Map<String, Value>,
}

impl Entity {
    fn new(id: String, schema: &'static str) -> Entity {
        Entity { id, schema, properties: Map::new() }
    }

    fn with(mut self, name: &str, value: impl Into<String>) -> Entity {
        let value = value.into();
        if !value.trim().is_empty()
            && let Value::Array(values) = self.properties.entry(name).or_insert_with(|| json!([]))
            && !values.iter().any(|known| known == value.as_str())
        {
            values.push(Value::String(value));
        }
        self.properties.retain(|_, values| values.as_array().is_some_and(|values| !values.is_empty()));
        self
    }

    fn value(self) -> Value {
        json!({ "id": self.id, "schema": self.schema, "properties": self.properties })
    }
}

fn entities(cases: &[CaseFile], graph: &Graph) -> Vec<Value> {
    let run = cases.first().map_or("", |case| case.run_id.as_str());
    let mode = cases.first().and_then(|case| case.redaction).map_or("", |mode| mode.name());
    // Made of run and number: the same on every export, and nothing of the data.
    let id = |part: &str| format!("samehand-{run}-{mode}-{part}");
    let vertex_id = |at: usize| id(&format!("{}-n{}", cases[graph.vertices[at].case].id, number(graph, at)));
    let mut out = Vec::new();
    for (at, vertex) in graph.vertices.iter().enumerate() {
        out.push(entity(vertex_id(at), vertex.shape, &vertex.label).with("summary", &vertex.notes).value());
    }
    for (at, link) in graph.links.iter().enumerate() {
        let (from, to) = (&graph.vertices[link.from], &graph.vertices[link.to]);
        let owns = from.shape.is_person() && matches!(schema(to.shape), "BankAccount" | "Asset");
        let (schema, ends) =
            if owns { ("Ownership", ["owner", "asset"]) } else { ("UnknownLink", ["subject", "object"]) };
        let mut entity = Entity::new(id(&format!("{}-e{at}", cases[from.case].id)), schema)
            .with(ends[0], vertex_id(link.from))
            .with(ends[1], vertex_id(link.to))
            .with("role", format!("{}: {}", link.kind.name(), link.label));
        for cell in &link.evidence {
            entity = entity.with("recordId", cell);
        }
        // Days or months: FollowTheMoney takes both.
        entity = entity.with("startDate", date(&link.start)).with("endDate", date(&link.end));
        if link.kind == LinkKind::Evidence {
            entity = entity.with("summary", format!("{} bits of evidence; {FOOTER}", link.bits));
        }
        out.push(entity.value());
    }
    for (index, case) in cases.iter().enumerate() {
        let mut note = Entity::new(id(&case.id), "Note")
            .with("name", format!("{} {}", case.kind.words(), case.id))
            .with("description", &case.reason.text)
            .with("description", FOOTER);
        for line in &case.against {
            note = note.with("notes", &line.text);
        }
        for (at, vertex) in graph.vertices.iter().enumerate() {
            if vertex.case == index && vertex.shape.is_person() {
                note = note.with("entity", vertex_id(at));
            }
        }
        out.push(note.value());
    }
    out
}

/// The number of a vertex inside its case.
fn number(graph: &Graph, at: usize) -> usize {
    let case = graph.vertices[at].case;
    at - graph.vertices.partition_point(|vertex| vertex.case < case)
}

fn schema(shape: VertexShape) -> &'static str {
    use IdentifierKind::*;
    match shape {
        VertexShape::Person => "Person",
        VertexShape::Account => "BankAccount",
        VertexShape::Device | VertexShape::Shipment => "Asset",
        VertexShape::Site => "Address",
        VertexShape::Value(kind) | VertexShape::Hub(kind) => match kind {
            Account | RoutingNumber => "BankAccount",
            Wallet => "CryptoWallet",
            Address | City | Region | PostalCode | Country => "Address",
            Email | Phone | Handle | PaymentHandle | ProfileUrl | Ip | RefereeEmail | RefereePhone => "UserAccount",
            Serial | HardwareAddress | Hostname | Device => "Asset",
            _ => "Note",
        },
    }
}

fn entity(id: String, shape: VertexShape, label: &str) -> Entity {
    use IdentifierKind::*;
    let words = shape.words();
    let entity = Entity::new(id, schema(shape));
    // The required property, with any text; then the typed one, with a text that it takes.
    let entity = match entity.schema {
        "UserAccount" => entity.with("username", label).with("service", &words),
        "Address" => entity.with("full", label),
        "BankAccount" => entity.with("accountNumber", label).with("accountType", &words),
        "CryptoWallet" => entity.with("publicKey", label),
        "Person" => entity.with("name", label),
        _ => entity.with("name", label).with("keywords", &words),
    };
    let kind = match shape {
        VertexShape::Value(kind) | VertexShape::Hub(kind) => kind,
        _ => return entity,
    };
    match kind {
        Email | RefereeEmail if is_plain_email(label) => entity.with("email", label),
        Ip if label.parse::<std::net::IpAddr>().is_ok() => entity.with("ipAddress", label),
        Address | Wallet | Account => entity,
        _ => entity.with("notes", format!("{words} {label}")),
    }
}

fn is_plain_email(text: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    text.split_once('@').is_some_and(|(local, domain)| plain(local) && plain(domain) && domain.contains('.'))
}

/// A whole date, or a month, or nothing.
fn date(text: &str) -> &str {
    let is_date = text.len() <= 10 && text.len() >= 7 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if is_date { text } else { "" }
}
