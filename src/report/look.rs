//! What vertices and edges say and look like, once for all exporters: words, colors, shapes, dashes, widths, legend.
//!
//! Colors are those of Okabe and Ito, told apart with every common color blindness; in gray print the shape tells the
//! same. Texts come out cleaned of control characters, but not escaped: that is each format's own matter.

use super::text::{bits, clean};
use super::view::{Edge, EdgeStyle, GraphView, VertexShape};
use std::collections::{BTreeMap, BTreeSet};

/// Below every drawing.
pub const FOOTER: &str = "links are shared attributes, not proof of identity";
/// Vertices above which the lines below a label are left to the tooltip.
const CROWD: usize = 45;
/// Lines in one tooltip.
const TOOLTIP_LINES: usize = 30;
/// Characters of one tooltip line.
const TOOLTIP_COLUMNS: usize = 160;

/// Colors and the Graphviz shape of a vertex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paint {
    /// Soft, so that black text reads on it.
    pub fill: &'static str,
    /// Dark.
    pub stroke: &'static str,
    /// Shape in DOT.
    pub dot_shape: &'static str,
    /// What the legend says.
    pub legend: &'static str,
}

/// How a vertex of that shape is painted.
pub fn paint(shape: VertexShape) -> Paint {
    let (fill, stroke, dot_shape, legend) = match shape {
        VertexShape::Person => ("#dcebf6", "#0072b2", "box", "persona"),
        VertexShape::Account => ("#d5efe6", "#007a5a", "tab", "payment account"),
        VertexShape::Device => ("#f7e4ee", "#a8477f", "component", "device"),
        VertexShape::Shipment => ("#fdeccb", "#a86e00", "box3d", "shipment"),
        VertexShape::Site => ("#fbdccb", "#c04a00", "house", "site"),
        VertexShape::Value(_) => ("#fbf7c4", "#7d7400", "ellipse", "shared or near value"),
        VertexShape::Hub(_) => ("#ececec", "#6b6b6b", "octagon", "hub: widely used, does not link"),
    };
    Paint { fill, stroke, dot_shape, legend }
}

/// Color and dashes of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pen {
    /// Line color.
    pub color: &'static str,
    /// SVG dash array, empty for a full line.
    pub dash: &'static str,
    /// Style in DOT.
    pub dot_style: &'static str,
    /// What the legend says.
    pub legend: &'static str,
}

/// How an edge of that style is drawn.
pub fn pen(style: EdgeStyle) -> Pen {
    let (color, dash, dot_style, legend) = match style {
        EdgeStyle::SamePerson => ("#0072b2", "", "solid", "same person"),
        EdgeStyle::Shared => ("#3c3c3c", "", "solid", "shared value"),
        EdgeStyle::Near => ("#b04a00", "7 4", "dashed", "near value"),
        EdgeStyle::Stated => ("#9a9a9a", "", "solid", "stated by a source"),
        EdgeStyle::Hub => ("#9a9a9a", "2 4", "dotted", "to a hub"),
    };
    Pen { color, dash, dot_style, legend }
}

/// Line width in pixels: 1.2 for no evidence to 5 for 16 bits and more. Stated links and links to hubs stay thin.
pub fn line_width(edge: &Edge) -> f64 {
    match edge.style {
        EdgeStyle::Stated | EdgeStyle::Hub => 1.0,
        _ if edge.bits.is_nan() => 1.2,
        _ => 1.2 + edge.bits.clamp(0.0, 16.0) / 16.0 * 3.8,
    }
}

/// Border colors of operator clusters, in turn; the cluster's number tells them apart where they repeat.
pub const OPERATOR_COLORS: [&str; 6] = ["#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#f0e442"];

/// What a vertex says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Face {
    /// The label first, then smaller lines.
    pub lines: Vec<String>,
    /// Everything, line by line.
    pub tooltip: Vec<String>,
}

/// What an edge says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeFace {
    /// Empty when the vertex at its end says it for all its edges.
    pub label: String,
    /// Whether the drawing loses its meaning without the label.
    pub must: bool,
    /// Everything, line by line.
    pub tooltip: Vec<String>,
}

/// What every vertex and every edge says; edges in the order of [`GraphView::edges`]. When all edges of a shared value,
/// site or hub say the same, the vertex says it once and they stay bare.
pub fn faces(view: &GraphView) -> (Vec<Face>, Vec<EdgeFace>) {
    let count = view.vertices.len();
    let mut beside: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (index, edge) in view.links() {
        beside[edge.from].push(index);
        if edge.to != edge.from {
            beside[edge.to].push(index);
        }
    }
    let mut silent = vec![false; view.edges.len()];
    let mut captions: Vec<String> = view
        .vertices
        .iter()
        .map(|vertex| if vertex.shape.is_person() || vertex.folded > 0 { String::new() } else { vertex.shape.words() })
        .collect();
    // Values first: what an asset shares through a value is the value's to say.
    let is_asset = |shape| matches!(shape, VertexShape::Account | VertexShape::Device | VertexShape::Shipment);
    for assets in [false, true] {
        for (index, vertex) in view.vertices.iter().enumerate() {
            if vertex.shape.is_person() || is_asset(vertex.shape) != assets {
                continue;
            }
            let carried: Vec<usize> = beside[index]
                .iter()
                .copied()
                .filter(|&edge| matches!(view.edges[edge].style, EdgeStyle::Shared | EdgeStyle::Hub))
                .collect();
            let said: BTreeSet<&str> = carried.iter().map(|&edge| view.edges[edge].label.as_str()).collect();
            if said.len() != 1 || carried.iter().any(|&edge| silent[edge]) || (assets && carried.len() < 2) {
                continue;
            }
            let mut others: BTreeMap<usize, usize> = BTreeMap::new();
            for &edge in &carried {
                let edge = &view.edges[edge];
                let other = if edge.from == index { edge.to } else { edge.from };
                let stands_for = if view.vertices[other].folded > 0 { edge.folded.max(1) } else { 1 };
                if other != index {
                    others.insert(other, stands_for);
                }
            }
            for &edge in &carried {
                silent[edge] = true;
            }
            let words = said.into_iter().next().map(clean).unwrap_or_default();
            let count: usize = others.values().sum();
            let caption = &mut captions[index];
            if !words.is_empty() && count > 1 {
                // The shape says the kind already; a hub's innocence is worth repeating.
                let hub = if matches!(vertex.shape, VertexShape::Hub(_)) { "hub · " } else { "" };
                *caption = format!("{hub}{words} · {count} share it");
            } else if !words.is_empty() && !words.ends_with(caption.as_str()) {
                *caption = format!("{caption} · {words}");
            }
        }
    }
    let mut vertices = Vec::with_capacity(count);
    for (vertex, caption) in view.vertices.iter().zip(captions) {
        let marks: Vec<String> = vertex.marks.iter().map(|mark| format!("[{mark}]")).collect();
        let marks = marks.join(" ");
        let mut lines = vec![clean(&vertex.label)];
        if !marks.is_empty() && !vertex.shape.is_person() {
            lines[0] = format!("{marks} {}", lines[0]);
        }
        if !caption.is_empty() && caption != lines[0] {
            lines.push(caption);
        }
        let room = match (count > CROWD, vertex.shape) {
            (_, shape) if !shape.is_person() && !vertex.marks.is_empty() => 1,
            (true, _) => 0,
            (false, VertexShape::Person) => 2,
            (false, _) => 1,
        };
        lines.extend(vertex.detail.iter().take(room).map(|line| clean(line)));
        if !marks.is_empty() && vertex.shape.is_person() {
            lines.push(marks);
        }
        let mut tooltip = vec![clean(&vertex.label), vertex.shape.words()];
        if vertex.folded > 1 {
            tooltip.push(format!("stands for {}", vertex.folded));
        }
        if let Some(operator) = vertex.group {
            tooltip.push(format!("operator cluster {}", operator.saturating_add(1)));
        }
        if vertex.articulation {
            tooltip.push("articulation point: without it the ring falls apart".to_string());
        }
        tooltip.extend(tooltip_lines(&vertex.detail));
        vertices.push(Face { lines, tooltip });
    }
    let edges = view
        .edges
        .iter()
        .enumerate()
        .map(|(index, edge)| {
            let mut tooltip = vec![clean(&edge.label), pen(edge.style).legend.to_string()];
            if edge.folded > 1 {
                tooltip.push(format!("stands for {} links", edge.folded));
            }
            if edge.bits != 0.0 {
                tooltip.push(format!("{} bits", bits(edge.bits)));
            }
            if edge.bridge {
                tooltip.push("bridge: without it the ring falls apart".to_string());
            }
            tooltip.extend(tooltip_lines(&edge.detail));
            tooltip.retain(|line| !line.is_empty());
            let label = if silent[index] { String::new() } else { clean(&edge.label) };
            EdgeFace {
                label,
                must: matches!(edge.style, EdgeStyle::SamePerson | EdgeStyle::Near | EdgeStyle::Shared),
                tooltip,
            }
        })
        .collect();
    (vertices, edges)
}

fn tooltip_lines(detail: &[String]) -> Vec<String> {
    let mut lines: Vec<String> =
        detail.iter().take(TOOLTIP_LINES).map(|line| super::text::cut(&clean(line), TOOLTIP_COLUMNS)).collect();
    if detail.len() > lines.len() {
        lines.push(format!("… and {} more", detail.len() - lines.len()));
    }
    lines
}

/// The line of figures below the title: ring, rank, level, bits, families, run.
pub fn facts(view: &GraphView) -> String {
    let families: Vec<&str> = view.families.iter().map(|family| family.name()).collect();
    let subject = if view.subject.is_empty() { "ring" } else { &view.subject };
    let mut facts = vec![format!("{} {}", clean(subject), clean(&view.id)).trim_end().to_string()];
    if view.rank > 0 {
        facts.push(format!("rank {}", view.rank));
    }
    if !view.level.is_empty() {
        facts.push(format!("level {}", clean(&view.level)));
    }
    facts.push(format!("{} bits", bits(view.weight_bits)));
    if !families.is_empty() {
        facts.push(format!("{}: {}", if families.len() == 1 { "1 family" } else { "families" }, families.join(", ")));
    }
    let day = if view.run_day.is_empty() { String::new() } else { format!(" of {}", clean(&view.run_day)) };
    facts.push(format!("run {}{day}", clean(&view.run_id)));
    if let Some(mode) = view.redaction {
        facts.push(format!("redaction: {}", mode.name()));
    }
    facts.join(" · ")
}

/// One entry of the legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// A vertex of that shape.
    Shape(VertexShape),
    /// An edge of that style.
    Line(EdgeStyle),
    /// Line width.
    Width,
    /// An edge marked as bridge.
    Bridge,
    /// A vertex marked as articulation point.
    Articulation,
    /// An operator cluster.
    Operator,
}

impl Sample {
    /// What the legend says beside it.
    pub fn words(self) -> &'static str {
        match self {
            Sample::Shape(shape) => paint(shape).legend,
            Sample::Line(style) => pen(style).legend,
            Sample::Width => "wider: more bits of evidence",
            Sample::Bridge => "bridge: the ring falls apart without this link",
            Sample::Articulation => "articulation point: the ring falls apart without it",
            Sample::Operator => "operator cluster",
        }
    }
}

/// Everything that appears in the view, in a fixed order.
pub fn legend(view: &GraphView) -> Vec<Sample> {
    use crate::model::value::IdentifierKind::Phone;
    let mut shapes: BTreeSet<VertexShape> = BTreeSet::new();
    for vertex in &view.vertices {
        shapes.insert(match vertex.shape {
            VertexShape::Value(_) => VertexShape::Value(Phone),
            VertexShape::Hub(_) => VertexShape::Hub(Phone),
            shape => shape,
        });
    }
    let styles: BTreeSet<EdgeStyle> = view.links().map(|(_, edge)| edge.style).collect();
    let mut samples: Vec<Sample> = shapes.into_iter().map(Sample::Shape).collect();
    if view.vertices.iter().any(|vertex| vertex.group.is_some()) {
        samples.push(Sample::Operator);
    }
    if view.vertices.iter().any(|vertex| vertex.articulation) {
        samples.push(Sample::Articulation);
    }
    samples.extend(styles.iter().copied().map(Sample::Line));
    if view.links().any(|(_, edge)| line_width(edge) > 1.3) {
        samples.push(Sample::Width);
    }
    if view.links().any(|(_, edge)| edge.bridge) {
        samples.push(Sample::Bridge);
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::super::view::{Vertex, standard_view};
    use super::*;
    use crate::model::value::IdentifierKind;

    #[test]
    fn a_value_says_once_what_all_its_edges_say() {
        let (vertices, edges) = faces(&standard_view());
        assert_eq!(vertices[5].lines, ["+1 202 555 0147", "same phone · 2 share it"]);
        assert_eq!(
            vertices[7].lines,
            ["48 Larch Street, Springfield", "same delivery address · 4 share it", "5 shipments"]
        );
        assert_eq!((edges[0].label.as_str(), edges[3].label.as_str()), ("", "same account"));
        assert_eq!(edges[0].tooltip, ["same phone", "shared value", "+12.3 bits", "applicants.csv row 4, phone"]);
    }

    #[test]
    fn edges_that_differ_keep_their_labels() {
        let vertices = ["a", "b"].map(|name| Vertex::new(VertexShape::Person, name)).to_vec();
        let mut view = GraphView { vertices, ..GraphView::default() };
        view.vertices.push(Vertex::new(VertexShape::Value(IdentifierKind::Phone), "0147"));
        view.edges =
            vec![Edge::new(0, 2, EdgeStyle::Shared, "own", 1.0), Edge::new(1, 2, EdgeStyle::Shared, "referee's", 1.0)];
        let (vertices, edges) = faces(&view);
        assert_eq!(vertices[2].lines, ["0147", "phone"]);
        assert_eq!((edges[0].label.as_str(), edges[1].label.as_str()), ("own", "referee's"));
    }

    #[test]
    fn the_legend_holds_what_appears_and_nothing_else() {
        assert!(legend(&GraphView::default()).is_empty());
        let words: Vec<&str> = legend(&standard_view()).into_iter().map(Sample::words).collect();
        assert!(words.contains(&"hub: widely used, does not link") && words.contains(&"near value"), "{words:?}");
        let mut view = standard_view();
        view.edges.retain(|edge| edge.style != EdgeStyle::Near);
        assert!(!legend(&view).iter().any(|sample| sample.words() == "near value"));
    }

    #[test]
    fn width_follows_evidence_within_bounds() {
        let edge = |style, bits| Edge::new(0, 1, style, "", bits);
        for (style, bits, expected) in [
            (EdgeStyle::Shared, 0.0, 1.2),
            (EdgeStyle::Shared, 16.0, 5.0),
            (EdgeStyle::Near, 1e9, 5.0),
            (EdgeStyle::Shared, f64::NAN, 1.2),
            (EdgeStyle::Shared, -4.0, 1.2),
            (EdgeStyle::Stated, 16.0, 1.0),
        ] {
            assert_eq!(line_width(&edge(style, bits)), expected, "{style:?} {bits}");
        }
    }
}
