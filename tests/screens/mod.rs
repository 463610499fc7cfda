//! The screens without a terminal: the state changed by messages, the picture as a buffer.

mod charts;
mod data;
mod deleted;
mod every_width;
mod keys;
mod monitoring;
mod one_meaning;
mod profiles;
mod reader;
mod run_page;
mod run_told;
mod services;
mod sizes;
mod snapshots;
mod timer;
mod trouble;
mod wizard;
mod wizard_values;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use propensity::config::{Bands, ThemeName, Thresholds};
use propensity::domain::explanation::Band;
use propensity::domain::metrics::{Estimate, Metrics, Verdict};
use propensity::domain::run::quality::{Check, Rule};
use propensity::domain::run::run_progress::RunProgress;
use propensity::domain::run::work::{Step, Work};
use propensity::domain::run::work_progress::WorkProgress;
use propensity::domain::run::{
    BandCount, Counts, Cutoffs, FactorSummary, PopulationCounts, Run, RunKind, Stage, Status,
};
use propensity::domain::score::goal::{Goal, GoalEvent};
use propensity::domain::score::{ProfileType, Score};
use propensity::domain::source::catalog::{AttributeEntry, Catalog, FieldEntry, GoalEstimate, TypeEntry, ValueEntry};
use propensity::domain::source::column_profile::{ColumnProfile, ColumnType};
use propensity::domain::source::read_report::{FieldColumn, FileReport, SourceReport};
use propensity::domain::source::refusal::{Example, Reason, Refusals};
use propensity::queries::score_summaries::ScoreSummary;
use propensity::store::timer::TimerRecord;
use propensity::tui::app::{App, CatalogView, WorkspaceView};
use propensity::tui::effect::Effect;
use propensity::tui::keymap::Keymap;
use propensity::tui::msg::Msg;
use propensity::tui::theme::{Look, TerminalEnv};
use propensity::tui::update::update;
use propensity::tui::view::view;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier};
use std::collections::BTreeMap;
use std::sync::Arc;

pub const NOW: &str = "2026-11-24T12:00:00Z";

pub fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

/// A score as the store keeps it.
pub fn score(id: &str, name: &str, profile_type: ProfileType, goal: &str) -> Score {
    let mut score = Score::new(name, profile_type, Goal::parse(goal).unwrap(), 90, at("2026-03-03T09:00:00Z"), "ann");
    score.id = id.into();
    score
}

/// A run of a score that ended in some way.
pub fn run(score: &Score, status: Status, started: &str) -> Run {
    let estimate = |value: f64, low: f64, high: f64| Estimate::new(value, Some((low, high)));
    let successful = status == Status::Successful;
    let factor = |label: &str, share: f64, direction: Option<f64>| FactorSummary {
        code: label.to_lowercase(),
        label: label.into(),
        mean_absolute: share,
        direction,
        share,
        influenced_share: share,
    };
    Run {
        version: 1,
        id: format!("{}-r", score.id),
        score: score.id.clone(),
        score_name: score.name.clone(),
        kind: RunKind::Training,
        status,
        code: (status == Status::Failed).then_some(404),
        message: if successful {
            "14,998 profiles scored, test AUC 0.826, Strong.".into()
        } else {
            "ERROR 404. The run stopped: not enough conversions for model training. Count of conversions: 7.".into()
        },
        started_at: at(started),
        finished_at: at(started) + jiff::SignedDuration::from_secs(41),
        program: "propensity 0.1.0".into(),
        stages: ["read", "check", "train and test", "deploy", "score", "publish"]
            .map(|name| Stage { name: name.into(), seconds: 6.8 })
            .to_vec(),
        counts: Counts { persons: 214_331, accounts: 14_998, opportunities: 12_040, events: 10_000_000, refused: 12 },
        cutoffs: Cutoffs { as_of: "2026-11-21".into(), test: Some("2026-08-23".into()), ..Cutoffs::default() },
        population: PopulationCounts { scored: 14_998, ..PopulationCounts::default() },
        metrics: successful.then(|| Metrics {
            auc: estimate(0.826, 0.811, 0.840),
            recency_auc: estimate(0.631, 0.61, 0.65),
            base_rate: estimate(0.042, 0.04, 0.045),
            lift_10: estimate(4.3, 4.0, 4.6),
            ..Metrics::default()
        }),
        auc_without_attributes: Some(0.81),
        out_of_time: true,
        verdict: successful.then_some(Verdict::Strong),
        factors: if successful {
            vec![
                factor("Pricing page visits, last 30 days", 0.31, Some(0.9)),
                factor("Persons active, last 30 days", 0.22, Some(0.8)),
                factor("Days since last meeting", 0.14, Some(-0.7)),
                factor("Industry", 0.08, None),
                factor("Employees", 0.05, Some(0.1)),
            ]
        } else {
            Vec::new()
        },
        histogram: (0..20).map(|bin| if successful { 2_400 >> (bin / 3) } else { 0 }).collect(),
        bands: if successful {
            let count = |band, profiles| BandCount { band, profiles };
            vec![count(Band::High, 900), count(Band::Medium, 3_150), count(Band::Low, 10_948)]
        } else {
            Vec::new()
        },
        digests: Default::default(),
        warnings: Vec::new(),
        checks: Vec::new(),
        as_of: "data".into(),
        previous: None,
        model_run: Some(format!("{}-r", score.id)),
        challenge: None,
        no_xgboost: None,
    }
}

/// The third of eight fits, with 20 seconds to go at [`NOW`].
fn third_fit() -> WorkProgress {
    let (began, stage) = (at("2026-11-24T11:59:46Z"), "train and test");
    let fit = Step { open: true, ..Step::new(Work::Fit, 90, 1.0) };
    let mut work = WorkProgress::default();
    work.start(began);
    work.plan(stage, &[fit; 8], &Default::default());
    (0..3).for_each(|_| work.begin(began, stage, fit));
    (work.share, work.ends_at) = (0.42, Some(at("2026-11-24T12:00:20Z")));
    work
}

/// A live run in its third stage.
pub fn live(score: &str) -> RunProgress {
    RunProgress {
        run: "20261124-115946-0a0a".into(),
        score: score.into(),
        kind: RunKind::Training,
        user: "ben".into(),
        pid: 4711,
        started_at: at("2026-11-24T11:59:46Z"),
        status: Status::Processing,
        code: None,
        message: String::new(),
        cancelled_by: None,
        stages: ["read", "check"].map(|name| Stage { name: name.into(), seconds: 3.0 }).to_vec(),
        stage: Some("train and test".into()),
        stage_since: at("2026-11-24T11:59:52Z"),
        done: 212,
        total: Some(500),
        rows: 10_226_369,
        warnings: 0,
        last_at: at("2026-11-24T11:59:59Z"),
        work: third_fit(),
    }
}

/// The sources of the pictures: a clean one, and one with refused rows.
fn sources() -> Vec<SourceReport> {
    let column = |name: &str, column_type, filled, examples: &[&str]| ColumnProfile {
        name: name.into(),
        column_type,
        rows: 10_000,
        filled,
        distinct: 4_000,
        is_more: false,
        examples: examples.iter().map(|e| e.to_string()).collect(),
        period: None,
    };
    let field = |field: &str, column: &str| FieldColumn { field: field.into(), column: column.into(), guessed: false };
    let file = |path: &str, rows, refused| FileReport {
        path: path.into(),
        format: "csv".into(),
        rows,
        refused,
        bytes: 1_200_000,
        digest: String::new(),
        notes: vec!["read as Windows-1252: 12 cells".into()],
    };
    let mut refusals = Refusals::default();
    let example =
        || Example { file: "exports/salesforce/Task.csv".into(), line: 17, detail: "'2026-02-30' is no date".into() };
    refusals.refuse(Reason::BadTimestamp, example);
    let source = |kind: &str, path: &str, layout: &str, refused, refusals: Refusals| SourceReport {
        kind: kind.into(),
        path: path.into(),
        files: vec![file(path, 214_331, refused)],
        columns: vec![field("person_id", "Id"), field("created_at", "CreatedDate")],
        others: vec!["Title".into()],
        first_day: Some("2024-01-01".into()),
        last_day: Some("2026-11-20".into()),
        missing: Vec::new(),
        refusals,
        notes: Vec::new(),
        layout: layout.into(),
        state_columns: vec!["IsConverted".into(), "LastActivityDate".into()],
        implies: vec!["a converted lead is leadOperation.convertLead at its ConvertedDate".into()],
        profiles: vec![
            column("person_id", ColumnType::Text, 10_000, &["00Q5g00000AbCdE", "00Q5g00000AbCdF"]),
            column("created_at", ColumnType::Date, 9_950, &["2024-01-01T10:00:00Z"]),
            column("Title", ColumnType::Text, 4_100, &["CFO", "Head of Sales", "Engineer"]),
        ],
    };
    vec![
        source("person", "exports/salesforce/Lead.csv", "salesforce.Lead", 0, Refusals::default()),
        source("event", "exports/salesforce/Task.csv", "salesforce.Task", 1, refusals),
    ]
}

/// What the data of the pictures hold.
pub fn catalog() -> Catalog {
    let value = |value: &str, events| ValueEntry { value: value.into(), events };
    let field = |field: &str, filled, values: Vec<ValueEntry>| FieldEntry {
        field: field.into(),
        filled,
        distinct: values.len() as u64,
        values,
    };
    let stages = vec![value("Closed Lost", 9_112), value("Closed Won", 6_461), value("Contract", 3_020)];
    let kind = |event_type: &str, events, fields| {
        let months = (1..36).map(|month| events / 100 * month).collect();
        TypeEntry { event_type: event_type.into(), events, fields, months }
    };
    Catalog {
        version: 1,
        key: "k1".into(),
        built_at: at(NOW),
        seconds: 6.0,
        first_day: Some("2024-01-01".into()),
        last_day: Some("2026-11-20".into()),
        persons: 214_331,
        accounts: 14_998,
        opportunities: 12_040,
        events: 10_000_000,
        refused: 12,
        sources: sources(),
        warnings: Vec::new(),
        attributes: vec![AttributeEntry {
            profile_type: ProfileType::Account,
            field: field("industry", 13_750, vec![value("Software", 9_400), value("Retail", 4_350)]),
        }],
        event_types: vec![
            kind("web.visit", 6_100_000, vec![field("page", 6_100_000, vec![value("/pricing", 90_000)])]),
            kind(
                "opportunityEvent.opportunityUpdated",
                48_020,
                vec![field("attributeName", 48_020, vec![value("Stage", 48_020)]), field("newValue", 48_020, stages)],
            ),
            kind("leadOperation.convertLead", 8_420, Vec::new()),
        ],
    }
}

/// What a goal comes to.
pub fn estimate() -> GoalEstimate {
    GoalEstimate {
        conversions: 6_461,
        converters: 4_902,
        profiles: 14_998,
        per_month: 270.4,
        eligible: 12_000,
        converted: 504,
        one_off: false,
        checks: vec![Check::stopping(404, "not enough", "Count of conversions", 6_461.0, Rule::AtLeast, 10.0)],
        data_days: 730,
        works_with_days: None,
    }
}

/// The screens at this size, without a score.
pub fn bare(size: (u16, u16)) -> App {
    with_look(size, ThemeName::Dark, TerminalEnv { term: "xterm-256color".into(), ..TerminalEnv::default() })
}

pub fn with_look(size: (u16, u16), theme: ThemeName, terminal: TerminalEnv) -> App {
    let workspace = WorkspaceView {
        name: "acme".into(),
        zone: TimeZone::UTC,
        config_file: "/home/ann/acme/config.toml".into(),
        folder: "/home/ann".into(),
        read_only: None,
        has_sources: true,
        user: "ann".into(),
        thresholds: Thresholds::default(),
        bands: Bands::default(),
        program: "propensity --home /home/ann/acme".into(),
        demo: None,
    };
    let mut app =
        App::new(workspace, Keymap::new(&BTreeMap::new()).unwrap(), Look::new(theme, None, terminal), at(NOW), size);
    app.catalog = CatalogView::Ready(Arc::new(catalog()));
    // A timer calls; where none does, a test says so.
    app.timer = TimerRecord::new(None, Some(at("2026-11-24T06:30:00Z")));
    app
}

pub const WON: &str =
    "opportunityEvent.opportunityUpdated where attributeName is 'Stage' and newValue is 'Closed Won' or 'Contract'";

/// Four scores in four states.
pub fn scores() -> Vec<Arc<ScoreSummary>> {
    let mut won = score("won", "Closed Won in 90 days", ProfileType::Account, WON);
    won.description = "New business in the enterprise segment.".into();
    won.exclusions =
        vec![GoalEvent::parse("opportunityEvent.opportunityUpdated where newValue is 'Closed Lost'").unwrap()];
    let demo = score("demo", "Demo requested in 30 days", ProfileType::Person, "leadOperation.demoRequested");
    let expansion = score("expansion", "Expansion in 180 days", ProfileType::Account, "crm.expansion");
    let webinar = score("webinar", "Webinar to meeting", ProfileType::Person, "sales.meetingHeld");
    let with = |score: &Score, status, started| {
        let run = run(score, status, started);
        Arc::new(ScoreSummary::from_runs(score.clone(), vec![run]))
    };
    vec![
        with(&won, Status::Successful, "2026-11-24T10:00:00Z"),
        with(&demo, Status::Successful, "2026-11-24T09:00:00Z"),
        Arc::new(ScoreSummary::from_runs(expansion, Vec::new())),
        with(&webinar, Status::Failed, "2026-11-23T08:00:00Z"),
    ]
}

/// The screens at this size with the four scores.
pub fn app(size: (u16, u16)) -> App {
    let mut app = bare(size);
    update(&mut app, Msg::Scores(Ok(scores())));
    app
}

pub fn key(name: &str) -> KeyEvent {
    let (code, modifiers) = match name {
        "Enter" => (KeyCode::Enter, KeyModifiers::NONE),
        "Esc" => (KeyCode::Esc, KeyModifiers::NONE),
        "Tab" => (KeyCode::Tab, KeyModifiers::NONE),
        "S-Tab" => (KeyCode::BackTab, KeyModifiers::SHIFT),
        "Up" => (KeyCode::Up, KeyModifiers::NONE),
        "Down" => (KeyCode::Down, KeyModifiers::NONE),
        "Left" => (KeyCode::Left, KeyModifiers::NONE),
        "Right" => (KeyCode::Right, KeyModifiers::NONE),
        "Home" => (KeyCode::Home, KeyModifiers::NONE),
        "End" => (KeyCode::End, KeyModifiers::NONE),
        "PgUp" => (KeyCode::PageUp, KeyModifiers::NONE),
        "PgDn" => (KeyCode::PageDown, KeyModifiers::NONE),
        "Backspace" => (KeyCode::Backspace, KeyModifiers::NONE),
        "Delete" => (KeyCode::Delete, KeyModifiers::NONE),
        "F1" => (KeyCode::F(1), KeyModifiers::NONE),
        name => match name.strip_prefix("C-") {
            Some(c) => (KeyCode::Char(c.chars().next().unwrap()), KeyModifiers::CONTROL),
            None => (KeyCode::Char(name.chars().next().unwrap()), KeyModifiers::NONE),
        },
    };
    KeyEvent::new(code, modifiers)
}

/// Presses keys one after the other, and gives all effects.
pub fn press(app: &mut App, keys: &[&str]) -> Vec<Effect> {
    keys.iter().flat_map(|name| update(app, Msg::Key(key(name)))).collect()
}

/// Types a text, character by character.
pub fn type_text(app: &mut App, text: &str) -> Vec<Effect> {
    let press = |c: char| KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE);
    text.chars().flat_map(|c| update(app, Msg::Key(press(c)))).collect()
}

/// The picture and the cursor.
pub fn draw(app: &App) -> (Buffer, Option<Position>) {
    let mut buffer = Buffer::empty(Rect::new(0, 0, app.size.0, app.size.1));
    let cursor = view(app, &mut buffer);
    (buffer, cursor)
}

/// The picture as text, a line a row, the cursor as `⌷` at the end.
pub fn text(app: &App) -> String {
    let (buffer, cursor) = draw(app);
    let mut lines: Vec<String> = (0..buffer.area.height)
        .map(|y| {
            let mut line = String::new();
            let mut x = 0;
            while x < buffer.area.width {
                let symbol = buffer[(x, y)].symbol();
                line.push_str(symbol);
                x += (unicode_width::UnicodeWidthStr::width(symbol) as u16).max(1);
            }
            line.trim_end().to_string()
        })
        .collect();
    if let Some(at) = cursor {
        lines.push(format!("cursor {} {}", at.x, at.y));
    }
    lines.join("\n") + "\n"
}

/// The styles of the picture: a letter for each, with a legend. What a snapshot of the text cannot show.
pub fn styles(app: &App) -> String {
    let (buffer, _) = draw(app);
    let mut legend: Vec<(Color, Color, Modifier)> = vec![(Color::Reset, Color::Reset, Modifier::empty())];
    let mut lines = Vec::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        for x in 0..buffer.area.width {
            let cell = &buffer[(x, y)];
            let blank = cell.symbol() == " " && cell.bg == Color::Reset && !cell.modifier.contains(Modifier::REVERSED);
            let style = if blank { legend[0] } else { (cell.fg, cell.bg, cell.modifier) };
            let at = legend.iter().position(|s| *s == style).unwrap_or_else(|| {
                legend.push(style);
                legend.len() - 1
            });
            line.push(if at == 0 { '.' } else { (b'a' + at as u8 - 1) as char });
        }
        lines.push(line.trim_end_matches('.').to_string());
    }
    for (at, (fg, bg, modifier)) in legend.iter().enumerate().skip(1) {
        lines.push(format!("{} fg {fg} bg {bg} {modifier:?}", (b'a' + at as u8 - 1) as char));
    }
    lines.join("\n") + "\n"
}
