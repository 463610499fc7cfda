//! Text to read and scroll: the help, an error, a code.

use super::{Dialog, code};
use crate::domain::run::codes;
use crate::domain::run::quality::Check;
use crate::domain::text::cut;
use crate::error::Error;
use crate::tui::action::{Action, Group, TABLE};
use crate::tui::app::App;
use crate::tui::effect::Effect;
use crate::tui::widgets::cells::{Cells, told};
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use ratatui::text::{Line, Span};

/// What is shown and how far it is scrolled.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub content: Content,
    pub scroll: u16,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    Help,
    Error(Error),
    /// A code, with what a run found where it was opened from one.
    Code {
        number: u16,
        checks: Vec<Check>,
    },
}

impl Page {
    pub fn help() -> Page {
        Page { content: Content::Help, scroll: 0 }
    }

    pub fn error(error: Error) -> Page {
        Page { content: Content::Error(error), scroll: 0 }
    }

    /// The page of a code; `checks` are those of it in the run that it was opened from.
    pub fn code(number: u16, checks: Vec<Check>) -> Page {
        Page { content: Content::Code { number, checks }, scroll: 0 }
    }

    fn title(&self) -> String {
        match &self.content {
            Content::Help => "Keys and codes".into(),
            Content::Error(_) => "This did not work".into(),
            Content::Code { number, .. } => format!("Code {}", codes::name(*number)),
        }
    }

    /// Columns and rows that it would like, borders included.
    fn wanted(&self, app: &App) -> (u16, u16) {
        let width = match &self.content {
            Content::Help => 78,
            Content::Error(_) => 72,
            Content::Code { .. } => 78,
        };
        let width = width.min(app.size.0.saturating_sub(4));
        (width, self.lines(app, usize::from(width.saturating_sub(6))).len() as u16 + 4)
    }

    fn lines(&self, app: &App, width: usize) -> Vec<Line<'static>> {
        match &self.content {
            Content::Help => help(app, width),
            Content::Error(error) => told(app, error, width),
            Content::Code { number, checks } => code::lines(app, *number, checks, width),
        }
    }
}

pub fn perform(app: &mut App, action: Action) -> Vec<Effect> {
    let Some(Dialog::Page(page)) = app.dialogs.last() else { return Vec::new() };
    let (width, height) = page.wanted(app);
    let shown = height.min(app.size.1.saturating_sub(3)).saturating_sub(4);
    let most = (page.lines(app, usize::from(width.saturating_sub(6))).len() as u16).saturating_sub(shown);
    let scroll = page.scroll.min(most);
    let to = match action {
        Action::Up => scroll.saturating_sub(1),
        Action::Down => scroll + 1,
        Action::PageUp => scroll.saturating_sub(shown.max(1)),
        Action::PageDown => scroll + shown.max(1),
        Action::First => 0,
        Action::Last => most,
        Action::Accept | Action::Close | Action::Help => {
            app.dialogs.pop();
            return Vec::new();
        }
        _ => scroll,
    };
    if let Some(Dialog::Page(page)) = app.dialogs.last_mut() {
        page.scroll = to.min(most);
    }
    Vec::new()
}

pub fn view(app: &App, page: &Page, buffer: &mut Buffer) -> Option<Position> {
    let wanted = page.wanted(app);
    let lines = page.lines(app, usize::from(wanted.0.saturating_sub(6)));
    let area = super::frame(app, buffer, wanted, &page.title(), "");
    let mut cells = Cells::new(buffer, area);
    let shown = area.height.saturating_sub(2);
    let scroll = page.scroll.min((lines.len() as u16).saturating_sub(shown));
    for (y, line) in (1u16..).zip(lines.iter().skip(usize::from(scroll)).take(usize::from(shown))) {
        cells.put_line(0, y, area.width, line);
    }
    if lines.len() as u16 > scroll + shown {
        cells.put_right(area.height.saturating_sub(1), "▾", app.theme.dim());
    }
    None
}

fn help(app: &App, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for group in Group::ALL {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::styled(group.title(), app.theme.title()));
        for entry in TABLE.iter().filter(|e| e.group == group) {
            let keys: Vec<&str> = app.keymap.keys(entry.action).collect();
            let key = format!("  {:<12}", keys.join("  "));
            let doc = cut(entry.doc, width.saturating_sub(15));
            lines.push(Line::from(vec![Span::styled(key, app.theme.accent()), Span::styled(doc, app.theme.text())]));
        }
    }
    lines.extend([Line::default(), Line::styled("Codes", app.theme.title())]);
    for code in codes::TABLE {
        let name = format!("  {:<12}", code.name());
        let title = cut(code.title, width.saturating_sub(15));
        lines.push(Line::from(vec![Span::styled(name, app.theme.accent()), Span::styled(title, app.theme.text())]));
    }
    let more = match app.keymap.key(Action::Palette) {
        "" => "  `propensity code show 404` tells what a code means and what helps.".to_string(),
        key => format!("  {key} and the number, as {key}404, opens the page that tells what helps."),
    };
    lines.push(Line::styled(cut(&more, width), app.theme.dim()));
    lines
}
