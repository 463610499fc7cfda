//! Filters and orders the scored profiles. Called by `profile list` and `score export`.

use crate::cli::progress::ProgressLine;
use crate::data::scores::{Query, Sort};
use crate::error::Result;
use crate::queries::profile::ScoredProfiles;

/// The places that a filter and an order give; `None` is all of them by rank.
///
/// # Errors
/// The filter names what there is not, or the scores cannot be read on.
pub fn places(scored: &ScoredProfiles, filter: &str, sort: Sort) -> Result<Option<Vec<u32>>> {
    let known: Vec<&str> = scored.pages.attributes().iter().map(|a| &**a).collect();
    let query = Query::parse(filter, &known)?;
    if query.is_empty() && sort == Sort::Rank {
        return Ok(None);
    }
    let progress = ProgressLine::cancelling();
    let within = if query.is_empty() { Ok(None) } else { scored.pages.filter(&query, &progress).map(Some) };
    let places = within.and_then(|within| scored.pages.order(sort, within, &progress));
    progress.clear();
    places.map(Some)
}
