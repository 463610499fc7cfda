//! Margins and covers against a plain walk; malformed trees are refused.

use super::*;

fn split(feature: u32, threshold: f32, left: u32, right: u32) -> Node {
    Node { feature, threshold, left, right, ..Node::leaf(0.0, 0.0) }
}

/// x0 < 1 ? (x1 in {2, 5} ? 1 : 2) : 4, missing x0 left, missing x1 right; and a tree that is one leaf.
fn example() -> Forest {
    let nodes = vec![
        Node { default_left: true, ..split(0, 1.0, 1, 4) },
        Node { categories: Some([2, 5].into()), ..split(1, 0.0, 2, 3) },
        Node::leaf(1.0, 0.0),
        Node::leaf(2.0, 0.0),
        Node::leaf(4.0, 0.0),
    ];
    Forest { base: -0.1, features: 2, trees: vec![Tree { nodes }, Tree { nodes: vec![Node::leaf(0.1 + 0.2, 0.0)] }] }
}

const NAN: f32 = f32::NAN;

#[test]
fn rows_reach_the_leaves_that_the_splits_say() {
    let forest = example();
    let rest = -0.1 + (0.1 + 0.2);
    let cases = [
        ([0.5, 2.0], 1.0),
        ([0.5, 5.0], 1.0),
        ([0.5, 3.0], 2.0),
        ([0.5, 2.5], 2.0),
        ([0.5, -2.0], 2.0),
        ([0.5, 1e30], 2.0),
        ([0.5, NAN], 2.0),
        ([NAN, 5.0], 1.0),
        ([1.0, 5.0], 4.0),
        ([f32::INFINITY, 5.0], 4.0),
    ];
    for (row, leaf) in cases {
        assert!((forest.margin(&row) - (leaf + rest)).abs() < 1e-12, "{row:?}");
    }
    let rows: Vec<f32> = cases.iter().cycle().take(1000).flat_map(|c| c.0).collect();
    let one_by_one: Vec<f64> = rows.chunks(2).map(|r| forest.margin(r)).collect();
    assert_eq!(forest.margins(&rows), one_by_one);
}

#[test]
fn a_row_that_is_too_short_has_missing_values() {
    assert_eq!(example().margin(&[]), example().margin(&[NAN, NAN]));
    assert!(Forest { features: 0, trees: vec![], base: 1.0 }.margins(&[]).is_empty());
}

#[test]
fn covers_are_the_weights_of_the_rows_that_pass() {
    let mut forest = example();
    let rows = [0.0, 2.0, 0.0, 3.0, 2.0, 2.0, NAN, NAN];
    forest.set_covers(&rows, &[1.0, 2.0, 4.0, 8.0]).unwrap();
    let covers: Vec<f64> = forest.trees[0].nodes.iter().map(|n| n.cover).collect();
    assert_eq!(covers, [15.0, 11.0, 1.0, 10.0, 4.0]);
    assert_eq!(forest.trees[1].nodes[0].cover, 15.0);
    assert!(forest.set_covers(&rows, &[1.0; 3]).is_err());
    assert!(forest.set_covers(&rows, &[1.0, f64::NAN, 1.0, 1.0]).is_err());
}

#[test]
fn covers_do_not_depend_on_the_threads() {
    let rows: Vec<f32> = (0..4000).map(|i| ((i * 7919) % 13) as f32 / 4.0).collect();
    let weights: Vec<f64> = (0..2000).map(|i| 1.0 / (1.0 + f64::from(i))).collect();
    let with = |threads: usize| {
        let mut forest = example();
        forest.trees = vec![forest.trees[0].clone(); 40];
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| forest.set_covers(&rows, &weights)).unwrap();
        forest
    };
    assert_eq!(with(1), with(3));
}

#[test]
fn json_keeps_every_bit() {
    let mut forest = example();
    forest.base = 1.0 / 3.0;
    forest.trees[0].nodes[0].threshold = f32::MIN_POSITIVE / 3.0;
    forest.trees[0].nodes[2].value = 5e-324;
    forest.trees[0].nodes[3].value = -0.1f64.next_up();
    let text = serde_json::to_string(&forest).unwrap();
    let back: Forest = serde_json::from_str(&text).unwrap();
    assert_eq!(back, forest);
    assert_eq!(back.trees[0].nodes[0].threshold.to_bits(), forest.trees[0].nodes[0].threshold.to_bits());
}

#[test]
fn malformed_trees_are_refused_when_read() {
    type Spoil = fn(&mut Forest);
    let broken: [(&str, Spoil); 11] = [
        ("child out of range", |f| f.trees[0].nodes[1].left = 9),
        ("one child only", |f| f.trees[0].nodes[1].left = 0),
        ("the other child only", |f| f.trees[0].nodes[1].right = 0),
        ("a cycle", |f| f.trees[0].nodes[1].right = 1),
        ("a shared child", |f| f.trees[0].nodes[1].right = 2),
        ("a lost node", |f| f.trees[0].nodes.push(Node::leaf(0.0, 0.0))),
        ("no nodes", |f| f.trees[1].nodes.clear()),
        ("feature out of range", |f| f.trees[0].nodes[0].feature = 2),
        ("categories out of order", |f| f.trees[0].nodes[1].categories = Some([5, 2].into())),
        ("negative cover", |f| f.trees[0].nodes[1].cover = -1.0),
        ("negative cover of a leaf", |f| f.trees[1].nodes[0].cover = -1.0),
    ];
    assert!(example().check().is_ok());
    for (what, spoil) in broken {
        let mut forest = example();
        spoil(&mut forest);
        assert!(forest.check().is_err(), "{what}");
        let text = serde_json::to_string(&forest).unwrap();
        assert!(serde_json::from_str::<Forest>(&text).is_err(), "{what}");
    }
    for value in [f64::NAN, f64::INFINITY] {
        let mut forest = example();
        forest.trees[0].nodes[4].value = value;
        assert!(forest.check().is_err());
        assert!(forest.set_covers(&[], &[]).is_err());
        forest.base = value;
        assert!(forest.check().is_err());
    }
    let text = serde_json::to_string(&example()).unwrap().replacen("\"left\":[1,", "\"left\":[1,0,", 1);
    assert!(serde_json::from_str::<Forest>(&text).is_err(), "arrays of different lengths");
}
