//! What a catalog keeps of the sources beside its short part: per event type the events with their fields, and as much
//! of the profiles and their activity as goal estimates ask for. `queries::catalog` writes it once per state of the sources and
//! reads it for every estimate.
//!
//! | file | what is in it |
//! |---|---|
//! | `events-N.parquet` | the events: subject, day, layout, one text column per field; a row group holds one event type |
//! | `index.json` | which row groups hold a type, and what the columns are called in which source |
//! | `attributes.json`, `attribute-*` | `attributes`: their names, and each that has not too many values |
//! | the rest | [`profiles`]: profiles, first and last days, volumes |
//!
//! Parquet stores equal texts once per row group and gives them back that way, so that a condition is tried once per
//! distinct value and not once per event.
//!
//! `write` takes the events as they are read, [`read`] gives them back by type, `table` writes and reads small tables of whole
//! numbers.

mod attributes;
pub mod profiles;
pub mod read;
mod table;
#[cfg(test)]
mod tests;
pub mod write;

use super::field_names::{implied_column, names_of};
use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

const INDEX: &str = "index.json";

/// The fields whose cells are not kept: every event has another id and another stamp, which would be most of the catalog.
/// A goal that asks for one cannot be estimated, which is an error and no wrong figure.
const UNKEPT_FIELDS: [&str; 2] = ["event_id", "timestamp"];

/// The fields that are kept, because a condition may ask whether they are there, but are not offered.
const IDS: [&str; 3] = ["person_id", "account_id", "opportunity_id"];

/// Where everything is.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Index {
    /// Event types by number.
    types: Vec<String>,
    /// Names of the columns that are kept, by slot.
    slots: Vec<String>,
    layouts: Vec<Layout>,
    chunks: Vec<Chunk>,
}

/// The columns of some files, as far as conditions need to know.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Layout {
    columns: Vec<String>,
    /// Canonical fields and the columns that fill them.
    fields: Vec<(String, usize)>,
    /// Per column its slot; `None` where its cells are not kept.
    slots: Vec<Option<u32>>,
    /// The events that opportunities imply, whose names resolve by a rule of their own.
    implied: bool,
}

/// Events of one type: one row group.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Chunk {
    event_type: u16,
    file: u32,
    group: usize,
    rows: usize,
    /// Slots with a value in some row, ascending.
    filled: Vec<u32>,
}

/// Where a condition finds its field in the events of one layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FieldLocation {
    Slot(u32),
    /// The type itself: the same for all events of a chunk.
    EventType,
    Unkept,
    Missing,
}

/// The names of a layout, ready to be looked up.
struct LayoutNames {
    layout: Layout,
    columns: HashMap<String, usize>,
}

impl LayoutNames {
    fn new(layout: Layout) -> LayoutNames {
        let columns = names_of(&layout.columns, layout.fields.iter().map(|(field, column)| (field.as_str(), *column)));
        LayoutNames { layout, columns }
    }

    /// Whether a slot holds the ids of whoever the events are about.
    fn is_id(&self, slot: u32) -> bool {
        let of = |column: usize| self.layout.slots.get(column).copied().flatten();
        self.layout.fields.iter().any(|(field, column)| IDS.contains(&field.as_str()) && of(*column) == Some(slot))
    }

    fn locate(&self, name: &str) -> FieldLocation {
        let column = if self.layout.implied { implied_column(name) } else { self.columns.get(name).copied() };
        let Some(column) = column else { return FieldLocation::Missing };
        if let Some(slot) = self.layout.slots.get(column).copied().flatten() {
            return FieldLocation::Slot(slot);
        }
        let of_type = self.layout.fields.iter().any(|(field, c)| field == "event_type" && *c == column);
        if of_type { FieldLocation::EventType } else { FieldLocation::Unkept }
    }
}

fn events_file(number: u32) -> String {
    format!("events-{number}.parquet")
}

fn text_column(slot: u32) -> String {
    format!("f{slot}")
}
