//! TODO

pub mod due;
pub mod timer;
