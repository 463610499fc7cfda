//! When a score is to run again: scored every day, trained every 30 days. `jobs` takes the times from the runs there
//! were; the screens show what is next, `propensity run start --due` starts what is due.

use crate::domain::run::RunKind;
use jiff::{SignedDuration, Timestamp};

/// From one scoring to the next.
pub const SCORING: SignedDuration = SignedDuration::from_hours(24);
/// From one training to the next.
pub const TRAINING: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A run may start so much before its time. A job that starts at the same minute every day comes to a score a little
/// earlier or later, by what the scores before it took, and would otherwise leave out every other day.
pub const EARLY: SignedDuration = SignedDuration::from_hours(2);

/// When a score is to be scored and trained next; `None` where it waits for its first run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Due {
    pub scoring: Option<Timestamp>,
    pub training: Option<Timestamp>,
}

/// From the starts of the last successful runs. A training scores too, so `last_scored` is never before `last_trained`;
/// where it is, the training counts.
pub fn next(last_scored: Option<Timestamp>, last_trained: Option<Timestamp>) -> Due {
    // Without a model there is nothing to score with.
    let Some(trained) = last_trained else { return Due::default() };
    let scored = last_scored.map_or(trained, |scored| scored.max(trained));
    Due { scoring: after(scored, SCORING), training: after(trained, TRAINING) }
}

/// What is due; where both are, the training, which scores too.
pub fn due_now(due: &Due, now: Timestamp) -> Option<RunKind> {
    let is_due = |at: Option<Timestamp>| at.is_some_and(|at| at.duration_since(now) <= EARLY);
    if is_due(due.training) { Some(RunKind::Training) } else { is_due(due.scoring).then_some(RunKind::Scoring) }
}

/// `None` only at the end of time.
fn after(at: Timestamp, pause: SignedDuration) -> Option<Timestamp> {
    at.checked_add(pause).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_score_that_never_succeeded_has_no_schedule() {
        assert_eq!(next(None, None), Due::default());
        assert_eq!(due_now(&Due::default(), at("2030-01-01T00:00:00Z")), None);
    }

    #[test]
    fn scoring_is_daily_and_training_every_thirty_days_and_training_wins() {
        let trained = at("2026-03-01T02:00:00Z");
        let due = next(Some(at("2026-03-05T02:10:00Z")), Some(trained));
        assert_eq!(due.scoring, Some(at("2026-03-06T02:10:00Z")));
        assert_eq!(due.training, Some(at("2026-03-31T02:00:00Z")));
        assert_eq!(due_now(&due, at("2026-03-05T20:00:00Z")), None);
        assert_eq!(due_now(&due, at("2026-03-06T02:10:00Z")), Some(RunKind::Scoring));
        assert_eq!(due_now(&due, at("2026-03-31T02:00:00Z")), Some(RunKind::Training));
        // The training scored as well.
        assert_eq!(next(None, Some(trained)).scoring, Some(at("2026-03-02T02:00:00Z")));
        assert_eq!(next(Some(at("2026-02-01T00:00:00Z")), Some(trained)), next(None, Some(trained)));
    }

    #[test]
    fn a_daily_job_that_comes_a_little_early_leaves_out_no_day() {
        let due = next(None, Some(at("2026-03-01T02:00:40Z")));
        assert_eq!(due_now(&due, at("2026-03-02T02:00:00Z")), Some(RunKind::Scoring));
        assert_eq!(due_now(&due, at("2026-03-02T00:00:00Z")), None);
    }

    #[test]
    fn the_end_of_time_is_no_panic() {
        assert_eq!(next(Some(Timestamp::MAX), Some(Timestamp::MAX)), Due::default());
        assert_eq!(due_now(&next(None, Some(Timestamp::MIN)), Timestamp::MAX), Some(RunKind::Training));
    }
}
