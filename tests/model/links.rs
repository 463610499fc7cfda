//! What others with the same value in an event field did: every link feature is what a walk over the list of events says,
//! whatever comes later; links are taken where they tell something and stay out where they do not; and the page of a profile
//! has them as the run had them.

use super::leakage::{World, worlds_with_cutoff};
use crate::common::business::{DAYS, Draw, FIRST, GOAL};
use crate::common::table::Table;
use crate::common::{Home, list, number, text};
use propensity::data::scores::{ScoreReader, ScoredProfile};
use propensity::domain::random::splitmix64;
use propensity::domain::score::ProfileType;
use propensity::domain::source::activity::{Business, DailyLink, Day};
use propensity::features::extractor::{FeatureExtractor, Scratch};
use propensity::features::feature_spec::{FeatureOptions, FeatureSpec};
use propensity::features::population::Population;
use propensity::queries::profile::ScoredProfiles;
use propensity::workspace::Workspace;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;

const FIELDS: [&str; 2] = ["campaign", "product"];

/// The value of the event at a place of the list in a field; some have none.
fn value(event: usize, field: usize) -> Option<u32> {
    let drawn = splitmix64((event * FIELDS.len() + field) as u64) % 4;
    (drawn < 3).then_some(drawn as u32)
}

/// The business with links: of a subject's day every value once, in the order in which they came last.
fn business(world: &World, until: Day) -> Business {
    let mut business = world.business(until);
    let activity = &mut business.activity;
    activity.link_fields = FIELDS.map(String::from).to_vec();
    activity.link_starts = vec![0];
    for subject in 0..(world.persons.len() + world.accounts.len()) as u32 {
        let mut last: Vec<(Day, usize, usize, u32)> = Vec::new();
        for (at, event) in world.events.iter().enumerate().filter(|(_, e)| e.subject == subject && e.day < until) {
            for field in 0..FIELDS.len() {
                if let Some(value) = value(at, field) {
                    last.retain(|l| (l.0, l.1, l.3) != (event.day, field, value));
                    last.push((event.day, field, at, value));
                }
            }
        }
        last.sort_unstable();
        let rows = last.into_iter().map(|(day, field, _, value)| DailyLink { day, field: field as u16, value });
        activity.links.extend(rows);
        activity.link_starts.push(activity.links.len());
    }
    business
}

/// A world seen as persons or as accounts.
struct Seen<'w> {
    world: &'w World,
    profile_type: ProfileType,
    field: usize,
}

impl Seen<'_> {
    fn profiles(&self) -> u32 {
        match self.profile_type {
            ProfileType::Person => self.world.persons.len() as u32,
            ProfileType::Account => self.world.accounts.len() as u32,
        }
    }

    /// What a profile was linked to and when, the newest last: (day, subject, place, value).
    fn links(&self, profile: u32) -> Vec<(Day, u32, usize, u32)> {
        let members = match self.profile_type {
            ProfileType::Person => vec![(profile, Day::MIN)],
            ProfileType::Account => self.world.members(profile),
        };
        let mut links = Vec::new();
        for (at, event) in self.world.events.iter().enumerate() {
            let counts = members.iter().any(|&(member, from)| member == event.subject && event.day >= from);
            links.extend(value(at, self.field).filter(|_| counts).map(|value| (event.day, event.subject, at, value)));
        }
        links.sort_unstable();
        links
    }

    fn current(&self, profile: u32, before: Day) -> Option<u32> {
        self.links(profile).iter().rfind(|link| link.0 < before).map(|link| link.3)
    }

    /// Days on which others converted, with what they were linked to then.
    fn conversions(&self, without: u32) -> BTreeSet<(u32, Day, u32)> {
        let persons = self.world.persons.len() as u32;
        let profile = |subject: u32| match self.profile_type {
            ProfileType::Person => (subject < persons).then_some(subject),
            ProfileType::Account if subject >= persons => Some(subject - persons),
            ProfileType::Account => self.world.persons[subject as usize].1,
        };
        let goals = self.world.hits.iter().filter(|hit| !hit.2);
        let of = goals.filter_map(|&(subject, day, _)| Some((profile(subject)?, day)));
        let linked = of.filter_map(|(profile, day)| Some((profile, day, self.current(profile, day + 1)?)));
        linked.filter(|c| c.0 != without).collect()
    }

    fn activity(&self, without: u32) -> BTreeSet<(u32, Day, u32)> {
        let others = (0..self.profiles()).filter(|&profile| profile != without);
        others.flat_map(|p| self.links(p).into_iter().map(move |link| (p, link.0, link.3))).collect()
    }

    fn features(&self, profile: u32, end: Day) -> [f64; 4] {
        let Some(value) = self.current(profile, end) else { return [f64::NAN; 4] };
        let within = |all: &BTreeSet<(u32, Day, u32)>, days: Day, any: bool| {
            let counts = |c: &&(u32, Day, u32)| c.1 < end && end - c.1 <= days && (any || c.2 == value);
            all.iter().filter(counts).count() as f64
        };
        let (conversions, activity) = (self.conversions(profile), self.activity(profile));
        let usual = match within(&activity, 365, true) {
            0.0 => f64::NAN,
            all => within(&conversions, 365, true) / all,
        };
        let converted = within(&conversions, 365, false);
        let rate = (converted + 10.0 * usual) / (within(&activity, 365, false) + 10.0);
        let last = activity.iter().filter(|a| a.1 < end && a.2 == value).map(|a| a.1).max();
        [rate, converted, within(&activity, 90, false), last.map_or(f64::NAN, |day| f64::from(end - day))]
    }
}

fn choose(population: &Population<'_>, before: Day) -> FeatureSpec {
    let everybody: Vec<u32> = (0..population.len() as u32).collect();
    FeatureSpec::choose(population, FeatureOptions { with: &[], without: &[], links: true }, before, &everybody)
        .unwrap()
}

/// Link features of all profiles, as the matrix has them.
fn table(population: &Population<'_>, spec: &FeatureSpec, cutoff: Day) -> Vec<Vec<(String, f32)>> {
    let extractor = FeatureExtractor::new(population, spec);
    let row = |profile| {
        let mut row = vec![f32::INFINITY; spec.width()];
        extractor.extract(profile, cutoff, &mut row, &mut Scratch::default());
        let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<u32>>();
        assert_eq!(bits(&extractor.links(profile, cutoff)), bits(&row[spec.link_columns()]));
        spec.link_columns().map(|at| (spec.columns[at].code.clone(), row[at])).collect()
    };
    (0..population.len() as u32).map(row).collect()
}

fn same(a: f32, b: f32) -> bool {
    a == b || a.is_nan() && b.is_nan()
}

const BOTH: [ProfileType; 2] = [ProfileType::Person, ProfileType::Account];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn every_link_feature_is_what_the_list_of_events_says((world, cutoff) in worlds_with_cutoff()) {
        let business = business(&world, 800);
        for profile_type in BOTH {
            let population = Population::new(&business, profile_type);
            let spec = choose(&population, 800);
            for (profile, row) in table(&population, &spec, cutoff).iter().enumerate() {
                for (field, name) in FIELDS.iter().enumerate() {
                    let seen = Seen { world: &world, profile_type, field };
                    let expected = seen.features(profile as u32, world.window_end(cutoff));
                    for (statistic, expected) in ["rate", "conversions", "events", "since"].iter().zip(expected) {
                        let code = format!("link.{name}.{statistic}");
                        let Some((_, found)) = row.iter().find(|(c, _)| *c == code) else {
                            prop_assert!(!spec.links.contains(&name.to_string()) && expected.is_nan(), "{code}");
                            continue;
                        };
                        prop_assert!(
                            same(*found, expected as f32),
                            "{code} of {profile_type:?} {profile} at {cutoff} is {found}, not {expected}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn deleting_the_future_changes_no_link_feature((world, cutoff) in worlds_with_cutoff()) {
        let (full, past) = (business(&world, 800), business(&world, cutoff));
        for profile_type in BOTH {
            let (with, without) = (Population::new(&full, profile_type), Population::new(&past, profile_type));
            let (spec, past_spec) = (choose(&with, cutoff), choose(&without, cutoff));
            prop_assert_eq!(&spec.links, &past_spec.links);
            for (a, b) in table(&with, &spec, cutoff).iter().zip(&table(&without, &past_spec, cutoff)) {
                for ((code, a), (_, b)) in a.iter().zip(b) {
                    prop_assert!(same(*a, *b), "{code}: {a} and {b}");
                }
            }
        }
    }
}

const CAMPAIGNS: u64 = 20;

/// Persons who come by campaigns and visit now and then. The campaign alone decides who converts; in the column
/// `campaign` stands the true one, or one that means nothing.
fn by_campaign(told: bool) -> (Table, Table) {
    let mut draw = Draw::new(5);
    let mut persons = Table::new(&["person_id", "created_at"]);
    let mut events = Table::new(&["event_id", "person_id", "timestamp", "event_type", "campaign"]);
    for person in 0..500 {
        let id = format!("p{person}");
        let born = draw.below(280) as i64 - 60;
        let date = |day: i64| FIRST.checked_add(jiff::Span::new().days(day)).unwrap().to_string();
        persons.push(&[id.clone(), date(born)]);
        let campaign = draw.below(CAMPAIGNS);
        for day in born.max(0)..DAYS {
            let came = draw.below(CAMPAIGNS);
            let named = format!("c{}", if told { campaign } else { came });
            let mut event = |kind: &str| {
                let number = format!("e{}", events.rows.len());
                events.push(&[number, id.clone(), format!("{}T09:00:00Z", date(day)), kind.into(), named.clone()]);
            };
            if draw.once_in(15) {
                event("web.visit");
            }
            if draw.once_in(if campaign < CAMPAIGNS / 5 { 120 } else { 6_000 }) {
                event(GOAL);
                break;
            }
        }
    }
    (persons, events)
}

/// A home with such a business, and the report of a training run.
fn trained(told: bool, more: &[&str]) -> (Home, Value, Value) {
    let home = Home::new();
    let (persons, events) = by_campaign(told);
    home.write("in/persons.csv", persons.csv(','));
    home.write("in/events.csv", events.csv(','));
    home.configure(&[("person", "in/persons.csv"), ("event", "in/events.csv")], "");
    home.create_score("leads", more);
    let run = home.json(&["run", "start", "leads"]);
    let workspace = Workspace::open(Some(home.path()), None).unwrap();
    let scored = ScoredProfiles::open(&workspace, "leads").unwrap();
    let report = serde_json::from_slice(&std::fs::read(scored.folder.join("report.json")).unwrap()).unwrap();
    (home, run, report)
}

#[test]
fn links_that_decide_are_taken_and_the_page_of_a_profile_has_them_as_the_run() {
    let (home, run, report) = trained(true, &[]);
    let conversions = number(&run, "/population/train_conversions");
    assert!(conversions < 300.0, "{conversions} conversions");
    assert_eq!(report.pointer("/model/links/taken"), Some(&Value::Bool(true)), "{}", report["model"]);
    let (_home, blind, without) = trained(true, &["--without", "campaign"]);
    assert_eq!(without.pointer("/model/links"), None);
    let auc = |run: &Value| number(run, "/metrics/auc/value");
    assert!(auc(&run) > auc(&blind) + 0.1, "{} with links, {} without", auc(&run), auc(&blind));
    let leading = text(&list(&run, "/factors")[0], "/code").to_string();
    assert!(leading.starts_with("link.campaign."), "{leading}");
    let id = text(&run, "/id");
    assert!(home.stdout(&["score", "report", "leads"]).contains("campaign: taken"));
    assert_eq!(home.json(&["run", "verify", id])["identical"], true);
    same_on_the_page(&home);
    // The model goes on to score, with its own fields.
    let later = home.json(&["run", "start", "leads", "--kind", "scoring"]);
    assert_eq!(text(&later, "/model_run"), id);
    assert_eq!(home.json(&["run", "verify", text(&later, "/id")])["identical"], true);
    same_on_the_page(&home);
}

/// Scores and factors that are computed anew are those of the run.
fn same_on_the_page(home: &Home) {
    let workspace = Workspace::open(Some(home.path()), None).unwrap();
    let mut scored = ScoredProfiles::open(&workspace, "leads").unwrap();
    let rows: Vec<ScoredProfile> =
        ScoreReader::open(&scored.folder.join("scores.parquet")).unwrap().map(|row| row.unwrap()).collect();
    let mut linked = 0;
    for (place, row) in (0..).zip(&rows).step_by(3) {
        let detail = scored.detail(&workspace, place).unwrap();
        let why = &detail.explanation;
        assert_eq!(why.score().to_bits(), row.score.to_bits(), "{}", row.profile_id);
        assert_eq!(why.factors[..row.factors.len()], row.factors, "{}", row.profile_id);
        linked += row.factors.iter().filter(|f| f.code.starts_with("link.campaign.") && f.value.is_some()).count();
        if detail.profile.previous_score.is_some() {
            let change = scored.change(&workspace, &detail).unwrap().unwrap();
            let sum: f64 = change.parts.iter().map(|(_, part)| part).sum();
            assert!((sum - (change.to - change.from)).abs() < 1e-9, "{change:?}");
        }
    }
    assert!(linked > 20, "{linked} factors are links");
}

#[test]
fn links_that_tell_nothing_stay_out() {
    let (_home, run, report) = trained(false, &[]);
    assert_eq!(report.pointer("/model/links/taken"), Some(&Value::Bool(false)), "{}", report["model"]);
    let factors = list(&run, "/factors").iter().map(|f| text(f, "/code"));
    assert!(factors.filter(|code| code.starts_with("link.")).count() == 0);
}
