//! The screens in the terminal: the only place that names ratatui and crossterm. `main` opens them.
//!
//! The Elm architecture: [`update`](mod@update) turns a message into a change of the plain [`App`](app::App) and effects,
//! [`view`](mod@view) draws the state, `runtime` runs the loop and the effects on its threads. Nothing here reads sources or
//! trains: runs are processes of their own, and goals are counted on the catalog.
//!
//! From the bottom to the top; a file needs only what stands above it in this table, or beside it without a circle:
//!
//! | file or folder | what it is |
//! |---|---|
//! | [`action`] | what can be asked for: one table for keymap, footer, help, palette and configuration |
//! | [`screen`] | the screens that there are |
//! | [`keymap`] | which key asks for which action |
//! | [`theme`] | colours by meaning |
//! | [`layout`] | where the parts of the screen stand |
//! | [`labels`], [`cycle`] | short names of factors and points; going round a list of choices |
//! | [`widgets`] | text fields, menus, forms, charts; they know a theme and no state of the screens |
//! | [`screens`]`/*/state`, [`dialogs`]`/*/state` | what a screen or a dialog remembers; [`dialogs::Dialog`] is the set of the dialogs |
//! | [`app`], `availability` | all of the state; what works at the moment |
//! | [`hints`] | the keys that the foot of the screen tells, as data |
//! | [`effect`], [`msg`] | what the update asks the runtime to do; what reaches the update |
//! | [`screens`]`/*/view`, [`dialogs`]`/*/view` | how each is drawn |
//! | [`screens`]`/*/update` | what actions do on a screen |
//! | [`dialogs`]`/*/update` | what actions do in a dialog, and what confirming it does on a screen |
//! | [`update`](mod@update), [`view`](mod@view) | every message to the one that it concerns; one picture of everything |
//! | `terminal` | raw mode and back on every way out; what the terminal is sent |
//! | `runtime` | the event loop and its threads |
//!
//! A screen or a dialog is a folder with `state`, `update` and `view`; `layout` tells how much it shows, which its update
//! asks, too. A screen opens a dialog by pushing its state; a dialog calls the update of the screen it is about.
//!
//! The way of a key: `runtime/input` reads it and sends [`Msg::Key`](msg::Msg::Key); `runtime/event_loop` gives that to
//! [`update`](mod@update), whose `dispatch` finds the [`Action`](action::Action) in the [`keymap`] and hands it to the top
//! dialog or to the screen. That update changes its state and returns [`Effect`](effect::Effect)s. The event loop gives them
//! to `runtime/effects` (changes of the store), `estimator` (goals), `reader` (scored profiles) or `watcher` (a fresh look),
//! which answer with further messages. Once the queue is drained, [`view`](mod@view) draws once.

pub mod action;
pub mod app;
mod availability;
pub mod cycle;
pub mod dialogs;
pub mod effect;
pub mod hints;
pub mod keymap;
pub mod labels;
pub mod layout;
pub mod msg;
mod runtime;
pub mod screen;
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
    // With what leads to this workspace, which need not be the one that a shell would find, as after a demo.
    let [watch, list] = ["watch", "list"].map(|verb| workspace.command(&["run", verb]));
    match runtime::run(workspace, read_only)? {
        0 => {}
        1 => println!("1 run goes on; this follows it:\n  {watch}"),
        runs => println!("{runs} runs go on; this shows them:\n  {list}"),
    }
    Ok(())
}
