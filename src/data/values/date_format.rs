//! Ways to write a date that are not ISO: parts in numbers with a mark between, and months by name. Each reads a cell into the
//! ISO text of its moment, which [`time`](crate::data::time) then reads as any other. Called by
//! [`date_column`](super::date_column), which finds out which of them a column has, and by [`normalise`](super::normalise).

use super::clock::{self, Clock, Zone};
use super::months;
use crate::config::DateOrder;
use jiff::civil::{Date, date};

/// In which order the parts of a date in numbers stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartsOrder {
    /// `18/10/2024`.
    DayMonthYear,
    /// `10/18/2024`.
    MonthDayYear,
    /// `2024/10/18`.
    YearMonthDay,
}

impl From<DateOrder> for PartsOrder {
    fn from(order: DateOrder) -> PartsOrder {
        match order {
            DateOrder::DayFirst => PartsOrder::DayMonthYear,
            DateOrder::MonthFirst => PartsOrder::MonthDayYear,
        }
    }
}

/// How a date is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DateFormat {
    /// What the program reads without being told: ISO 8601, RFC 3339, epoch and serial numbers.
    Iso,
    /// Numbers with this mark between them.
    Numbers {
        /// Their order.
        order: PartsOrder,
        /// `/`, `.` or `-`.
        mark: char,
    },
    /// The month by name.
    Named,
}

impl DateFormat {
    /// The format as people write it, as in `DD/MM/YYYY`.
    pub fn words(self) -> String {
        match self {
            DateFormat::Iso => "YYYY-MM-DD".into(),
            DateFormat::Named => "18 Oct 2024".into(),
            DateFormat::Numbers { order, mark } => {
                let parts = match order {
                    PartsOrder::DayMonthYear => ["DD", "MM", "YYYY"],
                    PartsOrder::MonthDayYear => ["MM", "DD", "YYYY"],
                    PartsOrder::YearMonthDay => ["YYYY", "MM", "DD"],
                };
                parts.join(&mark.to_string())
            }
        }
    }

    /// The cell as ISO text, with its offset where it tells one; `None` where it is not written in this format. ISO is
    /// not looked at.
    pub fn to_iso(self, cell: &str) -> Option<String> {
        let cell = cell.trim();
        match self {
            DateFormat::Iso => None,
            DateFormat::Numbers { order, mark } => {
                let parts = Parts::of(cell)?;
                let date = if parts.mark == mark { parts.date(order)? } else { return None };
                iso(date, &clock::parse(parts.rest)?)
            }
            DateFormat::Named => {
                let (date, clock) = named(cell)?;
                iso(date, &clock)
            }
        }
    }
}

fn iso(date: Date, clock: &Clock) -> Option<String> {
    let civil = date.at(0, 0, 0, 0).checked_add(jiff::Span::new().milliseconds(clock.millis)).ok()?;
    let offset = match clock.zone.minutes_at(civil) {
        None if matches!(clock.zone, Zone::Local) => String::new(),
        None => return None,
        Some(minutes) => {
            let sign = if minutes < 0 { '-' } else { '+' };
            format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
        }
    };
    Some(format!("{civil}{offset}"))
}

/// Three numbers with a mark between, and what follows them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts<'a> {
    numbers: [i64; 3],
    /// How many digits each has.
    digits: [usize; 3],
    pub(super) mark: char,
    pub(super) rest: &'a str,
}

impl Parts<'_> {
    /// `None` where the text does not begin with three such numbers, or goes on in a way that is no clock time's.
    pub(super) fn of(text: &str) -> Option<Parts<'_>> {
        let (first, rest) = clock::number(text, 4)?;
        let mark = rest.chars().next().filter(|c| ['/', '.', '-'].contains(c))?;
        let (second, after_second) = clock::number(&rest[1..], 2)?;
        // A blank may follow the mark, as in `18. 10. 2024`.
        let third_text = after_second.strip_prefix(mark)?;
        let (third, rest_of_all) = clock::number(third_text, 4)?;
        let digits =
            [text.len() - rest.len(), rest.len() - 1 - after_second.len(), third_text.len() - rest_of_all.len()];
        let ends =
            rest_of_all.chars().next().is_none_or(|c| !c.is_alphanumeric() && !['/', '-'].contains(&c) || c == 'T');
        ends.then_some(Parts { numbers: [first, second, third], digits, mark, rest: rest_of_all })
    }

    /// The date that these numbers are in an order; `None` where there is no such date.
    pub(super) fn date(&self, order: PartsOrder) -> Option<Date> {
        let [a, b, c] = self.numbers;
        let year_at = if order == PartsOrder::YearMonthDay { 0 } else { 2 };
        let year = match (self.numbers[year_at], self.digits[year_at]) {
            (year, 4) => year,
            // Of two digits as strptime takes them: 69 to 99 are those of the last century. Year first is always whole.
            (year, 2) if year_at == 2 => year + if year < 69 { 2_000 } else { 1_900 },
            _ => return None,
        };
        if self.digits.iter().enumerate().any(|(at, digits)| at != year_at && *digits > 2) {
            return None;
        }
        let (month, day) = match order {
            PartsOrder::DayMonthYear => (b, a),
            PartsOrder::MonthDayYear => (a, b),
            PartsOrder::YearMonthDay => (b, c),
        };
        Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    }
}

/// A date with its month by name, in any order of its parts, and the clock time that stands in or behind it.
fn named(text: &str) -> Option<(Date, Clock)> {
    let mut month = None;
    let mut numbers: Vec<(i64, usize)> = Vec::new();
    let mut clock_text = None;
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || [',', '.', '-', '/', '\''].contains(&c));
        if rest.is_empty() || numbers.len() == 2 && month.is_some() {
            break;
        }
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            let after = &rest[digits..];
            if after.starts_with(':') || digits > 4 {
                // `Fri Oct 18 14:05:11 2024`: the clock time stands before the year.
                let end = after.find(' ').map_or(rest.len(), |at| digits + at);
                clock_text = Some(&rest[..end]);
                rest = &rest[end..];
                continue;
            }
            numbers.push((rest[..digits].parse().ok()?, digits));
            rest = ["st", "nd", "rd", "th", "er", "º", "ª"].iter().find_map(|s| after.strip_prefix(s)).unwrap_or(after);
            continue;
        }
        let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let word = &rest[..length];
        match months::month(word) {
            Some(number) if month.is_none() => month = Some(number),
            _ if months::is_passed_over(word) => {}
            // A zone within the date: `Fri Oct 18 14:05:11 UTC 2024`.
            _ if clock_text.is_some() && clock::zone(word).is_some() && length > 0 => {
                let start = text.len() - rest.len();
                let clock_start = clock_text.map_or(start, |c| c.as_ptr() as usize - text.as_ptr() as usize);
                clock_text = Some(&text[clock_start..start + length]);
            }
            _ => return None,
        }
        rest = &rest[length..];
    }
    let date = named_date(month?, &numbers)?;
    let clock = match clock_text {
        Some(clock) if rest.trim().is_empty() => clock::parse(clock)?,
        Some(_) => return None,
        None => clock::parse(rest)?,
    };
    Some((date, clock))
}

/// The day stands before the year, unless the year is whole and comes first.
fn named_date(month: i8, numbers: &[(i64, usize)]) -> Option<Date> {
    let [first, second] = numbers else { return None };
    let (day, year) = match (first, second) {
        ((year, 4), (day, 1 | 2)) => (*day, *year),
        ((day, 1 | 2), (year, 4)) => (*day, *year),
        ((day, 1 | 2), (year, 2)) => (*day, year + if *year < 69 { 2_000 } else { 1_900 }),
        _ => return None,
    };
    Date::new(i16::try_from(year).ok()?, month, i8::try_from(day).ok()?).ok()
}

/// The date of a spreadsheet's serial number (days since 1899-12-30, whose day 60 is the one that 1900 did not have; or since
/// 1904-01-01), with its time as milliseconds of the day rounded to the nearest one.
pub fn of_serial(serial: f64, since_1904: bool) -> Option<(Date, i64)> {
    let serial = if since_1904 { serial + 1_462.0 } else { serial };
    // 1950 to 2173: what is less is a number, or a date before there was anything to score.
    if !(18_264.0..100_000.0).contains(&serial) {
        return None;
    }
    let millis = (serial.fract() * 86_400_000.0).round() as i64;
    let (days, millis) = (serial.trunc() as i64 + millis / 86_400_000, millis % 86_400_000);
    let day = date(1899, 12, 30).checked_add(jiff::Span::new().days(days)).ok()?;
    Some((day, millis))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DMY: PartsOrder = PartsOrder::DayMonthYear;
    const MDY: PartsOrder = PartsOrder::MonthDayYear;

    fn numbers(order: PartsOrder, mark: char) -> DateFormat {
        DateFormat::Numbers { order, mark }
    }

    #[test]
    fn dates_in_numbers_are_read_in_their_order_only() {
        for (format, cell, iso) in [
            (numbers(DMY, '/'), "18/10/2024 14:05", Some("2024-10-18T14:05:00")),
            (numbers(MDY, '/'), "10/18/2024 02:05 PM", Some("2024-10-18T14:05:00")),
            (numbers(DMY, '.'), "18.10.2024 14:05:11", Some("2024-10-18T14:05:11")),
            (numbers(DMY, '.'), "8.1.24", Some("2024-01-08T00:00:00")),
            (numbers(DMY, '-'), "18-10-2024", Some("2024-10-18T00:00:00")),
            (numbers(PartsOrder::YearMonthDay, '/'), "2024/10/18 14:05", Some("2024-10-18T14:05:00")),
            (numbers(DMY, '/'), "18/10/2024 14:05 +02:00", Some("2024-10-18T14:05:00+02:00")),
            (numbers(MDY, '/'), "18/10/2024", None),
            (numbers(DMY, '/'), "18.10.2024", None),
            (numbers(DMY, '/'), "31/02/2024", None),
            (numbers(DMY, '/'), "2024/10/18", None),
            (numbers(DMY, '/'), "1/2/3/4", None),
            (numbers(DMY, '.'), "10.10.10.10", None),
            (numbers(DMY, '/'), "18/10/2024 x", None),
        ] {
            assert_eq!(format.to_iso(cell).as_deref(), iso, "{format:?} {cell}");
        }
    }

    #[test]
    fn months_by_name_are_read_in_any_order_and_language() {
        let at = Some("2024-10-18T14:05:11");
        for cell in [
            "Oct 18, 2024 2:05:11 PM",
            "Oct 18, 2024, 2:05:11 PM",
            "Oct 18, 2024 at 2:05:11\u{202f}PM",
            "18 Oct 2024 14:05:11",
            "18-Oct-24 14:05:11",
            "Fri Oct 18 14:05:11 2024",
            "18. Oktober 2024 14:05:11",
            "Freitag, 18. Oktober 2024 um 14:05:11",
            "18 octobre 2024 à 14:05:11",
            "18 de octubre de 2024, 14:05:11",
            "18 ottobre 2024 14:05:11",
            "18 de outubro de 2024 14:05:11",
            "vrijdag 18 oktober 2024 14:05:11",
            "2024-Oct-18 14:05:11",
            "October 18th, 2024 14:05:11",
        ] {
            assert_eq!(DateFormat::Named.to_iso(cell).as_deref(), at, "{cell}");
        }
        for (cell, iso) in [
            ("Fri, 18 Oct 2024 14:05:11 +0200", Some("2024-10-18T14:05:11+02:00")),
            ("Fri Oct 18 14:05:11 UTC 2024", Some("2024-10-18T14:05:11+00:00")),
            ("Fri Oct 18 2024 14:05:11 GMT+0200 (CEST)", Some("2024-10-18T14:05:11+02:00")),
            ("18 Oct 2024", Some("2024-10-18T00:00:00")),
            ("Oct 2024", None),
            ("31 Feb 2024", None),
            ("Oct 18", None),
            ("demo 18 2024", None),
            ("may", None),
            ("", None),
        ] {
            assert_eq!(DateFormat::Named.to_iso(cell).as_deref(), iso, "{cell}");
        }
    }

    #[test]
    fn serial_numbers_are_those_of_spreadsheets() {
        let (day, millis) = of_serial(45_583.58, false).unwrap();
        assert_eq!((day.to_string().as_str(), millis), ("2024-10-18", 50_112_000));
        assert_eq!(of_serial(44_121.0, true).unwrap().0.to_string(), "2024-10-18");
        assert_eq!(of_serial(45_583.999_999_999_99, false).unwrap().0.to_string(), "2024-10-19");
        assert_eq!((of_serial(12.0, false), of_serial(f64::NAN, false)), (None, None));
    }

    proptest! {
        #[test]
        fn no_text_panics(cell in "\\PC{0,30}", digits in "[0-9/. :-]{0,20}") {
            for text in [&cell, &digits] {
                for format in [DateFormat::Named, numbers(DMY, '/'), numbers(MDY, '.'), numbers(DMY, '-')] {
                    let _ = format.to_iso(text);
                }
            }
        }

        #[test]
        fn what_is_written_is_read_back(days in -7_000..40_000_i64, minute in 0..1_440_i64) {
            let at = date(1970, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap().at(0, 0, 0, 0)
                .checked_add(jiff::Span::new().minutes(minute)).unwrap();
            for (format, pattern) in [
                (numbers(DMY, '/'), "%d/%m/%Y %H:%M"),
                (numbers(MDY, '/'), "%-m/%-d/%Y %I:%M %p"),
                (numbers(DMY, '.'), "%d.%m.%Y %H:%M:%S"),
                (DateFormat::Named, "%b %-d, %Y, %-I:%M:%S %p"),
                (DateFormat::Named, "%A, %d %B %Y %H:%M"),
            ] {
                let text = at.strftime(pattern).to_string();
                prop_assert_eq!(format.to_iso(&text), Some(at.to_string()), "{}", text);
            }
        }
    }
}
