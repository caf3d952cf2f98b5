//! L02: telephone numbers of two personas stand side by side in one block, or are one slip apart.

use super::shared;
use crate::assess::{Indicator, Rule};
use crate::model::finding::Strength;
use crate::model::value::{EvidenceFamily, IdentifierKind};

pub const INDICATOR: Indicator = Indicator {
    id: "L02",
    name: "near phone",
    definition: "Telephone numbers of two linked personas agree in all but the last digit, are at most ten apart, differ in \
                 one digit or two swapped ones, or only in their extension.",
    needs: &[],
    parameters: &[],
    family: EvidenceFamily::Contact,
    strength: Strength::Weak,
    misleads: "The block of numbers of one company, a family plan, a slip in typing.",
    source: "Follows from the reuse of internet telephone numbers in FBI PSA I-012325-PSA, 23 January 2025; no advisory says it",
    rule: Rule::Link(|context, link| {
        shared(context, link, "L02", &[IdentifierKind::Phone], Strength::Weak, |c| c.is_near())
    }),
};
