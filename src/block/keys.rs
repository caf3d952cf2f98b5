//! The blocking rules: what two records must share to meet. The order is from specific to general.

use crate::model::claim::{Claims, Role};
use crate::model::ids::{RecordId, ValueId};
use crate::model::value::{IdentifierKind, address_parts};
use rustc_hash::FxHashMap;

/// A record under one of its blocking keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Keyed {
    pub key: u64,
    pub record: RecordId,
}

/// Where a rule's pairs come from.
pub(super) enum Source {
    /// Keys of one record.
    Keys(fn(&Context, RecordId, &mut Vec<u64>)),
    /// Pairs of near values.
    NearValues,
}

/// A blocking rule: a name for people and a way to keys.
pub(super) struct Rule {
    pub name: &'static str,
    pub keys: Source,
}

/// Every rule, the most specific first: a pair is tagged with the first that finds it.
pub(super) const RULES: &[Rule] = &[
    Rule { name: "same identifier", keys: Source::Keys(identifiers) },
    Rule { name: "near identifier", keys: Source::NearValues },
    Rule { name: "same name and birth date", keys: Source::Keys(name_and_birth_date) },
    Rule { name: "same whole name", keys: Source::Keys(whole_name) },
    Rule { name: "birth date and name sound", keys: Source::Keys(birth_date_and_sound) },
    Rule { name: "name sounds", keys: Source::Keys(two_sounds) },
    Rule { name: "name and locality", keys: Source::Keys(name_and_locality) },
    Rule { name: "two name tokens", keys: Source::Keys(two_tokens) },
    Rule { name: "street and name token", keys: Source::Keys(street_and_name) },
    Rule { name: "birth date", keys: Source::Keys(birth_date) },
];

/// What the rules need of the records, looked up once.
pub(super) struct Context<'a> {
    claims: &'a Claims,
    /// How many records of persons carry each name token.
    token_counts: FxHashMap<u64, u32>,
    /// Holders among the records of persons, by value: starts into `holders`.
    holder_starts: Vec<u32>,
    holders: Vec<RecordId>,
}

impl<'a> Context<'a> {
    pub fn new(claims: &'a Claims, people: &[RecordId]) -> Self {
        let mut token_counts: FxHashMap<u64, u32> = FxHashMap::default();
        let mut counts = vec![0u32; claims.dictionary.len() + 1];
        for &record in people {
            let mut last = None;
            for claim in claims.of(record) {
                if last.replace(claim.value) != Some(claim.value) {
                    counts[claim.value.index() + 1] += 1;
                }
            }
        }
        for index in 1..counts.len() {
            counts[index] += counts[index - 1];
        }
        let holder_starts = counts.clone();
        let mut next = counts;
        let mut holders = vec![RecordId(0); *holder_starts.last().unwrap_or(&0) as usize];
        for &record in people {
            let mut last = None;
            for claim in claims.of(record) {
                if last.replace(claim.value) != Some(claim.value) {
                    holders[next[claim.value.index()] as usize] = record;
                    next[claim.value.index()] += 1;
                }
            }
        }
        let mut context = Self { claims, token_counts: FxHashMap::default(), holder_starts, holders };
        for &record in people {
            for token in context.tokens(record) {
                *token_counts.entry(hash(&[token.as_bytes()])).or_default() += 1;
            }
        }
        context.token_counts = token_counts;
        context
    }

    /// Records of persons that carry the value, sorted.
    pub fn holders(&self, value: ValueId) -> &[RecordId] {
        &self.holders[self.holder_starts[value.index()] as usize..self.holder_starts[value.index() + 1] as usize]
    }

    fn texts(&self, record: RecordId, kind: IdentifierKind) -> impl Iterator<Item = &'a str> {
        let dictionary = &self.claims.dictionary;
        self.claims
            .of_kind(record, kind)
            .filter(move |claim| dictionary.marks(claim.value).can_link() || !kind.links())
            .map(move |claim| dictionary.text(claim.value))
    }

    /// Name tokens of all the record's names, sorted, each once; single letters left out.
    fn tokens(&self, record: RecordId) -> Vec<&'a str> {
        let mut tokens: Vec<&str> = self
            .texts(record, IdentifierKind::Name)
            .flat_map(|name| name.split(' '))
            .filter(|token| token.len() > 1)
            .collect();
        tokens.sort_unstable();
        tokens.dedup();
        tokens
    }

    fn count(&self, token: &str) -> u32 {
        self.token_counts.get(&hash(&[token.as_bytes()])).copied().unwrap_or(0)
    }

    /// The key that splits an over-large block: the birth year, else the sound of the rarest name token, else the city.
    pub fn second_key(&self, record: RecordId) -> u64 {
        if let Some(date) = self.texts(record, IdentifierKind::BirthDate).next() {
            return hash(&[b"year", &date.as_bytes()[..date.len().min(4)]]);
        }
        if let Some(token) = self.tokens(record).into_iter().min_by_key(|token| (self.count(token), *token)) {
            return hash(&[b"sound", sound(token).as_bytes()]);
        }
        match self.texts(record, IdentifierKind::City).next() {
            Some(city) => hash(&[b"city", city.as_bytes()]),
            None => 0,
        }
    }

    /// Sorts neighbours by name inside a block.
    pub fn name_key(&self, record: RecordId) -> String {
        let mut tokens = self.tokens(record);
        tokens.sort_by_key(|token| (self.count(token), *token));
        tokens.join(" ")
    }
}

/// A stable hash of several parts; equal parts give equal keys on every machine.
fn hash(parts: &[&[u8]]) -> u64 {
    let mut state = 0xcbf2_9ce4_8422_2325u64;
    for part in parts {
        for &byte in *part {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        state = (state ^ 0xff).wrapping_mul(0x0000_0100_0000_01b3);
    }
    // FNV mixes its low bits badly; one multiply-shift round spreads them.
    state ^= state >> 32;
    state.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// A sound key after the idea of Soundex, but over the whole word: first letter, then classes of consonants without
/// repeats. Words that sound alike in English spelling share it; so do words of unlike length, which Soundex cuts.
pub(super) fn sound(word: &str) -> String {
    let mut key = String::with_capacity(6);
    let mut last = 0u8;
    let bytes = word.as_bytes();
    for (index, &byte) in bytes.iter().enumerate() {
        let class = match byte.to_ascii_lowercase() {
            b'b' | b'f' | b'p' | b'v' => b'1',
            b'c' | b'g' | b'j' | b'k' | b'q' | b's' | b'x' | b'z' => b'2',
            b'd' | b't' => b'3',
            b'l' => b'4',
            b'm' | b'n' => b'5',
            b'r' => b'6',
            _ => 0,
        };
        if index == 0 {
            // A first letter that sounds like another (c/k, f/ph, j/g) is kept by class, a vowel as a vowel.
            key.push(match class {
                0 if byte.is_ascii_alphabetic() => 'a',
                0 => byte as char,
                class => class as char,
            });
        } else if class != 0 && class != last && key.len() < 6 {
            key.push(class as char);
        }
        if !matches!(byte, b'h' | b'w') {
            last = class;
        }
    }
    key
}

fn identifiers(context: &Context, record: RecordId, out: &mut Vec<u64>) {
    let dictionary = &context.claims.dictionary;
    for claim in context.claims.of(record) {
        let kind = dictionary.kind(claim.value);
        if kind.links()
            && kind != IdentifierKind::ResumeLine
            && claim.role != Role::Referee
            && dictionary.marks(claim.value).can_link()
        {
            out.push(hash(&[b"value", &claim.value.0.to_le_bytes()]));
        }
    }
}

fn name_and_birth_date(context: &Context, record: RecordId, out: &mut Vec<u64>) {
    for date in context.texts(record, IdentifierKind::BirthDate) {
        for token in context.tokens(record) {
            out.push(hash(&[b"name+date", token.as_bytes(), date.as_bytes()]));
        }
    }
}

fn whole_name(context: &Context, record: RecordId, out: &mut Vec<u64>) {
    let tokens = context.tokens(record);
    if tokens.len() > 1 {
        out.push(hash(&[b"whole", tokens.join(" ").as_bytes()]));
        out.push(hash(&[
            b"whole",
            {
                let mut joined: String = tokens.concat();
                joined.retain(|c| c.is_ascii_alphanumeric());
                joined
            }
            .as_bytes(),
        ]));
    }
}

fn birth_date_and_sound(context: &Context, record: RecordId, out: &mut Vec<u64>) {
    for date in context.texts(record, IdentifierKind::BirthDate) {
        // Year and month, and year and day: one wrong part of a date does not part two records.
        for token in context.tokens(record) {
            let sound = sound(token);
            if let (Some(month), Some(year), Some(day)) = (date.get(..7), date.get(..4), date.get(8..)) {
                out.push(hash(&[b"sound+month", sound.as_bytes(), month.as_bytes()]));
                out.push(hash(&[b"sound+day", sound.as_bytes(), year.as_bytes(), day.as_bytes()]));
                out.push(hash(&[b"sound+md", sound.as_bytes(), &date.as_bytes()[4..]]));
            }
        }
    }
}

fn two_sounds(context: &Context, record: RecordId, out: &mut Vec<u64>) {
    let mut sounds: Vec<String> = context.tokens(record).into_iter().map(sound).collect();
    sounds.sort_unstable();
    sounds.dedup();
    for (index, a) in sounds.iter().enumerate().take(6) {
        for b in sounds[index + 1..].iter().take(6) {
            out.push(hash(&[b"sounds", a.as_bytes(), b.as_bytes()]));
        }
    }
}

fn name_and_locality(context: &Context, record: RecordId, out: &mut Vec<u64>) {
    for kind in [IdentifierKind::PostalCode, IdentifierKind::City] {
        for place in context.texts(record, kind) {
            for token in context.tokens(record) {
                out.push(hash(&[b"name+place", sound(token).as_bytes(), place.as_bytes()]));
            }
        }
    }
}

fn two_tokens(context: &Context, record: RecordId, out: &mut Vec<u64>) {
    let mut tokens = context.tokens(record);
    // The rarest tokens of a long title say most; eight of them bound the pairs at 28.
    tokens.sort_by_key(|token| (context.count(token), *token));
    tokens.truncate(8);
    if let Some(rarest) = tokens.first().filter(|token| token.len() > 3 && context.count(token) <= 20) {
        out.push(hash(&[b"rare", rarest.as_bytes()]));
    }
    for (index, a) in tokens.iter().enumerate() {
        for b in &tokens[index + 1..] {
            let (a, b) = if a < b { (a, b) } else { (b, a) };
            out.push(hash(&[b"tokens", a.as_bytes(), b.as_bytes()]));
        }
    }
}

fn street_and_name(context: &Context, record: RecordId, out: &mut Vec<u64>) {
    for address in context.texts(record, IdentifierKind::Address) {
        let Some([number, street, ..]) = address_parts(address) else { continue };
        if street.is_empty() {
            continue;
        }
        out.push(hash(&[b"street", number.as_bytes(), street.as_bytes()]));
        for token in context.tokens(record) {
            let sound = sound(token);
            out.push(hash(&[b"street+name", street.as_bytes(), sound.as_bytes()]));
            if !number.is_empty() {
                out.push(hash(&[b"number+name", number.as_bytes(), sound.as_bytes()]));
            }
        }
    }
}

fn birth_date(context: &Context, record: RecordId, out: &mut Vec<u64>) {
    for date in context.texts(record, IdentifierKind::BirthDate) {
        out.push(hash(&[b"date", date.as_bytes()]));
    }
}

#[cfg(test)]
mod tests {
    use super::sound;

    #[test]
    fn words_that_sound_alike_share_a_key() {
        for (a, b) in [("smith", "smyth"), ("catherine", "katherine"), ("alan", "allen"), ("johnson", "jonson")] {
            assert_eq!(sound(a), sound(b), "{a} {b}");
        }
    }

    #[test]
    fn words_that_do_not_sound_alike_differ() {
        for (a, b) in [("smith", "jones"), ("robert", "richard"), ("washington", "watson")] {
            assert_ne!(sound(a), sound(b), "{a} {b}");
        }
    }

    #[test]
    fn any_text_has_a_key() {
        assert_eq!(sound(""), "");
        assert!(sound("é").len() <= 6);
        assert!(!sound("4th").is_empty());
    }
}
