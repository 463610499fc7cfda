//! Which days are cutoffs: those of the test, the training cutoffs before them, and the matured ones that the deployed fit
//! learns from. Made by `pipeline::setup` once per training run, and for the estimate of a goal.

use crate::domain::metrics::FEW_CONVERSIONS;
use crate::domain::source::activity::Day;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// The first days of the data are history only: features need something to look back on.
const WARM_UP_DAYS: Day = 30;
/// Days between two cutoffs: a third of the timeframe, but within these.
const STEP_DAYS: RangeInclusive<Day> = 7..=30;
/// With fewer profiles than this at a cutoff, more of the past is learned from.
const FEW_PROFILES: u64 = 2_000;
/// After so many days a season has come round: what has not converted since is not out of season.
const SEASON_DAYS: Day = 365;

/// How far cutoffs reach back from the newest one, and how many there are at most, so that rows stay bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    days: Day,
    cutoffs: usize,
}

/// Two years, so that every season was there twice.
const USUAL_REACH: Reach = Reach { days: 730, cutoffs: 24 };
/// Five years, where few profiles make few rows.
const LONG_REACH: Reach = Reach { days: 1_826, cutoffs: 61 };

impl Reach {
    /// By the number of profiles at the newest matured cutoff.
    pub fn of(profiles: u64) -> Reach {
        if profiles < FEW_PROFILES { LONG_REACH } else { USUAL_REACH }
    }
}

/// What the data allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct History {
    /// The as-of date T, at which profiles are scored.
    pub as_of: Day,
    /// Days of the prediction timeframe H, at least 1.
    pub timeframe: Day,
    /// The first day with an event.
    pub first_day: Day,
    /// Labels before this day were not observed.
    pub labels_from: Day,
}

/// The cutoffs of one training run, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CutoffPlan {
    /// The as-of date T, at which profiles are scored.
    pub as_of: Day,
    /// Timeframes apart, so that no conversion is tested twice; empty where no labels were observed.
    pub tests: Vec<Day>,
    /// Matured timeframes after the newest test, in which nobody converted because the business rested.
    pub out_of_season: Vec<Day>,
    /// The timeframe before the oldest test and before: their labels end where the features of the test end.
    pub training: Vec<Day>,
    /// T − H and before: what the deployed fit learns from.
    pub matured: Vec<Day>,
}

impl History {
    /// The newest cutoff whose timeframe has passed, T − H.
    pub fn newest_matured(&self) -> Day {
        self.as_of - self.timeframe
    }

    fn earliest(&self) -> Day {
        (self.first_day + WARM_UP_DAYS).max(self.labels_from)
    }

    /// Cutoffs from `newest` back. A third of the timeframe apart, or so much further that they span the whole reach; never
    /// a number of weeks, so that they fall on every day of the week.
    fn series(&self, newest: Day, reach: Reach) -> Vec<Day> {
        let span = (newest - self.earliest()).min(reach.days);
        let gaps = reach.cutoffs as Day - 1;
        let step = (self.timeframe / 3).clamp(*STEP_DAYS.start(), *STEP_DAYS.end()).max((span + gaps - 1) / gaps);
        let step = if step % 7 == 0 { step + 1 } else { step };
        (0..=gaps).map(|i| newest - i * step).take_while(|&day| day >= newest - span).collect()
    }

    /// The test begins at the newest cutoff in season and goes back by whole timeframes until enough converted, but takes no
    /// more than a quarter of the timeframes of the history, nor more than a year of it, unless nobody converted in those.
    fn tests(&self, counted: impl Fn(Day) -> CutoffCount, rate: f64) -> Vec<Day> {
        let newest = self.newest_matured();
        let timeframes = ((newest - self.earliest()) / self.timeframe + 1).max(1);
        let most = (timeframes / 4).max(1) as usize;
        let (mut tests, mut conversions) = (Vec::new(), 0);
        for cutoff in (0..timeframes).map(|i| newest - i * self.timeframe) {
            let found = counted(cutoff);
            let too_old = newest - cutoff > SEASON_DAYS || cutoff - self.timeframe < self.earliest();
            if too_old && cutoff < newest {
                break;
            }
            if !found.is_out_of_season(rate) {
                tests.push(cutoff);
                conversions += found.conversions;
            }
            if conversions >= FEW_CONVERSIONS || (tests.len() >= most && conversions > 0) {
                break;
            }
        }
        if conversions == 0 { vec![newest] } else { tests }
    }
}

/// Eligible profiles at a cutoff, and those of them that convert within the timeframe.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CutoffCount {
    /// Eligible profiles.
    pub eligible: u64,
    /// Those that convert.
    pub conversions: u64,
}

impl CutoffCount {
    /// Conversions of so many eligible profiles over all cutoffs.
    pub fn rate(counts: &[CutoffCount]) -> f64 {
        let sum = |of: fn(&CutoffCount) -> u64| counts.iter().map(of).sum::<u64>() as f64;
        sum(|c| c.conversions) / sum(|c| c.eligible).max(1.0)
    }

    /// Whether nobody converts though at `rate` at least three would: by chance that is so once in twenty times (Poisson), so the
    /// business rests. It says nothing of who converts when it does not.
    pub fn is_out_of_season(&self, rate: f64) -> bool {
        self.conversions == 0 && self.eligible as f64 * rate >= 3.0
    }
}

impl CutoffPlan {
    /// Plans the cutoffs. `counted` counts at a cutoff; it is asked for as many as it takes to find a test.
    pub fn new(history: History, reach: Reach, counted: impl Fn(Day) -> CutoffCount) -> CutoffPlan {
        let History { as_of, timeframe, .. } = history;
        let newest = history.newest_matured();
        if newest < history.earliest() {
            let none = Vec::new;
            return CutoffPlan { as_of, tests: none(), out_of_season: none(), training: none(), matured: none() };
        }
        let matured = history.series(newest, reach);
        // With enough conversions at the newest cutoff nothing else matters.
        let rate = match counted(newest).conversions {
            enough if enough >= FEW_CONVERSIONS => 0.0,
            _ => CutoffCount::rate(&matured.iter().map(|&cutoff| counted(cutoff)).collect::<Vec<_>>()),
        };
        let tests = history.tests(counted, rate);
        // Newest first: the last is the oldest, and there is one.
        let (first, oldest) = (tests[0], tests[tests.len() - 1]);
        CutoffPlan {
            as_of,
            out_of_season: (0..).map(|i| newest - i * timeframe).take_while(|&day| day > first).collect(),
            training: history.series(oldest - timeframe, reach),
            matured,
            tests,
        }
    }

    /// The newest test cutoff.
    pub fn newest_test(&self) -> Option<Day> {
        self.tests.first().copied()
    }

    /// The day at which what a test may know ends: everything before its oldest cutoff was there to learn from.
    pub fn oldest_test(&self) -> Option<Day> {
        self.tests.last().copied()
    }

    /// Whether the test lies after all that the evaluation fit learned from. Else it is a test by groups at the matured
    /// cutoffs.
    pub fn out_of_time(&self) -> bool {
        !self.training.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn history(as_of: Day, timeframe: Day, first_day: Day, labels_from: Day) -> History {
        History { as_of, timeframe, first_day, labels_from }
    }

    fn count(conversions: u64) -> CutoffCount {
        CutoffCount { eligible: 200, conversions }
    }

    fn plan(history: History) -> CutoffPlan {
        CutoffPlan::new(history, USUAL_REACH, |_| count(100))
    }

    #[test]
    fn cutoffs_span_two_years_or_five() {
        for timeframe in [7, 14, 30, 60, 90] {
            let long = history(4_000, timeframe, 0, 0);
            for (reach, days) in [(USUAL_REACH, 700), (LONG_REACH, 1_790)] {
                let plan = CutoffPlan::new(long, reach, |_| count(100));
                let span = plan.matured[0] - plan.matured[plan.matured.len() - 1];
                assert!((days..=reach.days).contains(&span), "{timeframe} days: {span}");
                assert!(plan.matured.len() <= reach.cutoffs);
                assert_eq!(plan.training[0], 4_000 - 2 * timeframe);
            }
        }
    }

    #[test]
    fn a_short_history_is_looked_at_closely() {
        let plan = plan(history(250, 30, 0, 0));
        assert_eq!(plan.matured[..3], [220, 210, 200]);
        assert_eq!(plan.matured.last(), Some(&30));
    }

    #[test]
    fn a_short_history_leaves_only_a_test_by_groups_or_nothing() {
        let short = plan(history(200, 90, 0, 0));
        assert_eq!((short.training.len(), short.out_of_time(), short.tests), (0, false, vec![110]));
        assert!(plan(history(100, 90, 0, 0)).tests.is_empty());
        assert!(plan(history(1_000, 90, 0, 915)).tests.is_empty());
    }

    #[test]
    fn after_the_season_the_test_is_the_newest_cutoff_with_conversions() {
        let season = |cutoff: Day| count(if cutoff < 1_700 { 50 } else { 0 });
        let plan = CutoffPlan::new(history(2_000, 30, 0, 0), USUAL_REACH, season);
        assert_eq!(plan.tests, [1_670]);
        assert_eq!(plan.out_of_season.len(), 10);
        assert_eq!(plan.training[0], 1_640);
        assert_eq!(plan.matured[0], 1_970);
        // Where nobody has converted for more than a year, there is nothing to test.
        let gone =
            CutoffPlan::new(history(2_000, 30, 0, 0), USUAL_REACH, |cutoff| count(10 * u64::from(cutoff < 1_500)));
        assert_eq!(gone.tests, [1_970]);
    }

    #[test]
    fn a_test_with_few_conversions_spans_several_timeframes() {
        let plan = |each: u64| CutoffPlan::new(history(2_000, 90, 0, 0), LONG_REACH, |_| count(each)).tests;
        assert_eq!(plan(40), [1_910]);
        assert_eq!(plan(15), [1_910, 1_820, 1_730]);
        assert_eq!(plan(1).len(), 5, "at most a quarter of the history");
        // None at the newest cutoffs is chance where few are expected anywhere.
        let chance = CutoffPlan::new(history(2_000, 90, 0, 0), LONG_REACH, |day| count(u64::from(day < 1_700)));
        assert_eq!((chance.tests.len(), chance.out_of_season.len()), (5, 0));
    }

    proptest! {
        #[test]
        fn no_training_label_reaches_into_the_test_and_none_is_unobserved(
            as_of in 0..5_000, timeframe in 1..400, first in 0..5_000, labels in 0..5_000, rate in 0..60u64, last in 0..5_000,
        ) {
            let history = history(as_of, timeframe, first, labels);
            for reach in [USUAL_REACH, LONG_REACH] {
                let plan = CutoffPlan::new(history, reach, |day| count(if day < last { rate } else { 0 }));
                for &cutoff in plan.training.iter().chain(&plan.matured).chain(&plan.tests).chain(&plan.out_of_season) {
                    prop_assert!(cutoff >= first + 30 && cutoff >= labels && cutoff + timeframe <= as_of);
                }
                for &cutoff in &plan.training {
                    prop_assert!(plan.tests.iter().all(|test| cutoff + timeframe <= *test));
                }
                prop_assert!(plan.tests.windows(2).all(|two| (two[0] - two[1]) % timeframe == 0 && two[0] > two[1]));
                prop_assert!(plan.training.len().max(plan.matured.len()) <= reach.cutoffs);
                let steps: Vec<Day> = plan.matured.windows(2).map(|two| two[0] - two[1]).collect();
                prop_assert!(steps.iter().all(|step| step % 7 != 0 && *step == steps[0]));
                prop_assert_eq!(plan.tests.is_empty(), plan.matured.is_empty());
            }
        }
    }
}
