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
use crate::model::finding::Finding;
use crate::model::ids::{PersonaId, ValueId};
use crate::model::value::IdentifierKind;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

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
    let of_kind: Vec<ValueId> = dictionary.values().filter(|&value| dictionary.kind(value) == kind).collect();
    let named: Vec<_> =
        of_kind.into_par_iter().filter_map(|value| Some((value, name(dictionary.text(value))?))).collect();
    named.into_iter().collect()
}

/// Looks at every persona, in order.
pub(super) fn each(context: &Context, find: impl Fn(PersonaId) -> Option<Finding> + Sync) -> Vec<Finding> {
    (0..context.personas.len()).into_par_iter().filter_map(|at| find(PersonaId::from(at))).collect()
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
