//! When a score runs next and whether a timer starts that, in the details of the Services screen.

use crate::domain::format::time_until;
use crate::domain::score::schedule::{Every, is_late};
use crate::queries::score_summaries::ScoreSummary;
use crate::schedule::timer_health;
use crate::tui::action::Action;
use crate::tui::app::App;
use jiff::Timestamp;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// Columns from which on the next scoring and the next training stand in one line.
const ONE_LINE: usize = 50;

/// In one line, or in two where there is little room or where no timer calls: that stands behind the first. What is late
/// stands out, and the key has its place whatever the text is.
pub fn lines(app: &App, listed: &ScoreSummary, width: usize) -> Vec<Line<'static>> {
    let theme = app.theme();
    let due = listed.due(app.now, &app.workspace.zone);
    let schedule = &listed.score.schedule;
    let (scoring, after) =
        (Moment::of(app, due.scoring, schedule.scoring), Moment::of(app, due.training, schedule.training));
    let key = app.keymap.label(Action::Schedule, "Schedule");
    let room = width.saturating_sub(key.width() + 2);
    let dim = |text: &str| Span::styled(text.to_string(), theme.dim());
    let one = |word: &str, at: &Span<'static>| vec![dim(word), at.clone()];
    let timer = app.timer_health();
    let mut lines = Vec::new();
    let mut last = if let (Some(long), Some(short)) = (timer.note(&app.workspace.zone), timer.short_note()) {
        let noted = |at: &Span<'static>, note: &str| {
            [one("Scoring   ", at), vec![dim(" · "), Span::styled(note.to_string(), theme.warn())]].concat()
        };
        let forms = vec![noted(&scoring.long, &long), noted(&scoring.long, short), noted(&scoring.short, short)];
        lines.push(Line::from(fitting(forms, width)));
        fitting([&after.long, &after.short].map(|at| one("Training  ", at)).into(), room)
    } else if width < ONE_LINE {
        lines.push(Line::from(fitting([&scoring.long, &scoring.short].map(|at| one("Scoring   ", at)).into(), width)));
        fitting([&after.long, &after.short].map(|at| one("Training  ", at)).into(), room)
    } else if scoring.waits && after.waits {
        vec![dim("Scoring and training after a success")]
    } else {
        let both = |scoring, training| [one("Scoring   ", scoring), one(" · training ", training)].concat();
        let forms = [(&scoring.long, &after.long), (&scoring.long, &after.short), (&scoring.short, &after.short)];
        fitting(forms.map(|(scoring, training)| both(scoring, training)).into(), room)
    };
    let gap = width.saturating_sub(used(&last) + key.width());
    let of_key = if app.refusal(Action::Schedule).is_none() { theme.accent() } else { theme.dim() };
    last.extend([Span::raw(" ".repeat(gap)), Span::styled(key, of_key)]);
    lines.push(Line::from(last));
    lines
}

/// Columns of a text.
fn used(spans: &[Span<'_>]) -> usize {
    spans.iter().map(|span| span.content.width()).sum()
}

/// The first of several texts that there is room for, or else the last.
fn fitting(mut forms: Vec<Vec<Span<'static>>>, room: usize) -> Vec<Span<'static>> {
    let at = forms.iter().position(|form| used(form) <= room).unwrap_or(forms.len().saturating_sub(1));
    forms.swap_remove(at)
}

/// When a run is due, in full and in short.
struct Moment {
    long: Span<'static>,
    short: Span<'static>,
    /// Whether it waits for a first success.
    waits: bool,
}

impl Moment {
    fn of(app: &App, at: Option<Timestamp>, every: Every) -> Moment {
        let (theme, zone) = (app.theme(), &app.workspace.zone);
        let (long, short, style) = match at {
            Some(at) if is_late(at, app.now) => {
                (timer_health::due(at, app.now, zone), "late".to_string(), theme.warn())
            }
            Some(at) => (timer_health::due(at, app.now, zone), time_until(at, app.now, zone), theme.text()),
            None if every.is_off() => ("off".into(), "off".into(), theme.dim()),
            None => ("after a first success".into(), "after success".into(), theme.dim()),
        };
        let waits = at.is_none() && !every.is_off();
        Moment { long: Span::styled(long, style), short: Span::styled(short, style), waits }
    }
}
