//! `propensity run show`: a published run, or one that is live or was interrupted, as far as it is known.

use super::output;
use crate::cli::session::Session;
use crate::cli::stdout;
use crate::error::Result;
use crate::process::follow;
use crate::runs::find;
use crate::runs::find::FoundRun;
use crate::runs::interrupted;
use crate::runs::layout;
use crate::workspace::Workspace;

pub fn execute(session: &Session, workspace: &Workspace, name_or_id: &str) -> Result<()> {
    for score in follow::live_scores(workspace) {
        let Some(live) = follow::live_run(workspace, &score).filter(|live| live.run == name_or_id) else { continue };
        let name = workspace.scores.find(&score).map_or_else(|_| score.clone(), |score| score.name);
        let folder = layout::live_path(&workspace.paths.runs(&score), &live.run);
        let next = match live.is_running() {
            true => format!("Follow it: propensity run watch {}", live.run),
            false => "Its process ended before it was done; the next run clears it away, and `run cancel` does.".into(),
        };
        let found = FoundRun { run: interrupted::summary(&live, &name), folder };
        output::print(session, &found)?;
        if !session.json {
            stdout::write(&format!("\n{next}\n"))?;
        }
        return Ok(());
    }
    output::print(session, &find::find(workspace, name_or_id)?)
}
