//! What values look like: whether a column's values can be what its header says, and which field values of an unknown
//! header give away. These are first looks at a preview; `normalize` decides later what a value is.
//!
//! Invariant: a look never depends on which people or organisations the values name.

use crate::model::field::Field;
use crate::model::table::TextColumn;
use std::collections::HashSet;
use std::net::IpAddr;

/// Values looked at per column: enough for a share, and quick on wide tables.
const LOOKED_AT: usize = 400;
/// Values that an unknown header must have before they are believed.
const SNIFF_LEAST: usize = 3;
/// Share of an unknown header's values that must fit.
const SNIFF_SHARE: f64 = 0.95;

/// Whether one value has a form.
type Looks = fn(&str) -> bool;

/// What was seen of one column.
pub(super) struct Seen {
    /// The first values, trimmed, without empty cells.
    values: Vec<String>,
    /// Rows of the table.
    pub(super) rows: usize,
    /// Cells that are not empty.
    pub(super) filled: usize,
    /// Distinct values among them.
    pub(super) distinct: usize,
}

impl Seen {
    pub(super) fn new(column: &TextColumn) -> Self {
        let mut seen = Self { values: Vec::new(), rows: column.len(), filled: 0, distinct: 0 };
        let mut distinct: HashSet<&str> = HashSet::new();
        for cell in column.iter().flatten().map(str::trim).filter(|cell| !cell.is_empty()) {
            seen.filled += 1;
            distinct.insert(cell);
            if seen.values.len() < LOOKED_AT {
                seen.values.push(cell.to_owned());
            }
        }
        seen.distinct = distinct.len();
        seen
    }

    /// Whether every row has a value of its own.
    pub(super) fn is_unique(&self) -> bool {
        self.filled == self.rows && self.distinct == self.filled
    }

    pub(super) fn is_empty(&self) -> bool {
        self.filled == 0
    }

    pub(super) fn share(&self, fits: impl Fn(&str) -> bool) -> f64 {
        match self.values.len() {
            0 => 0.0,
            count => self.values.iter().filter(|value| fits(value)).count() as f64 / count as f64,
        }
    }

    /// The share of values that can be a field's, and whether that is enough to believe the header. A column without
    /// values has nothing to say against its header.
    pub(super) fn fits(&self, field: Field) -> (f64, bool) {
        let share = self.share(|value| can_be(field, value));
        (share, self.is_empty() || share >= least(field))
    }

    /// The field that the values give away by their form alone.
    pub(super) fn sniff(&self) -> Option<Field> {
        if self.filled < SNIFF_LEAST {
            return None;
        }
        let all = |fits: Looks| self.share(fits) >= SNIFF_SHARE;
        let checks: [(Field, Looks); 7] = [
            (Field::Email, |v| parts(v).all(is_email)),
            (Field::HardwareAddress, |v| parts(v).all(is_mac)),
            (Field::Ip, |v| parts(v).all(is_ip)),
            (Field::Iban, is_iban),
            (Field::ProfileUrl, |v| parts(v).all(is_link)),
            (Field::Phone, |v| parts(v).all(is_formatted_phone)),
            // One number in ten passes the checksum by chance, so a few values prove nothing.
            (Field::RoutingNumber, is_routing),
        ];
        let field = checks.into_iter().find(|(_, fits)| all(*fits)).map(|(field, _)| field)?;
        (field != Field::RoutingNumber || (self.values.len() >= 6 && self.distinct >= 3)).then_some(field)
    }

    pub(super) fn are_dates(&self) -> bool {
        self.filled >= SNIFF_LEAST && self.share(is_date) >= SNIFF_SHARE
    }

    /// Postal codes of five or nine digits that repeat, as places do and row numbers do not.
    pub(super) fn are_zip_codes(&self) -> bool {
        self.filled >= 2 * SNIFF_LEAST && self.distinct < self.filled && self.share(is_zip) >= SNIFF_SHARE
    }

    /// Names of persons as one cell: words without digits, two to five of them.
    pub(super) fn are_person_names(&self) -> bool {
        self.filled > 0 && self.share(is_person_name) >= 0.8
    }

    /// Forms of address (`Mr`, `Dr.`), which are no names.
    pub(super) fn are_forms_of_address(&self) -> bool {
        let is_form = |value: &str| {
            let word = value.trim_end_matches('.').to_ascii_lowercase();
            ["mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "rev", "herr", "frau", "hon"]
                .contains(&word.as_str())
        };
        self.filled > 0 && self.share(is_form) >= 0.8
    }

    /// Whole numbers in that range: years, months, days.
    pub(super) fn are_whole_numbers_in(&self, range: &std::ops::RangeInclusive<u32>) -> bool {
        self.is_empty()
            || self.share(|value| value.len() <= 4 && value.parse().is_ok_and(|number| range.contains(&number))) >= 0.9
    }

    /// IP addresses of which nearly none is public.
    pub(super) fn are_private_networks(&self) -> bool {
        self.filled > 0 && self.share(|value| parts(value).all(is_private_ip)) >= 0.9
    }

    /// Enough whole addresses, and hardly anything else, to believe an unknown header.
    pub(super) fn are_all_whole_addresses(&self) -> bool {
        self.filled >= SNIFF_LEAST && self.share(is_whole_address) >= 0.8
    }

    /// Whole addresses on one line, place included.
    pub(super) fn are_whole_addresses(&self) -> bool {
        self.share(is_whole_address) >= 0.5
    }
}

/// The share of values that must fit before a header is believed. Names of places and people are free text.
fn least(field: Field) -> f64 {
    match field {
        Field::Unit => 0.3,
        Field::Email | Field::Phone | Field::Ip | Field::HardwareAddress | Field::Iban | Field::ProfileUrl => 0.6,
        _ => 0.5,
    }
}

/// The values of a cell that may hold several (`a@example.com;b@example.com`, a JSON array).
fn parts(cell: &str) -> impl Iterator<Item = &str> {
    cell.split([';', '|', ',', '\n'])
        .map(|part| part.trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '"')))
        .filter(|part| !part.is_empty())
}

/// Whether a value can be of a field at all. Generous: real columns have typos and gaps.
fn can_be(field: Field, value: &str) -> bool {
    match field {
        Field::GivenName | Field::FamilyName | Field::FullName | Field::PayeeName | Field::RefereeName => {
            has_letter(value) && !value.contains('@') && !is_date(value)
        }
        Field::City | Field::Region | Field::Country | Field::Agency => has_letter(value) && !value.contains('@'),
        Field::Street | Field::Address => has_letter(value) && !value.contains('@') && !is_link(value),
        Field::BirthDate | Field::ValidFrom | Field::ValidTo => is_date(value),
        // A moment is written in more ways than a date; the reader of events refuses what is none.
        Field::Time | Field::Start | Field::End | Field::Ordered | Field::Completed => has_digit(value),
        Field::OldAddress | Field::NewAddress => has_letter(value) && !value.contains('@') && !is_link(value),
        Field::Asn | Field::Count | Field::Amount => has_digit(value),
        Field::Currency => value.trim().len() == 3 && value.trim().bytes().all(|byte| byte.is_ascii_alphabetic()),
        Field::Rescheduled
        | Field::Result
        | Field::Status
        | Field::Reason
        | Field::Event
        | Field::Application
        | Field::Version
        | Field::Product
        | Field::Device
        | Field::Managed
        | Field::UserAgent
        | Field::AsOrg
        | Field::Repository
        | Field::Destination => true,
        Field::Email | Field::RefereeEmail => parts(value).any(is_email),
        Field::Phone | Field::RefereePhone => parts(value).any(is_phone),
        Field::StreetNumber => value.len() <= 12 && has_digit(value),
        Field::Unit => is_unit(value),
        Field::PostalCode => value.len() <= 10 && has_digit(value),
        Field::GovernmentId => alphanumeric(value, " -.*") && has_digit(value) && (4..=20).contains(&value.len()),
        Field::DocumentNumber => alphanumeric(value, " -/*") && has_digit(value) && (4..=30).contains(&value.len()),
        Field::RoutingNumber => value.bytes().all(|b| b.is_ascii_digit()) && (8..=9).contains(&value.len()),
        Field::AccountNumber => is_account(value),
        Field::AccountLast4 => is_account(value) || (value.len() <= 4 && value.bytes().all(|b| b.is_ascii_digit())),
        Field::Iban => looks_like_iban(value),
        Field::Wallet => parts(value).any(|v| (26..=100).contains(&v.len()) && alphanumeric(v, ":")),
        Field::PaymentHandle => value.len() >= 3 && !value.contains(' '),
        Field::SerialNumber => parts(value).any(|v| v.len() >= 4 && has_digit(v) && alphanumeric(v, "-_/ .")),
        Field::HardwareAddress => parts(value).any(is_mac),
        Field::Hostname => !value.contains('@') && value.split(' ').count() <= 4,
        Field::TrackingNumber => parts(value).any(|v| v.len() >= 8 && has_digit(v) && alphanumeric(v, " -")),
        Field::Ip => parts(value).any(is_ip),
        Field::ProfileUrl => parts(value).any(is_link),
        Field::Handle => parts(value).all(|v| !v.contains(' ') && !v.get(1..).is_some_and(|rest| rest.contains('@'))),
        Field::ResumeText => value.len() >= 40 && value.split_whitespace().count() >= 6,
        Field::PhotoHash => parts(value).any(|v| {
            let hex = v.rsplit(':').next().unwrap_or(v).trim_start_matches("0x");
            hex.len() >= 8 && hex.bytes().all(|b| b.is_ascii_hexdigit())
        }),
    }
}

fn has_letter(value: &str) -> bool {
    value.chars().any(char::is_alphabetic)
}

fn has_digit(value: &str) -> bool {
    value.bytes().any(|b| b.is_ascii_digit())
}

fn alphanumeric(value: &str, also: &str) -> bool {
    value.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c))
}

fn digits(value: &str) -> usize {
    value.bytes().filter(u8::is_ascii_digit).count()
}

fn is_email(value: &str) -> bool {
    let Some((local, domain)) = value.rsplit_once('@') else { return false };
    !local.is_empty()
        && !value.contains(char::is_whitespace)
        && domain.split('.').count() >= 2
        && domain.split('.').all(|label| !label.is_empty())
}

/// Something that can be dialled: 7 to 15 digits (an extension aside) and nothing but what people write between them.
fn is_phone(value: &str) -> bool {
    let number = match value.find(['x', 'X', 'e']) {
        Some(at) if value.is_char_boundary(at) => &value[..at],
        _ => value,
    };
    (7..=15).contains(&digits(number))
        && number.chars().all(|c| c.is_ascii_digit() || "+-–.()/ \u{a0}".contains(c))
        && !number.contains("..")
        && !is_iso_date(number)
}

/// A phone that an unknown header is believed for: written with a plus or in groups, and no date, address or ssn.
fn is_formatted_phone(value: &str) -> bool {
    let groups: Vec<usize> = value.split(['-', '.', ' ']).map(str::len).collect();
    is_phone(value)
        && digits(value) >= 10
        && (value.starts_with('+') || value.contains('(') || matches!(groups[..], [3, 3, 4] | [1, 3, 3, 4]))
        && !is_ip(value)
        && !is_date(value)
}

fn is_ip(value: &str) -> bool {
    value.parse::<IpAddr>().is_ok() || value.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
}

/// An address that says nothing beyond its own network: private, loopback, link-local.
fn is_private_ip(value: &str) -> bool {
    match value.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => ip.is_private() || ip.is_loopback() || ip.is_link_local(),
        Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
        Err(_) => false,
    }
}

fn is_mac(value: &str) -> bool {
    let hex = value.bytes().filter(u8::is_ascii_hexdigit).count();
    let separators = value.bytes().filter(|b| b":-.".contains(b)).count();
    hex == 12 && hex + separators == value.len() && (separators == 0 || matches!(separators, 2 | 5))
        // Twelve digits without separators are some other number.
        && (separators > 0 || value.bytes().any(|b| b.is_ascii_alphabetic()))
}

pub(super) fn is_iso_date(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.len() >= 8 && bytes[..4].iter().all(u8::is_ascii_digit) && matches!(bytes[4], b'-' | b'/' | b'.') && {
        let rest: Vec<&str> = value[5..].split(|c: char| !c.is_ascii_digit()).collect();
        rest.len() >= 2 && in_range(rest[0], 12) && in_range(rest[1], 31)
    }
}

pub(super) fn in_range(digits: &str, most: u32) -> bool {
    (1..=2).contains(&digits.len()) && digits.parse().is_ok_and(|n: u32| (1..=most).contains(&n))
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A date, with or without a time: ISO, `19710624`, `6/24/1971`, `24.06.1971`, `24 Jun 1971`, epoch milliseconds.
pub(super) fn is_date(value: &str) -> bool {
    if is_iso_date(value) {
        return true;
    }
    if value.bytes().all(|b| b.is_ascii_digit()) {
        return match value.len() {
            8 => matches!(&value[..2], "18" | "19" | "20"),
            13 => value.starts_with('1'),
            _ => false,
        };
    }
    let lower = value.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_year = |word: &str| word.bytes().all(|b| b.is_ascii_digit()) && matches!(word.len(), 2 | 4);
    match words[..] {
        [a, b, year, ..] if in_range(a, 31) && in_range(b, 31) && is_year(year) => {
            lower.find(['/', '.', '-']).is_some_and(|at| at <= 2)
        }
        [a, b, year, ..] if is_year(year) => {
            let month = |word: &str| MONTHS.iter().any(|month| word.starts_with(month));
            (month(a) && in_range(b, 31)) || (month(b) && in_range(a, 31))
        }
        _ => false,
    }
}

/// ABA checksum: weights 3, 7, 1 over nine digits, sum divisible by ten.
fn is_routing(value: &str) -> bool {
    value.len() == 9
        && value.bytes().all(|b| b.is_ascii_digit())
        && value != "000000000"
        && value.bytes().zip([3, 7, 1].into_iter().cycle()).map(|(b, w)| u32::from(b - b'0') * w).sum::<u32>() % 10 == 0
}

fn looks_like_iban(value: &str) -> bool {
    let compact: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = compact.as_bytes();
    (15..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_alphabetic)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes[4..].iter().all(|b| b.is_ascii_alphanumeric() || *b == b'*')
}

fn is_iban(value: &str) -> bool {
    value.parse::<iban::Iban>().is_ok()
}

fn is_account(value: &str) -> bool {
    (4..=34).contains(&value.len())
        && has_digit(value)
        && value.chars().all(|c| c.is_ascii_digit() || "xX*•# -.…".contains(c))
        && !is_iso_date(value)
}

/// A link: with a scheme, or a host with a dot and a path.
fn is_link(value: &str) -> bool {
    if value.contains(char::is_whitespace) || value.contains('@') && !value.contains('/') {
        return false;
    }
    let (scheme, rest) = value.split_once("://").unwrap_or(("", value));
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host_ok = host.contains('.') && host.len() >= 4 && has_letter(host);
    host_ok && (scheme.starts_with("http") || (scheme.is_empty() && (rest.contains('/') || host.starts_with("www."))))
}

fn is_zip(value: &str) -> bool {
    let (five, four) = value.split_once('-').unwrap_or((value, "0000"));
    five.len() == 5 && four.len() == 4 && five.bytes().chain(four.bytes()).all(|b| b.is_ascii_digit())
}

const UNIT_WORDS: [&str; 15] = [
    "apt",
    "apartment",
    "unit",
    "suite",
    "ste",
    "fl",
    "floor",
    "flat",
    "room",
    "rm",
    "bldg",
    "building",
    "lot",
    "#",
    "no",
];

fn is_unit(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let first = lower.split(|c: char| c.is_whitespace() || c == '.' || c.is_ascii_digit()).next().unwrap_or_default();
    lower.starts_with('#') || UNIT_WORDS.contains(&first) || (value.len() <= 5 && has_digit(value))
}

fn is_person_name(value: &str) -> bool {
    let words = value.split_whitespace().count();
    // Scripts without spaces write a whole name as one word.
    let enough = (2..=5).contains(&words) || (words == 1 && !value.is_ascii());
    enough
        && value.chars().all(|c| c.is_alphabetic() || c.is_whitespace() || ".,'’-".contains(c) || !c.is_ascii())
        && !["bank", "checking", "savings", "account"].iter().any(|word| value.to_ascii_lowercase().contains(word))
}

/// A street line and a place on one line: ends in a postal code, or has commas and a number.
fn is_whole_address(value: &str) -> bool {
    let last = value.split_whitespace().last().unwrap_or_default();
    let words = value.split_whitespace().count();
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    // Prose has commas as well, but is long; a street line may end in five digits only after a place.
    has_digit(value)
        && (4..=16).contains(&words)
        && letters >= 6
        && value.len() <= 120
        && (is_zip(last) || value.matches(',').count() >= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(values: &[&str]) -> Seen {
        let mut column = TextColumn::default();
        values.iter().for_each(|value| column.push(value));
        Seen::new(&column)
    }

    #[test]
    fn values_beside_their_look_alikes() {
        let check = |field: Field, yes: &[&str], no: &[&str]| {
            yes.iter().for_each(|v| assert!(can_be(field, v), "{} {v}", field.name()));
            no.iter().for_each(|v| assert!(!can_be(field, v), "{} {v}", field.name()));
        };
        check(
            Field::Email,
            &["a@example.com", "a@example.com;b@example.org", "[\"a@example.com\"]"],
            &["a", "a@b", "@a.b", "a b@c.de"],
        );
        check(
            Field::Phone,
            &[
                "(202) 555-0100",
                "+1 202 555 0100",
                "202.555.0100 x12",
                "2025550100",
                "3865286",
                "310/246-1501",
                "202-555-0100 ext. 4",
            ],
            &["none", "12345", "2024-01-05", "a2025550100", ""],
        );
        check(Field::Ip, &["192.0.2.1", "2001:db8::1"], &["192.0.2", "192.0.2.256", "1.2.3.4.5"]);
        check(
            Field::HardwareAddress,
            &["00:11:22:aa:bb:cc", "0011.22aa.bbcc", "001122AABBCC"],
            &["001122334455", "00:11:22"],
        );
        check(
            Field::BirthDate,
            &[
                "1971-06-24",
                "19710624",
                "6/24/1971",
                "24.06.1971",
                "24 Jun 1971",
                "June 24, 1971",
                "2024-01-05T10:00:00Z",
                "1700000000000",
            ],
            &["1971", "12345678", "202-555-0100", "London", "99/99/1999"],
        );
        check(Field::PostalCode, &["02139", "2139", "SW1A 1AA"], &["London", "12345678901"]);
        check(Field::Unit, &["Apt 4B", "#12", "Suite 200", "4B", "Floor 2"], &["delmar", "Rose Villa"]);
        check(Field::AccountNumber, &["00012345678", "XXXX1207", "****1207"], &["N/A", "12", "2024-01-05"]);
        check(Field::RoutingNumber, &["021000021", "21000021"], &["1234", "02100002A"]);
        check(
            Field::ProfileUrl,
            &["https://example.com/a", "example.com/in/a", "www.example.org"],
            &["example", "a@example.com", "a b.c/d"],
        );
        check(Field::PhotoHash, &["ffd8a0b1c2d3e4f5", "p:ffd8a0b1c2d3e4f5"], &["photo.jpg", "ff"]);
        check(
            Field::ResumeText,
            &["Built and ran the billing service of a mid-sized shop"],
            &["resume.pdf", "https://example.com/cv"],
        );
        check(Field::FullName, &["Ana Costa", "金民秀"], &["42", "a@example.com", "2024-01-05"]);
        check(Field::Iban, &["GB29 NWBK 6016 1331 9268 19"], &["GB", "12345678901234567"]);
        check(Field::Wallet, &["0x52908400098527886E0F7030069857D2E4169EE7"], &["wallet", "0x12 34"]);
    }

    #[test]
    fn unknown_headers_are_sniffed() {
        let check = |values: &[&str], expected: Option<Field>| assert_eq!(seen(values).sniff(), expected, "{values:?}");
        check(&["a@example.com", "b@example.com", "c@example.org"], Some(Field::Email));
        check(&["a@example.com", "b@example.com"], None);
        check(&["a@example.com", "none", "c@example.org"], None);
        check(&["(202) 555-0100", "202-555-0101", "+1 202 555 0102"], Some(Field::Phone));
        check(&["2025550100", "2025550101", "2025550102"], None);
        check(&["192.0.2.1", "192.0.2.2", "2001:db8::1"], Some(Field::Ip));
        check(&["00:11:22:aa:bb:cc", "00:11:22:aa:bb:cd", "00:11:22:aa:bb:ce"], Some(Field::HardwareAddress));
        check(
            &["021000021", "011401533", "091000019", "021000021", "122105155", "111000025"],
            Some(Field::RoutingNumber),
        );
        check(&["021000022", "011401534", "091000018", "021000022", "122105156", "111000026"], None);
        check(&["https://example.com/a", "https://example.com/b", "example.org/c"], Some(Field::ProfileUrl));
        check(&["GB29NWBK60161331926819", "DE89370400440532013000", "GB29 NWBK 6016 1331 9268 19"], Some(Field::Iban));
        check(&["blue", "red", "green"], None);
        assert!(seen(&["1971-06-24", "2/3/2004", "3 May 2001"]).are_dates());
        assert!(!seen(&["12345678", "1971", "x"]).are_dates());
        assert!(seen(&["02139", "02139-1234", "10001", "02139", "10001", "94110"]).are_zip_codes());
        assert!(!seen(&["10001", "10002", "10003", "10004", "10005", "10006"]).are_zip_codes(), "row numbers");
    }

    #[test]
    fn empty_columns_speak_against_nothing() {
        let empty = seen(&["", "", " "]);
        assert!(empty.is_empty() && empty.fits(Field::Email).1 && !empty.is_unique());
        assert!(!seen(&["x", "y"]).fits(Field::Email).1);
        assert!(seen(&["a", "b"]).is_unique() && !seen(&["a", "a"]).is_unique() && !seen(&["a", ""]).is_unique());
    }

    #[test]
    fn whole_addresses_and_names() {
        assert!(seen(&["1 Main St, Springfield, IL 62701"]).are_whole_addresses());
        assert!(!seen(&["435 s. la cienega blv."]).are_whole_addresses());
        assert!(seen(&["Ana Costa", "Ben O'Neil"]).are_person_names());
        assert!(!seen(&["LT-0001", "LT-0002"]).are_person_names());
        assert!(!seen(&["First Bank Checking"]).are_person_names());
    }

    #[test]
    fn no_value_makes_it_panic() {
        use proptest::prelude::*;
        proptest!(ProptestConfig::with_cases(200), |(values in prop::collection::vec("[0-9a-f:@./+xé金 -]{0,20}|\\PC{0,12}", 1..6))| {
            let texts: Vec<&str> = values.iter().map(String::as_str).collect();
            let seen = seen(&texts);
            seen.sniff();
            let _ = (seen.are_dates(), seen.are_zip_codes(), seen.are_whole_addresses(), seen.are_person_names());
            for &field in Field::ALL {
                let (share, _) = seen.fits(field);
                prop_assert!((0.0..=1.0).contains(&share));
            }
        });
    }
}
