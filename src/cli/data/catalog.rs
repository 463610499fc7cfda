//! `propensity data catalog`: event types with their fields and most frequent values.

use super::load_catalog::load_or_build;
use crate::cli::format::{count, cut, harmless, percent};
use crate::cli::session::Session;
use crate::cli::table::{indented, table};
use crate::domain::score::ProfileType;
use crate::domain::source::catalog::{Catalog, FieldEntry};
use crate::domain::source::column_profile::ColumnProfile;
use crate::domain::source::read_report::SourceReport;
use crate::domain::text::Align;
use crate::error::Result;
use crate::workspace::Workspace;

/// Prints the catalog; `values` is how many are shown of a field.
pub fn execute(session: &Session, workspace: &Workspace, values: usize) -> Result<()> {
    session.print(&load_or_build(workspace)?, |catalog| text(catalog, values))
}

fn text(catalog: &Catalog, values: usize) -> String {
    let mut text = format!(
        "{} persons, {} accounts, {} opportunities, {}\n",
        count(catalog.persons),
        count(catalog.accounts),
        count(catalog.opportunities),
        match (&catalog.first_day, &catalog.last_day) {
            (Some(first), Some(last)) => format!("{} events from {first} to {last}", count(catalog.events)),
            _ => "no events".to_string(),
        }
    );
    catalog.sources.iter().for_each(|source| text += &columns_of(source));
    for of_type in &catalog.event_types {
        text += &format!("\n{} · {} events\n", harmless(&of_type.event_type), count(of_type.events));
        of_type.fields.iter().for_each(|field| text += &line(field, values));
    }
    for profile_type in ProfileType::ALL {
        let own: Vec<_> = catalog.attributes.iter().filter(|a| a.profile_type == *profile_type).collect();
        if !own.is_empty() {
            let whose = profile_type.word().to_lowercase();
            text += &format!("\nattributes of {whose}s\n");
        }
        own.into_iter().for_each(|attribute| text += &line(&attribute.field, values));
    }
    text
}

/// The columns of a source: what each fills, and what its values are.
fn columns_of(source: &SourceReport) -> String {
    let row = |profile: &ColumnProfile| {
        let field = source.columns.iter().find(|column| column.field == profile.name);
        let name = field.map_or(profile.name.as_str(), |column| column.column.as_str());
        let more = if profile.is_more { "more than " } else { "" };
        vec![
            cut(name, 40),
            field.map_or("–".into(), |column| column.field.clone()),
            profile.column_type.word().to_string(),
            percent(profile.filled_share()),
            format!("{more}{}", count(profile.distinct)),
        ]
    };
    let rows: Vec<Vec<String>> = source.profiles.iter().map(row).collect();
    let header = [
        ("column", Align::Left),
        ("field", Align::Left),
        ("type", Align::Left),
        ("filled", Align::Right),
        ("distinct", Align::Right),
    ];
    format!("\n{} · {}\n{}", source.kind, harmless(&source.path), indented(&table(&header, &rows)))
}

/// A field with its most frequent values.
fn line(field: &FieldEntry, values: usize) -> String {
    let shown = field.values.iter().take(values);
    let mut listed: Vec<String> = shown.map(|v| format!("{} ({})", cut(&v.value, 40), count(v.events))).collect();
    if field.distinct > listed.len() as u64 {
        listed.push("…".into());
    }
    format!(
        "  {}: {} filled, {} distinct: {}\n",
        harmless(&field.field),
        count(field.filled),
        count(field.distinct),
        listed.join(", ")
    )
}
