//! What a person typed, found in a run: a ring, a persona, a record key, or a value in whatever spelling.

use super::{Case, CaseRecord, records};
use crate::model::value::IdentifierKind;
use crate::normalize::date::DateOrder;
use crate::normalize::{self, Context};
use crate::store::key::Key;

/// Something in a run that a question can be about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    Ring(String),
    Persona(String),
    /// A case of one persona.
    Case(String),
    /// A group that a guard set aside.
    SetAside(String),
    /// Index of the record.
    Record(u32),
    /// A value by kind and stored text.
    Value {
        kind: String,
        value: String,
    },
}

/// Everything that the text may mean, the most specific reading first. A value is normalized as each kind would and
/// looked up; sensitive ones need the key that the run was made with.
pub fn find(case: &Case, typed: &str, region: &str, key: Option<&Key>) -> Vec<Thing> {
    let typed = typed.trim();
    let mut found = Vec::new();
    if let Some(ring) = case.rings.iter().find(|ring| ring.id.eq_ignore_ascii_case(typed)) {
        found.push(Thing::Ring(ring.id.clone()));
    }
    if let Ok(rank) = typed.parse::<u32>()
        && typed.len() <= 4
        && let Some(ring) = case.rings.iter().find(|ring| ring.rank == rank)
    {
        found.push(Thing::Ring(ring.id.clone()));
    }
    if let Some(persona) = case.personas.named(typed) {
        found.push(Thing::Persona(persona.to_string()));
    }
    if let Some(of_one) = case.cases.iter().find(|of_one| of_one.case_id.eq_ignore_ascii_case(typed)) {
        found.push(Thing::Case(of_one.case_id.clone()));
    }
    if let Some(group) = case.set_aside.iter().find(|group| group.id.eq_ignore_ascii_case(typed)) {
        found.push(Thing::SetAside(group.id.clone()));
    }
    if let Some(record) = of_operator(case, typed) {
        found.push(Thing::Ring(record.ring.clone()));
    }
    let keys: Vec<&str> = std::iter::once(typed).chain(records::keys(typed)).collect();
    let is_meant = |record: &CaseRecord| record.key == typed || records::is_label(record, typed);
    let meant = case.records.having(&keys).filter(|(_, record)| is_meant(record));
    // Of one key in several sources the first source is meant first, whatever became of the records.
    let mut meant: Vec<(u32, u32)> = meant.map(|(index, record)| (record.number, index)).collect();
    meant.sort_unstable();
    found.extend(meant.into_iter().map(|(_, index)| Thing::Record(index)));
    let context = Context { region, dates: DateOrder::Ambiguous };
    let readings: Vec<(IdentifierKind, String)> = IdentifierKind::ALL
        .iter()
        .filter(|kind| !is_figure(**kind))
        .filter_map(|&kind| {
            let text = normalize::normalize_value(kind, typed, context).ok()??.text;
            Some((kind, if kind.is_sensitive() { key?.protect(kind, &text) } else { text }))
        })
        .collect();
    let texts: Vec<&str> = std::iter::once(typed).chain(readings.iter().map(|(_, text)| text.as_str())).collect();
    let mut values: Vec<Thing> = case
        .claims_having(&texts)
        .filter(|claim| {
            claim.raw.eq_ignore_ascii_case(typed) && !is_figure_name(claim.kind)
                || readings.iter().any(|(kind, text)| claim.kind == kind.name() && claim.value == *text)
        })
        .map(|claim| Thing::Value { kind: claim.kind.to_string(), value: claim.value.to_string() })
        .collect();
    values.sort();
    values.dedup();
    found.extend(values);
    found
}

/// The first record of an operator cluster, by its id in whatever case.
pub(super) fn of_operator<'a>(case: &'a Case, typed: &str) -> Option<&'a CaseRecord> {
    let mut records = case.records.having(&[typed]).map(|(_, record)| record);
    records.find(|record| record.operator.eq_ignore_ascii_case(typed) && !typed.is_empty())
}

/// The personas that a thing is or contains, or that carry it, sorted.
pub fn personas(case: &Case, thing: &Thing) -> Vec<String> {
    let mut personas: Vec<String> = match thing {
        Thing::Ring(id) => case.personas_of_ring(id).to_vec(),
        Thing::Persona(persona) => vec![persona.clone()],
        Thing::Record(index) => {
            case.records.get(*index as usize).map(|record| record.persona.clone()).into_iter().collect()
        }
        Thing::Case(id) => {
            case.cases.iter().filter(|case| case.case_id == *id).map(|case| case.persona_id.clone()).collect()
        }
        Thing::SetAside(id) => {
            case.set_aside.iter().filter(|group| group.id == *id).flat_map(|group| group.personas.clone()).collect()
        }
        Thing::Value { kind, value } => {
            case.claims_with(kind, value).map(|claim| case.records[claim.record as usize].persona.clone()).collect()
        }
    };
    personas.retain(|persona| !persona.is_empty());
    personas.sort_unstable();
    personas.dedup();
    personas
}

/// Whether that is the name of such a kind.
pub(super) fn is_figure_name(kind: &str) -> bool {
    IdentifierKind::from_name(kind).is_some_and(is_figure)
}

/// Kinds whose values are bare figures or words of two letters, which nobody looks for.
fn is_figure(kind: IdentifierKind) -> bool {
    matches!(
        kind,
        IdentifierKind::Count
            | IdentifierKind::Amount
            | IdentifierKind::Currency
            | IdentifierKind::Rescheduled
            | IdentifierKind::Managed
            | IdentifierKind::Version
    )
}
