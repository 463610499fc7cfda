//! What the screen asks the reader of scored profiles, and what it answers.

use crate::data::scores::{ScoredProfile, Sort};
use crate::domain::run::Run;
use crate::error::Result;
use crate::queries::export::Format;
use crate::queries::feature_importance::FeatureImportance;
use crate::queries::profile::{Change, PastScore, ProfileDetail, WhatIf};
use std::path::PathBuf;
use std::sync::Arc;

/// A scores file that is open.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenedScores {
    pub run: Arc<Run>,
    pub folder: PathBuf,
    pub total: usize,
    pub attributes: Vec<Arc<str>>,
}

/// What is asked. Where a number stands, the response bears it.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    Open {
        score: String,
    },
    Rows {
        view: u64,
        from: usize,
        count: usize,
        places: Option<Arc<Vec<u32>>>,
    },
    /// A query and an order: the places that are to be shown.
    Query {
        task: u64,
        run: Arc<OpenedScores>,
        query: String,
        sort: Sort,
    },
    Find {
        task: u64,
        run: Arc<OpenedScores>,
        text: String,
    },
    Percentile {
        serial: u64,
        percentile: u8,
    },
    Detail {
        serial: u64,
        place: u32,
    },
    /// The place of a profile by its exact id.
    Locate {
        serial: u64,
        id: String,
    },
    Change(Arc<ProfileDetail>),
    History {
        score: String,
        profile: String,
    },
    WhatIf {
        detail: Arc<ProfileDetail>,
        changes: Vec<(usize, f32)>,
    },
    Export {
        task: u64,
        run: Arc<OpenedScores>,
        places: Option<Arc<Vec<u32>>>,
        format: Format,
        path: PathBuf,
    },
    /// What drives the score.
    Factors {
        serial: u64,
        run: Arc<OpenedScores>,
    },
    /// Ends the query or search that goes on.
    Cancel,
    CancelExport,
    /// Nobody looks at a profile any more.
    EndHistory,
    /// To the clipboard of the terminal, and to a file where the terminal has none.
    Copy(String),
}

/// What is answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Response {
    Opened {
        score: String,
        opened: Result<Arc<OpenedScores>>,
    },
    Rows {
        view: u64,
        from: usize,
        rows: Result<Arc<Vec<(u32, ScoredProfile)>>>,
    },
    Progress {
        task: u64,
        done: u64,
        total: u64,
    },
    /// `None`: all of them, by rank.
    QueryResult {
        task: u64,
        places: Result<Option<Arc<Vec<u32>>>>,
    },
    FindResult {
        task: u64,
        places: Result<Arc<Vec<u32>>>,
    },
    Percentile {
        serial: u64,
        place: Result<u32>,
    },
    Detail {
        serial: u64,
        place: u32,
        detail: Result<Arc<ProfileDetail>>,
    },
    /// `None`: it is not among the scored profiles.
    Located {
        serial: u64,
        id: String,
        place: Result<Option<u32>>,
    },
    Change {
        profile: String,
        change: Result<Option<Change>>,
    },
    History {
        profile: String,
        past: Vec<PastScore>,
    },
    WhatIf {
        changes: Vec<(usize, f32)>,
        answer: Result<Arc<WhatIf>>,
    },
    Exported {
        path: PathBuf,
        written: Result<u64>,
    },
    Factors {
        serial: u64,
        read: Result<Arc<FeatureImportance>>,
    },
    Copied {
        file: Option<PathBuf>,
    },
}
