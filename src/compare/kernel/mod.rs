//! How alike two strings are: Jaro-Winkler similarity, optimal string alignment and Levenshtein distance, for a pair,
//! for one string beside many, and for a string beside a packed list. Here are only numbers about letters; what counts
//! as a typo or as the same name is said by the comparisons above.
//!
//! | known beforehand | use |
//! |---|---|
//! | nothing: two strings | [`jaro_winkler_from`], [`osa_within`], [`levenshtein_within`] |
//! | one string that meets a few others | [`Pattern`] |
//! | a list that several strings meet | [`Batch`] |
//!
//! State the bound (`least`, `most`) wherever there is one: most pairs are then refused before their letters are
//! aligned. A [`Batch`] is worth building from about thirty strings on, if each of them, or as many others, are to meet
//! the rest; below, a [`Pattern`] for each string is faster.
//!
//! Invariants: a letter is a Unicode scalar value, as in `strsim`, and every result is equal to the one of `strsim`,
//! the similarity to its last bit. A bound never drops a pair that reaches it. All processors give the same results.

mod batch;
mod edits;
mod jaro_winkler;
mod lanes;
mod letters;
mod levenshtein;
mod osa;
mod pattern;
pub(super) mod processor;
#[cfg(test)]
mod samples;

pub use batch::Batch;
pub use jaro_winkler::{jaro_winkler, jaro_winkler_from};
pub use levenshtein::{levenshtein_distance, levenshtein_within};
pub use osa::{osa_distance, osa_within};
pub use pattern::Pattern;
