//! `propensity score clone`: a score like another one.

use super::preview::preview;
use crate::cli::format::harmless;
use crate::cli::score::options::goal;
use crate::cli::session::Session;
use crate::domain::score::goal::Goal;
use crate::domain::score::{Repeatable, Score};
use crate::error::Result;
use crate::store::audit;
use crate::workspace::Workspace;
use clap::Args;

#[derive(Debug, Args)]
pub struct Options {
    score: String,
    #[arg(long)]
    name: String,
    #[arg(long)]
    description: Option<String>,
    /// Another goal than that of the score.
    #[arg(long, value_parser = goal, conflicts_with = "with_goal", required_unless_present = "with_goal")]
    goal: Option<Goal>,
    /// Take the goal over, too.
    #[arg(long)]
    with_goal: bool,
}

pub fn execute(session: &Session, workspace: &Workspace, options: Options) -> Result<()> {
    let Options { score, name, description, goal, with_goal: _ } = options;
    let by = audit::user();
    // Another goal is decided anew, before the store is locked: it reads the sources.
    let goal = match goal {
        Some(goal) => {
            let mut with_goal = Score { goal, repeatable: Repeatable::Auto, ..workspace.scores.find(&score)? };
            preview(workspace, &mut with_goal)?;
            Some((with_goal.goal, with_goal.repeatable))
        }
        None => None,
    };
    let clone = workspace.scores.clone_score(&score, |s| {
        s.name = name.trim().to_string();
        if let Some(description) = description {
            s.description = description;
        }
        if let Some((goal, repeatable)) = goal {
            (s.goal, s.repeatable) = (goal, repeatable);
        }
        s.created_by = by.clone();
        s.updated_by = by;
        Ok(())
    })?;
    session.print(&clone, |s| format!("Created '{}' ({}).\n", harmless(&s.name), s.id))
}
