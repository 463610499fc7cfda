//! Counts goals on the catalog. While one is counted others may be asked; only the last of them is answered.

use super::thread;
use crate::domain::catalog::{GoalEstimate, Question};
use crate::error::Result;
use crate::jobs::estimate::Estimator;
use crate::jobs::workspace::Workspace;
use crate::tui::msg::Msg;
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};

pub struct Counter {
    questions: Sender<(u64, Question)>,
}

impl Counter {
    pub fn start(workspace: Arc<Workspace>, sender: Sender<Msg>) -> Result<Counter> {
        let (questions, asked) = mpsc::channel::<(u64, Question)>();
        thread("counter", move || {
            let mut estimator = None;
            while let Ok(mut last) = asked.recv() {
                while let Ok(newer) = asked.try_recv() {
                    last = newer;
                }
                let (generation, question) = last;
                let estimate = Box::new(count(&workspace, &mut estimator, &question));
                if sender.send(Msg::Estimated { generation, estimate }).is_err() {
                    return;
                }
            }
        })?;
        Ok(Counter { questions })
    }

    pub fn ask(&self, generation: u64, question: Question) {
        // A thread that is gone has ended the program by its panic.
        let _ = self.questions.send((generation, question));
    }
}

/// The estimator is opened anew where it fails: the catalog may have been built again since.
fn count(workspace: &Workspace, kept: &mut Option<Estimator>, question: &Question) -> Result<GoalEstimate> {
    if let Some(estimator) = kept
        && let Ok(estimate) = estimator.estimate(question)
    {
        return Ok(estimate);
    }
    kept.insert(Estimator::open(workspace)?).estimate(question)
}
