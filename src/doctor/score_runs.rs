//! The runs of a score as the doctor reads them: every summary anew, without the index. Used by `runs` and `files`.

use super::finding::counted;
use crate::domain::run::Run;
use crate::domain::run::line::RunLine;
use crate::domain::score::Score;
use crate::domain::text;
use crate::error::Error;
use crate::runs::layout::{self, MODEL};
use crate::runs::model_file::ModelFile;
use crate::runs::{champion, index, known_files, summary_json};
use crate::workspace::Workspace;
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The published runs of a score, read without the index, which keeps itself up to date when it is asked.
pub(super) struct ScoreRuns<'a> {
    pub(super) score: &'a Score,
    pub(super) folder: PathBuf,
    /// Newest first.
    pub(super) good: Vec<(Arc<RunLine>, Run)>,
    pub(super) broken: Vec<(PathBuf, Error)>,
}

impl<'a> ScoreRuns<'a> {
    pub(super) fn read(workspace: &Workspace, score: &'a Score) -> ScoreRuns<'a> {
        let folder = workspace.paths.runs(&score.id);
        let folders: Vec<PathBuf> =
            layout::entries(&folder).into_iter().filter(|path| known_files::is_run(path)).collect();
        let read: Vec<_> = folders.into_par_iter().map(|path| (summary_json::read(&path), path)).collect();
        let mut runs = ScoreRuns { score, folder, good: Vec::new(), broken: Vec::new() };
        for (read, path) in read {
            match read {
                Ok(run) => runs.good.push((Arc::new(RunLine::from_run(&run)), run)),
                // It was removed while it was read.
                Err(_) if !path.exists() => {}
                Err(error) => runs.broken.push((path, error)),
            }
        }
        runs.good.sort_by(|(a, _), (b, _)| b.cmp_order(a));
        runs
    }

    pub(super) fn lines(&self) -> Vec<Arc<RunLine>> {
        self.good.iter().map(|(line, _)| Arc::clone(line)).collect()
    }

    pub(super) fn champion(&self) -> Option<&str> {
        champion::of(self.score, self.good.iter().map(|(line, _)| &**line))
    }

    /// The run whose scores are shown.
    pub(super) fn shown(&self) -> Option<Arc<RunLine>> {
        index::shown(&self.lines()).cloned()
    }

    /// Why the folder of a run must stay whose summary cannot be read, where it must.
    pub(super) fn needed_model(&self, folder: &Path) -> Option<String> {
        let id = layout::name(folder);
        let scored = self.good.iter().filter(|(line, _)| line.model_run.as_deref() == Some(id)).count();
        let promoted = self.score.promoted.as_ref().filter(|promoted| promoted.run == id);
        match (promoted, scored) {
            (Some(promoted), _) => Some(format!("{} made its model champion", promoted.by)),
            (None, 1..) => Some(format!("its model gave the scores of {}", counted(scored, "other run"))),
            // An older one than the champion's was replaced.
            (None, 0) if self.champion().is_some_and(|champion| champion > id) => None,
            (None, 0) => folder.join(MODEL).exists().then(|| "it holds a model, which may be the one in use".into()),
        }
    }

    /// The command that makes new scores with the model in use, where that can be read.
    pub(super) fn new_scores(&self) -> String {
        let model = self.champion().map(|id| self.folder.join(id).join(MODEL));
        match model.is_some_and(|model| ModelFile::read(&model).is_ok()) {
            true => format!("{} --kind scoring", self.again()),
            false => self.other_model(),
        }
    }

    /// The command that trains a new model.
    pub(super) fn again(&self) -> String {
        format!("propensity run start {}", text::shell_quoted(&self.score.name))
    }

    /// The command that gives the score another model: an earlier one that can be read, else a new one.
    pub(super) fn other_model(&self) -> String {
        let champion = self.champion();
        let models = self.good.iter().filter(|(line, _)| line.has_model() && Some(line.id.as_str()) != champion);
        let mut readable = models.filter(|(line, _)| ModelFile::read(&self.folder.join(&line.id).join(MODEL)).is_ok());
        match readable.next() {
            Some((line, _)) => format!(
                "propensity score promote {} {} makes an earlier model champion; {} trains a new one.",
                text::shell_quoted(&self.score.name),
                line.id,
                self.again()
            ),
            None => self.again(),
        }
    }
}

/// The version that a file of JSON says it has.
pub(super) fn version(summary: &Path) -> Option<u64> {
    let value: serde_json::Value = serde_json::from_slice(&std::fs::read(summary).ok()?).ok()?;
    value.get("version")?.as_u64()
}
