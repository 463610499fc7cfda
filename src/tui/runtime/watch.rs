//! Looks for what happens elsewhere: changes of the store by one `stat` a second, live runs by their journals, the
//! catalog while it is being built. Says nothing where nothing changed.

use super::thread;
use crate::domain::run::run_progress::RunProgress;
use crate::error::{Error, Result};
use crate::process::follow::{self, Follower};
use crate::queries::catalog::{self, CatalogState};
use crate::queries::score_summaries::{self, ScoreSummary};
use crate::store::changes::{self, Stamp};
use crate::store::drafts::DraftStore;
use crate::tui::app::CatalogView;
use crate::tui::msg::Msg;
use crate::workspace::Workspace;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

/// Between two looks while nothing is going on. Under a second, so that a change elsewhere shows within one.
const IDLE: Duration = Duration::from_millis(800);
/// While a run is live or the catalog is being built: under four updates a second.
const BUSY: Duration = Duration::from_millis(300);

/// How long the process that builds the catalog may take to begin.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long an earlier failure is not told again after a new build was started.
const GRACE: Duration = Duration::from_secs(3);

/// What another thread asks of this one.
pub enum Nudge {
    /// Something was changed here: look at once.
    Refresh,
    /// The same, and then tell what was changed.
    RefreshThenTell(Box<Msg>),
    /// Build the catalog where there is none, and follow it.
    BuildCatalog,
}

pub struct Watch {
    workspace: Arc<Workspace>,
    sender: Sender<Msg>,
    stamp: Option<Stamp>,
    scores: Vec<Arc<ScoreSummary>>,
    followers: Vec<(String, Follower)>,
    lives: Vec<RunProgress>,
    catalog: CatalogView,
    /// Since when the catalog is wanted: its state is looked at until it is there.
    wanted: Option<Instant>,
}

/// The program is ending.
struct Gone;

impl Watch {
    /// Starts the thread; gives the end at which it is nudged.
    pub fn start(workspace: Arc<Workspace>, sender: Sender<Msg>) -> Result<Sender<Nudge>> {
        let (nudge, nudges) = mpsc::channel();
        let mut watch = Watch {
            workspace,
            sender,
            stamp: None,
            scores: Vec::new(),
            followers: Vec::new(),
            lives: Vec::new(),
            catalog: CatalogView::Missing,
            wanted: None,
        };
        thread("watch", move || {
            // The channel closes when the program ends.
            let _ = watch.run(&nudges);
        })?;
        Ok(nudge)
    }

    fn run(&mut self, nudges: &Receiver<Nudge>) -> Result<(), Gone> {
        self.stamp = changes::stamp(&self.workspace.paths.data);
        self.refresh()?;
        self.look_at_catalog()?;
        self.load_drafts()?;
        loop {
            let pause = if self.is_busy() { BUSY } else { IDLE };
            match nudges.recv_timeout(pause) {
                Ok(Nudge::Refresh) => self.refresh()?,
                Ok(Nudge::RefreshThenTell(msg)) => {
                    self.refresh()?;
                    self.send(*msg)?;
                }
                Ok(Nudge::BuildCatalog) => self.build_catalog()?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(Gone),
            }
            let stamp = changes::stamp(&self.workspace.paths.data);
            if stamp != self.stamp {
                self.stamp = stamp;
                self.refresh()?;
                self.load_drafts()?;
            }
            self.follow()?;
            if self.wanted.is_some() {
                self.look_at_catalog()?;
            }
        }
    }

    fn is_busy(&self) -> bool {
        self.lives.iter().any(RunProgress::is_running)
            || (self.wanted.is_some() && matches!(self.catalog, CatalogView::Building { .. } | CatalogView::Missing))
    }

    fn send(&self, msg: Msg) -> Result<(), Gone> {
        self.sender.send(msg).map_err(|_| Gone)
    }

    /// Scores and runs anew; what has not changed is not read again.
    fn refresh(&mut self) -> Result<(), Gone> {
        if self.scores.is_empty()
            && let Some(first) = score_summaries::first(&self.workspace)
        {
            self.send(Msg::Scores(Ok(first)))?;
        }
        let scores = self.workspace.check_data().and_then(|()| score_summaries::load(&self.workspace, &self.scores));
        if let Ok(scores) = &scores {
            self.scores.clone_from(scores);
        }
        let live = follow::live_scores(&self.workspace);
        self.followers.retain(|(id, _)| live.contains(id));
        for id in live {
            if !self.followers.iter().any(|(known, _)| *known == id) {
                let follower = Follower::new(&self.workspace, &id);
                self.followers.push((id, follower));
            }
        }
        self.send(Msg::Scores(scores))?;
        self.follow()
    }

    /// What the journals of live runs say. A run that ended is read with the scores.
    fn follow(&mut self) -> Result<(), Gone> {
        let lives: Vec<RunProgress> = self.followers.iter_mut().filter_map(|(_, f)| f.poll()).collect();
        let ended = self.lives.iter().filter(|l| l.is_running()).any(|l| !lives.iter().any(|n| n.run == l.run));
        let running = lives.iter().any(RunProgress::is_running);
        if lives != self.lives || running {
            self.lives.clone_from(&lives);
            self.send(Msg::Lives(lives))?;
        }
        if ended { self.refresh() } else { Ok(()) }
    }

    fn load_drafts(&self) -> Result<(), Gone> {
        if self.workspace.check_data().is_err() {
            // Told with the scores.
            return Ok(());
        }
        self.send(Msg::Drafts(DraftStore::open(&self.workspace.paths.data).list()))
    }

    fn build_catalog(&mut self) -> Result<(), Gone> {
        self.wanted = Some(Instant::now());
        let missing = matches!(catalog::state(&self.workspace), CatalogState::Missing | CatalogState::Failed(_));
        if missing && let Err(error) = catalog::spawn_build(&self.workspace) {
            return self.no_catalog(error);
        }
        self.look_at_catalog()
    }

    fn look_at_catalog(&mut self) -> Result<(), Gone> {
        let view = match catalog::state(&self.workspace) {
            CatalogState::NoSources => CatalogView::NoSources,
            // The process that builds it takes its lock at once; one that has not by now never will.
            CatalogState::Missing if self.wanted.is_some_and(|since| since.elapsed() > PATIENCE) => {
                let error = Error::new("The data could not be read in the background.");
                return self.no_catalog(error.hint("`propensity data catalog` shows why"));
            }
            // An old failure stands until the build that was just started has begun.
            CatalogState::Failed(_) if self.wanted.is_some_and(|since| since.elapsed() < GRACE) => CatalogView::Missing,
            CatalogState::Missing => CatalogView::Missing,
            CatalogState::Building { done, seconds } => CatalogView::Building { rows: done, seconds },
            CatalogState::Ready(catalog) => CatalogView::Ready(Arc::from(catalog)),
            CatalogState::Failed(error) => CatalogView::Failed(error),
        };
        if view != self.catalog {
            self.catalog = view.clone();
            self.send(Msg::Catalog(view))?;
        }
        if matches!(self.catalog, CatalogView::Ready(_) | CatalogView::Failed(_) | CatalogView::NoSources) {
            self.wanted = None;
        }
        Ok(())
    }

    fn no_catalog(&mut self, error: Error) -> Result<(), Gone> {
        self.wanted = None;
        self.catalog = CatalogView::Failed(error.clone());
        self.send(Msg::Catalog(CatalogView::Failed(error)))
    }
}
