//! Pairs of records. Left is smaller than right from construction, so a pair exists once.

use super::ids::RecordId;

/// Up to this many records of persons all meet all: at most two million pairs, compared in seconds.
pub const ALL_WITH_ALL_RECORDS: usize = 2_000;

/// Two records that share a blocking key; unscored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CandidatePair {
    left: RecordId,
    right: RecordId,
    /// The blocking rules that found the pair, one bit each.
    pub rules: u16,
}

impl CandidatePair {
    /// The pair of two records, or `None` when they are one.
    pub fn new(a: RecordId, b: RecordId, rules: u16) -> Option<CandidatePair> {
        match a.cmp(&b) {
            std::cmp::Ordering::Less => Some(CandidatePair { left: a, right: b, rules }),
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Greater => Some(CandidatePair { left: b, right: a, rules }),
        }
    }

    /// The first rule that found the pair, as an index; rules stand from specific to general.
    pub fn rule(&self) -> u8 {
        self.rules.trailing_zeros().min(15) as u8
    }

    /// The smaller record.
    pub fn left(&self) -> RecordId {
        self.left
    }

    /// The larger record.
    pub fn right(&self) -> RecordId {
        self.right
    }
}

/// How common what two records agree in is, where it is known better than by the level.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Rarity {
    /// The level's own u holds.
    #[default]
    None,
    /// The share of records that carry the agreed value: takes the place of u.
    Value(f32),
    /// How rare it is to share these words of a text: takes the place of u, but the level's own u bounds what part of a
    /// text can say.
    Part(f32),
    /// The share of the more common of two near values: scales u by how it compares with an average value.
    Near(f32),
}

/// The grade that one comparison reached on a pair.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Observed {
    /// Index into the comparison's levels; 0 is *not observed*.
    pub level: u8,
    pub rarity: Rarity,
}

/// One term of a weight: a comparison, its level, and the bits that it adds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// Index into the comparisons of the model.
    pub comparison: u8,
    pub level: u8,
    /// Bits that the term adds, term frequency included.
    pub bits: f32,
    /// The part of them that is due to how common the agreed value is (term-frequency adjustment).
    pub frequency_bits: f32,
}

/// A candidate pair with its weight and the parts that add up to it: prior, terms, rival.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoredPair {
    pub pair: CandidatePair,
    pub bits: f32,
    pub terms: Vec<Term>,
    /// What the best innocent relation takes away, in bits, and its index among the model's rivals. Zero or negative.
    pub rival_bits: f32,
    pub rival: u8,
    /// Given and family name both disagree: such a pair joins only by a stated reference.
    pub names_disagree: bool,
}

impl ScoredPair {
    /// The prior: what is left of the weight without terms and rival.
    pub fn prior_bits(&self) -> f32 {
        self.bits - self.rival_bits - self.terms.iter().map(|term| term.bits).sum::<f32>()
    }
}
