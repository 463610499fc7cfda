//! Names of columns as they are used: trimmed, never empty, each once. Called by the readers of tables.

use crate::data::readers::options::ReadOptions;
use crate::data::readers::output::Output;
use crate::domain::text::harmless;
use crate::error::{Error, Result};
use hashbrown::{HashMap, HashSet};

/// Names that are listed in a note or an error.
const LISTED: usize = 10;

/// The names of columns: trimmed, `column N` where there is none. Names that occur more than once are told apart by
/// their order (`Notes`, `Notes (2)`), with a note.
///
/// # Errors
/// A field of the source is read from a name that occurs more than once: nobody could say which column is meant.
pub(in crate::data::readers) fn named_columns(
    names: impl IntoIterator<Item = String>,
    options: &ReadOptions,
    out: &mut Output,
) -> Result<Vec<String>> {
    let mut columns: Vec<String> = Vec::new();
    for (i, name) in names.into_iter().enumerate() {
        let name = name.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        columns.push(if name.is_empty() { format!("column {}", i + 1) } else { name.to_string() });
    }
    let doubled = doubled(&columns);
    if doubled.is_empty() {
        return Ok(columns);
    }
    let needed: Vec<String> = doubled.iter().filter(|name| options.needs(name)).cloned().collect();
    if !needed.is_empty() {
        return Err(Error::new(format!("The header of {} names a column more than once.", out.file.display_name()))
            .because(format!("more than one column is called {}, and a field is read from it", quoted(&needed)))
            .hint("Rename or remove the doubled columns and export again."));
    }
    out.note(format!(
        "columns with the same name are told apart by a number, as '{} (2)': {}",
        harmless(&doubled[0]),
        quoted(&doubled)
    ));
    tell_apart(&mut columns);
    Ok(columns)
}

/// The names that occur more than once.
fn doubled(columns: &[String]) -> Vec<String> {
    let (mut seen, mut doubled) = (HashSet::new(), Vec::new());
    for name in columns {
        if !seen.insert(name) && !doubled.contains(name) {
            doubled.push(name.clone());
        }
    }
    doubled
}

/// Numbers what occurs again, so that no two are alike.
fn tell_apart(columns: &mut [String]) {
    let mut taken: HashSet<String> = columns.iter().cloned().collect();
    let mut met: HashMap<String, usize> = HashMap::new();
    for name in columns {
        let number = met.entry(name.clone()).or_insert(0);
        *number += 1;
        if *number == 1 {
            continue;
        }
        let base = name.clone();
        while !taken.insert(format!("{base} ({number})")) {
            *number += 1;
        }
        *name = format!("{base} ({number})");
    }
}

fn quoted(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(LISTED).map(|name| format!("'{}'", harmless(name))).collect();
    let more = if names.len() > LISTED { ", …" } else { "" };
    shown.join(", ") + more
}
