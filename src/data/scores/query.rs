//! Which of the scored profiles are shown, and in which order: the parser of what a person types into the filter.

use crate::domain::explanation::Band;
use crate::error::{Error, Result, nearest};
use std::fmt;

/// Conditions that all hold; an empty query takes every profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Only profiles of this band.
    pub band: Option<Band>,
    /// Words that the id or the name holds, in any case.
    pub text: Vec<String>,
    /// Attributes with the value they have, in any case; an empty value asks for none.
    pub attributes: Vec<(String, String)>,
}

impl Query {
    /// Understands a line: words that stand in the id or the name, `band=high`, `attribute=value`; a value with blanks in
    /// quotes. `attribute_names` are the attributes that there are.
    ///
    /// # Errors
    /// An attribute or a band that does not exist, with the nearest one.
    pub fn parse(line: &str, attribute_names: &[&str]) -> Result<Query> {
        let mut query = Query::default();
        for part in parts(line) {
            let Some((name, value)) = part.split_once('=') else {
                query.text.push(part.to_lowercase());
                continue;
            };
            let name = name.trim();
            if name.eq_ignore_ascii_case("band") {
                let band = Band::from_word(value);
                let wrong =
                    || Error::usage(format!("There is no band '{value}'.")).hint("the bands are high, medium and low");
                let band = band.ok_or_else(wrong)?;
                if query.band.is_some_and(|other| other != band) {
                    return Err(Error::usage("Two bands are asked for, and a profile has one.").hint("name one band"));
                }
                query.band = Some(band);
                continue;
            }
            // `Job title` is found as job_title, too.
            let plain = |text: &str| text.to_lowercase().replace(['_', ' '], "");
            match attribute_names.iter().find(|k| plain(k) == plain(name)) {
                Some(attribute) => query.attributes.push(((*attribute).to_string(), value.to_string())),
                None => {
                    let error = Error::usage(format!("There is no attribute '{name}'."));
                    return Err(match nearest(name, attribute_names.iter().copied()) {
                        Some(near) => error.hint(format!("did you mean {near}?")),
                        None if attribute_names.is_empty() => error.because("these scores have no attributes"),
                        None => error.hint(format!("there are {}", attribute_names.join(", "))),
                    });
                }
            }
        }
        Ok(query)
    }

    /// Whether every profile passes.
    pub fn is_empty(&self) -> bool {
        *self == Query::default()
    }
}

/// The parts between blanks; within quotes a blank is no border.
fn parts(line: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut quote = None;
    for character in line.chars() {
        match (quote, character) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), c) => part.push(c),
            // An apostrophe within a word (O'Brien) opens nothing.
            (None, '"' | '\'') if part.is_empty() || part.ends_with('=') => quote = Some(character),
            (None, c) if c.is_whitespace() => parts.extend(Some(std::mem::take(&mut part)).filter(|p| !p.is_empty())),
            (None, c) => part.push(c),
        }
    }
    parts.extend(Some(part).filter(|p| !p.is_empty()));
    parts
}

/// What the profiles are ordered by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// Best score first, as in the file.
    #[default]
    Rank,
    /// By name, ascending; profiles without one last.
    Name,
    /// By id, ascending.
    Id,
    /// Largest rise since the run before first; profiles without one last.
    Risen,
    /// Largest fall first.
    Fallen,
}

impl Sort {
    /// All orders, as the screens go through them.
    pub const ALL: [Sort; 5] = [Sort::Rank, Sort::Risen, Sort::Fallen, Sort::Name, Sort::Id];

    /// The word for it on screen and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Sort::Rank => "rank",
            Sort::Name => "name",
            Sort::Id => "id",
            Sort::Risen => "risen",
            Sort::Fallen => "fallen",
        }
    }

    /// The order of a [`word`](Self::word).
    pub fn by_word(word: &str) -> Option<Sort> {
        Sort::ALL.into_iter().find(|s| s.word() == word)
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl std::str::FromStr for Sort {
    type Err = Error;

    fn from_str(text: &str) -> Result<Sort> {
        Sort::by_word(&text.to_lowercase()).ok_or_else(|| {
            let words: Vec<&str> = Sort::ALL.iter().map(|s| s.word()).collect();
            Error::usage(format!("Profiles are not sorted by '{text}'.")).hint(format!("by {}", words.join(", ")))
        })
    }
}
