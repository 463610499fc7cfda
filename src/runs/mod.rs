//! TODO

pub mod cancel_request;
pub mod champion;
pub mod find;
pub mod folder;
pub mod index;
pub mod interrupted;
pub mod journal_state;
pub mod known_files;
pub mod layout;
pub mod model_file;
pub mod report_json;
pub mod retention;
pub mod summary_json;
