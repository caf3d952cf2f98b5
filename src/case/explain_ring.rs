//! Why a ring is one: the smallest set of links that holds it together, what falls apart without each of them, what speaks
//! against it, the hubs that it touches, and what was found about its personas.

use super::{Case, CaseFinding, CaseHub, CaseLink, CaseRole, Term};
use crate::model::cluster::link_rule;
use crate::model::value::IdentifierKind;
use petgraph::unionfind::UnionFind;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A link of the smallest set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HeldBy {
    pub left: String,
    pub right: String,
    /// Absent where a site alone ties the two.
    pub bits: Option<f64>,
    pub terms: Vec<super::explain::HopTerm>,
    /// Personas that are cut off from the larger rest when this link is taken away; empty when others hold them.
    pub falls_apart: Vec<String>,
}

/// Everything that explains a ring.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RingExplanation {
    pub ring_id: String,
    pub level: String,
    pub rank: u32,
    pub reason: String,
    /// Strongest links that connect all personas, strongest first: one fewer than personas.
    pub held_by: Vec<HeldBy>,
    /// Links beside these.
    pub further_links: usize,
    /// What speaks against the ring or counts less, a line each.
    pub against: Vec<String>,
    /// Hubs that two or more of its personas touch; they have no power to link.
    pub hubs: Vec<String>,
    pub findings: Vec<CaseFinding>,
    pub roles: Vec<CaseRole>,
}

/// Explains a ring; `None` when the run has none of that id.
pub fn explain_ring(case: &Case, id: &str) -> Option<RingExplanation> {
    let ring = case.rings.iter().find(|ring| ring.id == id)?;
    let links = links_of(case, id);
    let personas: Vec<&str> = case.personas_of_ring(id).iter().map(String::as_str).collect();
    case.expect(&personas, true);
    let spanning = spanning(&links, &personas);
    let held_by = spanning.iter().map(|&index| held_by(case, &links, index, &personas)).collect();
    Some(RingExplanation {
        ring_id: ring.id.clone(),
        level: ring.level.clone(),
        rank: ring.rank,
        reason: ring.reason.clone(),
        held_by,
        further_links: links.len() - spanning.len(),
        against: against(case, &links, &personas),
        hubs: hubs(case, &personas)
            .into_iter()
            .map(|(hub, of_ring)| {
                let kind = hub.kind.replace('_', " ");
                format!(
                    "{kind} {}: {of_ring} of the ring's personas, {} in all; {}",
                    hub.shown, hub.holders, hub.reason
                )
            })
            .collect(),
        findings: case.findings.of_ring(id).cloned().collect(),
        roles: case.roles.iter().filter(|role| role.ring_id == id).cloned().collect(),
    })
}

/// The links between the personas of a ring, strongest first.
pub(super) fn links_of<'a>(case: &'a Case, id: &str) -> Vec<&'a CaseLink> {
    let mut links: Vec<&CaseLink> = case.links_of_ring(id).collect();
    links.sort_by(|a, b| {
        let bits = |link: &CaseLink| link.bits.unwrap_or(f64::MIN);
        bits(b).total_cmp(&bits(a)).then_with(|| (&a.left, &a.right).cmp(&(&b.left, &b.right)))
    });
    links
}

/// The strongest links that connect all personas, by index.
pub(super) fn spanning(links: &[&CaseLink], personas: &[&str]) -> Vec<usize> {
    let at = |persona: &str| personas.binary_search(&persona).ok();
    let mut sets = UnionFind::new(personas.len());
    let ties = |link: &CaseLink, sets: &mut UnionFind<usize>| match (at(&link.left), at(&link.right)) {
        (Some(a), Some(b)) => sets.union(a, b),
        _ => false,
    };
    (0..links.len()).filter(|&index| ties(links[index], &mut sets)).collect()
}

/// The personas that are cut off from the larger rest without that link, as indexes; none when others hold them.
pub(super) fn apart(links: &[&CaseLink], without: usize, personas: &[&str]) -> Vec<usize> {
    let link = links[without];
    let at = |persona: &str| personas.binary_search(&persona).ok();
    let mut sets = UnionFind::new(personas.len());
    for (_, other) in links.iter().enumerate().filter(|(index, _)| *index != without) {
        if let (Some(a), Some(b)) = (at(&other.left), at(&other.right)) {
            sets.union(a, b);
        }
    }
    let side = |persona: &str| -> Vec<usize> {
        let Some(root) = at(persona).map(|at| sets.find(at)) else { return Vec::new() };
        (0..personas.len()).filter(|&other| sets.find(other) == root).collect()
    };
    let (left, right) = (side(&link.left), side(&link.right));
    match left == right {
        true => Vec::new(),
        false if left.len() < right.len() => left,
        false => right,
    }
}

fn held_by(case: &Case, links: &[&CaseLink], without: usize, personas: &[&str]) -> HeldBy {
    let link = links[without];
    let terms = link.terms.iter().filter(|term| term.kind != "prior").map(|term| super::explain::hop_term(term, false));
    HeldBy {
        left: case.persona_label(&link.left),
        right: case.persona_label(&link.right),
        bits: link.bits,
        terms: terms.collect(),
        falls_apart: apart(links, without, personas)
            .into_iter()
            .map(|persona| case.persona_label(personas[persona]))
            .collect(),
    }
}

/// Innocent explanations, values that count nothing, and facts in which two tied personas differ.
pub(super) fn against(case: &Case, links: &[&CaseLink], personas: &[&str]) -> Vec<String> {
    let mut lines = Vec::new();
    for link in links {
        let (left, right) = (case.persona_label(&link.left), case.persona_label(&link.right));
        for term in &link.terms {
            if term.kind == "innocent explanation" {
                lines.push(format!("{left} and {right}: {} explains {:.1} bits", term.how, -term.adds()));
            } else if !term.note.is_empty() && link.rule != link_rule::SITE {
                lines.push(format!("{left} and {right}: {} ({})", Term::words(term), term.note));
            }
        }
    }
    // Facts of which everybody has one: several of them say several people, or several stories.
    for kind in ["birth_date", "government_id", "document_number"] {
        let mut by_persona: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for persona in personas {
            for &record in case.personas.get(persona).into_iter().flatten() {
                let own = by_persona.entry(persona).or_default();
                own.extend(case.claims_of(record).filter(|claim| claim.kind == kind).map(|claim| claim.value));
            }
        }
        let distinct: BTreeSet<&str> = by_persona.values().flatten().copied().collect();
        let stating = by_persona.values().filter(|values| !values.is_empty()).count();
        if stating >= 2 && distinct.len() >= 2 {
            let words = kind.replace('_', " ");
            lines.push(format!("{stating} of its personas state {} different values of {words}", distinct.len()));
        }
    }
    lines
}

/// Hubs that two or more of these personas touch, and how many of them do.
pub(super) fn hubs<'a>(case: &'a Case, personas: &[&str]) -> Vec<(&'a CaseHub, usize)> {
    let mut touched: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for persona in personas {
        for &record in case.personas.get(persona).into_iter().flatten() {
            for claim in case.claims_of(record) {
                if IdentifierKind::from_name(claim.kind).is_some_and(IdentifierKind::links) {
                    touched.entry((claim.kind, claim.value)).or_default().insert(persona);
                }
            }
        }
    }
    case.hubs
        .iter()
        .filter_map(|hub| {
            let of_ring = touched.get(&(hub.kind.as_str(), hub.value.as_str()))?.len();
            (of_ring >= 2).then_some((hub, of_ring))
        })
        .collect()
}
