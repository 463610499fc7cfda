//! The Monitoring screen: what it lists and counts, its toggles, and the way into a run and back.

use super::run_page::{failed, successful};
use super::*;
use jiff::SignedDuration;
use propensity::domain::run::line::RunLine;
use propensity::domain::score::schedule::Every;
use propensity::tui::app::Screen;
use propensity::tui::dialogs::Dialog;
use propensity::tui::effect::RunPurpose;
use propensity::tui::screens::monitoring::DAYS;

/// A score with a run a day over `days` days; every tenth failed, every seventh day had none.
fn history(listed: &ScoreSummary, days: i64) -> Arc<ScoreSummary> {
    let noon = at(NOW);
    let line = |back: i64| {
        let mut run = run(&listed.score, Status::Successful, "2026-11-24T02:00:00Z");
        run.started_at = noon - SignedDuration::from_hours(10 + 24 * back);
        run.finished_at = run.started_at + SignedDuration::from_secs(41);
        run.id = format!("{}-{:04x}", run.started_at.strftime("%Y%m%d-%H%M%S"), listed.score.id.len());
        run.kind = if back % 30 == 29 { RunKind::Training } else { RunKind::Scoring };
        if back % 10 == 5 {
            (run.status, run.code) = (Status::Failed, Some(407));
            run.message = "ERROR 407. The run stopped: the activity types do not match.".into();
            run.population = PopulationCounts::default();
        }
        Arc::new(RunLine::from_run(&run))
    };
    let lines: Vec<Arc<RunLine>> = (0..days).filter(|back| back % 7 != 3).map(line).collect();
    let mut listed = listed.clone();
    listed.lines = Arc::new(lines);
    Arc::new(listed)
}

/// The same runs with ids that tell when they began.
fn dated(listed: &ScoreSummary) -> Arc<ScoreSummary> {
    let mut listed = listed.clone();
    let id = |line: &RunLine| line.started_at.strftime("%Y%m%d-%H%M%S-0000").to_string();
    let lines = listed.lines.iter().map(|line| Arc::new(RunLine { id: id(line), ..(**line).clone() })).collect();
    listed.lines = Arc::new(lines);
    Arc::new(listed)
}

/// The screens with runs of 90 days, on Monitoring.
pub fn opened(size: (u16, u16)) -> App {
    let mut app = app(size);
    let listed = scores().iter().map(|l| if l.scored.is_some() { history(l, 90) } else { dated(l) }).collect();
    update(&mut app, Msg::Scores(Ok(listed)));
    press(&mut app, &["3"]);
    app
}

#[test]
fn every_run_is_listed_newest_first_with_what_it_came_to() {
    let mut app = opened((120, 40));
    let shown = text(&app);
    let expected = |l: &Arc<ScoreSummary>| l.lines.len();
    let all: usize = app.scores.iter().map(expected).sum();
    assert_eq!(app.monitoring.runs.len(), all);
    assert!(app.monitoring.runs.windows(2).all(|pair| pair[0].order() >= pair[1].order()));
    assert!(shown.contains("scoring") && shown.contains("● successful") && shown.contains("41 s"), "{shown}");
    // The live run stands first, and how long it takes is told.
    update(&mut app, Msg::LiveRuns(vec![live("won")]));
    assert_eq!(app.monitoring.runs.len(), all + 1);
    assert_eq!(app.monitoring.runs[0].status, Status::Processing);
    assert!(text(&app).contains("◐ processing"));
}

#[test]
fn failures_only_and_one_score_narrow_the_list_and_escape_widens_it() {
    let mut app = opened((120, 40));
    let all = app.monitoring.runs.len();
    press(&mut app, &["f"]);
    let failed = app.monitoring.runs.clone();
    assert!(!failed.is_empty() && failed.len() < all);
    assert!(failed.iter().all(|line| matches!(line.status, Status::Failed | Status::Interrupted)));
    press(&mut app, &["o"]);
    type_text(&mut app, "demo");
    press(&mut app, &["Enter"]);
    assert!(!app.monitoring.runs.is_empty());
    assert!(app.monitoring.runs.iter().all(|line| line.score == "demo" && line.status == Status::Failed));
    press(&mut app, &["Esc"]);
    assert_eq!((app.screen, app.monitoring.runs.len()), (Screen::Monitoring, all));
    press(&mut app, &["Esc"]);
    assert_eq!(app.screen, Screen::Services);
}

#[test]
fn runs_are_found_as_one_types_and_sorted_by_the_letter_of_a_column() {
    let mut app = opened((120, 40));
    let all = app.monitoring.runs.len();
    press(&mut app, &["/"]);
    type_text(&mut app, "won fail");
    assert!(!app.monitoring.runs.is_empty() && app.monitoring.runs.len() < all);
    assert!(app.monitoring.runs.iter().all(|line| line.score == "won" && line.status == Status::Failed));
    assert!(text(&app).contains(&format!("1 of {}", app.monitoring.runs.len())), "{}", text(&app));
    press(&mut app, &["Enter", "j"]);
    assert!(text(&app).contains("/ won fail") && text(&app).contains("2 of"), "{}", text(&app));
    press(&mut app, &["Esc"]);
    assert_eq!(app.monitoring.runs.len(), all);
    press(&mut app, &["s", "n"]);
    assert!(text(&app).contains("Score ▴"), "{}", text(&app));
    let names: Vec<String> = app.monitoring.runs.iter().map(|line| line.score_name.clone()).collect();
    assert!(names.is_sorted(), "{names:?}");
    press(&mut app, &["s", "n"]);
    assert!(
        text(&app).contains("Score ▾") && app.monitoring.runs[0].score_name == *names.last().unwrap(),
        "{}",
        text(&app)
    );
    press(&mut app, &["s", "p"]);
    assert!(
        app.monitoring.runs.windows(2).all(|two| two[0].scored >= two[1].scored) && text(&app).contains("Profiles ▾")
    );
}

#[test]
fn the_days_tell_what_ran_what_failed_and_what_was_missed() {
    let mut app = opened((130, 40));
    let marks = |app: &App, id: &str| app.monitoring.day_marks.iter().find(|(score, _)| score == id).unwrap().1.clone();
    let won = marks(&app, "won");
    assert_eq!(won.len(), DAYS);
    use propensity::domain::run::timeline::DayStatus;
    let line = app.listed("won").unwrap().lines.clone();
    let failed = won.iter().filter(|mark| **mark == DayStatus::Failed).count();
    assert_eq!(failed, line.iter().filter(|l| l.status == Status::Failed).count());
    assert!(won.iter().filter(|mark| **mark == DayStatus::Missed).count() > 5, "{won:?}");
    let shown = text(&app);
    assert!(shown.contains("○ missed") && shown.contains("Last 90 days"), "{shown}");
    assert!(marks(&app, "expansion").iter().all(|mark| *mark == DayStatus::Nothing), "it never ran");
    // Tomorrow every mark moves, without a key.
    update(&mut app, Msg::Now(at(NOW) + SignedDuration::from_hours(24)));
    assert_eq!(marks(&app, "won")[..DAYS - 1], won[1..]);
    assert_eq!(marks(&app, "won")[DAYS - 1], DayStatus::Missed);
}

#[test]
fn the_metrics_are_those_of_each_score_and_of_all() {
    let app = opened((120, 40));
    let shown = text(&app);
    let row = |name: &str| shown.lines().find(|l| l.starts_with(&format!(" {name}"))).unwrap().to_string();
    assert!(!row("All scores").contains("29,996"), "persons and accounts make no sum: {shown}");
    assert!(row("Closed Won in 90 days").contains("14,998") && row("Closed Won").contains("2 h ago"), "{shown}");
    assert!(row("Expansion in 180 days").contains('─'), "{shown}");
    let mut without = app;
    press(&mut without, &["m"]);
    let shown = text(&without);
    assert!(!shown.contains("All scores") && !shown.contains("Last 90 days"), "{shown}");
}

#[test]
fn enter_opens_a_run_and_escape_comes_back_to_it() {
    let mut app = opened((120, 40));
    press(&mut app, &["j", "j"]);
    let chosen = app.monitoring.selected_run().unwrap().clone();
    let effects = press(&mut app, &["Enter"]);
    assert_eq!(
        effects,
        [Effect::LoadRun { score: chosen.score.clone(), run: chosen.id.clone(), purpose: RunPurpose::Page }]
    );
    let answer = |run: &str| {
        let detail = Box::new(Ok(Arc::new(successful())));
        Msg::RunLoaded { run: run.into(), purpose: RunPurpose::Page, detail }
    };
    update(&mut app, answer("another"));
    assert!(app.monitoring.page.is_none(), "a late answer about another run");
    update(&mut app, answer(&chosen.id));
    assert!(text(&app).contains("Overview") && text(&app).contains("Over time"));
    press(&mut app, &["Tab", "Down", "Esc"]);
    assert!(app.monitoring.page.is_none());
    assert_eq!(app.monitoring.selected_run(), Some(&chosen));
}

#[test]
fn a_live_run_leads_to_where_its_progress_is() {
    let mut app = opened((120, 40));
    update(&mut app, Msg::LiveRuns(vec![live("demo")]));
    press(&mut app, &["Home", "Enter"]);
    assert_eq!((app.screen, app.services.selected.as_deref()), (Screen::Services, Some("demo")));
}

#[test]
fn one_key_leads_from_a_failed_run_to_what_to_do() {
    let mut app = opened((120, 40));
    press(&mut app, &["f", "!"]);
    let chosen = app.monitoring.selected_run().unwrap().clone();
    let detail = Box::new(Ok(Arc::new(failed())));
    update(&mut app, Msg::RunLoaded { run: chosen.id.clone(), purpose: RunPurpose::Code, detail });
    assert!(matches!(app.dialogs.last(), Some(Dialog::Pager(_))));
    assert!(text(&app).contains("404"), "{}", text(&app));
    press(&mut app, &["Esc", "Esc", "Home"]);
    assert_eq!(app.monitoring.selected_run().unwrap().status, Status::Successful);
    let effects = press(&mut app, &["!"]);
    assert!(matches!(&effects[..], [Effect::LoadRun { purpose: RunPurpose::Warnings, .. }]), "{effects:?}");
}

#[test]
fn the_warnings_of_a_run_stand_on_top_of_its_page_where_the_key_leads() {
    for size in [(80, 24), (120, 36), (200, 60)] {
        let mut app = opened(size);
        let mut detail = successful();
        let load = |app: &mut App, detail: propensity::queries::run_detail::RunDetail| {
            let effects = press(app, &["!"]);
            let [Effect::LoadRun { run, purpose, .. }] = &effects[..] else { panic!("{effects:?}") };
            update(app, Msg::RunLoaded { run: run.clone(), purpose: *purpose, detail: Box::new(Ok(Arc::new(detail))) });
        };
        detail.run.warnings = Vec::new();
        load(&mut app, detail.clone());
        assert!(text(&app).contains("There is nothing to tell of this run: it is successful"), "{}", text(&app));
        detail.run.warnings = vec!["30 rows were refused.".into(), "Dates end early.".into()];
        load(&mut app, detail.clone());
        let shown = text(&app);
        assert!(shown.contains("30 rows were refused.") && shown.contains("Dates end early."), "{size:?}\n{shown}");
        // The same from the page itself.
        press(&mut app, &["Home"]);
        load(&mut app, detail);
        assert!(text(&app).contains("30 rows were refused."), "{}", text(&app));
    }
}

#[test]
fn a_model_is_promoted_after_a_question_and_never_one_that_is_none() {
    let mut app = opened((120, 40));
    let trained = app.monitoring.runs.iter().position(|line| line.has_model()).unwrap();
    assert!(press(&mut app, &["P"]).is_empty() && app.dialogs.is_empty(), "a scoring run has no model");
    (0..trained).for_each(|_| drop(press(&mut app, &["j"])));
    press(&mut app, &["P"]);
    assert!(text(&app).contains("Promote model"), "{}", text(&app));
    let line = app.monitoring.selected_run().unwrap().clone();
    assert_eq!(press(&mut app, &["Enter"]), [Effect::Promote { score: line.score.clone(), run: line.id.clone() }]);
}

#[test]
fn a_schedule_is_changed_in_its_dialog_and_mistakes_are_told() {
    let mut app = app((120, 40));
    press(&mut app, &["t"]);
    let field = |app: &App, words: &str| {
        text(app).lines().any(|l| l.split_whitespace().collect::<Vec<_>>().join(" ").contains(words))
    };
    assert!(field(&app, "Scoring daily") && field(&app, "Training every 30 days"), "{}", text(&app));
    // The choices open as one types; what is none of them is told.
    type_text(&mut app, "fortnight");
    press(&mut app, &["Enter"]);
    assert!(field(&app, "Scoring fortnight"), "{}", text(&app));
    assert!(press(&mut app, &["C-s"]).is_empty());
    assert!(text(&app).contains("✗ Choose daily, weekly, monthly or off"), "{}", text(&app));
    type_text(&mut app, "week");
    press(&mut app, &["Enter"]);
    assert!(field(&app, "Scoring every 7 days"), "{}", text(&app));
    let effects = press(&mut app, &["C-s"]);
    // What was not changed here is not written: another session may have changed it.
    let scoring = Every::days(7);
    assert_eq!(effects, [Effect::Reschedule { score: "won".into(), scoring, training: None }]);
    // It stays until it is saved, and where that fails, with what was entered.
    update(&mut app, Msg::Rescheduled(Box::new(Err(propensity::error::Error::new("The disk is full.")))));
    assert!(text(&app).contains("The disk is full."));
    press(&mut app, &["Esc"]);
    assert!(text(&app).contains("every 7 days"), "{}", text(&app));
    update(&mut app, Msg::Rescheduled(Box::new(Ok(scores()[0].score.clone()))));
    assert!(app.dialogs.is_empty());
}

#[test]
fn the_schedule_tells_when_the_next_runs_are_and_what_starts_them() {
    let mut app = app((80, 24));
    press(&mut app, &["t"]);
    let shown = text(&app);
    assert!(shown.contains("Next: scoring due in 12 h, training due 24 Dec."), "{shown}");
    assert!(shown.contains("it called last on 24 Nov 2026 06:30.") && shown.contains("[ The timer ]"), "{shown}");
    // Saved as it was opened, nothing is changed.
    let effects = press(&mut app, &["C-s"]);
    assert_eq!(effects, [Effect::Reschedule { score: "won".into(), scoring: None, training: None }]);
    // A score that never succeeded runs by itself only later.
    let mut app = self::app((80, 24));
    app.services.selected = Some("expansion".into());
    press(&mut app, &["t"]);
    assert!(text(&app).contains("Nothing runs by itself before a first successful training."), "{}", text(&app));
}

#[test]
fn scores_that_cannot_be_read_are_told_as_on_services() {
    let mut app = bare((80, 24));
    let error = propensity::error::Error::new("The scores file does not parse.").because("line 3").hint("cp it back");
    update(&mut app, Msg::Scores(Err(error)));
    press(&mut app, &["3"]);
    let shown = text(&app);
    for part in ["The scores file does not parse.", "because line 3", "cp it back"] {
        assert!(shown.contains(part), "{part}:\n{shown}");
    }
    assert!(!shown.contains("There is no run yet"), "{shown}");
}

#[test]
fn headers_stand_above_their_cells_at_every_width() {
    for width in 60..130 {
        let app = opened((width, 40));
        let shown = text(&app);
        let lines: Vec<&str> = shown.lines().collect();
        let place = |line: &str, word: &str| {
            let at = line.find(word).unwrap_or_else(|| panic!("{word} at {width}:\n{shown}"));
            line[..at].chars().count()
        };
        let of_metrics = lines.iter().find(|line| line.contains("Runs")).unwrap();
        let all = lines.iter().find(|line| line.contains("All scores")).unwrap();
        assert_eq!(place(of_metrics, "Runs"), place(all, "138 ●"), "{width}:\n{shown}");
        let won = lines.iter().find(|line| line.trim_start().starts_with("Closed") && line.contains("14,998")).unwrap();
        assert_eq!(place(of_metrics, "Profiles") + 8, place(won, "14,998") + 6, "{width}:\n{shown}");
        let header = lines.iter().position(|line| line.contains("Started")).unwrap();
        let (header, first) = (lines[header], lines[header + 1]);
        assert_eq!(place(header, "Status"), place(first, "●"), "{width}:\n{shown}");
        assert_eq!(place(header, "Score"), place(first, "C"), "{width}:\n{shown}");
        if header.contains("Duration") {
            assert_eq!(place(header, "Duration") + 8, place(first, "41 s") + 4, "{width}:\n{shown}");
        }
        assert_eq!(header.contains("Profiles"), first.contains("14,998"), "{width}:\n{shown}");
    }
}

#[test]
fn the_foot_names_what_narrows_the_list_and_first_what_helps_after_a_failure() {
    let mut app = opened((120, 24));
    let foot = |app: &App| text(app).lines().last().unwrap().trim().to_string();
    assert!(foot(&app).starts_with("Enter open  / find  s sort  f failures  o one score"), "{}", foot(&app));
    while app.monitoring.selected_run().unwrap().code.is_none() {
        press(&mut app, &["j"]);
    }
    assert!(
        foot(&app).starts_with("! what to do  Enter open  / find  s sort  f failures  o one score"),
        "{}",
        foot(&app)
    );
    assert!(foot(&app).ends_with(": commands  ? help  q quit"), "{}", foot(&app));
    press(&mut app, &["f"]);
    assert!(
        foot(&app).starts_with("! what to do  Enter open  / find  s sort  f failures  o one score"),
        "{}",
        foot(&app)
    );
    press(&mut app, &["f", "o"]);
    type_text(&mut app, "won");
    press(&mut app, &["Enter", "Home"]);
    assert!(
        foot(&app).starts_with("Enter open  / find  s sort  f failures  o one score  Esc all runs"),
        "{}",
        foot(&app)
    );
}
