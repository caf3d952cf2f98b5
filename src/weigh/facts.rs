//! What is known of each persona that decides which innocent relations are plausible: its names, homes and agencies, and
//! what accounts and agencies have to do with them.
//!
//! Lists of numbers in one run of memory; the words of a name stand once in the run, not once a persona.

use super::accounts::{given_out, payees};
use crate::model::claim::{Claim, Claims, Role};
use crate::model::ids::{PersonaId, RecordId, ValueId};
use crate::model::interner::Interner;
use crate::model::near::NearPair;
use crate::model::value::{IdentifierKind, address_parts};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

/// Facts of all personas of a run.
#[derive(Debug, Default)]
pub struct Facts {
    names: Lists,
    /// Addresses in the role of a home.
    homes: Lists,
    agencies: Lists,
    /// Every name that a persona bears, sorted, with its words.
    known_names: Vec<NameWords>,
    /// Words of three letters and more, name by name.
    tokens: Vec<u32>,
    /// What tokens and family names are.
    words: Interner,
    /// Personas that bear each family name, by its number among the words.
    family_counts: Vec<u32>,
    /// Personas that came through each agency.
    agency_counts: FxHashMap<ValueId, u32>,
    /// Pairs of addresses of one building, and whether they may be one home written in two ways.
    one_building: FxHashMap<(ValueId, ValueId), bool>,
    /// Personas that say to live at an address.
    home_counts: FxHashMap<ValueId, u32>,
    /// What an agency gives to its people by its nature: its role mailboxes, accounts that pay it.
    given_out: FxHashSet<ValueId>,
    /// Accounts that several personas hold, with the words of the names that they pay.
    payees: FxHashMap<ValueId, Vec<Vec<String>>>,
}

/// Values by persona, sorted, each once.
#[derive(Debug, Default)]
struct Lists {
    starts: Vec<u32>,
    values: Vec<ValueId>,
}

impl Lists {
    fn new(personas: usize, mut held: Vec<(PersonaId, ValueId)>) -> Lists {
        held.par_sort_unstable();
        held.dedup();
        let mut starts = vec![0u32; personas + 1];
        held.iter().for_each(|(persona, _)| starts[persona.index() + 1] += 1);
        (0..personas).for_each(|persona| starts[persona + 1] += starts[persona]);
        Lists { starts, values: held.into_iter().map(|(_, value)| value).collect() }
    }

    fn of(&self, persona: PersonaId) -> &[ValueId] {
        &self.values[self.starts[persona.index()] as usize..self.starts[persona.index() + 1] as usize]
    }

    /// With how many personas each value stands.
    fn counts(&self) -> FxHashMap<ValueId, u32> {
        let mut counts = FxHashMap::default();
        self.values.iter().for_each(|&value| *counts.entry(value).or_default() += 1);
        counts
    }
}

/// The words of a name, as numbers.
#[derive(Debug)]
struct NameWords {
    name: ValueId,
    /// The family name without generation.
    family: Option<u32>,
    /// Where its words of three letters and more stand in [`Facts::tokens`].
    tokens: Range<u32>,
}

/// How often two people of one household bear one family name.
const SAME_FAMILY_NAME: f64 = 0.7;
/// Others of one household: where more live at an address, it is a house of strangers too.
const HOUSEHOLD_OTHERS: f64 = 3.0;

fn share<T: Ord>(a: &[T], b: &[T]) -> bool {
    a.iter().any(|value| b.binary_search(value).is_ok())
}

/// The family name in a canonical name, without generation.
fn family_name(name: &str) -> Option<String> {
    let (_, family) = name.split_once('/')?;
    let is_own = |word: &&str| !matches!(*word, "" | "jr" | "sr" | "ii" | "iii" | "iv");
    let words: Vec<&str> = family.split(' ').filter(is_own).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

impl Facts {
    /// Gathers the facts of all personas; `near` are pairs of near values. O(claims log claims).
    pub fn new(claims: &Claims, of_record: &[Option<PersonaId>], personas: usize, near: &[NearPair]) -> Self {
        let text = |value: ValueId| claims.dictionary.text(value);
        let is_one_building = |pair: &&NearPair| {
            claims.dictionary.kind(pair.left) == IdentifierKind::Address
                && text(pair.left).split('|').next() == text(pair.right).split('|').next()
        };
        let may_be_one =
            |pair: &NearPair| ((pair.left, pair.right), may_be_one_home(text(pair.left), text(pair.right)));
        let one_building: Vec<_> = near.par_iter().filter(is_one_building).map(may_be_one).collect();
        // What records of persons say of themselves.
        let held = |kind: IdentifierKind, is_so: fn(&Claims, &Claim) -> bool| {
            let of_persona = |(index, persona): (usize, &Option<PersonaId>)| {
                let record = RecordId::from(index);
                let persona = persona.filter(|_| claims.record(record).kind.is_person());
                persona.map(|persona| (record, persona))
            };
            let values = |(record, persona): (RecordId, PersonaId)| {
                let own = claims.of_kind(record, kind).filter(move |claim| is_so(claims, claim));
                own.map(move |claim| (persona, claim.value))
            };
            let records = of_record.par_iter().enumerate().filter_map(of_persona);
            Lists::new(personas, records.flat_map_iter(values).collect())
        };
        let names = held(IdentifierKind::Name, |_, _| true);
        let agencies = held(IdentifierKind::Agency, |_, _| true);
        let homes = held(IdentifierKind::Address, |claims, claim| {
            claim.role() == Role::Home && claims.dictionary.marks(claim.value).can_link()
        });
        let agency_counts = agencies.counts();
        let (payees, given_out) = rayon::join(|| payees(claims, of_record), || given_out(claims, &agency_counts));
        let mut facts = Self {
            home_counts: homes.counts(),
            one_building: one_building.into_iter().collect(),
            names,
            homes,
            agencies,
            agency_counts,
            given_out,
            payees,
            ..Self::default()
        };
        facts.read_names(claims);
        facts.count_families(personas);
        facts
    }

    /// Reads the words of every name once.
    fn read_names(&mut self, claims: &Claims) {
        let mut names = self.names.values.clone();
        names.par_sort_unstable();
        names.dedup();
        for name in names {
            let text = claims.dictionary.text(name);
            let first = self.tokens.len() as u32;
            for token in text.split(' ').filter(|token| token.len() >= 3) {
                self.tokens.push(self.words.intern(token).0);
            }
            let family = family_name(text).map(|family| self.words.intern(&family).0);
            self.known_names.push(NameWords { name, family, tokens: first..self.tokens.len() as u32 });
        }
    }

    /// Counts personas by family name.
    fn count_families(&mut self, personas: usize) {
        let mut counts = vec![0; self.words.len()];
        let mut own = Vec::new();
        for persona in (0..personas).map(PersonaId::from) {
            own.clear();
            own.extend(self.families(persona));
            own.sort_unstable();
            own.dedup();
            own.iter().for_each(|&family| counts[family as usize] += 1);
        }
        self.family_counts = counts;
    }

    /// Name values of a persona, sorted.
    pub fn names(&self, persona: PersonaId) -> &[ValueId] {
        self.names.of(persona)
    }

    fn words_of(&self, persona: PersonaId) -> impl Iterator<Item = &NameWords> {
        let words = |name: &ValueId| self.known_names.binary_search_by_key(name, |known| known.name).ok();
        self.names(persona).iter().filter_map(words).map(|at| &self.known_names[at])
    }

    /// Words of three letters and more in the names of a persona; one of two names may be told twice.
    fn tokens(&self, persona: PersonaId) -> impl Iterator<Item = u32> {
        let of_name = |words: &NameWords| &self.tokens[words.tokens.start as usize..words.tokens.end as usize];
        self.words_of(persona).flat_map(of_name).copied()
    }

    /// Family names of a persona; likewise.
    fn families(&self, persona: PersonaId) -> impl Iterator<Item = u32> {
        self.words_of(persona).filter_map(|words| words.family)
    }

    fn sorted_families(&self, persona: PersonaId) -> Vec<u32> {
        let mut families: Vec<u32> = self.families(persona).collect();
        families.sort_unstable();
        families
    }

    /// Whether both say to live at one address, however it is written.
    pub fn share_home(&self, a: PersonaId, b: PersonaId) -> bool {
        self.homes_meet(a, b, |one_home| one_home)
    }

    /// Whether both say where they live, and it is not one building. Units are mistyped too often to part a household.
    pub fn homes_differ(&self, a: PersonaId, b: PersonaId) -> bool {
        let known = |persona: PersonaId| !self.homes.of(persona).is_empty();
        known(a) && known(b) && !self.homes_meet(a, b, |_| true)
    }

    /// Whether two near addresses have one number.
    pub fn are_in_one_building(&self, a: ValueId, b: ValueId) -> bool {
        self.one_building.contains_key(&(a.min(b), a.max(b)))
    }

    fn homes_meet(&self, a: PersonaId, b: PersonaId, fits: impl Fn(bool) -> bool) -> bool {
        let (a, b) = (self.homes.of(a), self.homes.of(b));
        let near = |x: ValueId, y: ValueId| {
            self.one_building.get(&(x.min(y), x.max(y))).is_some_and(|&one_home| fits(one_home))
        };
        share(a, b) || a.iter().any(|&x| b.iter().any(|&y| near(x, y)))
    }

    /// What it takes off a household that so many live where the two say to live: in a house of strangers one is as
    /// likely to live with any of them.
    pub(super) fn crowded_home_bits(&self, a: PersonaId, b: PersonaId) -> f64 {
        let (a, b) = (self.homes.of(a), self.homes.of(b));
        let shared = a.iter().filter(|home| b.binary_search(home).is_ok());
        let crowd = shared.filter_map(|home| self.home_counts.get(home).copied()).min();
        crowd.map_or(0.0, |crowd| (HOUSEHOLD_OTHERS / f64::from(crowd.max(2) - 1)).log2().min(0.0))
    }

    /// Whether both say where they live, and it is not this address.
    pub(super) fn is_nobodys_home(&self, a: PersonaId, b: PersonaId, address: ValueId) -> bool {
        [a, b].into_iter().all(|persona| {
            let homes = self.homes.of(persona);
            let meets = |&home: &ValueId| home == address || self.are_in_one_building(home, address);
            !homes.is_empty() && !homes.iter().any(meets)
        })
    }

    /// Whether an agency gives such a value to its people by its nature.
    pub(super) fn is_given_out(&self, value: ValueId) -> bool {
        self.given_out.contains(&value)
    }

    /// Whether an account that both hold pays a name with a word of each that the other does not bear: `Ann & Ben Archer`.
    pub(super) fn is_joint(&self, a: PersonaId, b: PersonaId, account: ValueId) -> bool {
        let Some(payees) = self.payees.get(&account) else { return false };
        let (a, b): (Vec<u32>, Vec<u32>) = (self.tokens(a).collect(), self.tokens(b).collect());
        payees.iter().any(|words| {
            let names = |own: &[u32], other: &[u32]| {
                let mut known = words.iter().filter_map(|word| self.words.find(word));
                known.any(|word| own.contains(&word) && !other.contains(&word))
            };
            names(&a, &b) && names(&b, &a)
        })
    }

    /// Whether both bear one family name.
    pub fn share_family_name(&self, a: PersonaId, b: PersonaId) -> bool {
        share(&self.sorted_families(a), &self.sorted_families(b))
    }

    /// Personas of the smallest agency that both came through.
    pub(super) fn shared_agency_size(&self, a: PersonaId, b: PersonaId) -> Option<u32> {
        let (a, b) = (self.agencies.of(a), self.agencies.of(b));
        a.iter()
            .filter(|agency| b.binary_search(agency).is_ok())
            .filter_map(|agency| self.agency_counts.get(agency).copied())
            .min()
    }

    /// Bits of the family names for a household against chance.
    pub(super) fn family_name_bits(&self, a: PersonaId, b: PersonaId, population: f64) -> f64 {
        let (a, b) = (self.sorted_families(a), self.sorted_families(b));
        if a.is_empty() || b.is_empty() {
            return 0.0;
        }
        let shared = a.iter().filter(|family| b.binary_search(family).is_ok());
        let shared = shared.filter_map(|&family| self.family_counts.get(family as usize).copied()).min();
        match shared {
            Some(count) => (SAME_FAMILY_NAME * population / f64::from(count.max(2) - 1)).log2().max(0.0),
            None => (1.0 - SAME_FAMILY_NAME).log2(),
        }
    }

    /// Whether two near values are near because their owners bear similar names: each value holds a name token of its
    /// owner, and the two tokens are one or begin alike.
    pub fn explained_by_names(
        &self,
        claims: &Claims,
        left: PersonaId,
        right: PersonaId,
        left_value: ValueId,
        right_value: ValueId,
    ) -> bool {
        let (a, b) = (claims.dictionary.text(left_value), claims.dictionary.text(right_value));
        let own = |persona: PersonaId, text: &str| -> Vec<&str> {
            let tokens = self.tokens(persona).map(|token| self.words.text(token));
            tokens.filter(|token| text.contains(&token[..token.len().min(6)])).collect()
        };
        let (a, b) = (own(left, a), own(right, b));
        a.iter().any(|x| b.iter().any(|y| x[..x.len().min(4)] == y[..y.len().min(4)]))
    }
}

/// Whether two near addresses may be one home written in two ways: one number, and one unit where both name one.
fn may_be_one_home(a: &str, b: &str) -> bool {
    let (Some(a), Some(b)) = (address_parts(a), address_parts(b)) else { return false };
    a[0] == b[0] && (a[2] == b[2] || a[2].is_empty() || b[2].is_empty())
}
