//! *Create score*: Basic information, then Define your goal. Each part appears when the one before is chosen; nothing
//! that was entered is lost on the way back and forth, and what is left half-way can be kept as a draft.
//!
//! `field` names the controls, `state` holds the draft and the focus, `field_order` tells which controls there are at the
//! moment, `choices` what the dropdowns offer, `mistakes` what is wrong,
//! `unknown` what does not occur in the data, `population` what who is scored offers and lacks; `estimate` asks what the goal matches in the data,
//! `estimate_lines` says it. `update` does what keys ask for, `goal_edits` changes the goal, `created` ends the wizard.
//!
//! `view` draws it.

mod choices;
mod created;
mod estimate;
mod estimate_lines;
mod field;
mod field_order;
mod goal_edits;
mod mistakes;
mod population;
mod state;
mod unknown;
mod update;
mod view;

pub use created::created;
pub use field::{EventRole, Field};
pub use state::{LiveEstimate, Step, Wizard};
pub use update::{paste, text_key, update};
pub use view::view;
