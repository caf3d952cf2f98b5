//! What the generator draws from: one seeded stream of random numbers, the name and place tables, and the pools of
//! values that are already somebody's. Invariant: a value that a pool hands out is nobody else's unless the space is
//! used up, so that whatever two personas share was planted.

use super::names::{self, Zipf};
use super::places::{self, City};
use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rustc_hash::{FxBuildHasher, FxHashSet};
use std::hash::BuildHasher;

/// Kinds of value of which each is handed out once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Pool {
    Phone,
    Email,
    Handle,
    Place,
    Network,
    Account,
    Serial,
    Line,
    Photo,
    Number,
}

/// Mail providers of invented people, all below domains that are reserved for examples.
pub(super) const PROVIDERS: &[&str] = &[
    "example.com",
    "mail.example.com",
    "example.net",
    "example.org",
    "post.example.net",
    "inbox.example.org",
    "webmail.example.com",
    "quickmail.example.net",
    "letters.example.org",
];

/// How many attempts a pool makes in a crowded space before it hands out a value for the second time.
const ATTEMPTS: usize = 60;

const TOKENS: &[&str] = &[
    "quiet", "silver", "pixel", "cobalt", "brisk", "lunar", "ember", "vivid", "delta", "polar", "rapid", "solid",
    "amber", "zenith", "onyx", "cedar", "indigo", "terra", "nimble", "orbit", "falcon", "otter", "heron", "lynx",
    "badger", "comet", "anchor", "lantern", "summit", "forge", "harbor", "meadow", "canyon", "raven", "maple", "stack",
];

/// The state of a generation.
#[derive(Clone)]
pub(super) struct World {
    rng: ChaCha8Rng,
    taken: FxHashSet<u64>,
    networks: usize,
    pub(super) families: Vec<String>,
    pub(super) given_names: Zipf,
    pub(super) family_names: Zipf,
    pub(super) cities: Vec<City>,
    pub(super) city_sizes: Zipf,
    pub(super) banks: Zipf,
}

/// Banks of the invented world.
const BANKS: usize = 90;

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let families = names::families();
        let cities = places::cities();
        Self {
            rng: ChaCha8Rng::seed_from_u64(seed),
            taken: FxHashSet::default(),
            networks: 0,
            given_names: Zipf::new(names::GIVEN.len(), 8),
            family_names: Zipf::new(families.len(), 12),
            families,
            city_sizes: Zipf::new(cities.len(), 30),
            cities,
            banks: Zipf::new(BANKS, 6),
        }
    }

    /// A number below `end`; 0 when `end` is 0.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        self.rng.random_range(0..end.max(1))
    }

    pub(super) fn below64(&mut self, end: u64) -> u64 {
        self.rng.random_range(0..end.max(1))
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i32, high: i32) -> i32 {
        self.rng.random_range(low..=high.max(low))
    }

    /// True so many times in a hundred.
    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    pub(super) fn bits(&mut self) -> u64 {
        self.rng.next_u64()
    }

    /// One of the list, which must not be empty.
    pub(super) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u32) as usize]
    }

    /// An index drawn with the given weights.
    pub(super) fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut draw = self.below(weights.iter().sum());
        for (index, &weight) in weights.iter().enumerate() {
            if draw < weight {
                return index;
            }
            draw -= weight;
        }
        0
    }

    /// Takes that value out of the pool; false when it was taken before.
    pub(super) fn claim(&mut self, pool: Pool, text: &str) -> bool {
        self.taken.insert(FxBuildHasher.hash_one((pool, text)))
    }

    /// As [`World::claim`], for a number.
    pub(super) fn claim_number(&mut self, pool: Pool, number: u64) -> bool {
        self.networks += usize::from(pool == Pool::Network);
        self.taken.insert(FxBuildHasher.hash_one((pool, number)))
    }

    /// Whether the small documentation ranges would run out.
    pub(super) fn crowded(&self) -> bool {
        self.networks > 400_000
    }

    /// A telephone number `AAA-555-XXXX`, usually of that state. The exchange 555 is not given to subscribers in any
    /// area code apart from a few services, so that the numbers read as real and reach nobody.
    pub(super) fn phone(&mut self, state: usize) -> u64 {
        let local = self.chance(78);
        let mut number = 0;
        for attempt in 0..ATTEMPTS {
            let elsewhere = places::city(self);
            let state = if local && attempt < 4 { state } else { self.cities[elsewhere].state };
            let area = u64::from(self.pick(places::STATES[state].areas));
            number = phone_number(area, 100 + self.below64(9_900));
            if !is_service(number) && self.claim_number(Pool::Phone, number) {
                break;
            }
        }
        number
    }

    /// A mailbox that is nobody else's, made from a name.
    pub(super) fn email(&mut self, given: &str, family: &str) -> String {
        let given = given.to_ascii_lowercase();
        let family = family.to_ascii_lowercase();
        let initial = &given[..given.len().min(1)];
        loop {
            let digits = match self.below(4) {
                0 => self.below(100),
                1 => 1960 + self.below(50),
                _ => self.below(10_000),
            };
            let local = match self.below(6) {
                0 => format!("{given}.{family}{digits}"),
                1 => format!("{initial}{family}{digits}"),
                2 => format!("{given}_{family}{digits}"),
                3 => format!("{family}.{given}{digits}"),
                4 => format!("{given}{digits}"),
                _ => format!("{}{}{digits}", self.pick(TOKENS), given),
            };
            let email = format!("{local}@{}", self.provider());
            if self.claim(Pool::Email, &email) {
                return email;
            }
        }
    }

    /// A mailbox whose local part is a rare token and no name.
    pub(super) fn rare_email(&mut self) -> String {
        loop {
            let email = format!("{}@{}", self.token(), self.provider());
            if self.claim(Pool::Email, &email) {
                return email;
            }
        }
    }

    pub(super) fn provider(&mut self) -> &'static str {
        let index = self.weighted(&[30, 20, 12, 10, 8, 7, 5, 5, 3]);
        PROVIDERS[index]
    }

    /// A handle made of words: `silverotter84`.
    pub(super) fn token(&mut self) -> String {
        let (one, two) = (self.pick(TOKENS), self.pick(TOKENS));
        let join = self.pick(&["", "", ".", "_"]);
        let digits = self.below(10_000);
        format!("{one}{join}{two}{digits}")
    }

    /// A handle that is nobody else's.
    pub(super) fn handle(&mut self, given: &str, family: &str) -> String {
        loop {
            let digits = self.below(3_000);
            let handle = match self.below(3) {
                0 => format!("{}{}{digits}", given.to_ascii_lowercase(), family.to_ascii_lowercase()),
                1 => format!("{}-{}{digits}", family.to_ascii_lowercase(), self.pick(TOKENS)),
                _ => {
                    let (one, two) = (self.pick(TOKENS), self.pick(TOKENS));
                    format!("{one}{two}{digits}")
                }
            };
            if self.claim(Pool::Handle, &handle) {
                return handle;
            }
        }
    }

    /// A routing number that passes its checksum, out of 6100xxxxx to 7200xxxxx, which banks do not print on checks.
    pub(super) fn routing(&mut self) -> u32 {
        let draw = self.below64(self.banks.total());
        routing_number(61_001_000 + self.banks.at(draw) as u32 * 120_011)
    }

    /// An account number at that bank that is nobody else's.
    pub(super) fn account(&mut self, routing: u32) -> String {
        loop {
            let length = 9 + self.below(4);
            let number = 10u64.pow(length - 1) + self.below64(9 * 10u64.pow(length - 1));
            let number = number.to_string();
            if self.claim(Pool::Account, &format!("{routing}:{number}")) {
                return number;
            }
        }
    }

    /// A number of that many digits that is nobody else's, for documents and serials.
    pub(super) fn number(&mut self, digits: u32) -> u64 {
        loop {
            let number = 10u64.pow(digits - 1) + self.below64(9 * 10u64.pow(digits - 1));
            if self.claim_number(Pool::Number, number) {
                return number;
            }
        }
    }
}

/// The number `AAA-555-XXXX`.
pub(super) fn phone_number(area: u64, line: u64) -> u64 {
    area * 10_000_000 + 555 * 10_000 + line % 10_000
}

/// Directory assistance, the one line of the exchange that everybody knows.
pub(super) fn is_service(phone: u64) -> bool {
    phone % 10_000 == 1212
}

/// Eight digits completed by the check digit of the American Bankers Association: weights 3, 7, 1, sum divisible by ten.
pub(super) fn routing_number(eight: u32) -> u32 {
    let weights = [3, 7, 1, 3, 7, 1, 3, 7];
    let mut sum = 0;
    let mut rest = eight;
    for weight in weights.into_iter().rev() {
        sum += rest % 10 * weight;
        rest /= 10;
    }
    eight * 10 + (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routing_numbers_carry_their_check_digit() {
        // 011000015 is the published number of a reserve bank.
        assert_eq!(routing_number(1_100_001), 11_000_015);
        assert_ne!(routing_number(1_100_002), 11_000_025);
        let mut world = World::new(1);
        for _ in 0..200 {
            let routing = world.routing();
            assert!((610_000_000..730_000_000).contains(&routing), "{routing}");
        }
    }

    #[test]
    fn pools_hand_out_a_value_once() {
        let mut world = World::new(1);
        assert!(world.claim(Pool::Email, "a@example.com"));
        assert!(!world.claim(Pool::Email, "a@example.com"));
        assert!(world.claim(Pool::Handle, "a@example.com"));
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..3_000 {
            assert!(seen.insert(world.phone(4)));
        }
    }
}
