//! Makes a large ring readable: what says least goes first, and the view says what was done.
//!
//! In this order, stopping as soon as the ring is small enough:
//! 1. values, assets and hubs that only one persona touches are left out;
//! 2. assets of one persona are drawn as part of it, so that what they share hangs on the persona;
//! 3. values that two personas share become an edge between them (`3 shared: phone, account, address`), and values
//!    that the same three or more share become one vertex;
//! 4. the personas with the least evidence become one vertex (`… and 214 more`), those of an operator cluster that
//!    is still drawn one of its own (`… and 14 more`), and, if need be, the values that the fewest remaining personas
//!    touch are left out.
//!
//! Lines to what very many share would hide all others, so in a summary they become a number on both ends.
//! Each step is taken whole, so that nobody has to ask why one persona still has its phone and its neighbor has not.
//! Invariant: two personas that hang together before still do after steps 1 to 3.

use super::view::{Edge, EdgeStyle, GraphView, Vertex, VertexShape};
use petgraph::unionfind::UnionFind;
use std::collections::{BTreeMap, BTreeSet};

/// Fewer vertices than this make no picture.
const VERTICES_MIN: usize = 4;
/// A value, asset, site or hub that more drawn personas than this share gets a number instead of lines.
const LINES_MAX: usize = 12;
/// Source cells kept on an edge that stands for several.
const DETAILS_MAX: usize = 12;

/// The view with no more than `max_vertices` vertices (at least 4). A view that is small enough comes back as it is,
/// but for edges to vertices that do not exist. Deterministic; O((V + E) log V) for each of at most log V trials.
pub fn summarise(view: &GraphView, max_vertices: usize) -> GraphView {
    let max_vertices = max_vertices.max(VERTICES_MIN);
    if view.vertices.len() <= max_vertices {
        let edges = view.links().map(|(_, edge)| edge.clone()).collect();
        return GraphView { edges, ..view.clone() };
    }
    let mut work = Work::new(view);
    for step in [Work::prune, Work::fold_assets, Work::fold_values] {
        step(&mut work);
        if work.count() <= max_vertices {
            return work.finish(view);
        }
    }
    let persons = work.persons_by_bits();
    // As many personas as fit together with what they share, but no fewer than a quarter of the room.
    let (mut fit, mut too_many) = ((max_vertices / 4).max(1), persons.len().min(max_vertices));
    while too_many - fit.min(too_many) > 1 {
        let middle = (fit + too_many) / 2;
        if work.clone().keep_persons(&persons, middle).count() <= max_vertices {
            fit = middle;
        } else {
            too_many = middle;
        }
    }
    let mut work = work.keep_persons(&persons, fit);
    work.cut_to(max_vertices);
    work.finish(view)
}

/// One original link, or the links through a value that became an edge.
#[derive(Clone, Debug)]
struct Part {
    /// How many original links it stands for.
    links: usize,
    style: EdgeStyle,
    label: String,
    bits: f64,
    bridge: bool,
    detail: Vec<String>,
}

/// A view in the making: vertices that are still there, and what links each pair.
#[derive(Clone, Debug)]
struct Work {
    vertices: Vec<Option<Vertex>>,
    links: BTreeMap<(usize, usize), Vec<Part>>,
    pruned: usize,
    owned: usize,
    shared: usize,
    persons: usize,
    cut: usize,
    marked: usize,
}

impl Work {
    fn new(view: &GraphView) -> Self {
        let mut links: BTreeMap<(usize, usize), Vec<Part>> = BTreeMap::new();
        for (_, edge) in view.links().filter(|(_, edge)| edge.from != edge.to) {
            links.entry(pair(edge.from, edge.to)).or_default().push(Part {
                links: 1,
                style: edge.style,
                label: edge.label.clone(),
                bits: edge.bits,
                bridge: edge.bridge,
                detail: edge.detail.clone(),
            });
        }
        let vertices = view.vertices.iter().cloned().map(Some).collect();
        Self { vertices, links, pruned: 0, owned: 0, shared: 0, persons: 0, cut: 0, marked: 0 }
    }

    fn count(&self) -> usize {
        self.vertices.iter().flatten().count()
    }

    fn shape(&self, vertex: usize) -> Option<VertexShape> {
        self.vertices[vertex].as_ref().map(|vertex| vertex.shape)
    }

    fn is_person(&self, vertex: usize) -> bool {
        self.shape(vertex) == Some(VertexShape::Person)
    }

    fn neighbors(&self) -> Vec<BTreeSet<usize>> {
        let mut neighbors = vec![BTreeSet::new(); self.vertices.len()];
        for &(a, b) in self.links.keys() {
            neighbors[a].insert(b);
            neighbors[b].insert(a);
        }
        neighbors
    }

    /// Moves each vertex's links to `target[vertex]`; vertices that move elsewhere or to `None` are gone.
    fn contract(&mut self, target: &[Option<usize>]) {
        let mut links: BTreeMap<(usize, usize), Vec<Part>> = BTreeMap::new();
        for ((a, b), parts) in std::mem::take(&mut self.links) {
            if let (Some(a), Some(b)) = (target[a], target[b])
                && a != b
            {
                links.entry(pair(a, b)).or_default().extend(parts);
            }
        }
        self.links = links;
        for (index, target) in target.iter().enumerate() {
            if *target != Some(index) {
                self.vertices[index] = None;
            }
        }
    }

    fn stay(&self) -> Vec<Option<usize>> {
        (0..self.vertices.len()).map(|index| self.vertices[index].is_some().then_some(index)).collect()
    }

    /// Step 1: over and over, whatever is neither persona nor site and has one neighbor or none.
    fn prune(&mut self) {
        let mut neighbors = self.neighbors();
        let mut target = self.stay();
        let goes = |shape: Option<VertexShape>| !matches!(shape, None | Some(VertexShape::Person | VertexShape::Site));
        let mut queue: Vec<usize> =
            (0..neighbors.len()).filter(|&v| goes(self.shape(v)) && neighbors[v].len() <= 1).collect();
        while let Some(vertex) = queue.pop() {
            if target[vertex].take().is_none() {
                continue;
            }
            self.pruned += self.vertices[vertex].as_ref().map_or(0, |vertex| vertex.folded.max(1));
            for other in std::mem::take(&mut neighbors[vertex]) {
                neighbors[other].remove(&vertex);
                if goes(self.shape(other)) && neighbors[other].len() <= 1 {
                    queue.push(other);
                }
            }
        }
        self.contract(&target);
    }

    /// Step 2: an account, device or shipment with exactly one persona beside it becomes part of that persona.
    fn fold_assets(&mut self) {
        let neighbors = self.neighbors();
        let mut target = self.stay();
        for (vertex, beside) in neighbors.iter().enumerate() {
            if !matches!(self.shape(vertex), Some(VertexShape::Account | VertexShape::Device | VertexShape::Shipment)) {
                continue;
            }
            let mut persons = beside.iter().copied().filter(|&other| self.is_person(other));
            if let (Some(owner), None) = (persons.next(), persons.next()) {
                target[vertex] = Some(owner);
                self.owned += 1;
            }
        }
        self.contract(&target);
        self.prune();
    }

    /// Step 3.
    fn fold_values(&mut self) {
        self.join_near();
        self.fold_pairs();
        self.bundle();
        self.prune();
    }

    /// Near values become one, so that the two personas who carry one each are seen to share something.
    fn join_near(&mut self) {
        let is_value = |shape: Option<VertexShape>| matches!(shape, Some(VertexShape::Value(_)));
        let mut sets = UnionFind::<usize>::new(self.vertices.len());
        for (&(a, b), parts) in &self.links {
            if is_value(self.shape(a)) && is_value(self.shape(b)) && parts.iter().any(|p| p.style == EdgeStyle::Near) {
                sets.union(a, b);
            }
        }
        let mut first: BTreeMap<usize, usize> = BTreeMap::new();
        let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
        let holders: Vec<usize> =
            self.neighbors().iter().map(|b| b.iter().filter(|&&v| self.is_person(v)).count()).collect();
        let mut target = self.stay();
        for (vertex, target) in target.iter_mut().enumerate().filter(|(vertex, _)| is_value(self.shape(*vertex))) {
            let kept = *first.entry(sets.find(vertex)).or_insert(vertex);
            *target = Some(kept);
            *sizes.entry(kept).or_default() += 1;
        }
        for (&vertex, &size) in sizes.iter().filter(|&(_, &size)| size > 1) {
            for ((a, b), parts) in &mut self.links {
                let inside = |end: usize| target[end] == Some(vertex);
                // What two personas carry exactly stays shared; only the values of one persona are merely near.
                let member = if inside(*a) { *a } else { *b };
                if inside(*a) != inside(*b) && holders[member] < 2 {
                    for part in parts.iter_mut().filter(|part| part.style == EdgeStyle::Shared) {
                        part.style = EdgeStyle::Near;
                    }
                }
            }
            if let Some(kept) = &mut self.vertices[vertex] {
                let words = kept.shape.words();
                kept.label = format!("{size} near: {words}");
                kept.folded = size;
                kept.detail.clear();
            }
            self.shared += size - 1;
        }
        self.contract(&target);
    }

    /// A value or asset between exactly two personas becomes an edge.
    fn fold_pairs(&mut self) {
        let neighbors = self.neighbors();
        let mut target = self.stay();
        for (vertex, beside) in neighbors.iter().enumerate() {
            let Some(shape) = self.shape(vertex) else { continue };
            if matches!(shape, VertexShape::Person | VertexShape::Site | VertexShape::Hub(_)) || beside.len() != 2 {
                continue;
            }
            let ends: Vec<usize> = beside.iter().copied().collect();
            if !ends.iter().all(|&end| self.is_person(end)) {
                continue;
            }
            let mut parts: Vec<Part> = Vec::new();
            let mut near = false;
            for &end in &ends {
                let to_end = self.links.remove(&pair(vertex, end)).unwrap_or_default();
                near |= to_end.iter().any(|part| part.style == EdgeStyle::Near)
                    && !to_end.iter().any(|part| part.style == EdgeStyle::Shared);
                parts.extend(to_end);
            }
            let words = shape.words();
            // The weaker end: the value says no more about the two than it says about either.
            let bits = parts.iter().map(|part| part.bits).fold(f64::INFINITY, f64::min);
            self.links.entry(pair(ends[0], ends[1])).or_default().push(Part {
                links: parts.iter().map(|part| part.links).sum(),
                style: if near { EdgeStyle::Near } else { EdgeStyle::Shared },
                label: if near { format!("near {words}") } else { format!("same {words}") },
                bits: if bits.is_finite() { bits } else { 0.0 },
                bridge: parts.iter().all(|part| part.bridge),
                detail: parts.into_iter().flat_map(|part| part.detail).collect(),
            });
            target[vertex] = None;
            self.shared += 1;
        }
        self.contract(&target);
    }

    /// Values with the same three or more neighbors become one vertex.
    fn bundle(&mut self) {
        let mut same: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
        for (vertex, beside) in self.neighbors().into_iter().enumerate() {
            let is_value = matches!(self.shape(vertex), Some(VertexShape::Value(_)));
            if is_value && beside.len() > 2 && beside.iter().all(|&other| self.is_person(other)) {
                same.entry(beside.into_iter().collect()).or_default().push(vertex);
            }
        }
        let mut target = self.stay();
        for members in same.into_values().filter(|members| members.len() > 1) {
            let words: Vec<String> = members
                .iter()
                .filter_map(|&member| self.vertices[member].as_ref())
                .map(|vertex| vertex.shape.words())
                .collect();
            let detail: Vec<String> = members
                .iter()
                .filter_map(|&member| self.vertices[member].as_ref())
                .map(|vertex| vertex.label.clone())
                .take(DETAILS_MAX)
                .collect();
            for &member in &members[1..] {
                target[member] = Some(members[0]);
            }
            if let Some(kept) = &mut self.vertices[members[0]] {
                kept.label = format!("{} shared: {}", words.len(), listed(words.iter().map(String::as_str)));
                kept.folded = words.len();
                kept.detail = detail;
            }
            self.shared += members.len() - 1;
        }
        self.contract(&target);
    }

    /// Personas, those with the most evidence first.
    fn persons_by_bits(&self) -> Vec<usize> {
        let mut bits = vec![0.0f64; self.vertices.len()];
        for (&(a, b), parts) in &self.links {
            let sum: f64 = parts.iter().map(|part| part.bits).filter(|bits| bits.is_finite()).sum();
            bits[a] += sum;
            bits[b] += sum;
        }
        let mut persons: Vec<usize> = (0..self.vertices.len()).filter(|&vertex| self.is_person(vertex)).collect();
        persons.sort_by(|&a, &b| bits[b].total_cmp(&bits[a]).then(a.cmp(&b)));
        persons
    }

    /// Step 4: all personas but the first `keep` are drawn together, by operator cluster where that is still drawn.
    fn keep_persons(mut self, persons: &[usize], keep: usize) -> Self {
        let (kept, folded) = persons.split_at(keep.min(persons.len()));
        let operator = |work: &Work, person: usize| work.vertices[person].as_ref().and_then(|vertex| vertex.group);
        let drawn: BTreeSet<usize> = kept.iter().filter_map(|&person| operator(&self, person)).collect();
        let mut sets: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        for &person in folded {
            sets.entry(operator(&self, person).filter(|group| drawn.contains(group))).or_default().push(person);
        }
        let mut target = self.stay();
        for (group, members) in sets.into_iter().filter(|(_, members)| members.len() > 1) {
            let more = self.vertices.len();
            let operators: BTreeSet<usize> = members.iter().filter_map(|&person| operator(&self, person)).collect();
            let mut vertex = Vertex::new(VertexShape::Person, format!("… and {} more", members.len()));
            vertex.folded = members.len();
            vertex.group = group;
            if group.is_none() && !operators.is_empty() {
                let s = if operators.len() == 1 { "" } else { "s" };
                vertex.detail.push(format!("in {} operator cluster{s}", operators.len()));
            }
            self.vertices.push(Some(vertex));
            target.push(Some(more));
            for &person in &members {
                target[person] = Some(more);
            }
            self.persons += members.len();
        }
        self.contract(&target);
        self.prune();
        self.fold_values();
        self
    }

    /// Lines to what very many drawn personas share become numbers.
    fn mark(&mut self) {
        let mut number = 0;
        for (vertex, beside) in self.neighbors().into_iter().enumerate() {
            let persons: Vec<usize> = beside.into_iter().filter(|&other| self.is_person(other)).collect();
            if self.vertices[vertex].is_none() || self.is_person(vertex) || persons.len() <= LINES_MAX {
                continue;
            }
            number += 1;
            let mut labels: BTreeSet<String> = BTreeSet::new();
            let mut count = 0;
            for &person in &persons {
                let parts = self.links.remove(&pair(vertex, person)).unwrap_or_default();
                let Some(end) = &mut self.vertices[person] else { continue };
                end.marks.push(number);
                count += if end.folded > 0 { parts.len().min(end.folded) } else { 1 };
                labels.extend(parts.into_iter().map(|part| part.label));
            }
            if let Some(value) = &mut self.vertices[vertex] {
                value.marks.push(number);
                value.detail.insert(0, format!("{} · {count} personas", listed(labels.iter().map(String::as_str))));
            }
            self.marked += 1;
        }
    }

    /// The end of step 4: leaves out, until the rest fits, what is no persona, hubs first, then by how few it touches.
    fn cut_to(&mut self, max_vertices: usize) {
        let surplus = self.count().saturating_sub(max_vertices);
        if surplus == 0 {
            return;
        }
        let neighbors = self.neighbors();
        let mut others: Vec<usize> =
            (0..self.vertices.len()).filter(|&v| self.shape(v).is_some_and(|shape| !shape.is_person())).collect();
        let class = |vertex: usize| match self.shape(vertex) {
            Some(VertexShape::Hub(_)) => 0,
            Some(VertexShape::Site) => 2,
            _ => 1,
        };
        others.sort_by_key(|&vertex| (class(vertex), neighbors[vertex].len(), std::cmp::Reverse(vertex)));
        let mut target = self.stay();
        for &vertex in others.iter().take(surplus) {
            target[vertex] = None;
            self.cut += self.vertices[vertex].as_ref().map_or(0, |vertex| vertex.folded.max(1));
        }
        self.contract(&target);
        // Only a view of little else than personas is still too large, and those were folded to fit.
    }

    fn finish(mut self, view: &GraphView) -> GraphView {
        self.mark();
        let mut new_index = vec![usize::MAX; self.vertices.len()];
        let mut vertices = Vec::new();
        for (index, vertex) in self.vertices.into_iter().enumerate() {
            if let Some(vertex) = vertex {
                new_index[index] = vertices.len();
                vertices.push(vertex);
            }
        }
        let edges: Vec<Edge> = self
            .links
            .into_iter()
            .map(|((a, b), parts)| {
                let (a, b) = (new_index[a], new_index[b]);
                let mut edge = merged(a, b, parts, vertices[a].folded > 0 || vertices[b].folded > 0);
                // A vertex of several values says itself what they are.
                let says = |vertex: &Vertex| vertex.folded > 0 && !vertex.shape.is_person();
                if edge.folded > 1 && edge.style == EdgeStyle::Shared && (says(&vertices[a]) || says(&vertices[b])) {
                    edge.label.clear();
                }
                edge
            })
            .collect();
        let mut said: Vec<String> = view.left_out.iter().cloned().collect();
        let mut say = |count: usize, one: &str, many: &str| match count {
            0 => {}
            1 => said.push(format!("1 {one}.")),
            _ => said.push(format!("{count} {many}.")),
        };
        say(
            self.pruned,
            "value or asset that only one persona touches is left out",
            "values and assets that only one persona touches are left out",
        );
        say(self.owned, "asset is drawn as part of its persona", "assets are drawn as part of their persona");
        say(
            self.shared,
            "shared value is drawn as an edge or with others",
            "shared values are drawn as edges or with others",
        );
        say(self.persons, "persona is drawn with others", "personas with the least evidence are drawn with others");
        say(self.cut, "further shared value is left out", "further shared values are left out");
        if self.marked > 0 {
            said.push(format!(
                "What more than {LINES_MAX} drawn personas share has a number in brackets instead of lines."
            ));
        }
        let (all, drawn) = (view.links().count(), edges.iter().map(|edge| edge.links).sum::<usize>());
        if drawn < all {
            said.push(format!("{} of {all} links are not drawn as lines.", all - drawn));
        }
        let left_out = (!said.is_empty()).then(|| said.join(" "));
        GraphView { vertices, edges, left_out, ..view.clone() }
    }
}

fn pair(a: usize, b: usize) -> (usize, usize) {
    (a.min(b), a.max(b))
}

/// Several links of one pair as one edge. Its bits are those of the strongest: a sum would count a family twice.
fn merged(from: usize, to: usize, mut parts: Vec<Part>, to_folded: bool) -> Edge {
    if parts.len() == 1 {
        let Part { links, style, label, bits, bridge, detail } = parts.remove(0);
        return Edge { from, to, style, label, bits, bridge, detail, folded: 0, links };
    }
    let folded = parts.len();
    let links = parts.iter().map(|part| part.links).sum();
    let style = parts.iter().map(|part| part.style).min().unwrap_or(EdgeStyle::Stated);
    let bits = parts.iter().map(|part| part.bits).filter(|bits| bits.is_finite()).fold(0.0, f64::max);
    let mut said = Vec::new();
    for (each, word) in [
        (EdgeStyle::SamePerson, "same person"),
        (EdgeStyle::Shared, "shared"),
        (EdgeStyle::Near, "near"),
        (EdgeStyle::Stated, "stated"),
        (EdgeStyle::Hub, "hub"),
    ] {
        let labels: Vec<&str> =
            parts.iter().filter(|part| part.style == each).map(|part| part.label.as_str()).collect();
        // A stated reference beside evidence says nothing more at this distance.
        if labels.is_empty() || (each >= EdgeStyle::Stated && !said.is_empty()) {
            continue;
        }
        // At a vertex that stands for many the same link many times over is no news.
        if to_folded && labels.iter().all(|label| *label == labels[0]) {
            said.push(labels[0].to_string());
            continue;
        }
        let what = listed(
            labels
                .iter()
                .map(|label| label.strip_prefix("same ").or_else(|| label.strip_prefix("near ")).unwrap_or(label)),
        );
        said.push(match labels.len() {
            1 => labels[0].to_string(),
            count => format!("{count} {word}: {what}"),
        });
    }
    let total: usize = parts.iter().map(|part| part.detail.len()).sum();
    let mut detail: Vec<String> = parts.into_iter().flat_map(|part| part.detail).take(DETAILS_MAX).collect();
    if total > detail.len() {
        detail.push(format!("… and {} more", total - detail.len()));
    }
    Edge { from, to, style, label: said.join("; "), bits, bridge: false, detail, folded, links }
}

/// Distinct words in the order of their first appearance, at most four of them.
fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut distinct: Vec<&str> = Vec::new();
    for word in words {
        if !word.is_empty() && !distinct.contains(&word) {
            distinct.push(word);
        }
    }
    let more = distinct.len().saturating_sub(4);
    distinct.truncate(4);
    let shown = distinct.join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

/// The links that the lines of a summary stand for, and those of which it says that they are not drawn: together all that
/// there were.
#[cfg(test)]
pub(crate) fn links_told(small: &GraphView) -> usize {
    let said = small.left_out.as_deref().and_then(|said| said.strip_suffix(" links are not drawn as lines."));
    let numbers = said.and_then(|said| said.rsplit(". ").next()).and_then(|said| said.split_once(" of "));
    let not_drawn: usize = numbers.map_or(0, |(not_drawn, _)| not_drawn.parse().expect("a number"));
    not_drawn + small.edges.iter().map(|edge| edge.links).sum::<usize>()
}

/// A made-up farm for pictures and tests: `personas` in groups of `per_operator`, each with two assets, sharing values
/// within their operator, all at one site.
#[cfg(test)]
pub(crate) fn farm(personas: usize, per_operator: usize) -> GraphView {
    use crate::model::value::{EvidenceFamily, IdentifierKind};
    let given = ["Dana", "Owen", "Marta", "Theo", "Hana", "Luis", "Ines", "Karl", "Nadia", "Piet"];
    let family = ["Whitfield", "Pratt", "Lindqvist", "Abara", "Kim", "Moreno", "Castell", "Vogt"];
    let mut view = GraphView {
        run_id: "3f9a1c20b7de".into(),
        id: "R-0001".into(),
        rank: 1,
        level: "priority".into(),
        weight_bits: 48.2,
        families: vec![
            EvidenceFamily::Contact,
            EvidenceFamily::Payment,
            EvidenceFamily::Place,
            EvidenceFamily::DeviceNetwork,
        ],
        title: format!("{personas} personas around one delivery address"),
        reason: "Laptops for all of them were sent to one address that is nobody's home; phones and payment accounts \
                 are shared within two operator clusters, and devices of different personas came out of one home \
                 network at the same hours."
            .into(),
        ..GraphView::default()
    };
    let site = personas;
    for index in 0..personas {
        let name = format!("{} {}", given[index % given.len()], family[(index / 3) % family.len()]);
        view.vertices.push(
            Vertex::new(VertexShape::Person, name)
                .detail(format!("employees E-{}", 200 + index))
                .detail(format!("applicants A-{}", 900 + index))
                .group(index / per_operator),
        );
    }
    view.vertices.push(Vertex::new(VertexShape::Site, "48 Larch Street, Springfield").detail("12 months"));
    let add = |view: &mut GraphView, vertex: Vertex| {
        view.vertices.push(vertex);
        view.vertices.len() - 1
    };
    let ip = add(&mut view, Vertex::new(VertexShape::Value(IdentifierKind::Ip), "203.0.113.47"));
    let hub = add(&mut view, Vertex::new(VertexShape::Hub(IdentifierKind::Phone), "+1 202 555 0100").detail("agency"));
    let operators = personas.div_ceil(per_operator.max(1));
    for operator in 0..operators {
        let members: Vec<usize> = (operator * per_operator..((operator + 1) * per_operator).min(personas)).collect();
        let group = |vertex: Vertex| vertex.group(operator);
        let phone = add(
            &mut view,
            group(Vertex::new(VertexShape::Value(IdentifierKind::Phone), format!("+1 202 555 01{:02}", operator + 10))),
        );
        let account =
            add(&mut view, group(Vertex::new(VertexShape::Account, format!("account ending {}", 1207 + operator))));
        let line = add(
            &mut view,
            Vertex::new(
                VertexShape::Value(IdentifierKind::ResumeLine),
                "led migration of the billing platform to event sourcing",
            ),
        );
        for (at, &member) in members.iter().enumerate() {
            if at % 3 != 2 {
                view.edges.push(
                    Edge::new(member, phone, EdgeStyle::Shared, "same phone", 11.3).detail("applicants.csv row 4"),
                );
            }
            if at % 2 == 0 {
                view.edges.push(Edge::new(member, account, EdgeStyle::Shared, "same account", 14.2));
            }
            if at % 3 != 0 {
                view.edges.push(Edge::new(member, line, EdgeStyle::Shared, "same resume line", 8.0));
            }
        }
    }
    let mut last_email = None;
    for member in 0..personas {
        let device = add(&mut view, Vertex::new(VertexShape::Device, format!("laptop LT-{}", 5500 + member)));
        view.edges.push(Edge::new(member, device, EdgeStyle::Stated, "device of", 0.0));
        if member % 2 == 0 {
            view.edges.push(Edge::new(device, ip, EdgeStyle::Shared, "same network", 6.5));
        }
        if member % 2 == 1 {
            let parcel = add(&mut view, Vertex::new(VertexShape::Shipment, format!("parcel 9400 {:04}", member)));
            view.edges.push(Edge::new(member, parcel, EdgeStyle::Stated, "sent to", 0.0));
            view.edges.push(Edge::new(parcel, site, EdgeStyle::Shared, "same delivery address", 7.5));
        } else {
            view.edges.push(Edge::new(member, site, EdgeStyle::Shared, "same delivery address", 7.5));
        }
        if member % 5 == 0 {
            view.edges.push(Edge::new(member, hub, EdgeStyle::Hub, "same phone", 0.3));
        }
        let email = add(
            &mut view,
            Vertex::new(VertexShape::Value(IdentifierKind::Email), format!("dev{}@example.com", 1980 + member)),
        );
        view.edges.push(Edge::new(member, email, EdgeStyle::Shared, "email", 0.0));
        if let (Some(last), true) = (last_email, member % 4 == 3) {
            view.edges.push(Edge::new(email, last, EdgeStyle::Near, "one digit off", 5.1));
        }
        last_email = Some(email);
    }
    view.mark_cuts();
    view
}

#[cfg(test)]
mod tests {
    use super::super::view::standard_view;
    use super::*;
    use crate::model::value::IdentifierKind;
    use proptest::prelude::*;

    fn value(kind: IdentifierKind, label: &str) -> Vertex {
        Vertex::new(VertexShape::Value(kind), label)
    }

    #[test]
    fn a_small_view_comes_back_as_it_is() {
        let view = standard_view();
        assert_eq!(summarise(&view, 80), view);
        let mut dangling = view.clone();
        dangling.edges.push(Edge::new(0, 999, EdgeStyle::Shared, "x", 1.0));
        assert_eq!(summarise(&dangling, 80), view);
    }

    #[test]
    fn what_says_least_goes_first() {
        let mut view = GraphView::default();
        view.vertices.push(Vertex::new(VertexShape::Person, "Dana"));
        view.vertices.push(Vertex::new(VertexShape::Person, "Owen"));
        for kind in [IdentifierKind::Phone, IdentifierKind::Account, IdentifierKind::Address] {
            let at = view.vertices.len();
            view.vertices.push(value(kind, "v"));
            view.edges.push(Edge::new(0, at, EdgeStyle::Shared, "x", 9.0));
            view.edges.push(Edge::new(1, at, EdgeStyle::Shared, "x", 4.0));
        }
        view.vertices.push(value(IdentifierKind::Email, "only Dana's"));
        view.edges.push(Edge::new(0, 5, EdgeStyle::Shared, "x", 0.0));

        let pruned = summarise(&view, 5);
        assert_eq!(pruned.vertices.len(), 5);
        assert_eq!(
            pruned.left_out.as_deref(),
            Some("1 value or asset that only one persona touches is left out. 1 of 7 links are not drawn as lines.")
        );

        let folded = summarise(&view, 4);
        assert_eq!(folded.vertices.iter().map(|vertex| vertex.label.as_str()).collect::<Vec<_>>(), ["Dana", "Owen"]);
        assert_eq!(folded.edges.len(), 1);
        assert_eq!((folded.edges[0].label.as_str(), folded.edges[0].bits), ("3 shared: phone, account, address", 4.0));
    }

    #[test]
    fn two_near_values_become_a_near_edge() {
        let mut view = GraphView::default();
        for name in ["Dana", "Owen", "Marta"] {
            view.vertices.push(Vertex::new(VertexShape::Person, name));
        }
        view.vertices.push(value(IdentifierKind::Phone, "0147"));
        view.vertices.push(value(IdentifierKind::Phone, "0148"));
        view.edges = vec![
            Edge::new(0, 3, EdgeStyle::Shared, "phone", 0.0),
            Edge::new(1, 4, EdgeStyle::Shared, "phone", 0.0),
            Edge::new(3, 4, EdgeStyle::Near, "one digit off", 6.0),
        ];
        let folded = summarise(&view, 4);
        assert_eq!(folded.edges.len(), 1);
        assert_eq!((folded.edges[0].style, folded.edges[0].label.as_str()), (EdgeStyle::Near, "near phone"));
    }

    #[test]
    fn a_huge_ring_keeps_its_strongest_personas_and_says_so() {
        let view = summarise(&farm(200, 20), 80);
        assert!(view.vertices.len() <= 80, "{}", view.vertices.len());
        let more: usize = view.vertices.iter().filter(|v| v.label.starts_with("… and ")).map(|v| v.folded).sum();
        let shown = view.vertices.iter().filter(|vertex| vertex.shape.is_person() && vertex.folded == 0).count();
        assert!(more > 100);
        assert_eq!(shown + more, 200);
        let site = view.vertices.iter().find(|vertex| vertex.shape == VertexShape::Site);
        assert_eq!(site.map(|site| site.detail[0].as_str()), Some("same delivery address · 200 personas"));
        assert!(view.vertices.iter().any(|vertex| vertex.shape == VertexShape::Site));
        let said = view.left_out.clone().unwrap_or_default();
        assert!(said.contains("personas with the least evidence are drawn with others"), "{said}");
        assert_eq!(summarise(&farm(200, 20), 80), view);
    }

    fn parts(view: &GraphView) -> usize {
        let mut sets = UnionFind::<usize>::new(view.vertices.len());
        for (_, edge) in view.links() {
            sets.union(edge.from, edge.to);
        }
        let mut first: BTreeMap<usize, usize> = BTreeMap::new();
        for (index, vertex) in view.vertices.iter().enumerate() {
            for &mark in &vertex.marks {
                sets.union(index, *first.entry(mark).or_insert(index));
            }
        }
        let persons = (0..view.vertices.len()).filter(|&vertex| view.vertices[vertex].shape.is_person());
        persons.map(|person| sets.find(person)).collect::<BTreeSet<_>>().len()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn any_view_fits_and_stays_joined(
            view in super::super::view::any_view(),
            max in 0usize..40,
        ) {
            let small = summarise(&view, max);
            prop_assert!(small.vertices.len() <= max.max(VERTICES_MIN), "{} of {max}", small.vertices.len());
            prop_assert!(small.links().count() == small.edges.len());
            prop_assert_eq!(links_told(&small), view.links().count(), "{:?}", small.left_out);
            let persons = |view: &GraphView| view.vertices.iter().filter(|v| v.shape.is_person()).map(|v| v.folded.max(1)).sum::<usize>();
            prop_assert_eq!(persons(&small), persons(&view), "no persona disappears");
            if !small.vertices.iter().any(|v| v.label.starts_with("… and")) {
                let cut = small.left_out.as_deref().is_some_and(|said| said.contains("further"));
                prop_assert!(cut || parts(&small) == parts(&view));
            }
        }
    }
}
