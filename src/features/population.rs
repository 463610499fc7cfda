//! Whose activity counts for a profile, and from when. A person's is its own; an account's is that of its persons, each
//! from the day on which both exist, and its own. Called by everything in this folder.

use crate::domain::score::ProfileType;
use crate::domain::source::activity::{Business, Day, NEVER, NOBODY, Profiles};

/// Lists of `T` per profile, one after the other.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RaggedArray<T> {
    starts: Vec<usize>,
    items: Vec<T>,
}

impl<T: Copy> RaggedArray<T> {
    /// Groups `(profile, item)` pairs that come sorted by profile.
    pub fn from_sorted(profiles: usize, pairs: impl Iterator<Item = (u32, T)>) -> Self {
        let mut lists = RaggedArray { starts: Vec::with_capacity(profiles + 1), items: Vec::new() };
        for (profile, item) in pairs {
            while lists.starts.len() <= profile as usize {
                lists.starts.push(lists.items.len());
            }
            lists.items.push(item);
        }
        lists.starts.resize(profiles + 1, lists.items.len());
        lists
    }

    pub fn of(&self, profile: u32) -> &[T] {
        match (self.starts.get(profile as usize), self.starts.get(profile as usize + 1)) {
            (Some(&from), Some(&to)) => &self.items[from..to],
            _ => &[],
        }
    }
}

/// The business seen as persons or as accounts.
pub struct Population<'a> {
    pub business: &'a Business,
    pub profile_type: ProfileType,
    /// Per account its persons and the day from which each counts.
    pub members: RaggedArray<(u32, Day)>,
    /// Per profile the day on which it begins to exist, [`NEVER`] where nothing is known of it.
    pub born: Vec<Day>,
    /// Per account the same.
    account_born: Vec<Day>,
}

impl<'a> Population<'a> {
    pub fn new(business: &'a Business, profile_type: ProfileType) -> Self {
        let persons_born: Vec<Day> = (0..business.persons.len() as u32)
            .map(|p| known_or(business.persons.created[p as usize], first_event(business, p)))
            .collect();
        let account_born = accounts_born(business);
        // A link counts from when both exist, and from when it is known.
        let persons = &business.persons;
        let linked = |p: usize| persons.linked.get(p).copied().unwrap_or(Day::MIN).max(persons_born[p]);
        let mut members: Vec<(u32, (u32, Day))> = (persons.account.iter().enumerate())
            .filter(|(_, account)| **account != NOBODY)
            .map(|(p, &account)| (account, (p as u32, linked(p).max(account_born[account as usize]))))
            .collect();
        members.sort_unstable();
        let members = RaggedArray::from_sorted(business.accounts.len(), members.into_iter());
        let born = match profile_type {
            ProfileType::Person => persons_born,
            ProfileType::Account => account_born.clone(),
        };
        Population { business, profile_type, members, born, account_born }
    }

    pub fn profiles(&self) -> &'a Profiles {
        match self.profile_type {
            ProfileType::Person => &self.business.persons,
            ProfileType::Account => &self.business.accounts,
        }
    }

    pub fn len(&self) -> usize {
        self.born.len()
    }

    pub fn is_empty(&self) -> bool {
        self.born.is_empty()
    }

    /// The account of a profile: its own number for an account.
    pub fn account(&self, profile: u32) -> u32 {
        match self.profile_type {
            ProfileType::Person => self.business.persons.account.get(profile as usize).copied().unwrap_or(NOBODY),
            ProfileType::Account => profile,
        }
    }

    /// The account of a profile as known at a cutoff: one that comes into being later is none, because that it will be
    /// created may be the very outcome.
    pub fn account_at(&self, profile: u32, cutoff: Day) -> u32 {
        let account = self.account(profile);
        let person = self.profile_type == ProfileType::Person;
        let linked = if person { self.business.persons.linked.get(profile as usize) } else { None };
        let known = self.account_born.get(account as usize).is_some_and(|&day| day < cutoff);
        if known && linked.is_none_or(|&day| day < cutoff) { account } else { NOBODY }
    }

    /// Calls `each` with every subject whose activity counts for the profile, and the day from which it does.
    pub fn each_subject(&self, profile: u32, mut each: impl FnMut(u32, Day)) {
        match self.profile_type {
            ProfileType::Person => each(profile, Day::MIN),
            ProfileType::Account => {
                for &(person, from) in self.members.of(profile) {
                    each(person, from);
                }
                each(self.business.account_subject(profile), Day::MIN);
            }
        }
    }

    /// The last day before `cutoff` with an event that counts for the profile.
    pub fn last_active(&self, profile: u32, cutoff: Day) -> Option<Day> {
        let mut last = None;
        self.each_subject(profile, |subject, from| {
            let rows = self.business.activity.of(subject);
            let before = &rows[..rows.partition_point(|r| r.day < cutoff)];
            last = last.max(before.last().map(|r| r.day).filter(|&day| day >= from));
        });
        last
    }

    /// Whether an event that counts for the profile lies after the day `after` and before `cutoff`: the same as asking
    /// whether [`last_active`](Self::last_active) does, but the first subject that says so ends the search.
    pub fn active_between(&self, profile: u32, after: Day, cutoff: Day) -> bool {
        let active = |subject: u32, from: Day| {
            let rows = self.business.activity.of(subject);
            let before = &rows[..rows.partition_point(|r| r.day < cutoff)];
            before.last().is_some_and(|r| r.day > after && r.day >= from)
        };
        match self.profile_type {
            ProfileType::Person => active(profile, Day::MIN),
            ProfileType::Account => {
                active(self.business.account_subject(profile), Day::MIN)
                    || self.members.of(profile).iter().any(|&(person, from)| active(person, from))
            }
        }
    }

    /// Events of every account by day, of the types that `counts` accepts.
    pub fn days_of_accounts(&self, counts: impl Fn(u16) -> bool) -> RaggedArray<(Day, u32)> {
        let mut all = Vec::new();
        for account in 0..self.account_born.len() as u32 {
            let mut days: Vec<(Day, u32)> = Vec::new();
            let mut add = |subject: u32, from: Day| {
                let rows = self.business.activity.of(subject).iter().filter(|r| counts(r.event_type));
                days.extend(rows.filter(|r| r.day >= from).map(|r| (r.day, r.count)));
            };
            self.members.of(account).iter().for_each(|&(person, from)| add(person, from));
            add(self.business.account_subject(account), Day::MIN);
            days.sort_unstable();
            let merged = days.chunk_by(|a, b| a.0 == b.0).map(|d| (account, (d[0].0, d.iter().map(|x| x.1).sum())));
            all.extend(merged);
        }
        RaggedArray::from_sorted(self.account_born.len(), all.into_iter())
    }
}

fn known_or(created: Day, first: Option<Day>) -> Day {
    if created == NEVER { first.unwrap_or(NEVER) } else { created }
}

fn first_event(business: &Business, subject: u32) -> Option<Day> {
    business.activity.of(subject).first().map(|r| r.day)
}

/// Accounts without a creation date exist from the first event of theirs.
fn accounts_born(business: &Business) -> Vec<Day> {
    let mut first: Vec<Option<Day>> =
        (0..business.accounts.len() as u32).map(|a| first_event(business, business.account_subject(a))).collect();
    for (person, &account) in business.persons.account.iter().enumerate() {
        if let Some(slot) = first.get_mut(account as usize) {
            let day = first_event(business, person as u32);
            *slot = match (*slot, day) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
    }
    business.accounts.created.iter().zip(first).map(|(&created, first)| known_or(created, first)).collect()
}
