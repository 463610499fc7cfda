//! How the form is drawn.

use super::state::{Field, ScheduleForm};
use crate::schedule::timer_health::{self, with_note};
use crate::tui::app::App;
use crate::tui::dialogs::frame::frame;
use crate::tui::widgets::form::{self, Button, Control, Row};
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

pub fn view(app: &App, state: &ScheduleForm, buffer: &mut Buffer) -> Option<Position> {
    let area = frame(app, buffer, (76.min(app.size.0), 17), "Schedule", "");
    let why =
        "daily, weekly, monthly, off, or a number of days; an empty field leaves it as it is. A training scores, too.";
    let health = app.timer_health();
    let timer = health.sentence(&app.workspace.zone);
    let set_up = if health.is_well() { "The timer" } else { "Set up a timer" };
    let buttons =
        vec![Button::new(Field::Timer, set_up), Button::new(Field::Cancel, "Cancel"), Button::new(Field::Save, "Save")];
    let now = [state.before.scoring, state.before.training].map(|every| every.to_string());
    let text = |text, now| Control::Text { text, placeholder: now, lines: 1 };
    let [scoring, training] = state.mistakes.clone();
    let rows = vec![
        Row::new("Score", Control::Note(state.name.clone())).gap(),
        Row::new("Scoring", text(&state.scoring, &now[0])).of(Field::Scoring).mistake(scoring),
        Row::new("Training", text(&state.training, &now[1])).of(Field::Training).mistake(training),
        Row::new("", Control::Note(why.into())).gap(),
        Row::new("", Control::Note(upcoming(app, &state.score))).gap(),
        Row::new("", Control::Note(timer)),
        Row::new("", Control::Buttons { buttons, right: true }).gap(),
    ];
    form::draw(app.theme(), &rows, state.focus, 14, area, buffer).cursor
}

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
