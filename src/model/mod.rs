//! Train, evaluate, calibrate, explain. No files, no arrow, no terminal: matrices in, numbers out.

pub mod auc;
pub mod binning;
pub mod bootstrap;
pub mod calibrate;
pub mod drift;
pub mod evaluate;
pub mod explain;
pub mod folds;
pub mod forest;
pub mod leaks;
pub mod scorer;
pub mod train;
