//! When a score is to run again: scored every day, trained every 30 days, unless it says otherwise. `schedule::due`
//! takes the attempts from the runs there were; the screens show what is next, `propensity run start --due` starts what
//! is due.

use crate::domain::run::{RunKind, Status};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// From a run that failed, or that somebody cancelled, to the next attempt at one of its kind.
const RETRY_AFTER: Every = Every(1);

/// What a clock may be ahead, at most. What began later than that began under a wrong clock.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_hours(1);

/// Most days from one run to the next.
const MAX_DAYS: u16 = 365;

/// Whole days from one run to the next; 0 is never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Every(u16);

impl Every {
    /// No runs of this kind.
    pub const OFF: Every = Every(0);

    /// So many days; 0 is [`Every::OFF`], `None` where it is more than a year.
    pub fn days(days: u16) -> Option<Every> {
        (days <= MAX_DAYS).then_some(Every(days))
    }

    /// Whether there are no runs of this kind.
    pub fn is_off(self) -> bool {
        self.0 == 0
    }

    /// The day on which a run is due after one at `last`: its first moment. `None` where there is none.
    fn next_day(self, last: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        if self.is_off() {
            return None;
        }
        let day = last.to_zoned_datetime(zone.clone()).date().checked_add(i64::from(self.0).days()).ok()?;
        Some(day.to_zoned_datetime(zone.clone()).ok()?.timestamp())
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
            format!("'{text}' is no pause: daily, weekly, monthly, off, or a number of days up to {MAX_DAYS}")
        })
    }
}

/// When a score runs without anybody asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Schedule {
    /// From one scoring to the next; a training counts as one.
    pub scoring: Every,
    /// From one training to the next.
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
    /// Whether it is the schedule of a score that says nothing.
    pub fn is_default(&self) -> bool {
        *self == Schedule::default()
    }
}

/// A run as far as a schedule asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// Training or scoring.
    pub kind: RunKind,
    /// How it ended.
    pub status: Status,
    /// When it began.
    pub at: Timestamp,
}

/// When a score is to be scored and trained next: from the first moment of a day on, so that a timer that calls at any
/// hour finds every day's runs due once, whatever the runs before took. `None` where it waits for its first successful
/// training, or where that is off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Due {
    /// When the next scoring is due.
    pub scoring: Option<Timestamp>,
    /// When the next training is due.
    pub training: Option<Timestamp>,
}

/// From the attempts there were, newest first, as they look at `now`, with days as they are cut in `zone`.
///
/// A training scores too. After a failure, or where somebody cancelled the run, the next attempt of that kind is due
/// the day after. A scoring that was interrupted counts as none, so that a machine that comes up again takes up what it
/// left; an interrupted training counts as failed, because one that never gets through must not keep the champion from
/// scoring. An attempt in the future was made under a wrong clock and counts as none: waiting for it could take years.
pub fn next(schedule: &Schedule, attempts: impl IntoIterator<Item = Attempt>, now: Timestamp, zone: &TimeZone) -> Due {
    let (mut scored, mut trained) = (None, None);
    let (mut scoring_failed, mut training_failed) = (None, None);
    for attempt in attempts.into_iter().filter(|a| a.at.duration_since(now) <= CLOCK_TOLERANCE) {
        let latest = match (attempt.status, attempt.kind) {
            (Status::Successful, RunKind::Scoring) => &mut scored,
            (Status::Successful, RunKind::Training) => &mut trained,
            (Status::Failed | Status::Cancelled, RunKind::Scoring) => &mut scoring_failed,
            (Status::Failed | Status::Cancelled | Status::Interrupted, RunKind::Training) => &mut training_failed,
            (Status::Interrupted, RunKind::Scoring) | (Status::Processing, _) => continue,
        };
        *latest = (*latest).max(Some(attempt.at));
        // Nothing older matters.
        if trained.is_some() {
            break;
        }
    }
    // Without a model there is nothing to score with.
    let Some(trained) = trained else { return Due::default() };
    let scored = scored.map_or(trained, |scored: Timestamp| scored.max(trained));
    let due_at = |every: Every, last: Timestamp, failed: Option<Timestamp>| {
        let regular = every.next_day(last, zone)?;
        Some(failed.and_then(|at| RETRY_AFTER.next_day(at, zone)).map_or(regular, |again| again.max(regular)))
    };
    Due {
        scoring: due_at(schedule.scoring, scored, scoring_failed),
        training: due_at(schedule.training, trained, training_failed),
    }
}

/// What is due; where both are, the training, which scores too.
pub fn due_now(due: &Due, now: Timestamp) -> Option<RunKind> {
    let is_due = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
    if is_due(due.training) { Some(RunKind::Training) } else { is_due(due.scoring).then_some(RunKind::Scoring) }
}

/// Whether a time that is due has been so for a day: no timer called in between.
pub fn is_late(at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at) > SignedDuration::from_hours(24)
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
        due_now(&next(&Schedule::default(), attempts.iter().copied(), now, &TimeZone::UTC), now)
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
        let next = next(&Schedule::default(), runs, at("2026-03-05T20:00:00Z"), &TimeZone::UTC);
        assert_eq!(next.scoring, Some(at("2026-03-06T00:00:00Z")));
        assert_eq!(next.training, Some(at("2026-03-31T00:00:00Z")));
        assert_eq!(due(&runs, "2026-03-05T23:59:59Z"), None);
        assert_eq!(due(&runs, "2026-03-06T00:00:00Z"), Some(RunKind::Scoring));
        assert_eq!(due(&runs, "2026-03-31T02:00:00Z"), Some(RunKind::Training));
        // The training scored as well.
        assert_eq!(due(&[trained()], "2026-03-01T20:00:00Z"), None);
        assert_eq!(due(&[trained()], "2026-03-02T02:00:00Z"), Some(RunKind::Scoring));
    }

    #[test]
    fn a_daily_timer_leaves_out_no_day_whatever_began_when() {
        // A first run in the afternoon, and one that came late in its night because others were before it.
        for began in ["2026-03-01T15:00:00Z", "2026-03-01T04:20:00Z", "2026-03-01T23:59:59Z"] {
            let trained = attempt(RunKind::Training, Status::Successful, began);
            assert_eq!(due(&[trained], "2026-03-02T02:00:00Z"), Some(RunKind::Scoring), "{began}");
            assert_eq!(due(&[trained], "2026-03-01T23:59:59Z"), None, "{began}");
        }
    }

    #[test]
    fn days_are_cut_in_the_zone_of_the_workspace() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let trained = [attempt(RunKind::Training, Status::Successful, "2026-03-08T03:00:00Z")];
        let next = next(&Schedule::default(), trained, at("2026-03-08T04:00:00Z"), &zone);
        // The evening of the 7th there; the clock goes forward on the 8th.
        assert_eq!(next.scoring, Some(at("2026-03-08T05:00:00Z")));
        assert_eq!(next.training, Some(at("2026-04-06T04:00:00Z")));
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
    fn what_an_interrupted_scoring_left_is_taken_up_at_the_next_call() {
        let runs = [attempt(RunKind::Scoring, Status::Interrupted, "2026-03-02T02:00:00Z"), trained()];
        assert_eq!(due(&runs, "2026-03-02T02:05:00Z"), Some(RunKind::Scoring));
    }

    #[test]
    fn a_training_that_is_killed_every_night_keeps_nobody_from_scoring() {
        let killed = attempt(RunKind::Training, Status::Interrupted, "2026-04-02T02:00:00Z");
        assert_eq!(due(&[killed, trained()], "2026-04-02T02:05:00Z"), Some(RunKind::Scoring));
        assert_eq!(due(&[killed, trained()], "2026-04-03T02:00:00Z"), Some(RunKind::Training));
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
        let due = next(&schedule, [trained()], now, &TimeZone::UTC);
        assert_eq!((due.scoring, due_now(&due, now)), (None, Some(RunKind::Training)));
        let schedule = Schedule { training: Every::OFF, ..Schedule::default() };
        assert_eq!(due_now(&next(&schedule, [trained()], now, &TimeZone::UTC), now), Some(RunKind::Scoring));
    }

    #[test]
    fn the_end_of_time_is_no_panic() {
        let at_the = |at| Attempt { kind: RunKind::Training, status: Status::Successful, at };
        let utc = &TimeZone::UTC;
        assert_eq!(next(&Schedule::default(), [at_the(Timestamp::MAX)], Timestamp::MAX, utc), Due::default());
        let first = next(&Schedule::default(), [at_the(Timestamp::MIN)], Timestamp::MAX, utc);
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
        fn a_pause_is_read_as_it_is_written(days in 0u16..=MAX_DAYS) {
            let every = Every::days(days).unwrap();
            prop_assert_eq!(every.to_string().parse::<Every>(), Ok(every));
        }

        #[test]
        fn a_timer_at_any_hour_scores_every_day_once(first in 0i64..86_400, hour in 0i64..24, late in 0i64..7_200) {
            let day = |n: i64| 20_000 * 86_400 + n * 86_400;
            let run = |kind, seconds| Attempt { kind, status: Status::Successful, at: Timestamp::from_second(seconds).unwrap() };
            let mut attempts = vec![run(RunKind::Training, day(0) + first)];
            for n in 1..20 {
                // The runs before it take their time, another one every day.
                let begins = day(n) + hour * 3_600 + (n * late) % 7_200;
                let now = Timestamp::from_second(begins.min(day(n + 1) - 1)).unwrap();
                let due = next(&Schedule::default(), attempts.iter().rev().copied(), now, &TimeZone::UTC);
                prop_assert_eq!(due_now(&due, now), Some(RunKind::Scoring), "day {}", n);
                attempts.push(run(RunKind::Scoring, now.as_second()));
                let due = next(&Schedule::default(), attempts.iter().rev().copied(), now, &TimeZone::UTC);
                prop_assert_eq!(due_now(&due, now), None, "day {} again", n);
            }
        }
    }
}
