//! Jaro-Winkler similarity: how many letters two strings share at about the same place, how many of those are out of
//! order, and how far the strings begin alike.
//!
//! Jaro (1989) takes letters as shared when they stand no further apart than half the longer string less one, Winkler
//! (1990) raises the similarity for a common beginning of up to four letters. As in `strsim`, the beginning counts only
//! over a Jaro similarity of 0.7.
//!
//! ```text
//! martha     m a r t h a     6 shared of 6 and 6, t and h out of order: one swap
//! marhta     m a r h t a     Jaro (6/6 + 6/6 + 5/6) / 3 = 0.944, three letters alike in front: 0.961
//! ```
//!
//! Shared letters are found for all places at once: the table of one string gives the places of a letter as bits, and
//! the window and the places already taken are masks on them.

use super::pattern::{PLACES_MAX, Positions, ascii, classes, only_in_first};

/// Jaro-Winkler similarity, 0 to 1; two empty strings are alike. Symmetric.
///
/// Time: linear in the longer string where both are ASCII and one has at most 64 bytes; else the product of the
/// lengths.
pub fn jaro_winkler(a: &str, b: &str) -> f64 {
    match ascii(a, b) {
        Some((short, long)) => of_positions(&Positions::of(short), short, long),
        None => strsim::jaro_winkler(a, b),
    }
}

/// Jaro-Winkler similarity where it reaches `least`, else `None`. Refuses by the lengths, then by letters that only one
/// of the two has, then as soon as too many letters found no partner.
///
/// Time: as [`jaro_winkler`] at most.
pub fn jaro_winkler_from(a: &str, b: &str, least: f64) -> Option<f64> {
    let Some((short, long)) = ascii(a, b) else { return by_letters_from(a, b, least) };
    let fewest = fewest_of_pair(short, long, classes(short), least)?;
    of_positions_from(&Positions::of(short), short, long, fewest, least)
}

/// [`jaro_winkler`] with the table of one of two ASCII strings.
#[inline(always)]
pub(super) fn of_positions(positions: &Positions, pattern: &[u8], text: &[u8]) -> f64 {
    of_positions_with(positions, pattern, text, 0).unwrap_or(0.0)
}

/// [`jaro_winkler_from`] with the table of one of two ASCII strings, which must share `fewest` letters to reach
/// `least`.
#[inline(always)]
pub(super) fn of_positions_from(
    positions: &Positions,
    pattern: &[u8],
    text: &[u8],
    fewest: usize,
    least: f64,
) -> Option<f64> {
    of_positions_with(positions, pattern, text, fewest).filter(|&found| found >= least)
}

/// The similarity, or `None` where fewer than `fewest` letters are shared.
#[inline(always)]
fn of_positions_with(positions: &Positions, pattern: &[u8], text: &[u8], fewest: usize) -> Option<f64> {
    let lengths = (pattern.len(), text.len());
    let mut letters = [0; LETTERS];
    let shared = Shared::find(positions, lengths.0, text, fewest, &mut letters)?;
    let jaro = jaro(shared.count, shared.out_of_order(pattern, &letters), lengths);
    Some(with_beginning(jaro, common_beginning(pattern, text)))
}

/// Room for the shared letters: a power of two, with one place more than there can be.
const LETTERS: usize = 2 * PLACES_MAX;

/// The letters shared by a pattern and a text.
struct Shared {
    count: usize,
    /// Their places in the pattern.
    places: u64,
}

impl Shared {
    /// Gives each letter of the text the first free place of the pattern inside its window, and puts those that got one
    /// into `letters`; `None` as soon as `fewest` cannot be reached.
    #[inline(always)]
    fn find(
        positions: &Positions,
        places: usize,
        text: &[u8],
        fewest: usize,
        letters: &mut [u8; LETTERS],
    ) -> Option<Self> {
        let reach = reach(places, text.len());
        let mut found = Self { count: 0, places: 0 };
        let mut window = Window::new(reach);
        // From the letter on that would look past the pattern's end, none is found.
        let looking = text.len().min(places + reach);
        let mut spare = looking as isize - fewest as isize;
        for &letter in &text[..looking] {
            let free = positions.get(letter) & window.next() & !found.places;
            let first = free & free.wrapping_neg();
            found.places |= first;
            letters[found.count % LETTERS] = letter;
            // Whether a letter finds a partner cannot be foreseen, so nothing branches on it.
            found.count += usize::from(first != 0);
            spare -= isize::from(first == 0);
            if spare < 0 {
                return None;
            }
        }
        Some(found)
    }

    /// How many shared letters have another one at the same rank in the other string.
    #[inline(always)]
    fn out_of_order(&self, pattern: &[u8], letters: &[u8; LETTERS]) -> usize {
        let (mut places, mut out_of_order) = (self.places, 0);
        for letter in &letters[..self.count.min(LETTERS)] {
            out_of_order += usize::from(pattern.get(places.trailing_zeros() as usize) != Some(letter));
            places &= places.wrapping_sub(1);
        }
        out_of_order
    }
}

/// How many places apart two letters may stand.
#[inline(always)]
pub(super) fn reach(a: usize, b: usize) -> usize {
    (a.max(b) / 2).saturating_sub(1)
}

/// The places within reach, for one place of the text after the other.
pub(super) struct Window {
    reach: usize,
    at: usize,
    /// Places up to the last one within reach, and those already behind.
    ahead: u64,
    behind: u64,
}

impl Window {
    #[inline(always)]
    pub fn new(reach: usize) -> Self {
        let ahead = if reach < PLACES_MAX { (1 << reach) - 1 } else { u64::MAX };
        Self { reach, at: 0, ahead, behind: 0 }
    }

    #[inline(always)]
    pub fn next(&mut self) -> u64 {
        self.ahead = (self.ahead << 1) | 1;
        self.behind = (self.behind << 1) | u64::from(self.at > self.reach);
        self.at += 1;
        self.ahead & !self.behind
    }
}

/// Letters both strings begin with, four at most.
#[inline(always)]
pub(super) fn common_beginning(a: &[u8], b: &[u8]) -> u16 {
    if let (Some(a), Some(b)) = (a.first_chunk(), b.first_chunk()) {
        let differing = u32::from_le_bytes(*a) ^ u32::from_le_bytes(*b);
        return (differing.trailing_zeros() / 8) as u16;
    }
    a.iter().zip(b).take_while(|(x, y)| x == y).count() as u16
}

/// The similarity of Jaro, in the order of operations of `strsim`, so that the last bit is the same.
#[inline(always)]
pub(super) fn jaro(shared: usize, out_of_order: usize, lengths: (usize, usize)) -> f64 {
    if shared == 0 {
        return if lengths == (0, 0) { 1.0 } else { 0.0 };
    }
    let in_order = (shared - out_of_order / 2) as f64;
    let shared = shared as f64;
    ((shared / lengths.0 as f64) + (shared / lengths.1 as f64) + in_order / shared) / 3.0
}

/// What Winkler adds for a common beginning.
#[inline(always)]
pub(super) fn with_beginning(jaro: f64, beginning: u16) -> f64 {
    // Without a branch, so that many can be raised at once; a raise by 0 changes no bit.
    let raise = 0.1 * f64::from(beginning);
    let raise = if jaro > 0.7 { raise } else { 0.0 };
    jaro + raise * (1.0 - jaro)
}

/// A number of shared letters below which `least` cannot be reached: never too high, at most one too low. It solves the
/// formula for the letters, none out of order, with a margin for the rounding of both.
#[inline(always)]
pub(super) fn fewest_shared(a: usize, b: usize, beginning: u16, least: f64) -> usize {
    if a == 0 || b == 0 {
        return 0;
    }
    // Up to 0.7 the beginning adds nothing, and what it adds above keeps the similarity above.
    let raise = 0.1 * f64::from(beginning);
    let jaro = if least > 0.7 { ((least - raise) / (1.0 - raise)).max(0.7) } else { least };
    let (a, b) = (a as f64, b as f64);
    let fewest = (3.0 * jaro - 1.0) * a * b / (a + b) - 1e-6;
    if fewest > 0.0 { (fewest as usize).saturating_add(1) } else { 0 }
}

/// [`fewest_shared`] for two ASCII strings, or `None` where their classes of letters exclude that they share so many.
/// The letters of a class that the other lacks are not shared.
#[inline(always)]
pub(super) fn fewest_of_pair(pattern: &[u8], text: &[u8], of_pattern: u32, least: f64) -> Option<usize> {
    let fewest = fewest_shared(pattern.len(), text.len(), common_beginning(pattern, text), least);
    if fewest > pattern.len().min(text.len()) {
        return None;
    }
    let of_text = classes(text);
    let most_shared =
        (pattern.len() - only_in_first(of_pattern, of_text)).min(text.len() - only_in_first(of_text, of_pattern));
    (fewest <= most_shared).then_some(fewest)
}

/// [`jaro_winkler_from`] for strings of any letters.
fn by_letters_from(a: &str, b: &str, least: f64) -> Option<f64> {
    let (letters_a, letters_b) = (a.chars().count(), b.chars().count());
    let beginning = a.chars().zip(b.chars()).take(4).take_while(|(x, y)| x == y).count() as u16;
    if fewest_shared(letters_a, letters_b, beginning, least) > letters_a.min(letters_b) {
        return None;
    }
    Some(strsim::jaro_winkler(a, b)).filter(|&found| found >= least)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{near_pair, pair};
    use super::*;
    use proptest::prelude::*;

    fn check(a: &str, b: &str, least: f64) {
        let expected = strsim::jaro_winkler(a, b);
        assert_eq!(jaro_winkler(a, b).to_bits(), expected.to_bits(), "{a:?} {b:?}");
        assert_eq!(jaro_winkler(b, a).to_bits(), expected.to_bits(), "{b:?} {a:?}");
        let bounds = [least, expected, expected.next_up(), expected.next_down(), 0.0, 0.7, 0.9, 1.0];
        for least in bounds {
            let expected = Some(expected).filter(|&found| found >= least);
            assert_eq!(jaro_winkler_from(a, b, least), expected, "{a:?} {b:?} from {least}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn it_is_the_similarity_of_strsim((a, b) in pair(), least in 0.0..1.0) {
            check(&a, &b, least);
        }

        #[test]
        fn also_where_the_strings_are_near((a, b) in near_pair(), least in 0.6..1.0) {
            check(&a, &b, least);
        }

        #[test]
        fn the_fewest_letters_are_neither_too_many_nor_far_too_few(
            a in 1_usize..65, b in 1_usize..65, shares in 0.0..1.0_f64, beginning in 0_u16..5, least in 0.0..1.0_f64,
        ) {
            let shared = (a.min(b) as f64 * shares).round() as usize;
            let reached = with_beginning(jaro(shared, 0, (a, b)), beginning) >= least;
            let fewest = fewest_shared(a, b, beginning, least);
            prop_assert!(!reached || shared >= fewest, "{shared} of {a} and {b}: {fewest}");
            prop_assert!(reached || shared <= fewest, "{shared} of {a} and {b}: {fewest}");
        }
    }

    #[test]
    fn known_values() {
        for (a, b, expected) in [
            ("martha", "marhta", 0.9611),
            ("dixon", "dicksonx", 0.8133),
            ("dwayne", "duane", 0.8400),
            ("jones", "johnson", 0.8324),
            ("abc", "xyz", 0.0),
            ("", "", 1.0),
            ("", "a", 0.0),
            ("josé", "jose", 0.8833),
        ] {
            assert!((jaro_winkler(a, b) - expected).abs() < 5e-5, "{a} {b} {}", jaro_winkler(a, b));
        }
    }

    #[test]
    fn a_bound_keeps_a_slip_and_refuses_its_look_alike() {
        for (kept, refused) in [
            (("katherine", "catherine"), ("katherine", "theodora")),
            (("marcus", "markus"), ("marcus", "martin")),
            (("wilhelmina", "wilhelmnia"), ("wilhelmina", "guglielma")),
        ] {
            assert!(jaro_winkler_from(kept.0, kept.1, 0.9).is_some(), "{kept:?}");
            assert!(jaro_winkler_from(refused.0, refused.1, 0.9).is_none(), "{refused:?}");
        }
    }

    #[test]
    fn a_bound_may_be_any_number() {
        for (least, kept) in
            [(f64::NEG_INFINITY, true), (-1.0, true), (1.0, true), (1.1, false), (f64::INFINITY, false)]
        {
            assert_eq!(jaro_winkler_from("anna", "anna", least).is_some(), kept, "{least}");
            assert_eq!(jaro_winkler_from("añna", "añna", least).is_some(), kept, "{least}");
        }
        assert_eq!(jaro_winkler_from("anna", "anna", f64::NAN), None);
    }
}
