//! The names of a run: their words as numbers, with what comparing asks of a word looked up once.

use super::name::{self, ALIKE, Lexicon, NameKnowledge, PartAgreement, Parts};
use super::signature::Signature;
use crate::model::counts::Counted;
use crate::model::interner::Interner;

/// A word of a name, or a part of one without its spaces, by number.
pub type Word = u32;

/// Names by number, each a run of words.
pub struct Names {
    know: NameKnowledge,
    words: Interner,
    known: Vec<Known>,
    names: Vec<Name>,
    /// Given words of a name, then its family words.
    runs: Vec<Word>,
}

/// What a glance at a word needs.
pub struct PlainWord {
    pub word: Word,
    /// One bit for each of its letters, and how many more there are; see [`Signature::letters`].
    pub letters: u64,
    pub more: u8,
    pub first: u8,
    /// Whether it is a nickname, or has one; whether it is a romanization, or has another.
    pub has_nicknames: bool,
    pub has_romanizations: bool,
}

/// What is known of a word, in one line of the processor's cache.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Known {
    signature: Signature,
    /// In how many names the word stands as given name and as family name.
    counts: [u32; 2],
    /// One bit for each group of names that the word belongs to, as given name and as family name. Two groups may have one bit.
    nicknames: u64,
    romanizations: u64,
    /// Bytes of a word that is short enough to stand here too; else zero.
    length: u8,
    text: [u8; SHORT_MAX],
}

const SHORT_MAX: usize = 23;

#[derive(Clone, Copy)]
struct Name {
    start: u32,
    given: u16,
    family: u16,
    given_joined: Word,
    family_core: Word,
    generation: Option<Word>,
    split: bool,
}

impl Names {
    /// Reads names in canonical form; the first has number 0.
    pub fn of<'t>(know: NameKnowledge, texts: impl Iterator<Item = &'t str>) -> Names {
        let mut names =
            Names { know, words: Interner::default(), known: Vec::new(), names: Vec::new(), runs: Vec::new() };
        names.names.reserve(texts.size_hint().0);
        texts.for_each(|text| names.read(text));
        names
    }

    fn read(&mut self, text: &str) {
        let parsed = name::parse(text);
        let start = self.runs.len();
        for &word in parsed.given.iter().chain(&parsed.family) {
            let word = self.word(word);
            self.runs.push(word);
        }
        // Longer runs are no names of people; what is beyond is compared as words (see `words`).
        let count = |words: usize| u16::try_from(words).unwrap_or(u16::MAX);
        let given = count(parsed.given.len());
        let read = Name {
            start: start as u32,
            given,
            family: count(parsed.family.len()),
            given_joined: self.word(&parsed.given_joined()),
            family_core: self.word(&parsed.family_core()),
            generation: parsed.generation().map(|word| self.word(word)),
            split: parsed.split,
        };
        self.names.push(read);
    }

    fn word(&mut self, text: &str) -> Word {
        let (word, is_new) = self.words.intern(text);
        if is_new {
            let mut short = [0; SHORT_MAX];
            let length = if text.len() <= SHORT_MAX { text.len() } else { 0 };
            short[..length].copy_from_slice(&text.as_bytes()[..length]);
            self.known.push(Known {
                length: length as u8,
                text: short,
                signature: Signature::of(text),
                nicknames: bits((self.know.nicknames)(text)),
                romanizations: bits((self.know.romanizations)(text)),
                counts: [0; 2],
            });
        }
        word
    }

    /// Counts the words of a name that occurs.
    pub fn count(&mut self, name: u32) {
        let Name { start, given, family, .. } = self.names[name as usize];
        let middle = start as usize + usize::from(given);
        for (part, run) in [start as usize..middle, middle..middle + usize::from(family)].into_iter().enumerate() {
            for at in run {
                self.known[self.runs[at] as usize].counts[part] += 1;
            }
        }
    }

    /// Hands on in how many names each word stands, as given name and as family name. Of a word that stands in one name the
    /// counts go without saying.
    pub fn each_count(&mut self, visit: &mut dyn FnMut(Counted, &mut u32)) {
        for (word, known) in self.known.iter_mut().enumerate() {
            let text = self.words.text(word as Word);
            let always = known.counts.iter().sum::<u32>() > 1;
            for (what, count) in ["given name", "family name"].into_iter().zip(&mut known.counts) {
                visit(Counted::Text { what, text, always }, count);
            }
        }
    }

    /// See [`super::Context::ask_ahead`].
    #[inline]
    pub fn ask_ahead(&self, word: Word) -> u32 {
        self.known[word as usize].counts[0]
    }

    /// How many names have the word in that part: given, family.
    pub fn word_count(&self, part: usize, word: Word) -> u32 {
        self.known[word as usize].counts[part]
    }

    /// The word that the fewest names have as family name.
    pub fn rarest_family(&self, words: &[Word]) -> Option<Word> {
        match words {
            [word] => Some(*word),
            words => words.iter().copied().min_by_key(|&word| (self.word_count(1, word), self.words.text(word))),
        }
    }

    /// Whether given and family part are known.
    pub fn is_split(&self, name: u32) -> bool {
        self.names[name as usize].split
    }

    pub fn given(&self, name: u32) -> &[Word] {
        let name = &self.names[name as usize];
        &self.runs[name.start as usize..][..usize::from(name.given)]
    }

    pub fn family(&self, name: u32) -> &[Word] {
        let name = &self.names[name as usize];
        &self.runs[name.start as usize + usize::from(name.given)..][..usize::from(name.family)]
    }

    /// The two words of a name that has one given and one family word, few letters more than twice in either.
    pub fn plain_words(&self, name: u32) -> Option<[PlainWord; 2]> {
        let parts = self.parts(name);
        let (&[given], &[family]) = (parts.given, parts.family) else { return None };
        let plain = |word: Word| {
            let known = &self.known[word as usize];
            let (letters, more) = known.signature.letters().filter(|&(letters, _)| letters != 0)?;
            Some(PlainWord {
                word,
                letters,
                more,
                first: known.signature.first(),
                has_nicknames: known.nicknames != 0,
                has_romanizations: known.romanizations != 0,
            })
        };
        (self.is_split(name) && parts.generation.is_none()).then_some([plain(given)?, plain(family)?])
    }

    /// One bit for each group of nicknames that the word belongs to; two groups may have one bit.
    #[inline]
    pub fn nicknames(&self, word: Word) -> u64 {
        self.known[word as usize].nicknames
    }

    /// The same of romanizations.
    #[inline]
    pub fn romanizations(&self, word: Word) -> u64 {
        self.known[word as usize].romanizations
    }

    /// False only where the two are no nicknames of one name.
    #[inline]
    pub fn may_be_nicknames(&self, a: Word, b: Word) -> bool {
        self.nicknames(a) & self.nicknames(b) != 0
    }

    /// False only where the two are no romanizations of one name.
    #[inline]
    pub fn may_be_romanizations(&self, a: Word, b: Word) -> bool {
        self.romanizations(a) & self.romanizations(b) != 0
    }

    /// Given, then family words as they are written.
    pub fn texts(&self, name: u32) -> impl Iterator<Item = &str> + Clone {
        self.given(name).iter().chain(self.family(name)).map(|&word| self.words.text(word))
    }

    /// Given and family agreement of two split names; see [`name::compare_parts`].
    pub fn compare(&self, a: u32, b: u32) -> (PartAgreement, PartAgreement) {
        name::compare_parts(self, self.parts(a), self.parts(b))
    }

    /// The same of two names of one given and one family word.
    #[inline]
    pub fn compare_plain(&self, a: [Word; 2], b: [Word; 2]) -> (PartAgreement, PartAgreement) {
        fn parts([given, family]: &[Word; 2]) -> Parts<'_, Word> {
            let alone = std::slice::from_ref;
            Parts {
                given: alone(given),
                given_joined: *given,
                family: alone(family),
                family_core: *family,
                generation: None,
            }
        }
        name::compare_parts(self, parts(&a), parts(&b))
    }

    fn parts(&self, at: u32) -> Parts<'_, Word> {
        let name = &self.names[at as usize];
        Parts {
            given: self.given(at),
            given_joined: name.given_joined,
            family: self.family(at),
            family_core: name.family_core,
            generation: name.generation,
        }
    }
}

/// One bit for each group.
fn bits(groups: &[u16]) -> u64 {
    groups.iter().fold(0, |bits, group| bits | 1 << (group % 64))
}

impl Lexicon for Names {
    type Word = Word;

    #[inline]
    fn text(&self, word: Word) -> &str {
        let known = &self.known[word as usize];
        match std::str::from_utf8(&known.text[..usize::from(known.length)]) {
            Ok(text) if !text.is_empty() => text,
            _ => self.words.text(word),
        }
    }

    fn nickname(&self, a: Word, b: Word) -> bool {
        self.may_be_nicknames(a, b) && self.know.are_nicknames(self.text(a), self.text(b))
    }

    fn romanization(&self, a: Word, b: Word) -> bool {
        self.may_be_romanizations(a, b) && self.know.are_romanizations(self.text(a), self.text(b))
    }

    fn may_be_alike(&self, a: Word, b: Word) -> bool {
        self.known[a as usize].signature.may_reach(self.known[b as usize].signature, ALIKE as f32)
    }

    fn is_letter(&self, word: Word) -> bool {
        self.known[word as usize].length == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::name::{nickname_roots, surname_groups};
    use proptest::prelude::*;

    fn know() -> NameKnowledge {
        NameKnowledge {
            nicknames: nickname_roots,
            romanizations: surname_groups,
            organisation_token: |word| Some(word),
        }
    }

    proptest! {
        /// The words of a run are compared as written names are.
        #[test]
        fn numbers_agree_as_letters_do(
            a in "(robert|bob|ann|mary ann|maryann|r|jo|smith|smiht|){1} / (smith|smyth|park|pak|jr smith|smith jr|de la cruz|robert|){1}",
            b in "(robert|bob|ann|mary ann|anne mary|r|jo|smith|){1} / (smith|park|bak|smith sr|smith jr|cruz|bob|roberts|){1}",
        ) {
            let names = Names::of(know(), [a.as_str(), &b].into_iter());
            prop_assert_eq!(names.compare(0, 1), name::compare_split(&name::parse(&a), &name::parse(&b), &know()));
        }
    }
}
