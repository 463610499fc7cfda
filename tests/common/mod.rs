//! What the integration tests share: a hermetic home, in which the real binary runs and touches nothing else.

// Every module takes what it needs of this one.
#![allow(dead_code)]

pub mod business;
pub mod small_business;
pub mod table;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Variables of the user that would change what the program does.
const SETTINGS: [&str; 9] = [
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "XDG_CACHE_HOME",
    "RUST_LOG",
    "NO_COLOR",
    "TZ",
    "PROPENSITY_LOG",
    "PROPENSITY_READ_ONLY",
];

/// A folder that holds configuration, data, state and cache, gone when it is dropped.
pub struct Home {
    path: PathBuf,
    /// `None` where somebody else made the folder and removes it.
    _folder: Option<tempfile::TempDir>,
}

impl Home {
    pub fn new() -> Home {
        Home::of(tempfile::tempdir().expect("a temporary folder can be made"))
    }

    /// One that lies in memory where the system has a place for that: for tests that flush to the disk thousands of times.
    pub fn in_memory() -> Home {
        Home::of(in_memory())
    }

    /// One in a folder that is there, and stays.
    pub fn at(path: &Path) -> Home {
        Home { path: path.to_path_buf(), _folder: None }
    }

    fn of(folder: tempfile::TempDir) -> Home {
        Home { path: folder.path().to_path_buf(), _folder: Some(folder) }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file below the home, with the folders above it, and returns its path.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a file below the home has a folder"))
            .expect("the folder can be made");
        std::fs::write(&path, content).expect("the file can be written");
        path
    }

    /// The program with these arguments, in this home, to which the test adds what it asserts.
    pub fn propensity(&self, arguments: &[&str]) -> assert_cmd::Command {
        assert_cmd::Command::from_std(self.command(arguments))
    }

    /// The same as a command that the test starts and waits for itself.
    ///
    /// The variables that could let the user's own settings in are replaced or removed.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_propensity"));
        command.args(arguments).current_dir(self.path()).env("PROPENSITY_HOME", self.path()).env("HOME", self.path());
        for variable in SETTINGS {
            command.env_remove(variable);
        }
        command
    }

    /// Runs the program, which must succeed, and returns its stdout.
    #[track_caller]
    pub fn stdout(&self, arguments: &[&str]) -> String {
        let output = self.propensity(arguments).output().expect("the program can be started");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "propensity {arguments:?} ended with {}:\n{errors}", output.status);
        String::from_utf8(output.stdout).expect("the program prints UTF-8")
    }

    /// Runs the program with `--json`, which must succeed, and returns what it printed.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Value {
        let printed = self.stdout(&[arguments, &["--json"]].concat());
        serde_json::from_str(&printed)
            .unwrap_or_else(|e| panic!("propensity {arguments:?} printed no JSON ({e}):\n{printed}"))
    }

    /// Runs the program, which must end with this exit code, and returns its stderr.
    #[track_caller]
    pub fn fails(&self, arguments: &[&str], code: i32) -> String {
        let output = self.propensity(arguments).output().expect("the program can be started");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "propensity {arguments:?} said:\n{errors}");
        assert!(!errors.contains("panicked"), "propensity {arguments:?} panicked:\n{errors}");
        errors
    }

    /// Runs a command as it was printed, in a shell that knows nothing of this home and stands elsewhere; returns what it said.
    #[track_caller]
    pub fn in_a_shell(&self, command: &str) -> String {
        let program = Path::new(env!("CARGO_BIN_EXE_propensity")).parent().expect("the program lies in a folder");
        let path = format!("{}:{}", program.display(), std::env::var("PATH").expect("there is a search path"));
        let mut shell = Command::new("sh");
        shell.args(["-c", command]).current_dir("/").env("PATH", path).env("HOME", self.path());
        shell.env_remove("PROPENSITY_HOME");
        for variable in SETTINGS {
            shell.env_remove(variable);
        }
        let output = shell.output().expect("a shell can be started");
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("the program prints UTF-8")
    }

    /// Writes `config.toml`: these sources (kind, path), few boosting rounds, and `more` before the sources.
    pub fn configure(&self, sources: &[(&str, &str)], more: &str) {
        let mut text = format!("{more}\n[training]\nmax_rounds = 60\n");
        for (kind, path) in sources {
            text += &format!("\n[[source]]\nkind = \"{kind}\"\npath = \"{path}\"\n");
        }
        self.write("config.toml", text);
    }

    /// A score on conversions of persons within 30 days.
    #[track_caller]
    pub fn create_score(&self, name: &str, more: &[&str]) -> Value {
        let goal = business::GOAL;
        let asked = ["score", "create", "--name", name, "--profile", "person", "--goal", goal, "--timeframe", "30"];
        self.json(&[&asked, more].concat())
    }
}

/// A temporary folder in memory, where the system has a place for that.
pub fn in_memory() -> tempfile::TempDir {
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
    folder.expect("a temporary folder can be made")
}

/// The text at a path of keys, which must be one.
#[track_caller]
pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no text at {pointer} in {value}"))
}

/// The number at a path of keys, which must be one.
#[track_caller]
pub fn number(value: &Value, pointer: &str) -> f64 {
    value.pointer(pointer).and_then(Value::as_f64).unwrap_or_else(|| panic!("no number at {pointer} in {value}"))
}

/// The list at a path of keys, which must be one.
#[track_caller]
pub fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).unwrap_or_else(|| panic!("no list at {pointer} in {value}"))
}
