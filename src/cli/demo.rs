//! `propensity demo`: a workspace of generated data, one person score and one account score, both run.

use super::Session;
use super::format::{count, out};
use super::profile::{Ranked, top_table};
use super::progress::Line;
use super::run;
use crate::data::scores::ScoreReader;
use crate::domain::goal::Goal;
use crate::domain::run::RunKind;
use crate::domain::score::{ProfileType, Repeatable, Score};
use crate::error::{Context, Result};
use crate::jobs::demo::{self, DemoOptions};
use crate::jobs::pipeline::{self, RunOptions};
use crate::jobs::run_folder;
use crate::jobs::workspace::Workspace;
use crate::paths::Paths;
use crate::store::audit;
use clap::Args;
use jiff::{Timestamp, tz::TimeZone};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Options {
    /// How many people.
    #[arg(long, default_value_t = 3_000, value_name = "N")]
    people: usize,
    /// How many events.
    #[arg(long, default_value_t = 120_000, value_name = "N")]
    events: usize,
    /// The same seed gives the same business.
    #[arg(long, default_value_t = 7, value_name = "N")]
    seed: u64,
    /// Print instead of opening a screen.
    #[arg(long)]
    headless: bool,
}

const ACCOUNTS: &str = "Closed Won in 90 days";
const PERSONS: &str = "Lead converted in 30 days";

pub fn run(session: &Session, options: Options) -> Result<()> {
    let folder = folder(session)?;
    std::fs::create_dir_all(&folder).context(|| format!("The folder {} could not be made.", folder.display()))?;
    let end = Timestamp::now().to_zoned_datetime(TimeZone::UTC).date();
    let sizes = DemoOptions { people: options.people, events: options.events, seed: options.seed, end };
    let made = demo::generate(&folder, &sizes)?;
    out(&format!(
        "A made-up business in {}: {} persons, {} accounts, {} opportunities, {} events.\n",
        folder.display(),
        count(made.persons as u64),
        count(made.accounts as u64),
        count(made.opportunities as u64),
        count(made.events as u64)
    ))?;
    let workspace = Workspace::open(Some(&folder), None)?;
    for score in [
        definition(ACCOUNTS, ProfileType::Account, demo::ACCOUNT_GOAL, demo::ACCOUNT_TIMEFRAME.into())?,
        definition(PERSONS, ProfileType::Person, demo::PERSON_GOAL, demo::PERSON_TIMEFRAME.into())?,
    ] {
        one(&workspace, score)?;
    }
    out(&format!(
        "Go on with it:\n  export PROPENSITY_HOME={}\n  propensity score list\n  propensity data check\n",
        run_folder::quoted(&folder.display().to_string())
    ))
}

/// A folder of its own: below the home where one is given, else in the data directory.
fn folder(session: &Session) -> Result<PathBuf> {
    Ok(match &session.home {
        Some(home) => home.join("demo"),
        None => Paths::resolve(None, None)?.data.join("demo"),
    })
}

fn definition(name: &str, profile: ProfileType, goal: &str, timeframe: u32) -> Result<Score> {
    let mut score = Score::new(name, profile, Goal::parse(goal)?, timeframe, Timestamp::now(), &audit::user());
    score.description = "Made by propensity demo.".into();
    score.repeatable = Repeatable::No;
    Ok(score)
}

/// Creates the score where an earlier demo has not, runs it, and prints what came out.
fn one(workspace: &Workspace, score: Score) -> Result<()> {
    let existing = workspace.scores.list()?.into_iter().find(|s| s.name == score.name);
    let score = match existing {
        Some(score) => score,
        None => workspace.scores.create(score)?,
    };
    let options = RunOptions { kind: RunKind::Training, as_of: workspace.as_of(None)?, threads: 0 };
    let line = Line::new();
    let done = pipeline::start(workspace, &score, &options, &line, line.cancel());
    line.clear();
    let id = done?.id;
    let found = run_folder::find(workspace, &id)?;
    out(&format!("\n{}\n", run::text(&found)))?;
    let best: Vec<Ranked> = ScoreReader::open(&found.folder.join(run_folder::SCORES))?
        .take(10)
        .enumerate()
        .map(|(i, row)| row.map(|profile| Ranked { rank: i + 1, profile }))
        .collect::<Result<_>>()?;
    out(&format!("{}\n", top_table(&best)))
}
