//! A tree divided into parts of few splits each. What a part contributes depends on the outcomes of its splits alone, of
//! which there are few: in many rows the same ones come again and again, and each is computed once. Called by [`super`].
//!
//! A part is a set of leaves, its splits are those above them. Parts share the splits near the root.

use super::kernel::Kernel;
use crate::model::forest::Tree;

/// Splits up to which leaves are gathered into a part: fewer make more parts to add up per row, more make more patterns
/// to compute. Of 8 to 14, this measured best on blocks of 4,096 rows.
const GATHERED: usize = 12;
/// The most splits of a part whose outcomes are remembered by their pattern, a bit per split.
pub const MOST_BITS: usize = 16;

/// The parts of a tree; first the one with the leaves that lie too deep for a pattern, where there are any.
pub fn of(tree: &Tree) -> Vec<Kernel> {
    let plan = Plan::of(tree);
    let mut kept = vec![usize::MAX; tree.nodes.len()];
    let mut kernels = Vec::new();
    for (number, leaves) in plan.parts.iter().enumerate() {
        for &leaf in leaves {
            let mut at = Some(leaf);
            while let Some(node) = at.filter(|&node| kept[node] != number) {
                kept[node] = number;
                at = plan.parent[node];
            }
        }
        kernels.push(Kernel::of(tree, |node| kept[node] == number));
    }
    kernels
}

pub struct Plan {
    /// The leaves of each part.
    pub parts: Vec<Vec<usize>>,
    parent: Vec<Option<usize>>,
}

impl Plan {
    pub fn of(tree: &Tree) -> Plan {
        let count = tree.nodes.len();
        let (mut parent, mut depth, mut leaves) = (vec![None; count], vec![0; count], Vec::new());
        let mut open = vec![0];
        while let Some(at) = open.pop() {
            let node = &tree.nodes[at];
            if node.is_leaf() {
                leaves.push(at);
                continue;
            }
            for child in [node.right as usize, node.left as usize] {
                (parent[child], depth[child]) = (Some(at), depth[at] + 1);
                open.push(child);
            }
        }
        let (deep, leaves): (Vec<_>, Vec<_>) = leaves.into_iter().partition(|&leaf| depth[leaf] > MOST_BITS);
        let mut parts = vec![deep];
        parts.extend(gather(&leaves, &parent));
        parts.retain(|part| !part.is_empty());
        Plan { parts, parent }
    }
}

/// Leaves from left to right into parts, each with as many as its splits allow.
fn gather(leaves: &[usize], parent: &[Option<usize>]) -> Vec<Vec<usize>> {
    let mut parts: Vec<Vec<usize>> = Vec::new();
    // Per node the last part that has it, counted from 1.
    let mut within = vec![0; parent.len()];
    let mut splits = 0;
    for &leaf in leaves {
        let above = |within: &[usize], part: usize| {
            std::iter::successors(parent[leaf], |&node| parent[node]).take_while(|&node| within[node] != part).count()
        };
        let added = above(&within, parts.len());
        if parts.is_empty() || splits + added > GATHERED {
            parts.push(Vec::new());
            splits = above(&within, parts.len());
        } else {
            splits += added;
        }
        let part = parts.len();
        let mut at = parent[leaf];
        while let Some(node) = at.filter(|&node| within[node] != part) {
            within[node] = part;
            at = parent[node];
        }
        parts[part - 1].push(leaf);
    }
    parts
}
