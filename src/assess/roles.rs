//! Roles as hypotheses: evidence first, label second, the innocent reading beside it. A role decides nothing; it says where
//! to look next.

mod facilitator;
mod front;
mod identity;
#[cfg(test)]
mod tests;

use super::{Assessment, Context};
use crate::model::cluster::Ring;
use crate::model::evidence::Contribution;
use crate::model::finding::{Citation, RoleHypothesis, RoleKind, Who};
use crate::model::ids::PersonaId;
use crate::model::value::{IdentifierKind, Side};
use std::collections::{BTreeMap, BTreeSet};

/// Hypotheses about who plays which part, in the order of rings, then of cases, then of what stands in neither.
pub(super) fn roles(context: &Context, assessment: &Assessment) -> Vec<RoleHypothesis> {
    let mut victims = identity::victims(context, &assessment.findings);
    let named = front::Named::new(context);
    let mut roles = Vec::new();
    for ring in &assessment.rings {
        roles.extend(operators(context, ring));
        roles.extend(facilitator::facilitators(context, ring));
        roles.extend(front::fronts(context, ring, &named));
        roles.extend(identity::lent_in_ring(context, ring));
        let inside = |personas: &[PersonaId]| personas.iter().any(|p| ring.personas.binary_search(p).is_ok());
        victims.retain_mut(|(personas, victim)| {
            let here = inside(personas);
            if here {
                roles.push(RoleHypothesis { ring: ring.name.clone(), ..victim.clone() });
            }
            !here
        });
    }
    for case in &assessment.cases {
        roles.extend(identity::lent_alone(context, case.persona, &assessment.findings));
    }
    roles.extend(victims.into_iter().map(|(_, victim)| victim));
    for role in &mut roles {
        role.cites.sort_unstable();
        role.cites.dedup();
    }
    // What cannot be traced to cells is not said.
    roles.retain(|role| !role.cites.is_empty());
    roles
}

/// Operator clusters of two personas and more: what one hand controls in each of them.
fn operators(context: &Context, ring: &Ring) -> Vec<RoleHypothesis> {
    let mut found = Vec::new();
    for cluster in ring.operators.iter().filter(|cluster| cluster.personas.len() >= 2) {
        let inside = |persona: &PersonaId| cluster.personas.contains(persona);
        let links = ring.links.iter().map(|&link| &context.clusters.links[link]);
        let links: Vec<_> = links.filter(|link| inside(&link.left) && inside(&link.right)).collect();
        let mut kinds: BTreeMap<(IdentifierKind, bool), usize> = BTreeMap::new();
        let mut cites: Vec<Citation> = Vec::new();
        let counts = |c: &&Contribution| c.side() == Side::Control && c.counted >= 1.0;
        for link in &links {
            for c in link.contributions.iter().filter(counts) {
                *kinds.entry((c.kind, c.is_near())).or_default() += 1;
                cites.extend(context.cite_value(link.left, c.left));
                cites.extend(context.cite_value(link.right, c.right));
            }
        }
        let shared: Vec<String> = kinds
            .iter()
            .map(|((kind, near), pairs)| {
                let what = kind.name().replace('_', " ");
                let pairs = if *pairs == 1 { "1 pair".to_string() } else { format!("{pairs} pairs") };
                if *near { format!("near {what} ({pairs})") } else { format!("{what} ({pairs})") }
            })
            .collect();
        let relation = links
            .iter()
            .filter_map(|link| link.innocence.as_ref())
            .filter(|innocence| innocence.bits > 0.0)
            .max_by(|a, b| a.bits.total_cmp(&b.bits))
            .map(|innocence| format!("{}, or ", innocence.relation.replace('_', " ")));
        found.push(RoleHypothesis {
            role: RoleKind::Operator,
            who: Who::Operator(cluster.name.clone()),
            ring: ring.name.clone(),
            evidence: format!("{} have in common: {}", list(context, &cluster.personas), shared.join(", ")),
            innocent: format!(
                "{}one person who was entered several times, or one who writes applications for others",
                relation.unwrap_or_default()
            ),
            cites,
        });
    }
    found
}

/// `P-a, P-b and 3 more`.
fn list<'p>(context: &Context, personas: impl IntoIterator<Item = &'p PersonaId>) -> String {
    const SHOWN: usize = 6;
    let personas: BTreeSet<&PersonaId> = personas.into_iter().collect();
    let name = |persona: &&PersonaId| context.personas[persona.index()].name.clone();
    let shown: Vec<String> = personas.iter().take(SHOWN).map(name).collect();
    let more = personas.len().saturating_sub(SHOWN);
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}
