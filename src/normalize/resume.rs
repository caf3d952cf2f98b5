//! Resume text to lines that can be compared one by one: copied resumes share sentences, not whole files.
//!
//! How rare a line is, and so what sharing it says, is decided by weighing; here only what is too short to say anything
//! is dropped. Every output normalizes to itself.

use super::text::fold;
use crate::model::value::{Marks, Normalized};
use rustc_hash::FxHashSet;

/// A line with fewer words, or fewer characters, is a heading, a date or a name.
const WORDS_MIN: usize = 4;
const CHARS_MIN: usize = 20;

/// Lines taken from one text. A resume has fewer; a pasted book must not crowd out the other records.
pub const LINES_MAX: usize = 200;

/// Sentences that stand in resumes of strangers; sorted.
const BOILERPLATE: &[&str] = &[
    "i hereby declare that the above information is true",
    "i hereby declare that the information given above is true to the best of my knowledge",
    "references are available upon request",
    "references available on request",
    "references available upon request",
    "references will be provided upon request",
];

/// The lines of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// Distinct lines in the order of the text, at most [`LINES_MAX`].
    pub lines: Vec<Normalized>,
    /// Lines that were left out because the text has more than [`LINES_MAX`].
    pub dropped: usize,
}

/// The normalized lines of a resume: see [`split`].
pub fn lines(raw: &str) -> Vec<Normalized> {
    split(raw).lines
}

/// Splits a text into lines, sentences and bullets; folds them, strips punctuation, keeps numbers; drops short ones and
/// duplicates. At most [`LINES_MAX`] lines are kept, the first of the text; how many more there were is told.
pub fn split(raw: &str) -> Lines {
    let mut found = Lines::default();
    let mut seen: FxHashSet<String> = FxHashSet::default();
    for piece in raw.split(is_line_break).flat_map(sentences) {
        let text = words(piece);
        if text.len() < CHARS_MIN || text.split(' ').count() < WORDS_MIN || seen.contains(&text) {
            continue;
        }
        if found.lines.len() == LINES_MAX {
            found.dropped += 1;
        } else {
            let generic = BOILERPLATE.binary_search(&text.as_str()).is_ok();
            found.lines.push(Normalized::marked(text.as_str(), if generic { Marks::GENERIC } else { Marks::NONE }));
        }
        seen.insert(text);
    }
    found
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}' | ';' | '|' | '。')
        || matches!(c, '•' | '‣' | '▪' | '●' | '◦' | '■' | '◆' | '►' | '➢' | '✓' | '*')
}

/// Splits behind a full stop, question or exclamation mark that white space follows. `e.g. this` is split too, on both
/// sides of a comparison alike.
fn sentences(piece: &str) -> impl Iterator<Item = &str> {
    let mut rest = piece;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest
            .char_indices()
            .zip(rest.chars().skip(1))
            .find(|((_, c), next)| matches!(c, '.' | '?' | '!') && next.is_whitespace())
            .map_or(rest.len(), |((at, _), _)| at + 1);
        let (sentence, after) = rest.split_at(end);
        rest = after;
        Some(sentence)
    })
}

/// The folded words and numbers of a piece, joined by single spaces.
fn words(piece: &str) -> String {
    let folded = if piece.is_ascii() { piece.to_ascii_lowercase() } else { fold(piece) };
    let mut text = String::with_capacity(folded.len());
    for word in folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, expected: &[&str]) {
        let got: Vec<String> = lines(raw).into_iter().map(|line| line.text).collect();
        assert_eq!(got, expected, "{raw}");
    }

    #[test]
    fn lines_sentences_and_bullets_are_split() {
        let long = "Built 12 REST services in Rust";
        let folded = "built 12 rest services in rust";
        let other = "Led a team of 5 engineers";
        let other_folded = "led a team of 5 engineers";
        for separator in ["\n", "\r\n", ". ", "; ", " | ", " • ", "\n* ", "! "] {
            check(&format!("{long}{separator}{other}"), &[folded, other_folded]);
        }
        // A point inside a word or number, and a comma, separate nothing.
        check("Ported node.js 4.2 services, then retired them", &["ported node js 4 2 services then retired them"]);
    }

    #[test]
    fn short_lines_and_duplicates_are_dropped() {
        check("Experience\nSkills: Rust\n2019 - 2024", &[]);
        check("One two three four", &[]);
        check("Internationalization everywhere done", &[]);
        check("Led a team of 5 engineers\n- LED a team of 5 engineers!", &["led a team of 5 engineers"]);
        check("", &[]);
    }

    #[test]
    fn accents_and_case_are_folded() {
        check("Développé des systèmes embarqués à Zürich", &["developpe des systemes embarques a zurich"]);
    }

    #[test]
    fn the_bound_is_told() {
        let text: String = (0..250).map(|i| format!("Shipped the release number {i} on time\n")).collect();
        let found = split(&text);
        assert_eq!((found.lines.len(), found.dropped), (LINES_MAX, 50));
        let twice = split(&format!("{text}{text}"));
        assert_eq!((twice.lines.len(), twice.dropped), (LINES_MAX, 50));
    }

    #[test]
    fn boilerplate_is_generic() {
        assert!(BOILERPLATE.is_sorted());
        assert!(lines("References available upon request.")[0].marks.has(Marks::GENERIC));
        assert!(!lines("References available upon written request.")[0].marks.has(Marks::GENERIC));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
        #[test]
        fn every_line_is_a_line_of_itself(raw in "[a-zé0-9 .;|\\n•-]{0,200}") {
            for line in lines(&raw) {
                proptest::prop_assert_eq!(lines(&line.text), vec![line.clone()]);
            }
        }
    }
}
