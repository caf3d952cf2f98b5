//! PDF: one sheet of paper with the picture as vectors, and, where the sheet is too small for it, the picture again in
//! parts that can be read.
//!
//! Title, facts, reason, legend and footer are set by the template at the size of print; the graph is scaled to the room
//! that is left, on paper turned the way that gives it more. When its smallest letters would come out below
//! [`POINTS_MIN`], pages follow that show it in parts, with an overlap, each with its place named: nobody has to guess a
//! label. A picture that would take more than [`PARTS_MAX`] parts gets these, larger than on the first page but below
//! that size, and the page says so.

use super::summary::summarise;
use super::svg::{Bare, SMALLEST, graph_alone, legend_alone};
use super::text::clean;
use super::typeset::{Job, pdf};
use super::view::GraphView;
use super::{Drawing, Paper, Sheet, VERTICES_DRAWN_MAX, look};
use serde_json::json;

/// PDF.
pub struct Pdf;

/// Points that the smallest letters of a picture must have on paper.
pub const POINTS_MIN: f64 = 6.0;
/// Parts that a large picture is shown in at most.
pub const PARTS_MAX: usize = 12;
/// Margin of the paper in points.
const MARGIN: f64 = 34.0;
/// Points that two neighboring parts have in common.
const OVERLAP: f64 = 36.0;
/// Room for the title, facts and footer of a page of parts.
const PART_HEAD: f64 = 42.0;

impl Drawing for Pdf {
    fn name(&self) -> &'static str {
        "pdf"
    }

    fn doc(&self) -> &'static str {
        "A sheet for print, with further pages where the picture is too large for one."
    }

    fn is_text(&self) -> bool {
        false
    }

    fn draw(&self, view: &GraphView, sheet: &Sheet) -> Result<Vec<u8>, String> {
        let view = look::noted(&summarise(view, VERTICES_DRAWN_MAX), &sheet.fonts);
        let graph = graph_alone(&view);
        let paper = Turned::of(sheet.paper, graph.size, head_height(&view));
        set(&view, &graph, &paper, sheet)
    }
}

/// Sheets of a picture that another program has drawn with all its words: whole on the first, in parts where needed.
pub fn of_picture(view: &GraphView, picture: Bare, sheet: &Sheet) -> Result<Vec<u8>, String> {
    let paper = Turned::of(sheet.paper, picture.size, 60.0);
    set(view, &picture, &paper, sheet)
}

/// Points that title, facts, reason and notes take, about: the template has the last word, this only turns the paper.
fn head_height(view: &GraphView) -> f64 {
    let lines = |text: &str| (text.chars().count() as f64 / 112.0).ceil();
    let mut height = 30.0 + 11.0 * (lines(&look::facts(view)) + lines(&view.reason));
    height += 11.0 * view.left_out.as_deref().map_or(0.0, lines);
    height + 11.0 * view.notes.iter().map(|note| lines(note)).sum::<f64>() + 34.0
}

/// The paper, turned, and what is left of it for a picture.
struct Turned {
    width: f64,
    height: f64,
    /// For the whole picture on the first page, and for a part on the following.
    room: (f64, f64),
    part: (f64, f64),
}

impl Turned {
    fn of(paper: Paper, picture: (f64, f64), head: f64) -> Turned {
        let (short, long) = match paper {
            Paper::A4 => (595.28, 841.89),
            Paper::Letter => (612.0, 792.0),
        };
        let turned = |width: f64, height: f64| {
            let (inner_width, inner_height) = (width - 2.0 * MARGIN, height - 2.0 * MARGIN);
            Turned {
                width,
                height,
                room: (inner_width, (inner_height - head - 20.0).max(120.0)),
                part: (inner_width, inner_height - PART_HEAD),
            }
        };
        let (upright, flat) = (turned(short, long), turned(long, short));
        if fitting(picture, upright.room) > fitting(picture, flat.room) { upright } else { flat }
    }
}

/// Points for each pixel of a picture that fills the room; a small one is not blown up beyond the size of its labels.
fn fitting(picture: (f64, f64), room: (f64, f64)) -> f64 {
    (room.0 / picture.0.max(1.0)).min(room.1 / picture.1.max(1.0)).min(0.85)
}

/// How a picture that is too small on one page is shown in parts.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Parts {
    columns: usize,
    rows: usize,
    /// Points for each pixel.
    scale: f64,
}

/// The parts of a picture, `None` where the first page can be read.
fn parts(picture: (f64, f64), whole: f64, part: (f64, f64)) -> Option<Parts> {
    if whole * SMALLEST >= POINTS_MIN - 0.05 {
        return None;
    }
    let count = |length: f64, room: f64, scale: f64| {
        let more = (length * scale - room).max(0.0) / (room - OVERLAP).max(1.0);
        1 + more.ceil() as usize
    };
    let mut scale = POINTS_MIN / SMALLEST;
    loop {
        let (columns, rows) = (count(picture.0, part.0, scale), count(picture.1, part.1, scale));
        if columns * rows <= PARTS_MAX || scale <= whole {
            // As large as that many parts have room for.
            let fill =
                |length: f64, room: f64, parts: usize| (room + (parts - 1) as f64 * (room - OVERLAP)) / length.max(1.0);
            let widest = fill(picture.0, part.0, columns).min(fill(picture.1, part.1, rows));
            return Some(Parts { columns, rows, scale: scale.max(widest.min(0.85)) });
        }
        scale *= 0.93;
    }
}

fn set(view: &GraphView, graph: &Bare, paper: &Turned, sheet: &Sheet) -> Result<Vec<u8>, String> {
    // At half a point per pixel the legend's words have the size of small print.
    let legend = legend_alone(view, (paper.width - 2.0 * MARGIN) / LEGEND_SCALE);
    let legend_height = if look::legend(view).is_empty() { 0.0 } else { legend.size.1 * LEGEND_SCALE };
    let whole = fitting(graph.size, (paper.room.0, (paper.room.1 - legend_height).max(100.0)));
    let parts = parts(graph.size, whole, paper.part);
    let pages: Vec<serde_json::Value> = match parts {
        None => Vec::new(),
        Some(Parts { columns, rows, scale }) => (0..rows)
            .flat_map(|row| (0..columns).map(move |column| (column, row)))
            .map(|(column, row)| {
                let shift = |at: usize, count: usize, length: f64, room: f64| {
                    let over = (length * scale - room).max(0.0);
                    if count < 2 { 0.0 } else { over * at as f64 / (count - 1) as f64 }
                };
                json!({
                    "x": round(shift(column, columns, graph.size.0, paper.part.0)),
                    "y": round(shift(row, rows, graph.size.1, paper.part.1)),
                    "place": format!("row {} of {rows}, column {} of {columns}", row + 1, column + 1),
                })
            })
            .collect(),
    };
    let title = if view.title.trim().is_empty() { format!("Ring {}", view.id) } else { view.title.clone() };
    let mut notes: Vec<String> = Vec::new();
    if let Some(left_out) = &view.left_out {
        notes.push(format!("Summarised: {}", clean(left_out)));
    }
    notes.extend(view.notes.iter().map(|note| clean(note)));
    notes.extend(Some(look::unlabeled(view)).filter(|said| !said.is_empty()));
    if let Some(parts) = parts {
        let small = if parts.scale * SMALLEST < POINTS_MIN - 0.05 { ", below the size of easy reading" } else { "" };
        notes.push(format!(
            "The picture is shown again in {} on the following pages{small}.",
            count(pages.len(), "part")
        ));
    }
    let data = json!({
        "title": clean(&title),
        "facts": look::facts(view),
        "reason": clean(&view.reason),
        "notes": notes,
        "footer": look::FOOTER,
        "width": round(paper.width),
        "height": round(paper.height),
        "margin": MARGIN,
        "graph_width": round(graph.size.0 * whole),
        "has_legend": legend_height > 0.0,
        "part_width": round(paper.part.0),
        "part_height": round(paper.part.1),
        "part_scale": parts.map_or(0.0, |parts| round(graph.size.0 * parts.scale)),
        "parts": pages,
        "fallback": sheet.fonts.named_families(),
    });
    let job = Job {
        template: TEMPLATE,
        files: vec![
            ("sheet.json", data.to_string().into_bytes()),
            ("graph.svg", graph.svg.clone().into_bytes()),
            ("legend.svg", legend.svg.into_bytes()),
        ],
        fonts: &sheet.fonts,
    };
    pdf(job)
}

const LEGEND_SCALE: f64 = 0.68;

fn count(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A length that is written the same way everywhere.
fn round(points: f64) -> f64 {
    if points.is_finite() { (points * 100.0).round() / 100.0 } else { 0.0 }
}

const TEMPLATE: &str = r##"
#let sheet = json("sheet.json")
#set document(title: sheet.title, date: none)
#set text(font: ("Noto Sans", ..sheet.fallback), size: 8pt, fill: rgb("#111111"), lang: "en", region: "us", dir: ltr)
#set par(leading: 0.45em, spacing: 0.55em)
#set page(
  width: sheet.width * 1pt,
  height: sheet.height * 1pt,
  margin: sheet.margin * 1pt,
  footer-descent: 12pt,
  footer: context [
    #set text(size: 7pt, fill: rgb("#444444"))
    #emph(sheet.footer) #h(1fr) page #counter(page).display() of #counter(page).final().first()
  ],
)
#text(size: 13pt, weight: "bold", sheet.title)

#text(size: 7.5pt, fill: rgb("#444444"), sheet.facts)

#if sheet.reason != "" [#par(sheet.reason)]
#for note in sheet.notes [#par(text(size: 7pt, fill: rgb("#444444"), note))]
#v(1fr)
#align(center, image("graph.svg", width: sheet.graph_width * 1pt, alt: sheet.facts))
#v(1fr)
#if sheet.has_legend { image("legend.svg", width: 100%, alt: "legend") }
#for part in sheet.parts {
  pagebreak()
  [#text(size: 9pt, weight: "bold", sheet.title) #h(1fr) #text(size: 7.5pt, fill: rgb("#444444"), part.place)]
  parbreak()
  text(size: 6.5pt, fill: rgb("#444444"), sheet.facts)
  parbreak()
  box(
    width: sheet.part_width * 1pt,
    height: sheet.part_height * 1pt - 4pt,
    clip: true,
    place(top + left, dx: -part.x * 1pt, dy: -part.y * 1pt, image("graph.svg", width: sheet.part_scale * 1pt, alt: part.place)),
  )
}
"##;

#[cfg(test)]
mod tests {
    use super::super::summary::farm;
    use super::super::view::standard_view;
    use super::*;

    fn pages(pdf: &[u8]) -> usize {
        let text = String::from_utf8_lossy(pdf);
        text.matches("/Type/Page/").count()
            + text.matches("/Type/Page\n").count()
            + text.matches("/Type /Page\n").count()
    }

    #[test]
    fn a_small_picture_takes_one_page_and_a_large_one_is_shown_in_parts() {
        for paper in [Paper::A4, Paper::Letter] {
            let sheet = Sheet { paper, ..Sheet::default() };
            let small = Pdf.draw(&standard_view(), &sheet).expect("drawn");
            assert!(small.starts_with(b"%PDF-"));
            assert_eq!(pages(&small), 1);
            let large = Pdf.draw(&farm(60, 6), &sheet).expect("drawn");
            assert!((2..=1 + PARTS_MAX).contains(&pages(&large)), "{}", pages(&large));
        }
        assert!(Pdf.draw(&GraphView::default(), &Sheet::default()).is_ok());
    }

    #[test]
    fn parts_cover_the_picture_at_a_size_that_can_be_read() {
        let room = (700.0, 480.0);
        assert_eq!(parts((900.0, 500.0), 0.7, room), None);
        for picture in [(1500.0, 400.0), (2400.0, 1300.0), (500.0, 4000.0)] {
            let Parts { columns, rows, scale } = parts(picture, 0.3, room).expect("parts");
            assert!(columns * rows <= PARTS_MAX && scale * SMALLEST >= POINTS_MIN - 0.05, "{picture:?} {scale}");
            let covered = |room: f64, count: usize| room + (count - 1) as f64 * (room - OVERLAP);
            assert!(covered(room.0, columns) + 0.01 >= picture.0 * scale, "{picture:?}");
            assert!(covered(room.1, rows) + 0.01 >= picture.1 * scale, "{picture:?}");
        }
        // So large that it has to come out smaller, but never smaller than on the first page.
        let huge = parts((40_000.0, 30_000.0), 0.017, room).expect("parts");
        assert!(huge.columns * huge.rows <= PARTS_MAX && huge.scale > 0.017);
    }

    #[test]
    fn paper_is_turned_the_way_that_gives_the_picture_more_room() {
        assert!(Turned::of(Paper::A4, (1600.0, 600.0), 80.0).width > 800.0);
        assert!(Turned::of(Paper::A4, (600.0, 1600.0), 80.0).width < 600.0);
        assert_eq!(Turned::of(Paper::Letter, (600.0, 1600.0), 80.0).width, 612.0);
    }
}
