//! L13: two personas name one referee, or one is the other's referee.

use super::shared;
use crate::assess::{Context, Indicator, Rule};
use crate::model::evidence::{Contribution, Evidence};
use crate::model::finding::{Finding, Strength};
use crate::model::value::{EvidenceFamily, IdentifierKind};

pub const INDICATOR: Indicator = Indicator {
    id: "L13",
    name: "shared referee",
    definition: "A referee's email or phone is the other persona's own, on one side or on both: strong. Both name one referee, \
                 or referees that are near: medium.",
    needs: &[],
    parameters: &[],
    family: EvidenceFamily::People,
    strength: Strength::Strong,
    misleads: "The former manager of a team that was dismissed, colleagues who apply together, a number that an agency gives \
               as reference.",
    source: "Google Threat Intelligence, 1 April 2025: fabricated references, personas that vouch for each other",
    rule: Rule::Link(find),
};

const KINDS: &[IdentifierKind] = &[IdentifierKind::RefereeEmail, IdentifierKind::RefereePhone];

fn find(context: &Context, link: &Evidence) -> Option<Finding> {
    let named = |c: &Contribution| is_other(context, c);
    let found = shared(context, link, "L13", KINDS, Strength::Strong, named);
    let Some(mut finding) = found else { return shared(context, link, "L13", KINDS, Strength::Medium, |_| true) };
    let side = |left: bool| link.contributions.iter().any(|c| named(c) && c.left_names_right == left && c.bits > 0.0);
    if side(true) && side(false) {
        finding.text = format!("each names the other as referee: {}", finding.text);
    }
    Some(finding)
}

/// Whether a contribution is a referee's contact that the other persona calls its own. The two sides are values of two
/// kinds then.
pub(in crate::assess) fn is_other(context: &Context, c: &Contribution) -> bool {
    let kind = |value| context.claims.dictionary.kind(value);
    KINDS.contains(&c.kind) && kind(c.left) != kind(c.right)
}
