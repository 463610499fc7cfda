//! What each feature adds to the margin of one row through some leaves of a tree: the quadrature of [`explain`](super).
//! Made by [`leaf_groups`](super::leaf_groups), run by [`explainer`](super::explainer).
//!
//! How it is computed. Of a row, the factor `f = t·o + (1−t)·r` of an edge needs only o, so all vectors over the points
//! are tabulated once. Per row there is a pass from the root (the product of the factors at each point), and one
//! back (the sum G of v·product over the leaves below an edge). An edge adds to its feature
//! Σ_q w_q·G·((o−r)/f − (o'−r')/f'), where the primed are those of the edge before it on the same feature: the second
//! term takes back what that edge will count for leaves that no longer carry its factor. No edge before means
//! o' = r' = 1, whose term is zero. Where o = 0 the term (o−r)/f is −1/(1−t) whatever r is, also for a child that no
//! training row reached (r = 0), whose G is zero. Hence an edge below one with o' = 0 adds nothing and only scales.
//!
//! Contributions add up over leaves, so any of a tree's leaves can be explained alone: with the tree cut back to the
//! ways that lead to them, and 0 for the value of what was cut off.

use super::quadrature;
use crate::model::forest::Tree;
use std::collections::BTreeMap;

/// Most points of a batch; more are taken in several batches.
const MAX_LANES: usize = 16;

/// Some leaves of a tree and the splits above them, laid out.
#[derive(Debug, Clone)]
pub struct Kernel {
    /// Per split the node of the tree.
    pub nodes: Vec<usize>,
    /// The distinct features of the splits; contributions come in this order.
    pub features: Vec<u32>,
    /// What the leaves add to the margin of the empty coalition.
    pub expected: f64,
    /// Every split before those below it. Edge 2k+1 leads left from split k, edge 2k+2 right; edge 0 is the root's.
    splits: Vec<Split>,
    batches: Vec<PointBatch>,
}

/// All splits at `lanes` points: everything that does not depend on the row.
#[derive(Debug, Clone)]
struct PointBatch {
    lanes: usize,
    /// Seven vectors of `lanes` per split, in the order of the constants in [`table`].
    tables: Vec<f64>,
}

/// The vectors of a split. A child's factor ratio is f/f' (times the value, where the child is a leaf).
mod table {
    /// Vectors per split.
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
    /// Position of the feature among the distinct ones.
    slot: usize,
    /// The edge that leads here.
    edge: usize,
    /// The last edge above on the same feature; 0 where there is none.
    before: usize,
    /// What an edge below one with o' = 0 multiplies: r/r' (times the value of a leaf).
    scales: [f64; 2],
}

/// What a run writes to beside its result; kept between runs.
#[derive(Default)]
pub struct Scratch {
    /// `lanes` values per edge: the product on the way down, G on the way up.
    lanes: Vec<f64>,
    /// o of each edge.
    satisfied: Vec<bool>,
}

impl Kernel {
    /// Lays out the leaves of `tree` that `keep` names, as it names every node above them. `tree` was checked.
    pub fn new(tree: &Tree, keep: impl Fn(usize) -> bool) -> Kernel {
        let layout = Layout::new(tree, keep);
        let mut batches = Vec::new();
        if !layout.splits.is_empty() {
            let points = layout.max_path_features.div_ceil(2).max(1);
            let lanes = [2, 4, 6, 8, 12].into_iter().find(|&l| points <= l).unwrap_or(MAX_LANES);
            let (t, w) = quadrature::gauss_legendre(points.next_multiple_of(lanes));
            for (t, w) in t.chunks(lanes).zip(w.chunks(lanes)) {
                batches.push(PointBatch { lanes, tables: layout.tables(t, w) });
            }
        }
        let Layout { nodes, features, expected, splits, .. } = layout;
        Kernel { nodes, features, expected, splits, batches }
    }

    /// Adds what the leaves contribute to `slots`, one per feature. `goes_left` tells by number of the split where the
    /// row goes.
    pub fn add(&self, goes_left: impl Fn(usize) -> bool, slots: &mut [f64], scratch: &mut Scratch) {
        for batch in &self.batches {
            match batch.lanes {
                2 => self.run_batch::<2>(batch, &goes_left, slots, scratch),
                4 => self.run_batch::<4>(batch, &goes_left, slots, scratch),
                6 => self.run_batch::<6>(batch, &goes_left, slots, scratch),
                8 => self.run_batch::<8>(batch, &goes_left, slots, scratch),
                12 => self.run_batch::<12>(batch, &goes_left, slots, scratch),
                _ => self.run_batch::<MAX_LANES>(batch, &goes_left, slots, scratch),
            }
        }
    }

    fn run_batch<const Q: usize>(
        &self,
        batch: &PointBatch,
        goes_left: &impl Fn(usize) -> bool,
        slots: &mut [f64],
        scratch: &mut Scratch,
    ) {
        let edges = 2 * self.splits.len() + 1;
        if scratch.satisfied.len() < edges {
            scratch.satisfied.resize(edges, false);
        }
        if scratch.lanes.len() < edges * Q {
            scratch.lanes.resize(edges * Q, 0.0);
        }
        let satisfied = &mut scratch.satisfied[..edges];
        let lanes = &mut scratch.lanes.as_chunks_mut::<Q>().0[..edges];
        let tables = batch.tables.as_chunks::<Q>().0;
        satisfied[0] = true;
        lanes[0] = [1.0; Q];

        for (k, (split, table)) in self.splits.iter().zip(tables.chunks_exact(table::COUNT)).enumerate() {
            let product = lanes[split.edge];
            let (left, right) = (2 * k + 1, 2 * k + 2);
            if satisfied[split.before] {
                let goes_left = goes_left(k);
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
                slots[split.slot] += even + odd;
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

/// What a kernel is before points are chosen.
struct Layout {
    nodes: Vec<usize>,
    features: Vec<u32>,
    splits: Vec<Split>,
    /// Per edge: r of its feature, the product of cover ratios down to it.
    ratios: Vec<f64>,
    /// Per edge: the value of the leaf that it leads to.
    values: Vec<Option<f64>>,
    /// The most features on the way to a leaf.
    max_path_features: usize,
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
        slot: usize,
        edge: usize,
    },
    /// The last edge on the feature is `edge` again (0: there is none).
    End {
        slot: usize,
        edge: usize,
    },
}

impl Layout {
    fn new(tree: &Tree, keep: impl Fn(usize) -> bool) -> Layout {
        let mut layout = Layout {
            nodes: Vec::new(),
            features: Vec::new(),
            splits: Vec::new(),
            ratios: vec![1.0],
            values: vec![None],
            max_path_features: 0,
            expected: 0.0,
        };
        let mut slots = BTreeMap::new();
        let mut last = Vec::new();
        let mut on_path = 0;
        let mut steps = vec![Step::Enter { node: 0, edge: 0, reach: 1.0 }];
        while let Some(step) = steps.pop() {
            match step {
                Step::Begin { slot, edge } => {
                    on_path += usize::from(last[slot] == 0);
                    last[slot] = edge;
                }
                Step::End { slot, edge } => {
                    on_path -= usize::from(edge == 0);
                    last[slot] = edge;
                }
                Step::Enter { node, edge, .. } if !keep(node) => layout.values[edge] = Some(0.0),
                Step::Enter { node, edge, reach } if tree.nodes[node].is_leaf() => {
                    layout.values[edge] = Some(tree.nodes[node].value);
                    layout.expected += reach * tree.nodes[node].value;
                    layout.max_path_features = layout.max_path_features.max(on_path);
                }
                Step::Enter { node, edge, reach } => {
                    let feature = tree.nodes[node].feature;
                    let slot = *slots.entry(feature).or_insert_with(|| {
                        layout.features.push(feature);
                        last.push(0);
                        last.len() - 1
                    });
                    let before = last[slot];
                    let shares = layout.split(tree, node, Split { slot, edge, before, scales: [0.0; 2] });
                    let first = 2 * layout.splits.len() - 1;
                    let children = [tree.nodes[node].left as usize, tree.nodes[node].right as usize];
                    for side in [1, 0] {
                        let (node, edge, reach) = (children[side], first + side, reach * shares[side]);
                        steps.push(Step::End { slot, edge: before });
                        steps.push(Step::Enter { node, edge, reach });
                        steps.push(Step::Begin { slot, edge });
                    }
                }
            }
        }
        layout.finish();
        layout
    }

    /// Appends a split and the ratios of its two edges; the cover shares of its children.
    fn split(&mut self, tree: &Tree, node: usize, split: Split) -> [f64; 2] {
        let covers = [tree.nodes[node].left, tree.nodes[node].right].map(|child| tree.nodes[child as usize].cover);
        let total = covers[0] + covers[1];
        // A split that no training row reached says nothing about its children: half each.
        let shares = if total > 0.0 { covers.map(|c| c / total) } else { [0.5, 0.5] };
        let before = self.ratios[split.before];
        self.ratios.extend(shares.map(|share| before * share));
        self.values.extend([None, None]);
        self.nodes.push(node);
        self.splits.push(split);
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
