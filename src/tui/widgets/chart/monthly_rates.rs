//! The conversion rate that was expected and the one that came, month by month.

use super::frame::{NO_ROOM, Size, has_room, message_only, right, title};
use crate::domain::format::percent;
use crate::domain::metrics::Estimate;
use crate::tui::theme::Theme;
use jiff::civil::Date;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// The rates of one month.
#[derive(Debug, Clone, Copy)]
pub struct MonthlyRates<'a> {
    /// As `YYYY-MM`.
    pub month: &'a str,
    pub expected: f64,
    /// With its 95 % interval.
    pub came: Estimate,
}

/// Columns of the months' names.
const NAME: usize = 9;
/// Ends of the scale that read well.
const ENDS: [f64; 10] = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0];

/// A row a month, the oldest first: the rate that came with its interval, and where it was expected.
pub fn expected_rates(rates: &[MonthlyRates<'_>], size: Size, theme: &Theme) -> Vec<Line<'static>> {
    const NAMES: [&str; 2] = ["Conversion rate by month", "Rate by month"];
    let finite = |r: &&MonthlyRates<'_>| r.expected.is_finite() && r.came.value.is_finite();
    let known: Vec<&MonthlyRates<'_>> = rates.iter().filter(finite).collect();
    if known.is_empty() {
        return message_only(NAMES[0], "No past run was judged.", size, theme);
    }
    if !has_room(size) {
        return message_only(NAMES[0], NO_ROOM, size, theme);
    }
    let (width, height) = size;
    let known = &known[known.len().saturating_sub(height - 4)..];
    let most = known.iter().map(|r| r.expected.max(r.came.high.unwrap_or(r.came.value))).fold(0.0, f64::max);
    let end = ENDS.into_iter().find(|end| *end >= most).unwrap_or(1.0);
    let holds = |r: &&&MonthlyRates<'_>| {
        r.came.low.zip(r.came.high).is_some_and(|(low, high)| (low..=high).contains(&r.expected))
    };
    let held = known.iter().filter(holds).count();
    let figures = [format!("as expected in {held} of {}", known.len()), format!("{held} of {}", known.len())];
    let mut lines = vec![title(&NAMES, &figures, width, theme)];
    let columns = width - NAME - 1;
    lines.extend(known.iter().map(|r| row(r, end, columns, theme)));
    lines.push(Line::styled(format!("{}└{}", " ".repeat(NAME), "─".repeat(columns)), theme.faint()));
    let scale = format!("{}0 %{}", " ".repeat(NAME + 1), right(&percent(end), columns - 3));
    lines.push(Line::styled(scale, theme.dim()));
    lines.push(Line::from(vec![
        Span::raw(" ".repeat(NAME + 1)),
        Span::styled("●", theme.accent()),
        Span::styled(if columns > 34 { " came, 95 % interval  " } else { " came  " }, theme.dim()),
        Span::styled("┃", theme.text()),
        Span::styled(" expected", theme.dim()),
    ]));
    lines.resize(height, Line::default());
    lines
}

fn row(rates: &MonthlyRates<'_>, end: f64, columns: usize, theme: &Theme) -> Line<'static> {
    let place = |rate: f64| ((rate / end).clamp(0.0, 1.0) * (columns - 1) as f64).round() as usize;
    let mut cells: Vec<(char, Style)> = vec![(' ', Style::new()); columns];
    if let (Some(low), Some(high)) = (rates.came.low, rates.came.high) {
        let (low, high) = (place(low), place(high));
        cells[low.min(high)..=high.max(low)].iter_mut().for_each(|cell| *cell = ('─', theme.bar()));
    }
    cells[place(rates.expected)] = ('┃', theme.text());
    cells[place(rates.came.value)] = ('●', theme.accent());
    let runs = cells.chunk_by(|a, b| a.1 == b.1);
    let plot = runs.map(|run| Span::styled(run.iter().map(|cell| cell.0).collect::<String>(), run[0].1));
    let day = format!("{}-01", rates.month).parse::<Date>();
    let name = day.map_or_else(|_| rates.month.to_string(), |day| day.strftime("%b %Y").to_string());
    let head = [Span::styled(format!("{name:<NAME$}"), theme.dim()), Span::styled("│", theme.faint())];
    Line::from(head.into_iter().chain(plot).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ThemeName;
    use crate::tui::theme::TerminalEnv;

    fn drawn(rates: &[MonthlyRates<'_>], size: Size) -> Vec<String> {
        let theme = Theme::choose(ThemeName::Mono, &TerminalEnv::default());
        expected_rates(rates, size, &theme).iter().map(ToString::to_string).collect()
    }

    fn rates(month: &str, expected: f64, came: f64, reach: f64) -> MonthlyRates<'_> {
        let came = Estimate { value: came, low: Some(came - reach), high: Some(came + reach) };
        MonthlyRates { month, expected, came }
    }

    #[test]
    fn what_came_stands_in_its_interval_and_what_was_expected_where_it_was() {
        let lines = drawn(&[rates("2026-03", 0.04, 0.02, 0.01), rates("2026-04", 0.025, 0.025, 0.01)], (31, 8));
        assert!(lines[0].contains("1 of 2"), "{lines:?}");
        let at = |line: &str, sign: char| line.chars().position(|c| c == sign);
        let (came, expected) = (at(&lines[1], '●').unwrap(), at(&lines[1], '┃').unwrap());
        assert!(came < expected && lines[1].starts_with("Mar 2026 │"), "{lines:?}");
        assert_eq!(at(&lines[2], '┃'), None, "at one place the one that came is seen");
        assert!(lines[1..3].iter().all(|line| line.contains('─')), "{lines:?}");
        assert_eq!(lines.len(), 8);
    }

    #[test]
    fn many_months_show_the_newest_and_none_says_so() {
        let months: Vec<String> = (1..=12).map(|m| format!("2026-{m:02}")).collect();
        let all: Vec<MonthlyRates<'_>> = months.iter().map(|m| rates(m, 0.1, 0.1, 0.02)).collect();
        let lines = drawn(&all, (40, 9));
        assert!(lines[1].starts_with("Aug 2026") && lines[5].starts_with("Dec 2026"), "{lines:?}");
        assert!(drawn(&[], (40, 9)).concat().contains("No past run"));
        let odd = MonthlyRates { month: "x", expected: f64::NAN, came: Estimate { value: 7.0, low: None, high: None } };
        for size in [(0, 0), (1, 1), (10, 3), (40, 10)] {
            assert_eq!(drawn(&[odd, rates("?", 9.0, -3.0, 99.0)], size).len(), size.1);
        }
    }
}
