//! Values that are near another one and not equal to it: the neighborhoods that an operator leaves who takes the next
//! number of a block, a second mailbox, a second account at the same bank. Each follows the nearness rule of its kind.
//! Invariant: what is returned differs from the given value and is nobody else's.

use super::places::{Place, unit};
use super::resume;
use super::world::{PROVIDERS, Pool, World, is_service};

/// How many draws a near value gets before a fresh one ends the search; neighborhoods are never that full.
const DRAWS: usize = 400;

/// A number of the same block of ten, or with one of the last four digits changed.
pub(super) fn phone(world: &mut World, phone: u64) -> u64 {
    for _ in 0..DRAWS {
        let place = if world.chance(60) { 1 } else { world.pick(&[1, 10, 100]) };
        let digit = phone / place % 10;
        let other = world.below64(10);
        let near = phone - digit * place + other * place;
        if other != digit && near % 10_000 >= 100 && !is_service(near) && world.claim_number(Pool::Phone, near) {
            return near;
        }
    }
    world.phone(0)
}

/// Another number of the same block of ten.
pub(super) fn phone_of_block(world: &mut World, phone: u64) -> u64 {
    for _ in 0..DRAWS {
        let near = phone / 10 * 10 + world.below64(10);
        if near != phone && !is_service(near) && world.claim_number(Pool::Phone, near) {
            return near;
        }
    }
    world.phone(0)
}

/// The same local part at another provider, or one edit in the local part.
pub(super) fn email(world: &mut World, email: &str) -> String {
    let (local, domain) = email.split_once('@').unwrap_or((email, PROVIDERS[0]));
    for _ in 0..DRAWS {
        let near = if world.chance(40) {
            format!("{local}@{}", world.pick(PROVIDERS))
        } else {
            format!("{}@{domain}", edit(world, local))
        };
        if near != email && world.claim(Pool::Email, &near) {
            return near;
        }
    }
    world.rare_email()
}

/// The same handle with a hyphen or underscore, or with one edit.
pub(super) fn handle(world: &mut World, handle: &str) -> String {
    for _ in 0..DRAWS {
        let near = if world.chance(60) && handle.len() > 3 && handle.is_ascii() {
            let at = 2 + world.below(handle.len() as u32 - 3) as usize;
            let mark = world.pick(&["-", "_"]);
            format!("{}{mark}{}", &handle[..at], &handle[at..])
        } else {
            edit(world, handle)
        };
        if near != handle && !near.contains("--") && !near.contains("__") && world.claim(Pool::Handle, &near) {
            return near;
        }
    }
    world.handle("", "")
}

/// One character more, fewer or other; the first two characters stay.
fn edit(world: &mut World, text: &str) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    if characters.len() < 4 {
        characters.push('x');
        return characters.into_iter().collect();
    }
    let at = 2 + world.below(characters.len() as u32 - 2) as usize;
    let old = characters[at];
    let fresh = if old.is_ascii_digit() {
        (b'0' + world.below(10) as u8) as char
    } else {
        (b'a' + world.below(26) as u8) as char
    };
    match world.below(4) {
        0 => {
            characters.remove(at);
        }
        1 => characters.insert(at, fresh),
        _ if old.is_ascii_alphanumeric() => characters[at] = fresh,
        _ => characters.insert(at, fresh),
    }
    characters.into_iter().collect()
}

/// A number of the same length at the same bank: the next or the one before, or with one digit changed.
pub(super) fn account(world: &mut World, routing: u32, number: &str) -> String {
    for _ in 0..DRAWS {
        let near = match number.parse::<u64>() {
            Ok(value) if world.chance(50) => {
                let value = if world.chance(50) { value + 1 } else { value.saturating_sub(1) };
                format!("{value:0width$}", width = number.len())
            }
            _ => {
                let mut digits = number.as_bytes().to_vec();
                let at = 1 + world.below(digits.len().max(2) as u32 - 1) as usize;
                if let Some(digit) = digits.get_mut(at) {
                    *digit = b'0' + world.below(10) as u8;
                }
                digits.into_iter().map(char::from).collect()
            }
        };
        if near != number && world.claim(Pool::Account, &format!("{routing}:{near}")) {
            return near;
        }
    }
    world.account(routing)
}

/// The line with one word, and not its first, replaced.
pub(super) fn line(world: &mut World, line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    for _ in 0..DRAWS {
        let at = 1 + world.below(words.len().max(2) as u32 - 1) as usize;
        let Some(&old) = words.get(at) else { break };
        if !old.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            continue;
        }
        let fresh = if old.bytes().all(|byte| byte.is_ascii_digit()) {
            world.between(3, 400).to_string()
        } else if old.len() >= 4 {
            resume::other_word(world).to_string()
        } else {
            continue;
        };
        if fresh.eq_ignore_ascii_case(old) {
            continue;
        }
        let mut changed = words.clone();
        changed[at] = &fresh;
        let near = changed.join(" ");
        if world.claim(Pool::Line, &near) {
            return near;
        }
    }
    resume::rare_line(world)
}

/// A hash that differs in one to four of its 64 bits.
pub(super) fn photo(world: &mut World, photo: u64) -> u64 {
    loop {
        let mut near = photo;
        for _ in 0..world.between(1, 4) {
            near ^= 1 << world.below(64);
        }
        if near != photo && world.claim_number(Pool::Photo, near) {
            return near;
        }
    }
}

/// Another unit of the same small building, or, where there is no unit, the street name with a typing error.
pub(super) fn place(world: &mut World, place: &Place) -> Place {
    for _ in 0..DRAWS {
        let mut near = place.clone();
        if near.unit.is_empty() || world.chance(40) {
            near.street = street(world, &place.street);
        } else {
            near.unit = unit(world);
        }
        if near != *place && world.claim(Pool::Place, &near.key()) {
            return near;
        }
    }
    super::places::home(world)
}

fn street(world: &mut World, street: &str) -> String {
    let mut characters: Vec<char> = street.chars().collect();
    let last = characters.len().saturating_sub(1);
    match world.below(3) {
        0 if last > 5 => {
            let at = 2 + world.below(last as u32 - 2) as usize;
            characters.remove(at);
        }
        1 if last > 5 => {
            let at = 2 + world.below(last as u32 - 3) as usize;
            characters.swap(at, at + 1);
        }
        _ => characters.push('s'),
    }
    characters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::places;
    use strsim::levenshtein as distance;

    #[test]
    fn near_values_are_near_and_not_equal() {
        let mut world = World::new(11);
        for _ in 0..500 {
            let number = world.phone(4);
            let other = phone(&mut world, number);
            assert_eq!(distance(&number.to_string(), &other.to_string()), 1, "{number} {other}");

            let mailbox = world.rare_email();
            let other = email(&mut world, &mailbox);
            let (local, domain) = mailbox.split_once('@').unwrap();
            let (near_local, near_domain) = other.split_once('@').unwrap();
            assert_ne!(mailbox, other);
            assert!(
                (local == near_local) ^ (domain == near_domain && distance(local, near_local) == 1),
                "{mailbox} {other}"
            );

            let one = world.handle("Mary", "Stone");
            let other = handle(&mut world, &one);
            assert_eq!(distance(&one, &other), 1, "{one} {other}");

            let routing = world.routing();
            let one = world.account(routing);
            let other = account(&mut world, routing, &one);
            let step = one.parse::<i64>().unwrap() - other.parse::<i64>().unwrap();
            assert!(one.len() == other.len() && (step.abs() == 1 || distance(&one, &other) == 1), "{one} {other}");

            let one = resume::rare_line(&mut world);
            let other = line(&mut world, &one);
            let changed = one.split(' ').zip(other.split(' ')).filter(|(a, b)| a != b).count();
            assert_eq!((one.split(' ').count(), changed), (other.split(' ').count(), 1), "{one} / {other}");

            let one = world.bits();
            assert!((1..=4).contains(&(one ^ photo(&mut world, one)).count_ones()));
        }
    }

    #[test]
    fn near_places_differ_in_unit_or_by_a_slip_in_the_street() {
        let mut world = World::new(12);
        for _ in 0..500 {
            let one = places::home(&mut world);
            let other = place(&mut world, &one);
            assert_eq!(
                (one.number, one.city, one.zip, one.suffix),
                (other.number, other.city, other.zip, other.suffix)
            );
            let slip = distance(&one.street, &other.street);
            assert!(if one.unit != other.unit { slip == 0 } else { (1..=2).contains(&slip) }, "{one:?} {other:?}");
        }
    }
}
