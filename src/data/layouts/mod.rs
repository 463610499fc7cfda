//! Layouts of exports: which columns of which system mean which field, what a row implies beside itself, and what tells only
//! of today. A layout is a table of data in `assets/layouts/`, one file a system; adding one needs no code.
//!
//! | file | what it does |
//! |---|---|
//! | [`definition`] | the tables as data |
//! | [`recognise`] | which table the columns of a file are of |
//! | [`adapter`] | rewrites a block into canonical columns |
//! | [`adapting`] | the same through all blocks of a file, and what is told of it |
//!
//! Called by `readers::stream` for every file of a source, and by
//! [`inspection`](super::inspection).

pub mod adapter;
pub mod adapting;
pub mod definition;
pub mod recognise;
