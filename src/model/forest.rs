//! The tree ensemble that scores and explains. The trees of a training library are converted into it, so that a stored
//! model depends on no library and every score is computed by our own code. Made by [`train`](super::train), kept in
//! `model.json`, applied by [`scorer`](super::scorer) and explained by [`explain`](super::explain).

use crate::error::{Error, Result};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(test)]
mod tests;

/// Rows whose covers are counted together: small enough to stay in the cache.
const BLOCK_ROWS: usize = 256;

/// An additive ensemble of trees. Reading it from JSON checks it (see [`Forest::check`]).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedForest")]
pub struct Forest {
    /// The margin without any tree, in log-odds.
    pub base: f64,
    /// Columns of a feature row.
    pub features: usize,
    /// In the order in which they are summed.
    pub trees: Vec<Tree>,
}

#[derive(Deserialize)]
struct UncheckedForest {
    base: f64,
    features: usize,
    trees: Vec<Tree>,
}

/// A binary tree; node 0 is its root. In JSON one array per field, which is a third of the size of one object per node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "TreeColumns", into = "TreeColumns")]
pub struct Tree {
    /// Children by index; every node but the root is the child of exactly one.
    pub nodes: Vec<Node>,
}

/// A split or a leaf. In a leaf only `value` and `cover` mean something; in a split `value` means nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Column of the feature row that the split looks at.
    pub feature: u32,
    /// A numeric split goes left where the value is below this.
    pub threshold: f32,
    /// Where a missing value (NaN) goes.
    pub default_left: bool,
    /// Index of the left child; 0 in a leaf (the root is nobody's child).
    pub left: u32,
    /// Index of the right child; 0 in a leaf.
    pub right: u32,
    /// What the leaf adds to the margin.
    pub value: f64,
    /// Weight of the training rows that pass through the node.
    pub cover: f64,
    /// Of a categorical split: the codes that go left, ascending; all other codes go right.
    pub categories: Option<Box<[u32]>>,
}

impl Node {
    /// A leaf that adds `value` to the margin.
    pub fn leaf(value: f64, cover: f64) -> Node {
        Node { feature: 0, threshold: 0.0, default_left: false, left: 0, right: 0, value, cover, categories: None }
    }

    /// Whether it has no children.
    pub fn is_leaf(&self) -> bool {
        self.left == 0
    }

    /// Whether a row with this value of the node's feature goes left.
    #[inline]
    pub fn goes_left(&self, value: f32) -> bool {
        match &self.categories {
            // Without a branch on the value, which no processor could foresee.
            None => (value < self.threshold) | (value.is_nan() & self.default_left),
            Some(_) if value.is_nan() => self.default_left,
            Some(codes) => category(value).is_some_and(|code| codes.binary_search(&code).is_ok()),
        }
    }
}

/// The code of a category, where the value is one.
#[inline]
pub(super) fn category(value: f32) -> Option<u32> {
    // The cast saturates, so a missing, negative, fractional or huge value differs from its code.
    let code = value as u32;
    (code as f32 == value).then_some(code)
}

impl Tree {
    /// The index of the leaf that a row reaches. Columns beyond the end of the row are missing.
    #[inline]
    fn leaf_of(&self, row: &[f32]) -> usize {
        let mut at = 0;
        loop {
            let node = &self.nodes[at];
            if node.is_leaf() {
                return at;
            }
            let value = row.get(node.feature as usize).copied().unwrap_or(f32::NAN);
            at = if node.goes_left(value) { node.left } else { node.right } as usize;
        }
    }

    /// What the tree adds to the margin of a row. Columns beyond the end of the row are missing.
    #[inline]
    pub(super) fn value(&self, row: &[f32]) -> f64 {
        self.nodes[self.leaf_of(row)].value
    }

    /// The nodes from the root on, every parent before its children.
    ///
    /// # Errors
    /// A child out of range, a node reached twice (shared or in a cycle) or never, in words.
    fn topological_order(&self) -> Result<Vec<usize>, String> {
        let count = self.nodes.len();
        if count == 0 {
            return Err("it has no nodes".into());
        }
        let mut seen = vec![false; count];
        seen[0] = true;
        let mut order = vec![0];
        let mut next = 0;
        while let Some(&at) = order.get(next) {
            next += 1;
            let node = &self.nodes[at];
            if node.left == 0 && node.right == 0 {
                continue;
            }
            for child in [node.left as usize, node.right as usize] {
                if child == 0 || child >= count {
                    return Err(format!("node {at} has the child {child}, and there are {count} nodes"));
                }
                if std::mem::replace(&mut seen[child], true) {
                    return Err(format!("node {child} is reached on two ways"));
                }
                order.push(child);
            }
        }
        match seen.iter().position(|s| !s) {
            Some(unreached) => Err(format!("node {unreached} is never reached")),
            None => Ok(order),
        }
    }

    fn check(&self, features: usize) -> Result<(), String> {
        self.topological_order()?;
        for (at, node) in self.nodes.iter().enumerate() {
            if !node.value.is_finite() || !node.threshold.is_finite() {
                return Err(format!("node {at} has a value or threshold that is not finite"));
            }
            if !(node.cover.is_finite() && node.cover >= 0.0) {
                return Err(format!("node {at} has the cover {}", node.cover));
            }
            if !node.is_leaf() && node.feature as usize >= features {
                return Err(format!("node {at} splits on feature {} of {features}", node.feature));
            }
            if node.categories.as_ref().is_some_and(|codes| !codes.is_sorted_by(|a, b| a < b)) {
                return Err(format!("the categories of node {at} are not ascending"));
            }
        }
        Ok(())
    }

    /// Sets the cover of every split to the sum of its children's, from the leaves up.
    fn sum_covers(&mut self) {
        // Callers checked the tree; in a malformed one the splits would keep a cover of 0.
        for at in self.topological_order().unwrap_or_default().into_iter().rev() {
            if !self.nodes[at].is_leaf() {
                let (left, right) = (self.nodes[at].left as usize, self.nodes[at].right as usize);
                self.nodes[at].cover = self.nodes[left].cover + self.nodes[right].cover;
            }
        }
    }
}

impl Forest {
    /// Refuses what could not be walked: a child out of range, a cycle or a node without a way to it, a feature out of
    /// range, categories out of order, a number that is not finite, a negative cover.
    ///
    /// # Errors
    /// Names the first tree and node at fault.
    pub fn check(&self) -> Result<()> {
        let refuse = |why: String| {
            Err(Error::new("The model is not valid.").because(why).hint("train the score again: propensity run start"))
        };
        if !self.base.is_finite() {
            return refuse(format!("its base margin is {}", self.base));
        }
        for (number, tree) in self.trees.iter().enumerate() {
            if let Err(why) = tree.check(self.features) {
                return refuse(format!("tree {number}: {why}"));
            }
        }
        Ok(())
    }

    /// The margin (log-odds before calibration) of one row of `features` values, NaN = missing; summed in tree order.
    /// The forest must have passed [`Forest::check`].
    pub fn margin(&self, row: &[f32]) -> f64 {
        self.trees.iter().fold(self.base, |sum, tree| sum + tree.value(row))
    }

    /// Multiplies every margin by `factor`, a finite number.
    pub fn scale(&mut self, factor: f64) {
        self.base *= factor;
        self.trees.iter_mut().flat_map(|tree| &mut tree.nodes).for_each(|node| node.value *= factor);
    }

    /// Sets the cover of every node to the summed weight of the rows that pass through it. `rows` is row-major with
    /// `features` values per row, `weights` has one weight per row. Sums run in row order, whatever the threads.
    ///
    /// # Errors
    /// Sizes that do not fit, a weight that is negative or not finite, or a forest that [`Forest::check`] refuses.
    pub fn set_covers(&mut self, rows: &[f32], weights: &[f64]) -> Result<()> {
        self.check()?;
        let failed = |why: String| Err(Error::new("The covers of the model could not be computed.").because(why));
        if rows.len() != weights.len() * self.features {
            return failed(format!("{} values are not {} rows of {}", rows.len(), weights.len(), self.features));
        }
        if let Some(weight) = weights.iter().find(|w| !(w.is_finite() && **w >= 0.0)) {
            return failed(format!("a row has the weight {weight}"));
        }
        let width = self.features;
        self.trees.par_chunks_mut(16).for_each(|trees| {
            trees.iter_mut().flat_map(|tree| &mut tree.nodes).for_each(|node| node.cover = 0.0);
            if width == 0 {
                let total = weights.iter().sum();
                trees.iter_mut().for_each(|tree| tree.nodes[0].cover = total);
            } else {
                for (rows, weights) in rows.chunks(BLOCK_ROWS * width).zip(weights.chunks(BLOCK_ROWS)) {
                    for tree in trees.iter_mut() {
                        for (row, weight) in rows.chunks_exact(width).zip(weights) {
                            let leaf = tree.leaf_of(row);
                            tree.nodes[leaf].cover += weight;
                        }
                    }
                }
            }
            trees.iter_mut().for_each(Tree::sum_covers);
        });
        Ok(())
    }
}

impl TryFrom<UncheckedForest> for Forest {
    type Error = String;

    fn try_from(read: UncheckedForest) -> Result<Forest, String> {
        let forest = Forest { base: read.base, features: read.features, trees: read.trees };
        forest.check().map_err(|e| e.causes.join("; "))?;
        Ok(forest)
    }
}

/// A tree as it is stored: one array per field, and the few category lists by node.
#[derive(Serialize, Deserialize)]
struct TreeColumns {
    feature: Vec<u32>,
    threshold: Vec<f32>,
    /// 1 where a missing value goes left.
    default_left: Vec<u8>,
    left: Vec<u32>,
    right: Vec<u32>,
    value: Vec<f64>,
    cover: Vec<f64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    categories: Vec<(u32, Box<[u32]>)>,
}

impl From<Tree> for TreeColumns {
    fn from(tree: Tree) -> TreeColumns {
        let nodes = &tree.nodes;
        let categories = nodes.iter().zip(0..).filter_map(|(n, at)| Some((at, n.categories.clone()?)));
        TreeColumns {
            feature: nodes.iter().map(|n| n.feature).collect(),
            threshold: nodes.iter().map(|n| n.threshold).collect(),
            default_left: nodes.iter().map(|n| u8::from(n.default_left)).collect(),
            left: nodes.iter().map(|n| n.left).collect(),
            right: nodes.iter().map(|n| n.right).collect(),
            value: nodes.iter().map(|n| n.value).collect(),
            cover: nodes.iter().map(|n| n.cover).collect(),
            categories: categories.collect(),
        }
    }
}

impl TryFrom<TreeColumns> for Tree {
    type Error = String;

    fn try_from(c: TreeColumns) -> Result<Tree, String> {
        let count = c.feature.len();
        let lengths =
            [c.threshold.len(), c.default_left.len(), c.left.len(), c.right.len(), c.value.len(), c.cover.len()];
        if lengths.iter().any(|&n| n != count) {
            return Err("the arrays of a tree differ in length".into());
        }
        let mut nodes: Vec<Node> = (0..count)
            .map(|i| Node {
                feature: c.feature[i],
                threshold: c.threshold[i],
                default_left: c.default_left[i] != 0,
                left: c.left[i],
                right: c.right[i],
                value: c.value[i],
                cover: c.cover[i],
                categories: None,
            })
            .collect();
        for (at, codes) in c.categories {
            let node =
                nodes.get_mut(at as usize).ok_or_else(|| format!("there are categories for node {at} of {count}"))?;
            node.categories = Some(codes);
        }
        Ok(Tree { nodes })
    }
}
