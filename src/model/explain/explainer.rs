//! A forest laid out for explaining in groups of leaves, and rows explained one by one, or in blocks with one kernel
//! run per pattern of outcomes.

use super::kernel::{self, Kernel};
use super::leaf_groups;
use crate::error::Result;
use crate::model::binning::{Binning, LANES, Lanes, SplitTest};
use crate::model::forest::{Forest, Node};
use rayon::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// The most rows explained together: many share a pattern, and their sums stay in the cache.
pub(super) const MAX_BLOCK_ROWS: usize = 4_096;
/// Fewer are taken only where all threads would not get some otherwise.
const MIN_BLOCK_ROWS: usize = 256;

/// The table entry of a pattern that has not occurred yet.
const UNSEEN: u16 = u16::MAX;

/// A forest laid out for explaining; independent of the forest once made.
#[derive(Debug, Clone)]
pub struct Explainer {
    features: usize,
    expected: f64,
    /// `None` where splits are decided one by one (see [`Binning::new`]).
    pub(super) binning: Option<Binning>,
    /// The features of all splits, ascending.
    used: Vec<u32>,
    trees: Vec<TreeLayout>,
}

/// A tree: its splits, and the groups of its leaves.
#[derive(Debug, Clone)]
struct TreeLayout {
    splits: Vec<Split>,
    groups: Vec<LeafGroup>,
}

#[derive(Debug, Clone)]
struct Split {
    node: Node,
    /// On codes; `None` where there are none.
    test: Option<SplitTest>,
}

#[derive(Debug, Clone)]
struct LeafGroup {
    kernel: Kernel,
    /// Per split of the kernel its number in the tree.
    splits: Vec<u32>,
    /// Per feature of the kernel its position among the used ones.
    columns: Vec<u32>,
}

#[derive(Default)]
struct Scratch {
    kernel: kernel::Scratch,
    /// Contributions of one group, by feature of its kernel.
    slots: Vec<f64>,
    /// Per split of a tree whether the rows of a block go left.
    left: Vec<Lanes>,
    /// Per group and row: the outcomes of the splits as bits; later the position of that pattern in `table`.
    patterns: Vec<u16>,
    /// Per pattern its position in `occurring`, [`UNSEEN`] between two groups.
    positions: Vec<u16>,
    /// The patterns that occur, by position.
    occurring: Vec<u16>,
    /// Per feature of the group a column with one contribution per position.
    table: Vec<f64>,
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
        let splits = forest.trees.iter().flat_map(|tree| &tree.nodes).filter(|node| !node.is_leaf());
        let mut used: Vec<u32> = splits.map(|split| split.feature).collect();
        used.sort_unstable();
        used.dedup();
        let mut explainer = Explainer {
            features: forest.features,
            expected: forest.base,
            binning: Binning::new(forest),
            used,
            trees: Vec::new(),
        };
        for tree in &forest.trees {
            let kernels = leaf_groups::kernels(tree);
            explainer.expected += kernels.iter().map(|kernel| kernel.expected).sum::<f64>();
            let mut layout = TreeLayout { splits: Vec::new(), groups: Vec::new() };
            let mut numbers = BTreeMap::new();
            for kernel in kernels.into_iter().filter(|kernel| !kernel.nodes.is_empty()) {
                let number = |&at: &usize| {
                    *numbers.entry(at).or_insert_with(|| {
                        let node = tree.nodes[at].clone();
                        layout.splits.push(Split { test: explainer.binning.as_ref().map(|b| b.test(&node)), node });
                        layout.splits.len() as u32 - 1
                    })
                };
                let splits = kernel.nodes.iter().map(number).collect();
                let column = |feature: &u32| explainer.used.partition_point(|u| u < feature) as u32;
                let columns = kernel.features.iter().map(column).collect();
                layout.groups.push(LeafGroup { kernel, splits, columns });
            }
            explainer.trees.push(layout);
        }
        Ok(explainer)
    }

    /// The margin of the empty coalition, in log-odds: the base and every tree's leaves, averaged by cover.
    pub fn expected(&self) -> f64 {
        self.expected
    }

    /// Adds each feature's contribution to the margin of `row` (`features` values, NaN = missing) to `out` (`features`
    /// values). `expected() + Σ contributions = margin`.
    pub fn contributions(&self, row: &[f32], out: &mut [f64]) {
        SCRATCH.with_borrow_mut(|Scratch { kernel: scratch, slots, .. }| {
            for (tree, group) in self.trees.iter().flat_map(|tree| tree.groups.iter().map(move |group| (tree, group))) {
                let goes_left = |k: usize| tree.splits[group.splits[k] as usize].goes_left(row);
                slots.clear();
                slots.resize(group.columns.len(), 0.0);
                group.kernel.add(goes_left, slots, scratch);
                for (feature, slot) in group.kernel.features.iter().zip(&*slots) {
                    if let Some(sum) = out.get_mut(*feature as usize) {
                        *sum += slot;
                    }
                }
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
        let share = (rows.len() / width).div_ceil(rayon::current_num_threads());
        let size = share.next_multiple_of(LANES).clamp(MIN_BLOCK_ROWS, MAX_BLOCK_ROWS);
        let explain_block = |(number, rows): (usize, &[f32])| -> Vec<T> {
            let count = rows.len() / width;
            let sums = self.sums(rows, count);
            let mut results = Vec::with_capacity(count);
            let mut contributions = vec![0.0; LANES * width];
            for first in (0..count).step_by(LANES) {
                let lanes = LANES.min(count - first);
                for (sums, &feature) in sums.chunks_exact(count).zip(&self.used) {
                    for (lane, sum) in sums[first..first + lanes].iter().enumerate() {
                        contributions[lane * width + feature as usize] = *sum;
                    }
                }
                let of_rows = contributions.chunks_exact(width).take(lanes).zip(number * size + first..);
                results.extend(of_rows.map(|(contributions, row)| f(row, contributions)));
            }
            results
        };
        rows.par_chunks(size * width).enumerate().flat_map_iter(explain_block).collect()
    }

    /// The contributions of `count` rows, a column of so many for each used feature: a tree touches few of them.
    fn sums(&self, rows: &[f32], count: usize) -> Vec<f64> {
        let mut sums = vec![0.0; count * self.used.len()];
        if count == 0 {
            return sums;
        }
        let blocks: Vec<&[f32]> = rows.chunks(LANES * self.features).take(count.div_ceil(LANES)).collect();
        let columns = self.binning.as_ref().map_or(0, Binning::columns);
        let mut codes = vec![[0; LANES]; blocks.len() * columns];
        if let Some(binning) = &self.binning {
            for (block, codes) in blocks.iter().zip(codes.chunks_mut(columns.max(1))) {
                binning.encode(block, codes);
            }
        }
        let mut scratch = Scratch { positions: vec![UNSEEN; 1 << leaf_groups::MAX_PATTERN_BITS], ..Scratch::default() };
        for tree in &self.trees {
            scratch.patterns.resize(tree.groups.len() * blocks.len() * LANES, 0);
            for (number, block) in blocks.iter().enumerate() {
                let codes = &codes[number * columns..(number + 1) * columns];
                tree.decide(codes, block, self.features, &mut scratch.left);
                for (p, group) in tree.groups.iter().enumerate() {
                    if group.has_patterns() {
                        let start = (p * blocks.len() + number) * LANES;
                        group.patterns(&scratch.left, &mut scratch.patterns[start..start + LANES]);
                    } else {
                        let rows = number * LANES..count.min((number + 1) * LANES);
                        group.add_one_by_one(rows, count, &mut sums, &mut scratch);
                    }
                }
            }
            for (p, group) in tree.groups.iter().enumerate().filter(|(_, group)| group.has_patterns()) {
                group.add_by_pattern(p * blocks.len() * LANES, count, &mut sums, &mut scratch);
            }
        }
        sums
    }
}

impl Split {
    fn goes_left(&self, row: &[f32]) -> bool {
        self.node.goes_left(row.get(self.node.feature as usize).copied().unwrap_or(f32::NAN))
    }
}

impl TreeLayout {
    /// Which rows of a block go left at every split.
    fn decide(&self, codes: &[Lanes], rows: &[f32], width: usize, left: &mut Vec<Lanes>) {
        left.clear();
        left.extend(self.splits.iter().map(|split| match &split.test {
            Some(test) => test.goes_left(codes),
            None => {
                let mut left = [0; LANES];
                let rows = rows.chunks_exact(width);
                left.iter_mut().zip(rows).for_each(|(left, row)| *left = if split.goes_left(row) { 0xFF } else { 0 });
                left
            }
        }));
    }
}

impl LeafGroup {
    fn has_patterns(&self) -> bool {
        self.splits.len() <= leaf_groups::MAX_PATTERN_BITS
    }

    /// The patterns of a block's rows.
    fn patterns(&self, left: &[Lanes], patterns: &mut [u16]) {
        let byte = |splits: &[u32]| {
            splits.iter().enumerate().fold([0; LANES], |byte: Lanes, (bit, &split)| {
                let left = &left[split as usize];
                std::array::from_fn(|i| byte[i] | left[i] & (1 << bit))
            })
        };
        let (low, high) = self.splits.split_at(self.splits.len().min(8));
        let (low, high) = (byte(low), byte(high));
        for (pattern, bytes) in patterns.iter_mut().zip(low.into_iter().zip(high)) {
            *pattern = u16::from_le_bytes(bytes.into());
        }
    }

    /// Adds the group to the sums of `rows`, which are those of one block; `left` is theirs.
    fn add_one_by_one(&self, rows: std::ops::Range<usize>, count: usize, sums: &mut [f64], scratch: &mut Scratch) {
        for (lane, row) in rows.enumerate() {
            let Scratch { kernel: scratch, slots, left, .. } = &mut *scratch;
            slots.clear();
            slots.resize(self.columns.len(), 0.0);
            self.kernel.add(|k| left[self.splits[k] as usize][lane] != 0, slots, scratch);
            for (&column, slot) in self.columns.iter().zip(&*slots) {
                sums[column as usize * count + row] += slot;
            }
        }
    }

    /// Adds the group to the sums of all rows, whose patterns begin at `first`.
    fn add_by_pattern(&self, first: usize, count: usize, sums: &mut [f64], scratch: &mut Scratch) {
        let patterns = &mut scratch.patterns[first..first + count];
        scratch.occurring.clear();
        for pattern in &mut *patterns {
            let position = &mut scratch.positions[usize::from(*pattern)];
            if *position == UNSEEN {
                *position = scratch.occurring.len() as u16;
                scratch.occurring.push(*pattern);
            }
            *pattern = *position;
        }
        let size = scratch.occurring.len();
        scratch.table.clear();
        scratch.table.resize(self.columns.len() * size, 0.0);
        for (position, &pattern) in scratch.occurring.iter().enumerate() {
            scratch.positions[usize::from(pattern)] = UNSEEN;
            scratch.slots.clear();
            scratch.slots.resize(self.columns.len(), 0.0);
            self.kernel.add(|k| pattern >> k & 1 == 1, &mut scratch.slots, &mut scratch.kernel);
            for (slot, contribution) in scratch.slots.iter().enumerate() {
                scratch.table[slot * size + position] = *contribution;
            }
        }
        for (&column, contributions) in self.columns.iter().zip(scratch.table.chunks_exact(size)) {
            let sums = &mut sums[column as usize * count..][..count];
            for (sum, position) in sums.iter_mut().zip(&*patterns) {
                *sum += contributions[usize::from(*position)];
            }
        }
    }
}
