//! A ring of a run as the one view that every exporter draws.

use super::show::KNOWN;
use super::{Case, CaseLink};
use crate::model::value::{EvidenceFamily, IdentifierKind, Side};
use crate::report::view::{Edge, EdgeStyle, GraphView, Vertex, VertexShape, value_key};
use std::collections::BTreeMap;

/// Holders of a hub and hubs themselves are drawn only where they touch the ring, and no more than this many.
const HUBS_DRAWN: usize = 4;

/// The view of a ring, or `None` when the run has no such ring. Exactly shared values are vertices of their own with an
/// edge to each carrier; near values are a dashed edge between the two personas.
pub fn view(case: &Case, ring_id: &str) -> Option<GraphView> {
    let ring = case.rings.iter().find(|ring| ring.id == ring_id)?;
    let mut builder = Builder { case, vertices: Vec::new(), edges: Vec::new(), at: BTreeMap::new() };
    let personas = builder.personas(ring_id);
    for persona in &personas {
        builder.assets(persona);
    }
    let mut links: Vec<&CaseLink> =
        case.links.iter().filter(|link| link.tier == "persona" && link.ring == ring_id).collect();
    links.sort_by(|a, b| (&a.left, &a.right).cmp(&(&b.left, &b.right)));
    for link in links {
        builder.link(link);
    }
    builder.hubs(&personas);
    let families =
        EvidenceFamily::ALL.into_iter().filter(|family| ring.families.split("; ").any(|name| name == family.name()));
    let mut view = GraphView {
        run_id: case.run_id.clone(),
        id: ring.id.clone(),
        rank: ring.rank as usize,
        level: ring.level.clone(),
        weight_bits: ring.weight_bits,
        families: families.collect(),
        title: format!("Ring {}", ring.id),
        reason: ring.reason.clone(),
        vertices: builder.vertices,
        edges: builder.edges,
        ..GraphView::default()
    };
    view.mark_cuts();
    Some(view)
}

/// The view of a few personas with their assets and the hubs that they touch, without links between them.
pub fn of_personas(case: &Case, id: &str, subject: &str, personas: &[&str]) -> GraphView {
    let mut builder = Builder { case, vertices: Vec::new(), edges: Vec::new(), at: BTreeMap::new() };
    for persona in personas {
        builder.persona(persona, None);
        builder.assets(persona);
    }
    let personas: Vec<String> = personas.iter().map(|persona| persona.to_string()).collect();
    builder.hubs(&personas);
    GraphView {
        run_id: case.run_id.clone(),
        subject: subject.to_string(),
        id: id.to_string(),
        title: format!("{subject} {id}"),
        vertices: builder.vertices,
        edges: builder.edges,
        ..GraphView::default()
    }
}

struct Builder<'a> {
    case: &'a Case,
    vertices: Vec<Vertex>,
    edges: Vec<Edge>,
    /// Vertices by what they stand for.
    at: BTreeMap<String, usize>,
}

impl Builder<'_> {
    fn vertex(&mut self, name: String, make: impl FnOnce() -> Vertex) -> usize {
        match self.at.get(&name) {
            Some(&at) => at,
            None => {
                self.vertices.push(make());
                self.at.insert(name, self.vertices.len() - 1);
                self.vertices.len() - 1
            }
        }
    }

    /// One edge per pair and label; a second one adds its detail to the first.
    fn edge(&mut self, edge: Edge) {
        let same = |other: &&mut Edge| other.from == edge.from && other.to == edge.to && other.label == edge.label;
        match self.edges.iter_mut().find(same) {
            Some(there) => {
                there.bits = there.bits.max(edge.bits);
                for line in edge.detail {
                    if !there.detail.contains(&line) {
                        there.detail.push(line);
                    }
                }
            }
            None => self.edges.push(edge),
        }
    }

    fn personas(&mut self, ring_id: &str) -> Vec<String> {
        let case = self.case;
        let mut operators: Vec<&str> = case
            .records
            .iter()
            .filter(|record| record.ring == ring_id)
            .map(|record| record.operator.as_str())
            .collect();
        operators.sort_unstable();
        operators.dedup();
        let mut personas: Vec<(&str, &str)> = case
            .records
            .iter()
            .filter(|record| record.ring == ring_id)
            .map(|record| (record.persona.as_str(), record.operator.as_str()))
            .collect();
        personas.sort_unstable();
        personas.dedup();
        for (persona, operator) in &personas {
            self.persona(persona, operators.binary_search(operator).ok());
        }
        personas.into_iter().map(|(persona, _)| persona.to_string()).collect()
    }

    fn persona(&mut self, persona: &str, group: Option<usize>) {
        let case = self.case;
        let names = case.names(persona);
        let label = names.first().copied().unwrap_or(persona).to_string();
        let mut vertex = Vertex::new(VertexShape::Person, label).key(persona);
        if case.is_known("persona", persona) {
            vertex = vertex.detail(KNOWN);
        }
        vertex = vertex.detail(persona);
        for &record in case.personas.get(persona).into_iter().flatten() {
            let record = &case.records[record as usize];
            if matches!(record.kind.as_str(), "applicant" | "employee" | "person") {
                vertex = vertex.detail(record.label());
            }
        }
        vertex.group = group;
        self.vertex(persona.to_string(), || vertex);
    }

    /// Assets that carry something: each hangs on its persona by the source's own reference.
    fn assets(&mut self, persona: &str) {
        let case = self.case;
        for &index in case.personas.get(persona).into_iter().flatten() {
            let record = &case.records[index as usize];
            let shape = match record.kind.as_str() {
                "payment_account" => VertexShape::Account,
                "device" => VertexShape::Device,
                "shipment" => VertexShape::Shipment,
                _ => continue,
            };
            let vertex = Vertex::new(shape, record.key.clone()).key(record.label()).detail(record.label());
            let (from, to) = (self.at[persona], self.vertex(format!("record {index}"), || vertex));
            self.edge(Edge::new(from, to, EdgeStyle::Stated, "stated", 0.0));
        }
    }

    fn link(&mut self, link: &CaseLink) {
        let (Some(&left), Some(&right)) = (self.at.get(&link.left), self.at.get(&link.right)) else { return };
        for term in link.terms.iter().filter(|term| term.adds() >= 0.5 || link.rule == "site") {
            let Some(kind) = IdentifierKind::from_name(&term.kind) else { continue };
            let words = kind.name().replace('_', " ");
            if term.how == "same" {
                let label = term.left.clone();
                // A place or network that serves personas of a ring is a site.
                let shape = if kind.side() == Side::Location { VertexShape::Site } else { VertexShape::Value(kind) };
                let known = self.case.is_known(&term.kind, &label);
                let value = self.vertex(format!("{} {}", term.kind, term.left), || {
                    let vertex = Vertex::new(shape, label).key(value_key(kind, &term.left));
                    if known { vertex.detail(KNOWN) } else { vertex }
                });
                for (persona, cells) in [(left, &term.left_cells), (right, &term.right_cells)] {
                    let edge = Edge::new(persona, value, EdgeStyle::Shared, format!("same {words}"), term.bits);
                    self.edge(with_cells(edge, cells));
                }
            } else {
                let edge = Edge::new(left, right, EdgeStyle::Near, format!("{words}: {}", term.how), term.bits)
                    .detail(format!("{} ~ {}", term.left, term.right));
                self.edge(with_cells(with_cells(edge, &term.left_cells), &term.right_cells));
            }
        }
    }

    /// Hubs that two and more of the ring's personas touch, in grey.
    fn hubs(&mut self, personas: &[String]) {
        let case = self.case;
        let mut drawn = 0;
        // What the ring's personas hold, once: a run has thousands of hubs, and a persona hundreds of claims.
        let mut held: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
        for persona in personas {
            let at = self.at[persona];
            for claim in case.personas[persona].iter().flat_map(|&record| case.claims_of(record)) {
                let holders = held.entry((claim.kind, claim.value)).or_default();
                if holders.last() != Some(&at) {
                    holders.push(at);
                }
            }
        }
        for hub in &case.hubs {
            let holders = held.get(&(hub.kind.as_str(), hub.value.as_str())).cloned().unwrap_or_default();
            let (true, Some(kind)) = (holders.len() >= 2, IdentifierKind::from_name(&hub.kind)) else { continue };
            let name = format!("{} {}", hub.kind, hub.shown);
            if self.at.contains_key(&name) {
                continue;
            }
            let label = hub.shown.clone();
            let reason = hub.reason.clone();
            let vertex = self.vertex(name, || {
                Vertex::new(VertexShape::Hub(kind), label).key(value_key(kind, &hub.shown)).detail(reason)
            });
            for holder in holders {
                self.edge(Edge::new(holder, vertex, EdgeStyle::Hub, "widely used", 0.0));
            }
            drawn += 1;
            if drawn == HUBS_DRAWN {
                break;
            }
        }
    }
}

fn with_cells(mut edge: Edge, cells: &[String]) -> Edge {
    for cell in cells {
        edge = edge.detail(cell.clone());
    }
    edge
}
