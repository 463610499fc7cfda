//! Events → daily activity, and the events that the score asks for: goal events, exclusions, events of its population rule.
//!
//! In the order in which an event passes through them:
//!
//! | file | what it does |
//! |---|---|
//! | `request` | what a score asks of the events |
//! | `reading` | checks a row, and counts it for its subject, day and type |
//! | `columns` | the columns of the current file |
//! | `subjects` | whom an event counts for |
//! | `duplicates` | event ids that come twice |
//! | `event_types` | the types, and which events of the score they may be |
//! | `roll_up` | keys → daily activity |

mod columns;
mod duplicates;
mod event_types;
mod reading;
mod request;
mod roll_up;
mod subjects;

pub use reading::Events;
pub use request::EventRequest;
pub use roll_up::{CatalogEvents, RollUp};
pub(super) use subjects::ACCOUNT_FLAG;
