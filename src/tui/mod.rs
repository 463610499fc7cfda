//! The screens in the terminal: the only place that names ratatui and crossterm. `main` opens them.
//!
//! The Elm architecture: [`update`](update::update) turns a message into a change of the plain [`App`](app::App) and effects,
//! [`view`](view::view) draws the state, `runtime` runs the loop and the effects on its threads. Nothing here reads
//! sources or trains: runs are processes of their own, and goals are counted on the catalog.

pub mod action;
pub mod app;
mod backend;
pub mod dialogs;
pub mod effect;
pub mod keymap;
pub mod layout;
pub mod msg;
pub mod ring;
mod runtime;
pub mod screens;
mod terminal;
pub mod theme;
pub mod update;
pub mod view;
pub mod widgets;

use crate::error::Result;
use crate::workspace::Workspace;
use std::path::Path;

/// Opens the screens and stays until somebody leaves; says then which runs go on.
///
/// # Errors
/// The configuration is not valid, or the terminal cannot be used.
pub fn run(home: Option<&Path>, config: Option<&Path>, read_only: bool) -> Result<()> {
    let workspace = Workspace::open(home, config)?;
    match runtime::run(workspace, read_only)? {
        0 => {}
        1 => println!("1 run goes on; `propensity run watch` follows it."),
        runs => println!("{runs} runs go on; `propensity run list` shows them."),
    }
    Ok(())
}
