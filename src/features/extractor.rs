//! The features of one profile at one cutoff, strictly from before it. Called by [`rows`](super::rows) for whole
//! matrices, and by `queries` and `pipeline` for one profile. The order of writing is that of
//! [`FeatureSpec::columns`](super::feature_spec::FeatureSpec::columns).

use super::attributes::Owner;
use super::feature_spec::{FeatureSpec, WINDOWS};
use super::links::Links;
use super::population::Population;
use super::ragged_array::RaggedArray;
use crate::domain::score::ProfileType;
use crate::domain::source::activity::{Day, NEVER, NO_PROFILE};

/// Columns of one event type: the trailing windows, all, and days since the last.
const PER_TYPE: usize = WINDOWS.len() + 2;
/// A business that does nothing at all for so many days rests.
const REST_DAYS: Day = 14;
/// Index of the bucket for events older than the widest window.
const ALL: usize = WINDOWS.len();

/// A spec bound to a business: event types, fields and attributes resolved once.
pub struct FeatureExtractor<'a> {
    population: &'a Population<'a>,
    spec: &'a FeatureSpec,
    /// Slot per event type of the business; `None` for a type that is left out.
    slots: Vec<Option<u16>>,
    /// Index among the spec's fields per numeric field of the business.
    fields: Vec<Option<u16>>,
    /// What others with the same value in an event field did.
    links: Links<'a>,
    /// Per attribute column whose it is, and its value per profile.
    attributes: Vec<(Owner, Vec<f32>)>,
    /// Types that the score leaves out by name; they count nowhere.
    left_out: Vec<bool>,
    /// Per account its events by day, for persons' features.
    account_days: RaggedArray<(Day, u32)>,
    /// Columns that stay missing.
    dropped: Vec<usize>,
    first_day: Day,
}

/// Buffers that are used again from profile to profile; one per thread.
#[derive(Default)]
pub struct Scratch {
    counts: Vec<u32>,
    last: Vec<Day>,
    /// A bit per day since the first one of the data.
    days: Vec<u64>,
    types: Vec<u64>,
    fields: Vec<FieldSums>,
}

/// What is known of a numeric field before the cutoff.
#[derive(Clone, Copy)]
struct FieldSums {
    recent: f64,
    all: f64,
    last: f64,
    last_day: Day,
}

const NO_FIELD: FieldSums = FieldSums { recent: 0.0, all: 0.0, last: f64::NAN, last_day: Day::MIN };

impl<'a> FeatureExtractor<'a> {
    /// Binds a spec to the business of a population: types, fields and attributes are looked up once.
    pub fn new(population: &'a Population<'a>, spec: &'a FeatureSpec) -> Self {
        let activity = &population.business.activity;
        let slot = |name: &String| match spec.types.binary_search(name) {
            Ok(slot) => Some(slot as u16),
            Err(_) => (spec.pooled && !spec.dropped.contains(name)).then_some(spec.types.len() as u16),
        };
        let left_out: Vec<bool> = activity.types.iter().map(|name| spec.dropped.contains(name)).collect();
        let account_days = match population.profile_type {
            ProfileType::Person => population.daily_events_of_accounts(|event_type| !left_out[usize::from(event_type)]),
            ProfileType::Account => RaggedArray::default(),
        };
        let index = |name: &String| spec.fields.iter().position(|f| f == name).map(|i| i as u16);
        FeatureExtractor {
            population,
            spec,
            slots: activity.types.iter().map(slot).collect(),
            fields: activity.fields.iter().map(index).collect(),
            links: Links::new(population, &spec.links),
            attributes: spec.attributes.iter().map(|e| (e.owner, e.encode(population))).collect(),
            left_out,
            account_days,
            dropped: (0..spec.width()).filter(|&i| spec.is_dropped(&spec.columns[i])).collect(),
            first_day: population.business.first_day,
        }
    }

    /// The day from which the windows look back: the cutoff, or the end of the last day on which anybody was active where the
    /// business has rested since. Else all profiles would look alike after a break, and like those that fell silent before it.
    fn window_end(&self, cutoff: Day) -> Day {
        if !self.spec.skips_rests {
            return cutoff;
        }
        let days = &self.population.business.activity.active_days;
        let before = &days[..days.partition_point(|&day| day < cutoff)];
        before.last().map(|last| last + 1).filter(|end| cutoff - end >= REST_DAYS).unwrap_or(cutoff)
    }

    /// Cells of a row: one per column of the spec.
    pub fn width(&self) -> usize {
        self.spec.width()
    }

    /// Writes the features of `profile` at `cutoff` into `row` (`width()` cells; NaN is missing).
    pub fn extract(&self, profile: u32, cutoff: Day, row: &mut [f32], scratch: &mut Scratch) {
        let end = self.window_end(cutoff);
        scratch.reset(self, end);
        let mut people = [0u32; WINDOWS.len() + 1];
        self.population.for_each_subject(profile, |subject, from| {
            let last = self.add(subject, from, end, scratch);
            if self.population.profile_type == ProfileType::Account
                && subject < self.population.business.persons.len() as u32
            {
                count_person(&mut people, from < cutoff, last, end);
            }
        });
        let mut cells = Cells { row, at: 0 };
        self.write_types(&mut cells, end, scratch);
        self.write_totals(&mut cells, profile, (cutoff, end), scratch);
        for field in &scratch.fields {
            let known = field.last_day != Day::MIN;
            cells.put(if known { field.recent as f32 } else { f32::NAN });
            cells.put(if known { field.all as f32 } else { f32::NAN });
            cells.put(field.last as f32);
        }
        match self.population.profile_type {
            ProfileType::Account => {
                cells.put(people[ALL] as f32);
                people[..ALL].iter().for_each(|&n| cells.put(n as f32));
            }
            ProfileType::Person => self.write_account(&mut cells, self.population.account_at(profile, cutoff), end),
        }
        self.links.write(profile, end, |value| cells.put(value));
        let without_account = self.population.account_at(profile, cutoff) == NO_PROFILE;
        for (owner, values) in &self.attributes {
            let unknown = *owner == Owner::Account && without_account;
            cells.put(if unknown { f32::NAN } else { values[profile as usize] });
        }
        for &column in &self.dropped {
            row[column] = f32::NAN;
        }
    }

    /// The link features of `profile` at `cutoff`, in the order of [`FeatureSpec::link_columns`].
    pub fn links(&self, profile: u32, cutoff: Day) -> Vec<f32> {
        let mut values = Vec::new();
        self.links.write(profile, self.window_end(cutoff), |value| values.push(value));
        values
    }

    /// Adds the activity of one subject; returns its last active day.
    fn add(&self, subject: u32, from: Day, end: Day, scratch: &mut Scratch) -> Option<Day> {
        let activity = &self.population.business.activity;
        let rows = activity.counts_of(subject);
        let rows = &rows[rows.partition_point(|r| r.day < from)..];
        let rows = &rows[..rows.partition_point(|r| r.day < end)];
        let totals = self.spec.slots();
        for row in rows {
            let Some(slot) = self.slots[usize::from(row.event_type)] else {
                // Models of older programs may pool every type into the totals; a type left out by name counts nowhere.
                if self.spec.slots() == 0 && !self.left_out[usize::from(row.event_type)] {
                    scratch.add(totals, row.event_type, row.day, row.count, end, self.first_day);
                }
                continue;
            };
            let slot = usize::from(slot);
            scratch.counts[slot * (ALL + 1) + bucket(end - row.day)] += row.count;
            scratch.last[slot] = scratch.last[slot].max(row.day);
            scratch.add(totals, row.event_type, row.day, row.count, end, self.first_day);
        }
        for number in activity.numbers_of(subject).iter().filter(|n| n.day >= from && n.day < end) {
            let Some(index) = self.fields[usize::from(number.field)] else { continue };
            let field = &mut scratch.fields[usize::from(index)];
            field.all += number.sum;
            if end - number.day <= 90 {
                field.recent += number.sum;
            }
            if number.day > field.last_day {
                (field.last, field.last_day) = (number.last, number.day);
            }
        }
        rows.iter().rev().find(|r| !self.left_out[usize::from(r.event_type)]).map(|r| r.day)
    }

    fn write_types(&self, cells: &mut Cells<'_>, end: Day, scratch: &Scratch) {
        for slot in 0..self.spec.slots() {
            cells.put_windows(&scratch.counts[slot * (ALL + 1)..(slot + 1) * (ALL + 1)]);
            cells.put(since(scratch.last[slot], end));
        }
    }

    fn write_totals(&self, cells: &mut Cells<'_>, profile: u32, (cutoff, end): (Day, Day), scratch: &Scratch) {
        let totals = self.spec.slots();
        let counts = &scratch.counts[totals * (ALL + 1)..(totals + 1) * (ALL + 1)];
        cells.put_windows(counts);
        let last_bit = end - self.first_day;
        cells.put(count_bits(&scratch.days, last_bit - 30, last_bit) as f32);
        cells.put(count_bits(&scratch.days, last_bit - 90, last_bit) as f32);
        cells.put(count_bits(&scratch.days, 0, last_bit) as f32);
        cells.put(scratch.types.iter().map(|w| w.count_ones()).sum::<u32>() as f32);
        cells.put(since(scratch.last[totals], end));
        let first = first_bit(&scratch.days).map_or(f32::NAN, |bit| (last_bit - bit) as f32);
        cells.put(first);
        let created = self.population.profiles().created[profile as usize];
        cells.put(if created == NEVER { f32::NAN } else { (cutoff - created) as f32 });
        let last_30 = counts[0] + counts[1];
        let before = scratch.counts[(totals + 1) * (ALL + 1)];
        cells.put(last_30 as f32 - before as f32);
    }

    /// The activity of a person's account, where the link is known at the cutoff.
    fn write_account(&self, cells: &mut Cells<'_>, account: u32, end: Day) {
        let days = if account == NO_PROFILE { &[][..] } else { self.account_days.get(account) };
        let days = &days[..days.partition_point(|(day, _)| *day < end)];
        let mut counts = [0u32; ALL + 1];
        for &(day, count) in days {
            counts[bucket(end - day)] += count;
        }
        if account == NO_PROFILE {
            (0..PER_TYPE).for_each(|_| cells.put(f32::NAN));
            return;
        }
        cells.put_windows(&counts);
        cells.put(days.last().map_or(f32::NAN, |(day, _)| (end - day) as f32));
    }
}

impl Scratch {
    fn reset(&mut self, extractor: &FeatureExtractor<'_>, end: Day) {
        let slots = extractor.spec.slots() + 1;
        // Beside the buckets one more count: events of the 30 days before the last 30.
        reset_to(&mut self.counts, slots * (ALL + 1) + 1, 0);
        reset_to(&mut self.last, slots, Day::MIN);
        reset_to(&mut self.days, ((end - extractor.first_day).max(0) as usize).div_ceil(64), 0);
        reset_to(&mut self.types, extractor.slots.len().div_ceil(64), 0);
        reset_to(&mut self.fields, extractor.spec.fields.len(), NO_FIELD);
    }

    fn add(&mut self, totals: usize, event_type: u16, day: Day, count: u32, end: Day, first_day: Day) {
        let age = end - day;
        self.counts[totals * (ALL + 1) + bucket(age)] += count;
        if (31..=60).contains(&age) {
            self.counts[(totals + 1) * (ALL + 1)] += count;
        }
        self.last[totals] = self.last[totals].max(day);
        let bit = (day - first_day) as usize;
        self.days[bit / 64] |= 1 << (bit % 64);
        self.types[usize::from(event_type) / 64] |= 1 << (event_type % 64);
    }
}

fn reset_to<T: Copy>(values: &mut Vec<T>, length: usize, value: T) {
    values.clear();
    values.resize(length, value);
}

/// The narrowest window that an age in days (1 is the last day of the windows) falls into.
fn bucket(age: Day) -> usize {
    WINDOWS.iter().position(|&window| age <= window).unwrap_or(ALL)
}

fn since(last: Day, end: Day) -> f32 {
    if last == Day::MIN { f32::NAN } else { (end - last) as f32 }
}

fn count_person(people: &mut [u32; ALL + 1], known: bool, last: Option<Day>, end: Day) {
    if !known {
        return;
    }
    people[ALL] += 1;
    if let Some(last) = last {
        for (count, _) in people.iter_mut().zip(WINDOWS).filter(|(_, window)| end - last <= *window) {
            *count += 1;
        }
    }
}

/// Set bits in [from, to).
fn count_bits(words: &[u64], from: Day, to: Day) -> u32 {
    let (from, to) = (from.max(0) as usize, (to.max(0) as usize).min(words.len() * 64));
    if from >= to {
        return 0;
    }
    let (first, last) = (from / 64, (to - 1) / 64);
    (first..=last)
        .map(|i| {
            let low = if i == first { !0u64 << (from % 64) } else { !0 };
            let high = if i == last { !0u64 >> (63 - (to - 1) % 64) } else { !0 };
            (words[i] & low & high).count_ones()
        })
        .sum()
}

fn first_bit(words: &[u64]) -> Option<Day> {
    let word = words.iter().position(|&w| w != 0)?;
    Some((word * 64) as Day + words[word].trailing_zeros() as Day)
}

/// Writes cells one after the other.
struct Cells<'r> {
    row: &'r mut [f32],
    at: usize,
}

impl Cells<'_> {
    fn put(&mut self, value: f32) {
        self.row[self.at] = value;
        self.at += 1;
    }

    /// Bucket counts → trailing windows, each holding the narrower ones, then all.
    fn put_windows(&mut self, counts: &[u32]) {
        let mut sum = 0;
        for &count in counts {
            sum += count;
            self.put(sum as f32);
        }
    }
}
