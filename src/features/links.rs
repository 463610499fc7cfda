//! What others did who had the same value in an event field (the same campaign, product, account) at the time: how many of
//! them converted, how active they were and how lately. Where conversions are few, those of the neighbours tell more than
//! a profile's own few events. Built once per [`extractor`](super::extractor) from the whole business; where only what is
//! around one profile was kept, the values of the run are taken.

use super::labels::by_profile;
use super::population::Population;
use super::ragged_array::RaggedArray;
use crate::domain::source::activity::{Business, Day, KnownLinks};

/// What is told of each field, in the order of the matrix.
pub const STATISTICS: [&str; 4] = ["rate", "conversions", "events", "since"];
/// Days in which conversions count.
const CONVERSION_DAYS: Day = 365;
/// Days in which activity counts.
const ACTIVITY_DAYS: Day = 90;
/// The rate of a value is drawn to that of its field as by so many further days of activity.
const PRIOR_DAYS: f64 = 10.0;

/// The code of a link feature.
pub fn code(field: &str, statistic: &str) -> String {
    format!("link.{field}.{statistic}")
}

/// Where the link features of an extractor come from.
pub enum Links<'a> {
    /// From the whole business.
    Index(Vec<FieldIndex>),
    /// From the run that kept what is around a profile: its values by column of the spec's links.
    Known(&'a KnownLinks, Vec<String>),
}

/// Days by value and by profile of one field; a day stands once for each profile and value.
#[derive(Default)]
pub struct FieldIndex {
    activity: Occurrences,
    conversions: Occurrences,
    /// Per profile its links by day, the newest last.
    links: RaggedArray<(Day, u32)>,
}

/// When something happened with which value, and to whom.
#[derive(Default)]
struct Occurrences {
    by_value: RaggedArray<(Day, u32)>,
    by_profile: RaggedArray<(Day, u32)>,
    days: Vec<Day>,
}

impl<'a> Links<'a> {
    /// For these link fields, in their order.
    pub fn new(population: &'a Population<'a>, fields: &[String]) -> Links<'a> {
        let business = population.business;
        if let Some(known) = &business.known_links {
            let codes = fields.iter().flat_map(|field| STATISTICS.map(|statistic| code(field, statistic)));
            return Links::Known(known, codes.collect());
        }
        let number = |name: &String| business.activity.link_fields.iter().position(|field| field == name);
        let index = |name| number(name).map(|field| FieldIndex::new(population, field as u16)).unwrap_or_default();
        Links::Index(fields.iter().map(index).collect())
    }

    /// Calls `put` with the link features of a profile, from what lies before `end`.
    pub fn write(&self, profile: u32, end: Day, mut put: impl FnMut(f32)) {
        match self {
            Links::Index(fields) => fields.iter().for_each(|field| field.write(profile, end, &mut put)),
            Links::Known(known, codes) => codes.iter().for_each(|code| put(known.value(code, profile))),
        }
    }
}

impl FieldIndex {
    fn new(population: &Population<'_>, field: u16) -> FieldIndex {
        let profiles = population.len();
        let links: Vec<(u32, (Day, u32))> = (0..profiles as u32)
            .flat_map(|p| links_of(population, p, field).into_iter().map(move |l| (p, l)))
            .collect();
        let links = RaggedArray::from_sorted(profiles, links.into_iter());
        let activity = (0..profiles as u32).flat_map(|p| links.get(p).iter().map(move |&(day, value)| (value, day, p)));
        let converted = by_profile(population, &population.business.goals);
        let conversions = converted
            .iter()
            .filter_map(|&(profile, day, _)| Some((newest(links.get(profile), day + 1)?, day, profile)));
        FieldIndex {
            activity: Occurrences::new(profiles, activity.collect()),
            conversions: Occurrences::new(profiles, conversions.collect()),
            links,
        }
    }

    fn write(&self, profile: u32, end: Day, put: &mut impl FnMut(f32)) {
        let Some(value) = newest(self.links.get(profile), end) else {
            return STATISTICS.iter().for_each(|_| put(f32::NAN));
        };
        let year = (end - CONVERSION_DAYS, end);
        let conversions = self.conversions.of_others(value, profile, year) as f64;
        let days = self.activity.of_others(value, profile, year) as f64;
        let usual = match self.activity.of_all_others(profile, year) {
            0 => f64::NAN,
            all => self.conversions.of_all_others(profile, year) as f64 / all as f64,
        };
        put(((conversions + PRIOR_DAYS * usual) / (days + PRIOR_DAYS)) as f32);
        put(conversions as f32);
        put(self.activity.of_others(value, profile, (end - ACTIVITY_DAYS, end)) as f32);
        put(self.activity.last_of_others(value, profile, end).map_or(f32::NAN, |last| (end - last) as f32));
    }
}

/// The value of the newest link before a day.
fn newest(links: &[(Day, u32)], before: Day) -> Option<u32> {
    links[..links.partition_point(|link| link.0 < before)].last().map(|link| link.1)
}

/// The links of a profile by day. Where subjects of an account share a day, the later subject counts as the newer one.
fn links_of(population: &Population<'_>, profile: u32, field: u16) -> Vec<(Day, u32)> {
    let activity = &population.business.activity;
    let mut links = Vec::new();
    population.for_each_subject(profile, |subject, from| {
        let of_field = activity.links_of(subject).iter().filter(|link| link.field == field && link.day >= from);
        links.extend(of_field.map(|link| (link.day, link.value)));
    });
    // Stable: within a day the order stays.
    links.sort_by_key(|link| link.0);
    links
}

impl Occurrences {
    /// From `(value, day, profile)` in any order and number.
    fn new(profiles: usize, mut all: Vec<(u32, Day, u32)>) -> Occurrences {
        all.sort_unstable();
        all.dedup();
        let values = all.last().map_or(0, |last| last.0 as usize + 1);
        let by_value =
            RaggedArray::from_sorted(values, all.iter().map(|&(value, day, profile)| (value, (day, profile))));
        let mut days: Vec<Day> = all.iter().map(|&(_, day, _)| day).collect();
        days.sort_unstable();
        all.sort_unstable_by_key(|&(value, day, profile)| (profile, day, value));
        let by_profile =
            RaggedArray::from_sorted(profiles, all.iter().map(|&(value, day, profile)| (profile, (day, value))));
        Occurrences { by_value, by_profile, days }
    }

    /// How many there are in [from, to) with a value, without those of the profile.
    fn of_others(&self, value: u32, profile: u32, (from, to): (Day, Day)) -> usize {
        let own = between(self.by_profile.get(profile), |item| item.0, (from, to));
        let all = between(self.by_value.get(value), |item| item.0, (from, to)).len();
        all - own.iter().filter(|item| item.1 == value).count()
    }

    /// How many there are in [from, to) with any value, without those of the profile.
    fn of_all_others(&self, profile: u32, (from, to): (Day, Day)) -> usize {
        let own = between(self.by_profile.get(profile), |item| item.0, (from, to)).len();
        between(&self.days, |&day| day, (from, to)).len() - own
    }

    /// The last day before `end` with a value, without those of the profile.
    fn last_of_others(&self, value: u32, profile: u32, end: Day) -> Option<Day> {
        let all = self.by_value.get(value);
        let before = &all[..all.partition_point(|item| item.0 < end)];
        before.iter().rev().find(|item| item.1 != profile).map(|item| item.0)
    }
}

/// The items, sorted by day, in [from, to).
fn between<T>(items: &[T], day: impl Fn(&T) -> Day, (from, to): (Day, Day)) -> &[T] {
    let start = items.partition_point(|item| day(item) < from);
    &items[start..start + items[start..].partition_point(|item| day(item) < to)]
}

/// The link fields that are known before a day, without those that `without` names.
pub fn fields_before(business: &Business, before: Day, without: &dyn Fn(&str) -> bool) -> Vec<String> {
    let activity = &business.activity;
    let mut known = vec![false; activity.link_fields.len()];
    activity.links.iter().filter(|link| link.day < before).for_each(|link| known[usize::from(link.field)] = true);
    let names = activity.link_fields.iter().zip(known).filter(|(name, known)| *known && !without(name));
    names.map(|(name, _)| name.clone()).collect()
}
