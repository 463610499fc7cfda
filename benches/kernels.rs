//! Our kernels on a given matrix, for `benches/kernels.py`, which tells what is compared and measures from outside.
//!
//! `kernels serve FOLDER ROUNDS LEAVES` reads `train.f32`, `labels.f32` and `test.f32` (little-endian, row-major),
//! trains, and then does on every line of its input what the line says: `score` or `explain` all rows of the test. Each
//! time it answers with a line of JSON. `kernels matrix HOME PROFILE FOLDER` writes such files: the training rows and
//! the test of a score in the workspace HOME.

use propensity::data::load::load;
use propensity::domain::progress::Silent;
use propensity::domain::run::AsOf;
use propensity::domain::score::goal::Goal;
use propensity::domain::score::{ProfileType, Score};
use propensity::error::{Error, Result};
use propensity::features::extractor::FeatureExtractor;
use propensity::features::population::Population;
use propensity::features::rows::{self, Row};
use propensity::model::explain::Explainer;
use propensity::model::forest::Forest;
use propensity::model::scorer::Scorer;
use propensity::model::train::{FitOptions, Settings, TrainingMatrix, fit};
use propensity::pipeline::setup;
use propensity::pipeline::train::{self, TrainingInputs};
use propensity::workspace::Workspace;
use std::path::Path;
use std::sync::Arc;

const GOAL: &str = "opportunityEvent.opportunityUpdated where attributeName is 'Stage' and newValue is 'Closed Won'";
/// Rows explained at once, as scoring does.
const BLOCK: usize = 8_192;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", folder, rounds, leaves] => serve(Path::new(folder), number(rounds)?, number(leaves)?),
        ["matrix", home, profile, folder] => matrix(Path::new(home), profile, Path::new(folder)),
        _ => {
            println!("usage: kernels serve FOLDER ROUNDS LEAVES | kernels matrix HOME person|account FOLDER");
            Ok(())
        }
    }
}

fn failed(why: impl std::fmt::Display) -> Error {
    Error::new("The benchmark failed.").because(why)
}

fn number(text: &str) -> Result<usize> {
    text.parse().map_err(failed)
}

fn read(path: &Path) -> Result<Vec<f32>> {
    let bytes = std::fs::read(path).map_err(failed)?;
    Ok(bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect())
}

fn write<const N: usize>(path: &Path, numbers: impl Iterator<Item = [u8; N]>) -> Result<()> {
    std::fs::write(path, numbers.flatten().collect::<Vec<u8>>()).map_err(failed)
}

fn serve(folder: &Path, rounds: usize, leaves: usize) -> Result<()> {
    let (values, labels) = (read(&folder.join("train.f32"))?, read(&folder.join("labels.f32"))?);
    let width = values.len() / labels.len();
    let samples = TrainingMatrix::new(Arc::new(values), &labels, &vec![1.0; labels.len()], &vec![false; width])?;
    let forest = fit(&samples, FitOptions::plain(Settings::with_leaves(leaves), rounds, 7), &Silent)?.forest;
    let test = read(&folder.join("test.f32"))?;
    let leaves: usize = forest.trees.iter().map(|tree| tree.nodes.iter().filter(|n| n.is_leaf()).count()).sum();
    println!("{}", serde_json::json!({ "trees": forest.trees.len(), "leaves": leaves }));
    for line in std::io::stdin().lines() {
        let answer = match line.map_err(failed)?.as_str() {
            "score" => {
                // What a run does once is paid for each time.
                let margins = Scorer::new(&forest).margins(&test);
                write(&folder.join("margins.f64"), margins.iter().map(|m| m.to_le_bytes()))?;
                serde_json::json!({ "rows": margins.len() })
            }
            _ => explain(&forest, &test)?,
        };
        println!("{answer}");
    }
    Ok(())
}

/// All contributions, block by block, and how far they are from adding up to the margin.
fn explain(forest: &Forest, test: &[f32]) -> Result<serde_json::Value> {
    let explainer = Explainer::new(forest)?;
    let (mut rows, mut off) = (0, 0.0f64);
    for block in test.chunks(BLOCK * forest.features) {
        let contributions = explainer.explain_rows(block, |_, contributions| contributions.to_vec());
        if let Some(first) = contributions.first() {
            let sum = explainer.expected() + first.iter().sum::<f64>();
            off = off.max((sum - forest.margin(&block[..forest.features])).abs());
        }
        rows += contributions.len();
    }
    Ok(serde_json::json!({ "rows": rows, "off": off }))
}

fn matrix(home: &Path, profile: &str, folder: &Path) -> Result<()> {
    let workspace = Workspace::open(Some(home), None)?;
    let profile = if profile == "account" { ProfileType::Account } else { ProfileType::Person };
    let now = jiff::Timestamp::now();
    let score = Score::new("bench", profile, Goal::parse(GOAL)?, 90, now, "bench");
    let request = setup::request(&score, AsOf::Data, (&[], &[]), now);
    let business = load(&workspace.config, &request, &Silent)?.0;
    let population = Population::new(&business, profile);
    let (labels, conversions, _) = setup::labels_of(&population, &score);
    let plan = setup::plan(&workspace.config, &score, &population, (&labels, conversions))?;
    let (training, thresholds) = (&workspace.config.training, &workspace.config.thresholds);
    let ground = TrainingInputs {
        population: &population,
        labels: &labels,
        plan: &plan,
        with: &[],
        without: &[],
        training,
        thresholds,
    };
    let drawn = train::sample_rows(&ground);
    let spec = ground.spec(&drawn.train.rows, plan.oldest_test().unwrap_or(plan.as_of), false)?;
    let windows = FeatureExtractor::new(&population, &spec);
    let put = |values: &str, labels: &str, rows: &[Row]| -> Result<()> {
        let cells = rows::feature_matrix(&windows, rows, &Silent)?;
        write(&folder.join(values), cells.iter().map(|cell| cell.to_le_bytes()))?;
        write(&folder.join(labels), rows.iter().map(|row| f32::from(u8::from(row.label)).to_le_bytes()))
    };
    put("train.f32", "labels.f32", &drawn.train.rows)?;
    put("test.f32", "outcomes.f32", &drawn.test)
}
