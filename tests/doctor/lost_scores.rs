//! Scores that the scores file lost are put back from the definitions that their runs keep.

use super::doctor;
use crate::common::{Home, list, text};
use crate::lost::Small;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// `leads` without a run, and after it `Second` with one, so that the last good copy of the scores file lacks it.
fn two_scores() -> Home {
    let home = Small::new().home;
    home.create_score("Second", &["--repeatable", "no", "--description", "the later one"]);
    home.stdout(&["run", "start", "Second"]);
    home
}

/// Changes the list of scores behind the program's back.
fn amend(home: &Home, change: impl FnOnce(&mut Vec<Value>)) {
    let path = home.path().join("data/scores.json");
    let mut file: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(file["scores"].as_array_mut().unwrap());
    fs::write(path, file.to_string()).unwrap();
}

fn forget(home: &Home, id: &str) {
    amend(home, |scores| scores.retain(|score| score["id"] != id));
}

fn runs(home: &Home, id: &str) -> std::path::PathBuf {
    home.path().join("data/runs").join(id)
}

fn names(home: &Home) -> Vec<String> {
    list(&home.json(&["score", "list"]), "").iter().map(|score| text(score, "/name").to_string()).collect()
}

#[test]
fn a_score_that_the_last_good_copy_lacks_comes_back_in_the_same_call() {
    let home = two_scores();
    // A field of a later program survives.
    amend(&home, |scores| scores[1]["owner"] = "bea".into());
    home.stdout(&["run", "start", "Second", "--kind", "scoring"]);
    let before = home.json(&["score", "show", "Second"]);
    let file = home.path().join("data/scores.json");
    let good = fs::read(&file).unwrap();
    fs::write(&file, &good[..good.len() / 2]).unwrap();
    let said = home.fails(&["score", "list"], 1);
    let offer = "The last good copy holds 1 score, and may lack the last change: `propensity doctor --fix`";
    assert!(said.contains(offer), "{said}");
    let fixed = doctor(&home, &["--fix"]);
    assert_eq!(fixed.code, 0, "{}", fixed.said);
    let found = fixed.of("orphan", &runs(&home, "second")).unwrap_or_else(|| panic!("{}", fixed.said));
    let what = "The score 'Second' is missing from the scores file; its runs hold its definition of 20";
    assert!(text(found, "/what").starts_with(what) && found["mended"] == true, "{found}");
    assert_eq!(names(&home), ["leads", "Second"]);
    assert_eq!(home.json(&["score", "show", "Second"]), before);
    assert!(fs::read_to_string(&file).unwrap().contains("\"owner\": \"bea\""));
    assert_eq!(list(&home.json(&["run", "list", "Second"]), "").len(), 2);
    let audit = home.stdout(&["audit", "list", "--score", "Second"]);
    assert!(audit.contains("recovered what was lost") && audit.contains("from its runs"), "{audit}");
    assert_eq!(doctor(&home, &[]).code, 0);
}

#[test]
fn one_whose_name_was_given_away_gets_a_number_and_keeps_its_id() {
    let home = two_scores();
    forget(&home, "second");
    let looked = doctor(&home, &[]);
    let found = looked.of("orphan", &runs(&home, "second")).unwrap();
    assert_eq!((looked.code, text(found, "/sign")), (1, "mendable"), "{}", looked.said);
    assert_eq!(names(&home), ["leads"], "looking changes nothing");
    assert_eq!(text(&home.create_score("second", &[]), "/id"), "second-2");
    assert_eq!(doctor(&home, &["--fix"]).code, 0);
    assert_eq!(names(&home), ["leads", "second", "Second (2)"]);
    assert_eq!(text(&home.json(&["score", "show", "Second (2)"]), "/id"), "second");
}

#[test]
fn a_failed_run_keeps_the_definition_and_nothing_else_passes_for_one() {
    let home = Small::new().home;
    fs::remove_file(home.path().join("in/events.csv")).unwrap();
    home.fails(&["run", "start", "leads"], 1);
    let kept = definitions(&runs(&home, "leads"));
    assert_eq!(kept.len(), 1, "{kept:?}");
    forget(&home, "leads");
    // A copy under another name is no score of its own.
    let copy = runs(&home, "copy");
    let run = copy.join(kept[0].parent().unwrap().file_name().unwrap());
    fs::create_dir_all(&run).unwrap();
    fs::copy(&kept[0], run.join("score.json")).unwrap();
    let fixed = doctor(&home, &["--fix"]);
    assert_eq!(fixed.of("orphan", &runs(&home, "leads")).unwrap()["mended"], true, "{}", fixed.said);
    let found = fixed.of("orphan", &copy).unwrap();
    assert!(text(found, "/sign") == "decide" && text(found, "/next").contains("rm -r"), "{found}");
    assert_eq!(names(&home), ["leads"]);
    // One that does not parse is told as runs without a definition are.
    forget(&home, "leads");
    fs::write(&kept[0], "{").unwrap();
    let fixed = doctor(&home, &["--fix"]);
    assert_eq!(text(fixed.of("orphan", &runs(&home, "leads")).unwrap(), "/sign"), "decide", "{}", fixed.said);
    assert!(names(&home).is_empty());
}

#[test]
fn a_deleted_score_stays_deleted() {
    let home = two_scores();
    home.stdout(&["score", "delete", "Second", "--yes"]);
    assert_eq!(doctor(&home, &["--fix"]).code, 0);
    assert_eq!(names(&home), ["leads"]);
    home.stdout(&["score", "restore", "Second"]);
    assert_eq!(names(&home), ["leads", "Second"]);
}

/// The definitions in the folders of runs.
fn definitions(runs: &Path) -> Vec<std::path::PathBuf> {
    let folders = fs::read_dir(runs).unwrap().map(|entry| entry.unwrap().path());
    folders.map(|folder| folder.join("score.json")).filter(|path| path.exists()).collect()
}
