//! `propensity score list`: every score with its last run.

use super::output::ScoreOutput;
use crate::cli::format::{harmless, moment};
use crate::cli::session::Session;
use crate::cli::table::table;
use crate::domain::format::proportion;
use crate::domain::run::Status;
use crate::domain::text::Align;
use crate::error::Result;
use crate::queries::score_summaries;
use crate::workspace::Workspace;
use jiff::tz::TimeZone;

pub fn execute(session: &Session, workspace: &Workspace) -> Result<()> {
    let scores = workspace.scores.list()?;
    let overview = score_summaries::load(workspace, &[])?;
    let outputs = scores.iter().zip(&overview).map(|(score, of)| ScoreOutput::of(workspace, score, of));
    let outputs: Vec<ScoreOutput<'_>> = outputs.collect();
    session.print(&outputs, |outputs| text(outputs, &workspace.zone()))
}

fn text(outputs: &[ScoreOutput<'_>], zone: &TimeZone) -> String {
    if outputs.is_empty() {
        return "There is no score yet. Create one: propensity score create --help\n".into();
    }
    let header = [
        ("name", Align::Left),
        ("profile", Align::Left),
        ("test AUC", Align::Left),
        ("last run", Align::Left),
        ("status", Align::Left),
    ];
    table(&header, &outputs.iter().map(|output| row(output, zone)).collect::<Vec<_>>())
}

fn row(output: &ScoreOutput<'_>, zone: &TimeZone) -> Vec<String> {
    let (run, tested) = (output.last_run, output.tested);
    let auc = tested.and_then(|r| r.metrics.as_ref()).and_then(|m| m.auc.as_ref()).map(|a| proportion(a.value));
    let verdict = tested.and_then(|r| r.verdict).map(|v| v.to_string());
    let quality = [auc, verdict].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let status = match (output.live, run) {
        (Some(live), _) => live.to_string(),
        (None, Some(run)) => match run.code {
            Some(code) if run.status == Status::Failed => format!("{}, {code}", run.status),
            _ => run.status.to_string(),
        },
        (None, None) => "never run".into(),
    };
    vec![
        harmless(&output.score.name).into_owned(),
        output.score.profile_type.to_string(),
        if quality.is_empty() { "─".into() } else { quality },
        run.map_or("─".into(), |r| moment(r.started_at, zone)),
        status,
    ]
}
