//! One run in full: how it ended, how its model was tested, what it read, what drives its scores, what it said. All of
//! it was read beforehand by [`jobs::inspect`](crate::queries::run_detail); here it is only shown. Called by the Monitoring
//! screen.

mod data;
mod evaluation;
mod factors;
mod lines;
mod log;
mod overview;
mod past;
mod view;

pub use view::{extent, hints, view};

use crate::domain::run::Run;
use crate::domain::run::codes;
use crate::queries::run_detail::RunDetail;
use crate::tui::action::Action;
use crate::tui::dialogs::Page;
use crate::tui::ring;
use std::sync::Arc;

/// The state of the page.
#[derive(Debug, Clone, PartialEq)]
pub struct RunPage {
    pub inspection: Arc<RunDetail>,
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
    Past,
    Log,
}

impl Tab {
    pub const ALL: [Tab; 6] = [Tab::Overview, Tab::Evaluation, Tab::Data, Tab::Factors, Tab::Past, Tab::Log];

    pub fn label(self) -> &'static str {
        match self {
            Tab::Overview => "Overview",
            Tab::Evaluation => "Evaluation",
            Tab::Data => "Data",
            Tab::Factors => "Factors",
            Tab::Past => "Over time",
            Tab::Log => "Log",
        }
    }
}

/// How much of the tab there is: asked for before [`perform`], which knows no screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// Lines that can be scrolled away.
    pub most: u16,
    /// Lines that are shown at once.
    pub shown: u16,
}

/// What is to happen beside the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    Stay,
    /// Back to the list.
    Leave,
    /// A page of text opens over it: that of the run's code.
    Open(Page),
}

impl RunPage {
    pub fn new(inspection: Arc<RunDetail>) -> RunPage {
        RunPage { inspection, tab: Tab::Overview, scroll: 0 }
    }

    fn run(&self) -> &Run {
        &self.inspection.run
    }

    /// The tab; a log is read from its end.
    fn turn(&mut self, tab: Tab) {
        self.scroll = if tab == Tab::Log { u16::MAX } else { 0 };
        self.tab = tab;
    }
}

/// Does what was asked for.
pub fn perform(page: &mut RunPage, action: Action, extent: Extent) -> Step {
    let Extent { most, shown } = extent;
    let scroll = page.scroll.min(most);
    let to = match action {
        Action::Up => scroll.saturating_sub(1),
        Action::Down => scroll.saturating_add(1),
        Action::PageUp => scroll.saturating_sub(shown.max(1)),
        Action::PageDown => scroll.saturating_add(shown.max(1)),
        Action::First => 0,
        Action::Last => most,
        Action::FocusNext | Action::Right => {
            page.turn(ring::step(&Tab::ALL, page.tab, 1));
            return Step::Stay;
        }
        Action::FocusPrevious | Action::Left => {
            page.turn(ring::step(&Tab::ALL, page.tab, -1));
            return Step::Stay;
        }
        Action::Accept => return code(page.run()).map_or(Step::Stay, Step::Open),
        Action::Close => return Step::Leave,
        _ => scroll,
    };
    page.scroll = to.min(most);
    Step::Stay
}

/// The page of the code that a run ended with.
pub fn code(run: &Run) -> Option<Page> {
    let code = codes::of_run(run)?;
    let checks = run.checks.iter().filter(|check| check.code == code.number).cloned().collect();
    Some(Page::code(code.number, checks))
}
