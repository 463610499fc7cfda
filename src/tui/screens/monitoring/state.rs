//! The state of the Monitoring screen: which runs and days are shown, and the run that is shown in full.

use super::order::RunOrder;
use super::run::RunPage;
use crate::domain::run::Status;
use crate::domain::run::line::RunLine;
use crate::domain::run::timeline::DayStatus;
use crate::tui::screen::Screen;
use crate::tui::widgets::text_field::TextField;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// Days of the chart.
pub const DAYS: usize = 90;

/// The state of the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Monitoring {
    pub failures_only: bool,
    pub order: RunOrder,
    /// Words that the runs that are shown hold, and whether they are being typed.
    pub find: TextField,
    pub is_finding: bool,
    /// Metrics and graphs.
    pub show_graphs: bool,
    /// Id of the one score whose runs are shown.
    pub score: Option<String>,
    /// The runs that are shown, newest first.
    pub runs: Vec<Arc<RunLine>>,
    /// Runs that are older than the days that are shown.
    pub older_runs: usize,
    /// The marks of every score, in the order of the scores.
    pub day_marks: Vec<(String, Vec<DayStatus>)>,
    /// The day at whose end the marks stop.
    pub today: Date,
    /// The selected row, and the first that is shown.
    pub selected: usize,
    pub offset: usize,
    /// The run that was asked for and has not been read yet.
    pub requested_run: Option<String>,
    /// The run that is shown in full.
    pub page: Option<Box<RunPage>>,
    /// Where Esc leads from that run: to the screen that it was opened from.
    pub opened_from: Screen,
}

impl Default for Monitoring {
    fn default() -> Monitoring {
        Monitoring {
            failures_only: false,
            order: RunOrder::default(),
            find: TextField::default(),
            is_finding: false,
            show_graphs: true,
            score: None,
            runs: Vec::new(),
            older_runs: 0,
            day_marks: Vec::new(),
            today: Date::MIN,
            selected: 0,
            offset: 0,
            requested_run: None,
            page: None,
            opened_from: Screen::Monitoring,
        }
    }
}

impl Monitoring {
    /// The run that keys are about: the one that is shown in full, else the selected one.
    pub fn current_run(&self) -> Option<Arc<RunLine>> {
        match &self.page {
            Some(page) => Some(Arc::new(RunLine::from_run(&page.detail.run))),
            None => self.selected_run().map(Arc::clone),
        }
    }

    pub fn selected_run(&self) -> Option<&Arc<RunLine>> {
        self.runs.get(self.selected)
    }

    /// Whether not all runs are shown.
    pub fn is_filtered(&self) -> bool {
        self.failures_only || self.score.is_some() || !self.find.is_empty()
    }

    /// Whether the filters leave a run in the list.
    pub fn matches(&self, line: &RunLine) -> bool {
        let failed = matches!(line.status, Status::Failed | Status::Interrupted);
        (!self.failures_only || failed)
            && self.score.as_ref().is_none_or(|score| *score == line.score)
            && self.holds_words(line)
    }

    /// Whether a run holds every word that is looked for.
    fn holds_words(&self, line: &RunLine) -> bool {
        if self.find.is_empty() {
            return true;
        }
        let code = line.code.map_or(String::new(), |code| code.to_string());
        let parts =
            [&line.score_name, &line.kind.to_string(), &line.status.to_string(), &code, &line.id, &line.message];
        let text = parts.map(|part| part.to_lowercase()).join(" ");
        self.find.value().to_lowercase().split_whitespace().all(|word| text.contains(word))
    }
}

/// The moment from which on runs are shown.
pub fn earliest_shown(now: Timestamp) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(24 * DAYS as i64)).unwrap_or(Timestamp::MIN)
}
