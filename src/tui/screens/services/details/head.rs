//! The head of the details: what the score is, whether it can be trusted, and what may be done with it.

use crate::domain::format::percent;
use crate::domain::metrics::Verdict;
use crate::domain::run::Status;
use crate::domain::text::{harmless, wrapped};
use crate::queries::score_summaries::ScoreSummary;
use crate::tui::action::Action;
use crate::tui::screens::lines::Lines;
use crate::tui::screens::services::state::{BUTTONS, Focus};
use crate::tui::theme::status_sign;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// Most lines of a description: the rest is read in *Edit*.
const DESCRIPTION: usize = 6;

pub fn add(lines: &mut Lines<'_>, listed: &ScoreSummary) {
    let (theme, s) = (lines.theme(), &listed.score);
    lines.text(&s.name, theme.title());
    let (who, when) =
        (format!("Profile type {}", s.profile_type), format!("Prediction timeframe {} days", s.timeframe_days));
    if who.width() + 3 + when.width() <= lines.width {
        lines.text(&format!("{who} · {when}"), theme.dim());
    } else {
        [who, when].iter().for_each(|part| lines.text(part, theme.dim()));
    }
    let mut description = wrapped(&harmless(&s.description), lines.width);
    if description.len() > DESCRIPTION {
        description.truncate(DESCRIPTION - 1);
        description.push(lines.app.keymap.label(Action::Edit, "shows the rest"));
    }
    for line in description {
        lines.text(&line, theme.text());
    }
    if let Some((sign, text, style)) = trust(lines, listed) {
        lines.marked(&format!("{sign} "), &text, (style, style));
    }
    lines.blank();
}

/// Whether the scores can be relied on, and what to do where they cannot.
fn trust(lines: &Lines<'_>, listed: &ScoreSummary) -> Option<(&'static str, String, Style)> {
    let theme = lines.theme();
    let run = listed.trained.as_ref()?;
    let verdict = run.verdict?;
    let held = run.metrics.as_ref().and_then(|metrics| metrics.lift_10);
    let held = held.map(|lift| percent((lift.value / 10.0).min(1.0)));
    let best =
        held.map_or(String::new(), |held| format!(": the best 10 % of the profiles hold {held} of the conversions"));
    let text = match verdict {
        Verdict::Strong => format!("Strong. Rely on the order{best}."),
        Verdict::Fair => format!("Fair. Use the order as a good guide{best}."),
        Verdict::Weak => format!("Weak. One hint among others{best}."),
        Verdict::NotEnoughEvidence => {
            "Not enough evidence. Too few have converted to tell how good the order is: wait, or choose a goal that is \
             reached more often."
                .into()
        }
        Verdict::NoBetterThanRecency => {
            "No better than recency. Sorting by the last activity does as well: add data that tell profiles apart."
                .into()
        }
    };
    let sign = match verdict {
        Verdict::Strong | Verdict::Fair => status_sign(Status::Successful),
        _ => "!",
    };
    Some((sign, text, theme.verdict(verdict)))
}

/// The actions as buttons, in as many lines as they need.
pub fn add_buttons(lines: &mut Lines<'_>, listed: &ScoreSummary) {
    let app = lines.app;
    let mut line: Vec<Span<'static>> = Vec::new();
    let mut used = 0;
    for (index, (action, label)) in BUTTONS.into_iter().enumerate() {
        let live = app.live_run(&listed.score.id).is_some_and(|l| l.is_running());
        let label = match action {
            Action::Run if listed.last.is_none() && !live => "First run",
            _ => label,
        };
        let label = app.keymap.label(action, label);
        if used > 0 && used + 2 + label.width() > lines.width {
            lines.add([Line::from(std::mem::take(&mut line))]);
            used = 0;
        }
        if used > 0 {
            line.push(Span::raw("  "));
            used += 2;
        }
        let focused = app.services.focus == Focus::Details && app.services.button == index;
        let style = match (focused, app.refusal(action)) {
            (focused, None) if action == Action::Delete => app.theme().danger(focused),
            (true, _) => app.theme().focused(),
            (false, None) => app.theme().accent(),
            (false, Some(_)) => app.theme().dim(),
        };
        used += label.width();
        line.push(Span::styled(label, style));
    }
    lines.add([Line::from(line)]);
    if let Some(why) = &app.workspace.read_only {
        lines.text(why, app.theme().dim());
    }
}
