//! TODO

pub mod champion;
pub mod folder;
pub mod index;
pub mod interrupted;
pub mod known_files;
pub mod model_file;
pub mod report_json;
pub mod retention;
