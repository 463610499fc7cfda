//! The page of a code: what it means, what the run found, what it is held against, and what usually helps. Shown by
//! the pager.

use crate::config::Thresholds;
use crate::domain::run::codes::{self, Code, Limit};
use crate::domain::run::quality::{Check, Outcome};
use crate::domain::text::{cut, wrapped};
use crate::tui::app::App;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// The lines of a page; `checks` are those that a run has of this code, none where it is not about a run.
pub fn lines(app: &App, number: u16, checks: &[Check], width: usize) -> Vec<Line<'static>> {
    let theme = app.theme();
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
            text(&mut lines, sign, &found(code, check), style);
        }
    }
    if !code.limits.is_empty() {
        title(&mut lines, "What is compared");
        for limit in code.limits {
            let (figure, key) = compared(limit, &app.workspace.thresholds, in_run(code, limit, checks));
            text(&mut lines, "· ", &figure, theme.text());
            text(&mut lines, "  ", &key, theme.dim());
        }
    }
    title(&mut lines, "What usually helps");
    code.remedies.iter().for_each(|help| text(&mut lines, "· ", help, theme.text()));
    title(&mut lines, "Related");
    for related in code.related.iter().filter_map(|number| codes::by_number(*number)) {
        text(&mut lines, "", &format!("{:<7}{}", related.name(), related.title), theme.dim());
    }
    lines
}

/// The threshold that a run held the figure of a limit against. Two limits of one figure are told apart by what they do.
fn in_run(code: &Code, limit: &Limit, checks: &[Check]) -> Option<f64> {
    let alone = code.limits.iter().filter(|other| other.figure == limit.figure).count() == 1;
    let does = |check: &&Check| match check.outcome {
        Outcome::Stopped => limit.acts.starts_with("stops"),
        Outcome::Warning => limit.acts.starts_with("warns"),
        Outcome::Passed | Outcome::Information => false,
    };
    let mut of_figure = checks.iter().filter(|check| check.what == limit.figure);
    of_figure.find(|check| alone || does(check))?.threshold
}

/// A figure with its threshold, as the run had it or else as the configuration has it, and where that is changed.
fn compared(limit: &Limit, thresholds: &Thresholds, in_run: Option<f64>) -> (String, String) {
    let Limit { figure, acts, key, threshold: of, unit } = limit;
    let (now, default) = (unit.words(of(thresholds)), unit.words(of(&Thresholds::default())));
    let ran = in_run.map(|value| unit.words(value));
    let figure = match &ran {
        Some(ran) if *ran != default => format!("{figure}: {acts} {ran} in this run, by default {default}."),
        None if now != default => format!("{figure}: {acts} {now}, by default {default}."),
        _ => format!("{figure}: {acts} {default} by default."),
    };
    let section = format!("[thresholds] {key} in config.toml");
    let key = match ran {
        Some(ran) if ran != now => format!("{section} says {now} today."),
        _ if now != default => format!("{section} says so."),
        _ => format!("{section} sets another one."),
    };
    (figure, key)
}

/// What a check found. A figure that is no threshold of the code itself says little; the sentence has the rest.
fn found(code: &Code, check: &Check) -> String {
    if check.outcome == Outcome::Stopped && !code.limits.iter().any(|limit| limit.figure == check.what) {
        return check.message.clone();
    }
    let threshold = check.threshold.map(|t| format!("; the threshold is {}", codes::formatted_value(check, t)));
    format!("{}: {}{}.", check.what, codes::formatted_value(check, check.found), threshold.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::run::quality::Rule;

    fn limits_text(number: u16, now: &Thresholds, checks: &[Check]) -> Vec<String> {
        let code = codes::by_number(number).unwrap();
        let limits_text = |limit: &Limit| {
            let (figure, key) = compared(limit, now, in_run(code, limit, checks));
            format!("{figure} {key}")
        };
        code.limits.iter().map(limits_text).collect()
    }

    #[test]
    fn the_threshold_of_the_run_stands_before_those_of_today_and_by_default() {
        let check = |threshold| [Check::stopping(404, "why", "Count of conversions", 7.0, Rule::AtLeast, threshold)];
        let changed = Thresholds { conversions: 5_000, ..Thresholds::default() };
        let cases = [
            (&changed, &check(5_000.0)[..], "stops below 5,000 in this run, by default 10.", "says so."),
            (
                &Thresholds::default(),
                &check(5_000.0),
                "stops below 5,000 in this run, by default 10.",
                "says 10 today.",
            ),
            (&changed, &check(10.0), "stops below 10 by default.", "says 5,000 today."),
            (&changed, &[], "stops below 5,000, by default 10.", "says so."),
            (&Thresholds::default(), &check(10.0), "stops below 10 by default.", "sets another one."),
        ];
        for (now, checks, figure, key) in cases {
            let expected = format!("Count of conversions: {figure} [thresholds] conversions in config.toml {key}");
            assert_eq!(limits_text(404, now, checks), [expected]);
        }
    }

    #[test]
    fn of_two_thresholds_for_one_figure_the_run_had_the_one_that_acted() {
        let check = Check::stopping(0, "goal too common", "Base rate", 0.97, Rule::AtMost, 0.9);
        let lines = limits_text(0, &Thresholds::default(), &[check]);
        let of_run: Vec<bool> = lines.iter().map(|line| line.contains("90 % in this run")).collect();
        assert_eq!(of_run, [false, true, false], "{lines:?}");
    }

    #[test]
    fn a_check_whose_figure_has_no_threshold_says_its_sentence() {
        let code = codes::by_number(407).unwrap();
        let mut check = Check::stopping(407, "why", "Count of activity types", 1.0, Rule::AtMost, 0.0);
        check.message += " 'email.opened' (34.0 % of training) is gone.";
        assert!(found(code, &check).contains("'email.opened'"));
    }
}
