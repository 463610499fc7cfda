//! The form's choices, what has the focus, and the open dropdown.

use crate::domain::score::Score;
use crate::domain::score::schedule::{Every, Schedule};
use crate::tui::cycle;
use crate::tui::widgets::menu::{Item, Kind, Menu};
use crossterm::event::{KeyCode, KeyEvent};

/// The form's state.
#[derive(Debug, Clone, PartialEq)]
pub struct ScheduleForm {
    pub score: String,
    pub(super) name: String,
    /// The schedule when the form opened.
    pub(super) before: Schedule,
    /// As they were chosen or typed.
    pub(super) scoring: String,
    pub(super) training: String,
    pub(super) focus: Field,
    /// The open dropdown of the focused field.
    pub(super) menu: Option<Menu>,
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

const INVALID: &str = "Choose daily, weekly, monthly or off, or type a number of days up to 365.";

/// What the dropdowns offer; any other number of days can be typed.
const CHOICES: [&str; 4] = ["daily", "weekly", "monthly", "off"];

const FOCUS_ORDER: [Field; 5] = [Field::Scoring, Field::Training, Field::Timer, Field::Cancel, Field::Save];

impl ScheduleForm {
    pub fn new(score: &Score) -> ScheduleForm {
        ScheduleForm {
            score: score.id.clone(),
            name: score.name.clone(),
            before: score.schedule,
            scoring: score.schedule.scoring.to_string(),
            training: score.schedule.training.to_string(),
            focus: Field::Scoring,
            menu: None,
            mistakes: [None, None],
        }
    }

    /// Whether a dropdown has the focus: letters open it.
    pub fn is_typing(&self) -> bool {
        matches!(self.focus, Field::Scoring | Field::Training)
    }

    pub fn has_menu(&self) -> bool {
        self.menu.is_some()
    }

    /// Whether leaving loses something.
    pub(super) fn is_changed(&self) -> bool {
        let Schedule { scoring, training, .. } = self.before;
        (self.scoring.as_str(), self.training.as_str()) != (scoring.to_string().as_str(), training.to_string().as_str())
    }

    fn choice(&mut self) -> Option<(&mut String, &mut Option<String>)> {
        match self.focus {
            Field::Scoring => Some((&mut self.scoring, &mut self.mistakes[0])),
            Field::Training => Some((&mut self.training, &mut self.mistakes[1])),
            Field::Timer | Field::Save | Field::Cancel => None,
        }
    }

    /// Opens the dropdown of the focused field.
    pub(super) fn open_menu(&mut self) {
        let Some((choice, _)) = self.choice() else { return };
        let now = choice.parse::<Every>();
        let is_now = |word: &&&str| word.parse::<Every>() == now;
        let current = CHOICES.iter().find(is_now).map_or(choice.clone(), |word| (*word).to_string());
        let items = CHOICES.map(Item::new).to_vec();
        self.menu = Some(Menu::new(items, &current, Kind::FreeText));
    }

    /// Takes what the dropdown has chosen.
    pub(super) fn take_choice(&mut self) {
        let taken = self.menu.take().and_then(|menu| menu.choice());
        if let (Some(taken), Some((choice, mistake))) = (taken, self.choice()) {
            // In the words in which it is kept, where it can be read.
            *choice = taken.parse::<Every>().map_or(taken, |every| every.to_string());
            *mistake = None;
        }
    }

    pub fn key(&mut self, key: KeyEvent) {
        if self.menu.is_none() && self.is_typing() {
            self.open_menu();
            if key.code == KeyCode::Char(' ') {
                return;
            }
        }
        if let Some(menu) = &mut self.menu {
            menu.key(key);
        }
    }

    pub fn paste(&mut self, text: &str) {
        if self.menu.is_none() && self.is_typing() {
            self.open_menu();
        }
        if let Some(menu) = &mut self.menu {
            menu.paste(text);
        }
    }

    pub(super) fn step_focus(&mut self, by: isize) {
        // What was typed is not lost by going on.
        if self.menu.as_ref().is_some_and(|menu| !menu.typed().is_empty()) {
            self.take_choice();
        }
        self.menu = None;
        self.focus = cycle::step(&FOCUS_ORDER, self.focus, by);
    }

    /// How often to score and to train; where that cannot be read, the mistakes are shown and the first of them has the
    /// focus.
    pub(super) fn parse(&mut self) -> Option<(Every, Every)> {
        let read = |text: &str| text.parse::<Every>().map_err(|_| INVALID.to_string());
        let (scoring, training) = (read(&self.scoring), read(&self.training));
        self.mistakes = [scoring.as_ref().err().cloned(), training.as_ref().err().cloned()];
        match (scoring, training) {
            (Ok(scoring), Ok(training)) => return Some((scoring, training)),
            (Err(_), _) => self.focus = Field::Scoring,
            (_, Err(_)) => self.focus = Field::Training,
        }
        None
    }
}
