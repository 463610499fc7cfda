//! The score: a saved configuration of what to predict, for whom, and how far ahead.
//!
//! `store` keeps the definitions, `cli` and the screens make and show them, `jobs` runs them. Once made, only the
//! description, the schedule and the promoted model change (and `repeatable`, once, from auto): any other change would
//! invalidate the model.

use super::goal::{Goal, GoalEvent, is_unprintable, quoted};
use super::schedule::Schedule;
use crate::error::{Error, Result, nearest};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// Days of a prediction timeframe.
pub const TIMEFRAME_DAYS: RangeInclusive<u32> = 1..=730;
/// Most goal events of a goal, and most exclusions.
pub const GOAL_EVENTS: usize = 64;
/// Most characters of a name.
pub const NAME_CHARS: usize = 100;
/// Most bytes of an id.
pub const ID_BYTES: usize = 60;

/// The definition of a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Unique, made from the name, and the name of its folder below `runs/`.
    pub id: String,
    /// Unique without regard to capitals.
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    pub profile_type: ProfileType,
    pub goal: Goal,
    /// Days from a cutoff on, within which a conversion counts.
    pub timeframe_days: u32,
    /// Profiles with such an event before a cutoff are not eligible at it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclusions: Vec<GoalEvent>,
    /// Attributes taken as features beside the default ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<String>,
    /// Attributes left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
    #[serde(default)]
    pub repeatable: Repeatable,
    #[serde(default)]
    pub merge_policy: MergePolicy,
    #[serde(default, skip_serializing_if = "Schedule::is_default")]
    pub schedule: Schedule,
    /// The model that somebody made champion; the newest training that won decides where nobody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promoted: Option<Promotion>,
    pub created_at: Timestamp,
    pub created_by: String,
    pub updated_at: Timestamp,
    pub updated_by: String,
    /// Fields that a later program wrote; they survive a rewrite.
    #[serde(flatten)]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// A training run whose model somebody made champion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promotion {
    pub run: String,
    /// The newest run at that moment, live ones included: only the models of later runs can take the place.
    pub after: String,
    pub at: Timestamp,
    pub by: String,
}

/// What a score ranks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ProfileType {
    Person,
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
    Yes,
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
words!(MergePolicy, "a merge policy", MostRecent => "most-recent", SourceOrder => "source-order");
words!(Repeatable, "an answer to repeatable", Auto => "auto", Yes => "yes", No => "no");

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
    pub fn check(&self) -> Result<()> {
        check_name(&self.name)?;
        let wrong = |why: String| Err(Error::usage("The score is not valid.").because(why));
        if !TIMEFRAME_DAYS.contains(&self.timeframe_days) {
            let (least, most) = (TIMEFRAME_DAYS.start(), TIMEFRAME_DAYS.end());
            let found = self.timeframe_days;
            return wrong(format!("its prediction timeframe is {found} days, and can be {least} to {most}"));
        }
        self.goal.check()?;
        if self.goal.events.len() > GOAL_EVENTS || self.exclusions.len() > GOAL_EVENTS {
            return wrong(format!("it has more than {GOAL_EVENTS} goal events or exclusions"));
        }
        for exclusion in &self.exclusions {
            if let Err(why) = exclusion.check() {
                return wrong(format!("of the exclusion {exclusion}: {why}"));
            }
        }
        if self.with.iter().chain(&self.without).any(|f| f.trim().is_empty()) {
            return wrong("an attribute to take or to leave out has no name".into());
        }
        if let Some(both) = self.with.iter().find(|f| self.without.contains(f)) {
            return wrong(format!("the attribute {} is both taken and left out", quoted(both)));
        }
        Ok(())
    }

    /// Whether a model of `self` is one of `other`: all that a model depends on is equal. `repeatable` may have been
    /// frozen meanwhile, from auto to what the data said.
    pub fn same_configuration(&self, other: &Score) -> bool {
        let repeatable = self.repeatable == other.repeatable || self.repeatable == Repeatable::Auto;
        self.profile_type == other.profile_type
            && self.goal == other.goal
            && self.timeframe_days == other.timeframe_days
            && self.exclusions == other.exclusions
            && self.with == other.with
            && self.without == other.without
            && self.merge_policy == other.merge_policy
            && repeatable
    }
}

/// Refuses a name that is blank, too long, or not harmless to print.
pub fn check_name(name: &str) -> Result<()> {
    let wrong = |why: String| Err(Error::usage("The name of the score is not valid.").because(why));
    let chars = name.chars().count();
    if name.trim().is_empty() {
        return wrong("it is empty".into());
    }
    if chars > NAME_CHARS {
        return wrong(format!("it has {chars} characters, and can have {NAME_CHARS}"));
    }
    if name.chars().any(is_unprintable) {
        return wrong(format!("it holds characters that cannot be printed: {}", quoted(name)));
    }
    Ok(())
}

/// An id made from a name: lowercase ASCII letters and digits, joined by hyphens, at most [`ID_BYTES`] bytes, never
/// empty and never one that `taken` knows (`-2`, `-3`, … tell equal ones apart).
pub fn slug(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut base = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            base.push(c);
        } else if !base.is_empty() && !base.ends_with('-') {
            base.push('-');
        }
    }
    if base.is_empty() {
        base.push_str("score");
    }
    let mut number = 1u64;
    loop {
        let suffix = if number == 1 { String::new() } else { format!("-{number}") };
        // The base is ASCII, so any cut is on a character's boundary.
        let cut = base[..base.len().min(ID_BYTES - suffix.len())].trim_end_matches('-');
        let id = format!("{cut}{suffix}");
        if !taken(&id) {
            return id;
        }
        number += 1;
    }
}

/// The name itself where it is free, else with ` (2)`, ` (3)`, … at its end, cut so that it stays a name.
pub fn free_name(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let name = name.trim();
    let mut free = name.to_string();
    let mut number = 2u64;
    while taken(&free) {
        let suffix = format!(" ({number})");
        let room = NAME_CHARS.saturating_sub(suffix.len());
        free = name.chars().take(room).collect::<String>() + &suffix;
        number += 1;
    }
    free
}

/// Whether a text can be an id: it names a folder, so nothing in it may leave its place or hide it.
pub fn is_id(id: &str) -> bool {
    let first = id.bytes().next();
    first.is_some_and(|b| b.is_ascii_alphanumeric())
        && id.len() <= ID_BYTES
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    #[test]
    fn ids_come_from_names() {
        for (name, id) in [
            ("Closed Won within 90 days!", "closed-won-within-90-days"),
            ("../../etc/passwd", "etc-passwd"),
            (".hidden", "hidden"),
            ("漢字", "score"),
            ("Ünï-x", "n-x"),
        ] {
            assert_eq!(slug(name, |_| false), id);
        }
        assert_eq!(slug("Leads", |id| matches!(id, "leads" | "leads-2")), "leads-3");
    }

    proptest! {
        #[test]
        fn any_name_gives_a_harmless_new_id(name in any::<String>(), count in 0usize..12) {
            let mut taken: Vec<String> = Vec::new();
            for _ in 0..=count {
                let id = slug(&name, |id| taken.iter().any(|t| t == id));
                prop_assert!(is_id(&id) && !taken.contains(&id), "{:?}", id);
                taken.push(id);
            }
        }
    }

    #[test]
    fn a_folder_name_that_leaves_its_place_is_no_id() {
        for id in ["", ".", "..", ".x", "a/b", "a\\b", "-x", "é", "a b", &"x".repeat(61)] {
            assert!(!is_id(id), "{id}");
        }
        assert!(is_id("Leads_2.b-c"));
    }
}
