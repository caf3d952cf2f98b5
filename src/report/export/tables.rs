//! Cases as plain tables. Personas are known by case and number (`member`), so that tables can be joined in every mode of
//! redaction.

use super::joined;
use crate::report::case_file::CaseFile;
use crate::report::look::FOOTER;
use crate::report::redact::Redaction;
use crate::report::shown::Shown;

/// A table by name.
pub struct Table {
    pub name: &'static str,
    pub columns: Vec<Column>,
}

/// A column.
pub struct Column {
    pub name: &'static str,
    pub values: Values,
}

/// The values of a column.
pub enum Values {
    Text(Vec<String>),
    Count(Vec<Option<u64>>),
    Number(Vec<Option<f64>>),
    Flag(Vec<bool>),
}

impl Values {
    /// A value as CSV has it.
    pub fn cell(&self, row: usize) -> String {
        match self {
            Values::Text(values) => values.get(row).cloned().unwrap_or_default(),
            Values::Count(values) => {
                values.get(row).copied().flatten().map(|count| count.to_string()).unwrap_or_default()
            }
            Values::Number(values) => {
                values.get(row).copied().flatten().map(|bits| bits.to_string()).unwrap_or_default()
            }
            Values::Flag(values) => values.get(row).copied().unwrap_or_default().to_string(),
        }
    }

    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Values::Text(values) => values.len(),
            Values::Count(values) => values.len(),
            Values::Number(values) => values.len(),
            Values::Flag(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Table {
    /// Rows of it.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.values.len())
    }
}

/// Makes a table from rows and what each column takes of one.
macro_rules! table {
    ($name:literal, $rows:expr, $($column:literal $kind:ident $take:expr),* $(,)?) => {{
        let rows = $rows;
        Table { name: $name, columns: vec![$(Column { name: $column, values: Values::$kind(rows.iter().map($take).collect()) }),*] }
    }};
}

/// Every table, in the order of the reference.
pub fn tables(cases: &[CaseFile]) -> Vec<Table> {
    let links: Vec<_> =
        cases.iter().flat_map(|case| case.links.iter().enumerate().map(move |(at, link)| (case, at, link))).collect();
    let terms: Vec<_> =
        links.iter().flat_map(|&(case, at, link)| link.terms.iter().map(move |term| (case, at, link, term))).collect();
    let members: Vec<_> = cases
        .iter()
        .flat_map(|case| case.members.iter().enumerate().map(move |(at, member)| (case, at, member)))
        .collect();
    let findings: Vec<_> =
        cases.iter().flat_map(|case| case.findings.iter().map(move |finding| (case, finding))).collect();
    let roles: Vec<_> = cases.iter().flat_map(|case| case.roles.iter().map(move |role| (case, role))).collect();
    let hubs: Vec<_> = cases.iter().flat_map(|case| case.hubs.iter().map(move |hub| (case, hub))).collect();
    let events: Vec<_> = cases.iter().flat_map(|case| case.timeline.iter().map(move |event| (case, event))).collect();
    let cells: Vec<_> = cases
        .iter()
        .flat_map(|case| case.rows.iter().flat_map(move |row| row.cells.iter().map(move |cell| (case, row, cell))))
        .collect();
    vec![
        table!("cases", cases.iter().collect::<Vec<_>>(),
            "case" Text |case| case.id.clone(),
            "kind" Text |case| case.kind.words().to_string(),
            "run" Text |case| case.run_id.clone(),
            "run_day" Text |case| case.run_day.clone(),
            "rank" Count |case| (case.rank > 0).then_some(u64::from(case.rank)),
            "level" Text |case| case.level.clone(),
            "bits" Number |case| Some(case.weight_bits),
            "families" Text |case| case.families.iter().map(|family| family.name()).collect::<Vec<_>>().join("; "),
            "personas" Count |case| Some(case.members.len() as u64),
            "reason" Text |case| case.reason.text.clone(),
            "against" Text |case| texts(&case.against),
            "guard" Text |case| case.guard.clone(),
            "overrides" Text |case| case.overrides.text.clone(),
            "redaction" Text |case| case.redaction.map_or("", |mode| mode.name()).to_string(),
            "note" Text |_| FOOTER.to_string(),
        ),
        table!("members", members,
            "case" Text |(case, _, _)| case.id.clone(),
            "member" Text |(_, at, _)| format!("m{at}"),
            "persona" Text |(_, _, member)| member.persona.text.clone(),
            "name" Text |(_, _, member)| member.name.text.clone(),
            "other_names" Text |(_, _, member)| texts(&member.other_names),
            "operator" Count |(_, _, member)| member.operator.map(|operator| operator as u64),
            "known" Flag |(_, _, member)| member.known,
            "records" Count |(_, _, member)| Some(member.rows.len() as u64),
        ),
        table!("links", links,
            "case" Text |(case, _, _)| case.id.clone(),
            "link" Count |(_, at, _)| Some(*at as u64),
            "left" Text |(_, _, link)| format!("m{}", link.left),
            "right" Text |(_, _, link)| format!("m{}", link.right),
            "rule" Text |(_, _, link)| link.rule.clone(),
            "bits" Number |(case, _, link)| exact(case, link.bits),
            "bridge" Flag |(_, _, link)| link.bridge,
            "spanning" Flag |(_, _, link)| link.spanning,
        ),
        table!("evidence", terms,
            "case" Text |(case, ..)| case.id.clone(),
            "link" Count |(_, at, ..)| Some(*at as u64),
            "left" Text |(_, _, link, _)| format!("m{}", link.left),
            "right" Text |(_, _, link, _)| format!("m{}", link.right),
            "kind" Text |(.., term)| term.kind.clone(),
            "family" Text |(.., term)| term.family.clone(),
            "side" Text |(.., term)| term.side.clone(),
            "how" Text |(.., term)| term.how.clone(),
            "left_value" Text |(.., term)| term.left.text.clone(),
            "right_value" Text |(.., term)| term.right.text.clone(),
            "holders" Count |(.., term)| Some(u64::from(term.holders)),
            "bits" Number |(case, .., term)| exact(case, Some(term.bits)),
            "counted" Number |(case, .., term)| exact(case, Some(term.counted)),
            "note" Text |(.., term)| term.note.text.clone(),
            "left_cells" Text |(.., term)| texts(&term.left_cells),
            "right_cells" Text |(.., term)| texts(&term.right_cells),
        ),
        table!("findings", findings,
            "case" Text |(case, _)| case.id.clone(),
            "indicator" Text |(_, finding)| finding.indicator.clone(),
            "name" Text |(_, finding)| finding.name.clone(),
            "strength" Text |(_, finding)| finding.strength.clone(),
            "family" Text |(_, finding)| finding.family.clone(),
            "members" Text |(_, finding)| finding.members.iter().map(|at| format!("m{at}")).collect::<Vec<_>>().join("; "),
            "finding" Text |(_, finding)| finding.finding.text.clone(),
            "first" Text |(_, finding)| finding.first.text.clone(),
            "last" Text |(_, finding)| finding.last.text.clone(),
            "guard" Text |(_, finding)| finding.guard.clone(),
            "guard_reason" Text |(_, finding)| finding.guard_reason.text.clone(),
            "also_consider" Text |(_, finding)| finding.also_consider.clone(),
            "source" Text |(_, finding)| finding.source.clone(),
            "cells" Text |(_, finding)| texts(&finding.cells),
        ),
        table!("roles", roles,
            "case" Text |(case, _)| case.id.clone(),
            "role" Text |(_, role)| role.role.clone(),
            "kind" Text |(_, role)| role.kind.clone(),
            "who" Text |(_, role)| role.who.text.clone(),
            "evidence" Text |(_, role)| role.evidence.text.clone(),
            "also_consider" Text |(_, role)| role.also_consider.clone(),
            "cells" Text |(_, role)| texts(&role.cells),
        ),
        table!("hubs", hubs,
            "case" Text |(case, _)| case.id.clone(),
            "kind" Text |(_, hub)| hub.kind.clone(),
            "value" Text |(_, hub)| hub.value.text.clone(),
            "holders" Count |(_, hub)| Some(u64::from(hub.holders)),
            "members" Count |(_, hub)| Some(u64::from(hub.members)),
            "reason" Text |(_, hub)| hub.reason.text.clone(),
        ),
        table!("timeline", events,
            "case" Text |(case, _)| case.id.clone(),
            "when" Text |(_, event)| event.when.text.clone(),
            "member" Text |(_, event)| format!("m{}", event.member),
            "kind" Text |(_, event)| event.kind.clone(),
            "what" Text |(_, event)| event.what.text.clone(),
            "times" Count |(_, event)| Some(u64::from(event.times)),
            "record" Text |(_, event)| event.record.text.clone(),
            "cell" Text |(_, event)| event.cell.text.clone(),
        ),
        table!("rows", cells,
            "case" Text |(case, ..)| case.id.clone(),
            "record" Text |(_, row, _)| row.record.text.clone(),
            "record_kind" Text |(_, row, _)| row.kind.clone(),
            "file" Text |(_, row, _)| row.file.text.clone(),
            "row" Count |(case, row, _)| (case.redaction != Some(Redaction::Structure)).then_some(row.row),
            "member" Text |(_, row, _)| format!("m{}", row.member),
            "columns" Text |(.., cell)| cell.columns.text.clone(),
            "kind" Text |(.., cell)| cell.kind.clone(),
            "role" Text |(.., cell)| cell.role.clone(),
            "raw" Text |(.., cell)| cell.raw.text.clone(),
            "value" Text |(.., cell)| cell.value.text.clone(),
            "valid_from" Text |(.., cell)| cell.valid_from.text.clone(),
            "valid_to" Text |(.., cell)| cell.valid_to.text.clone(),
        ),
    ]
}

fn texts(texts: &[Shown]) -> String {
    joined(texts.iter().map(|text| text.text.as_str()))
}

/// Bits, but where kinds and counts alone are shown.
fn exact(case: &CaseFile, bits: Option<f64>) -> Option<f64> {
    bits.filter(|_| case.redaction != Some(Redaction::Structure))
}
