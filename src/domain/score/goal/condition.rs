//! A condition on one field of an event: when a cell meets it, and what would make it impossible to ask.

use super::operator::{Arity, Operator};
use super::quoting::{quoted, quoted_unless_plain};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What one field of the event must hold. Several values are alternatives; under a negative operator none may apply.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Condition {
    /// Name of the event's field, compared exactly.
    pub field: String,
    /// How the field is compared with the values.
    pub operator: Operator,
    /// None for `exists` and `does not exist`, one number for a comparison, else one or more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

impl Condition {
    /// Whether the condition holds for the field's cell; `None` and a blank cell are a missing field.
    ///
    /// The cell is trimmed. `is` trims its values too and compares numbers as numbers (`1.0` is `1`, `007` is `7`);
    /// the other text operators take their values as they stand. A comparison with `>`, `>=`, `<` or `<=` fails where
    /// the cell is no number. A missing field meets the negative operators (is not, does not contain, does not
    /// exist) and no other.
    pub fn holds(&self, cell: Option<&str>) -> bool {
        let cell = cell.map(str::trim).filter(|cell| !cell.is_empty());
        let any = |test: fn(&str, &str) -> bool| cell.is_some_and(|cell| self.values.iter().any(|v| test(cell, v)));
        match self.operator {
            Operator::Is => any(is_equal),
            Operator::IsNot => !any(is_equal),
            Operator::Contains => any(|cell, value| cell.contains(value)),
            Operator::DoesNotContain => !any(|cell, value| cell.contains(value)),
            Operator::StartsWith => any(|cell, value| cell.starts_with(value)),
            Operator::EndsWith => any(|cell, value| cell.ends_with(value)),
            Operator::Exists => cell.is_some(),
            Operator::DoesNotExist => cell.is_none(),
            Operator::GreaterThan => any(|cell, value| compare_numbers(cell, value, |a, b| a > b)),
            Operator::AtLeast => any(|cell, value| compare_numbers(cell, value, |a, b| a >= b)),
            Operator::LessThan => any(|cell, value| compare_numbers(cell, value, |a, b| a < b)),
            Operator::AtMost => any(|cell, value| compare_numbers(cell, value, |a, b| a <= b)),
        }
    }

    /// What is wrong with it, in words.
    pub(in crate::domain::score) fn check(&self) -> Result<(), String> {
        if self.field.trim().is_empty() {
            return Err("a condition names no field".into());
        }
        let operator = self.operator.words();
        let subject = || format!("'{operator}' on {}", quoted(&self.field));
        match self.operator.arity() {
            Arity::Nothing if !self.values.is_empty() => Err(format!("{} takes no value", subject())),
            Arity::Number if self.values.len() != 1 || finite_number(&self.values[0]).is_none() => {
                Err(format!("{} takes exactly one number", subject()))
            }
            Arity::Texts if self.values.is_empty() => Err(format!("{} needs a value", subject())),
            Arity::Texts if self.values.iter().any(|v| v.trim().is_empty()) => {
                Err(format!("{} has an empty value; a missing field is asked for by 'does not exist'", subject()))
            }
            Arity::Nothing | Arity::Number | Arity::Texts => Ok(()),
        }
    }
}

/// Equality of `is`. The cell comes trimmed.
fn is_equal(cell: &str, value: &str) -> bool {
    let value = value.trim();
    cell == value || (may_be_number(cell) && may_be_number(value) && compare_numbers(cell, value, |a, b| a == b))
}

/// Cheap refusal of what cannot be a number, because this runs for every event.
fn may_be_number(text: &str) -> bool {
    text.as_bytes().first().is_some_and(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.'))
}

/// Compares as whole numbers where both are (long ids would collapse in `f64`), else as finite numbers.
fn compare_numbers(cell: &str, value: &str, test: fn(Number, Number) -> bool) -> bool {
    if let (Ok(a), Ok(b)) = (cell.trim().parse::<i128>(), value.trim().parse::<i128>()) {
        return test(Number::Integer(a), Number::Integer(b));
    }
    match (finite_number(cell), finite_number(value)) {
        (Some(a), Some(b)) => test(Number::Real(a), Number::Real(b)),
        _ => false,
    }
}

/// Two of these are only ever compared within one variant, so the derived order between variants never shows.
#[derive(PartialEq, PartialOrd)]
enum Number {
    Integer(i128),
    Real(f64),
}

/// A finite number, surrounding blanks allowed.
pub fn finite_number(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|n| n.is_finite())
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", quoted_unless_plain(&self.field), self.operator.words())?;
        for (i, value) in self.values.iter().enumerate() {
            let value = match self.operator.arity() {
                Arity::Number => quoted_unless_plain(value),
                Arity::Nothing | Arity::Texts => quoted(value),
            };
            write!(f, "{}{value}", if i == 0 { " " } else { " or " })?;
        }
        Ok(())
    }
}
