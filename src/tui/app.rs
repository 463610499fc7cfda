//! The state of the screens: plain data, changed by [`update`](super::update::update) alone and drawn by
//! [`view`](super::view::view).

use super::action::{Action, Place};
use super::dialogs::Dialog;
use super::keymap::Keymap;
use super::screens::monitoring::Monitoring;
use super::screens::profiles::{self, Column, Profiles, Task};
use super::screens::services::{Focus, Services};
use super::theme::Theme;
use crate::config::Thresholds;
use crate::domain::run::Status;
use crate::domain::run::run_progress::RunProgress;
use crate::domain::score::draft::Draft;
use crate::domain::score::{self, Score};
use crate::domain::source::catalog::Catalog;
use crate::error::Error;
use crate::queries::score_summaries::ScoreSummary;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything that is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct App {
    pub now: Timestamp,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    pub workspace: WorkspaceView,
    pub keymap: Arc<Keymap>,
    pub theme: Arc<Theme>,
    pub scores: Vec<Arc<ScoreSummary>>,
    /// Why the scores could not be read, where they could not.
    pub broken: Option<Error>,
    /// Live runs by the id of their score.
    pub lives: BTreeMap<String, RunProgress>,
    pub catalog: CatalogView,
    /// Kept drafts, newest first.
    pub drafts: Vec<Draft>,
    pub screen: Screen,
    pub services: Services,
    /// The profiles that were opened last.
    pub profiles: Option<Profiles>,
    pub monitoring: Monitoring,
    /// The export that is being written.
    pub export: Option<Task>,
    /// The chosen columns of the profiles; empty: the usual ones.
    pub columns: Vec<Column>,
    /// The top one has every key.
    pub dialogs: Vec<Dialog>,
    pub notice: Option<Notice>,
    /// Ids of the scores that were deleted in this session, the last one at the end.
    pub deleted: Vec<String>,
    /// Counts questions on goals, so that late answers are told from the last one.
    pub generation: u64,
    pub leaving: bool,
}

/// What does not change while the program runs.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkspaceView {
    pub name: String,
    pub zone: TimeZone,
    pub config_file: String,
    /// Why nothing can be changed, where nothing can be.
    pub read_only: Option<String>,
    pub has_sources: bool,
    pub user: String,
    /// As the configuration has them.
    pub thresholds: Thresholds,
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

/// A sentence at the foot of the screen; the next key takes it away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub tone: Tone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Good,
    Bad,
}

/// The screen that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    Services,
    Profiles,
    Monitoring,
}

/// Columns from which on the details stand at the right of the list.
pub const WIDE: u16 = 80;
/// The least size that the screens are made for.
pub const LEAST: (u16, u16) = (60, 16);

impl App {
    pub fn new(workspace: WorkspaceView, keymap: Keymap, theme: Theme, now: Timestamp, size: (u16, u16)) -> App {
        let catalog = if workspace.has_sources { CatalogView::Missing } else { CatalogView::NoSources };
        App {
            now,
            size,
            workspace,
            keymap: Arc::new(keymap),
            theme: Arc::new(theme),
            scores: Vec::new(),
            broken: None,
            lives: BTreeMap::new(),
            catalog,
            drafts: Vec::new(),
            screen: Screen::Services,
            services: Services::default(),
            profiles: None,
            monitoring: Monitoring::default(),
            export: None,
            columns: Vec::new(),
            dialogs: Vec::new(),
            notice: None,
            deleted: Vec::new(),
            generation: 0,
            leaving: false,
        }
    }

    pub fn is_wide(&self) -> bool {
        self.size.0 >= WIDE
    }

    pub fn is_too_small(&self) -> bool {
        self.size.0 < LEAST.0 || self.size.1 < LEAST.1
    }

    pub fn listed(&self, id: &str) -> Option<&Arc<ScoreSummary>> {
        self.scores.iter().find(|l| l.score.id == id)
    }

    pub fn selected(&self) -> Option<&Arc<ScoreSummary>> {
        self.services.selected.as_deref().and_then(|id| self.listed(id))
    }

    pub fn live(&self, score: &str) -> Option<&RunProgress> {
        self.lives.get(score)
    }

    pub fn running(&self) -> usize {
        self.lives.values().filter(|l| l.is_running()).count()
    }

    /// Whether another score has this name, or it as its id.
    pub fn is_taken(&self, name: &str) -> bool {
        let wanted = name.trim().to_lowercase();
        let same = |s: &Score| s.name.to_lowercase() == wanted || s.id.to_lowercase() == wanted;
        self.scores.iter().any(|l| same(&l.score))
    }

    /// A name like `name` that no score has.
    pub fn free_name(&self, name: &str) -> String {
        score::free_name(name, |candidate| self.is_taken(candidate))
    }

    pub fn catalog(&self) -> Option<&Catalog> {
        match &self.catalog {
            CatalogView::Ready(catalog) => Some(catalog),
            _ => None,
        }
    }

    pub fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), tone });
    }

    /// Whether a focused field takes printable keys as text.
    pub fn is_typing(&self) -> bool {
        match self.dialogs.last() {
            Some(dialog) => dialog.is_typing(),
            None if self.screen == Screen::Profiles => {
                let on_list = |p: &&Profiles| p.page.is_none() && p.factors.is_none();
                self.profiles.as_ref().filter(on_list).is_some_and(|p| p.focus != profiles::Focus::List)
            }
            None if self.screen == Screen::Monitoring => false,
            None => self.services.focus == Focus::Filter,
        }
    }

    /// Whether the arrow keys move the cursor in a text.
    pub fn is_editing(&self) -> bool {
        match self.dialogs.last() {
            Some(Dialog::Wizard(wizard)) => wizard.is_editing(),
            _ => self.is_typing(),
        }
    }

    /// The places whose keys work now, the nearest first.
    pub fn places(&self) -> &'static [Place] {
        match self.dialogs.last() {
            Some(Dialog::Wizard(_) | Dialog::Edit(_) | Dialog::Schedule(_) | Dialog::Picker(_) | Dialog::Entry(_)) => {
                &[Place::Wizard, Place::Dialog, Place::Anywhere, Place::Always]
            }
            Some(Dialog::Ask(_) | Dialog::Page(_)) => &[Place::Dialog, Place::Anywhere, Place::Always],
            None => self.places_of_screen(),
        }
    }

    /// The places whose keys would work on the screen without a dialog.
    pub fn places_of_screen(&self) -> &'static [Place] {
        match (self.screen, &self.profiles) {
            (Screen::Monitoring, _) if self.monitoring.page.is_some() => &[Place::Runs, Place::Anywhere, Place::Always],
            (Screen::Monitoring, _) => &[Place::Monitoring, Place::Runs, Place::Anywhere, Place::Always],
            (Screen::Services, _) | (Screen::Profiles, None) => &[Place::Services, Place::Anywhere, Place::Always],
            (Screen::Profiles, Some(p)) if p.factors.is_some() => &[Place::Scored, Place::Anywhere, Place::Always],
            (Screen::Profiles, Some(p)) if p.page.is_some() => {
                &[Place::Profile, Place::Scored, Place::Anywhere, Place::Always]
            }
            (Screen::Profiles, Some(_)) => &[Place::Profiles, Place::Scored, Place::Anywhere, Place::Always],
        }
    }

    /// Why an action cannot be asked for now; `None` where it can.
    pub fn refusal(&self, action: Action) -> Option<String> {
        if action.entry().changes
            && let Some(why) = &self.workspace.read_only
        {
            return Some(why.clone());
        }
        let selected = self.selected();
        let nothing = || selected.is_none().then(|| "No score is selected.".to_string());
        match action {
            Action::Edit | Action::Clone | Action::Delete | Action::Schedule => nothing(),
            Action::Run if !self.workspace.has_sources => {
                Some(format!("There is no data to learn from yet: name sources in {}.", self.workspace.config_file))
            }
            Action::Run => nothing().or_else(|| {
                let live = selected.and_then(|l| self.live(&l.score.id)).filter(|l| l.is_running())?;
                Some(format!("{} runs it already, since {}.", live.user, self.moment(live.started_at)))
            }),
            Action::CancelRun => match selected.and_then(|l| self.live(&l.score.id)) {
                Some(live) if live.is_running() => None,
                Some(_) => Some("The run is over: its process is gone. The next run starts clean.".into()),
                None => Some("No run of this score is live.".into()),
            },
            Action::Profiles | Action::ProfilesScreen => nothing().or_else(|| {
                let scored = selected.is_some_and(|l| l.scored.is_some() || !l.read);
                (!scored).then(|| "This score has no scored profiles yet: run it first.".into())
            }),
            Action::CodePage => self.no_code(),
            Action::Promote => self.no_promotion(),
            Action::Drafts => self.drafts.is_empty().then(|| "There is no draft.".into()),
            Action::Undo => self.deleted.is_empty().then(|| "Nothing is left to bring back of this session.".into()),
            _ => None,
        }
    }

    /// Why there is no page of a code to show.
    fn no_code(&self) -> Option<String> {
        let Some(run) = self.monitoring.subject() else { return Some("No run is selected.".into()) };
        match (run.code, run.status) {
            (Some(_), _) => None,
            (None, Status::Failed) => {
                let key = self.keymap.key(Action::Accept);
                Some(format!("No quality check stopped this run, so it has no code; {key} shows why it failed."))
            }
            (None, status) => Some(format!("No quality check stopped this run: it is {status}.")),
        }
    }

    /// Why the model of the selected run cannot be made champion.
    fn no_promotion(&self) -> Option<String> {
        let Some(run) = self.monitoring.subject() else { return Some("No run is selected.".into()) };
        if !run.has_model() {
            return Some(format!("A {} {} run has no model that scores can come from.", run.status, run.kind));
        }
        let champion = self.listed(&run.score).and_then(|listed| listed.champion.as_ref());
        (champion == Some(&run.id)).then(|| "The model of this run is the champion already.".into())
    }

    /// A moment as the workspace's clock shows it.
    pub fn moment(&self, at: Timestamp) -> String {
        at.to_zoned_datetime(self.workspace.zone.clone()).strftime("%-d %b %Y %H:%M").to_string()
    }
}
