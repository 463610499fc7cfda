//! The tab *Data*: what the run asked of the data, and what it read.

use crate::domain::format::{count, date_of_text, percent};
use crate::domain::run::codes;
use crate::domain::run::quality::{Check, Outcome};
use crate::domain::source::read_report::{ReadReport, SourceReport};
use crate::domain::source::refusal::{MAX_EXAMPLES, Reason, ReasonCount};
use crate::domain::text::Align;
use crate::queries::run_detail::RunDetail;
use crate::tui::app::App;
use crate::tui::screens::lines::{Cell, Lines};
use crate::tui::theme::Theme;
use crate::tui::widgets::cells::error_lines;
use crate::tui::widgets::histogram::bar;
use ratatui::style::Style;
use ratatui::text::Line;
use std::collections::BTreeMap;

/// Event types that are shown one by one.
const TYPES: usize = 30;
const BAR: usize = 12;

pub fn lines(app: &App, detail: &RunDetail, width: usize) -> Vec<Line<'static>> {
    let mut lines = Lines::new(app, width);
    checks(&mut lines, &detail.run.checks);
    match &detail.report {
        Err(error) => {
            lines.blank();
            lines.add(error_lines(app.theme(), error, width));
        }
        Ok(report) if report.read_report.sources.is_empty() => {
            lines.title("Sources", "");
            lines.text("The run ended before the sources were read.", app.theme().text());
        }
        Ok(report) => {
            let intake = &report.read_report;
            sources(&mut lines, intake);
            refused(&mut lines, intake);
            missing(&mut lines, intake);
            event_types(&mut lines, intake);
        }
    }
    lines.finish()
}

/// Sign, word and style of an outcome.
fn outcome(outcome: Outcome, theme: &Theme) -> (&'static str, Style) {
    match outcome {
        Outcome::Passed => ("✓ passed", theme.good()),
        Outcome::Information => ("· noted", theme.dim()),
        Outcome::Warning => ("! warning", theme.warn()),
        Outcome::Stopped => ("✗ stopped", theme.bad()),
    }
}

/// Every check, what stopped and what warned first.
fn checks(lines: &mut Lines<'_>, checks: &[Check]) {
    let theme = lines.theme();
    lines.title("Quality checks", "");
    if checks.is_empty() {
        lines.text("No check was reached.", theme.text());
        return;
    }
    let mut checks: Vec<&Check> = checks.iter().collect();
    let order = |check: &&Check| match check.outcome {
        Outcome::Stopped => 0,
        Outcome::Warning => 1,
        Outcome::Passed => 2,
        Outcome::Information => 3,
    };
    checks.sort_by_key(order);
    let row = |check: &&Check| -> Vec<Cell> {
        let (words, style) = outcome(check.outcome, theme);
        vec![
            (codes::name(check.code), theme.text()),
            (words.into(), style),
            (check.what.clone(), theme.text()),
            (codes::formatted_value(check, check.found), theme.text()),
            (check.threshold.map_or(String::new(), |t| codes::formatted_value(check, t)), theme.dim()),
        ]
    };
    let header = [
        ("code", Align::Right),
        ("", Align::Left),
        ("figure", Align::Left),
        ("found", Align::Right),
        ("threshold", Align::Right),
    ];
    lines.table(&header, 2, &checks.iter().map(row).collect::<Vec<_>>());
}

fn sources(lines: &mut Lines<'_>, intake: &ReadReport) {
    let theme = lines.theme();
    let (refused, read) = intake.refused();
    let share = if read == 0 { 0.0 } else { refused as f64 / read as f64 };
    let share = if refused > 0 && share < 0.001 { "under 0.1 %".into() } else { percent(share) };
    let beside = format!("{} rows, {} refused ({share})", count(read), count(refused));
    lines.title("Sources", &beside);
    let day = |text: &Option<String>| text.as_deref().map_or("─".into(), date_of_text);
    let row = |source: &SourceReport| -> Vec<Cell> {
        let style = if source.refused() > 0 { theme.warn() } else { theme.dim() };
        vec![
            (source.kind.clone(), theme.text()),
            (source.path.clone(), theme.text()),
            (count(source.files.len() as u64), theme.dim()),
            (count(source.rows()), theme.text()),
            (count(source.refused()), style),
            (day(&source.last_day), theme.dim()),
        ]
    };
    let header = [
        ("kind", Align::Left),
        ("path", Align::Left),
        ("files", Align::Right),
        ("rows", Align::Right),
        ("refused", Align::Right),
        ("up to", Align::Right),
    ];
    lines.table(&header, 1, &intake.sources.iter().map(row).collect::<Vec<_>>());
    let notes = intake.sources.iter().flat_map(|source| &source.notes).chain(&intake.warnings);
    for note in notes {
        lines.marked("! ", note, (theme.warn(), theme.text()));
    }
}

/// Refused rows by reason, with the first of each.
fn refused(lines: &mut Lines<'_>, intake: &ReadReport) {
    let theme = lines.theme();
    let mut reasons: BTreeMap<Reason, ReasonCount> = BTreeMap::new();
    for (reason, tally) in intake.sources.iter().flat_map(|source| &source.refusals.0) {
        let total = reasons.entry(*reason).or_default();
        total.count += tally.count;
        total.examples.extend(tally.examples.iter().cloned());
    }
    let mut reasons: Vec<(Reason, ReasonCount)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, tally)| std::cmp::Reverse(tally.count));
    if reasons.is_empty() {
        return;
    }
    lines.title("Refused rows", &count(reasons.iter().map(|(_, tally)| tally.count).sum()));
    for (reason, tally) in reasons {
        let rows = if tally.count == 1 { "1 row".into() } else { format!("{} rows", count(tally.count)) };
        lines.marked("✗ ", &format!("{}: {rows}", reason.words()), (theme.warn(), theme.text()));
        let row = |at: &crate::domain::source::refusal::Example| -> Vec<Cell> {
            vec![
                ("  ".to_string() + &at.file, theme.dim()),
                (format!("line {}", count(at.line)), theme.dim()),
                (at.detail.clone(), theme.text()),
            ]
        };
        let rows: Vec<Vec<Cell>> = tally.examples.iter().take(MAX_EXAMPLES).map(row).collect();
        lines.table(&[("", Align::Left), ("", Align::Right), ("", Align::Left)], 2, &rows);
        if tally.count > rows.len() as u64 {
            lines.text(&format!("  and {} more", count(tally.count - rows.len() as u64)), theme.dim());
        }
    }
}

/// The columns that have empty cells, by source, the emptiest first.
fn missing(lines: &mut Lines<'_>, intake: &ReadReport) {
    let theme = lines.theme();
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for source in intake.sources.iter().filter(|source| !source.missing.is_empty()) {
        let mut columns: Vec<&(String, f64)> = source.missing.iter().collect();
        columns.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        for (column, share) in columns {
            let style = if *share > 0.5 { theme.warn() } else { theme.text() };
            rows.push(vec![
                (source.kind.clone(), theme.dim()),
                (column.clone(), theme.text()),
                (percent(*share), style),
                (bar(*share, BAR).0, theme.bar()),
            ]);
        }
    }
    if rows.is_empty() {
        return;
    }
    lines.title("Empty cells", "share of the rows");
    lines.table(&[("", Align::Left), ("", Align::Left), ("", Align::Right), ("", Align::Left)], 1, &rows);
}

fn event_types(lines: &mut Lines<'_>, intake: &ReadReport) {
    let theme = lines.theme();
    let mut types: Vec<_> = intake.event_types.iter().collect();
    types.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.event_type.cmp(&b.event_type)));
    lines.title("Event types", &format!("{} events before the as-of date", count(intake.events)));
    let most = types.first().map_or(1, |t| t.events.max(1)) as f64;
    let row = |t: &&crate::domain::source::read_report::TypeCount| -> Vec<Cell> {
        vec![
            (t.event_type.clone(), theme.text()),
            (count(t.events), theme.text()),
            (bar(t.events as f64 / most, BAR).0, theme.bar()),
        ]
    };
    let rows: Vec<Vec<Cell>> = types.iter().take(TYPES).map(row).collect();
    lines.table(&[("", Align::Left), ("", Align::Right), ("", Align::Left)], 0, &rows);
    if types.len() > TYPES {
        lines.text(&format!("and {} rarer types", count((types.len() - TYPES) as u64)), theme.dim());
    }
    if intake.events_after > 0 {
        let text = format!("{} events on or after the as-of date were not used.", count(intake.events_after));
        lines.text(&text, theme.dim());
    }
}
