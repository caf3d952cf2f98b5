//! One string made ready for many comparisons: where each of its letters stands, one bit for each place.
//!
//! The table is what bit-parallel algorithms begin with (Baeza-Yates and Gonnet 1992). Building it is a good part of
//! the cost of one short pair, so a string that meets several others is prepared once.

use super::{edits, jaro_winkler};

/// The longest pattern whose places fit the bits of one word.
pub(super) const PLACES_MAX: usize = 64;

/// For each ASCII letter, the set of places at which it stands: bit 0 is the first place.
#[derive(Clone)]
pub(super) struct Positions([u64; 128]);

impl Positions {
    /// Of an ASCII string of at most [`PLACES_MAX`] bytes. Time: linear, after clearing one KiB.
    #[inline(always)]
    pub fn of(text: &[u8]) -> Self {
        debug_assert!(text.len() <= PLACES_MAX && text.is_ascii());
        let mut places = [0; 128];
        for (place, &letter) in text.iter().enumerate() {
            places[usize::from(letter & 127)] |= 1_u64 << (place & 63);
        }
        Self(places)
    }

    #[inline(always)]
    pub fn get(&self, letter: u8) -> u64 {
        self.0[usize::from(letter & 127)]
    }
}

/// The letters of an ASCII string without their number and order: a bit for each class of letters, as `a`, `A` and `!`.
/// Letters of different classes are different.
#[inline(always)]
pub(super) fn classes(text: &[u8]) -> u32 {
    const CLASSES: [u32; 128] = {
        let mut classes = [0; 128];
        let mut letter = 0;
        while letter < 128 {
            classes[letter] = 1 << (letter % 32);
            letter += 1;
        }
        classes
    };
    text.iter().fold(0, |classes, &letter| classes | CLASSES[usize::from(letter & 127)])
}

/// How many classes only the first of two sets has.
#[inline(always)]
pub(super) fn only_in_first(first: u32, second: u32) -> usize {
    (first & !second).count_ones() as usize
}

/// The two strings as bytes, shorter one first, where a byte is a letter and the shorter one fits a table.
#[inline(always)]
pub(super) fn ascii<'t>(a: &'t str, b: &'t str) -> Option<(&'t [u8], &'t [u8])> {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    (short.len() <= PLACES_MAX && short.is_ascii() && long.is_ascii()).then_some((short.as_bytes(), long.as_bytes()))
}

/// A string that is compared with several others: same results as the functions for a pair, without preparing it anew.
#[derive(Clone)]
pub struct Pattern<'t> {
    text: &'t str,
    /// Absent where the text is long or has letters beyond ASCII; then each pair is compared from scratch.
    prepared: Option<(Positions, u32)>,
}

impl<'t> Pattern<'t> {
    /// Prepares `text`. Time: linear.
    pub fn new(text: &'t str) -> Self {
        let (letters, fits) = (text.as_bytes(), text.len() <= PLACES_MAX && text.is_ascii());
        Self { text, prepared: fits.then(|| (Positions::of(letters), classes(letters))) }
    }

    /// The string itself.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// As [`jaro_winkler`](super::jaro_winkler). Time: linear where both are ASCII and the pattern has at most 64
    /// bytes.
    pub fn jaro_winkler(&self, other: &str) -> f64 {
        match self.beside(other) {
            Some((positions, _, text)) => jaro_winkler::of_positions(positions, self.text.as_bytes(), text),
            None => jaro_winkler::jaro_winkler(self.text, other),
        }
    }

    /// As [`jaro_winkler_from`](super::jaro_winkler_from). Time: as [`Pattern::jaro_winkler`] at most.
    pub fn jaro_winkler_from(&self, other: &str, least: f64) -> Option<f64> {
        let Some((positions, classes, text)) = self.beside(other) else {
            return jaro_winkler::jaro_winkler_from(self.text, other, least);
        };
        let pattern = self.text.as_bytes();
        let fewest = jaro_winkler::fewest_of_pair(pattern, text, classes, least)?;
        jaro_winkler::of_positions_from(positions, pattern, text, fewest, least)
    }

    /// As [`osa_within`](super::osa_within). Time: as [`Pattern::jaro_winkler`] at most.
    pub fn osa_within(&self, other: &str, most: usize) -> Option<usize> {
        self.within::<true>(other, most)
    }

    /// As [`levenshtein_within`](super::levenshtein_within). Time: as [`Pattern::jaro_winkler`] at most.
    pub fn levenshtein_within(&self, other: &str, most: usize) -> Option<usize> {
        self.within::<false>(other, most)
    }

    fn within<const SWAPS: bool>(&self, other: &str, most: usize) -> Option<usize> {
        let Some((positions, of_pattern, text)) = self.beside(other) else {
            return edits::within::<SWAPS>(self.text, other, most);
        };
        if self.text.len().abs_diff(text.len()) > most || edits::fewest_by_classes(of_pattern, classes(text)) > most {
            return None;
        }
        edits::of_positions::<SWAPS>(positions, self.text.len(), text, most)
    }

    /// What is prepared, and the other string where it can be compared with that.
    #[inline(always)]
    fn beside<'o>(&self, other: &'o str) -> Option<(&Positions, u32, &'o [u8])> {
        let (positions, classes) = self.prepared.as_ref().filter(|_| other.is_ascii())?;
        Some((positions, *classes, other.as_bytes()))
    }

    /// The prepared table, where there is one.
    pub(super) fn positions(&self) -> Option<&Positions> {
        self.prepared.as_ref().map(|(positions, _)| positions)
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{near_pair, pair};
    use super::super::{jaro_winkler, jaro_winkler_from, levenshtein_within, osa_within};
    use super::*;
    use proptest::prelude::*;

    fn check(a: &str, b: &str, least: f64, most: usize) {
        let pattern = Pattern::new(a);
        assert_eq!(pattern.text(), a);
        assert_eq!(pattern.jaro_winkler(b), jaro_winkler(a, b), "{a:?} {b:?}");
        assert_eq!(pattern.jaro_winkler_from(b, least), jaro_winkler_from(a, b, least), "{a:?} {b:?} {least}");
        assert_eq!(pattern.osa_within(b, most), osa_within(a, b, most), "{a:?} {b:?} {most}");
        assert_eq!(pattern.levenshtein_within(b, most), levenshtein_within(a, b, most), "{a:?} {b:?} {most}");
    }

    proptest! {
        #[test]
        fn a_pattern_says_what_the_pair_says((a, b) in pair(), least in 0.0..1.0, most in 0_usize..6) {
            check(&a, &b, least, most);
        }

        #[test]
        fn also_where_the_strings_are_near((a, b) in near_pair(), least in 0.8..1.0, most in 0_usize..4) {
            check(&a, &b, least, most);
        }
    }
}
