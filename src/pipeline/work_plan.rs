//! What a run has still to do, told to its journal before it is done and again whenever more is known: guessed from the
//! sources and from the last run of the score first, then counted. [`run`](super::run) makes the plan and gives it to the
//! work as its [`Progress`]; [`work_progress`](crate::domain::run::work_progress) adds up what it says.

use super::run_options::RunContext;
use super::stages::Recorder;
use crate::data::readers::row_estimate::ExpectedRows;
use crate::domain::progress::Progress;
use crate::domain::run::stage::StageName;
use crate::domain::run::work::{Step, Work};
use crate::domain::run::work_progress::FinishedStep;
use crate::domain::run::{RunKind, Status};
use crate::domain::score::ProfileType;
use crate::model::blend::Recipe;
use crate::model::train::{PATIENCE, round_size};
use crate::runs::{find, index, journal_state};
use crate::workspace::Workspace;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Features of a model of which nothing is known yet.
const USUAL_WIDTH: f64 = 100.0;
/// Leaves of the trees of a fit of which nothing is known yet.
const USUAL_LEAVES: usize = 24;
/// Rounds after which a fit stops early, before any fit of the run and of the last one has told.
const USUAL_ROUNDS: u64 = 130;
/// Cutoffs at which a profile is eligible, on average.
const USUAL_CUTOFFS: u64 = 10;

/// The rows of a training run, and what is fitted on them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainingSizes {
    /// Rows of the evaluation fit.
    pub train: u64,
    /// Rows of the test.
    pub test: u64,
    /// Rows of the deployed fit.
    pub matured: u64,
    /// Columns of the matrix.
    pub width: f64,
    /// Leaves of the trees.
    pub leaves: usize,
    /// Settings tried, times the folds that are held out.
    pub searched: usize,
    /// Folds held out for a ridge logistic; 0 where none is tried.
    pub ridge: u64,
    /// Rounds of a fit that does not stop early; 0 before they are chosen.
    pub rounds: u64,
    /// The model has trees; a ridge logistic alone has no boosting rounds.
    pub boosted: bool,
    /// The test is by groups of profiles, each of which takes two fits.
    pub folds: usize,
    /// A fit without today's attributes is tested, too.
    pub without_attributes: bool,
}

impl TrainingSizes {
    /// A fit on a share of the training rows, with another share held out where it searches for the rounds.
    fn fit(&self, share: f64, held_out: f64) -> Step {
        let rows = self.train as f64;
        let size = round_size((share * rows, held_out * rows), self.width, self.leaves);
        let open = held_out > 0.0;
        Step { open, ..Step::new(Work::Fit, if open { 0 } else { self.rounds }, size) }
    }

    /// The recipe is chosen.
    pub fn choose(&mut self, recipe: &Recipe) {
        (self.rounds, self.leaves) = (recipe.rounds as u64, recipe.settings.leaves);
        self.boosted = recipe.ridge.is_none_or(|ridge| ridge.share < 1.0);
    }

    /// A fit with the rounds that are chosen; none where the model has no trees.
    fn chosen_fit(&self, share: f64) -> Option<Step> {
        self.boosted.then(|| self.fit(share, 0.0))
    }

    /// Before the search for settings and rounds.
    pub fn search(&self) -> Vec<Step> {
        let mut steps = vec![self.fit(0.8, 0.2); self.searched];
        if self.ridge > 0 {
            steps.push(Step::new(Work::Ridge, self.ridge, self.train as f64 * self.width));
        }
        [steps, self.test()].concat()
    }

    /// After it: the tested fit, and the one without attributes.
    pub fn test(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        for _ in 0..self.folds {
            steps.push(self.fit(0.64, 0.16));
            steps.extend(self.chosen_fit(0.8));
        }
        if self.folds == 0 {
            steps.extend(self.chosen_fit(1.0));
        }
        steps.push(Step::new(Work::Test, self.test, 1.0));
        [steps, self.after_test()].concat()
    }

    /// After the test.
    pub fn after_test(&self) -> Vec<Step> {
        self.chosen_fit(1.0).filter(|_| self.without_attributes).into_iter().collect()
    }

    /// Of the stage that deploys the model.
    pub fn deploy(&self) -> Vec<Step> {
        let (rows, width) = (self.matured, self.width);
        let size = round_size((rows as f64, 0.0), width, self.leaves);
        let fit = self.boosted.then(|| Step::new(Work::Fit, self.rounds, size));
        let (features, describe) = (Step::new(Work::Features, rows, width), Step::new(Work::Describe, rows, width));
        [Some(features), fit, Some(describe)].into_iter().flatten().collect()
    }
}

/// The last successful run of the score.
#[derive(Debug, Default)]
struct LastRun {
    steps: Vec<FinishedStep>,
    rates: BTreeMap<Work, f64>,
}

impl LastRun {
    /// Of this kind, or else of the other, which reads and scores as well.
    fn of(workspace: &Workspace, score: &str, kind: RunKind) -> LastRun {
        let lines = index::of(workspace, score).lines;
        let successful = || lines.iter().filter(|line| line.status == Status::Successful);
        let last = successful().filter(|line| line.kind == kind).max_by(|a, b| a.id.cmp(&b.id));
        let last = last.or_else(|| successful().max_by(|a, b| a.id.cmp(&b.id)));
        let found = last.and_then(|line| find::of_score(workspace, score, &line.id).ok());
        let steps = found.map_or(Vec::new(), |found| journal_state::of_published(&found).work.finished().to_vec());
        let mut sums: BTreeMap<Work, (f64, f64)> = BTreeMap::new();
        for FinishedStep { step, seconds, .. } in &steps {
            let sum = sums.entry(step.work).or_default();
            *sum = (sum.0 + seconds, sum.1 + step.units());
        }
        let rates = sums.into_iter().filter(|(_, (_, units))| *units > 0.0);
        LastRun { rates: rates.map(|(work, (seconds, units))| (work, seconds / units)).collect(), steps }
    }

    fn steps(&self, stage: StageName) -> impl Iterator<Item = Step> {
        self.steps.iter().filter(move |f| f.stage == stage.word()).map(|f| f.step)
    }

    /// Rounds after which its fits stopped early, on average.
    fn rounds(&self) -> Option<u64> {
        let open: Vec<u64> =
            self.steps.iter().map(|f| f.step).filter(|s| s.work == Work::Fit && s.open).map(|s| s.count).collect();
        mean(&open)
    }
}

fn mean(counts: &[u64]) -> Option<u64> {
    (!counts.is_empty()).then(|| counts.iter().sum::<u64>() / counts.len() as u64)
}

/// Whom a stage tells what it finds, and how far it is.
pub type Listeners<'a> = (&'a Recorder<'a>, &'a WorkPlan<'a>);

/// The plan of a run.
pub struct WorkPlan<'a> {
    recorder: &'a Recorder<'a>,
    last: LastRun,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Steps to come by the word of their stage. Rounds that are not known are 0.
    ahead: BTreeMap<&'static str, Vec<Step>>,
    /// Rounds after which the fits of this run stopped early.
    stopped: Vec<u64>,
    /// Rounds done of the present fit, where it may stop early.
    searching: Option<u64>,
    /// Fits that the training stage has begun.
    fits: usize,
    /// Columns of the last matrix made.
    width: Option<f64>,
}

impl<'a> WorkPlan<'a> {
    /// The first plan of a run: what the last run of the score did, or else guesses from the size of the sources.
    pub(crate) fn new(workspace: &Workspace, context: &RunContext<'_>, recorder: &'a Recorder<'a>) -> WorkPlan<'a> {
        let (score, kind) = (context.score, context.options.kind);
        let last = LastRun::of(workspace, &score.id, kind);
        let rows = ExpectedRows::of(&workspace.config);
        let plan = WorkPlan { recorder, last, state: Mutex::default() };
        recorder.plan(StageName::Read, &[Step::new(Work::RollUp, rows.total(), 1.0)], &plan.last.rates);
        let known = match score.profile_type {
            ProfileType::Person => rows.persons,
            ProfileType::Account => rows.accounts,
        };
        // Without a source of their own, profiles are those that events name.
        let profiles = if known > 0 { known } else { rows.events / 50 };
        let drawn = (USUAL_CUTOFFS * profiles).min(workspace.config.training.max_rows as u64);
        let sizes = TrainingSizes {
            train: drawn,
            test: profiles,
            matured: drawn,
            width: plan.width(),
            leaves: USUAL_LEAVES,
            searched: 2,
            ridge: 0,
            rounds: 0,
            boosted: true,
            folds: 0,
            without_attributes: true,
        };
        let check = [Step::new(Work::Check, profiles, 1.0)];
        let cells = |work| Step::new(work, sizes.train, sizes.width);
        let train = [vec![cells(Work::Features), cells(Work::Leaks)], sizes.search()].concat();
        for &stage in StageName::of(kind) {
            let guess = match stage {
                StageName::Read => continue,
                StageName::Check => check.to_vec(),
                StageName::Train => train.clone(),
                StageName::Deploy => sizes.deploy(),
                StageName::Score => plan.score_steps(profiles),
                StageName::Publish => vec![Step::new(Work::Keep, rows.events, 1.0)],
            };
            let as_last: Vec<Step> = plan.last.steps(stage).collect();
            plan.set(stage, if as_last.is_empty() { guess } else { as_last });
        }
        plan
    }

    /// The rows of a training run are drawn.
    pub fn rows_drawn(&self, sizes: &TrainingSizes) {
        let cells = |work| Step::new(work, sizes.train, sizes.width);
        self.set(StageName::Train, [vec![cells(Work::Features), cells(Work::Leaks)], sizes.search()].concat());
        self.set(StageName::Deploy, sizes.deploy());
    }

    /// So many profiles will be scored, and so many rows of daily activity kept.
    pub fn counted(&self, profiles: u64, rows: u64) {
        self.set(StageName::Score, self.score_steps(profiles));
        self.set(StageName::Publish, vec![Step::new(Work::Keep, rows, 1.0)]);
    }

    /// Columns of the matrix of this run, or else of the last one.
    pub fn width(&self) -> f64 {
        if let Some(width) = self.state().width {
            return width;
        }
        let features = self.last.steps.iter().map(|f| f.step).find(|s| s.work == Work::Features);
        features.map_or(USUAL_WIDTH, |s| s.size)
    }

    fn score_steps(&self, profiles: u64) -> Vec<Step> {
        [Work::Rank, Work::Score].map(|work| Step::new(work, profiles, self.width())).to_vec()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, stage: StageName, steps: Vec<Step>) {
        self.state().ahead.insert(stage.word(), steps);
        self.tell(stage);
    }

    /// Rounds after which a fit is expected to stop early: as those of this run so far, or of the last one.
    fn rounds(&self, state: &State) -> u64 {
        mean(&state.stopped).or_else(|| self.last.rounds()).unwrap_or(USUAL_ROUNDS)
    }

    fn tell(&self, stage: StageName) {
        let steps = {
            let state = self.state();
            let rounds = self.rounds(&state);
            let mut steps = state.ahead.get(stage.word()).cloned().unwrap_or_default();
            if stage == StageName::Train {
                steps.extend(self.tuning(&state, &steps));
            }
            for step in steps.iter_mut().filter(|s| s.work == Work::Fit && s.count == 0) {
                // Without held-out rows a fit has the rounds of the least loss, which came before the search stopped.
                step.count = if step.open { rounds } else { rounds.saturating_sub(PATIENCE as u64).max(1) };
            }
            steps
        };
        self.recorder.plan(stage, &steps, &BTreeMap::new());
    }

    /// Fits that the last run had beyond those planned, because it tuned; until this one's test says whether it does.
    fn tuning(&self, state: &State, steps: &[Step]) -> Vec<Step> {
        let is_fit = |step: &Step| step.work == Work::Fit;
        if !steps.iter().any(|step| step.work == Work::Test) {
            return Vec::new();
        }
        let planned = state.fits + steps.iter().filter(|step| is_fit(step)).count();
        let before: Vec<Step> = self.last.steps(StageName::Train).filter(is_fit).collect();
        let beyond = before.len().saturating_sub(planned);
        // Its last fit was the one without attributes, or that of the tuned settings.
        before.into_iter().rev().skip(1).take(beyond).collect()
    }

    /// What the end of a fit that stopped early tells of those to come.
    fn end_search(&self, state: &mut State) -> bool {
        let stopped = state.searching.take().filter(|rounds| *rounds > 0);
        state.stopped.extend(stopped);
        stopped.is_some()
    }
}

impl Progress for WorkPlan<'_> {
    fn advance(&self, done: u64, total: Option<u64>) {
        if let Some(rounds) = &mut self.state().searching {
            *rounds = done;
        }
        self.recorder.advance(done, total);
    }

    fn plan(&self, stage: StageName, steps: &[Step]) {
        self.end_search(&mut self.state());
        self.set(stage, steps.to_vec());
    }

    fn begin_step(&self, mut step: Step) {
        let Some(stage) = self.recorder.stage() else { return };
        let news = {
            let mut state = self.state();
            let news = self.end_search(&mut state);
            if let Some(ahead) = state.ahead.get_mut(stage.word())
                && let Some(place) = ahead.iter().position(|s| s.work == step.work)
            {
                ahead.remove(place);
            }
            if step.work == Work::Features {
                state.width = Some(step.size);
            }
            if step.work == Work::Fit {
                state.fits += usize::from(stage == StageName::Train);
                if step.open {
                    state.searching = Some(0);
                    step.count = self.rounds(&state).min(step.count);
                }
            }
            news
        };
        self.recorder.begin_step(step);
        if news {
            self.tell(StageName::Train);
            self.tell(StageName::Deploy);
        }
    }

    fn cancelled(&self) -> bool {
        self.recorder.cancelled()
    }
}
