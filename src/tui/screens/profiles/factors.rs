//! What drives the score over all profiles and by band, and the values of one factor. Being built.

use super::Profiles;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::effect::Effect;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The state of the view.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Factors {}

pub fn open(_: &mut App) -> Vec<Effect> {
    Vec::new()
}

pub fn perform(_: &mut App, _: Action) -> Vec<Effect> {
    Vec::new()
}

pub fn draw(_: &App, _: &Profiles, _: &Factors, _: Rect, _: &mut Buffer) {}
