//! What keys do in a page of text.

use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::dialogs::dialog::Dialog;
use crate::tui::effect::Effect;

pub fn update(app: &mut App, action: Action) -> Vec<Effect> {
    let Some(Dialog::Pager(pager)) = app.dialogs.last() else { return Vec::new() };
    let (width, height) = pager.size(app);
    let shown = height.min(app.size.1.saturating_sub(3)).saturating_sub(4);
    let most = (pager.lines(app, usize::from(width.saturating_sub(6))).len() as u16).saturating_sub(shown);
    let scroll = pager.scroll.min(most);
    let to = match action {
        Action::Up => scroll.saturating_sub(1),
        Action::Down => scroll + 1,
        Action::PageUp => scroll.saturating_sub(shown.max(1)),
        Action::PageDown => scroll + shown.max(1),
        Action::First => 0,
        Action::Last => most,
        Action::Accept | Action::Close | Action::Help => {
            app.dialogs.pop();
            return Vec::new();
        }
        _ => scroll,
    };
    if let Some(Dialog::Pager(pager)) = app.dialogs.last_mut() {
        pager.scroll = to.min(most);
    }
    Vec::new()
}
