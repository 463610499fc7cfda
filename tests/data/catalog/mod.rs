//! The catalog: estimates equal what a run works out from the sources, and the folder in the cache survives whatever
//! happens to it.

mod building;

use crate::common::business::{Business, Draw, GOAL};
use crate::common::{Home, list, number, text};
use propensity::data::load::load;
use propensity::domain::progress::{Progress, Silent};
use propensity::domain::score::goal::{Arity, Combine, Condition, Goal, GoalEvent, Operator};
use propensity::domain::score::population_rule::{PopulationCondition, PopulationRule};
use propensity::domain::score::{ExcludeUntilActive, ProfileType, Score};
use propensity::domain::source::catalog::{GoalEstimate, GoalQuery};
use propensity::features::population::Population;
use propensity::features::rows;
use propensity::pipeline::checks::{self, CheckInputs};
use propensity::pipeline::setup;
use propensity::pipeline::train::{self, TrainingInputs};
use propensity::queries::catalog::{self, CatalogState};
use propensity::queries::estimate::Estimator;
use propensity::workspace::Workspace;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

fn open(home: &Home) -> Workspace {
    Workspace::open(Some(home.path()), None).unwrap()
}

/// What a run works out from the sources, up to its first fit.
fn truth(workspace: &Workspace, question: &GoalQuery) -> GoalEstimate {
    let GoalQuery { profile_type, goal, exclusions, exclude_until_active, population: rule, timeframe_days } =
        question.clone();
    let now = jiff::Timestamp::now();
    let mut score = Score::new("truth", profile_type, goal, timeframe_days, now, "");
    (score.exclusions, score.exclude_until_active, score.population) = (exclusions, exclude_until_active, rule);
    let wanted = setup::required_attributes(&score);
    let request = setup::request(&score, workspace.as_of(None).unwrap(), (&wanted, &[]), now);
    let (business, _) = load(&workspace.config, &request, &Silent).unwrap();
    let population = Population::new(&business, profile_type);
    let (labels, conversions, one_off) = setup::labels_of(&population, &score);
    let plan = setup::plan(&workspace.config, &score, &population, (&labels, conversions)).unwrap();
    let eligible = rows::eligible_rows(&population, &labels, business.as_of);
    let then = checks::type_shares(&business, plan.newest_test().unwrap_or(business.as_of));
    let now = checks::type_shares(&business, business.as_of);
    let thresholds = &workspace.config.thresholds;
    let before = CheckInputs {
        population: &population,
        thresholds,
        conversions,
        trains: true,
        eligible: &eligible,
        type_shares: (&then, &now),
        left_out: checks::left_out(&score),
    };
    let of_data = checks::of_data(&before);
    let training = &workspace.config.training;
    let ground = TrainingInputs {
        population: &population,
        labels: &labels,
        plan: &plan,
        with: &[],
        without: &[],
        training,
        thresholds,
    };
    let drawn = train::sample_rows(&ground);
    let days = conversions.first_day.map_or(0, |first| business.as_of - first);
    GoalEstimate {
        conversions: conversions.conversions,
        converters: conversions.converters,
        profiles: population.len() as u64,
        per_month: conversions.conversions as f64 / (f64::from(days) / 30.436_875).max(1.0),
        eligible: drawn.tested().0,
        converted: drawn.tested().1,
        one_off,
        checks: [of_data, checks::of_labels(thresholds, &drawn.train, drawn.tested())].concat(),
        data_days: (business.as_of - business.first_day) as u32,
        works_with_days: None,
    }
}

/// Picks one of a list.
fn pick<'a>(draw: &mut Draw, from: &[&'a str]) -> &'a str {
    from[draw.below(from.len() as u64) as usize]
}

const TYPES: [&str; 6] = [
    "web.visit",
    "mail",
    "deal.step",
    "opportunityEvent.opportunityUpdated",
    "opportunityEvent.opportunityCreated",
    "never.happens",
];
const STAGES: [&str; 6] = ["Closed Won", "Closed Lost", "Proposal", "10", "", "won"];

fn date(day: u64) -> String {
    jiff::civil::date(2025, 1, 1).checked_add(jiff::Span::new().days(day as i64)).unwrap().to_string()
}

/// A business with all that a reading has to cope with, different for every seed: with or without sources of persons,
/// accounts and opportunities, events in CSV and NDJSON that name their columns differently, duplicates, orphans, stamps
/// that are none.
fn random_business(seed: u64) -> Home {
    let mut draw = Draw::new(seed);
    let home = Home::new();
    let (with_persons, with_accounts, with_deals) = (!seed.is_multiple_of(3), !seed.is_multiple_of(4), seed % 2 == 1);
    let (people, firms) = (30 + draw.below(30), 6 + draw.below(6));
    let mut sources = Vec::new();
    if with_persons {
        let mut csv = "person_id,account_id,created_at,updated_at,job_title\n".to_string();
        for p in (0..people).chain(0..people / 5) {
            let created = if draw.once_in(4) { String::new() } else { date(draw.below(200)) };
            let firm = if draw.once_in(6) { String::new() } else { format!("a{}", draw.below(firms + 1)) };
            csv += &format!("p{p},{firm},{created},{},x\n", date(draw.below(250)));
        }
        home.write("in/persons.csv", csv);
        sources.push(("person", "in/persons.csv"));
    }
    if with_accounts {
        let mut csv = "account_id,created_at,industry,employees,annual_revenue\n".to_string();
        for a in 0..firms {
            let created = if draw.once_in(3) { String::new() } else { date(draw.below(150)) };
            csv += &format!("a{a},{created},{},{},\n", pick(&mut draw, &["", "Retail"]), draw.below(9));
        }
        home.write("in/accounts.csv", csv);
        sources.push(("account", "in/accounts.csv"));
    }
    if with_deals {
        let mut csv = "opportunity_id,person_id,account_id,created_at,closed_at,stage\n".to_string();
        for o in 0..40 {
            let who = if draw.once_in(3) { String::new() } else { format!("p{}", draw.below(people)) };
            let firm = if draw.once_in(3) { String::new() } else { format!("a{}", draw.below(firms)) };
            let created = draw.below(250);
            let closed = date(created + draw.below(60));
            csv += &format!("o{o},{who},{firm},{},{closed},{}\n", date(created), pick(&mut draw, &STAGES));
        }
        home.write("in/deals.csv", csv);
        sources.push(("opportunity", "in/deals.csv"));
    }
    // Every other business with opportunities has no events that tell their history.
    let types = if with_deals && seed % 4 == 1 { &TYPES[..3] } else { &TYPES[..5] };
    home.write("in/events/a.csv", csv_events(&mut draw, types, people, firms));
    home.write("in/events/b.ndjson", ndjson_events(&mut draw, types, people));
    sources.push(("event", "in/events"));
    let as_of = ["data", "2025-09-20", "data", "now"][seed as usize % 4];
    let settings =
        format!("[workspace]\nas_of = \"{as_of}\"\ntimezone = \"Europe/Berlin\"\n[thresholds]\nevents = 10\n");
    home.configure(&sources, &settings);
    home
}

fn csv_events(draw: &mut Draw, types: &[&str], people: u64, firms: u64) -> String {
    let mut csv =
        "event_id,person_id,account_id,opportunity_id,timestamp,event_type,stage,amount,new.stage\n".to_string();
    for e in 0..900 {
        let id = if draw.once_in(20) { "again".to_string() } else { format!("e{e}") };
        let who = if draw.once_in(4) { String::new() } else { format!("p{}", draw.below(people + 2)) };
        let firm = if draw.once_in(2) { String::new() } else { format!("a{}", draw.below(firms)) };
        let deal = if draw.once_in(3) { format!("o{}", draw.below(45)) } else { String::new() };
        let stamp = match draw.below(40) {
            0 => "not yet".to_string(),
            1 => "2999-01-01".to_string(),
            _ => format!("{}T{:02}:30:00Z", date(draw.below(280)), draw.below(24)),
        };
        let amount = pick(draw, &["", "10", "10.0", " 5 ", "-3", "n/a"]);
        let (kind, stage, new) = (pick(draw, types), pick(draw, &STAGES), pick(draw, &STAGES));
        csv += &format!("{id},{who},{firm},{deal},{stamp},{kind},{stage},{amount},{new}\n");
    }
    csv
}

fn ndjson_events(draw: &mut Draw, types: &[&str], people: u64) -> String {
    let mut lines = String::new();
    for _ in 0..500 {
        let mut object = serde_json::json!({
            "person_id": format!("p{}", draw.below(people)),
            "When": 0,
            "timestamp": format!("{}T12:00:00", date(draw.below(280))),
            "event_type": pick(draw, types),
        });
        if draw.once_in(2) {
            object["deal"] = serde_json::json!({ "stage": pick(draw, &STAGES), "amount": draw.below(12) });
        }
        if draw.once_in(9) {
            object["newValue"] = pick(draw, &STAGES).into();
        }
        lines += &format!("{object}\n");
    }
    lines
}

const FIELDS: [&str; 11] = [
    "account_id",
    "person_id",
    "stage",
    "amount",
    "deal.stage",
    "deal.amount",
    "new.stage",
    "newValue",
    "dataValueChanges.newValue",
    "event_type",
    "nowhere",
];

fn random_event(draw: &mut Draw, operators: &mut impl Iterator<Item = Operator>) -> GoalEvent {
    let conditions = (0..draw.below(3))
        .map(|_| {
            let operator = operators.next().unwrap();
            let text = |draw: &mut Draw| {
                pick(draw, &["Closed Won", "Closed", "o", "10", "won", "deal.step", "P", "a1"]).to_string()
            };
            let values = match operator.arity() {
                Arity::Nothing => Vec::new(),
                Arity::Number => vec![pick(draw, &["5", "10", "-3.5"]).to_string()],
                Arity::Texts => (0..1 + draw.below(2)).map(|_| text(draw)).collect(),
            };
            Condition { field: pick(draw, &FIELDS).to_string(), operator, values }
        })
        .collect();
    GoalEvent { event_type: pick(draw, &TYPES).to_string(), conditions }
}

fn random_population_condition(draw: &mut Draw, operators: &mut impl Iterator<Item = Operator>) -> PopulationCondition {
    let days = |draw: &mut Draw| 1 + draw.below(120) as u32;
    let mut events = |draw: &mut Draw| (0..1 + draw.below(2)).map(|_| random_event(draw, operators)).collect();
    match draw.below(7) {
        0 => PopulationCondition::Active { within_days: days(draw) },
        1 => PopulationCondition::Had { events: events(draw), within_days: None },
        2 => PopulationCondition::Had { events: events(draw), within_days: Some(days(draw)) },
        3 => PopulationCondition::HadNo { events: events(draw), within_days: None },
        4 => PopulationCondition::ExistsFor { days: days(draw) },
        5 => PopulationCondition::CreatedSince { date: date(draw.below(200)).parse().unwrap() },
        _ => {
            let field = pick(draw, &["industry", "employees", "job_title"]);
            let sentence = format!("where {field} {}", pick(draw, &["is 'Retail'", "is not 'x'", "> 3", "exists"]));
            PopulationCondition::parse(&sentence).unwrap()
        }
    }
}

fn random_question(draw: &mut Draw, operators: &mut impl Iterator<Item = Operator>) -> GoalQuery {
    let events: Vec<GoalEvent> = (0..1 + draw.below(3)).map(|_| random_event(draw, operators)).collect();
    let combine = if events.len() > 1 && draw.once_in(2) { Combine::All } else { Combine::Any };
    GoalQuery {
        profile_type: if draw.once_in(2) { ProfileType::Person } else { ProfileType::Account },
        goal: Goal { events, combine },
        exclusions: (0..draw.below(3)).map(|_| random_event(draw, operators)).collect(),
        exclude_until_active: ExcludeUntilActive::ALL[draw.below(3) as usize],
        population: PopulationRule {
            conditions: (0..draw.below(3)).map(|_| random_population_condition(draw, operators)).collect(),
        },
        timeframe_days: 5 + draw.below(60) as u32,
    }
}

#[test]
fn estimates_equal_what_a_run_works_out_from_the_sources() {
    let mut operators = Operator::ALL.into_iter().cycle();
    let (mut asked, mut matching, mut tested, mut converting, mut excluding) = (0, 0, 0, 0, 0);
    let (mut ruled, mut unknown) = (0, 0);
    for seed in 1..=12 {
        let home = random_business(seed);
        let workspace = open(&home);
        catalog::build(&workspace, &Silent).unwrap();
        let mut estimator = Estimator::open(&workspace).unwrap();
        let mut draw = Draw::new(1_000 + seed);
        for _ in 0..25 {
            let question = random_question(&mut draw, &mut operators);
            let estimate = match estimator.estimate(&question) {
                Ok(estimate) => estimate,
                Err(error) => {
                    // Some of the businesses have no source of accounts or persons.
                    assert!(error.what.contains("no profile has a value in this field"), "{error}");
                    unknown += 1;
                    continue;
                }
            };
            let truth_is = truth(&workspace, &question);
            assert_eq!(estimate, truth_is, "business {seed}: {question:?}");
            asked += 1;
            matching += u32::from(estimate.conversions > 0);
            tested += u32::from(estimate.eligible > 0);
            converting += u32::from(estimate.converted > 0);
            let everybody = GoalQuery { population: PopulationRule::default(), ..question.clone() };
            ruled += u32::from(estimator.estimate(&everybody).unwrap().eligible > estimate.eligible);
            let everybody = GoalQuery { exclusions: Vec::new(), ..question };
            excluding += u32::from(estimator.estimate(&everybody).unwrap().eligible > estimate.eligible);
        }
    }
    // Equal figures prove nothing where they are all zero.
    let counts = format!("{asked} asked, {matching} match, {tested} tested, {converting} convert, {excluding} exclude");
    assert!(matching * 3 > asked && tested * 4 > asked && converting * 6 > asked && excluding * 15 > asked, "{counts}");
    assert!(ruled * 6 > asked && (1..asked / 5).contains(&unknown), "{counts}, {ruled} ruled, {unknown} unknown");
}

#[test]
fn the_estimate_is_the_figures_of_the_run() {
    for profile in ["person", "account"] {
        let home = Home::new();
        Business::new().write(&home);
        let exclusion = "web.visit where page is '/page/3' and seconds < 30";
        let asked = ["--profile", profile, "--goal", GOAL, "--exclude", exclusion, "--timeframe", "30"];
        let estimate = home.json(&[&["score", "estimate"], &asked[..]].concat());
        home.stdout(&[&["score", "create", "--name", "leads"], &asked[..]].concat());
        // Whatever the run comes to, its checks are kept.
        home.propensity(&["run", "start", "leads"]).output().unwrap();
        let run = home.json(&["run", "show", "leads"]);
        let checks = list(&estimate, "/checks");
        assert!(checks.len() >= 14, "{checks:?}");
        assert_eq!(checks, &list(&run, "/checks")[..checks.len()]);
        assert_eq!(number(&estimate, "/eligible"), number(&run, "/population/test"));
        assert_eq!(number(&estimate, "/converted"), number(&run, "/population/test_conversions"));
        assert!(number(&estimate, "/converted") > 0.0);
        let printed = home.stdout(&[&["score", "estimate"], &asked[..]].concat());
        assert!(printed.contains("base rate of") && printed.contains("a month; it is "), "{printed}");
    }
}

#[test]
fn types_fields_and_values_are_listed_with_their_counts() {
    let home = Home::new();
    let business = Business::new();
    business.write(&home);
    let catalog = home.json(&["data", "catalog"]);
    let (kind, page) = (business.events.column("event_type"), business.events.column("page"));
    let of_type = |name: &str| business.events.rows.iter().filter(|r| r[kind] == name).count() as u64;
    let types: Vec<(&str, u64)> = list(&catalog, "/event_types")
        .iter()
        .map(|t| (text(t, "/event_type"), t["events"].as_u64().unwrap()))
        .collect();
    let mut expected = ["web.visit", "form.demo", GOAL].map(|name| (name, of_type(name)));
    expected.sort_by_key(|(_, events)| std::cmp::Reverse(*events));
    assert_eq!(types, expected);
    let fields = list(&catalog, "/event_types/0/fields");
    assert_eq!(fields.iter().map(|f| text(f, "/field")).collect::<Vec<_>>(), ["page", "seconds"]);
    assert_eq!(fields[0]["filled"].as_u64(), Some(of_type("web.visit")));
    assert_eq!(fields[0]["distinct"], 5);
    for value in list(&fields[0], "/values") {
        let events = business.events.rows.iter().filter(|r| r[page] == text(value, "/value")).count();
        assert_eq!(value["events"].as_u64(), Some(events as u64), "{value}");
    }
    assert_eq!(list(&fields[1], "/values").len(), 200, "the rest of {} is cut", fields[1]["distinct"]);
    let counts: Vec<u64> = list(&fields[1], "/values").iter().map(|v| v["events"].as_u64().unwrap()).collect();
    assert!(counts.is_sorted_by(|a, b| a >= b), "{counts:?}");
    assert_eq!(number(&catalog, "/persons"), 400.0);
    assert_eq!(text(&catalog, "/first_day"), "2025-01-01");
    let printed = home.stdout(&["data", "catalog", "--values", "2"]);
    assert!(printed.contains("  page: ") && printed.contains("5 distinct: /page/"), "{printed}");
}

#[test]
fn a_goal_on_what_the_catalog_does_not_keep_is_an_error_and_no_figure() {
    let home = Home::new();
    Business::new().write(&home);
    let asked = ["score", "estimate", "--profile", "person", "--timeframe", "30", "--goal"];
    let errors = home.fails(&[&asked[..], &["web.visit where event_id is 'e1'"]].concat(), 1);
    assert!(errors.contains("'event_id' cannot be estimated") && errors.contains("score create"), "{errors}");
    assert_eq!(home.json(&[&asked[..], &["no.such.type where event_id is 'e1'"]].concat())["conversions"], 0);
    home.fails(&[&asked[..], &["web.visit where page >"]].concat(), 2);
}
