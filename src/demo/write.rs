//! Writes the demo's world and activity as CSV files in the plain layout, with the config.toml that names them.

use super::activity::{Activity, CONVERTED, Event, STAGE_CHANGED, TYPES};
use super::options::{DAYS, DemoSummary};
use super::random::Random;
use super::words;
use super::world::{INDUSTRIES, LOST, STAGES, WON, World};
use crate::error::{Context, Error, Result};
use jiff::civil::Date;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// First line of the config.toml, by which a later run knows that it may write it again.
const MARK: &str = "# Written by `propensity demo`.";

const CONFIG: &str = r#"
[workspace]
name = "demo"
timezone = "UTC"

[[source]]
kind = "person"
path = "persons.csv"

[[source]]
kind = "account"
path = "accounts.csv"

[[source]]
kind = "opportunity"
path = "opportunities.csv"

[[source]]
kind = "event"
path = "events.csv"
"#;

pub(super) fn all(folder: &Path, world: &World, activity: &Activity) -> Result<DemoSummary> {
    std::fs::create_dir_all(folder).context(|| format!("The folder {} could not be made.", folder.display()))?;
    let config = folder.join("config.toml");
    refuse_foreign(&config)?;
    let days = Days::new(world.end)?;
    accounts(folder, world, &days)?;
    persons(folder, world, &days)?;
    opportunities(folder, world, &days)?;
    let blemishes = events(folder, world, activity, &days)?;
    let text = format!("{MARK}\n{CONFIG}");
    std::fs::write(&config, text).context(|| format!("The file {} could not be written.", config.display()))?;
    Ok(DemoSummary {
        config,
        persons: world.persons.len(),
        accounts: world.accounts.len(),
        opportunities: world.opportunities.len(),
        events: activity.events.len() + blemishes,
        won: activity.events.iter().filter(|e| e.kind == STAGE_CHANGED && e.stages[1] == WON).count(),
        converted: activity.events.iter().filter(|e| e.kind == CONVERTED).count(),
        blemishes,
    })
}

fn refuse_foreign(config: &Path) -> Result<()> {
    match std::fs::read_to_string(config) {
        Ok(text) if !text.starts_with(MARK) => {
            Err(Error::new(format!("The demo was not written over {}.", config.display()))
                .because("that file is not the demo's")
                .hint("choose an empty folder"))
        }
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::new(format!("The file {} could not be read.", config.display())).because(e))
        }
        _ => Ok(()),
    }
}

/// The dates of the data, formatted once.
struct Days {
    start: Date,
    /// `YYYY-MM-DD` of day 0, 1, …
    text: Vec<String>,
}

impl Days {
    fn new(end: Date) -> Result<Days> {
        let start = shifted(end, -DAYS)?;
        let text = (0..DAYS).map(|day| shifted(start, day).map(|d| d.to_string())).collect::<Result<_>>()?;
        Ok(Days { start, text })
    }

    /// The stamp of a moment within the data.
    fn stamp(&self, time: u32) -> String {
        let (day, second) = (time / 86_400, time % 86_400);
        // Every event's day is checked against DAYS where it is drawn; an empty date would be refused by any reader.
        let date = self.text.get(day as usize).map_or("", String::as_str);
        format!("{date}T{:02}:{:02}:{:02}Z", second / 3_600, second / 60 % 60, second % 60)
    }

    /// The stamp of a creation: at five in the morning, before all activity of the day.
    fn midnight(&self, day: i64, minute: u64) -> Result<String> {
        Ok(format!("{}T05:{:02}:00Z", shifted(self.start, day)?, minute % 60))
    }
}

fn shifted(date: Date, days: i64) -> Result<Date> {
    date.checked_add(jiff::Span::new().days(days)).context(|| format!("The demo cannot reach {days} days from {date}."))
}

/// One CSV file being written.
struct Table {
    path: PathBuf,
    writer: csv::Writer<BufWriter<File>>,
}

impl Table {
    fn create(folder: &Path, name: &str, columns: &[&str]) -> Result<Table> {
        let path = folder.join(name);
        let file = File::create(&path).context(|| format!("The file {} could not be written.", path.display()))?;
        let mut table = Table { path, writer: csv::Writer::from_writer(BufWriter::with_capacity(1 << 16, file)) };
        table.row(columns)?;
        Ok(table)
    }

    fn row(&mut self, cells: &[&str]) -> Result<()> {
        self.writer.write_record(cells).context(|| format!("The file {} could not be written.", self.path.display()))
    }

    fn finish(self) -> Result<()> {
        let Table { path, writer } = self;
        let failed = || format!("The file {} could not be written.", path.display());
        let mut file = writer.into_inner().context(failed)?;
        file.flush().context(failed)
    }
}

fn account_id(index: u32) -> String {
    format!("A{:06}", index + 1)
}

fn person_id(index: u32) -> String {
    format!("P{:07}", index + 1)
}

fn opportunity_id(index: u32) -> String {
    format!("O{:06}", index + 1)
}

fn accounts(folder: &Path, world: &World, days: &Days) -> Result<()> {
    let columns = ["account_id", "created_at", "name", "industry", "employees", "annual_revenue"];
    let mut table = Table::create(folder, "accounts.csv", &columns)?;
    for (index, account) in world.accounts.iter().enumerate() {
        let [industry, employees, revenue] = account.known;
        table.row(&[
            &account_id(index as u32),
            &days.midnight(account.created, 0)?,
            &account.name,
            if industry { INDUSTRIES[account.industry].0 } else { "" },
            &if employees { account.employees.to_string() } else { String::new() },
            &if revenue { account.revenue.to_string() } else { String::new() },
        ])?;
    }
    table.finish()
}

fn persons(folder: &Path, world: &World, days: &Days) -> Result<()> {
    let columns = ["person_id", "account_id", "created_at", "name", "email", "country", "job_title"];
    let mut table = Table::create(folder, "persons.csv", &columns)?;
    for (index, person) in world.persons.iter().enumerate() {
        let first = words::FIRST_NAMES[person.first_name as usize];
        let last = words::LAST_NAMES[person.last_name as usize];
        let domain = &world.accounts[person.account as usize].domain;
        table.row(&[
            &person_id(index as u32),
            &account_id(person.account),
            &days.midnight(person.created, 1 + index as u64)?,
            &format!("{first} {last}"),
            &format!("{}.{}{}@{domain}", first.to_lowercase(), last.to_lowercase(), index + 1),
            words::COUNTRIES[person.country as usize],
            person.title.map_or("", |title| words::TITLES[title as usize].0),
        ])?;
    }
    table.finish()
}

/// The opportunities as the CRM shows them at the end of the data: the stage reached by then, and the close only if it
/// has been.
fn opportunities(folder: &Path, world: &World, days: &Days) -> Result<()> {
    let columns = ["opportunity_id", "account_id", "person_id", "created_at", "closed_at", "stage", "amount"];
    let mut table = Table::create(folder, "opportunities.csv", &columns)?;
    for (index, opportunity) in world.opportunities.iter().enumerate() {
        let reached = opportunity.stages.iter().rfind(|(day, _)| *day < DAYS);
        let (day, stage) = reached.copied().unwrap_or((opportunity.created(), 0));
        table.row(&[
            &opportunity_id(index as u32),
            &account_id(opportunity.account),
            &person_id(opportunity.contact),
            &days.midnight(opportunity.created(), 59)?,
            &if stage == WON || stage == LOST { shifted(days.start, day)?.to_string() } else { String::new() },
            STAGES[stage as usize],
            &opportunity.amount.to_string(),
        ])?;
    }
    table.finish()
}

const EVENT_COLUMNS: [&str; 12] = [
    "event_id",
    "person_id",
    "timestamp",
    "event_type",
    "page",
    "campaign",
    "minutes",
    "pages",
    "opportunity_id",
    "attributeName",
    "oldValue",
    "newValue",
];

/// Writes the events and the blemishes among them; returns how many blemishes.
fn events(folder: &Path, world: &World, activity: &Activity, days: &Days) -> Result<usize> {
    let mut table = Table::create(folder, "events.csv", &EVENT_COLUMNS)?;
    let every = (activity.events.len() / (activity.events.len() / 4_000).clamp(3, 300)).max(1);
    let mut random = Random::new(activity.seed, 4);
    let mut blemishes = 0;
    for (index, event) in activity.events.iter().enumerate() {
        let id = format!("E{:08}", index + 1);
        let cells = cells(event, id, days);
        table.row(&cells.each_ref().map(String::as_str))?;
        if index % every == every / 2 {
            table.row(&invalid_rows(&cells, blemishes, world.end, &mut random).each_ref().map(String::as_str))?;
            blemishes += 1;
        }
    }
    table.finish()?;
    Ok(blemishes)
}

fn cells(event: &Event, id: String, days: &Days) -> [String; 12] {
    let mut cells: [String; 12] = Default::default();
    cells[0] = id;
    cells[1] = person_id(event.person);
    cells[2] = days.stamp(event.time);
    let detail = event.detail as usize;
    match event.kind {
        STAGE_CHANGED => {
            cells[3] = "opportunityEvent.opportunityUpdated".into();
            cells[8] = opportunity_id(event.detail);
            cells[9] = "Stage".into();
            cells[10] = STAGES.get(event.stages[0] as usize).copied().unwrap_or_default().into();
            cells[11] = STAGES[event.stages[1] as usize].into();
        }
        CONVERTED => cells[3] = "leadOperation.convertLead".into(),
        kind => {
            let name = TYPES[kind as usize].0;
            cells[3] = name.into();
            match name.split_once('.').unwrap_or_default() {
                ("web", "pricingPageVisited") => cells[4] = "/pricing".into(),
                ("web", "pageVisited") => {
                    cells[4] = words::PAGES[detail % words::PAGES.len()].into();
                    cells[7] = (1 + detail / 8 % 9).to_string();
                }
                ("email" | "advertising", _) => cells[5] = words::CAMPAIGNS[detail % words::CAMPAIGNS.len()].into(),
                ("webinar", _) => cells[6] = (10 + detail % 51).to_string(),
                ("sales", _) => cells[6] = (15 * (1 + detail % 6)).to_string(),
                _ => {}
            }
        }
    }
    cells
}

/// What stands in the files of every real business: a row of somebody unknown, a row written twice, an impossible date.
fn invalid_rows(cells: &[String; 12], number: usize, end: Date, random: &mut Random) -> [String; 12] {
    let mut cells = cells.clone();
    match number % 3 {
        0 => {
            cells[0] = format!("X{:08}", number + 1);
            cells[1] = format!("P-deleted-{}", 100 + random.below(900));
        }
        1 => {}
        _ => {
            cells[0] = format!("X{:08}", number + 1);
            cells[2] = format!("{}-02-30T{:02}:00:00Z", end.year() - 1, 8 + random.below(10));
        }
    }
    cells
}
