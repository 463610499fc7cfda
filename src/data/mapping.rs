//! Columns of a file → canonical fields. The plain preset is recognised from the headers; any column can be mapped by
//! hand in `[source.columns]`. Used by everything that reads rows, and shown by `data check`: a guess is never silent.

use super::layouts;
use super::values::survey::Role;
use crate::config::{Source, SourceKind};
use crate::error::{Error, Result, nearest};
use std::path::Path;

/// One canonical field: its name, the other spellings under which it is recognised, and whether a row needs it.
struct CanonicalField {
    name: &'static str,
    aliases: &'static [&'static str],
    required: bool,
}

const fn required(field: &'static str, aliases: &'static [&'static str]) -> CanonicalField {
    CanonicalField { name: field, aliases, required: true }
}

const fn optional(field: &'static str, aliases: &'static [&'static str]) -> CanonicalField {
    CanonicalField { name: field, aliases, required: false }
}

const CREATED: CanonicalField = optional("created_at", &["created", "create_date", "created_date"]);
const UPDATED: CanonicalField =
    optional("updated_at", &["updated", "modified_at", "last_modified", "last_modified_date"]);

const PERSON: &[CanonicalField] = &[
    required("person_id", &["contact_id", "lead_id"]),
    optional("account_id", &["company_id"]),
    CREATED,
    UPDATED,
    optional("name", &["full_name"]),
    optional("email", &["email_address"]),
    optional("country", &[]),
    optional("job_title", &["title"]),
    optional("other_id", &[]),
];

const ACCOUNT: &[CanonicalField] = &[
    required("account_id", &["company_id"]),
    CREATED,
    UPDATED,
    optional("name", &["account_name", "company_name"]),
    optional("industry", &[]),
    optional("employees", &["number_of_employees", "employee_count"]),
    optional("annual_revenue", &["revenue"]),
    optional("country", &[]),
    optional("other_id", &[]),
];

const OPPORTUNITY: &[CanonicalField] = &[
    required("opportunity_id", &["deal_id"]),
    optional("account_id", &["company_id"]),
    optional("person_id", &["contact_id", "lead_id"]),
    CREATED,
    UPDATED,
    optional("closed_at", &["close_date", "closed", "closed_date"]),
    optional("stage", &["stage_name", "deal_stage"]),
    optional("amount", &[]),
];

const EVENT: &[CanonicalField] = &[
    optional("event_id", &[]),
    optional("person_id", &["contact_id", "lead_id"]),
    optional("account_id", &["company_id"]),
    optional("opportunity_id", &["deal_id"]),
    required("timestamp", &["time", "occurred_at", "event_time", "activity_date"]),
    required("event_type", &["activity_type"]),
];

fn canonical_fields(kind: SourceKind) -> &'static [CanonicalField] {
    match kind {
        SourceKind::Person => PERSON,
        SourceKind::Account => ACCOUNT,
        SourceKind::Opportunity => OPPORTUNITY,
        SourceKind::Event => EVENT,
    }
}

/// How a column came to its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MappedBy {
    /// The config says so.
    Given,
    /// The column has the canonical name.
    Exact,
    /// Recognised by another spelling: a guess, shown as one.
    Guessed,
}

/// One file's columns, mapped.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mapping {
    /// (canonical field, column index, how it was found), in the order of the canonical fields.
    pub fields: Vec<(&'static str, usize, MappedBy)>,
    /// All other columns: attributes of profiles, fields of events.
    pub others: Vec<usize>,
}

impl Mapping {
    /// The column index of a canonical field.
    pub fn column(&self, field: &str) -> Option<usize> {
        self.fields.iter().find(|(f, _, _)| *f == field).map(|(_, column, _)| *column)
    }
}

/// Maps the columns of one file. Whether required fields are there is asked separately ([`check`]), because an NDJSON
/// file shows its columns only bit by bit.
pub fn map(source: &Source, columns: &[String]) -> Mapping {
    let mut mapping = Mapping::default();
    let mut taken = vec![false; columns.len()];
    for field in canonical_fields(source.kind) {
        let given = source.columns.get(field.name);
        let found = match given {
            Some(name) => columns.iter().position(|c| c == name).map(|i| (i, MappedBy::Given)),
            None => recognise(field, columns, &taken),
        };
        if let Some((index, mapped_by)) = found {
            taken[index] = true;
            mapping.fields.push((field.name, index, mapped_by));
        }
    }
    mapping.others = (0..columns.len()).filter(|&i| !taken[i]).collect();
    mapping
}

/// Canonical fields that are moments.
const TIMES: [&str; 4] = ["created_at", "updated_at", "closed_at", "timestamp"];
/// Canonical fields that may be numbers.
const NUMBERS: [&str; 3] = ["employees", "annual_revenue", "amount"];

/// What every column of a file is, as far as its values are concerned.
pub fn roles(source: &Source, columns: &[String]) -> Vec<Role> {
    if let Some(roles) = layouts::adapter::roles(source, columns) {
        return roles;
    }
    let mapping = map(source, columns);
    let mut roles = vec![Role::Value; columns.len()];
    for (field, column, _) in &mapping.fields {
        roles[*column] = match *field {
            field if TIMES.contains(&field) => Role::Time,
            field if NUMBERS.contains(&field) => Role::Value,
            _ => Role::Text,
        };
    }
    roles
}

fn recognise(field: &CanonicalField, columns: &[String], taken: &[bool]) -> Option<(usize, MappedBy)> {
    let free = |i: &usize| !taken[*i];
    let at = |name: &str| (0..columns.len()).filter(free).find(|&i| columns[i] == name);
    let near = |name: &str| (0..columns.len()).filter(free).find(|&i| normalised(&columns[i]) == normalised(name));
    at(field.name).map(|i| (i, MappedBy::Exact)).or_else(|| {
        std::iter::once(&field.name).chain(field.aliases).find_map(|n| near(n)).map(|i| (i, MappedBy::Guessed))
    })
}

/// Whether a field of the source is read from a column of this name, so that no two may be called so.
pub fn needs(source: &Source, column: &str) -> bool {
    let alone = [column.to_string()];
    source.columns.values().any(|name| name == column) || !map(source, &alone).fields.is_empty()
}

/// A header without case, blanks and punctuation: `Person ID` and `person_id` are the same column.
fn normalised(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a source can be mapped at all.
///
/// # Errors
/// Its preset is unknown, or its `[source.columns]` names no canonical field; the nearest names are told.
pub fn check_source(source: &Source) -> Result<()> {
    // The layouts are only looked up where one is named: a plain source needs none of them.
    let presets = || std::iter::once("plain".to_string()).chain(layouts::definition::names()).collect::<Vec<_>>();
    if let Some((preset, presets)) = source.preset.as_deref().map(|preset| (preset, presets()))
        && !presets.iter().any(|name| name == preset)
    {
        let near = nearest(preset, presets.iter().map(String::as_str));
        let near = near.map(|n| format!("; did you mean '{n}'?")).unwrap_or_default();
        return Err(Error::new(format!(
            "The source {} names the preset '{preset}', which does not exist.",
            source.path
        ))
        .because(format!("the presets are: {}{near}", presets.join(", ")))
        .hint("leave `preset` out and map the columns under [source.columns]"));
    }
    for field in source.columns.keys() {
        let names: Vec<&str> = canonical_fields(source.kind).iter().map(|k| k.name).collect();
        if !names.contains(&field.as_str()) {
            let near =
                nearest(field, names.iter().copied()).map(|n| format!("; did you mean '{n}'?")).unwrap_or_default();
            return Err(Error::new(format!(
                "The source {} maps '{field}', which is no field of {} rows.",
                source.path,
                source.kind.word()
            ))
            .because(format!("the fields are: {}{near}", names.join(", "))));
        }
    }
    Ok(())
}

/// Whether a file has the columns that are needed.
///
/// # Errors
/// It lacks a required column, or one that the config names; the error names the file and the nearest column.
pub fn check(source: &Source, file: &Path, columns: &[String]) -> Result<()> {
    for (field, column) in &source.columns {
        if !columns.contains(column) {
            return Err(missing(file, column, columns).because(format!("[source.columns] maps {field} to it")));
        }
    }
    let mapping = map(source, columns);
    if let Some(field) = canonical_fields(source.kind).iter().find(|k| k.required && mapping.column(k.name).is_none()) {
        return Err(missing(file, field.name, columns)
            .hint(format!("name the column that holds it: [source.columns] {} = \"…\"", field.name)));
    }
    let subjects = ["person_id", "account_id", "opportunity_id"];
    if source.kind == SourceKind::Event && subjects.iter().all(|s| mapping.column(s).is_none()) {
        return Err(missing(file, "person_id", columns)
            .because("an event names a person_id, an account_id or an opportunity_id"));
    }
    Ok(())
}

fn missing(file: &Path, column: &str, columns: &[String]) -> Error {
    let error = Error::new(format!("{} has no column '{column}'.", file.display()))
        .because(format!("its columns are: {}", columns.join(", ")));
    match nearest(column, columns.iter().map(String::as_str)) {
        Some(near) => error.because(format!("the nearest is '{near}'")),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(kind: SourceKind, columns: &[(&str, &str)]) -> Source {
        let columns = columns.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
        Source { columns, ..Source::new(kind, "x.csv") }
    }

    fn strings(names: &[&str]) -> Vec<String> {
        names.iter().map(|n| n.to_string()).collect()
    }

    #[test]
    fn columns_are_found_in_any_order_and_spelling_and_a_guess_is_marked() {
        let mapping = map(&source(SourceKind::Event, &[]), &strings(&["page", "Event Type", "timestamp", "person_id"]));
        assert_eq!(mapping.column("event_type"), Some(1));
        assert_eq!(mapping.others, [0]);
        let mapped_by: Vec<MappedBy> = mapping.fields.iter().map(|f| f.2).collect();
        assert_eq!(mapped_by, [MappedBy::Exact, MappedBy::Exact, MappedBy::Guessed]);
    }

    #[test]
    fn what_the_config_says_wins() {
        let mapping =
            map(&source(SourceKind::Event, &[("timestamp", "When")]), &strings(&["timestamp", "When", "event_type"]));
        assert_eq!(mapping.column("timestamp"), Some(1));
        assert_eq!(mapping.others, [0]);
    }

    #[test]
    fn a_missing_column_is_named_with_the_nearest_one() {
        let error =
            check(&source(SourceKind::Person, &[]), Path::new("p.csv"), &strings(&["persn_idd", "x"])).unwrap_err();
        assert!(
            error.to_string().contains("'person_id'") && error.to_string().contains("nearest is 'persn_idd'"),
            "{error}"
        );
        let given = source(SourceKind::Person, &[("person_id", "Id")]);
        assert!(check(&given, Path::new("p.csv"), &strings(&["person_id"])).is_err());
    }

    #[test]
    fn unknown_presets_and_fields_are_refused() {
        let mut plain = source(SourceKind::Person, &[]);
        plain.preset = Some("plian".into());
        assert!(check_source(&plain).unwrap_err().to_string().contains("did you mean 'plain'"));
        assert!(
            check_source(&source(SourceKind::Person, &[("person", "Id")]))
                .unwrap_err()
                .to_string()
                .contains("'person_id'")
        );
    }
}
