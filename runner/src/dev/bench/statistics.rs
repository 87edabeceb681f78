//! The few numbers that stand for many measurements. Pure.

use std::time::Duration;

use serde::Serialize;

/// Smallest, middle and largest of some durations, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Spread {
    /// The smallest.
    pub(super) min_s: f64,
    /// The one in the middle; of an even number the mean of the two there.
    pub(super) median_s: f64,
    /// The largest.
    pub(super) max_s: f64,
}

impl Spread {
    /// Of these durations; all zeros if there are none.
    pub(super) fn of(durations: &[Duration]) -> Self {
        let mut seconds: Vec<f64> = durations.iter().map(Duration::as_secs_f64).collect();
        seconds.sort_by(f64::total_cmp);
        let at = |index: usize| seconds.get(index).copied().unwrap_or_default();
        let last = seconds.len().saturating_sub(1);
        Self { min_s: at(0), median_s: f64::midpoint(at(last / 2), at(last.div_ceil(2))), max_s: at(last) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::none(&[], (0.0, 0.0, 0.0))]
    #[case::one(&[300], (0.3, 0.3, 0.3))]
    #[case::odd(&[900, 100, 200], (0.1, 0.2, 0.9))]
    #[case::even(&[400, 100, 200, 900], (0.1, 0.3, 0.9))]
    fn of_milliseconds(#[case] milliseconds: &[u64], #[case] (min, median, max): (f64, f64, f64)) {
        let durations: Vec<_> = milliseconds.iter().map(|&each| Duration::from_millis(each)).collect();
        let spread = Spread::of(&durations);
        for (found, expected) in [(spread.min_s, min), (spread.median_s, median), (spread.max_s, max)] {
            assert!((found - expected).abs() < 1e-9, "{spread:?}");
        }
    }
}
