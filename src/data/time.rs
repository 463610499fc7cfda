//! Timestamps as text to instants, and instants to days of the workspace's time zone. Called once per row, so the
//! usual shapes are read by hand and the zone's offsets are looked up in a table; jiff does the rest.

use super::values::date_format;
use crate::error::{Error, Result};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

const DAY: i64 = 86_400_000;
/// The table of offsets covers 1900-01-01 to 2200-01-01; jiff is asked outside it.
const TABLE: std::ops::Range<i64> = -25_567 * DAY..84_006 * DAY;

/// Reads timestamps and cuts days in one time zone. Cheap to share between threads.
///
/// Understood, after the formats of the configuration, with surrounding blanks ignored:
/// * RFC 3339 with any offset: `T` or a blank between, a fraction of any length (cut to milliseconds), the offset as
///   `Z`, `UTC`, `+02:00`, `+0200` or `+02`; seconds may be left out;
/// * the same without an offset, and `YYYY-MM-DD` alone (its midnight), in the zone; in a gap of daylight saving time
///   the clock time is moved on by the gap, in a fold the earlier instant is taken;
/// * epoch seconds: a number with 9 or 10 digits before the decimal point (1973 to 2286);
/// * epoch milliseconds: a number with 12 or 13 digits (1973 to 2286), unless 12 digits read as `YYYYMMDDHHMM`;
/// * epoch microseconds and nanoseconds: 15 or 16, 18 or 19 digits;
/// * `YYYYMMDD` and `YYYYMMDDHHMMSS` of 1900 to 2199, in the zone;
/// * the serial number of a spreadsheet: five digits (1950 to 2173) and a fraction, in the zone.
///
/// Other numbers are a year or an id, and no instant. Among the formats of the configuration, `excel-1904` says that serial
/// numbers count from 1904.
#[derive(Debug, Clone)]
pub struct TimeParser {
    zone: TimeZone,
    formats: Vec<String>,
    /// Serial numbers of a spreadsheet count from 1904.
    since_1904: bool,
    offsets: Offsets,
}

/// Among the formats: serial numbers count from 1904, as old workbooks of the Mac do.
const EXCEL_1904: &str = "excel-1904";

/// The offset of the zone over [`TABLE`].
#[derive(Debug, Clone)]
enum Offsets {
    /// Milliseconds east of UTC, the same at all times.
    Fixed(i64),
    /// (first instant in milliseconds, offset in milliseconds), ascending; the first is at or before the table's start.
    Changing(Vec<(i64, i64)>),
}

impl TimeParser {
    /// A parser for a zone that tries `formats` (as for strptime) first.
    ///
    /// # Errors
    /// One of the strptime `formats` has a directive that does not exist.
    pub fn new(timezone: &TimeZone, formats: &[String]) -> Result<TimeParser> {
        let sample = Timestamp::UNIX_EPOCH.to_zoned_datetime(TimeZone::UTC);
        let (words, formats): (Vec<&String>, Vec<&String>) = formats.iter().partition(|f| *f == EXCEL_1904);
        for format in &formats {
            strtime::format(format, &sample).map_err(|e| {
                Error::new(format!("The timestamp format '{format}' is not valid."))
                    .because(e)
                    .hint("Formats are written as for strptime, for example \"%d.%m.%Y %H:%M\".")
            })?;
        }
        Ok(TimeParser {
            zone: timezone.clone(),
            formats: formats.into_iter().cloned().collect(),
            since_1904: !words.is_empty(),
            offsets: Offsets::of(timezone),
        })
    }

    /// The instant in epoch milliseconds; `None` where the text is no known shape or no such date or time exists.
    pub fn parse(&self, text: &str) -> Option<i64> {
        let text = text.trim_ascii();
        if let Some(millis) = self.formats.iter().find_map(|format| self.parse_format(format, text)) {
            return Some(millis);
        }
        let bytes = text.as_bytes();
        if bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-') {
            return self.parse_iso(bytes);
        }
        let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
        match digits {
            5 => self.parse_serial(text),
            8 | 14 if digits == bytes.len() => self.parse_compact(bytes),
            _ => parse_epoch(bytes),
        }
    }

    /// The local civil date of an instant as days since 1970-01-01.
    pub fn days(&self, millis: i64) -> i32 {
        let day = (millis.saturating_add(self.offset(millis))).div_euclid(DAY);
        day.clamp(i32::MIN.into(), i32::MAX.into()) as i32
    }

    /// The first instant of a local civil date; that of the next existing day where the zone skipped this one.
    pub fn day_start(&self, day: i32) -> i64 {
        let start = self.civil_instant(i64::from(day) * DAY);
        if let Offsets::Changing(spans) = &self.offsets
            && TABLE.contains(&start)
        {
            // A gap that begins before midnight and ends after it: the day begins where the clock was moved.
            let transition = spans[span_at(spans, start)].0;
            if self.days(transition) >= day {
                return transition;
            }
        }
        start
    }

    fn offset(&self, millis: i64) -> i64 {
        match &self.offsets {
            Offsets::Fixed(offset) => *offset,
            Offsets::Changing(spans) if TABLE.contains(&millis) => spans[span_at(spans, millis)].1,
            Offsets::Changing(_) => Timestamp::from_millisecond(millis).map_or(0, |t| offset_at(&self.zone, t)),
        }
    }

    /// The instant of a local clock time, which is given as the epoch milliseconds it would have in UTC.
    fn civil_instant(&self, local: i64) -> i64 {
        match &self.offsets {
            Offsets::Fixed(offset) => local - offset,
            Offsets::Changing(spans) => {
                let (before, after) = (local - DAY - DAY / 12, local + DAY + DAY / 12);
                if TABLE.contains(&before) && TABLE.contains(&after) {
                    let span = span_at(spans, before);
                    // No offset reaches 26 hours: without a change in between, the offset is certain.
                    if spans.get(span + 1).is_none_or(|next| next.0 > after) {
                        return local - spans[span].1;
                    }
                }
                self.civil_instant_slowly(local)
            }
        }
    }

    fn civil_instant_slowly(&self, local: i64) -> i64 {
        Timestamp::from_millisecond(local)
            .map(|t| TimeZone::UTC.to_datetime(t))
            .and_then(|civil| self.instant(civil))
            // Beyond the years that jiff knows, zones mean nothing.
            .unwrap_or(local)
    }

    fn instant(&self, civil: DateTime) -> Result<i64, jiff::Error> {
        Ok(self.zone.to_ambiguous_timestamp(civil).compatible()?.as_millisecond())
    }

    fn parse_format(&self, format: &str, text: &str) -> Option<i64> {
        let parts = strtime::parse(format, text).ok()?;
        if let Ok(instant) = parts.to_timestamp() {
            return Some(instant.as_millisecond());
        }
        let civil = parts.to_datetime().or_else(|_| parts.to_date().map(|d| d.at(0, 0, 0, 0))).ok()?;
        self.instant(civil).ok()
    }

    /// A spreadsheet's serial number.
    fn parse_serial(&self, text: &str) -> Option<i64> {
        let (day, millis) = date_format::of_serial(text.parse().ok()?, self.since_1904)?;
        let midnight = days_from_civil(day.year().into(), day.month().into(), day.day().into())? * DAY;
        Some(self.civil_instant(midnight + millis))
    }

    /// `YYYYMMDD` or `YYYYMMDDHHMMSS`.
    fn parse_compact(&self, text: &[u8]) -> Option<i64> {
        let year = number(text.get(..4)?).filter(|year| (1900..2200).contains(year))?;
        let midnight = days_from_civil(year, digits2(text, 4)?, digits2(text, 6)?)? * DAY;
        if text.len() == 8 {
            return Some(self.civil_instant(midnight));
        }
        let (hour, minute, second) = (digits2(text, 8)?, digits2(text, 10)?, digits2(text, 12)?);
        let clock = hour * 3_600_000 + minute * 60_000 + second * 1_000;
        (hour < 24 && minute < 60 && second < 60).then(|| self.civil_instant(midnight + clock))
    }

    /// `YYYY-MM-DD`, then nothing or a clock time with or without an offset.
    fn parse_iso(&self, text: &[u8]) -> Option<i64> {
        let (year, month, day) = (number(&text[..4])?, digits2(text, 5)?, digits2(text, 8)?);
        let midnight = days_from_civil(year, month, day)? * DAY;
        if text.len() == 10 {
            return Some(self.civil_instant(midnight));
        }
        if !matches!(text[10], b'T' | b't' | b' ') || text.get(13) != Some(&b':') {
            return None;
        }
        let (hour, minute) = (digits2(text, 11)?, digits2(text, 14)?);
        let (mut second, mut millis, mut at) = (0, 0, 16);
        if text.get(16) == Some(&b':') {
            second = digits2(text, 17)?;
            at = 19;
            if matches!(text.get(19), Some(b'.' | b',')) {
                let fraction = &text[20..];
                let length = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
                millis = to_millis(&fraction[..length])?;
                at = 20 + length;
            }
        }
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        // A leap second is the second before it, as POSIX time has none.
        let local = midnight + hour * 3_600_000 + minute * 60_000 + second.min(59) * 1_000 + millis;
        match &text[at..] {
            b"Z" | b"z" => Some(local),
            b"" => Some(self.civil_instant(local)),
            zone => Some(local - parse_offset(zone.strip_prefix(b" ").unwrap_or(zone))?),
        }
    }
}

impl Offsets {
    fn of(zone: &TimeZone) -> Offsets {
        if let Ok(offset) = zone.to_fixed_offset() {
            return Offsets::Fixed(i64::from(offset.seconds()) * 1_000);
        }
        let Ok(start) = Timestamp::from_millisecond(TABLE.start) else {
            return Offsets::Fixed(0);
        };
        let mut spans = vec![(TABLE.start, offset_at(zone, start))];
        for transition in zone.following(start) {
            let at = transition.timestamp().as_millisecond();
            if at >= TABLE.end {
                break;
            }
            spans.push((at, i64::from(transition.offset().seconds()) * 1_000));
        }
        Offsets::Changing(spans)
    }
}

fn offset_at(zone: &TimeZone, instant: Timestamp) -> i64 {
    i64::from(zone.to_offset(instant).seconds()) * 1_000
}

/// The span that holds an instant of [`TABLE`]; the first span starts with it, so there always is one.
fn span_at(spans: &[(i64, i64)], millis: i64) -> usize {
    spans.partition_point(|span| span.0 <= millis).saturating_sub(1)
}

/// `Z`, `UTC`, `GMT`, `+02:00`, `+0200` or `+02` in milliseconds east of UTC.
fn parse_offset(text: &[u8]) -> Option<i64> {
    let sign = match text {
        b"Z" | b"z" | b"UTC" | b"GMT" => return Some(0),
        [b'+', ..] => 1,
        [b'-', ..] => -1,
        _ => return None,
    };
    let (hours, minutes) = match text.len() {
        3 => (digits2(text, 1)?, 0),
        5 => (digits2(text, 1)?, digits2(text, 3)?),
        6 if text[3] == b':' => (digits2(text, 1)?, digits2(text, 4)?),
        _ => return None,
    };
    (hours <= 23 && minutes <= 59).then_some(sign * (hours * 60 + minutes) * 60_000)
}

/// Epoch seconds, milliseconds, microseconds or nanoseconds, by their number of digits.
fn parse_epoch(text: &[u8]) -> Option<i64> {
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let length = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let fits = length < 19 || text[..length] <= b"9223372036854775807"[..];
    let is_epoch = matches!(length, 9..=13 | 15 | 16 | 18 | 19) && fits;
    let whole = if is_epoch { number(&text[..length])? } else { return None };
    let fraction: &[u8] = match &text[length..] {
        [] => b"0",
        [b'.', fraction @ ..] => fraction,
        _ => return None,
    };
    let part = to_millis(fraction)?;
    let (millis, cut) = match length {
        9 | 10 => (whole * 1_000 + part, fraction.iter().skip(3).any(|b| *b != b'0')),
        12 if is_compact(&text[..12]) => return None,
        12 | 13 => (whole, fraction.iter().any(|b| *b != b'0')),
        15 | 16 => (whole / 1_000, whole % 1_000 != 0),
        18 | 19 => (whole / 1_000_000, whole % 1_000_000 != 0),
        _ => return None,
    };
    // What is cut off is cut towards the past on both sides of 1970.
    Some(if negative { -millis - i64::from(cut) } else { millis })
}

/// Whether 12 digits read as a clock time `YYYYMMDDHHMM` of 1900 to 2199.
fn is_compact(text: &[u8]) -> bool {
    let parts = (number(&text[..4]), digits2(text, 4), digits2(text, 6), digits2(text, 8), digits2(text, 10));
    let (Some(year), Some(month), Some(day), Some(hour), Some(minute)) = parts else { return false };
    (1900..2200).contains(&year) && days_from_civil(year, month, day).is_some() && hour < 24 && minute < 60
}

/// The first three digits of a decimal fraction as milliseconds; `None` where it is empty or not all digits.
fn to_millis(fraction: &[u8]) -> Option<i64> {
    if fraction.is_empty() {
        return None;
    }
    let mut millis = 0;
    for (i, byte) in fraction.iter().enumerate() {
        if !byte.is_ascii_digit() {
            return None;
        }
        if i < 3 {
            millis += i64::from(byte - b'0') * [100, 10, 1][i];
        }
    }
    Some(millis)
}

fn digits2(text: &[u8], at: usize) -> Option<i64> {
    number(text.get(at..at + 2)?)
}

/// A number of at most 18 digits, or one of 19 below that of `i64`.
fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0_i64, |n, b| b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0')))
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar, by counting years from 1 March so that the
/// leap day comes last; `None` where there is no such date.
fn days_from_civil(year: i64, month: i64, day: i64) -> Option<i64> {
    const LENGTHS: [i64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = *LENGTHS.get(usize::try_from(month - 1).ok()?)? + i64::from(leap && month == 2);
    if !(1..=length).contains(&day) {
        return None;
    }
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let era_days = y * 365 + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400);
    // 153 days in each five months from March; 719,468 days from 0000-03-01 to 1970-01-01.
    Some(era_days + (153 * m + 2) / 5 + day - 1 - 719_468)
}

#[cfg(test)]
mod tests;
