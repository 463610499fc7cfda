//! Exact path-dependent TreeSHAP in f64: what each feature adds to the margin of one row.
//!
//! The game of a tree (Lundberg et al. 2018, "tree path dependent"): a feature in the coalition sends the row down its
//! own way, any other splits it by the covers of the children. For a leaf of value v whose path has the features j,
//! with `o_j` = 1 where the row satisfies all splits on j along the path (else 0) and `r_j` = the product of the cover
//! ratios of those splits, the game is v·∏(o_j or r_j). By Owen's multilinear extension
//!
//! φ_i = v·(o_i − r_i)·∫₀¹ ∏_{j≠i} (t·o_j + (1−t)·r_j) dt,
//!
//! a polynomial in t of degree m−1 for m features, so Gauss–Legendre with ⌈m/2⌉ points is exact. All factors lie in
//! [0, 1] and nothing cancels, unlike the weights of the usual recurrence.
//!
//! How it is computed. Of a row, the factor `f = t·o + (1−t)·r` of an edge needs only o, so all vectors over the points
//! are tabulated once per tree. Per row there is a pass from the root (the product of the factors at each point), and one
//! back (the sum G of v·product over the leaves below an edge). An edge adds to its feature
//! Σ_q w_q·G·((o−r)/f − (o'−r')/f'), where the primed are those of the edge before it on the same feature: the second
//! term takes back what that edge will count for leaves that no longer carry its factor. No edge before means
//! o' = r' = 1, whose term is zero. Where o = 0 the term (o−r)/f is −1/(1−t) whatever r is, also for a child that no
//! training row reached (r = 0), whose G is zero. Hence an edge below one with o' = 0 adds nothing and only scales.
//!
//! Used by `jobs` for the factors of every scored profile.

use super::forest::{Forest, Tree};
use crate::error::Result;
use rayon::prelude::*;
use std::cell::RefCell;

mod quadrature;
#[cfg(test)]
mod tests;

/// Rows explained together, tree by tree, so that a tree's tables stay in the cache.
const BLOCK: usize = 64;

/// Points of a walk; a tree that needs more gets several walks, each over a part of the points.
const MOST_LANES: usize = 16;

/// A forest laid out for explaining; independent of the forest once made.
#[derive(Debug, Clone)]
pub struct Explainer {
    features: usize,
    expected: f64,
    walks: Vec<Walk>,
}

/// One tree at `lanes` points: everything that does not depend on the row.
#[derive(Debug, Clone)]
struct Walk {
    lanes: usize,
    /// Every split before those below it. Edge 2k+1 leads left from split k, edge 2k+2 right; edge 0 is the root's.
    splits: Vec<Split>,
    /// Seven vectors of `lanes` per split, in the order of the constants in [`table`].
    tables: Vec<f64>,
}

/// The vectors of a split. A child's factor ratio is f/f' (times the value, where the child is a leaf).
mod table {
    pub const COUNT: usize = 7;
    /// Ratio of the left, right child where the row goes there and satisfied the feature's earlier splits.
    pub const TAKEN: usize = 0;
    /// Ratio of the left, right child where the row satisfied the earlier splits and goes to the other.
    pub const LEFT_OUT: usize = 2;
    /// What G counts for the feature: on the taken left, right edge.
    pub const GAIN: usize = 4;
    /// What G counts for the feature on the edge not taken.
    pub const LOSS: usize = 6;
}

#[derive(Debug, Clone)]
struct Split {
    node: super::forest::Node,
    /// The edge that leads here.
    edge: usize,
    /// The last edge above on the same feature; 0 where there is none.
    before: usize,
    /// What an edge below one with o' = 0 multiplies: r/r' (times the value of a leaf).
    scales: [f64; 2],
}

#[derive(Default)]
struct Scratch {
    /// `lanes` values per edge: the product on the way down, G on the way up.
    lanes: Vec<f64>,
    /// o of each edge.
    satisfied: Vec<bool>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Explainer {
    /// Lays the forest out.
    ///
    /// # Errors
    /// Those of [`Forest::check`].
    pub fn new(forest: &Forest) -> Result<Explainer> {
        forest.check()?;
        let mut expected = forest.base;
        let mut walks = Vec::new();
        for tree in &forest.trees {
            let shape = Shape::of(tree, forest.features);
            expected += shape.expected;
            if shape.splits.is_empty() {
                continue;
            }
            let points = shape.most_features.div_ceil(2).max(1);
            let lanes = [2, 4, 6, 8, 12].into_iter().find(|&l| points <= l).unwrap_or(MOST_LANES);
            let (t, w) = quadrature::gauss_legendre(points.next_multiple_of(lanes));
            for (t, w) in t.chunks(lanes).zip(w.chunks(lanes)) {
                walks.push(Walk { lanes, splits: shape.splits.clone(), tables: shape.tables(t, w) });
            }
        }
        Ok(Explainer { features: forest.features, expected, walks })
    }

    /// The margin of the empty coalition: the base and every tree's leaves, averaged by cover.
    pub fn expected(&self) -> f64 {
        self.expected
    }

    /// Adds each feature's contribution to the margin of `row` (`features` values, NaN = missing) to `out` (`features`
    /// values). `expected() + Σ contributions = margin`.
    pub fn contributions(&self, row: &[f32], out: &mut [f64]) {
        SCRATCH.with_borrow_mut(|scratch| {
            for walk in &self.walks {
                walk.add(row, out, scratch);
            }
        });
    }

    /// Calls `f` with the index and the contributions of every row of row-major `rows` (an incomplete last one is left
    /// out), in parallel, and gives the results in row order. The contributions are the same to the bit as those of
    /// [`Explainer::contributions`] on zeros, on any number of threads. Empty where there are no features.
    pub fn explain_rows<T: Send>(&self, rows: &[f32], f: impl Fn(usize, &[f64]) -> T + Sync) -> Vec<T> {
        let width = self.features;
        if width == 0 {
            return Vec::new();
        }
        let block = |(number, rows): (usize, &[f32])| -> Vec<T> {
            let count = rows.len() / width;
            let mut out = vec![0.0; count * width];
            let mut scratch = Scratch::default();
            for walk in &self.walks {
                for (row, out) in rows.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
                    walk.add(row, out, &mut scratch);
                }
            }
            out.chunks_exact(width).enumerate().map(|(i, out)| f(number * BLOCK + i, out)).collect()
        };
        rows.par_chunks(BLOCK * width).enumerate().flat_map_iter(block).collect()
    }
}

impl Walk {
    fn add(&self, row: &[f32], out: &mut [f64], scratch: &mut Scratch) {
        match self.lanes {
            2 => self.run::<2>(row, out, scratch),
            4 => self.run::<4>(row, out, scratch),
            6 => self.run::<6>(row, out, scratch),
            8 => self.run::<8>(row, out, scratch),
            12 => self.run::<12>(row, out, scratch),
            _ => self.run::<MOST_LANES>(row, out, scratch),
        }
    }

    fn run<const Q: usize>(&self, row: &[f32], out: &mut [f64], scratch: &mut Scratch) {
        let edges = 2 * self.splits.len() + 1;
        if scratch.satisfied.len() < edges {
            scratch.satisfied.resize(edges, false);
        }
        if scratch.lanes.len() < edges * Q {
            scratch.lanes.resize(edges * Q, 0.0);
        }
        let satisfied = &mut scratch.satisfied[..edges];
        let lanes = &mut scratch.lanes.as_chunks_mut::<Q>().0[..edges];
        let tables = self.tables.as_chunks::<Q>().0;
        satisfied[0] = true;
        lanes[0] = [1.0; Q];

        for (k, (split, table)) in self.splits.iter().zip(tables.chunks_exact(table::COUNT)).enumerate() {
            let product = lanes[split.edge];
            let (left, right) = (2 * k + 1, 2 * k + 2);
            if satisfied[split.before] {
                let value = row.get(split.node.feature as usize).copied().unwrap_or(f32::NAN);
                let goes_left = split.node.goes_left(value);
                satisfied[left] = goes_left;
                satisfied[right] = !goes_left;
                let (to, other) = if goes_left { (0, 1) } else { (1, 0) };
                lanes[left + to] = times(&product, &table[table::TAKEN + to]);
                lanes[left + other] = times(&product, &table[table::LEFT_OUT + other]);
            } else {
                satisfied[left] = false;
                satisfied[right] = false;
                lanes[left] = times(&product, &[split.scales[0]; Q]);
                lanes[right] = times(&product, &[split.scales[1]; Q]);
            }
        }

        for (k, (split, table)) in self.splits.iter().zip(tables.chunks_exact(table::COUNT)).enumerate().rev() {
            let sum = plus(&lanes[2 * k + 1], &lanes[2 * k + 2]);
            if satisfied[split.before] {
                let (to, other) = if satisfied[2 * k + 1] { (0, 1) } else { (1, 0) };
                let (gained, lost) = (&lanes[2 * k + 1 + to], &lanes[2 * k + 1 + other]);
                let terms = plus(&times(gained, &table[table::GAIN + to]), &times(lost, &table[table::LOSS]));
                // Two sums side by side, which is what a vector register holds; Q is even.
                let pairs = terms.as_chunks::<2>().0.iter();
                let [even, odd] = pairs.fold([0.0; 2], |sum, pair| [sum[0] + pair[0], sum[1] + pair[1]]);
                if let Some(sum) = out.get_mut(split.node.feature as usize) {
                    *sum += even + odd;
                }
            }
            lanes[split.edge] = sum;
        }
    }
}

#[inline(always)]
fn plus<const Q: usize>(a: &[f64; Q], b: &[f64; Q]) -> [f64; Q] {
    std::array::from_fn(|q| a[q] + b[q])
}

#[inline(always)]
fn times<const Q: usize>(a: &[f64; Q], b: &[f64; Q]) -> [f64; Q] {
    std::array::from_fn(|q| a[q] * b[q])
}

/// What a tree is before points are chosen.
struct Shape {
    splits: Vec<Split>,
    /// Per edge: r of its feature, the product of cover ratios down to it.
    ratios: Vec<f64>,
    /// Per edge: the value of the leaf that it leads to.
    values: Vec<Option<f64>>,
    /// The most features on the way to a leaf.
    most_features: usize,
    expected: f64,
}

/// A step of the depth-first walk that lays a tree out.
enum Step {
    Enter {
        node: usize,
        edge: usize,
        reach: f64,
    },
    /// The edge is the last one on its feature.
    Begin {
        feature: usize,
        edge: usize,
    },
    /// The last edge on the feature is `edge` again (0: there is none).
    End {
        feature: usize,
        edge: usize,
    },
}

impl Shape {
    /// `tree` was checked.
    fn of(tree: &Tree, features: usize) -> Shape {
        let edges = tree.nodes.len();
        let mut shape = Shape {
            splits: Vec::new(),
            ratios: vec![1.0; edges],
            values: vec![None; edges],
            most_features: 0,
            expected: 0.0,
        };
        let mut last = vec![0; features];
        let mut on_path = 0;
        let mut steps = vec![Step::Enter { node: 0, edge: 0, reach: 1.0 }];
        while let Some(step) = steps.pop() {
            match step {
                Step::Begin { feature, edge } => {
                    on_path += usize::from(last[feature] == 0);
                    last[feature] = edge;
                }
                Step::End { feature, edge } => {
                    on_path -= usize::from(edge == 0);
                    last[feature] = edge;
                }
                Step::Enter { node, edge, reach } if tree.nodes[node].is_leaf() => {
                    shape.values[edge] = Some(tree.nodes[node].value);
                    shape.expected += reach * tree.nodes[node].value;
                    shape.most_features = shape.most_features.max(on_path);
                }
                Step::Enter { node, edge, reach } => {
                    let feature = tree.nodes[node].feature as usize;
                    let shares = shape.split(tree, node, edge, last[feature]);
                    let first = 2 * shape.splits.len() - 1;
                    let children = [tree.nodes[node].left as usize, tree.nodes[node].right as usize];
                    for side in [1, 0] {
                        steps.push(Step::End { feature, edge: last[feature] });
                        steps.push(Step::Enter {
                            node: children[side],
                            edge: first + side,
                            reach: reach * shares[side],
                        });
                        steps.push(Step::Begin { feature, edge: first + side });
                    }
                }
            }
        }
        shape.finish();
        shape
    }

    /// Appends a split and the ratios of its two edges; the cover shares of its children.
    fn split(&mut self, tree: &Tree, node: usize, edge: usize, before: usize) -> [f64; 2] {
        let node = &tree.nodes[node];
        let covers = [node.left, node.right].map(|child| tree.nodes[child as usize].cover);
        let total = covers[0] + covers[1];
        // A split that no training row reached says nothing about its children: half each.
        let shares = if total > 0.0 { covers.map(|c| c / total) } else { [0.5, 0.5] };
        let first = 2 * self.splits.len() + 1;
        for (side, share) in shares.iter().enumerate() {
            self.ratios[first + side] = self.ratios[before] * share;
        }
        self.splits.push(Split { node: node.clone(), edge, before, scales: [0.0; 2] });
        shares
    }

    fn finish(&mut self) {
        for (k, split) in self.splits.iter_mut().enumerate() {
            let before = self.ratios[split.before];
            for side in 0..2 {
                let edge = 2 * k + 1 + side;
                // Where r' is 0 the product above is 0 already.
                let ratio = if before > 0.0 { self.ratios[edge] / before } else { 0.0 };
                split.scales[side] = ratio * self.values[edge].unwrap_or(1.0);
            }
        }
    }

    /// The vectors of every split at the points `t` with weights `w`.
    fn tables(&self, t: &[f64], w: &[f64]) -> Vec<f64> {
        let mut tables = Vec::with_capacity(self.splits.len() * table::COUNT * t.len());
        for (k, split) in self.splits.iter().enumerate() {
            let edges = [2 * k + 1, 2 * k + 2];
            let before = self.ratios[split.before];
            let taken = |r: f64, t: f64| t + (1.0 - t) * r;
            // The edge before none has r' = 1 and thereby counts 0.
            let counted = |r: f64, t: f64| (1.0 - r) / taken(r, t);
            for edge in edges {
                let (r, value) = (self.ratios[edge], self.values[edge].unwrap_or(1.0));
                tables.extend(t.iter().map(|&t| value * (taken(r, t) / taken(before, t))));
            }
            for edge in edges {
                let (r, value) = (self.ratios[edge], self.values[edge].unwrap_or(1.0));
                tables.extend(t.iter().map(|&t| value * ((1.0 - t) * r / taken(before, t))));
            }
            for edge in edges {
                let r = self.ratios[edge];
                tables.extend(t.iter().zip(w).map(|(&t, w)| w * (counted(r, t) - counted(before, t))));
            }
            tables.extend(t.iter().zip(w).map(|(&t, w)| w * (-1.0 / (1.0 - t) - counted(before, t))));
        }
        tables
    }
}
