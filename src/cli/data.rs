//! `propensity data …`: the sources as read.

use super::Session;
use super::format::{Side, count, cut, harmless, percent, table};
use super::progress::Line;
use crate::domain::intake::{Intake, SourceReport};
use crate::error::Result;
use crate::jobs::catalog::{self, DataCheck};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// What the sources hold: files, rows, period, columns → fields, refused rows, event types with counts.
    Check {
        /// data, now or a date.
        #[arg(long, value_name = "data|now|DATE")]
        as_of: Option<String>,
    },
}

pub fn run(session: &Session, verb: Verb) -> Result<()> {
    let Verb::Check { as_of } = verb;
    let workspace = session.workspace()?;
    let line = Line::new();
    let check = catalog::check(&workspace, workspace.as_of(as_of.as_deref())?, &line);
    line.clear();
    session.print(&check?, text)
}

fn text(check: &DataCheck) -> String {
    let Intake { sources, persons, accounts, opportunities, events, events_after, event_types, warnings } =
        &check.intake;
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
            "  file      {} ({}, {} rows, {} refused)\n",
            harmless(&file.path),
            file.format,
            count(file.rows),
            count(file.refused)
        );
        for note in &file.notes {
            text += &format!("            note: {}\n", harmless(note));
        }
    }
    for note in &source.notes {
        text += &format!("  note      {}\n", harmless(note));
    }
    for field in &source.columns {
        let guess = if field.guessed { "  (a guess: check it)" } else { "" };
        text += &format!("  column    {} → {}{guess}\n", harmless(&field.column), field.field);
    }
    if !source.others.is_empty() {
        let what = if source.kind == "event" { "fields" } else { "attributes" };
        let names: Vec<String> = source.others.iter().map(|o| harmless(o).into_owned()).collect();
        text += &format!("  {what:<10}{}\n", names.join(", "));
    }
    if !source.missing.is_empty() {
        let rates = source.missing.iter().map(|(c, rate)| format!("{} {}", harmless(c), percent(*rate)));
        text += &format!("  empty     {}\n", rates.collect::<Vec<_>>().join(", "));
    }
    for (reason, tally) in &source.refusals.0 {
        text += &format!("  refused   {} × {}\n", count(tally.count), reason.words());
        for example in &tally.examples {
            text +=
                &format!("            {}:{}  {}\n", harmless(&example.file), example.line, cut(&example.detail, 90));
        }
    }
    text + "\n"
}
