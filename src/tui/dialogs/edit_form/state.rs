//! The form's fields and what has the focus.

use crate::domain::score::Score;
use crate::tui::cycle;
use crate::tui::widgets::text_field::TextField;
use crossterm::event::KeyEvent;

/// The form's state.
#[derive(Debug, Clone, PartialEq)]
pub struct EditForm {
    pub score: String,
    pub(super) name: String,
    /// The description when the form opened.
    pub(super) before: String,
    pub(super) description: TextField,
    pub(super) focus: Field,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Description,
    Save,
    Clone,
    Cancel,
}

const FOCUS_ORDER: [Field; 4] = [Field::Description, Field::Cancel, Field::Clone, Field::Save];

impl EditForm {
    pub fn new(score: &Score) -> EditForm {
        let description = TextField::new(&score.description);
        EditForm {
            score: score.id.clone(),
            name: score.name.clone(),
            before: score.description.clone(),
            description,
            focus: Field::Description,
        }
    }

    pub fn is_typing(&self) -> bool {
        self.focus == Field::Description
    }

    /// Whether leaving loses something that was typed.
    pub(super) fn is_changed(&self) -> bool {
        self.description.value() != self.before
    }

    pub fn key(&mut self, key: KeyEvent) {
        if self.is_typing() {
            self.description.key(key);
        }
    }

    pub fn paste(&mut self, text: &str) {
        if self.is_typing() {
            self.description.paste(text);
        }
    }

    pub(super) fn step_focus(&mut self, by: isize) {
        self.focus = cycle::step(&FOCUS_ORDER, self.focus, by);
    }
}
