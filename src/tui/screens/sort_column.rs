//! A column that a list can be sorted by, and the order by one. Told by the screens that have a list, offered by the picker
//! of columns.

/// The column.
pub struct SortColumn {
    /// The key that takes it.
    pub letter: char,
    pub title: &'static str,
    /// The arrow of the one that the list is sorted by.
    pub arrow: Option<&'static str>,
}

/// The columns of one list.
pub trait ListColumn: Copy + PartialEq {
    /// Whether the newest, longest or largest comes first, where nobody turned it round.
    fn is_descending(self) -> bool;
}

/// A column and whether its order is turned round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ColumnOrder<C> {
    pub by: C,
    pub reversed: bool,
}

impl<C: ListColumn> ColumnOrder<C> {
    /// The arrow beside the title: ▴ begins with the least, ▾ with the most.
    pub fn arrow(self) -> &'static str {
        if self.by.is_descending() == self.reversed { "▴" } else { "▾" }
    }

    /// By another column, or, by the same, the other way round.
    #[must_use]
    pub fn then(self, by: C) -> ColumnOrder<C> {
        ColumnOrder { by, reversed: by == self.by && !self.reversed }
    }
}
