//! `propensity score …`: create, estimate, list, show, edit, clone, delete, restore, export; its factors stand in
//! [`factors`], its report in [`report`].

use super::Session;
use super::format::{Side, count, harmless, moment, percent, table};
use super::progress::Line;
use super::{data, factors, profile, realised, report, run, schedule};
use crate::data::scores::Sort;
use crate::domain::format;
use crate::domain::progress::Silent;
use crate::domain::run::quality::Outcome;
use crate::domain::run::{Run, Status};
use crate::domain::score::goal::{Goal, GoalEvent};
use crate::domain::score::schedule::Every;
use crate::domain::score::{MergePolicy, ProfileType, Repeatable, Score};
use crate::domain::source::catalog::GoalQuery;
use crate::domain::text::shell_quoted;
use crate::error::{Context, Error, Result};
use crate::process::follow;
use crate::queries::catalog::{self, GoalPreview};
use crate::queries::estimate::Estimator;
use crate::queries::export::{self, Existing};
use crate::queries::profile::ScoredProfiles;
use crate::queries::score_summaries::{self, DeletionImpact};
use crate::runs::champion;
use crate::runs::find;
use crate::runs::find::FoundRun;
use crate::runs::folder;
use crate::store::audit;
use crate::workspace::Workspace;
use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Create a score.
    Create(Box<Create>),
    /// What a goal comes to in the data: conversions, base rate, and what is missing.
    Estimate(Box<Estimate>),
    /// List the scores.
    List,
    /// Show one score and its last run.
    Show { score: String },
    /// Change the description; the configuration is immutable, because changing it would invalidate the model.
    Edit {
        score: String,
        #[arg(long)]
        description: String,
    },
    /// Create a score like another one.
    Clone {
        score: String,
        #[arg(long)]
        name: String,
        #[arg(long)]
        description: Option<String>,
        /// Another goal than that of the score.
        #[arg(long, value_parser = goal, conflicts_with = "with_goal", required_unless_present = "with_goal")]
        goal: Option<Goal>,
        /// Take the goal over, too.
        #[arg(long)]
        with_goal: bool,
    },
    /// Show when the score runs by itself, or change that.
    Schedule {
        score: String,
        /// daily, weekly, monthly, off, or a number of days.
        #[arg(long, value_name = "PAUSE")]
        scoring: Option<Every>,
        /// The same for training, which scores too.
        #[arg(long, value_name = "PAUSE")]
        training: Option<Every>,
    },
    /// Make the model of a training run the champion: the next scoring applies it.
    Promote { score: String, run: String },
    /// Delete a score with its runs; it can be brought back for 7 days.
    Delete {
        score: String,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Bring a deleted score back.
    Restore { score: String },
    /// Write the latest scores to a file or to standard output.
    Export(Export),
    /// What moves the latest scores: the influential factors over all profiles, in one band, or the values of one.
    Factors(factors::Factors),
    /// What past runs predicted against what came, by month.
    Realised { score: String },
    /// The report of a score: goal, data, evaluation with intervals, factors, digests, as Markdown.
    Report(report::Report),
}

#[derive(Debug, Args)]
pub struct Create {
    #[arg(long)]
    name: String,
    #[arg(long, value_parser = word::<ProfileType>, value_name = "person|account")]
    profile: ProfileType,
    #[arg(long, default_value = "")]
    description: String,
    /// What is to be predicted, as a sentence: TYPE where FIELD is 'VALUE' and …, or TYPE …
    #[arg(long, value_parser = goal, value_name = "GOAL")]
    goal: Goal,
    /// Prediction timeframe in days.
    #[arg(long, value_name = "DAYS")]
    timeframe: u32,
    /// Leave a profile out once this happened.
    #[arg(long, value_parser = goal_event, value_name = "GOAL-EVENT")]
    exclude: Vec<GoalEvent>,
    /// A further attribute as a feature.
    #[arg(long, value_name = "FIELD")]
    with: Vec<String>,
    /// An attribute, event type, event field or feature to leave out.
    #[arg(long, value_name = "FIELD")]
    without: Vec<String>,
    /// Whether a profile can convert again; auto decides from the data.
    #[arg(long, value_parser = word::<Repeatable>, default_value = "auto", value_name = "yes|no|auto")]
    repeatable: Repeatable,
    #[arg(long, value_parser = word::<MergePolicy>, default_value = "most-recent", value_name = "most-recent|source-order")]
    merge_policy: MergePolicy,
}

#[derive(Debug, Args)]
pub struct Estimate {
    #[arg(long, value_parser = word::<ProfileType>, value_name = "person|account")]
    profile: ProfileType,
    /// What would be predicted, as a sentence: TYPE where FIELD is 'VALUE' and …, or TYPE …
    #[arg(long, value_parser = goal, value_name = "GOAL")]
    goal: Goal,
    /// Leave a profile out once this happened.
    #[arg(long, value_parser = goal_event, value_name = "GOAL-EVENT")]
    exclude: Vec<GoalEvent>,
    /// Prediction timeframe in days.
    #[arg(long, value_name = "DAYS")]
    timeframe: u32,
}

#[derive(Debug, Args)]
pub struct Export {
    score: String,
    /// The scores of an earlier run instead of the latest.
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
    /// Left out: the ending of the file, else CSV.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Standard output where left out (not for Parquet).
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Only the first N.
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    /// Only one band.
    #[arg(long, value_name = "high|medium|low")]
    band: Option<String>,
    /// Only some: words that the id or name holds, band=high, attribute=value.
    #[arg(long, default_value = "", value_name = "FILTER")]
    filter: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Csv,
    Parquet,
    Jsonl,
}

fn goal(text: &str) -> Result<Goal, String> {
    Goal::parse(text).map_err(|e| format!("\n{e}"))
}

fn goal_event(text: &str) -> Result<GoalEvent, String> {
    GoalEvent::parse(text).map_err(|e| format!("\n{e}"))
}

fn word<T: std::str::FromStr<Err = Error>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|e: Error| e.what)
}

impl Verb {
    /// Whether it changes the workspace.
    pub fn changes(&self) -> bool {
        use Verb::{Estimate, Export, Factors, List, Realised, Report, Show};
        match self {
            List | Show { .. } | Export(_) | Factors(_) | Report(_) | Estimate(_) | Realised { .. } => false,
            // Without a change it only shows.
            Verb::Schedule { scoring, training, .. } => scoring.is_some() || training.is_some(),
            _ => true,
        }
    }
}

pub fn run(session: &Session, verb: Verb) -> Result<()> {
    let workspace = session.workspace()?;
    match verb {
        Verb::Create(create) => self::create(session, &workspace, *create),
        Verb::Estimate(asked) => estimate(session, &workspace, *asked),
        Verb::List => list(session, &workspace),
        Verb::Show { score } => show(session, &workspace, &score),
        Verb::Edit { score, description } => {
            let edited = workspace.scores.edit_description(&score, &description)?;
            session.print(&edited, |s| format!("The description of '{}' is changed.\n", harmless(&s.name)))
        }
        Verb::Schedule { score, scoring, training } => {
            schedule::of_score(session, &workspace, &score, scoring, training)
        }
        Verb::Promote { score, run } => {
            let promoted = champion::promote(&workspace, &score, &run)?;
            session.print(&promoted, |s| {
                let again = format!("propensity run start {} --kind scoring", shell_quoted(&s.name));
                format!(
                    "The model of the run {run} is the champion of '{}' now.\nThe next scoring applies it: {again}\n",
                    harmless(&s.name)
                )
            })
        }
        Verb::Clone { score, name, description, goal, .. } => {
            let by = audit::user();
            // Another goal is decided anew, before the store is locked: it reads the sources.
            let goal = match goal {
                Some(goal) => {
                    let mut with_goal = Score { goal, repeatable: Repeatable::Auto, ..workspace.scores.find(&score)? };
                    preview(&workspace, &mut with_goal)?;
                    Some((with_goal.goal, with_goal.repeatable))
                }
                None => None,
            };
            let clone = workspace.scores.clone_score(&score, |s| {
                s.name = name.trim().to_string();
                if let Some(description) = description {
                    s.description = description;
                }
                if let Some((goal, repeatable)) = goal {
                    (s.goal, s.repeatable) = (goal, repeatable);
                }
                s.created_by = by.clone();
                s.updated_by = by;
                Ok(())
            })?;
            session.print(&clone, |s| format!("Created '{}' ({}).\n", harmless(&s.name), s.id))
        }
        Verb::Delete { score, yes } => delete(session, &workspace, &score, yes),
        Verb::Restore { score } => {
            let restored = workspace.scores.restore(&score)?;
            session.print(&restored, |s| format!("'{}' is back.\n", harmless(&s.name)))
        }
        Verb::Export(export) => self::export(session, &workspace, export),
        Verb::Factors(asked) => factors::run(session, &workspace, &asked),
        Verb::Realised { score } => realised::run(session, &latest_scores(&workspace, &score)?),
        Verb::Report(asked) => report::run(session, &workspace, &asked),
    }
}

fn create(session: &Session, workspace: &Workspace, create: Create) -> Result<()> {
    let (now, by) = (Timestamp::now(), audit::user());
    let mut score = Score::new(&create.name, create.profile, create.goal, create.timeframe, now, &by);
    score.description = create.description;
    score.exclusions = create.exclude;
    score.with = create.with;
    score.without = create.without;
    score.repeatable = create.repeatable;
    score.merge_policy = create.merge_policy;
    score.check()?;
    let said = match preview(workspace, &mut score)? {
        Some(preview) => format!(
            "The goal matches {} conversions of {} profiles{}.\n",
            count(preview.conversions),
            count(preview.converters),
            match score.repeatable {
                Repeatable::No => "; it is one-off",
                Repeatable::Yes => "; it is repeatable",
                Repeatable::Auto => "",
            }
        ),
        None => String::new(),
    };
    let score = workspace.scores.create(score)?;
    session.print(&score, |s| {
        let start = format!("propensity run start {}", shell_quoted(&s.name));
        format!("Created '{}' ({}).\n{said}Start its first run: {start}\n", harmless(&s.name), s.id)
    })
}

/// Looks what the goal matches, and whether the fields exist. Where repeatable is left to the data, it is decided now
/// and then frozen; a workspace without sources (or without any conversion yet) decides at its first training.
fn preview(workspace: &Workspace, score: &mut Score) -> Result<Option<GoalPreview>> {
    if workspace.config.sources.is_empty() {
        return Ok(None);
    }
    let line = Line::new();
    let preview = catalog::preview(workspace, score, workspace.as_of(None)?, &line);
    line.clear();
    let preview = preview?;
    if score.repeatable == Repeatable::Auto && preview.converters > 0 {
        score.repeatable = if preview.one_off { Repeatable::No } else { Repeatable::Yes };
    }
    Ok(Some(preview))
}

fn estimate(session: &Session, workspace: &Workspace, asked: Estimate) -> Result<()> {
    data::built(workspace)?;
    let Estimate { profile, goal, exclude, timeframe } = asked;
    let question = GoalQuery { profile_type: profile, goal, exclusions: exclude, timeframe_days: timeframe };
    let estimate = Estimator::open(workspace)?.estimate(&question)?;
    session.print(&estimate, |e| {
        let mut text = format!(
            "The goal matches {} conversions of {} of {} profiles, {:.1} a month; it is {}.\n",
            count(e.conversions),
            count(e.converters),
            count(e.profiles),
            e.per_month,
            if e.one_off { "one-off" } else { "repeatable" }
        );
        text += &match e.base_rate() {
            Some(rate) => format!(
                "Of {} eligible profiles {} convert within {timeframe} days: a base rate of {}.\n",
                count(e.eligible),
                count(e.converted),
                percent(rate)
            ),
            None => "No cutoff has matured: there is no base rate yet.\n".to_string(),
        };
        for check in e.checks.iter().filter(|c| matches!(c.outcome, Outcome::Stopped | Outcome::Warning)) {
            text += &format!("{}\n", harmless(&check.message));
        }
        text
    })
}

/// A score as listed: the definition with what its last run came to.
#[derive(Serialize)]
struct Listed<'a> {
    #[serde(flatten)]
    score: &'a Score,
    goal_sentence: String,
    last_run: Option<&'a Run>,
    /// The training run of the model that the next scoring applies.
    champion: Option<&'a str>,
    /// The training run of the model behind the scores that are shown.
    #[serde(skip)]
    tested: Option<&'a Run>,
    live: Option<Status>,
}

fn listed<'a>(workspace: &Workspace, score: &'a Score, of: &'a score_summaries::ScoreSummary) -> Listed<'a> {
    Listed {
        score,
        goal_sentence: score.goal.to_string(),
        last_run: of.last.as_deref(),
        champion: of.champion.as_deref(),
        tested: of.trained.as_deref(),
        live: follow::live_run(workspace, &score.id).map(|live| live.status),
    }
}

fn list(session: &Session, workspace: &Workspace) -> Result<()> {
    let scores = workspace.scores.list()?;
    let last = score_summaries::load(workspace, &[])?;
    let listed: Vec<Listed<'_>> = scores.iter().zip(&last).map(|(score, of)| listed(workspace, score, of)).collect();
    let zone = workspace.zone();
    session.print(&listed, |listed| {
        if listed.is_empty() {
            return "There is no score yet. Create one: propensity score create --help\n".into();
        }
        let rows: Vec<Vec<String>> = listed.iter().map(|l| listed_row(l, &zone)).collect();
        let header = [
            ("name", Side::Left),
            ("profile", Side::Left),
            ("test AUC", Side::Left),
            ("last run", Side::Left),
            ("status", Side::Left),
        ];
        table(&header, &rows)
    })
}

fn listed_row(listed: &Listed<'_>, zone: &TimeZone) -> Vec<String> {
    let (run, tested) = (listed.last_run, listed.tested);
    let auc = tested.and_then(|r| r.metrics.as_ref()).and_then(|m| m.auc.as_ref()).map(|a| format!("{:.3}", a.value));
    let verdict = tested.and_then(|r| r.verdict).map(|v| v.to_string());
    let quality = [auc, verdict].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let status = match (listed.live, run) {
        (Some(live), _) => live.to_string(),
        (None, Some(run)) => match run.code {
            Some(code) if run.status == Status::Failed => format!("{}, {code}", run.status),
            _ => run.status.to_string(),
        },
        (None, None) => "never run".into(),
    };
    vec![
        harmless(&listed.score.name).into_owned(),
        listed.score.profile_type.to_string(),
        if quality.is_empty() { "─".into() } else { quality },
        run.map_or("─".into(), |r| moment(r.started_at, zone)),
        status,
    ]
}

fn show(session: &Session, workspace: &Workspace, wanted: &str) -> Result<()> {
    let score = workspace.scores.find(wanted)?;
    let of = score_summaries::of_score(workspace, score.clone());
    let last = of.last.as_ref();
    let listed = listed(workspace, &score, &of);
    let zone = workspace.zone();
    session.print(&listed, |l| {
        let s = l.score;
        let mut text = format!("{} ({})\n", harmless(&s.name), s.id);
        if !s.description.is_empty() {
            text += &format!("{}\n", harmless(&s.description));
        }
        text += &format!("\n  profile     {}\n  goal        {}\n", s.profile_type, harmless(&l.goal_sentence));
        for exclusion in &s.exclusions {
            text += &format!("  left out    once {}\n", harmless(&exclusion.to_string()));
        }
        let lists = [("with", &s.with), ("without", &s.without)];
        for (what, names) in lists.into_iter().filter(|(_, names)| !names.is_empty()) {
            text += &format!("  {what:<11} {}\n", harmless(&names.join(", ")));
        }
        text += &format!("  schedule    scoring {}, training {}\n", s.schedule.scoring, s.schedule.training);
        if let Some(champion) = l.champion {
            let promoted = s.promoted.as_ref().filter(|p| p.run == champion);
            let by = promoted.map_or(String::new(), |p| format!(", made champion by {}", harmless(&p.by)));
            text += &format!("  champion    {champion}{by}\n");
        }
        text += &format!(
            "  timeframe   {} days\n  repeatable  {}\n  merge       {}\n  created     {} by {}\n  updated     {} by {}\n",
            s.timeframe_days,
            s.repeatable,
            s.merge_policy,
            moment(s.created_at, &zone),
            harmless(&s.created_by),
            moment(s.updated_at, &zone),
            harmless(&s.updated_by)
        );
        match last {
            Some(run) => {
                let folder = workspace.paths.runs(&s.id).join(&run.id);
                text + "\n" + &run::text(&FoundRun { run: Run::clone(run), folder })
            }
            None => text + &format!("\nIt has no run yet: propensity run start {}\n", shell_quoted(&s.name)),
        }
    })
}

fn delete(session: &Session, workspace: &Workspace, wanted: &str, yes: bool) -> Result<()> {
    let score = workspace.scores.find(wanted)?;
    let _lock = folder::lock_existing(workspace, &score)?;
    let DeletionImpact { scores, runs, bytes } = score_summaries::deletion_impact(workspace, &score.id);
    let what = format!(
        "'{}' with {} predicted scores, {runs} runs, {}",
        harmless(&score.name),
        count(scores),
        format::bytes(bytes)
    );
    if !yes {
        if !std::io::stdin().is_terminal() {
            return Err(Error::usage("Deleting asks, and there is no terminal to ask on.").hint("say --yes"));
        }
        eprint!("Delete {what}? It can be brought back for 7 days. [y/N] ");
        std::io::stderr().flush().context(|| "The question could not be asked.".into())?;
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer).context(|| "The answer could not be read.".into())?;
        if !answer.trim().eq_ignore_ascii_case("y") {
            return Err(Error::new("Nothing was deleted."));
        }
    }
    let deleted = workspace.scores.delete(&score.id)?;
    let back = format!("propensity score restore {}", shell_quoted(&deleted.name));
    session.print(&deleted, |_| format!("Deleted {what}.\nBring it back within 7 days: {back}\n"))
}

/// The latest successful run of a score.
pub fn latest_scores(workspace: &Workspace, wanted: &str) -> Result<FoundRun> {
    let score = workspace.scores.find(wanted)?;
    find::latest(workspace, &score.id).ok_or_else(|| {
        Error::new(format!("The score '{}' has no scores yet.", score.name))
            .hint(format!("propensity run start {}", shell_quoted(&score.name)))
    })
}

fn export(session: &Session, workspace: &Workspace, export: Export) -> Result<()> {
    let found = match &export.run {
        Some(run) => find::of_score(workspace, &workspace.scores.find(&export.score)?.id, run)?,
        None => latest_scores(workspace, &export.score)?,
    };
    let scored = ScoredProfiles::of(workspace, found)?;
    let band = match &export.band {
        None => String::new(),
        // The filter knows the bands, and says so where there is no such one.
        Some(band) => format!("band='{band}' "),
    };
    let mut places = profile::selected(&scored, &format!("{band}{}", export.filter), Sort::Rank)?;
    if let Some(top) = export.top {
        let all = places.unwrap_or_else(|| (0..scored.pages.len() as u32).collect());
        places = Some(all.into_iter().take(top).collect());
    }
    let places = places.as_deref();
    let format = match (export.format, &export.out) {
        (Some(Format::Csv), _) => export::Format::Csv,
        (Some(Format::Jsonl), _) => export::Format::Jsonl,
        (Some(Format::Parquet), _) => export::Format::Parquet,
        (None, None) if session.json => export::Format::Jsonl,
        (None, None) => export::Format::Csv,
        // The name of the file says it.
        (None, Some(out)) => match (export::Format::of_path(out), out.extension()) {
            (Some(format), _) => format,
            (None, None) => export::Format::Csv,
            (None, Some(_)) => {
                return Err(Error::usage(format!("The ending of {} says no format.", out.display()))
                    .hint("end it with .csv, .jsonl or .parquet, or say --format"));
            }
        },
    };
    let Some(out) = &export.out else {
        let mut stdout = std::io::BufWriter::new(std::io::stdout().lock());
        let written = export::to_writer(&scored.pages, places, format, &mut stdout, &Silent).map(|_| ());
        return written.and_then(|()| match stdout.flush() {
            Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Error::new("The export could not be written.").because(e))
            }
            _ => Ok(()),
        });
    };
    export::refuse_own(workspace, out)?;
    let line = Line::new();
    let written = export::to_file(&scored.pages, places, format, out, Existing::Replace, &line);
    line.clear();
    session.print(&Written { profiles: written?, file: out }, |w| {
        format!("{} profiles are in {}.\n", count(w.profiles), w.file.display())
    })
}

/// What an export came to.
#[derive(Serialize)]
struct Written<'a> {
    profiles: u64,
    file: &'a std::path::Path,
}
