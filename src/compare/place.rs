//! Two addresses, postal codes and cities as one decision: street, postal code and city go together, so that a shared
//! address is not counted three times.

use super::similarity::{is_typo, osa_distance};
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

/// The level of two addresses in canonical form: one of the constants, [`DIFFERENT`] for other streets, 0 when there is
/// nothing to compare.
pub fn address_level(a: &str, b: &str) -> u8 {
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

    #[test]
    fn addresses_have_levels() {
        for (a, b, level) in [
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
            assert_eq!(address_level(a, b), level, "{a} {b}");
            assert_eq!(address_level(b, a), level, "{b} {a}");
        }
    }
}
