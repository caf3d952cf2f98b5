//! Why two things are connected, or why not: paths, each hop with its evidence, source cells and bits.

use super::find::{Thing, personas};
use super::waterfall::Waterfall;
use super::{Case, CaseLink, CaseRecord, Term};
use crate::model::cluster::link_rule;
use crate::model::value::IdentifierKind;
use crate::near;
use petgraph::algo::astar;
use petgraph::graph::{EdgeIndex, NodeIndex, UnGraph};
use petgraph::visit::EdgeRef;
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::collections::BTreeSet;

/// Paths that are told; each uses links that no earlier one used.
const PATHS: usize = 3;

/// Records and personas around a thing up to which a run that is read in parts is not read whole.
const REACHED_MAX: usize = 5_000;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hop {
    pub from: String,
    pub to: String,
    /// `stated`, `same person`, `name and contact`, `shared evidence`, `carries`.
    pub rule: String,
    /// Weight of the link; absent where a source states it.
    pub bits: Option<f64>,
    /// Whether the ring falls apart without it.
    pub bridge: bool,
    pub terms: Vec<HopTerm>,
}

/// One reason of a hop with the cells that it rests on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HopTerm {
    pub what: String,
    /// Bits that it adds to the hop.
    pub bits: f64,
    /// `at different times` and the like, where it counts less.
    pub note: String,
    pub left_cells: Vec<String>,
    pub right_cells: Vec<String>,
}

/// Everything there is to say about two things.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Explanation {
    pub from: String,
    pub to: String,
    pub connected: bool,
    /// Best path first.
    pub paths: Vec<Vec<Hop>>,
    /// When they are not connected: what they share, and why that does not link them.
    pub notes: Vec<String>,
    /// Between two records of persons, or the strongest pair of two personas: how their weight comes about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waterfall: Option<Waterfall>,
}

/// A vertex of the graph that paths run through.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Vertex {
    Record(u32),
    Persona(String),
}

/// Explains how two things are connected.
pub fn explain(case: &Case, a: &Thing, b: &Thing) -> Explanation {
    let mut explanation = Explanation { from: name(case, a), to: name(case, b), ..Explanation::default() };
    let (starts, ends) = (vertices(case, a), vertices(case, b));
    let graph = Graph::new(case, &starts);
    let mut used: BTreeSet<EdgeIndex> = BTreeSet::new();
    for _ in 0..PATHS {
        let Some(path) = graph.best_path(&starts, &ends, &used) else { break };
        let mut hops = Vec::new();
        hops.extend(carried(case, a, &path.vertices[0], false));
        for (step, &edge) in path.edges.iter().enumerate() {
            used.insert(edge);
            hops.push(graph.hop(case, &path.vertices[step], &path.vertices[step + 1], edge));
        }
        hops.extend(carried(case, b, &path.vertices[path.vertices.len() - 1], true));
        let ends_at_once = path.edges.is_empty();
        explanation.paths.push(hops);
        if ends_at_once {
            break;
        }
    }
    explanation.connected = !explanation.paths.is_empty();
    if !explanation.connected {
        explanation.notes = why_not(case, &starts, &ends);
    }
    explanation
}

/// One step of a path: its ends, and the link between them, absent between a record and its persona.
pub(super) type Step<'a> = (Vertex, Vertex, Option<&'a CaseLink>);

/// The paths that [`explain`] tells, to be drawn.
pub(super) fn paths<'a>(case: &'a Case, a: &Thing, b: &Thing) -> Vec<Vec<Step<'a>>> {
    let (starts, ends) = (vertices(case, a), vertices(case, b));
    let graph = Graph::new(case, &starts);
    let mut used: BTreeSet<EdgeIndex> = BTreeSet::new();
    let mut paths = Vec::new();
    for _ in 0..PATHS {
        let Some(path) = graph.best_path(&starts, &ends, &used) else { break };
        used.extend(path.edges.iter().copied());
        let ends_at_once = path.edges.is_empty();
        let steps = path.edges.iter().enumerate();
        let steps =
            steps.map(|(at, &edge)| (path.vertices[at].clone(), path.vertices[at + 1].clone(), graph.graph[edge]));
        let mut steps: Vec<Step> = steps.collect();
        if ends_at_once {
            // Both stand for the same: a path of one place.
            steps.extend(path.vertices.first().map(|only| (only.clone(), only.clone(), None)));
        }
        paths.push(steps);
        if ends_at_once {
            break;
        }
    }
    paths
}

/// A thing's name in the answer.
pub fn name(case: &Case, thing: &Thing) -> String {
    match thing {
        Thing::Ring(id) => format!("ring {id}"),
        Thing::Case(id) => format!("case {id}"),
        Thing::SetAside(id) => format!("group {id}"),
        Thing::Persona(persona) => case.persona_label(persona),
        Thing::Record(index) => case.records[*index as usize].label(),
        Thing::Value { kind, value } => format!("{} {value}", kind.replace('_', " ")),
    }
}

fn vertices(case: &Case, thing: &Thing) -> Vec<Vertex> {
    match thing {
        Thing::Record(index) => vec![Vertex::Record(*index)],
        Thing::Persona(_) | Thing::Case(_) | Thing::SetAside(_) | Thing::Ring(_) => {
            personas(case, thing).into_iter().map(Vertex::Persona).collect()
        }
        Thing::Value { kind, value } => {
            let mut records: Vec<u32> = case.claims_with(kind, value).map(|claim| claim.record).collect();
            records.dedup();
            records.into_iter().map(Vertex::Record).collect()
        }
    }
}

/// The hop from a value to the record that carries it.
fn carried(case: &Case, thing: &Thing, vertex: &Vertex, reversed: bool) -> Option<Hop> {
    let (Thing::Value { kind, value }, Vertex::Record(record)) = (thing, vertex) else { return None };
    let claim = case.claims_of(*record).find(|claim| claim.kind == *kind && claim.value == *value)?;
    let (value, record) = (name(case, thing), case.records[*record as usize].label());
    let (from, to) = if reversed { (record, value) } else { (value, record) };
    let what = format!("{} ({}) as delivered: {}", kind.replace('_', " "), claim.role, claim.raw);
    let term =
        HopTerm { what, bits: 0.0, note: String::new(), left_cells: vec![case.cell(&claim)], right_cells: Vec::new() };
    Some(Hop { from, to, rule: "carries".to_string(), bits: None, bridge: false, terms: vec![term] })
}

struct Graph<'a> {
    graph: UnGraph<Vertex, Option<&'a CaseLink>>,
    nodes: FxHashMap<Vertex, NodeIndex>,
}

struct Path {
    vertices: Vec<Vertex>,
    edges: Vec<EdgeIndex>,
}

impl<'a> Graph<'a> {
    /// The graph of the run, or as much of it as can be reached from there. Vertices and edges stand in the order of the
    /// tables in both, so that of paths that cost the same both find the same one.
    fn new(case: &'a Case, starts: &[Vertex]) -> Self {
        if case.is_part()
            && let Some(reached) = Reached::from(case, starts)
        {
            let records = reached.records.iter().filter_map(|&at| Some((at, case.records.get(at as usize)?)));
            return Graph::of(records, reached.links.iter().filter_map(|&at| case.links.get(at as usize)));
        }
        case.load_all();
        Graph::of((0..).zip(case.records.iter()), case.links.iter())
    }

    fn of(records: impl Iterator<Item = (u32, &'a CaseRecord)>, links: impl Iterator<Item = &'a CaseLink>) -> Self {
        let mut graph = Self { graph: UnGraph::default(), nodes: FxHashMap::default() };
        let mut labels: FxHashMap<String, u32> = FxHashMap::default();
        for (index, record) in records {
            labels.insert(record.label(), index);
            if !record.persona.is_empty() {
                let (a, b) = (graph.node(Vertex::Record(index)), graph.node(Vertex::Persona(record.persona.clone())));
                graph.graph.add_edge(a, b, None);
            }
        }
        for link in links {
            let ends = if link.tier == "record" {
                match (labels.get(&link.left), labels.get(&link.right)) {
                    (Some(&a), Some(&b)) => (Vertex::Record(a), Vertex::Record(b)),
                    _ => continue,
                }
            } else {
                (Vertex::Persona(link.left.clone()), Vertex::Persona(link.right.clone()))
            };
            let (a, b) = (graph.node(ends.0), graph.node(ends.1));
            graph.graph.add_edge(a, b, Some(link));
        }
        graph
    }

    fn node(&mut self, vertex: Vertex) -> NodeIndex {
        *self.nodes.entry(vertex.clone()).or_insert_with(|| self.graph.add_node(vertex))
    }

    /// The path of the least cost: few hops, and strong ones. Membership in a persona is dearer than a link that says
    /// why, so that two records of one persona are explained by their links where there are any.
    fn best_path(&self, starts: &[Vertex], ends: &[Vertex], used: &BTreeSet<EdgeIndex>) -> Option<Path> {
        let goals: BTreeSet<NodeIndex> = ends.iter().filter_map(|end| self.nodes.get(end).copied()).collect();
        let cost = |edge: petgraph::graph::EdgeReference<Option<&CaseLink>>| match edge.weight() {
            _ if used.contains(&edge.id()) => f64::INFINITY,
            None => 3.0,
            // What a source states is as good as strong evidence; a site alone is the weakest hop.
            Some(link) if link.rule == link_rule::SITE => 5.0,
            Some(link) => 1.0 + 4.0 / (1.0 + link.bits.unwrap_or(20.0).max(0.0)),
        };
        let mut best: Option<(f64, Vec<NodeIndex>)> = None;
        for start in starts.iter().take(50).filter_map(|start| self.nodes.get(start).copied()) {
            let found = astar(&self.graph, start, |node| goals.contains(&node), cost, |_| 0.0);
            if let Some((total, path)) = found
                && total.is_finite()
                && best.as_ref().is_none_or(|(least, _)| total < *least)
            {
                best = Some((total, path));
            }
        }
        let (_, path) = best?;
        let edges = path
            .windows(2)
            .filter_map(|step| {
                self.graph
                    .edges_connecting(step[0], step[1])
                    .filter(|edge| !used.contains(&edge.id()))
                    .min_by(|a, b| cost(*a).total_cmp(&cost(*b)))
                    .map(|edge| edge.id())
            })
            .collect();
        Some(Path { vertices: path.iter().map(|&node| self.graph[node].clone()).collect(), edges })
    }

    fn hop(&self, case: &Case, from: &Vertex, to: &Vertex, edge: EdgeIndex) -> Hop {
        let label = |vertex: &Vertex| match vertex {
            Vertex::Record(index) => case.records[*index as usize].label(),
            Vertex::Persona(persona) => case.persona_label(persona),
        };
        let plain = |vertex: &Vertex| match vertex {
            Vertex::Record(index) => case.records[*index as usize].label(),
            Vertex::Persona(persona) => persona.clone(),
        };
        let hop = Hop {
            from: label(from),
            to: label(to),
            rule: "record of persona".to_string(),
            bits: None,
            bridge: false,
            terms: Vec::new(),
        };
        match self.graph[edge] {
            None => hop,
            Some(link) => {
                let reversed = plain(from) != link.left;
                let terms = link.terms.iter().map(|term| hop_term(term, reversed)).collect();
                Hop { rule: link.rule.clone(), bits: link.bits, bridge: link.bridge, terms, ..hop }
            }
        }
    }
}

pub(super) fn hop_term(term: &Term, reversed: bool) -> HopTerm {
    let mut left = term.left_cells.clone();
    if !term.left_cell.is_empty() {
        left.push(term.left_cell.clone());
    }
    let right = term.right_cells.clone();
    let (left_cells, right_cells) = if reversed { (right, left) } else { (left, right) };
    HopTerm { what: term.words(), bits: term.adds(), note: term.note.clone(), left_cells, right_cells }
}

/// What can be reached from some vertices, over whatever links.
#[derive(Default)]
struct Reached {
    records: BTreeSet<u32>,
    links: BTreeSet<u32>,
}

impl Reached {
    /// `None` where that is so much that reading everything is no slower.
    fn from(case: &Case, starts: &[Vertex]) -> Option<Reached> {
        let mut reached = Reached::default();
        let mut personas: BTreeSet<String> = BTreeSet::new();
        let mut open: Vec<Vertex> = starts.to_vec();
        while let Some(vertex) = open.pop() {
            match vertex {
                Vertex::Record(index) if reached.records.insert(index) => {
                    let record = case.records.get(index as usize)?;
                    if !record.persona.is_empty() {
                        open.push(Vertex::Persona(record.persona.clone()));
                    }
                    let label = record.label();
                    let ends = |link: &CaseLink| link.left == label || link.right == label;
                    for (at, link) in case.links.having(&[&label]).filter(|(_, l)| l.tier == "record" && ends(l)) {
                        if reached.links.insert(at) {
                            let ends = [&link.left, &link.right].into_iter();
                            open.extend(ends.filter_map(|end| case.records.labelled(end)).map(Vertex::Record));
                        }
                    }
                }
                Vertex::Persona(persona) if !personas.contains(&persona) => {
                    let own = case.personas.get(&persona).into_iter().flatten();
                    open.extend(own.map(|&record| Vertex::Record(record)));
                    for &at in case.links.of_persona(&persona) {
                        if reached.links.insert(at)
                            && let Some(link) = case.links.get(at as usize)
                        {
                            open.extend([&link.left, &link.right].map(|end| Vertex::Persona(end.clone())));
                        }
                    }
                    personas.insert(persona);
                }
                Vertex::Record(_) | Vertex::Persona(_) => {}
            }
            if reached.records.len() + personas.len() > REACHED_MAX {
                return None;
            }
        }
        Some(reached)
    }
}

/// Personas that carry a value.
fn carriers(case: &Case, kind: &str, value: &str) -> usize {
    let personas: BTreeSet<&str> = case
        .claims_with(kind, value)
        .map(|claim| case.records[claim.record as usize].persona.as_str())
        .filter(|persona| !persona.is_empty())
        .collect();
    personas.len()
}

/// What two unconnected things share, and why that is not enough.
fn why_not(case: &Case, starts: &[Vertex], ends: &[Vertex]) -> Vec<String> {
    let records = |vertices: &[Vertex]| -> Vec<u32> {
        let mut records = Vec::new();
        for vertex in vertices {
            let persona = match vertex {
                Vertex::Record(index) => {
                    records.push(*index);
                    case.records[*index as usize].persona.as_str()
                }
                Vertex::Persona(persona) => persona.as_str(),
            };
            records.extend(case.personas.get(persona).into_iter().flatten());
        }
        records.sort_unstable();
        records.dedup();
        records
    };
    let values = |records: &[u32]| -> BTreeSet<(String, String)> {
        records
            .iter()
            .flat_map(|&record| case.claims_of(record))
            .map(|claim| (claim.kind.to_string(), claim.value.to_string()))
            .collect()
    };
    let (left, right) = (records(starts), records(ends));
    let (ours, theirs) = (values(&left), values(&right));
    let mut notes = Vec::new();
    let mut families = BTreeSet::new();
    for (kind, value) in ours.intersection(&theirs) {
        let words = kind.replace('_', " ");
        let known = IdentifierKind::from_name(kind).filter(|kind| kind.links());
        let reason = if let Some(hub) = case.hubs.iter().find(|hub| hub.kind == *kind && hub.value == *value) {
            format!("a hub ({})", hub.reason)
        } else if let Some(known) = known {
            families.insert(known.family());
            format!("{}, carried by {} personas", known.family().name(), carriers(case, kind, value))
        } else {
            "context, which never links".to_string()
        };
        notes.push(format!("both carry {words} {value}: {reason}"));
    }
    for (kind, value) in &ours {
        let Some(known) = IdentifierKind::from_name(kind).filter(|kind| kind.links()) else { continue };
        for (_, other) in theirs.iter().filter(|(other_kind, other)| other_kind == kind && other != value) {
            if let Some(rule) = near::near(known, value, other) {
                families.insert(known.family());
                let words = kind.replace('_', " ");
                notes.push(format!("near {words} {value} ~ {other}: {} ({})", rule.name(), known.family().name()));
            }
        }
    }
    match families.len() {
        0 => {}
        1 => notes.push("evidence of one family alone never links".to_string()),
        several => notes.push(format!(
            "{several} families together stay below the threshold: the values are too common, were held at different \
             times, or an innocent relation explains them"
        )),
    }
    for group in &case.set_aside {
        let has = |records: &[u32]| {
            records.iter().any(|&record| group.personas.contains(&case.records[record as usize].persona))
        };
        if has(&left) && has(&right) {
            notes.push(format!("set aside by the guard {}: {}", group.guard, group.reason));
        }
    }
    if notes.is_empty() {
        notes.push("they share no value, and nothing ties them through others".to_string());
    }
    notes
}
