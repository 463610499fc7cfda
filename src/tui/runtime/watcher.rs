//! Looks for what happens elsewhere: changes of the store by one `stat` a second, live runs by their journals, the
//! catalog while it is being built. Says nothing where nothing changed.

use super::thread;
use crate::domain::run::run_progress::RunProgress;
use crate::error::{Error, Result};
use crate::process::follow::{self, Follower};
use crate::queries::catalog::{self, CatalogState};
use crate::queries::score_summaries::{self, ScoreSummary};
use crate::queries::source_changes;
use crate::store::changes::{self, Stamp};
use crate::store::drafts::DraftStore;
use crate::store::timer::TimerRecord;
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
const BUILD_TIMEOUT: Duration = Duration::from_secs(20);

/// How long an earlier failure is not told again after a new build was started.
const FAILURE_GRACE: Duration = Duration::from_secs(3);

/// What another thread asks of this one.
pub enum WatcherCommand {
    /// Something was changed here: look at once.
    Refresh,
    /// The same, and then send what became of the change.
    RefreshThenSend(Box<Msg>),
    /// Build the catalog where there is none, and follow it.
    BuildCatalog,
}

pub struct Watcher {
    workspace: Arc<Workspace>,
    sender: Sender<Msg>,
    stamp: Option<Stamp>,
    scores: Vec<Arc<ScoreSummary>>,
    followers: Vec<(String, Follower)>,
    live_runs: Vec<RunProgress>,
    timer: Option<TimerRecord>,
    catalog: CatalogView,
    /// The catalog and the run that the sources were compared of.
    compared: Option<(String, Option<String>)>,
    /// Since when the catalog is wanted: its state is looked at until it is there.
    catalog_requested: Option<Instant>,
}

/// The program is ending.
struct Disconnected;

impl Watcher {
    /// Starts the thread; gives the end at which it takes commands.
    pub fn start(workspace: Arc<Workspace>, sender: Sender<Msg>) -> Result<Sender<WatcherCommand>> {
        let (commands, received) = mpsc::channel();
        let mut watcher = Watcher {
            workspace,
            sender,
            stamp: None,
            scores: Vec::new(),
            followers: Vec::new(),
            live_runs: Vec::new(),
            timer: None,
            catalog: CatalogView::Missing,
            compared: None,
            catalog_requested: None,
        };
        thread::spawn("watcher", move || {
            // The channel closes when the program ends.
            let _ = watcher.run(&received);
        })?;
        Ok(commands)
    }

    fn run(&mut self, commands: &Receiver<WatcherCommand>) -> Result<(), Disconnected> {
        self.stamp = changes::stamp(&self.workspace.paths.data);
        self.read_timer()?;
        self.refresh()?;
        self.check_catalog()?;
        self.load_drafts()?;
        loop {
            let pause = if self.is_busy() { BUSY } else { IDLE };
            match commands.recv_timeout(pause) {
                Ok(WatcherCommand::Refresh) => self.refresh()?,
                Ok(WatcherCommand::RefreshThenSend(msg)) => {
                    self.refresh()?;
                    self.send(*msg)?;
                }
                Ok(WatcherCommand::BuildCatalog) => self.build_catalog()?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(Disconnected),
            }
            let stamp = changes::stamp(&self.workspace.paths.data);
            if stamp != self.stamp {
                self.stamp = stamp;
                self.read_timer()?;
                self.refresh()?;
                self.load_drafts()?;
            }
            self.follow()?;
            if self.catalog_requested.is_some() {
                self.check_catalog()?;
            }
        }
    }

    fn is_busy(&self) -> bool {
        self.live_runs.iter().any(RunProgress::is_running)
            || (self.catalog_requested.is_some()
                && matches!(self.catalog, CatalogView::Building { .. } | CatalogView::Missing))
    }

    fn send(&self, msg: Msg) -> Result<(), Disconnected> {
        self.sender.send(msg).map_err(|_| Disconnected)
    }

    /// Scores and runs anew; what has not changed is not read again.
    fn refresh(&mut self) -> Result<(), Disconnected> {
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
        self.compare_sources()?;
        self.follow()
    }

    /// What the journals of live runs say. A run that ended is read with the scores.
    fn follow(&mut self) -> Result<(), Disconnected> {
        let live_runs: Vec<RunProgress> = self.followers.iter_mut().filter_map(|(_, f)| f.poll()).collect();
        let ended = self.live_runs.iter().filter(|l| l.is_running()).any(|l| !live_runs.iter().any(|n| n.run == l.run));
        let running = live_runs.iter().any(RunProgress::is_running);
        if live_runs != self.live_runs || running {
            self.live_runs.clone_from(&live_runs);
            self.send(Msg::LiveRuns(live_runs))?;
        }
        if ended { self.refresh() } else { Ok(()) }
    }

    /// When the timer called last, where that changed.
    fn read_timer(&mut self) -> Result<(), Disconnected> {
        let timer = TimerRecord::read(&self.workspace.paths.data);
        if self.timer.as_ref() != Some(&timer) {
            self.timer = Some(timer.clone());
            self.send(Msg::Timer(timer))?;
        }
        Ok(())
    }

    fn load_drafts(&self) -> Result<(), Disconnected> {
        if self.workspace.check_data().is_err() {
            // Told with the scores.
            return Ok(());
        }
        self.send(Msg::Drafts(DraftStore::open(&self.workspace.paths.data).list()))
    }

    fn build_catalog(&mut self) -> Result<(), Disconnected> {
        self.catalog_requested = Some(Instant::now());
        let missing = matches!(catalog::state(&self.workspace), CatalogState::Missing | CatalogState::Failed(_));
        if missing && let Err(error) = catalog::spawn_build(&self.workspace) {
            return self.catalog_failed(error);
        }
        self.check_catalog()
    }

    fn check_catalog(&mut self) -> Result<(), Disconnected> {
        let view = match catalog::state(&self.workspace) {
            CatalogState::NoSources => CatalogView::NoSources,
            // The process that builds it takes its lock at once; one that has not by now never will.
            CatalogState::Missing if self.catalog_requested.is_some_and(|since| since.elapsed() > BUILD_TIMEOUT) => {
                let error = Error::new("The data could not be read in the background.");
                return self.catalog_failed(error.hint("`propensity data catalog` shows why"));
            }
            // An old failure stands until the build that was just started has begun.
            CatalogState::Failed(_) if self.catalog_requested.is_some_and(|since| since.elapsed() < FAILURE_GRACE) => {
                CatalogView::Missing
            }
            CatalogState::Missing => CatalogView::Missing,
            CatalogState::Building { done, seconds } => CatalogView::Building { rows: done, seconds },
            CatalogState::Ready(catalog) => CatalogView::Ready(Arc::from(catalog)),
            CatalogState::Failed(error) => CatalogView::Failed(error),
        };
        if view != self.catalog {
            self.catalog = view.clone();
            self.send(Msg::Catalog(view))?;
            self.compare_sources()?;
        }
        if matches!(self.catalog, CatalogView::Ready(_) | CatalogView::Failed(_) | CatalogView::NoSources) {
            self.catalog_requested = None;
        }
        Ok(())
    }

    /// What is different in the sources since the last run, where the catalog or the run is another one.
    fn compare_sources(&mut self) -> Result<(), Disconnected> {
        let CatalogView::Ready(catalog) = &self.catalog else { return Ok(()) };
        let last = source_changes::last_run(&self.scores);
        let compared = Some((catalog.key.clone(), last.map(|line| line.id.clone())));
        if compared == self.compared {
            return Ok(());
        }
        let changes = source_changes::since_last_run(&self.workspace, catalog, last.map(|line| &**line));
        self.compared = compared;
        self.send(Msg::SourceChanges(changes))
    }

    fn catalog_failed(&mut self, error: Error) -> Result<(), Disconnected> {
        self.catalog_requested = None;
        self.catalog = CatalogView::Failed(error.clone());
        self.send(Msg::Catalog(CatalogView::Failed(error)))
    }
}
