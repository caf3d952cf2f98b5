//! Near telephone numbers: numbers rented together stand side by side, numbers that were mistyped are one digit off.
//!
//! Only numbers of one form (international, or without area code) and of one length are compared. An extension must
//! agree or be absent on one side: a number *and* an extension that differ are not near.

use super::edit::{self, Edit};
use super::groups::{Meeting, Signatures, key, with};
use super::{EDIT_GROUP_MAX, GROUP_MAX, NearRule, Rule};
use crate::model::value::Marks;

/// Numbers that are no further apart than this are of one block; all that share everything but the last digit are.
const BLOCK_DISTANCE_MAX: u64 = 10;

/// Shorter numbers are service numbers.
const DIGITS_MIN: usize = 6;
/// Digits that fit into 64 bits.
const DIGITS_SHORT: usize = 16;

/// A telephone number, taken apart.
pub(super) struct Phone<'a> {
    text: &'a str,
    /// Where the form ends, which is `+` or `local:`, and the digits begin.
    start: u32,
    /// Where the digits end.
    end: u32,
    /// The digits as a number; numbers of one length only are compared, so leading zeros do not matter.
    number: u64,
    /// The digits, four bits each, and what of form and length another number must have in common: of most numbers that is
    /// all there is to compare, and no text has to be fetched. A shape of zero says that it is not.
    digits: u64,
    shape: u8,
}

const EXTENSION: &str = ";ext=";

impl<'a> Phone<'a> {
    fn form(&self) -> &'a str {
        &self.text[..self.start as usize]
    }

    fn digits(&self) -> &'a str {
        &self.text[self.start as usize..self.end as usize]
    }

    /// The one edit between the digits of two numbers of one shape.
    fn edit(&self, other: &Self) -> Option<Edit> {
        if self.shape == 0 || other.shape == 0 {
            return edit::one_edit(self.digits(), other.digits());
        }
        let last = (self.digits ^ other.digits).trailing_zeros() / 4 * 4;
        let (ours, theirs) = (self.digits >> last, other.digits >> last);
        match ours ^ theirs {
            0..0x10 => Some(Edit::Substituted),
            0x10..0x100 if ours & 0xf == theirs >> 4 & 0xf && ours >> 4 & 0xf == theirs & 0xf => Some(Edit::Swapped),
            _ => None,
        }
    }

    fn extension(&self) -> &'a str {
        self.text.get(self.end as usize + EXTENSION.len()..).unwrap_or("")
    }
}

impl<'a> Rule<'a> for Phone<'a> {
    fn parse(text: &'a str, _: Marks) -> Option<Self> {
        let has_extension = memchr::memchr(b';', text.as_bytes()).is_some();
        let end = if has_extension { text.find(EXTENSION).unwrap_or(text.len()) } else { text.len() };
        let start = text[..end].bytes().position(|b| b.is_ascii_digit())?;
        let digits = &text[start..end];
        if digits.len() < DIGITS_MIN || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let number = digits.parse().ok()?;
        let is_short = digits.len() <= DIGITS_SHORT && end == text.len();
        let shape = match &text[..start] {
            "+" if is_short => digits.len() as u8,
            "local:" if is_short => (DIGITS_SHORT + digits.len()) as u8,
            _ => 0,
        };
        let digits = digits.bytes().fold(0, |digits, digit| digits << 4 | u64::from(digit - b'0'));
        Some(Phone { text, start: u32::try_from(start).ok()?, end: u32::try_from(end).ok()?, number, digits, shape })
    }

    fn near(&self, other: &Self) -> Option<NearRule> {
        if self.shape != 0 && other.shape != 0 {
            if self.shape != other.shape || self.number == other.number {
                return None;
            }
        } else {
            if self.form() != other.form() || self.digits().len() != other.digits().len() {
                return None;
            }
            if self.number == other.number {
                return (self.extension() != other.extension()).then_some(NearRule::PhoneExtension);
            }
            if self.extension() != other.extension() && !self.extension().is_empty() && !other.extension().is_empty() {
                return None;
            }
        }
        let edit = self.edit(other);
        if edit == Some(Edit::Swapped) {
            Some(NearRule::PhoneSwapped)
        } else if self.number.abs_diff(other.number) <= BLOCK_DISTANCE_MAX {
            Some(NearRule::PhoneBlock)
        } else {
            (edit == Some(Edit::Substituted)).then_some(NearRule::PhoneOneDigit)
        }
    }

    fn meetings(phones: &[Self]) -> Vec<Meeting<Self>> {
        // Without extensions no two values have the same number.
        let has_extensions = phones.iter().any(|phone| phone.end as usize != phone.text.len());
        let edits = if has_extensions { edits } else { deletions };
        let mut meetings: Vec<Meeting<Self>> = vec![
            Meeting { shared: "block of numbers", group_max: EDIT_GROUP_MAX, signatures: blocks },
            Meeting { shared: "number but for one digit", group_max: EDIT_GROUP_MAX, signatures: edits },
        ];
        if has_extensions {
            meetings.push(Meeting {
                shared: "number but for the extension",
                group_max: GROUP_MAX,
                signatures: numbers,
            });
        }
        meetings
    }
}

fn numbers(phone: &Phone<'_>, out: &mut Signatures) {
    out.both(key(&["number", phone.form(), phone.digits()]));
}

/// Numbers at most ten apart fall into the same ten or into tens that follow each other.
fn blocks(phone: &Phone<'_>, out: &mut Signatures) {
    let seed = with(key(&["block", phone.form()]), phone.digits().len() as u64);
    let ten = phone.number / BLOCK_DISTANCE_MAX;
    out.both(with(seed, ten));
    out.both(with(seed, ten + 1));
}

fn edits(phone: &Phone<'_>, out: &mut Signatures) {
    edit::signatures(with(key(&["edit", phone.form()]), phone.digits().len() as u64), phone.digits(), out);
}

/// A digit of one number and a digit of another left out: without extensions, the numbers themselves are all different.
fn deletions(phone: &Phone<'_>, out: &mut Signatures) {
    edit::deletions(with(key(&["edit", phone.form()]), phone.digits().len() as u64), phone.digits(), out);
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::model::value::IdentifierKind;
    use proptest::prelude::*;

    fn check(a: &str, b: &str, expected: Option<NearRule>) {
        testing::check(IdentifierKind::Phone, a, b, expected);
        testing::check(IdentifierKind::RefereePhone, a, b, expected);
    }

    #[test]
    fn blocks_and_typing_errors_and_their_look_alikes() {
        let block = Some(NearRule::PhoneBlock);
        check("+12025550100", "+12025550101", block);
        check("+12025550100", "+12025550109", block);
        check("+12025550104", "+12025550114", block);
        check("+12025550109", "+12025550111", block);
        check("+12025550103", "+12025550114", None);
        check("local:5550100", "local:5550103", block);

        let one_digit = Some(NearRule::PhoneOneDigit);
        check("+12025550100", "+12025550180", one_digit);
        check("+12025550100", "+13025550100", one_digit);
        check("+12025550100", "+13025550180", None);
        check("+12025550100", "+1202555010", None);

        let swapped = Some(NearRule::PhoneSwapped);
        check("+12025550123", "+12025550132", swapped);
        check("+12025550123", "+12205550123", swapped);
        check("+12025550123", "+12025550312", None);

        check("+12025550100", "local:5550100", None);
        check("+5550100", "local:5550101", None);
        check("local:911", "local:912", None);
    }

    #[test]
    fn extensions() {
        let extension = Some(NearRule::PhoneExtension);
        check("+12025550100;ext=5", "+12025550100;ext=6", extension);
        check("+12025550100;ext=5", "+12025550100", extension);
        let block = Some(NearRule::PhoneBlock);
        check("+12025550100;ext=5", "+12025550101;ext=5", block);
        check("+12025550100;ext=5", "+12025550101", block);
        check("+12025550100;ext=5", "+12025550101;ext=6", None);
    }

    proptest! {
        #[test]
        fn edits_of_short_numbers_are_those_of_their_digits(
            digits in "[0-9]{6,18}", at in 0usize..18, digit in 0u8..10, swap in 0usize..18, form in "\\+|local:|x",
        ) {
            let mut other = digits.clone().into_bytes();
            let count = other.len();
            other[at % count] = b'0' + digit;
            let mut others = vec![other.clone()];
            other.swap(swap % count, (swap + 1) % count);
            others.push(other);
            for other in others.into_iter().filter_map(|other| String::from_utf8(other).ok()) {
                let texts = [&digits, &other].map(|digits| format!("{form}{digits}"));
                let [Some(a), Some(b)] = [0, 1].map(|at| Phone::parse(&texts[at], Marks::NONE)) else { continue };
                let slow = Phone { shape: 0, ..Phone::parse(&texts[0], Marks::NONE).expect("parsed") };
                prop_assert_eq!(a.near(&b), slow.near(&b), "{:?}", texts);
                prop_assert!(a.number == b.number || a.edit(&b) == edit::one_edit(&digits, &other), "{:?}", texts);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn no_near_pair_is_missed(texts in testing::texts("(\\+1|local:|local:9)55501[0129][0-9](;ext=[12])?")) {
            testing::complete(IdentifierKind::Phone, &texts);
        }
    }
}
