//! Checks the workspace and names every problem; what may be mended is mended where that is asked for. Called by
//! `propensity doctor`.
//!
//! Looking changes nothing on disk: what would lock, keep an index or set a copy aside is not called for it. What to do
//! about a finding is data (`Fix`), so that looking and mending cannot be mixed up. Mending takes the locks that
//! everything else takes, does not wait long for them, and deletes nothing but what this program wrote.
//!
//! `finding` is what is found, `fix` what `--fix` does about it.
//!
//! | file | what it looks at |
//! |---|---|
//! | `environment` | the data folder, free space, the configuration and its sources |
//! | `state` | `scores.json`, `drafts.json`, `ui.json`, the audit log |
//! | `stray_files` | what crashes left, what is not ours, locks that are held |
//! | `orphans` | runs of scores that are missing |
//! | `trash` | deleted scores |
//! | `timer` | whether a timer starts what is due |
//! | `runs` | the runs of every score: summaries, champion, promotion, index, retention |
//! | `score_runs` | those runs as they are read |
//! | `files` | the files of the runs and their digests |

mod environment;
mod files;
mod finding;
mod fix;
mod orphans;
mod runs;
mod score_runs;
mod state;
mod stray_files;
mod timer;
mod trash;

pub use finding::{Finding, Severity, Topic};

use crate::error::Error;
use crate::store::health::{self, Health};
use crate::workspace::Workspace;

/// What is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Mend what may be mended.
    pub fix: bool,
    /// Compare the digests of all runs, not only of the newest and the champion.
    pub deep: bool,
}

/// Looks at everything, and mends what may be mended where that is asked for. `unread` is why the configuration could not
/// be read, where it could not; then nothing is done that depends on it.
pub fn examine(workspace: &Workspace, unread: Option<&Error>, options: Options) -> Vec<Finding> {
    let mut examination = Examination { workspace, fix: options.fix, found: Vec::new() };
    examination.add(environment::check(workspace, unread));
    if !workspace.paths.data.is_dir() {
        return examination.found;
    }
    examination.add(state::check(workspace));
    examination.add(stray_files::check_state(workspace));
    // Read after they were mended.
    let scores = health::scores(&workspace.paths.data);
    if !matches!(scores.health, Health::Good | Health::Absent(None)) {
        let runs = workspace.paths.data.join("runs");
        let what = "The runs were not looked at, because the scores that they are of cannot be read.";
        examination.add(vec![Finding::note(Topic::Run, &runs, what)]);
        return examination.found;
    }
    examination.add(orphans::check(workspace, &scores.items));
    examination.add(trash::check(workspace));
    // Again, because some may have been put back.
    let scores = health::scores(&workspace.paths.data).items;
    examination.add(timer::check(workspace, &scores));
    for score in &scores {
        examination.add(stray_files::check_score(workspace, score));
        examination.add(runs::check(workspace, score, options.deep));
        examination.add(runs::check_retention(workspace, score, unread.is_some()));
    }
    examination.found
}

struct Examination<'a> {
    workspace: &'a Workspace,
    fix: bool,
    found: Vec<Finding>,
}

impl Examination<'_> {
    /// Takes what one part found, after mending it where that is asked for.
    fn add(&mut self, found: Vec<Finding>) {
        for mut finding in found {
            if self.fix
                && let Some(wanted) = &finding.fix
            {
                match fix::apply(wanted, self.workspace) {
                    Ok(()) => {
                        fix::record(self.workspace, &finding);
                        (finding.is_fixed, finding.next) = (true, None);
                    }
                    Err(error) => finding.not_fixed(&error),
                }
            }
            self.found.push(finding);
        }
    }
}
