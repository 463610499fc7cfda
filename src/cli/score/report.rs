//! `propensity score report`: what a run of a score was and came to, as Markdown on standard output or in a file.

use crate::cli::format::harmless;
use crate::cli::session::Session;
use crate::domain::score::Score;
use crate::domain::text::shell_quoted;
use crate::error::{Context, Error, Result};
use crate::queries::report;
use crate::runs::find;
use crate::runs::find::FoundRun;
use crate::runs::index;
use crate::workspace::Workspace;
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Options {
    score: String,
    /// Another run than the latest successful one; a failed run has a report, too.
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
    /// Standard output where left out.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The report as printed.
#[derive(Serialize)]
struct ReportOutput {
    run: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<String>,
}

pub fn execute(session: &Session, workspace: &Workspace, options: &Options) -> Result<()> {
    let score = workspace.scores.find(&options.score)?;
    let found = match &options.run {
        Some(run) => find::of_score(workspace, &score.id, run)?,
        None => newest(workspace, &score)?,
    };
    let run = found.run.id.clone();
    let markdown = report::markdown(&report::gather(workspace, score, found)?);
    match &options.out {
        None => {
            let output = ReportOutput { run, file: None, markdown: Some(markdown) };
            session.print(&output, |p| p.markdown.clone().unwrap_or_default())
        }
        Some(file) => {
            std::fs::write(file, markdown).context(|| format!("{} could not be written.", file.display()))?;
            let output = ReportOutput { run, file: Some(file.clone()), markdown: None };
            session.print(&output, |p| format!("The report of the run {} is in {}.\n", p.run, file.display()))
        }
    }
}

/// The latest successful run, else the latest that ended in some other way.
fn newest(workspace: &Workspace, score: &Score) -> Result<FoundRun> {
    let lines = index::of(workspace, &score.id).lines;
    let Some(newest) = lines.first() else {
        return Err(Error::new(format!("The score '{}' has no run yet.", harmless(&score.name)))
            .hint(format!("propensity run start {}", shell_quoted(&score.name))));
    };
    let chosen = index::shown(&lines).unwrap_or(newest);
    if chosen.id != newest.id {
        let (id, status) = (&newest.id, newest.status);
        eprintln!("note: the newer run {id} is {status}; its report: --run {id}");
    }
    find::of_score(workspace, &score.id, &chosen.id)
}
