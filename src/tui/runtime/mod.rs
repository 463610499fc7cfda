//! The loop: drain the queue, update, draw once, carry out the effects. One channel, a few threads, nothing while idle.
//!
//! | thread | does |
//! |---|---|
//! | main | the loop, drawing |
//! | input | reads keys |
//! | signals | SIGTERM, SIGHUP, SIGCONT |
//! | watch | looks once a second for changes made elsewhere, follows live runs and the catalog |
//! | hands | changes of the store, one after the other |
//! | counter | counts goals on the catalog; only the last question counts |
//! | reader | reads scored profiles; searches and exports on threads of their own |

mod counter;
mod hands;
mod input;
mod reader;
mod watch;

use super::app::{App, WorkspaceView};
use super::effect::Effect;
use super::keymap::Keymap;
use super::msg::Msg;
use super::screens::profiles::{Answer, Ask, Column};
use super::screens::services::{Sort, arrange};
use super::terminal::{self, Screen};
use super::theme::{self, Theme};
use super::update::update;
use super::view::view;
use super::widgets::text_field::TextField;
use crate::error::{Context, Error, Result};
use crate::queries::score_summaries;
use crate::store::audit;
use crate::store::drafts::DraftStore;
use crate::store::ui::UiState;
use crate::workspace::Workspace;
use counter::Counter;
use crossterm::clipboard::CopyToClipboard;
use hands::Hands;
use jiff::Timestamp;
use reader::Reader;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use watch::{Nudge, Watch};

/// Opens the screens on a workspace and stays until somebody leaves. Gives the number of runs that go on.
///
/// # Errors
/// The terminal cannot be prepared, or `[keys]` is wrong.
pub fn run(workspace: Workspace, read_only: bool) -> Result<usize> {
    let workspace = Arc::new(workspace);
    let mut app = app(&workspace, read_only)?;
    terminal::on_panic();
    let (sender, messages) = mpsc::channel();
    input::signals(sender.clone())?;
    let (_guard, mut screen) = terminal::enter()?;
    app.size = screen.size().map_or(app.size, |s| (s.width, s.height));
    arrange(&mut app);
    draw(&mut screen, &app)?;
    let threads = Threads::start(&workspace, &sender)?;
    Loop { app, screen, messages, threads, workspace, quit: false }.run()
}

/// The state at the start: everything that one small file tells, so that the first picture waits for nothing else.
fn app(workspace: &Workspace, read_only: bool) -> Result<App> {
    let config = &workspace.config;
    let keymap = Keymap::new(&config.keys)
        .map_err(|e| Error { causes: vec![format!("in {}", workspace.paths.config_file.display())], ..e })?;
    let theme = Theme::choose(config.screen.theme, &theme::Terminal::of_environment());
    let view = WorkspaceView {
        name: config.workspace.name.clone(),
        zone: workspace.zone(),
        config_file: workspace.paths.config_file.display().to_string(),
        read_only: read_only_because(workspace, read_only),
        has_sources: !config.sources.is_empty(),
        user: audit::user(),
        thresholds: config.thresholds.clone(),
    };
    let size = crossterm::terminal::size().unwrap_or((80, 24));
    let mut app = App::new(view, keymap, theme, Timestamp::now(), size);
    match score_summaries::bare(workspace) {
        Ok(scores) => app.scores = scores,
        Err(error) => app.broken = Some(error),
    }
    let kept = UiState::read(&workspace.paths.state);
    app.services.settled = kept.selected.is_some();
    app.services.selected = kept.selected;
    app.services.filter = TextField::new(&kept.filter);
    app.services.sort = Sort::by_word(&kept.sort);
    app.columns = kept.columns.iter().filter_map(|key| Column::by_key(key)).collect();
    Ok(app)
}

/// Why nothing may be changed: it was asked for, or the folder may not be written.
fn read_only_because(workspace: &Workspace, asked: bool) -> Option<String> {
    if asked {
        return Some("This session is read-only (--read-only).".into());
    }
    let data = &workspace.paths.data;
    // Before the first change there is no folder: then the nearest one above it decides.
    let existing = data.ancestors().find(|p| p.exists())?;
    match writable(existing) {
        true => None,
        false => Some(format!("Read-only: you may not write {}.", existing.display())),
    }
}

#[cfg(unix)]
fn writable(folder: &std::path::Path) -> bool {
    rustix::fs::access(folder, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK).is_ok()
}

#[cfg(not(unix))]
fn writable(folder: &std::path::Path) -> bool {
    std::fs::metadata(folder).is_ok_and(|m| !m.permissions().readonly())
}

/// The threads beside the main one.
struct Threads {
    hands: Hands,
    counter: Counter,
    reader: Reader,
    nudge: Sender<Nudge>,
}

impl Threads {
    fn start(workspace: &Arc<Workspace>, sender: &Sender<Msg>) -> Result<Threads> {
        input::start(sender.clone())?;
        let nudge = Watch::start(Arc::clone(workspace), sender.clone())?;
        let hands = Hands::start(Arc::clone(workspace), sender.clone(), nudge.clone())?;
        let counter = Counter::start(Arc::clone(workspace), sender.clone())?;
        let reader = Reader::start(Arc::clone(workspace), sender.clone())?;
        Ok(Threads { hands, counter, reader, nudge })
    }
}

struct Loop {
    app: App,
    screen: Screen,
    messages: Receiver<Msg>,
    threads: Threads,
    workspace: Arc<Workspace>,
    quit: bool,
}

impl Loop {
    fn run(mut self) -> Result<usize> {
        while !self.quit {
            // The threads hold the other end as long as the program lives.
            let Ok(first) = self.messages.recv() else { break };
            update(&mut self.app, Msg::Now(Timestamp::now()));
            self.take(first)?;
            while !self.quit
                && let Ok(next) = self.messages.try_recv()
            {
                self.take(next)?;
            }
            if !self.quit && draw(&mut self.screen, &self.app).is_err() {
                // The terminal is gone: the same as a hang-up.
                self.take(Msg::Terminated)?;
            }
        }
        self.threads.hands.finish();
        self.threads.reader.finish();
        Ok(self.app.running())
    }

    fn take(&mut self, msg: Msg) -> Result<()> {
        for effect in update(&mut self.app, msg) {
            self.execute(effect)?;
        }
        Ok(())
    }

    fn execute(&mut self, effect: Effect) -> Result<()> {
        match effect {
            Effect::Quit => self.quit = true,
            Effect::Suspend => terminal::suspend(&mut self.screen)?,
            Effect::Redraw => terminal::again(&mut self.screen)?,
            // Small, local, and the process may end right after.
            Effect::SaveUi(state) => state.write(&self.workspace.paths.state),
            Effect::KeepDraft(draft) => {
                let drafts = DraftStore::open(&self.workspace.paths.data);
                if let Err(error) = self.workspace.check_data().and_then(|()| drafts.save(*draft)) {
                    tracing::warn!("a draft could not be kept: {error}");
                }
            }
            Effect::Estimate { generation, question } => self.threads.counter.ask(generation, question),
            Effect::WarmUp(profile_type) => self.threads.counter.warm_up(profile_type),
            Effect::Profiles(Ask::Copy(text)) => self.copy(&text)?,
            Effect::Profiles(ask) => self.threads.reader.ask(ask),
            Effect::Refresh => nudge(&self.threads.nudge, Nudge::Refresh),
            Effect::EnsureCatalog => nudge(&self.threads.nudge, Nudge::BuildCatalog),
            other => self.threads.hands.carry_out(other),
        }
        Ok(())
    }
}

impl Loop {
    /// To the terminal's clipboard, over SSH too, and to a file, because not every terminal takes it.
    fn copy(&mut self, text: &str) -> Result<()> {
        crossterm::execute!(std::io::stdout(), CopyToClipboard::to_clipboard_from(text))
            .context(|| "The terminal could not be written.".into())?;
        let file = self.workspace.paths.state.join(COPIED);
        let kept = std::fs::create_dir_all(&self.workspace.paths.state).and_then(|()| std::fs::write(&file, text));
        let answer = Answer::Copied { file: kept.is_ok().then_some(file) };
        self.take(Msg::Profiles(Box::new(answer)))
    }
}

/// What was copied last, in the state folder.
const COPIED: &str = "copied.txt";

/// A thread that is gone has ended the program by its panic.
fn nudge(watch: &Sender<Nudge>, what: Nudge) {
    let _ = watch.send(what);
}

fn draw(screen: &mut Screen, app: &App) -> Result<()> {
    let failed = || "The terminal could not be written.".to_string();
    let drawn = screen.draw(|frame| {
        let cursor = view(app, frame.buffer_mut());
        if let Some(cursor) = cursor {
            frame.set_cursor_position(cursor);
        }
    });
    drawn.context(failed)?;
    terminal::send(screen).context(failed)
}

/// Starts a named thread.
fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> Result<()> {
    std::thread::Builder::new()
        .name(name.into())
        .spawn(work)
        .map(|_| ())
        .context(|| format!("The thread '{name}' could not be started."))
}
