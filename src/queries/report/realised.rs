//! The part of a report that tells what time showed: the model against the one before, past predictions against what came,
//! what moved since the training.

use super::markdown::Markdown;
use super::{ReportInputs, share};
use crate::domain::drift::DistributionShift;
use crate::domain::feature_labels;
use crate::domain::format::{count, proportion};
use crate::domain::metrics::Estimate;
use crate::domain::realised::Realised;
use crate::domain::run::RunKind;
use crate::domain::text::Align;

pub fn challenge(out: &mut Markdown, inputs: &ReportInputs) {
    out.heading(2, "Against the champion");
    let Some(challenge) = &inputs.run.challenge else {
        out.sentence(match inputs.run.kind {
            RunKind::Training => "No model was compared with one before it.",
            RunKind::Scoring => "A scoring run compares no models.",
        });
        return;
    };
    out.fact("champion", &challenge.champion);
    out.fact("what came of it", &challenge.why);
    let auc = |of: &Option<Estimate>| of.map_or("not compared".to_string(), |auc| proportion(auc.value));
    out.fact("AUC of the new model", auc(&challenge.challenger_auc));
    out.fact("AUC of the champion on the same profiles", auc(&challenge.champion_auc));
    out.fact("difference", auc(&challenge.difference));
    let ends = challenge.difference.and_then(|d| d.low.zip(d.high));
    let ends = ends.map_or("none".into(), |(low, high)| format!("{} to {}", proportion(low), proportion(high)));
    out.fact("difference, paired 95 % interval", ends);
}

pub fn realised(out: &mut Markdown, inputs: &ReportInputs) {
    out.heading(2, "Expected against what came");
    let realised = &inputs.report.realised;
    if realised.is_empty() {
        out.sentence("The prediction timeframe of no past run has passed in the data.");
        return;
    }
    let value = |of: Option<Estimate>| of.map_or("–".to_string(), |e| format!("{:.4}", e.value));
    let auc = |of: Option<Estimate>| of.map_or("–".to_string(), |e| proportion(e.value));
    let row = |r: &Realised| {
        let (metrics, tested) = (&r.evaluation.metrics, r.tested.as_ref());
        vec![
            r.as_of.clone(),
            r.until.clone(),
            r.run.clone(),
            count(r.profiles),
            count(r.gone),
            if r.hindsight { "yes" } else { "no" }.into(),
            share(r.expected),
            share(r.rate()),
            auc(metrics.auc),
            auc(tested.and_then(|t| t.auc)),
            value(metrics.lift_10),
            value(tested.and_then(|t| t.lift_10)),
        ]
    };
    let header = [
        ("as of", Align::Left),
        ("until", Align::Left),
        ("run", Align::Left),
        ("profiles", Align::Right),
        ("gone since", Align::Right),
        ("in hindsight", Align::Left),
        ("expected", Align::Right),
        ("came", Align::Right),
        ("AUC", Align::Right),
        ("AUC in the test", Align::Right),
        ("lift at 10 %", Align::Right),
        ("lift in the test", Align::Right),
    ];
    out.table(&header, &realised.iter().map(row).collect::<Vec<_>>());
}

pub fn drift(out: &mut Markdown, inputs: &ReportInputs) {
    out.heading(2, "Drift since the training");
    let Some(drift) = &inputs.report.drift else {
        out.sentence(match inputs.run.kind {
            RunKind::Training => "A training run begins anew.",
            RunKind::Scoring => "It is not known: the run did not come so far, or its model has no baseline.",
        });
        return;
    };
    out.fact("training run", &drift.model_run);
    out.fact("profiles compared, then", count(drift.reference));
    out.fact("profiles compared, now", count(drift.current));
    out.fact("features compared", count(drift.features));
    out.fact("threshold", format!("{}", drift.threshold));
    if drift.is_stable() {
        out.sentence("Nothing moved by more than chance explains.");
    }
    if drift.drifted.is_empty() && drift.scores.is_none() {
        return;
    }
    let row = |m: &DistributionShift| {
        let name = if m.code == "scores" { m.label.clone() } else { feature_labels::for_code(&m.code).label };
        let grows = if m.grows_with_calendar() { "yes" } else { "no" };
        vec![
            name,
            format!("{:.4}", m.psi),
            format!("{:.4}", m.critical_psi),
            grows.into(),
            m.reference.clone(),
            m.current.clone(),
        ]
    };
    let header = [
        ("what", Align::Left),
        ("shift", Align::Right),
        ("by chance, at most", Align::Right),
        ("grows with the calendar", Align::Left),
        ("then", Align::Left),
        ("now", Align::Left),
    ];
    out.table(&header, &drift.scores.iter().chain(&drift.drifted).map(row).collect::<Vec<_>>());
}
