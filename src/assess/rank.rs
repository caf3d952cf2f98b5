//! The order of what to open: by level, independent evidence families and weight; never by size.
//!
//! A family of a ring is one that ties its personas or one in which a finding about them counts; a finding of weak strength
//! makes no family. Weight is what the links weigh and what the findings add: inside one family the strongest in full, the
//! next by the discount, as evidence counts everywhere. So a further finding never lowers a ring; only a guard does, in the
//! open.

use super::registry::{Rule, indicator};
use super::{Assessment, Context, guards, sites, summary};
use crate::model::cluster::{Level, Ring, SetAside};
use crate::model::evidence::Evidence;
use crate::model::finding::{Finding, PersonaCase, Strength};
use crate::model::ids::PersonaId;
use crate::model::value::EvidenceFamily;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Puts rings and cases of one persona in their order; what a guard explains goes to the groups set aside.
pub(super) fn rank(context: &Context, assessment: &mut Assessment) {
    let by_persona = behaviour_by_persona(&assessment.findings);
    let mut rings = Vec::new();
    let mut in_ring = vec![false; context.personas.len()];
    assessment.set_aside = context.clusters.set_aside.iter().cloned().map(named).collect();
    for ring in &context.clusters.rings {
        let own = findings_about(ring, &by_persona);
        let about: Vec<&Finding> = own.iter().map(|&at| &assessment.findings[at]).collect();
        if let Some((guard, reason)) = guards::explains_ring(context, ring, &about) {
            assessment.set_aside.push(set_aside(guard, reason, ring));
            continue;
        }
        ring.personas.iter().for_each(|persona| in_ring[persona.index()] = true);
        rings.push(assessed(context, ring, &assessment.findings, &own));
    }
    let (of_sites, members) = sites::sites(context, &assessment.findings);
    for ring in of_sites {
        let own = findings_about(&ring, &by_persona);
        let (ring, held) = assessed(context, &ring, &assessment.findings, &own);
        // One family alone is nothing to open: its personas stay cases of their own.
        if ring.level == Level::Note {
            continue;
        }
        ring.personas.iter().for_each(|persona| in_ring[persona.index()] = true);
        let inside = |persona: &PersonaId| ring.personas.binary_search(persona).is_ok();
        assessment.site_members.extend(members.iter().copied().filter(|member| inside(&member.persona)));
        assessment.set_aside.retain(|group| !group.personas.iter().all(inside));
        rings.push((ring, held));
    }
    let rings = order(rings);
    let mut cases: Vec<PersonaCase> = by_persona
        .iter()
        .filter(|(persona, _)| !in_ring[persona.index()])
        .filter_map(|(&persona, findings)| case(context, persona, findings, &assessment.findings))
        .collect();
    cases.sort_by(|a, b| {
        (a.level, Reverse(a.families.len()))
            .cmp(&(b.level, Reverse(b.families.len())))
            .then_with(|| b.weight_bits.total_cmp(&a.weight_bits))
            .then_with(|| a.name.cmp(&b.name))
    });
    for (at, case) in cases.iter_mut().enumerate() {
        case.rank = at + 1;
    }
    (assessment.rings, assessment.cases) = (rings, cases);
}

/// The total order of rings, each with the families that hold it up. Ranks are given in it.
fn order(mut rings: Vec<(Ring, usize)>) -> Vec<Ring> {
    rings.sort_by(|(a, a_held), (b, b_held)| {
        (a.level, Reverse(a_held))
            .cmp(&(b.level, Reverse(b_held)))
            .then_with(|| b.weight_bits.total_cmp(&a.weight_bits))
            .then_with(|| a.name.cmp(&b.name))
    });
    let mut rings: Vec<Ring> = rings.into_iter().map(|(ring, _)| ring).collect();
    for (at, ring) in rings.iter_mut().enumerate() {
        ring.rank = at + 1;
    }
    rings
}

/// Findings that look at one persona, as indexes. What links say is in the weight of the links already.
fn behaviour_by_persona(findings: &[Finding]) -> FxHashMap<PersonaId, Vec<usize>> {
    let mut by_persona: FxHashMap<PersonaId, Vec<usize>> = FxHashMap::default();
    for (at, finding) in findings.iter().enumerate() {
        let is_link = indicator(finding.indicator).is_some_and(|indicator| matches!(indicator.rule, Rule::Link(_)));
        if !is_link {
            for &persona in &finding.personas {
                by_persona.entry(persona).or_default().push(at);
            }
        }
    }
    by_persona
}

/// What findings come to: families of medium and strong ones, whether one is strong, and bits.
struct Sum {
    families: Vec<EvidenceFamily>,
    strong: bool,
    bits: f64,
}

fn sum<'f>(context: &Context, findings: impl Iterator<Item = &'f Finding>) -> Sum {
    let bits_of = |strength: Strength| context.parameter("bits", strength.name());
    let mut strengths: [Vec<Strength>; EvidenceFamily::ALL.len()] = Default::default();
    // An indicator counts once in a family, however many personas of a ring it speaks of: size is no evidence.
    let mut best: FxHashMap<(&str, EvidenceFamily), Strength> = FxHashMap::default();
    for finding in findings.filter(|finding| finding.counts()) {
        let strongest = best.entry((finding.indicator, finding.family)).or_insert(finding.strength);
        *strongest = finding.strength.max(*strongest);
    }
    for ((_, family), strength) in best {
        strengths[family as usize].push(strength);
    }
    let mut total = 0.0;
    let mut families = Vec::new();
    let mut strong = false;
    for family in EvidenceFamily::ALL {
        let own = &mut strengths[family as usize];
        own.sort_unstable_by_key(|&strength| Reverse(strength));
        let mut share = 1.0;
        for &strength in own.iter() {
            total += bits_of(strength) * share;
            share *= context.settings.weights.within_family;
        }
        match own.first() {
            Some(Strength::Strong) => {
                strong = true;
                families.push(family);
            }
            Some(Strength::Medium) => families.push(family),
            _ => {}
        }
    }
    Sum { families, strong, bits: total }
}

fn level(context: &Context, families: usize, strong: bool) -> Level {
    let thresholds = &context.settings.thresholds;
    if families >= thresholds.priority_families && strong {
        Level::Priority
    } else if families >= thresholds.review_families {
        Level::Review
    } else {
        Level::Note
    }
}

/// Findings about personas of a ring, as indexes.
fn findings_about(ring: &Ring, by_persona: &FxHashMap<PersonaId, Vec<usize>>) -> Vec<usize> {
    let mut own: Vec<usize> =
        ring.personas.iter().filter_map(|persona| by_persona.get(persona)).flatten().copied().collect();
    own.sort_unstable();
    own.dedup();
    own
}

/// A ring with what was found about its personas, its level and its summary, and how many families hold it up when
/// innocence has taken its part.
fn assessed(context: &Context, ring: &Ring, findings: &[Finding], own: &[usize]) -> (Ring, usize) {
    let sum = sum(context, own.iter().map(|&at| &findings[at]));
    let mut ring = ring.clone();
    // A ring of a site alone has no links; it is held up by the place and the findings.
    let mut held = if ring.links.is_empty() { ring.families.clone() } else { families_left(context, &ring) };
    for families in [&mut held, &mut ring.families] {
        families.extend(&sum.families);
        families.sort_unstable();
        families.dedup();
    }
    ring.weight_bits += sum.bits;
    let strong = sum.strong || ring.level == Level::Priority || strong_link(context, &ring);
    // A level that the links alone reach is kept.
    ring.level = ring.level.min(level(context, held.len(), strong));
    let known = context.known.touching(context, &ring);
    if !known.is_empty() {
        ring.level = Level::Priority;
    }
    ring.reason = summary::of_ring(context, &ring, own.iter().map(|&at| &findings[at]), &known);
    (ring, held.len())
}

/// Families in which some link of the ring has at least one bit that no innocent relation accounts for.
fn families_left(context: &Context, ring: &Ring) -> Vec<EvidenceFamily> {
    ring.links.iter().flat_map(|&link| context.clusters.links[link].families_left()).collect()
}

/// Whether some family of the ring's links is strong by itself.
fn strong_link(context: &Context, ring: &Ring) -> bool {
    ring.links
        .iter()
        .flat_map(|&link| &context.clusters.links[link].contributions)
        .any(|c| Evidence::left_over(c) >= context.settings.thresholds.strong_bits)
}

/// Independent findings of at least medium strength that a case of one persona needs, unless two are strong: somebody who
/// changes banks and keeps one odd device at home is nobody's case.
const CASE_FINDINGS: usize = 3;

/// The case of a persona that no ring holds: two families with a strong one and findings enough, or something known to be
/// bad. A strong finding alone is a note.
fn case(context: &Context, persona: PersonaId, own: &[usize], findings: &[Finding]) -> Option<PersonaCase> {
    let own = || own.iter().map(|&at| &findings[at]);
    let sum = sum(context, own());
    if !sum.strong {
        return None;
    }
    let mut reached = level(context, sum.families.len(), true);
    let of = |least: Strength| {
        let telling = own().filter(|finding| finding.counts() && finding.strength >= least);
        telling.map(|finding| finding.indicator).collect::<BTreeSet<&str>>().len()
    };
    if of(Strength::Medium) < CASE_FINDINGS && of(Strength::Strong) < 2 {
        reached = Level::Note;
    }
    let known = own().any(|finding| finding.indicator == super::known::INDICATOR.id && finding.counts());
    if known {
        reached = reached.min(Level::Review);
    }
    Some(PersonaCase {
        name: format!("C-{}", context.personas[persona.index()].name.trim_start_matches("P-")),
        rank: 0,
        level: reached,
        persona,
        weight_bits: sum.bits,
        reason: summary::of_persona(own()),
        families: sum.families,
    })
}

/// A group that clustering set aside, with what its guard says would override it.
fn named(mut group: SetAside) -> SetAside {
    if let Some(guard) = guards::guard(&group.guard.replace(' ', "_")).or_else(|| guards::guard(&group.guard)) {
        group.overrides = guard.overrides.to_string();
    }
    group
}

fn set_aside(guard: &guards::Guard, reason: String, ring: &Ring) -> SetAside {
    SetAside {
        name: format!("A-{}", ring.name.trim_start_matches("R-")),
        guard: guard.name.to_string(),
        personas: ring.personas.clone(),
        weight_bits: ring.weight_bits,
        families: ring.families.clone(),
        reason: format!("{reason}; {}", ring.reason),
        overrides: guard.overrides.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use proptest::prelude::*;

    /// A finding about the first persona, of that indicator, family and strength.
    fn finding((at, family, strength): (usize, usize, usize)) -> Finding {
        const INDICATORS: [&str; 6] = ["B01", "B05", "B07", "B12", "B13", "B25"];
        Finding::about(INDICATORS[at], PersonaId(0), Strength::ALL[strength], EvidenceFamily::ALL[family], "seen")
    }

    fn any_finding() -> impl Strategy<Value = Finding> {
        (0usize..6, 0usize..6, 0usize..3).prop_map(finding)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// Of what findings come to, nothing falls with a further one.
        #[test]
        fn a_further_finding_never_lowers(before in prop::collection::vec(any_finding(), 0..6), more in any_finding()) {
            Scene::new().with(|context| {
                let old = sum(context, before.iter());
                let new = sum(context, before.iter().chain([&more]));
                prop_assert!(new.bits >= old.bits - 1e-9, "{} to {}", old.bits, new.bits);
                prop_assert!(new.strong || !old.strong);
                prop_assert!(old.families.iter().all(|family| new.families.contains(family)));
                let of = |sum: &Sum| level(context, sum.families.len(), sum.strong);
                prop_assert!(of(&new) <= of(&old));
                // What a guard explains takes itself out, and nothing else.
                let guarded = Finding { guarded: Some(("household", String::new())), ..more.clone() };
                prop_assert_eq!(sum(context, before.iter().chain([&guarded])).bits, old.bits);
                Ok(())
            })?;
        }
    }
}
