//! Indicators that read what two personas have in common. They make no edge: a link was accepted before they look.

pub mod shared_phone;

use super::Context;
use crate::model::evidence::{Contribution, Evidence};
use crate::model::finding::{Finding, Strength};
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
