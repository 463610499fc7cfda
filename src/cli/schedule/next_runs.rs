//! When scores run next and whether a timer starts that, as printed by `schedule show` and `score schedule`.

use crate::cli::format::harmless;
use crate::cli::table::table;
use crate::domain::score::Score;
use crate::domain::score::schedule::{Due, Schedule};
use crate::domain::text::Align;
use crate::runs::index;
use crate::schedule::due;
use crate::schedule::timer::TimerService;
use crate::schedule::timer_health::{self, TimerHealth};
use crate::workspace::Workspace;
use jiff::Timestamp;
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
    /// Whether a timer calls for what is due.
    timer: TimerHealth,
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
            timer: TimerHealth::read(workspace, now),
        }
    }

    fn is_due(&self, now: Timestamp) -> bool {
        [self.next_scoring, self.next_training].into_iter().flatten().any(|at| at <= now)
    }
}

/// The table of scores, and whether anybody starts what it says.
pub fn text(workspace: &Workspace, scores: &[NextRuns], now: Timestamp) -> String {
    let zone = &workspace.zone();
    if scores.is_empty() {
        return "There is no score yet. Create one: propensity score create --help\n".into();
    }
    let when = |at: Option<Timestamp>, off: bool| match at {
        Some(at) => timer_health::due(at, now, zone),
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
    let mut text = table(&header, &scores.iter().map(row).collect::<Vec<_>>());
    // All of them are of one workspace, and so of one timer.
    text += &format!("\n{}\n", scores[0].timer.sentence(zone));
    if !scores[0].timer.is_well() {
        let [cron, systemd] = TimerService::ALL.map(|service| service.install_command(workspace));
        text += &format!("Set one up with one of:\n  {cron}\n  {systemd}\n");
    }
    if scores.iter().any(|s| s.is_due(now)) {
        text += &format!("What is due starts now with: {}\n", workspace.command(&["run", "start", "--due"]));
    }
    text
}
