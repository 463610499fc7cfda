//! Values that were entered, one behind the other below the field in which the next one is typed: as many lines as they
//! need up to a few, the newest in sight, those that are wrong each with its remark.

use super::cells::Cells;
use crate::domain::format::counted;
use crate::domain::text::{cut_middle, wrapped};
use crate::tui::theme::Theme;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// A value that was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    pub text: String,
    /// What is odd about it.
    pub remark: Option<String>,
}

/// What one of them and several are called.
pub type Nouns = (&'static str, &'static str);

/// Most lines of values.
const LINES: usize = 4;

/// The lines of the values in so many columns; the last ones, and above them how many there are in all.
pub fn lines(theme: &Theme, chips: &[Chip], nouns: Nouns, width: usize) -> Vec<Line<'static>> {
    let mut lines: Vec<Line<'static>> = Vec::new();
    let mut used = width;
    for chip in chips {
        let text = cut_middle(&chip.text, width.saturating_sub(2).max(1));
        let needed = text.width() + 2;
        let style = if chip.remark.is_some() { theme.warn() } else { theme.title() };
        let spans = [Span::styled(text, style), Span::styled(" ×", theme.dim())];
        match lines.last_mut() {
            Some(line) if chip.remark.is_none() && used + 2 + needed <= width => {
                line.spans.push(Span::raw("  "));
                line.spans.extend(spans);
                used += 2 + needed;
            }
            _ => {
                lines.push(Line::from(spans.to_vec()));
                used = needed;
            }
        }
        if let Some(remark) = &chip.remark {
            let parts = wrapped(remark, width.saturating_sub(2).max(1));
            lines.extend(parts.into_iter().map(|part| Line::styled(format!("  {part}"), theme.warn())));
            // The next value begins a line.
            used = width;
        }
    }
    let hidden = lines.len().saturating_sub(LINES);
    if hidden > 0 {
        let all = counted(chips.len() as u64, nouns.0, nouns.1);
        lines.drain(..=hidden);
        lines.insert(0, Line::styled(format!("▴ {all}, the last of them here"), theme.dim()));
    } else if chips.len() > 1 {
        lines.push(Line::styled(counted(chips.len() as u64, nouns.0, nouns.1), theme.dim()));
    }
    lines
}

/// Draws the lines from (x, y) on.
pub fn draw(theme: &Theme, chips: &[Chip], nouns: Nouns, (x, y): (u16, u16), cells: &mut Cells<'_>) {
    let width = cells.width().saturating_sub(x);
    for (y, line) in (y..).zip(lines(theme, chips, nouns, usize::from(width))) {
        cells.put_line(x, y, width, &line);
    }
}
