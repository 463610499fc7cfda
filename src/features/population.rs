//! Whose activity counts for a profile, and from when. A person's is its own; an account's is that of its persons, each
//! from the day on which both exist, and its own. Made by the pipeline and by `queries` from a
//! [`Business`], read by everything in this folder.

use super::ragged_array::RaggedArray;
use crate::domain::score::ProfileType;
use crate::domain::source::activity::{Business, Day, NEVER, NO_PROFILE, Profiles};

/// The business seen as persons or as accounts.
pub struct Population<'a> {
    /// The sources after reading.
    pub business: &'a Business,
    /// Whether the profiles are persons or accounts.
    pub profile_type: ProfileType,
    /// Per account its persons and the day from which each counts.
    pub members: RaggedArray<(u32, Day)>,
    /// Per profile the day on which it begins to exist (it was created, or had its first event), [`NEVER`] where
    /// neither is known.
    pub exists_from: Vec<Day>,
    /// The same per account.
    account_exists_from: Vec<Day>,
}

impl<'a> Population<'a> {
    /// Sees the business as persons or as accounts.
    pub fn new(business: &'a Business, profile_type: ProfileType) -> Self {
        let persons_exist_from: Vec<Day> = (0..business.persons.len() as u32)
            .map(|p| created_or(business.persons.created[p as usize], first_event_day(business, p)))
            .collect();
        let account_exists_from = accounts_exist_from(business);
        // A link counts from when both exist, and from when it is known.
        let persons = &business.persons;
        let linked = |p: usize| persons.linked.get(p).copied().unwrap_or(Day::MIN).max(persons_exist_from[p]);
        let mut members: Vec<(u32, (u32, Day))> = (persons.account.iter().enumerate())
            .filter(|(_, account)| **account != NO_PROFILE)
            .map(|(p, &account)| (account, (p as u32, linked(p).max(account_exists_from[account as usize]))))
            .collect();
        members.sort_unstable();
        let members = RaggedArray::from_sorted(business.accounts.len(), members.into_iter());
        let exists_from = match profile_type {
            ProfileType::Person => persons_exist_from,
            ProfileType::Account => account_exists_from.clone(),
        };
        Population { business, profile_type, members, exists_from, account_exists_from }
    }

    /// The table of the profiles: persons or accounts.
    pub fn profiles(&self) -> &'a Profiles {
        match self.profile_type {
            ProfileType::Person => &self.business.persons,
            ProfileType::Account => &self.business.accounts,
        }
    }

    /// How many profiles there are, eligible or not.
    pub fn len(&self) -> usize {
        self.exists_from.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.exists_from.is_empty()
    }

    /// The account of a profile, or [`NO_PROFILE`]: its own number for an account.
    pub fn account(&self, profile: u32) -> u32 {
        match self.profile_type {
            ProfileType::Person => self.business.persons.account.get(profile as usize).copied().unwrap_or(NO_PROFILE),
            ProfileType::Account => profile,
        }
    }

    /// The account of a profile as known at a cutoff, or [`NO_PROFILE`]: one that comes into being later is none,
    /// because that it will be created may be the very outcome.
    pub fn account_at(&self, profile: u32, cutoff: Day) -> u32 {
        let account = self.account(profile);
        let person = self.profile_type == ProfileType::Person;
        let linked = if person { self.business.persons.linked.get(profile as usize) } else { None };
        let known = self.account_exists_from.get(account as usize).is_some_and(|&day| day < cutoff);
        if known && linked.is_none_or(|&day| day < cutoff) { account } else { NO_PROFILE }
    }

    /// Calls `visit` with every subject whose activity counts for the profile, and the day from which it does.
    pub fn for_each_subject(&self, profile: u32, mut visit: impl FnMut(u32, Day)) {
        match self.profile_type {
            ProfileType::Person => visit(profile, Day::MIN),
            ProfileType::Account => {
                for &(person, from) in self.members.get(profile) {
                    visit(person, from);
                }
                visit(self.business.account_subject(profile), Day::MIN);
            }
        }
    }

    /// The last day before `cutoff` with an event that counts for the profile.
    pub fn last_active(&self, profile: u32, cutoff: Day) -> Option<Day> {
        let mut last = None;
        self.for_each_subject(profile, |subject, from| {
            let rows = self.business.activity.counts_of(subject);
            let before = &rows[..rows.partition_point(|r| r.day < cutoff)];
            last = last.max(before.last().map(|r| r.day).filter(|&day| day >= from));
        });
        last
    }

    /// Whether an event that counts for the profile lies after the day `after` and before `cutoff`: the same as asking
    /// whether [`last_active`](Self::last_active) does, but the first subject that says so ends the search.
    pub fn active_between(&self, profile: u32, after: Day, cutoff: Day) -> bool {
        let active = |subject: u32, from: Day| {
            let rows = self.business.activity.counts_of(subject);
            let before = &rows[..rows.partition_point(|r| r.day < cutoff)];
            before.last().is_some_and(|r| r.day > after && r.day >= from)
        };
        match self.profile_type {
            ProfileType::Person => active(profile, Day::MIN),
            ProfileType::Account => {
                active(self.business.account_subject(profile), Day::MIN)
                    || self.members.get(profile).iter().any(|&(person, from)| active(person, from))
            }
        }
    }

    /// Per account (day, events of that day), by day, of the event types that `counts` accepts.
    pub fn daily_events_of_accounts(&self, counts: impl Fn(u16) -> bool) -> RaggedArray<(Day, u32)> {
        let mut all = Vec::new();
        for account in 0..self.account_exists_from.len() as u32 {
            let mut days: Vec<(Day, u32)> = Vec::new();
            let mut add = |subject: u32, from: Day| {
                let rows = self.business.activity.counts_of(subject).iter().filter(|r| counts(r.event_type));
                days.extend(rows.filter(|r| r.day >= from).map(|r| (r.day, r.count)));
            };
            self.members.get(account).iter().for_each(|&(person, from)| add(person, from));
            add(self.business.account_subject(account), Day::MIN);
            days.sort_unstable();
            let merged = days.chunk_by(|a, b| a.0 == b.0).map(|d| (account, (d[0].0, d.iter().map(|x| x.1).sum())));
            all.extend(merged);
        }
        RaggedArray::from_sorted(self.account_exists_from.len(), all.into_iter())
    }
}

fn created_or(created: Day, first: Option<Day>) -> Day {
    if created == NEVER { first.unwrap_or(NEVER) } else { created }
}

fn first_event_day(business: &Business, subject: u32) -> Option<Day> {
    business.activity.counts_of(subject).first().map(|r| r.day)
}

/// Accounts without a creation date exist from the first event of theirs.
fn accounts_exist_from(business: &Business) -> Vec<Day> {
    let mut first: Vec<Option<Day>> =
        (0..business.accounts.len() as u32).map(|a| first_event_day(business, business.account_subject(a))).collect();
    for (person, &account) in business.persons.account.iter().enumerate() {
        if let Some(earliest) = first.get_mut(account as usize) {
            let day = first_event_day(business, person as u32);
            *earliest = match (*earliest, day) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
    }
    business.accounts.created.iter().zip(first).map(|(&created, first)| created_or(created, first)).collect()
}
