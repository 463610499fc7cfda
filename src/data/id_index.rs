//! Who an id stands for while events are read. Where the config has a source of persons (or accounts), an unknown id
//! is an orphan; where it has none, the ids that events name are the profiles. Called by [`events`](super::events).

use super::id_forms::{self, OtherForms};
use crate::domain::source::activity::{Day, NEVER, NO_PROFILE, Profiles};
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use std::hash::BuildHasher;

/// A lookup from id to number over [`Profiles::ids`], without a copy of the ids.
pub struct IdIndex {
    /// The profiles whose ids are looked up, in order of their provisional numbers.
    pub profiles: Profiles,
    index: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// New ids may join.
    accepts_new_ids: bool,
    /// Ids of profiles that became another, by the part that all their forms share, and of which.
    aliases: HashMap<String, String>,
    /// Other forms of the ids; made when the first id is not found.
    other_forms: Option<OtherForms>,
}

/// Steps from an id to what became of it, after which a circle is taken for one.
const MOST_ALIASES: usize = 16;

impl IdIndex {
    /// An index over the ids of `profiles`; with `open`, ids that are not among them join when they are asked for.
    pub fn new(profiles: Profiles, accepts_new_ids: bool) -> Self {
        let hasher = DefaultHashBuilder::default();
        let mut index = HashTable::with_capacity(profiles.len());
        for (number, id) in profiles.ids.iter().enumerate() {
            index.insert_unique(hasher.hash_one(id.as_str()), number as u32, |&n| {
                hasher.hash_one(profiles.ids[n as usize].as_str())
            });
        }
        IdIndex { profiles, index, hasher, accepts_new_ids, aliases: HashMap::new(), other_forms: None }
    }

    /// The same where ids stand for others: a converted lead for its contact, a merged record for its survivor.
    pub fn with_aliases(mut self, aliases: HashMap<String, String>) -> IdIndex {
        self.aliases = aliases;
        self
    }

    /// The number of an id as it is written.
    fn find(&self, id: &str) -> Option<u32> {
        let ids = &self.profiles.ids;
        self.index.find(self.hasher.hash_one(id), |&n| ids[n as usize] == id).copied()
    }

    /// The number of an id that is not written as the profile's own is.
    fn find_otherwise(&mut self, id: &str) -> Option<u32> {
        let mut known = id;
        for _ in 0..MOST_ALIASES {
            let Some(next) = self.aliases.get(id_forms::core(known)) else { break };
            known = next;
        }
        if known != id
            && let Some(number) = self.find(known)
        {
            return Some(number);
        }
        if self.other_forms.is_none() {
            let mut forms = OtherForms::default();
            self.profiles.ids.iter().enumerate().for_each(|(number, id)| forms.add(id, number as u32));
            self.other_forms = Some(forms);
        }
        let known = known.to_string();
        self.other_forms.as_ref()?.find(&known, |core| self.find(core))
    }

    /// The number of an id; in an open index an unknown id joins.
    pub fn index_of(&mut self, id: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(id);
        let ids = &self.profiles.ids;
        if let Some(&number) = self.index.find(hash, |&n| ids[n as usize] == id) {
            return Some(number);
        }
        if let Some(number) = self.find_otherwise(id) {
            return Some(number);
        }
        if !self.accepts_new_ids {
            return None;
        }
        let number = self.profiles.ids.len() as u32;
        self.other_forms.iter_mut().for_each(|forms| forms.add(id, number));
        self.profiles.ids.push(id.to_string());
        self.profiles.created.push(NEVER);
        let (ids, hasher) = (&self.profiles.ids, &self.hasher);
        self.index.insert_unique(hash, number, |&n| hasher.hash_one(ids[n as usize].as_str()));
        Some(number)
    }

    /// Notes the account that an event names beside its person. Only where there is no source of persons: the account
    /// of the earliest such event is theirs, from that day on.
    pub fn link(&mut self, person: u32, account: u32, day: Day) {
        if !self.accepts_new_ids {
            return;
        }
        let (links, days) = (&mut self.profiles.account, &mut self.profiles.linked);
        links.resize(self.profiles.ids.len(), NO_PROFILE);
        days.resize(self.profiles.ids.len(), NEVER);
        if day < days[person as usize] {
            (links[person as usize], days[person as usize]) = (account, day);
        }
    }

    /// Sorts the ids again where some joined. Returns the profiles and the new number of every old one.
    pub fn finish(self) -> (Profiles, Vec<u32>) {
        let Profiles { ids, created, mut account, mut linked, mut attributes } = self.profiles;
        let mut order: Vec<u32> = (0..ids.len() as u32).collect();
        order.sort_unstable_by(|&a, &b| ids[a as usize].cmp(&ids[b as usize]));
        let mut new_index = vec![0u32; order.len()];
        for (new, &old) in order.iter().enumerate() {
            new_index[old as usize] = new as u32;
        }
        account.resize(ids.len(), NO_PROFILE);
        let account = reorder(&account, &order);
        // A link from a source has no day of its own: it counts from when both exist.
        linked.resize(ids.len(), Day::MIN);
        let linked = reorder(&linked, &order);
        for attribute in &mut attributes {
            attribute.values.resize(ids.len(), 0);
            attribute.values = reorder(&attribute.values, &order);
        }
        let created = reorder(&created, &order);
        let mut ids = ids;
        ids.sort_unstable();
        (Profiles { ids, created, account, linked, attributes }, new_index)
    }
}

fn reorder<T: Copy>(values: &[T], order: &[u32]) -> Vec<T> {
    order.iter().map(|&old| values[old as usize]).collect()
}
