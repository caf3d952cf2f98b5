//! Moments of events: a date with or without a time of day and a zone, to UTC.
//!
//! The date is read as dates are everywhere; what stands behind it is looked at for a time of day and an offset. A time
//! without a zone is taken for UTC: exports of logs are nearly always in it, and a day that is off by some hours is still
//! the same evidence.

use super::date::{DateOrder, parse_date};
use super::text::{Outcome, fold, is_empty_word};
use crate::model::moment::{DAY, Moment};
use crate::model::value::Normalized;

/// The latest moment that is read, the end of 9999.
const LATEST: i64 = 253_402_300_799;

/// Normalizes a moment to `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM:SSZ`.
///
/// Errors: what is no date, or a time of day that no clock shows.
pub fn moment(raw: &str, order: DateOrder) -> Outcome {
    let text = raw.trim();
    if let Some(found) = epoch(text) {
        return Ok(Some(Normalized::new(found.to_string())));
    }
    let Some(date) = parse_date(text, order)? else { return Ok(None) };
    let midnight = i64::from(date.days) * DAY;
    let found = match time_of_day(text)? {
        Some(seconds) => Moment { seconds: midnight + seconds, has_time: true },
        None => Moment { seconds: midnight, has_time: false },
    };
    Ok(Some(Normalized::new(found.to_string())))
}

/// Seconds (10 digits) or milliseconds (13) since 1970.
fn epoch(text: &str) -> Option<Moment> {
    let whole = text.split('.').next().unwrap_or(text);
    let digits = whole.bytes().all(|byte| byte.is_ascii_digit());
    let number: i64 = if digits { whole.parse().ok()? } else { return None };
    let seconds = match whole.len() {
        10 => number,
        13 => number / 1000,
        _ => return None,
    };
    (seconds <= LATEST).then_some(Moment { seconds, has_time: true })
}

/// Seconds since midnight in UTC, negative or over a day where the offset makes it so. `None` where no time is written.
fn time_of_day(text: &str) -> Result<Option<i64>, String> {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    // The first colon between digits is that of the hour: dates have none.
    let Some(colon) = (1..bytes.len()).find(|&at| bytes[at] == b':' && is_digit(at - 1) && is_digit(at + 1)) else {
        return Ok(None);
    };
    let start = if colon >= 2 && is_digit(colon - 2) { colon - 2 } else { colon - 1 };
    let mut at = start;
    let mut parts = [0i64; 3];
    for (index, part) in parts.iter_mut().enumerate() {
        if index > 0 {
            if bytes.get(at) != Some(&b':') {
                break;
            }
            at += 1;
        }
        while is_digit(at) && *part < 1000 {
            *part = *part * 10 + i64::from(bytes[at] - b'0');
            at += 1;
        }
    }
    if bytes.get(at).is_some_and(|byte| matches!(byte, b'.' | b',')) && is_digit(at + 1) {
        at += 1;
        while is_digit(at) {
            at += 1;
        }
    }
    let [mut hour, minute, second] = parts;
    let rest = fold(text.get(at..).unwrap_or_default());
    let rest = rest.trim();
    if let Some(is_afternoon) = half_of_day(rest) {
        if !(1..=12).contains(&hour) {
            return Err(format!("there is no hour {hour} on a clock of twelve"));
        }
        hour = hour % 12 + if is_afternoon { 12 } else { 0 };
    }
    if hour > 23 || minute > 59 || second > 60 {
        return Err("no clock shows such a time".to_owned());
    }
    Ok(Some(hour * 3600 + minute * 60 + second.min(59) - offset(text.get(at..).unwrap_or_default())))
}

/// Whether `am` or `pm` follows the time, and which.
fn half_of_day(rest: &str) -> Option<bool> {
    let letters: String = rest.chars().filter(|c| *c != '.').take(2).collect();
    match letters.as_str() {
        "am" => Some(false),
        "pm" => Some(true),
        _ => None,
    }
}

/// Seconds that a written offset (`+02:00`, `-0500`, `+02`) is ahead of UTC; 0 where none is written.
fn offset(rest: &str) -> i64 {
    let Some(at) = rest.find(['+', '-', '\u{2212}']) else { return 0 };
    let sign = if rest[at..].starts_with('+') { 1 } else { -1 };
    let digits: Vec<i64> =
        rest[at..].chars().skip(1).filter(|c| *c != ':').map_while(|c| c.to_digit(10)).map(i64::from).take(4).collect();
    let (hours, minutes) = match digits[..] {
        [a, b, c, d] => (a * 10 + b, c * 10 + d),
        [a, b] => (a * 10 + b, 0),
        [a] => (a, 0),
        _ => return 0,
    };
    if hours <= 14 && minutes <= 59 { sign * (hours * 3600 + minutes * 60) } else { 0 }
}

/// A word of a closed list (a status, an event, a product), folded.
pub fn label(raw: &str) -> Outcome {
    if is_empty_word(raw) {
        return Ok(None);
    }
    let text = fold(raw).split_whitespace().collect::<Vec<_>>().join(" ");
    Ok((!text.is_empty()).then(|| Normalized::new(text)))
}

/// `yes` or `no`.
pub fn yes_or_no(raw: &str) -> Outcome {
    if is_empty_word(raw) {
        return Ok(None);
    }
    match fold(raw).trim() {
        "yes" | "y" | "true" | "t" | "1" => Ok(Some(Normalized::new("yes"))),
        "no" | "n" | "false" | "f" | "0" => Ok(Some(Normalized::new("no"))),
        _ => Err("neither yes nor no".to_owned()),
    }
}

/// A count; yes is one and no is none.
pub fn count(raw: &str) -> Outcome {
    if let Ok(Some(value)) = yes_or_no(raw) {
        return Ok(Some(Normalized::new(if value.text == "yes" { "1" } else { "0" })));
    }
    if is_empty_word(raw) {
        return Ok(None);
    }
    let digits: String = raw.trim().chars().filter(|c| !matches!(c, ',' | ' ' | '\u{a0}' | '_')).collect();
    let whole = digits.split('.').next().unwrap_or_default();
    match whole.parse::<u64>() {
        Ok(number) => Ok(Some(Normalized::new(number.to_string()))),
        Err(_) => Err("not a number".to_owned()),
    }
}

/// The number of an autonomous system: `AS9009`, `9009`.
pub fn asn(raw: &str) -> Outcome {
    if is_empty_word(raw) {
        return Ok(None);
    }
    let text = fold(raw);
    let digits = text.trim().trim_start_matches("asn").trim_start_matches("as").trim();
    match digits.split_whitespace().next().unwrap_or_default().parse::<u32>() {
        Ok(number) => Ok(Some(Normalized::new(number.to_string()))),
        Err(_) => Err("not the number of an autonomous system".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> Option<String> {
        moment(raw, DateOrder::MonthFirst).ok().flatten().map(|value| value.text)
    }

    #[test]
    fn moments_of_all_exports_are_one_in_utc() {
        for (raw, expected) in [
            ("2025-03-04T12:34:56Z", "2025-03-04T12:34:56Z"),
            ("2025-03-04T12:34:56.789Z", "2025-03-04T12:34:56Z"),
            ("2025-03-04 12:34", "2025-03-04T12:34:00Z"),
            ("2025-03-04T12:34:56+02:00", "2025-03-04T10:34:56Z"),
            ("2025-03-04T00:34:56+0200", "2025-03-03T22:34:56Z"),
            ("2025-03-04T22:34:56-05:00", "2025-03-05T03:34:56Z"),
            ("3/4/2025 1:05:09 PM", "2025-03-04T13:05:09Z"),
            ("3/4/2025 12:05 AM", "2025-03-04T00:05:00Z"),
            ("3/4/2025 12:05 p.m.", "2025-03-04T12:05:00Z"),
            ("2025-03-04", "2025-03-04"),
            ("1741091696", "2025-03-04T12:34:56Z"),
            ("1741091696000", "2025-03-04T12:34:56Z"),
        ] {
            assert_eq!(read(raw).as_deref(), Some(expected), "{raw}");
            assert_eq!(read(expected).as_deref(), Some(expected), "{expected}");
        }
    }

    #[test]
    fn what_no_clock_or_calendar_shows_is_refused() {
        for raw in ["2025-03-04T25:00:00Z", "3/4/2025 13:00 PM", "2025-02-30T10:00:00Z", "soon", "12:34"] {
            assert!(moment(raw, DateOrder::MonthFirst).is_err(), "{raw}");
        }
        assert_eq!(moment("", DateOrder::MonthFirst), Ok(None));
        assert_eq!(moment("n/a", DateOrder::MonthFirst), Ok(None));
    }

    #[test]
    fn small_values_read_and_refuse() {
        let text = |outcome: Outcome| outcome.ok().flatten().map(|value| value.text);
        assert_eq!(text(label("  Out For  Delivery ")).as_deref(), Some("out for delivery"));
        assert_eq!(text(count("1,204")).as_deref(), Some("1204"));
        assert_eq!(text(count("yes")).as_deref(), Some("1"));
        assert!(count("many").is_err());
        assert_eq!(text(asn("AS9009 Example Hosting")).as_deref(), Some("9009"));
        assert!(asn("Example Hosting").is_err());
        assert_eq!(text(yes_or_no("TRUE")).as_deref(), Some("yes"));
        assert!(yes_or_no("perhaps").is_err());
    }
}
