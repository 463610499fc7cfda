//! Which format the dates of a column have, from how many of its cells fit which. Day first or month first is decided by the
//! cells that fit only one of them; where none does, it stays undecided, and somebody is asked. Called by
//! [`survey`](super::survey).

use super::date_format::{DateFormat, Parts, PartsOrder};
use crate::config::DateOrder;

const MARKS: [char; 3] = ['/', '.', '-'];
/// Of cells that fit only one order, the share that may fit only the other: more are two formats in one column.
const STRAY_SHARE: f64 = 0.1;
/// Cells that fit only one order must be at least this share of those that fit both, else they may be mistakes.
const LEAST_SHARE: f64 = 0.02;

/// How many cells of a column fit which format.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DateColumn {
    /// Cells with a value.
    pub filled: u64,
    iso: Tally,
    named: Tally,
    /// By mark, as [`MARKS`].
    numbers: [NumberTally; 3],
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Tally {
    cells: u64,
    /// The number of the cell (from 1) that fitted first.
    first: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct NumberTally {
    all: Tally,
    day_first_only: u64,
    month_first_only: u64,
    year_first: u64,
    /// The first cell that fits both orders.
    example: Option<String>,
}

/// What is known of the format of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateDecision {
    /// No cell is a date.
    NoDates,
    /// The format, and how many of the filled cells fit it.
    Format(DateFormat, u64),
    /// Day first or month first: no cell decides; an example that fits both.
    Undecided(char, String),
    /// Many cells fit only day first, and many only month first.
    Mixed(char),
}

impl Tally {
    fn count(&mut self, number: u64) {
        self.cells += 1;
        if self.first == 0 {
            self.first = number;
        }
    }
}

impl DateColumn {
    /// Takes a cell that is not empty; `is_iso`: whether it is read without being told its format.
    pub fn add(&mut self, cell: &str, is_iso: bool) {
        self.filled += 1;
        let number = self.filled;
        if is_iso {
            return self.iso.count(number);
        }
        if let Some(parts) = Parts::of(cell) {
            self.add_numbers(&parts, cell, number);
        } else if cell.contains(|c: char| c.is_alphabetic()) && DateFormat::Named.to_iso(cell).is_some() {
            self.named.count(number);
        }
    }

    fn add_numbers(&mut self, parts: &Parts<'_>, cell: &str, number: u64) {
        let Some(at) = MARKS.iter().position(|mark| *mark == parts.mark) else { return };
        let fits = |order: PartsOrder| parts.date(order).is_some() && super::clock::parse(parts.rest).is_some();
        let tally = &mut self.numbers[at];
        match (fits(PartsOrder::DayMonthYear), fits(PartsOrder::MonthDayYear), fits(PartsOrder::YearMonthDay)) {
            (true, true, _) => {
                tally.example.get_or_insert_with(|| cell.to_string());
            }
            (true, false, _) => tally.day_first_only += 1,
            (false, true, _) => tally.month_first_only += 1,
            (_, _, true) => tally.year_first += 1,
            _ => return,
        }
        tally.all.count(number);
    }

    /// Adds the counts of another file's column.
    pub fn merge(&mut self, other: &DateColumn) {
        let before = self.filled;
        let add = |own: &mut Tally, theirs: &Tally| {
            if own.first == 0 && theirs.first > 0 {
                own.first = before + theirs.first;
            }
            own.cells += theirs.cells;
        };
        self.filled += other.filled;
        add(&mut self.iso, &other.iso);
        add(&mut self.named, &other.named);
        for (own, theirs) in self.numbers.iter_mut().zip(&other.numbers) {
            add(&mut own.all, &theirs.all);
            own.day_first_only += theirs.day_first_only;
            own.month_first_only += theirs.month_first_only;
            own.year_first += theirs.year_first;
            own.example = own.example.take().or_else(|| theirs.example.clone());
        }
    }

    /// Cells that fit only day first, and only month first, whatever their mark: what another column of the source may
    /// decide this one by.
    pub fn order_evidence(&self) -> (u64, u64) {
        let day_first = self.numbers.iter().map(|n| n.day_first_only).sum();
        (day_first, self.numbers.iter().map(|n| n.month_first_only).sum())
    }

    /// The format that most cells have, of equals the one that came first. `given` decides the order of day and month.
    pub fn decide(&self, given: Option<DateOrder>) -> DateDecision {
        let families = [(&self.iso, None), (&self.named, None)]
            .into_iter()
            .chain(self.numbers.iter().enumerate().map(|(at, n)| (&n.all, Some(at))));
        let most = families.filter(|(tally, _)| tally.cells > 0).max_by_key(|(t, _)| (t.cells, u64::MAX - t.first));
        let Some((tally, at)) = most else { return DateDecision::NoDates };
        match at {
            None if std::ptr::eq(tally, &self.iso) => DateDecision::Format(DateFormat::Iso, tally.cells),
            None => DateDecision::Format(DateFormat::Named, tally.cells),
            Some(at) => self.numbers[at].decide(MARKS[at], given),
        }
    }
}

impl NumberTally {
    fn decide(&self, mark: char, given: Option<DateOrder>) -> DateDecision {
        let format = |order: PartsOrder, cells: u64| DateDecision::Format(DateFormat::Numbers { order, mark }, cells);
        let (day, month) = (self.day_first_only, self.month_first_only);
        let both = self.all.cells - day - month - self.year_first;
        if self.year_first > both + day + month {
            return format(PartsOrder::YearMonthDay, self.year_first);
        }
        match given {
            Some(DateOrder::DayFirst) => return format(PartsOrder::DayMonthYear, both + day),
            Some(DateOrder::MonthFirst) => return format(PartsOrder::MonthDayYear, both + month),
            None => {}
        }
        let (most, least) = (day.max(month), day.min(month));
        if least as f64 > STRAY_SHARE * most as f64 {
            return DateDecision::Mixed(mark);
        }
        if (most as f64) < LEAST_SHARE * both as f64 || most == 0 {
            return DateDecision::Undecided(mark, self.example.clone().unwrap_or_default());
        }
        if day > month {
            format(PartsOrder::DayMonthYear, both + day)
        } else {
            format(PartsOrder::MonthDayYear, both + month)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(cells: &[&str]) -> DateDecision {
        column(cells).decide(None)
    }

    fn column(cells: &[&str]) -> DateColumn {
        let mut column = DateColumn::default();
        cells.iter().for_each(|cell| column.add(cell, cell.len() >= 10 && cell.as_bytes()[4] == b'-'));
        column
    }

    fn numbers(order: PartsOrder, mark: char, cells: u64) -> DateDecision {
        DateDecision::Format(DateFormat::Numbers { order, mark }, cells)
    }

    #[test]
    fn a_value_above_twelve_decides_and_without_one_nothing_does() {
        assert_eq!(decide(&["03/04/2025", "18/10/2024"]), numbers(PartsOrder::DayMonthYear, '/', 2));
        assert_eq!(decide(&["03/04/2025", "10/18/2024 02:05 PM"]), numbers(PartsOrder::MonthDayYear, '/', 2));
        assert_eq!(decide(&["03/04/2025", "05/06/2024"]), DateDecision::Undecided('/', "03/04/2025".into()));
        assert_eq!(decide(&["2024/01/02", "2024/11/12"]), numbers(PartsOrder::YearMonthDay, '/', 2));
        let given = column(&["03/04/2025"]).decide(Some(DateOrder::DayFirst));
        assert_eq!(given, numbers(PartsOrder::DayMonthYear, '/', 1));
        assert_eq!(decide(&["demo", "1.5"]), DateDecision::NoDates);
    }

    #[test]
    fn a_column_of_two_orders_is_told_and_few_mistakes_are_not() {
        assert_eq!(decide(&["18/10/2024", "10/18/2024", "19/10/2024"]), DateDecision::Mixed('/'));
        let mut cells = vec!["18/10/2024"; 50];
        cells.push("10/18/2024");
        assert_eq!(decide(&cells), numbers(PartsOrder::DayMonthYear, '/', 50));
        // One day above twelve among hundreds without one is rather a mistake.
        let mut cells = vec!["03/04/2025"; 200];
        cells.push("18/10/2024");
        assert_eq!(decide(&cells), DateDecision::Undecided('/', "03/04/2025".into()));
    }

    #[test]
    fn the_format_of_most_cells_counts_and_of_equals_the_first() {
        assert_eq!(decide(&["2024-01-02 10:00", "18/10/2024"]), DateDecision::Format(DateFormat::Iso, 1));
        assert_eq!(decide(&["18/10/2024", "2024-01-02 10:00"]), numbers(PartsOrder::DayMonthYear, '/', 1));
        assert_eq!(decide(&["Oct 18, 2024", "18 Mai 2024", "x"]), DateDecision::Format(DateFormat::Named, 2));
        let mut first = column(&["03/04/2025"]);
        first.merge(&column(&["18/10/2024"]));
        assert_eq!((first.filled, first.decide(None)), (2, numbers(PartsOrder::DayMonthYear, '/', 2)));
    }
}
