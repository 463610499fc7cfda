//! How a prompt is drawn.

use super::state::{Prompt, Purpose};
use crate::domain::explanation::shown_score;
use crate::domain::format::{counted, percent};
use crate::domain::text::wrapped;
use crate::tui::app::App;
use crate::tui::dialogs::frame::frame;
use crate::tui::widgets::cells::Cells;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

pub fn view(app: &App, prompt: &Prompt, buffer: &mut Buffer) -> Option<Position> {
    let width = 72.min(app.size.0.saturating_sub(4));
    let inner = usize::from(width.saturating_sub(6).max(1));
    let below = prompt.mistake.clone().unwrap_or_else(|| hint(app, &prompt.purpose));
    let lines: Vec<String> = wrapped(&below, inner).into_iter().take(6).collect();
    let outcome = outcome(app, &prompt.purpose);
    let height = lines.len() as u16 + if outcome.is_some() { 8 } else { 6 };
    let area = frame(app, buffer, (width, height), title(&prompt.purpose), "");
    let mut cells = Cells::new(buffer, area);
    cells.put(0, 1, 2, "› ", app.theme().accent());
    let (text, cursor) = prompt.field.line(area.width.saturating_sub(2));
    cells.put(2, 1, area.width, &text, app.theme().text());
    cells.set_cursor(2 + cursor, 1);
    let style = if prompt.mistake.is_some() { app.theme().bad() } else { app.theme().dim() };
    let count = lines.len() as u16;
    for (y, line) in (3..).zip(lines) {
        cells.put(0, y, area.width, &line, style);
    }
    if let Some(outcome) = outcome {
        cells.put(0, 4 + count, area.width, &outcome, app.theme().accent());
    }
    cells.cursor()
}

/// The score that the value so far comes to.
fn outcome(app: &App, purpose: &Purpose) -> Option<String> {
    let Purpose::Value { .. } = purpose else { return None };
    let page = app.profiles.as_ref()?.page.as_deref()?;
    let before = &page.detail.as_ref()?.profile;
    let bands = &app.workspace.bands;
    Some(match &page.what_if {
        Some(now) => format!(
            "Score {} → {} ({}), {} convert",
            shown_score(before.score, bands),
            shown_score(now.score, bands),
            now.band.word(),
            percent(now.probability)
        ),
        None => format!("Score {} ({})", shown_score(before.score, bands), before.band.word()),
    })
}

fn title(purpose: &Purpose) -> &'static str {
    match purpose {
        Purpose::GoTo => "Go to",
        Purpose::Export { .. } => "Export what is shown",
        Purpose::Value { .. } => "What if",
    }
}

fn hint(app: &App, purpose: &Purpose) -> String {
    match purpose {
        Purpose::GoTo => "A rank, as 1200, or a percentile, as p95.".into(),
        Purpose::Export { profiles } => format!(
            "{} with all their columns, filtered and sorted as the list, into a new file that ends with .csv, .jsonl or \
             .parquet, in {}.",
            counted(*profiles, "profile", "profiles"),
            app.workspace.folder.display()
        ),
        Purpose::Value { label, choices, .. } if choices.is_empty() => {
            format!("{label}: a number, or nothing where it is missing. All other values stay as they are.")
        }
        Purpose::Value { label, choices, .. } => {
            format!("{label}: nothing where it is missing, or one of {}.", choices.join(", "))
        }
    }
}
