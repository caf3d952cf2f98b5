//! The one neutral value that every drawing draws: a ring, or another part of the identity graph, as vertices, edges and a
//! few sentences. Plain values.
//!
//! It is built from a finished run by the caller, redacted by [`super::redact`], made small enough by
//! [`super::summary`], and only then drawn. Labels are raw data and not to be trusted: each exporter escapes them.
//! An edge to a vertex that is not there is passed over by [`GraphView::links`], which is the only way exporters read edges.

use super::redact::Redaction;
use crate::model::value::{EvidenceFamily, IdentifierKind};
use petgraph::unionfind::UnionFind;
use std::collections::BTreeMap;

/// A part of the identity graph as it is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GraphView {
    /// The run it was found in.
    pub run_id: String,
    /// The day on which that run ended, ISO, UTC; empty where no clock may show, as inside a run folder.
    pub run_day: String,
    /// How much is shown; set by redaction.
    pub redaction: Option<Redaction>,
    /// What is drawn: `ring`, `operator cluster`, `site`, `path`, `neighborhood`; empty for a ring.
    pub subject: String,
    /// Its id, made by the program; empty where it has none.
    pub id: String,
    /// Position in the review list, from 1; 0 where it has none.
    pub rank: usize,
    /// `review`, `priority` and the like.
    pub level: String,
    /// Strength of the evidence in bits.
    pub weight_bits: f64,
    /// Independent families that hold the ring up.
    pub families: Vec<EvidenceFamily>,
    /// One line.
    pub title: String,
    /// One neutral paragraph.
    pub reason: String,
    /// Personas, their assets, sites and the values that they share.
    pub vertices: Vec<Vertex>,
    /// Undirected.
    pub edges: Vec<Edge>,
    /// How it was summarised, when it was.
    pub left_out: Option<String>,
    /// Further sentences of the program's own for the head of the sheet, such as letters that no font has. Never data.
    pub notes: Vec<String>,
}

/// What a vertex stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VertexShape {
    /// A persona.
    Person,
    /// A payment account.
    Account,
    /// A device.
    Device,
    /// A shipment.
    Shipment,
    /// A site.
    Site,
    /// A shared or near value.
    Value(IdentifierKind),
    /// A value that an innocent explanation or its sheer number of holders keeps from linking.
    Hub(IdentifierKind),
}

impl VertexShape {
    /// Whether it stands for a persona.
    pub fn is_person(self) -> bool {
        self == VertexShape::Person
    }

    /// The words for it: `persona`, `payment account`, `phone`, `phone hub`.
    pub fn words(self) -> String {
        match self {
            VertexShape::Person => "persona".to_string(),
            VertexShape::Account => "payment account".to_string(),
            VertexShape::Device => "device".to_string(),
            VertexShape::Shipment => "shipment".to_string(),
            VertexShape::Site => "site".to_string(),
            VertexShape::Value(kind) => kind_words(kind),
            VertexShape::Hub(kind) => format!("{} hub", kind_words(kind)),
        }
    }
}

/// The [`Vertex::key`] of a value.
pub fn value_key(kind: IdentifierKind, as_linked: &str) -> String {
    format!("{} {as_linked}", kind.name())
}

/// An identifier kind in words: `serial number`.
pub fn kind_words(kind: IdentifierKind) -> String {
    kind.name().replace('_', " ")
}

/// One vertex.
#[derive(Clone, Debug, PartialEq)]
pub struct Vertex {
    /// What it stands for.
    pub shape: VertexShape,
    /// Raw data, not to be trusted.
    pub label: String,
    /// What it stands for, by a name that every document of a case has in common: a persona's id, `source:key` of a
    /// record, kind and value as links show them. Raw data; empty for a vertex that a summary made.
    pub key: String,
    /// Further lines, record keys and sources; the first are shown, all are in the tooltip. Raw data.
    pub detail: Vec<String>,
    /// Index of the operator cluster it belongs to.
    pub group: Option<usize>,
    /// Whether the ring falls apart without it.
    pub articulation: bool,
    /// How many vertices a summary put into this one, 0 for a vertex of its own. Its label is then the summary's words.
    pub folded: usize,
    /// Numbers that stand for edges: two vertices with the same number are linked, without a line between them.
    pub marks: Vec<usize>,
}

impl Vertex {
    /// A plain vertex.
    pub fn new(shape: VertexShape, label: impl Into<String>) -> Self {
        Self {
            shape,
            label: label.into(),
            key: String::new(),
            detail: Vec::new(),
            group: None,
            articulation: false,
            folded: 0,
            marks: Vec::new(),
        }
    }

    /// The same with its [`Vertex::key`].
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = key.into();
        self
    }

    /// The same with a further line.
    pub fn detail(mut self, line: impl Into<String>) -> Self {
        self.detail.push(line.into());
        self
    }

    /// The same in an operator cluster.
    pub fn group(mut self, operator: usize) -> Self {
        self.group = Some(operator);
        self
    }
}

/// What kind of link an edge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeStyle {
    /// Two records or personas are the same someone.
    SamePerson,
    /// A value that both carry.
    Shared,
    /// Values that are nearly the same.
    Near,
    /// A source states the reference.
    Stated,
    /// To a hub: shown, without linking power.
    Hub,
}

/// One edge. Undirected; `from` and `to` index [`GraphView::vertices`].
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// One end.
    pub from: usize,
    /// The other end.
    pub to: usize,
    /// What kind of link it is.
    pub style: EdgeStyle,
    /// What links: `same phone`, `one digit off`.
    pub label: String,
    /// Evidence in bits, the width of the line.
    pub bits: f64,
    /// Whether the ring falls apart without it.
    pub bridge: bool,
    /// Source cells. Raw data.
    pub detail: Vec<String>,
    /// How many links a summary put into this one, 0 for an edge of its own.
    pub folded: usize,
    /// How many links of the unsummarised view it stands for: two where a value between two personas became an edge.
    pub links: usize,
}

impl Edge {
    /// A plain edge.
    pub fn new(from: usize, to: usize, style: EdgeStyle, label: impl Into<String>, bits: f64) -> Self {
        Self { from, to, style, label: label.into(), bits, bridge: false, detail: Vec::new(), folded: 0, links: 1 }
    }

    /// The same with a source cell.
    pub fn detail(mut self, line: impl Into<String>) -> Self {
        self.detail.push(line.into());
        self
    }
}

impl GraphView {
    /// The edges whose ends both exist, with their index in [`GraphView::edges`].
    pub fn links(&self) -> impl Iterator<Item = (usize, &Edge)> {
        let count = self.vertices.len();
        self.edges.iter().enumerate().filter(move |(_, edge)| edge.from < count && edge.to < count)
    }

    /// How many vertices of each kind there are, those inside a summary's vertex not counted apart, in the order of
    /// [`VertexShape`].
    pub fn counts(&self) -> Vec<(VertexShape, usize)> {
        let mut counts: BTreeMap<VertexShape, usize> = BTreeMap::new();
        for vertex in &self.vertices {
            *counts.entry(vertex.shape).or_default() += vertex.folded.max(1);
        }
        counts.into_iter().collect()
    }

    /// Sets [`Edge::bridge`] and [`Vertex::articulation`] from the edges other than those to hubs: true where taking the
    /// edge or vertex away leaves *personas* on two sides. A value that hangs off one persona makes no bridge; marking
    /// it would bury the edges that hold a ring together. A self loop or one of two parallel edges is never a bridge.
    /// One depth-first pass with low points (Tarjan 1974) that also counts the personas below each vertex: O(V + E).
    pub fn mark_cuts(&mut self) {
        let count = self.vertices.len();
        let mut pairs: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        for (index, edge) in self.links() {
            if edge.from != edge.to && edge.style != EdgeStyle::Hub {
                pairs.entry((edge.from.min(edge.to), edge.from.max(edge.to))).or_default().push(index);
            }
        }
        let mut neighbors: Vec<Vec<usize>> = vec![Vec::new(); count];
        let mut parts = UnionFind::<usize>::new(count);
        for &(a, b) in pairs.keys() {
            neighbors[a].push(b);
            neighbors[b].push(a);
            parts.union(a, b);
        }
        let persons: Vec<usize> = self.vertices.iter().map(|vertex| usize::from(vertex.shape.is_person())).collect();
        let mut total = vec![0usize; count];
        for vertex in 0..count {
            total[parts.find(vertex)] += persons[vertex];
        }

        for edge in &mut self.edges {
            edge.bridge = false;
        }
        let mut found = vec![usize::MAX; count];
        let mut low = vec![usize::MAX; count];
        let mut below = persons.clone();
        // Sides with personas that fall off when the vertex goes, and how many personas those are.
        let mut sides = vec![(0usize, 0usize); count];
        let mut clock = 0;
        for root in 0..count {
            if found[root] != usize::MAX {
                continue;
            }
            let in_part = total[parts.find(root)];
            let mut stack: Vec<(usize, usize)> = vec![(root, 0)];
            (found[root], low[root]) = (clock, clock);
            clock += 1;
            while let Some(&(vertex, next)) = stack.last() {
                let parent = stack.len().checked_sub(2).map(|at| stack[at].0);
                if let Some(&other) = neighbors[vertex].get(next) {
                    let top = stack.len() - 1;
                    stack[top].1 += 1;
                    if found[other] == usize::MAX {
                        (found[other], low[other]) = (clock, clock);
                        clock += 1;
                        stack.push((other, 0));
                    } else if Some(other) != parent {
                        low[vertex] = low[vertex].min(found[other]);
                    }
                    continue;
                }
                stack.pop();
                let Some(parent) = parent else { continue };
                low[parent] = low[parent].min(low[vertex]);
                below[parent] += below[vertex];
                if low[vertex] >= found[parent] && below[vertex] > 0 {
                    sides[parent].0 += 1;
                    sides[parent].1 += below[vertex];
                }
                if low[vertex] > found[parent] && below[vertex] > 0 && below[vertex] < in_part {
                    let edges = &pairs[&(vertex.min(parent), vertex.max(parent))];
                    if let [only] = edges[..] {
                        self.edges[only].bridge = true;
                    }
                }
            }
        }
        for (index, vertex) in self.vertices.iter_mut().enumerate() {
            let (fallen_sides, fallen) = sides[index];
            let rest = total[parts.find(index)] - fallen - persons[index];
            vertex.articulation = fallen_sides + usize::from(rest > 0) >= 2;
        }
    }
}

/// Any view: vertices of every shape, edges of every style, some of them to nowhere and some to themselves.
#[cfg(test)]
pub(crate) fn any_view() -> impl proptest::strategy::Strategy<Value = GraphView> {
    use proptest::prelude::*;
    let shape = prop_oneof![
        3 => Just(VertexShape::Person),
        1 => Just(VertexShape::Device),
        1 => Just(VertexShape::Site),
        1 => Just(VertexShape::Hub(IdentifierKind::Ip)),
        1 => Just(VertexShape::Value(IdentifierKind::Phone)),
    ];
    let style = prop::sample::select(vec![
        EdgeStyle::Shared,
        EdgeStyle::Near,
        EdgeStyle::Stated,
        EdgeStyle::Hub,
        EdgeStyle::SamePerson,
    ]);
    let vertices = prop::collection::vec(shape, 1..40);
    let edges = prop::collection::vec((0usize..42, 0usize..42, style, -5.0f64..20.0), 0..80);
    (vertices, edges).prop_map(|(shapes, edges)| GraphView {
        vertices: shapes.into_iter().enumerate().map(|(at, shape)| Vertex::new(shape, format!("v{at}"))).collect(),
        edges: edges.into_iter().map(|(a, b, style, bits)| Edge::new(a, b, style, "same phone", bits)).collect(),
        ..GraphView::default()
    })
}

/// The view that the tests of every exporter draw: five invented people, two of them one operator's, and what they share.
#[cfg(test)]
pub(crate) fn standard_view() -> GraphView {
    use EdgeStyle::*;
    let person = |name: &str, key: &str| Vertex::new(VertexShape::Person, name).detail(key);
    let mut view = GraphView {
        run_id: "3f9a1c20b7de".to_string(),
        run_day: "2026-03-02".to_string(),
        redaction: None,
        subject: String::new(),
        id: "R-0007".to_string(),
        rank: 1,
        level: "priority".to_string(),
        weight_bits: 31.4,
        families: vec![EvidenceFamily::Contact, EvidenceFamily::Payment, EvidenceFamily::Place],
        title: "Five personas around one delivery address".to_string(),
        reason: "Dana Whitfield and Owen Pratt share a phone and a payment account; five laptops were sent to \
                 one address that is nobody's home."
            .to_string(),
        vertices: vec![
            person("Dana Whitfield", "applicants A-101").group(0),
            person("Owen Pratt", "employees E-207").group(0),
            person("Marta Lindqvist", "employees E-311"),
            person("김하나", "employees E-318"),
            person("Theo Abara", "employees E-402"),
            Vertex::new(VertexShape::Value(IdentifierKind::Phone), "+1 202 555 0147"),
            Vertex::new(VertexShape::Account, "account ending 1207").detail("payroll P-9").group(0),
            Vertex::new(VertexShape::Site, "48 Larch Street, Springfield").detail("5 shipments"),
            Vertex::new(VertexShape::Device, "laptop LT-5521").detail("devices D-77"),
            Vertex::new(VertexShape::Shipment, "parcel 9400 1000 0000").detail("shipments S-12"),
            Vertex::new(VertexShape::Hub(IdentifierKind::Phone), "+1 202 555 0100").detail("agency's number"),
            Vertex::new(VertexShape::Value(IdentifierKind::Email), "m.lindqvist@example.com"),
            Vertex::new(VertexShape::Value(IdentifierKind::Email), "m.lindqwist@example.com"),
        ],
        edges: vec![
            Edge::new(0, 5, Shared, "same phone", 12.3).detail("applicants.csv row 4, phone"),
            Edge::new(1, 5, Shared, "same phone", 12.3).detail("employees.csv row 9, mobile"),
            Edge::new(0, 6, Stated, "paid to", 0.0),
            Edge::new(1, 6, Shared, "same account", 14.0).detail("payroll.csv row 31, account_number"),
            Edge::new(1, 7, Shared, "same delivery address", 7.5),
            Edge::new(2, 7, Shared, "same delivery address", 7.5),
            Edge::new(3, 7, Shared, "same delivery address", 7.5),
            Edge::new(4, 9, Stated, "sent to", 0.0),
            Edge::new(9, 7, Shared, "same delivery address", 7.5),
            Edge::new(3, 8, Stated, "device of", 0.0),
            Edge::new(2, 10, Hub, "same phone", 0.4),
            Edge::new(4, 10, Hub, "same phone", 0.4),
            Edge::new(2, 11, Shared, "email", 0.0),
            Edge::new(3, 12, Shared, "email", 0.0),
            Edge::new(11, 12, Near, "one letter off", 6.1),
            Edge::new(0, 1, SamePerson, "decided by an analyst", 9.0),
        ],
        left_out: None,
        notes: Vec::new(),
    };
    view.mark_cuts();
    view
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn random_view(persons: usize, values: usize, edges: Vec<(usize, usize)>) -> GraphView {
        let mut view = GraphView::default();
        for index in 0..persons {
            view.vertices.push(Vertex::new(VertexShape::Person, format!("P{index}")));
        }
        for index in 0..values {
            view.vertices.push(Vertex::new(VertexShape::Value(IdentifierKind::Phone), format!("V{index}")));
        }
        view.edges = edges.into_iter().map(|(a, b)| Edge::new(a, b, EdgeStyle::Shared, "same phone", 1.0)).collect();
        view
    }

    /// Which persona reaches which, the slow way.
    fn reach(view: &GraphView, skip_vertex: Option<usize>, skip_edge: Option<usize>) -> Vec<Vec<bool>> {
        let count = view.vertices.len();
        let mut reach = vec![vec![false; count]; count];
        for (index, row) in reach.iter_mut().enumerate() {
            row[index] = true;
        }
        for (index, edge) in view.links() {
            if Some(index) != skip_edge && Some(edge.from) != skip_vertex && Some(edge.to) != skip_vertex {
                reach[edge.from][edge.to] = true;
                reach[edge.to][edge.from] = true;
            }
        }
        for k in 0..count {
            for i in 0..count {
                for j in 0..count {
                    reach[i][j] |= reach[i][k] && reach[k][j];
                }
            }
        }
        reach
    }

    fn parts(view: &GraphView, skip_vertex: Option<usize>, skip_edge: Option<usize>) -> bool {
        let (before, after) = (reach(view, None, None), reach(view, skip_vertex, skip_edge));
        let persons: Vec<usize> = (0..view.vertices.len())
            .filter(|&v| view.vertices[v].shape.is_person() && Some(v) != skip_vertex)
            .collect();
        persons.iter().any(|&a| persons.iter().any(|&b| before[a][b] && !after[a][b]))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn cuts_are_those_found_by_taking_each_away(
            persons in 1usize..6, values in 0usize..6,
            edges in proptest::collection::vec((0usize..12, 0usize..12), 0..16),
        ) {
            let mut view = random_view(persons, values, edges);
            view.mark_cuts();
            for index in 0..view.edges.len() {
                let there = view.links().any(|(i, _)| i == index);
                prop_assert_eq!(view.edges[index].bridge, there && parts(&view, None, Some(index)), "edge {}", index);
            }
            for index in 0..view.vertices.len() {
                prop_assert_eq!(view.vertices[index].articulation, parts(&view, Some(index), None), "vertex {}", index);
            }
        }
    }

    #[test]
    fn a_pendant_value_makes_no_bridge_but_a_lone_link_between_personas_does() {
        let mut view = random_view(2, 1, vec![(0, 1), (1, 2)]);
        view.mark_cuts();
        assert_eq!(view.edges.iter().map(|edge| edge.bridge).collect::<Vec<_>>(), [true, false]);
        assert!(view.vertices.iter().all(|vertex| !vertex.articulation));
    }

    #[test]
    fn an_edge_to_nowhere_is_passed_over() {
        let view = random_view(1, 0, vec![(0, 9), (usize::MAX, 0), (0, 0)]);
        assert_eq!(view.links().map(|(index, _)| index).collect::<Vec<_>>(), [2]);
    }
}
