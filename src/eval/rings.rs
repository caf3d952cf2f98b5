//! How well predicted rings agree with planted ones, ring by ring: what an investigator who opens them from the top
//! would say. Pairwise figures are ruled by the largest ring; here each counts once.
//!
//! Pure functions on plain values. *Persons* are whoever the truth tells apart, by any number; the caller maps what was
//! predicted to them, see [`persons`].

use rustc_hash::FxHashSet;
use serde::Serialize;

/// A planted ring is found when a predicted one has at least this Jaccard similarity with it, over persons.
pub const FOUND_AT: f64 = 0.5;
/// Rings from the top of the list that are looked at for decoys.
pub const FIRST: usize = 20;

/// What is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RingTruth {
    /// Persons of each planted ring.
    pub planted: Vec<Vec<u32>>,
    /// Persons of each innocent group that looks like a ring.
    pub decoys: Vec<Vec<u32>>,
}

/// What a run says, in rank order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PredictedRing {
    /// Whether its level asks for a look: `priority` or `review`. Others are left out of all figures.
    pub asks: bool,
    pub weight_bits: f64,
    /// Persons in it; in any order, each as often as you like.
    pub persons: Vec<u32>,
}

/// What a predicted ring turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// More than half of its persons are in planted rings.
    Real,
    /// Not so, and two or more of its persons are in this innocent group: an index into [`RingTruth::decoys`].
    Decoy(usize),
    /// Neither.
    False,
    /// Its level asks for nothing.
    NotAsked,
}

/// Figures of the ring tier. Serializes in the order of its fields.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RingFigures {
    pub planted: u64,
    /// Planted rings that a predicted one has a Jaccard similarity of [`FOUND_AT`] with.
    pub found: u64,
    /// Share of the planted ones that were found; 1 when none was planted.
    pub recall: f64,
    /// Predicted rings that ask for a look.
    pub predicted: u64,
    /// Of these, those with a planted majority of persons.
    pub real: u64,
    /// Their share; 1 when none was predicted.
    pub precision: f64,
    /// Predicted rings without a planted majority.
    pub false_rings: u64,
    /// Decoys among the [`FIRST`] rings.
    pub decoys_first: u64,
    /// The chance that a real ring taken at random stands above a false one: the area under the curve. 1 when there is no
    /// false one, which says nothing then; 0 when all are false.
    pub auc: f64,
}

/// Figures with what they rest on.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    pub figures: RingFigures,
    /// The predicted ring that comes closest to each planted one, by index, with its Jaccard similarity.
    pub closest: Vec<Option<(usize, f64)>>,
    pub verdicts: Vec<Verdict>,
}

impl Measured {
    /// Whether that planted ring was found.
    pub fn found(&self, planted: usize) -> bool {
        self.closest.get(planted).copied().flatten().is_some_and(|(_, similarity)| similarity >= FOUND_AT)
    }
}

/// The persons of some records, sorted, each once. `person_of` says who a record is; records that it leaves open (assets,
/// records that the truth does not name) bring nobody.
pub fn persons(records: impl IntoIterator<Item = usize>, person_of: impl Fn(usize) -> Option<u32>) -> Vec<u32> {
    let mut persons: Vec<u32> = records.into_iter().filter_map(person_of).collect();
    persons.sort_unstable();
    persons.dedup();
    persons
}

/// Measures rings, given in rank order, against the truth. O(planted × predicted persons).
pub fn measure(predicted: &[PredictedRing], truth: &RingTruth) -> Measured {
    let set = |persons: &[u32]| -> FxHashSet<u32> { persons.iter().copied().collect() };
    let sets: Vec<FxHashSet<u32>> = predicted.iter().map(|ring| set(&ring.persons)).collect();
    let asked: Vec<usize> = (0..predicted.len()).filter(|&at| predicted[at].asks).collect();
    let common = |a: &FxHashSet<u32>, b: &FxHashSet<u32>| a.iter().filter(|person| b.contains(person)).count();

    let closest: Vec<Option<(usize, f64)>> = truth
        .planted
        .iter()
        .map(|planted| {
            let planted = set(planted);
            let mut best: Option<(usize, f64)> = None;
            for &at in &asked {
                let both = common(&planted, &sets[at]);
                let similarity = both as f64 / (planted.len() + sets[at].len() - both).max(1) as f64;
                // The first in rank order wins a tie.
                if both > 0 && best.is_none_or(|(_, known)| similarity > known) {
                    best = Some((at, similarity));
                }
            }
            best
        })
        .collect();

    let all_planted: FxHashSet<u32> = truth.planted.iter().flatten().copied().collect();
    let decoys: Vec<FxHashSet<u32>> = truth.decoys.iter().map(|group| set(group)).collect();
    let verdicts: Vec<Verdict> = sets
        .iter()
        .zip(predicted)
        .map(|(persons, ring)| {
            if !ring.asks {
                return Verdict::NotAsked;
            }
            if common(persons, &all_planted) * 2 > persons.len() {
                return Verdict::Real;
            }
            let of_group = |at: usize| common(persons, &decoys[at]);
            match (0..decoys.len()).max_by_key(|&at| (of_group(at), std::cmp::Reverse(at))) {
                Some(at) if of_group(at) >= 2 => Verdict::Decoy(at),
                _ => Verdict::False,
            }
        })
        .collect();

    let found = closest.iter().flatten().filter(|(_, similarity)| *similarity >= FOUND_AT).count();
    let real = verdicts.iter().filter(|&&verdict| verdict == Verdict::Real).count();
    let order: Vec<bool> = asked.iter().map(|&at| verdicts[at] == Verdict::Real).collect();
    let is_decoy = |at: &&usize| matches!(verdicts[**at], Verdict::Decoy(_));
    let share = |part: usize, whole: usize| if whole == 0 { 1.0 } else { part as f64 / whole as f64 };
    let figures = RingFigures {
        planted: truth.planted.len() as u64,
        found: found as u64,
        recall: share(found, truth.planted.len()),
        predicted: asked.len() as u64,
        real: real as u64,
        precision: share(real, asked.len()),
        false_rings: (asked.len() - real) as u64,
        decoys_first: asked.iter().take(FIRST).filter(is_decoy).count() as u64,
        auc: auc(&order),
    };
    Measured { figures, closest, verdicts }
}

/// The share of pairs of a real and a false one, given in rank order, in which the real one stands above. O(n).
pub fn auc(real: &[bool]) -> f64 {
    let (mut above, mut pairs) = (0u64, 0u64);
    for &is_real in real {
        if is_real {
            above += 1;
        } else {
            pairs += above;
        }
    }
    let below = real.len() as u64 - above;
    match (above, below) {
        (_, 0) => 1.0,
        (0, _) => 0.0,
        _ => pairs as f64 / (above * below) as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ring(persons: &[u32]) -> PredictedRing {
        PredictedRing { asks: true, weight_bits: 5.0, persons: persons.to_vec() }
    }

    fn truth(planted: &[&[u32]], decoys: &[&[u32]]) -> RingTruth {
        let own = |sets: &[&[u32]]| sets.iter().map(|set| set.to_vec()).collect();
        RingTruth { planted: own(planted), decoys: own(decoys) }
    }

    #[test]
    fn half_in_common_is_found_and_less_is_not() {
        let truth = truth(&[&[1, 2, 3, 4]], &[]);
        let of = |persons: &[u32]| measure(&[ring(persons)], &truth).figures;
        assert_eq!((of(&[1, 2]).found, of(&[1, 2]).recall), (1, 1.0));
        assert_eq!(of(&[1]).found, 0);
        assert_eq!(of(&[1, 2, 3, 9, 10]).found, 1, "three of six");
        assert_eq!(of(&[1, 2, 9]).found, 0, "two of five");
        assert_eq!(measure(&[], &truth).figures.recall, 0.0);
    }

    #[test]
    fn a_ring_is_real_by_the_majority_of_its_persons() {
        let truth = truth(&[&[1, 2], &[3, 4]], &[&[7, 8, 9]]);
        let of = |persons: &[u32]| measure(&[ring(persons)], &truth).verdicts[0];
        assert_eq!(of(&[1, 2, 7]), Verdict::Real);
        assert_eq!(of(&[1, 3, 7]), Verdict::Real, "of two planted rings together");
        assert_eq!(of(&[1, 7]), Verdict::False, "half is no majority, and one of a group is not the group");
        assert_eq!(of(&[1, 7, 8]), Verdict::Decoy(0));
        assert_eq!(of(&[20, 21]), Verdict::False);
        let not_asked = PredictedRing { asks: false, ..ring(&[1, 2]) };
        let measured = measure(&[not_asked], &truth);
        assert_eq!((measured.verdicts[0], measured.figures.found), (Verdict::NotAsked, 0));
        assert_eq!(measured.figures.precision, 1.0, "nothing asked, nothing wrong");
    }

    #[test]
    fn a_person_counts_once_however_many_records_name_it() {
        let of_record = |record: usize| [Some(5), Some(5), None, Some(4)].get(record).copied().flatten();
        assert_eq!(persons([0, 1, 2, 3], of_record), [4, 5]);
        assert!(measure(&[ring(&[1, 1, 2, 2])], &truth(&[&[2, 1]], &[])).found(0));
    }

    #[test]
    fn decoys_are_counted_at_the_top_only() {
        let planted: Vec<Vec<u32>> = (0..25).map(|at| vec![2 * at, 2 * at + 1]).collect();
        let truth = RingTruth { planted: planted.clone(), decoys: vec![vec![900, 901]] };
        let decoys_with = |at: usize| {
            let mut rings: Vec<PredictedRing> = planted.iter().map(|persons| ring(persons)).collect();
            rings.insert(at, ring(&[900, 901]));
            measure(&rings, &truth).figures
        };
        assert_eq!((decoys_with(0).decoys_first, decoys_with(0).auc), (1, 0.0));
        assert_eq!((decoys_with(19).decoys_first, decoys_with(20).decoys_first), (1, 0));
        assert_eq!(decoys_with(25).auc, 1.0);
        assert_eq!(decoys_with(3).false_rings, 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        /// Held against every pair looked at.
        #[test]
        fn auc_is_what_all_pairs_say(real in prop::collection::vec(any::<bool>(), 0..30)) {
            let (mut above, mut pairs) = (0, 0);
            for (i, &first) in real.iter().enumerate() {
                for (j, &second) in real.iter().enumerate() {
                    if first && !second {
                        pairs += 1;
                        above += u32::from(i < j);
                    }
                }
            }
            let slow = match (pairs, real.iter().all(|&real| real)) {
                (0, true) => 1.0,
                (0, false) => 0.0,
                _ => f64::from(above) / f64::from(pairs),
            };
            prop_assert!((auc(&real) - slow).abs() < 1e-12);
        }
    }
}
