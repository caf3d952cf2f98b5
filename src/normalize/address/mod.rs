//! Postal addresses to one canonical text of seven parts joined by `|`: number, street, unit, city, region, postal code,
//! country.
//!
//! `line` reads free lines (with `tokens`, `tail`, `units`), `tables` holds the words. Whether a place is a dormitory, a mail forwarder or a customer's own
//! office is not known here: allow lists and the hub rule say that. Invariant: a canonical text normalizes to itself.

mod line;
mod tables;
mod tail;
mod tokens;
mod units;

use super::text::{Outcome, Written, is_empty_word, split_once};
use crate::model::value::{Marks, Normalized};
use line::Line;
use std::borrow::Cow;
use tables::Land;
use tail::postal_text;
use tokens::{clean, clean_into};

/// Longer cells hold something other than an address.
const ADDRESS_BYTES_MAX: usize = 600;

/// The cells of a row that belong to one address. Lines of one field are joined by `, `.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AddressFields<'a> {
    /// The whole address on one or more lines.
    pub address: Option<&'a str>,
    /// House number.
    pub street_number: Option<&'a str>,
    /// Street line, with or without number and unit.
    pub street: Option<&'a str>,
    /// Flat, suite, room or floor.
    pub unit: Option<&'a str>,
    /// City or suburb.
    pub city: Option<&'a str>,
    /// State, province or region.
    pub region: Option<&'a str>,
    /// Postal code.
    pub postal_code: Option<&'a str>,
    /// Country, name or code.
    pub country: Option<&'a str>,
}

/// An address in canonical parts, each folded; an unknown part is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// House number, or the number of a PO box.
    pub number: String,
    /// Street with short suffix and directions (`n main st`), or `po box`.
    pub street: String,
    /// Bare id of a flat, suite or room (`4b`), or with its designator where that matters (`fl 3`, `bldg 2 4b`, `pmb 7`).
    pub unit: String,
    /// City, abbreviations written out.
    pub city: String,
    /// Two letters of a US state or Canadian province, short form of an Australian state, else folded.
    pub region: String,
    /// Postal code; a ZIP without the +4.
    pub postal_code: String,
    /// ISO 3166 code in lower case where the name is known, stated or proved by region and postal code.
    pub country: String,
    /// `ATTRIBUTE`, `MAILBOX`, `RESTORED`, as they apply.
    pub marks: Marks,
}

/// The parts of a canonical text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AddressRef<'a> {
    /// House number, or the number of a PO box.
    pub number: &'a str,
    /// Street, or `po box`.
    pub street: &'a str,
    /// Unit.
    pub unit: &'a str,
    /// City.
    pub city: &'a str,
    /// Region.
    pub region: &'a str,
    /// Postal code.
    pub postal_code: &'a str,
    /// Country.
    pub country: &'a str,
}

impl Address {
    /// Reads the cells of one row. A part that has a cell of its own wins over what a line says of it.
    /// `region_default` is the config's region: in `US`, a ZIP without country is a US ZIP.
    ///
    /// `Ok(None)` when all cells are empty; `Err` when nothing in them is part of an address.
    /// Linear in the length of the cells, several hundred thousand a second on one core.
    ///
    /// ```
    /// use samehand::normalize::address::{Address, AddressFields};
    /// let cells = AddressFields { address: Some("12 North Main Street #4B, Springfield, IL 62704-1234"), ..Default::default() };
    /// let address = Address::from_parts(cells, "US").unwrap().unwrap();
    /// assert_eq!(address.canonical(), "12|n main st|4b|springfield|il|62704|us");
    /// ```
    pub fn from_parts(fields: AddressFields<'_>, region_default: &str) -> Result<Option<Address>, String> {
        Ok(Parts::read(fields, region_default, &mut Scratch::default())?.map(Parts::into_address))
    }

    /// The canonical text.
    pub fn canonical(&self) -> String {
        let mut text = String::new();
        push_joined(self.parts(), &mut text);
        text
    }

    /// The address as a value, when it has more than a city: a city alone is an attribute of its own kind.
    pub fn normalized(&self) -> Option<Normalized> {
        let has_place = !(self.number.is_empty() && self.street.is_empty() && self.unit.is_empty());
        has_place.then(|| Normalized::marked(self.canonical(), self.marks))
    }

    fn parts(&self) -> [&str; 7] {
        [&self.number, &self.street, &self.unit, &self.city, &self.region, &self.postal_code, &self.country]
    }
}

impl AddressRef<'_> {
    /// Whether it has more than a city: a city alone is an attribute of its own kind, and no address.
    pub fn has_place(&self) -> bool {
        !(self.number.is_empty() && self.street.is_empty() && self.unit.is_empty())
    }
}

/// As [`Address::from_parts`], with the canonical text appended to `out`. [`parse`] gives its parts, and
/// [`AddressRef::has_place`] tells whether the text is an address or only what surrounds one. Whoever reads many rows keeps
/// one `scratch` for them.
pub fn from_parts_into(
    fields: AddressFields<'_>,
    region_default: &str,
    scratch: &mut Scratch,
    out: &mut String,
) -> Written {
    let mut street = String::new();
    let marks = Parts::read(fields, region_default, scratch)?.map(|parts| {
        push_joined(parts.as_array(), out);
        if let Cow::Owned(text) = parts.street {
            street = text;
        }
        parts.marks
    });
    scratch.street = street;
    Ok(marks)
}

fn push_joined(parts: [&str; 7], out: &mut String) {
    out.reserve(parts.iter().map(|part| part.len() + 1).sum());
    for (at, part) in parts.into_iter().enumerate() {
        if at > 0 {
            out.push('|');
        }
        out.push_str(part);
    }
}

/// Room for the clean text of the cells, from which parts are borrowed while a row is read. What it holds of an earlier row
/// is never read.
#[derive(Debug, Default)]
pub struct Scratch {
    line: String,
    whole: String,
    city: String,
    region: String,
    postal_code: String,
    street: String,
}

/// As [`Address`], its parts borrowed from the cells and their clean text where they stand there as they are.
struct Parts<'a> {
    number: Cow<'a, str>,
    street: Cow<'a, str>,
    unit: Cow<'a, str>,
    city: Cow<'a, str>,
    region: Cow<'a, str>,
    postal_code: Cow<'a, str>,
    country: Cow<'a, str>,
    marks: Marks,
}

impl<'a> Parts<'a> {
    /// See [`Address::from_parts`].
    fn read(
        fields: AddressFields<'a>,
        region_default: &str,
        scratch: &'a mut Scratch,
    ) -> Result<Option<Parts<'a>>, String> {
        if let Some(raw) = fields.address.filter(|raw| is_canonical(raw))
            && let Some(parts) = parse(raw)
        {
            return Ok(Some(Parts::of_canonical(parts)));
        }
        let said = |cell: Option<&'a str>| cell.filter(|raw| !is_empty_word(raw));
        let (address, street_number, street, unit) =
            (said(fields.address), said(fields.street_number), said(fields.street), said(fields.unit));
        let (city_cell, region_cell, postal_cell, country_cell) =
            (said(fields.city), said(fields.region), said(fields.postal_code), said(fields.country));
        let all = [address, street_number, street, unit, city_cell, region_cell, postal_cell, country_cell];
        if all.iter().all(Option::is_none) {
            return Ok(None);
        }
        if all.iter().flatten().map(|raw| raw.len()).sum::<usize>() > ADDRESS_BYTES_MAX {
            return Err(format!("longer than any address ({ADDRESS_BYTES_MAX} bytes)"));
        }
        let (mut city, city_rest) = match city_cell {
            Some(raw) => split_city(raw, &mut scratch.city),
            None => Default::default(),
        };
        if let Some(text) = street_line(street_number, street.or(address)) {
            clean_into(&text, &mut scratch.line);
        } else {
            scratch.line.clear();
        }
        let mut street_text = std::mem::take(&mut scratch.street);
        street_text.clear();
        let mut line = line::parse(&scratch.line, &city, street_text);
        if street.is_some()
            && let Some(address) = address
            && (city.is_empty() || postal_cell.is_none())
        {
            clean_into(address, &mut scratch.whole);
            fill_line(&mut line, line::parse(&scratch.whole, &city, String::new()));
        }
        if let Some(raw) = unit {
            line::parse_unit(&clean(raw), &mut line);
        }
        if city.is_empty() {
            city = line.city;
        }
        let mut region = region_cell.map(|raw| region_text(raw, &mut scratch.region)).unwrap_or_default();
        if region.is_empty() {
            region = Cow::Borrowed(city_rest.and_then(|rest| tables::region(&rest)).unwrap_or(line.region));
        }
        let mut country = country_cell.map(country_text).unwrap_or_default();
        if country.is_empty() {
            country = Cow::Borrowed(line.country);
        }
        let (mut postal_code, mut is_restored) = (line.postal_code, line.is_restored);
        if let Some(raw) = postal_cell {
            let is_elsewhere = country.is_empty() && !region_default.eq_ignore_ascii_case("us") && region.is_empty();
            let guess = if is_elsewhere { Cow::Owned(region_default.to_ascii_lowercase()) } else { country.clone() };
            clean_into(number_text(raw), &mut scratch.postal_code);
            (postal_code, is_restored) = postal_text(&scratch.postal_code, &region, &guess);
        }
        if country.is_empty() {
            country = Cow::Borrowed(inferred_country(&region, &postal_code, region_default));
        }
        let mut marks = Marks::NONE;
        if is_restored {
            marks = marks.with(Marks::RESTORED);
        }
        if line.is_mailbox {
            marks = marks.with(Marks::MAILBOX);
        }
        let mut parts = Parts {
            number: line.number,
            street: Cow::Owned(line.street),
            unit: Cow::Owned(line.unit.text()),
            city,
            region,
            postal_code,
            country,
            marks,
        };
        if parts.as_array().iter().all(|part| part.is_empty()) {
            return Err(String::from("not an address: no letters or digits"));
        }
        parts.marks = marks.with(parts.derived_marks());
        Ok(Some(parts))
    }

    fn of_canonical(address: AddressRef<'a>) -> Parts<'a> {
        let parts = Parts {
            number: Cow::Borrowed(address.number),
            street: Cow::Borrowed(address.street),
            unit: Cow::Borrowed(address.unit),
            city: Cow::Borrowed(address.city),
            region: Cow::Borrowed(address.region),
            postal_code: Cow::Borrowed(address.postal_code),
            country: Cow::Borrowed(address.country),
            marks: Marks::NONE,
        };
        Parts { marks: parts.derived_marks(), ..parts }
    }

    fn into_address(self) -> Address {
        Address {
            number: self.number.into_owned(),
            street: self.street.into_owned(),
            unit: self.unit.into_owned(),
            city: self.city.into_owned(),
            region: self.region.into_owned(),
            postal_code: self.postal_code.into_owned(),
            country: self.country.into_owned(),
            marks: self.marks,
        }
    }

    fn as_array(&self) -> [&str; 7] {
        [&self.number, &self.street, &self.unit, &self.city, &self.region, &self.postal_code, &self.country]
    }

    /// Marks that the parts themselves imply, so that a canonical text gets them again.
    fn derived_marks(&self) -> Marks {
        let mut marks = Marks::NONE;
        if self.number.is_empty() && !self.unit.starts_with("pmb ") {
            marks = marks.with(Marks::ATTRIBUTE);
        }
        let unit_has = |label| !self.unit.is_empty() && self.unit.contains(label);
        if self.street == "po box" || unit_has("po box ") || unit_has("pmb ") {
            marks = marks.with(Marks::MAILBOX);
        }
        marks
    }
}

/// The text of a street's line: its number in front, unless the line begins with it, as in some exports.
fn street_line<'a>(number: Option<&'a str>, street: Option<&'a str>) -> Option<Cow<'a, str>> {
    let Some(number) = number.map(number_text) else { return street.map(Cow::Borrowed) };
    let Some(street) = street else { return Some(Cow::Borrowed(number)) };
    let repeats = street.trim_start().strip_prefix(number).is_some_and(|rest| rest.starts_with([' ', ',']));
    Some(if repeats { Cow::Borrowed(street) } else { Cow::Owned(format!("{number} {street}")) })
}

/// Fills what a line leaves open about city, region, postal code and country from another line of the row.
fn fill_line<'a>(line: &mut Line<'a>, whole: Line<'a>) {
    fn fill<'a>(part: &mut Cow<'a, str>, from: Cow<'a, str>) {
        if part.is_empty() {
            *part = from;
        }
    }
    fill(&mut line.city, whole.city);
    fill(&mut line.postal_code, whole.postal_code);
    if line.region.is_empty() {
        line.region = whole.region;
    }
    line.is_mailbox |= whole.is_mailbox;
    line.is_restored |= whole.is_restored;
    if line.country.is_empty() {
        line.country = whole.country;
    }
}

/// A line to its canonical text; see [`Address::from_parts`].
///
/// Marks: `ATTRIBUTE` without number or box, `MAILBOX` for a PO box, a private mailbox or a care-of line, `RESTORED` when
/// a ZIP got its leading zero back.
pub fn address(raw: &str, region_default: &str) -> Outcome {
    let fields = AddressFields { address: Some(raw), ..AddressFields::default() };
    Ok(Address::from_parts(fields, region_default)?.and_then(|address| address.normalized()))
}

/// The parts of a canonical text; `None` when it does not have seven.
pub fn parse(canonical: &str) -> Option<AddressRef<'_>> {
    let mut parts = canonical.split('|');
    let address = AddressRef {
        number: parts.next()?,
        street: parts.next()?,
        unit: parts.next()?,
        city: parts.next()?,
        region: parts.next()?,
        postal_code: parts.next()?,
        country: parts.next()?,
    };
    parts.next().is_none().then_some(address)
}

/// The canonical text without its unit: the same for all doors of one house.
pub fn building(canonical: &str) -> String {
    match parse(canonical) {
        Some(a) => [a.number, a.street, "", a.city, a.region, a.postal_code, a.country].join("|"),
        None => canonical.to_owned(),
    }
}

/// The address as people write it: `12 N Main St, Unit 4B, Springfield, IL 62704, US`.
pub fn display(canonical: &str) -> String {
    let Some(a) = parse(canonical) else { return canonical.to_owned() };
    let street = if a.street == "po box" {
        format!("PO Box {}", a.number.to_ascii_uppercase())
    } else {
        [a.number.to_ascii_uppercase(), capitalized(a.street)].join(" ")
    };
    let is_bare = !a.unit.contains(' ') && (a.unit.len() == 1 || a.unit.bytes().any(|b| b.is_ascii_digit()));
    let unit = if is_bare { format!("Unit {}", a.unit.to_ascii_uppercase()) } else { capitalized(a.unit) };
    let region = if tables::land(a.region).is_some() { a.region.to_ascii_uppercase() } else { capitalized(a.region) };
    let region = [region, a.postal_code.to_ascii_uppercase()].join(" ");
    let country = if a.country.len() == 2 { a.country.to_ascii_uppercase() } else { capitalized(a.country) };
    let parts = [street, unit, capitalized(a.city), region, country];
    parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// A city's name with its abbreviations written out.
pub fn city(raw: &str) -> Outcome {
    let mut buffer = String::new();
    part(raw, split_city(raw, &mut buffer).0)
}

/// A region: the two letters of a US state or Canadian province, the short form of an Australian state, else folded.
pub fn region(raw: &str) -> Outcome {
    let mut buffer = String::new();
    part(raw, region_text(raw, &mut buffer))
}

/// A postal code: five digits of a ZIP, others folded. `region` is the row's canonical region or empty; where its ZIPs begin
/// with a zero, a code that is one short gets it back and is marked `RESTORED`.
pub fn postal_code(raw: &str, region: &str) -> Outcome {
    if is_empty_word(raw) {
        return Ok(None);
    }
    let code = clean(number_text(raw));
    let (text, is_restored) = postal_text(&code, region, "");
    let value = part(raw, text)?;
    let marks = if is_restored { Marks::RESTORED } else { Marks::NONE };
    Ok(value.map(|value| Normalized { marks, ..value }))
}

/// A country: its ISO 3166 two-letter code in lower case where the name is known, else folded.
pub fn country(raw: &str) -> Outcome {
    part(raw, country_text(raw))
}

fn part(raw: &str, text: Cow<'_, str>) -> Outcome {
    if is_empty_word(raw) {
        return Ok(None);
    }
    // Only signs, or a word for nothing in other letters.
    if is_empty_word(&text) {
        return Ok(None);
    }
    Ok(Some(Normalized::new(text)))
}

fn words(raw: &str) -> String {
    let clean = clean(raw);
    if clean.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return clean;
    }
    tokens::words(&clean).collect::<Vec<_>>().join(" ")
}

/// A city cell, and what stands behind a comma in it (`Springfield, IL`). `buffer` is for the city's clean text.
fn split_city<'a>(raw: &str, buffer: &'a mut String) -> (Cow<'a, str>, Option<String>) {
    let (city, rest) = match split_once(raw, b',') {
        Some((city, rest)) => (city, Some(words(rest.split(',').next().unwrap_or(rest)))),
        None => (raw, None),
    };
    clean_into(city, buffer);
    (line::city_text(tokens::words(buffer)), rest)
}

/// A region; `buffer` is for its clean text.
fn region_text<'a>(raw: &str, buffer: &'a mut String) -> Cow<'a, str> {
    clean_into(raw, buffer);
    if !buffer.bytes().all(|b| b.is_ascii_alphanumeric()) {
        *buffer = tokens::words(buffer).collect::<Vec<_>>().join(" ");
    }
    let text = buffer.as_str();
    if let Some(short) = tables::region(text) {
        return Cow::Borrowed(short);
    }
    // ISO 3166-2 puts the country in front: `us il`, from `US-IL`.
    match text.split_once(' ') {
        Some(("us" | "ca" | "au", code)) if tables::land(code).is_some() => Cow::Borrowed(code),
        _ => Cow::Borrowed(text),
    }
}

fn country_text(raw: &str) -> Cow<'static, str> {
    let text = words(raw);
    tables::country(&text).map_or(Cow::Owned(text), Cow::Borrowed)
}

/// A number that a spreadsheet handed over as a decimal, without its `.0`.
fn number_text(raw: &str) -> &str {
    super::bank::without_decimals(raw)
}

/// The country that region and postal code prove, else empty: a default would be a claim that nobody made.
fn inferred_country(region: &str, postal_code: &str, region_default: &str) -> &'static str {
    let digits = |count: usize| postal_code.len() == count && postal_code.bytes().all(|b| b.is_ascii_digit());
    match tables::land(region) {
        Some(Land::Us) if postal_code.is_empty() || digits(5) => "us",
        // Two countries have regions of that short form; only one has codes of four digits.
        Some(Land::Us | Land::Australia) if matches!(region, "wa" | "nt") && digits(4) => "au",
        Some(Land::Us | Land::Australia) if matches!(region, "wa" | "nt") => "",
        Some(Land::Us) => "",
        Some(land) => land.code(),
        None if region.is_empty() && digits(5) && region_default.eq_ignore_ascii_case("us") => "us",
        None => "",
    }
}

/// Whether a text is canonical already: seven parts in the alphabet of canonical parts.
fn is_canonical(raw: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b' ' | b'-' | b'/' | b'|');
    memchr::memchr(b'|', raw.as_bytes()).is_some()
        && raw.bytes().filter(|b| *b == b'|').count() == 6
        && raw.bytes().all(is_part)
        && !raw.contains("  ")
        && raw.split('|').all(|part| !part.starts_with(' ') && !part.ends_with(' '))
        && raw.len() > 6
}

/// Each word with a capital; directions and ids with a digit in capitals; ordinals as they are.
fn capitalized(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        let starts_with_digit = word.as_bytes()[0].is_ascii_digit();
        let is_ordinal = starts_with_digit && ["st", "nd", "rd", "th"].iter().any(|ending| word.ends_with(ending));
        if is_ordinal {
            out.push_str(word);
        } else if starts_with_digit
            || (word.len() <= 2 && tables::word(word).direction.is_some())
            || word == "po"
            || word == "pmb"
        {
            out.push_str(&word.to_ascii_uppercase());
        } else {
            out.extend(word.chars().take(1).map(|c| c.to_ascii_uppercase()));
            out.push_str(word.get(1..).unwrap_or(""));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, expected: &str) {
        let got = address(raw, "US").unwrap().map(|value| value.text).unwrap_or_default();
        assert_eq!(got, expected, "{raw}");
        if !got.is_empty() {
            assert_eq!(address(&got, "US").unwrap().unwrap().text, got, "{raw} is not idempotent");
        }
    }

    fn marks(raw: &str) -> Marks {
        address(raw, "US").unwrap().unwrap().marks
    }

    fn fields(fields: AddressFields<'_>, expected: &str) {
        let got = Address::from_parts(fields, "US").unwrap().map(|a| a.canonical()).unwrap_or_default();
        assert_eq!(got, expected, "{fields:?}");
    }

    #[test]
    fn spellings_of_one_address_agree() {
        let expected = "12|n main st|4b|springfield|il|62704|us";
        for raw in [
            "12 N Main St Apt 4B, Springfield, IL 62704",
            "12 North Main Street #4B, Springfield, IL 62704-1234",
            "12 N. MAIN ST., APT. 4B, SPRINGFIELD, ILLINOIS 62704, USA",
            "12 n main st unit 4b springfield il 62704",
            "Apt 4B, 12 N Main St, Springfield IL 62704",
            "12 N Main St, # 4-B, Springfield, IL, 62704, United States",
            "12 N Main St 4B, Springfield, IL 62704",
            "12 N Main St - 4B, Springfield, IL 62704",
            "12 N Main St Suite 4 B, Springfield, IL 62704",
            "12 N Main St\nApt 4B\nSpringfield, IL 62704",
            "12 N Main St Apt. #4B Springfield IL 62704 US",
            "0012 N Main St Apt 04B, Springfield, IL 62704",
            "12 N Main St, Apt4B, Springfield, IL 62704",
            "1\u{ff12} N Main St, Apt 4B, Springfield, IL 62704",
        ] {
            check(raw, expected);
        }
        // Another door, another direction, another number are other addresses.
        for raw in [
            "12 N Main St Apt 4C, Springfield, IL 62704",
            "12 S Main St Apt 4B, Springfield, IL 62704",
            "13 N Main St Apt 4B, Springfield, IL 62704",
            "12 N Main St Fl 4, Springfield, IL 62704",
        ] {
            assert_ne!(address(raw, "US").unwrap().unwrap().text, expected, "{raw}");
        }
    }

    #[test]
    fn lines_without_commas() {
        check("27 Washington Oak Park IL 60302", "27|washington||oak park|il|60302|us");
        check("27 Washington St Oak Park IL 60302", "27|washington st||oak park|il|60302|us");
        check("123 Broadway New York NY 10001", "123|broadway||new york|ny|10001|us");
        check("500 Oak Lane Los Angeles California 90001", "500|oak ln||los angeles|ca|90001|us");
        check("77 Summit Ave St Paul MN 55102", "77|summit ave||saint paul|mn|55102|us");
        check("9 Elm St Springfield", "9|elm st||springfield|||");
        check("435 s. la cienega blv.", "435|s la cienega blvd|||||");
        check("3641 S. Rhodes", "3641|s rhodes|||||");
        check("1548 W ADAMS", "1548|w adams|||||");
        check("14 Kensington Ct 06107", "14|kensington ct||||06107|us");
        check("14 Kensington Rd Hartford CT 06107", "14|kensington rd||hartford|ct|06107|us");
    }

    #[test]
    fn street_names() {
        check("221 E. 51st St.", "221|e 51st st|||||");
        check("221 East Fifty First Street", "221|e 51st st|||||");
        check("10 Fifth Avenue", "10|5th ave|||||");
        check("10 5 Ave", "10|5th ave|||||");
        check("123 St James St", "123|saint james st|||||");
        check("123 Saint James Street", "123|saint james st|||||");
        check("12 Main St", "12|main st|||||");
        check("12 Mt. Vernon Av", "12|mount vernon ave|||||");
        check("100 Avenue of the Americas, New York, NY 10013", "100|ave of the americas||new york|ny|10013|us");
        check("45 Avenue B, New York, NY 10009", "45|ave b||new york|ny|10009|us");
        check("1200 Highway 50, Carson City, NV 89701", "1200|hwy 50||carson city|nv|89701|us");
        check("1200 County Road 12 Boulder CO 80301", "1200|county rd 12||boulder|co|80301|us");
        check("100 Pennsylvania Ave NW Washington DC 20500", "100|pennsylvania ave nw||washington|dc|20500|us");
        check("12 Park Place", "12|park pl|||||");
        check("1652 W Foster Ave", "1652|w foster ave|||||");
        check("1631 W. Jonquil Tr.", "1631|w jonquil trl|||||");
        check("4910 S Dr. Martin Luther King Dr", "4910|s dr martin luther king dr|||||");
        check("4910 S Dr Springfield IL 62704", "4910|s dr||springfield|il|62704|us");
        check("489-27th Street, East Moline", "489|27th st||east moline|||");
        check("15 e. 12th st. between 5th ave. and university pl.", "15|e 12th st|||||");
        check("246 w. 4th st. at charles st., New York", "246|w 4th st||new york|ny||us");
        check("O'Brien Road 5", "5|obrien rd|||||");
        check("100 Old St Johns Rd, Springfield, IL 62704", "100|old saint johns rd||springfield|il|62704|us");
    }

    #[test]
    fn numbers() {
        check("12-14 High St", "12-14|high st|||||");
        check("77-12 35th Ave, Jackson Heights, NY 11372", "77-12|35th ave||jackson heights|ny|11372|us");
        check("12A Elm St", "12a|elm st|||||");
        check("12 A Elm St", "12a|elm st|||||");
        check("12 E Elm St", "12|e elm st|||||");
        check("1/23 Wallaby Place", "23|wallaby pl|1||||");
        check("123 1/2 Elm St", "123 1/2|elm st|||||");
        check("One Example Way, Springfield, IL 62704", "1|example way||springfield|il|62704|us");
        check("N112W16730 Mequon Rd, Germantown, WI 53022", "n112w16730|mequon rd||germantown|wi|53022|us");
        check("Unit 5, 12 High St", "12|high st|5||||");
        check("Flat 2 12 High Street", "12|high st|2||||");
    }

    #[test]
    fn units() {
        for (unit, expected) in [
            ("Apartment 7", "7"),
            ("Ste. 200", "200"),
            ("Suite 200", "200"),
            ("Rm 12", "12"),
            ("Floor 3", "fl 3"),
            ("3rd Floor", "fl 3"),
            ("third fl", "fl 3"),
            ("Bldg 2 Apt 4", "bldg 2 4"),
            ("Building 2, Unit 4", "bldg 2 4"),
            ("Lot 7", "lot 7"),
            ("Rear", "rear"),
            ("PH", "ph"),
            ("Apt B", "b"),
            ("PMB 9", "pmb 9"),
        ] {
            check(
                &format!("12 Elm St {unit}, Springfield, IL 62704"),
                &format!("12|elm st|{expected}|springfield|il|62704|us"),
            );
            check(
                &format!("12 Elm St, {unit}, Springfield, IL 62704"),
                &format!("12|elm st|{expected}|springfield|il|62704|us"),
            );
        }
        // Designators that are names.
        check("12 Tower Rd", "12|tower rd|||||");
        check("12 Lower Main St", "12|lower main st|||||");
        check("12 Front St", "12|front st|||||");
        check("12 Flat Rock Rd", "12|flat rock rd|||||");
    }

    #[test]
    fn boxes_and_care_of_are_mailboxes() {
        check("PO Box 123, Springfield, IL 62704", "123|po box||springfield|il|62704|us");
        check("P.O.B. 123 Springfield IL 62704", "123|po box||springfield|il|62704|us");
        check("P.O. Box #123, Springfield IL 62704", "123|po box||springfield|il|62704|us");
        check("Post Office Box 123, Springfield IL 62704", "123|po box||springfield|il|62704|us");
        check("12 Elm St PO Box 9, Springfield IL 62704", "12|elm st|po box 9|springfield|il|62704|us");
        check("RR 2 Box 15, Springfield IL 62704", "15|rr 2||springfield|il|62704|us");
        check("c/o Dana Whitfield, 12 Elm St, Springfield, IL 62704", "12|elm st||springfield|il|62704|us");
        check("c/o Dana Whitfield 12 Elm St, Springfield, IL 62704", "12|elm st||springfield|il|62704|us");
        for raw in ["PO Box 123", "12 Elm St PMB 9", "c/o Dana Whitfield, 12 Elm St", "12 Elm St, PO Box 9"] {
            assert!(marks(raw).has(Marks::MAILBOX), "{raw}");
            assert!(!marks(raw).has(Marks::ATTRIBUTE), "{raw}");
        }
        assert!(!marks("12 Elm St").has(Marks::MAILBOX));
        assert!(!marks("RR 2 Box 15").has(Marks::MAILBOX));
        // A street that is called so.
        check("12 Box Hill Rd", "12|box hill rd|||||");
    }

    #[test]
    fn without_number_or_box_it_is_an_attribute() {
        for raw in ["Main St, Springfield, IL 62704", "Broadway", "General Delivery", "25th St"] {
            assert!(marks(raw).has(Marks::ATTRIBUTE), "{raw}");
        }
        for raw in ["12 Main St", "PO Box 7", "PMB 7, Springfield, IL 62704"] {
            assert!(!marks(raw).has(Marks::ATTRIBUTE), "{raw}");
        }
        assert_eq!(address("Springfield, IL 62704", "US").map(|a| a.is_some()), Ok(true));
        assert_eq!(address("", "US"), Ok(None));
        assert_eq!(address("n/a", "US"), Ok(None));
        assert!(address(&"1 ".repeat(400), "US").is_err());
    }

    #[test]
    fn addresses_elsewhere_are_kept() {
        check("Unter den Linden 5, 10117 Berlin, Germany", "5|unter den linden||berlin||10117|de");
        check("Flat 4, 12 High Street, London, N1 2AB, UK", "12|high st|4|london||n1 2ab|gb");
        check("12 High Street, Islington, London N12AB", "12|high st|islington|london||n1 2ab|");
        check("7 Wallaby Place, Cleveland NSW 2119", "7|wallaby pl||cleveland|nsw|2119|au");
        check("24 Sussex Drive, Ottawa, Ontario K1M 1M4, Canada", "24|sussex dr||ottawa|on|k1m 1m4|ca");
        check("5 Émile Zola, Montréal, QC H2X 1Y4", "5|emile zola||montreal|qc|h2x 1y4|ca");
    }

    #[test]
    fn eaten_zeros_are_restored_where_the_state_proves_them() {
        check("12 Elm St, Boston, MA 2134", "12|elm st||boston|ma|02134|us");
        check("12 Elm St, Boston, MA 02134", "12|elm st||boston|ma|02134|us");
        assert!(marks("12 Elm St, Boston, MA 2134").has(Marks::RESTORED));
        assert!(!marks("12 Elm St, Boston, MA 02134").has(Marks::RESTORED));
        let zip = |raw, region| postal_code(raw, region).unwrap().map(|v| (v.text, v.marks.has(Marks::RESTORED)));
        assert_eq!(zip("2134", "ma"), Some((String::from("02134"), true)));
        assert_eq!(zip("2134.0", "ma"), Some((String::from("02134"), true)));
        assert_eq!(zip("2134-1234", "ma"), Some((String::from("02134"), true)));
        assert_eq!(zip("907", "pr"), Some((String::from("00907"), true)));
        assert_eq!(zip("2134", "il"), Some((String::from("2134"), false)));
        assert_eq!(zip("2134", "nsw"), Some((String::from("2134"), false)));
        assert_eq!(zip("62704-1234", "il"), Some((String::from("62704"), false)));
        assert_eq!(zip("627041234", "il"), Some((String::from("62704"), false)));
        assert_eq!(zip("n12ab", ""), Some((String::from("n1 2ab"), false)));
        assert_eq!(zip("", "il"), None);
    }

    #[test]
    fn parts_from_columns() {
        let row = AddressFields {
            street_number: Some("12"),
            street: Some("N Main Street, Apt 4B"),
            city: Some("St. Louis"),
            region: Some("Missouri"),
            postal_code: Some("63101-0001"),
            country: Some("USA"),
            ..Default::default()
        };
        fields(row, "12|n main st|4b|saint louis|mo|63101|us");
        fields(AddressFields { country: None, ..row }, "12|n main st|4b|saint louis|mo|63101|us");
        fields(
            AddressFields { street: Some("12 N Main Street"), unit: Some("# 4B"), ..row },
            "12|n main st|4b|saint louis|mo|63101|us",
        );
        fields(AddressFields { unit: Some("4b"), ..row }, "12|n main st|4b|saint louis|mo|63101|us");
        fields(AddressFields { street_number: Some("12.0"), ..row }, "12|n main st|4b|saint louis|mo|63101|us");
        // The column's city in the line as well.
        fields(
            AddressFields {
                street_number: None,
                street: None,
                address: Some("12 N Main St 4B St Louis MO 63101"),
                ..row
            },
            "12|n main st|4b|saint louis|mo|63101|us",
        );
        fields(
            AddressFields {
                street_number: Some("54"),
                street: Some("hoseason street, lakefront retrmnt vlge"),
                city: Some("granville"),
                region: Some("nsw"),
                postal_code: Some("4881"),
                ..Default::default()
            },
            "54|hoseason st|lakefront retrmnt village|granville|nsw|4881|au",
        );
        fields(AddressFields { city: Some("Springfield, IL"), ..Default::default() }, "|||springfield|il||us");
        fields(AddressFields { city: Some(" "), ..Default::default() }, "");
        let only_city = AddressFields { city: Some("Springfield"), ..Default::default() };
        assert_eq!(Address::from_parts(only_city, "US").unwrap().unwrap().normalized(), None);
    }

    #[test]
    fn parts_alone() {
        let text = |outcome: Outcome| outcome.unwrap().map(|v| v.text).unwrap_or_default();
        assert_eq!(text(city("St. Paul")), "saint paul");
        assert_eq!(text(city("Ft. Worth")), "fort worth");
        assert_eq!(text(city("N. Chicago")), "north chicago");
        assert_eq!(text(region("Illinois")), "il");
        assert_eq!(text(region("N.Y.")), "ny");
        assert_eq!(text(region("US-IL")), "il");
        assert_eq!(text(region("Bavaria")), "bavaria");
        assert_eq!(text(country("United States of America")), "us");
        assert_eq!(text(country("U.S.A.")), "us");
        assert_eq!(text(country("Ruritania")), "ruritania");
        assert!(city("???").is_ok_and(|value| value.is_none()));
    }

    #[test]
    fn display_and_building() {
        let canonical = "12|n main st|4b|springfield|il|62704|us";
        assert_eq!(display(canonical), "12 N Main St, Unit 4B, Springfield, IL 62704, US");
        assert_eq!(display("123|po box||springfield|il|62704|us"), "PO Box 123, Springfield, IL 62704, US");
        assert_eq!(display("10|5th ave|fl 3||||"), "10 5th Ave, Fl 3");
        assert_eq!(building(canonical), "12|n main st||springfield|il|62704|us");
        assert_eq!(building(&building(canonical)), building(canonical));
        assert_eq!(parse("12|n main st|4b"), None);
        assert_eq!(parse(canonical).unwrap().unit, "4b");
        // Six bars alone do not make a text canonical.
        assert!(!is_canonical("12|N Main|4B|a|b|c|d") && !is_canonical("||||||") && !is_canonical("a| b|||||"));
    }

    #[test]
    fn appends_to_a_buffer() {
        let (mut scratch, mut out) = (Scratch::default(), String::from("a"));
        let signs = AddressFields { address: Some("\u{E000}"), ..Default::default() };
        let row = AddressFields { address: Some("12 N Main St"), city: Some("Springfield"), ..Default::default() };
        assert_eq!(from_parts_into(row, "US", &mut scratch, &mut out), Ok(Some(Marks::NONE)));
        assert_eq!(out, "a12|n main st||springfield|||");
        let address = parse(&out[1..]).unwrap();
        assert!(address.has_place() && address.city == "springfield");
        let row = AddressFields { address: None, region: Some("IL"), ..row };
        out.clear();
        assert_eq!(from_parts_into(row, "US", &mut scratch, &mut out), Ok(Some(Marks::ATTRIBUTE)));
        assert!(out == "|||springfield|il||us" && !parse(&out).unwrap().has_place());
        assert_eq!(from_parts_into(AddressFields::default(), "US", &mut scratch, &mut out), Ok(None));
        assert!(from_parts_into(signs, "US", &mut scratch, &mut out).is_err());
        assert_eq!(out, "|||springfield|il||us");
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(256))]
        #[test]
        fn any_text_is_survived_and_idempotent(raw in "\\PC{0,60}") {
            if let Ok(Some(once)) = address(&raw, "US") {
                let twice = address(&once.text, "US").unwrap().unwrap();
                proptest::prop_assert_eq!(&once.text, &twice.text);
                proptest::prop_assert!(parse(&once.text).is_some());
            }
        }

        #[test]
        fn parts_in_any_text(raw in "\\PC{0,20}") {
            for normalize in [city, region, country, |raw: &str| postal_code(raw, "ma")] {
                if let Ok(Some(once)) = normalize(&raw) {
                    proptest::prop_assert_eq!(&normalize(&once.text).unwrap().unwrap().text, &once.text);
                }
            }
        }

        #[test]
        fn words_of_addresses_in_any_order(words in proptest::collection::vec(proptest::sample::select(vec![
            "12", "4b", "N", "Main", "St", "Apt", "#", ",", "PO", "Box", "Floor", "3rd", "Springfield", "IL", "62704", "c/o", "1/2",
            "Hwy", "50", "-", "Oak", "Park", "Unit", "Rear", "USA", "CT", "Avenue", "of", "the", "no", "w1", "2AB", "one", "PMB",
        ]), 0..12)) {
            if let Ok(Some(once)) = address(&words.join(" "), "US") {
                proptest::prop_assert_eq!(&address(&once.text, "US").unwrap().unwrap().text, &once.text);
            }
        }

        #[test]
        fn cells_in_any_shape(number in "\\PC{0,8}", street in "\\PC{0,30}", unit in "\\PC{0,8}", city in "\\PC{0,15}", zip in "[0-9 .-]{0,11}") {
            let row = AddressFields { street_number: Some(&number), street: Some(&street), unit: Some(&unit), city: Some(&city),
                region: Some("MA"), postal_code: Some(&zip), ..Default::default() };
            if let Ok(Some(value)) = Address::from_parts(row, "US") && let Some(once) = value.normalized() {
                proptest::prop_assert_eq!(&address(&once.text, "US").unwrap().unwrap().text, &once.text);
            }
        }
    }
}
