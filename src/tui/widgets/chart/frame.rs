//! What every chart has: its size, its title, and axes around a plot or a sentence in the place of one.

use crate::domain::metrics::Evaluation;
use crate::domain::text::{cut, wrapped};
use crate::tui::theme::Theme;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// Columns and rows.
pub type Size = (usize, usize);

/// Below this nothing can be read off a chart.
const MIN_SIZE: Size = (24, 7);

pub const NO_ROOM: &str = "There is no room for this chart.";

/// Columns at the left of a plot: its labels and the axis.
pub const LABELS: usize = 7;

pub fn has_room((width, height): Size) -> bool {
    width >= MIN_SIZE.0 && height >= MIN_SIZE.1
}

/// Why an evaluation has no chart that needs both outcomes.
pub fn no_outcomes(evaluation: &Evaluation) -> &'static str {
    match (evaluation.profiles, evaluation.conversions) {
        (0, _) => "Nobody was in the test.",
        (_, 0) => "Nobody converted in the test.",
        (profiles, conversions) if profiles == conversions => "Everybody converted in the test.",
        _ => "The report of this run does not hold it.",
    }
}

/// A chart that cannot be drawn: the title, and why.
pub fn message_only(name: &str, why: &str, (width, height): Size, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = vec![Line::styled(cut(name, width), theme.title()), Line::default()];
    lines.extend(wrapped(why, width.max(1)).into_iter().map(|line| Line::styled(cut(&line, width), theme.dim())));
    lines.resize(height, Line::default());
    lines
}

/// The title at the left and the first of the figures at the right that there is room for.
pub fn title(names: &[&str], figures: &[String], width: usize, theme: &Theme) -> Line<'static> {
    let pairs = names.iter().flat_map(|name| figures.iter().map(move |figure| (*name, figure.as_str())));
    let mut fitting = pairs.filter(|(name, figure)| name.width() + 2 + figure.width() <= width);
    let (name, figure) = fitting.next().unwrap_or((names.last().copied().unwrap_or_default(), ""));
    let name = cut(name, width);
    let gap = " ".repeat(width.saturating_sub(name.width() + figure.width()));
    Line::from(vec![Span::styled(name, theme.title()), Span::raw(gap), Span::styled(figure.to_string(), theme.text())])
}

/// The scales of a plot in words.
pub struct Axes<'a> {
    /// At the top, in the middle and at the foot.
    pub y: [String; 3],
    /// At the left and the right end.
    pub x: [String; 2],
    /// What they measure, the longest wording first.
    pub names: &'a [&'a str],
}

/// A plot with its axes below a title: `height` − 3 rows of plot.
pub fn with_axes(
    title: Line<'static>,
    plot: Vec<Vec<Span<'static>>>,
    axes: &Axes<'_>,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let rows = plot.len();
    let columns = plot.first().map_or(0, |row| row.iter().map(|span| span.content.width()).sum());
    let label = |row: usize| match row {
        0 => axes.y[0].as_str(),
        row if row + 1 == rows => axes.y[2].as_str(),
        row if row == rows / 2 && rows > 4 => axes.y[1].as_str(),
        _ => "",
    };
    let mut lines = vec![title];
    for (row, spans) in plot.into_iter().enumerate() {
        let text = label(row);
        let tick = if text.is_empty() { "│" } else { "┤" };
        let mut line = vec![Span::styled(right(text, LABELS - 2), theme.dim()), Span::raw(" ")];
        line.push(Span::styled(tick, theme.faint()));
        line.extend(spans);
        lines.push(Line::from(line));
    }
    lines.push(Line::styled(format!("{}└{}", " ".repeat(LABELS - 1), "─".repeat(columns)), theme.faint()));
    lines.push(Line::styled(format!("{}{}", " ".repeat(LABELS), between(axes, columns)), theme.dim()));
    lines
}

/// The ends of the horizontal axis with its name between them.
fn between(axes: &Axes<'_>, columns: usize) -> String {
    let [left, end] = &axes.x;
    let room = columns.saturating_sub(left.width() + end.width());
    let name = axes.names.iter().find(|name| name.width() + 2 <= room).copied().unwrap_or_default();
    let before = room.saturating_sub(name.width()) / 2;
    let after = room.saturating_sub(name.width() + before);
    format!("{left}{}{name}{}{end}", " ".repeat(before), " ".repeat(after))
}

/// Text at the right of so many columns.
pub fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(text.width())))
}
