//! Rows of a matrix: which profiles at which cutoffs, with label and weight, and their features. The stages of a run
//! (`pipeline`) and the estimate of a goal (`queries::estimate`) ask for them.

use super::cutoffs::CutoffCount;
use super::extractor::{FeatureExtractor, Scratch};
use super::labels::Labels;
use super::population::Population;
use crate::domain::progress::Progress;
use crate::domain::random::{fnv1a_64, splitmix64};
use crate::domain::run::work::{Step, Work};
use crate::domain::source::activity::{Day, NEVER, NO_PROFILE};
use crate::error::Result;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

/// One row: a profile at a cutoff.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Number of the profile in its table.
    pub profile: u32,
    /// Features are from before this day, the label from this day on.
    pub cutoff: Day,
    /// Whether the profile converts in [cutoff, cutoff + timeframe).
    pub label: bool,
    /// 1, or more where the row stands for negatives that were not sampled.
    pub weight: f32,
}

/// The rows of several cutoffs, and counts of what they were sampled from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    /// Newest cutoff first, profiles ascending within each.
    pub rows: Vec<Row>,
    /// Eligible profiles over all cutoffs, before negatives were sampled.
    pub eligible: u64,
    /// Distinct eligible profiles.
    pub profiles: u64,
    /// Positive rows over all cutoffs.
    pub positives: u64,
    /// Distinct profiles that convert.
    pub converters: u64,
    /// Distinct pairs of a profile that converts and a timeframe in which it does, timeframes that overlap counted once:
    /// how much there is to learn from.
    pub conversions: u64,
    /// Distinct profiles that are eligible and never convert.
    pub non_converters: u64,
    /// Per cutoff: its day, eligible profiles and those that convert.
    pub by_cutoff: Vec<(Day, CutoffCount)>,
    /// The cutoffs among those that were out of season, which have no rows.
    pub out_of_season: Vec<Day>,
}

/// All eligible profiles at one cutoff, by number, with labels (which mean nothing where the cutoff has not matured)
/// and weight 1.
pub fn eligible_rows(population: &Population<'_>, labels: &Labels, cutoff: Day) -> Vec<Row> {
    (0..population.len() as u32)
        .into_par_iter()
        .filter(|&profile| labels.eligible(population, profile, cutoff))
        .map(|profile| Row { profile, cutoff, label: labels.label(profile, cutoff), weight: 1.0 })
        .collect()
}

/// So many rows for each conversion tell nearly all that there is to learn of those who did not convert…
const ROWS_PER_CONVERSION: u64 = 100;
/// …but with few of them no row needs to be spared.
const LEAST_ROWS: u64 = 20_000;

/// Rows of all `cutoffs`. Above `max_rows`, or what their conversions need, negatives are sampled by a hash of seed, profile and cutoff, and those
/// sampled carry the weight of those that were not, so that the base rate is kept.
pub fn training_rows(
    population: &Population<'_>,
    labels: &Labels,
    cutoffs: &[Day],
    max_rows: usize,
    seed: u64,
) -> Rows {
    let mut all = Rows::default();
    let mut seen = vec![0u8; population.len()];
    let mut oldest_counted = vec![NEVER; population.len()];
    let mut rows = Vec::new();
    for &cutoff in cutoffs {
        let eligible = eligible_rows(population, labels, cutoff);
        let positives = eligible.iter().filter(|r| r.label).count() as u64;
        all.by_cutoff.push((cutoff, CutoffCount { eligible: eligible.len() as u64, conversions: positives }));
        eligible.iter().for_each(|r| seen[r.profile as usize] |= 1 | u8::from(r.label) << 1);
        for row in eligible.iter().filter(|row| row.label) {
            all.conversions +=
                u64::from(is_apart(&mut oldest_counted[row.profile as usize], cutoff, labels.timeframe()));
        }
        rows.extend(eligible);
    }
    all.out_of_season = out_of_season(&all.by_cutoff);
    rows.retain(|row: &Row| !all.out_of_season.contains(&row.cutoff));
    all.eligible = rows.len() as u64;
    all.positives = rows.iter().filter(|r| r.label).count() as u64;
    all.profiles = seen.iter().filter(|&&s| s & 1 == 1).count() as u64;
    all.converters = seen.iter().filter(|&&s| s & 2 == 2).count() as u64;
    all.non_converters = all.profiles - all.converters;
    let needed = (ROWS_PER_CONVERSION * all.conversions).max(LEAST_ROWS);
    sample_negatives(population, &mut rows, all.positives as usize, max_rows.min(needed as usize), seed);
    all.rows = rows;
    all
}

/// The cutoffs at which nobody converts though some would by the rate of all.
fn out_of_season(by_cutoff: &[(Day, CutoffCount)]) -> Vec<Day> {
    let rate = CutoffCount::rate(&by_cutoff.iter().map(|(_, count)| *count).collect::<Vec<_>>());
    by_cutoff.iter().filter(|(_, count)| count.is_out_of_season(rate)).map(|(cutoff, _)| *cutoff).collect()
}

/// Whether the timeframe after `cutoff` overlaps none that was counted; cutoffs come newest first.
fn is_apart(oldest_counted: &mut Day, cutoff: Day, timeframe: Day) -> bool {
    let apart = *oldest_counted == NEVER || cutoff + timeframe <= *oldest_counted;
    if apart {
        *oldest_counted = cutoff;
    }
    apart
}

/// What [`training_rows`] counts, with no rows: what a goal comes to before anything is learned from it.
pub fn count_rows(population: &Population<'_>, labels: &Labels, cutoffs: &[Day]) -> Rows {
    const BLOCK: u32 = 4_096;
    let blocks = (population.len() as u32).div_ceil(BLOCK);
    let count_block = |block: u32| {
        let mut all = Rows {
            by_cutoff: cutoffs.iter().map(|&cutoff| (cutoff, CutoffCount::default())).collect(),
            ..Rows::default()
        };
        for profile in block * BLOCK..(population.len() as u32).min((block + 1) * BLOCK) {
            let (mut seen, mut converts) = (false, false);
            let mut oldest_counted = NEVER;
            for (cutoff, count) in &mut all.by_cutoff {
                if labels.eligible(population, profile, *cutoff) {
                    let label = labels.label(profile, *cutoff);
                    (count.eligible, count.conversions) = (count.eligible + 1, count.conversions + u64::from(label));
                    (seen, converts) = (true, converts | label);
                    let apart = label && is_apart(&mut oldest_counted, *cutoff, labels.timeframe());
                    all.conversions += u64::from(apart);
                }
            }
            all.profiles += u64::from(seen);
            all.converters += u64::from(converts);
        }
        all
    };
    let counted: Vec<Rows> = (0..blocks).into_par_iter().map(count_block).collect();
    let mut all =
        Rows { by_cutoff: cutoffs.iter().map(|&cutoff| (cutoff, CutoffCount::default())).collect(), ..Rows::default() };
    for block in counted {
        for ((_, sum), (_, count)) in all.by_cutoff.iter_mut().zip(block.by_cutoff) {
            sum.eligible += count.eligible;
            sum.conversions += count.conversions;
        }
        (all.profiles, all.converters) = (all.profiles + block.profiles, all.converters + block.converters);
        all.conversions += block.conversions;
    }
    all.out_of_season = out_of_season(&all.by_cutoff);
    let in_season = all.by_cutoff.iter().filter(|(cutoff, _)| !all.out_of_season.contains(cutoff));
    all.eligible = in_season.map(|(_, count)| count.eligible).sum();
    all.positives = all.by_cutoff.iter().map(|(_, count)| count.conversions).sum();
    all.non_converters = all.profiles - all.converters;
    all
}

/// Keeps all positives, and so many negatives that about `max_rows` rows are left: at least as many as there are
/// positives, and at least 1,000.
fn sample_negatives(population: &Population<'_>, rows: &mut Vec<Row>, positives: usize, max_rows: usize, seed: u64) {
    let negatives = rows.len() - positives;
    // Even where conversions alone fill the rows, as many negatives again are needed to learn from.
    let room = max_rows.saturating_sub(positives).max(positives).max(1_000);
    if rows.len() <= max_rows || negatives <= room {
        return;
    }
    let share = room as f64 / negatives as f64;
    let limit = (share * u64::MAX as f64) as u64;
    let ids = &population.profiles().ids;
    rows.retain(|r| {
        r.label || splitmix64(seed ^ fnv1a_64(&ids[r.profile as usize]) ^ splitmix64(r.cutoff as u64)) < limit
    });
    let sampled = rows.len() - positives;
    let weight = negatives as f32 / sampled.max(1) as f32;
    rows.iter_mut().filter(|r| !r.label).for_each(|r| r.weight = weight);
}

/// The features of `rows`, row-major, `extractor.width()` cells a row.
///
/// # Errors
/// The run was cancelled.
pub fn feature_matrix(extractor: &FeatureExtractor<'_>, rows: &[Row], progress: &dyn Progress) -> Result<Vec<f32>> {
    /// Rows between two looks at the listener.
    const BLOCK: usize = 1_024;
    let width = extractor.width();
    let mut values = vec![f32::NAN; rows.len() * width];
    progress.begin_step(Step::new(Work::Features, rows.len() as u64, width as f64));
    let (done, all) = (AtomicU64::new(0), rows.len() as u64);
    values.par_chunks_mut(width.max(1) * BLOCK).zip(rows.par_chunks(BLOCK)).try_for_each_init(
        Scratch::default,
        |scratch, (cells, rows)| {
            progress.check()?;
            for (row, cells) in rows.iter().zip(cells.chunks_mut(width.max(1))) {
                extractor.extract(row.profile, row.cutoff, cells, scratch);
            }
            let so_far = done.fetch_add(rows.len() as u64, Ordering::Relaxed) + rows.len() as u64;
            progress.advance(so_far, Some(all));
            Ok::<(), crate::error::Error>(())
        },
    )?;
    Ok(values)
}

/// The group that a profile belongs to when profiles are divided into folds, as a hash of its account's id, so that
/// nobody of one account is on both sides, else of its own.
pub fn group_hash(population: &Population<'_>, profile: u32) -> u64 {
    let account = population.account(profile);
    let id = match account {
        NO_PROFILE => &population.profiles().ids[profile as usize],
        account => &population.business.accounts.ids[account as usize],
    };
    splitmix64(fnv1a_64(id))
}

/// Per row the cluster for clustered intervals: the number of the account, and a number above those for a person
/// without one.
pub fn cluster_ids(population: &Population<'_>, rows: &[Row]) -> Vec<u32> {
    let accounts = population.business.accounts.len() as u32;
    rows.iter()
        .map(|r| match population.account(r.profile) {
            NO_PROFILE => accounts + r.profile,
            account => account,
        })
        .collect()
}

/// Per row the score of the recency baseline: minus the days since the last event; a profile without one is worst
/// ([`f64::MIN`]).
pub fn recency_scores(population: &Population<'_>, rows: &[Row]) -> Vec<f64> {
    rows.par_iter()
        .map(|r| population.last_active(r.profile, r.cutoff).map_or(f64::MIN, |last| f64::from(last - r.cutoff)))
        .collect()
}
