//! The page of the timer: whether one starts what is due, and the commands that set one up for this workspace.

use crate::domain::text::wrapped;
use crate::schedule::timer::DEFAULT_AT;
use crate::tui::action::Action;
use crate::tui::app::App;
use ratatui::style::Style;
use ratatui::text::Line;

pub fn lines(app: &App, width: usize) -> Vec<Line<'static>> {
    let theme = app.theme();
    let health = app.timer_health();
    let mut lines = Vec::new();
    let mut text = |text: &str, style: Style| {
        let parts = wrapped(text, width.max(1));
        let parts = if parts.is_empty() { vec![String::new()] } else { parts };
        lines.extend(parts.into_iter().map(|line| Line::styled(line, style)));
    };
    let command = |words: &str| format!("{} {words}", app.workspace.program);
    text(&health.sentence(&app.workspace.zone), if health.is_well() { theme.good() } else { theme.warn() });
    text("", theme.text());
    let what = format!(
        "Scores run by themselves only where a timer of the system asks once a day what is due. One of these commands, \
         entered in a shell, installs it for this workspace, daily at {DEFAULT_AT}:"
    );
    text(&what, theme.text());
    for (service, words) in [
        ("A line in your crontab:", "schedule install --cron"),
        ("A user timer of systemd:", "schedule install --systemd"),
    ] {
        text("", theme.text());
        text(service, theme.dim());
        text(&command(words), theme.accent());
    }
    text("", theme.text());
    let more =
        "--at HH:MM takes another hour, --print only shows what would be installed, `schedule remove` takes it away.";
    text(more, theme.dim());
    text("", theme.text());
    let by_hand = match app.keymap.key(Action::Run) {
        "" => "Without a timer, this starts what is due now:".to_string(),
        key => format!("Without a timer, {key} on Services runs a score, and this starts all that is due now:"),
    };
    text(&by_hand, theme.dim());
    text(&command("run start --due"), theme.accent());
    lines
}
