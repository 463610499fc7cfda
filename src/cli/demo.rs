//! `propensity demo`: a workspace of generated data, one person score and one account score, both run. On a terminal the
//! screens open while the runs go on.

use super::format::count;
use super::profile::ranking;
use super::run::follow::{start_and_follow, successful};
use super::run::output;
use super::session::{Screen, Session, on_terminal};
use super::stdout;
use crate::data::scores::ScoreReader;
use crate::demo::{self, DemoOptions};
use crate::domain::run::RunKind;
use crate::domain::score::goal::Goal;
use crate::domain::score::{ProfileType, Repeatable, Score};
use crate::error::{Context, Result};
use crate::pipeline::run_options::RunOptions;
use crate::process::{follow, spawn};
use crate::queries::export::Ranked;
use crate::runs::layout;
use crate::store::audit;
use crate::workspace::{self, Workspace};
use clap::Args;
use jiff::{Timestamp, tz::TimeZone};
use std::path::{Path, PathBuf};

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

pub fn execute(session: &Session, options: Options) -> Result<Option<Screen>> {
    let folder = folder(session)?;
    std::fs::create_dir_all(&folder).context(|| format!("The folder {} could not be made.", folder.display()))?;
    let end = Timestamp::now().to_zoned_datetime(TimeZone::UTC).date();
    let sizes = DemoOptions { people: options.people, events: options.events, seed: options.seed, end };
    let scores = [
        definition(ACCOUNTS, ProfileType::Account, demo::ACCOUNT_GOAL, demo::ACCOUNT_TIMEFRAME.into())?,
        definition(PERSONS, ProfileType::Person, demo::PERSON_GOAL, demo::PERSON_TIMEFRAME.into())?,
    ];
    if options.headless || !on_terminal() {
        run_and_print(&folder, &sizes, scores)?;
        return Ok(None);
    }
    if !demo::is_generated(&folder, &sizes) && !is_being_read(&folder) {
        demo::generate(&folder, &sizes)?;
    }
    let workspace = Workspace::open(Some(&folder), None)?;
    for score in scores {
        start_in_background(&workspace, score)?;
    }
    let farewell = Some(way_back(&folder));
    Ok(Some(Screen { home: Some(folder), config: None, read_only: false, farewell }))
}

/// Whether a live run may be reading the data, which must not change under it.
fn is_being_read(folder: &Path) -> bool {
    let Ok(workspace) = Workspace::open(Some(folder), None) else { return false };
    follow::live_scores(&workspace).iter().filter_map(|s| follow::live_run(&workspace, s)).any(|live| live.is_running())
}

/// Starts the run of a score; one that is live already is as good.
fn start_in_background(workspace: &Workspace, score: Score) -> Result<()> {
    let score = find_or_create(workspace, score)?;
    match spawn::start(workspace, &score, &training(workspace)?, |_, _| ()) {
        Err(_) if follow::live_run(workspace, &score.id).is_some_and(|live| live.is_running()) => Ok(()),
        started => started.map(|_| ()),
    }
}

/// Everything at once, as text.
fn run_and_print(folder: &Path, sizes: &DemoOptions, scores: [Score; 2]) -> Result<()> {
    let summary = demo::generate(folder, sizes)?;
    stdout::write(&format!(
        "A made-up business in {}: {} persons, {} accounts, {} opportunities, {} events.\n",
        folder.display(),
        count(summary.persons as u64),
        count(summary.accounts as u64),
        count(summary.opportunities as u64),
        count(summary.events as u64)
    ))?;
    let workspace = Workspace::open(Some(folder), None)?;
    let done = scores.into_iter().try_for_each(|score| run_and_print_one(&workspace, score));
    // A run that a check stopped has left a demo, too.
    let check = workspace::command_at(folder, &["data", "check"]);
    stdout::write(&format!(
        "{}  {}\n  {check}\n",
        way_back(folder),
        workspace::command_at(folder, &["score", "list"])
    ))?;
    done
}

/// Where the demo lives, and the command that opens it.
fn way_back(folder: &Path) -> String {
    let (shown, open) = (folder.display(), workspace::command_at(folder, &[]));
    format!("The demo lives in {shown}. Come back to it with:\n  {open}\n")
}

/// A folder of its own: below the home where one is given, else in the data directory.
fn folder(session: &Session) -> Result<PathBuf> {
    // Whatever its configuration says.
    let folder = Workspace::open_anyway(session.home.as_deref(), None)?.0.demo_folder();
    std::path::absolute(&folder).context(|| format!("The path of {} is not known.", folder.display()))
}

fn definition(name: &str, profile: ProfileType, goal: &str, timeframe: u32) -> Result<Score> {
    let mut score = Score::new(name, profile, Goal::parse(goal)?, timeframe, Timestamp::now(), &audit::user());
    score.description = "Made by propensity demo.".into();
    score.repeatable = Repeatable::No;
    Ok(score)
}

/// Creates the score where an earlier demo has not.
fn find_or_create(workspace: &Workspace, score: Score) -> Result<Score> {
    match workspace.scores.list()?.into_iter().find(|s| s.name == score.name) {
        Some(score) => Ok(score),
        None => workspace.scores.create(score),
    }
}

fn training(workspace: &Workspace) -> Result<RunOptions> {
    Ok(RunOptions { kind: RunKind::Training, as_of: workspace.as_of(None)?, threads: 0, if_due: false })
}

/// Runs the score and prints what came out.
fn run_and_print_one(workspace: &Workspace, score: Score) -> Result<()> {
    let score = find_or_create(workspace, score)?;
    let found = successful(start_and_follow(workspace, &score, &training(workspace)?)?)?;
    stdout::write(&format!("\n{}\n", output::text(&found)))?;
    let best: Vec<Ranked> = ScoreReader::open(&found.folder.join(layout::SCORES))?
        .take(10)
        .zip(1..)
        .map(|(row, rank)| row.map(|profile| Ranked { rank, profile }))
        .collect::<Result<_>>()?;
    stdout::write(&format!("{}\n", ranking::table(&best, &workspace.config.bands)))
}
