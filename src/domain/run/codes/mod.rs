//! The catalogue of the codes that a run can end with or remark: what each means, which figure is held against which
//! threshold, and what usually helps. The one place for it: the advice of a run that stopped, `propensity code` and the
//! screens all read it here. The codes are those of the service that this program re-creates.
//!
//! | file | what it holds |
//! |---|---|
//! | `code` | [`Code`] with its thresholds and units |
//! | `table` | [`TABLE`]: every code |
//! | `lookup` | the code of a number, a name, a run |

mod code;
mod lookup;
mod table;
#[cfg(test)]
mod tests;

pub use code::{Code, Effect, GOAL_TOO_COMMON, Limit, Unit, name};
pub use lookup::{by_name, by_number, for_run, formatted_value, similar, stopped_by};
pub use table::TABLE;
