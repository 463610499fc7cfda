//! How the values of a file are written, and what they are: dates, numbers, words for nothing. Files of one system are
//! written in one way, which is found over all cells of a column before any is read; a column has one format, and a cell
//! that does not fit it is never read a second way.
//!
//! | file | what it does |
//! |---|---|
//! | [`empty`] | words that mean that there is no value |
//! | [`booleans`] | yes and no, in words |
//! | [`clock`] | a clock time with or without seconds, AM and PM, and its zone |
//! | [`months`] | names of months and weekdays in seven languages |
//! | [`date_format`] | ways to write a date, and their reading |
//! | [`date_column`] | which of them a column has |
//! | [`number_format`] | ways to write a number, and their reading |
//! | [`number_column`] | which of them a column has |
//! | [`survey`] | looks through a file for what its columns are written in |
//! | [`normalise`] | rewrites the cells of a block: ISO dates, plain numbers |
//!
//! Called by `readers::stream` for every file of a source, and by what proposes sources.

pub mod booleans;
pub mod clock;
pub mod date_column;
pub mod date_format;
pub mod empty;
pub mod months;
pub mod normalise;
pub mod number_column;
pub mod number_format;
pub mod survey;
