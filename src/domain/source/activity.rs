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

/// The day of a date; inverse of [`day_text`].
pub fn day_of(date: jiff::civil::Date) -> Day {
    date.duration_since(jiff::civil::date(1970, 1, 1)).as_hours() as i32 / 24
}

/// Stands for "no such profile" in links.
pub const NO_PROFILE: u32 = u32::MAX;

/// Stands for "never", a day after every day.
pub const NEVER: Day = Day::MAX;

/// One column of profile values, dictionary-coded: most attributes have few distinct values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attribute {
    /// Name of the column, or of the canonical field that it fills.
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
    /// Per person its account, or [`NO_PROFILE`]; empty for accounts.
    pub account: Vec<u32>,
    /// Per person the day from which the link to its account is known; [`Day::MIN`] where a source tells it.
    pub linked: Vec<Day>,
    /// All with one value per profile.
    pub attributes: Vec<Attribute>,
}

impl Profiles {
    /// How many profiles there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The number of the profile with this id.
    pub fn find(&self, id: &str) -> Option<u32> {
        self.ids.binary_search_by(|probe| probe.as_str().cmp(id)).ok().map(|i| i as u32)
    }

    /// The attribute of this name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.name == name)
    }
}

/// `count` events of one type on one day of one subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DailyCount {
    /// The day on which they happened.
    pub day: Day,
    /// Index into [`Activity::types`].
    pub event_type: u16,
    /// How many, at least 1.
    pub count: u32,
}

/// A numeric event field on one day of one subject.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DailyNumber {
    /// The day on which the events happened.
    pub day: Day,
    /// Index into [`Activity::fields`].
    pub field: u16,
    /// Exact sum of the day (summed as scaled integers, so that order does not matter).
    pub sum: f64,
    /// The day's last value by time, ties by file order.
    pub last: f64,
}

/// An event field that names something else (a campaign, a product, an account) on one day of one subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DailyLink {
    /// The day on which the events happened.
    pub day: Day,
    /// Index into [`Activity::link_fields`].
    pub field: u16,
    /// Equal values of a field have equal numbers, which mean nothing else.
    pub value: u32,
}

/// The daily activity table, grouped by subject and sorted by day, then type or field.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Activity {
    /// Event types in alphabetical order.
    pub types: Vec<String>,
    /// Numeric event fields in alphabetical order.
    pub fields: Vec<String>,
    /// Counts of all subjects, one subject after the other.
    pub rows: Vec<DailyCount>,
    /// Counts of subject s are `rows[starts[s]..starts[s + 1]]`: one entry more than subjects.
    pub starts: Vec<usize>,
    /// Numeric fields of all subjects, one subject after the other.
    pub numbers: Vec<DailyNumber>,
    /// Those of subject s are `numbers[number_starts[s]..number_starts[s + 1]]`.
    pub number_starts: Vec<usize>,
    /// Event fields that name something else, in alphabetical order.
    pub link_fields: Vec<String>,
    /// All columns that were looked at for such fields, whether or not they turned out to be some.
    pub link_candidates: Vec<String>,
    /// Links of all subjects, one subject after the other.
    pub links: Vec<DailyLink>,
    /// Those of subject s are `links[link_starts[s]..link_starts[s + 1]]`.
    pub link_starts: Vec<usize>,
    /// Days on which anybody did anything, ascending: of the whole business, also where `rows` are those of a few subjects.
    pub active_days: Vec<Day>,
}

impl Activity {
    /// The counts of a subject by day, then type; none for a subject that does not exist.
    pub fn counts_of(&self, subject: u32) -> &[DailyCount] {
        self.rows.get(range(&self.starts, subject)).unwrap_or_default()
    }

    /// The same with the active days of its rows, which are those of the whole business.
    #[must_use]
    pub fn with_active_days(mut self) -> Activity {
        let days = || self.rows.iter().map(|row| row.day);
        let (Some(first), Some(last)) = (days().min(), days().max()) else { return self };
        let mut active = vec![false; (last - first) as usize + 1];
        days().for_each(|day| active[(day - first) as usize] = true);
        self.active_days = (first..=last).filter(|day| active[(day - first) as usize]).collect();
        self
    }

    /// The numeric fields of a subject by day, then field.
    pub fn numbers_of(&self, subject: u32) -> &[DailyNumber] {
        self.numbers.get(range(&self.number_starts, subject)).unwrap_or_default()
    }

    /// The links of a subject by day, then field, then the time of the last occurrence: once for every value of a day.
    pub fn links_of(&self, subject: u32) -> &[DailyLink] {
        self.links.get(range(&self.link_starts, subject)).unwrap_or_default()
    }
}

/// Makes the starts of rows that come grouped by number, ascending: of subjects, or of profiles.
#[derive(Debug, Default)]
pub struct Starts(Vec<usize>);

impl Starts {
    /// None yet, with room for so many groups.
    pub fn of(groups: usize) -> Starts {
        Starts(Vec::with_capacity(groups + 1))
    }

    /// The next row, at `row`, is one of `group`; groups before it that have none begin and end here.
    pub fn reach(&mut self, group: usize, row: usize) {
        while self.0.len() <= group {
            self.0.push(row);
        }
    }

    /// One entry more than groups: the rows of g are `starts[g]..starts[g + 1]` of `rows`.
    pub fn finish(mut self, groups: usize, rows: usize) -> Vec<usize> {
        self.0.resize(groups + 1, rows);
        self.0
    }
}

fn range(starts: &[usize], subject: u32) -> Range<usize> {
    match (starts.get(subject as usize), starts.get(subject as usize + 1)) {
        (Some(&from), Some(&to)) => from..to,
        _ => 0..0,
    }
}

/// An event that is a goal event or an exclusion of the score at hand, or that its population rule asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// Whom the event is booked on.
    pub subject: u32,
    /// The day of the event.
    pub day: Day,
    /// Bit i is set where the event is the i-th goal event (or exclusion, or event of the rule) of the score.
    pub goal_bits: u64,
}

/// Link features of every profile at the as-of date, as a run had them. They depend on all other profiles, so that they
/// cannot be computed from what is around one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KnownLinks {
    /// Whether the profiles are accounts.
    pub of_accounts: bool,
    /// Per feature its code, and its value per profile; NaN where it is missing, or the profile was not scored.
    pub columns: Vec<(String, Vec<f32>)>,
}

impl KnownLinks {
    /// The value of a feature; NaN where nothing is known of it.
    pub fn value(&self, code: &str, profile: u32) -> f32 {
        let column = self.columns.iter().find(|(name, _)| name == code);
        column.and_then(|(_, values)| values.get(profile as usize)).copied().unwrap_or(f32::NAN)
    }
}

/// Everything a run knows about the business: the sources after reading.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Business {
    /// All persons, with their links to accounts.
    pub persons: Profiles,
    /// All accounts.
    pub accounts: Profiles,
    /// Daily activity of persons and accounts before the as-of date.
    pub activity: Activity,
    /// Goal events, sorted by subject and day; one entry per event.
    pub goals: Vec<Hit>,
    /// Exclusion events, sorted the same way.
    pub exclusions: Vec<Hit>,
    /// Events that the population rule asks for, sorted the same way.
    pub rule_events: Vec<Hit>,
    /// Link features, where this is what is around a profile and not the whole business.
    pub known_links: Option<KnownLinks>,
    /// How many opportunities the sources have.
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

    /// The account that a subject's activity counts for, or [`NO_PROFILE`].
    pub fn account_of_subject(&self, subject: u32) -> u32 {
        let persons = self.persons.len() as u32;
        if subject >= persons {
            subject - persons
        } else {
            self.persons.account.get(subject as usize).copied().unwrap_or(NO_PROFILE)
        }
    }
}
