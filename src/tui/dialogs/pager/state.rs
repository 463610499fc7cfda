//! What is shown and how far it is scrolled.

use crate::domain::run::quality::Check;
use crate::error::Error;

/// What is shown and how far it is scrolled.
#[derive(Debug, Clone, PartialEq)]
pub struct Pager {
    pub content: Content,
    pub scroll: u16,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Whether a timer calls, and how to set one up.
    Timer,
    Error(Error),
    /// A code, with what a run found where it was opened from one.
    Code {
        number: u16,
        checks: Vec<Check>,
    },
}

impl Pager {
    pub fn timer() -> Pager {
        Pager { content: Content::Timer, scroll: 0 }
    }

    pub fn error(error: Error) -> Pager {
        Pager { content: Content::Error(error), scroll: 0 }
    }

    /// The page of a code; `checks` are those of it in the run that it was opened from.
    pub fn code(number: u16, checks: Vec<Check>) -> Pager {
        Pager { content: Content::Code { number, checks }, scroll: 0 }
    }
}
