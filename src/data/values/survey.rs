//! Looks through the files of a source for what their columns are written in. Most columns tell by their first block;
//! dates in numbers and numbers with marks are looked at in all cells of all files of the source, because a single cell may
//! decide. Called by [`normalise`](super::normalise) while a file is read, and by what proposes sources.

use super::date_column::{DateColumn, DateDecision};
use super::date_format::DateFormat;
use super::empty::without_empty_words;
use super::number_column::{NumberColumn, NumberDecision};
use super::number_format::DecimalMark;
use crate::config::{DateOrder, Source};
use crate::data::readers::batch::Batch;
use crate::data::readers::source_file::Format;
use crate::data::time::TimeParser;
use crate::error::{Error, Result};
use hashbrown::HashMap;

/// What a column is to the program, as far as its cells are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Moments: its dates must be understood.
    Time,
    /// Numbers or words; numbers are rewritten where they are not plain.
    Value,
    /// Ids, names and types, which stay as they are.
    Text,
}

/// What the cells of a column are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellFormat {
    /// As the program reads them: nothing is to be done.
    AsTheyStand,
    /// Dates.
    Date(DateFormat),
    /// Numbers.
    Number(DecimalMark),
}

/// How the cells of one column look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnSurvey {
    /// Of a column of moments.
    Time(DateColumn),
    /// Of any other column whose cells may be numbers.
    Value(NumberColumn),
}

/// What a source says about its values.
#[derive(Debug, Clone, Copy)]
pub struct Given {
    date_order: Option<DateOrder>,
    decimal_mark: Option<DecimalMark>,
    /// The source names the formats of its stamps itself: nothing is found out about them.
    has_formats: bool,
}

impl Given {
    /// What the configuration of a source says.
    ///
    /// # Errors
    /// A decimal mark that is none.
    pub fn of(source: &Source) -> Result<Given> {
        let decimal_mark = match source.decimal_mark {
            None => None,
            Some(mark) => Some(DecimalMark::of(mark).ok_or_else(|| {
                Error::new(format!("The decimal mark '{mark}' of the source {} cannot be used.", source.path))
                    .hint("It is \".\" or \",\".")
            })?),
        };
        let has_formats = !source.timestamp_formats.is_empty();
        Ok(Given { date_order: source.date_order, decimal_mark, has_formats })
    }
}

impl ColumnSurvey {
    /// Nothing seen yet; `None` for a column whose cells stay as they are.
    pub fn of(role: Role, given: Given) -> Option<ColumnSurvey> {
        match role {
            Role::Time if given.has_formats => None,
            Role::Time => Some(ColumnSurvey::Time(DateColumn::default())),
            Role::Value => Some(ColumnSurvey::Value(NumberColumn::default())),
            Role::Text => None,
        }
    }

    /// Takes the cells of a column of a block, of text only as many as show that it is.
    pub fn add(&mut self, batch: &Batch, column: usize, parser: &TimeParser) {
        for row in 0..batch.rows() {
            if let ColumnSurvey::Value(numbers) = self
                && numbers.is_text()
            {
                return;
            }
            let cell = without_empty_words(batch.text(row, column));
            match self {
                _ if cell.is_empty() => {}
                ColumnSurvey::Time(dates) => dates.add(cell, parser.parse(cell).is_some()),
                ColumnSurvey::Value(numbers) => numbers.add(cell),
            }
        }
    }

    /// Cells with a value so far.
    pub fn filled(&self) -> u64 {
        match self {
            ColumnSurvey::Time(dates) => dates.filled,
            ColumnSurvey::Value(numbers) => numbers.filled,
        }
    }

    /// The format, where what was seen is enough to know it; `None` where all cells must be looked at.
    pub fn decided_by_a_part(&self, format: Format) -> Option<CellFormat> {
        match self {
            ColumnSurvey::Time(dates) => match dates.decide(None) {
                DateDecision::Format(DateFormat::Iso, cells) if cells == dates.filled => Some(CellFormat::AsTheyStand),
                DateDecision::NoDates => Some(CellFormat::AsTheyStand),
                _ => None,
            },
            ColumnSurvey::Value(numbers) => match numbers.decide(None) {
                NumberDecision::AsTheyStand => Some(CellFormat::AsTheyStand),
                NumberDecision::Rewrite(mark, _) => Some(CellFormat::Number(mark)),
                NumberDecision::Undecided(example) if is_typed(format) && !example.contains(',') => {
                    Some(CellFormat::AsTheyStand)
                }
                NumberDecision::Undecided(_) | NumberDecision::Mixed => None,
            },
        }
    }
}

/// Formats that know numbers from texts: a point in a number of theirs is one.
fn is_typed(format: Format) -> bool {
    !matches!(format, Format::Csv | Format::Tsv)
}

/// What all columns of a file, or of several, look like.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// By the name of the column, in the order in which they occurred.
    pub columns: Vec<(String, ColumnSurvey)>,
    index: HashMap<String, usize>,
    /// Rows that were looked at.
    pub rows: u64,
}

impl Survey {
    /// Takes the rows of a block; `role` tells the columns that matter.
    pub fn add(&mut self, batch: &Batch, role: &dyn Fn(&str) -> Role, given: Given, parser: &TimeParser) {
        self.rows += batch.rows() as u64;
        for (at, name) in batch.columns().iter().enumerate() {
            let found = match self.index.get(name) {
                Some(found) => *found,
                None => {
                    let Some(column) = ColumnSurvey::of(role(name), given) else { continue };
                    self.columns.push((name.clone(), column));
                    self.index.insert(name.clone(), self.columns.len() - 1);
                    self.columns.len() - 1
                }
            };
            if let Some((_, column)) = self.columns.get_mut(found) {
                column.add(batch, at, parser);
            }
        }
    }

    /// Adds what another file looks like.
    pub fn merge(&mut self, other: &Survey) {
        self.rows += other.rows;
        for (name, theirs) in &other.columns {
            match self.index.get(name).and_then(|at| self.columns.get_mut(*at)) {
                Some((_, ColumnSurvey::Time(own))) => {
                    if let ColumnSurvey::Time(theirs) = theirs {
                        own.merge(theirs);
                    }
                }
                Some((_, ColumnSurvey::Value(own))) => {
                    if let ColumnSurvey::Value(theirs) = theirs {
                        own.merge(theirs);
                    }
                }
                None => {
                    self.index.insert(name.clone(), self.columns.len());
                    self.columns.push((name.clone(), theirs.clone()));
                }
            }
        }
    }

    /// What is known of a column.
    pub fn column(&self, name: &str) -> Option<&ColumnSurvey> {
        self.index.get(name).and_then(|at| self.columns.get(*at)).map(|(_, column)| column)
    }

    /// Cells that fit only day first and only month first, over all columns.
    fn order_evidence(&self) -> (u64, u64) {
        let of = |column: &ColumnSurvey| match column {
            ColumnSurvey::Time(dates) => dates.order_evidence(),
            ColumnSurvey::Value(_) => (0, 0),
        };
        self.columns.iter().map(|(_, c)| of(c)).fold((0, 0), |sum, (a, b)| (sum.0 + a, sum.1 + b))
    }

    /// Cells that fit only a decimal point and only a comma, over all columns.
    fn mark_evidence(&self) -> (u64, u64) {
        let of = |column: &ColumnSurvey| match column {
            ColumnSurvey::Value(numbers) => numbers.mark_evidence(),
            ColumnSurvey::Time(_) => (0, 0),
        };
        self.columns.iter().map(|(_, c)| of(c)).fold((0, 0), |sum, (a, b)| (sum.0 + a, sum.1 + b))
    }
}

/// What cannot be known of a source from its cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// Day first or month first: the column, how many cells, an example.
    DateOrder {
        /// The name of the column.
        column: String,
        /// Cells with a value.
        cells: u64,
        /// One that fits both.
        example: String,
    },
    /// A decimal point or a comma.
    DecimalMark {
        /// The name of the column.
        column: String,
        /// Cells with a value.
        cells: u64,
        /// One that fits both.
        example: String,
    },
    /// Two orders of day and month in one column: no answer would be right for all of its cells.
    MixedDates {
        /// The name of the column.
        column: String,
    },
    /// Two decimal marks in one column.
    MixedNumbers {
        /// The name of the column.
        column: String,
    },
}

impl Question {
    /// The question as an error about a file, for whoever cannot be asked.
    pub fn error(&self, file: &str) -> Error {
        let (what, why, hint) = match self {
            Question::DateOrder { column, cells, example } => (
                format!("The dates of '{column}' in {file} may be day first or month first."),
                format!("'{example}' can be read both ways, and no day above 12 decides ({cells} cells)"),
                "set date_order = \"day-first\" or date_order = \"month-first\" in its [[source]] table",
            ),
            Question::DecimalMark { column, cells, example } => (
                format!("The numbers of '{column}' in {file} may have thousands or a fraction."),
                format!("'{example}' can be read both ways, and no other number decides ({cells} cells)"),
                "set decimal_mark = \".\" or decimal_mark = \",\" in its [[source]] table",
            ),
            Question::MixedDates { column } => (
                format!("The dates of '{column}' in {file} are written in two ways."),
                "many are day first and many are month first, so that no reading is right for all".into(),
                "export again with one format, or set date_order: rows that do not fit it are then refused",
            ),
            Question::MixedNumbers { column } => (
                format!("The numbers of '{column}' in {file} are written in two ways."),
                "many have a decimal point and many a decimal comma".into(),
                "export again with one format, or set decimal_mark: other cells are then no numbers",
            ),
        };
        Error::new(what).because(why).hint(hint)
    }
}

/// The format of a column of a file after all cells of the source were seen: by its own cells, by those of its name in
/// the other files, or by what the other columns tell. `own` is of the file, `all` of all files of the source.
///
/// # Errors
/// What cannot be known.
pub fn decide(name: &str, own: &Survey, all: &Survey, format: Format, given: Given) -> Result<CellFormat, Question> {
    match own.column(name) {
        None => Ok(CellFormat::AsTheyStand),
        Some(ColumnSurvey::Time(dates)) => decide_dates(name, dates, all, given),
        Some(ColumnSurvey::Value(numbers)) => decide_numbers(name, numbers, all, format, given),
    }
}

fn decide_dates(name: &str, own: &DateColumn, all: &Survey, given: Given) -> Result<CellFormat, Question> {
    let column = || name.to_string();
    let example = match own.decide(given.date_order) {
        DateDecision::NoDates | DateDecision::Format(DateFormat::Iso, _) => return Ok(CellFormat::AsTheyStand),
        DateDecision::Format(format, _) => return Ok(CellFormat::Date(format)),
        DateDecision::Mixed(_) => return Err(Question::MixedDates { column: column() }),
        DateDecision::Undecided(_, example) => example,
    };
    let same_name = match all.column(name) {
        Some(ColumnSurvey::Time(dates)) => dates.order_evidence(),
        _ => (0, 0),
    };
    let order = [same_name, all.order_evidence()].into_iter().find_map(|evidence| match evidence {
        (day, 0) if day > 1 => Some(DateOrder::DayFirst),
        (0, month) if month > 1 => Some(DateOrder::MonthFirst),
        _ => None,
    });
    match order.map(|order| own.decide(Some(order))) {
        Some(DateDecision::Format(format, _)) => Ok(CellFormat::Date(format)),
        _ => Err(Question::DateOrder { column: column(), cells: own.filled, example }),
    }
}

fn decide_numbers(
    name: &str,
    own: &NumberColumn,
    all: &Survey,
    format: Format,
    given: Given,
) -> Result<CellFormat, Question> {
    let column = || name.to_string();
    let example = match own.decide(given.decimal_mark) {
        NumberDecision::AsTheyStand => return Ok(CellFormat::AsTheyStand),
        NumberDecision::Rewrite(mark, _) => return Ok(CellFormat::Number(mark)),
        NumberDecision::Mixed => return Err(Question::MixedNumbers { column: column() }),
        NumberDecision::Undecided(example) if is_typed(format) && !example.contains(',') => {
            return Ok(CellFormat::AsTheyStand);
        }
        NumberDecision::Undecided(example) => example,
    };
    let same_name = match all.column(name) {
        Some(ColumnSurvey::Value(numbers)) => numbers.mark_evidence(),
        _ => (0, 0),
    };
    let mark = [same_name, all.mark_evidence()].into_iter().find_map(|evidence| match evidence {
        (point, 0) if point > 0 => Some(DecimalMark::Point),
        (0, comma) if comma > 0 => Some(DecimalMark::Comma),
        _ => None,
    });
    match mark.map(|mark| own.decide(Some(mark))) {
        Some(NumberDecision::Rewrite(mark, _)) => Ok(CellFormat::Number(mark)),
        Some(NumberDecision::AsTheyStand) => Ok(CellFormat::AsTheyStand),
        _ => Err(Question::DecimalMark { column: column(), cells: own.filled, example }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SourceKind;
    use crate::data::readers::batch::test_batch;
    use jiff::tz::TimeZone;

    fn survey(columns: &[(&str, &[&str])]) -> Survey {
        let rows = columns[0].1.len();
        let names: Vec<&str> = columns.iter().map(|c| c.0).collect();
        let cells: Vec<Vec<&str>> = (0..rows).map(|row| columns.iter().map(|c| c.1[row]).collect()).collect();
        let role = |name: &str| if name.starts_with("at") { Role::Time } else { Role::Value };
        let mut survey = Survey::default();
        survey.add(&test_batch(&names, &cells), &role, given(), &TimeParser::new(&TimeZone::UTC, &[]).unwrap());
        survey
    }

    fn given() -> Given {
        Given::of(&Source::new(SourceKind::Event, "e.csv")).unwrap()
    }

    fn of(name: &str, own: &Survey, all: &Survey) -> Result<CellFormat, Question> {
        decide(name, own, all, Format::Csv, given())
    }

    #[test]
    fn another_column_or_file_of_the_source_decides_what_one_leaves_open() {
        let open = survey(&[("at", &["03/04/2025", "05/06/2025"]), ("amount", &["1,234", "5"])]);
        assert!(matches!(of("at", &open, &open), Err(Question::DateOrder { cells: 2, .. })));
        assert!(matches!(of("amount", &open, &open), Err(Question::DecimalMark { cells: 2, .. })));
        let mut all = open.clone();
        all.merge(&survey(&[("at2", &["18/10/2024", "19/10/2024"]), ("price", &["1.234,5", "2,5"])]));
        let format = DateFormat::Numbers { order: super::super::date_format::PartsOrder::DayMonthYear, mark: '/' };
        assert_eq!(of("at", &open, &all), Ok(CellFormat::Date(format)));
        assert_eq!(of("amount", &open, &all), Ok(CellFormat::Number(DecimalMark::Comma)));
    }

    #[test]
    fn what_cannot_be_known_names_the_key_to_set() {
        let open = survey(&[("at", &["03/04/2025"])]);
        let error = of("at", &open, &open).unwrap_err().error("e.csv").to_string();
        assert!(
            error.contains("'at' in e.csv") && error.contains("date_order") && error.contains("03/04/2025"),
            "{error}"
        );
    }
}
