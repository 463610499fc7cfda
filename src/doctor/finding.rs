//! What the doctor finds, as data: a sentence, where, how severe, and the fix where there is one. Made by every part of
//! the doctor, printed by the command line.

use crate::domain::score::Score;
use crate::error::Error;
use crate::runs::layout;
use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// How far ahead of now a stamp may be: clocks of machines that share a folder differ a little.
pub(super) const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_hours(24);

/// The command that mends.
pub(super) const FIX: &str = "propensity doctor --fix";

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    Fine,
    /// Good to know; nothing has to be done.
    Note,
    /// A problem that `--fix` mends.
    #[serde(rename = "mendable")]
    Fixable,
    /// A problem that a person must decide.
    #[serde(rename = "decide")]
    Unfixable,
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
    /// Whether one calls for what is due.
    Timer,
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
    #[serde(rename = "sign")]
    pub severity: Severity,
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
    #[serde(rename = "mended")]
    pub is_fixed: bool,
    /// The id of the score; empty where it is about none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub score: String,
    #[serde(skip)]
    pub(super) fix: Option<Fix>,
}

impl Severity {
    pub fn mark(self) -> char {
        match self {
            Severity::Fine => '✓',
            Severity::Note => '·',
            Severity::Fixable => '!',
            Severity::Unfixable => '✗',
        }
    }
}

/// What `--fix` does about a finding.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Fix {
    RecoverScores,
    RecoverDrafts,
    /// Puts a score back that the scores file lost, from its JSON.
    RestoreScore(Map<String, Value>),
    /// Removes a folder, as long as it is empty.
    RemoveEmpty(PathBuf),
    /// Ends the torn last line of the audit log.
    EndAuditLine,
    /// Removes a file of this program that nothing depends on.
    Remove(PathBuf),
    /// Removes the folder of a removed run.
    RemoveRunFolder(PathBuf),
    /// Leaves a trace of an interrupted run, and removes what is half written.
    PublishInterrupted(Box<Score>, PathBuf),
    /// Removes a score from the trash that was there for long enough.
    PurgeTrash(PathBuf),
    /// Removes the runs of a score that were kept for long enough.
    RemoveExpiredRuns(String),
}

fn lossy<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}

impl Finding {
    pub(super) fn new(severity: Severity, topic: Topic, path: &Path, what: impl Into<String>) -> Finding {
        let (what, path) = (what.into(), path.to_path_buf());
        let (why, next, score) = (Vec::new(), None, String::new());
        Finding { severity, topic, what, path, why, next, is_fixed: false, score, fix: None }
    }

    pub(super) fn fine(topic: Topic, path: &Path, what: impl Into<String>) -> Finding {
        Finding::new(Severity::Fine, topic, path, what)
    }

    pub(super) fn note(topic: Topic, path: &Path, what: impl Into<String>) -> Finding {
        Finding::new(Severity::Note, topic, path, what)
    }

    pub(super) fn fixable(topic: Topic, path: &Path, what: impl Into<String>, fix: Fix) -> Finding {
        Finding { fix: Some(fix), next: Some(FIX.into()), ..Finding::new(Severity::Fixable, topic, path, what) }
    }

    /// Nothing has to be done about it, and `--fix` clears it away.
    pub(super) fn clearable(topic: Topic, path: &Path, what: impl Into<String>, fix: Fix) -> Finding {
        Finding { fix: Some(fix), ..Finding::note(topic, path, what) }
    }

    /// A folder of ours that holds nothing.
    pub(super) fn empty(topic: Topic, path: &Path, what: impl Into<String>) -> Finding {
        let next = format!("{FIX} removes it.");
        Finding::clearable(topic, path, what, Fix::RemoveEmpty(path.to_path_buf())).next(next)
    }

    pub(super) fn unfixable(topic: Topic, path: &Path, what: impl Into<String>) -> Finding {
        Finding::new(Severity::Unfixable, topic, path, what)
    }

    /// A problem that is an error already.
    pub(super) fn of_error(topic: Topic, path: &Path, error: &Error) -> Finding {
        let found = Finding::unfixable(topic, path, error.what.as_str());
        Finding { why: error.causes.clone(), next: error.hint.clone(), ..found }
    }

    pub(super) fn because(mut self, why: impl Into<String>) -> Finding {
        self.why.push(why.into());
        self
    }

    pub(super) fn next(self, next: impl Into<String>) -> Finding {
        Finding { next: Some(next.into()), ..self }
    }

    pub(super) fn of(self, score: &Score) -> Finding {
        Finding { score: score.id.clone(), ..self }
    }

    /// Whether something is left to do about it.
    pub fn is_left(&self) -> bool {
        matches!(self.severity, Severity::Fixable | Severity::Unfixable) && !self.is_fixed
    }
}

impl Finding {
    /// It was to be mended, and could not be.
    pub(super) fn not_fixed(&mut self, error: &Error) {
        self.why.push(format!("it could not be mended now: {}", error.what));
        self.why.extend(error.causes.iter().cloned());
        if let Some(hint) = &error.hint {
            self.next = Some(hint.clone());
        }
    }
}

/// Whether a stamp is so far ahead that some clock must have been wrong.
pub(super) fn is_ahead(at: Timestamp) -> bool {
    at.duration_since(Timestamp::now()) > CLOCK_TOLERANCE
}

/// So many of something, whose name takes an `s` behind it.
pub(super) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A path as a shell takes it.
pub(super) fn quoted_path(path: &Path) -> String {
    crate::domain::text::shell_quoted(&path.display().to_string())
}

/// At most a few of many things that are not ours, each a note; then how many more there are.
pub(super) fn foreign(paths: Vec<PathBuf>, folder: &Path) -> Vec<Finding> {
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
