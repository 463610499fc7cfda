//! Margins of many rows at once, the same to the bit as [`Forest::margin`]: every split of a tree is decided for a
//! block of rows with byte vectors (see `binning`), and the leaf that a row reaches is found without
//! a walk. Used by [`Forest::margins`] and by `pipeline::scoring` for the scores of every profile.

use super::binning::{Binning, LANES, Lanes, SplitTest};
use super::forest::{Forest, Tree};
use rayon::prelude::*;

#[cfg(test)]
mod tests;

/// Rows that one task scores: large enough to pay for the task.
const TASK_ROWS: usize = 16 * LANES;
/// Rows that go through a plain walk together, tree by tree.
const WALK_ROWS: usize = 256;
/// The most leaves of a tree whose numbers fit into a byte.
const MAX_LEAVES: usize = 256;

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
    trees: Vec<TreeLayout>,
}

/// A tree with its splits in depth-first order.
#[derive(Debug, Clone)]
struct TreeLayout {
    splits: Vec<Split>,
    /// By number of the leaf.
    values: Vec<f64>,
}

#[derive(Debug, Clone)]
struct Split {
    test: SplitTest,
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
    /// Per split which rows of the block reach it.
    reaching: Vec<Lanes>,
}

impl Forest {
    /// The margins of row-major `rows` (`features` values each; an incomplete last row is left out), the same to the
    /// bit as [`Forest::margin`] on any number of threads. Empty where the forest has no features.
    pub fn margins(&self, rows: &[f32]) -> Vec<f64> {
        Scorer::new(self).margins(rows)
    }
}

impl<'f> Scorer<'f> {
    /// Lays the forest out, which must have passed [`Forest::check`].
    pub fn new(forest: &'f Forest) -> Scorer<'f> {
        Scorer { forest, layout: Layout::new(forest) }
    }

    /// The margins of row-major `rows`, NaN = missing (an incomplete last row is left out), the same to the bit as
    /// [`Forest::margin`] on any number of threads. Empty where the forest has no features.
    pub fn margins(&self, rows: &[f32]) -> Vec<f64> {
        let width = self.forest.features;
        if width == 0 {
            return Vec::new();
        }
        let mut margins = vec![self.forest.base; rows.len() / width];
        margins.par_chunks_mut(TASK_ROWS).zip(rows.par_chunks(TASK_ROWS * width)).for_each_init(
            Scratch::default,
            |scratch, (sums, rows)| match &self.layout {
                Some(layout) => {
                    for (sums, rows) in sums.chunks_mut(LANES).zip(rows.chunks(LANES * width)) {
                        layout.add(rows, sums, scratch);
                    }
                }
                None => {
                    for (sums, rows) in sums.chunks_mut(WALK_ROWS).zip(rows.chunks(WALK_ROWS * width)) {
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
    fn new(forest: &Forest) -> Option<Layout> {
        let binning = Binning::new(forest)?;
        let trees = forest.trees.iter().map(|tree| TreeLayout::new(tree, &binning)).collect::<Option<_>>()?;
        Some(Layout { binning, trees })
    }

    /// Adds the trees' leaves to the sums of one block, in the order of the trees.
    fn add(&self, rows: &[f32], sums: &mut [f64], scratch: &mut Scratch) {
        scratch.codes.resize(self.binning.columns(), [0; LANES]);
        self.binning.encode(rows, &mut scratch.codes);
        for tree in &self.trees {
            let leaves = tree.leaves(&scratch.codes, &mut scratch.reaching);
            for (sum, leaf) in sums.iter_mut().zip(leaves) {
                *sum += tree.values[usize::from(leaf)];
            }
        }
    }
}

impl TreeLayout {
    /// `None` where the tree has too many leaves.
    fn new(tree: &Tree, binning: &Binning) -> Option<TreeLayout> {
        let leaves = tree.nodes.iter().filter(|node| node.is_leaf()).count();
        if leaves > MAX_LEAVES {
            return None;
        }
        let mut layout = TreeLayout { splits: Vec::new(), values: Vec::with_capacity(leaves) };
        // Nodes still to be laid out, each with the side of the split that leads there.
        let mut stack: Vec<(usize, Option<(usize, bool)>)> = vec![(0, None)];
        while let Some((at, parent)) = stack.pop() {
            let node = &tree.nodes[at];
            let child = if node.is_leaf() {
                layout.values.push(node.value);
                Child::Leaf((layout.values.len() - 1) as u8)
            } else {
                let split = layout.splits.len();
                layout.splits.push(Split { test: binning.test(node), left: Child::Leaf(0), right: Child::Leaf(0) });
                stack.push((node.right as usize, Some((split, false))));
                stack.push((node.left as usize, Some((split, true))));
                Child::Split(split as u32)
            };
            if let Some((split, is_left)) = parent {
                let split = &mut layout.splits[split];
                *(if is_left { &mut split.left } else { &mut split.right }) = child;
            }
        }
        Some(layout)
    }

    /// The number of the leaf that each row of a block reaches.
    #[inline]
    fn leaves(&self, codes: &[Lanes], reaching: &mut Vec<Lanes>) -> Lanes {
        if reaching.len() <= self.splits.len() {
            reaching.resize(self.splits.len() + 1, [0; LANES]);
        }
        let mut leaves = [0; LANES];
        reaching[0] = [0xFF; LANES];
        for (k, split) in self.splits.iter().enumerate() {
            let goes_left = split.test.goes_left(codes);
            let at_split = reaching[k];
            let left = std::array::from_fn(|i| at_split[i] & goes_left[i]);
            let right = std::array::from_fn(|i| at_split[i] & !goes_left[i]);
            route(split.left, left, reaching, &mut leaves);
            route(split.right, right, reaching, &mut leaves);
        }
        leaves
    }
}

/// Hands the rows that go one way on to the child.
#[inline(always)]
fn route(child: Child, rows: Lanes, reaching: &mut [Lanes], leaves: &mut Lanes) {
    match child {
        Child::Split(split) => reaching[split as usize] = rows,
        Child::Leaf(number) => leaves.iter_mut().zip(rows).for_each(|(leaf, row)| *leaf |= row & number),
    }
}
