//! How the Profiles screen is drawn: the list, one profile, or the factors over all.

use super::{factors, list, page};
use crate::tui::app::App;
use crate::tui::layout::body;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

/// Draws the screen; gives the place of the cursor where a field has it.
pub fn view(app: &App, buffer: &mut Buffer) -> Option<Position> {
    let screen = app.profiles.as_ref()?;
    let area = body(app.size);
    if let Some(factors) = &screen.factors {
        factors::draw(app, screen, factors, area, buffer);
        return None;
    }
    if let Some(page) = &screen.page {
        page::draw(app, screen, page, area, buffer);
        return None;
    }
    list::draw(app, screen, area, buffer)
}
