//! The numbers shown for one profile: score, points, percentile, band, and the factors behind them. Used by
//! `pipeline::scoring` when profiles are scored, and by whoever shows them.
//!
//! z is the calibrated log-odds of converting, b the log-odds of the base rate, d = z − b what separates them; d is the
//! sum of *terms*: the starting point s and every factor's contribution φ.

use super::feature_labels;
use crate::config::Bands;
use serde::{Deserialize, Serialize};

/// σ(x) = 1/(1 + e^−x), without overflow: log-odds to a probability.
pub fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

/// −ln σ(x) of what happened, −ln σ(−x) of what did not: the loss of log-odds, in nats, written so that no exponential
/// overflows.
pub fn log_loss(x: f64, happened: bool) -> f64 {
    let against = if happened { -x } else { x };
    against.max(0.0) + (-against.abs()).exp().ln_1p()
}

/// ln(p/(1−p)) of a probability; infinite at 0 and 1.
pub fn log_odds(p: f64) -> f64 {
    p.ln() - (-p).ln_1p()
}

/// 100·σ(z − b), 0–100: 50 is average odds, 75 three times, 90 nine times.
pub fn score(z: f64, b: f64) -> f64 {
    100.0 * sigmoid(z - b)
}

/// The score as it is shown: whole, or with one decimal where the whole number would lie in another band (`74.6` below a
/// bound of 75).
pub fn shown_score(score: f64, bands: &Bands) -> String {
    let whole = rounded_score(score);
    let crosses = |bound: u8| score < f64::from(bound) && whole >= bound;
    if !crosses(bands.high) && !crosses(bands.medium) {
        return whole.to_string();
    }
    // Cut, and not rounded: 74.98 is no 75.0.
    format!("{:.1}", (score * 10.0).floor() / 10.0)
}

/// The score as it is shown: the nearest whole number, halves up. NaN shows as 0.
pub fn rounded_score(score: f64) -> u8 {
    // The cast saturates, and scores lie within 0..=100.
    (score + 0.5).floor() as u8
}

/// The points of each term of d: 100·(σ(d) − ½)·t/d, and 25·t at d = 0. With 50 they add up to the score. Terms are
/// finite; where their sum is not, all points are 0.
pub fn points(terms: &[f64]) -> Vec<f64> {
    let d: f64 = terms.iter().sum();
    if !d.is_finite() {
        return vec![0.0; terms.len()];
    }
    // σ(d) − ½ = tanh(d/2)/2 keeps its digits near 0; below 1e-8 the slope is 25 to the last of them.
    let slope = if d.abs() < 1e-8 { 25.0 } else { 50.0 * (0.5 * d).tanh() / d };
    terms.iter().map(|t| slope * t).collect()
}

/// [`points`] as whole numbers that with 50 add up exactly to the rounded score. `terms` are (code, term).
pub fn rounded_points(terms: &[(&str, f64)]) -> Vec<i64> {
    let values: Vec<f64> = terms.iter().map(|t| t.1).collect();
    let d: f64 = values.iter().sum();
    let target = if d.is_finite() { i64::from(rounded_score(score(d, 0.0))) - 50 } else { 0 };
    let exact: Vec<(&str, f64)> = terms.iter().map(|t| t.0).zip(points(&values)).collect();
    largest_remainder(target, &exact)
}

/// Whole numbers that add up to `target`, near numbers that nearly do, by the largest remainder (Hamilton 1792): each
/// is rounded down and the units that are missing go to the largest remainders, ties to the lower code. `numbers`
/// are (code, number); none gives none.
pub fn largest_remainder(target: i64, numbers: &[(&str, f64)]) -> Vec<i64> {
    if numbers.is_empty() {
        return Vec::new();
    }
    // Beyond 1e12 a point has no meaning, and the bound keeps the sum below from overflowing.
    let mut rounded: Vec<i64> = numbers.iter().map(|p| p.1.floor().clamp(-1e12, 1e12) as i64).collect();
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    let remainder = |i: usize| numbers[i].1 - numbers[i].1.floor();
    order.sort_by(|&i, &j| remainder(j).total_cmp(&remainder(i)).then_with(|| numbers[i].0.cmp(numbers[j].0)));
    // Usually 0 <= missing <= numbers; only rounding errors of huge numbers give whole rounds to everybody.
    let missing = target - rounded.iter().sum::<i64>();
    let count = numbers.len() as i64;
    for (place, i) in (0..).zip(order) {
        rounded[i] += missing.div_euclid(count) + i64::from(place < missing.rem_euclid(count));
    }
    rounded
}

/// The percentile of each z among all: ⌈100·(below + equal/2)/N⌉, 1–100. Equal z have equal percentiles.
pub fn percentiles(z: &[f64]) -> Vec<u8> {
    let mut order: Vec<usize> = (0..z.len()).collect();
    order.sort_by(|&i, &j| z[i].total_cmp(&z[j]));
    let mut percentiles = vec![0; z.len()];
    let mut below = 0;
    for equal in order.chunk_by(|&i, &j| z[i] == z[j]) {
        // Twice the formula's fraction, in whole numbers, so that the ceiling is exact. At most 100·(2N − 1)/2N.
        let percentile = (100 * (2 * below + equal.len())).div_ceil(2 * z.len()) as u8;
        equal.iter().for_each(|&i| percentiles[i] = percentile);
        below += equal.len();
    }
    percentiles
}

/// How much a factor matters to one profile, by its odds multiplier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Importance {
    /// The odds multiplier lies between ×0.8 and ×1.25.
    Low,
    /// From ×1.25 or 0.8 on.
    Medium,
    /// From ×2 or ½ on.
    High,
}

impl Importance {
    /// The importance of a contribution in log-odds.
    pub fn from_contribution(contribution: f64) -> Importance {
        match contribution.abs() {
            c if c >= 2f64.ln() => Importance::High,
            c if c >= 1.25f64.ln() => Importance::Medium,
            _ => Importance::Low,
        }
    }

    /// Whether a contribution in log-odds is at least of medium importance.
    pub fn is_influential(contribution: f64) -> bool {
        Importance::from_contribution(contribution) >= Importance::Medium
    }

    /// The word that files and screens have for it.
    pub fn word(self) -> &'static str {
        match self {
            Importance::Low => "low",
            Importance::Medium => "medium",
            Importance::High => "high",
        }
    }

    /// The importance of such a word, in small letters.
    pub fn from_word(word: &str) -> Option<Importance> {
        [Importance::Low, Importance::Medium, Importance::High].into_iter().find(|i| i.word() == word)
    }
}

/// The coarse reading of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Band {
    /// Below `[bands] medium`.
    Low,
    /// From `[bands] medium` on.
    Medium,
    /// From `[bands] high` on.
    High,
}

impl Band {
    /// Best first.
    pub const ALL: [Band; 3] = [Band::High, Band::Medium, Band::Low];

    /// High from `bands.high` on, Medium from `bands.medium` on; the score before rounding decides.
    pub fn from_score(score: f64, bands: &Bands) -> Band {
        match score {
            s if s >= f64::from(bands.high) => Band::High,
            s if s >= f64::from(bands.medium) => Band::Medium,
            _ => Band::Low,
        }
    }

    /// The word that files and screens have for it.
    pub fn word(self) -> &'static str {
        match self {
            Band::Low => "Low",
            Band::Medium => "Medium",
            Band::High => "High",
        }
    }

    /// The band of a word, in large or small letters.
    pub fn from_word(word: &str) -> Option<Band> {
        Band::ALL.into_iter().find(|b| b.word().eq_ignore_ascii_case(word))
    }
}

/// An influential factor of one profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Factor {
    /// Code of the feature, as `count.webVisit.30d`.
    pub code: String,
    /// The profile's value of the feature, as shown; `None` where it is missing.
    pub value: Option<String>,
    /// By the size of the contribution.
    pub importance: Importance,
    /// φ, signed, in log-odds.
    pub contribution: f64,
}

impl Factor {
    /// A factor whose importance follows from its contribution.
    pub fn new(code: impl Into<String>, value: Option<String>, contribution: f64) -> Factor {
        Factor { code: code.into(), value, importance: Importance::from_contribution(contribution), contribution }
    }
}

/// Why a profile has its score: d = z − b as the sum of the starting point and every contribution.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// z, the calibrated log-odds.
    pub z: f64,
    /// b, the log-odds of the base rate.
    pub b: f64,
    /// s, in log-odds against the average.
    pub starting_point: f64,
    /// All with a contribution, largest first.
    pub factors: Vec<Factor>,
}

/// Factors that are read together, as the windows of one event type.
#[derive(Debug, Clone, PartialEq)]
pub struct FactorGroup {
    /// What the factors belong to, as `Web visits`.
    pub title: String,
    /// Sum of the contributions, in log-odds.
    pub contribution: f64,
    /// Indices into [`Explanation::factors`], largest first.
    pub factors: Vec<usize>,
}

/// The code of the starting point where terms are told by their codes.
pub const STARTING_POINT: &str = "starting point";

impl Explanation {
    /// d = z − b: the profile's log-odds against the average.
    pub fn log_odds_ratio(&self) -> f64 {
        self.z - self.b
    }

    /// The score, 0–100, not rounded.
    pub fn score(&self) -> f64 {
        score(self.z, self.b)
    }

    /// The calibrated probability of converting, 0–1.
    pub fn probability(&self) -> f64 {
        sigmoid(self.z)
    }

    /// The factors by what they belong to, the groups by size, ties by title.
    pub fn groups(&self) -> Vec<FactorGroup> {
        let mut groups: Vec<FactorGroup> = Vec::new();
        for (index, factor) in self.factors.iter().enumerate() {
            let title = feature_labels::for_code(&factor.code).group;
            match groups.iter_mut().find(|g| g.title == title) {
                Some(group) => {
                    group.contribution += factor.contribution;
                    group.factors.push(index);
                }
                None => groups.push(FactorGroup { title, contribution: factor.contribution, factors: vec![index] }),
            }
        }
        let size = |g: &FactorGroup| g.contribution.abs();
        groups.sort_by(|a, b| size(b).total_cmp(&size(a)).then_with(|| a.title.cmp(&b.title)));
        groups
    }

    /// Whole points of the starting point and of terms that together make up the rest of d; with 50 they add up to the
    /// score as it is shown. The first is that of the starting point.
    pub fn rounded_points(&self, terms: &[(&str, f64)]) -> Vec<i64> {
        let all: Vec<(&str, f64)> =
            std::iter::once((STARTING_POINT, self.starting_point)).chain(terms.iter().copied()).collect();
        rounded_points(&all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn terms() -> impl Strategy<Value = Vec<f64>> {
        vec(prop_oneof![-3.0..3.0f64, -1e-9..1e-9f64, Just(0.0), Just(2f64.ln()), -400.0..400.0f64], 1..40)
    }

    #[test]
    fn no_score_is_shown_in_another_band() {
        let bands = Bands::default();
        let shown = |score| shown_score(score, &bands);
        assert_eq!(
            [shown(74.6), shown(74.98), shown(75.0), shown(74.4), shown(24.7), shown(99.7)],
            ["74.6", "74.9", "75", "74", "24.7", "100"]
        );
    }

    proptest! {
        #[test]
        fn points_add_up_to_the_score(terms in terms()) {
            let d: f64 = terms.iter().sum();
            let size: f64 = terms.iter().map(|t| t.abs()).sum();
            let sum: f64 = points(&terms).iter().sum();
            prop_assert!((50.0 + sum - score(d, 0.0)).abs() < 1e-9 * (1.0 + size), "{sum} for {d}");
        }

        #[test]
        fn rounded_points_add_up_to_the_rounded_score(terms in terms()) {
            let codes: Vec<String> = (0..terms.len()).map(|i| format!("c{}", i % 7)).collect();
            let coded: Vec<(&str, f64)> = codes.iter().map(String::as_str).zip(terms.iter().copied()).collect();
            let rounded = rounded_points(&coded);
            let d: f64 = terms.iter().sum();
            prop_assert_eq!(50 + rounded.iter().sum::<i64>(), i64::from(rounded_score(score(d, 0.0))));
            for (rounded, exact) in rounded.iter().zip(points(&terms)) {
                prop_assert!((*rounded as f64 - exact).abs() <= 1.0 + 1e-9);
            }
        }

        #[test]
        fn percentiles_follow_the_order(z in vec(prop_oneof![-5.0..5.0f64, Just(0.0), Just(-0.0), Just(1.0)], 1..300)) {
            let percentiles = percentiles(&z);
            for (i, &p) in percentiles.iter().enumerate() {
                prop_assert!((1..=100).contains(&p));
                let below = z.iter().filter(|&&other| other < z[i]).count() as f64;
                let equal = z.iter().filter(|&&other| other == z[i]).count() as f64;
                let share = 100.0 * (below + equal / 2.0) / z.len() as f64;
                prop_assert!((f64::from(p) - share) > -1e-9 && (f64::from(p) - share) < 1.0 + 1e-9);
                prop_assert!(z.iter().zip(&percentiles).all(|(other, q)| other >= &z[i] || q <= &p));
            }
        }

        #[test]
        fn nothing_panics(terms in vec(any::<f64>(), 0..10)) {
            let coded: Vec<(&str, f64)> = terms.iter().map(|&t| ("same", t)).collect();
            prop_assert_eq!(rounded_points(&coded).len(), terms.len());
            prop_assert_eq!(percentiles(&terms).len(), terms.len());
        }
    }

    #[test]
    fn scores_are_odds_against_the_average() {
        let b = log_odds(0.04);
        for (times, expected) in [(1.0, 50.0), (3.0, 75.0), (9.0, 90.0), (1.0 / 3.0, 25.0)] {
            assert!((score(b + f64::ln(times), b) - expected).abs() < 1e-12);
        }
        assert_eq!((score(1e9, 0.0), score(-1e9, 0.0)), (100.0, 0.0));
        assert!((sigmoid(log_odds(0.04)) - 0.04).abs() < 1e-16);
        assert_eq!([0.0, 74.49, 74.5, 100.0].map(rounded_score), [0, 74, 75, 100]);
    }

    #[test]
    fn points_near_average_odds_keep_their_digits() {
        for d in [1e-3, 1e-6, 1e-9, 1e-300, 5e-324, 0.0] {
            let exact = 25.0 * d - 25.0 / 12.0 * d * d * d;
            assert!((points(&[d])[0] - exact).abs() <= 1e-14 * exact, "{d}");
        }
        assert_eq!(points(&[2.0, -2.0]), [50.0, -50.0]);
    }

    #[test]
    fn units_go_to_the_largest_remainder_and_ties_to_the_lower_code() {
        // d = ln 3: the score is 75, and three equal terms have 8⅓ points each.
        let third = 3f64.ln() / 3.0;
        assert_eq!(rounded_points(&[("c", third), ("a", third), ("b", third)]), [8, 9, 8]);
        let (small, large) = (0.01 * 3f64.ln(), 0.99 * 3f64.ln());
        assert_eq!(rounded_points(&[("a", small), ("b", large)]), [0, 25]);
    }

    #[test]
    fn percentiles_of_known_cases() {
        assert!(percentiles(&[]).is_empty());
        assert_eq!(percentiles(&[3.0]), [50]);
        assert_eq!(percentiles(&[1.0, 1.0, 1.0, 1.0]), [50; 4]);
        let z: Vec<f64> = (0..200).map(f64::from).collect();
        assert_eq!((percentiles(&z)[0], percentiles(&z)[1], percentiles(&z)[199]), (1, 1, 100));
    }

    #[test]
    fn importance_and_band_begin_at_their_thresholds() {
        let cases = [
            (2.0, Importance::High),
            (0.5, Importance::High),
            (1.99, Importance::Medium),
            (1.25, Importance::Medium),
            (0.79, Importance::Medium),
            (0.81, Importance::Low),
            (1.0, Importance::Low),
        ];
        for (multiplier, importance) in cases {
            assert_eq!(Importance::from_contribution(f64::ln(multiplier)), importance, "×{multiplier}");
            assert_eq!(Factor::new("web", None, f64::ln(multiplier)).importance, importance);
        }
        let bands = [100.0, 75.0, 74.9, 25.0, 24.9, 0.0].map(|s| Band::from_score(s, &Bands::default()).word());
        assert_eq!(bands, ["High", "High", "Medium", "Medium", "Low", "Low"]);
    }
}
