//! The shared core of both edit distances: insertions, deletions and substitutions of one letter and, with `SWAPS`, two
//! neighbours that changed places.
//!
//! Short ASCII: the column of the dynamic program as bits of one word, each column from the last in a dozen operations
//! (Myers 1999; Hyyrö 2003 for the simpler form and for swaps). Anything else: the dynamic program in the band that
//! `most` leaves (Ukkonen 1985).

use super::pattern::{PLACES_MAX, Positions, ascii, classes, only_in_first};

/// The distance where it is at most `most`, else `None`.
///
/// Time: linear in the longer string where both are ASCII and one has at most 64 bytes; else the length times the
/// smaller of `most` and the other length.
pub(super) fn within<const SWAPS: bool>(a: &str, b: &str, most: usize) -> Option<usize> {
    if let Some((short, long)) = ascii(a, b) {
        return of_bytes::<SWAPS>(short, long, most);
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let (short, long) = differing_parts(short, long);
    banded::<SWAPS, char>(short, long, most)
}

fn of_bytes<const SWAPS: bool>(short: &[u8], long: &[u8], most: usize) -> Option<usize> {
    if long.len() - short.len() > most {
        return None;
    }
    let (short, long) = differing_parts(short, long);
    if short.is_empty() {
        return Some(long.len());
    }
    match most {
        0 => None,
        1 => is_one_edit::<SWAPS>(short, long).then_some(1),
        _ if most < long.len() && fewest_by_classes(classes(short), classes(long)) > most => None,
        _ => of_positions::<SWAPS>(&Positions::of(short), short.len(), long, most),
    }
}

/// What is left without the common beginning and end. An edit there gains nothing, so the distance stays.
#[inline(always)]
fn differing_parts<'t, T: PartialEq>(a: &'t [T], b: &'t [T]) -> (&'t [T], &'t [T]) {
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    (&a[..a.len() - end], &b[..b.len() - end])
}

/// Whether two differing parts, the shorter not empty, are one edit apart.
fn is_one_edit<const SWAPS: bool>(short: &[u8], long: &[u8]) -> bool {
    match (short, long) {
        ([_], [_]) => true,
        ([a, b], [c, d]) => SWAPS && a == d && b == c,
        _ => false,
    }
}

/// A bound from below on the distance: an edit removes at most one class of letters that only one of the two has.
#[inline(always)]
pub(super) fn fewest_by_classes(a: u32, b: u32) -> usize {
    only_in_first(a, b).max(only_in_first(b, a))
}

/// [`within`] with the table of one of two ASCII strings, which has `places` letters.
#[inline(always)]
pub(super) fn of_positions<const SWAPS: bool>(
    positions: &Positions,
    places: usize,
    text: &[u8],
    most: usize,
) -> Option<usize> {
    debug_assert!(places <= PLACES_MAX);
    if places.abs_diff(text.len()) > most {
        return None;
    }
    if places == 0 {
        return Some(text.len());
    }
    let last = 1 << (places - 1);
    // What the distance comes to if each letter still to be read lowers it by one. It never falls, and is the distance
    // once all are read.
    let mut best = places as isize - text.len() as isize;
    let most = isize::try_from(most).unwrap_or(isize::MAX);
    let mut column = Column { higher: u64::MAX, lower: 0, level: 0, equal: 0 };
    for &letter in text {
        let (up, down) = column.step::<SWAPS>(positions.get(letter));
        best += 1 + isize::from(up & last != 0) - isize::from(down & last != 0);
        if best > most {
            return None;
        }
    }
    Some(best as usize)
}

/// One column of the dynamic program: how each cell differs from the one above it.
struct Column {
    higher: u64,
    lower: u64,
    /// Cells equal to the one above and to the left of them.
    level: u64,
    /// Places of the letter read last.
    equal: u64,
}

impl Column {
    /// Goes on by one letter that stands at `equal`; the cells higher and those lower than in the column before.
    #[inline(always)]
    fn step<const SWAPS: bool>(&mut self, equal: u64) -> (u64, u64) {
        let swapped = if SWAPS { ((!self.level & equal) << 1) & self.equal } else { 0 };
        let carried = ((equal & self.higher).wrapping_add(self.higher)) ^ self.higher;
        self.level = carried | equal | self.lower | swapped;
        let up = self.lower | !(self.level | self.higher);
        let down = self.level & self.higher;
        let from_above = (up << 1) | 1;
        self.higher = (down << 1) | !(self.level | from_above);
        self.lower = from_above & self.level;
        self.equal = equal;
        (up, down)
    }
}

/// The dynamic program row by row, only where the distance can still be at most `most`.
fn banded<const SWAPS: bool, T: PartialEq>(short: &[T], long: &[T], most: usize) -> Option<usize> {
    if long.len() - short.len() > most {
        return None;
    }
    let most = most.min(long.len());
    // Stands for every cell outside the band.
    let beyond = most + 1;
    let mut earlier = vec![beyond; short.len() + 1];
    let mut above: Vec<usize> = (0..=short.len()).map(|cell| cell.min(beyond)).collect();
    let mut row = vec![beyond; short.len() + 1];
    for (i, letter) in long.iter().enumerate() {
        let (from, to) = ((i + 1).saturating_sub(most).max(1), short.len().min(i + 1 + most));
        row[from - 1] = if from == 1 { (i + 1).min(beyond) } else { beyond };
        let mut smallest = row[from - 1];
        for j in from..=to {
            let same = usize::from(short[j - 1] != *letter);
            let mut cell = (above[j - 1] + same).min(row[j - 1] + 1).min(above[j] + 1);
            if SWAPS && i > 0 && j > 1 && short[j - 1] == long[i - 1] && short[j - 2] == *letter {
                cell = cell.min(earlier[j - 2] + 1);
            }
            row[j] = cell.min(beyond);
            smallest = smallest.min(row[j]);
        }
        if smallest > most {
            return None;
        }
        if to < short.len() {
            row[to + 1] = beyond;
        }
        std::mem::swap(&mut earlier, &mut above);
        std::mem::swap(&mut above, &mut row);
    }
    Some(above[short.len()]).filter(|&distance| distance <= most)
}
