//! What the scores are worth and what they say: the test, the distribution, the influential factors.

use crate::domain::format::{count, date, interval, multiplier, percent, proportion};
use crate::domain::metrics::Verdict;
use crate::domain::run::Run;
use crate::domain::score::ProfileType;
use crate::queries::score_summaries::ScoreSummary;
use crate::tui::labels::{direction_sign, plural, shorten_factor};
use crate::tui::screens::lines::Lines;
use crate::tui::widgets::histogram;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

pub fn add(lines: &mut Lines<'_>, listed: &ScoreSummary, height: u16) {
    test(lines, listed);
    if let Some(scored) = &listed.scored {
        distribution(lines, scored, listed.score.profile_type, height);
        factors(lines, scored, height);
    }
}

/// A title at the left and something styled beside it.
fn title(lines: &mut Lines<'_>, title: &str, beside: Vec<Span<'static>>) {
    if !lines.is_empty() {
        lines.blank();
    }
    let used: usize = beside.iter().map(|s| s.content.width()).sum();
    let gap = lines.width.saturating_sub(title.width() + used).max(1);
    let mut spans = vec![Span::styled(title.to_string(), lines.theme().title()), Span::raw(" ".repeat(gap))];
    spans.extend(beside);
    lines.add([Line::from(spans)]);
}

fn test(lines: &mut Lines<'_>, listed: &ScoreSummary) {
    let theme = lines.theme();
    let Some(run) = &listed.trained else { return };
    let Some(metrics) = &run.metrics else { return };
    let Some(auc) = &metrics.auc else { return };
    let verdict = run.verdict.unwrap_or(Verdict::NotEnoughEvidence);
    title(lines, "Test", vec![Span::styled(verdict.to_string(), theme.verdict(verdict))]);
    let recency = metrics.recency_auc.map_or(String::new(), |r| format!(" · recency alone {}", proportion(r.value)));
    lines.text(&format!("AUC {}{recency}", interval(auc)), theme.text());
    if let Some(active) = metrics.active_auc.filter(|active| active.value < auc.value) {
        lines.text(&format!("among those who ever did anything {}", proportion(active.value)), theme.text());
    }
    if let (Some(lift), Some(base)) = (&metrics.lift_10, &metrics.base_rate) {
        let text = format!("Lift of the best 10 % {:.1} · base rate {}", lift.value, percent(base.value));
        lines.text(&text, theme.text());
    }
    if !run.out_of_time {
        lines.text("Tested by groups of profiles, not out of time.", theme.warn());
    }
}

fn distribution(lines: &mut Lines<'_>, run: &Run, profile_type: ProfileType, height: u16) {
    let theme = lines.theme();
    if run.histogram.is_empty() {
        return;
    }
    let all = run.population.scored.max(1) as f64;
    let bands = run.bands.iter().flat_map(|b| {
        let share = format!("{} {}", b.band.word(), percent(b.profiles as f64 / all));
        [Span::styled(share, theme.band(b.band)), Span::raw("  ")]
    });
    let mut bands: Vec<Span<'static>> = bands.collect();
    bands.pop();
    let used: usize = bands.iter().map(|span| span.content.width()).sum();
    if "Scores".width() + 1 + used <= lines.width {
        title(lines, "Scores", bands);
    } else {
        title(lines, "Scores", Vec::new());
        lines.add([Line::from(bands)]);
    }
    let column = (lines.width / run.histogram.len()).clamp(1, 3);
    let rows = match height {
        0..30 => 1,
        30..46 => 2,
        46.. => 4,
    };
    lines.add(histogram::bars(&run.histogram, rows, column, theme.bar()));
    let axis = column * run.histogram.len();
    let left = axis / 2 - 1;
    let right = axis - left - 3;
    lines.add([Line::styled(format!("{:<left$}{:<2}{:>right$}", "0", "50", "100"), theme.dim())]);
    let (scored, whose) = (count(run.population.scored), plural(profile_type));
    let as_of = run.cutoffs.as_of.parse().map_or_else(|_| run.cutoffs.as_of.clone(), date);
    lines.text(&format!("{scored} {whose} scored as of {as_of}"), theme.dim());
}

fn factors(lines: &mut Lines<'_>, run: &Run, height: u16) {
    let theme = lines.theme();
    let Some(most) = run.factors.iter().map(|f| f.share).reduce(f64::max).filter(|m| *m > 0.0) else { return };
    title(lines, "Influential factors", Vec::new());
    // The words need the room more than the bars.
    let bar_width = (lines.width / 12).clamp(4, 12);
    let label_width = lines.width.saturating_sub(bar_width + 11);
    for factor in run.factors.iter().take(if height >= 46 { 12 } else { 6 }) {
        let mut label = shorten_factor(&factor.label, lines.width);
        if label.width() > label_width {
            // A name that has no room beside its figures stands above them.
            let short = shorten_factor(&factor.label, label_width);
            if short.contains('…') {
                lines.add([Line::styled(std::mem::take(&mut label), theme.text())]);
            } else {
                label = short;
            }
        }
        let gap = label_width.saturating_sub(label.width());
        let (full, _) = histogram::bar(factor.share / most, bar_width);
        let rest = bar_width - full.chars().count();
        lines.add([Line::from(vec![
            Span::styled(format!("{label}{}", " ".repeat(gap)), theme.text()),
            Span::styled(format!(" {full}{}", " ".repeat(rest)), theme.bar()),
            Span::styled(format!(" {} {:>5}", direction_sign(factor), multiplier(factor.mean_absolute)), theme.dim()),
        ])]);
    }
}
