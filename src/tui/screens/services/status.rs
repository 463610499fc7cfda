//! How a score stands, in a sign and a word: the same in the list, the order of the list and the details.

use crate::domain::run::Status;
use crate::queries::score_summaries::ScoreSummary;
use crate::tui::app::App;
use crate::tui::theme::status_sign;
use ratatui::style::Style;

/// Sign, word and style.
pub fn status(app: &App, listed: &ScoreSummary) -> (&'static str, String, Style) {
    let theme = app.theme();
    if let Some(live) = app.live_run(&listed.score.id) {
        let cancelling = live.is_running() && live.cancelled_by.is_some();
        let word = if cancelling { "cancelling".into() } else { live.status.to_string() };
        return (status_sign(live.status), word, theme.status(live.status));
    }
    match &listed.last {
        Some(run) => {
            let word = match run.code {
                Some(code) if run.status == Status::Failed => format!("{}, {code}", run.status),
                _ => run.status.to_string(),
            };
            (status_sign(run.status), word, theme.status(run.status))
        }
        None if listed.read => ("·", "never run".into(), theme.dim()),
        None => (" ", String::new(), theme.dim()),
    }
}

/// Warnings of the last run, where it was successful.
pub fn warnings(app: &App, listed: &ScoreSummary) -> usize {
    let live = app.live_run(&listed.score.id).is_some();
    let run = listed.last.as_ref().filter(|run| !live && run.status == Status::Successful);
    run.map_or(0, |run| run.warnings.len())
}
