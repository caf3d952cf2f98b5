//! L11: two personas point to one profile, or use one handle.

use super::shared;
use crate::assess::{Indicator, Rule};
use crate::model::finding::Strength;
use crate::model::value::{EvidenceFamily, IdentifierKind};

pub const INDICATOR: Indicator = Indicator {
    id: "L11",
    name: "shared profile link or handle",
    definition: "Two personas give one profile or portfolio link, or one handle, also at different sites. Links and handles \
                 that are only near are medium.",
    needs: &[],
    parameters: &[],
    family: EvidenceFamily::DocumentText,
    strength: Strength::Strong,
    misleads: "The page of a team or of an employer, a handle that namesakes make alike.",
    source: "FBI update of 2025 on facilitators: cross-reference contacts with social profiles and portfolios",
    rule: Rule::Link(|context, link| {
        let kinds = &[IdentifierKind::ProfileUrl, IdentifierKind::Handle];
        shared(context, link, "L11", kinds, Strength::Strong, |c| !c.is_near())
            .or_else(|| shared(context, link, "L11", kinds, Strength::Medium, |c| c.is_near()))
    }),
};
