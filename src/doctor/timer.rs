//! Whether a timer starts what is due. That none does is no damage, so it is a note; but somebody must learn of it.

use super::finding::{Finding, Topic, counted};
use crate::domain::score::Score;
use crate::schedule::timer::TimerService;
use crate::schedule::timer_health::{TimerHealth, TimerSign};
use crate::store::timer;
use crate::workspace::Workspace;
use jiff::Timestamp;

pub(super) fn check(workspace: &Workspace, scores: &[Score]) -> Vec<Finding> {
    let path = timer::path(&workspace.paths.data);
    let mut found = Vec::new();
    if let Err(why) = timer::inspect(&workspace.paths.data) {
        let what =
            "The record of the timer's calls cannot be read; it is forgotten, and written anew at the next call.";
        found.push(Finding::note(Topic::Timer, &path, what).because(why));
    }
    let scheduled = scores.iter().filter(|s| !(s.schedule.scoring.is_off() && s.schedule.training.is_off())).count();
    if scheduled == 0 {
        return found;
    }
    let health = TimerHealth::read(workspace, Timestamp::now());
    let what = health.sentence(&workspace.zone());
    found.push(match health.status {
        TimerSign::Installed | TimerSign::Calls => Finding::fine(Topic::Timer, &path, what),
        TimerSign::Never | TimerSign::Silent => {
            let [cron, systemd] = TimerService::ALL.map(|service| service.install_command(workspace));
            let look = match health.status {
                TimerSign::Silent => {
                    "See whether it is there (crontab -l; systemctl --user list-timers), or install it: "
                }
                _ => "",
            };
            Finding::note(Topic::Timer, &path, what)
                .because(format!("waiting for one: {}", counted(scheduled, "score")))
                .next(format!("{look}{cron} (or: {systemd})"))
        }
    });
    found
}
