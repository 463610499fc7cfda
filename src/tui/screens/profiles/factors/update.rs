//! What keys do on the factors.

use super::layout::halves;
use crate::error::Result;
use crate::queries::feature_importance::FeatureImportance;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::cycle;
use crate::tui::effect::Effect;
use crate::tui::screens::profiles::messages::Request;
use crate::tui::screens::profiles::state::BANDS;
use std::sync::Arc;

pub fn open(app: &mut App) -> Vec<Effect> {
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    let Some(run) = screen.opened.clone() else { return Vec::new() };
    screen.factors = Some(Box::default());
    vec![Effect::Profiles(Request::Factors { serial: screen.serial, run })]
}

/// Takes what was read.
pub fn set_influence(app: &mut App, read: Result<Arc<FeatureImportance>>) {
    let Some(factors) = app.profiles.as_mut().and_then(|s| s.factors.as_deref_mut()) else { return };
    match read {
        Ok(importance) => factors.importance = Some(importance),
        Err(error) => factors.error = Some(error),
    }
}

pub fn update(app: &mut App, action: Action) -> Vec<Effect> {
    let shown = halves(app.size).0.height.max(1) as usize;
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    let Some(factors) = screen.factors.as_deref_mut() else { return Vec::new() };
    let last = factors.rows().len().saturating_sub(1);
    let before = (factors.selected, factors.band);
    match action {
        Action::Up => factors.selected = factors.selected.saturating_sub(1),
        Action::Down => factors.selected += 1,
        Action::PageUp => factors.selected = factors.selected.saturating_sub(shown),
        Action::PageDown => factors.selected += shown,
        Action::First => factors.selected = 0,
        Action::Last => factors.selected = last,
        Action::Right => factors.scroll += 1,
        Action::Left => factors.scroll = factors.scroll.saturating_sub(1),
        Action::FocusNext => factors.band = cycle::step(&BANDS, factors.band, 1),
        Action::FocusPrevious => factors.band = cycle::step(&BANDS, factors.band, -1),
        Action::Close => {
            screen.factors = None;
            return Vec::new();
        }
        _ => {}
    }
    let last = factors.rows().len().saturating_sub(1);
    factors.selected = factors.selected.min(last);
    factors.offset = factors.offset.clamp((factors.selected + 1).saturating_sub(shown), factors.selected);
    let bins = factors.bins();
    factors.scroll =
        if (factors.selected, factors.band) == before { factors.scroll.min(bins.saturating_sub(1)) } else { 0 };
    Vec::new()
}
