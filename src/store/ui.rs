//! `ui.json`: the state of the screens between sessions. Written by `tui`, a convenience and nothing more: what cannot be read is
//! forgotten, what cannot be written is not worth a word.

use super::atomic;
use crate::config::ThemeName;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What is kept between sessions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UiState {
    /// Id of the selected score.
    pub selected: Option<String>,
    /// The filter of the list of scores, as typed.
    pub filter: String,
    /// The column that the list is sorted by.
    pub sort: String,
    /// The columns of the list of profiles; empty: the usual ones.
    pub columns: Vec<String>,
    /// The colours that were chosen on the screen; none: those of the configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theme: Option<ThemeName>,
}

const FILE: &str = "ui.json";

impl UiState {
    /// Reads the state from `ui.json` in `state_dir`; the default where there is none that can be used.
    pub fn read(state_dir: &Path) -> UiState {
        let bytes = std::fs::read(state_dir.join(FILE)).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Writes the state to `ui.json` in `state_dir`, which is made where it is missing; best effort.
    pub fn write(&self, state_dir: &Path) {
        let written = std::fs::create_dir_all(state_dir).map_err(|e| e.to_string()).and_then(|()| {
            let bytes = serde_json::to_vec_pretty(self).map_err(|e| e.to_string())?;
            atomic::write(&state_dir.join(FILE), &bytes).map_err(|e| e.to_string())
        });
        if let Err(why) = written {
            tracing::debug!("the state of the screens could not be kept: {why}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_garbage_is_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let state =
            UiState { selected: Some("leads".into()), filter: "x".into(), sort: "name".into(), ..UiState::default() };
        let below = dir.path().join("state");
        assert_eq!(UiState::read(&below), UiState::default());
        state.write(&below);
        assert_eq!(UiState::read(&below), state);
        std::fs::write(below.join(FILE), "{").unwrap();
        assert_eq!(UiState::read(&below), UiState::default());
    }
}
