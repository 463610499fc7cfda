//! Of the ridge logistic: its trees give its margins, and its weights are those of least loss.

use super::*;
use crate::domain::explanation::sigmoid;
use crate::model::explain::Explainer;
use crate::model::train::Dataset;
use std::sync::Arc;

/// Rows with two numbers, one of them often missing, and a category; the outcome follows them.
fn made(rows: usize) -> Dataset {
    let mut state = 9u64;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1u64 << 24) as f32
    };
    let mut data = Dataset {
        values: Arc::default(),
        labels: Vec::new(),
        weights: vec![1.0; rows],
        groups: (0..rows as u64).collect(),
        categorical: vec![false, false, true, false],
    };
    let mut values = Vec::new();
    for _ in 0..rows {
        let (count, days, code) = ((draw() * 50.0).floor(), draw() * 300.0, (draw() * 5.0).floor());
        let days = if draw() < 0.3 { f32::NAN } else { days };
        let margin =
            0.8 * count.ln_1p() - if days.is_nan() { 1.0 } else { 0.3 * days.ln_1p() } + 0.5 * (code - 2.0) - 2.0;
        data.labels.push(f32::from(u8::from(f64::from(draw()) < sigmoid(f64::from(margin)))));
        values.extend([count, days, code, 7.0]);
    }
    data.values = Arc::new(values);
    data
}

fn fitted(data: &Dataset, penalty: f64) -> (RidgeFeatures, RidgeFit) {
    let features = RidgeFeatures::new(data);
    let fit = fit(&features, &data.labels, &data.weights, penalty, &RidgeFit::start(&features));
    (features, fit)
}

#[test]
fn its_trees_give_its_margins_and_contributions_add_up_to_them() {
    let data = made(2_000);
    let (features, fit) = fitted(&data, 1.0);
    let margins = fit.margins(&features);
    let mut forest = fit.forest(&features);
    forest.set_covers(&data.values, &vec![1.0; data.len()]).unwrap();
    let explainer = Explainer::new(&forest).unwrap();
    let scored = forest.margins(&data.values);
    for (row, margin) in margins.iter().enumerate() {
        assert!((forest.margin(data.row(row)) - margin).abs() < 1e-9);
        assert!((scored[row] - margin).abs() < 1e-9);
        let mut contributions = [0.0; 4];
        explainer.contributions(data.row(row), &mut contributions);
        let sum: f64 = explainer.expected() + contributions.iter().sum::<f64>();
        assert!((sum - margin).abs() < 1e-9, "{sum} is not {margin}");
    }
    assert_eq!(forest.trees.len(), 3, "a constant feature has no tree");
}

/// At the minimum the mean probability is the share of conversions, and no weight can be moved for the better.
#[test]
fn the_weights_are_those_of_least_loss() {
    let data = made(1_500);
    let (features, best) = fitted(&data, 2.0);
    let loss = |fit: &RidgeFit| {
        let of_rows: f64 = fit
            .margins(&features)
            .iter()
            .zip(&data.labels)
            .map(|(&m, &label)| -if label > 0.5 { sigmoid(m) } else { sigmoid(-m) }.ln())
            .sum();
        let last = fit.weights.len() - 1;
        of_rows + fit.weights[..last].iter().map(|w| w * w).sum::<f64>()
    };
    let least = loss(&best);
    for at in 0..best.weights.len() {
        for by in [-0.02, 0.02] {
            let mut moved = best.clone();
            moved.weights[at] += by;
            assert!(loss(&moved) > least, "weight {at} is better by {by}");
        }
    }
    let mean = best.margins(&features).iter().map(|&m| sigmoid(m)).sum::<f64>() / data.len() as f64;
    let share = data.labels.iter().sum::<f32>() as f64 / data.len() as f64;
    assert!((mean - share).abs() < 1e-3, "{mean} is not {share}");
}

#[test]
fn a_larger_penalty_moves_all_towards_the_average() {
    let data = made(1_000);
    let spread = |penalty: f64| {
        let (features, fit) = fitted(&data, penalty);
        let margins = fit.margins(&features);
        let mean = margins.iter().sum::<f64>() / margins.len() as f64;
        margins.iter().map(|m| (m - mean).powi(2)).sum::<f64>()
    };
    assert!(spread(1.0) > 2.0 * spread(300.0));
    assert!(spread(1e9) < 1e-6);
}

#[test]
fn the_weights_are_the_same_on_any_number_of_threads() {
    let data = made(5_000);
    let with = |threads| {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| fitted(&data, 3.0).1)
    };
    assert_eq!(with(1), with(3));
}

#[test]
fn rows_of_weight_nothing_are_not_learned_from() {
    let mut data = made(1_000);
    let (features, _) = fitted(&data, 1.0);
    let without: Vec<f32> = (0..1_000).map(|row| f32::from(u8::from(row < 600))).collect();
    let start = RidgeFit::start(&features);
    let one = fit(&features, &data.labels, &without, 1.0, &start);
    data.labels[600..].fill(1.0);
    assert_eq!(one, fit(&features, &data.labels, &without, 1.0, &start));
}
