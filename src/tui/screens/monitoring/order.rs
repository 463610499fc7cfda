//! What the list of runs is sorted by. Chosen by the letter of a column, shown by the arrow at its title.

use crate::domain::run::line::RunLine;
use crate::domain::text::natural_key;
use crate::tui::screens::sort_column::{ColumnOrder, ListColumn, SortColumn};
use std::cmp::Ordering;

/// A column that the runs can be sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RunSort {
    #[default]
    Started,
    Score,
    Kind,
    Status,
    Duration,
    Profiles,
}

impl RunSort {
    pub const ALL: [RunSort; 6] =
        [RunSort::Started, RunSort::Score, RunSort::Kind, RunSort::Status, RunSort::Duration, RunSort::Profiles];

    fn letter_and_title(self) -> (char, &'static str) {
        match self {
            RunSort::Started => ('s', "Started"),
            RunSort::Score => ('n', "Score, by its name"),
            RunSort::Kind => ('k', "Kind"),
            RunSort::Status => ('t', "Status"),
            RunSort::Duration => ('d', "Duration"),
            RunSort::Profiles => ('p', "Profiles"),
        }
    }

    fn compare(self, one: &RunLine, other: &RunLine) -> Ordering {
        match self {
            RunSort::Started => one.order().cmp(other.order()),
            RunSort::Score => natural_key(&one.score_name).cmp(&natural_key(&other.score_name)),
            RunSort::Kind => one.kind.to_string().cmp(&other.kind.to_string()),
            RunSort::Status => one.status.to_string().cmp(&other.status.to_string()),
            RunSort::Duration => one.seconds().total_cmp(&other.seconds()),
            RunSort::Profiles => one.scored.cmp(&other.scored),
        }
    }
}

impl ListColumn for RunSort {
    fn is_descending(self) -> bool {
        matches!(self, RunSort::Started | RunSort::Duration | RunSort::Profiles)
    }
}

/// The order of the list.
pub type RunOrder = ColumnOrder<RunSort>;

impl RunOrder {
    /// Of two runs that are equal in the column the newer comes first.
    pub fn compare(self, one: &RunLine, other: &RunLine) -> Ordering {
        let order = self.by.compare(one, other);
        let order = if self.by.is_descending() != self.reversed { order.reverse() } else { order };
        order.then_with(|| other.order().cmp(one.order()))
    }

    /// What is offered.
    pub fn columns(self) -> Vec<SortColumn> {
        let column = |by: RunSort| {
            let (letter, title) = by.letter_and_title();
            SortColumn { letter, title, arrow: (by == self.by).then(|| self.arrow()) }
        };
        RunSort::ALL.into_iter().map(column).collect()
    }
}
