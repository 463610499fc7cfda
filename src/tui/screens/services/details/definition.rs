//! The goal in full, a condition a line, and where the score comes from.

use crate::domain::format::ago;
use crate::domain::score::ExcludeUntilActive;
use crate::domain::score::goal::{Arity, Combine, Condition, GoalEvent, quoted};
use crate::domain::text::{harmless, wrapped};
use crate::queries::score_summaries::ScoreSummary;
use crate::tui::screens::lines::Lines;
use ratatui::style::Style;
use ratatui::text::Line;

pub fn add(lines: &mut Lines<'_>, listed: &ScoreSummary) {
    let (theme, s) = (lines.theme(), &listed.score);
    lines.title("Goal", &format!("within {} days", s.timeframe_days));
    let join = match s.goal.combine {
        Combine::Any => "or",
        Combine::All => "and",
    };
    for (index, event) in s.goal.events.iter().enumerate() {
        if index > 0 {
            lines.add([Line::styled(join, theme.dim())]);
        }
        add_event(lines, event, theme.text());
    }
    for exclusion in &s.exclusions {
        lines.text(
            &format!("Left out {} who did", ExcludeUntilActive::how_long(s.excludes_until_active())),
            theme.dim(),
        );
        add_event(lines, exclusion, theme.dim());
    }
    if !s.population.is_empty() {
        lines.text("Who is scored", theme.dim());
    }
    for condition in s.population.sentences() {
        for line in wrapped(&condition, lines.width.saturating_sub(2).max(1)) {
            lines.add([Line::styled(format!("  {}", harmless(&line)), theme.dim())]);
        }
    }
    lines.text(&format!("Merge policy {}", s.merge_policy.words()), theme.dim());
    lines.blank();
    origin(lines, listed);
}

fn add_event(lines: &mut Lines<'_>, event: &GoalEvent, style: Style) {
    lines.text(&event.event_type, style);
    for (index, condition) in event.conditions.iter().enumerate() {
        let text = format!("{}{}", if index == 0 { "where " } else { "and " }, sentence(condition));
        for line in wrapped(&text, lines.width.saturating_sub(2).max(1)) {
            lines.add([Line::styled(format!("  {line}"), style)]);
        }
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

/// When it was made and changed, and by whom.
fn origin(lines: &mut Lines<'_>, listed: &ScoreSummary) {
    let (app, s) = (lines.app, &listed.score);
    let zone = &app.workspace.zone;
    let mut origin = format!("Created {} by {}", ago(s.created_at, app.now, zone), s.created_by);
    if s.updated_at != s.created_at {
        origin += &format!(", updated {} by {}", ago(s.updated_at, app.now, zone), s.updated_by);
    }
    lines.text(&origin, app.theme().dim());
}
