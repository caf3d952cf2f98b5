//! One edit apart: insertion, deletion or substitution of one character, or two neighbours swapped (optimal string
//! alignment distance 1). The check on two texts, and the signatures by which all such pairs of a set are found.
//!
//! Invariant: two different texts within one edit share a signature. A text's signatures are its own hash and the
//! hashes of what is left when one character is deleted: an insertion meets the text without it, a substitution and a
//! swap meet where the place in question is deleted (deletion neighbourhoods: Mor and Fraenkel 1982; Bocek, Hunt and
//! Stiller 2007). The hash is a polynomial, so each deletion costs one multiplication and no copy of the text.

use super::groups::{self, Meeting, Signatures, mix};

/// How two texts that are one edit apart differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// One character is another.
    Substituted,
    /// One text has a character more.
    Inserted,
    /// Two characters that follow each other have changed places.
    Swapped,
}

/// The one edit between two texts, or `None` when they are equal or further apart. Characters are Unicode scalar
/// values. Time: linear.
pub fn one_edit(a: &str, b: &str) -> Option<Edit> {
    if a.len().abs_diff(b.len()) > 4 {
        return None;
    }
    let mut start = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    while !(a.is_char_boundary(start) && b.is_char_boundary(start)) {
        start -= 1;
    }
    let (a, b) = (&a[start..], &b[start..]);
    let mut end = a.bytes().rev().zip(b.bytes().rev()).take_while(|(x, y)| x == y).count();
    while !(a.is_char_boundary(a.len() - end) && b.is_char_boundary(b.len() - end)) {
        end -= 1;
    }
    let (mut a, mut b) = (a[..a.len() - end].chars(), b[..b.len() - end].chars());
    match [(a.next(), b.next()), (a.next(), b.next()), (a.next(), b.next())] {
        [(Some(_), Some(_)), (None, None), _] => Some(Edit::Substituted),
        [(Some(_), None), (None, None), _] | [(None, Some(_)), (None, None), _] => Some(Edit::Inserted),
        [(Some(a1), Some(b1)), (Some(a2), Some(b2)), (None, None)] if a1 == b2 && a2 == b1 => Some(Edit::Swapped),
        _ => None,
    }
}

/// Whether two texts are equal or one edit apart.
pub fn is_within_one(a: &str, b: &str) -> bool {
    a == b || one_edit(a, b).is_some()
}

/// All pairs of texts within one edit of each other, as indexes with the smaller one first, sorted. The texts should
/// be distinct; equal ones count as a pair.
///
/// Time: one sort of as many hashes as there are characters, plus the candidates; near-linear unless the texts are
/// dense. Memory: at most half a gigabyte for the hashes, plus the result, which is not bounded here.
pub fn pairs_within_one(strings: &[&str]) -> Vec<(u32, u32)> {
    let meeting: Meeting<&str> =
        Meeting { shared: "one edit", group_max: u64::MAX, signatures: |text, out| signatures(0, text, out) };
    let near = |a: &&str, b: &&str| is_within_one(a, b).then_some(());
    let outcome = groups::search(strings, &[meeting], near, usize::MAX);
    outcome.pairs.iter().map(|pair| (pair.left, pair.right)).collect()
}

/// The signatures by which texts with the same seed that are within one edit meet.
pub(super) fn signatures(seed: u64, text: &str, out: &mut Signatures) {
    hashes(seed, text, |hash| out.both(hash));
}

/// The signatures of [`signatures`] but for the text's own.
pub(super) fn deletions(seed: u64, text: &str, out: &mut Signatures) {
    let mut is_own = true;
    hashes(seed, text, |hash| {
        if !std::mem::replace(&mut is_own, false) {
            out.both(hash);
        }
    });
}

/// Whether a text has so many characters.
pub(super) fn has_chars(text: &str, min: usize) -> bool {
    text.len() >= min && (min == 0 || text.chars().nth(min - 1).is_some())
}

/// What [`signatures`] emits, one by one: first the text's own hash, then those of its deletions.
pub(super) fn hashes(seed: u64, text: &str, visit: impl FnMut(u64)) {
    if text.is_ascii() {
        deletion_hashes(seed, text.bytes().map(u64::from), visit);
    } else {
        deletion_hashes(seed, text.chars().map(u64::from), visit);
    }
}

/// An odd number without pattern, and its inverse modulo 2^64.
const BASE: u64 = 0xd134_2543_de82_ef95;
const BASE_INVERSE: u64 = inverse(BASE);

/// Newton's iteration: each step doubles the number of correct low bits, and an odd number is its own inverse in three.
const fn inverse(odd: u64) -> u64 {
    let mut x = odd;
    let mut step = 0;
    while step < 5 {
        x = x.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(x)));
        step += 1;
    }
    x
}

/// The hash of a sequence, then the hash of each sequence that is left when one element is deleted; deletions that
/// leave the same (inside a run of one element) come once. Time: linear, without allocation.
///
/// The hash is the polynomial `Σ e(i)·BASE^(n−1−i)`. With `prefix(i)` the hash of the first `i` elements,
/// deleting element `i` adds `(prefix(i) − prefix(i+1))·BASE^(n−1−i)` to it.
pub(super) fn deletion_hashes(
    seed: u64,
    elements: impl DoubleEndedIterator<Item = u64> + Clone,
    mut visit: impl FnMut(u64),
) {
    // One is added so that an element of value zero still counts.
    let elements = elements.map(|element| element.wrapping_add(1));
    let whole = elements.clone().fold(0u64, |hash, element| hash.wrapping_mul(BASE).wrapping_add(element));
    visit(mix(whole ^ seed));
    let (mut prefix, mut power, mut following) = (whole, 1u64, None);
    for element in elements.rev() {
        let shorter = prefix.wrapping_sub(element).wrapping_mul(BASE_INVERSE);
        if following != Some(element) {
            let deleted = whole.wrapping_add(shorter.wrapping_sub(prefix).wrapping_mul(power));
            visit(mix(deleted ^ seed));
        }
        following = Some(element);
        prefix = shorter;
        power = power.wrapping_mul(BASE);
    }
}

/// Digits that a trailing number may have to be read as a counter (`kim.dev12`) and not as a year or a number.
const COUNTER_DIGITS_MAX: usize = 3;

/// Characters that must stand before a counter: `kim12` and `kim47` have little in common.
const STEM_MIN: usize = 5;

/// Whether two different texts differ in the number they end with and in nothing else: both have a counter or none
/// behind the same stem, or one digit of a longer number is another.
pub(super) fn differ_in_trailing_number(a: &str, b: &str) -> bool {
    let (stem_a, number_a) = split_trailing_number(a);
    let (stem_b, number_b) = split_trailing_number(b);
    stem_a == stem_b
        && number_a != number_b
        && ((counter_stem(a).is_some() && counter_stem(b).is_some())
            || (!stem_a.is_empty() && is_within_one(number_a, number_b)))
}

/// What stands before a counter, when the text ends with one (or with no number) and enough stands before it.
pub(super) fn counter_stem(text: &str) -> Option<&str> {
    let (stem, number) = split_trailing_number(text);
    (number.len() <= COUNTER_DIGITS_MAX && has_chars(stem, STEM_MIN)).then_some(stem)
}

fn split_trailing_number(text: &str) -> (&str, &str) {
    text.split_at(text.len() - text.bytes().rev().take_while(u8::is_ascii_digit).count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(a: &str, b: &str, expected: Option<Edit>) {
        assert_eq!(one_edit(a, b), expected, "{a:?} {b:?}");
        assert_eq!(one_edit(b, a), expected, "{b:?} {a:?}");
        assert_eq!(is_within_one(a, b), strsim::osa_distance(a, b) <= 1, "{a:?} {b:?}");
    }

    #[test]
    fn one_edit_and_its_look_alikes() {
        check("", "", None);
        check("kim", "kim", None);
        check("", "k", Some(Edit::Inserted));
        check("kim", "kimm", Some(Edit::Inserted));
        check("kim", "kiim", Some(Edit::Inserted));
        check("kim", "im", Some(Edit::Inserted));
        check("kim", "kin", Some(Edit::Substituted));
        check("kim", "kmi", Some(Edit::Swapped));
        check("kim", "ikm", Some(Edit::Swapped));
        check("kim", "mik", None);
        check("kim", "kmii", None);
        check("kim", "kimmy", None);
        check("abab", "baba", None);
    }

    #[test]
    fn characters_count_and_not_bytes() {
        check("zoë", "zoe", Some(Edit::Substituted));
        check("zoë", "zo", Some(Edit::Inserted));
        check("zoë", "zëo", Some(Edit::Swapped));
        // The two share their first bytes, or their last ones.
        check("aé", "aè", Some(Edit::Substituted));
        check("aéx", "aΩx", Some(Edit::Substituted));
        check("金", "釒", Some(Edit::Substituted));
        check("𝒜a", "a", Some(Edit::Inserted));
        check("𝒜𝒜a", "a", None);
    }

    #[test]
    fn inverse_of_the_base() {
        assert_eq!(BASE.wrapping_mul(BASE_INVERSE), 1);
    }

    #[test]
    fn deletions_hash_as_the_shorter_text_does() {
        let own = |text: &str| {
            let mut first = None;
            hashes(7, text, |hash| first = first.or(Some(hash)));
            first
        };
        let mut all = Vec::new();
        hashes(7, "abbc", |hash| all.push(Some(hash)));
        assert_eq!(all, [own("abbc"), own("abb"), own("abc"), own("bbc")]);
    }

    #[test]
    fn trailing_numbers() {
        let check = |a, b, expected| {
            assert_eq!(differ_in_trailing_number(a, b), expected, "{a} {b}");
            assert_eq!(differ_in_trailing_number(b, a), expected, "{b} {a}");
        };
        check("kim.dev12", "kim.dev47", true);
        check("kim.dev", "kim.dev470", true);
        check("kim.dev12", "kim.dev12", false);
        check("kim.dev12", "kim.dov12", false);
        check("kim.dev1990", "kim.dev1991", true);
        check("kim.dev1990", "kim.dev1985", false);
        check("kim.dev1990", "kim.dev47", false);
        // A short stem carries a pattern only when the numbers themselves are one digit off.
        check("kim12", "kim47", false);
        check("kim12", "kim13", true);
        check("5550100", "5550101", false);
    }

    fn all_pairs(strings: &[&str]) -> Vec<(u32, u32)> {
        let mut pairs = Vec::new();
        for i in 0..strings.len() {
            for j in i + 1..strings.len() {
                if strsim::osa_distance(strings[i], strings[j]) <= 1 {
                    pairs.push((i as u32, j as u32));
                }
            }
        }
        pairs
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]
        #[test]
        fn the_pairs_are_those_of_the_slow_way(strings in proptest::collection::btree_set("[ab1é]{0,6}", 0..60)) {
            let strings: Vec<&str> = strings.iter().map(String::as_str).collect();
            prop_assert_eq!(pairs_within_one(&strings), all_pairs(&strings));
        }

        #[test]
        fn the_check_is_that_of_the_slow_way(a in "[ab金é]{0,5}", b in "[ab金é]{0,5}") {
            prop_assert_eq!(is_within_one(&a, &b), strsim::osa_distance(&a, &b) <= 1);
            prop_assert_eq!(one_edit(&a, &b), one_edit(&b, &a));
        }
    }

    #[test]
    fn dense_numbers_have_all_their_neighbours() {
        let strings: Vec<String> = (0..1000).map(|i| format!("user{i:03}")).collect();
        let strings: Vec<&str> = strings.iter().map(String::as_str).collect();
        let pairs = pairs_within_one(&strings);
        // Each has 27 at one other digit; a swap is two pairs of different digits in 10 places each: 2 · 45 · 10.
        assert_eq!(pairs.len(), 1000 * 27 / 2 + 900);
    }
}
