//! L01: two personas of different names carry one telephone number.

use super::shared;
use crate::assess::{Indicator, Rule};
use crate::model::finding::Strength;
use crate::model::value::{EvidenceFamily, IdentifierKind};

pub const INDICATOR: Indicator = Indicator {
    id: "L01",
    name: "shared phone",
    definition: "Two personas carry one telephone number in E.164 form, and the number is no placeholder and on no allow list.",
    needs: &[],
    parameters: &[],
    family: EvidenceFamily::Contact,
    strength: Strength::Medium,
    misleads: "A recruiter's or an agency's number, a spouse, a family plan, a switchboard.",
    source: "FBI PSA I-012325-PSA, 23 January 2025: phone numbers reused on several resumes",
    rule: Rule::Link(|context, link| {
        shared(context, link, "L01", &[IdentifierKind::Phone], Strength::Medium, |c| !c.is_near())
    }),
};
