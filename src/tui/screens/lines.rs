//! Lines as they come: titles, facts, sentences, tables that fit their width. Written by the details of a score and by the
//! tabs of a run.

use crate::domain::text::{Align, cut, wrapped};
use crate::tui::app::App;
use crate::tui::theme::Theme;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// Columns of the names of facts.
const NAME: usize = 16;
/// Blanks between two columns of a table, and the least that a flexible column keeps.
const GAP: usize = 2;
const LEAST: usize = 8;

pub struct Lines<'a> {
    pub app: &'a App,
    pub width: usize,
    lines: Vec<Line<'static>>,
}

/// A cell with its style.
pub type Cell = (String, Style);

impl<'a> Lines<'a> {
    pub fn new(app: &'a App, width: usize) -> Lines<'a> {
        Lines { app, width, lines: Vec::new() }
    }

    /// Lines so far.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub fn finish(self) -> Vec<Line<'static>> {
        self.lines
    }

    pub fn theme(&self) -> &'a Theme {
        self.app.theme()
    }

    pub fn blank(&mut self) {
        self.lines.push(Line::default());
    }

    pub fn add(&mut self, lines: impl IntoIterator<Item = Line<'static>>) {
        self.lines.extend(lines);
    }

    /// A title with a blank line above it and something dim at its right.
    pub fn title(&mut self, title: &str, beside: &str) {
        if self.lines.last().is_some_and(|line| line.width() > 0) {
            self.blank();
        }
        let title = cut(title, self.width);
        let beside = cut(beside, self.width.saturating_sub(title.width() + GAP));
        let gap = self.width.saturating_sub(title.width() + beside.width());
        self.lines.push(Line::from(vec![
            Span::styled(title, self.theme().title()),
            Span::raw(" ".repeat(gap)),
            Span::styled(beside, self.theme().dim()),
        ]));
    }

    pub fn text(&mut self, text: &str, style: Style) {
        self.marked("", text, (style, style));
    }

    /// A sentence whose lines stand right of a mark.
    pub fn marked(&mut self, mark: &str, text: &str, (of_mark, of_text): (Style, Style)) {
        let room = self.width.saturating_sub(mark.width()).max(1);
        for (at, part) in wrapped(text, room).into_iter().enumerate() {
            let before = if at == 0 { mark.to_string() } else { " ".repeat(mark.width()) };
            self.lines.push(Line::from(vec![Span::styled(before, of_mark), Span::styled(part, of_text)]));
        }
    }

    /// A name and its value, which goes on below itself where it is long.
    pub fn fact(&mut self, name: &str, value: &str) {
        self.fact_in(NAME, name, value);
    }

    /// A fact whose name stands in so many columns.
    pub fn fact_in(&mut self, columns: usize, name: &str, value: &str) {
        let mark = format!("{:<columns$}", cut(name, columns.saturating_sub(1)));
        let styles = (self.theme().dim(), self.theme().text());
        self.marked(&mark, if value.is_empty() { "─" } else { value }, styles);
    }

    /// A table without borders. Where there is no room for all of it, the column `flexible` is cut.
    pub fn table(&mut self, header: &[(&str, Align)], flexible: usize, rows: &[Vec<Cell>]) {
        let natural = |at: usize| {
            let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.0.width());
            cells.chain([header[at].0.width()]).max().unwrap_or_default()
        };
        let mut widths: Vec<usize> = (0..header.len()).map(natural).collect();
        let all = widths.iter().sum::<usize>() + GAP * header.len().saturating_sub(1);
        if let Some(width) = widths.get_mut(flexible) {
            *width = width.saturating_sub(all.saturating_sub(self.width)).max(LEAST.min(*width));
        }
        let dim = self.theme().dim();
        if header.iter().any(|(name, _)| !name.is_empty()) {
            let names: Vec<Cell> = header.iter().map(|(name, _)| ((*name).to_string(), dim)).collect();
            self.row(&names, header, &widths);
        }
        rows.iter().for_each(|row| self.row(row, header, &widths));
    }

    fn row(&mut self, cells: &[Cell], header: &[(&str, Align)], widths: &[usize]) {
        let mut spans = Vec::new();
        for (at, (((text, style), (_, align)), width)) in cells.iter().zip(header).zip(widths).enumerate() {
            let text = cut(text, *width);
            let pad = " ".repeat(width.saturating_sub(text.width()));
            let gap = if at == 0 { "" } else { "  " };
            match align {
                Align::Left => {
                    spans.extend([Span::raw(gap), Span::styled(text, *style), Span::raw(pad)]);
                }
                Align::Right => spans.extend([Span::raw(format!("{gap}{pad}")), Span::styled(text, *style)]),
            }
        }
        self.lines.push(Line::from(spans));
    }
}
