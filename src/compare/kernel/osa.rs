//! Optimal string alignment distance: the fewest edits that make one string the other, where an edit inserts, deletes
//! or substitutes one letter or swaps two neighbours, and no place is edited twice (restricted Damerau-Levenshtein).
//!
//! ```text
//! smith  → smtih    1: i and t changed places
//! ca     → abc      3: with an edit of the swapped place it would be 2, which this distance does not allow
//! ```

use super::edits;

/// Optimal string alignment distance in letters. Symmetric, but no metric: `ca`, `ac`, `abc`.
///
/// Time: linear in the longer string where both are ASCII and one has at most 64 bytes (Hyyrö 2003); else the product
/// of the lengths. Where a bound is known, [`osa_within`] is faster.
pub fn osa_distance(a: &str, b: &str) -> usize {
    edits::within::<true>(a, b, usize::MAX).unwrap_or_default()
}

/// Optimal string alignment distance where it is at most `most`, else `None`. Refuses by the lengths, then by letters
/// that only one of the two has, then as soon as the letters to come cannot bring it back under the bound.
///
/// Time: as [`osa_distance`] at most; beyond short ASCII, the length times the bound (Ukkonen 1985).
pub fn osa_within(a: &str, b: &str, most: usize) -> Option<usize> {
    edits::within::<true>(a, b, most)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{check_distance, near_pair, pair};
    use super::*;
    use proptest::prelude::*;

    fn check(a: &str, b: &str) {
        check_distance(a, b, strsim::osa_distance(a, b), osa_distance, osa_within);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn it_is_the_distance_of_strsim((a, b) in pair()) {
            check(&a, &b);
        }

        #[test]
        fn also_where_the_strings_are_near((a, b) in near_pair()) {
            check(&a, &b);
        }

        #[test]
        fn also_among_swaps_of_two_letters(a in "[ab]{0,9}", b in "[ab]{0,9}") {
            check(&a, &b);
        }
    }

    #[test]
    fn known_values() {
        for (a, b, expected) in [
            ("smith", "smtih", 1),
            ("ca", "abc", 3),
            ("ab", "ba", 1),
            ("abcd", "badc", 2),
            ("kitten", "sitting", 3),
            ("", "abc", 3),
            ("", "", 0),
            ("şen", "nes", 2),
        ] {
            assert_eq!(osa_distance(a, b), expected, "{a} {b}");
            assert_eq!(osa_distance(b, a), expected, "{b} {a}");
        }
    }

    #[test]
    fn a_bound_keeps_a_slip_and_refuses_its_look_alike() {
        for (kept, refused) in [
            (("marta", "matra"), ("marta", "matar")),
            (("müller", "mülelr"), ("müller", "mulelr")),
            (("anna", "ana"), ("anna", "an")),
        ] {
            assert_eq!(osa_within(kept.0, kept.1, 1), Some(1), "{kept:?}");
            assert_eq!(osa_within(refused.0, refused.1, 1), None, "{refused:?}");
        }
    }
}
