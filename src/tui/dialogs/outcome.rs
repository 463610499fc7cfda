//! What a key in a dialog comes to. Given by the updates of the dialogs to the dispatcher above them.

use crate::tui::action::Action;
use crate::tui::effect::Effect;

#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Effects(Vec<Effect>),
    /// A command of the palette: to be done as if its key had been pressed on the screen.
    Dispatch(Action),
}

impl Default for Outcome {
    fn default() -> Outcome {
        Outcome::Effects(Vec::new())
    }
}

impl From<Vec<Effect>> for Outcome {
    fn from(effects: Vec<Effect>) -> Outcome {
        Outcome::Effects(effects)
    }
}
