//! What the sources hold, without a run: `data check`, what a goal matches, and the catalog in the cache folder, from
//! which the screens take event types, fields and values ([`state`], [`build`]; estimates in
//! [`estimate`](super::estimate)). Called by the command line and the screens.

mod build;
mod state;

pub use build::{build, spawn_build};
pub(super) use state::folder_of_key;
pub use state::{CatalogState, key, state};

use crate::data::load::{Attributes, Request, load};
use crate::domain::progress::Progress;
use crate::domain::run::AsOf;
use crate::domain::score::{MergePolicy, ProfileType, Repeatable, Score};
use crate::domain::source::activity::day_text;
use crate::domain::source::read_report::ReadReport;
use crate::error::Result;
use crate::features::attributes;
use crate::features::feature_spec::{FeatureOptions, FeatureSpec};
use crate::features::membership;
use crate::features::population::Population;
use crate::pipeline::setup;
use crate::workspace::Workspace;
use jiff::Timestamp;
use serde::Serialize;

/// What `data check` shows.
#[derive(Debug, Clone, Serialize)]
pub struct DataCheck {
    pub as_of: String,
    pub first_day: String,
    #[serde(flatten)]
    pub read_report: ReadReport,
}

/// Reads all sources and tells what they hold.
///
/// # Errors
/// Those of [`load`].
pub fn check(workspace: &Workspace, as_of: AsOf, progress: &dyn Progress) -> Result<DataCheck> {
    let request = Request {
        profile_type: ProfileType::Person,
        goals: &[],
        exclusions: &[],
        rule_events: Vec::new(),
        attributes: Attributes { wanted: &attributes::required_attributes(&[]), others: false },
        links: &[],
        merge_policy: MergePolicy::MostRecent,
        as_of,
        now: Timestamp::now(),
    };
    let (business, read_report) = load(&workspace.config, &request, progress)?;
    Ok(DataCheck { as_of: day_text(business.as_of), first_day: day_text(business.first_day), read_report })
}

/// What a goal matches in the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct GoalPreview {
    pub conversions: u64,
    pub converters: u64,
    pub profiles: u64,
    /// Over 95 % of the converters converted once.
    pub one_off: bool,
}

/// Counts the conversions of a score's goal, and tells whether it is one-off.
///
/// # Errors
/// Those of [`load`], and fields of `--with` and `--without` that nothing has.
pub fn preview(workspace: &Workspace, score: &Score, as_of: AsOf, progress: &dyn Progress) -> Result<GoalPreview> {
    let wanted = setup::required_attributes(score);
    let (business, _) =
        load(&workspace.config, &setup::request(score, as_of, (&wanted, &[]), Timestamp::now()), progress)?;
    let population = Population::new(&business, score.profile_type);
    membership::check_attributes(&population, &score.population)?;
    let everybody: Vec<u32> = (0..population.len() as u32).collect();
    let options = FeatureOptions { with: &score.with, without: &score.without, links: false };
    FeatureSpec::choose(&population, options, business.as_of, &everybody)?;
    let auto = Score { repeatable: Repeatable::Auto, ..score.clone() };
    let (_, conversions, one_off) = setup::labels_of(&population, &auto);
    Ok(GoalPreview {
        conversions: conversions.conversions,
        converters: conversions.converters,
        profiles: population.len() as u64,
        one_off,
    })
}
