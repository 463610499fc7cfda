//! Margins of blocks against the plain walk, to the bit.

use super::*;
use crate::domain::random::Xoshiro256PlusPlus;
use crate::model::forest::Node;
use proptest::prelude::*;

/// One of the choices.
fn pick<T: Copy>(generator: &mut Xoshiro256PlusPlus, choices: &[T]) -> T {
    choices[generator.below(choices.len() as u64) as usize]
}

/// Thresholds and cells are drawn from the same few numbers, so that cells hit thresholds exactly.
const NUMBERS: [f32; 16] = [
    -0.0,
    0.0,
    1.0,
    2.0,
    3.0,
    -1.0,
    0.5,
    2.5,
    1_022.0,
    1_023.0,
    1_024.0,
    1_025.5,
    1e-40,
    16_777_217.0,
    -1e30,
    f32::MAX,
];
const CODES: [u32; 7] = [0, 1, 2, 5, 1_024, 1 << 24, u32::MAX];

fn number(generator: &mut Xoshiro256PlusPlus) -> f32 {
    if generator.below(2) == 0 { pick(generator, &NUMBERS) } else { generator.below(400) as f32 / 4.0 - 20.0 }
}

fn cell(generator: &mut Xoshiro256PlusPlus) -> f32 {
    match generator.below(12) {
        0 => f32::NAN,
        1 => pick(generator, &[f32::INFINITY, f32::NEG_INFINITY, f32::from_bits(0xFFFF_FFFF)]),
        2 => pick(generator, &CODES) as f32,
        3 => 7.0,
        _ => number(generator),
    }
}

/// A tree with so many leaves. It grows at leaves drawn at random, which makes deep and shallow ones.
fn tree(generator: &mut Xoshiro256PlusPlus, features: u64, leaves: u64) -> Tree {
    let value = |generator: &mut Xoshiro256PlusPlus| (generator.below(2_000_000) as f64 - 1e6) / 3e5;
    let mut nodes = vec![Node::leaf(value(generator), 1.0)];
    let mut open = vec![0];
    for _ in 1..leaves {
        let at = open.swap_remove(generator.below(open.len() as u64) as usize);
        let left = nodes.len();
        for child in [left, left + 1] {
            nodes.push(Node::leaf(value(generator), 1.0));
            open.push(child);
        }
        let mut categories: Vec<u32> = CODES.into_iter().filter(|_| generator.below(2) == 0).collect();
        categories.sort_unstable();
        nodes[at] = Node {
            feature: generator.below(features) as u32,
            threshold: number(generator),
            default_left: generator.below(2) == 0,
            left: left as u32,
            right: left as u32 + 1,
            categories: (generator.below(4) == 0).then(|| categories.into()),
            ..Node::leaf(0.0, 1.0)
        };
    }
    Tree { nodes }
}

fn forest(generator: &mut Xoshiro256PlusPlus, features: u64, leaves: &[u64]) -> Forest {
    let trees = leaves.iter().map(|&leaves| tree(generator, features, leaves)).collect();
    Forest { base: -1.1, features: features as usize, trees }
}

fn rows(generator: &mut Xoshiro256PlusPlus, forest: &Forest, count: usize) -> Vec<f32> {
    (0..count * forest.features).map(|_| cell(generator)).collect()
}

/// Compares by bits, so that a zero's sign counts.
fn assert_same(forest: &Forest, rows: &[f32]) {
    let ours = Scorer::new(forest).margins(rows);
    let walked: Vec<f64> = rows.chunks_exact(forest.features).map(|row| forest.margin(row)).collect();
    assert_eq!(ours.len(), walked.len());
    for (row, (ours, walked)) in ours.iter().zip(&walked).enumerate() {
        let cells = &rows[row * forest.features..(row + 1) * forest.features];
        assert_eq!(ours.to_bits(), walked.to_bits(), "row {row}: {ours} and {walked} for {cells:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn margins_are_those_of_the_walk(seed in any::<u64>(), features in 1u64..=6, count in 0usize..200) {
        let mut generator = Xoshiro256PlusPlus::seeded(seed);
        let leaves: Vec<u64> = (0..generator.below(12)).map(|_| 1 + generator.below(40)).collect();
        let forest = forest(&mut generator, features, &leaves);
        forest.check().unwrap();
        prop_assert!(Scorer::new(&forest).layout.is_some());
        let rows = rows(&mut generator, &forest, count);
        assert_same(&forest, &rows);
    }
}

#[test]
fn what_a_byte_cannot_tell_apart_is_walked() {
    let mut generator = Xoshiro256PlusPlus::seeded(5);
    // One feature, so many thresholds; then one tree with so many leaves.
    let stumps = |count: usize| Forest {
        base: 0.5,
        features: 1,
        trees: (0..count)
            .map(|i| {
                let split = Node { threshold: i as f32 * 1.5, left: 1, right: 2, ..Node::leaf(0.0, 1.0) };
                Tree { nodes: vec![split, Node::leaf(-0.1, 1.0), Node::leaf(i as f64 / 7.0, 1.0)] }
            })
            .collect(),
    };
    let cells = |generator: &mut Xoshiro256PlusPlus| -> Vec<f32> {
        (0..500).map(|i| if i % 9 == 0 { f32::NAN } else { generator.below(1_600) as f32 / 4.0 }).collect()
    };
    for (forest, fits) in [
        (stumps(254), true),
        (stumps(255), false),
        (forest(&mut generator, 3, &[256]), true),
        (forest(&mut generator, 3, &[257]), false),
    ] {
        assert_eq!(Scorer::new(&forest).layout.is_some(), fits);
        let rows = if forest.features == 1 { cells(&mut generator) } else { rows(&mut generator, &forest, 300) };
        assert_same(&forest, &rows);
    }
    // As many categories as fit, and one more.
    for (count, fits) in [(254, true), (255, false)] {
        let left: Box<[u32]> = (0..count).map(|code| code * 3).collect();
        let split = Node { categories: Some(left), left: 1, right: 2, ..Node::leaf(0.0, 1.0) };
        let tree = Tree { nodes: vec![split, Node::leaf(1.0, 1.0), Node::leaf(2.0, 1.0)] };
        let forest = Forest { base: 0.0, features: 1, trees: vec![tree] };
        assert_eq!(Scorer::new(&forest).layout.is_some(), fits);
        assert_same(&forest, &(0..800).map(|code| code as f32).chain([f32::NAN]).collect::<Vec<_>>());
    }
}

#[test]
fn threads_and_borders_change_no_bit() {
    let mut generator = Xoshiro256PlusPlus::seeded(8);
    let forest = forest(&mut generator, 5, &[1, 31, 7, 64, 2]);
    for count in [0, 1, 63, 64, 65, 1_023, 1_024, 1_025, 2_500] {
        let rows = rows(&mut generator, &forest, count);
        for threads in [1, 2] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| assert_same(&forest, &rows));
        }
    }
    // An incomplete last row is left out.
    assert_eq!(Scorer::new(&forest).margins(&[0.0; 12]).len(), 2);
}

#[test]
fn a_forest_without_trees_or_splits_has_a_margin() {
    let bare = Forest { base: 2.0, features: 2, trees: vec![] };
    assert_eq!(Scorer::new(&bare).margins(&[1.0; 4]), [2.0, 2.0]);
    let leaf = Forest { trees: vec![Tree { nodes: vec![Node::leaf(0.25, 1.0)] }], ..bare };
    assert_eq!(Scorer::new(&leaf).margins(&[1.0; 4]), [2.25, 2.25]);
    assert!(Scorer::new(&Forest { features: 0, ..leaf }).margins(&[]).is_empty());
}
