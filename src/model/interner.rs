//! Distinct texts in one run of memory, each with an id of four bytes.
//!
//! A table of 32-bit hashes and ids with linear probing stands beside the texts: eight bytes a place, no allocation per
//! text, and no text is looked at again when the table grows.

use rayon::prelude::*;
use std::hash::{BuildHasher, Hasher};

/// Distinct texts, numbered in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Interner {
    texts: Texts,
    places: Places,
}

/// Where the numbers of texts stand by hash; the texts themselves are kept elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Hash and number + 1; a number of zero is an empty place. The length is a power of two.
    places: Vec<(u32, u32)>,
    count: usize,
}

/// Texts one after the other, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    arena: String,
    /// Low 32 bits of where each text ends; what is above is in `turns`.
    ends: Vec<u32>,
    /// The texts before which the 32 bits have turned over once more.
    turns: Vec<u32>,
}

impl Texts {
    /// Adds a text and returns its number.
    pub fn push(&mut self, text: &str) -> u32 {
        let (before, number) = (self.arena.len(), self.ends.len() as u32);
        self.arena.push_str(text);
        for _ in before >> 32..self.arena.len() >> 32 {
            self.turns.push(number);
        }
        self.ends.push(self.arena.len() as u32);
        number
    }

    /// The text with that number.
    pub fn get(&self, number: u32) -> &str {
        let start = if number == 0 { 0 } else { self.end(number - 1) };
        &self.arena[start..self.end(number)]
    }

    fn end(&self, number: u32) -> usize {
        let low = self.ends[number as usize] as usize;
        if self.turns.is_empty() {
            return low;
        }
        self.turns.partition_point(|&turned| turned <= number) << 32 | low
    }

    /// All texts, one after the other.
    pub fn text(&self) -> &str {
        &self.arena
    }

    /// Puts another text in the place of all texts and returns the one that was there. Only with a text that ends where they
    /// do may one be asked for.
    pub fn replace_text(&mut self, text: String) -> String {
        std::mem::replace(&mut self.arena, text)
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All texts of all parts, in their order. Each part goes when it is copied, which is done beside itself: half of the
    /// time is that of memory that is touched for the first time.
    pub fn of(parts: Vec<Texts>) -> Texts {
        const PER_TASK: usize = 1 << 18;
        let (bytes, count) = (parts.iter().map(Texts::bytes).sum(), parts.iter().map(Texts::len).sum());
        if bytes > u32::MAX as usize {
            let mut all = Texts::default();
            all.reserve(count, bytes);
            parts.into_iter().for_each(|part| (0..part.len() as u32).for_each(|number| _ = all.push(part.get(number))));
            return all;
        }
        // No end turns over.
        let (mut arena, mut ends) = (vec![0; bytes], vec![0; count]);
        let (mut byte, mut text) = (0, 0);
        for part in parts {
            let to = arena[byte..byte + part.bytes()].par_chunks_mut(PER_TASK);
            to.zip(part.arena.as_bytes().par_chunks(PER_TASK)).for_each(|(to, from)| to.copy_from_slice(from));
            let to = ends[text..text + part.len()].par_chunks_mut(PER_TASK);
            to.zip(part.ends.par_chunks(PER_TASK)).for_each(|(to, from)| {
                to.iter_mut().zip(from).for_each(|(to, from)| *to = byte as u32 + from);
            });
            byte += part.bytes();
            text += part.len();
        }
        let arena = String::from_utf8(arena).expect("texts beside each other are a text");
        Texts { arena, ends, turns: Vec::new() }
    }

    /// Makes room for what is to come.
    pub fn reserve(&mut self, texts: usize, bytes: usize) {
        self.arena.reserve(bytes);
        self.ends.reserve(texts);
    }

    /// Bytes of all texts.
    pub fn bytes(&self) -> usize {
        self.arena.len()
    }
}

impl Places {
    /// The number of a text, by `is` that says whether a number is that of the text; else `next`, which it gets then.
    pub fn find_or_insert(&mut self, text: &str, next: u32, is: impl Fn(u32) -> bool) -> u32 {
        if (self.count + 1) * 3 > self.places.len() * 2 {
            self.grow();
        }
        let hash = hash(text);
        let mask = self.places.len() - 1;
        let mut at = self.start(hash);
        loop {
            match self.places[at] {
                (_, 0) => {
                    self.places[at] = (hash, next + 1);
                    self.count += 1;
                    return next;
                }
                (known, number) if known == hash && is(number - 1) => return number - 1,
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// The number of a text, if it has one.
    pub fn find(&self, text: &str, is: impl Fn(u32) -> bool) -> Option<u32> {
        if self.places.is_empty() {
            return None;
        }
        let hash = hash(text);
        let mask = self.places.len() - 1;
        let mut at = self.start(hash);
        loop {
            match self.places[at] {
                (_, 0) => return None,
                (known, number) if known == hash && is(number - 1) => return Some(number - 1),
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// Where a hash belongs: by its upper bits, so that a table twice as long keeps the order.
    fn start(&self, hash: u32) -> usize {
        ((u64::from(hash) * self.places.len() as u64) >> 32) as usize
    }

    fn grow(&mut self) {
        let places = vec![(0, 0); (self.places.len() * 2).max(64)];
        let old = std::mem::replace(&mut self.places, places);
        let mask = self.places.len() - 1;
        for (hash, number) in old.into_iter().filter(|&(_, number)| number != 0) {
            let mut at = self.start(hash);
            while self.places[at].1 != 0 {
                at = (at + 1) & mask;
            }
            self.places[at] = (hash, number);
        }
    }
}

impl Interner {
    /// The number of a text, made when it is new; whether it is.
    pub fn intern(&mut self, text: &str) -> (u32, bool) {
        let next = self.texts.len() as u32;
        let texts = &self.texts;
        let number = self.places.find_or_insert(text, next, |number| texts.get(number) == text);
        if number == next {
            self.texts.push(text);
        }
        (number, number == next)
    }

    /// The number of a text, if it is there.
    pub fn find(&self, text: &str) -> Option<u32> {
        self.places.find(text, |number| self.texts.get(number) == text)
    }

    pub fn text(&self, number: u32) -> &str {
        self.texts.get(number)
    }

    pub fn len(&self) -> usize {
        self.texts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The texts alone.
    pub fn into_texts(self) -> Texts {
        self.texts
    }
}

/// The upper half of a hash of the text.
fn hash(text: &str) -> u32 {
    let mut hasher = rustc_hash::FxBuildHasher.build_hasher();
    hasher.write(text.as_bytes());
    (hasher.finish().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn every_text_has_one_id(texts in proptest::collection::vec("[a-c]{0,4}|\\PC{0,6}", 0..300)) {
            let (mut interner, mut known) = (Interner::default(), HashMap::new());
            for text in &texts {
                let next = known.len() as u32;
                let expected = *known.entry(text.clone()).or_insert(next);
                prop_assert_eq!(interner.intern(text), (expected, expected == next));
            }
            for (text, id) in &known {
                prop_assert_eq!(interner.find(text), Some(*id));
                prop_assert_eq!(interner.text(*id), text.as_str());
            }
            prop_assert_eq!(interner.find("no such text"), None);
            prop_assert_eq!(interner.len(), known.len());
        }
    }

    proptest! {
        #[test]
        fn parts_beside_each_other_are_all_texts(parts in proptest::collection::vec(proptest::collection::vec("\\PC{0,6}", 0..20), 0..6)) {
            let mut pushed = Texts::default();
            parts.iter().flatten().for_each(|text| _ = pushed.push(text));
            let part = |texts: Vec<String>| {
                let mut part = Texts::default();
                texts.iter().for_each(|text| _ = part.push(text));
                part
            };
            prop_assert_eq!(Texts::of(parts.into_iter().map(part).collect()), pushed);
        }
    }

    #[test]
    fn an_empty_one_finds_nothing() {
        assert!(Interner::default().find("").is_none() && Interner::default().is_empty());
    }
}
