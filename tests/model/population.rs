//! Who is scored: at every cutoff eligibility is what the list of events before it says, whatever came later; and a run with a
//! rule trains, checks, scores and repeats with the same profiles.

use super::leakage::{TYPES, World, worlds_with_cutoff};
use crate::common::business::{Business as Tables, GOAL};
use crate::common::{Home, list, number, text};
use propensity::domain::score::ProfileType;
use propensity::domain::score::goal::{Combine, GoalEvent};
use propensity::domain::score::population_rule::{PopulationCondition, PopulationRule};
use propensity::domain::source::activity::{Attribute, Business, Day, Hit, NEVER, day_text};
use propensity::features::labels::Labels;
use propensity::features::population::Population;
use proptest::prelude::*;

const PLANS: [&str; 3] = ["", "free", "paid"];
const INDUSTRIES: [&str; 2] = ["Retail", "Software"];

fn plan_of(person: u32) -> &'static str {
    PLANS[person as usize % 3]
}

fn industry_of(account: u32) -> &'static str {
    INDUSTRIES[account as usize % 2]
}

fn attribute(name: &str, dictionary: &[&str], values: Vec<u32>) -> Attribute {
    Attribute { name: name.into(), dictionary: dictionary.iter().map(|v| v.to_string()).collect(), values }
}

/// The business with attributes and with the events of the rule.
fn business(world: &World, rule: &PopulationRule, until: Day) -> Business {
    let mut business = world.business(until);
    let plans = (0..world.persons.len() as u32).map(|p| p % 3).collect();
    business.persons.attributes = vec![attribute("plan", &PLANS, plans)];
    let industries = (0..world.accounts.len() as u32).map(|a| 1 + a % 2).collect();
    business.accounts.attributes = vec![attribute("industry", &["", "Retail", "Software"], industries)];
    let bits = |kind: usize| {
        let matches = |(at, event): (usize, &GoalEvent)| u64::from(event.event_type == TYPES[kind]) << at;
        rule.events().iter().enumerate().map(matches).sum::<u64>()
    };
    let before = world.events.iter().filter(|e| e.day < until && bits(e.kind) != 0);
    business.rule_events = before.map(|e| Hit { subject: e.subject, day: e.day, goal_bits: bits(e.kind) }).collect();
    business.rule_events.sort_unstable();
    business
}

/// Whose events a profile has had, as goals count them.
fn subjects(world: &World, profile_type: ProfileType, profile: u32) -> Vec<u32> {
    match profile_type {
        ProfileType::Person => vec![profile],
        ProfileType::Account => {
            let own = world.persons.len() as u32 + profile;
            world.people_of(profile).into_iter().chain([own]).collect()
        }
    }
}

fn active_days(world: &World, profile_type: ProfileType, profile: u32, cutoff: Day) -> Vec<Day> {
    let members = match profile_type {
        ProfileType::Person => vec![(profile, Day::MIN)],
        ProfileType::Account => world.members(profile),
    };
    world.seen(&members, cutoff).iter().map(|e| e.day).collect()
}

fn born(world: &World, profile_type: ProfileType, profile: u32) -> Day {
    match profile_type {
        ProfileType::Person => world.persons[profile as usize].0.or(world.first(&[profile])).unwrap_or(NEVER),
        ProfileType::Account => world.account_born(profile),
    }
}

fn holds(world: &World, condition: &PopulationCondition, profile_type: ProfileType, profile: u32, cutoff: Day) -> bool {
    let recent = |day: Day, within: Option<u32>| within.is_none_or(|within| cutoff - day <= within as Day);
    let had = |events: &[GoalEvent], within: Option<u32>| {
        let whose = subjects(world, profile_type, profile);
        let counts = |e: &&super::leakage::Event| {
            whose.contains(&e.subject) && e.day < cutoff && events.iter().any(|x| x.event_type == TYPES[e.kind])
        };
        world.events.iter().filter(counts).any(|e| recent(e.day, within))
    };
    match condition {
        PopulationCondition::Active { within_days } => {
            active_days(world, profile_type, profile, cutoff).iter().any(|&day| recent(day, Some(*within_days)))
        }
        PopulationCondition::Had { events, within_days } => had(events, *within_days),
        PopulationCondition::HadNo { events, within_days } => !had(events, *within_days),
        PopulationCondition::ExistsFor { days } => {
            cutoff - born(world, profile_type, profile).min(cutoff) >= *days as Day
        }
        PopulationCondition::CreatedSince { date } => {
            day_text(born(world, profile_type, profile)).as_str() >= date.to_string().as_str()
        }
        PopulationCondition::Attribute { conditions } => conditions.iter().all(|condition| {
            let account = match profile_type {
                ProfileType::Person => world.persons[profile as usize].1,
                ProfileType::Account => Some(profile),
            };
            let known = account.filter(|&account| world.account_born(account) < cutoff);
            let cell = match (condition.field.as_str(), profile_type) {
                ("plan", ProfileType::Person) => Some(plan_of(profile)),
                ("industry", _) => known.map(industry_of),
                _ => None,
            };
            condition.holds(cell)
        }),
    }
}

fn admitted(
    world: &World,
    rule: &PopulationRule,
    (profile_type, profile): (ProfileType, u32),
    cutoff: Day,
    (one_off, until_active): (bool, bool),
) -> bool {
    let whose = subjects(world, profile_type, profile);
    let hits = |exclusion: bool| {
        world
            .hits
            .iter()
            .filter(move |h| h.2 == exclusion && h.1 < cutoff)
            .filter(|h| whose.contains(&h.0))
            .map(|h| h.1)
    };
    let back = |excluded: Day| {
        until_active && active_days(world, profile_type, profile, cutoff).iter().any(|&day| day > excluded)
    };
    born(world, profile_type, profile) < cutoff
        && !(one_off && hits(false).next().is_some())
        && hits(true).max().is_none_or(back)
        && rule.conditions.iter().all(|condition| holds(world, condition, profile_type, profile, cutoff))
}

fn conditions() -> impl Strategy<Value = PopulationCondition> {
    let days = || proptest::sample::select(vec![1u32, 7, 8, 30, 31, 60, 180, 300]);
    let events = || {
        let event = proptest::sample::select(TYPES.to_vec())
            .prop_map(|name| GoalEvent { event_type: name.into(), conditions: Vec::new() });
        proptest::collection::vec(event, 1..3)
    };
    let attribute = ["where plan is 'free'", "where plan does not exist", "where industry is not 'Retail'"];
    prop_oneof![
        days().prop_map(|within_days| PopulationCondition::Active { within_days }),
        (events(), proptest::option::of(days()))
            .prop_map(|(events, within_days)| PopulationCondition::Had { events, within_days }),
        (events(), proptest::option::of(days()))
            .prop_map(|(events, within_days)| PopulationCondition::HadNo { events, within_days }),
        days().prop_map(|days| PopulationCondition::ExistsFor { days }),
        (0..300i64).prop_map(|day| PopulationCondition::CreatedSince {
            date: jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap()
        }),
        proptest::sample::select(attribute.to_vec()).prop_map(|text| PopulationCondition::parse(text).unwrap()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn eligibility_is_what_the_events_before_the_cutoff_say_whatever_comes_later(
        (world, cutoff) in worlds_with_cutoff(),
        conditions in proptest::collection::vec(conditions(), 0..4),
        choices in any::<(bool, bool)>(),
    ) {
        let rule = PopulationRule { conditions };
        let (later, then) = (business(&world, &rule, 800), business(&world, &rule, cutoff));
        for profile_type in [ProfileType::Person, ProfileType::Account] {
            for business in [&later, &then] {
                let population = Population::new(business, profile_type);
                let labels = Labels::new(&population, Combine::Any, 1, 30, choices.0)
                    .with_exclusions_until_active(choices.1)
                    .with_rule(&population, &rule);
                for profile in 0..population.len() as u32 {
                    let expected = admitted(&world, &rule, (profile_type, profile), cutoff, choices);
                    let found = labels.eligible(&population, profile, cutoff);
                    prop_assert_eq!(found, expected, "{} {} at {}: {:?}", profile_type, profile, cutoff, rule.sentences());
                }
            }
        }
    }
}

#[test]
fn a_run_with_a_rule_trains_checks_scores_and_repeats_with_those_whom_it_names() {
    let home = Home::new();
    let mut tables = Tables::new();
    for number in 0..60 {
        let idle = [format!("x{number}"), String::new(), "2025-01-01".into()];
        tables.persons.push(&[&idle, &[const { String::new() }; 4][..]].concat());
    }
    tables.write(&home);
    home.configure(&crate::common::business::SOURCES, "[thresholds]\ninactive_share = 0.1\n");
    home.create_score("everybody", &[]);
    let errors = home.fails(&["run", "start", "everybody"], 3);
    assert!(errors.contains("stopped by 408"), "{errors}");
    let who = ["--who", "active within 150 days", "--who", "where industry is 'Software' or 'Retail'"];
    let created = home.create_score("some", &who);
    assert_eq!(text(&created, "/population/0/condition"), "active");
    home.stdout(&["run", "start", "some"]);
    let run = home.json(&["run", "show", "some"]);
    let (scored, outside) = (number(&run, "/population/scored"), number(&run, "/population/outside_rule"));
    assert!(scored > 20.0 && outside > 20.0, "{}", run["population"]);
    let inactive = list(&run, "/checks").iter().find(|check| check["code"] == 408).unwrap().clone();
    assert_eq!((inactive["outcome"].as_str(), inactive["found"].as_f64()), (Some("passed"), Some(0.0)));
    let rows = home.stdout(&["score", "export", "some", "--format", "csv"]);
    let rows: Vec<&str> = rows.lines().skip(1).collect();
    assert!(rows.iter().all(|row| row.contains(",Software,") || row.contains(",Retail,")), "{rows:?}");
    assert_eq!(rows.len() as f64, scored);
    home.stdout(&["run", "verify", text(&run, "/id")]);
    let report = home.stdout(&["score", "report", "some"]);
    assert!(report.contains("who is scored: where industry is 'Software' or 'Retail'"), "{report}");
    // What the estimate says beforehand is what the run finds.
    let asked = ["score", "estimate", "--profile", "person", "--goal", GOAL, "--timeframe", "30"];
    let estimate = home.json(&[&asked[..], &who[..]].concat());
    assert_eq!(number(&estimate, "/eligible"), number(&run, "/population/test"));
    assert!(number(&home.json(&asked), "/eligible") > number(&estimate, "/eligible"));
}

#[test]
fn a_condition_on_what_nobody_has_or_what_tells_the_outcome_is_an_error_with_advice() {
    let home = Home::new();
    Tables::new().write(&home);
    let create =
        ["score", "create", "--name", "x", "--profile", "person", "--goal", GOAL, "--timeframe", "30", "--who"];
    let errors = home.fails(&[&create[..], &["where industri is 'Retail'"]].concat(), 1);
    assert!(errors.contains("'industri'") && errors.contains("the nearest is 'industry'"), "{errors}");
    let errors = home.fails(&[&create[..], &["where lead_status is not 'Customer'"]].concat(), 1);
    assert!(errors.contains("tells the outcome") && errors.contains("never had EVENT"), "{errors}");
    let errors = home.fails(&[&create[..], &["activ within 30 days"]].concat(), 2);
    assert!(errors.contains("condition on who is scored") && errors.contains("did you mean 'active'?"), "{errors}");
    let estimate = ["score", "estimate", "--profile", "person", "--goal", GOAL, "--timeframe", "30", "--who"];
    let errors = home.fails(&[&estimate[..], &["where industri is 'Retail'"]].concat(), 1);
    assert!(errors.contains("the nearest is 'industry'"), "{errors}");
}
