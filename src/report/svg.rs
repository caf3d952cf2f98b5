//! SVG 1.1: one self-contained picture, without script, font or link, for a screen, a printer or a page that embeds it.
//!
//! What is drawn where comes from `scene`, words and colors from `look`; this file sets them on a page with
//! header, legend and footer. Invariants: every text is cleaned and escaped in [`escape`]
//! and nowhere else, no text is wider than the room that was measured for it, numbers have one decimal, and elements
//! carry classes (`vertex v3`, `edge e5 v0 v3`) but no ids, so that several pictures can stand in one page.

use super::layout::{Placed, Point};
use super::look::{self, EdgeFace, FOOTER, Face, Sample};
use super::route::Way;
use super::scene::{Boxed, GROUND, Ground, LABEL, SMALL, Scene, grounds, insets, label_size};
use super::summary::summarise;
use super::text::{clean, is_measurable, pixels, wrap};
use super::view::{EdgeStyle, GraphView, VertexShape};
use super::{Drawing, Sheet, VERTICES_DRAWN_MAX};
use std::fmt::Write;

/// SVG.
pub struct Svg;

impl Drawing for Svg {
    fn name(&self) -> &'static str {
        "svg"
    }

    fn doc(&self) -> &'static str {
        "A picture for browser, report and print; needs no other tool."
    }

    fn draw(&self, view: &GraphView, _: &Sheet) -> Result<Vec<u8>, String> {
        Ok(self.render(view).into_bytes())
    }
}

impl Svg {
    /// The document as text.
    pub fn render(&self, view: &GraphView) -> String {
        render(&summarise(view, VERTICES_DRAWN_MAX))
    }
}

/// Text sizes in pixels, beside those of the scene.
const TITLE: f64 = 18.0;
const PLAIN: f64 = 12.0;
const MARGIN: f64 = 26.0;
const PAGE_WIDTH_MIN: f64 = 780.0;
const FONTS: &str = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', 'Noto Sans', 'Noto Sans CJK KR', sans-serif";
impl Scene<'_> {
    /// Writes it with its upper left corner there.
    fn write(&self, out: &mut String, corner: Point) {
        let shift = (corner.0 - self.low.0, corner.1 - self.low.1);
        let shifted = |(x, y): Point| (x + shift.0, y + shift.1);
        let centers = self.placed.centers.iter().copied().map(shifted).collect();
        let placed = Placed { centers, ..self.placed.clone() };
        let grounds = grounds(&self.groups, &placed, &self.sizes);
        for ground in &grounds {
            write_ground(out, ground, &placed, &self.sizes);
        }
        for (&link, way) in self.links.iter().zip(&self.ways) {
            let way = Way { curve: way.curve.map(shifted), label: None, mark: (shifted(way.mark.0), way.mark.1) };
            write_edge(out, self.view, link, &way, &self.edge_faces[link]);
        }
        for (index, each) in self.boxes.iter().enumerate() {
            write_vertex(out, self.view, index, placed.centers[index], each, &self.faces[index]);
        }
        for ((&link, way), lines) in self.links.iter().zip(&self.ways).zip(&self.labels) {
            if let Some(center) = way.label {
                write_edge_label(out, self.view, link, shifted(center), lines);
            }
        }
        for ground in &grounds {
            write_ground_label(out, ground, &placed, &self.sizes);
        }
    }
}

fn render(view: &GraphView) -> String {
    let scene = Scene::of(view);
    let (width, height) = scene.size();
    let page_width = (width + 2.0 * MARGIN).max(PAGE_WIDTH_MIN);
    let mut header = String::new();
    let header_height = write_header(&mut header, view, page_width);
    let mut body = String::new();
    scene.write(&mut body, ((page_width - width) / 2.0, header_height + 14.0));
    let below = header_height + 14.0 + height + 22.0;
    let legend_bottom = write_legend(&mut body, view, below, page_width);
    let page_height = legend_bottom + 34.0;
    let _ = write!(
        body,
        r##"<text x="{}" y="{}" font-size="11" font-style="italic" fill="#444444">{}</text>"##,
        num(MARGIN),
        num(legend_bottom + 14.0),
        escape(FOOTER)
    );
    document(view, (page_width, page_height), &format!("{header}{body}"))
}

fn document(view: &GraphView, (width, height): Point, content: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" \
         direction=\"ltr\" font-family=\"{FONTS}\">\n<title>{title}</title>\n<desc>{desc}</desc>\n\
         <rect width=\"{w}\" height=\"{h}\" fill=\"#ffffff\"/>\n{content}\n</svg>\n",
        w = num(width),
        h = num(height),
        title = escape(&view.title),
        desc = escape(&format!("{} · {FOOTER}", look::facts(view))),
    )
}

/// A picture without the words around it, for documents that set title, facts, legend and footer themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct Bare {
    /// The document.
    pub svg: String,
    /// Its width and height in pixels.
    pub size: (f64, f64),
}

/// Height above the baseline of the smallest letters in a picture, in pixels: what must stay legible on paper.
pub const SMALLEST: f64 = SMALL;

/// The graph alone, summarised to what is drawn at most.
pub fn graph_alone(view: &GraphView) -> Bare {
    let view = summarise(view, VERTICES_DRAWN_MAX);
    let scene = Scene::of(&view);
    let (width, height) = (scene.size().0 + 12.0, scene.size().1 + 12.0);
    let mut content = String::new();
    scene.write(&mut content, (6.0, 6.0));
    Bare { svg: document(&view, (width, height), &content), size: (width, height) }
}

/// The legend alone, in rows of that width.
pub fn legend_alone(view: &GraphView, width: f64) -> Bare {
    let view = summarise(view, VERTICES_DRAWN_MAX);
    let mut content = String::new();
    let bottom = write_legend(&mut content, &view, -4.0, width);
    Bare { svg: document(&view, (width, bottom), &content), size: (width, bottom) }
}

/// Text made safe to stand in XML, between tags and in attributes: control characters and what XML forbids go.
pub fn escape(text: &str) -> String {
    let text = clean(text);
    let mut out = String::with_capacity(text.len());
    for ch in text.chars() {
        match ch {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(ch),
        }
    }
    out
}

fn num(value: f64) -> String {
    let text = format!("{value:.1}");
    if text == "-0.0" { "0.0".to_string() } else { text }
}

/// One line of text. Where the script's widths are not known to us the viewer is told how wide the line may be.
fn write_text(out: &mut String, (x, y): Point, size: f64, bold: bool, anchor: &str, fill: &str, text: &str) {
    let weight = if bold { " font-weight=\"bold\"" } else { "" };
    let length = if is_measurable(text) {
        String::new()
    } else {
        format!(" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"", num(pixels(text, size, bold) * 0.92))
    };
    let _ = writeln!(
        out,
        "<text x=\"{}\" y=\"{}\" font-size=\"{size}\"{weight} text-anchor=\"{anchor}\"{length} fill=\"{fill}\">{}</text>",
        num(x),
        num(y),
        escape(text)
    );
}

fn write_tooltip(out: &mut String, lines: &[String]) {
    let lines: Vec<String> = lines.iter().map(|line| escape(line)).collect();
    let _ = writeln!(out, "<title>{}</title>", lines.join("\n"));
}

/// Writes title, facts, reason and what was left out; returns the height they take.
fn write_header(out: &mut String, view: &GraphView, page_width: f64) -> f64 {
    let room = page_width - 2.0 * MARGIN;
    let mut y = 14.0;
    let mut paragraph = |text: &str, size: f64, bold: bool, fill: &str, lines: usize| {
        for line in wrap(&clean(text), room, lines, |text| pixels(text, size, bold)) {
            y += size * 1.35;
            write_text(out, (MARGIN, y), size, bold, "start", fill, &line);
        }
        y += 4.0;
    };
    let title = if view.title.trim().is_empty() { format!("Ring {}", view.id) } else { view.title.clone() };
    paragraph(&title, TITLE, true, "#111111", 2);
    paragraph(&look::facts(view), PLAIN, false, "#444444", 4);
    paragraph(&view.reason, PLAIN, false, "#111111", 8);
    if let Some(left_out) = &view.left_out {
        paragraph(&format!("Summarised: {left_out}"), 11.0, false, "#444444", 5);
    }
    for note in view.notes.iter().chain([&look::unlabeled(view)]).filter(|note| !note.is_empty()) {
        paragraph(note, 11.0, false, "#444444", 3);
    }
    y + 6.0
}

// Vertices.

fn write_vertex(out: &mut String, view: &GraphView, index: usize, center: Point, each: &Boxed, face: &Face) {
    let vertex = &view.vertices[index];
    let paint = look::paint(vertex.shape);
    let (w, h) = each.size;
    let (x, y) = (center.0 - w / 2.0, center.1 - h / 2.0);
    let _ = writeln!(out, "<g class=\"vertex v{index}\">");
    write_tooltip(out, &face.tooltip);
    if vertex.articulation {
        write_shape(out, vertex.shape, (x - 4.5, y - 4.5), (w + 9.0, h + 9.0), "#ffffff", paint.stroke, 1.4);
    }
    if vertex.folded > 1 {
        // A sheet behind tells that more than one stands here.
        write_shape(out, vertex.shape, (x + 4.0, y + 4.0), (w, h), paint.fill, paint.stroke, 1.0);
    }
    write_shape(out, vertex.shape, (x, y), (w, h), paint.fill, paint.stroke, 1.6);
    let [left, top, right, _] = insets(vertex.shape);
    let middle = x + left + (w - left - right) / 2.0;
    let mut baseline = y + top - 3.5;
    for line in &each.label {
        baseline += 16.0;
        let bold = vertex.shape.is_person() || vertex.shape == VertexShape::Site;
        write_text(out, (middle, baseline), LABEL, bold, "middle", "#111111", line);
    }
    for line in &each.small {
        baseline += 13.0;
        write_text(out, (middle, baseline), SMALL, false, "middle", "#444444", line);
    }
    out.push_str("</g>\n");
}

fn write_shape(
    out: &mut String,
    shape: VertexShape,
    (x, y): Point,
    (w, h): Point,
    fill: &str,
    stroke: &str,
    line: f64,
) {
    let (r, b) = (x + w, y + h);
    let paint = format!("fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{}\" stroke-linejoin=\"round\"", num(line));
    let path = |points: &[Point]| {
        let points: Vec<String> = points.iter().map(|&(x, y)| format!("{} {}", num(x), num(y))).collect();
        format!("M{}Z", points.join("L"))
    };
    let _ = match shape {
        VertexShape::Person => {
            let (icon, middle) = (x + 16.0, y + h / 2.0);
            writeln!(
                out,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"9\" {paint}/>\
                 <circle cx=\"{}\" cy=\"{}\" r=\"4.2\" fill=\"{stroke}\"/>\
                 <path d=\"M{} {}a7.5 8.5 0 0 1 15 0Z\" fill=\"{stroke}\"/>",
                num(x),
                num(y),
                num(w),
                num(h),
                num(icon),
                num(middle - 5.5),
                num(icon - 7.5),
                num(middle + 9.0)
            )
        }
        VertexShape::Account => writeln!(
            out,
            "<path d=\"{}\" {paint}/>",
            path(&[(x, y), (x + 34.0, y), (x + 38.0, y + 6.0), (r, y + 6.0), (r, b), (x, b)])
        ),
        VertexShape::Device => writeln!(
            out,
            "<path d=\"{}\" {paint}/><path d=\"{}\" fill=\"{stroke}\"/>",
            path(&[(x + 5.0, y), (r - 5.0, y), (r - 5.0, b - 6.0), (x + 5.0, b - 6.0)]),
            path(&[(x + 5.0, b - 6.0), (r - 5.0, b - 6.0), (r, b), (x, b)])
        ),
        VertexShape::Shipment => writeln!(
            out,
            "<path d=\"{}\" {paint}/><path d=\"M{} {}L{} {}L{} {}M{} {}L{} {}\" fill=\"none\" stroke=\"{stroke}\"/>",
            path(&[(x, y + 6.0), (x + 6.0, y), (r, y), (r, b - 6.0), (r - 6.0, b), (x, b)]),
            num(x),
            num(y + 6.0),
            num(r - 6.0),
            num(y + 6.0),
            num(r),
            num(y),
            num(r - 6.0),
            num(y + 6.0),
            num(r - 6.0),
            num(b)
        ),
        VertexShape::Site => writeln!(
            out,
            "<path d=\"{}\" {paint}/>",
            path(&[(x, y + 13.0), (x + w / 2.0, y), (r, y + 13.0), (r, b), (x, b)])
        ),
        VertexShape::Value(_) => writeln!(
            out,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\" {paint}/>",
            num(x),
            num(y),
            num(w),
            num(h),
            num(h / 2.0)
        ),
        VertexShape::Hub(_) => writeln!(
            out,
            "<path d=\"{}\" {paint}/>",
            path(&[
                (x + 9.0, y),
                (r - 9.0, y),
                (r, y + 9.0),
                (r, b - 9.0),
                (r - 9.0, b),
                (x + 9.0, b),
                (x, b - 9.0),
                (x, y + 9.0)
            ])
        ),
    };
}

// Edges.

fn write_edge(out: &mut String, view: &GraphView, link: usize, way: &Way, face: &EdgeFace) {
    let edge = &view.edges[link];
    let [a, c, b] = way.curve;
    let d = format!("M{} {}Q{} {} {} {}", num(a.0), num(a.1), num(c.0), num(c.1), num(b.0), num(b.1));
    let _ = writeln!(out, "<g class=\"edge e{link} v{} v{}\" fill=\"none\">", edge.from, edge.to);
    write_tooltip(out, &face.tooltip);
    write_line(out, &d, edge.style, look::line_width(edge));
    // Wide and unseen, so that a pointer finds a thin line's tooltip.
    let _ = writeln!(out, "<path d=\"{d}\" stroke=\"#ffffff\" stroke-opacity=\"0\" stroke-width=\"11\"/>");
    if edge.bridge {
        write_bridge(out, way.mark);
    }
    out.push_str("</g>\n");
}

fn write_line(out: &mut String, d: &str, style: EdgeStyle, width: f64) {
    let pen = look::pen(style);
    let dash = if pen.dash.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{}\"", pen.dash) };
    if style == EdgeStyle::SamePerson {
        // A double line: wide in color, then the middle taken out.
        let _ = writeln!(
            out,
            "<path d=\"{d}\" stroke=\"{}\" stroke-width=\"{}\"/><path d=\"{d}\" stroke=\"#ffffff\" stroke-width=\"{}\"/>",
            pen.color,
            num(width + 3.0),
            num(width.max(2.0))
        );
    } else {
        let _ = writeln!(out, "<path d=\"{d}\" stroke=\"{}\" stroke-width=\"{}\"{dash}/>", pen.color, num(width));
    }
}

/// Two bars across the line.
fn write_bridge(out: &mut String, ((x, y), angle): (Point, f64)) {
    let (along, across) = ((angle.cos(), angle.sin()), (-angle.sin(), angle.cos()));
    for side in [-2.5, 2.5] {
        let (mx, my) = (x + along.0 * side, y + along.1 * side);
        let _ = writeln!(
            out,
            "<path d=\"M{} {}L{} {}\" stroke=\"#111111\" stroke-width=\"1.6\"/>",
            num(mx - across.0 * 6.5),
            num(my - across.1 * 6.5),
            num(mx + across.0 * 6.5),
            num(my + across.1 * 6.5)
        );
    }
}

fn write_edge_label(out: &mut String, view: &GraphView, link: usize, center: Point, lines: &[String]) {
    let edge = &view.edges[link];
    let Some((w, h)) = label_size(lines) else { return };
    let (x, y) = (center.0 - w / 2.0, center.1 - h / 2.0);
    let _ = writeln!(
        out,
        "<g class=\"edge-label e{link} v{} v{}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"3\" fill=\"#ffffff\" fill-opacity=\"0.88\"/>",
        edge.from,
        edge.to,
        num(x),
        num(y),
        num(w),
        num(h)
    );
    let fill = if edge.style == EdgeStyle::Near { look::pen(edge.style).color } else { "#333333" };
    for (at, line) in lines.iter().enumerate() {
        write_text(out, (center.0, y + 10.8 + 13.0 * at as f64), SMALL, false, "middle", fill, line);
    }
    out.push_str("</g>\n");
}

// The ground of operator clusters.

fn write_ground(out: &mut String, ground: &Ground, placed: &Placed, sizes: &[Point]) {
    let color = look::OPERATOR_COLORS[ground.operator % look::OPERATOR_COLORS.len()];
    let _ = writeln!(
        out,
        "<g class=\"operator o{}\" opacity=\"0.24\" fill=\"{color}\" stroke=\"{color}\" stroke-linejoin=\"round\" stroke-linecap=\"round\">",
        ground.operator
    );
    if let Some(hull) = &ground.hull {
        let points: Vec<String> =
            hull.iter().map(|&(x, y)| (x, y)).map(|(x, y)| format!("{},{}", num(x), num(y))).collect();
        let _ = writeln!(out, "<polygon points=\"{}\" stroke-width=\"{}\"/>", points.join(" "), num(2.0 * GROUND));
    } else {
        for &member in &ground.members {
            let ((x, y), (w, h)) = (placed.centers[member], sizes[member]);
            let _ = writeln!(
                out,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" stroke-width=\"{}\"/>",
                num(x - w / 2.0),
                num(y - h / 2.0),
                num(w),
                num(h),
                num(2.0 * GROUND)
            );
        }
        for (a, b) in spanning_tree(&ground.members, &placed.centers) {
            let (a, b) = (placed.centers[a], placed.centers[b]);
            let _ =
                writeln!(out, "<path d=\"M{} {}L{} {}\" stroke-width=\"16\"/>", num(a.0), num(a.1), num(b.0), num(b.1));
        }
    }
    out.push_str("</g>\n");
}

/// Shortest tree over the members (Prim); ties go to the earlier vertex.
fn spanning_tree(members: &[usize], centers: &[Point]) -> Vec<(usize, usize)> {
    let mut tree = Vec::new();
    let Some((&root, rest)) = members.split_first() else { return tree };
    let far = |a: usize, b: usize| (centers[a].0 - centers[b].0).hypot(centers[a].1 - centers[b].1);
    let mut nearest: Vec<(usize, usize)> = rest.iter().map(|&vertex| (vertex, root)).collect();
    while let Some(at) =
        (0..nearest.len()).min_by(|&i, &j| far(nearest[i].0, nearest[i].1).total_cmp(&far(nearest[j].0, nearest[j].1)))
    {
        let (vertex, parent) = nearest.remove(at);
        tree.push((parent, vertex));
        for (other, parent) in &mut nearest {
            if far(*other, vertex) < far(*other, *parent) {
                *parent = vertex;
            }
        }
    }
    tree
}

fn write_ground_label(out: &mut String, ground: &Ground, placed: &Placed, sizes: &[Point]) {
    let top = |vertex: usize| placed.centers[vertex].1 - sizes[vertex].1 / 2.0;
    let Some(&highest) = ground.members.iter().min_by(|&&a, &&b| top(a).total_cmp(&top(b))) else { return };
    let text = format!("operator {}", ground.operator.saturating_add(1));
    let width = pixels(&text, 10.0, true) + 6.0;
    // Above the highest member, or below it where something hangs above.
    let above = (placed.centers[highest].0, top(highest) - 4.0);
    let covered = (0..sizes.len()).filter(|&vertex| vertex != highest).any(|vertex| {
        let ((x, y), (w, h)) = (placed.centers[vertex], sizes[vertex]);
        (x - above.0).abs() < (w + width) / 2.0 && (y - (above.1 - 3.5)).abs() < (h + 12.0) / 2.0
    });
    let at = if covered { (above.0, top(highest) + sizes[highest].1 + 11.5) } else { above };
    let _ = writeln!(
        out,
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"12\" rx=\"3\" fill=\"#ffffff\" fill-opacity=\"0.75\"/>",
        num(at.0 - width / 2.0),
        num(at.1 - 9.5),
        num(width)
    );
    write_text(out, at, 10.0, true, "middle", "#333333", &text);
}

// The legend.

/// Writes the legend in rows and returns where it ends.
fn write_legend(out: &mut String, view: &GraphView, top: f64, page_width: f64) -> f64 {
    let samples = look::legend(view);
    let _ =
        writeln!(out, "<path d=\"M{} {}H{}\" stroke=\"#cccccc\"/>", num(MARGIN), num(top), num(page_width - MARGIN));
    let (mut x, mut y) = (MARGIN, top + 20.0);
    out.push_str("<g class=\"legend\">\n");
    for sample in &samples {
        let width = 42.0 + pixels(sample.words(), 11.0, false) + 16.0;
        if x > MARGIN && x + width > page_width - MARGIN {
            (x, y) = (MARGIN, y + 24.0);
        }
        let line = format!("M{} {}H{}", num(x), num(y), num(x + 34.0));
        match *sample {
            Sample::Shape(shape) => {
                let paint = look::paint(shape);
                write_shape(out, shape, (x, y - 10.0), (34.0, 20.0), paint.fill, paint.stroke, 1.4);
            }
            Sample::Articulation => {
                write_shape(
                    out,
                    VertexShape::Value(crate::model::value::IdentifierKind::Phone),
                    (x, y - 10.0),
                    (34.0, 20.0),
                    "#ffffff",
                    "#555555",
                    1.2,
                );
                write_shape(
                    out,
                    VertexShape::Value(crate::model::value::IdentifierKind::Phone),
                    (x + 4.0, y - 6.0),
                    (26.0, 12.0),
                    "#ffffff",
                    "#555555",
                    1.2,
                );
            }
            Sample::Operator => {
                let _ = writeln!(
                    out,
                    "<rect x=\"{}\" y=\"{}\" width=\"34\" height=\"20\" rx=\"7\" fill=\"{}\" fill-opacity=\"0.35\"/>",
                    num(x),
                    num(y - 10.0),
                    look::OPERATOR_COLORS[0]
                );
            }
            Sample::Line(style) => {
                out.push_str("<g fill=\"none\">");
                let width = if matches!(style, EdgeStyle::Stated | EdgeStyle::Hub) { 1.0 } else { 2.2 };
                write_line(out, &line, style, width);
                out.push_str("</g>\n");
            }
            Sample::Width => {
                let _ = writeln!(
                    out,
                    "<path d=\"M{x0} {y}L{x1} {a}L{x1} {b}Z\" fill=\"#3c3c3c\"/>",
                    x0 = num(x),
                    x1 = num(x + 34.0),
                    y = num(y),
                    a = num(y - 3.0),
                    b = num(y + 3.0)
                );
            }
            Sample::Bridge => {
                out.push_str("<g fill=\"none\">");
                let _ = writeln!(out, "<path d=\"{line}\" stroke=\"#3c3c3c\" stroke-width=\"2.2\"/>");
                write_bridge(out, ((x + 17.0, y), 0.0));
                out.push_str("</g>\n");
            }
        }
        write_text(out, (x + 42.0, y + 4.0), 11.0, false, "start", "#333333", sample.words());
        x += width;
    }
    out.push_str("</g>\n");
    if samples.is_empty() { top + 6.0 } else { y + 20.0 }
}

#[cfg(test)]
mod tests {
    use super::super::scene::BOX_TEXT;
    use super::super::summary::farm;
    use super::super::view::{Edge, Vertex, standard_view};
    use super::*;
    use crate::model::value::IdentifierKind;

    const ATTACKS: [&str; 10] = [
        "--> <!-- ]]> -- <![CDATA[",
        "\u{202e}gnp.exe \u{2066}\u{5e9}\u{5dc}\u{5d5}\u{5dd} 12\u{2069} \u{645}\u{631}\u{62d}\u{628}\u{627}",
        "<script>alert(1)</script>",
        "\"/><image href='http://example.com/x'/>",
        "]]>&lt;&amp;&#x41;",
        "</text></svg>",
        "a\0b\u{1}\u{fffe}\u{202e}c",
        "'; DROP TABLE",
        "line\nbreak\ttab",
        "🧑‍💻 김하나 ﷽ e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    ];

    /// A strict enough reader of XML: tags nest, attributes are quoted, no stray `<`, `&` only before known entities.
    fn check_xml(document: &str) {
        let mut open: Vec<String> = Vec::new();
        let mut rest = document;
        while let Some(at) = rest.find('<') {
            let text = &rest[..at];
            assert!(!text.contains('>'), "stray '>' in {text:?}");
            check_entities(text);
            let end = rest[at..].find('>').expect("tag closes") + at;
            let tag = &rest[at + 1..end];
            assert_eq!(tag.matches('"').count() % 2, 0, "quotes in {tag:?}");
            assert!(!tag.contains('<'), "{tag:?}");
            check_entities(tag);
            if let Some(name) = tag.strip_prefix('/') {
                assert_eq!(open.pop().as_deref(), Some(name));
            } else if !tag.ends_with('/') {
                open.push(tag.split_whitespace().next().unwrap_or_default().to_string());
            }
            rest = &rest[end + 1..];
        }
        assert!(open.is_empty(), "{open:?}");
        assert!(!document.chars().any(|ch| ch.is_control() && ch != '\n'));
    }

    fn check_entities(text: &str) {
        for (at, _) in text.match_indices('&') {
            let known =
                ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"].iter().any(|entity| text[at..].starts_with(entity));
            assert!(known, "{:?}", &text[at..]);
        }
    }

    #[test]
    fn every_text_is_escaped_wherever_it_stands() {
        for attack in ATTACKS {
            let mut view = standard_view();
            view.title = attack.into();
            view.reason = attack.into();
            view.run_id = attack.into();
            view.id = attack.into();
            view.level = attack.into();
            view.left_out = Some(attack.into());
            for vertex in &mut view.vertices {
                vertex.label = attack.into();
                vertex.detail = vec![attack.into()];
            }
            for edge in &mut view.edges {
                edge.label = attack.into();
                edge.detail = vec![attack.into()];
            }
            let document = Svg.render(&view);
            check_xml(&document);
            assert!(!document.contains("<script") && !document.contains("<image"), "{attack}");
            let turns =
                |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
            assert!(!document.contains(turns), "nothing turns the direction of a neighbor: {attack}");
        }
    }

    #[test]
    fn documents_are_well_formed_and_self_contained() {
        for view in [GraphView::default(), standard_view(), summarise(&farm(200, 20), 80)] {
            let document = Svg.render(&view);
            check_xml(&document);
            let links = document.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
            assert!(!links.contains("http") && !links.contains("href") && !links.contains("url("));
            assert!(!document.contains("NaN") && !document.contains("inf\""));
        }
    }

    #[test]
    fn long_labels_are_cut_to_their_box_and_kept_in_the_tooltip() {
        let mut view = GraphView::default();
        let long = "김하나".repeat(20);
        view.vertices.push(Vertex::new(VertexShape::Person, long.clone()));
        let document = Svg.render(&view);
        assert!(document.contains(&format!("<title>{long}")) && document.contains("…</text>"));
        let scene = Scene::of(&view);
        let each = &scene.boxes[0];
        assert!(each.label.iter().all(|line| pixels(line, LABEL, true) <= BOX_TEXT) && each.size.0 <= BOX_TEXT + 40.0);
    }

    #[test]
    fn an_edge_to_nowhere_and_a_loop_do_no_harm() {
        let mut view = standard_view();
        view.edges.push(Edge::new(0, 99, EdgeStyle::Near, "x", f64::NAN));
        view.edges.push(Edge::new(2, 2, EdgeStyle::Near, "to itself", f64::INFINITY));
        check_xml(&Svg.render(&view));
    }

    #[test]
    fn lines_between_the_same_two_carry_one_label_with_a_line_for_each() {
        let mut view = GraphView {
            vertices: ["a", "b"].map(|name| Vertex::new(VertexShape::Person, name)).to_vec(),
            ..GraphView::default()
        };
        for label in ["phone: one digit off", "handle: one edit", "phone: one digit off"] {
            view.edges.push(Edge::new(0, 1, EdgeStyle::Near, label, 5.0));
        }
        view.edges.push(Edge::new(1, 0, EdgeStyle::Near, "email: one edit", 5.0));
        let document = Svg.render(&view);
        assert_eq!(document.matches("<g class=\"edge e").count(), 4, "every link is drawn");
        assert_eq!(document.matches("<g class=\"edge-label ").count(), 1);
        for words in ["phone: one digit off</text>", "handle: one edit</text>", "email: one edit</text>"] {
            assert_eq!(document.matches(words).count(), 1, "{words}");
        }
    }

    #[test]
    fn a_graph_alone_has_no_words_of_the_sheet_and_the_legend_nothing_else() {
        let view = standard_view();
        let graph = graph_alone(&view);
        check_xml(&graph.svg);
        assert!(graph.svg.contains("Dana Whitfield</text>") && !graph.svg.contains(">bridge: the ring"));
        assert_eq!(graph.svg.matches("<g class=\"edge e").count(), view.links().count());
        let legend = legend_alone(&view, 500.0);
        check_xml(&legend.svg);
        assert!(legend.svg.contains("near value</text>") && !legend.svg.contains("Dana Whitfield</text>"));
        assert!(legend.size.1 > 40.0 && legend.size.1 < 300.0, "{:?}", legend.size);
    }

    #[test]
    fn a_hull_never_covers_a_box_of_others() {
        let placed = Placed { centers: vec![(0.0, 0.0), (200.0, 0.0), (100.0, 0.0)], ..Placed::default() };
        let sizes = [(40.0, 20.0); 3];
        assert!(grounds(&[Some(0), Some(0), None], &placed, &sizes)[0].hull.is_none());
        assert!(grounds(&[Some(0), Some(0), Some(0)], &placed, &sizes)[0].hull.is_some());
        let aside = Placed { centers: vec![(0.0, 0.0), (200.0, 0.0), (100.0, 90.0)], ..placed };
        assert!(grounds(&[Some(0), Some(0), None], &aside, &sizes)[0].hull.is_some());
    }

    /// What a reader reads, top to bottom as written.
    #[test]
    fn the_words_of_the_standard_view() {
        let document = Svg.render(&standard_view());
        let words: Vec<&str> = document
            .split("</text>")
            .filter_map(|piece| piece.rsplit_once("<text")?.1.split_once('>'))
            .map(|(_, words)| words)
            .collect();
        insta::assert_snapshot!(words.join("\n"), @r"
        Five personas around one delivery address
        ring R-0007 · rank 1 · level priority · +31.4 bits · families: contact, payment, place · run 3f9a1c20b7de of 2026-03-02
        Dana Whitfield and Owen Pratt share a phone and a payment account; five laptops were sent to one address that is nobody&#39;s
        home.
        Dana Whitfield
        applicants A-101
        Owen Pratt
        employees E-207
        Marta Lindqvist
        employees E-311
        김하나
        employees E-318
        Theo Abara
        employees E-402
        +1 202 555 0147
        same phone · 2 share it
        account ending 1207
        payment account
        payroll P-9
        48 Larch Street, Springfield
        same delivery address · 4 share it
        5 shipments
        laptop LT-5521
        device
        devices D-77
        parcel 9400 1000 0000
        shipment
        shipments S-12
        +1 202 555 0100
        hub · same phone · 2 share it
        agency&#39;s number
        m.lindqvist@example.com
        email
        m.lindqwist@example.com
        email
        paid to
        same account
        sent to
        device of
        one letter off
        decided by an analyst
        operator 1
        persona
        payment account
        device
        shipment
        site
        shared or near value
        hub: widely used, does not link
        operator cluster
        articulation point: the ring falls apart without it
        same person
        shared value
        near value
        stated by a source
        to a hub
        wider: more bits of evidence
        bridge: the ring falls apart without this link
        links are shared attributes, not proof of identity
        ");
    }

    #[test]
    fn the_smallest_picture() {
        let mut view =
            GraphView { id: "R-1".into(), title: "One".into(), run_id: "run".into(), ..GraphView::default() };
        view.vertices.push(Vertex::new(VertexShape::Value(IdentifierKind::Phone), "0147"));
        let document = Svg.render(&view);
        assert!(
            document.contains(
                "<text x=\"390.0\" y=\"105.0\" font-size=\"13\" text-anchor=\"middle\" fill=\"#111111\">0147</text>"
            ),
            "{document}"
        );
    }
}
