//! Indicators that read one persona: where equipment goes, what runs on it, who is paid, where somebody signs in.

pub mod access_before_check;
pub mod account_change_after_hire;
pub mod anonymizing_network;
pub mod bulk_code_copy;
pub mod check_missing;
pub mod concurrent_employment;
pub mod device_elsewhere;
pub mod disagreeing_identity;
pub mod feigned_activity;
pub mod identity_history;
pub mod kvm_device;
pub mod local_admin;
pub mod many_accounts;
pub mod many_places;
pub mod money_platform;
pub mod moved_in_onboarding;
pub mod never_together;
pub mod other_addressee;
pub mod other_payee;
pub mod parcel_place;
pub mod pay;
pub mod people;
pub mod places;
pub mod redirected_parcel;
pub mod remote_control;
pub mod replacement_persona;
pub mod serial_challenge;
pub mod ship_to_elsewhere;
pub mod sign_ins;
pub mod threat_after_end;
pub mod unconfirmed;
pub mod unmanaged_sign_in;
pub mod virtual_media;
pub mod working_hours;

use super::Context;
use crate::model::finding::{Finding, Strength};
use crate::model::ids::{PersonaId, ValueId};
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Values of one kind that a list knows, with the name it has for them.
pub(super) type Listed = FxHashMap<ValueId, &'static str>;

/// Every value of a kind that a list knows. A run holds few different programs or networks and many events that name them,
/// so each is looked up once.
pub(super) fn listed(
    context: &Context,
    kind: IdentifierKind,
    name: impl Fn(&str) -> Option<&'static str> + Sync,
) -> Listed {
    let dictionary = &context.claims.dictionary;
    let of_kind: Vec<ValueId> = dictionary.values_of(kind).collect();
    let named: Vec<_> =
        of_kind.into_par_iter().filter_map(|value| Some((value, name(dictionary.text(value))?))).collect();
    named.into_iter().collect()
}

/// Looks at every persona, in order.
pub(super) fn each<F: IntoIterator<Item = Finding>>(
    context: &Context,
    find: impl Fn(PersonaId) -> F + Sync,
) -> Vec<Finding> {
    (0..context.personas.len()).into_par_iter().flat_map_iter(|at| find(PersonaId::from(at))).collect()
}

/// What somebody's records name that a list knows, as an indicator tells it.
pub(super) struct OnList {
    pub indicator: &'static str,
    pub strength: Strength,
    /// Records that are looked at, and what of them the list may know.
    pub records: RecordKind,
    pub named: IdentifierKind,
    /// The words before the names: `plugged into a device`.
    pub what: &'static str,
}

/// One finding for every persona of which a record names something that the list knows.
pub(super) fn on_list(
    context: &Context,
    of: OnList,
    name: impl Fn(&str) -> Option<&'static str> + Sync,
) -> Vec<Finding> {
    let known = listed(context, of.named, name);
    if known.is_empty() {
        return Vec::new();
    }
    each(context, |persona| {
        let seen: Vec<_> = context
            .of_kind(persona, of.records)
            .flat_map(|record| context.claims.of_kind(record, of.named))
            .filter_map(|claim| Some((*known.get(&claim.value)?, claim)))
            .collect();
        let names: BTreeSet<&str> = seen.iter().map(|(name, _)| *name).collect();
        let names: Vec<&str> = names.into_iter().collect();
        if names.is_empty() {
            return None;
        }
        let text = format!("{}: {}", of.what, some(&names));
        Some(
            Finding::about(of.indicator, persona, of.strength, EvidenceFamily::DeviceNetwork, text)
                .citing(seen.iter().flat_map(|(_, c)| context.cite(c.record, &[of.named, IdentifierKind::Time])))
                .on(seen.iter().map(|(_, claim)| claim.valid().from)),
        )
    })
}

/// `a parcel was` or `3 parcels were`.
pub(super) fn counted(count: usize, one: &str, more: &str) -> String {
    if count == 1 { one.to_string() } else { format!("{count} {more}") }
}

/// Words as one sentence lists them: `a, b and 2 more`.
pub(super) fn some(words: &[&str]) -> String {
    const SHOWN: usize = 4;
    let mut text = words.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if words.len() > SHOWN {
        text.push_str(&format!(" and {} more", words.len() - SHOWN));
    }
    text
}

/// Country codes as people write them.
pub(super) fn codes<'a>(countries: impl IntoIterator<Item = &'a str>) -> String {
    let upper: Vec<String> = countries.into_iter().map(str::to_uppercase).collect();
    some(&upper.iter().map(String::as_str).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests;
