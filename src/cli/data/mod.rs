//! `propensity data …`: the list of its verbs.
//!
//! | file | what it is |
//! |---|---|
//! | [`check`] | what the sources hold, and what was refused |
//! | [`catalog`] | event types with their fields and values |
//! | [`load_catalog`] | below `catalog` and `score estimate`: the catalog, built where it is missing |

mod catalog;
mod check;
pub mod load_catalog;

use super::session::Session;
use crate::error::Result;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Verb {
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

pub fn execute(session: &Session, verb: Verb) -> Result<()> {
    let workspace = session.workspace()?;
    match verb {
        Verb::Check { as_of } => check::execute(session, &workspace, as_of.as_deref()),
        Verb::Catalog { values } => catalog::execute(session, &workspace, values),
    }
}
