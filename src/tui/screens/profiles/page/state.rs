//! The state of the page of a profile.

use crate::domain::explanation::Explanation;
use crate::error::{Error, Result};
use crate::queries::profile::{Change, PastScore, ProfileDetail, WhatIf};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The state of the page.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfilePage {
    /// Place in the file, 0 is the best.
    pub place: u32,
    /// `None` until it was read.
    pub detail: Option<Arc<ProfileDetail>>,
    /// Why it could not be read.
    pub error: Option<Error>,
    /// `None` until it was computed; the inner `None`: there is no run before.
    pub change: Option<Result<Option<Change>>>,
    pub past: Option<Vec<PastScore>>,
    pub factor_view: FactorView,
    /// Titles of the groups whose factors are shown one by one.
    pub open: BTreeSet<String>,
    /// The selected line of the left side, and the first that is shown.
    pub selected: usize,
    pub offset: usize,
    pub pane: Pane,
    /// Lines of the right side that are scrolled away.
    pub scroll: usize,
    /// Values that were changed: index of the cell, value.
    pub changes: Vec<(usize, f32)>,
    pub what_if: Option<Arc<WhatIf>>,
}

/// How the factors are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FactorView {
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
pub enum Pane {
    #[default]
    Factors,
    Details,
}

impl ProfilePage {
    /// The page of a profile; how the page before was looked at stays.
    pub fn new(place: u32, before: Option<&ProfilePage>) -> ProfilePage {
        ProfilePage {
            place,
            detail: None,
            error: None,
            change: None,
            past: None,
            factor_view: before.map_or(FactorView::Groups, |p| p.factor_view),
            open: before.map_or_else(BTreeSet::new, |p| p.open.clone()),
            selected: 0,
            offset: 0,
            pane: before.map_or(Pane::Factors, |p| p.pane),
            scroll: 0,
            changes: Vec::new(),
            what_if: None,
        }
    }

    /// Why it has the score that is shown: with the changed values, where there are any.
    pub fn explanation(&self) -> Option<&Explanation> {
        match &self.what_if {
            Some(what_if) => Some(&what_if.explanation),
            None => self.detail.as_ref().map(|d| &d.explanation),
        }
    }

    /// The value of a cell in words, as it is shown: the changed one where it was changed.
    pub fn value(&self, cell: usize) -> Option<String> {
        let cells = &self.detail.as_ref()?.cells;
        let known = cells.get(cell)?;
        match self.changes.iter().find(|(at, _)| *at == cell) {
            None => known.text.clone(),
            Some((_, value)) if value.is_nan() => None,
            Some((_, value)) if known.choices.is_empty() => Some(format!("{value}")),
            Some((_, value)) => known.choices.get(*value as usize).cloned(),
        }
    }
}
