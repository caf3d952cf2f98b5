//! Accounts that a persona named for pay, in order of time.

use crate::assess::Context;
use crate::model::claim::Claim;
use crate::model::ids::PersonaId;
use crate::model::record::RecordKind;
use crate::model::value::{IdentifierKind, Marks};

/// An account, wallet or payment handle, named from a day on.
pub(in crate::assess) struct NamedAccount<'a> {
    /// `i32::MIN` where no day is known.
    pub day: i32,
    /// The same for one account, however much of it is masked.
    pub key: String,
    pub claim: &'a Claim,
}

/// What says whom to pay.
pub(in crate::assess) const KINDS: [IdentifierKind; 3] =
    [IdentifierKind::Account, IdentifierKind::Wallet, IdentifierKind::PaymentHandle];

/// Every account that was named, by day. An account without a day was named at the first hire.
pub(in crate::assess) fn named<'a>(context: &Context<'a>, persona: PersonaId) -> Vec<NamedAccount<'a>> {
    let dictionary = &context.claims.dictionary;
    let mut found: Vec<&Claim> = context
        .records(persona)
        .filter(|&record| {
            let kind = context.claims.record(record).kind;
            matches!(kind, RecordKind::Employee | RecordKind::PaymentAccount | RecordKind::PayrollChange)
        })
        .flat_map(|record| context.claims.of(record))
        .filter(|claim| KINDS.contains(&dictionary.kind(claim.value)) && dictionary.marks(claim.value).can_link())
        .collect();
    if found.len() < 2 && !found.iter().any(|claim| is_change(context, claim)) {
        return Vec::new();
    }
    let masked = found.iter().any(|claim| dictionary.marks(claim.value).has(Marks::MASKED));
    let hired = context.hires(persona).first().map_or(i32::MIN, |&(day, _)| day);
    let day = |claim: &Claim| if claim.valid().from == i32::MIN { hired } else { claim.valid().from };
    found.sort_by_key(|claim| (day(claim), claim.value, claim.record));
    found
        .into_iter()
        .map(|claim| NamedAccount { day: day(claim), key: key(dictionary.text(claim.value), masked), claim })
        .collect()
}

/// Whether a payroll change names the account.
pub(in crate::assess) fn is_change(context: &Context, claim: &Claim) -> bool {
    context.claims.record(claim.record).kind == RecordKind::PayrollChange
}

/// Where some of a persona's accounts are masked, all are told apart by routing number and last four.
fn key(text: &str, masked: bool) -> String {
    match text.rsplit_once(':') {
        Some((routing, number)) if masked => {
            let digits: Vec<char> = number.chars().rev().take(4).collect();
            format!("{routing}:{}", digits.into_iter().rev().collect::<String>())
        }
        _ => text.to_string(),
    }
}
