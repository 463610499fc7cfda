//! Small parts that screens and dialogs are drawn with.

pub mod cells;
pub mod chart;
pub mod form;
pub mod histogram;
pub mod menu;
pub mod text_field;
