//! The two lines at the foot: what there is to say, and the keys that work at this moment.

use crate::tui::action::{Action, KeyContext, TABLE};
use crate::tui::app::{App, Screen, Severity};
use crate::tui::dialogs::Dialog;
use crate::tui::dialogs::wizard::Step;
use crate::tui::screens::services::Focus;
use crate::tui::screens::{monitoring, profiles};
use crate::tui::widgets::cells::Cells;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

/// The keys that work at this moment, and above them what there is to say.
pub fn draw(app: &App, buffer: &mut Buffer) {
    let theme = &app.theme;
    let area = Rect::new(1, app.size.1.saturating_sub(2), app.size.0.saturating_sub(2), 2);
    let mut cells = Cells::new(buffer, area);
    if let Some(notice) = &app.notice {
        let (sign, style) = match notice.severity {
            Severity::Info => ("·", theme.text()),
            Severity::Success => ("●", theme.good()),
            Severity::Error => ("✗", theme.bad()),
        };
        cells.put(0, 0, area.width, &format!("{sign} {}", notice.text), style);
    }
    let width = |hints: &[(String, String)]| hints.iter().map(|(k, l)| (k.width() + l.width()) as u16 + 3).sum::<u16>();
    let (hints, trailing) = hints(app);
    // Help and quit always have their place: of the others those stand that there is room for.
    // Nothing stands after the last of them, so that its gap is free.
    let room = (area.width + 2).saturating_sub(width(&trailing));
    let mut x = 0;
    for (keys, label) in &hints {
        if x + (keys.width() + label.width()) as u16 + 3 > room {
            continue;
        }
        x += cells.put(x, 1, area.width, keys, theme.accent()) + 1;
        x += cells.put(x, 1, area.width, label, theme.dim()) + 2;
    }
    for (keys, label) in &trailing {
        x += cells.put(x, 1, area.width, keys, theme.accent()) + 1;
        x += cells.put(x, 1, area.width, label, theme.dim()) + 2;
    }
}

/// Keys and words.
type Hints = Vec<(String, String)>;

/// The keys that work, the most needed first, and those that stand at the end whatever else there is.
fn hints(app: &App) -> (Hints, Hints) {
    let mut hints: Hints = Vec::new();
    let mut trailing: Hints = Vec::new();
    let key = |action: Action| app.keymap.key(action).to_string();
    let arrows = format!("{}{}", key(Action::Up), key(Action::Down));
    match app.dialogs.last() {
        Some(Dialog::Wizard(wizard)) if wizard.has_menu() => {
            hints.extend([(arrows, "move".into()), (key(Action::Accept), "take".into())]);
            trailing.push((key(Action::Close), "close the list".into()));
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
            trailing.extend([(key(Action::Finish), on.to_string()), (key(Action::Close), "leave".into())]);
        }
        Some(Dialog::Edit(_) | Dialog::Schedule(_)) => hints.extend([
            (key(Action::FocusNext), "next".into()),
            (key(Action::Finish), "save".into()),
            (key(Action::Close), "close".into()),
        ]),
        Some(Dialog::Confirm(_)) => hints.extend([
            (key(Action::FocusNext), "next".into()),
            (key(Action::Accept), "press".into()),
            (key(Action::Close), "close".into()),
        ]),
        Some(Dialog::Picker(_)) => hints.extend([
            (arrows, "move".into()),
            (key(Action::Accept), "take".into()),
            (key(Action::Close), "close".into()),
        ]),
        Some(Dialog::Prompt(_)) => {
            hints.extend([(key(Action::Accept), "take".into()), (key(Action::Close), "close".into())]);
        }
        Some(Dialog::Pager(_)) => hints.extend([(arrows, "scroll".into()), (key(Action::Close), "close".into())]),
        None if app.screen == Screen::Monitoring => monitoring_hints(app, arrows, &mut hints, &mut trailing),
        None if app.screen == Screen::Profiles => profiles_hints(app, arrows, &mut hints, &mut trailing),
        None => services_hints(app, arrows, &mut hints, &mut trailing),
    }
    (hints, trailing)
}

fn services_hints(app: &App, arrows: String, hints: &mut Hints, trailing: &mut Hints) {
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
    let offered = TABLE.iter().filter(|e| e.context == KeyContext::Services);
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
    trailing.extend(global_hints(app));
}

fn global_hints(app: &App) -> Hints {
    let all = [(Action::Palette, "commands"), (Action::Help, "help"), (Action::Quit, "quit")];
    all.into_iter().map(|(action, label)| (app.keymap.key(action).to_string(), label.to_string())).collect()
}

fn monitoring_hints(app: &App, arrows: String, hints: &mut Hints, trailing: &mut Hints) {
    let key = |action: Action| app.keymap.key(action).to_string();
    let of = |action: Action| (key(action), action.entry().label.to_string());
    let works = |action: &Action| app.refusal(*action).is_none();
    trailing.extend(global_hints(app));
    if let Some(page) = &app.monitoring.page {
        hints.extend(monitoring::run::hints(app, page));
        hints.extend([Action::CodePage, Action::Promote].into_iter().filter(works).map(of));
        return;
    }
    // What leads from a failed run to what helps comes first, what the head of the screen says too comes last.
    hints.extend([Action::CodePage].into_iter().filter(works).map(of));
    hints.push((key(Action::Accept), "run".into()));
    let narrowed = app.monitoring.is_filtered();
    let back = (key(Action::Close), if narrowed { "all runs" } else { "back" }.to_string());
    let own = |actions: &[Action]| actions.iter().copied().filter(works).map(of).collect::<Hints>();
    hints.extend(own(&[Action::FailuresOnly, Action::OneScore]));
    let rest = own(&[Action::Promote, Action::ToggleGraphs]);
    // Where not all runs are shown, the way back to them is needed more.
    hints.extend(if narrowed { [vec![back], rest] } else { [rest, vec![back]] }.concat());
    hints.push((arrows, "move".into()));
}

fn profiles_hints(app: &App, arrows: String, hints: &mut Hints, trailing: &mut Hints) {
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
    let contexts = app.key_contexts();
    let offered = TABLE.iter().filter(|e| contexts.contains(&e.context));
    let own = offered.filter(|e| {
        matches!(e.context, KeyContext::ProfileList | KeyContext::ProfilePage | KeyContext::ProfilesScreen)
    });
    hints.extend(own.map(|e| (key(e.action), e.label.to_string())));
    trailing.extend(global_hints(app));
}
