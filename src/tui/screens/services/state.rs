//! The state of the Services screen: which scores are listed in which order, what is selected, what has the keys.

use crate::domain::metrics::Estimate;
use crate::queries::score_summaries::ScoreSummary;
use crate::tui::action::Action;
use crate::tui::screens::sort_column::{ColumnOrder, ListColumn};
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
    pub sort: Order,
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
    Type,
    Auc,
    Profiles,
    Status,
    Created,
}

impl Sort {
    pub const ALL: [Sort; 7] =
        [Sort::Name, Sort::Type, Sort::Auc, Sort::Profiles, Sort::LastRun, Sort::Status, Sort::Created];

    /// The title of its column.
    pub fn title(self) -> &'static str {
        match self {
            Sort::LastRun => "Last run",
            Sort::Name => "Name",
            Sort::Type => "Profile type",
            Sort::Auc => "Test AUC",
            Sort::Profiles => "Scored",
            Sort::Status => "Status",
            Sort::Created => "Created",
        }
    }

    /// The key that chooses it.
    pub fn letter(self) -> char {
        match self {
            Sort::LastRun => 'l',
            Sort::Name => 'n',
            Sort::Type => 't',
            Sort::Auc => 'a',
            Sort::Profiles => 'p',
            Sort::Status => 's',
            Sort::Created => 'c',
        }
    }
}

impl ListColumn for Sort {
    fn is_descending(self) -> bool {
        matches!(self, Sort::LastRun | Sort::Auc | Sort::Profiles | Sort::Created)
    }
}

/// The order of the list.
pub type Order = ColumnOrder<Sort>;

impl Order {
    /// As it is kept.
    pub fn word(self) -> String {
        format!("{}{}", if self.reversed { "-" } else { "" }, self.by.letter())
    }

    pub fn by_word(word: &str) -> Order {
        let (reversed, letter) = word.strip_prefix('-').map_or((false, word), |letter| (true, letter));
        let by = Sort::ALL.into_iter().find(|sort| letter == sort.letter().to_string());
        by.map_or_else(Order::default, |by| Order { by, reversed })
    }
}

/// The actions of the details, in the order of their buttons.
pub const BUTTONS: [(Action, &str); 6] = [
    (Action::Edit, "Edit"),
    (Action::Clone, "Clone"),
    (Action::Delete, "Delete"),
    (Action::Run, "Run"),
    (Action::Profiles, "Profiles"),
    (Action::LastRun, "Last run"),
];

/// The test AUC of the model behind a score's scores.
pub fn test_auc(listed: &ScoreSummary) -> Option<Estimate> {
    listed.trained.as_ref()?.metrics.as_ref()?.auc
}
