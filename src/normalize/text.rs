//! Folding of free text, shared by every normalizer of this folder: Unicode to lower-case ASCII, white space, and the
//! words that stand for "nothing". What a kind of value means is left to the kind's own file. Beside it the ways in which
//! every kind looks a short word up (`key`, `WordMap`) and hands a value over ([`Written`]).
//!
//! Invariant: [`fold`] and [`fold_light`] are idempotent, run in time linear in the input, and never fail.

use crate::model::value::{Marks, Normalized};
use any_ascii::any_ascii_char;
use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

/// What normalizing one raw value gives: `Ok(None)` when the cell is empty or holds a word for nothing, `Err` with a
/// short reason for a person when it does not normalize, else the canonical value.
pub type Outcome = Result<Option<Normalized>, String>;

/// As [`Outcome`] of a normalizer that appends the canonical text to a buffer of its caller's and returns the marks. It
/// appends nothing unless it returns marks.
pub type Written = Result<Option<Marks>, String>;

/// The outcome of a normalizer that writes, with a text of its own.
pub(super) fn owned(write: impl FnOnce(&mut String) -> Written) -> Outcome {
    let mut text = String::new();
    Ok(write(&mut text)?.map(|marks| Normalized { text, marks }))
}

/// Hands an outcome over to a buffer.
pub(super) fn append(outcome: Outcome, out: &mut String) -> Written {
    Ok(outcome?.map(|value| {
        out.push_str(&value.text);
        value.marks
    }))
}

/// Lower-case ASCII form of a text: NFKC, transliterated, white space and control characters collapsed to one space,
/// invisible format characters dropped. Hangul syllables and Han characters are transliterated one by one with spaces
/// between them, so that their boundaries survive. Idempotent; linear; plain ASCII takes a path without Unicode tables.
///
/// ```text
/// "  José  ÁLVAREZ " → "jose alvarez"      "박민준" → "bag min jun"      "Ｆｕｌｌ" → "full"
/// ```
pub fn fold(raw: &str) -> String {
    if raw.is_ascii() {
        let mut text = collapsed(raw);
        text.make_ascii_lowercase();
        return text;
    }
    let mut out = Collapsed::with_capacity(raw.len());
    for c in visible(raw).nfkc() {
        if c.is_ascii() {
            out.push(c.to_ascii_lowercase());
        } else if c.is_whitespace() || c.is_control() {
            out.push(' ');
        } else {
            let syllabic = is_syllabic(c);
            if syllabic {
                out.push(' ');
            }
            for ascii in any_ascii_char(c).bytes() {
                out.push(char::from(ascii.to_ascii_lowercase()));
            }
            if syllabic {
                out.push(' ');
            }
        }
    }
    out.text
}

/// NFKC, trimmed, white space and control characters collapsed, invisible format characters dropped; letters and case
/// stay as they are. Idempotent and linear.
pub fn fold_light(raw: &str) -> String {
    if raw.is_ascii() {
        return collapsed(raw);
    }
    let mut out = Collapsed::with_capacity(raw.len());
    visible(raw).nfkc().for_each(|c| out.push(c));
    out.text
}

/// An ASCII text with its white space and control characters collapsed: a copy when there is nothing to collapse.
fn collapsed(ascii: &str) -> String {
    let bytes = ascii.as_bytes();
    let is_space_at_an_end = matches!(bytes, [b' ', ..] | [.., b' ']);
    let is_control = |byte: &u8| byte.is_ascii_control();
    if !is_space_at_an_end && !bytes.iter().any(is_control) && !bytes.windows(2).any(|pair| pair == b"  ") {
        return ascii.to_owned();
    }
    let mut out = Collapsed::with_capacity(ascii.len());
    ascii.chars().for_each(|c| out.push(c));
    out.text
}

/// The runs of ASCII letters and digits of a folded text, in order.
pub fn tokens(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|token| !token.is_empty())
}

/// Whether a raw cell says nothing: empty, only punctuation, or a word such as `n/a`, `none`, `null`, `unknown`.
///
/// `NA` counts as nothing; a column of names, where it may be a person, asks [`is_empty_word_in_name`].
pub fn is_empty_word(raw: &str) -> bool {
    says_nothing(raw, true)
}

/// As [`is_empty_word`], for a cell that holds a person's name: `Na` is a surname.
pub fn is_empty_word_in_name(raw: &str) -> bool {
    says_nothing(raw, false)
}

/// Words for nothing, compared without case and outer punctuation. Longest entry: [`LONGEST_EMPTY_WORD`] bytes.
const EMPTY_WORDS: [&str; 32] = [
    "blank",
    "does not apply",
    "empty",
    "n.a",
    "n/a",
    "nan",
    "nat",
    "nil",
    "no data",
    "no value",
    "none",
    "none given",
    "none provided",
    "not applicable",
    "not available",
    "not given",
    "not known",
    "not provided",
    "not reported",
    "not set",
    "not specified",
    "not stated",
    "null",
    "tba",
    "tbc",
    "tbd",
    "undefined",
    "unkn",
    "unknown",
    "unspecified",
    "withheld",
    "#value",
];

const LONGEST_EMPTY_WORD: usize = 14;

fn says_nothing(raw: &str, na_is_nothing: bool) -> bool {
    let word = match raw.as_bytes() {
        // Most cells begin with a letter or digit, and with two signs that no word for nothing begins with.
        [first, ..] if first.is_ascii_alphanumeric() && !begins_empty_word(raw.as_bytes()) => return false,
        [first, .., last] if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() => raw,
        _ => {
            let trimmed = raw.trim_matches(|c: char| c.is_whitespace() || c.is_control() || is_invisible(c));
            trimmed.trim_matches(|c: char| c.is_ascii_punctuation() || c.is_whitespace())
        }
    };
    if word.is_empty() {
        // Only punctuation and white space; a text of other signs is not judged here.
        return true;
    }
    if word.len() > LONGEST_EMPTY_WORD || !word.is_ascii() {
        return false;
    }
    (na_is_nothing && word.eq_ignore_ascii_case("na")) || EMPTY_WORDS.iter().any(|w| word.eq_ignore_ascii_case(w))
}

/// Whether the first two signs are those of a word for nothing.
fn begins_empty_word(bytes: &[u8]) -> bool {
    let [first, second, ..] = bytes else { return false };
    let second = second.to_ascii_lowercase();
    match first.to_ascii_lowercase() {
        b'b' => second == b'l',
        b'd' => second == b'o',
        b'e' => second == b'm',
        b'n' => matches!(second, b'.' | b'/' | b'a' | b'i' | b'o' | b'u'),
        b't' => second == b'b',
        b'u' => second == b'n',
        b'w' => second == b'i',
        _ => false,
    }
}

/// A text before and behind the first of an ASCII sign.
pub(super) fn split_once(text: &str, sign: u8) -> Option<(&str, &str)> {
    debug_assert!(sign.is_ascii());
    let at = text.bytes().position(|byte| byte == sign)?;
    Some((&text[..at], &text[at + 1..]))
}

/// A word of at most [`KEY_BYTES`] bytes as one number: its bytes from the lowest on, and its length in the highest.
/// Two words have one key only when they are equal, so words are compared and looked up without a loop over their bytes.
/// `None` for a longer word. The key of the empty word is 0.
pub(super) const fn key(word: &[u8]) -> Option<u128> {
    let count = word.len();
    if count > KEY_BYTES {
        return None;
    }
    // Head and tail may overlap: what both hold is the same, and laid over itself stays what it is.
    let bytes = if let (Some(head), Some(tail)) = (word.first_chunk(), word.last_chunk()) {
        u64::from_le_bytes(*head) as u128 | (u64::from_le_bytes(*tail) as u128) << (8 * (count - 8))
    } else if let (Some(head), Some(tail)) = (word.first_chunk(), word.last_chunk()) {
        u32::from_le_bytes(*head) as u128 | (u32::from_le_bytes(*tail) as u128) << (8 * (count - 4))
    } else {
        match *word {
            [a] => a as u128,
            [a, b] => u16::from_le_bytes([a, b]) as u128,
            [a, b, c] => u32::from_le_bytes([a, b, c, 0]) as u128,
            _ => 0,
        }
    };
    Some(bytes | (count as u128) << 120)
}

/// Longest word that has a [`key`].
pub(super) const KEY_BYTES: usize = 15;

/// What is known of some words, looked up by [`key`] in a table of which most places are empty, so that a word that is
/// not in it is told apart at its first place. The few longer words stand in a map beside it.
pub(super) struct WordMap<T> {
    /// By hash, the position of an entry plus one; 0 is an empty place. A power of two of them.
    places: Vec<u16>,
    entries: Vec<(u128, T)>,
    long: FxHashMap<&'static str, T>,
    longest: usize,
}

impl<T> WordMap<T> {
    /// The map of those words; of a word that comes twice the first counts. At most 16,000 words.
    pub fn new(words: impl IntoIterator<Item = (&'static str, T)>) -> Self {
        let mut map = Self { places: Vec::new(), entries: Vec::new(), long: FxHashMap::default(), longest: 0 };
        let mut keys: FxHashMap<u128, ()> = FxHashMap::default();
        for (word, value) in words {
            map.longest = map.longest.max(word.len());
            match key(word.as_bytes()) {
                Some(key) if key != 0 && keys.insert(key, ()).is_none() => map.entries.push((key, value)),
                Some(_) => {}
                None => {
                    map.long.entry(word).or_insert(value);
                }
            }
        }
        map.places = vec![0; (map.entries.len() * 4).next_power_of_two().max(64)];
        for (at, &(key, _)) in (1u16..).zip(&map.entries) {
            let mut place = map.place(key);
            while map.places[place] != 0 {
                place = (place + 1) & (map.places.len() - 1);
            }
            map.places[place] = at;
        }
        map
    }

    /// What is known of a word.
    pub fn get(&self, word: &str) -> Option<&T> {
        match key(word.as_bytes()) {
            Some(key) => self.get_key(key),
            None if word.len() > self.longest => None,
            None => self.long.get(word),
        }
    }

    /// What is known of the word with that key.
    pub fn get_key(&self, key: u128) -> Option<&T> {
        let mut place = self.place(key);
        loop {
            let at = usize::from(*self.places.get(place)?).checked_sub(1)?;
            match self.entries.get(at)? {
                (found, value) if *found == key => return Some(value),
                _ => place = (place + 1) & (self.places.len() - 1),
            }
        }
    }

    fn place(&self, key: u128) -> usize {
        let folded = key as u64 ^ ((key >> 64) as u64).rotate_left(29);
        (folded.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize & (self.places.len() - 1)
    }
}

/// Text under construction in which white space and control characters collapse to single spaces between words.
struct Collapsed {
    text: String,
    space_due: bool,
}

impl Collapsed {
    fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), space_due: false }
    }

    fn push(&mut self, c: char) {
        if c.is_whitespace() || c.is_control() {
            self.space_due = !self.text.is_empty();
            return;
        }
        if self.space_due {
            self.text.push(' ');
            self.space_due = false;
        }
        self.text.push(c);
    }
}

/// The characters of a text without the invisible ones. They are dropped before NFKC and not after it, or a letter and
/// its accent that one of them kept apart would compose only on the second pass.
fn visible(raw: &str) -> impl Iterator<Item = char> {
    raw.chars().filter(|&c| !is_invisible(c))
}

/// Characters that show nothing: soft hyphen, zero-width characters, direction marks, variation selectors, BOM.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

/// Hangul syllables and Han characters: scripts in which one character is one syllable of a name.
pub(super) fn is_syllabic(c: char) -> bool {
    is_hangul(c) || is_han(c)
}

/// A Hangul syllable.
fn is_hangul(c: char) -> bool {
    matches!(c, '\u{AC00}'..='\u{D7A3}')
}

/// A Han character.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folds_to_lower_case_ascii() {
        let check = |raw, expected| assert_eq!(fold(raw), expected, "{raw:?}");
        check("", "");
        check("  John\t\r\n SMITH\u{0} ", "john smith");
        check("José ÁLVAREZ", "jose alvarez");
        check("Ｊｏｈｎ　Ｓｍｉｔｈ", "john smith");
        check("박민준", "bag min jun");
        check("王小明", "wang xiao ming");
        check("Борис", "boris");
        check("Łódź", "lodz");
        check("naïve\u{200B}té", "naivete");
        check("soft\u{AD}hyphen", "softhyphen");
        check("\u{FEFF}bom", "bom");
    }

    #[test]
    fn folds_lightly() {
        let check = |raw, expected| assert_eq!(fold_light(raw), expected, "{raw:?}");
        check("  Ａ  b\u{A0}c ", "A b c");
        check("e\u{200B}\u{301}", "é");
        check("José", "José");
    }

    #[test]
    fn knows_words_for_nothing() {
        for nothing in ["", " ", "-", "--", "?", "N/A", "n/a", "#N/A", "na", "N.A.", "None", "(null)", "UNKNOWN", "."] {
            assert!(is_empty_word(nothing), "{nothing:?}");
        }
        for something in ["0", "Nadia", "nano", "none at example", "unknown soldier", "é", "no"] {
            assert!(!is_empty_word(something), "{something:?}");
        }
        assert!(is_empty_word("Na") && !is_empty_word_in_name("Na"));
        assert_eq!(EMPTY_WORDS.iter().map(|w| w.len()).max(), Some(LONGEST_EMPTY_WORD));
    }

    #[test]
    fn what_begins_like_a_word_for_nothing_is_read_to_its_end() {
        for word in EMPTY_WORDS.iter().filter(|word| **word != "#value") {
            assert!(begins_empty_word(word.as_bytes()), "{word:?}");
            for nothing in
                [word.to_ascii_uppercase(), format!(" {word}."), format!("{word}\u{200B}"), format!("({word}")]
            {
                assert!(is_empty_word(&nothing), "{nothing:?}");
            }
            for something in [format!("{word}x"), format!("{word} 1"), format!("x{word}"), format!("{word}é")] {
                assert!(!is_empty_word(&something), "{something:?}");
            }
        }
        // The sign in front is punctuation, so this entry has never been met.
        assert!(!is_empty_word("#value") && !is_empty_word("n") && is_empty_word("-n/a-"));
    }

    #[test]
    fn words_have_one_key_each() {
        let words =
            ["", "a", "ab", "abc", "abcd", "abcde", "abcdefgh", "abcdefghi", "abcdefghijklmno", "a\0", "\0a", "\0"];
        let keys: Vec<Option<u128>> = words.iter().map(|word| key(word.as_bytes())).collect();
        assert!(keys.iter().all(Option::is_some) && keys[0] == Some(0));
        for (at, found) in keys.iter().enumerate() {
            assert_eq!(keys.iter().position(|other| other == found), Some(at), "{:?}", words[at]);
        }
        assert_eq!(key(b"abcdefghijklmnop"), None);
    }

    #[test]
    fn looks_words_up() {
        let map = WordMap::new([("st", 1), ("street", 2), ("newfoundland and labrador", 3), ("st", 4), ("", 5)]);
        for (word, expected) in [("st", 1), ("street", 2), ("newfoundland and labrador", 3)] {
            assert_eq!(map.get(word), Some(&expected), "{word}");
        }
        for word in ["", "s", "str", "streets", "newfoundland and labradors", "st\0"] {
            assert_eq!(map.get(word), None, "{word}");
        }
        assert_eq!(WordMap::<u8>::new([]).get("st"), None);
    }

    #[test]
    fn splits_tokens() {
        assert_eq!(tokens("a-b c.d  12").collect::<Vec<_>>(), ["a", "b", "c", "d", "12"]);
    }

    #[test]
    fn long_text_is_folded_in_linear_time() {
        // Three megabytes of each; a quadratic step would not come back.
        for unit in ["a ", "é", "박", "e\u{301}\u{200B}", "\u{0}"] {
            let long = unit.repeat(3_000_000 / unit.len());
            assert!(fold(&long).len() <= long.len() * 4);
            assert!(fold_light(&long).len() <= long.len());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn idempotent(raw in any::<String>()) {
            let once = fold(&raw);
            prop_assert!(once.is_ascii());
            prop_assert_eq!(fold(&once), once);
            let light = fold_light(&raw);
            prop_assert_eq!(fold_light(&light), light);
        }

        #[test]
        fn ascii_path_agrees_with_the_general_one(raw in "[ -~\t]{0,30}") {
            // One invisible character sends the same text down the general path.
            prop_assert_eq!(fold(&format!("{raw}\u{200B}")), fold(&raw));
        }
    }
}
