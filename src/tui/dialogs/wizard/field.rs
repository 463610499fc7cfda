//! The controls of the wizard, and the part of the draft that each of them is about.

use crate::domain::score::draft::{Draft, DraftCondition, DraftEvent};

/// What an event of the draft is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventRole {
    Goal,
    Exclusion,
}

/// A control of the wizard: of an event its number, of a condition that of the event and its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    ProfileType,
    Name,
    Description,
    CopyGoal,
    Next,
    Cancel,
    EventType(EventRole, usize),
    FieldName(EventRole, usize, usize),
    Operator(EventRole, usize, usize),
    Value(EventRole, usize, usize),
    AddField(EventRole, usize),
    Combine,
    AddEvent,
    AddExclusion,
    /// How long an exclusion holds.
    ExclusionHolds,
    /// Who is scored.
    Population,
    Timeframe,
    Days,
    MergePolicy,
    Back,
    Finish,
}

impl Field {
    /// Whether text is typed into it.
    pub fn is_text(self) -> bool {
        matches!(self, Field::Name | Field::Description | Field::Days) || self.takes_several()
    }

    /// Whether what is typed becomes one of several, below the field.
    pub fn takes_several(self) -> bool {
        matches!(self, Field::Value(..) | Field::Population)
    }

    /// Whether it is a dropdown.
    pub fn is_choice(self) -> bool {
        matches!(
            self,
            Field::ProfileType
                | Field::EventType(..)
                | Field::FieldName(..)
                | Field::Operator(..)
                | Field::Combine
                | Field::ExclusionHolds
                | Field::Timeframe
                | Field::MergePolicy
        )
    }
}

pub fn events(draft: &Draft, role: EventRole) -> &[DraftEvent] {
    match role {
        EventRole::Goal => &draft.goal,
        EventRole::Exclusion => &draft.exclusions,
    }
}

pub fn events_mut(draft: &mut Draft, role: EventRole) -> &mut Vec<DraftEvent> {
    match role {
        EventRole::Goal => &mut draft.goal,
        EventRole::Exclusion => &mut draft.exclusions,
    }
}

pub fn condition(draft: &Draft, role: EventRole, event: usize, at: usize) -> Option<&DraftCondition> {
    events(draft, role).get(event)?.conditions.get(at)
}

pub fn condition_mut(draft: &mut Draft, role: EventRole, event: usize, at: usize) -> Option<&mut DraftCondition> {
    events_mut(draft, role).get_mut(event)?.conditions.get_mut(at)
}
