//! What a run leaves however it goes: a mistake in the program, a full life.

use super::*;
use crate::demo::{self, DemoOptions};
use crate::domain::run::Status;
use crate::domain::run::{AsOf, RunKind};
use crate::domain::score::ProfileType;
use crate::domain::score::goal::Goal;
use crate::pipeline::stages::NoObserver;
use crate::process::worker_result;
use crate::store::journal;
use crate::store::lock::Lock;
use std::time::{Duration, Instant};

fn workspace(home: &Path) -> (Workspace, Score, RunOptions) {
    let end = "2026-03-01".parse().unwrap();
    demo::generate(home, &DemoOptions { people: 100, events: 2_000, ..DemoOptions::new(end) }).unwrap();
    let workspace = Workspace::open(Some(home), None).unwrap();
    let goal = Goal::parse(demo::PERSON_GOAL).unwrap();
    let score =
        workspace.scores.create(Score::new("s", ProfileType::Person, goal, 30, Timestamp::now(), "ann")).unwrap();
    let options = RunOptions { kind: RunKind::Training, as_of: AsOf::Data, threads: 1, if_due: false };
    (workspace, score, options)
}

struct Mistaken;

impl Observer for Mistaken {
    fn stage(&self, name: &str) {
        assert!(name != "check", "a mistake in the {name}");
    }

    fn progress(&self, _: u64, _: Option<u64>) {}

    fn warning(&self, _: &str) {}
}

#[test]
fn a_run_that_panics_is_published_as_failed_and_lets_go_of_its_lock() {
    let home = tempfile::tempdir().unwrap();
    let (workspace, score, options) = workspace(home.path());
    let begun = begin(&workspace, &score, &options).unwrap().expect("nothing asks whether it is due");
    let (id, lock) = (begun.id().to_string(), workspace.paths.runs(&score.id).join(layout::LOCK));
    assert!(Lock::is_held(&lock));
    let error = begun.complete(&workspace, &score, &options, &Mistaken, &AtomicBool::new(false)).unwrap_err();
    assert!(error.to_string().contains("a mistake in the check"), "{error}");
    assert!(!Lock::is_held(&lock));
    let outcome = worker_result::of(&workspace, &score.id, &id);
    assert_eq!(outcome.error, Some(error), "who waited for it is told the same");
    let run = outcome.found.unwrap().run;
    assert_eq!((run.status, run.counts.persons), (Status::Failed, 100), "what was found before stays");
}

/// Lives until the journal has two heartbeats, in a stage that tells no progress.
#[test]
fn a_run_says_that_it_lives_every_two_seconds_whatever_it_does_and_sees_a_request() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("j");
    let cancel = AtomicBool::new(false);
    let recorder = Recorder::new(Some(Journal::create(&path).unwrap()), &NoObserver, &cancel);
    let began = Instant::now();
    let beats = || {
        let entries = journal::read(&path).unwrap().0;
        entries.into_iter().filter(|e| e.event == Event::Heartbeat).map(|e| e.at).collect::<Vec<_>>()
    };
    let wait = |done: &dyn Fn() -> bool| {
        while !done() {
            assert!(began.elapsed() < Duration::from_secs(60));
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    heartbeat::while_running(&recorder, dir.path(), || {
        wait(&|| beats().len() >= 2);
        assert!(!cancel.load(std::sync::atomic::Ordering::Relaxed));
        std::fs::write(dir.path().join(layout::CANCEL_REQUEST), "").unwrap();
        wait(&|| cancel.load(std::sync::atomic::Ordering::Relaxed));
    });
    let between = beats()[1].duration_since(beats()[0]).as_secs_f64();
    assert!((1.5..10.0).contains(&between), "{between}");
}
