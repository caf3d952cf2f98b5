//! How many matches no blocking rule brought, from how often the rules found the ones that were brought.
//!
//! Rules that fail for the same reason (a changed name defeats every rule on names) are one *family*; a match is
//! *captured* by each family of which a rule found it. Matches that only one family captured (`f1`) are many where some
//! are missed, and few against those that two captured (`f2`) where hardly any is. Chao's estimator (Chao 1987,
//! *Biometrics* 43: 783–791), in its bias-corrected form for `t` families, puts the matches that no family captured at
//!
//! ```text
//! f0 >= (t - 1) / t * f1 * (f1 - 1) / (2 * (f2 + 1))
//! ```
//!
//! Each accepted pair counts with its probability, so that a doubtful one weighs what it is worth.
//!
//! It holds where families capture independently of each other, or where matches differ in how easily they are
//! captured; then it is a lower bound of what is missing, and the recall an upper bound. How it misleads:
//!
//! - Families are not independent. A record with many empty cells is hard for all of them at once, so that more is
//!   missing than is told. Rules on birth date and place use the name as well and fail with it.
//! - Pairs of persons that are accepted wrongly are mostly captured by one family. They look like matches that are hard
//!   to find and make the recall look lower.
//! - What was never accepted is not counted: it is the recall of blocking and not that of the whole run.
//! - Where rules were left out (`worth`), matches that they would have captured too count as captured by fewer
//!   families, which makes the recall look lower than it is.
//! - Where *all with all* ran, blocking misses nothing and its recall is one by construction. That rule is in no family;
//!   what it alone brought is counted apart ([`Recall::beyond`]) and shows how far the estimate is off.

use super::keys::RULES;

/// Fewer accepted pairs than these say nothing.
const PAIRS_MIN: f64 = 20.0;

/// Rules that fail for the same reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Identifiers, near ones and parts of them.
    Identifier,
    /// Names alone.
    Name,
    /// Birth dates, with and without a name.
    BirthDate,
    /// Places and streets, with a name.
    Place,
    /// Attributes and long texts.
    Text,
}

impl Family {
    /// Every family.
    pub const ALL: [Family; 5] = [Family::Identifier, Family::Name, Family::BirthDate, Family::Place, Family::Text];

    /// The name for output.
    pub fn name(self) -> &'static str {
        match self {
            Family::Identifier => "identifier",
            Family::Name => "name",
            Family::BirthDate => "birth date",
            Family::Place => "place",
            Family::Text => "text",
        }
    }
}

/// What blocking is estimated to have found of all matches.
#[derive(Clone, Debug, PartialEq)]
pub struct Recall {
    /// Accepted pairs that each number of families captured, by probability: `captured[0]` by one, `captured[1]` by two.
    pub captured: Vec<f64>,
    /// Families that captured any, in order.
    pub families: Vec<Family>,
    /// Matches that a family captured: the sum of `captured`.
    pub seen: f64,
    /// Matches that no family captured, estimated. A lower bound.
    pub unseen: f64,
    /// `seen / (seen + unseen)`, between 0 and 1.
    pub recall: f64,
    /// Accepted pairs that only *all with all* brought: matches that the families did miss. Not part of `seen`.
    pub beyond: f64,
}

/// Estimates the recall of blocking from accepted pairs: the rules that found each, as in `CandidatePair::rules`, and
/// the probability that it is a match, between 0 and 1.
///
/// `None` where fewer than twenty matches were captured, or fewer than two families captured any.
/// Time: linear. The result does not depend on the order of the pairs but for rounding.
pub fn estimate(accepted: impl IntoIterator<Item = (u16, f64)>) -> Option<Recall> {
    let mut of_rule = [None; 16];
    for (bit, rule) in of_rule.iter_mut().zip(RULES) {
        *bit = rule.family;
    }
    let mut captured = vec![0.0; Family::ALL.len()];
    let mut of_family = [0.0; Family::ALL.len()];
    let mut beyond = 0.0;
    for (rules, probability) in accepted {
        let probability = if probability.is_nan() { 0.0 } else { probability.clamp(0.0, 1.0) };
        let mut families = [false; Family::ALL.len()];
        for (bit, family) in of_rule.iter().enumerate() {
            if let Some(family) = family.filter(|_| rules >> bit & 1 == 1) {
                families[family as usize] = true;
            }
        }
        match families.iter().filter(|&&is_in| is_in).count() {
            0 => beyond += probability,
            count => captured[count - 1] += probability,
        }
        for (sum, _) in of_family.iter_mut().zip(families).filter(|&(_, is_in)| is_in) {
            *sum += probability;
        }
    }
    let families: Vec<Family> = Family::ALL.into_iter().filter(|&family| of_family[family as usize] > 0.0).collect();
    let seen: f64 = captured.iter().sum();
    if seen < PAIRS_MIN || families.len() < 2 {
        return None;
    }
    captured.truncate(families.len());
    let occasions = families.len() as f64;
    let (one, two) = (captured[0], captured[1]);
    let unseen = (occasions - 1.0) / occasions * one * (one - 1.0).max(0.0) / (2.0 * (two + 1.0));
    Some(Recall { captured, families, seen, unseen, recall: seen / (seen + unseen), beyond })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::context::mix;

    /// A rule of each of the families.
    fn bit(family: Family) -> u16 {
        RULES.iter().position(|rule| rule.family == Some(family)).map_or(0, |index| 1 << index)
    }

    fn uniform(seed: u64) -> f64 {
        (mix(seed) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Masks of `matches` matches that each family captures with its chance; chances of one match go with its ease.
    fn simulate(matches: u64, chances: &[f64], ease: impl Fn(u64) -> f64) -> Vec<u16> {
        (0..matches)
            .map(|index| {
                let capture = |(family, &chance): (usize, &f64)| {
                    let is_captured = uniform(index * 31 + family as u64) < chance * ease(index);
                    if is_captured { bit(Family::ALL[family]) } else { 0 }
                };
                chances.iter().enumerate().map(capture).fold(0, |mask, bit| mask | bit)
            })
            .collect()
    }

    fn check(masks: &[u16], tolerance: f64) -> f64 {
        let truth = masks.iter().filter(|&&mask| mask != 0).count() as f64 / masks.len() as f64;
        let brought = masks.iter().filter(|&&mask| mask != 0).map(|&mask| (mask, 1.0));
        let found = estimate(brought).expect("enough pairs").recall;
        assert!((found - truth).abs() < tolerance, "estimated {found}, true {truth}");
        found - truth
    }

    #[test]
    fn captures_with_a_known_truth_give_its_recall() {
        check(&simulate(20_000, &[0.6, 0.7, 0.5, 0.4], |_| 1.0), 0.02);
        check(&simulate(20_000, &[0.3, 0.3, 0.3, 0.3], |_| 1.0), 0.03);
        check(&simulate(20_000, &[0.9, 0.95, 0.9, 0.8, 0.5], |_| 1.0), 0.005);
        check(&simulate(500, &[0.6, 0.7, 0.5, 0.4], |_| 1.0), 0.06);
        // Matches of unlike ease: what is missing is told too low, never much too high.
        let off = check(&simulate(20_000, &[0.6, 0.7, 0.5, 0.4], |index| if index % 4 == 0 { 0.3 } else { 1.0 }), 0.08);
        assert!(off > 0.0);
    }

    #[test]
    fn a_doubtful_pair_weighs_its_probability() {
        let (one, two) = (bit(Family::Name), bit(Family::Name) | bit(Family::Place));
        let sure: Vec<_> = (0..40).map(|index| (if index < 20 { one } else { two }, 1.0)).collect();
        let doubtful: Vec<_> = sure.iter().map(|&(mask, _)| (mask, if mask == one { 0.1 } else { 1.0 })).collect();
        let (sure, doubtful) = (estimate(sure).expect("a figure"), estimate(doubtful).expect("a figure"));
        assert_eq!((sure.seen, sure.captured.as_slice()), (40.0, &[20.0, 20.0][..]));
        // (2 - 1) / 2 * 20 * 19 / (2 * 21)
        assert!((sure.unseen - 190.0 / 42.0).abs() < 1e-9);
        assert!(doubtful.recall > sure.recall && doubtful.seen < 23.0);
    }

    #[test]
    fn too_little_says_nothing() {
        let pairs = |count: usize, mask: u16| vec![(mask, 1.0); count];
        let (name, place) = (bit(Family::Name), bit(Family::Place));
        assert_eq!(estimate(pairs(0, name)), None);
        assert_eq!(estimate(pairs(500, name)), None, "one family");
        assert_eq!(estimate(pairs(19, name | place)), None, "few pairs");
        assert_eq!(estimate([(name | place, f64::NAN); 50]), None, "no probabilities");
        assert_eq!(estimate(pairs(50, name | place)).map(|found| found.recall), Some(1.0));
    }

    #[test]
    fn all_with_all_is_in_no_family_and_what_it_alone_brought_is_told_apart() {
        let all = 1 << RULES.iter().position(|rule| rule.name == "all with all").expect("the rule");
        let both = bit(Family::Name) | bit(Family::Place);
        let pairs = (0..50).map(|index| (if index < 10 { all } else { both | all }, 1.0));
        let found = estimate(pairs).expect("a figure");
        assert_eq!((found.seen, found.beyond, found.recall), (40.0, 10.0, 1.0));
        assert_eq!(estimate([(all, 1.0); 50]), None);
    }
}
