//! Margins of many rows at once, the same to the bit as [`Forest::margin`]: every split of a tree is decided for a block
//! of rows with byte vectors (see [`super::binning`]), and the leaf that a row reaches is found without a walk. Used by
//! [`Forest::margins`] and by `jobs` for the scores of every profile.

use super::binning::{Binning, LANES, Lanes, Test};
use super::forest::{Forest, Tree};
use rayon::prelude::*;

#[cfg(test)]
mod tests;

/// Rows that one task scores: large enough to pay for the task.
const TASK: usize = 16 * LANES;
/// Rows that go through a plain walk together, tree by tree.
const WALKED: usize = 256;
/// The most leaves of a tree whose numbers fit into a byte.
const MOST_LEAVES: usize = 256;

/// A forest laid out for scoring.
#[derive(Debug, Clone)]
pub struct Scorer<'f> {
    forest: &'f Forest,
    /// `None` where the bytes do not suffice: then rows are walked.
    layout: Option<Layout>,
}

#[derive(Debug, Clone)]
struct Layout {
    binning: Binning,
    trees: Vec<Laid>,
}

/// A tree with its splits in depth-first order.
#[derive(Debug, Clone)]
struct Laid {
    splits: Vec<Split>,
    /// By number of the leaf.
    values: Vec<f64>,
}

#[derive(Debug, Clone)]
struct Split {
    test: Test,
    left: Child,
    right: Child,
}

#[derive(Debug, Clone, Copy)]
enum Child {
    Split(u32),
    Leaf(u8),
}

/// What a task needs beside its rows.
#[derive(Default)]
struct Scratch {
    codes: Vec<Lanes>,
    /// Per split which rows of the block come by.
    reach: Vec<Lanes>,
}

impl<'f> Scorer<'f> {
    /// The forest must have passed [`Forest::check`].
    pub fn new(forest: &'f Forest) -> Scorer<'f> {
        Scorer { forest, layout: Layout::of(forest) }
    }

    /// The margins of row-major `rows`, NaN = missing (an incomplete last row is left out), the same to the bit as
    /// [`Forest::margin`] on any number of threads. Empty where the forest has no features.
    pub fn margins(&self, rows: &[f32]) -> Vec<f64> {
        let width = self.forest.features;
        if width == 0 {
            return Vec::new();
        }
        let mut margins = vec![self.forest.base; rows.len() / width];
        margins.par_chunks_mut(TASK).zip(rows.par_chunks(TASK * width)).for_each_init(
            Scratch::default,
            |scratch, (sums, rows)| match &self.layout {
                Some(layout) => {
                    for (sums, rows) in sums.chunks_mut(LANES).zip(rows.chunks(LANES * width)) {
                        layout.add(rows, sums, scratch);
                    }
                }
                None => {
                    for (sums, rows) in sums.chunks_mut(WALKED).zip(rows.chunks(WALKED * width)) {
                        walk(self.forest, rows, sums);
                    }
                }
            },
        );
        margins
    }
}

/// Adds the trees' leaves to the sums, row by row and node by node.
fn walk(forest: &Forest, rows: &[f32], sums: &mut [f64]) {
    for tree in &forest.trees {
        for (sum, row) in sums.iter_mut().zip(rows.chunks_exact(forest.features)) {
            *sum += tree.value(row);
        }
    }
}

impl Layout {
    fn of(forest: &Forest) -> Option<Layout> {
        let binning = Binning::new(forest)?;
        let trees = forest.trees.iter().map(|tree| Laid::of(tree, &binning)).collect::<Option<_>>()?;
        Some(Layout { binning, trees })
    }

    /// Adds the trees' leaves to the sums of one block, in the order of the trees.
    fn add(&self, rows: &[f32], sums: &mut [f64], scratch: &mut Scratch) {
        scratch.codes.resize(self.binning.columns(), [0; LANES]);
        self.binning.code(rows, &mut scratch.codes);
        for tree in &self.trees {
            let leaves = tree.leaves(&scratch.codes, &mut scratch.reach);
            for (sum, leaf) in sums.iter_mut().zip(leaves) {
                *sum += tree.values[usize::from(leaf)];
            }
        }
    }
}

impl Laid {
    /// `None` where the tree has too many leaves.
    fn of(tree: &Tree, binning: &Binning) -> Option<Laid> {
        let leaves = tree.nodes.iter().filter(|node| node.is_leaf()).count();
        if leaves > MOST_LEAVES {
            return None;
        }
        let mut laid = Laid { splits: Vec::new(), values: Vec::with_capacity(leaves) };
        // Nodes still to be laid out, each with the side of the split that leads there.
        let mut open: Vec<(usize, Option<(usize, bool)>)> = vec![(0, None)];
        while let Some((at, parent)) = open.pop() {
            let node = &tree.nodes[at];
            let child = if node.is_leaf() {
                laid.values.push(node.value);
                Child::Leaf((laid.values.len() - 1) as u8)
            } else {
                let split = laid.splits.len();
                laid.splits.push(Split { test: binning.test(node), left: Child::Leaf(0), right: Child::Leaf(0) });
                open.push((node.right as usize, Some((split, false))));
                open.push((node.left as usize, Some((split, true))));
                Child::Split(split as u32)
            };
            if let Some((split, is_left)) = parent {
                let split = &mut laid.splits[split];
                *(if is_left { &mut split.left } else { &mut split.right }) = child;
            }
        }
        Some(laid)
    }

    /// The number of the leaf that each row of a block reaches.
    #[inline]
    fn leaves(&self, codes: &[Lanes], reach: &mut Vec<Lanes>) -> Lanes {
        if reach.len() <= self.splits.len() {
            reach.resize(self.splits.len() + 1, [0; LANES]);
        }
        let mut leaves = [0; LANES];
        reach[0] = [0xFF; LANES];
        for (k, split) in self.splits.iter().enumerate() {
            let goes_left = split.test.goes_left(codes);
            let here = reach[k];
            let left = std::array::from_fn(|i| here[i] & goes_left[i]);
            let right = std::array::from_fn(|i| here[i] & !goes_left[i]);
            pass(split.left, left, reach, &mut leaves);
            pass(split.right, right, reach, &mut leaves);
        }
        leaves
    }
}

/// Hands the rows that go one way on to the child.
#[inline(always)]
fn pass(child: Child, rows: Lanes, reach: &mut [Lanes], leaves: &mut Lanes) {
    match child {
        Child::Split(split) => reach[split as usize] = rows,
        Child::Leaf(number) => leaves.iter_mut().zip(rows).for_each(|(leaf, row)| *leaf |= row & number),
    }
}
