//! Everything that a run knows of one case, as one plain value: what report, packet and exports are made of.
//!
//! A case is a ring, a case of one persona, or a group that was set aside. The value is built from a finished run by
//! `case::file`, redacted as a whole by [`super::redact::redact_case`], and only then rendered. Members, links, findings and the
//! rest point to each other by index, so that nothing needs an id that could give something away. Invariant: every text
//! in which data can stand is a [`Shown`] and is reached by [`CaseFile::texts`].

use super::redact::Redaction;
use super::shown::Shown;
use super::view::GraphView;
use crate::model::value::EvidenceFamily;
use serde::Serialize;

/// What a case is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseKind {
    /// Two personas or more that evidence ties together.
    #[default]
    Ring,
    /// One persona about which findings say enough.
    OnePersona,
    /// A group that an innocent explanation took out of the rings.
    SetAside,
}

impl CaseKind {
    /// The word for it.
    pub fn words(self) -> &'static str {
        match self {
            CaseKind::Ring => "ring",
            CaseKind::OnePersona => "case of one persona",
            CaseKind::SetAside => "group set aside",
        }
    }
}

/// One case of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CaseFile {
    /// The run it was found in, and the day that run ended (ISO, UTC; empty where it is not to appear).
    pub run_id: String,
    pub run_day: String,
    /// Version of samehand that made the run.
    pub product_version: String,
    pub kind: CaseKind,
    /// `R-…`, `C-…` or `A-…`.
    pub id: String,
    /// From 1; 0 for a group set aside.
    pub rank: u32,
    pub level: String,
    pub weight_bits: f64,
    pub families: Vec<EvidenceFamily>,
    /// One neutral paragraph.
    pub reason: Shown,
    /// The guard that set it aside, empty for none, and what would override it.
    pub guard: String,
    pub overrides: Shown,
    /// As it is drawn, not summarised.
    pub graph: GraphView,
    pub members: Vec<Member>,
    /// Between members; strongest first.
    pub links: Vec<PersonaLink>,
    /// Explained ones included.
    pub findings: Vec<FindingRow>,
    /// Hypotheses.
    pub roles: Vec<RoleRow>,
    /// What speaks against it or counts less.
    pub against: Vec<Shown>,
    /// Widely used values that members touch.
    pub hubs: Vec<HubRow>,
    /// In order of time.
    pub timeline: Vec<Event>,
    /// The members' records, as far as columns are mapped.
    pub rows: Vec<SourceRow>,
    /// How much of it is shown.
    pub redaction: Option<Redaction>,
}

/// A persona of the case.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Member {
    /// Its id.
    pub persona: Shown,
    /// Its first name, or its id where it bears none.
    pub name: Shown,
    /// Further names.
    pub other_names: Vec<Shown>,
    /// Operator clusters of the case, counted from 0.
    pub operator: Option<usize>,
    /// Whether the config says that it is known to be bad.
    pub known: bool,
    /// Indexes into [`CaseFile::rows`].
    pub rows: Vec<usize>,
}

/// Evidence between two members.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PersonaLink {
    /// Indexes into [`CaseFile::members`].
    pub left: usize,
    pub right: usize,
    /// `shared evidence` or `site`.
    pub rule: String,
    /// log2 of the odds; absent where a site alone ties the two.
    pub bits: Option<f64>,
    /// Whether the ring falls apart without it.
    pub bridge: bool,
    /// Whether it is one of the strongest links that together connect all members.
    pub spanning: bool,
    /// Members that are cut off from the larger rest without it.
    pub falls_apart: Vec<usize>,
    /// Add up to `bits`.
    pub terms: Vec<LinkTerm>,
}

/// One reason of a link.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LinkTerm {
    /// Kind of the value by name, `prior`, or `innocent explanation`.
    pub kind: String,
    /// Empty for the latter two, like `side`.
    pub family: String,
    pub side: String,
    /// `same`, a near rule, or the relation that explains.
    pub how: String,
    pub left: Shown,
    pub right: Shown,
    /// Personas that carry the value.
    pub holders: u32,
    /// What it says alone, and what it adds to the link.
    pub bits: f64,
    pub counted: f64,
    /// Why it counts less.
    pub note: Shown,
    pub left_cells: Vec<Shown>,
    pub right_cells: Vec<Shown>,
}

/// What an indicator said.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FindingRow {
    /// `B13`.
    pub indicator: String,
    pub name: String,
    pub strength: String,
    pub family: String,
    /// Indexes into [`CaseFile::members`].
    pub members: Vec<usize>,
    pub finding: Shown,
    /// Empty where it has no day.
    pub first: Shown,
    pub last: Shown,
    /// The innocent explanation that holds, empty for none.
    pub guard: String,
    pub guard_reason: Shown,
    /// What innocent cause looks the same.
    pub also_consider: String,
    /// Advisory by name and date.
    pub source: String,
    pub cells: Vec<Shown>,
}

/// Who plays which part, as a hypothesis.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RoleRow {
    pub role: String,
    /// `persona`, `operator`, or the kind of a value.
    pub kind: String,
    pub who: Shown,
    pub evidence: Shown,
    pub also_consider: String,
    pub cells: Vec<Shown>,
}

/// A widely used value that two members or more touch.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct HubRow {
    /// By name.
    pub kind: String,
    pub value: Shown,
    /// Personas of the run that carry it, and members among them.
    pub holders: u32,
    pub members: u32,
    pub reason: Shown,
}

/// Something dated.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Event {
    pub when: Shown,
    /// Index into [`CaseFile::members`].
    pub member: usize,
    /// Kind of the record that says so: `sign_in`.
    pub kind: String,
    pub what: Shown,
    pub record: Shown,
    pub cell: Shown,
    /// How many such events of that day it stands for.
    pub times: u32,
}

/// A record with what was read from it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SourceRow {
    /// `source:key`.
    pub record: Shown,
    /// Record kind by name.
    pub kind: String,
    pub file: Shown,
    /// Counted from 1 without the header.
    pub row: u64,
    /// Index into [`CaseFile::members`].
    pub member: usize,
    pub cells: Vec<SourceCell>,
}

/// A value of a record.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SourceCell {
    pub columns: Shown,
    /// Identifier kind by name.
    pub kind: String,
    pub role: String,
    /// As delivered; sensitive ones masked already in the run.
    pub raw: Shown,
    /// Normalized, as links show it.
    pub value: Shown,
    /// Empty where open.
    pub valid_from: Shown,
    pub valid_to: Shown,
}

impl CaseFile {
    /// Every text in which data can stand, but for those of [`CaseFile::graph`].
    pub fn texts(&mut self, each: &mut dyn FnMut(&mut Shown)) {
        each(&mut self.reason);
        each(&mut self.overrides);
        for member in &mut self.members {
            each(&mut member.persona);
            each(&mut member.name);
            member.other_names.iter_mut().for_each(&mut *each);
        }
        for term in self.links.iter_mut().flat_map(|link| &mut link.terms) {
            each(&mut term.left);
            each(&mut term.right);
            each(&mut term.note);
            term.left_cells.iter_mut().chain(&mut term.right_cells).for_each(&mut *each);
        }
        for finding in &mut self.findings {
            for text in [&mut finding.finding, &mut finding.first, &mut finding.last, &mut finding.guard_reason] {
                each(text);
            }
            finding.cells.iter_mut().for_each(&mut *each);
        }
        for role in &mut self.roles {
            each(&mut role.who);
            each(&mut role.evidence);
            role.cells.iter_mut().for_each(&mut *each);
        }
        self.against.iter_mut().for_each(&mut *each);
        for hub in &mut self.hubs {
            each(&mut hub.value);
            each(&mut hub.reason);
        }
        for event in &mut self.timeline {
            for text in [&mut event.when, &mut event.what, &mut event.record, &mut event.cell] {
                each(text);
            }
        }
        for row in &mut self.rows {
            each(&mut row.record);
            each(&mut row.file);
            for cell in &mut row.cells {
                for text in
                    [&mut cell.columns, &mut cell.raw, &mut cell.value, &mut cell.valid_from, &mut cell.valid_to]
                {
                    each(text);
                }
            }
        }
    }

    /// A member as it is called: `P-1a2b3c4d5e (Ann Lee)`, or the pseudonym.
    pub fn called(&self, member: usize) -> String {
        match self.members.get(member) {
            Some(member) if member.name == member.persona || member.name.is_empty() => member.persona.text.clone(),
            Some(member) if member.name.text == member.persona.text => member.persona.text.clone(),
            Some(member) => format!("{} ({})", member.persona, member.name),
            None => String::new(),
        }
    }
}
