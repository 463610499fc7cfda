//! How a condition compares a field: the operators, and how many values each takes.

use serde::{Deserialize, Serialize};

/// How a field is compared. All comparisons of text heed capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operator {
    /// The cell equals one of the values; numbers as numbers.
    Is,
    /// The cell equals none of the values, or is missing.
    IsNot,
    /// One of the values occurs in the cell.
    Contains,
    /// None of the values occurs in the cell, or it is missing.
    DoesNotContain,
    /// The cell begins with one of the values.
    StartsWith,
    /// The cell ends with one of the values.
    EndsWith,
    /// The cell is not blank.
    Exists,
    /// The cell is blank, or the event has no such field.
    DoesNotExist,
    /// The cell is a number above the value.
    GreaterThan,
    /// The cell is a number not below the value.
    AtLeast,
    /// The cell is a number below the value.
    LessThan,
    /// The cell is a number not above the value.
    AtMost,
}

/// How many values an operator takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arity {
    /// No value.
    Nothing,
    /// Exactly one finite number.
    Number,
    /// One text or more.
    Texts,
}

impl Operator {
    /// Every operator, in the order in which they are offered.
    pub const ALL: [Operator; 12] = [
        Operator::Is,
        Operator::IsNot,
        Operator::Contains,
        Operator::DoesNotContain,
        Operator::StartsWith,
        Operator::EndsWith,
        Operator::Exists,
        Operator::DoesNotExist,
        Operator::GreaterThan,
        Operator::AtLeast,
        Operator::LessThan,
        Operator::AtMost,
    ];

    /// The operator as it stands in a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Operator::Is => "is",
            Operator::IsNot => "is not",
            Operator::Contains => "contains",
            Operator::DoesNotContain => "does not contain",
            Operator::StartsWith => "starts with",
            Operator::EndsWith => "ends with",
            Operator::Exists => "exists",
            Operator::DoesNotExist => "does not exist",
            Operator::GreaterThan => ">",
            Operator::AtLeast => ">=",
            Operator::LessThan => "<",
            Operator::AtMost => "<=",
        }
    }

    /// How many values it takes.
    pub fn arity(self) -> Arity {
        match self {
            Operator::Exists | Operator::DoesNotExist => Arity::Nothing,
            Operator::GreaterThan | Operator::AtLeast | Operator::LessThan | Operator::AtMost => Arity::Number,
            Operator::Is
            | Operator::IsNot
            | Operator::Contains
            | Operator::DoesNotContain
            | Operator::StartsWith
            | Operator::EndsWith => Arity::Texts,
        }
    }
}
