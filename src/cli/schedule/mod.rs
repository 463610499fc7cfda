//! `propensity schedule …`: the list of its verbs.
//!
//! | file | what it is |
//! |---|---|
//! | [`show`] | when all scores run next |
//! | [`timer`] | installs and removes what starts the due runs |
//! | [`next_runs`] | below `show` and `score schedule`: when scores run next, as printed |

pub mod next_runs;
mod show;
mod timer;

use super::session::Session;
use crate::error::Result;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// When every score is scored and trained next. `propensity score schedule` changes it.
    Show,
    /// Install a timer that calls `propensity run start --due` once a day.
    Install(timer::InstallOptions),
    /// Remove the timer again.
    Remove(timer::RemoveOptions),
}

impl Verb {
    /// Whether it changes the workspace.
    pub fn changes(&self) -> bool {
        match self {
            Verb::Show => false,
            Verb::Install(options) => options.changes(),
            Verb::Remove(_) => true,
        }
    }
}

pub fn execute(session: &Session, verb: Verb) -> Result<()> {
    let workspace = session.workspace()?;
    match verb {
        Verb::Show => show::execute(session, &workspace),
        Verb::Install(options) => timer::install(session, &workspace, &options),
        Verb::Remove(options) => timer::remove(session, &workspace, &options),
    }
}
