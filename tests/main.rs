//! All integration tests in one binary: one link, one start. A folder per subject, a module per part of it.

mod architecture;
mod common;
mod data;
mod doctor;
mod lost;
mod model;
mod runs;
mod screens;
mod terminal;
mod workspace;
