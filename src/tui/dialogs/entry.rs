//! One line to enter: where to go, where to write, another value of a feature. A mistake is told below the field.

use super::Dialog;
use crate::domain::text::wrapped;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::effect::Effect;
use crate::tui::screens::profiles;
use crate::tui::widgets::cells::Cells;
use crate::tui::widgets::text_field::TextField;
use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

/// The dialog's state.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub purpose: Purpose,
    field: TextField,
    /// What is wrong with what was entered.
    mistake: Option<String>,
}

/// What is entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    GoTo,
    Export,
    /// Another value of a feature, which knows only these where it is a category.
    Value {
        cell: usize,
        label: String,
        choices: Vec<String>,
    },
}

impl Entry {
    pub fn new(purpose: Purpose, text: &str) -> Entry {
        Entry { purpose, field: TextField::new(text), mistake: None }
    }

    pub fn key(&mut self, key: KeyEvent) {
        if self.field.key(key) {
            self.mistake = None;
        }
    }

    pub fn paste(&mut self, text: &str) {
        self.field.paste(text);
    }

    fn title(&self) -> &'static str {
        match self.purpose {
            Purpose::GoTo => "Go to",
            Purpose::Export => "Export what is shown",
            Purpose::Value { .. } => "What if",
        }
    }

    fn hint(&self) -> String {
        match &self.purpose {
            Purpose::GoTo => "A rank, as 1200, or a percentile, as p95.".into(),
            Purpose::Export => {
                "A file that ends with .csv, .jsonl or .parquet. The filter and the order are those of the list.".into()
            }
            Purpose::Value { label, choices, .. } if choices.is_empty() => {
                format!("{label}: a number, or nothing where it is missing. All other values stay as they are.")
            }
            Purpose::Value { label, choices, .. } => {
                format!("{label}: nothing where it is missing, or one of {}.", choices.join(", "))
            }
        }
    }
}

pub fn perform(app: &mut App, action: Action) -> Vec<Effect> {
    match action {
        Action::Close => {
            app.dialogs.pop();
        }
        Action::Accept | Action::Finish => {
            let Some(Dialog::Entry(entry)) = app.dialogs.pop() else { return Vec::new() };
            match profiles::entered(app, &entry.purpose, entry.field.value()) {
                Ok(effects) => return effects,
                Err(mistake) => app.dialogs.push(Dialog::Entry(Entry { mistake: Some(mistake), ..entry })),
            }
        }
        // With the choices at hand, the next one is a key away.
        Action::Up | Action::FocusPrevious => choose(app, -1),
        Action::Down | Action::FocusNext => choose(app, 1),
        _ => {}
    }
    Vec::new()
}

fn choose(app: &mut App, by: isize) {
    let Some(Dialog::Entry(entry)) = app.dialogs.last_mut() else { return };
    let Purpose::Value { choices, .. } = &entry.purpose else { return };
    if choices.is_empty() {
        return;
    }
    let now = choices.iter().position(|c| c == entry.field.value());
    let next = now.map_or(0, |at| (at as isize + by).rem_euclid(choices.len() as isize) as usize);
    entry.field = TextField::new(&choices[next]);
    entry.mistake = None;
}

pub fn view(app: &App, entry: &Entry, buffer: &mut Buffer) -> Option<Position> {
    let width = 72.min(app.size.0.saturating_sub(4));
    let inner = usize::from(width.saturating_sub(6).max(1));
    let below = entry.mistake.clone().unwrap_or_else(|| entry.hint());
    let lines: Vec<String> = wrapped(&below, inner).into_iter().take(6).collect();
    let area = super::frame(app, buffer, (width, lines.len() as u16 + 6), entry.title(), "");
    let mut cells = Cells::new(buffer, area);
    cells.put(0, 1, 2, "› ", app.theme.accent());
    let (text, cursor) = entry.field.window(area.width.saturating_sub(2));
    cells.put(2, 1, area.width, &text, app.theme.text());
    cells.set_cursor(2 + cursor, 1);
    let style = if entry.mistake.is_some() { app.theme.bad() } else { app.theme.dim() };
    for (y, line) in (3..).zip(lines) {
        cells.put(0, y, area.width, &line, style);
    }
    cells.cursor()
}
