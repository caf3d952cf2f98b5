//! Two addresses, postal codes and cities as one decision: street, postal code and city go together, so that a shared
//! address is not counted three times.

use super::signature::Signature;
use super::similarity::{is_typo, osa_within};
use crate::model::interner::Interner;
use crate::model::value::address_parts;

/// Levels of places, from narrow to wide.
pub const LEVELS: &[&str] = &[
    "not observed",
    "same address",
    "same building",
    "near address",
    "same street",
    "same postal code",
    "same city",
    "similar city",
    "different",
];

pub const SAME_ADDRESS: u8 = 1;
pub const SAME_BUILDING: u8 = 2;
pub const NEAR_ADDRESS: u8 = 3;
pub const SAME_STREET: u8 = 4;
pub const SAME_POSTAL_CODE: u8 = 5;
pub const SAME_CITY: u8 = 6;
pub const SIMILAR_CITY: u8 = 7;
pub const DIFFERENT: u8 = 8;

/// The addresses of a run, by number, with their parts as numbers and what is known of each part.
#[derive(Default)]
pub struct Addresses {
    addresses: Vec<Address>,
    parts: Interner,
    known: Vec<Part>,
    /// Words that name a street, by number of the part that is the street.
    words: Vec<u32>,
}

/// Parts of an address, by number; [`EMPTY`] where there is none.
#[derive(Clone, Copy)]
struct Address {
    number: u32,
    street: u32,
    unit: u32,
    city: u32,
    postal: u32,
}

const EMPTY: u32 = u32::MAX;

#[derive(Clone, Copy)]
struct Part {
    signature: Signature,
    /// Of a street that was asked for: its words that name it, and these without spaces.
    named_by: Option<Street>,
}

#[derive(Clone, Copy)]
struct Street {
    start: u32,
    words: u16,
    joined: u32,
}

impl Addresses {
    /// Reads addresses in canonical form; the first has number 0.
    pub fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Addresses {
        let mut addresses = Addresses::default();
        addresses.addresses.reserve(texts.size_hint().0);
        texts.for_each(|text| addresses.read(text));
        addresses
    }

    fn read(&mut self, text: &str) {
        let [number, street, unit, city, _, postal, _] =
            address_parts(text).unwrap_or_default().map(|part| self.part(part));
        if street != EMPTY {
            self.read_street(street);
        }
        self.addresses.push(Address { number, street, unit, city, postal });
    }

    fn part(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return EMPTY;
        }
        let (part, is_new) = self.parts.intern(text);
        if is_new {
            self.known.push(Part { signature: Signature::of(text), named_by: None });
        }
        part
    }

    fn read_street(&mut self, street: u32) {
        if self.known[street as usize].named_by.is_some() {
            return;
        }
        let text = self.parts.text(street).to_owned();
        let words: Vec<&str> = text.split(' ').filter(|word| !GENERAL_WORDS.contains(word)).collect();
        let joined = self.part(&words.concat());
        let start = self.words.len() as u32;
        let words = words.into_iter().map(|word| self.part(word)).filter(|&word| word != EMPTY).collect::<Vec<_>>();
        self.words.extend(&words);
        let words = u16::try_from(words.len()).unwrap_or(u16::MAX);
        self.known[street as usize].named_by = Some(Street { start, words, joined });
    }

    /// See [`super::Context::ask_ahead`].
    #[inline]
    pub fn ask_ahead(&self, address: u32) -> u32 {
        self.addresses[address as usize].street
    }

    /// City and postal code of an address; empty where there is none.
    pub fn city_and_postal(&self, address: u32) -> (&str, &str) {
        let Address { city, postal, .. } = self.addresses[address as usize];
        let text = |part: u32| if part == EMPTY { "" } else { self.parts.text(part) };
        (text(city), text(postal))
    }

    /// The level of two addresses: one of the constants, [`DIFFERENT`] for other streets, 0 when there is nothing to
    /// compare.
    pub fn level(&self, a: u32, b: u32) -> u8 {
        let (x, y) = (&self.addresses[a as usize], &self.addresses[b as usize]);
        if x.street == EMPTY || y.street == EMPTY {
            return 0;
        }
        let conflict = |a: u32, b: u32| a != EMPTY && b != EMPTY && a != b;
        let city_conflict = conflict(x.city, y.city) && !self.is_typo(x.city, y.city);
        if city_conflict && conflict(x.postal, y.postal) {
            return DIFFERENT;
        }
        let same_number = x.number == y.number && x.number != EMPTY;
        let same_street = x.street == y.street;
        match (same_number, same_street) {
            (true, true) if conflict(x.unit, y.unit) || city_conflict || conflict(x.postal, y.postal) => SAME_BUILDING,
            (true, true) => SAME_ADDRESS,
            (false, true) if conflict(x.number, y.number) && self.is_one_edit(x.number, y.number) => NEAR_ADDRESS,
            (false, true) => SAME_STREET,
            (_, false) if !self.is_near_street(x.street, y.street) => DIFFERENT,
            (true, false) => NEAR_ADDRESS,
            (false, false) => SAME_STREET,
        }
    }

    /// Whether two street names are one with slips, or have a word in common that names the street: `e 54th` and
    /// `e 54th st`, `s king dr` and `s dr martin luther king dr`.
    fn is_near_street(&self, a: u32, b: u32) -> bool {
        if self.may_be_within(a, b, 2) {
            let (left, right) = (self.parts.text(a), self.parts.text(b));
            if left.len().min(right.len()) >= 6 && osa_within(left, right, 2).is_some() {
                return true;
            }
        }
        let (Some(x), Some(y)) = (self.known[a as usize].named_by, self.known[b as usize].named_by) else {
            return false;
        };
        if x.joined == y.joined && x.joined != EMPTY {
            return true;
        }
        let words = |street: Street| &self.words[street.start as usize..][..usize::from(street.words)];
        let telling = |word: u32| {
            let text = self.parts.text(word);
            text.len() >= 3 || text.starts_with(|c: char| c.is_ascii_digit())
        };
        let agree = |word: u32, other: u32| other == word || self.is_typo(word, other);
        words(x).iter().any(|&word| telling(word) && words(y).iter().any(|&other| agree(word, other)))
    }

    fn may_be_within(&self, a: u32, b: u32, edits: u32) -> bool {
        self.known[a as usize].signature.may_be_within(self.known[b as usize].signature, edits)
    }

    fn is_typo(&self, a: u32, b: u32) -> bool {
        self.may_be_within(a, b, 2) && is_typo(self.parts.text(a), self.parts.text(b))
    }

    fn is_one_edit(&self, a: u32, b: u32) -> bool {
        self.may_be_within(a, b, 1) && osa_within(self.parts.text(a), self.parts.text(b), 1) == Some(1)
    }
}

/// Words of a street that do not name it.
const GENERAL_WORDS: &[&str] = &[
    "n",
    "s",
    "e",
    "w",
    "ne",
    "nw",
    "se",
    "sw",
    "north",
    "south",
    "east",
    "west",
    "st",
    "street",
    "ave",
    "avenue",
    "av",
    "rd",
    "road",
    "blvd",
    "boulevard",
    "dr",
    "drive",
    "ln",
    "lane",
    "ct",
    "court",
    "pl",
    "place",
    "pkwy",
    "parkway",
    "hwy",
    "highway",
    "way",
    "ter",
    "terrace",
    "cir",
    "circle",
    "sq",
    "square",
    "the",
    "of",
    "and",
    "saint",
    "route",
    "rte",
    "crescent",
    "cres",
    "close",
    "cl",
    "circuit",
    "cct",
    "grove",
    "gr",
    "trail",
    "trl",
    "plaza",
    "plz",
    "alley",
    "aly",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::similarity::osa_distance;
    use proptest::prelude::*;

    /// The slow obvious version: the level of two addresses by their letters.
    fn address_level(a: &str, b: &str) -> u8 {
        let (Some(x), Some(y)) = (address_parts(a), address_parts(b)) else { return 0 };
        if x[1].is_empty() || y[1].is_empty() {
            return 0;
        }
        let [number, street, unit, city, _, postal, _] = [0, 1, 2, 3, 4, 5, 6].map(|at: usize| (x[at], y[at]));
        let conflict = |(a, b): (&str, &str)| !a.is_empty() && !b.is_empty() && a != b;
        let city_conflict = conflict(city) && !is_typo(city.0, city.1);
        let elsewhere = conflict(postal) && city_conflict;
        if elsewhere {
            return DIFFERENT;
        }
        let same_number = number.0 == number.1 && !number.0.is_empty();
        let near_number = !number.0.is_empty() && !number.1.is_empty() && osa_distance(number.0, number.1) == 1;
        let same_street = street.0 == street.1;
        let near_street = same_street || is_near_street(street.0, street.1);
        match (same_number, same_street) {
            (true, true) if conflict(unit) || city_conflict || conflict(postal) => SAME_BUILDING,
            (true, true) => SAME_ADDRESS,
            _ if same_number && near_street || near_number && same_street => NEAR_ADDRESS,
            _ if near_street => SAME_STREET,
            _ => DIFFERENT,
        }
    }

    /// Whether two street names are one with slips, or have a word in common that names the street: `e 54th` and
    /// `e 54th st`, `s king dr` and `s dr martin luther king dr`.
    fn is_near_street(a: &str, b: &str) -> bool {
        if a.len().min(b.len()) >= 6 && osa_distance(a, b) <= 2 {
            return true;
        }
        let names = |street: &'_ str| -> Vec<String> {
            street.split(' ').filter(|word| !GENERAL_WORDS.contains(word)).map(str::to_owned).collect()
        };
        let (left, right) = (names(a), names(b));
        if !left.is_empty() && left.concat() == right.concat() {
            return true;
        }
        let telling = |word: &String| word.len() >= 3 || word.starts_with(|c: char| c.is_ascii_digit());
        left.iter().any(|word| telling(word) && right.iter().any(|other| other == word || is_typo(word, other)))
    }

    /// The level by numbers, which has to be that by letters.
    fn level(a: &str, b: &str) -> u8 {
        let found = Addresses::of([a, b].into_iter()).level(0, 1);
        assert_eq!(found, address_level(a, b), "{a} {b}");
        found
    }

    proptest! {
        #[test]
        fn numbers_agree_as_letters_do(
            a in "(12|21|125|)[|](oak st|oakwood ave|n oak|e 54th st|main rd|the st|)[|](4|)[|](springfield|sprnigfield|portland|)[|]il[|](62704|62705|)[|]",
            b in "(12|13|125|)[|](oak st|oakwod ave|oak|e 54th|e 55th|st|mainn rd|)[|](4|5|)[|](springfield|portland|)[|]il[|](62704|97201|)[|]|x",
        ) {
            level(&a, &b);
            level(&b, &a);
        }
    }

    #[test]
    fn addresses_have_levels() {
        for (a, b, expected) in [
            ("12|oak st|4|springfield|il|62704|", "12|oak st|4|springfield|il||", SAME_ADDRESS),
            ("12|oak st|4|springfield|il|62704|", "12|oak st|5|springfield|il|62704|", SAME_BUILDING),
            ("12|oakwood st||springfield|il|62704|", "12|oakwod st||springfield|il|62704|", NEAR_ADDRESS),
            ("12|oak st||springfield|il|62704|", "21|oak st||springfield|il|62704|", NEAR_ADDRESS),
            ("12|oak st||springfield|il|62704|", "345|oak st||springfield|il|62704|", SAME_STREET),
            ("|oak st||springfield|il|62704|", "345|oak st||springfield|il|62704|", SAME_STREET),
            ("12|oak st||springfield|il|62704|", "12|oak st||portland|or|97201|", DIFFERENT),
            ("12|oak st||springfield|il|62704|", "12|elm st||springfield|il|62704|", DIFFERENT),
            ("||||il|62704|", "12|elm st||springfield|il|62704|", 0),
        ] {
            assert_eq!(level(a, b), expected, "{a} {b}");
            assert_eq!(level(b, a), expected, "{b} {a}");
        }
    }
}
