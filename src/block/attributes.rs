//! Keys from attributes: values of the comparisons that a config adds, each by its type.
//!
//! A code brings records together by itself, a text like a name (a rare token, two tokens); a category, a number or a
//! date only together with the sound of a name token or with a token of a text, since many share it.

use super::context::{Context, key, text_key};
use super::keys::{RARE_TOKEN_MAX, TOKENS_COMBINED};
use super::sound::sound;
use crate::model::claim::Claims;
use crate::model::counts::Counted;
use crate::model::ids::{RecordId, ValueId};
use crate::model::value::{AttributeType, IdentifierKind, attribute_parts};
use rustc_hash::FxHashMap;

/// Tokens of one text that are combined with other values of the record: the rarest.
const TOKENS_CROSSED: usize = 2;

/// The attributes of a run, by name, and how often the tokens of their texts occur.
pub(super) struct Attributes<'a> {
    types: FxHashMap<&'a str, (u64, AttributeType)>,
    /// Records of persons that carry a token in a text of that attribute.
    counts: FxHashMap<u64, u32>,
    /// Records of persons that carry a text of any attribute.
    texts: u32,
}

/// A token of a text under its attribute.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TextToken<'a> {
    pub count: u32,
    pub key: u64,
    text: &'a str,
}

impl<'a> Attributes<'a> {
    pub fn new(claims: &'a Claims, people: &[RecordId], named: &'a [(String, AttributeType)]) -> Self {
        let types = named.iter().enumerate().map(|(index, (name, kind))| (name.as_str(), (index as u64, *kind)));
        let mut attributes = Attributes { types: types.collect(), counts: FxHashMap::default(), texts: 0 };
        if attributes.types.is_empty() {
            return attributes;
        }
        let mut counts: FxHashMap<u64, u32> = FxHashMap::default();
        for &record in people {
            let mut keys = Vec::new();
            for claim in claims.of_kind(record, IdentifierKind::Attribute) {
                if let Some((attribute, kind, text)) = attributes.read(claims, claim.value)
                    && matches!(kind, AttributeType::Text | AttributeType::LongText)
                {
                    keys.extend(words(text).map(|word| word_key(attribute, word)));
                }
            }
            attributes.texts += u32::from(!keys.is_empty());
            keys.sort_unstable();
            keys.dedup();
            keys.into_iter().for_each(|key| *counts.entry(key).or_default() += 1);
        }
        attributes.counts = counts;
        attributes
    }

    /// The attribute's number, its type and the value's own text.
    pub fn read(&self, claims: &'a Claims, value: ValueId) -> Option<(u64, AttributeType, &'a str)> {
        let (name, text) = attribute_parts(claims.dictionary.text(value))?;
        let &(attribute, kind) = self.types.get(name)?;
        Some((attribute, kind, text))
    }

    /// Tokens of a text, the rarest first, each once.
    pub fn tokens(&self, attribute: u64, text: &'a str) -> Vec<TextToken<'a>> {
        let token = |text| {
            let key = word_key(attribute, text);
            TextToken { count: self.counts.get(&key).copied().unwrap_or(0), key, text }
        };
        let mut tokens: Vec<TextToken> = words(text).map(token).collect();
        tokens.sort_unstable();
        tokens.dedup();
        tokens
    }

    /// Hands on how often the tokens of texts occur, and how many records carry a text.
    pub fn each_count(&mut self, visit: &mut dyn FnMut(Counted, &mut u32)) {
        visit(Counted::Text { what: "all", text: "records with a text", always: true }, &mut self.texts);
        for (key, count) in &mut self.counts {
            visit(Counted::Text { what: "text token", text: &format!("{key:x}"), always: false }, count);
        }
    }

    /// Records of persons that carry a text.
    pub fn texts(&self) -> u32 {
        self.texts
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

fn word_key(attribute: u64, word: &str) -> u64 {
    key!("word", &[attribute, text_key(word)])
}

/// The keys of the rule.
pub(super) fn keys(context: &Context, record: RecordId, out: &mut Vec<u64>) {
    let attributes = &context.attributes;
    // What is crossed: tokens by sound, under the attribute that they stand in, and values that need another beside.
    let (mut tokens, mut values): (Vec<(u64, u64)>, Vec<u64>) = (Vec::new(), Vec::new());
    for claim in context.claims.of_kind(record, IdentifierKind::Attribute) {
        let Some((attribute, kind, text)) = attributes.read(context.claims, claim.value) else { continue };
        let value = key!("attribute", &[u64::from(claim.value.0)]);
        match kind {
            AttributeType::Code => out.push(value),
            AttributeType::Category | AttributeType::Number | AttributeType::Date => values.push(value),
            AttributeType::Text => {
                let mut rarest = attributes.tokens(attribute, text);
                rarest.truncate(TOKENS_COMBINED);
                alone_and_in_twos(&rarest, out);
                // One word alone says as much as two do where it is all there is; a large block is split.
                out.push(value);
                let crossed = rarest.iter().take(TOKENS_CROSSED);
                tokens.extend(crossed.map(|token| (attribute + 1, text_key(&sound(token.text)))));
            }
            // Sentences meet by many words (`min_hash`), and by one rare one.
            AttributeType::LongText => {
                alone_and_in_twos(&attributes.tokens(attribute, text)[..1.min(words(text).count())], out)
            }
        }
    }
    if tokens.is_empty() && values.is_empty() {
        return;
    }
    // The name stands among the texts as attribute zero.
    tokens.extend(context.tokens(record).iter().map(|&token| (0, context.sound(token))));
    for (index, &(attribute, sound)) in tokens.iter().enumerate() {
        for &value in &values {
            out.push(key!("value+token", &[value, attribute, sound]));
        }
        for &(other, other_sound) in tokens[index + 1..].iter().filter(|&&(other, _)| other != attribute) {
            let (low, high) =
                ((attribute, sound).min((other, other_sound)), (attribute, sound).max((other, other_sound)));
            out.push(key!("token+token", &[low.0, low.1, high.0, high.1]));
        }
    }
}

fn alone_and_in_twos(rarest: &[TextToken], out: &mut Vec<u64>) {
    if let Some(rarest) = rarest.first().filter(|token| token.text.len() > 3 && token.count <= RARE_TOKEN_MAX) {
        out.push(key!("rare text", &[rarest.key]));
    }
    for (index, a) in rarest.iter().enumerate() {
        for b in &rarest[index + 1..] {
            out.push(key!("two texts", &[a.key.min(b.key), a.key.max(b.key)]));
        }
    }
}
