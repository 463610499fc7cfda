//! Every documented shape of a timestamp, and jiff as the judge of dates and zones.

use super::*;
use jiff::civil::{Date, date};
use proptest::prelude::*;

fn parser(zone: &str) -> TimeParser {
    TimeParser::new(&TimeZone::get(zone).unwrap(), &[]).unwrap()
}

fn millis(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_millisecond()
}

#[test]
fn every_documented_shape_is_understood() {
    let p = parser("UTC");
    let noon = millis("2024-01-31T12:00:00Z");
    for text in [
        "2024-01-31T12:00:00Z",
        "2024-01-31t12:00:00z",
        "2024-01-31 12:00",
        "2024-01-31 12:00:00",
        " 2024-01-31T12:00 ",
        "2024-01-31T12:00:00.000",
        "2024-01-31T12:00:00.000000000Z",
        "2024-01-31T14:00:00+02:00",
        "2024-01-31T14:00:00.0+0200",
        "2024-01-31 10:00-02",
        "2024-01-31 12:00:00 UTC",
        "2024-01-31 12:00:00 +0000",
        "1706702400",
        "1706702400.0",
        "1706702400000",
        "1706702400000.9",
        "1706702400000000",
        "1706702400000000000",
        "20240131120000",
        "45322.5",
    ] {
        assert_eq!(p.parse(text), Some(noon), "{text}");
    }
    assert_eq!(p.parse("2024-01-31T12:00:00.123999Z"), Some(noon + 123));
    assert_eq!(p.parse("1706702400.25"), Some(noon + 250));
    assert_eq!(p.parse("2024-01-31"), Some(millis("2024-01-31T00:00:00Z")));
    assert_eq!(p.parse("2016-12-31T23:59:60Z"), Some(millis("2016-12-31T23:59:59Z")));
    assert_eq!(p.parse("-1706702400"), Some(-noon));
    assert_eq!(p.parse("20240131"), p.parse("45322"));
    let since_1904 = TimeParser::new(&TimeZone::UTC, &["excel-1904".to_string()]).unwrap();
    assert_eq!(since_1904.parse("43860.5"), Some(noon));
    assert_eq!(p.parse("1969-12-31T23:59:59.999Z"), Some(-1));
}

#[test]
fn what_is_no_instant_is_refused() {
    let p = parser("Europe/Berlin");
    for text in [
        "",
        "2024",
        "202401",
        "20240231",
        "20240131250000",
        "202401311230",
        "99999999",
        "12345",
        "9999999999999999999",
        "12345678901",
        "17067024000000",
        "2023-02-30",
        "2023-13-01",
        "2023-00-10",
        "2023-01-00",
        "0000-00-00",
        "2100-02-29",
        "2024-01-31T25:00",
        "2024-01-31T24:00:00",
        "2024-01-31T12:60",
        "2024-01-31T12:00:61",
        "2024-01-31T12",
        "2024-01-31T1:00",
        "2024-01-31T12:00:00+",
        "2024-01-31T12:00:00+24:00",
        "2024-01-31T12:00:00+2:00",
        "2024-01-31T12:00:00Zx",
        "2024-01-31x12:00",
        "24-01-31",
        "31.01.2024",
        "2024-1-31",
        "1706702400.",
        "1.7067e12",
        "1706702400.5x",
        "yesterday",
        "٢٠٢٤-01-31",
        "-",
        "--------",
        "2024-01-3\u{e9}",
        "2024-01-31T12:00:00.Z\u{e9}",
    ] {
        assert_eq!(p.parse(text), None, "{text:?}");
    }
}

#[test]
fn naive_times_are_in_the_zone_and_daylight_saving_follows_the_compatible_rule() {
    let p = parser("Europe/Berlin");
    assert_eq!(p.parse("2024-07-01 12:00"), Some(millis("2024-07-01T10:00:00Z")));
    assert_eq!(p.parse("2024-01-01"), Some(millis("2023-12-31T23:00:00Z")));
    assert_eq!(p.parse("2024-03-31 02:30"), Some(millis("2024-03-31T01:30:00Z")));
    assert_eq!(p.parse("2024-10-27 02:30"), Some(millis("2024-10-27T00:30:00Z")));
    assert_eq!(p.days(millis("2024-03-30T23:00:00Z")), p.days(millis("2024-03-31T21:59:59Z")));
}

#[test]
fn a_day_begins_at_its_first_instant_even_where_midnight_is_missing() {
    let day = |p: &TimeParser, d: Date| p.days(millis(&format!("{d}T12:00:00Z")));
    let p = parser("America/Sao_Paulo");
    assert_eq!(p.day_start(day(&p, date(2018, 11, 4))), millis("2018-11-04T03:00:00Z"));
    // The clock went from 23:30 on the 30th to 00:30 on the 31st.
    let p = parser("America/Toronto");
    assert_eq!(p.day_start(day(&p, date(1919, 3, 31))), millis("1919-03-31T04:30:00Z"));
}

#[test]
fn formats_of_the_configuration_come_first() {
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    let formats = ["%d.%m.%Y %H:%M", "%d.%m.%Y", "%Y-%d-%m", "%d/%m/%y %H:%M %z"].map(String::from);
    let p = TimeParser::new(&berlin, &formats).unwrap();
    assert_eq!(p.parse("31.01.2024 13:00"), Some(millis("2024-01-31T12:00:00Z")));
    assert_eq!(p.parse("31.01.2024"), Some(millis("2024-01-30T23:00:00Z")));
    assert_eq!(p.parse("2024-05-03"), Some(millis("2024-03-04T23:00:00Z")));
    assert_eq!(p.parse("31/01/24 12:00 +0000"), Some(millis("2024-01-31T12:00:00Z")));
    assert_eq!(p.parse("2024-01-31T12:00:00Z"), Some(millis("2024-01-31T12:00:00Z")));
    let error = TimeParser::new(&berlin, &["%Y-%!".into()]).unwrap_err().to_string();
    assert!(error.contains("'%Y-%!'"), "{error}");
}

#[test]
fn every_date_from_1900_to_2200_is_what_jiff_says() {
    let p = parser("UTC");
    let mut day = date(1900, 1, 1);
    let mut expected = TABLE.start / DAY;
    while day < date(2201, 1, 1) {
        assert_eq!(p.parse(&day.to_string()), Some(expected * DAY), "{day}");
        assert_eq!(p.days(expected * DAY + DAY - 1), expected as i32);
        day = day.tomorrow().unwrap();
        expected += 1;
    }
}

fn zone() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Asia/Kolkata",
        "America/Sao_Paulo",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Africa/Casablanca",
        "America/Havana",
        "Asia/Gaza",
    ])
}

proptest! {
    #[test]
    fn clock_times_are_what_jiff_says(
        zone in zone(), y in 1899_i16..2202, m in 1_i8..=12, d in 1_i8..=31, h in 0_i8..24, min in 0_i8..60,
        s in 0_i8..60, ms in 0_i32..1000, offset in prop::option::of(-1439_i32..1440),
    ) {
        let civil = DateTime::new(y, m, d, h, min, s, ms * 1_000_000);
        let text = format!("{y:04}-{m:02}-{d:02}T{h:02}:{min:02}:{s:02}.{ms:03}");
        let p = parser(zone);
        let Ok(civil) = civil else {
            prop_assert_eq!(p.parse(&text), None);
            return Ok(());
        };
        let naive = TimeZone::get(zone).unwrap().to_timestamp(civil).unwrap().as_millisecond();
        prop_assert_eq!(p.parse(&text), Some(naive));
        let utc = TimeZone::UTC.to_timestamp(civil).unwrap().as_millisecond();
        prop_assert_eq!(p.parse(&format!("{text}Z")), Some(utc));
        if let Some(offset) = offset {
            let sign = if offset < 0 { '-' } else { '+' };
            let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
            let stamp = format!("{text}{sign}{hours:02}:{minutes:02}");
            prop_assert_eq!(p.parse(&stamp), Some(utc - i64::from(offset) * 60_000));
        }
    }

    #[test]
    fn days_are_what_jiff_says(zone in zone(), millis in -3_000_000_000_000_i64..8_000_000_000_000) {
        let p = parser(zone);
        let local = TimeZone::get(zone).unwrap().to_datetime(Timestamp::from_millisecond(millis).unwrap()).date();
        let expected = TimeZone::UTC.to_timestamp(local.at(0, 0, 0, 0)).unwrap().as_second() / 86_400;
        prop_assert_eq!(i64::from(p.days(millis)), expected);
        let start = p.day_start(p.days(millis));
        prop_assert!(start <= millis && p.days(start) == p.days(millis) && p.days(start - 1) < p.days(start));
    }

    #[test]
    fn no_text_panics(text in any::<String>(), near in "[0-9TZ:. +-]{0,32}", day in any::<i32>(), ms in any::<i64>()) {
        let p = parser("America/New_York");
        p.parse(&text);
        p.parse(&near);
        p.day_start(day);
        p.days(ms);
    }
}
