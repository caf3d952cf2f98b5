//! Numbers of government and identity documents.
//!
//! Countries differ too much for one rule, so only letters and digits are compared. Both kinds are sensitive: reasons
//! never repeat a number. Masked numbers are refused, since a last four would look like a whole number.

use super::bank::{ROUNDED, is_placeholder_digits, is_rounded_by_spreadsheet, without_decimals};
use super::device::alphanumeric_upper;
use super::text::{Outcome, is_empty_word};
use crate::model::value::{Marks, Normalized};

/// Social security numbers that were printed in advertisements and are used as placeholders since.
const ADVERTISED: [&str; 2] = ["078051120", "219099999"];

/// A government or social security number: letters and digits in upper case.
/// Placeholders (`000-00-0000`, `123-45-6789`) are marked `GENERIC`.
pub fn government_id(raw: &str) -> Outcome {
    number(raw, "government number")
}

/// The number of an identity document: letters and digits in upper case.
pub fn document_number(raw: &str) -> Outcome {
    number(raw, "document number")
}

fn number(raw: &str, what: &str) -> Outcome {
    if is_empty_word(raw) {
        return Ok(None);
    }
    if is_rounded_by_spreadsheet(raw) {
        return Err(String::from(ROUNDED));
    }
    let raw = without_decimals(raw);
    if is_masked(raw) {
        return Err(format!("a masked {what}: only its end is visible"));
    }
    let text = alphanumeric_upper(raw);
    // `un-known`, or a word for nothing in other letters.
    if is_empty_word(&text) {
        return Ok(None);
    }
    if text.len() < 4 {
        return Err(format!("a {what} of fewer than four characters"));
    }
    let generic = is_placeholder_digits(&text) || ADVERTISED.contains(&text.as_str());
    Ok(Some(Normalized::marked(text, if generic { Marks::GENERIC } else { Marks::NONE })))
}

/// Stars, bullets or a run of three letters X, before digits, are a mask.
fn is_masked(raw: &str) -> bool {
    raw.contains(['*', '•', '●', '…']) || {
        let head = raw.trim().trim_end_matches(|c: char| c.is_ascii_digit());
        head.len() >= 3 && head.bytes().all(|b| matches!(b, b'x' | b'X' | b'-' | b' ' | b'#'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, expected: Option<&str>) {
        let got = government_id(raw).ok().flatten();
        assert_eq!(got.as_ref().map(|v| v.text.as_str()), expected, "{raw}");
        if let Some(value) = got {
            assert_eq!(document_number(&value.text), Ok(Some(value)), "{raw} is not idempotent");
        }
    }

    #[test]
    fn letters_and_digits_are_kept() {
        check("900-12-3456", Some("900123456"));
        check(" ab 123 456 c ", Some("AB123456C"));
        check("5304218", Some("5304218"));
        check("5304218.0", Some("5304218"));
        check("n/a", None);
        check("12", None);
        check("XXX-XX-1234", None);
        check("***-**-1234", None);
        check("1.23E+11", None);
        // One X is part of the number.
        check("X1234567", Some("X1234567"));
    }

    #[test]
    fn placeholders_are_generic() {
        for raw in ["000-00-0000", "123-45-6789", "111-11-1111", "999-99-9999", "078-05-1120", "xxxx"] {
            if let Ok(Some(value)) = government_id(raw) {
                assert!(value.marks.has(Marks::GENERIC), "{raw}");
            } else {
                assert_eq!(raw, "xxxx");
            }
        }
        for raw in ["900-12-3456", "123-45-6788", "111-11-1112"] {
            assert_eq!(government_id(raw).unwrap().unwrap().marks, Marks::NONE, "{raw}");
        }
    }

    #[test]
    fn reasons_never_repeat_the_number() {
        for raw in ["XXX-XX-4321", "4.3214321E+11"] {
            assert!(!government_id(raw).unwrap_err().contains("4321"), "{raw}");
        }
    }
    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
        #[test]
        fn any_text_is_survived_and_idempotent(raw in "\\PC{0,20}") {
            if let Ok(Some(once)) = government_id(&raw) {
                proptest::prop_assert_eq!(government_id(&once.text), Ok(Some(once.clone())));
            }
        }
    }
}
