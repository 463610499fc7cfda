//! A figure three lines high, for the one thing that the eye is to meet first: digits of three by five dots, two dots a line.

/// Lines of a figure.
pub const HEIGHT: usize = 3;

/// The dots of a character by rows; blank where it has none here.
fn dots(character: char) -> [&'static str; 5] {
    match character {
        '0' => ["###", "# #", "# #", "# #", "###"],
        '1' => [" # ", "## ", " # ", " # ", "###"],
        '2' => ["###", "  #", "###", "#  ", "###"],
        '3' => ["###", "  #", "###", "  #", "###"],
        '4' => ["# #", "# #", "###", "  #", "  #"],
        '5' => ["###", "#  ", "###", "  #", "###"],
        '6' => ["###", "#  ", "###", "# #", "###"],
        '7' => ["###", "  #", "  #", "  #", "  #"],
        '8' => ["###", "# #", "###", "# #", "###"],
        '9' => ["###", "# #", "###", "  #", "###"],
        '.' => [" ", " ", " ", " ", "#"],
        _ => ["   "; 5],
    }
}

/// The lines of a figure, a blank between two characters.
pub fn lines(figure: &str) -> [String; HEIGHT] {
    let all: Vec<[&str; 5]> = figure.chars().map(dots).collect();
    let row = |y: usize| all.iter().map(|dots| dots.get(y).copied().unwrap_or("   ")).collect::<Vec<_>>();
    let line = |at: usize| {
        let (above, below) = (row(2 * at), row(2 * at + 1));
        let halves = |(above, below): (&&str, &&str)| -> String {
            let below = below.chars().chain(std::iter::repeat(' '));
            above.chars().zip(below).map(half).collect()
        };
        above.iter().zip(&below).map(halves).collect::<Vec<_>>().join(" ")
    };
    [line(0), line(1), line(2)]
}

fn half(dots: (char, char)) -> char {
    match dots {
        ('#', '#') => '█',
        ('#', _) => '▀',
        (_, '#') => '▄',
        _ => ' ',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_look_like_themselves() {
        assert_eq!(lines("74.6").join("\n"), "▀▀█ █ █   █▀▀\n  █ ▀▀█   █▀█\n  ▀   ▀ ▀ ▀▀▀");
    }
}
