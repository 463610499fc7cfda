//! Colours by meaning. A theme is a small file in `assets/themes`; without colours (`NO_COLOR`) what they say is said
//! by bold, underlined and reversed text, and status always has a sign and a word besides.

use crate::config::ThemeName;
use crate::domain::explanation::Band;
use crate::domain::metrics::Verdict;
use crate::domain::run::Status;
use ratatui::style::{Color, Modifier, Style};
use std::sync::Arc;

/// The colours, or `None` of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    palette: Option<Palette>,
}

/// Which theme is asked for, what the terminal can show, and the theme that follows from both.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// As the configuration has it.
    configured: ThemeName,
    /// As it was chosen on the screen, which is newer.
    chosen: Option<ThemeName>,
    terminal: TerminalEnv,
    theme: Arc<Theme>,
}

impl Look {
    pub fn new(configured: ThemeName, chosen: Option<ThemeName>, terminal: TerminalEnv) -> Look {
        let theme = Arc::new(Theme::choose(chosen.unwrap_or(configured), &terminal));
        Look { configured, chosen, terminal, theme }
    }

    pub fn theme(&self) -> &Arc<Theme> {
        &self.theme
    }

    /// The theme that is asked for.
    pub fn asked(&self) -> ThemeName {
        self.chosen.unwrap_or(self.configured)
    }

    /// What was chosen on the screen.
    pub fn chosen(&self) -> Option<ThemeName> {
        self.chosen
    }

    /// Takes another theme at once.
    pub fn choose(&mut self, theme: ThemeName) {
        *self = Look::new(self.configured, Some(theme), std::mem::take(&mut self.terminal));
    }

    /// What the terminal itself says of its background counts more than the environment.
    pub fn set_background(&mut self, is_light: bool) {
        let terminal = TerminalEnv { background: Some(is_light), ..std::mem::take(&mut self.terminal) };
        *self = Look::new(self.configured, self.chosen, terminal);
    }

    /// Whether the terminal's answer about its background would matter.
    pub fn needs_background(&self) -> bool {
        self.asked() == ThemeName::Auto && self.theme.palette.is_some() && self.terminal.has_256()
    }
}

#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Palette {
    text: ColorSpec,
    dim: ColorSpec,
    faint: ColorSpec,
    faded: ColorSpec,
    accent: ColorSpec,
    selected: ColorSpec,
    field: ColorSpec,
    on_field: ColorSpec,
    good: ColorSpec,
    warn: ColorSpec,
    bad: ColorSpec,
    bar: ColorSpec,
}

/// A colour as a theme file writes it.
#[derive(Debug, Clone, Copy, PartialEq, serde::Deserialize)]
#[serde(untagged)]
enum ColorSpec {
    Number(u8),
    Named(AnsiColor),
}

#[derive(Debug, Clone, Copy, PartialEq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
enum AnsiColor {
    Default,
    Black,
    Red,
    Green,
    Yellow,
    Blue,
    Magenta,
    Cyan,
    Gray,
    DarkGray,
    White,
}

impl ColorSpec {
    fn color(self) -> Color {
        match self {
            ColorSpec::Number(n) => Color::Indexed(n),
            ColorSpec::Named(name) => match name {
                AnsiColor::Default => Color::Reset,
                AnsiColor::Black => Color::Black,
                AnsiColor::Red => Color::Red,
                AnsiColor::Green => Color::Green,
                AnsiColor::Yellow => Color::Yellow,
                AnsiColor::Blue => Color::Blue,
                AnsiColor::Magenta => Color::Magenta,
                AnsiColor::Cyan => Color::Cyan,
                AnsiColor::Gray => Color::Gray,
                AnsiColor::DarkGray => Color::DarkGray,
                AnsiColor::White => Color::White,
            },
        }
    }
}

/// What the environment says of the terminal.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TerminalEnv {
    pub no_color: bool,
    pub term: String,
    pub colorterm: String,
    pub colorfgbg: String,
    /// Whether the background is light, where the terminal has answered that.
    pub background: Option<bool>,
}

impl TerminalEnv {
    pub fn from_env() -> TerminalEnv {
        let var = |name: &str| std::env::var(name).unwrap_or_default();
        TerminalEnv {
            no_color: !var("NO_COLOR").is_empty(),
            term: var("TERM"),
            colorterm: var("COLORTERM"),
            colorfgbg: var("COLORFGBG"),
            background: None,
        }
    }

    fn has_256(&self) -> bool {
        self.term.contains("256") || matches!(self.colorterm.as_str(), "truecolor" | "24bit")
    }

    /// As the terminal answers; else rxvt, Konsole and others tell the background as the last of these numbers.
    fn is_light(&self) -> bool {
        if let Some(is_light) = self.background {
            return is_light;
        }
        self.colorfgbg.rsplit(';').next().and_then(|n| n.parse::<u8>().ok()).is_some_and(|n| n == 7 || n == 15)
    }
}

impl Theme {
    /// The theme that was asked for, as far as the terminal can show it.
    pub fn choose(asked: ThemeName, terminal: &TerminalEnv) -> Theme {
        if terminal.no_color || terminal.term == "dumb" || asked == ThemeName::Mono {
            return Theme { palette: None };
        }
        let text = match asked {
            ThemeName::Ansi => ANSI,
            _ if !terminal.has_256() => ANSI,
            ThemeName::Light => LIGHT,
            ThemeName::Auto if terminal.is_light() => LIGHT,
            _ => DARK,
        };
        // The three files are part of the program, and `every_theme_parses` reads them all.
        Theme { palette: toml::from_str(text).ok() }
    }

    fn foreground(&self, of: impl Fn(&Palette) -> ColorSpec) -> Style {
        self.palette.as_ref().map_or(Style::new(), |p| Style::new().fg(of(p).color()))
    }

    fn foreground_or(&self, of: impl Fn(&Palette) -> ColorSpec, mono: Modifier) -> Style {
        if self.palette.is_some() { self.foreground(of) } else { Style::new().add_modifier(mono) }
    }

    pub fn text(&self) -> Style {
        self.foreground(|p| p.text)
    }

    /// Labels and what comes second.
    pub fn dim(&self) -> Style {
        match &self.palette {
            // Of 16 colours none is a dim text on every palette.
            Some(p) if p.dim == ColorSpec::Named(AnsiColor::Default) => Style::new().add_modifier(Modifier::DIM),
            _ => self.foreground_or(|p| p.dim, Modifier::DIM),
        }
    }

    /// Lines and empty parts of bars.
    pub fn faint(&self) -> Style {
        self.foreground_or(|p| p.faint, Modifier::DIM)
    }

    pub fn title(&self) -> Style {
        self.text().add_modifier(Modifier::BOLD)
    }

    /// Keys, and what can be acted on.
    pub fn accent(&self) -> Style {
        self.foreground_or(|p| p.accent, Modifier::BOLD)
    }

    /// The focused control.
    pub fn focused(&self) -> Style {
        match &self.palette {
            Some(p) if p.selected != ColorSpec::Named(AnsiColor::Default) => {
                Style::new().fg(p.accent.color()).bg(p.selected.color()).add_modifier(Modifier::BOLD)
            }
            Some(p) => Style::new().fg(p.accent.color()).add_modifier(Modifier::REVERSED),
            None => Style::new().add_modifier(Modifier::REVERSED),
        }
    }

    /// The name of the selected row of a list; only the name, because a whole row in another colour is many bytes at
    /// every step.
    pub fn selected_name(&self) -> Style {
        match &self.palette {
            Some(p) => Style::new().fg(p.accent.color()).add_modifier(Modifier::BOLD),
            None => Style::new().add_modifier(Modifier::REVERSED),
        }
    }

    /// The row of a menu or a short list that Enter takes.
    pub fn chosen(&self) -> Style {
        match &self.palette {
            Some(p) if p.selected != ColorSpec::Named(AnsiColor::Default) => {
                Style::new().fg(p.accent.color()).bg(p.selected.color())
            }
            _ => Style::new().add_modifier(Modifier::REVERSED),
        }
    }

    /// The area of a field that takes text.
    pub fn field(&self) -> Style {
        match &self.palette {
            Some(p) if p.field != ColorSpec::Named(AnsiColor::Default) => {
                Style::new().fg(p.on_field.color()).bg(p.field.color())
            }
            _ => Style::new().add_modifier(Modifier::UNDERLINED),
        }
    }

    pub fn good(&self) -> Style {
        self.foreground(|p| p.good)
    }

    pub fn warn(&self) -> Style {
        self.foreground_or(|p| p.warn, Modifier::BOLD)
    }

    pub fn bad(&self) -> Style {
        self.foreground_or(|p| p.bad, Modifier::BOLD)
    }

    /// A button that destroys something.
    pub fn danger(&self, focused: bool) -> Style {
        match (&self.palette, focused) {
            (Some(p), true) if p.selected != ColorSpec::Named(AnsiColor::Default) => {
                Style::new().fg(p.bad.color()).bg(p.selected.color()).add_modifier(Modifier::BOLD)
            }
            (_, true) => self.bad().add_modifier(Modifier::REVERSED),
            (_, false) => self.bad(),
        }
    }

    /// What lies below a dialog: everything in one faded colour.
    pub fn behind_dialog(&self) -> Style {
        let plain = Style::reset();
        match &self.palette {
            Some(p) if p.dim != ColorSpec::Named(AnsiColor::Default) => plain.fg(p.faded.color()),
            Some(p) => plain.fg(p.faded.color()).add_modifier(Modifier::DIM),
            None => plain.add_modifier(Modifier::DIM),
        }
    }

    pub fn bar(&self) -> Style {
        self.foreground(|p| p.bar)
    }

    pub fn status(&self, status: Status) -> Style {
        match status {
            Status::Processing => self.accent(),
            Status::Successful => self.good(),
            Status::Failed => self.bad(),
            Status::Cancelled | Status::Interrupted => self.warn(),
        }
    }

    pub fn verdict(&self, verdict: Verdict) -> Style {
        match verdict {
            Verdict::Strong => self.good(),
            Verdict::Fair => self.text(),
            Verdict::Weak | Verdict::NotEnoughEvidence | Verdict::NoBetterThanRecency => self.warn(),
        }
    }

    pub fn band(&self, band: Band) -> Style {
        match band {
            Band::High => self.good(),
            Band::Medium => self.text(),
            Band::Low => self.dim(),
        }
    }
}

/// The sign of a status, beside its word.
pub fn status_sign(status: Status) -> &'static str {
    match status {
        Status::Processing => "◐",
        Status::Successful => "●",
        Status::Failed => "✗",
        Status::Cancelled => "–",
        Status::Interrupted => "!",
    }
}

const DARK: &str = include_str!("../../assets/themes/dark.toml");
const LIGHT: &str = include_str!("../../assets/themes/light.toml");
const ANSI: &str = include_str!("../../assets/themes/ansi.toml");

#[cfg(test)]
mod tests {
    use super::*;

    fn terminal(term: &str) -> TerminalEnv {
        TerminalEnv { term: term.into(), ..TerminalEnv::default() }
    }

    #[test]
    fn every_theme_parses() {
        for text in [DARK, LIGHT, ANSI] {
            toml::from_str::<Palette>(text).unwrap();
        }
    }

    #[test]
    fn the_theme_follows_what_the_terminal_can_show() {
        let accent = |asked, terminal: &TerminalEnv| Theme::choose(asked, terminal).accent().fg;
        assert_eq!(accent(ThemeName::Auto, &terminal("xterm-256color")), Some(Color::Indexed(75)));
        assert_eq!(accent(ThemeName::Light, &terminal("xterm-256color")), Some(Color::Indexed(25)));
        assert_eq!(accent(ThemeName::Dark, &terminal("linux")), Some(Color::Cyan));
        let light = TerminalEnv { colorfgbg: "0;15".into(), ..terminal("rxvt-256color") };
        assert_eq!(accent(ThemeName::Auto, &light), Some(Color::Indexed(25)));
        let mono = TerminalEnv { no_color: true, ..terminal("xterm-256color") };
        let theme = Theme::choose(ThemeName::Dark, &mono);
        let styles = [theme.text(), theme.good(), theme.bad(), theme.bar(), theme.accent(), theme.selected_name()];
        assert!(styles.iter().all(|s| s.fg.is_none() && s.bg.is_none()), "NO_COLOR means no colour");
        assert!(theme.selected_name().add_modifier.contains(Modifier::REVERSED), "the selected row still shows");
    }
}
