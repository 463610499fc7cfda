//! Where the two halves of the page stand. Asked by the update, too, because a page is as long as what is shown.

use crate::tui::layout::body;
use ratatui::layout::Rect;

/// Columns from which on both halves stand beside each other.
pub const BOTH: u16 = 100;
/// Lines above the two halves.
const HEAD: u16 = 8;
/// On a low terminal the goal and a blank line give way.
const SHORT: u16 = 6;
pub const TALL: u16 = 16;

/// The left and the right half; the same area for both where there is room for one.
pub fn halves(size: (u16, u16)) -> (Rect, Rect) {
    let body = body(size);
    let head = if body.height >= TALL { HEAD } else { SHORT };
    let area = Rect { y: body.y + head.min(body.height), height: body.height.saturating_sub(head), ..body };
    if size.0 < BOTH {
        return (area, area);
    }
    let right = (area.width * 38 / 100).clamp(34, 60);
    let left = area.width - right - 4;
    (Rect { width: left, ..area }, Rect { x: area.x + left + 4, width: right, ..area })
}

/// Lines of factors that are shown at once: the first line of the half is its title.
pub fn rows_shown(size: (u16, u16)) -> usize {
    usize::from(halves(size).0.height.saturating_sub(1))
}

/// Lines of details that are shown at once.
pub fn details_rows(size: (u16, u16)) -> usize {
    usize::from(halves(size).1.height)
}

pub fn details_width(size: (u16, u16)) -> u16 {
    halves(size).1.width
}
