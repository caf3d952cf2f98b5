//! Match weights in bits and the probabilities they stand for.

/// log2 of odds. The unit of evidence everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct MatchWeight(pub f64);

impl MatchWeight {
    /// The weight that a likelihood ratio adds. Both sides are kept away from zero, so the result is finite.
    pub fn of_ratio(m: f64, u: f64) -> MatchWeight {
        MatchWeight((m.max(1e-12) / u.max(1e-12)).log2())
    }

    /// The weight at which the probability is `p`; `p` is kept inside (1e-12, 1 - 1e-12).
    pub fn of_probability(p: f64) -> MatchWeight {
        let p = p.clamp(1e-12, 1.0 - 1e-12);
        MatchWeight((p / (1.0 - p)).log2())
    }

    /// The probability that the weight stands for.
    pub fn probability(self) -> f64 {
        if self.0 > 0.0 {
            1.0 / (1.0 + (-self.0).exp2())
        } else {
            let odds = self.0.exp2();
            odds / (1.0 + odds)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_and_probabilities_convert_both_ways() {
        for p in [0.0001, 0.1, 0.5, 0.9, 0.999] {
            assert!((MatchWeight::of_probability(p).probability() - p).abs() < 1e-9, "{p}");
        }
        assert_eq!(MatchWeight(0.0).probability(), 0.5);
        assert!(MatchWeight(5000.0).probability() <= 1.0);
        assert!(MatchWeight(-5000.0).probability() >= 0.0);
    }

    #[test]
    fn a_ratio_with_a_zero_stays_finite() {
        assert!(MatchWeight::of_ratio(0.0, 0.5).0.is_finite());
        assert!(MatchWeight::of_ratio(0.5, 0.0).0.is_finite());
    }
}
