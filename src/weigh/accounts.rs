//! Whom accounts pay, as far as it explains who shares them: a couple by both names, an agency by its own.

use crate::model::claim::Claims;
use crate::model::ids::{PersonaId, RecordId, ValueId};
use crate::model::value::{EvidenceFamily, IdentifierKind, Marks};
use rustc_hash::{FxHashMap, FxHashSet};

/// Words of the names that an account pays, for accounts that several personas hold.
pub(super) fn payees(claims: &Claims, of_record: &[Option<PersonaId>]) -> FxHashMap<ValueId, Vec<Vec<String>>> {
    let mut paid: Vec<(ValueId, PersonaId, ValueId)> = Vec::new();
    for (index, record) in claims.records.iter().enumerate() {
        let (Some(persona), false) = (of_record[index], record.kind.is_person()) else { continue };
        let own = claims.of(RecordId::from(index));
        for payee in own.iter().filter(|claim| claims.dictionary.kind(claim.value) == IdentifierKind::PayeeName) {
            let accounts = own.iter().filter(|claim| {
                let kind = claims.dictionary.kind(claim.value);
                kind.family() == EvidenceFamily::Payment && kind.links()
            });
            paid.extend(accounts.map(|account| (account.value, persona, payee.value)));
        }
    }
    paid.sort_unstable();
    let mut found = FxHashMap::default();
    for group in paid.chunk_by(|a, b| a.0 == b.0) {
        if group.iter().any(|entry| entry.1 != group[0].1) {
            let mut names: Vec<ValueId> = group.iter().map(|entry| entry.2).collect();
            names.sort_unstable();
            names.dedup();
            found.insert(group[0].0, names.into_iter().map(|name| words(claims.dictionary.text(name))).collect());
        }
    }
    found
}

/// Values that an agency gives to its people by its nature: role mailboxes, and accounts whose payee bears an agency's name.
pub(super) fn given_out(claims: &Claims, agencies: &FxHashMap<ValueId, u32>) -> FxHashSet<ValueId> {
    let sorted = |value: ValueId| {
        let mut words = words(claims.dictionary.text(value));
        words.sort_unstable();
        words
    };
    let names: FxHashSet<Vec<String>> = agencies.keys().map(|&agency| sorted(agency)).collect();
    let mut found: FxHashSet<ValueId> =
        claims.dictionary.values().filter(|&value| claims.dictionary.marks(value).has(Marks::ROLE_MAILBOX)).collect();
    if names.is_empty() {
        return found;
    }
    for index in 0..claims.records.len() {
        let own = claims.of(RecordId::from(index));
        let is_kind = |value: ValueId, kind| claims.dictionary.kind(value) == kind;
        let pays_agency = own
            .iter()
            .any(|claim| is_kind(claim.value, IdentifierKind::PayeeName) && names.contains(&sorted(claim.value)));
        if pays_agency {
            found.extend(own.iter().map(|claim| claim.value).filter(|&value| {
                let kind = claims.dictionary.kind(value);
                kind.family() == EvidenceFamily::Payment && kind.links()
            }));
        }
    }
    found
}

/// The words of a canonical name.
fn words(text: &str) -> Vec<String> {
    text.split([' ', '/']).filter(|word| !word.is_empty()).map(str::to_string).collect()
}
