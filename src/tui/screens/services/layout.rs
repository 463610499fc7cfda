//! How many scores the list shows. Asked by the update, too, because a page is as long as what is shown.

use crate::tui::layout::body;

/// Lines above the first score.
pub const HEAD: u16 = 6;
/// Lines of a score.
pub const ROW: u16 = 2;
/// Rows of the screen under which the head is short.
pub const TALL: u16 = 14;

/// How many scores are shown at once.
pub fn rows_shown(size: (u16, u16)) -> usize {
    let height = body(size).height;
    usize::from(height.saturating_sub(head(height)) / ROW)
}

/// Lines above the first score, at this height of the list.
pub fn head(height: u16) -> u16 {
    if height >= TALL { HEAD } else { 3 }
}
