//! Invented people with ordinary data of their own, before any decoy or ring touches them.
//! Leaves to `decoys` and `rings` what people share, and to `tables` how it is written down.
//! Invariant: two people made here share no identifier, only names, cities, dates and boilerplate.

use super::habits::Habits;
use super::names;
use super::places::{self, Network, Place};
use super::resume;
use super::world::{Pool, World};
use sha3::{Digest, Keccak256};

/// First and last day of the applications: 2021-01-01 and 2025-06-30, counted from 1970-01-01.
pub(super) const FIRST_DAY: i32 = 18_628;
pub(super) const LAST_DAY: i32 = 20_269;

/// Fields whose first value must reach the tables as it is: no noise that would hide what was planted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sure(u16);

impl Sure {
    pub(super) const PHONE: Sure = Sure(1);
    pub(super) const EMAIL: Sure = Sure(2);
    pub(super) const HOME: Sure = Sure(4);
    pub(super) const NETWORK: Sure = Sure(8);
    pub(super) const HANDLE: Sure = Sure(16);
    pub(super) const PHOTO: Sure = Sure(32);
    pub(super) const RESUME: Sure = Sure(64);
    pub(super) const DOCUMENT: Sure = Sure(128);
    pub(super) const ACCOUNT: Sure = Sure(256);
    pub(super) const SHIPMENT: Sure = Sure(512);
    pub(super) const DEVICE: Sure = Sure(1024);
    /// No gap where the personal number and the birth date stand.
    pub(super) const IDENTITY: Sure = Sure(2048);
    /// Nothing out of a pool that strangers share: no VPN exit, no mobile carrier's address, no boilerplate.
    pub(super) const PLAIN: Sure = Sure(4096);
    /// Applications name the city only.
    pub(super) const HIDE_HOME: Sure = Sure(8192);

    pub(super) fn has(self, other: Sure) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn add(&mut self, other: Sure) {
        self.0 |= other.0;
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Referee {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) phone: u64,
}

/// Where pay goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Payout {
    /// A masked number is delivered as `XXXX` and its last four digits.
    Bank {
        routing: u32,
        number: String,
        masked: bool,
    },
    Iban(String),
    Wallet(String),
    Handle(String),
}

#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) payout: Payout,
    pub(super) payee: String,
    pub(super) from: i32,
    pub(super) to: Option<i32>,
}

#[derive(Clone, Debug)]
pub(super) struct Laptop {
    pub(super) tag: u64,
    pub(super) serial: String,
    pub(super) hardware: u64,
    pub(super) from: i32,
    pub(super) to: Option<i32>,
}

/// What is known of a person who was hired.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) hired: i32,
    pub(super) left: Option<i32>,
    /// In the order of time; the last one is the current one.
    pub(super) accounts: Vec<Account>,
    pub(super) laptops: Vec<Laptop>,
    /// Where equipment went when that was not the home.
    pub(super) ship_to: Option<Place>,
    /// The network that the laptop reports when that is not the one at home.
    pub(super) network: Option<Network>,
}

/// One persona with its own data. Lists hold the value that matters most first.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) given: String,
    pub(super) middle: Option<char>,
    pub(super) family: String,
    pub(super) suffix: &'static str,
    pub(super) birth: i32,
    pub(super) emails: Vec<String>,
    pub(super) phones: Vec<u64>,
    pub(super) home: Place,
    pub(super) former_home: Option<Place>,
    pub(super) network: Network,
    /// Decides the interface part of IPv6 addresses.
    pub(super) host: u64,
    pub(super) handle: String,
    pub(super) has_profile: bool,
    pub(super) photo: Option<u64>,
    pub(super) document: String,
    pub(super) government: String,
    pub(super) resume: Vec<String>,
    pub(super) referees: Vec<Referee>,
    pub(super) agency: String,
    /// The day of each application, in order.
    pub(super) applied: Vec<i32>,
    pub(super) job: Option<Job>,
    /// How the person works, where that was planted; everybody else's habits are drawn when events are written.
    pub(super) habits: Option<Habits>,
    pub(super) sure: Sure,
}

impl Person {
    pub(super) fn full_name(&self) -> String {
        if self.suffix.is_empty() {
            format!("{} {}", self.given, self.family)
        } else {
            format!("{} {} {}", self.given, self.family, self.suffix)
        }
    }
}

/// An honest applicant: one to three applications, months apart.
pub(super) fn honest(world: &mut World) -> Person {
    let count = [1, 2, 3][world.weighted(&[76, 19, 5])];
    let mut day = world.between(FIRST_DAY, LAST_DAY - 500);
    let applied = (0..count)
        .map(|_| {
            let this = day;
            day += world.between(25, 240);
            this
        })
        .collect();
    person(world, applied, true)
}

/// A ring's persona: one to six applications, 2.8 on average, days apart and in the same weeks as its companions'.
pub(super) fn persona(world: &mut World, base: i32, plain: bool) -> Person {
    let count = 1 + world.weighted(&[18, 27, 25, 17, 8, 5]);
    let mut day = base + world.between(0, 40);
    let applied = (0..count)
        .map(|_| {
            let this = day;
            day += world.between(1, 20);
            this
        })
        .collect();
    let mut person = person(world, applied, !plain);
    if plain {
        person.sure.add(Sure::PLAIN);
    }
    person
}

/// Somebody who applied on those days.
pub(super) fn person(world: &mut World, applied: Vec<i32>, boilerplate: bool) -> Person {
    let given = names::given(world);
    let family = names::family(world);
    let home = places::home(world);
    let state = world.cities[home.city].state;
    let mut emails = vec![world.email(&given, &family)];
    if world.chance(14) {
        emails.push(world.email(&given, &family));
    }
    let mut phones = vec![world.phone(state)];
    if world.chance(12) {
        phones.push(world.phone(state));
    }
    let former_home = world.chance(9).then(|| places::home(world));
    let handle = world.handle(&given, &family);
    let referees = (0..[0, 1, 2][world.weighted(&[38, 45, 17])]).map(|_| referee(world)).collect();
    let photo = world.chance(30).then(|| fresh_photo(world));
    let document = format!("{}{:08}", world.pick(&["D", "P", "L", "K"]), world.number(8));
    let government = government_id(world);
    Person {
        given,
        middle: world.chance(25).then(|| (b'A' + world.below(26) as u8) as char),
        family,
        suffix: "",
        birth: world.between(-2_500, 12_700),
        emails,
        phones,
        home,
        former_home,
        network: places::network(world, 25),
        host: world.bits(),
        handle,
        has_profile: world.chance(45),
        photo,
        document,
        government,
        resume: resume::resume(world, boilerplate),
        referees,
        agency: String::new(),
        applied,
        job: None,
        habits: None,
        sure: Sure::default(),
    }
}

pub(super) fn fresh_photo(world: &mut World) -> u64 {
    loop {
        let photo = world.bits();
        if world.claim_number(Pool::Photo, photo) {
            return photo;
        }
    }
}

/// A number with an area number of 900 to 999, which is never issued as a social security number; its group stays below
/// those of taxpayer numbers.
fn government_id(world: &mut World) -> String {
    loop {
        let (area, group, serial) = (900 + world.below(100), 1 + world.below(49), 1 + world.below(9_999));
        let number = u64::from(area * 1_000_000 + group * 10_000 + serial);
        if world.claim_number(Pool::Number, 1 << 50 | number) {
            return format!("{area}-{group:02}-{serial:04}");
        }
    }
}

/// Somebody who vouches, at a company's mail domain or with a mailbox of their own.
pub(super) fn referee(world: &mut World) -> Referee {
    let (given, family) = (names::given(world), names::family(world));
    let city = places::city(world);
    let state = world.cities[city].state;
    let phone = world.phone(state);
    let email = if world.chance(65) {
        let company = resume::company(world);
        loop {
            let local = format!("{}.{}", given.to_ascii_lowercase(), family.to_ascii_lowercase());
            let digits = if world.chance(50) { world.below(1_000).to_string() } else { String::new() };
            let email = format!("{local}{digits}@{}", resume::company_domain(&company));
            if world.claim(Pool::Email, &email) {
                break email;
            }
        }
    } else {
        world.email(&given, &family)
    };
    Referee { name: format!("{given} {family}"), email, phone }
}

/// Hires the person some weeks after the last application: pay, a laptop, no change of home.
/// `stays` keeps the job open to the end of the data.
pub(super) fn hire(world: &mut World, person: &mut Person, stays: bool) {
    if person.job.is_some() {
        return;
    }
    let hired = person.applied.last().copied().unwrap_or(FIRST_DAY) + world.between(14, 45);
    let left = (!stays && world.chance(34)).then(|| hired + world.between(120, 1_000));
    let payee = person.full_name();
    let mut changes = [1, 2, 3][world.weighted(if stays { &[50, 35, 15] } else { &[77, 18, 5] })];
    let mut accounts = Vec::new();
    let mut from = hired;
    while changes > 0 {
        changes -= 1;
        let to = if changes == 0 { left } else { Some(from + world.between(30, 220)) };
        if to.is_some_and(|to| left.is_some_and(|left| to > left)) {
            accounts.push(Account { payout: payout(world, &person.handle), payee: payee.clone(), from, to: left });
            break;
        }
        accounts.push(Account { payout: payout(world, &person.handle), payee: payee.clone(), from, to });
        from = to.map_or(from, |to| to + 1);
    }
    let laptops = vec![laptop(world, hired + 3, left)];
    person.job = Some(Job { hired, left, accounts, laptops, ship_to: None, network: None });
}

/// A laptop out of the box.
pub(super) fn laptop(world: &mut World, from: i32, to: Option<i32>) -> Laptop {
    const LETTERS: &[char] =
        &['C', 'D', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'T', 'V', 'W', 'X', 'Y'];
    let serial = loop {
        let serial: String = (0..10)
            .map(|at| if at % 3 == 1 { (b'0' + world.below(10) as u8) as char } else { world.pick(LETTERS) })
            .collect();
        if world.claim(Pool::Serial, &serial) {
            break serial;
        }
    };
    // Bit 1 of the first byte marks a locally administered address, which no maker owns.
    let hardware = world.bits() & 0x0000_fcff_ffff_ffff | 0x0000_0200_0000_0000;
    Laptop { tag: world.number(9), serial, hardware, from, to }
}

fn payout(world: &mut World, handle: &str) -> Payout {
    match world.below(100) {
        0..=88 => {
            let masked = world.chance(22);
            bank(world, masked)
        }
        89..=92 => Payout::Iban(iban(world)),
        93..=94 => Payout::Wallet(wallet(world)),
        _ => Payout::Handle(payment_handle(world, handle)),
    }
}

/// An account at a bank of the invented world.
pub(super) fn bank(world: &mut World, masked: bool) -> Payout {
    let routing = world.routing();
    let number = world.account(routing);
    Payout::Bank { routing, number, masked }
}

/// A payee id at a payment platform.
pub(super) fn payment_handle(world: &mut World, handle: &str) -> String {
    let number = world.number(7);
    if handle.is_empty() || world.chance(40) {
        format!("PAYEE-{number}")
    } else {
        format!("{handle}.{}", number % 10_000)
    }
}

/// A British IBAN of the bank code TEST, which no bank has.
fn iban(world: &mut World) -> String {
    let account = world.number(8);
    let sort = world.below(1_000_000);
    let check = iban_check("GB", &format!("TEST{sort:06}{account:08}"));
    format!("GB{check:02}TEST{sort:06}{account:08}")
}

/// The two check digits of ISO 13616: 98 minus the remainder modulo 97 with letters as 10 to 35.
fn iban_check(country: &str, account: &str) -> u32 {
    let remainder = account.chars().chain(country.chars()).chain("00".chars()).fold(0, |remainder, character| {
        match character.to_digit(36) {
            Some(digit @ 0..=9) => (remainder * 10 + digit) % 97,
            Some(letter) => (remainder * 100 + letter) % 97,
            None => remainder,
        }
    });
    98 - remainder
}

/// A wallet address with a valid checksum over random bytes: nobody holds its key.
pub(super) fn wallet(world: &mut World) -> String {
    let mut bytes = [0; 20];
    for chunk in bytes.chunks_mut(4) {
        chunk.copy_from_slice(&(world.bits() as u32).to_le_bytes());
    }
    if world.chance(50) {
        let mut payload = vec![0];
        payload.extend_from_slice(&bytes);
        return bs58::encode(payload).with_check().into_string();
    }
    // EIP-55: a letter is upper-case where the hash of the lower-case text has a digit of eight or more.
    let lower: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let hash = Keccak256::digest(lower.as_bytes());
    let mixed = lower.chars().enumerate().map(|(at, character)| {
        let digit = hash[at / 2] >> (if at % 2 == 0 { 4 } else { 0 }) & 15;
        if digit >= 8 { character.to_ascii_uppercase() } else { character }
    });
    format!("0x{}", mixed.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iban_check_digits_follow_the_standard() {
        // The example of the standard's British page.
        assert_eq!(iban_check("GB", "WEST12345698765432"), 82);
        assert_eq!(iban_check("GB", "WEST12345698765433"), 55);
    }

    #[test]
    fn wallets_carry_their_checksum() {
        let mut world = World::new(2);
        let (mut coins, mut ethers) = (0, 0);
        for _ in 0..40 {
            let wallet = wallet(&mut world);
            if let Some(hex) = wallet.strip_prefix("0x") {
                assert!(hex.len() == 40 && hex.bytes().any(|byte| byte.is_ascii_uppercase()), "{hex}");
                ethers += 1;
            } else {
                assert!(bs58::decode(&wallet).with_check(Some(0)).into_vec().is_ok(), "{wallet}");
                coins += 1;
            }
        }
        assert!(coins > 5 && ethers > 5);
    }

    #[test]
    fn hired_people_have_pay_and_a_laptop_in_step() {
        let mut world = World::new(4);
        for _ in 0..300 {
            let mut person = honest(&mut world);
            hire(&mut world, &mut person, false);
            let job = person.job.unwrap();
            assert!(job.hired > *person.applied.last().unwrap());
            assert_eq!(job.accounts[0].from, job.hired);
            assert_eq!(job.accounts.last().unwrap().to, job.left);
            for pair in job.accounts.windows(2) {
                assert_eq!(pair[0].to.map(|day| day + 1), Some(pair[1].from));
            }
        }
    }
}
