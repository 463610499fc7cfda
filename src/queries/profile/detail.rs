//! What is told of one profile, as data: its features, its activity, everything at once, and what it would be if.

use crate::data::scores::ScoredProfile;
use crate::domain::explanation::{Band, Explanation};
use crate::domain::feature_labels;
use crate::domain::score::ProfileType;
use crate::domain::source::activity::{Day, day_text};
use serde::Serialize;

/// What happened on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActivityEntry {
    /// Days since 1970-01-01.
    #[serde(serialize_with = "day")]
    pub day: Day,
    pub event_type: String,
    pub count: u32,
    /// The person, where the profile is an account and it was one.
    pub person: Option<String>,
}

fn day<S: serde::Serializer>(day: &Day, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_str(&day_text(*day))
}

/// A feature as the model sees it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FeatureValue {
    pub code: String,
    pub label: String,
    pub unit: String,
    /// NaN where it is missing.
    #[serde(skip)]
    pub value: f32,
    /// The value in words.
    pub text: Option<String>,
    /// Of a category: every value that the model knows, by its number.
    #[serde(skip)]
    pub choices: Vec<String>,
}

/// One person of an account.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Person {
    pub id: String,
    pub name: Option<String>,
    pub job_title: Option<String>,
    pub events: u64,
    /// The account's score without this person less its score, in points.
    pub change: f64,
}

/// One profile in full.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfileDetail {
    pub run: String,
    /// 1 is the best.
    pub rank: u32,
    pub of: u64,
    pub profile_type: ProfileType,
    #[serde(flatten)]
    pub profile: ScoredProfile,
    pub explanation: Explanation,
    /// What the sources tell, by name: of a person also of its account.
    pub known: Vec<(String, String)>,
    #[serde(skip)]
    pub cells: Vec<FeatureValue>,
    /// Newest first.
    pub activity: Vec<ActivityEntry>,
    /// All lines of activity, of which at most so many are in `activity`.
    pub activity_lines: usize,
    /// Events by week, the last week at the end.
    pub weeks: Vec<u32>,
    /// Of an account, those who lift it most first.
    pub people: Vec<Person>,
    /// People whose share was not computed, because there are so many.
    pub more_people: usize,
}

/// A profile as it would be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WhatIf {
    pub explanation: Explanation,
    pub score: f64,
    pub percentile: u8,
    pub band: Band,
    pub probability: f64,
}

/// A feature with its words.
pub(super) fn cell(code: &str, value: f32, text: Option<String>, choices: Vec<String>) -> FeatureValue {
    let words = feature_labels::for_code(code);
    FeatureValue { code: code.into(), label: words.label, unit: words.unit.into(), value, text, choices }
}
