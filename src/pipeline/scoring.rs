//! A model applied to today's profiles: margins, ranks, percentiles, factors, the scores file. Called by
//! [`run`](super::run) at the end of every run.

use super::row_attributes::RowAttributes;
use super::value_effects::ScoredValues;
use crate::config::Bands;
use crate::data::scores::{ScoreWriter, ScoredProfile, TopGroup, Version};
use crate::domain::explanation::{self, Band, Factor, Importance};
use crate::domain::feature_labels;
use crate::domain::progress::Progress;
use crate::domain::run::FactorSummary;
use crate::domain::run::work::{Step, Work};
use crate::domain::score::ProfileType;
use crate::domain::source::activity::KnownLinks;
use crate::domain::value_effects::FactorValues;
use crate::error::{Error, Result};
use crate::features::column::Column;
use crate::features::extractor::{FeatureExtractor, Scratch};
use crate::features::feature_spec::FeatureSpec;
use crate::features::population::Population;
use crate::features::rows::{self, Row};
use crate::model::explain::Explainer;
use crate::model::scorer::Scorer;
use crate::runs::model_file::ModelFile;
use crate::runs::report_json::BandReport;
use rayon::prelude::*;
use std::collections::HashMap;
use std::path::Path;

/// What every scored profile is called in the file.
const MODEL_TYPE: &str = "gradient-boosted trees";
/// Factors kept per profile.
const MAX_FACTORS: usize = 10;
/// Profiles explained and written at once.
const ROWS_PER_BLOCK: usize = 8_192;
/// Profiles whose features are filled in and scored together, by one thread.
const ROWS_PER_TASK: usize = 1_024;

/// What scoring came to.
pub struct ScoringResult {
    pub profiles: u64,
    pub factors: Vec<FactorSummary>,
    pub bands: Vec<BandReport>,
    /// Of the same factors, in the same order, as far as the model has tested them.
    pub values: Vec<FactorValues>,
    pub histogram: Vec<u64>,
    /// s, in log-odds against the average.
    pub starting_point: f64,
    /// The link features of the scored profiles.
    pub links: KnownLinks,
}

/// Everything that scoring looks at.
pub struct ScoringInputs<'a> {
    pub population: &'a Population<'a>,
    pub model: &'a ModelFile,
    pub rows: &'a [Row],
    pub previous: &'a HashMap<String, f64>,
    pub bands: Bands,
    /// The columns of the file.
    pub version: Version,
}

/// Scores `task.rows` and writes them in rank order to `path`.
///
/// # Errors
/// The file cannot be written, or the run was cancelled.
pub fn score(task: &ScoringInputs<'_>, path: &Path, progress: &dyn Progress) -> Result<ScoringResult> {
    let spec = &task.model.deployed.spec;
    let windows = FeatureExtractor::new(task.population, spec);
    progress.begin_step(Step::new(Work::Rank, task.rows.len() as u64, windows.width() as f64));
    let order = rank(task, &windows, progress)?;
    progress.begin_step(Step::new(Work::Score, order.len() as u64, windows.width() as f64));
    let percentiles = explanation::percentiles(&order.iter().map(|(_, z)| *z).collect::<Vec<_>>());
    let explainer = Explainer::new(&task.model.deployed.forest)?;
    let calibration = &task.model.deployed.calibration;
    let starting_point = calibration.alpha + calibration.beta * explainer.expected() - task.model.base_log_odds;
    let mut tally = FactorSums::new(spec);
    let mut tallied = ScoredValues::new(&task.model.values, spec.width());
    let mut histogram = vec![0u64; 20];
    let attributes = RowAttributes::of(task.population);
    let groups = ColumnGroups::of(spec);
    let mut writer = ScoreWriter::create_as(path, &attributes.names, task.version)?;
    let mut done = 0;
    for (block, percentiles) in order.chunks(ROWS_PER_BLOCK).zip(percentiles.chunks(ROWS_PER_BLOCK)) {
        progress.check()?;
        let rows: Vec<Row> = block.iter().map(|(row, _)| task.rows[*row]).collect();
        let values = rows::feature_matrix(&windows, &rows, &crate::domain::progress::Silent)?;
        let beta = calibration.beta;
        let contributions =
            explainer.explain_rows(&values, |_, phi| phi.iter().map(|p| p * beta).collect::<Vec<f64>>());
        let scored: Vec<ScoredProfile> = (0..rows.len())
            .into_par_iter()
            .map(|i| {
                let cells = &values[i * spec.width()..(i + 1) * spec.width()];
                profile(task, (&attributes, &groups), rows[i], block[i].1, percentiles[i], cells, &contributions[i])
            })
            .collect();
        for (i, profile) in scored.iter().enumerate() {
            histogram[((profile.score / 5.0) as usize).min(19)] += 1;
            let cells = &values[i * spec.width()..(i + 1) * spec.width()];
            tally.add(Band::from_score(profile.score, &task.bands), cells, &contributions[i]);
        }
        tallied.add(&values, &contributions);
        writer.write(&scored)?;
        done += rows.len() as u64;
        progress.advance(done, Some(order.len() as u64));
    }
    writer.finish()?;
    let factors = tally.summary(None);
    let bands = Band::ALL.iter().map(|&band| tally.band(band)).collect();
    let values = in_order(tallied.finish(), &factors);
    let links = known_links(task, &windows);
    Ok(ScoringResult { profiles: order.len() as u64, factors, bands, values, histogram, starting_point, links })
}

/// The link features of the profiles at the as-of date.
fn known_links(task: &ScoringInputs<'_>, windows: &FeatureExtractor<'_>) -> KnownLinks {
    let spec = &task.model.deployed.spec;
    let codes = spec.columns[spec.link_columns()].iter().map(|column| column.code.clone());
    let mut columns: Vec<(String, Vec<f32>)> =
        codes.map(|code| (code, vec![f32::NAN; task.population.len()])).collect();
    if !columns.is_empty() {
        let cells: Vec<Vec<f32>> = task.rows.par_iter().map(|row| windows.links(row.profile, row.cutoff)).collect();
        for (row, cells) in task.rows.iter().zip(cells) {
            columns.iter_mut().zip(cells).for_each(|(column, value)| column.1[row.profile as usize] = value);
        }
    }
    KnownLinks { of_accounts: spec.profile_type == ProfileType::Account, columns }
}

fn in_order(mut values: Vec<FactorValues>, factors: &[FactorSummary]) -> Vec<FactorValues> {
    let places: HashMap<&str, usize> = factors.iter().enumerate().map(|(at, f)| (f.code.as_str(), at)).collect();
    values.sort_by_key(|v| places.get(v.code.as_str()).copied().unwrap_or(usize::MAX));
    values
}

/// Row indices with z, best first; ties by id, which is the order of the rows.
fn rank(
    task: &ScoringInputs<'_>,
    windows: &FeatureExtractor<'_>,
    progress: &dyn Progress,
) -> Result<Vec<(usize, f64)>> {
    let (forest, calibration) = (&task.model.deployed.forest, &task.model.deployed.calibration);
    progress.check()?;
    let width = windows.width();
    if forest.features != width {
        return Err(Error::new("The model does not fit its features.").hint("train the score again"));
    }
    let scorer = Scorer::new(forest);
    let cells = || (Scratch::default(), vec![f32::NAN; ROWS_PER_TASK * width]);
    let mut order: Vec<(usize, f64)> = task
        .rows
        .par_chunks(ROWS_PER_TASK)
        .enumerate()
        .map_init(cells, |(scratch, cells), (block, rows)| -> Vec<(usize, f64)> {
            let cells = &mut cells[..rows.len() * width];
            for (row, cells) in rows.iter().zip(cells.chunks_mut(width.max(1))) {
                windows.extract(row.profile, row.cutoff, cells, scratch);
            }
            let margins = scorer.margins(cells).into_iter().zip(block * ROWS_PER_TASK..);
            margins.map(|(margin, index)| (index, calibration.apply(margin))).collect()
        })
        .flatten_iter()
        .collect();
    progress.check()?;
    order.par_sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    Ok(order)
}

/// The factors of one profile, all that contribute, largest first.
pub fn factors(spec: &FeatureSpec, cells: &[f32], phi: &[f64]) -> Vec<Factor> {
    by_size(spec, phi).into_iter().map(|column| factor(spec, column, cells, phi)).collect()
}

/// The columns with a contribution, largest first, ties by code.
fn by_size(spec: &FeatureSpec, phi: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..phi.len()).filter(|&c| phi[c] != 0.0).collect();
    order.sort_by(|&a, &b| {
        phi[b].abs().total_cmp(&phi[a].abs()).then_with(|| spec.columns[a].code.cmp(&spec.columns[b].code))
    });
    order
}

/// The group that each column is read in, as the page of a profile groups its factors.
struct ColumnGroups {
    /// Titles in their order.
    titles: Vec<String>,
    /// The place of the title of each column.
    of_column: Vec<usize>,
}

impl ColumnGroups {
    fn of(spec: &FeatureSpec) -> ColumnGroups {
        let title = |column: &Column| feature_labels::for_code(&column.code).group;
        let mut titles: Vec<String> = spec.columns.iter().map(title).collect();
        let all = titles.clone();
        titles.sort();
        titles.dedup();
        let place = |title: &String| titles.binary_search(title).unwrap_or_default();
        ColumnGroups { of_column: all.iter().map(place).collect(), titles }
    }

    /// The largest column of the group that contributes most, and what the group contributes: the first of
    /// [`Explanation::groups`](explanation::Explanation::groups). `by_size` are the columns that contribute, largest first.
    fn largest(&self, by_size: &[usize], phi: &[f64]) -> Option<(usize, f64)> {
        let mut sums = vec![0.0; self.titles.len()];
        // In the order in which the explanation adds them up, so that both have the same sum to the last bit.
        by_size.iter().for_each(|&column| sums[self.of_column[column]] += phi[column]);
        let first = by_size.iter().map(|&column| self.of_column[column]);
        let group = first.reduce(|best, group| {
            let order = sums[group].abs().total_cmp(&sums[best].abs()).then(best.cmp(&group));
            if order.is_gt() { group } else { best }
        })?;
        let column = by_size.iter().copied().find(|&column| self.of_column[column] == group)?;
        Some((column, sums[group]))
    }
}

fn factor(spec: &FeatureSpec, column: usize, cells: &[f32], phi: &[f64]) -> Factor {
    Factor::new(spec.columns[column].code.clone(), value_text(spec, column, cells[column]), phi[column])
}

fn profile(
    task: &ScoringInputs<'_>,
    (attributes, groups): (&RowAttributes<'_>, &ColumnGroups),
    row: Row,
    z: f64,
    percentile: u8,
    cells: &[f32],
    phi: &[f64],
) -> ScoredProfile {
    let profiles = task.population.profiles();
    let id = &profiles.ids[row.profile as usize];
    let spec = &task.model.deployed.spec;
    let score = explanation::score(z, task.model.base_log_odds);
    let mut order = by_size(spec, phi);
    let top_group = groups.largest(&order, phi).map(|(column, contribution)| TopGroup {
        code: spec.columns[column].code.clone(),
        value: value_text(spec, column, cells[column]),
        contribution,
    });
    let rest = order.iter().skip(MAX_FACTORS).map(|&c| phi[c]).sum();
    order.truncate(MAX_FACTORS);
    ScoredProfile {
        profile_id: id.clone(),
        name: profiles.attribute("name").and_then(|a| a.get(row.profile)).map(str::to_string),
        account_id: attributes.account(row.profile),
        score,
        previous_score: task.previous.get(id).copied(),
        percentile: i32::from(percentile),
        probability: explanation::sigmoid(z),
        band: Band::from_score(score, &task.bands),
        model_type: MODEL_TYPE.into(),
        score_date: row.cutoff,
        factors: order.into_iter().map(|column| factor(spec, column, cells, phi)).collect(),
        rest,
        top_group,
        attributes: attributes.of_profile(row.profile),
    }
}

/// A feature's value in words: the category's name, or the number.
pub fn value_text(spec: &FeatureSpec, column: usize, value: f32) -> Option<String> {
    if value.is_nan() {
        return None;
    }
    match spec.encoder(column) {
        Some(encoder) => encoder.decode(value),
        None => Some(format!("{value}")),
    }
}

/// Sums per band and column from which the aggregate factors come.
struct FactorSums<'s> {
    spec: &'s FeatureSpec,
    bands: Vec<Vec<Sums>>,
    profiles: Vec<u64>,
}

/// Of one column: Σ|φ|, how many profiles carry it, and the moments of value and contribution over the profiles that have a value.
#[derive(Clone, Copy, Default)]
struct Sums {
    absolute: f64,
    carried: u64,
    n: f64,
    x: f64,
    y: f64,
    xx: f64,
    yy: f64,
    xy: f64,
}

impl<'s> FactorSums<'s> {
    fn new(spec: &'s FeatureSpec) -> Self {
        let bands = Band::ALL.len();
        FactorSums { spec, bands: vec![vec![Sums::default(); spec.width()]; bands], profiles: vec![0; bands] }
    }

    fn add(&mut self, band: Band, cells: &[f32], phi: &[f64]) {
        let band = Band::ALL.iter().position(|b| *b == band).unwrap_or_default();
        self.profiles[band] += 1;
        for ((sums, &cell), &y) in self.bands[band].iter_mut().zip(cells).zip(phi) {
            sums.absolute += y.abs();
            sums.carried += u64::from(Importance::is_influential(y));
            if !cell.is_nan() {
                let x = f64::from(cell);
                sums.n += 1.0;
                sums.x += x;
                sums.y += y;
                sums.xx += x * x;
                sums.yy += y * y;
                sums.xy += x * y;
            }
        }
    }

    fn band(&self, band: Band) -> BandReport {
        let index = Band::ALL.iter().position(|b| *b == band);
        let profiles = index.map_or(0, |i| self.profiles[i]);
        BandReport { band, profiles, factors: self.summary(index) }
    }

    /// The columns by mean absolute contribution, over one band or all.
    fn summary(&self, band: Option<usize>) -> Vec<FactorSummary> {
        let chosen = |i: &usize| band.is_none_or(|b| b == *i);
        let profiles: u64 = (0..self.profiles.len()).filter(chosen).map(|i| self.profiles[i]).sum();
        let sums: Vec<Sums> = (0..self.spec.width())
            .map(|c| (0..self.bands.len()).filter(chosen).fold(Sums::default(), |all, b| all.plus(self.bands[b][c])))
            .collect();
        let total: f64 = sums.iter().map(|s| s.absolute).sum();
        let mut factors: Vec<FactorSummary> = (self.spec.columns.iter().zip(&sums))
            .filter(|(_, s)| s.absolute > 0.0)
            .map(|(column, s)| FactorSummary {
                code: column.code.clone(),
                label: column.label.clone(),
                mean_absolute: s.absolute / profiles.max(1) as f64,
                direction: if column.categorical { None } else { s.correlation() },
                share: s.absolute / total,
                influenced_share: s.carried as f64 / profiles.max(1) as f64,
            })
            .collect();
        factors.sort_by(|a, b| b.mean_absolute.total_cmp(&a.mean_absolute).then_with(|| a.code.cmp(&b.code)));
        factors
    }
}

impl Sums {
    fn plus(self, o: Sums) -> Sums {
        Sums {
            absolute: self.absolute + o.absolute,
            carried: self.carried + o.carried,
            n: self.n + o.n,
            x: self.x + o.x,
            y: self.y + o.y,
            xx: self.xx + o.xx,
            yy: self.yy + o.yy,
            xy: self.xy + o.xy,
        }
    }

    /// Pearson's correlation; `None` where either side does not vary.
    fn correlation(self) -> Option<f64> {
        let covariance = self.n * self.xy - self.x * self.y;
        let spread = (self.n * self.xx - self.x * self.x) * (self.n * self.yy - self.y * self.y);
        (spread > 0.0).then(|| (covariance / spread.sqrt()).clamp(-1.0, 1.0))
    }
}
