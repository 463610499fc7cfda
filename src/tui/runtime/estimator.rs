//! Counts goals on the catalog. While one is counted others may be asked; only the last of them is answered.

use super::thread;
use crate::domain::score::goal::{Combine, Goal, GoalEvent};
use crate::domain::score::population_rule::PopulationRule;
use crate::domain::score::{ExcludeUntilActive, ProfileType};
use crate::domain::source::catalog::{GoalEstimate, GoalQuery};
use crate::error::Result;
use crate::queries::catalog;
use crate::queries::estimate::Estimator;
use crate::tui::msg::Msg;
use crate::workspace::Workspace;
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};

/// The thread that counts.
pub struct GoalEstimator {
    requests: Sender<Request>,
}

enum Request {
    Estimate(u64, GoalQuery),
    WarmUp(ProfileType),
}

impl GoalEstimator {
    pub fn start(workspace: Arc<Workspace>, sender: Sender<Msg>) -> Result<GoalEstimator> {
        let (requests, received) = mpsc::channel::<Request>();
        thread::spawn("estimator", move || {
            let mut estimator = None;
            while let Ok(mut last) = received.recv() {
                while let Ok(newer) = received.try_recv() {
                    last = newer;
                }
                match last {
                    Request::WarmUp(profile_type) => {
                        // Without a catalog there is nothing to load yet: the first question will.
                        let _ = estimate(&workspace, &mut estimator, &empty_question(profile_type));
                    }
                    Request::Estimate(generation, question) => {
                        let estimate = Box::new(estimate(&workspace, &mut estimator, &question));
                        if sender.send(Msg::Estimated { generation, estimate }).is_err() {
                            return;
                        }
                    }
                }
            }
        })?;
        Ok(GoalEstimator { requests })
    }

    pub fn estimate(&self, generation: u64, question: GoalQuery) {
        // A thread that is gone has ended the program by its panic.
        let _ = self.requests.send(Request::Estimate(generation, question));
    }

    pub fn warm_up(&self, profile_type: ProfileType) {
        let _ = self.requests.send(Request::WarmUp(profile_type));
    }
}

/// A question that no event answers: what is loaded for it is what every other needs, too.
fn empty_question(profile_type: ProfileType) -> GoalQuery {
    let goal =
        Goal { events: vec![GoalEvent { event_type: String::new(), conditions: Vec::new() }], combine: Combine::Any };
    GoalQuery {
        profile_type,
        goal,
        exclusions: Vec::new(),
        exclude_until_active: ExcludeUntilActive::Auto,
        population: PopulationRule::default(),
        timeframe_days: 90,
    }
}

/// The estimator is opened anew where it fails: the catalog may have been built again since.
fn estimate(workspace: &Workspace, kept: &mut Option<Estimator>, question: &GoalQuery) -> Result<GoalEstimate> {
    // The sources may have changed since it was opened.
    let key = catalog::key(workspace).ok();
    if let Some(estimator) = kept
        && key.as_deref() == Some(estimator.key())
        && let Ok(estimate) = estimator.estimate(question)
    {
        return Ok(estimate);
    }
    kept.insert(Estimator::open(workspace)?).estimate(question)
}
