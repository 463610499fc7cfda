//! A line of text being typed: `tui-input`, which knows graphemes and the usual editing keys, as plain data.

use crate::domain::text::harmless;
use crossterm::event::{Event, KeyEvent};
use tui_input::backend::crossterm::EventHandler;
use tui_input::{Input, InputRequest};
use unicode_width::UnicodeWidthStr;

/// The text and the place of its cursor.
#[derive(Debug, Clone, Default)]
pub struct TextField(Input);

impl PartialEq for TextField {
    fn eq(&self, other: &TextField) -> bool {
        self.0.value() == other.0.value() && self.0.cursor() == other.0.cursor()
    }
}

impl TextField {
    /// The cursor stands at the end.
    pub fn new(text: &str) -> TextField {
        TextField(Input::new(text.to_string()))
    }

    pub fn value(&self) -> &str {
        self.0.value()
    }

    pub fn is_empty(&self) -> bool {
        self.0.value().is_empty()
    }

    /// Takes a key; tells whether it was one of editing.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        self.0.handle_event(&Event::Key(key)).is_some()
    }

    /// Inserts pasted text; line breaks become blanks, other controls are left out.
    pub fn paste(&mut self, text: &str) {
        for c in text.chars() {
            let c = if c.is_whitespace() { ' ' } else { c };
            if !c.is_control() {
                self.0.handle(InputRequest::InsertChar(c));
            }
        }
    }

    pub fn clear(&mut self) {
        self.0.reset();
    }

    /// The part of the text that fits into `width` columns with the cursor in it, and the column of the cursor.
    pub fn window(&self, width: u16) -> (String, u16) {
        let width = usize::from(width.max(1));
        let text = self.0.value();
        let split = text.char_indices().nth(self.0.cursor()).map_or(text.len(), |(i, _)| i);
        let (before, after) = (harmless(&text[..split]), harmless(&text[split..]));
        // One column is kept for the cursor behind the text.
        let mut start = 0;
        let mut left = before.width();
        for (i, c) in before.char_indices() {
            if left < width {
                start = i;
                break;
            }
            left -= unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
            start = i + c.len_utf8();
        }
        let column = before[start..].width();
        let mut shown = before[start..].to_string();
        let mut used = column;
        for c in after.chars() {
            used += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
            if used > width {
                break;
            }
            shown.push(c);
        }
        (shown, column.min(width - 1) as u16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_cursor_stays_in_the_window() {
        let field = TextField::new("Closed Won in 90 days");
        assert_eq!(field.window(10), ("n 90 days".into(), 9));
        assert_eq!(field.window(40), ("Closed Won in 90 days".into(), 21));
        assert_eq!(TextField::new("株式会社").window(5), ("会社".into(), 4));
    }

    #[test]
    fn pasted_lines_become_one() {
        let mut field = TextField::new("a");
        field.paste("b\nc\u{1b}[2J");
        assert_eq!(field.value(), "ab c[2J");
    }

    proptest! {
        #[test]
        fn no_text_is_wider_than_its_window(text in any::<String>(), width in 1u16..30) {
            let (shown, column) = TextField::new(&text).window(width);
            prop_assert!(shown.width() <= usize::from(width) && column < width);
        }
    }
}
