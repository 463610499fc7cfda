//! What is different in the sources since the last successful run: a source that grew too old, lost rows or changed its
//! columns. Pure: a reading of now against the one that the report of a run keeps. For the Data screen and Services.

use super::activity::{Day, day_of};
use super::read_report::SourceReport;
use crate::domain::format::{count, counted, date_of_text};
use crate::domain::text::harmless;

/// Days that a source may end before the newest one, and the newest before today, until it counts as too old.
pub const MAX_AGE: Day = 7;
/// Names of columns that a sentence lists.
const LISTED: usize = 5;

/// The reading that the sources are compared with.
#[derive(Debug, Clone, Copy)]
pub struct LastRead<'a> {
    /// Its sources, as the report of the run keeps them.
    pub sources: &'a [SourceReport],
    /// The day on which the run read them, in the time zone of the workspace.
    pub day: Day,
}

/// One thing that somebody should look at in a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceChange {
    /// The source ends days before another one.
    Behind {
        /// Its last day (`YYYY-MM-DD`).
        last_day: String,
        /// The last day of the newest source (`YYYY-MM-DD`).
        newest: String,
        /// Days between the two.
        days: Day,
    },
    /// The newest source ends longer before today than it did when the last run read it.
    Old {
        /// Its last day (`YYYY-MM-DD`).
        last_day: String,
        /// Days from it to today.
        days: Day,
        /// Days from its last day to the last run.
        usual: Day,
    },
    /// There are fewer rows than in the last run, refused ones included.
    Shrank {
        /// Rows in the last run.
        from: u64,
        /// Rows now.
        to: u64,
    },
    /// The files are taken for a different layout, so that their columns cannot be compared.
    Layout {
        /// The layout in the last run, as `salesforce.Lead`.
        from: String,
        /// The layout now.
        to: String,
    },
    /// Columns that the last run read and that are missing now.
    ColumnsGone(Vec<String>),
    /// Columns that the last run did not see.
    ColumnsNew(Vec<String>),
}

impl SourceChange {
    /// The mark of the change in a word or two, for lists.
    pub fn word(&self) -> &'static str {
        match self {
            SourceChange::Behind { .. } => "behind",
            SourceChange::Old { .. } => "old",
            SourceChange::Shrank { .. } => "fewer rows",
            SourceChange::Layout { .. } => "other layout",
            SourceChange::ColumnsGone(_) => "columns gone",
            SourceChange::ColumnsNew(_) => "new columns",
        }
    }

    /// What exactly changed, as a sentence that is harmless to print.
    pub fn sentence(&self) -> String {
        match self {
            SourceChange::Behind { last_day, newest, days } => format!(
                "Ends on {}, {} before the newest source ({}).",
                date_of_text(last_day),
                days_of(*days),
                date_of_text(newest)
            ),
            SourceChange::Old { last_day, days, usual } => format!(
                "Ends on {}, {} ago; it was {} old in the last run.",
                date_of_text(last_day),
                days_of(*days),
                days_of(*usual)
            ),
            SourceChange::Shrank { from, to } => {
                format!(
                    "{} rows fewer than in the last run: {} instead of {}.",
                    count(from.saturating_sub(*to)),
                    count(*to),
                    count(*from)
                )
            }
            SourceChange::Layout { from, to } => format!("Read as {} instead of {}.", harmless(to), harmless(from)),
            SourceChange::ColumnsGone(names) => {
                format!("{} gone since the last run: {}.", columns(names), listed(names))
            }
            SourceChange::ColumnsNew(names) => format!("{} new since the last run: {}.", columns(names), listed(names)),
        }
    }
}

/// What changed in each of the sources of `now`, in their order; nothing for one that is as it was.
///
/// Age is judged of sources of events and opportunities only: persons and accounts tell when they were created, which may be
/// long ago in an export of today. A source is behind where it ends more than [`MAX_AGE`] days before the newest one. The
/// newest is old where it ends more than [`MAX_AGE`] days longer before `today` than before the last run, so that data of
/// long ago that are worked with as they are do not count. What the last run did not read has nothing to be compared with.
pub fn source_changes(now: &[SourceReport], last: Option<LastRead<'_>>, today: Day) -> Vec<Vec<SourceChange>> {
    let newest = now.iter().filter_map(dated).max_by_key(|(day, _)| *day);
    let of_source = |(at, source): (usize, &SourceReport)| {
        let before = last.and_then(|last| same_source(now, at, last.sources).map(|before| (before, last.day)));
        let mut changes: Vec<_> = age(source, newest, before, today).into_iter().collect();
        if let Some((before, _)) = before {
            changes.extend(shrank(source, before));
            changes.extend(changed_columns(source, before));
        }
        changes
    };
    now.iter().enumerate().map(of_source).collect()
}

/// The last day of a source whose days tell how fresh it is, as a number and as it stands in the report.
fn dated(source: &SourceReport) -> Option<(Day, &str)> {
    if !matches!(source.kind.as_str(), "event" | "opportunity") {
        return None;
    }
    let text = source.last_day.as_deref()?;
    Some((day_of(text.parse().ok()?), text))
}

/// The source of the last run that is the one at `at`: of the same kind and path, and where several are, at the same place
/// among them.
fn same_source<'a>(now: &[SourceReport], at: usize, last: &'a [SourceReport]) -> Option<&'a SourceReport> {
    let source = now.get(at)?;
    let is_same = |other: &&SourceReport| other.kind == source.kind && other.path == source.path;
    let place = now.iter().take(at).filter(is_same).count();
    last.iter().filter(is_same).nth(place)
}

fn age(
    source: &SourceReport,
    newest: Option<(Day, &str)>,
    before: Option<(&SourceReport, Day)>,
    today: Day,
) -> Option<SourceChange> {
    let (day, text) = dated(source)?;
    let (newest_day, newest_text) = newest?;
    if newest_day - day > MAX_AGE {
        let days = newest_day - day;
        return Some(SourceChange::Behind { last_day: text.into(), newest: newest_text.into(), days });
    }
    let (before, run_day) = before?;
    let usual = (run_day - dated(before)?.0).max(0);
    let days = today - day;
    let is_old = day == newest_day && days > usual + MAX_AGE;
    is_old.then(|| SourceChange::Old { last_day: text.into(), days, usual })
}

fn shrank(now: &SourceReport, before: &SourceReport) -> Option<SourceChange> {
    let (from, to) = (before.rows() + before.refused(), now.rows() + now.refused());
    (to < from).then_some(SourceChange::Shrank { from, to })
}

fn changed_columns(now: &SourceReport, before: &SourceReport) -> Vec<SourceChange> {
    let (from, to) = (layout(before), layout(now));
    if from != to {
        return vec![SourceChange::Layout { from: from.into(), to: to.into() }];
    }
    let (old, new) = (column_names(before), column_names(now));
    let missing = |of: &[&str], in_these: &[&str]| {
        of.iter().filter(|name| !in_these.contains(name)).map(|name| name.to_string()).collect::<Vec<_>>()
    };
    let (gone, added) = (missing(&old, &new), missing(&new, &old));
    let mut changes = Vec::new();
    if !gone.is_empty() {
        changes.push(SourceChange::ColumnsGone(gone));
    }
    if !added.is_empty() {
        changes.push(SourceChange::ColumnsNew(added));
    }
    changes
}

/// The layout; reports of earlier versions knew the plain one only and name none.
fn layout(source: &SourceReport) -> &str {
    if source.layout.is_empty() { "plain" } else { &source.layout }
}

/// All columns that a report knows of, sorted, whatever each was taken for.
fn column_names(source: &SourceReport) -> Vec<&str> {
    let fields = source.columns.iter().map(|column| &column.column);
    let mut names: Vec<&str> = fields.chain(&source.others).chain(&source.state_columns).map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn days_of(days: Day) -> String {
    counted(u64::from(days.unsigned_abs()), "day", "days")
}

fn columns(names: &[String]) -> String {
    let verb = if names.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", counted(names.len() as u64, "column", "columns"))
}

/// The first names, and how many more there are.
fn listed(names: &[String]) -> String {
    let mut text: Vec<String> = names.iter().take(LISTED).map(|name| harmless(name).into_owned()).collect();
    if names.len() > LISTED {
        text.push(format!("{} more", count((names.len() - LISTED) as u64)));
    }
    text.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(kind: &str, path: &str, last_day: &str, rows: u64, others: &[&str]) -> SourceReport {
        serde_json::from_value(serde_json::json!({
            "kind": kind,
            "path": path,
            "files": [{"path": path, "format": "csv", "rows": rows, "refused": 0, "bytes": 1, "digest": "", "notes": []}],
            "columns": [{"field": "person_id", "column": "Id", "guessed": false}],
            "others": others,
            "first_day": null,
            "last_day": last_day,
            "missing": [],
            "refusals": {},
            "notes": [],
            "layout": "plain",
        }))
        .unwrap()
    }

    fn event(last_day: &str) -> SourceReport {
        source("event", "events.csv", last_day, 100, &["page"])
    }

    fn day(text: &str) -> Day {
        day_of(text.parse().unwrap())
    }

    fn changes(now: &[SourceReport], last: &[SourceReport], today: &str) -> Vec<Vec<SourceChange>> {
        source_changes(now, Some(LastRead { sources: last, day: day("2026-11-02") }), day(today))
    }

    #[test]
    fn a_source_is_behind_more_than_seven_days_before_the_newest_even_without_a_run() {
        let calls = |last_day| source("opportunity", "deals.csv", last_day, 5, &[]);
        let none = |sources: &[SourceReport]| source_changes(sources, None, day("2026-11-20"));
        assert_eq!(none(&[event("2026-11-20"), calls("2026-11-13")]), [[], []]);
        let found = none(&[event("2026-11-20"), calls("2026-11-12")]);
        assert!(found[0].is_empty());
        assert_eq!(found[1][0].word(), "behind");
        assert_eq!(found[1][0].sentence(), "Ends on 12 Nov 2026, 8 days before the newest source (20 Nov 2026).");
    }

    #[test]
    fn persons_and_accounts_are_never_too_old() {
        let accounts = source("account", "accounts.csv", "2024-02-01", 5, &[]);
        let all = [event("2026-11-01"), accounts];
        assert_eq!(changes(&all, &all, "2026-11-05"), [[], []]);
    }

    #[test]
    fn the_newest_source_is_old_beyond_its_usual_gap() {
        // The last run read data that were a day old.
        let last = [event("2026-11-01")];
        assert_eq!(changes(&last, &last, "2026-11-09"), [[]]);
        let found = changes(&last, &last, "2026-11-10");
        assert_eq!(found[0][0].sentence(), "Ends on 1 Nov 2026, 9 days ago; it was 1 day old in the last run.");
        // Data of long ago are as old as they were.
        let history = [event("2017-12-31")];
        assert_eq!(changes(&history, &history, "2026-11-09"), [[]]);
    }

    #[test]
    fn fewer_rows_are_told_and_refused_ones_count() {
        let mut less = event("2026-11-01");
        less.files[0].rows = 40;
        less.files[0].refused = 10;
        let found = changes(std::slice::from_ref(&less), &[event("2026-11-01")], "2026-11-02");
        assert_eq!(found[0][0].sentence(), "50 rows fewer than in the last run: 50 instead of 100.");
        less.files[0].refused = 60;
        assert_eq!(changes(&[less], &[event("2026-11-01")], "2026-11-02"), [[]]);
    }

    #[test]
    fn columns_that_went_and_came_are_named() {
        let mut now = event("2026-11-01");
        now.others = vec!["z".into(), "a\u{1b}[2J".into(), "b".into(), "c".into(), "d".into(), "e".into()];
        let found = changes(&[now], &[event("2026-11-01")], "2026-11-02");
        assert_eq!(found[0][0].sentence(), "1 column is gone since the last run: page.");
        let new = found[0][1].sentence();
        assert!(new.starts_with("6 columns are new since the last run: a") && new.ends_with("b, c, d, e, 1 more."));
        assert!(!new.contains('\u{1b}'));
    }

    #[test]
    fn a_column_that_is_taken_for_something_else_is_no_change() {
        let mut now = event("2026-11-01");
        now.others.clear();
        now.state_columns = vec!["page".into()];
        let mut before = event("2026-11-01");
        before.layout = String::new();
        assert_eq!(changes(&[now], &[before], "2026-11-02"), [[]]);
    }

    #[test]
    fn another_layout_stands_for_its_columns() {
        let mut now = event("2026-11-01");
        now.layout = "salesforce.Task".into();
        now.others = vec!["other".into()];
        let found = changes(&[now], &[event("2026-11-01")], "2026-11-02");
        assert_eq!(found[0].len(), 1);
        assert_eq!(found[0][0].sentence(), "Read as salesforce.Task instead of plain.");
    }

    #[test]
    fn sources_of_the_same_file_are_told_apart_and_new_ones_are_no_change() {
        let small = source("event", "events.csv", "2026-11-01", 10, &["page"]);
        let both = [event("2026-11-01"), small];
        assert_eq!(changes(&both, &both, "2026-11-02"), [[], []]);
        let other = source("event", "more.csv", "2026-11-01", 1, &["x"]);
        assert_eq!(changes(&[other], &both, "2026-11-02"), [[]]);
    }
}
