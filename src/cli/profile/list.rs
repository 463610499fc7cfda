//! `propensity profile list`: the scored profiles of a score, filtered and ordered.

use super::{filter, ranking};
use crate::cli::latest_scores::latest_scores;
use crate::cli::session::Session;
use crate::data::scores::Sort;
use crate::error::{Error, Result};
use crate::queries::export::Ranked;
use crate::queries::profile::ScoredProfiles;
use crate::workspace::Workspace;
use clap::Args;

#[derive(Debug, Args)]
pub struct Options {
    score: String,
    #[arg(long, default_value_t = 20, value_name = "N")]
    top: usize,
    /// Begin at this rank of the list.
    #[arg(long, default_value_t = 1, value_name = "RANK")]
    from: usize,
    /// Only some: words that the id or name holds, band=high, attribute=value.
    #[arg(long, default_value = "", value_name = "FILTER")]
    filter: String,
    #[arg(long, default_value = "rank", value_name = "rank|risen|fallen|name|id")]
    sort: Sort,
}

pub fn execute(session: &Session, workspace: &Workspace, options: &Options) -> Result<()> {
    let &Options { ref score, top, from, ref filter, sort } = options;
    if from == 0 {
        return Err(Error::usage("Ranks begin at 1."));
    }
    let scored = ScoredProfiles::of(workspace, latest_scores(workspace, score)?)?;
    let places = match filter::places(&scored, filter, sort)? {
        Some(places) => places.into_iter().skip(from - 1).take(top).collect(),
        None => (from as u32 - 1..).take(top.min(scored.pages.len())).collect::<Vec<u32>>(),
    };
    let rows = scored.pages.rows(&places)?;
    let rows: Vec<Ranked> = rows.into_iter().map(|(place, profile)| Ranked { rank: place + 1, profile }).collect();
    session.print(&rows, |rows| match rows.is_empty() {
        true => "No profile fits.\n".to_string(),
        false => ranking::table(rows, &workspace.config.bands),
    })
}
