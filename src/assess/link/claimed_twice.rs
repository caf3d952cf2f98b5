//! L17: one birth date under one name, or one government number under two names, and two personas all the same.

use super::persona_names;
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::field::Field;
use crate::model::finding::{Citation, Finding, Strength};
use crate::model::ids::{PersonaId, ValueId};
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};
use rayon::prelude::*;
use std::collections::BTreeSet;

const PERSONS: &[RecordKind] = &[RecordKind::Applicant, RecordKind::Employee, RecordKind::Person];

pub const INDICATOR: Indicator = Indicator {
    id: "L17",
    name: "identity claimed twice",
    definition: "Two personas that were not merged state one government or document number under names that disagree, or \
                 names that agree and one birth date. A number under two names is medium; names with a birth date are medium \
                 between linked personas, else weak.",
    needs: &[Need(PERSONS, &[Field::BirthDate, Field::GovernmentId, Field::DocumentNumber])],
    parameters: &[],
    family: EvidenceFamily::DocumentText,
    strength: Strength::Medium,
    misleads: "Common names, a change of name, a number that was mistyped.",
    source: "FBI update of 2025 on facilitators: scrutinize identity documents for misspellings",
    rule: Rule::Run(find),
};

/// A number that more personas state is an error of the system that delivered it, and says nothing of any of them.
const HOLDERS_MAX: usize = 12;
/// Letters of a name under which personas of one birth date are held against each other.
const PREFIX: usize = 4;

fn find(context: &Context) -> Vec<Finding> {
    let mut found = numbers(context);
    found.extend(names(context));
    found
}

/// Numbers that personas of different names state.
fn numbers(context: &Context) -> Vec<Finding> {
    let dictionary = &context.claims.dictionary;
    let of_kind = |kind| dictionary.values_of(kind).filter(|&value| dictionary.marks(value).can_link());
    [IdentifierKind::GovernmentId, IdentifierKind::DocumentNumber]
        .into_iter()
        .flat_map(of_kind)
        .filter_map(|value| {
            let personas = differing(context, value);
            let first = *personas.first()?;
            let kind = dictionary.kind(value).name().replace('_', " ");
            let text = format!("{kind} {} under {} different names", (context.shown)(value), personas.len());
            let cites: Vec<Citation> = personas.iter().flat_map(|&p| context.cite_value(p, value)).collect();
            let family = EvidenceFamily::DocumentText;
            let mut finding = Finding::about("L17", first, Strength::Medium, family, text).citing(cites);
            finding.personas = personas;
            Some(finding)
        })
        .collect()
}

/// The personas that state a number, where any two of them have names of which none agrees; else none.
pub(in crate::assess) fn differing(context: &Context, number: ValueId) -> Vec<PersonaId> {
    let holders = (context.holders)(number);
    if !(2..=HOLDERS_MAX).contains(&holders.len()) {
        return Vec::new();
    }
    let named: Vec<(PersonaId, Vec<ValueId>)> = holders
        .into_iter()
        .map(|persona| (persona, persona_names(context, persona)))
        .filter(|(_, names)| !names.is_empty())
        .collect();
    let differs =
        |(a, own): &(PersonaId, Vec<ValueId>)| named.iter().any(|(b, names)| a != b && !agree(context, own, names));
    named.iter().filter(|entry| differs(entry)).map(|(persona, _)| *persona).collect()
}

fn agree(context: &Context, a: &[ValueId], b: &[ValueId]) -> bool {
    a.iter().any(|&x| b.iter().any(|&y| (context.names_agree)(x, y)))
}

/// Pairs of personas with agreeing names and one birth date.
fn names(context: &Context) -> Vec<Finding> {
    let dictionary = &context.claims.dictionary;
    // Under one date, only names with a common beginning are compared: a large company has many people of one birthday.
    let beginnings = |at: usize| {
        let persona = PersonaId::from(at);
        let names = persona_names(context, persona);
        let mut beginnings = Vec::new();
        for (date, _) in birth_dates(context, persona) {
            for token in names.iter().flat_map(|&name| dictionary.text(name).split([' ', '/'])) {
                let end = token.char_indices().nth(PREFIX).map_or(token.len(), |(at, _)| at);
                if end >= 3 {
                    beginnings.push((date, &token[..end], persona));
                }
            }
        }
        beginnings
    };
    let mut groups: Vec<(ValueId, &str, PersonaId)> =
        (0..context.personas.len()).into_par_iter().flat_map_iter(beginnings).collect();
    groups.par_sort_unstable();
    groups.dedup();
    let mut pairs: BTreeSet<(PersonaId, PersonaId, ValueId)> = BTreeSet::new();
    for personas in groups.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).filter(|personas| personas.len() >= 2) {
        for (at, &(date, _, a)) in personas.iter().enumerate() {
            let own = persona_names(context, a);
            for &(.., b) in &personas[at + 1..] {
                if agree(context, &own, &persona_names(context, b)) {
                    pairs.insert((a, b, date));
                }
            }
        }
    }
    let linked = |a: PersonaId, b: PersonaId| {
        context.clusters.links.binary_search_by_key(&(a, b), |link| (link.left, link.right)).is_ok()
    };
    pairs
        .into_iter()
        .map(|(a, b, date)| {
            let strength = if linked(a, b) { Strength::Medium } else { Strength::Weak };
            let text = "two personas state agreeing names and one birth date, and were not taken for one";
            let cells = [a, b].into_iter().flat_map(|persona| {
                let dates = birth_dates(context, persona).into_iter().filter(|(value, _)| *value == date);
                let names =
                    persona_names(context, persona).into_iter().flat_map(move |name| context.cite_value(persona, name));
                dates.map(|(_, cite)| cite).chain(names).collect::<Vec<_>>()
            });
            let mut finding = Finding::about("L17", a, strength, EvidenceFamily::DocumentText, text).citing(cells);
            finding.personas.push(b);
            finding
        })
        .collect()
}

fn birth_dates(context: &Context, persona: PersonaId) -> Vec<(ValueId, Citation)> {
    let usable = |value: ValueId| context.claims.dictionary.marks(value).can_link();
    context.personas[persona.index()]
        .records
        .iter()
        .flat_map(|&record| context.claims.of_kind(record, IdentifierKind::BirthDate))
        .filter(|claim| usable(claim.value))
        .map(|claim| (claim.value, Citation::of(claim)))
        .collect()
}
