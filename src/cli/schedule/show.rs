//! `propensity schedule show`: when every score runs next, and whether a timer starts that.

use super::next_runs::{self, NextRuns};
use crate::cli::session::Session;
use crate::error::Result;
use crate::workspace::Workspace;
use jiff::Timestamp;

pub fn execute(session: &Session, workspace: &Workspace) -> Result<()> {
    let now = Timestamp::now();
    let scores = workspace.scores.list()?;
    let next: Vec<NextRuns> = scores.iter().map(|score| NextRuns::of(workspace, score, now)).collect();
    session.print(&next, |next| next_runs::text(workspace, next, now))
}
