//! The quality checks of a run, with the codes and the wording of the service that this program re-creates. All of a
//! group are evaluated, then the first that stops, stops. Called by [`run`](super::run) and [`training_run`](super::training_run).

use crate::config::Thresholds;
use crate::domain::metrics::Estimate;
use crate::domain::run::codes;
use crate::domain::run::quality::{Check, Outcome, Rule};
use crate::domain::score::{ProfileType, Score};
use crate::domain::source::activity::{Activity, Business, Day};
use crate::error::{Error, Result};
use crate::features::labels::ConversionCounts;
use crate::features::population::Population;
use crate::features::rows::{Row, Rows};
use std::collections::{BTreeMap, BTreeSet};

/// The days that the widest window looks back on: what counts as recent activity.
pub const RECENT: Day = 180;

/// What is known before anything is fitted.
pub struct CheckInputs<'a> {
    pub population: &'a Population<'a>,
    pub thresholds: &'a Thresholds,
    pub conversions: ConversionCounts,
    /// Whether a model is to be made.
    pub trains: bool,
    /// Eligible profiles at the as-of date.
    pub eligible: &'a [Row],
    /// Shares of event types in the training's recent activity and in today's.
    pub type_shares: (&'a BTreeMap<String, f64>, &'a BTreeMap<String, f64>),
    /// Event types that the score does not learn from, by [`left_out`].
    pub left_out: BTreeSet<&'a str>,
}

/// The names that a score leaves out, the types of its exclusion events, and those that its population rule does not want:
/// nobody who is scored has done these lately. Whether they come or go is no reason to stop.
pub fn left_out(score: &Score) -> BTreeSet<&str> {
    let exclusions = score.exclusions.iter().map(|event| event.event_type.as_str());
    score.without.iter().map(String::as_str).chain(exclusions).chain(score.population.absent_types()).collect()
}

/// Codes 100–102, 401–408, 200 and 201: what is asked of the data, whatever the kind of the run.
pub fn of_data(before: &CheckInputs<'_>) -> Vec<Check> {
    let CheckInputs { population, thresholds: t, conversions, .. } = before;
    let business = population.business;
    let as_of = business.as_of;
    let (persons, accounts) = (business.persons.len() as f64, business.accounts.len() as f64);
    let mut checks = vec![
        Check::information(100, "Count of accounts", accounts),
        Check::information(101, "Count of contacts", persons),
        Check::information(102, "Count of opportunities", business.opportunities as f64),
    ];
    let valid = population.exists_from.iter().filter(|&&day| day < as_of).count() as f64;
    let events: u64 = business.activity.rows.iter().map(|r| u64::from(r.count)).sum();
    let active = (0..population.len() as u32).filter(|&p| population.last_active(p, as_of).is_some()).count() as f64;
    let active_share = if population.is_empty() { 0.0 } else { active / population.len() as f64 };
    // So many are needed to learn from; to score by a model that is there, any number will do.
    let enough = |code, why: &str, what: &str, needed: u64| match before.trains {
        true => Check::stopping(code, why, what, valid, Rule::AtLeast, needed as f64),
        false => Check::information(code, what, valid),
    };
    match population.profile_type {
        ProfileType::Account => {
            let (why, what) = ("not enough valid accounts", "Count of valid accounts");
            checks.push(enough(401, why, what, t.accounts));
        }
        ProfileType::Person => {
            let (why, what) = ("not enough valid contacts", "Count of valid contacts");
            checks.push(enough(402, why, what, t.contacts));
        }
    }
    let why = if before.trains { "not enough activity for model training" } else { "not enough activity to score by" };
    let what = "Count of events";
    checks.push(Check::stopping(403, why, what, events as f64, Rule::AtLeast, t.events as f64));
    // A scoring run trains nothing.
    if before.trains {
        let (why, what) = ("not enough conversions for model training", "Count of conversions");
        let found = conversions.conversions as f64;
        checks.push(Check::stopping(404, why, what, found, Rule::AtLeast, t.conversions as f64));
    }
    let (code, whose) = match population.profile_type {
        ProfileType::Account => (405, "accounts"),
        ProfileType::Person => (406, "contacts"),
    };
    let why = format!("the activity of {whose} is too sparse");
    let what = format!("Share of {whose} with any activity");
    checks.push(Check::stopping(code, &why, &what, active_share, Rule::AtLeast, t.active_share));
    checks.push(of_types(t, before.type_shares, &before.left_out));
    checks.extend(missing_rates(before));
    checks
}

/// 407: a type that mattered in training is gone, or a new one matters. Those `left_out` do not count.
pub fn of_types(
    t: &Thresholds,
    (training, scoring): (&BTreeMap<String, f64>, &BTreeMap<String, f64>),
    left_out: &BTreeSet<&str>,
) -> Check {
    let only_in = |one: &BTreeMap<String, f64>, other: &BTreeMap<String, f64>, least: f64| {
        let counts = |(name, share): &(&String, &f64)| {
            **share >= least && !other.contains_key(*name) && !left_out.contains(name.as_str())
        };
        one.iter().filter(counts).map(|(name, share)| (name.clone(), *share)).collect::<Vec<_>>()
    };
    let gone = only_in(training, scoring, t.type_gone).into_iter();
    let new = only_in(scoring, training, t.type_new).into_iter();
    let named: Vec<String> = gone
        .map(|(name, share)| format!("'{name}' ({:.1} % of training) is gone", 100.0 * share))
        .chain(new.map(|(name, share)| format!("'{name}' ({:.1} % today) is new", 100.0 * share)))
        .collect();
    let why = "the activity types for scoring do not match those of training";
    let what = "Count of activity types that do not match";
    let mut check = Check::stopping(407, why, what, named.len() as f64, Rule::AtMost, 0.0);
    if !named.is_empty() {
        check.message = format!("{} {}.", check.message, named.join("; "));
    }
    check
}

/// 408 stops, 200 and 201 warn, each computed on the profiles that would be scored.
fn missing_rates(before: &CheckInputs<'_>) -> Vec<Check> {
    let CheckInputs { population, thresholds: t, eligible, .. } = before;
    let as_of = population.business.as_of;
    let idle = |r: &&Row| population.last_active(r.profile, as_of).is_none_or(|last| as_of - last > RECENT);
    let inactive = share(eligible.iter().filter(idle).count(), eligible.len());
    let why = "the missing rate of activity features is too high";
    let what = format!("Share of eligible profiles without any event in {RECENT} days");
    let mut of_activity = Check::stopping(408, why, &what, inactive, Rule::AtMost, t.inactive_share);
    if eligible.is_empty() {
        of_activity.message +=
            " Nobody is eligible: nobody meets who is scored, or all have converted or are left out.";
    }
    let mut checks = vec![of_activity];
    if let Some(missing) = firmographics(population, eligible) {
        let why = "The missing rate of firmographic features is high";
        checks.push(Check::warning(200, why, "Missing rate", missing, Rule::AtMost, t.missing_rate));
    }
    let why = "The missing rate of activity features is high";
    checks.push(Check::warning(201, why, &what, inactive, Rule::AtMost, t.missing_rate));
    checks
}

/// Mean missing rate of industry, employees and revenue; `None` where there are no accounts at all.
fn firmographics(population: &Population<'_>, eligible: &[Row]) -> Option<f64> {
    if population.business.accounts.is_empty() || eligible.is_empty() {
        return None;
    }
    let fields = ["industry", "employees", "annual_revenue"];
    let filled: usize = fields
        .iter()
        .filter_map(|name| population.business.accounts.attribute(name))
        .map(|a| eligible.iter().filter(|r| a.get(population.account(r.profile)).is_some()).count())
        .sum();
    Some(1.0 - share(filled, fields.len() * eligible.len()))
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// Codes 411, 412 and *goal too common*: what is asked of the labelled rows of a training run. Of the test, the profiles
/// and those that converted, over all its cutoffs.
pub fn of_labels(t: &Thresholds, train: &Rows, (tested, converted): (u64, u64)) -> Vec<Check> {
    let (why, what) = ("too few conversions for training", "Count of training conversions");
    let mut checks =
        vec![Check::stopping(411, why, what, train.conversions as f64, Rule::AtLeast, t.train_conversions as f64)];
    let (why, what) = ("no conversions to test with", "Count of test conversions");
    checks.push(Check::stopping(412, why, what, converted as f64, Rule::MoreThan, t.test_conversions as f64));
    let rate = if tested == 0 { 0.0 } else { converted as f64 / tested as f64 };
    let what = "Base rate";
    let stop = Check::stopping(0, "goal too common", what, rate, Rule::AtMost, t.common_stop);
    checks.push(match stop.outcome {
        Outcome::Stopped => stop,
        _ => Check::warning(0, "goal too common", what, rate, Rule::AtMost, t.common_warn),
    });
    let (why, what) = ("goal too common, not enough profiles that did not convert", "Count of non-converters");
    let spared = train.non_converters.max(tested - converted) as f64;
    checks.push(Check::stopping(0, why, what, spared, Rule::AtLeast, t.non_converters as f64));
    checks
}

/// 103, then 409 or 410: the test AUC is low. 410 where other settings were tried, 409 where that is not done.
pub fn of_auc(t: &Thresholds, auc: Option<&Estimate>, tuned: Option<(f64, f64)>) -> Vec<Check> {
    let mut checks = Vec::new();
    if let Some((first, after)) = tuned {
        let mut check = Check::information(103, "Test AUC before tuning", first);
        check.threshold = Some(t.tune_auc);
        check.message = format!("{} After tuning: {after:.3}.", check.message);
        checks.push(check);
    }
    // Without an interval nothing is known to be low, but for a model that says the same of everybody.
    let high = auc.map_or(0.5, |a| a.high.unwrap_or(if a.value == 0.5 { 0.5 } else { 1.0 }));
    let (code, why) = match tuned {
        Some(_) => (410, "the model quality is low after tuning"),
        None => (409, "the model quality is low"),
    };
    checks.push(Check::stopping(code, why, "Upper end of the test AUC's interval", high, Rule::AtLeast, t.stop_auc));
    checks
}

/// The error of the first check that stops.
///
/// # Errors
/// One of the checks stopped.
pub fn stop_if_failed(checks: &[Check]) -> Result<()> {
    let Some(check) = checks.iter().find(|c| c.outcome == Outcome::Stopped) else { return Ok(()) };
    let name = if check.code == 0 { "goal-too-common".to_string() } else { check.code.to_string() };
    let threshold = check.threshold.map_or(String::new(), |t| format!("the threshold is {t}; "));
    let error = Error::stopped(check.code, check.message.clone())
        .because(format!("{threshold}the config can change it ([thresholds])"))
        .because(format!("quality check {name}"));
    Err(match codes::by_number(check.code) {
        Some(code) => error.hint(code.advice()),
        None => error,
    })
}

/// Share of every event type in the 180 days before `end`.
pub fn type_shares(business: &Business, end: Day) -> BTreeMap<String, f64> {
    let Activity { types, rows, .. } = &business.activity;
    shares_of(types, rows.iter().map(|r| (r.day, r.event_type, u64::from(r.count))), end)
}

/// The same from numbers of events by day and type.
pub fn shares_of(types: &[String], events: impl Iterator<Item = (Day, u16, u64)>, end: Day) -> BTreeMap<String, f64> {
    let mut counts = vec![0u64; types.len()];
    for (_, event_type, count) in events.filter(|(day, _, _)| *day < end && *day >= end - RECENT) {
        counts[usize::from(event_type)] += count;
    }
    let all: u64 = counts.iter().sum();
    let types = types.iter().zip(counts).filter(|(_, n)| *n > 0);
    types.map(|(name, n)| (name.clone(), n as f64 / all as f64)).collect()
}
