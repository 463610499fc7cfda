//! The state of the page of a run.

use crate::domain::run::Run;
use crate::queries::run_detail::RunDetail;
use std::sync::Arc;

/// The state of the page.
#[derive(Debug, Clone, PartialEq)]
pub struct RunPage {
    pub detail: Arc<RunDetail>,
    pub tab: Tab,
    /// Lines that are scrolled away; more than there are is the end.
    pub scroll: u16,
}

/// What is shown of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tab {
    #[default]
    Overview,
    Evaluation,
    Data,
    Factors,
    /// The model before, past predictions, what moved.
    OverTime,
    Log,
}

impl Tab {
    pub const ALL: [Tab; 6] = [Tab::Overview, Tab::Evaluation, Tab::Data, Tab::Factors, Tab::OverTime, Tab::Log];

    pub fn label(self) -> &'static str {
        match self {
            Tab::Overview => "Overview",
            Tab::Evaluation => "Evaluation",
            Tab::Data => "Data",
            Tab::Factors => "Factors",
            Tab::OverTime => "Over time",
            Tab::Log => "Log",
        }
    }
}

/// How much of the tab there is: the update is given it, because it knows no screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// Lines that can be scrolled away.
    pub max_scroll: u16,
    /// Lines that are shown at once.
    pub shown: u16,
}

impl RunPage {
    pub fn new(detail: Arc<RunDetail>) -> RunPage {
        RunPage { detail, tab: Tab::Overview, scroll: 0 }
    }

    pub fn run(&self) -> &Run {
        &self.detail.run
    }

    /// Shows a tab; a log is read from its end.
    pub fn show_tab(&mut self, tab: Tab) {
        self.scroll = if tab == Tab::Log { u16::MAX } else { 0 };
        self.tab = tab;
    }
}
