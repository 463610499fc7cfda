//! The page of a code: what it means, what the run found, what it is held against, and what usually helps. Shown by
//! [`page`](super::page).

use crate::config::Thresholds;
use crate::domain::codes::{self, Code};
use crate::domain::quality::{Check, Outcome};
use crate::domain::text::{cut, wrapped};
use crate::tui::app::App;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// The lines of a page; `checks` are those that a run has of this code, none where it is not about a run.
pub fn lines(app: &App, number: u16, checks: &[Check], width: usize) -> Vec<Line<'static>> {
    let theme = &app.theme;
    let Some(code) = codes::by_number(number) else {
        return vec![Line::styled(format!("There is no code {number}."), theme.text())];
    };
    let mut lines = vec![Line::from(vec![
        Span::styled(cut(code.title, width), theme.title()),
        Span::styled(format!("  {}", code.effect.words()), theme.dim()),
    ])];
    let text = |lines: &mut Vec<Line<'static>>, mark: &str, text: &str, style: Style| {
        for (at, part) in wrapped(text, width.saturating_sub(mark.chars().count()).max(1)).into_iter().enumerate() {
            let before = if at == 0 { mark.to_string() } else { " ".repeat(mark.chars().count()) };
            lines.push(Line::styled(before + &part, style));
        }
    };
    let title = |lines: &mut Vec<Line<'static>>, title: &str| {
        lines.extend([Line::default(), Line::styled(title.to_string(), theme.title())]);
    };
    text(&mut lines, "", code.meaning, theme.text());
    if !checks.is_empty() {
        title(&mut lines, "In this run");
        for check in checks {
            let (sign, style) = match check.outcome {
                Outcome::Stopped => ("✗ ", theme.bad()),
                Outcome::Warning => ("! ", theme.warn()),
                Outcome::Passed => ("✓ ", theme.good()),
                Outcome::Information => ("· ", theme.text()),
            };
            text(&mut lines, sign, &found(check), style);
        }
    }
    if !code.limits.is_empty() {
        title(&mut lines, "What is compared");
        compared(code, |mark, line, dim| text(&mut lines, mark, line, if dim { theme.dim() } else { theme.text() }));
    }
    title(&mut lines, "What usually helps");
    code.helps.iter().for_each(|help| text(&mut lines, "· ", help, theme.text()));
    title(&mut lines, "Related");
    for related in code.related.iter().filter_map(|number| codes::by_number(*number)) {
        text(&mut lines, "", &format!("{:<7}{}", related.name(), related.title), theme.dim());
    }
    lines
}

/// Each figure with its threshold, and where that is changed.
fn compared(code: &Code, mut put: impl FnMut(&str, &str, bool)) {
    let defaults = Thresholds::default();
    for limit in code.limits {
        let default = limit.unit.words((limit.of)(&defaults));
        put("· ", &format!("{}: {} {default} by default.", limit.figure, limit.acts), false);
        put("  ", &format!("{} under [thresholds] of config.toml changes it.", limit.key), true);
    }
}

fn found(check: &Check) -> String {
    let threshold = check.threshold.map(|t| format!("; the threshold is {}", codes::words(check, t)));
    format!("{}: {}{}.", check.what, codes::words(check, check.found), threshold.unwrap_or_default())
}
