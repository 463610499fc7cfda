//! `scores.parquet`: the scored profiles of one run, ordered by rank, readable by DuckDB, pandas and Spark. Written by
//! the pipeline, read by the command line from the first row to the last ([`ScoreReader`]) and by the screens wherever they
//! look ([`ScorePages`]).
//!
//! `write` writes it block by block; `read` goes through it from the first row to the last; `pages` reads it anywhere;
//! `query` is what a person types into the filter.

mod pages;
mod query;
mod read;
mod write;

pub use pages::ScorePages;
pub use query::{Query, Sort};
pub use read::{ScoreReader, by_id, probabilities, version};
pub use write::ScoreWriter;

use crate::domain::explanation::{Band, Explanation, Factor, rounded_score};
use serde::{Serialize, Serializer};
use std::sync::Arc;

/// One scored profile; the row's position in the file is its rank.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScoredProfile {
    /// The id of the person or account, as its source spells it.
    pub profile_id: String,
    /// Its name, where a source has one.
    pub name: Option<String>,
    /// The account of a person, where it has one.
    pub account_id: Option<String>,
    /// 0 to 100.
    pub score: f64,
    /// The score, 0 to 100, in the run before; `None` where that had not scored the profile.
    pub previous_score: Option<f64>,
    /// 1 to 100, within the run; 100 is the best.
    pub percentile: i32,
    /// The calibrated probability of converting within the timeframe, 0 to 1.
    pub probability: f64,
    /// The band of the score under the limits of the run.
    pub band: Band,
    /// The kind of model, for readers of the file: `gradient-boosted trees`.
    pub model_type: String,
    /// Days since 1970-01-01; written as a date.
    #[serde(serialize_with = "date")]
    pub score_date: i32,
    /// The ten largest by absolute contribution.
    pub factors: Vec<Factor>,
    /// Sum of the contributions of all other factors.
    pub rest: f64,
    /// The group of factors that counts most, as the page of the profile has it; none in files of earlier versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_group: Option<TopGroup>,
    /// The attributes that the sources have of the profile, by name; of a person also of its account (`account.industry`).
    #[serde(serialize_with = "map")]
    pub attributes: Vec<(Arc<str>, String)>,
}

/// Which columns a scores file has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Version {
    /// As earlier versions of the program wrote it, without the group that counts most: so that a run of them can be
    /// repeated to the byte.
    WithoutTopGroup,
    /// All of them.
    #[default]
    Current,
}

/// A group of factors: its largest one, and what all of them contribute.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TopGroup {
    /// Code of its largest factor, which names the group.
    pub code: String,
    /// The profile's value of that factor; `None` where it is missing.
    pub value: Option<String>,
    /// Sum of the contributions of the group, in log-odds.
    pub contribution: f64,
}

impl TopGroup {
    /// The largest group of an explanation; `None` where nothing contributes.
    pub fn of(why: &Explanation) -> Option<TopGroup> {
        let group = why.groups().into_iter().next()?;
        let largest = why.factors.get(*group.factors.first()?)?;
        Some(TopGroup { code: largest.code.clone(), value: largest.value.clone(), contribution: group.contribution })
    }
}

impl ScoredProfile {
    /// Its name, or its id where it has none.
    pub fn title(&self) -> &str {
        self.name.as_deref().filter(|n| !n.is_empty()).unwrap_or(&self.profile_id)
    }

    /// The value of an attribute by its name.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| **n == *name).map(|(_, value)| value.as_str())
    }

    /// The change since the run before, in points.
    pub fn change(&self) -> Option<f64> {
        self.previous_score.map(|before| self.score - before)
    }

    /// The change as it is shown: between the scores as they are shown.
    pub fn shown_change(&self) -> Option<i64> {
        let shown = |score| i64::from(rounded_score(score));
        self.previous_score.map(|before| shown(self.score) - shown(before))
    }
}

fn date<S: Serializer>(day: &i32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&crate::domain::source::activity::day_text(*day))
}

fn map<S: Serializer>(attributes: &[(Arc<str>, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(attributes.iter().map(|(name, value)| (&**name, value)))
}

#[cfg(test)]
mod tests;
