//! Comparison vectors to weights: log2(m/u) per comparison, summed, plus the prior (Fellegi and Sunter 1969), against
//! the innocent relations that would agree in the same things.
//!
//! Agreement on a value is weighed by how common the value is (term-frequency adjustment; Winkler 1989). The rival of
//! "one person" is not only a stranger: two people of one household agree in family name, home and telephone, so what
//! they agree in anyway cannot tell one person from two. Each rival is a class of its own in one mixture: its members
//! agree in some comparisons as records of one person do, and in the others as strangers.

mod built_in;
pub mod model;
#[cfg(test)]
mod tests;
pub mod train;

use crate::compare;
use crate::compare::glance::{self, FirstLook, Glance, PAIRS_AT_A_GLANCE, RarityKind};
use crate::compare::{Comparison, ComparisonVector, Context};
use crate::model::pair::{CandidatePair, Observed, Rarity, ScoredPair, Term};
use crate::model::weight::MatchWeight;
pub use model::Model;
use rayon::prelude::*;

/// Parts of the model that can be left out, to measure what each is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    pub term_frequency: bool,
    pub rivals: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { term_frequency: true, rivals: true }
    }
}

/// Bits that the rarity of shared words may add to a level of partial agreement.
const PART_BITS_MAX: f64 = 3.0;

/// Bits that the rarity of near values may add to their level, and log2 of the highest u that they may come to.
const NEAR_BITS_MAX: f64 = 4.0;
const NEAR_U_MAX: f64 = -1.0;

/// Rivals that a model may have.
pub const RIVALS_MAX: usize = 16;

/// A model made ready for scoring: logarithms taken, rivals resolved to comparisons.
#[derive(Clone, Debug)]
pub struct Scorer {
    prior: f64,
    /// log2 m and log2 u of each level after *not observed*, by comparison.
    levels: Vec<Vec<(f64, f64)>>,
    /// log2 of the per-pair rate against strangers, and the comparisons that the rival shares, as bits.
    rivals: Vec<(f64, u64)>,
    options: Options,
}

/// The weight of a vector in its parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weight {
    pub bits: f64,
    /// What the rivals take away: zero or negative.
    pub rival_bits: f64,
    /// The strongest rival.
    pub rival: usize,
}

impl Scorer {
    pub fn new(model: &Model, comparisons: &[Comparison], people: usize, options: Options) -> Self {
        let log = |value: f64| value.max(1e-12).log2();
        let levels = model
            .comparisons
            .iter()
            .map(|comparison| comparison.levels.iter().map(|level| (log(level.m), log(level.u))).collect())
            .collect();
        let others = (people.max(2) - 1) as f64;
        let rivals = model.rivals.iter().take(RIVALS_MAX).map(|rival| {
            let shared = comparisons.iter().enumerate().filter(|(_, known)| rival.shares.contains(&known.name));
            (log(rival.per_record / others), shared.fold(0u64, |mask, (at, _)| mask | 1 << at.min(63)))
        });
        Self {
            prior: MatchWeight::of_probability((model.matches_per_record / others).min(0.5)).0,
            levels,
            rivals: if options.rivals { rivals.collect() } else { Vec::new() },
            options,
        }
    }

    /// The scorer of what a context compares.
    pub fn of(context: &Context, model: &Model, options: Options) -> Self {
        Scorer::new(model, context.comparisons(), context.population(), options)
    }

    /// log2 odds that two records drawn at random are one person.
    pub fn prior_bits(&self) -> f64 {
        self.prior
    }

    /// log2 of u of one observation: of the level, or of the agreed value where its share is known.
    fn u_bits(&self, comparison: usize, observed: Observed) -> f64 {
        let levels = &self.levels[comparison];
        let level = levels[observed.level as usize - 1].1;
        match observed.rarity {
            _ if !self.options.term_frequency => level,
            Rarity::None => level,
            Rarity::Value(share) => f64::from(share.max(1e-9)).log2(),
            Rarity::Part(share) => f64::from(share.max(1e-9)).log2().max(level - PART_BITS_MAX),
            // A slip between common names is more common than one between rare ones, in proportion.
            Rarity::Near(share) => {
                let near = level + f64::from(share.max(1e-9)).log2() - levels[0].1;
                near.clamp(level - NEAR_BITS_MAX, level.max(NEAR_U_MAX))
            }
        }
    }

    /// The term of one observation: log2 m - log2 u, and the part of it that is due to the share of the value.
    fn term(&self, comparison: usize, observed: Observed) -> (f64, f64) {
        let Some(&(m, level_u)) =
            self.levels.get(comparison).and_then(|l| l.get((observed.level as usize).wrapping_sub(1)))
        else {
            return (0.0, 0.0);
        };
        let u = self.u_bits(comparison, observed);
        (m - u, level_u - u)
    }

    /// The weight of one comparison vector.
    pub fn weigh(&self, vector: &[Observed]) -> Weight {
        let observed = vector.iter().enumerate().filter(|(_, observed)| observed.level != 0);
        self.weight_of(observed.map(|(at, observed)| (at, self.term(at, *observed).0)))
    }

    /// Prior, terms and rivals together.
    fn weight_of(&self, terms: impl Iterator<Item = (usize, f64)>) -> Weight {
        let mut bits = self.prior;
        let mut against = [0.0f64; RIVALS_MAX];
        for (at, term) in terms {
            bits += term;
            for (sum, (_, mask)) in against.iter_mut().zip(&self.rivals) {
                if mask >> at & 1 == 1 {
                    *sum += term;
                }
            }
        }
        let mut rival = (f64::NEG_INFINITY, 0);
        for (at, (sum, (rate, _))) in against.iter_mut().zip(&self.rivals).enumerate() {
            *sum += rate;
            if *sum > rival.0 {
                rival = (*sum, at);
            }
        }
        // Strangers have odds of one; what is strongest is taken out of the sum, which no weight can overflow then.
        let top = rival.0.max(0.0);
        let odds = &against[..self.rivals.len()];
        let total = (-top).exp2() + odds.iter().map(|odds| (odds - top).exp2()).sum::<f64>();
        let rival_bits = -(top + total.log2()).max(0.0);
        Weight { bits: bits + rival_bits, rival_bits, rival: rival.1 }
    }

    /// The weight of two groups being one person, from the vectors of the pairs between them: of every comparison the
    /// mean of what the pairs say in which it is observed, so that what one record lacks another may say, and no chain
    /// of single agreements joins what otherwise differs.
    pub fn weigh_groups(&self, vectors: impl Iterator<Item = ComparisonVector>) -> f64 {
        let mut sums = vec![(0.0f64, 0u32); self.levels.len()];
        for vector in vectors {
            for (at, observed) in vector.iter().enumerate().filter(|(_, observed)| observed.level != 0) {
                sums[at].0 += self.term(at, *observed).0;
                sums[at].1 += 1;
            }
        }
        let terms =
            sums.iter().enumerate().filter(|(_, sum)| sum.1 > 0).map(|(at, sum)| (at, sum.0 / f64::from(sum.1)));
        self.weight_of(terms).bits
    }

    /// The weight of a pair with its terms.
    pub fn score(&self, pair: CandidatePair, vector: &ComparisonVector) -> ScoredPair {
        let weight = self.weigh(vector);
        let mut terms = Vec::with_capacity(vector.len());
        for (at, observed) in vector.iter().enumerate().filter(|(_, observed)| observed.level != 0) {
            let (bits, frequency_bits) = self.term(at, *observed);
            terms.push(Term {
                comparison: at as u8,
                level: observed.level,
                bits: bits as f32,
                frequency_bits: frequency_bits as f32,
            });
        }
        ScoredPair {
            pair,
            bits: weight.bits as f32,
            terms,
            rival_bits: weight.rival_bits as f32,
            rival: weight.rival as u8,
            names_disagree: false,
        }
    }
}

/// Scores candidate pairs and keeps those of at least `keep_bits` whose names do not disagree in both parts. Sorted as
/// the candidates are; the same on any number of threads.
pub fn score(context: &Context, scorer: &Scorer, pairs: &[CandidatePair], keep_bits: f64) -> Vec<ScoredPair> {
    let bounds = Bounds::new(scorer, context);
    let keep = keep_bits as f32;
    let parts: Vec<Vec<ScoredPair>> = pairs
        .par_chunks(PAIRS_PER_TASK)
        .map(|pairs| {
            let (mut vector, mut scored) = (ComparisonVector::new(), Vec::new());
            let (mut glances, mut open) =
                (Vec::with_capacity(PAIRS_AT_A_GLANCE), Vec::with_capacity(PAIRS_AT_A_GLANCE));
            let mut possible = Vec::with_capacity(PAIRS_PER_TASK);
            context.look_first(&bounds.first, pairs, keep, &mut possible);
            for pairs in possible.chunks(PAIRS_AT_A_GLANCE) {
                context.glance_at(pairs, &mut glances);
                open.clear();
                for (at, glance) in glances.iter().enumerate() {
                    let most = bounds.most(glance);
                    if most >= keep && !context.names_surely_disagree(glance) {
                        open.push((at, most));
                    }
                }
                // Nothing waits for anything here, so that many values are looked up at the same time.
                open.retain_mut(|(at, most): &mut (usize, f32)| {
                    let glance = &mut glances[*at];
                    let before = bounds.of_numbers(glance);
                    context.settle_near(&pairs[*at], glance);
                    *most += bounds.of_numbers(glance) - before;
                    *most >= keep
                });
                glance::ask(open.iter().map(|&(at, _)| context.ask_ahead(&pairs[at], &glances[at])));
                for &(at, mut most) in &open {
                    let (pair, glance) = (pairs[at], &glances[at]);
                    // What is open is looked at from the cheapest to the dearest, as long as it can still be enough.
                    let is_enough = |comparison: usize, observed: Observed| {
                        most += scorer.term(comparison, observed).0 as f32 - bounds.of(glance, comparison);
                        most >= keep
                    };
                    if context.compare_while(&pair, glance, &mut vector, is_enough)
                        && !context.names_disagree(&vector)
                        && scorer.weigh(&vector).bits >= keep_bits
                    {
                        scored.push(scorer.score(pair, &vector));
                    }
                }
            }
            scored
        })
        .collect();
    parts.into_iter().flatten().collect()
}

/// Candidate pairs of one task.
const PAIRS_PER_TASK: usize = 4096;

/// What a pair can weigh at most after a glance: nothing that is not known yet can add more.
struct Bounds {
    prior: f32,
    /// Whether it counts how common a value is.
    by_rarity: bool,
    /// By comparison and level: the most that a pair weighs that reaches this level, and this or a weaker one.
    of_level: Vec<Vec<f32>>,
    from_level: Vec<Vec<f32>>,
    /// By part of a name and strongest level, where it is known how common the words are.
    of_words: [Vec<OfWords>; 2],
    /// What all comparisons that the config adds can come to.
    added: f32,
    /// log2 m and u of equal parts of a name, and log2 u of emails at one domain.
    same_name: [(f32, f32); 2],
    domain_u: f32,
    /// What the first look adds up.
    first: FirstLook,
}

/// What a part of a name adds at most that reaches a level or a weaker one, by how common its words are.
#[derive(Clone, Default)]
struct OfWords {
    /// log2 m and u of levels at which rarity counts.
    near: Vec<(f32, f32)>,
    /// The most of the others.
    else_most: f32,
}

impl Bounds {
    fn new(scorer: &Scorer, context: &Context) -> Bounds {
        let most = |comparison: usize, level: usize| {
            let levels = &scorer.levels[comparison];
            let (m, u) = levels[level - 1];
            let near = u - NEAR_BITS_MAX;
            let least = |pseudo: f32| u.min(f64::from(context.least_share(comparison, pseudo)).max(1e-9).log2());
            m - match glance::rarity_kind(comparison, level as u8) {
                RarityKind::None => u,
                RarityKind::Value(pseudo) => least(pseudo),
                RarityKind::Near => near,
                RarityKind::Any => least(LEAST_PSEUDO).min(near).min(u - PART_BITS_MAX),
            }
        };
        let of_level: Vec<Vec<f32>> = (0..scorer.levels.len())
            .map(|comparison| {
                let levels = 1..=scorer.levels[comparison].len();
                // A settled level has no rarity, or one that is known.
                std::iter::once(0.0)
                    .chain(levels.map(|level| {
                        let (m, u) = scorer.levels[comparison][level - 1];
                        (m - u) as f32
                    }))
                    .collect()
            })
            .collect();
        let from_level: Vec<Vec<f32>> = (0..scorer.levels.len())
            .map(|comparison| {
                let count = scorer.levels[comparison].len();
                let from = |first: usize| {
                    let weaker = levels_from(comparison, first, count).map(|level| most(comparison, level) as f32);
                    weaker.fold(0.0, f32::max)
                };
                (0..=count).map(from).collect()
            })
            .collect();
        let of_words = [compare::GIVEN_NAME, compare::FAMILY_NAME].map(|comparison| {
            let levels = &scorer.levels[comparison];
            let is_near = |level: usize| glance::rarity_kind(comparison, level as u8) == RarityKind::Near;
            let from = |first: usize| {
                let (near, others): (Vec<usize>, Vec<usize>) =
                    levels_from(comparison, first, levels.len()).partition(|&level| is_near(level));
                OfWords {
                    near: near.iter().map(|&level| (levels[level - 1].0 as f32, levels[level - 1].1 as f32)).collect(),
                    else_most: others.iter().map(|&level| most(comparison, level) as f32).fold(0.0, f32::max),
                }
            };
            (0..=levels.len()).map(from).collect()
        });
        let added: f32 = from_level.iter().skip(glance::BUILT_IN).map(|of| of.first().copied().unwrap_or(0.0)).sum();
        let level = |comparison: usize, level: u8| {
            let (m, u) = scorer.levels[comparison][usize::from(level) - 1];
            (m as f32, u as f32)
        };
        let prior = scorer.prior as f32 + ROUNDING;
        let first = FirstLook::new(
            prior,
            added,
            most(compare::EMAIL, usize::from(compare::SAME_DOMAIN)) as f32,
            |comparison, level| of_level[comparison][usize::from(level)],
            |comparison, level| from_level[comparison][usize::from(level)],
        );
        Bounds {
            prior,
            by_rarity: scorer.options.term_frequency,
            of_level,
            from_level,
            of_words,
            added,
            same_name: [level(compare::GIVEN_NAME, 1), level(compare::FAMILY_NAME, 1)],
            domain_u: level(compare::EMAIL, compare::SAME_DOMAIN).1,
            first,
        }
    }

    /// What a pair can weigh at most.
    #[inline]
    fn most(&self, glance: &Glance) -> f32 {
        let added = if glance.others { self.added } else { 0.0 };
        // Of a settled email at one domain the level is known, and the share beside it.
        let is_told = glance.domain_share > 0.0 && self.by_rarity;
        let at_domain = if is_told { self.domain_u - log2_of(glance.domain_share) } else { 0.0 };
        self.prior
            + added
            + at_domain
            + (0..glance::BUILT_IN).map(|comparison| self.of(glance, comparison)).sum::<f32>()
    }

    /// What telephones and accounts can add at most.
    #[inline]
    fn of_numbers(&self, glance: &Glance) -> f32 {
        self.of(glance, compare::PHONE) + self.of(glance, compare::ACCOUNT)
    }

    /// What one comparison can add at most.
    #[inline]
    fn of(&self, glance: &Glance, comparison: usize) -> f32 {
        let level = usize::from(glance.levels[comparison]);
        let is_open = glance.is_open(comparison);
        match glance.name_shares.get(comparison) {
            Some(&share) if share > 0.0 && self.by_rarity => self.of_name(comparison, level, is_open, log2_of(share)),
            _ if is_open => self.from_level[comparison][level],
            _ => self.of_level[comparison][level],
        }
    }

    /// What a part of a name can add at most whose words are known: `share` in bits.
    #[inline]
    fn of_name(&self, part: usize, level: usize, is_open: bool, share: f32) -> f32 {
        let (m_same, u_same) = self.same_name[part];
        if !is_open {
            return m_same - share;
        }
        let words = &self.of_words[part][level];
        let near = words
            .near
            .iter()
            .map(|&(m, u)| m - (u + share - u_same).clamp(u - NEAR_BITS_MAX as f32, u.max(NEAR_U_MAX as f32)));
        near.fold(words.else_most, f32::max)
    }
}

fn log2_of(share: f32) -> f32 {
    share.max(1e-9).log2()
}

/// Levels that a comparison may reach after a glance that says how strong it is at most.
fn levels_from(comparison: usize, first: usize, count: usize) -> impl Iterator<Item = usize> {
    // A given name in the other's column is out of the order, and told by a level of its own.
    let crossed = usize::from(glance::CROSSED);
    let is_given = comparison == compare::GIVEN_NAME;
    let levels = if is_given && first == crossed { 2 } else { first.max(1) }..=count;
    levels.filter(move |&level| !(is_given && level == crossed && first > 1 && first != crossed))
}

/// The least number of records that a value counts for whose kind is not known.
const LEAST_PSEUDO: f32 = 0.05;
/// Sums of 32-bit numbers are off by less.
const ROUNDING: f32 = 0.01;
