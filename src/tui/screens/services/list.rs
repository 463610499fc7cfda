//! The list of scores: two lines a score, as many columns as there is room for.

use super::layout::{ROW, TALL, head, rows_shown};
use super::order::selected_row;
use super::state::{Focus, Sort, test_auc};
use super::status::{status, warnings};
use crate::domain::format::{ago, count, counted, proportion};
use crate::domain::metrics::Verdict;
use crate::domain::text::{cut_middle, harmless, shell_quoted, wrapped};
use crate::queries::score_summaries::ScoreSummary;
use crate::schedule::timer_health;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::widgets::cells::Cells;
use crate::tui::widgets::scroll_bar;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

/// Columns from which on the second line has room for a verdict that is no single word.
const SENTENCE: u16 = 56;

/// A column of the list.
struct Column {
    of: Sort,
    width: u16,
}

/// The columns that there is room for, the name first, which has what the others leave.
fn columns(width: u16) -> Vec<Column> {
    // Widths with the gap after each: as wide as `1,234,567`, `.883 Strong`, `14 Nov 2026`, `✗ failed, 401`.
    let wanted: &[(Sort, u16)] = match width {
        0..48 => &[(Sort::Auc, 13)],
        48..84 => &[(Sort::Auc, 14), (Sort::LastRun, 13)],
        84..100 => &[(Sort::Type, 14), (Sort::Auc, 14), (Sort::Profiles, 11), (Sort::LastRun, 13)],
        _ => &[(Sort::Type, 14), (Sort::Auc, 14), (Sort::Profiles, 11), (Sort::LastRun, 13), (Sort::Status, 16)],
    };
    let used: u16 = wanted.iter().map(|(_, width)| width).sum();
    let name = Column { of: Sort::Name, width: width.saturating_sub(2 + used) };
    std::iter::once(name).chain(wanted.iter().map(|&(of, width)| Column { of, width })).collect()
}

/// Draws the list; gives the place of the cursor where the filter has it.
pub fn draw(app: &App, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let theme = app.theme();
    let mut cells = Cells::new(buffer, area);
    let tall = area.height >= TALL;
    let create = app.keymap.label(Action::Create, "Create score");
    let width = area.width;
    let at = width.saturating_sub(create.width() as u16);
    let focused = app.services.focus == Focus::Create;
    let offered = app.workspace.read_only.is_none();
    let style = if focused {
        theme.focused()
    } else if offered {
        theme.accent()
    } else {
        theme.dim()
    };
    cells.put(0, 0, width, "Services", theme.title());
    const SUBTITLE: &str = "Predictive lead and account scoring";
    if tall && SUBTITLE.width() < usize::from(at) {
        cells.put(0, 1, at, SUBTITLE, theme.dim());
    }
    cells.put(at, u16::from(tall), width, &create, style);
    filter_line(app, &mut cells, if tall { 3 } else { 1 });
    let head = head(area.height);
    header(app, &mut cells, head - 1);
    if app.services.order.is_empty() {
        empty(app, &mut cells, head + 1);
        return cells.cursor();
    }
    let shown = usize::from(area.height.saturating_sub(head) / ROW);
    let visible = app.services.order.iter().skip(app.services.offset).take(shown);
    for (row, &index) in (0u16..).zip(visible) {
        draw_score(app, &app.scores[index], &mut cells, head + row * ROW);
    }
    cells.cursor()
}

/// Draws beside the list where one is in it; `column` is as high as the list.
pub fn draw_scroll_bar(app: &App, column: Rect, buffer: &mut Buffer) {
    let head = head(column.height);
    let height = column.height.saturating_sub(head);
    let bar = Rect { y: column.y + head, height, ..column };
    let shown = usize::from(height / ROW);
    scroll_bar::draw(app.theme(), bar, app.services.order.len(), app.services.offset, shown, buffer);
}

fn filter_line(app: &App, cells: &mut Cells<'_>, y: u16) {
    let theme = app.theme();
    let services = &app.services;
    let all = counted(app.scores.len() as u64, "score", "scores");
    let place = match (selected_row(app), services.filter.is_empty()) {
        (Some(at), false) => format!("{} of {} · {all}", at + 1, services.order.len()),
        (None, false) => format!("0 of {all}"),
        (Some(at), true) if services.order.len() > rows_shown(app.size) => format!("{} of {all}", at + 1),
        (_, true) => all,
    };
    let room = cells.width().saturating_sub(place.width() as u16 + 2);
    let key = app.keymap.key(Action::Filter);
    if services.focus == Focus::Filter {
        let x = cells.put(0, y, 4, &format!("{key} "), theme.accent());
        let (text, cursor) = services.filter.line(room.saturating_sub(x));
        cells.put(x, y, room.saturating_sub(x), &text, theme.text());
        cells.set_cursor(x + cursor, y);
    } else if services.filter.is_empty() {
        let text = format!("{key} find   {} sort", app.keymap.key(Action::Sort));
        cells.put(0, y, room, &text, theme.dim());
    } else {
        cells.put(0, y, room, &format!("{key} {}", services.filter.value()), theme.accent());
    }
    cells.put_right(y, &place, theme.dim());
}

/// The titles; the one that the list is sorted by has its arrow.
fn header(app: &App, cells: &mut Cells<'_>, y: u16) {
    if app.services.order.is_empty() {
        return;
    }
    let order = app.services.sort;
    let mut x = 2;
    for Column { of, width } in columns(cells.width()) {
        let style = if of == order.by { app.theme().text() } else { app.theme().dim() };
        let arrow = if of == order.by { format!(" {}", order.arrow()) } else { String::new() };
        cells.put(x, y, width, &format!("{}{arrow}", of.title()), style);
        x += width;
    }
}

fn draw_score(app: &App, listed: &ScoreSummary, cells: &mut Cells<'_>, y: u16) {
    let theme = app.theme();
    let selected = app.services.selected.as_deref() == Some(listed.score.id.as_str());
    let focused = selected && app.services.focus == Focus::List;
    if selected {
        let mark = if focused { theme.accent() } else { theme.dim() };
        cells.put(0, y, 1, "▌", mark);
        cells.put(0, y + 1, 1, "▌", mark);
    }
    let name = match (selected, focused) {
        (true, true) => theme.selected_name(),
        (true, false) => theme.title(),
        _ => theme.text(),
    };
    let columns = columns(cells.width());
    let mut x = 2;
    for Column { of, width } in &columns {
        let room = width.saturating_sub(2);
        match of {
            Sort::Name => {
                // Names that differ at their end must not look the same.
                cells.put(x, y, room, &cut_middle(&listed.score.name, usize::from(room)), name);
            }
            Sort::Auc => quality(app, listed, cells, x, y, *width),
            Sort::Status => {
                let (sign, word, style) = status(app, listed);
                let used = cells.put(x, y, room, &format!("{sign} {word}"), style);
                let warned = warned(app, listed, false);
                cells.put(x + used + 1, y, width.saturating_sub(used + 1), &warned, theme.warn());
            }
            other => {
                cells.put(x, y, room, &cell(app, listed, *other), theme.dim());
            }
        }
        x += width;
    }
    let has_status = columns.iter().any(|column| column.of == Sort::Status);
    second_line(app, listed, cells, y + 1, has_status);
}

/// What stands in a column of plain text.
fn cell(app: &App, listed: &ScoreSummary, of: Sort) -> String {
    let none = || "─".to_string();
    let zone = &app.workspace.zone;
    match of {
        Sort::Type => listed.score.profile_type.to_string(),
        Sort::Profiles => listed.scored.as_ref().map_or_else(none, |run| count(run.population.scored)),
        Sort::Created => ago(listed.score.created_at, app.now, zone),
        _ => listed.last.as_ref().map_or_else(none, |run| ago(run.started_at, app.now, zone)),
    }
}

/// `! 3 warnings`, or `! 3`.
fn warned(app: &App, listed: &ScoreSummary, in_words: bool) -> String {
    match (warnings(app, listed), in_words) {
        (0, _) => String::new(),
        (number, true) => format!("! {}", counted(number as u64, "warning", "warnings")),
        (number, false) => format!("! {number}"),
    }
}

/// The AUC with its verdict, or how far a run is. A verdict that is no single word stands in the second line.
fn quality(app: &App, listed: &ScoreSummary, cells: &mut Cells<'_>, x: u16, y: u16, width: u16) {
    let theme = app.theme();
    if let Some(live) = app.live_run(&listed.score.id).filter(|l| l.is_running()) {
        // One word of the stage: the details have all of it.
        let word = live.stage.as_deref().and_then(|s| s.split(' ').next()).unwrap_or("starting");
        let share = live.share_text().map_or(String::new(), |share| format!(" {share}"));
        cells.put(x, y, width.saturating_sub(1), &format!("{word}{share}"), theme.accent());
        return;
    }
    let Some(auc) = test_auc(listed) else {
        cells.put(x, y, width.saturating_sub(1), "─", theme.dim());
        return;
    };
    let text = proportion(auc.value);
    cells.put(x, y, width, &text, theme.text());
    let narrow = cells.width() < SENTENCE;
    if let Some(verdict) = verdict(listed).filter(|verdict| narrow || !verdict.is_reservation()) {
        let gap = text.width() as u16 + 1;
        cells.put(x + gap, y, width.saturating_sub(gap + 1), verdict.short(), theme.verdict(verdict));
    }
}

fn verdict(listed: &ScoreSummary) -> Option<Verdict> {
    listed.trained.as_ref().and_then(|run| run.verdict)
}

/// Status where it has no column, what the verdict holds against the score, profile type and goal; at the right the next run.
fn second_line(app: &App, listed: &ScoreSummary, cells: &mut Cells<'_>, y: u16, has_status: bool) {
    let theme = app.theme();
    let next = next_run(app, listed).unwrap_or_default();
    let room = cells.width().saturating_sub(2 + next.width() as u16 + 2);
    let mut parts: Vec<(String, Style)> = Vec::new();
    if !has_status {
        let (sign, word, style) = status(app, listed);
        parts.push((format!("{sign} {word}"), style));
        parts.push((warned(app, listed, cells.width() >= 48), theme.warn()));
    }
    let reservation = verdict(listed).filter(|verdict| verdict.is_reservation() && cells.width() >= SENTENCE);
    parts.extend(reservation.map(|verdict| (verdict.to_string(), theme.verdict(verdict))));
    if cells.width() < 84 {
        parts.push((listed.score.profile_type.to_string(), theme.dim()));
    }
    parts.push((harmless(&listed.score.goal.to_string()).into_owned(), theme.dim()));
    let mut x = 2;
    for (index, (text, style)) in parts.into_iter().filter(|(text, _)| !text.trim().is_empty()).enumerate() {
        let left = (2 + room).saturating_sub(x);
        let gap = if index > 0 { 3 } else { 0 };
        // Nothing is begun that could not be read.
        if left < gap + text.width().min(12) as u16 {
            break;
        }
        if gap > 0 {
            x += cells.put(x, y, left, " · ", theme.dim());
        }
        x += cells.put(x, y, left.saturating_sub(gap), &text, style);
    }
    cells.put_right(y, &next, theme.dim());
}

/// When the next run of a score is due, in words; where nobody is going to start it, that.
fn next_run(app: &App, listed: &ScoreSummary) -> Option<String> {
    let due = listed.due(app.now, &app.workspace.zone);
    let next = [due.scoring, due.training].into_iter().flatten().min()?;
    Some(
        app.timer_health()
            .short_note()
            .map_or_else(|| timer_health::due(next, app.now, &app.workspace.zone), str::to_string),
    )
}

/// What to do first.
fn empty(app: &App, cells: &mut Cells<'_>, y: u16) {
    let theme = app.theme();
    let width = cells.width();
    let text: Vec<(String, Style)> = if let Some(error) = &app.scores_error {
        let mut lines = vec![(error.what.clone(), theme.bad())];
        lines.extend(error.causes.iter().map(|c| (c.clone(), theme.text())));
        lines.extend(error.hint.iter().map(|h| (h.clone(), theme.dim())));
        lines
    } else if !app.services.filter.is_empty() {
        let key = app.keymap.key(Action::Close);
        vec![("No score holds these words.".into(), theme.text()), (format!("{key} shows all of them."), theme.dim())]
    } else {
        first_steps(app)
    };
    let lines = |(line, style): (String, Style)| {
        let parts = wrapped(&line, usize::from(width));
        let parts = if parts.is_empty() { vec![String::new()] } else { parts };
        parts.into_iter().map(move |part| (part, style))
    };
    let mut text: Vec<(String, Style)> = text.into_iter().flat_map(lines).collect();
    // Where there is no room for all, what says something has it.
    if text.len() > usize::from(cells.height().saturating_sub(y)) {
        text.retain(|(line, _)| !line.is_empty());
    }
    for (row, (line, style)) in (y..).zip(&text) {
        cells.put(0, row, width, line, *style);
    }
}

/// What there is to do where there is no score: to name the sources, to create one, to look at a demo, to see that all is
/// well, to find the keys.
fn first_steps(app: &App) -> Vec<(String, Style)> {
    let theme = app.theme();
    let workspace = &app.workspace;
    let text = |text: &str| (text.to_string(), theme.text());
    let command = |words: &str| (format!("{} {words}", workspace.program), theme.accent());
    let mut lines = if workspace.has_sources {
        vec![("There is no score yet.".into(), theme.title()), text("")]
    } else {
        vec![
            ("This workspace has no data yet.".into(), theme.title()),
            text(""),
            text(&format!("Name your exports in {}:", workspace.config_file)),
            ("[[source]]".into(), theme.accent()),
            ("kind = \"event\"".into(), theme.accent()),
            ("path = \"exports/events*.csv.gz\"".into(), theme.accent()),
            ("(kinds: person, account, opportunity, event)".into(), theme.dim()),
            text(""),
        ]
    };
    if workspace.has_sources && workspace.read_only.is_none() {
        let key = app.keymap.key(Action::Create);
        lines.extend([text(&format!("{key} creates one: who is to do what, within how many days.")), text("")]);
    }
    lines.extend([text("What is read of your data, and whether all is well:"), command("data check")]);
    lines.extend([command("doctor"), text("")]);
    match &workspace.demo {
        Some(folder) => {
            let open = format!("propensity --home {}", shell_quoted(&folder.display().to_string()));
            lines.extend([text("The demo that was made here opens with:"), (open, theme.accent())]);
        }
        None => lines.extend([text("A made-up business to look around in first:"), command("demo")]),
    }
    lines.extend([text(""), (format!("{} shows all keys.", app.keymap.key(Action::Help)), theme.dim())]);
    lines
}
