//! The help: every action with its keys, and the codes.

use crate::domain::run::codes;
use crate::domain::text::cut;
use crate::tui::action::{Action, Group, TABLE};
use crate::tui::app::App;
use ratatui::text::{Line, Span};

pub fn lines(app: &App, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for group in Group::ALL {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::styled(group.title(), app.theme().title()));
        for entry in TABLE.iter().filter(|e| e.group == group) {
            let keys: Vec<&str> = app.keymap.keys(entry.action).collect();
            let key = format!("  {:<12}", keys.join("  "));
            let doc = cut(entry.doc, width.saturating_sub(15));
            lines.push(Line::from(vec![Span::styled(key, app.theme().accent()), Span::styled(doc, app.theme().text())]));
        }
    }
    lines.extend([Line::default(), Line::styled("Codes", app.theme().title())]);
    for code in codes::TABLE {
        let name = format!("  {:<12}", code.name());
        let title = cut(code.title, width.saturating_sub(15));
        lines.push(Line::from(vec![Span::styled(name, app.theme().accent()), Span::styled(title, app.theme().text())]));
    }
    let more = match app.keymap.key(Action::Palette) {
        "" => "  `propensity code show 404` tells what a code means and what helps.".to_string(),
        key => format!("  {key} and the number, as {key}404, opens the page that tells what helps."),
    };
    lines.push(Line::styled(cut(&more, width), app.theme().dim()));
    lines
}
