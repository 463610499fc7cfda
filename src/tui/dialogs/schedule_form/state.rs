//! The form's fields, what has the focus, and what is wrong with what was entered.

use crate::domain::score::Score;
use crate::domain::score::schedule::{Every, Schedule};
use crate::tui::cycle;
use crate::tui::widgets::text_field::TextField;
use crossterm::event::KeyEvent;

/// The form's state.
#[derive(Debug, Clone, PartialEq)]
pub struct ScheduleForm {
    pub score: String,
    pub(super) name: String,
    /// The schedule when the form opened.
    pub(super) before: Schedule,
    pub(super) scoring: TextField,
    pub(super) training: TextField,
    pub(super) focus: Field,
    /// Of scoring and of training.
    pub(super) mistakes: [Option<String>; 2],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Scoring,
    Training,
    /// Leads to how a timer is set up.
    Timer,
    Save,
    Cancel,
}

/// Short enough for the room beside the labels: what was typed stands above it.
const INVALID: &str = "Say daily, weekly, monthly, off, or up to 365 days.";

const FOCUS_ORDER: [Field; 5] = [Field::Scoring, Field::Training, Field::Timer, Field::Cancel, Field::Save];

impl ScheduleForm {
    pub fn new(score: &Score) -> ScheduleForm {
        ScheduleForm {
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
            Field::Timer | Field::Save | Field::Cancel => None,
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

    pub(super) fn step_focus(&mut self, by: isize) {
        self.focus = cycle::step(&FOCUS_ORDER, self.focus, by);
    }

    /// How often to score and to train; where that cannot be read, the mistakes are shown and the first of them has the
    /// focus. An empty field changes nothing.
    pub(super) fn parse(&mut self) -> Option<(Every, Every)> {
        let read = |field: &TextField, before: Every| match field.value().trim() {
            "" => Ok(before),
            text => text.parse().map_err(|_: String| INVALID.to_string()),
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
