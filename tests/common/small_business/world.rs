//! The causes: accounts with their fit, persons with the accounts they work at, campaigns with their quality, the season.
//! What follows from them is `super::life`.

use super::Options;
use super::draws::Draws;

/// Industries with their effect on the logarithm of the hazard.
pub const INDUSTRIES: [(&str, f64); 6] = [
    ("Software", 0.9),
    ("Manufacturing", 0.4),
    ("Retail", 0.0),
    ("Health care", 0.0),
    ("Education", -0.5),
    ("Energy", -0.9),
];
pub const COUNTRIES: [&str; 5] = ["DE", "FR", "US", "GB", "PL"];
pub const TITLES: [&str; 5] = ["Engineer", "Head of Sales", "Chief Financial Officer", "Analyst", "Buyer"];
pub const PRODUCTS: [&str; 4] = ["Basic", "Team", "Enterprise", "Support"];
/// Effect of a month on the logarithm of the hazard, January first: hardly anybody buys in July, August and at Christmas.
pub const SEASON: [f64; 12] = [-0.2, 0.0, 0.5, 0.0, 0.1, 0.4, -2.5, -3.0, 0.2, 0.2, 0.5, -1.5];

/// Share of the accounts on which nothing ever happens.
const SILENT: f64 = 0.1;
/// Share of the persons who go to another account.
const MOVERS: f64 = 0.15;
/// Share of the accounts and persons that are there from the first day on.
const FROM_THE_START: f64 = 0.6;
/// Share of the attributes that the CRM knows.
const KNOWN: f64 = 0.9;

/// An account, and whoever works there over time.
pub struct Account {
    /// Its first day; below 0: before the history.
    pub created: i64,
    pub industry: usize,
    pub employees: u64,
    pub country: usize,
    /// Whether the CRM knows industry and employees.
    pub known: [bool; 2],
    /// What industry and size add to the logarithm of the hazard.
    pub fit: f64,
    /// How active its people are compared with others; 0 for a silent one.
    pub activity: f64,
    /// Whether it is awake on its first day.
    pub awake: bool,
    pub stays: Vec<Stay>,
}

/// A person's time at an account, from a day on and before another.
pub struct Stay {
    pub person: usize,
    pub from: i64,
    pub to: i64,
    /// Events a day while the account is awake.
    pub rate: f64,
}

/// A person, who works at the accounts in turn, from a day on each.
pub struct Person {
    pub accounts: Vec<(i64, usize)>,
    pub title: usize,
    pub country: usize,
}

pub struct Campaign {
    pub from: i64,
    pub to: i64,
    pub product: usize,
    /// Standard normal: whom a good one reached buys sooner, whom a bad one reached later.
    pub quality: f64,
}

pub struct World {
    pub accounts: Vec<Account>,
    pub persons: Vec<Person>,
    pub campaigns: Vec<Campaign>,
    /// Effect of the season on every day of the history and the horizon.
    pub season: Vec<f64>,
}

impl World {
    pub fn new(options: &Options, draws: &mut Draws) -> World {
        let last = options.days + options.horizon;
        let mut world = World { accounts: Vec::new(), persons: Vec::new(), campaigns: Vec::new(), season: Vec::new() };
        world.accounts = (0..options.accounts).map(|_| account(options.days, draws)).collect();
        for account in 0..options.accounts {
            for _ in 0..1 + draws.poisson(1.5) {
                world.add_person(account, options.days, draws);
            }
        }
        // One campaign begins about every two months, so that three run on most days.
        let mut from = -150;
        while from < last {
            let to = from + draws.day(90, 240);
            let (product, quality) = (draws.below(PRODUCTS.len()), draws.normal());
            world.campaigns.push(Campaign { from, to, product, quality });
            from += draws.day(30, 90);
        }
        world.season = (0..last)
            .map(|day| {
                let date = options.end.checked_add(jiff::Span::new().days(day - options.days));
                SEASON[date.expect("the day exists").month() as usize - 1]
            })
            .collect();
        world
    }

    fn add_person(&mut self, account: usize, days: i64, draws: &mut Draws) {
        let begins = self.accounts[account].created;
        let from = if draws.chance(FROM_THE_START) { begins } else { draws.day(begins.max(0), days) };
        let mut accounts = vec![(from, account)];
        if self.accounts.len() > 1 && draws.chance(MOVERS) {
            let other = (account + 1 + draws.below(self.accounts.len() - 1)) % self.accounts.len();
            let earliest = from.max(self.accounts[other].created).max(0) + 30;
            if earliest < days {
                accounts.push((draws.day(earliest, days), other));
            }
        }
        let (person, rate) = (self.persons.len(), draws.lognormal(0.06, 0.8));
        for (turn, &(from, account)) in accounts.iter().enumerate() {
            let to = accounts.get(turn + 1).map_or(i64::MAX, |next| next.0);
            self.accounts[account].stays.push(Stay { person, from, to, rate });
        }
        self.persons.push(Person { accounts, title: draws.below(TITLES.len()), country: draws.below(COUNTRIES.len()) });
    }

    /// A campaign that runs on a day.
    pub fn running(&self, day: i64, draws: &mut Draws) -> Option<usize> {
        let runs = |c: &&Campaign| (c.from..c.to).contains(&day);
        let count = self.campaigns.iter().filter(runs).count();
        let chosen = (count > 0).then(|| draws.below(count))?;
        (0..self.campaigns.len()).filter(|c| runs(&&self.campaigns[*c])).nth(chosen)
    }
}

fn account(days: i64, draws: &mut Draws) -> Account {
    let created = if draws.chance(FROM_THE_START) { -draws.day(1, 400) } else { draws.day(0, days - 30) };
    let industry = draws.below(INDUSTRIES.len());
    let employees = draws.lognormal(150.0, 1.2).ceil() as u64;
    // Middling companies fit best.
    let distance = ((employees as f64).ln() - 300f64.ln()) / 1.5;
    let activity = if draws.chance(SILENT) { 0.0 } else { draws.lognormal(1.0, 0.5) };
    Account {
        created,
        industry,
        employees,
        country: draws.below(COUNTRIES.len()),
        known: [draws.chance(KNOWN), draws.chance(KNOWN)],
        fit: INDUSTRIES[industry].1 + 0.6 * (1.0 - distance * distance).max(-1.5),
        activity,
        awake: draws.chance(0.6),
        stays: Vec::new(),
    }
}
