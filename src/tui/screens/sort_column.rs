//! A column that a list can be sorted by. Told by the screens that have a list, offered by the picker of columns.

/// The column.
pub struct SortColumn {
    /// The key that takes it.
    pub letter: char,
    pub title: &'static str,
    /// The arrow of the one that the list is sorted by.
    pub arrow: Option<&'static str>,
}
