//! Documents about a ring: one neutral [`view::RingView`] in, many formats out.
//!
//! **The registry.** An export format is one file here with one type that implements [`Exporter`], and one line in
//! [`EXPORTERS`]. The command line, the packet and the tests of redaction and escaping all go by that list, so a new
//! format is offered, and held to the same promises, as soon as it stands there.
//!
//! The order is always redact, summarise, render: [`redact::redact`] changes every text of the view before an exporter
//! sees it, so that labels, tooltips, ids and comments cannot differ in what they give away. Exporters write no file,
//! read no clock and give the same bytes for the same view. What comes with a run (tables, packet, HTML page) is left to
//! other files.

pub mod dot;
pub mod layout;
pub mod look;
pub mod plot;
pub mod redact;
pub mod route;
pub mod summary;
pub mod svg;
pub mod text;
pub mod view;

use redact::{Pseudonym, Redaction};
use view::RingView;

/// A format that a ring can be written in.
pub trait Exporter: Sync {
    /// The name on the command line.
    fn name(&self) -> &'static str;
    /// File extension without the dot.
    fn extension(&self) -> &'static str;
    /// One line for the reference.
    fn doc(&self) -> &'static str;
    /// The document. Never fails: a view with faults (edges to nowhere, any text at all) still gives a sound document.
    fn render(&self, view: &RingView) -> String;
}

/// Every format, in the order of the reference.
pub static EXPORTERS: &[&dyn Exporter] = &[&dot::Dot, &svg::Svg];

/// The format with that name.
pub fn exporter(name: &str) -> Option<&'static dyn Exporter> {
    EXPORTERS.iter().copied().find(|exporter| exporter.name() == name)
}

/// The view as a reader of that mode may see it, with at most `max_vertices` vertices, and what stands behind the
/// pseudonyms. The one right order: what a summary writes is composed of texts that are redacted already.
pub fn prepare(view: &RingView, mode: Redaction, max_vertices: usize) -> (RingView, Vec<Pseudonym>) {
    let (shown, pseudonyms) = redact::redact(view, mode);
    (summary::summarise(&shown, max_vertices), pseudonyms)
}

/// No exporter draws more vertices than this; a larger view is summarised to it first and says so. Layout takes time
/// with the square of it, and nobody reads more.
pub const VERTICES_DRAWN_MAX: usize = 300;

#[cfg(test)]
mod tests {
    use super::view::{RingView, standard_view};
    use super::*;

    #[test]
    fn every_format_is_found_by_its_name_and_documented() {
        for format in EXPORTERS {
            assert_eq!(exporter(format.name()).map(|found| found.name()), Some(format.name()));
            assert!(!format.extension().is_empty() && format.doc().ends_with('.'));
        }
        assert!(exporter("doc").is_none());
    }

    #[test]
    fn every_format_takes_an_empty_view_and_gives_the_same_bytes_twice() {
        for format in EXPORTERS {
            assert!(format.render(&RingView::default()).contains(look::FOOTER), "{}", format.name());
            let view = standard_view();
            assert_eq!(format.render(&view), format.render(&view));
            for label in ["Dana Whitfield", "김하나", "R-0007", "3f9a1c20b7de", look::FOOTER] {
                assert!(format.render(&view).contains(label), "{label} in {}", format.name());
            }
        }
    }

    #[test]
    fn a_summary_of_a_redacted_view_shows_nothing_raw() {
        let farm = summary::farm(200, 20);
        for mode in [Redaction::External, Redaction::Structure] {
            let (shown, _) = prepare(&farm, mode, 40);
            assert!(shown.vertices.len() <= 40);
            for format in EXPORTERS {
                let document = format.render(&shown);
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
        for format in EXPORTERS {
            let document = format.render(&view);
            assert!(document.contains("left out"), "{}", format.name());
        }
    }
}
