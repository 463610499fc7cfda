//! All integration tests in one binary: one link, one start. One module per subject.

mod config_example;
