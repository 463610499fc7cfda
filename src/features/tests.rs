//! Features, labels, eligibility and sampling on businesses small enough to count by hand.

use super::extractor::{FeatureExtractor, Scratch};
use super::feature_spec::{FeatureOptions, FeatureSpec};
use super::labels::Labels;
use super::population::Population;
use super::rows;
use crate::domain::progress::Silent;
use crate::domain::random::{fnv1a_64, splitmix64};
use crate::domain::score::ProfileType;
use crate::domain::score::goal::Combine;
use crate::domain::source::activity::{
    Activity, Business, DailyCount, DailyNumber, Day, Hit, NEVER, NO_PROFILE, Profiles,
};
use std::collections::BTreeMap;

/// Persons by (created, account), accounts by created; `events` are (subject, day, type), `hits` (subject, day, bits).
fn business(
    persons: &[(Day, u32)],
    accounts: &[Day],
    events: &[(u32, Day, &str)],
    numbers: &[(u32, Day, f64, f64)],
) -> Business {
    let mut types: Vec<String> = events.iter().map(|e| e.2.to_string()).collect();
    types.sort_unstable();
    types.dedup();
    let mut activity = Activity { fields: vec!["amount".into()], ..Activity::default() };
    for subject in 0..(persons.len() + accounts.len()) as u32 {
        activity.starts.push(activity.rows.len());
        activity.number_starts.push(activity.numbers.len());
        let mut days: BTreeMap<(Day, u16), u32> = BTreeMap::new();
        for (_, day, name) in events.iter().filter(|e| e.0 == subject) {
            *days.entry((*day, types.iter().position(|t| t == name).unwrap() as u16)).or_default() += 1;
        }
        activity.rows.extend(days.into_iter().map(|((day, event_type), count)| DailyCount { day, event_type, count }));
        let own = numbers.iter().filter(|n| n.0 == subject);
        activity.numbers.extend(own.map(|&(_, day, sum, last)| DailyNumber { day, field: 0, sum, last }));
    }
    activity.starts.push(activity.rows.len());
    activity.number_starts.push(activity.numbers.len());
    activity.types = types;
    Business {
        persons: Profiles {
            ids: (0..persons.len()).map(|i| format!("p{i:05}")).collect(),
            created: persons.iter().map(|p| p.0).collect(),
            account: persons.iter().map(|p| p.1).collect(),
            ..Profiles::default()
        },
        accounts: Profiles {
            ids: (0..accounts.len()).map(|i| format!("a{i}")).collect(),
            created: accounts.to_vec(),
            ..Profiles::default()
        },
        activity: activity.with_active_days(),
        as_of: 2_000,
        first_day: events.iter().map(|e| e.1).min().unwrap_or(2_000),
        ..Business::default()
    }
}

fn hits(hits: &[(u32, Day, u64)]) -> Vec<Hit> {
    hits.iter().map(|&(subject, day, which)| Hit { subject, day, goal_bits: which }).collect()
}

/// The features of a profile at a cutoff, by code.
fn features(business: &Business, profile_type: ProfileType, profile: u32, cutoff: Day) -> BTreeMap<String, f32> {
    let population = Population::new(business, profile_type);
    let options = FeatureOptions { with: &[], without: &[], links: false };
    let spec = FeatureSpec::choose(&population, options, 2_000, &[profile]).unwrap();
    let extractor = FeatureExtractor::new(&population, &spec);
    let mut row = vec![f32::INFINITY; extractor.width()];
    extractor.extract(profile, cutoff, &mut row, &mut Scratch::default());
    spec.columns.iter().map(|c| c.code.clone()).zip(row).collect()
}

#[track_caller]
fn expect(features: &BTreeMap<String, f32>, expected: &[(&str, f32)]) {
    for (code, value) in expected {
        let found = features[*code];
        assert!(found == *value || found.is_nan() && value.is_nan(), "{code} is {found}, not {value}");
    }
}

const MISSING: f32 = f32::NAN;

#[test]
fn windows_hold_the_days_before_the_cutoff_and_never_the_cutoff_itself() {
    // Ages at cutoff 1000: 1, 7, 7, 8, 30, 31, 90, 91, 180, 181; and the cutoff day and a day after.
    let days = [999, 993, 993, 992, 970, 969, 910, 909, 820, 819, 1_000, 1_001];
    let events: Vec<(u32, Day, &str)> = days.iter().map(|&day| (0, day, "visit")).collect();
    let business = business(&[(500, NO_PROFILE)], &[], &events, &[]);
    let at = features(&business, ProfileType::Person, 0, 1_000);
    for name in ["count.visit", "events"] {
        let code = |window: &str| format!("{name}.{window}");
        assert_eq!(["7d", "30d", "90d", "180d", "all"].map(|w| at[&code(w)]), [3.0, 5.0, 7.0, 9.0, 10.0]);
    }
    expect(&at, &[("since.visit", 1.0), ("since.last", 1.0), ("since.first", 181.0), ("tenure", 500.0)]);
    expect(&at, &[("active_days.30d", 4.0), ("active_days.90d", 6.0), ("active_days.all", 9.0)]);
    // Last 30 days: 5; ages 31 to 60: 1.
    expect(&at, &[("event_types", 1.0), ("change.30d", 4.0)]);
    // The next day everything is a day older, and the cutoff day has become yesterday.
    expect(&features(&business, ProfileType::Person, 0, 1_001), &[("events.7d", 2.0), ("events.all", 11.0)]);
    // Before anything happened nothing is known, but for when the person was created.
    let before = features(&business, ProfileType::Person, 0, 819);
    expect(&before, &[("events.all", 0.0), ("since.last", MISSING), ("since.first", MISSING), ("tenure", 319.0)]);
}

#[test]
fn numbers_are_summed_and_the_last_value_is_the_newest_before_the_cutoff() {
    let numbers = [(0, 900, 3.0, 1.0), (0, 910, 5.5, 2.5), (0, 990, 7.0, 4.0), (0, 1_000, 100.0, 100.0)];
    let orders = numbers.map(|(subject, day, ..)| (subject, day, "order"));
    let business = business(&[(NEVER, NO_PROFILE)], &[], &orders, &numbers);
    let at = |cutoff| features(&business, ProfileType::Person, 0, cutoff);
    expect(
        &at(1_000),
        &[("sum.amount.90d", 12.5), ("sum.amount.all", 15.5), ("last.amount", 4.0), ("tenure", MISSING)],
    );
    expect(&at(1_001), &[("sum.amount.90d", 107.0), ("last.amount", 100.0)]);
    expect(&at(900), &[("sum.amount.90d", MISSING), ("sum.amount.all", MISSING), ("last.amount", MISSING)]);
}

/// Account 0 (created on day 100) has persons 0 (created 50) and 1 (created 300, an event before that); account 1 has
/// nobody; person 2 has no account. Subjects 3 and 4 are the accounts' own.
fn two_accounts() -> Business {
    let events =
        [(0, 60, "mail"), (0, 150, "mail"), (0, 395, "call"), (1, 200, "mail"), (1, 310, "mail"), (2, 399, "mail")];
    let own = [(3, 380, "invoice"), (3, 400, "invoice")];
    let all: Vec<(u32, Day, &str)> = events.into_iter().chain(own).collect();
    business(&[(50, 0), (300, 0), (0, NO_PROFILE)], &[100, 100], &all, &[])
}

#[test]
fn an_account_has_what_its_people_did_since_both_existed_and_its_own_events() {
    let business = two_accounts();
    let at = features(&business, ProfileType::Account, 0, 400);
    // 60 lies before the account, 200 before person 1, and 400 is the cutoff.
    expect(&at, &[("events.all", 4.0), ("count.mail.all", 2.0), ("count.call.7d", 1.0), ("count.invoice.30d", 1.0)]);
    expect(&at, &[("since.first", 250.0), ("event_types", 3.0), ("people.known", 2.0)]);
    expect(&at, &[("people.active.7d", 1.0), ("people.active.30d", 1.0), ("people.active.90d", 2.0)]);
    let early = features(&business, ProfileType::Account, 0, 300);
    expect(&early, &[("people.known", 1.0), ("events.all", 1.0), ("people.active.180d", 1.0)]);
    let empty = features(&business, ProfileType::Account, 1, 400);
    expect(&empty, &[("people.known", 0.0), ("events.all", 0.0), ("since.last", MISSING), ("tenure", 300.0)]);
}

#[test]
fn a_person_sees_the_whole_account_beside_its_own_activity() {
    let business = two_accounts();
    let at = features(&business, ProfileType::Person, 1, 400);
    // Its own early event counts for the person, and not for the account.
    expect(&at, &[("events.all", 2.0), ("account.events.all", 4.0), ("account.events.7d", 1.0)]);
    expect(&at, &[("account.events.30d", 2.0), ("account.events.90d", 3.0), ("account.since.last", 5.0)]);
    let alone = features(&business, ProfileType::Person, 2, 400);
    expect(&alone, &[("events.all", 1.0), ("account.events.all", MISSING), ("account.since.last", MISSING)]);
}

#[test]
fn rare_types_beyond_the_sixtieth_share_one_pool() {
    let names: Vec<String> = (0..62).map(|i| format!("t{i:02}")).collect();
    let mut events: Vec<(u32, Day, &str)> = names.iter().map(|n| (0, 990, n.as_str())).collect();
    // Twice each, but for the last two: they are the rarest.
    events.extend(names.iter().take(60).map(|n| (0, 980, n.as_str())));
    let at = features(&business(&[(0, NO_PROFILE)], &[], &events, &[]), ProfileType::Person, 0, 1_000);
    expect(&at, &[("count.t59.30d", 2.0), ("count.(other types).30d", 2.0), ("since.(other types)", 10.0)]);
    expect(&at, &[("event_types", 62.0), ("events.all", 122.0)]);
    assert!(!at.contains_key("count.t60.30d") && !at.contains_key("count.t61.30d"));
}

fn labels(population: &Population<'_>, combine: Combine, goals: usize, one_off: bool) -> Labels {
    Labels::new(population, combine, goals, 30, one_off)
}

#[test]
fn a_label_is_a_conversion_from_the_cutoff_on_and_before_the_timeframe_ends() {
    let mut business = business(&[(0, NO_PROFILE)], &[], &[(0, 10, "mail")], &[]);
    business.goals = hits(&[(0, 100, 1), (0, 200, 1)]);
    let population = Population::new(&business, ProfileType::Person);
    let labels = labels(&population, Combine::Any, 1, false);
    let found = [70, 71, 100, 101, 170, 171, 200, 201].map(|cutoff| labels.label(0, cutoff));
    assert_eq!(found, [false, true, true, false, false, true, true, false]);
    assert_eq!(labels.conversions_in(0, 100, 200), 1);
}

#[test]
fn where_all_goal_events_are_asked_for_the_last_first_occurrence_counts() {
    let mut business = business(&[(0, 0), (0, 0)], &[0], &[(0, 10, "mail")], &[]);
    // Person 0 does both, person 1 only the second; the account has both by day 90.
    business.goals = hits(&[(0, 100, 1), (0, 120, 1), (0, 150, 2), (0, 170, 1), (1, 90, 2)]);
    let population = Population::new(&business, ProfileType::Person);
    let all = labels(&population, Combine::All, 2, true);
    assert_eq!([120, 121, 150, 151].map(|cutoff| all.label(0, cutoff)), [false, true, true, false]);
    assert!(!all.label(1, 90));
    let any = labels(&population, Combine::Any, 2, true);
    assert!(any.label(0, 100) && any.label(1, 90));
    let population = Population::new(&business, ProfileType::Account);
    let all = labels(&population, Combine::All, 2, true);
    assert_eq!([90, 100, 101].map(|cutoff| all.label(0, cutoff)), [true, true, false]);
}

#[test]
fn a_converter_is_out_of_a_one_off_goal_from_the_next_day_on() {
    let mut business = business(&[(50, NO_PROFILE)], &[], &[(0, 60, "mail")], &[]);
    business.goals = hits(&[(0, 100, 1)]);
    let population = Population::new(&business, ProfileType::Person);
    let eligible = |one_off| {
        let labels = labels(&population, Combine::Any, 1, one_off);
        [50, 51, 100, 101].map(|cutoff| labels.eligible(&population, 0, cutoff))
    };
    assert_eq!(eligible(true), [false, true, true, false]);
    assert_eq!(eligible(false), [false, true, true, true]);
}

#[test]
fn an_excluded_person_stays_out_and_an_account_returns_with_later_activity() {
    let mut business = business(&[(0, 0)], &[0], &[(0, 60, "mail"), (0, 100, "lost"), (0, 140, "mail")], &[]);
    business.exclusions = hits(&[(0, 100, 1)]);
    let eligible = |profile_type, until_active: Option<bool>| {
        let population = Population::new(&business, profile_type);
        let labels = labels(&population, Combine::Any, 1, true);
        let labels = match until_active {
            Some(until_active) => labels.with_exclusions_until_active(until_active),
            None => labels,
        };
        [100, 101, 140, 141].map(|cutoff| labels.eligible(&population, 0, cutoff))
    };
    let (for_ever, until_active) = ([true, false, false, false], [true, false, false, true]);
    assert_eq!(eligible(ProfileType::Person, None), for_ever);
    assert_eq!(eligible(ProfileType::Account, None), until_active);
    // Unless the score says otherwise.
    assert_eq!(eligible(ProfileType::Person, Some(true)), until_active);
    assert_eq!(eligible(ProfileType::Account, Some(false)), for_ever);
}

/// The folds and the sampled negatives of every model depend on these.
#[test]
fn the_hashes_of_groups_and_rows_never_change() {
    assert_eq!(fnv1a_64("A000117"), 0x9c28_c812_bfb9_eac7);
    let mixed = [0, 1, 7, 820].map(splitmix64);
    assert_eq!(mixed[..2], [16_294_208_416_658_607_535, 10_451_216_379_200_822_465]);
    assert_eq!(mixed[2..], [7_191_089_600_892_374_487, 9_098_617_739_838_347_292]);
    let mut business = business(&[(0, NO_PROFILE); 1], &[], &[(0, 10, "mail")], &[]);
    business.persons.ids[0] = "A000117".into();
    assert_eq!(rows::group_hash(&Population::new(&business, ProfileType::Person), 0), 9_871_863_177_561_745_612);
}

#[test]
fn a_sample_keeps_every_positive_and_the_base_rate() {
    let persons = vec![(0, NO_PROFILE); 6_000];
    let mut business = business(&persons, &[], &[(0, 10, "mail")], &[]);
    business.goals = hits(&(0..6_000).step_by(20).map(|p| (p, 110, 1)).collect::<Vec<_>>());
    let population = Population::new(&business, ProfileType::Person);
    let labels = labels(&population, Combine::Any, 1, true);
    let sample = |most, seed| rows::training_rows(&population, &labels, &[100, 90], most, seed);
    let (full, sampled) = (sample(100_000, 7), sample(3_000, 7));
    assert_eq!((full.rows.len(), full.positives, full.converters, full.non_converters), (12_000, 600, 300, 5_700));
    assert!(full.rows.iter().all(|r| r.weight == 1.0));
    assert_eq!((sampled.eligible, sampled.positives, &sampled.by_cutoff), (12_000, 600, &full.by_cutoff));
    assert!((2_700..3_300).contains(&sampled.rows.len()), "{} rows", sampled.rows.len());
    let weight = |label| sampled.rows.iter().filter(|r| r.label == label).map(|r| f64::from(r.weight)).sum::<f64>();
    assert_eq!(weight(true), 600.0);
    assert!((weight(false) - 11_400.0).abs() < 0.1, "{}", weight(false));
    let first: Vec<u32> = sampled.rows.iter().filter(|r| !r.label).map(|r| r.profile).take(8).collect();
    assert_eq!(
        (sampled.rows.len(), first),
        (3_042, vec![10, 30, 31, 34, 38, 39, 48, 53]),
        "the negatives that are sampled never change"
    );
    assert_eq!(sampled, sample(3_000, 7));
    assert_ne!(sampled, sample(3_000, 8));
}

#[test]
fn conversions_are_counted_once_a_timeframe_and_a_rest_of_the_business_has_no_rows() {
    // Everybody has an event on day 10; the labels of `labels` look 30 days ahead.
    let persons = vec![(0, NO_PROFILE); 200];
    let mut business = business(&persons, &[], &[(0, 10, "mail")], &[]);
    let both = (0..20).flat_map(|p| [(p, 105, 1), (p, 305, 1)]);
    business.goals = hits(&both.collect::<Vec<_>>());
    let population = Population::new(&business, ProfileType::Person);
    let labels = labels(&population, Combine::Any, 1, false);
    let rows = rows::training_rows(&population, &labels, &[300, 290, 200, 100, 90], 100_000, 7);
    // Twenty convert twice; each conversion is in the timeframe of two cutoffs.
    assert_eq!((rows.positives, rows.conversions, rows.converters), (80, 40, 20));
    // At 200 nobody does, though at the usual rate a score would.
    assert_eq!(rows.out_of_season, [200]);
    assert!(rows.rows.iter().all(|row| row.cutoff != 200) && rows.eligible == 800, "{}", rows.eligible);
    assert_eq!(rows.by_cutoff.len(), 5, "it is told all the same");
}

#[test]
fn counting_rows_counts_what_making_them_counts() {
    // More profiles than one block, some of them converted between the cutoffs, some excluded.
    let persons: Vec<(Day, u32)> = (0..9_000).map(|p| (p % 120, NO_PROFILE)).collect();
    let mut business = business(&persons, &[], &[(0, 10, "mail")], &[]);
    business.goals = hits(&(0..9_000).step_by(7).map(|p| (p, 70 + p as Day % 50, 1)).collect::<Vec<_>>());
    business.exclusions = hits(&(0..9_000).step_by(11).map(|p| (p, 60 + p as Day % 60, 1)).collect::<Vec<_>>());
    let population = Population::new(&business, ProfileType::Person);
    for one_off in [true, false] {
        let labels = labels(&population, Combine::Any, 1, one_off);
        let cutoffs = [110, 100, 90, 80];
        let sampled = rows::training_rows(&population, &labels, &cutoffs, 100_000, 7);
        assert!(sampled.converters > 500 && sampled.profiles < sampled.eligible, "{} converters", sampled.converters);
        assert_eq!(rows::count_rows(&population, &labels, &cutoffs), rows::Rows { rows: Vec::new(), ..sampled });
    }
    assert_eq!(rows::count_rows(&population, &labels(&population, Combine::Any, 1, true), &[]), rows::Rows::default());
}

#[test]
fn people_of_one_account_share_a_group_and_others_do_not() {
    let business =
        business(&[(0, 0), (0, 0), (0, 1), (0, NO_PROFILE), (0, NO_PROFILE)], &[0, 0], &[(0, 10, "mail")], &[]);
    let population = Population::new(&business, ProfileType::Person);
    let groups: Vec<u64> = (0..5).map(|p| rows::group_hash(&population, p)).collect();
    assert_eq!(groups[0], groups[1]);
    let mut distinct = groups.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), 4, "{groups:?}");
    let labels = labels(&population, Combine::Any, 1, true);
    assert_eq!(rows::cluster_ids(&population, &rows::eligible_rows(&population, &labels, 50)), [0, 0, 1, 5, 6]);
}

#[test]
fn a_matrix_is_the_rows_one_after_the_other() {
    let business = two_accounts();
    let population = Population::new(&business, ProfileType::Person);
    let spec =
        FeatureSpec::choose(&population, FeatureOptions { with: &[], without: &[], links: false }, 400, &[0, 1, 2])
            .unwrap();
    let extractor = FeatureExtractor::new(&population, &spec);
    let rows = rows::eligible_rows(&population, &labels(&population, Combine::Any, 1, true), 400);
    let matrix = rows::feature_matrix(&extractor, &rows, &Silent).unwrap();
    let all = spec.columns.iter().position(|c| c.code == "events.all").unwrap();
    let column: Vec<f32> = matrix.chunks(spec.width()).map(|row| row[all]).collect();
    assert_eq!(column, [3.0, 2.0, 1.0]);
}
