//! Which model gives a score's scores: the champion. A training makes a challenger; it takes the champion's place unless the
//! test shows it to be worse (`challenge`). Any earlier model can be made champion again. Called by
//! [`process::execute`](crate::process::execute), the command line and the screens.
//!
//! The champion is no state of its own: it follows from the published runs and the last promotion, so that a crash
//! between two writes cannot leave one that is neither.

use super::find;
use super::find::FoundRun;
use super::index;
use super::layout;
use crate::domain::run::line::RunLine;
use crate::domain::score::Score;
use crate::domain::text::shell_quoted;
use crate::error::{Error, Result};
use crate::workspace::Workspace;

/// The id of the champion's training run among a score's runs.
pub fn of<'a>(score: &Score, lines: impl IntoIterator<Item = &'a RunLine>) -> Option<&'a str> {
    let mut models: Vec<&RunLine> = lines.into_iter().filter(|line| line.has_model()).collect();
    models.sort_unstable_by(|a, b| b.id.cmp(&a.id));
    let promoted = score.promoted.as_ref().and_then(|p| Some((models.iter().find(|m| m.id == p.run)?, &p.after)));
    let newest = models.iter().find(|m| !m.champion_kept);
    let champion = match promoted {
        Some((promoted, after)) => newest.filter(|m| m.id > *after).unwrap_or(promoted),
        // Where every model that won is gone, the newest that lost is better than none.
        None => newest.or(models.first())?,
    };
    Some(&champion.id)
}

/// The champion's training run; `None` before the first training.
pub fn current(workspace: &Workspace, score: &Score) -> Option<FoundRun> {
    let lines = index::of(workspace, &score.id).lines;
    let id = of(score, lines.iter().map(|line| &**line))?;
    find::of_score(workspace, &score.id, id).ok()
}

/// Makes the model of a training run the champion. Its scores come with the next scoring.
///
/// # Errors
/// There is no such run of this score, or it has no model; nothing can be written.
pub fn promote(workspace: &Workspace, wanted: &str, run: &str) -> Result<Score> {
    let score = workspace.scores.find(wanted)?;
    let lines = index::of(workspace, &score.id).lines;
    let named = || format!("The run {run} of '{}' has no model that scores can come from", score.name);
    let list = format!("propensity run list {}", shell_quoted(&score.name));
    let line = lines.iter().find(|line| line.id == run).ok_or_else(|| {
        Error::new(format!("There is no run {run} of '{}'.", score.name)).hint(format!("{list} lists the runs"))
    })?;
    if !line.has_model() {
        let why = format!("it is a {} run that is {}", line.kind, line.status);
        return Err(Error::new(named() + ".").because(why).hint("choose a training run that was successful"));
    }
    if of(&score, lines.iter().map(|line| &**line)) == Some(run) {
        let what = format!("The model of the run {run} is the champion of '{}' already.", score.name);
        return Err(Error::new(what)
            .hint(format!("propensity run start {} --kind scoring applies it", shell_quoted(&score.name))));
    }
    let folder = workspace.paths.runs(&score.id);
    let model = folder.join(run).join(layout::MODEL);
    super::model_file::ModelFile::read(&model).map_err(|e| Error::new(named() + ".").because(e.what))?;
    let newest = layout::newest(&folder).unwrap_or_default();
    workspace.scores.promote(&score.id, run, &newest)
}

#[cfg(test)]
mod tests {
    use super::super::summary_json;
    use super::*;
    use crate::domain::run::{RunKind, Status};
    use crate::domain::score::goal::Goal;
    use crate::domain::score::{ProfileType, Promotion};
    use jiff::Timestamp;

    fn score(promoted: Option<(&str, &str)>) -> Score {
        let at = Timestamp::UNIX_EPOCH;
        let mut score = Score::new("s", ProfileType::Person, Goal::parse("a.b").unwrap(), 30, at, "ann");
        score.promoted =
            promoted.map(|(run, after)| Promotion { run: run.into(), after: after.into(), at, by: "ann".into() });
        score
    }

    fn line(id: &str, kind: RunKind, status: Status, lost: bool) -> RunLine {
        let run = summary_json::empty(id, ("s", "s"), kind, Timestamp::UNIX_EPOCH);
        RunLine { status, champion_kept: lost, ..RunLine::from_run(&run) }
    }

    fn won(id: &str) -> RunLine {
        line(id, RunKind::Training, Status::Successful, false)
    }

    fn lost(id: &str) -> RunLine {
        line(id, RunKind::Training, Status::Successful, true)
    }

    #[test]
    fn the_newest_model_that_was_not_worse_is_champion() {
        let runs = [lost("4"), line("3", RunKind::Training, Status::Failed, false), won("2"), won("1")];
        assert_eq!(of(&score(None), &runs), Some("2"));
        assert_eq!(of(&score(None), &[line("9", RunKind::Scoring, Status::Successful, false)]), None);
        assert_eq!(of(&score(None), &[lost("4")]), Some("4"), "the winner was removed");
    }

    #[test]
    fn a_promoted_model_stays_until_a_later_training_wins() {
        let promoted = score(Some(("1", "4")));
        assert_eq!(of(&promoted, &[lost("5"), won("4"), won("2"), won("1")]), Some("1"));
        assert_eq!(of(&promoted, &[won("6"), lost("5"), won("4"), won("1")]), Some("6"));
        assert_eq!(of(&promoted, &[won("4"), won("2")]), Some("4"), "the promoted one was removed");
        assert_eq!(of(&score(Some(("4", "5"))), &[lost("4"), won("2")]), Some("4"), "one that had lost");
    }
}
