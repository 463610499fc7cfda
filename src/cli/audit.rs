//! `propensity audit …`: who did what, when, from the audit log.

use super::format::{cut, harmless};
use super::session::Session;
use super::table::table;
use crate::domain::text::Align;
use crate::error::Result;
use crate::store::audit::{self, Record};
use clap::Subcommand;
use jiff::tz::TimeZone;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List what was done, the last at the end.
    List {
        /// Only what was done to this score: its name, or the id of one that is deleted.
        #[arg(long)]
        score: Option<String>,
        /// Only the last so many.
        #[arg(long, value_name = "N")]
        last: Option<usize>,
    },
}

pub fn execute(session: &Session, verb: Verb) -> Result<()> {
    let Verb::List { score, last } = verb;
    let workspace = session.workspace()?;
    let (mut records, unreadable) = audit::read(&workspace.paths.data)?;
    if unreadable > 0 {
        let file = audit::path(&workspace.paths.data);
        let lines = if unreadable == 1 { "1 line is".into() } else { format!("{unreadable} lines are") };
        eprintln!("warning: {lines} left out, because {} cannot be read there", file.display());
    }
    if let Some(name_or_id) = score {
        let id = match workspace.scores.find(&name_or_id) {
            Ok(score) => score.id,
            // A deleted score is found no more, and its id is still in the log.
            Err(_) if records.iter().any(|record| record.score == name_or_id) => name_or_id,
            Err(error) => return Err(error),
        };
        records.retain(|record| record.score == id);
    }
    let from = last.map_or(0, |last| records.len().saturating_sub(last));
    let records = records.split_off(from);
    session.print(&records, |records| record_table(records, &workspace.zone()))
}

fn record_table(records: &[Record], zone: &TimeZone) -> String {
    if records.is_empty() {
        return "Nothing is recorded.\n".into();
    }
    let rows: Vec<Vec<String>> = records
        .iter()
        .map(|record| {
            let at = record.at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M:%S");
            vec![
                at.to_string(),
                cut(&record.user, 24),
                record.action.words().into(),
                cut(&record.score, 60),
                harmless(&record.detail).into_owned(),
            ]
        })
        .collect();
    let header = [
        ("when", Align::Left),
        ("who", Align::Left),
        ("what", Align::Left),
        ("score", Align::Left),
        ("detail", Align::Left),
    ];
    table(&header, &rows)
}
