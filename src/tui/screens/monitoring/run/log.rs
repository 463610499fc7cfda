//! The tab *Log*: what the process of the run said, or else what its journal tells.

use crate::domain::format::{count, seconds};
use crate::queries::run_detail::RunDetail;
use crate::tui::app::App;
use crate::tui::screens::lines::Lines;
use crate::tui::theme::status_sign;
use crate::tui::widgets::cells::error_lines;
use ratatui::text::Line;

pub fn lines(app: &App, detail: &RunDetail, width: usize) -> Vec<Line<'static>> {
    let theme = app.theme();
    let mut lines = Lines::new(app, width);
    let log = &detail.log;
    if let Some(error) = &log.broken {
        lines.add(error_lines(app.theme(), error, width));
    } else if log.lines.is_empty() {
        journal_lines(&mut lines, detail);
    }
    if log.more {
        let text =
            format!("The last {} lines; the whole is run.log in the folder of the run.", count(log.lines.len() as u64));
        lines.text(&text, theme.dim());
        lines.blank();
    }
    for line in &log.lines {
        lines.text(line, theme.text());
    }
    lines.finish()
}

/// What the journal tells of a run whose process said nothing else: who started it, its stages, its warnings, its end.
fn journal_lines(lines: &mut Lines<'_>, detail: &RunDetail) {
    let (theme, run, journal) = (lines.theme(), &detail.run, &detail.journal);
    let plain = (theme.dim(), theme.text());
    let by = if journal.user.is_empty() { String::new() } else { format!(" by {}", journal.user) };
    let mut events = vec![(run.started_at, "  ", format!("The {} run was started{by}.", run.kind), plain)];
    for (stage, at) in &journal.began {
        let took = run.stages.iter().find(|s| s.name == *stage);
        let took = took.map_or("it did not come to its end".to_string(), |s| seconds(s.seconds));
        events.push((*at, "  ", format!("{stage}: {took}"), plain));
    }
    let of_warnings = (theme.warn(), theme.text());
    events.extend(journal.warnings.iter().map(|w| (w.at, "! ", w.message.clone(), of_warnings)));
    events.sort_by_key(|(at, ..)| *at);
    let style = theme.status(run.status);
    let end = if run.message.is_empty() { format!("The run is {}.", run.status) } else { run.message.clone() };
    events.push((run.finished_at, status_sign(run.status), end, (style, theme.text())));
    for (at, mark, text, styles) in events {
        let clock = at.to_zoned_datetime(lines.app.workspace.zone.clone()).strftime("%H:%M:%S");
        lines.marked(&format!("{clock}  {mark:<2}"), &text, styles);
    }
    journal.causes.iter().for_each(|cause| lines.marked("            ", &format!("because {cause}"), plain));
    journal.hint.iter().for_each(|hint| lines.marked("            ", hint, plain));
    lines.blank();
    let more = "Its process said nothing else. PROPENSITY_LOG=debug in its environment makes it tell what it does.";
    lines.text(more, theme.dim());
}
