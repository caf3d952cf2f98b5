//! Near addresses: one building, one street line written in two ways, or the house next door.
//!
//! One thing may differ at a time: another unit *and* another street name is not near. Two places agree when their
//! postal codes do; where one has none, when the cities do. A post-office box has no building, so boxes are near only
//! when their place is written differently.

use super::edit::{self, Edit};
use super::groups::{Meeting, Signatures, key, with};
use super::{EDIT_GROUP_MAX, GROUP_MAX, NearRule, Rule};
use crate::model::value::Marks;

/// Shorter street names are one edit from each other by chance.
const STREET_CHARS_MIN: usize = 5;

/// House numbers no further apart than this are next to each other, on the same side or across the street.
const HOUSE_DISTANCE_MAX: u64 = 2;

/// What a street name may end with, in full and as the US Postal Service abbreviates it (Publication 28); sorted.
const SUFFIXES: &[&str] = &[
    "ave",
    "avenue",
    "blvd",
    "boulevard",
    "cir",
    "circle",
    "close",
    "court",
    "cres",
    "crescent",
    "ct",
    "dr",
    "drive",
    "highway",
    "hwy",
    "lane",
    "ln",
    "loop",
    "park",
    "parkway",
    "pike",
    "pkwy",
    "pl",
    "place",
    "plaza",
    "plz",
    "rd",
    "road",
    "row",
    "sq",
    "square",
    "st",
    "street",
    "ter",
    "terrace",
    "tpke",
    "trail",
    "trl",
    "turnpike",
    "walk",
    "way",
];

/// An address in its seven parts.
pub(super) struct Address<'a> {
    text: &'a str,
    /// Where each part but the last ends.
    ends: [u32; 6],
    /// The gates that it passes: by number or by street, at its city or its postal code.
    gates: u32,
}

impl<'a> Address<'a> {
    fn part(&self, part: usize) -> &'a str {
        let start = if part == 0 { 0 } else { self.ends[part - 1] as usize + 1 };
        let end = self.ends.get(part).map_or(self.text.len(), |&end| end as usize);
        &self.text[start..end]
    }

    fn number(&self) -> &'a str {
        self.part(0)
    }

    fn street(&self) -> &'a str {
        self.part(1)
    }

    fn unit(&self) -> &'a str {
        self.part(2)
    }

    fn city(&self) -> &'a str {
        self.part(3)
    }

    fn region(&self) -> &'a str {
        self.part(4)
    }

    fn postal_code(&self) -> &'a str {
        self.part(5)
    }

    fn country(&self) -> &'a str {
        self.part(6)
    }

    fn passes<const CITY: bool>(&self, gate: u32) -> bool {
        self.gates & gate << (2 * u32::from(CITY)) != 0
    }

    fn is_in_the_place_of(&self, other: &Self) -> bool {
        let agree = |a: &str, b: &str| a == b || a.is_empty() || b.is_empty();
        if !agree(self.country(), other.country()) {
            return false;
        }
        if !self.postal_code().is_empty() && !other.postal_code().is_empty() {
            return self.postal_code() == other.postal_code();
        }
        !self.city().is_empty() && self.city() == other.city() && agree(self.region(), other.region())
    }

    /// The part of the place that near addresses are bound to share: city or postal code.
    fn place<const CITY: bool>(&self) -> Option<&str> {
        let place = if CITY { self.city() } else { self.postal_code() };
        (!place.is_empty()).then_some(place)
    }
}

impl<'a> Rule<'a> for Address<'a> {
    fn parse(text: &'a str, _: Marks) -> Option<Self> {
        let mut bars = memchr::memchr_iter(b'|', text.as_bytes());
        let mut ends = [0; 6];
        for end in &mut ends {
            *end = u32::try_from(bars.next()?).ok()?;
        }
        let address = Address { text, ends, gates: u32::MAX };
        (bars.next().is_none() && !address.street().is_empty()).then_some(address)
    }

    fn near(&self, other: &Self) -> Option<NearRule> {
        if !self.is_in_the_place_of(other) || self.text == other.text {
            return None;
        }
        if self.number() != other.number() {
            let same_but_number = self.street() == other.street() && self.unit() == other.unit();
            return (same_but_number && are_near_numbers(self.number(), other.number()))
                .then_some(NearRule::AddressNearNumber);
        }
        if self.street() == other.street() && self.unit() == other.unit() {
            return Some(NearRule::AddressPlace);
        }
        if self.number().is_empty() {
            return None;
        }
        if self.street() == other.street() {
            return Some(NearRule::AddressOtherUnit);
        }
        if self.unit() != other.unit() && !self.unit().is_empty() && !other.unit().is_empty() {
            return None;
        }
        if differ_in_suffix(self.street(), other.street()) {
            return Some(NearRule::AddressSuffix);
        }
        are_near_streets(self.street(), other.street()).then_some(NearRule::AddressNearStreet)
    }

    fn gates() -> Vec<fn(&Self, &mut Signatures)> {
        vec![
            number_gate::<false> as fn(&_, &mut _),
            street_gate::<false> as fn(&_, &mut _),
            number_gate::<true> as fn(&_, &mut _),
            street_gate::<true> as fn(&_, &mut _),
        ]
    }

    fn pass(&mut self, gates: u32) {
        self.gates = gates;
    }

    fn meetings(addresses: &[Self]) -> Vec<Meeting<Self>> {
        let mut meetings = vec![
            Meeting { shared: "building, by postal code", group_max: GROUP_MAX, signatures: units::<false> },
            Meeting {
                shared: "building or unit, by postal code",
                group_max: EDIT_GROUP_MAX,
                signatures: building::<false>,
            },
            Meeting { shared: "near street, by postal code", group_max: EDIT_GROUP_MAX, signatures: streets::<false> },
            Meeting {
                shared: "near house number, by postal code",
                group_max: EDIT_GROUP_MAX,
                signatures: houses::<false>,
            },
        ];
        // Two addresses meet by city only where one of them has no postal code.
        if addresses.iter().any(|address| address.postal_code().is_empty()) {
            meetings.extend([
                Meeting {
                    shared: "building, by city",
                    group_max: GROUP_MAX,
                    signatures: units::<true> as fn(&_, &mut _),
                },
                Meeting {
                    shared: "building or unit, by city",
                    group_max: EDIT_GROUP_MAX,
                    signatures: building::<true>,
                },
                Meeting { shared: "near street, by city", group_max: EDIT_GROUP_MAX, signatures: streets::<true> },
                Meeting { shared: "near house number, by city", group_max: EDIT_GROUP_MAX, signatures: houses::<true> },
            ]);
        }
        meetings
    }
}

/// The first gate at a place; see [`number_gate`].
const NUMBER: u32 = 1;

/// The second gate at a place; see [`street_gate`].
const STREET: u32 = 2;

/// Buildings, their units and near streets are of one number; where there is none, of one street.
fn number_gate<const CITY: bool>(address: &Address<'_>, out: &mut Signatures) {
    let Some(place) = address.place::<CITY>() else { return };
    let number = address.number();
    out.both(if number.is_empty() { key(&[address.street(), "", place]) } else { key(&[number, place]) });
}

/// Near house numbers are of one street and unit.
fn street_gate<const CITY: bool>(address: &Address<'_>, out: &mut Signatures) {
    let Some(place) = address.place::<CITY>() else { return };
    if !address.number().is_empty() {
        out.both(key(&[address.street(), address.unit(), place]));
    }
}

/// The units of one building meet each other.
fn units<const CITY: bool>(address: &Address<'_>, out: &mut Signatures) {
    let Some(place) = address.place::<CITY>().filter(|_| address.passes::<CITY>(NUMBER)) else { return };
    if !address.number().is_empty() && !address.unit().is_empty() {
        out.both(key(&["building", address.number(), address.street(), place]));
    }
}

/// A building without unit meets each of its units, so that in a tower too the way an address is written is found; and
/// the ways of writing one unit's place meet.
fn building<const CITY: bool>(address: &Address<'_>, out: &mut Signatures) {
    let Some(place) = address.place::<CITY>().filter(|_| address.passes::<CITY>(NUMBER)) else { return };
    by_unit(address, key(&["street line", address.number(), address.street(), place]), out);
}

fn streets<const CITY: bool>(address: &Address<'_>, out: &mut Signatures) {
    let Some(place) = address.place::<CITY>().filter(|_| address.passes::<CITY>(NUMBER)) else { return };
    if address.number().is_empty() {
        return;
    }
    let base = without_suffix(address.street()).0;
    by_unit(address, key(&["suffix", address.number(), base, place]), out);
    if address.street().chars().count() >= STREET_CHARS_MIN {
        edit::hashes(key(&["street", address.number(), place]), address.street(), |hash| {
            by_unit(address, hash, out);
        });
    }
}

/// Same unit meets same unit, and no unit meets any.
fn by_unit(address: &Address<'_>, hash: u64, out: &mut Signatures) {
    let any = with(hash, 1);
    if address.unit().is_empty() {
        out.both(any);
    } else {
        out.right(any);
        out.both(with(hash, key(&[address.unit()])));
    }
}

fn houses<const CITY: bool>(address: &Address<'_>, out: &mut Signatures) {
    let Some(place) = address.place::<CITY>().filter(|_| address.passes::<CITY>(STREET)) else { return };
    if address.number().is_empty() {
        return;
    }
    let seed = key(&["house", address.street(), address.unit(), place]);
    edit::signatures(seed, address.number(), out);
    if let Some(number) = house(address.number()) {
        out.both(with(seed, number / HOUSE_DISTANCE_MAX));
        out.both(with(seed, number / HOUSE_DISTANCE_MAX + 1));
    }
}

fn house(number: &str) -> Option<u64> {
    number.bytes().all(|b| b.is_ascii_digit()).then(|| number.parse().ok())?
}

/// One character of a longer number is another, or the houses are next to each other.
fn are_near_numbers(a: &str, b: &str) -> bool {
    if a.is_empty() || b.is_empty() {
        return false;
    }
    let is_next = matches!((house(a), house(b)), (Some(a), Some(b)) if a.abs_diff(b) <= HOUSE_DISTANCE_MAX);
    is_next || (a.len() > 1 && edit::one_edit(a, b) == Some(Edit::Substituted))
}

/// One edit apart, but not in a number: 5th and 6th Avenue are two streets.
fn are_near_streets(a: &str, b: &str) -> bool {
    a.chars().count().min(b.chars().count()) >= STREET_CHARS_MIN
        && edit::one_edit(a, b).is_some()
        && a.bytes().filter(u8::is_ascii_digit).eq(b.bytes().filter(u8::is_ascii_digit))
}

/// The same name with another suffix or with none. Numbered streets need one without: 5th Street and 5th Avenue cross.
fn differ_in_suffix(a: &str, b: &str) -> bool {
    let ((base_a, suffix_a), (base_b, suffix_b)) = (without_suffix(a), without_suffix(b));
    base_a == base_b
        && suffix_a != suffix_b
        && (suffix_a.is_empty() || suffix_b.is_empty() || !base_a.bytes().any(|b| b.is_ascii_digit()))
}

/// A street's name and its suffix, which is empty where there is none.
fn without_suffix(street: &str) -> (&str, &str) {
    match street.rsplit_once(' ') {
        Some((base, suffix)) if SUFFIXES.binary_search(&suffix).is_ok() => (base, suffix),
        _ => (street, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::model::value::IdentifierKind;
    use proptest::prelude::*;

    const AT: &str = "springfield|il|62701|us";

    /// Both lines are `number|street|unit`, in one place.
    fn check(a: &str, b: &str, expected: Option<NearRule>) {
        check_places(&format!("{a}|{AT}"), &format!("{b}|{AT}"), expected);
    }

    fn check_places(a: &str, b: &str, expected: Option<NearRule>) {
        testing::check(IdentifierKind::Address, a, b, expected);
    }

    #[test]
    fn suffixes_are_sorted() {
        assert!(SUFFIXES.is_sorted());
    }

    #[test]
    fn units_of_one_building() {
        let other_unit = Some(NearRule::AddressOtherUnit);
        check("120|main st|4b", "120|main st|7", other_unit);
        check("120|main st|4b", "120|main st|", other_unit);
        check("120|main st|4b", "120|oak st|7", None);
        check("|po box|12", "|po box|13", None);
    }

    #[test]
    fn street_names() {
        let near_street = Some(NearRule::AddressNearStreet);
        check("120|magnolia st|", "120|magnola st|", near_street);
        check("120|magnolia st|4b", "120|mangolia st|4b", near_street);
        check("120|magnolia st|4b", "120|magnola st|", near_street);
        check("120|magnolia st|4b", "120|magnola st|7", None);
        check("120|magnolia st|", "840|magnola st|", None);
        check("120|elm|", "120|elk|", None);
        check("120|5th ave|", "120|6th ave|", None);
        check("120|route 12|", "120|route 21|", None);

        let suffix = Some(NearRule::AddressSuffix);
        check("120|main st|", "120|main|", suffix);
        check("120|main st|4b", "120|main ave|", suffix);
        check("120|5th ave|", "120|5th|", suffix);
        check("120|5th ave|", "120|5th st|", None);
        check("120|main st|4b", "120|main|7", None);
        check("120|main north|", "120|main|", None);
    }

    #[test]
    fn house_numbers() {
        let near_number = Some(NearRule::AddressNearNumber);
        check("120|main st|", "122|main st|", near_number);
        check("9|main st|", "11|main st|", near_number);
        check("120|main st|4b", "820|main st|4b", near_number);
        check("77-12|main st|", "77-13|main st|", near_number);
        check("120|main st|", "123|main st|", near_number);
        check("120|main st|", "145|main st|", None);
        check("120|main st|", "1200|main st|", None);
        check("3|main st|", "9|main st|", None);
        check("120|main st|4b", "122|main st|", None);
        check("|main st|", "1|main st|", None);
    }

    #[test]
    fn places() {
        let place = Some(NearRule::AddressPlace);
        check_places("120|main st||springfield|il|62701|us", "120|main st||springfield|il||us", place);
        check_places("120|main st||springfield|il|62701|us", "120|main st||spring field|il|62701|", place);
        check_places("|po box 12||springfield|il|62701|us", "|po box 12||springfield|il||us", place);
        check_places("120|main st||springfield|il|62701|us", "120|main st||springfield|il|62704|us", None);
        check_places("120|main st||springfield|il|62701|us", "120|main st||springfield|ma||us", None);
        check_places("120|main st||springfield|il|62701|us", "120|main st||springfield|il|62701|ca", None);
        check_places("120|main st|||il||us", "120|main st|4b||il||us", None);
        check_places("120|main st|4b|springfield|il|62701|us", "120|main st|7|springfield||", None);

        let other_unit = Some(NearRule::AddressOtherUnit);
        check_places("120|main st|4b|springfield|il|62701|us", "120|main st|7|springfield|||", other_unit);
    }

    #[test]
    fn a_tower_is_handed_out_and_its_bare_address_still_meets_each_unit() {
        let mut texts: Vec<String> = (1..=250).map(|unit| format!("120|main st|{unit}|{AT}")).collect();
        texts.push(format!("120|main st||{AT}"));
        let (neighbourhood, _) = testing::neighbourhood(IdentifierKind::Address, &texts);
        assert_eq!(neighbourhood.pairs.len(), 250);
        assert_eq!(neighbourhood.skipped.len(), 1);
        assert_eq!(neighbourhood.skipped[0].members.len(), 250);
        assert_eq!(neighbourhood.diagnostics.len(), 1);
        assert_eq!(neighbourhood.diagnostics[0].code, "near-group-too-large");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn no_near_pair_is_missed(
            texts in testing::texts("(|9|11|13|120|77-12)\\|(main|main st|mian st|main ave|5th st|6th st)\\|(|4b|7)\\|\
                (|x|y)\\|(|il|ma)\\|(|62701|62704)\\|(|us)"),
        ) {
            testing::complete(IdentifierKind::Address, &texts);
        }
    }
}
