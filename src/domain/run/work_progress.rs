//! How far a run is as a whole, and when it will be over: pure arithmetic over what its journal tells, with the times of
//! its entries. `runs::journal_state` feeds it, [`run_progress`](super::run_progress) shows it, and the pipeline takes
//! from it what the last run of a score cost.
//!
//! * A run is a list of [`Step`]s: those that are over with the seconds they took, the present one, those planned.
//! * A step is expected to take its units times the rate of its kind of work: of the last run of the score where there is
//!   one, else [`Work::usual_rate`]. What this run has done corrects both: the pace over all it did, and the rate of every
//!   kind that it has met, by the more the more of it was done; its latest steps count most, since other programs come and go.
//! * The share is what is done of all that is expected, in seconds. It is the greatest of all so far, so that it never
//!   goes back, and stays below 1 until the run is over.
//! * The end is estimated twice a second, and in long runs whenever a thirtieth of the time has passed. It is told while the last three estimates of the whole time agree within a third
//!   and, in a run that has no run before it, while kinds of work that it has not met yet make up less than a third of
//!   the whole.

use super::work::{Step, Work};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;

/// At least so many seconds lie between two estimates, and so much of the time of the run: in a long one, estimates that
/// follow each other closely would agree whatever they are worth.
const INTERVAL: (f64, f64) = (0.45, 1.0 / 30.0);
/// So many estimates must agree,
const ESTIMATES: usize = 3;
/// and the greatest be at most so many times the least.
const AGREEMENT: f64 = 4.0 / 3.0;
/// Share of the whole that work of an unknown rate may make up at most where the end is told.
const MOST_UNKNOWN: f64 = 1.0 / 3.0;
/// A share that is not quite all.
const ALMOST: f64 = 0.99;

/// A step that is over.
#[derive(Debug, Clone, PartialEq)]
pub struct FinishedStep {
    /// Word of the stage it was in.
    pub stage: String,
    /// The step, with the count that it came to.
    pub step: Step,
    /// Seconds that it took.
    pub seconds: f64,
}

/// The step that a run is in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CurrentStep {
    /// Its kind, what was expected of it.
    #[serde(flatten)]
    pub step: Step,
    /// How many of its rows, rounds or profiles are done.
    pub done: u64,
    /// Place among the steps of its kind, from 1.
    pub number: u64,
    /// How many of its kind there are, those to come included.
    pub of: u64,
    #[serde(skip)]
    stage: String,
    #[serde(skip)]
    began: Timestamp,
    /// When `done` was counted.
    #[serde(skip)]
    counted: Timestamp,
}

/// The fold.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct WorkProgress {
    /// Share (0–1) of the whole run that is done; never less than before, and 1 only once the run is over.
    pub share: f64,
    /// When the run will be over, while the estimates agree.
    pub ends_at: Option<Timestamp>,
    /// The step it is in.
    pub step: Option<CurrentStep>,
    #[serde(skip)]
    finished: Vec<FinishedStep>,
    /// With the word of the stage.
    #[serde(skip)]
    planned: Vec<(String, Step)>,
    /// Seconds per unit in the last run of the score; empty where there is none.
    #[serde(skip)]
    rates: BTreeMap<Work, f64>,
    #[serde(skip)]
    began: Option<Timestamp>,
    #[serde(skip)]
    estimated: Option<Timestamp>,
    /// The last estimates of the whole time in seconds, the newest last.
    #[serde(skip)]
    totals: Vec<f64>,
}

/// What a run has cost and will cost, in seconds.
#[derive(Debug, Clone, Copy, Default)]
struct Outlook {
    done: f64,
    left: f64,
    /// Of `left`, what kinds of work will take that this run has not met.
    unknown: f64,
}

impl WorkProgress {
    /// The run begins.
    pub fn start(&mut self, at: Timestamp) {
        self.began = Some(at);
        self.estimated = Some(at);
    }

    /// Whether anything is known of the work of the whole run: journals of earlier programs tell nothing of it.
    pub fn is_known(&self) -> bool {
        self.began.is_some() && !(self.planned.is_empty() && self.finished.is_empty() && self.step.is_none())
    }

    /// The steps that are over, in order.
    pub fn finished(&self) -> &[FinishedStep] {
        &self.finished
    }

    /// What a stage has still to do, apart from the present step, in place of what was planned for it before. `rates` are
    /// seconds per unit in the last run, where it tells any.
    pub fn plan(&mut self, stage: &str, steps: &[Step], rates: &BTreeMap<Work, f64>) {
        self.planned.retain(|(of, _)| of != stage);
        self.planned.extend(steps.iter().map(|step| (stage.to_string(), *step)));
        self.rates.extend(rates.iter().filter(|(_, rate)| rate.is_finite() && **rate > 0.0));
        self.count_steps();
    }

    /// A step begins; the one before is over.
    pub fn begin(&mut self, at: Timestamp, stage: &str, step: Step) {
        self.end_step(at);
        let is_it = |(of, planned): &(String, Step)| of == stage && planned.work == step.work;
        if let Some(place) = self.planned.iter().position(is_it) {
            self.planned.remove(place);
        }
        let stage = stage.to_string();
        self.step = Some(CurrentStep { step, done: 0, number: 1, of: 1, stage, began: at, counted: at });
        self.count_steps();
    }

    /// So many of the present step are done, of so many where that is known.
    pub fn advance(&mut self, at: Timestamp, done: u64, total: Option<u64>) {
        if let Some(current) = &mut self.step {
            // Threads that count together may tell their figures in another order.
            (current.done, current.counted) = (current.done.max(done), at);
            current.step.count = total.unwrap_or(current.step.count);
        }
    }

    /// A stage is over, with its last step and whatever else was planned for it.
    pub fn end_stage(&mut self, at: Timestamp, stage: &str) {
        self.end_step(at);
        self.planned.retain(|(of, _)| of != stage);
    }

    /// The run is over.
    pub fn finish(&mut self, at: Timestamp, successful: bool) {
        self.end_step(at);
        self.ends_at = None;
        if successful {
            self.share = 1.0;
        }
    }

    /// Takes note of the time: estimates anew where the last estimate is old enough.
    pub fn tick(&mut self, at: Timestamp) {
        let Some(began) = self.began.filter(|_| self.is_known() && self.share < 1.0) else { return };
        let outlook = self.outlook(at);
        let whole = outlook.done + outlook.left;
        let share = if whole > 0.0 { outlook.done / whole } else { 0.0 };
        self.share = self.share.max(share.clamp(0.0, ALMOST));
        let interval = INTERVAL.0.max(INTERVAL.1 * seconds_between(began, at));
        if self.estimated.is_some_and(|before| seconds_between(before, at) < interval) {
            return;
        }
        self.estimated = Some(at);
        self.totals.push(seconds_between(began, at) + outlook.left);
        let first = self.totals.len().saturating_sub(ESTIMATES);
        self.totals.drain(..first);
        let known = !self.rates.is_empty() || outlook.unknown < MOST_UNKNOWN * whole;
        self.ends_at = self.agreed_total().filter(|_| known).and_then(|total| {
            let whole = SignedDuration::try_from_secs_f64(total).ok()?;
            began.checked_add(whole).ok()
        });
    }

    /// The mean of the last estimates, where they agree.
    fn agreed_total(&self) -> Option<f64> {
        let least = self.totals.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = self.totals.iter().copied().fold(0.0, f64::max);
        let agree = self.totals.len() == ESTIMATES && greatest <= AGREEMENT * least;
        agree.then(|| self.totals.iter().sum::<f64>() / ESTIMATES as f64)
    }

    fn end_step(&mut self, at: Timestamp) {
        if let Some(CurrentStep { mut step, done, stage, began, .. }) = self.step.take() {
            if done > 0 {
                step.count = done;
            }
            self.finished.push(FinishedStep { stage, step, seconds: seconds_between(began, at) });
        }
    }

    /// Counts the steps of the present kind anew.
    fn count_steps(&mut self) {
        let Some(current) = &mut self.step else { return };
        let work = current.step.work;
        let before = self.finished.iter().filter(|f| f.step.work == work).count() as u64;
        let after = self.planned.iter().filter(|(_, step)| step.work == work).count() as u64;
        (current.number, current.of) = (before + 1, before + 1 + after);
    }

    /// Seconds that a step is expected to take by the last run, or else usually.
    fn expected(&self, step: &Step) -> f64 {
        self.rates.get(&step.work).copied().unwrap_or(step.work.usual_rate()) * step.units()
    }

    fn outlook(&self, at: Timestamp) -> Outlook {
        let mut met: BTreeMap<Work, Cost> = BTreeMap::new();
        for FinishedStep { step, seconds, .. } in &self.finished {
            met.entry(step.work).or_default().follow(self.expected(step), *seconds);
        }
        let current = self.step.as_ref().map(|current| (current.work(), current.whole()));
        let part = self.step.as_ref().map(|c| (c.work(), c.fraction(), seconds_between(c.began, c.counted)));
        if let Some(((work, whole), (_, Some(fraction), seconds))) = current.zip(part) {
            met.entry(work).or_default().follow(fraction * self.expected(&whole), seconds);
        }
        let spent = met.values().fold(Cost::default(), |sum, cost| sum.plus(*cost));
        let planned: f64 = self.planned.iter().map(|(_, step)| self.expected(step)).sum();
        let all = spent.expected + planned + current.map_or(0.0, |(_, whole)| self.expected(&whole));
        let pace = self.pace(spent, all);
        // What was measured of a kind of work counts by the more the more there was of it.
        let doubt = all * if self.rates.is_empty() { 0.02 } else { 0.05 };
        let factor = |work: Work| match met.get(&work) {
            Some(cost) if cost.expected + doubt > 0.0 => (cost.seconds + doubt * pace) / (cost.expected + doubt),
            _ => pace,
        };
        let seconds = |step: &Step| self.expected(step) * factor(step.work);
        let done = self.finished.iter().map(|f| seconds(&f.step)).sum();
        let mut outlook = Outlook { done, ..Outlook::default() };
        for (_, step) in &self.planned {
            outlook.left += seconds(step);
            if !met.contains_key(&step.work) {
                outlook.unknown += seconds(step);
            }
        }
        if let Some(current) = &self.step {
            let whole = seconds(&current.whole());
            let left = match current.fraction() {
                Some(fraction) => (1.0 - fraction) * whole,
                None => (whole - seconds_between(current.began, at)).max(0.05 * whole),
            };
            outlook.left += left;
            outlook.done += (whole - left).max(0.0);
        }
        outlook
    }

    /// Seconds that this run takes for what was expected to take one. A last run is trusted at first; what is usual says
    /// nothing about this machine.
    fn pace(&self, spent: Cost, all: f64) -> f64 {
        let trust = if self.rates.is_empty() { 0.0 } else { 0.1 * all };
        let pace = (spent.seconds + trust) / (spent.expected + trust);
        if pace.is_finite() && pace > 0.0 { pace.clamp(1e-3, 1e3) } else { 1.0 }
    }
}

impl CurrentStep {
    fn work(&self) -> Work {
        self.step.work
    }

    /// The step with a count that what is done does not exceed: where a guess was too low, some more will come.
    pub(super) fn whole(&self) -> Step {
        let count = match self.step.count {
            count if self.done < count => count,
            _ if self.step.open => self.done.saturating_add(self.done / 10).saturating_add(5),
            count => count.max(self.done),
        };
        Step { count, ..self.step }
    }

    /// How much of it is done, where it is counted.
    fn fraction(&self) -> Option<f64> {
        let count = self.whole().count;
        (self.done > 0 && count > 0).then(|| (self.done as f64 / count as f64).min(1.0))
    }
}

/// Expected and actual seconds.
#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    expected: f64,
    seconds: f64,
}

impl Cost {
    /// Takes in the next step; what came before counts half.
    fn follow(&mut self, expected: f64, seconds: f64) {
        let before = Cost { expected: 0.5 * self.expected, seconds: 0.5 * self.seconds };
        *self = before.plus(Cost { expected, seconds });
    }

    fn plus(self, other: Cost) -> Cost {
        Cost { expected: self.expected + other.expected, seconds: self.seconds + other.seconds }
    }
}

/// At least 0: clocks are set back.
fn seconds_between(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64().max(0.0)
}

#[cfg(test)]
mod tests;
