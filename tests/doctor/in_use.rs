//! What is in use is never offered to be removed, and what is lost of it is told until it is made anew, and no longer.

use super::{Doctored, doctor};
use crate::common::{Home, list, text};
use crate::lost::Small;
use serde_json::json;
use std::fs;
use std::path::PathBuf;

/// A home with one training run of `leads`, and the id of the run.
fn trained() -> (Home, String) {
    let home = Small::new().home;
    let id = run(&home, "training");
    (home, id)
}

fn run(home: &Home, kind: &str) -> String {
    text(&home.json(&["run", "start", "leads", "--kind", kind]), "/id").to_string()
}

fn file(home: &Home, run: &str, name: &str) -> PathBuf {
    home.path().join("data/runs/leads").join(run).join(name)
}

/// Nothing that is said would remove anything of the runs.
#[track_caller]
fn removes_nothing(looked: &Doctored) {
    assert!(!looked.said.to_string().contains("rm -r"), "{}", looked.said);
}

#[test]
fn lost_scores_of_the_only_training_run_are_made_anew_by_what_is_told() {
    for name in ["scores.parquet", "report.json", "snapshot.json", "snapshot-activity.parquet"] {
        let (home, id) = trained();
        fs::remove_file(file(&home, &id, name)).unwrap();
        let looked = doctor(&home, &[]);
        assert_eq!(looked.code, 1, "{name}: {}", looked.said);
        removes_nothing(&looked);
        let problem = looked.problems()[0];
        assert!(problem["why"].to_string().contains("holds the model in use"), "{problem}");
        let next = text(problem, "/next");
        assert!(next.ends_with("propensity run start leads --kind scoring"), "{next}");
        run(&home, "scoring");
        for deep in [&[][..], &["--deep"]] {
            let again = doctor(&home, deep);
            assert_eq!(again.code, 0, "{name}: {}", again.said);
            removes_nothing(&again);
            let told = list(&again.said, "/findings").iter().find(|f| f["topic"] == "run" && f["sign"] == "note");
            assert!(told.unwrap()["why"].to_string().contains("what is lost with it"), "{name}: {}", again.said);
        }
    }
}

#[test]
fn a_month_that_only_these_scores_can_be_compared_for_is_named() {
    let (home, id) = trained();
    run(&home, "scoring");
    let scores = file(&home, &id, "scores.parquet");
    fs::remove_file(&scores).unwrap();
    // Both runs are of one month, so that the other one can be compared, once it has passed.
    let why = |home: &Home| doctor(home, &[]).of("run", &scores).unwrap()["why"].to_string();
    assert!(!why(&home).contains("the comparison of"), "{}", why(&home));
    let earlier = text(&home.json(&["run", "start", "leads", "--as-of", "2025-09-30"]), "/id").to_string();
    run(&home, "scoring");
    fs::remove_file(file(&home, &earlier, "scores.parquet")).unwrap();
    let looked = doctor(&home, &[]);
    let told = looked.of("run", &file(&home, &earlier, "scores.parquet")).unwrap()["why"].to_string();
    assert!(told.contains("the comparison of 2025-09 with what came"), "{}", looked.said);
}

#[test]
fn the_model_in_use_is_never_removed_whatever_is_broken() {
    let (home, id) = trained();
    let summary = file(&home, &id, "run.json");
    let whole = fs::read_to_string(&summary).unwrap();
    // Without a scoring run nothing but the model in the folder tells of it.
    fs::write(&summary, "{").unwrap();
    let looked = doctor(&home, &[]);
    removes_nothing(&looked);
    let why = |looked: &Doctored| looked.of("run", &summary).unwrap()["why"].to_string();
    assert!(why(&looked).contains("may be the one in use"), "{}", looked.said);
    fs::write(&summary, &whole).unwrap();
    run(&home, "scoring");
    fs::write(&summary, "{").unwrap();
    let looked = doctor(&home, &[]);
    removes_nothing(&looked);
    assert!(why(&looked).contains("gave the scores of 1 other run"), "{}", looked.said);
    // One that somebody promoted stays, too.
    fs::write(&summary, &whole).unwrap();
    run(&home, "training");
    home.stdout(&["score", "promote", "leads", &id]);
    fs::write(&summary, "{").unwrap();
    let looked = doctor(&home, &[]);
    removes_nothing(&looked);
    assert!(why(&looked).contains("made its model champion"), "{}", looked.said);
    assert_eq!(doctor(&home, &["--fix"]).code, 1);
    assert!(file(&home, &id, "model.json").exists());
}

#[test]
fn what_is_lost_is_told_with_the_next_command_by_those_who_need_it() {
    let (home, id) = trained();
    let scores = file(&home, &id, "scores.parquet");
    fs::remove_file(&scores).unwrap();
    let said = home.fails(&["profile", "list", "leads"], 1);
    assert!(said.contains("propensity run start leads --kind scoring") && said.contains("propensity doctor"), "{said}");
    fs::remove_file(file(&home, &id, "model.json")).unwrap();
    let said = home.fails(&["run", "start", "leads", "--kind", "scoring"], 1);
    assert!(said.contains("propensity doctor") && said.contains("propensity run start"), "{said}");
    fs::write(file(&home, &id, "run.json"), "garbage").unwrap();
    let output = home.propensity(&["run", "list"]).output().unwrap();
    let warned = String::from_utf8_lossy(&output.stderr).into_owned();
    let lines: Vec<&str> = warned.lines().filter(|line| line.contains(&id)).collect();
    assert!(lines.len() == 1 && lines[0].matches(&id).count() == 1, "{warned}");
    assert!(lines[0].contains("because: ") && lines[0].contains("`propensity doctor`"), "{warned}");
    assert!(!warned.contains("\\n") && !warned.contains('\u{240a}'), "{warned}");
}

#[test]
fn the_log_of_a_score_that_never_was_is_an_error_and_that_of_a_deleted_one_is_shown() {
    let home = Small::new().home;
    let said = home.fails(&["audit", "list", "--score", "lead"], 1);
    assert!(said.contains("There is no score 'lead'") && said.contains("Did you mean 'leads'?"), "{said}");
    home.stdout(&["score", "delete", "leads", "--yes"]);
    assert!(home.stdout(&["audit", "list", "--score", "leads"]).contains("deleted the score"));
    assert_eq!(home.json(&["audit", "list", "--score", "leads"])[0]["what"], json!("created"));
}
