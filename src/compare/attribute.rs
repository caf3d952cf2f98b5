//! Values of the comparisons that a config adds, by their type.

use super::date;
use super::name::NameKnowledge;
use super::similarity::{jaro_winkler_from, osa_within};
use super::words::{Text, WordAgreement, Words};
use crate::model::counts::Counted;
use crate::model::ids::ValueId;
use crate::model::pair::Rarity;
use crate::model::value::AttributeType;
use rustc_hash::FxHashMap;

/// Levels of a type, *not observed* first, then from strong to weak.
pub fn levels(kind: AttributeType) -> &'static [&'static str] {
    match kind {
        AttributeType::Category => &["not observed", "same", "different"],
        AttributeType::Text | AttributeType::LongText => {
            &["not observed", "same", "strong", "good", "fair", "weak", "different"]
        }
        AttributeType::Number => &["not observed", "same", "within 2 %", "within 10 %", "within 30 %", "different"],
        AttributeType::Date => date::EVENT_LEVELS,
        AttributeType::Code => &["not observed", "same", "one edit", "alike", "different"],
    }
}

/// One comparison that the config adds, with what its values have in common.
pub struct Attribute {
    pub kind: AttributeType,
    words: Words,
    texts: FxHashMap<ValueId, Text>,
}

impl Attribute {
    pub fn new(kind: AttributeType) -> Self {
        Self { kind, words: Words::default(), texts: FxHashMap::default() }
    }

    /// Takes note of a value of a record; `counts` when it says something new.
    pub fn read(&mut self, value: ValueId, text: &str, counts: bool, know: &NameKnowledge) {
        if !matches!(self.kind, AttributeType::Text | AttributeType::LongText) {
            return;
        }
        let words = &mut self.words;
        let parsed = self.texts.entry(value).or_insert_with(|| words.read(text, know));
        if counts {
            self.words.count(parsed);
        }
    }

    /// See [`Words::each_count`].
    pub fn each_count(&mut self, of: &str, visit: &mut dyn FnMut(Counted, &mut u32)) {
        self.words.each_count(["added texts", "word of an added text"], of, visit);
    }

    /// The level of two values and, where it rests on words, how rare these are.
    pub fn compare(&self, a: (ValueId, &str), b: (ValueId, &str), know: &NameKnowledge) -> (u8, Rarity) {
        let different = (levels(self.kind).len() - 1) as u8;
        if a.0 == b.0 {
            return (1, Rarity::None);
        }
        match self.kind {
            AttributeType::Category => (different, Rarity::None),
            AttributeType::Text | AttributeType::LongText => {
                let (Some(x), Some(y)) = (self.texts.get(&a.0), self.texts.get(&b.0)) else {
                    return (0, Rarity::None);
                };
                let (agreement, shared) = self.words.compare(x, y, know);
                (agreement.level(), words_rarity(agreement, shared))
            }
            AttributeType::Number => (number_level(a.1, b.1).unwrap_or(different), Rarity::None),
            AttributeType::Date => (date::event_level(a.1, b.1), Rarity::None),
            AttributeType::Code => (code_level(a.1, b.1), Rarity::None),
        }
    }
}

/// How rare it is that two texts share words of so many bits.
pub fn words_rarity(agreement: WordAgreement, shared_bits: f32) -> Rarity {
    let share = (-shared_bits).exp2().clamp(1e-9, 1.0);
    match agreement {
        WordAgreement::Exact => Rarity::Value(share),
        WordAgreement::Strong | WordAgreement::Good | WordAgreement::Fair => Rarity::Part(share),
        _ => Rarity::None,
    }
}

fn number_level(a: &str, b: &str) -> Option<u8> {
    let (x, y): (f64, f64) = (a.parse().ok()?, b.parse().ok()?);
    let is_year = |value: f64| (1500.0..=2100.0).contains(&value) && value.fract() == 0.0;
    if is_year(x) && is_year(y) {
        // Years are apart by years and not by a share of two thousand.
        return Some(match (x - y).abs() {
            0.0 => 1,
            1.0 => 2,
            2.0 => 3,
            3.0..=5.0 => 4,
            _ => 5,
        });
    }
    let scale = x.abs().max(y.abs());
    let share = if scale > 0.0 { (x - y).abs() / scale } else { 0.0 };
    Some(match share {
        share if !share.is_finite() => 5,
        0.0 => 1,
        share if share <= 0.02 => 2,
        share if share <= 0.1 => 3,
        share if share <= 0.3 => 4,
        _ => 5,
    })
}

fn code_level(a: &str, b: &str) -> u8 {
    let shorter = a.len().min(b.len());
    if shorter >= 3 && osa_within(a, b, 1) == Some(1) {
        2
    } else if shorter >= 4 && (jaro_winkler_from(a, b, 0.9).is_some() || a.contains(b) || b.contains(a)) {
        3
    } else {
        4
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn know() -> NameKnowledge {
        NameKnowledge { nicknames: |_| &[], romanizations: |_| &[], organisation_token: |token| Some(token) }
    }

    fn level(kind: AttributeType, a: &str, b: &str) -> &'static str {
        let mut attribute = Attribute::new(kind);
        for (id, text) in [(0, a), (1, b), (2, "other words"), (3, "words of others")] {
            attribute.read(ValueId(id), text, true, &know());
        }
        let right = if a == b { ValueId(0) } else { ValueId(1) };
        let (one, _) = attribute.compare((ValueId(0), a), (right, b), &know());
        let (other, _) = attribute.compare((right, b), (ValueId(0), a), &know());
        assert_eq!(one, other, "the same from both sides");
        levels(kind)[one as usize]
    }

    #[test]
    fn values_agree_by_their_type() {
        assert_eq!(level(AttributeType::Category, "thai", "thai"), "same");
        assert_eq!(level(AttributeType::Category, "thai", "thay"), "different");
        assert_eq!(level(AttributeType::Number, "100", "101"), "within 2 %");
        assert_eq!(level(AttributeType::Number, "100", "-100"), "different");
        assert_eq!(level(AttributeType::Number, "0", "0"), "same");
        assert_eq!(level(AttributeType::Number, "nan", "1e999"), "different");
        assert_eq!(level(AttributeType::Code, "AB1234", "AB1243"), "one edit");
        assert_eq!(level(AttributeType::Code, "AB1234", "XY9876"), "different");
        assert_eq!(level(AttributeType::Date, "2024-01-05", "2024-01-07"), "one digit or swapped");
        assert_eq!(level(AttributeType::Text, "blue electric kettle", "kettle electric blue"), "same");
        assert_eq!(level(AttributeType::Text, "blue electric kettle", "garden hose"), "different");
        assert_eq!(level(AttributeType::Text, "", "garden hose"), "not observed");
    }
}
