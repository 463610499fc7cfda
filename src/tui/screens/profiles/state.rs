//! The state of the Profiles screen: the scores that are open, which profiles are shown, and the rows that were read.

use super::column::Column;
use super::factors::Factors;
use super::messages::OpenedScores;
use super::page::ProfilePage;
use crate::data::scores::{ScoredProfile, Sort};
use crate::domain::explanation::Band;
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
    pub opened: Option<Arc<OpenedScores>>,
    /// Why nothing can be shown, where nothing can be.
    pub error: Option<Error>,
    /// The selected row and the first that is shown, within the view.
    pub selected: usize,
    pub offset: usize,
    pub shown: ShownProfiles,
    /// Rows of the view that were read.
    pub window: RowWindow,
    pub focus: Focus,
    pub filter: TextField,
    pub find: TextField,
    pub hits: Option<Hits>,
    /// The row that was selected when the search began.
    pub found_from: usize,
    /// The place of the profile whose e-mail is copied once it is read.
    pub copied_when_read: Option<u32>,
    /// What takes its time.
    pub task: Option<Task>,
    /// Counts tasks and views, over all scores that were ever opened, so that late answers are told from the last one.
    pub generation: u64,
    /// Its value when this score was opened.
    pub serial: u64,
    /// Those that were chosen and that these scores have.
    pub columns: Vec<Column>,
    /// Columns that are scrolled away at the left.
    pub first_column: usize,
    pub page: Option<Box<ProfilePage>>,
    /// The id of a profile whose page is to open once the scores are.
    pub open_when_read: Option<String>,
    /// The screen that led here from a related profile, to which Esc leads back.
    pub came_from: Option<Box<Profiles>>,
    pub factors: Option<Box<Factors>>,
}

/// What the profiles and the factors can be narrowed to: `None` is all bands.
pub const BANDS: [Option<Band>; 4] = [None, Some(Band::High), Some(Band::Medium), Some(Band::Low)];

/// Which profiles are shown, in which order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ShownProfiles {
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
pub struct RowWindow {
    /// The view that they are of.
    pub view: u64,
    pub from: usize,
    pub rows: Arc<Vec<(u32, ScoredProfile)>>,
    /// The first row that was asked for and has not come yet.
    pub requested: Option<usize>,
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
    pub label: &'static str,
    pub done: u64,
    pub total: u64,
    pub kind: TaskKind,
}

/// What a task is to come to.
#[derive(Debug, Clone, PartialEq)]
pub enum TaskKind {
    /// The profiles of a query, in an order.
    View(String, Sort),
    /// The places that hold a text.
    Find(String),
    Export,
}

impl Profiles {
    /// The screen on a score, before its scores are open; `generation` is greater than any that was used before.
    pub fn new(score: String, name: String, generation: u64) -> Profiles {
        Profiles {
            score,
            name,
            opened: None,
            error: None,
            selected: 0,
            offset: 0,
            shown: ShownProfiles { number: generation, ..ShownProfiles::default() },
            window: RowWindow { view: generation, ..RowWindow::default() },
            focus: Focus::List,
            filter: TextField::default(),
            find: TextField::default(),
            hits: None,
            found_from: 0,
            copied_when_read: None,
            task: None,
            generation,
            serial: generation,
            columns: Vec::new(),
            first_column: 0,
            page: None,
            open_when_read: None,
            came_from: None,
            factors: None,
        }
    }

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
    pub fn selected_profile(&self) -> Option<&(u32, ScoredProfile)> {
        self.row(self.selected)
    }

    /// The query and the order that were asked for last, shown already or not.
    pub fn requested_view(&self) -> (String, Sort) {
        match self.task.as_ref().map(|t| &t.kind) {
            Some(TaskKind::View(query, sort)) => (query.clone(), *sort),
            _ => (self.shown.query.clone(), self.shown.sort),
        }
    }

    /// Starts a task in the place of the one before; gives its number.
    pub fn start_task(&mut self, label: &'static str, kind: TaskKind) -> u64 {
        self.generation += 1;
        self.task = Some(Task { number: self.generation, label, done: 0, total: 0, kind });
        self.generation
    }

    /// Whether a response is that of the task that goes on.
    pub fn is_current(&self, task: u64) -> bool {
        self.task.as_ref().is_some_and(|t| t.number == task)
    }
}
