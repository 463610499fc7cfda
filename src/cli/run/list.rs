//! `propensity run list`: the runs of one score or of all, live and interrupted ones too.

use crate::cli::format::{count, cut, harmless, moment, seconds};
use crate::cli::session::Session;
use crate::cli::table::table;
use crate::domain::run::line::RunLine;
use crate::domain::run::{Run, Status};
use crate::domain::score::Score;
use crate::domain::text::Align;
use crate::error::Result;
use crate::process::follow;
use crate::runs::summary_json;
use crate::runs::{champion, index, interrupted};
use crate::workspace::Workspace;
use clap::Args;
use jiff::tz::TimeZone;
use std::cmp::Reverse;
use std::sync::Arc;

#[derive(Debug, Args)]
pub struct Options {
    score: Option<String>,
    /// Only those that failed or were interrupted.
    #[arg(long)]
    failures: bool,
}

/// The runs to print. As JSON every run is whole; the table needs no more than a line of each.
#[derive(Default)]
struct Runs {
    whole: Vec<Run>,
    lines: Vec<Arc<RunLine>>,
    /// The ids of the runs whose models are champions.
    champions: Vec<String>,
}

pub fn execute(session: &Session, workspace: &Workspace, options: &Options) -> Result<()> {
    let scores = match &options.score {
        Some(score) => vec![workspace.scores.find(score)?],
        None => workspace.scores.list()?,
    };
    let mut runs = Runs::default();
    for score in &scores {
        runs.add(session, workspace, score, options.failures);
    }
    runs.sort();
    session.print(&runs.whole, |_| runs.text(options.failures, &workspace.zone()))
}

impl Runs {
    /// Adds the runs of a score: the one that is not published yet, and those that are.
    fn add(&mut self, session: &Session, workspace: &Workspace, score: &Score, failures: bool) {
        let is_listed = |status: Status| !failures || matches!(status, Status::Failed | Status::Interrupted);
        let index = index::of(workspace, &score.id);
        let champion = champion::of(score, index.lines.iter().map(|line| &**line));
        self.champions.extend(champion.map(str::to_string));
        for (_, why) in &index.broken {
            warn_of_broken(why);
        }
        if let Some(live) = follow::live_run(workspace, &score.id) {
            if !live.is_running() {
                let (id, status, name) = (&live.run, live.status, harmless(&score.name));
                eprintln!("note: the run {id} of '{name}' is {status}; the next run, or run cancel, clears it away");
            }
            if is_listed(live.status) {
                let summary = interrupted::summary(&live, &score.name);
                self.lines.push(Arc::new(RunLine::from_run(&summary)));
                self.whole.push(summary);
            }
        }
        let published = index.lines.into_iter().filter(|line| is_listed(line.status));
        if session.json {
            let folder = workspace.paths.runs(&score.id);
            self.whole.extend(published.filter_map(|line| summary_json::read(&folder.join(&line.id)).ok()));
        } else {
            self.lines.extend(published);
        }
    }

    /// Live ones first. Those of each score are in order, which a stable sort keeps where two began in one second.
    fn sort(&mut self) {
        let key = |line: &RunLine| (line.status != Status::Processing, Reverse(line.order().to_string()));
        self.whole.sort_by_cached_key(|run| key(&RunLine::from_run(run)));
        self.lines.sort_by_cached_key(|line| key(line));
    }

    fn text(&self, failures: bool, zone: &TimeZone) -> String {
        if self.lines.is_empty() {
            return if failures { "No run failed.\n" } else { "There is no run yet.\n" }.into();
        }
        let header = [
            ("run", Align::Left),
            ("started", Align::Left),
            ("score", Align::Left),
            ("kind", Align::Left),
            ("status", Align::Left),
            ("code", Align::Right),
            ("as of", Align::Left),
            ("took", Align::Right),
            ("scored", Align::Right),
            ("message", Align::Left),
        ];
        let rows = self.lines.iter().map(|line| row(line, zone, self.champions.contains(&line.id)));
        table(&header, &rows.collect::<Vec<_>>())
    }
}

fn warn_of_broken(why: &str) {
    let why = why.lines().take_while(|line| !line.starts_with("  hint:")).map(|line| harmless(line.trim()));
    let why = why.collect::<Vec<_>>().join(" ");
    eprintln!("warning: {why}; it is left out, and `propensity doctor` tells what to do");
}

fn row(run: &RunLine, zone: &TimeZone, champion: bool) -> Vec<String> {
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
