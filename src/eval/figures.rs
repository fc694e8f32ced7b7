//! Counts and what is computed from them. A share of nothing is `null`, never 0 or 1.

use serde::Serialize;

/// To four digits, so that reports can be compared as text.
pub fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

/// A share, or nothing where there is nothing to share.
pub fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| rounded(part as f64 / whole as f64))
}

/// Precision, recall and their harmonic mean, with the counts that they come from.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Prf {
    /// Precision.
    pub p: Option<f64>,
    /// Recall.
    pub r: Option<f64>,
    /// F1.
    pub f: Option<f64>,
    /// Found and right.
    pub tp: usize,
    /// Found and wrong.
    pub fp: usize,
    /// Right and not found.
    #[serde(rename = "fn")]
    pub misses: usize,
}

impl Prf {
    /// From counts.
    pub fn of(tp: usize, fp: usize, misses: usize) -> Self {
        let (p, r) = (share(tp, tp + fp), share(tp, tp + misses));
        Self {
            p,
            r,
            f: harmonic(tp as f64, (tp + fp) as f64, (tp + misses) as f64),
            tp,
            fp,
            misses,
        }
    }
}

/// F1 of `hits` among `found` and `wanted`; nothing where both are none.
pub fn harmonic(hits: f64, found: f64, wanted: f64) -> Option<f64> {
    let all = found + wanted;
    (all > 0.0).then(|| rounded(2.0 * hits / all))
}

/// Mean of what there is.
pub fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0_usize);
    for value in values {
        sum += value;
        count += 1;
    }
    (count > 0).then(|| rounded(sum / count as f64))
}

/// The value below which `percent` of all lie (nearest rank); `values` are sorted here.
pub fn percentile(values: &mut [f64], percent: usize) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let rank = (values.len() * percent).div_ceil(100).max(1);
    values.get(rank - 1).map(|value| rounded(*value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_nothing_is_nothing() {
        assert_eq!(share(0, 0), None);
        assert_eq!(share(1, 3), Some(0.3333));
        let prf = Prf::of(3, 1, 2);
        assert_eq!((prf.p, prf.r, prf.f), (Some(0.75), Some(0.6), Some(0.6667)));
        assert_eq!(Prf::of(0, 0, 0).f, None);
    }

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let mut values: Vec<f64> = (1..=10).rev().map(f64::from).collect();
        assert_eq!(percentile(&mut values, 50), Some(5.0));
        assert_eq!(percentile(&mut values, 90), Some(9.0));
        assert_eq!(percentile(&mut values, 99), Some(10.0));
        assert_eq!(percentile(&mut [], 50), None);
    }
}
