//! How the same fact is typed in different ways: telephone formats, name orders, abbreviations, typing errors.
//! Invariant: formatting noise never changes what a normalizer must see as the same value; typing errors do, are rare,
//! and are not applied to what was planted.

use super::names;
use super::people::Person;
use super::places::{Place, STATES, SUFFIXES};
use super::world::World;

/// A telephone number in one of the usual formats.
pub(super) fn phone(world: &mut World, number: u64) -> String {
    let (area, exchange, line) = (number / 10_000_000, number / 10_000 % 1_000, number % 10_000);
    match world.below(10) {
        0..=3 => format!("({area}) {exchange}-{line:04}"),
        4..=6 => format!("{area}-{exchange}-{line:04}"),
        7..=8 => format!("+1 {area} {exchange} {line:04}"),
        _ => format!("{area}.{exchange}.{line:04}"),
    }
}

/// A mailbox with another case, and, unless it must arrive as it is, now and then with a tag or another dot.
pub(super) fn email(world: &mut World, email: &str, sure: bool) -> String {
    let Some((local, domain)) = email.split_once('@') else { return email.to_string() };
    match world.below(100) {
        0..=5 => {
            let mut text = email.to_string();
            text[..1].make_ascii_uppercase();
            text
        }
        6 => email.to_ascii_uppercase(),
        7..=8 if !sure => format!("{local}+{}@{domain}", world.pick(&["jobs", "work", "apply"])),
        9 if !sure && local.contains('.') => format!("{}@{domain}", local.replacen('.', "", 1)),
        _ => email.to_string(),
    }
}

/// One letter swapped with its neighbor, left out or doubled; the first letter stays.
pub(super) fn typo(world: &mut World, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 4 {
        return text.to_string();
    }
    let at = 1 + world.below(letters.len() as u32 - 2) as usize;
    match world.below(3) {
        0 => letters.swap(at, at + 1),
        1 => {
            letters.remove(at);
        }
        _ => letters.insert(at, letters[at]),
    }
    letters.into_iter().collect()
}

/// Given and family name as typed: nickname, middle initial, suffix, a rare typing error.
pub(super) fn name_parts(world: &mut World, person: &Person) -> (String, String) {
    let mut given = match names::nickname(&person.given) {
        Some(nick) if world.chance(9) => nick.to_string(),
        _ => person.given.clone(),
    };
    let mut family = person.family.clone();
    match world.below(200) {
        0 => given = typo(world, &given),
        1..=2 => family = typo(world, &family),
        _ => {}
    }
    if let Some(middle) = person.middle
        && world.chance(35)
    {
        given.push(' ');
        given.push(middle);
        if world.chance(50) {
            given.push('.');
        }
    }
    if !person.suffix.is_empty() && world.chance(75) {
        family.push(' ');
        family.push_str(person.suffix);
        if world.chance(50) {
            family.push('.');
        }
    }
    (given, family)
}

/// A whole name in one cell: usual order, now and then `Family, Given` or in capitals.
pub(super) fn full_name(world: &mut World, person: &Person) -> String {
    let (given, family) = name_parts(world, person);
    match world.below(100) {
        0..=6 => format!("{family}, {given}"),
        7..=8 => format!("{given} {family}").to_uppercase(),
        9 => format!("{given} {family}").to_lowercase(),
        _ => format!("{given} {family}"),
    }
}

/// House number and street, with the suffix in full or abbreviated.
pub(super) fn street_line(world: &mut World, place: &Place) -> String {
    let (full, short) = SUFFIXES[place.suffix];
    let line = match world.below(10) {
        0..=4 => format!("{} {} {full}", place.number, place.street),
        5..=7 => format!("{} {} {short}", place.number, place.street),
        _ => format!("{} {} {short}.", place.number, place.street),
    };
    if world.chance(3) { line.to_uppercase() } else { line }
}

/// The unit with one of its usual words; empty where there is none.
pub(super) fn unit(world: &mut World, place: &Place) -> String {
    if place.unit.is_empty() {
        return String::new();
    }
    let word = if place.office {
        world.pick(&["Suite ", "Ste ", "Suite ", "#"])
    } else {
        world.pick(&["Apt ", "Unit ", "#", "Apt. "])
    };
    format!("{word}{}", place.unit)
}

/// The ZIP, sometimes with the four digits of its delivery route, which are the same for one street number.
pub(super) fn zip(world: &mut World, place: &Place) -> String {
    if world.chance(12) {
        let route = 1_000 + (place.number * 37 + place.street.len() as u32 * 211) % 8_999;
        format!("{:05}-{route}", place.zip)
    } else {
        format!("{:05}", place.zip)
    }
}

/// The whole address on one line.
pub(super) fn address(world: &mut World, place: &Place) -> String {
    let street = street_line(world, place);
    let unit = unit(world, place);
    let zip = zip(world, place);
    let city = world.cities[place.city].name;
    let state = STATES[world.cities[place.city].state].code;
    let unit_join = if unit.is_empty() { "" } else { world.pick(&[" ", ", "]) };
    format!("{street}{unit_join}{unit}, {city}, {state} {zip}")
}

/// Year, month and day of a day counted from 1970-01-01. Generated days lie within a century of it.
pub(super) fn civil(day: i32) -> (i32, i32, i32) {
    let epoch = jiff::civil::date(1970, 1, 1);
    let date = epoch.saturating_add(jiff::Span::new().days(day.clamp(-1_000_000, 1_000_000)));
    (i32::from(date.year()), i32::from(date.month()), i32::from(date.day()))
}

/// `2024-03-09`
pub(super) fn iso_date(day: i32) -> String {
    let (year, month, day) = civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `03/09/2024`
pub(super) fn us_date(day: i32) -> String {
    let (year, month, day) = civil(day);
    format!("{month:02}/{day:02}/{year:04}")
}

/// `3/9/2024`
pub(super) fn short_us_date(day: i32) -> String {
    let (year, month, day) = civil(day);
    format!("{month}/{day}/{year}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_agree_with_the_calendar() {
        let epoch = jiff::civil::date(1970, 1, 1);
        for day in (-30_000..40_000).step_by(97) {
            let expected = epoch.saturating_add(jiff::Span::new().days(day));
            assert_eq!(iso_date(day), expected.to_string());
        }
        assert_eq!(us_date(19_791), "03/09/2024");
        assert_eq!(short_us_date(19_791), "3/9/2024");
    }

    #[test]
    fn telephone_formats_keep_the_digits() {
        let mut world = World::new(1);
        let mut formats = std::collections::BTreeSet::new();
        for _ in 0..100 {
            let text = phone(&mut world, 2_125_550_147);
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            assert!(digits == "2125550147" || digits == "12125550147", "{text}");
            formats.insert(text);
        }
        assert_eq!(formats.len(), 4);
    }

    #[test]
    fn a_sure_email_keeps_its_letters() {
        let mut world = World::new(1);
        let (mut tagged, mut cased) = (0, 0);
        for _ in 0..600 {
            assert_eq!(
                email(&mut world, "mary.stone7@example.com", true).to_ascii_lowercase(),
                "mary.stone7@example.com"
            );
            let loose = email(&mut world, "mary.stone7@example.com", false);
            tagged += usize::from(loose.contains('+'));
            cased += usize::from(loose.starts_with('M'));
        }
        assert!(tagged > 0 && cased > 0);
    }

    #[test]
    fn a_typo_keeps_the_first_letter() {
        let mut world = World::new(8);
        for _ in 0..200 {
            assert!(typo(&mut world, "Thornwick").starts_with('T'));
        }
        assert_eq!(typo(&mut world, "Lee"), "Lee");
    }
}
