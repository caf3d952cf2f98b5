//! Values of the comparisons that a config adds: folded by the type that they are compared as.
//!
//! Invariant: every type's canonical form normalizes to itself, and a text is bounded by [`CHARS_MAX`] characters.

use super::date::{DateOrder, parse_date};
use super::text::{Outcome, fold, is_empty_word, tokens};
use crate::model::value::{AttributeType, Normalized, attribute_parts};

/// Characters of a text or code that are compared; what goes beyond is cut at the last whole word.
pub const CHARS_MAX: usize = 4000;

/// Characters of a number; longer ones are no amounts.
const NUMBER_CHARS_MAX: usize = 40;

/// Types whose values are words: several columns of one comparison are one text.
pub fn is_text(compared_as: AttributeType) -> bool {
    matches!(compared_as, AttributeType::Category | AttributeType::Text | AttributeType::LongText)
}

/// Normalizes a cell of a compared column to `name=value`.
///
/// Texts are folded words with single spaces between them, digits kept, apostrophes dropped. Numbers are plain decimals
/// (`$1,234.50` is `1234.5`, `12.0` is `12`, `(5)` is `-5`, `12 %` is `12`), dates are ISO, codes are upper-case letters
/// and digits with all zeros kept. Texts and codes end after [`CHARS_MAX`] characters.
///
/// Errors: what is no number, or no date, in a comparison of those.
pub fn attribute(name: &str, raw: &str, compared_as: AttributeType, dates: DateOrder) -> Outcome {
    if is_empty_word(raw) {
        return Ok(None);
    }
    let value = match compared_as {
        AttributeType::Category | AttributeType::Text | AttributeType::LongText => words(raw),
        AttributeType::Number => number(raw)?,
        AttributeType::Date => parse_date(raw, dates)?.map(|date| date.iso()).unwrap_or_default(),
        AttributeType::Code => code(raw),
    };
    if is_empty_word(&value) { Ok(None) } else { Ok(Some(Normalized::new(format!("{name}={value}")))) }
}

/// An attribute as a person types it: `name=value`. What is canonical already (a number, an ISO date, a code in capitals
/// and digits) stays; everything else is folded as text, since the type is not known here.
pub fn typed(raw: &str) -> Outcome {
    let Some((name, value)) = attribute_parts(raw) else {
        return Err(String::from("an attribute is typed as name=value"));
    };
    let (name, value) = (name.trim(), value.trim());
    let is_number = || number(value).is_ok_and(|number| number == value);
    let is_date = || matches!(parse_date(value, DateOrder::MonthFirst), Ok(Some(date)) if date.iso() == value);
    let is_code = || value.bytes().any(|b| b.is_ascii_digit()) && code(value) == value;
    if is_number() || is_date() || is_code() {
        return Ok(Some(Normalized::new(format!("{name}={value}"))));
    }
    attribute(name, value, AttributeType::Text, DateOrder::MonthFirst)
}

/// Folded words with single spaces between them.
fn words(raw: &str) -> String {
    let folded = fold(raw);
    let mut out = String::with_capacity(folded.len().min(CHARS_MAX));
    // `morton's` and `mortons` are one word, `x-ray` is two.
    let folded = if folded.contains('\'') { folded.replace('\'', "") } else { folded };
    for word in tokens(&folded) {
        let space = usize::from(!out.is_empty());
        if out.len() + space + word.len() > CHARS_MAX {
            if out.is_empty() {
                out.push_str(&word[..CHARS_MAX]);
            }
            break;
        }
        if space > 0 {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

fn code(raw: &str) -> String {
    fold(raw)
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .take(CHARS_MAX)
        .map(|b| char::from(b.to_ascii_uppercase()))
        .collect()
}

/// A number as a plain decimal without leading or trailing zeros.
fn number(raw: &str) -> Result<String, String> {
    let fault = || Err(String::from("not a number"));
    let folded = fold(raw);
    let mut text = folded.as_str();
    let mut negative = false;
    if let Some(inside) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        negative = true;
        text = inside;
    }
    text = text.trim_end_matches('%').trim();
    // A sign stands before or after the currency.
    for _ in 0..2 {
        if let Some(rest) = text.strip_prefix('-') {
            negative = !negative;
            text = rest.trim_start();
        } else if let Some(rest) = text.strip_prefix('+') {
            text = rest.trim_start();
        }
        text = without_currency(text);
    }
    let digits: String = text.chars().filter(|&c| c != ' ').collect();
    if digits.is_empty() || digits.len() > NUMBER_CHARS_MAX {
        return fault();
    }
    let Some(plain) = point_decimal(&digits) else { return fault() };
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let is_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) || whole.len() + fraction.len() == 0 {
        // `1.5e-07`, as spreadsheets and data frames write what is very small or large.
        let scientific = plain.contains('e') && plain.starts_with(|c: char| c.is_ascii_digit());
        return match plain.parse::<f64>() {
            Ok(value) if scientific && value.is_finite() => {
                let shown = format!("{}{value}", if negative { "-" } else { "" });
                if shown.len() > NUMBER_CHARS_MAX { fault() } else { Ok(canonical(negative, &value.to_string())) }
            }
            _ => fault(),
        };
    }
    Ok(canonical(negative, &plain))
}

/// Currency signs and codes around a number taken off.
fn without_currency(text: &str) -> &str {
    // The signs of euro, pound and yen are folded to their codes.
    const SIGNS: [&str; 13] =
        ["us$", "usd", "eur", "gbp", "cad", "aud", "jpy", "jpyen", "yen", "chf", "inr", "rs", "$"];
    let after = SIGNS.iter().find_map(|sign| {
        let rest = text.strip_prefix(sign)?.trim_start();
        rest.starts_with(|c: char| c.is_ascii_digit() || "-+.".contains(c)).then_some(rest)
    });
    let text = after.unwrap_or(text);
    let before = SIGNS.iter().find_map(|sign| {
        let rest = text.strip_suffix(sign)?.trim_end();
        rest.ends_with(|c: char| c.is_ascii_digit()).then_some(rest)
    });
    before.unwrap_or(text)
}

/// A number with a point before its fraction: commas between groups of three are taken out, and a single comma that
/// stands elsewhere, or after points, is the point.
fn point_decimal(digits: &str) -> Option<String> {
    if !digits.contains(',') {
        return Some(digits.to_owned());
    }
    let (before, after) = digits.rsplit_once(',')?;
    let groups_fit = |text: &str, separator: char| {
        let mut groups = text.split(separator);
        groups.next().is_some_and(|first| (1..=3).contains(&first.len())) && groups.all(|group| group.len() == 3)
    };
    let whole = digits.split('.').next().unwrap_or_default();
    if digits.matches('.').count() <= 1 && groups_fit(whole, ',') && !after.is_empty() && whole.contains(',') {
        return Some(digits.replace(',', ""));
    }
    let is_fraction = !after.contains('.') && !before.contains(',') && (1..=2).contains(&after.len());
    (is_fraction && (!before.contains('.') || groups_fit(before, '.')))
        .then(|| format!("{}.{after}", before.replace('.', "")))
}

fn canonical(negative: bool, plain: &str) -> String {
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if negative && (whole != "0" || !fraction.is_empty()) { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use AttributeType::{Category, Code, Date, LongText, Number, Text};
    use proptest::prelude::*;

    fn read(compared_as: AttributeType, raw: &str) -> Result<Option<String>, String> {
        let value = attribute("a", raw, compared_as, DateOrder::MonthFirst)?;
        Ok(value.map(|value| value.text.strip_prefix("a=").unwrap_or("no name").to_owned()))
    }

    fn check(compared_as: AttributeType, raw: &str, expected: &str) {
        assert_eq!(read(compared_as, raw), Ok(Some(expected.to_owned())), "{raw:?}");
        assert_eq!(read(compared_as, expected), Ok(Some(expected.to_owned())), "{expected:?} stays");
        assert_eq!(typed(&format!("a={expected}")).map(|v| v.map(|v| v.text)), Ok(Some(format!("a={expected}"))));
    }

    #[test]
    fn texts_are_words() {
        check(Text, " Arnie Morton's  of\tChicago ", "arnie mortons of chicago");
        check(Category, "Fast-Food / Take-Out", "fast food take out");
        check(LongText, "Łódź, 2nd ed. (rev.)", "lodz 2nd ed rev");
        for nothing in ["", " - ", "N/A", "unknown", "?", "!!"] {
            assert_eq!(read(Text, nothing), Ok(None), "{nothing:?}");
        }
        assert_ne!(read(Text, "x-ray"), read(Text, "xray"), "a hyphen parts words");
        assert_ne!(read(Text, "model 10"), read(Text, "model 1 0"));
    }

    #[test]
    fn numbers_are_plain_decimals() {
        for (raw, expected) in [
            ("$1,234.50", "1234.5"),
            ("12.0", "12"),
            ("0012", "12"),
            ("-0.0", "0"),
            (".5", "0.5"),
            ("12 %", "12"),
            ("(5.25)", "-5.25"),
            ("-$3", "-3"),
            ("$ -3", "-3"),
            ("USD 10", "10"),
            ("10 EUR", "10"),
            ("€ 10", "10"),
            ("£10", "10"),
            ("1.234,50", "1234.5"),
            ("12,5", "12.5"),
            ("1 234", "1234"),
            ("1,234,567", "1234567"),
            ("1.5e-03", "0.0015"),
            ("2E5", "200000"),
        ] {
            check(Number, raw, expected);
        }
        for no_number in ["12 inches", "3:45", "1-2", "1.2.3", "inf", "1,23,4", "e5", "5 l", "1e400", "12a", "Route 66"]
        {
            assert!(read(Number, no_number).is_err(), "{no_number}");
        }
        assert_eq!(read(Number, "n/a"), Ok(None));
    }

    #[test]
    fn dates_and_codes() {
        check(Date, "4/9/1956", "1956-04-09");
        assert_eq!(read(Date, "0000-00-00"), Ok(None));
        assert!(read(Date, "1956").is_err() && read(Date, "red").is_err());
        check(Code, "ab-012.3", "AB0123");
        check(Code, "00042", "00042");
        assert_ne!(read(Code, "0042"), read(Code, "42"), "zeros in front are part of a code");
        assert_eq!(read(Code, "--"), Ok(None));
    }

    #[test]
    fn long_texts_end_at_a_word() {
        let long = "word ".repeat(2000);
        let text = read(LongText, &long).unwrap().unwrap();
        assert!(text.len() <= CHARS_MAX && text.ends_with("word") && text.len() > CHARS_MAX - 10);
        assert_eq!(read(Text, &"x".repeat(5000)).unwrap().unwrap().len(), CHARS_MAX);
        assert!(read(Number, &"1".repeat(5000)).is_err());
    }

    #[test]
    fn typed_values_fold_as_text() {
        let text = |raw: &str| typed(raw).unwrap().map(|value| value.text);
        assert_eq!(text("type = Fast-Food"), Some(String::from("type=fast food")));
        assert_eq!(text("price=12.5"), Some(String::from("price=12.5")));
        assert_eq!(text("type=n/a"), None);
        assert!(typed("no sign").is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn every_type_is_idempotent(raw in "[-+()$%.,0-9e ]{0,16}|[0-9/.-]{6,10}|.{0,24}") {
            for compared_as in AttributeType::ALL {
                if let Ok(Some(once)) = read(compared_as, &raw) {
                    prop_assert_eq!(read(compared_as, &once), Ok(Some(once.clone())), "{:?}", compared_as);
                }
            }
        }
    }
}
