//! Pictures of the charts, of a test like those of real models: at the widths that they have on a page.

use super::*;
use propensity::domain::explanation::sigmoid;
use propensity::domain::metrics::Evaluation;
use propensity::model::evaluate::evaluate;
use propensity::tui::widgets::chart::{Chart, base_rates};
use std::sync::OnceLock;

/// A test of 3,000 profiles with a base rate of about 4 %, of a model that is good and nearly calibrated.
pub fn evaluation() -> Evaluation {
    static MADE: OnceLock<Evaluation> = OnceLock::new();
    MADE.get_or_init(made).clone()
}

fn made() -> Evaluation {
    let mut state = 7u64;
    let mut uniform = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let mut normal = || (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
    let scores: Vec<f64> = (0..3_000).map(|_| 1.3 * normal() - 3.9).collect();
    let noise: Vec<f64> = (0..3_000).map(|_| normal()).collect();
    let probabilities: Vec<f64> = scores.iter().map(|z| sigmoid(*z)).collect();
    // The sum of twelve draws is nearly normal: its rank is uniform enough for outcomes.
    let labels: Vec<bool> = probabilities.iter().zip(&noise).map(|(p, n)| sigmoid(1.702 * n) < *p).collect();
    let recency: Vec<f64> = scores.iter().zip(noise.iter().rev()).map(|(z, n)| z + 3.0 * n).collect();
    let clusters: Vec<u32> = (0..3_000).collect();
    evaluate(&scores, &probabilities, &recency, &labels, &clusters, 7)
}

/// Base rates of twelve cutoffs.
pub fn rates() -> Vec<(String, f64)> {
    (0..12).map(|month| (format!("{month:02} Mar 2026"), 0.03 + 0.002 * f64::from(month % 7))).collect()
}

fn picture(size: (usize, usize)) -> String {
    let theme = propensity::tui::theme::Theme::choose(ThemeName::Mono, &TerminalEnv::default());
    let evaluation = evaluation();
    let mut charts: Vec<_> = Chart::ALL.map(|chart| chart.lines(&evaluation, size, &theme)).into();
    charts.push(base_rates(&rates(), size, &theme));
    let line = |line: &ratatui::text::Line<'_>| line.to_string().trim_end().to_string() + "\n";
    charts.iter().map(|lines| lines.iter().map(line).collect::<String>() + "\n").collect()
}

#[test]
fn charts_in_a_narrow_column() {
    insta::assert_snapshot!("charts_36x8", picture((36, 8)));
}

#[test]
fn charts_beside_each_other() {
    insta::assert_snapshot!("charts_57x13", picture((57, 13)));
}

#[test]
fn charts_in_full_width() {
    insta::assert_snapshot!("charts_70x14", picture((70, 14)));
}
