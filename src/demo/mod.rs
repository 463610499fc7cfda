//! A made-up B2B business, written as CSV files in the plain layout and read later like anyone's. `cli` calls it for
//! `propensity demo`, tests and benches call it for data whose truth is known.
//!
//! # The planted truth
//!
//! * **Fit.** Every account has one: the sum of its industry's effect ([`PLANTED_INDUSTRIES`] are the strongest), its size
//!   (the logarithm of `employees`) and noise. Revenue follows size and adds nothing.
//! * **Buying episodes.** Now and then, more often with a better fit, several persons of one account become active
//!   together for 45 to 120 days, the more senior ones ([`PLANTED_SENIOR_TITLES`]) more often. What they do grows
//!   towards the end and is telling: [`PLANTED_EVENT_TYPES`] come almost only from them. An episode opens an
//!   opportunity and ends it: the log-odds of *Closed Won* grow with the fit, with the number of persons and with a
//!   senior one among them; the others end *Closed Lost*. After that the persons fall silent.
//! * **Persons convert** (`leadOperation.convertLead`, once) in the second half of an episode, more likely when senior, and
//!   rarely without one.
//! * **What must not mislead.** Most of the activity is noise of persons who buy nothing, at rates of their own, so that the
//!   recency of an account says little. *Curious* persons read for weeks without buying. A third of the opportunities is
//!   opened in hope, without any buying, and is nearly always lost, so that an open opportunity alone says little.
//!
//! Country, names, campaigns, the function in a job title and annual revenue given size are noise.
//!
//! A few blemishes (under one row in a thousand) are mixed into the events so that `data check` has something to show:
//! events of unknown persons, ids written twice, dates that do not exist.
//!
//! The same options give byte-identical files.
//!
//! | file | what it does |
//! |---|---|
//! | `options` | what is asked for, planted and told |
//! | `random` | distributions over a seeded generator |
//! | `words` | word lists for names |
//! | `world` | firms, persons, buying episodes, opportunities: the causes |
//! | `activity` | the events: what can be seen of them |
//! | `write` | the CSV files and the configuration |

mod activity;
mod options;
mod random;
mod words;
mod world;
mod write;

use crate::store::json;
pub use options::{
    ACCOUNT_GOAL, ACCOUNT_TIMEFRAME, DAYS, DemoOptions, DemoSummary, PERSON_GOAL, PERSON_TIMEFRAME, PLANTED_ATTRIBUTES,
    PLANTED_EVENT_TYPES, PLANTED_INDUSTRIES, PLANTED_SENIOR_TITLES,
};

use crate::error::{Error, Result};
use std::path::Path;

/// Tells what the files were made with.
const MANIFEST: &str = "demo.json";

/// Writes persons.csv, accounts.csv, opportunities.csv, events.csv and config.toml into `folder`, which is made if need be.
///
/// # Errors
/// Sizes that no business could have, a folder that holds somebody else's config.toml, and whatever the disk refuses.
pub fn generate(folder: &Path, options: &DemoOptions) -> Result<DemoSummary> {
    check(options)?;
    let world = world::World::build(options);
    let activity = activity::Activity::build(&world, options);
    // Files that are half written are not made with anything.
    let _ = std::fs::remove_file(folder.join(MANIFEST));
    let made = write::all(folder, &world, &activity)?;
    json::write_json(&folder.join(MANIFEST), options)?;
    Ok(made)
}

/// Whether `folder` holds the files of these very options.
pub fn is_generated(folder: &Path, options: &DemoOptions) -> bool {
    let made = std::fs::read(folder.join(MANIFEST)).ok().and_then(|json| serde_json::from_slice(&json).ok());
    made.as_ref() == Some(options) && folder.join("config.toml").is_file()
}

/// Whether a folder is a demo's, made with whatever options.
pub fn is_demo(folder: &Path) -> bool {
    folder.join(MANIFEST).is_file()
}

fn check(options: &DemoOptions) -> Result<()> {
    if !(100..=5_000_000).contains(&options.people) {
        return Err(Error::usage(format!("The demo cannot have {} persons.", options.people))
            .because("it needs between 100 and 5 million")
            .hint("leave --people out for 3,000"));
    }
    let least = options.people * 20;
    if !(least..=100_000_000).contains(&options.events) {
        return Err(Error::usage(format!("The demo cannot have {} events.", options.events))
            .because(format!(
                "{} persons need at least {least} (20 each), and 100 million are the most",
                options.people
            ))
            .hint(format!("take --events {} or so", options.people * 40)));
    }
    if !(1980..=2200).contains(&options.end.year()) {
        return Err(Error::usage(format!("The demo cannot end on {}.", options.end))
            .because("the year is not between 1980 and 2200"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
