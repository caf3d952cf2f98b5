//! The letters of a word as bits, so that most words are told apart by a few instructions and never spelled out.
//!
//! What two words have in common is bounded from above by the bits that both have: a filter that lets every pair through
//! that could agree (as in Navarro 2001, section 8, filtering). The exact measure decides about those.

/// Which letters a word has, how often, and how it begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    /// Bit `c` for the first letter of class `c`, bit `32 + c` for a second one.
    seen: u64,
    /// The first four letters, a byte each.
    start: u32,
    /// Characters, at most [`CHARS_MAX`].
    chars: u16,
    /// Letters beyond the second of their class.
    more: u16,
}

/// Letters beyond the second of their class that [`Signature::letters`] tells.
pub const MORE_MAX: u8 = 3;

/// Longer words may be anything.
const CHARS_MAX: u16 = u16::MAX;

impl Signature {
    pub fn of(text: &str) -> Signature {
        let mut signature = Signature::default();
        let mut chars = 0usize;
        for letter in text.chars() {
            let code = letter as u32;
            let class = match letter {
                'a'..='z' => code - 'a' as u32,
                '0'..='9' => 26 + code % 5,
                _ => 31,
            };
            let (first, second) = (1u64 << class, 1u64 << (32 + class));
            if signature.seen & first == 0 {
                signature.seen |= first;
            } else if signature.seen & second == 0 {
                signature.seen |= second;
            } else {
                signature.more = signature.more.saturating_add(1);
            }
            if chars < 4 {
                signature.start |= (code & 0xff) << (8 * chars);
            }
            chars += 1;
        }
        signature.chars = u16::try_from(chars).unwrap_or(CHARS_MAX);
        signature
    }

    /// The letters alone, one bit each, and how many there are beyond the second of their class, where these are few.
    pub fn letters(self) -> Option<(u64, u8)> {
        let is_plain = self.more <= u16::from(MORE_MAX) && self.chars < CHARS_MAX;
        is_plain.then_some((self.seen, self.more as u8))
    }

    /// The first letter, cut to six bits.
    pub fn first(self) -> u8 {
        self.start as u8 & 63
    }

    /// Characters that the two have in common in any order, at most.
    #[inline(always)]
    fn common(self, other: Signature) -> u32 {
        (self.seen & other.seen).count_ones() + u32::from(self.more.min(other.more))
    }

    /// Whether the two may be within that many edits (optimal string alignment, and so Levenshtein too): each edit
    /// changes one character at most, a swap of neighbors none.
    #[inline(always)]
    pub fn may_be_within(self, other: Signature, edits: u32) -> bool {
        let longer = self.chars.max(other.chars);
        longer == CHARS_MAX || u32::from(longer) <= self.common(other) + edits
    }

    /// Whether the Jaro-Winkler similarity of the two may be `least`: with every common character in place, and the
    /// bonus of the common beginning.
    #[inline(always)]
    pub fn may_reach(self, other: Signature, least: f32) -> bool {
        if self.chars == CHARS_MAX || other.chars == CHARS_MAX || self.chars == 0 && other.chars == 0 {
            return true;
        }
        let (a, b) = (f32::from(self.chars), f32::from(other.chars));
        let common = self.common(other) as f32;
        let both = (a * b).max(1.0);
        let start = ((self.start ^ other.start).trailing_zeros() / 8).min(4) as f32 * 0.1;
        // jaro + start (1 - jaro) is at least `least`, without a division.
        (common * (a + b) + both) * (1.0 - start) >= 3.0 * both * (least - 1e-4 - start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::similarity::{jaro_winkler, osa_distance};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_pair_that_agrees_is_held_back(a in "[a-d]{0,9}|[0-9a-e]{0,12}|\\PC{0,9}", b in "[a-d]{0,9}|[0-9a-e]{0,12}|\\PC{0,9}") {
            let (x, y) = (Signature::of(&a), Signature::of(&b));
            let distance = osa_distance(&a, &b) as u32;
            prop_assert!(x.may_be_within(y, distance));
            let similarity = jaro_winkler(&a, &b) as f32;
            prop_assert!(x.may_reach(y, similarity));
        }
    }

    #[test]
    fn most_pairs_that_do_not_agree_are_held_back() {
        let (smith, smyth, jones) = (Signature::of("smith"), Signature::of("smyth"), Signature::of("jones"));
        assert!(smith.may_be_within(smyth, 1) && !smith.may_be_within(jones, 2));
        assert!(smith.may_reach(smyth, 0.8) && !smith.may_reach(jones, 0.8));
        assert!(!Signature::of("").may_reach(smith, 0.8));
    }
}
