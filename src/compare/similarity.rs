//! String similarities as the comparisons ask for them; the kernels behind them are in `kernel`.

pub use super::kernel::{jaro_winkler, jaro_winkler_from, osa_distance, osa_within};

/// Whether two tokens are one word with a typo: one edit from four letters on, two from seven on with a high similarity.
pub fn is_typo(a: &str, b: &str) -> bool {
    let shorter = a.len().min(b.len());
    if shorter < 4 || a.len().abs_diff(b.len()) > 2 {
        return false;
    }
    match osa_within(a, b, 2) {
        Some(0 | 1) => true,
        Some(_) => shorter >= 7 && jaro_winkler_from(a, b, 0.9).is_some(),
        None => false,
    }
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
