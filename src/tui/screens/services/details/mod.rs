//! The details of the selected score: what it predicts and whether it can be trusted, what may be done with it, and what its
//! runs came to. In one column, or in two where there is room.
//!
//! `head` is its name, description, verdict and buttons; `last_run` the last run with what is next; `results` the test, the
//! distribution and the influential factors; `definition` the goal and where the score comes from.

mod definition;
mod head;
mod last_run;
mod results;

use super::progress;
use crate::domain::format::ago;
use crate::queries::score_summaries::ScoreSummary;
use crate::tui::app::App;
use crate::tui::layout::{body, details_width};
use crate::tui::screens::lines::Lines;
use crate::tui::widgets::cells::{Cells, side_by_side};
use crate::tui::widgets::scroll_bar;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// Columns from which on the details stand in two columns, and the blanks between those.
const TWO_COLUMNS: usize = 72;
const GAP: usize = 4;

/// The details as lines, and the line of the buttons.
struct Page {
    lines: Vec<Line<'static>>,
    buttons: u16,
}

/// Lines that do not fit and can be scrolled to.
pub fn overflow(app: &App) -> u16 {
    let Some(listed) = app.selected() else { return 0 };
    let area = body(app.size);
    let lines = page(app, listed, usize::from(details_width(app.size)), area.height).lines.len() as u16;
    lines.saturating_sub(area.height)
}

/// The scroll with which the buttons can be seen: the least change to the present one.
pub fn scroll_to_buttons(app: &App) -> u16 {
    let Some(listed) = app.selected() else { return 0 };
    let area = body(app.size);
    let at = page(app, listed, usize::from(details_width(app.size)), area.height).buttons;
    // Two lines of buttons at most.
    app.services.scroll.min(at).max((at + 2).saturating_sub(area.height))
}

pub fn draw(app: &App, area: Rect, buffer: &mut Buffer) {
    let mut cells = Cells::new(buffer, area);
    let Some(listed) = app.selected() else { return };
    let lines = page(app, listed, usize::from(area.width), area.height).lines;
    let first = app.services.scroll.min((lines.len() as u16).saturating_sub(area.height));
    for (y, line) in (0u16..).zip(lines.iter().skip(usize::from(first)).take(usize::from(area.height))) {
        cells.put_line(0, y, area.width, line);
    }
    // In the margin, where no text is hidden.
    let margin = Rect { x: area.right() + 1, width: 1, ..area };
    scroll_bar::draw(app.theme(), margin, lines.len(), usize::from(first), usize::from(area.height), buffer);
}

fn page(app: &App, listed: &ScoreSummary, width: usize, height: u16) -> Page {
    let mut lines = Lines::new(app, width);
    head::add(&mut lines, listed);
    let buttons = lines.len() as u16;
    head::add_buttons(&mut lines, listed);
    lines.blank();
    if width < TWO_COLUMNS {
        add_run(&mut lines, listed);
        results::add(&mut lines, listed, height);
        definition::add(&mut lines, listed);
    } else {
        // The factors at the right have the longer words.
        let half = (width - GAP) * 44 / 100;
        let (mut left, mut right) = (Lines::new(app, half), Lines::new(app, width - GAP - half));
        add_run(&mut left, listed);
        definition::add(&mut left, listed);
        results::add(&mut right, listed, height);
        lines.add(side_by_side(left.finish(), right.finish(), half, GAP));
    }
    Page { lines: lines.finish(), buttons }
}

/// The run that is live, or else the last one.
fn add_run(lines: &mut Lines<'_>, listed: &ScoreSummary) {
    let app = lines.app;
    let Some(live) = app.live_run(&listed.score.id) else { return last_run::add(lines, listed) };
    lines.add(progress::lines(app, live, lines.width));
    if let (true, Some(scored)) = (live.is_running(), &listed.scored) {
        lines.blank();
        let when = ago(scored.finished_at, app.now, &app.workspace.zone);
        lines.text(&format!("Until it is done, the scores are those of the run of {when}."), app.theme().dim());
    }
}
