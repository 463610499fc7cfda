//! Finds the run that is meant, for `run watch` and `run cancel`: given by its name or the only one there is. A run is
//! told by the id of its score and its own.

use crate::domain::run::run_progress::RunProgress;
use crate::domain::text::shell_quoted;
use crate::error::{Error, Result};
use crate::process::follow;
use crate::runs::find;
use crate::workspace::Workspace;

/// The run that a name stands for: the live one of a score, or any by its id.
pub fn by_name(workspace: &Workspace, name_or_id: &str) -> Result<(String, String)> {
    if let Ok(score) = workspace.scores.find(name_or_id) {
        let live = follow::live_run(workspace, &score.id).ok_or_else(|| {
            Error::new(format!("No run of '{}' is live.", score.name))
                .hint(format!("propensity run show {}", shell_quoted(&score.name)))
        })?;
        return Ok((score.id, live.run));
    }
    for score in follow::live_scores(workspace) {
        if follow::live_run(workspace, &score).is_some_and(|live| live.run == name_or_id) {
            return Ok((score, name_or_id.into()));
        }
    }
    let found = find::find(workspace, name_or_id)?;
    Ok((found.run.score, found.run.id))
}

/// The only run that is live.
pub fn only(workspace: &Workspace) -> Result<(String, String)> {
    let scores = follow::live_scores(workspace);
    let live = scores.iter().filter_map(|score| follow::live_run(workspace, score)).filter(RunProgress::is_running);
    let live: Vec<RunProgress> = live.collect();
    match live.as_slice() {
        [one] => Ok((one.score.clone(), one.run.clone())),
        [] => Err(Error::new("No run is live.").hint("`propensity run list` lists the runs")),
        many => {
            let error = Error::new(format!("{} runs are live; which one is meant?", many.len()));
            let error = many.iter().fold(error, |error, l| error.because(format!("{} of {}", l.run, l.score)));
            Err(error.hint(format!("propensity run watch {}", shell_quoted(&many[0].score))))
        }
    }
}
