//! Which runs stay, as tables.

use super::*;
use crate::domain::metrics::Evaluation;
use crate::domain::run::{RunKind, Status};
use crate::domain::score::goal::Goal;
use crate::domain::score::{ProfileType, Promotion};
use crate::runs::summary_json;

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn today() -> Timestamp {
    "2026-06-30T12:00:00Z".parse().unwrap()
}

/// A score, with the run that was promoted after another one.
fn score(promoted: Option<(&str, &str)>) -> Score {
    let mut score = Score::new("s", ProfileType::Person, Goal::parse("a.b").unwrap(), 30, today(), "ann");
    let promotion = |(run, after): (&str, &str)| {
        let (run, after) = (run.into(), after.into());
        Promotion { run, after, at: today(), by: "ann".into() }
    };
    score.promoted = promoted.map(promotion);
    score
}

/// A run that began so many days ago, with the run that its model is of.
fn line(id: &str, days: i64, kind: RunKind, model: Option<&str>) -> RunLine {
    let run = summary_json::empty(id, ("s", "s"), kind, today() - DAY * days as i32);
    let model_run = model.map(str::to_string);
    let status = if model.is_some() { Status::Successful } else { Status::Failed };
    RunLine { status, model_run, ..RunLine::from_run(&run) }
}

fn trained(id: &str, days: i64) -> RunLine {
    line(id, days, RunKind::Training, Some(id))
}

fn scored(id: &str, days: i64, model: &str) -> RunLine {
    line(id, days, RunKind::Scoring, Some(model))
}

fn failed(id: &str, days: i64) -> RunLine {
    line(id, days, RunKind::Scoring, None)
}

fn as_of(line: RunLine, date: &str) -> RunLine {
    RunLine { as_of: date.into(), ..line }
}

fn gone(score: &Score, lines: Vec<RunLine>, realised: &[Realised]) -> Vec<String> {
    let lines: Vec<Arc<RunLine>> = lines.into_iter().map(Arc::new).collect();
    expired(score, &lines, realised, 90, today()).iter().map(|line| line.id.clone()).collect()
}

#[test]
fn runs_go_after_their_days_unless_they_are_needed() {
    let lines = || {
        vec![
            failed("9", 0),
            scored("8", 1, "3"),
            failed("7", 91),
            failed("6", 92),
            scored("5", 93, "3"),
            scored("4", 94, "1"),
            trained("3", 200),
            RunLine { champion_kept: true, ..trained("2", 300) },
            trained("1", 400),
        ]
    };
    // Ages count up to the start of 8. 9 is the newest; 8, 5 and 4 are the newest successful; 3 is champion and gave scores; 1 gave those of 4.
    assert_eq!(gone(&score(None), lines(), &[]), ["6", "2"]);
    assert_eq!(gone(&score(Some(("2", "9"))), lines(), &[]), ["6"], "what was promoted stays");
    assert_eq!(gone(&score(Some(("2", "2"))), lines(), &[]), ["6"], "even where a later model took its place");
    let without_4 = lines().into_iter().filter(|line| line.id != "4").collect();
    assert_eq!(gone(&score(None), without_4, &[]), ["6", "2", "1"], "the champion is one of three");
    let aged: Vec<RunLine> =
        lines().into_iter().map(|line| RunLine { started_at: line.started_at - DAY * 1000, ..line }).collect();
    assert_eq!(gone(&score(None), aged, &[]), ["6", "2"], "an old workspace: ages count up to its last but one run");
    assert!(
        gone(&score(None), Vec::new(), &[]).is_empty() && gone(&score(None), vec![failed("1", 999)], &[]).is_empty()
    );
}

#[test]
fn the_scores_that_are_shown_stay_and_what_they_are_compared_with() {
    let past = |id: &str, days| as_of(scored(id, days, "x"), "2026-01-01");
    let lines =
        vec![past("9", 0), past("8", 0), past("7", 0), past("6", 100), as_of(scored("5", 100, "x"), "2026-03-03")];
    let older = ["2026-03-02", "2026-03-01", "2026-02-28"].into_iter().zip(["4", "3", "2"]);
    let older = older.map(|(date, id)| as_of(scored(id, 120, "x"), date));
    let lines: Vec<RunLine> = lines.into_iter().chain(older).chain([trained("1", 400)]).collect();
    // 5 is shown; 6 is about the past, and 2 is neither of the three newest nor of the three latest as-of dates.
    assert_eq!(gone(&score(None), lines, &[]), ["6", "2"]);
}

#[test]
fn a_model_that_is_needed_by_way_of_another_one_stays() {
    // The training run 5 lost, and its own scores came from the model of 4.
    let lost = RunLine { champion_kept: true, model_run: Some("4".into()), ..trained("5", 100) };
    let lines = vec![scored("9", 1, "6"), scored("8", 1, "6"), scored("7", 2, "5"), trained("6", 99), lost];
    let lines: Vec<RunLine> = lines.into_iter().chain([trained("4", 150), trained("3", 160)]).collect();
    assert_eq!(gone(&score(None), lines, &[]), ["3"]);
}

#[test]
fn a_witness_stays_until_its_month_was_judged() {
    let past = |id, days, date| as_of(scored(id, days, "1"), date);
    let lines = || {
        let new = ["9", "8", "7"].map(|id| as_of(scored(id, 1, "1"), "2026-06-29"));
        let old = [past("6", 110, "2026-03-20"), past("5", 125, "2026-03-02"), past("4", 150, "2026-02-10")];
        let champion = as_of(trained("1", 200), "2026-01-01");
        new.into_iter().chain(old).chain([champion]).collect::<Vec<_>>()
    };
    assert_eq!(gone(&score(None), lines(), &[]), ["6"], "5 and 4 are the first of their months");
    let evaluated = |date: &str| Realised {
        hindsight: false,
        run: String::new(),
        model_run: String::new(),
        as_of: date.into(),
        until: String::new(),
        profiles: 0,
        gone: 0,
        expected: 0.0,
        evaluation: Evaluation::default(),
        tested: None,
    };
    assert_eq!(gone(&score(None), lines(), &[evaluated("2026-02-10")]), ["6", "4"]);
    let both = [evaluated("2026-02-10"), evaluated("2026-03-02")];
    assert_eq!(gone(&score(None), lines(), &both), ["6", "5", "4"]);
}

#[test]
fn a_clock_that_is_years_ahead_removes_nothing() {
    let ahead = |line: RunLine| RunLine { started_at: today() + DAY * 4000, ..line };
    let young = || vec![scored("8", 1, "1"), failed("7", 2), failed("6", 3), failed("5", 4), trained("1", 5)];
    let lines: Vec<RunLine> = [ahead(scored("9", 0, "1"))].into_iter().chain(young()).collect();
    let lines: Vec<Arc<RunLine>> = lines.into_iter().map(Arc::new).collect();
    let then = today() + DAY * 4000;
    assert!(expired(&score(None), &lines, &[], 90, then).is_empty(), "the clock of this very process is ahead");
    // The clock is right again: the run ahead is not old, and the others have their own age.
    assert!(expired(&score(None), &lines, &[], 90, today()).is_empty());
    let later: Vec<RunLine> =
        [failed("10", 0), ahead(scored("9", 0, "1"))].into_iter().chain(young()).chain([failed("0", 91)]).collect();
    assert_eq!(gone(&score(None), later, &[]), ["0"], "ages count up to now at most");
}

#[test]
fn a_removed_folder_is_cleared_unless_somebody_keeps_a_file_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join(".20260101-000000-0000.gone");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("run.json"), "{}").unwrap();
    std::fs::write(folder.join("mine.txt"), "x").unwrap();
    assert_eq!(removed_folders(dir.path()), std::slice::from_ref(&folder));
    assert!(remove_folder(&folder).unwrap_err().causes[0].contains("mine.txt"));
    assert!(folder.join("run.json").is_file(), "nothing is half removed");
    std::fs::remove_file(folder.join("mine.txt")).unwrap();
    remove_folder(&folder).unwrap();
    assert!(!folder.exists() && remove_folder(&folder).is_ok());
    std::fs::create_dir(dir.path().join("notes.gone")).unwrap();
    assert!(removed_folders(dir.path()).is_empty());
}
