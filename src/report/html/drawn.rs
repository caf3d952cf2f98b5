//! A case's graph as the page's script draws it: places and sizes of the boxes, what they say, and what ties lines to links.
//!
//! Boxes, places, ways and labels are those of the diagram ([`scene`](super::super::scene)), words, widths and colors those of
//! [`look`]. The script draws them, because it hides and shows them.

use super::super::VERTICES_DRAWN_MAX;
use super::super::layout::Point;
use super::super::look::{self, Sample};
use super::super::run_file::Ties;
use super::super::scene::{Scene, insets};
use super::super::summary::summarise;
use super::super::view::{EdgeStyle, GraphView, VertexShape};
use serde::Serialize;
use std::fmt::Write;

/// Lines of evidence that a vertex or an edge carries to the page; all of them stand in its tables.
const LINES: usize = 14;

/// A graph with its places, in pixels.
#[derive(Debug, Serialize)]
pub(super) struct Drawn {
    w: f64,
    h: f64,
    vertices: Vec<Box>,
    /// In the order of the view; null where an end is missing.
    edges: Vec<Option<Line>>,
    /// Whether there are hubs to hide.
    hubs: bool,
    left_out: Option<String>,
    legend: Legend,
    #[serde(skip)]
    summarised: bool,
}

#[derive(Debug, Serialize)]
struct Box {
    /// Number of the shape.
    s: usize,
    /// Upper left corner.
    x: f64,
    y: f64,
    w: f64,
    h: f64,
    /// Middle and top of its texts, from that corner.
    m: Point,
    /// Lines of the label, and smaller ones below it.
    l: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    f: Vec<String>,
    /// Lines of evidence.
    t: Vec<String>,
    /// Operator cluster, where it has two personas or more.
    g: Option<usize>,
    /// Whether the ring falls apart without it.
    #[serde(skip_serializing_if = "is_false")]
    cut: bool,
    /// How many it stands for.
    n: usize,
}

#[derive(Debug, Serialize)]
struct Line {
    a: usize,
    b: usize,
    /// Number of the style.
    s: usize,
    /// Width.
    w: f64,
    /// Start, control point and end of its curve.
    q: [Point; 3],
    /// Lines of its label, and where their middle stands.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    l: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p: Option<Point>,
    t: Vec<String>,
    #[serde(skip_serializing_if = "is_false")]
    br: bool,
}

#[derive(Debug, Serialize)]
struct Legend {
    shapes: Vec<(usize, &'static str)>,
    lines: Vec<(usize, &'static str)>,
    words: Vec<&'static str>,
}

fn is_false(value: &bool) -> bool {
    !value
}

fn shape_number(shape: VertexShape) -> usize {
    match shape {
        VertexShape::Person => 0,
        VertexShape::Account => 1,
        VertexShape::Device => 2,
        VertexShape::Shipment => 3,
        VertexShape::Site => 4,
        VertexShape::Value(_) => 5,
        VertexShape::Hub(_) => 6,
    }
}

fn style_number(style: EdgeStyle) -> usize {
    match style {
        EdgeStyle::SamePerson => 0,
        EdgeStyle::Shared => 1,
        EdgeStyle::Near => 2,
        EdgeStyle::Stated => 3,
        EdgeStyle::Hub => 4,
    }
}

fn tenth(value: f64) -> f64 {
    if value.is_finite() { (value * 10.0).round() / 10.0 } else { 0.0 }
}

impl Drawn {
    /// Lays out a redacted view; a large one is summarised first.
    pub(super) fn of(view: &GraphView) -> Drawn {
        let summarised = view.vertices.len() > VERTICES_DRAWN_MAX;
        let view = summarise(view, VERTICES_DRAWN_MAX);
        let scene = Scene::of(&view);
        let shared = |group: usize| scene.groups.iter().filter(|other| **other == Some(group)).count() > 1;
        // The corner of everything that is drawn is where the page begins to count.
        let moved = |(x, y): Point| (tenth(x - scene.low.0), tenth(y - scene.low.1));
        let vertices = view.vertices.iter().zip(&scene.faces).zip(scene.boxes.iter().zip(&scene.placed.centers)).map(
            |((vertex, face), (each, &center))| {
                let (w, h) = each.size;
                let (x, y) = moved((center.0 - w / 2.0, center.1 - h / 2.0));
                let [left, top, right, _] = insets(vertex.shape);
                Box {
                    s: shape_number(vertex.shape),
                    x,
                    y,
                    w: tenth(w),
                    h: tenth(h),
                    m: (tenth(left + (w - left - right) / 2.0), tenth(top - 3.5)),
                    l: each.label.clone(),
                    f: each.small.clone(),
                    t: face.tooltip.iter().take(LINES).cloned().collect(),
                    g: vertex.group.filter(|&group| shared(group)),
                    cut: vertex.articulation,
                    n: vertex.folded,
                }
            },
        );
        let vertices = vertices.collect();
        let mut edges: Vec<Option<Line>> = view.edges.iter().map(|_| None).collect();
        for ((&index, way), label) in scene.links.iter().zip(&scene.ways).zip(&scene.labels) {
            let (edge, face) = (&view.edges[index], &scene.edge_faces[index]);
            edges[index] = Some(Line {
                a: edge.from,
                b: edge.to,
                s: style_number(edge.style),
                w: tenth(look::line_width(edge)),
                q: way.curve.map(moved),
                p: way.label.map(moved),
                l: if way.label.is_some() { label.clone() } else { Vec::new() },
                t: face.tooltip.iter().take(LINES).cloned().collect(),
                br: edge.bridge,
            });
        }
        let mut legend = Legend { shapes: Vec::new(), lines: Vec::new(), words: Vec::new() };
        for sample in look::legend(&view) {
            match sample {
                Sample::Shape(shape) => legend.shapes.push((shape_number(shape), sample.words())),
                Sample::Line(style) => legend.lines.push((style_number(style), sample.words())),
                Sample::Width => legend.words.push(sample.words()),
                Sample::Bridge => legend.words.push("two ticks: bridge, the ring falls apart without this link"),
                Sample::Articulation => legend.words.push("double outline: the ring falls apart without it"),
                Sample::Operator => legend.words.push("O1, O2 …: operator clusters"),
            }
        }
        Drawn {
            w: tenth(scene.size().0.max(200.0)),
            h: tenth(scene.size().1.max(120.0)),
            vertices,
            edges,
            hubs: view.vertices.iter().any(|vertex| matches!(vertex.shape, VertexShape::Hub(_))),
            left_out: view.left_out.clone(),
            legend,
            summarised,
        }
    }

    /// The ties that hold for what is drawn: none where a summary made other vertices.
    pub(super) fn ties(&self, ties: &Ties) -> Ties {
        if self.summarised {
            return Ties { members: vec![None; ties.members.len()], links: vec![Vec::new(); ties.links.len()] };
        }
        ties.clone()
    }
}

/// The colors of shapes, lines and parts as style rules.
pub(super) fn colors() -> String {
    use crate::model::value::IdentifierKind::Phone;
    let mut out = String::new();
    let shapes = [
        ("person", VertexShape::Person),
        ("account", VertexShape::Account),
        ("device", VertexShape::Device),
        ("shipment", VertexShape::Shipment),
        ("site", VertexShape::Site),
        ("value", VertexShape::Value(Phone)),
        ("hub", VertexShape::Hub(Phone)),
    ];
    for (name, shape) in shapes {
        let paint = look::paint(shape);
        let _ = writeln!(
            out,
            ".s-{name}{{fill:{};stroke:{};stroke-width:1.6;stroke-linejoin:round}}.ink-{name}{{fill:{}}}\
             .rim-{name}{{fill:none;stroke:{}}}",
            paint.fill, paint.stroke, paint.stroke, paint.stroke
        );
    }
    let styles = [
        ("same", EdgeStyle::SamePerson),
        ("shared", EdgeStyle::Shared),
        ("near", EdgeStyle::Near),
        ("stated", EdgeStyle::Stated),
        ("hub", EdgeStyle::Hub),
    ];
    for (name, style) in styles {
        let pen = look::pen(style);
        // On a dark ground the two darkest lines would be lost; the sheet has their colors for both grounds.
        let color = match style {
            EdgeStyle::Shared => "var(--edge)",
            EdgeStyle::Near => "var(--near)",
            _ => pen.color,
        };
        let dash = if pen.dash.is_empty() { String::new() } else { format!(";stroke-dasharray:{}", pen.dash) };
        let _ = writeln!(out, ".p-{name}{{fill:none;stroke:{color}{dash}}}");
    }
    for (nth, color) in look::OPERATOR_COLORS.into_iter().enumerate() {
        let _ = writeln!(
            out,
            ".board .part{nth} .box{{stroke:{color};stroke-width:4}}.key{nth}::marker{{font-weight:bold}}\
             .key{nth}{{border-left:4px solid {color};padding-left:.4rem}}"
        );
    }
    out
}
