//! Near bank accounts: opened one after the other, mistyped, or known to one source in part.
//!
//! Two accounts of which no routing number is known are compared as if at one bank: a source without that column has
//! no other way. Otherwise bank and number are never both in doubt, but for the last rule: a last four without routing
//! number says little, and has its own name so that weighing measures how little.

use super::edit::{self, Edit};
use super::groups::{Meeting, Signatures, key, with};
use super::{EDIT_GROUP_MAX, GROUP_MAX, NearRule, Rule};
use crate::model::value::Marks;

/// Account numbers no further apart than this were given out one after the other.
const NEIGHBOUR_DISTANCE_MAX: u64 = 2;

/// Shorter numbers are next to each other by chance.
const NUMBER_CHARS_MIN: usize = 5;

/// Digits that a mask must leave visible.
const VISIBLE_DIGITS: usize = 4;

const IBAN: &str = "iban";

/// An account, taken apart.
pub(super) struct Account<'a> {
    text: &'a str,
    /// Where the bank ends.
    colon: u32,
    is_masked: bool,
}

impl<'a> Account<'a> {
    /// Routing number, `iban`, or empty when it is not known.
    fn bank(&self) -> &'a str {
        &self.text[..self.colon as usize]
    }

    /// The whole number, or the visible end of a masked one.
    fn number(&self) -> &'a str {
        &self.text[self.colon as usize + 1 + usize::from(self.is_masked)..]
    }

    /// The bank, when it is known; an IBAN holds it somewhere inside.
    fn known_bank(&self) -> Option<&str> {
        (!self.bank().is_empty() && self.bank() != IBAN).then_some(self.bank())
    }

    fn last_four(&self) -> Option<&str> {
        self.number().get(self.number().len().checked_sub(VISIBLE_DIGITS)?..)
    }

    /// Whether a masked account may be the other one.
    fn may_be(&self, other: &Self) -> bool {
        self.is_masked
            && self.number().len() >= VISIBLE_DIGITS
            && other.number().ends_with(self.number())
            && (other.is_masked || other.number().len() > self.number().len())
    }

    /// The number as a number, when it is one.
    fn digits(&self) -> Option<u64> {
        self.number().bytes().all(|b| b.is_ascii_digit()).then(|| self.number().parse().ok())?
    }
}

impl<'a> Rule<'a> for Account<'a> {
    fn parse(text: &'a str, _: Marks) -> Option<Self> {
        let colon = memchr::memchr(b':', text.as_bytes())?;
        let is_masked = text[colon + 1..].starts_with('*');
        Some(Account { text, colon: u32::try_from(colon).ok()?, is_masked })
    }

    fn near(&self, other: &Self) -> Option<NearRule> {
        if self.is_masked || other.is_masked {
            if !(self.may_be(other) || other.may_be(self)) {
                return None;
            }
            return match (self.known_bank(), other.known_bank()) {
                (Some(a), Some(b)) => (a == b && self.number() != other.number()).then_some(NearRule::AccountMasked),
                _ => (self.bank() != other.bank() || self.number() != other.number())
                    .then_some(NearRule::AccountLastFour),
            };
        }
        if self.number().len().min(other.number().len()) < NUMBER_CHARS_MIN {
            return None;
        }
        if self.bank() != other.bank() {
            let one_unknown = self.bank().is_empty() || other.bank().is_empty();
            return (one_unknown && self.number() == other.number()).then_some(NearRule::AccountWithoutRouting);
        }
        let edit =
            edit::one_edit(self.number(), other.number()).filter(|&edit| self.bank() == IBAN || edit != Edit::Inserted);
        if self.bank() == IBAN {
            return edit.map(|_| NearRule::IbanOneEdit);
        }
        let is_next = || match (self.digits(), other.digits()) {
            (Some(a), Some(b)) => a != b && a.abs_diff(b) <= NEIGHBOUR_DISTANCE_MAX,
            _ => false,
        };
        match edit {
            Some(Edit::Swapped) => Some(NearRule::AccountSwapped),
            _ if is_next() => Some(NearRule::AccountAdjacent),
            _ => edit.map(|_| NearRule::AccountOneDigit),
        }
    }

    fn meetings(accounts: &[Self]) -> Vec<Meeting<Self>> {
        let mut meetings: Vec<Meeting<Self>> = vec![
            Meeting { shared: "account number but for one digit", group_max: EDIT_GROUP_MAX, signatures: edits },
            Meeting { shared: "run of account numbers", group_max: EDIT_GROUP_MAX, signatures: runs },
        ];
        // Numbers meet only where a bank is not known, last fours only where a number is masked.
        if accounts.iter().any(|account| account.bank().is_empty()) {
            meetings.push(Meeting { shared: "account number", group_max: GROUP_MAX, signatures: numbers });
        }
        if accounts.iter().any(|account| account.is_masked) {
            meetings.extend([
                Meeting {
                    shared: "routing number and last four",
                    group_max: EDIT_GROUP_MAX,
                    signatures: masks as fn(&_, &mut _),
                },
                Meeting { shared: "last four", group_max: EDIT_GROUP_MAX, signatures: last_fours },
            ]);
        }
        meetings
    }
}

/// Of accounts with the same number, those without routing number meet the others.
fn numbers(account: &Account<'_>, out: &mut Signatures) {
    if !account.is_masked {
        let hash = key(&["number", account.number()]);
        if account.bank().is_empty() { out.left(hash) } else { out.right(hash) }
    }
}

fn edits(account: &Account<'_>, out: &mut Signatures) {
    if !account.is_masked && account.number().len() >= NUMBER_CHARS_MIN {
        edit::signatures(key(&["edit", account.bank()]), account.number(), out);
    }
}

/// Numbers at most two apart fall into the same bucket of two or into buckets that follow each other.
fn runs(account: &Account<'_>, out: &mut Signatures) {
    if account.is_masked || account.bank() == IBAN {
        return;
    }
    if let Some(number) = account.digits() {
        let seed = key(&["run", account.bank()]);
        out.both(with(seed, number / NEIGHBOUR_DISTANCE_MAX));
        out.both(with(seed, number / NEIGHBOUR_DISTANCE_MAX + 1));
    }
}

/// At one bank, masked accounts meet each other and the whole ones.
fn masks(account: &Account<'_>, out: &mut Signatures) {
    if let (Some(bank), Some(last_four)) = (account.known_bank(), account.last_four()) {
        let hash = key(&["mask", bank, last_four]);
        if account.is_masked { out.both(hash) } else { out.right(hash) }
    }
}

/// A mask without bank meets every account; a mask with bank, the whole accounts without one.
fn last_fours(account: &Account<'_>, out: &mut Signatures) {
    let Some(last_four) = account.last_four() else { return };
    let (any, whole) = (key(&["last four", last_four]), key(&["last four of a whole", last_four]));
    match (account.is_masked, account.known_bank().is_some()) {
        (true, false) => out.both(any),
        (true, true) => {
            out.right(any);
            out.left(whole);
        }
        (false, false) => {
            out.right(any);
            out.right(whole);
        }
        (false, true) => out.right(any),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::model::value::IdentifierKind;
    use proptest::prelude::*;

    fn check(a: &str, b: &str, expected: Option<NearRule>) {
        testing::check(IdentifierKind::Account, a, b, expected);
    }

    #[test]
    fn whole_numbers_and_their_look_alikes() {
        let adjacent = Some(NearRule::AccountAdjacent);
        check("021000021:501207", "021000021:501208", adjacent);
        check("021000021:501207", "021000021:501209", adjacent);
        check("021000021:99999", "021000021:100000", adjacent);
        check("021000021:501207", "021000021:501210", None);
        check("021000021:501207", "011000015:501208", None);

        let one_digit = Some(NearRule::AccountOneDigit);
        check("021000021:501207", "021000021:901207", one_digit);
        check("021000021:501207", "021000021:501202", one_digit);
        check("021000021:501207", "021000021:901202", None);
        check("021000021:501207", "021000021:5012077", None);
        check("021000021:501207", "011000015:901207", None);
        check("021000021:5012", "021000021:5013", None);

        let swapped = Some(NearRule::AccountSwapped);
        check("021000021:501207", "021000021:510207", swapped);
        check("021000021:501207", "021000021:501270", swapped);
        check("021000021:501207", "021000021:105207", None);
    }

    #[test]
    fn an_unknown_routing_number() {
        check(":501207", "021000021:501207", Some(NearRule::AccountWithoutRouting));
        check(":501207", "021000021:501208", None);
        check("011000015:501207", "021000021:501207", None);
        check(":1207", "021000021:1207", None);
        check(":501207", ":501208", Some(NearRule::AccountAdjacent));
    }

    #[test]
    fn masked_numbers() {
        let masked = Some(NearRule::AccountMasked);
        check("021000021:*1207", "021000021:501207", masked);
        check("021000021:*1207", "021000021:*01207", masked);
        check("021000021:*1207", "021000021:501208", None);
        check("021000021:*1207", "011000015:501207", None);
        check("021000021:*1207", "021000021:1207", None);
        check("021000021:*207", "021000021:501207", None);
        check("021000021:*1207", "021000021:*1208", None);

        let last_four = Some(NearRule::AccountLastFour);
        check(":*1207", "021000021:501207", last_four);
        check(":*1207", "021000021:*1207", last_four);
        check(":*1207", ":501207", last_four);
        check("021000021:*1207", ":501207", last_four);
        check(":*1207", "021000021:501208", None);
        check("021000021:*1207", "011000015:*1207", None);
        check(":*1207", "iban:GB33BUKB20201555551207", last_four);
    }

    #[test]
    fn ibans() {
        check("iban:GB33BUKB20201555555555", "iban:GB33BUKB20201555555556", Some(NearRule::IbanOneEdit));
        check("iban:GB33BUKB20201555555555", "iban:GB33BUKB2020155555555", Some(NearRule::IbanOneEdit));
        check("iban:GB33BUKB20201555555555", "iban:GB33BUKB20201555555566", None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn no_near_pair_is_missed(
            texts in testing::texts("(021000021|011000015|iban|):(\\*|)(99|10|5)?[05]{0,2}120[789]"),
        ) {
            testing::complete(IdentifierKind::Account, &texts);
        }
    }
}
