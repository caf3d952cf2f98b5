//! A view laid out: boxes with their texts cut to measure, places, ways of lines, labels, grounds of operator clusters.
//!
//! The diagram and the page draw the same scene; how it looks on a sheet is left to [`super::svg`], and on a page to its
//! script. Places come from [`super::layout`], ways from [`super::route`], words from [`super::look`]. Invariant: no text is
//! wider than the room that was measured for it.

use super::layout::{Link, Place, Placed, Point, crosses, layout};
use super::look::{self, EdgeFace, Face};
use super::route::{Wanted, Way, route};
use super::text::{cut_by, pixels, wrap};
use super::view::{GraphView, Vertex, VertexShape};
use std::collections::BTreeMap;

/// Text sizes in pixels.
pub(super) const LABEL: f64 = 13.0;
pub(super) const SMALL: f64 = 10.5;
/// Widest text in a box, and widest line of an edge label.
pub(super) const BOX_TEXT: f64 = 235.0;
/// Widest line of a label that takes two.
const BOX_LINE: f64 = 195.0;
const EDGE_TEXT: f64 = 132.0;
/// Room that an operator cluster's ground shows around its boxes.
pub(super) const GROUND: f64 = 11.0;

/// What a box keeps free of text for its shape: left, top, right, bottom.
pub(super) fn insets(shape: VertexShape) -> [f64; 4] {
    match shape {
        VertexShape::Person => [30.0, 6.0, 10.0, 6.0],
        VertexShape::Account => [10.0, 12.0, 10.0, 6.0],
        VertexShape::Device => [12.0, 6.0, 12.0, 12.0],
        VertexShape::Shipment => [10.0, 12.0, 16.0, 6.0],
        VertexShape::Site => [10.0, 17.0, 10.0, 6.0],
        VertexShape::Value(_) => [18.0, 6.0, 18.0, 6.0],
        VertexShape::Hub(_) => [14.0, 7.0, 14.0, 7.0],
    }
}

/// A box with its texts cut to measure.
pub(super) struct Boxed {
    /// The label in one or two lines.
    pub(super) label: Vec<String>,
    /// Smaller lines below it.
    pub(super) small: Vec<String>,
    pub(super) size: Point,
    /// Widened by the second outline of an articulation point.
    outer: Point,
}

fn boxed(face: &Face, shape: VertexShape, articulation: bool) -> Boxed {
    let of_label = |text: &str| pixels(text, LABEL, true);
    let of_small = |text: &str| pixels(text, SMALL, false);
    let (label, small) = face.lines.split_first().map_or(("", &[][..]), |(label, small)| (label.as_str(), small));
    let label = if of_label(label) <= BOX_TEXT { vec![label.to_string()] } else { wrap(label, BOX_LINE, 2, of_label) };
    let small: Vec<String> = small.iter().map(|line| cut_by(line, BOX_TEXT, of_small)).collect();
    let widest =
        label.iter().map(|line| of_label(line)).chain(small.iter().map(|line| of_small(line))).fold(36.0, f64::max);
    let [left, top, right, bottom] = insets(shape);
    let height = 16.0 * label.len().max(1) as f64 + 13.0 * small.len() as f64;
    let size = (left + widest + right, top + height + bottom);
    let more = if articulation { 9.0 } else { 0.0 };
    Boxed { label, small, size, outer: (size.0 + more, size.1 + more) }
}

/// Lines of one label.
const EDGE_LINES: usize = 4;

/// The labels of the edges. Those between the same two boxes are one label at the first of them, a line each.
fn edge_labels(view: &GraphView, links: &[usize], faces: &[EdgeFace]) -> Vec<Vec<String>> {
    let measure = |text: &str| pixels(text, SMALL, false);
    let mut of_pair: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for (at, &link) in links.iter().enumerate().filter(|(_, link)| !faces[**link].label.is_empty()) {
        let edge = &view.edges[link];
        of_pair.entry((edge.from.min(edge.to), edge.from.max(edge.to))).or_default().push(at);
    }
    // Of the lines between two boxes the first carries the label, whether or not it has one of its own.
    let mut first: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for (at, &link) in links.iter().enumerate() {
        let edge = &view.edges[link];
        first.entry((edge.from.min(edge.to), edge.from.max(edge.to))).or_insert(at);
    }
    let mut labels = vec![Vec::new(); links.len()];
    for (pair, members) in of_pair {
        let Some(&at) = first.get(&pair) else { continue };
        labels[at] = match members[..] {
            [only] => wrap(&faces[links[only]].label, EDGE_TEXT, 3, measure),
            _ => {
                let mut lines: Vec<String> = Vec::new();
                for &member in &members {
                    let line = cut_by(&faces[links[member]].label, EDGE_TEXT * 1.7, measure);
                    if !lines.contains(&line) {
                        lines.push(line);
                    }
                }
                if lines.len() > EDGE_LINES {
                    let more = lines.len() - EDGE_LINES + 1;
                    lines.truncate(EDGE_LINES - 1);
                    lines.push(format!("and {more} more"));
                }
                lines
            }
        };
    }
    labels
}

/// What is drawn, laid out but not yet on a page.
pub(super) struct Scene<'a> {
    pub(super) view: &'a GraphView,
    pub(super) faces: Vec<Face>,
    pub(super) edge_faces: Vec<EdgeFace>,
    pub(super) boxes: Vec<Boxed>,
    pub(super) sizes: Vec<Point>,
    pub(super) groups: Vec<Option<usize>>,
    pub(super) links: Vec<usize>,
    pub(super) labels: Vec<Vec<String>>,
    pub(super) placed: Placed,
    pub(super) ways: Vec<Way>,
    /// Corners of everything that is drawn.
    pub(super) low: Point,
    high: Point,
}

impl<'a> Scene<'a> {
    /// Lays a view out. It is drawn whole: a large one is summarised before.
    pub(super) fn of(view: &'a GraphView) -> Self {
        let (faces, edge_faces) = look::faces(view);
        let boxes: Vec<Boxed> = view
            .vertices
            .iter()
            .zip(&faces)
            .map(|(vertex, face)| boxed(face, vertex.shape, vertex.articulation))
            .collect();
        let sizes: Vec<Point> = boxes.iter().map(|each| each.outer).collect();
        let groups: Vec<Option<usize>> = view.vertices.iter().map(|vertex| vertex.group).collect();
        let links: Vec<usize> = view.links().map(|(index, _)| index).collect();
        let labels = edge_labels(view, &links, &edge_faces);
        let asked: Vec<Link> = links
            .iter()
            .zip(&labels)
            .map(|(&link, lines)| {
                let edge = &view.edges[link];
                Link { ends: (edge.from, edge.to), label: label_size(lines) }
            })
            .collect();
        let places: Vec<Place> = view.vertices.iter().map(place).collect();
        let placed = layout(&sizes, &asked, &groups, &places);
        let wanted: Vec<Wanted> = links
            .iter()
            .zip(&labels)
            .map(|(&link, lines)| Wanted {
                ends: (view.edges[link].from, view.edges[link].to),
                label: label_size(lines),
                must: edge_faces[link].must || !lines.is_empty(),
            })
            .collect();
        let ways = route(&placed, &sizes, &wanted);

        // As large as everything on it.
        let (mut low, mut high) = ((0.0f64, 0.0f64), (placed.width, placed.height));
        let mut reach = |(x, y): Point, (w, h): Point| {
            low = (low.0.min(x - w / 2.0), low.1.min(y - h / 2.0));
            high = (high.0.max(x + w / 2.0), high.1.max(y + h / 2.0));
        };
        for (way, lines) in ways.iter().zip(&labels) {
            for step in 0..=10 {
                reach(super::route::at(&way.curve, f64::from(step) / 10.0), (8.0, 8.0));
            }
            if let (Some(center), Some(size)) = (way.label, label_size(lines)) {
                reach(center, size);
            }
        }
        for ground in grounds(&groups, &placed, &sizes) {
            for &member in &ground.members {
                let (w, h) = sizes[member];
                reach(placed.centers[member], (w + 2.0 * GROUND + 8.0, h + 2.0 * GROUND + 36.0));
            }
        }
        Scene { view, faces, edge_faces, boxes, sizes, groups, links, labels, placed, ways, low, high }
    }

    /// Width and height of everything that is drawn.
    pub(super) fn size(&self) -> Point {
        (self.high.0 - self.low.0, self.high.1 - self.low.1)
    }
}

/// Where a vertex belongs in the picture.
fn place(vertex: &Vertex) -> Place {
    match vertex.shape {
        _ if !vertex.marks.is_empty() => Place::Anywhere,
        VertexShape::Hub(_) => Place::Edge,
        VertexShape::Account | VertexShape::Device | VertexShape::Shipment => Place::Below,
        _ => Place::Anywhere,
    }
}

/// Width and height that the lines of a label take.
pub(super) fn label_size(lines: &[String]) -> Option<Point> {
    let width = lines.iter().map(|line| pixels(line, SMALL, false)).fold(0.0, f64::max);
    (!lines.is_empty()).then_some((width + 6.0, 13.0 * lines.len() as f64 + 2.0))
}

/// What an operator cluster stands on.
pub(super) struct Ground {
    pub(super) operator: usize,
    pub(super) members: Vec<usize>,
    /// Convex hull of the boxes, or nothing when that would hold boxes of others; the members are then joined by bands.
    pub(super) hull: Option<Vec<Point>>,
}

/// The grounds of all operator clusters.
pub(super) fn grounds(groups: &[Option<usize>], placed: &Placed, sizes: &[Point]) -> Vec<Ground> {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (vertex, group) in groups.iter().enumerate() {
        if let Some(operator) = group {
            members.entry(*operator).or_default().push(vertex);
        }
    }
    members
        .into_iter()
        .map(|(operator, members)| {
            let mut corners = Vec::new();
            for &member in &members {
                let ((x, y), (w, h)) = (placed.centers[member], sizes[member]);
                corners.extend(
                    [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]
                        .map(|(sx, sy)| (x + sx * w / 2.0, y + sy * h / 2.0)),
                );
            }
            let hull = convex_hull(corners);
            let foreign = (0..sizes.len()).any(|vertex| {
                groups[vertex] != Some(operator) && touches(&hull, placed.centers[vertex], sizes[vertex])
            });
            Ground { operator, members, hull: (!foreign).then_some(hull) }
        })
        .collect()
}

/// Andrew's monotone chain; counterclockwise, no point twice.
fn convex_hull(mut points: Vec<Point>) -> Vec<Point> {
    points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let turn = |o: Point, a: Point, b: Point| (a.0 - o.0) * (b.1 - o.1) - (a.1 - o.1) * (b.0 - o.0);
    let half = |points: &mut dyn Iterator<Item = Point>| {
        let mut chain: Vec<Point> = Vec::new();
        for point in points {
            while chain.len() >= 2 && turn(chain[chain.len() - 2], chain[chain.len() - 1], point) <= 0.0 {
                chain.pop();
            }
            chain.push(point);
        }
        chain.pop();
        chain
    };
    let mut hull = half(&mut points.iter().copied());
    hull.extend(half(&mut points.iter().rev().copied()));
    hull
}

/// Whether a box lies at least partly in a convex polygon.
fn touches(hull: &[Point], center: Point, size: Point) -> bool {
    let inside = |(x, y): Point| {
        (0..hull.len()).all(|at| {
            let (a, b) = (hull[at], hull[(at + 1) % hull.len()]);
            (b.0 - a.0) * (y - a.1) - (b.1 - a.1) * (x - a.0) >= 0.0
        })
    };
    (0..hull.len()).any(|at| crosses(hull[at], hull[(at + 1) % hull.len()], center, size, 0.0))
        || (hull.len() > 2 && inside(center))
}
