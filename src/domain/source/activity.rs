//! What is left of the sources once they are read: profiles, their links and attributes, and the one intermediate
//! table, *daily activity* (subject, day, event type, count, numeric sums). Made by `data`, read by `features`.
//!
//! A **subject** is whoever an event is booked on: subjects `0..persons` are the persons, the next `accounts` ones are
//! the accounts themselves (events that name an account and no person). An account's activity is that of its persons
//! plus its own. Days are local civil days of the workspace's time zone, counted from 1970-01-01, so that a cutoff at
//! midnight is one integer.

use std::ops::Range;

/// A civil day of the workspace's time zone, counted from 1970-01-01.
pub type Day = i32;

/// The day as `YYYY-MM-DD`.
pub fn day_text(day: Day) -> String {
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.saturating_add(jiff::Span::new().days(day)).to_string()
}

/// The day of a date.
pub fn day_of(date: jiff::civil::Date) -> Day {
    date.duration_since(jiff::civil::date(1970, 1, 1)).as_hours() as i32 / 24
}

/// Stands for "no such profile" in links.
pub const NOBODY: u32 = u32::MAX;

/// Stands for "never", a day after every day.
pub const NEVER: Day = Day::MAX;

/// One column of profile values, dictionary-coded: most attributes have few distinct values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attribute {
    pub name: String,
    /// Distinct values; index 0 is the empty text and means missing.
    pub dictionary: Vec<String>,
    /// Per profile an index into `dictionary`.
    pub values: Vec<u32>,
}

impl Attribute {
    /// The value of a profile; `None` where it is missing.
    pub fn get(&self, profile: u32) -> Option<&str> {
        match self.values.get(profile as usize) {
            None | Some(0) => None,
            Some(&code) => self.dictionary.get(code as usize).map(String::as_str),
        }
    }
}

/// The persons or the accounts, in the order of their ids.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Profiles {
    /// Sorted and distinct; the index of an id is the profile's number.
    pub ids: Vec<String>,
    /// Day of creation per profile; [`NEVER`] where it is unknown.
    pub created: Vec<Day>,
    /// Per person its account, or [`NOBODY`]; empty for accounts.
    pub account: Vec<u32>,
    /// Per person the day from which the link to its account is known; [`Day::MIN`] where a source tells it.
    pub linked: Vec<Day>,
    pub attributes: Vec<Attribute>,
}

impl Profiles {
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    pub fn find(&self, id: &str) -> Option<u32> {
        self.ids.binary_search_by(|probe| probe.as_str().cmp(id)).ok().map(|i| i as u32)
    }

    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.name == name)
    }
}

/// `count` events of one type on one day of one subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Daily {
    pub day: Day,
    /// Index into [`Activity::types`].
    pub event_type: u16,
    pub count: u32,
}

/// A numeric event field on one day of one subject.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DailyNumber {
    pub day: Day,
    /// Index into [`Activity::fields`].
    pub field: u16,
    /// Exact sum of the day (summed as scaled integers, so that order does not matter).
    pub sum: f64,
    /// The day's last value by time, ties by file order.
    pub last: f64,
}

/// The daily activity table, grouped by subject and sorted by day, then type or field.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Activity {
    /// Event types in alphabetical order.
    pub types: Vec<String>,
    /// Numeric event fields in alphabetical order.
    pub fields: Vec<String>,
    pub rows: Vec<Daily>,
    /// Rows of subject s are `rows[starts[s]..starts[s + 1]]`.
    pub starts: Vec<usize>,
    pub numbers: Vec<DailyNumber>,
    pub number_starts: Vec<usize>,
}

impl Activity {
    pub fn of(&self, subject: u32) -> &[Daily] {
        self.rows.get(range(&self.starts, subject)).unwrap_or_default()
    }

    pub fn numbers_of(&self, subject: u32) -> &[DailyNumber] {
        self.numbers.get(range(&self.number_starts, subject)).unwrap_or_default()
    }
}

fn range(starts: &[usize], subject: u32) -> Range<usize> {
    match (starts.get(subject as usize), starts.get(subject as usize + 1)) {
        (Some(&from), Some(&to)) => from..to,
        _ => 0..0,
    }
}

/// An event that is a goal event or an exclusion of the score at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    pub subject: u32,
    pub day: Day,
    /// Bit i stands for the i-th goal event (or exclusion) of the score.
    pub which: u64,
}

/// Everything a run knows about the business: the sources after reading.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Business {
    pub persons: Profiles,
    pub accounts: Profiles,
    pub activity: Activity,
    /// Goal events, sorted by subject and day; one entry per event.
    pub goals: Vec<Hit>,
    /// Exclusion events, sorted the same way.
    pub exclusions: Vec<Hit>,
    pub opportunities: u64,
    /// The as-of date T: nothing on or after this day is in here.
    pub as_of: Day,
    /// First day with an event; equals `as_of` where there is none.
    pub first_day: Day,
}

impl Business {
    /// The subject under which an account's own events are booked.
    pub fn account_subject(&self, account: u32) -> u32 {
        self.persons.len() as u32 + account
    }

    /// The account that a subject's activity counts for, or [`NOBODY`].
    pub fn account_of_subject(&self, subject: u32) -> u32 {
        let persons = self.persons.len() as u32;
        if subject >= persons {
            subject - persons
        } else {
            self.persons.account.get(subject as usize).copied().unwrap_or(NOBODY)
        }
    }
}
