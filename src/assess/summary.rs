//! One neutral paragraph for a ring or a case, made from its evidence.

use super::Context;
use super::registry::indicator;
use crate::model::cluster::Ring;
use crate::model::finding::Finding;
use crate::model::ids::{PersonaId, ValueId};
use crate::model::value::IdentifierKind;
use crate::model::words::counted;
use std::collections::{BTreeMap, BTreeSet};

/// Findings that a summary names; the others are counted.
const NAMED: usize = 4;

/// "five personas share two bank accounts and one delivery address; …": what the clusters said, what they share by kind,
/// what was found about them, what is known to be bad.
pub(super) fn of_ring<'f>(
    context: &Context,
    ring: &Ring,
    findings: impl Iterator<Item = &'f Finding>,
    known: &[String],
) -> String {
    let mut text = ring.reason.clone();
    let mut kinds: BTreeMap<IdentifierKind, BTreeSet<ValueId>> = BTreeMap::new();
    for &link in &ring.links {
        for c in context.clusters.links[link].contributions.iter().filter(|c| c.counted >= 1.0 && !c.is_near()) {
            kinds.entry(c.kind).or_default().insert(c.left);
        }
    }
    if !kinds.is_empty() {
        let shared: Vec<String> =
            kinds.iter().map(|(kind, values)| counted(values.len(), &kind.name().replace('_', " "))).collect();
        text.push_str(&format!("; shared: {}", shared.join(", ")));
    }
    let listed = list(findings);
    if !listed.is_empty() {
        text.push_str(&format!("; found: {listed}"));
    }
    if !known.is_empty() {
        text.push_str(&format!("; raised because it touches {}", known.join(", ")));
    }
    text
}

/// What was found about one persona, with what else could look the same.
pub(super) fn of_persona<'f>(findings: impl Iterator<Item = &'f Finding>) -> String {
    let findings: Vec<&Finding> = findings.collect();
    let said: Vec<String> =
        findings.iter().filter(|finding| finding.counts()).map(|finding| finding.text.clone()).collect();
    let innocent: BTreeSet<&str> = findings
        .iter()
        .filter(|finding| finding.counts())
        .filter_map(|finding| indicator(finding.indicator))
        .map(|indicator| indicator.misleads.trim_end_matches('.'))
        .collect();
    let innocent: Vec<&str> = innocent.into_iter().collect();
    format!("one persona, tied to no other; {}; also consider: {}", said.join("; "), innocent.join("; "))
}

/// Indicators with the personas they speak of, strongest first.
fn list<'f>(findings: impl Iterator<Item = &'f Finding>) -> String {
    let mut by_indicator: BTreeMap<&str, (crate::model::finding::Strength, BTreeSet<PersonaId>)> = BTreeMap::new();
    for finding in findings.filter(|finding| finding.counts()) {
        let entry = by_indicator.entry(finding.indicator).or_insert((finding.strength, BTreeSet::new()));
        entry.0 = entry.0.max(finding.strength);
        entry.1.extend(&finding.personas);
    }
    let mut listed: Vec<_> = by_indicator.into_iter().collect();
    listed.sort_by(|a, b| b.1.0.cmp(&a.1.0).then_with(|| a.0.cmp(b.0)));
    let mut words: Vec<String> = listed
        .iter()
        .take(NAMED)
        .map(|(id, (_, personas))| {
            let name = indicator(id).map_or(*id, |indicator| indicator.name);
            format!("{name} ({})", counted(personas.len(), "persona"))
        })
        .collect();
    if listed.len() > NAMED {
        words.push(format!("{} more", listed.len() - NAMED));
    }
    words.join(", ")
}
