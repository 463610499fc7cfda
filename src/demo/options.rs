//! What the demo is asked for, what it plants, and what it tells of what was written.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Event types that come almost only from persons who are buying: they must lead the factors, with the opportunity's
/// stage changes beside them.
pub const PLANTED_EVENT_TYPES: [&str; 3] =
    ["web.pricingPageVisited", "leadOperation.demoRequested", "sales.meetingHeld"];

/// The account columns that carry the fit.
pub const PLANTED_ATTRIBUTES: [&str; 2] = ["industry", "employees"];

/// The industries that buy most.
pub const PLANTED_INDUSTRIES: [&str; 2] = ["Software", "Financial services"];

/// What the titles of the persons who decide say (seniority above manager).
pub const PLANTED_SENIOR_TITLES: [&str; 4] = ["Chief", "VP", "Director", "Head"];

/// The goal of the account score, as a sentence; its timeframe is [`ACCOUNT_TIMEFRAME`].
pub const ACCOUNT_GOAL: &str =
    "opportunityEvent.opportunityUpdated where attributeName is 'Stage' and newValue is 'Closed Won'";

/// Days.
pub const ACCOUNT_TIMEFRAME: u16 = 90;

/// The goal of the person score, as a sentence; its timeframe is [`PERSON_TIMEFRAME`].
pub const PERSON_GOAL: &str = "leadOperation.convertLead";

/// Days.
pub const PERSON_TIMEFRAME: u16 = 30;

/// Days of activity before `end`.
pub const DAYS: i64 = 730;

/// What to generate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DemoOptions {
    /// Persons; there are two accounts for every fifteen of them.
    pub people: usize,
    /// Rows of events.csv, but for the blemishes.
    pub events: usize,
    pub seed: u64,
    /// The data ends at the midnight (UTC) with which this day begins, so that today's date gives no stamp in the future.
    pub end: Date,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoSummary {
    /// The configuration that names the four files.
    pub config: PathBuf,
    pub persons: usize,
    pub accounts: usize,
    pub opportunities: usize,
    /// Rows of events.csv with the blemishes.
    pub events: usize,
    /// Opportunities that reached Closed Won.
    pub won: usize,
    /// Persons that converted.
    pub converted: usize,
    /// Rows that a reader must refuse.
    pub blemishes: usize,
}

impl DemoOptions {
    /// The size of `propensity demo`: 3,000 persons, 400 accounts, 120,000 events, two years.
    pub fn new(end: Date) -> Self {
        DemoOptions { people: 3_000, events: 120_000, seed: 7, end }
    }
}
