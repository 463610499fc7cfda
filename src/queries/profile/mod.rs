//! One scored profile in full: why it has its score, what is known of it, what happened, who belongs to it, how its score
//! came to change, and what it would be if. Everything is computed anew from what the run read ([`snapshot`]) by the very
//! functions of a run, so that it equals what the run wrote. Called by the screens, off their thread, and by
//! `propensity profile show`.
//!
//! | file | what it answers |
//! |---|---|
//! | `detail` | what is told of a profile, as data |
//! | `scoring_context` | a run's model and data, through which any profile can be scored and explained |
//! | `people` | the people of an account, and its score without each |
//! | `history` | scores in past runs |
//! | `change` | why a score changed |
//!
//! [`snapshot`]: crate::data::snapshot

mod change;
mod detail;
mod history;
mod people;
mod scoring_context;

use crate::runs::find;
use crate::runs::layout;
pub use change::{Change, ChangePart};
pub use detail::{ActivityEntry, FeatureValue, Person, ProfileDetail, WhatIf};
pub use history::{PastScore, history};

use crate::config::Bands;
use crate::data::scores::ScorePages;
use crate::domain::explanation::{Band, Factor};
use crate::domain::progress::Progress;
use crate::domain::run::Run;
use crate::domain::score::ProfileType;
use crate::domain::source::activity::{Business, Day};
use crate::domain::text::shell_quoted;
use crate::error::{Error, Result, nearest};
use crate::features::population::Population;
use crate::pipeline::row_attributes::RowAttributes;
use crate::runs::find::FoundRun;
use crate::workspace::Workspace;
use scoring_context::ScoringContext;
use std::path::PathBuf;
use std::sync::Arc;

/// Lines of the activity that are told one by one.
const MAX_ACTIVITY_ENTRIES: usize = 1_000;
/// Weeks of the year that the sparkline shows.
pub const WEEKS: usize = 52;

/// The latest scores of a score, opened to be looked at.
pub struct ScoredProfiles {
    pub run: Arc<Run>,
    pub folder: PathBuf,
    pub pages: ScorePages,
    bands: Bands,
    context: Option<ScoringContext>,
    /// The run before, once a change was asked for.
    earlier: Option<(String, ScoringContext)>,
}

impl ScoredProfiles {
    /// Opens the latest scores.
    ///
    /// # Errors
    /// The score was never run, or its scores file cannot be read.
    pub fn open(workspace: &Workspace, score: &str) -> Result<ScoredProfiles> {
        let found = find::latest(workspace, score).ok_or_else(|| {
            Error::new("This score has no scores yet.").hint(format!("propensity run start {}", shell_quoted(score)))
        })?;
        ScoredProfiles::of(workspace, found)
    }

    /// Opens the scores of a run.
    ///
    /// # Errors
    /// Its scores file cannot be read.
    pub fn of(workspace: &Workspace, found: FoundRun) -> Result<ScoredProfiles> {
        let pages = ScorePages::open(&found.folder.join(layout::SCORES))
            .map_err(|error| Error { hint: Some(find::new_scores_hint(&found.run.score_name)), ..error })?;
        let bands = workspace.config.bands;
        Ok(ScoredProfiles {
            run: Arc::new(found.run),
            folder: found.folder,
            pages,
            bands,
            context: None,
            earlier: None,
        })
    }

    /// The place of a profile.
    ///
    /// # Errors
    /// It is not among the scored ones, or the file cannot be read on.
    pub fn place(&self, id: &str, progress: &dyn Progress) -> Result<u32> {
        self.pages.find_id(id, progress)?.ok_or_else(|| {
            Error::new(format!("The run {} has no score for '{id}'.", self.run.id))
                .because("the id is unknown, or the profile is not eligible (it has converted, is excluded, or is not of those whom the score is for)")
                .hint(format!("propensity profile list {}", shell_quoted(&self.run.score_name)))
        })
    }

    /// The profile at a place (0 is the best).
    ///
    /// # Errors
    /// What the run read is not kept any more, its model is broken, or a file cannot be read on.
    pub fn detail(&mut self, workspace: &Workspace, place: u32) -> Result<ProfileDetail> {
        let (_, profile) = self.pages.rows(&[place])?.pop().ok_or_else(|| Error::new("There is no such rank."))?;
        let of = self.pages.len() as u64;
        let run = Arc::clone(&self.run);
        let context = self.context(workspace)?;
        let business = context.business_around(&profile.profile_id)?;
        let population = Population::new(&business, context.profile_type());
        let number = scoring_context::profile_index(&population, &profile.profile_id)?;
        let values = context.features(&population, number, business.as_of);
        let (activity, activity_lines, weeks) = activity(&population, number);
        let (people, more_people) = people::scores_without(context, &business, &profile.profile_id, profile.score)?;
        let attributes = RowAttributes::of(&population);
        let known = attributes.of_profile(number).into_iter().map(|(name, value)| (name.to_string(), value)).collect();
        Ok(ProfileDetail {
            run: run.id.clone(),
            rank: place + 1,
            of,
            profile_type: context.profile_type(),
            explanation: context.explain(&values),
            cells: context.named_features(&values),
            profile,
            known,
            activity,
            activity_lines,
            weeks,
            people,
            more_people,
        })
    }

    /// The profile with other values: (index of the cell, value).
    ///
    /// # Errors
    /// Those of [`ScoredProfiles::detail`].
    pub fn what_if(
        &mut self,
        workspace: &Workspace,
        detail: &ProfileDetail,
        changes: &[(usize, f32)],
    ) -> Result<WhatIf> {
        let mut values: Vec<f32> = detail.cells.iter().map(|c| c.value).collect();
        for &(at, value) in changes {
            if let Some(cell) = values.get_mut(at) {
                *cell = value;
            }
        }
        let explanation = self.context(workspace)?.explain(&values);
        let score = explanation.score();
        let percentile = self.pages.percentile_of(score, detail.profile.score)?;
        let (band, probability) = (Band::from_score(score, &self.bands), explanation.probability());
        Ok(WhatIf { explanation, score, percentile, band, probability })
    }

    /// Why the score changed since the run before; `None` where there is none, or the profile had no score then.
    ///
    /// # Errors
    /// What either run read is not kept any more, or a file cannot be read on.
    pub fn change(&mut self, workspace: &Workspace, detail: &ProfileDetail) -> Result<Option<Change>> {
        let Some(before) = self.run.previous.clone().filter(|_| detail.profile.previous_score.is_some()) else {
            return Ok(None);
        };
        if self.earlier.is_none() {
            let found = find::of_score(workspace, &self.run.score, &before)?;
            self.earlier = Some((found.run.id.clone(), ScoringContext::open(workspace, &found)?));
        }
        self.context(workspace)?;
        match (&self.earlier, &self.context) {
            (Some((before, earlier)), Some(later)) => {
                let profile = &detail.profile.profile_id;
                change::explain_change((before, earlier), (&self.run.id, later), profile).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn context(&mut self, workspace: &Workspace) -> Result<&ScoringContext> {
        if self.context.is_none() {
            let found = FoundRun { run: (*self.run).clone(), folder: self.folder.clone() };
            self.context = Some(ScoringContext::open(workspace, &found)?);
        }
        self.context.as_ref().ok_or_else(|| Error::new("The model could not be kept."))
    }
}

impl ProfileDetail {
    /// All its factors, largest first: the scores file has the largest only.
    pub fn factors(&self) -> &[Factor] {
        &self.explanation.factors
    }

    /// What `FEATURE=VALUE` says: the index of the cell, by its code or its name, and the value.
    ///
    /// # Errors
    /// No such feature, or a value that it cannot have.
    pub fn parse_change(&self, text: &str) -> Result<(usize, f32)> {
        let (name, value) = text
            .split_once('=')
            .ok_or_else(|| Error::usage(format!("'{text}' has no '='.")).hint("--set 'tenure=90'"))?;
        let wanted = |c: &FeatureValue| c.code == name.trim() || c.label.eq_ignore_ascii_case(name.trim());
        let at = self.cells.iter().position(wanted).ok_or_else(|| {
            let error = Error::usage(format!("The model has no feature '{}'.", name.trim()));
            match nearest(name, self.cells.iter().flat_map(|c| [c.code.as_str(), c.label.as_str()])) {
                Some(near) => error.hint(format!("did you mean '{near}'?")),
                None => error.hint("`propensity score factors` lists them"),
            }
        })?;
        Ok((at, self.cells[at].parse(value)?))
    }
}

impl FeatureValue {
    /// A value of this feature as it is written: a number, or one of the choices; nothing is missing.
    ///
    /// # Errors
    /// It is neither.
    pub fn parse(&self, text: &str) -> Result<f32> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(f32::NAN);
        }
        if self.choices.is_empty() {
            let number = text.replace(',', "").parse::<f32>().ok().filter(|v| v.is_finite());
            let number = number.ok_or_else(|| Error::usage("Enter a number, or nothing where it is missing."))?;
            // Only the difference of two months can be below nothing.
            let counted = matches!(self.unit.as_str(), "events" | "days" | "people" | "kinds" | "conversions");
            if counted && number < 0.0 && self.code != "change.30d" {
                return Err(Error::usage(format!("{} cannot be below 0.", self.label)));
            }
            return Ok(number);
        }
        let at = self.choices.iter().position(|c| c.to_lowercase() == text.to_lowercase());
        let wrong = || Error::usage(format!("The model knows: {}.", self.choices.join(", ")));
        at.map(|at| at as f32).ok_or_else(wrong)
    }
}

/// What happened before the as-of date, newest first, how many lines that are, and the events of the last weeks.
fn activity(population: &Population<'_>, profile: u32) -> (Vec<ActivityEntry>, usize, Vec<u32>) {
    let Business { persons, activity, as_of, .. } = population.business;
    let of_account = population.profile_type == ProfileType::Account;
    let name = |subject: u32| {
        let id = persons.ids.get(subject as usize)?;
        Some(persons.attribute("name").and_then(|a| a.get(subject)).unwrap_or(id).to_string())
    };
    let mut lines: Vec<(Day, u16, u32, u32)> = Vec::new();
    population.for_each_subject(profile, |subject, from| {
        let rows = activity.counts_of(subject).iter().filter(|r| r.day >= from && r.day < *as_of);
        lines.extend(rows.map(|r| (r.day, r.event_type, r.count, subject)));
    });
    lines.sort_unstable_by(|a, b| b.0.cmp(&a.0).then((a.1, a.3).cmp(&(b.1, b.3))));
    let mut weeks = vec![0; WEEKS];
    for &(day, _, count, _) in &lines {
        let ago = ((as_of - 1 - day) / 7) as usize;
        if let Some(week) = WEEKS.checked_sub(ago + 1).and_then(|at| weeks.get_mut(at)) {
            *week += count;
        }
    }
    let entries = lines.iter().take(MAX_ACTIVITY_ENTRIES).map(|&(day, kind, count, subject)| ActivityEntry {
        day,
        event_type: activity.types.get(usize::from(kind)).cloned().unwrap_or_default(),
        count,
        person: if of_account { name(subject) } else { None },
    });
    (entries.collect(), lines.len(), weeks)
}
