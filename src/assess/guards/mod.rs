//! Guards: named innocent explanations, one file each and one line in [`GUARDS`]. A guard takes a finding or a ring out of
//! the count in the open, with its reason and with what would override it. It never deletes anything.

pub mod agency;
pub mod corporate_vpn;
pub(super) mod facts;
pub mod household;
pub mod moved_house;
pub mod own_network;
pub mod pay_card;
pub mod recruiter;
pub mod reissued_device;
pub mod shared_building;
#[cfg(test)]
mod tests;
pub mod twins;

use super::Context;
use crate::model::cluster::Ring;
use crate::model::finding::{Finding, Strength};
use crate::model::ids::PersonaId;
use crate::model::value::EvidenceFamily;
use std::collections::BTreeSet;

/// An innocent explanation.
#[derive(Clone, Copy)]
pub struct Guard {
    /// As output names it: `household`.
    pub name: &'static str,
    /// When it holds.
    pub definition: &'static str,
    /// What would override it.
    pub overrides: &'static str,
    /// The relation of the config that is held against a pair's evidence under this name.
    pub relation: Option<&'static str>,
    /// Whether it explains a ring as a whole, and why.
    pub ring: Option<fn(&Context, &Ring) -> Option<String>>,
    /// Whether it explains a finding, and why.
    pub finding: Option<fn(&Context, &Finding) -> Option<String>>,
}

/// Every guard; the first that explains is named.
pub const GUARDS: &[Guard] = &[
    twins::GUARD,
    household::GUARD,
    moved_house::GUARD,
    shared_building::GUARD,
    agency::GUARD,
    recruiter::GUARD,
    pay_card::GUARD,
    own_network::GUARD,
    corporate_vpn::GUARD,
    reissued_device::GUARD,
];

/// The guard that explains a finding, with its reason.
pub(super) fn explains(context: &Context, finding: &Finding) -> Option<(&'static str, String)> {
    GUARDS.iter().find_map(|guard| Some((guard.name, guard.finding?(context, finding)?)))
}

/// The guard that explains a ring, with its reason; `findings` are those about its personas. No guard explains a ring of
/// which something else is known.
pub(super) fn explains_ring(context: &Context, ring: &Ring, findings: &[&Finding]) -> Option<(&'static Guard, String)> {
    if overridden(ring, findings) {
        return None;
    }
    GUARDS.iter().find_map(|guard| Some((guard, guard.ring?(context, ring)?)))
}

/// Whether findings about a ring's personas stand against every innocent explanation of it: a strong one that no guard
/// explains, or some of device and network about two of them. One honest program on one device overrides nothing.
fn overridden(ring: &Ring, findings: &[&Finding]) -> bool {
    let counting = || findings.iter().filter(|finding| finding.counts());
    let on_device = counting().filter(|f| f.family == EvidenceFamily::DeviceNetwork && f.strength >= Strength::Medium);
    let personas: BTreeSet<PersonaId> = on_device.flat_map(|finding| finding.personas.iter().copied()).collect();
    let inside = personas.iter().filter(|persona| ring.personas.binary_search(persona).is_ok()).count();
    inside >= 2 || counting().any(|finding| finding.strength == Strength::Strong)
}

/// The guard of that name, or of that relation.
pub fn guard(name: &str) -> Option<&'static Guard> {
    GUARDS.iter().find(|guard| guard.name == name || guard.relation == Some(name))
}
