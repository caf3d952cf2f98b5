//! "One of them is known bad: who else?" For any thing: the personas behind it, and everyone tied to them, ranked by bits.

use super::find::Thing;
use super::{Case, CaseFinding, CaseGroup, CaseOfOne, CaseRing, CaseRole, Term};
use crate::model::record::RecordKind;
use serde::Serialize;
use std::collections::BTreeMap;

/// How what the config says is known to be bad is marked.
pub(super) const KNOWN: &str = "known bad, as the config says";

/// A persona that the thing leads to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Related {
    pub persona_id: String,
    pub names: Vec<String>,
    pub ring_id: String,
    pub operator_id: String,
    /// Bits of the tie to the persona that was asked about; absent for those that carry the value themselves.
    pub bits: Option<f64>,
    /// Through what, strongest first.
    pub through: Vec<String>,
    /// Records of the persona as `source:key`, events left out.
    pub records: Vec<String>,
    /// How many events belong to it beside these.
    pub events: usize,
}

/// The answer about one thing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// What was found: `ring R-…`, `phone +12025550100`.
    pub thing: String,
    /// What is known of it, a line each.
    pub facts: Vec<String>,
    /// Personas that it is, contains, or is carried by.
    pub personas: Vec<Related>,
    /// Who else, ranked by bits.
    pub who_else: Vec<Related>,
}

/// Answers about a thing.
pub fn show(case: &Case, thing: &Thing) -> Answer {
    match thing {
        Thing::Ring(id) => ring(case, id),
        Thing::Persona(persona) => {
            let facts = persona_facts(case, persona);
            answer(case, format!("persona {}", case.persona_label(persona)), facts, vec![(persona.clone(), Vec::new())])
        }
        Thing::Record(index) => {
            let record = &case.records[*index as usize];
            let mut facts = vec![format!("{} row {}", record.file, record.row)];
            facts.extend(case.claims_of(*index).map(|claim| {
                format!("{} ({}): {} [{}]", claim.kind.replace('_', " "), claim.role, claim.raw, claim.columns)
            }));
            let personas = Some(&record.persona).filter(|persona| !persona.is_empty());
            match personas {
                Some(persona) => facts.extend(persona_facts(case, persona)),
                None => facts.push("belongs to no known persona".to_string()),
            }
            let carriers = personas.map(|persona| (persona.clone(), Vec::new())).into_iter().collect();
            answer(case, format!("{} {}", record.kind.replace('_', " "), record.label()), facts, carriers)
        }
        Thing::Value { kind, value } => value_answer(case, kind, value),
        Thing::Case(id) => of_one(case, id),
        Thing::SetAside(id) => {
            let group = case.set_aside.iter().find(|group| group.id == *id);
            let facts = group.map(set_aside).into_iter().collect();
            let members = group.map(|group| group.personas.as_slice()).unwrap_or_default();
            let personas = members.iter().map(|persona| related(case, persona, None, Vec::new())).collect();
            Answer { thing: format!("group {id}"), facts, personas, who_else: Vec::new() }
        }
    }
}

fn ring(case: &Case, id: &str) -> Answer {
    let mut facts = match case.rings.iter().find(|ring| ring.id == id) {
        Some(CaseRing { rank, level, weight_bits, families, reason, .. }) => {
            vec![format!("rank {rank}, {level}, {weight_bits:+.1} bits, families: {families}"), reason.clone()]
        }
        None => Vec::new(),
    };
    facts.extend(case.roles.iter().filter(|role| role.ring_id == id).map(role_line));
    facts.extend(case.findings.of_ring(id).map(finding_line));
    let members = case.personas_of_ring(id);
    case.expect(members, false);
    let personas = members.iter().map(|persona| related(case, persona, None, member_ties(case, persona, id))).collect();
    Answer { thing: format!("ring {id}"), facts, personas, who_else: Vec::new() }
}

/// What ties a member to the rest of its ring.
fn member_ties(case: &Case, persona: &str, ring: &str) -> Vec<String> {
    let mut links: Vec<_> = case.persona_links(persona).filter(|link| link.ring == ring).collect();
    links.sort_by(|a, b| b.bits.unwrap_or(0.0).total_cmp(&a.bits.unwrap_or(0.0)));
    links
        .iter()
        .take(4)
        .map(|link| {
            let other = if link.left == persona { &link.right } else { &link.left };
            let bridge = if link.bridge { ", bridge" } else { "" };
            let other = case.persona_label(other);
            match link.bits {
                Some(bits) => format!("{other} ({bits:+.1} bits{bridge}): {}", top_terms(link, 3)),
                None => {
                    format!("{other} (site): {}", link.terms.iter().map(Term::words).collect::<Vec<_>>().join("; "))
                }
            }
        })
        .collect()
}

fn top_terms(link: &super::CaseLink, most: usize) -> String {
    let terms: Vec<String> = link
        .terms
        .iter()
        .filter(|term| !matches!(term.kind.as_str(), "prior" | "innocent explanation") && term.adds() >= 1.0)
        .take(most)
        .map(|term| term.words())
        .collect();
    terms.join("; ")
}

fn persona_facts(case: &Case, persona: &str) -> Vec<String> {
    let mut facts = Vec::new();
    if case.is_known("persona", persona) {
        facts.push(KNOWN.to_string());
    }
    for group in case.set_aside.iter().filter(|group| group.personas.iter().any(|member| member == persona)) {
        facts.push(set_aside(group));
    }
    facts.extend(case.cases.iter().filter(|of_one| of_one.persona_id == persona).map(case_line));
    facts.extend(case.findings.about(&[persona]).map(finding_line));
    facts
}

fn of_one(case: &Case, id: &str) -> Answer {
    let Some(of_one) = case.cases.iter().find(|of_one| of_one.case_id == id) else {
        return Answer { thing: format!("case {id}"), facts: Vec::new(), personas: Vec::new(), who_else: Vec::new() };
    };
    let facts = persona_facts(case, &of_one.persona_id);
    answer(case, format!("case {id}"), facts, vec![(of_one.persona_id.clone(), Vec::new())])
}

fn case_line(of_one: &CaseOfOne) -> String {
    let CaseOfOne { case_id, rank, level, weight_bits, families, reason, .. } = of_one;
    format!("case {case_id}: rank {rank}, {level}, {weight_bits:+.1} bits, families: {families}; {reason}")
}

/// What a finding says, why it does not count where a guard explains it, and where it stands in the input.
pub fn finding_line(finding: &CaseFinding) -> String {
    let explained = match finding.guard.is_empty() {
        true => String::new(),
        false => format!("; explained by {}: {}", finding.guard, finding.guard_reason),
    };
    format!(
        "{} {} ({}, {}): {}{explained} [{}]",
        finding.indicator,
        finding.name,
        finding.strength,
        finding.family,
        finding.finding,
        finding.cells.iter().take(4).cloned().collect::<Vec<_>>().join("; ")
    )
}

/// A role with its evidence first and the innocent reading beside it.
pub fn role_line(role: &CaseRole) -> String {
    format!(
        "{}: perhaps {} ({} {}); also consider: {}",
        role.evidence, role.role, role.kind, role.who, role.also_consider
    )
}

fn set_aside(group: &CaseGroup) -> String {
    let overrides = if group.overrides.is_empty() {
        String::new()
    } else {
        format!("; would be overridden by {}", group.overrides)
    };
    format!("set aside ({}): {}{overrides}", group.guard, group.reason)
}

fn value_answer(case: &Case, kind: &str, value: &str) -> Answer {
    let mut carriers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut shown = value.to_string();
    for claim in case.claims_with(kind, value) {
        let record = &case.records[claim.record as usize];
        carriers.entry(record.persona.clone()).or_default().push(format!("{}: {}", case.cell(&claim), claim.raw));
        if value.starts_with("hmac:") {
            shown = claim.raw.to_string();
        }
    }
    let mut facts = Vec::new();
    if let Some(hub) = case.hubs.iter().find(|hub| hub.kind == kind && hub.value == value) {
        let power = if hub.reason.contains(" holders, ") { "it says little" } else { "it has no power to link" };
        facts.push(format!("hub: {} personas; {}; {power}", hub.holders, hub.reason));
    }
    if let Some(cells) = carriers.remove("") {
        facts.push(format!("carried by records without persona: {}", cells.join("; ")));
    }
    let words = kind.replace('_', " ");
    if case.is_known(kind, value) {
        facts.insert(0, KNOWN.to_string());
    }
    answer(case, format!("{words} {shown}"), facts, carriers.into_iter().collect())
}

/// An answer about personas with the cells that they carry the thing in, and who else is tied to them.
fn answer(case: &Case, thing: String, facts: Vec<String>, carriers: Vec<(String, Vec<String>)>) -> Answer {
    let mut others: BTreeMap<&str, (f64, String)> = BTreeMap::new();
    for (persona, _) in &carriers {
        for link in case.persona_links(persona) {
            let other = if link.left == *persona { &link.right } else { &link.left };
            let bits = link.bits.unwrap_or(0.0);
            if !carriers.iter().any(|(carrier, _)| carrier == other)
                && others.get(other.as_str()).is_none_or(|(best, _)| bits > *best)
            {
                others.insert(other, (bits, format!("{}: {}", case.persona_label(persona), top_terms(link, 4))));
            }
        }
    }
    case.expect(&others.keys().collect::<Vec<_>>(), false);
    let mut who_else: Vec<Related> = others
        .into_iter()
        .map(|(persona, (bits, through))| related(case, persona, Some(bits), vec![through]))
        .collect();
    who_else.extend(rest_of_rings(case, &carriers, &who_else));
    who_else.sort_by(|a, b| {
        b.bits.unwrap_or(f64::MIN).total_cmp(&a.bits.unwrap_or(f64::MIN)).then_with(|| a.persona_id.cmp(&b.persona_id))
    });
    let personas = carriers.into_iter().map(|(persona, through)| related(case, &persona, None, through)).collect();
    Answer { thing, facts, personas, who_else }
}

/// Members of the carriers' rings that are tied only through others.
fn rest_of_rings(case: &Case, carriers: &[(String, Vec<String>)], direct: &[Related]) -> Vec<Related> {
    let mut rings: Vec<&str> = Vec::new();
    for (persona, _) in carriers {
        rings.extend(
            case.personas
                .get(persona)
                .and_then(|records| records.first())
                .map(|&record| case.records[record as usize].ring.as_str()),
        );
    }
    rings.retain(|ring| !ring.is_empty());
    let mut members: Vec<&str> =
        rings.iter().flat_map(|ring| case.personas_of_ring(ring)).map(String::as_str).collect();
    members.sort_unstable();
    members.dedup();
    members
        .into_iter()
        .filter(|member| !carriers.iter().any(|(carrier, _)| carrier == member))
        .filter(|member| !direct.iter().any(|related| related.persona_id == *member))
        .map(|member| related(case, member, None, vec!["the same ring, through others".to_string()]))
        .collect()
}

fn related(case: &Case, persona: &str, bits: Option<f64>, through: Vec<String>) -> Related {
    let records = case.personas.get(persona).unwrap_or_default();
    let first = records.first().map(|&record| &case.records[record as usize]);
    Related {
        persona_id: persona.to_string(),
        names: case.names(persona).into_iter().map(str::to_string).collect(),
        ring_id: first.map(|record| record.ring.clone()).unwrap_or_default(),
        operator_id: first.map(|record| record.operator.clone()).unwrap_or_default(),
        bits,
        through,
        records: records
            .iter()
            .filter(|&&record| !is_event(case, record))
            .map(|&r| case.records[r as usize].label())
            .collect(),
        events: records.iter().filter(|&&record| is_event(case, record)).count(),
    }
}

fn is_event(case: &Case, record: u32) -> bool {
    RecordKind::from_name(&case.records[record as usize].kind).is_some_and(RecordKind::is_event)
}
