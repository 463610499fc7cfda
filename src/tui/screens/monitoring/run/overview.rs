//! The tab *Overview*: how the run ended and what to do about it, where its time went, what it rests on.

use crate::domain::format::{count, date, date_of_text, interval, percent, proportion, seconds};
use crate::domain::run::{Run, RunKind, Status};
use crate::domain::text::Align;
use crate::queries::run_detail::RunDetail;
use crate::runs::report_json::ModelReport;
use crate::tui::app::App;
use crate::tui::screens::lines::{Cell, Lines};
use crate::tui::screens::run_outcome::{self, Cause};
use crate::tui::widgets::cells::{error_lines, side_by_side};
use crate::tui::widgets::histogram::bar;
use ratatui::text::Line;

/// Columns from which on there are two halves, and the blanks between them.
const BOTH: usize = 104;
const GAP: usize = 4;
/// The title of the warnings, which a key leads to.
pub const WARNINGS: &str = "Warnings";
/// Characters of a digest that tell it from others.
const SHORT: usize = 16;

type Part = fn(&mut Lines<'_>, &RunDetail);

pub fn lines(app: &App, detail: &RunDetail, width: usize) -> Vec<Line<'static>> {
    let mut lines = Lines::new(app, width);
    outcome(&mut lines, detail);
    if let Err(error) = &detail.report {
        lines.blank();
        lines.add(error_lines(app.theme(), error, width));
    }
    let half = |parts: &[Part], width: usize| {
        let mut half = Lines::new(app, width);
        parts.iter().for_each(|part| part(&mut half, detail));
        half.finish()
    };
    lines.blank();
    if width < BOTH {
        lines.add(half(&[facts, stages, warnings, read, cutoffs, population, model, digests], width));
    } else {
        let column = (width - GAP) / 2;
        let left = half(&[facts, cutoffs, population, model], column);
        lines.add(side_by_side(left, half(&[stages, warnings, read, digests], column), column, GAP));
    }
    lines.finish()
}

/// How it ended.
fn outcome(lines: &mut Lines<'_>, detail: &RunDetail) {
    let (theme, run) = (lines.theme(), &detail.run);
    if run.status == Status::Successful {
        lines.text(&run.message, theme.text());
    } else {
        let cause = Cause { causes: &detail.journal.causes, hint: detail.journal.hint.as_ref() };
        run_outcome::add(lines, run, cause);
    }
}

fn facts(lines: &mut Lines<'_>, detail: &RunDetail) {
    let (run, journal) = (&detail.run, &detail.journal);
    lines.title("Run", "");
    let by = if journal.user.is_empty() { String::new() } else { format!(" by {}", journal.user) };
    lines.fact("kind", &run.kind.to_string());
    lines.fact("started", &format!("{}{by}", lines.app.local_time(run.started_at)));
    lines.fact("took", &seconds(run.seconds()));
    if let Some(tested) = detail.tested_run().filter(|run| run.metrics.is_some()) {
        let how = if tested.out_of_time { "tested out of time" } else { "tested by groups, not out of time" };
        let verdict = tested.verdict.map_or(String::new(), |verdict| format!("{verdict}, "));
        let when = tested.started_at.to_zoned_datetime(lines.app.workspace.zone.clone()).date();
        let whose = if tested.id == run.id { String::new() } else { format!(" in the training of {}", date(when)) };
        lines.fact("verdict", &format!("{verdict}{how}{whose}"));
        let metrics = tested.metrics.as_ref();
        if let Some(auc) = metrics.and_then(|m| m.auc) {
            let recency = metrics.and_then(|m| m.recency_auc);
            let recency = recency.map_or(String::new(), |r| format!(", recency alone {}", proportion(r.value)));
            lines.fact("test AUC", &format!("{}{recency}", interval(&auc)));
        }
    }
    if let (RunKind::Scoring, Some(model)) = (run.kind, &run.model_run) {
        lines.fact("model of run", model);
    }
    if let Some(previous) = run.previous.as_ref().filter(|_| run.population.scored > 0) {
        lines.fact("compared with", &format!("run {previous}"));
    }
    lines.fact("program", &run.program);
}

/// Seconds by stage, with bars in proportion.
fn stages(lines: &mut Lines<'_>, detail: &RunDetail) {
    let theme = lines.theme();
    let stages = &detail.run.stages;
    let all: f64 = stages.iter().map(|stage| stage.seconds).filter(|s| s.is_finite()).sum();
    lines.title("Stages", &if stages.is_empty() { "none was finished".to_string() } else { seconds(all) });
    let most = stages.iter().map(|stage| stage.seconds).fold(0.0, f64::max);
    let zone = &lines.app.workspace.zone;
    let began = |name: &str| {
        let at = detail.journal.began.iter().find(|(stage, _)| stage == name).map(|(_, at)| *at);
        at.map_or(String::new(), |at| at.to_zoned_datetime(zone.clone()).strftime("%H:%M:%S").to_string())
    };
    let rows: Vec<Vec<Cell>> = (stages.iter())
        .map(|stage| {
            let share = if most > 0.0 { stage.seconds / most } else { 0.0 };
            vec![
                (stage.name.clone(), theme.text()),
                (began(&stage.name), theme.dim()),
                (seconds(stage.seconds), theme.text()),
                (bar(share, 20).0, theme.bar()),
            ]
        })
        .collect();
    lines.table(&[("", Align::Left), ("", Align::Left), ("", Align::Right), ("", Align::Left)], 0, &rows);
}

fn warnings(lines: &mut Lines<'_>, detail: &RunDetail) {
    let theme = lines.theme();
    let run = &detail.run;
    if run.warnings.is_empty() {
        return;
    }
    lines.title(WARNINGS, &count(run.warnings.len() as u64));
    let zone = &lines.app.workspace.zone;
    for warning in &run.warnings {
        let entry = detail.journal.warnings.iter().find(|entry| entry.message == *warning);
        let at = entry.map(|entry| entry.at.to_zoned_datetime(zone.clone()).strftime("%H:%M:%S  ").to_string());
        lines.marked("! ", &format!("{}{warning}", at.unwrap_or_default()), (theme.warn(), theme.text()));
    }
}

fn read(lines: &mut Lines<'_>, detail: &RunDetail) {
    let theme = lines.theme();
    let c = &detail.run.counts;
    let all = [
        ("accounts", c.accounts),
        ("persons", c.persons),
        ("opportunities", c.opportunities),
        ("events", c.events),
        ("rows refused", c.refused),
    ];
    lines.title("Read", "");
    let style = |name: &str, n: u64| if name == "rows refused" && n > 0 { theme.warn() } else { theme.text() };
    let rows = all.map(|(name, n)| vec![(format!("{name:<14}"), theme.dim()), (count(n), style(name, n))]);
    lines.table(&[("", Align::Left), ("", Align::Right)], 0, &rows);
}

fn cutoffs(lines: &mut Lines<'_>, detail: &RunDetail) {
    let run = &detail.run;
    let cutoffs = &run.cutoffs;
    lines.title("Cutoffs", "");
    let asked = if run.as_of.is_empty() { String::new() } else { format!(" (asked for: {})", run.as_of) };
    let as_of = if cutoffs.as_of.is_empty() {
        "not reached".into()
    } else {
        format!("{}{asked}", date_of_text(&cutoffs.as_of))
    };
    lines.fact("as of", &as_of);
    if run.kind == RunKind::Scoring {
        return;
    }
    let tests: Vec<String> = cutoffs.tests().map(date_of_text).collect();
    lines.fact("test", if tests.is_empty() { "none".into() } else { tests.join(" · ") }.as_str());
    if let Some(newest) = cutoffs.out_of_season.first() {
        let rest = format!(
            "{} newer cutoffs, the last {}: nobody converted",
            cutoffs.out_of_season.len(),
            date_of_text(newest)
        );
        lines.fact("out of season", &rest);
    }
    let training = match cutoffs.training.as_slice() {
        [] => "none".into(),
        [only] => date_of_text(only),
        [newest, .., oldest] => {
            format!("{}, from {} to {}", cutoffs.training.len(), date_of_text(oldest), date_of_text(newest))
        }
    };
    lines.fact("training", &training);
}

fn population(lines: &mut Lines<'_>, detail: &RunDetail) {
    let run = &detail.run;
    let p = &run.population;
    lines.title("Population", "");
    if run.kind == RunKind::Training {
        let rows = format!("{} rows, {} conversions", count(p.train), count(p.train_conversions));
        lines.fact("training", &rows);
        if p.train_sampled > 0 && p.train_sampled != p.train {
            lines.fact("", &format!("{} of the rows drawn", count(p.train_sampled)));
        }
        lines.fact("test", &format!("{} profiles, {} converted", count(p.test), count(p.test_conversions)));
    }
    lines.fact("scored", &format!("{} profiles", count(p.scored)));
    if p.outside_rule > 0 {
        lines.fact("", &format!("{} outside the rule of who is scored", count(p.outside_rule)));
    }
    if p.scored > 0 && !run.bands.is_empty() {
        let share = |profiles: u64| percent(profiles as f64 / p.scored as f64);
        let bands: Vec<String> = run.bands.iter().map(|b| format!("{} {}", b.band.word(), share(b.profiles))).collect();
        lines.fact("bands", &bands.join(" · "));
    }
}

fn model(lines: &mut Lines<'_>, detail: &RunDetail) {
    let Some((run, report)) = detail.tested() else { return };
    let Some(model) = &report.model else { return };
    let beside = if detail.run.kind == RunKind::Scoring { format!("of run {}", run.id) } else { String::new() };
    lines.title("Model", &beside);
    settings(lines, model);
    if let Some(tuning) = &report.tuning {
        let taken = if tuning.taken { "taken" } else { "not taken" };
        let aucs = format!("{} to {}", proportion(tuning.default_auc), proportion(tuning.tuned_auc));
        lines.fact("tuning", &format!("{} settings tried, test AUC {aucs}, {taken}", tuning.tried));
    }
    if let Some(why) = &run.no_xgboost {
        lines.fact("XGBoost export", &format!("none: {why}"));
    }
}

fn settings(lines: &mut Lines<'_>, model: &ModelReport) {
    let s = &model.recipe.settings;
    lines.fact("features", &count(model.features as u64));
    lines.fact("trees", &format!("{} of {} leaves, learning rate {}", model.recipe.rounds, s.leaves, s.eta));
    lines.fact("regularisation", &format!("lambda {}, min child weight {}", s.lambda, s.min_child_weight));
    if let Some(ridge) = model.recipe.ridge {
        let text = format!("{} of the model, penalty {}", percent(ridge.share), ridge.penalty);
        lines.fact("ridge logistic", &text);
    }
    if let Some(days) = model.recipe.half_life_days {
        lines.fact("old rows", &format!("weigh half after {days} days"));
    }
    if let Some(trial) = &model.links {
        lines.fact("links", &trial.words());
    }
    let drawn = format!("{} of rows, {} of columns per tree", percent(s.subsample), percent(s.colsample));
    lines.fact("sampled", &drawn);
    lines.fact("log loss", &format!("{:.4} out of fold", model.out_of_fold_loss));
    let (alpha, beta) = model.calibration;
    lines.fact("calibration", &format!("α {}, β {beta:.3}", format!("{alpha:.3}").replace('-', "−")));
    lines.fact("base rate", &percent(model.base_rate));
}

fn digests(lines: &mut Lines<'_>, detail: &RunDetail) {
    let run: &Run = &detail.run;
    let d = &run.digests;
    let all = [("inputs", &d.inputs), ("settings", &d.settings), ("model", &d.model), ("scores", &d.scores)];
    if all.iter().all(|(_, digest)| digest.is_empty()) {
        return;
    }
    lines.title("Digests", "BLAKE3");
    for (name, digest) in all.into_iter().filter(|(_, digest)| !digest.is_empty()) {
        let short: String = digest.chars().take(SHORT).collect();
        let end = if short.len() < digest.len() { "…" } else { "" };
        lines.fact(name, &format!("{short}{end}"));
    }
    lines.text("Whole in run.json, which `propensity run show --json` prints.", lines.theme().dim());
}
