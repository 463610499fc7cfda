//! An open dropdown: it filters as one types, and stands below its field inside the dialog.

use super::cells::Cells;
use super::text_field::TextField;
use crate::domain::format::count;
use crate::tui::theme::Theme;
use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::{Block, BorderType, Clear, Widget};

/// One choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What is shown, and for most fields what is taken.
    pub text: String,
    /// How often it occurs in the data.
    pub count: Option<u64>,
}

impl Item {
    pub fn new(text: impl Into<String>) -> Item {
        Item { text: text.into(), count: None }
    }

    pub fn counted(text: impl Into<String>, count: u64) -> Item {
        Item { text: text.into(), count: Some(count) }
    }
}

/// The choices, what was typed, and the chosen row.
#[derive(Debug, Clone, PartialEq)]
pub struct Menu {
    items: Vec<Item>,
    filter: TextField,
    selected: usize,
    /// What is typed may be taken although it is none of the choices.
    free_text: bool,
}

/// Rows of a menu at most.
const ROWS: u16 = 9;

impl Menu {
    /// Opens with `current` chosen, where it is one of the choices.
    pub fn new(items: Vec<Item>, current: &str, free_text: bool) -> Menu {
        let selected = items.iter().position(|i| i.text == current).unwrap_or(0);
        Menu { items, filter: TextField::default(), selected, free_text }
    }

    pub fn key(&mut self, key: KeyEvent) {
        let before = self.filter.value().to_string();
        if self.filter.key(key) && self.filter.value() != before {
            self.selected = 0;
        }
    }

    pub fn paste(&mut self, text: &str) {
        self.filter.paste(text);
        self.selected = 0;
    }

    /// What was typed.
    pub fn typed(&self) -> &str {
        self.filter.value()
    }

    /// Whether there is nothing to choose from.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The choices that hold what was typed; typed text itself comes last where it may be taken.
    fn shown(&self) -> Vec<Item> {
        let wanted = self.filter.value().trim().to_lowercase();
        let fits = |i: &&Item| wanted.is_empty() || i.text.to_lowercase().contains(&wanted);
        let mut shown: Vec<Item> = self.items.iter().filter(fits).cloned().collect();
        // What is exactly or at least begins like the text comes before what only holds it.
        shown.sort_by_key(|i| {
            let text = i.text.to_lowercase();
            (text != wanted, !text.starts_with(&wanted))
        });
        let typed = self.filter.value().trim();
        if self.free_text && !typed.is_empty() && !self.items.iter().any(|i| i.text == typed) {
            shown.push(Item::new(typed));
        }
        shown
    }

    pub fn step(&mut self, by: isize) {
        let last = self.shown().len().saturating_sub(1) as isize;
        self.selected = (self.selected as isize).saturating_add(by).clamp(0, last) as usize;
    }

    /// What Enter takes.
    pub fn choice(&self) -> Option<String> {
        let shown = self.shown();
        shown.get(self.selected.min(shown.len().saturating_sub(1))).map(|i| i.text.clone())
    }

    /// Draws it below `anchor`, or above where there is more room, inside `within`.
    pub fn draw(&self, theme: &Theme, anchor: Rect, within: Rect, buffer: &mut Buffer) -> Option<Position> {
        let shown = self.shown();
        let below = within.bottom().saturating_sub(anchor.bottom());
        let above = anchor.y.saturating_sub(within.y);
        let wanted = (shown.len().max(1) as u16).min(ROWS) + 3;
        let down = below >= wanted || below >= above;
        let height = wanted.min(if down { below } else { above });
        let y = if down { anchor.bottom() } else { anchor.y - height };
        let area = Rect::new(anchor.x, y, anchor.width.max(30), height).intersection(within);
        if area.height < 4 {
            return None;
        }
        Clear.render(area, buffer);
        let block = Block::bordered().border_type(BorderType::Rounded).border_style(theme.accent());
        let inside = block.inner(area);
        block.render(area, buffer);
        let mut cells = Cells::new(buffer, inside);
        cells.put(0, 0, 2, "› ", theme.accent());
        let (text, cursor) = self.filter.window(inside.width.saturating_sub(2));
        if self.filter.is_empty() {
            let hint = if self.free_text { "type to filter, or anything else" } else { "type to filter" };
            cells.put(2, 0, inside.width, hint, theme.dim());
        }
        cells.put(2, 0, inside.width, &text, theme.text());
        cells.set_cursor(2 + cursor, 0);
        self.draw_items(theme, &shown, &mut cells);
        cells.cursor()
    }

    fn draw_items(&self, theme: &Theme, shown: &[Item], cells: &mut Cells<'_>) {
        if shown.is_empty() {
            cells.put(1, 1, cells.width(), "nothing fits", theme.dim());
        }
        let room = usize::from(cells.height().saturating_sub(1));
        let at = self.selected.min(shown.len().saturating_sub(1));
        let first = at.saturating_sub(room.saturating_sub(1));
        for (y, (index, item)) in (1u16..).zip(shown.iter().enumerate().skip(first).take(room)) {
            let number = item.count.map_or(String::new(), count);
            let width = cells.width();
            cells.put(1, y, width.saturating_sub(number.len() as u16 + 3), &item.text, theme.text());
            cells.put(width.saturating_sub(number.len() as u16 + 1), y, width, &number, theme.dim());
            if index == at {
                cells.restyle(0, y, width, theme.chosen());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn menu(free_text: bool) -> Menu {
        Menu::new(vec![Item::counted("webVisit", 40), Item::counted("emailOpened", 20)], "emailOpened", free_text)
    }

    #[test]
    fn it_opens_on_the_current_choice_and_filters_as_one_types() {
        assert_eq!(menu(false).choice().as_deref(), Some("emailOpened"));
        let mut typed = menu(false);
        typed.paste("WEB");
        assert_eq!(typed.choice().as_deref(), Some("webVisit"));
        typed.paste("x");
        assert_eq!(typed.choice(), None);
    }

    #[test]
    fn free_text_can_be_taken_where_the_field_allows_it() {
        let mut typed = menu(true);
        typed.paste("demo");
        assert_eq!(typed.choice().as_deref(), Some("demo"));
        let mut partly = menu(true);
        partly.paste("web");
        assert_eq!(partly.choice().as_deref(), Some("webVisit"));
        partly.step(1);
        assert_eq!(partly.choice().as_deref(), Some("web"));
    }
}
