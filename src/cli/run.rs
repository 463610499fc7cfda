//! `propensity run …`: start, watch, cancel, list, show, verify. What has to do with runs that are being made is in
//! [`live`].

use super::Session;
use super::format::{Side, count, cut, harmless, moment, multiplier, out, percent, seconds, table};
use super::progress::Line;
use super::{due, live};
use crate::domain::metrics::Estimate;
use crate::domain::run::line::RunLine;
use crate::domain::run::quality::Outcome;
use crate::domain::run::{Run, RunKind, Status};
use crate::error::{Error, Result};
use crate::pipeline::run_options::RunOptions;
use crate::process::{follow, verify, worker_result};
use crate::runs::find;
use crate::runs::find::FoundRun;
use crate::runs::layout;
use crate::runs::summary_json;
use crate::runs::{champion, index, interrupted};
use crate::workspace::Workspace;
use clap::Subcommand;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::cmp::Reverse;
use std::sync::Arc;
use std::time::Duration;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Run a score: fit, test and score, or only score with the model there is.
    Start {
        #[arg(required_unless_present = "due")]
        score: Option<String>,
        /// The day at which knowledge stops.
        #[arg(long, value_name = "data|now|DATE")]
        as_of: Option<String>,
        #[arg(long, default_value = "training", value_name = "training|scoring")]
        kind: RunKind,
        /// Threads; 0 takes what the config says.
        #[arg(long, default_value_t = 0, value_name = "N")]
        threads: usize,
        /// Return as soon as the run has begun; it goes on by itself.
        #[arg(long)]
        detach: bool,
        /// Start every run that is due by the schedules of the scores, one after the other, each once whoever calls.
        #[arg(long, conflicts_with_all = ["score", "kind", "detach"])]
        due: bool,
    },
    /// Follow a live run until it ends; without a name the only one there is.
    Watch {
        #[arg(value_name = "SCORE|RUN")]
        wanted: Option<String>,
    },
    /// Stop a live run, or clear away what an interrupted one left. The scores of the last good run stay.
    Cancel {
        #[arg(value_name = "SCORE|RUN")]
        wanted: String,
        /// How long it may take to stop by itself before its process is ended.
        #[arg(long, default_value_t = 10, value_name = "SECONDS")]
        patience: u64,
    },
    /// List the runs of one score or of all.
    List {
        score: Option<String>,
        /// Only those that failed or were interrupted.
        #[arg(long)]
        failures: bool,
    },
    /// Show a run: its id, or a score's name for its latest run.
    Show { run: String },
    /// Repeat a run and compare the scores byte by byte.
    Verify {
        run: String,
        /// Threads; 0 takes what the config says.
        #[arg(long, default_value_t = 0, value_name = "N")]
        threads: usize,
    },
}

impl Verb {
    /// Whether it changes the workspace.
    pub fn changes(&self) -> bool {
        matches!(self, Verb::Start { .. } | Verb::Cancel { .. })
    }
}

pub fn run(session: &Session, verb: Verb) -> Result<()> {
    let workspace = session.workspace()?;
    match verb {
        Verb::Start { score, as_of, kind, threads, detach, due: _ } => {
            let options = RunOptions { kind, as_of: workspace.as_of(as_of.as_deref())?, threads, if_due: false };
            match score {
                Some(score) if detach => live::detach(session, &workspace, &score, &options),
                Some(score) => live::start(session, &workspace, &score, &options),
                None => due::start(session, &workspace, &options),
            }
        }
        Verb::Watch { wanted } => live::watch(session, &workspace, wanted.as_deref()),
        Verb::Cancel { wanted, patience } => live::cancel(session, &workspace, &wanted, Duration::from_secs(patience)),
        Verb::List { score, failures } => list(session, &workspace, score.as_deref(), failures),
        Verb::Show { run } => show(session, &workspace, &run),
        Verb::Verify { run, threads } => {
            let found = find::find(&workspace, &run)?;
            let line = Line::new();
            let verification = verify::verify(&workspace, &found, threads, &line, line.cancel());
            line.clear();
            let verification = verification?;
            session.print(&verification, |v| match v.identical {
                true => format!("The run {} is verified: its scores came out again, byte for byte.\n", v.run),
                false => String::new(),
            })?;
            match verification.identical {
                true => Ok(()),
                false => Err(Error::new(format!("The run {} came out otherwise.", verification.run))
                    .because(format!("recorded {}, repeated {}", verification.recorded, verification.repeated))),
            }
        }
    }
}

/// A published run, or one that is being made or was interrupted, as far as it is known.
fn show(session: &Session, workspace: &Workspace, wanted: &str) -> Result<()> {
    for score in follow::live_scores(workspace) {
        let Some(live) = follow::live_run(workspace, &score).filter(|live| live.run == wanted) else { continue };
        let name = workspace.scores.find(&score).map_or_else(|_| score.clone(), |score| score.name);
        let folder = layout::live_path(&workspace.paths.runs(&score), &live.run);
        let next = match live.is_running() {
            true => format!("Follow it: propensity run watch {}", live.run),
            false => "Its process ended before it was done; the next run clears it away, and `run cancel` does.".into(),
        };
        let found = FoundRun { run: interrupted::summary(&live, &name), folder };
        print(session, &found)?;
        if !session.json {
            out(&format!("\n{next}\n"))?;
        }
        return Ok(());
    }
    print(session, &find::find(workspace, wanted)?)
}

/// A run with the folder that it lies in.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    run: &'a Run,
    folder: String,
}

/// Prints a run as it was asked for.
pub fn print(session: &Session, found: &FoundRun) -> Result<()> {
    let shown = Shown { run: &found.run, folder: found.folder.display().to_string() };
    session.print(&shown, |_| text(found))
}

/// What was found in a run that a check stopped: somebody has to decide what to do next.
pub fn print_checks(run: &Run) {
    eprint!("{}", super::format::harmless_lines(&checks(run)) + "\n");
    for warning in &run.warnings {
        eprintln!("warning: {}", harmless(warning));
    }
}

/// Every check with the figure found and the threshold.
fn checks(run: &Run) -> String {
    let rows: Vec<Vec<String>> = run
        .checks
        .iter()
        .map(|c| {
            let number = |v: f64| if v.fract() == 0.0 { count(v as u64) } else { format!("{v:.3}") };
            let sign = match c.outcome {
                Outcome::Passed => "✓ passed",
                Outcome::Information => "· noted",
                Outcome::Warning => "! warning",
                Outcome::Stopped => "✗ stopped",
            };
            let code = if c.code == 0 { "–".into() } else { c.code.to_string() };
            vec![code, sign.into(), number(c.found), c.threshold.map_or(String::new(), number), cut(&c.what, 64)]
        })
        .collect();
    let header = [
        ("check", Side::Right),
        ("", Side::Left),
        ("found", Side::Right),
        ("threshold", Side::Right),
        ("what", Side::Left),
    ];
    table(&header, &rows)
}

fn list(session: &Session, workspace: &Workspace, wanted: Option<&str>, failures: bool) -> Result<()> {
    let scores = match wanted {
        Some(score) => vec![workspace.scores.find(score)?],
        None => workspace.scores.list()?,
    };
    // As JSON every run is whole; the table needs no more than a line of each.
    let (mut runs, mut lines): (Vec<Run>, Vec<Arc<RunLine>>) = Default::default();
    let (mut champions, zone): (Vec<String>, TimeZone) = (Vec::new(), workspace.zone());
    let wanted = |status: Status| !failures || matches!(status, Status::Failed | Status::Interrupted);
    for score in &scores {
        let index = index::of(workspace, &score.id);
        champions.extend(champion::of(score, index.lines.iter().map(|line| &**line)).map(str::to_string));
        for (_, why) in &index.broken {
            let why = why.lines().take_while(|line| !line.starts_with("  hint:")).map(|line| harmless(line.trim()));
            let why = why.collect::<Vec<_>>().join(" ");
            eprintln!("warning: {why}; it is left out, and `propensity doctor` tells what to do");
        }
        if let Some(live) = follow::live_run(workspace, &score.id) {
            if !live.is_running() {
                let (id, status, name) = (&live.run, live.status, harmless(&score.name));
                eprintln!("note: the run {id} of '{name}' is {status}; the next run, or run cancel, clears it away");
            }
            if wanted(live.status) {
                let summary = interrupted::summary(&live, &score.name);
                lines.push(Arc::new(RunLine::from_run(&summary)));
                runs.push(summary);
            }
        }
        let published = index.lines.into_iter().filter(|line| wanted(line.status));
        if session.json {
            let folder = workspace.paths.runs(&score.id);
            runs.extend(published.filter_map(|line| summary_json::read(&folder.join(&line.id)).ok()));
        } else {
            lines.extend(published);
        }
    }
    // Live ones first. Those of each score are in order, which a stable sort keeps where two began in one second.
    runs.sort_by_cached_key(|run| {
        (run.status != Status::Processing, Reverse(RunLine::from_run(run).order().to_string()))
    });
    lines.sort_by_cached_key(|line| (line.status != Status::Processing, Reverse(line.order().to_string())));
    session.print(&runs, |_| {
        if lines.is_empty() {
            return if failures { "No run failed.\n" } else { "There is no run yet.\n" }.into();
        }
        let header = [
            ("run", Side::Left),
            ("started", Side::Left),
            ("score", Side::Left),
            ("kind", Side::Left),
            ("status", Side::Left),
            ("code", Side::Right),
            ("as of", Side::Left),
            ("took", Side::Right),
            ("scored", Side::Right),
            ("message", Side::Left),
        ];
        let rows: Vec<Vec<String>> =
            lines.iter().map(|line| listed(line, &zone, champions.contains(&line.id))).collect();
        table(&header, &rows)
    })
}

fn listed(run: &RunLine, zone: &TimeZone, champion: bool) -> Vec<String> {
    vec![
        run.id.clone(),
        moment(run.started_at, zone),
        cut(&run.score_name, 32),
        format!("{}{}", run.kind, if champion { ", champion" } else { "" }),
        run.status.to_string(),
        run.code.map_or(String::new(), |c| c.to_string()),
        if run.as_of.is_empty() { "─".into() } else { run.as_of.clone() },
        seconds(run.seconds()),
        if run.scored > 0 { count(run.scored) } else { "─".into() },
        cut(&run.message, 70),
    ]
}

/// One run as text.
pub fn text(found: &FoundRun) -> String {
    let run = &found.run;
    let code = run.code.map_or(String::new(), |c| format!(", code {c}"));
    let mut text = format!(
        "Run {} of '{}': {} ({}{code}), {}\n{}\n\n",
        run.id,
        harmless(&run.score_name),
        run.status,
        run.kind,
        seconds(run.seconds()),
        harmless(&run.message)
    );
    let c = &run.counts;
    text += &line(
        "read",
        &format!(
            "{} persons, {} accounts, {} opportunities, {} events, {} rows refused",
            count(c.persons),
            count(c.accounts),
            count(c.opportunities),
            count(c.events),
            count(c.refused)
        ),
    );
    text += &why(found);
    let cutoffs = &run.cutoffs;
    let training = match (cutoffs.training.last(), cutoffs.training.first()) {
        (Some(oldest), Some(newest)) => format!(", {} training cutoffs {oldest} to {newest}", cutoffs.training.len()),
        _ => String::new(),
    };
    let test = cutoffs.test.as_ref().map_or(String::new(), |t| format!(", test at {t}"));
    if !cutoffs.as_of.is_empty() {
        text += &line("cutoffs", &format!("as of {}{test}{training}", cutoffs.as_of));
    }
    let p = &run.population;
    if run.kind == RunKind::Training {
        let sampled =
            if p.train_sampled < p.train { format!(" ({} drawn)", count(p.train_sampled)) } else { String::new() };
        text += &line(
            "profiles",
            &format!(
                "{} training rows{sampled}, {} tested with {} conversions, {} scored",
                count(p.train),
                count(p.test),
                count(p.test_conversions),
                count(p.scored)
            ),
        );
    } else if let Some(model) = &run.model_run {
        text += &line("profiles", &format!("{} scored by the model of {model}", count(p.scored)));
    }
    if let Some(challenge) = &run.challenge {
        text += &line("champion", &challenge.why);
    }
    text += &metrics(run);
    text += &factors(run);
    for warning in &run.warnings {
        text += &format!("  warning: {}\n", harmless(warning));
    }
    if !run.checks.is_empty() {
        text.push('\n');
        checks(run).lines().for_each(|l| text += &format!("  {l}\n"));
        text.push('\n');
    }
    let stages: Vec<String> = run.stages.iter().map(|s| format!("{} {}", s.name, seconds(s.seconds))).collect();
    text += &line("stages", &stages.join(" · "));
    text += &line("folder", &found.folder.display().to_string());
    if let Some(why) = run.no_xgboost.as_ref().filter(|_| run.status == Status::Successful) {
        text += &line("export", &format!("no XGBoost model: {why}"));
    }
    text
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

fn line(name: &str, what: &str) -> String {
    format!("  {name:<11} {what}\n")
}

fn metrics(run: &Run) -> String {
    let Some(m) = &run.metrics else { return String::new() };
    let shown = |e: &Option<Estimate>| match e {
        Some(Estimate { value, low: Some(low), high: Some(high) }) => format!("{value:.3} ({low:.3}–{high:.3})"),
        Some(e) => format!("{:.3}", e.value),
        None => "─".into(),
    };
    let mut text = String::new();
    let when = if run.out_of_time { "out of time" } else { "by groups, not out of time" };
    if let Some(verdict) = run.verdict {
        text += &line("verdict", &format!("{verdict} (tested {when})"));
    }
    text += &line("test AUC", &format!("{}   recency alone {}", shown(&m.auc), shown(&m.recency_auc)));
    if let Some(auc) = run.auc_without_attributes {
        text += &line("", &format!("{auc:.3} without today's attributes"));
    }
    text += &line("PR-AUC", &format!("{}   base rate {}", shown(&m.pr_auc), shown(&m.base_rate)));
    text += &line("lift, 10 %", &shown(&m.lift_10));
    text += &line("log loss", &format!("{}   Brier {}", shown(&m.log_loss), shown(&m.brier)));
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
