//! Telephone numbers to E.164.
//!
//! Canonical forms: `+12025550100`, with an extension `+12025550100;ext=5`; a number too short to be dialled from
//! elsewhere (seven digits in North America) as `local:3865286`, so that equal ones still meet. Whether two numbers
//! are near is left to comparing.
//!
//! Invariant: [`phone`] is idempotent in any region, and its fast path gives what the library gives.

mod numbering;

use super::text::{Outcome, Written, append, fold_light, is_empty_word, owned};
use crate::model::value::{Marks, Normalized};
use any_ascii::any_ascii_char;
use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumberFormat, Region, ValidationError};
use std::borrow::Cow;

/// Prefix of a number whose area code is not known.
pub const LOCAL_PREFIX: &str = "local:";

/// Longest cell that is read as a telephone number, in bytes.
const LONGEST: usize = 120;

/// Normalizes a telephone number; `region` (two letters) decides how a number without country code is read.
///
/// - Numbers of a possible length that are not assigned, the fictional 555-01xx among them, are kept with
///   [`Marks::UNASSIGNED`] and may link.
/// - One repeated digit, 1234567890 and 555-555-5555 are kept with [`Marks::GENERIC`].
/// - `00` before a country code is understood in North America too, where `011` is the rule.
///
/// Errors: letters only, too short, too long, or scientific notation, in which a spreadsheet has lost digits.
pub fn phone(raw: &str, region: &str) -> Outcome {
    owned(|out| phone_into(raw, region, out))
}

/// As [`phone`], with the number appended to `out`.
fn phone_into(raw: &str, region: &str, out: &mut String) -> Written {
    if let Some((number, marks)) = plain_number(raw, region)
        && let Ok(text) = std::str::from_utf8(&number)
    {
        out.push_str(text);
        return Ok(Some(marks));
    }
    append(any_number(raw, region), out)
}

/// A number in whatever spelling.
fn any_number(raw: &str, region: &str) -> Outcome {
    if raw.len() > LONGEST {
        return if is_empty_word(raw) { Ok(None) } else { Err("too long for a telephone number".to_owned()) };
    }
    if is_empty_word(raw) {
        return Ok(None);
    }
    let ascii = to_ascii(raw);
    let text = without_decimal_zero(ascii.trim());
    if let Some(local) = strip_prefix_ignoring_case(text, LOCAL_PREFIX) {
        return canonical_local(local);
    }
    if is_scientific(text) {
        return Err("scientific notation; the spreadsheet has lost digits".to_owned());
    }
    let region = Region::try_from(region).ok();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let north_american = matches!(region, Some(Region::US | Region::CA | Region::PR));
    if north_american
        && digits.len() >= 10
        && digits.starts_with("00")
        && !text.contains('+')
        && !is_placeholder(digits.as_bytes())
    {
        let start = text.find("00").map_or(0, |at| at + 2);
        if let Ok(Some(found)) = with_library(&format!("+{}", &text[start..]), region) {
            return Ok(Some(found));
        }
    }
    with_library(text, region)
}

/// Reads the number with the library until the written form is stable: E.164 of a number that is not valid may be read
/// back differently (a national prefix is cut off it again), which would not be idempotent.
fn with_library(text: &str, region: Option<Region>) -> Outcome {
    let mut found = read(text, region)?;
    for _ in 0..4 {
        if found.text.starts_with(LOCAL_PREFIX) || !found.marks.has(Marks::UNASSIGNED) {
            return Ok(Some(found));
        }
        let again = read(&found.text, region)?;
        if again == found {
            return Ok(Some(found));
        }
        found = again;
    }
    Err("not a telephone number of any country".to_owned())
}

fn read(text: &str, region: Option<Region>) -> Result<Normalized, String> {
    let number = PHONE_NUMBER_UTIL.parse(text, region).map_err(|error| {
        match error {
            ParseError::InvalidCountryCode => "unknown country code",
            ParseError::NotANumber(_) => "not a telephone number",
            ParseError::TooShortAfterIdd | ParseError::TooShortNsn => "too short for a telephone number",
            ParseError::TooLongNsn => "too long for a telephone number",
        }
        .to_owned()
    })?;
    let extension =
        number.extension.as_deref().filter(|ext| !ext.is_empty() && ext.bytes().all(|b| b.is_ascii_digit()));
    let national = number.get_national_significant_number();
    let length = match number.is_possible_with_reason() {
        Ok(length) => length,
        Err(reason) => {
            return Err(match reason {
                ValidationError::InvalidCountryCode => "unknown country code",
                ValidationError::TooShort => "too short for a telephone number",
                ValidationError::TooLong => "too long for a telephone number",
                ValidationError::InvalidLength => "not the length of a telephone number",
            }
            .to_owned());
        }
    };
    let mut marks = if is_placeholder(national.as_bytes()) { Marks::GENERIC } else { Marks::NONE };
    let mut written = match length {
        NumberLengthType::IsPossibleLocalOnly => format!("{LOCAL_PREFIX}{national}"),
        NumberLengthType::IsPossible => {
            let e164 = number.format_as(PhoneNumberFormat::E164).into_owned();
            if is_fictional(e164.as_bytes()) || !number.is_valid() {
                marks = marks.with(Marks::UNASSIGNED);
            }
            e164
        }
    };
    if let Some(extension) = extension {
        written.push_str(";ext=");
        written.push_str(extension);
    }
    Ok(Normalized::marked(written, marks))
}

/// A number in the canonical local form, without its prefix.
fn canonical_local(rest: &str) -> Outcome {
    let (number, extension) = rest.split_once(";ext=").map_or((rest, None), |(number, ext)| (number, Some(ext)));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(number) || number.len() > 15 || !extension.is_none_or(all_digits) {
        return Err("not a telephone number".to_owned());
    }
    let marks = if is_placeholder(number.as_bytes()) { Marks::GENERIC } else { Marks::NONE };
    Ok(Some(Normalized::marked(format!("{LOCAL_PREFIX}{rest}"), marks)))
}

/// The fast path: ten digits, or eleven from 1 on, with North American punctuation only, whose area code and exchange say
/// whether they are assigned. `None` sends the value to the library.
fn plain_number(raw: &str, region: &str) -> Option<([u8; 12], Marks)> {
    if !matches!(region, "US" | "CA") || raw.len() > 24 {
        return None;
    }
    let mut digits = [0u8; 11];
    let mut count = 0;
    let mut plus = false;
    for byte in raw.bytes() {
        match byte {
            b'0'..=b'9' if count < 11 => {
                digits[count] = byte;
                count += 1;
            }
            b'+' if count == 0 && !plus => plus = true,
            b' ' | b'(' | b')' | b'-' | b'.' | b'/' => {}
            _ => return None,
        }
    }
    let ten: [u8; 10] = match (count, plus, digits[0]) {
        (10, false, _) => *digits.first_chunk()?,
        (11, _, b'1') => *digits.last_chunk()?,
        _ => return None,
    };
    let [a, b, c, d, e, f, ..] = ten.map(|digit| usize::from(digit - b'0'));
    let is_placeholder = is_placeholder(&ten);
    // What people type for no number is in most tables; it alone is no reason to get the library ready.
    let assigned = match numbering::is_assigned(a * 100 + b * 10 + c, d * 100 + e * 10 + f) {
        None if is_placeholder && count == 10 => false,
        other => other?,
    };
    let mut number = *b"+10000000000";
    number[2..].copy_from_slice(&ten);
    let mut marks = if is_placeholder { Marks::GENERIC } else { Marks::NONE };
    if !assigned || is_fictional(&number) {
        marks = marks.with(Marks::UNASSIGNED);
    }
    Some((number, marks))
}

/// 555-0100 to 555-0199 of any North American area code: set aside for fiction, so never assigned to anyone.
fn is_fictional(e164: &[u8]) -> bool {
    matches!(e164, [b'+', b'1', _, _, _, b'5', b'5', b'5', b'0', b'1', _, _])
}

/// Digits that stand for no number: one digit repeated, or counting up or down.
fn is_placeholder(digits: &[u8]) -> bool {
    if digits.len() < 5 {
        return false;
    }
    let steps = |by: u8| digits.windows(2).all(|pair| (pair[0] - b'0' + by) % 10 == pair[1] - b'0');
    // 1234567890 counts up through zero; 0123456789 too. The library reads 123-456-7890 as such a number.
    steps(0) || steps(1) || steps(9)
}

/// Full-width digits, Arabic digits and typographic dashes as ASCII.
fn to_ascii(raw: &str) -> Cow<'_, str> {
    if raw.is_ascii() {
        return Cow::Borrowed(raw);
    }
    let mut ascii = String::with_capacity(raw.len());
    for c in fold_light(raw).chars() {
        if c.is_ascii() {
            ascii.push(c);
        } else {
            ascii.push_str(any_ascii_char(c));
        }
    }
    Cow::Owned(ascii)
}

/// `2025550100.0`, as a table of floating-point numbers writes it, without the `.0`.
fn without_decimal_zero(text: &str) -> &str {
    match text.strip_suffix(".0") {
        Some(whole) if whole.len() >= 7 && whole.bytes().all(|b| b.is_ascii_digit()) => whole,
        _ => text,
    }
}

/// `1.2E+10` and `2.03E9`, but not `202 555 0100 e5`.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let mantissa = mantissa.trim_start_matches(['+', '-']);
    let mantissa_is_number = match mantissa.split_once(['.', ',']) {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(mantissa) && mantissa.len() <= 2,
    };
    mantissa_is_number && digits(exponent.trim_start_matches(['+', '-']))
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(raw: &str, expected: &str, marks: Marks) {
        check_in("US", raw, expected, marks);
    }

    fn check_in(region: &str, raw: &str, expected: &str, marks: Marks) {
        let found = phone(raw, region).unwrap_or_else(|reason| panic!("{raw:?}: {reason}"));
        assert_eq!(found, Some(Normalized::marked(expected, marks)), "{raw:?} in {region}");
        assert_eq!(phone(expected, region), Ok(found), "{expected:?} again in {region}");
    }

    #[test]
    fn reads_american_spellings() {
        for raw in [
            "2025550100",
            "(202) 555-0100",
            "202.555.0100",
            "202/555-0100",
            "1-202-555-0100",
            "+1 202 555 0100",
            "+1 (202) 555-0100",
            "001 202 555 0100",
            "0012025550100",
            "011 1 202 555 0100",
            "２０２５５５０１００",
            "２０２－５５５－０１００",
            "tel:+1-202-555-0100",
            "2025550100.0",
            " 202\u{A0}555\u{2011}0100 ",
        ] {
            check(raw, "+12025550100", Marks::UNASSIGNED);
        }
        check("213/246-1501", "+12132461501", Marks::NONE);
        check("1-800-FLOWERS", "+18003569377", Marks::NONE);
    }

    #[test]
    fn keeps_extensions() {
        for raw in ["(202) 555-0100 x5", "202-555-0100 ext. 5", "202-555-0100 extension 5", "+1 202 555 0100;ext=5"] {
            check(raw, "+12025550100;ext=5", Marks::UNASSIGNED);
        }
        check("386-5286 x12", "local:3865286;ext=12", Marks::NONE);
    }

    #[test]
    fn reads_other_countries() {
        check("011 82 10 1234 5678", "+821012345678", Marks::NONE);
        check("+82 10-1234-5678", "+821012345678", Marks::NONE);
        check("0082 10 1234 5678", "+821012345678", Marks::NONE);
        check("+44 20 7183 8750", "+442071838750", Marks::NONE);
        check_in("GB", "020 7183 8750", "+442071838750", Marks::NONE);
        check_in("KR", "010-1234-5678", "+821012345678", Marks::NONE);
        check_in("GB", "+1 202 555 0100", "+12025550100", Marks::UNASSIGNED);
        check_in("IT", "06 698 12345", "+390669812345", Marks::NONE);
    }

    #[test]
    fn keeps_numbers_without_area_code() {
        check("3865286", "local:3865286", Marks::NONE);
        check("386-5286", "local:3865286", Marks::NONE);
        check("local:3865286", "local:3865286", Marks::NONE);
    }

    #[test]
    fn keeps_unassigned_numbers_and_marks_them() {
        check("999-234-5678", "+19992345678", Marks::UNASSIGNED);
        check("202-123-4567", "+12021234567", Marks::UNASSIGNED);
        // Beside the fictional block, the same exchange is not fictional.
        check("202-555-0200", "+12025550200", Marks::NONE);
    }

    #[test]
    fn marks_placeholders() {
        let generic = Marks::GENERIC.with(Marks::UNASSIGNED);
        check("000-000-0000", "+10000000000", generic);
        check("0000000000", "+10000000000", generic);
        check("555-555-5555", "+15555555555", generic);
        check("1234567890", "+11234567890", generic);
        check("(999) 999-9999", "+19999999999", generic);
        check("1111111", "local:1111111", Marks::GENERIC);
        check("1234567", "local:1234567", Marks::GENERIC);
        // One digit off is somebody's number.
        check("555-555-5556", "+15555555556", Marks::UNASSIGNED);
        for nothing in ["", "n/a", "-", "none", "Unknown", "+"] {
            assert_eq!(phone(nothing, "US"), Ok(None), "{nothing:?}");
        }
    }

    #[test]
    fn refuses_what_is_no_number() {
        let check = |raw: &str, reason: &str| assert_eq!(phone(raw, "US"), Err(reason.to_owned()), "{raw:?}");
        check("1.2E+10", "scientific notation; the spreadsheet has lost digits");
        check("2.02555E+09", "scientific notation; the spreadsheet has lost digits");
        check("1E10", "scientific notation; the spreadsheet has lost digits");
        check("call me", "not a telephone number");
        check("911", "too short for a telephone number");
        check("202-555-0100 202-555-0101", "too long for a telephone number");
        check("local:abc", "not a telephone number");
        check("jane@example.com", "not a telephone number");
        assert!(phone("+999 123 456 789", "US").is_err());
        assert!(phone(&"1".repeat(3_000_000), "US").is_err());
        assert!(phone("2025550100", "nowhere").is_err(), "a number without country code needs a region");
    }

    fn plain_north_american(raw: &str, region: &str) -> Option<Normalized> {
        let (number, marks) = plain_number(raw, region)?;
        Some(Normalized::marked(String::from_utf8(number.to_vec()).unwrap(), marks))
    }

    fn library(raw: &str, region: Region) -> Outcome {
        with_library(raw, Some(region))
    }

    #[test]
    fn fast_path_agrees_with_the_library() {
        // Two numbers of every area code, in steps that visit the exchanges evenly.
        let mut line = 1u32;
        for area in 0..1000 {
            for _ in 0..2 {
                line = (line + 1_299_709) % 10_000_000;
                let raw = format!("({area:03}) {:03}-{:04}", line / 10_000, line % 10_000);
                if let Some(found) = plain_north_american(&raw, "US") {
                    assert_eq!(library(&raw, Region::US), Ok(Some(found.clone())), "{raw}");
                    assert_eq!(library(&raw, Region::CA), Ok(Some(found)), "{raw}");
                }
            }
        }
    }

    #[test]
    fn agrees_with_the_library() {
        // Every exchange of the area codes in which exchanges differ, every 97th number of six digits elsewhere.
        for prefix in 200_000..1_000_000usize {
            let area = prefix / 1000;
            let differs =
                matches!(area, 242 | 246 | 264 | 268 | 284 | 340 | 345 | 441 | 473 | 523 | 524 | 649 | 664 | 670)
                    || matches!(
                        area,
                        671 | 684 | 721 | 758 | 767 | 784 | 800 | 809 | 829 | 849 | 868 | 869 | 876 | 983
                    );
            if differs || prefix % 97 == 0 {
                let raw = format!("{prefix:06}{:04}", prefix * 7919 % 10_000);
                match plain_north_american(&raw, "US") {
                    Some(found) => assert_eq!(library(&raw, Region::US), Ok(Some(found)), "{raw}"),
                    None => assert!(matches!(prefix, 246_521 | 246_522 | 876_606), "{raw}"),
                }
            }
        }
    }

    #[test]
    fn placeholders_are_read_without_the_library() {
        for first in 0..10u8 {
            for step in [0, 1, 9] {
                let number: String = (0..10).map(|at| char::from(b'0' + (first + at * step) % 10)).collect();
                let found = plain_north_american(&number, "US");
                assert!(found.is_some(), "{number}");
                assert_eq!(library(&number, Region::US), Ok(found), "{number}");
                // After a country code a 1 more is cut, and the rest may be too short.
                for raw in [format!("1{number}"), format!("+1 {number}")] {
                    if let Some(found) = plain_north_american(&raw, "US") {
                        assert_eq!(library(&raw, Region::US), Ok(Some(found)), "{raw}");
                    }
                }
            }
        }
    }

    #[test]
    fn exchanges_below_200_are_read_without_the_library() {
        let plain = |raw: &str| plain_north_american(raw, "US").map(|found| found.marks);
        assert_eq!(plain("(202) 123-4567"), Some(Marks::UNASSIGNED));
        assert_eq!(plain("809-123-4567"), Some(Marks::NONE));
        assert_eq!(plain("800-145-4567"), Some(Marks::NONE));
        assert_eq!(plain("800-150-4567"), Some(Marks::UNASSIGNED));
        // An area code that starts with 0 or 1 may be a prefix, and here the last four digits decide too.
        assert_eq!(plain("102-555-1234"), None);
        assert_eq!(plain("1-102-555-1234"), None);
        assert_eq!(plain("246-521-0123"), None);
        check("246-521-0123", "+12465210123", Marks::NONE);
        check("246-521-2123", "+12465212123", Marks::UNASSIGNED);
    }

    #[test]
    fn appends_to_a_buffer() {
        let mut out = String::from("a");
        assert_eq!(phone_into("213-246-1501", "US", &mut out), Ok(Some(Marks::NONE)));
        assert_eq!(phone_into("+82 10-1234-5678", "US", &mut out), Ok(Some(Marks::NONE)));
        assert_eq!(phone_into("n/a", "US", &mut out), Ok(None));
        assert!(phone_into("call me", "US", &mut out).is_err());
        assert_eq!(out, "a+12132461501+821012345678");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn fast_path_agrees_with_the_library_on_any_punctuation(
            raw in r"[ (+-]{0,2}1?[ ).-]{0,2}[0-9]{3}[ )./-]{0,2}[0-9]{3}[ ./-]{0,2}[0-9]{4}[ .)-]{0,1}"
        ) {
            if let Some(found) = plain_north_american(&raw, "US") {
                prop_assert_eq!(library(&raw, Region::US), Ok(Some(found)));
            }
        }

        #[test]
        fn idempotent_on_numbers(raw in r"\+?[0-9 ()x.-]{5,18}", region in "US|GB|KR|IT|AR|MX|CN|RU|DE|BS|NOPE") {
            if let Ok(Some(found)) = phone(&raw, &region) {
                prop_assert_eq!(phone(&found.text, &region), Ok(Some(found)));
            }
        }

        #[test]
        fn idempotent_on_anything(raw in any::<String>()) {
            if let Ok(Some(found)) = phone(&raw, "US") {
                prop_assert_eq!(phone(&found.text, "US"), Ok(Some(found)));
            }
        }
    }
}
