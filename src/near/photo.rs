//! Near perceptual image hashes: few bits differ, as they do between two files of one picture. Only hashes of one
//! length are compared; whether two hashes were made by one method is the customer's to know.
//!
//! Complete by pigeonhole: a hash is cut into two segments more than bits may differ, so that two segments are equal, and
//! every two are a signature. Two together are longer than one of as few as would leave one equal, which keeps the groups small; of
//! hashes of 32 bits, which nobody uses for many images, they are 12 bits.

use super::groups::{Meeting, Signatures, key, with};
use super::{NearRule, PHOTO_GROUP_MAX, Rule};
use crate::model::value::Marks;

/// One bit in so many may differ: 6 of 64, 25 of 256.
const BITS_PER_DIFFERENCE: u32 = 10;

/// Lengths compared, in bits. Longer hashes are not in use, shorter ones collide by chance.
const BITS_MIN: usize = 32;
const BITS_MAX: usize = 256;

/// A hash as bits.
pub(super) struct PhotoHash {
    bits: u32,
    words: [u64; BITS_MAX / 64],
}

impl PhotoHash {
    fn differences_max(&self) -> u32 {
        self.bits / BITS_PER_DIFFERENCE
    }

    /// The bits from `start` on, at most 64 of them, the first one lowest.
    fn segment(&self, start: u32, length: u32) -> u64 {
        let (word, shift) = ((start / 64) as usize, start % 64);
        let low = self.words[word] >> shift;
        let high = match self.words.get(word + 1) {
            Some(next) if shift > 0 => next << (64 - shift),
            _ => 0,
        };
        (low | high) & (u64::MAX >> (64 - length))
    }
}

impl<'a> Rule<'a> for PhotoHash {
    fn parse(text: &'a str, _: Marks) -> Option<Self> {
        if !(BITS_MIN..=BITS_MAX).contains(&(text.len() * 4)) {
            return None;
        }
        let mut words = [0; BITS_MAX / 64];
        for (position, digit) in text.bytes().enumerate() {
            let value = u64::from(char::from(digit).to_digit(16)?);
            words[position / 16] |= value << (position % 16 * 4);
        }
        Some(PhotoHash { bits: text.len() as u32 * 4, words })
    }

    fn near(&self, other: &Self) -> Option<NearRule> {
        let differences: u32 = self.words.iter().zip(&other.words).map(|(a, b)| (a ^ b).count_ones()).sum();
        (self.bits == other.bits && differences > 0 && differences <= self.differences_max())
            .then_some(NearRule::PhotoFewBits)
    }

    fn meetings(_: &[Self]) -> Vec<Meeting<Self>> {
        vec![Meeting { shared: "part of an image hash", group_max: PHOTO_GROUP_MAX, signatures: segments }]
    }
}

/// With `d` differences in `d + 2` segments, two have none.
fn segments(hash: &PhotoHash, out: &mut Signatures) {
    let count = hash.differences_max() + 2;
    let segment = |index: u32| {
        let (start, end) = (index * hash.bits / count, (index + 1) * hash.bits / count);
        hash.segment(start, end - start)
    };
    let seed = with(key(&["photo"]), u64::from(hash.bits));
    for second in 1..count {
        let seed = with(seed, u64::from(second) << 32 | segment(second));
        for first in 0..second {
            out.both(with(seed, u64::from(first) << 32 | segment(first)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::model::value::IdentifierKind;
    use proptest::prelude::*;

    #[test]
    fn hashes_and_their_look_alikes() {
        let check = |a: &str, b: &str, expected| testing::check(IdentifierKind::PhotoHash, a, b, expected);
        let near = Some(NearRule::PhotoFewBits);
        check("f0e1d2c3b4a59687", "f0e1d2c3b4a59686", near);
        check("f0e1d2c3b4a59687", "0fe1d2c3b4a59687", None);
        check("f0e1d2c3b4a59687", "f1e0d3c2b5a49687", near);
        check("f0e1d2c3b4a59687", "f1e0d3c2b5a49686", None);
        check("f0e1d2c3b4a59687", "f0e1d2c3b4a596870", None);
        check("f0e1d2c", "f0e1d2d", None);
        let long = "0".repeat(64);
        check(&long, &format!("ffffff1{}", "0".repeat(57)), near);
        check(&long, &format!("ffffff3{}", "0".repeat(57)), None);
        check("not hexadecimal", "not hexadecimai", None);
    }

    #[test]
    fn segments_across_words() {
        let hash = PhotoHash { bits: 256, words: [1 << 63, 0b101, 0, 1 << 63] };
        assert_eq!(hash.segment(63, 4), 0b1011);
        assert_eq!(hash.segment(64, 3), 0b101);
        assert_eq!(hash.segment(236, 20), 1 << 19);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn no_near_pair_is_missed(
            digits in proptest::sample::select(vec![8usize, 10, 16, 17, 32, 64]),
            base in "[0-9a-f]{64}",
            flips in proptest::collection::vec(proptest::collection::vec(0usize..256, 0..16), 2..30),
        ) {
            let texts: Vec<String> = flips.iter().map(|bits| {
                let mut hex: Vec<u32> = base.chars().take(digits).filter_map(|c| c.to_digit(16)).collect();
                for bit in bits {
                    hex[bit / 4 % digits] ^= 1 << (bit % 4);
                }
                hex.iter().filter_map(|&digit| char::from_digit(digit, 16)).collect()
            }).collect();
            testing::complete(IdentifierKind::PhotoHash, &texts);
        }
    }
}
