//! DOT, for those who have Graphviz and want another layout or to edit the picture.
//!
//! The document is built as a syntax tree and printed by graphviz-rust, which escapes nothing: so every text goes
//! through [`quote`], and vertices are named by number and never by their data. Says and shows what [`super::svg`] does,
//! as far as DOT can. Lay it out with `dot -Tsvg ring.dot`; the document itself asks for the engine that fits.

use super::look::{self, FOOTER, Sample};
use super::summary::summarise;
use super::text::{clean, columns, cut, wrap};
use super::view::{EdgeStyle, GraphView, VertexShape};
use super::{Drawing, Sheet, VERTICES_DRAWN_MAX};
use graphviz_rust::dot_structures::{
    Attribute, Edge as DotEdge, EdgeTy, Graph, GraphAttributes, Id, Node, NodeId, Stmt, Subgraph, Vertex as DotVertex,
};
use graphviz_rust::printer::{DotPrinter, PrinterContext};

/// DOT.
pub struct Dot;

impl Drawing for Dot {
    fn name(&self) -> &'static str {
        "dot"
    }

    fn doc(&self) -> &'static str {
        "Graphviz source, to be laid out or edited elsewhere."
    }

    fn draw(&self, view: &GraphView, _: &Sheet) -> Result<Vec<u8>, String> {
        Ok(self.render(view).into_bytes())
    }
}

impl Dot {
    /// The document as text.
    pub fn render(&self, view: &GraphView) -> String {
        self.source(view, LAYOUT, true)
    }

    /// The same for another of Graphviz's layouts; with or without heading and legend, for sheets that have their own.
    pub fn source(&self, view: &GraphView, layout: &str, headed: bool) -> String {
        let view = summarise(view, VERTICES_DRAWN_MAX);
        let mut document = graph_for(&view, layout, headed).print(&mut PrinterContext::default());
        document.push('\n');
        document
    }
}

/// The layout that a document asks for when nobody asks for another.
const LAYOUT: &str = "fdp";
/// Characters of one line of a label.
const LINE: usize = 44;

/// Lines of text as one quoted DOT string that Graphviz shows as they are: cleaned of control characters, with `"`
/// and `\` escaped, and with `&` written out because Graphviz reads character entities in labels. A newline is put
/// between lines.
pub fn quote<T: AsRef<str>>(lines: &[T]) -> Id {
    let mut out = String::from("\"");
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            out.push_str("\\n");
        }
        for ch in clean(line.as_ref()).chars() {
            match ch {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '&' => out.push_str("&amp;"),
                _ => out.push(ch),
            }
        }
    }
    out.push('"');
    Id::Escaped(out)
}

fn attribute(name: &str, value: &str) -> Attribute {
    Attribute(Id::Plain(name.to_string()), quote(&[value]))
}

fn texts<T: AsRef<str>>(name: &str, lines: &[T]) -> Attribute {
    Attribute(Id::Plain(name.to_string()), quote(lines))
}

fn node_id(name: &str) -> NodeId {
    NodeId(quote(&[name]), None)
}

fn node(name: &str, attributes: Vec<Attribute>) -> Stmt {
    Stmt::Node(Node::new(node_id(name), attributes))
}

fn edge(from: &str, to: &str, attributes: Vec<Attribute>) -> Stmt {
    let ty = EdgeTy::Pair(DotVertex::N(node_id(from)), DotVertex::N(node_id(to)));
    Stmt::Edge(DotEdge { ty, attributes })
}

#[cfg(test)]
fn graph(view: &GraphView) -> Graph {
    graph_for(view, LAYOUT, true)
}

fn graph_for(view: &GraphView, layout: &str, headed: bool) -> Graph {
    let by_columns = |text: &str| columns(text) as f64;
    let mut heading = wrap(&clean(&view.title), 90.0, 2, by_columns);
    heading.extend(wrap(&look::facts(view), 110.0, 4, by_columns));
    heading.extend(wrap(&clean(&view.reason), 110.0, 8, by_columns));
    if let Some(left_out) = &view.left_out {
        heading.extend(wrap(&format!("Summarised: {}", clean(left_out)), 110.0, 5, by_columns));
    }
    for note in view.notes.iter().chain([&look::unlabeled(view)]).filter(|note| !note.is_empty()) {
        heading.extend(wrap(&clean(note), 110.0, 3, by_columns));
    }
    heading.push(FOOTER.to_string());
    if !headed {
        heading.clear();
    }
    let mut stmts = vec![
        Stmt::GAttribute(GraphAttributes::Graph(vec![
            attribute("layout", layout),
            attribute("overlap", "prism"),
            attribute("splines", "true"),
            attribute("sep", "+9"),
            attribute("K", "0.9"),
            attribute("start", "7"),
            attribute("charset", "UTF-8"),
            attribute("outputorder", "edgesfirst"),
            attribute("fontname", "Helvetica,Arial,sans-serif"),
            attribute("fontsize", "12"),
            attribute("labelloc", "t"),
            texts("label", &heading),
            texts("tooltip", &[look::facts(view)]),
        ])),
        Stmt::GAttribute(GraphAttributes::Node(vec![
            attribute("fontname", "Helvetica,Arial,sans-serif"),
            attribute("fontsize", "11"),
            attribute("style", "filled"),
            attribute("margin", "0.1,0.05"),
        ])),
        Stmt::GAttribute(GraphAttributes::Edge(vec![
            attribute("fontname", "Helvetica,Arial,sans-serif"),
            attribute("fontsize", "9"),
        ])),
    ];

    let (faces, edge_faces) = look::faces(view);
    let mut operators: Vec<usize> = view.vertices.iter().filter_map(|vertex| vertex.group).collect();
    operators.sort_unstable();
    operators.dedup();
    let vertex_stmt = |index: usize| {
        let (vertex, paint) = (&view.vertices[index], look::paint(view.vertices[index].shape));
        let lines: Vec<String> = faces[index].lines.iter().map(|line| cut(line, LINE)).collect();
        let mut attributes = vec![
            texts("label", &lines),
            attribute("shape", paint.dot_shape),
            attribute("fillcolor", paint.fill),
            attribute("color", paint.stroke),
            texts("tooltip", &faces[index].tooltip),
        ];
        if vertex.shape == VertexShape::Person {
            attributes.push(attribute("style", "filled,rounded"));
        }
        if vertex.articulation {
            attributes.push(attribute("peripheries", "2"));
        }
        node(&format!("v{index}"), attributes)
    };
    for &operator in &operators {
        let mut inside = vec![
            Stmt::Attribute(attribute("label", &format!("operator {}", operator.saturating_add(1)))),
            Stmt::Attribute(attribute("style", "rounded,filled")),
            Stmt::Attribute(attribute("color", look::OPERATOR_COLORS[operator % look::OPERATOR_COLORS.len()])),
            Stmt::Attribute(attribute("fillcolor", "#f7f7f7")),
            Stmt::Attribute(attribute("penwidth", "2")),
        ];
        let members = (0..view.vertices.len()).filter(|&index| view.vertices[index].group == Some(operator));
        inside.extend(members.map(vertex_stmt));
        stmts.push(Stmt::Subgraph(Subgraph { id: quote(&[format!("cluster_operator_{operator}")]), stmts: inside }));
    }
    stmts.extend((0..view.vertices.len()).filter(|&index| view.vertices[index].group.is_none()).map(vertex_stmt));
    for (index, each) in view.links() {
        let face = &edge_faces[index];
        let mut attributes = line(each.style, look::line_width(each), each.bridge);
        if !face.label.is_empty() {
            attributes.push(texts("label", &wrap(&face.label, 26.0, 3, by_columns)));
            attributes.push(attribute("len", "1.7"));
        }
        attributes.push(texts("tooltip", &face.tooltip));
        stmts.push(edge(&format!("v{}", each.from), &format!("v{}", each.to), attributes));
    }
    let legend = legend(view);
    if headed && !legend.is_empty() {
        stmts.push(Stmt::Subgraph(Subgraph { id: quote(&["cluster_legend"]), stmts: legend }));
    }
    let name = if view.id.is_empty() { "ring" } else { &view.id };
    Graph::Graph { id: quote(&[cut(name, 80)]), strict: false, stmts }
}

fn line(style: EdgeStyle, width: f64, bridge: bool) -> Vec<Attribute> {
    let pen = look::pen(style);
    let color = match style {
        EdgeStyle::SamePerson => format!("{0}:#ffffff:{0}", pen.color),
        _ => pen.color.to_string(),
    };
    let width = if style == EdgeStyle::SamePerson { 2.0 } else { width };
    let mut attributes = vec![
        attribute("color", &color),
        attribute("style", pen.dot_style),
        attribute("penwidth", &format!("{width:.1}")),
    ];
    if bridge {
        // Bars at both ends.
        attributes.extend([attribute("dir", "both"), attribute("arrowhead", "tee"), attribute("arrowtail", "tee")]);
    }
    attributes
}

fn legend(view: &GraphView) -> Vec<Stmt> {
    let samples = look::legend(view);
    if samples.is_empty() {
        return Vec::new();
    }
    let mut stmts = vec![
        Stmt::Attribute(attribute("label", "legend")),
        Stmt::Attribute(attribute("style", "rounded")),
        Stmt::Attribute(attribute("color", "#cccccc")),
    ];
    for (at, sample) in samples.iter().enumerate() {
        let name = format!("l{at}");
        let sampled = |shape: VertexShape, peripheries: &str| {
            let paint = look::paint(shape);
            vec![
                attribute("label", sample.words()),
                attribute("shape", paint.dot_shape),
                attribute("fillcolor", paint.fill),
                attribute("color", paint.stroke),
                attribute("fontsize", "9"),
                attribute("peripheries", peripheries),
            ]
        };
        // Words and a point, so that layouts give the sample as much room as its words need.
        let between = |style: EdgeStyle, width: f64, bridge: bool| {
            let point = vec![attribute("shape", "point"), attribute("label", ""), attribute("color", "#999999")];
            let words = vec![
                attribute("label", sample.words()),
                attribute("shape", "box"),
                attribute("style", "filled"),
                attribute("color", "#ffffff"),
                attribute("fillcolor", "#ffffff"),
                attribute("fontsize", "9"),
            ];
            let mut attributes = line(style, width, bridge);
            attributes.push(attribute("len", "1.2"));
            let (from, to) = (format!("{name}a"), format!("{name}b"));
            vec![node(&from, words), node(&to, point), edge(&from, &to, attributes)]
        };
        match *sample {
            Sample::Shape(shape) => stmts.push(node(&name, sampled(shape, "1"))),
            Sample::Articulation => {
                let mut attributes = sampled(VertexShape::Site, "2");
                attributes[1] = attribute("shape", "box");
                attributes[2] = attribute("fillcolor", "#ffffff");
                stmts.push(node(&name, attributes));
            }
            // Clusters carry their own name; a sample would need a cluster of its own.
            Sample::Operator => {}
            Sample::Line(style) => stmts.extend(between(style, 1.6, false)),
            Sample::Width => stmts.extend(between(EdgeStyle::Shared, 5.0, false)),
            Sample::Bridge => stmts.extend(between(EdgeStyle::Shared, 1.6, true)),
        }
    }
    stmts
}

#[cfg(test)]
mod tests {
    use super::super::summary::farm;
    use super::super::view::{Edge, Vertex, standard_view};
    use super::*;
    use crate::model::value::IdentifierKind;
    use proptest::prelude::*;
    use std::io::Write;
    use std::process::{Command, Stdio};

    /// What `dot` makes of the document; nothing where Graphviz is not installed.
    fn laid_out(document: &str) -> Option<String> {
        let spawned = Command::new("dot")
            .arg("-Tsvg")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let Ok(mut child) = spawned else {
            eprintln!("note: Graphviz is not installed; what it makes of DOT documents was not checked");
            return None;
        };
        let mut stdin = child.stdin.take().expect("piped");
        let text = document.to_string();
        let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
        let output = child.wait_with_output().expect("dot ends");
        writer.join().expect("writer ends").expect("dot reads all");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}\n{document}");
        assert!(!said.contains("yntax error") && !said.contains("nknown"), "{said}\n{document}");
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn one(label: &str) -> GraphView {
        let mut view = GraphView { id: label.into(), title: label.into(), ..GraphView::default() };
        view.vertices.push(Vertex::new(VertexShape::Value(IdentifierKind::Phone), label).detail(label));
        view.vertices.push(Vertex::new(VertexShape::Person, label).group(0));
        view.edges.push(Edge::new(0, 1, EdgeStyle::Near, label, 3.0));
        view
    }

    const ATTACKS: [&str; 19] = [
        "<script>alert(1)</script>",
        "]]> <!-- -- -->",
        "\u{202e}gnp.exe \u{2066}\u{5e9}\u{5dc}\u{5d5}\u{5dd} 12\u{2069} \u{645}\u{631}\u{62d}\u{628}\u{627}",
        "'; DROP TABLE x; --",
        "\u{1f9d1}\u{200d}\u{1f4bb} e\u{301}\u{301}\u{301}\u{301}\u{301}",
        "\" URL=\"javascript:alert(1)",
        "ends in a backslash \\",
        "\\\"",
        "\\N \\G \\n \\l",
        "<b>html</b>",
        "<<TABLE>",
        "a\0b\r\nc",
        "\"];}\ngraph{",
        "&lt;&#65;&nosuch;",
        "김하나 🧑‍💻",
        "// no comment /* here",
        "# line",
        "",
        "->--{}[];",
    ];

    #[test]
    fn any_label_stays_one_string() {
        for attack in ATTACKS {
            let document = Dot.render(&one(attack));
            let parsed =
                graphviz_rust::parse(&document).unwrap_or_else(|fault| panic!("{attack:?}: {fault}\n{document}"));
            assert_eq!(parsed, graph(&one(attack)), "{attack:?}");
        }
    }

    #[test]
    fn a_label_of_ten_kilobytes_is_cut_and_the_document_stays_sound() {
        for attack in ["x".repeat(10_240), "\\\"".repeat(5_120), "김 ".repeat(2_560)] {
            let document = Dot.render(&one(&attack));
            assert!(document.len() < 40_000, "{}", document.len());
            assert!(graphviz_rust::parse(&document).is_ok());
            if laid_out(&document).is_none() {
                return;
            }
        }
    }

    #[test]
    fn every_layout_of_graphviz_takes_every_view() {
        for layout in ["dot", "fdp", "sfdp", "neato"] {
            for headed in [true, false] {
                let document = Dot.source(&standard_view(), layout, headed);
                assert!(document.contains(&format!("layout=\"{layout}\"")));
                assert_eq!(document.contains(look::FOOTER), headed);
                if laid_out(&document).is_none() {
                    return;
                }
            }
        }
    }

    #[test]
    fn graphviz_shows_labels_as_they_are() {
        for attack in ATTACKS {
            let Some(svg) = laid_out(&Dot.render(&one(attack))) else { return };
            assert!(!svg.contains("href="), "{attack}");
        }
        let Some(svg) = laid_out(&Dot.render(&one("a&lt;b \\N \\\\ \"q\""))) else { return };
        assert!(svg.contains("a&amp;lt;b \\N \\\\ &quot;q&quot;"), "{svg}");
    }

    #[test]
    fn graphviz_takes_every_view() {
        for view in [GraphView::default(), standard_view(), summarise(&farm(60, 10), 40)] {
            let document = Dot.render(&view);
            assert!(graphviz_rust::parse(&document).is_ok());
            if laid_out(&document).is_none() {
                return;
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn what_is_printed_is_what_was_built(label in any::<String>()) {
            let view = one(&label);
            let document = Dot.render(&view);
            let parsed = graphviz_rust::parse(&document);
            prop_assert_eq!(parsed, Ok(graph(&view)));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(6))]

        #[test]
        fn graphviz_takes_any_label(label in any::<String>()) {
            laid_out(&Dot.render(&one(&label)));
        }
    }

    #[test]
    fn the_smallest_document() {
        let mut view =
            GraphView { id: "R-1".into(), title: "One".into(), run_id: "run".into(), ..GraphView::default() };
        view.vertices.push(Vertex::new(VertexShape::Value(IdentifierKind::Phone), "0147"));
        insta::assert_snapshot!(Dot.render(&view), @r##"
        graph "R-1" {
          graph[layout="fdp" overlap="prism" splines="true" sep="+9" K="0.9" start="7" charset="UTF-8" outputorder="edgesfirst" fontname="Helvetica,Arial,sans-serif" fontsize="12" labelloc="t" label="One\nring R-1 · +0.0 bits · run run\nlinks are shared attributes, not proof of identity" tooltip="ring R-1 · +0.0 bits · run run"]
          node[fontname="Helvetica,Arial,sans-serif" fontsize="11" style="filled" margin="0.1,0.05"]
          edge[fontname="Helvetica,Arial,sans-serif" fontsize="9"]
          "v0"[label="0147\nphone" shape="ellipse" fillcolor="#fbf7c4" color="#7d7400" tooltip="0147\nphone"]
          subgraph "cluster_legend" {
            label="legend"
            style="rounded"
            color="#cccccc"
            "l0"[label="shared or near value" shape="ellipse" fillcolor="#fbf7c4" color="#7d7400" fontsize="9" peripheries="1"]
          }
        }
        "##);
    }
}
