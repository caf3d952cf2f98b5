//! Two calendar dates: the same, a slip of the keyboard, or other days.

use super::similarity::osa_distance;

/// Levels of dates, in the order of [`level`].
pub const LEVELS: &[&str] =
    &["not observed", "same", "one digit or swapped", "two of three parts", "similar", "same year", "different"];

/// From this level on two full dates contradict each other.
pub const CONTRADICT: u8 = 5;

/// The level of dates that have nothing in common.
pub const DIFFERENT: u8 = 6;

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

/// The eight digits of an ISO date (`1971-06-24`), four bits each; `None` of anything else.
pub fn digits(text: &str) -> Option<u32> {
    let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
    let mut digits = 0;
    for (at, byte) in bytes.iter().enumerate() {
        match (at, byte) {
            (4 | 7, b'-') => {}
            (4 | 7, _) => return None,
            (_, b'0'..=b'9') => digits = digits << 4 | u32::from(byte - b'0'),
            _ => return None,
        }
    }
    Some(digits)
}

/// [`level`] of two dates by their [`digits`].
///
/// Two ISO dates are as many edits apart as their parts are together: an edit that moves a digit from part to part moves a
/// dash too. So two edits are one in each of two parts, or two in one of them, and then two parts are the same anyway.
#[inline]
pub fn level_of_digits(a: u32, b: u32) -> u8 {
    if a == b {
        return 1;
    }
    let part = |shift: u32, mask: u32| (a >> shift & mask, b >> shift & mask);
    let (year, month, day) = (part(16, 0xffff), part(8, 0xff), part(0, 0xff));
    // Most dates have no part in common; then only neighbors are alike.
    if year.0 != year.1 && month.0 != month.1 && day.0 != day.1 {
        let is_next = of_two(month.0).abs_diff(of_two(month.1)) == 1 && of_two(day.0).abs_diff(of_two(day.1)) <= 2;
        return if is_next && year_is_near(year) { 4 } else { 6 };
    }
    let parts = [year, month, day];
    let same = parts.iter().filter(|(x, y)| x == y).count();
    let slips = parts.iter().filter(|&&(x, y)| is_slip(x, y)).count();
    if same == 2 && slips == 1 || year.0 == year.1 && month.0 == day.1 && month.1 == day.0 {
        return 2;
    }
    if same == 2 {
        return 3;
    }
    let apart = |(x, y): (u32, u32)| of_two(x).abs_diff(of_two(y));
    if apart(month) <= 1 && apart(day) <= 2 && year_is_near(year) || same == 1 && slips == 2 {
        return 4;
    }
    if year.0 == year.1 { 5 } else { 6 }
}

/// Whether the level of two dates that have all their digits is [`DIFFERENT`], without asking about their years: of
/// neighboring months and days it says no.
#[inline(always)]
pub fn are_far_apart(a: u32, b: u32) -> bool {
    let part = |shift: u32, mask: u32| (a >> shift & mask, b >> shift & mask);
    let (year, month, day) = (part(16, 0xffff), part(8, 0xff), part(0, 0xff));
    let apart = |(x, y): (u32, u32)| of_two(x).abs_diff(of_two(y));
    (year.0 != year.1) & (month.0 != month.1) & (day.0 != day.1) & ((apart(month) > 1) | (apart(day) > 2))
}

/// The number that two digits are.
#[inline(always)]
fn of_two(digits: u32) -> u32 {
    digits.wrapping_sub(6 * (digits >> 4))
}

/// Whether two years are a year apart at most, or one edit.
fn year_is_near((a, b): (u32, u32)) -> bool {
    let number = |digits: u32| (0..4).rev().fold(0, |number, at| number * 10 + (digits >> (4 * at) & 15));
    let number_is_near = number(a).abs_diff(number(b)) <= 1;
    number_is_near || is_slip(a, b)
}

/// Whether two numbers of up to four digits are one edit apart: one digit differs, or two neighbors changed places.
fn is_slip(a: u32, b: u32) -> bool {
    let other = a ^ b;
    if other == 0 {
        return false;
    }
    let at = other.trailing_zeros() / 4 * 4;
    if other >> at < 16 {
        return true;
    }
    let swapped = (a >> at & 15) << 4 | a >> (at + 4) & 15;
    other >> at < 256 && swapped == b >> at & 0xff
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

    proptest::proptest! {
        #[test]
        fn digits_agree_as_letters_do(a in "[12]9[78][0-9]-[01][0-2]-[0-3][0-4]", b in "[129][129][78][0-9]-[01][0-2]-[0-3][0-4]") {
            let (x, y) = (digits(&a).unwrap_or(0), digits(&b).unwrap_or(0));
            proptest::prop_assert_eq!(level_of_digits(x, y), level(&a, &b));
            proptest::prop_assert!(!are_far_apart(x, y) || level(&a, &b) == DIFFERENT, "{} {}", a, b);
        }
    }

    #[test]
    fn dates_are_far_apart_where_no_part_says_more() {
        let far = |a: &str, b: &str| digits(a).zip(digits(b)).is_some_and(|(a, b)| are_far_apart(a, b));
        assert!(far("1971-06-24", "1983-11-02"));
        for near in ["1971-06-24", "1971-11-02", "1983-06-02", "1983-11-24", "1983-07-25"] {
            assert!(!far("1971-06-24", near), "{near}");
        }
    }

    #[test]
    fn only_iso_dates_have_digits() {
        assert_eq!(digits("1971-06-24"), Some(0x1971_0624));
        for other in ["1971-6-24", "1971/06/24", "1971-06-2x", "19710624", "", "1971-06-245"] {
            assert_eq!(digits(other), None, "{other}");
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
