//! The score: a saved configuration of what to predict, for whom, and how far ahead.
//!
//! `store` keeps the definitions, `cli` and the screens make and show them, the pipeline runs them. Once made, only the
//! description, the schedule and the promoted model change (and `repeatable`, once, from auto): any other change would
//! invalidate the model.

use super::goal::{Goal, GoalEvent, MAX_GOAL_EVENTS, quoted};
use super::names::check_name;
use super::population_rule::PopulationRule;
use super::schedule::Schedule;
use crate::error::{Error, Result, nearest};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// Days of a prediction timeframe.
pub const TIMEFRAME_DAYS: RangeInclusive<u32> = 1..=730;

/// The definition of a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Unique, made from the name, and the name of its folder below `runs/`.
    pub id: String,
    /// Unique without regard to capitals.
    pub name: String,
    /// Free text; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Who is ranked.
    pub profile_type: ProfileType,
    /// What they are to do.
    pub goal: Goal,
    /// Days from a cutoff on, within which a conversion counts.
    pub timeframe_days: u32,
    /// Profiles with such an event before a cutoff are not eligible at it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclusions: Vec<GoalEvent>,
    /// Whether an exclusion holds until later activity or for ever.
    #[serde(default, skip_serializing_if = "ExcludeUntilActive::is_auto")]
    pub exclude_until_active: ExcludeUntilActive,
    /// Who is scored; everybody where it is empty.
    #[serde(default, skip_serializing_if = "PopulationRule::is_empty")]
    pub population: PopulationRule,
    /// Attributes taken as features beside the default ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<String>,
    /// Attributes left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
    /// Whether a profile can convert again.
    #[serde(default)]
    pub repeatable: Repeatable,
    /// Which value wins where several rows carry one profile id.
    #[serde(default)]
    pub merge_policy: MergePolicy,
    /// How often it is scored and trained.
    #[serde(default, skip_serializing_if = "Schedule::is_default")]
    pub schedule: Schedule,
    /// The model that somebody made champion; the newest training that won decides where nobody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promoted: Option<Promotion>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Name of the user who made it.
    pub created_by: String,
    /// When its definition last changed.
    pub updated_at: Timestamp,
    /// Name of the user who changed it.
    pub updated_by: String,
    /// Fields that a later program wrote; they survive a rewrite.
    #[serde(flatten)]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// A training run whose model somebody made champion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promotion {
    /// Id of the training run.
    pub run: String,
    /// Id of the newest run at that moment, live ones included: only the models of later runs can take the place.
    pub after: String,
    /// When it was promoted.
    pub at: Timestamp,
    /// Name of the user who promoted it.
    pub by: String,
}

/// What a score ranks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ProfileType {
    /// Persons: leads and contacts.
    Person,
    /// Accounts, with the activity of their persons.
    Account,
}

/// Which value wins where several rows carry one profile id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MergePolicy {
    /// The latest value that is not empty, by update or creation time.
    #[default]
    MostRecent,
    /// The first source of the configuration that has a value.
    SourceOrder,
}

/// Whether a profile can convert again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Repeatable {
    /// Decided from the data, then frozen.
    #[default]
    Auto,
    /// A profile stays eligible after a conversion.
    Yes,
    /// A profile that has converted is eligible no more.
    No,
}

/// Whether an exclusion holds until later activity or for ever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExcludeUntilActive {
    /// Until later activity for accounts, for ever for persons.
    #[default]
    Auto,
    /// Until later activity.
    Yes,
    /// For ever.
    No,
}

/// A closed set of words: how each is written, and reading it without regard to capitals.
macro_rules! words {
    ($name:ident, $what:literal, $($variant:ident => $word:literal),+) => {
        impl $name {
            /// Every one, in the order in which they are offered.
            pub const ALL: &[$name] = &[$($name::$variant),+];

            /// The word as it is written in files and on the command line.
            pub fn word(self) -> &'static str {
                match self {
                    $($name::$variant => $word),+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.word())
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<$name> {
                let found = $name::ALL.iter().find(|v| v.word().eq_ignore_ascii_case(text.trim()));
                found.copied().ok_or_else(|| unknown_word(text, $what, &[$($word),+]))
            }
        }
    };
}

words!(ProfileType, "a profile type", Person => "Person", Account => "Account");
impl MergePolicy {
    /// As a person reads it.
    pub fn words(self) -> &'static str {
        match self {
            MergePolicy::MostRecent => "most recent",
            MergePolicy::SourceOrder => "source order",
        }
    }
}

impl ExcludeUntilActive {
    /// Whether the profile type decides.
    pub fn is_auto(&self) -> bool {
        *self == ExcludeUntilActive::Auto
    }

    /// Whether an exclusion ends with later activity.
    pub fn until_active(self, profile_type: ProfileType) -> bool {
        match self {
            ExcludeUntilActive::Auto => profile_type == ProfileType::Account,
            ExcludeUntilActive::Yes => true,
            ExcludeUntilActive::No => false,
        }
    }

    /// How long an exclusion holds, as a person reads it.
    pub fn how_long(until_active: bool) -> &'static str {
        if until_active { "until later activity" } else { "for ever" }
    }
}

words!(MergePolicy, "a merge policy", MostRecent => "most-recent", SourceOrder => "source-order");
words!(Repeatable, "an answer to repeatable", Auto => "auto", Yes => "yes", No => "no");
words!(ExcludeUntilActive, "an answer to exclude-until-active", Auto => "auto", Yes => "yes", No => "no");

fn unknown_word(text: &str, what: &str, words: &[&str]) -> Error {
    let error = Error::usage(format!("{} is not {what}: {}.", quoted(text), words.join(", ")));
    match nearest(text, words.iter().copied()) {
        Some(word) => error.hint(format!("Did you mean {word}?")),
        None => error,
    }
}

impl Score {
    /// A score with the defaults of everything optional; the store gives it its id when it is created.
    pub fn new(
        name: &str,
        profile_type: ProfileType,
        goal: Goal,
        timeframe_days: u32,
        at: Timestamp,
        by: &str,
    ) -> Score {
        Score {
            id: String::new(),
            name: name.trim().to_string(),
            description: String::new(),
            profile_type,
            goal,
            timeframe_days,
            exclusions: Vec::new(),
            exclude_until_active: ExcludeUntilActive::default(),
            population: PopulationRule::default(),
            with: Vec::new(),
            without: Vec::new(),
            repeatable: Repeatable::default(),
            merge_policy: MergePolicy::default(),
            schedule: Schedule::default(),
            promoted: None,
            created_at: at,
            created_by: by.to_string(),
            updated_at: at,
            updated_by: by.to_string(),
            extra: serde_json::Map::new(),
        }
    }

    /// Whether the definition can be run; says the first thing that is wrong. The id is the store's affair.
    ///
    /// # Errors
    /// A usage error for a name that [`check_name`] refuses, a timeframe out of [`TIMEFRAME_DAYS`], a goal, exclusion or
    /// condition on who is scored that is not complete or has too many events, attributes without a name or both taken and left out.
    pub fn check(&self) -> Result<()> {
        check_name(&self.name)?;
        let invalid = |why: String| Err(Error::usage("The score is not valid.").because(why));
        if !TIMEFRAME_DAYS.contains(&self.timeframe_days) {
            let (least, most) = (TIMEFRAME_DAYS.start(), TIMEFRAME_DAYS.end());
            let found = self.timeframe_days;
            return invalid(format!("its prediction timeframe is {found} days, and can be {least} to {most}"));
        }
        self.goal.check()?;
        if self.goal.events.len() > MAX_GOAL_EVENTS || self.exclusions.len() > MAX_GOAL_EVENTS {
            return invalid(format!("it has more than {MAX_GOAL_EVENTS} goal events or exclusions"));
        }
        for exclusion in &self.exclusions {
            if let Err(why) = exclusion.check() {
                return invalid(format!("of the exclusion {exclusion}: {why}"));
            }
        }
        if let Err(why) = self.population.check() {
            return invalid(why);
        }
        if self.with.iter().chain(&self.without).any(|f| f.trim().is_empty()) {
            return invalid("an attribute to take or to leave out has no name".into());
        }
        if let Some(both) = self.with.iter().find(|f| self.without.contains(f)) {
            return invalid(format!("the attribute {} is both taken and left out", quoted(both)));
        }
        Ok(())
    }

    /// Whether an exclusion ends with later activity, whatever the profile type.
    pub fn excludes_until_active(&self) -> bool {
        self.exclude_until_active.until_active(self.profile_type)
    }

    /// Whether a model of `self` is one of `other`: all that a model depends on is equal. `repeatable` may have been
    /// frozen meanwhile, from auto to what the data said.
    pub fn same_configuration(&self, other: &Score) -> bool {
        let repeatable = self.repeatable == other.repeatable || self.repeatable == Repeatable::Auto;
        self.profile_type == other.profile_type
            && self.goal == other.goal
            && self.timeframe_days == other.timeframe_days
            && self.exclusions == other.exclusions
            && self.exclude_until_active == other.exclude_until_active
            && self.population == other.population
            && self.with == other.with
            && self.without == other.without
            && self.merge_policy == other.merge_policy
            && repeatable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score() -> Score {
        let goal = Goal::parse("a where x is 'y'").unwrap();
        let at = "2026-03-01T08:00:00Z".parse().unwrap();
        Score::new("Leads", ProfileType::Person, goal, 90, at, "ann")
    }

    #[test]
    fn json_is_stable_and_keeps_unknown_fields() {
        let json = r#"{"id":"leads","name":"Leads","profile_type":"Person","goal":{"events":[{"event_type":"a"}],"combine":"any"},"timeframe_days":90,"repeatable":"auto","merge_policy":"most-recent","created_at":"2026-03-01T08:00:00Z","created_by":"ann","updated_at":"2026-03-01T08:00:00Z","updated_by":"ann","owner":{"teams":[1,2]}}"#;
        let score: Score = serde_json::from_str(json).unwrap();
        assert_eq!(score.extra["owner"]["teams"][1], 2);
        assert_eq!(serde_json::to_string(&score).unwrap(), json);
    }

    #[test]
    fn a_score_out_of_bounds_is_refused_with_the_reason() {
        assert_eq!(score().check(), Ok(()));
        let with = |change: fn(&mut Score)| {
            let mut score = score();
            change(&mut score);
            score.check().expect_err("refused").to_string()
        };
        assert!(with(|s| s.name = " ".into()).contains("empty"));
        assert!(with(|s| s.name = "é".repeat(101)).contains("101 characters"));
        assert!(with(|s| s.name = "a\u{1b}[2J".into()).contains(r"'a\u{1b}[2J'"));
        assert!(with(|s| s.timeframe_days = 0).contains("1 to 730"));
        assert!(with(|s| s.timeframe_days = 731).contains("731"));
        assert!(with(|s| s.goal.events.clear()).contains("no goal event"));
        assert!(
            with(|s| s.exclusions = vec![GoalEvent { event_type: "".into(), conditions: vec![] }])
                .contains("exclusion")
        );
        assert!(with(|s| (s.with, s.without) = (vec!["f".into()], vec!["f".into()])).contains("both"));
        assert!(with(|s| s.without = vec![" ".into()]).contains("no name"));
        let mut longest = score();
        (longest.name, longest.timeframe_days) = ("é".repeat(100), 730);
        assert_eq!(longest.check(), Ok(()));
    }

    #[test]
    fn freezing_repeatable_keeps_the_configuration_and_a_new_goal_does_not() {
        let old = score();
        let frozen = Score { repeatable: Repeatable::No, description: "d".into(), ..score() };
        assert!(old.same_configuration(&frozen));
        assert!(!frozen.same_configuration(&old));
        assert!(!old.same_configuration(&Score { goal: Goal::parse("b").unwrap(), ..score() }));
    }

    #[test]
    fn words_are_read_in_any_case_and_mistakes_get_the_nearest() {
        assert_eq!("ACCOUNT".parse::<ProfileType>().unwrap(), ProfileType::Account);
        assert_eq!("most-recent".parse::<MergePolicy>().unwrap(), MergePolicy::MostRecent);
        assert_eq!("No".parse::<Repeatable>().unwrap(), Repeatable::No);
        let error = "acount".parse::<ProfileType>().unwrap_err();
        assert_eq!((error.exit_code(), error.hint.as_deref()), (2, Some("Did you mean Account?")));
    }
}
