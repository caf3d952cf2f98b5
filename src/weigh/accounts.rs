//! Whom accounts pay, as far as it explains who shares them: a couple by both names, an agency by its own.

use crate::model::claim::Claims;
use crate::model::ids::{PersonaId, RecordId, ValueId};
use crate::model::value::{EvidenceFamily, IdentifierKind, Marks};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

/// Words of the names that an account pays, for accounts that several personas hold.
pub(super) fn payees(claims: &Claims, of_record: &[Option<PersonaId>]) -> FxHashMap<ValueId, Vec<Vec<String>>> {
    let paid_by = |(index, persona): (usize, &Option<PersonaId>)| {
        let persona = persona.filter(|_| !claims.records[index].kind.is_person());
        let record = RecordId::from(index);
        let payees = persona.into_iter().flat_map(move |_| claims.of_kind(record, IdentifierKind::PayeeName));
        payees.flat_map(move |payee| {
            accounts(claims, record).filter_map(move |account| Some((account, persona?, payee.value)))
        })
    };
    let mut paid: Vec<(ValueId, PersonaId, ValueId)> =
        of_record.par_iter().enumerate().flat_map_iter(paid_by).collect();
    paid.par_sort_unstable();
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
    let values = || (0..claims.dictionary.len()).into_par_iter().map(ValueId::from);
    let mut found: FxHashSet<ValueId> =
        values().filter(|&value| claims.dictionary.marks(value).has(Marks::ROLE_MAILBOX)).collect();
    if names.is_empty() {
        return found;
    }
    let is_payee = |value: &ValueId| claims.dictionary.kind(*value) == IdentifierKind::PayeeName;
    let paid: FxHashSet<ValueId> = values().filter(is_payee).filter(|&value| names.contains(&sorted(value))).collect();
    if paid.is_empty() {
        return found;
    }
    let pays_agency =
        |record: &RecordId| claims.of_kind(*record, IdentifierKind::PayeeName).any(|payee| paid.contains(&payee.value));
    let records = (0..claims.records.len()).into_par_iter().map(RecordId::from).filter(pays_agency);
    found.par_extend(records.flat_map_iter(|record| accounts(claims, record)));
    found
}

/// Accounts that a record names.
fn accounts(claims: &Claims, record: RecordId) -> impl Iterator<Item = ValueId> {
    claims.of(record).iter().map(|claim| claim.value).filter(|&value| {
        let kind = claims.dictionary.kind(value);
        kind.family() == EvidenceFamily::Payment && kind.links()
    })
}

/// The words of a canonical name.
fn words(text: &str) -> Vec<String> {
    text.split([' ', '/']).filter(|word| !word.is_empty()).map(str::to_string).collect()
}
