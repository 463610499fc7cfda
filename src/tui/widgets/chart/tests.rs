//! Charts of whatever an evaluation may hold, at whatever size.

use super::*;
use crate::config::ThemeName;
use crate::domain::metrics::{CalibrationBin, DecileLift, Estimate, GainPoint, RocPoint, ScoresByOutcome};
use crate::tui::theme::TerminalEnv;
use proptest::collection::vec;
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

fn mono() -> Theme {
    Theme::choose(ThemeName::Mono, &TerminalEnv::default())
}

/// The lines as text.
fn text(lines: &[Line<'_>]) -> String {
    lines.iter().map(|line| line.to_string().trim_end().to_string() + "\n").collect()
}

fn shown(chart: Chart, evaluation: &Evaluation, size: Size) -> String {
    text(&chart.lines(evaluation, size, &mono()))
}

fn gain(profiles: f64, conversions: f64) -> GainPoint {
    GainPoint { profiles, conversions }
}

#[test]
fn a_chart_without_data_says_why() {
    let of = |profiles, conversions| Evaluation { profiles, conversions, ..Evaluation::default() };
    for chart in Chart::ALL {
        assert!(shown(chart, &of(0, 0), (50, 10)).contains("Nobody was in the test."), "{chart:?}");
    }
    for chart in [Chart::Roc, Chart::Gains, Chart::Lift, Chart::Scores] {
        assert!(shown(chart, &of(40, 0), (50, 10)).contains("Nobody converted in the test."), "{chart:?}");
        assert!(shown(chart, &of(40, 40), (50, 10)).contains("Everybody converted in the test."), "{chart:?}");
    }
    let old = shown(Chart::Scores, &of(40, 4), (50, 10));
    assert!(old.contains("older version") && old.contains("Train the score again."), "{old}");
    let theme = mono();
    assert!(text(&base_rates(&[], (50, 10), &theme)).contains("No matured cutoff was reached."));
    let full = Evaluation { gains: vec![gain(0.0, 0.0), gain(1.0, 1.0)], ..of(40, 4) };
    assert!(shown(Chart::Gains, &full, (12, 10)).replace('\n', " ").contains("no room"));
}

#[test]
fn the_shares_in_the_best_tenth_and_fifth_are_told_and_marked() {
    let gains = vec![gain(0.0, 0.0), gain(0.05, 0.3), gain(0.15, 0.5), gain(1.0, 1.0)];
    let evaluation = Evaluation { gains, profiles: 9, conversions: 3, ..Evaluation::default() };
    let chart = shown(Chart::Gains, &evaluation, (70, 14));
    assert!(chart.contains("best 10 % hold 40 %, best 20 % 53 %"), "{chart}");
    assert_eq!(chart.matches('●').count(), 2, "{chart}");
    assert!(shown(Chart::Gains, &evaluation, (36, 8)).starts_with("Gains      10 % hold 40 %, 20 % 53 %"));
}

#[test]
fn a_point_outside_of_its_interval_is_told_from_the_others() {
    let bin = |predicted, observed, low, high| CalibrationBin { profiles: 100, predicted, observed, low, high };
    let calibration = vec![bin(0.02, 0.021, 0.01, 0.04), bin(0.1, 0.2, 0.15, 0.25)];
    let evaluation = Evaluation { calibration, profiles: 200, conversions: 22, ..Evaluation::default() };
    let chart = shown(Chart::Calibration, &evaluation, (60, 12));
    assert!(chart.contains("as predicted ● in 1 of 2 bins"), "{chart}");
    assert_eq!((chart.matches('●').count(), chart.matches('○').count()), (2, 1), "{chart}");
    // A quarter of the scale stands in its middle.
    assert!(chart.contains("40 % ┤") && chart.contains("10 % ┤"), "{chart}");
}

#[test]
fn every_lift_stands_above_its_bar_and_the_base_rate_is_a_line() {
    let lifts = [4.3, 2.1, 1.2, 0.8, 0.6, 0.4, 0.3, 0.2, 0.1, 0.0];
    let decile = |(at, lift): (usize, &f64)| DecileLift { decile: at as u8 + 1, lift: *lift, rate: lift * 0.04 };
    let deciles = lifts.iter().enumerate().map(decile).collect();
    let evaluation = Evaluation { deciles, profiles: 1000, conversions: 40, ..Evaluation::default() };
    let chart = shown(Chart::Lift, &evaluation, (57, 13));
    assert!(chart.contains("best tenth ×4.3: 17 % convert"), "{chart}");
    for lift in lifts {
        assert!(chart.contains(&format!("{lift:.1}")), "{lift}:\n{chart}");
    }
    let line = chart.lines().find(|line| line.ends_with("1.0")).unwrap();
    assert!(line.contains('┄') && line.contains('█'), "{chart}");
}

#[test]
fn both_outcomes_are_drawn_on_one_scale_of_shares() {
    // Half as high where they are spread over twice as many bins, however many there are.
    let scores =
        ScoresByOutcome { converted: (0..20).map(|bin| u64::from(bin >= 10)).collect(), not_converted: vec![100; 20] };
    let evaluation = Evaluation { scores, profiles: 2010, conversions: 10, ..Evaluation::default() };
    let chart = shown(Chart::Scores, &evaluation, (42, 8));
    let rows: Vec<&str> = chart.lines().collect();
    let [half, full] = [20, 40].map(|width| "█".repeat(width));
    assert!(rows[1].starts_with("converted") && rows[1].ends_with("10"), "{chart}");
    assert!(rows[4].starts_with("did not convert") && rows[4].ends_with("2,000"), "{chart}");
    assert_eq!([rows[2], rows[3]].map(|row| row.trim()), [half.as_str(); 2]);
    assert!(rows[2].starts_with(' '), "{chart}");
    assert_eq!([rows[5], rows[6]], ["", full.as_str()]);
}

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => 0.0..1.0f64,
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => Just(-1.0),
        1 => Just(0.0),
        1 => Just(1e300)
    ]
}

fn any_count() -> impl Strategy<Value = u64> {
    prop_oneof![4 => 0..5_000u64, 1 => Just(0), 1 => Just(u64::MAX)]
}

prop_compose! {
    fn any_evaluation()(
        pairs in vec((any_number(), any_number()), 0..12),
        more in vec((any_number(), any_number(), any_number()), 0..12),
        counts in (vec(any_count(), 0..25), vec(any_count(), 0..25)),
        profiles in 0u64..3, conversions in 0u64..3,
    ) -> Evaluation {
        let mut evaluation = Evaluation { profiles, conversions, ..Evaluation::default() };
        evaluation.metrics.auc = pairs.first().and_then(|p| Estimate::new(p.0, Some((p.1, p.0))));
        evaluation.roc = pairs.iter().map(|p| RocPoint { false_positive_rate: p.0, true_positive_rate: p.1 }).collect();
        evaluation.gains = pairs.iter().map(|p| gain(p.0, p.1)).collect();
        evaluation.deciles = pairs.iter().map(|p| DecileLift { decile: 1, rate: p.0, lift: p.1 }).collect();
        let bin = |p: &(f64, f64, f64)| CalibrationBin { profiles: 1, predicted: p.0, observed: p.1, low: p.2, high: p.0 };
        evaluation.calibration = more.iter().map(bin).collect();
        evaluation.scores = ScoresByOutcome { converted: counts.0, not_converted: counts.1 };
        evaluation
    }
}

proptest! {
    #[test]
    fn every_chart_keeps_to_its_size_and_nothing_panics(
        evaluation in any_evaluation(),
        (width, height) in (0usize..90, 0usize..18),
        rates in vec(any_number(), 0..40),
    ) {
        let theme = mono();
        let rates: Vec<(String, f64)> = rates.into_iter().map(|rate| ("23 Aug 2026".into(), rate)).collect();
        let mut drawn = vec![base_rates(&rates, (width, height), &theme)];
        drawn.extend(Chart::ALL.map(|chart| chart.lines(&evaluation, (width, height), &theme)));
        for lines in drawn {
            prop_assert_eq!(lines.len(), height);
            for line in &lines {
                prop_assert!(line.to_string().width() <= width, "{:?} in {} × {}", line.to_string(), width, height);
            }
        }
    }
}
