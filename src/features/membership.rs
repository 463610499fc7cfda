//! Whether a profile belongs to those whom the population rule of a score asks for, strictly by what lies before a
//! cutoff. Made once by [`labels`](super::labels), which asks it for every profile and cutoff; [`check_attributes`] is
//! called before, by the pipeline and the queries.
//!
//! An event counts for a profile as a goal event does: an account's are those of its persons and its own. Attributes are
//! those of today at every cutoff, because the sources tell no others; of a person that of its account counts only from
//! when the account and the link are known.

use super::attributes;
use super::population::Population;
use super::ragged_array::RaggedArray;
use crate::domain::score::ProfileType;
use crate::domain::score::goal::{Condition, GoalEvent};
use crate::domain::score::population_rule::{PopulationCondition, PopulationRule};
use crate::domain::source::activity::{Attribute, Day, NO_PROFILE, day_of};
use crate::error::{Error, Result, nearest};

/// A population rule, resolved for one business.
#[derive(Default)]
pub struct Membership(Vec<Test>);

enum Test {
    /// Some event in so many days.
    Active(Day),
    /// One of the events happened, or none did.
    Events { days: RaggedArray<Day>, within: Option<Day>, happened: bool },
    /// The value of an attribute is one of those that pass.
    Attribute { of_account: bool, index: Option<usize>, passes: Vec<bool> },
    /// Exists for so many days.
    ExistsFor(Day),
    /// Exists from this day on or later.
    CreatedSince(Day),
}

impl Membership {
    /// Resolves the rule. `rule_events` are the hits of its events by profile and day, as
    /// [`PopulationRule::events`] numbers them.
    pub fn new(population: &Population<'_>, rule: &PopulationRule, rule_events: &[(u32, Day, u64)]) -> Membership {
        let events = rule.events();
        let mut tests = Vec::new();
        for condition in &rule.conditions {
            match condition {
                PopulationCondition::Active { within_days } => tests.push(Test::Active(whole_days(*within_days))),
                PopulationCondition::ExistsFor { days } => tests.push(Test::ExistsFor(whole_days(*days))),
                PopulationCondition::CreatedSince { date } => tests.push(Test::CreatedSince(day_of(*date))),
                PopulationCondition::Had { events: wanted, within_days } => {
                    let days = days_of(population, rule_events, bits(&events, wanted));
                    tests.push(Test::Events { days, within: within_days.map(whole_days), happened: true });
                }
                PopulationCondition::HadNo { events: unwanted, within_days } => {
                    let days = days_of(population, rule_events, bits(&events, unwanted));
                    tests.push(Test::Events { days, within: within_days.map(whole_days), happened: false });
                }
                PopulationCondition::Attribute { conditions } => {
                    tests.extend(conditions.iter().map(|condition| of_attribute(population, condition)));
                }
            }
        }
        // What is cheap to ask comes first; all must hold, in whatever order.
        tests.sort_by_key(|test| match test {
            Test::ExistsFor(_) | Test::CreatedSince(_) => 0,
            Test::Attribute { .. } => 1,
            Test::Events { .. } => 2,
            Test::Active(_) => 3,
        });
        Membership(tests)
    }

    /// Whether everybody belongs.
    pub fn is_everybody(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the profile belongs at a cutoff.
    pub fn holds(&self, population: &Population<'_>, profile: u32, cutoff: Day) -> bool {
        self.0.iter().all(|test| test.holds(population, profile, cutoff))
    }
}

impl Test {
    fn holds(&self, population: &Population<'_>, profile: u32, cutoff: Day) -> bool {
        match self {
            Test::Active(within) => population.active_between(profile, cutoff - within - 1, cutoff),
            Test::Events { days, within, happened } => {
                let days = days.get(profile);
                let last = days[..days.partition_point(|&day| day < cutoff)].last();
                last.is_some_and(|&day| within.is_none_or(|within| day >= cutoff - within)) == *happened
            }
            Test::Attribute { of_account, index, passes } => {
                let code = index.map_or(0, |index| code_of(population, *of_account, index, profile, cutoff));
                passes.get(code).copied().unwrap_or(false)
            }
            Test::ExistsFor(days) => population.exists_from[profile as usize] <= cutoff - days,
            Test::CreatedSince(day) => population.exists_from[profile as usize] >= *day,
        }
    }
}

/// Days of a condition, which [`PopulationRule::check`] bounds.
fn whole_days(days: u32) -> Day {
    Day::try_from(days).unwrap_or(Day::MAX / 4).min(Day::MAX / 4)
}

/// The bits of `wanted` among the events of the rule.
fn bits(events: &[GoalEvent], wanted: &[GoalEvent]) -> u64 {
    let places = (0..events.len().min(64)).filter(|&at| wanted.contains(&events[at]));
    places.fold(0, |bits, at| bits | 1 << at)
}

/// Per profile the days of the events with one of these bits.
fn days_of(population: &Population<'_>, rule_events: &[(u32, Day, u64)], wanted: u64) -> RaggedArray<Day> {
    let of_bits = rule_events.iter().filter(|(_, _, bits)| bits & wanted != 0);
    RaggedArray::from_sorted(population.len(), of_bits.map(|&(profile, day, _)| (profile, day)))
}

/// The condition tried on every value of the attribute, the missing one first.
fn of_attribute(population: &Population<'_>, condition: &Condition) -> Test {
    let missing = condition.holds(None);
    let Some((of_account, index)) = find(population, &condition.field) else {
        return Test::Attribute { of_account: false, index: None, passes: vec![missing] };
    };
    let values = table(population, of_account).get(index).map_or(&[][..], |a| a.dictionary.as_slice());
    let others = values.iter().skip(1).map(|value| condition.holds(Some(value)));
    Test::Attribute { of_account, index: Some(index), passes: std::iter::once(missing).chain(others).collect() }
}

/// Whose attribute a name means, and its place among those: of persons the own where any person has a value in it, else
/// that of the account.
fn find(population: &Population<'_>, name: &str) -> Option<(bool, usize)> {
    let place = |of_account: bool| {
        let filled = |a: &Attribute| a.name == name && a.dictionary.len() > 1;
        table(population, of_account).iter().position(filled).map(|index| (of_account, index))
    };
    match population.profile_type {
        ProfileType::Person => place(false).or_else(|| place(true)),
        ProfileType::Account => place(true),
    }
}

fn table<'a>(population: &Population<'a>, of_account: bool) -> &'a [Attribute] {
    let business = population.business;
    if of_account { &business.accounts.attributes } else { &business.persons.attributes }
}

/// The code of a profile's value as known at a cutoff; 0 where it is missing.
fn code_of(population: &Population<'_>, of_account: bool, index: usize, profile: u32, cutoff: Day) -> usize {
    let row = if of_account { population.account_at(profile, cutoff) } else { profile };
    if row == NO_PROFILE {
        return 0;
    }
    let attribute = table(population, of_account).get(index);
    attribute.and_then(|a| a.values.get(row as usize)).map_or(0, |&code| code as usize)
}

/// Whether the rule asks only for attributes that there are, and that do not tell the outcome.
///
/// # Errors
/// An attribute that no profile has, with the nearest; one that tells the outcome, or is no attribute.
pub fn check_attributes(population: &Population<'_>, rule: &PopulationRule) -> Result<()> {
    rule.attributes().into_iter().try_for_each(|name| check_attribute(population, name))
}

fn check_attribute(population: &Population<'_>, name: &str) -> Result<()> {
    let what = |why: &str| format!("A condition on who is scored asks for '{name}': {why}");
    if let Some(why) = attributes::never_of_a_rule(name) {
        return Err(Error::new(what("this field cannot be asked for."))
            .because(why)
            .hint("leave the condition out, or ask for the event that changes it (`never had EVENT`)"));
    }
    if find(population, name).is_some() {
        return Ok(());
    }
    let error = Error::new(what("no profile has a value in this field."))
        .hint("`propensity data check` lists the columns of the sources");
    match nearest(name, attributes::attribute_names(population).filter(|n| *n != name)) {
        Some(near) => Err(error.because(format!("the nearest is '{near}'"))),
        None => Err(error),
    }
}
