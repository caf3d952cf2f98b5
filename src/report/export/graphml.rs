//! GraphML 1.0 (graphml.graphdrawing.org), with typed attributes; read by networkx, yEd, Gephi, igraph.

use super::graph::{Graph, graph};
use super::xml::Document;
use crate::report::case_file::CaseFile;
use crate::report::look::FOOTER;
use crate::report::{Exporter, Part};
use std::io;

/// The export.
pub struct GraphMl;

/// Attributes: id, element that bears it, name, type.
const KEYS: &[(&str, &str, &str, &str)] = &[
    ("g0", "graph", "title", "string"),
    ("g1", "graph", "run", "string"),
    ("g2", "graph", "redaction", "string"),
    ("g3", "graph", "note", "string"),
    ("v0", "node", "label", "string"),
    ("v1", "node", "kind", "string"),
    ("v2", "node", "case", "string"),
    ("v3", "node", "operator", "int"),
    ("v4", "node", "holders", "int"),
    ("v5", "node", "articulation", "boolean"),
    ("v6", "node", "notes", "string"),
    ("l0", "edge", "kind", "string"),
    ("l1", "edge", "label", "string"),
    ("l2", "edge", "bits", "double"),
    ("l3", "edge", "bridge", "boolean"),
    ("l4", "edge", "start", "string"),
    ("l5", "edge", "end", "string"),
    ("l6", "edge", "evidence", "string"),
];

impl Exporter for GraphMl {
    fn name(&self) -> &'static str {
        "graphml"
    }

    fn doc(&self) -> &'static str {
        "GraphML, for yEd, Gephi, networkx, igraph."
    }

    fn export(&self, cases: &[CaseFile]) -> Result<Vec<Part>, String> {
        let bytes = write(cases, &graph(cases)).map_err(|error| error.to_string())?;
        Ok(vec![Part { name: "cases.graphml".to_string(), bytes }])
    }
}

fn write(cases: &[CaseFile], graph: &Graph) -> io::Result<Vec<u8>> {
    let mut xml = Document::new()?;
    xml.open(
        "graphml",
        &[
            ("xmlns", "http://graphml.graphdrawing.org/xmlns"),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
            (
                "xsi:schemaLocation",
                "http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd",
            ),
        ],
    )?;
    for (id, of, name, kind) in KEYS {
        xml.empty("key", &[("id", id), ("for", of), ("attr.name", name), ("attr.type", kind)])?;
    }
    xml.open("graph", &[("id", "cases"), ("edgedefault", "undirected")])?;
    let first = cases.first();
    xml.text("data", &[("key", "g0")], &title(cases))?;
    xml.text("data", &[("key", "g1")], first.map_or("", |case| case.run_id.as_str()))?;
    xml.text("data", &[("key", "g2")], first.and_then(|case| case.redaction).map_or("", |mode| mode.name()))?;
    xml.text("data", &[("key", "g3")], FOOTER)?;
    for (at, vertex) in graph.vertices.iter().enumerate() {
        xml.open("node", &[("id", &format!("n{at}"))])?;
        xml.text("data", &[("key", "v0")], &vertex.label)?;
        xml.text("data", &[("key", "v1")], &vertex.kind())?;
        xml.text("data", &[("key", "v2")], &cases[vertex.case].id)?;
        if let Some(operator) = vertex.operator {
            xml.text("data", &[("key", "v3")], &operator.to_string())?;
        }
        xml.text("data", &[("key", "v4")], &vertex.holders.to_string())?;
        xml.text("data", &[("key", "v5")], &vertex.articulation.to_string())?;
        if !vertex.notes.is_empty() {
            xml.text("data", &[("key", "v6")], &vertex.notes)?;
        }
        xml.close("node")?;
    }
    for (at, link) in graph.links.iter().enumerate() {
        let (from, to) = (format!("n{}", link.from), format!("n{}", link.to));
        xml.open("edge", &[("id", &format!("e{at}")), ("source", &from), ("target", &to)])?;
        xml.text("data", &[("key", "l0")], link.kind.name())?;
        xml.text("data", &[("key", "l1")], &link.label)?;
        xml.text("data", &[("key", "l2")], &link.bits.to_string())?;
        xml.text("data", &[("key", "l3")], &link.bridge.to_string())?;
        for (key, day) in [("l4", &link.start), ("l5", &link.end)] {
            if !day.is_empty() {
                xml.text("data", &[("key", key)], day)?;
            }
        }
        xml.text("data", &[("key", "l6")], &link.source())?;
        xml.close("edge")?;
    }
    xml.close("graph")?;
    xml.close("graphml")?;
    Ok(xml.end())
}

/// What the export holds, in words.
pub fn title(cases: &[CaseFile]) -> String {
    match cases {
        [case] => format!("{} {}", case.kind.words(), case.id),
        _ => format!("{} cases", cases.len()),
    }
}
