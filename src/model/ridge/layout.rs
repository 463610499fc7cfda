//! A fitted ridge model as a forest: a tree per feature, a leaf per bin.

use super::bins::{Column, Cuts, RidgeFeatures};
use super::newton::RidgeFit;
use crate::model::forest::{Forest, Node, Tree};

impl RidgeFit {
    /// The model as trees; features without a weight have none. Covers are 1 at every leaf: [`Forest::set_covers`] sets them.
    pub fn forest(&self, features: &RidgeFeatures) -> Forest {
        let tables = features.tables(&self.weights);
        let trees = features.columns.iter().zip(tables).filter(|(_, table)| table.iter().any(|value| *value != 0.0));
        Forest {
            base: self.weights.last().copied().unwrap_or_default(),
            features: features.width,
            trees: trees.map(|(column, table)| tree(column, &table)).collect(),
        }
    }
}

/// The root parts missing values from the others, which are halved down to their bins.
fn tree(column: &Column, table: &[f64]) -> Tree {
    let mut tree = Tree { nodes: Vec::new() };
    let root = match &column.cuts {
        Cuts::Number(_) => split(column, Some(f32::MAX), None),
        Cuts::Category(codes) => split(column, None, Some(codes)),
    };
    tree.nodes.push(root);
    tree.nodes[0].left = grow(&mut tree, column, table, 1, table.len());
    tree.nodes[0].right = push(&mut tree, Node::leaf(table[0], 1.0));
    tree
}

/// The bins from `from` to before `to` as a subtree; gives its root.
fn grow(tree: &mut Tree, column: &Column, table: &[f64], from: usize, to: usize) -> u32 {
    if to - from <= 1 {
        return push(tree, Node::leaf(table.get(from).copied().unwrap_or_default(), 1.0));
    }
    let middle = from + (to - from) / 2;
    let node = match &column.cuts {
        // Bin k begins at threshold k − 2.
        Cuts::Number(thresholds) => split(column, Some(thresholds[middle - 2]), None),
        Cuts::Category(codes) => split(column, None, Some(&codes[from - 1..middle - 1])),
    };
    let at = push(tree, node);
    let left = grow(tree, column, table, from, middle);
    let right = grow(tree, column, table, middle, to);
    (tree.nodes[at as usize].left, tree.nodes[at as usize].right) = (left, right);
    at
}

fn push(tree: &mut Tree, node: Node) -> u32 {
    tree.nodes.push(node);
    tree.nodes.len() as u32 - 1
}

fn split(column: &Column, threshold: Option<f32>, categories: Option<&[u32]>) -> Node {
    Node {
        feature: column.feature as u32,
        threshold: threshold.unwrap_or_default(),
        categories: categories.map(Into::into),
        ..Node::leaf(0.0, 0.0)
    }
}
