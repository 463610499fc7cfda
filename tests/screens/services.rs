//! The Services screen by its keys: state, keys, state and effects.

use super::*;
use propensity::error::Error;
use propensity::tui::dialogs::{Confirm, Dialog, Question};
use propensity::tui::effect::RunPurpose;
use propensity::tui::screens::profiles;

fn selected(app: &App) -> &str {
    app.services.selected.as_deref().unwrap_or("")
}

#[test]
fn the_newest_run_stands_first_and_the_keys_move_the_selection() {
    let mut app = app((120, 40));
    assert_eq!(selected(&app), "won");
    press(&mut app, &["j"]);
    assert_eq!(selected(&app), "demo");
    press(&mut app, &["End"]);
    assert_eq!(selected(&app), "expansion", "a score without a run comes last");
    press(&mut app, &["Down", "G"]);
    assert_eq!(selected(&app), "expansion");
    press(&mut app, &["k", "k", "k", "k", "k"]);
    assert_eq!(selected(&app), "won");
}

#[test]
fn the_filter_takes_printable_keys_and_esc_shows_all_again() {
    let mut app = app((120, 40));
    press(&mut app, &["/"]);
    type_text(&mut app, "demo q");
    assert_eq!((app.services.order.len(), selected(&app)), (1, "demo"), "q is text here");
    press(&mut app, &["Enter"]);
    assert!(text(&app).contains("1 of 1 · 4 scores"));
    press(&mut app, &["Esc"]);
    assert_eq!((app.services.order.len(), selected(&app)), (4, "demo"));
    let words = |app: &mut App, filter: &str| {
        press(app, &["/"]);
        type_text(app, filter);
        let count = app.services.order.len();
        press(app, &["Esc"]);
        count
    };
    assert_eq!(
        [words(&mut app, "account closed"), words(&mut app, "ENTERPRISE"), words(&mut app, "nothing")],
        [1, 1, 0]
    );
}

#[test]
fn a_letter_sorts_by_its_column_and_the_same_again_turns_it_round() {
    let mut app = app((200, 40));
    press(&mut app, &["j"]);
    for (letter, title, arrow) in [
        ("n", "Name", "▴"),
        ("n", "Name", "▾"),
        ("a", "Test AUC", "▾"),
        ("a", "Test AUC", "▴"),
        ("p", "Scored", "▾"),
        ("t", "Profile type", "▴"),
        ("l", "Last run", "▾"),
    ] {
        press(&mut app, &["s"]);
        let effects = press(&mut app, &[letter]);
        assert!(text(&app).contains(&format!("{title} {arrow}")), "{title}:\n{}", text(&app));
        assert_eq!(selected(&app), "demo", "the selection stays on its score");
        assert!(matches!(&effects[..], [Effect::SaveUi(kept)] if kept.sort.ends_with(letter)));
    }
}

#[test]
fn the_selection_stays_on_its_score_when_the_list_changes_and_on_its_place_when_the_score_goes() {
    let mut app = app((120, 40));
    press(&mut app, &["j"]);
    let mut fewer = scores();
    fewer.remove(0);
    update(&mut app, Msg::Scores(Ok(fewer.clone())));
    assert_eq!(selected(&app), "demo");
    fewer.remove(0);
    update(&mut app, Msg::Scores(Ok(fewer)));
    assert_eq!(selected(&app), "webinar", "the one that took its place");
    update(&mut app, Msg::Scores(Ok(Vec::new())));
    assert_eq!(app.services.selected, None);
    let mut sorted = self::app((120, 40));
    press(&mut sorted, &["End", "k"]);
    let mut without = scores();
    without.remove(3);
    update(&mut sorted, Msg::Scores(Ok(without)));
    assert_eq!(selected(&sorted), "expansion", "not the first of the list");
    press(&mut app, &["j", "e", "C", "d", "r", "p", "x", "v", "!", "Enter", "Tab", "Tab"]);
    assert!(app.dialogs.is_empty(), "nothing is selected, so nothing opens");
}

#[test]
fn details_stand_behind_enter_on_a_narrow_terminal() {
    let mut app = app((70, 24));
    assert!(!text(&app).contains("enterprise segment"));
    press(&mut app, &["Enter"]);
    assert!(text(&app).contains("New business in the enterprise segment."));
    assert!(!text(&app).contains("Predictive lead and account scoring"));
    press(&mut app, &["Esc"]);
    assert!(text(&app).contains("Predictive lead and account scoring"));
}

#[test]
fn the_buttons_of_the_details_do_what_their_keys_do() {
    for (rights, title) in
        [(0, "Edit instance"), (1, "Clone Closed Won"), (2, "Delete documentation"), (3, "Run score")]
    {
        let mut app = app((120, 40));
        press(&mut app, &["Enter"]);
        (0..rights).for_each(|_| drop(press(&mut app, &["Right"])));
        press(&mut app, &["Enter"]);
        assert!(text(&app).contains(title), "{title}:\n{}", text(&app));
    }
}

#[test]
fn a_long_page_of_details_scrolls_and_stops_at_its_end() {
    let mut app = app((80, 24));
    press(&mut app, &["Enter"]);
    assert!(!text(&app).contains("Created"));
    press(&mut app, &["End"]);
    assert!(text(&app).contains("Created"), "{}", text(&app));
    let end = app.services.scroll;
    press(&mut app, &["Down", "PgDn"]);
    assert_eq!(app.services.scroll, end);
}

#[test]
fn running_asks_first_and_starts_what_was_asked_for() {
    let mut app = app((120, 40));
    press(&mut app, &["r"]);
    let effects = press(&mut app, &["Enter"]);
    assert_eq!(effects, [Effect::StartRun { score: "won".into(), kind: RunKind::Scoring }]);
    press(&mut app, &["r"]);
    let effects = press(&mut app, &["Left", "Enter"]);
    assert_eq!(effects, [Effect::StartRun { score: "won".into(), kind: RunKind::Training }]);
    press(&mut app, &["End", "r"]);
    assert!(!text(&app).contains("[ Score ]"), "a score without a model is trained");
    assert_eq!(press(&mut app, &["Esc"]), []);
}

#[test]
fn a_live_run_is_shown_refuses_a_second_one_and_can_be_cancelled() {
    let mut app = app((120, 40));
    update(&mut app, Msg::LiveRuns(vec![live("won")]));
    let shown = text(&app).replace('\u{a0}', " ");
    let (outlook, fit) = ("42 % · about 0:20 left", "fit 3 of 8, about 90 rounds each");
    for part in ["1 run live", "processing, 0:14", outlook, fit, "10.2 M rows", "[x] Cancel", "train and test"] {
        assert!(shown.contains(part), "{part}:\n{shown}");
    }
    press(&mut app, &["r"]);
    assert!(text(&app).contains("ben runs it already, since 24 Nov 2026 11:59"));
    press(&mut app, &["x"]);
    assert_eq!(press(&mut app, &["Enter"]), [], "the default lets it run");
    press(&mut app, &["x"]);
    assert_eq!(press(&mut app, &["Right", "Enter"]), [Effect::CancelRun { score: "won".into() }]);
}

#[test]
fn a_dead_run_is_interrupted_and_another_may_begin() {
    let mut app = app((120, 40));
    update(&mut app, Msg::LiveRuns(vec![RunProgress { status: Status::Interrupted, ..live("won") }]));
    assert!(text(&app).contains("! interrupted") && !text(&app).contains("run live"));
    press(&mut app, &["r"]);
    assert!(text(&app).contains("Run 'Closed Won in 90 days' now?"));
}

#[test]
fn deleting_says_what_goes_defaults_to_cancel_and_can_be_undone() {
    let mut app = app((120, 40));
    assert_eq!(press(&mut app, &["d"]), [Effect::LoadDeletionImpact { score: "won".into() }]);
    let loss = propensity::queries::score_summaries::DeletionImpact { scores: 14_998, runs: 3, bytes: 2_500_000 };
    update(&mut app, Msg::DeletionImpact { score: "won".into(), impact: loss });
    assert!(text(&app).contains("14,998 predicted scores, 3 runs, 2.5 MB"));
    assert_eq!(press(&mut app, &["Enter"]), [], "Cancel is the default");
    press(&mut app, &["d"]);
    let effects = press(&mut app, &["S-Tab", "Enter"]);
    assert_eq!(effects, [Effect::DeleteScore { score: "won".into(), cancel_first: false }]);
    let deleted = scores()[0].score.clone();
    update(&mut app, Msg::Deleted(Box::new(Ok(deleted))));
    assert!(text(&app).contains("'Closed Won in 90 days' is deleted. u brings it back."));
    update(&mut app, Msg::Deleted(Box::new(Ok(scores()[1].score.clone()))));
    assert_eq!(press(&mut app, &["u"]), [Effect::RestoreScore { score: "demo".into() }]);
    update(&mut app, Msg::Restored(Box::new(Ok(scores()[1].score.clone()))));
    assert_eq!(press(&mut app, &["u"]), [Effect::RestoreScore { score: "won".into() }], "the one before, too");
}

#[test]
fn deleting_a_running_score_cancels_its_run_first() {
    let mut app = app((120, 40));
    update(&mut app, Msg::LiveRuns(vec![live("won")]));
    press(&mut app, &["d"]);
    assert!(text(&app).contains("started by ben"));
    let effects = press(&mut app, &["Right", "Enter"]);
    assert_eq!(effects, [Effect::DeleteScore { score: "won".into(), cancel_first: true }]);
}

#[test]
fn a_score_deleted_elsewhere_while_its_dialog_is_open_is_told() {
    for opening in ["e", "d", "r"] {
        let mut app = app((120, 40));
        press(&mut app, &[opening]);
        let mut left = scores();
        left.remove(0);
        update(&mut app, Msg::Scores(Ok(left)));
        assert!(text(&app).contains("deleted in another session"), "{opening}");
        press(&mut app, &["Esc"]);
        assert!(app.dialogs.is_empty());
    }
}

#[test]
fn editing_changes_the_description_says_why_and_offers_a_clone() {
    let mut app = app((120, 40));
    press(&mut app, &["e"]);
    assert!(text(&app).contains("Only the description can be changed"));
    press(&mut app, &["C-u"]);
    type_text(&mut app, "Enterprise only");
    let saved = Effect::SaveDescription { score: "won".into(), description: "Enterprise only".into() };
    assert_eq!(press(&mut app, &["Enter", "Enter"]), [saved]);
    // Where the disk refuses, what was typed is still there.
    update(&mut app, Msg::Edited(Box::new(Err(Error::new("The disk is full.")))));
    assert!(text(&app).contains("The disk is full."));
    press(&mut app, &["Esc"]);
    assert!(text(&app).contains("Enterprise only"));
    update(&mut app, Msg::Edited(Box::new(Ok(scores()[0].score.clone()))));
    assert!(app.dialogs.is_empty());
    press(&mut app, &["e", "Tab", "Tab", "Enter"]);
    assert!(matches!(app.dialogs.last(), Some(Dialog::Wizard(_))));
}

#[test]
fn read_only_shows_everything_and_changes_nothing() {
    let mut app = app((120, 40));
    app.workspace.read_only = Some("Read-only: you may not write /data.".into());
    for name in ["c", "e", "C", "d", "r", "u", "D"] {
        assert_eq!(press(&mut app, &[name]), [], "{name}");
        assert!(app.dialogs.is_empty() && text(&app).contains("✗ Read-only: you may not write /data."), "{name}");
    }
    let opened = press(&mut app, &["p"]);
    assert_eq!(opened.last(), Some(&Effect::Profiles(profiles::Request::Open { score: "won".into() })));
}

#[test]
fn an_empty_workspace_says_what_to_do_first() {
    let mut empty = bare((120, 40));
    assert!(
        text(&empty).contains("There is no score yet.") && text(&empty).contains("c creates one: who is to do what")
    );
    empty.workspace.has_sources = false;
    empty.catalog = CatalogView::NoSources;
    assert!(text(&empty).contains("This workspace has no data yet.") && text(&empty).contains("/acme demo"));
    assert!(text(&empty).contains("propensity --home /home/ann/acme data check"), "{}", text(&empty));
    // A demo that was made here is named with the command that opens it.
    empty.workspace.demo = Some("/home/ann/my acme/demo".into());
    let shown = text(&empty);
    assert!(shown.contains("The demo that was made here opens with:"), "{shown}");
    assert!(shown.contains("propensity --home '/home/ann/my acme/demo'") && shown.contains("? shows all keys."));
    // In a small window all that says something has its room.
    for size in [(60, 16), (80, 24)] {
        let shown = text(&bare(size));
        assert!(shown.contains("propensity --home /home/ann/acme demo"), "{shown}");
    }
    let error = Error::new("The scores file does not parse.").hint("cp it back");
    update(&mut empty, Msg::Scores(Err(error)));
    assert!(text(&empty).contains("does not parse") && text(&empty).contains("cp it back"));
}

#[test]
fn names_from_the_data_cannot_move_the_cursor_and_wide_ones_keep_the_columns() {
    let mut app = bare((100, 24));
    let nasty = score("nasty", "a\u{1b}[2J\u{202e}株式会社 e\u{301}", ProfileType::Person, "t");
    update(&mut app, Msg::Scores(Ok(vec![Arc::new(ScoreSummary::from_runs(nasty, Vec::new()))])));
    let shown = text(&app);
    assert!(shown.contains("a␛[2J") && !shown.contains('\u{1b}') && !shown.contains('\u{202e}'), "{shown}");
    let column = shown
        .lines()
        .find(|l| l.contains('│'))
        .map(|l| unicode_width::UnicodeWidthStr::width(l.split('│').next().unwrap()));
    for line in shown.lines().filter(|l| l.contains('│')) {
        let here = unicode_width::UnicodeWidthStr::width(line.split('│').next().unwrap());
        assert_eq!(Some(here), column, "{line}");
    }
}

#[test]
fn quitting_keeps_the_state_and_ctrl_c_does_the_same() {
    for name in ["q", "C-c"] {
        let mut app = app((120, 40));
        press(&mut app, &["j"]);
        let effects = press(&mut app, &[name]);
        assert!(
            matches!(&effects[..], [Effect::SaveUi(kept), Effect::Quit] if kept.selected.as_deref() == Some("demo"))
        );
    }
}

#[test]
fn the_palette_finds_a_command_and_does_it() {
    let mut app = app((120, 40));
    press(&mut app, &[":"]);
    type_text(&mut app, "delete the sel");
    let effects = press(&mut app, &["Enter"]);
    assert_eq!(effects, [Effect::LoadDeletionImpact { score: "won".into() }]);
    assert!(matches!(app.dialogs.last(), Some(Dialog::Confirm(Confirm { question: Question::Delete { .. }, .. }))));
}

#[test]
fn every_action_is_in_the_help() {
    let mut app = app((120, 200));
    press(&mut app, &["?"]);
    let shown = text(&app);
    for entry in propensity::tui::action::TABLE {
        assert!(shown.contains(entry.doc), "{}", entry.id);
    }
}

#[test]
fn the_number_of_a_code_opens_its_page() {
    let mut app = app((120, 40));
    press(&mut app, &[":"]);
    type_text(&mut app, "404");
    assert!(text(&app).contains("code 404          Not enough conversions"), "{}", text(&app));
    press(&mut app, &["Enter"]);
    let shown = text(&app);
    assert!(shown.contains("Code 404") && shown.contains("stops below 10 by default"), "{shown}");
    press(&mut app, &["Esc"]);
    assert!(app.dialogs.is_empty());
    // Every code is there, also the one without a number.
    for code in propensity::domain::run::codes::TABLE {
        press(&mut app, &[":"]);
        type_text(&mut app, &format!("code {}", code.name()));
        press(&mut app, &["Enter"]);
        assert!(text(&app).contains(&format!("Code {}", code.name())), "{}", text(&app));
        press(&mut app, &["Esc"]);
    }
    // The configuration has other thresholds.
    app.workspace.thresholds.conversions = 5_000;
    press(&mut app, &[":"]);
    type_text(&mut app, "404");
    press(&mut app, &["Enter"]);
    assert!(text(&app).contains("stops below 5,000, by default 10."), "{}", text(&app));
}

#[test]
fn a_failed_run_says_what_stopped_it_and_one_key_leads_to_what_helps() {
    let mut app = app((120, 40));
    assert!(!text(&app).contains("What it means and what helps"));
    app.services.selected = Some("webinar".into());
    let shown = text(&app);
    assert!(shown.contains("Stopped by 404") && shown.contains("[!] What it means and what helps"), "{shown}");
    let effects = press(&mut app, &["!"]);
    assert!(matches!(&effects[..], [Effect::LoadRun { purpose: RunPurpose::Code, .. }]), "{effects:?}");
}

#[test]
fn warnings_of_a_successful_run_are_seen_and_one_key_leads_to_them() {
    let mut app = app((120, 40));
    let mut warned = scores();
    let listed = Arc::make_mut(&mut warned[0]);
    let mut run = (**listed.last.as_ref().unwrap()).clone();
    run.warnings = vec!["30 rows were refused.".into(), "Dates end early.".into()];
    listed.last = Some(Arc::new(run));
    update(&mut app, Msg::Scores(Ok(warned)));
    assert!(text(&app).contains("! 2 warnings"), "{}", text(&app));
    let effects = press(&mut app, &["!"]);
    assert!(matches!(&effects[..], [Effect::LoadRun { purpose: RunPurpose::Warnings, .. }]), "{effects:?}");
}

#[test]
fn the_end_of_a_run_is_told_on_every_screen_and_stays_until_it_could_be_read() {
    let mut app = app((120, 40));
    update(&mut app, Msg::Started { score: "won".into(), outcome: Ok(()) });
    press(&mut app, &["3", "j"]);
    assert!(text(&app).contains("The run has begun."), "as long as it goes on");
    let mut ended = scores();
    let listed = Arc::make_mut(&mut ended[0]);
    let mut run = (**listed.last.as_ref().unwrap()).clone();
    run.id = "20261124-115900-beef".into();
    listed.last = Some(Arc::new(run));
    update(&mut app, Msg::Scores(Ok(ended)));
    let told = "Closed Won in 90 days: 14,998 accounts scored, AUC .826 Strong";
    assert!(text(&app).contains(told) && !text(&app).contains("has begun"), "{}", text(&app));
    press(&mut app, &["j"]);
    assert!(text(&app).contains(told), "a key pressed at that moment does not hide it");
    let later = app.now + jiff::SignedDuration::from_secs(20);
    update(&mut app, Msg::Now(later));
    press(&mut app, &["j"]);
    assert!(!text(&app).contains(told));
}

#[test]
fn the_key_of_the_schedule_stays_whatever_is_told_before_it() {
    for now in [NOW, "2026-11-25T03:00:00Z", "2026-12-09T12:00:00Z", "2026-12-20T01:00:00Z", "2027-02-01T12:00:00Z"] {
        for width in [80, 90, 100, 120, 160] {
            for score in ["won", "expansion", "webinar"] {
                let mut app = app((width, 50));
                app.services.selected = Some(score.into());
                app.now = at(now);
                let shown = text(&app);
                let expected = app.selected().unwrap().last.is_some();
                assert_eq!(shown.contains("[t] Schedule"), expected, "{score} at {width}, {now}:\n{shown}");
                let next = shown.lines().find(|line| line.contains("raining ") && line.contains("[t]"));
                assert!(!next.unwrap_or_default().contains('…'), "{score} at {width}, {now}:\n{shown}");
            }
        }
    }
    let mut app = app((120, 40));
    app.now = at("2026-12-09T12:00:00Z");
    app.timer = TimerRecord::new(None, Some(at("2026-12-09T06:30:00Z")));
    assert!(text(&app).contains("late") && text(&app).contains("24 Dec"), "{}", text(&app));
    // The day of the last run has its room.
    assert!(text(&app).contains("Strong   24 Nov 2026"), "{}", text(&app));
}
