//! The list of scores: two lines a score, as many columns as there is room for.

use super::layout::{ROW, TALL, head};
use super::state::{Focus, test_auc};
use crate::domain::format::{ago, proportion, time_until};
use crate::domain::run::Status;
use crate::domain::text::{cut, harmless};
use crate::queries::score_summaries::ScoreSummary;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::theme::status_sign;
use crate::tui::widgets::cells::Cells;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

/// Where the columns of a row begin, from the right edge inwards; a column without room has width 0.
struct Columns {
    name: u16,
    auc: u16,
    ran: u16,
    status: u16,
}

impl Columns {
    fn of(width: u16) -> Columns {
        let status = if width >= 80 { 14 } else { 2 };
        // As wide as `14 Nov 2026` and its gap.
        let ran = if width >= 50 { 13 } else { 0 };
        let auc = if width >= 44 { 14 } else { 13 };
        Columns { name: width.saturating_sub(2 + status + ran + auc), auc, ran, status }
    }
}

/// Draws the list; gives the place of the cursor where the filter has it.
pub fn draw(app: &App, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let theme = &app.theme;
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
    if tall {
        cells.put(0, 1, at.saturating_sub(1), "Predictive lead and account scoring", theme.dim());
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

fn filter_line(app: &App, cells: &mut Cells<'_>, y: u16) {
    let theme = &app.theme;
    let services = &app.services;
    let sorted = format!("by {} ▾", services.sort.word());
    let counted = if services.filter.is_empty() {
        format!("{} · {sorted}", app.scores.len())
    } else {
        format!("{} of {} · {sorted}", services.order.len(), app.scores.len())
    };
    let room = cells.width().saturating_sub(counted.width() as u16 + 2);
    if services.focus == Focus::Filter {
        cells.put(0, y, 2, "/ ", theme.accent());
        let (text, cursor) = services.filter.window(room.saturating_sub(2));
        cells.put(2, y, room.saturating_sub(2), &text, theme.text());
        cells.set_cursor(2 + cursor, y);
    } else if services.filter.is_empty() {
        cells.put(0, y, room, "/ filter", theme.dim());
    } else {
        cells.put(0, y, room, &format!("/ {}", cut(services.filter.value(), 60)), theme.accent());
    }
    cells.put_right(y, &counted, theme.dim());
}

fn header(app: &App, cells: &mut Cells<'_>, y: u16) {
    if app.services.order.is_empty() {
        return;
    }
    let style = app.theme.dim();
    let columns = Columns::of(cells.width());
    let mut x = 2;
    for (width, title) in
        [(columns.name, "Name"), (columns.auc, "Test AUC"), (columns.ran, "Last run"), (columns.status, "Status")]
    {
        if width > 2 {
            cells.put(x, y, width, title, style);
        }
        x += width;
    }
}

fn draw_score(app: &App, listed: &ScoreSummary, cells: &mut Cells<'_>, y: u16) {
    let theme = &app.theme;
    let selected = app.services.selected.as_deref() == Some(listed.score.id.as_str());
    let focused = selected && app.services.focus == Focus::List;
    let columns = Columns::of(cells.width());
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
    let mut x = 2;
    cells.put(x, y, columns.name.saturating_sub(2), &harmless(&listed.score.name), name);
    x += columns.name;
    quality(app, listed, cells, x, y, columns.auc);
    x += columns.auc;
    let (sign, word, style) = status(app, listed);
    if columns.ran > 0 {
        let ran = listed.last.as_ref().map_or("─".into(), |r| ago(r.started_at, app.now, &app.workspace.zone));
        cells.put(x, y, columns.ran - 2, &ran, theme.dim());
        x += columns.ran;
    }
    cells.put(x, y, 1, sign, style);
    if columns.status > 2 {
        cells.put(x + 2, y, columns.status - 2, &word, style);
    }
    second_line(app, listed, cells, y + 1, columns.ran == 0);
}

/// The AUC with its verdict, or how far a run is.
fn quality(app: &App, listed: &ScoreSummary, cells: &mut Cells<'_>, x: u16, y: u16, width: u16) {
    let theme = &app.theme;
    if let Some(live) = app.live_run(&listed.score.id).filter(|l| l.is_running()) {
        // One word of the stage: the details have all of it.
        let word = live.stage.as_deref().and_then(|s| s.split(' ').next()).unwrap_or("starting");
        let share = live.share_text().map_or(String::new(), |share| format!(" {share}"));
        cells.put(x, y, width.saturating_sub(1), &format!("{word}{share}"), theme.accent());
        return;
    }
    let Some(auc) = test_auc(listed) else {
        // Without a figure the reason for that is what one looks for here.
        let (_, word, style) = status(app, listed);
        cells.put(x, y, width.saturating_sub(1), &word, style);
        return;
    };
    let text = proportion(auc.value);
    cells.put(x, y, width, &text, theme.text());
    if let Some(verdict) = listed.trained.as_ref().and_then(|r| r.verdict) {
        let word = match verdict {
            crate::domain::metrics::Verdict::NotEnoughEvidence => "too few".to_string(),
            crate::domain::metrics::Verdict::NoBetterThanRecency => "recency".to_string(),
            other => other.to_string(),
        };
        let gap = text.width() as u16 + 1;
        cells.put(x + gap, y, width.saturating_sub(gap + 1), &word, theme.verdict(verdict));
    }
}

/// Sign, word and style of how a score stands.
pub fn status(app: &App, listed: &ScoreSummary) -> (&'static str, String, Style) {
    let theme = &app.theme;
    if let Some(live) = app.live_run(&listed.score.id) {
        let cancelling = live.is_running() && live.cancelled_by.is_some();
        let word = if cancelling { "cancelling".into() } else { live.status.to_string() };
        return (status_sign(live.status), word, theme.status(live.status));
    }
    match &listed.last {
        Some(run) => {
            let word = match run.code {
                Some(code) if run.status == Status::Failed => format!("stopped, {code}"),
                _ => run.status.to_string(),
            };
            (status_sign(run.status), word, theme.status(run.status))
        }
        None if listed.read => ("·", "never run".into(), theme.dim()),
        None => (" ", String::new(), theme.dim()),
    }
}

/// Profile type, goal and next run.
fn second_line(app: &App, listed: &ScoreSummary, cells: &mut Cells<'_>, y: u16, narrow: bool) {
    let style = app.theme.dim();
    let next = match next_run(app, listed) {
        Some(next) => format!("next {next}"),
        None => String::new(),
    };
    let room = cells.width().saturating_sub(2 + next.width() as u16 + 2);
    let text = match (narrow, &listed.last) {
        (true, Some(run)) => {
            format!("{} · {}", listed.score.profile_type, ago(run.started_at, app.now, &app.workspace.zone))
        }
        _ => format!("{} · {}", listed.score.profile_type, harmless(&listed.score.goal.to_string())),
    };
    cells.put(2, y, room, &text, style);
    cells.put_right(y, &next, style);
}

/// When the next run of a score is due, in words.
fn next_run(app: &App, listed: &ScoreSummary) -> Option<String> {
    let due = listed.due(app.now, &app.workspace.zone);
    let next = [due.scoring, due.training].into_iter().flatten().min()?;
    Some(time_until(next, app.now, &app.workspace.zone))
}

/// What to do first.
fn empty(app: &App, cells: &mut Cells<'_>, y: u16) {
    let theme = &app.theme;
    let width = cells.width();
    let text: Vec<(String, Style)> = if let Some(error) = &app.scores_error {
        let mut lines = vec![(error.what.clone(), theme.bad())];
        lines.extend(error.causes.iter().map(|c| (c.clone(), theme.text())));
        lines.extend(error.hint.iter().map(|h| (h.clone(), theme.dim())));
        lines
    } else if !app.services.filter.is_empty() {
        let key = app.keymap.key(Action::Close);
        vec![("No score holds these words.".into(), theme.text()), (format!("{key} shows all of them."), theme.dim())]
    } else if !app.workspace.has_sources {
        vec![
            ("This workspace has no data yet.".into(), theme.title()),
            (String::new(), theme.text()),
            (format!("Name your exports in {}:", app.workspace.config_file), theme.text()),
            (String::new(), theme.text()),
            ("[[source]]".into(), theme.accent()),
            ("kind = \"event\"".into(), theme.accent()),
            ("path = \"exports/events*.csv.gz\"".into(), theme.accent()),
            (String::new(), theme.text()),
            ("(kinds: person, account, opportunity, event)".into(), theme.dim()),
            (String::new(), theme.text()),
            ("See with `propensity data check` what is read.".into(), theme.text()),
            (String::new(), theme.text()),
            ("To look around first, leave and try `propensity demo`.".into(), theme.dim()),
        ]
    } else {
        let key = app.keymap.key(Action::Create);
        vec![
            ("There is no score yet.".into(), theme.title()),
            (String::new(), theme.text()),
            (format!("Press {key} to create one: say who is to be scored,"), theme.text()),
            ("what they should do, and within how many days.".into(), theme.text()),
        ]
    };
    let mut row = y;
    for (line, style) in text {
        let wrapped = crate::domain::text::wrapped(&line, usize::from(width));
        for part in if wrapped.is_empty() { vec![String::new()] } else { wrapped } {
            cells.put(0, row, width, &part, style);
            row += 1;
        }
    }
}
