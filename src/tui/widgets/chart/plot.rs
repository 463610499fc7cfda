//! A plot of quarter blocks: every cell of the terminal holds 2 × 2 dots, so that a curve is four times as fine as
//! characters are. (Braille has 2 × 4, but many fonts of terminals lack it, and boxes say nothing.) Curves, a dotted
//! diagonal to hold them against, whiskers, and signs that stand in a cell of their own.

use crate::tui::theme::Theme;
use ratatui::style::Style;
use ratatui::text::Span;

/// The block with the dots of these bits: upper left, upper right, lower left, lower right.
const BLOCKS: [char; 16] = [' ', '▘', '▝', '▀', '▖', '▌', '▞', '▛', '▗', '▚', '▐', '▜', '▄', '▙', '▟', '█'];

/// The unit square in cells: x goes to the right and y up, both from 0 to 1. What lies outside is drawn at the edge;
/// what is not finite is not drawn.
pub struct Plot {
    columns: usize,
    rows: usize,
    cells: Vec<Cell>,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    /// Bits of the dots.
    curve: u8,
    reference: bool,
    whisker: bool,
    sign: Option<(char, Style)>,
}

type Point = (f64, f64);

impl Plot {
    /// At least one cell.
    pub fn new(columns: usize, rows: usize) -> Plot {
        let (columns, rows) = (columns.max(1), rows.max(1));
        Plot { columns, rows, cells: vec![Cell::default(); columns * rows] }
    }

    /// Lines from point to point; a single point is a dot.
    pub fn curve(&mut self, points: &[Point]) {
        let dots: Vec<(usize, usize)> = points.iter().filter_map(|p| self.dot(*p)).collect();
        if let [only] = dots[..] {
            self.put(only);
        }
        for pair in dots.windows(2) {
            for dot in between(pair[0], pair[1]) {
                self.put(dot);
            }
        }
    }

    /// The diagonal from (0, 0) to (1, 1), dotted.
    pub fn diagonal(&mut self) {
        let ends = [(0.0, 0.0), (1.0, 1.0)].map(|p| self.dot(p).unwrap_or_default());
        for dot in between(ends[0], ends[1]).step_by(4) {
            self.cell(dot).reference = true;
        }
    }

    /// A thin line up from one height to another.
    pub fn whisker(&mut self, x: f64, low: f64, high: f64) {
        let (Some(from), Some(to)) = (self.dot((x, low)), self.dot((x, high))) else { return };
        for y in to.1..=from.1 {
            self.cell((from.0, y)).whisker = true;
        }
    }

    /// A sign in the cell of a point, over everything else.
    pub fn sign(&mut self, at: Point, sign: char, style: Style) {
        if let Some(dot) = self.dot(at) {
            self.cell(dot).sign = Some((sign, style));
        }
    }

    /// Text in the lowest row, ending at the right edge: where curves above the diagonal never come.
    pub fn note(&mut self, text: &str, style: Style) {
        let length = text.chars().count();
        if length * 2 > self.columns {
            return;
        }
        let start = self.cells.len() - length;
        for (cell, character) in self.cells[start..].iter_mut().zip(text.chars()) {
            cell.sign = Some((character, style));
        }
    }

    /// One line a row. Where a curve passes, the reference gives way.
    pub fn lines(&self, theme: &Theme) -> Vec<Vec<Span<'static>>> {
        let shown = |cell: &Cell| match cell {
            Cell { sign: Some((sign, style)), .. } => (*sign, *style),
            Cell { whisker: true, .. } => ('│', theme.bar()),
            Cell { curve: 0, reference: true, .. } => ('·', theme.faint()),
            Cell { curve: 0, .. } => (' ', Style::new()),
            Cell { curve, .. } => (BLOCKS[usize::from(*curve)], theme.bar()),
        };
        let line = |row: &[Cell]| {
            let cells: Vec<(char, Style)> = row.iter().map(shown).collect();
            let runs = cells.chunk_by(|a, b| a.1 == b.1);
            runs.map(|run| Span::styled(run.iter().map(|c| c.0).collect::<String>(), run[0].1)).collect()
        };
        self.cells.chunks(self.columns).map(line).collect()
    }

    /// Column and row of the dot of a point, counted from the upper left.
    fn dot(&self, (x, y): Point) -> Option<(usize, usize)> {
        let place = |share: f64, dots: usize| (share.clamp(0.0, 1.0) * (dots - 1) as f64).round() as usize;
        let finite = x.is_finite() && y.is_finite();
        finite.then(|| (place(x, 2 * self.columns), place(1.0 - y, 2 * self.rows)))
    }

    fn cell(&mut self, (x, y): (usize, usize)) -> &mut Cell {
        &mut self.cells[y / 2 * self.columns + x / 2]
    }

    fn put(&mut self, (x, y): (usize, usize)) {
        self.cell((x, y)).curve |= 1 << (y % 2 * 2 + x % 2);
    }
}

/// The dots of the line between two, both included.
fn between(from: (usize, usize), to: (usize, usize)) -> impl Iterator<Item = (usize, usize)> {
    let steps = from.0.abs_diff(to.0).max(from.1.abs_diff(to.1));
    let at = move |from: usize, to: usize, step: usize| {
        let share = if steps == 0 { 0.0 } else { step as f64 / steps as f64 };
        (from as f64 + (to as f64 - from as f64) * share).round() as usize
    };
    (0..=steps).map(move |step| (at(from.0, to.0, step), at(from.1, to.1, step)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ThemeName;
    use crate::tui::theme::TerminalEnv;
    use ratatui::text::Line;

    fn drawn(plot: &Plot) -> Vec<String> {
        let theme = Theme::choose(ThemeName::Mono, &TerminalEnv::default());
        plot.lines(&theme).into_iter().map(|spans| Line::from(spans).to_string()).collect()
    }

    #[test]
    fn dots_stand_where_they_belong() {
        let mut plot = Plot::new(2, 1);
        plot.curve(&[(0.0, 0.0)]);
        plot.curve(&[(1.0, 1.0)]);
        assert_eq!(drawn(&plot), ["▖▝"]);
        plot.curve(&[(0.0, 0.0), (1.0, 1.0)]);
        assert_eq!(drawn(&plot), ["▄▀"]);
        plot.sign((1.0, 0.5), '●', Style::new());
        assert_eq!(drawn(&plot), ["▄●"]);
        plot.whisker(0.0, 0.0, 1.0);
        assert_eq!(drawn(&plot), ["│●"]);
    }

    #[test]
    fn the_diagonal_gives_way_to_the_curve() {
        let mut plot = Plot::new(4, 2);
        plot.diagonal();
        let dotted = drawn(&plot);
        plot.curve(&[(0.0, 0.0), (1.0, 0.0)]);
        assert_eq!(drawn(&plot), [dotted[0].as_str(), "▄▄▄▄"]);
    }

    #[test]
    fn what_is_outside_stays_at_the_edge_and_what_is_no_number_is_left_out() {
        let mut plot = Plot::new(2, 1);
        plot.curve(&[(f64::NAN, 0.5), (0.5, f64::INFINITY)]);
        assert_eq!(drawn(&plot), ["  "]);
        plot.curve(&[(-3.0, 7.0)]);
        assert_eq!(drawn(&plot), ["▘ "]);
        let mut least = Plot::new(0, 0);
        least.diagonal();
        least.note("too long", Style::new());
        assert_eq!(drawn(&least).len(), 1);
    }
}
