//! What is picked from, what was typed, and the selected row.

use crate::tui::action::KeyContext;
use crate::tui::widgets::text_field::TextField;
use crossterm::event::{KeyCode, KeyEvent};

/// What is picked from, what was typed, and the selected row.
#[derive(Debug, Clone, PartialEq)]
pub struct Picker {
    pub kind: PickerKind,
    pub(super) filter: TextField,
    pub(super) selected: usize,
    /// The contexts of what lies below it, whose keys the help tells first.
    pub(super) contexts: &'static [KeyContext],
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
    /// What the list of the screen is sorted by.
    Sort,
    /// The profiles that belong to the one that is shown.
    Related,
    /// The colours.
    Themes,
    /// The keys, those of the screen first.
    Help,
}

impl Picker {
    pub fn new(kind: PickerKind) -> Picker {
        Picker { kind, filter: TextField::default(), selected: 0, contexts: &[] }
    }

    /// The help over what has these contexts.
    pub fn help(contexts: &'static [KeyContext]) -> Picker {
        // The first row is a heading.
        Picker { contexts, selected: 1, ..Picker::new(PickerKind::Help) }
    }

    /// Whether a letter takes a row at once, so that nothing is typed.
    pub fn has_letters(&self) -> bool {
        self.kind == PickerKind::Sort
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
