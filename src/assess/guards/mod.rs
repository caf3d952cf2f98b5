//! Guards: named innocent explanations, one file each and one line in [`GUARDS`]. A guard takes a finding or a ring out of
//! the count in the open, with its reason and with what would override it. It never deletes anything.

pub mod household;
pub mod moved_house;

use super::Context;
use crate::model::cluster::Ring;
use crate::model::finding::Finding;

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
pub const GUARDS: &[Guard] = &[household::GUARD, moved_house::GUARD];

/// The guard that explains a finding, with its reason.
pub(super) fn explains(context: &Context, finding: &Finding) -> Option<(&'static str, String)> {
    GUARDS.iter().find_map(|guard| Some((guard.name, guard.finding?(context, finding)?)))
}

/// The guard that explains a ring, with its reason.
pub(super) fn explains_ring(context: &Context, ring: &Ring) -> Option<(&'static Guard, String)> {
    GUARDS.iter().find_map(|guard| Some((guard, guard.ring?(context, ring)?)))
}

/// The guard of that name, or of that relation.
pub fn guard(name: &str) -> Option<&'static Guard> {
    GUARDS.iter().find(|guard| guard.name == name || guard.relation == Some(name))
}
