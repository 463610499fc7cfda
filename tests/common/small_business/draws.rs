//! The distributions of the small business, over a generator whose sequence never changes. Called by the other files of the
//! folder.

use propensity::domain::random::{Xoshiro256StarStar, splitmix64};

/// A sequence of draws.
pub struct Draws(Xoshiro256StarStar);

impl Draws {
    /// An independent sequence for every (seed, stream).
    pub fn new(seed: u64, stream: u64) -> Draws {
        Draws(Xoshiro256StarStar::seeded(splitmix64(seed) ^ splitmix64(!stream)))
    }

    /// Uniform in [0, 1).
    pub fn unit(&mut self) -> f64 {
        self.0.next_f64()
    }

    /// Uniform in 0..n.
    pub fn below(&mut self, n: usize) -> usize {
        ((self.unit() * n as f64) as usize).min(n - 1)
    }

    /// Uniform among the whole numbers from `low` to `high` exclusive; `low` where there is none.
    pub fn day(&mut self, low: i64, high: i64) -> i64 {
        low + (self.unit() * (high - low).max(0) as f64) as i64
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Standard normal (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Lognormal with this median, and this deviation of its logarithm.
    pub fn lognormal(&mut self, median: f64, deviation: f64) -> f64 {
        median * (deviation * self.normal()).exp()
    }

    /// Poisson, by multiplying uniform draws (Knuth): for small means.
    pub fn poisson(&mut self, mean: f64) -> usize {
        let bound = (-mean).exp();
        let (mut count, mut product) = (0, self.unit());
        while product > bound {
            count += 1;
            product *= self.unit();
        }
        count
    }

    /// An index in proportion to weights that add up to 1.
    pub fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.unit();
        for (index, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return index;
            }
        }
        weights.len() - 1
    }
}
