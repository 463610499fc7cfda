//! Numbers, moments and text from data as the command line prints them. Used by every command; tables of them are in
//! [`table`](super::table).

pub use crate::domain::format::{count, counted, multiplier, percent, seconds};
pub use crate::domain::text::{cut, harmless};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A moment as the workspace's clock shows it.
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// [`harmless`] text that keeps its line breaks.
pub fn harmless_lines(text: &str) -> String {
    text.lines().map(|line| harmless(line).into_owned()).collect::<Vec<_>>().join("\n")
}
