//! The report of a score: what is predicted, from which data, how well it was tested, what moves the scores. As Markdown
//! that reads as text and is good to diff: one fact a line, a fixed order, fixed formats, no moment but those of the run.
//! Called by `propensity score report`.
//!
//! `evaluation` and `realised` write its parts, `markdown` the headings, facts and tables.

mod evaluation;
mod markdown;
mod realised;

use super::feature_importance::{self, FeatureImportance};
use crate::config::{Bands, SourceKind};
use crate::domain::format::count;
use crate::domain::run::quality::{Check, Outcome};
use crate::domain::run::{Run, RunKind, Status};
use crate::domain::score::{ExcludeUntilActive, Score};
use crate::domain::source::read_report::{ReadReport, SourceReport};
use crate::domain::text::Align;
use crate::error::Result;
use crate::runs::find;
use crate::runs::find::FoundRun;
use crate::runs::layout;
use crate::runs::report_json::Report;
use crate::workspace::Workspace;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use markdown::{Markdown, plain};
use std::collections::BTreeMap;

/// All that a report tells of.
pub struct ReportInputs {
    pub score: Score,
    pub run: Run,
    /// Empty where a run that came to nothing left none.
    pub report: Report,
    pub importance: FeatureImportance,
    /// The run that trained and tested the model: this one, or the one whose model a scoring run applied.
    pub trained: Option<(Run, Report)>,
    /// As the configuration has them, for runs that did not keep theirs.
    pub bands: Bands,
}

/// Gathers what the report of a run tells.
///
/// # Errors
/// The report of a successful run is missing, or one is broken or of a newer version.
pub fn gather(workspace: &Workspace, score: Score, found: FoundRun) -> Result<ReportInputs> {
    let report = of_run(&found)?;
    let importance = feature_importance::of(&found.run, &report);
    let trained = match (found.run.kind, &found.run.model_run) {
        (RunKind::Training, _) => Some((found.run.clone(), report.clone())),
        (RunKind::Scoring, None) => None,
        // Where it was removed, the report says so.
        (RunKind::Scoring, Some(id)) => match find::of_score(workspace, &score.id, id) {
            Ok(model) => Some((model.run.clone(), of_run(&model)?)),
            Err(_) => None,
        },
    };
    Ok(ReportInputs { score, run: found.run, report, importance, trained, bands: workspace.config.bands })
}

/// A run that came to nothing may have left no report.
pub(super) fn of_run(found: &FoundRun) -> Result<Report> {
    let gone = !found.folder.join(layout::REPORT).exists();
    if gone && found.run.status != Status::Successful { Ok(Report::default()) } else { Report::read(found) }
}

/// The report as Markdown.
pub fn markdown(inputs: &ReportInputs) -> String {
    let mut out = Markdown::default();
    out.heading(1, &format!("Report of the score '{}'", plain(&inputs.score.name)));
    goal(&mut out, &inputs.score);
    run(&mut out, &inputs.run);
    data(&mut out, inputs);
    checks(&mut out, &inputs.run.checks);
    evaluation::population(&mut out, inputs);
    evaluation::evaluation(&mut out, inputs);
    realised::challenge(&mut out, inputs);
    realised::realised(&mut out, inputs);
    realised::drift(&mut out, inputs);
    evaluation::factors(&mut out, inputs);
    evaluation::leaks(&mut out, inputs);
    evaluation::scores(&mut out, inputs);
    warnings(&mut out, &inputs.run);
    digests(&mut out, &inputs.run);
    out.finish()
}

fn goal(out: &mut Markdown, score: &Score) {
    out.heading(2, "Goal");
    out.fact("score", &score.name);
    out.fact("id", &score.id);
    if !score.description.is_empty() {
        out.fact("description", &score.description);
    }
    out.fact("profile type", score.profile_type.word());
    out.fact("goal", score.goal.to_string());
    out.fact("prediction timeframe", format!("{} days", score.timeframe_days));
    out.fact("repeatable", score.repeatable.to_string());
    out.fact("merge policy", score.merge_policy.word());
    score.exclusions.iter().for_each(|e| out.fact("left out who did", e.to_string()));
    if !score.exclude_until_active.is_auto() {
        out.fact("an exclusion holds", ExcludeUntilActive::how_long(score.excludes_until_active()));
    }
    score.population.sentences().iter().for_each(|condition| out.fact("who is scored", condition));
    score.with.iter().for_each(|name| out.fact("with", name));
    score.without.iter().for_each(|name| out.fact("without", name));
}

fn run(out: &mut Markdown, run: &Run) {
    out.heading(2, "Run");
    out.fact("run", &run.id);
    out.fact("kind", run.kind.to_string());
    out.fact("status", run.status.to_string());
    if let Some(code) = run.code {
        out.fact("code", code.to_string());
    }
    if let Some(check) = run.checks.iter().find(|c| c.outcome == Outcome::Stopped) {
        out.fact("stopped by", stopped_by(check));
    }
    out.fact("message", &run.message);
    out.fact("as of", if run.cutoffs.as_of.is_empty() { "not reached" } else { &run.cutoffs.as_of });
    out.fact("as of was asked for as", &run.as_of);
    out.fact("started", moment(run.started_at));
    out.fact("finished", moment(run.finished_at));
    out.fact("duration", format!("{:.1} s", run.seconds()));
    out.fact("program", &run.program);
    out.fact("model of the run", run.model_run.as_deref().unwrap_or("none"));
    out.fact("previous scores from the run", run.previous.as_deref().unwrap_or("none"));
    if let Some(why) = &run.no_xgboost {
        out.fact("no XGBoost export", why);
    }
}

fn stopped_by(check: &Check) -> String {
    let threshold = check.threshold.map_or(String::new(), |t| format!(", threshold {}", figure(t)));
    format!("{}: found {}{threshold}", check.what, figure(check.found))
}

fn moment(at: Timestamp) -> String {
    at.to_zoned_datetime(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// Counts as whole numbers, shares and the like with four decimals.
fn figure(value: f64) -> String {
    if value.fract() == 0.0 && (0.0..1e15).contains(&value) { count(value as u64) } else { format!("{value:.4}") }
}

/// A share with two decimals.
fn share(value: f64) -> String {
    format!("{:.2} %", 100.0 * value)
}

/// Log-odds as an odds multiplier with two decimals.
fn effect(log_odds: f64) -> String {
    format!("×{:.2}", log_odds.exp())
}

fn data(out: &mut Markdown, inputs: &ReportInputs) {
    let (run, read_report) = (&inputs.run, &inputs.report.read_report);
    out.heading(2, "Data");
    let (refused, read) = read_report.refused();
    out.fact("persons", count(run.counts.persons));
    out.fact("accounts", count(run.counts.accounts));
    out.fact("opportunities", count(run.counts.opportunities));
    out.fact("events", count(run.counts.events));
    out.fact("events on or after the as-of date, not used", count(read_report.events_after));
    out.fact("rows read", count(read));
    out.fact("rows refused", count(refused));
    out.fact("period of the events", period(read_report));
    if read_report.sources.is_empty() {
        out.sentence("- sources: not reached");
        return;
    }
    out.heading(3, "Sources");
    let header = [
        ("kind", Align::Left),
        ("path", Align::Left),
        ("files", Align::Right),
        ("rows", Align::Right),
        ("refused", Align::Right),
        ("first day", Align::Left),
        ("last day", Align::Left),
    ];
    out.table(&header, &read_report.sources.iter().map(source).collect::<Vec<_>>());
    refusals(out, read_report);
    out.heading(3, "Event types");
    let mut types: Vec<_> = read_report.event_types.iter().collect();
    types.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.event_type.cmp(&b.event_type)));
    let rows: Vec<Vec<String>> = types.iter().map(|t| vec![t.event_type.clone(), count(t.events)]).collect();
    out.table(&[("event type", Align::Left), ("events", Align::Right)], &rows);
}

fn source(source: &SourceReport) -> Vec<String> {
    let day = |day: &Option<String>| day.clone().unwrap_or_else(|| "–".into());
    vec![
        source.kind.clone(),
        source.path.clone(),
        count(source.files.len() as u64),
        count(source.rows()),
        count(source.refused()),
        day(&source.first_day),
        day(&source.last_day),
    ]
}

fn refusals(out: &mut Markdown, read_report: &ReadReport) {
    let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
    for (reason, tally) in read_report.sources.iter().flat_map(|s| &s.refusals.0) {
        *reasons.entry(reason.words()).or_default() += tally.count;
    }
    if !reasons.is_empty() {
        out.heading(3, "Refused rows");
        let rows: Vec<Vec<String>> = reasons.iter().map(|(why, rows)| vec![why.to_string(), count(*rows)]).collect();
        out.table(&[("reason", Align::Left), ("rows", Align::Right)], &rows);
    }
}

/// The first and the last day of the events.
fn period(read_report: &ReadReport) -> String {
    let events = || read_report.sources.iter().filter(|s| s.kind == SourceKind::Event.word());
    let first = events().filter_map(|s| s.first_day.as_deref()).min();
    let last = events().filter_map(|s| s.last_day.as_deref()).max();
    match (first, last) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "not known".into(),
    }
}

fn checks(out: &mut Markdown, checks: &[Check]) {
    out.heading(2, "Quality checks");
    if checks.is_empty() {
        out.sentence("No check was reached.");
        return;
    }
    let row = |check: &Check| {
        vec![
            if check.code == 0 { "–".into() } else { check.code.to_string() },
            check.what.clone(),
            figure(check.found),
            check.threshold.map_or("–".into(), figure),
            outcome(check.outcome).into(),
        ]
    };
    let header = [
        ("code", Align::Right),
        ("what", Align::Left),
        ("found", Align::Right),
        ("threshold", Align::Right),
        ("outcome", Align::Left),
    ];
    out.table(&header, &checks.iter().map(row).collect::<Vec<_>>());
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Information => "noted",
        Outcome::Warning => "warning",
        Outcome::Stopped => "stopped the run",
    }
}

fn warnings(out: &mut Markdown, run: &Run) {
    out.heading(2, "Warnings");
    if run.warnings.is_empty() {
        out.sentence("There are none.");
    }
    run.warnings.iter().for_each(|warning| out.sentence(&format!("- {}", plain(warning))));
}

fn digests(out: &mut Markdown, run: &Run) {
    out.heading(2, "Digests");
    let digests = &run.digests;
    let all = [
        ("inputs", &digests.inputs),
        ("settings", &digests.settings),
        ("model", &digests.model),
        ("scores", &digests.scores),
    ];
    for (what, digest) in all {
        out.fact(what, if digest.is_empty() { "none" } else { digest });
    }
}
