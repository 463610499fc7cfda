//! A run's model and the data it read, through which any profile can be seen: its features, its score, its factors.

use super::detail::{FeatureValue, cell};
use crate::data::snapshot::Snapshot;
use crate::domain::explanation::Explanation;
use crate::domain::score::ProfileType;
use crate::domain::source::activity::{Business, Day};
use crate::error::{Error, Result};
use crate::features::extractor::{FeatureExtractor, Scratch};
use crate::features::feature_spec::FeatureSpec;
use crate::features::population::Population;
use crate::model::explain::Explainer;
use crate::pipeline::scoring;
use crate::runs::find::FoundRun;
use crate::runs::layout;
use crate::runs::model_file::ModelFile;
use crate::workspace::Workspace;

pub struct ScoringContext {
    model: ModelFile,
    explainer: Explainer,
    pub snapshot: Snapshot,
}

impl ScoringContext {
    /// # Errors
    /// The model or what the run read is gone or broken.
    pub fn open(workspace: &Workspace, found: &FoundRun) -> Result<ScoringContext> {
        let model_run = found.run.model_run.as_ref().unwrap_or(&found.run.id);
        let model = workspace.paths.runs(&found.run.score).join(model_run).join(layout::MODEL);
        let snapshot = Snapshot::open(&found.folder)?;
        let model = ModelFile::read(&model).map_err(|error| {
            error
                .hint("`propensity doctor` tells what is missing; these scores stay, and their reasons need this model")
        })?;
        let explainer = Explainer::new(&model.deployed.forest)?;
        Ok(ScoringContext { model, explainer, snapshot })
    }

    pub fn spec(&self) -> &FeatureSpec {
        &self.model.deployed.spec
    }

    pub fn profile_type(&self) -> ProfileType {
        self.spec().profile_type
    }

    /// The profile with all that its features depend on.
    ///
    /// # Errors
    /// The run did not know it, or a file cannot be read on.
    pub fn business_around(&self, id: &str) -> Result<Business> {
        self.snapshot
            .around(self.profile_type(), id)?
            .ok_or_else(|| Error::new(format!("The run did not know a profile '{id}'.")))
    }

    /// The features of a profile at a cutoff; NaN is missing.
    pub fn features(&self, population: &Population<'_>, profile: u32, cutoff: Day) -> Vec<f32> {
        let mut cells = vec![f32::NAN; self.spec().width()];
        FeatureExtractor::new(population, self.spec()).extract(profile, cutoff, &mut cells, &mut Scratch::default());
        cells
    }

    /// z: the calibrated log-odds of these features.
    pub fn z(&self, cells: &[f32]) -> f64 {
        self.model.deployed.calibration.apply(self.model.deployed.forest.margin(cells))
    }

    /// The score of these features, 0 to 100.
    pub fn score(&self, cells: &[f32]) -> f64 {
        crate::domain::explanation::score(self.z(cells), self.model.base_log_odds)
    }

    /// Why these features have their score.
    pub fn explain(&self, cells: &[f32]) -> Explanation {
        let calibration = &self.model.deployed.calibration;
        let mut phi = vec![0.0; cells.len()];
        self.explainer.contributions(cells, &mut phi);
        phi.iter_mut().for_each(|p| *p *= calibration.beta);
        let b = self.model.base_log_odds;
        let starting_point = calibration.alpha + calibration.beta * self.explainer.expected() - b;
        Explanation { z: self.z(cells), b, starting_point, factors: scoring::factors(self.spec(), cells, &phi) }
    }

    /// The features with their words.
    pub fn named_features(&self, cells: &[f32]) -> Vec<FeatureValue> {
        let spec = self.spec();
        let named = |(at, &value): (usize, &f32)| {
            let choices = match spec.encoder(at).filter(|_| spec.columns[at].categorical) {
                Some(encoder) => (0..).map_while(|code: u16| encoder.decode(f32::from(code))).collect(),
                None => Vec::new(),
            };
            cell(&spec.columns[at].code, value, scoring::value_text(spec, at, value), choices)
        };
        cells.iter().enumerate().map(named).collect()
    }
}

/// The number of a profile.
///
/// # Errors
/// It is not there.
pub fn profile_index(population: &Population<'_>, id: &str) -> Result<u32> {
    population.profiles().find(id).ok_or_else(|| Error::new(format!("The run did not know a profile '{id}'.")))
}
