//! When a score runs by itself: how often it is scored and trained.

use super::Dialog;
use crate::domain::schedule::{self, Every};
use crate::domain::score::Score;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::effect::Effect;
use crate::tui::widgets::form::{self, Control, Row};
use crate::tui::widgets::text_field::TextField;
use crossterm::event::KeyEvent;
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

const RING: [Field; 4] = [Field::Scoring, Field::Training, Field::Save, Field::Cancel];

impl Schedule {
    pub fn new(score: &Score) -> Schedule {
        let field = |every: Every| TextField::new(&every.to_string());
        Schedule {
            score: score.id.clone(),
            name: score.name.clone(),
            before: score.schedule,
            scoring: field(score.schedule.scoring),
            training: field(score.schedule.training),
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
        let at = RING.iter().position(|f| *f == self.focus).unwrap_or(0) as isize;
        self.focus = RING[(at + by).rem_euclid(RING.len() as isize) as usize];
    }

    /// What was entered, or the mistakes told and the first of them focused.
    fn entered(&mut self) -> Option<(Every, Every)> {
        let (scoring, training) = (self.scoring.value().parse(), self.training.value().parse());
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
    let area = super::frame(app, buffer, (76.min(app.size.0), 15), "Schedule", "");
    let why = "daily, weekly, monthly, off, or a number of days. A training scores, too. Runs start when `propensity run start --due` \
               is called: `propensity schedule install` sets up the timer.";
    let buttons = vec![(Field::Save, "Save".to_string()), (Field::Cancel, "Cancel".into())];
    let text = |text| Control::Text { text, placeholder: "off" };
    let [scoring, training] = schedule.mistakes.clone();
    let rows = vec![
        Row::new("Score", Control::Note(schedule.name.clone())).gap(),
        Row::new("Scoring", text(&schedule.scoring)).of(Field::Scoring).mistake(scoring),
        Row::new("Training", text(&schedule.training)).of(Field::Training).mistake(training),
        Row::new("", Control::Note(why.into())).gap(),
        Row::new("", Control::Buttons { buttons, right: true }).gap(),
    ];
    form::draw(app, &rows, schedule.focus, 14, area, buffer).cursor
}
