//! When a score runs by itself: how often it is scored and trained.

use super::Dialog;
use crate::domain::score::Score;
use crate::domain::score::schedule::{self, Every, is_late};
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::effect::Effect;
use crate::tui::ring;
use crate::tui::widgets::form::{self, Control, Row};
use crate::tui::widgets::text_field::TextField;
use crossterm::event::KeyEvent;
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

/// The dialog's state.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    pub score: String,
    name: String,
    /// As it was when the dialog opened.
    before: schedule::Schedule,
    scoring: TextField,
    training: TextField,
    focus: Field,
    /// Of scoring and of training.
    mistakes: [Option<String>; 2],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Scoring,
    Training,
    Save,
    Cancel,
}

/// Short enough for the room beside the labels: what was typed stands above it.
const WRONG: &str = "Say daily, weekly, monthly, off, or up to 365 days.";

const RING: [Field; 4] = [Field::Scoring, Field::Training, Field::Save, Field::Cancel];

impl Schedule {
    pub fn new(score: &Score) -> Schedule {
        Schedule {
            score: score.id.clone(),
            name: score.name.clone(),
            before: score.schedule,
            scoring: TextField::default(),
            training: TextField::default(),
            focus: Field::Scoring,
            mistakes: [None, None],
        }
    }

    pub fn is_typing(&self) -> bool {
        matches!(self.focus, Field::Scoring | Field::Training)
    }

    fn field(&mut self) -> Option<(&mut TextField, &mut Option<String>)> {
        match self.focus {
            Field::Scoring => Some((&mut self.scoring, &mut self.mistakes[0])),
            Field::Training => Some((&mut self.training, &mut self.mistakes[1])),
            Field::Save | Field::Cancel => None,
        }
    }

    pub fn key(&mut self, key: KeyEvent) {
        if let Some((field, mistake)) = self.field()
            && field.key(key)
        {
            *mistake = None;
        }
    }

    pub fn paste(&mut self, text: &str) {
        if let Some((field, mistake)) = self.field() {
            field.paste(text);
            *mistake = None;
        }
    }

    fn step(&mut self, by: isize) {
        self.focus = ring::step(&RING, self.focus, by);
    }

    /// What was entered, or the mistakes told and the first of them focused. A field that is empty changes nothing.
    fn entered(&mut self) -> Option<(Every, Every)> {
        let read = |field: &TextField, before: Every| match field.value().trim() {
            "" => Ok(before),
            text => text.parse().map_err(|_: String| WRONG.to_string()),
        };
        let scoring = read(&self.scoring, self.before.scoring);
        let training = read(&self.training, self.before.training);
        self.mistakes = [scoring.as_ref().err().cloned(), training.as_ref().err().cloned()];
        match (scoring, training) {
            (Ok(scoring), Ok(training)) => return Some((scoring, training)),
            (Err(_), _) => self.focus = Field::Scoring,
            (_, Err(_)) => self.focus = Field::Training,
        }
        None
    }
}

pub fn perform(app: &mut App, action: Action) -> Vec<Effect> {
    let Some(Dialog::Schedule(schedule)) = app.dialogs.last_mut() else { return Vec::new() };
    match action {
        Action::FocusNext | Action::Down => schedule.step(1),
        Action::FocusPrevious | Action::Up => schedule.step(-1),
        Action::Right if !schedule.is_typing() => schedule.step(1),
        Action::Left if !schedule.is_typing() => schedule.step(-1),
        Action::Finish => return save(app),
        Action::Close => {
            app.dialogs.pop();
        }
        Action::Accept => match schedule.focus {
            Field::Scoring | Field::Training => schedule.step(1),
            Field::Save => return save(app),
            Field::Cancel => {
                app.dialogs.pop();
            }
        },
        _ => {}
    }
    Vec::new()
}

/// The dialog stays until the schedule is saved.
fn save(app: &mut App) -> Vec<Effect> {
    let Some(Dialog::Schedule(schedule)) = app.dialogs.last_mut() else { return Vec::new() };
    let Some((scoring, training)) = schedule.entered() else { return Vec::new() };
    let before = schedule.before;
    let (scoring, training) = (changed(before.scoring, scoring), changed(before.training, training));
    vec![Effect::Reschedule { score: schedule.score.clone(), scoring, training }]
}

fn changed(before: Every, after: Every) -> Option<Every> {
    (before != after).then_some(after)
}

pub fn view(app: &App, schedule: &Schedule, buffer: &mut Buffer) -> Option<Position> {
    let area = super::frame(app, buffer, (76.min(app.size.0), 17), "Schedule", "");
    let why =
        "daily, weekly, monthly, off, or a number of days; an empty field leaves it as it is. A training scores, too.";
    let timer = "Runs start when a timer calls `propensity run start --due`: `propensity schedule install --cron` or \
                 `--systemd` sets it up.";
    let buttons = vec![(Field::Save, "Save".to_string()), (Field::Cancel, "Cancel".into())];
    let now = [schedule.before.scoring, schedule.before.training].map(|every| every.to_string());
    let text = |text, now| Control::Text { text, placeholder: now };
    let [scoring, training] = schedule.mistakes.clone();
    let rows = vec![
        Row::new("Score", Control::Note(schedule.name.clone())).gap(),
        Row::new("Scoring", text(&schedule.scoring, &now[0])).of(Field::Scoring).mistake(scoring),
        Row::new("Training", text(&schedule.training, &now[1])).of(Field::Training).mistake(training),
        Row::new("", Control::Note(why.into())).gap(),
        Row::new("", Control::Note(upcoming(app, &schedule.score))).gap(),
        Row::new("", Control::Note(timer.into())),
        Row::new("", Control::Buttons { buttons, right: true }).gap(),
    ];
    form::draw(app, &rows, schedule.focus, 14, area, buffer).cursor
}

/// When the score runs next, as it is scheduled now.
fn upcoming(app: &App, score: &str) -> String {
    let Some(listed) = app.listed(score) else { return String::new() };
    let (zone, now) = (&app.workspace.zone, app.now);
    let due = listed.due(now, zone);
    let told = |kind: &str, at: Timestamp| match at {
        at if is_late(at, now) => format!("{kind}: late since {}", app.moment(at)),
        at if at <= now => format!("{kind}: due now"),
        at => format!("{kind}: {}", app.moment(at)),
    };
    let next = [("scoring", due.scoring), ("training", due.training)];
    match next.iter().filter_map(|(kind, at)| at.map(|at| told(kind, at))).collect::<Vec<_>>().as_slice() {
        [] if listed.score.schedule.scoring.is_off() && listed.score.schedule.training.is_off() => {
            "Nothing runs by itself.".into()
        }
        [] => "Nothing runs by itself before a first successful training.".into(),
        told => format!("Next {}.", told.join(", next ")),
    }
}
