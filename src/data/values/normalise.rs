//! Rewrites the cells of a file's blocks as the rest of the program reads them: dates in ISO, numbers plain. What a column is
//! written in is found from its first block with values, or where that does not tell, from all files of the source. A cell
//! that is not written as its column is stays as it is; one that would be understood all the same says so, so that it is
//! refused and never read a second way. Called by `readers::stream` on the reading thread.

use super::date_format::DateFormat;
use super::number_format;
use super::survey::{self, CellFormat, ColumnSurvey, Given, Question, Role, Survey};
use crate::config::Source;
use crate::data::readers::batch::Batch;
use crate::data::readers::file;
use crate::data::readers::options::ReadOptions;
use crate::data::readers::source_file::SourceFile;
use crate::data::time::TimeParser;
use crate::domain::source::refusal::Refusals;
use crate::error::Result;
use hashbrown::HashMap;
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

/// Tells the role of every column of a block.
pub type Roles<'a> = &'a (dyn Fn(&[String]) -> Vec<Role> + Sync);

/// The values of one source: what it says about them, and what all its files look like, once somebody had to know.
pub struct SourceValues<'a> {
    files: &'a [SourceFile],
    options: ReadOptions,
    given: Given,
    parser: &'a TimeParser,
    roles: Roles<'a>,
    whole: OnceLock<WholeSurvey>,
}

/// What each file looks like, and all of them.
struct WholeSurvey {
    files: Vec<Survey>,
    all: Survey,
}

impl<'a> SourceValues<'a> {
    /// Nothing is looked at yet.
    ///
    /// # Errors
    /// A decimal mark that is none.
    pub fn new(
        source: &Source,
        files: &'a [SourceFile],
        options: ReadOptions,
        parser: &'a TimeParser,
        roles: Roles<'a>,
    ) -> Result<SourceValues<'a>> {
        Ok(SourceValues { files, options, given: Given::of(source)?, parser, roles, whole: OnceLock::new() })
    }

    /// What all files look like, read to their ends.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn survey(&self) -> Result<&Survey> {
        Ok(&self.whole()?.all)
    }

    fn whole(&self) -> Result<&WholeSurvey> {
        if let Some(whole) = self.whole.get() {
            return Ok(whole);
        }
        let mut files = Vec::new();
        let mut all = Survey::default();
        for file in self.files {
            let survey = self.survey_file(file)?;
            all.merge(&survey);
            files.push(survey);
        }
        Ok(self.whole.get_or_init(|| WholeSurvey { files, all }))
    }

    fn survey_file(&self, file: &SourceFile) -> Result<Survey> {
        let mut survey = Survey::default();
        let mut names: Arc<[String]> = Vec::new().into();
        let mut roles: HashMap<String, Role> = HashMap::new();
        file::read(file, &self.options, &mut Refusals::default(), &mut |batch| {
            if names != *batch.columns() {
                names = Arc::clone(batch.columns());
                roles.extend(names.iter().cloned().zip((self.roles)(&names)));
            }
            survey.add(&batch, &|name| roles.get(name).copied().unwrap_or(Role::Text), self.given, self.parser);
            Ok(())
        })?;
        Ok(survey)
    }

    /// The formats of the columns of one file, given all of them.
    ///
    /// # Errors
    /// A file that cannot be read, or else the question that its cells leave open.
    pub fn decide(&self, file: &SourceFile, column: &str) -> Result<Result<CellFormat, Question>> {
        let whole = self.whole()?;
        let own = self.files.iter().position(|f| f == file).and_then(|at| whole.files.get(at)).unwrap_or(&whole.all);
        Ok(survey::decide(column, own, &whole.all, file.format, self.given))
    }
}

/// Rewrites the blocks of one file.
pub struct Normaliser<'a> {
    values: &'a SourceValues<'a>,
    file: &'a SourceFile,
    name: String,
    names: Arc<[String]>,
    columns: Vec<Column>,
    /// By name: formats that are known, and columns that had no value yet.
    known: HashMap<String, CellFormat>,
    notes: Vec<String>,
}

/// A column of the current block.
#[derive(Debug, Clone, Copy)]
struct Column {
    role: Role,
    /// `None` where it had no value yet.
    format: Option<CellFormat>,
}

impl<'a> Normaliser<'a> {
    /// For the blocks of `file`, one of the files of the source; `name` is how messages call it.
    pub fn new(values: &'a SourceValues<'a>, file: &'a SourceFile, name: &str) -> Normaliser<'a> {
        Normaliser {
            values,
            file,
            name: name.to_string(),
            names: Vec::new().into(),
            columns: Vec::new(),
            known: HashMap::new(),
            notes: Vec::new(),
        }
    }

    /// What was found, one sentence for each column that is not written as the program writes.
    pub fn notes(self) -> Vec<String> {
        self.notes
    }

    /// The block as the program reads it.
    ///
    /// # Errors
    /// Dates or numbers that can be read in two ways, and nothing decides; a file that cannot be read a second time.
    pub fn apply(&mut self, batch: Batch) -> Result<Batch> {
        if self.names != *batch.columns() {
            self.names = Arc::clone(batch.columns());
            let roles = (self.values.roles)(&self.names);
            let known = |name: &String| self.known.get(name).copied();
            self.columns =
                self.names.iter().zip(roles).map(|(name, role)| Column { role, format: known(name) }).collect();
        }
        for at in 0..self.columns.len() {
            if let Some(Column { role, format: None }) = self.columns.get(at).copied() {
                let format = self.format_of(&batch, at, role)?;
                self.columns[at].format = format;
                self.known.extend(format.map(|format| (self.names[at].clone(), format)));
            }
        }
        let untouched = |column: &Column| column.format.is_none_or(|format| format == CellFormat::AsTheyStand);
        if self.columns.iter().all(untouched) {
            return Ok(batch);
        }
        Ok(batch.map_cells(|column, cell| self.rewritten(column, cell)))
    }

    /// The format of a column; `None` where this block has no value in it.
    fn format_of(&mut self, batch: &Batch, column: usize, role: Role) -> Result<Option<CellFormat>> {
        let Some(mut seen) = ColumnSurvey::of(role, self.values.given) else {
            return Ok(Some(CellFormat::AsTheyStand));
        };
        seen.add(batch, column, self.values.parser);
        if seen.filled() == 0 {
            return Ok(None);
        }
        let name = self.names[column].clone();
        let format = match seen.decided_by_a_part(self.file.format) {
            Some(format) => format,
            None => match self.decide(batch, &name)? {
                Ok(format) => format,
                Err(Question::MixedNumbers { column }) => {
                    self.notes
                        .push(format!("the numbers of '{column}' are written in two ways: they are taken as text"));
                    CellFormat::AsTheyStand
                }
                Err(question) => return Err(question.error(&self.name)),
            },
        };
        match format {
            CellFormat::AsTheyStand => {}
            CellFormat::Date(date) => self.notes.push(format!("the dates of '{name}' are read as {}", date.words())),
            CellFormat::Number(mark) => {
                let words = if mark == number_format::DecimalMark::Comma { "1.234,56" } else { "1,234.56" };
                self.notes.push(format!("the numbers of '{name}' are read as {words}"));
            }
        }
        Ok(Some(format))
    }

    /// By all files of the source; what is no plain file, such as a pipe, can be read once only, and its first block decides.
    fn decide(&self, batch: &Batch, name: &str) -> Result<Result<CellFormat, Question>> {
        if self.file.path.is_file() {
            return self.values.decide(self.file, name);
        }
        let mut seen = Survey::default();
        let role = |column: &str| {
            let at = self.names.iter().position(|known| known == column);
            at.and_then(|at| self.columns.get(at)).map_or(Role::Text, |column| column.role)
        };
        seen.add(batch, &role, self.values.given, self.values.parser);
        Ok(survey::decide(name, &seen, &seen, self.file.format, self.values.given))
    }

    fn rewritten<'c>(&self, column: usize, cell: &'c str) -> Cow<'c, str> {
        match self.columns.get(column).and_then(|c| c.format) {
            None | Some(CellFormat::AsTheyStand) => Cow::Borrowed(cell),
            Some(CellFormat::Number(mark)) => match number_format::to_plain(cell, mark) {
                Some(plain) => Cow::Owned(plain),
                // A plain number where the column has commas would be read as a thousandth or a thousandfold.
                None if number_format::is_plain(cell.trim()) => Cow::Owned(format!("{cell} (other decimal mark)")),
                None => Cow::Borrowed(cell),
            },
            Some(CellFormat::Date(format)) => self.date(format, cell),
        }
    }

    fn date<'c>(&self, format: DateFormat, cell: &'c str) -> Cow<'c, str> {
        match format.to_iso(cell) {
            Some(iso) => Cow::Owned(iso),
            None if self.values.parser.parse(cell).is_some() => {
                Cow::Owned(format!("{} (not as {})", cell.trim(), format.words()))
            }
            None => Cow::Borrowed(cell),
        }
    }
}
