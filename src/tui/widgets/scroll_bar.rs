//! Where one is in something longer than its place: a bar in the column beside it.

use super::cells::Cells;
use crate::tui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws the bar in the first column of `column`: `shown` of `all` lines from `first` on. Nothing where all are shown.
pub fn draw(theme: &Theme, column: Rect, all: usize, first: usize, shown: usize, buffer: &mut Buffer) {
    let Some((begin, length)) = thumb(usize::from(column.height), all, first, shown) else { return };
    let mut cells = Cells::new(buffer, Rect { width: 1, ..column });
    for y in 0..column.height {
        let inside = (begin..begin + length).contains(&usize::from(y));
        let (symbol, style) = if inside { ("┃", theme.dim()) } else { ("│", theme.faint()) };
        cells.put(0, y, 1, symbol, style);
    }
}

/// The row at which the thumb begins and its length, in a bar of `height` rows. It stands at an end only where the end of
/// what is scrolled is shown.
fn thumb(height: usize, all: usize, first: usize, shown: usize) -> Option<(usize, usize)> {
    if all <= shown || height == 0 {
        return None;
    }
    let length = (height * shown / all).clamp(1, height);
    let (free, last) = (height - length, all - shown);
    let first = first.min(last);
    let begin = match first {
        0 => 0,
        first if first == last => free,
        _ if free >= 2 => (free * first / last).clamp(1, free - 1),
        _ => free * first / last,
    };
    Some((begin, length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_thumb_is_at_an_end_only_at_an_end() {
        assert_eq!(thumb(10, 10, 0, 10), None);
        assert_eq!(thumb(10, 20, 0, 10), Some((0, 5)));
        assert_eq!(thumb(10, 20, 1, 10), Some((1, 5)));
        assert_eq!(thumb(10, 20, 9, 10), Some((4, 5)));
        assert_eq!(thumb(10, 20, 10, 10), Some((5, 5)));
        assert_eq!(thumb(10, 100_000, 50_000, 10), Some((4, 1)));
    }

    proptest! {
        #[test]
        fn the_thumb_stays_within_its_bar(height in 0usize..80, all in 0usize..10_000, first in 0usize..20_000, shown in 0usize..100) {
            if let Some((begin, length)) = thumb(height, all, first, shown) {
                prop_assert!(length >= 1 && begin + length <= height);
            }
        }
    }
}
