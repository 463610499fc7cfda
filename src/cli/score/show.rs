//! `propensity score show`: one score with its definition and its last run.

use super::output::ScoreOutput;
use crate::cli::format::{harmless, moment};
use crate::cli::run;
use crate::cli::session::Session;
use crate::domain::run::Run;
use crate::domain::score::ExcludeUntilActive;
use crate::domain::text::shell_quoted;
use crate::error::Result;
use crate::queries::score_summaries;
use crate::runs::find::FoundRun;
use crate::workspace::Workspace;
use jiff::tz::TimeZone;

pub fn execute(session: &Session, workspace: &Workspace, name_or_id: &str) -> Result<()> {
    let score = workspace.scores.find(name_or_id)?;
    let overview = score_summaries::of_score(workspace, score.clone());
    session.print(&ScoreOutput::of(workspace, &score, &overview), |output| {
        let definition = definition(output, &workspace.zone());
        match output.last_run {
            Some(run) => {
                let folder = workspace.paths.runs(&score.id).join(&run.id);
                definition + "\n" + &run::output::text(&FoundRun { run: Run::clone(run), folder })
            }
            None => definition + &format!("\nIt has no run yet: propensity run start {}\n", shell_quoted(&score.name)),
        }
    })
}

fn definition(output: &ScoreOutput<'_>, zone: &TimeZone) -> String {
    let s = output.score;
    let mut text = format!("{} ({})\n", harmless(&s.name), s.id);
    if !s.description.is_empty() {
        text += &format!("{}\n", harmless(&s.description));
    }
    text += &format!("\n  profile     {}\n  goal        {}\n", s.profile_type, harmless(&output.goal_sentence));
    for exclusion in &s.exclusions {
        text += &format!("  left out    who did {}\n", harmless(&exclusion.to_string()));
    }
    if !s.exclusions.is_empty() {
        text += &format!("  exclusion   holds {}\n", ExcludeUntilActive::how_long(s.excludes_until_active()));
    }
    for condition in &s.population.conditions {
        text += &format!("  scored      {}\n", harmless(&condition.to_string()));
    }
    let lists = [("with", &s.with), ("without", &s.without)];
    for (what, names) in lists.into_iter().filter(|(_, names)| !names.is_empty()) {
        text += &format!("  {what:<11} {}\n", harmless(&names.join(", ")));
    }
    text += &format!("  schedule    scoring {}, training {}\n", s.schedule.scoring, s.schedule.training);
    if let Some(champion) = output.champion {
        let promoted = s.promoted.as_ref().filter(|p| p.run == champion);
        let by = promoted.map_or(String::new(), |p| format!(", made champion by {}", harmless(&p.by)));
        text += &format!("  champion    {champion}{by}\n");
    }
    text + &format!(
        "  timeframe   {} days\n  repeatable  {}\n  merge       {}\n  created     {} by {}\n  updated     {} by {}\n",
        s.timeframe_days,
        s.repeatable,
        s.merge_policy,
        moment(s.created_at, zone),
        harmless(&s.created_by),
        moment(s.updated_at, zone),
        harmless(&s.updated_by)
    )
}
