//! L19: people who refer each other in a circle, or one who referred several that are in rings.

use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::finding::{Citation, Finding, Strength};
use crate::model::ids::{PersonaId, RecordId};
use crate::model::record::RecordKind;
use crate::model::value::EvidenceFamily;
use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;
use std::collections::{BTreeMap, BTreeSet};

pub const INDICATOR: Indicator = Indicator {
    id: "L19",
    name: "referral ring",
    definition: "Personas refer each other in a circle, or one persona referred at least `referred` others that stand in \
                 rings.",
    needs: &[Need(&[RecordKind::Referral], &[])],
    parameters: &["referred"],
    family: EvidenceFamily::People,
    strength: Strength::Weak,
    misleads: "A referral bonus, former colleagues who follow one another.",
    source: "Security Alliance, guide on such workers, 2025: they recommend one another",
    rule: Rule::Run(find),
};

/// Who referred whom, with the cells that say so.
type Referrals = BTreeMap<(PersonaId, PersonaId), Vec<Citation>>;

fn find(context: &Context) -> Vec<Finding> {
    let referrals = referrals(context);
    let mut found = circles(&referrals);
    let in_ring: BTreeSet<PersonaId> =
        context.clusters.rings.iter().flat_map(|ring| ring.personas.iter().copied()).collect();
    let mut by_referrer: BTreeMap<PersonaId, Vec<PersonaId>> = BTreeMap::new();
    for &(from, to) in referrals.keys().filter(|(_, to)| in_ring.contains(to)) {
        by_referrer.entry(from).or_default().push(to);
    }
    for (referrer, referred) in by_referrer {
        if (referred.len() as f64) < context.parameter("L19", "referred") {
            continue;
        }
        let text = format!("one persona referred {} others that stand in rings", referred.len());
        let cites: Vec<Citation> = referred.iter().flat_map(|&to| referrals[&(referrer, to)].iter().copied()).collect();
        let mut finding = Finding::about("L19", referrer, Strength::Weak, EvidenceFamily::People, text).citing(cites);
        finding.personas.extend(referred);
        found.push(finding);
    }
    found
}

/// Strongly connected groups of referrals: everybody in one leads back to everybody else.
fn circles(referrals: &Referrals) -> Vec<Finding> {
    let graph: DiGraphMap<u32, ()> = referrals.keys().map(|(from, to)| (from.0, to.0)).collect();
    tarjan_scc(&graph)
        .into_iter()
        .filter(|circle| circle.len() >= 2)
        .map(|circle| {
            let personas: BTreeSet<PersonaId> = circle.into_iter().map(PersonaId).collect();
            let inside = referrals.iter().filter(|((from, to), _)| personas.contains(from) && personas.contains(to));
            let cites: Vec<Citation> = inside.flat_map(|(_, cites)| cites.iter().copied()).collect();
            let text = format!("{} personas referred each other in a circle", personas.len());
            let personas: Vec<PersonaId> = personas.into_iter().collect();
            let mut finding =
                Finding::about("L19", personas[0], Strength::Weak, EvidenceFamily::People, text).citing(cites);
            finding.personas = personas;
            finding
        })
        .collect()
}

/// What one referral event names.
#[derive(Default)]
struct Ends {
    referrers: Vec<PersonaId>,
    referred: Vec<PersonaId>,
    cites: Vec<Citation>,
}

/// Referrals as the events state them: the employee who referred, the applicant who was referred.
fn referrals(context: &Context) -> Referrals {
    let mut ends: BTreeMap<RecordId, Ends> = BTreeMap::new();
    for reference in &context.claims.references {
        if context.claims.record(reference.from).kind != RecordKind::Referral {
            continue;
        }
        let Some(persona) = context.of_record[reference.to.index()] else { continue };
        let end = ends.entry(reference.from).or_default();
        match context.claims.record(reference.to).kind {
            RecordKind::Employee => end.referrers.push(persona),
            _ => end.referred.push(persona),
        }
        end.cites.push(Citation { record: reference.from, cells: reference.cells });
    }
    let mut referrals = Referrals::new();
    for Ends { referrers, referred, cites } in ends.into_values() {
        for &a in &referrers {
            for &b in referred.iter().filter(|&&b| b != a) {
                referrals.entry((a, b)).or_default().extend(&cites);
            }
        }
    }
    referrals
}
