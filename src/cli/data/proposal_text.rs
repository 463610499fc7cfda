//! A proposal of sources as text: for each what it is and why, its columns with real values beside what they are read as, and
//! what is left open.

use crate::cli::format::{count, cut, harmless};
use crate::cli::table::table;
use crate::domain::text::Align;
use crate::queries::proposals::{Proposal, ProposedColumn, ProposedSource};

pub fn text(proposal: &Proposal) -> String {
    let mut text = String::new();
    for change in &proposal.changes {
        text += &format!("{}\n", harmless(change));
    }
    if !proposal.changes.is_empty() {
        text += "\n";
    }
    proposal.sources.iter().for_each(|source| text += &source_text(source));
    for passed in &proposal.passed_over {
        text += &format!("passed over  {}: {}\n", harmless(&passed.path), harmless(&passed.why));
    }
    text
}

fn source_text(proposed: &ProposedSource) -> String {
    let ProposedSource { source, files, layout, because, sure, rows, refused, .. } = proposed;
    let refused = if *refused > 0 { format!(", {} refused", count(*refused)) } else { String::new() };
    let files = if files.len() > 1 { format!("{} files, ", files.len()) } else { String::new() };
    let guess = if *sure { "" } else { "  (a guess: check it)" };
    let mut text = format!(
        "{} · {} · {files}{} rows{refused}\n  layout   {}: {}{guess}\n",
        source.kind.word(),
        harmless(&source.path),
        count(*rows),
        harmless(layout),
        harmless(because)
    );
    for note in &proposed.notes {
        text += &format!("  note     {}\n", harmless(note));
    }
    for implied in &proposed.implies {
        text += &format!("  implies  {}\n", harmless(implied));
    }
    let rows: Vec<Vec<String>> = proposed.columns.iter().map(|column| column_row(column, *rows)).collect();
    let header = [
        ("column", Align::Left),
        ("field", Align::Left),
        ("filled", Align::Right),
        ("values", Align::Left),
        ("read as", Align::Left),
    ];
    for line in table(&header, &rows).lines() {
        text += &format!("  {line}\n");
    }
    if !proposed.state_columns.is_empty() {
        let names: Vec<String> = proposed.state_columns.iter().map(|c| harmless(c).into_owned()).collect();
        text += &format!("  kept apart, because they tell of today: {}\n", names.join(", "));
    }
    for question in &proposed.questions {
        text += &format!("  open     {} {}\n", harmless(&question.text), harmless(&question.because));
    }
    text + "\n"
}

fn column_row(column: &ProposedColumn, rows: u64) -> Vec<String> {
    let field = match (&column.field, column.guessed) {
        (Some(field), true) => format!("{field} ?"),
        (Some(field), false) => field.clone(),
        (None, _) => "–".into(),
    };
    let filled = match column.fit {
        Some(fit) if fit < column.filled => format!("{} of {} fit", count(fit), count(column.filled)),
        _ if rows == 0 => "–".into(),
        _ => format!("{} %", (column.filled as f64 / rows as f64 * 100.0).round()),
    };
    let values: Vec<String> = column.examples.iter().map(|(raw, _)| cut(raw, 24)).collect();
    let changed = column.examples.first().filter(|(raw, read)| raw != read);
    let read = changed.map(|(_, read)| cut(read, 24)).unwrap_or_default();
    let written = column.written.as_ref().map(|w| format!(" ({w})")).unwrap_or_default();
    vec![cut(&column.column, 32), field, filled, values.join(", "), format!("{read}{written}")]
}
