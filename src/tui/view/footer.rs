//! The two lines at the foot: what there is to say, and the keys that work at this moment.

use crate::domain::text::wrapped;
use crate::tui::action::Action;
use crate::tui::app::{App, Notice, Severity};
use crate::tui::dialogs::wizard::Step;
use crate::tui::dialogs::{Dialog, PickerKind};
use crate::tui::hints::Hints;
use crate::tui::screens::router;
use crate::tui::widgets::cells::Cells;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};
use unicode_width::UnicodeWidthStr;

/// The keys that work at this moment, and above them what there is to say.
pub fn draw(app: &App, buffer: &mut Buffer) {
    let theme = app.theme();
    let area = Rect::new(1, app.size.1.saturating_sub(2), app.size.0.saturating_sub(2), 2);
    if let Some(notice) = &app.notice {
        draw_notice(app, notice, area, buffer);
    }
    let mut cells = Cells::new(buffer, area);
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

/// What there is to say, in as many lines as it takes: it grows upwards, over the screen.
fn draw_notice(app: &App, notice: &Notice, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let (sign, style) = match notice.severity {
        Severity::Info => ("·", theme.text()),
        Severity::Success => ("●", theme.good()),
        Severity::Warning => ("!", theme.warn()),
        Severity::Error => ("✗", theme.bad()),
    };
    let lines = wrapped(&notice.text, usize::from(area.width.saturating_sub(2).max(1)));
    let height = (lines.len() as u16).min(area.y);
    let place = Rect { y: area.y + 1 - height.max(1), height: height.max(1), ..area };
    // From edge to edge: a line of it is not to be taken for one of the screen.
    Clear.render(Rect { x: 0, width: app.size.0, ..place }.intersection(buffer.area), buffer);
    let mut cells = Cells::new(buffer, place);
    cells.put(0, 0, 1, sign, style);
    for (y, line) in (0u16..).zip(&lines) {
        cells.put(2, y, place.width, line, style);
    }
}

/// The keys that work, the most needed first, and those that stand at the end whatever else there is.
fn hints(app: &App) -> (Hints, Hints) {
    let mut hints: Hints = Vec::new();
    let mut trailing: Hints = Vec::new();
    let key = |action: Action| app.keymap.key(action).to_string();
    let arrows = format!("{}{}", key(Action::Up), key(Action::Down));
    match app.dialogs.last() {
        Some(Dialog::Wizard(wizard)) if wizard.has_menu() => {
            let offers = wizard.focused_offer();
            let accept = if offers { "add" } else { "choose" };
            hints.extend([(arrows, "move".into()), (key(Action::Accept), accept.into())]);
            hints.push((key(Action::FocusNext), "next field".into()));
            trailing.push((key(Action::Close), "close the list".into()));
        }
        Some(Dialog::Wizard(wizard)) => {
            let tab = (key(Action::FocusNext), "next field".to_string());
            hints.extend([tab, (key(Action::Accept), wizard.accept_word().into()), (arrows, "move".into())]);
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
        Some(Dialog::Schedule(form)) if form.has_menu() => {
            hints.extend([(arrows, "move".into()), (key(Action::Accept), "choose".into())]);
            trailing.push((key(Action::Close), "close the list".into()));
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
        Some(Dialog::Picker(picker)) if picker.kind == PickerKind::Drafts => hints.extend([
            (arrows, "move".into()),
            (key(Action::Accept), "choose".into()),
            (key(Action::RemoveRow), "remove".into()),
            (key(Action::Close), "close".into()),
        ]),
        Some(Dialog::Picker(_)) => hints.extend([
            (arrows, "move".into()),
            (key(Action::Accept), "choose".into()),
            (key(Action::Close), "close".into()),
        ]),
        Some(Dialog::Prompt(_)) => {
            hints.extend([(key(Action::Accept), "done".into()), (key(Action::Close), "close".into())]);
        }
        Some(Dialog::Pager(_)) => hints.extend([(arrows, "scroll".into()), (key(Action::Close), "close".into())]),
        None => router::hints(app, arrows, &mut hints, &mut trailing),
    }
    (hints, trailing)
}
