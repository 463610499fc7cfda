//! Writing text at a place of an area: cut to its room, harmless, never outside.

use crate::domain::text::{cut, wrapped};
use crate::error::Error;
use crate::tui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// An area of the screen, written with places relative to its corner.
pub struct Cells<'a> {
    buffer: &'a mut Buffer,
    area: Rect,
    cursor: Option<Position>,
}

impl<'a> Cells<'a> {
    pub fn new(buffer: &'a mut Buffer, area: Rect) -> Cells<'a> {
        let area = area.intersection(buffer.area);
        Cells { buffer, area, cursor: None }
    }

    pub fn width(&self) -> u16 {
        self.area.width
    }

    pub fn height(&self) -> u16 {
        self.area.height
    }

    /// Writes at most `width` columns at (x, y); returns how many were written.
    pub fn put(&mut self, x: u16, y: u16, width: u16, text: &str, style: Style) -> u16 {
        let room = width.min(self.area.width.saturating_sub(x));
        if room == 0 || y >= self.area.height {
            return 0;
        }
        let text = cut(text, usize::from(room));
        self.buffer.set_string(self.area.x + x, self.area.y + y, &text, style);
        text.width() as u16
    }

    /// Writes at the right edge.
    pub fn put_right(&mut self, y: u16, text: &str, style: Style) {
        let width = text.width() as u16;
        self.put(self.area.width.saturating_sub(width), y, width, text, style);
    }

    /// Writes at the right edge of the `width` columns that begin at x.
    pub fn put_right_in(&mut self, x: u16, y: u16, width: u16, text: &str, style: Style) {
        let gap = width.saturating_sub(text.width() as u16);
        self.put(x + gap, y, width - gap, text, style);
    }

    /// Writes a line of styled spans, cut at `width`.
    pub fn put_line(&mut self, x: u16, y: u16, width: u16, line: &Line<'_>) {
        let mut at = x;
        for span in &line.spans {
            let left = (x + width).saturating_sub(at);
            at += self.put(at, y, left, &span.content, line.style.patch(span.style));
        }
    }

    /// Gives a part of a line another style on top of its own.
    pub fn restyle(&mut self, x: u16, y: u16, width: u16, style: Style) {
        let area = Rect::new(self.area.x + x, self.area.y + y, width, 1).intersection(self.area);
        self.buffer.set_style(area, style);
    }

    /// The terminal's cursor stands here, unless something drawn later says otherwise.
    pub fn set_cursor(&mut self, x: u16, y: u16) {
        if x < self.area.width && y < self.area.height {
            self.cursor = Some(Position::new(self.area.x + x, self.area.y + y));
        }
    }

    pub fn cursor(&self) -> Option<Position> {
        self.cursor
    }
}

/// An error in lines: what failed, why, and what to do next.
pub fn error_lines(theme: &Theme, error: &Error, width: usize) -> Vec<Line<'static>> {
    let what = std::iter::once((error.what.clone(), theme.bad()));
    let causes = error.causes.iter().map(|cause| (format!("because {cause}"), theme.text()));
    let hint = error.hint.iter().flat_map(|hint| [(String::new(), theme.text()), (hint.clone(), theme.accent())]);
    let mut lines = Vec::new();
    for (text, style) in what.chain(causes).chain(hint) {
        let parts = if text.is_empty() { vec![String::new()] } else { wrapped(&text, width) };
        lines.extend(parts.into_iter().map(|part| Line::styled(part, style)));
    }
    lines
}

/// Two blocks of lines beside each other: the left one `width` columns wide, with `gap` blanks after it.
pub fn side_by_side(
    left: Vec<Line<'static>>,
    right: Vec<Line<'static>>,
    width: usize,
    gap: usize,
) -> Vec<Line<'static>> {
    let rows = left.len().max(right.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    let row = |_| {
        let line = left.next().unwrap_or_default();
        let used: usize = line.spans.iter().map(|span| span.content.width()).sum();
        // A style of the whole line must not reach into the other half.
        let styled = |line: Line<'static>| {
            let style = line.style;
            line.spans.into_iter().map(move |span| Span::styled(span.content, style.patch(span.style)))
        };
        let mut spans: Vec<Span<'static>> = styled(line).collect();
        let other: Vec<Span<'static>> = styled(right.next().unwrap_or_default()).collect();
        if !other.is_empty() {
            spans.push(Span::raw(" ".repeat((width + gap).saturating_sub(used))));
            spans.extend(other);
        }
        Line::from(spans)
    };
    (0..rows).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn halves_beside_each_other_keep_their_places(left in vec("[a-z]{0,9}", 0..5), right in vec("[a-z]{1,9}", 0..5)) {
            let lines = |texts: &[String]| texts.iter().map(|t| Line::from(t.clone())).collect::<Vec<_>>();
            let both = side_by_side(lines(&left), lines(&right), 9, 2);
            prop_assert_eq!(both.len(), left.len().max(right.len()));
            for (row, text) in right.iter().enumerate() {
                prop_assert_eq!(&both[row].to_string()[11..], text.as_str());
            }
        }
    }
}
