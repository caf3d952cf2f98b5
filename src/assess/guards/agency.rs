//! A staffing agency gives its people one phone, one referee, one footer, sometimes one address; also an agency that is on
//! nobody's list.

use super::Guard;
use super::facts::nothing_left;
use crate::assess::Context;
use crate::model::cluster::Ring;
use crate::model::evidence::{Contribution, Evidence};
use crate::model::ids::{PersonaId, ValueId};
use crate::model::value::IdentifierKind;
use std::collections::{BTreeMap, BTreeSet};

pub const GUARD: Guard = Guard {
    name: "agency",
    definition: "Most of a ring came through one agency that has as many others, or carry one phone, mailbox or referee that \
                 many carry; what most of the agency's people share (contact, referee, office, a footer of one or two lines) \
                 is taken off, and nothing else ties them.",
    overrides: "what only some of the agency's people share: an account, a document, a device, three lines of a resume",
    relation: Some("agency"),
    ring: Some(explains),
    finding: None,
};

/// The share of a ring that must have come through the agency.
const MOST: f64 = 0.75;
/// A contact that so many carry is not one person's.
const MANY: usize = 8;
/// So many of the agency's other people make what they share the agency's own.
const OTHERS_MIN: usize = 3;
/// A footer has one or two lines; more equal lines are content.
const FOOTER_LINES: usize = 2;

const GIVEN: &[IdentifierKind] = &[
    IdentifierKind::Phone,
    IdentifierKind::Email,
    IdentifierKind::Address,
    IdentifierKind::RefereeEmail,
    IdentifierKind::RefereePhone,
    IdentifierKind::ResumeLine,
];

fn explains(context: &Context, ring: &Ring) -> Option<String> {
    // What follows looks at the whole run, so it is asked only where an agency's gifts could explain the ring at all.
    if !nothing_left(context, ring, |_, c| GIVEN.contains(&c.kind)) {
        return None;
    }
    by_name(context, ring).or_else(|| by_contact(context, ring))
}

/// An agency by its name, with people outside of the ring: without them it may be a front.
fn by_name(context: &Context, ring: &Ring) -> Option<String> {
    let mut members: BTreeMap<ValueId, BTreeSet<PersonaId>> = BTreeMap::new();
    for &persona in &ring.personas {
        for claim in context.records(persona).flat_map(|record| context.claims.of_kind(record, IdentifierKind::Agency))
        {
            members.entry(claim.value).or_default().insert(persona);
        }
    }
    let (agency, inside) = members.into_iter().max_by_key(|(value, own)| (own.len(), std::cmp::Reverse(*value)))?;
    if (inside.len() as f64) < MOST * ring.personas.len() as f64 {
        return None;
    }
    let others: BTreeSet<PersonaId> =
        context.stated_by(agency).filter(|persona| ring.personas.binary_search(persona).is_err()).collect();
    if others.len() < OTHERS_MIN.max(ring.personas.len()) {
        return None;
    }
    let given =
        |value: ValueId| (context.holders)(value).iter().filter(|who| others.contains(who)).count() >= OTHERS_MIN;
    let explained = |_: &Evidence, c: &Contribution| GIVEN.contains(&c.kind) && given(c.left) && given(c.right);
    nothing_left(context, ring, explained).then(|| {
        let name = (context.shown)(agency);
        format!("{} personas came through {name} with {} others, and share what it gives", inside.len(), others.len())
    })
}

/// An agency that nothing names, by a contact or referee that many carry.
fn by_contact(context: &Context, ring: &Ring) -> Option<String> {
    let contacts =
        [IdentifierKind::Phone, IdentifierKind::Email, IdentifierKind::RefereeEmail, IdentifierKind::RefereePhone];
    let shared: BTreeSet<ValueId> = ring
        .links
        .iter()
        .flat_map(|&link| &context.clusters.links[link].contributions)
        .filter(|c| contacts.contains(&c.kind) && c.left == c.right && c.holders as usize >= MANY)
        .map(|c| c.left)
        .collect();
    shared.into_iter().find_map(|value| {
        let carriers = (context.holders)(value);
        let inside = carriers.iter().filter(|who| ring.personas.binary_search(who).is_ok()).count();
        if (inside as f64) < MOST * ring.personas.len() as f64 {
            return None;
        }
        let given = |own: ValueId| {
            let holders = (context.holders)(own);
            2 * holders.iter().filter(|who| carriers.binary_search(who).is_ok()).count() >= carriers.len()
        };
        let explained = |link: &Evidence, c: &Contribution| {
            GIVEN.contains(&c.kind) && given(c.left) && given(c.right) && has_footer(link)
        };
        nothing_left(context, ring, explained).then(|| {
            let kind = context.claims.dictionary.kind(value).name().replace('_', " ");
            let shown = (context.shown)(value);
            format!(
                "{} personas carry the {kind} {shown}, and most of them what else is shared: an agency's",
                carriers.len()
            )
        })
    })
}

/// Whether the lines that two share are few enough for a footer. One phone and one resume on several applications are what
/// an operator leaves, so where nothing names an agency, content keeps all of a tie.
fn has_footer(link: &Evidence) -> bool {
    let is_line = |c: &&Contribution| c.kind == IdentifierKind::ResumeLine && c.bits > 0.0;
    link.contributions.iter().filter(is_line).count() <= FOOTER_LINES
}
