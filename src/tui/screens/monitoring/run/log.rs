//! The tab *Log*: what the process of the run said.

use super::lines::Lines;
use crate::domain::figures::count;
use crate::jobs::inspect::Inspection;
use crate::tui::app::App;
use crate::tui::widgets::cells::told;
use ratatui::text::Line;

pub fn lines(app: &App, inspection: &Inspection, width: usize) -> Vec<Line<'static>> {
    let theme = &app.theme;
    let mut lines = Lines::new(app, width);
    let log = &inspection.log;
    if let Some(error) = &log.broken {
        lines.add(told(app, error, width));
    } else if log.lines.is_empty() {
        lines.text("The process of this run said nothing.", theme.text());
        lines.blank();
        lines.text("PROPENSITY_LOG=debug in its environment makes it tell what it does.", theme.dim());
    }
    if log.more {
        let text =
            format!("The last {} lines; the whole is run.log in the folder of the run.", count(log.lines.len() as u64));
        lines.text(&text, theme.dim());
        lines.blank();
    }
    for line in &log.lines {
        lines.text(line, theme.text());
    }
    lines.finish()
}
