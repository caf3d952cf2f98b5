//! What a run may expect of its own result where nobody knows the truth: the precision of its personas, by the model's
//! own probabilities, and the recall that blocking leaves.
//!
//! Precision. Two records of one persona are joined by a link of their own, or by a chain of links. Links are taken in
//! the order in which they joined, strongest first; when one joins a group of n records to one of m, it answers for all
//! n·m pairs. Each pair of records so gets the probability of the weakest link on the strongest way between its two, and
//! the mean over all pairs is the expected share of true ones: the same pairs that pairwise precision counts, blocked
//! and scored or not. What a source states is taken as certain.
//!
//! It is as good as the model: one that is too sure of itself expects too much. It says nothing of matches that were
//! missed. Assets (accounts, devices, shipments) have no probability and are left out.

use super::publish::round;
use crate::block::{Blocking, recall};
use crate::cluster::personas::Personas;
use crate::cluster::union_find::UnionFind;
use crate::model::cluster::RecordLink;
use crate::model::pair::ScoredPair;
use crate::model::weight::MatchWeight;
use crate::store::manifest::ExpectedFigures;

/// Fewer scored links than these say nothing.
const LINKS_MIN: usize = 20;

/// What a run expects of itself; `None` where there are too few links to tell, or blocking rules that found them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Expected {
    /// Share of the pairs of records in one persona that are one person.
    pub precision: Option<f64>,
    /// Share of the matches that blocking brought together. An upper bound; see [`recall`].
    pub blocking_recall: Option<f64>,
    /// Whether every two records of persons met, so that blocking can have missed none.
    pub all_met: bool,
}

impl Expected {
    /// As the manifest says them: a millionth each.
    pub fn figures(&self) -> ExpectedFigures {
        let rounded = |share: f64| round(share, 6);
        ExpectedFigures { precision: self.precision.map(rounded), blocking_recall: self.blocking_recall.map(rounded) }
    }
}

/// Both figures. `scored` are the pairs that the personas were made of.
pub fn expected(personas: &Personas, scored: &[ScoredPair], blocking: &Blocking) -> Expected {
    let all_met = blocking.candidates == blocking.people * blocking.people.saturating_sub(1) / 2;
    Expected {
        precision: precision(personas, scored),
        blocking_recall: if all_met { Some(1.0) } else { blocking_recall(personas, scored, blocking) },
        all_met,
    }
}

/// Expected pairwise precision of personas, between 0 and 1. `None` below twenty scored links.
/// O(links · log records) time.
pub fn precision(personas: &Personas, scored: &[ScoredPair]) -> Option<f64> {
    let mut sets = UnionFind::new(personas.of_record.len());
    let mut sizes = vec![1u64; personas.of_record.len()];
    let (mut pairs, mut sum, mut links) = (0.0, 0.0, 0);
    for link in &personas.links {
        let (a, b, probability) = match link {
            RecordLink::Stated { from, to, .. } => (*from, *to, 1.0),
            RecordLink::Scored(index) => {
                let found = &scored[*index];
                links += 1;
                (found.pair.left(), found.pair.right(), MatchWeight(f64::from(found.bits)).probability())
            }
            RecordLink::ByContact { .. } => continue,
        };
        let (a, b) = (sets.find(a.0), sets.find(b.0));
        if sets.union(a, b) {
            let (left, right) = (sizes[a as usize], sizes[b as usize]);
            let joined = left as f64 * right as f64;
            pairs += joined;
            sum += joined * probability;
            sizes[sets.find(a) as usize] = left + right;
        }
    }
    (links >= LINKS_MIN).then(|| sum / pairs)
}

/// Recall of blocking by capture and recapture between its rules, over the accepted links. Nothing where rules were left out
/// and most links were brought by one family alone: that others might have brought them too is what was left out.
fn blocking_recall(personas: &Personas, scored: &[ScoredPair], blocking: &Blocking) -> Option<f64> {
    let accepted = personas.links.iter().filter_map(|link| match link {
        RecordLink::Scored(index) => {
            let found = &scored[*index];
            Some((found.pair.rules, MatchWeight(f64::from(found.bits)).probability()))
        }
        _ => None,
    });
    let left_out = blocking.statistics.iter().any(|rule| rule.left_out.is_some());
    recall::estimate(accepted)
        .filter(|found| !left_out || 2.0 * found.captured[0] <= found.seen)
        .map(|found| found.recall)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::{self, RuleStatistics, Sample};
    use crate::model::ids::RecordId;
    use crate::model::pair::CandidatePair;

    fn pair(a: u32, b: u32, rules: u16, probability: f64) -> ScoredPair {
        ScoredPair {
            pair: CandidatePair::new(RecordId(a), RecordId(b), rules).expect("two records"),
            bits: MatchWeight::of_probability(probability).0 as f32,
            terms: Vec::new(),
            rival_bits: 0.0,
            rival: 0,
            names_disagree: false,
        }
    }

    /// Personas whose links are all these, in this order.
    fn linked(records: usize, scored: &[ScoredPair]) -> Personas {
        let links = (0..scored.len()).map(RecordLink::Scored).collect();
        Personas { of_record: vec![None; records], links, ..Personas::default() }
    }

    /// Twenty sure pairs from record 10 on, so that there is enough to tell.
    fn sure(mut scored: Vec<ScoredPair>) -> Vec<ScoredPair> {
        scored.splice(0..0, (0..20).map(|at| pair(10 + 2 * at, 11 + 2 * at, 1, 1.0)));
        scored
    }

    #[test]
    fn a_pair_that_is_joined_through_others_has_the_probability_of_the_weakest_link() {
        // 0-1 and 2-3 are likely, 1-2 is a coin's toss: it answers for 0-2, 0-3 and 1-3 as well.
        let scored = sure(vec![pair(0, 1, 1, 0.9), pair(2, 3, 1, 0.9), pair(1, 2, 1, 0.5)]);
        let found = precision(&linked(60, &scored), &scored).expect("enough links");
        assert!((found - (20.0 + 2.0 * 0.9 + 4.0 * 0.5) / 26.0).abs() < 1e-6, "{found}");
        // The look-alike: the same three links, none of which joins groups.
        let apart = sure(vec![pair(0, 1, 1, 0.9), pair(2, 3, 1, 0.9), pair(4, 5, 1, 0.5)]);
        let apart = precision(&linked(60, &apart), &apart).expect("enough links");
        assert!((apart - (20.0 + 2.0 * 0.9 + 0.5) / 23.0).abs() < 1e-6 && apart > found, "{apart}");
        // A weaker link inside a group that stands already takes nothing away.
        let again = sure(vec![pair(0, 1, 1, 0.9), pair(1, 2, 1, 0.9), pair(0, 2, 1, 0.6)]);
        let again = precision(&linked(60, &again), &again).expect("enough links");
        assert!((again - (20.0 + 3.0 * 0.9) / 23.0).abs() < 1e-6, "{again}");
    }

    #[test]
    fn what_a_source_states_is_certain_and_what_hangs_on_it_is_counted() {
        let scored = sure(vec![pair(1, 2, 1, 0.5)]);
        let mut personas = linked(60, &scored);
        personas.links.insert(0, RecordLink::Stated { from: RecordId(0), to: RecordId(1), cells: 0 });
        let found = precision(&personas, &scored).expect("enough links");
        assert!((found - (20.0 + 1.0 + 2.0 * 0.5) / 23.0).abs() < 1e-6, "{found}");
    }

    #[test]
    fn too_few_links_say_nothing() {
        let scored: Vec<ScoredPair> = (0..19).map(|at| pair(2 * at, 2 * at + 1, 0b1000_0001, 0.99)).collect();
        let few = Blocking { people: 100, ..Blocking::default() };
        let found = expected(&linked(100, &scored), &scored, &few);
        assert_eq!((found.precision, found.blocking_recall, found.all_met), (None, None, false));
        let scored = sure(Vec::new());
        assert!(precision(&linked(60, &scored), &scored).is_some_and(|found| found > 0.999_999));
    }

    #[test]
    fn where_every_record_met_every_other_blocking_missed_none() {
        let scored = sure(Vec::new());
        let all = Blocking { people: 3, candidates: 3, ..Blocking::default() };
        assert_eq!(expected(&linked(60, &scored), &scored, &all).blocking_recall, Some(1.0));
        // One family of rules alone cannot tell what it missed.
        let part = Blocking { people: 4, candidates: 3, ..Blocking::default() };
        let found = expected(&linked(60, &scored), &scored, &part);
        assert_eq!((found.blocking_recall, found.all_met), (None, false));
    }

    #[test]
    fn where_rules_were_left_out_links_of_one_family_say_nothing() {
        let identifier = block::rules_named(&["same identifier".to_string()]);
        let both = identifier | block::rules_named(&["same whole name".to_string()]);
        let found = |twice: usize, statistics: Vec<RuleStatistics>| {
            let rules = |at| if at < twice { both } else { identifier };
            let scored: Vec<_> = (0..40).map(|at| pair(2 * at, 2 * at + 1, rules(at as usize), 1.0)).collect();
            let blocking = Blocking { people: 100, statistics, ..Blocking::default() };
            expected(&linked(100, &scored), &scored, &blocking).blocking_recall
        };
        let sample = Sample { one_in: 32, pairs: 1000, links: 1 };
        let left_out =
            || vec![RuleStatistics { rule: "name sounds", left_out: Some(sample), ..RuleStatistics::default() }];
        assert_eq!(found(19, left_out()), None);
        assert!(found(20, left_out()).is_some());
        assert!(found(2, Vec::new()).is_some_and(|recall| recall < 0.3), "all rules ran: much was missed");
    }
}
