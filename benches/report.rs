//! How long what people look at takes to make: `cargo bench --bench report`.
//!
//! Medians of five times: the page of the demo's run from its run folder, redacted and written into memory; the diagram of
//! a ring of 300 vertices; the page of a run of 500 rings, of which the last has 300 vertices. Each line also gives the
//! size. `SAMEHAND_PAGE=FILE` keeps the page of 500 rings for a look.

use samehand::case::Case;
use samehand::case::file::RunNamed;
use samehand::case::run_file::run_file;
use samehand::config;
use samehand::ingest;
use samehand::model::value::{EvidenceFamily, IdentifierKind};
use samehand::pipeline::progress::{Progress, Quiet};
use samehand::pipeline::publish;
use samehand::report::case_file::{CaseFile, LinkTerm, Member, PersonaLink};
use samehand::report::html;
use samehand::report::redact::Redaction;
use samehand::report::run_file::{CaseRow, Detail, RunFile, redact_run};
use samehand::report::shown::Shown;
use samehand::report::svg::Svg;
use samehand::report::view::{Edge, EdgeStyle, GraphView, Vertex, VertexShape, value_key};
use samehand::store::folder::OutputRoot;
use samehand::store::key::Key;
use std::path::Path;
use std::time::Instant;

const TIMES: usize = 5;

fn main() {
    demo();
    let large = ring(0, 150, 150);
    timed("diagram (SVG) of a ring of 300 vertices", || Svg.render(&large.graph).into_bytes());
    let run = run_of(500);
    let page =
        timed("page of a run of 500 rings", || html::page(&redact_run(&run, Redaction::Internal).0).into_bytes());
    if let Some(path) = std::env::var_os("SAMEHAND_PAGE") {
        std::fs::write(path, page).expect("written");
    }
}

/// Says how long it takes, and how much it makes.
fn timed(what: &str, make: impl Fn() -> Vec<u8>) -> Vec<u8> {
    let mut times = Vec::new();
    let mut made = Vec::new();
    for _ in 0..TIMES {
        let begun = Instant::now();
        made = make();
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    println!("{what}: {:.0} ms, {:.2} MB", times[TIMES / 2], made.len() as f64 / 1e6);
    made
}

fn demo() {
    let output = tempfile::tempdir().expect("a temporary folder");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/demo/samehand.toml");
    let Ok((config, noted)) = config::load(&file, &ingest::header) else { panic!("the demo's config is sound") };
    let root = OutputRoot::open(output.path()).expect("opened");
    let (key, _) = Key::open_or_create(None, root.path()).expect("a key");
    let Ok(published) = publish::run(&config, noted, &root, &key, &mut Progress::new(&Quiet)) else {
        panic!("the demo runs")
    };
    let paths = published.folder.paths();
    timed("page of the demo's run, from its run folder", || {
        let case = Case::open(published.folder.run_id(), paths).expect("opened");
        let manifest = published.folder.manifest().expect("read");
        let rejects = paths.read_rejects().expect("read");
        let run = run_file(&case, &manifest, rejects, &RunNamed::default(), publish::CASES_IN_FULL);
        html::page(&redact_run(&run, Redaction::Internal).0).into_bytes()
    });
}

/// An invented ring: a circle of personas, each with a value that it shares with the next, every fifth also with one
/// farther on.
fn ring(number: usize, personas: usize, values: usize) -> CaseFile {
    let id = format!("R-{number:010x}");
    let mut graph = GraphView {
        run_id: "3f9a1c20b7de".into(),
        id: id.clone(),
        rank: number + 1,
        level: "review".into(),
        weight_bits: 20.0,
        families: vec![EvidenceFamily::Contact, EvidenceFamily::Place],
        title: format!("Ring {id}"),
        reason: format!("{personas} invented people who share phones"),
        ..GraphView::default()
    };
    let mut file = CaseFile {
        run_id: graph.run_id.clone(),
        id,
        rank: number as u32 + 1,
        level: graph.level.clone(),
        weight_bits: 20.0,
        families: graph.families.clone(),
        reason: Shown::prose(&graph.reason),
        ..CaseFile::default()
    };
    for at in 0..personas {
        let (persona, name) = (format!("P-{number:05x}{at:05x}"), format!("Person {at} of {number}"));
        graph.vertices.push(Vertex::new(VertexShape::Person, &name).key(&persona).detail(format!("applicants:{at}")));
        let (id, name) = (Shown::persona(&persona, &persona), Shown::persona(&persona, &name));
        file.members.push(Member { persona: id, name, ..Member::default() });
    }
    for at in 0..values {
        let phone = format!("+1202555{:04}", at % 10_000);
        let shape = if at % 10 == 0 { VertexShape::Site } else { VertexShape::Value(IdentifierKind::Phone) };
        graph.vertices.push(Vertex::new(shape, &phone).key(value_key(IdentifierKind::Phone, &phone)));
        let (left, right) = (at % personas, (at + 1) % personas);
        if left == right {
            continue;
        }
        let bits = 4.0 + (at % 17) as f64;
        let further = (at % 5 == 0).then_some((at + 7) % personas);
        for person in [left, right].into_iter().chain(further) {
            let edge = Edge::new(person, personas + at, EdgeStyle::Shared, "same phone", bits);
            graph.edges.push(edge.detail(format!("applicants.csv row {person} [Phone]")));
        }
        let value = Shown::value(IdentifierKind::Phone, &phone);
        let term = LinkTerm {
            kind: "phone".into(),
            family: "contact".into(),
            how: "same".into(),
            left: value.clone(),
            right: value,
            holders: 2,
            bits,
            counted: bits,
            left_cells: vec![Shown::cell(format!("applicants.csv row {left} [Phone]"))],
            right_cells: vec![Shown::cell(format!("applicants.csv row {right} [Phone]"))],
            ..LinkTerm::default()
        };
        file.links.push(PersonaLink { left, right, bits: Some(bits), terms: vec![term], ..PersonaLink::default() });
    }
    graph.mark_cuts();
    file.graph = graph;
    file
}

fn run_of(rings: usize) -> RunFile {
    let mut run = RunFile { run_id: "3f9a1c20b7de".into(), ..RunFile::default() };
    for number in 0..rings {
        let file = if number + 1 == rings { ring(number, 150, 150) } else { ring(number, 6 + number % 9, 12) };
        run.rows.push(CaseRow {
            id: file.id.clone(),
            rank: file.rank,
            level: file.level.clone(),
            weight_bits: Some(file.weight_bits),
            families: file.families.clone(),
            personas: file.members.len() as u32,
            reason: file.reason.clone(),
            names: file.members.iter().map(|member| member.name.clone()).collect(),
            search: file.members.iter().map(|member| member.persona.clone()).collect(),
            ..CaseRow::default()
        });
        run.cases.push(Detail::new(file));
    }
    run
}
