//! Two calendar dates: the same, a slip of the keyboard, or other days.

use super::similarity::osa_distance;

/// Levels of dates, in the order of [`level`].
pub const LEVELS: &[&str] =
    &["not observed", "same", "one digit or swapped", "two of three parts", "similar", "same year", "different"];

/// From this level on two full dates contradict each other.
pub const CONTRADICT: u8 = 5;

/// The level of two ISO dates. Different strings that are no dates are different.
pub fn level(a: &str, b: &str) -> u8 {
    if a == b {
        return 1;
    }
    let (Some(x), Some(y)) = (parts(a), parts(b)) else { return 6 };
    let swapped = x.0 == y.0 && x.1 == y.2 && x.2 == y.1;
    if swapped || osa_distance(a, b) == 1 {
        return 2;
    }
    if u8::from(x.0 == y.0) + u8::from(x.1 == y.1) + u8::from(x.2 == y.2) == 2 {
        return 3;
    }
    // Each part at most a slip away: a year one off or one digit off, a month one off, a day two off.
    let year = x.0.abs_diff(y.0) <= 1 || osa_distance(&a[..4], &b[..4]) == 1;
    if year && x.1.abs_diff(y.1) <= 1 && x.2.abs_diff(y.2) <= 2 || osa_distance(a, b) == 2 {
        return 4;
    }
    if x.0 == y.0 { 5 } else { 6 }
}

/// Levels of dates of events, in the order of [`event_level`].
pub const EVENT_LEVELS: &[&str] =
    &["not observed", "same", "one digit or swapped", "within a week", "within two months", "same year", "different"];

/// The level of two ISO dates of events, of which one may have been noted some days late.
pub fn event_level(a: &str, b: &str) -> u8 {
    let (Some(x), Some(y)) = (parts(a), parts(b)) else { return 6 };
    // Days of a year of months of 31 days: near enough to tell a week from two months.
    let day = |(year, month, day): (u32, u32, u32)| i64::from(year) * 372 + i64::from(month) * 31 + i64::from(day);
    match (level(a, b), (day(x) - day(y)).abs()) {
        (1, _) => 1,
        (2, _) => 2,
        (_, 0..=7) => 3,
        (_, 8..=62) => 4,
        _ if x.0 == y.0 => 5,
        _ => 6,
    }
}

fn parts(date: &str) -> Option<(u32, u32, u32)> {
    if !date.is_ascii() || date.len() < 8 {
        return None;
    }
    let mut parts = date.split('-');
    let found = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    (date.find('-')? >= 4).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_levels() {
        for (a, b, expected) in [
            ("1971-06-24", "1971-06-24", 1),
            ("1971-06-24", "1971-05-24", 2),
            ("1971-06-12", "1971-12-06", 2),
            ("1971-06-24", "1971-06-11", 3),
            ("1971-06-24", "1981-07-23", 4),
            ("1971-06-24", "1971-11-03", 5),
            ("1971-06-24", "1988-11-03", 6),
            ("1971-06-24", "?", 6),
        ] {
            assert_eq!(level(a, b), expected, "{a} {b}");
            assert_eq!(level(b, a), expected, "{b} {a}");
        }
    }

    #[test]
    fn events_are_near_within_days() {
        for (a, b, expected) in [
            ("2024-03-30", "2024-04-02", 3),
            ("2024-03-30", "2024-05-17", 4),
            ("2024-03-30", "2024-11-17", 5),
            ("2024-12-30", "2025-01-02", 3),
            ("2024-03-30", "2021-03-12", 6),
        ] {
            assert_eq!(event_level(a, b), expected, "{a} {b}");
            assert_eq!(event_level(b, a), expected, "{b} {a}");
        }
    }
}
