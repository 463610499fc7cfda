//! What is different in the sources since the last successful run of any score. Called by the watcher of the screens, once
//! for every catalog and every run that is published.

use super::score_summaries::ScoreSummary;
use crate::domain::run::Status;
use crate::domain::run::line::RunLine;
use crate::domain::source::activity::day_of;
use crate::domain::source::catalog::Catalog;
use crate::domain::source::source_changes::{LastRead, SourceChange, source_changes};
use crate::runs::find;
use crate::runs::report_json::Report;
use crate::workspace::Workspace;
use jiff::Timestamp;
use std::sync::Arc;

/// The newest successful run of all scores.
pub fn last_run(scores: &[Arc<ScoreSummary>]) -> Option<&Arc<RunLine>> {
    let lines = scores.iter().flat_map(|summary| summary.lines.iter());
    lines.filter(|line| line.status == Status::Successful).max_by_key(|line| (line.started_at, &line.id))
}

/// One list of changes for every source of the catalog. A report that cannot be read has nothing to be compared with.
pub fn since_last_run(workspace: &Workspace, catalog: &Catalog, last: Option<&RunLine>) -> Vec<Vec<SourceChange>> {
    let day = |at: Timestamp| day_of(at.to_zoned_datetime(workspace.zone()).date());
    let found = last.and_then(|line| find::of_score(workspace, &line.score, &line.id).ok());
    let report = found.and_then(|found| Report::read(&found).ok());
    let read = report.as_ref().zip(last);
    let read = read.map(|(report, line)| LastRead { sources: &report.read_report.sources, day: day(line.started_at) });
    source_changes(&catalog.sources, read, day(Timestamp::now()))
}
