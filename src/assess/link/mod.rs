//! Indicators that read what two personas have in common. They make no edge: a link was accepted before they look.

pub mod agency_chain;
pub mod application_client;
pub mod claimed_twice;
pub mod co_located_devices;
pub mod email_pattern;
pub mod near_phone;
pub mod odd_token;
pub mod referral;
pub mod shared_account;
pub mod shared_address;
pub mod shared_device;
pub mod shared_document;
pub mod shared_email;
pub mod shared_phone;
pub mod shared_photo;
pub mod shared_profile;
pub mod shared_referee;
pub mod shared_resume;
pub mod shared_wallet;
#[cfg(test)]
mod tests;
pub mod watch_list;

use super::Context;
use crate::model::evidence::{Contribution, Evidence};
use crate::model::finding::{Finding, Strength};
use crate::model::ids::{PersonaId, ValueId};
use crate::model::value::IdentifierKind;

/// The finding of a link that shares a value of one of these kinds (or near ones, where `near` says so), citing both
/// sides' cells. `None` when the link has no such value that counts.
pub(super) fn shared(
    context: &Context,
    link: &Evidence,
    indicator: &'static str,
    kinds: &[IdentifierKind],
    strength: Strength,
    fits: impl Fn(&Contribution) -> bool,
) -> Option<Finding> {
    let found: Vec<&Contribution> =
        link.contributions.iter().filter(|c| kinds.contains(&c.kind) && c.bits > 0.0 && fits(c)).collect();
    let first = found.first()?;
    let listed: Vec<String> = found.iter().take(3).map(|c| words(context, c)).collect();
    let mut text = listed.join(", ");
    if found.len() > 3 {
        text.push_str(&format!(" and {} more", found.len() - 3));
    }
    let mut finding = Finding::about(indicator, link.left, strength, first.family, text);
    finding.personas.push(link.right);
    for c in &found {
        finding.cites.extend(context.cite_value(link.left, c.left));
        finding.cites.extend(context.cite_value(link.right, c.right));
    }
    Some(finding)
}

/// `same phone +12025550100`, `email: one edit in the local part, a@example.com ~ b@example.com`.
fn words(context: &Context, c: &Contribution) -> String {
    let kind = c.kind.name().replace('_', " ");
    let (left, right) = ((context.shown)(c.left), (context.shown)(c.right));
    if c.is_near() { format!("{kind}: {}, {left} ~ {right}", c.how) } else { format!("{} {kind} {left}", c.how) }
}

/// Names that a persona's own records state.
pub(in crate::assess) fn persona_names(context: &Context, persona: PersonaId) -> Vec<ValueId> {
    let records = context.personas[persona.index()].records.iter();
    let claims = records.flat_map(|&record| context.claims.of_kind(record, IdentifierKind::Name));
    let mut names: Vec<ValueId> = claims.map(|claim| claim.value).collect();
    names.sort_unstable();
    names.dedup();
    names
}
