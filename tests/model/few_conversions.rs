//! Where conversions are few, a run keeps all features and shrinks the model; it ranks better than recency, its probabilities
//! are met in the pool, and a business that rests is trained after its season.

use crate::common::small_business::{GOAL, Options, SmallBusiness, Truth, expected_auc, tables};
use crate::common::{Home, list, number, text};
use serde_json::Value;
use std::collections::BTreeMap;

/// Small data are let through: what is tested is what is learned from them.
const THRESHOLDS: &str = "[thresholds]\naccounts = 1\nconversions = 1\ntrain_conversions = 1\nstop_auc = 0.0\n";

/// A trained business: the run, and per account that can convert its score, its probability and the true one.
struct Trained {
    home: Home,
    run: Value,
    scores: Vec<f64>,
    predicted: Vec<f64>,
    truth: Vec<f64>,
}

fn trained(conversions: f64, seed: u64) -> Trained {
    let business = SmallBusiness::new(Options { conversions, seed, ..Options::default() });
    let home = Home::new();
    business.write(home.path(), 1).unwrap();
    home.configure(&[("person", "persons.csv"), ("account", "accounts.csv"), ("event", "events.csv")], THRESHOLDS);
    let score = ["--profile", "account", "--timeframe", "90", "--repeatable", "yes", "--goal", GOAL];
    home.stdout(&[&["score", "create", "--name", "small"][..], &score].concat());
    let run = home.json(&["run", "start", "small", "--as-of", &business.options.end.to_string()]);
    let scores = home.write("scores.json", home.stdout(&["score", "export", "small", "--format", "jsonl"]));
    let scores = std::fs::read_to_string(scores).unwrap();
    let rows = scores.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let by_id: BTreeMap<String, (f64, f64)> = rows
        .map(|row| (text(&row, "/profile_id").into(), (number(&row, "/score"), number(&row, "/probability"))))
        .collect();
    let truth: Vec<Truth> = business.truth(business.options.days, 60);
    // Whoever has no score stands last, with no chance.
    let of = |t: &Truth| by_id.get(&tables::account_id(t.account)).copied().unwrap_or((-1.0, 0.0));
    Trained {
        home,
        run,
        scores: truth.iter().map(|t| of(t).0).collect(),
        predicted: truth.iter().map(|t| of(t).1).collect(),
        truth: truth.iter().map(|t| t.probability).collect(),
    }
}

/// With ten conversions the AUC is about .68, with forty .71, of .77 that can be reached; recency alone has .66.
#[test]
fn few_conversions_rank_well_and_the_probabilities_are_met_in_the_pool() {
    for (conversions, least) in [(10.0, 0.63), (40.0, 0.67)] {
        let seeds = 1..=5;
        let businesses: Vec<Trained> = seeds.map(|seed| trained(conversions, seed)).collect();
        let aucs: Vec<f64> = businesses.iter().map(|b| expected_auc(&b.scores, &b.truth)).collect();
        let mean = aucs.iter().sum::<f64>() / aucs.len() as f64;
        assert!(mean > least, "{conversions} conversions: {aucs:?}");
        let sum = |of: fn(&Trained) -> &Vec<f64>| businesses.iter().flat_map(of).sum::<f64>();
        let ratio = sum(|b| &b.predicted) / sum(|b| &b.truth);
        assert!((0.4..2.5).contains(&ratio), "{conversions} conversions: predicted over true {ratio}");
        for business in &businesses {
            assert_eq!(text(&business.run, "/status"), "successful", "{}", text(&business.run, "/message"));
            assert!(list(&business.run, "/cutoffs/further_tests").len() <= 4, "{}", business.run["cutoffs"]);
        }
    }
}

#[test]
fn all_features_stay_and_the_model_says_how_it_is_made() {
    let business = trained(20.0, 3);
    let folder = business.home.path().join("data/runs/small").join(text(&business.run, "/id"));
    let model: Value = serde_json::from_slice(&std::fs::read(folder.join("model.json")).unwrap()).unwrap();
    let types = list(&model, "/deployed/spec/types").len();
    assert!(types >= 6, "only {types} event types have features of their own");
    assert!(number(&model, "/settings/leaves") <= 4.0, "{}", model["settings"]);
    assert_eq!(number(&model, "/ridge/share"), 0.5);
    let report = business.home.stdout(&["score", "report", "small"]);
    assert!(report.contains("ridge logistic, share of the model"), "{report}");
}
