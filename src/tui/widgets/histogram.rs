//! The distribution of the scores as bars of block characters.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// `rows` lines of bars over the bins, `column` characters a bin. A bin that is not empty shows at least an eighth.
pub fn bars(bins: &[u64], rows: usize, column: usize, style: Style) -> Vec<Line<'static>> {
    let most = bins.iter().copied().max().unwrap_or(0).max(1);
    let steps = |count: u64| {
        let scaled = (count as f64 / most as f64 * (8 * rows) as f64).round() as usize;
        if count > 0 { scaled.max(1) } else { 0 }
    };
    let line = |row: usize| {
        let below = 8 * (rows - 1 - row);
        let text: String =
            bins.iter().map(|&c| EIGHTHS[steps(c).saturating_sub(below).min(8)].repeat(column)).collect();
        Line::from(Span::styled(text, style))
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
        assert_eq!(bar(0.5, 4), ("██".into(), "░░".into()));
        assert_eq!(bar(f64::NAN, 2), (String::new(), "░░".into()));
    }
}
