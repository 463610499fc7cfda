//! `propensity score delete` and `restore`: a score goes with its runs, and can be brought back for 7 days.

use crate::cli::format::{count, harmless};
use crate::cli::session::Session;
use crate::domain::format;
use crate::domain::text::shell_quoted;
use crate::error::{Context, Error, Result};
use crate::queries::score_summaries::{self, DeletionImpact};
use crate::runs::folder;
use crate::workspace::Workspace;
use clap::Args;
use std::io::{IsTerminal, Write};

#[derive(Debug, Args)]
pub struct Options {
    score: String,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

pub fn execute(session: &Session, workspace: &Workspace, options: &Options) -> Result<()> {
    let score = workspace.scores.find(&options.score)?;
    let _lock = folder::lock_existing(workspace, &score)?;
    let DeletionImpact { scores, runs, bytes } = score_summaries::deletion_impact(workspace, &score.id);
    let what = format!(
        "'{}' with {} predicted scores, {runs} runs, {}",
        harmless(&score.name),
        count(scores),
        format::bytes(bytes)
    );
    if !options.yes {
        confirm(&what)?;
    }
    let deleted = workspace.scores.delete(&score.id)?;
    let back = format!("propensity score restore {}", shell_quoted(&deleted.name));
    session.print(&deleted, |_| format!("Deleted {what}.\nBring it back within 7 days: {back}\n"))
}

/// Asks on the terminal, and is an error where the answer is not yes.
fn confirm(what: &str) -> Result<()> {
    if !std::io::stdin().is_terminal() {
        return Err(Error::usage("Deleting asks, and there is no terminal to ask on.").hint("say --yes"));
    }
    eprint!("Delete {what}? It can be brought back for 7 days. [y/N] ");
    std::io::stderr().flush().context(|| "The question could not be asked.".into())?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).context(|| "The answer could not be read.".into())?;
    match answer.trim().eq_ignore_ascii_case("y") {
        true => Ok(()),
        false => Err(Error::new("Nothing was deleted.")),
    }
}

/// Brings a deleted score back.
pub fn restore(session: &Session, workspace: &Workspace, name_or_id: &str) -> Result<()> {
    let restored = workspace.scores.restore(name_or_id)?;
    session.print(&restored, |s| format!("'{}' is back.\n", harmless(&s.name)))
}
