//! L08: two personas have a home or a delivery address in common.

use super::shared;
use crate::assess::{Context, Indicator, Rule};
use crate::model::evidence::{Contribution, Evidence};
use crate::model::finding::{Finding, Strength};
use crate::model::value::{EvidenceFamily, IdentifierKind, address_parts};

/// An address without a unit that is worth so many bits is a house of few, and not a building of many.
const HOUSE_BITS: f64 = 3.0;

pub const INDICATOR: Indicator = Indicator {
    id: "L08",
    name: "shared delivery or home address",
    definition: "Two personas have one address, at home or as the place that equipment is sent to. Medium for one unit, or \
                 for an address without unit that few hold; weak for one building, and for addresses that are only near.",
    needs: &[],
    parameters: &[],
    family: EvidenceFamily::Place,
    strength: Strength::Medium,
    misleads: "Family, flat-mates, a dormitory, mail forwarding, a virtual office, a carrier's counter, the head office.",
    source: "FBI update of 2025 on facilitators: a location in the United States that devices are sent to",
    rule: Rule::Link(find),
};

fn find(context: &Context, link: &Evidence) -> Option<Finding> {
    let kinds = &[IdentifierKind::Address];
    let has_unit = |c: &Contribution| {
        address_parts(context.claims.dictionary.text(c.left)).is_some_and(|[_, _, unit, ..]| !unit.is_empty())
    };
    let one_home = |c: &Contribution| !c.is_near() && (has_unit(c) || c.bits >= HOUSE_BITS);
    shared(context, link, "L08", kinds, Strength::Medium, one_home)
        .or_else(|| shared(context, link, "L08", kinds, Strength::Weak, |_| true))
}
