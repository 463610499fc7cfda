//! What keys do on the Data screen.

use super::layout::{list_rows, page_lines, page_rows, rows};
use crate::tui::action::Action;
use crate::tui::app::{App, Screen};
use crate::tui::effect::Effect;

/// Goes to the screen, and has the sources read where nobody has; its key leads back to its list.
pub fn open(app: &mut App) -> Vec<Effect> {
    if app.screen == Screen::Data {
        app.data.page = None;
    }
    app.screen = Screen::Data;
    keep_in_sight(app);
    vec![Effect::EnsureCatalog]
}

/// Does what was asked for.
pub fn update(app: &mut App, action: Action) -> Vec<Effect> {
    let step = match (app.data.page, action) {
        (_, Action::Up) => -1,
        (_, Action::Down) => 1,
        (Some(_), Action::PageUp) => -(page_rows(app) as isize),
        (Some(_), Action::PageDown) => page_rows(app) as isize,
        (None, Action::PageUp) => -(list_rows(app) as isize),
        (None, Action::PageDown) => list_rows(app) as isize,
        (_, Action::First) => isize::MIN / 2,
        (_, Action::Last) => isize::MAX / 2,
        (None, Action::Accept | Action::Right) if rows(app) > 0 => {
            app.data.page = Some(0);
            return Vec::new();
        }
        (Some(_), Action::Close | Action::Left) => {
            app.data.page = None;
            return Vec::new();
        }
        (None, Action::Close) => {
            app.screen = Screen::Services;
            return Vec::new();
        }
        (_, Action::Refresh) => return vec![Effect::Refresh],
        _ => return Vec::new(),
    };
    match app.data.page {
        Some(scroll) => {
            let last = page_lines(app).saturating_sub(page_rows(app));
            app.data.page = Some((scroll as isize).saturating_add(step).clamp(0, last as isize) as usize);
        }
        None => {
            let last = rows(app).saturating_sub(1) as isize;
            app.data.selected = (app.data.selected as isize).saturating_add(step).clamp(0, last) as usize;
            keep_in_sight(app);
        }
    }
    Vec::new()
}

fn keep_in_sight(app: &mut App) {
    let (rows, shown) = (rows(app), list_rows(app).max(1));
    let data = &mut app.data;
    data.selected = data.selected.min(rows.saturating_sub(1));
    data.offset = data.offset.clamp((data.selected + 1).saturating_sub(shown), data.selected);
}
