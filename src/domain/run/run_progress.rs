//! A run that is being made, as its journal tells it: the state that the screens and the command line show, and the
//! phrases in which both say how far it is. `process::follow` folds it from the journal.

use super::work::Work;
use super::work_progress::WorkProgress;
use super::{RunKind, Stage, Status};
use crate::domain::format::{compact_count, count, hms};
use jiff::Timestamp;
use serde::Serialize;

/// Between a number and its unit, so that no line breaks there.
const NBSP: &str = "\u{a0}";

/// What is known of a run before it is published.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunProgress {
    /// Id of the run.
    pub run: String,
    /// Id of the score.
    pub score: String,
    /// Training or scoring.
    pub kind: RunKind,
    /// Name of the user whose process it is.
    pub user: String,
    /// Id of that process.
    pub pid: u32,
    /// When it began to work.
    pub started_at: Timestamp,
    /// Processing as long as the lock is held; else what the journal's last line says, or interrupted.
    pub status: Status,
    /// Code that it ended with, once it has.
    pub code: Option<u16>,
    /// What it came to, in a sentence; empty while it goes on.
    pub message: String,
    /// Name of the user who asked it to stop.
    pub cancelled_by: Option<String>,
    /// Stages that are over.
    pub stages: Vec<Stage>,
    /// Name of the stage it is in; none before the first and after the last.
    pub stage: Option<String>,
    /// When that stage began.
    pub stage_since: Timestamp,
    /// How far the stage is, in its own units (rows, rounds, profiles).
    pub done: u64,
    /// Units of the stage, where they are known.
    pub total: Option<u64>,
    /// Rows of the sources read so far.
    pub rows: u64,
    /// Warnings in the journal so far.
    pub warnings: u64,
    /// Time of the journal's last line.
    pub last_at: Timestamp,
    /// How far the whole run is, and when it will be over.
    pub work: WorkProgress,
}

impl RunProgress {
    /// A run of which nothing is known but that it began at `at`.
    pub fn begun(run: &str, score: &str, at: Timestamp) -> RunProgress {
        RunProgress {
            run: run.into(),
            score: score.into(),
            kind: RunKind::Training,
            user: String::new(),
            pid: 0,
            started_at: at,
            status: Status::Processing,
            code: None,
            message: String::new(),
            cancelled_by: None,
            stages: Vec::new(),
            stage: None,
            stage_since: at,
            done: 0,
            total: None,
            rows: 0,
            warnings: 0,
            last_at: at,
            work: WorkProgress::default(),
        }
    }

    /// Share (0–1) of the whole run that is done, where its journal tells what it has to do.
    pub fn share(&self) -> Option<f64> {
        self.work.is_known().then_some(self.work.share)
    }

    /// Seconds that are left at `now`, where that is known.
    pub fn left(&self, now: Timestamp) -> Option<f64> {
        let left = self.work.ends_at?.duration_since(now).as_secs_f64();
        (self.is_running() && left >= 0.5).then_some(left)
    }

    /// The share in words, such as `42 %`: never more than it is.
    pub fn share_text(&self) -> Option<String> {
        self.share().map(|share| format!("{:.0}{NBSP}%", (100.0 * share).floor()))
    }

    /// Share and time left in words, as far as they are known: `42 % · about 0:12 left`.
    pub fn outlook(&self, now: Timestamp) -> Option<String> {
        let share = self.share_text()?;
        Some(match self.left(now) {
            Some(left) => format!("{share} · about{NBSP}{}{NBSP}left", hms(left.round())),
            None => share,
        })
    }

    /// What it does at present, in words: `fit 3 of 8, about 90 rounds each`, `2.4 M of 9.3 M rows`.
    pub fn step_text(&self) -> Option<String> {
        let current = self.work.step.as_ref()?;
        let (all, done) = (current.whole().count, current.done);
        let short = |value: u64| compact_count(value).replace(' ', NBSP);
        Some(match current.step.work {
            Work::Fit => {
                let (number, of) = (current.number, current.of);
                let rounds = if all == 1 { "round" } else { "rounds" };
                let about = if current.step.open { "about " } else { "" };
                let each = if current.step.open && of > 1 { " each" } else { "" };
                format!("fit{NBSP}{number} of{NBSP}{of}, {about}{}{NBSP}{rounds}{each}", count(all))
            }
            Work::Read if current.step.count <= done => format!("{}{NBSP}rows", short(done)),
            Work::Read => format!("{} of {}{NBSP}rows", short(done), short(all)),
            Work::RollUp => format!("adding up {}{NBSP}rows by day", short(all)),
            Work::Check => format!("checking {}{NBSP}profiles", count(all)),
            Work::Features => format!("features of {} of {}{NBSP}rows", short(done), short(all)),
            Work::Leaks => "looking for leaks".into(),
            Work::Ridge => format!("ridge logistic on {}{NBSP}folds", count(all)),
            Work::Test => format!("testing on {}{NBSP}profiles", count(all)),
            Work::Describe => "describing the model".into(),
            Work::Rank => format!("ranking {}{NBSP}profiles", count(all)),
            Work::Score => format!("{} of {}{NBSP}profiles", count(done), count(all)),
            Work::Keep => format!("keeping {}{NBSP}rows", short(all)),
            Work::Other => return None,
        })
    }

    /// Whether its process lives.
    pub fn is_running(&self) -> bool {
        self.status == Status::Processing
    }
}

#[cfg(test)]
mod tests {
    use super::super::work::Step;
    use super::*;

    fn live() -> RunProgress {
        RunProgress::begun("r", "s", Timestamp::UNIX_EPOCH)
    }

    fn text(step: Step, done: u64) -> String {
        let mut live = live();
        live.work.plan("train", &[Step::new(Work::Fit, 60, 1.0)], &Default::default());
        live.work.begin(live.started_at, "stage", step);
        live.work.advance(live.started_at, done, None);
        live.step_text().unwrap().replace(NBSP, " ")
    }

    #[test]
    fn a_step_is_told_with_its_units() {
        assert_eq!(text(Step::new(Work::Read, 9_300_000, 1.0), 2_400_000), "2.4 M of 9.3 M rows");
        assert_eq!(text(Step { open: true, ..Step::new(Work::Read, 0, 1.0) }, 12), "12 rows");
        assert_eq!(text(Step { open: true, ..Step::new(Work::Fit, 90, 1.0) }, 4), "fit 1 of 2, about 90 rounds each");
        assert_eq!(text(Step::new(Work::Fit, 53, 1.0), 4), "fit 1 of 2, 53 rounds");
        assert_eq!(text(Step::new(Work::Score, 44_221, 1.0), 12_000), "12,000 of 44,221 profiles");
        assert_eq!(live().step_text(), None);
    }

    #[test]
    fn share_and_time_left_are_told_as_far_as_they_are_known() {
        let mut live = live();
        let now = live.started_at;
        assert_eq!((live.share(), live.outlook(now)), (None, None), "a journal of an earlier program");
        live.work.start(now);
        live.work.begin(now, "read", Step::new(Work::Read, 100, 1.0));
        live.work.share = 0.429;
        assert_eq!(live.outlook(now).unwrap().replace(NBSP, " "), "42 %");
        live.work.ends_at = Some(now + jiff::SignedDuration::from_millis(12_400));
        assert_eq!(live.outlook(now).unwrap().replace(NBSP, " "), "42 % · about 0:12 left");
        let later = now + jiff::SignedDuration::from_secs(20);
        assert_eq!(live.outlook(later).unwrap().replace(NBSP, " "), "42 %", "later than was thought");
    }
}
