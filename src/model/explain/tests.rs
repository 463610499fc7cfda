//! Contributions against brute-force Shapley values.

use super::explainer::MAX_BLOCK_ROWS;
use super::{Explainer, leaf_groups};
use crate::domain::random::Xoshiro256PlusPlus;
use crate::model::forest::{Forest, Node, Tree};
use proptest::prelude::*;

/// Grows a random tree below a node; covers of 0 are frequent, features repeat.
fn grow(generator: &mut Xoshiro256PlusPlus, nodes: &mut Vec<Node>, features: u64, depth: u64) -> usize {
    let at = nodes.len();
    let cover = [0.0, 0.0, 1.0, 2.5, 7.0, 100.0][generator.below(6) as usize];
    nodes.push(Node::leaf(generator.below(2000) as f64 / 500.0 - 2.0, cover));
    if depth > 0 && generator.below(8) > 0 {
        let left = grow(generator, nodes, features, depth - 1);
        let right = grow(generator, nodes, features, depth - 1);
        let codes: Box<[u32]> = (0..4).filter(|_| generator.below(2) == 0).collect();
        nodes[at] = Node {
            feature: generator.below(features) as u32,
            threshold: generator.below(4) as f32,
            default_left: generator.below(2) == 0,
            left: left as u32,
            right: right as u32,
            categories: (generator.below(3) == 0).then_some(codes),
            ..nodes[at].clone()
        };
    }
    at
}

fn random_forest(generator: &mut Xoshiro256PlusPlus, features: u64, trees: usize, depth: u64) -> Forest {
    let trees = (0..trees).map(|_| {
        let mut nodes = Vec::new();
        grow(generator, &mut nodes, features, depth);
        Tree { nodes }
    });
    Forest { base: -1.25, features: features as usize, trees: trees.collect() }
}

fn random_row(generator: &mut Xoshiro256PlusPlus, features: usize) -> Vec<f32> {
    (0..features)
        .map(|_| {
            if generator.below(5) == 0 { f32::NAN } else { generator.below(5) as f32 - 0.5 * generator.below(2) as f32 }
        })
        .collect()
}

/// The margin of a coalition (a bit per feature), by the definition of the game.
fn coalition(tree: &Tree, at: usize, row: &[f32], members: u32) -> f64 {
    let node = &tree.nodes[at];
    if node.is_leaf() {
        return node.value;
    }
    let children = [node.left as usize, node.right as usize];
    if members >> node.feature & 1 == 1 {
        let side = usize::from(!node.goes_left(row[node.feature as usize]));
        return coalition(tree, children[side], row, members);
    }
    let [left, right] = children.map(|child| tree.nodes[child].cover);
    let share = if left + right > 0.0 { left / (left + right) } else { 0.5 };
    share * coalition(tree, children[0], row, members) + (1.0 - share) * coalition(tree, children[1], row, members)
}

/// Shapley values by their definition: the mean over all orders of what a feature adds, grouped by coalition.
fn shapley(forest: &Forest, row: &[f32]) -> Vec<f64> {
    let n = forest.features;
    let values: Vec<f64> = (0..1u32 << n)
        .map(|members| forest.trees.iter().map(|tree| coalition(tree, 0, row, members)).sum::<f64>() + forest.base)
        .collect();
    let factorial = |k: usize| (1..=k).product::<usize>() as f64;
    let added = |i: usize| {
        let without = (0..1usize << n).filter(move |s| s >> i & 1 == 0);
        without.map(move |s| (s, s | 1 << i, s.count_ones() as usize))
    };
    let weight = |size: usize| factorial(size) * factorial(n - size - 1) / factorial(n);
    (0..n).map(|i| added(i).map(|(s, with, size)| weight(size) * (values[with] - values[s])).sum()).collect()
}

fn contributions(explainer: &Explainer, row: &[f32]) -> Vec<f64> {
    let mut out = vec![0.0; row.len()];
    explainer.contributions(row, &mut out);
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn contributions_are_the_shapley_values(seed in any::<u64>(), features in 1u64..=8, depth in 0u64..=7) {
        let mut generator = Xoshiro256PlusPlus::seeded(seed);
        let forest = random_forest(&mut generator, features, 2, depth);
        let explainer = Explainer::new(&forest).unwrap();
        let empty: f64 = forest.trees.iter().map(|t| coalition(t, 0, &[], 0)).sum::<f64>() + forest.base;
        prop_assert!((explainer.expected() - empty).abs() < 1e-9);
        for _ in 0..3 {
            let row = random_row(&mut generator, forest.features);
            let out = contributions(&explainer, &row);
            for (ours, truth) in out.iter().zip(shapley(&forest, &row)) {
                prop_assert!((ours - truth).abs() < 1e-9, "{ours} is not {truth} for {row:?} in {forest:?}");
            }
        }
    }

    #[test]
    fn contributions_add_up_to_the_margin(seed in any::<u64>(), features in 1u64..=60, depth in 0u64..=11) {
        let mut generator = Xoshiro256PlusPlus::seeded(seed);
        let forest = random_forest(&mut generator, features, 3, depth);
        let explainer = Explainer::new(&forest).unwrap();
        let row = random_row(&mut generator, forest.features);
        let sum = explainer.expected() + contributions(&explainer, &row).iter().sum::<f64>();
        prop_assert!((sum - forest.margin(&row)).abs() < 1e-9);
    }
}

/// A chain: split k leaves to a leaf on the left and goes on to the right.
fn chain(length: usize, features: usize, cover: impl Fn(usize) -> f64) -> Forest {
    let mut nodes = Vec::new();
    for k in 0..length {
        let (left, right) = (2 * k as u32 + 1, 2 * k as u32 + 2);
        let split = Node { feature: (k % features) as u32, threshold: 1.0, left, right, ..Node::leaf(0.0, cover(k)) };
        nodes.extend([split, Node::leaf((k % 7) as f64 - 3.0, 1.0)]);
    }
    // The order above interleaves a split with its left leaf, so child 2k+2 is the next split or this last leaf.
    nodes.push(Node::leaf(5.0, 1.0));
    Forest { base: 0.5, features, trees: vec![Tree { nodes }] }
}

/// ∏ over the path of a chain has a closed form: a row that always goes right meets only the last leaf with all o = 1.
#[test]
fn trees_with_many_features_on_a_path_are_exact() {
    for features in [31, 32, 33, 40, 75, 200] {
        let forest = chain(features, features, |k| 1.5 + (features - k) as f64);
        let explainer = Explainer::new(&forest).unwrap();
        for row in [vec![2.0; features], (0..features).map(|i| (i % 3) as f32).collect()] {
            let out = contributions(&explainer, &row);
            let sum = explainer.expected() + out.iter().sum::<f64>();
            assert!((sum - forest.margin(&row)).abs() < 1e-9, "{features}: {sum}");
        }
        // All splits alike (every right child has cover 3 against 1) and all rows to the right: with the leaves equal
        // but the last, the features are interchangeable and share the margin evenly.
        let mut alike = chain(features, features, |_| 3.0);
        let last = alike.trees[0].nodes.len() - 1;
        alike.trees[0].nodes[last].cover = 3.0;
        for node in &mut alike.trees[0].nodes[..last] {
            node.value = 0.0;
        }
        let explainer = Explainer::new(&alike).unwrap();
        let expected = 0.5 + 5.0 * 0.75f64.powi(features as i32);
        assert!((explainer.expected() - expected).abs() < 1e-12);
        let share = (5.5 - expected) / features as f64;
        for phi in contributions(&explainer, &vec![2.0; features]) {
            assert!((phi - share).abs() < 1e-12, "{features}: {phi} is not {share}");
        }
    }
}

#[test]
fn a_chain_of_many_splits_needs_no_stack() {
    let forest = chain(50_000, 5, |_| 1.0);
    let explainer = Explainer::new(&forest).unwrap();
    let row = [2.0; 5];
    let sum = explainer.expected() + contributions(&explainer, &row).iter().sum::<f64>();
    assert!((sum - forest.margin(&row)).abs() < 1e-9);
}

#[test]
fn a_child_without_cover_is_explained_exactly() {
    let split = |feature, left, right, cover| Node { feature, threshold: 1.0, left, right, ..Node::leaf(0.0, cover) };
    let nodes = vec![
        split(0, 1, 2, 4.0),
        Node::leaf(1.0, 4.0),
        split(1, 3, 4, 0.0),
        Node::leaf(8.0, 0.0),
        Node::leaf(2.0, 0.0),
    ];
    let forest = Forest { base: 0.0, features: 2, trees: vec![Tree { nodes }] };
    let explainer = Explainer::new(&forest).unwrap();
    assert_eq!(explainer.expected(), 1.0);
    // v({}) = v({1}) = 1, v({0}) = (8 + 2)/2, v({0, 1}) = 8.
    let out = contributions(&explainer, &[2.0, 0.0]);
    assert!((out[0] - 5.5).abs() < 1e-12 && (out[1] - 1.5).abs() < 1e-12, "{out:?}");
    assert_eq!(contributions(&explainer, &[0.0, 0.0]), [0.0, 0.0]);
}

/// Holds blocks against single rows by their bits, on one thread and on two.
fn assert_blocks_equal_rows(forest: &Forest, rows: &[f32]) {
    let explainer = Explainer::new(forest).unwrap();
    let bits = |out: &[f64]| out.iter().map(|phi| phi.to_bits()).collect::<Vec<_>>();
    let width = forest.features;
    let one_by_one: Vec<_> =
        rows.chunks_exact(width).map(|row| bits(&contributions(&explainer, row))).enumerate().collect();
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let all = pool.install(|| explainer.explain_rows(rows, |i, out| (i, bits(out))));
        assert!(all == one_by_one, "{} rows on {threads} threads", one_by_one.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn blocks_are_explained_as_single_rows_to_the_bit(
        seed in any::<u64>(), features in 1u64..=12, depth in 0u64..=9, count in 0usize..200,
    ) {
        let mut generator = Xoshiro256PlusPlus::seeded(seed);
        let forest = random_forest(&mut generator, features, 4, depth);
        let rows: Vec<f32> = (0..count).flat_map(|_| random_row(&mut generator, forest.features)).collect();
        assert_blocks_equal_rows(&forest, &rows);
    }
}

#[test]
fn threads_and_the_borders_of_blocks_change_no_bit() {
    let mut generator = Xoshiro256PlusPlus::seeded(3);
    let forest = random_forest(&mut generator, 7, 12, 6);
    for count in [1, 63, 64, 65, 255, 257, 513, MAX_BLOCK_ROWS - 1, MAX_BLOCK_ROWS + 1, 2 * MAX_BLOCK_ROWS + 70] {
        let rows: Vec<f32> = (0..count).flat_map(|_| random_row(&mut generator, 7)).collect();
        assert_blocks_equal_rows(&forest, &rows);
    }
}

/// Leaves deeper than a pattern has bits, and more thresholds than a code has values, take other ways.
#[test]
fn deep_trees_and_many_thresholds_are_explained_in_blocks_as_well() {
    let mut generator = Xoshiro256PlusPlus::seeded(4);
    let mut forest = chain(40, 9, |k| (k % 5) as f64);
    forest.trees.extend(random_forest(&mut generator, 9, 2, 5).trees);
    forest.trees.extend(chain(16, 9, |_| 2.0).trees);
    let deep = |forest: &Forest| {
        forest.trees.iter().flat_map(leaf_groups::kernels).any(|k| k.nodes.len() > leaf_groups::MAX_PATTERN_BITS)
    };
    assert!(deep(&forest));
    let mut rows: Vec<f32> = (0..300).flat_map(|_| random_row(&mut generator, 9)).collect();
    assert_blocks_equal_rows(&forest, &rows);
    for k in 0..260 {
        let mut stump = chain(1, 9, |_| 1.0).trees.remove(0);
        stump.nodes[0].threshold = k as f32 / 50.0;
        forest.trees.push(stump);
    }
    assert!(Explainer::new(&forest).unwrap().binning.is_none());
    rows.iter_mut().step_by(3).for_each(|cell| *cell *= 0.7);
    assert_blocks_equal_rows(&forest, &rows);
    for row in rows.chunks(9).take(20) {
        let explainer = Explainer::new(&forest).unwrap();
        let sum = explainer.expected() + contributions(&explainer, row).iter().sum::<f64>();
        assert!((sum - forest.margin(row)).abs() < 1e-9);
    }
}

/// Every leaf is in exactly one group, and no group has more splits than it may.
#[test]
fn groups_hold_every_leaf_once() {
    let mut generator = Xoshiro256PlusPlus::seeded(6);
    let mut forest = random_forest(&mut generator, 6, 30, 9);
    forest.trees.extend(chain(50, 6, |_| 1.0).trees);
    for tree in &forest.trees {
        let leaves: Vec<usize> = (0..tree.nodes.len()).filter(|&at| tree.nodes[at].is_leaf()).collect();
        let mut grouped = leaf_groups::Grouping::new(tree).groups.concat();
        grouped.sort_unstable();
        assert_eq!(grouped, leaves);
        let kernels = leaf_groups::kernels(tree);
        let number_deep = kernels.iter().filter(|kernel| kernel.nodes.len() > leaf_groups::MAX_PATTERN_BITS).count();
        assert!(
            number_deep <= 1
                && kernels.iter().skip(number_deep).all(|k| k.nodes.len() <= leaf_groups::MAX_PATTERN_BITS)
        );
    }
}

#[test]
fn malformed_and_empty_input_is_no_panic() {
    let mut forest = chain(3, 3, |_| 1.0);
    assert!(Explainer::new(&forest).unwrap().explain_rows(&[1.0, 2.0], |i, _| i).is_empty());
    contributions(&Explainer::new(&forest).unwrap(), &[]);
    forest.trees[0].nodes[0].left = 77;
    assert!(Explainer::new(&forest).is_err());
    let bare =
        Explainer::new(&Forest { base: 2.0, features: 0, trees: vec![Tree { nodes: vec![Node::leaf(1.0, 0.0)] }] });
    assert_eq!(bare.unwrap().expected(), 3.0);
}
