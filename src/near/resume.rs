//! Near resume lines: a copied sentence in which one word was changed, added or dropped.
//!
//! The unit is the word, not the character: who adapts a copied line changes the employer or the tool it names.

use super::edit;
use super::groups::{Meeting, Signatures, key};
use super::{GROUP_MAX, NearRule, Rule};
use crate::model::value::Marks;

/// Shorter lines share all but one word by chance.
const WORDS_MIN: usize = 5;

/// A line with words enough to compare.
pub(super) struct ResumeLine<'a> {
    text: &'a str,
    words: usize,
}

impl<'a> Rule<'a> for ResumeLine<'a> {
    fn parse(text: &'a str, _: Marks) -> Option<Self> {
        let words = text.split(' ').count();
        (words >= WORDS_MIN).then_some(ResumeLine { text, words })
    }

    fn near(&self, other: &Self) -> Option<NearRule> {
        if self.words.abs_diff(other.words) > 1 {
            return None;
        }
        let (ours, theirs) = (self.text.as_bytes(), other.text.as_bytes());
        let alike = whole_words(ours, theirs, common_start(ours, theirs));
        // No word counts at both ends.
        let rest = self.words.min(other.words) - alike;
        let alike_at_end = whole_words_at_end(ours, theirs, common_end(ours, theirs)).min(rest);
        match (self.words - alike - alike_at_end, other.words - alike - alike_at_end) {
            (1, 1) => Some(NearRule::ResumeWordChanged),
            (1, 0) | (0, 1) => Some(NearRule::ResumeWordAdded),
            _ => None,
        }
    }

    fn meetings(_: &[Self]) -> Vec<Meeting<Self>> {
        // Words are many, so a sentence that everybody fills in with their own makes a group as large as one likes.
        vec![Meeting { shared: "line but for one word", group_max: GROUP_MAX, signatures: words }]
    }
}

/// Bytes that the two have in common from the start.
fn common_start(a: &[u8], b: &[u8]) -> usize {
    let (eights_a, eights_b) = (a.as_chunks::<8>().0, b.as_chunks::<8>().0);
    let eights = eights_a.iter().zip(eights_b).take_while(|(a, b)| a == b).count();
    let at = 8 * eights;
    at + a[at..].iter().zip(&b[at..]).take_while(|(a, b)| a == b).count()
}

/// Bytes that the two have in common before the end.
fn common_end(a: &[u8], b: &[u8]) -> usize {
    let (eights_a, eights_b) = (a.as_rchunks::<8>().1, b.as_rchunks::<8>().1);
    let eights = eights_a.iter().rev().zip(eights_b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[..a.len() - 8 * eights], &b[..b.len() - 8 * eights]);
    8 * eights + a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count()
}

/// Whole words in the first `common` bytes, which the two have in common: as many as spaces end, and one more where a word of
/// both ends there.
fn whole_words(a: &[u8], b: &[u8], common: usize) -> usize {
    let ends = |text: &[u8]| text.get(common).is_none_or(|&byte| byte == b' ');
    spaces(&a[..common]) + usize::from(ends(a) && ends(b))
}

/// The same of the last `common` bytes.
fn whole_words_at_end(a: &[u8], b: &[u8], common: usize) -> usize {
    let starts = |text: &[u8]| common == text.len() || text[text.len() - common - 1] == b' ';
    spaces(&a[a.len() - common..]) + usize::from(starts(a) && starts(b))
}

fn spaces(text: &[u8]) -> usize {
    text.iter().filter(|&&byte| byte == b' ').count()
}

fn words(line: &ResumeLine<'_>, out: &mut Signatures) {
    edit::deletion_hashes(key(&["line"]), line.text.split(' ').map(|word| key(&[word])), |hash| out.both(hash));
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::model::value::IdentifierKind;
    use proptest::prelude::*;

    #[test]
    fn lines_and_their_look_alikes() {
        let check = |a, b, expected| testing::check(IdentifierKind::ResumeLine, a, b, expected);
        let line = "led a team of eight at initech";
        let changed = Some(NearRule::ResumeWordChanged);
        check(line, "led a team of nine at initech", changed);
        check(line, "led a team of eight at hooli", changed);
        check(line, "led a team of nine at hooli", None);
        check(line, "led a team of at eight initech", None);
        let added = Some(NearRule::ResumeWordAdded);
        check(line, "led a team of eight people at initech", added);
        check(line, "a team of eight at initech", added);
        check(line, "a team of nine at initech", None);
        check("led led a team of eight", "led a team of eight", added);
        check("led a team of eight", "led a team of", None);
        check("led a small team", "led a large team", None);
    }

    /// The slow obvious version, word by word.
    fn near_slowly(a: &str, b: &str) -> Option<NearRule> {
        let (a, b): (Vec<&str>, Vec<&str>) = (a.split(' ').collect(), b.split(' ').collect());
        if a == b || a.len().min(b.len()) < WORDS_MIN || a.len().abs_diff(b.len()) > 1 {
            return None;
        }
        let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
        fn without<'w>(words: &[&'w str], at: usize) -> Vec<&'w str> {
            [&words[..at], &words[at + 1..]].concat()
        }
        let dropped = |at: usize| without(long, at) == **short;
        let changed = |at: usize| short.len() == long.len() && without(short, at) == without(long, at);
        match (0..long.len()).any(dropped) {
            true => Some(NearRule::ResumeWordAdded),
            false => (0..short.len()).any(changed).then_some(NearRule::ResumeWordChanged),
        }
    }

    proptest! {
        #[test]
        fn bytes_agree_as_words_do(
            a in "(ab|abc|é|eé|longerword|)( (ab|abc|é|eé|longerword|)){3,7}",
            b in "(ab|abc|é|eé|longerword|)( (ab|abc|é|eé|longerword|)){3,7}",
            at in 0usize..8,
        ) {
            let near = |a: &str, b: &str| {
                ResumeLine::parse(a, Marks::NONE)?.near(&ResumeLine::parse(b, Marks::NONE)?)
            };
            prop_assert_eq!(near(&a, &b), near_slowly(&a, &b));
            // A line and the same with one word changed, dropped and added.
            let words: Vec<&str> = a.split(' ').collect();
            let at = at % words.len();
            for put in [vec!["x"], vec![], vec![words[at], "ab"]] {
                let other = [&words[..at], &put, &words[at + 1..]].concat().join(" ");
                prop_assert_eq!(near(&a, &other), near_slowly(&a, &other), "{:?} {:?}", a, other);
                prop_assert_eq!(near(&other, &a), near_slowly(&a, &other), "{:?} {:?}", a, other);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn no_near_pair_is_missed(texts in testing::texts("[ab]( [ab]){3,6}( cd)?")) {
            testing::complete(IdentifierKind::ResumeLine, &texts);
        }
    }
}
