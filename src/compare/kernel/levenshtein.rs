//! Levenshtein distance: the fewest insertions, deletions and substitutions of one letter that make one string the
//! other.
//!
//! ```text
//! kitten → sitting    3: s for k, i for e, g at the end
//! smith  → smtih      2: a swap of neighbours is two edits here, one in the optimal string alignment distance
//! ```

use super::edits;

/// Levenshtein distance in letters (Levenshtein 1965). A metric.
///
/// Time: linear in the longer string where both are ASCII and one has at most 64 bytes (Myers 1999, Hyyrö 2003); else
/// the product of the lengths. Where a bound is known, [`levenshtein_within`] is faster.
pub fn levenshtein_distance(a: &str, b: &str) -> usize {
    edits::within::<false>(a, b, usize::MAX).unwrap_or_default()
}

/// Levenshtein distance where it is at most `most`, else `None`. Refuses by the lengths, then by letters that only one
/// of the two has, then as soon as the letters to come cannot bring it back under the bound.
///
/// Time: as [`levenshtein_distance`] at most; beyond short ASCII, the length times the bound (Ukkonen 1985).
pub fn levenshtein_within(a: &str, b: &str, most: usize) -> Option<usize> {
    edits::within::<false>(a, b, most)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{check_distance, near_pair, pair};
    use super::*;
    use proptest::prelude::*;

    fn check(a: &str, b: &str) {
        check_distance(a, b, strsim::levenshtein(a, b), levenshtein_distance, levenshtein_within);
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
    }

    #[test]
    fn known_values() {
        for (a, b, expected) in
            [("kitten", "sitting", 3), ("smith", "smtih", 2), ("", "abc", 3), ("", "", 0), ("naïve", "naive", 1)]
        {
            assert_eq!(levenshtein_distance(a, b), expected, "{a} {b}");
            assert_eq!(levenshtein_distance(b, a), expected, "{b} {a}");
        }
    }

    #[test]
    fn a_bound_keeps_a_slip_and_refuses_its_look_alike() {
        for (kept, refused) in [(("marta", "martha"), ("marta", "matra")), (("zoë", "zoe"), ("zoë", "zeo"))] {
            assert_eq!(levenshtein_within(kept.0, kept.1, 1), Some(1), "{kept:?}");
            assert_eq!(levenshtein_within(refused.0, refused.1, 1), None, "{refused:?}");
        }
    }
}
