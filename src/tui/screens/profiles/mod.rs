//! The Profiles screen: the scored persons or accounts of one score, one of them in full, and what drives the score over
//! all. What it shows is read by the reader thread; `update` asks and takes the answers ([`Ask`], [`Answer`]).

mod answers;
mod factors;
mod list;
mod page;
mod perform;
mod talk;
mod texts;
mod view;

pub use answers::answered;
pub use page::Page;
pub use perform::{choose_column, column_rows, copy, entered, open, paste, perform, resized, typed};
pub use talk::{Answer, Ask, Opened};
pub use texts::Copied;
pub use view::view;

use crate::data::scores::{ScoredProfile, Sort};
use crate::error::Error;
use crate::tui::widgets::text_field::TextField;
use std::sync::Arc;

/// The state of the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Profiles {
    /// Id and name of the score.
    pub score: String,
    pub name: String,
    /// `None` until the file is open.
    pub opened: Option<Arc<Opened>>,
    /// Why nothing can be shown, where nothing can be.
    pub broken: Option<Error>,
    /// The selected row and the first that is shown, within the view.
    pub at: usize,
    pub offset: usize,
    pub shown: Shown,
    /// Rows of the view that were read.
    pub window: Window,
    pub focus: Focus,
    pub filter: TextField,
    pub find: TextField,
    pub hits: Option<Hits>,
    /// What takes its time.
    pub task: Option<Task>,
    /// Counts tasks and views, over all scores that were ever opened, so that late answers are told from the last one.
    pub generation: u64,
    /// Its value when this score was opened.
    pub serial: u64,
    /// Those that were chosen and that these scores have.
    pub columns: Vec<Column>,
    /// Columns that are scrolled away at the left.
    pub left: usize,
    pub page: Option<Box<Page>>,
    pub factors: Option<Box<factors::Factors>>,
}

/// Which profiles are shown, in which order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shown {
    /// Tells views apart.
    pub number: u64,
    /// As it was typed.
    pub query: String,
    pub sort: Sort,
    /// Their places in the file; `None` is all of them by rank.
    pub places: Option<Arc<Vec<u32>>>,
}

/// Rows that were read, with the place of each in the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Window {
    /// The view that they are of.
    pub view: u64,
    pub from: usize,
    pub rows: Arc<Vec<(u32, ScoredProfile)>>,
    /// The first row that was asked for and has not come yet.
    pub asked: Option<usize>,
}

/// What has the keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Focus {
    #[default]
    List,
    Filter,
    Find,
}

/// What was looked for, and where it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Hits {
    pub text: String,
    /// Places in the file, best first.
    pub places: Arc<Vec<u32>>,
    /// Rows of the view with this number that are such places, from the top.
    pub rows: Arc<Vec<u32>>,
    pub view: u64,
}

/// Something that takes its time and can be cancelled.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    pub number: u64,
    pub what: &'static str,
    pub done: u64,
    pub total: u64,
    pub aim: Aim,
}

/// What a task is to come to.
#[derive(Debug, Clone, PartialEq)]
pub enum Aim {
    /// The profiles of a query, in an order.
    View(String, Sort),
    /// The places that hold a text.
    Find(String),
    Export,
}

/// A column beside rank and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    Id,
    Account,
    Score,
    Band,
    Percentile,
    Likely,
    Change,
    TopFactor,
    Attribute(String),
}

impl Column {
    pub const USUAL: [Column; 6] =
        [Column::Score, Column::Band, Column::Percentile, Column::Likely, Column::Change, Column::TopFactor];

    /// Every column that there can be. The reason stands last: it takes the room that is left.
    pub fn all(attributes: &[Arc<str>]) -> Vec<Column> {
        let usual = Column::USUAL.into_iter().filter(|c| *c != Column::TopFactor);
        let fixed = [Column::Id, Column::Account].into_iter().chain(usual);
        let own = attributes.iter().map(|a| Column::Attribute(a.to_string()));
        fixed.chain(own).chain([Column::TopFactor]).collect()
    }

    /// The name under which it is kept.
    pub fn key(&self) -> String {
        match self {
            Column::Id => "id".into(),
            Column::Account => "account".into(),
            Column::Score => "score".into(),
            Column::Band => "band".into(),
            Column::Percentile => "percentile".into(),
            Column::Likely => "likely".into(),
            Column::Change => "change".into(),
            Column::TopFactor => "top-factor".into(),
            Column::Attribute(name) => format!("attribute:{name}"),
        }
    }

    pub fn by_key(key: &str) -> Option<Column> {
        if let Some(name) = key.strip_prefix("attribute:") {
            return Some(Column::Attribute(name.into()));
        }
        Column::all(&[]).into_iter().find(|c| c.key() == key)
    }

    pub fn title(&self) -> String {
        match self {
            Column::Id => "Id".into(),
            Column::Account => "Account".into(),
            Column::Score => "Score".into(),
            Column::Band => "Band".into(),
            Column::Percentile => "Pctl".into(),
            Column::Likely => "Likely".into(),
            Column::Change => "Change".into(),
            Column::TopFactor => "Top factor".into(),
            Column::Attribute(name) => crate::domain::feature_labels::field(name),
        }
    }
}

impl Profiles {
    /// Rows of the view.
    pub fn len(&self) -> usize {
        match (&self.shown.places, &self.opened) {
            (Some(places), _) => places.len(),
            (None, Some(opened)) => opened.total,
            (None, None) => 0,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The place in the file of a row of the view.
    pub fn place(&self, row: usize) -> Option<u32> {
        match &self.shown.places {
            Some(places) => places.get(row).copied(),
            None => (row < self.len()).then_some(row as u32),
        }
    }

    /// A row of the view, where it was read.
    pub fn row(&self, row: usize) -> Option<&(u32, ScoredProfile)> {
        let at = row.checked_sub(self.window.from)?;
        self.window.rows.get(at).filter(|_| self.window.view == self.shown.number)
    }

    /// The selected profile, where it was read.
    pub fn selected(&self) -> Option<&(u32, ScoredProfile)> {
        self.row(self.at)
    }
}
