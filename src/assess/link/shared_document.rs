//! L07: two personas state one identity document or one government number.

use super::shared;
use crate::assess::{Indicator, Rule};
use crate::model::finding::Strength;
use crate::model::value::{EvidenceFamily, IdentifierKind};

pub const INDICATOR: Indicator = Indicator {
    id: "L07",
    name: "same identity document",
    definition: "Two personas state one number of an identity document or one government number. Numbers that are one edit \
                 apart are medium.",
    needs: &[],
    parameters: &[],
    family: EvidenceFamily::DocumentText,
    strength: Strength::Strong,
    misleads: "An error of reading or typing, the number of a scanner's template, numbers issued one after the other to twins.",
    source: "FBI update of 2025 on facilitators: similar documents used to open accounts",
    rule: Rule::Link(|context, link| {
        let kinds = &[IdentifierKind::GovernmentId, IdentifierKind::DocumentNumber];
        shared(context, link, "L07", kinds, Strength::Strong, |c| !c.is_near())
            .or_else(|| shared(context, link, "L07", kinds, Strength::Medium, |c| c.is_near()))
    }),
};
