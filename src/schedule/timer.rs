//! The timer that calls `propensity run start --due`: a user timer of systemd, or a line in the crontab. Called by
//! `propensity schedule`. What is due is up to the scores; a timer only calls, and a second one does no harm.

use crate::domain::text::shell_quoted;
use crate::error::{Context, Error, Result};
use crate::store::atomic;
use crate::store::audit::{self, Action};
use crate::store::timer as record;
use crate::workspace::Workspace;
use jiff::Timestamp;
use jiff::civil::Time;
use serde::Serialize;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// When it calls unless somebody says otherwise: a time of day that no clock change skips or doubles, anywhere.
pub const DEFAULT_AT: &str = "06:30";

/// What keeps the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimerService {
    Systemd,
    Cron,
}

impl TimerService {
    pub const ALL: [TimerService; 2] = [TimerService::Cron, TimerService::Systemd];

    /// The command that installs the timer of a workspace.
    pub fn install_command(self, workspace: &Workspace) -> String {
        workspace.command(&["schedule", "install", &format!("--{}", self.word())])
    }

    fn word(self) -> &'static str {
        match self {
            TimerService::Systemd => "systemd",
            TimerService::Cron => "cron",
        }
    }
}

/// What a timer calls: the program and its arguments.
struct TimerCommand {
    words: Vec<String>,
    /// Tells the timers of several workspaces apart.
    name: String,
    /// Where cron's call writes what it says.
    log: PathBuf,
}

impl TimerCommand {
    fn of(workspace: &Workspace) -> Result<TimerCommand> {
        let program = std::env::current_exe().context(|| "The path of this program is not known.".into())?;
        let mut words = vec![program.display().to_string()];
        if workspace.arguments().is_empty() {
            // A timer's environment is none of the user's: what moves the folders must be said.
            let moved = ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"];
            let set = |name: &str| std::env::var(name).ok().map(|value| format!("{name}={value}"));
            let said: Vec<String> = moved.into_iter().filter_map(set).collect();
            if !said.is_empty() {
                words.splice(0..0, std::iter::once("/usr/bin/env".to_string()).chain(said));
            }
        }
        words.extend(workspace.arguments().iter().map(|word| word.to_string_lossy().into_owned()));
        words.extend(["run", "start", "--due"].map(String::from));
        if let Some(word) = words.iter().find(|word| word.chars().any(char::is_control)) {
            return Err(
                Error::new(format!("A timer cannot call {word:?}.")).because("its path has a line break or the like")
            );
        }
        // Of the folder and not of the workspace's name, which can change and be the same twice.
        let digest = blake3::hash(workspace.paths.data.as_os_str().as_encoded_bytes()).to_hex();
        Ok(TimerCommand {
            words,
            name: format!("propensity-{}", &digest[..8]),
            log: workspace.paths.state.join("due.log"),
        })
    }

    /// A line for a shell, as a crontab holds it: there a `%` is a line break unless it is escaped.
    fn cron(&self, at: Time) -> String {
        let words: Vec<String> = self.words.iter().map(|word| shell_quoted(word)).collect();
        let path = |path: &Path| shell_quoted(&path.display().to_string());
        // Cron's shell cannot open a log in a folder that is not there.
        let folder = path(atomic::folder_of(&self.log));
        let command = format!("mkdir -p {folder} && {} >>{} 2>&1", words.join(" "), path(&self.log));
        format!("{} {} * * * {} {}", at.minute(), at.hour(), command.replace('%', "\\%"), self.mark())
    }

    /// A comment by which the line is found again.
    fn mark(&self) -> String {
        format!("# {}", self.name)
    }

    fn service_unit(&self) -> String {
        let words: Vec<String> = self.words.iter().map(|word| systemd(word)).collect();
        format!(
            "[Unit]\nDescription=Propensity: start the runs that are due\n\n[Service]\nType=oneshot\nExecStart={}\nKillMode=process\n",
            words.join(" ")
        )
    }

    fn timer_unit(&self, at: Time) -> String {
        format!(
            "[Unit]\nDescription=Propensity: start the runs that are due\n\n[Timer]\nOnCalendar=*-*-* {}:00\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n",
            at.strftime("%H:%M")
        )
    }

    fn text(&self, service: TimerService, at: Time) -> Result<String> {
        Ok(match service {
            TimerService::Cron => format!("{}\n", self.cron(at)),
            TimerService::Systemd => {
                let files = self.unit_files(at)?;
                files.map(|(path, text)| format!("# {}\n{text}", path.display())).join("\n")
            }
        })
    }

    fn unit_files(&self, at: Time) -> Result<[(PathBuf, String); 2]> {
        let folder = unit_folder()?;
        let file = |ending: &str| folder.join(format!("{}.{ending}", self.name));
        Ok([(file("service"), self.service_unit()), (file("timer"), self.timer_unit(at))])
    }
}

/// A word as systemd takes it in `ExecStart`.
fn systemd(word: &str) -> String {
    let escaped = word.replace('\\', r"\\").replace('"', "\\\"").replace('%', "%%").replace('$', "$$");
    format!("\"{escaped}\"")
}

/// Where the user's units lie.
fn unit_folder() -> Result<PathBuf> {
    let base = directories::BaseDirs::new()
        .ok_or_else(|| Error::new("No home directory is known.").hint("set HOME, or use --cron"))?;
    Ok(base.config_dir().join("systemd").join("user"))
}

/// What became of a timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimerState {
    /// Only shown.
    Shown,
    Installed,
    Removed,
    /// There was none to be removed.
    None,
}

/// What was done, in words and for programs.
#[derive(Debug, Clone, Serialize)]
pub struct TimerStatus {
    pub service: TimerService,
    pub done: TimerState,
    /// The name of the timer, by which it is found again.
    pub name: String,
    /// The line of the crontab, or the units with their paths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timer: Option<String>,
    /// What did not work beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    #[serde(skip)]
    pub text: String,
}

impl TimerStatus {
    fn new(service: TimerService, done: TimerState, call: &TimerCommand, text: String) -> TimerStatus {
        TimerStatus { service, done, name: call.name.clone(), timer: None, warning: None, text }
    }
}

/// What [`install`] would install, to be read.
///
/// # Errors
/// The program's own path is not known, or no timer can hold it.
pub fn show(workspace: &Workspace, service: TimerService, at: Time) -> Result<TimerStatus> {
    let call = TimerCommand::of(workspace)?;
    let text = call.text(service, at)?;
    Ok(TimerStatus { timer: Some(text.clone()), ..TimerStatus::new(service, TimerState::Shown, &call, text) })
}

/// Installs the timer, in the place of an earlier one of this workspace; tells what was done.
///
/// # Errors
/// There is no such service on this machine, or it refuses; then everything is as it was before.
pub fn install(workspace: &Workspace, service: TimerService, at: Time) -> Result<TimerStatus> {
    let call = TimerCommand::of(workspace)?;
    let text = match service {
        TimerService::Cron => {
            let line = call.cron(at);
            write_crontab(&with_line(&read_crontab()?, &call.mark(), Some(&line)))?;
            format!("The crontab has a line now:\n{line}\nRemove it with: propensity schedule remove --cron\n")
        }
        TimerService::Systemd => {
            install_units(&call, at)?;
            format!(
                "The timer {}.timer calls daily at {}.\nIt runs while you are logged in; `loginctl enable-linger` lets it run always.\nRemove it with: propensity schedule remove --systemd\n",
                call.name,
                at.strftime("%H:%M")
            )
        }
    };
    audit::note(&workspace.paths.data, Action::TimerInstalled, "", service.word());
    record::installed(&workspace.paths.data, Timestamp::now());
    Ok(TimerStatus {
        timer: Some(call.text(service, at)?),
        ..TimerStatus::new(service, TimerState::Installed, &call, text)
    })
}

/// Writes the units and starts the timer, or leaves the files as they were.
fn install_units(call: &TimerCommand, at: Time) -> Result<()> {
    let files = call.unit_files(at)?;
    let before = files.each_ref().map(|(path, _)| std::fs::read(path).ok());
    let write = |(path, text): &(PathBuf, String)| {
        let folder = atomic::folder_of(path);
        std::fs::create_dir_all(folder).context(|| format!("The folder {} could not be made.", folder.display()))?;
        atomic::write(path, text.as_bytes())
    };
    let installed = files
        .iter()
        .try_for_each(write)
        .and_then(|()| systemctl(&["daemon-reload"]))
        .and_then(|()| systemctl(&["enable", "--now", &format!("{}.timer", call.name)]));
    if installed.is_err() {
        for ((path, _), before) in files.iter().zip(before) {
            // Best effort: what did not work is told already.
            let _ = match before {
                Some(bytes) => atomic::write(path, &bytes),
                None => std::fs::remove_file(path).context(String::new),
            };
        }
        let _ = systemctl(&["daemon-reload"]);
    }
    installed
}

/// Removes the timer of this workspace; tells what was done.
///
/// # Errors
/// There is no program `crontab`, or it refuses; a unit file cannot be removed.
pub fn remove(workspace: &Workspace, service: TimerService) -> Result<TimerStatus> {
    let call = TimerCommand::of(workspace)?;
    let status = match service {
        TimerService::Cron => remove_line(&call)?,
        TimerService::Systemd => remove_units(&call)?,
    };
    if status.done == TimerState::Removed {
        audit::note(&workspace.paths.data, Action::TimerRemoved, "", service.word());
        record::removed(&workspace.paths.data);
    }
    Ok(status)
}

fn remove_line(call: &TimerCommand) -> Result<TimerStatus> {
    let before = read_crontab()?;
    let after = with_line(&before, &call.mark(), None);
    if after == before {
        return Ok(TimerStatus::new(
            TimerService::Cron,
            TimerState::None,
            call,
            "The crontab has no line of this workspace.\n".into(),
        ));
    }
    write_crontab(&after)?;
    let text = "The line of this workspace is removed from the crontab.\n".into();
    Ok(TimerStatus::new(TimerService::Cron, TimerState::Removed, call, text))
}

/// The files go even where systemd cannot be told: without them the timer is gone at its next start.
fn remove_units(call: &TimerCommand) -> Result<TimerStatus> {
    let timer = format!("{}.timer", call.name);
    let files = call.unit_files(Time::midnight())?;
    // What enabling made, and disabling removes.
    let link = unit_folder()?.join("timers.target.wants").join(&timer);
    let is_there = |path: &Path| std::fs::symlink_metadata(path).is_ok();
    let there: Vec<&Path> = files.iter().map(|(path, _)| path.as_path()).chain([link.as_path()]).collect();
    if !there.iter().any(|path| is_there(path)) {
        let text = "There is no timer of this workspace.\n".into();
        return Ok(TimerStatus::new(TimerService::Systemd, TimerState::None, call, text));
    }
    let stopped = systemctl(&["disable", "--now", &timer]);
    for path in there.into_iter().filter(|path| is_there(path)) {
        std::fs::remove_file(path).context(|| format!("{} could not be removed.", path.display()))?;
    }
    let text = format!("The timer {timer} is removed.\n");
    let status = TimerStatus::new(TimerService::Systemd, TimerState::Removed, call, text);
    Ok(match stopped.and_then(|()| systemctl(&["daemon-reload"])) {
        Ok(()) => status,
        Err(error) => {
            let why: Vec<&str> =
                std::iter::once(error.what.as_str()).chain(error.causes.iter().map(String::as_str)).collect();
            let warning = format!("Its files are gone, but systemd could not be told: {}", why.join(" "));
            TimerStatus { text: format!("{}{warning}\n", status.text), warning: Some(warning), ..status }
        }
    })
}

/// The crontab without the line that has the mark, and with the new one at its end.
fn with_line(crontab: &str, mark: &str, line: Option<&str>) -> String {
    let others = crontab.lines().filter(|l| !l.trim_end().ends_with(mark));
    others.chain(line).map(|l| format!("{l}\n")).collect()
}

/// Why a program could not be started.
fn not_started(program: &str, e: &std::io::Error) -> String {
    match e.kind() {
        ErrorKind::NotFound => format!("There is no program {program} here."),
        _ => format!("The program {program} could not be started: {e}"),
    }
}

fn no_cron(why: impl std::fmt::Display) -> Error {
    Error::new("The crontab could not be changed.")
        .because(why)
        .hint("`propensity schedule install --cron --print` shows the line for whatever keeps the time here")
}

fn read_crontab() -> Result<String> {
    let output = Command::new("crontab").arg("-l").env("LC_ALL", "C").stdin(Stdio::null()).output();
    let output = output.map_err(|e| no_cron(not_started("crontab", &e)))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    match output.status.success() {
        true => String::from_utf8(output.stdout).map_err(no_cron),
        // So the crons say where there is none yet; anything else must not cost the user's own lines.
        false if ["no crontab", "No such file"].iter().any(|none| errors.contains(none)) => Ok(String::new()),
        false => Err(no_cron(format!("crontab -l said: {}", errors.trim()))),
    }
}

fn write_crontab(text: &str) -> Result<()> {
    let child = Command::new("crontab").arg("-").stdin(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(|e| no_cron(not_started("crontab", &e)))?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(text.as_bytes()).map_err(no_cron)?;
    }
    let output = child.wait_with_output().map_err(no_cron)?;
    match output.status.success() {
        true => Ok(()),
        false => Err(no_cron(format!("crontab said: {}", String::from_utf8_lossy(&output.stderr).trim()))),
    }
}

fn systemctl(arguments: &[&str]) -> Result<()> {
    let failed = |why: String| {
        Error::new(format!("systemctl --user {} did not work.", arguments.join(" ")))
            .because(why)
            .hint("`propensity schedule install --systemd --print` shows the units; --cron is the other way")
    };
    let output = Command::new("systemctl").arg("--user").args(arguments).stdin(Stdio::null()).output();
    let output = output.map_err(|e| failed(not_started("systemctl", &e)))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call() -> TimerCommand {
        let words = ["/opt/my tools/propensity", "--home", "/data/100 % o'clock", "run", "start", "--due"];
        TimerCommand {
            words: words.map(String::from).to_vec(),
            name: "propensity-0a0b0c0d".into(),
            log: "/s/due.log".into(),
        }
    }

    #[test]
    fn the_line_of_the_crontab_survives_blanks_quotes_and_percent_signs() {
        assert_eq!(
            call().cron(jiff::civil::time(6, 35, 0, 0)),
            r"35 6 * * * mkdir -p /s && '/opt/my tools/propensity' --home '/data/100 \% o'\''clock' run start --due >>/s/due.log 2>&1 # propensity-0a0b0c0d"
        );
    }

    /// A timer at such a time would call twice or never on that day.
    #[test]
    fn no_clock_change_anywhere_skips_or_doubles_the_default_time() {
        let zones = jiff::tz::TimeZoneDatabase::bundled();
        let (from, to): (Timestamp, Timestamp) =
            ("2020-01-01T00:00:00Z".parse().unwrap(), "2045-01-01T00:00:00Z".parse().unwrap());
        let changed = |at: Time| -> Vec<String> {
            let mut changed = Vec::new();
            for name in zones.available() {
                let zone = zones.get(name.as_str()).unwrap();
                for change in zone.following(from).take_while(|change| change.timestamp() < to) {
                    let day = change.timestamp().to_zoned_datetime(zone.clone()).date();
                    let days = [day.yesterday().unwrap(), day, day.tomorrow().unwrap()];
                    let unclear =
                        |day: &jiff::civil::Date| zone.to_ambiguous_timestamp(day.to_datetime(at)).is_ambiguous();
                    changed.extend(days.iter().filter(|day| unclear(day)).map(|day| format!("{name} {day}")));
                }
            }
            changed
        };
        assert!(zones.available().count() > 300);
        assert_eq!(changed(Time::strptime("%H:%M", DEFAULT_AT).unwrap()), Vec::<String>::new());
        // Two in the morning, where most timers are, is not such a time.
        assert!(changed(jiff::civil::time(2, 0, 0, 0)).iter().any(|place| place.starts_with("Europe/Berlin")));
    }

    #[test]
    fn the_units_name_the_call_and_the_time() {
        let unit = call().service_unit();
        let start =
            "ExecStart=\"/opt/my tools/propensity\" \"--home\" \"/data/100 %% o'clock\" \"run\" \"start\" \"--due\"\n";
        assert!(unit.contains(start), "{unit}");
        // A run goes on when the call that started it is over.
        assert!(unit.contains("KillMode=process"));
        assert!(call().timer_unit(jiff::civil::time(6, 35, 0, 0)).contains("OnCalendar=*-*-* 06:35:00\n"));
    }

    #[test]
    fn a_line_takes_the_place_of_its_predecessor_and_no_others() {
        let mark = call().mark();
        let before = format!("MAILTO=ann\n0 1 * * * backup\n0 2 * * * old {mark}\n# propensity-ffffffff stays\n");
        let after = with_line(&before, &mark, Some(&format!("new {mark}")));
        assert_eq!(after, format!("MAILTO=ann\n0 1 * * * backup\n# propensity-ffffffff stays\nnew {mark}\n"));
        assert_eq!(with_line(&after, &mark, None), "MAILTO=ann\n0 1 * * * backup\n# propensity-ffffffff stays\n");
    }
}
