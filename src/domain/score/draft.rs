//! A score that is being made: what the wizard holds, however unfinished. `tui` edits it, `store` keeps it, and
//! [`Draft::finish`] makes the score of it.
//!
//! The rules of every field stand here, so that an error is told at its field with the words of the definition.

use super::goal::{Arity, Combine, Condition, Goal, GoalEvent, Operator, finite_number};
use super::population_rule::{PopulationCondition, PopulationRule};
use super::{ExcludeUntilActive, MergePolicy, ProfileType, Score, TIMEFRAME_DAYS, check_name};
use crate::error::Result;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The prediction timeframes that are offered; any other is a custom one.
pub const TIMEFRAMES: [u32; 5] = [30, 60, 90, 180, 365];

/// What has been entered so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// Empty until it is kept for the first time.
    pub id: String,
    /// Name of the score that it is a clone of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clone_of: Option<String>,
    /// Who is ranked, once it is chosen.
    pub profile_type: Option<ProfileType>,
    /// Name of the score to be, as typed.
    pub name: String,
    /// Free text, as typed.
    pub description: String,
    /// At least one, which may be empty.
    pub goal: Vec<DraftEvent>,
    /// Whether any goal event is enough or all are needed.
    pub combine: Combine,
    /// Events that make a profile ineligible; none, one or more.
    pub exclusions: Vec<DraftEvent>,
    /// Whether an exclusion holds until later activity or for ever.
    #[serde(skip_serializing_if = "ExcludeUntilActive::is_auto")]
    pub exclude_until_active: ExcludeUntilActive,
    /// Who is scored: the sentences of the conditions, as typed or chosen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub population: Vec<String>,
    /// Days of the prediction timeframe, as typed or chosen.
    pub timeframe: String,
    /// Which value wins where several rows carry one profile id.
    pub merge_policy: MergePolicy,
    /// When it was last kept.
    pub updated_at: Timestamp,
    /// Name of the user who kept it.
    pub updated_by: String,
    /// Fields that a later program wrote.
    #[serde(flatten)]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

impl Default for Draft {
    fn default() -> Self {
        Draft {
            id: String::new(),
            clone_of: None,
            profile_type: None,
            name: String::new(),
            description: String::new(),
            goal: vec![DraftEvent::default()],
            combine: Combine::Any,
            exclusions: Vec::new(),
            exclude_until_active: ExcludeUntilActive::default(),
            population: Vec::new(),
            timeframe: String::new(),
            merge_policy: MergePolicy::default(),
            updated_at: Timestamp::UNIX_EPOCH,
            updated_by: String::new(),
            extra: serde_json::Map::new(),
        }
    }
}

/// A goal event or an exclusion as far as it is entered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DraftEvent {
    /// As chosen or typed; empty where it is still to come.
    pub event_type: String,
    /// At least one row, once the event type is chosen; rows without a field do not count.
    pub conditions: Vec<DraftCondition>,
}

/// A condition as far as it is entered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DraftCondition {
    /// As chosen or typed; empty where it is still to come.
    pub field: String,
    /// How the field is compared, once it is chosen.
    pub operator: Option<Operator>,
    /// As many as are entered so far.
    pub values: Vec<String>,
}

impl DraftCondition {
    /// What is wrong with it in words; `None` where it is complete, or where nothing was entered.
    pub fn error(&self) -> Option<String> {
        if self.field.trim().is_empty() {
            return None;
        }
        let Some(operator) = self.operator else { return Some("Choose a condition for this field.".into()) };
        match (operator.arity(), self.values.as_slice()) {
            (Arity::Nothing, _) => None,
            (Arity::Number, [one]) if finite_number(one).is_some() => None,
            (Arity::Number, _) => Some(format!("'{}' takes exactly one number.", operator.words())),
            (Arity::Texts, []) => Some("Type a value and press Enter.".into()),
            (Arity::Texts, _) => None,
        }
    }

    /// The condition, where a field is chosen and nothing is wrong.
    fn finish(&self) -> Option<Condition> {
        let operator = self.operator.filter(|_| self.error().is_none() && !self.field.trim().is_empty())?;
        let values = if operator.arity() == Arity::Nothing { Vec::new() } else { self.values.clone() };
        Some(Condition { field: self.field.trim().into(), operator, values })
    }
}

impl DraftEvent {
    /// Whether neither a type nor a field is entered.
    pub fn is_empty(&self) -> bool {
        self.event_type.trim().is_empty() && self.conditions.iter().all(|c| c.field.trim().is_empty())
    }

    /// The goal event of what is entered and complete.
    fn finish(&self) -> GoalEvent {
        let conditions = self.conditions.iter().filter_map(DraftCondition::finish).collect();
        GoalEvent { event_type: self.event_type.trim().into(), conditions }
    }

    fn from_event(event: &GoalEvent) -> DraftEvent {
        let conditions = event.conditions.iter().map(|c| DraftCondition {
            field: c.field.clone(),
            operator: Some(c.operator),
            values: c.values.clone(),
        });
        DraftEvent { event_type: event.event_type.clone(), conditions: conditions.collect() }
    }
}

impl Draft {
    /// A draft of a clone: profile type, name and description filled in, the goal left empty.
    pub fn clone_of(score: &Score, free_name: String) -> Draft {
        Draft {
            clone_of: Some(score.name.clone()),
            profile_type: Some(score.profile_type),
            name: free_name,
            description: score.description.clone(),
            ..Draft::default()
        }
    }

    /// Takes the goal of another score over: goal events, exclusions, who is scored, timeframe, merge policy.
    pub fn copy_goal(&mut self, score: &Score) {
        self.goal = score.goal.events.iter().map(DraftEvent::from_event).collect();
        self.combine = score.goal.combine;
        self.exclusions = score.exclusions.iter().map(DraftEvent::from_event).collect();
        self.exclude_until_active = score.exclude_until_active;
        self.population = score.population.sentences();
        self.timeframe = score.timeframe_days.to_string();
        self.merge_policy = score.merge_policy;
    }

    /// Whether anything was entered that would be missed.
    pub fn is_empty(&self) -> bool {
        let entered = Draft { id: String::new(), clone_of: None, ..self.clone() };
        let untouched = Draft {
            profile_type: self.profile_type,
            updated_at: self.updated_at,
            updated_by: self.updated_by.clone(),
            extra: self.extra.clone(),
            ..Draft::default()
        };
        let blank = |events: &[DraftEvent]| events.iter().all(DraftEvent::is_empty);
        entered == untouched
            || (blank(&self.goal)
                && blank(&self.exclusions)
                && self.population.is_empty()
                && self.name.trim().is_empty()
                && self.description.trim().is_empty())
    }

    /// What is wrong with the name; `taken` tells whether another score has it.
    pub fn name_error(&self, taken: impl Fn(&str) -> bool) -> Option<String> {
        if self.name.trim().is_empty() {
            return Some("Give the score a name.".into());
        }
        if let Err(error) = check_name(self.name.trim()) {
            return Some(format!("This cannot be a name: {}.", error.causes.join("; ")));
        }
        taken(self.name.trim()).then(|| "There is a score of this name already, or one with this as its id.".into())
    }

    /// The days of the prediction timeframe.
    ///
    /// # Errors
    /// What is wrong with what is entered, as a sentence for its field.
    pub fn timeframe_days(&self) -> Result<u32, String> {
        let (least, most) = (TIMEFRAME_DAYS.start(), TIMEFRAME_DAYS.end());
        match self.timeframe.trim() {
            "" => Err("Choose a prediction timeframe.".into()),
            text => match text.parse::<u32>() {
                Ok(days) if TIMEFRAME_DAYS.contains(&days) => Ok(days),
                _ => Err(format!("Write {least} to {most} days.")),
            },
        }
    }

    /// What keeps the goal from being asked for; `None` where it can be.
    pub fn goal_error(&self) -> Option<String> {
        if self.goal.iter().all(DraftEvent::is_empty) {
            return Some("Choose a goal.".into());
        }
        let has_content = |event: &&DraftEvent| !event.is_empty();
        for event in self.goal.iter().chain(&self.exclusions).filter(has_content) {
            if event.event_type.trim().is_empty() {
                return Some("Choose an event type for every goal event.".into());
            }
            if let Some(error) = event.conditions.iter().find_map(DraftCondition::error) {
                return Some(error);
            }
        }
        None
    }

    /// The goal of what is entered and complete so far; `None` while no event type is chosen.
    pub fn goal(&self) -> Option<Goal> {
        let events: Vec<GoalEvent> = complete_events(&self.goal);
        let combine = if events.len() > 1 { self.combine } else { Combine::Any };
        (!events.is_empty()).then_some(Goal { events, combine })
    }

    /// The exclusions that are entered and complete.
    pub fn complete_exclusions(&self) -> Vec<GoalEvent> {
        complete_events(&self.exclusions)
    }

    /// What is wrong with a condition on who is scored; `None` where all can be asked for.
    pub fn population_error(&self) -> Option<String> {
        let mut wrong = self.population.iter().filter_map(|text| PopulationCondition::parse(text).err());
        wrong.next().map(|error| error.in_short()).or_else(|| self.complete_population().check().err())
    }

    /// The conditions on who is scored that are complete.
    pub fn complete_population(&self) -> PopulationRule {
        let complete = self.population.iter().filter_map(|text| PopulationCondition::parse(text).ok());
        PopulationRule { conditions: complete.collect() }
    }

    /// The score that is entered, made at `at` by the user `by`; `taken` tells whether another score has a name.
    ///
    /// # Errors
    /// The first thing that is wrong, as a sentence.
    pub fn finish(&self, taken: impl Fn(&str) -> bool, at: Timestamp, by: &str) -> Result<Score, String> {
        if let Some(error) = self.name_error(taken) {
            return Err(error);
        }
        let profile_type = self.profile_type.ok_or("Choose a profile type.")?;
        if let Some(error) = self.goal_error() {
            return Err(error);
        }
        if let Some(error) = self.population_error() {
            return Err(error);
        }
        let timeframe = self.timeframe_days()?;
        let goal = self.goal().ok_or("Choose a goal.")?;
        let mut score = Score::new(self.name.trim(), profile_type, goal, timeframe, at, by);
        score.description = self.description.trim().to_string();
        score.exclusions = self.complete_exclusions();
        if !score.exclusions.is_empty() {
            score.exclude_until_active = self.exclude_until_active;
        }
        score.population = self.complete_population();
        score.merge_policy = self.merge_policy;
        score.check().map_err(|e| e.to_string())?;
        Ok(score)
    }
}

fn complete_events(events: &[DraftEvent]) -> Vec<GoalEvent> {
    events.iter().filter(|e| !e.event_type.trim().is_empty()).map(DraftEvent::finish).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete() -> Draft {
        let conditions = vec![DraftCondition {
            field: "newValue".into(),
            operator: Some(Operator::Is),
            values: vec!["Closed Won".into(), "Contract".into()],
        }];
        Draft {
            profile_type: Some(ProfileType::Account),
            name: " Won ".into(),
            goal: vec![DraftEvent { event_type: "opportunityEvent.opportunityUpdated".into(), conditions }],
            exclusions: vec![DraftEvent { event_type: "deal.lost".into(), ..DraftEvent::default() }],
            exclude_until_active: ExcludeUntilActive::No,
            population: vec!["active within 365 days".into(), "never had deal.paused".into()],
            timeframe: "90".into(),
            ..Draft::default()
        }
    }

    fn finish(draft: &Draft) -> Result<Score, String> {
        draft.finish(|name| name == "Taken", Timestamp::UNIX_EPOCH, "ann")
    }

    #[test]
    fn a_complete_draft_becomes_the_score_that_its_sentence_says() {
        let score = finish(&complete()).unwrap();
        assert_eq!((score.name.as_str(), score.timeframe_days), ("Won", 90));
        let sentence = "opportunityEvent.opportunityUpdated where newValue is 'Closed Won' or 'Contract'";
        assert_eq!(score.goal.to_string(), sentence);
        assert_eq!(score.population.sentences(), ["active within 365 days", "never had deal.paused"]);
        assert_eq!(score.exclude_until_active, ExcludeUntilActive::No);
        let mut copy = Draft::clone_of(&score, "Won (2)".into());
        assert_eq!(copy.goal(), None, "a clone's goal is empty");
        copy.copy_goal(&score);
        assert!(score.same_configuration(&finish(&copy).unwrap()));
    }

    #[test]
    fn what_is_missing_is_told() {
        let with = |change: fn(&mut Draft)| {
            let mut draft = complete();
            change(&mut draft);
            finish(&draft).unwrap_err()
        };
        assert!(with(|d| d.name = " ".into()).contains("name"));
        assert!(with(|d| d.name = "Taken".into()).contains("already"));
        assert!(with(|d| d.name = "a\u{1b}".into()).contains("cannot be a name"));
        assert!(with(|d| d.profile_type = None).contains("profile type"));
        assert!(with(|d| d.goal = vec![DraftEvent::default()]).contains("Choose a goal"));
        assert!(with(|d| d.goal[0].conditions[0].operator = None).contains("condition"));
        assert!(with(|d| d.goal[0].conditions[0].values.clear()).contains("value"));
        assert!(with(|d| d.goal[0].conditions[0].operator = Some(Operator::AtLeast)).contains("number"));
        assert!(with(|d| d.population = vec!["activ within 3 days".into()]).contains("did you mean 'active'?"));
        assert!(with(|d| d.timeframe = "0".into()).contains("1 to 730"));
        assert!(with(|d| d.timeframe = String::new()).contains("timeframe"));
    }

    #[test]
    fn rows_without_a_field_do_not_count() {
        let mut draft = complete();
        draft.goal[0].conditions.push(DraftCondition::default());
        draft.goal.push(DraftEvent::default());
        draft.exclusions.push(DraftEvent::default());
        assert!(finish(&complete()).unwrap().same_configuration(&finish(&draft).unwrap()));
    }

    #[test]
    fn an_untouched_draft_is_empty_and_json_keeps_unknown_fields() {
        assert!(Draft::default().is_empty());
        assert!(!complete().is_empty());
        let json = r#"{"name":"x","schedule":{"days":1}}"#;
        let draft: Draft = serde_json::from_str(json).unwrap();
        assert!(serde_json::to_string(&draft).unwrap().contains(r#""schedule":{"days":1}"#));
    }
}
