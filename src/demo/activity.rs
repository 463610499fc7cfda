//! What can be seen of the demo's world: the events, and their order in time.

use super::options::{DAYS, DemoOptions, PLANTED_EVENT_TYPES};
use super::random::{Random, Weighted};
use super::world::{ActivePeriod, Intent, World};

/// Event types with their relative frequency in noise, while buying and while curious.
pub(super) const TYPES: [(&str, [f64; 3]); 12] = [
    ("web.pageVisited", [0.36, 0.24, 0.45]),
    ("email.sent", [0.24, 0.06, 0.05]),
    ("email.opened", [0.18, 0.10, 0.10]),
    ("email.clicked", [0.05, 0.08, 0.10]),
    ("advertising.clicked", [0.05, 0.03, 0.04]),
    ("web.formFilled", [0.02, 0.05, 0.05]),
    ("web.contentDownloaded", [0.04, 0.08, 0.13]),
    ("webinar.attended", [0.02, 0.04, 0.06]),
    ("support.ticketOpened", [0.032, 0.0, 0.0]),
    (PLANTED_EVENT_TYPES[0], [0.004, 0.15, 0.01]),
    (PLANTED_EVENT_TYPES[1], [0.001, 0.06, 0.0]),
    (PLANTED_EVENT_TYPES[2], [0.003, 0.09, 0.0]),
];
/// The two goal types come after [`TYPES`].
pub(super) const CONVERTED: u8 = TYPES.len() as u8;
pub(super) const STAGE_CHANGED: u8 = CONVERTED + 1;

/// Shares of the events that come from persons who are buying, and who are curious; the rest is noise.
const BUYING_SHARE: f64 = 0.22;
const CURIOUS_SHARE: f64 = 0.18;

const DAY: i64 = 86_400;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Event {
    /// Seconds since the start of the data.
    pub time: u32,
    pub person: u32,
    /// Index into [`TYPES`], [`CONVERTED`] or [`STAGE_CHANGED`].
    pub kind: u8,
    /// Stage left (`u8::MAX`: none) and stage reached, of a stage change.
    pub stages: [u8; 2],
    /// The opportunity of a stage change; else random bits from which `write` takes the fields.
    pub detail: u32,
}

pub(super) struct Activity {
    /// Ordered by time.
    pub events: Vec<Event>,
    pub seed: u64,
}

impl Activity {
    pub(super) fn build(world: &World, options: &DemoOptions) -> Activity {
        let mut random = Random::new(options.seed, 3);
        let mut events = Vec::with_capacity(options.events);
        opportunity_events(world, &mut random, &mut events);
        for (intent, share) in [(Intent::Buying, BUYING_SHARE), (Intent::Reading, CURIOUS_SHARE)] {
            period_events(world, intent, (options.events as f64 * share) as usize, &mut random, &mut events);
        }
        let rest = options.events.saturating_sub(events.len());
        background_events(world, rest, &mut random, &mut events);
        events.sort_unstable();
        Activity { events, seed: options.seed }
    }
}

/// Stage changes of the opportunities and conversions of persons.
fn opportunity_events(world: &World, random: &mut Random, events: &mut Vec<Event>) {
    for (index, opportunity) in world.opportunities.iter().enumerate() {
        let mut before = u8::MAX;
        for (day, stage) in &opportunity.stages {
            if (0..DAYS).contains(day) {
                let time = daytime(*day, random);
                let stages = [before, *stage];
                events.push(Event {
                    time,
                    person: opportunity.contact,
                    kind: STAGE_CHANGED,
                    stages,
                    detail: index as u32,
                });
            }
            before = *stage;
        }
    }
    for (index, person) in world.persons.iter().enumerate() {
        if let Some(day) = person.converts {
            let time = daytime(world.working_day(day, person.created), random);
            events.push(Event { time, person: index as u32, kind: CONVERTED, stages: [0, 0], detail: 0 });
        }
    }
}

/// Draws `count` events from the spells of one mood, denser towards the end of a spell; none where nobody has that mood.
fn period_events(world: &World, intent: Intent, count: usize, random: &mut Random, events: &mut Vec<Event>) {
    let periods: Vec<&ActivePeriod> = world.periods.iter().filter(|s| s.intent == intent).collect();
    if periods.is_empty() {
        return;
    }
    let column = if intent == Intent::Buying { 1 } else { 2 };
    let kinds = Weighted::new(TYPES.iter().map(|(_, shares)| shares[column]));
    let which =
        Weighted::new(periods.iter().map(|period| period.length as f64 * period.intensity * share_within_data(period)));
    let mut drawn = 0;
    // Days outside the data are drawn again; the bound holds where nearly nothing of the spells is inside.
    for _ in 0..count.saturating_mul(20) {
        if drawn == count {
            break;
        }
        let period = periods[which.draw(random)];
        let day = period.start + (period.length as f64 * random.unit().sqrt()) as i64;
        if !(0..DAYS).contains(&day) {
            continue;
        }
        let time = working_time(world, period.person, day, random);
        events.push(event_of_person(time, period.person, kinds.draw(random), random));
        drawn += 1;
    }
}

/// The share of a spell's events that lies within the data (their density grows linearly, so shares are squares).
fn share_within_data(period: &ActivePeriod) -> f64 {
    let part = |day: i64| ((day - period.start) as f64 / period.length as f64).clamp(0.0, 1.0).powi(2);
    part(DAYS) - part(0)
}

fn background_events(world: &World, count: usize, random: &mut Random, events: &mut Vec<Event>) {
    let first = |created: i64| created.max(0);
    let who = Weighted::new(world.persons.iter().map(|p| p.rate * (DAYS - first(p.created)) as f64));
    let kinds = Weighted::new(TYPES.iter().map(|(_, shares)| shares[0]));
    for _ in 0..count {
        let person = who.draw(random);
        let day = random.between(first(world.persons[person].created) as f64, DAYS as f64) as i64;
        let time = working_time(world, person as u32, day, random);
        events.push(event_of_person(time, person as u32, kinds.draw(random), random));
    }
}

fn event_of_person(time: u32, person: u32, kind: usize, random: &mut Random) -> Event {
    Event { time, person, kind: kind as u8, stages: [0, 0], detail: random.below(1 << 31) as u32 }
}

/// A moment of noise on this day: four fifths of what falls on a weekend happened on the Friday before.
fn working_time(world: &World, person: u32, day: i64, random: &mut Random) -> u32 {
    let created = world.persons[person as usize].created;
    daytime(if random.chance(0.8) { world.working_day(day, created) } else { day }, random)
}

/// A second of this day between 7:00 and 19:59; two draws give more activity around noon.
fn daytime(day: i64, random: &mut Random) -> u32 {
    let second = 7 * 3_600 + ((random.unit() + random.unit()) / 2.0 * 13.0 * 3_600.0) as i64;
    (day * DAY + second) as u32
}
