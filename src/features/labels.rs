//! Who converted when, who is eligible at a cutoff, and what the label is. Made by the pipeline and the queries, asked
//! by [`rows`](super::rows) for every profile and cutoff.

use super::membership::Membership;
use super::population::Population;
use super::ragged_array::RaggedArray;
use crate::domain::score::ProfileType;
use crate::domain::score::goal::Combine;
use crate::domain::score::population_rule::PopulationRule;
use crate::domain::source::activity::{Day, Hit, NO_PROFILE};

/// Conversions and exclusions of every profile, by day, and the population rule.
pub struct Labels {
    conversions: RaggedArray<Day>,
    exclusions: RaggedArray<Day>,
    exclusions_until_active: bool,
    membership: Membership,
    timeframe: Day,
    one_off: bool,
}

/// How often converters converted: what decides whether a goal is one-off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ConversionCounts {
    /// Goal events that count as conversions, over all profiles.
    pub conversions: u64,
    /// Profiles with at least one.
    pub converters: u64,
    /// Profiles with exactly one.
    pub converted_once: u64,
    /// Day of the first conversion of all.
    pub first_day: Option<Day>,
}

impl ConversionCounts {
    /// Auto: one-off where over 95 % of the converters so far converted once.
    pub fn one_off(&self) -> bool {
        self.converted_once as f64 > 0.95 * self.converters as f64
    }
}

impl Labels {
    /// Conversions and exclusions of the business by profile. `goal_events` is the number of goal events of the score,
    /// which under [`Combine::All`] must all have occurred; `timeframe` is in days.
    pub fn new(
        population: &Population<'_>,
        combine: Combine,
        goal_events: usize,
        timeframe: Day,
        one_off: bool,
    ) -> Self {
        let goals = by_profile(population, &population.business.goals);
        let conversions = match combine {
            Combine::Any => goals.iter().map(|&(profile, day, _)| (profile, day)).collect(),
            Combine::All => complete_by_profile(&goals, goal_events),
        };
        let exclusions = by_profile(population, &population.business.exclusions);
        Labels {
            conversions: RaggedArray::from_sorted(population.len(), conversions.into_iter()),
            exclusions: RaggedArray::from_sorted(
                population.len(),
                exclusions.into_iter().map(|(profile, day, _)| (profile, day)),
            ),
            exclusions_until_active: population.profile_type == ProfileType::Account,
            membership: Membership::default(),
            timeframe,
            one_off,
        }
    }

    /// Lets exclusions hold until later activity, or for ever. Without it those of accounts hold until later activity, and
    /// those of persons for ever.
    #[must_use]
    pub fn with_exclusions_until_active(self, until_active: bool) -> Self {
        Labels { exclusions_until_active: until_active, ..self }
    }

    /// Admits only profiles of the rule. Without it everybody is one.
    #[must_use]
    pub fn with_rule(self, population: &Population<'_>, rule: &PopulationRule) -> Self {
        if rule.is_empty() {
            return self;
        }
        let rule_events = by_profile(population, &population.business.rule_events);
        Labels { membership: Membership::new(population, rule, &rule_events), ..self }
    }

    /// Counts over all profiles; every profile's conversions are told apart by event, not by day.
    pub fn summary(&self, population: &Population<'_>) -> ConversionCounts {
        let mut summary = ConversionCounts::default();
        for profile in 0..population.len() as u32 {
            let days = self.conversions.get(profile);
            summary.conversions += days.len() as u64;
            summary.converters += u64::from(!days.is_empty());
            summary.converted_once += u64::from(days.len() == 1);
            summary.first_day = match (summary.first_day, days.first()) {
                (Some(a), Some(&b)) => Some(a.min(b)),
                (a, b) => a.or(b.copied()),
            };
        }
        summary
    }

    /// Sets whether a profile that has converted stays out from then on.
    pub fn set_one_off(&mut self, one_off: bool) {
        self.one_off = one_off;
    }

    /// Whether a cutoff admits the profile. Everything is judged on what lies strictly before the cutoff.
    pub fn eligible(&self, population: &Population<'_>, profile: u32, cutoff: Day) -> bool {
        population.exists_from[profile as usize] < cutoff
            && !self.has_converted(profile, cutoff)
            && self.membership.holds(population, profile, cutoff)
            && !self.is_excluded(population, profile, cutoff)
    }

    /// Whether a one-off goal was reached before the cutoff.
    fn has_converted(&self, profile: u32, cutoff: Day) -> bool {
        self.one_off && self.conversions.get(profile).first().is_some_and(|&day| day < cutoff)
    }

    fn is_excluded(&self, population: &Population<'_>, profile: u32, cutoff: Day) -> bool {
        let exclusions = self.exclusions.get(profile);
        let past = &exclusions[..exclusions.partition_point(|&day| day < cutoff)];
        past.last()
            .is_some_and(|&day| !(self.exclusions_until_active && population.active_between(profile, day, cutoff)))
    }

    /// Profiles that a cutoff does not admit because they had reached a one-off goal before it.
    pub fn converted_before(&self, population: &Population<'_>, cutoff: Day) -> u64 {
        if self.one_off { count_existing(population, cutoff, |profile| self.has_converted(profile, cutoff)) } else { 0 }
    }

    /// Profiles that a cutoff does not admit because the population rule leaves them out; those that had converted
    /// before are none of them.
    pub fn outside_rule(&self, population: &Population<'_>, cutoff: Day) -> u64 {
        if self.membership.is_everybody() {
            return 0;
        }
        count_existing(population, cutoff, |profile| {
            !self.has_converted(profile, cutoff) && !self.membership.holds(population, profile, cutoff)
        })
    }

    /// Whether the profile converts in [cutoff, cutoff + timeframe).
    pub fn label(&self, profile: u32, cutoff: Day) -> bool {
        let days = self.conversions.get(profile);
        days.get(days.partition_point(|&day| day < cutoff)).is_some_and(|&day| day < cutoff + self.timeframe)
    }

    /// Days of the timeframe.
    pub fn timeframe(&self) -> Day {
        self.timeframe
    }

    /// Conversions of the profile in [from, to).
    pub fn conversions_in(&self, profile: u32, from: Day, to: Day) -> usize {
        let days = self.conversions.get(profile);
        days.partition_point(|&day| day < to) - days.partition_point(|&day| day < from)
    }
}

/// Profiles that exist at a cutoff and of which something is true.
fn count_existing(population: &Population<'_>, cutoff: Day, is: impl Fn(u32) -> bool) -> u64 {
    let exists = |profile: u32| population.exists_from[profile as usize] < cutoff;
    (0..population.len() as u32).filter(|&profile| exists(profile) && is(profile)).count() as u64
}

/// Hits by profile and day. Hits on a subject without a profile of this type (a person without an account) fall away.
pub(super) fn by_profile(population: &Population<'_>, hits: &[Hit]) -> Vec<(u32, Day, u64)> {
    let persons = population.business.persons.len() as u32;
    let profile = |subject: u32| match population.profile_type {
        ProfileType::Person => {
            if subject < persons {
                subject
            } else {
                NO_PROFILE
            }
        }
        ProfileType::Account => population.business.account_of_subject(subject),
    };
    let mut all: Vec<(u32, Day, u64)> =
        hits.iter().map(|h| (profile(h.subject), h.day, h.goal_bits)).filter(|(p, _, _)| *p != NO_PROFILE).collect();
    all.sort_unstable();
    all
}

/// Where all goal events are asked for, the one conversion of a profile is the day on which the last of their first
/// occurrences comes.
fn complete_by_profile(goals: &[(u32, Day, u64)], goal_events: usize) -> Vec<(u32, Day)> {
    let wanted = if goal_events >= 64 { u64::MAX } else { (1 << goal_events) - 1 };
    let mut conversions = Vec::new();
    for hits in goals.chunk_by(|a, b| a.0 == b.0) {
        let mut seen = 0;
        let complete = hits.iter().find(|(_, _, which)| {
            seen |= which;
            seen == wanted
        });
        conversions.extend(complete.map(|&(profile, day, _)| (profile, day)));
    }
    conversions
}
