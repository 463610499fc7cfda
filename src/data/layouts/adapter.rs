//! Rewrites the blocks of a file of a known layout into blocks of canonical columns, with the lines kept, so that everything
//! behind sees plain ones; and makes of its rows the events that they imply. Called by
//! `readers::stream` on the reading thread.

use super::definition::{ImpliedEvent, Table, key};
use super::recognise::{self, Recognised};
use crate::config::{Source, SourceKind};
use crate::data::readers::batch::{Batch, BatchBuilder};
use crate::data::values::booleans::boolean;
use crate::data::values::empty::without_empty_words;
use crate::data::values::survey::Role;
use hashbrown::HashMap;
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;

/// Fields of a JSON column that become columns, over all rows of a file.
const MOST_JSON_FIELDS: usize = 200;
/// Fields that are moments, and those that may be numbers.
const TIMES: [&str; 4] = ["created_at", "updated_at", "closed_at", "timestamp"];
const NUMBERS: [&str; 3] = ["employees", "annual_revenue", "amount"];

/// What the rows of a source are read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// What they are: persons, accounts, opportunities or events.
    Rows,
    /// The events that they imply beside that.
    ImpliedEvents,
}

/// Where a cell of the rewritten row comes from.
#[derive(Debug, Clone)]
enum Cell {
    /// The first of these columns with a value.
    FirstOf(Vec<usize>),
    /// These columns with blanks between.
    Joined(Vec<usize>),
    Constant(String),
}

/// One rewritten row of each row: the only one, or one for each event that a row may imply.
#[derive(Debug, Clone)]
struct Template {
    cells: Vec<Cell>,
    /// Without a value here there is no such row.
    needs: Option<usize>,
}

/// The rewriting of the blocks of a file that have the same columns.
#[derive(Debug, Clone)]
pub struct Adapter {
    recognised: Recognised,
    /// Names of the rewritten columns.
    columns: Vec<String>,
    /// How the values of a rewritten column are called here, with what stands before them.
    values: Vec<(usize, &'static Table)>,
    templates: Vec<Template>,
    deleted: Vec<usize>,
    current: Vec<usize>,
    /// Columns with a value for which deleted rows stay: they tell which record goes on.
    survivors: Vec<usize>,
    json: Option<usize>,
    json_fields: Vec<String>,
    /// Rewritten columns with the columns of the file that fill them, the first that counts first.
    origins: Vec<(String, String)>,
    /// Columns of the file that tell only of today.
    pub state: Vec<String>,
    shared: Arc<[String]>,
    /// Rows that were kept out because they are deleted, or not current.
    pub kept_out: u64,
}

impl Adapter {
    /// The adapter for a source with these columns; `None` where it is plain, or implies no events in the second pass.
    pub fn of(source: &Source, columns: &[String], pass: Pass) -> Option<Adapter> {
        let recognised = recognise::of_source(source, columns)?;
        let table = recognised.table;
        let index = Index::of(columns);
        let mut plan = Plan { source, table, columns, index: &index, taken: vec![false; columns.len()] };
        let fields = plan.fields();
        let state: Vec<String> = columns
            .iter()
            .enumerate()
            .filter(|(at, c)| !plan.taken[*at] && table.is_state(c))
            .map(|(_, c)| c.clone())
            .collect();
        let mut adapter = Adapter {
            values: Vec::new(),
            templates: Vec::new(),
            columns: Vec::new(),
            deleted: index.all(&table.deleted),
            current: index.all(&table.current),
            survivors: index.all(&table.survivors),
            json: table.json.as_ref().and_then(|column| index.find(column)),
            json_fields: Vec::new(),
            origins: Vec::new(),
            state,
            shared: Vec::new().into(),
            kept_out: 0,
            recognised,
        };
        match pass {
            Pass::Rows => adapter.plan_rows(fields, columns, &plan.taken),
            Pass::ImpliedEvents => adapter.plan_events(&plan, columns)?,
        }
        adapter.values = adapter
            .columns
            .iter()
            .enumerate()
            .filter(|(_, c)| table.values.contains_key(*c) || table.prefixes.contains_key(*c))
            .map(|(at, _)| (at, table))
            .collect();
        adapter.shared = adapter.columns.clone().into();
        Some(adapter)
    }

    /// The rows as what they are: canonical fields, then all columns that neither fill one nor tell only of today.
    fn plan_rows(&mut self, fields: Vec<(String, Cell)>, columns: &[String], taken: &[bool]) {
        let mut cells = Vec::new();
        for (field, cell) in fields {
            if let Cell::FirstOf(from) | Cell::Joined(from) = &cell {
                let names = from.iter().filter_map(|&at| columns.get(at));
                self.origins.extend(names.map(|name| (field.clone(), name.clone())));
            }
            self.columns.push(field);
            cells.push(cell);
        }
        for (at, column) in columns.iter().enumerate() {
            let is_known =
                taken[at] || self.deleted.contains(&at) || self.current.contains(&at) || self.json == Some(at);
            let is_kept = !is_known && !self.state.contains(column) && !self.columns.contains(column);
            if is_kept {
                self.columns.push(column.clone());
                cells.push(Cell::FirstOf(vec![at]));
            }
        }
        self.templates.push(Template { cells, needs: None });
    }

    /// The events that a row implies: who it is about, the moment and what happened.
    fn plan_events(&mut self, plan: &Plan<'_>, columns: &[String]) -> Option<()> {
        let mut ids: Vec<(String, Cell)> = Vec::new();
        for field in ["person_id", "account_id", "opportunity_id"] {
            ids.extend(plan.cell(field).map(|cell| (field.to_string(), cell)));
        }
        let found: Vec<(usize, Option<String>, &ImpliedEvent)> =
            self.recognised.table.events.iter().flat_map(|event| moments(event, plan, columns)).collect();
        if found.is_empty() {
            return None;
        }
        let mut further: Vec<String> = found.iter().flat_map(|(.., event)| event.fields.keys().cloned()).collect();
        further.extend(found.iter().any(|(_, value, _)| value.is_some()).then(|| "newValue".to_string()));
        further.sort();
        further.dedup();
        self.columns = ids.iter().map(|(field, _)| field.clone()).collect();
        self.columns.extend(["timestamp".to_string(), "event_type".to_string()]);
        self.columns.extend(further.iter().cloned());
        for (at, value, event) in found {
            let mut cells: Vec<Cell> = ids.iter().map(|(_, cell)| cell.clone()).collect();
            cells.push(Cell::FirstOf(vec![at]));
            cells.push(Cell::Constant(event.event_type.clone()));
            for field in &further {
                let text = match (&value, event.fields.get(field)) {
                    (Some(value), None) if field == "newValue" => value.clone(),
                    (_, text) => text.cloned().unwrap_or_default(),
                };
                cells.push(Cell::Constant(text));
            }
            self.templates.push(Template { cells, needs: Some(at) });
        }
        Some(())
    }

    /// The layout, as it is told.
    pub fn table(&self) -> &'static Table {
        self.recognised.table
    }

    /// The rewritten columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Rewritten columns with the columns of the file that fill them.
    pub fn origins(&self) -> &[(String, String)] {
        &self.origins
    }

    /// The block in canonical columns; empty where no row is left.
    pub fn apply(&mut self, batch: &Batch) -> Option<Batch> {
        let parsed = self.parsed_json(batch);
        let mut builder = BatchBuilder::new(Arc::clone(&self.shared));
        for row in 0..batch.rows() {
            if self.is_kept_out(batch, row) {
                self.kept_out += 1;
                continue;
            }
            for template in &self.templates {
                let cell = |at: usize| without_empty_words(batch.text(row, at));
                if template.needs.is_some_and(|at| cell(at).is_empty()) {
                    continue;
                }
                for (number, from) in template.cells.iter().enumerate() {
                    builder.push(self.called(number, &text(from, &cell)).as_bytes());
                }
                for number in template.cells.len()..self.shared.len() {
                    let field = self.shared.get(number).map(String::as_str).unwrap_or_default();
                    let value = parsed.get(row).and_then(|fields| fields.get(field));
                    builder.push(value.map_or("", String::as_str).as_bytes());
                }
                builder.end_row(batch.line(row));
            }
        }
        builder.into_batch()
    }

    fn is_kept_out(&self, batch: &Batch, row: usize) -> bool {
        let says = |at: &usize, truth: bool| boolean(batch.text(row, *at)) == Some(truth);
        let survives = self.survivors.iter().any(|at| !without_empty_words(batch.text(row, *at)).is_empty());
        self.deleted.iter().any(|at| says(at, true)) && !survives || self.current.iter().any(|at| says(at, false))
    }

    /// A value as it is called here.
    fn called<'c>(&self, column: usize, value: &'c str) -> Cow<'c, str> {
        let Some((_, table)) = self.values.iter().find(|(at, _)| *at == column) else { return Cow::Borrowed(value) };
        let field = &self.columns[column];
        if let Some(name) = table.values.get(field).and_then(|names| names.get(value)) {
            return Cow::Owned(name.clone());
        }
        match table.prefixes.get(field) {
            Some(prefix) if value.is_empty() => Cow::Borrowed(prefix.trim_end_matches('.')),
            Some(prefix) => Cow::Owned(format!("{prefix}{}", value.to_lowercase())),
            None => Cow::Borrowed(value),
        }
    }

    /// The fields of the JSON column of every row; new ones become columns.
    fn parsed_json(&mut self, batch: &Batch) -> Vec<HashMap<String, String>> {
        let Some(at) = self.json else { return Vec::new() };
        let rows: Vec<_> = (0..batch.rows()).map(|row| flat(batch.text(row, at))).collect();
        let before = self.json_fields.len();
        for name in rows.iter().flat_map(HashMap::keys) {
            let known = self.json_fields.contains(name) || self.columns.contains(name);
            if !known && self.json_fields.len() < MOST_JSON_FIELDS {
                self.json_fields.push(name.clone());
            }
        }
        if self.json_fields.len() > before {
            // Of a map of no order.
            self.json_fields[before..].sort();
            self.shared = self.columns.iter().chain(&self.json_fields).cloned().collect();
        }
        rows
    }
}

fn text<'b>(from: &'b Cell, cell: &impl Fn(usize) -> &'b str) -> Cow<'b, str> {
    match from {
        Cell::FirstOf(columns) => {
            Cow::Borrowed(columns.iter().map(|&at| cell(at)).find(|text| !text.is_empty()).unwrap_or(""))
        }
        Cell::Joined(columns) => {
            let parts: Vec<&str> = columns.iter().map(|&at| cell(at)).filter(|text| !text.is_empty()).collect();
            Cow::Owned(parts.join(" "))
        }
        Cell::Constant(text) => Cow::Borrowed(text),
    }
}

/// The scalars of a JSON object; nothing where the text is none.
fn flat(text: &str) -> HashMap<String, String> {
    let Ok(Value::Object(object)) = serde_json::from_str::<Value>(text) else { return HashMap::new() };
    let value = |value: Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    };
    object.into_iter().filter_map(|(name, found)| Some((name, value(found)?))).collect()
}

/// The columns that hold a moment of an event, each with the value that its name tells.
fn moments<'e>(
    event: &'e ImpliedEvent,
    plan: &Plan<'_>,
    columns: &[String],
) -> Vec<(usize, Option<String>, &'e ImpliedEvent)> {
    let named = event.at.iter().find_map(|name| plan.index.find(name)).map(|at| (at, None, event));
    let formed = columns.iter().enumerate().filter_map(|(at, column)| {
        let value = event.pattern.iter().find_map(|pattern| between(pattern, column))?;
        Some((at, Some(value), event))
    });
    named.into_iter().chain(formed).collect()
}

/// What stands in a name where its form has `{}`; a pipeline in parentheses behind a stage is no part of the stage.
fn between(pattern: &str, column: &str) -> Option<String> {
    let (start, end) = pattern.split_once("{}")?;
    let length = column.len().checked_sub(start.len() + end.len())?;
    let head = column.get(..start.len()).filter(|head| head.eq_ignore_ascii_case(start))?;
    let value = column.get(head.len()..head.len() + length)?;
    let tail = column.get(head.len() + length..).filter(|tail| tail.eq_ignore_ascii_case(end));
    tail?;
    let value = match value.rfind(" (") {
        Some(at) if value.ends_with(')') => &value[..at],
        _ => value,
    };
    (!value.trim().is_empty()).then(|| value.trim().to_string())
}

/// The columns of a file by their normalised names.
struct Index(HashMap<String, usize>);

impl Index {
    fn of(columns: &[String]) -> Index {
        let mut index = HashMap::new();
        for (at, column) in columns.iter().enumerate() {
            index.entry(key(column)).or_insert(at);
        }
        Index(index)
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.0.get(&key(name)).copied()
    }

    fn all(&self, names: &[String]) -> Vec<usize> {
        names.iter().filter_map(|name| self.find(name)).collect()
    }
}

/// What is needed to find the cells of fields.
struct Plan<'p> {
    source: &'p Source,
    table: &'static Table,
    columns: &'p [String],
    index: &'p Index,
    /// Columns that fill a field.
    taken: Vec<bool>,
}

impl Plan<'_> {
    /// All fields that the file has, with their cells.
    fn fields(&mut self) -> Vec<(String, Cell)> {
        let table = self.table;
        let names = [table.fields.keys(), table.first_of.keys(), table.joined.keys()].into_iter().flatten();
        let mut names: Vec<&String> = names.chain(table.constants.keys()).chain(self.source.columns.keys()).collect();
        names.sort();
        names.dedup();
        let mut fields = Vec::new();
        for name in names {
            if let Some(cell) = self.cell(name) {
                if let Cell::FirstOf(columns) | Cell::Joined(columns) = &cell {
                    columns.iter().for_each(|&at| self.taken[at] = true);
                }
                fields.push((name.clone(), cell));
            }
        }
        fields
    }

    /// The cell of a field; what the configuration says wins.
    fn cell(&self, field: &str) -> Option<Cell> {
        if let Some(given) = self.source.columns.get(field) {
            return self.columns.iter().position(|column| column == given).map(|at| Cell::FirstOf(vec![at]));
        }
        let table = self.table;
        let some = |columns: Vec<usize>| (!columns.is_empty()).then_some(columns);
        if let Some(columns) = table.first_of.get(field).and_then(|names| some(self.index.all(names))) {
            return Some(Cell::FirstOf(columns));
        }
        if let Some(at) = table.fields.get(field).and_then(|names| names.iter().find_map(|name| self.index.find(name)))
        {
            return Some(Cell::FirstOf(vec![at]));
        }
        if let Some(columns) = table.joined.get(field).and_then(|names| some(self.index.all(names))) {
            return Some(Cell::Joined(columns));
        }
        table.constants.get(field).map(|text| Cell::Constant(text.clone()))
    }
}

/// What every column of a file of a known layout is, as far as its values are concerned; `None` where it is plain.
pub fn roles(source: &Source, columns: &[String]) -> Option<Vec<Role>> {
    let recognised = recognise::of_source(source, columns)?;
    let table = recognised.table;
    let index = Index::of(columns);
    let mut plan = Plan { source, table, columns, index: &index, taken: vec![false; columns.len()] };
    let mut roles = vec![Role::Value; columns.len()];
    for (field, cell) in plan.fields() {
        let role = match field.as_str() {
            field if TIMES.contains(&field) => Role::Time,
            field if NUMBERS.contains(&field) => Role::Value,
            _ => Role::Text,
        };
        if let Cell::FirstOf(from) | Cell::Joined(from) = cell {
            from.into_iter().for_each(|at| roles[at] = role);
        }
    }
    for event in &table.events {
        moments(event, &plan, columns).into_iter().for_each(|(at, ..)| roles[at] = Role::Time);
    }
    Some(roles)
}

/// What the rows of a table imply, in words.
pub fn implied_words(table: &Table) -> Vec<String> {
    let mut words: Vec<String> = table.events.iter().map(|event| event.words.clone()).collect();
    if table.kind == SourceKind::Event {
        words.extend(table.constants.get("event_type").map(|name| format!("each row is one {name}")));
    }
    words
}
