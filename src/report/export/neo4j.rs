//! Two CSV files for `neo4j-admin database import` (Neo4j Operations Manual, "CSV header format"): vertices with `:ID` and
//! `:LABEL`, links with `:START_ID`, `:END_ID` and `:TYPE`.

use super::graph::graph;
use crate::model::csv_text;
use crate::report::case_file::CaseFile;
use crate::report::{Exporter, Part};

/// The export.
pub struct Neo4j;

const VERTEX: &[&str] = &[
    "id:ID",
    "name",
    "kind",
    "case",
    "redaction",
    "operator:int",
    "holders:int",
    "articulation:boolean",
    "notes",
    ":LABEL",
];
const LINK: &[&str] =
    &[":START_ID", ":END_ID", "label", "bits:double", "bridge:boolean", "start", "end", "evidence", ":TYPE"];

impl Exporter for Neo4j {
    fn name(&self) -> &'static str {
        "neo4j"
    }

    fn doc(&self) -> &'static str {
        "Two CSV files for Neo4j's import."
    }

    fn export(&self, cases: &[CaseFile]) -> Result<Vec<Part>, String> {
        let graph = graph(cases);
        let vertices = graph.vertices.iter().enumerate().map(|(at, vertex)| {
            let case = &cases[vertex.case];
            vec![
                format!("n{at}"),
                vertex.label.clone(),
                vertex.kind(),
                case.id.clone(),
                case.redaction.map_or("", |mode| mode.name()).to_string(),
                vertex.operator.map(|operator| operator.to_string()).unwrap_or_default(),
                vertex.holders.to_string(),
                vertex.articulation.to_string(),
                vertex.notes.clone(),
                label(&vertex.kind()),
            ]
        });
        let links = graph.links.iter().map(|link| {
            vec![
                format!("n{}", link.from),
                format!("n{}", link.to),
                link.label.clone(),
                link.bits.to_string(),
                link.bridge.to_string(),
                link.start.clone(),
                link.end.clone(),
                link.source(),
                link.kind.name().to_uppercase().replace(' ', "_"),
            ]
        });
        let part = |name: &str, text: String| Part { name: name.to_string(), bytes: text.into_bytes() };
        Ok(vec![
            part("nodes.csv", csv_text::table(VERTEX, vertices)),
            part("relationships.csv", csv_text::table(LINK, links)),
        ])
    }
}

/// `payment account` as `PaymentAccount`.
fn label(words: &str) -> String {
    let mut out = String::new();
    for word in words.split(' ') {
        let mut chars = word.chars();
        out.extend(chars.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(chars.as_str());
    }
    out
}
