//! Attributes → numbers: numeric ones as they are, categories as codes, job titles as seniority and function. Called by
//! [`spec`](super::feature_spec) to choose and freeze the encoders, and by [`windows`](super::windows) to apply them.

use super::feature_spec::Column;
use super::job_titles;
use super::population::Population;
use crate::domain::score::ProfileType;
use crate::domain::source::activity::{Attribute, NOBODY, Profiles};
use crate::error::{Error, Result, nearest};
use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

/// A category is rare, and becomes missing, below this many profiles.
const RARE: u64 = 20;
/// Most categories of one attribute.
const MAX_CATEGORIES: usize = 64;
/// An attribute is numeric where this share of its filled cells is a number.
const NUMERIC_SHARE: f64 = 0.99;

/// The attributes that are features unless the score says otherwise.
const OF_PERSONS: [&str; 2] = ["country", "job_title"];
const OF_ACCOUNTS: [&str; 4] = ["industry", "employees", "annual_revenue", "country"];

/// Columns that identify somebody or are times of their own: never attributes.
const NEVER: [&str; 7] = ["person_id", "account_id", "opportunity_id", "created_at", "updated_at", "name", "email"];
/// Words in a column's name that say it tells the outcome: never attributes either.
const OUTCOME_WORDS: [&str; 4] = ["won", "lost", "outcome", "close"];
/// Parts of a column's name that say so wherever they stand (`dealstage`, `CLOSE_DATE`, `isConverted`).
const OUTCOME_PARTS: [&str; 5] = ["convert", "conversion", "closed", "status", "stage"];

/// Whose attribute it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Owner {
    Person,
    Account,
}

/// How values become numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Coding {
    Number,
    /// The position of the value in the list; others are missing.
    Category(Vec<String>),
    Seniority,
    Function,
}

/// One attribute column, frozen with the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Encoder {
    pub owner: Owner,
    pub attribute: String,
    pub coding: Coding,
}

/// The attribute names that a score needs from the sources.
pub fn wanted(with: &[String]) -> Vec<String> {
    let defaults = OF_PERSONS.iter().chain(&OF_ACCOUNTS).chain(&["name"]).map(|n| n.to_string());
    let mut names: Vec<String> = defaults.chain(with.iter().cloned()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The names that `--without` may name.
pub fn names<'a>(scope: &Population<'a>) -> impl Iterator<Item = &'a str> {
    let (persons, accounts) = (&scope.business.persons, &scope.business.accounts);
    persons.attributes.iter().chain(&accounts.attributes).map(|a| a.name.as_str())
}

/// Chooses the encoders of a spec; categories and their order come from `profiles`.
///
/// # Errors
/// A field in `with` that no profile has, or that tells the outcome.
pub fn choose(
    scope: &Population<'_>,
    with: &[String],
    without: &dyn Fn(&str) -> bool,
    profiles: &[u32],
) -> Result<Vec<Encoder>> {
    let mut encoders = Vec::new();
    let person = scope.profile_type == ProfileType::Person;
    if person {
        for name in OF_PERSONS.iter().filter(|n| !without(n)) {
            encoders.extend(fit(scope, Owner::Person, name, profiles));
        }
    }
    // A person's country is its own; the account's would say the same twice.
    for name in OF_ACCOUNTS.iter().filter(|n| !(without(n) || person && **n == "country")) {
        encoders.extend(fit(scope, Owner::Account, name, profiles));
    }
    for name in with.iter().filter(|n| !without(n)) {
        if NEVER.contains(&name.as_str()) || tells_outcome(name) {
            return Err(Error::new(format!("--with {name}: this field is never a feature."))
                .because("it identifies the profile or tells the outcome"));
        }
        let mut found = Vec::new();
        if person {
            found = fit(scope, Owner::Person, name, profiles);
        }
        if found.is_empty() {
            found = fit(scope, Owner::Account, name, profiles);
        }
        if found.is_empty() {
            return Err(unknown(scope, name));
        }
        encoders.extend(found.into_iter().filter(|e| !encoders.contains(e)).collect::<Vec<_>>());
    }
    Ok(encoders)
}

/// Whether a word of the column's name (`is_won`, `Close Date`, `convertedDate`) says that it tells the outcome.
fn tells_outcome(name: &str) -> bool {
    let mut split = String::new();
    let mut after_lower = false;
    for character in name.chars() {
        if after_lower && character.is_uppercase() {
            split.push(' ');
        }
        after_lower = character.is_lowercase();
        split.extend(character.to_lowercase());
    }
    let joined: String = split.chars().filter(|c| c.is_alphanumeric()).collect();
    let mut words = split.split(|c: char| !c.is_alphanumeric());
    OUTCOME_PARTS.iter().any(|part| joined.contains(part)) || words.any(|w| OUTCOME_WORDS.contains(&w))
}

fn unknown(scope: &Population<'_>, name: &str) -> Error {
    let error = Error::new(format!("--with {name}: no profile has this field, or none has a usable value in it."))
        .hint("`propensity data check` lists the columns of the sources");
    match nearest(name, names(scope).filter(|n| *n != name)) {
        Some(near) => error.because(format!("the nearest is '{near}'")),
        None => error,
    }
}

fn table<'a>(scope: &Population<'a>, owner: Owner) -> &'a Profiles {
    match owner {
        Owner::Person => &scope.business.persons,
        Owner::Account => &scope.business.accounts,
    }
}

/// The profile's row in the owner's table.
fn owner_of(scope: &Population<'_>, owner: Owner, profile: u32) -> u32 {
    match owner {
        Owner::Person => profile,
        Owner::Account => scope.account(profile),
    }
}

/// The encoders of one attribute: none where no profile has a usable value, two for a job title.
fn fit(scope: &Population<'_>, owner: Owner, name: &str, profiles: &[u32]) -> Vec<Encoder> {
    let Some(attribute) = table(scope, owner).attribute(name) else { return Vec::new() };
    let mut counts = vec![0u64; attribute.dictionary.len()];
    for &profile in profiles {
        let row = owner_of(scope, owner, profile);
        if row != NOBODY && attribute.get(row).is_some() {
            counts[attribute.values[row as usize] as usize] += 1;
        }
    }
    let filled: u64 = counts.iter().sum();
    if filled == 0 {
        return Vec::new();
    }
    let encoder = |coding| Encoder { owner, attribute: name.to_string(), coding };
    if name == "job_title" {
        return vec![encoder(Coding::Seniority), encoder(Coding::Function)];
    }
    let numbers: u64 =
        attribute.dictionary.iter().zip(&counts).filter(|(v, _)| number(v).is_some()).map(|(_, count)| count).sum();
    if numbers as f64 >= NUMERIC_SHARE * filled as f64 {
        return vec![encoder(Coding::Number)];
    }
    let mut common: Vec<usize> = (0..counts.len()).filter(|&i| counts[i] >= RARE).collect();
    common.sort_by(|&a, &b| {
        counts[b].cmp(&counts[a]).then_with(|| attribute.dictionary[a].cmp(&attribute.dictionary[b]))
    });
    common.truncate(MAX_CATEGORIES);
    match common.is_empty() {
        true => Vec::new(),
        false => vec![encoder(Coding::Category(common.iter().map(|&i| attribute.dictionary[i].clone()).collect()))],
    }
}

fn number(text: &str) -> Option<f32> {
    text.parse::<f64>().ok().map(|v| v as f32).filter(|v| v.is_finite())
}

impl Encoder {
    pub fn column(&self) -> Column {
        let suffix = match self.coding {
            Coding::Seniority => ".seniority",
            Coding::Function => ".function",
            Coding::Number | Coding::Category(_) => "",
        };
        let owner = match self.owner {
            Owner::Person => "person",
            Owner::Account => "account",
        };
        let code = format!("{owner}.{}{suffix}", self.attribute);
        Column::new(code, true, self.coding != Coding::Number)
    }

    /// The value of every profile of the scope; NaN where it is missing, rare or was never seen.
    pub fn encode(&self, scope: &Population<'_>) -> Vec<f32> {
        let Some(attribute) = table(scope, self.owner).attribute(&self.attribute) else {
            return vec![f32::NAN; scope.len()];
        };
        let codes = self.codes(attribute);
        let value = |profile: u32| match owner_of(scope, self.owner, profile) {
            NOBODY => f32::NAN,
            row => codes.get(attribute.values[row as usize] as usize).copied().unwrap_or(f32::NAN),
        };
        (0..scope.len() as u32).map(value).collect()
    }

    /// The number of every value in the attribute's dictionary.
    fn codes(&self, attribute: &Attribute) -> Vec<f32> {
        let places: HashMap<&str, f32> = match &self.coding {
            Coding::Category(values) => values.iter().enumerate().map(|(i, v)| (v.as_str(), i as f32)).collect(),
            _ => HashMap::new(),
        };
        let code = |value: &String| match &self.coding {
            Coding::Number => number(value).unwrap_or(f32::NAN),
            Coding::Category(_) => places.get(value.as_str()).copied().unwrap_or(f32::NAN),
            Coding::Seniority => job_titles::seniority(value).map_or(f32::NAN, |s| s as u8 as f32),
            Coding::Function => job_titles::function(value).map_or(f32::NAN, |f| f as u8 as f32),
        };
        attribute.dictionary.iter().map(code).collect()
    }

    /// What a coded value stands for.
    pub fn decode(&self, value: f32) -> Option<String> {
        if value.is_nan() {
            return None;
        }
        match &self.coding {
            Coding::Number => Some(format!("{value}")),
            Coding::Category(values) => values.get(value as usize).cloned(),
            Coding::Seniority => job_titles::Seniority::ALL.get(value as usize).map(|s| s.to_string()),
            Coding::Function => job_titles::Function::ALL.get(value as usize).map(|f| f.to_string()),
        }
    }
}
