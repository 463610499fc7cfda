//! Features in words a person reads: what a feature's code is called, in which unit its value is, and which features
//! belong together. A pure function of the code, so that every run, file and screen calls a feature the same. Used by
//! `features` for the columns of a model, and by whoever shows factors.

use super::format::count;
use std::borrow::Cow;

/// A feature in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureLabel {
    /// What it belongs to, as `Web visits`: the windows of one event type are read together.
    pub group: String,
    /// The whole name, as `Web visits, last 30 days`.
    pub label: String,
    /// What is left of the name within its group, as `last 30 days`.
    pub within: String,
    /// `events`, `days`, … or empty.
    pub unit: &'static str,
}

/// Event types of the documented schemas whose names do not say well what happens.
const KNOWN: [(&str, &str, &str); 12] = [
    ("advertising.clicks", "ad click", "ad clicks"),
    ("advertising.impressions", "ad impression", "ad impressions"),
    ("leadOperation.convertLead", "lead conversion", "lead conversions"),
    ("leadOperation.interestingMoment", "interesting moment", "interesting moments"),
    ("leadOperation.newLead", "new lead", "new leads"),
    ("leadOperation.scoreChanged", "change of lead score", "changes of lead score"),
    ("listOperation.addToList", "addition to a list", "additions to lists"),
    ("opportunityEvent.addToOpportunity", "addition to an opportunity", "additions to opportunities"),
    ("opportunityEvent.opportunityUpdated", "opportunity update", "opportunity updates"),
    ("web.formFilledOut", "form filled out", "forms filled out"),
    ("web.webinteraction.linkClicks", "link click", "link clicks"),
    ("web.webpagedetails.pageViews", "page view", "page views"),
];

/// First parts of event types that only tell in which schema the name was registered.
const SCHEMA_PREFIXES: [&str; 5] = ["web", "directMarketing", "leadOperation", "listOperation", "opportunityEvent"];

/// A feature's code in words. A code that is none of ours is its own name.
pub fn for_code(code: &str) -> FeatureLabel {
    activity(code)
        .or_else(|| link(code))
        .or_else(|| totals(code))
        .or_else(|| attribute(code))
        .unwrap_or_else(|| FeatureLabel { group: code.into(), label: code.into(), within: code.into(), unit: "" })
}

/// A feature's value as one says it beside the name of its group: `12 in 30 days`, `3 days ago`, `never`.
pub fn value_phrase(code: &str, value: Option<&str>) -> String {
    let of_link = code.strip_prefix("link.").and_then(|rest| rest.rsplit_once('.')).map(|(_, statistic)| statistic);
    let since = code == "account.since.last" || code.starts_with("since.") && code != "since.first";
    let ago = since || of_link == Some("since");
    let Some(value) = value else { return if ago { "never".into() } else { "─".into() } };
    let value = &grouped_number(value);
    if ago {
        return if value == "1" { "1 day ago".into() } else { format!("{value} days ago") };
    }
    let counted = ["count.", "events.", "account.events.", "people.active.", "active_days.", "sum."];
    let window = code.rsplit('.').next().filter(|_| counted.iter().any(|c| code.starts_with(c)));
    let what = if code.starts_with("active_days.") { " active days" } else { "" };
    match window.map(|w| (w, w.strip_suffix('d'))) {
        Some(("all", _)) => format!("{value}{what} ever"),
        Some((_, Some(days))) => format!("{value}{what} in {days} days"),
        _ => with_unit(value, for_code(code).unit),
    }
}

/// A value with its unit: `12 events`, `1 event`, and the value alone where there is no unit.
pub fn with_unit(value: &str, unit: &str) -> String {
    let value = &*grouped_number(value);
    match (value, unit) {
        (_, "") => value.into(),
        ("1", "people") => "1 person".into(),
        ("1", unit) => format!("1 {}", unit.trim_end_matches('s')),
        (_, unit) => format!("{value} {unit}"),
    }
}

/// A number as people read it: `9320000.0` → `9,320,000`. Whatever is no number of at least 10,000 stays as it is: a year is
/// none, nor is a postcode with a zero in front.
pub fn grouped_number(value: &str) -> Cow<'_, str> {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let is_number = digits.len() >= 5
        && !digits.starts_with('0')
        && digits.bytes().all(|b| b.is_ascii_digit())
        && fraction.bytes().all(|b| b.is_ascii_digit());
    let Some(number) = digits.parse::<u64>().ok().filter(|_| is_number) else { return Cow::Borrowed(value) };
    let sign = if whole.starts_with('-') { "−" } else { "" };
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    Cow::Owned(format!("{sign}{}{point}{fraction}", count(number)))
}

/// The name of an event type: once, as `web visit`, and several times, as `web visits`.
pub fn event_type_names(name: &str) -> (String, String) {
    if let Some((_, one, many)) = KNOWN.iter().find(|(known, ..)| *known == name) {
        return ((*one).into(), (*many).into());
    }
    // Words of somebody's own, or a code: both say what they say as they stand.
    if name.contains(char::is_whitespace) || !name.contains(|c: char| c.is_lowercase()) {
        return (name.into(), name.into());
    }
    let rest = match name.split_once('.') {
        Some((first, rest)) if SCHEMA_PREFIXES.contains(&first) && !rest.is_empty() => rest,
        _ => name,
    };
    let words = split_words(rest);
    (words.join(" "), plural(&words))
}

/// The words of a name in camel case, snake case or with dots; the text itself where it holds none.
pub fn split_words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut after_lower = false;
    for character in name.chars() {
        let boundary = character.is_uppercase() && after_lower;
        if boundary || !(character.is_alphanumeric() || "()&%+#".contains(character)) {
            words.extend(Some(std::mem::take(&mut word)).filter(|w| !w.is_empty()));
        }
        if character.is_alphanumeric() || "()&%+#".contains(character) {
            word.extend(character.to_lowercase());
        }
        after_lower = character.is_lowercase() || character.is_ascii_digit();
    }
    words.extend(Some(word).filter(|w| !w.is_empty()));
    if words.is_empty() { vec![name.to_string()] } else { words }
}

/// The text with its first letter in upper case.
pub fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |c| c.to_uppercase().chain(chars).collect())
}

/// The plural: the last noun takes the plural, which stands before a participle (`form filled` → `forms filled`).
fn plural(words: &[String]) -> String {
    let participle = |w: &str| w.len() > 3 && w.ends_with("ed") || ["sent", "won", "lost", "held", "met"].contains(&w);
    let noun = match words.iter().rposition(|w| !participle(w)) {
        Some(at) if words[at + 1..].len() <= 1 => at,
        _ => return words.join(" "),
    };
    let mut words = words.to_vec();
    words[noun] = plural_noun(&words[noun]);
    words.join(" ")
}

fn plural_noun(word: &str) -> String {
    let ends = |ends: &[&str]| ends.iter().any(|e| word.ends_with(e));
    match word.strip_suffix('y') {
        _ if !word.ends_with(|c: char| c.is_ascii_lowercase()) || ends(&["s", "ing"]) && !word.ends_with("ss") => {
            word.into()
        }
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
        _ if ends(&["ss", "sh", "ch", "x", "z"]) => format!("{word}es"),
        _ => format!("{word}s"),
    }
}

/// `7d` → `last 7 days`, `all` → `ever`.
fn window_label(code: &str) -> Option<String> {
    match code {
        "all" => Some("ever".into()),
        days => days.strip_suffix('d').filter(|n| n.parse::<u32>().is_ok()).map(|n| format!("last {n} days")),
    }
}

/// A name with what is counted of it: `Web visits` and `last 30 days`.
fn windowed(group: String, within: String, unit: &'static str) -> FeatureLabel {
    FeatureLabel { label: format!("{group}, {within}"), group, within, unit }
}

/// A name of its own within a group.
fn single(group: &str, label: String, unit: &'static str) -> FeatureLabel {
    let mut chars = label.chars();
    let within = chars.next().map_or(String::new(), |c| c.to_lowercase().chain(chars).collect());
    FeatureLabel { group: group.into(), label, within, unit }
}

/// Features of one event type or one event field.
fn activity(code: &str) -> Option<FeatureLabel> {
    let (what, rest) = code.split_once('.')?;
    match what {
        "count" => {
            let (name, within) = rest.rsplit_once('.')?;
            let group = capitalized(&pooled_event_type_names(name).1);
            Some(windowed(group, window_label(within)?, "events"))
        }
        "since" if !matches!(rest, "last" | "first") => {
            let (one, many) = pooled_event_type_names(rest);
            Some(FeatureLabel {
                group: capitalized(&many),
                label: format!("Days since last {one}"),
                within: "days since the last".into(),
                unit: "days",
            })
        }
        "sum" => {
            let (field, within) = rest.rsplit_once('.')?;
            let within = match within {
                "all" => "sum ever".to_string(),
                days => format!("sum of the {}", window_label(days)?),
            };
            Some(windowed(capitalized(&split_words(field).join(" ")), within, ""))
        }
        "last" => Some(windowed(capitalized(&split_words(rest).join(" ")), "last value".into(), "")),
        _ => None,
    }
}

/// What others with the same value in an event field did.
fn link(code: &str) -> Option<FeatureLabel> {
    let (field, statistic) = code.strip_prefix("link.")?.rsplit_once('.')?;
    let (within, unit) = match statistic {
        "rate" => ("conversions per day of activity, last 365 days", ""),
        "conversions" => ("conversions, last 365 days", "conversions"),
        "events" => ("days of activity, last 90 days", "days"),
        "since" => ("days since their last activity", "days"),
        _ => return None,
    };
    let group = format!("Others with the same {}", split_words(field).join(" "));
    Some(FeatureLabel { label: format!("{group}: {within}"), group, within: within.into(), unit })
}

/// The pool of rare event types has a name of its own.
fn pooled_event_type_names(name: &str) -> (String, String) {
    if name == "(other types)" { ("other event".into(), "other events".into()) } else { event_type_names(name) }
}

/// Features over all event types.
fn totals(code: &str) -> Option<FeatureLabel> {
    const ALL: &str = "All activity";
    const ACCOUNT: &str = "The whole account's activity";
    let of_window = |prefix: &str| code.strip_prefix(prefix).and_then(window_label);
    Some(match code {
        "event_types" => single(ALL, "Different kinds of events".into(), "kinds"),
        "since.last" => single(ALL, "Days since last event".into(), "days"),
        "since.first" => single("History", "Days since first event".into(), "days"),
        "tenure" => single("History", "Days since created".into(), "days"),
        "change.30d" => single(ALL, "Events of the last 30 days less those of the 30 before".into(), "events"),
        "people.known" => single("People", "People known".into(), "people"),
        "account.since.last" => single(ACCOUNT, "Days since the account's last event".into(), "days"),
        _ => {
            if let Some(within) = of_window("active_days.") {
                single(ALL, format!("Active days, {within}"), "days")
            } else if let Some(within) = of_window("people.active.") {
                single("People", format!("People active, {within}"), "people")
            } else if let Some(within) = of_window("account.events.") {
                single(ACCOUNT, format!("Events of the whole account, {within}"), "events")
            } else if let Some(within) = of_window("events.") {
                single(ALL, format!("Events, {within}"), "events")
            } else {
                return None;
            }
        }
    })
}

/// An attribute of the person or the account.
fn attribute(code: &str) -> Option<FeatureLabel> {
    let (owner, name) = code.split_once('.').filter(|(_, name)| !name.is_empty())?;
    let label = match (owner, name) {
        ("person" | "account", "job_title.seniority") => "Seniority".to_string(),
        ("person" | "account", "job_title.function") => "Job function".to_string(),
        ("person", name) | ("account", name @ ("industry" | "employees" | "annual_revenue")) => field_label(name),
        ("account", name) => format!("Account {}", split_words(name).join(" ")),
        _ => return None,
    };
    let unit = if name == "employees" { "people" } else { "" };
    Some(FeatureLabel { group: label.clone(), within: label.to_lowercase(), label, unit })
}

/// The name of a field as a title: `annual_revenue` → `Annual revenue`.
pub fn field_label(name: &str) -> String {
    capitalized(&split_words(name).join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_as_people_say_them() {
        let cases = [
            ("count.webVisit.30d", "Web visits", "Web visits, last 30 days", "events"),
            ("since.O_SENT_BACK", "O_SENT_BACK", "Days since last O_SENT_BACK", "days"),
            ("count.pricingPageVisited.all", "Pricing pages visited", "Pricing pages visited, ever", "events"),
            ("since.formFilled", "Forms filled", "Days since last form filled", "days"),
            ("count.web.webpagedetails.pageViews.7d", "Page views", "Page views, last 7 days", "events"),
            ("count.directMarketing.emailOpened.90d", "Emails opened", "Emails opened, last 90 days", "events"),
            ("since.leadOperation.convertLead", "Lead conversions", "Days since last lead conversion", "days"),
            ("count.(other types).180d", "Other events", "Other events, last 180 days", "events"),
            ("events.7d", "All activity", "Events, last 7 days", "events"),
            ("active_days.all", "All activity", "Active days, ever", "days"),
            ("since.last", "All activity", "Days since last event", "days"),
            ("tenure", "History", "Days since created", "days"),
            ("people.active.30d", "People", "People active, last 30 days", "people"),
            (
                "account.events.90d",
                "The whole account's activity",
                "Events of the whole account, last 90 days",
                "events",
            ),
            ("sum.dealSize.90d", "Deal size", "Deal size, sum of the last 90 days", ""),
            ("last.dealSize", "Deal size", "Deal size, last value", ""),
            ("person.job_title.seniority", "Seniority", "Seniority", ""),
            ("account.annual_revenue", "Annual revenue", "Annual revenue", ""),
            ("account.country", "Account country", "Account country", ""),
            (
                "link.campaign_id.conversions",
                "Others with the same campaign id",
                "Others with the same campaign id: conversions, last 365 days",
                "conversions",
            ),
            ("person.LeadSource", "Lead source", "Lead source", ""),
            ("whatever", "whatever", "whatever", ""),
        ];
        for (code, group, label, unit) in cases {
            let words = for_code(code);
            assert_eq!((&*words.group, &*words.label, words.unit), (group, label, unit), "{code}");
        }
    }

    #[test]
    fn values_are_said_beside_the_name_of_the_group() {
        let cases = [
            ("count.webVisit.30d", Some("12"), "12 in 30 days"),
            ("count.webVisit.all", Some("12"), "12 ever"),
            ("since.webVisit", Some("1"), "1 day ago"),
            ("since.webVisit", None, "never"),
            ("since.first", Some("90"), "90 days"),
            ("active_days.30d", Some("3"), "3 active days in 30 days"),
            ("sum.dealSize.90d", Some("5.5"), "5.5 in 90 days"),
            ("last.dealSize", Some("5.5"), "5.5"),
            ("link.campaign.conversions", Some("1"), "1 conversion"),
            ("link.campaign.since", Some("12"), "12 days ago"),
            ("person.country", Some("DE"), "DE"),
            ("person.country", None, "─"),
        ];
        for (code, value, said) in cases {
            assert_eq!(value_phrase(code, value), said, "{code}");
        }
    }

    #[test]
    fn any_code_has_words() {
        for code in
            ["", ".", "count.", "count..30d", "count.x.", "since.", "sum.x.9", "person.", "é.ü", "count.日本.30d"]
        {
            assert!(code.is_empty() || !for_code(code).label.is_empty(), "{code}");
        }
        assert_eq!(event_type_names("demo_requested").1, "demos requested");
        assert_eq!(event_type_names("Company").1, "companies");
        for as_it_is in ["Visit Webpage", "O_SENT_BACK", "W_Nabellen offertes", "日本"] {
            assert_eq!(event_type_names(as_it_is), (as_it_is.to_string(), as_it_is.to_string()));
        }
        assert_eq!([with_unit("1", "events"), with_unit("1", "people")], ["1 event", "1 person"]);
        assert_eq!([with_unit("12", "events"), with_unit("x", "")], ["12 events", "x"]);
    }
}
