//! What a live run is doing: a fold over its journal, the same for the screens and the command line. Reading needs no
//! more than the right to read: who runs is told by the lock, what it does by the journal, who stops it by the request.

use crate::domain::run::run_progress::RunProgress;
use crate::domain::score::is_id;
use crate::runs::journal_state::JournalState;
use crate::runs::layout;
use crate::runs::layout::LOCK;
use crate::store::lock::Lock;
use crate::workspace::Workspace;
use std::path::PathBuf;

/// One look at the live run of a score; `None` where nothing is live.
pub fn live_run(workspace: &Workspace, score_id: &str) -> Option<RunProgress> {
    Follower::new(workspace, score_id).poll()
}

/// The ids of the scores that have a run which is live or was interrupted: one look into `runs/` and one into each
/// score's folder, without opening any file.
pub fn live_scores(workspace: &Workspace) -> Vec<String> {
    let folders = std::fs::read_dir(workspace.paths.data.join("runs")).into_iter().flatten().flatten();
    let names = folders.filter_map(|entry| entry.file_name().into_string().ok());
    let mut live: Vec<String> =
        names.filter(|id| is_id(id) && !layout::live_folders(&workspace.paths.runs(id)).is_empty()).collect();
    live.sort();
    live
}

/// Follows the live runs of one score. Each look reads only what was appended since the last one.
#[derive(Debug)]
pub struct Follower {
    /// The folder of the score's runs.
    runs: PathBuf,
    score: String,
    current: Option<JournalState>,
}

impl Follower {
    pub fn new(workspace: &Workspace, score_id: &str) -> Follower {
        Follower { runs: workspace.paths.runs(score_id), score: score_id.into(), current: None }
    }

    /// How the run is now; `None` where nothing is live any more, because it was published or cleared away.
    pub fn poll(&mut self) -> Option<RunProgress> {
        let lock = self.runs.join(LOCK);
        // Looked at before and after: a run that begins, or ends, while the journal is read must not look like one
        // that was interrupted.
        let before = Lock::is_held(&lock);
        if self.current.as_ref().is_none_or(|current| !current.folder().is_dir()) {
            let newest = layout::live_folders(&self.runs).pop();
            self.current = newest.and_then(|folder| JournalState::open(folder, &self.score));
        }
        let current = self.current.as_mut()?;
        current.read();
        let held = before || Lock::is_held(&lock);
        if !current.folder().is_dir() {
            self.current = None;
            return None;
        }
        Some(current.progress(held))
    }
}
