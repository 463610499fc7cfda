//! Numbers and moments as people read them: the command line and the screens write the same figure the same way.
//! Used by both, and by the sentences of `domain`, `pipeline` and `queries`.

use super::metrics::Estimate;
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil::Date};

/// `1234567` → `1,234,567`.
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count with what is counted: `1 run`, `1,200 runs`.
pub fn counted(value: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(value), if value == 1 { one } else { many })
}

/// `10000000` → `10.0 M`: for places where the order of magnitude is enough.
pub fn compact_count(value: u64) -> String {
    match value {
        0..10_000 => count(value),
        10_000..1_000_000 => format!("{:.0} k", value as f64 / 1e3),
        _ => format!("{:.1} M", value as f64 / 1e6),
    }
}

/// Bytes in decimal units: `41 kB`, `2.5 MB`.
pub fn bytes(value: u64) -> String {
    match value {
        0..1_000 => format!("{value} B"),
        1_000..1_000_000 => format!("{:.0} kB", value as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", value as f64 / 1e6),
        _ => format!("{:.1} GB", value as f64 / 1e9),
    }
}

/// A share (0–1) as a percentage: `4.2 %`, `43 %`.
pub fn percent(share: f64) -> String {
    let value = 100.0 * share;
    if value.abs() >= 10.0 { format!("{value:.0} %") } else { format!("{value:.1} %") }
}

/// A percentile (1–100, 100 is the best) as the share at the top that it belongs to: `top 1 %`.
pub fn top_share(percentile: i32) -> String {
    format!("top {} %", 101 - percentile.clamp(1, 100))
}

/// Log-odds as by what they multiply the odds, e^φ: `×2.4`, `×12`; two decimals near 1, where one would tell nothing
/// (`×1.04`), and far below it (`×0.08`).
pub fn multiplier(log_odds: f64) -> String {
    let odds = log_odds.exp();
    if odds >= 9.95 {
        format!("×{odds:.0}")
    } else if odds < 0.095 || (odds - 1.0).abs() < 0.095 {
        format!("×{odds:.2}")
    } else {
        format!("×{odds:.1}")
    }
}

/// A duration in seconds as people say it: `3.1 s`, `41 s`, `2 min 30 s`.
pub fn seconds(value: f64) -> String {
    if value < 10.0 {
        format!("{value:.1} s")
    } else if value < 120.0 {
        format!("{value:.0} s")
    } else {
        format!("{:.0} min {:.0} s", (value / 60.0).floor(), value % 60.0)
    }
}

/// A duration in seconds as hours, minutes and seconds: `0:41`, `1:02:03`.
pub fn hms(seconds: f64) -> String {
    let seconds = seconds.max(0.0) as u64;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, minutes, seconds) => format!("{minutes}:{seconds:02}"),
        (hours, minutes, seconds) => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// A proportion (0–1), such as an AUC, without its leading zero: `.826`.
pub fn proportion(value: f64) -> String {
    let text = format!("{value:.3}");
    text.strip_prefix('0').map_or(text.clone(), str::to_string)
}

/// A value with its interval: `.826 (.811–.840)`.
pub fn interval(estimate: &Estimate) -> String {
    match (estimate.low, estimate.high) {
        (Some(low), Some(high)) => format!("{} ({}–{})", proportion(estimate.value), proportion(low), proportion(high)),
        _ => proportion(estimate.value),
    }
}

/// `20 Nov 2026`.
pub fn date(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

/// A date in a file (`YYYY-MM-DD`) as a person reads it; what is none stays as it is.
pub fn date_of_text(text: &str) -> String {
    text.parse().map_or_else(|_| text.to_string(), date)
}

/// How long ago something was, seen from `now`: `just now`, `5 min ago`, `2 h ago`, `Mon 14:05`, `3 Mar 2026`.
pub fn ago(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let passed = now.duration_since(at).as_secs();
    let local = at.to_zoned_datetime(zone.clone());
    match passed {
        i64::MIN..45 => "just now".into(),
        45..3_600 => format!("{} min ago", (passed + 30) / 60),
        3_600..64_800 => format!("{} h ago", (passed + 1_800) / 3_600),
        64_800..518_400 => local.strftime("%a %H:%M").to_string(),
        _ => date(local.date()),
    }
}

/// When something is to come, seen from `now`: `due`, `in 5 min`, `in 2 h`, `Mon 06:30`, `3 Dec`.
pub fn time_until(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let left = at.duration_since(now).as_secs();
    let local = at.to_zoned_datetime(zone.clone());
    match left {
        i64::MIN..1 => "due".into(),
        1..3_600 => format!("in {} min", (left + 59) / 60),
        3_600..86_400 => format!("in {} h", (left + 1_800) / 3_600),
        86_400..518_400 => local.strftime("%a %H:%M").to_string(),
        _ => local.strftime("%-d %b").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_as_people_write_them() {
        assert_eq!([count(0), count(999), count(1_234_567)], ["0", "999", "1,234,567"]);
        assert_eq!(
            [compact_count(9_999), compact_count(14_998), compact_count(10_000_000)],
            ["9,999", "15 k", "10.0 M"]
        );
        assert_eq!([bytes(12), bytes(41_200), bytes(2_500_000)], ["12 B", "41 kB", "2.5 MB"]);
        assert_eq!([percent(0.042), percent(0.43)], ["4.2 %", "43 %"]);
        assert_eq!([seconds(3.12), seconds(41.0), seconds(150.0)], ["3.1 s", "41 s", "2 min 30 s"]);
        assert_eq!([hms(14.9), hms(3_723.0)], ["0:14", "1:02:03"]);
        assert_eq!([proportion(0.8264), proportion(1.0)], [".826", "1.000"]);
    }

    #[test]
    fn moments_are_written_from_now() {
        let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        let past = |hours: f64| ago(now - jiff::SignedDuration::from_secs_f64(hours * 3600.0), now, &TimeZone::UTC);
        assert_eq!(
            [0.0, 0.1, 2.1, 24.0, 24.0 * 30.0].map(past),
            ["just now", "6 min ago", "2 h ago", "Mon 12:00", "25 Oct 2026"]
        );
        let future =
            |hours: f64| time_until(now + jiff::SignedDuration::from_secs_f64(hours * 3600.0), now, &TimeZone::UTC);
        assert_eq!(
            [-1.0, 0.5, 14.0, 30.0, 24.0 * 30.0].map(future),
            ["due", "in 30 min", "in 14 h", "Wed 18:00", "24 Dec"]
        );
    }
}
