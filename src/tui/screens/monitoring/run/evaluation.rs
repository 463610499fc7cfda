//! The tab *Evaluation*: the metrics of the test beside what needs no model, and its charts.

use crate::domain::format::{count, date_of_text, percent, proportion};
use crate::domain::metrics::{Estimate, Evaluation, Metrics};
use crate::domain::run::{Run, RunKind};
use crate::domain::text::Align;
use crate::queries::run_detail::RunDetail;
use crate::runs::report_json::Report;
use crate::tui::app::App;
use crate::tui::screens::lines::Lines;
use crate::tui::widgets::cells::{error_lines, side_by_side};
use crate::tui::widgets::chart::{Chart, base_rates};
use ratatui::text::Line;

/// Columns from which on two charts stand beside each other, the blanks between them, and the rows of a chart.
const BOTH: usize = 110;
const GAP: usize = 4;
const ROWS: usize = 13;
/// Most columns of a chart.
const WIDEST: usize = 70;

pub fn lines(app: &App, detail: &RunDetail, width: usize) -> Vec<Line<'static>> {
    let theme = app.theme();
    let mut lines = Lines::new(app, width);
    if detail.run.kind == RunKind::Scoring {
        model_origin(&mut lines, detail);
    }
    let Some((run, report)) = detail.tested() else {
        if let (RunKind::Training, Err(error)) = (detail.run.kind, &detail.report) {
            lines.add(error_lines(app.theme(), error, width));
        }
        return lines.finish();
    };
    let Some(evaluation) = &report.evaluation else {
        lines.text("The test was not reached: the run ended before it.", theme.text());
        base_rates_only(&mut lines, report);
        return lines.finish();
    };
    test_population(&mut lines, run, evaluation);
    lines.blank();
    metrics(&mut lines, run, evaluation);
    lines.blank();
    let chart = if width >= BOTH { ((width - GAP) / 2).min(WIDEST) } else { width.min(WIDEST) };
    let mut charts: Vec<Vec<Line<'static>>> =
        Chart::ALL.map(|kind| kind.lines(evaluation, (chart, ROWS), theme)).into();
    charts.push(base_rates(&rates(report), (chart, ROWS), theme));
    let mut charts = charts.into_iter();
    while let Some(first) = charts.next() {
        let row =
            if width >= BOTH { side_by_side(first, charts.next().unwrap_or_default(), chart, GAP) } else { first };
        lines.add(row);
        lines.blank();
    }
    lines.finish()
}

/// Whose model a scoring run applied.
fn model_origin(lines: &mut Lines<'_>, detail: &RunDetail) {
    let theme = lines.theme();
    let text = match (&detail.run.model_run, &detail.trained) {
        (Some(id), Some((run, _))) => {
            let when = lines.app.local_time(run.started_at);
            let did = if detail.tested_run().is_some() { "it applied" } else { "it was to apply" };
            format!("A scoring run tests nothing. This is the test of the model that {did}: run {id}, of {when}.")
        }
        (Some(id), None) => {
            format!("It applied the model of the run {id}, which is not there any more, and its test with it.")
        }
        (None, _) => "A scoring run tests nothing, and it does not say whose model it applied.".into(),
    };
    lines.text(&text, theme.text());
    lines.blank();
}

/// What was tested, in a sentence.
fn test_population(lines: &mut Lines<'_>, run: &Run, evaluation: &Evaluation) {
    let theme = lines.theme();
    let of = format!(
        "Tested on {} profiles, of which {} converted",
        count(evaluation.profiles),
        count(evaluation.conversions)
    );
    let cutoffs: Vec<String> = run.cutoffs.tests().map(date_of_text).collect();
    match cutoffs.as_slice() {
        _ if !run.out_of_time => {
            lines.text(&format!("! {of}, by groups of profiles and not out of time."), theme.warn());
        }
        [] => lines.text(&format!("{of}."), theme.dim()),
        [day] => lines.text(&format!("{of}, out of time: after the cutoff of {day}."), theme.dim()),
        days => {
            lines.text(&format!("{of}, out of time: after the cutoffs of {}.", days.join(" and ")), theme.dim());
        }
    }
}

/// Every metric with its interval, beside what the base rate and recency alone reach.
fn metrics(lines: &mut Lines<'_>, run: &Run, evaluation: &Evaluation) {
    let theme = lines.theme();
    let found: &Metrics = run.metrics.as_ref().unwrap_or(&evaluation.metrics);
    let rate = found.base_rate.map(|rate| rate.value).filter(|rate| *rate > 0.0 && *rate < 1.0);
    let recency = found.recency_auc.map(|auc| auc.value);
    let of_rate = |of: fn(f64) -> f64| rate.map(of);
    let lift: fn(f64) -> String = |value| format!("{value:.1}");
    let rows = [
        ("AUC", found.auc, of_rate(|_| 0.5), recency, proportion as fn(f64) -> String),
        ("PR-AUC", found.pr_auc, of_rate(|p| p), None, proportion),
        ("Lift of the best 10 %", found.lift_10, of_rate(|_| 1.0), None, lift),
        ("Log loss", found.log_loss, of_rate(|p| -p * p.ln() - (1.0 - p) * (-p).ln_1p()), None, proportion),
        ("Brier", found.brier, of_rate(|p| p * (1.0 - p)), None, proportion),
        ("Base rate", found.base_rate, None, None, percent),
        ("AUC gained on recency", evaluation.gain_on_recency, None, None, proportion),
        (
            "AUC without attributes",
            run.auc_without_attributes.and_then(|a| Estimate::new(a, None)),
            None,
            None,
            proportion,
        ),
    ];
    let cells = |(name, estimate, base, recency, words): (&str, Option<Estimate>, _, _, fn(f64) -> String)| {
        let other = |value: Option<f64>| (value.map_or(String::new(), words), theme.dim());
        let interval = estimate.and_then(|e| Some(format!("{}–{}", words(e.low?), words(e.high?))));
        vec![
            (name.to_string(), theme.text()),
            (estimate.map_or("─".into(), |e| words(e.value)), theme.title()),
            (interval.unwrap_or_default(), theme.text()),
            other(base),
            other(recency),
        ]
    };
    let header = [
        ("metric", Align::Left),
        ("model", Align::Right),
        ("95 % interval", Align::Right),
        ("base rate", Align::Right),
        ("recency", Align::Right),
    ];
    let mut rows = rows.map(cells).to_vec();
    if found.active_auc.is_some() {
        rows.insert(1, cells(("AUC among the active", found.active_auc, of_rate(|_| 0.5), None, proportion)));
    }
    lines.table(&header, 0, &rows);
}

/// Base rates by cutoff, oldest first.
fn rates(report: &Report) -> Vec<(String, f64)> {
    let mut cutoffs: Vec<_> = report.base_rates.iter().collect();
    cutoffs.sort_by(|a, b| a.cutoff.cmp(&b.cutoff));
    cutoffs.into_iter().map(|rate| (date_of_text(&rate.cutoff), rate.rate)).collect()
}

fn base_rates_only(lines: &mut Lines<'_>, report: &Report) {
    let rates = rates(report);
    if !rates.is_empty() {
        lines.blank();
        lines.add(base_rates(&rates, (lines.width.min(WIDEST), 8), lines.theme()));
    }
}
