//! Rows of a matrix: which profiles at which cutoffs, with label and weight, and their features. Called by `jobs`.

use super::labels::Labels;
use super::population::Population;
use super::windows::{Scratch, Windows};
use crate::domain::progress::Progress;
use crate::domain::source::activity::{Day, NOBODY};
use crate::error::Result;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

/// One row: a profile at a cutoff.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    pub profile: u32,
    pub cutoff: Day,
    pub label: bool,
    /// 1, or more where the row stands for negatives that were not drawn.
    pub weight: f32,
}

/// The rows of several cutoffs and what they were drawn from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    pub rows: Vec<Row>,
    /// Eligible profiles over all cutoffs, before negatives were drawn.
    pub eligible: u64,
    /// Distinct eligible profiles.
    pub profiles: u64,
    /// Positive rows over all cutoffs.
    pub positives: u64,
    /// Distinct profiles that convert.
    pub converters: u64,
    /// Distinct profiles that are eligible and never convert.
    pub non_converters: u64,
    /// Per cutoff: eligible profiles and positives.
    pub by_cutoff: Vec<(Day, u64, u64)>,
}

/// All eligible profiles at one cutoff, with labels (which mean nothing where the cutoff has not matured).
pub fn at(scope: &Population<'_>, outcomes: &Labels, cutoff: Day) -> Vec<Row> {
    (0..scope.len() as u32)
        .into_par_iter()
        .filter(|&profile| outcomes.eligible(scope, profile, cutoff))
        .map(|profile| Row { profile, cutoff, label: outcomes.label(profile, cutoff), weight: 1.0 })
        .collect()
}

/// Rows of all `cutoffs`. Above `max_rows`, negatives are drawn by a hash of seed, profile and cutoff, and those drawn
/// carry the weight of those that were not, so that the base rate is kept.
pub fn draw(scope: &Population<'_>, outcomes: &Labels, cutoffs: &[Day], max_rows: usize, seed: u64) -> Rows {
    let mut all = Rows::default();
    let mut seen = vec![0u8; scope.len()];
    let mut rows = Vec::new();
    for &cutoff in cutoffs {
        let of_cutoff = at(scope, outcomes, cutoff);
        let positives = of_cutoff.iter().filter(|r| r.label).count() as u64;
        all.by_cutoff.push((cutoff, of_cutoff.len() as u64, positives));
        of_cutoff.iter().for_each(|r| seen[r.profile as usize] |= 1 | u8::from(r.label) << 1);
        rows.extend(of_cutoff);
    }
    all.eligible = rows.len() as u64;
    all.positives = rows.iter().filter(|r| r.label).count() as u64;
    all.profiles = seen.iter().filter(|&&s| s & 1 == 1).count() as u64;
    all.converters = seen.iter().filter(|&&s| s & 2 == 2).count() as u64;
    all.non_converters = all.profiles - all.converters;
    thin(scope, &mut rows, all.positives as usize, max_rows, seed);
    all.rows = rows;
    all
}

/// What [`draw`] counts, without the rows: what a goal comes to before anybody learns from it.
pub fn tally(scope: &Population<'_>, outcomes: &Labels, cutoffs: &[Day]) -> Rows {
    const BLOCK: u32 = 4_096;
    let blocks = (scope.len() as u32).div_ceil(BLOCK);
    let of_block = |block: u32| {
        let mut all = Rows { by_cutoff: cutoffs.iter().map(|&cutoff| (cutoff, 0, 0)).collect(), ..Rows::default() };
        for profile in block * BLOCK..(scope.len() as u32).min((block + 1) * BLOCK) {
            let (mut seen, mut converts) = (false, false);
            for (cutoff, eligible, positives) in &mut all.by_cutoff {
                if outcomes.eligible(scope, profile, *cutoff) {
                    let label = outcomes.label(profile, *cutoff);
                    (*eligible, *positives) = (*eligible + 1, *positives + u64::from(label));
                    (seen, converts) = (true, converts | label);
                }
            }
            all.profiles += u64::from(seen);
            all.converters += u64::from(converts);
        }
        all
    };
    let parts: Vec<Rows> = (0..blocks).into_par_iter().map(of_block).collect();
    let mut all = Rows { by_cutoff: cutoffs.iter().map(|&cutoff| (cutoff, 0, 0)).collect(), ..Rows::default() };
    for part in parts {
        for (sum, (_, eligible, positives)) in all.by_cutoff.iter_mut().zip(part.by_cutoff) {
            (sum.1, sum.2) = (sum.1 + eligible, sum.2 + positives);
        }
        (all.profiles, all.converters) = (all.profiles + part.profiles, all.converters + part.converters);
    }
    all.eligible = all.by_cutoff.iter().map(|c| c.1).sum();
    all.positives = all.by_cutoff.iter().map(|c| c.2).sum();
    all.non_converters = all.profiles - all.converters;
    all
}

fn thin(scope: &Population<'_>, rows: &mut Vec<Row>, positives: usize, max_rows: usize, seed: u64) {
    let negatives = rows.len() - positives;
    // Even where conversions alone fill the rows, as many negatives again are needed to learn from.
    let room = max_rows.saturating_sub(positives).max(positives).max(1_000);
    if rows.len() <= max_rows || negatives <= room {
        return;
    }
    let share = room as f64 / negatives as f64;
    let limit = (share * u64::MAX as f64) as u64;
    let ids = &scope.profiles().ids;
    rows.retain(|r| r.label || mix(seed ^ stable_hash(&ids[r.profile as usize]) ^ mix(r.cutoff as u64)) < limit);
    let drawn = rows.len() - positives;
    let weight = negatives as f32 / drawn.max(1) as f32;
    rows.iter_mut().filter(|r| !r.label).for_each(|r| r.weight = weight);
}

/// The features of `rows`, row-major, `windows.width()` cells a row.
///
/// # Errors
/// The run was cancelled.
pub fn matrix(windows: &Windows<'_>, rows: &[Row], progress: &dyn Progress) -> Result<Vec<f32>> {
    /// Rows between two looks at the listener.
    const BLOCK: usize = 1_024;
    let width = windows.width();
    let mut values = vec![f32::NAN; rows.len() * width];
    let done = AtomicU64::new(0);
    values.par_chunks_mut(width.max(1) * BLOCK).zip(rows.par_chunks(BLOCK)).try_for_each_init(
        Scratch::default,
        |scratch, (cells, rows)| {
            progress.check()?;
            for (row, cells) in rows.iter().zip(cells.chunks_mut(width.max(1))) {
                windows.fill(row.profile, row.cutoff, cells, scratch);
            }
            let so_far = done.fetch_add(rows.len() as u64, Ordering::Relaxed) + rows.len() as u64;
            progress.advance(so_far, None);
            Ok::<(), crate::error::Error>(())
        },
    )?;
    Ok(values)
}

/// Which group a profile belongs to when profiles are divided into folds: its account's, so that nobody of one firm is
/// on both sides, else its own.
pub fn group(scope: &Population<'_>, profile: u32) -> u64 {
    let account = scope.account(profile);
    let id = match account {
        NOBODY => &scope.profiles().ids[profile as usize],
        account => &scope.business.accounts.ids[account as usize],
    };
    mix(stable_hash(id))
}

/// Groups as small integers for clustered intervals, in order of appearance.
pub fn clusters(scope: &Population<'_>, rows: &[Row]) -> Vec<u32> {
    let accounts = scope.business.accounts.len() as u32;
    rows.iter()
        .map(|r| match scope.account(r.profile) {
            NOBODY => accounts + r.profile,
            account => account,
        })
        .collect()
}

/// The recency baseline: minus the days since the last event; never is worst.
pub fn recency(scope: &Population<'_>, rows: &[Row]) -> Vec<f64> {
    rows.par_iter()
        .map(|r| scope.last_active(r.profile, r.cutoff).map_or(f64::MIN, |last| f64::from(last - r.cutoff)))
        .collect()
}

/// FNV-1a: the same on every machine and in every version, which the standard library does not promise of its own.
pub fn stable_hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The finaliser of splitmix64: every input bit moves every output bit.
pub fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
