//! What is told of a source and of the event types: in short beside the list, in full on the page.

use crate::domain::format::{bytes, compact_count, count, counted, date_of_text, percent};
use crate::domain::source::catalog::Catalog;
use crate::domain::source::column_profile::ColumnProfile;
use crate::domain::source::read_report::SourceReport;
use crate::domain::text::{Align, harmless};
use crate::tui::app::App;
use crate::tui::screens::lines::Lines;
use ratatui::text::Line;

/// Columns of the names of facts.
const NAME: usize = 12;
/// Columns that are listed beside the list of sources.
const SHORT: usize = 12;
/// Columns of the screen from which on the fields have room beside the list.
const FIELDS_FROM: usize = 48;
/// Steps of a sparkline, from nothing to the most, which leaves a gap to the line above.
const BARS: [char; 8] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇'];

/// Beside the list.
pub fn short(app: &App, width: usize) -> Vec<Line<'static>> {
    let mut lines = Lines::new(app, width);
    let Some(catalog) = app.catalog() else { return Vec::new() };
    match catalog.sources.get(app.data.selected) {
        Some(source) => {
            facts(&mut lines, source);
            changes(&mut lines);
            refused(&mut lines, source, 1);
            reading(&mut lines, source);
            columns_in_short(&mut lines, source);
        }
        None => event_types(&mut lines, catalog),
    }
    lines.finish()
}

/// The whole page.
pub fn page(app: &App, width: usize) -> Vec<Line<'static>> {
    let mut lines = Lines::new(app, width);
    let Some(catalog) = app.catalog() else { return Vec::new() };
    match catalog.sources.get(app.data.selected) {
        Some(source) => {
            facts(&mut lines, source);
            changes(&mut lines);
            refused(&mut lines, source, usize::MAX);
            reading(&mut lines, source);
            columns(&mut lines, source);
        }
        None => event_types(&mut lines, catalog),
    }
    lines.finish()
}

fn facts(lines: &mut Lines<'_>, source: &SourceReport) {
    lines.title(&harmless(&source.path), &source.kind);
    let files = source.files.len() as u64;
    let size: u64 = source.files.iter().map(|file| file.bytes).sum();
    let format = source.files.first().map_or("", |file| file.format.as_str());
    lines.fact_in(NAME, "Files", &format!("{} · {format} · {}", counted(files, "file", "files"), bytes(size)));
    lines.fact_in(NAME, "Rows", &format!("{} read, {} refused", count(source.rows()), count(source.refused())));
    let period = match (&source.first_day, &source.last_day) {
        (Some(first), Some(last)) => format!("{} to {}", date_of_text(first), date_of_text(last)),
        _ => "no dates".into(),
    };
    lines.fact_in(NAME, "Period", &period);
}

/// How the files were read, and what came of that.
fn reading(lines: &mut Lines<'_>, source: &SourceReport) {
    lines.title("Layout", &source.layout);
    source.implies.iter().for_each(|words| lines.fact_in(NAME, "Implies", words));
    let notes = source.files.iter().flat_map(|file| &file.notes).chain(&source.notes);
    let mut told: Vec<&String> = Vec::new();
    for note in notes {
        if !told.contains(&note) {
            lines.fact_in(NAME, "Note", &harmless(note));
            told.push(note);
        }
    }
    if !source.state_columns.is_empty() {
        lines.fact_in(NAME, "Kept apart", &format!("{}: they tell only of today", source.state_columns.join(", ")));
    }
}

/// What is different since the last run.
fn changes(lines: &mut Lines<'_>) {
    let found = lines.app.source_changes.get(lines.app.data.selected).map(Vec::as_slice).unwrap_or_default();
    if found.is_empty() {
        return;
    }
    lines.title("Since the last run", "");
    let warn = lines.theme().warn();
    found.iter().for_each(|change| lines.marked("! ", &change.sentence(), (warn, warn)));
}

/// Refused rows by reason, with at most so many examples of each.
fn refused(lines: &mut Lines<'_>, source: &SourceReport, examples: usize) {
    if source.refusals.total() == 0 {
        return;
    }
    lines.title("Refused rows", &count(source.refusals.total()));
    let (warn, dim) = (lines.theme().warn(), lines.theme().dim());
    for (reason, tally) in &source.refusals.0 {
        lines.marked("! ", &format!("{} × {}", count(tally.count), reason.words()), (warn, warn));
        for example in tally.examples.iter().take(examples) {
            let file = example.file.rsplit('/').next().unwrap_or(&example.file);
            lines.marked("  ", &harmless(&format!("{file}:{}  {}", example.line, example.detail)), (dim, dim));
        }
    }
}

/// The column of the file that a field came from, where it is called otherwise.
fn origin<'s>(source: &'s SourceReport, name: &str) -> Option<&'s str> {
    let field = source.columns.iter().find(|column| column.field == name || column.column == name)?;
    (field.column != field.field).then_some(field.column.as_str())
}

fn field_of(source: &SourceReport, name: &str) -> String {
    let field = source.columns.iter().find(|column| column.field == name || column.column == name);
    field.map_or("–".into(), |field| format!("{}{}", field.field, if field.guessed { " ?" } else { "" }))
}

fn column_name(source: &SourceReport, profile: &ColumnProfile) -> String {
    harmless(origin(source, &profile.name).unwrap_or(&profile.name)).into_owned()
}

fn columns_in_short(lines: &mut Lines<'_>, source: &SourceReport) {
    lines.title("Columns", &count(source.profiles.len() as u64));
    let theme = lines.app.theme();
    let has_fields = lines.width >= FIELDS_FROM;
    let row = |profile: &ColumnProfile| {
        let mut cells = vec![(column_name(source, profile), theme.text())];
        cells.extend(has_fields.then(|| (field_of(source, &profile.name), theme.dim())));
        cells.push((profile.column_type.word().to_string(), theme.dim()));
        cells.push((percent(profile.filled_share()), theme.text()));
        cells
    };
    let rows: Vec<_> = source.profiles.iter().take(SHORT).map(row).collect();
    let mut header = vec![("column", Align::Left), ("type", Align::Left), ("filled", Align::Right)];
    if has_fields {
        header.insert(1, ("field", Align::Left));
    }
    lines.table(&header, 0, &rows);
}

fn columns(lines: &mut Lines<'_>, source: &SourceReport) {
    lines.title("Columns", &count(source.profiles.len() as u64));
    let theme = lines.app.theme();
    let is_wide = lines.width >= 100;
    let row = |profile: &ColumnProfile| {
        let more = if profile.is_more { ">" } else { "" };
        let period = profile.period.as_ref().map(|(first, last)| format!("{first} to {last}"));
        let examples = period.unwrap_or_else(|| profile.examples.join(", "));
        let mut cells = vec![
            (column_name(source, profile), theme.text()),
            (field_of(source, &profile.name), theme.dim()),
            (profile.column_type.word().to_string(), theme.dim()),
            (percent(profile.filled_share()), theme.text()),
        ];
        if is_wide {
            cells.push((format!("{more}{}", compact_count(profile.distinct)), theme.text()));
        }
        cells.push((harmless(&examples).into_owned(), theme.dim()));
        cells
    };
    let rows: Vec<_> = source.profiles.iter().map(row).collect();
    let mut header =
        vec![("column", Align::Left), ("field", Align::Left), ("type", Align::Left), ("filled", Align::Right)];
    if is_wide {
        header.push(("distinct", Align::Right));
    }
    header.push(("values", Align::Left));
    lines.table(&header, header.len() - 1, &rows);
}

fn event_types(lines: &mut Lines<'_>, catalog: &Catalog) {
    lines.title("Event types", &count(catalog.event_types.len() as u64));
    let theme = lines.app.theme();
    let room = (lines.width / 3).clamp(8, 60);
    let row = |of_type: &crate::domain::source::catalog::TypeEntry| {
        vec![
            (harmless(&of_type.event_type).into_owned(), theme.text()),
            (compact_count(of_type.events), theme.text()),
            (sparkline(&of_type.months, room), theme.accent()),
        ]
    };
    let rows: Vec<_> = catalog.event_types.iter().map(row).collect();
    let period = match (&catalog.first_day, &catalog.last_day) {
        (Some(first), Some(last)) => format!("{} to {}", date_of_text(first), date_of_text(last)),
        _ => "by month".into(),
    };
    lines.table(&[("type", Align::Left), ("events", Align::Right), (&period, Align::Left)], 0, &rows);
}

/// The newest months that fit, a bar each.
fn sparkline(months: &[u64], room: usize) -> String {
    let shown = months.get(months.len().saturating_sub(room)..).unwrap_or_default();
    let most = shown.iter().copied().max().unwrap_or_default().max(1);
    let bar = |events: &u64| {
        let step = (*events as f64 / most as f64 * 7.0).ceil() as usize;
        BARS.get(step).copied().unwrap_or(' ')
    };
    shown.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sparkline_shows_the_newest_months_and_no_events_as_nothing() {
        assert_eq!(sparkline(&[0, 1, 4, 8], 10), " ▁▄▇");
        assert_eq!(sparkline(&[9, 0, 8], 2), " ▇");
        assert_eq!(sparkline(&[], 5), "");
    }
}
