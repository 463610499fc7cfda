//! `propensity schedule install` and `remove`: the timer that starts what is due.

use crate::cli::session::Session;
use crate::error::Result;
use crate::schedule::timer::{self, TimerService, TimerStatus};
use crate::workspace::Workspace;
use clap::Args;
use jiff::civil::Time;

#[derive(Debug, Args)]
pub struct InstallOptions {
    #[command(flatten)]
    service: ServiceOptions,
    /// The time of day, on the clock of this machine.
    #[arg(long, default_value = timer::DEFAULT_AT, value_name = "HH:MM", value_parser = time)]
    at: Time,
    /// Only print what would be installed.
    #[arg(long)]
    print: bool,
}

impl InstallOptions {
    /// Whether it changes anything.
    pub fn changes(&self) -> bool {
        !self.print
    }
}

#[derive(Debug, Args)]
pub struct RemoveOptions {
    #[command(flatten)]
    service: ServiceOptions,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct ServiceOptions {
    /// A user timer of systemd.
    #[arg(long)]
    systemd: bool,
    /// A line in the crontab.
    #[arg(long)]
    cron: bool,
}

impl ServiceOptions {
    fn service(&self) -> TimerService {
        if self.systemd { TimerService::Systemd } else { TimerService::Cron }
    }
}

fn time(text: &str) -> Result<Time, String> {
    Time::strptime("%H:%M", text).map_err(|_| format!("'{text}' is no time of day: HH:MM"))
}

/// Installs the timer, or only prints it.
pub fn install(session: &Session, workspace: &Workspace, options: &InstallOptions) -> Result<()> {
    let (service, at) = (options.service.service(), options.at);
    let timer =
        if options.print { timer::show(workspace, service, at) } else { timer::install(workspace, service, at) };
    print(session, &timer?)
}

/// Removes the timer.
pub fn remove(session: &Session, workspace: &Workspace, options: &RemoveOptions) -> Result<()> {
    print(session, &timer::remove(workspace, options.service.service())?)
}

fn print(session: &Session, timer: &TimerStatus) -> Result<()> {
    session.print(timer, |timer| timer.text.clone())
}
