//! The tab *Factors*: what moves the scores of the run over all its profiles.

use crate::domain::format::{count, multiplier, percent};
use crate::domain::run::FactorSummary;
use crate::domain::text::Align;
use crate::queries::run_detail::RunDetail;
use crate::tui::app::App;
use crate::tui::labels::{direction_sign, shorten_factor};
use crate::tui::screens::lines::{Cell, Lines};
use crate::tui::widgets::cells::error_lines;
use crate::tui::widgets::histogram::bar;
use ratatui::text::Line;

pub fn lines(app: &App, detail: &RunDetail, width: usize) -> Vec<Line<'static>> {
    let theme = app.theme();
    let mut lines = Lines::new(app, width);
    let factors = &detail.importance.all;
    if factors.is_empty() {
        match &detail.report {
            Err(error) => lines.add(error_lines(app.theme(), error, width)),
            Ok(_) if detail.run.population.scored == 0 => {
                lines.text("Nobody was scored, so that there are no influential factors.", theme.text());
            }
            Ok(_) => lines.text("No factor contributes to any score.", theme.text()),
        }
        return lines.finish();
    }
    lines.title("Influential factors", &format!("{} contribute", count(factors.len() as u64)));
    let wide = width >= 90;
    let most = factors.iter().map(|factor| factor.mean_absolute).fold(0.0, f64::max);
    let bars = if wide { 20 } else { 10 };
    let words = if wide { 17 } else { 1 };
    // The rest of a line is the factor's: bar, effect, direction, share and the gaps between.
    let label = width.saturating_sub(bars + 6 + words + 10 + 8).max(16);
    let row = |factor: &FactorSummary| -> Vec<Cell> {
        let share = if most > 0.0 { factor.mean_absolute / most } else { 0.0 };
        let sign = direction_sign(factor);
        let way = if wide { format!("{sign} {}", detail.importance.direction(factor)) } else { sign.into() };
        vec![
            (shorten_factor(&factor.label, label), theme.text()),
            (bar(share, bars).0, theme.bar()),
            // With two decimals, because most are near 1.
            (multiplier(factor.mean_absolute), theme.text()),
            (way, theme.dim()),
            (percent(factor.influenced_share), theme.dim()),
        ]
    };
    let header = [
        ("factor", Align::Left),
        ("", Align::Left),
        ("effect", Align::Right),
        (if wide { "the score" } else { "" }, Align::Left),
        ("matters to", Align::Right),
    ];
    lines.table(&header, 0, &factors.iter().map(row).collect::<Vec<_>>());
    lines.blank();
    let signs = if wide { "" } else { " + rises with the value, − falls with it, ± neither." };
    let text = format!(
        "effect: by what the factor typically multiplies or divides the odds. matters to: the share of profiles whose \
         odds it changes by a quarter or more.{signs}"
    );
    lines.text(&text, theme.dim());
    lines.finish()
}
