//! `propensity profile show`: one profile with all that its page on the screens shows.

use super::page::{self, ProfileOutput};
use crate::cli::latest_scores::latest_scores;
use crate::cli::progress::ProgressLine;
use crate::cli::session::Session;
use crate::error::Result;
use crate::queries::profile::{ScoredProfiles, history};
use crate::workspace::Workspace;
use clap::Args;

#[derive(Debug, Args)]
pub struct Options {
    score: String,
    profile_id: String,
    /// All factors instead of the ten largest.
    #[arg(long)]
    all: bool,
    /// What if: another value of a feature, by its code or its name; an empty value is missing. The model's answer, and no
    /// promise.
    #[arg(long, value_name = "FEATURE=VALUE")]
    set: Vec<String>,
}

pub fn execute(session: &Session, workspace: &Workspace, options: &Options) -> Result<()> {
    let mut scored = ScoredProfiles::of(workspace, latest_scores(workspace, &options.score)?)?;
    let progress = ProgressLine::cancelling();
    let output = load(workspace, &mut scored, &options.profile_id, &progress);
    progress.clear();
    let mut output = output?;
    if !options.set.is_empty() {
        let changes = options.set.iter().map(|text| output.detail.parse_change(text)).collect::<Result<Vec<_>>>()?;
        output.what_if = Some(scored.what_if(workspace, &output.detail, &changes)?);
    }
    if options.all {
        let profile = &mut output.detail.profile;
        (profile.factors, profile.rest) = (output.detail.explanation.factors.clone(), 0.0);
    }
    session.print(&output, |output| page::text(output, &workspace.config.bands))
}

fn load(
    workspace: &Workspace,
    scored: &mut ScoredProfiles,
    id: &str,
    progress: &ProgressLine,
) -> Result<ProfileOutput> {
    let place = scored.place(id, progress)?;
    let detail = scored.detail(workspace, place)?;
    // Without what the run before read there is no reason, which is worth a word and no failure.
    let change = scored.change(workspace, &detail).unwrap_or_else(|error| {
        progress.clear();
        eprintln!("Why the score changed is not known: {error}");
        None
    });
    let history = history(workspace, &scored.run.score, id, progress)?;
    Ok(ProfileOutput { detail, change, history, what_if: None })
}
