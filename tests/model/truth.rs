//! Statistical truth: on data whose truth is known the planted drivers are found, the probabilities are met, shuffled
//! outcomes are not learned, and features that tell the outcome are named.

use propensity::data::load::load;
use propensity::demo::{self, DemoOptions};
use propensity::domain::metrics::Verdict;
use propensity::domain::progress::Silent;
use propensity::domain::run::{AsOf, Run, RunKind};
use propensity::domain::score::goal::Goal;
use propensity::domain::score::{ProfileType, Repeatable, Score};
use propensity::domain::source::activity::{Attribute, Business};
use propensity::features::attributes;
use propensity::features::population::Population;
use propensity::model::auc::auc;
use propensity::model::cross_validation::{FOLDS, RidgeSearch, SearchOptions, search};
use propensity::model::leaks::{LeakCandidate, find_leaks};
use propensity::model::train::{Dataset, FitOptions, Settings, fit};
use propensity::pipeline::run_options::RunOptions;
use propensity::pipeline::setup;
use propensity::pipeline::stages::NoObserver;
use propensity::pipeline::train::{self, EvaluationFit, TrainingInputs};
use propensity::process::execute;
use propensity::runs::find;
use propensity::runs::layout::REPORT;
use propensity::workspace::Workspace;
use serde_json::Value;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

/// A stream of draws from one seed.
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (((self.0 >> 33) * bound as u64) >> 31) as usize
    }

    fn unit(&mut self) -> f32 {
        self.below(1 << 20) as f32 / (1 << 20) as f32
    }
}

/// A made-up business of 800 accounts, and its account score.
struct Made {
    _folder: tempfile::TempDir,
    workspace: Workspace,
    score: Score,
}

fn made() -> Made {
    let folder = tempfile::tempdir().unwrap();
    let end = jiff::civil::date(2024, 7, 1);
    let options = DemoOptions { people: 6_000, events: 180_000, seed: 7, end };
    demo::generate(folder.path(), &options).unwrap();
    let mut workspace = Workspace::open(Some(folder.path()), None).unwrap();
    workspace.config.training.max_rounds = 400;
    let goal = Goal::parse(demo::ACCOUNT_GOAL).unwrap();
    let (timeframe, now) = (demo::ACCOUNT_TIMEFRAME.into(), jiff::Timestamp::UNIX_EPOCH);
    let mut score = Score::new("Closed Won", ProfileType::Account, goal, timeframe, now, "test");
    score.repeatable = Repeatable::No;
    let score = workspace.scores.create(score).unwrap();
    Made { _folder: folder, workspace, score }
}

/// One training run of it, and its report.
fn trained() -> &'static (Run, Value) {
    static TRAINED: OnceLock<(Run, Value)> = OnceLock::new();
    TRAINED.get_or_init(|| {
        let Made { _folder, workspace, score } = made();
        let options = RunOptions { kind: RunKind::Training, as_of: AsOf::Data, threads: 0, if_due: false };
        let run = execute::start(&workspace, &score, &options, &NoObserver, &AtomicBool::new(false)).unwrap();
        let report = find::find(&workspace, &run.id).unwrap().folder.join(REPORT);
        (run, serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap())
    })
}

#[test]
fn the_planted_drivers_lead_the_factors() {
    let (run, _) = trained();
    let leading: Vec<&str> = run.factors.iter().take(8).map(|f| f.code.as_str()).collect();
    let attributes = demo::PLANTED_ATTRIBUTES.map(|a| format!("account.{a}"));
    let stages = "opportunityEvent.opportunityUpdated";
    let planted = |code: &&&str| {
        let types = demo::PLANTED_EVENT_TYPES.iter().chain([&stages]);
        attributes.iter().any(|a| a == **code) || types.into_iter().any(|t| code.contains(t))
    };
    assert!(leading.iter().filter(planted).count() >= 4, "{leading:?}");
    assert!(leading.iter().take(4).filter(planted).count() >= 3, "{leading:?}");
    // Noise is not among them. (Revenue follows size, so that it may share in what employees say.)
    assert!(!leading.iter().any(|code| code.contains("country")), "{leading:?}");
}

#[test]
fn the_planted_signal_is_found_well_beyond_recency() {
    let (run, report) = trained();
    let metrics = run.metrics.as_ref().unwrap();
    let (auc, recency) = (metrics.auc.unwrap().value, metrics.recency_auc.unwrap().value);
    assert!(run.out_of_time && run.verdict == Some(Verdict::Strong), "{:?} with {auc}", run.verdict);
    assert!(auc > 0.85 && auc > recency + 0.1, "{auc}, recency {recency}");
    assert!(report["leaks"].as_array().unwrap().is_empty(), "{}", report["leaks"]);
}

#[test]
fn predicted_and_observed_rates_match_in_quantile_bins() {
    let (_, report) = trained();
    let bins = report["evaluation"]["calibration"].as_array().unwrap();
    assert!(bins.len() >= 5, "{} bins", bins.len());
    let off = bins.iter().filter(|bin| {
        let number = |key: &str| bin[key].as_f64().unwrap();
        !(number("low")..=number("high")).contains(&number("predicted"))
    });
    assert!(off.count() <= 1, "{bins:#?}");
    let sum = |key: &str| bins.iter().map(|b| b[key].as_f64().unwrap() * b["profiles"].as_f64().unwrap()).sum::<f64>();
    let ratio = sum("predicted") / sum("observed");
    assert!((0.6..1.6).contains(&ratio), "predicted over observed conversions: {ratio}");
}

fn business(made: &Made, with: &[String]) -> Business {
    let attributes = attributes::required_attributes(with);
    let request = setup::request(&made.score, AsOf::Data, (&attributes, &[]), jiff::Timestamp::now());
    load(&made.workspace.config, &request, &Silent).unwrap().0
}

/// The evaluation fit and its test, without the rest of a run.
fn tested(made: &Made, business: &Business, with: &[String]) -> EvaluationFit {
    let population = Population::new(business, ProfileType::Account);
    let (labels, conversions, _) = setup::labels_of(&population, &made.score);
    let plan = setup::plan(&made.workspace.config, &made.score, &population, (&labels, conversions)).unwrap();
    let config = &made.workspace.config;
    let (training, thresholds) = (&config.training, &config.thresholds);
    let ground = TrainingInputs {
        population: &population,
        labels: &labels,
        plan: &plan,
        with,
        without: &[],
        training,
        thresholds,
    };
    train::evaluation_fit(&ground, &train::sample_rows(&ground), &Silent).unwrap()
}

#[test]
fn shuffled_outcomes_are_not_learned() {
    let mut made = made();
    made.workspace.config.training.max_rounds = 60;
    // Chance gives a low AUC, which is not to be tuned.
    made.workspace.config.thresholds.tune_auc = 0.0;
    let truth = business(&made, &[]);
    let accounts = truth.accounts.len();
    let aucs: Vec<f64> = (0..10)
        .map(|seed| {
            let mut draws = Draws(seed);
            let mut shuffled = truth.clone();
            // Accounts and not persons are drawn: larger accounts are not to convert more often.
            for hit in &mut shuffled.goals {
                hit.subject = truth.account_subject(draws.below(accounts) as u32);
            }
            shuffled.goals.sort_unstable();
            tested(&made, &shuffled, &[]).evaluation.metrics.auc.unwrap().value
        })
        .collect();
    let mean = aucs.iter().sum::<f64>() / 10.0;
    assert!((mean - 0.5).abs() < 0.04, "mean {mean} of {aucs:?}");
    assert!(aucs.iter().all(|auc| (auc - 0.5).abs() < 0.15), "{aucs:?}");
}

/// An attribute of the accounts with a value for those that `value` gives one.
fn attribute(name: &str, accounts: usize, mut value: impl FnMut(u32) -> Option<String>) -> Attribute {
    let mut dictionary = vec![String::new()];
    let values = (0..accounts as u32)
        .map(|account| match value(account) {
            None => 0,
            Some(text) => match dictionary.iter().position(|d| *d == text) {
                Some(place) => place as u32,
                None => {
                    dictionary.push(text);
                    dictionary.len() as u32 - 1
                }
            },
        })
        .collect();
    Attribute { name: name.into(), dictionary, values }
}

#[test]
fn an_attribute_that_only_converters_have_is_named_over_all_cutoffs() {
    let mut made = made();
    made.workspace.config.training.max_rounds = 20;
    let with = ["contract_number".to_string(), "floor".to_string()];
    let mut business = business(&made, &[]);
    let accounts = business.accounts.len();
    let won: Vec<bool> = (0..accounts as u32)
        .map(|a| business.goals.iter().any(|h| business.account_of_subject(h.subject) == a))
        .collect();
    let contract = attribute("contract_number", accounts, |a| won[a as usize].then(|| format!("{a}")));
    let mut draws = Draws(1);
    let floor = attribute("floor", accounts, |_| (draws.below(3) > 0).then(|| format!("{}", draws.below(30))));
    business.accounts.attributes.extend([contract, floor]);
    let leaks: Vec<String> = tested(&made, &business, &with).leaks.into_iter().map(|l| l.code).collect();
    assert_eq!(leaks, ["account.contract_number"]);
}

#[test]
fn the_leak_radar_names_what_tells_the_outcome_and_nothing_else() {
    let rows = 4_000;
    let mut draws = Draws(3);
    let names = ["told", "honest", "status", "segment", "filled", "optional", "flipped"];
    let categorical = [false, false, true, true, false, false, false];
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let converts = draws.below(10) == 0;
        let sign = if converts { 1.0 } else { 0.0 };
        let present = |there: bool, value: f32| if there { value } else { f32::NAN };
        let category = draws.below(4) as f32;
        values.extend([
            sign + 0.9 * draws.unit(),
            // A strong and honest feature: an AUC of .875.
            0.5 * sign + draws.unit(),
            // Category 4 is "customer": a third of the converters, and nobody else.
            if converts && draws.below(3) == 0 { 4.0 } else { category },
            // Category 0 converts three times as often.
            if converts && draws.below(3) > 0 { 0.0 } else { category },
            present(converts || draws.below(50) == 0, draws.unit()),
            present(draws.below(if converts { 2 } else { 4 }) == 0, draws.unit()),
            -sign - 0.9 * draws.unit(),
        ]);
        labels.push(sign);
    }
    let frame = Dataset {
        values: Arc::new(values),
        labels,
        weights: vec![1.0; rows],
        groups: (0..rows as u64).map(propensity::domain::random::splitmix64).collect(),
        categorical: categorical.to_vec(),
    };
    let suspect =
        |(&code, categorical)| LeakCandidate { code, label: code, undated: true, categorical, categories: &[] };
    let suspects: Vec<LeakCandidate<'_>> = names.iter().zip(categorical).map(suspect).collect();
    let leaks = find_leaks(&frame, &suspects, 0.95);
    let named: Vec<&str> = leaks.iter().map(|l| l.code.as_str()).collect();
    assert_eq!(named, ["told", "status", "filled", "flipped"], "{leaks:#?}");
    assert!(leaks[1].evidence.contains("category 4 converts at 100.0 %"), "{}", leaks[1].evidence);
    assert!(leaks[2].evidence.contains("almost only on converters"), "{}", leaks[2].evidence);
    // A stricter threshold names what a looser one lets pass.
    assert!(find_leaks(&frame, &suspects, 0.85).iter().any(|l| l.code == "honest"));
}

#[test]
fn no_group_stands_on_both_sides_of_a_fold() {
    // Every group has a number and an outcome of its own: whoever has seen a group knows all its rows.
    let (groups, each) = (300, 12);
    let mut draws = Draws(9);
    let facts: Vec<(f32, f32)> = (0..groups).map(|_| (draws.unit(), draws.below(2) as f32)).collect();
    let of = |row: usize| facts[row / each];
    let rows = groups * each;
    let frame = Dataset {
        values: Arc::new((0..rows).map(|r| of(r).0).collect()),
        labels: (0..rows).map(|r| of(r).1).collect(),
        weights: vec![1.0; rows],
        groups: (0..rows as u64).map(|r| propensity::domain::random::splitmix64(r / each as u64)).collect(),
        categorical: vec![false],
    };
    let candidates = [Settings { min_child_weight: 1.0, colsample: 1.0, ..Settings::with_leaves(31) }];
    let ridge = RidgeSearch::Off;
    let options =
        SearchOptions { candidates: &candidates, ridge, conversions: 1_800, held_out: FOLDS, max_rounds: 100, seed: 7 };
    let choice = search(&frame, options, &Silent).unwrap();
    let separation = |margins: &[f64]| {
        let converts: Vec<bool> = frame.labels.iter().map(|l| *l > 0.5).collect();
        let clusters: Vec<u32> = (0..rows as u32).map(|r| r / each as u32).collect();
        auc(margins, &converts, &clusters).unwrap().value
    };
    let margins: Vec<f64> = choice.margins.iter().map(|m| m.expect("every row is held out once")).collect();
    let unseen = separation(&margins);
    assert!((0.35..0.65).contains(&unseen), "the outcome of groups not seen was known: {unseen}");
    let course = FitOptions::plain(choice.recipe.settings, 100, 7);
    let seen = fit(&frame.matrix().unwrap(), course, &Silent).unwrap().forest.margins(&frame.values);
    assert!(separation(&seen) > 0.9, "the fit could not have told: {}", separation(&seen));
}
