//! Bank identifiers: ABA routing numbers, account numbers (full, masked or known by their last four) and IBANs.
//!
//! Reasons never repeat a number: they end up in `rejects.csv`, and account numbers are sensitive. Which cells of a row
//! belong to one account is the assembly's decision (`claims`). Every output normalizes to itself.

use super::text::{Outcome, Written, append, is_empty_word, owned, split_once};
use crate::model::value::{Marks, Normalized};
use std::borrow::Cow;

/// Longest account number of any country in use; longer ones are something else.
const ACCOUNT_CHARS_MAX: usize = 34;

/// A routing number: nine digits that pass the ABA checksum and begin with a prefix the Federal Reserve assigns.
/// Eight digits are a number whose leading zero a spreadsheet ate, when the checksum proves it.
///
/// The checksum is the ABA's: digits weighted 3, 7, 1 and repeated add up to a multiple of ten.
pub fn routing(raw: &str) -> Outcome {
    owned(|out| routing_into(raw, out))
}

/// As [`routing`], with the number appended to `out`.
fn routing_into(raw: &str, out: &mut String) -> Written {
    if is_empty_word(raw) {
        return Ok(None);
    }
    let digits = significant(without_decimals(raw));
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(String::from("not a routing number: something other than digits in it"));
    }
    let (text, marks) = match digits.len() {
        9 => (digits, Marks::CHECKED),
        8 => (Cow::Owned(format!("0{digits}")), Marks::CHECKED.with(Marks::RESTORED)),
        count => return Err(format!("a routing number has 9 digits, this one has {count}")),
    };
    if text == "000000000" {
        return Err(String::from("a routing number of zeros only"));
    }
    if !routing_checksum_holds(&text) {
        return Err(String::from("routing number fails its checksum"));
    }
    if !has_assigned_prefix(&text) {
        return Err(String::from("no routing number begins with these two digits"));
    }
    out.push_str(&text);
    Ok(Some(marks))
}

/// A bank account as `routing:number`, from the parts that a row has of it. `routing` must be a routing number that
/// [`routing`] accepted, or absent; then the text is `:number`.
///
/// * A full number loses spaces, hyphens and *leading zeros*: spreadsheets eat them, no check digit could restore them,
///   and two accounts at one bank that differ in leading zeros only are not known to occur.
/// * A masked number (`XXXX1207`, `****1207`, `...1207`) or `last4` alone gives `routing:*1207`, marked `MASKED`.
/// * A placeholder (one repeated digit, `123456789`) is marked `GENERIC`.
/// * A canonical text given as `number` is taken apart again, so that it normalizes to itself.
pub fn account(routing: Option<&str>, number: Option<&str>, last4: Option<&str>) -> Outcome {
    owned(|out| account_into(routing, number, last4, out))
}

/// As [`account`], with the account appended to `out`.
fn account_into(routing: Option<&str>, number: Option<&str>, last4: Option<&str>, out: &mut String) -> Written {
    let number = number.filter(|raw| !is_empty_word(raw));
    let last4 = last4.filter(|raw| !is_empty_word(raw));
    let mut routing = routing.unwrap_or("");
    let (text, marks) = match (number, last4) {
        (None, None) => return Ok(None),
        (Some(raw), _) => {
            let mut raw = raw.trim();
            // A canonical number may have become shorter than any that is accepted as delivered.
            let mut digits_min = 4;
            if raw.starts_with("iban:") {
                return append(iban(raw), out);
            }
            if let Some((left, right)) = split_once(raw, b':')
                && left.bytes().all(|b| b.is_ascii_digit())
            {
                if routing.is_empty() {
                    routing = left;
                }
                raw = right;
                digits_min = 1;
            }
            account_number(raw, digits_min)?
        }
        (None, Some(raw)) => last_four(raw)?,
    };
    out.reserve(routing.len() + 1 + text.len());
    out.push_str(routing);
    out.push(':');
    out.push_str(&text);
    Ok(Some(marks))
}

/// An international bank account number as `iban:DE89…`, its check digits (ISO 13616, mod 97) and its country's
/// structure checked. A country that is not in the registry passes on its check digits.
pub fn iban(raw: &str) -> Outcome {
    if is_empty_word(raw) {
        return Ok(None);
    }
    let mut text = significant(raw).into_owned();
    if let Some(rest) = text.strip_prefix("IBAN") {
        text = rest.trim_start_matches(':').to_owned();
    }
    match text.parse::<iban::Iban>() {
        Ok(_) | Err(iban::ParseIbanError::UnknownCountry(_)) => {
            Ok(Some(Normalized::marked(format!("iban:{text}"), Marks::CHECKED)))
        }
        Err(iban::ParseIbanError::InvalidBban(_)) => Err(String::from("IBAN does not have its country's structure")),
        Err(iban::ParseIbanError::InvalidBaseIban { source: iban::ParseBaseIbanError::InvalidChecksum }) => {
            Err(String::from("IBAN fails its check digits"))
        }
        Err(iban::ParseIbanError::InvalidBaseIban { .. }) => Err(String::from("not an IBAN")),
    }
}

/// Whether the text is a number that a spreadsheet rounded (`1.20E+17`): its last digits are gone for good.
pub(super) fn is_rounded_by_spreadsheet(raw: &str) -> bool {
    // Few cells have a point.
    if memchr::memchr(b'.', raw.as_bytes()).is_none() {
        return false;
    }
    let Some((mantissa, exponent)) = raw.trim().split_once(['e', 'E']) else { return false };
    let Some((whole, fraction)) = mantissa.split_once('.') else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    whole.len() == 1 && digits(whole) && digits(fraction) && exponent.strip_prefix('+').is_some_and(digits)
}

/// The reason given for a number that [`is_rounded_by_spreadsheet`].
pub(super) const ROUNDED: &str = "a spreadsheet rounded this number, its last digits are lost: export it as text";

/// Whether digits are a placeholder: one of them repeated, or counting up or down from a round start.
pub(super) fn is_placeholder_digits(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.is_empty() {
        return true;
    }
    if bytes.iter().all(|b| *b == bytes[0]) {
        return true;
    }
    if bytes.len() < 5 || !bytes.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let steps = |step: u8| bytes.windows(2).all(|pair| (pair[0] - b'0' + step) % 10 == pair[1] - b'0');
    (matches!(bytes[0], b'0' | b'1') && steps(1)) || (bytes[0] == b'9' && steps(9))
}

/// A whole number that a spreadsheet handed over as a decimal, without its `.0`.
pub(super) fn without_decimals(raw: &str) -> &str {
    let raw = raw.trim();
    match split_once(raw, b'.') {
        Some((whole, fraction))
            if !whole.is_empty()
                && whole.bytes().all(|b| b.is_ascii_digit())
                && !fraction.is_empty()
                && fraction.bytes().all(|b| b == b'0') =>
        {
            whole
        }
        _ => raw,
    }
}

/// The text in upper case without spaces and hyphens.
fn significant(raw: &str) -> Cow<'_, str> {
    if raw.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) {
        return Cow::Borrowed(raw);
    }
    raw.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase()).collect()
}

fn routing_checksum_holds(nine: &str) -> bool {
    let weights = [3u32, 7, 1];
    nine.bytes().enumerate().map(|(at, digit)| u32::from(digit - b'0') * weights[at % 3]).sum::<u32>() % 10 == 0
}

/// 00 to 12 are the Federal Reserve's districts and the government, 21 to 32 thrifts, 61 to 72 electronic, 80 cheques.
fn has_assigned_prefix(nine: &str) -> bool {
    let prefix = nine.bytes().take(2).fold(0u32, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    matches!(prefix, 0..=12 | 21..=32 | 61..=72 | 80)
}

fn account_number(raw: &str, digits_min: usize) -> Result<(Cow<'_, str>, Marks), String> {
    // Digits alone are neither rounded nor masked.
    let is_plain = raw.bytes().all(|b| b.is_ascii_digit());
    if !is_plain && is_rounded_by_spreadsheet(raw) {
        return Err(String::from(ROUNDED));
    }
    let raw = if is_plain { raw } else { without_decimals(raw) };
    if !is_plain && let Some(visible) = masked_tail(raw) {
        return masked(visible);
    }
    let text: Cow<'_, str> = if is_plain {
        Cow::Borrowed(raw)
    } else {
        raw.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
    };
    let is_expected = |c: char| c.is_ascii_alphanumeric() || c.is_whitespace() || matches!(c, '-' | '.' | '/' | '\'');
    if !is_plain && !raw.chars().all(is_expected) {
        return Err(String::from("not an account number: unexpected characters"));
    }
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return Err(String::from("not an account number: no digits"));
    }
    if text.len() < digits_min {
        return Err(String::from("an account number of fewer than four digits"));
    }
    if text.len() > ACCOUNT_CHARS_MAX {
        return Err(format!("an account number of more than {ACCOUNT_CHARS_MAX} characters"));
    }
    let zeros = text.bytes().take_while(|b| *b == b'0').count();
    let generic = is_placeholder_digits(&text) || is_placeholder_digits(&text[zeros..]);
    // Of zeros only, one is left.
    let zeros = zeros.min(text.len() - 1);
    let bare = match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[zeros..]),
        Cow::Owned(text) => Cow::Owned(text[zeros..].to_owned()),
    };
    Ok((bare, if generic { Marks::GENERIC } else { Marks::NONE }))
}

/// The visible end of a masked number, or `None` when the number is not masked.
///
/// A mask is a bullet, star, hash, ellipsis or two dots anywhere before the end, two letters X in a row, or one X before
/// exactly four digits (`x1207`). A single X before a longer number is part of the number.
fn masked_tail(raw: &str) -> Option<&str> {
    let raw = raw.trim();
    let digits = raw.bytes().rev().take_while(u8::is_ascii_digit).count();
    if digits == 0 {
        return None;
    }
    let (head, tail) = raw.split_at(raw.len() - digits);
    let lower = head.to_ascii_lowercase();
    let is_mask = head.contains(['*', '•', '●', '·', '…', '#'])
        || lower.contains("..")
        || lower.contains("xx")
        || lower.contains("ending")
        || lower.contains("last")
        || (lower.trim() == "x" && tail.len() == 4);
    is_mask.then_some(tail)
}

fn last_four(raw: &str) -> Result<(Cow<'_, str>, Marks), String> {
    let raw = without_decimals(raw);
    let visible = masked_tail(raw).map_or_else(|| significant(raw), Cow::Borrowed);
    let (visible, restored) = match visible.len() {
        // The column is four digits wide by definition, so missing ones can only be eaten zeros.
        1..=3 if visible.bytes().all(|b| b.is_ascii_digit()) => (format!("{visible:0>4}").into(), Marks::RESTORED),
        _ => (visible, Marks::NONE),
    };
    let (text, marks) = masked(&visible)?;
    Ok((text, marks.with(restored)))
}

fn masked<'a>(visible: &str) -> Result<(Cow<'a, str>, Marks), String> {
    if visible.len() < 4 || !visible.bytes().all(|b| b.is_ascii_digit()) {
        return Err(String::from("a masked account shows at least its last four digits"));
    }
    let four = &visible[visible.len() - 4..];
    let generic = if four == "0000" { Marks::GENERIC } else { Marks::NONE };
    Ok((Cow::Owned(format!("*{four}")), Marks::MASKED.with(generic)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(outcome: Outcome) -> Result<String, String> {
        outcome.map(|value| value.map(|v| v.text).unwrap_or_default())
    }

    fn marks(outcome: Outcome) -> Marks {
        outcome.ok().flatten().map(|v| v.marks).unwrap_or_default()
    }

    #[test]
    fn routing_numbers_pass_checksum_and_prefix() {
        for (raw, expected) in [
            ("021000021", Some("021000021")),
            (" 0210-0002-1 ", Some("021000021")),
            ("21000021", Some("021000021")),
            ("21000021.0", Some("021000021")),
            ("011401533", Some("011401533")),
            ("091000019", Some("091000019")),
            ("021000022", None),
            ("000000000", None),
            ("00000000", None),
            ("12345678", None),
            // The checksum holds, the prefix is not assigned.
            ("501000020", None),
            ("02100002", None),
            ("1234567890", None),
            ("12-3456/7890", None),
        ] {
            assert_eq!(text(routing(raw)).ok().as_deref(), expected, "{raw}");
        }
        assert_eq!(routing("n/a"), Ok(None));
        assert!(marks(routing("21000021")).has(Marks::RESTORED));
        assert!(!marks(routing("021000021")).has(Marks::RESTORED));
    }

    #[test]
    fn every_eight_digit_number_is_restored_only_by_its_checksum() {
        let slow = |eight: u32| {
            let nine = format!("{eight:09}");
            let digit = |at: usize| nine.as_bytes()[at] as u32 - 48;
            (3 * (digit(0) + digit(3) + digit(6))
                + 7 * (digit(1) + digit(4) + digit(7))
                + digit(2)
                + digit(5)
                + digit(8))
                % 10
                == 0
        };
        for eight in (10_000_000u32..99_999_999).step_by(7_919) {
            let holds = slow(eight) && has_assigned_prefix(&format!("{eight:09}"));
            assert_eq!(routing(&eight.to_string()).is_ok(), holds, "{eight}");
        }
    }

    #[test]
    fn accounts_from_their_parts() {
        let r = Some("021000021");
        for (routing, number, last4, expected) in [
            (r, Some("0001234987"), None, "021000021:1234987"),
            (r, Some("1234987"), None, "021000021:1234987"),
            (r, Some("000-123 4987"), Some("4987"), "021000021:1234987"),
            (None, Some("1234987"), None, ":1234987"),
            (r, Some("XXXX1207"), None, "021000021:*1207"),
            (r, Some("****1207"), None, "021000021:*1207"),
            (r, Some("...1207"), None, "021000021:*1207"),
            (r, Some("…1207"), None, "021000021:*1207"),
            (r, Some("xxxx-xxxx-1207"), None, "021000021:*1207"),
            (r, Some("x1207"), None, "021000021:*1207"),
            (r, Some("XX551207"), None, "021000021:*1207"),
            (r, Some("ending in 1207"), None, "021000021:*1207"),
            (r, None, Some("1207"), "021000021:*1207"),
            (None, None, Some("****1207"), ":*1207"),
            (r, None, Some("7"), "021000021:*0007"),
            (r, Some("1234987.0"), None, "021000021:1234987"),
            // One X before more than four digits belongs to the number.
            (r, Some("X1234987"), None, "021000021:X1234987"),
            (None, Some("iban:DE89370400440532013000"), None, "iban:DE89370400440532013000"),
        ] {
            assert_eq!(text(account(routing, number, last4)).as_deref(), Ok(expected), "{number:?} {last4:?}");
        }
        assert_eq!(account(r, None, None), Ok(None));
        assert_eq!(account(r, Some("n/a"), Some("")), Ok(None));
        for bad in ["12", "savings", "1.23E+15", "XXXX", "****12", "12;34", &"9".repeat(35)] {
            assert!(account(r, Some(bad), None).is_err(), "{bad}");
        }
        assert!(account(r, None, Some("abcd")).is_err());
    }

    #[test]
    fn masked_and_generic_accounts_are_marked() {
        let m = |number| marks(account(None, Some(number), None));
        assert!(m("XXXX1207").has(Marks::MASKED));
        assert!(!m("98761207").has(Marks::MASKED));
        for placeholder in ["000000000", "111111111", "123456789", "1234567890", "0123456789", "987654321", "12345"] {
            assert!(m(placeholder).has(Marks::GENERIC), "{placeholder}");
        }
        for real in ["123456780", "112233445", "234567891", "1207"] {
            assert!(!m(real).has(Marks::GENERIC), "{real}");
        }
        assert!(m("XXXX0000").has(Marks::GENERIC));
        assert!(marks(account(None, None, Some("7"))).has(Marks::RESTORED));
    }

    #[test]
    fn ibans_are_checked() {
        for (raw, expected) in [
            ("DE89 3704 0044 0532 0130 00", Some("iban:DE89370400440532013000")),
            ("de89370400440532013000", Some("iban:DE89370400440532013000")),
            ("IBAN GB29 NWBK 6016 1331 9268 19", Some("iban:GB29NWBK60161331926819")),
            ("iban:GB29NWBK60161331926819", Some("iban:GB29NWBK60161331926819")),
            ("DE89 3704 0044 0532 0130 01", None),
            ("DE89", None),
            ("021000021", None),
        ] {
            assert_eq!(text(iban(raw)).ok().as_deref(), expected, "{raw}");
        }
        assert_eq!(iban(""), Ok(None));
    }

    #[test]
    fn outputs_normalize_to_themselves() {
        for number in ["0001234987", "XXXX1207", "000000000", "X1234987", "0000"] {
            let once = account(Some("021000021"), Some(number), None).unwrap().unwrap();
            let twice = account(None, Some(&once.text), None).unwrap().unwrap();
            assert_eq!(once.text, twice.text, "{number}");
        }
    }

    #[test]
    fn reasons_never_repeat_the_number() {
        for bad in ["12;345678", "1.2345678E+12", "DE8937040044053201"] {
            for outcome in [account(None, Some(bad), None), iban(bad), routing(bad)] {
                if let Err(reason) = outcome {
                    assert!(!reason.contains("345678") && !reason.contains("370400"), "{reason}");
                }
            }
        }
    }

    #[test]
    fn digits_alone_are_read_as_what_looks_like_them() {
        // The same number as digits and with a sign that sends it the longer way.
        for digits in ["1207", "0001207", "0000", "00000000", "123456789", "0123456789", "000111111", "98761207"] {
            let number = |raw: &str| account(Some("021000021"), Some(raw), None);
            assert_eq!(number(digits), number(&format!("{digits}-")), "{digits}");
            assert_eq!(number(digits), number(&format!(" {digits}.0 ")), "{digits}");
        }
        assert_eq!(text(account(None, Some("0000"), None)).as_deref(), Ok(":0"));
    }

    #[test]
    fn appends_to_a_buffer() {
        let mut out = String::from("a");
        assert_eq!(routing_into("021000021", &mut out), Ok(Some(Marks::CHECKED)));
        assert_eq!(account_into(Some("021000021"), Some("001207"), None, &mut out), Ok(Some(Marks::NONE)));
        assert!(
            routing_into("021000022", &mut out).is_err() && account_into(None, Some("12"), None, &mut out).is_err()
        );
        assert_eq!(account_into(None, Some("n/a"), None, &mut out), Ok(None));
        assert_eq!(out, "a021000021021000021:1207");
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
        #[test]
        fn any_text_is_survived(raw in "\\PC{0,40}") {
            let _ = routing(&raw);
            let _ = iban(&raw);
            if let Ok(Some(once)) = account(None, Some(&raw), Some(&raw)) {
                let twice = account(None, Some(&once.text), None).unwrap().unwrap();
                proptest::prop_assert_eq!(once.text, twice.text);
            }
        }
    }
}
