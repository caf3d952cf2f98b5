//! Parts of a run as the one view that every drawing draws: a ring, an operator cluster, a site, the neighborhood of
//! anything, the paths between two things.
//!
//! Exactly shared values are vertices of their own with an edge to each carrier; near values are a dashed edge between the
//! two personas. The id of a view is a ring's, an operator cluster's or nothing: whoever must not see a persona's id does
//! not find it there.

use super::explain::{self, Step};
use super::file::as_linked;
use super::find::{self, Thing};
use super::show::KNOWN;
use super::{Case, CaseLink, families};
use crate::model::cluster::link_rule;
use crate::model::value::{IdentifierKind, Side};
use crate::model::words::numbered;
use crate::report::view::{Edge, EdgeStyle, GraphView, Vertex, VertexShape, kind_words, value_key};
use std::collections::{BTreeMap, BTreeSet};

/// Holders of a hub and hubs themselves are drawn only where they touch the ring, and no more than this many.
const HUBS_DRAWN: usize = 4;
/// Personas that are gathered around a thing; further ones are counted.
const GATHERED: usize = 400;

/// The view of a ring, or `None` when the run has no such ring.
pub fn view(case: &Case, ring_id: &str) -> Option<GraphView> {
    let ring = case.rings.iter().find(|ring| ring.id == ring_id)?;
    let mut builder = Builder::new(case);
    let personas = case.personas_of_ring(ring_id).to_vec();
    builder.personas(&personas);
    let mut links: Vec<&CaseLink> = case.links_of_ring(ring_id).collect();
    links.sort_by(|a, b| (&a.left, &a.right).cmp(&(&b.left, &b.right)));
    for link in links {
        builder.link(link);
    }
    builder.hubs(&personas);
    let mut view = GraphView {
        run_id: case.run_id.clone(),
        id: ring.id.clone(),
        rank: ring.rank as usize,
        level: ring.level.clone(),
        weight_bits: ring.weight_bits,
        families: families(&ring.families),
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
    let mut builder = Builder::new(case);
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

/// The operator cluster with that id as the run wrote it, in whatever case it was typed.
pub fn operator_id<'a>(case: &'a Case, typed: &str) -> Option<&'a str> {
    find::of_operator(case, typed.trim()).map(|record| record.operator.as_str())
}

/// The view of an operator cluster: its personas and what ties them together; `None` when the run has no such cluster.
pub fn operator(case: &Case, id: &str) -> Option<GraphView> {
    let records = case.records.having(&[id]).map(|(_, record)| record);
    let of_operator = records.filter(|record| !id.is_empty() && record.operator == id);
    let personas: BTreeSet<&str> = of_operator.map(|record| record.persona.as_str()).collect();
    let personas: Vec<String> = personas.into_iter().map(str::to_string).collect();
    if personas.is_empty() {
        return None;
    }
    let mut builder = Builder::new(case);
    builder.personas(&personas);
    let tied = builder.links_among(&personas);
    builder.hubs(&personas);
    let mut reason = format!("{} that one party may act through", numbered(personas.len(), "persona"));
    reason.push_str(&match tied {
        0 => "; nothing but what the sources state ties it to others.".to_string(),
        tied => format!(", tied together by {}.", numbered(tied, "link")),
    });
    Some(builder.finish("operator cluster", id, format!("Operator cluster {id}"), reason))
}

/// The view of a site: a place, network or device with the personas that it serves, and what ties these to each other.
/// `None` for what is none of these, or serves nobody.
pub fn site(case: &Case, thing: &Thing) -> Option<GraphView> {
    let mut builder = Builder::new(case);
    match thing {
        Thing::Value { kind, value } => {
            let kind = IdentifierKind::from_name(kind).filter(|kind| kind.side() == Side::Location)?;
            let carriers = carriers(case, kind, value);
            let personas: Vec<String> = carriers.keys().take(GATHERED).cloned().collect();
            if personas.is_empty() {
                return None;
            }
            builder.bare_personas(&personas);
            let label = builder.carried(kind, value, &carriers, true);
            builder.links_among(&personas);
            let more = carriers.len() - personas.len();
            let reason = served(carriers.len(), "It is carried by", more);
            Some(builder.finish("site", "", format!("Site {label}"), reason))
        }
        Thing::Record(index) => {
            let record = case.records.get(*index as usize).filter(|record| record.kind == "device")?;
            // Who uses the device: its own persona, and whoever carries one of its numbers that link.
            let mut personas: BTreeSet<String> =
                Some(record.persona.clone()).filter(|persona| !persona.is_empty()).into_iter().collect();
            let mut shared: Vec<(IdentifierKind, String)> = Vec::new();
            for claim in case.claims_of(*index) {
                let kind = IdentifierKind::from_name(claim.kind);
                let Some(kind) = kind.filter(|kind| kind.links() && claim.links) else { continue };
                let carriers = carriers(case, kind, claim.value);
                if carriers.len() > 1
                    && carriers.len() <= GATHERED
                    && !shared.contains(&(kind, claim.value.to_string()))
                {
                    personas.extend(carriers.into_keys());
                    shared.push((kind, claim.value.to_string()));
                }
            }
            let personas: Vec<String> = personas.into_iter().take(GATHERED).collect();
            if personas.is_empty() {
                return None;
            }
            builder.bare_personas(&personas);
            let device = builder.asset(*index)?;
            if let Some(&owner) = builder.at.get(&record.persona) {
                builder.edge(Edge::new(owner, device, EdgeStyle::Stated, "stated", 0.0));
            }
            for (kind, value) in shared {
                let carriers = carriers(case, kind, &value);
                builder.carried(kind, &value, &carriers, false);
            }
            builder.links_among(&personas);
            let reason = served(personas.len(), "It, or a number of it, is used by", 0);
            Some(builder.finish("site", "", format!("Device {}", record.key), reason))
        }
        _ => None,
    }
}

/// The view of what lies around a thing: the personas that it is, contains or is carried by, those that share evidence
/// with them over so many hops, and through what. `None` when no persona has to do with it.
pub fn neighborhood(case: &Case, thing: &Thing, hops: usize) -> Option<GraphView> {
    let start = find::personas(case, thing);
    if start.is_empty() {
        return None;
    }
    let beside = |persona: &String| -> Vec<(&str, f64)> {
        let other = |link: &'_ CaseLink| link.left == *persona;
        let links = case.persona_links(persona);
        links
            .map(|link| (if other(link) { link.right.as_str() } else { link.left.as_str() }, link.bits.unwrap_or(0.0)))
            .collect()
    };
    let mut found: BTreeSet<String> = start.iter().take(GATHERED).cloned().collect();
    let mut beyond = start.len() - found.len();
    let mut edge: Vec<String> = found.iter().cloned().collect();
    for _ in 0..hops {
        let mut next: Vec<(&str, f64)> = edge.iter().flat_map(beside).collect();
        // Strongest first, so that a bound leaves out what says least.
        next.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        edge = Vec::new();
        let mut passed: BTreeSet<&str> = BTreeSet::new();
        for (persona, _) in next {
            if found.contains(persona) || !passed.insert(persona) {
                continue;
            }
            if found.len() < GATHERED {
                found.insert(persona.to_string());
                edge.push(persona.to_string());
            } else {
                beyond += 1;
            }
        }
        if edge.is_empty() {
            break;
        }
    }
    let personas: Vec<String> = found.into_iter().collect();
    let mut builder = Builder::new(case);
    // Assets are drawn while a reader can still see them.
    if personas.len() <= 12 {
        builder.personas(&personas)
    } else {
        builder.bare_personas(&personas)
    }
    if let Thing::Value { kind, value } = thing
        && let Some(kind) = IdentifierKind::from_name(kind)
    {
        builder.carried(kind, value, &carriers(case, kind, value), kind.side() == Side::Location);
    }
    let tied = builder.links_among(&personas);
    builder.hubs(&personas);
    let around = personas.len() - start.len().min(personas.len());
    let within = if hops == 1 { "one hop".to_string() } else { format!("{hops} hops") };
    let mut reason = match around {
        0 => format!("No further persona shares evidence with it within {within}."),
        around => {
            format!("{} within {within}, tied by {}.", numbered(around, "further persona"), numbered(tied, "link"))
        }
    };
    if beyond > 0 {
        reason.push_str(&format!(" {} beyond the bound of {GATHERED} not drawn.", numbered(beyond, "persona")));
    }
    let title = format!("Around {}", builder.named(thing));
    Some(builder.finish("neighborhood", "", title, reason))
}

/// The view of the paths by which two things hang together, as `explain` tells them; `None` where they do not.
pub fn path(case: &Case, a: &Thing, b: &Thing) -> Option<GraphView> {
    let paths = explain::paths(case, a, b);
    if paths.is_empty() {
        return None;
    }
    let persona_of = |vertex: &explain::Vertex| -> Option<String> {
        let persona = match vertex {
            explain::Vertex::Persona(persona) => persona.as_str(),
            explain::Vertex::Record(index) => case.records.get(*index as usize)?.persona.as_str(),
        };
        Some(persona.to_string()).filter(|persona| !persona.is_empty())
    };
    let steps: Vec<&Step> = paths.iter().flatten().collect();
    let mut personas: Vec<String> =
        steps.iter().flat_map(|(from, to, _)| [persona_of(from), persona_of(to)]).flatten().collect();
    personas.sort();
    personas.dedup();
    let mut builder = Builder::new(case);
    builder.bare_personas(&personas);
    for (from, to, link) in &steps {
        match link {
            Some(link) if link.tier == "persona" => builder.link(link),
            _ => builder.record_step(from, to, *link),
        }
    }
    for thing in [a, b] {
        if let Thing::Value { kind, value } = thing
            && let Some(kind) = IdentifierKind::from_name(kind)
        {
            builder.carried(kind, value, &carriers(case, kind, value), kind.side() == Side::Location);
        }
        if let Thing::Record(index) = thing
            && let Some(asset) = builder.asset(*index)
            && let Some(owner) = case.records.get(*index as usize).and_then(|record| builder.at.get(&record.persona))
        {
            builder.edge(Edge::new(*owner, asset, EdgeStyle::Stated, "stated", 0.0));
        }
    }
    let hops = paths.first().map_or(0, |path| path.iter().filter(|(from, to, _)| from != to).count());
    let reason = format!("{}; the best has {}.", numbered(paths.len(), "path"), numbered(hops, "hop"));
    let title = format!("From {} to {}", builder.named(a), builder.named(b));
    Some(builder.finish("path", "", title, reason))
}

/// The ring that a thing lies in, if it does.
pub fn ring_of(case: &Case, thing: &Thing) -> Option<String> {
    let of_record = |record: u32| {
        case.records.get(record as usize).map(|record| record.ring.clone()).filter(|ring| !ring.is_empty())
    };
    match thing {
        Thing::Ring(id) => Some(id.clone()),
        Thing::SetAside(_) | Thing::Case(_) => None,
        Thing::Persona(persona) => of_record(*case.personas.get(persona)?.first()?),
        Thing::Record(record) => of_record(*record),
        Thing::Value { kind, value } => case.claims_with(kind, value).find_map(|claim| of_record(claim.record)),
    }
}

fn served(personas: usize, verb: &str, more: usize) -> String {
    let more = if more == 0 { String::new() } else { format!(" {} not drawn.", numbered(more, "further one")) };
    format!("{verb} {}. That they share it does not say why.{more}", numbered(personas, "persona"))
}

/// Personas that carry a value, with the cells in which they do.
fn carriers(case: &Case, kind: IdentifierKind, value: &str) -> BTreeMap<String, Vec<String>> {
    let mut carriers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for claim in case.claims_with(kind.name(), value) {
        let persona = &case.records[claim.record as usize].persona;
        if !persona.is_empty() {
            carriers.entry(persona.clone()).or_default().push(case.cell(&claim));
        }
    }
    carriers
}

struct Builder<'a> {
    case: &'a Case,
    vertices: Vec<Vertex>,
    edges: Vec<Edge>,
    /// Vertices by what they stand for.
    at: BTreeMap<String, usize>,
    /// Edges by ends and label.
    known_edges: BTreeMap<(usize, usize, String), usize>,
}

impl<'a> Builder<'a> {
    fn new(case: &'a Case) -> Self {
        Builder { case, vertices: Vec::new(), edges: Vec::new(), at: BTreeMap::new(), known_edges: BTreeMap::new() }
    }

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
        let same = (edge.from, edge.to, edge.label.clone());
        match self.known_edges.get(&same).and_then(|&at| self.edges.get_mut(at)) {
            Some(there) => {
                there.bits = there.bits.max(edge.bits);
                for line in edge.detail {
                    if !there.detail.contains(&line) {
                        there.detail.push(line);
                    }
                }
            }
            None => {
                self.known_edges.insert(same, self.edges.len());
                self.edges.push(edge);
            }
        }
    }

    /// These personas, by operator cluster, with their assets.
    fn personas(&mut self, personas: &[String]) {
        self.bare_personas(personas);
        for persona in personas {
            self.assets(persona);
        }
    }

    /// These personas, by operator cluster.
    fn bare_personas(&mut self, personas: &[String]) {
        let case = self.case;
        let operator_of = |persona: &String| {
            let first = case.personas.get(persona).and_then(|records| records.first());
            first.map(|&record| case.records[record as usize].operator.as_str()).filter(|operator| !operator.is_empty())
        };
        let operators: BTreeSet<&str> = personas.iter().filter_map(operator_of).collect();
        let operators: Vec<&str> = operators.into_iter().collect();
        for persona in personas {
            self.persona(persona, operator_of(persona).and_then(|operator| operators.binary_search(&operator).ok()));
        }
    }

    /// What ties these personas to each other; returns how many links there are.
    fn links_among(&mut self, personas: &[String]) -> usize {
        let case = self.case;
        let mut links: Vec<&CaseLink> = case.links_among(personas);
        links.sort_by(|a, b| (&a.left, &a.right).cmp(&(&b.left, &b.right)));
        for link in &links {
            self.link(link);
        }
        links.len()
    }

    /// A value with an edge to each drawn persona that carries it; returns how links show it.
    fn carried(
        &mut self,
        kind: IdentifierKind,
        value: &str,
        carriers: &BTreeMap<String, Vec<String>>,
        is_site: bool,
    ) -> String {
        let case = self.case;
        let label = as_linked(kind, value);
        let hub = case.hubs.iter().find(|hub| hub.kind == kind.name() && hub.value == value);
        let shape = match hub {
            Some(_) => VertexShape::Hub(kind),
            // A place of one persona serves nobody else.
            None if is_site && carriers.len() > 1 => VertexShape::Site,
            None => VertexShape::Value(kind),
        };
        let known = case.is_known(kind.name(), &label);
        let vertex = self.vertex(format!("{} {label}", kind.name()), || {
            let mut vertex = Vertex::new(shape, label.clone()).key(value_key(kind, &label));
            vertex.detail.extend(hub.map(|hub| hub.reason.clone()));
            if known { vertex.detail(KNOWN) } else { vertex }
        });
        let (style, words) = match hub {
            Some(_) => (EdgeStyle::Hub, "widely used".to_string()),
            None => (EdgeStyle::Shared, format!("same {}", kind_words(kind))),
        };
        for (persona, cells) in carriers {
            if let Some(&at) = self.at.get(persona) {
                self.edge(with_cells(Edge::new(at, vertex, style, words.clone(), 0.0), cells));
            }
        }
        label
    }

    /// An asset as a vertex; `None` for a record of anything else.
    fn asset(&mut self, index: u32) -> Option<usize> {
        let record = self.case.records.get(index as usize)?;
        let shape = match record.kind.as_str() {
            "payment_account" => VertexShape::Account,
            "device" => VertexShape::Device,
            "shipment" => VertexShape::Shipment,
            _ => return None,
        };
        let vertex = Vertex::new(shape, record.key.clone()).key(record.label()).detail(record.label());
        Some(self.vertex(format!("record {index}"), || vertex))
    }

    /// A step of a path that is no evidence between personas: an asset hangs on its persona, and two records of persons
    /// are the same someone. A record of a person is drawn as part of its persona otherwise.
    fn record_step(&mut self, from: &explain::Vertex, to: &explain::Vertex, link: Option<&CaseLink>) {
        let case = self.case;
        let mut end = |vertex: &explain::Vertex| -> Option<usize> {
            match vertex {
                explain::Vertex::Persona(persona) => self.at.get(persona).copied(),
                explain::Vertex::Record(index) => self.asset(*index).or_else(|| {
                    let record = case.records.get(*index as usize)?;
                    if link.is_none() {
                        return self.at.get(&record.persona).copied();
                    }
                    let label = if record.name.is_empty() { record.key.clone() } else { record.name.clone() };
                    let vertex = Vertex::new(VertexShape::Person, label).key(record.label()).detail(record.label());
                    let at = self.vertex(format!("record {index}"), || vertex);
                    if let Some(&persona) = self.at.get(&record.persona) {
                        let group = self.vertices[persona].group;
                        self.vertices[at].group = group;
                        self.edge(Edge::new(persona, at, EdgeStyle::Stated, "stated", 0.0));
                    }
                    Some(at)
                }),
            }
        };
        let (Some(from), Some(to)) = (end(from), end(to)) else { return };
        if from == to {
            return;
        }
        match link {
            Some(link) if link.rule != link_rule::STATED => {
                let mut edge = Edge::new(from, to, EdgeStyle::SamePerson, "same person", link.bits.unwrap_or(0.0));
                edge.detail.extend(link.terms.iter().map(super::Term::words));
                self.edge(edge);
            }
            _ => self.edge(Edge::new(from, to, EdgeStyle::Stated, "stated", 0.0)),
        }
    }

    /// A thing as titles name it: by the label of its vertex, so that redaction finds it there.
    fn named(&self, thing: &Thing) -> String {
        match thing {
            Thing::Persona(persona) => {
                self.case.names(persona).first().map_or(persona.clone(), |name| name.to_string())
            }
            Thing::Value { kind, value } => match IdentifierKind::from_name(kind) {
                Some(kind) => format!("{} {}", kind_words(kind), as_linked(kind, value)),
                None => value.clone(),
            },
            Thing::Record(index) => self.case.records.get(*index as usize).map(|r| r.label()).unwrap_or_default(),
            other => explain::name(self.case, other),
        }
    }

    fn finish(self, subject: &str, id: &str, title: String, reason: String) -> GraphView {
        let mut view = GraphView {
            run_id: self.case.run_id.clone(),
            subject: subject.to_string(),
            id: id.to_string(),
            title,
            reason,
            vertices: self.vertices,
            edges: self.edges,
            ..GraphView::default()
        };
        view.mark_cuts();
        view
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
            let Some(&from) = self.at.get(persona) else { return };
            let Some(to) = self.asset(index) else { continue };
            self.edge(Edge::new(from, to, EdgeStyle::Stated, "stated", 0.0));
        }
    }

    fn link(&mut self, link: &CaseLink) {
        let (Some(&left), Some(&right)) = (self.at.get(&link.left), self.at.get(&link.right)) else { return };
        for term in link.terms.iter().filter(|term| term.adds() >= 0.5 || link.rule == link_rule::SITE) {
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
        case.expect(personas, true);
        let mut drawn = 0;
        // What the ring's personas hold, once: a run has thousands of hubs, and a persona hundreds of claims.
        let mut held: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
        for persona in personas {
            let Some(&at) = self.at.get(persona) else { continue };
            for claim in case.personas.get(persona).into_iter().flatten().flat_map(|&record| case.claims_of(record)) {
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
