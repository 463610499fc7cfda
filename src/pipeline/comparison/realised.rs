//! Past runs evaluated by what happened. Once the data reach the end of a run's prediction timeframe, the next run compares
//! its predictions with what came: one run a month, so that the timeframes overlap little. Called by
//! [`previous_runs`](crate::pipeline::previous_runs); the results go from report to report, so that they outlive the runs that they are about.

use crate::data::scores;
use crate::domain::progress::Progress;
use crate::domain::realised::Realised;
use crate::domain::realised::runs_to_evaluate;
use crate::domain::run::line::RunLine;
use crate::domain::source::activity::{Day, day_of, day_text};
use crate::error::{Error, Result};
use crate::features::labels::Labels;
use crate::features::population::Population;
use crate::features::rows::{self, Row};
use crate::model::evaluate::evaluate;
use crate::runs::layout;
use crate::runs::summary_json;
use crate::workspace::Workspace;
use std::sync::Arc;

/// What a run knows when it evaluates earlier ones.
pub(crate) struct RealisedEvaluator<'a> {
    pub workspace: &'a Workspace,
    pub score: &'a str,
    pub population: &'a Population<'a>,
    pub labels: &'a Labels,
    pub timeframe: Day,
    pub seed: u64,
}

/// Adds to `known` the months whose timeframe has passed in the data; tells of those that could not be evaluated.
///
/// # Errors
/// The run was cancelled.
pub(crate) fn update(
    evaluator: &RealisedEvaluator<'_>,
    known: Vec<Realised>,
    lines: &[Arc<RunLine>],
    progress: &dyn Progress,
) -> Result<(Vec<Realised>, Vec<Error>)> {
    let mut all = known;
    let mut failed = Vec::new();
    let observed = observed_until(evaluator.population);
    for (month, runs) in runs_to_evaluate(lines) {
        progress.check()?;
        if all.iter().any(|known| known.month() == month) {
            continue;
        }
        let mut why = None;
        for line in runs {
            let Ok(cutoff) = line.as_of.parse().map(day_of) else { continue };
            let end = cutoff + evaluator.timeframe;
            // One that could not be evaluated for so long never will be.
            if end > observed || end < observed - MAX_DELAY {
                continue;
            }
            match evaluator.evaluate_run(line, cutoff) {
                Ok(realised) => {
                    all.push(realised);
                    why = None;
                    break;
                }
                Err(error) => why = why.or(Some(error)),
            }
        }
        failed.extend(why);
    }
    all.sort_by(|a, b| a.as_of.cmp(&b.as_of));
    Ok((all, failed))
}

/// Days after the end of its timeframe within which a run is evaluated, or not at all.
const MAX_DELAY: Day = 365;

/// The day up to which outcomes were observed: the as-of date, or the end of the data where they do not reach it.
fn observed_until(population: &Population<'_>) -> Day {
    let business = population.business;
    let last = business.activity.rows.iter().map(|row| row.day + 1).max();
    last.unwrap_or(business.first_day).min(business.as_of)
}

impl RealisedEvaluator<'_> {
    fn evaluate_run(&self, line: &RunLine, cutoff: Day) -> Result<Realised> {
        let folder = self.workspace.paths.runs(self.score);
        let predicted = scores::probabilities(&folder.join(&line.id).join(layout::SCORES))?;
        let profiles = self.population.profiles();
        let mut rows: Vec<Row> = Vec::with_capacity(predicted.len());
        let mut probabilities = Vec::with_capacity(predicted.len());
        for (id, probability) in &predicted {
            let Some(profile) = profiles.find(id) else { continue };
            let label = self.labels.label(profile, cutoff);
            rows.push(Row { profile, cutoff, label, weight: 1.0 });
            probabilities.push(*probability);
        }
        if rows.is_empty() {
            return Err(Error::new(format!("None of the profiles that the run {} scored is known any more.", line.id)));
        }
        let labels: Vec<bool> = rows.iter().map(|row| row.label).collect();
        let recency = rows::recency_scores(self.population, &rows);
        let clusters = rows::cluster_ids(self.population, &rows);
        let evaluation = evaluate(&probabilities, &probabilities, &recency, &labels, &clusters, self.seed);
        let model_run = line.model_run.clone().unwrap_or_default();
        let tested = summary_json::read(&folder.join(&model_run)).ok().and_then(|run| run.metrics);
        Ok(Realised {
            run: line.id.clone(),
            model_run,
            hindsight: line.hindsight,
            as_of: line.as_of.clone(),
            until: day_text(cutoff + self.timeframe),
            profiles: rows.len() as u64,
            gone: (predicted.len() - rows.len()) as u64,
            expected: probabilities.iter().sum::<f64>() / probabilities.len() as f64,
            evaluation,
            tested,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::run::{RunKind, Status};
    use jiff::Timestamp;

    fn line(id: &str, as_of: &str, model: (&str, RunKind)) -> Arc<RunLine> {
        let run = summary_json::empty(id, ("s", "s"), model.1, Timestamp::UNIX_EPOCH);
        let (as_of, model_run) = (as_of.to_string(), Some(model.0.to_string()));
        Arc::new(RunLine { status: Status::Successful, as_of, model_run, ..RunLine::from_run(&run) })
    }

    #[test]
    fn the_first_honest_run_of_a_month_is_judged_and_one_that_looked_back_only_where_there_is_no_other() {
        use RunKind::{Scoring, Training};
        let lines = [
            line("5", "2026-03-02", ("5", Training)),
            line("4", "2026-02-20", ("1", Scoring)),
            line("3", "2026-02-03", ("1", Scoring)),
            line("2", "2026-02-03", ("1", Scoring)),
            // Its model had learned from the days after its as-of date.
            line("6", "2026-01-02", ("1", Scoring)),
            line("1", "2026-01-31", ("1", Training)),
            line("0", "2025-12-31", ("gone", Scoring)),
        ];
        let first = |lines: &[Arc<RunLine>]| -> Vec<(String, String)> {
            runs_to_evaluate(lines).iter().map(|(month, runs)| (month.to_string(), runs[0].id.clone())).collect()
        };
        let pairs = |pairs: [(&str, &str); 3]| pairs.map(|(m, id)| (m.to_string(), id.to_string()));
        assert_eq!(first(&lines), pairs([("2026-01", "1"), ("2026-02", "2"), ("2026-03", "5")]));
        let looked_back = Arc::new(RunLine { hindsight: true, ..(*lines[3]).clone() });
        let lines = [&lines[..3], &[looked_back], &lines[4..]].concat();
        assert_eq!(first(&lines), pairs([("2026-01", "1"), ("2026-02", "3"), ("2026-03", "5")]));
    }
}
