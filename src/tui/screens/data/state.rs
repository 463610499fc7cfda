//! The state of the Data screen: what is selected, and whether its page is open.

/// The state of the screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Data {
    /// The selected row: a source, or behind them the event types.
    pub selected: usize,
    /// The first row that is shown.
    pub offset: usize,
    /// The first line of the page that is shown; `None` where the list is.
    pub page: Option<usize>,
}
