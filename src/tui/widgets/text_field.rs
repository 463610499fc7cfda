//! A line of text being typed: `tui-input`, which knows graphemes and the usual editing keys, as plain data.

use crate::domain::text::harmless;
use crossterm::event::{Event, KeyEvent};
use tui_input::backend::crossterm::EventHandler;
use tui_input::{Input, InputRequest};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

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

    /// The cursor stands at the start: what is shown of a long text is its begin.
    pub fn at_start(text: &str) -> TextField {
        TextField(Input::new(text.to_string()).with_cursor(0))
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

    /// The part of the text that fits into one line with the cursor in it, and the column of the cursor.
    pub fn line(&self, width: u16) -> (String, u16) {
        let Window { mut lines, cursor, .. } = self.window(width, 1);
        (lines.swap_remove(0), cursor.0)
    }

    /// The part of the text that fits into so many lines of `width` columns with the cursor in it.
    pub fn window(&self, width: u16, lines: u16) -> Window {
        let width = usize::from(width.max(1));
        let text = self.0.value();
        let split = text.char_indices().nth(self.0.cursor()).map_or(text.len(), |(i, _)| i);
        let (before, after) = (harmless(&text[..split]), harmless(&text[split..]));
        if lines <= 1 { one_line(&before, &after, width) } else { several_lines(&before, &after, width, lines) }
    }
}

/// What of a text is in sight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    pub lines: Vec<String>,
    /// Column and line of the cursor.
    pub cursor: (u16, u16),
    /// Text before or after it is out of sight.
    pub more_before: bool,
    pub more_after: bool,
}

fn one_line(before: &str, after: &str, width: usize) -> Window {
    // One column is kept for the cursor behind the text.
    let mut start = 0;
    let mut left = before.width();
    for (i, c) in before.char_indices() {
        if left < width {
            start = i;
            break;
        }
        left -= c.width().unwrap_or(0);
        start = i + c.len_utf8();
    }
    let column = before[start..].width();
    let mut shown = before[start..].to_string();
    let mut used = column;
    let mut more_after = false;
    for c in after.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            more_after = true;
            break;
        }
        shown.push(c);
    }
    Window { lines: vec![shown], cursor: (column.min(width - 1) as u16, 0), more_before: start > 0, more_after }
}

/// Broken between words where that is possible; every character keeps its place, so that the cursor does.
fn several_lines(before: &str, after: &str, width: usize, lines: u16) -> Window {
    let text = format!("{before}{after}");
    // The last column is the cursor's.
    let starts = line_starts(&text, (width - 1).max(1));
    let at = starts.iter().rposition(|start| *start <= before.len()).unwrap_or(0);
    let shown = usize::from(lines);
    let first = (at + 1).saturating_sub(shown);
    let end = |line: usize| starts.get(line + 1).copied().unwrap_or(text.len());
    let last = (first + shown).min(starts.len());
    Window {
        lines: (first..last).map(|line| text[starts[line]..end(line)].trim_end_matches(' ').to_string()).collect(),
        cursor: (before[starts[at]..].width().min(width - 1) as u16, (at - first) as u16),
        more_before: first > 0,
        more_after: last < starts.len(),
    }
}

/// Where the lines of a text begin: after a blank where there is one, else within a word.
fn line_starts(text: &str, width: usize) -> Vec<usize> {
    let mut starts = vec![0];
    let (mut start, mut used) = (0, 0);
    let mut after_blank = None;
    for (at, c) in text.char_indices() {
        let columns = c.width().unwrap_or(0);
        if used + columns > width && c != ' ' {
            start = after_blank.filter(|begin| *begin > start).unwrap_or(at);
            starts.push(start);
            used = text[start..at].width();
        }
        used += columns;
        if c == ' ' {
            after_blank = Some(at + 1);
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_cursor_stays_in_the_window() {
        let field = TextField::new("Closed Won in 90 days");
        assert_eq!(field.line(10), ("n 90 days".into(), 9));
        assert_eq!(field.line(40), ("Closed Won in 90 days".into(), 21));
        assert_eq!(TextField::new("株式会社").line(5), ("会社".into(), 4));
    }

    #[test]
    fn a_long_text_is_read_in_several_lines() {
        let text = "Who buys within a quarter after a demo";
        let shown = TextField::at_start(text).window(16, 3);
        assert_eq!(shown.lines, ["Who buys within", "a quarter after", "a demo"]);
        assert!(!shown.more_before && !shown.more_after);
        let end = TextField::new(text).window(16, 2);
        assert_eq!((end.lines, end.cursor), (vec!["a quarter after".into(), "a demo".into()], (6, 1)));
        assert!(end.more_before);
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
            let (shown, column) = TextField::new(&text).line(width);
            prop_assert!(shown.width() <= usize::from(width) && column < width);
        }

        #[test]
        fn the_cursor_is_in_sight_whatever_the_lines(text in ".{0,200}", width in 4u16..30, lines in 2u16..5) {
            let window = TextField::new(&text).window(width, lines);
            prop_assert!(window.lines.len() <= usize::from(lines));
            prop_assert!(window.lines.iter().all(|line| line.width() <= usize::from(width)), "{:?}", window);
            prop_assert!(window.cursor.0 < width && window.cursor.1 < lines);
        }
    }
}
