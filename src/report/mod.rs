//! What people look at and hand over: neutral values in, many formats out.
//!
//! **Two registries.** A drawing ([`DRAWINGS`]) makes one picture of a [`GraphView`]; an export ([`EXPORTERS`]) makes one or more
//! files of [`CaseFile`]s. A format is one file here with one type, and one line in its registry. The command line, the
//! packet and the tests of redaction and escaping go by these lists, so a new format is offered, and held to the same
//! promises, as soon as it stands there. The page of a run (`html`) and the packet (`packet`) are made of the same values.
//!
//! The order is always redact, summarise, render: [`redact`] changes every text before anything is rendered, so that
//! labels, tooltips, ids, names of files and comments cannot differ in what they give away. What renders writes no file,
//! reads no clock and gives the same bytes for the same value.

pub mod case_file;
pub mod dot;
pub mod export;
pub mod fonts;
pub mod html;
pub mod layout;
pub mod look;
pub mod packet;
pub mod pdf;
pub mod plot;
pub mod png;
pub mod raster;
pub mod redact;
pub mod route;
pub mod run_file;
mod scene;
pub mod shown;
pub mod summary;
pub mod svg;
pub mod text;
pub mod typeset;
pub mod view;

use case_file::CaseFile;
use fonts::Fonts;
use redact::{Pseudonyms, Redaction};
use view::GraphView;

/// The paper that a picture is put on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paper {
    /// 210 by 297 mm.
    #[default]
    A4,
    /// 8.5 by 11 inches.
    Letter,
}

/// What a picture needs beside what it shows.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// For formats that are paged.
    pub paper: Paper,
    /// For formats that carry or draw their letters.
    pub fonts: Fonts,
}

/// A format that a part of the identity graph can be drawn in.
pub trait Drawing: Sync {
    /// The name on the command line, and the file extension without the dot.
    fn name(&self) -> &'static str;
    /// One line for the reference.
    fn doc(&self) -> &'static str;
    /// Whether what it gives is UTF-8 text, that may go to a terminal.
    fn is_text(&self) -> bool {
        true
    }
    /// The picture. A view with faults (edges to nowhere, any text at all) still gives a sound one; an error is a fault of
    /// the program or of a font.
    fn draw(&self, view: &GraphView, sheet: &Sheet) -> Result<Vec<u8>, String>;
}

/// Every format of drawings, in the order of the reference.
pub static DRAWINGS: &[&dyn Drawing] = &[&svg::Svg, &dot::Dot, &png::Png, &pdf::Pdf];

/// The drawing with that name.
pub fn drawing(name: &str) -> Option<&'static dyn Drawing> {
    DRAWINGS.iter().copied().find(|drawing| drawing.name() == name)
}

/// One file of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name, made by the program alone.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// A format that cases can be exported to other tools in.
pub trait Exporter: Sync {
    /// The name on the command line.
    fn name(&self) -> &'static str;
    /// One line for the reference.
    fn doc(&self) -> &'static str;
    /// The files, at least one. Cases are redacted already.
    fn export(&self, cases: &[CaseFile]) -> Result<Vec<Part>, String>;
}

/// Every format of exports, in the order of the reference.
pub static EXPORTERS: &[&dyn Exporter] = &[
    &export::graphml::GraphMl,
    &export::gexf::Gexf,
    &export::stix::Stix { tlp: export::stix::Tlp::AmberStrict },
    &export::ftm::Ftm,
    &export::neo4j::Neo4j,
    &export::i2::I2,
    &export::csv::Csv,
    &export::parquet::Parquet,
];

/// The export with that name.
pub fn exporter(name: &str) -> Option<&'static dyn Exporter> {
    EXPORTERS.iter().copied().find(|exporter| exporter.name() == name)
}

/// The view as a reader of that mode may see it, with at most `max_vertices` vertices, and what stands behind the
/// pseudonyms. The one right order: what a summary writes is composed of texts that are redacted already.
pub fn prepare(view: &GraphView, mode: Redaction, max_vertices: usize, pseudonyms: &mut Pseudonyms) -> GraphView {
    summary::summarise(&redact::redact(view, mode, pseudonyms), max_vertices)
}

/// No exporter draws more vertices than this; a larger view is summarised to it first and says so. Layout takes time
/// with the square of it, and nobody reads more.
pub const VERTICES_DRAWN_MAX: usize = 300;

#[cfg(test)]
mod tests {
    use super::view::{GraphView, standard_view};
    use super::*;

    fn texts() -> impl Iterator<Item = &'static dyn Drawing> {
        DRAWINGS.iter().copied().filter(|format| format.is_text())
    }

    /// A picture as text; of formats that are none, whatever of it is.
    fn text(format: &dyn Drawing, view: &GraphView) -> String {
        String::from_utf8_lossy(&format.draw(view, &Sheet::default()).expect("drawn")).into_owned()
    }

    #[test]
    fn every_format_is_found_by_its_name_and_documented() {
        for format in DRAWINGS {
            assert_eq!(drawing(format.name()).map(|found| found.name()), Some(format.name()));
            assert!(format.doc().ends_with('.'));
        }
        for format in EXPORTERS {
            assert_eq!(exporter(format.name()).map(|found| found.name()), Some(format.name()));
            assert!(format.doc().ends_with('.'));
        }
        assert!(drawing("doc").is_none() && exporter("doc").is_none());
    }

    #[test]
    fn every_format_takes_an_empty_view_and_gives_the_same_bytes_twice() {
        let view = standard_view();
        for format in DRAWINGS {
            let drawn = |view: &GraphView| format.draw(view, &Sheet::default()).expect("drawn");
            assert!(!drawn(&GraphView::default()).is_empty(), "{}", format.name());
            assert!(drawn(&view) == drawn(&view), "{} differs", format.name());
        }
        for format in texts() {
            assert!(text(format, &GraphView::default()).contains(look::FOOTER), "{}", format.name());
            for label in ["Dana Whitfield", "김하나", "R-0007", "3f9a1c20b7de", look::FOOTER] {
                assert!(text(format, &view).contains(label), "{label} in {}", format.name());
            }
        }
    }

    #[test]
    fn letters_that_no_font_has_are_told_on_sheets_that_draw_them_and_only_there() {
        let view = standard_view();
        let noted = look::noted(&view, &Fonts::default());
        assert_eq!(
            noted.notes,
            ["3 characters have no glyph in the fonts at hand; name a font that has them with --font."]
        );
        assert_eq!(look::noted(&noted, &Fonts::default()), noted, "told once");
        assert!(text(&svg::Svg, &noted).contains("3 characters have no glyph"));
        assert!(!text(&svg::Svg, &view).contains("no glyph"));
    }

    #[test]
    fn a_summary_of_a_redacted_view_shows_nothing_raw() {
        let farm = summary::farm(200, 20);
        for mode in [Redaction::External, Redaction::Structure] {
            let shown = prepare(&farm, mode, 40, &mut Pseudonyms::default());
            assert!(shown.vertices.len() <= 40);
            for format in DRAWINGS {
                let document = text(*format, &shown);
                for vertex in &farm.vertices {
                    assert!(!document.contains(&vertex.label), "{} in {}", vertex.label, format.name());
                    assert!(!vertex.detail.iter().any(|line| line.len() > 6 && document.contains(line)));
                }
            }
        }
    }

    #[test]
    fn every_format_bounds_what_it_draws_and_says_so() {
        let view = summary::farm(400, 20);
        assert!(view.vertices.len() > VERTICES_DRAWN_MAX);
        for format in texts() {
            let document = text(format, &view);
            assert!(document.contains("left out"), "{}", format.name());
        }
    }

    /// Ends of the links in a picture, by the classes of its elements.
    fn drawn_in_svg(document: &str) -> Vec<(usize, usize)> {
        let ends = document.split("<g class=\"edge e").skip(1).filter_map(|rest| {
            let mut classes = rest.split_once('"')?.0.split(' ').skip(1);
            let mut end = || classes.next()?.strip_prefix('v')?.parse::<usize>().ok();
            Some((end()?, end()?))
        });
        let mut ends: Vec<(usize, usize)> = ends.map(|(a, b)| (a.min(b), a.max(b))).collect();
        ends.sort_unstable();
        ends
    }

    /// The same in a DOT document, read back by a parser; the legend's samples are none.
    fn drawn_in_dot(document: &str) -> Vec<(usize, usize)> {
        use graphviz_rust::dot_structures::{Edge, EdgeTy, Graph, Id, NodeId, Stmt, Vertex};
        let Graph::Graph { stmts, .. } = graphviz_rust::parse(document).expect("a graph") else { panic!("directed") };
        let number = |vertex: &Vertex| -> Option<usize> {
            let Vertex::N(NodeId(Id::Escaped(name), None)) = vertex else { return None };
            name.trim_matches('"').strip_prefix('v')?.parse().ok()
        };
        let edges = stmts.iter().filter_map(|stmt| match stmt {
            Stmt::Edge(Edge { ty: EdgeTy::Pair(a, b), .. }) => Some((number(a)?, number(b)?)),
            _ => None,
        });
        let mut ends: Vec<(usize, usize)> = edges.map(|(a, b)| (a.min(b), a.max(b))).collect();
        ends.sort_unstable();
        ends
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(32))]

        /// Nothing is lost and nothing is made up: what is drawn are the view's links, and what a summary put into others is
        /// counted there or told.
        #[test]
        fn drawn_links_are_the_links_of_the_view_but_for_what_the_summary_tells(
            view in super::view::any_view(),
            max in 4usize..60,
        ) {
            let small = summary::summarise(&view, max);
            let mut expected: Vec<(usize, usize)> =
                small.links().map(|(_, edge)| (edge.from.min(edge.to), edge.from.max(edge.to))).collect();
            expected.sort_unstable();
            proptest::prop_assert_eq!(&drawn_in_svg(&text(&svg::Svg, &small)), &expected);
            proptest::prop_assert_eq!(&drawn_in_dot(&text(&dot::Dot, &small)), &expected);
            proptest::prop_assert_eq!(summary::links_told(&small), view.links().count());
            proptest::prop_assert!(small.left_out.is_some() || expected.len() == view.links().count(), "drawn whole");
        }
    }
}
