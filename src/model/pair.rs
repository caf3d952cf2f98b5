//! Pairs of records. Left is smaller than right from construction, so a pair exists once.

use super::ids::RecordId;

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

/// The grade that one comparison reached on a pair.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Observed {
    /// Index into the comparison's levels; 0 is *not observed*.
    pub level: u8,
    /// How often the agreed value occurs, as a share of the records that carry the kind; `None` when nothing agreed.
    pub frequency: Option<f32>,
}

/// One term of a weight: a comparison, its level, and the bits that it adds.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Index into the comparisons of the model.
    pub comparison: u8,
    pub level: u8,
    /// log2(m/u) of the level, term frequency included.
    pub bits: f32,
}

/// A candidate pair with its weight and the terms that add up to it (the prior is the rest).
#[derive(Clone, Debug, PartialEq)]
pub struct ScoredPair {
    pub pair: CandidatePair,
    pub bits: f32,
    pub terms: Vec<Term>,
    /// Given and family name both disagree: such a pair joins only by a stated reference.
    pub names_disagree: bool,
}
