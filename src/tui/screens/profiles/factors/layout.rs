//! Where the list of the factors and the values of one stand.

use crate::tui::layout::body;
use ratatui::layout::Rect;

/// Lines above the list.
pub const HEAD: u16 = 5;
/// Columns from which on the values stand beside the list.
const BOTH: u16 = 100;

/// The list, and where the values stand: beside it, or below it where it is narrow.
pub fn halves(size: (u16, u16)) -> (Rect, Rect) {
    let body = body(size);
    let area = Rect { y: body.y + HEAD.min(body.height), height: body.height.saturating_sub(HEAD), ..body };
    if size.0 >= BOTH {
        let left = area.width * 53 / 100 - 2;
        return (Rect { width: left, ..area }, Rect { x: area.x + left + 4, width: area.width - left - 4, ..area });
    }
    let above = area.height / 2;
    let rest = area.height - above;
    // The title of the values takes the line between the two.
    (Rect { height: above.saturating_sub(1), ..area }, Rect { y: area.y + above, height: rest, ..area })
}
