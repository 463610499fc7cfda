//! When a score is to run again: scored every day, trained every 30 days, unless it says otherwise. `jobs` takes the
//! attempts from the runs there were; the screens show what is next, `propensity run start --due` starts what is due.

use crate::domain::run::{RunKind, Status};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// From a run that failed, or that somebody cancelled, to the next attempt at one of its kind.
pub const RETRY: SignedDuration = SignedDuration::from_hours(24);

/// A run may start so much before its time. A job that starts at the same minute every day comes to a score a little
/// earlier or later, by what the scores before it took, and would otherwise leave out every other day.
pub const EARLY: SignedDuration = SignedDuration::from_hours(2);

/// Most days from one run to the next.
const MOST: u16 = 365;

/// Whole days from one run to the next; 0 is never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Every(u16);

impl Every {
    pub const OFF: Every = Every(0);

    /// `None` where it is more than a year.
    pub fn days(days: u16) -> Option<Every> {
        (days <= MOST).then_some(Every(days))
    }

    pub fn is_off(self) -> bool {
        self.0 == 0
    }

    /// From one run to the next; `None` where there is none.
    fn pause(self) -> Option<SignedDuration> {
        (!self.is_off()).then(|| SignedDuration::from_hours(24 * i64::from(self.0)))
    }
}

impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("off"),
            1 => f.write_str("daily"),
            days => write!(f, "every {days} days"),
        }
    }
}

impl FromStr for Every {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim().to_lowercase();
        let number = text.strip_prefix("every").unwrap_or(&text).trim_start();
        let number = number.strip_suffix("days").or_else(|| number.strip_suffix("day")).unwrap_or(number).trim();
        let days = match text.as_str() {
            "off" | "never" => Some(0),
            "daily" => Some(1),
            "weekly" => Some(7),
            "monthly" => Some(30),
            _ => number.parse::<u16>().ok().filter(|days| *days > 0),
        };
        days.and_then(Every::days).ok_or_else(|| {
            format!("'{text}' is no pause: daily, weekly, monthly, off, or a number of days up to {MOST}")
        })
    }
}

/// When a score runs without anybody asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Schedule {
    pub scoring: Every,
    pub training: Every,
    /// When it was set; nothing before that counts as missed. `None` is as long as there has been the score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

impl Default for Schedule {
    fn default() -> Self {
        Schedule { scoring: Every(1), training: Every(30), since: None }
    }
}

impl Schedule {
    pub fn is_default(&self) -> bool {
        *self == Schedule::default()
    }
}

/// A run as far as a schedule asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    pub kind: RunKind,
    pub status: Status,
    pub at: Timestamp,
}

/// When a score is to be scored and trained next; `None` where it waits for its first run, or where that is off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Due {
    pub scoring: Option<Timestamp>,
    pub training: Option<Timestamp>,
}

/// From the attempts there were, newest first, as they look at `now`.
///
/// A training scores too. After a failure, or where somebody cancelled the run, the next attempt of that kind waits for
/// [`RETRY`]; an interrupted run counts as none, so that a machine that comes up again takes up what it left. An attempt
/// in the future was made under a wrong clock and counts as none, too: waiting for the clock to catch up could take
/// years.
pub fn next(schedule: &Schedule, attempts: impl IntoIterator<Item = Attempt>, now: Timestamp) -> Due {
    let (mut scored, mut trained) = (None, None);
    let (mut scoring_failed, mut training_failed) = (None, None);
    for attempt in attempts.into_iter().filter(|a| a.at.duration_since(now) <= EARLY) {
        let place = match (attempt.status, attempt.kind) {
            (Status::Successful, RunKind::Scoring) => &mut scored,
            (Status::Successful, RunKind::Training) => &mut trained,
            (Status::Failed | Status::Cancelled, RunKind::Scoring) => &mut scoring_failed,
            (Status::Failed | Status::Cancelled, RunKind::Training) => &mut training_failed,
            (Status::Processing | Status::Interrupted, _) => continue,
        };
        *place = (*place).max(Some(attempt.at));
        // Nothing older matters.
        if trained.is_some() {
            break;
        }
    }
    // Without a model there is nothing to score with.
    let Some(trained) = trained else { return Due::default() };
    let scored = scored.map_or(trained, |scored: Timestamp| scored.max(trained));
    Due {
        scoring: time_of(schedule.scoring, scored, scoring_failed),
        training: time_of(schedule.training, trained, training_failed),
    }
}

fn time_of(every: Every, last: Timestamp, failed: Option<Timestamp>) -> Option<Timestamp> {
    let again = failed.and_then(|at| at.checked_add(RETRY).ok());
    // `None` only at the end of time.
    let regular = last.checked_add(every.pause()?).ok()?;
    Some(again.map_or(regular, |again| again.max(regular)))
}

/// What is due; where both are, the training, which scores too.
pub fn due_now(due: &Due, now: Timestamp) -> Option<RunKind> {
    let is_due = |at: Option<Timestamp>| at.is_some_and(|at| at.duration_since(now) <= EARLY);
    if is_due(due.training) { Some(RunKind::Training) } else { is_due(due.scoring).then_some(RunKind::Scoring) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn attempt(kind: RunKind, status: Status, text: &str) -> Attempt {
        Attempt { kind, status, at: at(text) }
    }

    fn due(attempts: &[Attempt], now: &str) -> Option<RunKind> {
        let now = at(now);
        due_now(&next(&Schedule::default(), attempts.iter().copied(), now), now)
    }

    const TRAINED: &str = "2026-03-01T02:00:00Z";

    fn trained() -> Attempt {
        attempt(RunKind::Training, Status::Successful, TRAINED)
    }

    #[test]
    fn a_score_that_never_succeeded_has_no_schedule() {
        assert_eq!(due(&[], "2030-01-01T00:00:00Z"), None);
        assert_eq!(due(&[attempt(RunKind::Training, Status::Failed, TRAINED)], "2030-01-01T00:00:00Z"), None);
    }

    #[test]
    fn scoring_is_daily_and_training_every_thirty_days_and_training_wins() {
        let runs = [attempt(RunKind::Scoring, Status::Successful, "2026-03-05T02:10:00Z"), trained()];
        let next = next(&Schedule::default(), runs, at("2026-03-05T20:00:00Z"));
        assert_eq!(next.scoring, Some(at("2026-03-06T02:10:00Z")));
        assert_eq!(next.training, Some(at("2026-03-31T02:00:00Z")));
        assert_eq!(due(&runs, "2026-03-05T20:00:00Z"), None);
        assert_eq!(due(&runs, "2026-03-06T02:10:00Z"), Some(RunKind::Scoring));
        assert_eq!(due(&runs, "2026-03-31T02:00:00Z"), Some(RunKind::Training));
        // The training scored as well.
        assert_eq!(due(&[trained()], "2026-03-01T20:00:00Z"), None);
        assert_eq!(due(&[trained()], "2026-03-02T02:00:00Z"), Some(RunKind::Scoring));
    }

    #[test]
    fn a_daily_job_that_comes_a_little_early_leaves_out_no_day() {
        assert_eq!(due(&[trained()], "2026-03-02T01:59:20Z"), Some(RunKind::Scoring));
        assert_eq!(due(&[trained()], "2026-03-01T23:59:00Z"), None);
    }

    #[test]
    fn a_failed_run_is_tried_again_a_day_later_and_holds_up_no_run_of_the_other_kind() {
        let failed = attempt(RunKind::Training, Status::Failed, "2026-04-02T02:00:00Z");
        let runs = [failed, attempt(RunKind::Scoring, Status::Successful, "2026-04-01T02:00:00Z"), trained()];
        // The training that was due failed a moment ago; scoring goes on with the champion.
        assert_eq!(due(&runs, "2026-04-02T02:01:00Z"), Some(RunKind::Scoring));
        let scored = attempt(RunKind::Scoring, Status::Successful, "2026-04-02T02:01:00Z");
        let runs = [&[scored][..], &runs].concat();
        assert_eq!(due(&runs, "2026-04-02T12:00:00Z"), None);
        assert_eq!(due(&runs, "2026-04-03T02:00:00Z"), Some(RunKind::Training));
        let cancelled = attempt(RunKind::Scoring, Status::Cancelled, "2026-03-02T02:00:00Z");
        assert_eq!(due(&[cancelled, trained()], "2026-03-02T03:00:00Z"), None);
    }

    #[test]
    fn what_an_interrupted_run_left_is_taken_up_at_the_next_call() {
        let runs = [attempt(RunKind::Scoring, Status::Interrupted, "2026-03-02T02:00:00Z"), trained()];
        assert_eq!(due(&runs, "2026-03-02T02:05:00Z"), Some(RunKind::Scoring));
    }

    #[test]
    fn a_run_made_under_a_clock_that_was_ahead_holds_up_nothing() {
        let runs = [attempt(RunKind::Scoring, Status::Successful, "2031-01-01T00:00:00Z"), trained()];
        assert_eq!(due(&runs, "2026-03-02T02:00:00Z"), Some(RunKind::Scoring));
        let again = attempt(RunKind::Scoring, Status::Successful, "2026-03-02T02:00:00Z");
        assert_eq!(due(&[&[again][..], &runs].concat(), "2026-03-02T02:01:00Z"), None);
    }

    #[test]
    fn what_is_off_is_never_due() {
        let now = at("2036-01-01T00:00:00Z");
        let schedule = Schedule { scoring: Every::OFF, ..Schedule::default() };
        let due = next(&schedule, [trained()], now);
        assert_eq!((due.scoring, due_now(&due, now)), (None, Some(RunKind::Training)));
        let schedule = Schedule { training: Every::OFF, ..Schedule::default() };
        assert_eq!(due_now(&next(&schedule, [trained()], now), now), Some(RunKind::Scoring));
    }

    #[test]
    fn the_end_of_time_is_no_panic() {
        let at_the = |at| Attempt { kind: RunKind::Training, status: Status::Successful, at };
        assert_eq!(next(&Schedule::default(), [at_the(Timestamp::MAX)], Timestamp::MAX), Due::default());
        let first = next(&Schedule::default(), [at_the(Timestamp::MIN)], Timestamp::MAX);
        assert_eq!(due_now(&first, Timestamp::MAX), Some(RunKind::Training));
    }

    #[test]
    fn pauses_are_read_as_people_write_them() {
        let read = |text: &str| text.parse::<Every>().map(|every| every.to_string());
        assert_eq!(read("Daily").unwrap(), "daily");
        assert_eq!(read(" every 7 days ").unwrap(), "every 7 days");
        assert_eq!([read("weekly").unwrap(), read("30").unwrap()], ["every 7 days", "every 30 days"]);
        assert_eq!([read("off").unwrap(), read("1 day").unwrap()], ["off", "daily"]);
        for wrong in ["", "0", "366", "-1", "hourly", "1.5", "99999999"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_pause_is_read_as_it_is_written(days in 0u16..=MOST) {
            let every = Every::days(days).unwrap();
            prop_assert_eq!(every.to_string().parse::<Every>(), Ok(every));
        }

        #[test]
        fn right_after_a_successful_training_nothing_is_due(seconds in 0i64..4_000_000_000, later in 0i64..70_000) {
            let began = Timestamp::from_second(seconds).unwrap();
            let now = began + SignedDuration::from_secs(later);
            let run = Attempt { kind: RunKind::Training, status: Status::Successful, at: began };
            prop_assert_eq!(due_now(&next(&Schedule::default(), [run], now), now), None);
        }
    }
}
