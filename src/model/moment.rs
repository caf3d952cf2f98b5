//! Moments: when something happened, to the second where the source says so and to the day where it does not.

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// A point in time, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// Seconds since 1970-01-01; of a day alone its first second.
    pub seconds: i64,
    /// Whether the time of day is known.
    pub has_time: bool,
}

impl Moment {
    /// Days since 1970-01-01.
    pub fn day(self) -> i32 {
        i32::try_from(self.seconds.div_euclid(DAY)).unwrap_or(i32::MAX)
    }

    /// Reads the canonical text of a moment: `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM:SSZ`. `None` for anything else.
    pub fn parse(canonical: &str) -> Option<Moment> {
        let (date, time) = match canonical.split_once('T') {
            Some((date, time)) => (date, Some(time.strip_suffix('Z')?)),
            None => (canonical, None),
        };
        let mut parts = date.splitn(3, '-');
        let (year, month, day) = (number(parts.next()?)?, number(parts.next()?)?, number(parts.next()?)?);
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let mut seconds = days_from_civil(year, month, day) * DAY;
        if let Some(time) = time {
            let mut parts = time.splitn(3, ':');
            for unit in [3600, 60, 1] {
                seconds += number(parts.next()?)? * unit;
            }
        }
        Some(Moment { seconds, has_time: time.is_some() })
    }
}

impl std::fmt::Display for Moment {
    /// The canonical text.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = civil_from_days(self.seconds.div_euclid(DAY));
        write!(f, "{year:04}-{month:02}-{day:02}")?;
        if self.has_time {
            let second = self.seconds.rem_euclid(DAY);
            write!(f, "T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)?;
        }
        Ok(())
    }
}

/// `YYYY-MM-DD` of a day counted from 1970-01-01.
pub fn iso_day(day: i32) -> String {
    Moment { seconds: i64::from(day) * DAY, has_time: false }.to_string()
}

fn number(digits: &str) -> Option<i64> {
    let plain = !digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

/// Days since 1970-01-01 of a date of the Gregorian calendar, by the usual count of eras of 400 years from March on.
pub fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of month of a day counted from 1970-01-01.
pub fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year + era * 400 + i64::from(month <= 2), month, of_year - (153 * from_march + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_text_reads_back() {
        for text in ["1970-01-01", "2024-02-29", "1969-12-31", "2025-03-04T12:34:56Z", "1999-12-31T23:59:59Z"] {
            assert_eq!(Moment::parse(text).map(|moment| moment.to_string()).as_deref(), Some(text));
        }
        assert_eq!(Moment::parse("1970-01-02T00:00:01Z").map(|moment| moment.seconds), Some(DAY + 1));
        assert_eq!(Moment::parse("1970-01-02T00:00:01Z").map(Moment::day), Some(1));
    }

    #[test]
    fn every_day_of_four_centuries_reads_back() {
        for day in -100_000..47_000 {
            assert_eq!(Moment::parse(&iso_day(day)).map(Moment::day), Some(day));
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in
            ["", "2025", "2025-03", "2025-13-01", "2025-03-04T12:34", "2025-03-04T12:34:56", "a-b-c", "2025-03-0é"]
        {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }
}
