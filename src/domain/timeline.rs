//! How the days of a score went: one mark a day, for the chart of the Monitoring screen. Made from the runs there were and
//! the schedule; called by the screens.

use crate::domain::run::Status;
use crate::domain::schedule::{self, Attempt, EARLY, Schedule};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// How a day went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Nothing ran, and nothing was due.
    Nothing,
    /// The last run of the day was successful.
    Successful,
    /// The last run of the day failed, or was interrupted.
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
        let last = within.iter().map(|a| a.status).find(|status| *status != Status::Cancelled);
        match last {
            Some(Status::Successful) => Mark::Successful,
            Some(Status::Failed | Status::Interrupted) => Mark::Failed,
            Some(Status::Processing) => Mark::Processing,
            Some(Status::Cancelled) | None if self.missed(before, to) => Mark::Missed,
            Some(Status::Cancelled) | None => Mark::Nothing,
        }
    }

    /// Whether something that was due by the end of the day, or by now, had not begun.
    fn missed(&self, before: &[Attempt], end: Timestamp) -> bool {
        let at = end.min(self.now);
        if self.schedule.since.is_some_and(|since| since >= end) {
            return false;
        }
        let due = schedule::next(self.schedule, before.iter().copied(), at);
        // A timer has its hour, and every score its turn.
        let late = |time: Option<Timestamp>| time.is_some_and(|time| at.duration_since(time) > EARLY);
        late(due.scoring) || late(due.training)
    }

    fn midnight(&self, day: Date) -> Option<Timestamp> {
        day.to_zoned_datetime(self.zone.clone()).ok().map(|at| at.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::run::RunKind;
    use crate::domain::schedule::Every;

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
        let since = Schedule { since: Some(at("2026-03-09T12:00:00Z")), ..Schedule::default() };
        assert_eq!(drawn(&since, &attempts, None, "2026-03-10T12:00:00Z", &TimeZone::UTC), "·SSF·S·M");
        assert_eq!(drawn(&off, &[], None, "2026-03-10T12:00:00Z", &TimeZone::UTC), "········");
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
