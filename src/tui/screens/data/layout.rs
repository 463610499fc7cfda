//! How much the Data screen shows. Asked by the update, too, because a page is as long as what is shown.

use super::details;
use crate::tui::app::App;
use crate::tui::layout::body;

/// Lines above the first source, and lines of a source.
pub const HEAD: u16 = 3;
pub const ROW: u16 = 2;

/// Rows of the list: the sources and the event types.
pub fn rows(app: &App) -> usize {
    app.catalog().map_or(0, |catalog| catalog.sources.len() + 1)
}

/// Rows of the list that fit.
pub fn list_rows(app: &App) -> usize {
    usize::from(body(app.size).height.saturating_sub(HEAD) / ROW)
}

/// Lines of a page that fit.
pub fn page_rows(app: &App) -> usize {
    usize::from(body(app.size).height)
}

/// Lines of the page that is open.
pub fn page_lines(app: &App) -> usize {
    details::page(app, usize::from(body(app.size).width.saturating_sub(1))).len()
}
