//! A run that is going: its stages, how far the present one is, and how to stop it.

use crate::domain::format::{compact_count, count, hms};
use crate::domain::run::Run;
use crate::domain::run::run_progress::RunProgress;
use crate::domain::run::stage::StageName;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::theme::status_sign;
use crate::tui::widgets::histogram::bar;
use ratatui::text::{Line, Span};

/// The lines that stand where *Last run* stands else. `last` is the run before, from which the time left is guessed.
pub fn lines(app: &App, live: &RunProgress, last: Option<&Run>, width: usize) -> Vec<Line<'static>> {
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
    if let Some(left) = left(live, last, elapsed) {
        head.push(Span::styled(format!(" · about {} left", hms(left)), theme.dim()));
    }
    let cancel = match &live.cancelled_by {
        Some(who) => Span::styled(format!("  cancelling, asked by {who}"), theme.warn()),
        None => Span::styled(format!("  {}", app.keymap.label(Action::CancelRun, "Cancel")), theme.accent()),
    };
    let mut lines = vec![Line::from(head), Line::from(cancel)];
    for stage in StageName::of(live.kind) {
        lines.push(self::stage(app, live, stage.word(), width));
    }
    let who = format!("  {} run of {}, process {}", live.kind, live.user, live.pid);
    lines.push(Line::styled(who, theme.dim()));
    lines
}

fn stage(app: &App, live: &RunProgress, name: &'static str, width: usize) -> Line<'static> {
    let theme = app.theme();
    let label = format!("{name:<15}");
    if let Some(done) = live.stages.iter().find(|s| s.name == name) {
        let rows = if name == "read" && live.rows > 0 {
            format!("  {} rows", compact_count(live.rows))
        } else {
            String::new()
        };
        return Line::from(vec![
            Span::styled("  ✓ ", theme.good()),
            Span::styled(label, theme.text()),
            Span::styled(format!("{:>6}{rows}", hms(done.seconds)), theme.dim()),
        ]);
    }
    if live.stage.as_deref() != Some(name) {
        return Line::from(vec![Span::raw("    "), Span::styled(label, theme.dim())]);
    }
    let mut spans = vec![Span::styled("  ▸ ", theme.accent()), Span::styled(label, theme.title())];
    match live.share() {
        Some(share) => {
            let (full, empty) = bar(share, width.saturating_sub(36).clamp(6, 20));
            spans.push(Span::styled(full, theme.bar()));
            spans.push(Span::styled(empty, theme.faint()));
            let total = live.total.unwrap_or_default();
            spans.push(Span::styled(format!(" {}/{}", count(live.done), count(total)), theme.dim()));
        }
        None if live.done > 0 => {
            let unit = if name == "read" { " rows" } else { "" };
            spans.push(Span::styled(format!("{}{unit}", count(live.done)), theme.text()));
        }
        None => {}
    }
    Line::from(spans)
}

/// Seconds that are left if this run takes as long as the one before of its kind.
fn left(live: &RunProgress, last: Option<&Run>, elapsed: f64) -> Option<f64> {
    let last = last.filter(|run| run.kind == live.kind)?;
    let before: f64 =
        live.stages.iter().filter_map(|s| last.stages.iter().find(|l| l.name == s.name)).map(|l| l.seconds).sum();
    let current =
        live.stage.as_ref().and_then(|s| last.stages.iter().find(|l| l.name == *s)).map_or(0.0, |l| l.seconds);
    let then = before + current * live.share().unwrap_or(0.5);
    // The pace of this run against the last one at the same point; early on there is none.
    let pace = if then > 1.0 { (elapsed / then).clamp(0.3, 5.0) } else { 1.0 };
    let left = (last.seconds() - then) * pace;
    (left > 0.5).then_some(left)
}
