//! Whether a column holds numbers that must be rewritten to be read, and whether their fraction follows a point or a comma,
//! from how many of its cells fit which. Called by [`survey`](super::survey).

use super::number_format::{self, DecimalMark};

/// A column is one of numbers where at least this share of its filled cells is.
const NUMBER_SHARE: f64 = 0.9;
/// Values after which a column that is mostly none is taken for text.
const ENOUGH: u64 = 200;
/// Of cells that fit only one mark, the share that may fit only the other: more are two ways of writing in one column.
const STRAY_SHARE: f64 = 0.1;

/// How many cells of a column fit which decimal mark.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NumberColumn {
    /// Cells with a value.
    pub filled: u64,
    /// Numbers that are read as they stand and have neither mark.
    whole: u64,
    point_only: u64,
    comma_only: u64,
    /// Fit both, and are read as they stand whatever the mark: `1 234`, `$5`.
    either: u64,
    /// Fit both as different numbers: `1,234` and `1.234`.
    ambiguous: u64,
    /// Cells that must be rewritten even with a decimal point.
    rewritten: u64,
    /// The first ambiguous cell.
    example: Option<String>,
}

/// What is known of the numbers of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberDecision {
    /// The column holds no numbers, or such as are read as they stand.
    AsTheyStand,
    /// The numbers are to be rewritten from this mark; how many of the filled cells fit it.
    Rewrite(DecimalMark, u64),
    /// Thousands or a fraction: no cell decides; an example that is both.
    Undecided(String),
    /// Many cells fit only a point, and many only a comma.
    Mixed,
}

impl NumberColumn {
    /// Takes a cell that is not empty.
    pub fn add(&mut self, cell: &str) {
        self.filled += 1;
        let plain = number_format::is_plain(cell);
        if plain {
            match cell.split_once('.') {
                None => self.whole += 1,
                // Three digits behind up to three others may be thousands.
                Some((whole, fraction)) if fraction.len() == 3 && whole.len() <= 4 => self.add_marked(cell, true),
                Some(_) => self.point_only += 1,
            }
            return;
        }
        if cell.bytes().any(|b| b.is_ascii_digit()) {
            self.add_marked(cell, plain);
        }
    }

    fn add_marked(&mut self, cell: &str, plain: bool) {
        let point = number_format::to_plain(cell, DecimalMark::Point);
        let comma = number_format::to_plain(cell, DecimalMark::Comma);
        self.rewritten += u64::from(point.is_some() && !plain);
        match (point, comma) {
            (Some(point), Some(comma)) if point == comma => self.either += 1,
            (Some(_), Some(_)) => {
                self.ambiguous += 1;
                self.example.get_or_insert_with(|| cell.to_string());
            }
            (Some(_), None) => self.point_only += 1,
            (None, Some(_)) => self.comma_only += 1,
            (None, None) => {}
        }
    }

    /// Whether so many values are no numbers that no further one can matter.
    pub fn is_text(&self) -> bool {
        let numbers = self.whole + self.point_only + self.comma_only + self.either + self.ambiguous;
        self.filled >= ENOUGH && numbers * 2 < self.filled
    }

    /// Adds the counts of another file's column.
    pub fn merge(&mut self, other: &NumberColumn) {
        self.filled += other.filled;
        self.whole += other.whole;
        self.point_only += other.point_only;
        self.comma_only += other.comma_only;
        self.either += other.either;
        self.ambiguous += other.ambiguous;
        self.rewritten += other.rewritten;
        self.example = self.example.take().or_else(|| other.example.clone());
    }

    /// Whether enough of the cells are numbers.
    pub fn is_numeric(&self) -> bool {
        let numbers = self.whole + self.point_only + self.comma_only + self.either + self.ambiguous;
        numbers > 0 && numbers as f64 >= NUMBER_SHARE * self.filled as f64
    }

    /// Cells that fit only a point, and only a comma: what another column of the source may decide this one by.
    pub fn mark_evidence(&self) -> (u64, u64) {
        if self.is_numeric() { (self.point_only, self.comma_only) } else { (0, 0) }
    }

    /// How the numbers are to be read. `given` decides the mark.
    pub fn decide(&self, given: Option<DecimalMark>) -> NumberDecision {
        let fit_point = self.whole + self.point_only + self.either + self.ambiguous;
        let fit_comma = self.whole + self.comma_only + self.either + self.ambiguous;
        if !self.is_numeric() {
            return NumberDecision::AsTheyStand;
        }
        let (most, least) = (self.point_only.max(self.comma_only), self.point_only.min(self.comma_only));
        let mark = match given {
            Some(mark) => mark,
            None if least as f64 > STRAY_SHARE * most as f64 => return NumberDecision::Mixed,
            None if self.point_only > self.comma_only => DecimalMark::Point,
            None if self.comma_only > 0 => DecimalMark::Comma,
            None if self.ambiguous > 0 => return NumberDecision::Undecided(self.example.clone().unwrap_or_default()),
            None => DecimalMark::Point,
        };
        match mark {
            DecimalMark::Point if self.rewritten == 0 => NumberDecision::AsTheyStand,
            DecimalMark::Point => NumberDecision::Rewrite(mark, fit_point),
            DecimalMark::Comma if self.comma_only + self.either + self.ambiguous == 0 => NumberDecision::AsTheyStand,
            DecimalMark::Comma => NumberDecision::Rewrite(mark, fit_comma),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(cells: &[&str]) -> NumberDecision {
        let mut column = NumberColumn::default();
        cells.iter().for_each(|cell| column.add(cell));
        column.decide(None)
    }

    #[test]
    fn the_mark_is_that_of_the_cells_that_fit_only_one() {
        assert_eq!(decide(&["1.234,56", "12"]), NumberDecision::Rewrite(DecimalMark::Comma, 2));
        assert_eq!(decide(&["1,234", "12.5", "7"]), NumberDecision::Rewrite(DecimalMark::Point, 3));
        assert_eq!(decide(&["$5", "(7)"]), NumberDecision::Rewrite(DecimalMark::Point, 2));
        assert_eq!(decide(&["1.5", "12", "1e5"]), NumberDecision::AsTheyStand);
        assert_eq!(decide(&["1,234", "56"]), NumberDecision::Undecided("1,234".into()));
        assert_eq!(decide(&["1.234", "56"]), NumberDecision::Undecided("1.234".into()));
        assert_eq!(decide(&["0.123", "1.234"]), NumberDecision::AsTheyStand);
        assert_eq!(decide(&["1,5", "1.5"]), NumberDecision::Mixed);
        assert_eq!(decide(&["demo", "1,5", "x"]), NumberDecision::AsTheyStand);
        assert_eq!(decide(&["10.20.30.40", "10.123.145.167"]), NumberDecision::AsTheyStand);
    }

    #[test]
    fn a_given_mark_decides() {
        let mut column = NumberColumn::default();
        column.add("1,234");
        assert_eq!(column.decide(Some(DecimalMark::Point)), NumberDecision::Rewrite(DecimalMark::Point, 1));
        assert_eq!(column.decide(Some(DecimalMark::Comma)), NumberDecision::Rewrite(DecimalMark::Comma, 1));
    }
}
