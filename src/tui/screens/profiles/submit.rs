//! What was entered in a prompt of this screen: where to go, where to export to, another value of a feature.

use super::messages::Request;
use super::page;
use super::rows::select_place;
use super::state::{Task, TaskKind};
use crate::domain::format::count;
use crate::queries::export::Format;
use crate::tui::app::App;
use crate::tui::dialogs::Purpose;
use crate::tui::effect::Effect;
use std::path::PathBuf;

/// Does what was entered for a purpose, or says what is wrong with it.
pub fn submit(app: &mut App, purpose: &Purpose, text: &str) -> Result<Vec<Effect>, String> {
    match purpose {
        Purpose::GoTo => go_to(app, text),
        Purpose::Export { .. } => export(app, text),
        Purpose::Value { cell, .. } => page::change_value(app, *cell, text),
    }
}

/// What is typed so far, where something follows from it at once: the score with another value.
pub fn preview(app: &mut App, purpose: &Purpose, text: &str) -> Vec<Effect> {
    match purpose {
        // What cannot be read yet changes nothing; Enter says what is wrong with it.
        Purpose::Value { cell, .. } => page::change_value(app, *cell, text).unwrap_or_default(),
        Purpose::GoTo | Purpose::Export { .. } => Vec::new(),
    }
}

/// The prompt is left without its text being taken.
pub fn abandon(app: &mut App, purpose: Purpose) -> Vec<Effect> {
    match purpose {
        Purpose::Value { before, .. } => page::restore_changes(app, before),
        Purpose::GoTo | Purpose::Export { .. } => Vec::new(),
    }
}

fn go_to(app: &mut App, text: &str) -> Result<Vec<Effect>, String> {
    let wrong = || "Enter a rank, as 1200, or a percentile, as p95.".to_string();
    let text = text.trim().to_lowercase();
    let Some(screen) = &mut app.profiles else { return Ok(Vec::new()) };
    let digits: String = text.chars().filter(|c| !matches!(c, ',' | ' ' | '.')).collect();
    if let Some(percentile) = text.strip_prefix('p').or_else(|| text.strip_suffix('%')) {
        let percentile: u8 = percentile.trim().parse().map_err(|_| wrong())?;
        if !(1..=100).contains(&percentile) {
            return Err("A percentile lies between 1 and 100.".into());
        }
        return Ok(vec![Effect::Profiles(Request::Percentile { serial: screen.serial, percentile })]);
    }
    let rank: usize = digits.parse().map_err(|_| wrong())?;
    let total = screen.opened.as_ref().map_or(0, |o| o.total);
    if !(1..=total).contains(&rank) {
        return Err(format!("Ranks go from 1 to {}.", count(total as u64)));
    }
    Ok(select_place(app, (rank - 1) as u32))
}

fn export(app: &mut App, text: &str) -> Result<Vec<Effect>, String> {
    let path = PathBuf::from(text.trim());
    let format = Format::of_path(&path).ok_or("The name ends with .csv, .jsonl or .parquet: that says the format.")?;
    let Some(screen) = &mut app.profiles else { return Ok(Vec::new()) };
    let Some(run) = screen.opened.clone() else { return Ok(Vec::new()) };
    let places = screen.shown.places.clone();
    screen.generation += 1;
    let task = screen.generation;
    app.export = Some(Task { number: task, label: "writing", done: 0, total: 0, kind: TaskKind::Export });
    Ok(vec![Effect::Profiles(Request::Export { task, run, places, format, path })])
}
