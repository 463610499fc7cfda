//! The event types that occur, numbered as they come, each with the goal events, exclusions and events of the population
//! rule that it may be. Called by `reading`.

use super::request::EventRequest;
use crate::domain::score::goal::GoalEvent;
use crate::domain::source::activity::{Day, Hit};
use hashbrown::HashMap;

/// More event types than this count as the last one.
const MAX_TYPES: usize = 60_000;

/// Event types with what each has to do with the score, numbered in order of appearance.
#[derive(Default)]
pub(super) struct EventTypes {
    pub(super) names: Vec<String>,
    pub(super) numbers: HashMap<String, u16>,
    /// Per type what it may be.
    pub(super) roles: Vec<Roles>,
}

/// Bit i is set where an event may be the i-th of the score's goal events, exclusions, events of the rule.
#[derive(Debug, Clone, Copy)]
pub(super) struct Roles {
    goals: u64,
    exclusions: u64,
    rule_events: u64,
}

/// The events that the score asks for, in the order in which they come.
#[derive(Debug, Default)]
pub(super) struct Hits {
    pub(super) goals: Vec<Hit>,
    pub(super) exclusions: Vec<Hit>,
    pub(super) rule_events: Vec<Hit>,
}

impl EventTypes {
    /// The number of a type, which is a new one where it first occurs.
    pub(super) fn index_of(&mut self, name: &str, request: &EventRequest<'_>) -> u16 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        if self.names.len() >= MAX_TYPES {
            return (MAX_TYPES - 1) as u16;
        }
        let number = self.names.len() as u16;
        let role = |events: &[GoalEvent]| {
            let of_type = events.iter().take(64).enumerate().filter(|(_, e)| e.event_type == name);
            of_type.fold(0u64, |bits, (i, _)| bits | 1 << i)
        };
        self.roles.push(Roles {
            goals: role(request.goals),
            exclusions: role(request.exclusions),
            rule_events: role(request.rule_events),
        });
        self.names.push(name.to_string());
        self.numbers.insert(name.to_string(), number);
        number
    }

    /// Per type, by number, its index in the alphabetical order of names.
    pub(super) fn alphabetical_index(&self) -> Vec<u16> {
        let mut order: Vec<u16> = (0..self.names.len() as u16).collect();
        order.sort_unstable_by(|&a, &b| self.names[a as usize].cmp(&self.names[b as usize]));
        let mut index = vec![0u16; order.len()];
        for (new, &old) in order.iter().enumerate() {
            index[old as usize] = new as u16;
        }
        index
    }
}

/// Notes the event as what the score asks for, where it is that.
pub(super) fn record_hits<'v>(
    types: &EventTypes,
    event_type: u16,
    request: &EventRequest<'_>,
    field: impl Fn(&str) -> Option<&'v str>,
    (subject, day): (u32, Day),
    hits: &mut Hits,
) {
    let may = types.roles[event_type as usize];
    if may.goals | may.exclusions | may.rule_events == 0 {
        return;
    }
    let name = &types.names[event_type as usize];
    for (may, events, hits) in [
        (may.goals, request.goals, &mut hits.goals),
        (may.exclusions, request.exclusions, &mut hits.exclusions),
        (may.rule_events, request.rule_events, &mut hits.rule_events),
    ] {
        let matching = (0..events.len().min(64)).filter(|i| may >> i & 1 == 1 && events[*i].matches(name, &field));
        let which = matching.fold(0u64, |bits, i| bits | 1 << i);
        if which != 0 {
            hits.push(Hit { subject, day, goal_bits: which });
        }
    }
}
