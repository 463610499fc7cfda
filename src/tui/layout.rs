//! Where the parts of the screen stand, in three layouts by its width. `update` asks too, because a page is as long as what is
//! shown.

use ratatui::layout::Rect;

/// How the width of the screen is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layout {
    /// Under 80 columns: one thing at a time.
    Narrow,
    /// Details beside the list.
    Normal,
    /// From 160 columns on: details in two columns, and more columns in the list.
    Wide,
}

impl Layout {
    pub fn of(width: u16) -> Layout {
        match width {
            0..80 => Layout::Narrow,
            80..160 => Layout::Normal,
            160.. => Layout::Wide,
        }
    }
}

/// The least size that the screens are made for.
pub const MIN_SIZE: (u16, u16) = (60, 16);
/// Columns left free at both sides; the right one has the scroll bars.
const MARGIN: u16 = 1;

/// Columns between the list and the details, with the line that parts them in the middle.
pub const GAP: u16 = 5;

/// The screen between the title bar and the foot.
pub fn body((width, height): (u16, u16)) -> Rect {
    Rect::new(MARGIN, 2, width.saturating_sub(2 * MARGIN), height.saturating_sub(4))
}

/// The list and, where there is room, the details beside it with a line between them.
pub fn columns(size: (u16, u16)) -> (Rect, Option<Rect>) {
    let body = body(size);
    if Layout::of(size.0) == Layout::Narrow {
        return (body, None);
    }
    let details = details_width(size);
    // A column stays free before the scroll bar in the margin.
    let list = Rect { width: body.width.saturating_sub(details + GAP + 1), ..body };
    (list, Some(Rect { x: body.x + list.width + GAP, width: details, ..body }))
}

/// Columns of the details: under half of the screen, and no more than reads well.
pub fn details_width(size: (u16, u16)) -> u16 {
    let body = body(size).width;
    let share = body * 46 / 100;
    match Layout::of(size.0) {
        Layout::Narrow => body.saturating_sub(1),
        Layout::Normal => share.clamp(36, 64),
        Layout::Wide => share.clamp(72, 112),
    }
}

/// A rectangle of at most this size in the middle of the screen.
pub fn centered((width, height): (u16, u16), wanted: (u16, u16)) -> Rect {
    let (w, h) = (wanted.0.min(width), wanted.1.min(height));
    Rect::new((width - w) / 2, (height - h) / 2, w, h)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_fill_the_screen_at_every_width() {
        for width in 60..=260 {
            let (list, details) = columns((width, 36));
            let right = details.map_or(list.right(), |details| details.right() + 1);
            assert_eq!(right, width - MARGIN);
            assert_eq!(details.is_some(), Layout::of(width) != Layout::Narrow);
            if let Some(details) = details {
                assert!(list.width >= 34 && details.width >= 36 && list.right() + GAP == details.x, "{width}");
            }
        }
    }
}
