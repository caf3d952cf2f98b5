//! Real identities in other hands: lent by their owner, or stolen.

use crate::assess::Context;
use crate::assess::guards::facts::homes;
use crate::assess::link::claimed_twice::differing;
use crate::assess::link::persona_names;
use crate::model::cluster::Ring;
use crate::model::finding::{Citation, Finding, RoleHypothesis, RoleKind, Strength, Who};
use crate::model::ids::{PersonaId, ValueId};
use crate::model::value::{EvidenceFamily, IdentifierKind};
use std::collections::BTreeSet;

const LENT_INNOCENT: &str = "an employee who really lives or works there, a colleague's help with equipment, a victim whose \
                             identity is used without consent";
const VICTIM_INNOCENT: &str = "a number that was mistyped or taken from a template, one person under two names, a second job \
                               that the employer knows of";
/// Indicator of one person employed at several places with homes apart.
const CONCURRENT: &str = "B30";
/// Indicator of fields that disagree between systems.
const DISAGREES: &str = "B25";
/// A number that more personas state is an error of the system that delivered it.
const HOLDERS_MAX: usize = 12;

/// Kinds that belong to the person who presents itself.
const CONTACTS: &[IdentifierKind] = &[IdentifierKind::Phone, IdentifierKind::Email];
const DOCUMENTS: &[IdentifierKind] = &[IdentifierKind::GovernmentId, IdentifierKind::DocumentNumber];

/// Personas that only pay, place or device tie to a ring, and whose contact and document data nobody else has.
pub(super) fn lent_in_ring(context: &Context, ring: &Ring) -> Vec<RoleHypothesis> {
    let mut found = Vec::new();
    for &persona in &ring.personas {
        let ties: Vec<_> = ring
            .links
            .iter()
            .map(|&link| &context.clusters.links[link])
            .filter(|link| link.left == persona || link.right == persona)
            .flat_map(|link| link.contributions.iter().map(move |c| (link, c)))
            .filter(|(_, c)| c.counted > 0.0)
            .collect();
        let outward = |family: EvidenceFamily| {
            matches!(family, EvidenceFamily::Payment | EvidenceFamily::Place | EvidenceFamily::DeviceNetwork)
        };
        let families: BTreeSet<EvidenceFamily> = ties.iter().map(|(_, c)| c.family).collect();
        if families.is_empty() || !families.iter().all(|&family| outward(family)) {
            continue;
        }
        let Some(own) = own_identity(context, persona) else { continue };
        let families: Vec<&str> = families.iter().map(|family| family.name()).collect();
        let held = |(link, c): &(&crate::model::evidence::Evidence, &crate::model::evidence::Contribution)| {
            if link.left == persona { c.left } else { c.right }
        };
        let values: BTreeSet<ValueId> = ties.iter().map(held).collect();
        found.push(RoleHypothesis {
            role: RoleKind::LentIdentity,
            who: Who::Persona(persona),
            ring: ring.name.clone(),
            evidence: format!(
                "tied to the ring by {} only; its {} are held by nobody else",
                families.join(" and "),
                own.words
            ),
            innocent: LENT_INNOCENT.to_string(),
            cites: values.iter().flat_map(|&value| context.cite_value(persona, value)).chain(own.cites).collect(),
        });
    }
    found
}

/// A case of one persona with a strong finding on its devices, whose identity is consistent and its own.
pub(super) fn lent_alone(context: &Context, persona: PersonaId, findings: &[Finding]) -> Option<RoleHypothesis> {
    let own: Vec<&Finding> =
        findings.iter().filter(|finding| finding.counts() && finding.personas.contains(&persona)).collect();
    let on_device = |f: &&&Finding| f.family == EvidenceFamily::DeviceNetwork && f.strength == Strength::Strong;
    let strong: Vec<&&Finding> = own.iter().filter(on_device).collect();
    let inconsistent = |f: &&Finding| {
        let identity = matches!(f.family, EvidenceFamily::DocumentText | EvidenceFamily::Contact);
        identity && f.strength >= Strength::Medium || [CONCURRENT, DISAGREES].contains(&f.indicator)
    };
    if strong.is_empty() || own.iter().any(inconsistent) {
        return None;
    }
    let identity = own_identity(context, persona)?;
    let said: Vec<&str> = strong.iter().map(|finding| finding.text.as_str()).collect();
    Some(RoleHypothesis {
        role: RoleKind::LentIdentity,
        who: Who::Persona(persona),
        ring: String::new(),
        evidence: format!("{}; its {} are consistent and held by nobody else", said.join("; "), identity.words),
        innocent: "somebody who travels or works from another place, IT support, a hobby with remote access"
            .to_string(),
        cites: strong.iter().flat_map(|finding| finding.cites.iter().copied()).chain(identity.cites).collect(),
    })
}

struct Own {
    /// `contact and document data`.
    words: &'static str,
    cites: Vec<Citation>,
}

/// The contact data and documents of a persona, where it has contact data and nobody else holds any of them.
fn own_identity(context: &Context, persona: PersonaId) -> Option<Own> {
    let dictionary = &context.claims.dictionary;
    let claims: Vec<_> = context.personas[persona.index()]
        .records
        .iter()
        .flat_map(|&record| context.claims.of(record))
        .filter(|claim| dictionary.marks(claim.value).can_link() && (context.explained)(claim.value).is_none())
        .collect();
    let of = |kinds: &[IdentifierKind]| -> Vec<_> {
        claims.iter().filter(|claim| kinds.contains(&dictionary.kind(claim.value))).collect()
    };
    let (contacts, documents) = (of(CONTACTS), of(DOCUMENTS));
    let alone = |value: ValueId| (context.holders)(value).iter().all(|&holder| holder == persona);
    if contacts.is_empty() || !contacts.iter().chain(&documents).all(|claim| alone(claim.value)) {
        return None;
    }
    Some(Own {
        words: if documents.is_empty() { "contact data" } else { "contact and document data" },
        cites: contacts.into_iter().chain(documents).map(|claim| Citation::of(claim)).collect(),
    })
}

/// Identities that several claim: the owner of a number under different names or homes, and of one person's employments
/// with homes apart. Each with the personas that it is about.
pub(super) fn victims(context: &Context, findings: &[Finding]) -> Vec<(Vec<PersonaId>, RoleHypothesis)> {
    let dictionary = &context.claims.dictionary;
    let numbers = dictionary
        .values()
        .filter(|&value| DOCUMENTS.contains(&dictionary.kind(value)) && dictionary.marks(value).can_link());
    let mut found: Vec<(Vec<PersonaId>, RoleHypothesis)> =
        numbers.filter_map(|number| victim_of_number(context, number)).collect();
    for finding in findings.iter().filter(|finding| finding.counts() && finding.indicator == CONCURRENT) {
        let Some(&persona) = finding.personas.first() else { continue };
        found.push((
            finding.personas.clone(),
            RoleHypothesis {
                role: RoleKind::IdentityTheftVictim,
                who: Who::Persona(persona),
                ring: String::new(),
                evidence: finding.text.clone(),
                innocent: VICTIM_INNOCENT.to_string(),
                cites: finding.cites.clone(),
            },
        ));
    }
    found
}

fn victim_of_number(context: &Context, number: ValueId) -> Option<(Vec<PersonaId>, RoleHypothesis)> {
    let holders = (context.holders)(number);
    if !(1..=HOLDERS_MAX).contains(&holders.len()) {
        return None;
    }
    let under_names = differing(context, number);
    let (personas, how) = if !under_names.is_empty() {
        (under_names, "names")
    } else if let [persona] = holders[..] {
        // One persona whose records state the number under names that disagree.
        let names = stating(context, persona, number);
        let agree = |a: ValueId, b: ValueId| (context.names_agree)(a, b);
        names.iter().any(|&a| names.iter().any(|&b| !agree(a, b))).then_some((holders, "names"))?
    } else {
        let lives = |persona: &PersonaId| homes(context, *persona);
        let apart = |a: &PersonaId, b: &PersonaId| {
            let (x, y) = (lives(a), lives(b));
            !x.is_empty() && !y.is_empty() && !x.iter().any(|&home| y.iter().any(|&h| (context.one_place)(home, h)))
        };
        holders.iter().any(|a| holders.iter().any(|b| apart(a, b))).then_some((holders, "homes"))?
    };
    let kind = context.claims.dictionary.kind(number).name().replace('_', " ");
    let said: Vec<String> = personas
        .iter()
        .map(|&persona| {
            let names: Vec<String> = stating(context, persona, number).into_iter().map(context.shown).collect();
            format!("{} ({})", context.personas[persona.index()].name, names.join(", "))
        })
        .collect();
    let role = RoleHypothesis {
        role: RoleKind::IdentityTheftVictim,
        who: Who::Value(number),
        ring: String::new(),
        evidence: format!("{kind} {} is stated under different {how}: {}", (context.shown)(number), said.join("; ")),
        innocent: VICTIM_INNOCENT.to_string(),
        cites: personas.iter().flat_map(|&persona| context.cite_value(persona, number)).collect(),
    };
    Some((personas, role))
}

/// Names on the records of a persona that state the number.
fn stating(context: &Context, persona: PersonaId, number: ValueId) -> Vec<ValueId> {
    let records = context.personas[persona.index()].records.iter().copied();
    let states = |record: &crate::model::ids::RecordId| context.claims.of(*record).iter().any(|c| c.value == number);
    let mut names: Vec<ValueId> = records
        .filter(states)
        .flat_map(|record| context.claims.of_kind(record, IdentifierKind::Name))
        .map(|claim| claim.value)
        .collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() { persona_names(context, persona) } else { names }
}
