//! The adapter of one file through all of its blocks: made anew where the columns change, as they may in JSON. Called by
//! `readers::stream`.

use super::adapter::{Adapter, Pass};
use super::definition::Table;
use crate::config::{Source, SourceKind};
use crate::data::readers::batch::Batch;
use std::sync::Arc;

/// Rewrites the blocks of one file where its layout is not plain.
pub struct Adapting<'s> {
    source: &'s Source,
    pass: Pass,
    columns: Arc<[String]>,
    adapter: Option<Adapter>,
    kept_out: u64,
}

impl<'s> Adapting<'s> {
    /// For a file of `source`.
    pub fn new(source: &'s Source, pass: Pass) -> Adapting<'s> {
        Adapting { source, pass, columns: Vec::new().into(), adapter: None, kept_out: 0 }
    }

    /// The block in canonical columns; `None` where no row is left of it.
    pub fn apply(&mut self, batch: Batch) -> Option<Batch> {
        if self.columns != *batch.columns() {
            self.columns = Arc::clone(batch.columns());
            self.kept_out += self.adapter.as_ref().map_or(0, |adapter| adapter.kept_out);
            self.adapter = Adapter::of(self.source, &self.columns, self.pass);
        }
        match &mut self.adapter {
            Some(adapter) => adapter.apply(&batch),
            None if self.pass == Pass::Rows => Some(batch),
            None => None,
        }
    }

    /// Rows that are deleted, or not the current ones of several.
    pub fn kept_out(&self) -> u64 {
        self.kept_out + self.adapter.as_ref().map_or(0, |adapter| adapter.kept_out)
    }

    /// What somebody should know, one sentence each.
    pub fn notes(&self) -> Vec<String> {
        match self.kept_out() {
            0 => Vec::new(),
            rows => vec![format!("{rows} rows are kept out: they are deleted, or not the current ones")],
        }
    }
}

/// What is told of a source of a known layout.
#[derive(Debug, Clone)]
pub struct Adapted {
    /// The source as its rewritten blocks are mapped: a plain one.
    pub source: Source,
    /// The rewritten columns.
    pub columns: Vec<String>,
    /// Rewritten columns with the columns of the file that fill them, the first that counts first.
    pub origins: Vec<(String, String)>,
    /// Columns that tell only of today.
    pub state: Vec<String>,
    /// Its table.
    pub table: &'static Table,
    /// Whether its rows imply events beside what they are.
    pub implies_events: bool,
}

impl Adapted {
    /// What a source with these columns becomes; `None` where it is plain.
    pub fn of(source: &Source, columns: &[String], pass: Pass) -> Option<Adapted> {
        let adapter = Adapter::of(source, columns, pass)?;
        let kind = if pass == Pass::ImpliedEvents { SourceKind::Event } else { source.kind };
        Some(Adapted {
            source: Source { kind, preset: None, columns: Default::default(), ..source.clone() },
            columns: adapter.columns().to_vec(),
            origins: adapter.origins().to_vec(),
            state: adapter.state.clone(),
            table: adapter.table(),
            implies_events: Adapter::of(source, columns, Pass::ImpliedEvents).is_some(),
        })
    }
}
