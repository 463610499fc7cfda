//! Reading sources, the catalog made of them, and real data sets.

mod catalog;
mod datasets;
mod inference;
mod reading;
