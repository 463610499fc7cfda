//! One profile in full: its score among all, why it has it, what is known, what happened, how it came to change, and what
//! it would be if.

mod facts;
mod perform;
mod view;
mod why;

pub use perform::{answered, change_value, keep_visible, perform};
pub use view::draw;

use crate::domain::explanation::Explanation;
use crate::queries::profile::{Change, PastScore, ProfileDetail, WhatIf};
use crate::tui::msg::Outcome;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The state of the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Place in the file, 0 is the best.
    pub place: u32,
    /// `None` until it was read.
    pub dossier: Option<Arc<ProfileDetail>>,
    /// Why it could not be read.
    pub broken: Option<crate::error::Error>,
    /// `None` until it was computed; the inner `None`: there is no run before.
    pub change: Option<Outcome<Option<Change>>>,
    pub past: Option<Vec<PastScore>>,
    pub list: List,
    /// Titles of the groups whose factors are shown one by one.
    pub open: BTreeSet<String>,
    /// The selected line of the left side, and the first that is shown.
    pub at: usize,
    pub offset: usize,
    pub side: Side,
    /// Lines of the right side that are scrolled away.
    pub scroll: usize,
    /// Values that were changed: index of the cell, value.
    pub changes: Vec<(usize, f32)>,
    pub what_if: Option<Arc<WhatIf>>,
}

/// How the factors are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum List {
    /// Grouped by what they belong to.
    #[default]
    Groups,
    /// Each that contributes.
    Each,
    /// Every feature of the model, also those that do not contribute.
    All,
}

/// Which half has the keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Side {
    #[default]
    Why,
    Facts,
}

impl Page {
    /// The page of a profile; how the page before was looked at stays.
    pub fn new(place: u32, before: Option<&Page>) -> Page {
        Page {
            place,
            dossier: None,
            broken: None,
            change: None,
            past: None,
            list: before.map_or(List::Groups, |p| p.list),
            open: before.map_or_else(BTreeSet::new, |p| p.open.clone()),
            at: 0,
            offset: 0,
            side: before.map_or(Side::Why, |p| p.side),
            scroll: 0,
            changes: Vec::new(),
            what_if: None,
        }
    }

    /// Why it has the score that is shown: with the changed values, where there are any.
    pub fn explanation(&self) -> Option<&Explanation> {
        match &self.what_if {
            Some(what_if) => Some(&what_if.explanation),
            None => self.dossier.as_ref().map(|d| &d.explanation),
        }
    }

    /// The value of a cell in words, as it is shown: the changed one where it was changed.
    pub fn value(&self, cell: usize) -> Option<String> {
        let cells = &self.dossier.as_ref()?.cells;
        let known = cells.get(cell)?;
        match self.changes.iter().find(|(at, _)| *at == cell) {
            None => known.text.clone(),
            Some((_, value)) if value.is_nan() => None,
            Some((_, value)) if known.choices.is_empty() => Some(format!("{value}")),
            Some((_, value)) => known.choices.get(*value as usize).cloned(),
        }
    }
}
