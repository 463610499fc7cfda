//! `propensity score realised`: what past runs predicted against what came.

use crate::cli::format::{count, percent};
use crate::cli::latest_scores::latest_scores;
use crate::cli::session::Session;
use crate::cli::table::table;
use crate::domain::format::{interval, proportion};
use crate::domain::metrics::Estimate;
use crate::domain::realised::Realised;
use crate::domain::text::Align;
use crate::error::Result;
use crate::runs::report_json::Report;
use crate::workspace::Workspace;

/// Prints what the latest successful run knows of its predecessors.
pub fn execute(session: &Session, workspace: &Workspace, name_or_id: &str) -> Result<()> {
    let found = latest_scores(workspace, name_or_id)?;
    session.print(&Report::read(&found)?.realised, |realised| {
        if realised.is_empty() {
            return "No past run can be judged yet: the prediction timeframe of none has passed in the data.\n\
                    One run of every month is compared with what happened, by the first run after.\n"
                .into();
        }
        let header = [
            ("as of", Align::Left),
            ("until", Align::Left),
            ("profiles", Align::Right),
            ("gone", Align::Right),
            ("expected", Align::Right),
            ("came", Align::Left),
            ("AUC", Align::Left),
            ("in test", Align::Right),
            ("lift 10 %", Align::Right),
            ("in test", Align::Right),
            ("run", Align::Left),
        ];
        // The newest first, as everywhere.
        table(&header, &realised.iter().rev().map(row).collect::<Vec<_>>())
    })
}

fn row(realised: &Realised) -> Vec<String> {
    let (metrics, tested) = (&realised.evaluation.metrics, realised.tested.as_ref());
    let lift = |of: Option<Estimate>| of.map_or("─".to_string(), |lift| format!("{:.1}", lift.value));
    let reach = metrics.base_rate.and_then(|rate| rate.low.zip(rate.high));
    let reach = reach.map_or(String::new(), |(low, high)| format!(" ({}–{})", percent(low), percent(high)));
    vec![
        realised.as_of.clone(),
        realised.until.clone(),
        count(realised.profiles),
        count(realised.gone),
        percent(realised.expected),
        format!("{}{reach}", percent(realised.rate())),
        metrics.auc.as_ref().map_or("─".into(), interval),
        tested.and_then(|t| t.auc).map_or("─".into(), |auc| proportion(auc.value)),
        lift(metrics.lift_10),
        lift(tested.and_then(|t| t.lift_10)),
        format!("{}{}", realised.run, if realised.hindsight { ", in hindsight" } else { "" }),
    ]
}
