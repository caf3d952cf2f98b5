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
pub mod csv_text;
pub mod dot;
pub mod export;
pub mod fonts;
pub mod layout;
pub mod look;
pub mod packet;
pub mod plot;
pub mod raster;
pub mod redact;
pub mod route;
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
    /// The picture. A view with faults (edges to nowhere, any text at all) still gives a sound one; an error is a fault of
    /// the program or of a font.
    fn draw(&self, view: &GraphView, sheet: &Sheet) -> Result<Vec<u8>, String>;
}

/// Every format of drawings, in the order of the reference.
pub static DRAWINGS: &[&dyn Drawing] = &[&svg::Svg, &dot::Dot];

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
        for format in DRAWINGS {
            assert!(text(*format, &GraphView::default()).contains(look::FOOTER), "{}", format.name());
            let view = standard_view();
            assert_eq!(text(*format, &view), text(*format, &view));
            for label in ["Dana Whitfield", "김하나", "R-0007", "3f9a1c20b7de", look::FOOTER] {
                assert!(text(*format, &view).contains(label), "{label} in {}", format.name());
            }
        }
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
        for format in DRAWINGS {
            let document = text(*format, &view);
            assert!(document.contains("left out"), "{}", format.name());
        }
    }
}
