//! How a run ended that did not succeed: what stopped it, what was found, the threshold, what helps, and the key to the page
//! of its code. The same block on the Services screen and on the page of the run.

use super::lines::Lines;
use crate::domain::run::codes::{self, Code, Limit};
use crate::domain::run::quality::Check;
use crate::domain::run::{Run, Status};
use crate::tui::action::Action;
use crate::tui::theme::status_sign;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

/// Why a run failed that no check stopped, and what helps; the journal has both.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cause<'a> {
    pub causes: &'a [String],
    pub hint: Option<&'a String>,
}

/// Adds the block.
pub fn add(lines: &mut Lines<'_>, run: &Run, cause: Cause<'_>) {
    let theme = lines.theme();
    let style = theme.status(run.status);
    let mut block = Lines::new(lines.app, lines.width.saturating_sub(2));
    // The code of a run that was cancelled is only that of its last remark.
    let code = codes::for_run(run).filter(|_| run.status == Status::Failed);
    let title = match code {
        Some(Code { number: 0, title, .. }) => format!("{} Stopped: {title}", status_sign(run.status)),
        Some(code) => format!("{} Stopped by {}: {}", status_sign(run.status), code.number, code.title),
        None => format!("{} The run {}", status_sign(run.status), status_phrase(run.status)),
    };
    block.text(&title, style.add_modifier(Modifier::BOLD));
    if code.is_none() || codes::stopped_by(run).is_none() {
        block.text(&run.message, theme.text());
    }
    if let Some(check) = codes::stopped_by(run) {
        against_threshold(&mut block, check);
    } else {
        cause.causes.iter().for_each(|cause| block.text(&format!("because {cause}"), theme.text()));
    }
    let help = code.and_then(|code| code.remedies.first().copied()).map(String::from);
    if let Some(help) = help.or_else(|| cause.hint.cloned()) {
        block.text(&help, theme.text());
    }
    if code.is_some() {
        block.text(&lines.app.keymap.label(Action::CodePage, "What it means and what helps"), theme.accent());
    }
    // A bar along the whole of it: this is what somebody came for.
    lines.add(block.finish().into_iter().map(|line| {
        let text = line.style;
        let spans = line.spans.into_iter().map(move |span| Span::styled(span.content, text.patch(span.style)));
        Line::from([vec![Span::styled("▌ ", style)], spans.collect()].concat())
    }));
}

fn status_phrase(status: Status) -> &'static str {
    match status {
        Status::Processing => "is live",
        Status::Successful => "was successful",
        Status::Failed => "failed",
        Status::Cancelled => "was cancelled",
        Status::Interrupted => "was interrupted: its process is gone",
    }
}

/// `Count of valid accounts: 85, threshold 1,000.`
fn against_threshold(block: &mut Lines<'_>, check: &Check) {
    let theme = block.theme();
    let found = codes::formatted_value(check, check.found);
    let threshold = check.threshold.map(|t| format!(", threshold {}", codes::formatted_value(check, t)));
    let known =
        codes::by_number(check.code).is_some_and(|code| code.limits.iter().any(|l: &Limit| l.figure == check.what));
    // A figure that is no threshold of the code itself says little; the sentence has the rest.
    let text = if known {
        format!("{}: {found}{}.", check.what, threshold.unwrap_or_default())
    } else {
        check.message.clone()
    };
    block.text(&text, theme.text());
}
