//! The leaves of a tree divided into groups with few splits each. What a group contributes depends on the outcomes of
//! its splits alone, of which there are few: in many rows the same ones come again and again, and each is computed
//! once. Called by [`explainer`](super::explainer).
//!
//! A group is a set of leaves, its splits are those above them. Groups share the splits near the root.

use super::kernel::Kernel;
use crate::model::forest::Tree;

/// Splits up to which leaves are put into a group: fewer make more groups to add up per row, more make more patterns
/// to compute. Of 8 to 14, this measured best on blocks of 4,096 rows.
const TARGET_SPLITS: usize = 12;
/// The most splits of a group whose outcomes are remembered by their pattern, a bit per split.
pub const MAX_PATTERN_BITS: usize = 16;

/// A kernel for each group of a tree's leaves; first the one with the leaves that lie too deep for a pattern, where
/// there are any.
pub fn kernels(tree: &Tree) -> Vec<Kernel> {
    let grouping = Grouping::new(tree);
    let mut group_of = vec![usize::MAX; tree.nodes.len()];
    let mut kernels = Vec::new();
    for (number, leaves) in grouping.groups.iter().enumerate() {
        for &leaf in leaves {
            let mut at = Some(leaf);
            while let Some(node) = at.filter(|&node| group_of[node] != number) {
                group_of[node] = number;
                at = grouping.parent[node];
            }
        }
        kernels.push(Kernel::new(tree, |node| group_of[node] == number));
    }
    kernels
}

/// Which leaves belong together.
pub struct Grouping {
    /// The leaves of each group.
    pub groups: Vec<Vec<usize>>,
    /// Per node the one above it.
    parent: Vec<Option<usize>>,
}

impl Grouping {
    /// Groups the leaves of a tree; those too deep for a pattern are one group, the first.
    pub fn new(tree: &Tree) -> Grouping {
        let count = tree.nodes.len();
        let (mut parent, mut depth, mut leaves) = (vec![None; count], vec![0; count], Vec::new());
        let mut stack = vec![0];
        while let Some(at) = stack.pop() {
            let node = &tree.nodes[at];
            if node.is_leaf() {
                leaves.push(at);
                continue;
            }
            for child in [node.right as usize, node.left as usize] {
                (parent[child], depth[child]) = (Some(at), depth[at] + 1);
                stack.push(child);
            }
        }
        let (deep, leaves): (Vec<_>, Vec<_>) = leaves.into_iter().partition(|&leaf| depth[leaf] > MAX_PATTERN_BITS);
        let mut groups = vec![deep];
        groups.extend(group_leaves(&leaves, &parent));
        groups.retain(|group| !group.is_empty());
        Grouping { groups, parent }
    }
}

/// Leaves from left to right into groups, each with as many as its splits allow.
fn group_leaves(leaves: &[usize], parent: &[Option<usize>]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    // Per node the last group that has it, counted from 1.
    let mut group_of = vec![0; parent.len()];
    let mut splits = 0;
    for &leaf in leaves {
        let splits_above = |group_of: &[usize], group: usize| {
            std::iter::successors(parent[leaf], |&node| parent[node])
                .take_while(|&node| group_of[node] != group)
                .count()
        };
        let added = splits_above(&group_of, groups.len());
        if groups.is_empty() || splits + added > TARGET_SPLITS {
            groups.push(Vec::new());
            splits = splits_above(&group_of, groups.len());
        } else {
            splits += added;
        }
        let group = groups.len();
        let mut at = parent[leaf];
        while let Some(node) = at.filter(|&node| group_of[node] != group) {
            group_of[node] = group;
            at = parent[node];
        }
        groups[group - 1].push(leaf);
    }
    groups
}
