//! One run in full: what it came to, what it read, how its model was tested, what it said. Everything that the page of
//! a run shows is read here at once, so that drawing it needs no file. Called by the screens, off their thread.

use super::feature_importance::{self, FeatureImportance};
use super::report;
use crate::domain::run::{Run, RunKind, Status};
use crate::domain::text::harmless;
use crate::error::{Context, Error, Result};
use crate::runs::find::FoundRun;
use crate::runs::layout::{JOURNAL, LOG};
use crate::runs::report_json::Report;
use crate::runs::summary_json;
use crate::store::journal::{self, Entry, Event};
use jiff::Timestamp;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// A run with all that its folder tells.
#[derive(Debug, Clone, PartialEq)]
pub struct RunDetail {
    pub run: Run,
    /// Empty where a run that came to nothing left none; why not, where it cannot be read.
    pub report: Result<Report>,
    /// Of a scoring run: the run that trained and tested its model, where it is still there.
    pub trained: Option<(Run, Report)>,
    pub importance: FeatureImportance,
    pub journal: JournalDetail,
    pub log: Log,
}

/// What the journal adds to the summary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalDetail {
    /// Whose process it was; empty where the journal does not say.
    pub user: String,
    /// When each stage began, in their order.
    pub began: Vec<(String, Timestamp)>,
    pub warnings: Vec<WarningEntry>,
    /// Why it failed and what to do next, where it failed.
    pub causes: Vec<String>,
    pub hint: Option<String>,
}

/// A warning with its moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WarningEntry {
    pub at: Timestamp,
    pub message: String,
}

/// The end of what the process said.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Log {
    /// Harmless to print, newest last.
    pub lines: Vec<String>,
    /// Whether earlier lines were left out.
    pub more: bool,
    /// Why it could not be read, where it could not.
    pub broken: Option<Error>,
}

/// Lines of the log that are kept, bytes from its end that are read, and characters of a line.
const LINES: usize = 500;
const BYTES: u64 = 1 << 20;
const CHARACTERS: usize = 2_000;

impl RunDetail {
    /// The run that tested the model, with its report: this one, or the one whose model a scoring run applied.
    pub fn tested(&self) -> Option<(&Run, &Report)> {
        match (self.run.kind, &self.report) {
            (RunKind::Training, Ok(report)) => Some((&self.run, report)),
            (RunKind::Training, Err(_)) => None,
            (RunKind::Scoring, _) => self.trained.as_ref().map(|(run, report)| (run, report)),
        }
    }

    /// The run whose test says what this run's scores are worth, where it came to scores.
    pub fn tested_run(&self) -> Option<&Run> {
        self.tested().map(|(run, _)| run).filter(|_| self.run.status == Status::Successful)
    }
}

/// Reads what a run left. What cannot be read is told in its place; the rest is there.
pub fn load(found: &FoundRun) -> RunDetail {
    let report = report::of_run(found);
    let importance = feature_importance::of(&found.run, report.as_ref().unwrap_or(&Report::default()));
    // A journal that is gone takes only what it adds.
    let entries = journal::read(&found.folder.join(JOURNAL)).map_or_else(|_| Vec::new(), |(entries, _)| entries);
    RunDetail {
        run: found.run.clone(),
        report,
        trained: trained(found),
        importance,
        journal: journal_detail(entries),
        log: log(&found.folder.join(LOG)),
    }
}

fn trained(found: &FoundRun) -> Option<(Run, Report)> {
    let id = found.run.model_run.as_ref().filter(|_| found.run.kind == RunKind::Scoring)?;
    let folder = found.folder.with_file_name(id);
    let model = FoundRun { run: summary_json::read(&folder).ok()?, folder };
    let report = report::of_run(&model).ok()?;
    Some((model.run, report))
}

fn journal_detail(entries: Vec<Entry>) -> JournalDetail {
    let mut detail = JournalDetail::default();
    for Entry { at, event, .. } in entries {
        match event {
            Event::Started { user, .. } => detail.user = user,
            Event::Stage { name, seconds: None } => detail.began.push((name, at)),
            Event::Warning { message, .. } => detail.warnings.push(WarningEntry { at, message }),
            Event::Failed { causes, hint, .. } => (detail.causes, detail.hint) = (causes, hint),
            _ => {}
        }
    }
    detail
}

fn log(path: &Path) -> Log {
    match tail(path) {
        Ok(Some((bytes, cut))) => lines(&String::from_utf8_lossy(&bytes), cut),
        // A process that said nothing leaves no log.
        Ok(None) => Log::default(),
        Err(error) => Log { broken: Some(error), ..Log::default() },
    }
}

/// The last bytes of a file, and whether there are more before them; `None` where there is no file.
fn tail(path: &Path) -> Result<Option<(Vec<u8>, bool)>> {
    let failed = || format!("The log {} could not be read.", path.display());
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(Error::new(failed()).because(e)),
    };
    let from = file.metadata().context(failed)?.len().saturating_sub(BYTES);
    file.seek(SeekFrom::Start(from)).context(failed)?;
    let mut bytes = Vec::new();
    file.take(BYTES).read_to_end(&mut bytes).context(failed)?;
    Ok(Some((bytes, from > 0)))
}

/// The last lines of a text; where it was cut, its first line is not whole and is left out.
fn lines(text: &str, cut: bool) -> Log {
    let all: Vec<&str> = text.lines().skip(usize::from(cut)).collect();
    let first = all.len().saturating_sub(LINES);
    let shown = |line: &&str| {
        let plain = without_colours(line);
        let short: String = plain.chars().take(CHARACTERS).collect();
        let end = if short.len() < plain.len() { "…" } else { "" };
        format!("{}{end}", harmless(&short))
    };
    Log { lines: all[first..].iter().map(shown).collect(), more: cut || first > 0, broken: None }
}

/// Without the sequences (`ESC [ … letter`) that colour a terminal's text: in a log they say nothing.
fn without_colours(line: &str) -> String {
    let mut rest = line;
    let mut plain = String::with_capacity(line.len());
    while let Some(at) = rest.find("\x1b[") {
        plain.push_str(&rest[..at]);
        let sequence = &rest[at + 2..];
        let parameters = sequence.find(|c: char| !(c.is_ascii_digit() || c == ';')).unwrap_or(sequence.len());
        match sequence[parameters..].strip_prefix('m') {
            Some(after) => rest = after,
            None => {
                plain.push_str("\x1b[");
                rest = sequence;
            }
        }
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::run::Status;
    use crate::runs::layout;
    use crate::store::journal::Journal;
    use crate::store::json;

    fn found(folder: &Path, kind: RunKind, status: Status) -> FoundRun {
        let at: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        let mut run = summary_json::empty("r2", ("leads", "Leads"), kind, at);
        run.status = status;
        FoundRun { run, folder: folder.to_path_buf() }
    }

    #[test]
    fn the_journal_adds_who_when_and_why() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::create(&folder.path().join(JOURNAL)).unwrap();
        let (run, score, user) = ("r2".into(), "leads".into(), "ann".into());
        let run_kind = RunKind::Training;
        let causes = vec!["the threshold is 10".to_string()];
        let failed = Event::Failed { code: Some(404), message: "no".into(), causes, hint: Some("do".into()), exit: 3 };
        let read = |seconds| Event::Stage { name: "read".into(), seconds };
        let warning = Event::Warning { code: None, message: "mind".into() };
        for event in
            [Event::Started { run, score, pid: 1, run_kind, user }, read(None), warning, read(Some(1.0)), failed]
        {
            journal.append(event).unwrap();
        }
        let seen = load(&found(folder.path(), RunKind::Training, Status::Failed));
        assert_eq!((seen.journal.user.as_str(), seen.journal.began.len()), ("ann", 1));
        assert_eq!(seen.journal.warnings.iter().map(|w| w.message.as_str()).collect::<Vec<_>>(), ["mind"]);
        assert_eq!((seen.journal.causes.len(), seen.journal.hint.as_deref()), (1, Some("do")));
        // A run that failed may have left neither report nor log; one that succeeded has lost them.
        assert_eq!((seen.report, seen.log), (Ok(Report::default()), Log::default()));
        let lost = load(&found(folder.path(), RunKind::Training, Status::Successful)).report.unwrap_err();
        assert!(lost.what.contains("report.json cannot be read"), "{lost}");
    }

    #[test]
    fn of_a_long_log_the_end_is_kept_and_nothing_in_it_can_harm() {
        let folder = tempfile::tempdir().unwrap();
        let text: String = (0..700).map(|n| format!("\x1b[2mline\x1b[0m {n} \x1b[2J\n")).collect();
        std::fs::write(folder.path().join(LOG), text).unwrap();
        let log = load(&found(folder.path(), RunKind::Training, Status::Failed)).log;
        assert_eq!((log.lines.len(), log.more), (LINES, true));
        assert_eq!((log.lines[0].as_str(), log.lines[499].as_str()), ("line 200 ␛[2J", "line 699 ␛[2J"));
        std::fs::write(folder.path().join(LOG), [b"\xff\n".as_slice(), &[b'x'; 3 << 20]].concat()).unwrap();
        let log = load(&found(folder.path(), RunKind::Training, Status::Failed)).log;
        assert!(log.lines.is_empty() && log.more, "the only line is not whole");
        std::fs::write(folder.path().join(LOG), vec![b'y'; 1 << 19]).unwrap();
        let log = load(&found(folder.path(), RunKind::Training, Status::Failed)).log;
        assert_eq!(log.lines[0].chars().count(), CHARACTERS + 1);
    }

    #[test]
    fn a_scoring_run_shows_the_test_of_its_model_as_long_as_that_is_there() {
        let runs = tempfile::tempdir().unwrap();
        let model = runs.path().join("r1");
        std::fs::create_dir(&model).unwrap();
        let at: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        let mut trained = summary_json::empty("r1", ("leads", "Leads"), RunKind::Training, at);
        trained.status = Status::Successful;
        json::write_json(&model.join(layout::SUMMARY), &trained).unwrap();
        let report = Report { version: 1, timeframe_days: 90, ..Report::default() };
        json::write_json(&model.join(layout::REPORT), &report).unwrap();
        let mut scoring = found(&runs.path().join("r2"), RunKind::Scoring, Status::Failed);
        scoring.run.model_run = Some("r1".into());
        assert_eq!(load(&scoring).tested(), Some((&trained, &report)));
        std::fs::remove_dir_all(&model).unwrap();
        assert_eq!(load(&scoring).tested(), None);
    }
}
