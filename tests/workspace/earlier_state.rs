//! A workspace written by an earlier version is read, shown, repeated and gone on with: `fixtures/workspace-488d77c` says
//! what was made and what that version itself said of it. Every change of a format on the disk is held against it.

use crate::common::Home;
use propensity::store::drafts::DraftStore;
use propensity::store::ui::UiState;
use serde_json::Value;
use std::path::{Path, PathBuf};

const SCORE: &str = "Closed Won in 90 days";

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/workspace-488d77c")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A copy of the earlier workspace.
fn earlier() -> Home {
    let home = Home::new();
    copy(&fixture().join("home"), home.path());
    home
}

/// What the earlier version printed, with the home of today.
fn expected(name: &str, home: &Home) -> String {
    let text = std::fs::read_to_string(fixture().join("expected").join(name)).unwrap();
    text.replace("{home}", &home.path().display().to_string())
}

#[track_caller]
fn same_json(home: &Home, name: &str, arguments: &[&str]) {
    let before: Value = serde_json::from_str(&expected(name, home)).unwrap();
    let now = home.json(&[arguments, &["--read-only"]].concat());
    assert_eq!(now, before, "propensity {arguments:?} says something else than {name}");
}

#[test]
fn lists_runs_and_profiles_say_what_they_said() {
    let home = earlier();
    same_json(&home, "score-list.json", &["score", "list"]);
    same_json(&home, "run-list.json", &["run", "list"]);
    same_json(&home, "audit-list.json", &["audit", "list"]);
    same_json(&home, "score-factors.json", &["score", "factors", SCORE]);
    same_json(&home, "score-realised.json", &["score", "realised", SCORE]);
    same_json(&home, "profile-list.json", &["profile", "list", SCORE]);
    // Everything about one profile is computed anew from what the run kept.
    same_json(&home, "profile-show.json", &["profile", "show", SCORE, "A000094"]);
    let report = home.stdout(&["score", "report", SCORE, "--read-only"]);
    assert_eq!(report, expected("report.md", &home));
}

#[test]
fn runs_of_every_status_say_what_they_said() {
    let home = earlier();
    let runs = home.json(&["run", "list", "--read-only"]);
    let runs = runs.as_array().unwrap();
    let statuses: Vec<&str> = runs.iter().filter_map(|run| run["status"].as_str()).collect();
    for status in ["successful", "failed", "cancelled", "interrupted"] {
        assert!(statuses.contains(&status), "no {status} run in {statuses:?}");
    }
    for id in runs.iter().filter_map(|run| run["id"].as_str()) {
        same_json(&home, &format!("runs/{id}.json"), &["run", "show", id]);
    }
}

#[test]
fn drafts_and_screens_are_taken_up() {
    let home = earlier();
    let drafts = DraftStore::open(home.path().join("data")).list().unwrap();
    assert_eq!(drafts.iter().map(|d| d.name.as_str()).collect::<Vec<_>>(), ["Upsell"]);
    assert_eq!(UiState::read(&home.path().join("state")).selected.as_deref(), Some("leads"));
}

#[test]
fn its_runs_are_repeated_to_the_byte_and_its_model_goes_on_scoring() {
    let home = earlier();
    // Elementary functions of another architecture's libraries may differ in the last bit.
    if cfg!(target_arch = "x86_64") {
        for run in ["20261127-000439-dd4a", "20261127-000444-2377", "20261127-000446-5997"] {
            home.stdout(&["run", "verify", run]);
        }
    }
    let run = home.json(&["run", "start", SCORE, "--kind", "scoring"]);
    assert_eq!((&run["status"], &run["model_run"]), (&"successful".into(), &"20261127-000439-dd4a".into()));
}

#[test]
fn the_doctor_knows_every_file_of_it() {
    let home = earlier();
    let findings = home.propensity(&["doctor", "--deep"]).output().unwrap();
    let printed = String::from_utf8(findings.stdout).unwrap();
    assert!(!printed.contains('✗'), "{printed}");
}
