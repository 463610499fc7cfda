//! `propensity run …`: the list of its verbs. A run is a process of its own, which the verbs start, follow and cancel.
//!
//! | file | what it is |
//! |---|---|
//! | [`start`] | starts the run of a score |
//! | [`due`] | `start --due`: starts every run that is due by the schedules |
//! | [`watch`] | follows a live run |
//! | [`cancel`] | stops a live run |
//! | [`list`], [`show`] | runs in a table, one in full |
//! | [`verify`] | repeats a run and compares |
//! | [`follow`] | below `start`, `due`, `watch` and the demo: starting a run and waiting for its end |
//! | [`find`] | below `watch` and `cancel`: the run that a name means |
//! | [`output`] | a run as text and as JSON, also for `score show` and the demo |
//! | [`checks`] | the table of a run's checks |

mod cancel;
mod checks;
mod due;
mod find;
pub mod follow;
mod list;
pub mod output;
mod show;
mod start;
mod verify;
mod watch;

use super::session::Session;
use crate::error::Result;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Run a score: fit, test and score, or only score with the model there is.
    Start(start::Options),
    /// Follow a live run until it ends; without a name the only one there is.
    Watch {
        #[arg(value_name = "SCORE|RUN")]
        name_or_id: Option<String>,
    },
    /// Stop a live run, or clear away what an interrupted one left. The scores of the last good run stay.
    Cancel(cancel::Options),
    /// List the runs of one score or of all.
    List(list::Options),
    /// Show a run: its id, or a score's name for its latest run.
    Show { run: String },
    /// Repeat a run and compare the scores byte by byte.
    Verify(verify::Options),
}

impl Verb {
    /// Whether it changes the workspace.
    pub fn changes(&self) -> bool {
        matches!(self, Verb::Start(_) | Verb::Cancel(_))
    }
}

pub fn execute(session: &Session, verb: Verb) -> Result<()> {
    let workspace = session.workspace()?;
    match verb {
        Verb::Start(options) => start::execute(session, &workspace, options),
        Verb::Watch { name_or_id } => watch::execute(session, &workspace, name_or_id.as_deref()),
        Verb::Cancel(options) => cancel::execute(session, &workspace, &options),
        Verb::List(options) => list::execute(session, &workspace, &options),
        Verb::Show { run } => show::execute(session, &workspace, &run),
        Verb::Verify(options) => verify::execute(session, &workspace, &options),
    }
}
