//! What is wrong with a sentence, shown with a caret under the place. Made by the parser; `cli` prints it, the screens
//! place their cursor by it.

use super::quoting::{is_unprintable, quoted};
use crate::error::{Error, nearest};
use std::fmt;
use unicode_width::UnicodeWidthStr;

/// What a sentence was to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sentence {
    /// The goal, or an exclusion.
    Goal,
    /// A condition on who is scored.
    Population,
}

impl Sentence {
    fn name(self) -> &'static str {
        match self {
            Sentence::Goal => "a goal",
            Sentence::Population => "a condition on who is scored",
        }
    }

    /// How one reads.
    pub fn form(self) -> &'static str {
        match self {
            Sentence::Goal => "A goal reads: EVENT where FIELD is 'VALUE' or 'VALUE' and FIELD exists, or EVENT",
            Sentence::Population => {
                "A condition on who is scored reads: active within 365 days; had EVENT within 30 days; never had EVENT; \
                 had no EVENT within 30 days; where FIELD is 'VALUE'; exists for 30 days; created since 2024-01-31"
            }
        }
    }
}

/// A sentence that is no goal, or no condition on who is scored: where it stops being one and what could stand there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// What it was to say.
    pub sentence: Sentence,
    /// Byte in `text`, on a character's boundary; its length where the sentence ends too early.
    pub position: usize,
    /// What could stand there, in words.
    pub expected: String,
    /// What was probably meant, where something near it was written.
    pub suggestion: Option<String>,
    /// The whole sentence.
    pub text: String,
}

/// Columns of the sentence shown before and after the place.
const SHOWN_BEFORE: usize = 60;
const SHOWN_AFTER: usize = 40;

impl ParseError {
    /// What is wrong, in one line, for a field that shows the sentence itself.
    pub fn in_short(&self) -> String {
        let rest = self.text[self.text.floor_char_boundary(self.position)..].trim();
        let at = if rest.is_empty() { "at the end".to_string() } else { format!("at {}", quoted(&first_chars(rest))) };
        match &self.suggestion {
            Some(suggestion) => format!("Expected {} {at}; did you mean '{suggestion}'?", self.expected),
            None => format!("Expected {} {at}.", self.expected),
        }
    }

    /// Adds the nearest of the words that could stand at the place.
    pub(in crate::domain::score) fn with_nearest(mut self, candidates: &[&str]) -> ParseError {
        let written = self.text[self.position..].split([' ', ',', '\'', '\t', '\n']).next().unwrap_or("");
        // Jaro-Winkler is too strict for the two-letter words, where one slip is half the word.
        let close = |c: &&&str| strsim::damerau_levenshtein(&written.to_lowercase(), c) == 1;
        if written.chars().count() >= 2 && self.suggestion.is_none() {
            let near = nearest(written, candidates.iter().copied()).or_else(|| candidates.iter().find(close).copied());
            self.suggestion = near.map(str::to_string);
        }
        self
    }

    /// Says what was meant, where that is known.
    pub(super) fn with_suggestion(mut self, suggestion: &str) -> ParseError {
        self.suggestion = Some(suggestion.to_string());
        self
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let position = self.text.floor_char_boundary(self.position);
        let (before, after) = self.text.split_at(position);
        let mut shown: Vec<char> = Vec::new();
        let mut width = 0;
        for c in before.chars().rev().map(harmless) {
            width += UnicodeWidthStr::width(c.encode_utf8(&mut [0; 4]) as &str);
            if width > SHOWN_BEFORE {
                shown.push('…');
                break;
            }
            shown.push(c);
        }
        let before: String = shown.into_iter().rev().collect();
        let mut after: String = after.chars().map(harmless).collect();
        if let Some((cut, _)) = after.char_indices().nth(SHOWN_AFTER) {
            after.truncate(cut);
            after.push('…');
        }
        writeln!(f, "This is not understood as {}:", self.sentence.name())?;
        writeln!(f, "  {before}{after}")?;
        writeln!(f, "  {:width$}^", "", width = before.width())?;
        write!(f, "  expected {}", self.expected)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, "; did you mean '{suggestion}'?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ParseError {}

impl From<ParseError> for Error {
    fn from(e: ParseError) -> Error {
        Error::usage(e.to_string()).hint(e.sentence.form())
    }
}

/// As much of a text as names a place in it.
fn first_chars(text: &str) -> String {
    const SHOWN: usize = 24;
    let mut shown: String = text.chars().take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// One column per character for what has no picture of its own, so that the caret stands right.
fn harmless(c: char) -> char {
    match c {
        c if c.is_whitespace() => ' ',
        c if is_unprintable(c) => '\u{fffd}',
        c => c,
    }
}
