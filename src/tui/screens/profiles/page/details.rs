//! The right side of the page: what is known, the people or the account, the scores of the past, and what happened.

use super::layout::details_width;
use super::state::{Pane, ProfilePage};
use crate::domain::explanation::shown_score;
use crate::domain::feature_labels;
use crate::domain::format::{count, counted, date, top_share};
use crate::domain::score::ProfileType;
use crate::domain::source::activity::day_text;
use crate::domain::text::{cut, harmless, wrapped};
use crate::queries::profile::{ActivityEntry, PastScore, Person, ProfileDetail};
use crate::tui::app::App;
use crate::tui::labels::signed_points;
use crate::tui::theme::Theme;
use crate::tui::widgets::histogram;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// The lines of the right side for the page that is open.
pub fn lines(app: &App) -> Vec<Line<'static>> {
    let Some(page) = app.profiles.as_ref().and_then(|s| s.page.as_deref()) else { return Vec::new() };
    let Some(detail) = &page.detail else { return Vec::new() };
    let width = usize::from(details_width(app.size));
    let mut lines = Lines { theme: app.theme(), width, focused: page.pane == Pane::Details, lines: Vec::new() };
    lines.known(detail);
    lines.people(detail);
    lines.past(page, app);
    lines.activity(detail, app);
    lines.lines
}

/// How the names of attributes end whose values are amounts, and no ids or years.
const AMOUNTS: [&str; 4] = ["revenue", "employees", "amount", "value"];

struct Lines<'a> {
    theme: &'a Theme,
    width: usize,
    focused: bool,
    lines: Vec<Line<'static>>,
}

impl Lines<'_> {
    fn title(&mut self, title: &str, beside: &str) {
        if !self.lines.is_empty() {
            self.lines.push(Line::default());
        }
        let gap = self.width.saturating_sub(title.width() + beside.width()).max(1);
        let style = if self.focused { self.theme.accent() } else { self.theme.title() };
        self.lines.push(Line::from(vec![
            Span::styled(title.to_string(), style),
            Span::raw(" ".repeat(gap)),
            Span::styled(beside.to_string(), self.theme.dim()),
        ]));
    }

    /// A line with something at its right edge.
    fn pair(&mut self, left: &str, right: &str, style: ratatui::style::Style) {
        let room = self.width.saturating_sub(right.width() + 2);
        let left = cut(left, room);
        let gap = self.width.saturating_sub(left.width() + right.width());
        self.lines.push(Line::from(vec![
            Span::styled(left.clone(), self.theme.text()),
            Span::raw(" ".repeat(gap)),
            Span::styled(right.to_string(), style),
        ]));
    }

    fn known(&mut self, detail: &ProfileDetail) {
        self.title("Known", "");
        let p = &detail.profile;
        let mut known = vec![("Id".to_string(), p.profile_id.clone())];
        known.extend(p.name.iter().map(|n| ("Name".to_string(), n.clone())));
        if detail.profile_type == ProfileType::Person {
            known.push(("Account".into(), p.account_id.clone().unwrap_or_else(|| "none".into())));
        }
        let amount = |name: &str| AMOUNTS.iter().any(|of| name.ends_with(of));
        known.extend(detail.known.iter().map(|(name, value)| {
            let value = if amount(name) { feature_labels::grouped_number(value) } else { value.into() };
            (feature_labels::field_label(name), value.into_owned())
        }));
        let label = known.iter().map(|(name, _)| name.width()).max().unwrap_or(0).min(self.width / 2);
        for (name, value) in known {
            let name = cut(&name, label);
            let gap = " ".repeat(label + 2 - name.width());
            let before = std::iter::once(format!("{name}{gap}")).chain(std::iter::repeat(" ".repeat(label + 2)));
            let parts = wrapped(&value, self.width.saturating_sub(label + 2).max(1));
            for (before, part) in before.zip(parts) {
                self.lines.push(Line::from(vec![
                    Span::styled(before, self.theme.dim()),
                    Span::styled(part, self.theme.text()),
                ]));
            }
        }
    }

    fn people(&mut self, detail: &ProfileDetail) {
        if detail.profile_type != ProfileType::Account {
            return;
        }
        self.title("People", "score without them");
        if detail.people.is_empty() {
            self.lines.push(Line::styled("Nobody is known.", self.theme.dim()));
            return;
        }
        let points = |p: &Person| p.change.round() as i64;
        // Whoever hardly matters stands in one line until the eye is on this side: what happened is of more interest.
        let quiet = detail.people.iter().filter(|p| points(p) == 0).count();
        let folded = !self.focused && quiet > 2;
        for person in detail.people.iter().filter(|p| !folded || points(p) != 0) {
            let name = harmless(person.name.as_deref().unwrap_or(&person.id)).into_owned();
            let title = person.job_title.as_deref().map_or(String::new(), |t| format!(", {}", harmless(t)));
            let points = points(person);
            let style = if points < 0 { self.theme.warn() } else { self.theme.dim() };
            self.pair(&format!("{name}{title}"), &signed_points(points), style);
        }
        if folded {
            let text = format!("{quiet} more, less than a point each");
            self.lines.push(Line::styled(cut(&text, self.width), self.theme.dim()));
        }
        if detail.more_people > 0 {
            let text = format!("{} more with less activity", count(detail.more_people as u64));
            self.lines.push(Line::styled(text, self.theme.dim()));
        }
        self.lines.push(Line::styled(cut("Each alone; these are no parts of a sum.", self.width), self.theme.dim()));
    }

    fn past(&mut self, page: &ProfilePage, app: &App) {
        let beside = match &page.past {
            None => "looking…".to_string(),
            Some(past) => counted(past.len() as u64, "run", "runs"),
        };
        self.title("Scores of the past", &beside);
        let past: &[PastScore] = page.past.as_deref().unwrap_or_default();
        let oldest_first: Vec<u64> = past.iter().rev().map(|p| p.score.round() as u64).collect();
        if oldest_first.len() > 3 {
            self.lines.extend(histogram::bars(&oldest_first, 1, 1, self.theme.bar()));
        }
        for p in past.iter().take(3) {
            let mut day = p.as_of.parse().map_or_else(|_| p.as_of.clone(), date);
            if past.iter().filter(|other| other.as_of == p.as_of).count() > 1 {
                let at = p.started_at.to_zoned_datetime(app.workspace.zone.clone());
                let same_day = at.date().to_string() == p.as_of;
                day += &at.strftime(if same_day { ", run at %H:%M" } else { ", run %-d %b %H:%M" }).to_string();
            }
            let shown = shown_score(p.score, &app.workspace.bands);
            let text = format!("{:<9}  {shown:>4}", top_share(p.percentile));
            self.pair(&day, &text, self.theme.text());
        }
    }

    fn activity(&mut self, detail: &ProfileDetail, app: &App) {
        let all = detail.activity_lines;
        let beside = if all == 0 { String::new() } else { "the last year by week".to_string() };
        self.title("Activity", &beside);
        if all == 0 {
            self.lines.push(Line::styled("Nothing has happened yet.", self.theme.dim()));
            return;
        }
        let weeks: Vec<u64> = detail.weeks.iter().map(|&w| u64::from(w)).collect();
        let shown = &weeks[weeks.len().saturating_sub(self.width)..];
        self.lines.extend(histogram::bars(shown, 1, 1, self.theme.bar()));
        let mut day = None;
        for happened in &detail.activity {
            let label = (day != Some(happened.day)).then(|| self.day(happened, app));
            day = Some(happened.day);
            self.happened(happened, label.unwrap_or_default());
        }
        if all > detail.activity.len() {
            let text = format!("and {} lines before", count((all - detail.activity.len()) as u64));
            self.lines.push(Line::styled(text, self.theme.dim()));
        }
    }

    fn day(&self, happened: &ActivityEntry, app: &App) -> String {
        let text = day_text(happened.day);
        let day: Option<jiff::civil::Date> = text.parse().ok();
        let today = app.now.to_zoned_datetime(app.workspace.zone.clone()).date();
        match day {
            Some(day) if day == today => "today".into(),
            Some(day) if day.year() == today.year() => day.strftime("%-d %b").to_string(),
            Some(day) => date(day),
            None => text,
        }
    }

    fn happened(&mut self, happened: &ActivityEntry, day: String) {
        let (one, many) = feature_labels::event_type_names(&happened.event_type);
        let what =
            if happened.count == 1 { feature_labels::capitalized(&one) } else { format!("{} {many}", happened.count) };
        let person = happened.person.as_deref().map_or(String::new(), |p| harmless(p).into_owned());
        let room = self.width.saturating_sub(13);
        let who = cut(&person, room / 2);
        let what = cut(&harmless(&what), room.saturating_sub(who.width() + 1));
        let gap = room.saturating_sub(what.width() + who.width());
        self.lines.push(Line::from(vec![
            Span::styled(format!("{day:<13}"), self.theme.dim()),
            Span::styled(what.clone(), self.theme.text()),
            Span::raw(" ".repeat(gap)),
            Span::styled(who.clone(), self.theme.dim()),
        ]));
    }
}
