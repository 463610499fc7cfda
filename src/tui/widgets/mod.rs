//! Small parts that screens and dialogs are drawn with. They are given a theme and what they show, never the state of all.
//!
//! [`cells`] writes text at a place, [`text_field`] and [`menu`] are typed into, [`form`] puts fields under each other and
//! [`chips`] the values of one, [`scroll_bar`] tells where one is, [`histogram`], [`chart`] and [`big_digits`] show
//! figures.

pub mod big_digits;
pub mod cells;
pub mod chart;
pub mod chips;
pub mod form;
pub mod histogram;
pub mod menu;
pub mod scroll_bar;
pub mod text_field;
