//! Which rows and columns of the list there is room for. Asked by the updates, too, because a page is as long as what is
//! shown.

use super::column::Column;
use super::state::Profiles;
use crate::domain::feature_labels;
use crate::domain::format::count;
use crate::tui::layout::{Layout, body};
use unicode_width::UnicodeWidthStr;

/// Lines above the first profile.
pub const HEAD: u16 = 5;
/// Between two columns.
pub const GAP: u16 = 2;

/// How many profiles are shown at once.
pub fn rows_shown(size: (u16, u16)) -> usize {
    usize::from(body(size).height.saturating_sub(HEAD))
}

/// Columns of the rank, and of the name with the gap after each.
pub fn rank_and_name(screen: &Profiles, width: u16) -> (u16, u16) {
    let digits = count(screen.opened.as_ref().map_or(0, |o| o.total as u64)).len() as u16;
    // As wide as `Rank ▴`, behind the mark.
    let rank = digits.max(6) + 1 + GAP;
    let share = if width < 100 { 30 } else { 27 };
    (rank, (width * share / 100).clamp(14, 44) + GAP)
}

fn width_of(column: &Column, layout: Layout) -> u16 {
    match column {
        Column::Score | Column::Change => 6,
        Column::Band => 6,
        Column::Percentile => 4,
        Column::Likely => 6,
        Column::Id | Column::Account => 16,
        Column::TopFactor => 30,
        Column::Attribute(name) if name == "account.name" || name == "job_title" => match layout {
            Layout::Wide => 28,
            _ => 18,
        },
        Column::Attribute(name) => (feature_labels::field_label(name).width() as u16).clamp(10, 18),
    }
}

/// The columns that there is room for, with the place and width of each, and whether more stand at the right. The last
/// one may be cut, as long as something of it can be read.
pub fn columns_shown(screen: &Profiles, size: (u16, u16)) -> (Vec<(Column, u16, u16)>, bool) {
    let (width, layout) = (body(size).width, Layout::of(size.0));
    let (rank, name) = rank_and_name(screen, width);
    let mut x = rank + name;
    let mut shown = Vec::new();
    let chosen = screen.columns.get(screen.first_column..).unwrap_or_default();
    for (at, column) in chosen.iter().enumerate() {
        let room = width.saturating_sub(x);
        let (least, last) = match column {
            Column::TopFactor => (16, at + 1 == chosen.len()),
            other => (width_of(other, layout), false),
        };
        if room < least {
            return (shown, true);
        }
        // The reason takes all that is left at the end.
        let wide = if last { room } else { width_of(column, layout).min(room) };
        shown.push((column.clone(), x, wide));
        x += wide + GAP;
    }
    (shown, false)
}
