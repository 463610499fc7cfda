//! Loads the catalog of the sources. Called by `data catalog` and `score estimate`, which answer from it.

use crate::cli::progress::ProgressLine;
use crate::domain::source::catalog::Catalog;
use crate::error::Result;
use crate::queries::catalog::{self, CatalogState};
use crate::workspace::Workspace;

/// The catalog of the sources as they are, built where it is missing.
pub fn load_or_build(workspace: &Workspace) -> Result<Catalog> {
    if let CatalogState::Ready(catalog) = catalog::state(workspace) {
        return Ok(*catalog);
    }
    let progress = ProgressLine::cancelling();
    let catalog = catalog::build(workspace, &progress);
    progress.clear();
    catalog
}
