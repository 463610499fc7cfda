//! The title, the lines and the size of what is shown.

use super::state::{Content, Pager};
use super::{code, timer};
use crate::domain::run::codes;
use crate::tui::app::App;
use crate::tui::widgets::cells::error_lines;
use ratatui::text::Line;

impl Pager {
    pub fn title(&self) -> String {
        match &self.content {
            Content::Timer => "Set up a timer".into(),
            Content::Error(_) => "This did not work".into(),
            Content::Code { number, .. } => format!("Code {}", codes::name(*number)),
        }
    }

    /// Columns and rows that it would like, borders included.
    pub fn size(&self, app: &App) -> (u16, u16) {
        let width = match &self.content {
            Content::Timer => 78,
            Content::Error(_) => 72,
            Content::Code { .. } => 78,
        };
        let width = width.min(app.size.0.saturating_sub(4));
        (width, self.lines(app, usize::from(width.saturating_sub(6))).len() as u16 + 4)
    }

    pub fn lines(&self, app: &App, width: usize) -> Vec<Line<'static>> {
        match &self.content {
            Content::Timer => timer::lines(app, width),
            Content::Error(error) => error_lines(app.theme(), error, width),
            Content::Code { number, checks } => code::lines(app, *number, checks, width),
        }
    }
}
