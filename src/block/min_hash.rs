//! Texts with many words in common: MinHash signatures in bands (Broder 1997; Indyk and Motwani 1998).
//!
//! A signature is the smallest value of each of 32 seeded hashes over a set of words, so that two sets agree in one
//! place with the probability of their Jaccard similarity `s` (words in common over words of either). Places are
//! grouped into `b` bands of `r`; two texts meet where a band agrees in whole: probability `1 - (1 - s^r)^b`.
//!
//! | texts | elements | bands | rows | found with 50 % | found with 95 % |
//! |---|---|---|---|---|---|
//! | names and titles of four different words or more, `text` and `long_text` attributes | words | 16 | 2 | s = 0.21 | s = 0.41 |
//! | resumes, all lines of a record as one | two words in a row | 8 | 4 | s = 0.54 | s = 0.75 |
//!
//! Of the first, words that more than one record in twenty carries are left out where two others remain: what everybody
//! writes brings nobody together. The seeds are fixed, so a text has the same keys in every run.

use super::context::{Context, key, mix, name_tokens, text_key};
use crate::model::ids::RecordId;
use crate::model::value::{AttributeType, IdentifierKind};

/// Hashes of a signature.
const HASHES: usize = 32;
/// Rows of a band for names, titles and attributes.
const ROWS: usize = 2;
/// Rows of a band for resumes.
const RESUME_ROWS: usize = 4;
/// Different words of a name or attribute that make it a text.
const WORDS_MIN: usize = 4;
/// A word is common when more than this share of the records carries it, and more than [`COMMON_MIN`] do.
const COMMON_SHARE: u32 = 20;
const COMMON_MIN: u32 = 50;

/// The keys of the rule.
pub(super) fn keys(context: &Context, record: RecordId, out: &mut Vec<u64>) {
    let people = context.population;
    // No name has more tokens than all of them.
    let names = context.texts(record, IdentifierKind::Name).filter(|_| context.tokens(record).len() >= WORDS_MIN);
    for name in names {
        let mut words: Vec<&str> = name_tokens(name).collect();
        words.sort_unstable();
        words.dedup();
        if words.len() >= WORDS_MIN {
            let counted = words.iter().filter_map(|word| {
                let token = context.tokens.binary_search(word).ok()?;
                Some((context.token_counts[token], text_key(word)))
            });
            bands(0, ROWS, &telling(counted.collect(), people), out);
        }
    }
    for claim in context.claims.of_kind(record, IdentifierKind::Attribute) {
        let read = context.attributes.read(context.claims, claim.value);
        if let Some((attribute, AttributeType::Text | AttributeType::LongText, text)) = read {
            let tokens = context.attributes.tokens(attribute, text);
            if tokens.len() >= WORDS_MIN {
                let counted = tokens.iter().map(|token| (token.count, token.key)).collect();
                bands(attribute + 1, ROWS, &telling(counted, context.attributes.texts()), out);
            }
        }
    }
    let mut resume = Vec::new();
    for line in context.claims.of_kind(record, IdentifierKind::ResumeLine) {
        shingles(context.claims.dictionary.text(line.value), &mut resume);
    }
    bands(u64::MAX, RESUME_ROWS, &resume, out);
}

/// The words that are not common, or all where fewer than two are not.
fn telling(counted: Vec<(u32, u64)>, population: u32) -> Vec<u64> {
    let common = (population / COMMON_SHARE).max(COMMON_MIN);
    let telling: Vec<u64> = counted.iter().filter(|&&(count, _)| count <= common).map(|&(_, word)| word).collect();
    if telling.len() > 1 { telling } else { counted.into_iter().map(|(_, word)| word).collect() }
}

/// Every two words in a row.
fn shingles(line: &str, out: &mut Vec<u64>) {
    let mut before = None;
    for word in line.split(' ').map(text_key) {
        if let Some(before) = before.replace(word) {
            out.push(mix(before ^ word.rotate_left(1)));
        }
    }
}

/// One key for each band of the signature; none for an empty set.
fn bands(corpus: u64, rows: usize, elements: &[u64], out: &mut Vec<u64>) {
    if elements.is_empty() {
        return;
    }
    let mut signature = [u64::MAX; HASHES];
    for &element in elements {
        for (index, least) in signature.iter_mut().enumerate() {
            // Elements are mixed already; one multiplication puts them into another order.
            *least = (*least).min((element ^ SEEDS[index]).wrapping_mul(FACTORS[index]));
        }
    }
    for (band, rows) in signature.chunks(rows).enumerate() {
        out.push(rows.iter().fold(key!("band", &[corpus, band as u64]), |state, &least| mix(state ^ least)));
    }
}

const SEEDS: [u64; HASHES] = {
    let (mut seeds, mut index) = ([0; HASHES], 0);
    while index < HASHES {
        // Multiples of an odd number without pattern: distinct, and far apart in their bits.
        seeds[index] = (index as u64 + 1).wrapping_mul(0xd134_2543_de82_ef95);
        index += 1;
    }
    seeds
};

const FACTORS: [u64; HASHES] = {
    let (mut factors, mut index) = ([0; HASHES], 0);
    while index < HASHES {
        factors[index] = mix(SEEDS[index]) | 1;
        index += 1;
    }
    factors
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Of two hundred pairs of sets with `common` of `common + 2 * own` words in common, how many meet.
    fn found(rows: usize, common: u64, own: u64) -> usize {
        (0..200)
            .filter(|&trial| {
                let set = |side: u64| -> Vec<u64> {
                    let word = |index| mix(trial * 10_007 + index);
                    (0..common).map(word).chain((0..own).map(|index| word(1_000 * side + index))).collect()
                };
                let (mut a, mut b) = (Vec::new(), Vec::new());
                bands(0, rows, &set(1), &mut a);
                bands(0, rows, &set(2), &mut b);
                a.iter().any(|key| b.contains(key))
            })
            .count()
    }

    #[test]
    fn texts_meet_as_often_as_the_page_says() {
        // Jaccard 0.2, 0.43 and 0.04; then 0.54, 0.75 and 0.2 for resumes.
        assert!((80..=125).contains(&found(ROWS, 10, 20)), "{}", found(ROWS, 10, 20));
        assert!(found(ROWS, 12, 8) >= 185);
        assert!(found(ROWS, 4, 48) <= 20);
        assert!((75..=125).contains(&found(RESUME_ROWS, 28, 12)), "{}", found(RESUME_ROWS, 28, 12));
        assert!(found(RESUME_ROWS, 60, 10) >= 180);
        assert!(found(RESUME_ROWS, 20, 40) <= 10);
    }

    #[test]
    fn nothing_has_no_key_and_what_everybody_writes_counts_only_where_little_else_stands() {
        let mut out = Vec::new();
        bands(0, ROWS, &[], &mut out);
        assert!(out.is_empty());
        assert_eq!(telling(vec![(900, 1), (3, 2), (4, 3)], 1_000), [2, 3]);
        assert_eq!(telling(vec![(900, 1), (3, 2)], 1_000), [1, 2]);
    }
}
