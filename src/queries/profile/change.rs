//! Why a score changed between two runs, in five steps from the one to the other. Each step changes one thing, and its
//! part is what the score changes by; so the parts add up to the whole change, whatever their order, and the order is
//! always the same: corrections to events before T0; ageing (the cutoff moves to T1); new events in [T0, T1); attributes
//! and links; the model and its base rate.

use super::scoring_context::{self, ScoringContext};
use crate::domain::explanation::{largest_remainder, rounded_score};
use crate::domain::source::activity::{Activity, Business, Day};
use crate::error::Result;
use crate::features::population::Population;
use serde::Serialize;

/// What changed a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangePart {
    Corrections,
    Ageing,
    NewActivity,
    AttributesAndLinks,
    Model,
}

impl ChangePart {
    pub const ALL: [ChangePart; 5] = [
        ChangePart::Corrections,
        ChangePart::Ageing,
        ChangePart::NewActivity,
        ChangePart::AttributesAndLinks,
        ChangePart::Model,
    ];

    pub fn word(self) -> &'static str {
        match self {
            ChangePart::Corrections => "corrections of earlier events",
            ChangePart::Ageing => "ageing",
            ChangePart::NewActivity => "new activity",
            ChangePart::AttributesAndLinks => "attributes and links",
            ChangePart::Model => "model and base rate",
        }
    }
}

/// A change of score with its parts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    pub from_run: String,
    pub to_run: String,
    /// Days since 1970-01-01: the as-of dates T0 and T1.
    pub from_day: Day,
    pub to_day: Day,
    pub from: f64,
    pub to: f64,
    /// In points, in the order of [`ChangePart::ALL`]; they add up to `to − from`.
    pub parts: Vec<(ChangePart, f64)>,
}

impl Change {
    /// The change between the scores as they are shown, and its parts as whole points that add up to it.
    pub fn whole_points(&self) -> (i64, Vec<i64>) {
        let total = i64::from(rounded_score(self.to)) - i64::from(rounded_score(self.from));
        let parts: Vec<(&str, f64)> = self.parts.iter().map(|(part, points)| (part.word(), *points)).collect();
        (total, largest_remainder(total, &parts))
    }
}

/// The change of a profile between the runs seen through two lenses.
///
/// # Errors
/// One of the runs did not know the profile, or a file cannot be read on.
pub fn explain_change(
    (from_run, earlier): (&str, &ScoringContext),
    (to_run, later): (&str, &ScoringContext),
    profile: &str,
) -> Result<Change> {
    let (old, new) = (earlier.business_around(profile)?, later.business_around(profile)?);
    let (from_day, to_day) = (old.as_of, new.as_of);
    // What the later run knows of those whom the earlier one counted.
    let now = later.snapshot.activity_of(&old.persons.ids, &old.accounts.ids)?;
    let with = |until: Day| Business {
        activity: activity_before(&now, until),
        first_day: old.first_day.min(new.first_day),
        ..old.clone()
    };
    let (corrected, moved) = (with(from_day), with(to_day));
    let score = |context: &ScoringContext, business: &Business, cutoff: Day| -> Result<f64> {
        let population = Population::new(business, context.profile_type());
        let number = scoring_context::profile_index(&population, profile)?;
        Ok(context.score(&context.features(&population, number, cutoff)))
    };
    let steps = [
        score(earlier, &old, from_day)?,
        score(earlier, &corrected, from_day)?,
        score(earlier, &corrected, to_day)?,
        score(earlier, &moved, to_day)?,
        score(earlier, &new, to_day)?,
        score(later, &new, to_day)?,
    ];
    let parts =
        ChangePart::ALL.into_iter().zip(steps.windows(2)).map(|(part, step)| (part, step[1] - step[0])).collect();
    let (from_run, to_run) = (from_run.to_string(), to_run.to_string());
    Ok(Change { from_run, to_run, from_day, to_day, from: steps[0], to: steps[5], parts })
}

/// The activity before a day.
fn activity_before(activity: &Activity, until: Day) -> Activity {
    let mut kept =
        Activity { rows: Vec::new(), numbers: Vec::new(), starts: vec![0], number_starts: vec![0], ..activity.clone() };
    for subject in 0..activity.starts.len().saturating_sub(1) as u32 {
        kept.rows.extend(activity.counts_of(subject).iter().filter(|r| r.day < until));
        kept.starts.push(kept.rows.len());
        kept.numbers.extend(activity.numbers_of(subject).iter().filter(|n| n.day < until));
        kept.number_starts.push(kept.numbers.len());
    }
    kept
}
