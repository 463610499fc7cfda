//! Training, held against XGBoost itself and against the library that we train with: the margins and contributions of an
//! exported model, the same model on any number of threads, and bad input.

use propensity::domain::progress::{Progress, Silent};
use propensity::model::explain::Explainer;
use propensity::model::forest::{Forest, Node, Tree};
use propensity::model::train::{Fit, FitOptions, Settings, TrainingMatrix, fit};
use propensity::model::xgboost_export::xgboost_json;
use serde_json::Value;
use std::sync::Arc;

/// A stream of draws in [0, 1) from one seed.
struct Draws(u64);

impl Draws {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / (1u64 << 31) as f64
    }
}

/// Rows whose outcome depends on three of the columns; a tenth of the cells is missing.
struct Data {
    values: Arc<Vec<f32>>,
    labels: Vec<f32>,
    weights: Vec<f32>,
    categorical: Vec<bool>,
}

impl Data {
    fn new(rows: usize, categorical: &[bool], seed: u64) -> Data {
        let mut draws = Draws(seed);
        let (mut values, mut labels, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..rows {
            let row: Vec<f32> = categorical
                .iter()
                .map(|&c| match (draws.unit() < 0.1, c) {
                    (true, _) => f32::NAN,
                    (_, true) => (draws.unit() * 7.0).floor() as f32,
                    (_, false) => (draws.unit() * 64.0 - 16.0) as f32,
                })
                .collect();
            let part = |i: usize| if row[i].is_nan() { 4.0 } else { f64::from(row[i]) };
            let odds = (part(0) / 8.0 - part(1) / 16.0 + part(2) % 3.0 - 2.0).exp();
            labels.push(f32::from(u8::from(draws.unit() < odds / (1.0 + odds))));
            weights.push(1.0 + (draws.unit() * 3.0).floor() as f32);
            values.extend(row);
        }
        Data { values: Arc::new(values), labels, weights, categorical: categorical.to_vec() }
    }

    fn samples(&self) -> TrainingMatrix {
        TrainingMatrix::new(Arc::clone(&self.values), &self.labels, &self.weights, &self.categorical).unwrap()
    }
}

fn trained(data: &Data, rounds: usize, seed: u64) -> Fit {
    fit(&data.samples(), FitOptions::plain(Settings::with_leaves(8), rounds, seed), &Silent).unwrap()
}

/// A forest from XGBoost's JSON: what somebody else would read from our export.
fn from_xgboost(model: &Value) -> Forest {
    let learner = &model["learner"];
    let text = |key: &str| learner["learner_model_param"][key].as_str().unwrap().trim_matches(['[', ']']).to_string();
    // The base is written as a probability.
    let base: f64 = text("base_score").parse().unwrap();
    let tree = |tree: &Value| {
        let numbers = |key: &str| -> Vec<f64> {
            let cell = |v: &Value| v.as_f64().unwrap_or_else(|| f64::from(u8::from(v.as_bool().unwrap())));
            tree[key].as_array().unwrap().iter().map(cell).collect()
        };
        let [left, right, feature, threshold, default_left, cover] =
            ["left_children", "right_children", "split_indices", "split_conditions", "default_left", "sum_hessian"]
                .map(numbers);
        let node = |at: usize| match left[at] < 0.0 {
            true => Node::leaf(f64::from(threshold[at] as f32), cover[at]),
            false => Node {
                feature: feature[at] as u32,
                threshold: threshold[at] as f32,
                default_left: default_left[at] != 0.0,
                left: left[at] as u32,
                right: right[at] as u32,
                ..Node::leaf(0.0, cover[at])
            },
        };
        Tree { nodes: (0..left.len()).map(node).collect() }
    };
    let trees = learner["gradient_booster"]["model"]["trees"].as_array().unwrap().iter().map(tree).collect();
    let features = text("num_feature").parse().unwrap();
    Forest { base: (base / (1.0 - base)).ln(), features, trees }
}

const NUMERIC: [bool; 6] = [false; 6];
const MIXED: [bool; 6] = [false, false, true, false, true, false];

#[test]
fn our_margins_are_those_of_the_library_with_categories_and_missing_values() {
    for categorical in [NUMERIC, MIXED] {
        let data = Data::new(2_000, &categorical, 11);
        let fitted = trained(&data, 60, 7);
        let splits = || fitted.forest.trees.iter().flat_map(|t| &t.nodes).filter(|n| !n.is_leaf());
        assert_eq!(splits().any(|n| n.categories.is_some()), categorical.contains(&true));
        // Rows that the fit has not seen.
        let others = Data::new(1_000, &categorical, 12);
        let ours = fitted.forest.margins(&others.values);
        let theirs = fitted.library_margins(&others.samples()).unwrap();
        assert_eq!((ours.len(), theirs.len()), (1_000, 1_000));
        for (row, (a, b)) in ours.iter().zip(theirs).enumerate() {
            assert!((a - f64::from(b)).abs() < 1e-5, "row {row}: {a} and {b}");
        }
        assert!(ours.iter().any(|m| *m > 1.0) && ours.iter().any(|m| *m < -1.0), "the model has learned nothing");
    }
}

#[test]
fn the_same_fit_on_one_and_on_two_threads_is_the_same_to_the_bit() {
    let data = Data::new(3_000, &MIXED, 5);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| trained(&data, 40, 7).forest)
    };
    let one = on(1);
    assert_eq!(one, on(2));
    assert_ne!(one, trained(&data, 40, 8).forest, "the seed must matter");
}

#[test]
fn the_same_seed_exports_the_same_bytes_and_the_export_holds_the_very_model() {
    let data = Data::new(1_500, &NUMERIC, 3);
    let fitted = trained(&data, 30, 7);
    let export = xgboost_json(&fitted.forest).unwrap();
    assert_eq!(export, xgboost_json(&trained(&data, 30, 7).forest).unwrap());
    assert_ne!(export, xgboost_json(&trained(&data, 30, 8).forest).unwrap());
    let read = from_xgboost(&serde_json::from_slice(&export).unwrap());
    assert_eq!((read.features, read.trees.len()), (6, 30));
    for (a, b) in read.margins(&data.values).iter().zip(fitted.forest.margins(&data.values)) {
        assert!((a - b).abs() < 1e-6, "{a} and {b}");
    }
}

#[test]
fn a_model_with_categories_says_why_it_has_no_export() {
    let why = xgboost_json(&trained(&Data::new(2_000, &MIXED, 11), 20, 7).forest).unwrap_err();
    assert!(why.contains("categories"), "{why}");
}

/// The fixture: a model of ours, rows, and what XGBoost made of them.
fn fixture() -> Value {
    serde_json::from_str(include_str!("../fixtures/xgboost.json")).unwrap()
}

/// Cells of a table; `null` is missing.
fn cells(table: &Value) -> Vec<Vec<f64>> {
    let row = |row: &Value| row.as_array().unwrap().iter().map(|v| v.as_f64().unwrap_or(f64::NAN)).collect();
    table.as_array().unwrap().iter().map(row).collect()
}

fn narrowed(row: &[f64]) -> Vec<f32> {
    row.iter().map(|&v| v as f32).collect()
}

#[test]
fn xgboost_gives_our_exported_model_the_margins_that_we_give_it() {
    let fixture = fixture();
    let forest = from_xgboost(&fixture["model"]);
    let (rows, margins) = (cells(&fixture["rows"]), &fixture["margins"]);
    assert!(rows.len() >= 50 && rows.iter().flatten().any(|v| v.is_nan()));
    for (i, row) in rows.iter().enumerate() {
        let (ours, theirs) = (forest.margin(&narrowed(row)), margins[i].as_f64().unwrap());
        assert!((ours - theirs).abs() < 1e-5, "row {i}: {ours} and {theirs}");
    }
}

#[test]
fn xgboost_explains_our_exported_model_as_we_do() {
    let fixture = fixture();
    let forest = from_xgboost(&fixture["model"]);
    let explainer = Explainer::new(&forest).unwrap();
    for (i, (row, theirs)) in cells(&fixture["rows"]).iter().zip(cells(&fixture["contributions"])).enumerate() {
        let mut ours = vec![0.0; row.len()];
        explainer.contributions(&narrowed(row), &mut ours);
        // XGBoost's last column is the margin of the empty coalition.
        ours.push(explainer.expected());
        assert_eq!(ours.len(), theirs.len());
        for (column, (a, b)) in ours.iter().zip(theirs).enumerate() {
            assert!((a - b).abs() < 5e-5, "row {i}, column {column}: {a} and {b}");
        }
    }
}

#[test]
fn bad_input_gives_an_error_and_no_panic() {
    let data = Data::new(100, &NUMERIC, 1);
    let refused = |values: Vec<f32>, labels: &[f32], weights: &[f32]| {
        let course = FitOptions::plain(Settings::with_leaves(8), 5, 7);
        TrainingMatrix::new(Arc::new(values), labels, weights, &NUMERIC).and_then(|s| fit(&s, course, &Silent)).is_err()
    };
    let values = || data.values.to_vec();
    assert!(!refused(values(), &data.labels, &data.weights));
    assert!(refused(Vec::new(), &[], &[]), "no rows");
    assert!(refused(values()[1..].to_vec(), &data.labels, &data.weights), "a cell too few");
    assert!(refused(values(), &data.labels[1..], &data.weights[1..]), "a label too few");
    assert!(refused(values(), &data.labels, &data.weights[1..]), "a weight too few");
    for infinite in [f32::INFINITY, f32::NEG_INFINITY] {
        let mut values = values();
        values[40] = infinite;
        assert!(refused(values, &data.labels, &data.weights), "{infinite} in a cell");
    }
    for label in [2.0, -1.0, f32::NAN, f32::INFINITY] {
        let mut labels = data.labels.clone();
        labels[7] = label;
        assert!(refused(values(), &labels, &data.weights), "{label} as a label");
    }
    for weight in [-1.0, f32::NAN, f32::INFINITY] {
        let mut weights = data.weights.clone();
        weights[7] = weight;
        assert!(refused(values(), &data.labels, &weights), "{weight} as a weight");
    }
    assert!(TrainingMatrix::new(Arc::new(Vec::new()), &data.labels, &data.weights, &[]).is_err(), "no columns");
    assert!(data.samples().select(&[100]).is_err(), "a row that does not exist");
}

#[test]
fn one_class_alone_and_a_matrix_without_a_value_give_finite_margins_or_an_error() {
    for label in [0.0, 1.0] {
        let data = Data { labels: vec![label; 200], ..Data::new(200, &NUMERIC, 1) };
        {
            let fitted = fit(&data.samples(), FitOptions::plain(Settings::with_leaves(8), 20, 7), &Silent).unwrap();
            let margins = fitted.forest.margins(&data.values);
            assert!(margins.iter().all(|m| m.is_finite() && (*m > 0.0) == (label > 0.5)), "{:?}", &margins[..3]);
        }
    }
    let data = Data { values: Arc::new(vec![f32::NAN; 1_200]), ..Data::new(200, &NUMERIC, 1) };
    {
        let fitted = fit(&data.samples(), FitOptions::plain(Settings::with_leaves(8), 20, 7), &Silent).unwrap();
        let margins = fitted.forest.margins(&data.values);
        assert!(margins.iter().all(|m| m.is_finite() && *m == margins[0]));
    }
}

#[test]
fn a_cancelled_fit_ends_with_the_error_that_says_so() {
    struct Impatient;
    impl Progress for Impatient {
        fn advance(&self, done: u64, _: Option<u64>) {
            assert!(done <= 1, "it went on after round {done}");
        }
        fn cancelled(&self) -> bool {
            true
        }
    }
    let data = Data::new(500, &NUMERIC, 1);
    let error = fit(&data.samples(), FitOptions::plain(Settings::with_leaves(8), 500, 7), &Impatient).err();
    assert_eq!(error.map(|e| e.to_string()), Some(propensity::error::Error::cancelled().to_string()));
}
