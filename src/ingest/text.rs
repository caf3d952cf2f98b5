//! Numbers, dates and times as the text that a person would have typed. Shared by the typed formats, so that the same
//! value comes out the same whichever of them delivered it.

/// A number without exponent, and without `.0` where it is whole. Not a number is no text: that is how tools which have
/// no absent numbers write one.
pub(crate) fn number(value: f64) -> Option<String> {
    if value.is_nan() {
        None
    } else if value == 0.0 {
        Some("0".to_string())
    } else {
        Some(value.to_string())
    }
}

/// ISO date of a day counted from 1970-01-01; the number itself where no calendar has such a day.
pub(crate) fn date(days: i64) -> String {
    let span = jiff::Span::new().try_days(days);
    match span.and_then(|span| jiff::civil::date(1970, 1, 1).checked_add(span)) {
        Ok(date) => date.to_string(),
        Err(_) => days.to_string(),
    }
}

/// ISO time of nanoseconds since midnight; a fraction only when there is one.
pub(crate) fn time(nanos: i64) -> String {
    let (seconds, fraction) = (nanos.div_euclid(1_000_000_000), nanos.rem_euclid(1_000_000_000));
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if fraction == 0 { clock } else { format!("{clock}.{}", format!("{fraction:09}").trim_end_matches('0')) }
}

/// ISO date and time of a count of `per_second` parts of a second since 1970-01-01T00:00.
pub(crate) fn date_time(count: i64, per_second: i64) -> String {
    let per_day = per_second * 86_400;
    let (days, rest) = (count.div_euclid(per_day), count.rem_euclid(per_day));
    format!("{}T{}", date(days), time(rest * (1_000_000_000 / per_second)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_no_exponent_and_no_idle_fraction() {
        let check = |value: f64, expected: &str| assert_eq!(number(value).as_deref(), Some(expected));
        check(12_025_550_100.0, "12025550100");
        check(1.2e10, "12000000000");
        check(1e20, "100000000000000000000");
        check(1.5, "1.5");
        check(-0.0, "0");
        check(0.000_001, "0.000001");
        assert_eq!(number(f64::NAN), None);
    }

    #[test]
    fn dates_before_and_after_1970() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(-1), "1969-12-31");
        assert_eq!(date(19_782), "2024-02-29");
        assert_eq!(date(-719_528), "0000-01-01");
    }

    #[test]
    fn every_day_of_four_centuries_follows_its_neighbor() {
        let days_of = |year: i64, month: i64| match month {
            2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let (mut year, mut month, mut day) = (1800, 1, 1);
        for days in -62_091..-62_091 + 146_097 {
            assert_eq!(date(days), format!("{year:04}-{month:02}-{day:02}"));
            day += 1;
            if day > days_of(year, month) {
                (day, month) = (1, month + 1);
            }
            if month > 12 {
                (month, year) = (1, year + 1);
            }
        }
    }

    #[test]
    fn times_show_a_fraction_only_when_there_is_one() {
        assert_eq!(time(0), "00:00:00");
        assert_eq!(time(86_399_000_000_000), "23:59:59");
        assert_eq!(time(1_500_000_000), "00:00:01.5");
        assert_eq!(date_time(1_700_000_000_000, 1_000), "2023-11-14T22:13:20");
        assert_eq!(date_time(-1, 1_000_000), "1969-12-31T23:59:59.999999");
    }
}
