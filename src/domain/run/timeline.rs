//! How the days of a score went: one mark a day, for the chart of the Monitoring screen. Made from the runs there were and
//! the schedule; called by the screens.

use super::{RunKind, Status};
use crate::domain::score::schedule::{self, Attempt, Schedule};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// A timer has its hour, and every score its turn.
const GRACE: SignedDuration = SignedDuration::from_hours(2);

/// How a day went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Nothing ran, and nothing was due.
    Nothing,
    /// What ran was successful in the end.
    Successful,
    /// A run failed, or was interrupted, and none of its kind made up for it.
    Failed,
    Processing,
    /// Something was due and nothing ran.
    Missed,
}

/// A score as far as its days ask.
#[derive(Debug, Clone, Copy)]
pub struct Days<'a> {
    pub schedule: &'a Schedule,
    /// Newest first.
    pub attempts: &'a [Attempt],
    /// When the run that is live began.
    pub live: Option<Timestamp>,
    pub now: Timestamp,
    pub zone: &'a TimeZone,
}

/// One mark for each of the last `count` days, the oldest first, today at the end.
pub fn marks(days: &Days<'_>, count: usize) -> Vec<Mark> {
    let today = days.now.to_zoned_datetime(days.zone.clone()).date();
    let first = today.checked_sub((count.saturating_sub(1) as i64).days()).unwrap_or(Date::MIN);
    let mut marks: Vec<Mark> = first.series(1.day()).take(count).map(|day| days.mark(day)).collect();
    if let (Some(_), Some(last)) = (days.live, marks.last_mut()) {
        *last = Mark::Processing;
    }
    marks
}

impl Days<'_> {
    fn mark(&self, day: Date) -> Mark {
        let (Some(from), Some(to)) = (self.midnight(day), day.tomorrow().ok().and_then(|d| self.midnight(d))) else {
            return Mark::Nothing;
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
            () if any(&[Status::Failed, Status::Interrupted]) => Mark::Failed,
            () if any(&[Status::Processing]) => Mark::Processing,
            () if any(&[Status::Successful]) => Mark::Successful,
            () if self.missed(before, from, to) => Mark::Missed,
            () => Mark::Nothing,
        }
    }

    /// Whether something that was due on a day had not begun by its end; today, by two hours after the time of day at
    /// which the last run began.
    fn missed(&self, before: &[Attempt], from: Timestamp, to: Timestamp) -> bool {
        if self.schedule.since.is_some_and(|since| since >= from) {
            return false;
        }
        let at = to.min(self.now);
        let due = schedule::next(self.schedule, before.iter().copied(), at, self.zone);
        let is_due = [due.scoring, due.training].into_iter().flatten().any(|time| time < at);
        let clock = |at: Timestamp| at.to_zoned_datetime(self.zone.clone()).time();
        let usual = before.first().map_or(Time::midnight(), |last| clock(last.at).saturating_add(GRACE));
        is_due && (to <= self.now || clock(self.now) > usual)
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

    fn drawn(schedule: &Schedule, attempts: &[Attempt], live: Option<&str>, now: &str, zone: &TimeZone) -> String {
        let days = Days { schedule, attempts, live: live.map(at), now: at(now), zone };
        let sign = |mark: &Mark| match mark {
            Mark::Nothing => '·',
            Mark::Successful => 'S',
            Mark::Failed => 'F',
            Mark::Processing => 'P',
            Mark::Missed => 'M',
        };
        marks(&days, 8).iter().map(sign).collect()
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
        let all = |live, now| drawn(&Schedule::default(), &attempts, live, now, &TimeZone::UTC);
        assert_eq!(all(None, "2026-03-10T12:00:00Z"), "·SSFMS·M", "nothing before the first training, missed the 7th");
        assert_eq!(all(Some("2026-03-10T02:00:00Z"), "2026-03-10T12:00:00Z"), "·SSFMS·P");
        let off = Schedule { scoring: Every::OFF, ..Schedule::default() };
        assert_eq!(drawn(&off, &attempts, None, "2026-03-10T12:00:00Z", &TimeZone::UTC), "·SSF·S··");
        let since = |text: &str| Schedule { since: Some(at(text)), ..Schedule::default() };
        let of = |schedule: &Schedule| drawn(schedule, &attempts, None, "2026-03-10T12:00:00Z", &TimeZone::UTC);
        assert_eq!(of(&since("2026-03-09T12:00:00Z")), "·SSF·S·M");
        assert_eq!(of(&since("2026-03-10T08:00:00Z")), "·SSF·S··", "what was set today is not missed today");
        assert_eq!(drawn(&off, &[], None, "2026-03-10T12:00:00Z", &TimeZone::UTC), "········");
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
        assert_eq!(drawn(&Schedule::default(), &attempts, None, "2026-03-10T12:00:00Z", &TimeZone::UTC), "·····SFS");
    }

    #[test]
    fn today_is_missed_once_the_usual_hour_has_passed() {
        use {RunKind::*, Status::*};
        let attempts = [attempt(Training, Successful, "2026-03-09T06:00:00Z")];
        let today = |now| drawn(&Schedule::default(), &attempts, None, now, &TimeZone::UTC);
        assert_eq!([today("2026-03-10T07:30:00Z"), today("2026-03-10T08:30:00Z")], ["······S·", "······SM"]);
    }

    #[test]
    fn days_are_cut_in_the_zone_of_the_workspace() {
        use {RunKind::*, Status::*};
        let attempts = [attempt(Training, Successful, "2026-03-09T23:30:00Z")];
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let now = "2026-03-10T12:00:00Z";
        assert_eq!(drawn(&Schedule::default(), &attempts, None, now, &TimeZone::UTC), "······S·");
        assert_eq!(drawn(&Schedule::default(), &attempts, None, now, &berlin), "·······S");
    }
}
