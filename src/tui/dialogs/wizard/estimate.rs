//! Asks what the goal that is being built matches in the data, and takes the answer.

use super::state::{LiveEstimate, Wizard};
use crate::domain::source::catalog::{GoalEstimate, GoalQuery};
use crate::error::Result;
use crate::tui::effect::Effect;

/// The timeframe that is assumed while none is chosen.
pub const ASSUMED_DAYS: u32 = 90;

impl Wizard {
    /// Asks for an estimate of the goal, if that is something new.
    pub fn request_estimate(&mut self, generation: &mut u64) -> Option<Effect> {
        let question = self.question();
        if question.is_none() && self.warmed_up != self.draft.profile_type {
            self.warmed_up = self.draft.profile_type;
            return self.warmed_up.map(Effect::WarmUp);
        }
        if question == self.requested {
            return None;
        }
        self.requested.clone_from(&question);
        *generation += 1;
        let Some(question) = question else {
            self.estimate = LiveEstimate::Nothing;
            return None;
        };
        self.warmed_up = Some(question.profile_type);
        self.estimate = LiveEstimate::Waiting(*generation, self.estimate.known().cloned().map(Box::new));
        Some(Effect::Estimate { generation: *generation, question })
    }

    /// Asks the same question again: the catalog is another one.
    pub fn request_again(&mut self, generation: &mut u64) -> Option<Effect> {
        self.requested = None;
        self.warmed_up = None;
        self.request_estimate(generation)
    }

    fn question(&self) -> Option<GoalQuery> {
        Some(GoalQuery {
            profile_type: self.draft.profile_type?,
            goal: self.draft.goal()?,
            exclusions: self.draft.complete_exclusions(),
            exclude_until_active: self.draft.exclude_until_active,
            population: self.draft.complete_population(),
            timeframe_days: self.draft.timeframe_days().unwrap_or(ASSUMED_DAYS),
        })
    }

    /// Whether the goal is one-off, where the data of this very goal has said so.
    pub fn one_off(&self) -> Option<bool> {
        match &self.estimate {
            LiveEstimate::Known(estimate) if self.requested == self.question() && estimate.converters > 0 => {
                Some(estimate.one_off)
            }
            _ => None,
        }
    }

    /// Takes the answer to the question of this number.
    pub fn set_estimate(&mut self, generation: u64, answer: Result<GoalEstimate>) {
        if matches!(self.estimate, LiveEstimate::Waiting(asked, _) if asked == generation) {
            self.estimate = match answer {
                Ok(estimate) => LiveEstimate::Known(Box::new(estimate)),
                Err(error) => LiveEstimate::Failed(error),
            };
        }
    }
}
