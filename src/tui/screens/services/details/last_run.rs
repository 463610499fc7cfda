//! The last run in the details: how it ended, when it was, what it read and scored, and when the next one is due.

use crate::domain::format::{ago, compact_count, count, counted, seconds};
use crate::domain::run::{Run, Status};
use crate::domain::score::ProfileType;
use crate::queries::score_summaries::ScoreSummary;
use crate::tui::action::Action;
use crate::tui::labels::plural;
use crate::tui::screens::lines::Lines;
use crate::tui::screens::run_outcome::{self, Cause};
use crate::tui::screens::services::next_run;
use crate::tui::theme::status_sign;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// Columns of the names of the facts.
const NAME: usize = 10;

pub fn add(lines: &mut Lines<'_>, listed: &ScoreSummary) {
    let theme = lines.theme();
    lines.title("Last run details", "");
    let Some(run) = &listed.last else {
        if listed.read {
            lines.fact_in(NAME, "Status", "never run");
        }
        if listed.read && lines.app.workspace.read_only.is_none() {
            let key = lines.app.keymap.key(Action::Run).to_string();
            lines.text(&format!("Press {key} to learn from the history and to score."), theme.text());
        }
        return;
    };
    if run.status == Status::Failed {
        run_outcome::add(lines, run, Cause::default());
    } else {
        status(lines, run);
    }
    let (now, zone) = (lines.app.now, &lines.app.workspace.zone);
    let passed = ago(run.started_at, now, zone);
    let started = lines.app.local_time(run.started_at);
    let passed = if passed.ends_with("ago") || passed.ends_with("now") { format!(", {passed}") } else { String::new() };
    let both = format!("{started}{passed}");
    lines.fact_in(NAME, "Started", if NAME + both.width() <= lines.width { &both } else { &started });
    lines.fact_in(NAME, "Read", &read(run));
    if run.population.scored > 0 {
        lines.fact_in(NAME, "Scored", &scored(run, listed.score.profile_type));
    }
    lines.add(next_run::lines(lines.app, listed, lines.width));
}

/// `● successful  ! 3 warnings`, and the key that leads to them.
fn status(lines: &mut Lines<'_>, run: &Run) {
    let theme = lines.theme();
    let code = run.code.filter(|_| run.status != Status::Successful).map_or(String::new(), |c| format!(" {c}"));
    let mut spans = vec![
        Span::styled(format!("{:<NAME$}", "Status"), theme.dim()),
        Span::styled(format!("{} {}{code}", status_sign(run.status), run.status), theme.status(run.status)),
    ];
    if !run.warnings.is_empty() {
        let warned = format!("! {}", counted(run.warnings.len() as u64, "warning", "warnings"));
        let key = lines.app.keymap.label(Action::CodePage, "Read");
        let used: usize = spans.iter().map(|span| span.content.width()).sum();
        let fits = used + 2 + warned.width() + 2 + key.width() <= lines.width;
        if !fits {
            lines.add([Line::from(std::mem::take(&mut spans))]);
        }
        let gap = if fits { "  ".to_string() } else { " ".repeat(NAME) };
        spans.push(Span::styled(format!("{gap}{warned}"), theme.warn()));
        spans.push(Span::styled(format!("  {key}"), theme.accent()));
    }
    lines.add([Line::from(spans)]);
}

fn read(run: &Run) -> String {
    let c = &run.counts;
    let parts =
        [(c.accounts, "accounts"), (c.persons, "persons"), (c.opportunities, "opportunities"), (c.events, "events")];
    let text: Vec<String> = parts.iter().map(|(n, word)| format!("{} {word}", compact_count(*n))).collect();
    format!("{} in {}", text.join(" · "), seconds(run.seconds()))
}

/// `402 of 13,087 persons: 2,243 converted before, 10,442 left out`.
fn scored(run: &Run, profile_type: ProfileType) -> String {
    let p = &run.population;
    let all = match profile_type {
        ProfileType::Person => run.counts.persons,
        ProfileType::Account => run.counts.accounts,
    };
    if all <= p.scored {
        return format!("{} {}", count(p.scored), plural(profile_type));
    }
    let rest = all - p.scored;
    let others = rest.saturating_sub(p.converted_before + p.outside_rule);
    let parts = [(p.converted_before, "converted before"), (p.outside_rule, "outside the rule"), (others, "left out")];
    let parts: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{} {word}", count(*n))).collect();
    format!("{} of {} {}: {}", count(p.scored), count(all), plural(profile_type), parts.join(", "))
}
