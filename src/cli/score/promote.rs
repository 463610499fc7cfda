//! `propensity score promote`: makes the model of a training run the champion.

use crate::cli::format::harmless;
use crate::cli::session::Session;
use crate::domain::text::shell_quoted;
use crate::error::Result;
use crate::runs::champion;
use crate::workspace::Workspace;
use clap::Args;

#[derive(Debug, Args)]
pub struct Options {
    score: String,
    run: String,
}

pub fn execute(session: &Session, workspace: &Workspace, options: &Options) -> Result<()> {
    let Options { score, run } = options;
    let promoted = champion::promote(workspace, score, run)?;
    session.print(&promoted, |s| {
        let again = format!("propensity run start {} --kind scoring", shell_quoted(&s.name));
        format!(
            "The model of the run {run} is the champion of '{}' now.\nThe next scoring applies it: {again}\n",
            harmless(&s.name)
        )
    })
}
