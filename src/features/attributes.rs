//! Attributes → numbers: numeric ones as they are, categories as codes, job titles as seniority and function. Called by
//! [`feature_spec`](super::feature_spec) to choose and freeze the encoders, by [`extractor`](super::extractor) to apply
//! them, and by the pipeline and the queries for the attributes that they read and show.

use super::column::Column;
use super::job_titles;
use super::population::Population;
use crate::domain::score::ProfileType;
use crate::domain::source::activity::{Attribute, NO_PROFILE, Profiles};
use crate::error::{Error, Result, nearest};
use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

/// A category is rare, and becomes missing, below this many profiles.
const MIN_CATEGORY_PROFILES: u64 = 20;
/// Most categories of one attribute.
const MAX_CATEGORIES: usize = 64;
/// An attribute is numeric where this share of its filled cells is a number.
const NUMERIC_SHARE: f64 = 0.99;

/// The attributes that are features unless the score says otherwise.
const PERSON_ATTRIBUTES: [&str; 2] = ["country", "job_title"];
const ACCOUNT_ATTRIBUTES: [&str; 4] = ["industry", "employees", "annual_revenue", "country"];

/// Columns that identify somebody or are times of their own: never attributes.
const NEVER_FEATURES: [&str; 7] =
    ["person_id", "account_id", "opportunity_id", "created_at", "updated_at", "name", "email"];
/// Words in a column's name that say it tells the outcome: never attributes either.
const OUTCOME_WORDS: [&str; 4] = ["won", "lost", "outcome", "close"];
/// Parts of a column's name that say so wherever they stand (`dealstage`, `CLOSE_DATE`, `isConverted`).
const OUTCOME_PARTS: [&str; 5] = ["convert", "conversion", "closed", "status", "stage"];

/// Whose attribute it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Owner {
    /// The person itself.
    Person,
    /// The account, or that of the person.
    Account,
}

/// How values become numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// The value as a number; a text that is none is missing.
    Number,
    /// The position of the value in the list; others are missing.
    Category(Vec<String>),
    /// The position of a job title's seniority in `Seniority::ALL`.
    Seniority,
    /// The position of a job title's function in `Function::ALL`.
    Function,
}

/// One attribute column, frozen with the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Encoder {
    /// Whose attribute it is.
    pub owner: Owner,
    /// Name of the attribute, as `industry`.
    pub attribute: String,
    /// How its values become numbers.
    #[serde(rename = "coding")]
    pub encoding: Encoding,
}

/// The attribute names that a score needs from the sources.
pub fn required_attributes(with: &[String]) -> Vec<String> {
    let defaults = PERSON_ATTRIBUTES.iter().chain(&ACCOUNT_ATTRIBUTES).chain(&["name"]).map(|n| n.to_string());
    let mut names: Vec<String> = defaults.chain(with.iter().cloned()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The attributes of persons and accounts that `--with`, `--without` and `--who` may name.
pub fn attribute_names<'a>(population: &Population<'a>) -> impl Iterator<Item = &'a str> {
    let (persons, accounts) = (&population.business.persons, &population.business.accounts);
    persons.attributes.iter().chain(&accounts.attributes).map(|a| a.name.as_str())
}

/// Chooses the encoders of a spec; categories and their order come from `profiles`.
///
/// # Errors
/// A field in `with` that no profile has, or that tells the outcome.
pub fn choose_encoders(
    population: &Population<'_>,
    with: &[String],
    without: &dyn Fn(&str) -> bool,
    profiles: &[u32],
) -> Result<Vec<Encoder>> {
    let mut encoders = Vec::new();
    let person = population.profile_type == ProfileType::Person;
    if person {
        for name in PERSON_ATTRIBUTES.iter().filter(|n| !without(n)) {
            encoders.extend(fit_encoders(population, Owner::Person, name, profiles));
        }
    }
    // A person's country is its own; the account's would say the same twice.
    for name in ACCOUNT_ATTRIBUTES.iter().filter(|n| !(without(n) || person && **n == "country")) {
        encoders.extend(fit_encoders(population, Owner::Account, name, profiles));
    }
    for name in with.iter().filter(|n| !without(n)) {
        if NEVER_FEATURES.contains(&name.as_str()) || leaks_outcome(name) {
            return Err(Error::new(format!("--with {name}: this field is never a feature."))
                .because("it identifies the profile or tells the outcome"));
        }
        let mut found = Vec::new();
        if person {
            found = fit_encoders(population, Owner::Person, name, profiles);
        }
        if found.is_empty() {
            found = fit_encoders(population, Owner::Account, name, profiles);
        }
        if found.is_empty() {
            return Err(unknown(population, name));
        }
        encoders.extend(found.into_iter().filter(|e| !encoders.contains(e)).collect::<Vec<_>>());
    }
    Ok(encoders)
}

/// Why a population rule may not ask for this field; `None` where it may. A rule holds at past cutoffs with the value of
/// today: one that tells the outcome would choose who is learned from by what came later.
pub fn never_of_a_rule(name: &str) -> Option<&'static str> {
    let is_text = matches!(name, "name" | "email");
    if leaks_outcome(name) {
        return Some("its name says that it tells the outcome, and its value is that of today at every past cutoff");
    }
    (NEVER_FEATURES.contains(&name) && !is_text).then_some("it is an id or a time, and no attribute")
}

/// Whether a word of the column's name (`is_won`, `Close Date`, `convertedDate`) says that it tells the outcome.
fn leaks_outcome(name: &str) -> bool {
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

fn unknown(population: &Population<'_>, name: &str) -> Error {
    let error = Error::new(format!("--with {name}: no profile has this field, or none has a usable value in it."))
        .hint("`propensity data check` lists the columns of the sources");
    match nearest(name, attribute_names(population).filter(|n| *n != name)) {
        Some(near) => error.because(format!("the nearest is '{near}'")),
        None => error,
    }
}

fn profiles_of<'a>(population: &Population<'a>, owner: Owner) -> &'a Profiles {
    match owner {
        Owner::Person => &population.business.persons,
        Owner::Account => &population.business.accounts,
    }
}

/// The profile's row in the owner's table.
fn owner_of(population: &Population<'_>, owner: Owner, profile: u32) -> u32 {
    match owner {
        Owner::Person => profile,
        Owner::Account => population.account(profile),
    }
}

/// The encoders of one attribute: none where no profile has a usable value, two for a job title.
fn fit_encoders(population: &Population<'_>, owner: Owner, name: &str, profiles: &[u32]) -> Vec<Encoder> {
    let Some(attribute) = profiles_of(population, owner).attribute(name) else { return Vec::new() };
    let mut counts = vec![0u64; attribute.dictionary.len()];
    for &profile in profiles {
        let row = owner_of(population, owner, profile);
        if row != NO_PROFILE && attribute.get(row).is_some() {
            counts[attribute.values[row as usize] as usize] += 1;
        }
    }
    let filled: u64 = counts.iter().sum();
    if filled == 0 {
        return Vec::new();
    }
    let encoder = |coding| Encoder { owner, attribute: name.to_string(), encoding: coding };
    if name == "job_title" {
        return vec![encoder(Encoding::Seniority), encoder(Encoding::Function)];
    }
    let numbers: u64 = attribute
        .dictionary
        .iter()
        .zip(&counts)
        .filter(|(v, _)| finite_number(v).is_some())
        .map(|(_, count)| count)
        .sum();
    if numbers as f64 >= NUMERIC_SHARE * filled as f64 {
        return vec![encoder(Encoding::Number)];
    }
    let mut frequent: Vec<usize> = (0..counts.len()).filter(|&i| counts[i] >= MIN_CATEGORY_PROFILES).collect();
    frequent.sort_by(|&a, &b| {
        counts[b].cmp(&counts[a]).then_with(|| attribute.dictionary[a].cmp(&attribute.dictionary[b]))
    });
    frequent.truncate(MAX_CATEGORIES);
    match frequent.is_empty() {
        true => Vec::new(),
        false => vec![encoder(Encoding::Category(frequent.iter().map(|&i| attribute.dictionary[i].clone()).collect()))],
    }
}

fn finite_number(text: &str) -> Option<f32> {
    text.parse::<f64>().ok().map(|v| v as f32).filter(|v| v.is_finite())
}

impl Encoder {
    /// The column of the matrix that it fills.
    pub fn column(&self) -> Column {
        let suffix = match self.encoding {
            Encoding::Seniority => ".seniority",
            Encoding::Function => ".function",
            Encoding::Number | Encoding::Category(_) => "",
        };
        let owner = match self.owner {
            Owner::Person => "person",
            Owner::Account => "account",
        };
        let code = format!("{owner}.{}{suffix}", self.attribute);
        Column::new(code, true, self.encoding != Encoding::Number)
    }

    /// The value of every profile; NaN where it is missing, rare or was never seen.
    pub fn encode(&self, population: &Population<'_>) -> Vec<f32> {
        let Some(attribute) = profiles_of(population, self.owner).attribute(&self.attribute) else {
            return vec![f32::NAN; population.len()];
        };
        let codes = self.codes(attribute);
        let value = |profile: u32| match owner_of(population, self.owner, profile) {
            NO_PROFILE => f32::NAN,
            row => codes.get(attribute.values[row as usize] as usize).copied().unwrap_or(f32::NAN),
        };
        (0..population.len() as u32).map(value).collect()
    }

    /// The number of every value in the attribute's dictionary.
    fn codes(&self, attribute: &Attribute) -> Vec<f32> {
        let places: HashMap<&str, f32> = match &self.encoding {
            Encoding::Category(values) => values.iter().enumerate().map(|(i, v)| (v.as_str(), i as f32)).collect(),
            _ => HashMap::new(),
        };
        let code = |value: &String| match &self.encoding {
            Encoding::Number => finite_number(value).unwrap_or(f32::NAN),
            Encoding::Category(_) => places.get(value.as_str()).copied().unwrap_or(f32::NAN),
            Encoding::Seniority => job_titles::seniority(value).map_or(f32::NAN, |s| s as u8 as f32),
            Encoding::Function => job_titles::function(value).map_or(f32::NAN, |f| f as u8 as f32),
        };
        attribute.dictionary.iter().map(code).collect()
    }

    /// What a value of the column stands for, as shown; `None` where it is missing or no code.
    pub fn decode(&self, value: f32) -> Option<String> {
        if value.is_nan() {
            return None;
        }
        match &self.encoding {
            Encoding::Number => Some(format!("{value}")),
            Encoding::Category(values) => values.get(value as usize).cloned(),
            Encoding::Seniority => job_titles::Seniority::ALL.get(value as usize).map(|s| s.to_string()),
            Encoding::Function => job_titles::Function::ALL.get(value as usize).map(|f| f.to_string()),
        }
    }
}
