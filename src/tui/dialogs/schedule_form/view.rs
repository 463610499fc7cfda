//! How the form is drawn.

use super::state::{Field, ScheduleForm};
use crate::schedule::timer_health::{self, with_note};
use crate::tui::app::App;
use crate::tui::dialogs::frame::{self, FRAME, frame};
use crate::tui::widgets::form::{self, Button, Control, Row};
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

pub fn view(app: &App, state: &ScheduleForm, buffer: &mut Buffer) -> Option<Position> {
    let health = app.timer_health();
    let timer = health.sentence(&app.workspace.zone);
    let set_up = if health.is_well() { "The timer" } else { "Set up a timer" };
    let buttons =
        vec![Button::new(Field::Timer, set_up), Button::new(Field::Cancel, "Cancel"), Button::new(Field::Save, "Save")];
    let choice = |value: &String| Control::Choice { value: value.clone(), placeholder: "" };
    let [scoring, training] = state.mistakes.clone();
    let rows = vec![
        Row::new("Score", Control::Note(state.name.clone())).gap(),
        Row::new("Scoring", choice(&state.scoring)).of(Field::Scoring).mistake(scoring).gap(),
        Row::new("Training", choice(&state.training)).of(Field::Training).mistake(training),
        Row::new("", Control::Note("A training scores, too. Any number of days can be typed.".into())).gap(),
        Row::new("", Control::Note(upcoming(app, &state.score))).gap(),
        Row::new("", Control::Note(timer)),
        Row::new("", Control::Buttons { buttons, right: true }).gap(),
    ];
    let width = WIDEST.min(app.size.0);
    let height = form::height(app.theme(), &rows, LABEL, width.saturating_sub(FRAME.0)) + FRAME.1;
    let area = frame(app, buffer, (width, height), "Schedule", "");
    let drawn = form::draw(app.theme(), &rows, state.focus, LABEL, area, buffer);
    let menu = state.menu.as_ref().zip(drawn.anchor);
    let within = frame::within(app, buffer);
    menu.and_then(|(menu, anchor)| menu.draw(app.theme(), anchor, within, buffer)).or(drawn.cursor)
}

/// Columns of the labels, and most of the dialog.
const LABEL: u16 = 14;
const WIDEST: u16 = 84;

/// When the score runs next, as it is scheduled now.
fn upcoming(app: &App, score: &str) -> String {
    let Some(listed) = app.listed(score) else { return String::new() };
    let (zone, now) = (&app.workspace.zone, app.now);
    let due = listed.due(now, zone);
    let when = |kind: &str, at: Timestamp| format!("{kind} {}", timer_health::due(at, now, zone));
    let next = [("scoring", due.scoring), ("training", due.training)];
    match next.iter().filter_map(|(kind, at)| at.map(|at| when(kind, at))).collect::<Vec<_>>().as_slice() {
        [] if listed.score.schedule.scoring.is_off() && listed.score.schedule.training.is_off() => {
            "Nothing runs by itself.".into()
        }
        [] => "Nothing runs by itself before a first successful training.".into(),
        text => format!("Next: {}.", with_note(text.join(", "), app.timer_health().note(zone))),
    }
}
