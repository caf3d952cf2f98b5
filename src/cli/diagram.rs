//! `samehand diagram THING [THING]`: a part of the identity graph as a picture, on stdout or into a file.

use super::documents::{Redact, Typeset};
use super::error::CliError;
use super::graphviz::{self, LAYOUTS};
use super::show::not_found;
use super::{Global, ui};
use crate::case::file::RunNamed;
use crate::case::find::{Thing, find};
use crate::case::{Case, explain, file, view};
use crate::report::redact::{Pseudonyms, Redaction, redact, redact_case};
use crate::report::svg::Bare;
use crate::report::view::GraphView;
use crate::report::{DRAWINGS, Drawing, Sheet, dot, drawing, look, pdf, png, raster, summary};
use crate::store::{mapping, text_file};
use clap::Args;
use clap::builder::PossibleValuesParser;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Hops that are looked around where nothing else is asked for.
const HOPS: usize = 1;
/// No neighborhood is wider: by then it is the ring, or half the company.
const HOPS_MAX: i64 = 6;

#[derive(Args, Debug)]
pub struct Diagram {
    /// A ring or its rank, an operator cluster, a place, network or device that serves several, or anything in the run.
    thing: String,
    /// A second thing: the paths between the two are drawn.
    other: Option<String>,
    /// Format of the drawing; without it the extension of --to decides, and SVG where there is none.
    #[arg(short, long, value_parser = PossibleValuesParser::new(DRAWINGS.iter().map(|drawing| drawing.name())))]
    format: Option<String>,
    /// Draw what lies around the thing, over so many hops of shared evidence, and not its ring.
    #[arg(long, value_name = "N", conflicts_with = "other", value_parser = clap::value_parser!(u8).range(0..=HOPS_MAX))]
    hops: Option<u8>,
    /// Have an installed Graphviz lay the picture out.
    #[arg(long, value_name = "ENGINE", value_parser = PossibleValuesParser::new(LAYOUTS))]
    layout: Option<String>,
    /// How much is shown.
    #[arg(long, value_enum, default_value_t = Redact::Internal)]
    redact: Redact,
    #[command(flatten)]
    typeset: Typeset,
    /// Write to this file instead of stdout.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

impl Diagram {
    pub fn run(&self, global: &Global) -> Result<ExitCode, CliError> {
        let drawing = self.drawing()?;
        if !drawing.is_text() && self.to.is_none() {
            let hint = format!("give --to FILE.{0}, or -f svg", drawing.name());
            if global.json {
                return Err(CliError::message(format!("--json carries text, and {} is none", drawing.name()), hint));
            }
            if std::io::stdout().is_terminal() {
                return Err(CliError::message(format!("{} is no text for a terminal", drawing.name()), hint));
            }
        }
        if let Some(folder) = self.to.as_ref().and_then(|path| path.parent())
            && !folder.as_os_str().is_empty()
            && !folder.is_dir()
        {
            let fault = format!("cannot write to {}: there is no such folder", folder.display());
            return Err(CliError::message(fault, "make the folder first, or name another one with --to"));
        }
        let sheet = self.typeset.sheet()?;
        let (case, key) = global.open_part()?;
        let settings = global.settings();
        let found = |typed: &str| -> Result<Vec<Thing>, CliError> {
            let things = find(&case, typed, &settings.default_region, key.as_ref());
            case.check()?;
            if things.is_empty() { Err(not_found(typed)) } else { Ok(things) }
        };
        let run = global.run_named()?;
        let mode = self.redact.mode();
        let asked = match (&self.other, self.hops, view::operator_id(&case, &self.thing)) {
            (Some(other), _, _) => between(&case, &found(&self.thing)?, &found(other)?)?,
            (None, Some(hops), _) => around(&case, &found(&self.thing)?, usize::from(hops), &self.thing)?,
            (None, None, Some(operator)) => {
                let operator = operator.to_string();
                let mut records = case.records.having(&[&operator]).map(|(_, record)| record);
                let member = records.find(|record| record.operator == operator);
                let ring = member.map(|record| record.ring.clone()).filter(|ring| !ring.is_empty());
                let view = view::operator(&case, &operator).ok_or_else(|| not_found(&self.thing))?;
                Asked::Part { view: Box::new(view), ring }
            }
            (None, None, None) => self.best(&case, &found(&self.thing)?)?,
        };
        let shown = match asked {
            Asked::Case(thing) => match global.case_file(&case, &thing, mode, &run)? {
                Some((file, _)) => file.graph,
                None => return Err(not_found(&self.thing)),
            },
            Asked::Part { view, ring } => redacted(global, &case, *view, ring, mode, &run)?,
        };
        case.check()?;
        let view = summary::summarise(&shown, settings.bounds.diagram_vertices);
        let missing = look::missing_words(look::glyphs_missing(&view, &sheet.fonts));
        if !drawing.is_text() && !missing.is_empty() {
            ui::say(&format!("note: {missing}"));
        }
        let picture = match &self.layout {
            Some(engine) => laid_out(drawing, &view, &sheet, engine)?,
            None => drawing.draw(&view, &sheet).map_err(|fault| CliError::message(fault, "try another --format"))?,
        };
        match &self.to {
            Some(path) => {
                text_file::write(path, picture, true)?;
                ui::say(&format!("{}", path.display()));
            }
            None if global.json => {
                let text = String::from_utf8_lossy(&picture);
                let subject = if view.subject.is_empty() { "ring" } else { &view.subject };
                let id = json!({ "ring_id": view.id, "subject": subject, "format": drawing.name(), "text": text });
                ui::print_json(&id)?;
            }
            None if drawing.is_text() => ui::print(&String::from_utf8_lossy(&picture))?,
            None => {
                let mut out = std::io::stdout().lock();
                out.write_all(&picture)?;
                out.flush()?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    /// The format that was named, by itself or by the file to write.
    fn drawing(&self) -> Result<&'static dyn Drawing, CliError> {
        let names: Vec<&str> = DRAWINGS.iter().map(|drawing| drawing.name()).collect();
        let extension =
            self.to.as_ref().and_then(|path| path.extension()).map(|end| end.to_string_lossy().to_lowercase());
        let name = match (&self.format, extension) {
            (Some(format), _) => format.clone(),
            (None, None) => "svg".to_string(),
            (None, Some(extension)) => extension,
        };
        drawing(&name).ok_or_else(|| {
            CliError::message(format!("{name:?} is no format of drawings"), format!("one of: {}", names.join(", ")))
        })
    }

    /// What a reader most likely means by a thing alone: a case, a site that serves several, the ring that it lies in, or
    /// what lies around it.
    fn best(&self, case: &Case, things: &[Thing]) -> Result<Asked, CliError> {
        for thing in things {
            if matches!(thing, Thing::Ring(_) | Thing::Case(_) | Thing::SetAside(_)) {
                return Ok(Asked::Case(thing.clone()));
            }
            let serves = |view: &GraphView| view.vertices.iter().filter(|vertex| vertex.shape.is_person()).count() > 1;
            if let Some(view) = view::site(case, thing).filter(serves) {
                let ring = view::ring_of(case, thing);
                if let Some(ring) = &ring {
                    ui::say(&format!("drawn: the site; the ring that it lies in is {ring}"));
                }
                return Ok(Asked::Part { view: Box::new(view), ring });
            }
            if let Some(ring) = view::ring_of(case, thing) {
                return Ok(Asked::Case(Thing::Ring(ring)));
            }
        }
        ui::say("it lies in no ring; drawn: what is around it");
        around(case, things, HOPS, &self.thing)
    }
}

/// What is to be drawn.
enum Asked {
    /// A case as a whole.
    Case(Thing),
    /// Another part of the graph, and the ring whose pseudonyms it shares.
    Part { view: Box<GraphView>, ring: Option<String> },
}

fn around(case: &Case, things: &[Thing], hops: usize, typed: &str) -> Result<Asked, CliError> {
    let found = things.iter().find_map(|thing| Some((thing, view::neighborhood(case, thing, hops)?)));
    let Some((thing, view)) = found else {
        return Err(CliError::message(
            format!("{typed:?} is in this run, but no persona has to do with it"),
            "`samehand show` says what is known of it",
        ));
    };
    Ok(Asked::Part { view: Box::new(view), ring: view::ring_of(case, thing) })
}

fn between(case: &Case, left: &[Thing], right: &[Thing]) -> Result<Asked, CliError> {
    let (Some(a), Some(b)) = (left.first(), right.first()) else { return Err(not_found("")) };
    let Some(view) = view::path(case, a, b) else {
        return Err(CliError::message(
            format!("{} and {} are not connected", explain::name(case, a), explain::name(case, b)),
            "`samehand explain` with the same two says why not",
        ));
    };
    Ok(Asked::Part { view: Box::new(view), ring: view::ring_of(case, a).or_else(|| view::ring_of(case, b)) })
}

/// A part of the graph as that mode shows it. Where it lies in a ring, that ring's file is redacted first, so that a persona
/// has the same pseudonym in both. In *external* the mapping is kept in the output folder.
fn redacted(
    global: &Global,
    case: &Case,
    mut view: GraphView,
    ring: Option<String>,
    mode: Redaction,
    run: &RunNamed,
) -> Result<GraphView, CliError> {
    view.run_day = run.day.clone();
    let mut pseudonyms = Pseudonyms::default();
    if mode == Redaction::External
        && let Some(ring) = &ring
        && let Some(whole) = file::file(case, &Thing::Ring(ring.clone()), run)
    {
        redact_case(&whole, mode, &mut pseudonyms);
    }
    let shown = redact(&view, mode, &mut pseudonyms);
    if mode == Redaction::External {
        // A file of its own: the ring's is written with the ring's own documents. What was asked for names nobody there.
        let digest = Sha256::digest(view.title.as_bytes());
        let asked: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        let id = format!("{}-{}-{asked}", ring.as_deref().unwrap_or("no-ring"), view.subject.replace(' ', "-"));
        let rows = pseudonyms.list().iter().map(|each| (each.shown.as_str(), each.original.as_str()));
        let path = mapping::write(&global.output, &case.run_id, &id, rows)?;
        if !global.quiet {
            ui::say(&format!("what stands behind the pseudonyms: {} (not to be handed on)", path.display()));
        }
    }
    Ok(shown)
}

/// The picture as Graphviz lays it out.
fn laid_out(drawing: &dyn Drawing, view: &GraphView, sheet: &Sheet, engine: &str) -> Result<Vec<u8>, CliError> {
    let fault = |fault: String| CliError::message(fault, "leave --layout out");
    match drawing.name() {
        "dot" => Ok(dot::Dot.source(view, engine, true).into_bytes()),
        "svg" => Ok(graphviz::svg(dot::Dot.source(view, engine, true))?.into_bytes()),
        "png" => {
            let noted = look::noted(view, &sheet.fonts);
            let svg = graphviz::svg(dot::Dot.source(&noted, engine, true))?;
            raster::png(&svg, png::SCALE, &sheet.fonts).map_err(fault)
        }
        "pdf" => {
            let noted = look::noted(view, &sheet.fonts);
            let svg = graphviz::svg(dot::Dot.source(&noted, engine, false))?;
            let size = graphviz::size(&svg);
            pdf::of_picture(&noted, Bare { svg, size }, sheet).map_err(fault)
        }
        name => Err(fault(format!("--layout does not go with {name}"))),
    }
}
