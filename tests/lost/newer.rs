//! Files of a newer version and files of nobody: never overwritten, refused in a clear sentence, the last good copy at
//! hand.

use super::{Small, score};
use crate::common::{Home, text};
use propensity::domain::score::draft::Draft;
use propensity::runs::layout;
use propensity::store::drafts::DraftStore;
use propensity::store::scores::ScoreStore;
use propensity::store::ui::UiState;
use std::fs;

const CHANGES: [&[&str]; 5] = [
    &["score", "create", "--name", "new", "--profile", "person", "--goal", "a.b", "--timeframe", "30"],
    &["score", "edit", "kept", "--description", "d"],
    &["score", "clone", "kept", "--name", "copy", "--with-goal"],
    &["score", "delete", "kept", "--yes"],
    &["score", "restore", "kept"],
];

fn home() -> Home {
    let home = Home::in_memory();
    let store = ScoreStore::open(home.path().join("data"));
    store.create(score("kept")).unwrap();
    store.edit_description("kept", "the last change").unwrap();
    home
}

#[test]
fn scores_of_a_newer_version_are_refused_in_words_and_never_overwritten() {
    let home = home();
    let file = home.write("data/scores.json", r#"{"version": 99, "scores": {"other": "form"}}"#);
    let before = fs::read(&file).unwrap();
    for command in CHANGES.iter().copied().chain([&["score", "list"][..], &["run", "start", "kept"]]) {
        let said = home.fails(command, 1);
        assert!(said.contains("newer version") && said.contains("Update propensity"), "{command:?}: {said}");
        assert!(said.contains(&*file.to_string_lossy()), "{said}");
        assert_eq!(fs::read(&file).unwrap(), before, "{command:?}");
    }
}

#[test]
fn scores_of_nobody_are_set_aside_and_the_command_that_is_offered_brings_the_last_good_copy_back() {
    for garbage in ["", "{\"version\": 1, \"scores\": [", "\u{0}\u{0}\u{0}", "[]"] {
        let home = home();
        let file = home.write("data/scores.json", garbage);
        let mut said = String::new();
        for command in CHANGES.iter().copied().chain([&["score", "list"][..]]) {
            said = home.fails(command, 1);
            assert!(said.contains("does not parse") && said.contains("last good copy holds 1 score"), "{said}");
            assert_eq!(fs::read_to_string(&file).unwrap(), garbage, "{command:?}");
        }
        let names =
            fs::read_dir(home.path().join("data")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
        let aside: Vec<String> = names.filter(|name| name.contains(".broken-")).collect();
        assert!(aside.len() == 1 && said.contains(&aside[0]), "{aside:?}: {said}");
        assert!(said.contains("`propensity doctor --fix` brings it back"), "{said}");
        home.stdout(&["doctor", "--fix"]);
        assert!(home.stdout(&["score", "list"]).contains("kept"));
    }
}

#[test]
fn drafts_that_cannot_be_understood_are_refused_and_never_overwritten_and_lose_no_score() {
    for (content, says) in [("{\"version\": 99}", "newer version"), ("{\"ver", "does not parse")] {
        let home = home();
        let file = home.write("data/drafts.json", content);
        let drafts = DraftStore::open(home.path().join("data"));
        for error in
            [drafts.list().unwrap_err(), drafts.save(Draft::default()).unwrap_err(), drafts.remove("x").unwrap_err()]
        {
            assert!(error.to_string().contains(says) && error.hint.is_some(), "{error}");
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), content);
        assert!(home.stdout(&["score", "list"]).contains("kept"));
    }
}

#[test]
fn how_the_screens_were_left_is_forgotten_where_it_is_garbage() {
    let home = home();
    for garbage in ["", "{\"selected\": [", "{\"selected\": 7, \"from_later\": {}}", "\u{0}"] {
        home.write("state/ui.json", garbage);
        assert_eq!(UiState::read(&home.path().join("state")), UiState::default());
    }
    home.write("state/ui.json", r#"{"version": 99, "selected": "kept", "panes": 3}"#);
    assert_eq!(UiState::read(&home.path().join("state")).selected.as_deref(), Some("kept"));
}

#[test]
fn a_run_of_a_newer_version_or_of_nobody_is_refused_in_words_and_told_in_the_list() {
    let small = Small::scored();
    let good = small.shown();
    small.home.stdout(&["run", "start", "leads"]);
    let last = small.shown().0;
    let summary = small.runs().join(&last).join(layout::SUMMARY);
    let whole = fs::read_to_string(&summary).unwrap();
    let newer = whole.replacen("\"version\": 1", "\"version\": 99", 1);
    for (content, says) in [(newer.as_str(), "version 99"), ("{", "EOF"), ("", "EOF")] {
        fs::write(&summary, content).unwrap();
        let said = small.home.fails(&["run", "show", &last], 1);
        assert!(said.contains(says) && said.contains(&*summary.to_string_lossy()), "{said}");
        assert!(said.contains("hint:"), "{said}");
        let listed = small.home.propensity(&["run", "list", "--json"]).output().unwrap();
        let warned = String::from_utf8(listed.stderr).unwrap();
        assert!(listed.status.success() && warned.contains(&last) && warned.contains(says), "{warned}");
        // The scores of the run before are the ones that are shown.
        let shown = small.home.json(&["run", "show", "leads"]);
        assert_eq!(text(&shown, "/id"), good.0);
        small.home.stdout(&["profile", "list", "leads"]);
        small.home.stdout(&["run", "start", "leads"]);
        assert_eq!(fs::read_to_string(&summary).unwrap(), content);
        let newest = small.home.json(&["run", "list"])[0]["id"].as_str().unwrap().to_string();
        fs::remove_dir_all(small.runs().join(newest)).unwrap();
    }
}
