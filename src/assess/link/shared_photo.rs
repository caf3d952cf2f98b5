//! L12: hashes of two personas' images, made by the customer, are equal or a few bits apart.

use super::shared;
use crate::assess::{Indicator, Rule};
use crate::model::finding::Strength;
use crate::model::value::{EvidenceFamily, IdentifierKind};

pub const INDICATOR: Indicator = Indicator {
    id: "L12",
    name: "same photo",
    definition: "Image hashes that the customer made are equal, or differ in one bit of ten at most. No image is looked at, \
                 and no face is measured.",
    needs: &[],
    parameters: &[],
    family: EvidenceFamily::DocumentText,
    strength: Strength::Medium,
    misleads: "A stock picture, a company's default picture, twins, strong compression.",
    source: "FBI update of 2025 on facilitators: capture images for comparison with later meetings",
    rule: Rule::Link(|context, link| {
        shared(context, link, "L12", &[IdentifierKind::PhotoHash], Strength::Medium, |_| true)
    }),
};
