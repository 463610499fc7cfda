//! A small made-up business, the same on every machine: persons in accounts, a year of activity, and a planted signal
//! (who asks for a demo soon converts). Tests write its tables in the format that they are about.

use super::Home;
use super::table::Table;
use jiff::civil::{Date, date};

/// The first day of the business.
pub const FIRST: Date = date(2025, 1, 1);
/// How many days it lasts.
pub const DAYS: i64 = 300;
/// The goal that the planted signal leads to.
pub const GOAL: &str = "leadOperation.convertLead";

/// The three tables.
#[derive(Debug, Clone)]
pub struct Business {
    pub persons: Table,
    pub accounts: Table,
    pub events: Table,
}

/// A generator of numbers that depends on nothing but its seed (splitmix64).
pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Draw {
        Draw(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// True once in `n` times.
    pub fn once_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

/// A day of the business as a date.
fn day(number: i64) -> String {
    FIRST.checked_add(jiff::Span::new().days(number)).expect("the day exists").to_string()
}

/// A moment in the daytime of a day, drawn.
fn stamp(number: i64, draw: &mut Draw) -> String {
    format!("{}T{:02}:{:02}:00Z", day(number), 8 + draw.below(12), draw.below(60))
}

impl Business {
    /// 400 persons in 120 accounts.
    pub fn new() -> Business {
        Business::of(400, 120)
    }

    pub fn of(persons: u64, accounts: u64) -> Business {
        let mut draw = Draw::new(11);
        let mut business = Business {
            persons: Table::new(&["person_id", "account_id", "created_at", "name", "job_title", "country", "plan"]),
            accounts: Table::new(&["account_id", "created_at", "name", "industry", "employees", "annual_revenue"]),
            events: Table::new(&["event_id", "person_id", "timestamp", "event_type", "page", "seconds"]),
        };
        for number in 0..accounts {
            let industry = ["Software", "Retail", "Health"][draw.below(3) as usize];
            let employees = 10 + draw.below(900);
            let row = [
                format!("a{number}"),
                "2024-12-01T00:00:00Z".into(),
                format!("Account {number}"),
                industry.into(),
                employees.to_string(),
                (employees * 100_000).to_string(),
            ];
            business.accounts.push(&row);
        }
        for number in 0..persons {
            let id = format!("p{number}");
            // Newcomers keep up the number of those who have not converted yet.
            let born = draw.below(260) as i64 - 40;
            let title = ["Engineer", "Head of Sales", "Chief Financial Officer", "Analyst"][draw.below(4) as usize];
            let row = [
                id.clone(),
                format!("a{}", number % accounts),
                day(born),
                format!("Person {number}"),
                title.into(),
                ["DE", "FR", "US"][draw.below(3) as usize].into(),
                ["free", "paid"][draw.below(2) as usize].into(),
            ];
            business.persons.push(&row);
            business.life(&id, born.max(0), number % 2 == 0, &mut draw);
        }
        business
    }

    /// What one person does: visits, sometimes a demo (keen ones more often), and after it often the conversion.
    fn life(&mut self, id: &str, born: i64, keen: bool, draw: &mut Draw) {
        let mut hot_until = -1;
        for day in born..DAYS {
            if draw.once_in(20) {
                let (page, seconds) = (draw.below(5), draw.below(600));
                self.event(id, &stamp(day, draw), "web.visit", &format!("/page/{page}"), &seconds.to_string());
            }
            if draw.once_in(if keen { 60 } else { 600 }) {
                self.event(id, &stamp(day, draw), "form.demo", "/demo", "");
                hot_until = day + 45;
            }
            if draw.once_in(if day < hot_until { 35 } else { 8_000 }) {
                self.event(id, &stamp(day, draw), GOAL, "", "");
                break;
            }
        }
    }

    /// Adds one event, with the next id.
    pub fn event(&mut self, person: &str, at: &str, event_type: &str, page: &str, seconds: &str) {
        let id = format!("e{}", self.events.rows.len());
        self.events.push(&[id.as_str(), person, at, event_type, page, seconds].map(str::to_string));
    }

    /// Writes the three tables as CSV files into `data/` of the home, with a configuration that names them.
    pub fn write(&self, home: &Home) {
        home.write("in/persons.csv", self.persons.csv(','));
        home.write("in/accounts.csv", self.accounts.csv(','));
        home.write("in/events.csv", self.events.csv(','));
        home.configure(&SOURCES, "");
    }
}

/// The sources that [`Business::write`] makes.
pub const SOURCES: [(&str, &str); 3] =
    [("person", "in/persons.csv"), ("account", "in/accounts.csv"), ("event", "in/events.csv")];
