//! The journal of a run: one line of JSON per event, only ever appended.
//!
//! The run writes it; every session that shows the run reads it and folds the entries into a state. So reading forgives:
//! the last line may be half written, a crash may have left garbage, and a later program may write kinds of entries
//! that this one does not know.

use super::atomic;
use crate::domain::run::RunKind;
use crate::domain::run::work::{Step, Work};
use crate::error::{Context, Result};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The version of the entries written.
pub const VERSION: u32 = 1;

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The version of the format, [`VERSION`] where this program wrote it.
    pub v: u32,
    /// Counts from 1 within the journal.
    pub seq: u64,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What happened. A number that is not finite is written as `null` and read as `None`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Event {
    /// The process of the run begins.
    Started {
        /// Id of the run.
        run: String,
        /// Id of the score.
        score: String,
        /// The id of its process.
        pid: u32,
        /// Whether it trains or scores (`kind` is the kind of the entry).
        #[serde(default = "training")]
        run_kind: RunKind,
        /// Whose process it is; empty in journals that do not say.
        #[serde(default)]
        user: String,
    },
    /// The run lives; written every 2 seconds, whatever it does.
    Heartbeat,
    /// A stage begins (`seconds` is `None`) or is over.
    Stage {
        /// The name of the stage.
        name: String,
        /// How long it took, in seconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seconds: Option<f64>,
    },
    /// What a stage has still to do beside the step it is in, in place of what was planned for it before.
    Plan {
        /// The name of the stage.
        stage: String,
        /// Its steps, in order.
        steps: Vec<Step>,
        /// Seconds that a unit of each kind of work took in the last run of the score; empty where there is none, or
        /// where they were told before.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        rates: BTreeMap<Work, f64>,
    },
    /// A step begins, and the one before is over.
    Step {
        /// The name of its stage.
        stage: String,
        /// What it is.
        #[serde(flatten)]
        step: Step,
    },
    /// How far a stage is, in the units of its step (rows, rounds, profiles).
    Progress {
        /// The name of the stage.
        stage: String,
        /// Units done.
        done: u64,
        /// Units in all, where that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        total: Option<u64>,
    },
    /// A figure that was found, with its 95 % interval where it has one.
    Metric {
        /// The name of the metric, such as `auc`.
        name: String,
        /// Its value, in its own unit.
        value: Option<f64>,
        /// Lower bound of the interval.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        low: Option<f64>,
        /// Upper bound of the interval.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        high: Option<f64>,
    },
    /// Something that does not end the run.
    Warning {
        /// The code of the quality check that found it, where one did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<u16>,
        /// The warning in a sentence.
        message: String,
    },
    /// The run is over and was successful.
    Finished {
        /// A code that goes with the result; this program writes none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<u16>,
        /// What it came to, in a sentence.
        message: String,
    },
    /// The run is over and was not successful.
    Failed {
        /// The code of the quality check that stopped it, where one did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<u16>,
        /// What failed, in a sentence.
        message: String,
        /// Why, from the outermost cause inwards.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        causes: Vec<String>,
        /// What to do next.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hint: Option<String>,
        /// The exit code of who waits for the run.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        exit: u8,
    },
    /// The run was ended by a user or by a signal.
    Cancelled {
        /// By whom or what, in a sentence.
        message: String,
    },
    /// An entry whose kind or form this program does not know, with all its fields (`kind` among them).
    #[serde(untagged)]
    Unknown(serde_json::Map<String, serde_json::Value>),
}

fn training() -> RunKind {
    RunKind::Training
}

fn one() -> u8 {
    1
}

fn is_one(exit: &u8) -> bool {
    *exit == 1
}

impl Event {
    /// Whether the run is over with this.
    pub fn is_final(&self) -> bool {
        matches!(self, Event::Finished { .. } | Event::Failed { .. } | Event::Cancelled { .. })
    }
}

/// A journal being written. Threads may share it; each entry is one write.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    file: File,
    seq: u64,
    /// The last write failed and may have left half a line.
    torn: bool,
}

impl Journal {
    /// Begins a journal.
    ///
    /// # Errors
    /// The file is there already (it is another run's), or cannot be made.
    pub fn create(path: &Path) -> Result<Journal> {
        let failed = || format!("The journal {} could not be begun.", path.display());
        let file = OpenOptions::new().append(true).create_new(true).open(path).on_disk(failed)?;
        atomic::sync_folder(atomic::folder_of(path)).on_disk(failed)?;
        Ok(Journal { path: path.to_path_buf(), state: Mutex::new(State { file, seq: 0, torn: false }) })
    }

    /// Appends what happened, now, and returns the entry as written.
    ///
    /// # Errors
    /// The disk is full, or the like.
    pub fn append(&self, event: Event) -> Result<Entry> {
        self.append_at(Timestamp::now(), event)
    }

    /// Appends with a given time. The first and the final entries are flushed to the disk; for the others the order
    /// of the lines is enough.
    ///
    /// # Errors
    /// The disk is full, or the like.
    pub fn append_at(&self, at: Timestamp, event: Event) -> Result<Entry> {
        // A panic elsewhere cannot leave the state half changed: it is changed by assignments only.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = || format!("The journal {} could not be written.", self.path.display());
        let entry = Entry { v: VERSION, seq: state.seq + 1, at, event };
        let mut line = if state.torn { vec![b'\n'] } else { Vec::new() };
        serde_json::to_writer(&mut line, &entry).context(failed)?;
        line.push(b'\n');
        let written = state.file.write_all(&line);
        state.torn = written.is_err();
        written.on_disk(failed)?;
        state.seq = entry.seq;
        if entry.event.is_final() || matches!(entry.event, Event::Started { .. }) {
            state.file.sync_data().on_disk(failed)?;
        }
        Ok(entry)
    }
}

/// The entries of a journal and the number of lines that are none: a torn last line, garbage. An empty line counts as
/// nothing.
///
/// # Errors
/// The file cannot be read at all.
pub fn read(path: &Path) -> Result<(Vec<Entry>, usize)> {
    let bytes = std::fs::read(path).context(|| format!("The journal {} could not be read.", path.display()))?;
    Ok(parse(&bytes))
}

pub(super) fn parse(bytes: &[u8]) -> (Vec<Entry>, usize) {
    let mut entries = Vec::new();
    let mut skipped = 0;
    for line in bytes.split(|&b| b == b'\n').filter(|line| !line.trim_ascii().is_empty()) {
        match serde_json::from_slice(line) {
            Ok(entry) => entries.push(entry),
            Err(_) => skipped += 1,
        }
    }
    (entries, skipped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at() -> Timestamp {
        "2026-03-01T08:00:00Z".parse().unwrap()
    }

    fn all_kinds() -> Vec<Event> {
        let text = || "wörds\n\u{1b}".to_string();
        let step = Step { work: Work::Fit, count: u64::MAX, size: 0.1, open: true };
        vec![
            Event::Started { run: text(), score: text(), pid: 1, run_kind: RunKind::Scoring, user: text() },
            Event::Heartbeat,
            Event::Stage { name: text(), seconds: None },
            Event::Plan { stage: text(), steps: vec![step], rates: [(Work::Fit, 0.1)].into() },
            Event::Step { stage: text(), step },
            Event::Progress { stage: text(), done: u64::MAX, total: Some(3) },
            Event::Metric { name: text(), value: Some(0.1 + 0.2), low: None, high: Some(-1e-300) },
            Event::Warning { code: Some(103), message: text() },
            Event::Stage { name: text(), seconds: Some(1.5) },
            Event::Finished { code: None, message: text() },
            Event::Failed { code: Some(410), message: text(), causes: vec![text()], hint: Some(text()), exit: 3 },
            Event::Cancelled { message: text() },
        ]
    }

    fn written(events: &[Event]) -> (tempfile::TempDir, PathBuf, Vec<Entry>) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.ndjson");
        let journal = Journal::create(&path).unwrap();
        let entries = events.iter().map(|e| journal.append_at(at(), e.clone()).unwrap()).collect();
        (dir, path, entries)
    }

    #[test]
    fn what_was_appended_is_read_in_order() {
        let (_dir, path, entries) = written(&all_kinds());
        assert_eq!(read(&path).unwrap(), (entries.clone(), 0));
        assert!(entries.iter().map(|e| e.seq).eq(1..=12));
        assert_eq!(entries.iter().filter(|e| e.event.is_final()).count(), 3);
    }

    #[test]
    fn a_line_has_version_number_time_and_kind() {
        let (_dir, path, _) = written(&[Event::Warning { code: Some(103), message: "low".into() }]);
        let line = r#"{"v":1,"seq":1,"at":"2026-03-01T08:00:00Z","kind":"warning","code":103,"message":"low"}"#;
        assert_eq!(std::fs::read_to_string(path).unwrap(), format!("{line}\n"));
    }

    #[test]
    fn a_started_line_of_an_earlier_program_is_one_of_a_training() {
        let line = r#"{"v":1,"seq":1,"at":"2026-03-01T08:00:00Z","kind":"started","run":"r","score":"s","pid":7}"#;
        let (entries, _) = parse(line.as_bytes());
        let event =
            Event::Started { run: "r".into(), score: "s".into(), pid: 7, run_kind: RunKind::Training, user: "".into() };
        assert_eq!(entries[0].event, event);
    }

    #[test]
    fn numbers_that_are_not_finite_read_as_none() {
        let value = |v| Event::Metric { name: "auc".into(), value: v, low: None, high: None };
        let (_dir, path, _) = written(&[value(Some(f64::NAN))]);
        assert_eq!(read(&path).unwrap().0[0].event, value(None));
    }

    #[test]
    fn unknown_kinds_and_fields_are_kept_or_passed_over_and_garbage_is_counted() {
        let text = concat!(
            r#"{"v":2,"seq":1,"at":"2026-03-01T08:00:00Z","kind":"drift","psi":[0.5]}"#,
            "\n\n\u{0}\u{0}\nnot json\n[1]\n",
            r#"{"v":2,"seq":9,"at":"2026-03-01T08:00:00Z","kind":"cancelled","message":"m","by":"ann"}"#,
            "\n{\"v\":1,\"seq\":10,\"at"
        );
        let (entries, skipped) = parse(text.as_bytes());
        assert_eq!((entries.len(), skipped), (2, 4));
        let Event::Unknown(fields) = &entries[0].event else { panic!("{entries:?}") };
        assert_eq!((&fields["kind"], &fields["psi"][0]), (&"drift".into(), &0.5.into()));
        assert_eq!(entries[1].event, Event::Cancelled { message: "m".into() });
        let again = serde_json::to_string(&entries[0]).unwrap();
        assert_eq!(again, text.lines().next().unwrap());
    }

    #[test]
    fn a_journal_is_begun_once_and_threads_share_it() {
        let (_dir, path, _) = written(&[]);
        assert!(Journal::create(&path).is_err());
        std::fs::remove_file(&path).unwrap();
        let journal = Journal::create(&path).unwrap();
        let event = |done| Event::Progress { stage: "train".into(), done, total: None };
        std::thread::scope(|s| {
            for _ in 0..4 {
                s.spawn(|| (0..50).for_each(|i| assert!(journal.append(event(i)).is_ok())));
            }
        });
        let (entries, skipped) = read(&path).unwrap();
        assert!(skipped == 0 && entries.iter().map(|e| e.seq).eq(1..=200));
    }

    proptest! {
        #[test]
        fn a_journal_cut_anywhere_gives_its_whole_lines(cut in any::<proptest::sample::Index>()) {
            let (_dir, path, entries) = written(&all_kinds());
            let bytes = std::fs::read(path).unwrap();
            let cut = &bytes[..cut.index(bytes.len() + 1)];
            let (read, skipped) = parse(cut);
            let whole = cut.iter().filter(|&&b| b == b'\n').count();
            // A line that lacks nothing but its end is whole too.
            prop_assert!(read.len() + skipped == whole + usize::from(cut.last().is_some_and(|&b| b != b'\n')));
            prop_assert!(read.len() >= whole && skipped <= 1);
            prop_assert_eq!(&read[..], &entries[..read.len()]);
        }

        #[test]
        fn garbage_between_lines_loses_no_other_line(garbage in any::<Vec<u8>>(), after in 0usize..12) {
            let (_dir, path, entries) = written(&all_kinds());
            let text = std::fs::read(path).unwrap();
            let mut lines: Vec<&[u8]> = text.split_inclusive(|&b| b == b'\n').collect();
            let garbage = [garbage, vec![b'\n']].concat();
            lines.insert(after, &garbage);
            prop_assert_eq!(parse(&lines.concat()).0, entries);
        }
    }
}
