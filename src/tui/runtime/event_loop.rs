//! The loop on the main thread: drain the queue, update, draw once, carry out the effects.

use super::effects::EffectRunner;
use super::estimator::GoalEstimator;
use super::input;
use super::reader::Reader;
use super::startup::initial_app;
use super::watcher::{Watcher, WatcherCommand};
use crate::error::{Context, Result};
use crate::store::drafts::DraftStore;
use crate::tui::app::App;
use crate::tui::effect::Effect;
use crate::tui::msg::Msg;
use crate::tui::screens::profiles::{Request, Response};
use crate::tui::screens::services::rebuild_list;
use crate::tui::terminal::{self, Terminal};
use crate::tui::update::update;
use crate::tui::view::view;
use crate::workspace::Workspace;
use crossterm::clipboard::CopyToClipboard;
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};

/// Opens the screens on a workspace and stays until somebody leaves. Gives the number of runs that go on.
///
/// # Errors
/// The terminal cannot be prepared, or `[keys]` is wrong.
pub fn run(workspace: Workspace, read_only: bool) -> Result<usize> {
    let workspace = Arc::new(workspace);
    let mut app = initial_app(&workspace, read_only)?;
    terminal::install_panic_hook();
    let (sender, messages) = mpsc::channel();
    input::hear_signals(sender.clone())?;
    let (_guard, mut terminal) = terminal::init()?;
    app.size = terminal.size().map_or(app.size, |s| (s.width, s.height));
    rebuild_list(&mut app);
    draw(&mut terminal, &app)?;
    if app.look.needs_background() {
        terminal::ask_background().context(|| "The terminal could not be written.".into())?;
    }
    let threads = Threads::start(&workspace, &sender)?;
    EventLoop { app, terminal, messages, threads, workspace, quit: false }.run()
}

/// The threads beside the main one.
struct Threads {
    effects: EffectRunner,
    estimator: GoalEstimator,
    reader: Reader,
    watcher: Sender<WatcherCommand>,
}

impl Threads {
    fn start(workspace: &Arc<Workspace>, sender: &Sender<Msg>) -> Result<Threads> {
        input::read_keys(sender.clone())?;
        let watcher = Watcher::start(Arc::clone(workspace), sender.clone())?;
        let effects = EffectRunner::start(Arc::clone(workspace), sender.clone(), watcher.clone())?;
        let estimator = GoalEstimator::start(Arc::clone(workspace), sender.clone())?;
        let reader = Reader::start(Arc::clone(workspace), sender.clone())?;
        Ok(Threads { effects, estimator, reader, watcher })
    }

    fn watch(&self, command: WatcherCommand) {
        // A thread that is gone has ended the program by its panic.
        let _ = self.watcher.send(command);
    }
}

struct EventLoop {
    app: App,
    terminal: Terminal,
    messages: Receiver<Msg>,
    threads: Threads,
    workspace: Arc<Workspace>,
    quit: bool,
}

/// What was copied last, in the state folder.
const COPIED: &str = "copied.txt";

impl EventLoop {
    fn run(mut self) -> Result<usize> {
        while !self.quit {
            // The threads hold the other end as long as the program lives.
            let Ok(first) = self.messages.recv() else { break };
            update(&mut self.app, Msg::Now(Timestamp::now()));
            self.handle(first)?;
            while !self.quit
                && let Ok(next) = self.messages.try_recv()
            {
                self.handle(next)?;
            }
            if !self.quit && draw(&mut self.terminal, &self.app).is_err() {
                // The terminal is gone: the same as a hang-up.
                self.handle(Msg::Terminated)?;
            }
        }
        self.threads.effects.finish();
        self.threads.reader.finish();
        Ok(self.app.live_run_count())
    }

    fn handle(&mut self, msg: Msg) -> Result<()> {
        for effect in update(&mut self.app, msg) {
            self.execute(effect)?;
        }
        Ok(())
    }

    fn execute(&mut self, effect: Effect) -> Result<()> {
        match effect {
            Effect::Quit => self.quit = true,
            Effect::Suspend => terminal::suspend(&mut self.terminal)?,
            Effect::Redraw => terminal::reenter(&mut self.terminal)?,
            // Small, local, and the process may end right after.
            Effect::SaveUi(state) => state.write(&self.workspace.paths.state),
            Effect::KeepDraft(draft) => {
                let drafts = DraftStore::open(&self.workspace.paths.data);
                if let Err(error) = self.workspace.check_data().and_then(|()| drafts.save(*draft)) {
                    tracing::warn!("a draft could not be kept: {error}");
                }
            }
            Effect::Estimate { generation, question } => self.threads.estimator.estimate(generation, question),
            Effect::WarmUp(profile_type) => self.threads.estimator.warm_up(profile_type),
            Effect::Profiles(Request::Copy(text)) => self.copy(&text)?,
            Effect::Profiles(request) => self.threads.reader.request(request),
            Effect::Refresh => self.threads.watch(WatcherCommand::Refresh),
            Effect::EnsureCatalog => self.threads.watch(WatcherCommand::BuildCatalog),
            other => self.threads.effects.run(other),
        }
        Ok(())
    }

    /// To the terminal's clipboard, over SSH too, and to a file, because not every terminal takes it.
    fn copy(&mut self, text: &str) -> Result<()> {
        crossterm::execute!(std::io::stdout(), CopyToClipboard::to_clipboard_from(text))
            .context(|| "The terminal could not be written.".into())?;
        let file = self.workspace.paths.state.join(COPIED);
        let kept = std::fs::create_dir_all(&self.workspace.paths.state).and_then(|()| std::fs::write(&file, text));
        let response = Response::Copied { file: kept.is_ok().then_some(file) };
        self.handle(Msg::Profiles(Box::new(response)))
    }
}

fn draw(terminal: &mut Terminal, app: &App) -> Result<()> {
    let failed = || "The terminal could not be written.".to_string();
    let drawn = terminal.draw(|frame| {
        let cursor = view(app, frame.buffer_mut());
        if let Some(cursor) = cursor {
            frame.set_cursor_position(cursor);
        }
    });
    drawn.context(failed)?;
    terminal::send(terminal).context(failed)
}
