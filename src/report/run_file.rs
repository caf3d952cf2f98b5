//! A whole run as one plain value: what its page is made of.
//!
//! It stands to a run as [`CaseFile`] to a case: built from a finished run by `case::run_file`, redacted as a whole by
//! [`redact_run`], and only then rendered. Invariant: every text in which data can stand is a [`Shown`] and is reached by
//! [`RunFile::texts`], or is part of a case's own file.
//!
//! Pseudonyms count within a case, so that `P03` of a ring is the same persona in its page, its diagram and its packet.
//! Texts of the run itself are about many cases: in *external* they show no pseudonym and say the sort of a thing alone.

use super::case_file::{CaseFile, CaseKind};
use super::redact::{Masks, Pseudonyms, Redaction, hide, redact_case};
use super::shown::Shown;
use super::view::value_key;
use crate::model::value::{EvidenceFamily, IdentifierKind};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A whole run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunFile {
    pub run_id: String,
    /// Day on which the run ended, ISO, UTC; empty where no clock may show.
    pub run_day: String,
    /// Version of samehand that made the run.
    pub product_version: String,
    /// Whether it is one case's own: then there is nothing of the run beside it.
    pub single: bool,
    /// Rings, cases of one persona and groups set aside, each list in its order.
    pub rows: Vec<CaseRow>,
    /// Everything about the first of them.
    pub cases: Vec<Detail>,
    pub records: u64,
    pub personas: u64,
    /// Widely used values, of most holders first.
    pub hubs: Bounded<RunHub>,
    pub rejects: Bounded<RejectRow>,
    pub diagnostics: Bounded<DiagnosticRow>,
    pub not_run: Vec<NotRun>,
    pub bounds: Vec<BoundRow>,
    pub inputs: Vec<InputRow>,
    pub lists: Vec<ListRow>,
    /// Columns that nothing was read from.
    pub columns: Vec<ColumnRow>,
    /// Every setting by its dotted name.
    pub settings: Vec<(String, String)>,
    /// What each stage counted, by stage and name; a name may be that of a source.
    pub stages: Vec<(String, Vec<(Shown, u64)>)>,
    pub config: Shown,
    pub config_digest: String,
    /// `named`, `trained` or `built-in`.
    pub model: String,
    pub model_digest: String,
    pub model_because: Shown,
    /// What the run expects of its own result, from 0 to 1.
    pub expected_precision: Option<f64>,
    pub expected_blocking_recall: Option<f64>,
    pub redaction: Option<Redaction>,
}

/// The first entries of a list, and how many it has in all.
#[derive(Clone, Debug, PartialEq)]
pub struct Bounded<T> {
    pub first: Vec<T>,
    pub total: usize,
}

impl<T> Default for Bounded<T> {
    fn default() -> Self {
        Bounded { first: Vec::new(), total: 0 }
    }
}

impl<T> Bounded<T> {
    /// The first `most` of them.
    pub fn of(all: impl ExactSizeIterator<Item = T>, most: usize) -> Self {
        let total = all.len();
        Bounded { first: all.take(most).collect(), total }
    }
}

/// A case as a row of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CaseRow {
    pub kind: CaseKind,
    pub id: String,
    /// From 1; 0 for a group set aside.
    pub rank: u32,
    pub level: String,
    /// Absent for a group set aside.
    pub weight_bits: Option<f64>,
    pub families: Vec<EvidenceFamily>,
    pub personas: u32,
    pub operators: u32,
    pub sites: u32,
    pub records: u64,
    /// The guard that set it aside, empty for none.
    pub guard: String,
    pub reason: Shown,
    pub overrides: Shown,
    /// Of its personas, one each, in the order of their ids.
    pub names: Vec<Shown>,
    /// What a search finds it by beside these: further names, persona ids, records, values.
    pub search: Vec<Shown>,
}

/// A case in full.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Detail {
    pub file: CaseFile,
    pub ties: Ties,
}

impl Detail {
    /// A file that is not redacted yet: what ties its tables to its graph is found by the raw keys.
    pub fn new(file: CaseFile) -> Self {
        Detail { ties: Ties::of(&file), file }
    }
}

/// Which vertices and edges of a case's graph its tables speak of. Indexes alone, so that redaction need not know them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ties {
    /// The vertex of each member.
    pub members: Vec<Option<usize>>,
    /// The edges that each link is drawn by.
    pub links: Vec<Vec<usize>>,
}

impl Ties {
    fn of(file: &CaseFile) -> Ties {
        let graph = &file.graph;
        let vertices: BTreeMap<&str, usize> =
            graph.vertices.iter().enumerate().map(|(at, vertex)| (vertex.key.as_str(), at)).collect();
        let members: Vec<Option<usize>> =
            file.members.iter().map(|member| vertices.get(member.persona.text.as_str()).copied()).collect();
        let mut between: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        for (index, edge) in graph.links() {
            between.entry((edge.from.min(edge.to), edge.from.max(edge.to))).or_default().push(index);
        }
        let edges = |a: usize, b: usize| between.get(&(a.min(b), a.max(b))).cloned().unwrap_or_default();
        let links = file.links.iter().map(|link| {
            let ends = [link.left, link.right].map(|member| members.get(member).copied().flatten());
            let [Some(left), Some(right)] = ends else { return Vec::new() };
            let mut drawn = Vec::new();
            for term in &link.terms {
                let Some(kind) = IdentifierKind::from_name(&term.kind) else { continue };
                if term.how != "same" {
                    drawn.extend(edges(left, right));
                } else if let Some(&value) = vertices.get(value_key(kind, &term.left.text).as_str()) {
                    drawn.extend(edges(left, value));
                    drawn.extend(edges(right, value));
                }
            }
            drawn.sort_unstable();
            drawn.dedup();
            drawn
        });
        Ties { links: links.collect(), members }
    }
}

/// A widely used value of the run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunHub {
    /// By name.
    pub kind: String,
    pub value: Shown,
    pub holders: u32,
    pub reason: Shown,
}

/// A row or cell that could not be used.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RejectRow {
    pub source: Shown,
    pub file: Shown,
    /// From 1 without the header; 0 where there is none.
    pub row: u64,
    pub column: Shown,
    pub value: Shown,
    /// `row` or `cell`.
    pub left_out: String,
    pub reason: Shown,
}

/// A problem with input or settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DiagnosticRow {
    pub severity: String,
    pub code: String,
    pub location: Shown,
    pub message: Shown,
    pub hint: Shown,
}

/// An indicator that the run could not use.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NotRun {
    pub indicator: String,
    pub name: String,
    /// What it needs; the program's own words.
    pub needs: String,
}

/// A bound that the run reached.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BoundRow {
    pub bound: String,
    pub effect: Shown,
}

/// An input file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InputRow {
    pub source: Shown,
    pub file: Shown,
    pub rows: u64,
    pub rejected: u64,
    pub bytes: u64,
    pub sha256: String,
    pub read_as: Shown,
}

/// A list of known values: allow lists of the config, and lists that come with the program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListRow {
    /// The program's own name for it.
    pub name: String,
    /// The file, or of a built-in list its version.
    pub file: Shown,
    /// Absent for a built-in list.
    pub rows: Option<u64>,
    pub sha256: String,
}

/// A column that nothing was read from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ColumnRow {
    pub source: Shown,
    pub column: Shown,
    /// Whether it names an attribute that is refused; else it is mapped to nothing.
    pub refused: bool,
}

impl RunFile {
    /// The page of one case alone.
    pub fn of_case(row: CaseRow, detail: Detail) -> RunFile {
        let file = &detail.file;
        RunFile {
            run_id: file.run_id.clone(),
            run_day: file.run_day.clone(),
            product_version: file.product_version.clone(),
            single: true,
            rows: vec![row],
            cases: vec![detail],
            ..RunFile::default()
        }
    }

    /// Every text in which data can stand, but for those of [`RunFile::cases`].
    pub fn texts(&mut self, each: &mut dyn FnMut(&mut Shown)) {
        for row in &mut self.rows {
            each(&mut row.reason);
            each(&mut row.overrides);
            row.names.iter_mut().chain(&mut row.search).for_each(&mut *each);
        }
        for hub in &mut self.hubs.first {
            each(&mut hub.value);
            each(&mut hub.reason);
        }
        for reject in &mut self.rejects.first {
            for text in
                [&mut reject.source, &mut reject.file, &mut reject.column, &mut reject.value, &mut reject.reason]
            {
                each(text);
            }
        }
        for diagnostic in &mut self.diagnostics.first {
            for text in [&mut diagnostic.location, &mut diagnostic.message, &mut diagnostic.hint] {
                each(text);
            }
        }
        self.bounds.iter_mut().for_each(|bound| each(&mut bound.effect));
        for input in &mut self.inputs {
            for text in [&mut input.source, &mut input.file, &mut input.read_as] {
                each(text);
            }
        }
        self.lists.iter_mut().for_each(|list| each(&mut list.file));
        self.stages.iter_mut().flat_map(|(_, counts)| counts).for_each(|(name, _)| each(name));
        for column in &mut self.columns {
            each(&mut column.source);
            each(&mut column.column);
        }
        each(&mut self.config);
        each(&mut self.model_because);
    }
}

/// The run as that mode shows it, and in *external* the pseudonyms of each case by its id, in the order of
/// [`RunFile::cases`].
pub fn redact_run(run: &RunFile, mode: Redaction) -> (RunFile, Vec<(String, Pseudonyms)>) {
    let hidden = matches!(mode, Redaction::External | Redaction::Structure);
    let redacted: Vec<(Detail, Pseudonyms)> = run
        .cases
        .par_iter()
        .map(|detail| {
            let mut pseudonyms = Pseudonyms::default();
            let file = redact_case(&detail.file, mode, &mut pseudonyms);
            (Detail { file, ties: detail.ties.clone() }, pseudonyms)
        })
        .collect();
    let (cases, given): (Vec<Detail>, Vec<Pseudonyms>) = redacted.into_iter().unzip();
    let mut out = RunFile { cases, redaction: Some(mode), ..run.clone() };
    match mode {
        Redaction::Full => {}
        Redaction::Internal => {
            let masks = Masks::of(|each| out.texts(each));
            out.texts(&mut |text| masks.mask(text));
        }
        Redaction::External | Redaction::Structure => out.texts(&mut |text| hide(text, None)),
    }
    for row in out.rows.iter_mut().filter(|_| hidden) {
        row.names.clear();
        row.search.clear();
        row.reason = Shown::own(row_reason(row));
        if mode == Redaction::Structure {
            row.weight_bits = row.weight_bits.map(f64::round);
        }
    }
    let given = out.cases.iter().map(|detail| detail.file.id.clone()).zip(given).collect();
    (out, if mode == Redaction::External { given } else { Vec::new() })
}

/// What can be said of a case without data.
fn row_reason(row: &CaseRow) -> String {
    let families: Vec<&str> = row.families.iter().map(|family| family.name()).collect();
    let personas = format!("{} {}", row.personas, if row.personas == 1 { "persona" } else { "personas" });
    match families.is_empty() {
        true => format!("{personas}, {} records.", row.records),
        false => format!("{personas}, {} records; evidence of {}.", row.records, families.join(", ")),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::case_file::{LinkTerm, Member, PersonaLink};
    use super::super::view::{Edge, EdgeStyle, GraphView, Vertex, VertexShape};
    use super::*;

    /// A case of two invented people with one phone, and the run that it is the only case of. Every text that is data
    /// has the mark in it.
    pub(crate) fn marked_run(mark: &str) -> RunFile {
        let marked = |text: &str| format!("{mark}{text}");
        let phone = marked("+1 202 555 0147");
        let mut graph = GraphView {
            run_id: "3f9a1c20b7de".into(),
            id: "R-0123456789".into(),
            rank: 1,
            level: "review".into(),
            weight_bits: 12.3,
            families: vec![EvidenceFamily::Contact],
            title: "Ring R-0123456789".into(),
            reason: marked("Ann Lee and Bo Ray share a phone"),
            ..GraphView::default()
        };
        let mut members = Vec::new();
        for (id, name) in [("P-1", "Ann Lee"), ("P-2", "Bo Ray")] {
            let id = marked(id);
            graph.vertices.push(Vertex::new(VertexShape::Person, marked(name)).key(id.clone()).detail(marked("hr:1")));
            members.push(Member {
                persona: Shown::persona(&id, &id),
                name: Shown::persona(&id, marked(name)),
                ..Member::default()
            });
        }
        let value = Vertex::new(VertexShape::Value(IdentifierKind::Phone), phone.clone());
        graph.vertices.push(value.key(value_key(IdentifierKind::Phone, &phone)));
        for person in 0..2 {
            graph
                .edges
                .push(Edge::new(person, 2, EdgeStyle::Shared, "same phone", 12.3).detail(marked("hr.csv row 4")));
        }
        let term = LinkTerm {
            kind: "phone".into(),
            family: "contact".into(),
            side: "control".into(),
            how: "same".into(),
            left: Shown::value(IdentifierKind::Phone, &phone),
            right: Shown::value(IdentifierKind::Phone, &phone),
            holders: 2,
            bits: 12.3,
            counted: 12.3,
            note: Shown::prose(marked("odd")),
            left_cells: vec![Shown::cell(marked("hr.csv row 4 [Phone]"))],
            right_cells: vec![Shown::cell(marked("hr.csv row 9 [Phone]"))],
        };
        let file = CaseFile {
            run_id: "3f9a1c20b7de".into(),
            id: graph.id.clone(),
            rank: 1,
            level: "review".into(),
            weight_bits: 12.3,
            families: graph.families.clone(),
            reason: Shown::prose(graph.reason.clone()),
            graph,
            members,
            links: vec![PersonaLink {
                left: 0,
                right: 1,
                bits: Some(12.3),
                terms: vec![term],
                ..PersonaLink::default()
            }],
            against: vec![Shown::prose(marked("against"))],
            ..CaseFile::default()
        };
        let prose = |text: &str| Shown::prose(marked(text));
        let source = |text: &str| Shown::source(marked(text));
        RunFile {
            run_id: "3f9a1c20b7de".into(),
            rows: vec![CaseRow {
                id: "R-0123456789".into(),
                rank: 1,
                level: "review".into(),
                weight_bits: Some(12.3),
                families: vec![EvidenceFamily::Contact],
                personas: 2,
                records: 2,
                reason: prose("reason"),
                overrides: prose("overrides"),
                names: vec![Shown::persona("P-1", marked("Ann Lee"))],
                search: vec![Shown::value(IdentifierKind::Phone, &phone)],
                ..CaseRow::default()
            }],
            cases: vec![Detail::new(file)],
            hubs: Bounded::of(
                std::iter::once(RunHub {
                    kind: "phone".into(),
                    value: Shown::value(IdentifierKind::Phone, marked("+1 202 555 0100")),
                    holders: 9,
                    reason: prose("hub"),
                }),
                9,
            ),
            rejects: Bounded::of(
                std::iter::once(RejectRow {
                    source: source("hr"),
                    file: source("hr.csv"),
                    row: 3,
                    column: source("Phone"),
                    value: Shown::new(super::super::shown::What::Raw, marked("cell")),
                    left_out: "cell".into(),
                    reason: prose("not a phone"),
                }),
                9,
            ),
            diagnostics: Bounded::of(
                std::iter::once(DiagnosticRow {
                    severity: "warning".into(),
                    code: "code".into(),
                    location: source("where"),
                    message: prose("message"),
                    hint: prose("hint"),
                }),
                9,
            ),
            bounds: vec![BoundRow { bound: "block-bound".into(), effect: prose("effect") }],
            inputs: vec![InputRow {
                source: source("hr"),
                file: source("hr.csv"),
                read_as: prose("csv"),
                ..InputRow::default()
            }],
            lists: vec![ListRow { name: "agencies".into(), file: source("agencies.csv"), ..ListRow::default() }],
            columns: vec![ColumnRow { source: source("hr"), column: source("Race"), refused: true }],
            stages: vec![("ingest".into(), vec![(source("hr"), 9)])],
            config: source("samehand.toml"),
            model_because: prose("because"),
            ..RunFile::default()
        }
    }

    #[test]
    fn a_link_is_tied_to_the_edges_that_draw_it_and_to_no_other() {
        let run = marked_run("");
        assert_eq!(run.cases[0].ties, Ties { members: vec![Some(0), Some(1)], links: vec![vec![0, 1]] });
        let mut file = run.cases[0].file.clone();
        file.links[0].terms[0].left = Shown::value(IdentifierKind::Phone, "+1 202 555 0199");
        assert_eq!(Ties::of(&file).links, [Vec::<usize>::new()]);
        file.members[0].persona = Shown::own("P-9");
        assert_eq!(Ties::of(&file), Ties { members: vec![None, Some(1)], links: vec![Vec::new()] });
    }

    #[test]
    fn a_run_for_others_has_no_text_of_the_data_and_inside_the_house_masked_numbers() {
        let run = marked_run("ZQX");
        for mode in [Redaction::External, Redaction::Structure] {
            let (shown, given) = redact_run(&run, mode);
            assert!(!format!("{shown:?}").contains("ZQX"), "{}", mode.name());
            assert_eq!(given.len(), usize::from(mode == Redaction::External));
            assert_eq!(shown.rows[0].reason.text, "2 personas, 2 records; evidence of contact.");
            assert_eq!(shown.cases[0].ties, run.cases[0].ties);
        }
        let (full, _) = redact_run(&run, Redaction::Full);
        assert_eq!(full.rows, run.rows);
        let (internal, _) = redact_run(&marked_run(""), Redaction::Internal);
        assert_eq!(internal.rows[0].names[0].text, "Ann Lee");
        assert_eq!(internal.rows[0].search[0].text, "***-***-0147");
        assert_eq!(internal.hubs.first[0].value.text, "***-***-0100");
    }
}
