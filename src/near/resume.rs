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
        if self.words.abs_diff(other.words) > 1 || self.text == other.text {
            return None;
        }
        let alike = self.text.split(' ').zip(other.text.split(' ')).take_while(|(a, b)| a == b).count();
        let rest = self.words.min(other.words) - alike;
        let alike_at_end =
            self.text.rsplit(' ').zip(other.text.rsplit(' ')).take(rest).take_while(|(a, b)| a == b).count();
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

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn no_near_pair_is_missed(texts in testing::texts("[ab]( [ab]){3,6}( cd)?")) {
            testing::complete(IdentifierKind::ResumeLine, &texts);
        }
    }
}
