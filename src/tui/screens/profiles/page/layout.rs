//! Where the two halves of the page stand. Asked by the update, too, because a page is as long as what is shown.

use crate::tui::layout::{Layout, body};
use ratatui::layout::Rect;

/// Columns from which on both halves stand beside each other.
pub const BOTH: u16 = 100;
/// Where the parts of the head stand: the first line of the large score, the first of the reasons and how many there are,
/// and the lines of all.
pub struct Head {
    pub score: u16,
    pub reasons: u16,
    pub reason_lines: u16,
    pub lines: u16,
}

/// The head of a page so high.
pub fn head(height: u16) -> Head {
    match height {
        0..16 => Head { score: 1, reasons: 4, reason_lines: 1, lines: 6 },
        16..24 => Head { score: 1, reasons: 4, reason_lines: 3, lines: 8 },
        24.. => Head { score: 2, reasons: 6, reason_lines: 3, lines: 10 },
    }
}

/// The left and the right half; the same area for both where there is room for one.
pub fn halves(size: (u16, u16)) -> (Rect, Rect) {
    let body = body(size);
    let head = head(body.height).lines;
    let area = Rect { y: body.y + head.min(body.height), height: body.height.saturating_sub(head), ..body };
    // A column stays free before a scroll bar.
    if size.0 < BOTH {
        let area = Rect { width: area.width.saturating_sub(1), ..area };
        return (area, area);
    }
    let right = match Layout::of(size.0) {
        Layout::Wide => (area.width * 48 / 100).clamp(60, 110),
        _ => (area.width * 38 / 100).clamp(34, 60),
    };
    let left = area.width - right - 5;
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
