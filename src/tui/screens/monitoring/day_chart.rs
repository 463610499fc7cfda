//! The last 90 days, one mark a day and score.

use super::state::DAYS;
use crate::domain::run::timeline::DayStatus;
use crate::domain::text::cut_middle;
use crate::tui::app::App;
use crate::tui::widgets::cells::Cells;
use jiff::ToSpan;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Sign and word of a mark.
fn sign_and_word(mark: DayStatus) -> (&'static str, &'static str) {
    match mark {
        DayStatus::Nothing => ("·", "nothing due"),
        DayStatus::Successful => ("●", "successful"),
        DayStatus::Failed => ("✗", "failed"),
        DayStatus::Processing => ("◐", "processing"),
        DayStatus::Cancelled => ("–", "cancelled"),
        DayStatus::Missed => ("○", "missed"),
    }
}

fn style(app: &App, mark: DayStatus) -> Style {
    match mark {
        DayStatus::Nothing => app.theme().faint(),
        DayStatus::Successful => app.theme().good(),
        DayStatus::Failed => app.theme().bad(),
        DayStatus::Processing => app.theme().accent(),
        DayStatus::Cancelled | DayStatus::Missed => app.theme().warn(),
    }
}

pub fn draw(app: &App, cells: &mut Cells<'_>) {
    if cells.height() < 3 {
        return;
    }
    let monitoring = &app.monitoring;
    let width = cells.width();
    // The days have the room they need; the names what is left, but some of it in any case.
    let name = width.saturating_sub(DAYS as u16 + 2).clamp(16, 34);
    let days = usize::from(width.saturating_sub(name + 2)).min(DAYS);
    let at = name + 2;
    let title = if days < DAYS { format!("Last {days} days") } else { format!("Last {DAYS} days") };
    cells.put(0, 0, name, &title, app.theme().title());
    months(app, cells, at, days);
    let chosen =
        monitoring.day_marks.iter().filter(|(id, _)| monitoring.score.as_ref().is_none_or(|score| score == id));
    let room = cells.height() - 2;
    let mut y = 1;
    let count = chosen.clone().count();
    for (id, marks) in chosen.take(usize::from(room)) {
        let named = app.listed(id).map_or(id.as_str(), |l| l.score.name.as_str());
        cells.put(0, y, name, &cut_middle(named, usize::from(name)), app.theme().text());
        let marks = &marks[marks.len().saturating_sub(days)..];
        let runs = marks.chunk_by(|a, b| a == b);
        let spans: Vec<Span<'_>> =
            runs.map(|same| Span::styled(sign_and_word(same[0]).0.repeat(same.len()), style(app, same[0]))).collect();
        cells.put_line(at, y, days as u16, &Line::from(spans));
        y += 1;
    }
    // All of them fit at every width.
    let gap = if width.saturating_sub(at) < 64 { " " } else { "  " };
    let mut legend: Vec<Span<'_>> = Vec::new();
    const SHOWN: [DayStatus; 5] =
        [DayStatus::Successful, DayStatus::Failed, DayStatus::Processing, DayStatus::Cancelled, DayStatus::Missed];
    for mark in SHOWN {
        let (sign, word) = sign_and_word(mark);
        legend.push(Span::styled(sign, style(app, mark)));
        legend.push(Span::styled(format!(" {word}{gap}"), app.theme().dim()));
    }
    let hidden = count.saturating_sub(usize::from(room));
    if hidden > 0 {
        legend.push(Span::styled(format!("{hidden} more scores"), app.theme().dim()));
    }
    cells.put_line(at, y, width.saturating_sub(at), &Line::from(legend));
}

/// The names of the months, each above its first day.
fn months(app: &App, cells: &mut Cells<'_>, at: u16, days: usize) {
    let today = app.monitoring.today;
    let day = |x: usize| today.checked_sub(((days - 1 - x) as i64).days()).ok();
    let begins: Vec<usize> = (1..days).filter(|&x| day(x).is_some_and(|day| day.day() == 1)).collect();
    // The month that the days begin in is named where it has the room.
    let first = begins.first().is_none_or(|&next| next >= 4).then_some(0);
    for x in first.into_iter().chain(begins).filter(|x| x + 3 <= days) {
        let name = day(x).map_or(String::new(), |day| day.strftime("%b").to_string());
        cells.put(at + x as u16, 0, 3, &name, app.theme().dim());
    }
}
