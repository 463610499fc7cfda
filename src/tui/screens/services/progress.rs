//! A run that is going: how far it is, its stages, what it does at present, and how to stop it. Called by
//! [`details`](super::details).

use crate::domain::format::{compact_count, hms};
use crate::domain::run::run_progress::RunProgress;
use crate::domain::run::stage::StageName;
use crate::domain::text::wrapped;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::theme::status_sign;
use crate::tui::widgets::histogram::bar;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// The lines that stand where *Last run* stands else.
pub fn lines(app: &App, live: &RunProgress, width: usize) -> Vec<Line<'static>> {
    let theme = app.theme();
    let style = theme.status(live.status);
    let elapsed = app.now.duration_since(live.started_at).as_secs_f64();
    let mut head = vec![
        Span::styled("Run  ", theme.title()),
        Span::styled(format!("{} {}", status_sign(live.status), live.status), style),
    ];
    if !live.is_running() {
        let text = match &live.cancelled_by {
            Some(who) => format!("{who} cancelled it."),
            None => "Its process is gone. The next run starts clean.".into(),
        };
        let at = live.stage.as_ref().map_or(String::new(), |s| format!(" in stage {s}"));
        return vec![
            Line::from(head),
            Line::styled(format!("  began {}{at}", app.local_time(live.started_at)), theme.dim()),
            Line::styled(format!("  {text}"), theme.text()),
        ];
    }
    head.push(Span::styled(format!(", {}", hms(elapsed)), theme.text()));
    let mut lines = match &live.cancelled_by {
        None => {
            let cancel = format!("  {}", app.keymap.label(Action::CancelRun, "Cancel"));
            head.push(Span::styled(cancel, theme.accent()));
            vec![Line::from(head)]
        }
        Some(who) => {
            vec![Line::from(head), Line::styled(format!("  cancelling, asked by {who}"), theme.warn())]
        }
    };
    if let Some(outlook) = live.outlook(app.now) {
        let (full, empty) = bar(live.share().unwrap_or_default(), width.saturating_sub(26).clamp(6, 24));
        let bar = [Span::raw("  "), Span::styled(full, theme.bar()), Span::styled(empty, theme.faint())];
        lines.push(Line::from_iter(bar.into_iter().chain([Span::styled(format!(" {outlook}"), theme.text())])));
    }
    for stage in StageName::of(live.kind) {
        lines.extend(self::stage(app, live, stage.word(), width));
    }
    let who = format!("{} run of {}, process\u{a0}{}", live.kind, live.user, live.pid);
    let who = wrapped(&who, width.saturating_sub(2).max(1));
    lines.extend(who.into_iter().map(|text| Line::styled(format!("  {text}"), theme.dim())));
    lines
}

/// A stage; what the run does at present stands behind its name, or below where the line is too short.
fn stage(app: &App, live: &RunProgress, name: &'static str, width: usize) -> Vec<Line<'static>> {
    let theme = app.theme();
    let label = format!("{name:<15}");
    if let Some(done) = live.stages.iter().find(|s| s.name == name) {
        let rows = if name == "read" && live.rows > 0 {
            format!("  {} rows", compact_count(live.rows))
        } else {
            String::new()
        };
        let took = format!("{:>6}", hms(done.seconds));
        let rows = if 4 + label.width() + took.width() + rows.width() <= width { rows } else { String::new() };
        return vec![Line::from(vec![
            Span::styled("  ✓ ", theme.good()),
            Span::styled(label, theme.text()),
            Span::styled(format!("{took}{rows}"), theme.dim()),
        ])];
    }
    if live.stage.as_deref() != Some(name) {
        return vec![Line::from(vec![Span::raw("    "), Span::styled(label, theme.dim())])];
    }
    let mut spans = vec![Span::styled("  ▸ ", theme.accent()), Span::styled(label, theme.title())];
    match live.step_text() {
        Some(text) if 20 + text.width() <= width => {
            spans.push(Span::styled(format!(" {text}"), theme.dim()));
            vec![Line::from(spans)]
        }
        Some(text) => {
            let below = wrapped(&text, width.saturating_sub(4).max(1));
            let below = below.into_iter().map(|text| Line::styled(format!("    {text}"), theme.dim()));
            std::iter::once(Line::from(spans)).chain(below).collect()
        }
        None => vec![Line::from(spans)],
    }
}
