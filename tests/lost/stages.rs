//! A kill of the worker in every stage of a run: it is stopped by the shim as soon as its journal says that the stage
//! begins, seen there, and killed.

use super::{Ended, Fault, Small, assert_free, with};
use crate::common::{list, text};
use crate::runs::workers::{finish, signal, until};
use propensity::domain::run::stage::StageName;
use propensity::domain::run::{RunKind, Status};
use propensity::process::follow;
use propensity::runs::layout;
use rustix::process::Signal;
use std::process::{Child, Stdio};

/// Whether a process stands still, as `/proc` tells.
fn stands_still(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('T'))
}

/// A run whose process stands still. A test that failed in between leaves no such process behind.
pub struct Held {
    pub run: String,
    pub pid: u32,
    starter: Option<Child>,
}

impl Held {
    /// How whoever started it and waits for it ends.
    pub fn ended(mut self) -> Ended {
        let starter = self.starter.take().expect("somebody waits for it");
        let (code, stdout, stderr) = finish(starter);
        Ended { code, stdout, stderr }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // Once it is gone its number may be anybody's.
        if stands_still(self.pid) {
            signal(self.pid, Signal::KILL);
        }
    }
}

/// Starts a run and waits until its process stands still at the beginning of a stage.
pub fn stopped_in(small: &Small, kind: RunKind, stage: StageName) -> Held {
    let said = format!("\"name\":\"{}\"}}", stage.word());
    let mut start = small.home.command(&["run", "start", "leads", "--detach", "--kind", &kind.to_string(), "--json"]);
    with(&mut start, small.data(), Fault::StopAfter(&said), None);
    let begun = start.stdin(Stdio::null()).output().unwrap();
    let begun: serde_json::Value = serde_json::from_slice(&begun.stdout).expect("a run that has begun");
    let pid = u32::try_from(begun["pid"].as_u64().unwrap()).unwrap();
    until("the run stands still", || stands_still(pid).then_some(()));
    Held { run: text(&begun, "/run").to_string(), pid, starter: None }
}

/// The same for a training that its starter waits for.
pub fn started_and_stopped_in(small: &Small, stage: StageName) -> Held {
    let said = format!("\"name\":\"{}\"}}", stage.word());
    let mut start = small.start();
    with(&mut start, small.data(), Fault::StopAfter(&said), None);
    let starter = start.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let live = until("the run stands still", || {
        follow::live_run(&small.workspace, "leads").filter(|live| live.pid != 0 && stands_still(live.pid))
    });
    Held { run: live.run, pid: live.pid, starter: Some(starter) }
}

fn killed_in(small: &Small, kind: RunKind, stage: StageName) {
    let case = format!("{kind}, {}", stage.word());
    let before = small.shown();
    let held = stopped_in(small, kind, stage);
    let live = follow::live_run(&small.workspace, "leads").expect("it is live");
    assert_eq!((live.status, live.stage.as_deref()), (Status::Processing, Some(stage.word())), "{case}");
    signal(held.pid, Signal::KILL);
    let interrupted = || follow::live_run(&small.workspace, "leads").filter(|l| l.status == Status::Interrupted);
    let live = until("the run is interrupted", interrupted);
    assert_eq!(live.run, held.run);
    assert_free(&small.runs().join(layout::LOCK));
    assert_eq!(small.shown(), before, "{case}: the last good scores");
    let watched = small.home.fails(&["run", "watch", "leads"], 1);
    assert!(watched.contains("interrupted") && watched.contains("hint:"), "{case}: {watched}");
    // The next one succeeds, and a trace of this one is kept.
    small.home.stdout(&["run", "start", "leads", "--kind", &kind.to_string()]);
    assert_ne!(small.shown().0, before.0, "{case}");
    let trace = small.home.json(&["run", "show", &held.run]);
    assert_eq!((text(&trace, "/status"), text(&trace, "/kind")), ("interrupted", &*kind.to_string()), "{case}");
    let done: Vec<&str> = list(&trace, "/stages").iter().map(|s| text(s, "/name")).collect();
    let stages: Vec<&str> = StageName::of(kind).iter().map(|s| s.word()).take_while(|w| *w != stage.word()).collect();
    assert_eq!(done, stages, "{case}: the trace tells how far it came");
    assert!(small.live_folders().is_empty());
}

#[test]
fn a_worker_that_is_killed_in_any_stage_leaves_the_last_good_scores_and_the_next_run_succeeds() {
    let small = Small::scored();
    for kind in [RunKind::Training, RunKind::Scoring] {
        StageName::of(kind).iter().for_each(|stage| killed_in(&small, kind, *stage));
    }
}
