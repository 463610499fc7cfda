//! `propensity profile …`: the list of its verbs, about the scored persons or accounts of one score.
//!
//! | file | what it is |
//! |---|---|
//! | [`list`] | the scored profiles, filtered and ordered |
//! | [`show`] | one profile in full |
//! | [`page`] | the text of `show` |
//! | [`filter`] | below `list` and `score export`: which profiles a filter and an order give |
//! | [`ranking`] | below `list` and the demo: the table of ranked profiles |

pub mod filter;
mod list;
mod page;
pub mod ranking;
mod show;

use super::session::Session;
use crate::error::Result;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// The scored profiles, best first.
    List(list::Options),
    /// One profile: why it has its score, what changed it, what is known, what happened.
    Show(show::Options),
}

pub fn execute(session: &Session, verb: Verb) -> Result<()> {
    let workspace = session.workspace()?;
    match verb {
        Verb::List(options) => list::execute(session, &workspace, &options),
        Verb::Show(options) => show::execute(session, &workspace, &options),
    }
}
