//! `propensity data check`: what the sources hold, which column was taken for which field, and what was refused.

use crate::cli::format::{count, cut, harmless, percent};
use crate::cli::progress::ProgressLine;
use crate::cli::session::Session;
use crate::cli::table::table;
use crate::domain::source::read_report::{ReadReport, SourceReport};
use crate::domain::text::Align;
use crate::error::Result;
use crate::queries::catalog::{self, DataCheck};
use crate::workspace::Workspace;

pub fn execute(session: &Session, workspace: &Workspace, as_of: Option<&str>) -> Result<()> {
    let progress = ProgressLine::cancelling();
    let check = catalog::check(workspace, workspace.as_of(as_of)?, &progress);
    progress.clear();
    session.print(&check?, text)
}

fn text(check: &DataCheck) -> String {
    let ReadReport { sources, persons, accounts, opportunities, events, events_after, event_types, warnings } =
        &check.read_report;
    let mut text = String::new();
    for source in sources {
        text += &source_text(source);
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
        text += &table(&[("event type", Align::Left), ("events", Align::Right)], &rows);
    }
    text
}

fn source_text(source: &SourceReport) -> String {
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
