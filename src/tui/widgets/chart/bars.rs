//! The charts that are bars: lift by tenth, the scores of those who converted and of those who did not, and base rates.

use super::frame::{NO_ROOM, Size, has_room, message_only, no_outcomes, right, title};
use crate::domain::format::{count, percent};
use crate::domain::metrics::{DecileLift, Evaluation};
use crate::domain::text::cut;
use crate::tui::theme::Theme;
use crate::tui::widgets::histogram;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// Columns at the right of the lifts, in which the line of the base rate has its label.
const LABEL: usize = 4;

/// A bar for each tenth of the profiles, best first, with its lift above it and a line at 1.
pub fn lift(evaluation: &Evaluation, size: Size, theme: &Theme) -> Vec<Line<'static>> {
    const NAMES: [&str; 2] = ["Lift by tenth, best first", "Lift by tenth"];
    let deciles = &evaluation.deciles[..evaluation.deciles.len().min(10)];
    if !deciles.iter().any(|d| d.lift.is_finite()) {
        return message_only(NAMES[1], no_outcomes(evaluation), size, theme);
    }
    if !has_room(size) {
        return message_only(NAMES[1], NO_ROOM, size, theme);
    }
    let (width, height) = size;
    let column = ((width - LABEL) / 10).min(8);
    // The title, the figures above the highest bar, and the numbers of the tenths.
    let rows = height - 3;
    let most = deciles.iter().map(|d| d.lift).filter(|l| l.is_finite()).fold(1.0, f64::max);
    let shares: Vec<f64> = deciles.iter().map(|d| d.lift / most).collect();
    let mut cells: Vec<Vec<(char, Style)>> = vec![vec![(' ', theme.text()); 10 * column + LABEL]; rows + 1];
    for (row, text) in histogram::columns(&shares, rows, column - 1, 1).iter().enumerate() {
        for (x, c) in text.chars().enumerate() {
            cells[row + 1][x] = (c, theme.bar());
        }
    }
    figures_above(&mut cells, deciles, &shares, column, theme);
    line_at_one(&mut cells, most, column, theme);
    let first = deciles.first().filter(|d| d.lift.is_finite());
    let figure = first.map_or(String::new(), |d| format!("best tenth ×{:.1}: {} convert", d.lift, percent(d.rate)));
    let short = first.map_or(String::new(), |d| format!("best tenth ×{:.1}", d.lift));
    let mut lines = vec![title(&NAMES, &[figure, short], width, theme)];
    lines.extend(cells.into_iter().map(line));
    let numbers: String = deciles.iter().map(|d| centred(&d.decile.to_string(), column)).collect();
    lines.push(Line::styled(numbers, theme.dim()));
    lines
}

/// Each lift in the row above its bar; one that would touch the one before gives way to it.
fn figures_above(
    cells: &mut [Vec<(char, Style)>],
    deciles: &[DecileLift],
    shares: &[f64],
    column: usize,
    theme: &Theme,
) {
    let rows = cells.len() - 1;
    for (at, (decile, share)) in deciles.iter().zip(shares).enumerate().filter(|(_, (d, _))| d.lift.is_finite()) {
        let full = (share.clamp(0.0, 1.0) * (8 * rows) as f64).round() as usize;
        let row = &mut cells[rows - full.max(1).div_ceil(8)];
        let text = format!("{:.1}", decile.lift);
        let text = if column < 4 { text.strip_prefix('0').unwrap_or(&text) } else { &text };
        let start = at * column + (column - 1).saturating_sub(text.len()) / 2;
        let free = start == 0 || row[start - 1].0 == ' ';
        if free && start + text.len() <= row.len() {
            for (x, c) in text.chars().enumerate() {
                row[start + x] = (c, theme.text());
            }
        }
    }
}

/// A line at the base rate, where nothing else stands, with its label at the right.
fn line_at_one(cells: &mut [Vec<(char, Style)>], most: f64, column: usize, theme: &Theme) {
    let rows = cells.len() - 1;
    let up = (((8 * rows) as f64 / most).round() as usize).saturating_sub(1) / 8;
    let row = &mut cells[rows - up.min(rows)];
    for cell in row.iter_mut().take(10 * column).filter(|cell| cell.0 == ' ') {
        *cell = ('┄', theme.faint());
    }
    for (x, c) in right("1.0", LABEL).chars().enumerate() {
        row[10 * column + x] = (c, theme.dim());
    }
}

/// A row of cells as a line, equal styles together.
fn line(row: Vec<(char, Style)>) -> Line<'static> {
    let runs = row.chunk_by(|a, b| a.1 == b.1);
    let spans = runs.map(|run| Span::styled(run.iter().map(|c| c.0).collect::<String>(), run[0].1));
    Line::from(spans.collect::<Vec<_>>())
}

fn centred(text: &str, column: usize) -> String {
    let before = (column - 1).saturating_sub(text.width()) / 2;
    let after = column.saturating_sub(before + text.width());
    format!("{}{text}{}", " ".repeat(before), " ".repeat(after))
}

/// The scores of those who converted above those of the others, each as shares of their own, on one scale.
pub fn scores(evaluation: &Evaluation, size: Size, theme: &Theme) -> Vec<Line<'static>> {
    const NAMES: [&str; 2] = ["Scores by outcome", "Scores"];
    let counts = &evaluation.scores;
    let totals =
        [&counts.converted, &counts.not_converted].map(|bins| bins.iter().fold(0u64, |all, n| all.saturating_add(*n)));
    if totals.contains(&0) {
        let why = match no_outcomes(evaluation) {
            why if evaluation.profiles > 0 && evaluation.conversions.is_multiple_of(evaluation.profiles) => why,
            _ if evaluation.profiles == 0 => "Nobody was in the test.",
            _ => "This model was tested by an older version, which kept no scores by outcome. Train the score again.",
        };
        return message_only(NAMES[0], why, size, theme);
    }
    if !has_room(size) {
        return message_only(NAMES[0], NO_ROOM, size, theme);
    }
    let (width, height) = size;
    // Narrow columns hold bins of 10 points.
    let merge = if width >= 40 { 1 } else { 2 };
    let shares = |bins: &[u64], total: u64| -> Vec<f64> {
        bins.chunks(merge).map(|chunk| chunk.iter().map(|n| *n as f64).sum::<f64>() / total as f64).collect()
    };
    let shares = [shares(&counts.converted, totals[0]), shares(&counts.not_converted, totals[1])];
    let bins = shares[0].len().max(shares[1].len());
    let column = (width / bins.max(1)).clamp(1, 4);
    let most = shares.iter().flatten().copied().fold(0.0, f64::max);
    // The title, a label for each half, and the axis.
    let rows = (height - 4) / 2;
    let axis = (bins * column).min(width);
    let figures = [format!("shares of each, highest {}", percent(most)), String::new()];
    let mut lines = vec![title(&NAMES, &figures, width, theme)];
    let styles = [theme.good(), theme.bar()];
    for ((word, total), (shares, style)) in
        ["converted", "did not convert"].into_iter().zip(totals).zip(shares.iter().zip(styles))
    {
        let total = cut(&count(total), width.saturating_sub(word.width() + 1));
        let total = right(&total, axis.max(word.width() + 1 + total.width()) - word.width());
        lines.push(Line::from(vec![Span::styled(word, theme.text()), Span::styled(total, theme.dim())]));
        let heights: Vec<f64> = shares.iter().map(|share| share / most).collect();
        let bars = histogram::columns(&heights, rows, column, 0);
        lines.extend(bars.into_iter().map(|text| Line::styled(text, style)));
    }
    lines.push(Line::styled(scale(axis), theme.dim()));
    lines.resize(height, Line::default());
    lines
}

/// 0, 50 and 100 below so many columns.
fn scale(axis: usize) -> String {
    let left = (axis / 2).saturating_sub(1);
    let end = axis.saturating_sub(left + 2);
    format!("{:<left$}50{:>end$}", "0", "100")
}

/// Base rates by cutoff, oldest first: (cutoff in words, rate).
pub fn base_rates(rates: &[(String, f64)], size: Size, theme: &Theme) -> Vec<Line<'static>> {
    const NAMES: [&str; 1] = ["Base rate by cutoff"];
    let known: Vec<&(String, f64)> = rates.iter().filter(|(_, rate)| rate.is_finite()).collect();
    let (Some(first), Some(last)) = (known.first(), known.last()) else {
        return message_only(NAMES[0], "No matured cutoff was reached.", size, theme);
    };
    if !has_room(size) {
        return message_only(NAMES[0], NO_ROOM, size, theme);
    }
    let (width, height) = size;
    let known = &known[known.len().saturating_sub(width / 2)..];
    let gap = usize::from(known.len() > 1);
    let column = ((width + gap) / known.len()).saturating_sub(gap).clamp(1, 6);
    let most = known.iter().map(|(_, rate)| *rate).fold(0.0, f64::max);
    let least = known.iter().map(|(_, rate)| *rate).fold(f64::INFINITY, f64::min);
    let figure = if known.len() == 1 { percent(most) } else { format!("{} to {}", percent(least), percent(most)) };
    let shares: Vec<f64> = known.iter().map(|(_, rate)| if most > 0.0 { rate / most } else { 0.0 }).collect();
    let mut lines = vec![title(&NAMES, &[figure, String::new()], width, theme)];
    // Rates differ little, and high bars would be much ink for it.
    let bars = histogram::columns(&shares, (height - 2).min(5), column, gap);
    lines.extend(bars.into_iter().map(|text| Line::styled(text, theme.bar())));
    let axis = (known.len() * (column + gap) - gap).max(first.0.width()).min(width);
    let ends = match axis.checked_sub(first.0.width() + last.0.width() + 1) {
        Some(_) if known.len() > 1 => format!("{}{}", first.0, right(&last.0, axis - first.0.width())),
        _ => cut(&last.0, width),
    };
    lines.push(Line::styled(ends, theme.dim()));
    lines.resize(height, Line::default());
    lines
}
