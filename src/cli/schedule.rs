//! `propensity schedule …`: when scores run next, and the timer that starts what is due.

use super::Session;
use super::format::{Side, harmless, table};
use crate::domain::score::Score;
use crate::domain::score::schedule::{Due, Every, Schedule, is_late};
use crate::error::Result;
use crate::runs::index;
use crate::schedule::due;
use crate::schedule::timer::{self, TimerService, TimerStatus};
use crate::workspace::Workspace;
use clap::{Args, Subcommand};
use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde::Serialize;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// When every score is scored and trained next. `propensity score schedule` changes it.
    Show,
    /// Install a timer that calls `propensity run start --due` once a day.
    Install {
        #[command(flatten)]
        service: Wanted,
        /// The time of day, on the clock of this machine.
        #[arg(long, default_value = "02:00", value_name = "HH:MM", value_parser = time)]
        at: Time,
        /// Only print what would be installed.
        #[arg(long)]
        print: bool,
    },
    /// Remove the timer again.
    Remove {
        #[command(flatten)]
        service: Wanted,
    },
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Wanted {
    /// A user timer of systemd.
    #[arg(long)]
    systemd: bool,
    /// A line in the crontab.
    #[arg(long)]
    cron: bool,
}

impl Wanted {
    fn service(&self) -> TimerService {
        if self.systemd { TimerService::Systemd } else { TimerService::Cron }
    }
}

fn time(text: &str) -> Result<Time, String> {
    Time::strptime("%H:%M", text).map_err(|_| format!("'{text}' is no time of day: HH:MM"))
}

impl Verb {
    /// Whether it changes the workspace.
    pub fn changes(&self) -> bool {
        match self {
            Verb::Show => false,
            Verb::Install { print, .. } => !print,
            Verb::Remove { .. } => true,
        }
    }
}

pub fn run(session: &Session, verb: Verb) -> Result<()> {
    let workspace = session.workspace()?;
    match verb {
        Verb::Show => show(session, &workspace),
        Verb::Install { service, at, print: true } => told(session, &timer::show(&workspace, service.service(), at)?),
        Verb::Install { service, at, print: false } => {
            told(session, &timer::install(&workspace, service.service(), at)?)
        }
        Verb::Remove { service } => told(session, &timer::remove(&workspace, service.service())?),
    }
}

fn told(session: &Session, told: &TimerStatus) -> Result<()> {
    session.print(told, |told| told.text.clone())
}

/// When a score runs.
#[derive(Serialize)]
pub struct Shown {
    pub score: String,
    pub name: String,
    #[serde(flatten)]
    pub schedule: Schedule,
    pub next_scoring: Option<Timestamp>,
    pub next_training: Option<Timestamp>,
    /// Start of the last successful run.
    pub last_run: Option<Timestamp>,
}

impl Shown {
    fn of(workspace: &Workspace, score: &Score, now: Timestamp) -> Shown {
        let lines = index::of(workspace, &score.id).lines;
        let Due { scoring, training } = due::next(score, lines.iter().map(|line| &**line), now, &workspace.zone());
        Shown {
            score: score.id.clone(),
            name: score.name.clone(),
            schedule: score.schedule,
            next_scoring: scoring,
            next_training: training,
            last_run: lines.iter().find(|line| line.is_successful()).map(|line| line.started_at),
        }
    }
}

fn show(session: &Session, workspace: &Workspace) -> Result<()> {
    let now = Timestamp::now();
    let shown: Vec<Shown> = workspace.scores.list()?.iter().map(|score| Shown::of(workspace, score, now)).collect();
    session.print(&shown, |shown| text(shown, now, &workspace.zone()))
}

/// Shows when one score runs, after changing it where that was asked for.
pub fn of_score(
    session: &Session,
    workspace: &Workspace,
    wanted: &str,
    scoring: Option<Every>,
    training: Option<Every>,
) -> Result<()> {
    let score = match (scoring, training) {
        (None, None) => workspace.scores.find(wanted)?,
        _ => workspace.scores.reschedule(wanted, scoring, training)?,
    };
    let now = Timestamp::now();
    let shown = Shown::of(workspace, &score, now);
    session.print(&shown, |shown| text(std::slice::from_ref(shown), now, &workspace.zone()))
}

/// The time zone of a workspace.
fn text(shown: &[Shown], now: Timestamp, zone: &TimeZone) -> String {
    if shown.is_empty() {
        return "There is no score yet. Create one: propensity score create --help\n".into();
    }
    let when = |at: Option<Timestamp>, off: bool| match at {
        Some(at) if is_late(at, now) => format!("late since {}", day(at, zone)),
        Some(at) if at <= now => "due now".into(),
        Some(at) => day(at, zone),
        None if off => "─".into(),
        None => "after its first successful run".into(),
    };
    let rows: Vec<Vec<String>> = shown
        .iter()
        .map(|s| {
            vec![
                harmless(&s.name).into_owned(),
                s.schedule.scoring.to_string(),
                when(s.next_scoring, s.schedule.scoring.is_off()),
                s.schedule.training.to_string(),
                when(s.next_training, s.schedule.training.is_off()),
            ]
        })
        .collect();
    let header = [
        ("score", Side::Left),
        ("scoring", Side::Left),
        ("next", Side::Left),
        ("training", Side::Left),
        ("next", Side::Left),
    ];
    let due = shown.iter().any(|s| [s.next_scoring, s.next_training].into_iter().flatten().any(|at| at <= now));
    let hint = if due { "\nWhat is due starts with: propensity run start --due\n" } else { "" };
    format!("{}{hint}", table(&header, &rows))
}

fn day(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d").to_string()
}
