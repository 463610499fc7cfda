//! Which days are cutoffs: the test, the training cutoffs before it, and the matured ones that the deployed fit learns
//! from. Made by `pipeline::setup` once per training run, and for the estimate of a goal.

use crate::domain::source::activity::Day;
use serde::{Deserialize, Serialize};

/// At most so many cutoffs are learned from.
const MAX_CUTOFFS: usize = 24;
/// They reach back at most so many days from the newest one.
const MAX_REACH_DAYS: Day = 730;
/// The first days of the data are history only: features need something to look back on.
const WARM_UP_DAYS: Day = 30;

/// The cutoffs of one training run, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CutoffPlan {
    /// The as-of date T, at which profiles are scored.
    pub as_of: Day,
    /// The newest matured cutoff, T − H; `None` where its labels were not observed.
    pub test: Option<Day>,
    /// T − 2H and before: their labels end where the test's features end.
    pub training: Vec<Day>,
    /// T − H and before: what the deployed fit learns from.
    pub matured: Vec<Day>,
}

impl CutoffPlan {
    /// Plans the cutoffs for a timeframe of `timeframe` days (at least 1) at the as-of date. `first_day` is the first
    /// day with an event; labels before `labels_from` were not observed.
    pub fn new(as_of: Day, timeframe: Day, first_day: Day, labels_from: Day) -> CutoffPlan {
        let earliest = (first_day + WARM_UP_DAYS).max(labels_from);
        let matured = series(as_of - timeframe, timeframe, earliest);
        let training = series(as_of - 2 * timeframe, timeframe, earliest);
        CutoffPlan { as_of, test: matured.first().copied(), training, matured }
    }

    /// Whether the test lies after all that the evaluation fit learned from. Else it is a test by groups at the matured
    /// cutoffs.
    pub fn out_of_time(&self) -> bool {
        !self.training.is_empty()
    }
}

/// Cutoffs from `newest` back, a third of the timeframe apart, at least 7 and at most 30 days.
fn series(newest: Day, timeframe: Day, earliest: Day) -> Vec<Day> {
    let step = (timeframe / 3).clamp(7, 30);
    let earliest = earliest.max(newest - MAX_REACH_DAYS);
    (0..MAX_CUTOFFS as Day).map(|i| newest - i * step).take_while(|&day| day >= earliest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ninety_days_step_by_thirty() {
        let plan = CutoffPlan::new(1_000, 90, 0, 0);
        assert_eq!(plan.test, Some(910));
        assert_eq!(&plan.training[..3], [820, 790, 760]);
        assert_eq!(plan.training.last(), Some(&(820 - 23 * 30)));
        assert_eq!(plan.matured.len(), 24);
    }

    #[test]
    fn a_short_history_leaves_only_a_test_by_groups_or_nothing() {
        let short = CutoffPlan::new(200, 90, 0, 0);
        assert_eq!((short.training.len(), short.out_of_time(), short.test), (0, false, Some(110)));
        assert_eq!(CutoffPlan::new(100, 90, 0, 0).test, None);
        assert_eq!(CutoffPlan::new(1_000, 90, 0, 915).test, None);
    }

    proptest! {
        #[test]
        fn no_training_label_reaches_into_the_test_and_none_is_unobserved(
            as_of in 0..5_000, timeframe in 1..400, first in 0..5_000, labels in 0..5_000,
        ) {
            let plan = CutoffPlan::new(as_of, timeframe, first, labels);
            for &cutoff in plan.training.iter().chain(&plan.matured) {
                prop_assert!(cutoff >= first + 30 && cutoff >= labels);
            }
            for &cutoff in &plan.training {
                prop_assert!(cutoff + timeframe <= as_of - timeframe);
            }
            for &cutoff in &plan.matured {
                prop_assert!(cutoff + timeframe <= as_of);
            }
            prop_assert!(plan.training.len() <= 24 && plan.matured.len() <= 24);
        }
    }
}
