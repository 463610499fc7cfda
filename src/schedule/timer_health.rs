//! Whether a timer calls for what is due, and the one sentence that says so beside every moment at which a run is due. Asked
//! by the screens, `propensity schedule show` and `propensity doctor`: none of them may promise a run that nobody starts.

use crate::domain::format::{ago, date, time_until};
use crate::domain::score::schedule::is_late;
use crate::store::timer::TimerRecord;
use crate::workspace::Workspace;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// From one call of a daily timer to the next, at most: a day that a clock change made longer, and an hour for a machine that
/// was slow or asleep.
const CALL_EXPECTED_WITHIN: SignedDuration = SignedDuration::from_hours(26);

/// What a clock may be ahead. A call from later than that was made under a wrong clock, and tells nothing.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_hours(1);

/// How the timer of a workspace is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimerSign {
    /// None was ever installed here, and none called.
    Never,
    /// It was installed within the last day, and its first call is still to come.
    Installed,
    /// It called within the last day.
    Calls,
    /// It was installed or called once, and does not call any more.
    Silent,
}

/// How the timer of a workspace is, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TimerHealth {
    pub status: TimerSign,
    pub last_call: Option<Timestamp>,
    pub installed_at: Option<Timestamp>,
}

impl TimerHealth {
    /// From what was recorded, as it looks at `now`.
    pub fn of(record: &TimerRecord, now: Timestamp) -> TimerHealth {
        let known = |at: Option<Timestamp>| at.filter(|at| at.duration_since(now) <= CLOCK_TOLERANCE);
        let (last_call, installed_at) = (known(record.called_at), known(record.installed_at));
        let status = match last_call.max(installed_at) {
            None => TimerSign::Never,
            Some(last) if now.duration_since(last) > CALL_EXPECTED_WITHIN => TimerSign::Silent,
            Some(last) if last_call == Some(last) => TimerSign::Calls,
            Some(_) => TimerSign::Installed,
        };
        TimerHealth { status, last_call, installed_at }
    }

    /// That of a workspace, from one small file.
    pub fn read(workspace: &Workspace, now: Timestamp) -> TimerHealth {
        TimerHealth::of(&TimerRecord::read(&workspace.paths.data), now)
    }

    /// Whether what is due is going to be started.
    pub fn is_well(self) -> bool {
        matches!(self.status, TimerSign::Installed | TimerSign::Calls)
    }

    /// When it was heard of last.
    fn since(self) -> Option<Timestamp> {
        self.last_call.max(self.installed_at)
    }

    /// A few words for beside a moment: `no timer yet`, `timer silent since 12 Nov 2026`; none where one calls.
    pub fn note(self, zone: &TimeZone) -> Option<String> {
        match (self.status, self.since()) {
            (TimerSign::Never, _) => Some("no timer yet".into()),
            (TimerSign::Silent, Some(since)) => {
                Some(format!("timer silent since {}", date(since.to_zoned_datetime(zone.clone()).date())))
            }
            (TimerSign::Silent, None) => Some("timer silent".into()),
            (TimerSign::Installed | TimerSign::Calls, _) => None,
        }
    }

    /// The same where there is little room.
    pub fn short_note(self) -> Option<&'static str> {
        match self.status {
            TimerSign::Never => Some("no timer yet"),
            TimerSign::Silent => Some("timer silent"),
            TimerSign::Installed | TimerSign::Calls => None,
        }
    }

    /// When a run is due, and whether somebody is going to start it: `due in 4 h · no timer yet`.
    pub fn due(self, at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
        with_note(due(at, now, zone), self.note(zone))
    }

    /// All of it as a sentence.
    pub fn sentence(self, zone: &TimeZone) -> String {
        let moment = |at: Timestamp| at.to_zoned_datetime(zone.clone()).strftime("%-d %b %Y %H:%M").to_string();
        match (self.status, self.last_call, self.installed_at) {
            (TimerSign::Calls, Some(called), _) => {
                format!("A timer starts what is due; it called last on {}.", moment(called))
            }
            (TimerSign::Installed, _, Some(installed)) => {
                format!("A timer was installed on {}; its first call is still to come.", moment(installed))
            }
            (TimerSign::Silent, Some(called), _) => {
                format!("The timer is silent since {}, so nothing runs by itself.", moment(called))
            }
            (TimerSign::Silent, None, Some(installed)) => {
                format!(
                    "A timer was installed on {} and has never called, so nothing runs by itself.",
                    moment(installed)
                )
            }
            _ => "No timer has called yet, so nothing runs by itself.".into(),
        }
    }
}

/// What is due, with the note behind it where there is one.
pub fn with_note(due: String, note: Option<impl AsRef<str>>) -> String {
    note.map_or(due.clone(), |note| format!("{due} · {}", note.as_ref()))
}

/// When a run is due, seen from `now`: `due in 4 h`, `due Wed 18:00`, `due now`, `late since 3 Mar 2026`.
pub fn due(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    if is_late(at, now) {
        return format!("late since {}", ago(at, now, zone));
    }
    if at <= now { "due now".into() } else { format!("due {}", time_until(at, now, zone)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn health(installed: Option<&str>, called: Option<&str>) -> TimerHealth {
        let record = TimerRecord::new(installed.map(at), called.map(at));
        TimerHealth::of(&record, at("2026-11-24T12:00:00Z"))
    }

    #[test]
    fn a_timer_is_silent_once_a_day_brought_no_call_and_well_before_that() {
        let status = |installed, called| health(installed, called).status;
        assert_eq!(status(None, None), TimerSign::Never);
        assert_eq!(status(None, Some("2026-11-24T06:30:00Z")), TimerSign::Calls);
        assert_eq!(status(None, Some("2026-11-23T10:00:00Z")), TimerSign::Calls, "26 hours ago");
        assert_eq!(status(None, Some("2026-11-23T09:59:00Z")), TimerSign::Silent);
        assert_eq!(status(Some("2026-11-24T11:00:00Z"), None), TimerSign::Installed);
        assert_eq!(status(Some("2026-11-20T11:00:00Z"), None), TimerSign::Silent);
        // Installed again after it had gone silent.
        assert_eq!(status(Some("2026-11-24T11:00:00Z"), Some("2026-10-01T06:30:00Z")), TimerSign::Installed);
        // Under a wrong clock.
        assert_eq!(status(None, Some("2027-11-24T06:30:00Z")), TimerSign::Never);
    }

    #[test]
    fn what_is_due_says_whether_anybody_starts_it() {
        let now = at("2026-11-24T12:00:00Z");
        let due = |health: TimerHealth, moment| health.due(at(moment), now, &TimeZone::UTC);
        let (never, calls) = (health(None, None), health(None, Some("2026-11-24T06:30:00Z")));
        let silent = health(None, Some("2026-11-12T06:30:00Z"));
        assert_eq!(due(never, "2026-11-24T16:00:00Z"), "due in 4 h · no timer yet");
        assert_eq!(due(calls, "2026-11-24T16:00:00Z"), "due in 4 h");
        assert_eq!(due(silent, "2026-11-24T16:00:00Z"), "due in 4 h · timer silent since 12 Nov 2026");
        assert_eq!(due(calls, "2026-11-24T11:00:00Z"), "due now");
        assert_eq!(due(calls, "2026-11-26T18:00:00Z"), "due Thu 18:00");
        assert_eq!(due(never, "2026-11-12T00:00:00Z"), "late since 12 Nov 2026 · no timer yet");
        let told =
            [never, calls, silent, health(Some("2026-11-24T11:00:00Z"), None)].map(|h| h.sentence(&TimeZone::UTC));
        assert!(told[0].starts_with("No timer has called yet"), "{told:?}");
        assert!(told[1].ends_with("it called last on 24 Nov 2026 06:30."), "{told:?}");
        assert!(told[2].starts_with("The timer is silent since 12 Nov 2026 06:30"), "{told:?}");
        assert!(told[3].starts_with("A timer was installed on 24 Nov 2026 11:00"), "{told:?}");
    }
}
