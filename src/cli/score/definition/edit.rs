//! `propensity score edit`: changes the description.

use crate::cli::format::harmless;
use crate::cli::session::Session;
use crate::error::Result;
use crate::workspace::Workspace;
use clap::Args;

#[derive(Debug, Args)]
pub struct Options {
    score: String,
    #[arg(long)]
    description: String,
}

pub fn execute(session: &Session, workspace: &Workspace, options: &Options) -> Result<()> {
    let edited = workspace.scores.edit_description(&options.score, &options.description)?;
    session.print(&edited, |s| format!("The description of '{}' is changed.\n", harmless(&s.name)))
}
