//! The distributions that the demo draws from, over a generator whose sequence never changes: the demo's files are
//! promised to be the same for the same seed. Called by the other files of the demo.

use crate::domain::random::Xoshiro256StarStar;

/// A sequence of random numbers.
pub(super) struct Random(Xoshiro256StarStar);

impl Random {
    /// An independent sequence for every (seed, stream), so that one part of the demo never shifts another's draws.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        Random(Xoshiro256StarStar::seeded(seed ^ stream.wrapping_mul(0xd1b5_4a32_d192_ed03)))
    }

    /// Uniform in [0, 1), 53 bits.
    pub(super) fn unit(&mut self) -> f64 {
        self.0.next_f64()
    }

    /// Uniform in [low, high); `low` where the interval is empty.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low).max(0.0) * self.unit()
    }

    /// Uniform in 0..n; 0 for n = 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((self.unit() * n as f64) as usize).min(n.saturating_sub(1))
    }

    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Standard normal (Box and Muller 1958).
    pub(super) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Lognormal whose logarithm has this mean and deviation.
    pub(super) fn lognormal(&mut self, mean: f64, deviation: f64) -> f64 {
        (mean + deviation * self.normal()).exp()
    }

    pub(super) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }

    /// Poisson, by counting exponential gaps: for the small means of the demo.
    pub(super) fn poisson(&mut self, mean: f64) -> usize {
        let (mut count, mut at) = (0, self.exponential(1.0));
        while at < mean {
            count += 1;
            at += self.exponential(1.0);
        }
        count
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// Draws indices in proportion to their weights.
pub(super) struct Weighted {
    cumulative: Vec<f64>,
}

impl Weighted {
    pub(super) fn new(weights: impl IntoIterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        let cumulative = weights
            .into_iter()
            .map(|weight| {
                sum += weight.max(0.0);
                sum
            })
            .collect();
        Weighted { cumulative }
    }

    /// An index; 0 where there is no weight at all.
    pub(super) fn draw(&self, random: &mut Random) -> usize {
        let total = self.cumulative.last().copied().unwrap_or(0.0);
        let at = random.unit() * total;
        self.cumulative.partition_point(|c| *c <= at).min(self.cumulative.len().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(n: usize, mut draw: impl FnMut() -> f64) -> f64 {
        (0..n).map(|_| draw()).sum::<f64>() / n as f64
    }

    /// The demo's files depend on these.
    #[test]
    fn the_sequences_never_change() {
        let units = |stream| {
            let mut r = Random::new(7, stream);
            [r.unit(), r.unit(), r.unit()]
        };
        assert_eq!(units(1), [0.2556666267178229, 0.7122286565965249, 0.7923841263664748]);
        assert_eq!(units(2), [0.6314747938506003, 0.6227978255341654, 0.5744152709323839]);
        assert_eq!(units(3), [0.8459096205699095, 0.7925344329816163, 0.1146114583490273]);
        assert_eq!(units(4), [0.8202068492308587, 0.8827392957140724, 0.6940268031935336]);
    }

    #[test]
    fn the_distributions_have_their_means() {
        let mut r = Random::new(1, 1);
        assert!((mean(20_000, || r.unit()) - 0.5).abs() < 0.01);
        assert!((mean(20_000, || r.normal())).abs() < 0.03);
        assert!((mean(20_000, || r.exponential(4.0)) - 4.0).abs() < 0.15);
        assert!((mean(20_000, || r.poisson(2.5) as f64) - 2.5).abs() < 0.06);
        assert!((mean(20_000, || r.lognormal(0.0, 0.5)) - 0.125f64.exp()).abs() < 0.03);
    }

    #[test]
    fn weights_are_respected_and_zero_weight_is_never_drawn() {
        let (mut r, weighted) = (Random::new(2, 1), Weighted::new([0.0, 1.0, 0.0, 3.0]));
        let mut counts = [0usize; 4];
        for _ in 0..8_000 {
            counts[weighted.draw(&mut r)] += 1;
        }
        assert_eq!((counts[0], counts[2]), (0, 0));
        assert!((counts[3] as f64 / 8_000.0 - 0.75).abs() < 0.03, "{counts:?}");
    }

    #[test]
    fn streams_differ_and_repeat() {
        let draws = |seed, stream| {
            let mut r = Random::new(seed, stream);
            [r.unit(), r.unit(), r.unit()]
        };
        assert_eq!(draws(7, 1), draws(7, 1));
        assert_ne!(draws(7, 1), draws(7, 2));
        assert_ne!(draws(7, 1), draws(8, 1));
    }
}
