//! The state of the screens: plain data, changed by [`update`](super::update::update) alone and drawn by
//! [`view`](super::view::view).

use super::dialogs::{Confirm, Dialog, Question, Wizard};
use super::keymap::Keymap;
use super::layout::{Layout, MIN_SIZE};
pub use super::screen::Screen;
use super::screens::data::Data;
use super::screens::monitoring::Monitoring;
use super::screens::profiles::{Column, Profiles, Task};
use super::screens::services::Services;
use super::theme::{Look, Theme};
use crate::config::{Bands, Thresholds};
use crate::domain::run::run_progress::RunProgress;
use crate::domain::score::draft::Draft;
use crate::domain::score::{self, Score};
use crate::domain::source::catalog::Catalog;
use crate::domain::source::source_changes::SourceChange;
use crate::error::Error;
use crate::queries::deleted_scores::DeletedScore;
use crate::queries::score_summaries::ScoreSummary;
use crate::schedule::timer_health::TimerHealth;
use crate::store::timer::TimerRecord;
use crate::store::ui::UiState;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Everything that is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct App {
    pub now: Timestamp,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    pub workspace: WorkspaceView,
    pub keymap: Arc<Keymap>,
    pub look: Look,
    pub scores: Vec<Arc<ScoreSummary>>,
    /// Why the scores could not be read, where they could not.
    pub scores_error: Option<Error>,
    /// Live runs by the id of their score.
    pub live_runs: BTreeMap<String, RunProgress>,
    pub catalog: CatalogView,
    /// When a timer called last; [`App::timer_health`] says what it means now.
    pub timer: TimerRecord,
    /// Kept drafts, newest first.
    pub drafts: Vec<Draft>,
    pub screen: Screen,
    pub services: Services,
    /// The profiles that were opened last.
    pub profiles: Option<Profiles>,
    pub monitoring: Monitoring,
    /// The Data screen.
    pub data: Data,
    /// What is different in every source of the catalog since the last run.
    pub source_changes: Vec<Vec<SourceChange>>,
    /// The export that is being written.
    pub export: Option<Task>,
    /// The chosen columns of the profiles; empty: the usual ones.
    pub columns: Vec<Column>,
    /// The top one has every key.
    pub dialogs: Vec<Dialog>,
    pub notice: Option<Notice>,
    /// Ids of the scores that were deleted in this session, the last one at the end.
    pub deleted: Vec<String>,
    /// What can be brought back, the last deleted first; `None` until it was read.
    pub trash: Option<Vec<DeletedScore>>,
    /// Counts the questions on goals, so that late answers are told from the last one.
    pub estimate_generation: u64,
    pub quitting: bool,
}

/// What does not change while the program runs.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkspaceView {
    pub name: String,
    pub zone: TimeZone,
    pub config_file: String,
    /// The folder that the program was started in: names of files are understood from there.
    pub folder: PathBuf,
    /// Why nothing can be changed, where nothing can be.
    pub read_only: Option<String>,
    pub has_sources: bool,
    pub user: String,
    /// As the configuration has them.
    pub thresholds: Thresholds,
    /// This program as a shell calls it for this workspace; a command follows.
    pub program: String,
    /// Where the demo of this home lies, where one was made.
    pub demo: Option<PathBuf>,
    pub bands: Bands,
}

/// How far the catalog is.
#[derive(Debug, Clone, PartialEq)]
pub enum CatalogView {
    NoSources,
    Missing,
    Building { rows: u64, seconds: f64 },
    Ready(Arc<Catalog>),
    Failed(Error),
}

/// A sentence at the foot of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub severity: Severity,
    pub until: Until,
}

/// How long a sentence stays, unless another one takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Until {
    /// It is about the key that was pressed: the next one takes it away.
    NextKey,
    /// It tells what happened: the first key after it could be read takes it away.
    Read { since: Timestamp },
    /// It is about a run of this score: the end of the run takes its place.
    RunEnds { score: String },
}

/// How long a sentence takes to be read.
const READING: SignedDuration = SignedDuration::from_secs(8);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    Info,
    Success,
    Warning,
    Error,
}

impl App {
    pub fn new(workspace: WorkspaceView, keymap: Keymap, look: Look, now: Timestamp, size: (u16, u16)) -> App {
        let catalog = if workspace.has_sources { CatalogView::Missing } else { CatalogView::NoSources };
        App {
            now,
            size,
            workspace,
            keymap: Arc::new(keymap),
            look,
            scores: Vec::new(),
            scores_error: None,
            live_runs: BTreeMap::new(),
            catalog,
            timer: TimerRecord::default(),
            drafts: Vec::new(),
            screen: Screen::Services,
            services: Services::default(),
            profiles: None,
            monitoring: Monitoring::default(),
            data: Data::default(),
            source_changes: Vec::new(),
            export: None,
            columns: Vec::new(),
            dialogs: Vec::new(),
            notice: None,
            deleted: Vec::new(),
            trash: None,
            estimate_generation: 0,
            quitting: false,
        }
    }

    pub fn theme(&self) -> &Arc<Theme> {
        self.look.theme()
    }

    pub fn layout(&self) -> Layout {
        Layout::of(self.size.0)
    }

    pub fn is_too_small(&self) -> bool {
        self.size.0 < MIN_SIZE.0 || self.size.1 < MIN_SIZE.1
    }

    pub fn listed(&self, id: &str) -> Option<&Arc<ScoreSummary>> {
        self.scores.iter().find(|l| l.score.id == id)
    }

    pub fn selected(&self) -> Option<&Arc<ScoreSummary>> {
        self.services.selected.as_deref().and_then(|id| self.listed(id))
    }

    pub fn live_run(&self, score: &str) -> Option<&RunProgress> {
        self.live_runs.get(score)
    }

    pub fn live_run_count(&self) -> usize {
        self.live_runs.values().filter(|l| l.is_running()).count()
    }

    /// Whether another score has this name, or it as its id.
    pub fn is_name_taken(&self, name: &str) -> bool {
        let wanted = name.trim().to_lowercase();
        let same = |s: &Score| s.name.to_lowercase() == wanted || s.id.to_lowercase() == wanted;
        self.scores.iter().any(|l| same(&l.score))
    }

    /// A name like `name` that no score has.
    pub fn free_name(&self, name: &str) -> String {
        score::free_name(name, |candidate| self.is_name_taken(candidate))
    }

    pub fn catalog(&self) -> Option<&Catalog> {
        match &self.catalog {
            CatalogView::Ready(catalog) => Some(catalog),
            _ => None,
        }
    }

    /// The wizard, where it is open.
    pub fn wizard(&mut self) -> Option<&mut Wizard> {
        self.dialogs.iter_mut().find_map(|d| match d {
            Dialog::Wizard(wizard) => Some(&mut **wizard),
            _ => None,
        })
    }

    /// Asks a question in a dialog.
    pub fn ask(&mut self, question: Question) {
        let focus = question.default_button(self);
        self.dialogs.push(Dialog::Confirm(Confirm::new(question, focus)));
    }

    /// Shows an error in a dialog of its own.
    pub fn show_error(&mut self, error: Error) {
        self.notice = None;
        self.dialogs.push(Dialog::error(error));
    }

    /// Shows a sentence at the foot of the screen: what was done stays until it could be read, all else until the next key.
    pub fn notify(&mut self, severity: Severity, text: impl Into<String>) {
        let until = match severity {
            Severity::Success | Severity::Warning => Until::Read { since: self.now },
            Severity::Info | Severity::Error => Until::NextKey,
        };
        self.notice = Some(Notice { text: text.into(), severity, until });
    }

    /// Shows a sentence about a run of a score until that run ends.
    pub fn notify_of_run(&mut self, score: &str, text: impl Into<String>) {
        let until = Until::RunEnds { score: score.to_string() };
        self.notice = Some(Notice { text: text.into(), severity: Severity::Info, until });
    }

    /// Shows how something ended, good or bad, until it could be read.
    pub fn notify_of_end(&mut self, severity: Severity, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), severity, until: Until::Read { since: self.now } });
    }

    /// A key was pressed: the sentence goes, unless its matter goes on or nobody can have read it.
    pub fn expire_notice(&mut self) {
        let goes = match self.notice.as_ref().map(|notice| &notice.until) {
            Some(Until::NextKey) => true,
            Some(Until::Read { since }) => self.now.duration_since(*since) >= READING,
            Some(Until::RunEnds { .. }) | None => false,
        };
        if goes {
            self.notice = None;
        }
    }

    /// Whether a timer starts what is due.
    pub fn timer_health(&self) -> TimerHealth {
        TimerHealth::of(&self.timer, self.now)
    }

    /// A file's name with its folder, so that it can be found.
    pub fn full_path(&self, path: &Path) -> String {
        self.workspace.folder.join(path).display().to_string()
    }

    /// A moment as the workspace's clock shows it.
    pub fn local_time(&self, at: Timestamp) -> String {
        at.to_zoned_datetime(self.workspace.zone.clone()).strftime("%-d %b %Y %H:%M").to_string()
    }

    /// What is kept for the next session.
    pub fn ui_state(&self) -> UiState {
        let Services { selected, filter, sort, .. } = &self.services;
        UiState {
            selected: selected.clone(),
            filter: filter.value().to_string(),
            sort: sort.word(),
            columns: self.columns.iter().map(Column::key).collect(),
            theme: self.look.chosen(),
        }
    }
}
