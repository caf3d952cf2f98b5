//! A dormitory, a tower, a co-living house: many live at one address behind one network and have nothing else in common.

use super::Guard;
use super::facts::{homes, nothing_else};
use crate::assess::Context;
use crate::model::cluster::Ring;
use crate::model::ids::{PersonaId, ValueId};
use crate::model::value::IdentifierKind;
use std::collections::BTreeSet;

pub const GUARD: Guard = Guard {
    name: "shared building",
    definition: "Every persona of the ring states a home in one building, at least three others who are not in the ring live \
                 there too, and nothing but the address and the network ties them.",
    overrides: "remote-control software or a remote keyboard on a device, a document, a shared device, pay to one account",
    relation: None,
    ring: Some(explains),
    finding: None,
};

/// So many others make a building one that many share.
const OTHERS_MIN: usize = 3;

fn explains(context: &Context, ring: &Ring) -> Option<String> {
    let placed = [IdentifierKind::Address, IdentifierKind::Ip];
    if !nothing_else(context, ring, |_, c| placed.contains(&c.kind)) {
        return None;
    }
    let (first, rest) = ring.personas.split_first()?;
    let building = homes(context, *first).into_iter().find(|&home| {
        rest.iter().all(|&persona| homes(context, persona).iter().any(|&other| (context.one_place)(home, other)))
    })?;
    let others =
        residents(context, building).into_iter().filter(|who| ring.personas.binary_search(who).is_err()).count();
    (others >= OTHERS_MIN).then(|| {
        format!(
            "all {} personas live in one building, where {others} others live as well, and nothing but place and network \
             ties them",
            ring.personas.len()
        )
    })
}

/// Personas that state a home in the building.
fn residents(context: &Context, building: ValueId) -> BTreeSet<PersonaId> {
    let there = context.of_number(building).filter(|&address| (context.one_place)(building, address));
    there.flat_map(|address| context.stated_by(address)).collect()
}
