//! `propensity data …`: the sources as read.

use super::Session;
use super::format::{Side, count, cut, harmless, percent, table};
use super::progress::Line;
use crate::domain::progress::Silent;
use crate::domain::source::catalog::Catalog;
use crate::domain::source::read_report::{ReadReport, SourceReport};
use crate::error::Result;
use crate::queries::catalog::{self, CatalogState, DataCheck};
use crate::workspace::Workspace;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// What the sources hold: files, rows, period, columns → fields, refused rows, event types with counts.
    Check {
        /// data, now or a date.
        #[arg(long, value_name = "data|now|DATE")]
        as_of: Option<String>,
    },
    /// Event types with their fields and most frequent values, from the catalog, which is built where it is missing.
    Catalog {
        /// Values shown of a field.
        #[arg(long, value_name = "N", default_value_t = 5)]
        values: usize,
    },
}

pub fn run(session: &Session, verb: Verb) -> Result<()> {
    let workspace = session.workspace()?;
    match verb {
        Verb::Check { as_of } => {
            let line = Line::new();
            let check = catalog::check(&workspace, workspace.as_of(as_of.as_deref())?, &line);
            line.clear();
            session.print(&check?, text)
        }
        Verb::Catalog { values } => session.print(&built(&workspace)?, |c| of_catalog(c, values)),
    }
}

/// The catalog of the sources as they are, built where it is missing.
pub(super) fn built(workspace: &Workspace) -> Result<Catalog> {
    if let CatalogState::Ready(catalog) = catalog::state(workspace) {
        return Ok(*catalog);
    }
    let line = Line::new();
    let catalog = catalog::build(workspace, &line);
    line.clear();
    catalog
}

/// `propensity catalog-worker`: builds the catalog in a session of its own, so that no closed terminal ends it.
pub(super) fn catalog_worker(session: &Session) -> Result<()> {
    // Refused only to the leader of a process group, who was started by hand and not from a screen.
    #[cfg(unix)]
    let _ = rustix::process::setsid();
    catalog::build(&session.workspace()?, &Silent).map(|_| ())
}

fn of_catalog(catalog: &Catalog, values: usize) -> String {
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

fn text(check: &DataCheck) -> String {
    let ReadReport { sources, persons, accounts, opportunities, events, events_after, event_types, warnings } =
        &check.read_report;
    let mut text = String::new();
    for source in sources {
        text += &of_source(source);
    }
    text += &format!(
        "{} persons, {} accounts, {} opportunities, {}\n",
        count(*persons),
        count(*accounts),
        count(*opportunities),
        match events {
            0 => "no events".to_string(),
            events => format!("{} events from {}, as of {}", count(*events), check.first_day, check.as_of),
        }
    );
    if *events_after > 0 {
        text += &format!("{} events on or after the as-of date are not used\n", count(*events_after));
    }
    for warning in warnings {
        text += &format!("warning: {}\n", harmless(warning));
    }
    if !event_types.is_empty() {
        let rows: Vec<Vec<String>> =
            event_types.iter().map(|t| vec![harmless(&t.event_type).into_owned(), count(t.events)]).collect();
        text += "\n";
        text += &table(&[("event type", Side::Left), ("events", Side::Right)], &rows);
    }
    text
}

fn of_source(source: &SourceReport) -> String {
    let period = match (&source.first_day, &source.last_day) {
        (Some(first), Some(last)) => format!(", {first} to {last}"),
        _ => String::new(),
    };
    let mut text = format!("{} · {} · {} rows{period}\n", source.kind, harmless(&source.path), count(source.rows()));
    for file in &source.files {
        text += &format!(
            "  file        {} ({}, {} rows, {} refused)\n",
            harmless(&file.path),
            file.format,
            count(file.rows),
            count(file.refused)
        );
        for note in &file.notes {
            text += &format!("              note: {}\n", harmless(note));
        }
    }
    for note in &source.notes {
        text += &format!("  note        {}\n", harmless(note));
    }
    for field in &source.columns {
        let guess = if field.guessed { "  (a guess: check it)" } else { "" };
        text += &format!("  column      {} → {}{guess}\n", harmless(&field.column), field.field);
    }
    if !source.others.is_empty() {
        let what = if source.kind == "event" { "fields" } else { "attributes" };
        let names: Vec<String> = source.others.iter().map(|o| harmless(o).into_owned()).collect();
        text += &format!("  {what:<12}{}\n", names.join(", "));
    }
    if !source.missing.is_empty() {
        let rates = source.missing.iter().map(|(c, rate)| format!("{} {}", harmless(c), percent(*rate)));
        text += &format!("  empty       {}\n", rates.collect::<Vec<_>>().join(", "));
    }
    for (reason, tally) in &source.refusals.0 {
        text += &format!("  refused     {} × {}\n", count(tally.count), reason.words());
        for example in &tally.examples {
            text +=
                &format!("              {}:{}  {}\n", harmless(&example.file), example.line, cut(&example.detail, 90));
        }
    }
    text + "\n"
}
