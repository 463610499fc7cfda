//! What the terminal is sent: the changed cells in as few bytes as they take, because sessions run over SSH.
//!
//! It stands in for `CrosstermBackend`, which repeats both colours at every change of style and addresses every gap
//! absolutely (measured: two to three times the bytes); and crossterm 0.29 resets modifiers under `NO_COLOR`. A frame is
//! collected and sent by one write, inside a synchronized update; where nothing changed, nothing is sent.

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};
use std::io::{self, Write};

/// Begin and end of a synchronized update (DEC private mode 2026): terminals that know it paint the frame at once.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// The backend.
#[derive(Debug)]
pub struct CompactBackend<W: Write> {
    out: W,
    frame: Vec<u8>,
    /// Where the terminal's cursor stands, where that is known.
    at: Option<Position>,
    shown: bool,
    style: Sgr,
}

/// What the terminal writes with: its SGR attributes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Sgr {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl<W: Write> CompactBackend<W> {
    /// The terminal's cursor is hidden and its style reset when this begins.
    pub fn new(out: W) -> Self {
        CompactBackend { out, frame: Vec::new(), at: None, shown: false, style: Sgr::default() }
    }

    /// Sends what was collected, by one write.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn send(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        let mut bytes = Vec::with_capacity(self.frame.len() + BEGIN.len() + END.len());
        bytes.extend_from_slice(BEGIN);
        bytes.append(&mut self.frame);
        bytes.extend_from_slice(END);
        self.out.write_all(&bytes)?;
        self.out.flush()
    }

    /// Forgets what is known of the terminal: somebody else wrote to it.
    pub fn forget(&mut self) {
        self.at = None;
        self.shown = false;
        self.style = Sgr::default();
    }

    fn move_to(&mut self, to: Position) {
        match self.at {
            Some(at) if at == to => return,
            // Forward in a line is shorter by the gap than by the address.
            Some(at) if at.y == to.y && at.x < to.x => match to.x - at.x {
                1 => self.put("\x1b[C"),
                gap => self.put(&format!("\x1b[{gap}C")),
            },
            Some(at) if at.y + 1 == to.y && to.x == 0 => self.put("\r\n"),
            _ => self.put(&format!("\x1b[{};{}H", to.y + 1, to.x + 1)),
        }
        self.at = Some(to);
    }

    fn put(&mut self, text: &str) {
        self.frame.extend_from_slice(text.as_bytes());
    }

    /// Changes the style by only what differs; modifiers that go away take one reset.
    fn set_style(&mut self, to: Sgr) {
        if self.style == to {
            return;
        }
        let mut codes: Vec<String> = Vec::new();
        let mut from = self.style;
        if !to.modifier.contains(from.modifier) {
            codes.push(if to == Sgr::default() { String::new() } else { "0".into() });
            from = Sgr::default();
        }
        for (modifier, code) in MODIFIERS {
            if to.modifier.contains(modifier) && !from.modifier.contains(modifier) {
                codes.push(code.into());
            }
        }
        if to.fg != from.fg {
            codes.push(color(to.fg, 30));
        }
        if to.bg != from.bg {
            codes.push(color(to.bg, 40));
        }
        self.put(&format!("\x1b[{}m", codes.join(";")));
        self.style = to;
    }
}

const MODIFIERS: [(Modifier, &str); 6] = [
    (Modifier::BOLD, "1"),
    (Modifier::DIM, "2"),
    (Modifier::ITALIC, "3"),
    (Modifier::UNDERLINED, "4"),
    (Modifier::REVERSED, "7"),
    (Modifier::CROSSED_OUT, "9"),
];

/// The SGR code of a colour; `base` is 30 for the text and 40 for its ground.
fn color(color: Color, base: u8) -> String {
    let plain = |n: u8| (base + n).to_string();
    let bright = |n: u8| (base + 60 + n).to_string();
    match color {
        Color::Reset => plain(9),
        Color::Black => plain(0),
        Color::Red => plain(1),
        Color::Green => plain(2),
        Color::Yellow => plain(3),
        Color::Blue => plain(4),
        Color::Magenta => plain(5),
        Color::Cyan => plain(6),
        Color::Gray => plain(7),
        Color::DarkGray => bright(0),
        Color::LightRed => bright(1),
        Color::LightGreen => bright(2),
        Color::LightYellow => bright(3),
        Color::LightBlue => bright(4),
        Color::LightMagenta => bright(5),
        Color::LightCyan => bright(6),
        Color::White => bright(7),
        Color::Indexed(n) => format!("{};5;{n}", base + 8),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
    }
}

impl<W: Write> Backend for CompactBackend<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        for (x, y, cell) in content {
            self.move_to(Position { x, y });
            self.set_style(Sgr { fg: cell.fg, bg: cell.bg, modifier: cell.modifier });
            let symbol = cell.symbol();
            self.put(symbol);
            // Terminals differ on where the cursor stands after anything but one narrow character.
            let narrow = symbol.chars().count() == 1 && unicode_width::UnicodeWidthStr::width(symbol) == 1;
            self.at = narrow.then_some(Position { x: x + 1, y });
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.shown {
            self.put("\x1b[?25l");
            self.shown = false;
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if !self.shown {
            self.put("\x1b[?25h");
            self.shown = true;
        }
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        // Only inline viewports ask, and there is none.
        Ok(self.at.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.move_to(position.into());
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.set_style(Sgr::default());
        self.put(match clear_type {
            ClearType::All => "\x1b[2J",
            ClearType::AfterCursor => "\x1b[J",
            ClearType::BeforeCursor => "\x1b[1J",
            ClearType::CurrentLine => "\x1b[2K",
            ClearType::UntilNewLine => "\x1b[K",
        });
        Ok(())
    }

    fn size(&self) -> io::Result<Size> {
        let (width, height) = crossterm::terminal::size()?;
        Ok(Size { width, height })
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size()?, pixels: Size::default() })
    }

    /// Nothing is sent before [`CompactBackend::send`].
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    const AREA: Rect = Rect { x: 0, y: 0, width: 20, height: 4 };

    fn painted() -> impl Strategy<Value = Buffer> {
        let colors = prop_oneof![
            Just(Color::Reset),
            Just(Color::Cyan),
            Just(Color::DarkGray),
            any::<u8>().prop_map(Color::Indexed),
        ];
        // Bold and dim are one thing to the interpreter of this test.
        let modifiers =
            prop_oneof![Just(Modifier::empty()), Just(Modifier::BOLD), Just(Modifier::REVERSED | Modifier::ITALIC)];
        // Wide characters stand in a row of their own, at even columns: ratatui's difference leaves half of one behind
        // where another takes the place of its first half.
        let narrow = (0..20u16, 0..3u16, "[a-c█ ]{1,6}|é");
        let wide = (0..10u16, 3..4u16, "株").prop_map(|(x, y, text)| (2 * x, y, text));
        let piece = (prop_oneof![narrow, wide], colors.clone(), colors, modifiers);
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| {
            let mut buffer = Buffer::empty(AREA);
            for ((x, y, text), fg, bg, modifier) in pieces {
                buffer.set_string(x, y, text, Style::new().fg(fg).bg(bg).add_modifier(modifier));
            }
            buffer
        })
    }

    proptest! {
        /// Whatever stood there, a terminal that is sent the difference shows the new picture, styles included.
        #[test]
        fn a_terminal_shows_what_was_drawn(frames in proptest::collection::vec(painted(), 1..5)) {
            let mut screen = vt100::Parser::new(4.try_into().unwrap(), 20.try_into().unwrap(), 0);
            let mut backend = CompactBackend::new(Vec::new());
            let mut before = Buffer::empty(AREA);
            for frame in frames {
                backend.draw(before.diff(&frame).into_iter()).unwrap();
                backend.send().unwrap();
                screen.process(&std::mem::take(&mut backend.out));
                for y in 0..AREA.height {
                    for x in 0..AREA.width {
                        let (shown, wanted) = (screen.screen().cell(y, x).unwrap(), &frame[(x, y)]);
                        if shown.is_wide_continuation() {
                            continue;
                        }
                        let text = if shown.contents().is_empty() { " ".to_string() } else { shown.contents().to_string() };
                        prop_assert_eq!(text.as_str(), wanted.symbol(), "at {} {}", x, y);
                        prop_assert_eq!(shown.inverse(), wanted.modifier.contains(Modifier::REVERSED));
                        if text == " " {
                            // What a blank is written with does not show: half a wide character leaves one behind.
                            continue;
                        }
                        prop_assert_eq!(shown.bold(), wanted.modifier.contains(Modifier::BOLD));
                        let expected = match wanted.fg {
                            Color::Reset => vt100::Color::Default,
                            Color::Cyan => vt100::Color::Idx(6),
                            Color::DarkGray => vt100::Color::Idx(8),
                            Color::Indexed(n) => vt100::Color::Idx(n),
                            other => panic!("{other} is not drawn here"),
                        };
                        prop_assert_eq!(shown.fgcolor(), expected);
                    }
                }
                before = frame;
            }
        }
    }

    #[test]
    fn nothing_changed_sends_nothing() {
        let mut backend = CompactBackend::new(Vec::new());
        backend.hide_cursor().unwrap();
        backend.flush().unwrap();
        backend.send().unwrap();
        assert!(backend.out.is_empty());
    }
}
