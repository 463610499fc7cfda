//! The part of a report that says what was learned: the population, the test of the model, the factors, the leak radar,
//! the scores.

use super::markdown::Markdown;
use super::{ReportInputs, effect, figure, share};
use crate::domain::explanation::Band;
use crate::domain::format::{count, proportion};
use crate::domain::metrics::{CalibrationBin, Estimate, Evaluation, Metrics};
use crate::domain::run::{FactorSummary, Run, RunKind};
use crate::domain::text::Align;
use crate::domain::value_effects::Bin;
use crate::runs::report_json::{ModelReport, Report};

/// Factors told over all profiles, factors told of each band, and factors whose values are told.
const MOST: usize = 20;
const MOST_OF_BAND: usize = 10;
const MOST_WITH_VALUES: usize = 3;

pub fn population(out: &mut Markdown, inputs: &ReportInputs) {
    out.heading(2, "Population");
    out.fact("profiles scored", count(inputs.run.population.scored));
    if inputs.run.population.outside_rule > 0 {
        out.fact("profiles outside the rule of who is scored", count(inputs.run.population.outside_rule));
    }
    let Some((run, report)) = trained(out, inputs) else { return };
    let (people, cutoffs) = (&run.population, &run.cutoffs);
    out.fact("training rows", count(people.train));
    out.fact("training rows drawn", count(people.train_sampled));
    out.fact("converting profiles in the training", count(people.train_conversions));
    out.fact("profiles tested", count(people.test));
    out.fact("conversions in the test", count(people.test_conversions));
    let tests: Vec<&str> = cutoffs.tests().collect();
    out.fact("test cutoff", if tests.is_empty() { "none".to_string() } else { tests.join(", ") });
    if !cutoffs.out_of_season.is_empty() {
        out.fact("out of season, not tested", cutoffs.out_of_season.join(", "));
    }
    out.fact("training cutoffs", count(cutoffs.training.len() as u64));
    out.fact("newest training cutoff", cutoffs.training.first().map_or("none", String::as_str));
    out.fact("oldest training cutoff", cutoffs.training.last().map_or("none", String::as_str));
    out.heading(3, "Base rates by cutoff");
    if report.base_rates.is_empty() {
        out.sentence("No matured cutoff was reached.");
        return;
    }
    let header = [
        ("cutoff", Align::Left),
        ("eligible", Align::Right),
        ("conversions", Align::Right),
        ("base rate", Align::Right),
    ];
    let rows: Vec<Vec<String>> = (report.base_rates.iter())
        .map(|b| vec![b.cutoff.clone(), count(b.eligible), count(b.conversions), share(b.rate)])
        .collect();
    out.table(&header, &rows);
}

/// The training run behind the model; of a scoring run it says which that is.
fn trained<'b>(out: &mut Markdown, inputs: &'b ReportInputs) -> Option<(&'b Run, &'b Report)> {
    let Some((run, report)) = &inputs.trained else {
        let gone = |id: &String| format!("{id}, which is not there any more");
        out.fact("trained by the run", inputs.run.model_run.as_ref().map_or("none".into(), gone));
        return None;
    };
    if inputs.run.kind == RunKind::Scoring {
        out.fact("trained by the run", &run.id);
    }
    Some((run, report))
}

pub fn evaluation(out: &mut Markdown, inputs: &ReportInputs) {
    out.heading(2, "Evaluation");
    let Some((run, report)) = trained(out, inputs) else { return };
    let (Some(evaluation), Some(metrics)) = (&report.evaluation, &run.metrics) else {
        out.sentence("The test was not reached.");
        return;
    };
    out.fact("verdict", run.verdict.map_or("none".into(), |v| v.to_string()));
    out.fact("test", if run.out_of_time { "out of time" } else { "by groups of profiles, not out of time" });
    out.fact("profiles", count(evaluation.profiles));
    out.fact("conversions", count(evaluation.conversions));
    out.fact("groups resampled as a whole", count(evaluation.clusters));
    let without = run.auc_without_attributes.map_or("not computed".into(), proportion);
    out.fact("AUC without undated attributes", without);
    estimates(out, metrics, evaluation);
    if let Some(model) = &report.model {
        self::model(out, report, model);
    }
    calibration(out, &evaluation.calibration);
    deciles(out, evaluation);
    scores_by_outcome(out, evaluation);
}

/// Every metric with its interval, and the baselines.
fn estimates(out: &mut Markdown, metrics: &Metrics, evaluation: &Evaluation) {
    let row = |(name, estimate): (&str, &Option<Estimate>)| {
        // An AUC is written as everywhere; the others with as many decimals as a comparison of two reports takes.
        let figure = |v: f64| if name.contains("AUC") { proportion(v) } else { format!("{v:.4}") };
        let shown = |value: Option<f64>| value.map_or("–".into(), figure);
        let of = |end: fn(&Estimate) -> Option<f64>| shown(estimate.as_ref().and_then(end));
        vec![name.into(), of(|e| Some(e.value)), of(|e| e.low), of(|e| e.high)]
    };
    let header =
        [("", Align::Left), ("value", Align::Right), ("95 % interval from", Align::Right), ("to", Align::Right)];
    out.heading(3, "Metrics");
    let all = [
        ("AUC", &metrics.auc),
        ("PR-AUC", &metrics.pr_auc),
        ("lift at 10 %", &metrics.lift_10),
        ("log loss", &metrics.log_loss),
        ("Brier", &metrics.brier),
    ];
    let mut rows = all.map(row).to_vec();
    if metrics.active_auc.is_some() {
        rows.insert(1, row(("AUC among those who ever did anything", &metrics.active_auc)));
    }
    out.table(&header, &rows);
    out.heading(3, "Baselines");
    let all = [
        ("base rate", &metrics.base_rate),
        ("AUC of recency", &metrics.recency_auc),
        ("AUC gained on recency, paired", &evaluation.gain_on_recency),
    ];
    out.table(&header, &all.map(row));
}

fn model(out: &mut Markdown, report: &Report, model: &ModelReport) {
    out.heading(3, "Model");
    let settings = &model.recipe.settings;
    out.fact("features", count(model.features as u64));
    out.fact("rounds", count(model.recipe.rounds as u64));
    out.fact("leaves", count(settings.leaves as u64));
    out.fact("learning rate", figure(settings.eta));
    out.fact("least child weight", figure(settings.min_child_weight));
    out.fact("lambda", figure(settings.lambda));
    out.fact("rows sampled per tree", share(settings.subsample));
    out.fact("columns sampled per tree", share(settings.colsample));
    if let Some(ridge) = &model.recipe.ridge {
        out.fact("ridge logistic, share of the model", share(ridge.share));
        out.fact("ridge logistic, penalty", figure(ridge.penalty));
    }
    if let Some(days) = model.recipe.half_life_days {
        out.fact("days after which a row weighs half", count(u64::from(days)));
    }
    if let Some(trial) = &model.links {
        out.fact("links", trial.words());
    }
    out.fact("out-of-fold loss", format!("{:.6}", model.out_of_fold_loss));
    out.fact("calibration, alpha", format!("{:.4}", model.calibration.0));
    out.fact("calibration, beta", format!("{:.4}", model.calibration.1));
    out.fact("base rate that scores are relative to", share(model.base_rate));
    match &report.tuning {
        None => out.fact("tuning", "none"),
        Some(tuning) => {
            out.fact("tuning, settings tried", count(tuning.tried as u64));
            out.fact("tuning, test AUC before", proportion(tuning.default_auc));
            out.fact("tuning, test AUC of the best by out-of-fold loss", proportion(tuning.tuned_auc));
            out.fact("tuning, taken", if tuning.taken { "yes" } else { "no" });
        }
    }
}

fn calibration(out: &mut Markdown, bins: &[CalibrationBin]) {
    if bins.is_empty() {
        return;
    }
    out.heading(3, "Calibration");
    let header = [
        ("bin", Align::Right),
        ("profiles", Align::Right),
        ("predicted", Align::Right),
        ("observed", Align::Right),
        ("95 % interval from", Align::Right),
        ("to", Align::Right),
    ];
    let row = |(at, bin): (usize, &CalibrationBin)| {
        let rates = [bin.predicted, bin.observed, bin.low, bin.high].map(share);
        [vec![(at + 1).to_string(), count(bin.profiles)], rates.to_vec()].concat()
    };
    out.table(&header, &bins.iter().enumerate().map(row).collect::<Vec<_>>());
}

fn deciles(out: &mut Markdown, evaluation: &Evaluation) {
    if evaluation.deciles.is_empty() {
        return;
    }
    out.heading(3, "Lift by tenth");
    let header = [("tenth, best first", Align::Right), ("conversion rate", Align::Right), ("lift", Align::Right)];
    let rows: Vec<Vec<String>> = (evaluation.deciles.iter())
        .map(|d| vec![d.decile.to_string(), share(d.rate), format!("{:.2}", d.lift)])
        .collect();
    out.table(&header, &rows);
}

fn scores_by_outcome(out: &mut Markdown, evaluation: &Evaluation) {
    let scores = &evaluation.scores;
    if scores.converted.is_empty() {
        return;
    }
    out.heading(3, "Scores by outcome");
    let header = [("score", Align::Right), ("converted", Align::Right), ("did not convert", Align::Right)];
    let rows: Vec<Vec<String>> = (scores.converted.iter().zip(&scores.not_converted).enumerate())
        .map(|(at, (yes, no))| vec![format!("{} to {}", 5 * at, 5 * at + 5), count(*yes), count(*no)])
        .collect();
    out.table(&header, &rows);
}

pub fn factors(out: &mut Markdown, inputs: &ReportInputs) {
    out.heading(2, "Influential factors");
    let importance = &inputs.importance;
    if importance.all.is_empty() {
        out.sentence("No factor contributes to any score.");
        return;
    }
    out.sentence("Mean effect: by what the factor typically multiplies or divides the odds.");
    out.sentence("Matters to: the share of profiles whose odds it changes by a quarter or more.");
    out.heading(3, "Over all scored profiles");
    out.fact("factors that contribute", count(importance.all.len() as u64));
    list(out, inputs, &importance.all, MOST);
    for band in &importance.bands {
        out.heading(3, &format!("In the band {}", band.band.word()));
        out.fact("profiles", count(band.profiles));
        if !band.factors.is_empty() {
            list(out, inputs, &band.factors, MOST_OF_BAND);
        }
    }
    values(out, inputs);
}

fn list(out: &mut Markdown, inputs: &ReportInputs, factors: &[FactorSummary], most: usize) {
    let header = [
        ("rank", Align::Right),
        ("factor", Align::Left),
        ("code", Align::Left),
        ("the score", Align::Left),
        ("mean effect", Align::Right),
        ("share", Align::Right),
        ("matters to", Align::Right),
    ];
    let row = |(at, factor): (usize, &FactorSummary)| {
        vec![
            (at + 1).to_string(),
            factor.label.clone(),
            factor.code.clone(),
            inputs.importance.direction(factor).into(),
            effect(factor.mean_absolute),
            share(factor.share),
            share(factor.influenced_share),
        ]
    };
    out.table(&header, &factors.iter().take(most).enumerate().map(row).collect::<Vec<_>>());
}

/// The values of the first factors.
fn values(out: &mut Markdown, inputs: &ReportInputs) {
    let importance = &inputs.importance;
    let header = [
        ("value", Align::Left),
        ("tested", Align::Right),
        ("converted", Align::Right),
        ("rate", Align::Right),
        ("scored", Align::Right),
        ("mean effect", Align::Right),
    ];
    for values in importance.values.iter().take(MOST_WITH_VALUES) {
        out.heading(3, &format!("Values of {}", super::plain(&values.label)));
        out.fact("code", &values.code);
        out.fact("unit", if values.unit.is_empty() { "none" } else { &values.unit });
        out.fact("tested at the cutoff", importance.tested_at.as_deref().unwrap_or("none"));
        let row = |bin: &Bin| {
            vec![
                values.words(bin),
                count(bin.tested),
                count(bin.conversions),
                bin.rate().map_or("–".into(), share),
                count(bin.scored),
                bin.contribution.map_or("–".into(), effect),
            ]
        };
        out.table(&header, &values.bins.iter().map(row).collect::<Vec<_>>());
    }
    if let Some(why) = &importance.no_values {
        out.heading(3, "Values of the factors");
        out.sentence(why);
    }
}

pub fn leaks(out: &mut Markdown, inputs: &ReportInputs) {
    out.heading(2, "Leak radar");
    let Some((_, report)) = trained(out, inputs) else { return };
    if report.evaluation.is_none() {
        out.sentence("It was not reached.");
    } else if report.leaks.is_empty() {
        out.sentence("No feature tells the outcome too well to be true.");
    } else {
        let header = [("feature", Align::Left), ("code", Align::Left), ("evidence", Align::Left)];
        let rows: Vec<Vec<String>> =
            report.leaks.iter().map(|l| vec![l.label.clone(), l.code.clone(), l.evidence.clone()]).collect();
        out.table(&header, &rows);
    }
}

pub fn scores(out: &mut Markdown, inputs: &ReportInputs) {
    out.heading(2, "Scores");
    let (run, report) = (&inputs.run, &inputs.report);
    let limits = report.band_limits.unwrap_or(inputs.bands);
    out.fact("the band High begins at", limits.high.to_string());
    out.fact("the band Medium begins at", limits.medium.to_string());
    if report.band_limits.is_none() {
        out.sentence("- the run kept no limits; these are those of the configuration");
    }
    if run.population.scored == 0 {
        out.sentence("- scores: nobody was scored");
        return;
    }
    out.fact("starting point of every profile", report.starting_point.map_or("not known".into(), effect));
    let all = run.population.scored.max(1) as f64;
    out.heading(3, "Bands");
    let of = |band: Band| run.bands.iter().find(|b| b.band == band).map_or(0, |b| b.profiles);
    let rows = Band::ALL.map(|band| vec![band.word().into(), count(of(band)), share(of(band) as f64 / all)]);
    out.table(&[("band", Align::Left), ("profiles", Align::Right), ("share", Align::Right)], &rows);
    out.heading(3, "Distribution");
    let rows: Vec<Vec<String>> = (run.histogram.iter().enumerate())
        .map(|(at, n)| vec![format!("{} to {}", 5 * at, 5 * at + 5), count(*n), share(*n as f64 / all)])
        .collect();
    out.table(&[("score", Align::Right), ("profiles", Align::Right), ("share", Align::Right)], &rows);
}
