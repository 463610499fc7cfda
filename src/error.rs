//! The one error type of the program: what failed, why, and what to do next.
//!
//! Every layer returns it; `main` prints it and takes the exit code from its [`Kind`]. It carries sentences, not
//! library error types, because its only reader is a person (or a script that reads the exit code).

#![warn(missing_docs, clippy::missing_errors_doc)]

use std::fmt;

/// What class of failure this is; it decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request could not be done (exit code 1).
    Failed,
    /// The command line or a sentence on it is wrong (exit code 2).
    Usage,
    /// A run was stopped by the quality check of this code (exit code 3); 0 is *goal too common*, which has no code.
    Stopped(u16),
    /// Somebody cancelled the work (exit code 1).
    Cancelled,
}

/// What failed, why, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// What class of failure it is.
    pub kind: Kind,
    /// What failed, one sentence.
    pub what: String,
    /// Why, from the outermost cause inwards.
    pub causes: Vec<String>,
    /// What to do next, often a command.
    pub hint: Option<String>,
}

/// What everything that can fail returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A failure of the request.
    pub fn new(what: impl Into<String>) -> Self {
        Error { kind: Kind::Failed, what: what.into(), causes: Vec::new(), hint: None }
    }

    /// A command line, or a sentence on it, that is wrong.
    pub fn usage(what: impl Into<String>) -> Self {
        Error { kind: Kind::Usage, ..Error::new(what) }
    }

    /// A run that the quality check of this code stopped; 0 is *goal too common*.
    pub fn stopped(code: u16, what: impl Into<String>) -> Self {
        Error { kind: Kind::Stopped(code), ..Error::new(what) }
    }

    /// A run that somebody asked to stop.
    pub fn cancelled() -> Self {
        Error { kind: Kind::Cancelled, ..Error::new("The run was cancelled.") }
    }

    /// Adds a cause below the ones already there.
    #[must_use]
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.causes.push(cause.to_string());
        self
    }

    /// Says what to do next; a hint already given is kept, because it was nearer to the failure.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint.get_or_insert(hint.into());
        self
    }

    /// The process exit code: 0 is never an error's.
    pub fn exit_code(&self) -> u8 {
        match self.kind {
            Kind::Failed | Kind::Cancelled => 1,
            Kind::Usage => 2,
            Kind::Stopped(_) => 3,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        for cause in &self.causes {
            write!(f, "\n  because: {cause}")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// What to do about a disk that refuses to be written.
const DISK: &str = "Check that the folder is there, its free space, and who may write it; then try again.";

/// Turns a library's error into ours with a sentence on what was being done.
pub trait Context<T>: Sized {
    /// Says in one sentence what failed; the library's error becomes the cause.
    ///
    /// # Errors
    /// That of `self`, with the sentence.
    fn context(self, what: impl FnOnce() -> String) -> Result<T>;

    /// The same for what the disk refused, with what to do about it. The sentence names the file or folder.
    ///
    /// # Errors
    /// That of `self`, with the sentence and the hint.
    fn on_disk(self, what: impl FnOnce() -> String) -> Result<T> {
        self.context(what).map_err(|e| e.hint(DISK))
    }
}

impl<T, E: fmt::Display> Context<T> for std::result::Result<T, E> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|e| Error::new(what()).because(e))
    }
}

/// The candidate nearest to `wanted`, for "did you mean", by the similarity of Jaro and Winkler (Winkler 1990),
/// whatever the case; `None` where none is above 0.75.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = wanted.to_lowercase();
    candidates
        .into_iter()
        .map(|c| (strsim::jaro_winkler(&lower, &c.to_lowercase()), c))
        .filter(|(similarity, _)| *similarity > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, c)| c)
}
