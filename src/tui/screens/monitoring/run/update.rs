//! What keys do on the page of a run.

use super::state::{Extent, RunPage, Tab};
use crate::domain::run::Run;
use crate::domain::run::codes;
use crate::tui::action::Action;
use crate::tui::cycle;
use crate::tui::dialogs::Pager;

/// What a key leads to beside the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Transition {
    Stay,
    /// Back to the list.
    Leave,
    /// A page of text opens over it: that of the run's code.
    Open(Pager),
}

/// Does what was asked for.
pub fn update(page: &mut RunPage, action: Action, extent: Extent) -> Transition {
    let Extent { max_scroll, shown } = extent;
    let scroll = page.scroll.min(max_scroll);
    let to = match action {
        Action::Up => scroll.saturating_sub(1),
        Action::Down => scroll.saturating_add(1),
        Action::PageUp => scroll.saturating_sub(shown.max(1)),
        Action::PageDown => scroll.saturating_add(shown.max(1)),
        Action::First => 0,
        Action::Last => max_scroll,
        Action::FocusNext | Action::Right => {
            page.show_tab(cycle::step(&Tab::ALL, page.tab, 1));
            return Transition::Stay;
        }
        Action::FocusPrevious | Action::Left => {
            page.show_tab(cycle::step(&Tab::ALL, page.tab, -1));
            return Transition::Stay;
        }
        Action::Accept => return code_page(page.run()).map_or(Transition::Stay, Transition::Open),
        Action::Close => return Transition::Leave,
        _ => scroll,
    };
    page.scroll = to.min(max_scroll);
    Transition::Stay
}

/// The page of the code that a run ended with.
pub fn code_page(run: &Run) -> Option<Pager> {
    let code = codes::for_run(run)?;
    let checks = run.checks.iter().filter(|check| check.code == code.number).cloned().collect();
    Some(Pager::code(code.number, checks))
}
