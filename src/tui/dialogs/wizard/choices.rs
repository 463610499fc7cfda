//! What the dropdowns of the wizard offer, from the data where there is a catalog, and what taking a choice does.

use super::field::{EventRole, Field, condition, condition_mut, events, events_mut};
use super::population;
use super::state::Wizard;
use crate::domain::score::draft::{DraftCondition, TIMEFRAMES};
use crate::domain::score::goal::{Arity, Combine, Operator};
use crate::domain::score::{ExcludeUntilActive, MergePolicy, ProfileType};
use crate::domain::source::catalog::TypeEntry;
use crate::tui::app::App;
use crate::tui::widgets::menu::{Item, Kind, Menu};

const CUSTOM: &str = "another number of days";

/// What the combinations of several goal events are called.
pub fn combine_words(combine: Combine) -> &'static str {
    match combine {
        Combine::Any => "any one of the events",
        Combine::All => "all of the events",
    }
}

impl Wizard {
    /// The dropdown of a field; of a value field the values that occur.
    pub fn menu_for(&self, app: &App, field: Field) -> Option<Menu> {
        let (items, kind) = match field {
            Field::ProfileType => (profile_types(app), Kind::Choice),
            Field::EventType(role, _) => (event_types(app, role), Kind::FreeText),
            Field::FieldName(role, i, _) => {
                (self.field_names(app, &events(&self.draft, role).get(i)?.event_type), Kind::FreeText)
            }
            Field::Operator(..) => (Operator::ALL.map(|o| Item::new(o.words())).to_vec(), Kind::Choice),
            Field::Value(role, i, j) => {
                let event = events(&self.draft, role).get(i)?;
                let condition = condition(&self.draft, role, i, j)?;
                let exact = matches!(condition.operator, Some(Operator::Is | Operator::IsNot));
                (values(app, &event.event_type, condition), Kind::Offer { typed_first: !exact })
            }
            Field::ExclusionHolds => {
                ([true, false].map(|until| Item::new(ExcludeUntilActive::how_long(until))).to_vec(), Kind::Choice)
            }
            Field::Population => (population::offers(app, &self.draft), Kind::Offer { typed_first: true }),
            Field::Combine => {
                ([Combine::Any, Combine::All].map(|c| Item::new(combine_words(c))).to_vec(), Kind::Choice)
            }
            Field::Timeframe => {
                let mut items: Vec<Item> = TIMEFRAMES.iter().map(|d| Item::new(format!("{d} days"))).collect();
                items.push(Item::new(CUSTOM));
                (items, Kind::Choice)
            }
            Field::MergePolicy => (MergePolicy::ALL.iter().map(|p| Item::new(p.words())).collect(), Kind::Choice),
            _ => return None,
        };
        Some(Menu::new(items, &self.choice_text(field), kind))
    }

    /// What a dropdown shows while it is closed.
    pub fn choice_text(&self, field: Field) -> String {
        let draft = &self.draft;
        match field {
            Field::ProfileType => draft.profile_type.map_or(String::new(), |t| t.to_string()),
            Field::EventType(role, i) => events(draft, role).get(i).map_or(String::new(), |e| e.event_type.clone()),
            Field::FieldName(role, i, j) => condition(draft, role, i, j).map_or(String::new(), |c| c.field.clone()),
            Field::Operator(role, i, j) => {
                let operator = condition(draft, role, i, j).and_then(|c| c.operator);
                operator.map_or(String::new(), |o| o.words().to_string())
            }
            Field::Combine => combine_words(draft.combine).into(),
            Field::ExclusionHolds => {
                let of_type = |profile_type| draft.exclude_until_active.until_active(profile_type);
                draft
                    .profile_type
                    .map(of_type)
                    .map_or(String::new(), |until| ExcludeUntilActive::how_long(until).into())
            }
            Field::Timeframe if self.custom_timeframe => CUSTOM.into(),
            Field::Timeframe if draft.timeframe.is_empty() => String::new(),
            Field::Timeframe => format!("{} days", draft.timeframe),
            Field::MergePolicy => draft.merge_policy.words().into(),
            _ => String::new(),
        }
    }

    /// Takes a choice; the focus stays, Tab goes on to what it opens.
    pub fn apply_choice(&mut self, field: Field, choice: &str) {
        match field {
            Field::ProfileType => self.draft.profile_type = choice.parse::<ProfileType>().ok(),
            Field::EventType(role, i) => {
                if let Some(event) = events_mut(&mut self.draft, role).get_mut(i) {
                    if event.event_type != choice {
                        // Conditions on another type's fields mean nothing here.
                        event.conditions = vec![DraftCondition::default()];
                    }
                    event.event_type = choice.to_string();
                }
            }
            Field::FieldName(role, i, j) => {
                if let Some(condition) = condition_mut(&mut self.draft, role, i, j)
                    && condition.field != choice
                {
                    *condition = DraftCondition { field: choice.to_string(), ..DraftCondition::default() };
                }
            }
            Field::Operator(role, i, j) => {
                if let Some(condition) = condition_mut(&mut self.draft, role, i, j) {
                    condition.operator = Operator::ALL.into_iter().find(|o| o.words() == choice);
                }
            }
            Field::Value(role, i, j) => {
                self.add_value(role, i, j, choice);
                self.input.clear();
            }
            Field::Combine => {
                let all = choice == combine_words(Combine::All);
                self.draft.combine = if all { Combine::All } else { Combine::Any };
            }
            Field::ExclusionHolds => {
                let until_active = choice == ExcludeUntilActive::how_long(true);
                let usual = self.draft.profile_type.map(|t| ExcludeUntilActive::Auto.until_active(t));
                self.draft.exclude_until_active = match until_active {
                    // What the profile type says by itself.
                    _ if usual == Some(until_active) => ExcludeUntilActive::Auto,
                    true => ExcludeUntilActive::Yes,
                    false => ExcludeUntilActive::No,
                };
            }
            Field::Population => {
                self.add_population_condition(choice);
                self.input.clear();
            }
            Field::Timeframe => {
                self.custom_timeframe = choice == CUSTOM;
                let days = choice.strip_suffix(" days").filter(|_| !self.custom_timeframe);
                self.draft.timeframe = days.unwrap_or_default().to_string();
            }
            Field::MergePolicy => {
                let found = MergePolicy::ALL.iter().find(|p| p.words() == choice);
                self.draft.merge_policy = found.copied().unwrap_or_default();
            }
            _ => {}
        }
    }

    fn field_names(&self, app: &App, event_type: &str) -> Vec<Item> {
        let found = app.catalog().and_then(|c| c.event_type(event_type));
        found.map_or_else(Vec::new, |t| t.fields.iter().map(|f| Item::counted(f.field.clone(), f.filled)).collect())
    }
}

fn profile_types(app: &App) -> Vec<Item> {
    match app.catalog() {
        Some(catalog) => vec![
            Item::counted(ProfileType::Person.word(), catalog.persons),
            Item::counted(ProfileType::Account.word(), catalog.accounts),
        ],
        None => ProfileType::ALL.iter().map(|t| Item::new(t.word())).collect(),
    }
}

/// As a goal the likely ones come first: those whose names are of sales, then those that most profiles never have, because
/// what a firm wants to happen happens late and seldom; in both the rare before the frequent. All others follow, the most
/// frequent first.
fn event_types(app: &App, role: EventRole) -> Vec<Item> {
    let types = app.catalog().map(|c| c.event_types.as_slice()).unwrap_or_default();
    let item = |t: &TypeEntry| Item::counted(t.event_type.clone(), t.events);
    if role == EventRole::Exclusion {
        return types.iter().map(item).collect();
    }
    let profiles = app.catalog().map_or(0, |c| c.persons.max(c.accounts));
    let (mut likely, others): (Vec<_>, Vec<_>) = types.iter().partition(|t| is_of_sales(&t.event_type));
    let is_rare = |t: &&TypeEntry| (RARE_BUT_SOME..=profiles / 2).contains(&t.events);
    let (mut rare, others): (Vec<_>, Vec<_>) = others.into_iter().partition(is_rare);
    likely.sort_by_key(|t| t.events);
    rare.sort_by_key(|t| t.events);
    let likely = likely.into_iter().map(|t| item(t).remark("likely goal"));
    likely.chain(rare.into_iter().map(|t| item(t).remark("rare"))).chain(others.into_iter().map(item)).collect()
}

/// Under so many events a goal cannot be learned.
const RARE_BUT_SOME: u64 = 10;

/// Whether an event type is one of the pipeline of sales, by a word of its name.
fn is_of_sales(event_type: &str) -> bool {
    const STEMS: [&str; 14] = [
        "opportunity",
        "lead",
        "deal",
        "won",
        "win",
        "order",
        "contract",
        "purchase",
        "convert",
        "accept",
        "approve",
        "sign",
        "activate",
        "subscribe",
    ];
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for c in event_type.chars() {
        // `opportunityUpdated` and `O_ACCEPTED` are two words each.
        let begins = !before.is_alphabetic() || (before.is_lowercase() && c.is_uppercase());
        if c.is_alphabetic() {
            if begins {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(c.to_lowercase());
            }
        }
        before = c;
    }
    let is_form_of = |word: &str, stem: &str| {
        word.strip_prefix(stem).is_some_and(|ending| matches!(ending, "" | "s" | "d" | "ed" | "ies" | "ion"))
    };
    words.iter().any(|word| STEMS.iter().any(|stem| is_form_of(word, stem)))
}

fn values(app: &App, event_type: &str, condition: &DraftCondition) -> Vec<Item> {
    if condition.operator.is_some_and(|o| o.arity() != Arity::Texts) {
        return Vec::new();
    }
    let field = app.catalog().and_then(|c| c.event_type(event_type)?.field(&condition.field));
    let values = field.map(|f| f.values.as_slice()).unwrap_or_default();
    let new = values.iter().filter(|v| !condition.values.contains(&v.value));
    new.map(|v| Item::counted(v.value.clone(), v.events)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_of_sales_is_told_by_a_word_of_its_name() {
        for name in
            ["opportunityEvent.opportunityUpdated", "leadOperation.convertLead", "O_ACCEPTED", "deal won", "A_APPROVED"]
        {
            assert!(is_of_sales(name), "{name}");
        }
        for name in ["W_Wijzigen contractgegevens", "web.webpagedetails.pageViews", "email.opened", "window.resized"] {
            assert!(!is_of_sales(name), "{name}");
        }
    }
}
