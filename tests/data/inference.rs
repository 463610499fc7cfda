//! A thousand tables as exports write them: every date, clock time, number, delimiter and encoding in use, with two cells in a
//! hundred that are none. What is read is either right or refused, and a question is asked only where the cells leave it
//! open.

use jiff::Timestamp;
use jiff::civil::{DateTime, date};
use propensity::config::{Config, Source, SourceKind};
use propensity::data::load::{Attributes, Request, load};
use propensity::domain::progress::Silent;
use propensity::domain::random::Xoshiro256PlusPlus;
use propensity::domain::run::AsOf;
use propensity::domain::score::{MergePolicy, ProfileType};
use propensity::domain::source::activity::{Business, Day, day_of};

const TABLES: u64 = 1_000;
/// A hundredth of the tables whose cells decide may end in a question.
const QUESTIONS: usize = 10;

/// strptime patterns, and words for what is a number.
const DATES: [&str; 24] = [
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y/%m/%d %H:%M",
    "%Y%m%d",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%-d/%-m/%y",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%y",
    "%d-%m-%Y %H:%M",
    "%m/%d/%Y %I:%M %p",
    "%-m/%-d/%Y",
    "%-m/%-d/%y %-I:%M %p",
    "%b %-d, %Y, %-I:%M:%S %p",
    "%d %B %Y",
    "%d-%b-%y",
    "%a %b %d %H:%M:%S %Y",
    "german",
    "french",
    "serial",
    "seconds",
    "micros",
    "nanos",
];

const NUMBERS: [&str; 10] = [
    "1234.56",
    "1,234.56",
    "$1,234.56",
    "(1,234.56)",
    "1.234,56",
    "1 234,56",
    "1'234.56",
    "1.234,56 €",
    "1234,5",
    "12 %",
];

const DIRT: [&str; 8] = ["unknown", "??", "32.13.2024", "0000-00-00", "99/99/9999", "soon", "TBD", "1.2.3.4"];
const NOTHING: [&str; 5] = ["", "n/a", "NULL", "-", "(blank)"];

struct Written {
    bytes: Vec<u8>,
    /// By person: the day and the amount in hundredths; `None` where the cell is dirt.
    truth: Vec<(Option<Day>, Option<i64>)>,
    /// How it is written, for messages.
    words: String,
    /// Whether days above 12 and fractions stand in it, so that nothing is left open.
    decides: bool,
    /// Amounts that are none are words for nothing, so that the column stays one of numbers.
    numeric: bool,
}

/// Draws of one table.
struct Draws(Xoshiro256PlusPlus);

impl Draws {
    fn within(&mut self, range: std::ops::Range<i64>) -> i64 {
        range.start + self.0.below((range.end - range.start) as u64) as i64
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.0.below(from.len() as u64) as usize]
    }
}

fn written(seed: u64) -> Written {
    let draws = &mut Draws(Xoshiro256PlusPlus::seeded(seed));
    let (dates, numbers) = (draws.pick(&DATES), draws.pick(&NUMBERS));
    let delimiter = draws.pick(b",;\t|");
    let encoding = draws.pick(&["utf-8", "utf-8 with mark", "utf-16le", "utf-16be", "windows-1252"]);
    let rows = draws.within(20..300);
    let numeric = draws.within(0..2) == 0;
    let last_day = if draws.within(0..10) == 0 { 12 } else { 28 };
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    writer.write_record(["person_id", "timestamp", "event_type", "amount", "note"]).unwrap();
    let (mut truth, mut decides) = (Vec::new(), last_day > 12);
    let mut has_fraction = false;
    for row in 0..rows {
        let (year, month, day) = (draws.within(2019..2025), draws.within(1..13), draws.within(1..last_day + 1));
        let (hour, minute) = (draws.within(0..24), draws.within(0..60));
        let at = date(year as i16, month as i8, day as i8).at(hour as i8, minute as i8, 0, 0);
        let hundredths = draws.within(-9_999_999..99_999_999);
        let (mut stamp, mut amount) = (date_text(at, dates), number_text(hundredths, numbers));
        let (mut day, mut value) = (Some(day_of(at.date())), Some(hundredths));
        has_fraction |= hundredths % 100 != 0;
        if draws.within(0..100) < 2 {
            (stamp, day) = (draws.pick(&DIRT).to_string(), None);
        }
        if draws.within(0..100) < 2 {
            (amount, value) = (draws.pick(if numeric { &NOTHING[..] } else { &DIRT[..2] }).to_string(), None);
        }
        writer.write_record([&format!("p{row:04}"), &stamp, "Café", &amount, "Zoë"]).unwrap();
        truth.push((day, value));
    }
    decides &= has_fraction;
    let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
    let words = format!("table {seed}: {dates}, {numbers}, '{}', {encoding}, {rows} rows", delimiter as char);
    Written { bytes: encoded(&text, encoding), truth, words, decides, numeric }
}

fn encoded(text: &str, encoding: &str) -> Vec<u8> {
    match encoding {
        "utf-8 with mark" => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        "utf-16le" => "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        "utf-16be" => "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect(),
        // The euro sign is the only character used that Latin-1 has not.
        "windows-1252" => text.chars().map(|c| if c == '€' { 0x80 } else { c as u32 as u8 }).collect(),
        _ => text.as_bytes().to_vec(),
    }
}

fn date_text(at: DateTime, pattern: &str) -> String {
    const GERMAN: [&str; 12] = [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ];
    const FRENCH: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    let utc = jiff::tz::TimeZone::UTC.to_timestamp(at).unwrap();
    let month = at.month() as usize - 1;
    match pattern {
        "german" => format!("{}. {} {} {:02}:{:02} Uhr", at.day(), GERMAN[month], at.year(), at.hour(), at.minute()),
        "french" => format!("{} {} {} à {:02}:{:02}", at.day(), FRENCH[month], at.year(), at.hour(), at.minute()),
        "serial" => format!("{:.6}", utc.as_second() as f64 / 86_400.0 + 25_569.0),
        "seconds" => utc.as_second().to_string(),
        "micros" => utc.as_microsecond().to_string(),
        "nanos" => utc.as_nanosecond().to_string(),
        pattern => at.strftime(pattern).to_string(),
    }
}

fn number_text(hundredths: i64, like: &str) -> String {
    let (whole, fraction) = (hundredths.abs() / 100, hundredths.abs() % 100);
    let grouped = |separator: &str| {
        let digits = whole.to_string();
        let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|g| std::str::from_utf8(g).unwrap()).collect();
        groups.join(separator)
    };
    let sign = if hundredths < 0 { "-" } else { "" };
    match like {
        "1,234.56" => format!("{sign}{}.{fraction:02}", grouped(",")),
        "$1,234.56" => format!("{sign}${}.{fraction:02}", grouped(",")),
        "(1,234.56)" if hundredths < 0 => format!("({}.{fraction:02})", grouped(",")),
        "(1,234.56)" => format!("{}.{fraction:02}", grouped(",")),
        "1.234,56" => format!("{sign}{},{fraction:02}", grouped(".")),
        "1 234,56" => format!("{sign}{},{fraction:02}", grouped("\u{a0}")),
        "1'234.56" => format!("{sign}{}.{fraction:02}", grouped("'")),
        "1.234,56 €" => format!("{sign}{},{fraction:02} €", grouped(".")),
        "1234,5" => format!("{sign}{whole},{fraction:02}"),
        "12 %" => format!("{sign}{whole}.{fraction:02} %"),
        _ => format!("{sign}{whole}.{fraction:02}"),
    }
}

fn read(bytes: &[u8]) -> Result<Business, propensity::error::Error> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("events.csv"), bytes).unwrap();
    let sources = vec![Source::new(SourceKind::Event, "events.csv")];
    let config = Config { sources, folder: folder.path().to_path_buf(), ..Config::default() };
    let request = Request {
        profile_type: ProfileType::Person,
        goals: &[],
        exclusions: &[],
        rule_events: Vec::new(),
        attributes: Attributes { wanted: &[], others: false },
        links: &[],
        merge_policy: MergePolicy::MostRecent,
        as_of: AsOf::Data,
        now: Timestamp::now(),
    };
    load(&config, &request, &Silent).map(|(business, _)| business)
}

/// Whether what was read is what was written, row by row; why not, else.
fn wrong(written: &Written, business: &Business) -> Option<String> {
    if business.activity.types != ["Café"] {
        return Some(format!("types {:?}", business.activity.types));
    }
    let days = |person: u32| business.activity.counts_of(person).iter().map(|c| c.day).collect::<Vec<_>>();
    for (row, (day, value)) in written.truth.iter().enumerate() {
        let person = business.persons.find(&format!("p{row:04}"));
        let found: Vec<Day> = person.map(days).unwrap_or_default();
        if found != day.iter().copied().collect::<Vec<_>>() {
            return Some(format!("row {row}: days {found:?} instead of {day:?}"));
        }
        let numbers = person.map(|p| business.activity.numbers_of(p)).unwrap_or_default();
        let found: Vec<i64> = numbers.iter().map(|number| (number.sum * 100.0).round() as i64).collect();
        let expected: Vec<i64> = day.and(*value).into_iter().collect();
        if found != expected && (written.numeric || !found.is_empty()) {
            return Some(format!("row {row}: {found:?} instead of {expected:?} hundredths"));
        }
    }
    None
}

#[test]
fn a_thousand_tables_are_read_right_or_asked_about() {
    let (mut questions, mut deciding, mut faults) = (Vec::new(), 0, Vec::new());
    for seed in 0..TABLES {
        let written = written(seed);
        deciding += usize::from(written.decides);
        match read(&written.bytes) {
            Ok(business) => faults.extend(wrong(&written, &business).map(|why| format!("{}: {why}", written.words))),
            Err(error)
                if error.hint.as_ref().is_some_and(|h| h.contains("date_order") || h.contains("decimal_mark")) =>
            {
                if written.decides {
                    questions.push(format!("{}: {error}", written.words));
                }
            }
            Err(error) => faults.push(format!("{}: {error}", written.words)),
        }
    }
    assert!(faults.is_empty(), "{} of {TABLES}:\n{}", faults.len(), faults[..faults.len().min(20)].join("\n"));
    assert!(questions.len() <= QUESTIONS, "{} of {deciding}:\n{}", questions.len(), questions.join("\n"));
    assert!(deciding > TABLES as usize / 2);
}
