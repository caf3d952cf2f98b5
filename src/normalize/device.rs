//! Devices and parcels: serial numbers, hardware addresses, computer names, tracking numbers.
//!
//! Look-alike characters (`O` and `0`) are not folded: a serial that differs by one is a near value, not the same one.

use super::bank::{ROUNDED, is_placeholder_digits, is_rounded_by_spreadsheet, without_decimals};
use super::text::{Outcome, WordMap, Written, fold, is_empty_word, owned, split_once};
use crate::model::value::{Marks, Normalized};
use std::sync::LazyLock;

/// What firmware and inventory tools write where a serial number is missing; letters and digits, upper case, sorted.
const GENERIC_SERIALS: &[&str] = &[
    "0123456789ABCDEF",
    "123456789ABC",
    "CHASSISSERIALNUMBER",
    "DEFAULT",
    "DEFAULTSTRING",
    "INVALID",
    "NA",
    "NONE",
    "NOTAPPLICABLE",
    "NOTAVAILABLE",
    "NOTSPECIFIED",
    "NULL",
    "OEM",
    "PENDING",
    "SERIAL",
    "SERIALNUMBER",
    "SYSTEMSERIALNUMBER",
    "TBD",
    "TBFBYOEM",
    "TOBEFILLEDBYOEM",
    "UNDEFINED",
    "UNKNOWN",
    "VIRTUALMACHINE",
    "XXXXXXX",
];

static GENERIC: LazyLock<WordMap<()>> = LazyLock::new(|| WordMap::new(GENERIC_SERIALS.iter().map(|word| (*word, ()))));

/// A serial number: letters and digits in upper case, since punctuation is typed or left out at will.
/// What stands for "no serial number" (`To be filled by O.E.M.`, `0000000`, `N/A`) is kept and marked `GENERIC`.
pub fn serial(raw: &str) -> Outcome {
    owned(|out| serial_into(raw, out))
}

/// As [`serial`], with the serial number appended to `out`.
fn serial_into(raw: &str, out: &mut String) -> Written {
    let raw = raw.trim();
    if raw.is_empty() {
        return Ok(None);
    }
    let start = out.len();
    if raw.bytes().all(|b| b.is_ascii_alphanumeric()) {
        // No point, so not rounded; no colon, so no label.
        out.push_str(raw);
        out[start..].make_ascii_uppercase();
    } else if is_rounded_by_spreadsheet(raw) {
        return Err(String::from(ROUNDED));
    } else {
        push_alphanumeric_upper(without_label(raw), out);
    }
    let text = &out[start..];
    if text.is_empty() {
        return if is_empty_word(raw) {
            Ok(None)
        } else {
            Err(String::from("a serial number without letter or digit"))
        };
    }
    let generic = text.len() < 4 || GENERIC.get(text).is_some() || is_placeholder_digits(text);
    Ok(Some(if generic { Marks::GENERIC } else { Marks::NONE }))
}

/// A MAC address: twelve lower-case hex digits, whatever separated them. Groups that lost a leading zero get it back.
///
/// All zeros, all ones and the constants that phones show instead of their address are `GENERIC`. A locally administered
/// address (randomized by the operating system) is an ordinary value: whoever shares one still shares it, but its absence
/// from another record says nothing.
pub fn hardware_address(raw: &str) -> Outcome {
    if is_empty_word(raw) {
        return Ok(None);
    }
    let raw = raw.trim();
    let wrong = || String::from("not a hardware address: twelve hex digits expected");
    let mut text = String::with_capacity(12);
    let groups = || raw.split([':', '-', ' ']);
    if groups().count() == 6 {
        for group in groups() {
            match group.len() {
                1 => text.push('0'),
                2 => {}
                _ => return Err(wrong()),
            }
            text.push_str(group);
        }
    } else {
        text.extend(raw.strip_prefix("0x").unwrap_or(raw).chars().filter(|c| !matches!(c, ':' | '-' | '.' | ' ')));
    }
    if text.len() != 12 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    text.make_ascii_lowercase();
    let generic = matches!(text.as_str(), "000000000000" | "ffffffffffff" | "020000000000" | "001122334455");
    Ok(Some(Normalized::marked(text, if generic { Marks::GENERIC } else { Marks::NONE })))
}

/// A computer name, folded, without a final dot. `localhost` and the like are `GENERIC`.
pub fn hostname(raw: &str) -> Outcome {
    if is_empty_word(raw) {
        return Ok(None);
    }
    let folded = fold(raw);
    let text = folded.trim_end_matches(['.', ' ']);
    // Other scripts have signs of their own for nothing.
    if is_empty_word(text) {
        return Ok(None);
    }
    let generic = matches!(text, "localhost" | "localhost.localdomain" | "computer" | "desktop" | "laptop" | "pc");
    Ok(Some(Normalized::marked(text, if generic { Marks::GENERIC } else { Marks::NONE })))
}

/// A carrier's tracking number: letters and digits in upper case.
pub fn tracking_number(raw: &str) -> Outcome {
    if is_empty_word(raw) {
        return Ok(None);
    }
    if is_rounded_by_spreadsheet(raw) {
        return Err(String::from(ROUNDED));
    }
    let text = alphanumeric_upper(without_decimals(raw));
    if is_empty_word(&text) {
        return Ok(None);
    }
    if text.len() < 5 {
        return Err(String::from("a tracking number of fewer than five characters"));
    }
    let generic = is_placeholder_digits(&text);
    Ok(Some(Normalized::marked(text, if generic { Marks::GENERIC } else { Marks::NONE })))
}

/// ASCII letters and digits in upper case; other scripts and full-width forms are folded first.
pub(super) fn alphanumeric_upper(raw: &str) -> String {
    let mut text = String::new();
    push_alphanumeric_upper(raw, &mut text);
    text
}

fn push_alphanumeric_upper(raw: &str, out: &mut String) {
    if !raw.is_ascii() {
        return push_alphanumeric_upper(&fold(raw), out);
    }
    out.reserve(raw.len());
    out.extend(raw.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()));
}

/// The value behind a label that an inventory export left in the cell: `S/N: PF0ABC12`.
fn without_label(raw: &str) -> &str {
    match split_once(raw, b':') {
        Some((label, rest))
            if matches!(alphanumeric_upper(label).as_str(), "SN" | "SERIAL" | "SERIALNUMBER" | "SERIALNO") =>
        {
            rest
        }
        _ => raw,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(normalize: fn(&str) -> Outcome, raw: &str, expected: Option<&str>) {
        let got = normalize(raw).ok().flatten();
        assert_eq!(got.as_ref().map(|v| v.text.as_str()), expected, "{raw}");
        if let Some(value) = got {
            assert_eq!(normalize(&value.text), Ok(Some(value)), "{raw} is not idempotent");
        }
    }

    fn is_generic(outcome: Outcome) -> bool {
        outcome.unwrap().unwrap().marks.has(Marks::GENERIC)
    }

    #[test]
    fn serial_numbers() {
        check(serial, " pf-0abc12 ", Some("PF0ABC12"));
        check(serial, "S/N: PF0ABC12", Some("PF0ABC12"));
        check(serial, "VMware-56 4d 2f 01", Some("VMWARE564D2F01"));
        check(serial, "", None);
        check(serial, "---", None);
        check(serial, "5.12E+11", None);
        // The letter O and the digit 0 stay apart.
        assert_ne!(serial("PFO1"), serial("PF01"));
    }

    #[test]
    fn serials_that_stand_for_none_are_generic() {
        assert!(GENERIC_SERIALS.is_sorted());
        for raw in [
            "To be filled by O.E.M.",
            "Default string",
            "System Serial Number",
            "0000000",
            "N/A",
            "None",
            "123456789",
            "XXXXXXXX",
            "1",
        ] {
            assert!(is_generic(serial(raw)), "{raw}");
        }
        for raw in ["PF0ABC12", "0000001", "C02XL0GYJGH5"] {
            assert!(!is_generic(serial(raw)), "{raw}");
        }
    }

    #[test]
    fn hardware_addresses() {
        for raw in ["00:1C:42:0A:0B:0C", "00-1c-42-0a-0b-0c", "001c.420a.0b0c", "001C420A0B0C", "0:1c:42:a:b:c"] {
            check(hardware_address, raw, Some("001c420a0b0c"));
        }
        // Locally administered, still a value.
        check(hardware_address, "02:1c:42:0a:0b:0c", Some("021c420a0b0c"));
        for raw in
            ["00:1C:42:0A:0B", "00:1C:42:0A:0B:0G", "00:1C:42:0A:0B:0C:0D:0E", "192.0.2.1", "n/a", "001:1:1:1:1:1"]
        {
            check(hardware_address, raw, None);
        }
        assert!(is_generic(hardware_address("00:00:00:00:00:00")));
        assert!(is_generic(hardware_address("FF-FF-FF-FF-FF-FF")));
        assert!(!is_generic(hardware_address("ff:ff:ff:ff:ff:fe")));
    }

    #[test]
    fn hostnames_and_tracking_numbers() {
        check(hostname, " LAPTOP-0A1B2C. ", Some("laptop-0a1b2c"));
        check(hostname, "ws1.example.com", Some("ws1.example.com"));
        check(hostname, "", None);
        assert!(is_generic(hostname("localhost")));
        check(tracking_number, "1z 999 aa1 01 2345 6784", Some("1Z999AA10123456784"));
        check(tracking_number, "9400-1000 0000", Some("940010000000"));
        check(tracking_number, "1.23E+19", None);
        check(tracking_number, "n/a", None);
        check(tracking_number, "1234", None);
        assert!(is_generic(tracking_number("000000000000")));
    }

    #[test]
    fn appends_to_a_buffer() {
        let mut out = String::from("a");
        assert_eq!(serial_into("pf-0abc12", &mut out), Ok(Some(Marks::NONE)));
        assert_eq!(serial_into("PF0ABC13", &mut out), Ok(Some(Marks::NONE)));
        assert_eq!(serial_into("0000000", &mut out), Ok(Some(Marks::GENERIC)));
        assert_eq!(serial_into(" - ", &mut out), Ok(None));
        assert!(serial_into("5.12E+11", &mut out).is_err());
        assert_eq!(out, "aPF0ABC12PF0ABC130000000");
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
        #[test]
        fn any_text_is_survived_and_idempotent(raw in "\\PC{0,30}") {
            for normalize in [serial, hardware_address, hostname, tracking_number] {
                if let Ok(Some(once)) = normalize(&raw) {
                    proptest::prop_assert_eq!(normalize(&once.text), Ok(Some(once.clone())));
                }
            }
        }
    }
}
