//! The real binary in a pseudo-terminal: what a person sees and what is left when they go. Everything waits on a
//! condition, never for a time.

mod budget;
mod endings;
mod sessions;
#[cfg(target_os = "linux")]
mod trouble;
mod tutorial;

use crate::common::Home;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program in a terminal of its own.
pub struct Tui {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    shared: Arc<Shared>,
}

struct Shared {
    screen: Mutex<vt100::Parser>,
    changed: Condvar,
    bytes: AtomicUsize,
    raw: Mutex<Vec<u8>>,
}

impl Tui {
    pub fn start(home: &Home, arguments: &[&str]) -> Tui {
        Tui::with(home, arguments, &[])
    }

    pub fn with(home: &Home, arguments: &[&str], environment: &[(&str, &str)]) -> Tui {
        let pair = native_pty_system()
            .openpty(PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 })
            .expect("a pseudo-terminal can be opened");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_propensity"));
        command.args(arguments);
        command.cwd(home.path());
        command.env_clear();
        for (name, value) in variables(home).iter().chain(environment) {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).expect("the program can be started");
        drop(pair.slave);
        Tui::of(child, pair.master)
    }

    fn of(child: Box<dyn Child + Send + Sync>, master: Box<dyn MasterPty + Send>) -> Tui {
        let shared = Arc::new(Shared {
            screen: Mutex::new(vt100::Parser::new(40.try_into().unwrap(), 120.try_into().unwrap(), 0)),
            changed: Condvar::new(),
            bytes: AtomicUsize::new(0),
            raw: Mutex::new(Vec::new()),
        });
        let mut reader = master.try_clone_reader().expect("the terminal can be read");
        let writer = master.take_writer().expect("the terminal can be written");
        let theirs = Arc::clone(&shared);
        std::thread::spawn(move || {
            let mut buffer = [0; 16_384];
            // The program and its terminal are gone when nothing more comes.
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                theirs.screen.lock().unwrap().process(&buffer[..read]);
                theirs.raw.lock().unwrap().extend_from_slice(&buffer[..read]);
                theirs.bytes.fetch_add(read, Ordering::SeqCst);
                theirs.changed.notify_all();
            }
        });
        Tui { child, master, writer, shared }
    }

    /// Waits until the picture meets a condition, and returns it.
    #[track_caller]
    pub fn wait_until(&self, what: &str, holds: impl Fn(&vt100::Screen) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        let mut screen = self.shared.screen.lock().unwrap();
        loop {
            if holds(screen.screen()) {
                return screen.screen().contents();
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "{what} did not come:\n{}", screen.screen().contents());
            screen = self.shared.changed.wait_timeout(screen, left.min(Duration::from_millis(200))).unwrap().0;
        }
    }

    #[track_caller]
    pub fn wait_for(&self, text: &str) -> String {
        self.wait_until(text, |screen| screen.contents().contains(text))
    }

    #[track_caller]
    pub fn wait_gone(&self, text: &str) -> String {
        self.wait_until(&format!("the end of '{text}'"), |screen| !screen.contents().contains(text))
    }

    pub fn contents(&self) -> String {
        self.shared.screen.lock().unwrap().screen().contents()
    }

    pub fn on_alternate_screen(&self) -> bool {
        self.shared.screen.lock().unwrap().screen().alternate_screen()
    }

    /// Everything that was written so far.
    pub fn raw(&self) -> Vec<u8> {
        self.shared.raw.lock().unwrap().clone()
    }

    pub fn bytes(&self) -> usize {
        self.shared.bytes.load(Ordering::SeqCst)
    }

    /// Sends text or key sequences as they are.
    pub fn send(&mut self, bytes: &str) {
        self.writer.write_all(bytes.as_bytes()).and_then(|()| self.writer.flush()).expect("the terminal takes keys");
    }

    pub fn pid(&self) -> u32 {
        self.child.process_id().expect("the program runs")
    }

    pub fn signal(&self, name: &str) {
        signal(self.pid(), name);
    }

    /// Waits for the end of the program and gives its exit code.
    #[track_caller]
    pub fn ended(&mut self) -> u32 {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("the program can be waited for") {
                return status.exit_code();
            }
            assert!(Instant::now() < deadline, "the program did not end:\n{}", self.contents());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Leaves with `q`, which must work.
    #[track_caller]
    pub fn quit(mut self) {
        self.send("q");
        assert_eq!(self.ended(), 0);
    }
}

impl Drop for Tui {
    fn drop(&mut self) {
        // A test that failed leaves no program behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = &self.master;
    }
}

pub const ENTER: &str = "\r";
pub const ESC: &str = "\x1b";
pub const TAB: &str = "\t";
pub const DOWN: &str = "\x1b[B";
pub const RIGHT: &str = "\x1b[C";

/// Nothing of the user's own settings.
fn variables(home: &Home) -> Vec<(&'static str, &str)> {
    let home = home.path().to_str().expect("a temporary folder has a plain name");
    vec![("PROPENSITY_HOME", home), ("HOME", home), ("TERM", "xterm-256color"), ("USER", "ann"), ("LANG", "C.UTF-8")]
}

pub fn signal(pid: u32, name: &str) {
    let number = match name {
        "KILL" => rustix::process::Signal::KILL,
        "HUP" => rustix::process::Signal::HUP,
        "TERM" => rustix::process::Signal::TERM,
        "CONT" => rustix::process::Signal::CONT,
        other => panic!("no signal {other}"),
    };
    let pid = rustix::process::Pid::from_raw(pid as i32).expect("a process id is not 0");
    rustix::process::kill_process(pid, number).expect("the signal can be sent");
}

/// Waits until something holds.
#[track_caller]
pub fn wait(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "{what} did not come");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A home with the small business, and scores of these names on it.
pub fn home_with(names: &[&str]) -> Home {
    let home = Home::new();
    crate::common::business::Business::new().write(&home);
    for name in names {
        home.create_score(name, &["--repeatable", "no"]);
    }
    home
}

/// A home whose runs last long enough to be met while they go on.
pub fn home_with_long_runs(name: &str) -> Home {
    let home = Home::new();
    let business = crate::common::business::Business::of(4_000, 800);
    business.write(&home);
    let config = std::fs::read_to_string(home.path().join("config.toml")).unwrap();
    home.write("config.toml", config.replace("max_rounds = 60", "max_rounds = 2000"));
    home.create_score(name, &["--repeatable", "no"]);
    home
}
