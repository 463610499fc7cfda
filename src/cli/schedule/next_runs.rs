//! When scores run next, as printed by `schedule show` and `score schedule`.

use crate::cli::format::harmless;
use crate::cli::table::table;
use crate::domain::score::Score;
use crate::domain::score::schedule::{Due, Schedule, is_late};
use crate::domain::text::Align;
use crate::runs::index;
use crate::schedule::due;
use crate::workspace::Workspace;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

/// When a score runs.
#[derive(Serialize)]
pub struct NextRuns {
    score: String,
    name: String,
    #[serde(flatten)]
    schedule: Schedule,
    next_scoring: Option<Timestamp>,
    next_training: Option<Timestamp>,
    /// Start of the last successful run.
    last_run: Option<Timestamp>,
}

impl NextRuns {
    pub fn of(workspace: &Workspace, score: &Score, now: Timestamp) -> NextRuns {
        let lines = index::of(workspace, &score.id).lines;
        let Due { scoring, training } = due::next(score, lines.iter().map(|line| &**line), now, &workspace.zone());
        NextRuns {
            score: score.id.clone(),
            name: score.name.clone(),
            schedule: score.schedule,
            next_scoring: scoring,
            next_training: training,
            last_run: lines.iter().find(|line| line.is_successful()).map(|line| line.started_at),
        }
    }

    fn is_due(&self, now: Timestamp) -> bool {
        [self.next_scoring, self.next_training].into_iter().flatten().any(|at| at <= now)
    }
}

/// The table of scores; `zone` is that of the workspace.
pub fn text(scores: &[NextRuns], now: Timestamp, zone: &TimeZone) -> String {
    if scores.is_empty() {
        return "There is no score yet. Create one: propensity score create --help\n".into();
    }
    let when = |at: Option<Timestamp>, off: bool| match at {
        Some(at) if is_late(at, now) => format!("late since {}", day(at, zone)),
        Some(at) if at <= now => "due now".into(),
        Some(at) => day(at, zone),
        None if off => "─".into(),
        None => "after its first successful run".into(),
    };
    let row = |s: &NextRuns| {
        vec![
            harmless(&s.name).into_owned(),
            s.schedule.scoring.to_string(),
            when(s.next_scoring, s.schedule.scoring.is_off()),
            s.schedule.training.to_string(),
            when(s.next_training, s.schedule.training.is_off()),
        ]
    };
    let header = [
        ("score", Align::Left),
        ("scoring", Align::Left),
        ("next", Align::Left),
        ("training", Align::Left),
        ("next", Align::Left),
    ];
    let is_any_due = scores.iter().any(|s| s.is_due(now));
    let hint = if is_any_due { "\nWhat is due starts with: propensity run start --due\n" } else { "" };
    format!("{}{hint}", table(&header, &scores.iter().map(row).collect::<Vec<_>>()))
}

fn day(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d").to_string()
}
