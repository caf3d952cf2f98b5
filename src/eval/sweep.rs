//! Figures at many thresholds, so that one can be chosen: what each costs in precision and brings in recall.

use super::Figures;
use serde::Serialize;

/// Thresholds that are tried when none are named, as probabilities.
pub const THRESHOLDS: &[f64] = &[0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999];

/// The result at one threshold. Serializes in the order of its fields.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Point {
    /// The threshold as a probability.
    pub probability: f64,
    /// The same as a weight: log2 of odds.
    pub bits: f64,
    /// Against the truth.
    pub figures: Figures,
    /// Personas at this threshold, those of one record included.
    pub personas: u64,
    /// Pairwise precision by the model's own probabilities, without the truth; `None` where too few links tell.
    pub expected_precision: Option<f64>,
    /// Whether the config has this threshold.
    pub configured: bool,
    /// Whether its pairwise F1 is the best of all; of equal ones that of the highest threshold.
    pub best: bool,
}

/// The thresholds to try: `asked`, or [`THRESHOLDS`] where that is empty, and the configured one. Sorted, each once.
/// Those that are no probability between 0 and 1 are left out.
pub fn thresholds(asked: &[f64], configured: f64) -> Vec<f64> {
    let asked = if asked.is_empty() { THRESHOLDS } else { asked };
    let mut all: Vec<f64> = asked.iter().copied().chain([configured]).filter(|p| *p > 0.0 && *p < 1.0).collect();
    all.sort_by(f64::total_cmp);
    all.dedup();
    all
}

/// Marks the point with the best pairwise F1.
pub fn mark_best(points: &mut [Point]) {
    let f1 = |point: &Point| point.figures.pairwise.f1;
    let best = (0..points.len()).max_by(|&a, &b| {
        f1(&points[a]).total_cmp(&f1(&points[b])).then(points[a].probability.total_cmp(&points[b].probability))
    });
    for (index, point) in points.iter_mut().enumerate() {
        point.best = best == Some(index);
    }
}

#[cfg(test)]
mod tests {
    use super::super::figures;
    use super::*;

    /// One letter a record.
    fn letters(text: &str) -> Vec<Option<&str>> {
        (0..text.len()).map(|at| Some(&text[at..=at])).collect()
    }

    fn point(probability: f64, predicted: &str) -> Point {
        Point {
            probability,
            bits: 0.0,
            figures: figures("persona", &letters(predicted), &letters("aabb")),
            personas: 2,
            expected_precision: None,
            configured: false,
            best: false,
        }
    }

    #[test]
    fn the_configured_threshold_is_among_those_that_are_tried() {
        assert_eq!(thresholds(&[], 0.8).len(), THRESHOLDS.len());
        assert_eq!(thresholds(&[], 0.85).len(), THRESHOLDS.len() + 1);
        assert_eq!(thresholds(&[0.9, 0.5, 0.9], 0.8), [0.5, 0.8, 0.9]);
        assert_eq!(thresholds(&[0.0, 1.0, f64::NAN, -1.0, 0.3], 0.8), [0.3, 0.8], "what is no probability");
    }

    #[test]
    fn the_best_is_the_highest_of_the_best_thresholds() {
        let mut points = [point(0.1, "aaaa"), point(0.5, "aabb"), point(0.8, "aabb"), point(0.99, "abcd")];
        mark_best(&mut points);
        assert_eq!(points.iter().map(|point| point.best).collect::<Vec<_>>(), [false, false, true, false]);
        mark_best(&mut []);
    }
}
