//! A value of a sheet as text. Called by `rows`.

use calamine::ExcelDateTime;
use std::io::Write;

/// What a cell holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'c> {
    Text(&'c str),
    Integer(i64),
    Number(f64),
    Bool(bool),
    Moment(ExcelDateTime),
    /// `#N/A` and the like.
    Error,
}

/// Numbers up to this are exact as integers.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Adds the text of a value.
pub(super) fn write(value: Value, text: &mut Vec<u8>) {
    // Writing to a vector cannot fail.
    let _ = match value {
        Value::Text(value) => text.write_all(value.as_bytes()),
        Value::Integer(number) => write!(text, "{number}"),
        Value::Number(number) if number.fract() == 0.0 && number.abs() <= EXACT => write!(text, "{}", number as i64),
        Value::Number(number) if number.is_finite() => write!(text, "{number}"),
        Value::Bool(value) => write!(text, "{value}"),
        Value::Moment(moment) => write_moment(moment, text),
        Value::Number(_) | Value::Error => Ok(()),
    };
}

/// A date, a date with its time, or a time of day where there is no date; a duration in hours.
fn write_moment(moment: ExcelDateTime, text: &mut Vec<u8>) -> std::io::Result<()> {
    let days = moment.as_f64();
    if moment.is_duration() || !(0.0..2_958_466.0).contains(&days) {
        let seconds = (days * 86_400.0).round() as i64;
        let (sign, rest) = (if seconds < 0 { "-" } else { "" }, seconds.unsigned_abs());
        return write!(text, "{sign}{}:{:02}:{:02}", rest / 3_600, rest / 60 % 60, rest % 60);
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    if days >= 1.0 {
        write!(text, "{year:04}-{month:02}-{day:02}")?;
        if (hour, minute, second, milli) == (0, 0, 0, 0) {
            return Ok(());
        }
        text.push(b'T');
    }
    write!(text, "{hour:02}:{minute:02}:{second:02}")?;
    if milli > 0 { write!(text, ".{milli:03}") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

    fn text(value: Value) -> String {
        let mut text = Vec::new();
        write(value, &mut text);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn numbers_are_short_and_have_no_exponent() {
        for (number, expected) in [
            (100.0, "100"),
            (-0.5, "-0.5"),
            (19607.18, "19607.18"),
            (705_861_771_135.0, "705861771135"),
            (1e20, "100000000000000000000"),
            (f64::NAN, ""),
        ] {
            assert_eq!(text(Value::Number(number)), expected);
        }
        assert_eq!((text(Value::Bool(true)), text(Value::Error)), ("true".into(), String::new()));
    }

    #[test]
    fn dates_of_both_epochs_are_written_in_iso_8601() {
        let moment =
            |days, is_1904| text(Value::Moment(ExcelDateTime::new(days, ExcelDateTimeType::DateTime, is_1904)));
        assert_eq!(moment(45321.0, false), "2024-01-30");
        assert_eq!(moment(43859.0, true), "2024-01-30");
        assert_eq!(moment(45321.86388889, false), "2024-01-30T20:44:00");
        assert_eq!(moment(45321.25 + 0.125 / 86_400.0, false), "2024-01-30T06:00:00.125");
        assert_eq!(moment(0.5, false), "12:00:00");
        let duration = ExcelDateTime::new(1.5, ExcelDateTimeType::TimeDelta, false);
        assert_eq!(text(Value::Moment(duration)), "36:00:00");
    }
}
