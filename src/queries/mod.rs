//! What the screens and the command line ask: everything that is shown, computed from the runs and the sources without
//! changing a run. Called off the thread that draws.
//!
//! | file or folder | what it answers |
//! |---|---|
//! | [`catalog`] | what the sources hold: event types, fields, values; kept in the cache folder |
//! | [`estimate`] | what a goal comes to in the catalog |
//! | [`deleted_scores`] | what can be brought back from the trash |
//! | [`score_summaries`] | every score with its newest runs, for the Services screen |
//! | [`run_detail`] | one run in full |
//! | [`feature_importance`] | the influential factors of a run, over all and by band |
//! | [`proposals`] | what files somebody has could be, as sources |
//! | [`profile`] | one scored profile in full, why it changed, and what if |
//! | [`source_changes`] | what is different in the sources since the last run |
//! | [`export`] | scored profiles for other programs |
//! | [`report`] | a run as Markdown |

pub mod catalog;
pub mod deleted_scores;
pub mod estimate;
pub mod export;
pub mod feature_importance;
pub mod profile;
pub mod proposals;
pub mod report;
pub mod run_detail;
pub mod score_summaries;
pub mod source_changes;
