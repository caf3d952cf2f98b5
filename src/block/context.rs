//! What the blocking rules need of the records, looked up once: name tokens as numbers, parts of dates and addresses as
//! keys, and how a block that is too large is sorted and split.

use super::attributes::Attributes;
use super::near_names::{self, Neighborhood};
use super::sound::sound;
use crate::model::claim::Claims;
use crate::model::counts::Counted;
use crate::model::ids::{RecordId, ValueId};
use crate::model::value::{AttributeType, IdentifierKind, address_parts};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::cmp::Ordering;
use std::sync::OnceLock;

/// Keys by which a block is split, in that order: birth year, sound of the rarest name token, postal code or city.
pub(super) const SPLITS: usize = 3;

/// Letters of a whole name, or of a local part that may be one, that are compared without order.
const NAME_LETTERS_MIN: usize = 6;
/// Tokens of a name that are looked at first when records are sorted by name.
const RANKED_BY: usize = 3;

/// A name token by its place among all distinct tokens in alphabetical order.
pub(super) type Token = u32;

/// The records of persons as the rules see them.
pub(super) struct Context<'a> {
    pub claims: &'a Claims,
    pub people: Vec<RecordId>,
    /// Records of persons of the whole run, of which `people` may be some.
    pub population: u32,
    pub attributes: Attributes<'a>,
    /// Distinct name tokens, sorted.
    pub tokens: Vec<&'a str>,
    /// How many records of persons carry each token.
    pub token_counts: Vec<u32>,
    /// The sound of each token as a key.
    sounds: Vec<u64>,
    /// Values that several of `people` carry, or one of them twice.
    shared: Shared,
    /// Tokens of each record: starts into `record_tokens`.
    token_starts: Vec<u32>,
    record_tokens: Vec<Token>,
    dates: OfKind<DateKeys>,
    names: OfKind<NameKeys>,
    /// Number and street of each address as keys; zero where there is none.
    streets: OfKind<[u64; 2]>,
    /// Made when a block needs it.
    places: OnceLock<Vec<Place>>,
    /// Made when a rule needs it.
    neighborhood: OnceLock<Neighborhood>,
}

/// How a record is sorted and split from others of its block.
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    /// Among all records when they are sorted by name.
    pub rank: u32,
    /// The record's key in each of the [`SPLITS`]; zero where it has none.
    pub splits: [u32; SPLITS],
}

/// What is known of each value of one kind.
struct OfKind<T> {
    /// The first value that there is something of.
    first: u32,
    known: Vec<T>,
}

/// Parts of a birth date as keys.
#[derive(Clone, Copy, Default)]
pub(super) struct DateKeys {
    /// All that there is of a date without a year.
    pub year: u64,
    /// Year and month, day, month and day; zero where there are none.
    pub month: u64,
    pub day: u64,
    pub month_and_day: u64,
}

/// A name as a key.
#[derive(Clone, Copy, Default)]
pub(super) struct NameKeys {
    /// Its letters without their order; zero where there are few.
    pub letters: u64,
    /// Whether it has several tokens.
    pub has_several: bool,
}

impl DateKeys {
    fn of(date: &str) -> DateKeys {
        let part = |part: Option<&str>| part.map_or(0, |part| text_key(part).max(1));
        DateKeys {
            year: text_key(date.get(..4).unwrap_or(date)),
            month: part(date.get(..7)),
            day: part(date.get(8..)),
            month_and_day: part(date.get(4..)),
        }
    }
}

impl<T: Send + Default> OfKind<T> {
    /// `know` is asked of the text of each value of the kind. Linear in them; where they do not stand together, in all values.
    fn new(claims: &Claims, kind: IdentifierKind, know: impl Fn(&str) -> T + Sync) -> OfKind<T> {
        let dictionary = &claims.dictionary;
        let ids = dictionary.ids_of(kind).unwrap_or(0..dictionary.len() as u32);
        let first = ids.start;
        let known = |id: u32| {
            let value = ValueId(id);
            if dictionary.kind(value) == kind { know(dictionary.text(value)) } else { T::default() }
        };
        OfKind { first, known: ids.into_par_iter().map(known).collect() }
    }

    fn of(&self, value: ValueId) -> &T {
        &self.known[(value.0 - self.first) as usize]
    }
}

impl<'a> Context<'a> {
    pub fn new(claims: &'a Claims, attributes: &'a [(String, AttributeType)]) -> Self {
        let people: Vec<RecordId> =
            (0..claims.records.len()).map(RecordId::from).filter(|&id| claims.record(id).kind.is_person()).collect();
        let shared = Shared::new(claims, &people);
        let ((dates, names, streets), read) = rayon::join(
            || {
                let dates = OfKind::new(claims, IdentifierKind::BirthDate, DateKeys::of);
                let names = OfKind::new(claims, IdentifierKind::Name, |name| NameKeys {
                    letters: letters_key(name).unwrap_or(0),
                    has_several: name_tokens(name).count() > 1,
                });
                (dates, names, OfKind::new(claims, IdentifierKind::Address, street_keys))
            },
            || read_names(claims, &people),
        );
        let Names { tokens, token_counts, token_starts, record_tokens } = read;
        let sounds = tokens.par_iter().map(|token| key!("sound", &[text_key(&sound(token))])).collect();
        let attributes = Attributes::new(claims, &people, attributes);
        Self {
            claims,
            population: people.len() as u32,
            people,
            attributes,
            tokens,
            token_counts,
            sounds,
            shared,
            token_starts,
            record_tokens,
            dates,
            names,
            streets,
            places: OnceLock::new(),
            neighborhood: OnceLock::new(),
        }
    }

    /// From here on these records alone can meet, whatever their kind.
    pub fn narrow_to(&mut self, people: Vec<RecordId>) {
        self.shared = Shared::new(self.claims, &people);
        self.people = people;
    }

    /// Hands on everything that the keys of a record depend on beside the record itself, to be read or changed.
    pub fn each_count(&mut self, visit: &mut dyn FnMut(Counted, &mut u32)) {
        visit(Counted::Text { what: "all", text: "records of persons", always: true }, &mut self.population);
        for (token, count) in self.tokens.iter().zip(&mut self.token_counts) {
            visit(Counted::Text { what: "name token", text: token, always: false }, count);
        }
        self.attributes.each_count(visit);
    }

    /// Values of a kind that the record carries and that can point to someone.
    pub fn values(&self, record: RecordId, kind: IdentifierKind) -> impl Iterator<Item = ValueId> + use<'a> {
        able_values(self.claims, record, kind)
    }

    /// The texts of [`Context::values`].
    pub fn texts(&self, record: RecordId, kind: IdentifierKind) -> impl Iterator<Item = &'a str> + use<'a> {
        let dictionary = &self.claims.dictionary;
        self.values(record, kind).map(move |value| dictionary.text(value))
    }

    /// House number (zero where there is none) and street of each of the record's addresses that has a street, as keys.
    pub fn streets(&self, record: RecordId) -> impl Iterator<Item = [u64; 2]> {
        let keys = self.values(record, IdentifierKind::Address).map(|value| *self.streets.of(value));
        keys.filter(|[_, street]| *street != 0)
    }

    /// Parts of each of the record's birth dates as keys.
    pub fn dates(&self, record: RecordId) -> impl Iterator<Item = DateKeys> {
        self.values(record, IdentifierKind::BirthDate).map(|value| *self.dates.of(value))
    }

    /// Each of the record's names as a key.
    pub fn names(&self, record: RecordId) -> impl Iterator<Item = NameKeys> {
        self.values(record, IdentifierKind::Name).map(|value| *self.names.of(value))
    }

    /// Name tokens of all the record's names, sorted, each once; single letters left out.
    pub fn tokens(&self, record: RecordId) -> &[Token] {
        let (start, end) = (self.token_starts[record.index()], self.token_starts[record.index() + 1]);
        &self.record_tokens[start as usize..end as usize]
    }

    /// Whether another of the people may carry the value.
    #[inline]
    pub fn is_shared(&self, value: ValueId) -> bool {
        self.shared.has(value)
    }

    pub fn count(&self, token: Token) -> u32 {
        self.token_counts[token as usize]
    }

    pub fn sound(&self, token: Token) -> u64 {
        self.sounds[token as usize]
    }

    /// The record's name tokens, the rarest first.
    pub fn rarest(&self, record: RecordId) -> Vec<Token> {
        let mut tokens = self.tokens(record).to_vec();
        tokens.sort_unstable_by_key(|&token| (self.count(token), token));
        tokens
    }

    /// Birth year, sound of the rarest name token, postal code or city.
    fn split_keys(&self, record: RecordId) -> [u32; SPLITS] {
        let rarest = self.tokens(record).iter().copied().min_by_key(|&token| (self.count(token), token));
        let locality = [IdentifierKind::PostalCode, IdentifierKind::City];
        [
            self.dates(record).next().map_or(0, |date| (date.year >> 32) as u32),
            rarest.map_or(0, |token| (self.sound(token) >> 32) as u32),
            locality.into_iter().find_map(|kind| self.values(record, kind).next()).map_or(0, |value| value.0 + 1),
        ]
    }

    /// Name tokens one edit apart. Made as [`Context::places`] are.
    pub fn neighborhood(&self) -> &Neighborhood {
        self.neighborhood.get_or_init(|| near_names::neighborhood(self))
    }

    /// How each record is sorted, by name with the rarest token first, and split. Made in parallel when it is first asked
    /// for, which must not be from a task of the common pool: a worker that waits for others begins with another task.
    pub fn places(&self) -> &[Place] {
        self.places.get_or_init(|| {
            // Count and number of the rarest tokens as one number each; zero, before all others, where there are no more.
            let rarest = |record: RecordId| {
                let tokens = self.rarest(record).into_iter();
                tokens.map(|token| (u64::from(self.count(token)) << 32 | u64::from(token)) + 1)
            };
            let first = |&record: &RecordId| {
                let mut tokens = rarest(record);
                (std::array::from_fn(|_| tokens.next().unwrap_or(0)), record)
            };
            let mut named: Vec<([u64; RANKED_BY], RecordId)> = self.people.par_iter().map(first).collect();
            named.par_sort_unstable_by(|(a, left), (b, right)| {
                let by_all = || rarest(*left).cmp(rarest(*right));
                let by_rest = || if a[RANKED_BY - 1] == 0 { Ordering::Equal } else { by_all() };
                a.cmp(b).then_with(by_rest).then_with(|| left.cmp(right))
            });
            let splits: Vec<_> = self.people.par_iter().map(|&record| self.split_keys(record)).collect();
            let mut places = vec![Place::default(); self.claims.records.len()];
            self.people.iter().zip(splits).for_each(|(record, splits)| places[record.index()].splits = splits);
            named.iter().zip(0..).for_each(|((_, record), rank)| places[record.index()].rank = rank);
            places
        })
    }
}

/// Values as bits: those that were seen, and those that were seen once more.
#[derive(Default)]
struct Shared {
    once: Vec<u64>,
    again: Vec<u64>,
}

impl Shared {
    /// Time: linear in the claims, and in the values for each thread. Memory: two bits a value, for each thread while it is made.
    fn new(claims: &Claims, people: &[RecordId]) -> Shared {
        let words = claims.dictionary.len().div_ceil(64);
        let seen_by = |people: &[RecordId]| {
            let (mut once, mut again) = (vec![0u64; words], vec![0u64; words]);
            for claim in people.iter().flat_map(|&record| claims.of(record)) {
                let (word, bit) = (claim.value.index() / 64, 1 << (claim.value.0 % 64));
                again[word] |= once[word] & bit;
                once[word] |= bit;
            }
            Shared { once, again }
        };
        let both = |mut a: Shared, b: Shared| {
            for (word, (once, again)) in b.once.iter().zip(&b.again).enumerate() {
                a.again[word] |= again | a.once[word] & once;
                a.once[word] |= once;
            }
            a
        };
        let of_thread = people.len().div_ceil(rayon::current_num_threads()).max(1);
        let seen = people.par_chunks(of_thread).map(seen_by).reduce_with(both).unwrap_or_default();
        Shared { once: Vec::new(), again: seen.again }
    }

    #[inline]
    fn has(&self, value: ValueId) -> bool {
        self.again.get(value.index() / 64).is_some_and(|word| word >> (value.0 % 64) & 1 == 1)
    }
}

/// See the fields of [`Context`].
struct Names<'a> {
    tokens: Vec<&'a str>,
    token_counts: Vec<u32>,
    token_starts: Vec<u32>,
    record_tokens: Vec<Token>,
}

/// Gives each distinct name token its number and each record its tokens.
fn read_names<'a>(claims: &'a Claims, people: &[RecordId]) -> Names<'a> {
    let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
    let mut found: Vec<&str> = Vec::new();
    let (mut token_starts, mut record_tokens) = (vec![0], Vec::new());
    let mut next = people.iter().copied().peekable();
    for record in (0..claims.records.len()).map(RecordId::from) {
        if next.next_if_eq(&record).is_some() {
            for token in able_values(claims, record, IdentifierKind::Name)
                .flat_map(|value| name_tokens(claims.dictionary.text(value)))
            {
                record_tokens.push(*numbers.entry(token).or_insert_with(|| {
                    found.push(token);
                    found.len() as u32 - 1
                }));
            }
        }
        token_starts.push(record_tokens.len() as u32);
    }
    let mut order: Vec<u32> = (0..found.len() as u32).collect();
    order.par_sort_unstable_by_key(|&number| found[number as usize]);
    let mut places = vec![0; found.len()];
    for (place, &number) in order.iter().enumerate() {
        places[number as usize] = place as u32;
    }
    let mut token_counts = vec![0; found.len()];
    let (mut kept, mut start) = (0, 0);
    for record in 0..claims.records.len() {
        let end = token_starts[record + 1] as usize;
        let own = &mut record_tokens[start..end];
        own.iter_mut().for_each(|token| *token = places[*token as usize]);
        own.sort_unstable();
        let first = kept;
        for index in start..end {
            let token = record_tokens[index];
            if kept == first || record_tokens[kept - 1] != token {
                record_tokens[kept] = token;
                token_counts[token as usize] += 1;
                kept += 1;
            }
        }
        start = end;
        token_starts[record + 1] = kept as u32;
    }
    record_tokens.truncate(kept);
    let tokens = order.iter().map(|&number| found[number as usize]).collect();
    Names { tokens, token_counts, token_starts, record_tokens }
}

/// Values of a kind that a record carries and that can point to someone.
fn able_values(claims: &Claims, record: RecordId, kind: IdentifierKind) -> impl Iterator<Item = ValueId> {
    let of_kind = claims.of_kind(record, kind).map(|claim| claim.value);
    of_kind.filter(move |&value| !kind.links() || claims.dictionary.marks(value).can_link())
}

/// Number and street of an address as keys.
fn street_keys(address: &str) -> [u64; 2] {
    let known = |part: &str| if part.is_empty() { 0 } else { text_key(part).max(1) };
    address_parts(address).map_or([0, 0], |[number, street, ..]| [known(number), known(street)])
}

/// The letters and digits of a text without their order, where there are enough of them.
pub(super) fn letters_key(text: &str) -> Option<u64> {
    let (mut count, mut sum) = (0, 0u64);
    for letter in text.chars().filter(|c| c.is_alphanumeric()) {
        count += 1;
        sum = sum.wrapping_add(mix(u64::from(letter)));
    }
    (count >= NAME_LETTERS_MIN).then(|| key!("letters", &[sum, count as u64]).max(1))
}

/// Tokens of a name; the slash between given and family name and single letters left out.
pub(super) fn name_tokens(name: &str) -> impl Iterator<Item = &str> {
    name.split(' ').filter(|token| token.len() > 1)
}

/// What tells the keys of one rule from those of another: made of a name when the program is built.
#[derive(Clone, Copy)]
pub(super) struct Tag(u64);

impl Tag {
    pub const fn of(name: &str) -> Tag {
        Tag(text_key(name))
    }

    /// A stable key of several numbers. Equal parts give equal keys on every machine.
    #[inline]
    pub fn key(self, parts: &[u64]) -> u64 {
        parts.iter().fold(self.0, |state, &part| key_after(state, mix(part)))
    }
}

/// The key of the parts of `beginning` and one more, of which this is [`mix`]: for many keys of few parts.
#[inline]
pub(super) fn key_after(beginning: u64, mixed: u64) -> u64 {
    mix(beginning ^ mixed)
}

/// [`Tag::key`] of a tag by name.
macro_rules! key {
    ($name:literal, $parts:expr) => {
        const { $crate::block::context::Tag::of($name) }.key($parts)
    };
}
pub(super) use key;

/// A stable key of a text (FNV-1a, its low bits spread).
pub(super) const fn text_key(text: &str) -> u64 {
    let (bytes, mut state, mut at) = (text.as_bytes(), 0xcbf2_9ce4_8422_2325u64, 0);
    while at < bytes.len() {
        state = (state ^ bytes[at] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        at += 1;
    }
    mix(state)
}

/// The finalizer of SplitMix64: every bit of the input moves every bit of the output.
pub(super) const fn mix(mut x: u64) -> u64 {
    x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
