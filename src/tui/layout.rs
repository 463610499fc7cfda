//! Where the parts of the screen stand. `update` asks too, because a page is as long as what is shown.

use ratatui::layout::Rect;

/// Columns from which on the details stand at the right of the list.
pub const WIDE: u16 = 80;
/// The least size that the screens are made for.
pub const MIN_SIZE: (u16, u16) = (60, 16);
/// Columns left free at both sides.
const MARGIN: u16 = 1;

/// The screen between the title bar and the foot.
pub fn body((width, height): (u16, u16)) -> Rect {
    Rect::new(MARGIN, 2, width.saturating_sub(2 * MARGIN), height.saturating_sub(4))
}

/// The list and, on a wide terminal, the details beside it with a line between them.
pub fn columns(size: (u16, u16)) -> (Rect, Option<Rect>) {
    let body = body(size);
    if size.0 < WIDE {
        return (body, None);
    }
    let details = details_width(size);
    let list = Rect { width: body.width.saturating_sub(details + 3), ..body };
    (list, Some(Rect { x: body.x + list.width + 3, width: details, ..body }))
}

/// Columns of the details: under half of the screen, and no more than reads well.
pub fn details_width(size: (u16, u16)) -> u16 {
    let body = body(size).width;
    if size.0 < WIDE { body } else { (body * 46 / 100).clamp(36, 64) }
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
    fn nothing_lies_outside_of_the_screen() {
        for size in [(0, 0), (1, 1), (10, 3), (40, 10), (79, 24), (80, 24), (120, 40), (400, 100)] {
            let screen = Rect::new(0, 0, size.0, size.1);
            let (list, details) = columns(size);
            for area in [list, details.unwrap_or(list), centered(size, (90, 30))] {
                assert!(area.is_empty() || screen.union(area) == screen, "{area:?} in {size:?}");
            }
            assert_eq!(details.is_some(), size.0 >= 80);
        }
    }
}
