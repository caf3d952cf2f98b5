//! L20: names, wallets and vendors against a sanctions or watch list.

use crate::assess::{Indicator, Rule};
use crate::model::finding::Strength;
use crate::model::value::EvidenceFamily;

pub const INDICATOR: Indicator = Indicator {
    id: "L20",
    name: "watch-list hit",
    definition: "A wallet, an id or a vendor is on a dated watch list; a name alone would be weak.",
    needs: &[],
    parameters: &[],
    family: EvidenceFamily::People,
    strength: Strength::Strong,
    misleads: "Namesakes.",
    source: "FBI update of 2025 on facilitators: sanctions; United States Treasury, July 2025",
    rule: Rule::NotFed(
        "a source of list entries; until there is one, [known] values and records raise what touches them (K01)",
    ),
};
