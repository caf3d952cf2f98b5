//! What vertices and edges say and look like, once for all exporters: words, colors, shapes, dashes, widths, legend.
//!
//! Colors are those of Okabe and Ito, told apart with every common color blindness; in gray print the shape tells the
//! same. Texts come out cleaned of control characters, but not escaped: that is each format's own matter.

use super::fonts::Fonts;
use super::text::{bits, clean, cut};
use super::view::{Edge, EdgeStyle, GraphView, VertexShape};
use std::collections::{BTreeMap, BTreeSet};

/// Below every drawing.
pub const FOOTER: &str = "links are shared attributes, not proof of identity";
/// Vertices above which the lines below a label are left to the tooltip.
const CROWD: usize = 45;
/// Lines in one tooltip.
const TOOLTIP_LINES: usize = 30;
/// Characters of a label in its tooltip: all of what anybody would read.
const TOOLTIP_LABEL: usize = 1_000;
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

/// A label that more lines than this have is told once for all of them.
const REPEATED: usize = 16;

/// Labels that so many lines have that only the head of the sheet says them, with how many lines there are.
fn repeated(view: &GraphView) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (_, edge) in view.links().filter(|(_, edge)| edge.style == EdgeStyle::Near && edge.folded == 0) {
        *counts.entry(clean(&edge.label)).or_default() += 1;
    }
    counts.retain(|label, count| *count > REPEATED && !label.is_empty());
    counts
}

/// What the head of the sheet says of lines that have no label because very many say the same; empty where none do.
pub fn unlabeled(view: &GraphView) -> String {
    let said: Vec<String> = repeated(view).iter().map(|(label, count)| format!("{label} ({count})")).collect();
    match said.is_empty() {
        true => String::new(),
        false => format!("Dashed lines without a label: {}.", said.join(", ")),
    }
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
        // A record's key that ends in the label says nothing new.
        let new =
            |line: &&String| vertex.label.is_empty() || vertex.shape.is_person() || !line.ends_with(&vertex.label);
        lines.extend(vertex.detail.iter().filter(new).take(room).map(|line| clean(line)));
        if !marks.is_empty() && vertex.shape.is_person() {
            lines.push(marks);
        }
        let mut tooltip = vec![whole(&vertex.label), vertex.shape.words()];
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
    let repeated = repeated(view);
    let edges = view
        .edges
        .iter()
        .enumerate()
        .map(|(index, edge)| {
            let mut tooltip = vec![whole(&edge.label), pen(edge.style).legend.to_string()];
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
            // What the legend says of the line already is not said again on each.
            let said = silent[index] || (edge.style == EdgeStyle::Stated && edge.label == "stated");
            let told_once =
                edge.style == EdgeStyle::Near && edge.folded == 0 && repeated.contains_key(&clean(&edge.label));
            let label = if said || told_once { String::new() } else { clean(&edge.label) };
            EdgeFace {
                label,
                must: matches!(edge.style, EdgeStyle::SamePerson | EdgeStyle::Near | EdgeStyle::Shared),
                tooltip,
            }
        })
        .collect();
    (vertices, edges)
}

/// A label in its tooltip.
fn whole(label: &str) -> String {
    cut(&clean(label), TOOLTIP_LABEL)
}

fn tooltip_lines(detail: &[String]) -> Vec<String> {
    let mut lines: Vec<String> =
        detail.iter().take(TOOLTIP_LINES).map(|line| super::text::cut(&clean(line), TOOLTIP_COLUMNS)).collect();
    if detail.len() > lines.len() {
        lines.push(format!("… and {} more", detail.len() - lines.len()));
    }
    lines
}

/// Every text that a drawing of the view sets, as far as it is not the program's own.
fn texts(view: &GraphView) -> Vec<String> {
    let (faces, edge_faces) = faces(view);
    let mut texts = vec![view.title.clone(), view.reason.clone()];
    texts.extend(faces.into_iter().flat_map(|face| face.lines));
    texts.extend(edge_faces.into_iter().map(|face| face.label));
    texts.iter().map(|text| clean(text)).collect()
}

/// How many characters on a drawing of the view no font of the set has, each counted once.
pub fn glyphs_missing(view: &GraphView, fonts: &Fonts) -> usize {
    fonts.missing(texts(view).iter().map(String::as_str)).len()
}

/// The same in words; empty when none is missing.
pub fn missing_words(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => "1 character has no glyph in the fonts at hand; name a font that has it with --font.".to_string(),
        _ => format!("{count} characters have no glyph in the fonts at hand; name a font that has them with --font."),
    }
}

/// The view with a note on it when characters are missing: for formats that draw letters themselves.
pub fn noted(view: &GraphView, fonts: &Fonts) -> GraphView {
    let words = missing_words(glyphs_missing(view, fonts));
    let mut view = view.clone();
    if !words.is_empty() && !view.notes.contains(&words) {
        view.notes.push(words);
    }
    view
}

/// The line of figures below the title: ring, rank, level, bits, families, run.
pub fn facts(view: &GraphView) -> String {
    let families: Vec<&str> = view.families.iter().map(|family| family.name()).collect();
    let subject = if view.subject.is_empty() { "ring" } else { &view.subject };
    let mut facts = vec![format!("{} {}", clean(subject), cut(&clean(&view.id), 80)).trim_end().to_string()];
    if view.rank > 0 {
        facts.push(format!("rank {}", view.rank));
    }
    if !view.level.is_empty() {
        facts.push(format!("level {}", clean(&view.level)));
    }
    // What is no ring has no strength of its own.
    if view.subject.is_empty() || view.weight_bits != 0.0 {
        facts.push(format!("{} bits", bits(view.weight_bits)));
    }
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
    fn what_very_many_lines_say_is_said_once_and_what_few_say_on_each() {
        let vertices = (0..20).map(|at| Vertex::new(VertexShape::Person, format!("p{at}"))).collect();
        let mut view = GraphView { vertices, ..GraphView::default() };
        view.edges = (1..20).map(|at| Edge::new(0, at, EdgeStyle::Near, "phone: same block of numbers", 3.0)).collect();
        view.edges.push(Edge::new(1, 2, EdgeStyle::Near, "phone: one digit off", 3.0));
        let (_, edges) = faces(&view);
        assert!(
            edges[..19].iter().all(|edge| edge.label.is_empty() && edge.tooltip[0] == "phone: same block of numbers")
        );
        assert_eq!(edges[19].label, "phone: one digit off");
        assert_eq!(unlabeled(&view), "Dashed lines without a label: phone: same block of numbers (19).");
        view.edges.drain(..5);
        assert_eq!((unlabeled(&view).as_str(), faces(&view).1[0].label.as_str()), ("", "phone: same block of numbers"));
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
