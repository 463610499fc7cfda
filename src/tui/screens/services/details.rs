//! The details of the selected score: what it predicts, what may be done with it, and what its runs came to.

use super::state::{BUTTONS, Focus};
use super::{next_run, progress};
use crate::domain::format::{ago, compact_count, count, date, interval, multiplier, percent, proportion, seconds};
use crate::domain::metrics::Verdict;
use crate::domain::run::codes;
use crate::domain::run::{Run, Status};
use crate::domain::score::ProfileType;
use crate::domain::score::goal::{Arity, Combine, Condition, GoalEvent, quoted};
use crate::domain::text::{cut, harmless, wrapped};
use crate::queries::score_summaries::ScoreSummary;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::labels::{direction_sign, plural, shorten_factor};
use crate::tui::layout::{body, details_width};
use crate::tui::theme::status_sign;
use crate::tui::widgets::cells::Cells;
use crate::tui::widgets::histogram;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// Lines that do not fit and can be scrolled to.
pub fn overflow(app: &App) -> u16 {
    let Some(listed) = app.selected() else { return 0 };
    let area = body(app.size);
    let lines = lines(app, listed, usize::from(details_width(app.size)), area.height).len() as u16;
    lines.saturating_sub(area.height)
}

pub fn draw(app: &App, area: Rect, buffer: &mut Buffer) {
    let mut cells = Cells::new(buffer, area);
    let Some(listed) = app.selected() else { return };
    let lines = lines(app, listed, usize::from(area.width), area.height);
    let hidden = app.services.scroll.min((lines.len() as u16).saturating_sub(area.height));
    for (y, line) in (0u16..).zip(lines.iter().skip(usize::from(hidden)).take(usize::from(area.height))) {
        cells.put_line(0, y, area.width, line);
    }
    let more = lines.len() as u16 > hidden + area.height;
    // In the margin, where no text is hidden.
    let mut margin = Cells::new(buffer, Rect { x: area.x + area.width, width: 1, ..area });
    if hidden > 0 {
        margin.put(0, 0, 1, "▴", app.theme.dim());
    }
    if more {
        margin.put(0, area.height.saturating_sub(1), 1, "▾", app.theme.dim());
    }
}

/// Every part above the goal in full takes as many lines for one score as for another, so that moving through the list
/// changes figures and moves nothing (and sends few bytes).
fn lines(app: &App, listed: &ScoreSummary, width: usize, height: u16) -> Vec<Line<'static>> {
    let mut details = DetailLines { app, width, lines: Vec::new() };
    details.head(listed);
    details.buttons(listed);
    match app.live_run(&listed.score.id) {
        Some(live) => {
            details.lines.extend(progress::lines(app, live, width));
            if let (true, Some(scored)) = (live.is_running(), &listed.scored) {
                details.blank();
                let when = ago(scored.finished_at, app.now, &app.workspace.zone);
                details.text(&format!("The scores below are of {when}."), app.theme.dim());
            }
        }
        None => details.last_run(listed),
    }
    details.results(listed, height);
    details.lines
}

/// The lines as they come.
struct DetailLines<'a> {
    app: &'a App,
    width: usize,
    lines: Vec<Line<'static>>,
}

impl DetailLines<'_> {
    fn blank(&mut self) {
        self.lines.push(Line::default());
    }

    fn text(&mut self, text: &str, style: ratatui::style::Style) {
        self.lines.extend(wrapped(text, self.width).into_iter().map(|l| Line::styled(l, style)));
    }

    /// A title at the left and something beside it.
    fn title(&mut self, title: &str, beside: Vec<Span<'static>>) {
        let used: usize = beside.iter().map(|s| s.content.width()).sum();
        let gap = self.width.saturating_sub(title.width() + used).max(1);
        let mut spans = vec![Span::styled(title.to_string(), self.app.theme.title()), Span::raw(" ".repeat(gap))];
        spans.extend(beside);
        self.lines.push(Line::from(spans));
    }

    /// One line, cut.
    fn line(&mut self, text: &str, style: ratatui::style::Style) {
        self.lines.push(Line::styled(cut(text, self.width), style));
    }

    fn head(&mut self, listed: &ScoreSummary) {
        let (app, s) = (self.app, &listed.score);
        let theme = &app.theme;
        self.line(&s.name, theme.title());
        self.line(&format!("{} score · {} days", s.profile_type, s.timeframe_days), theme.dim());
        self.line(&s.description, theme.text());
        // The sentence in two lines; the goal in full stands below.
        let sentence = wrapped(&s.goal.to_string(), self.width);
        self.line(sentence.first().map_or("", String::as_str), theme.text());
        self.line(&sentence.get(1..).unwrap_or_default().join(" "), theme.text());
        self.blank();
    }

    /// The actions as buttons, in as many lines as they need.
    fn buttons(&mut self, listed: &ScoreSummary) {
        let app = self.app;
        let mut line: Vec<Span<'static>> = Vec::new();
        let mut used = 0;
        for (index, (action, label)) in BUTTONS.into_iter().enumerate() {
            let live = app.live_run(&listed.score.id).is_some_and(|l| l.is_running());
            let label = match action {
                Action::Run if listed.last.is_none() && !live => "First run",
                _ => label,
            };
            let label = app.keymap.label(action, label);
            if used > 0 && used + 2 + label.width() > self.width {
                self.lines.push(Line::from(std::mem::take(&mut line)));
                used = 0;
            }
            if used > 0 {
                line.push(Span::raw("  "));
                used += 2;
            }
            let focused = app.services.focus == Focus::Details && app.services.button == index;
            let style = match (focused, app.refusal(action)) {
                (true, _) => app.theme.focused(),
                (false, None) => app.theme.accent(),
                (false, Some(_)) => app.theme.dim(),
            };
            used += label.width();
            line.push(Span::styled(label, style));
        }
        self.lines.push(Line::from(line));
        if let Some(why) = &app.workspace.read_only {
            self.text(why, app.theme.dim());
        }
        self.blank();
    }

    /// The goal as one plain sentence, a condition a line.
    fn goal(&mut self, listed: &ScoreSummary) {
        let theme = self.app.theme.clone();
        let s = &listed.score;
        self.title("Goal", Vec::new());
        let join = match s.goal.combine {
            Combine::Any => "or",
            Combine::All => "and",
        };
        for (index, event) in s.goal.events.iter().enumerate() {
            if index > 0 {
                self.text(join, theme.dim());
            }
            self.event(event, theme.text());
        }
        for exclusion in &s.exclusions {
            self.text("Left out once", theme.dim());
            self.event(exclusion, theme.dim());
        }
    }

    fn event(&mut self, event: &GoalEvent, style: ratatui::style::Style) {
        self.text(&event.event_type, style);
        for (index, condition) in event.conditions.iter().enumerate() {
            let text = format!("{}{}", if index == 0 { "where " } else { "and " }, sentence(condition));
            for line in wrapped(&text, self.width.saturating_sub(2).max(1)) {
                self.lines.push(Line::styled(format!("  {line}"), style));
            }
        }
    }

    fn last_run(&mut self, listed: &ScoreSummary) {
        let theme = self.app.theme.clone();
        let Some(run) = &listed.last else {
            self.title("Last run", vec![Span::styled(if listed.read { "· never run" } else { "" }, theme.dim())]);
            if listed.read && self.app.workspace.read_only.is_none() {
                let key = self.app.keymap.key(Action::Run).to_string();
                self.text(&format!("Press {key} to learn from the history and to score."), theme.text());
            }
            return;
        };
        let when = ago(run.started_at, self.app.now, &self.app.workspace.zone);
        let code = run.code.map_or(String::new(), |c| format!(" {c}"));
        self.title(
            "Last run",
            vec![
                Span::styled(format!("{} {}{code}", status_sign(run.status), run.status), theme.status(run.status)),
                Span::styled(format!(", {when}"), theme.dim()),
            ],
        );
        if run.status == Status::Successful {
            self.line(&run.message, theme.dim());
        } else {
            self.text(&run.message, theme.text());
        }
        if let Some(code) = codes::for_run(run).filter(|_| run.status == Status::Failed) {
            let key = self.app.keymap.key(Action::Palette);
            self.line(&format!("`{key}` {} tells what helps.", code.name()), theme.dim());
        }
        self.counts(run);
        self.lines.extend(next_run::lines(self.app, listed, self.width));
    }

    fn counts(&mut self, run: &Run) {
        let c = &run.counts;
        let parts = [
            (c.accounts, "accounts"),
            (c.persons, "persons"),
            (c.opportunities, "opportunities"),
            (c.events, "events"),
        ];
        let text: Vec<String> = parts.iter().map(|(n, word)| format!("{} {word}", compact_count(*n))).collect();
        self.text(&format!("{} in {}", text.join(" · "), seconds(run.seconds())), self.app.theme.dim());
    }

    /// What the latest scores are worth and what they say.
    fn results(&mut self, listed: &ScoreSummary, height: u16) {
        self.metrics(listed);
        if let Some(scored) = &listed.scored {
            self.distribution(scored, listed.score.profile_type, height);
            self.factors(scored);
        }
        self.blank();
        self.goal(listed);
        self.blank();
        self.origin(listed);
    }

    fn metrics(&mut self, listed: &ScoreSummary) {
        let theme = self.app.theme.clone();
        let Some(run) = &listed.trained else { return };
        let Some(metrics) = &run.metrics else { return };
        let Some(auc) = &metrics.auc else { return };
        self.blank();
        let verdict = run.verdict.unwrap_or(Verdict::NotEnoughEvidence);
        self.title("Test", vec![Span::styled(verdict.to_string(), theme.verdict(verdict))]);
        let auc = format!("AUC {}", interval(auc));
        let recency = metrics.recency_auc.map_or(String::new(), |r| format!("recency alone {}", proportion(r.value)));
        if auc.width() + 3 + recency.width() <= self.width {
            let gap = Span::raw("   ");
            self.lines.push(Line::from(vec![Span::styled(auc, theme.text()), gap, Span::styled(recency, theme.dim())]));
        } else {
            self.line(&auc, theme.text());
            self.line(&recency, theme.dim());
        }
        if let (Some(lift), Some(base)) = (&metrics.lift_10, &metrics.base_rate) {
            let held = percent((lift.value / 10.0).min(1.0));
            let text = format!(
                "The best 10 % hold {held} of conversions, lift {:.1}, base rate {}",
                lift.value,
                percent(base.value)
            );
            self.text(&text, theme.text());
        }
        if !run.out_of_time {
            self.text("Tested by groups of profiles, not out of time.", theme.warn());
        }
    }

    fn distribution(&mut self, run: &Run, profile_type: ProfileType, height: u16) {
        let theme = self.app.theme.clone();
        if run.histogram.is_empty() {
            return;
        }
        self.blank();
        let all = run.population.scored.max(1) as f64;
        let bands = run.bands.iter().flat_map(|b| {
            let share = format!("{} {}", b.band.word(), percent(b.profiles as f64 / all));
            [Span::styled(share, theme.band(b.band)), Span::raw("  ")]
        });
        let mut bands: Vec<Span<'static>> = bands.collect();
        bands.pop();
        self.title("Scores", bands);
        let column = (self.width / run.histogram.len()).clamp(1, 2);
        let rows = if height >= 30 { 2 } else { 1 };
        self.lines.extend(histogram::bars(&run.histogram, rows, column, theme.bar()));
        let axis = column * run.histogram.len();
        let left = axis / 2 - 1;
        let right = axis - left - 3;
        self.lines.push(Line::styled(format!("{:<left$}{:<2}{:>right$}", "0", "50", "100"), theme.dim()));
        let (scored, whose) = (count(run.population.scored), plural(profile_type));
        let as_of = run.cutoffs.as_of.parse().map_or_else(|_| run.cutoffs.as_of.clone(), date);
        self.text(&format!("{scored} {whose} scored as of {as_of}"), theme.dim());
    }

    fn factors(&mut self, run: &Run) {
        let theme = self.app.theme.clone();
        let Some(most) = run.factors.iter().map(|f| f.share).reduce(f64::max).filter(|m| *m > 0.0) else { return };
        self.blank();
        self.title("What drives it", Vec::new());
        let bar_width = (self.width / 4).clamp(6, 12);
        let label_width = self.width.saturating_sub(bar_width + 11);
        for factor in run.factors.iter().take(6) {
            let label = shorten_factor(&factor.label, label_width);
            let gap = label_width.saturating_sub(label.width());
            let (full, _) = histogram::bar(factor.share / most, bar_width);
            let rest = bar_width - full.chars().count();
            self.lines.push(Line::from(vec![
                Span::styled(format!("{label}{}", " ".repeat(gap)), theme.text()),
                Span::styled(format!(" {full}{}", " ".repeat(rest)), theme.bar()),
                Span::styled(
                    format!(" {} {:>5}", direction_sign(factor), multiplier(factor.mean_absolute)),
                    theme.dim(),
                ),
            ]));
        }
    }

    /// When it was made and changed, and by whom.
    fn origin(&mut self, listed: &ScoreSummary) {
        let (app, s) = (self.app, &listed.score);
        let zone = &app.workspace.zone;
        let mut origin = format!("Created {} by {}", ago(s.created_at, app.now, zone), s.created_by);
        if s.updated_at != s.created_at {
            origin += &format!(", updated {} by {}", ago(s.updated_at, app.now, zone), s.updated_by);
        }
        self.text(&origin, app.theme.dim());
    }
}

fn sentence(condition: &Condition) -> String {
    let values: Vec<String> = match condition.operator.arity() {
        Arity::Texts => condition.values.iter().map(|v| quoted(v)).collect(),
        Arity::Number | Arity::Nothing => condition.values.clone(),
    };
    let name = harmless(&condition.field).into_owned();
    format!("{name} {} {}", condition.operator.words(), values.join(" or ")).trim_end().to_string()
}
