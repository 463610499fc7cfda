//! Tells the end of a run in one line, on whatever screen it is seen. Called where the scores were read anew.

use crate::domain::format::{count, counted, proportion};
use crate::domain::run::{Run, RunKind, Status, codes};
use crate::queries::score_summaries::ScoreSummary;
use crate::tui::app::{App, Severity};
use crate::tui::labels::plural;
use std::sync::Arc;

/// Compares the scores with how they were before: a score whose last run is another one now has had a run that ended.
pub fn tell(app: &mut App, before: &[Arc<ScoreSummary>]) {
    let ended = app.scores.iter().filter_map(|listed| {
        let known = before.iter().find(|old| old.score.id == listed.score.id && old.read)?;
        let run = listed.last.as_ref()?;
        (known.last.as_ref().map(|old| &old.id) != Some(&run.id)).then(|| (Arc::clone(listed), Arc::clone(run)))
    });
    let ended: Vec<_> = ended.collect();
    // The newest of several that ended at one time; all of them are in Monitoring.
    let Some((listed, run)) = ended.iter().max_by_key(|(_, run)| run.finished_at) else { return };
    let severity = match run.status {
        Status::Successful if run.warnings.is_empty() => Severity::Success,
        Status::Failed => Severity::Error,
        _ => Severity::Warning,
    };
    let others = match ended.len() - 1 {
        0 => String::new(),
        others => format!(" · {} more ended", counted(others as u64, "run", "runs")),
    };
    app.notify_of_end(severity, format!("{}{others}", sentence(listed, run)));
}

/// `Closed Won in 90 days: 221 scored, .901 Strong`.
pub fn sentence(listed: &ScoreSummary, run: &Run) -> String {
    let score = &listed.score;
    let text = match run.status {
        Status::Successful => {
            let scored = format!("{} {} scored", count(run.population.scored), plural(score.profile_type));
            let auc = run.metrics.as_ref().and_then(|metrics| metrics.auc).filter(|_| run.kind == RunKind::Training);
            let tested =
                auc.zip(run.verdict).map(|(auc, verdict)| format!(", AUC {} {verdict}", proportion(auc.value)));
            let warned = match run.warnings.len() {
                0 => String::new(),
                warnings => format!(" · {}", counted(warnings as u64, "warning", "warnings")),
            };
            format!("{scored}{}{warned}", tested.unwrap_or_default())
        }
        Status::Failed => match codes::for_run(run) {
            Some(code) => format!("the run failed. {}: {}", code.name(), code.title),
            None => format!("the run failed. {}", run.message),
        },
        status => format!("the run is {status}; the last good scores stay."),
    };
    format!("{}: {text}", score.name)
}
