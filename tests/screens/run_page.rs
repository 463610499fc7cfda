//! The page of a run: its pictures, its keys, and what it shows of runs that came to nothing.

use super::charts::evaluation;
use super::*;
use propensity::domain::drift::{DistributionShift, Drift};
use propensity::domain::realised::Realised;
use propensity::domain::run::{Challenge, Digests};
use propensity::domain::source::read_report::{FileReport, ReadReport, SourceReport, TypeCount};
use propensity::domain::source::refusal::{Example, Reason};
use propensity::error::Error;
use propensity::model::blend::Recipe;
use propensity::model::train::Settings;
use propensity::queries::feature_importance::FeatureImportance;
use propensity::queries::run_detail::{JournalDetail, Log, RunDetail, WarningEntry};
use propensity::runs::report_json::{BaseRate, ModelReport, Report};
use propensity::tui::action::Action;
use propensity::tui::dialogs::Dialog;
use propensity::tui::layout::body;
use propensity::tui::screens::monitoring::run::{
    Extent, RunPage, Tab, Transition, extent, hints, update as update_page, view,
};

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];

fn source(kind: &str, path: &str, rows: u64, refused: u64) -> SourceReport {
    let file = FileReport {
        path: path.into(),
        format: "csv".into(),
        rows,
        refused,
        bytes: 40 * rows,
        digest: "d".into(),
        notes: Vec::new(),
    };
    SourceReport {
        kind: kind.into(),
        path: path.into(),
        files: vec![file],
        columns: Vec::new(),
        others: Vec::new(),
        first_day: Some("2024-01-01".into()),
        last_day: Some("2026-11-20".into()),
        ..SourceReport::default()
    }
}

fn intake() -> ReadReport {
    let mut events = source("event", "exports/events-2026.csv.gz", 9_999_988, 12);
    for line in 0..12u64 {
        let detail = format!("'2026-02-3{}' is no date", line % 10);
        let example = || Example { file: "exports/events-2026.csv.gz".into(), line: 1_000 + 17 * line, detail };
        events.refusals.refuse(Reason::BadTimestamp, example);
    }
    let mut accounts = source("account", "exports/accounts.parquet", 14_998, 0);
    accounts.missing = vec![("employees".into(), 0.31), ("industry".into(), 0.083), ("annual_revenue".into(), 0.62)];
    let kind = |event_type: &str, events| TypeCount { event_type: event_type.into(), events };
    ReadReport {
        sources: vec![source("person", "exports/persons.csv", 214_331, 0), accounts, events],
        persons: 214_331,
        accounts: 14_998,
        opportunities: 12_040,
        events: 9_999_988,
        events_after: 0,
        event_types: vec![kind("web.visit", 6_100_000), kind("email.opened", 3_100_000), kind("meeting.held", 40_500)],
        warnings: vec!["The sources end on different days.".into()],
    }
}

fn report() -> Report {
    let rate = |month: u32| BaseRate {
        cutoff: format!("2026-{month:02}-23"),
        eligible: 14_000,
        conversions: 500 + 20 * u64::from(month),
        rate: (500.0 + 20.0 * f64::from(month)) / 14_000.0,
    };
    Report {
        version: 1,
        read_report: intake(),
        base_rates: (1..9).map(rate).collect(),
        evaluation: Some(evaluation()),
        model: Some(ModelReport {
            recipe: Recipe { settings: Settings::with_leaves(31), rounds: 412, ridge: None, half_life_days: None },
            out_of_fold_loss: 0.1432,
            features: 187,
            calibration: (-0.118, 1.034),
            base_rate: 0.042,
            links: None,
        }),
        ..Report::default()
    }
}

fn influence(run: &Run) -> FeatureImportance {
    FeatureImportance {
        run: run.id.clone(),
        all: run.factors.clone(),
        bands: Vec::new(),
        tested_at: None,
        values: Vec::new(),
        no_values: None,
    }
}

/// A run that went well.
pub fn successful() -> RunDetail {
    let won = score("won", "Closed Won in 90 days", ProfileType::Account, WON);
    let mut run = run(&won, Status::Successful, "2026-11-24T10:00:00Z");
    let metrics = evaluation().metrics;
    (run.id, run.metrics) = ("20261124-100000-3f2a".into(), Some(metrics));
    run.cutoffs.training = vec!["2026-05-25".into(), "2026-04-25".into(), "2024-06-03".into()];
    run.population = PopulationCounts {
        train: 180_000,
        train_conversions: 4_120,
        train_sampled: 150_000,
        test: 3_000,
        test_conversions: 96,
        scored: 14_998,
        converted_before: 0,
        outside_rule: 0,
    };
    run.digests = Digests { inputs: "3f".repeat(32), settings: "9a".repeat(32), ..Digests::default() };
    run.warnings = vec!["The sources end on different days.".into()];
    run.checks = vec![
        Check::information(100, "Count of accounts", 14_998.0),
        Check::stopping(404, "why", "Count of conversions", 6_461.0, Rule::AtLeast, 10.0),
        Check::warning(200, "high", "Missing rate", 0.34, Rule::AtMost, 0.3),
        Check::stopping(410, "why", "Upper end of the test AUC's interval", 0.872, Rule::AtLeast, 0.6),
    ];
    let story = JournalDetail {
        user: "ann".into(),
        began: vec![("read".into(), at("2026-11-24T10:00:00Z")), ("check".into(), at("2026-11-24T10:00:07Z"))],
        warnings: vec![WarningEntry { at: at("2026-11-24T10:00:06Z"), message: run.warnings[0].clone() }],
        ..JournalDetail::default()
    };
    let log = Log { lines: (0..60).map(|n| format!("line {n}")).collect(), more: true, broken: None };
    RunDetail { importance: influence(&run), run, report: Ok(report()), trained: None, journal: story, log }
}

/// A run that a check stopped.
pub fn failed() -> RunDetail {
    let webinar = score("webinar", "Webinar to meeting", ProfileType::Person, "sales.meetingHeld");
    let mut run = run(&webinar, Status::Failed, "2026-11-23T08:00:00Z");
    run.checks = vec![
        Check::information(101, "Count of contacts", 214_331.0),
        Check::stopping(
            404,
            "not enough conversions for model training",
            "Count of conversions",
            7.0,
            Rule::AtLeast,
            10.0,
        ),
    ];
    (run.stages, run.population) = (run.stages[..2].to_vec(), PopulationCounts::default());
    let report = Report { version: 1, read_report: intake(), ..Report::default() };
    let story = JournalDetail { user: "ben".into(), ..JournalDetail::default() };
    RunDetail {
        importance: influence(&run),
        run,
        report: Ok(report),
        trained: None,
        journal: story,
        log: Log::default(),
    }
}

/// A scoring run, with the run of its model or without.
pub fn scoring(with_model: bool) -> RunDetail {
    let model = successful();
    let mut detail = successful();
    detail.trained = with_model.then(|| (model.run, model.report.unwrap()));
    detail.report = Ok(Report { version: 1, read_report: intake(), ..Report::default() });
    let run = &mut detail.run;
    (run.kind, run.metrics, run.verdict) = (RunKind::Scoring, None, None);
    (run.id, run.model_run) = ("20261125-020000-11aa".into(), Some("20261124-100000-3f2a".into()));
    detail
}

/// A run that lost to the champion, with what time showed.
pub fn over_time() -> RunDetail {
    let mut detail = successful();
    let estimate = |value: f64, low: f64, high: f64| Estimate::new(value, Some((low, high)));
    detail.run.challenge = Some(Challenge {
        champion: "20261025-020000-77aa".into(),
        champion_kept: true,
        why: "The champion (run 20261025-020000-77aa) stays: the new model's AUC differs by −0.021, so it is lower."
            .into(),
        champion_auc: estimate(0.847, 0.83, 0.86),
        challenger_auc: estimate(0.826, 0.811, 0.84),
        difference: estimate(-0.021, -0.04, -0.003),
    });
    let of = |as_of: &str, expected: f64, hindsight: bool| Realised {
        run: "r".into(),
        model_run: "m".into(),
        as_of: as_of.into(),
        until: "2026-09-01".into(),
        hindsight,
        profiles: 14_211,
        gone: 12,
        expected,
        evaluation: evaluation(),
        tested: Some(evaluation().metrics),
    };
    let moved = |code: &str, shift: f64, then: &str, now: &str| DistributionShift {
        code: code.into(),
        label: code.into(),
        psi: shift,
        critical_psi: 0.03,
        reference: then.into(),
        current: now.into(),
    };
    if let Ok(report) = &mut detail.report {
        report.realised =
            vec![of("2026-05-02", 0.03, true), of("2026-06-03", 0.041, false), of("2026-07-02", 0.09, false)];
        report.drift = Some(Drift {
            model_run: "20261025-020000-77aa".into(),
            reference: 10_000,
            current: 10_000,
            features: 187,
            threshold: 0.1,
            drifted: vec![moved("count.web.visit.30d", 0.84, "median 1", "median 20")],
            scores: Some(moved("scores", 0.21, "mean 38", "mean 47")),
        });
    }
    detail
}

#[test]
fn what_time_showed_is_told_with_its_doubts() {
    let shown = whole(over_time(), Tab::OverTime, 120);
    for part in ["it stays", "2 May 2026 *", "made in hindsight", "36 scored profiles are in the data no more", "0.84"]
    {
        assert!(shown.contains(part), "{part}:\n{shown}");
    }
    let none = whole(successful(), Tab::OverTime, 80);
    assert!(none.contains("No past run can be judged yet") && none.contains("Its own model gave the scores"), "{none}");
}

/// A run whose process died before anything was written, with a report that nobody can read.
fn broken() -> RunDetail {
    let mut detail = failed();
    let run = &mut detail.run;
    (run.status, run.code) = (Status::Interrupted, None);
    (run.message, run.checks, run.stages) = (String::new(), Vec::new(), Vec::new());
    detail.report = Err(Error::new("The report /runs/r/report.json cannot be read.").because("it ends too early"));
    detail.log.broken = Some(Error::new("The log /runs/r/run.log could not be read."));
    detail
}

pub fn page(detail: RunDetail, tab: Tab) -> RunPage {
    let scroll = if tab == Tab::Log { u16::MAX } else { 0 };
    RunPage { tab, scroll, ..RunPage::new(Arc::new(detail)) }
}

/// The page as it stands on the screen.
pub fn picture(app: &App, page: &RunPage) -> String {
    let mut buffer = Buffer::empty(Rect::new(0, 0, app.size.0, app.size.1));
    view(app, page, body(app.size), &mut buffer);
    let row = |y: u16| (0..app.size.0).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_string();
    (0..app.size.1).map(row).collect::<Vec<_>>().join("\n") + "\n"
}

/// All lines of a tab, whatever the height.
pub fn whole(detail: RunDetail, tab: Tab, width: u16) -> String {
    let app = bare((width, 400));
    picture(&app, &page(detail, tab)).trim_end().to_string() + "\n"
}

#[test]
fn pictures_of_every_tab() {
    for size in SIZES {
        let app = bare(size);
        for tab in Tab::ALL {
            let name = format!("run_{}_{}x{}", tab.label().to_lowercase().replace(' ', "_"), size.0, size.1);
            insta::assert_snapshot!(name, picture(&app, &page(successful(), tab)));
        }
        let name = format!("run_failed_{}x{}", size.0, size.1);
        insta::assert_snapshot!(name, picture(&app, &page(failed(), Tab::Overview)));
    }
}

#[test]
fn an_evaluation_from_top_to_bottom() {
    insta::assert_snapshot!("run_evaluation_whole_120", whole(successful(), Tab::Evaluation, 120));
    insta::assert_snapshot!("run_overview_whole_80", whole(successful(), Tab::Overview, 80));
    insta::assert_snapshot!("run_data_whole_80", whole(successful(), Tab::Data, 80));
    insta::assert_snapshot!("run_over_time_whole_120", whole(over_time(), Tab::OverTime, 120));
    insta::assert_snapshot!("run_over_time_whole_80", whole(over_time(), Tab::OverTime, 80));
}

#[test]
fn without_colours_the_tab_and_the_status_still_show() {
    let terminal = TerminalEnv { no_color: true, ..TerminalEnv::default() };
    let app = with_look((80, 24), ThemeName::Dark, terminal);
    let mut buffer = Buffer::empty(Rect::new(0, 0, 80, 24));
    view(&app, &page(failed(), Tab::Data), body(app.size), &mut buffer);
    assert!(buffer.content.iter().all(|c| c.fg == Color::Reset && c.bg == Color::Reset));
    let reversed: String =
        buffer.content.iter().filter(|c| c.modifier.contains(Modifier::REVERSED)).map(|c| c.symbol()).collect();
    assert_eq!(reversed, " Data ");
    assert!(picture(&app, &page(failed(), Tab::Data)).contains("✗ failed 404"));
}

#[test]
fn a_failed_run_says_first_what_stopped_it_and_enter_tells_all_about_the_code() {
    let mut app = bare((80, 24));
    let mut page = RunPage::new(Arc::new(failed()));
    let shown = picture(&app, &page);
    for said in
        ["Stopped by 404: Not enough conversions", "Count of conversions: 7, threshold 10.", "[!] What it means"]
    {
        assert!(shown.contains(said), "{said}:\n{shown}");
    }
    assert!(hints(&app, &page).iter().any(|(key, label)| key == "Enter" && label == "about 404"));
    let extent = extent(&app, &page);
    let Transition::Open(code) = update_page(&mut page, Action::Accept, extent) else { panic!("Enter opens the code") };
    app.dialogs.push(Dialog::Pager(code));
    let shown = text(&app);
    assert!(shown.contains("Code 404") && shown.contains("✗ Count of conversions: 7; the threshold is 10."), "{shown}");
    insta::assert_snapshot!("run_code_80x24", shown);
    press(&mut app, &["Enter"]);
    assert!(app.dialogs.is_empty());
    // A run without a code has no such page.
    let mut page = RunPage::new(Arc::new(broken()));
    assert_eq!(update_page(&mut page, Action::Accept, Extent::default()), Transition::Stay);
}

#[test]
fn a_goal_that_is_too_common_has_its_page_too() {
    let mut detail = failed();
    detail.run.code = None;
    detail.run.checks = vec![Check::stopping(0, "goal too common", "Base rate", 0.97, Rule::AtMost, 0.95)];
    let mut page = page(detail, Tab::Overview);
    let app = bare((80, 24));
    let shown = picture(&app, &page);
    assert!(
        shown.contains("Stopped: Goal too common") && shown.contains("Base rate: 97 %, threshold 95 %."),
        "{shown}"
    );
    assert!(matches!(update_page(&mut page, Action::Accept, Extent::default()), Transition::Open(_)));
}

#[test]
fn keys_turn_the_tabs_round_and_scroll_as_far_as_there_is_something() {
    let app = bare((80, 24));
    let mut page = RunPage::new(Arc::new(successful()));
    let act = |page: &mut RunPage, action| {
        let extent = extent(&app, page);
        update_page(page, action, extent)
    };
    for tab in [Tab::Evaluation, Tab::Data, Tab::Factors, Tab::OverTime, Tab::Log, Tab::Overview] {
        assert_eq!((act(&mut page, Action::FocusNext), page.tab), (Transition::Stay, tab));
    }
    for (action, tab) in [(Action::Left, Tab::Log), (Action::FocusPrevious, Tab::OverTime), (Action::Right, Tab::Log)] {
        assert_eq!((act(&mut page, action), page.tab), (Transition::Stay, tab));
    }
    // The newest line of a log is what somebody wants to see; one up is one line further back.
    assert!(picture(&app, &page).contains("line 59") && !picture(&app, &page).contains("line 40"));
    act(&mut page, Action::Up);
    assert!(!picture(&app, &page).contains("line 59"));
    act(&mut page, Action::First);
    assert!(picture(&app, &page).contains("line 0 "));
    page = self::page(successful(), Tab::Evaluation);
    let most = extent(&app, &page).max_scroll;
    act(&mut page, Action::Last);
    assert_eq!(page.scroll, most);
    act(&mut page, Action::PageDown);
    assert_eq!(page.scroll, most);
    act(&mut page, Action::PageUp);
    assert_eq!(page.scroll, most - extent(&app, &page).shown);
    assert_eq!(act(&mut page, Action::Close), Transition::Leave);
}

#[test]
fn a_scoring_run_shows_the_test_of_its_model_and_says_whose_it_is() {
    let shown = whole(scoring(true), Tab::Evaluation, 120);
    assert!(shown.contains("the model that it applied: run 20261124-100000-3f2a"), "{shown}");
    assert!(shown.contains("ROC curve") && shown.contains("AUC .841"), "{shown}");
    let gone = whole(scoring(false), Tab::Evaluation, 120);
    assert!(gone.contains("which is not there any more") && !gone.contains("ROC curve"), "{gone}");
}

#[test]
fn what_cannot_be_read_is_told_in_its_place() {
    for tab in [Tab::Overview, Tab::Evaluation, Tab::Data, Tab::Factors] {
        let shown = whole(broken(), tab, 80);
        assert!(shown.contains("cannot be read") && shown.contains("it ends too early"), "{tab:?}\n{shown}");
    }
    let shown = whole(broken(), Tab::Overview, 80);
    assert!(shown.contains("! interrupted") && shown.contains("its process is gone"), "{shown}");
    assert!(whole(broken(), Tab::Log, 80).contains("run.log could not be read"));
    assert!(whole(failed(), Tab::Log, 80).contains("said nothing else"));
    assert!(whole(failed(), Tab::Evaluation, 80).contains("The test was not reached"));
}

#[test]
fn refused_rows_are_told_by_reason_with_the_first_of_them() {
    let shown = whole(successful(), Tab::Data, 120);
    assert!(shown.contains("timestamp not understood: 12 rows"), "{shown}");
    assert!(shown.contains("line 1,017") && shown.contains("'2026-02-31' is no date"), "{shown}");
    assert!(shown.contains("12 refused (under 0.1 %)"), "{shown}");
    // What warned stands above what passed.
    let place = |text: &str| shown.find(text).unwrap_or_else(|| panic!("{text}:\n{shown}"));
    assert!(place("! warning") < place("✓ passed") && place("✓ passed") < place("· noted"));
}

#[test]
fn nothing_panics_at_any_size_and_nothing_harmful_is_drawn() {
    let mut evil = successful();
    evil.run.score_name = "\u{1b}[2J\u{202e}evil".into();
    evil.run.message = "\u{1b}]0;x\u{7}".into();
    evil.run.warnings = vec!["\u{1b}[31m".into()];
    if let Ok(report) = &mut evil.report {
        report.read_report.sources[0].path = "\u{1b}[1A".repeat(40);
        report.read_report.event_types[0].event_type = "\u{9b}2J".into();
    }
    for size in [(0, 0), (1, 1), (10, 3), (40, 10), (60, 16), (80, 24), (110, 30), (300, 90)] {
        let app = bare(size);
        for detail in [successful(), failed(), scoring(true), broken(), evil.clone()] {
            for tab in Tab::ALL {
                let mut page = page(detail.clone(), tab);
                for action in [Action::Down, Action::PageDown, Action::Last, Action::Up, Action::First] {
                    let extent = extent(&app, &page);
                    update_page(&mut page, action, extent);
                    let shown = picture(&app, &page);
                    assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{tab:?} at {size:?}:\n{shown:?}");
                }
            }
        }
    }
}
