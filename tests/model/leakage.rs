//! What a feature may know: exactly what lies before the cutoff. Random small businesses are held against a reference
//! that reads the list of events for every cell anew, and against themselves with the future deleted.

use propensity::domain::score::ProfileType;
use propensity::domain::score::goal::Combine;
use propensity::domain::source::activity::{
    Activity, Business, DailyCount, DailyNumber, Day, Hit, NEVER, NO_PROFILE, Profiles,
};
use propensity::features::extractor::{FeatureExtractor, Scratch};
use propensity::features::feature_spec::{FeatureOptions, FeatureSpec};
use propensity::features::labels::Labels;
use propensity::features::population::Population;
use propensity::features::rows;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const TYPES: [&str; 4] = ["call", "demo", "mail", "visit"];
const FIELDS: [&str; 2] = ["amount", "pages"];
/// Ages at which an event leaves a window, is just inside, or has not happened yet.
const EDGES: [Day; 13] = [0, 1, 7, 8, 30, 31, 60, 61, 90, 91, 180, 181, 300];

#[derive(Debug, Clone, Copy)]
pub(super) struct Event {
    pub(super) subject: u32,
    pub(super) day: Day,
    pub(super) kind: usize,
    count: u32,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Number {
    subject: u32,
    day: Day,
    field: usize,
    /// In quarters, so that sums in any order are exact.
    quarters: i32,
}

/// A business as a list of what happened.
#[derive(Debug, Clone)]
pub(super) struct World {
    /// Created, account.
    pub(super) persons: Vec<(Option<Day>, Option<u32>)>,
    pub(super) accounts: Vec<Option<Day>>,
    pub(super) events: Vec<Event>,
    numbers: Vec<Number>,
    /// Subject, day, whether it is an exclusion (else a goal event).
    pub(super) hits: Vec<(u32, Day, bool)>,
}

fn worlds() -> impl Strategy<Value = World> {
    use proptest::collection::vec;
    use proptest::option::of;
    (1..5usize, 1..4usize).prop_flat_map(|(persons, accounts)| {
        let subject = 0..(persons + accounts) as u32;
        (
            vec((of(0..300i32), of(0..accounts as u32)), persons),
            vec(of(0..300i32), accounts),
            vec(
                (subject.clone(), 0..400i32, 0..TYPES.len(), 1..4u32).prop_map(|(subject, day, kind, count)| Event {
                    subject,
                    day,
                    kind,
                    count,
                }),
                1..50,
            ),
            vec(
                (subject.clone(), 0..400i32, 0..FIELDS.len(), -40..40i32)
                    .prop_map(|(subject, day, field, quarters)| Number { subject, day, field, quarters }),
                0..20,
            ),
            vec((subject, 0..400i32, any::<bool>()), 0..10),
        )
            .prop_map(|(persons, accounts, events, numbers, hits)| World {
                persons,
                accounts,
                events,
                numbers,
                hits,
            })
    })
}

/// The world, and a cutoff at which one of its events stands at an edge.
pub(super) fn worlds_with_cutoff() -> impl Strategy<Value = (World, Day)> {
    (worlds(), any::<proptest::sample::Index>(), proptest::sample::select(EDGES.to_vec())).prop_map(
        |(world, event, age)| {
            let cutoff = world.events[event.index(world.events.len())].day + age;
            (world, cutoff)
        },
    )
}

/// One list per subject, laid end to end.
fn grouped<T: Clone>(subjects: usize, of: impl Fn(u32) -> Vec<T>) -> (Vec<T>, Vec<usize>) {
    let (mut all, mut starts) = (Vec::new(), vec![0]);
    for subject in 0..subjects as u32 {
        all.extend(of(subject));
        starts.push(all.len());
    }
    (all, starts)
}

impl World {
    fn subjects(&self) -> usize {
        self.persons.len() + self.accounts.len()
    }

    /// What the sources would hold if they had been read at the start of `until`.
    pub(super) fn business(&self, until: Day) -> Business {
        let happens = |name: &str| self.events.iter().any(|e| e.day < until && TYPES[e.kind] == name);
        let filled = |name: &str| self.numbers.iter().any(|n| n.day < until && FIELDS[n.field] == name);
        let types: Vec<String> = TYPES.iter().filter(|n| happens(n)).map(|n| n.to_string()).collect();
        let fields: Vec<String> = FIELDS.iter().filter(|n| filled(n)).map(|n| n.to_string()).collect();
        let place = |names: &[String], name: &str| names.iter().position(|n| n == name).unwrap() as u16;
        let (rows, starts) = grouped(self.subjects(), |subject| {
            let mut days: BTreeMap<(Day, u16), u32> = BTreeMap::new();
            for e in self.events.iter().filter(|e| e.subject == subject && e.day < until) {
                *days.entry((e.day, place(&types, TYPES[e.kind]))).or_default() += e.count;
            }
            days.into_iter().map(|((day, event_type), count)| DailyCount { day, event_type, count }).collect()
        });
        let (numbers, number_starts) = grouped(self.subjects(), |subject| {
            let mut days: BTreeMap<(Day, u16), (f64, f64)> = BTreeMap::new();
            for n in self.numbers.iter().filter(|n| n.subject == subject && n.day < until) {
                let cell = days.entry((n.day, place(&fields, FIELDS[n.field]))).or_default();
                let value = f64::from(n.quarters) / 4.0;
                *cell = (cell.0 + value, value);
            }
            days.into_iter().map(|((day, field), (sum, last))| DailyNumber { day, field, sum, last }).collect()
        });
        let hits = |exclusion: bool| {
            let of = self.hits.iter().filter(|h| h.2 == exclusion && h.1 < until);
            let mut hits: Vec<Hit> = of.map(|&(subject, day, _)| Hit { subject, day, goal_bits: 1 }).collect();
            hits.sort_unstable();
            hits
        };
        let first = |subject| self.events.iter().filter(move |e| e.subject == subject).map(|e| e.day);
        Business {
            persons: Profiles {
                ids: (0..self.persons.len()).map(|i| format!("p{i}")).collect(),
                created: self.persons.iter().map(|p| p.0.unwrap_or(NEVER)).collect(),
                account: self.persons.iter().map(|p| p.1.unwrap_or(NO_PROFILE)).collect(),
                ..Profiles::default()
            },
            accounts: Profiles {
                ids: (0..self.accounts.len()).map(|i| format!("a{i}")).collect(),
                created: self.accounts.iter().map(|a| a.unwrap_or(NEVER)).collect(),
                ..Profiles::default()
            },
            activity: Activity { types, fields, rows, starts, numbers, number_starts, ..Activity::default() }
                .with_active_days(),
            goals: hits(false),
            exclusions: hits(true),
            rule_events: Vec::new(),
            known_links: None,
            opportunities: 0,
            as_of: until,
            first_day: (0..self.subjects() as u32).flat_map(first).filter(|&d| d < until).min().unwrap_or(until),
        }
    }

    /// The first day that anything happened to one of these.
    pub(super) fn first(&self, subjects: &[u32]) -> Option<Day> {
        self.events.iter().filter(|e| subjects.contains(&e.subject)).map(|e| e.day).min()
    }

    pub(super) fn people_of(&self, account: u32) -> Vec<u32> {
        (0..self.persons.len() as u32).filter(|&p| self.persons[p as usize].1 == Some(account)).collect()
    }

    /// The day from which a person belongs to an account: both must exist.
    fn linked(&self, person: u32, account: u32) -> Day {
        let person_born = self.persons[person as usize].0.or(self.first(&[person])).unwrap_or(NEVER);
        person_born.max(self.account_born(account))
    }

    pub(super) fn account_born(&self, account: u32) -> Day {
        let mut all = self.people_of(account);
        all.push(self.persons.len() as u32 + account);
        self.accounts[account as usize].or(self.first(&all)).unwrap_or(NEVER)
    }

    /// The subjects of an account, each with the day from which it counts.
    pub(super) fn members(&self, account: u32) -> Vec<(u32, Day)> {
        let people = self.people_of(account).into_iter().map(|p| (p, self.linked(p, account)));
        people.chain([(self.persons.len() as u32 + account, Day::MIN)]).collect()
    }

    /// Every feature by its code, from the list of events.
    fn reference(&self, profile_type: ProfileType, profile: u32, cutoff: Day) -> BTreeMap<String, f32> {
        let members = match profile_type {
            ProfileType::Person => vec![(profile, Day::MIN)],
            ProfileType::Account => self.members(profile),
        };
        let end = self.window_end(cutoff);
        let mut cells = BTreeMap::new();
        let mut put = |code: String, value: Option<f64>| cells.insert(code, value.map_or(f32::NAN, |v| v as f32));
        let events = self.seen(&members, end);
        for kind in TYPES {
            let of_kind: Vec<Event> = events.iter().filter(|e| TYPES[e.kind] == kind).copied().collect();
            windows(&format!("count.{kind}"), &of_kind, end, &mut put);
            put(format!("since.{kind}"), of_kind.iter().map(|e| e.day).max().map(|d| f64::from(end - d)));
        }
        windows("events", &events, end, &mut put);
        for (name, reach) in [("30d", 30), ("90d", 90), ("all", Day::MAX)] {
            let days: BTreeSet<Day> = events.iter().map(|e| e.day).filter(|d| end - d <= reach).collect();
            put(format!("active_days.{name}"), Some(days.len() as f64));
        }
        let kinds: BTreeSet<usize> = events.iter().map(|e| e.kind).collect();
        put("event_types".into(), Some(kinds.len() as f64));
        put("since.last".into(), events.iter().map(|e| e.day).max().map(|d| f64::from(end - d)));
        put("since.first".into(), events.iter().map(|e| e.day).min().map(|d| f64::from(end - d)));
        let created = match profile_type {
            ProfileType::Person => self.persons[profile as usize].0,
            ProfileType::Account => self.accounts[profile as usize],
        };
        put("tenure".into(), created.map(|d| f64::from(cutoff - d)));
        let between = |from, to| f64::from(count(&events, end, from, to));
        put("change.30d".into(), Some(between(1, 30) - between(31, 60)));
        for (place, field) in FIELDS.iter().enumerate() {
            let here = |n: &&Number| n.field == place && n.day < end && in_sight(&members, n.subject, n.day);
            let numbers: Vec<&Number> = self.numbers.iter().filter(here).collect();
            let sum = |reach: Day| {
                let recent = numbers.iter().filter(|n| end - n.day <= reach);
                (!numbers.is_empty()).then(|| f64::from(recent.map(|n| n.quarters).sum::<i32>()) / 4.0)
            };
            put(format!("sum.{field}.90d"), sum(90));
            put(format!("sum.{field}.all"), sum(Day::MAX));
            // The last value of the last day; where two subjects share the day, the first of them.
            let newest = numbers.iter().map(|n| n.day).max();
            let first =
                members.iter().map(|m| m.0).find(|s| numbers.iter().any(|n| (n.subject, Some(n.day)) == (*s, newest)));
            let last = numbers.iter().rfind(|n| Some(n.day) == newest && Some(n.subject) == first);
            put(format!("last.{field}"), last.map(|n| f64::from(n.quarters) / 4.0));
        }
        match (profile_type, self.persons.get(profile as usize).and_then(|p| p.1)) {
            (ProfileType::Account, _) => {
                let people: Vec<(u32, Day)> =
                    members.iter().filter(|m| m.0 < self.persons.len() as u32 && m.1 < cutoff).copied().collect();
                put("people.known".into(), Some(people.len() as f64));
                for reach in [7, 30, 90, 180] {
                    let active = people.iter().filter(|m| count(&self.seen(&[**m], end), end, 1, reach) > 0);
                    put(format!("people.active.{reach}d"), Some(active.count() as f64));
                }
            }
            // An account that comes into being later is none: its creation may be the outcome.
            (ProfileType::Person, Some(account)) if self.account_born(account) < cutoff => {
                let events = self.seen(&self.members(account), end);
                windows("account.events", &events, end, &mut put);
                let last = events.iter().map(|e| e.day).max();
                put("account.since.last".into(), last.map(|d| f64::from(end - d)));
            }
            (ProfileType::Person, _) => {
                for name in ["events.7d", "events.30d", "events.90d", "events.180d", "events.all", "since.last"] {
                    put(format!("account.{name}"), None);
                }
            }
        }
        cells
    }

    /// The cutoff, or the end of the last day on which anybody did anything, if that is two weeks ago.
    pub(super) fn window_end(&self, cutoff: Day) -> Day {
        let last = self.events.iter().map(|e| e.day).filter(|&day| day < cutoff).max();
        last.map(|day| day + 1).filter(|end| cutoff - end >= 14).unwrap_or(cutoff)
    }

    pub(super) fn seen(&self, members: &[(u32, Day)], cutoff: Day) -> Vec<Event> {
        let all = self.events.iter().filter(|e| e.day < cutoff && in_sight(members, e.subject, e.day));
        all.copied().collect()
    }
}

fn in_sight(members: &[(u32, Day)], subject: u32, day: Day) -> bool {
    members.iter().any(|&(member, from)| member == subject && day >= from)
}

/// Events of an age in [from, to]; age 1 is the day before the cutoff.
fn count(events: &[Event], cutoff: Day, from: Day, to: Day) -> u32 {
    events.iter().filter(|e| (from..=to).contains(&(cutoff - e.day))).map(|e| e.count).sum()
}

fn windows<R>(name: &str, events: &[Event], cutoff: Day, put: &mut impl FnMut(String, Option<f64>) -> R) {
    for reach in [7, 30, 90, 180] {
        put(format!("{name}.{reach}d"), Some(f64::from(count(events, cutoff, 1, reach))));
    }
    put(format!("{name}.all"), Some(f64::from(count(events, cutoff, 1, Day::MAX))));
}

/// The crate's own answer: every column of every profile by its code.
fn table(scope: &Population<'_>, spec: &FeatureSpec, cutoff: Day) -> Vec<BTreeMap<String, f32>> {
    let windows = FeatureExtractor::new(scope, spec);
    let mut scratch = Scratch::default();
    let row = |profile| {
        let mut row = vec![f32::INFINITY; windows.width()];
        windows.extract(profile, cutoff, &mut row, &mut scratch);
        spec.columns.iter().map(|c| c.code.clone()).zip(row).collect()
    };
    (0..scope.len() as u32).map(row).collect()
}

fn choose(scope: &Population<'_>, before: Day) -> FeatureSpec {
    let everybody: Vec<u32> = (0..scope.len() as u32).collect();
    FeatureSpec::choose(scope, FeatureOptions { with: &[], without: &[], links: false }, before, &everybody).unwrap()
}

const BOTH: [ProfileType; 2] = [ProfileType::Person, ProfileType::Account];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn every_feature_is_what_the_list_of_events_says((world, cutoff) in worlds_with_cutoff()) {
        let business = world.business(800);
        for profile_type in BOTH {
            let scope = Population::new(&business, profile_type);
            let spec = choose(&scope, 800);
            let (types, fields) = (business.activity.types.len(), business.activity.fields.len());
            let of_kind = if profile_type == ProfileType::Person { 6 } else { 5 };
            prop_assert_eq!(spec.width(), 6 * types + 3 * fields + 13 + of_kind);
            for (profile, row) in table(&scope, &spec, cutoff).iter().enumerate() {
                let reference = world.reference(profile_type, profile as u32, cutoff);
                for (code, value) in row {
                    let expected = reference[code];
                    prop_assert!(
                        *value == expected || value.is_nan() && expected.is_nan(),
                        "{code} of {profile_type:?} {profile} at {cutoff} is {value}, not {expected}"
                    );
                }
            }
        }
    }

    #[test]
    fn deleting_the_future_changes_no_feature_and_nobodys_eligibility((world, cutoff) in worlds_with_cutoff()) {
        let (full, past) = (world.business(800), world.business(cutoff));
        for profile_type in BOTH {
            let (with, without) = (Population::new(&full, profile_type), Population::new(&past, profile_type));
            let (spec, past_spec) = (choose(&with, cutoff), choose(&without, cutoff));
            prop_assert_eq!(&spec.types, &past_spec.types);
            for (a, b) in table(&with, &spec, cutoff).iter().zip(&table(&without, &past_spec, cutoff)) {
                for (code, value) in a {
                    let other = b.get(code).copied().unwrap_or(f32::NAN);
                    prop_assert!(*value == other || value.is_nan() && other.is_nan(), "{code}: {value} and {other}");
                }
                prop_assert!(b.keys().all(|code| a.contains_key(code)));
            }
            for one_off in [true, false] {
                let admitted = |scope: &Population<'_>| -> Vec<u32> {
                    let outcomes = Labels::new(scope, Combine::Any, 1, 30, one_off);
                    rows::eligible_rows(scope, &outcomes, cutoff).iter().map(|r| r.profile).collect()
                };
                prop_assert_eq!(admitted(&with), admitted(&without));
            }
            let everybody = |scope: &Population<'_>| -> Vec<Option<Day>> {
                (0..scope.len() as u32).map(|p| scope.last_active(p, cutoff)).collect()
            };
            prop_assert_eq!(everybody(&with), everybody(&without));
        }
    }
}
