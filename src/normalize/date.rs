//! Dates in the spellings that exports use, to days since 1970-01-01 and ISO text.
//!
//! A date is taken as written: a time of day is read over and a zone shifts nothing, since a birthday or a hire date
//! has no zone. Numbers since an epoch are read in UTC. Which of day and month comes first is decided once for a whole
//! column ([`decide_order`]); what a column means is left to the caller.
//!
//! Invariant: nothing here reads a clock, so a value means the same every night; [`birth_date`] is idempotent.

use super::text::{Outcome, Written, fold_light, is_empty_word, owned};
use crate::model::moment::{civil_from_days, days_from_civil};
use crate::model::value::{Marks, Normalized};
use std::borrow::Cow;

/// A day of the proleptic Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Days since 1970-01-01.
    pub days: i32,
}

impl Date {
    /// The day with that year (0 to 9999), month and day of month, if there is one.
    pub fn from_civil(year: i32, month: u32, day: u32) -> Option<Date> {
        if !(0..=9999).contains(&year) || !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
            return None;
        }
        i32::try_from(days_from_civil(year.into(), month.into(), day.into())).ok().map(|days| Date { days })
    }

    /// Year, month and day of month.
    pub fn civil(self) -> (i32, u32, u32) {
        let (year, month, day) = civil_from_days(self.days.into());
        (year as i32, month as u32, day as u32)
    }

    /// `YYYY-MM-DD`.
    pub fn iso(self) -> String {
        let mut text = String::new();
        self.push_iso(&mut text);
        text
    }

    /// Appends `YYYY-MM-DD`.
    pub fn push_iso(self, out: &mut String) {
        let (year, month, day) = self.civil();
        let Ok(year @ 0..=9999) = u32::try_from(year) else {
            // No date that is read here; but the days of one are open to all.
            out.push_str(&self.to_string());
            return;
        };
        let digit = |number: u32| b'0' + (number % 10) as u8;
        let iso = [
            [digit(year / 1000), digit(year / 100), digit(year / 10), digit(year), b'-'],
            [digit(month / 10), digit(month), b'-', digit(day / 10), digit(day)],
        ];
        out.push_str(std::str::from_utf8(iso.as_flattened()).unwrap_or_default());
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// How the numbers of a column of dates are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DateOrder {
    /// `4/9/1956` is April 9.
    MonthFirst,
    /// `4/9/1956` is September 4.
    DayFirst,
    /// Nothing in the column tells; read as month first, and worth a diagnostic.
    Ambiguous,
    /// Bare numbers are day numbers of a spreadsheet (`20554` is 1956-04-09); everything else as month first.
    SpreadsheetSerial,
}

/// Two-digit years of general dates: `69` is 1969, `68` is 2068 (the rule of POSIX).
pub const PIVOT: i32 = 69;
/// Two-digit years of birth dates: `21` is 1921, `20` is 2020. Fixed, so that no run depends on its clock; whoever
/// works was born before 2021, and hardly before 1921.
pub const BIRTH_PIVOT: i32 = 21;

/// Reads a date. `Ok(None)` when the cell says nothing, `0000-00-00` included.
///
/// Styles: `1956-04-09` with or without time and zone, `19560409`, `1956/04/09`, `4/9/1956`, `09.04.1956`, `4-9-56`,
/// `9 Apr 1956`, `April 9th, 1956`, `09-APR-56`, `Mon Apr 9 12:00:00 1956`, `4/9/1956 1:00:00 AM`, seconds (10 digits)
/// and milliseconds (13) since 1970, and spreadsheet day numbers in a column flagged so. Two-digit years turn at
/// [`PIVOT`]. A value that only one order can read is read in that order, whatever the column says.
///
/// Errors: a year or month alone, a day that no calendar has, anything else.
pub fn parse_date(raw: &str, order: DateOrder) -> Result<Option<Date>, String> {
    parse_with_pivot(raw, order, PIVOT)
}

/// Normalizes a birth date to ISO text. As [`parse_date`], with two-digit years turning at [`BIRTH_PIVOT`].
/// Days that systems and people fill in for "none" (1900-01-01, 1970-01-01, 1111-11-11 …), and years that no register
/// holds, are kept with [`Marks::GENERIC`]. Registers of the dead are resolved too, so an old year is no placeholder.
pub fn birth_date(raw: &str, order: DateOrder) -> Outcome {
    owned(|out| birth_date_into(raw, order, out))
}

/// As [`birth_date`], with the date appended to `out`.
fn birth_date_into(raw: &str, order: DateOrder, out: &mut String) -> Written {
    let marks = |civil| if is_placeholder(civil) { Marks::GENERIC } else { Marks::NONE };
    if let Some(civil) = plain_iso(raw.as_bytes()) {
        // Canonical already.
        out.push_str(raw);
        return Ok(Some(marks(civil)));
    }
    let Some(date) = parse_with_pivot(raw, order, BIRTH_PIVOT)? else { return Ok(None) };
    date.push_iso(out);
    Ok(Some(marks(date.civil())))
}

/// A refused date in which year, month and day can be told all the same: `2001-12-64`, `20011264`. It stays as it
/// stands, with [`Marks::DAMAGED`].
pub fn damaged(raw: &str) -> Option<Normalized> {
    let text = raw.trim();
    let digits: Vec<&str> = text.split(['-', '/', '.']).collect();
    let parts = match digits[..] {
        [year, month, day] if year.len() == 4 => [year, month, day],
        [whole] if whole.len() == 8 && whole.is_ascii() => [&whole[..4], &whole[4..6], &whole[6..]],
        _ => return None,
    };
    let is_part = |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if !parts.iter().all(is_part) || parts[1].len() > 2 || parts[2].len() > 2 {
        return None;
    }
    let [year, month, day] = parts;
    Some(Normalized::marked(format!("{year}-{month:0>2}-{day:0>2}"), Marks::DAMAGED))
}

/// Normalizes a birth date whose year, month and day stand in cells of their own. Nothing when one of them says nothing.
pub fn birth_parts(year: &str, month: &str, day: &str) -> Outcome {
    let parts = [year, month, day];
    if parts.iter().any(|part| is_empty_word(part)) {
        return Ok(None);
    }
    if !parts.iter().all(|part| is_part(part)) {
        return Err(String::from("year, month and day are not three numbers"));
    }
    birth_date(&format!("{}-{}-{}", year.trim(), month.trim(), day.trim()), DateOrder::MonthFirst)
}

/// Whether a cell can be the year, month or day of a date: a bare number of at most four digits.
pub fn is_part(cell: &str) -> bool {
    let cell = cell.trim();
    (1..=4).contains(&cell.len()) && cell.bytes().all(|b| b.is_ascii_digit())
}

/// Decides for a column which of day and month comes first, from the values that only one order can read; the majority
/// of them when they disagree. A column of which nine in ten values are bare five-digit numbers is a spreadsheet's.
pub fn decide_order<'a>(values: impl Iterator<Item = &'a str>) -> DateOrder {
    let (mut month_first, mut day_first, mut serials, mut seen) = (0u64, 0u64, 0u64, 0u64);
    for raw in values {
        if is_empty_word(raw) {
            continue;
        }
        seen += 1;
        let text = raw.trim();
        if serial_number(text).is_some_and(|_| text.bytes().take_while(u8::is_ascii_digit).count() == 5) {
            serials += 1;
            continue;
        }
        match leading_numbers(text) {
            Some((1..=12, 13..=31)) => month_first += 1,
            Some((13..=31, 1..=12)) => day_first += 1,
            _ => {}
        }
    }
    if seen > 0 && serials * 10 >= seen * 9 {
        DateOrder::SpreadsheetSerial
    } else if month_first > day_first {
        DateOrder::MonthFirst
    } else if day_first > month_first {
        DateOrder::DayFirst
    } else {
        DateOrder::Ambiguous
    }
}

/// Longest cell that is read as a date, in bytes.
const LONGEST: usize = 100;

fn parse_with_pivot(raw: &str, order: DateOrder, pivot: i32) -> Result<Option<Date>, String> {
    if let Some((year, month, day)) = plain_iso(raw.as_bytes()) {
        return Ok(Date::from_civil(year, month, day));
    }
    if is_empty_word(raw) {
        return Ok(None);
    }
    if raw.len() > LONGEST {
        return Err("too long for a date".to_owned());
    }
    let text: Cow<'_, str> = if raw.is_ascii() { Cow::Borrowed(raw.trim()) } else { Cow::Owned(fold_light(raw)) };
    let text = text.trim_matches(|c| matches!(c, '"' | '\'')).trim();
    if let Some(number) = bare_number(text) {
        return from_number(number, order);
    }
    from_fields(text, order, pivot)
}

/// Year, month and day of `YYYY-MM-DD` and nothing else: by far the most frequent spelling, so it is read first and
/// without a copy. `None` when there is no such day.
fn plain_iso(text: &[u8]) -> Option<(i32, u32, u32)> {
    let [a, b, c, d, b'-', e, f, b'-', g, h] = *text else { return None };
    let digits = [a, b, c, d, e, f, g, h];
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let [a, b, c, d, e, f, g, h] = digits.map(|digit| u32::from(digit - b'0'));
    let (year, month, day) = ((a * 1000 + b * 100 + c * 10 + d) as i32, e * 10 + f, g * 10 + h);
    let is_day = year > 0 && (1..=12).contains(&month) && day > 0 && day <= days_in_month(year, month);
    is_day.then_some((year, month, day))
}

/// The digits of a text that is one number, a decimal fraction of which is dropped.
fn bare_number(text: &str) -> Option<&str> {
    let whole = match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|b| b.is_ascii_digit()) => whole,
        Some(_) => return None,
        None => text,
    };
    (!whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit())).then_some(whole)
}

/// A spreadsheet's day number that falls between 1900 and 2173.
fn serial_number(text: &str) -> Option<i32> {
    let whole = bare_number(text)?;
    if whole.len() > 5 {
        return None;
    }
    whole.parse().ok().filter(|serial| (1..100_000).contains(serial))
}

fn from_number(digits: &str, order: DateOrder) -> Result<Option<Date>, String> {
    if order == DateOrder::SpreadsheetSerial
        && let Some(serial) = serial_number(digits)
    {
        // Day 1 is 1900-01-01, and the spreadsheet believes in a 1900-02-29, which is day 60.
        let before_leap_error = serial < 60;
        return Ok(Some(Date { days: serial - 25_569 + i32::from(before_leap_error) }));
    }
    let number: i64 = digits.parse().map_err(|_| "a number, not a date".to_owned())?;
    let part = |from: usize, to: usize| digits[from..to].parse::<u32>().unwrap_or(0);
    match digits.len() {
        8 | 12 | 14 => {
            if number == 0 {
                return Ok(None);
            }
            let iso = Date::from_civil(part(0, 4) as i32, part(4, 6), part(6, 8));
            if let Some(date) = iso
                && ((1800..=2199).contains(&part(0, 4)) || is_placeholder(date.civil()))
            {
                return Ok(Some(date));
            }
            if digits.len() == 8 && (1800..=2199).contains(&part(4, 8)) {
                let (month, day) = in_order(part(0, 2), part(2, 4), order);
                if let Some(date) = Date::from_civil(part(4, 8) as i32, month, day) {
                    return Ok(Some(date));
                }
            }
            Err("no such day".to_owned())
        }
        // From 2001-09-09 on seconds have ten digits, and milliseconds thirteen; the end of 2099 bounds both.
        10 if number < 4_102_444_800 => Ok(Some(Date { days: (number / 86_400) as i32 })),
        13 if number < 4_102_444_800_000 => Ok(Some(Date { days: (number / 86_400_000) as i32 })),
        4 if (1800..=2199).contains(&number) => Err("a year without month and day".to_owned()),
        6 if (1800..=2199).contains(&part(0, 4)) && (1..=12).contains(&part(4, 6)) => {
            Err("a year and month without day".to_owned())
        }
        _ => Err("a number, not a date".to_owned()),
    }
}

/// One piece of a date: a number with its count of digits, or a month's name.
#[derive(Clone, Copy, Debug)]
enum Piece {
    Number(u32, usize),
    Month(u32),
}

/// Reads three pieces with separators, then a time of day.
fn from_fields(text: &str, order: DateOrder, pivot: i32) -> Result<Option<Date>, String> {
    let not_a_date = || Err("not a date".to_owned());
    let bytes = text.as_bytes();
    let mut pieces: [Piece; 3] = [Piece::Number(0, 0); 3];
    let mut count = 0;
    let mut separators = [0u8; 3];
    let mut at = 0;
    while count < 3 {
        // Separators before the piece: one of - / . , or spaces; of several the first that is no space.
        let mut separator = 0;
        while at < bytes.len() && matches!(bytes[at], b' ' | b'-' | b'/' | b'.' | b',') {
            if bytes[at] != b' ' {
                if separator != 0 && separator != b' ' && !(separator == b'.' && bytes[at] == b',') {
                    return not_a_date();
                }
                separator = bytes[at];
            } else if separator == 0 {
                separator = b' ';
            }
            at += 1;
        }
        if at >= bytes.len() {
            break;
        }
        if count == 0 && separator != 0 {
            // Only a weekday and its comma may stand before the first piece; anything else is a sign of a number.
            let after_weekday = at > 0 && bytes[..at].iter().any(u8::is_ascii_alphabetic);
            if !after_weekday {
                return not_a_date();
            }
        }
        let start = at;
        if bytes[at].is_ascii_digit() {
            while at < bytes.len() && bytes[at].is_ascii_digit() {
                at += 1;
            }
            if at < bytes.len() && bytes[at] == b':' && count == 2 {
                // `Mon Apr 9 12:00:00 UTC 1956`: the time stands before the year.
                let (time, rest) = split_at_year(&text[start..]);
                if !is_time(time) || rest.is_empty() {
                    return not_a_date();
                }
                pieces[2] = Piece::Number(rest.parse().unwrap_or(0), rest.len());
                separators[2] = b' ';
                count = 3;
                at = bytes.len();
                break;
            }
            let digits = &text[start..at];
            if digits.len() > 4 {
                return not_a_date();
            }
            let number = digits.parse().unwrap_or(0);
            if let Some(suffix) = text.get(at..at + 2)
                && ["st", "nd", "rd", "th"].iter().any(|s| suffix.eq_ignore_ascii_case(s))
                && !bytes.get(at + 2).is_some_and(u8::is_ascii_alphanumeric)
            {
                at += 2;
            }
            pieces[count] = Piece::Number(number, digits.len());
        } else if bytes[at].is_ascii_alphabetic() {
            while at < bytes.len() && bytes[at].is_ascii_alphabetic() {
                at += 1;
            }
            let word = &text[start..at];
            if let Some(month) = month_number(word) {
                pieces[count] = Piece::Month(month);
            } else if (count == 0 && is_weekday(word)) || (count > 0 && word.eq_ignore_ascii_case("of")) {
                continue;
            } else {
                return not_a_date();
            }
        } else {
            return not_a_date();
        }
        separators[count] = separator;
        count += 1;
    }
    let rest = &text[at..];
    if count < 3 {
        return match (count, pieces[0], pieces[1]) {
            (2, Piece::Month(_), Piece::Number(_, 4)) | (2, Piece::Number(_, 4), Piece::Month(_)) => {
                Err("a year and month without day".to_owned())
            }
            (2, Piece::Number(_, 4), Piece::Number(month, 1 | 2))
            | (2, Piece::Number(month, 1 | 2), Piece::Number(_, 4))
                if (1..=12).contains(&month) =>
            {
                Err("a year and month without day".to_owned())
            }
            (2, Piece::Month(_), Piece::Number(..)) | (2, Piece::Number(..), Piece::Month(_)) => {
                Err("a day and month without year".to_owned())
            }
            _ => not_a_date(),
        };
    }
    if !is_time_after_date(rest) {
        return not_a_date();
    }
    let (year, month, day) = match pieces {
        [Piece::Number(0, _), Piece::Number(0, _), Piece::Number(0, _)] => return Ok(None),
        [Piece::Number(year, digits @ 4), Piece::Number(month, 1 | 2), Piece::Number(day, 1 | 2)]
            if separators[1] == separators[2] =>
        {
            (full_year(year, digits, pivot), month, day)
        }
        // `56-04-09` cannot be anything but a year first.
        [Piece::Number(year @ 32.., digits @ 2), Piece::Number(month, 1 | 2), Piece::Number(day, 1 | 2)]
            if separators[1] == separators[2] =>
        {
            (full_year(year, digits, pivot), month, day)
        }
        [Piece::Number(first, 1 | 2), Piece::Number(second, 1 | 2), Piece::Number(year, digits @ (2 | 4))]
            if separators[1] == separators[2] && separators[1] != b',' =>
        {
            let (month, day) = in_order(first, second, order);
            (full_year(year, digits, pivot), month, day)
        }
        [Piece::Number(day, 1 | 2), Piece::Month(month), Piece::Number(year, digits @ (2 | 4))]
        | [Piece::Month(month), Piece::Number(day, 1 | 2), Piece::Number(year, digits @ (2 | 4))]
        | [Piece::Number(year, digits @ 4), Piece::Month(month), Piece::Number(day, 1 | 2)] => {
            (full_year(year, digits, pivot), month, day)
        }
        _ => return not_a_date(),
    };
    match Date::from_civil(year, month, day) {
        Some(date) if year > 0 => Ok(Some(date)),
        _ => Err("no such day".to_owned()),
    }
}

/// Month and day of two numbers: in the column's order, or in the other when only that one makes a month.
fn in_order(first: u32, second: u32, order: DateOrder) -> (u32, u32) {
    let (month, day) = if order == DateOrder::DayFirst { (second, first) } else { (first, second) };
    if month > 12 && day <= 12 { (day, month) } else { (month, day) }
}

fn full_year(year: u32, digits: usize, pivot: i32) -> i32 {
    let year = year as i32;
    match digits {
        2 if year < pivot => 2000 + year,
        2 => 1900 + year,
        _ => year,
    }
}

/// The two leading numbers of a date whose third is its year, for telling which is the month.
fn leading_numbers(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split(['/', '-', '.', ' ']);
    let first = parts.next().filter(|part| matches!(part.len(), 1 | 2))?.parse().ok()?;
    let second = parts.next().filter(|part| matches!(part.len(), 1 | 2))?.parse().ok()?;
    let year = parts.next()?;
    let digits = year.bytes().take_while(u8::is_ascii_digit).count();
    matches!(digits, 2 | 4).then_some((first, second))
}

/// Splits `12:00:00 UTC 1956` into the time with its zone and the year.
fn split_at_year(text: &str) -> (&str, &str) {
    match text.rsplit_once(' ') {
        Some((time, year)) if year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) => (time, year),
        _ => (text, ""),
    }
}

/// What may follow a date: nothing, or `T`, a space or a comma and a time of day; a lone `Z` or zone is one too.
fn is_time_after_date(rest: &str) -> bool {
    match rest.as_bytes().first() {
        None => true,
        Some(b'T' | b't' | b' ' | b',' | b':') => {
            let time = rest[1..].trim().trim_start_matches("at ").trim();
            time.is_empty() || is_time(time)
        }
        Some(b'Z' | b'z' | b'+') => rest.len() <= 6,
        Some(_) => false,
    }
}

/// `H:MM`, `HH:MM:SS.fff`, then AM or PM, then a zone (`Z`, `+09:00`, `UTC`, `[Asia/Seoul]`).
fn is_time(time: &str) -> bool {
    let end = time.bytes().position(|b| !(b.is_ascii_digit() || matches!(b, b':' | b'.' | b','))).unwrap_or(time.len());
    let mut clock = time[..end].split([':', '.', ',']);
    let within = |part: Option<&str>, most: u32| {
        part.is_some_and(|p| matches!(p.len(), 1 | 2) && p.parse::<u32>().is_ok_and(|n| n <= most))
    };
    if !within(clock.next(), 24) || !within(clock.next(), 59) {
        return false;
    }
    if let Some(seconds) = clock.next()
        && !within(Some(seconds), 60)
    {
        return false;
    }
    let rest = time[end..].trim();
    rest.len() <= 40
        && rest.bytes().all(|b| {
            b.is_ascii_alphanumeric()
                || matches!(b, b' ' | b'+' | b'-' | b':' | b'[' | b']' | b'/' | b'_' | b'(' | b')' | b'.')
        })
}

/// A month by its English name or the first letters of it, three at least.
fn month_number(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    if word.len() < 3 {
        return None;
    }
    let matches = |month: &&str| month.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    MONTHS.iter().position(matches).map(|index| index as u32 + 1)
}

fn is_weekday(word: &str) -> bool {
    const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    word.len() >= 3
        && WEEKDAYS.iter().any(|day| day.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word)))
}

/// Days that stand for "not known": zero days of systems, and years in which nobody was born who is alive or in a
/// record (0001, 1111, 1753, 9999 and their kind).
fn is_placeholder((year, month, day): (i32, u32, u32)) -> bool {
    !(1000..=2100).contains(&year)
        || matches!(
            (year, month, day),
            (1111, 11, 11)
                | (1753, 1, 1)
                | (1800, 1, 1)
                | (1899, 12, 30 | 31)
                | (1900, 1, 1 | 2)
                | (1901, 1, 1)
                | (1970, 1, 1)
        )
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DateOrder::{Ambiguous, DayFirst, MonthFirst, SpreadsheetSerial};
    use proptest::prelude::*;

    fn check(raw: &str, order: DateOrder, expected: &str) {
        let found = parse_date(raw, order).unwrap_or_else(|reason| panic!("{raw:?}: {reason}"));
        assert_eq!(found.map(Date::iso).as_deref(), Some(expected), "{raw:?}");
    }

    #[test]
    fn writes_iso_text() {
        for days in
            (-800_000..3_500_000).step_by(997).chain([i32::MIN, -719_529, -719_528, 2_932_896, 2_932_897, i32::MAX])
        {
            assert_eq!(Date { days }.iso(), Date { days }.to_string());
        }
        let mut out = String::from("a");
        assert_eq!(birth_date_into("4/25/1990", DateOrder::MonthFirst, &mut out), Ok(Some(Marks::NONE)));
        assert_eq!(birth_date_into("1900-01-01", DateOrder::MonthFirst, &mut out), Ok(Some(Marks::GENERIC)));
        assert_eq!(birth_date_into("", DateOrder::MonthFirst, &mut out), Ok(None));
        assert!(birth_date_into("1990-02-30", DateOrder::MonthFirst, &mut out).is_err());
        assert_eq!(out, "a1990-04-251900-01-01");
    }

    #[test]
    fn reads_every_style() {
        for raw in [
            "1956-04-09",
            "1956-4-9",
            "1956-04-09T00:00:00Z",
            "1956-04-09T23:30:00.000+09:00",
            "1956-04-09 12:00",
            "1956-04-09 12:00:00 UTC",
            "1956-04-09Z",
            "19560409",
            "19560409120000",
            "1956/04/09",
            "1956.04.09",
            "4/9/1956",
            "04/09/1956",
            "04-09-1956",
            "04091956",
            "4/9/1956 1:00:00 AM",
            "4/9/1956, 1:00 pm",
            "9 Apr 1956",
            "9 April 1956",
            "09-Apr-1956",
            "09-APR-1956 12.00.00.000000 AM",
            "9th of April 1956",
            "April 9, 1956",
            "April 9th, 1956",
            "Apr. 9, 1956",
            "APR-09-1956",
            "1956-Apr-09",
            "Mon, 9 Apr 1956",
            "Monday, April 9, 1956",
            "Mon Apr 9 12:00:00 1956",
            "Mon Apr 9 12:00:00 UTC 1956",
            " 1956-04-09\t",
            "\"1956-04-09\"",
            "１９５６－０４－０９",
        ] {
            check(raw, MonthFirst, "1956-04-09");
        }
        check("09.04.1956", DayFirst, "1956-04-09");
        check("9/4/1956", DayFirst, "1956-04-09");
        check("9/4/1956", Ambiguous, "1956-09-04");
        check("09041956", DayFirst, "1956-04-09");
        check("1700000000", MonthFirst, "2023-11-14");
        check("1700000000.5", MonthFirst, "2023-11-14");
        check("1700000000123", MonthFirst, "2023-11-14");
        check("2024-02-29", MonthFirst, "2024-02-29");
    }

    #[test]
    fn reads_what_only_one_order_can() {
        check("25/12/2020", MonthFirst, "2020-12-25");
        check("12/25/2020", DayFirst, "2020-12-25");
    }

    #[test]
    fn turns_two_digit_years_at_a_fixed_pivot() {
        check("4/9/68", MonthFirst, "2068-04-09");
        check("4/9/69", MonthFirst, "1969-04-09");
        check("09-APR-26", MonthFirst, "2026-04-09");
        let born = |raw| birth_date(raw, MonthFirst).unwrap().unwrap().text;
        assert_eq!(born("4/9/56"), "1956-04-09");
        assert_eq!(born("56-04-09"), "1956-04-09");
        assert_eq!(born("4/9/20"), "2020-04-09");
        assert_eq!(born("4/9/21"), "1921-04-09");
    }

    #[test]
    fn reads_spreadsheet_days_only_where_flagged() {
        for raw in ["20554", "20554.0", "20554.75"] {
            check(raw, SpreadsheetSerial, "1956-04-09");
            assert!(parse_date(raw, MonthFirst).is_err(), "{raw}");
        }
        check("1", SpreadsheetSerial, "1900-01-01");
        check("59", SpreadsheetSerial, "1900-02-28");
        check("61", SpreadsheetSerial, "1900-03-01");
        check("1956-04-09", SpreadsheetSerial, "1956-04-09");
    }

    #[test]
    fn refuses_what_is_no_day() {
        let check =
            |raw: &str, reason: &str| assert_eq!(parse_date(raw, MonthFirst), Err(reason.to_owned()), "{raw:?}");
        check("2026-02-30", "no such day");
        check("2025-02-29", "no such day");
        check("13/13/2020", "no such day");
        check("20261301", "no such day");
        check("1956", "a year without month and day");
        check("1956-04", "a year and month without day");
        check("195604", "a year and month without day");
        check("04/1956", "a year and month without day");
        check("April 1956", "a year and month without day");
        check("April 9", "a day and month without year");
        check("192.0.2.1", "not a date");
        check("1.2.2003.4", "not a date");
        check("202-555-0100", "not a date");
        check("2025550100 x", "not a date");
        check("9/4-1956", "not a date");
        check("-1956-04-09", "not a date");
        check("Maybe 9, 1956", "not a date");
        check("12:30", "not a date");
        check("123456", "a number, not a date");
        check("9999999999", "a number, not a date");
        check("soon", "not a date");
        check(&"1".repeat(3_000_000), "too long for a date");
        for nothing in ["", "n/a", "-", "0000-00-00", "00/00/0000", "00000000", "NaT"] {
            assert_eq!(parse_date(nothing, MonthFirst), Ok(None), "{nothing:?}");
        }
    }

    #[test]
    fn marks_placeholder_birthdays() {
        let marks = |raw| birth_date(raw, MonthFirst).unwrap().unwrap().marks;
        for raw in ["1900-01-01", "1/1/1970", "0001-01-01", "1111-11-11", "9999-12-31", "1899-12-30", "1753-01-01"] {
            assert_eq!(marks(raw), Marks::GENERIC, "{raw}");
        }
        for raw in ["1900-01-11", "1970-01-02", "1971-11-11", "1908-04-19", "2000-01-01"] {
            assert_eq!(marks(raw), Marks::NONE, "{raw}");
        }
    }

    #[test]
    fn decides_the_order_of_a_column() {
        let check =
            |values: &[&str], expected| assert_eq!(decide_order(values.iter().copied()), expected, "{values:?}");
        check(&["4/9/1956", "4/25/1956"], MonthFirst);
        check(&["4/9/1956", "25.4.1956 12:00", "n/a"], DayFirst);
        check(&["4/9/1956", "5/5/2001"], Ambiguous);
        check(&["1956-04-25"], Ambiguous);
        check(&["4/25/1956", "4/26/1956", "27/4/1956"], MonthFirst);
        check(&["20554", "20555.0", ""], SpreadsheetSerial);
        check(&["20554", "1956-04-09"], Ambiguous);
        check(&["1956", "1957"], Ambiguous);
        check(&[], Ambiguous);
    }

    #[test]
    fn calendar_agrees_with_counting_day_by_day() {
        let (mut year, mut month, mut day) = (0, 1, 1);
        let start = Date::from_civil(0, 1, 1).unwrap().days;
        assert_eq!(Date::from_civil(1970, 1, 1), Some(Date { days: 0 }));
        for days in start..=Date::from_civil(9999, 12, 31).unwrap().days {
            assert_eq!(Date { days }.civil(), (year, month, day));
            assert_eq!(Date::from_civil(year, month, day), Some(Date { days }));
            day += 1;
            if day > days_in_month(year, month) {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
        assert_eq!((year, month, day), (10_000, 1, 1));
        assert_eq!(days_in_month(1900, 2), 28);
        assert_eq!(days_in_month(2000, 2), 29);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn idempotent_and_never_panics(raw in r"[0-9]{1,4}[-/. ,]{0,2}([0-9]{1,2}|[A-Za-z]{3})[-/. ,]{0,2}[0-9]{1,4}[ T]?[0-9:.]{0,8}") {
            for order in [MonthFirst, DayFirst, SpreadsheetSerial] {
                if let Ok(Some(found)) = birth_date(&raw, order) {
                    prop_assert_eq!(birth_date(&found.text, order), Ok(Some(found)));
                }
            }
        }

        #[test]
        fn survives_anything(raw in any::<String>(), days in any::<i32>()) {
            let _ = parse_date(&raw, MonthFirst);
            let _ = decide_order([raw.as_str()].into_iter());
            let _ = Date { days }.iso();
        }
    }
}
