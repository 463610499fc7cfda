//! The weights of least loss plus penalty: Newton's method, each step found by conjugate gradients (Nocedal and Wright 2006,
//! Numerical Optimization, ch. 7), so that no matrix of all pairs of features is ever made.

use super::bins::{Column, RidgeFeatures};
use crate::domain::explanation::{log_loss, sigmoid};
use rayon::prelude::*;

/// Newton steps at most; four to eight are usual.
const MAX_STEPS: usize = 30;
/// Conjugate directions of a step at most.
const MAX_DIRECTIONS: usize = 60;
/// The fit ends where the gradient is this share of that at zero weights.
const TOLERANCE: f64 = 1e-3;
/// Rows of a task: sums of rows are made in the same order on any number of threads.
const TASK_ROWS: usize = 2_048;

/// A fitted model: the weights of the numbers of all features, then the intercept.
#[derive(Debug, Clone, PartialEq)]
pub struct RidgeFit {
    pub(super) weights: Vec<f64>,
}

impl RidgeFit {
    /// No weights and no intercept: where a first fit starts.
    pub fn start(features: &RidgeFeatures) -> RidgeFit {
        RidgeFit { weights: vec![0.0; features.weights() + 1] }
    }

    /// The margin (log-odds) of every row.
    pub fn margins(&self, features: &RidgeFeatures) -> Vec<f64> {
        features.margins(&self.weights)
    }
}

/// Minimises Σ weight × loss + penalty / 2 × Σ β² from `start` on; the intercept is not penalised. `labels` are 0 or 1;
/// a row of `weights` 0 is not learned from.
pub fn fit(features: &RidgeFeatures, labels: &[f32], weights: &[f32], penalty: f64, start: &RidgeFit) -> RidgeFit {
    let problem = Problem { features, labels, weights, penalty };
    let mut beta = start.weights.clone();
    let zero = problem.gradient(&vec![0.0; labels.len()], &vec![0.0; beta.len()]).0;
    let enough = TOLERANCE * norm(&zero).max(1e-9);
    let mut margins = features.margins(&beta);
    let mut loss = problem.loss(&margins, &beta);
    for _ in 0..MAX_STEPS {
        let (gradient, curvature) = problem.gradient(&margins, &beta);
        if norm(&gradient) <= enough {
            break;
        }
        let step = problem.newton_step(&gradient, &curvature);
        let along = features.margins(&step);
        // Halved until it is better; a step that never is has met the end of what f64 can tell.
        let better = (0..30).map(|n| 0.5f64.powi(n)).find_map(|by| {
            let next: Vec<f64> = beta.iter().zip(&step).map(|(b, s)| b + by * s).collect();
            let moved: Vec<f64> = margins.iter().zip(&along).map(|(m, a)| m + by * a).collect();
            let then = problem.loss(&moved, &next);
            (then < loss).then_some((next, moved, then))
        });
        let Some(next) = better else { break };
        (beta, margins, loss) = next;
    }
    RidgeFit { weights: beta }
}

struct Problem<'a> {
    features: &'a RidgeFeatures,
    labels: &'a [f32],
    weights: &'a [f32],
    penalty: f64,
}

impl Problem<'_> {
    fn loss(&self, margins: &[f64], beta: &[f64]) -> f64 {
        let of_rows = (margins.iter().zip(self.labels).zip(self.weights))
            .fold(0.0, |sum, ((&margin, &label), &weight)| sum + f64::from(weight) * log_loss(margin, label > 0.5));
        of_rows + 0.5 * self.penalty * beta[..beta.len() - 1].iter().map(|b| b * b).sum::<f64>()
    }

    /// The gradient, and the second derivative of every row's loss.
    fn gradient(&self, margins: &[f64], beta: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let of_row = |((&margin, &label), &weight): ((&f64, &f32), &f32)| {
            let p = sigmoid(margin);
            (f64::from(weight) * (p - f64::from(label)), f64::from(weight) * p * (1.0 - p))
        };
        let (slopes, curvature): (Vec<f64>, Vec<f64>) =
            margins.iter().zip(self.labels).zip(self.weights).map(of_row).unzip();
        let mut gradient = self.features.sums(&slopes, |value| value);
        self.add_penalty(&mut gradient, beta);
        (gradient, curvature)
    }

    fn add_penalty(&self, sums: &mut [f64], beta: &[f64]) {
        let last = beta.len() - 1;
        sums[..last].iter_mut().zip(beta).for_each(|(sum, b)| *sum += self.penalty * b);
    }

    /// −H⁻¹g by conjugate gradients with the diagonal of H as preconditioner.
    fn newton_step(&self, gradient: &[f64], curvature: &[f64]) -> Vec<f64> {
        let mut diagonal = self.features.sums(curvature, |value| value * value);
        let last = diagonal.len() - 1;
        diagonal[..last].iter_mut().for_each(|d| *d += self.penalty);
        diagonal.iter_mut().for_each(|d| *d = d.max(1e-12));
        let times_hessian = |direction: &[f64]| {
            let along = self.features.margins(direction);
            let scaled: Vec<f64> = along.iter().zip(curvature).map(|(a, c)| a * c).collect();
            let mut product = self.features.sums(&scaled, |value| value);
            self.add_penalty(&mut product, direction);
            product
        };
        let mut step = vec![0.0; gradient.len()];
        let mut residual: Vec<f64> = gradient.iter().map(|g| -g).collect();
        let precondition = |residual: &[f64]| residual.iter().zip(&diagonal).map(|(r, d)| r / d).collect::<Vec<f64>>();
        let mut scaled = precondition(&residual);
        let mut direction = scaled.clone();
        let mut length = dot(&residual, &scaled);
        let enough = 0.05 * norm(gradient);
        for _ in 0..MAX_DIRECTIONS {
            if norm(&residual) <= enough {
                break;
            }
            let product = times_hessian(&direction);
            let bend = dot(&direction, &product);
            if bend <= 0.0 || !bend.is_finite() {
                break;
            }
            let by = length / bend;
            step.iter_mut().zip(&direction).for_each(|(s, d)| *s += by * d);
            residual.iter_mut().zip(&product).for_each(|(r, p)| *r -= by * p);
            scaled = precondition(&residual);
            let next = dot(&residual, &scaled);
            direction = scaled.iter().zip(&direction).map(|(s, d)| s + next / length * d).collect();
            length = next;
        }
        step
    }
}

impl RidgeFeatures {
    fn margins(&self, weights: &[f64]) -> Vec<f64> {
        let tables = self.tables(weights);
        let intercept = weights.last().copied().unwrap_or_default();
        let mut margins = vec![intercept; self.rows];
        margins.par_chunks_mut(TASK_ROWS).enumerate().for_each(|(task, margins)| {
            for (column, table) in self.columns.iter().zip(&tables) {
                let bins = &column.bins[task * TASK_ROWS..][..margins.len()];
                margins.iter_mut().zip(bins).for_each(|(margin, &bin)| *margin += table[usize::from(bin)]);
            }
        });
        margins
    }

    /// What each column adds to the log-odds in each of its bins.
    pub(super) fn tables(&self, weights: &[f64]) -> Vec<Vec<f64>> {
        let mut at = 0;
        let mut next = |count: usize| {
            at += count;
            &weights[at - count..at]
        };
        self.columns.iter().map(|column| column.table(next(column.numbers.len()))).collect()
    }

    /// Per number Σ over the rows of `of_row` × what `term` makes of the number; last that of the intercept, whose number
    /// is 1.
    fn sums(&self, of_row: &[f64], term: impl Fn(f64) -> f64 + Sync) -> Vec<f64> {
        let of_column = |column: &Column| {
            let mut bins = [0.0; 256];
            column.bins.iter().zip(of_row).for_each(|(&bin, value)| bins[usize::from(bin)] += value);
            let of_number =
                |number: &Vec<f64>| number.iter().zip(&bins).map(|(&value, sum)| term(value) * sum).sum::<f64>();
            column.numbers.iter().map(of_number).collect::<Vec<f64>>()
        };
        let mut sums: Vec<f64> = self.columns.par_iter().map(of_column).collect::<Vec<_>>().concat();
        sums.push(of_row.iter().sum());
        sums
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(values: &[f64]) -> f64 {
    dot(values, values).sqrt()
}
