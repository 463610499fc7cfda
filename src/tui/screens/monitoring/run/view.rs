//! How the page is drawn: the breadcrumb, how the run ended and what its model is worth, the tabs, and the lines of one.

use super::state::{Extent, RunPage, Tab};
use super::{data, evaluation, factors, log, over_time, overview};
use crate::domain::format::{count, interval, proportion, seconds};
use crate::domain::run::codes;
use crate::domain::text::{cut_middle, harmless};
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::layout::body;
use crate::tui::theme::status_sign;
use crate::tui::widgets::cells::Cells;
use crate::tui::widgets::scroll_bar;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

/// Lines above those of the tab.
const HEAD: u16 = 6;
/// Columns that status, kind and duration need beside what the model is worth.
const LEFT: usize = 32;

/// Where the lines of the tab stand.
fn tab_area(area: Rect) -> Rect {
    let head = HEAD.min(area.height);
    // A column stays free before the scroll bar.
    Rect { y: area.y + head, height: area.height - head, width: area.width.saturating_sub(1), ..area }
}

fn lines(app: &App, page: &RunPage, width: u16) -> Vec<Line<'static>> {
    let width = usize::from(width);
    match page.tab {
        Tab::Overview => overview::lines(app, &page.detail, width),
        Tab::Evaluation => evaluation::lines(app, &page.detail, width),
        Tab::Data => data::lines(app, &page.detail, width),
        Tab::Factors => factors::lines(app, &page.detail, width),
        Tab::OverTime => over_time::lines(app, &page.detail, width),
        Tab::Log => log::lines(app, &page.detail, width),
    }
}

/// Lines of a tab, as far as a scroll can count them.
fn line_count(lines: &[Line<'_>]) -> u16 {
    u16::try_from(lines.len()).unwrap_or(u16::MAX)
}

/// How much of the tab there is at the size of the screen.
pub fn extent(app: &App, page: &RunPage) -> Extent {
    let area = tab_area(body(app.size));
    let all = line_count(&lines(app, page, area.width));
    Extent { max_scroll: all.saturating_sub(area.height), shown: area.height }
}

/// How far the overview is scrolled for its warnings to stand on top, or as far up as there are lines below them.
pub fn place_of_warnings(app: &App, page: &RunPage) -> u16 {
    let area = tab_area(body(app.size));
    let lines = lines(app, page, area.width);
    let titled = |line: &Line<'_>| line.spans.iter().any(|span| span.content.trim() == overview::WARNINGS);
    let at = lines.iter().position(titled).unwrap_or_default();
    u16::try_from(at).unwrap_or(u16::MAX).min(line_count(&lines).saturating_sub(area.height))
}

pub fn view(app: &App, page: &RunPage, area: Rect, buffer: &mut Buffer) {
    let mut cells = Cells::new(buffer, area);
    breadcrumb(app, page, &mut cells);
    summary_line(app, page, &mut cells);
    tabs(app, page, &mut cells);
    let area = tab_area(area);
    let lines = lines(app, page, area.width);
    let scroll = page.scroll.min(line_count(&lines).saturating_sub(area.height));
    // In the margin, where no text is hidden.
    let bar = Rect { x: area.right() + 1, width: 1, ..area };
    scroll_bar::draw(app.theme(), bar, lines.len(), usize::from(scroll), usize::from(area.height), buffer);
    let mut cells = Cells::new(buffer, area);
    for (y, line) in (0u16..).zip(lines.iter().skip(usize::from(scroll)).take(usize::from(area.height))) {
        cells.put_line(0, y, area.width, line);
    }
}

fn breadcrumb(app: &App, page: &RunPage, cells: &mut Cells<'_>) {
    let (theme, run) = (app.theme(), page.run());
    let (id, when) = (harmless(&run.id).into_owned(), app.local_time(run.started_at));
    let fixed = "Monitoring ›  › ".width() + when.width();
    let width = usize::from(cells.width());
    // Where there is no room for all, the id goes first: it is read for a command, and stands in the list of runs there.
    let shows_id = fixed + run.score_name.width() + 2 + id.width() <= width;
    let room = if shows_id { width - id.width() - 2 } else { width };
    let name = cut_middle(&run.score_name, room.saturating_sub(fixed));
    let x = cells.put(0, 0, room as u16, &format!("Monitoring › {name} › "), theme.dim());
    cells.put(x, 0, room as u16, &when, theme.title());
    if shows_id {
        cells.put_right(0, &id, theme.dim());
    }
}

/// Status and code at the left, what the model is worth at the right: the eye meets them first.
fn summary_line(app: &App, page: &RunPage, cells: &mut Cells<'_>) {
    let (theme, run) = (app.theme(), page.run());
    let tested = page.detail.tested_run();
    let auc = tested.and_then(|run| run.metrics.as_ref()?.auc);
    let verdict = tested.and_then(|run| run.verdict);
    // The test of a scoring run's model was that of another run.
    let other = tested.filter(|tested| tested.id != run.id);
    let day = other.map(|other| other.started_at.to_zoned_datetime(app.workspace.zone.clone()));
    let whose = day.map_or(String::new(), |day| format!("model of {}: ", day.strftime("%-d %b")));
    let mut right = cells.width();
    if let Some(auc) = auc {
        let word = verdict.map_or(String::new(), |verdict| format!("  {verdict}"));
        let forms = [interval(&auc), proportion(auc.value)].map(|auc| format!("{whose}AUC {auc}"));
        let fits = |form: &String| form.width() + word.width() + LEFT <= usize::from(cells.width());
        let figure = forms.iter().find(|form| fits(form)).unwrap_or(&forms[1]);
        let width = (figure.width() + word.width()) as u16;
        let at = cells.width().saturating_sub(width);
        cells.put(at, 2, width, figure, theme.title());
        let style = verdict.map_or(theme.text(), |v| theme.verdict(v)).add_modifier(Modifier::BOLD);
        cells.put(at + figure.width() as u16, 2, word.width() as u16, &word, style);
        right = at.saturating_sub(2);
    }
    let code = codes::for_run(run).map_or(String::new(), |code| format!(" {}", code.name()));
    let status = format!("{} {}{code}", status_sign(run.status), run.status);
    let x = cells.put(0, 2, right, &status, theme.status(run.status).add_modifier(Modifier::BOLD));
    let kind = format!("   {}", run.kind);
    let took = format!("{kind} · {}", seconds(run.seconds()));
    let scored = match run.population.scored {
        0 => took.clone(),
        profiles => format!("{took} · {} profiles scored", count(profiles)),
    };
    let room = right.saturating_sub(x);
    let rest = [scored, took, kind].into_iter().find(|text| text.width() <= usize::from(room)).unwrap_or_default();
    cells.put(x, 2, room, &rest, theme.dim());
}

fn tabs(app: &App, page: &RunPage, cells: &mut Cells<'_>) {
    let mut x = 0;
    for tab in Tab::ALL {
        let style = if tab == page.tab { app.theme().focused() } else { app.theme().dim() };
        x += cells.put(x, 4, cells.width().saturating_sub(x), &format!(" {} ", tab.label()), style) + 1;
    }
}

/// The keys that work on the page, for the foot of the screen.
pub fn hints(app: &App, page: &RunPage) -> Vec<(String, String)> {
    let key = |action: Action| app.keymap.key(action).to_string();
    let arrows = format!("{}{}", key(Action::Up), key(Action::Down));
    let mut hints = vec![(arrows, "scroll".to_string()), (key(Action::FocusNext), "next tab".into())];
    if let Some(code) = codes::for_run(page.run()) {
        hints.push((key(Action::Accept), format!("about {}", code.name())));
    }
    hints.push((key(Action::Close), "runs".into()));
    hints
}
