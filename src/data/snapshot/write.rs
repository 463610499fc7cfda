//! Writing a snapshot: [`Business`] as it is after reading, column by column.

use super::{ACCOUNTS, ACTIVITY, META, Meta, NUMBERS, PERSONS, VERSION};
use crate::data::pages::{ROW_GROUP, properties};
use crate::domain::progress::Progress;
use crate::domain::source::activity::{Activity, Business, KnownLinks, NEVER, NO_PROFILE, Profiles};
use crate::error::{Context, Result};
use arrow::array::{
    ArrayRef, Date32Array, Float32Array, Float64Array, Int32Array, Int32Builder, Int64Array, ListBuilder, RecordBatch,
    StringArray, UInt32Array,
};
use parquet::arrow::ArrowWriter;
use parquet::schema::types::ColumnPath;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// Writes the files into `folder`, with the link features of the profiles that were scored.
///
/// # Errors
/// The disk is full, or the like; cancelled.
pub fn write(folder: &Path, business: &Business, links: &KnownLinks, progress: &dyn Progress) -> Result<()> {
    let Business { persons, accounts, activity, .. } = business;
    let persons_by_account = persons_by_account(persons, accounts.len());
    let first_account = persons.len() as u32;
    write_table(&folder.join(PERSONS), persons.len(), progress, &|from, to| {
        let mut columns = profile_columns(persons, activity, 0, from, to);
        let account = |p: usize| persons.account.get(p).filter(|a| **a != NO_PROFILE).map(|&a| a as i32);
        columns.push(("account".into(), array::<Int32Array, _>((from..to).map(account))));
        columns.push(("linked".into(), array::<Int32Array, _>((from..to).map(|p| persons.linked.get(p).copied()))));
        columns.extend(link_columns(links, false, from, to));
        columns.extend(attribute_columns(persons, from, to));
        columns
    })?;
    write_table(&folder.join(ACCOUNTS), accounts.len(), progress, &|from, to| {
        let mut columns = profile_columns(accounts, activity, first_account, from, to);
        let mut lists = ListBuilder::new(Int32Builder::new());
        persons_by_account[from..to].iter().for_each(|of| lists.append_value(of.iter().map(|&p| Some(p as i32))));
        columns.push(("persons".into(), Arc::new(lists.finish())));
        columns.extend(link_columns(links, true, from, to));
        columns.extend(attribute_columns(accounts, from, to));
        columns
    })?;
    let subjects = subjects(&activity.starts);
    write_table(&folder.join(ACTIVITY), activity.rows.len(), progress, &|from, to| {
        let rows = &activity.rows[from..to];
        vec![
            ("subject".into(), array::<UInt32Array, _>(subjects(from, to).map(Some))),
            ("day".into(), array::<Date32Array, _>(rows.iter().map(|r| Some(r.day)))),
            ("event_type".into(), array::<Int32Array, _>(rows.iter().map(|r| Some(i32::from(r.event_type))))),
            ("count".into(), array::<UInt32Array, _>(rows.iter().map(|r| Some(r.count)))),
        ]
    })?;
    let subjects = self::subjects(&activity.number_starts);
    write_table(&folder.join(NUMBERS), activity.numbers.len(), progress, &|from, to| {
        let rows = &activity.numbers[from..to];
        vec![
            ("subject".into(), array::<UInt32Array, _>(subjects(from, to).map(Some))),
            ("day".into(), array::<Date32Array, _>(rows.iter().map(|r| Some(r.day)))),
            ("field".into(), array::<Int32Array, _>(rows.iter().map(|r| Some(i32::from(r.field))))),
            ("sum".into(), array::<Float64Array, _>(rows.iter().map(|r| Some(r.sum)))),
            ("last".into(), array::<Float64Array, _>(rows.iter().map(|r| Some(r.last)))),
        ]
    })?;
    let meta = Meta {
        version: VERSION,
        as_of: business.as_of,
        first_day: business.first_day,
        types: activity.types.clone(),
        fields: activity.fields.clone(),
        active_days: activity.active_days.clone(),
        links: links.columns.iter().map(|(code, _)| code.clone()).collect(),
    };
    let path = folder.join(META);
    let what = || format!("{} could not be written.", path.display());
    std::fs::write(&path, serde_json::to_vec(&meta).context(what)?).on_disk(what)
}

type Columns = Vec<(String, ArrayRef)>;

fn array<A: arrow::array::Array + FromIterator<Option<T>> + 'static, T>(
    values: impl Iterator<Item = Option<T>>,
) -> ArrayRef {
    Arc::new(values.collect::<A>())
}

/// Writes the rows that `columns` makes, block by block.
fn write_table(
    path: &Path,
    rows: usize,
    progress: &dyn Progress,
    columns: &dyn Fn(usize, usize) -> Columns,
) -> Result<()> {
    let what = || format!("{} could not be written.", path.display());
    let batch =
        |from, to| RecordBatch::try_from_iter_with_nullable(columns(from, to).into_iter().map(|(n, a)| (n, a, true)));
    let schema = batch(0, 0).context(what)?.schema();
    let properties = properties().set_column_dictionary_enabled(ColumnPath::from("id"), false).build();
    let mut writer = ArrowWriter::try_new(File::create(path).on_disk(what)?, schema, Some(properties)).on_disk(what)?;
    for from in (0..rows).step_by(ROW_GROUP) {
        progress.check()?;
        writer.write(&batch(from, rows.min(from + ROW_GROUP)).context(what)?).on_disk(what)?;
    }
    writer.into_inner().on_disk(what)?.sync_all().on_disk(what)
}

/// What persons and accounts have in common. `first` is the subject of the first of them.
fn profile_columns(profiles: &Profiles, activity: &Activity, first: u32, from: usize, to: usize) -> Columns {
    let created = |p: usize| profiles.created.get(p).filter(|d| **d != NEVER).copied();
    let at = |starts: &[usize], p: usize| starts.get(first as usize + p).map_or(0, |&at| at as i64);
    let of = |starts: &'static str, offset: &dyn Fn(usize) -> i64| {
        (starts.to_string(), array::<Int64Array, _>((from..to).map(|p| Some(offset(p)))))
    };
    vec![
        ("id".into(), array::<StringArray, _>((from..to).map(|p| profiles.ids.get(p).map(String::as_str)))),
        ("created".into(), array::<Int32Array, _>((from..to).map(created))),
        of("activity_from", &|p| at(&activity.starts, p)),
        of("activity_to", &|p| at(&activity.starts, p + 1)),
        of("numbers_from", &|p| at(&activity.number_starts, p)),
        of("numbers_to", &|p| at(&activity.number_starts, p + 1)),
    ]
}

/// Of the profiles whose link features they are.
fn link_columns(links: &KnownLinks, of_accounts: bool, from: usize, to: usize) -> Columns {
    let column = |(code, values): &(String, Vec<f32>)| {
        let values = values.get(from..to).unwrap_or_default().iter().map(|value| Some(*value).filter(|v| !v.is_nan()));
        (code.clone(), array::<Float32Array, _>(values))
    };
    links.columns.iter().filter(|_| links.of_accounts == of_accounts).map(column).collect()
}

fn attribute_columns(profiles: &Profiles, from: usize, to: usize) -> Columns {
    let column = |a: &crate::domain::source::activity::Attribute| {
        let values = (from as u32..to as u32).map(|p| a.get(p));
        (format!("attribute.{}", a.name), array::<StringArray, _>(values))
    };
    profiles.attributes.iter().map(column).collect()
}

/// The persons of every account.
fn persons_by_account(persons: &Profiles, accounts: usize) -> Vec<Vec<u32>> {
    let mut persons_of = vec![Vec::new(); accounts];
    for (person, &account) in (0..).zip(&persons.account) {
        if let Some(of) = persons_of.get_mut(account as usize) {
            of.push(person);
        }
    }
    persons_of
}

/// Whose the rows of a range are, from where every subject's rows start.
fn subjects(starts: &[usize]) -> impl Fn(usize, usize) -> std::vec::IntoIter<u32> + '_ {
    |from, to| {
        let mut subject = starts.partition_point(|&s| s <= from).saturating_sub(1);
        let of = (from..to).map(|row| {
            while starts.get(subject + 1).is_some_and(|&end| end <= row) {
                subject += 1;
            }
            subject as u32
        });
        of.collect::<Vec<u32>>().into_iter()
    }
}
