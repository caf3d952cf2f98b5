//! Pairwise and B-cubed precision, recall and F1 of one clustering against another.
//!
//! Both come from the table of how many records each pair of predicted and true cluster has in common; no pair of
//! records is ever listed, so all pairs count and none is sampled.

use rustc_hash::FxHashMap;
use serde::Serialize;

/// Precision, recall and their harmonic mean.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Scores {
    /// Share of what was found that is true.
    pub precision: f64,
    /// Share of what is true that was found.
    pub recall: f64,
    /// 2·precision·recall / (precision + recall); 0 where both are 0.
    pub f1: f64,
}

impl Scores {
    fn new(precision: f64, recall: f64) -> Scores {
        let sum = precision + recall;
        Scores { precision, recall, f1: if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 } }
    }
}

/// How well predicted clusters agree with the true ones. Serializes in the order of its fields.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Which clusters were measured: `persona`, `operator`, `ring`.
    pub tier: String,
    /// Records of the run.
    pub records: u64,
    /// Over pairs of records in one cluster. Precision is 1 when no pair was predicted, recall is 1 when there is no
    /// true pair: who says nothing says nothing wrong.
    pub pairwise: Scores,
    /// Unweighted means over records (Bagga and Baldwin 1998): precision, the share of the record's predicted cluster
    /// that belongs with it; recall, the share of its true cluster that was found with it. All 1 without records.
    pub bcubed: Scores,
    /// Clusters of the truth, records that are alone included.
    pub true_clusters: u64,
    /// Clusters that were predicted, records that are alone included.
    pub predicted_clusters: u64,
    /// Records of the largest cluster of the truth.
    pub largest_true: u64,
    /// Records of the largest predicted cluster.
    pub largest_predicted: u64,
    /// Pairs of records in one cluster of the truth.
    pub true_pairs: u64,
    /// Pairs of records in one predicted cluster.
    pub predicted_pairs: u64,
    /// Pairs that are in both.
    pub common_pairs: u64,
}

/// Measures `predicted` against `truth`, which name the cluster of each record in the same order. `None` and the
/// empty text mean a cluster of its own. When one is longer, its further records count as alone in the other.
///
/// n records take O(n log n) time and O(n) memory.
pub fn figures(tier: &str, predicted: &[Option<&str>], truth: &[Option<&str>]) -> Figures {
    let records = predicted.len().max(truth.len());
    let (predicted, predicted_sizes) = numbered(predicted, records);
    let (truth, true_sizes) = numbered(truth, records);

    // Sorted, so that the sums below are added up in one order.
    let mut cells: Vec<(usize, usize)> = predicted.into_iter().zip(truth).collect();
    cells.sort_unstable();
    let mut common_pairs = 0;
    let (mut precision, mut recall) = (0.0, 0.0);
    for cell in cells.chunk_by(|a, b| a == b) {
        let (p, t) = cell[0];
        let common = cell.len() as u64;
        common_pairs += pairs(common);
        let square = (common as f64) * (common as f64);
        precision += square / predicted_sizes[p] as f64;
        recall += square / true_sizes[t] as f64;
    }
    let predicted_pairs = predicted_sizes.iter().copied().map(pairs).sum();
    let true_pairs = true_sizes.iter().copied().map(pairs).sum();
    let n = records as f64;
    Figures {
        tier: tier.to_string(),
        records: records as u64,
        pairwise: Scores::new(share(common_pairs, predicted_pairs), share(common_pairs, true_pairs)),
        bcubed: if records == 0 { Scores::new(1.0, 1.0) } else { Scores::new(precision / n, recall / n) },
        true_clusters: true_sizes.len() as u64,
        predicted_clusters: predicted_sizes.len() as u64,
        largest_true: true_sizes.iter().copied().max().unwrap_or(0),
        largest_predicted: predicted_sizes.iter().copied().max().unwrap_or(0),
        true_pairs,
        predicted_pairs,
        common_pairs,
    }
}

/// Pairs among `n` records. 6 billion records would be needed to leave 64 bits.
fn pairs(n: u64) -> u64 {
    n * n.saturating_sub(1) / 2
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// Numbers the clusters in the order of their first record and counts their records.
fn numbered(clusters: &[Option<&str>], records: usize) -> (Vec<usize>, Vec<u64>) {
    let mut numbers = FxHashMap::default();
    let mut sizes: Vec<u64> = Vec::new();
    let of_record = (0..records).map(|record| {
        let number = match clusters.get(record).copied().flatten() {
            Some(name) if !name.is_empty() => *numbers.entry(name).or_insert(sizes.len()),
            _ => sizes.len(),
        };
        if number == sizes.len() {
            sizes.push(0);
        }
        sizes[number] += 1;
        number
    });
    (of_record.collect(), sizes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// One letter a record; `-` is `None`, a blank the empty text.
    fn clusters(text: &str) -> Vec<Option<String>> {
        let name = |c: char| match c {
            '-' => None,
            ' ' => Some(String::new()),
            c => Some(c.to_string()),
        };
        text.chars().map(name).collect()
    }

    fn of(predicted: &[Option<String>], truth: &[Option<String>]) -> Figures {
        fn borrowed(names: &[Option<String>]) -> Vec<Option<&str>> {
            names.iter().map(Option::as_deref).collect()
        }
        figures("ring", &borrowed(predicted), &borrowed(truth))
    }

    fn check(predicted: &str, truth: &str, pairwise: (f64, f64), bcubed: (f64, f64)) {
        let figures = of(&clusters(predicted), &clusters(truth));
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{predicted} against {truth}: {figures:?}");
        close(figures.pairwise.precision, pairwise.0);
        close(figures.pairwise.recall, pairwise.1);
        close(figures.bcubed.precision, bcubed.0);
        close(figures.bcubed.recall, bcubed.1);
    }

    #[test]
    fn small_cases_come_out_as_by_hand() {
        check("aabb", "xxyy", (1.0, 1.0), (1.0, 1.0));
        // Names of clusters mean nothing.
        check("aabb", "bbaa", (1.0, 1.0), (1.0, 1.0));
        check("aaaa", "xxyy", (2.0 / 6.0, 1.0), (0.5, 1.0));
        check("abcd", "xxyy", (1.0, 0.0), (1.0, 0.5));
        check("aabb", "xyxy", (0.0, 0.0), (0.5, 0.5));
        check("aab", "xxx", (1.0, 1.0 / 3.0), (1.0, (4.0 / 3.0 + 1.0 / 3.0) / 3.0));
    }

    #[test]
    fn a_record_without_cluster_is_alone() {
        check("--", "--", (1.0, 1.0), (1.0, 1.0));
        check("  ", "--", (1.0, 1.0), (1.0, 1.0));
        // The look-alike: two records of a cluster that has a name.
        check("aa", "--", (0.0, 1.0), (0.5, 1.0));
        check("--", "xx", (1.0, 0.0), (1.0, 0.5));
        check("aa  ", "xx-y", (1.0, 1.0), (1.0, 1.0));
    }

    #[test]
    fn nothing_predicted_nothing_true_and_no_records_have_figures() {
        check("", "", (1.0, 1.0), (1.0, 1.0));
        let empty = of(&[], &[]);
        assert_eq!((empty.records, empty.true_clusters, empty.largest_predicted), (0, 0, 0));
        // Nothing found: precision is 1 by convention, F1 is 0 all the same.
        assert_eq!(of(&clusters("ab"), &clusters("xx")).pairwise, Scores { precision: 1.0, recall: 0.0, f1: 0.0 });
        // Only wrong ones found: 0, not a division by zero.
        assert_eq!(of(&clusters("aabb"), &clusters("xyxy")).pairwise.f1, 0.0);
    }

    #[test]
    fn clusters_are_counted_with_those_of_one_record() {
        let figures = of(&clusters("aaab-"), &clusters("xx-- "));
        assert_eq!((figures.predicted_clusters, figures.largest_predicted), (3, 3));
        assert_eq!((figures.true_clusters, figures.largest_true), (4, 2));
        assert_eq!((figures.predicted_pairs, figures.true_pairs, figures.common_pairs), (3, 1, 1));
    }

    #[test]
    fn a_record_that_one_side_does_not_reach_is_alone_there() {
        assert_eq!(of(&clusters("aabb"), &clusters("xx")), of(&clusters("aabb"), &clusters("xx--")));
        assert_eq!(of(&clusters("aa"), &clusters("xxyy")), of(&clusters("aa--"), &clusters("xxyy")));
    }

    #[test]
    fn the_json_is_the_one_that_was_agreed() {
        let figures = of(&clusters("aab"), &clusters("xxy"));
        let json = serde_json::to_string(&figures).expect("plain numbers");
        let start = r#"{"tier":"ring","records":3,"pairwise":{"precision":1.0,"recall":1.0,"f1":1.0},"bcubed":{"precision":1.0,"recall":1.0,"f1":1.0},"#;
        assert!(json.starts_with(start), "{json}");
    }

    /// Looks at every pair and every record. O(n²).
    fn slowly(predicted: &[Option<String>], truth: &[Option<String>]) -> (Scores, Scores) {
        let n = predicted.len();
        let together = |names: &[Option<String>], i: usize, j: usize| {
            i == j || names[i].as_deref().is_some_and(|name| !name.is_empty() && names[j].as_deref() == Some(name))
        };
        let (mut both, mut found, mut wanted) = (0, 0, 0);
        let (mut precision, mut recall) = (0.0, 0.0);
        for i in 0..n {
            let (mut common, mut p_size, mut t_size) = (0, 0, 0);
            for j in 0..n {
                let (p, t) = (together(predicted, i, j), together(truth, i, j));
                common += u32::from(p && t);
                p_size += u32::from(p);
                t_size += u32::from(t);
                if i < j {
                    both += u32::from(p && t);
                    found += u32::from(p);
                    wanted += u32::from(t);
                }
            }
            precision += f64::from(common) / f64::from(p_size) / n as f64;
            recall += f64::from(common) / f64::from(t_size) / n as f64;
        }
        let share = |whole: u32| if whole == 0 { 1.0 } else { f64::from(both) / f64::from(whole) };
        (Scores::new(share(found), share(wanted)), Scores::new(precision, recall))
    }

    fn record() -> impl Strategy<Value = (Option<String>, Option<String>)> {
        let name = || prop_oneof![Just(None), Just(Some(String::new())), "[a-f]".prop_map(Some)];
        (name(), name())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_pair_looked_at_gives_the_same(records in prop::collection::vec(record(), 1..40)) {
            let (predicted, truth): (Vec<_>, Vec<_>) = records.into_iter().unzip();
            let figures = of(&predicted, &truth);
            let (pairwise, bcubed) = slowly(&predicted, &truth);
            prop_assert_eq!(figures.pairwise, pairwise);
            for (fast, slow) in [(figures.bcubed.precision, bcubed.precision), (figures.bcubed.recall, bcubed.recall)] {
                prop_assert!((fast - slow).abs() < 1e-9, "{} {}", fast, slow);
            }
            // Seen from the other side, precision and recall change places.
            let turned = of(&truth, &predicted);
            prop_assert_eq!(turned.pairwise.precision, figures.pairwise.recall);
            prop_assert_eq!(turned.true_pairs, figures.predicted_pairs);
        }
    }
}
