//! The tab *Over time*: the model against the one before it, past predictions against what came, and what moved since the
//! training.

use crate::domain::drift::{DistributionShift, Drift};
use crate::domain::feature_labels;
use crate::domain::format::{count, date_of_text, interval, percent, proportion};
use crate::domain::metrics::Estimate;
use crate::domain::realised::Realised;
use crate::domain::run::{Challenge, Run, RunKind};
use crate::domain::text::Align;
use crate::queries::run_detail::RunDetail;
use crate::tui::app::App;
use crate::tui::screens::lines::{Cell, Lines};
use crate::tui::widgets::cells::{error_lines, side_by_side};
use crate::tui::widgets::chart::{Chart, MonthlyRates, expected_rates};
use ratatui::text::Line;

/// Columns from which on two charts stand beside each other, the blanks between them, and the rows of a chart.
const BOTH: usize = 110;
const GAP: usize = 4;
const ROWS: usize = 13;
/// Most columns of a chart.
const WIDEST: usize = 70;

pub fn lines(app: &App, detail: &RunDetail, width: usize) -> Vec<Line<'static>> {
    let mut lines = Lines::new(app, width);
    let run = &detail.run;
    if let Some(challenge) = &run.challenge {
        champion(&mut lines, challenge);
    }
    match &detail.report {
        Err(error) => lines.add(error_lines(app.theme(), error, width)),
        Ok(report) => {
            realised(&mut lines, &report.realised);
            drift(&mut lines, run, report.drift.as_ref());
        }
    }
    lines.finish()
}

/// The new model against the one in use.
fn champion(lines: &mut Lines<'_>, challenge: &Challenge) {
    let theme = lines.theme();
    lines.title(
        "Against the champion",
        if challenge.champion_kept { "it stays" } else { "the new model takes its place" },
    );
    lines.text(&challenge.why, theme.text());
    if challenge.challenger_auc.or(challenge.champion_auc).or(challenge.difference).is_none() {
        return;
    }
    let auc = |estimate: &Option<Estimate>| estimate.as_ref().map_or("─".to_string(), interval);
    let row = |name: &str, auc: String| -> Vec<Cell> { vec![(name.into(), theme.dim()), (auc, theme.text())] };
    let difference = challenge.difference.map_or("─".to_string(), |d| {
        let signed = |value: f64| format!("{value:+.3}").replace('-', "−");
        let ends = d.low.zip(d.high).map(|(low, high)| format!(" ({} to {})", signed(low), signed(high)));
        format!("{}{}", signed(d.value), ends.unwrap_or_default())
    });
    let rows = [
        row("AUC of the new model", auc(&challenge.challenger_auc)),
        row("AUC of the champion on the same profiles", auc(&challenge.champion_auc)),
        row("difference, paired", difference),
    ];
    lines.table(&[("", Align::Left), ("", Align::Left)], 0, &rows);
}

/// Past runs judged by what came, month by month.
fn realised(lines: &mut Lines<'_>, realised: &[Realised]) {
    let theme = lines.theme();
    let months = match realised.len() {
        1 => "1 month".to_string(),
        all => format!("{all} months"),
    };
    lines.title("Expected against what came", if realised.is_empty() { "" } else { &months });
    let Some(last) = realised.last() else {
        let text = "No past run can be judged yet: the prediction timeframe of none has passed in the data. One run of every \
                    month is compared with what happened, by the first run after.";
        return lines.text(text, theme.dim());
    };
    let row = |r: &Realised| -> Vec<Cell> {
        let metrics = &r.evaluation.metrics;
        let tested = r.tested.as_ref();
        let lift = |of: Option<Estimate>| of.map_or("─".to_string(), |lift| format!("{:.1}", lift.value));
        let holds = metrics.base_rate.and_then(|b| Some((b.low?..=b.high?).contains(&r.expected)));
        let style = if holds == Some(false) { theme.warn() } else { theme.text() };
        vec![
            (format!("{}{}", date_of_text(&r.as_of), if r.hindsight { " *" } else { "" }), theme.text()),
            (count(r.profiles), theme.text()),
            (percent(r.expected), theme.text()),
            (percent(r.rate()), style),
            (metrics.auc.as_ref().map_or("─".into(), interval), theme.text()),
            (tested.and_then(|t| t.auc).map_or("─".into(), |auc| proportion(auc.value)), theme.dim()),
            (lift(metrics.lift_10), theme.text()),
            (lift(tested.and_then(|t| t.lift_10)), theme.dim()),
        ]
    };
    let header = [
        ("as of", Align::Left),
        ("profiles", Align::Right),
        ("expected", Align::Right),
        ("came", Align::Right),
        ("AUC", Align::Left),
        ("in test", Align::Right),
        ("lift 10 %", Align::Right),
        ("in test", Align::Right),
    ];
    // Where there is little room, the AUC is whole and the lift of the test is left out.
    let columns = if lines.width < 90 { 7 } else { 8 };
    // The newest first, as everywhere.
    lines.table(&header[..columns], 4, &realised.iter().rev().map(row).collect::<Vec<_>>());
    let gone: u64 = realised.iter().map(|r| r.gone).sum();
    if gone > 0 {
        lines.text(&format!("{} scored profiles are in the data no more and do not count.", count(gone)), theme.dim());
    }
    if realised.iter().any(|r| r.hindsight) {
        lines.text("* made in hindsight: attributes were those of later, and may tell what came.", theme.dim());
    }
    lines.blank();
    let width = lines.width;
    let chart = if width >= BOTH { ((width - GAP) / 2).min(WIDEST) } else { width.min(WIDEST) };
    let rates: Vec<MonthlyRates<'_>> = realised
        .iter()
        .map(|r| MonthlyRates {
            month: r.month(),
            expected: r.expected,
            came: r.evaluation.metrics.base_rate.unwrap_or(Estimate { value: r.rate(), low: None, high: None }),
        })
        .collect();
    // Alone, the months take the rows that they need.
    let rows = if width >= BOTH { ROWS } else { (rates.len() + 4).clamp(7, ROWS) };
    let first = expected_rates(&rates, (chart, rows), theme);
    let second = Chart::Calibration.lines(&last.evaluation, (chart, ROWS), theme);
    if width >= BOTH {
        lines.add(side_by_side(first, second, chart, GAP));
    } else {
        lines.add(first);
        lines.blank();
        lines.add(second);
    }
    lines.text(&format!("The calibration is that of the run as of {}.", date_of_text(&last.as_of)), theme.dim());
}

/// What moved since the training of the model that was applied.
fn drift(lines: &mut Lines<'_>, run: &Run, drift: Option<&Drift>) {
    let theme = lines.theme();
    let moved = |drift: &Drift| match drift.unexpected().count() {
        0 if drift.scores.is_none() => "nothing moved".to_string(),
        moved => format!("{moved} of {} features moved", drift.features),
    };
    lines.title("Drift since the training", &drift.map_or(String::new(), moved));
    let Some(drift) = drift else {
        let text = match run.kind {
            RunKind::Training => "Its own model gave the scores, and is what later scoring runs are held against.",
            RunKind::Scoring => {
                "It is not known: the run did not come so far, or its model is of a program that kept no baseline."
            }
        };
        return lines.text(text, theme.dim());
    };
    let (then, now) = (count(drift.reference), count(drift.current));
    let text = format!(
        "{then} profiles then, {now} now. Named is what has a stability index of {} or more, and more than samples of \
         this size reach by chance.",
        drift.threshold
    );
    lines.text(&text, theme.dim());
    if drift.drifted.is_empty() && drift.scores.is_none() {
        return;
    }
    lines.blank();
    let row = |m: &DistributionShift, name: String| -> Vec<Cell> {
        vec![
            (name, theme.text()),
            (format!("{:.2}", m.psi), if m.grows_with_calendar() { theme.dim() } else { theme.warn() }),
            (format!("{:.2}", m.critical_psi), theme.dim()),
            (m.reference.clone(), theme.dim()),
            (m.current.clone(), theme.text()),
        ]
    };
    let scores = drift.scores.iter().map(|m| row(m, "Scores".into()));
    let rows: Vec<Vec<Cell>> =
        scores.chain(drift.drifted.iter().map(|m| row(m, feature_labels::for_code(&m.code).label))).collect();
    let header = [
        ("what", Align::Left),
        ("shift", Align::Right),
        ("chance", Align::Right),
        ("then", Align::Left),
        ("now", Align::Left),
    ];
    lines.table(&header, 0, &rows);
    if drift.drifted.iter().any(DistributionShift::grows_with_calendar) {
        lines.text("What stands at the end grows with the calendar, and does not count.", theme.dim());
    }
}
