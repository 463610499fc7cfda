//! `propensity score delete` and `restore`: a score goes with its runs, and can be brought back for 7 days.

use crate::cli::format::{count, harmless, moment};
use crate::cli::session::Session;
use crate::cli::table::table;
use crate::domain::format;
use crate::domain::text::{Align, shell_quoted};
use crate::error::{Context, Error, Result};
use crate::queries::deleted_scores::{self, DeletedScore};
use crate::queries::score_summaries::{self, DeletionImpact};
use crate::runs::folder;
use crate::workspace::Workspace;
use clap::Args;
use serde::Serialize;
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

/// Brings a deleted score back; without a name it lists what can be.
pub fn restore(session: &Session, workspace: &Workspace, name_or_id: Option<&str>) -> Result<()> {
    let Some(name_or_id) = name_or_id else {
        let deleted: Vec<Restorable> = listed(workspace)?;
        return session.print(&deleted, |deleted| trash_text(workspace, deleted));
    };
    let restored = workspace.scores.restore(name_or_id).map_err(|error| {
        // Whoever asks for one that is not there learns what is.
        let Ok(deleted) = listed(workspace) else { return error };
        if deleted.iter().any(|d| d.score.is_called(name_or_id)) {
            return error;
        }
        let hint = error.hint.map_or(String::new(), |hint| format!("{hint}\n"));
        Error { hint: Some(format!("{hint}{}", trash_text(workspace, &deleted).trim_end())), ..error }
    })?;
    session.print(&restored, |score| format!("'{}' is back.\n", harmless(&score.name)))
}

/// A deleted score with the command that brings it back.
#[derive(Serialize)]
struct Restorable {
    #[serde(flatten)]
    score: DeletedScore,
    restore: String,
}

fn listed(workspace: &Workspace) -> Result<Vec<Restorable>> {
    let with_command = |score: DeletedScore| {
        // By the id: names can be the same twice, and hold what no terminal shows.
        Restorable { restore: workspace.command(&["score", "restore", &score.score]), score }
    };
    Ok(deleted_scores::list(workspace)?.into_iter().map(with_command).collect())
}

fn trash_text(workspace: &Workspace, deleted: &[Restorable]) -> String {
    if deleted.is_empty() {
        return deleted_scores::empty_trash() + "\n";
    }
    let zone = workspace.zone();
    let row = |Restorable { score: s, .. }: &Restorable| {
        vec![
            harmless(&s.name).into_owned(),
            format!("{} by {}", moment(s.deleted_at, &zone), harmless(&s.deleted_by)),
            count(s.runs as u64),
            format::bytes(s.bytes),
            moment(s.kept_until, &zone),
        ]
    };
    let header = [
        ("in the trash", Align::Left),
        ("deleted", Align::Left),
        ("runs", Align::Right),
        ("size", Align::Right),
        ("kept until", Align::Left),
    ];
    let commands: String = deleted.iter().map(|d| format!("  {}\n", d.restore)).collect();
    format!(
        "{}\nBring one back with its command, in the same order:\n{commands}",
        table(&header, &deleted.iter().map(row).collect::<Vec<_>>())
    )
}
