//! An open dropdown: it filters as one types, and stands below or above its field, as high and wide as the window allows.

use super::cells::Cells;
use super::scroll_bar;
use super::text_field::TextField;
use crate::domain::format::count;
use crate::tui::theme::Theme;
use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Clear, Widget};
use unicode_width::UnicodeWidthStr;

/// One choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What is shown, and for most fields what is taken.
    pub text: String,
    /// How often it occurs in the data.
    pub count: Option<u64>,
    /// What is to be said of it.
    pub remark: &'static str,
}

impl Item {
    pub fn new(text: impl Into<String>) -> Item {
        Item { text: text.into(), count: None, remark: "" }
    }

    pub fn counted(text: impl Into<String>, count: u64) -> Item {
        Item { count: Some(count), ..Item::new(text) }
    }

    #[must_use]
    pub fn remark(self, remark: &'static str) -> Item {
        Item { remark, ..self }
    }

    /// What stands at its right.
    fn beside(&self) -> String {
        let number = self.count.map_or(String::new(), count);
        [self.remark, &number].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ")
    }
}

/// Whether one of the choices is there to be taken at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One of the choices is the value of the field.
    Choice,
    /// As a choice, but what is typed may be taken although it is none of them.
    FreeText,
    /// Offers values below a field that is typed into: nothing is taken before something was typed or chosen. What was
    /// typed comes before the values that hold it, or after them.
    Offer { typed_first: bool },
}

/// The choices, what was typed, and the chosen row.
#[derive(Debug, Clone, PartialEq)]
pub struct Menu {
    items: Vec<Item>,
    filter: TextField,
    /// None as long as nothing of an offer was chosen.
    selected: Option<usize>,
    kind: Kind,
}

/// Least columns of a menu.
const LEAST_WIDTH: u16 = 30;

impl Menu {
    /// Opens with `current` chosen, where it is one of the choices.
    pub fn new(items: Vec<Item>, current: &str, kind: Kind) -> Menu {
        let at = items.iter().position(|i| i.text == current).unwrap_or(0);
        let selected = (!matches!(kind, Kind::Offer { .. })).then_some(at);
        Menu { items, filter: TextField::default(), selected, kind }
    }

    pub fn key(&mut self, key: KeyEvent) {
        let before = self.filter.value().to_string();
        if self.filter.key(key) && self.filter.value() != before {
            self.select_first();
        }
    }

    pub fn paste(&mut self, text: &str) {
        self.filter.paste(text);
        self.select_first();
    }

    fn select_first(&mut self) {
        let nothing = self.is_offer() && self.filter.value().trim().is_empty();
        self.selected = (!nothing).then_some(0);
    }

    /// What was typed.
    pub fn typed(&self) -> &str {
        self.filter.value()
    }

    /// Whether it offers values below a field that is typed into.
    pub fn is_offer(&self) -> bool {
        matches!(self.kind, Kind::Offer { .. })
    }

    /// What is typed into, for the field of an offer.
    pub fn filter(&self) -> &TextField {
        &self.filter
    }

    /// Whether Enter takes something.
    pub fn has_choice(&self) -> bool {
        self.choice().is_some()
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
        if self.kind != Kind::Choice && !typed.is_empty() && !self.items.iter().any(|i| i.text == typed) {
            let first = self.kind == Kind::Offer { typed_first: true };
            // Only what is counted is of the data.
            let of_data = self.items.iter().any(|item| item.count.is_some());
            let item = Item::new(typed).remark(if of_data && !first { "not in the data" } else { "" });
            shown.insert(if first { 0 } else { shown.len() }, item);
        }
        shown
    }

    pub fn step(&mut self, by: isize) {
        let last = self.shown().len().saturating_sub(1) as isize;
        self.selected = match self.selected {
            Some(at) => Some((at as isize).saturating_add(by).clamp(0, last) as usize),
            None if by > 0 => Some((by - 1).min(last) as usize),
            None => None,
        };
    }

    /// What Enter takes.
    pub fn choice(&self) -> Option<String> {
        let shown = self.shown();
        shown.get(self.selected?.min(shown.len().saturating_sub(1))).map(|i| i.text.clone())
    }

    /// Draws it below `anchor`, or above where there is more room, inside `within`.
    pub fn draw(&self, theme: &Theme, anchor: Rect, within: Rect, buffer: &mut Buffer) -> Option<Position> {
        let shown = self.shown();
        let area = self.area(&shown, anchor, within);
        if area.height < 3 {
            return None;
        }
        Clear.render(area, buffer);
        let at = self.selected.map(|at| at.min(shown.len().saturating_sub(1)));
        let place = match at {
            Some(at) if !shown.is_empty() => format!(" {} of {} ", count(at as u64 + 1), count(shown.len() as u64)),
            _ => format!(" {} ", count(shown.len() as u64)),
        };
        let block = Block::bordered()
            .border_type(BorderType::Rounded)
            .border_style(theme.accent())
            .title_bottom(Line::styled(place, theme.dim()).right_aligned());
        let inside = block.inner(area);
        block.render(area, buffer);
        let mut cells = Cells::new(buffer, inside);
        let head = u16::from(!self.is_offer());
        if head > 0 {
            self.draw_typed(theme, &mut cells);
        }
        let room = usize::from(cells.height().saturating_sub(head));
        let first = at.unwrap_or(0).saturating_sub(room.saturating_sub(1));
        draw_items(theme, &shown, (at, first), head, &mut cells);
        if shown.is_empty() {
            let nothing =
                if self.items.is_empty() { "The data offers nothing here." } else { "Nothing holds these words." };
            cells.put(1, head, cells.width(), nothing, theme.dim());
        }
        let cursor = cells.cursor();
        let bar = Rect { x: area.right() - 1, y: inside.y + head, width: 1, height: room as u16 };
        scroll_bar::draw(theme, bar, shown.len(), first, room, buffer);
        cursor
    }

    /// The line into which is typed.
    fn draw_typed(&self, theme: &Theme, cells: &mut Cells<'_>) {
        cells.put(0, 0, 2, "› ", theme.accent());
        let (text, cursor) = self.filter.line(cells.width().saturating_sub(2));
        if self.filter.is_empty() {
            cells.put(2, 0, cells.width(), self.hint(), theme.dim());
        }
        cells.put(2, 0, cells.width(), &text, theme.text());
        cells.set_cursor(2 + cursor, 0);
    }

    fn hint(&self) -> &'static str {
        match self.kind {
            Kind::Choice | Kind::Offer { .. } => "type to search",
            Kind::FreeText => "type to search, or anything else",
        }
    }

    /// As high and wide as its items, inside `within`.
    fn area(&self, shown: &[Item], anchor: Rect, within: Rect) -> Rect {
        let below = within.bottom().saturating_sub(anchor.bottom());
        let above = anchor.y.saturating_sub(within.y);
        let head = u16::from(!self.is_offer());
        let wanted = u16::try_from(shown.len().max(1)).unwrap_or(u16::MAX).saturating_add(2 + head);
        let down = below >= wanted || below >= above;
        let height = wanted.min(if down { below } else { above });
        let y = if down { anchor.bottom() } else { anchor.y - height };
        // Of all items: the menu keeps its width while one types.
        let widest = self.items.iter().map(|i| i.text.width() + i.beside().width() + 6).max().unwrap_or_default();
        let least = anchor.width.max(LEAST_WIDTH).max(self.hint().width() as u16 + 5);
        let width = u16::try_from(widest).unwrap_or(u16::MAX).max(least).min(within.width);
        // To the left where it would reach over the edge.
        let x = anchor.x.min(within.right().saturating_sub(width));
        Rect::new(x, y, width, height).intersection(within)
    }
}

fn draw_items(theme: &Theme, shown: &[Item], (at, first): (Option<usize>, usize), head: u16, cells: &mut Cells<'_>) {
    let room = usize::from(cells.height().saturating_sub(head));
    let width = cells.width();
    for (y, (index, item)) in (head..).zip(shown.iter().enumerate().skip(first).take(room)) {
        let beside = item.beside();
        let columns = beside.width() as u16;
        cells.put(1, y, width.saturating_sub(columns + 3), &item.text, theme.text());
        cells.put(width.saturating_sub(columns + 1), y, width, &beside, theme.dim());
        if Some(index) == at {
            cells.restyle(0, y, width, theme.chosen());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn menu(kind: Kind) -> Menu {
        Menu::new(vec![Item::counted("webVisit", 40), Item::counted("emailOpened", 20)], "emailOpened", kind)
    }

    #[test]
    fn it_opens_on_the_current_choice_and_filters_as_one_types() {
        assert_eq!(menu(Kind::Choice).choice().as_deref(), Some("emailOpened"));
        let mut typed = menu(Kind::Choice);
        typed.paste("WEB");
        assert_eq!(typed.choice().as_deref(), Some("webVisit"));
        typed.paste("x");
        assert_eq!(typed.choice(), None);
    }

    #[test]
    fn free_text_can_be_taken_where_the_field_allows_it() {
        let mut typed = menu(Kind::FreeText);
        typed.paste("demo");
        assert_eq!(typed.choice().as_deref(), Some("demo"));
        let mut partly = menu(Kind::FreeText);
        partly.paste("web");
        assert_eq!(partly.choice().as_deref(), Some("webVisit"));
        partly.step(1);
        assert_eq!(partly.choice().as_deref(), Some("web"));
    }

    #[test]
    fn an_offer_takes_nothing_that_was_not_typed_or_chosen() {
        for typed_first in [false, true] {
            let mut offer = menu(Kind::Offer { typed_first });
            assert_eq!(offer.choice(), None);
            offer.step(1);
            assert_eq!(offer.choice().as_deref(), Some("webVisit"));
            let mut typed = menu(Kind::Offer { typed_first });
            typed.paste("web");
            assert_eq!(typed.choice().as_deref(), Some(if typed_first { "web" } else { "webVisit" }));
        }
    }
}
