//! What files somebody has could be: looks into each, and proposes the sources that read them, with the evidence. Nothing is
//! written here; `data add` shows the proposal, asks what cannot be known, and adds the sources to the configuration.
//!
//! | file | what it does |
//! |---|---|
//! | `paths` | the files that a path means, put together where they are parts of one export |
//! | `look` | one group of files: its columns, how its cells are written, examples |
//! | `compare` | what is new, gone or different against the sources that there are |
//!
//! Called by the command line.

mod compare;
mod look;
mod paths;

use crate::config::{Config, DateOrder, Source, SourceKind};
use crate::data::values::survey::Question;
use crate::domain::progress::Progress;
use crate::error::Result;
use crate::workspace::Workspace;
use serde::Serialize;
use std::path::PathBuf;

/// What the files could be.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Proposal {
    /// Sources that are new.
    pub sources: Vec<ProposedSource>,
    /// Files that no source could be made of, each with the reason.
    pub passed_over: Vec<PassedOver>,
    /// What became of the sources that there are.
    pub changes: Vec<String>,
}

/// A file that no source was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PassedOver {
    /// Its path as given.
    pub path: String,
    /// Why, in a sentence.
    pub why: String,
}

/// A source that could be added.
#[derive(Debug, Clone, Serialize)]
pub struct ProposedSource {
    /// The table as it would be written.
    pub source: Source,
    /// Its files.
    pub files: Vec<String>,
    /// The layout: a system and a table of it, or `plain`.
    pub layout: String,
    /// Why it was taken for that, in words.
    pub because: String,
    /// Whether the layout is beyond doubt.
    pub sure: bool,
    /// Rows of all files.
    pub rows: u64,
    /// Rows that are no rows: wrong number of cells, no JSON.
    pub refused: u64,
    /// Its columns, the mapped ones first.
    pub columns: Vec<ProposedColumn>,
    /// Columns that tell today's state and are no features.
    pub state_columns: Vec<String>,
    /// What a row implies beside itself, in words.
    pub implies: Vec<String>,
    /// How the files are read: encoding, title, format.
    pub notes: Vec<String>,
    /// What the cells leave open.
    pub questions: Vec<ProposedQuestion>,
}

/// A column and what it is taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProposedColumn {
    /// Its name.
    pub column: String,
    /// The canonical field that it fills; `None`: it stays as an attribute or an event field.
    pub field: Option<String>,
    /// Recognised by another spelling.
    pub guessed: bool,
    /// How its cells are written, where that is not as the program writes: `DD/MM/YYYY`.
    pub written: Option<String>,
    /// Cells with a value.
    pub filled: u64,
    /// Of these the ones that are what the column is taken for; `None` where anything is.
    pub fit: Option<u64>,
    /// Values as they stand, and as they are read.
    pub examples: Vec<(String, String)>,
}

/// A question with what it would be answered with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProposedQuestion {
    /// In words, with the column and an example.
    pub text: String,
    /// Why the cells do not tell.
    pub because: String,
    /// What may be set in the source; none: the files must be exported again.
    pub answers: Vec<Answer>,
}

/// A key of the source that answers a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// `date_order`.
    DateOrder(DateOrder),
    /// `decimal_mark`.
    DecimalMark(char),
}

impl Answer {
    /// The answer as somebody reads it, with what the example then is.
    pub fn words(self) -> &'static str {
        match self {
            Answer::DateOrder(DateOrder::DayFirst) => "day first, as 18/10/2024",
            Answer::DateOrder(DateOrder::MonthFirst) => "month first, as 10/18/2024",
            Answer::DecimalMark(',') => "a decimal comma, as 1.234,56",
            Answer::DecimalMark(_) => "a decimal point, as 1,234.56",
        }
    }

    /// Sets it in a source.
    pub fn set(self, source: &mut Source) {
        match self {
            Answer::DateOrder(order) => source.date_order = Some(order),
            Answer::DecimalMark(mark) => source.decimal_mark = Some(mark),
        }
    }
}

impl ProposedQuestion {
    fn of(question: &Question, file: &str) -> ProposedQuestion {
        let error = question.error(file);
        let answers = match question {
            Question::DateOrder { .. } => {
                vec![Answer::DateOrder(DateOrder::DayFirst), Answer::DateOrder(DateOrder::MonthFirst)]
            }
            Question::DecimalMark { .. } => vec![Answer::DecimalMark('.'), Answer::DecimalMark(',')],
            Question::MixedDates { .. } | Question::MixedNumbers { .. } => Vec::new(),
        };
        ProposedQuestion { text: error.what, because: error.causes.join("; "), answers }
    }
}

/// What is known beforehand, for all files.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// What the rows are.
    pub kind: Option<SourceKind>,
    /// Answers to what the cells may leave open.
    pub answers: Vec<Answer>,
}

/// Looks into the files of `paths` and proposes sources for those that no source of the workspace reads yet.
///
/// # Errors
/// A path that means no file; the work was cancelled. A file that cannot be read is passed over, with the reason.
pub fn propose(workspace: &Workspace, paths: &[PathBuf], hints: &Hints, progress: &dyn Progress) -> Result<Proposal> {
    let config = &workspace.config;
    let mut proposal = Proposal { changes: compare::changes(config), ..Proposal::default() };
    let groups = paths::groups(config, paths)?;
    for known in groups.known {
        proposal.changes.push(format!("{known} is read by a source already"));
    }
    for path in groups.unknown {
        let why = "its name and its bytes tell no format that can be read".to_string();
        proposal.passed_over.push(PassedOver { path, why });
    }
    for group in groups.groups {
        progress.check()?;
        match look::look(config, &group, hints, progress) {
            Ok(sources) => proposal.sources.extend(sources),
            Err(error) if progress.cancelled() => return Err(error),
            Err(error) => {
                let causes = error.causes.iter().map(String::as_str);
                let why = std::iter::once(error.what.as_str()).chain(causes).collect::<Vec<_>>().join(": ");
                proposal.passed_over.push(PassedOver { path: group.path, why });
            }
        }
    }
    // Profiles first, as somebody would write them, and events last.
    proposal.sources.sort_by_key(|proposed| proposed.source.kind);
    Ok(proposal)
}

/// The configuration with the proposed sources, as a run would read it.
pub fn with_sources(config: &Config, proposal: &Proposal) -> Config {
    let mut config = config.clone();
    config.sources.extend(proposal.sources.iter().map(|p| p.source.clone()));
    config
}
