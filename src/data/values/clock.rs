//! A clock time as exports write it: 24 or 12 hours, with or without seconds, and the zone after it. Called by
//! [`date_format`](super::date_format) with what follows the date.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// A time of day.
#[derive(Debug, Clone, PartialEq)]
pub struct Clock {
    /// Milliseconds since midnight.
    pub millis: i64,
    /// What the text says about its zone.
    pub zone: Zone,
}

/// The zone of a clock time.
#[derive(Debug, Clone, PartialEq)]
pub enum Zone {
    /// None is told: the workspace's.
    Local,
    /// Minutes east of UTC.
    Offset(i64),
    /// A zone of the tz database, whose offset depends on the date.
    Named(TimeZone),
}

impl Zone {
    /// Minutes east of UTC at a local time; `None` where the zone is not told.
    pub fn minutes_at(&self, civil: DateTime) -> Option<i64> {
        match self {
            Zone::Local => None,
            Zone::Offset(minutes) => Some(*minutes),
            Zone::Named(zone) => {
                let at = zone.to_ambiguous_timestamp(civil).compatible().ok()?;
                Some(i64::from(zone.to_offset(at).seconds()) / 60)
            }
        }
    }
}

/// Abbreviations that mean one offset: those of RFC 2822, and Europe's. `IST` and the like mean several and are none.
const ABBREVIATIONS: [(&str, i64); 23] = [
    ("Z", 0),
    ("UTC", 0),
    ("GMT", 0),
    ("WET", 0),
    ("WEST", 60),
    ("BST", 60),
    ("CET", 60),
    ("MEZ", 60),
    ("CEST", 120),
    ("MESZ", 120),
    ("EET", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("EST", -300),
    ("EDT", -240),
    ("CST", -360),
    ("CDT", -300),
    ("MST", -420),
    ("MDT", -360),
    ("PST", -480),
    ("PDT", -420),
    ("AKST", -540),
    ("HST", -600),
];

/// Reads a clock time; an empty text is midnight. `None` where it is none.
pub fn parse(text: &str) -> Option<Clock> {
    let text = trim_start(text);
    if text.is_empty() {
        return Some(Clock { millis: 0, zone: Zone::Local });
    }
    let (hour, rest) = number(text, 2)?;
    let (mut minute, mut second, mut fraction, mut rest) = (0, 0, 0, rest);
    let mut has_minutes = false;
    if let Some((value, after)) = after_mark(rest, [':', '.', 'h']).and_then(|after| two_digits(after)) {
        (minute, rest, has_minutes) = (value, after, true);
        if let Some((value, after)) = after_mark(rest, [':', '.', ':']).and_then(|after| two_digits(after)) {
            (second, rest) = (value, after);
            if let Some(after) =
                after_mark(rest, ['.', ',', ':']).filter(|a| a.starts_with(|c: char| c.is_ascii_digit()))
            {
                (fraction, rest) = millis(after);
            }
        }
    }
    let (half, rest) = half_of_day(trim_start(rest));
    let rest = rest.trim_start_matches("Uhr").trim();
    let hour = match half {
        // `14` alone is no clock time, but `2 PM` is.
        None if !has_minutes => return None,
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
    };
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // A leap second is the second before it, as POSIX time has none.
    let millis = hour * 3_600_000 + minute * 60_000 + second.min(59) * 1_000 + fraction;
    Some(Clock { millis, zone: zone(rest)? })
}

/// Without the blanks (also the narrow ones that macOS and ICU write), the comma or the word that stands before a clock time.
pub(super) fn trim_start(text: &str) -> &str {
    let text = text.trim_start_matches([' ', '\u{a0}', '\u{202f}', '\t', ',']);
    let word =
        ["T", "at ", "um ", "à ", "a las ", "alle ", "às ", "om ", "- "].into_iter().find(|w| text.starts_with(w));
    let text = word.map_or(text, |word| &text[word.len()..]);
    text.trim_start_matches([' ', '\u{a0}', '\u{202f}', '\t'])
}

/// A number of at most `digits` digits, and what follows it.
pub(super) fn number(text: &str, digits: usize) -> Option<(i64, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let value = if (1..=digits).contains(&length) { text[..length].parse().ok()? } else { return None };
    Some((value, &text[length..]))
}

fn two_digits(text: &str) -> Option<(i64, &str)> {
    number(text, 2).filter(|(_, rest)| text.len() - rest.len() == 2)
}

fn after_mark(text: &str, marks: [char; 3]) -> Option<&str> {
    text.strip_prefix(marks)
}

/// The first three digits of a fraction of a second, and what follows all of it.
fn millis(text: &str) -> (i64, &str) {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let digits = text[..length].bytes().chain(std::iter::repeat(b'0')).take(3);
    (digits.fold(0, |value, digit| value * 10 + i64::from(digit - b'0')), &text[length..])
}

/// Whether it is after noon, where AM or PM is told, and what follows.
fn half_of_day(text: &str) -> (Option<bool>, &str) {
    const MARKS: [(&str, bool); 8] = [
        ("a.m.", false),
        ("p.m.", true),
        ("a. m.", false),
        ("p. m.", true),
        ("a.\u{a0}m.", false),
        ("p.\u{a0}m.", true),
        ("am", false),
        ("pm", true),
    ];
    for (mark, afternoon) in MARKS {
        let Some(start) = text.get(..mark.len()) else { continue };
        let rest = &text[mark.len()..];
        if start.eq_ignore_ascii_case(mark) && !rest.starts_with(char::is_alphanumeric) {
            return (Some(afternoon), rest);
        }
    }
    (None, text)
}

/// The zone that a text names; `None` where it names none that is known.
pub(super) fn zone(text: &str) -> Option<Zone> {
    // A zone in words may stand in parentheses behind its offset, as JavaScript writes it.
    let text = text.trim();
    let text = match text.find(" (") {
        Some(at) if text.ends_with(')') => text[..at].trim(),
        _ => text.trim_start_matches(['[', '(']).trim_end_matches([']', ')']),
    };
    if text.is_empty() {
        return Some(Zone::Local);
    }
    if let Some((_, minutes)) = ABBREVIATIONS.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
        return Some(Zone::Offset(*minutes));
    }
    let offset = ["UTC", "GMT"].iter().find_map(|name| text.strip_prefix(name)).unwrap_or(text);
    if offset.starts_with(['+', '-', '\u{2212}']) {
        return offset_minutes(offset).map(Zone::Offset);
    }
    if text.contains('/') { TimeZone::get(text).ok().map(Zone::Named) } else { None }
}

/// `+02:00`, `+0200`, `+02` and `+2` in minutes.
fn offset_minutes(text: &str) -> Option<i64> {
    let mut characters = text.chars();
    let sign = if characters.next()? == '+' { 1 } else { -1 };
    let digits = characters.as_str();
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let (hours, minutes) = (whole(hours)?, whole(minutes)?);
    (hours <= 18 && minutes <= 59).then_some(sign * (hours * 60 + minutes))
}

fn whole(digits: &str) -> Option<i64> {
    number(digits, 2).filter(|(_, rest)| rest.is_empty()).map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(text: &str) -> Option<(f64, Option<i64>)> {
        let clock = parse(text)?;
        let civil = jiff::civil::date(2024, 7, 1).at(12, 0, 0, 0);
        Some((clock.millis as f64 / 60_000.0, clock.zone.minutes_at(civil)))
    }

    #[test]
    fn clock_times_of_all_kinds_are_read() {
        for (text, minute) in [
            ("", 0.0),
            (" 14:05", 845.0),
            ("T14:05:30", 845.5),
            (", 2:05 PM", 845.0),
            (" 2:05:30\u{202f}pm", 845.5),
            (" 12:00 AM", 0.0),
            (" 12:30 p.m.", 750.0),
            (" 2 PM", 840.0),
            (" 14.05", 845.0),
            (" 14h05", 845.0),
            (" um 14:05 Uhr", 845.0),
            (" 00:00:00.5", 0.5 / 60.0),
        ] {
            assert_eq!(minutes(text), Some((minute, None)), "{text}");
        }
        for text in ["14", "25:00", "12:60", "13:00 PM", "0:30 AM", "14:5", "x", "12:00 XYZ", "10:00 IST"] {
            assert_eq!(minutes(text), None, "{text}");
        }
    }

    #[test]
    fn zones_are_offsets_names_and_abbreviations() {
        for (text, offset) in [
            ("10:00Z", 0),
            ("10:00 UTC", 0),
            ("10:00 +0200", 120),
            ("10:00-05:00", -300),
            ("10:00 GMT+2", 120),
            ("10:00 CEST", 120),
            ("10:00 AM EDT", -240),
            ("10:00 GMT+0200 (Central European Summer Time)", 120),
            ("10:00 America/New_York", -240),
            ("10:00 [Europe/Berlin]", 120),
        ] {
            assert_eq!(minutes(text), Some((600.0, Some(offset))), "{text}");
        }
    }
}
