//! What the sources hold, as the screens need it to ask for a goal: event types with their fields and values, and what
//! a goal comes to in the data. Built by `queries::catalog` in the cache folder, answered by `queries::estimate`, shown
//! by `tui` and `cli`.

use super::read_report::SourceReport;
use crate::domain::run::quality::{Check, Outcome};
use crate::domain::score::goal::{Goal, GoalEvent};
use crate::domain::score::population_rule::PopulationRule;
use crate::domain::score::{ExcludeUntilActive, ProfileType};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The short part of the catalog (`catalog.json`): everything that dropdowns show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Catalog {
    /// Version of the format of `catalog.json`.
    pub version: u32,
    /// Tells these sources, in this state and read with this configuration, from all others.
    pub key: String,
    /// When it was built.
    pub built_at: Timestamp,
    /// Seconds that reading the sources took; what the first run will take follows from it.
    pub seconds: f64,
    /// First day with an event (`YYYY-MM-DD`).
    pub first_day: Option<String>,
    /// Last day with an event (`YYYY-MM-DD`).
    pub last_day: Option<String>,
    /// Persons, each id once.
    pub persons: u64,
    /// Accounts, each id once.
    pub accounts: u64,
    /// Opportunities, each id once.
    pub opportunities: u64,
    /// Events of all types.
    pub events: u64,
    /// Rows that were read but kept out.
    pub refused: u64,
    /// Most frequent first.
    pub event_types: Vec<TypeEntry>,
    /// The sources in the order of the configuration, with their files, columns and refused rows.
    #[serde(default)]
    pub sources: Vec<SourceReport>,
    /// What somebody should look at, in sentences.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// Attributes that a population rule may ask for, of persons and then of accounts, each in the order of the sources.
    pub attributes: Vec<AttributeEntry>,
}

/// An attribute that some profile has; its counts are of profiles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeEntry {
    /// Whose attribute it is.
    pub profile_type: ProfileType,
    /// Its name and values.
    #[serde(flatten)]
    pub field: FieldEntry,
}

/// An event type that occurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeEntry {
    /// The type as it stands in the data.
    pub event_type: String,
    /// Events of the type.
    pub events: u64,
    /// Fields with at least one value in events of this type, the fullest first.
    pub fields: Vec<FieldEntry>,
    /// Events by month from the first to the last month of the catalog.
    #[serde(default)]
    pub months: Vec<u64>,
}

/// A field of an event type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldEntry {
    /// Name of the field.
    pub field: String,
    /// Events with a value in it.
    pub filled: u64,
    /// Different values in it.
    pub distinct: u64,
    /// The most frequent values, at most [`MAX_VALUES`], most frequent first.
    pub values: Vec<ValueEntry>,
}

/// A value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueEntry {
    /// The value as it stands in the data.
    pub value: String,
    /// Events of the type that have it.
    pub events: u64,
}

/// Most values of a field that the catalog lists; goals may ask for any.
pub const MAX_VALUES: usize = 200;

impl Catalog {
    /// The entry of an event type by its exact name.
    pub fn event_type(&self, name: &str) -> Option<&TypeEntry> {
        self.event_types.iter().find(|t| t.event_type == name)
    }

    /// The attributes that profiles of this type have: of a person those of its account, too, where persons have none of the name.
    pub fn attributes_of(&self, profile_type: ProfileType) -> impl Iterator<Item = &FieldEntry> {
        let own = move |a: &&AttributeEntry| a.profile_type == profile_type;
        let names: Vec<&str> = self.attributes.iter().filter(own).map(|a| a.field.field.as_str()).collect();
        let counts = move |a: &&AttributeEntry| {
            own(a) || profile_type == ProfileType::Person && !names.contains(&a.field.field.as_str())
        };
        self.attributes.iter().filter(counts).map(|a| &a.field)
    }
}

impl TypeEntry {
    /// The entry of a field by its exact name.
    pub fn field(&self, name: &str) -> Option<&FieldEntry> {
        self.fields.iter().find(|f| f.field == name)
    }
}

/// What a goal that is being built asks of the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoalQuery {
    /// Who is to convert.
    pub profile_type: ProfileType,
    /// The goal as far as it is entered.
    pub goal: Goal,
    /// Goal events that make a profile ineligible.
    pub exclusions: Vec<GoalEvent>,
    /// How long an exclusion holds.
    pub exclude_until_active: ExcludeUntilActive,
    /// Who is scored.
    pub population: PopulationRule,
    /// Days from a cutoff on within which a conversion counts.
    pub timeframe_days: u32,
}

/// What a goal comes to in the data, by the same rules as in a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GoalEstimate {
    /// Conversions before the as-of date.
    pub conversions: u64,
    /// Profiles that made them.
    pub converters: u64,
    /// All profiles of the type.
    pub profiles: u64,
    /// Conversions in an average month since the first one.
    pub per_month: f64,
    /// Eligible profiles at the test cutoff; 0 where none has matured.
    pub eligible: u64,
    /// Those of them that convert within the timeframe.
    pub converted: u64,
    /// Whether the goal would be taken as one-off.
    pub one_off: bool,
    /// The checks of a training run that can be made without training, all of them.
    pub checks: Vec<Check>,
    /// Days from the first event to the as-of date.
    pub data_days: u32,
    /// The longest of the usual timeframes below the one that was asked for with which a run would not stop, where it stops.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub works_with_days: Option<u32>,
}

impl GoalEstimate {
    /// Share (0–1) of the eligible profiles that convert; `None` where no cutoff has matured.
    pub fn base_rate(&self) -> Option<f64> {
        (self.eligible > 0).then(|| self.converted as f64 / self.eligible as f64)
    }

    /// The first check that would stop a run.
    pub fn stopped(&self) -> Option<&Check> {
        self.checks.iter().find(|c| c.outcome == Outcome::Stopped)
    }

    /// The first check that would warn.
    pub fn warned(&self) -> Option<&Check> {
        self.checks.iter().find(|c| c.outcome == Outcome::Warning)
    }
}
