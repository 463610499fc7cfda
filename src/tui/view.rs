//! One picture of the state: title bar, screen, dialogs, foot.

use super::action::{Action, Place};
use super::app::{App, CatalogView, LEAST, Screen, Tone};
use super::dialogs::wizard::Step;
use super::dialogs::{self, Dialog};
use super::screens::services::{self, Focus};
use super::screens::{monitoring, profiles};
use super::widgets::cells::Cells;
use crate::domain::format::date;
use crate::domain::text::cut;
use jiff::civil::Date;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// Draws everything; gives the place of the terminal's cursor where a focused field has it.
pub fn view(app: &App, buffer: &mut Buffer) -> Option<Position> {
    if app.is_too_small() {
        too_small(app, buffer);
        return None;
    }
    let mut cursor = match app.screen {
        Screen::Services => services::view(app, buffer),
        Screen::Profiles => profiles::view(app, buffer),
        Screen::Monitoring => monitoring::view(app, buffer),
    };
    for dialog in &app.dialogs {
        cursor = dialogs::view(app, dialog, buffer);
    }
    title(app, buffer);
    foot(app, buffer);
    cursor
}

fn too_small(app: &App, buffer: &mut Buffer) {
    let area = buffer.area;
    let text = format!("Propensity needs {} × {}; this window is {} × {}.", LEAST.0, LEAST.1, app.size.0, app.size.1);
    let lines = crate::domain::text::wrapped(&text, usize::from(area.width.max(1)));
    let mut cells = Cells::new(buffer, area);
    for (y, line) in (0u16..).zip(lines) {
        cells.put(0, y, area.width, &line, app.theme.text());
    }
}

fn title(app: &App, buffer: &mut Buffer) {
    let theme = &app.theme;
    let mut cells = Cells::new(buffer, Rect::new(1, 0, app.size.0.saturating_sub(2), 1));
    let mut x = cells.put(0, 0, 20, "Propensity", theme.title()) + 3;
    for (action, label, screen) in [
        (Action::ServicesScreen, "Services", Screen::Services),
        (Action::ProfilesScreen, "Profiles", Screen::Profiles),
        (Action::MonitoringScreen, "Monitoring", Screen::Monitoring),
    ] {
        let style = if app.screen == screen { theme.accent() } else { theme.dim() };
        x += cells.put(x, 0, 14, &format!("{} {label}", app.keymap.key(action)), style) + 3;
    }
    let mut right: Vec<Span<'static>> = Vec::new();
    if app.workspace.read_only.is_some() {
        right.push(Span::styled("read-only · ", theme.warn()));
    }
    let room = usize::from(cells.width().saturating_sub(x));
    right.push(Span::styled(cut(&app.workspace.name, room / 2), theme.text()));
    right.push(Span::styled(format!(" · {}", data_clock(app)), theme.dim()));
    match app.running() {
        0 => {}
        1 => right.push(Span::styled(" · ◐ 1 run live".to_string(), theme.accent())),
        n => right.push(Span::styled(format!(" · ◐ {n} runs live"), theme.accent())),
    }
    let needed: usize = right.iter().map(|s| s.content.width()).sum();
    let at = cells.width().saturating_sub(needed as u16).max(x);
    let width = cells.width().saturating_sub(at);
    cells.put_line(at, 0, width, &Line::from(right));
}

/// Up to when the data go, as the catalog knows or the last run has seen.
fn data_clock(app: &App) -> String {
    let day = match &app.catalog {
        CatalogView::NoSources => return "no data yet".into(),
        CatalogView::Ready(catalog) => catalog.last_day.as_ref().and_then(|d| d.parse::<Date>().ok()),
        _ => None,
    };
    let of_run = || {
        let known = app.scores.iter().filter_map(|l| l.scored.as_ref().or(l.last.as_ref()));
        // A run about the past does not turn the clock back.
        let read = known.filter_map(|r| r.cutoffs.as_of.parse::<Date>().ok());
        read.max()?.yesterday().ok()
    };
    match day.or_else(of_run) {
        Some(day) if app.size.0 < 100 => format!("to {}", day.strftime("%-d %b")),
        Some(day) => format!("data to {}", date(day)),
        None => "data not read yet".into(),
    }
}

/// The keys that work at this moment, and above them what there is to say.
fn foot(app: &App, buffer: &mut Buffer) {
    let theme = &app.theme;
    let area = Rect::new(1, app.size.1.saturating_sub(2), app.size.0.saturating_sub(2), 2);
    let mut cells = Cells::new(buffer, area);
    if let Some(notice) = &app.notice {
        let (sign, style) = match notice.tone {
            Tone::Plain => ("·", theme.text()),
            Tone::Good => ("●", theme.good()),
            Tone::Bad => ("✗", theme.bad()),
        };
        cells.put(0, 0, area.width, &format!("{sign} {}", notice.text), style);
    }
    let width = |hints: &[(String, String)]| hints.iter().map(|(k, l)| (k.width() + l.width()) as u16 + 3).sum::<u16>();
    let (hints, ends) = hints(app);
    // Help and quit always have their place: of the others those stand that there is room for.
    // Nothing stands after the last of them, so that its gap is free.
    let room = (area.width + 2).saturating_sub(width(&ends));
    let mut x = 0;
    for (keys, label) in &hints {
        if x + (keys.width() + label.width()) as u16 + 3 > room {
            continue;
        }
        x += cells.put(x, 1, area.width, keys, theme.accent()) + 1;
        x += cells.put(x, 1, area.width, label, theme.dim()) + 2;
    }
    for (keys, label) in &ends {
        x += cells.put(x, 1, area.width, keys, theme.accent()) + 1;
        x += cells.put(x, 1, area.width, label, theme.dim()) + 2;
    }
}

/// Keys and words.
type Hints = Vec<(String, String)>;

/// The keys that work, the most needed first, and those that stand at the end whatever else there is.
fn hints(app: &App) -> (Hints, Hints) {
    let mut hints: Hints = Vec::new();
    let mut ends: Hints = Vec::new();
    let key = |action: Action| app.keymap.key(action).to_string();
    let arrows = format!("{}{}", key(Action::Up), key(Action::Down));
    match app.dialogs.last() {
        Some(Dialog::Wizard(wizard)) if wizard.has_menu() => {
            hints.extend([(arrows, "move".into()), (key(Action::Accept), "take".into())]);
            ends.push((key(Action::Close), "close the list".into()));
        }
        Some(Dialog::Wizard(wizard)) => {
            let tab = (key(Action::FocusNext), "next field".to_string());
            hints.extend([tab, (key(Action::Accept), "choose".into()), (arrows, "move".into())]);
            let offered: &[(Action, &str)] = match wizard.step {
                Step::Basic if wizard.draft.clone_of.is_some() => &[(Action::CopyGoal, "copy the goal, too")],
                Step::Basic => &[],
                Step::Goal => {
                    &[(Action::AddField, "add field"), (Action::AddEvent, "add event"), (Action::RemoveRow, "remove")]
                }
            };
            hints.extend(offered.iter().map(|(action, label)| (key(*action), label.to_string())));
            let on = if wizard.step == Step::Basic { "Next" } else { "Finish" };
            ends.extend([(key(Action::Finish), on.to_string()), (key(Action::Close), "leave".into())]);
        }
        Some(Dialog::Edit(_) | Dialog::Schedule(_)) => hints.extend([
            (key(Action::FocusNext), "next".into()),
            (key(Action::Finish), "save".into()),
            (key(Action::Close), "close".into()),
        ]),
        Some(Dialog::Ask(_)) => hints.extend([
            (key(Action::FocusNext), "next".into()),
            (key(Action::Accept), "press".into()),
            (key(Action::Close), "close".into()),
        ]),
        Some(Dialog::Picker(_)) => hints.extend([
            (arrows, "move".into()),
            (key(Action::Accept), "take".into()),
            (key(Action::Close), "close".into()),
        ]),
        Some(Dialog::Entry(_)) => {
            hints.extend([(key(Action::Accept), "take".into()), (key(Action::Close), "close".into())]);
        }
        Some(Dialog::Page(_)) => hints.extend([(arrows, "scroll".into()), (key(Action::Close), "close".into())]),
        None if app.screen == Screen::Monitoring => of_monitoring(app, arrows, &mut hints, &mut ends),
        None if app.screen == Screen::Profiles => of_profiles(app, arrows, &mut hints, &mut ends),
        None => of_services(app, arrows, &mut hints, &mut ends),
    }
    (hints, ends)
}

fn of_services(app: &App, arrows: String, hints: &mut Hints, ends: &mut Hints) {
    let key = |action: Action| app.keymap.key(action).to_string();
    if app.services.focus == Focus::Filter {
        hints.extend([(key(Action::Accept), "keep filter".into()), (key(Action::Close), "show all".into())]);
        return;
    }
    let accept = match app.services.focus {
        Focus::Details | Focus::Create => "press",
        _ => "details",
    };
    hints.extend([(arrows, "move".into()), (key(Action::Accept), accept.into())]);
    if app.services.focus == Focus::Details {
        hints.push((key(Action::Close), "list".into()));
    }
    let offered = super::action::TABLE.iter().filter(|e| e.place == Place::Services);
    let order = |action: Action| match action {
        Action::Undo | Action::CancelRun => 0,
        Action::Create => 1,
        Action::Filter | Action::Sort => 3,
        Action::Refresh => 4,
        _ => 2,
    };
    let mut actions: Vec<Action> = offered.map(|e| e.action).filter(|a| app.refusal(*a).is_none()).collect();
    actions.sort_by_key(|a| order(*a));
    hints.extend(actions.iter().map(|a| (key(*a), a.entry().label.to_string())));
    ends.extend(always(app));
}

fn always(app: &App) -> Hints {
    let all = [(Action::Palette, "commands"), (Action::Help, "help"), (Action::Quit, "quit")];
    all.into_iter().map(|(action, label)| (app.keymap.key(action).to_string(), label.to_string())).collect()
}

fn of_monitoring(app: &App, arrows: String, hints: &mut Hints, ends: &mut Hints) {
    let key = |action: Action| app.keymap.key(action).to_string();
    let of = |action: Action| (key(action), action.entry().label.to_string());
    let works = |action: &Action| app.refusal(*action).is_none();
    ends.extend(always(app));
    if let Some(page) = &app.monitoring.page {
        hints.extend(monitoring::run::hints(app, page));
        hints.extend([Action::CodePage, Action::Promote].into_iter().filter(works).map(of));
        return;
    }
    // What leads from a failed run to what helps comes first, what the head of the screen says too comes last.
    hints.extend([Action::CodePage].into_iter().filter(works).map(of));
    hints.push((key(Action::Accept), "run".into()));
    let narrowed = app.monitoring.is_narrowed();
    let back = (key(Action::Close), if narrowed { "all runs" } else { "back" }.to_string());
    let own = |actions: &[Action]| actions.iter().copied().filter(works).map(of).collect::<Hints>();
    hints.extend(own(&[Action::FailuresOnly, Action::OneScore]));
    let rest = own(&[Action::Promote, Action::Graphs]);
    // Where not all runs are shown, the way back to them is needed more.
    hints.extend(if narrowed { [vec![back], rest] } else { [rest, vec![back]] }.concat());
    hints.push((arrows, "move".into()));
}

fn of_profiles(app: &App, arrows: String, hints: &mut Hints, ends: &mut Hints) {
    let key = |action: Action| app.keymap.key(action).to_string();
    let Some(screen) = &app.profiles else { return };
    let on_list = screen.page.is_none() && screen.factors.is_none();
    match screen.focus {
        profiles::Focus::Filter if on_list => {
            hints.extend([(key(Action::Accept), "show them".into()), (key(Action::Close), "leave".into())]);
            return;
        }
        profiles::Focus::Find if on_list => {
            hints.extend([(key(Action::Accept), "find".into()), (key(Action::Close), "leave".into())]);
            return;
        }
        _ => {}
    }
    let back = |label: &str| (key(Action::Close), label.to_string());
    hints.push((arrows, "move".into()));
    if screen.factors.is_some() {
        hints.extend([(key(Action::FocusNext), "band".into()), back("back")]);
    } else if screen.page.is_some() {
        let sides = (key(Action::FocusNext), "other side".to_string());
        hints.extend([(key(Action::Accept), "open, change".into()), sides, back("list")]);
    } else {
        hints.extend([(key(Action::Accept), "profile".into()), back("services")]);
    }
    let places = app.places();
    let offered = super::action::TABLE.iter().filter(|e| places.contains(&e.place));
    let own = offered.filter(|e| matches!(e.place, Place::Profiles | Place::Profile | Place::Scored));
    hints.extend(own.map(|e| (key(e.action), e.label.to_string())));
    ends.extend(always(app));
}
