//! String similarities. strsim is the reference; on ASCII a faster kernel with the same results stands before it.

use rapidfuzz::distance::{jaro_winkler as fast_jaro_winkler, osa as fast_osa};

/// Jaro-Winkler similarity, 0 to 1. O(n·m) worst case on short strings, bit-parallel on ASCII.
pub fn jaro_winkler(a: &str, b: &str) -> f64 {
    if a.is_ascii() && b.is_ascii() {
        fast_jaro_winkler::similarity(a.bytes(), b.bytes())
    } else {
        strsim::jaro_winkler(a, b)
    }
}

/// Jaro-Winkler similarity where it reaches `least`, else `None`; stops as soon as it cannot.
pub fn jaro_winkler_from(a: &str, b: &str, least: f64) -> Option<f64> {
    if a.is_ascii() && b.is_ascii() {
        let args = fast_jaro_winkler::Args::default().score_cutoff(least);
        fast_jaro_winkler::similarity_with_args(a.bytes(), b.bytes(), &args)
    } else {
        Some(strsim::jaro_winkler(a, b)).filter(|&found| found >= least)
    }
}

/// Optimal string alignment distance: edits of one character, swaps of two neighbours included.
pub fn osa_distance(a: &str, b: &str) -> usize {
    if a.is_ascii() && b.is_ascii() { fast_osa::distance(a.bytes(), b.bytes()) } else { strsim::osa_distance(a, b) }
}

/// Whether two tokens are one word with a typo: one edit from four letters on, two from seven on with a high similarity.
pub fn is_typo(a: &str, b: &str) -> bool {
    let shorter = a.len().min(b.len());
    if shorter < 4 || a.len().abs_diff(b.len()) > 2 {
        return false;
    }
    let distance = osa_distance(a, b);
    distance <= 1 || (distance == 2 && shorter >= 7 && jaro_winkler(a, b) >= 0.9)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_fast_kernel_agrees_with_the_reference(a in "[a-e]{0,12}", b in "[a-e]{0,12}") {
            let whole = strsim::jaro_winkler(&a, &b);
            let from = jaro_winkler_from(&a, &b, 0.8);
            // At the bound itself, the last digit of two ways to compute decides.
            prop_assert!((whole - 0.8).abs() < 1e-9 || from.is_some() == (whole >= 0.8), "{a} {b}");
            prop_assert!(from.is_none_or(|found| (found - whole).abs() < 1e-9));
            prop_assert!((jaro_winkler(&a, &b) - strsim::jaro_winkler(&a, &b)).abs() < 1e-9);
            prop_assert_eq!(osa_distance(&a, &b), strsim::osa_distance(&a, &b));
        }

        #[test]
        fn text_beyond_ascii_is_compared_by_characters(a in "\\PC{0,8}", b in "\\PC{0,8}") {
            prop_assert_eq!(osa_distance(&a, &b), strsim::osa_distance(&a, &b));
        }
    }

    #[test]
    fn a_typo_is_not_another_word() {
        for (a, b) in
            [("smith", "smtih"), ("johnson", "jonson"), ("katherine", "catherine"), ("elizabeth", "elisabeht")]
        {
            assert!(is_typo(a, b), "{a} {b}");
        }
        for (a, b) in [("ann", "amy"), ("john", "jean"), ("smith", "jones"), ("lee", "lea"), ("marion", "martin")] {
            assert!(!is_typo(a, b), "{a} {b}");
        }
    }
}
