//! The firms and persons of the demo, their buying episodes and their opportunities: the causes. What can be seen of
//! them is `activity`. Days count from the start of the data; a day below 0 lies before it.

use super::options::{DAYS, DemoOptions, PLANTED_INDUSTRIES};
use super::random::{Random, Weighted};
use super::words;
use jiff::civil::Date;

/// Industries with their effect on the fit, the best first.
pub(super) const INDUSTRIES: [(&str, f64); 8] = [
    (PLANTED_INDUSTRIES[0], 1.0),
    (PLANTED_INDUSTRIES[1], 0.7),
    ("Manufacturing", 0.2),
    ("Health care", 0.0),
    ("Retail", -0.1),
    ("Education", -0.3),
    ("Transport", -0.5),
    ("Energy", -0.9),
];

/// The stages of an opportunity, in order; the last two close it.
pub(super) const STAGES: [&str; 6] =
    ["Discovery", "Qualification", "Proposal", "Negotiation", "Closed Won", "Closed Lost"];
pub(super) const WON: u8 = 4;
pub(super) const LOST: u8 = 5;

/// How long before the data the oldest profiles were created.
const DAYS_BEFORE_DATA: f64 = 400.0;
/// Episodes may have begun this long before the data.
const MAX_LEAD_DAYS: f64 = 120.0;

pub(super) struct Account {
    pub created: i64,
    pub name: String,
    /// Host name of its mail, under the reserved `.example`.
    pub domain: String,
    pub industry: usize,
    pub employees: u64,
    pub revenue: u64,
    /// Which attributes the CRM knows: industry, employees, revenue.
    pub known: [bool; 3],
    fit: f64,
}

pub(super) struct Person {
    pub account: u32,
    pub created: i64,
    pub first_name: u16,
    pub last_name: u16,
    pub country: u16,
    /// Index into [`words::TITLES`]; `None`: the CRM does not know it.
    pub title: Option<u16>,
    pub senior: bool,
    /// Noise events per day, relative to the others.
    pub rate: f64,
    /// Day on which it converts, within the data.
    pub converts: Option<i64>,
}

/// What a person is busy with for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Intent {
    Buying,
    Reading,
}

/// One person's part in an episode.
pub(super) struct ActivePeriod {
    pub person: u32,
    pub intent: Intent,
    pub start: i64,
    pub length: i64,
    /// Events per day, relative to the others of this mood.
    pub intensity: f64,
}

pub(super) struct Opportunity {
    pub account: u32,
    pub contact: u32,
    pub amount: u64,
    /// (day, stage) from creation on; days before and after the data included.
    pub stages: Vec<(i64, u8)>,
}

impl Opportunity {
    pub(super) fn created(&self) -> i64 {
        self.stages.first().map_or(0, |(day, _)| *day)
    }
}

pub(super) struct World {
    pub accounts: Vec<Account>,
    pub persons: Vec<Person>,
    pub periods: Vec<ActivePeriod>,
    pub opportunities: Vec<Opportunity>,
    /// The day after the last one of the data.
    pub end: Date,
}

impl World {
    pub(super) fn build(options: &DemoOptions) -> World {
        let mut random = Random::new(options.seed, 1);
        let accounts: Vec<Account> = (0..(options.people * 2 / 15).max(1)).map(|_| account(&mut random)).collect();
        let persons = persons(&accounts, options.people, &mut random);
        let mut world = World { accounts, persons, periods: Vec::new(), opportunities: Vec::new(), end: options.end };
        let people = world.people_by_account();
        let mut random = Random::new(options.seed, 2);
        for (index, people) in people.iter().enumerate() {
            world.buying_periods(index, people, &mut random);
            world.unqualified_opportunities(index, people, &mut random);
        }
        world.reading_periods(&mut random);
        world.opportunities.sort_by_key(|o| (o.created(), o.account, o.contact));
        world
    }

    fn people_by_account(&self) -> Vec<Vec<u32>> {
        let mut people = vec![Vec::new(); self.accounts.len()];
        for (index, person) in self.persons.iter().enumerate() {
            people[person.account as usize].push(index as u32);
        }
        people
    }

    /// The buying episodes of one account: several persons at once, an opportunity, an end.
    fn buying_periods(&mut self, account: usize, people: &[u32], random: &mut Random) {
        let (fit, from) = (self.accounts[account].fit, (self.accounts[account].created as f64).max(-MAX_LEAD_DAYS));
        let expected = 1.9 * (0.45 * fit).exp() * (DAYS as f64 - from) / DAYS as f64;
        for _ in 0..random.poisson(expected) {
            let start = random.between(from, DAYS as f64).floor() as i64;
            let length = random.between(45.0, 121.0) as i64;
            let members = self.members(people, start, random);
            let Some(contact) = members.first().copied() else { continue };
            let senior = members.iter().any(|m| self.persons[*m as usize].senior);
            let log_odds = -0.7 + 1.1 * fit + 0.5 * (members.len() as f64 - 2.5) + if senior { 0.7 } else { 0.0 };
            let won = random.chance(1.0 / (1.0 + (-log_odds).exp()));
            let liveliness = random.lognormal(0.0, 0.3) * if won { 1.3 } else { 0.8 };
            for member in members {
                let vigour = liveliness * random.lognormal(0.0, 0.4);
                self.periods.push(ActivePeriod {
                    person: member,
                    intent: Intent::Buying,
                    start,
                    length,
                    intensity: vigour,
                });
                let probability = if self.persons[member as usize].senior { 0.75 } else { 0.45 };
                if random.chance(probability) {
                    self.convert_persons(member, start + (length as f64 * random.between(0.55, 1.0)) as i64);
                }
            }
            let opened = start + (length as f64 * random.between(0.15, 0.4)) as i64;
            self.opportunity(account, contact, (opened, start + length), won, random);
        }
    }

    /// Opportunities that somebody opened without any buying behind them.
    fn unqualified_opportunities(&mut self, account: usize, people: &[u32], random: &mut Random) {
        let from = (self.accounts[account].created as f64).max(-MAX_LEAD_DAYS);
        for _ in 0..random.poisson(1.0 * (DAYS as f64 - from) / DAYS as f64) {
            let start = random.between(from, DAYS as f64).floor() as i64;
            let there: Vec<u32> =
                people.iter().copied().filter(|p| self.persons[*p as usize].created <= start).collect();
            if there.is_empty() {
                continue;
            }
            let contact = *random.pick(&there);
            let (length, won) = (random.between(30.0, 121.0) as i64, random.chance(0.04));
            self.opportunity(account, contact, (start, start + length), won, random);
        }
    }

    fn opportunity(&mut self, account: usize, contact: u32, days: (i64, i64), won: bool, random: &mut Random) {
        let (opened, closed) = days;
        let size = self.accounts[account].employees as f64;
        let amount = (random.lognormal(8.3, 0.5) * size.powf(0.35) / 100.0).round().max(1.0) as u64 * 100;
        // A lost one may end at any stage, a won one has been through all four.
        let passed = if won { 4 } else { 1 + random.below(4) as i64 };
        let born = self.persons[contact as usize].created;
        let mut stages: Vec<(i64, u8)> =
            (0..passed).map(|step| (opened + (closed - opened) * step / passed, step as u8)).collect();
        stages.push((closed, if won { WON } else { LOST }));
        for (day, _) in &mut stages {
            *day = self.working_day(*day, born);
        }
        let opened = stages.first().map_or(opened, |(day, _)| *day);
        if opened < DAYS && closed >= 0 {
            self.opportunities.push(Opportunity { account: account as u32, contact, amount, stages });
        }
    }

    /// Who takes part: one to six of those that exist by then, the senior ones three times as likely, the keenest first.
    fn members(&self, people: &[u32], start: i64, random: &mut Random) -> Vec<u32> {
        let wanted = (1 + random.poisson(1.7)).min(6);
        let mut keen: Vec<(f64, u32)> = people
            .iter()
            .filter(|p| self.persons[**p as usize].created <= start)
            .map(|p| (random.exponential(if self.persons[*p as usize].senior { 1.0 } else { 3.0 }), *p))
            .collect();
        keen.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        keen.into_iter().take(wanted).map(|(_, person)| person).collect()
    }

    /// Reading without buying, and conversions that nothing announces.
    fn reading_periods(&mut self, random: &mut Random) {
        for index in 0..self.persons.len() as u32 {
            let created = self.persons[index as usize].created;
            let from = (created as f64).max(0.0);
            for _ in 0..random.poisson(1.3 * (DAYS as f64 - from) / DAYS as f64) {
                let start = random.between(from, DAYS as f64) as i64;
                let (length, vigour) = (random.between(15.0, 61.0) as i64, random.lognormal(0.0, 0.4));
                self.periods.push(ActivePeriod {
                    person: index,
                    intent: Intent::Reading,
                    start,
                    length,
                    intensity: vigour,
                });
                if random.chance(0.01) {
                    self.convert_persons(index, start + length);
                }
            }
            if random.chance(0.01) {
                self.convert_persons(index, random.between(from, DAYS as f64) as i64);
            }
        }
    }

    /// The Friday before a day of a weekend, but neither before the data nor before `earliest`; other days as they are.
    pub(super) fn working_day(&self, day: i64, earliest: i64) -> i64 {
        // Monday is 0; `end` itself is day DAYS.
        let weekday = (i64::from(self.end.weekday().to_monday_zero_offset()) + day - DAYS).rem_euclid(7);
        let friday = day - (weekday - 4).max(0);
        if friday >= earliest && (friday >= 0 || day < 0) { friday } else { day }
    }

    /// A person converts once: the earliest day within the data counts.
    fn convert_persons(&mut self, person: u32, day: i64) {
        let person = &mut self.persons[person as usize];
        if (0..DAYS).contains(&day) {
            person.converts = Some(person.converts.map_or(day, |had| had.min(day)));
        }
    }
}

fn account(random: &mut Random) -> Account {
    let industry = random.below(INDUSTRIES.len());
    let employees = random.lognormal(4.8, 1.2).round().max(2.0);
    let size = (employees.ln() - 4.8) / 1.2;
    let start = format!("{}{}", random.pick(&words::FIRM_START), random.pick(&words::FIRM_MIDDLE));
    let end = random.pick(&words::FIRM_END[industry]);
    Account {
        created: random.between(-DAYS_BEFORE_DATA, DAYS as f64 * 0.6).floor() as i64,
        domain: format!("{}-{}.example", start.to_lowercase(), end.to_lowercase()),
        name: format!("{start} {end}"),
        industry,
        employees: employees as u64,
        revenue: (employees * random.lognormal(11.7, 0.5) / 1_000.0).round() as u64 * 1_000,
        known: [random.chance(0.97), random.chance(0.95), random.chance(0.85)],
        fit: INDUSTRIES[industry].1 + 0.5 * size + 0.4 * random.normal(),
    }
}

/// Everybody's first person comes with the account; the others join accounts of very different popularity, later.
fn persons(accounts: &[Account], people: usize, random: &mut Random) -> Vec<Person> {
    let popular = Weighted::new(accounts.iter().map(|a| (a.employees as f64).powf(0.25) * random.lognormal(0.0, 0.5)));
    let titles = Weighted::new(words::TITLES.iter().map(|(_, _, weight)| *weight));
    let countries = Weighted::new((1..=words::COUNTRIES.len()).map(|rank| 1.0 / rank as f64));
    (0..people)
        .map(|index| {
            let account = if index < accounts.len() { index } else { popular.draw(random) };
            let born = accounts[account].created;
            let later = random.between(-DAYS_BEFORE_DATA, DAYS as f64 * 0.85).floor() as i64;
            let title = titles.draw(random);
            Person {
                account: account as u32,
                created: if index < accounts.len() { born } else { born.max(later) },
                first_name: random.below(words::FIRST_NAMES.len()) as u16,
                last_name: random.below(words::LAST_NAMES.len()) as u16,
                country: countries.draw(random) as u16,
                title: random.chance(0.94).then_some(title as u16),
                senior: words::TITLES[title].1,
                rate: random.lognormal(0.0, 0.9),
                converts: None,
            }
        })
        .collect()
}
