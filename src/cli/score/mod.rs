//! `propensity score …`: the list of its verbs, each in the file of its name.
//!
//! | file | what it is |
//! |---|---|
//! | [`definition`] | the verbs that write definitions: create, clone, edit, delete, restore |
//! | [`estimate`] | what a goal comes to, before there is a score |
//! | [`list`], [`show`] | scores in a table, one in full |
//! | [`schedule`] | when a score runs by itself |
//! | [`promote`] | makes a model the champion |
//! | [`export`] | writes the latest scores to a file |
//! | [`factors`] | what moves the latest scores |
//! | [`realised`] | what past runs predicted against what came |
//! | [`report`] | a run as Markdown |
//! | [`options`] | values of options that several verbs parse |
//! | [`output`] | below `list` and `show`: a score with its last run |

mod definition;
mod estimate;
mod export;
mod factors;
mod list;
mod options;
mod output;
mod promote;
mod realised;
mod report;
mod schedule;
mod show;

use super::session::Session;
use crate::error::Result;
use clap::Subcommand;
use definition::{clone, create, delete, edit};

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Create a score.
    Create(Box<create::Options>),
    /// What a goal comes to in the data: conversions, base rate, and what is missing.
    Estimate(Box<estimate::Options>),
    /// List the scores.
    List,
    /// Show one score and its last run.
    Show { score: String },
    /// Change the description; the configuration is immutable, because changing it would invalidate the model.
    Edit(edit::Options),
    /// Create a score like another one.
    Clone(clone::Options),
    /// Show when the score runs by itself, or change that.
    Schedule(schedule::Options),
    /// Make the model of a training run the champion: the next scoring applies it.
    Promote(promote::Options),
    /// Delete a score with its runs; it can be brought back for 7 days.
    Delete(delete::Options),
    /// Bring a deleted score back; without a name, list what can be.
    Restore { score: Option<String> },
    /// Write the latest scores to a file or to standard output.
    Export(export::Options),
    /// What moves the latest scores: the influential factors over all profiles, in one band, or the values of one.
    Factors(factors::Options),
    /// What past runs predicted against what came, by month.
    Realised { score: String },
    /// The report of a score: goal, data, evaluation with intervals, factors, digests, as Markdown.
    Report(report::Options),
}

impl Verb {
    /// Whether it changes the workspace.
    pub fn changes(&self) -> bool {
        match self {
            Verb::Create(_) | Verb::Edit(_) | Verb::Clone(_) | Verb::Promote(_) => true,
            Verb::Delete(_) | Verb::Restore { score: Some(_) } => true,
            Verb::Restore { score: None } => false,
            Verb::Schedule(options) => options.changes(),
            Verb::Estimate(_) | Verb::List | Verb::Show { .. } | Verb::Export(_) => false,
            Verb::Factors(_) | Verb::Realised { .. } | Verb::Report(_) => false,
        }
    }
}

pub fn execute(session: &Session, verb: Verb) -> Result<()> {
    let workspace = session.workspace()?;
    match verb {
        Verb::Create(options) => create::execute(session, &workspace, *options),
        Verb::Estimate(options) => estimate::execute(session, &workspace, *options),
        Verb::List => list::execute(session, &workspace),
        Verb::Show { score } => show::execute(session, &workspace, &score),
        Verb::Edit(options) => edit::execute(session, &workspace, &options),
        Verb::Clone(options) => clone::execute(session, &workspace, options),
        Verb::Schedule(options) => schedule::execute(session, &workspace, &options),
        Verb::Promote(options) => promote::execute(session, &workspace, &options),
        Verb::Delete(options) => delete::execute(session, &workspace, &options),
        Verb::Restore { score } => delete::restore(session, &workspace, score.as_deref()),
        Verb::Export(options) => export::execute(session, &workspace, &options),
        Verb::Factors(options) => factors::execute(session, &workspace, &options),
        Verb::Realised { score } => realised::execute(session, &workspace, &score),
        Verb::Report(options) => report::execute(session, &workspace, &options),
    }
}
