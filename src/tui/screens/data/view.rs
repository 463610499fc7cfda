//! How the Data screen is drawn: the list of sources, beside it the selected one, or the page of one over the whole width.

use super::details;
use super::layout::{HEAD, ROW, list_rows, rows};
use crate::domain::format::{compact_count, count, date_of_text, seconds};
use crate::domain::source::read_report::SourceReport;
use crate::domain::text::cut_middle;
use crate::tui::app::{App, CatalogView};
use crate::tui::layout::{GAP, body, columns};
use crate::tui::widgets::cells::{Cells, error_lines};
use crate::tui::widgets::scroll_bar;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

/// Draws the screen; no field of it ever has the cursor.
pub fn view(app: &App, buffer: &mut Buffer) -> Option<Position> {
    if app.data.page.is_some() && app.catalog().is_some() {
        page(app, buffer);
        return None;
    }
    let (left, right) = columns(app.size);
    head(app, &mut Cells::new(buffer, Rect { height: HEAD.min(left.height), ..left }));
    let list = Rect { y: left.y + HEAD, height: left.height.saturating_sub(HEAD), ..left };
    if app.catalog().is_none() {
        let all = Rect { width: body(app.size).width, ..list };
        put_lines(&mut Cells::new(buffer, all), &instead(app, usize::from(all.width)));
        return None;
    }
    sources(app, &mut Cells::new(buffer, list));
    let bar = Rect { x: left.right(), width: 1, ..list };
    scroll_bar::draw(app.theme(), bar, rows(app), app.data.offset, list_rows(app), buffer);
    if let Some(right) = right {
        let line = Rect { x: left.right() + GAP / 2, width: 1, ..left };
        let mut cells = Cells::new(buffer, line);
        (0..line.height).for_each(|y| {
            cells.put(0, y, 1, "│", app.theme().faint());
        });
        put_lines(&mut Cells::new(buffer, right), &details::short(app, usize::from(right.width)));
    }
    None
}

fn put_lines(cells: &mut Cells<'_>, lines: &[Line<'static>]) {
    let width = cells.width();
    for (y, line) in (0..cells.height()).zip(lines) {
        cells.put_line(0, y, width, line);
    }
}

fn head(app: &App, cells: &mut Cells<'_>) {
    let theme = app.theme();
    cells.put(0, 0, 12, "Data", theme.title());
    if let Some(catalog) = app.catalog() {
        let what = format!(
            "{} persons · {} accounts · {} events",
            compact_count(catalog.persons),
            compact_count(catalog.accounts),
            compact_count(catalog.events)
        );
        let width = cells.width();
        cells.put(0, 1, width, &what, theme.dim());
    }
}

/// What is told while there is no catalog.
fn instead(app: &App, width: usize) -> Vec<Line<'static>> {
    let theme = app.theme();
    let text = |text: &str| crate::domain::text::wrapped(text, width).into_iter().map(Line::from).collect::<Vec<_>>();
    match &app.catalog {
        CatalogView::NoSources => {
            let mut lines = text("No data yet. This looks into exports of your CRM and adds them as sources:");
            lines.push(Line::default());
            lines.push(Line::styled("propensity data add FOLDER", theme.accent()));
            lines.push(Line::default());
            lines.extend(text("A folder, files or a ZIP: Salesforce, HubSpot, Marketo, Pipedrive, Dynamics, Adobe XDM, or tables of your own."));
            lines
        }
        CatalogView::Missing => text("The sources are about to be read."),
        CatalogView::Building { rows, seconds: since } => {
            text(&format!("Reading the sources: {} rows in {}.", count(*rows), seconds(*since)))
        }
        CatalogView::Failed(error) => error_lines(theme, error, width),
        CatalogView::Ready(_) => Vec::new(),
    }
}

/// The list: each source in two lines, and the event types.
fn sources(app: &App, cells: &mut Cells<'_>) {
    let Some(catalog) = app.catalog() else { return };
    let theme = app.theme();
    let width = cells.width();
    for (place, at) in (app.data.offset..rows(app)).take(list_rows(app)).enumerate() {
        let y = place as u16 * ROW;
        let is_selected = at == app.data.selected;
        let name_style = if is_selected { theme.selected_name() } else { theme.text() };
        if is_selected {
            cells.put(0, y, 1, "▌", theme.accent());
            cells.put(0, y + 1, 1, "▌", theme.accent());
        }
        let (name, right, below) = match catalog.sources.get(at) {
            Some(source) => {
                let rows = format!("{} rows", compact_count(source.rows()));
                (short_path(&source.path), rows, source_line(source))
            }
            None => {
                let types = catalog.event_types.len() as u64;
                ("Event types".to_string(), count(types), format!("{} events by month", compact_count(catalog.events)))
            }
        };
        let room = usize::from(width.saturating_sub(right.chars().count() as u16 + 4));
        cells.put(2, y, width.saturating_sub(2), &cut_middle(&name, room), name_style);
        cells.put_right(y, &right, theme.dim());
        let mut x = 2;
        if let Some(wrong) = catalog.sources.get(at).and_then(|source| what_is_wrong(app, at, source)) {
            x += cells.put(x, y + 1, width.saturating_sub(x), &format!("! {wrong}"), theme.warn());
            x += cells.put(x, y + 1, width.saturating_sub(x), " · ", theme.dim());
        }
        cells.put(x, y + 1, width.saturating_sub(x), &below, theme.dim());
    }
}

/// The path without the folders above its own.
fn short_path(path: &str) -> String {
    let mut parts = path.rsplit('/');
    match (parts.next(), parts.next()) {
        (Some(name), Some(folder)) if !folder.is_empty() => format!("{folder}/{name}"),
        (Some(name), _) => name.to_string(),
        _ => path.to_string(),
    }
}

fn source_line(source: &SourceReport) -> String {
    // Persons and accounts tell when they were created, which says nothing of how fresh an export is.
    let tells_age = matches!(source.kind.as_str(), "event" | "opportunity");
    let last = source.last_day.as_deref().filter(|_| tells_age);
    let last = last.map(|day| format!(" · to {}", date_of_text(day))).unwrap_or_default();
    format!("{}{last}", source.kind)
}

/// What somebody should look at, in a few words: what changed since the last run, then what was refused.
fn what_is_wrong(app: &App, at: usize, source: &SourceReport) -> Option<String> {
    let changes = app.source_changes.get(at).into_iter().flatten().map(|change| change.word().to_string());
    let refused = source.refused();
    let refused = (refused > 0).then(|| format!("{} refused", count(refused)));
    let all: Vec<String> = changes.chain(refused).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// The page of the selected source, or of the event types.
fn page(app: &App, buffer: &mut Buffer) {
    let area = body(app.size);
    let area = Rect { width: area.width.saturating_sub(1), ..area };
    let lines = details::page(app, usize::from(area.width));
    // The window may have grown, or the sources may be others, since the page was scrolled.
    let last = lines.len().saturating_sub(usize::from(area.height));
    let first = app.data.page.unwrap_or_default().min(last);
    let shown = lines.get(first..).unwrap_or_default();
    put_lines(&mut Cells::new(buffer, area), shown);
    let bar = Rect { x: area.right(), width: 1, ..area };
    scroll_bar::draw(app.theme(), bar, lines.len(), first, usize::from(area.height), buffer);
}
