//! Small steps of a run that need no state of it: what is read, who converts, which cutoffs, digests. Called by
//! the stages, by [`verify`](crate::process::verify) and [`catalog`](crate::queries::catalog).

use super::run_options::RunOptions;
use crate::config::Config;
use crate::data::load::{Attributes, Request};
use crate::domain::run::AsOf;
use crate::domain::score::{Repeatable, Score};
use crate::domain::source::activity::{Business, Day, NEVER, day_of};
use crate::domain::source::read_report::ReadReport;
use crate::domain::text::shell_quoted;
use crate::error::{Context, Error, Result};
use crate::features::attributes;
use crate::features::cutoffs::{CutoffPlan, History, Reach};
use crate::features::labels::{ConversionCounts, Labels};
use crate::features::population::Population;
use crate::features::rows;
use jiff::Timestamp;
use std::path::Path;

/// What a score needs to be read: beside its own words the attributes, and the event fields that a model takes as links.
pub fn request<'a>(
    score: &'a Score,
    as_of: AsOf,
    (attributes, links): (&'a [String], &'a [String]),
    now: Timestamp,
) -> Request<'a> {
    Request {
        profile_type: score.profile_type,
        goals: &score.goal.events,
        exclusions: &score.exclusions,
        rule_events: score.population.events(),
        attributes: Attributes { wanted: attributes, others: true },
        links,
        merge_policy: score.merge_policy,
        as_of,
        now,
    }
}

/// The attribute names that a score needs from the sources.
pub fn required_attributes(score: &Score) -> Vec<String> {
    let asked = score.population.attributes().into_iter().map(str::to_string);
    attributes::required_attributes(&score.with.iter().cloned().chain(asked).collect::<Vec<_>>())
}

/// Who converts, how often so far, and whether the goal is one-off.
pub fn labels_of(population: &Population<'_>, score: &Score) -> (Labels, ConversionCounts, bool) {
    let (combine, goals) = (score.goal.combine, score.goal.events.len());
    let mut labels = Labels::new(population, combine, goals, score.timeframe_days as Day, true)
        .with_exclusions_until_active(score.excludes_until_active())
        .with_rule(population, &score.population);
    let conversions = labels.summary(population);
    let one_off = match score.repeatable {
        Repeatable::Yes => false,
        Repeatable::No => true,
        Repeatable::Auto => conversions.one_off(),
    };
    labels.set_one_off(one_off);
    (labels, conversions, one_off)
}

/// # Errors
/// `labels_from` is no date.
pub fn plan(
    config: &Config,
    score: &Score,
    population: &Population<'_>,
    (labels, conversions): (&Labels, ConversionCounts),
) -> Result<CutoffPlan> {
    let labels_from = match config.workspace.labels_from.as_str() {
        "" => conversions.first_day.unwrap_or(NEVER),
        date => day_of(date.parse().map_err(|_| {
            Error::new(format!("[workspace] labels_from is no date: '{date}'.")).hint("write it as YYYY-MM-DD")
        })?),
    };
    let Business { as_of, first_day, .. } = *population.business;
    let history = History { as_of, timeframe: score.timeframe_days as Day, first_day, labels_from };
    let counted = |cutoff: Day| {
        let rows = rows::count_rows(population, labels, &[cutoff]);
        rows.by_cutoff.first().map(|(_, count)| *count).unwrap_or_default()
    };
    let newest = counted(history.newest_matured());
    let counted = |cutoff| if cutoff == history.newest_matured() { newest } else { counted(cutoff) };
    Ok(CutoffPlan::new(history, Reach::of(newest.eligible), counted))
}

pub fn no_champion(score: &Score) -> Error {
    Error::new(format!("The score '{}' has no model yet, which a scoring run applies.", score.name))
        .hint(format!("propensity run start {} --kind training", shell_quoted(&score.name)))
}

/// One digest over the digests of all files in reading order.
pub fn digest_of_inputs(read_report: &ReadReport) -> String {
    let mut hasher = blake3::Hasher::new();
    for file in read_report.sources.iter().flat_map(|s| &s.files) {
        hasher.update(file.digest.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// One digest over everything beside the data that the scores depend on.
pub fn digest_of_settings(config: &Config, score: &Score, options: &RunOptions, one_off: bool) -> String {
    let Score { profile_type, goal, timeframe_days, exclusions, with, without, merge_policy, .. } = score;
    let training = crate::config::Training { threads: 0, ..config.training.clone() };
    let mut parts = serde_json::json!({
        "program": env!("CARGO_PKG_VERSION"),
        "score": [
            profile_type.word(), goal.to_string(), timeframe_days, exclusions, with, without,
            one_off, merge_policy.word(),
        ],
        "sources": config.sources,
        "workspace": [config.workspace.timezone, config.workspace.labels_from],
        "training": training,
        "thresholds": config.thresholds,
        "bands": config.bands,
        "run": [options.kind.to_string(), options.as_of.to_string()],
    });
    // Only where it is not left at its default, so that earlier runs keep their digest.
    if !score.population.is_empty() {
        parts["population"] = serde_json::json!(score.population);
    }
    if !score.exclude_until_active.is_auto() {
        parts["exclude_until_active"] = score.exclude_until_active.word().into();
    }
    blake3::hash(parts.to_string().as_bytes()).to_hex().to_string()
}

/// # Errors
/// The file cannot be read.
pub fn digest_of_file(path: &Path) -> Result<String> {
    let what = || format!("{} could not be read.", path.display());
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(std::fs::File::open(path).context(what)?).context(what)?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// # Errors
/// The disk is full, or the like.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).on_disk(|| format!("{} could not be written.", path.display()))
}
