//! What is entered and for what.

use crate::tui::widgets::text_field::TextField;
use crossterm::event::KeyEvent;

/// The prompt's state.
#[derive(Debug, Clone, PartialEq)]
pub struct Prompt {
    pub purpose: Purpose,
    pub(super) field: TextField,
    /// What is wrong with what was entered.
    pub(super) mistake: Option<String>,
}

/// What is entered.
#[derive(Debug, Clone, PartialEq)]
pub enum Purpose {
    GoTo,
    /// So many profiles.
    Export {
        profiles: u64,
    },
    /// Another value of a feature, which knows only these where it is a category.
    Value {
        cell: usize,
        label: String,
        choices: Vec<String>,
        /// The values that were changed when it opened: Esc brings them back.
        before: Vec<(usize, f32)>,
    },
}

impl Prompt {
    pub fn new(purpose: Purpose, text: &str) -> Prompt {
        Prompt { purpose, field: TextField::new(text), mistake: None }
    }

    /// The same again, with what was wrong with the text.
    pub fn again(purpose: Purpose, text: &str, mistake: String) -> Prompt {
        Prompt { mistake: Some(mistake), ..Prompt::new(purpose, text) }
    }

    pub fn key(&mut self, key: KeyEvent) {
        if self.field.key(key) {
            self.mistake = None;
        }
    }

    pub fn paste(&mut self, text: &str) {
        self.field.paste(text);
    }
}
