//! The screen that is shown gets the keys, the text and the room: the one place where the screens are told apart. Called by
//! [`update`](mod@crate::tui::update) and [`view`](mod@crate::tui::view) where no dialog is open.

use super::sort_column::SortColumn;
use super::{data, monitoring, profiles, services};
use crate::tui::action::Action;
use crate::tui::app::{App, Screen};
use crate::tui::effect::Effect;
use crate::tui::hints::Hints;
use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

/// Opens the screen that an action leads to; `None` where it leads to none.
pub fn open(app: &mut App, action: Action) -> Option<Vec<Effect>> {
    match action {
        Action::ServicesScreen => {
            app.screen = Screen::Services;
            Some(Vec::new())
        }
        Action::ProfilesScreen => Some(profiles::open(app)),
        Action::MonitoringScreen => {
            monitoring::open(app);
            Some(Vec::new())
        }
        Action::DataScreen => Some(data::open(app)),
        _ => None,
    }
}

/// What the list of the screen can be sorted by.
pub fn sort_columns(app: &App) -> Vec<SortColumn> {
    match app.screen {
        Screen::Services => {
            let order = app.services.sort;
            let column = |by: services::Sort| SortColumn {
                letter: by.letter(),
                title: by.title(),
                arrow: (by == order.by).then(|| order.arrow()),
            };
            services::Sort::ALL.into_iter().map(column).collect()
        }
        Screen::Profiles => profiles::sort_columns(app),
        Screen::Monitoring => app.monitoring.order.columns(),
        Screen::Data => Vec::new(),
    }
}

/// Sorts the list of the screen by one of these columns.
pub fn sort_by(app: &mut App, column: usize) -> Vec<Effect> {
    match app.screen {
        Screen::Services => {
            if let Some(by) = services::Sort::ALL.get(column) {
                services::sort_by(app, *by);
            }
            vec![Effect::SaveUi(app.ui_state())]
        }
        Screen::Profiles => profiles::sort_by(app, column),
        Screen::Monitoring => {
            if let Some(by) = monitoring::RunSort::ALL.get(column) {
                monitoring::sort_by(app, *by);
            }
            Vec::new()
        }
        Screen::Data => Vec::new(),
    }
}

/// The score that the screen is about.
pub fn score_in_view(app: &App) -> Option<String> {
    match app.screen {
        Screen::Services => app.services.selected.clone(),
        Screen::Profiles => app.profiles.as_ref().map(|screen| screen.score.clone()),
        Screen::Monitoring => app.monitoring.current_run().map(|run| run.score.clone()),
        Screen::Data => None,
    }
}

/// Does an action.
pub fn update(app: &mut App, action: Action) -> Vec<Effect> {
    match app.screen {
        Screen::Services => services::update(app, action),
        Screen::Profiles => profiles::update(app, action),
        Screen::Monitoring => monitoring::update(app, action),
        Screen::Data => data::update(app, action),
    }
}

/// Takes a key that is text.
pub fn text_key(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    match app.screen {
        Screen::Services => services::text_key(app, key),
        Screen::Profiles => return profiles::text_key(app, key),
        Screen::Monitoring => monitoring::text_key(app, key),
        Screen::Data => {}
    }
    Vec::new()
}

/// Takes pasted text.
pub fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    match app.screen {
        Screen::Services => services::paste(app, text),
        Screen::Profiles => return profiles::paste(app, text),
        Screen::Monitoring => monitoring::paste(app, text),
        Screen::Data => {}
    }
    Vec::new()
}

/// Draws the screen; gives the place of the terminal's cursor where a focused field has it.
pub fn view(app: &App, buffer: &mut Buffer) -> Option<Position> {
    match app.screen {
        Screen::Services => services::view(app, buffer),
        Screen::Profiles => profiles::view(app, buffer),
        Screen::Monitoring => monitoring::view(app, buffer),
        Screen::Data => data::view(app, buffer),
    }
}

/// Adds the keys that the foot of the screen tells; `arrows` are those that move.
pub fn hints(app: &App, arrows: String, hints: &mut Hints, trailing: &mut Hints) {
    match app.screen {
        Screen::Services => services::hints(app, arrows, hints, trailing),
        Screen::Profiles => profiles::hints(app, arrows, hints, trailing),
        Screen::Monitoring => monitoring::hints(app, arrows, hints, trailing),
        Screen::Data => data::hints(app, arrows, hints, trailing),
    }
}
