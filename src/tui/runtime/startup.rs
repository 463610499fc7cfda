//! The state at the start, made of what one small file each tells. Called by the event loop before the first picture.

use crate::demo;
use crate::error::{Error, Result};
use crate::queries::score_summaries;
use crate::store::audit;
use crate::store::timer::TimerRecord;
use crate::store::ui::UiState;
use crate::tui::app::{App, WorkspaceView};
use crate::tui::keymap::Keymap;
use crate::tui::screens::profiles::Column;
use crate::tui::screens::services::Order;
use crate::tui::theme::{Look, TerminalEnv};
use crate::tui::widgets::text_field::TextField;
use crate::workspace::Workspace;
use jiff::Timestamp;
use std::path::Path;

/// The state at the start: everything that one small file tells, so that the first picture waits for nothing else.
pub fn initial_app(workspace: &Workspace, read_only: bool) -> Result<App> {
    let config = &workspace.config;
    let keymap = Keymap::new(&config.keys)
        .map_err(|e| Error { causes: vec![format!("in {}", workspace.paths.config_file.display())], ..e })?;
    let kept = UiState::read(&workspace.paths.state);
    let look = Look::new(config.screen.theme, kept.theme, TerminalEnv::from_env());
    let view = WorkspaceView {
        name: config.workspace.name.clone(),
        zone: workspace.zone(),
        config_file: workspace.paths.config_file.display().to_string(),
        folder: std::env::current_dir().unwrap_or_default(),
        read_only: read_only_because(workspace, read_only),
        has_sources: !config.sources.is_empty(),
        user: audit::user(),
        thresholds: config.thresholds.clone(),
        program: workspace.command(&[]),
        demo: Some(workspace.demo_folder()).filter(|folder| demo::is_demo(folder)),
        bands: config.bands,
    };
    let size = crossterm::terminal::size().unwrap_or((80, 24));
    let mut app = App::new(view, keymap, look, Timestamp::now(), size);
    match score_summaries::bare(workspace) {
        Ok(scores) => app.scores = scores,
        Err(error) => app.scores_error = Some(error),
    }
    app.timer = TimerRecord::read(&workspace.paths.data);
    app.services.selection_made = kept.selected.is_some();
    app.services.selected = kept.selected;
    app.services.filter = TextField::new(&kept.filter);
    app.services.sort = Order::by_word(&kept.sort);
    app.columns = kept.columns.iter().filter_map(|key| Column::by_key(key)).collect();
    Ok(app)
}

/// Why nothing may be changed: it was asked for, or the folder may not be written.
fn read_only_because(workspace: &Workspace, asked: bool) -> Option<String> {
    if asked {
        return Some("This session is read-only (--read-only).".into());
    }
    let data = &workspace.paths.data;
    // Before the first change there is no folder: then the nearest one above it decides.
    let existing = data.ancestors().find(|p| p.exists())?;
    match writable(existing) {
        true => None,
        false => Some(format!("Read-only: you may not write {}.", existing.display())),
    }
}

#[cfg(unix)]
fn writable(folder: &Path) -> bool {
    rustix::fs::access(folder, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK).is_ok()
}

#[cfg(not(unix))]
fn writable(folder: &Path) -> bool {
    std::fs::metadata(folder).is_ok_and(|m| !m.permissions().readonly())
}
