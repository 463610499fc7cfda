//! The state of the Services screen: which scores are listed in which order, what is selected, what has the keys.

use crate::domain::metrics::Estimate;
use crate::queries::score_summaries::ScoreSummary;
use crate::tui::action::Action;
use crate::tui::cycle;
use crate::tui::widgets::text_field::TextField;

/// The state of the screen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Services {
    /// Id of the selected score.
    pub selected: Option<String>,
    /// Somebody chose it; until then the first score is selected.
    pub selection_made: bool,
    /// Indices into the scores, filtered and sorted.
    pub order: Vec<usize>,
    /// The first row that is shown.
    pub offset: usize,
    pub filter: TextField,
    pub sort: Sort,
    pub focus: Focus,
    /// The button of the details that has the focus.
    pub button: usize,
    /// Lines of the details that are scrolled away.
    pub scroll: u16,
    /// On a narrow terminal: the details are shown instead of the list.
    pub details_open: bool,
}

/// What has the keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Focus {
    #[default]
    List,
    Details,
    Create,
    Filter,
}

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    LastRun,
    Name,
    Auc,
    Created,
}

impl Sort {
    pub const ALL: [Sort; 4] = [Sort::LastRun, Sort::Name, Sort::Auc, Sort::Created];

    pub fn word(self) -> &'static str {
        match self {
            Sort::LastRun => "last run",
            Sort::Name => "name",
            Sort::Auc => "test AUC",
            Sort::Created => "creation",
        }
    }

    pub fn by_word(word: &str) -> Sort {
        Sort::ALL.into_iter().find(|s| s.word() == word).unwrap_or_default()
    }

    pub fn next(self) -> Sort {
        cycle::step(&Sort::ALL, self, 1)
    }
}

/// The actions of the details, in the order of their buttons.
pub const BUTTONS: [(Action, &str); 5] = [
    (Action::Edit, "Edit"),
    (Action::Clone, "Clone"),
    (Action::Delete, "Delete"),
    (Action::Run, "Run"),
    (Action::Profiles, "Profiles"),
];

/// The test AUC of the model behind a score's scores.
pub fn test_auc(listed: &ScoreSummary) -> Option<Estimate> {
    listed.trained.as_ref()?.metrics.as_ref()?.auc
}
