//! The business as files: persons, accounts and events in the plain layout as of the as-of date, and the truth. Called by
//! tests and by the bench target.

use super::SmallBusiness;
use super::life::{Event, Kind};
use super::world::{COUNTRIES, INDUSTRIES, PRODUCTS, TITLES};
use std::path::Path;

type Rows = Vec<Vec<String>>;

const PERSONS: [&str; 6] = ["person_id", "account_id", "created_at", "name", "job_title", "country"];
const ACCOUNTS: [&str; 6] = ["account_id", "created_at", "name", "industry", "employees", "country"];
const EVENTS: [&str; 13] = [
    "event_id",
    "person_id",
    "account_id",
    "timestamp",
    "event_type",
    "page",
    "form",
    "campaign_id",
    "product",
    "seconds",
    "minutes",
    "stage",
    "amount",
];
const TRUTH: [&str; 3] = ["account_id", "probability", "converted"];

impl SmallBusiness {
    /// Writes persons.csv, accounts.csv, events.csv and, from so many futures, truth.csv.
    pub fn write(&self, folder: &Path, futures: usize) -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let tables = [
            ("persons.csv", &PERSONS[..], self.person_rows()),
            ("accounts.csv", &ACCOUNTS[..], self.account_rows()),
            ("events.csv", &EVENTS[..], self.event_rows()),
            ("truth.csv", &TRUTH[..], self.truth_rows(futures)),
        ];
        for (name, header, rows) in tables {
            let mut writer = csv::Writer::from_path(folder.join(name))?;
            writer.write_record(header)?;
            for row in rows {
                writer.write_record(row)?;
            }
            writer.flush()?;
        }
        Ok(())
    }

    fn person_rows(&self) -> Rows {
        let row = |(number, person): (usize, &super::world::Person)| {
            // The CRM knows today's account only.
            let (from, account) = (person.accounts[0].0, person.accounts.last().expect("there is one").1);
            vec![
                person_id(number),
                account_id(account),
                self.date(from).to_string(),
                format!("Person {number}"),
                TITLES[person.title].to_string(),
                COUNTRIES[person.country].to_string(),
            ]
        };
        self.world.persons.iter().enumerate().map(row).collect()
    }

    fn account_rows(&self) -> Rows {
        let row = |(number, account): (usize, &super::world::Account)| {
            let [industry, employees] = account.known;
            vec![
                account_id(number),
                self.date(account.created).to_string(),
                format!("Account {number}"),
                if industry { INDUSTRIES[account.industry].0.to_string() } else { String::new() },
                if employees { account.employees.to_string() } else { String::new() },
                COUNTRIES[account.country].to_string(),
            ]
        };
        self.world.accounts.iter().enumerate().map(row).collect()
    }

    /// The events of the history in order of time, conversions in the evening of their day.
    fn event_rows(&self) -> Rows {
        let mut rows: Vec<((i64, u32, usize), Vec<String>)> = Vec::new();
        for event in self.events.iter().filter(|e| e.day < self.options.days) {
            rows.push(((event.day, event.second, event.account), self.event_row(event)));
        }
        for (account, wins) in self.wins.iter().enumerate() {
            for &day in wins.iter().filter(|day| **day < self.options.days) {
                let amount = 1_000 * (5 + (17 * day as usize + 31 * account) % 90);
                let mut row = self.row(day, 20 * 3_600, account, "opportunity.updated");
                row[11] = "Closed Won".into();
                row[12] = amount.to_string();
                rows.push(((day, 20 * 3_600, account), row));
            }
        }
        rows.sort_by_key(|(key, _)| *key);
        let numbered = rows.into_iter().enumerate().map(|(number, (_, mut row))| {
            row[0] = format!("e{number:06}");
            row
        });
        numbered.collect()
    }

    /// A row without fields.
    fn row(&self, day: i64, second: u32, account: usize, event_type: &str) -> Vec<String> {
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        let mut row = vec![String::new(); EVENTS.len()];
        row[2] = account_id(account);
        row[3] = format!("{}T{hour:02}:{minute:02}:{second:02}Z", self.date(day));
        row[4] = event_type.to_string();
        row
    }

    fn event_row(&self, event: &Event) -> Vec<String> {
        let (event_type, field, value) = match event.kind {
            Kind::Visit => ("web.visit", 5, ["/", "/blog", "/docs"][event.second as usize % 3].to_string()),
            Kind::PricingVisit => ("web.visit", 5, "/pricing".to_string()),
            Kind::Mail => ("mail.opened", 5, String::new()),
            Kind::Webinar => ("webinar.attended", 10, event.length.to_string()),
            Kind::Meeting => ("meeting.held", 10, event.length.to_string()),
            Kind::Newsletter => ("form.filled", 6, "newsletter".to_string()),
            Kind::Demo => ("form.filled", 6, "demo".to_string()),
            Kind::Response(campaign) => ("campaign.responded", 7, format!("c{campaign:02}")),
        };
        let mut row = self.row(event.day, event.second, event.account, event_type);
        row[1] = person_id(event.person);
        row[field] = value;
        match event.kind {
            Kind::Response(campaign) => row[8] = PRODUCTS[self.world.campaigns[campaign].product].to_string(),
            Kind::Visit | Kind::PricingVisit => row[9] = event.length.to_string(),
            _ => (),
        }
        row
    }

    fn truth_rows(&self, futures: usize) -> Rows {
        let rows = self.truth(self.options.days, futures);
        let row = |t: super::Truth| {
            vec![account_id(t.account), format!("{:.6}", t.probability), u8::from(t.converted).to_string()]
        };
        rows.into_iter().map(row).collect()
    }
}

pub fn account_id(number: usize) -> String {
    format!("a{number:03}")
}

fn person_id(number: usize) -> String {
    format!("p{number:04}")
}
