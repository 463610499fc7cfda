//! `propensity score create`: a new score, with what its goal matches.

use super::preview::preview;
use crate::cli::format::{count, harmless};
use crate::cli::score::options::{EligibilityOptions, goal, word};
use crate::cli::session::Session;
use crate::domain::score::goal::Goal;
use crate::domain::score::population_rule::PopulationRule;
use crate::domain::score::{MergePolicy, ProfileType, Repeatable, Score};
use crate::domain::text::shell_quoted;
use crate::error::Result;
use crate::store::audit;
use crate::workspace::Workspace;
use clap::Args;
use jiff::Timestamp;

#[derive(Debug, Args)]
pub struct Options {
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
    #[command(flatten)]
    eligibility: EligibilityOptions,
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

pub fn execute(session: &Session, workspace: &Workspace, options: Options) -> Result<()> {
    let mut score = definition(options);
    score.check()?;
    let matches = match preview(workspace, &mut score)? {
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
        format!("Created '{}' ({}).\n{matches}Start its first run: {start}\n", harmless(&s.name), s.id)
    })
}

fn definition(options: Options) -> Score {
    let (now, by) = (Timestamp::now(), audit::user());
    let mut score = Score::new(&options.name, options.profile, options.goal, options.timeframe, now, &by);
    score.description = options.description;
    score.exclusions = options.eligibility.exclude;
    score.exclude_until_active = options.eligibility.exclude_until_active;
    score.population = PopulationRule { conditions: options.eligibility.who };
    score.with = options.with;
    score.without = options.without;
    score.repeatable = options.repeatable;
    score.merge_policy = options.merge_policy;
    score
}
