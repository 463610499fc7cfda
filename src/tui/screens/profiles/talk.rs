//! What the screen asks the reader thread, and what it is told.

use crate::data::scores::{ScoredProfile, Sort};
use crate::domain::run::Run;
use crate::queries::export::Format;
use crate::queries::feature_importance::FeatureImportance;
use crate::queries::profile::{Change, PastScore, ProfileDetail, WhatIf};
use crate::tui::msg::Outcome;
use std::path::PathBuf;
use std::sync::Arc;

/// A scores file that is open.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    pub run: Arc<Run>,
    pub folder: PathBuf,
    pub total: usize,
    pub attributes: Vec<Arc<str>>,
}

/// What is asked. Where a number stands, the answer bears it.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
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
    Arrange {
        task: u64,
        run: Arc<Opened>,
        query: String,
        sort: Sort,
    },
    Find {
        task: u64,
        run: Arc<Opened>,
        text: String,
    },
    Percentile {
        serial: u64,
        percentile: u8,
    },
    Dossier {
        serial: u64,
        place: u32,
    },
    Change(Arc<ProfileDetail>),
    History {
        score: String,
        profile: String,
    },
    WhatIf {
        dossier: Arc<ProfileDetail>,
        changes: Vec<(usize, f32)>,
    },
    Export {
        task: u64,
        run: Arc<Opened>,
        places: Option<Arc<Vec<u32>>>,
        format: Format,
        path: PathBuf,
    },
    /// What drives the score.
    Factors {
        serial: u64,
        run: Arc<Opened>,
    },
    /// Ends the search that goes on.
    Cancel,
    CancelExport,
    /// Nobody looks at a profile any more.
    EndHistory,
    /// To the clipboard of the terminal, and to a file where the terminal has none.
    Copy(String),
}

/// What is told.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    Opened {
        score: String,
        opened: Outcome<Arc<Opened>>,
    },
    Rows {
        view: u64,
        from: usize,
        rows: Outcome<Arc<Vec<(u32, ScoredProfile)>>>,
    },
    Progress {
        task: u64,
        done: u64,
        total: u64,
    },
    /// `None`: all of them, by rank.
    Arranged {
        task: u64,
        places: Outcome<Option<Arc<Vec<u32>>>>,
    },
    Found {
        task: u64,
        places: Outcome<Arc<Vec<u32>>>,
    },
    Percentile {
        serial: u64,
        place: Outcome<u32>,
    },
    Dossier {
        serial: u64,
        place: u32,
        dossier: Outcome<Arc<ProfileDetail>>,
    },
    Change {
        profile: String,
        change: Outcome<Option<Change>>,
    },
    History {
        profile: String,
        past: Vec<PastScore>,
    },
    WhatIf {
        changes: Vec<(usize, f32)>,
        answer: Outcome<Arc<WhatIf>>,
    },
    Exported {
        path: PathBuf,
        written: Outcome<u64>,
    },
    Factors {
        serial: u64,
        read: Outcome<Arc<FeatureImportance>>,
    },
    Copied {
        file: Option<PathBuf>,
    },
}
