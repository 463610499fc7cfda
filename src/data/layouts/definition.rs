//! The tables of the systems as data, read from `assets/layouts/` once.

use crate::config::SourceKind;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// One file of `assets/layouts/`: a system with its tables.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct System {
    /// Its name in the configuration, as `salesforce`.
    pub system: String,
    /// Its name for people, as `Salesforce`.
    pub title: String,
    /// Columns of any of its tables that tell only of today; a `*` at the end stands for any end.
    #[serde(default)]
    state: Vec<String>,
    /// Columns that say nothing that another does not: further forms of ids, kinds of ids; `*` as in `state`.
    #[serde(default)]
    redundant: Vec<String>,
    /// Columns that say whether a row was deleted.
    #[serde(default)]
    deleted: Vec<String>,
    /// Columns that say whether a row is the current one of several.
    #[serde(default)]
    current: Vec<String>,
    #[serde(rename = "table")]
    tables: Vec<Table>,
}

/// One table of a system.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Its name within the system, as `Lead`.
    pub name: String,
    /// What its rows are.
    pub kind: SourceKind,
    /// Columns by which it is recognised: all of them, each in one of its spellings (`Id|Lead ID`).
    pub needs: Vec<String>,
    /// Columns that other tables have and this has not.
    #[serde(default)]
    pub never: Vec<String>,
    /// Canonical field → spellings of the column that fills it; the first that is there.
    pub fields: BTreeMap<String, Vec<String>>,
    /// Canonical field → columns of which the first with a value fills it.
    #[serde(default)]
    pub first_of: BTreeMap<String, Vec<String>>,
    /// Canonical field → columns that are put together, with blanks between.
    #[serde(default)]
    pub joined: BTreeMap<String, Vec<String>>,
    /// Columns that name the record that goes on in place of a deleted one.
    #[serde(default)]
    pub survivors: Vec<String>,
    /// Field → what it holds in every row.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
    /// Field → value of the export → value as it is called here.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// Field → what stands before its values, which are then written small: `task.` makes `task.call` of `Call`.
    #[serde(default)]
    pub prefixes: BTreeMap<String, String>,
    /// The column that holds further fields as a JSON object.
    #[serde(default)]
    pub json: Option<String>,
    /// Events that a row implies beside itself.
    #[serde(default, rename = "event")]
    pub events: Vec<ImpliedEvent>,
    /// Further columns that tell only of today.
    #[serde(default)]
    pub state: Vec<String>,
    /// Of the system: filled when the files are read.
    #[serde(skip)]
    pub system: &'static str,
    /// The name of the system for people.
    #[serde(skip)]
    pub title: &'static str,
    /// Columns that say nothing that another does not.
    #[serde(skip)]
    pub redundant: Vec<String>,
    /// Columns that say whether a row was deleted.
    #[serde(skip)]
    pub deleted: Vec<String>,
    /// Columns that say whether a row is the current one.
    #[serde(skip)]
    pub current: Vec<String>,
}

/// An event that a row implies where it has a moment for it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImpliedEvent {
    /// Its type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Spellings of the column that holds its moment.
    #[serde(default)]
    pub at: Vec<String>,
    /// Or forms of the names of such columns, one event for each: `Date entered "{}"`, where `{}` becomes `newValue`.
    #[serde(default)]
    pub pattern: Vec<String>,
    /// Further fields of the event.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// What it means, for people.
    pub words: String,
}

impl Table {
    /// Its full name, as `salesforce.Lead`.
    pub fn full_name(&self) -> String {
        format!("{}.{}", self.system, self.name)
    }

    /// Whether a column tells only of today.
    pub fn is_state(&self, column: &str) -> bool {
        is_among(&self.state, column)
    }

    /// Whether a column says nothing that another does not.
    pub fn is_redundant(&self, column: &str) -> bool {
        is_among(&self.redundant, column)
    }
}

/// Whether a column has one of these names, of which `*` stands for any end, or any start.
fn is_among(names: &[String], column: &str) -> bool {
    let column = key(column);
    names.iter().any(|name| match (name.strip_suffix('*'), name.strip_prefix('*')) {
        (Some(start), _) => column.starts_with(&key(start)),
        (_, Some(end)) => column.ends_with(&key(end)),
        _ => column == key(name),
    })
}

/// A header without case, blanks and punctuation, and without the prefix that pipelines put before properties.
pub fn key(header: &str) -> String {
    let name =
        ["property_", "properties_", "properties."].iter().find_map(|p| header.strip_prefix(p)).unwrap_or(header);
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

const FILES: [&str; 9] = [
    include_str!("../../../assets/layouts/salesforce.toml"),
    include_str!("../../../assets/layouts/hubspot.toml"),
    include_str!("../../../assets/layouts/marketo.toml"),
    include_str!("../../../assets/layouts/pipedrive.toml"),
    include_str!("../../../assets/layouts/dynamics.toml"),
    include_str!("../../../assets/layouts/xdm.toml"),
    include_str!("../../../assets/layouts/fivetran.toml"),
    include_str!("../../../assets/layouts/ga4.toml"),
    include_str!("../../../assets/layouts/segment.toml"),
];

/// All tables. A file that is not valid has none; a test reads them all.
pub fn tables() -> &'static [Table] {
    static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
        let systems = FILES.iter().filter_map(|text| toml::from_str::<System>(text).ok());
        systems.flat_map(of_system).collect()
    });
    &TABLES
}

fn of_system(system: System) -> Vec<Table> {
    // A handful of names that live as long as the program.
    let name: &'static str = Box::leak(system.system.into_boxed_str());
    let title: &'static str = Box::leak(system.title.into_boxed_str());
    let (state, redundant, deleted, current) = (system.state, system.redundant, system.deleted, system.current);
    let complete = |mut table: Table| {
        (table.system, table.title) = (name, title);
        table.state.extend(state.iter().cloned());
        (table.redundant, table.deleted, table.current) = (redundant.clone(), deleted.clone(), current.clone());
        table
    };
    system.tables.into_iter().map(complete).collect()
}

/// The names that a preset may have beside `plain`: systems, and tables of them.
pub fn names() -> Vec<String> {
    let mut names: Vec<String> = tables().iter().flat_map(|t| [t.system.to_string(), t.full_name()]).collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_read_and_says_how_its_tables_are_known() {
        for text in FILES {
            let system: System = toml::from_str(text).unwrap_or_else(|e| panic!("{e}\nin {}", &text[..60]));
            for table in &system.tables {
                let id = format!("{}_id", table.kind.word());
                let knows = |field: &str| {
                    table.fields.contains_key(field)
                        || table.first_of.contains_key(field)
                        || table.constants.contains_key(field)
                };
                let whole = match table.kind {
                    SourceKind::Event => knows("timestamp") && knows("event_type"),
                    _ => knows(&id),
                };
                assert!(whole && !table.needs.is_empty(), "{}.{}", system.system, table.name);
                for event in &table.events {
                    assert!(event.at.is_empty() != event.pattern.is_empty(), "{}.{}", system.system, table.name);
                }
            }
        }
        assert!(tables().len() > 30);
    }

    #[test]
    fn headers_are_the_same_without_case_blanks_punctuation_and_prefix() {
        for header in ["Create Date", "create_date", "CREATEDATE", "property_createdate", "properties.createDate"] {
            assert_eq!(key(header), "createdate", "{header}");
        }
    }
}
