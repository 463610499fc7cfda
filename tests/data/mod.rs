//! Reading sources, the catalog made of them, and real data sets.

mod catalog;
mod datasets;
mod exports;
mod inference;
mod reading;
