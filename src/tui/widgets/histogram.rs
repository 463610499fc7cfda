//! The distribution of the scores as bars of block characters.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// `rows` lines of bars over the bins, `column` characters a bin. A bin that is not empty shows at least an eighth.
pub fn bars(bins: &[u64], rows: usize, column: usize, style: Style) -> Vec<Line<'static>> {
    let most = bins.iter().copied().max().unwrap_or(0).max(1);
    let shares: Vec<f64> = bins.iter().map(|&count| count as f64 / most as f64).collect();
    columns(&shares, rows, column, 0).into_iter().map(|text| Line::from(Span::styled(text, style))).collect()
}

/// `rows` lines of bars whose heights are shares of the whole height: each `column` characters wide, `gap` blanks between
/// two. A share above 0 shows at least an eighth of a line; NaN shows as none.
pub fn columns(shares: &[f64], rows: usize, column: usize, gap: usize) -> Vec<String> {
    let steps = |share: f64| {
        let scaled = (share.clamp(0.0, 1.0) * (8 * rows) as f64).round() as usize;
        if share > 0.0 { scaled.max(1) } else { 0 }
    };
    let line = |row: usize| {
        let below = 8 * (rows - 1 - row);
        let bar = |share: &f64| EIGHTHS[steps(*share).saturating_sub(below).min(8)].repeat(column);
        shares.iter().map(bar).collect::<Vec<_>>().join(&" ".repeat(gap))
    };
    (0..rows).map(line).collect()
}

/// A bar of `width` cells, `share` of them full.
pub fn bar(share: f64, width: usize) -> (String, String) {
    let full = (share.clamp(0.0, 1.0) * width as f64).round() as usize;
    ("█".repeat(full), "░".repeat(width - full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_bin_is_full_and_none_that_counts_is_lost() {
        let text = |lines: Vec<Line<'_>>| lines.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(text(bars(&[1000, 500, 1, 0], 1, 2, Style::new())), ["██▄▄▁▁  "]);
        assert_eq!(text(bars(&[16, 8, 12], 2, 1, Style::new())), ["█ ▄", "███"]);
        assert_eq!(text(bars(&[], 1, 1, Style::new())), [""]);
        assert_eq!(columns(&[1.0, 0.001, f64::NAN, 7.0], 1, 1, 1), ["█ ▁   █"]);
        assert_eq!(bar(0.5, 4), ("██".into(), "░░".into()));
        assert_eq!(bar(f64::NAN, 2), (String::new(), "░░".into()));
    }
}
