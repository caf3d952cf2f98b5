//! Which strings of a list have enough letters in common with another: the filter before any letter is aligned.
//!
//! For each class of letters the list keeps planes of bits, one bit for each string: has it the class once, twice,
//! three times, does it begin with it. The planes that a query has and a string lacks are counted for 256 strings at
//! once, in a binary counter whose digits are planes too. It ends in a carry exactly where too many are lacking, after
//! about two operations for each letter of the query, digit and 256 bits.
//!
//! Invariant: the filter passes every string that has the letters. Letters of one class (`a`, `A` and `!`), places, and
//! all equal letters after the third are not told apart, so it passes others too.

/// Strings of one group: the bits of a plane.
pub(super) const GROUP: usize = 256;

/// One bit for each string of a group.
pub(super) type Plane = [u64; GROUP / 64];

const NONE: Plane = [0; GROUP / 64];
const CLASSES: usize = 32;
/// How many equal letters are told apart.
const LEVELS: usize = 3;
/// Kinds of planes: each class at each level, and each class as the first letter.
const KINDS: usize = (LEVELS + 1) * CLASSES;

/// The planes of a list of strings of one length.
pub(super) struct Planes {
    count: usize,
    groups: usize,
    /// Kind after kind, each for all groups.
    planes: Vec<Plane>,
}

impl Planes {
    /// Of strings of `length` bytes each, one behind the other. Time and space: linear.
    pub fn new(texts: &[u8], length: usize) -> Self {
        let count = texts.len() / length;
        let groups = count.div_ceil(GROUP);
        let mut planes = vec![NONE; KINDS * groups];
        for (slot, text) in texts.chunks_exact(length).enumerate() {
            let letters = Letters::new(text);
            let mut set = |kind: usize| planes[kind * groups + slot / GROUP][slot % GROUP / 64] |= 1 << (slot % 64);
            letters.each_kind(&mut set);
            set(letters.first);
        }
        Self { count, groups, planes }
    }

    /// Sets `left` to the strings that are left.
    #[inline(always)]
    pub fn survivors<'s>(&'s self, query: &Letters, lacking: Lacking, left: &mut Left<'s>) {
        left.wanted.clear();
        left.strings.clear();
        let most = lacking.same_first.max(lacking.other_first);
        if most < 0 {
            return;
        }
        query.each_kind(|kind| left.wanted.push(self.of_kind(kind)));
        let same_first = self.of_kind(query.first);
        match most {
            0..2 => left.count::<1>(same_first, lacking),
            2..4 => left.count::<2>(same_first, lacking),
            4..8 => left.count::<3>(same_first, lacking),
            _ => left.count::<7>(same_first, lacking),
        }
        // The last group may not be full.
        let words = left.strings.as_flattened_mut();
        for (word, bits) in words.iter_mut().enumerate().skip(self.count / 64) {
            *bits &= if word == self.count / 64 { (1 << (self.count % 64)) - 1 } else { 0 };
        }
    }

    #[inline(always)]
    fn of_kind(&self, kind: usize) -> &[Plane] {
        &self.planes[kind * self.groups..(kind + 1) * self.groups]
    }
}

/// What the filter leaves, and the memory it works in.
#[derive(Default)]
pub(super) struct Left<'p> {
    wanted: Vec<&'p [Plane]>,
    /// A bit for each string, group after group; empty where none can be left.
    pub strings: Vec<Plane>,
}

impl Left<'_> {
    #[inline(always)]
    fn count<const DIGITS: usize>(&mut self, same_first: &[Plane], lacking: Lacking) {
        for (group, &same_first) in same_first.iter().enumerate() {
            let mut counter = Counter::<DIGITS>::starting(lacking, same_first);
            for plane in &self.wanted {
                counter.add_absent(plane[group]);
            }
            self.strings.push(choose(counter.overflow, false, true));
        }
    }
}

/// How many letters of the query a string may lack, by whether it begins with the query's first; below 0, it may not
/// be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lacking {
    pub same_first: isize,
    pub other_first: isize,
}

/// The letters of one string as kinds of planes.
pub(super) struct Letters {
    /// Bit for each class, by level.
    levels: [u32; LEVELS],
    first: usize,
}

impl Letters {
    /// Of a string that is not empty.
    #[inline(always)]
    pub fn new(text: &[u8]) -> Self {
        let class = |letter: u8| usize::from(letter) % CLASSES;
        let mut levels = [0; LEVELS];
        for &letter in text {
            let mut more = 1 << class(letter);
            for level in &mut levels {
                let had = *level & more;
                *level |= more;
                more = had;
            }
        }
        Self { levels, first: LEVELS * CLASSES + text.first().map_or(0, |&letter| class(letter)) }
    }

    #[inline(always)]
    fn each_kind(&self, mut call: impl FnMut(usize)) {
        for (level, &classes) in self.levels.iter().enumerate() {
            let mut classes = classes;
            while classes != 0 {
                call(level * CLASSES + classes.trailing_zeros() as usize);
                classes &= classes - 1;
            }
        }
    }
}

/// A binary counter for each bit of a plane; a bit of `overflow` stays once its counter has overflown.
struct Counter<const DIGITS: usize> {
    digits: [Plane; DIGITS],
    overflow: Plane,
}

impl<const DIGITS: usize> Counter<DIGITS> {
    /// Started so that one more than may lack overflows.
    #[inline(always)]
    fn starting(lacking: Lacking, same_first: Plane) -> Self {
        let full = (1 << DIGITS) - 1;
        let (same, other) = (full - lacking.same_first.min(full), full - lacking.other_first.min(full));
        let mut digits = [NONE; DIGITS];
        for (digit, plane) in digits.iter_mut().enumerate() {
            *plane = choose(same_first, same >> digit & 1 == 1, other >> digit & 1 == 1);
        }
        Self { digits, overflow: choose(same_first, same > full, other > full) }
    }

    #[inline(always)]
    fn add_absent(&mut self, present: Plane) {
        for word in 0..GROUP / 64 {
            let mut carry = !present[word];
            for digit in &mut self.digits {
                let full = digit[word] & carry;
                digit[word] ^= carry;
                carry = full;
            }
            self.overflow[word] |= carry;
        }
    }
}

/// The one bit where `plane` has a bit, the other elsewhere.
#[inline(always)]
fn choose(mut plane: Plane, where_set: bool, elsewhere: bool) -> Plane {
    let all = |bit: bool| if bit { u64::MAX } else { 0 };
    for word in &mut plane {
        *word = (*word & all(where_set)) | (!*word & all(elsewhere));
    }
    plane
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn survivors(planes: &Planes, query: &str, lacking: Lacking) -> Vec<usize> {
        let mut left = Left::default();
        planes.survivors(&Letters::new(query.as_bytes()), lacking, &mut left);
        let bits = left.strings.concat();
        (0..bits.len() * 64).filter(|slot| bits[slot / 64] >> (slot % 64) & 1 == 1).collect()
    }

    /// Letters of `a` that have no partner in `b`, each letter beyond three of a kind taken as having one.
    fn lacks(a: &str, b: &str) -> isize {
        let count = |text: &str, letter| text.bytes().filter(|&other| other == letter).count().min(LEVELS) as isize;
        (b'a'..=b'z').map(|letter| (count(a, letter) - count(b, letter)).max(0)).sum()
    }

    proptest! {
        #[test]
        fn exactly_those_with_the_letters_are_left(
            texts in proptest::collection::vec("[a-e]{6}", 1..600), query in "[a-e]{1,9}",
            same_first in -1_isize..10, other_first in -1_isize..10,
        ) {
            let planes = Planes::new(texts.concat().as_bytes(), 6);
            let expected: Vec<usize> = (0..texts.len())
                .filter(|&slot| {
                    let same = texts[slot].as_bytes()[0] == query.as_bytes()[0];
                    lacks(&query, &texts[slot]) <= if same { same_first } else { other_first }
                })
                .collect();
            let lacking = Lacking { same_first, other_first };
            prop_assert_eq!(survivors(&planes, &query, lacking), expected);
        }
    }

    #[test]
    fn a_slip_is_left_and_another_name_is_not() {
        let planes = Planes::new(b"martamatramaritmoira", 5);
        let lacking = Lacking { same_first: 1, other_first: 0 };
        assert_eq!(survivors(&planes, "marta", lacking), [0, 1, 2]);
        assert_eq!(survivors(&planes, "tamra", lacking), [0, 1]);
    }
}
