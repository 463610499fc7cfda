//! The page of a run: what it says a model is worth, the story of a run without a log, and where its marks stand.

use super::run_page::{failed, over_time, page, picture, scoring, successful, whole};
use super::*;
use propensity::queries::run_detail::Log;
use propensity::tui::action::Action;
use propensity::tui::dialogs::Dialog;
use propensity::tui::screens::monitoring::run::{Extent, Tab, Transition, extent, update as update_page};

#[test]
fn a_run_without_a_log_tells_the_story_of_its_journal() {
    let mut detail = successful();
    detail.log = Log::default();
    let shown = whole(detail, Tab::Log, 120);
    let lines: Vec<&str> = shown.lines().map(str::trim).collect();
    let first = lines.iter().position(|line| line.ends_with("The training run was started by ann.")).unwrap();
    assert_eq!(
        lines[first..first + 5],
        [
            "10:00:00    The training run was started by ann.",
            "10:00:00    read: 6.8 s",
            "10:00:06  ! The sources end on different days.",
            "10:00:07    check: 6.8 s",
            "10:00:41  ● 14,998 profiles scored, test AUC 0.826, Strong.",
        ]
    );
    // One that failed says why, and how far it had come.
    let mut detail = failed();
    detail.journal.began = vec![("model".into(), at("2026-11-23T08:00:09Z"))];
    detail.journal.causes = vec!["the disk is full".into()];
    detail.journal.hint = Some("Make room.".into());
    let shown = whole(detail, Tab::Log, 120);
    for part in ["model: it did not come to its end", "because the disk is full", "Make room.", "✗ ERROR 404"] {
        assert!(shown.contains(part), "{part}:\n{shown}");
    }
}

#[test]
fn what_a_model_is_worth_is_told_of_successful_runs_and_whose_test_it_was() {
    let shown = whole(scoring(true), Tab::Overview, 120);
    assert!(shown.contains("model of 24 Nov: AUC .841"), "{shown}");
    assert!(shown.contains("tested out of time in the") && shown.contains("training of 24 Nov 2026"), "{shown}");
    let narrow = whole(scoring(true), Tab::Overview, 80);
    assert!(
        narrow.contains("● successful   scoring · 41 s  ") && narrow.contains("model of 24 Nov: AUC .841"),
        "{narrow}"
    );
    // A long verdict takes the interval's room, and never half of a word.
    let mut long = scoring(true);
    if let Some((run, _)) = &mut long.trained {
        run.verdict = Some(Verdict::NoBetterThanRecency);
    }
    let shown = whole(long, Tab::Log, 80);
    let ending = shown.lines().find(|line| line.contains("● successful")).unwrap();
    assert!(ending.contains("   scoring ") && !ending.contains('…'), "{ending}");
    assert!(ending.ends_with("model of 24 Nov: AUC .841  no better than recency"), "{ending}");
    let mut stopped = scoring(true);
    (stopped.run.status, stopped.run.population) = (Status::Failed, PopulationCounts::default());
    let shown = whole(stopped.clone(), Tab::Overview, 120);
    assert!(!shown.contains(".841") && !shown.contains("verdict"), "{shown}");
    assert!(whole(stopped, Tab::Evaluation, 120).contains("the model that it was to apply: run"));
    assert!(!whole(successful(), Tab::Overview, 120).contains("model of 24 Nov"), "its own test");
}

#[test]
fn models_that_could_not_be_compared_have_no_table_of_dashes() {
    let mut detail = over_time();
    let challenge = detail.run.challenge.as_mut().unwrap();
    challenge.why = "The two could not be compared.".into();
    (challenge.champion_auc, challenge.challenger_auc, challenge.difference) = (None, None, None);
    let shown = whole(detail, Tab::OverTime, 120);
    assert!(shown.contains("The two could not be compared.") && !shown.contains("difference, paired"), "{shown}");
    assert!(whole(over_time(), Tab::OverTime, 120).contains("difference, paired"));
}

#[test]
fn the_scroll_bar_stands_in_the_margin_and_tells_where_one_is() {
    let app = bare((120, 40));
    let mut page = page(successful(), Tab::Data);
    // The row of the thumb's first line and of its last.
    let thumb = |shown: &str| {
        let rows: Vec<usize> = (0..).zip(shown.lines()).filter(|(_, l)| l.ends_with('┃')).map(|(y, _)| y).collect();
        (rows[0], rows[rows.len() - 1])
    };
    let top = thumb(&picture(&app, &page));
    let end = extent(&app, &page);
    update_page(&mut page, Action::Last, end);
    let bottom = thumb(&picture(&app, &page));
    assert!(top.0 < bottom.0 && top.1 < bottom.1, "{top:?} {bottom:?}");
}

#[test]
fn activity_types_that_do_not_match_are_named_with_the_keys_of_their_thresholds() {
    let mut detail = scoring(true);
    let what = "Count of activity types that do not match";
    let mut check = Check::stopping(407, "the activity types do not match", what, 1.0, Rule::AtMost, 0.0);
    check.message += " 'email.opened' (34.0 % of training) is gone.";
    (detail.run.status, detail.run.code) = (Status::Failed, Some(407));
    detail.run.checks = vec![check];
    let shown = whole(detail.clone(), Tab::Overview, 120);
    assert!(shown.contains("'email.opened' (34.0 % of training) is gone."), "{shown}");
    let mut app = bare((120, 60));
    let mut page = page(detail, Tab::Overview);
    let Transition::Open(code) = update_page(&mut page, Action::Accept, Extent::default()) else {
        panic!("Enter opens the code")
    };
    app.dialogs.push(Dialog::Pager(code));
    let shown = text(&app);
    assert!(shown.contains("'email.opened' (34.0 %"), "{shown}");
    assert!(shown.contains("[thresholds] type_gone") && shown.contains("[thresholds] type_new"), "{shown}");
}
