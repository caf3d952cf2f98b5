//! GEXF 1.3 (gexf.net), with typed attributes and, where a record says so, from when to when a link holds; read by Gephi
//! and networkx.

use super::graph::{Graph, graph};
use super::graphml::title;
use super::xml::Document;
use crate::report::case_file::CaseFile;
use crate::report::look::FOOTER;
use crate::report::{Exporter, Part};
use std::io;

/// The export.
pub struct Gexf;

const VERTEX: &[(&str, &str, &str)] = &[
    ("v0", "kind", "string"),
    ("v1", "case", "string"),
    ("v2", "operator", "integer"),
    ("v3", "holders", "integer"),
    ("v4", "articulation", "boolean"),
    ("v5", "notes", "string"),
];

const LINK: &[(&str, &str, &str)] =
    &[("l0", "link", "string"), ("l1", "bits", "double"), ("l2", "bridge", "boolean"), ("l3", "evidence", "string")];

impl Exporter for Gexf {
    fn name(&self) -> &'static str {
        "gexf"
    }

    fn doc(&self) -> &'static str {
        "GEXF 1.3 with a timeline, for Gephi."
    }

    fn export(&self, cases: &[CaseFile]) -> Result<Vec<Part>, String> {
        let bytes = write(cases, &graph(cases)).map_err(|error| error.to_string())?;
        Ok(vec![Part { name: "cases.gexf".to_string(), bytes }])
    }
}

fn write(cases: &[CaseFile], graph: &Graph) -> io::Result<Vec<u8>> {
    let mut xml = Document::new()?;
    xml.open("gexf", &[("xmlns", "http://gexf.net/1.3"), ("version", "1.3")])?;
    let day = cases.first().map_or("", |case| case.run_day.as_str());
    if is_day(day) {
        xml.open("meta", &[("lastmodifieddate", day)])?;
    } else {
        xml.open("meta", &[])?;
    }
    xml.text("creator", &[], "samehand")?;
    let run = cases.first().map_or("", |case| case.run_id.as_str());
    let mode = cases.first().and_then(|case| case.redaction).map_or("", |mode| mode.name());
    xml.text("description", &[], &format!("{}; run {run}; redaction: {mode}; {FOOTER}", title(cases)))?;
    xml.close("meta")?;
    xml.open("graph", &[("defaultedgetype", "undirected"), ("mode", "dynamic"), ("timeformat", "date")])?;
    for (class, attributes) in [("node", VERTEX), ("edge", LINK)] {
        xml.open("attributes", &[("class", class), ("mode", "static")])?;
        for (id, name, kind) in attributes {
            xml.empty("attribute", &[("id", id), ("title", name), ("type", kind)])?;
        }
        xml.close("attributes")?;
    }
    xml.open("nodes", &[])?;
    for (at, vertex) in graph.vertices.iter().enumerate() {
        xml.open("node", &[("id", &format!("n{at}")), ("label", &vertex.label)])?;
        xml.open("attvalues", &[])?;
        value(&mut xml, "v0", &vertex.kind())?;
        value(&mut xml, "v1", &cases[vertex.case].id)?;
        if let Some(operator) = vertex.operator {
            value(&mut xml, "v2", &operator.to_string())?;
        }
        value(&mut xml, "v3", &vertex.holders.to_string())?;
        value(&mut xml, "v4", &vertex.articulation.to_string())?;
        if !vertex.notes.is_empty() {
            value(&mut xml, "v5", &vertex.notes)?;
        }
        xml.close("attvalues")?;
        xml.close("node")?;
    }
    xml.close("nodes")?;
    xml.open("edges", &[])?;
    for (at, link) in graph.links.iter().enumerate() {
        let (id, from, to) = (format!("e{at}"), format!("n{}", link.from), format!("n{}", link.to));
        let mut attributes = vec![("id", id.as_str()), ("source", &from), ("target", &to), ("label", &link.label)];
        // A month is no date of the format; then the link is there all the time.
        let (starts, ends) = (is_day(&link.start), is_day(&link.end) && link.end >= link.start);
        if starts {
            attributes.push(("start", &link.start));
        }
        if ends {
            attributes.push(("end", &link.end));
        }
        xml.open("edge", &attributes)?;
        xml.open("attvalues", &[])?;
        value(&mut xml, "l0", link.kind.name())?;
        value(&mut xml, "l1", &link.bits.to_string())?;
        value(&mut xml, "l2", &link.bridge.to_string())?;
        value(&mut xml, "l3", &link.source())?;
        xml.close("attvalues")?;
        xml.close("edge")?;
    }
    xml.close("edges")?;
    xml.close("graph")?;
    xml.close("gexf")?;
    Ok(xml.end())
}

fn value(xml: &mut Document, of: &str, value: &str) -> io::Result<()> {
    xml.empty("attvalue", &[("for", of), ("value", value)])
}

/// Whether it is a whole ISO date.
pub fn is_day(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}
