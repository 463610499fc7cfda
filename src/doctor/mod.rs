//! Checks the workspace and names every problem; what may be mended is mended where that is asked for. Called by
//! `propensity doctor`.
//!
//! Looking changes nothing on disk: what would lock, keep an index or set a copy aside is not called for it. What to do
//! about a finding is data (`Mend`), so that looking and mending cannot be mixed up. Mending takes the locks that
//! everything else takes, does not wait long for them, and deletes nothing but what this program wrote.
//!
//! | file | what it looks at |
//! |---|---|
//! | `ground` | the data folder, free space, the configuration and its sources |
//! | `state` | `scores.json`, `drafts.json`, `ui.json`, the audit log |
//! | `leftovers` | what crashes left, what is not ours, locks that are held |
//! | `orphans` | runs of scores that are missing |
//! | `trash` | deleted scores |
//! | `runs` | the runs of every score: summaries, champion, promotion, index, retention |
//! | `files` | the files of the runs and their digests |

mod environment;
mod files;
mod fix;
mod orphans;
mod runs;
mod state;
mod stray_files;
mod trash;

use crate::domain::score::Score;
use crate::error::Error;
use crate::runs::layout;
use crate::store::health::{self, Health};
use crate::workspace::Workspace;
use fix::Mend;
use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, Serializer};
use std::path::{Path, PathBuf};

/// How far ahead of now a stamp may be: clocks of machines that share a folder differ a little.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// The command that mends.
const FIX: &str = "propensity doctor --fix";

/// What is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Mend what may be mended.
    pub fix: bool,
    /// Compare the digests of all runs, not only of the newest and the champion.
    pub deep: bool,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    Fine,
    /// Good to know; nothing has to be done.
    Note,
    /// A problem that `--fix` mends.
    Mendable,
    /// A problem that a person must decide.
    Decide,
}

impl Sign {
    pub fn mark(self) -> char {
        match self {
            Sign::Fine => '✓',
            Sign::Note => '·',
            Sign::Mendable => '!',
            Sign::Decide => '✗',
        }
    }
}

/// What a finding is about; the word for it in JSON and in the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    DataFolder,
    Space,
    Configuration,
    Source,
    Scores,
    ScoreName,
    Drafts,
    Screens,
    Audit,
    /// A copy of a broken file.
    SetAside,
    /// A file that was on its way when its process died.
    Temporary,
    /// A run that was removed, but for its folder.
    RemovedRun,
    InterruptedRun,
    /// Runs of a score that nobody knows.
    Orphan,
    Foreign,
    Lock,
    Trash,
    /// Summary and files of a run.
    Run,
    Digest,
    Journal,
    Champion,
    Promotion,
    Index,
    /// Stamps in the future.
    Clock,
    Retention,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    pub sign: Sign,
    pub topic: Topic,
    /// What it is, in a sentence.
    pub what: String,
    /// Where.
    #[serde(serialize_with = "lossy")]
    pub path: PathBuf,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub why: Vec<String>,
    /// What to do about it, often a command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    pub mended: bool,
    /// The id of the score; empty where it is about none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub score: String,
    #[serde(skip)]
    mend: Option<Mend>,
}

fn lossy<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}

impl Finding {
    fn new(sign: Sign, topic: Topic, path: &Path, what: impl Into<String>) -> Finding {
        let (what, path) = (what.into(), path.to_path_buf());
        let (why, next, score) = (Vec::new(), None, String::new());
        Finding { sign, topic, what, path, why, next, mended: false, score, mend: None }
    }

    fn fine(topic: Topic, path: &Path, what: impl Into<String>) -> Finding {
        Finding::new(Sign::Fine, topic, path, what)
    }

    fn note(topic: Topic, path: &Path, what: impl Into<String>) -> Finding {
        Finding::new(Sign::Note, topic, path, what)
    }

    fn mendable(topic: Topic, path: &Path, what: impl Into<String>, mend: Mend) -> Finding {
        Finding { mend: Some(mend), next: Some(FIX.into()), ..Finding::new(Sign::Mendable, topic, path, what) }
    }

    /// Nothing has to be done about it, and `--fix` clears it away.
    fn clearable(topic: Topic, path: &Path, what: impl Into<String>, mend: Mend) -> Finding {
        Finding { mend: Some(mend), ..Finding::note(topic, path, what) }
    }

    /// A folder of ours that holds nothing.
    fn empty(topic: Topic, path: &Path, what: impl Into<String>) -> Finding {
        let next = format!("{FIX} removes it.");
        Finding::clearable(topic, path, what, Mend::RemoveEmpty(path.to_path_buf())).next(next)
    }

    fn decide(topic: Topic, path: &Path, what: impl Into<String>) -> Finding {
        Finding::new(Sign::Decide, topic, path, what)
    }

    /// A problem that is an error already.
    fn of_error(topic: Topic, path: &Path, error: &Error) -> Finding {
        let found = Finding::decide(topic, path, error.what.as_str());
        Finding { why: error.causes.clone(), next: error.hint.clone(), ..found }
    }

    fn because(mut self, why: impl Into<String>) -> Finding {
        self.why.push(why.into());
        self
    }

    fn next(self, next: impl Into<String>) -> Finding {
        Finding { next: Some(next.into()), ..self }
    }

    fn of(self, score: &Score) -> Finding {
        Finding { score: score.id.clone(), ..self }
    }

    /// Whether something is left to do about it.
    pub fn is_left(&self) -> bool {
        matches!(self.sign, Sign::Mendable | Sign::Decide) && !self.mended
    }
}

/// Looks at everything, and mends what may be mended where that is asked for. `unread` is why the configuration could not
/// be read, where it could not; then nothing is done that depends on it.
pub fn examine(workspace: &Workspace, unread: Option<&Error>, options: Options) -> Vec<Finding> {
    let mut examination = Examination { workspace, fix: options.fix, found: Vec::new() };
    examination.add(environment::look(workspace, unread));
    if !workspace.paths.data.is_dir() {
        return examination.found;
    }
    examination.add(state::look(workspace));
    examination.add(stray_files::in_state(workspace));
    // Read after they were mended.
    let scores = health::scores(&workspace.paths.data);
    if !matches!(scores.health, Health::Good | Health::Absent(None)) {
        let runs = workspace.paths.data.join("runs");
        let what = "The runs were not looked at, because the scores that they are of cannot be read.";
        examination.add(vec![Finding::note(Topic::Run, &runs, what)]);
        return examination.found;
    }
    examination.add(orphans::look(workspace, &scores.items));
    examination.add(trash::look(workspace));
    // Again, because some may have been put back.
    for score in &health::scores(&workspace.paths.data).items {
        examination.add(stray_files::of_score(workspace, score));
        examination.add(runs::look(workspace, score, options.deep));
        examination.add(runs::retention(workspace, score, unread.is_some()));
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
                && let Some(mend) = &finding.mend
            {
                match mend.perform(self.workspace) {
                    Ok(()) => {
                        fix::record(self.workspace, &finding);
                        (finding.mended, finding.next) = (true, None);
                    }
                    Err(error) => finding.resist(&error),
                }
            }
            self.found.push(finding);
        }
    }
}

impl Finding {
    /// It was to be mended, and could not be.
    fn resist(&mut self, error: &Error) {
        self.why.push(format!("it could not be mended now: {}", error.what));
        self.why.extend(error.causes.iter().cloned());
        if let Some(hint) = &error.hint {
            self.next = Some(hint.clone());
        }
    }
}

/// Whether a stamp is so far ahead that some clock must have been wrong.
fn is_ahead(at: Timestamp) -> bool {
    at.duration_since(Timestamp::now()) > AHEAD
}

/// So many of something, whose name takes an `s` behind it.
fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A path as a shell takes it.
fn quoted_path(path: &Path) -> String {
    crate::domain::text::shell_quoted(&path.display().to_string())
}

/// At most a few of many things that are not ours, each a note; then how many more there are.
fn foreign(paths: Vec<PathBuf>, folder: &Path) -> Vec<Finding> {
    const SHOWN: usize = 10;
    let more = paths.len().saturating_sub(SHOWN);
    let each = |path: PathBuf| {
        let kind = if layout::is_plain_folder(&path) { "folder" } else { "file" };
        Finding::note(Topic::Foreign, &path, format!("This {kind} is not this program's, and is left alone."))
    };
    let mut found: Vec<Finding> = paths.into_iter().take(SHOWN).map(each).collect();
    if more > 0 {
        found.push(Finding::note(Topic::Foreign, folder, format!("{more} more here are not this program's.")));
    }
    found
}
