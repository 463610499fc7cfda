//! A run as the command line prints it, as text and as JSON. Used by the verbs of `run`, by `score show` and the demo.

use super::checks;
use crate::cli::format::{count, cut, harmless, multiplier, percent, seconds};
use crate::cli::session::Session;
use crate::cli::table::indented;
use crate::domain::format::interval;
use crate::domain::metrics::Estimate;
use crate::domain::run::{Run, RunKind, Status};
use crate::error::Result;
use crate::process::worker_result;
use crate::runs::find::FoundRun;
use serde::Serialize;

/// A run as printed: with the folder that it lies in.
#[derive(Serialize)]
struct RunOutput<'a> {
    #[serde(flatten)]
    run: &'a Run,
    folder: String,
}

/// Prints a run as it was asked for.
pub fn print(session: &Session, found: &FoundRun) -> Result<()> {
    let output = RunOutput { run: &found.run, folder: found.folder.display().to_string() };
    session.print(&output, |_| text(found))
}

/// One run as text.
pub fn text(found: &FoundRun) -> String {
    let run = &found.run;
    let mut text = heading(run);
    text += &counts(run);
    text += &why(found);
    text += &cutoffs(run);
    text += &profiles(run);
    if let Some(challenge) = &run.challenge {
        text += &line("champion", &challenge.why);
    }
    text += &metrics(run);
    text += &factors(run);
    for warning in &run.warnings {
        text += &format!("  warning: {}\n", harmless(warning));
    }
    if !run.checks.is_empty() {
        text += &format!("\n{}\n", indented(&checks::table(run)));
    }
    let stages: Vec<String> = run.stages.iter().map(|s| format!("{} {}", s.name, seconds(s.seconds))).collect();
    text += &line("stages", &stages.join(" · "));
    text += &line("folder", &found.folder.display().to_string());
    if let Some(why) = run.no_xgboost.as_ref().filter(|_| run.status == Status::Successful) {
        text += &line("export", &format!("no XGBoost model: {why}"));
    }
    text
}

fn line(name: &str, what: &str) -> String {
    format!("  {name:<11} {what}\n")
}

fn heading(run: &Run) -> String {
    let code = run.code.map_or(String::new(), |c| format!(", code {c}"));
    format!(
        "Run {} of '{}': {} ({}{code}), {}\n{}\n\n",
        run.id,
        harmless(&run.score_name),
        run.status,
        run.kind,
        seconds(run.seconds()),
        harmless(&run.message)
    )
}

fn counts(run: &Run) -> String {
    let c = &run.counts;
    line(
        "read",
        &format!(
            "{} persons, {} accounts, {} opportunities, {} events, {} rows refused",
            count(c.persons),
            count(c.accounts),
            count(c.opportunities),
            count(c.events),
            count(c.refused)
        ),
    )
}

/// Why a run failed, and what to do next.
fn why(found: &FoundRun) -> String {
    // A run that is being made has no end yet.
    let Some(error) = worker_result::error_of(found).filter(|_| found.run.status == Status::Failed) else {
        return String::new();
    };
    let causes = error.causes.iter().map(|cause| line("because", &harmless(cause)));
    causes.chain(error.hint.iter().map(|hint| line("hint", &harmless(hint)))).collect()
}

fn cutoffs(run: &Run) -> String {
    let cutoffs = &run.cutoffs;
    if cutoffs.as_of.is_empty() {
        return String::new();
    }
    let training = match (cutoffs.training.last(), cutoffs.training.first()) {
        (Some(oldest), Some(newest)) => format!(", {} training cutoffs {oldest} to {newest}", cutoffs.training.len()),
        _ => String::new(),
    };
    let tests: Vec<&str> = cutoffs.tests().collect();
    let test = if tests.is_empty() { String::new() } else { format!(", test at {}", tests.join(" and ")) };
    line("cutoffs", &format!("as of {}{test}{training}", cutoffs.as_of))
}

/// Who was learned from, tested and scored.
fn profiles(run: &Run) -> String {
    let p = &run.population;
    if run.kind == RunKind::Training {
        let sampled =
            if p.train_sampled < p.train { format!(" ({} drawn)", count(p.train_sampled)) } else { String::new() };
        line(
            "profiles",
            &format!(
                "{} training rows{sampled}, {} tested with {} conversions, {} scored",
                count(p.train),
                count(p.test),
                count(p.test_conversions),
                count(p.scored)
            ),
        )
    } else if let Some(model) = &run.model_run {
        line("profiles", &format!("{} scored by the model of {model}", count(p.scored)))
    } else {
        String::new()
    }
}

fn metrics(run: &Run) -> String {
    let Some(m) = &run.metrics else { return String::new() };
    let figure = |e: &Option<Estimate>| e.as_ref().map_or("─".into(), interval);
    let mut text = String::new();
    let when = if run.out_of_time { "out of time" } else { "by groups, not out of time" };
    if let Some(verdict) = run.verdict {
        text += &line("verdict", &format!("{verdict} (tested {when})"));
    }
    text += &line("test AUC", &format!("{}   recency alone {}", figure(&m.auc), figure(&m.recency_auc)));
    if m.active_auc.is_some() {
        text += &line("", &format!("{} among those who ever did anything", figure(&m.active_auc)));
    }
    if let Some(auc) = run.auc_without_attributes {
        text += &line("", &format!("{auc:.3} without today's attributes"));
    }
    text += &line("PR-AUC", &format!("{}   base rate {}", figure(&m.pr_auc), figure(&m.base_rate)));
    text += &line("lift, 10 %", &figure(&m.lift_10));
    text += &line("log loss", &format!("{}   Brier {}", figure(&m.log_loss), figure(&m.brier)));
    text
}

fn factors(run: &Run) -> String {
    let mut text = String::new();
    for (index, factor) in run.factors.iter().take(8).enumerate() {
        let sign = match factor.direction {
            Some(d) if d > 0.2 => "+",
            Some(d) if d < -0.2 => "−",
            _ => "±",
        };
        let name = if index == 0 { "factors" } else { "" };
        let typical = multiplier(factor.mean_absolute);
        let what = format!("{sign} {:<58} {:>5}  {typical}", cut(&factor.label, 58), percent(factor.share));
        text += &line(name, &what);
    }
    text
}
