//! Amounts of money and their currencies, as payroll exports write them.

use super::text::{Outcome, is_empty_word};
use crate::model::value::Normalized;

/// Digits of the whole part of an amount; more are no pay.
const DIGITS_MAX: usize = 12;

/// Normalizes an amount to `-1234.50`: no separators of thousands, a point, two decimals at least.
///
/// The last point or comma is the decimal one when one or two digits follow it, or more than three; three digits after the only separator
/// are thousands. A currency's sign or code around it is left to the currency's own column.
///
/// Errors: what is no number, or is too long for one.
pub fn amount(raw: &str) -> Outcome {
    if is_empty_word(raw) {
        return Ok(None);
    }
    let text = raw.trim();
    let bracketed = text.starts_with('(') && text.ends_with(')');
    let is_letter = |c: char| c.is_alphabetic() || "$€£¥₩₹".contains(c);
    let core: String = text
        .trim_matches(|c: char| is_letter(c) || c.is_whitespace() || c == '(' || c == ')')
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '’' | '_' | '\u{a0}' | '\u{202f}'))
        .collect();
    let (negative, core) = match core.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest.trim_start_matches(is_letter).to_string()),
        None => (bracketed, core.trim_start_matches('+').to_string()),
    };
    let no_amount = || Err("is no amount".to_owned());
    if core.is_empty() || !core.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',') {
        return no_amount();
    }
    let decimal = core.rfind(['.', ',']).filter(|&at| {
        let separator = &core[at..at + 1];
        let after = core.len() - at - 1;
        let alone = core.matches(separator).count() == 1;
        let other = core.contains(if separator == "." { ',' } else { '.' });
        alone && (after != 3 || other)
    });
    let (whole, cents) = match decimal {
        Some(at) => (&core[..at], &core[at + 1..]),
        None => (core.as_str(), ""),
    };
    let groups: Vec<&str> = whole.split(['.', ',']).collect();
    if groups.len() > 1 && (groups[0].is_empty() || groups[0].len() > 3 || groups[1..].iter().any(|g| g.len() != 3)) {
        return no_amount();
    }
    let digits = groups.concat();
    let digits = digits.trim_start_matches('0');
    if digits.len() > DIGITS_MAX || cents.len() > 6 || !cents.bytes().all(|b| b.is_ascii_digit()) {
        return no_amount();
    }
    let whole = if digits.is_empty() { "0" } else { digits };
    let mut cents = cents.trim_end_matches('0').to_string();
    // Never three decimals, which would read as thousands.
    while cents.len() < 2 || cents.len() == 3 {
        cents.push('0');
    }
    Ok(Some(Normalized::new(format!("{}{whole}.{cents}", if negative { "-" } else { "" }))))
}

/// Normalizes the code of a currency to three capital letters.
///
/// Errors: anything else; a bare `$` is that of many countries.
pub fn currency(raw: &str) -> Outcome {
    if is_empty_word(raw) {
        return Ok(None);
    }
    let text = raw.trim().to_ascii_uppercase();
    if text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase()) {
        return Ok(Some(Normalized::new(text)));
    }
    Err("is no code of three letters, such as USD".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts() {
        for (raw, expected) in [
            ("1250", Some("1250.00")),
            ("$1,250.5", Some("1250.50")),
            ("1.250,50 EUR", Some("1250.50")),
            ("USD 3 200,00", Some("3200.00")),
            ("1'250.75", Some("1250.75")),
            ("1,250", Some("1250.00")),
            ("1,250,000", Some("1250000.00")),
            ("-12.5", Some("-12.50")),
            ("-$12.50", Some("-12.50")),
            ("(99.10)", Some("-99.10")),
            ("0.1234", Some("0.1234")),
            ("007", Some("7.00")),
            ("", None),
            ("n/a", None),
        ] {
            let read = amount(raw).unwrap_or_else(|fault| panic!("{raw}: {fault}"));
            assert_eq!(read.map(|value| value.text).as_deref(), expected, "{raw}");
        }
        for raw in ["12,50,3", "1,2500,000", "twelve", "12/5", "1e6", "1234567890123", "--5"] {
            assert!(amount(raw).is_err(), "{raw}");
        }
    }

    #[test]
    fn currencies() {
        assert_eq!(currency(" usd ").map(|value| value.map(|value| value.text)), Ok(Some("USD".to_string())));
        for raw in ["dollar", "US", "U$D"] {
            assert!(currency(raw).is_err(), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_what_was_read_reads_the_same(raw in "\\PC{0,16}|[-0-9.,$ ]{1,14}") {
            if let Ok(Some(once)) = amount(&raw) {
                prop_assert_eq!(amount(&once.text), Ok(Some(once)));
            }
        }
    }
}
