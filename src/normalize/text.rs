//! Folding of free text, shared by every normalizer of this folder: Unicode to lower-case ASCII, white space, and the
//! words that stand for "nothing". What a kind of value means is left to the kind's own file.
//!
//! Invariant: [`fold`] and [`fold_light`] are idempotent, run in time linear in the input, and never fail.

use crate::model::value::Normalized;
use any_ascii::any_ascii_char;
use unicode_normalization::UnicodeNormalization;

/// What normalizing one raw value gives: `Ok(None)` when the cell is empty or holds a word for nothing, `Err` with a
/// short reason for a person when it does not normalize, else the canonical value.
pub type Outcome = Result<Option<Normalized>, String>;

/// Lower-case ASCII form of a text: NFKC, transliterated, white space and control characters collapsed to one space,
/// invisible format characters dropped. Hangul syllables and Han characters are transliterated one by one with spaces
/// between them, so that their boundaries survive. Idempotent; linear; plain ASCII takes a path without Unicode tables.
///
/// ```text
/// "  José  ÁLVAREZ " → "jose alvarez"      "박민준" → "bag min jun"      "Ｆｕｌｌ" → "full"
/// ```
pub fn fold(raw: &str) -> String {
    let mut out = Collapsed::with_capacity(raw.len());
    if raw.is_ascii() {
        for byte in raw.bytes() {
            out.push(char::from(byte.to_ascii_lowercase()));
        }
        return out.text;
    }
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
    let mut out = Collapsed::with_capacity(raw.len());
    if raw.is_ascii() {
        raw.chars().for_each(|c| out.push(c));
    } else {
        visible(raw).nfkc().for_each(|c| out.push(c));
    }
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
    let trimmed = raw.trim_matches(|c: char| c.is_whitespace() || c.is_control() || is_invisible(c));
    let word = trimmed.trim_matches(|c: char| c.is_ascii_punctuation() || c.is_whitespace());
    if word.is_empty() {
        // Only punctuation and white space; a text of other signs is not judged here.
        return true;
    }
    if word.len() > LONGEST_EMPTY_WORD || !word.is_ascii() {
        return false;
    }
    (na_is_nothing && word.eq_ignore_ascii_case("na")) || EMPTY_WORDS.iter().any(|w| word.eq_ignore_ascii_case(w))
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
