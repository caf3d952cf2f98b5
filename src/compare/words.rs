//! Names of organisations, titles and other short texts, compared by their words: in any order, legal forms left out,
//! abbreviations and slips allowed, rare words counting for more than common ones.

use super::name::NameKnowledge;
use super::similarity::{is_typo, osa_distance};
use crate::model::counts::Counted;
use rustc_hash::FxHashMap;

/// How far two texts agree in their words. The order is from strong to weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WordAgreement {
    /// The same words, or the same letters when spaces are left out.
    Exact,
    Strong,
    Good,
    Fair,
    Weak,
    Different,
    NotObserved,
}

impl WordAgreement {
    /// The level in the comparison vector: 0 is *not observed*, then from strong to weak.
    pub fn level(self) -> u8 {
        match self {
            WordAgreement::NotObserved => 0,
            other => other as u8 + 1,
        }
    }
}

/// Words of the texts of one comparison, numbered, with how many texts have each.
#[derive(Default)]
pub struct Words {
    ids: FxHashMap<String, u32>,
    texts: Vec<String>,
    counts: Vec<u32>,
    /// Texts counted.
    total: u32,
}

/// The words of one text: in its order, and sorted without repeats.
#[derive(Clone, Debug, Default)]
pub struct Text {
    ordered: Vec<u32>,
    sorted: Vec<u32>,
}

impl Words {
    /// Numbers the words of a text. Legal forms, and whatever else the normalizers say means nothing, are left out.
    pub fn read(&mut self, text: &str, know: &NameKnowledge) -> Text {
        let mut ordered = Vec::new();
        for word in text.split(' ').filter(|word| !word.is_empty() && *word != "/") {
            let Some(full) = (know.organisation_token)(word) else { continue };
            let next = self.texts.len() as u32;
            let id = *self.ids.entry(full.to_owned()).or_insert(next);
            if id == next {
                self.texts.push(full.to_owned());
                self.counts.push(0);
            }
            ordered.push(id);
        }
        let mut sorted = ordered.clone();
        sorted.sort_unstable();
        sorted.dedup();
        Text { ordered, sorted }
    }

    /// Counts a text that occurs.
    pub fn count(&mut self, text: &Text) {
        self.total += 1;
        text.sorted.iter().for_each(|&word| self.counts[word as usize] += 1);
    }

    /// Hands on how many texts there are and how many have each word; `what` says what these are, `of` of what.
    pub fn each_count(
        &mut self,
        [texts, words]: [&'static str; 2],
        of: &str,
        visit: &mut dyn FnMut(Counted, &mut u32),
    ) {
        visit(Counted::Text { what: texts, text: of, always: true }, &mut self.total);
        let mut text = String::new();
        for (word, count) in self.texts.iter().zip(&mut self.counts) {
            text.clear();
            text.extend([of, "\0", word]);
            visit(Counted::Text { what: words, text: &text, always: false }, count);
        }
    }

    fn text(&self, word: u32) -> &str {
        &self.texts[word as usize]
    }

    /// How rare a word is, in bits; at least a tenth of a bit.
    fn bits(&self, word: u32) -> f32 {
        let share = self.counts[word as usize].max(1) as f32 / self.total.max(2) as f32;
        (-share.min(1.0).log2()).max(0.1)
    }

    fn total(&self, words: &[u32]) -> f32 {
        words.iter().map(|&word| self.bits(word)).sum()
    }

    /// Compares two texts; returns the agreement and the bits of the words that agree.
    /// O(words of a × words of b) in the words that are not shared.
    pub fn compare(&self, a: &Text, b: &Text, know: &NameKnowledge) -> (WordAgreement, f32) {
        if a.sorted.is_empty() || b.sorted.is_empty() {
            return (WordAgreement::NotObserved, 0.0);
        }
        let (total_a, total_b) = (self.total(&a.sorted), self.total(&b.sorted));
        if a.sorted == b.sorted {
            return (WordAgreement::Exact, rarity_bits(a.sorted.iter().map(|&word| self.bits(word)).collect()));
        }
        let (mut common, mut agreed, mut only_a, mut only_b) = (0.0f32, Vec::new(), Vec::new(), Vec::new());
        let (mut i, mut j) = (0, 0);
        while i < a.sorted.len() || j < b.sorted.len() {
            match (a.sorted.get(i), b.sorted.get(j)) {
                (Some(x), Some(y)) if x == y => {
                    common += self.bits(*x);
                    agreed.push(self.bits(*x));
                    i += 1;
                    j += 1;
                }
                (Some(x), Some(y)) if x < y => {
                    only_a.push(*x);
                    i += 1;
                }
                (Some(x), None) => {
                    only_a.push(*x);
                    i += 1;
                }
                (_, Some(y)) => {
                    only_b.push(*y);
                    j += 1;
                }
                (None, None) => break,
            }
        }
        if a.sorted.len().abs_diff(b.sorted.len()) > SHORT_TEXT && common == 0.0 {
            return (WordAgreement::Different, 0.0);
        }
        let joined = |text: &Text| text.ordered.iter().map(|&word| self.text(word)).collect::<String>();
        let (letters_a, letters_b) = (joined(a), joined(b));
        if letters_a == letters_b {
            let words = if total_a >= total_b { a } else { b };
            return (WordAgreement::Exact, rarity_bits(words.sorted.iter().map(|&word| self.bits(word)).collect()));
        }
        let (mut matched, mut shared) = (2.0 * common, common);
        let mut rare: Vec<f32> = agreed;
        // In the order of their letters: which word goes with which does not depend on what else was read.
        only_a.sort_unstable_by_key(|&word| self.text(word));
        only_b.sort_unstable_by_key(|&word| self.text(word));
        // In a long text single words that agree but for a slip say little, and looking for them is dear.
        let long = a.sorted.len().max(b.sorted.len()) > SHORT_TEXT;
        for &word in only_a.iter().filter(|_| !long) {
            let found = only_b.iter().position(|&other| self.near(word, other, know));
            let Some(at) = found else { continue };
            let other = only_b.remove(at);
            matched += NEAR_SHARE * (self.bits(word) + self.bits(other));
            shared += NEAR_SHARE * self.bits(word).min(self.bits(other));
            rare.push(NEAR_SHARE * self.bits(word).min(self.bits(other)));
        }
        for (left, rest) in [(&only_a, b), (&only_b, a)] {
            for &word in left.iter().filter(|_| !long) {
                // `ymca` for `young men christian association`.
                let bits: f32 = self.acronym(word, rest);
                matched += bits;
                shared += 0.5 * bits;
                rare.push(0.5 * bits);
            }
        }
        let by_words = matched / (total_a + total_b);
        let contained = shared / total_a.min(total_b);
        // Two short texts may be one with slips in every word.
        let by_letters = if letters_a.len().min(letters_b.len()) >= 5 && !long {
            {
                let longer = letters_a.chars().count().max(letters_b.chars().count()) as f32;
                let same = 1.0 - osa_distance(&letters_a, &letters_b) as f32 / longer;
                ((same - 0.6) / 0.4).max(0.0)
            }
        } else {
            0.0
        };
        let similarity = by_words.max(0.85 * by_letters);
        let words = a.sorted.len().min(b.sorted.len());
        let agreement = if similarity >= 0.8 {
            WordAgreement::Strong
        } else if similarity >= 0.6 || (contained >= 0.9 && words >= 2) {
            WordAgreement::Good
        } else if similarity >= 0.45 || contained >= 0.8 {
            WordAgreement::Fair
        } else if similarity >= 0.25 || contained >= 0.5 {
            WordAgreement::Weak
        } else {
            WordAgreement::Different
        };
        (agreement, rarity_bits(rare))
    }

    /// Whether two words are one: a slip, a nickname, or one cut short.
    fn near(&self, a: u32, b: u32, know: &NameKnowledge) -> bool {
        let (a, b) = (self.text(a), self.text(b));
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        short.len() >= 4 && (long.starts_with(short) || is_typo(a, b))
            || short.len() == 1 && long.starts_with(short) && !short.starts_with(|c: char| c.is_ascii_digit())
            || know.are_nicknames(a, b)
    }

    /// Bits of the words of the other text whose initials, in a row, are this word; 0 when there are none.
    fn acronym(&self, word: u32, other: &Text) -> f32 {
        let word = self.text(word);
        let length = word.len();
        if !(3..=6).contains(&length) || !word.is_ascii() {
            return 0.0;
        }
        other
            .ordered
            .windows(length)
            .find(|run| run.iter().zip(word.chars()).all(|(&full, initial)| self.text(full).starts_with(initial)))
            .map_or(0.0, |run| self.total(run))
    }
}

/// How rare it is to share these words: the rarest counts in full, each further one less, because the words of a name go
/// together (whoever says `carole` says `robertson`).
fn rarity_bits(mut bits: Vec<f32>) -> f32 {
    bits.sort_by(|a, b| b.total_cmp(a));
    bits.iter()
        .zip(std::iter::successors(Some(1.0f32), |share| Some(share * FURTHER_WORD)))
        .map(|(b, share)| b * share)
        .sum()
}

/// Words up to which a text is short enough to be compared letter by letter.
const SHORT_TEXT: usize = 14;
/// What each further word counts of the one before.
const FURTHER_WORD: f32 = 0.5;
/// What a word counts that agrees but for a slip.
const NEAR_SHARE: f32 = 0.85;

#[cfg(test)]
mod tests {
    use super::*;

    fn know() -> NameKnowledge {
        NameKnowledge {
            nicknames: |_| &[],
            romanizations: |_| &[],
            organisation_token: |token| match token {
                "inc" => None,
                "ctr" => Some("center"),
                other => Some(other),
            },
        }
    }

    fn compare(a: &str, b: &str) -> WordAgreement {
        let mut words = Words::default();
        for common in 0..60 {
            for text in [format!("the center of thing{common}"), format!("the {common}")] {
                let text = words.read(&text, &know());
                words.count(&text);
            }
        }
        let (a, b) = (words.read(a, &know()), words.read(b, &know()));
        words.count(&a);
        words.count(&b);
        let (one, other) = (words.compare(&a, &b, &know()).0, words.compare(&b, &a, &know()).0);
        assert_eq!(one, other, "the same from both sides");
        one
    }

    #[test]
    fn titles_agree_by_rare_words() {
        use WordAgreement::*;
        assert_eq!(compare("acme day ctr inc", "acme day center"), Exact);
        assert_eq!(compare("golden spoon cafe", "cafe golden spoon"), Exact);
        assert_eq!(compare("goldenspoon", "golden spoon"), Exact);
        assert_eq!(compare("the golden spoon", "golden spoon"), Strong);
        assert_eq!(compare("the center of arts", "the center of letters"), Weak);
        assert_eq!(compare("arts", "letters"), Different);
        assert_eq!(compare("", "golden spoon"), NotObserved);
    }

    #[test]
    fn abbreviations_and_slips_agree_and_other_words_do_not() {
        use WordAgreement::*;
        assert!(compare("ymca north branch", "young men christian association north branch") <= Good);
        assert!(compare("international business machines", "internat busines machines") <= Good);
        assert!(compare("abcd north branch", "young men christian association north branch") > Good);
        assert!(compare("north harbour school", "south meadow clinic") >= Weak);
    }
}
