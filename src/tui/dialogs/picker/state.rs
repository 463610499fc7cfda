//! What is picked from, what was typed, and the selected row.

use crate::tui::widgets::text_field::TextField;
use crossterm::event::{KeyCode, KeyEvent};

/// What is picked from, what was typed, and the selected row.
#[derive(Debug, Clone, PartialEq)]
pub struct Picker {
    pub kind: PickerKind,
    pub(super) filter: TextField,
    pub(super) selected: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PickerKind {
    Palette,
    Drafts,
    /// The deleted scores that can be brought back.
    Trash,
    /// What to copy of a profile.
    Copy,
    /// The columns of the profiles.
    Columns,
    /// The score whose runs are shown.
    Scores,
}

impl Picker {
    pub fn new(kind: PickerKind) -> Picker {
        Picker { kind, filter: TextField::default(), selected: 0 }
    }

    pub fn key(&mut self, key: KeyEvent) {
        if self.filter.key(key) {
            self.selected = 0;
        }
    }

    /// Whether the key is a blank that chooses the row, as it does where several can be chosen.
    pub fn is_toggled_by(&self, key: KeyEvent) -> bool {
        self.kind == PickerKind::Columns && key.code == KeyCode::Char(' ') && self.filter.is_empty()
    }

    pub fn paste(&mut self, text: &str) {
        self.filter.paste(text);
        self.selected = 0;
    }
}
