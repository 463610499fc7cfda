//! How the days of a score went: one status a day, for the chart of the Monitoring screen. Made from the runs there
//! were and the schedule by `queries`; shown by the screens.

use super::{RunKind, Status};
use crate::domain::score::schedule::{self, Attempt, Schedule};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// After the usual time of day a run of today counts as missed once this has passed: a timer has its hour, and every
/// score its turn.
const MISSED_AFTER: SignedDuration = SignedDuration::from_hours(2);

/// How a day went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayStatus {
    /// Nothing ran, and nothing was due.
    Nothing,
    /// What ran was successful in the end.
    Successful,
    /// A run failed, or was interrupted, and none of its kind made up for it.
    Failed,
    /// A run is live; only today can be this.
    Processing,
    /// All that ran was cancelled.
    Cancelled,
    /// Something was due and nothing ran.
    Missed,
}

/// What the statuses of a score's days follow from.
#[derive(Debug, Clone, Copy)]
pub struct RunHistory<'a> {
    /// How often the score is scored and trained.
    pub schedule: &'a Schedule,
    /// Newest first.
    pub attempts: &'a [Attempt],
    /// When the run that is live began.
    pub live: Option<Timestamp>,
    /// The moment it is seen from; its day is the last one.
    pub now: Timestamp,
    /// Where days are cut.
    pub zone: &'a TimeZone,
}

/// One status for each of the last `count` days, the oldest first, today at the end.
pub fn day_statuses(history: &RunHistory<'_>, count: usize) -> Vec<DayStatus> {
    let today = history.now.to_zoned_datetime(history.zone.clone()).date();
    let first = today.checked_sub((count.saturating_sub(1) as i64).days()).unwrap_or(Date::MIN);
    let mut statuses: Vec<DayStatus> = first.series(1.day()).take(count).map(|day| history.status_of(day)).collect();
    if let (Some(_), Some(last)) = (history.live, statuses.last_mut()) {
        *last = DayStatus::Processing;
    }
    statuses
}

impl RunHistory<'_> {
    fn status_of(&self, day: Date) -> DayStatus {
        let (Some(from), Some(to)) = (self.midnight(day), day.tomorrow().ok().and_then(|d| self.midnight(d))) else {
            return DayStatus::Nothing;
        };
        // Newest first: what began before the end of the day, and of that what began in it.
        let before = &self.attempts[self.attempts.partition_point(|a| a.at >= to)..];
        let within = &before[..before.partition_point(|a| a.at >= from)];
        // A failure stands until a run of its kind, or a training, which scores too, makes up for it.
        let last = |wanted: fn(&Attempt) -> bool| within.iter().filter(|a| wanted(a)).map(|a| a.status).next();
        let trained = last(|a| a.kind == RunKind::Training && a.status != Status::Cancelled);
        let scored =
            last(|a| a.status == Status::Successful || (a.kind == RunKind::Scoring && a.status != Status::Cancelled));
        let ended = [trained, scored];
        let any = |wanted: &[Status]| ended.iter().flatten().any(|status| wanted.contains(status));
        match () {
            () if any(&[Status::Failed, Status::Interrupted]) => DayStatus::Failed,
            () if any(&[Status::Processing]) => DayStatus::Processing,
            () if any(&[Status::Successful]) => DayStatus::Successful,
            () if within.iter().any(|a| a.status == Status::Cancelled) => DayStatus::Cancelled,
            () if self.missed(before, from, to) => DayStatus::Missed,
            () => DayStatus::Nothing,
        }
    }

    /// Whether something that was due on a day had not begun by its end; today, by two hours after the time of day at
    /// which the last run began.
    fn missed(&self, before: &[Attempt], from: Timestamp, to: Timestamp) -> bool {
        if self.schedule.since.is_some_and(|since| since >= from) {
            return false;
        }
        let until = to.min(self.now);
        let due = schedule::next(self.schedule, before.iter().copied(), until, self.zone);
        let is_due = [due.scoring, due.training].into_iter().flatten().any(|time| time < until);
        let time_of_day = |at: Timestamp| at.to_zoned_datetime(self.zone.clone()).time();
        let usual = before.first().map_or(Time::midnight(), |last| time_of_day(last.at).saturating_add(MISSED_AFTER));
        is_due && (to <= self.now || time_of_day(self.now) > usual)
    }

    fn midnight(&self, day: Date) -> Option<Timestamp> {
        day.to_zoned_datetime(self.zone.clone()).ok().map(|at| at.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::super::RunKind;
    use super::*;
    use crate::domain::score::schedule::Every;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn attempt(kind: RunKind, status: Status, text: &str) -> Attempt {
        Attempt { kind, status, at: at(text) }
    }

    fn chart(schedule: &Schedule, attempts: &[Attempt], live: Option<&str>, now: &str, zone: &TimeZone) -> String {
        let history = RunHistory { schedule, attempts, live: live.map(at), now: at(now), zone };
        let sign = |status: &DayStatus| match status {
            DayStatus::Nothing => '·',
            DayStatus::Successful => 'S',
            DayStatus::Failed => 'F',
            DayStatus::Processing => 'P',
            DayStatus::Cancelled => '-',
            DayStatus::Missed => 'M',
        };
        day_statuses(&history, 8).iter().map(sign).collect()
    }

    #[test]
    fn every_day_has_the_mark_of_its_last_run_and_a_day_without_one_is_missed() {
        use {RunKind::*, Status::*};
        let attempts = [
            attempt(Scoring, Cancelled, "2026-03-09T02:00:00Z"),
            attempt(Scoring, Successful, "2026-03-08T03:00:00Z"),
            attempt(Scoring, Failed, "2026-03-08T02:00:00Z"),
            attempt(Scoring, Interrupted, "2026-03-06T02:00:00Z"),
            attempt(Scoring, Successful, "2026-03-05T02:00:00Z"),
            attempt(Training, Successful, "2026-03-04T02:00:00Z"),
        ];
        let all = |live, now| chart(&Schedule::default(), &attempts, live, now, &TimeZone::UTC);
        assert_eq!(all(None, "2026-03-10T12:00:00Z"), "·SSFMS-M", "nothing before the first training, missed the 7th");
        assert_eq!(all(Some("2026-03-10T02:00:00Z"), "2026-03-10T12:00:00Z"), "·SSFMS-P");
        let off = Schedule { scoring: Every::OFF, ..Schedule::default() };
        assert_eq!(chart(&off, &attempts, None, "2026-03-10T12:00:00Z", &TimeZone::UTC), "·SSF·S-·");
        let since = |text: &str| Schedule { since: Some(at(text)), ..Schedule::default() };
        let chart_of = |schedule: &Schedule| chart(schedule, &attempts, None, "2026-03-10T12:00:00Z", &TimeZone::UTC);
        assert_eq!(chart_of(&since("2026-03-09T12:00:00Z")), "·SSF·S-M");
        assert_eq!(chart_of(&since("2026-03-10T08:00:00Z")), "·SSF·S-·", "what was set today is not missed today");
        assert_eq!(chart(&off, &[], None, "2026-03-10T12:00:00Z", &TimeZone::UTC), "········");
    }

    #[test]
    fn a_scoring_does_not_hide_a_training_that_fails_every_night() {
        use {RunKind::*, Status::*};
        let attempts = [
            attempt(Training, Successful, "2026-03-10T04:00:00Z"),
            attempt(Scoring, Failed, "2026-03-10T02:00:00Z"),
            attempt(Scoring, Successful, "2026-03-09T02:05:00Z"),
            attempt(Training, Failed, "2026-03-09T02:00:00Z"),
            attempt(Training, Successful, "2026-03-08T02:00:00Z"),
        ];
        assert_eq!(chart(&Schedule::default(), &attempts, None, "2026-03-10T12:00:00Z", &TimeZone::UTC), "·····SFS");
    }

    #[test]
    fn today_is_missed_once_the_usual_hour_has_passed() {
        use {RunKind::*, Status::*};
        let attempts = [attempt(Training, Successful, "2026-03-09T06:00:00Z")];
        let today = |now| chart(&Schedule::default(), &attempts, None, now, &TimeZone::UTC);
        assert_eq!([today("2026-03-10T07:30:00Z"), today("2026-03-10T08:30:00Z")], ["······S·", "······SM"]);
    }

    #[test]
    fn days_are_cut_in_the_zone_of_the_workspace() {
        use {RunKind::*, Status::*};
        let attempts = [attempt(Training, Successful, "2026-03-09T23:30:00Z")];
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let now = "2026-03-10T12:00:00Z";
        assert_eq!(chart(&Schedule::default(), &attempts, None, now, &TimeZone::UTC), "······S·");
        assert_eq!(chart(&Schedule::default(), &attempts, None, now, &berlin), "·······S");
    }
}
