//! Which loose rules are worth their pairs: asked of a sample before they run, where there are many records.
//!
//! The more records there are, the more strangers a loose key brings together, and the more of those it should find have
//! been found by then through something more telling. Rules by which strangers hardly ever meet always run. The others
//! first show the pairs of one key in so many, which are compared. Then the rule that brings most for its pairs runs, what
//! it found counts no more for the others, and so on, until no rule is left that brings a link for `pairs_per_link` of its
//! pairs. What did not run is told with its figures. Rules of few pairs run anyway.

use super::pairs::{Sampling, pack};
use crate::model::ids::RecordId;
use crate::model::pair::CandidatePair;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

/// Says which pairs are kept when they are compared.
pub type Kept<'a> = dyn Fn(&[CandidatePair]) -> Vec<CandidatePair> + Sync + 'a;

/// What a loose rule must bring to run.
pub struct Worth<'a> {
    /// Pairs that a new link may cost.
    pub pairs_per_link: u64,
    /// Records of persons whose keys are a sample large enough; see [`RECORDS_PER_SAMPLE`]. With fewer than eight times as
    /// many every rule runs, since the sample would cost as much as the rule.
    pub records_per_sample: usize,
    pub kept: &'a Kept<'a>,
}

/// [`Worth::records_per_sample`] of a run.
pub const RECORDS_PER_SAMPLE: usize = 1 << 15;
/// A larger sample than one key in so many is not taken.
const ONE_IN_MIN: usize = 8;

/// The sample by which a rule was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// One key in so many was looked at.
    pub one_in: u64,
    /// Pairs of these keys.
    pub pairs: u64,
    /// Those of them that no rule that runs finds and that are kept when they are compared.
    pub links: u64,
}

impl Sample {
    /// Pairs that the rule would have made, about.
    pub fn all_pairs(&self) -> u64 {
        self.pairs * self.one_in
    }

    /// Links that no rule that runs finds, about. Two rules that were left out may mean the same ones.
    pub fn all_links(&self) -> u64 {
        self.links * self.one_in
    }
}

/// Pairs of a sample that are no reason to leave a rule out.
const FEW_PAIRS: u64 = 20;

/// A rule that has to show its worth.
pub(super) struct Asked {
    pub rule: usize,
    one_in: u64,
    pairs: u64,
    /// Pairs of the sample that are kept and that no rule found that has run.
    links: FxHashSet<u64>,
}

impl Worth<'_> {
    /// What to look at of a rule that is not sure; nothing where there are so few people that every rule runs.
    pub(super) fn sampling(&self, people: usize) -> Option<Sampling> {
        let one_in = people / self.records_per_sample.max(1);
        (one_in >= ONE_IN_MIN).then(|| Sampling::one_in(one_in as u64))
    }

    /// Looks at what a rule `sampled`: sorted pairs, each once. `known` are those of them that rules have found that have run.
    /// Time: comparing what is new in the sample.
    pub(super) fn ask(&self, rule: usize, sampling: Sampling, sampled: &[u64], known: &FxHashSet<u64>) -> Asked {
        let pair = |&pair: &u64| CandidatePair::new(RecordId((pair >> 32) as u32), RecordId(pair as u32), 0);
        let new = sampled.iter().filter(|pair| !known.contains(pair));
        let candidates: Vec<CandidatePair> = new.filter_map(pair).collect();
        let kept = (self.kept)(&candidates);
        let links = kept.iter().map(|pair| pack(pair.left(), pair.right())).collect();
        Asked { rule, one_in: sampling.share(), pairs: sampled.len() as u64, links }
    }

    /// Takes out the rule that brings most for its pairs, if any brings enough.
    pub(super) fn next(&self, asked: &mut Vec<Asked>) -> Option<Asked> {
        let per_pair = |asked: &Asked| asked.links.len() as f64 / asked.pairs.max(1) as f64;
        let is_worth = |asked: &Asked| (asked.links.len() as u64).saturating_mul(self.pairs_per_link) >= asked.pairs;
        let worth = (0..asked.len()).rev().filter(|&at| asked[at].pairs <= FEW_PAIRS || is_worth(&asked[at]));
        let best = worth.max_by(|&a, &b| per_pair(&asked[a]).total_cmp(&per_pair(&asked[b])))?;
        Some(asked.remove(best))
    }
}

impl Asked {
    /// What a rule found that has run since counts no more.
    pub(super) fn forget(&mut self, found: &[u64]) {
        let known = known(&self.links, found);
        self.links.retain(|pair| !known.contains(pair));
    }

    pub(super) fn sample(&self) -> Sample {
        Sample { one_in: self.one_in, pairs: self.pairs, links: self.links.len() as u64 }
    }
}

/// Those of some pairs that are among the pairs `found`. Time: linear in what was found.
pub(super) fn known(pairs: &FxHashSet<u64>, found: &[u64]) -> FxHashSet<u64> {
    let known: Vec<u64> = found.par_iter().copied().filter(|pair| pairs.contains(pair)).collect();
    known.into_iter().collect()
}
