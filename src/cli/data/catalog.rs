//! `propensity data catalog`: event types with their fields and most frequent values.

use super::load_catalog::load_or_build;
use crate::cli::format::{count, cut, harmless};
use crate::cli::session::Session;
use crate::domain::source::catalog::Catalog;
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
    for of_type in &catalog.event_types {
        text += &format!("\n{} · {} events\n", harmless(&of_type.event_type), count(of_type.events));
        for field in &of_type.fields {
            let shown = field.values.iter().take(values);
            let mut listed: Vec<String> =
                shown.map(|v| format!("{} ({})", cut(&v.value, 40), count(v.events))).collect();
            if field.distinct > listed.len() as u64 {
                listed.push("…".into());
            }
            text += &format!(
                "  {}: {} filled, {} distinct: {}\n",
                harmless(&field.field),
                count(field.filled),
                count(field.distinct),
                listed.join(", ")
            );
        }
    }
    text
}
