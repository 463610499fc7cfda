//! A small made-up business whose true probabilities are known: what a program that learns from few conversions is held
//! against. 30 to 500 accounts, some persons each, a goal whose daily hazard is a known function of the state of the account.
//! Called by `tests/model/small.rs`, and by the bench target `small`, which writes it into a folder.
//!
//! * `world` the causes: accounts, persons and where they work, campaigns, the season.
//! * `hazard` the state of an account on a day, and the hazard that follows from it.
//! * `life` what happens from day to day, in the history and in any number of futures.
//! * `tables` the plain layout and the truth as CSV files.
//! * `draws` the distributions.
//!
//! Days count from 0, the first of the history; the as-of date is the day `Options::days`, which is not part of it.

pub mod draws;
pub mod hazard;
pub mod life;
pub mod tables;
pub mod world;

use draws::Draws;
use jiff::civil::{Date, date};
use life::{Events, History};
use world::World;

/// The goal.
pub const GOAL: &str = "opportunity.updated where stage is 'Closed Won'";
/// Days after a win on which an account does not buy, where it can buy again.
const REST: i64 = 60;

/// Streams of draws, so that no part shifts those of another.
const WORLD: u64 = 1;
const LIVES: u64 = 1 << 32;
const WINS: u64 = 2 << 32;
const FUTURES: u64 = 3 << 32;

/// What business is wanted.
#[derive(Debug, Clone)]
pub struct Options {
    pub accounts: usize,
    /// The expected number of conversions in the history, which sets the level of the hazard.
    pub conversions: f64,
    /// Length of the history.
    pub days: i64,
    /// The as-of date: the day after the history.
    pub end: Date,
    /// Days after the as-of date within which an account converts or not.
    pub horizon: i64,
    /// Whether an account that has converted can convert again.
    pub repeatable: bool,
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Options {
        let end = date(2025, 2, 1);
        Options { accounts: 300, conversions: 40.0, days: 1_095, end, horizon: 90, repeatable: true, seed: 1 }
    }
}

/// A business with its history, and the continuation of it that came.
pub struct SmallBusiness {
    pub options: Options,
    pub world: World,
    pub histories: Vec<History>,
    pub events: Events,
    /// Natural logarithm of the level of the hazard.
    pub level: f64,
    /// Days of the conversions of each account, with those of the continuation.
    pub wins: Vec<Vec<i64>>,
}

/// One account at a cutoff.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Truth {
    pub account: usize,
    /// That it converts within the horizon, given its state.
    pub probability: f64,
    /// Whether it did in the continuation that came.
    pub converted: bool,
}

impl SmallBusiness {
    /// Makes the world, lets it live to the end of the horizon, and draws the conversions.
    ///
    /// Panics where so many conversions are not possible.
    pub fn new(options: Options) -> SmallBusiness {
        let last = options.days + options.horizon;
        let world = World::new(&options, &mut Draws::new(options.seed, WORLD));
        let mut events = Events::default();
        let lives = |account| Draws::new(options.seed, LIVES + account as u64);
        let histories: Vec<History> =
            (0..options.accounts).map(|a| History::new(&world, a, last, &mut lives(a), &mut events)).collect();
        let mut business = SmallBusiness { options, world, histories, events, level: 0.0, wins: Vec::new() };
        business.level = business.level_for(business.options.conversions);
        let wins = |account| Draws::new(business.options.seed, WINS + account as u64);
        business.wins = (0..business.options.accounts).map(|a| business.wins_of(a, &mut wins(a))).collect();
        business
    }

    /// Days after a conversion on which there is no other.
    fn rest(&self) -> i64 {
        if self.options.repeatable { REST } else { i64::MAX / 2 }
    }

    /// The probability of a conversion on a day on which the account is free to convert.
    fn daily(&self, raw: f64, level: f64) -> f64 {
        1.0 - (-raw * level.exp()).exp()
    }

    /// The level at which so many conversions are expected in the history, by bisection.
    fn level_for(&self, conversions: f64) -> f64 {
        let (mut low, mut high) = (-25.0, 5.0);
        assert!(self.expected(high) > conversions, "{conversions} conversions are too many for the accounts");
        for _ in 0..40 {
            let middle = 0.5 * (low + high);
            if self.expected(middle) < conversions { low = middle } else { high = middle }
        }
        0.5 * (low + high)
    }

    /// The expected number of conversions in the history. On a day an account converts with its probability of that day,
    /// unless it converted within the rest before; that is the sum of the expectations of those days.
    fn expected(&self, level: f64) -> f64 {
        let rest = self.rest();
        let mut total = 0.0;
        for history in &self.histories {
            let days = (self.options.days - history.begins).max(0) as usize;
            let (mut recent, mut expected) = (0.0, Vec::with_capacity(days));
            for (day, raw) in history.hazards.iter().take(days).enumerate() {
                if day as i64 > rest {
                    recent -= expected[day - 1 - rest as usize];
                }
                let now = self.daily(*raw, level) * (1.0 - recent);
                recent += now;
                expected.push(now);
            }
            total += expected.iter().sum::<f64>();
        }
        total
    }

    fn wins_of(&self, account: usize, draws: &mut Draws) -> Vec<i64> {
        let history = &self.histories[account];
        let mut wins = Vec::new();
        let mut free = history.begins;
        for (day, raw) in (history.begins..).zip(&history.hazards) {
            let happens = draws.chance(self.daily(*raw, self.level));
            if happens && day >= free {
                wins.push(day);
                free = day.saturating_add(self.rest() + 1);
            }
        }
        wins
    }

    /// Every account that is there at a cutoff and can convert: the share of so many futures in which it does, each with
    /// its exact probability given what happens in it. Who moves after the cutoff is taken as known.
    pub fn truth(&self, cutoff: i64, futures: usize) -> Vec<Truth> {
        let (horizon, level) = (self.options.horizon, self.level);
        let mut found = Vec::new();
        for (account, history) in self.histories.iter().enumerate().filter(|(_, h)| h.begins < cutoff) {
            let before = self.wins[account].iter().rev().find(|day| **day < cutoff);
            let free = before.map_or(i64::MIN, |day| day.saturating_add(self.rest() + 1));
            if before.is_some() && !self.options.repeatable {
                continue;
            }
            let converted = self.wins[account].iter().any(|day| (cutoff..cutoff + horizon).contains(day));
            let mut draws = Draws::new(self.options.seed, FUTURES + ((cutoff as u64) << 12) + account as u64);
            let mut none = 0.0;
            for _ in 0..futures {
                none += (-history.future(&self.world, cutoff, horizon, free, &mut draws) * level.exp()).exp();
            }
            found.push(Truth { account, probability: 1.0 - none / futures as f64, converted });
        }
        found
    }

    /// The conversions of the history.
    pub fn conversions(&self) -> usize {
        self.wins.iter().flatten().filter(|day| **day < self.options.days).count()
    }

    /// A day as a date.
    pub fn date(&self, day: i64) -> Date {
        let ahead = jiff::Span::new().days(day - self.options.days);
        self.options.end.checked_add(ahead).expect("the day exists")
    }
}

/// The expected AUC of scores whose rows convert with these probabilities, independently: Σ pᵢ(1 − pⱼ)[sᵢ > sⱼ] over
/// Σ pᵢ(1 − pⱼ), over all pairs of two rows, a tie counting half. The probabilities' own is the most that can be reached.
pub fn expected_auc(scores: &[f64], probabilities: &[f64]) -> f64 {
    let (mut right, mut all) = (0.0, 0.0);
    for (i, (score, p)) in scores.iter().zip(probabilities).enumerate() {
        for (_, (other, q)) in scores.iter().zip(probabilities).enumerate().filter(|(j, _)| *j != i) {
            let weight = p * (1.0 - q);
            all += weight;
            right += weight
                * if score > other {
                    1.0
                } else if score == other {
                    0.5
                } else {
                    0.0
                };
        }
    }
    right / all
}
