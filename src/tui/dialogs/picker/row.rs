//! A row of a picker, and what it stands for.

use crate::config::ThemeName;
use crate::domain::score::draft::Draft;
use crate::queries::deleted_scores::DeletedScore;
use crate::tui::action::Action;
use crate::tui::screens::profiles::{Column, CopyFormat};

/// A row: what it is called, what stands beside it, whether it can be picked, and what it stands for.
pub struct Row<'a> {
    pub text: String,
    pub beside: String,
    pub refusal: Option<String>,
    pub pick: Pick<'a>,
    /// Words that it is found by beside its text.
    pub keywords: String,
    /// The key that takes it at once.
    pub letter: Option<char>,
}

#[derive(Clone)]
pub enum Pick<'a> {
    Action(Action),
    Draft(&'a Draft),
    Deleted(&'a DeletedScore),
    Copy(CopyFormat),
    Column(Column),
    /// `None` is all.
    Score(Option<String>),
    /// The page of a code.
    Code(u16),
    /// The place of a column in those that the list can be sorted by.
    SortBy(usize),
    /// The id of a profile.
    Related(String),
    Theme(ThemeName),
    /// What stands above the rows of a part: it cannot be picked.
    Heading,
}

impl Row<'_> {
    pub fn is_heading(&self) -> bool {
        matches!(self.pick, Pick::Heading)
    }

    /// Whether it is found by words in lower case.
    pub fn holds(&self, wanted: &str) -> bool {
        self.text.to_lowercase().contains(wanted) || self.keywords.to_lowercase().contains(wanted)
    }
}

/// A row of text alone.
pub fn simple_row(text: String, pick: Pick<'static>) -> Row<'static> {
    Row { text, beside: String::new(), refusal: None, pick, keywords: String::new(), letter: None }
}
