//! Reading a snapshot around one profile: the profile itself, its account, and the persons of that account, with their
//! activity, as a [`Business`] of its own. All that the features of the profile depend on is in it, so that the very
//! functions of a run compute them.

use super::{ACCOUNTS, ACTIVITY, META, Meta, NUMBERS, PERSONS, VERSION};
use crate::data::pages::Pages;
use crate::data::profiles::Dictionary;
use crate::domain::score::ProfileType;
use crate::domain::source::activity::{
    Activity, Attribute, Business, DailyCount, DailyNumber, KnownLinks, NEVER, NO_PROFILE, Profiles,
};
use crate::error::{Context, Error, Result};
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Float32Type, Float64Type, Int32Type, Int64Type, UInt32Type};
use parquet::file::statistics::Statistics;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::Path;

const HINT: &str = "the run was changed or removed while it was open: open the profiles again";

/// An open snapshot.
pub struct Snapshot {
    meta: Meta,
    persons: Pages,
    accounts: Pages,
    activity: Pages,
    numbers: Pages,
}

/// Persons or accounts as read, with where their activity stands.
#[derive(Default)]
struct ProfileRows {
    profiles: Profiles,
    /// Per account the rows of its persons.
    persons: Vec<Vec<u32>>,
    activity: Vec<Range<usize>>,
    numbers: Vec<Range<usize>>,
    /// Link features as the run had them.
    links: Vec<(String, Vec<f32>)>,
    /// Of the attributes, in their order.
    dictionaries: Vec<Dictionary>,
}

impl Snapshot {
    /// Reads the figures, and where the pages of the tables lie.
    ///
    /// # Errors
    /// There is none (an older run, or one whose snapshot was cleared away), or it is broken or of a newer version.
    pub fn open(folder: &Path) -> Result<Snapshot> {
        let path = folder.join(META);
        let gone = || {
            Error::new("What this run read is not kept any more.")
                .because(format!("{} is not there", path.display()))
                .hint("the newest runs of a score keep it: start a new run")
        };
        let text = std::fs::read(&path).map_err(|_| gone())?;
        let meta: Meta = serde_json::from_slice(&text).context(|| format!("{} is broken.", path.display()))?;
        if meta.version > VERSION {
            return Err(Error::new(format!("{} is of a newer version.", path.display())).hint("update the program"));
        }
        let open = |name: &str| {
            let path = folder.join(name);
            Pages::open(&path, HINT).context(|| format!("{} is cut short, broken or gone.", path.display()))
        };
        let (persons, accounts) = (open(PERSONS)?, open(ACCOUNTS)?);
        Ok(Snapshot { meta, persons, accounts, activity: open(ACTIVITY)?, numbers: open(NUMBERS)? })
    }

    /// Everything around a profile; `None` where the run did not know it.
    ///
    /// # Errors
    /// A file that cannot be read on.
    pub fn around(&self, profile_type: ProfileType, id: &str) -> Result<Option<Business>> {
        let rows = match profile_type {
            ProfileType::Person => self.find_rows(&self.persons, &[id])?,
            ProfileType::Account => self.find_rows(&self.accounts, &[id])?,
        };
        let Some(&row) = rows.first() else { return Ok(None) };
        let account = match profile_type {
            ProfileType::Account => Some(row),
            ProfileType::Person => {
                let read = self.read_profiles(&self.persons, &[row])?;
                read.profiles.account.first().copied().filter(|a| *a != NO_PROFILE)
            }
        };
        let accounts = self.read_profiles(&self.accounts, account.as_slice())?;
        let mut person_rows = accounts.persons.first().cloned().unwrap_or_default();
        if profile_type == ProfileType::Person && person_rows.is_empty() {
            person_rows.push(row);
        }
        let mut persons = self.read_profiles(&self.persons, &person_rows)?;
        for link in &mut persons.profiles.account {
            *link = if Some(*link) == account { 0 } else { NO_PROFILE };
        }
        let activity = self.activity(&persons, &accounts)?;
        let of_accounts = profile_type == ProfileType::Account;
        let columns = if of_accounts { accounts.links } else { persons.links };
        Ok(Some(Business {
            known_links: (!self.meta.links.is_empty()).then_some(KnownLinks { of_accounts, columns }),
            persons: persons.profiles,
            accounts: accounts.profiles,
            activity,
            as_of: self.meta.as_of,
            first_day: self.meta.first_day,
            ..Business::default()
        }))
    }

    /// The activity of these persons and accounts, in their order; whom the run did not know has none.
    ///
    /// # Errors
    /// A file that cannot be read on.
    pub fn activity_of(&self, persons: &[String], accounts: &[String]) -> Result<Activity> {
        let of = |pages: &Pages, ids: &[String]| -> Result<ProfileRows> {
            let wanted: Vec<&str> = ids.iter().map(String::as_str).collect();
            let found = self.read_profiles(pages, &self.find_rows(pages, &wanted)?)?;
            let mut all = ProfileRows::default();
            let index: HashMap<&String, usize> = found.profiles.ids.iter().zip(0..).collect();
            for id in ids {
                let at = index.get(id).copied();
                all.activity.push(at.map_or(0..0, |i| found.activity[i].clone()));
                all.numbers.push(at.map_or(0..0, |i| found.numbers[i].clone()));
            }
            Ok(all)
        };
        self.activity(&of(&self.persons, persons)?, &of(&self.accounts, accounts)?)
    }

    /// Where ids stand, in the order of the file; those that are not there are left out.
    fn find_rows(&self, pages: &Pages, ids: &[&str]) -> Result<Vec<u32>> {
        let mut rows = Vec::new();
        for group in 0..pages.groups() {
            let wanted: HashSet<&str> = ids.iter().copied().filter(|id| may_hold(pages, group, id)).collect();
            if wanted.is_empty() {
                continue;
            }
            let mut at = pages.group(group).start;
            pages.read(group, Some(&["id"]), None, |batch| {
                let column = batch.column(0).as_string::<i32>();
                for row in 0..column.len() {
                    if wanted.contains(column.value(row)) {
                        rows.push((at + row) as u32);
                    }
                }
                at += column.len();
                Ok(())
            })?;
        }
        Ok(rows)
    }

    /// The profiles in these rows, which are sorted.
    fn read_profiles(&self, pages: &Pages, rows: &[u32]) -> Result<ProfileRows> {
        let mut read = ProfileRows::default();
        let runs: Vec<Range<usize>> =
            rows.chunk_by(|a, b| a + 1 == *b).map(|run| run[0] as usize..run[0] as usize + run.len()).collect();
        pages.ranges(&runs, None, |batch| read.add_batch(batch, &self.meta.links))?;
        for (attribute, dictionary) in read.profiles.attributes.iter_mut().zip(&mut read.dictionaries) {
            attribute.dictionary = std::mem::take(&mut dictionary.values);
        }
        Ok(read)
    }

    fn activity(&self, persons: &ProfileRows, accounts: &ProfileRows) -> Result<Activity> {
        let Meta { types, fields, active_days, .. } = self.meta.clone();
        let mut activity = Activity { types, fields, active_days, ..Activity::default() };
        let subjects = || persons.activity.iter().chain(&accounts.activity);
        let (rows, starts) = read_subjects(&self.activity, subjects(), |batch, rows| {
            let (day, count) =
                (batch.column(1).as_primitive::<Date32Type>(), batch.column(3).as_primitive::<UInt32Type>());
            let event_type = batch.column(2).as_primitive::<Int32Type>();
            let row = |i: usize| DailyCount {
                day: day.value(i),
                event_type: event_type.value(i) as u16,
                count: count.value(i),
            };
            rows.extend((0..batch.num_rows()).map(row));
        })?;
        (activity.rows, activity.starts) = (rows, starts);
        let subjects = || persons.numbers.iter().chain(&accounts.numbers);
        let (rows, starts) = read_subjects(&self.numbers, subjects(), |batch, rows| {
            let (day, field) =
                (batch.column(1).as_primitive::<Date32Type>(), batch.column(2).as_primitive::<Int32Type>());
            let (sum, last) =
                (batch.column(3).as_primitive::<Float64Type>(), batch.column(4).as_primitive::<Float64Type>());
            let row = |i: usize| DailyNumber {
                day: day.value(i),
                field: field.value(i) as u16,
                sum: sum.value(i),
                last: last.value(i),
            };
            rows.extend((0..batch.num_rows()).map(row));
        })?;
        (activity.numbers, activity.number_starts) = (rows, starts);
        Ok(activity)
    }
}

/// Reads the rows of subjects whose ranges come in the order of the subjects, which need not be that of the file.
fn read_subjects<'a, T: Copy>(
    pages: &Pages,
    subjects: impl Iterator<Item = &'a Range<usize>> + Clone,
    mut take: impl FnMut(&RecordBatch, &mut Vec<T>),
) -> Result<(Vec<T>, Vec<usize>)> {
    let mut sorted: Vec<Range<usize>> = subjects.clone().filter(|r| !r.is_empty()).cloned().collect();
    sorted.sort_unstable_by_key(|r| r.start);
    let mut read = Vec::new();
    pages.ranges(&sorted, None, |batch| take(batch, &mut read))?;
    let mut firsts = Vec::with_capacity(sorted.len());
    let mut at = 0;
    for range in &sorted {
        firsts.push(at);
        at += range.len();
    }
    let (mut rows, mut starts) = (Vec::with_capacity(read.len()), vec![0]);
    for range in subjects {
        if let Ok(found) = sorted.binary_search_by_key(&range.start, |r| r.start)
            && !range.is_empty()
        {
            rows.extend_from_slice(&read[firsts[found]..firsts[found] + range.len()]);
        }
        starts.push(rows.len());
    }
    Ok((rows, starts))
}

impl ProfileRows {
    fn add_batch(&mut self, batch: &RecordBatch, links: &[String]) {
        let int_column = |name: &str| batch.column_by_name(name).and_then(|c| c.as_primitive_opt::<Int32Type>());
        let offset = |name: &str, row: usize| {
            let column = batch.column_by_name(name).and_then(|c| c.as_primitive_opt::<Int64Type>());
            column.map_or(0, |c| c.value(row) as usize)
        };
        let value_or = |name: &str, row: usize, none: i32| {
            int_column(name).filter(|c| c.is_valid(row)).map_or(none, |c| c.value(row))
        };
        let before = self.profiles.ids.len();
        for row in 0..batch.num_rows() {
            let id = batch.column(0).as_string::<i32>().value(row);
            self.profiles.ids.push(id.to_string());
            self.profiles.created.push(value_or("created", row, NEVER));
            self.activity.push(offset("activity_from", row)..offset("activity_to", row));
            self.numbers.push(offset("numbers_from", row)..offset("numbers_to", row));
            if int_column("account").is_some() {
                // −1 becomes `NO_PROFILE`.
                self.profiles.account.push(value_or("account", row, -1) as u32);
                self.profiles.linked.push(value_or("linked", row, i32::MIN));
            }
            if let Some(lists) = batch.column_by_name("persons").and_then(|c| c.as_list_opt::<i32>()) {
                let persons = lists.value(row);
                self.persons.push(persons.as_primitive::<Int32Type>().values().iter().map(|&p| p as u32).collect());
            }
        }
        self.add_links(batch, links);
        self.add_attributes(batch, before);
    }

    fn add_links(&mut self, batch: &RecordBatch, links: &[String]) {
        for code in links {
            let column = batch.column_by_name(code).and_then(|c| c.as_primitive_opt::<Float32Type>());
            let Some(column) = column else { continue };
            let at = self.links.iter().position(|(name, _)| name == code).unwrap_or_else(|| {
                self.links.push((code.clone(), Vec::new()));
                self.links.len() - 1
            });
            self.links[at].1.extend(column.iter().map(|value| value.unwrap_or(f32::NAN)));
        }
    }

    fn add_attributes(&mut self, batch: &RecordBatch, before: usize) {
        let fields = batch.schema();
        let named = fields.fields().iter().zip(batch.columns());
        let attributes = named.filter_map(|(field, column)| Some((field.name().strip_prefix("attribute.")?, column)));
        for (name, column) in attributes {
            let Some(column) = column.as_string_opt::<i32>() else { continue };
            let attributes = &mut self.profiles.attributes;
            let at = attributes.iter().position(|a| a.name == name).unwrap_or_else(|| {
                attributes.push(Attribute { name: name.into(), values: vec![0; before], ..Attribute::default() });
                self.dictionaries.push(Dictionary::default());
                attributes.len() - 1
            });
            let dictionary = &mut self.dictionaries[at];
            attributes[at].values.extend(column.iter().map(|value| dictionary.code(value.unwrap_or_default())));
        }
    }
}

/// Whether the ids of a group, which are sorted, may hold one.
fn may_hold(pages: &Pages, group: usize, id: &str) -> bool {
    match pages.metadata().row_group(group).column(0).statistics() {
        Some(Statistics::ByteArray(of)) => {
            let low = of.min_opt().is_none_or(|low| low.data() <= id.as_bytes());
            // A bound may be cut: then it is a bound all the same.
            low && of.max_opt().is_none_or(|high| id.as_bytes() <= high.data())
        }
        _ => true,
    }
}
