//! Runs as processes of their own, through the real binary: they outlive whoever started them, are seen and cancelled by
//! others, and leave a trace however they end.
//!
//! A run that has to last as long as a test looks at it is stopped (SIGSTOP) as soon as it has begun: it lives, holds its
//! lock, and does nothing until the test lets it go on.

mod rights;
mod watching;

use crate::common::business::Business;
use crate::common::{Home, list, text};
use propensity::domain::run::Status;
use propensity::domain::run::run_progress::RunProgress;
use propensity::process::{cancel, follow};
use propensity::runs::cancel_request;
use propensity::store::changes;
use propensity::workspace::Workspace;
use rustix::process::{Pid, Signal, getsid, kill_process};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// Longer than anything here takes on a machine that does other things too.
const LONG: Duration = Duration::from_secs(240);

/// Waits until `look` gives something.
#[track_caller]
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < LONG, "{what}: nothing in {LONG:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

pub fn signal(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    kill_process(pid, signal).expect("the process is there, and ours");
}

/// A home with a small business and the score `leads`.
struct Stage {
    home: Home,
    workspace: Workspace,
}

impl Stage {
    fn new() -> Stage {
        Stage::of(400, 120)
    }

    fn of(persons: u64, accounts: u64) -> Stage {
        let home = Home::new();
        Business::of(persons, accounts).write(&home);
        home.create_score("leads", &["--repeatable", "no"]);
        let workspace = Workspace::open(Some(home.path()), None).unwrap();
        Stage { home, workspace }
    }

    /// Starts a run that lasts until [`Held::go_on`].
    fn held(&self) -> Held {
        let begun = self.home.json(&["run", "start", "leads", "--detach"]);
        let pid = u32::try_from(begun["pid"].as_u64().unwrap()).unwrap();
        signal(pid, Signal::STOP);
        assert_eq!(begun["score"], "leads");
        let run = text(&begun, "/run").to_string();
        let live = self.live().expect("a run that has begun is live");
        assert_eq!((live.run.as_str(), live.pid, live.status), (run.as_str(), pid, Status::Processing));
        Held { run, pid, gone: false }
    }

    fn live(&self) -> Option<RunProgress> {
        follow::live_run(&self.workspace, "leads")
    }

    fn until_over(&self) {
        until("the run is over", || self.live().is_none().then_some(()));
    }

    fn until_status(&self, status: Status) -> RunProgress {
        until("the run has the status", || self.live().filter(|live| live.status == status))
    }

    fn run_folder(&self, run: &str) -> PathBuf {
        self.workspace.paths.runs("leads").join(run)
    }

    fn live_folder(&self, run: &str) -> PathBuf {
        self.workspace.paths.runs("leads").join(format!(".{run}.live"))
    }

    /// What `run list` says of a run.
    #[track_caller]
    fn listed(&self, run: &str) -> Value {
        let runs = self.home.json(&["run", "list"]);
        let found = runs.as_array().unwrap().iter().find(|r| r["id"] == run);
        found.unwrap_or_else(|| panic!("{run} is not listed: {runs}")).clone()
    }
}

/// A run that stands still.
struct Held {
    run: String,
    pid: u32,
    gone: bool,
}

impl Held {
    fn go_on(&self) {
        signal(self.pid, Signal::CONT);
    }

    /// Its process is dead by now, so that its number may be anybody's.
    fn is_gone(&mut self) {
        self.gone = true;
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // A test that failed in between must not leave a process behind that stands still for ever.
        if !self.gone
            && let Some(pid) = i32::try_from(self.pid).ok().and_then(Pid::from_raw)
        {
            let _ = kill_process(pid, Signal::CONT);
        }
    }
}

pub fn finish(child: Child) -> (Option<i32>, String, String) {
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_run_outlives_the_process_that_started_it_and_its_terminal() {
    let stage = Stage::new();
    let mut parent = stage.home.command(&["run", "start", "leads"]);
    let mut parent = parent.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let live = until("the run has begun", || stage.live().filter(|live| live.pid != 0));
    signal(live.pid, Signal::STOP);
    parent.kill().unwrap();
    assert_eq!(parent.wait().unwrap().code(), None, "the parent waits for its run, so it was killed");
    let pid = Pid::from_raw(i32::try_from(live.pid).unwrap()).unwrap();
    let session = getsid(Some(pid)).unwrap();
    // Nobody leads two sessions, so it is not ours; ours may be led from outside a container and have no number here.
    assert_eq!(session, pid, "the run leads a session of its own");
    // The end of a terminal: would end whoever does not ignore it, as soon as it goes on.
    signal(live.pid, Signal::HUP);
    signal(live.pid, Signal::CONT);
    stage.until_over();
    assert_eq!(text(&stage.listed(&live.run), "/status"), "successful");
}

#[test]
fn a_score_runs_once_at_a_time_and_the_refusal_names_who_and_since_when() {
    let stage = Stage::new();
    let held = stage.held();
    let live = stage.live().unwrap();
    let who = format!("{} started it at", live.user);
    let second = live.started_at.strftime("%Y-%m-%dT%H:%M").to_string();
    for more in [&[][..], &["--detach"]] {
        let errors = stage.home.fails(&[&["run", "start", "leads"], more].concat(), 1);
        assert!(errors.contains("is live already") && errors.contains(&who), "{errors}");
        assert!(errors.contains(&second) && errors.contains(&held.pid.to_string()), "{errors}");
    }
    let errors = stage.home.fails(&["score", "delete", "leads", "--yes"], 1);
    assert!(errors.contains("is live already"), "{errors}");
    held.go_on();
    stage.until_over();
    assert_eq!(text(&stage.listed(&held.run), "/status"), "successful");
    stage.home.stdout(&["score", "delete", "leads", "--yes"]);
}

#[test]
fn a_run_that_is_asked_to_stop_is_published_as_cancelled_and_the_last_good_scores_stay() {
    // Large enough that it cannot be done before it looks for the request.
    let stage = Stage::of(6_000, 1_000);
    stage.home.stdout(&["run", "start", "leads"]);
    let best = stage.home.json(&["profile", "list", "leads"]);
    let mut held = stage.held();
    let folder = stage.live_folder(&held.run);
    let mut asking = stage.home.command(&["run", "cancel", "leads", "--patience", "600"]);
    let asking = asking.env("USER", "bob").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    until("the request is there", || cancel_request::read(&folder));
    let asked = stage.live().unwrap();
    assert_eq!((asked.status, asked.cancelled_by.as_deref()), (Status::Processing, Some("bob")));
    held.go_on();
    let (code, said, errors) = finish(asking);
    held.is_gone();
    assert_eq!(code, Some(0), "{errors}");
    assert!(said.contains("is cancelled"), "{said}");
    let run = stage.listed(&held.run);
    assert_eq!(text(&run, "/status"), "cancelled");
    assert_eq!(text(&run, "/message"), "The run was cancelled by bob.");
    let audit = stage.home.json(&["audit", "list", "--last", "1"]);
    assert_eq!((text(&audit, "/0/what"), text(&audit, "/0/who")), ("run-cancelled", "bob"));
    assert_eq!((text(&audit, "/0/score"), text(&audit, "/0/detail")), ("leads", held.run.as_str()));
    let journal = fs::read_to_string(stage.run_folder(&held.run).join("journal.ndjson")).unwrap();
    assert!(journal.lines().last().unwrap().contains("\"cancelled\""), "{journal}");
    assert_eq!(stage.home.json(&["profile", "list", "leads"]), best);
    let errors = stage.home.fails(&["run", "cancel", "leads"], 1);
    assert!(errors.contains("is live"), "{errors}");
}

#[test]
fn ctrl_c_asks_the_run_to_stop_and_says_so() {
    let stage = Stage::of(6_000, 1_000);
    let mut starter = stage.home.command(&["run", "start", "leads"]);
    let starter = starter.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // In its first stage it has told its starter that it has begun: a process that is stopped before that tells nobody.
    let live = until("the run is in a stage", || stage.live().filter(|live| live.stage.is_some()));
    signal(live.pid, Signal::STOP);
    // Twice at once, as `timeout` does it, is once.
    signal(starter.id(), Signal::INT);
    signal(starter.id(), Signal::INT);
    until("the request is there", || cancel_request::read(&stage.live_folder(&live.run)));
    signal(live.pid, Signal::CONT);
    let (code, _, errors) = finish(starter);
    assert_eq!(code, Some(1), "{errors}");
    assert!(errors.contains("was asked to stop") && errors.contains("was cancelled by"), "{errors}");
    assert_eq!(text(&stage.listed(&live.run), "/status"), "cancelled");
}

#[test]
fn a_run_that_does_not_stop_is_ended_and_shows_as_cancelled() {
    let stage = Stage::new();
    let mut held = stage.held();
    let before = changes::stamp(&stage.workspace.paths.data);
    let said = stage.home.stdout(&["run", "cancel", &held.run, "--patience", "0"]);
    held.is_gone();
    assert!(said.contains("is cancelled"), "{said}");
    assert!(stage.live().is_none() && !stage.live_folder(&held.run).exists());
    assert_eq!(text(&stage.listed(&held.run), "/status"), "cancelled");
    assert_ne!(changes::stamp(&stage.workspace.paths.data), before);
}

#[test]
fn a_process_that_is_not_the_run_s_own_is_never_ended() {
    let stage = Stage::new();
    let held = stage.held();
    // The lock names another process, as it would if its number had been given again.
    let mut bystander = std::process::Command::new("sleep").arg("1000").spawn().unwrap();
    let lock = stage.workspace.paths.runs("leads").join(".lock");
    let holder = fs::read_to_string(&lock).unwrap();
    let number = |pid: u32| format!("\"pid\":{pid}");
    assert!(holder.contains(&number(held.pid)), "{holder}");
    fs::write(&lock, holder.replace(&number(held.pid), &number(bystander.id()))).unwrap();
    let error = cancel::kill(&stage.workspace, "leads").unwrap_err();
    assert!(error.what.contains("cannot be told for sure"), "{error}");
    assert_eq!(bystander.try_wait().unwrap(), None);
    // Nor one that the journal names too, but that is no worker.
    let journal = stage.live_folder(&held.run).join("journal.ndjson");
    let lines = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, lines.replace(&number(held.pid), &number(bystander.id()))).unwrap();
    assert_eq!(stage.live().unwrap().pid, bystander.id());
    if cfg!(target_os = "linux") {
        assert!(cancel::kill(&stage.workspace, "leads").is_err());
        assert_eq!(bystander.try_wait().unwrap(), None);
    }
    bystander.kill().unwrap();
    bystander.wait().unwrap();
    held.go_on();
    stage.until_over();
}

#[test]
fn a_run_whose_process_dies_shows_as_interrupted_and_the_next_one_starts_clean_and_keeps_a_trace() {
    let stage = Stage::new();
    stage.home.stdout(&["run", "start", "leads"]);
    let best = stage.home.json(&["profile", "list", "leads"]);
    let mut held = stage.held();
    fs::write(stage.live_folder(&held.run).join("scores.parquet"), vec![0; 1 << 20]).unwrap();
    let killed = Instant::now();
    signal(held.pid, Signal::KILL);
    held.is_gone();
    let live = stage.until_status(Status::Interrupted);
    assert!(killed.elapsed() < Duration::from_secs(5), "{:?}", killed.elapsed());
    assert_eq!(follow::live_scores(&stage.workspace), ["leads"]);
    assert_eq!(text(&stage.listed(&live.run), "/status"), "interrupted");
    assert_eq!(text(&stage.home.json(&["score", "show", "leads"]), "/live"), "interrupted");
    assert!(stage.home.fails(&["run", "watch", "leads"], 1).contains("was interrupted"));
    assert_eq!(stage.home.json(&["profile", "list", "leads"]), best);
    let next = stage.home.json(&["run", "start", "leads"]);
    assert_eq!(text(&next, "/status"), "successful");
    assert!(stage.live().is_none() && follow::live_scores(&stage.workspace).is_empty());
    let trace = stage.home.json(&["run", "show", &live.run]);
    assert_eq!([text(&trace, "/status"), text(&trace, "/kind")], ["interrupted", "training"]);
    let mut files: Vec<_> = fs::read_dir(stage.run_folder(&live.run))
        .unwrap()
        .map(|f| f.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(files, ["journal.ndjson", "run.json", "score.json"], "nothing half written is kept");
    assert_eq!(stage.home.json(&["run", "list"]).as_array().unwrap().len(), 3);
}

#[test]
fn what_an_interrupted_run_left_is_cleared_away_on_demand() {
    let stage = Stage::new();
    let mut held = stage.held();
    signal(held.pid, Signal::KILL);
    held.is_gone();
    stage.until_status(Status::Interrupted);
    stage.home.stdout(&["run", "cancel", "leads"]);
    assert!(stage.live().is_none());
    assert_eq!(text(&stage.listed(&held.run), "/status"), "interrupted", "nobody cancelled it while it lived");
    assert!(stage.home.fails(&["run", "cancel", "leads"], 1).contains("No run of 'leads' is live"));
}

#[test]
fn what_a_run_says_goes_into_its_log_and_never_to_who_started_it() {
    let stage = Stage::new();
    let mut start = stage.home.command(&["run", "start", "leads", "--detach"]);
    start.env("PROPENSITY_LOG", "info").stdout(Stdio::piped()).stderr(Stdio::piped());
    // The outputs end with the starter: the run holds none of them.
    let (code, said, errors) = finish(start.spawn().unwrap());
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    let run = said.split_whitespace().nth(2).unwrap().to_string();
    assert_eq!(said.lines().count(), 2, "{said}");
    stage.until_over();
    let log = fs::read_to_string(stage.run_folder(&run).join("run.log")).unwrap();
    assert!(log.contains(&format!("the run {run} of leads has begun")), "{log}");
}
