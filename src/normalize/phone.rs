//! Telephone numbers to E.164.
//!
//! Canonical forms: `+12025550100`, with an extension `+12025550100;ext=5`; a number too short to be dialled from
//! elsewhere (seven digits in North America) as `local:3865286`, so that equal ones still meet. Whether two numbers
//! are near is left to comparing.
//!
//! Invariant: [`phone`] is idempotent in any region, and its fast path gives what the library gives.

use super::text::{Outcome, fold_light, is_empty_word};
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
    if raw.len() > LONGEST {
        return if is_empty_word(raw) { Ok(None) } else { Err("too long for a telephone number".to_owned()) };
    }
    if let Some(found) = plain_north_american(raw, region) {
        return Ok(Some(found));
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
        && !is_placeholder(&digits)
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
    let mut marks = if is_placeholder(&national) { Marks::GENERIC } else { Marks::NONE };
    let mut written = match length {
        NumberLengthType::IsPossibleLocalOnly => format!("{LOCAL_PREFIX}{national}"),
        NumberLengthType::IsPossible => {
            let e164 = number.format_as(PhoneNumberFormat::E164).into_owned();
            if is_fictional(&e164) || !number.is_valid() {
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
    let marks = if is_placeholder(number) { Marks::GENERIC } else { Marks::NONE };
    Ok(Some(Normalized::marked(format!("{LOCAL_PREFIX}{rest}"), marks)))
}

/// The fast path: ten digits, or eleven from 1 on, with North American punctuation only, in an area code whose numbers
/// are all assigned or all not. `None` sends the value to the library.
fn plain_north_american(raw: &str, region: &str) -> Option<Normalized> {
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
    let ten = match (count, plus, digits[0]) {
        (10, false, _) => &digits[..10],
        (11, _, b'1') => &digits[1..],
        _ => return None,
    };
    if ten[3] < b'2' {
        return None;
    }
    let area = ten[..3].iter().fold(0usize, |sum, digit| sum * 10 + usize::from(digit - b'0'));
    let assigned = match AREA_CODES[area] {
        AreaCode::Mixed => return None,
        AreaCode::Assigned => true,
        AreaCode::Unassigned => false,
    };
    let mut text = String::with_capacity(12);
    text.push_str("+1");
    ten.iter().for_each(|&digit| text.push(char::from(digit)));
    let mut marks = if is_placeholder(&text[2..]) { Marks::GENERIC } else { Marks::NONE };
    if !assigned || is_fictional(&text) {
        marks = marks.with(Marks::UNASSIGNED);
    }
    Some(Normalized { text, marks })
}

/// 555-0100 to 555-0199 of any North American area code: set aside for fiction, so never assigned to anyone.
fn is_fictional(e164: &str) -> bool {
    e164.len() == 12 && e164.starts_with("+1") && &e164[5..10] == "55501"
}

/// Digits that stand for no number: one digit repeated, or counting up or down.
fn is_placeholder(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    if bytes.len() < 5 {
        return false;
    }
    let steps = |by: u8| bytes.windows(2).all(|pair| (pair[0] - b'0' + by) % 10 == pair[1] - b'0');
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

/// What the numbering plan says of an area code's numbers whose exchange starts with 2 to 9.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AreaCode {
    /// None can be assigned.
    Unassigned,
    /// Any can be assigned.
    Assigned,
    /// It depends on the exchange.
    Mixed,
}

static AREA_CODES: [AreaCode; 1000] = {
    let mut table = [AreaCode::Unassigned; 1000];
    let mut at = 0;
    while at < ASSIGNED_AREA_CODES.len() {
        table[ASSIGNED_AREA_CODES[at] as usize] = AreaCode::Assigned;
        at += 1;
    }
    at = 0;
    while at < MIXED_AREA_CODES.len() {
        table[MIXED_AREA_CODES[at] as usize] = AreaCode::Mixed;
        at += 1;
    }
    // Area codes start with 2 to 9; what starts lower is left to the library, which may cut a prefix.
    at = 0;
    while at < 200 {
        table[at] = AreaCode::Mixed;
        at += 1;
    }
    table
};

/// Area codes in which the metadata of rlibphonenumber 2.2.15 holds every number for valid, found by asking it for all
/// exchanges. The test `fast_path_agrees_with_the_library` fails when a newer version thinks otherwise.
#[rustfmt::skip]
const ASSIGNED_AREA_CODES: [u16; 445] = [
    201, 202, 203, 204, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 220, 223, 224, 225,
    226, 227, 228, 229, 231, 234, 235, 236, 239, 240, 248, 249, 250, 251, 252, 253, 254, 256, 257, 260, 262, 263,
    267, 269, 270, 272, 273, 274, 276, 279, 281, 283, 289, 301, 302, 303, 304, 305, 306, 307, 308, 309, 310, 312,
    313, 314, 315, 316, 317, 318, 319, 320, 321, 323, 324, 325, 326, 327, 329, 330, 331, 332, 334, 336, 337, 339,
    341, 343, 346, 347, 350, 351, 352, 353, 354, 360, 361, 363, 364, 365, 367, 368, 369, 380, 382, 385, 386, 401,
    402, 403, 404, 405, 406, 407, 408, 409, 410, 412, 413, 414, 415, 416, 417, 418, 419, 423, 424, 425, 428, 430,
    431, 432, 434, 435, 437, 438, 440, 442, 443, 445, 447, 448, 450, 458, 463, 464, 468, 469, 470, 472, 474, 475,
    478, 479, 480, 484, 500, 501, 502, 503, 504, 505, 506, 507, 508, 509, 510, 512, 513, 514, 515, 516, 517, 518,
    519, 520, 521, 522, 525, 526, 527, 528, 529, 530, 531, 532, 533, 534, 539, 540, 541, 544, 548, 551, 557, 559,
    561, 562, 563, 564, 566, 567, 570, 571, 572, 573, 574, 575, 577, 579, 580, 581, 582, 584, 585, 586, 587, 588,
    600, 601, 602, 603, 604, 605, 606, 607, 608, 609, 610, 612, 613, 614, 615, 616, 617, 618, 619, 620, 622, 623,
    626, 628, 629, 630, 631, 633, 636, 639, 640, 641, 645, 646, 647, 650, 651, 656, 657, 658, 659, 660, 661, 662,
    667, 669, 672, 678, 680, 681, 682, 683, 686, 689, 701, 702, 703, 704, 705, 706, 707, 708, 709, 712, 713, 714,
    715, 716, 717, 718, 719, 720, 724, 725, 726, 727, 728, 730, 731, 732, 734, 737, 738, 740, 742, 743, 747, 748,
    753, 754, 757, 760, 762, 763, 765, 769, 770, 771, 772, 773, 774, 775, 778, 779, 780, 781, 782, 785, 786, 787,
    800, 801, 802, 803, 804, 805, 806, 807, 808, 809, 810, 812, 813, 814, 815, 816, 817, 818, 819, 820, 821, 825,
    826, 828, 829, 830, 831, 832, 833, 835, 838, 839, 840, 843, 844, 845, 847, 848, 849, 850, 854, 855, 856, 857,
    858, 859, 860, 862, 863, 864, 865, 866, 867, 870, 872, 873, 877, 878, 879, 888, 900, 901, 902, 903, 904, 905,
    906, 907, 908, 909, 910, 912, 913, 914, 915, 916, 917, 918, 919, 920, 925, 928, 929, 930, 931, 934, 936, 937,
    938, 939, 940, 941, 942, 943, 945, 947, 948, 949, 951, 952, 954, 956, 959, 970, 971, 972, 973, 975, 978, 979,
    980, 984, 985, 986, 989,
];

/// Area codes of which it holds some numbers for valid.
#[rustfmt::skip]
const MIXED_AREA_CODES: [u16; 24] = [
    242, 246, 264, 268, 284, 340, 345, 441, 473, 523, 524, 649, 664, 670, 671, 684, 721, 758, 767, 784, 868, 869,
    876, 983,
];

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
