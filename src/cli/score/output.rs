//! A score with what its last run came to, as printed by `score list` and `score show`.

use crate::domain::run::{Run, Status};
use crate::domain::score::Score;
use crate::process::follow;
use crate::queries::score_summaries;
use crate::workspace::Workspace;
use serde::Serialize;

/// The definition of a score with its last run.
#[derive(Serialize)]
pub struct ScoreOutput<'a> {
    #[serde(flatten)]
    pub score: &'a Score,
    pub goal_sentence: String,
    /// The conditions on who is scored, as sentences.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub population_sentences: Vec<String>,
    pub last_run: Option<&'a Run>,
    /// The training run of the model that the next scoring applies.
    pub champion: Option<&'a str>,
    /// The training run of the model behind the scores that are shown.
    #[serde(skip)]
    pub tested: Option<&'a Run>,
    pub live: Option<Status>,
}

impl<'a> ScoreOutput<'a> {
    pub fn of(workspace: &Workspace, score: &'a Score, of: &'a score_summaries::ScoreSummary) -> ScoreOutput<'a> {
        ScoreOutput {
            score,
            goal_sentence: score.goal.to_string(),
            population_sentences: score.population.sentences(),
            last_run: of.last.as_deref(),
            champion: of.champion.as_deref(),
            tested: of.trained.as_deref(),
            live: follow::live_run(workspace, &score.id).map(|live| live.status),
        }
    }
}
