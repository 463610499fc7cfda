//! The Monitoring screen: what the runs of the last 90 days came to, day by day and run by run, what is next, and one run
//! in full. The list comes with the scores; a run in full is read by the reader thread, which `update` asks.

mod chart;
mod list;
mod metrics;
mod perform;
pub mod run;
mod view;

pub use perform::{arrange, choose_score, inspected, open, perform, resized, score_choices, turn_of_day};
pub use run::RunPage;
pub use view::view;

use crate::domain::run::Status;
use crate::domain::run::line::RunLine;
use crate::domain::run::timeline::Mark;
use crate::runs::interrupted;
use crate::tui::app::App;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// Days of the chart.
pub const DAYS: usize = 90;

/// The state of the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Monitoring {
    pub failures_only: bool,
    /// Metrics and graphs.
    pub graphs: bool,
    /// Id of the one score whose runs are shown.
    pub score: Option<String>,
    /// What is shown, newest first.
    pub shown: Vec<Arc<RunLine>>,
    /// Runs that are older than the days that are shown.
    pub older: usize,
    /// The marks of every score, in the order of the scores.
    pub days: Vec<(String, Vec<Mark>)>,
    /// The day at whose end the marks stop.
    pub today: Date,
    /// The selected row, and the first that is shown.
    pub at: usize,
    pub offset: usize,
    /// The run that was asked for and has not been read yet.
    pub asked: Option<String>,
    /// The run that is shown in full.
    pub page: Option<Box<RunPage>>,
}

impl Default for Monitoring {
    fn default() -> Monitoring {
        Monitoring {
            failures_only: false,
            graphs: true,
            score: None,
            shown: Vec::new(),
            older: 0,
            days: Vec::new(),
            today: Date::MIN,
            at: 0,
            offset: 0,
            asked: None,
            page: None,
        }
    }
}

impl Monitoring {
    /// The run that keys are about: the one that is shown in full, else the selected one.
    pub fn subject(&self) -> Option<Arc<RunLine>> {
        match &self.page {
            Some(page) => Some(Arc::new(RunLine::of(&page.inspection.run))),
            None => self.selected().map(Arc::clone),
        }
    }

    pub fn selected(&self) -> Option<&Arc<RunLine>> {
        self.shown.get(self.at)
    }

    /// Whether not all runs are shown.
    pub fn is_narrowed(&self) -> bool {
        self.failures_only || self.score.is_some()
    }

    fn admits(&self, line: &RunLine) -> bool {
        let failed = matches!(line.status, Status::Failed | Status::Interrupted);
        (!self.failures_only || failed) && self.score.as_ref().is_none_or(|score| *score == line.score)
    }
}

/// The moment from which on runs are shown.
fn since(app: &App) -> Timestamp {
    app.now.checked_sub(SignedDuration::from_hours(24 * DAYS as i64)).unwrap_or(Timestamp::MIN)
}

/// The runs that are being made, or were interrupted, as lines of the list.
fn live_lines(app: &App) -> Vec<Arc<RunLine>> {
    let name = |score: &str| app.listed(score).map_or_else(|| score.to_string(), |l| l.score.name.clone());
    let lines = app.lives.values().map(|live| Arc::new(RunLine::of(&interrupted::summary(live, &name(&live.score)))));
    let mut lines: Vec<Arc<RunLine>> = lines.collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.started_at));
    lines
}
