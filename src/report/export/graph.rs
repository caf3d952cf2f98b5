//! Cases as one graph of typed vertices and links.
//!
//! Each case is a part of its own: what it draws ([`CaseFile::graph`]), the evidence between its personas as a whole, and,
//! where values are shown, every other identifier that its records carry. A value whose number a run keeps only as its last
//! four characters is one vertex for two personas only where the run itself found it to be the same.

use super::{cell_of, identity, joined};
use crate::model::value::{EvidenceFamily, IdentifierKind};
use crate::report::case_file::CaseFile;
use crate::report::redact::Redaction;
use crate::report::view::{EdgeStyle, VertexShape, kind_words};
use std::collections::BTreeMap;

/// A typed vertex.
#[derive(Clone, Debug, PartialEq)]
pub struct Vertex {
    /// Index of its case.
    pub case: usize,
    /// What it stands for.
    pub shape: VertexShape,
    pub label: String,
    /// Operator cluster, counted from 0 inside the case.
    pub operator: Option<usize>,
    /// Personas of the case that hold it; 0 for personas.
    pub holders: usize,
    pub articulation: bool,
    pub notes: String,
}

impl Vertex {
    /// What it stands for, in words: `persona`, `phone`, `address hub`.
    pub fn kind(&self) -> String {
        self.shape.words()
    }
}

/// A typed link, undirected in meaning; written from persona to value.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    pub from: usize,
    pub to: usize,
    pub kind: LinkKind,
    pub label: String,
    pub bits: f64,
    pub bridge: bool,
    /// ISO days, or months in *external*; empty where open.
    pub start: String,
    pub end: String,
    /// Source cells.
    pub evidence: Vec<String>,
}

impl Link {
    /// The source cells as one text.
    pub fn source(&self) -> String {
        joined(self.evidence.iter().map(String::as_str))
    }
}

/// What kind of link it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkKind {
    /// A persona's record carries the value.
    Holds,
    /// Two personas and more carry the value, and it counts.
    Shared,
    /// Nearly the same values.
    Near,
    /// A source states the reference.
    Stated,
    /// To a widely used value, without linking power.
    Hub,
    /// All evidence between two personas.
    Evidence,
    /// Two records of one person.
    SamePerson,
}

impl LinkKind {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            LinkKind::Holds => "holds",
            LinkKind::Shared => "shared",
            LinkKind::Near => "near",
            LinkKind::Stated => "stated",
            LinkKind::Hub => "hub",
            LinkKind::Evidence => "evidence",
            LinkKind::SamePerson => "same person",
        }
    }
}

/// Vertices and links of cases.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    pub vertices: Vec<Vertex>,
    pub links: Vec<Link>,
}

/// The graph of the cases, in their order.
pub fn graph(cases: &[CaseFile]) -> Graph {
    let mut graph = Graph::default();
    for (index, case) in cases.iter().enumerate() {
        Builder::new(&mut graph, case, index).build();
    }
    graph
}

struct Builder<'a> {
    graph: &'a mut Graph,
    case: &'a CaseFile,
    index: usize,
    /// The first vertex of this case.
    base: usize,
    /// Vertices of values by what makes them one.
    values: BTreeMap<String, usize>,
    /// Links between a persona and something else, by their ends.
    between: BTreeMap<(usize, usize), usize>,
}

impl<'a> Builder<'a> {
    fn new(graph: &'a mut Graph, case: &'a CaseFile, index: usize) -> Self {
        let base = graph.vertices.len();
        Builder { graph, case, index, base, values: BTreeMap::new(), between: BTreeMap::new() }
    }

    fn build(mut self) {
        self.drawn();
        let persons: Vec<usize> =
            (self.base..self.graph.vertices.len()).filter(|&at| self.graph.vertices[at].shape.is_person()).collect();
        // Drawings and tables list the personas of a case in one order; where they do not, numbers would lie.
        if persons.len() == self.case.members.len() {
            self.assets();
            self.held(&persons);
            self.ties(&persons);
        }
        self.count_holders();
    }

    /// What is drawn of it.
    fn drawn(&mut self) {
        let view = &self.case.graph;
        for vertex in &view.vertices {
            let at = self.graph.vertices.len();
            if let Some(key) = self.key_of_value(vertex) {
                self.values.entry(key).or_insert(at);
            }
            self.graph.vertices.push(Vertex {
                case: self.index,
                shape: vertex.shape,
                label: vertex.label.clone(),
                operator: vertex.group,
                holders: 0,
                articulation: vertex.articulation,
                notes: joined(vertex.detail.iter().map(String::as_str)),
            });
        }
        for (_, edge) in view.links() {
            let (from, to) = (self.base + edge.from, self.base + edge.to);
            self.between.insert((from, to), self.graph.links.len());
            self.graph.links.push(Link {
                from,
                to,
                kind: match edge.style {
                    EdgeStyle::SamePerson => LinkKind::SamePerson,
                    EdgeStyle::Shared => LinkKind::Shared,
                    EdgeStyle::Near => LinkKind::Near,
                    EdgeStyle::Stated => LinkKind::Stated,
                    EdgeStyle::Hub => LinkKind::Hub,
                },
                label: edge.label.clone(),
                bits: finite(edge.bits),
                bridge: edge.bridge,
                start: String::new(),
                end: String::new(),
                evidence: edge.detail.clone(),
            });
        }
    }

    /// By what a drawn value is the same as one of a row: its key, or in *external* its pseudonym.
    fn key_of_value(&self, vertex: &crate::report::view::Vertex) -> Option<String> {
        let kind = match vertex.shape {
            VertexShape::Value(kind) | VertexShape::Hub(kind) => Some(kind),
            VertexShape::Site => None,
            _ => return None,
        };
        match (self.case.redaction, kind) {
            (Some(Redaction::Structure), _) => None,
            (Some(Redaction::External), Some(kind)) => Some(crate::report::view::value_key(kind, &vertex.label)),
            // A site's pseudonym begins with the words of its kind.
            (Some(Redaction::External), None) => {
                let kind = IdentifierKind::ALL.iter().find(|kind| {
                    vertex.label.strip_prefix(&kind_words(**kind)).is_some_and(|rest| rest.starts_with(' '))
                })?;
                Some(crate::report::view::value_key(*kind, &vertex.label))
            }
            _ if vertex.key.is_empty() => None,
            _ => Some(vertex.key.clone()),
        }
    }

    /// What the source states of an asset: the asset's own row.
    fn assets(&mut self) {
        let case = self.case;
        let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, row) in case.rows.iter().enumerate() {
            rows.insert(row.record.text.as_str(), at);
        }
        let external = case.redaction == Some(Redaction::External);
        for link in &mut self.graph.links {
            if link.from < self.base || link.kind != LinkKind::Stated || !link.evidence.is_empty() {
                continue;
            }
            let Some(vertex) = case.graph.vertices.get(link.to - self.base) else { continue };
            let name = if external { &vertex.label } else { &vertex.key };
            let row = rows.get(name.as_str()).and_then(|&at| case.rows.get(at));
            link.evidence.push(row.map_or("1 source cell".to_string(), |row| cell_of(case, row, None)));
        }
    }

    /// Every identifier of the members' records; alone, a line of a resume says nothing and is left out.
    fn held(&mut self, persons: &[usize]) {
        let case = self.case;
        for row in &case.rows {
            let Some(&person) = persons.get(row.member) else { continue };
            for cell in &row.cells {
                let Some(kind) = IdentifierKind::from_name(&cell.kind) else { continue };
                let Some(key) = identity(case, kind, &cell.value) else { continue };
                let known = self.values.get(&key).copied();
                // Two numbers may end in the same four characters.
                let own = format!("{key}\u{0}{person}");
                let vertex = match known {
                    Some(at) if !kind.is_sensitive() || self.between.contains_key(&(person, at)) => at,
                    // Of kinds that never link, only hubs are drawn.
                    None if !kind.links() || kind == IdentifierKind::ResumeLine => continue,
                    _ if kind.is_sensitive() => self.value(own, kind, &cell.value.text),
                    _ => self.value(key, kind, &cell.value.text),
                };
                let evidence = cell_of(case, row, Some(cell));
                self.hold(person, vertex, &cell.role, evidence, &cell.valid_from.text, &cell.valid_to.text);
            }
        }
    }

    fn value(&mut self, key: String, kind: IdentifierKind, label: &str) -> usize {
        let next = self.graph.vertices.len();
        let at = *self.values.entry(key).or_insert(next);
        if at == next {
            self.graph.vertices.push(Vertex {
                case: self.index,
                shape: VertexShape::Value(kind),
                label: label.to_string(),
                operator: None,
                holders: 0,
                articulation: false,
                notes: String::new(),
            });
        }
        at
    }

    fn hold(&mut self, person: usize, value: usize, role: &str, evidence: String, start: &str, end: &str) {
        let next = self.graph.links.len();
        let at = *self.between.entry((person, value)).or_insert(next);
        if at == next {
            self.graph.links.push(Link {
                from: person,
                to: value,
                kind: LinkKind::Holds,
                label: role.to_string(),
                bits: 0.0,
                bridge: false,
                start: start.to_string(),
                end: end.to_string(),
                evidence: vec![evidence],
            });
            return;
        }
        let link = &mut self.graph.links[at];
        // The widest span that any record gives; an open end stays open.
        if !start.is_empty() && (link.start.is_empty() || start < link.start.as_str()) {
            link.start = start.to_string();
        }
        if !end.is_empty() && end > link.end.as_str() {
            link.end = end.to_string();
        }
        if !link.evidence.contains(&evidence) {
            link.evidence.push(evidence);
        }
    }

    /// The evidence between two personas as a whole.
    fn ties(&mut self, persons: &[usize]) {
        let exact = self.case.redaction != Some(Redaction::Structure);
        for link in &self.case.links {
            let (Some(&from), Some(&to)) = (persons.get(link.left), persons.get(link.right)) else { continue };
            let mut evidence: Vec<String> = Vec::new();
            for cell in link.terms.iter().flat_map(|term| term.left_cells.iter().chain(&term.right_cells)) {
                if exact && !cell.is_empty() && !evidence.contains(&cell.text) {
                    evidence.push(cell.text.clone());
                }
            }
            if evidence.is_empty() {
                let cells: usize = link.terms.iter().map(|term| term.left_cells.len() + term.right_cells.len()).sum();
                evidence.push(format!("{cells} source cells"));
            }
            let families: Vec<&str> = EvidenceFamily::ALL
                .into_iter()
                .map(|family| family.name())
                .filter(|name| link.terms.iter().any(|term| term.family == *name && term.counted > 0.0))
                .collect();
            self.graph.links.push(Link {
                from,
                to,
                kind: LinkKind::Evidence,
                label: if families.is_empty() { link.rule.clone() } else { families.join(", ") },
                bits: if exact { finite(link.bits.unwrap_or(0.0)) } else { 0.0 },
                bridge: link.bridge,
                start: String::new(),
                end: String::new(),
                evidence,
            });
        }
    }

    fn count_holders(&mut self) {
        let mut holders: BTreeMap<usize, usize> = BTreeMap::new();
        for &(from, to) in self.between.keys() {
            for (person, other) in [(from, to), (to, from)] {
                if self.graph.vertices[person].shape.is_person() && !self.graph.vertices[other].shape.is_person() {
                    *holders.entry(other).or_default() += 1;
                }
            }
        }
        for (at, count) in holders {
            self.graph.vertices[at].holders = count;
        }
    }
}

/// No format has a word for what is no number.
fn finite(number: f64) -> f64 {
    if number.is_finite() { number } else { 0.0 }
}
