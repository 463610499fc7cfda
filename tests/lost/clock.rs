//! The clock is set back by a year between two runs and between two changes.

use super::{Small, State, score, shim};
use crate::common::{Home, text};
use propensity::store::scores::ScoreStore;
use std::process::Command;

const YEAR: &str = "-31536000";

/// The program with its clock set back.
fn set_back(home: &Home, arguments: &[&str]) -> Command {
    let mut command = home.command(arguments);
    command.env("LD_PRELOAD", shim()).env("LOST_CLOCK", YEAR);
    command
}

#[track_caller]
fn succeeds(mut command: Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_run_that_began_after_the_clock_was_set_back_is_the_newest_and_its_scores_are_shown() {
    let small = Small::scored();
    let before = small.shown().0;
    for kind in ["training", "scoring"] {
        let printed = succeeds(set_back(&small.home, &["run", "start", "leads", "--kind", kind, "--json"]));
        let run: serde_json::Value = serde_json::from_str(&printed).unwrap();
        let id = text(&run, "/id");
        assert!(id > before.as_str(), "{id} sorts before {before}");
        assert_eq!(text(&small.home.json(&["run", "list"]), "/0/id"), id, "the newest is listed first");
        assert_eq!(text(&small.home.json(&["run", "show", "leads"]), "/id"), id);
        assert_eq!(small.shown().0, id, "its scores are shown");
    }
    // Set right again, the order goes on.
    let next = small.home.json(&["run", "start", "leads"]);
    assert_eq!(small.shown().0, text(&next, "/id"));
}

#[test]
fn changes_made_after_the_clock_was_set_back_are_all_there_and_what_is_deleted_comes_back() {
    let home = Home::in_memory();
    let data = home.path().join("data");
    let store = ScoreStore::open(&data);
    for name in ["one", "two"] {
        store.create(score(name)).unwrap();
    }
    store.delete("one").unwrap();
    // The trash is younger than now, which is no reason to empty it.
    succeeds(set_back(&home, &["score", "edit", "two", "--description", "earlier"]));
    succeeds(set_back(&home, &["score", "clone", "two", "--name", "three", "--with-goal"]));
    succeeds(set_back(&home, &["score", "delete", "two", "--yes"]));
    let state = State::of(&data);
    assert_eq!(state.scores.keys().collect::<Vec<_>>(), ["three"]);
    assert_eq!(state.deleted.keys().collect::<Vec<_>>(), ["one"], "a year has passed since the other was deleted");
    succeeds(set_back(&home, &["score", "restore", "two"]));
    succeeds(set_back(&home, &["score", "restore", "one"]));
    assert_eq!(State::of(&data).scores["two"], "two: earlier");
    assert_eq!(State::of(&data).scores.len(), 3);
}
