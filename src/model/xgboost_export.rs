//! A forest as XGBoost JSON, for other programs to load (the schema of XGBoost's *Introduction to Model IO*). Called by
//! [`blend`](super::blend) for the model that is deployed.

use super::forest::{Forest, Node, Tree};
use crate::domain::explanation::sigmoid;
use serde_json::{Value, json};

/// The parent of a root.
const NO_PARENT: i32 = i32::MAX;

/// The model as XGBoost JSON. Leaf values are rounded to the f32 numbers that it knows.
///
/// # Errors
/// Why there is no such export, in words: splits on categories, or a model that cannot be written.
pub fn xgboost_json(forest: &Forest) -> Result<Vec<u8>, String> {
    if forest.trees.iter().flat_map(|t| &t.nodes).any(|n| n.categories.is_some()) {
        return Err("the model splits on categories, which XGBoost does not load from an export".into());
    }
    let count = forest.trees.len();
    let trees: Vec<Value> =
        forest.trees.iter().enumerate().map(|(id, tree)| tree_json(id, tree, forest.features)).collect();
    let model = json!({
        "version": [3, 0, 0],
        "learner": {
            "attributes": {},
            "feature_names": [],
            "feature_types": [],
            "gradient_booster": {
                "name": "gbtree",
                "model": {
                    "gbtree_model_param": { "num_parallel_tree": "1", "num_trees": count.to_string() },
                    "iteration_indptr": (0..=count).collect::<Vec<usize>>(),
                    "tree_info": vec![0; count],
                    "trees": trees,
                },
            },
            "learner_model_param": {
                // Written as a probability, which XGBoost turns back into a margin.
                "base_score": format!("[{:E}]", sigmoid(forest.base)),
                "boost_from_average": "0",
                "num_class": "0",
                "num_feature": forest.features.to_string(),
                "num_target": "1",
            },
            "objective": { "name": "binary:logistic", "reg_loss_param": { "scale_pos_weight": "1" } },
        },
    });
    serde_json::to_vec(&model).map_err(|error| error.to_string())
}

fn tree_json(id: usize, tree: &Tree, features: usize) -> Value {
    let nodes = &tree.nodes;
    let mut parents = vec![NO_PARENT; nodes.len()];
    for (at, node) in nodes.iter().enumerate().filter(|(_, node)| !node.is_leaf()) {
        for child in [node.left, node.right] {
            parents[child as usize] = at as i32;
        }
    }
    let child = |of: fn(&Node) -> u32| -> Vec<i32> {
        nodes.iter().map(|node| if node.is_leaf() { -1 } else { of(node) as i32 }).collect()
    };
    let value = |node: &Node| if node.is_leaf() { node.value as f32 } else { 0.0 };
    let condition = |node: &Node| if node.is_leaf() { node.value as f32 } else { node.threshold };
    let nothing = vec![0; nodes.len()];
    json!({
        "id": id,
        "tree_param": {
            "num_deleted": "0",
            "num_feature": features.to_string(),
            "num_nodes": nodes.len().to_string(),
            "size_leaf_vector": "0",
        },
        "left_children": child(|node| node.left),
        "right_children": child(|node| node.right),
        "parents": parents,
        "split_indices": nodes.iter().map(|node| node.feature).collect::<Vec<u32>>(),
        "split_conditions": nodes.iter().map(condition).collect::<Vec<f32>>(),
        "default_left": nodes.iter().map(|node| u8::from(node.default_left)).collect::<Vec<u8>>(),
        "base_weights": nodes.iter().map(value).collect::<Vec<f32>>(),
        "loss_changes": vec![0.0; nodes.len()],
        "sum_hessian": nodes.iter().map(|node| node.cover).collect::<Vec<f64>>(),
        "split_type": nothing,
        "categories": [],
        "categories_nodes": [],
        "categories_segments": [],
        "categories_sizes": [],
    })
}
