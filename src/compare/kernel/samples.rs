//! Strings on which fast kernels go wrong first: borders of words and registers, one letter again and again, long
//! common beginnings, letters of several bytes, and pairs a few edits apart.

use proptest::collection::vec;
use proptest::prelude::*;

/// Any of the kinds of strings below.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[a-e]{0,20}",
        3 => "[a-z]{0,16}",
        2 => "[a-zA-Z0-9 .'@-]{0,40}",
        1 => "\\PC{0,12}",
        // Latin with combining marks, Hebrew and Arabic, astral letters, and their mixture with ASCII.
        1 => "[ae\u{300}\u{301}\u{308}éא-ד\u{200f}س-ع𝒜𐐷😀]{0,12}",
        1 => "[a-c]{0,8}[ñ😀]?[a-c]{0,8}",
        2 => border(),
        1 => (0_usize..70).prop_map(|length| "a".repeat(length)),
        1 => "(abab|aab|b){0,20}",
        1 => Just(String::new()),
    ]
}

/// Lengths around the borders of 16, 32, 64 and 128 places, of few letters.
fn border() -> impl Strategy<Value = String> {
    (proptest::sample::select(vec![15, 16, 17, 31, 32, 33, 63, 64, 65, 66, 127, 128, 129]), vec(0_u8..4, 129))
        .prop_map(|(length, letters)| letters[..length].iter().map(|letter| char::from(b'a' + letter)).collect())
}

/// Two strings that need have nothing in common, or a long beginning.
pub fn pair() -> impl Strategy<Value = (String, String)> {
    prop_oneof![
        4 => (text(), text()),
        1 => (text(), text(), text()).prop_map(|(start, a, b)| (start.clone() + &a, start + &b)),
    ]
}

/// A string, and what is left of it after up to five edits.
pub fn near_pair() -> impl Strategy<Value = (String, String)> {
    (
        text(),
        vec(
            (0_u8..4, any::<prop::sample::Index>(), proptest::sample::select(vec!['a', 'b', 'c', 'z', 'é', '😀'])),
            0..6,
        ),
    )
        .prop_map(|(text, edits)| {
            let mut letters: Vec<char> = text.chars().collect();
            for (kind, place, letter) in edits {
                let place = place.index(letters.len() + 1);
                edit(&mut letters, kind, place, letter);
            }
            (text, letters.into_iter().collect())
        })
}

fn edit(letters: &mut Vec<char>, kind: u8, place: usize, letter: char) {
    match kind {
        0 => letters.insert(place, letter),
        1 if place < letters.len() => drop(letters.remove(place)),
        2 if place < letters.len() => letters[place] = letter,
        3 if place + 1 < letters.len() => letters.swap(place, place + 1),
        _ => {}
    }
}

/// Whether a distance and its form with a bound find what a slow one found: at bounds below, at and above it.
pub fn check_distance(
    a: &str,
    b: &str,
    expected: usize,
    distance: fn(&str, &str) -> usize,
    within: fn(&str, &str, usize) -> Option<usize>,
) {
    assert_eq!(distance(a, b), expected, "{a:?} {b:?}");
    for most in [0, 1, 2, 3, 5, 8, expected.saturating_sub(1), expected, expected + 1] {
        let expected = Some(expected).filter(|&found| found <= most);
        assert_eq!(within(a, b, most), expected, "{a:?} {b:?} within {most}");
    }
}
