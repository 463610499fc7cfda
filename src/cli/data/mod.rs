//! `propensity data …`: the list of its verbs.
//!
//! | file | what it is |
//! |---|---|
//! | [`add`] | looks into files and adds them as sources |
//! | [`proposal_text`] | below `add`: a proposal as text |
//! | [`check`] | what the sources hold, and what was refused |
//! | [`catalog`] | event types with their fields and values |
//! | [`load_catalog`] | below `catalog` and `score estimate`: the catalog, built where it is missing |

mod add;
mod catalog;
mod check;
pub mod load_catalog;
mod proposal_text;

use super::session::Session;
use crate::error::Result;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Look into files, folders and archives, propose the sources that read them, and add them to the configuration.
    Add(add::Options),
    /// What the sources hold: files, rows, period, columns → fields, refused rows, event types with counts.
    Check {
        /// data, now or a date.
        #[arg(long, value_name = "data|now|DATE")]
        as_of: Option<String>,
    },
    /// Event types with their fields and most frequent values, from the catalog, which is built where it is missing.
    Catalog {
        /// Values shown of a field.
        #[arg(long, value_name = "N", default_value_t = 5)]
        values: usize,
    },
}

impl Verb {
    /// Whether it changes the workspace.
    pub fn changes(&self) -> bool {
        matches!(self, Verb::Add(options) if options.changes())
    }
}

pub fn execute(session: &Session, verb: Verb) -> Result<()> {
    let workspace = session.workspace()?;
    match verb {
        Verb::Add(options) => add::execute(session, &workspace, &options),
        Verb::Check { as_of } => check::execute(session, &workspace, as_of.as_deref()),
        Verb::Catalog { values } => catalog::execute(session, &workspace, values),
    }
}
